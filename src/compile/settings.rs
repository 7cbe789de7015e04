//! Assignments to elements: values converted to what is on the wire, for every phone that has them.

use super::Compiler;
use super::columns::Columns;
use super::flatten::{Act, Assigned};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::syntax::tree::{Expr, ExprKind};
use crate::language::{Phones, Time, Value, time_of};
use crate::plan::{Piece, Setting, SettingValue, Template, TextColumn};
use crate::platform::{Misfit, ParameterType, wire};
use std::collections::HashMap;

/// What the assignments of one list come to.
#[derive(Default)]
pub(super) struct Settings {
    /// For the profile's own file.
    pub file: Vec<Setting>,
    /// For the bootstrap file only.
    pub seeds: Vec<Setting>,
}

impl Compiler<'_> {
    /// Converts a list for the phones of `rows`.
    pub(super) fn settings(&mut self, list: &[Assigned], rows: &[usize], columns: &mut Columns<'_>) -> Settings {
        let mut settings = Settings::default();
        let mut places: HashMap<&str, (usize, Span)> = HashMap::new();
        for assigned in list {
            self.fits_models(assigned, rows, columns.phones);
            let (values, seed) = match &assigned.act {
                Act::Set(values) => (values.as_slice(), false),
                Act::Seed(values) => (values.as_slice(), true),
                Act::User => (&[][..], false),
                Act::Reset => (&[][..], false),
            };
            let value = match &assigned.act {
                Act::User => Some(SettingValue::Keep),
                Act::Reset => self.default_of(assigned).map(|default| SettingValue::Set(Template::text(default))),
                _ => self.template(assigned, values, rows, columns).map(SettingValue::Set),
            };
            let Some(value) = value else { continue };
            let user = match (&assigned.act, assigned.access) {
                // The user's own parameter has to be the user's to change.
                (Act::User, None) => Some(crate::phone::Access::Rw),
                (_, access) => access,
            };
            let setting =
                Setting { element: assigned.element.clone(), value, user, origin: self.origin(assigned.span) };
            if seed {
                settings.seeds.push(setting);
                continue;
            }
            match places.get(assigned.element.as_str()).copied() {
                Some((place, first)) => {
                    if !assigned.overrides {
                        let message = format!("`{}` is set twice in one profile", assigned.written);
                        self.report(
                            Diagnostic::new(Code::P0610, assigned.span, message)
                                .because("set again here; the phone takes the last")
                                .label(first, "first set here")
                                .help("remove one, or write `override` if the second is meant to win"),
                        );
                    }
                    if let Some(slot) = settings.file.get_mut(place) {
                        *slot = setting;
                    }
                }
                None => {
                    places.insert(&assigned.element, (settings.file.len(), assigned.span));
                    settings.file.push(setting);
                }
            }
        }
        settings
    }

    fn default_of(&mut self, assigned: &Assigned) -> Option<String> {
        let default = assigned.parameter.as_ref().and_then(|parameter| parameter.default_at(&assigned.indexes));
        if default.is_none() {
            let message = format!("the default of `{}` is not known", assigned.written);
            let finding = Diagnostic::new(Code::P0305, assigned.span, message)
                .because(
                    "`reset` writes the default out, since the empty forms mean different things in different texts",
                )
                .help("set the value you want");
            self.report(finding);
        }
        default
    }

    fn template(
        &mut self,
        assigned: &Assigned,
        values: &[Expr],
        rows: &[usize],
        columns: &mut Columns<'_>,
    ) -> Option<Template> {
        match values.iter().map(time_of).max()? {
            Time::Build => {
                let value = self.value_for(assigned, values, columns.phones, None)?;
                self.not_ascii(assigned, &value, None);
                self.doubtful(assigned, values, &value, None);
                Some(Template::text(value))
            }
            Time::Phone => {
                let mut wired: Vec<(usize, String)> = Vec::with_capacity(rows.len());
                for row in rows {
                    let value = self.value_for(assigned, values, columns.phones, Some(*row))?;
                    wired.push((*row, value));
                }
                let foreign = wired.iter().find(|(_, value)| !value.is_ascii()).cloned();
                if let Some((row, value)) = foreign {
                    self.not_ascii(assigned, &value, columns.phones.macs.get(row).copied());
                }
                // One mistake, one finding: the first phone speaks for all.
                for (row, value) in &wired {
                    if self.doubtful(assigned, values, value, columns.phones.macs.get(*row).copied()) {
                        break;
                    }
                }
                if let ([value], true) = (values, takes_text(assigned))
                    && assigned.locals.is_empty()
                    && is_text(value, columns.phones)
                {
                    let mut template = Template::default();
                    for piece in self.pieces(value, columns)? {
                        template.push(piece);
                    }
                    return Some(template);
                }
                let mut cells = vec![""; columns.phones.macs.len()];
                for (row, value) in &wired {
                    if let Some(cell) = cells.get_mut(*row) {
                        *cell = value;
                    }
                }
                let cells: TextColumn = cells.into_iter().collect();
                let mut template = Template::default();
                template.push(Piece::Column(
                    columns.add(format!("{} at {}", assigned.element, assigned.span.start), cells),
                ));
                Some(template)
            }
            time => {
                let expr = values.iter().find(|value| time_of(value) == time)?;
                let when = crate::language::when(time);
                let finding = Diagnostic::new(Code::P0401, expr.span, "this value is not known when the file is made")
                    .because(format!("it is known {when} only"));
                self.report(if time == Time::OnPhone {
                    finding.help("in a string, `$` is just a character: the phone expands macros in rules only")
                } else {
                    finding
                });
                None
            }
        }
    }

    /// The value for one phone, on the wire; findings name the phone.
    fn value_for(
        &mut self,
        assigned: &Assigned,
        values: &[Expr],
        phones: &Phones,
        row: Option<usize>,
    ) -> Option<String> {
        let mut found = Vec::with_capacity(values.len());
        for expr in values {
            match self.evaluate_for(expr, &assigned.locals, phones, row) {
                Ok(value) => found.push(value),
                Err(finding) => {
                    if let Some(mut finding) = finding {
                        if finding.code == Code::P0211 {
                            self.missing_cell(expr, phones, row, &mut finding);
                        }
                        self.findings.push(*finding);
                    }
                    return None;
                }
            }
        }
        let value = match <[Value; 1]>::try_from(found) {
            Ok([one]) => one,
            Err(many) => Value::List(many),
        };
        let wired = match &assigned.parameter {
            Some(parameter) => wire(parameter, &value),
            None => {
                let why = format!("this is a {}", value.kind());
                value.text().ok_or_else(|| Misfit::new(Code::P0301, "takes a text", why))
            }
        };
        match wired {
            Ok(text) => Some(text),
            Err(misfit) => {
                let text = if let Value::Text(text) = &value { text } else { "" };
                self.misfit(assigned, values, misfit, text, row.and_then(|row| phones.macs.get(row)).copied());
                None
            }
        }
    }

    /// A column that some phones lack is another mistake than one that none has.
    pub(super) fn missing_cell(&self, expr: &Expr, phones: &Phones, row: Option<usize>, finding: &mut Diagnostic) {
        let name = self.checked.sources.slice(finding.span());
        if let (Some((_, _)), Some(row)) = (phones.column(name), row)
            && let (Some(mac), Some(span)) = (phones.macs.get(row), phones.spans.get(row))
        {
            let message = format!("`{mac}` has no `{name}`");
            *finding = Diagnostic::new(Code::P0211, expr.span, message)
                .because("needed here")
                .label(*span, format!("add `{name} \"…\"`"));
        } else {
            let known: Vec<&str> = phones.columns.iter().map(|column| column.name.as_str()).collect();
            let because = format!("their columns are mac, {}", known.join(", "));
            *finding = finding.clone().because(because).did_you_mean(name, known.iter().copied());
        }
    }

    fn not_ascii(&mut self, assigned: &Assigned, value: &str, mac: Option<crate::phone::Mac>) {
        if value.is_ascii() {
            return;
        }
        let finding = Diagnostic::new(
            Code::P0306,
            assigned.span,
            format!("`{}` holds characters outside ASCII", assigned.written),
        )
        .because(format!("\"{value}\"{}", mac.map(|mac| format!(" for {mac}")).unwrap_or_default()))
        .note("the firmware supports only ASCII in values; they are sent as numeric escapes (WF §1.6)");
        self.report(finding);
    }

    /// Whether each model that gets the parameter has it, and has the line that its index counts.
    fn fits_models(&mut self, assigned: &Assigned, rows: &[usize], phones: &Phones) {
        let Some(parameter) = assigned.parameter.clone() else { return };
        let lines = parameter.counts_lines().then(|| assigned.indexes.first().copied()).flatten();
        if parameter.families.is_empty() && lines.is_none() {
            return;
        }
        let Some((_, column)) = phones.column("model") else { return };
        let mut seen: Vec<&str> = Vec::new();
        for row in rows {
            let Some(name) = column.cells.get(*row).and_then(|cell| cell.as_deref()) else { continue };
            if seen.contains(&name) {
                continue;
            }
            seen.push(name);
            let Some(model) = self.catalogue.model(name) else { continue };
            let mac = phones.macs.get(*row).map(ToString::to_string).unwrap_or_default();
            if !parameter.families.is_empty() && !parameter.families.contains(&model.family) {
                let message = format!("`{}` is not on {name}", assigned.written);
                let finding = Diagnostic::new(Code::P0206, assigned.span, message)
                    .because(format!("{mac} would ignore it without a word"))
                    .note(format!("it exists on the families {}", parameter.families.join(", ")));
                self.report(
                    finding
                        .help("set it under `if phone.model == \"…\" { … }`, in a file whose path tells models apart"),
                );
            }
            if let (Some(line), Some(most)) = (lines, model.lines)
                && line > most
            {
                let message = format!("`{name}` has no line {line}");
                let finding = Diagnostic::new(Code::P0207, assigned.span, message)
                    .because(format!("it has {most}; {mac} would ignore `{}`", assigned.written));
                self.report(finding);
            }
        }
    }
}

fn takes_text(assigned: &Assigned) -> bool {
    assigned.parameter.as_ref().is_none_or(|parameter| {
        matches!(parameter.ty, ParameterType::Text(_) | ParameterType::OneOf(_) | ParameterType::List(_))
    })
}

/// Whether an expression is a text whose holes are cells as they stand.
fn is_text(expr: &Expr, phones: &Phones) -> bool {
    match &expr.kind {
        ExprKind::Text(parts) => parts.iter().all(|part| match part {
            crate::language::syntax::tree::TextPart::Text(_) => true,
            crate::language::syntax::tree::TextPart::Hole(hole) => {
                is_text(hole, phones) || time_of(hole) == Time::Build
            }
        }),
        ExprKind::Field(base, field) => {
            base.as_name() == Some("phone") && (field.text == "mac" || phones.column(&field.text).is_some())
        }
        _ => false,
    }
}
