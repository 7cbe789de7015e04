//! Rows of a CSV file (RFC 4180), the first its header.

use super::table::{Cell, FileFault, Row, RowFault, Table, shown};
use super::text::newlines;
use csv::{Position, ReaderBuilder, StringRecord};
use std::borrow::Cow;
use std::ops::Range;

struct Header {
    /// How many cells each row has.
    width: usize,
    /// For each declared column, its name and its position in the header.
    columns: Vec<(String, Option<usize>)>,
}

struct CsvRow<'r> {
    line: u32,
    record: &'r StringRecord,
    columns: &'r [(String, Option<usize>)],
    text: &'r str,
    /// What the row is in the text, and blank lines around it.
    whole: Range<usize>,
}

impl CsvRow<'_> {
    fn raw(&self) -> &str {
        self.text.get(self.whole.clone()).unwrap_or_default()
    }
}

impl Row for CsvRow<'_> {
    fn line(&self) -> u32 {
        self.line
    }

    fn cell(&self, column: usize) -> Cell<'_> {
        match self.columns.get(column).and_then(|(_, at)| self.record.get((*at)?)) {
            Some(cell) => Cell::Text(Cow::Borrowed(cell)),
            None => Cell::Missing,
        }
    }

    fn column(&self, column: usize) -> String {
        match self.columns.get(column) {
            Some((name, Some(at))) => format!("column {} ({name})", at + 1),
            Some((name, None)) => format!("column {name}"),
            None => format!("column {column}"),
        }
    }

    fn has_arrays(&self) -> bool {
        false
    }

    fn text(&self) -> &str {
        self.text
    }

    fn start(&self) -> usize {
        self.whole.start + leading(self.raw())
    }

    fn range(&self, column: usize) -> Option<Range<usize>> {
        let (_, at) = self.columns.get(column)?;
        cells(self.raw(), self.whole.start).into_iter().nth((*at)?)
    }

    fn window(&self, column: usize, open: &dyn Fn(usize) -> bool) -> Option<(Range<usize>, Vec<Range<usize>>)> {
        let cell = self.range(column)?;
        let line = |at: usize| self.text.get(..at).and_then(|text| text.rfind('\n')).map_or(0, |newline| newline + 1);
        let rest = self.text.get(cell.end..)?;
        let end = cell.end + rest.find('\n').unwrap_or(rest.len());
        let end = end - usize::from(self.text.get(..end).is_some_and(|text| text.ends_with('\r')));
        // A cell of a column that nobody declared may hold anything.
        let declared = |position: usize| self.columns.iter().position(|(_, at)| *at == Some(position));
        let closed = |position: usize| !declared(position).is_some_and(open);
        let hidden = cells(self.raw(), self.whole.start).into_iter().enumerate();
        let hidden = hidden.filter(|(position, _)| closed(*position)).map(|(_, range)| range);
        Some((line(cell.start)..end.max(cell.end), hidden.filter(|range| !range.is_empty()).collect()))
    }
}

/// Blank lines before the row.
fn leading(raw: &str) -> usize {
    raw.bytes().position(|octet| !matches!(octet, b'\r' | b'\n')).unwrap_or(0)
}

/// Where the cells of a row stand, quotes included; the row begins at `base`.
fn cells(raw: &str, base: usize) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let mut start = leading(raw);
    let mut quoted = false;
    let end = raw.trim_end_matches(['\r', '\n']).len();
    for (at, octet) in raw.bytes().enumerate().take(end).skip(start) {
        match octet {
            // A quote opens a cell at its start only; a doubled one closes and opens again.
            b'"' if quoted || at == start || raw.as_bytes().get(start) == Some(&b'"') => quoted = !quoted,
            b',' if !quoted => {
                cells.push(base + start..base + at);
                start = at + 1;
            }
            _ => {}
        }
    }
    cells.push(base + start..base + end.max(start));
    cells
}

pub(super) fn read(text: &str, table: &mut Table) {
    let mut rows = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut header: Option<Header> = None;
    loop {
        let start = rows.position().clone();
        match rows.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            // The text is UTF-8 and in memory, and rows may be of any length: there is no error left.
            Err(error) => return table.file_fault(FileFault::at(line_of(text, &start), error.to_string())),
        }
        let line = line_of(text, &start);
        let raw = text.get(start.byte() as usize..rows.position().byte() as usize).unwrap_or_default();
        if raw.contains('"')
            && let Some(fault) = misquoted(raw, start.line() as u32)
        {
            let help = "a quote inside of a cell is doubled, and the cell stands in quotes: `\"5\"\" screen\"`";
            table.row_fault(line, RowFault::new(fault).help(help));
            match header {
                Some(_) => continue,
                None => return,
            }
        }
        let Some(Header { width, columns }) = &header else {
            header = read_header(line, &record, table);
            match header {
                Some(_) => continue,
                None => return,
            }
        };
        // A line of blanks or, as spreadsheets leave them, of separators says nothing.
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() != *width {
            let cells = if record.len() == 1 { "cell" } else { "cells" };
            let last = line_of_end(text, rows.position());
            let quoted = if last > line { format!("; a quote in it reaches to line {last}") } else { String::new() };
            let surplus = record.len() > *width && record.iter().skip(*width).all(|cell| cell.trim().is_empty());
            let curly = record.iter().any(|cell| cell.contains(['“', '”', '„']));
            // A spreadsheet that was told to quote its cells, and took a line for one.
            let whole_line = record.len() == 1 && record.iter().any(|cell| cell.split(',').count() == *width);
            let help = match record.len() > *width {
                _ if whole_line => "the whole line is in quotes, so that it is one cell: take these quotes away",
                _ if surplus => "the last of them are empty: take the commas at the line's end away",
                true if curly => {
                    "a cell that has a comma in it stands in straight quotes: `\"Doe, Jane\"`, not `“Doe, Jane”`"
                }
                true => "a cell that has a comma in it stands in quotes: `\"Doe, Jane\"`",
                false => "a row has a cell for each column; one that is empty has its comma",
            };
            let fault = format!("{} {cells} where the header has {width}{quoted}", record.len());
            table.row_fault(line, RowFault::new(fault).help(help));
            continue;
        }
        let whole = start.byte() as usize..rows.position().byte() as usize;
        if table.row(&CsvRow { line, record: &record, columns, text, whole }).is_break() {
            return;
        }
    }
    if header.is_none() {
        table.file_fault(FileFault::whole("is empty").help("the first line names the columns: `mac,model,name`"));
    }
}

/// The header; nothing when it lacks a column.
fn read_header(line: u32, record: &StringRecord, table: &mut Table) -> Option<Header> {
    let names = || record.iter().map(str::trim);
    let declared: Vec<String> = table.columns().iter().map(|column| column.name.clone()).collect();
    if let (1, Some(separator)) =
        (record.len(), names().find_map(|name| name.chars().find(|c| matches!(c, ';' | '\t'))))
    {
        let fault =
            FileFault::at(line, format!("the header is divided by {}, not by commas", shown(&separator.to_string())));
        table.file_fault(fault.help("save the file with commas"));
        return None;
    }
    let mut columns = Vec::with_capacity(declared.len());
    let mut twice = false;
    for (position, name) in declared.into_iter().enumerate() {
        let mut places = names().enumerate().filter(|(_, known)| *known == name).map(|(at, _)| at);
        let at = places.next();
        if let (Some(first), Some(second)) = (at, places.next()) {
            table.column_twice(position, line, first + 1, second + 1);
            twice = true;
        }
        columns.push((name, at));
    }
    // One of two alike was to be another.
    if !twice {
        table.missing_columns(line, names());
    }
    (!table.has_findings()).then_some(Header { width: record.len(), columns })
}

/// The line a record begins on: blank lines before it are passed over with it.
fn line_of(text: &str, start: &Position) -> u32 {
    let rest = text.as_bytes().get(start.byte() as usize..).unwrap_or_default();
    let blank = rest.iter().position(|octet| !matches!(octet, b'\r' | b'\n')).unwrap_or(rest.len());
    start.line() as u32 + newlines(rest.get(..blank).unwrap_or_default())
}

/// The line a record ends on.
fn line_of_end(text: &str, end: &Position) -> u32 {
    let before = text.as_bytes().get(..end.byte() as usize).unwrap_or_default();
    let ended = before.last() == Some(&b'\n');
    end.line() as u32 - u32::from(ended)
}

/// What is wrong with the quotes of a record. The reader forgives a quote that is never closed, or text behind one that
/// is: a row that swallows its neighbours would pass.
fn misquoted(raw: &str, first_line: u32) -> Option<String> {
    enum At {
        Start,
        Bare,
        Quoted,
        Closed,
    }
    let (mut line, mut column, mut at) = (first_line, 1, At::Start);
    let mut octets = raw.bytes().peekable();
    while let Some(octet) = octets.next() {
        line += u32::from(octet == b'\n');
        at = match (at, octet) {
            (At::Quoted, b'"') if octets.peek() == Some(&b'"') => {
                octets.next();
                At::Quoted
            }
            (At::Quoted, b'"') => At::Closed,
            (At::Quoted, _) => At::Quoted,
            (_, b',') => {
                column += 1;
                At::Start
            }
            (_, b'\r' | b'\n') => At::Start,
            (At::Start, b'"') => At::Quoted,
            (At::Closed, b' ' | b'\t') => At::Closed,
            (At::Closed, _) => {
                return Some(format!("column {column} goes on after the quote that closes it, in line {line}"));
            }
            (At::Start | At::Bare, _) => At::Bare,
        };
    }
    matches!(at, At::Quoted).then(|| format!("column {column} opens a quote that nothing closes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stand_where_the_reader_sees_them() {
        for (raw, wanted) in [
            ("a,b,c\n", &["a", "b", "c"][..]),
            ("\r\n\na,,c\r\n", &["a", "", "c"]),
            ("\"x, y\",\"a \"\"b\"\"\",5\" z,\n", &["\"x, y\"", "\"a \"\"b\"\"\"", "5\" z", ""]),
            ("\"two\nlines\",ü", &["\"two\nlines\"", "ü"]),
            ("", &[""]),
        ] {
            let found: Vec<&str> = cells(raw, 0).into_iter().map(|range| &raw[range]).collect();
            assert_eq!(found, wanted, "{raw:?}");
        }
    }
}
