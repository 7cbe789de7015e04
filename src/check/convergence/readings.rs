//! What goes wrong where a phone compares no versions across the change of form (C-20), and goes well where it compares them
//! part by part: told as a matter on which the vendor's texts differ (P1003).

use super::judge::Fault;
use crate::diagnostic::Code;
use crate::phone::rule::Operator;
use crate::phone::stance::{AcrossForms, Matter, Stances};
use crate::platform::{Cut, LoadName};

/// The finding about a life by the strict reading; nothing where something is wrong with the same rule by either: that is told
/// as it is, and to be mended first. How often a phone restarts, and that it goes back, say nothing of where it ends. `made`:
/// the program says what phones are to run, and its rule is made for it.
pub(super) fn in_doubt(fault: Fault, by_parts: &[Fault], made: bool, loads: &[String]) -> Option<Fault> {
    let same = |other: &Fault| {
        (other.code == fault.code && other.cause == fault.cause)
            || (fault.element.is_some() && other.element == fault.element)
    };
    if by_parts.iter().any(same) || matches!(fault.code, Code::P1005 | Code::P0712) {
        return None;
    }
    let strict = Stances::default().taken(Matter::C20);
    let other = Stances { across: AcrossForms::ByParts, ..Stances::default() }.taken(Matter::C20);
    let id = Matter::C20.id();
    let element = fault.element.clone().unwrap_or_default();
    Some(Fault {
        code: Code::P1003,
        cause: format!("{id} {element}"),
        message: format!("{}, where phones compare no versions across 11.3(2)", fault.message),
        note: Some(format!(
            "{id}: texts contradict each other on {}; this is so by the reading `{}`, which `prov` takes where nobody says \
             otherwise, and not by `{}`",
            Matter::C20.title(),
            strict.word,
            other.word
        )),
        // Of a rule that `upgrade` has made it is told at the release (P0504).
        help: match element.as_str() {
            "Upgrade_Rule" if made => None,
            "Upgrade_Rule" => Some("let `upgrade { to … }` make the rule: it is right by both readings".into()),
            _ => Some(match cut(loads) {
                Some((family, text)) => format!("compare what both forms share: of `{family}` loads, `{text}`"),
                None => "compare what both forms share: major, minor and micro, with one tag behind them".into(),
            }),
        },
        ..fault
    })
}

/// The family of the loads that a phone may begin on, and how their versions are compared by what all forms share.
fn cut(loads: &[String]) -> Option<(String, String)> {
    let loads: Vec<LoadName> = loads.iter().filter_map(|load| format!("{load}.loads").parse().ok()).collect();
    let newest = loads.iter().max_by_key(|load| load.order())?;
    let alike: Vec<LoadName> = loads.iter().filter(|load| load.family() == newest.family()).cloned().collect();
    let cut = Cut::of(newest, &alike)?;
    Some((newest.family().to_owned(), cut.numbers(Operator::Less, newest)))
}
