//! The phones of a fleet, held by column.

use super::{Piece, Template, TextColumn};
use crate::phone::Mac;
use serde::{Deserialize, Serialize};

/// A phone model as far as files and macros need it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Model {
    /// Product name, `$PN`: `CP-8841-3PCC`.
    pub name: String,
    /// Product series name, `$PSN`: `8841-3PCC`.
    pub series: String,
}

/// A fleet's phones. All columns are of one length.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PhoneTable {
    pub macs: Vec<Mac>,
    /// Positions in `Plan::models`.
    pub models: Vec<u16>,
    /// What values and paths refer to; only columns that some text needs.
    pub columns: Vec<Column>,
    /// Which column says what a person calls the phone, if the program has one.
    pub label: Option<usize>,
}

/// One named column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Column {
    pub name: String,
    pub cells: TextColumn,
}

impl PhoneTable {
    pub fn len(&self) -> usize {
        self.macs.len()
    }

    pub fn is_empty(&self) -> bool {
        self.macs.is_empty()
    }

    pub fn cell(&self, column: usize, row: usize) -> &str {
        self.columns.get(column).and_then(|column| column.cells.get(row)).unwrap_or_default()
    }

    /// What a person calls the phone, or nothing.
    pub fn label(&self, row: usize) -> &str {
        self.label.map(|column| self.cell(column, row)).unwrap_or_default()
    }

    /// Writes a template for one phone, macros expanded to what the phone itself would say.
    pub fn expand(&self, template: &Template, row: usize, models: &[Model], into: &mut String) {
        for piece in template.pieces() {
            match piece {
                Piece::Text(text) => into.push_str(text),
                Piece::Column(column) => into.push_str(self.cell(*column, row)),
                Piece::Macro(name) => {
                    let model = self.models.get(row).and_then(|model| models.get(usize::from(*model)));
                    if let (Some(mac), Some(model)) = (self.macs.get(row), model) {
                        name.expand(*mac, &model.name, &model.series, into);
                    }
                }
            }
        }
    }
}
