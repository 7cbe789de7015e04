//! P0513: a condition on a register that the phone's files set, to something else than what is asked for. Before its first file a
//! register is empty, which is not what is asked for either.

use super::{About, constant, place};
use crate::diagnostic::{Code, Diagnostic};
use crate::phone::rule::{Operator, conditions, written};
use crate::plan::{Setting, SettingValue, Shape};

pub(super) fn check(about: &About<'_>, shape: &Shape) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for rule in shape.settings.iter().filter(|setting| setting.element.contains("Rule")) {
        let Some((_, text)) = constant(shape, &rule.element) else { continue };
        for comparison in conditions(text).into_iter().filter_map(|(_, condition)| written(condition)).flatten() {
            let (name, asked) = match (comparison.left.variable(), comparison.right.variable()) {
                (Some(name), None) => (name, comparison.right.text),
                (None, Some(name)) => (name, comparison.left.text),
                _ => continue,
            };
            let register = matches!(name.as_bytes(), [b'A'..=b'P']).then(|| format!("GPP_{name}"));
            let Some(register) = register.filter(|_| comparison.operator == Operator::Equal) else { continue };
            if asked.is_empty() || asked.contains('$') {
                continue;
            }
            let Some((set, value)) = constant(shape, &register).filter(|(_, value)| *value != asked) else { continue };
            if others_fill(about, shape, set, asked) {
                continue;
            }
            let message = format!("`${name}` never is `{asked}` here");
            findings.push(
                Diagnostic::new(Code::P0513, place(rule.origin, about.sources), message)
                    .because(format!("`{}` asks for it, and what follows is never done", rule.element))
                    .label(place(set.origin, about.sources), format!("phones have `{value}` in it"))
                    .help(format!("ask for `{value}`, or let `{register}` be set where `{asked}` is meant"))
                    .note("registers are read as they stand, letter case included (RS §4)"),
            );
        }
    }
    findings.dedup_by(|one, other| one.span() == other.span() && one.message == other.message);
    findings
}

/// Whether somebody else may put into a register what is asked for: a person, a rule, or another file.
fn others_fill(about: &About<'_>, shape: &Shape, set: &Setting, asked: &str) -> bool {
    let texts = |setting: &Setting| match &setting.value {
        SettingValue::Set(value) => value.constant().is_none_or(|text| text == asked),
        SettingValue::Keep => true,
    };
    let bootstrap = about.fleet.bootstrap.iter().map(|bootstrap| &bootstrap.shape);
    let files = about.fleet.profiles.iter().flat_map(|profile| &profile.shapes);
    let by_file = files
        .chain(bootstrap)
        .flat_map(|shape| &shape.settings)
        .any(|one| one.element == set.element && (one.user.is_some() || texts(one)));
    let by_rule = shape.settings.iter().any(|one| match &one.value {
        SettingValue::Set(value) => value.pieces().iter().any(|piece| match piece {
            crate::plan::Piece::Text(text) => text.contains(&set.element),
            _ => false,
        }),
        SettingValue::Keep => false,
    });
    by_file || by_rule
}
