//! The words that both forms for people share.

use super::{Change, Difference, Group, Requests, What};
use crate::diagnostic::visible;
pub(super) use crate::diagnostic::{counted, thousands};
use crate::platform::Catalogue;

/// So many changes of a group, groups, and phones by their addresses are told without `--full`.
pub(super) const CHANGES: usize = 6;
pub(super) const GROUPS: usize = 10;
const PHONES: usize = 3;
/// So many phones are all listed.
const LISTED: usize = 8;
const MODELS: usize = 4;
/// A longer value is told by where it is another.
const WIDEST: usize = 56;
/// Signs that are kept on each side of that place.
const BESIDE: usize = 12;

/// `412 phones in utrecht (8841 ×300, 7841 ×112)`.
pub(super) fn heading(group: &Group) -> String {
    if group.count == 0 {
        return "servers, networks and zones".to_owned();
    }
    let fleets = match group.fleets.len() {
        0 => String::new(),
        few if few <= PHONES => format!(" in {}", group.fleets.join(", ")),
        many => format!(" in {many} fleets"),
    };
    let mut models: Vec<(&String, &usize)> = group.models.iter().collect();
    models.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let models: String = match models.as_slice() {
        [(model, _)] => format!(" ({})", short(model)),
        few if few.len() <= MODELS => {
            let each: Vec<String> = few.iter().map(|(model, count)| format!("{} ×{count}", short(model))).collect();
            format!(" ({})", each.join(", "))
        }
        many => format!(" ({} models)", many.len()),
    };
    plain(&format!("{}{fleets}{models}{}", phones(group.count), reboots(group)))
}

/// That phones restart, behind what is said of them.
pub(super) fn reboots(group: &Group) -> &'static str {
    match (group.reboots, group.count) {
        (false, _) => "",
        (true, 1) => "; it restarts with new firmware",
        (true, _) => "; they restart with new firmware",
    }
}

/// `CP-8841-3PCC` is told as `8841`.
fn short(model: &str) -> &str {
    model.strip_prefix("CP-").unwrap_or(model).trim_end_matches("-3PCC")
}

/// The addresses of a group: where they are few, or asked for, all; of more the first, unless its fleets say who they are.
pub(super) fn addresses(group: &Group, full: bool) -> Option<String> {
    if group.count == 0 || !full && group.whole && group.count > PHONES {
        return None;
    }
    if full || group.count <= LISTED {
        return Some(group.phones.join(", "));
    }
    let first: Vec<&str> = group.phones.iter().take(PHONES).map(String::as_str).collect();
    Some(format!("{} and {} more; --full lists them", first.join(", "), thousands(group.count - PHONES)))
}

/// `1 phone`, `9,114 phones`.
pub(super) fn phones(count: usize) -> String {
    counted(count, "phone")
}

/// What a change is about.
pub(super) fn name(change: &Change) -> String {
    let name = &change.name;
    let named = match change.what {
        What::Parameter | What::Rule => {
            let (element, user) = match name.strip_suffix("@ua") {
                Some(element) => (element, ", user access"),
                None => (name.as_str(), ""),
            };
            let written = Catalogue::cisco_mpp().written(element).unwrap_or_else(|| element.to_owned());
            format!("{written}{user}")
        }
        What::Dhcp if name.starts_with(|sign: char| sign.is_ascii_digit()) => format!("DHCP option {name}"),
        What::Dhcp if name.starts_with("v6 ") => format!("DHCPv6 option {}", name.trim_start_matches("v6 ")),
        What::Dhcp => name.clone(),
        What::Dns => format!("DNS {name}"),
        What::File => format!("file {name}"),
        What::Key => format!("key of {name}"),
        What::Firmware => "firmware".to_owned(),
        What::Phone | What::Service => name.clone(),
    };
    plain(&named)
}

/// What a value was and is, as they are told; one of them is nothing where it says all.
pub(super) struct Values {
    pub before: Option<String>,
    pub after: Option<String>,
    /// What is told in words.
    pub note: Option<String>,
}

pub(super) fn values(change: &Change, full: bool) -> Values {
    let told = |before: &Option<String>, after: &Option<String>| match (before, after) {
        (Some(before), Some(after)) if !full => {
            let (before, after) = differing(before, after);
            (Some(before), Some(after))
        }
        (before, after) => {
            let cut = |text: &String| if full { text.clone() } else { cut(text) };
            (before.as_ref().map(cut), after.as_ref().map(cut))
        }
    };
    let (before, after, own) = match &change.such_as {
        Some(example) => {
            let (before, after) = told(&example.before, &example.after);
            (before, after, Some(format!("each phone its own; this is {}", example.phone)))
        }
        None => {
            let (before, after) = told(&change.before, &change.after);
            (before, after, None)
        }
    };
    let note = match (change.what, &change.before, &change.after) {
        _ if change.secret && before == after => Some("another secret".to_owned()),
        (What::Parameter | What::Rule, Some(_), None) if change.name.ends_with("@ua") => None,
        (What::Parameter | What::Rule, Some(_), None) => Some("no longer set; phones keep what they have".to_owned()),
        _ => None,
    };
    let notes: Vec<String> = note.into_iter().chain(own).collect();
    let plain =
        |text: Option<String>| text.map(|text| if text.is_empty() { "(empty)".to_owned() } else { plain(&text) });
    Values { before: plain(before), after: plain(after), note: (!notes.is_empty()).then(|| notes.join("; ")) }
}

/// What stands where there is nothing.
pub(super) fn nothing(what: What) -> &'static str {
    match what {
        What::Parameter | What::Rule => "not set",
        What::Firmware => "whatever runs",
        What::Dhcp => "not told",
        What::Dns => "no record",
        What::Key => "none",
        What::Phone | What::File | What::Service => "not there",
    }
}

/// Two long texts, by the place where they differ.
fn differing(before: &str, after: &str) -> (String, String) {
    let (left, right): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
    if left.len() <= WIDEST && right.len() <= WIDEST {
        return (before.to_owned(), after.to_owned());
    }
    let same = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let most = left.len().min(right.len()) - same;
    let tail = left.iter().rev().zip(right.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let part = |text: &[char]| {
        let from = same.saturating_sub(BESIDE);
        let to = (text.len() - tail + BESIDE).min(text.len());
        let inside: String = text.iter().skip(from).take(to.saturating_sub(from)).collect();
        let (open, close) = (if from > 0 { "…" } else { "" }, if to < text.len() { "…" } else { "" });
        format!("{open}{}{close}", cut(&inside))
    };
    (part(&left), part(&right))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(WIDEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// What a terminal shows as it is, on one line.
fn plain(text: &str) -> String {
    visible(text).replace(['\n', '\t', '\r'], " ")
}

/// `on average 0.4 → 0.2 requests/s`, as far as something is another.
pub(super) fn rates(one: &Requests) -> Vec<(&'static str, String, String)> {
    let (before, after) = (&one.before, &one.after);
    let all = [
        ("on average", before.average, after.average),
        ("at the peak", before.peak, after.peak),
        ("after a power cut", before.power_cut, after.power_cut),
    ];
    let told = all.into_iter().map(|(when, before, after)| (when, rate(before), rate(after)));
    // What is another by less than is shown is none.
    told.filter(|(_, before, after)| before != after).collect()
}

fn rate(rate: f64) -> String {
    if rate >= 10.0 { format!("{rate:.0}/s") } else { format!("{}/s", (rate * 1000.0).round() / 1000.0) }
}

/// The last line of all.
pub(super) fn unchanged(of: &Difference) -> String {
    let summary = &of.summary;
    match (of.is_empty(), summary.unchanged) {
        (true, 0) => "nothing changes".to_owned(),
        (true, all) => format!("nothing changes for {}", phones(all)),
        (false, none) => format!("{} unchanged", phones(none)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_told_by_the_place_where_they_differ() {
        assert_eq!(differing("a", "b"), ("a".into(), "b".into()));
        let long = |middle: &str| format!("{}{middle}{}", "x".repeat(60), "y".repeat(60));
        let (before, after) = differing(&long("1"), &long("22"));
        assert_eq!(before, "…xxxxxxxxxxxx1yyyyyyyyyyyy…");
        assert_eq!(after, "…xxxxxxxxxxxx22yyyyyyyyyyyy…");
        let (before, after) = differing(&"é".repeat(80), &"é".repeat(90));
        assert!(before.starts_with('…') && after.chars().count() > before.chars().count(), "{before} {after}");
        assert_eq!(differing("", &"z".repeat(80)), (String::new(), format!("{}…", "z".repeat(56))));
    }

    #[test]
    fn a_value_stays_on_its_line_and_colours_nothing() {
        assert_eq!(plain("a\u{1b}[31mb\u{202e}c\nd"), "a?[31mb\u{fffd}c d");
    }
}
