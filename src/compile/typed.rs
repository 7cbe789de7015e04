//! What profiles assign, against the catalogue and without a phone: a mistake shows also in a branch that no phone takes, in
//! a profile that no fleet fetches, and where there are no phones at all.

use super::Compiler;
use super::flatten::{Act, Assigned};
use super::keys::Channel;
use super::near_domains::host_in;
use super::varies::included;
use crate::diagnostic::{Code, Diagnostic};
use crate::language::syntax::literal::Literal;
use crate::language::syntax::tree::{Block, Expr, ExprKind, Statement, StatementKind, Target, TargetKind, TextPart};
use crate::language::types::Type;
use crate::language::{At, ColumnType, Fleet, Phones, Time, Value, time_of};
use crate::platform::{Misfit, Parameter, ParameterType, TextType, refuses};
use std::sync::Arc;

impl Compiler<'_> {
    /// Looks at every assignment of the program once.
    pub(super) fn assignments(&mut self) {
        let checked = self.checked;
        self.strangers();
        for profile in &checked.program.profiles {
            self.assignments_in(&profile.body, &mut Vec::new());
        }
        for fleet in &checked.program.fleets {
            for name in &fleet.profiles {
                let Some(profile) = checked.program.profiles.get(name.value) else { continue };
                let Some(fetch) = &profile.fetch else { continue };
                let Some(server) = fetch.server.or(fleet.server) else { continue };
                let channel = self.channel(profile, server, fetch.scheme.value);
                self.leaks(&profile.body, &channel, &fleet.phones, &mut vec![name.value]);
            }
        }
        for (span, name) in &checked.for_platform.models {
            if self.catalogue.model(name).is_none() {
                let mut finding = Diagnostic::new(Code::P0211, *span, format!("unknown model `{name}`"))
                    .because("no phone is ever one");
                finding.help = self.catalogue.model_meant(name).map(|meant| format!("did you mean `{meant}`?"));
                self.report(finding);
            }
        }
    }

    /// Tells of names that nothing declares, some of which are parameters.
    fn strangers(&mut self) {
        let checked = self.checked;
        for stranger in &checked.for_platform.strangers {
            let (name, finding) = (&stranger.name, stranger.finding.clone());
            if self.catalogue.is_macro(name) {
                self.report(Diagnostic { help: Some(format!("did you mean `${name}`?")), ..finding });
                continue;
            }
            if self.catalogue.family_named(name).is_none() {
                self.report(finding);
                continue;
            }
            let finding = Diagnostic::new(Code::P0201, finding.span(), format!("`{name}` cannot be read"))
                .because("it is a parameter: a program sets it, and what a phone holds is known on the phone only");
            let ours = name.to_lowercase();
            self.report(finding.help(format!(
                "give the value a name, `let {ours} = …`, and use that in both places; or ask a column, `phone.…`"
            )));
        }
    }

    /// Finds each secret that a profile would send over a channel too weak for it, whichever way phones decide.
    fn leaks(&mut self, block: &Block, channel: &Channel, phones: &Phones, seen: &mut Vec<usize>) {
        let Some(weakness) = channel.weakness.clone() else { return };
        let checked = self.checked;
        for statement in &block.statements {
            match &statement.kind {
                StatementKind::If { branches, otherwise } => {
                    let blocks = branches.iter().map(|(_, block)| block).chain(otherwise);
                    blocks.for_each(|block| self.leaks(block, channel, phones, seen));
                }
                StatementKind::For { body, .. } => self.leaks(body, channel, phones, seen),
                StatementKind::Match { arms, otherwise, .. } => {
                    let blocks = arms.iter().map(|(_, block)| block).chain(otherwise);
                    blocks.for_each(|block| self.leaks(block, channel, phones, seen));
                }
                StatementKind::Assign { words, target, values, .. }
                    if !words.iter().any(|word| word.text == "seed") =>
                {
                    let types = checked.for_platform.assigned.get(&statement.span).map(Vec::as_slice);
                    // A register has findings of its own.
                    let register = self.checked.sources.slice(target.span).starts_with("GPP_");
                    if let (Some([Type::Secret]), [value], false) = (types, values.as_slice(), register)
                        && !self.settled.contains(&statement.span)
                        && let Ok(Value::Secret(secret)) =
                            self.evaluate_for(value, &[], phones, (!phones.macs.is_empty()).then_some(0))
                    {
                        self.leak(&secret, statement.span, channel, &weakness);
                    }
                }
                _ => {
                    if let Some((position, profile)) = included(statement, &checked.program)
                        && !seen.contains(&position)
                    {
                        seen.push(position);
                        self.leaks(&profile.body, channel, phones, seen);
                    }
                }
            }
        }
    }

    /// Whether an expression has a finding of the type check.
    pub(super) fn is_faulty(&self, expr: &Expr) -> bool {
        self.checked.program.globals.faulty.contains(&expr.span)
    }

    fn assignments_in(&mut self, block: &Block, locals: &mut Vec<String>) {
        for statement in &block.statements {
            match &statement.kind {
                StatementKind::If { branches, otherwise } => {
                    let blocks = branches.iter().map(|(_, block)| block).chain(otherwise);
                    blocks.for_each(|block| self.assignments_in(block, locals));
                }
                StatementKind::For { variable, body, .. } => {
                    locals.push(variable.text.clone());
                    self.assignments_in(body, locals);
                    locals.pop();
                }
                StatementKind::Match { arms, otherwise, .. } => {
                    let blocks = arms.iter().map(|(_, block)| block).chain(otherwise);
                    blocks.for_each(|block| self.assignments_in(block, locals));
                }
                StatementKind::Ownership { target, .. } => drop(self.assigned_to(target)),
                StatementKind::Assign { target, values, .. } => self.assigns(statement, target, values, locals),
                StatementKind::Setting { .. } | StatementKind::Expect { .. } => {}
            }
        }
    }

    /// The parameter that a target means; none when it has a finding, or is none of the catalogue's.
    fn assigned_to(&mut self, target: &Target) -> Option<Arc<Parameter>> {
        let TargetKind::Name(parts) = &target.kind else { return None };
        let family = parts
            .iter()
            .fold(String::new(), |name, (part, index)| name + part + if index.is_some() { "[]" } else { "" });
        if let Some(parameter) = self.catalogue.parameter(&family) {
            return self.within(parts, &parameter, target).then_some(parameter);
        }
        if self.settled.insert(target.span) {
            let written = self.checked.sources.slice(target.span).to_owned();
            self.unknown_parameter(&family, &written, target.span);
        }
        None
    }

    /// Whether each index that is written as a number is one of the parameter's.
    fn within(&mut self, parts: &[(String, Option<Expr>)], parameter: &Parameter, target: &Target) -> bool {
        let indexes = parts.iter().filter_map(|(_, index)| index.as_ref());
        let mut sound = true;
        for (index, (low, high)) in indexes.zip(parameter.ranges()) {
            if let ExprKind::Literal(Literal::Int(number)) = index.kind
                && !(i64::from(low)..=i64::from(high)).contains(&number)
            {
                let written = self.checked.sources.slice(target.span);
                let finding = Diagnostic::new(Code::P0207, index.span, format!("`{written}` does not exist"));
                self.report(finding.because(format!("the index runs from {low} to {high}")));
                self.settled.insert(index.span);
                sound = false;
            }
        }
        sound
    }

    fn assigns(&mut self, statement: &Statement, target: &Target, values: &[Expr], locals: &[String]) {
        let checked = self.checked;
        let parameter = match &target.kind {
            TargetKind::Name(_) => match self.assigned_to(target) {
                Some(parameter) => Some(parameter),
                None => return,
            },
            TargetKind::Text(_) => None,
            TargetKind::Number(_) | TargetKind::Macro(_) => return,
        };
        let Some(types) = checked.for_platform.assigned.get(&statement.span) else { return };
        if values.iter().any(|value| self.is_faulty(value)) {
            return;
        }
        let kind = parameter.as_ref().map(|parameter| &parameter.ty);
        if let Some(ParameterType::Text(TextType::Host | TextType::Url)) = kind {
            let globals = &checked.program.globals;
            let hosts =
                values.iter().filter_map(|value| Some(At { value: host_in(value, globals)?, span: value.span }));
            self.hosts_assigned.extend(hosts);
        }
        let assigned = Assigned {
            element: String::new(),
            written: self.checked.sources.slice(target.span).to_owned(),
            parameter,
            indexes: Vec::new(),
            turnings: Vec::new(),
            act: Act::Set(Vec::new()),
            access: None,
            overrides: false,
            locals: Vec::new(),
            span: statement.span,
        };
        let open = !types.contains(&Type::Secret) && !types.contains(&Type::Any);
        let known = |value: &Expr| time_of(value) == Time::Build && !names_any(value, locals);
        if open && literal_indexes(target) && values.iter().all(known) {
            let before = self.findings.len();
            if self.value_for(&assigned, values, &Phones::default(), None).is_none() && self.findings.len() > before {
                self.settled.insert(statement.span);
            }
            return;
        }
        let ty = match types.as_slice() {
            [one] => one.clone(),
            many => {
                let first = many.first().cloned().unwrap_or(Type::Any);
                let items = many.iter().try_fold(first, |all, ty| all.or(ty)).unwrap_or(Type::Any);
                Type::List(Box::new(items))
            }
        };
        let misfit = match &assigned.parameter {
            Some(parameter) => refuses(parameter, &ty),
            None if ty.has_text() || ty == Type::Secret => None,
            None => {
                let why = format!("this is {}", ty.with_article());
                Some(Misfit::new(Code::P0301, "takes a text", why))
            }
        };
        if let Some(misfit) = misfit {
            self.settled.insert(statement.span);
            let before = self.findings.len();
            self.misfit(&assigned, values, misfit, "", None);
            let text = matches!(
                assigned.parameter.as_ref().map(|parameter| &parameter.ty),
                Some(ParameterType::Text(_) | ParameterType::OneOf(_) | ParameterType::List(_)) | None
            );
            if let (true, [value], Some(last)) = (text, values, self.findings.get_mut(before)) {
                number_for_text(value, &checked.program.fleets, last);
            }
        }
    }
}

/// A column of numbers where a text is wanted: what the column had better be.
fn number_for_text(value: &Expr, fleets: &[Fleet], finding: &mut Diagnostic) {
    let ExprKind::Field(base, name) = &value.kind else { return };
    if base.as_name() != Some("phone") {
        return;
    }
    let mut columns = fleets.iter().filter_map(|fleet| Some((fleet.phones.column(&name.text)?.1, &fleet.phones)));
    let Some((column, phones)) = columns.find(|(column, _)| column.ty == ColumnType::Int) else { return };
    let name = &name.text;
    *finding = match phones.file {
        Some(_) => finding
            .clone()
            .label(column.span, "the column is declared here")
            .help(format!("declare `{name} : string`, or `{name} : digits(3..5)` for so many digits")),
        None => {
            finding.clone().label(column.span, "it is given here").help(format!("write it in quotes: `{name} \"…\"`"))
        }
    };
}

/// Whether the name of the parameter is whole without a phone, so that it can be told.
fn literal_indexes(target: &Target) -> bool {
    match &target.kind {
        TargetKind::Name(parts) => parts
            .iter()
            .filter_map(|(_, index)| index.as_ref())
            .all(|index| matches!(index.kind, ExprKind::Literal(Literal::Int(_)))),
        _ => true,
    }
}

/// Whether an expression speaks of one of these names.
fn names_any(expr: &Expr, names: &[String]) -> bool {
    match &expr.kind {
        ExprKind::Name(name) => names.contains(name),
        ExprKind::Literal(_) | ExprKind::Bool(_) | ExprKind::Macro(_) | ExprKind::Fault => false,
        ExprKind::Text(parts) => parts.iter().any(|part| match part {
            TextPart::Text(_) => false,
            TextPart::Hole(hole) => names_any(hole, names),
        }),
        ExprKind::Field(inner, _) | ExprKind::Not(inner) | ExprKind::Minus(inner) => names_any(inner, names),
        ExprKind::Index(one, other) | ExprKind::Binary(one, _, other) => {
            names_any(one, names) || names_any(other, names)
        }
        ExprKind::Call(_, items) | ExprKind::List(items) => items.iter().any(|item| names_any(item, names)),
        ExprKind::Record(fields) => fields.iter().any(|(_, value)| names_any(value, names)),
    }
}
