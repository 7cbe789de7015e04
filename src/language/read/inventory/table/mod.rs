//! Rows as every format gives them, made phones. A row is kept if each of its cells holds what its column wants; what is
//! said of the others is in `fault`, what stands once among all rows in `once`.

mod fault;
mod header;
mod once;
mod row;
mod spreadsheet;
mod swapped;

pub(super) use self::fault::{FileFault, RowFault, shown};
pub(super) use self::row::{Cell, Row};

use self::fault::{Alike, as_array, without_default};
use self::spreadsheet::{damage, doubt};
use self::swapped::Sample;
use super::super::super::column::{Cells, ColumnType, PhoneColumn};
use super::super::super::program::Phones;
use super::Column;
use super::locate::Watch;
use crate::diagnostic::{Diagnostic, Span};
use crate::phone::{Mac, MacError};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

/// A data file may have this many rows.
pub(super) const MOST_ROWS: u32 = if cfg!(test) { 40_000 } else { 10_000_000 };

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
    /// What is no fault, told beside them.
    warnings: Vec<Diagnostic>,
    /// For each column, whether any row has it.
    seen: Vec<bool>,
    /// Names of cells that are no column's.
    unused: Vec<String>,
    /// Of these, what is called nearly as a column whose cell need not be there, with that column's place.
    near: Vec<(usize, String)>,
    /// For columns that some row lacks, the first such row with its line, and what is there that is called nearly so.
    slips: BTreeMap<usize, (u32, u32, String)>,
    /// Cells and rows that are wrong.
    faults: usize,
    /// Those of them that have a finding of their own, and those that no finding speaks of.
    told: usize,
    untold: usize,
    /// What is wrong with a cell, and in how many more of its column.
    alike: HashMap<(usize, String), Alike>,
    /// For columns that have them, cells that are doubted.
    doubted: HashMap<usize, Alike>,
    rows: u32,
    /// The row at hand has an address that cannot be read.
    no_phone: bool,
    /// Whether rows are told by number as well: one line of a JSON file may hold them all.
    numbered: bool,
    /// Set when rows are only gone through to find places that are known by row and column.
    watch: Option<Watch>,
    sample: Sample,
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
            seen: vec![false; columns.len()],
            warnings: Vec::new(),
            unused: Vec::new(),
            near: Vec::new(),
            slips: BTreeMap::new(),
            columns,
            slots,
            phones,
            addresses: Vec::new(),
            findings: Vec::new(),
            faults: 0,
            told: 0,
            untold: 0,
            alike: HashMap::new(),
            doubted: HashMap::new(),
            rows: 0,
            no_phone: false,
            numbered: false,
            watch: None,
            sample: Sample::default(),
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

    /// Rows are told by number as well as by line.
    pub fn numbered(&mut self) {
        self.numbered = true;
    }

    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub fn has_findings(&self) -> bool {
        !self.findings.is_empty()
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
        if self.repeats_header(row) {
            self.rows -= 1;
            let fault = RowFault::new("the names of the columns once more");
            self.row_fault(
                row.line(),
                fault.help("leave this line out: files were put together, each with its own header"),
            );
            return ControlFlow::Continue(());
        }
        self.sample(row);
        let kept = self.phones.macs.len();
        let faults = self.faults;
        let mut address = None;
        // The address comes first: a row that has none is no phone, and lacks nothing.
        let by_address = self.columns.iter().position(|column| column.address);
        let others = (0..self.columns.len()).filter(|position| Some(*position) != by_address);
        self.no_phone = false;
        for position in by_address.into_iter().chain(others) {
            match self.cell(row, position) {
                Ok(found) => {
                    address = found.or(address);
                    self.no_phone = address.is_none() && by_address.is_some();
                }
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

    /// Whether each cell of a row holds the name of its column.
    fn repeats_header(&self, row: &impl Row) -> bool {
        let name = |(position, column): (usize, &Column)| match row.cell(position) {
            Cell::Text(text) => text.trim() == column.name,
            Cell::Missing => column.default.is_some() || column.optional,
            _ => false,
        };
        self.columns.len() > 1 && self.columns.iter().enumerate().all(name)
    }

    /// Takes a cell over. The value is the row's address, if this is its column.
    fn cell(&mut self, row: &impl Row, position: usize) -> Result<Option<Mac>, Full> {
        let (Some(column), Some(slot)) = (self.columns.get(position), self.slots.get(position).copied()) else {
            return Ok(None);
        };
        let given = row.cell(position);
        if let (false, Some(seen)) = (matches!(given, Cell::Missing), self.seen.get_mut(position)) {
            *seen = true;
        }
        let (text, missing) = match &given {
            Cell::Text(text)
                if row.has_arrays() && matches!(column.ty, ColumnType::List(_)) && !text.trim().is_empty() =>
            {
                let help = format!("write an array: {}", as_array(text));
                self.cell_fault(row, position, "an array is wanted", Some(help));
                return Ok(None);
            }
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
                None if self.no_phone && !missing => {
                    self.faults += 1;
                    return Ok(None);
                }
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
                    let help = damage(text, &column.ty).or(match error {
                        // Numbers lose zeros; what has signs between its digits is no number.
                        MacError::Length(1..12) if text.bytes().all(|octet| octet.is_ascii_alphanumeric()) => {
                            Some(spreadsheet::ZEROS.to_owned())
                        }
                        _ => None,
                    });
                    let help = help.or_else(|| spreadsheet::of_no_phone(text).then(|| spreadsheet::SUM.to_owned()));
                    // A column that holds something else altogether is one mistake.
                    let digits = text.chars().filter(char::is_ascii_hexdigit).count();
                    let alike = (digits < 10 && help.is_none()).then(|| "no address".to_owned());
                    self.fault_alike(row, position, alike, format_args!("{}: {error}", shown(text)), help);
                    return Ok(None);
                }
            }
        } else {
            match column.ty.canonical(text) {
                Ok(kept) => {
                    if let Some(why) = doubt(text, &column.ty) {
                        self.cell_doubt(row, position, text, why);
                    }
                    Some(kept)
                }
                Err(why) => {
                    // What should have been a reference may be the secret itself.
                    let secret = column.ty == ColumnType::Secret;
                    let cell = if secret { "•••".into() } else { shown(text) };
                    let help = if secret { None } else { damage(text, &column.ty) };
                    let alike = other_length(text, &column.ty).map(|length| format!("{length}: {why}"));
                    self.fault_alike(row, position, alike, format_args!("{cell}: {why}"), help);
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

    /// The phones of all sound rows, and what was found in the others.
    pub fn finish(mut self) -> (Phones, Vec<Diagnostic>) {
        self.others_alike();
        self.swapped_names();
        self.rest();
        if self.rows == 0 && self.findings.is_empty() {
            self.file_fault(FileFault::whole("has no rows"));
        }
        self.unseen_columns();
        self.slipped();
        self.each_address_once();
        self.unique_cells();
        self.shared_secrets();
        self.findings.append(&mut self.warnings);
        let phones = &mut self.phones;
        phones.macs.shrink_to_fit();
        phones.spans.shrink_to_fit();
        phones.rows.shrink_to_fit();
        phones.columns.iter_mut().for_each(|column| column.cells.finish());
        (self.phones, self.findings)
    }
}

/// A column has no room left.
struct Full;

/// The length of digits that are all digits, and too few or too many: a whole column is wrong so, and not one cell of it.
fn other_length(cell: &str, ty: &ColumnType) -> Option<usize> {
    (matches!(ty, ColumnType::Digits(..)) && cell.bytes().all(|octet| octet.is_ascii_digit())).then_some(cell.len())
}
