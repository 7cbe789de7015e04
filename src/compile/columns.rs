//! The phone table of the fleet at hand: columns are taken over only when some text needs them.

use super::Compiler;
use super::secret_columns::piece as secret_piece;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::syntax::lexis::{self, TokenKind};
use crate::language::syntax::tree::{Expr, ExprKind, TextPart};
use crate::language::{ColumnType, Phones, Row, Scope, Time, Value, evaluate, time_of};
use crate::plan::{Column, Macro, PhoneTable, Piece, RequestValue, Template, TextColumn};
use crate::platform::Texts;
use rayon::prelude::*;
use std::collections::HashMap;

pub(super) struct Columns<'p> {
    pub phones: &'p Phones,
    pub table: PhoneTable,
    by_name: HashMap<String, usize>,
    /// Columns of assignments, by where these stand, and how many an element has.
    assigned: HashMap<Span, usize>,
    numbered: HashMap<String, u32>,
    /// Values that were made for the phones at hand, by the assignment.
    pub made: Vec<(Span, TextColumn)>,
    /// What is known of a column's cells, by the column's position.
    texts: HashMap<usize, Option<Texts>>,
}

/// How many cells one thread looks at before it takes the next.
const CELLS_AT_ONCE: usize = 16_384;

impl<'p> Columns<'p> {
    pub fn new(phones: &'p Phones) -> Self {
        Columns {
            phones,
            table: PhoneTable { macs: phones.macs.clone(), ..PhoneTable::default() },
            by_name: HashMap::new(),
            assigned: HashMap::new(),
            numbered: HashMap::new(),
            made: Vec::new(),
            texts: HashMap::new(),
        }
    }

    /// The position of a column of the program, taken over if it was not yet.
    pub fn raw(&mut self, name: &str) -> Option<usize> {
        if let Some(position) = self.by_name.get(name) {
            return Some(*position);
        }
        let (_, column) = self.phones.column(name)?;
        let (text, ends) = column.cells.shared();
        Some(self.add(name.to_owned(), TextColumn::shared(text, ends)))
    }

    /// What is known of all cells of a column; nothing where a phone has none.
    pub fn texts(&mut self, column: usize) -> Option<Texts> {
        if let Some(known) = self.texts.get(&column) {
            return *known;
        }
        let cells = &self.phones.columns.get(column)?.cells;
        let some = |from: usize| {
            let rows = from..cells.len().min(from + CELLS_AT_ONCE);
            let missing = rows.clone().any(|row| cells.get(row).is_none());
            (!missing).then(|| Texts::all(rows.filter_map(|row| cells.get(row))))
        };
        let all = match cells.len() {
            len if len != self.phones.macs.len() => None,
            len if len <= CELLS_AT_ONCE => some(0),
            len => (0..len.div_ceil(CELLS_AT_ONCE))
                .into_par_iter()
                .map(|chunk| some(chunk * CELLS_AT_ONCE))
                .try_reduce(|| Texts::NONE, |one, other| Some(one.or(other))),
        };
        self.texts.insert(column, all);
        all
    }

    /// A column of the values that an assignment gives an element. Its name is the same wherever the assignment stands: a plan
    /// knows nothing of the text that it was made from but its origins.
    pub fn assigned(&mut self, element: &str, span: Span, cells: TextColumn) -> usize {
        let known = self.assigned.get(&span).copied();
        if let Some(position) = known
            && self.table.columns.get(position).is_some_and(|column| column.cells == cells)
        {
            return position;
        }
        let number = self.numbered.entry(element.to_owned()).or_default();
        *number += 1;
        let name = format!("{element} ({number})");
        let position = self.add(name, cells);
        self.assigned.insert(span, position);
        position
    }

    /// A column of computed cells.
    pub fn add(&mut self, name: String, cells: TextColumn) -> usize {
        if let Some(position) = self.by_name.get(&name)
            && self.table.columns.get(*position).is_some_and(|column| column.cells == cells)
        {
            return *position;
        }
        self.table.columns.push(Column { name: name.clone(), cells });
        let position = self.table.columns.len() - 1;
        self.by_name.insert(name, position);
        position
    }
}

impl Compiler<'_> {
    /// A text expression as pieces, each hole a constant or a cell. `None` when it has a finding, or is no such text.
    pub(super) fn pieces(
        &mut self,
        expr: &Expr,
        locals: &[(String, Value)],
        columns: &mut Columns<'_>,
    ) -> Option<Vec<Piece>> {
        self.pieces_for(expr, locals, None, columns)
    }

    /// The same for the phones of some rows; none: for all.
    pub(super) fn pieces_for(
        &mut self,
        expr: &Expr,
        locals: &[(String, Value)],
        rows: Option<&[usize]>,
        columns: &mut Columns<'_>,
    ) -> Option<Vec<Piece>> {
        match &expr.kind {
            ExprKind::Text(parts) => {
                let mut pieces = Vec::new();
                for part in parts {
                    match part {
                        TextPart::Text(text) => pieces.push(Piece::Text(text.clone())),
                        TextPart::Hole(hole) => pieces.extend(self.pieces_for(hole, locals, rows, columns)?),
                    }
                }
                Some(pieces)
            }
            ExprKind::Call(name, arguments) if name.text == "derive" => {
                let [secret, about] = arguments.as_slice() else { return None };
                let secrets = self.pieces_for(secret, locals, rows, columns)?;
                let mut about_what = Template::default();
                for piece in self.pieces_for(about, locals, rows, columns)? {
                    about_what.push(piece);
                }
                match secrets.as_slice() {
                    [Piece::Secret(secret)] => Some(vec![Piece::Derived { secret: secret.clone(), about: about_what }]),
                    [Piece::SecretColumn(secret)] => {
                        Some(vec![Piece::DerivedColumn { secret: *secret, about: about_what }])
                    }
                    // What it is made of has its findings where it is evaluated.
                    _ => self.computed(expr, locals, rows, columns),
                }
            }
            ExprKind::Field(..) if time_of(expr) == Time::Request => {
                let known = expr.as_request().and_then(|name| RequestValue::from_name(&name));
                known.map(|value| vec![Piece::Request(value)])
            }
            ExprKind::Field(base, field) if base.as_name() == Some("phone") => {
                if field.text == "mac" {
                    return Some(vec![Piece::Macro(Macro::Mac)]);
                }
                match columns.raw(&field.text) {
                    Some(position) => {
                        let secret = columns
                            .phones
                            .column(&field.text)
                            .is_some_and(|(_, column)| column.ty == ColumnType::Secret);
                        Some(vec![if secret { Piece::SecretColumn(position) } else { Piece::Column(position) }])
                    }
                    None => {
                        self.unknown_column(field.span, &field.text, columns.phones);
                        None
                    }
                }
            }
            _ if time_of(expr) == Time::Phone => self.computed(expr, locals, rows, columns),
            _ => match evaluate(expr, &Scope { globals: &self.checked.program.globals, locals, phone: None }) {
                Ok(Value::Secret(secret)) => Some(secret.parts.iter().map(secret_piece).collect()),
                Ok(value) => value.text().map(|text| vec![Piece::Text(text)]),
                Err(finding) => {
                    self.findings.extend(finding.map(|finding| *finding));
                    None
                }
            },
        }
    }

    /// An expression as it is written, however it is laid out.
    pub(super) fn words(&self, span: Span) -> String {
        let text = self.checked.sources.slice(span);
        let (tokens, _) = lexis::tokens(span.file, text);
        let words = tokens.iter().filter(|token| !matches!(token.kind, TokenKind::Newline | TokenKind::Comment));
        words.filter_map(|token| text.get(token.start..token.end)).collect::<Vec<_>>().join(" ")
    }

    /// An expression over a phone's cells as a column of its own.
    fn computed(
        &mut self,
        expr: &Expr,
        locals: &[(String, Value)],
        rows: Option<&[usize]>,
        columns: &mut Columns<'_>,
    ) -> Option<Vec<Piece>> {
        let all = 0..columns.phones.macs.len();
        let first = rows.map_or(all.clone().next(), |rows| rows.first().copied());
        let first = first.map(|row| self.evaluate_for(expr, locals, columns.phones, Some(row)));
        if let Some(Ok(Value::Secret(_))) = first {
            let secrets = match rows {
                Some(rows) => self.secrets_of(expr, locals, rows.iter().copied(), columns)?,
                None => self.secrets_of(expr, locals, all, columns)?,
            };
            return self.secret_pieces(expr, &secrets, columns);
        }
        let mut cells = TextColumn::default();
        for row in all {
            if rows.is_some_and(|rows| rows.binary_search(&row).is_err()) {
                let _ = cells.push("");
                continue;
            }
            match self.evaluate_for(expr, locals, columns.phones, Some(row)) {
                Ok(value) => match value.text() {
                    Some(text) => drop(cells.push(&text)),
                    None => {
                        let message = format!("a {} has no one text", value.kind());
                        self.report(Diagnostic::new(Code::P0301, expr.span, message));
                        return None;
                    }
                },
                Err(finding) => {
                    self.findings.extend(finding.map(|finding| *finding));
                    return None;
                }
            }
        }
        Some(vec![Piece::Column(columns.add(self.words(expr.span), cells))])
    }

    pub(super) fn unknown_column(&mut self, span: crate::diagnostic::Span, name: &str, phones: &Phones) {
        let known: Vec<&str> =
            ["mac"].into_iter().chain(phones.columns.iter().map(|column| column.name.as_str())).collect();
        let finding = Diagnostic::new(Code::P0211, span, format!("phones here have no `{name}`"))
            .because(format!("their columns are {}", known.join(", ")))
            .did_you_mean(name, known.iter().copied());
        self.report(finding);
    }

    /// The value of an expression for one phone.
    pub(super) fn evaluate_for(
        &mut self,
        expr: &Expr,
        locals: &[(String, Value)],
        phones: &Phones,
        row: Option<usize>,
    ) -> Result<Value, Option<Box<Diagnostic>>> {
        let lookup = |name: &str| row.and_then(|row| phones.value(name, row));
        let phone = row.is_some().then_some(&lookup as Row<'_>);
        evaluate(expr, &Scope { globals: &self.checked.program.globals, locals, phone })
    }
}
