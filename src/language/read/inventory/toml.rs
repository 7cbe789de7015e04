//! Rows of TOML: the tables of the file's one array of tables, `[[phone]]`. The format has to be held whole, so that its
//! files have a lower limit than others.

use super::super::super::list_cell;
use super::table::{Cell, FileFault, Row, RowFault, Table, shown};
use super::text::{Lines, line_at, with_key};
use std::borrow::Cow;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A tree of the file takes some 26 times its size.
const MOST_BYTES: usize = 32 << 20;

pub(super) fn read(text: &str, table: &mut Table) {
    if text.len() > MOST_BYTES {
        let fault = FileFault::whole(format!("is larger than {} MiB, the limit of a .toml", MOST_BYTES >> 20));
        return table.file_fault(fault.help("a .csv or .jsonl file is read row by row"));
    }
    let root = match DeTable::parse(text) {
        Ok(root) => root,
        Err(error) => {
            let at = error.span().map_or(text.len(), |span| span.start);
            let line = line_at(text.as_bytes(), at);
            let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
            let fault = FileFault::at(line, error.message()).pointing((at - start) as u32 + 1);
            let written = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
            return table.file_fault(match bare_text(written) {
                true => fault.help("a text stands in quotes: `mac = \"00:0e:08:ab:cd:01\"`"),
                false => fault,
            });
        }
    };
    let arrays: Vec<_> = root
        .get_ref()
        .iter()
        .filter_map(|(key, value)| match value.get_ref() {
            DeValue::Array(items) if items.iter().any(|item| matches!(item.get_ref(), DeValue::Table(_))) => {
                Some((key.get_ref(), items))
            }
            _ => None,
        })
        .collect();
    let items = match arrays.as_slice() {
        [(_, items)] => items,
        [] => return table.file_fault(FileFault::whole("has no table").help("write `[[phone]]` before each phone")),
        some => {
            let names: Vec<String> = some.iter().map(|(name, _)| shown(name)).collect();
            let fault = FileFault::whole(format!("has tables of {} names: {}", names.len(), names.join(", ")));
            return table.file_fault(fault.help("give every phone the same, such as `[[phone]]`"));
        }
    };
    let names: Vec<String> = table.columns().iter().map(|column| column.name.clone()).collect();
    // What stands above the first table is of no row, though it is called as a cell of one.
    let above = root.get_ref().keys().filter(|key| names.iter().any(|name| name == key.get_ref()));
    if let Some(key) = above.min_by_key(|key| key.span().start) {
        let message = format!("{} stands in no table", shown(key.get_ref()));
        let fault = FileFault::at(line_at(text.as_bytes(), key.span().start), message);
        table.file_fault(fault.help("write `[[phone]]` before each phone, the first too"));
    }
    let mut lines = Lines::new(text);
    for item in items.iter() {
        let line = lines.line(item.span().start);
        let DeValue::Table(cells) = item.get_ref() else {
            table.row_fault(line, RowFault::new("this is no table"));
            continue;
        };
        let start = item.span().start;
        for key in cells.keys().map(|key| key.get_ref()).filter(|key| !names.iter().any(|name| name == *key)) {
            table.unused_name(key);
        }
        if table.row(&TomlRow { line, start, text, names: &names, cells }).is_break() {
            return;
        }
    }
}

/// `model = CP-8841-3PCC`: a value that is no number, and not in quotes.
fn bare_text(line: &str) -> bool {
    line.split_once('=').map(|(_, value)| value.trim()).is_some_and(|value| {
        value.starts_with(|c: char| c.is_alphanumeric()) && value.contains(|c: char| c.is_alphabetic() || c == ':')
    })
}

struct TomlRow<'r> {
    line: u32,
    start: usize,
    text: &'r str,
    names: &'r [String],
    cells: &'r DeTable<'r>,
}

/// An array as the cell of a list.
fn list(items: &[Spanned<DeValue<'_>>]) -> Cell<'static> {
    let texts: Option<Vec<String>> = items
        .iter()
        .map(|item| match item.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Boolean(value) => Some(if *value { "yes" } else { "no" }.to_owned()),
            DeValue::Integer(number) if number.radix() == 10 => Some(unsigned(number.as_str()).to_owned()),
            DeValue::Float(number) => Some(unsigned(number.as_str()).to_owned()),
            _ => None,
        })
        .collect();
    Cell::List(texts.ok_or("an item of the array is no cell".into()).and_then(list_cell::kept))
}

impl Row for TomlRow<'_> {
    fn line(&self) -> u32 {
        self.line
    }

    fn cell(&self, column: usize) -> Cell<'_> {
        let Some(value) = self.names.get(column).and_then(|name| self.cells.get(name.as_str())) else {
            return Cell::Missing;
        };
        match value.get_ref() {
            DeValue::String(text) if text.contains('\0') => Cell::Fault("this text holds a NUL".into()),
            DeValue::String(text) => Cell::Text(Cow::Borrowed(text)),
            DeValue::Boolean(true) => Cell::Text(Cow::Borrowed("yes")),
            DeValue::Boolean(false) => Cell::Text(Cow::Borrowed("no")),
            DeValue::Integer(number) if number.radix() == 10 => Cell::Text(Cow::Borrowed(unsigned(number.as_str()))),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Cell::Text(Cow::Owned(number.to_string())),
                Err(_) => Cell::Fault("this number is too large".into()),
            },
            DeValue::Float(number) => Cell::Text(Cow::Borrowed(unsigned(number.as_str()))),
            DeValue::Datetime(moment) => Cell::Text(Cow::Owned(match (moment.date, moment.time, moment.offset) {
                (None, Some(time), None) if time.second.unwrap_or(0) == 0 && time.nanosecond.unwrap_or(0) == 0 => {
                    format!("{:02}:{:02}", time.hour, time.minute)
                }
                _ => moment.to_string(),
            })),
            DeValue::Array(items) => list(items),
            DeValue::Table(_) => Cell::Fault("a table is no cell".into()),
        }
    }

    fn line_of(&self, column: usize) -> u32 {
        match self.names.get(column).and_then(|name| self.cells.get(name.as_str())) {
            Some(value) => line_at(self.text.as_bytes(), value.span().start),
            None => self.line,
        }
    }

    fn column(&self, column: usize) -> String {
        format!("key {}", self.names.get(column).map_or("", String::as_str))
    }

    fn text(&self) -> &str {
        self.text
    }

    fn start(&self) -> usize {
        self.start
    }

    fn range(&self, column: usize) -> Option<Range<usize>> {
        Some(self.cells.get(self.names.get(column)?.as_str())?.span())
    }

    fn window(&self, column: usize, open: &dyn Fn(usize) -> bool) -> Option<(Range<usize>, Vec<Range<usize>>)> {
        let cell = self.range(column)?;
        Some((with_key(self.text, &cell, '='), (!open(column)).then_some(cell).into_iter().collect()))
    }
}

/// `+5` is 5.
fn unsigned(number: &str) -> &str {
    number.strip_prefix('+').unwrap_or(number)
}
