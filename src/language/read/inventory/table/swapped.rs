//! Two names of a header that stand in each other's place: no row fits, and each would if the two were swapped.

use super::super::Column;
use super::{Cell, Row, Table};
use crate::diagnostic::{Code, Diagnostic, RowKey};
use crate::phone::Mac;

/// So many rows are enough to say so; one row alone may be wrong by itself.
const ENOUGH: usize = 2;
const MOST: usize = 8;
/// A file with more columns is not tried: each is held against each.
const MOST_COLUMNS: usize = 64;

/// Where the header is, and the cells of the first rows.
#[derive(Default)]
pub(super) struct Sample {
    header: Option<u32>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn header_at(&mut self, line: u32) {
        self.sample.header = Some(line);
    }

    pub(super) fn sample(&mut self, row: &impl Row) {
        if self.sample.header.is_none() || self.sample.rows.len() >= MOST || self.columns.len() > MOST_COLUMNS {
            return;
        }
        let text = |position| match row.cell(position) {
            Cell::Text(text) => text.trim().to_owned(),
            _ => String::new(),
        };
        self.sample.rows.push((0..self.columns.len()).map(text).collect());
    }

    /// Puts one finding in the place of all those about cells of two columns whose names were swapped.
    pub(super) fn swapped_names(&mut self) {
        let Some(line) = self.sample.header.filter(|_| self.phones.macs.is_empty() && self.sample.rows.len() >= ENOUGH)
        else {
            return;
        };
        let Some((one, other)) = self.swapped() else { return };
        let (Some(first), Some(second)) = (self.columns.get(one), self.columns.get(other)) else { return };
        let message =
            format!("{} line {line}: `{}` and `{}` stand in each other's place", self.path, first.name, second.name);
        let finding = Diagnostic::new(Code::P0309, first.span, message)
            .because("no row has here what it wants")
            .label(second.span, "and each has it there")
            .help(format!("swap `{}` and `{}` in the file's first line", first.name, second.name));
        let finding = finding.at_data(self.at(RowKey::Header { line }, None), "");
        let names = [first.name.clone(), second.name.clone()];
        self.findings.retain(|finding| {
            let of_them = |column: &Option<String>| column.as_ref().is_some_and(|column| names.contains(column));
            finding.data.is_empty() || !finding.data.iter().all(|label| of_them(&label.place.column))
        });
        // What was not told is mostly this, and what is left is seen when it is mended.
        self.untold = 0;
        self.findings.push(finding);
    }

    /// The only two columns that would be sound in each other's place, of which one is not where it stands.
    fn swapped(&self) -> Option<(usize, usize)> {
        let fits = |column: usize, cells: usize| {
            let Some(declared) = self.columns.get(column) else { return false };
            self.sample.rows.iter().all(|row| row.get(cells).is_some_and(|text| takes(declared, text)))
        };
        let wrong: Vec<bool> = (0..self.columns.len()).map(|column| self.never_fits(column)).collect();
        let mut found = None;
        for one in 0..self.columns.len() {
            for other in one + 1..self.columns.len() {
                let either = wrong.get(one) == Some(&true) || wrong.get(other) == Some(&true);
                if either && fits(one, other) && fits(other, one) && found.replace((one, other)).is_some() {
                    return None;
                }
            }
        }
        found
    }

    /// Whether no row has in a column what it wants.
    fn never_fits(&self, column: usize) -> bool {
        let Some(declared) = self.columns.get(column) else { return false };
        self.sample.rows.iter().all(|row| row.get(column).is_some_and(|text| !takes(declared, text)))
    }
}

fn takes(column: &Column, text: &str) -> bool {
    match text {
        "" => column.default.is_some() || column.optional,
        text if column.address => text.parse::<Mac>().is_ok(),
        text => column.ty.canonical(text).is_ok(),
    }
}
