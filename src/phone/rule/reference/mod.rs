//! The reference on rules (RS), sentence by sentence and row by row: each test is named for the section whose rows it holds.

mod conditions;
mod expansion;
mod parts;
mod verdicts;

use super::*;
use crate::phone::macros::expand;

/// The phone of RS §2, with what the other sections give it.
fn known(name: &str) -> Option<String> {
    Some(
        match name {
            "MA" => "000e08012345",
            "MAU" => "000E08012345",
            "MAC" => "00:0e:08:01:23:45",
            "PN" => "CP-8841-3PCC",
            "PSN" => "8841-3PCC",
            "SN" => "88012BA01234",
            "CCERT" => "Installed",
            "SWVER" => "sip88xx.11-2-3MPP-398",
            "HWVER" => "2.0.1",
            "PRVST" => "-1",
            "PRVTMR" => "700",
            "UPGTMR" => "400",
            "REGTMR1" => "0",
            "EXTIP" | "D" => "",
            "A" => "ABC",
            "B" => "123",
            "C" => "ABCDEF",
            "E" => "$MA",
            "F" => "test",
            "SA" => "MyUserID",
            "SB" => "MySecretPassword",
            "SC" => "a b",
            _ => return None,
        }
        .to_owned(),
    )
}

/// What a rule came to: the alternative and its URL (empty: none), or where it is broken.
fn came_to(text: &str, kind: Kind) -> Result<Option<(usize, String)>, usize> {
    let seen = evaluate(text, kind, &known, AcrossForms::Error);
    let url = |taken: Taken| (taken.alternative, taken.target.map(|target| target.to_string()).unwrap_or_default());
    seen.taken.map(|taken| taken.map(url)).map_err(|error| error.offset)
}

fn profile(text: &str) -> Result<Option<(usize, String)>, usize> {
    came_to(text, Kind::Profile)
}

fn taken(alternative: usize, url: &str) -> Result<Option<(usize, String)>, usize> {
    Ok(Some((alternative, url.to_owned())))
}

/// A condition's verdict, or the message about it.
fn verdict(text: &str) -> Result<bool, String> {
    let seen = evaluate_trigger(text, &known, AcrossForms::Error).verdict;
    seen.map(|verdict| verdict.unwrap_or_default()).map_err(|error| error.message)
}

fn options(text: &str, kind: Kind) -> Options {
    if kind == Kind::Report {
        let seen = evaluate_report(text, &known).destinations.expect(text);
        return seen.into_iter().next().expect(text).0;
    }
    evaluate(text, kind, &known, AcrossForms::Error).taken.expect(text).expect(text).options
}
