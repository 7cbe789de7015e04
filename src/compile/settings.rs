//! Assignments to elements: values converted to what is on the wire, for every phone that has them.

use super::Compiler;
use super::columns::Columns;
use super::flatten::{Act, Assigned};
use super::keys::Channel;
use super::misfit::{PhoneRow, at_cell, cell_of};
use super::quick::Quick;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::syntax::tree::{Expr, ExprKind};
use crate::language::{Globals, Phones, Row, Scope, SecretText, Time, Value, evaluate, time_of};
use crate::plan::{Piece, Setting, SettingValue, Template, TextColumn};
use crate::platform::{Misfit, Parameter, ParameterType, TextType, wire};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};

/// How many phones' values one thread makes before it takes the next.
const PHONES_AT_ONCE: usize = 4096;

/// The values of some phones, and the first among them that is not ASCII.
type Part = (TextColumn, Option<(usize, String)>);

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
        let examples = one_of_each_model(rows, columns.phones);
        for assigned in list {
            if self.settled.contains(&assigned.span) {
                continue;
            }
            self.fits_models(assigned, &examples, columns.phones);
            let (values, seed) = match &assigned.act {
                Act::Set(values) => (values.as_slice(), false),
                Act::Seed(values) => (values.as_slice(), true),
                Act::User => (&[][..], false),
                Act::Reset => (&[][..], false),
            };
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
        channel: &Channel,
    ) -> Option<Template> {
        if let [value] = values
            && time_of(value) <= Time::Phone
            && let Ok(Value::Secret(secret)) =
                self.evaluate_for(value, &assigned.locals, columns.phones, rows.first().copied())
        {
            return self.secret_template(assigned, value, &secret, columns, channel);
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
                let cells = self.wire_all(assigned, values, rows, columns.phones, !text)?;
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
                template.push(Piece::Column(
                    columns.add(format!("{} at {}", assigned.element, assigned.span.start), cells),
                ));
                Some(template)
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

    /// A value with a secret in it, if the channel may carry one.
    fn secret_template(
        &mut self,
        assigned: &Assigned,
        value: &Expr,
        secret: &SecretText,
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
        for piece in self.pieces(value, &assigned.locals, columns)? {
            template.push(piece);
        }
        Some(template)
    }

    /// The values of many phones, on the wire, as a column of all phones; without `keep` they are only held to be sound.
    /// Phones are independent of each other; the first that has a finding, in their order, is the one that is reported.
    fn wire_all(
        &mut self,
        assigned: &Assigned,
        values: &[Expr],
        rows: &[usize],
        phones: &Phones,
        keep: bool,
    ) -> Option<TextColumn> {
        let globals = &self.checked.program.globals;
        let quick = Quick::new(globals, assigned, values, phones);
        let part = |rows: &[usize]| {
            let (mut cells, mut foreign) = (TextColumn::default(), None);
            let (mut remembered, mut text) = (quick.remembered(), String::new());
            for row in rows {
                if !keep && quick.is_sound(*row, &mut text) {
                    continue;
                }
                if let Some(known) = remembered.get(*row) {
                    if keep && !cells.push(known) {
                        return Err(*row);
                    }
                    continue;
                }
                let Ok(text) = value_at(globals, assigned, values, phones, Some(*row)) else { return Err(*row) };
                if foreign.is_none() && !text.is_ascii() {
                    foreign = Some((*row, text.clone()));
                }
                if keep && !cells.push(&text) {
                    return Err(*row);
                }
                remembered.learn(*row, text);
            }
            Ok((cells, foreign))
        };
        let parts: Vec<Result<Part, usize>> = rows.par_chunks(PHONES_AT_ONCE).map(part).collect();
        let mut made = Vec::with_capacity(parts.len());
        let mut foreign = None;
        for part in parts {
            match part {
                Ok((cells, more)) => {
                    made.push(cells);
                    foreign = foreign.or(more);
                }
                Err(row) => {
                    self.value_for(assigned, values, phones, Some(row));
                    return None;
                }
            }
        }
        if let Some((row, value)) = foreign {
            self.not_ascii(assigned, values, &value, Some((phones, row)));
        }
        let mut cells = TextColumn::default();
        if keep {
            let mut fits = true;
            for (row, text) in rows.iter().zip(made.iter().flat_map(TextColumn::iter)) {
                while fits && cells.len() < *row {
                    fits = cells.push("");
                }
                fits = fits && cells.push(text);
            }
            while fits && cells.len() < phones.macs.len() {
                fits = cells.push("");
            }
            if !fits {
                let message = format!("the values of `{}` are too long", assigned.written);
                let finding = Diagnostic::new(Code::P0106, assigned.span, message);
                self.report(finding.because("those of all phones may have 4 GiB"));
                return None;
            }
        }
        Some(cells)
    }

    /// The value for one phone, on the wire; findings name the phone.
    pub(super) fn value_for(
        &mut self,
        assigned: &Assigned,
        values: &[Expr],
        phones: &Phones,
        row: Option<usize>,
    ) -> Option<String> {
        let wired = match value_at(&self.checked.program.globals, assigned, values, phones, row) {
            Ok(text) => Ok(text),
            Err(Unwired::Misfit(misfit)) => Err(misfit),
            Err(Unwired::Unknown(expr, finding)) => {
                if let Some(mut finding) = finding {
                    if finding.code == Code::P0211 {
                        self.missing_cell(expr, phones, row, &mut finding);
                    }
                    self.findings.push(*finding);
                }
                return None;
            }
        };
        let place = values
            .first()
            .map_or(assigned.span, |first| first.span.to(values.last().map_or(first.span, |last| last.span)));
        match wired {
            Ok(text) if is_open_secret(assigned, &text) => {
                let message = format!("`{}` is written where everyone can read it", assigned.written);
                let finding = Diagnostic::new(Code::P0406, place, message)
                    .because("whoever reads the program reads it, and git never forgets")
                    .help("keep it elsewhere: `secret NAME = env(\"NAME\")`, or a column of type `secret`");
                self.report(finding);
                None
            }
            Ok(text) => Some(text),
            Err(misfit) => {
                let text = match values {
                    [one] => self.evaluate_for(one, &assigned.locals, phones, row).ok().and_then(|value| value.text()),
                    _ => None,
                };
                let text = text.unwrap_or_default();
                self.misfit(assigned, values, misfit, &text, row.map(|row| (phones, row)));
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
            let missing = Diagnostic::new(Code::P0211, expr.span, format!("`{mac}` has no `{name}`"));
            let missing = missing.because("needed here");
            *finding = match phones.place(row, Some(name)) {
                Some(cell) => missing.at_data(Some(cell), format!("`{name}` is empty here")),
                None => missing.label(*span, format!("add `{name} \"…\"`")),
            };
        } else {
            let known: Vec<&str> = phones.columns.iter().map(|column| column.name.as_str()).collect();
            let because = format!("their columns are mac, {}", known.join(", "));
            *finding = finding.clone().because(because).did_you_mean(name, known.iter().copied());
        }
    }

    fn not_ascii(&mut self, assigned: &Assigned, values: &[Expr], value: &str, phone: Option<PhoneRow<'_>>) {
        let Some(at) = value.bytes().position(|octet| !octet.is_ascii()) else { return };
        let mac = phone.and_then(|(phones, row)| phones.macs.get(row));
        let why = format!("\"{value}\"{}", mac.map(|mac| format!(" for {mac}")).unwrap_or_default());
        let finding = Diagnostic::new(
            Code::P0306,
            assigned.span,
            format!("`{}` holds characters outside ASCII", assigned.written),
        )
        .note("the firmware supports only ASCII in values; they are sent as numeric escapes (WF §1.6)");
        self.report(at_cell(finding, phone.and_then(|phone| cell_of(values, phone, Some(at))), &why));
    }
}

/// The first phone of each model.
fn one_of_each_model(rows: &[usize], phones: &Phones) -> Vec<usize> {
    let Some((_, column)) = phones.column("model") else { return Vec::new() };
    let mut seen: HashSet<&str> = HashSet::new();
    rows.iter().copied().filter(|row| column.cells.get(*row).is_some_and(|name| seen.insert(name))).collect()
}

/// A password that is no secret of the language.
fn is_open_secret(assigned: &Assigned, text: &str) -> bool {
    !text.is_empty() && assigned.parameter.as_deref().is_some_and(is_secret)
}

/// Whether the catalogue calls what the parameter holds a secret.
pub(super) fn is_secret(parameter: &Parameter) -> bool {
    parameter.ty == ParameterType::Text(TextType::Secret)
}

/// Why there is no value.
enum Unwired<'e> {
    /// The expression has none; nothing when it has its finding already.
    Unknown(&'e Expr, Option<Box<Diagnostic>>),
    Misfit(Misfit),
}

/// The value for one phone, on the wire. Nothing is changed by it, so that many can be made at once.
fn value_at<'e>(
    globals: &Globals,
    assigned: &Assigned,
    values: &'e [Expr],
    phones: &Phones,
    row: Option<usize>,
) -> Result<String, Unwired<'e>> {
    let lookup = |name: &str| row.and_then(|row| phones.value(name, row));
    let phone = row.is_some().then_some(&lookup as Row<'_>);
    let scope = Scope { globals, locals: &assigned.locals, phone };
    let found = |expr: &'e Expr| evaluate(expr, &scope).map_err(|finding| Unwired::Unknown(expr, finding));
    let value = match values {
        [one] => found(one)?,
        many => Value::List(many.iter().map(found).collect::<Result<_, _>>()?),
    };
    let wired = match &assigned.parameter {
        Some(parameter) => wire(parameter, &value),
        None => {
            let why = format!("this is a {}", value.kind());
            value.text().ok_or_else(|| Misfit::new(Code::P0301, "takes a text", why))
        }
    };
    wired.map_err(Unwired::Misfit)
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
