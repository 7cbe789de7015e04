//! Registers inside of rules: what the program puts into GPP_A to GPP_P stands in the rule before the phone reads it, and may end a
//! string or an alternative there (RS §1).

use super::Compiler;
use super::columns::Columns;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::{At, Comparison, Condition, Fleet, Resync, RuleBody};
use crate::phone::macros::parse_reference;
use crate::phone::script::{RuleText, holds_together};
use crate::plan::{Piece, Profile, Setting, SettingValue};
use crate::platform::{ParameterType, TextType};

impl Compiler<'_> {
    /// P0512, for every rule of the fleet and every register that the program sets.
    pub(super) fn registers_fit(
        &mut self,
        fleet: &Fleet,
        profiles: &[Profile],
        seeds: &[Setting],
        derived: &[Setting],
        columns: &Columns<'_>,
    ) {
        let settings =
            || profiles.iter().flat_map(|profile| &profile.shapes).flat_map(|shape| &shape.settings).chain(seeds);
        let mut findings = Vec::new();
        // Whoever gives the rule: what follows from the fleet stands in the first profile as well, later.
        let given = settings().filter(|one| !derived.iter().any(|other| other.element == one.element));
        for rule in derived.iter().chain(given) {
            let Some(kind) = self.rule_text(&rule.element) else { continue };
            let SettingValue::Set(template) = &rule.value else { continue };
            let text: String =
                template.pieces().iter().map(|piece| if let Piece::Text(text) = piece { text } else { "a" }).collect();
            for name in registers(&text) {
                let element = format!("GPP_{name}");
                let breaks = settings().filter(|setting| setting.element == element).find_map(|setting| {
                    let SettingValue::Set(value) = &setting.value else { return None };
                    let mut expanded = String::new();
                    let rows = if value.constant().is_some() { 1 } else { columns.table.len() };
                    (0..rows).find_map(|row| {
                        expanded.clear();
                        columns.table.expand(value, row, &self.plan.models, &mut expanded);
                        let breaks = !holds_together(&text, kind, name, &expanded);
                        breaks.then(|| (setting.origin, expanded.clone()))
                    })
                });
                if let Some((origin, value)) = breaks {
                    let place = self.named_at(fleet, &rule.element, name).unwrap_or_else(|| self.place(rule.origin));
                    findings.push(
                        Diagnostic::new(Code::P0512, place, format!("`${name}` breaks this rule"))
                            .because("the phone puts the register's text in before it reads the rule")
                            .label(self.place(origin), format!("the register holds `{value}`"))
                            .help("keep `\"`, `|`, brackets and blanks out of what stands in a rule")
                            .note("RS §1, §2"),
                    );
                }
            }
        }
        self.findings.extend(findings);
    }

    /// In what language an element holds a rule, if it does.
    fn rule_text(&self, element: &str) -> Option<RuleText> {
        // Most elements hold none, and looking each up takes long.
        if !element.contains("Rule") && !element.starts_with("Resync_Trigger") {
            return None;
        }
        let (parameter, _) = self.catalogue.of_element(element)?;
        match parameter.ty {
            ParameterType::Text(TextType::Rule) => Some(RuleText::Profile),
            ParameterType::Text(TextType::UpgradeRule) => Some(RuleText::Upgrade),
            ParameterType::Text(TextType::ReportRule) => Some(RuleText::Report),
            ParameterType::Text(TextType::UrlRule) => Some(RuleText::Url),
            ParameterType::Text(TextType::Trigger) => Some(RuleText::Trigger),
            _ => None,
        }
    }

    /// Where the program names the register in a rule.
    fn named_at(&self, fleet: &Fleet, element: &str, name: &str) -> Option<Span> {
        let asks = |condition: &At<Condition<Comparison>>| {
            let leaves = condition.value.leaves();
            leaves.iter().find(|leaf| leaf.subject.value == name).map(|leaf| leaf.subject.span)
        };
        if let Some(rule) = fleet.rules.iter().find(|rule| rule.parameter.value.element() == element) {
            return match &rule.body {
                RuleBody::Raw(text, expr) => {
                    let at = text.match_indices('$').find_map(|(at, _)| {
                        let reference = text.get(at..).and_then(parse_reference)?;
                        (reference.name == name).then_some(at..at + reference.length)
                    })?;
                    Some(self.place_in(expr, at))
                }
                RuleBody::Arms(arms) => arms.iter().filter_map(|arm| arm.when.as_ref()).find_map(asks),
            };
        }
        fleet.resync.iter().find_map(|at| match &at.value {
            Resync::OnlyWhen(condition) => asks(condition),
            _ => None,
        })
    }
}

/// The registers that a text names, each once.
fn registers(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for (at, _) in text.match_indices('$') {
        let reference = text.get(at..).and_then(parse_reference);
        let name = reference.map(|reference| reference.name).filter(|name| matches!(name.as_bytes(), [b'A'..=b'P']));
        names.extend(name.filter(|name| !names.contains(name)));
    }
    names
}
