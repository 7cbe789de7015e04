//! What is wrong with a file, a row or a cell, and the places told with it.

use super::super::super::super::column::ColumnType;
use super::super::super::super::list_cell;
use super::super::Column;
use super::{Row, Table};
use crate::diagnostic::{Code, DataPlace, Diagnostic, RowKey, closest};
use crate::phone::Mac;

/// Findings about cells of one inventory; the rest is counted. A wrong column would make one of each row.
pub(super) const MOST_FINDINGS: usize = 20;

/// Something wrong with the file, not with one cell of it.
pub struct FileFault {
    line: Option<u32>,
    octet: Option<u32>,
    /// The octet is only pointed at.
    quiet: bool,
    message: String,
    help: Option<String>,
}

impl FileFault {
    /// `FILE is empty`: the message goes on after the file's name.
    pub fn whole(message: impl Into<String>) -> Self {
        FileFault { line: None, octet: None, quiet: false, message: message.into(), help: None }
    }

    pub fn at(line: u32, message: impl Into<String>) -> Self {
        FileFault { line: Some(line), octet: None, quiet: false, message: message.into(), help: None }
    }

    pub fn octet(mut self, octet: u32) -> Self {
        self.octet = Some(octet);
        self
    }

    /// Where in its line, from 1, to be shown and not told.
    pub fn pointing(self, octet: u32) -> Self {
        FileFault { quiet: true, ..self.octet(octet) }
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Why a row cannot be read.
pub struct RowFault {
    octet: Option<u32>,
    message: String,
    help: Option<String>,
}

impl RowFault {
    pub fn new(message: impl Into<String>) -> Self {
        RowFault { octet: None, message: message.into(), help: None }
    }

    /// Where in its line, from 1.
    pub fn octet(mut self, octet: u32) -> Self {
        self.octet = Some(octet);
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Table {
    /// A place in the file.
    pub(super) fn at(&self, row: RowKey, column: Option<usize>) -> Option<DataPlace> {
        let column = column.and_then(|column| self.columns.get(column)).map(|column| column.name.clone());
        Some(DataPlace { file: self.path.clone(), row, column })
    }

    /// Something wrong with the whole file.
    pub fn file_fault(&mut self, fault: FileFault) {
        let message = match (fault.line, fault.octet.filter(|_| !fault.quiet)) {
            (None, _) => format!("`{}` {}", self.path, fault.message),
            (Some(line), None) => format!("{} line {line}: {}", self.path, fault.message),
            (Some(line), Some(octet)) => format!("{} line {line}, octet {octet}: {}", self.path, fault.message),
        };
        let place = fault.line.and_then(|line| self.at(RowKey::Line { line, octet: fault.octet }, None));
        let mut finding = Diagnostic::new(Code::P0309, self.place, message).at_data(place, "");
        finding.help = fault.help;
        self.findings.push(self.named_here(finding));
    }

    /// Once the place in the file is the finding's own, the program's is told beside it.
    fn named_here(&self, finding: Diagnostic) -> Diagnostic {
        if finding.data.is_empty() { finding } else { finding.because("the file is named here") }
    }

    /// The columns that the file's header has not, of those it must have. `named` is the header.
    pub fn missing_columns<'h>(&mut self, line: u32, named: impl Iterator<Item = &'h str> + Clone) {
        // A spreadsheet's own first line, or a row where the header should be: told once, and not by each column.
        if let Some(first) = named.clone().next().filter(|first| first.to_ascii_lowercase().starts_with("sep=")) {
            let fault =
                FileFault::whole(format!("begins with `{}`, and not with the names of its columns", shown(first)));
            return self.file_fault(fault.help("leave that line out: a spreadsheet wrote it for itself"));
        }
        if named.clone().any(|name| name.parse::<Mac>().is_ok()) {
            let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
            let fault = FileFault::whole("has a row where the names of its columns belong");
            return self.file_fault(fault.help(format!("put a first line before it: `{}`", names.join(","))));
        }
        let unused: Vec<&str> = named.clone().filter(|name| !self.columns.iter().any(|c| c.name == *name)).collect();
        for column in &self.columns {
            if named.clone().any(|name| name == column.name) {
                continue;
            }
            if column.default.is_some() || column.optional {
                let shown: Vec<String> = named.clone().map(shown).collect();
                let message = format!("`{}` has no column `{}`", self.path, column.name);
                let finding = Diagnostic::new(Code::P0312, column.span, message)
                    .because("the column is declared here")
                    .at_data(self.at(RowKey::Header { line }, None), format!("its header has {}", shown.join(", ")));
                self.warnings.push(nowhere(finding, column, &unused));
                continue;
            }
            let shown: Vec<String> = named.clone().map(shown).collect();
            let message = format!("`{}` has no column `{}`", self.path, column.name);
            let finding = Diagnostic::new(Code::P0309, column.span, message)
                .because("the column is declared here")
                .at_data(self.at(RowKey::Header { line }, None), format!("its header has {}", shown.join(", ")))
                .did_you_mean(&column.name, named.clone());
            self.findings.push(finding);
        }
    }

    /// The columns that not one of the rows has, where rows name their cells themselves.
    pub(super) fn unseen_columns(&mut self) {
        if self.rows == 0 || !self.findings.is_empty() {
            return;
        }
        let unused: Vec<&str> = self.unused.iter().map(String::as_str).collect();
        let warned: Vec<Diagnostic> = self
            .columns
            .iter()
            .zip(&self.seen)
            .filter(|(column, seen)| !**seen && (column.default.is_some() || column.optional))
            .map(|(column, _)| {
                let message = format!("no row of `{}` has `{}`", self.path, column.name);
                let finding = Diagnostic::new(Code::P0312, column.span, message);
                nowhere(finding.because("the column is declared here"), column, &unused)
            })
            .collect();
        // A header has said it already.
        if self.warnings.is_empty() {
            self.warnings = warned;
        }
    }

    /// A name that some row gives a cell, and no column has.
    pub fn unused_name(&mut self, name: &str) {
        const MOST: usize = 64;
        if self.unused.len() < MOST && !self.unused.iter().any(|known| known == name) {
            self.unused.push(name.to_owned());
        }
    }

    /// A column that the header names twice: nobody knows which is meant.
    pub fn column_twice(&mut self, column: usize, line: u32, first: usize, second: usize) {
        let Some(column) = self.columns.get(column) else { return };
        let message =
            format!("{} line {line}: columns {first} and {second} are both named `{}`", self.path, column.name);
        let finding = Diagnostic::new(Code::P0309, column.span, message).because("one is declared here");
        self.findings.push(finding.at_data(self.at(RowKey::Header { line }, None), ""));
    }

    /// A row that cannot be read. It is left out, and reading goes on.
    pub fn row_fault(&mut self, line: u32, fault: RowFault) {
        self.rows += 1;
        let place = self.at(RowKey::Line { line, octet: fault.octet }, None);
        let message = format!("{} {}: {}", self.path, self.place_of(self.rows, line), fault.message);
        self.fault(None, place, message, fault.help);
    }

    /// `line 7`, or `line 1, element 7`.
    pub(super) fn place_of(&self, row: u32, line: u32) -> String {
        if self.numbered { format!("line {line}, element {row}") } else { format!("line {line}") }
    }

    pub(super) fn cell_fault(
        &mut self,
        row: &impl Row,
        column: usize,
        message: impl std::fmt::Display,
        help: Option<String>,
    ) {
        // What is only counted is not looked up: a place can be dear to find.
        if self.faults >= MOST_FINDINGS {
            self.faults += 1;
            return;
        }
        let place = self.place_of(self.rows, row.line_of(column));
        let message = format!("{} {place}, {}: {message}", self.path, row.column(column));
        self.fault(Some(column), self.at(RowKey::Number(self.rows), Some(column)), message, help);
    }

    fn fault(&mut self, column: Option<usize>, place: Option<DataPlace>, message: String, help: Option<String>) {
        self.faults += 1;
        if self.faults > MOST_FINDINGS {
            return;
        }
        let mut finding = match column.and_then(|column| self.columns.get(column)) {
            Some(column) => Diagnostic::new(Code::P0309, column.span, message).because("the column is declared here"),
            None => Diagnostic::new(Code::P0309, self.place, message).because("the file is named here"),
        };
        finding = finding.at_data(place, "");
        finding.help = help;
        self.findings.push(finding);
    }
}

/// What comes of a column that is nowhere in the file, and which of the file's names was meant for it.
fn nowhere(finding: Diagnostic, column: &Column, unused: &[&str]) -> Diagnostic {
    let so = if column.default.is_some() { "every phone has the default" } else { "no phone has a value" };
    let finding = finding.note(format!("so {so}"));
    match closest(&column.name, unused.iter().copied()) {
        Some(close) => finding.help(format!("did you mean `{close}`?")),
        None => finding.help("add it to the file, or take it out of the declaration"),
    }
}

pub(super) fn without_default(column: &Column) -> String {
    let example = match &column.ty {
        ColumnType::Bool => "no",
        ColumnType::Int | ColumnType::Port | ColumnType::Decimal => "1",
        ColumnType::Duration => "1h",
        ColumnType::List(_) => "[]",
        _ => "\"…\"",
    };
    format!("`{} : … = {example}` gives a default; `{} : …?` lets it be absent", column.name, column.name)
}

/// What was meant by a list in one text, as the array that it should be.
pub(super) fn as_array(text: &str) -> String {
    const MOST: usize = 3;
    let items: Vec<String> = list_cell::items(text).take(MOST + 1).map(shown).collect();
    match items.get(..MOST) {
        Some(first) if items.len() > MOST => format!("[{}, …]", first.join(", ")),
        _ => format!("[{}]", items.join(", ")),
    }
}

/// A cell in a finding, on one line and not too long.
pub fn shown(cell: &str) -> String {
    const MOST: usize = 40;
    let mut text = String::from("\"");
    for (count, c) in cell.chars().enumerate() {
        if count == MOST {
            text.push('…');
            break;
        }
        match c {
            '"' => text.push('"'),
            c => text.extend(c.escape_debug()),
        }
    }
    text.push('"');
    text
}
