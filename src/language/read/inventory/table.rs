//! Rows as every format gives them, made phones: each cell is held to its column, each address stands once.

use super::super::super::column::{Cells, ColumnType, PhoneColumn};
use super::super::super::program::Phones;
use super::Column;
use super::locate::Watch;
use crate::diagnostic::{Code, DataPlace, Diagnostic, RowKey, Span};
use crate::phone::Mac;
use rayon::slice::ParallelSliceMut;
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::{ControlFlow, Range};

/// Findings about cells of one inventory; the rest is counted. A wrong column would make one of each row.
const MOST_FINDINGS: usize = 20;

/// A data file may have this many rows.
pub(super) const MOST_ROWS: u32 = if cfg!(test) { 40_000 } else { 10_000_000 };

/// A row as a format sees it.
pub(super) trait Row {
    fn line(&self) -> u32;
    fn cell(&self, column: usize) -> Cell<'_>;
    /// The line of a cell, when it is known better than its row's.
    fn line_of(&self, _column: usize) -> u32 {
        self.line()
    }
    /// How the file calls the column: `column 3 (extension)`, `key extension`.
    fn column(&self, column: usize) -> String;
    /// The whole file.
    fn text(&self) -> &str;
    /// Where the row begins in the text.
    fn start(&self) -> usize;
    /// Where a cell stands in the text, if the row has it.
    fn range(&self, column: usize) -> Option<Range<usize>>;
    /// What is shown of the text with a cell, and the pieces of it that may be nobody's to read: those of columns that
    /// are not `open`.
    fn window(&self, column: usize, open: &dyn Fn(usize) -> bool) -> Option<(Range<usize>, Vec<Range<usize>>)>;
}

/// What a row has in a column.
pub(super) enum Cell<'r> {
    Text(Cow<'r, str>),
    /// A list, as a cell keeps it, or why none can.
    List(Result<String, String>),
    /// The row, or the whole file, has nothing there.
    Missing,
    /// Something that is no cell, and why.
    Fault(Cow<'static, str>),
}

/// Something wrong with the file, not with one cell of it.
pub(super) struct FileFault {
    line: Option<u32>,
    octet: Option<u32>,
    message: String,
    help: Option<String>,
}

impl FileFault {
    /// `FILE is empty`: the message goes on after the file's name.
    pub fn whole(message: impl Into<String>) -> Self {
        FileFault { line: None, octet: None, message: message.into(), help: None }
    }

    pub fn at(line: u32, message: impl Into<String>) -> Self {
        FileFault { line: Some(line), octet: None, message: message.into(), help: None }
    }

    pub fn octet(mut self, octet: u32) -> Self {
        self.octet = Some(octet);
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Phones in the making.
pub(super) struct Table {
    path: String,
    /// Where the program names the file.
    place: Span,
    columns: Vec<Column>,
    /// For each column, where its cells go.
    slots: Vec<Option<usize>>,
    phones: Phones,
    /// The address, number and line of every row that has one, sound or not.
    addresses: Vec<(Mac, u32, u32)>,
    findings: Vec<Diagnostic>,
    /// Cells and rows that are wrong.
    faults: usize,
    rows: u32,
    /// Whether rows are told by number as well: one line of a JSON file may hold them all.
    numbered: bool,
    /// Set when rows are only gone through to find places that are known by row and column.
    watch: Option<Watch>,
}

impl Table {
    pub fn new(path: &str, place: Span, columns: Vec<Column>) -> Self {
        let mut phones = Phones::default();
        let mut slots = Vec::with_capacity(columns.len());
        for column in &columns {
            // The address is `phone.mac`, and what its column is called.
            if column.address && column.name == "mac" {
                slots.push(None);
                continue;
            }
            slots.push(Some(phones.columns.len()));
            phones.columns.push(PhoneColumn {
                name: column.name.clone(),
                ty: column.ty.clone(),
                span: column.span,
                optional: column.optional,
                cells: Cells::default(),
            });
        }
        Table {
            path: path.to_owned(),
            place,
            columns,
            slots,
            phones,
            addresses: Vec::new(),
            findings: Vec::new(),
            faults: 0,
            rows: 0,
            numbered: false,
            watch: None,
        }
    }

    /// A table that takes no phones: it finds places.
    pub fn watching(path: &str, columns: Vec<Column>, watch: Watch) -> Self {
        Table { watch: Some(watch), ..Table::new(path, Span::default(), columns) }
    }

    /// What a table that finds places has found.
    pub fn into_watch(self) -> Option<Watch> {
        self.watch
    }

    /// A place in the file.
    fn at(&self, row: RowKey, column: Option<usize>) -> Option<DataPlace> {
        let column = column.and_then(|column| self.columns.get(column)).map(|column| column.name.clone());
        Some(DataPlace { file: self.path.clone(), row, column })
    }

    /// Rows are told by number as well as by line.
    pub fn numbered(&mut self) {
        self.numbered = true;
    }

    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Something wrong with the whole file.
    pub fn file_fault(&mut self, fault: FileFault) {
        let message = match (fault.line, fault.octet) {
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
        for column in &self.columns {
            if column.default.is_some() || column.optional || named.clone().any(|name| name == column.name) {
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

    /// A column that the header names twice: nobody knows which is meant.
    pub fn column_twice(&mut self, column: usize, line: u32, first: usize, second: usize) {
        let Some(column) = self.columns.get(column) else { return };
        let message =
            format!("{} line {line}: columns {first} and {second} are both named `{}`", self.path, column.name);
        let finding = Diagnostic::new(Code::P0309, column.span, message).because("one is declared here");
        self.findings.push(finding.at_data(self.at(RowKey::Header { line }, None), ""));
    }

    pub fn has_findings(&self) -> bool {
        !self.findings.is_empty()
    }

    /// A row that cannot be read. It is left out, and reading goes on.
    pub fn row_fault(&mut self, line: u32, message: impl std::fmt::Display) {
        self.rows += 1;
        let place = self.at(RowKey::Line { line, octet: None }, None);
        self.fault(None, place, format!("{} {}: {message}", self.path, self.place_of(self.rows, line)), None);
    }

    /// `line 7`, or `line 1, element 7`.
    fn place_of(&self, row: u32, line: u32) -> String {
        if self.numbered { format!("line {line}, element {row}") } else { format!("line {line}") }
    }

    fn cell_fault(&mut self, row: &impl Row, column: usize, message: impl std::fmt::Display, help: Option<String>) {
        // What is only counted is not looked up: a place can be dear to find.
        if self.faults >= MOST_FINDINGS {
            self.faults += 1;
            return;
        }
        let place = self.place_of(self.rows, row.line_of(column));
        let message = format!("{} {place}, {}: {message}", self.path, row.column(column));
        self.fault(Some(column), self.at(RowKey::Number(self.rows), Some(column)), message, help);
    }

    /// Takes a row. A row with a fault is left out.
    pub fn row(&mut self, row: &impl Row) -> ControlFlow<()> {
        self.rows += 1;
        if let Some(watch) = &mut self.watch {
            return watch.row(self.rows, row, &self.columns);
        }
        if self.rows > MOST_ROWS {
            let fault = FileFault::at(row.line(), format!("a file has at most {MOST_ROWS} rows"));
            self.file_fault(fault.help("divide it: a fleet for each part"));
            return ControlFlow::Break(());
        }
        let kept = self.phones.macs.len();
        let faults = self.faults;
        let mut address = None;
        for position in 0..self.columns.len() {
            match self.cell(row, position) {
                Ok(found) => address = found.or(address),
                Err(Full) => {
                    let message = "does not fit: a column holds 4 GiB of text at most";
                    self.file_fault(FileFault::whole(message).help("shorten the default"));
                    return ControlFlow::Break(());
                }
            }
        }
        if let Some(mac) = address {
            self.addresses.push((mac, self.rows, row.line()));
        }
        match address {
            Some(mac) if self.faults == faults => {
                self.phones.macs.push(mac);
                self.phones.spans.push(self.place);
                self.phones.rows.push(row.line());
            }
            _ => self.phones.columns.iter_mut().for_each(|column| column.cells.truncate(kept)),
        }
        ControlFlow::Continue(())
    }

    /// Takes a cell over. The value is the row's address, if this is its column.
    fn cell(&mut self, row: &impl Row, position: usize) -> Result<Option<Mac>, Full> {
        let (Some(column), Some(slot)) = (self.columns.get(position), self.slots.get(position)) else {
            return Ok(None);
        };
        let given = row.cell(position);
        let (text, missing) = match &given {
            Cell::Text(text) => (text.trim(), false),
            Cell::List(list) if matches!(column.ty, ColumnType::List(_)) => match list {
                Ok(text) => (text.as_str(), false),
                Err(why) => {
                    self.cell_fault(row, position, why, None);
                    return Ok(None);
                }
            },
            Cell::List(_) => {
                let help = format!("declare `{} : list of …` to take it", column.name);
                self.cell_fault(row, position, "an array is no cell", Some(help));
                return Ok(None);
            }
            Cell::Missing => ("", true),
            Cell::Fault(why) => {
                self.cell_fault(row, position, why, None);
                return Ok(None);
            }
        };
        let mut address = None;
        let kept = if text.is_empty() {
            match &column.default {
                Some(default) => Some(Cow::Borrowed(default.as_str())),
                None if column.optional => None,
                None => {
                    let what = if missing { "it is missing" } else { "the cell is empty" };
                    let help = (!column.address).then(|| without_default(column));
                    self.cell_fault(row, position, what, help);
                    return Ok(None);
                }
            }
        } else if column.address {
            match text.parse::<Mac>() {
                Ok(mac) => {
                    address = Some(mac);
                    slot.is_some().then(|| Cow::Owned(mac.to_string()))
                }
                Err(error) => {
                    self.cell_fault(row, position, format_args!("{}: {error}", shown(text)), None);
                    return Ok(None);
                }
            }
        } else {
            match column.ty.canonical(text) {
                Ok(text) => Some(text),
                Err(why) => {
                    // What should have been a reference may be the secret itself.
                    let cell = if column.ty == ColumnType::Secret { "•••".into() } else { shown(text) };
                    self.cell_fault(row, position, format_args!("{cell}: {why}"), None);
                    return Ok(None);
                }
            }
        };
        if let Some(stored) = slot.and_then(|slot| self.phones.columns.get_mut(slot))
            && !stored.cells.push(kept.as_deref())
        {
            return Err(Full);
        }
        Ok(address)
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

    /// The phones of all sound rows, and what was found in the others.
    pub fn finish(mut self) -> (Phones, Vec<Diagnostic>) {
        if self.faults > MOST_FINDINGS {
            let message = format!("{}: {} more cells or rows do not fit", self.path, self.faults - MOST_FINDINGS);
            self.findings.push(Diagnostic::new(Code::P0309, self.place, message));
        }
        if self.rows == 0 && self.findings.is_empty() {
            self.file_fault(FileFault::whole("has no rows"));
        }
        self.each_address_once();
        self.unique_cells();
        let phones = &mut self.phones;
        phones.macs.shrink_to_fit();
        phones.spans.shrink_to_fit();
        phones.rows.shrink_to_fit();
        phones.columns.iter_mut().for_each(|column| column.cells.shrink());
        (self.phones, self.findings)
    }

    /// The first row of an address counts; each later one is a finding.
    fn each_address_once(&mut self) {
        let mut addresses = std::mem::take(&mut self.addresses);
        addresses.par_sort_unstable();
        let mut twice: Vec<(u32, u32, Mac, u32, u32)> = Vec::new();
        let mut first: Option<(Mac, u32, u32)> = None;
        for (mac, row, line) in addresses {
            match first {
                Some((known, first_row, first_line)) if known == mac => {
                    twice.push((row, line, mac, first_row, first_line));
                }
                _ => first = Some((mac, row, line)),
            }
        }
        if twice.is_empty() {
            return;
        }
        twice.sort_unstable();
        let column = self.columns.iter().position(|column| column.address);
        let span = column.and_then(|column| self.columns.get(column)).map_or(self.place, |column| column.span);
        let told = twice.iter().take(MOST_FINDINGS).map(|(row, line, mac, first_row, first_line)| {
            let (here, there) = (self.place_of(*row, *line), self.place_of(*first_row, *first_line));
            let places = [*row, *first_row].map(|row| self.at(RowKey::Number(row), column));
            (format!("{} {here}: `{mac}` stands in {there} already", self.path), places)
        });
        self.repeated(span, told.collect(), twice.len(), "an address");
        self.keep_first(&twice.iter().map(|(_, _, mac, _, _)| *mac).collect());
    }

    /// Cells of a column that is declared `unique`, among sound rows.
    fn unique_cells(&mut self) {
        let mut found: Vec<(Span, Vec<Repeated>, usize, String)> = Vec::new();
        for (position, (column, slot)) in self.columns.iter().zip(&self.slots).enumerate() {
            if !column.unique {
                continue;
            }
            let Some(stored) = slot.and_then(|slot| self.phones.columns.get(slot)) else { continue };
            let mut rows: Vec<(&str, u32)> =
                stored.cells.iter().enumerate().filter_map(|(row, cell)| Some((cell?, row as u32))).collect();
            rows.par_sort_unstable();
            let mut twice: Vec<(u32, u32, &str)> = Vec::new();
            let mut first: Option<(&str, u32)> = None;
            for (cell, row) in rows {
                match first {
                    Some((known, first)) if known == cell => twice.push((row, first, cell)),
                    _ => first = Some((cell, row)),
                }
            }
            twice.sort_unstable();
            let line = |row: u32| self.phones.rows.get(row as usize).copied().unwrap_or_default();
            let place = |row: u32| {
                let address = self.phones.macs.get(row as usize)?.to_string();
                self.at(RowKey::Phone { line: line(row), address }, Some(position))
            };
            let told: Vec<Repeated> = twice
                .iter()
                .take(MOST_FINDINGS)
                .map(|(row, first, cell)| {
                    let (here, there, cell) = (line(*row), line(*first), shown(cell));
                    let message =
                        format!("{} line {here}, {}: {cell} stands in line {there} already", self.path, column.name);
                    (message, [place(*row), place(*first)])
                })
                .collect();
            let (span, count, what) = (column.span, twice.len(), format!("a cell of `{}`", column.name));
            found.push((span, told, count, what));
        }
        for (span, told, count, what) in found {
            self.repeated(span, told, count, &what);
        }
    }

    /// Findings about rows that repeat what an earlier one has, all but the first told by number.
    fn repeated(&mut self, span: Span, told: Vec<Repeated>, count: usize, what: &str) {
        self.findings.extend(told.into_iter().map(|(message, [here, first])| {
            Diagnostic::new(Code::P0310, span, message)
                .because("the column is declared here")
                .at_data(here, "here again")
                .at_data(first, "here first")
        }));
        if count > MOST_FINDINGS {
            let message = format!("{}: {} more rows repeat {what}", self.path, count - MOST_FINDINGS);
            self.findings.push(Diagnostic::new(Code::P0310, self.place, message));
        }
    }

    /// Leaves out all rows but the first of some addresses.
    fn keep_first(&mut self, twice: &HashSet<Mac>) {
        let all = std::mem::take(&mut self.phones);
        self.phones.columns = all
            .columns
            .iter()
            .map(|column| PhoneColumn {
                cells: Cells::default(),
                name: column.name.clone(),
                ty: column.ty.clone(),
                span: column.span,
                optional: column.optional,
            })
            .collect();
        let mut kept = HashSet::new();
        for (row, (mac, line)) in all.macs.iter().zip(&all.rows).enumerate() {
            if twice.contains(mac) && !kept.insert(*mac) {
                continue;
            }
            self.phones.macs.push(*mac);
            self.phones.spans.push(self.place);
            self.phones.rows.push(*line);
            for (column, from) in self.phones.columns.iter_mut().zip(&all.columns) {
                // It fitted before.
                let _ = column.cells.push(from.cells.get(row));
            }
        }
    }
}

/// What is said of a row that repeats another, and where both stand.
type Repeated = (String, [Option<DataPlace>; 2]);

/// A column has no room left.
struct Full;

fn without_default(column: &Column) -> String {
    let example = match &column.ty {
        ColumnType::Bool => "no",
        ColumnType::Int | ColumnType::Port | ColumnType::Decimal => "1",
        ColumnType::Duration => "1h",
        ColumnType::List(_) => "[]",
        _ => "\"…\"",
    };
    format!("`{} : … = {example}` gives a default; `{} : …?` lets it be absent", column.name, column.name)
}

/// A cell in a finding, on one line and not too long.
pub(super) fn shown(cell: &str) -> String {
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
