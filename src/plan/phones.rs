//! The phones of a fleet, held by column.

use super::secret::HIDDEN;
use super::{Piece, SecretRef, Secrets, Template, TextColumn};
use crate::phone::Mac;
use crate::phone::seal::derive;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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
    /// Which column names the network that the phone is plugged into, if the program has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<usize>,
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

    /// Every secret that a piece stands for, among all phones.
    pub(super) fn secrets_of(&self, piece: &Piece, into: &mut BTreeSet<SecretRef>) {
        match piece {
            Piece::Secret(secret) => drop(into.insert(secret.clone())),
            Piece::Derived { secret, about } => {
                into.insert(secret.clone());
                about.pieces().iter().for_each(|piece| self.secrets_of(piece, into));
            }
            Piece::SecretColumn(column) | Piece::DerivedColumn { secret: column, .. } => {
                into.extend((0..self.len()).filter_map(|row| self.cell(*column, row).parse().ok()));
            }
            Piece::Text(_) | Piece::Column(_) | Piece::Macro(_) | Piece::ByModel(_) | Piece::Request(_) => {}
        }
    }

    /// Every secret that a piece stands for, for one phone.
    pub(super) fn secrets_of_row(&self, piece: &Piece, row: usize, into: &mut BTreeSet<SecretRef>) {
        match piece {
            Piece::SecretColumn(column) | Piece::DerivedColumn { secret: column, .. } => {
                into.extend(self.cell(*column, row).parse().ok());
            }
            Piece::Derived { secret, about } => {
                into.insert(secret.clone());
                about.pieces().iter().for_each(|piece| self.secrets_of_row(piece, row, into));
            }
            other => self.secrets_of(other, into),
        }
    }

    /// The name of the network that a phone is plugged into, where a column says it.
    pub fn home(&self, row: usize) -> Option<&str> {
        self.home.map(|column| self.cell(column, row)).filter(|name| !name.is_empty())
    }

    /// What a person calls the phone, or nothing.
    pub fn label(&self, row: usize) -> &str {
        self.label.map(|column| self.cell(column, row)).unwrap_or_default()
    }

    /// Writes a template for one phone, macros expanded to what the phone itself would say, secrets as dots.
    pub fn expand(&self, template: &Template, row: usize, models: &[Model], into: &mut String) {
        self.expand_with(template, row, models, &Secrets::Hidden, into);
    }

    /// As [`PhoneTable::expand`], for comparing: equal exactly where what is sent is equal.
    pub fn expand_to_compare(&self, template: &Template, row: usize, models: &[Model], into: &mut String) {
        self.expand_with(template, row, models, &Secrets::StandIn, into);
    }

    /// As [`PhoneTable::expand`], with secrets as `secrets` has them.
    pub(super) fn expand_with(
        &self,
        template: &Template,
        row: usize,
        models: &[Model],
        secrets: &Secrets,
        into: &mut String,
    ) {
        for piece in template.pieces() {
            match piece {
                Piece::Secret(secret) => into.push_str(&secrets.text(secret)),
                Piece::SecretColumn(column) | Piece::DerivedColumn { secret: column, .. }
                    if self.cell(*column, row).is_empty() => {}
                Piece::DerivedColumn { .. } if matches!(secrets, Secrets::Hidden) => into.push_str(HIDDEN),
                Piece::DerivedColumn { secret, about } => match self.cell(*secret, row).parse::<SecretRef>() {
                    Ok(secret) => {
                        let mut info = String::new();
                        self.expand_with(about, row, models, secrets, &mut info);
                        into.push_str(&derive(secrets.text(&secret).as_bytes(), &info));
                    }
                    Err(_) => into.push_str(HIDDEN),
                },
                Piece::SecretColumn(column) => match self.cell(*column, row).parse::<SecretRef>() {
                    Ok(secret) => into.push_str(&secrets.text(&secret)),
                    Err(_) => into.push_str(HIDDEN),
                },
                Piece::Derived { .. } if matches!(secrets, Secrets::Hidden) => into.push_str(HIDDEN),
                Piece::Derived { secret, about } => {
                    let mut info = String::new();
                    self.expand_with(about, row, models, secrets, &mut info);
                    into.push_str(&derive(secrets.text(secret).as_bytes(), &info));
                }
                // Nobody asks here.
                Piece::Request(_) => {}
                Piece::Text(text) => into.push_str(text),
                Piece::Column(column) => into.push_str(self.cell(*column, row)),
                Piece::ByModel(texts) => {
                    let text = self.models.get(row).and_then(|model| texts.get(usize::from(*model)));
                    into.push_str(text.map_or("", String::as_str));
                }
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
