//! P0603 within one resync, by what rules assign: a file of the fleet sets an element, and a rule sets it otherwise, on every resync
//! anew; or two rules do. What a file leaves to the user, or sets once, a rule without a condition takes back (P0602, P0610).

use super::assigned::{Assigned, Course};
use super::{About, Whole, place};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Piece, Setting, SettingValue};
use crate::platform::Catalogue;

pub(super) fn check(about: &About<'_>, whole: &Whole, courses: &[Course]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for course in courses {
        let by_rules: Vec<&Assigned> = course.iter().filter(|one| one.by_profile_rule()).collect();
        for (position, one) in by_rules.iter().enumerate() {
            let earlier = by_rules.iter().take(position).find(|other| other.element == one.element);
            if let Some(earlier) = earlier {
                findings.extend(twice(about, earlier, one));
            }
            match whole.shape.settings.iter().find(|setting| setting.element == one.element) {
                Some(setting) => findings.extend(beside(about, whole, setting, one)),
                None => findings.extend(seeded(about, one)),
            }
        }
    }
    findings
}

/// One element, by two rules or by one.
fn twice(about: &About<'_>, first: &Assigned, second: &Assigned) -> Option<Diagnostic> {
    let name = written(&first.element);
    let at = place(second.origin, about.sources);
    if first.rule == second.rule {
        let finding = Diagnostic::new(Code::P0610, at, format!("`{name}` is set twice by one rule"));
        return Some(finding.because("the phone takes the last of them").help("remove one"));
    }
    let differ = first.constant().zip(second.constant()).is_some_and(|(one, two)| !one.eq_ignore_ascii_case(two));
    differ.then(|| {
        Diagnostic::new(Code::P0603, at, format!("`{name}` has two values within one resync"))
            .because(format!("`{}` comes later and sets it otherwise, whenever both apply", second.rule))
            .label(place(first.origin, about.sources), format!("`{}` sets it here", first.rule))
            .help("set it in one of the two, or give them conditions that never hold together")
            .note("PB §8.2, RS §11: each rule assigns before it fetches, on every resync anew")
    })
}

/// One element, by a file and by a rule.
fn beside(about: &About<'_>, whole: &Whole, setting: &Setting, one: &Assigned) -> Option<Diagnostic> {
    let at = place(one.origin, about.sources);
    let label = place(setting.origin, about.sources);
    let SettingValue::Set(value) = &setting.value else {
        // Under a condition it may well be meant so: once, until a flag is set.
        return one.always.then(|| {
            let message = format!("`{}` is the user's own, and set by a rule", written(&one.element));
            Diagnostic::new(Code::P0602, at, message)
                .because("the rule sets it on every resync anew, whatever the user chose")
                .label(label, "this leaves it to the user")
                .help("remove one, or write `seed` for a value that is set once")
        });
    };
    let readable =
        |piece: &Piece| matches!(piece, Piece::Text(_) | Piece::Column(_) | Piece::ByModel(_) | Piece::Macro(_));
    if !value.pieces().iter().all(readable) {
        return None;
    }
    let assigned = one.constant()?;
    // Where each phone has its own, some phone's differs.
    let mut rows = if value.constant().is_some() { whole.row..whole.row + 1 } else { 0..about.fleet.phones.len() };
    let differs = |row: usize| {
        let mut text = String::new();
        about.fleet.phones.expand(value, row, &about.served.plan().models, &mut text);
        !text.eq_ignore_ascii_case(assigned)
    };
    if !rows.any(differs) {
        return None;
    }
    let why = match one.condition.as_str() {
        "" => "the rule sets it otherwise than the file, on every resync anew".to_owned(),
        _ => {
            "whenever its condition holds, the rule sets it otherwise than the file, which sets it anew on every resync"
                .to_owned()
        }
    };
    Some(
        Diagnostic::new(Code::P0603, at, format!("`{}` has two values within one resync", written(&one.element)))
            .because(why)
            .label(label, "a file of the same phones sets it here")
            .help("set it in one of the two: remove it from the profile, or from the rule")
            .note("PB §8.2, RS §11: rules and files come one after the other, the later wins, on every resync anew"),
    )
}

/// One element, by the bootstrap file once and by a rule ever after.
fn seeded(about: &About<'_>, one: &Assigned) -> Option<Diagnostic> {
    let bootstrap = about.fleet.bootstrap.as_ref().filter(|_| one.always)?;
    let seed = bootstrap.shape.settings.iter().find(|setting| setting.element == one.element)?;
    let message = format!("`{}` is seeded, and set by a rule", written(&one.element));
    Some(
        Diagnostic::new(Code::P0610, place(one.origin, about.sources), message)
            .because("set on every resync; what was seeded is gone with the first")
            .label(place(seed.origin, about.sources), "seeded here, to be set once")
            .help("remove one"),
    )
}

fn written(element: &str) -> String {
    Catalogue::cisco_mpp().written(element).unwrap_or_else(|| element.to_owned())
}
