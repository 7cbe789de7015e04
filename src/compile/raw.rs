//! Raw rules: read as the phone reads them, and held against what a phone only finds out by failing. Each finding stands under the
//! sign that is wrong (RS §18).

use super::Compiler;
use super::comparison::Compared;
use super::macros::Use;
use super::raw_conditions::RawCondition;
use super::values::is_secret;
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::language::syntax::tree::Expr;
use crate::language::{Conjunction, Phones, RuleParameter, Value};
use crate::phone::Scheme;
use crate::phone::rule::{Kind, Place, Rule, RuleOption, Target};
use crate::phone::script::{Places, read_rule};
use crate::platform::{Misfit, ParameterType, TextType, doubts, wire};
use std::collections::{BTreeSet, HashSet};

/// A text in the phone's language of rules, and the expression that it is written in.
pub(super) struct Given<'g> {
    pub ty: TextType,
    pub text: &'g str,
    pub expr: &'g Expr,
}

impl Given<'_> {
    /// By what grammar it is read; nothing: it has no alternatives.
    fn kind(&self) -> Option<Kind> {
        match self.ty {
            TextType::Rule => Some(Kind::Profile),
            TextType::UpgradeRule => Some(Kind::Upgrade),
            _ => None,
        }
    }
}

impl Compiler<'_> {
    /// Reports what is wrong with a text that the program gives as a rule.
    pub(super) fn raw_rule(
        &mut self,
        parameter: RuleParameter,
        text: &str,
        expr: &Expr,
        owned: &HashSet<String>,
        phones: &Phones,
        models: &BTreeSet<u16>,
    ) {
        // A macro that is none is also what the rule cannot be read for.
        if !self.macros_fit(text, expr, Use::Rule) {
            return;
        }
        let family = match parameter {
            RuleParameter::Trigger(_) => "Resync_Trigger[]",
            other => other.element(),
        };
        let Some(known) = self.catalogue.parameter(family) else { return };
        if let Err(misfit) = wire(&known, &Value::Text(text.to_owned())) {
            return self.raw_misfit(parameter, misfit, text, expr);
        }
        for doubt in doubts(&known, text) {
            self.raw_misfit(parameter, doubt, text, expr);
        }
        let ParameterType::Text(ty) = known.ty else { return };
        self.given_rule(&Given { ty, text, expr }, owned, phones, models);
    }

    /// What is wrong with a rule that can be read, whoever gives it: a clause of its own, or the value of a parameter.
    pub(super) fn given_rule(
        &mut self,
        given: &Given<'_>,
        owned: &HashSet<String>,
        phones: &Phones,
        models: &BTreeSet<u16>,
    ) {
        let Given { ty, text, expr } = *given;
        let conditions = self.raw_conditions(ty, text, expr);
        let Some(kind) = given.kind() else { return };
        let Ok((rule, places)) = read_rule(text, kind) else { return };
        self.unreachable(&rule, &places, expr, &conditions);
        self.raw_assignments(&rule, &places, (text, expr), owned, (phones, models));
        self.credentials(kind, &rule, &places, text, expr);
        self.written_secrets(&rule, &places, text, expr);
        if kind == Kind::Upgrade {
            self.raw_loads(&rule, &places, text, expr, models);
        }
    }

    fn raw_misfit(&mut self, parameter: RuleParameter, misfit: Misfit, text: &str, expr: &Expr) {
        let place = misfit.at.map_or(expr.span, |at| {
            // What is missing at the end is missed there.
            let end = text.get(at..).and_then(|rest| rest.chars().next()).map_or(at + 1, |sign| at + sign.len_utf8());
            self.place_in(expr, at..end)
        });
        let message = format!("`{}` {}", parameter.element(), misfit.message);
        let mut finding = Diagnostic::new(misfit.code, place, message).because(misfit.why);
        finding.severity = misfit.severity;
        finding.notes.extend(misfit.note);
        finding.help = misfit.help;
        self.report(finding);
    }

    /// P0502: what stands behind an alternative without a condition, or with one of those that always hold; or behind those that leave
    /// nothing to it.
    fn unreachable(&mut self, rule: &Rule, places: &Places, expr: &Expr, conditions: &[RawCondition]) {
        let mut earlier: Vec<(Span, Conjunction<Compared>)> = Vec::new();
        for one in &rule.alternatives {
            let stands = places.written(&one.at.0);
            let place = self.place_in(expr, stands.clone());
            let condition = conditions.iter().find(|condition| stands.contains(&condition.start));
            let known = match (&one.condition, condition) {
                (None, _) => Some(Conjunction(Vec::new())),
                (Some(_), condition) => condition.map(|condition| condition.known.clone()),
            };
            let first = earlier.iter().find(|(_, one)| one.0.is_empty());
            if let Some((first, _)) = first {
                return self.never_reached(place, *first, true);
            }
            if let Some(known) = &known {
                self.left_over(place, std::slice::from_ref(known), &earlier);
            }
            let always = one.condition.is_none() || condition.is_some_and(|condition| condition.always);
            match known {
                _ if always => earlier.push((place, Conjunction(Vec::new()))),
                // Of a condition that is known in part nobody knows what it leaves.
                Some(known) if condition.is_some_and(|condition| condition.whole) => earlier.push((place, known)),
                _ => {}
            }
        }
    }

    /// P0507: credentials are for http and https; in Upgrade_Rule texts differ (RS §6).
    fn credentials(&mut self, kind: Kind, rule: &Rule, places: &Places, text: &str, expr: &Expr) {
        for alternative in &rule.alternatives {
            let tftp = matches!(&alternative.target, Some(Target::Url(url)) if url.scheme() == Scheme::Tftp);
            let credential = alternative.options.iter().find_map(|option| match option {
                RuleOption::Uid(word) => Some(("--uid", &word.at)),
                RuleOption::Pwd(word) => Some(("--pwd", &word.at)),
                _ => None,
            });
            let Some((name, Place(at))) = credential.filter(|_| tftp || kind == Kind::Upgrade) else { continue };
            let argument = places.written(at).start;
            let start = text.get(..argument).and_then(|before| before.rfind(name)).unwrap_or(argument);
            let place = self.place_in(expr, start..start + name.len());
            let mut finding = if tftp {
                Diagnostic::new(Code::P0507, place, format!("`{name}` with tftp"))
                    .because("only http and https ask for credentials")
                    .help("let the URL begin with `http://` or `https://`, or remove the option")
            } else {
                Diagnostic::new(Code::P0507, place, format!("`{name}` in Upgrade_Rule"))
                    .because("one text takes it there, another says that options are not supported")
                    .help("remove it: loads hold no secrets, and lie where anyone may fetch them")
            };
            if !tftp {
                finding.severity = Severity::Warning;
            }
            self.report(finding.note("RS §6"));
        }
    }

    /// P0406: a key, a password, or the value of a secret parameter, written out. Registers of the phone are not.
    fn written_secrets(&mut self, rule: &Rule, places: &Places, text: &str, expr: &Expr) {
        let named =
            |Place(at): &Place| text.get(places.written(at)).is_some_and(|word| word.replace("$$", "").contains('$'));
        let mut found: Vec<&Place> = Vec::new();
        for alternative in &rule.alternatives {
            found.extend(alternative.options.iter().filter_map(|option| match option {
                RuleOption::Key(word) | RuleOption::Pwd(word) if !named(&word.at) => Some(&word.at),
                _ => None,
            }));
            for one in &alternative.assignments {
                let family = self.catalogue.family_of_element(&one.name);
                let parameter = family.and_then(|family| self.catalogue.parameter(&family));
                let secret = parameter.is_some_and(|parameter| is_secret(&parameter));
                let value = places.value(text, one);
                if secret && !value.is_empty() && !value.replace("$$", "").contains('$') {
                    found.push(&one.at);
                }
            }
        }
        for Place(at) in found {
            let place = self.place_in(expr, places.written(at));
            self.written_secret(place, "a secret is written in a rule");
        }
    }

    /// P0406.
    pub(super) fn written_secret(&mut self, place: Span, message: &str) {
        let finding = Diagnostic::new(Code::P0406, place, message)
            .because("whoever reads the program reads it, and so does whoever fetches the bootstrap file")
            .help("set it in a profile from `secret NAME = env(\"NAME\")`; a rule refers to it as `$SA` to `$SD`");
        self.report(finding);
    }
}
