//! `only when C`: the phone's two triggers (PB §8.4). A trigger is comparisons joined by `and`, and one of two has to be true.

use super::Compiler;
use super::upgrade::by_model;
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
        let Some(alternatives) = self.alternatives(condition) else { return };
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
            let mut texts = Vec::new();
            for position in models {
                let Some(model) = self.plan.models.get(usize::from(*position)).map(|model| model.name.clone()) else {
                    continue;
                };
                match self.phone_text(one, &|release, operator| self.compared_with(release, operator, &model)) {
                    Some(text) => texts.push((*position, text)),
                    None => return self.no_load_to_compare(&model, condition.span),
                }
            }
            match texts.first() {
                Some((_, first)) if texts.iter().all(|(_, text)| text == first) => {
                    self.derive_at("Resync_Trigger[]", &[index], &Value::Text(first.clone()), span, settings);
                }
                _ => self.emit("Resync_Trigger[]", &[index], by_model(texts), span, settings),
            }
        }
    }

    /// A release that is no load for some model of the fleet: a fault of the release has its finding.
    fn no_load_to_compare(&mut self, model: &str, span: Span) {
        if self.loads.iter().any(|loads| loads.faulty) {
            return;
        }
        let finding = Diagnostic::new(Code::P0701, span, format!("a release here has no load for the {model}"));
        self.report(finding.because("phones of this model have nothing to compare their version with"));
    }
}
