//! Conditions of raw rules and triggers, held against what is known of each variable, as those of rules by hand are.

use super::Compiler;
use super::comparison::{Compared, Side};
use crate::diagnostic::{Code, Diagnostic};
use crate::language::Conjunction;
use crate::language::syntax::tree::Expr;
use crate::phone::macros::parse_reference;
use crate::phone::rule::{self, Version, Written};
use crate::platform::{MacroKind, TextType};

/// A condition of a raw rule.
pub(super) struct RawCondition {
    /// Where in the text it begins.
    pub start: usize,
    /// Its comparisons, as far as something is known of them, and whether that is all of them.
    pub known: Conjunction<Compared>,
    pub whole: bool,
    pub always: bool,
}

impl Compiler<'_> {
    /// Returns what is known of each condition.
    pub(super) fn raw_conditions(&mut self, ty: TextType, text: &str, expr: &Expr) -> Vec<RawCondition> {
        let before = self.findings.len();
        let mut read = Vec::new();
        let conditions = match ty {
            TextType::Trigger => vec![(0, text)],
            TextType::ReportRule | TextType::UrlRule => Vec::new(),
            _ => rule::conditions(text),
        };
        for (start, condition) in conditions {
            let all = rule::written(condition).unwrap_or_default();
            let mut known = Vec::new();
            for one in &all {
                self.firmware_as_text(one, start, expr);
                known.extend(self.raw_comparison(one, start, expr));
            }
            let known = [Conjunction(known)];
            let holding = self.never_together(&known);
            let [known] = known;
            // Each of them, and none that nothing is known of.
            let always = !all.is_empty() && holding.len() == all.len();
            let whole = !all.is_empty() && known.0.len() == all.len();
            read.push(RawCondition { start, known, whole, always });
        }
        self.one_for_all_versions(before);
        read
    }

    /// A comparison of a variable with what is written, as far as something is known of it.
    fn raw_comparison(&mut self, one: &Written<'_>, start: usize, expr: &Expr) -> Option<Compared> {
        let (subject, operator, other) = match (one.left.variable(), one.right.variable()) {
            (Some(subject), _) => (subject, one.operator, one.right),
            (None, Some(subject)) => (subject, one.operator.flipped(), one.left),
            (None, None) => return None,
        };
        let info = self.catalogue.macro_info(subject)?;
        let span = self.place_in(expr, start + one.at.start..start + one.at.end);
        let quoted = one.left.quoted && one.right.quoted;
        let operand = match (other.variable(), info.kind) {
            (Some(name), kind) if kind.is_quoted() == quoted => {
                self.catalogue.macro_info(name).filter(|other| other.kind == kind || quoted)?;
                Side::Variable(name.to_owned())
            }
            _ if other.text.contains('$') => return None,
            (None, MacroKind::Int | MacroKind::Duration) => Side::Int(other.number()?),
            (None, MacroKind::Version) if !quoted => {
                let version: Option<Version> = self.version(&info, operator, other.text, span);
                Side::Version(version?)
            }
            (None, kind) if kind.is_quoted() && quoted => Side::Text(other.text.to_owned()),
            _ => return None,
        };
        Some(Compared { subject: subject.to_owned(), kind: info.kind, operator, operand, span })
    }

    /// P0510: `"$SWVER" eq "…"` compares whole strings, and texts differ on how the phone spells its own.
    fn firmware_as_text(&mut self, one: &Written<'_>, start: usize, expr: &Expr) {
        let asks = |side: &rule::Side<'_>| {
            let macros = side.text.match_indices('$').filter_map(|(at, _)| parse_reference(side.text.get(at..)?));
            // A part of it is a text, and has no other form.
            side.quoted && macros.into_iter().any(|one| one.name == "SWVER" && one.from.is_none())
        };
        if !asks(&one.left) && !asks(&one.right) {
            return;
        }
        let place = self.place_in(expr, start + one.at.start..start + one.at.end);
        let finding = Diagnostic::new(Code::P0510, place, "the firmware is compared as a string")
            .because("whether it ends in `.loads`, and which model it names, is compared as well")
            .help("leave the quotes off: `$SWVER ne sip88xx.11-3-1MPP-678`");
        self.report(finding.note("RS §10"));
    }
}
