//! The values of many phones, at little cost each: a text that is surely sound is not made by the long way, and a value
//! that depends on one cell is made once for all phones that hold the same there. Whatever is in doubt goes the long way,
//! which alone says what is wrong.

use super::columns::Columns;
use super::depends::columns_of;
use super::flatten::Assigned;
use crate::language::syntax::tree::{Expr, ExprKind, TextPart};
use crate::language::{Cells, Globals, Phones, Scope, Time, Value, evaluate, time_of};
use crate::phone::Mac;
use crate::platform::{Parameter, Texts, surely_fits};
use std::collections::HashMap;
use std::fmt::Write;

/// A value with more forms than this is no better off with being remembered.
const REMEMBERED: usize = 1024;

/// Texts are put together to be looked at up to here; longer ones go the long way.
const LONGEST: usize = 4096;

/// Every sign that a hardware address can have, and as long as all are.
const ANY_MAC: &str = "01:23456789abcdef";

/// How the values of one assignment are made quickly.
pub(super) struct Quick<'p> {
    parameter: Option<&'p Parameter>,
    /// None: it is no text of constants and cells.
    parts: Option<Vec<Part<'p>>>,
    /// The one column that the value depends on, if it is one.
    column: Option<&'p Cells>,
}

enum Part<'p> {
    Text(String),
    /// A column, by its position too.
    Cell(usize, &'p Cells),
    Mac(&'p [Mac]),
}

impl<'p> Quick<'p> {
    pub fn new(globals: &Globals, assigned: &'p Assigned, values: &[Expr], phones: &'p Phones) -> Self {
        let parts = match values {
            [value] if is_text(value, phones) => {
                let mut parts = Vec::new();
                let scope = Scope { globals, locals: &assigned.locals, phone: None };
                collect(value, &scope, phones, &mut parts).map(|()| parts)
            }
            _ => None,
        };
        let column = match columns_of(values, phones).as_deref() {
            Some([column]) => Some(*column),
            _ => None,
        };
        Quick { parameter: assigned.parameter.as_deref(), parts, column }
    }

    /// Whether the texts of all phones are sound, and ASCII: it shows in the columns that they are put together from.
    pub fn are_all_sound(&self, columns: &mut Columns<'_>) -> bool {
        let (Some(parts), Some(parameter)) = (&self.parts, self.parameter) else { return false };
        let mut all = Texts::one("");
        for part in parts {
            let next = match part {
                Part::Text(text) => Some(Texts::one(text)),
                Part::Cell(column, _) => columns.texts(*column),
                Part::Mac(_) => Some(Texts::all([ANY_MAC])),
            };
            let Some(next) = next else { return false };
            all = all.then(next);
        }
        all.longest() <= LONGEST && all.surely_fit(parameter)
    }

    /// Whether a phone's text is sound, and ASCII, beyond doubt.
    pub fn is_sound(&self, row: usize, text: &mut String) -> bool {
        let (Some(parts), Some(parameter)) = (&self.parts, self.parameter) else { return false };
        text.clear();
        for part in parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Cell(_, cells) => match cells.get(row) {
                    Some(cell) => text.push_str(cell),
                    None => return false,
                },
                Part::Mac(macs) => match macs.get(row) {
                    Some(mac) => drop(write!(text, "{mac}")),
                    None => return false,
                },
            }
        }
        text.len() <= LONGEST && surely_fits(parameter, text)
    }

    pub fn remembered(&self) -> Remembered<'p> {
        Remembered { column: self.column, known: HashMap::new() }
    }
}

/// Values by the one cell that they depend on.
pub(super) struct Remembered<'p> {
    column: Option<&'p Cells>,
    known: HashMap<&'p str, String>,
}

impl<'p> Remembered<'p> {
    pub fn get(&self, row: usize) -> Option<&str> {
        self.known.get(self.column?.get(row)?).map(String::as_str)
    }

    pub fn learn(&mut self, row: usize, text: String) {
        if self.known.len() < REMEMBERED
            && let Some(cell) = self.column.and_then(|cells| cells.get(row))
        {
            self.known.insert(cell, text);
        }
    }
}

/// Whether the value is a text of the language, for each phone that has its cells.
fn is_text(value: &Expr, phones: &Phones) -> bool {
    match &value.kind {
        ExprKind::Text(_) => true,
        ExprKind::Field(base, field) if base.as_name() == Some("phone") => {
            let column = phones.column(&field.text).map(|(_, column)| column);
            // Cells of a column are of one kind: the first that there is speaks for all.
            column.is_some_and(|column| {
                let first = (0..column.cells.len()).find_map(|row| column.value(row));
                matches!(first, Some(Value::Text(_)))
            })
        }
        _ => false,
    }
}

/// A text's parts; nothing when one is more than a constant or a cell.
fn collect<'p>(value: &Expr, scope: &Scope<'_>, phones: &'p Phones, parts: &mut Vec<Part<'p>>) -> Option<()> {
    if scope.globals.faulty.contains(&value.span) {
        return None;
    }
    match &value.kind {
        ExprKind::Text(pieces) => pieces.iter().try_for_each(|piece| match piece {
            TextPart::Text(text) => {
                parts.push(Part::Text(text.clone()));
                Some(())
            }
            TextPart::Hole(hole) => collect(hole, scope, phones, parts),
        }),
        ExprKind::Field(base, field) if base.as_name() == Some("phone") => {
            parts.push(match field.text.as_str() {
                "mac" => Part::Mac(&phones.macs),
                name => {
                    let (position, column) = phones.column(name)?;
                    // Its cells say where a secret is kept, not what it is.
                    if column.ty == crate::language::ColumnType::Secret {
                        return None;
                    }
                    Part::Cell(position, &column.cells)
                }
            });
            Some(())
        }
        _ if time_of(value) == Time::Build => {
            parts.push(Part::Text(evaluate(value, scope).ok()?.text()?));
            Some(())
        }
        _ => None,
    }
}
