//! How long a phone's rule takes, in this process: nanoseconds for expansion, parsing and evaluation. Asserts nothing.
#![allow(clippy::disallowed_methods, reason = "a clock is what this is about")]

use prov::phone::macros::Macros;
use prov::phone::rule::{AcrossForms, Kind, evaluate, evaluate_trigger, expand_log};
use std::borrow::Cow;
use std::hint::black_box;
use std::time::Instant;

struct Phone;

impl Macros for Phone {
    fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(match name {
            "MA" => "000e08abcd01",
            "PN" => "CP-8841-3PCC",
            "PSN" => "8841-3PCC",
            "MAC" => "00:0e:08:ab:cd:01",
            "SWVER" => "sip88xx.11-2-3MPP-398",
            "CCERT" => "Not Installed",
            "PRVTMR" => "700",
            "UPGTMR" => "400",
            "A" | "ERR" => "",
            "SA" => "secret",
            _ => return None,
        }))
    }
}

/// Four alternatives, the last of which is taken.
const RULE: &str = "(\"$A\" eq \"init\")? (Line_Enable_1_ = \"No\";)! https://prov.example.com/init/$MA.xml | \
    ($SWVER lt sip88xx.11-0-1MPP-477 and $PRVTMR ge 600)? http://prov.example.com/old/$PSN.xml | \
    (\"$CCERT\" eq \"Installed\")? https://prov.example.com/phones/$MA.xml | \
    [--key $SA] http://prov.example.com/phones/$MA.xml";
const TRIGGER: &str = "$UPGTMR gt 300 and $PRVTMR ge 600";
const LOG: &str = "$PN $MAC -- Resync failed: $ERR";

const ROUNDS: usize = 21;
const TURNS: u32 = 20_000;

fn main() {
    let rule = |text| move || drop(black_box(evaluate(black_box(text), Kind::Profile, &Phone, AcrossForms::Error)));
    println!("rules, nanoseconds (median of {ROUNDS} rounds of {TURNS})");
    row("rule of one URL", rule("http://prov.example.com/$MA.xml"));
    row("rule of four alternatives", rule(RULE));
    row("trigger of two comparisons", || {
        drop(black_box(evaluate_trigger(black_box(TRIGGER), &Phone, AcrossForms::Error)))
    });
    row("log message", || drop(black_box(expand_log(black_box(LOG), &Phone))));
}

fn row(name: &str, turn: impl Fn()) {
    let mut times: Vec<u128> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            (0..TURNS).for_each(|_| turn());
            begun.elapsed().as_nanos() / u128::from(TURNS)
        })
        .collect();
    times.sort_unstable();
    println!("  {name:<32} {}", times.get(ROUNDS / 2).copied().unwrap_or_default());
}
