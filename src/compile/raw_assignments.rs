//! Assignments of raw rules, held against the catalogue, the models and what is the compiler's own, as those of rules by hand are.

use super::Compiler;
use super::flatten::{Act, Assigned};
use super::given_rules::is_rule;
use super::raw::Given;
use super::settings::one_of_each_model;
use super::values::is_secret;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::Phones;
use crate::language::syntax::tree::Expr;
use crate::phone::rule::{Assignment, Rule};
use crate::phone::script::Places;
use crate::platform::{ParameterType, on_wire};
use std::collections::{BTreeSet, HashSet};

impl Compiler<'_> {
    pub(super) fn raw_assignments(
        &mut self,
        rule: &Rule,
        places: &Places,
        (text, expr): (&str, &Expr),
        owned: &HashSet<String>,
        (phones, models): (&Phones, &BTreeSet<u16>),
    ) {
        for one in rule.alternatives.iter().flat_map(|alternative| &alternative.assignments) {
            self.raw_assignment(one, places, (text, expr), owned, (phones, models));
        }
    }

    fn raw_assignment(
        &mut self,
        one: &Assignment,
        places: &Places,
        (text, expr): (&str, &Expr),
        owned: &HashSet<String>,
        (phones, models): (&Phones, &BTreeSet<u16>),
    ) {
        let place = self.place_in(expr, places.written(&one.at.0));
        let Some((parameter, indexes)) = self.catalogue.of_element(&one.name) else {
            return self.assigns_the_unknown(&one.name, place);
        };
        let written = self.catalogue.written(&one.name).unwrap_or_else(|| one.name.clone());
        if owned.contains(&one.name) {
            return self.not_the_rules(&written, place);
        }
        let secret = is_secret(&parameter);
        // A secret that is written out has a finding of its own, and nothing quotes it.
        let value = places.value(text, one);
        if let (false, Err(misfit)) = (secret, on_wire(&parameter, value)) {
            let finding = Diagnostic::new(misfit.code, place, format!("`{written}` {}", misfit.message));
            let finding = finding.because(misfit.why);
            self.report(match misfit.help {
                Some(help) => finding.help(help),
                None => finding,
            });
        }
        if let ParameterType::Text(ty) = parameter.ty
            && is_rule(ty)
        {
            // Where it begins, so that it is read in its place: blanks before a rule are none of it.
            let at = places.value_at(text, one).start;
            let rule = " ".repeat(at) + value;
            self.given_rule(&Given { ty, text: &rule, expr }, owned, phones, models);
        }
        let assigned = Assigned {
            element: one.name.clone(),
            written,
            parameter: Some(parameter),
            indexes,
            turnings: Vec::new(),
            act: Act::Set(Vec::new()),
            access: None,
            overrides: false,
            locals: Vec::new(),
            span: place,
        };
        let rows: Vec<usize> = (0..phones.macs.len()).collect();
        self.fits_models(&assigned, &one_of_each_model(&rows, phones), phones);
    }

    /// P0610: what follows from the fleet.
    pub(super) fn not_the_rules(&mut self, written: &str, place: Span) {
        let finding = Diagnostic::new(Code::P0610, place, format!("`{written}` follows from the fleet"))
            .because("the rule would overwrite what phones need to come to their files");
        self.report(finding.help("set another parameter; a flag is kept in `GPP_A` to `GPP_P`"));
    }

    /// P0515: an element that no phone has.
    fn assigns_the_unknown(&mut self, name: &str, place: Span) {
        let finding = Diagnostic::new(Code::P0515, place, format!("no phone has the parameter `{name}`"))
            .because("the assignment would do nothing, without a word");
        let close = self.catalogue.family_named(name).and_then(|family| self.catalogue.parameter(&family));
        let element = close.map(|parameter| {
            let lows: Vec<u32> = parameter.ranges().iter().map(|(low, _)| *low).collect();
            parameter.element(&lows)
        });
        self.report(match element {
            Some(element) => {
                finding.help(format!("did you mean `{element}`? In a rule an element is spelled as in XML"))
            }
            None => finding.help("in a rule an element is spelled as in XML: `Line_Enable_1_`"),
        });
    }
}
