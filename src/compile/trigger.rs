//! `only when C`: the phone's two triggers (PB §8.4). A trigger is comparisons joined by `and`, and one of two has to be true.

use super::Compiler;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::{At, Comparison, Condition, Value};
use crate::plan::Setting;
use std::collections::BTreeSet;

/// Resync_Trigger_1 and _2.
const TRIGGERS: usize = 2;

impl Compiler<'_> {
    /// `models` are those of the fleet: which load a release is differs between them.
    pub(super) fn only_when(
        &mut self,
        condition: &At<Condition<Comparison>>,
        span: Span,
        models: &BTreeSet<u16>,
        settings: &mut Vec<Setting>,
    ) {
        let before = self.findings.len();
        let alternatives = self.alternatives(condition);
        self.one_for_all_versions(before);
        let Some(alternatives) = alternatives else { return };
        if alternatives.is_always() {
            return;
        }
        if alternatives.all.len() > TRIGGERS {
            let count = alternatives.all.len();
            let finding = if alternatives.nested {
                Diagnostic::new(Code::P0506, condition.span, "this would need parentheses in a trigger")
                    .because(format!("a trigger has none, and written out it is {count} alternatives"))
            } else {
                Diagnostic::new(Code::P0505, condition.span, format!("a phone cannot wait for {count} alternatives"))
                    .because("it has two triggers, and a trigger knows `and` only")
            };
            return self.report(
                finding
                    .help("two alternatives at most, each comparisons joined by `and`; or set a register such as `$A` by a rule, and ask for it")
                    .note("PB §8.4, RS §4"),
            );
        }
        if alternatives.all.is_empty() {
            // Never: an empty trigger would be always.
            return self.derive_at("Resync_Trigger[]", &[1], &Value::Text("0 eq 1".into()), span, settings);
        }
        for (index, one) in (1..).zip(&alternatives.all) {
            let Some(text) = self.phone_condition(one, models, condition.span) else { return };
            match text.constant() {
                Some(text) => {
                    self.derive_at("Resync_Trigger[]", &[index], &Value::Text(text.to_owned()), span, settings);
                }
                None => self.emit("Resync_Trigger[]", &[index], text, span, settings),
            }
        }
    }
}
