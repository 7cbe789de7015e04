//! One row of a data file with all its cells, by the phone that it is or by a line that it stands on. The file is gone
//! through once more, as for findings: a program that nobody asks about costs nothing.

use super::super::super::column::ColumnType;
use super::super::super::modules::Files;
use super::locate::{DataFile, Watch, position_of};
use super::table::{Cell, Row, Table};
use super::{Column, Format, text};
use crate::diagnostic::{Position, Span};
use crate::phone::Mac;
use std::ops::ControlFlow;

/// Which row is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowWanted {
    Phone(Mac),
    /// From 1.
    Line(u32),
}

/// What was found of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sought {
    pub row: Option<RowFound>,
    /// The line of the last row that begins before a line that is no row's.
    pub before: Option<u32>,
    /// And of the first after it.
    pub after: Option<u32>,
    /// How many lines the file has.
    pub lines: u32,
    /// Whether its first line names the columns.
    pub headed: bool,
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct RowFound {
    /// The phone that it is.
    pub mac: Option<Mac>,
    pub line: u32,
    /// The line on which it ends.
    pub last: u32,
    pub cells: Vec<CellFound>,
}

/// A cell of a declared column.
#[derive(Clone, Debug, PartialEq)]
pub struct CellFound {
    pub column: String,
    /// As it is written; nothing for a secret, and where the row has nothing.
    pub text: Option<String>,
    pub secret: bool,
    /// What an empty cell stands for.
    pub default: Option<String>,
    /// Where it begins.
    pub place: Option<Position>,
    /// Where the column is declared.
    pub declared: Span,
}

/// Finds a row. A file that can no longer be read has none.
pub fn seek(file: &DataFile, files: &dyn Files, wanted: RowWanted) -> Sought {
    let Ok(bytes) = files.read(&file.path) else { return Sought::default() };
    let (Ok(text), Some(format)) = (text::decode(&bytes), Format::of(&file.path)) else { return Sought::default() };
    let watch = Watch::seeking(Seek { wanted, found: Sought::default() });
    let mut table = Table::watching(&file.path, file.columns.clone(), watch);
    super::read_text(format, text, &mut table);
    let found = table.into_watch().and_then(|watch| watch.seek).map(|seek| seek.found).unwrap_or_default();
    let lines = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
    Sought { lines, headed: format == Format::Csv, ..found }
}

/// Rows as they go by, held against the one that is wanted.
pub(super) struct Seek {
    wanted: RowWanted,
    found: Sought,
}

impl Seek {
    pub fn row(&mut self, row: &impl Row, columns: &[Column]) -> ControlFlow<()> {
        match self.wanted {
            RowWanted::Phone(mac) if address(row, columns) != Some(mac) => return ControlFlow::Continue(()),
            RowWanted::Phone(_) => {}
            RowWanted::Line(line) if row.line() > line => {
                self.found.after = Some(row.line());
                return ControlFlow::Break(());
            }
            RowWanted::Line(line) if last_line(row, columns) < line => {
                self.found.before = Some(row.line());
                return ControlFlow::Continue(());
            }
            RowWanted::Line(_) => {}
        }
        self.found.row = Some(RowFound {
            mac: address(row, columns),
            line: row.line(),
            last: last_line(row, columns),
            cells: columns.iter().enumerate().map(|(position, column)| cell(row, position, column)).collect(),
        });
        ControlFlow::Break(())
    }
}

fn address(row: &impl Row, columns: &[Column]) -> Option<Mac> {
    let position = columns.iter().position(|column| column.address)?;
    match row.cell(position) {
        Cell::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The line on which the last of its cells ends.
fn last_line(row: &impl Row, columns: &[Column]) -> u32 {
    let end = (0..columns.len()).filter_map(|column| row.range(column)).map(|range| range.end).max();
    let text = end.and_then(|end| row.text().get(row.start()..end)).unwrap_or_default();
    row.line() + u32::try_from(text.bytes().filter(|octet| *octet == b'\n').count()).unwrap_or(0)
}

fn cell(row: &impl Row, position: usize, column: &Column) -> CellFound {
    let secret = column.ty == ColumnType::Secret;
    let text = match row.cell(position) {
        Cell::Text(text) => Some(text.trim().to_owned()),
        Cell::List(list) => list.ok(),
        Cell::Missing | Cell::Fault(_) => None,
    };
    let empty = text.as_deref().is_none_or(str::is_empty);
    CellFound {
        column: column.name.clone(),
        text: text.filter(|text| !secret && !text.is_empty()),
        secret,
        default: column.default.clone().filter(|_| empty && !secret),
        place: row.range(position).map(|range| position_of(row, range.start)),
        declared: column.span,
    }
}
