//! The values of one assignment, as they stand on the wire: for one phone, with what is wrong named, and for many at
//! once.

use super::Compiler;
use super::columns::Columns;
use super::flatten::Assigned;
use super::garbled::garbled;
use super::misfit::{PhoneRow, at_cell, fields};
use super::quick::Quick;
use crate::diagnostic::{Code, DataPlace, Diagnostic};
use crate::language::syntax::tree::Expr;
use crate::language::{Globals, Phones, Row, Scope, Value, evaluate};
use crate::plan::TextColumn;
use crate::platform::{Misfit, Parameter, ParameterType, TextType, wire};
use rayon::prelude::*;

/// How many phones' values one thread makes before it takes the next.
const PHONES_AT_ONCE: usize = 4096;

/// The values of some phones, and the first among them that is not ASCII.
type Part = (TextColumn, Option<(usize, String)>);

impl Compiler<'_> {
    /// The values of many phones, on the wire, as a column of all phones; without `keep` they are only held to be sound.
    /// Phones are independent of each other; the first that has a finding, in their order, is the one that is reported.
    pub(super) fn wire_all(
        &mut self,
        assigned: &Assigned,
        values: &[Expr],
        rows: &[usize],
        columns: &mut Columns<'_>,
        keep: bool,
    ) -> Option<TextColumn> {
        let globals = &self.checked.program.globals;
        let phones = columns.phones;
        let quick = Quick::new(globals, assigned, values, phones);
        if !keep && quick.are_all_sound(columns) {
            return Some(TextColumn::default());
        }
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
        let parts: Vec<Result<Part, usize>> = match rows.len() {
            // Threads would take longer to begin than the values do to make.
            0..=PHONES_AT_ONCE => vec![part(rows)],
            _ => rows.par_chunks(PHONES_AT_ONCE).map(part).collect(),
        };
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

    pub(super) fn not_ascii(&mut self, assigned: &Assigned, values: &[Expr], value: &str, phone: Option<PhoneRow<'_>>) {
        if value.is_ascii() {
            return;
        }
        let cell = phone.and_then(|phone| foreign_cell(values, phone));
        // A column that goes into several parameters, or has such signs in several rows, is one cause.
        let column = |place: &DataPlace| place.column.clone().map(|column| (place.file.clone(), column));
        let known = cell.as_ref().and_then(column).and_then(|cell| {
            let same = |finding: &&mut Diagnostic| {
                finding.code == Code::P0306
                    && finding.data.iter().any(|label| column(&label.place).as_ref() == Some(&cell))
            };
            self.findings.iter_mut().find(same)
        });
        if let Some(known) = known {
            if !known.labels.iter().any(|label| label.span == assigned.span) {
                *known = known.clone().label(assigned.span, "and here");
            }
            return;
        }
        let mac = phone.and_then(|(phones, row)| phones.macs.get(row));
        let why = format!("\"{value}\"{}", mac.map(|mac| format!(" for {mac}")).unwrap_or_default());
        let finding = Diagnostic::new(
            Code::P0306,
            assigned.span,
            format!("`{}` holds characters outside ASCII", assigned.written),
        )
        .note("the firmware supports only ASCII in values; they are sent as numeric escapes (WF §1.6)");
        let finding = match garbled(value) {
            Some((run, meant)) => {
                finding.note(format!("`{run}` is `{meant}` in UTF-8 that was read as Windows-1252")).help(format!(
                    "write `{meant}`: save the file as UTF-8 where the text comes from, and open it as UTF-8"
                ))
            }
            None => finding,
        };
        self.report(at_cell(finding, cell, &why));
    }
}

/// The cell that brings a sign outside ASCII into a value.
fn foreign_cell(values: &[Expr], (phones, row): PhoneRow<'_>) -> Option<DataPlace> {
    let mut columns: Vec<&str> = Vec::new();
    values.iter().for_each(|value| fields(value, &mut columns));
    let foreign =
        |column: &&&str| phones.value(column, row).and_then(|value| value.text()).is_some_and(|text| !text.is_ascii());
    let column = columns.iter().find(foreign)?;
    phones.place(row, Some(column))
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
