//! P0513: a condition about a register that the program itself fills, and never with what is asked for, or always. What else fills it
//! nobody knows: a file of somebody else's server, a person. Then nothing is said.

use super::about::arms;
use super::{About, clause, place};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::phone::macros::parse_reference;
use crate::phone::rule::{Kind, conditions, weighed, written};
use crate::plan::{Origin, Piece, SettingValue, Template};
use std::collections::BTreeSet;

/// A register that may be as many things as this is not looked at.
const VALUES: usize = 4_096;

pub(super) fn check(about: &About<'_>) -> Vec<Diagnostic> {
    let mut findings: Vec<Diagnostic> = Vec::new();
    let texts = texts(about);
    for (element, template, origin) in &texts {
        let trigger = element.starts_with("Resync_Trigger");
        if !trigger && !is_rule(element) {
            continue;
        }
        let Some(text) = template.constant() else { continue };
        let inside = if trigger { vec![(0, text)] } else { conditions(text) };
        for (_, condition) in inside {
            for one in written(condition).unwrap_or_default() {
                let Some(comparison) = condition.get(one.at.clone()) else { continue };
                let Some(register) = asks_for(comparison) else { continue };
                let Some(filled) = filled(&texts, about, register, condition) else { continue };
                let verdict = |value: &String| {
                    let known = |name: &str| (name == register).then(|| value.clone());
                    weighed(comparison, &known)
                };
                let verdicts: BTreeSet<Option<bool>> = filled.values.iter().map(verdict).collect();
                let verdict = match verdicts.into_iter().collect::<Vec<_>>().as_slice() {
                    [Some(false)] => "never holds",
                    // What phones are held back by may be a person's to switch.
                    [Some(true)] if !trigger => "always holds",
                    _ => continue,
                };
                let span = clause::comparison(condition, &one, *origin, about.sources);
                if !findings.iter().any(|known| known.span() == span) {
                    findings.push(told(about, span, comparison, verdict, register, &filled));
                }
            }
        }
    }
    findings
}

fn told(about: &About<'_>, span: Span, comparison: &str, verdict: &str, register: &str, filled: &Filled) -> Diagnostic {
    let values: Vec<String> =
        filled.values.iter().filter(|value| !value.is_empty()).map(|v| format!("`{v}`")).collect();
    let values = match values.len() {
        1..=4 => values.join(", "),
        more => format!("{more} values"),
    };
    Diagnostic::new(Code::P0513, span, format!("`{comparison}` {verdict}"))
        .because(format!("the program sets GPP_{register} to {values}; before that a phone has nothing in it"))
        .label(place(filled.origin, about.sources), "set here")
        .help(format!("ask for what the program sets, or leave GPP_{register} to a rule that assigns it"))
        .note(about.concerned(0, about.fleet.phones.len()))
}

fn is_rule(element: &str) -> bool {
    element.starts_with("Profile_Rule") || element == "Upgrade_Rule"
}

/// Every text that some phone of the fleet is given.
fn texts<'a>(about: &About<'a>) -> Vec<(&'a str, &'a Template, Origin)> {
    let shapes = about.fleet.profiles.iter().flat_map(|profile| &profile.shapes);
    let shapes = shapes.chain(about.fleet.bootstrap.as_ref().map(|bootstrap| &bootstrap.shape));
    let mut found: Vec<(&str, &Template, Origin)> = Vec::new();
    for setting in shapes.flat_map(|shape| &shape.settings) {
        let wanted = is_rule(&setting.element) || setting.element.starts_with("Resync_Trigger");
        if !wanted && !setting.element.starts_with("GPP_") {
            continue;
        }
        let SettingValue::Set(text) = &setting.value else { continue };
        if !found.iter().any(|(element, known, _)| *element == setting.element && *known == text) {
            found.push((&setting.element, text, setting.origin));
        }
    }
    found
}

/// The register that a comparison asks for, if it asks for nothing else.
fn asks_for(comparison: &str) -> Option<&str> {
    let mut asked: Vec<&str> = Vec::new();
    for (at, _) in comparison.match_indices('$') {
        asked.push(parse_reference(comparison.get(at..)?)?.name);
    }
    asked.sort_unstable();
    asked.dedup();
    match asked.as_slice() {
        [only] if matches!(only.as_bytes(), [b'A'..=b'P']) => Some(only),
        _ => None,
    }
}

/// What a register may hold, and where a file fills it. One that rules alone fill may as well be a person's, who sets it off.
struct Filled {
    values: BTreeSet<String>,
    origin: Origin,
}

/// Nothing: somebody else may fill it. `asking` is the condition in question, before whose own file it is read.
fn filled(texts: &[(&str, &Template, Origin)], about: &About<'_>, register: &str, asking: &str) -> Option<Filled> {
    let element = format!("GPP_{register}");
    // Before the first file a phone has nothing in it.
    let mut values = BTreeSet::from([String::new()]);
    let mut origin = None;
    let is_kept = about.fleet.profiles.iter().flat_map(|profile| &profile.shapes).flat_map(|shape| &shape.settings);
    if is_kept.into_iter().any(|one| one.element == element && matches!(one.value, SettingValue::Keep)) {
        return None;
    }
    for (name, text, at) in texts {
        if *name == element {
            origin.get_or_insert(*at);
            all_of(text, about, &mut values)?;
        }
        if !is_rule(name) || about.fleet.profiles.iter().any(|profile| profile.parameter == *name) {
            continue;
        }
        for arm in arms(text.constant()?, if *name == "Upgrade_Rule" { Kind::Upgrade } else { Kind::Profile }) {
            if arm.fetches() && *name != "Upgrade_Rule" && arm.condition != Some(asking) {
                return None;
            }
            for (_, value) in arm.assigns.iter().filter(|(assigned, _)| *assigned == element) {
                if value.contains('$') {
                    return None;
                }
                values.insert((*value).to_owned());
            }
        }
    }
    let origin = origin?;
    (values.len() <= VALUES).then_some(Filled { values, origin })
}

/// Adds what a text is for each phone; nothing: that is not to be known.
fn all_of(text: &Template, about: &About<'_>, values: &mut BTreeSet<String>) -> Option<()> {
    if let Some(constant) = text.constant() {
        values.insert(constant.to_owned());
        return Some(());
    }
    let readable =
        |piece: &Piece| matches!(piece, Piece::Text(_) | Piece::Column(_) | Piece::ByModel(_) | Piece::Macro(_));
    if !text.pieces().iter().all(readable) {
        return None;
    }
    for row in 0..about.fleet.phones.len() {
        let mut value = String::new();
        about.fleet.phones.expand(text, row, &about.served.plan().models, &mut value);
        values.insert(value);
        if values.len() > VALUES {
            return None;
        }
    }
    Some(())
}
