//! The phones of a fleet, by column.

use super::super::column::{Cells, PhoneColumn};
use super::super::value::Value;
use crate::diagnostic::{DataPlace, RowKey, Span};
use crate::phone::Mac;

/// The phones of a fleet by column. Cells are text, each fitting its column's type.
#[derive(Debug, Default, PartialEq)]
pub struct Phones {
    pub macs: Vec<Mac>,
    /// The data file that they are rows of.
    pub file: Option<String>,
    /// Where each phone is declared; with an inventory, where the inventory is.
    pub spans: Vec<Span>,
    /// The line in the data file, from 1; 0 for a phone declared in the program.
    pub rows: Vec<u32>,
    pub columns: Vec<PhoneColumn>,
}

impl Phones {
    pub fn column(&self, name: &str) -> Option<(usize, &PhoneColumn)> {
        self.columns.iter().enumerate().find(|(_, column)| column.name == name)
    }

    /// A cell, or a row, as a place in the data file; nothing for phones that are declared in the program.
    pub fn place(&self, row: usize, column: Option<&str>) -> Option<DataPlace> {
        let line = self.rows.get(row).copied().filter(|line| *line > 0)?;
        let row = RowKey::Phone { line, address: self.macs.get(row)?.to_string() };
        Some(DataPlace { file: self.file.clone()?, row, column: column.map(str::to_owned) })
    }

    /// Only these rows, in order.
    pub fn keep(&self, rows: &[usize]) -> Phones {
        let columns = self.columns.iter().map(|column| {
            let mut cells = Cells::default();
            // A part of what fits one block of memory fits one.
            for row in rows {
                let _ = cells.push(column.cells.get(*row));
            }
            cells.finish();
            PhoneColumn {
                name: column.name.clone(),
                ty: column.ty.clone(),
                span: column.span,
                optional: column.optional,
                cells,
            }
        });
        Phones {
            file: self.file.clone(),
            macs: rows.iter().filter_map(|row| self.macs.get(*row).copied()).collect(),
            spans: rows.iter().filter_map(|row| self.spans.get(*row).copied()).collect(),
            rows: rows.iter().filter_map(|row| self.rows.get(*row).copied()).collect(),
            columns: columns.collect(),
        }
    }

    /// What `phone.NAME` is for a row.
    pub fn value(&self, name: &str, row: usize) -> Option<Value> {
        match name {
            "mac" => self.macs.get(row).copied().map(Value::Mac),
            _ => self.column(name)?.1.value(row),
        }
    }
}
