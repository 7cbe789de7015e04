//! Rules, triggers and what else another part of `phone` reads: their errors as faults of the text before macros are
//! expanded.

use super::fault::{Fault, FaultKind, plain};
use crate::phone::Schedule;
use crate::phone::macros::parse_reference;
use crate::phone::profile::AliasMap;
use crate::phone::rule::{self, Kind, RuleError};
use std::ops::Range;

/// Profile_Rule*, Upgrade_Rule (RS §16).
pub fn rule(text: &str, kind: Kind) -> Result<(), Fault> {
    known(text, |expanded| rule::parse(expanded, kind).map(|_| ()).map_err(|error| fault(expanded, error)))
}

/// Resync_Trigger_1 and _2 (RS §4).
pub fn trigger(text: &str) -> Result<(), Fault> {
    known(text, |expanded| rule::parse_trigger(expanded).map(|_| ()).map_err(|error| fault(expanded, error)))
}

/// Report_Rule (RS §14).
pub fn report_rule(text: &str) -> Result<(), Fault> {
    known(text, |expanded| rule::parse_report(expanded).map(|_| ()).map_err(|error| fault(expanded, error)))
}

/// Trans_Auth_Rule, Custom_CA_Rule (RS §1).
pub fn url_rule(text: &str) -> Result<(), Fault> {
    known(text, |expanded| rule::parse_url(expanded).map(|_| ()).map_err(|error| fault(expanded, error)))
}

/// RS §12.
pub fn alias_map(text: &str) -> Result<AliasMap, Fault> {
    AliasMap::parse(text).map_err(|error| Fault::new(error.offset, error.message))
}

/// RS §9.
pub fn schedule(text: &str) -> Result<Schedule, Fault> {
    text.parse().map_err(|error: crate::phone::ScheduleError| {
        Fault::new(error.offset, "a wait is seconds, or seconds+random, joined by `,`")
    })
}

/// A rule's error; words that translated guides print are named (PB §32).
fn fault(text: &str, error: RuleError) -> Fault {
    let here = text.get(error.offset..).unwrap_or_default();
    let translated = if here.starts_with("en ") {
        Some("`en` is how a translated guide prints `and` (PB §32)")
    } else if here.starts_with("toets ") {
        Some("`toets` is how a translated guide prints `--key` (PB §32)")
    } else if here.starts_with("&P") || here.starts_with("&M") {
        Some("a macro begins with `$`; one guide misprints it as `&` (PB §32)")
    } else {
        None
    };
    let message = translated.map_or(error.message, str::to_owned);
    Fault { at: error.offset, kind: FaultKind::Rule(error.fault), message }
}

/// What a register may hold: nobody knows, so a text that reads with one of these is fine.
const REGISTERS: [&str; 4] = ["a", "/a", "1", "http://a/a"];

/// Reads a text with its macros expanded to values as phones have them, and places a fault in what was written.
pub(super) fn known<T>(text: &str, read: impl Fn(&str) -> Result<T, Fault>) -> Result<T, Fault> {
    sampled(text, read).map(|(read, _)| read)
}

/// Where octets of an expanded text stand in what was written.
#[derive(Debug, Default)]
pub struct Places(Vec<Place>);

impl Places {
    pub fn written(&self, at: &Range<usize>) -> Range<usize> {
        placed(&self.0, at.start)..placed(&self.0, at.end)
    }

    /// The value of an assignment before macros are expanded.
    pub fn value<'t>(&self, text: &'t str, one: &rule::Assignment) -> &'t str {
        text.get(self.value_at(text, one)).unwrap_or_default()
    }

    /// Where it stands.
    pub fn value_at(&self, text: &str, one: &rule::Assignment) -> Range<usize> {
        value_behind(text, self.written(&one.at.0).end)
    }
}

/// What stands in quotes behind a name.
fn value_behind(text: &str, name_ends: usize) -> Range<usize> {
    let quote = |from: usize| text.get(from..).and_then(|rest| rest.find('"')).map(|at| from + at);
    let Some(start) = quote(name_ends).map(|at| at + 1) else { return text.len()..text.len() };
    start..quote(start).unwrap_or(text.len())
}

/// A rule as phones with plain values read it, and where its parts stand.
pub fn read_rule(text: &str, kind: Kind) -> Result<(rule::Rule, Places), Fault> {
    sampled(text, |expanded| rule::parse(expanded, kind).map_err(|error| fault(expanded, error)))
}

/// Which language of RS §1 a text is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleText {
    Profile,
    Upgrade,
    Trigger,
    Report,
    Url,
}

/// Whether a text is still read, and in as many parts, when a register holds this value.
pub fn holds_together(text: &str, kind: RuleText, register: &str, value: &str) -> bool {
    let with = |value: &str| {
        let (expanded, _) = expand(text, &|name| if name == register { Some(value) } else { sample(name, "a") });
        parts(&expanded, kind)
    };
    let plain: Vec<_> = REGISTERS.iter().filter_map(|plain| with(plain)).collect();
    // A text that cannot be read at all is no fault of the register.
    plain.is_empty() || with(value).is_some_and(|found| plain.contains(&found))
}

/// How many parts a rule has: alternatives, and comparisons in all.
fn parts(expanded: &str, kind: RuleText) -> Option<(usize, usize)> {
    let rule = |kind| {
        let rule = rule::parse(expanded, kind).ok()?;
        let conditions = rule.alternatives.iter().filter_map(|one| one.condition.as_ref());
        Some((rule.alternatives.len(), conditions.map(|one| one.comparisons.len()).sum()))
    };
    match kind {
        RuleText::Profile => rule(Kind::Profile),
        RuleText::Upgrade => rule(Kind::Upgrade),
        RuleText::Trigger => rule::parse_trigger(expanded)
            .ok()
            .map(|trigger| (1, trigger.map_or(0, |trigger| trigger.comparisons.len()))),
        RuleText::Report => rule::parse_report(expanded).ok().map(|reports| (reports.len(), 0)),
        RuleText::Url => rule::parse_url(expanded).ok().map(|_| (1, 0)),
    }
}

fn sampled<T>(text: &str, read: impl Fn(&str) -> Result<T, Fault>) -> Result<(T, Places), Fault> {
    plain(text)?;
    let mut first = None;
    for register in REGISTERS {
        let (expanded, places) = expand(text, &|name| sample(name, register));
        match read(&expanded) {
            Ok(read) => return Ok((read, Places(places))),
            Err(mut fault) => {
                fault.at = placed(&places, fault.at).min(text.len());
                first.get_or_insert(fault);
            }
        }
        if expanded == text {
            break;
        }
    }
    Err(first.unwrap_or_else(|| Fault::new(0, "the text cannot be read")))
}

/// Where a macro ended, in the expanded and in the written text, and where its value began.
#[derive(Debug)]
struct Place {
    value: usize,
    end: usize,
    written: usize,
    behind: usize,
}

fn placed(places: &[Place], at: usize) -> usize {
    match places.iter().rev().find(|place| place.value <= at) {
        Some(place) if at < place.end => place.written,
        Some(place) => place.behind + (at - place.end),
        None => at,
    }
}

fn expand<'v>(text: &str, value_of: &dyn Fn(&str) -> Option<&'v str>) -> (String, Vec<Place>) {
    let mut expanded = String::with_capacity(text.len());
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let dollar = rest.find('$').unwrap_or(rest.len());
        let (plain, tail) = rest.split_at_checked(dollar).unwrap_or((rest, ""));
        expanded.push_str(plain);
        at += plain.len();
        let (value, length) = match parse_reference(tail) {
            _ if tail.starts_with("$$") => ("$", 2),
            Some(reference) => (value_of(reference.name).unwrap_or_default(), reference.length),
            None => ("", 0),
        };
        if length == 0 || value.is_empty() {
            // Unknown: it stays as written (RS §2).
            let length = length.max(usize::from(!tail.is_empty()));
            expanded.push_str(tail.get(..length).unwrap_or_default());
            at += length;
            continue;
        }
        let start = expanded.len();
        expanded.push_str(value);
        places.push(Place { value: start, end: expanded.len(), written: at, behind: at + length });
        at += length;
    }
    (expanded, places)
}

/// A value such as phones have (RS §3). Parts of values are taken as wholes: what they hold is not known here.
fn sample<'a>(name: &str, register: &'a str) -> Option<&'a str> {
    Some(match name {
        "SWVER" => "sip88xx.11-3-1MPP-678",
        "HWVER" => "2.0.1",
        "PRVST" | "UPGST" | "PRVTMR" | "UPGTMR" | "REGTMR1" | "REGTMR2" | "ISCUST" => "1",
        "IP" | "EXTIP" | "SERVIP" => "192.168.50.21",
        "PORT" => "69",
        "SCHEME" | "METH" => "tftp",
        "SERV" => "server",
        "PATH" => "/path",
        "CCERT" => "Installed",
        "PN" => "CP-8841-3PCC",
        "PSN" => "8841-3PCC",
        "SN" => "FCH2040ABCD",
        "MA" => "000e08aabbcc",
        "MAU" => "000E08AABBCC",
        "MAC" => "00:0e:08:aa:bb:cc",
        "SA" | "SB" | "SC" | "SD" | "MUID" | "MPWD" | "EMS" | "UPGERR" | "ERR" | "ORIGTYPE" | "AUTHSTATUS" => "a",
        "UPGCOND" => register,
        name if name.len() == 1 && name.bytes().all(|byte| matches!(byte, b'A'..=b'P')) => register,
        name if ["UID", "DISPLAYNAME", "AUTHID", "PROXY"]
            .iter()
            .any(|family| name.strip_prefix(family).is_some_and(|n| n.bytes().all(|byte| byte.is_ascii_digit()))) =>
        {
            "a"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_written() {
        let text = "(a = \"$B\" ; Proxy_1_=\"x\";)!";
        for (name, value) in [("a", "$B"), ("Proxy_1_", "x")] {
            assert_eq!(text.get(value_behind(text, text.find(name).expect(name) + name.len())), Some(value));
        }
        assert_eq!(value_behind("a = ", 1), 4..4);
        assert_eq!(value_behind("", 5), 0..0);
    }
}
