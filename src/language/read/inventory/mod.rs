//! `inventory`: phones as rows of a data file, typed by column. Each format (`csv`, `json`, `toml`) only finds rows and
//! cells; what a cell has to be, and what is said of one that is not, is `table`'s for all of them.

mod csv;
mod declared;
mod json;
mod locate;
mod seek;
mod table;
mod text;
mod toml;
mod unread;

#[cfg(test)]
mod tests;

pub use self::locate::{DataFile, locate};
pub use self::seek::{CellFound, RowFound, RowWanted, Sought, seek};

use self::declared::Column;
use self::table::Table;
use super::super::names::InventoryDecl;
use super::super::program::Phones;
use super::Reader;
use crate::diagnostic::{Code, Diagnostic};

/// How rows are written, told by the file's extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Csv,
    Json,
    JsonLines,
    Toml,
}

impl Format {
    fn of(path: &str) -> Option<Format> {
        let (_, extension) = path.rsplit_once('.')?;
        Some(match extension.to_ascii_lowercase().as_str() {
            "csv" => Format::Csv,
            "json" => Format::Json,
            "jsonl" => Format::JsonLines,
            "toml" => Format::Toml,
            _ => return None,
        })
    }
}

impl Reader<'_> {
    /// The rows of an inventory. A file with anything wrong in it gives the rows that are sound, beside findings.
    pub(super) fn inventory(&mut self, decl: &InventoryDecl) -> Phones {
        let Some(path) = self.text(&decl.source) else { return Phones::default() };
        let Some(columns) = self.columns(decl) else { return Phones::default() };
        let Some(format) = Format::of(&path.value) else {
            let finding = Diagnostic::new(Code::P0303, path.span, format!("`{}` is of no known format", path.value))
                .because("the extension says how rows are written")
                .help("an inventory is a .csv, .json, .jsonl or .toml file");
            self.report(finding);
            return Phones::default();
        };
        let bytes = match self.files.read(&path.value) {
            Ok(bytes) => bytes,
            Err(fault) => {
                let finding = Diagnostic::new(Code::P0201, path.span, format!("cannot read `{}`", path.value));
                self.report(finding.because(fault.to_string()));
                return Phones::default();
            }
        };
        self.data.push(DataFile {
            inventory: decl.name.text.clone(),
            path: path.value.clone(),
            columns: columns.clone(),
        });
        let mut table = Table::new(&path.value, path.span, columns);
        read(format, &bytes, &mut table);
        drop(bytes);
        let (mut phones, findings) = table.finish();
        phones.file = Some(path.value);
        self.findings.extend(findings);
        phones
    }
}

/// Fills the table from a file's octets.
fn read(format: Format, bytes: &[u8], table: &mut Table) {
    let text = match text::decode(bytes) {
        Ok(text) => text,
        Err(fault) => return table.file_fault(fault),
    };
    read_text(format, text, table);
}

fn read_text(format: Format, text: &str, table: &mut Table) {
    match format {
        Format::Csv => csv::read(text, table),
        Format::Json => json::read(text, table),
        Format::JsonLines => json::read_lines(text, table),
        Format::Toml => toml::read(text, table),
    }
}
