//! Rules that the program writes by hand: arms put into the phone's language, raw texts as they stand. They join what the fleet
//! derives, in the places that nothing else fills.

use super::Compiler;
use super::columns::Columns;
use super::comparison::Compared;
use super::delivery::RuleOptions;
use super::flatten::{Act, Assigned, Walk};
use super::given_rules::is_rule;
use super::macros::Use;
use super::options::authority;
use super::raw::Given;
use super::rules::RULES;
use super::settings::one_of_each_model;
use super::values::is_secret;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::syntax::tree::{Expr, ExprKind, Target, TargetKind};
use crate::language::{
    At, Conjunction, Fetch, Fleet, HandRule, RuleArm, RuleBody, RuleParameter, Time, Value, time_of,
};
use crate::plan::{Piece, RuleText, Setting, SettingValue, Template};
use crate::platform::{Parameter, ParameterType, wire};
use std::collections::{BTreeSet, HashSet};

impl Compiler<'_> {
    /// The fleet's rules by hand, added to what it derives.
    pub(super) fn by_hand(
        &mut self,
        fleet: &Fleet,
        models: &BTreeSet<u16>,
        options: &[RuleOptions],
        columns: &mut Columns<'_>,
        derived: &mut Vec<Setting>,
    ) -> Vec<RuleText> {
        let mut rules = Vec::new();
        let owned = owned(derived, options);
        for rule in &fleet.rules {
            let element = rule.parameter.value.element();
            if let Some(twin) = derived.iter().find(|setting| setting.element == element) {
                let twin = self.place(twin.origin);
                self.filled_already(rule, twin);
                continue;
            }
            let text = match &rule.body {
                RuleBody::Raw(text, expr) => {
                    self.raw_rule(rule.parameter.value, text, expr, &owned, columns.phones, models);
                    Template::text(text.clone())
                }
                RuleBody::Arms(arms) => match self.arms(fleet, arms, models, &owned, columns) {
                    Some(text) => text,
                    None => continue,
                },
            };
            derived.push(Setting {
                element: element.to_owned(),
                value: SettingValue::Set(text.clone()),
                user: None,
                overrides: false,
                origin: self.origin(rule.span),
                beats: Vec::new(),
            });
            rules.push(RuleText { parameter: element.to_owned(), text });
        }
        rules
    }

    /// Two authors of one rule.
    fn filled_already(&mut self, rule: &HandRule, twin: Span) {
        let element = rule.parameter.value.element();
        let (why, help) = match rule.parameter.value {
            RuleParameter::Profile(_) => {
                let free = RULES.last().copied().unwrap_or_default();
                ("this fills it", format!("a position after those of `profiles`, such as `{free}`"))
            }
            RuleParameter::Trigger(_) => ("this fills it", "keep one of `only when` and the rule".to_owned()),
            RuleParameter::Upgrade => ("this fills it", "keep one of `upgrade` and the rule".to_owned()),
            RuleParameter::Report => ("this fills it", "keep one of `report` and the rule".to_owned()),
        };
        let finding = Diagnostic::new(Code::P0610, rule.parameter.span, format!("`{element}` is filled already"))
            .because("and a phone has it once")
            .label(twin, why);
        self.report(finding.help(help));
    }

    /// `(condition)? (assignments)! URL | …`, one alternative for each that a condition comes to.
    fn arms(
        &mut self,
        fleet: &Fleet,
        arms: &[RuleArm],
        models: &BTreeSet<u16>,
        owned: &HashSet<String>,
        columns: &mut Columns<'_>,
    ) -> Option<Template> {
        let before = self.findings.len();
        let errors = |compiler: &Self| {
            let new = compiler.findings.iter().skip(before);
            new.filter(|finding| finding.severity == crate::diagnostic::Severity::Error).count()
        };
        let mut rule = Template::default();
        let mut always: Option<Span> = None;
        let mut earlier: Vec<(Span, Conjunction<Compared>)> = Vec::new();
        for arm in arms {
            if let Some(first) = always {
                self.never_reached(arm.span, first, true);
                continue;
            }
            let body = self.arm(fleet, arm, owned, columns, models);
            let conditions = match &arm.when {
                None => {
                    self.left_over(arm.span, &[Conjunction(Vec::new())], &earlier);
                    vec![Template::default()]
                }
                Some(when) => {
                    let Some(alternatives) = self.alternatives(when) else { continue };
                    if self.one_always_holds(&alternatives.all) {
                        always = Some(arm.span);
                    }
                    self.left_over(arm.span, &alternatives.all, &earlier);
                    earlier.extend(alternatives.all.iter().map(|one| (arm.span, one.clone())));
                    let texts = alternatives.all.iter().map(|one| self.phone_condition(one, models, when.span));
                    texts.collect::<Option<Vec<_>>>()?
                }
            };
            let Some(body) = body else { continue };
            for condition in conditions {
                let between = if rule.pieces().is_empty() { "" } else { " | " };
                rule.push(Piece::Text(between.into()));
                if condition.pieces().is_empty() {
                    always = Some(arm.span);
                } else {
                    rule.push(Piece::Text("(".into()));
                    condition.pieces().iter().for_each(|piece| rule.push(piece.clone()));
                    let blank = if body.pieces().is_empty() { "" } else { " " };
                    rule.push(Piece::Text(format!(")?{blank}")));
                }
                body.pieces().iter().for_each(|piece| rule.push(piece.clone()));
            }
        }
        let sound = errors(self) == 0;
        self.one_for_all_versions(before);
        sound.then_some(rule)
    }

    /// P0502: an arm that those before it leave nothing to.
    pub(super) fn left_over(
        &mut self,
        arm: Span,
        all: &[Conjunction<Compared>],
        earlier: &[(Span, Conjunction<Compared>)],
    ) {
        let before: Vec<Conjunction<Compared>> = earlier.iter().map(|(_, one)| one.clone()).collect();
        if !self.all_covered(all, &before) {
            return;
        }
        // The one that takes it alone, or else the last.
        let alone = earlier.iter().find(|(_, one)| self.all_covered(all, std::slice::from_ref(one)));
        if let Some((place, _)) = alone.or(earlier.last()) {
            self.never_reached(arm, *place, false);
        }
    }

    /// `(assignments)! URL`.
    fn arm(
        &mut self,
        fleet: &Fleet,
        arm: &RuleArm,
        owned: &HashSet<String>,
        columns: &mut Columns<'_>,
        models: &BTreeSet<u16>,
    ) -> Option<Template> {
        let sets = arm.sets.iter().map(|set| self.rule_assignment(set, owned, columns, models));
        let sets: Vec<Option<String>> = sets.collect();
        let mut template = match &arm.fetch {
            Some(fetch) => self.rule_url(fleet, fetch, columns)?,
            None => Template::default(),
        };
        let sets: Vec<String> = sets.into_iter().collect::<Option<_>>()?;
        if !sets.is_empty() {
            let blank = if template.pieces().is_empty() { "" } else { " " };
            let mut whole = Template::text(format!("({})!{blank}", sets.join(" ")));
            template.pieces().iter().for_each(|piece| whole.push(piece.clone()));
            template = whole;
        }
        if template.pieces().is_empty() && arm.when.is_none() {
            let finding = Diagnostic::new(Code::P0101, arm.span, "this arm does nothing");
            self.report(finding.because("where no other applies, the phone goes on with the next rule anyway"));
        }
        Some(template)
    }

    fn rule_url(&mut self, fleet: &Fleet, fetch: &Fetch, columns: &mut Columns<'_>) -> Option<Template> {
        let path = self.path(&fetch.path, columns)?;
        let server = fetch.server.or(fleet.server)?;
        let scheme = fetch.scheme.value;
        self.offered(server, scheme, fetch.scheme.span);
        let server = self.plan.servers.get(server)?;
        let port = server.port(scheme).unwrap_or(scheme.default_port());
        let mut url = Template::text(authority(server, scheme, port));
        path.rule_text().pieces().iter().for_each(|piece| url.push(piece.clone()));
        Some(url)
    }

    /// `Name = "value";` (RS §11).
    fn rule_assignment(
        &mut self,
        set: &At<(Target, Vec<Expr>)>,
        owned: &HashSet<String>,
        columns: &Columns<'_>,
        models: &BTreeSet<u16>,
    ) -> Option<String> {
        let (target, values) = &set.value;
        let TargetKind::Name(parts) = &target.kind else {
            let finding = Diagnostic::new(Code::P0515, target.span, "a rule sets a parameter");
            self.report(finding.help("write `set NAME = value`"));
            return None;
        };
        let walk = Walk::new(usize::MAX, columns.phones, None);
        let before = self.findings.len();
        let resolved = self.resolve(parts, target.span, &walk);
        if let Some(finding) = self.findings.get_mut(before).filter(|finding| finding.code == Code::P0205) {
            // The same mistake, in a rule: nothing is ignored here that could be `unlisted`.
            finding.code = Code::P0515;
        }
        let (parameter, indexes, written) = resolved?;
        let element = parameter.element(&indexes);
        if owned.contains(&element) {
            self.not_the_rules(&written, set.span);
            return None;
        }
        let value = self.assigned_text(&parameter, &written, values)?;
        if let (ParameterType::Text(ty), [expr]) = (&parameter.ty, values.as_slice())
            && is_rule(*ty)
        {
            self.given_rule(&Given { ty: *ty, text: &value, expr }, owned, columns.phones, models);
        }
        let assigned = Assigned {
            element: element.clone(),
            written,
            parameter: Some(parameter),
            indexes,
            turnings: Vec::new(),
            act: Act::Set(values.clone()),
            access: None,
            overrides: false,
            locals: Vec::new(),
            span: set.span,
        };
        let rows: Vec<usize> = (0..columns.phones.macs.len()).collect();
        self.fits_models(&assigned, &one_of_each_model(&rows, columns.phones), columns.phones);
        Some(format!("{element} = \"{value}\";"))
    }

    /// The value as it stands in the rule. A dollar sign in it is the phone's to expand, as everywhere in a rule.
    fn assigned_text(&mut self, parameter: &Parameter, written: &str, values: &[Expr]) -> Option<String> {
        let span = values.first()?.span.to(values.last()?.span);
        if let [Expr { kind: ExprKind::Macro(name), .. }] = values {
            let known = self.known_macro(name, span, "the phone would set the parameter to these very letters")?;
            if known.scope != crate::platform::MacroScope::Rule {
                self.out_of_scope(&known, name, span, "a rule's assignment");
                return None;
            }
            return Some(format!("$({name})"));
        }
        if let Some(late) = values.iter().find(|value| time_of(value) != Time::Build) {
            let finding = Diagnostic::new(Code::P0401, late.span, "a rule does not know this")
                .because("it is one text for all phones of the fleet")
                .help("set it in a profile, or use one of the phone's own variables, such as `\"$MA\"`");
            self.report(finding);
            return None;
        }
        let mut found = Vec::new();
        for value in values {
            match self.evaluate_for(value, &[], &crate::language::Phones::default(), None) {
                Ok(value) => found.push(value),
                Err(finding) => {
                    self.findings.extend(finding.map(|finding| *finding));
                    return None;
                }
            }
        }
        let value = if found.len() == 1 { found.pop()? } else { Value::List(found) };
        if let Value::Secret(secret) = &value {
            let finding = Diagnostic::new(Code::P0403, span, "a secret would stand in a rule")
                .because("the rule stands in the bootstrap file, which anyone can fetch");
            let (finding, _) = secret.way.told(finding);
            self.report(finding.help("set it in a profile that travels over a strong channel"));
            return None;
        }
        if is_secret(parameter) && matches!(&value, Value::Text(text) if !text.is_empty() && !text.contains('$')) {
            self.written_secret(span, &format!("`{written}` is written where everyone can read it"));
            return None;
        }
        let text = match (&parameter.ty, &value, values) {
            // What the phone makes of it is known on the phone only.
            (ParameterType::Text(_), Value::Text(text), [expr]) if text.contains('$') => {
                if !self.macros_fit(text, expr, Use::Rule) {
                    return None;
                }
                text.clone()
            }
            _ => match wire(parameter, &value) {
                Ok(text) => text,
                Err(misfit) => {
                    let finding = Diagnostic::new(misfit.code, span, format!("`{written}` {}", misfit.message));
                    let finding = finding.because(misfit.why);
                    self.report(match misfit.help {
                        Some(help) => finding.help(help),
                        None => finding,
                    });
                    return None;
                }
            },
        };
        self.quoted(&text, span, Code::P0515)
    }
}

/// The elements that are the compiler's: what the fleet derives, and the registers in which keys and passwords travel.
pub(super) fn owned(derived: &[Setting], options: &[RuleOptions]) -> HashSet<String> {
    let registers = options.iter().flat_map(|options| [options.key, options.password]).flatten();
    let registers = registers.map(|register| format!("GPP_{register}"));
    derived.iter().map(|setting| setting.element.clone()).chain(registers).collect()
}
