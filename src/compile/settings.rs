//! Assignments to elements, each made the setting that a file has: a text, a column of them, or a secret.

use super::Compiler;
use super::columns::Columns;
use super::flatten::{Act, Assigned};
use super::keys::Channel;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::syntax::tree::{Expr, ExprKind, TextPart};
use crate::language::{Phones, SecretText, Time, Value, time_of};
use crate::plan::{Beaten, Piece, Setting, SettingValue, Template, TextColumn};
use crate::platform::{ParameterType, TextType};
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
    pub(super) fn settings(
        &mut self,
        list: &[Assigned],
        rows: &[usize],
        columns: &mut Columns<'_>,
        channel: &Channel,
    ) -> Settings {
        let mut settings = Settings::default();
        let mut places: HashMap<&str, (usize, Span)> = HashMap::new();
        // Other phones have other values.
        columns.made.clear();
        let examples = one_of_each_model(rows, columns.phones);
        for assigned in list {
            if self.settled.contains(&assigned.span) {
                continue;
            }
            self.fits_models(assigned, &examples, columns.phones);
            self.logs_macros(assigned);
            if !self.keep_rule(assigned, rows, columns) {
                continue;
            }
            let (values, seed) = match &assigned.act {
                Act::Set(values) => (values.as_slice(), false),
                Act::Seed(values) => (values.as_slice(), true),
                Act::User => (&[][..], false),
                Act::Reset => (&[][..], false),
            };
            self.dollars(values, assigned, columns.phones);
            let value = match &assigned.act {
                Act::User => Some(SettingValue::Keep),
                Act::Reset => self.default_of(assigned).map(|default| SettingValue::Set(Template::text(default))),
                _ => {
                    let weak = Channel {
                        weakness: Some("it stands in the bootstrap file, which anyone can fetch".into()),
                        ..channel.clone()
                    };
                    let channel = if seed { &weak } else { channel };
                    self.template(assigned, values, rows, columns, channel).map(SettingValue::Set)
                }
            };
            let Some(value) = value else { continue };
            let user = match (&assigned.act, assigned.access) {
                // The user's own parameter has to be the user's to change.
                (Act::User, None) => Some(crate::phone::Access::Rw),
                (_, access) => access,
            };
            let setting = Setting {
                element: assigned.element.clone(),
                value,
                user,
                overrides: assigned.overrides,
                origin: self.origin(assigned.span),
                beats: Vec::new(),
            };
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
                        let Setting { value, origin, mut beats, .. } = std::mem::replace(slot, setting);
                        beats.push(Beaten { value, origin });
                        slot.beats = beats;
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
        channel: &Channel,
    ) -> Option<Template> {
        if let [value] = values
            && time_of(value) <= Time::Phone
            && let Ok(Value::Secret(secret)) =
                self.evaluate_for(value, &assigned.locals, columns.phones, rows.first().copied())
        {
            return self.secret_template(assigned, value, &secret, rows, columns, channel);
        }
        match values.iter().map(time_of).max()? {
            Time::Build => {
                let value = self.value_for(assigned, values, columns.phones, None)?;
                self.not_ascii(assigned, values, &value, None);
                self.doubtful(assigned, values, &value, None);
                Some(Template::text(value))
            }
            Time::Phone => {
                let text = match values {
                    [value] => takes_text(assigned) && is_text(value, columns.phones),
                    _ => false,
                };
                let cells = self.cells(assigned, values, rows, columns, !text)?;
                // One mistake, one finding: the first phone speaks for all.
                if let Some(row) = rows.first()
                    && let Some(value) = self.value_for(assigned, values, columns.phones, Some(*row))
                {
                    self.doubtful(assigned, values, &value, Some((columns.phones, *row)));
                }
                if let ([value], true) = (values, text) {
                    let mut template = Template::default();
                    for piece in self.pieces(value, &assigned.locals, columns)? {
                        template.push(piece);
                    }
                    return Some(template);
                }
                let mut template = Template::default();
                template.push(Piece::Column(columns.assigned(&assigned.element, assigned.span, cells)));
                Some(template)
            }
            Time::Request => {
                let [value] = values else { return None };
                if self.is_faulty(value) {
                    return None;
                }
                self.asked_template(assigned, value, rows, columns)
            }
            time => {
                let expr = values.iter().find(|value| time_of(value) == time)?;
                if self.is_faulty(expr) {
                    return None;
                }
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

    /// A text that the server completes for who asks. What a client says of itself is held against nothing: a parameter that
    /// takes any text may have it, and no secret stands beside it.
    fn asked_template(
        &mut self,
        assigned: &Assigned,
        value: &Expr,
        rows: &[usize],
        columns: &mut Columns<'_>,
    ) -> Option<Template> {
        let free =
            assigned.parameter.as_ref().is_none_or(|parameter| parameter.ty == ParameterType::Text(TextType::String));
        if !free {
            let message = format!("`{}` does not take whatever a client says", assigned.written);
            let finding = Diagnostic::new(Code::P0301, value.span, message)
                .because("its values have a form, and nothing holds a request's against it")
                .help("put it into a parameter that takes any text, such as GPP_D");
            self.report(finding);
            return None;
        }
        let mut template = Template::default();
        for piece in self.pieces_for(value, &assigned.locals, Some(rows), columns)? {
            if piece.is_secret() {
                let finding =
                    Diagnostic::new(Code::P0403, value.span, "a secret would stand beside what a client says");
                self.report(finding.because("a file that is made for who asks holds no secrets in the same text"));
                return None;
            }
            template.push(piece);
        }
        Some(template)
    }

    /// The values of the phones. A loop assigns the same ones again under other indexes.
    fn cells(
        &mut self,
        assigned: &Assigned,
        values: &[Expr],
        rows: &[usize],
        columns: &mut Columns<'_>,
        keep: bool,
    ) -> Option<TextColumn> {
        let again = values.iter().all(is_of_cells);
        if let (true, Some((_, known))) = (again, columns.made.iter().find(|(span, _)| *span == assigned.span)) {
            return Some(known.clone());
        }
        let before = self.findings.len();
        let cells = self.wire_all(assigned, values, rows, columns, keep)?;
        if again && self.findings.len() == before {
            columns.made.push((assigned.span, cells.clone()));
        }
        Some(cells)
    }

    /// A value with a secret in it, if the channel may carry one.
    fn secret_template(
        &mut self,
        assigned: &Assigned,
        value: &Expr,
        secret: &SecretText,
        rows: &[usize],
        columns: &mut Columns<'_>,
        channel: &Channel,
    ) -> Option<Template> {
        if let [b'G', b'P', b'P', b'_', letter] = assigned.element.as_bytes() {
            let finding = Diagnostic::new(Code::P0405, assigned.span, format!("a secret in {}", assigned.element))
                .because(format!("register {} is shown on the phone's page and in its reports", char::from(*letter)));
            let (finding, _) = secret.way.told(finding);
            let finding = finding.help("GPP_SA to GPP_SD are never shown");
            self.report(finding);
            return None;
        }
        if !takes_text(assigned) {
            let finding = Diagnostic::new(Code::P0301, value.span, format!("`{}` takes no secret", assigned.written));
            self.report(finding.because("a secret is a text"));
            return None;
        }
        if let Some(weakness) = &channel.weakness {
            self.leak(secret, assigned.span, channel, weakness);
            return None;
        }
        let mut template = Template::default();
        for piece in self.pieces_for(value, &assigned.locals, Some(rows), columns)? {
            template.push(piece);
        }
        Some(template)
    }
}

/// The first phone of each model.
pub(super) fn one_of_each_model(rows: &[usize], phones: &Phones) -> Vec<usize> {
    let Some((_, column)) = phones.column("model") else { return Vec::new() };
    // There are few models, and neighbours are mostly of one.
    let mut seen: Vec<&str> = Vec::new();
    let new = |row: &usize| {
        let name = column.cells.get(*row).filter(|name| !seen.contains(name));
        seen.extend(name);
        name.is_some()
    };
    rows.iter().copied().filter(new).collect()
}

fn takes_text(assigned: &Assigned) -> bool {
    assigned.parameter.as_ref().is_none_or(|parameter| {
        matches!(parameter.ty, ParameterType::Text(_) | ParameterType::OneOf(_) | ParameterType::List(_))
    })
}

/// Whether a value is made of the phone's cells alone, and so the same wherever it is assigned.
fn is_of_cells(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Field(base, _) => base.as_name() == Some("phone"),
        ExprKind::Text(parts) => parts.iter().all(|part| match part {
            TextPart::Text(_) => true,
            TextPart::Hole(hole) => is_of_cells(hole),
        }),
        _ => false,
    }
}

/// Whether an expression is a text whose holes are cells as they stand.
fn is_text(expr: &Expr, phones: &Phones) -> bool {
    match &expr.kind {
        ExprKind::Text(parts) => parts.iter().all(|part| match part {
            TextPart::Text(_) => true,
            TextPart::Hole(hole) => is_text(hole, phones) || time_of(hole) == Time::Build,
        }),
        ExprKind::Field(base, field) => {
            base.as_name() == Some("phone") && (field.text == "mac" || phones.column(&field.text).is_some())
        }
        _ => false,
    }
}
