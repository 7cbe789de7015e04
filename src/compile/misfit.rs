//! Values that do not fit, or hardly do, as findings on the sign that is wrong.

use super::Compiler;
use super::flatten::Assigned;
use super::signs::Signs;
use crate::diagnostic::{Code, DataPlace, Diagnostic, Span};
use crate::language::Phones;
use crate::language::syntax::tree::{Expr, ExprKind, TextPart};
use crate::platform::{Misfit, doubts};

/// The phone that a value is for: the table, and its row.
pub(super) type PhoneRow<'p> = (&'p Phones, usize);

/// Says why at the cell of the data file, if there is one, and else in the program.
pub(super) fn at_cell(finding: Diagnostic, cell: Option<DataPlace>, why: &str) -> Diagnostic {
    match cell {
        Some(cell) => finding.because("it is set here").at_data(Some(cell), why),
        None => finding.because(why),
    }
}

/// The cell of a data file that a value is made from: the one that has the octet `at` of it, or the only one.
pub(super) fn cell_of(values: &[Expr], (phones, row): PhoneRow<'_>, at: Option<usize>) -> Option<DataPlace> {
    let mut columns: Vec<&str> = Vec::new();
    values.iter().for_each(|value| fields(value, &mut columns));
    columns.dedup();
    let column = match (columns.as_slice(), values, at) {
        ([], ..) => return None,
        ([one], ..) => Some(*one),
        (_, [Expr { kind: ExprKind::Text(parts), .. }], Some(at)) => {
            let mut end = 0;
            let hole = parts.iter().find_map(|part| {
                let (name, length) = match part {
                    TextPart::Text(text) => (None, text.len()),
                    TextPart::Hole(hole) => {
                        let mut name = Vec::new();
                        fields(hole, &mut name);
                        let name = name.first().copied()?;
                        (Some(name), phones.value(name, row)?.text()?.len())
                    }
                };
                end += length;
                (at < end).then_some(name)
            });
            hole.flatten()
        }
        _ => None,
    };
    phones.place(row, column)
}

/// The columns of the phone that an expression names.
pub(super) fn fields<'e>(expr: &'e Expr, into: &mut Vec<&'e str>) {
    match &expr.kind {
        ExprKind::Field(base, field) if base.as_name() == Some("phone") => into.push(&field.text),
        ExprKind::Field(inner, _) | ExprKind::Not(inner) | ExprKind::Minus(inner) => fields(inner, into),
        ExprKind::Text(parts) => parts.iter().for_each(|part| match part {
            TextPart::Hole(hole) => fields(hole, into),
            TextPart::Text(_) => {}
        }),
        ExprKind::Binary(one, _, two) | ExprKind::Index(one, two) => {
            fields(one, into);
            fields(two, into);
        }
        ExprKind::Call(_, items) | ExprKind::List(items) => items.iter().for_each(|item| fields(item, into)),
        _ => {}
    }
}

impl Compiler<'_> {
    /// Warns of what a value that fits hardly means.
    pub(super) fn doubtful(&mut self, assigned: &Assigned, values: &[Expr], text: &str, phone: Option<PhoneRow<'_>>) {
        let found = assigned.parameter.as_ref().map(|parameter| doubts(parameter, text)).unwrap_or_default();
        for misfit in found {
            self.misfit(assigned, values, misfit, text, phone);
        }
    }

    /// Reports a misfit on the very character, where the source has it.
    pub(super) fn misfit(
        &mut self,
        assigned: &Assigned,
        values: &[Expr],
        misfit: Misfit,
        text: &str,
        phone: Option<PhoneRow<'_>>,
    ) {
        let mut misfit = misfit;
        if let [Expr { kind: ExprKind::Name(name), .. }] = values
            && misfit.code == Code::P0301
            && self.checked.program.globals.lets.contains_key(name)
        {
            // What is wrong is the `let`, wherever it is used.
            if !self.misfit_lets.insert((name.clone(), misfit.help.clone())) {
                self.settled.insert(assigned.span);
                return;
            }
            misfit.help = misfit.help.map(|help| format!("{help}, where `{name}` is declared"));
        }
        let whole = values
            .first()
            .map_or(assigned.span, |first| first.span.to(values.last().map_or(first.span, |last| last.span)));
        let (place, why) = match (misfit.at, self.sign(values, misfit.at)) {
            (_, Some(place)) => (place, misfit.why),
            (None, None) => (whole, misfit.why),
            (Some(at), None) => {
                let before = text.get(..at).map_or(0, |before| before.chars().count());
                let place = if at < text.len() { format!("character {}", before + 1) } else { "its end".to_owned() };
                (whole, format!("at {place}: {}", misfit.why))
            }
        };
        let message = format!("`{}` {}", assigned.written, misfit.message);
        let mut finding = Diagnostic::new(misfit.code, place, message);
        finding = at_cell(finding, phone.and_then(|phone| cell_of(values, phone, misfit.at)), &why);
        finding.severity = misfit.severity;
        finding.notes.extend(misfit.note);
        if let Some(mac) = phone.and_then(|(phones, row)| phones.macs.get(row)) {
            finding = finding.note(format!("for {mac}"));
        }
        finding.help = misfit.help;
        self.report(finding);
    }

    /// Where the octet `at` of a text stands in the source, when the value is one string without holes.
    pub(super) fn sign(&self, values: &[Expr], at: Option<usize>) -> Option<Span> {
        let ([value], Some(at)) = (values, at) else { return None };
        let ExprKind::Text(parts) = &value.kind else { return None };
        let [TextPart::Text(text)] = parts.as_slice() else { return None };
        let mut signs = self.signs.borrow_mut();
        // One text is looked at for many findings.
        if signs.span() != value.span {
            *signs = Signs::of(value.span, self.checked.sources.slice(value.span), text);
        }
        signs.at(at)
    }
}
