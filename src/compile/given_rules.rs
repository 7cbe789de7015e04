//! Rules that a program gives as values of parameters, `Upgrade_Rule = "…"`: the phone reads them as it reads any other, so they are
//! held against the same as what clauses give. What they are held against is known when the fleet's own rules are.

use super::Compiler;
use super::by_hand::owned;
use super::columns::Columns;
use super::delivery::RuleOptions;
use super::flatten::{Act, Assigned};
use super::macros::Use;
use super::raw::Given;
use super::rules::RULES;
use super::settings::one_of_each_model;
use crate::diagnostic::Span;
use crate::language::syntax::tree::Expr;
use crate::language::{Time, time_of};
use crate::plan::Setting;
use crate::platform::{ParameterType, TextType, wire};
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// A rule that some phones of the fleet at hand are given by a parameter.
pub(super) struct GivenRule {
    element: String,
    ty: TextType,
    text: String,
    expr: Expr,
    statement: Span,
    /// The models of the phones that have it, as positions in the plan.
    models: BTreeSet<u16>,
}

/// Texts of one statement that are looked at: that phones differ in them is rare.
const EXAMPLES: usize = 32;

/// The language of a parameter's rules, if it holds one.
pub(super) fn rule_type(assigned: &Assigned) -> Option<TextType> {
    match assigned.parameter.as_deref()?.ty {
        ParameterType::Text(ty) if is_rule(ty) => Some(ty),
        _ => None,
    }
}

/// Whether texts of a type are rules.
pub(super) fn is_rule(ty: TextType) -> bool {
    matches!(ty, TextType::Rule | TextType::UpgradeRule | TextType::ReportRule | TextType::UrlRule | TextType::Trigger)
}

impl Compiler<'_> {
    /// Keeps the rule of an assignment until the fleet's own are known. `false`: a macro in it is none, and its value needs no
    /// more words.
    pub(super) fn keep_rule(&mut self, assigned: &Assigned, rows: &[usize], columns: &Columns<'_>) -> bool {
        let (Some(ty), Act::Set(values) | Act::Seed(values)) = (rule_type(assigned), &assigned.act) else {
            return true;
        };
        let ([value], Some(parameter)) = (values.as_slice(), &assigned.parameter) else { return true };
        // The rules that fetch profiles are the fleet's, and that is told.
        if RULES.contains(&assigned.element.as_str()) {
            return true;
        }
        let examples = match time_of(value) {
            Time::Build => vec![None],
            Time::Phone => one_of_each_model(rows, columns.phones).into_iter().map(Some).collect(),
            _ => return true,
        };
        let model = |row: &usize| columns.table.models.get(*row).copied();
        for row in examples.into_iter().take(EXAMPLES) {
            let Ok(found) = self.evaluate_for(value, &assigned.locals, columns.phones, row) else { continue };
            let Some(text) = found.text() else { continue };
            if !self.macros_fit(&text, value, Use::Rule) {
                return false;
            }
            // What cannot be read is told where the value is made.
            if wire(parameter, &found).is_err() {
                continue;
            }
            let models: BTreeSet<u16> = match row {
                Some(row) => model(&row).into_iter().collect(),
                None => one_of_each_model(rows, columns.phones).iter().filter_map(model).collect(),
            };
            let same = |one: &&mut GivenRule| one.statement == assigned.span && one.text == text;
            match self.given.iter_mut().find(same) {
                Some(known) => known.models.extend(models),
                None => self.given.push(GivenRule {
                    element: assigned.element.clone(),
                    ty,
                    text,
                    expr: value.clone(),
                    statement: assigned.span,
                    models,
                }),
            }
        }
        true
    }

    /// Reports what is wrong with the rules that were kept; `derived` are the fleet's own settings.
    pub(super) fn rules_given(&mut self, options: &[RuleOptions], derived: &[Setting], columns: &Columns<'_>) {
        let owned = owned(derived, options);
        // A profile may be for phones of other fleets too.
        let products = std::mem::take(&mut self.products);
        let macs = std::mem::take(&mut self.macs);
        self.addresses = OnceCell::new();
        for rule in std::mem::take(&mut self.given) {
            // That it is given twice is told, and which of the two it should be nobody knows.
            if !owned.contains(&rule.element) {
                let given = Given { ty: rule.ty, text: &rule.text, expr: &rule.expr };
                self.given_rule(&given, &owned, columns.phones, &rule.models);
            }
        }
        self.products = products;
        self.macs = macs;
        self.addresses = OnceCell::new();
    }
}
