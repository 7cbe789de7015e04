//! What is wrong with a file, a row or a cell, and the places told with it.

use super::super::super::super::column::ColumnType;
use super::super::super::super::list_cell;
use super::super::Column;
use super::{Row, Table};
use crate::diagnostic::{Code, DataPlace, Diagnostic, RowKey, Severity, closest};

/// Findings about cells of one inventory; the rest is counted. A wrong column would make one of each row.
pub(super) const MOST_FINDINGS: usize = 20;

/// Rows that are named beside the first of those in which the same is wrong.
const MOST_NAMED: usize = 4;

/// Cells of a column in which the same is wrong, after the first of them.
pub(super) struct Alike {
    /// The finding of the first, by its position.
    finding: usize,
    more: usize,
    /// Their lines, or their numbers where rows are told by number.
    named: Vec<u32>,
}

impl Alike {
    pub fn first(finding: usize) -> Self {
        Alike { finding, more: 0, named: Vec::new() }
    }

    /// Another, at a place that is looked up if it is to be named: it can be dear to find.
    pub fn another(&mut self, place: impl FnOnce() -> u32) {
        self.more += 1;
        if self.named.len() < MOST_NAMED {
            self.named.push(place());
        }
    }

    fn note(&self, numbered: bool) -> String {
        let named: Vec<String> = self.named.iter().map(u32::to_string).collect();
        let what = match (numbered, self.more) {
            (false, 1) => "line",
            (false, _) => "lines",
            (true, 1) => "element",
            (true, _) => "elements",
        };
        match (self.more - named.len(), named.as_slice()) {
            (0, [one]) => format!("the same in {what} {one}"),
            (0, [others @ .., last]) => format!("the same in {what} {} and {last}", others.join(", ")),
            (more, some) => format!("the same in {what} {} and {more} more", some.join(", ")),
        }
    }
}

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
        if !self.warnings.iter().any(|warning| warning.code == Code::P0312) {
            self.warnings.extend(warned);
        }
    }

    /// A name that some row gives a cell, and no column has.
    pub fn unused_name(&mut self, name: &str) {
        const MOST: usize = 64;
        if self.unused.len() < MOST && !self.unused.iter().any(|known| known == name) {
            self.unused.push(name.to_owned());
            // Found once for each name, and not in each row that lacks a cell.
            let free = self.columns.iter().enumerate().filter(|(_, of)| of.default.is_some() || of.optional);
            let near = free.filter(|(_, of)| closest(&of.name, [name]).is_some());
            self.near.extend(near.map(|(column, _)| (column, name.to_owned())));
        }
    }

    /// A row without a cell that need not be there, and with one that is called nearly so: perhaps a slip, if other rows have it.
    pub fn likened(&mut self, column: usize, line: u32, has: impl Fn(&str) -> bool) {
        if let Some((_, other)) = self.near.iter().find(|(of, other)| *of == column && has(other)) {
            self.slips.entry(column).or_insert_with(|| (self.rows + 1, line, other.clone()));
        }
    }

    /// The slips of single rows.
    pub(super) fn slipped(&mut self) {
        for (column, (row, line, other)) in std::mem::take(&mut self.slips) {
            let (Some(of), true) = (self.columns.get(column), self.seen.get(column).copied().unwrap_or(false)) else {
                continue;
            };
            let name = of.name.clone();
            let message = format!("{} {}: no `{name}`, and a {}", self.path, self.place_of(row, line), shown(&other));
            let place = self.at(RowKey::Line { line, octet: None }, None);
            let finding = Diagnostic::new(Code::P0312, of.span, message).because("the column is declared here");
            self.warnings.push(finding.at_data(place, "").help(format!("did you mean `{name}`?")));
        }
    }

    /// A row that cannot be read. It is left out, and reading goes on.
    pub fn row_fault(&mut self, line: u32, fault: RowFault) {
        self.rows += 1;
        // What is wrong in the same way with many rows is told once, with the first of them.
        let key = (usize::MAX, fault.message.clone());
        if let Some(alike) = self.alike.get_mut(&key) {
            self.faults += 1;
            return alike.another(|| if self.numbered { self.rows } else { line });
        }
        if self.told < MOST_FINDINGS {
            self.alike.insert(key, Alike::first(self.findings.len()));
        }
        let place = self.at(RowKey::Line { line, octet: fault.octet }, None);
        let message = format!("{} {}: {}", self.path, self.place_of(self.rows, line), fault.message);
        self.fault(None, place, message, fault.help);
    }

    /// `line 7`, or `line 1, element 7`.
    pub(super) fn place_of(&self, row: u32, line: u32) -> String {
        if self.numbered { format!("line {line}, element {row}") } else { format!("line {line}") }
    }

    /// A cell in which something is wrong. What is wrong in the same way in other rows is told once, with the first of them.
    pub(super) fn cell_fault(
        &mut self,
        row: &impl Row,
        column: usize,
        message: impl std::fmt::Display,
        help: Option<String>,
    ) {
        self.fault_alike(row, column, None, message, help);
    }

    /// The same, where the message has the cell in it, and others are `alike` for which it would say the same.
    pub(super) fn fault_alike(
        &mut self,
        row: &impl Row,
        column: usize,
        alike: Option<String>,
        message: impl std::fmt::Display,
        help: Option<String>,
    ) {
        let message = message.to_string();
        let key = (column, alike.unwrap_or_else(|| message.clone()));
        if let Some(alike) = self.alike.get_mut(&key) {
            self.faults += 1;
            alike.another(|| if self.numbered { self.rows } else { row.line_of(column) });
            return;
        }
        if self.told >= MOST_FINDINGS {
            self.faults += 1;
            self.untold += 1;
            return;
        }
        let place = self.place_of(self.rows, row.line_of(column));
        let message = format!("{} {place}, {}: {}", self.path, row.column(column), message);
        self.alike.insert(key, Alike::first(self.findings.len()));
        self.fault(Some(column), self.at(RowKey::Number(self.rows), Some(column)), message, help);
    }

    /// Says at the first of cells that are wrong in the same way where the others are.
    pub(super) fn others_alike(&mut self) {
        for alike in self.alike.values().filter(|alike| alike.more > 0) {
            let Some(finding) = self.findings.get_mut(alike.finding) else { continue };
            finding.notes.push(alike.note(self.numbered));
        }
        for alike in self.doubted.values().filter(|alike| alike.more > 0) {
            let Some(finding) = self.warnings.get_mut(alike.finding) else { continue };
            finding.notes.push(alike.note(self.numbered));
        }
    }

    /// Counts the cells and rows that no finding speaks of.
    pub(super) fn rest(&mut self) {
        if self.untold > 0 {
            let message = format!("{}: {} more cells or rows do not fit", self.path, self.untold);
            self.findings.push(Diagnostic::new(Code::P0309, self.place, message));
        }
    }

    /// A cell that fits its column, and is hardly what was entered. One finding for a column.
    pub(super) fn cell_doubt(&mut self, row: &impl Row, column: usize, cell: &str, why: &str) {
        if let Some(alike) = self.doubted.get_mut(&column) {
            alike.another(|| if self.numbered { self.rows } else { row.line_of(column) });
            return;
        }
        let Some(declared) = self.columns.get(column) else { return };
        let place = self.place_of(self.rows, row.line_of(column));
        let message =
            format!("{} {place}, {}: {} is hardly what was entered", self.path, row.column(column), shown(cell));
        let mut finding = Diagnostic::new(Code::P0309, declared.span, message).because("the column is declared here");
        finding.severity = Severity::Warning;
        self.doubted.insert(column, Alike::first(self.warnings.len()));
        self.warnings.push(finding.at_data(self.at(RowKey::Number(self.rows), Some(column)), "").help(why));
    }

    fn fault(&mut self, column: Option<usize>, place: Option<DataPlace>, message: String, help: Option<String>) {
        self.faults += 1;
        if self.told >= MOST_FINDINGS {
            self.untold += 1;
            return;
        }
        self.told += 1;
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
pub(super) fn nowhere(finding: Diagnostic, column: &Column, unused: &[&str]) -> Diagnostic {
    let so = if column.default.is_some() { "every phone has the default" } else { "no phone has a value" };
    let finding = finding.note(format!("so {so}"));
    match meant(&column.name, unused) {
        Some(meant) => finding.help(renamed(&column.name, meant)),
        None => finding.help("add it to the file, or take it out of the declaration"),
    }
}

/// The name of the file's that is meant by a column: one that is close to it, or holds it as a word, as `MAC address` does `mac`.
pub(super) fn meant<'n>(column: &str, unused: &[&'n str]) -> Option<&'n str> {
    let words = |name: &str| -> Vec<String> {
        name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
    };
    let plain = |name: &str| words(name).concat();
    let wanted = words(column);
    let begins = |name: &str| {
        let name = plain(name);
        // `Ext` for `extension`, `nickname` for `nick`.
        let ours = plain(column);
        name.len() >= 3 && ours.starts_with(&name) || ours.len() >= 4 && name.starts_with(&ours)
    };
    closest(column, unused.iter().copied())
        .or_else(|| unused.iter().copied().find(|name| plain(name) == plain(column)))
        .or_else(|| unused.iter().copied().find(|name| wanted.iter().all(|word| words(name).contains(word))))
        .or_else(|| unused.iter().copied().find(|name| begins(name)))
}

/// What to do about a column that the file calls otherwise. Not all that a file may say is a name here.
pub(super) fn renamed(column: &str, meant: &str) -> String {
    let name = meant.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && meant.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if name {
        format!("did you mean `{meant}`?")
    } else {
        format!("did you mean {}? Call it `{column}` in the file: a name has letters, digits and `_`", shown(meant))
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

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn a_column_is_known_by_what_a_file_calls_it() {
        for (column, names, found) in [
            ("mac", &["MAC Address", "Model"][..], Some("MAC Address")),
            ("model", &["MAC Address", "modl"], Some("modl")),
            ("extension", &["Ext", "Name"], Some("Ext")),
            ("nick", &["name", "nickname"], Some("nickname")),
            ("full_name", &["Full Name"], Some("Full Name")),
            ("name", &["Full Name", "nam"], Some("nam")),
            ("name", &["surname", "site"], None),
            ("extension", &["ex", ""], None),
            ("größe", &["Größe (cm)"], Some("Größe (cm)")),
        ] {
            assert_eq!(meant(column, names), found, "{column}");
        }
    }
}
