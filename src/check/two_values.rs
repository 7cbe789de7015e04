//! P0603 within one resync: a rule by hand fetches a file of ours that sets what a file of the fleet's own profiles sets otherwise. Each
//! resync sets the one and then the other, whichever comes later, and a call or a restart between them meets the first.

use super::about::by_hand_rules;
use super::rule_without_file::files_of;
use super::{About, place};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::plan::{Part, Setting, SettingValue, Shape};
use crate::platform::Catalogue;
use std::collections::HashMap;

/// Kinds of phones that are looked at, by their files and model.
const KINDS: usize = 32;

pub(super) fn check(about: &About<'_>) -> Vec<Diagnostic> {
    let fleet = about.fleet;
    let rules: Vec<_> = by_hand_rules(fleet).collect();
    if rules.is_empty() {
        return Vec::new();
    }
    // By their files and model: the first phone of each kind, and how many there are.
    let mut kinds: Vec<(usize, usize)> = Vec::new();
    let mut known: HashMap<(Vec<u16>, Option<u16>), usize> = HashMap::new();
    for row in 0..fleet.phones.len() {
        let kind = (fleet.forms(row), fleet.phones.models.get(row).copied());
        match known.get(&kind) {
            Some(at) => kinds.iter_mut().skip(*at).take(1).for_each(|(_, phones)| *phones += 1),
            None => {
                known.insert(kind, kinds.len());
                kinds.push((row, 1));
            }
        }
    }
    let mut found: Vec<(Diagnostic, usize, usize)> = Vec::new();
    for (row, phones) in kinds.into_iter().take(KINDS) {
        let Some(phone) = about.phone(row) else { continue };
        let own: Vec<(&str, &Shape)> =
            fleet.profiles.iter().filter_map(|profile| Some((profile.id.as_str(), profile.shape(row)?))).collect();
        let mut counted: Vec<Span> = Vec::new();
        for (rule, origin) in &rules {
            let span = place(*origin, about.sources);
            for (url, file) in files_of(about.served, phone, &rule.text) {
                let Part::Profile(_) = file.part else { continue };
                // The file is its own: the same again.
                if file.fleet == phone.fleet && file.row == phone.row || counted.contains(&span) {
                    continue;
                }
                let Some(other) = about.served.profile(file) else { continue };
                let Some(shape) = other.shape(file.row as usize) else { continue };
                let Some((profile, first, second)) = differing(&own, shape) else { continue };
                counted.push(span);
                match found.iter_mut().find(|(known, ..)| known.span() == span) {
                    Some((_, _, known)) => *known += phones,
                    None => {
                        found.push((told(about, span, &url, &other.id, profile, (first, second)), row, phones));
                    }
                }
            }
        }
    }
    found.into_iter().map(|(finding, row, phones)| finding.note(about.concerned(row, phones))).collect()
}

/// The first element that both set, and set otherwise. Rules that files change are a story's matter (P1004).
fn differing<'s>(own: &[(&'s str, &'s Shape)], other: &'s Shape) -> Option<(&'s str, &'s Setting, &'s Setting)> {
    let compared = |setting: &&Setting| !setting.overrides && !setting.element.starts_with("Profile_Rule");
    other.settings.iter().filter(compared).find_map(|second| {
        own.iter().find_map(|(profile, shape)| {
            let first = shape.settings.iter().find(|first| first.element == second.element)?;
            let both_set = matches!((&first.value, &second.value), (SettingValue::Set(_), SettingValue::Set(_)));
            // What stands in a cell of another fleet's table is another value only as far as nobody can tell.
            let known = |setting: &Setting| match &setting.value {
                SettingValue::Set(value) => value.constant().map(str::to_owned),
                SettingValue::Keep => None,
            };
            let (one, two) = (known(first)?, known(second)?);
            (both_set && one != two).then_some((*profile, first, second))
        })
    })
}

fn told(
    about: &About<'_>,
    span: Span,
    url: &str,
    other: &str,
    profile: &str,
    (first, second): (&Setting, &Setting),
) -> Diagnostic {
    let name = Catalogue::cisco_mpp().written(&first.element).unwrap_or_else(|| first.element.clone());
    Diagnostic::new(Code::P0603, span, format!("`{name}` has two values within one resync"))
        .because(format!("`{url}` is a file of profile `{other}`, which sets it otherwise than `{profile}`"))
        .label(place(first.origin, about.sources), format!("`{profile}` sets it here"))
        .label(place(second.origin, about.sources), format!("and `{other}` here"))
        .help("set it in one of the two, or fetch another file")
        .note("PB §9: each file is applied as it comes, on every resync anew")
}
