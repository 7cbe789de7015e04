//! Places in data files that findings name by row and column, looked up: the file is gone through once more, and only what
//! is asked for is kept. A program without such findings costs nothing.

use super::super::super::column::ColumnType;
use super::super::super::modules::Files;
use super::declared::Column;
use super::seek::Seek;
use super::table::{Cell, Row, Table};
use super::{Format, text, unread};
use crate::diagnostic::{DataLabel, DataPlace, Diagnostic, Excerpt, Label, Position, RowKey, SourceMap, Span};
use crate::phone::Mac;
use std::collections::HashMap;
use std::ops::{ControlFlow, Range};

/// More of a line is not shown.
const MOST_SHOWN: usize = 300;

/// A data file that an inventory reads, and its columns.
#[derive(Clone, Debug)]
pub struct DataFile {
    /// The inventory's name.
    pub inventory: String,
    pub path: String,
    pub(super) columns: Vec<Column>,
}

/// Puts the places in data files into findings, each before the places in the program.
pub fn locate(read: &[DataFile], files: &dyn Files, sources: &mut SourceMap, findings: &mut [Diagnostic]) {
    let mut wanted: HashMap<&str, Vec<DataPlace>> = HashMap::new();
    for label in findings.iter().flat_map(|finding| &finding.data) {
        let Some(file) = read.iter().find(|file| file.path == label.place.file) else { continue };
        let places = wanted.entry(&file.path).or_default();
        if !places.contains(&label.place) {
            places.push(label.place.clone());
        }
    }
    let mut spans: HashMap<String, Vec<(DataPlace, Span)>> = HashMap::new();
    // In the order of the program, so that files have the same numbers every time.
    for file in read {
        let Some(places) = wanted.remove(file.path.as_str()) else { continue };
        let Ok(bytes) = files.read(&file.path) else { continue };
        let mut columns: Vec<Column> = Vec::new();
        for column in read.iter().filter(|other| other.path == file.path).flat_map(|other| &other.columns) {
            match columns.iter_mut().find(|known| known.name == column.name) {
                // One that some inventory calls a secret is never shown.
                Some(known) if column.ty == ColumnType::Secret => known.ty = ColumnType::Secret,
                Some(_) => {}
                None => columns.push(column.clone()),
            }
        }
        let id = sources.add_data(&file.path);
        let found = find(&file.path, &bytes, columns, &places);
        for (place, found) in places.into_iter().zip(found) {
            let Some(Found { range, ends, excerpt }) = found else { continue };
            let span = Span::new(id, range.start, range.end);
            sources.add_place(id, [(span.start, ends[0]), (span.end, ends[1])], excerpt);
            spans.entry(file.path.clone()).or_default().push((place, span));
        }
    }
    for finding in findings {
        let placed = std::mem::take(&mut finding.data).into_iter().filter_map(|DataLabel { place, text }| {
            let (_, span) = spans.get(&place.file)?.iter().find(|(known, _)| *known == place)?;
            Some(Label { span: *span, text })
        });
        finding.labels.splice(0..0, placed.collect::<Vec<_>>());
    }
}

/// Finds places of one file, each as it was asked for.
fn find(path: &str, bytes: &[u8], columns: Vec<Column>, places: &[DataPlace]) -> Vec<Option<Found>> {
    let text = text::decode(bytes).unwrap_or_default();
    let mut found: Vec<Option<Found>> =
        places.iter().map(|place| of_line(place, bytes, text, Format::of(path), &columns)).collect();
    let missing = places.iter().enumerate().filter(|(number, _)| found.get(*number).is_some_and(Option::is_none));
    let watch = Watch {
        wanted: missing.map(|(number, place)| (number, place.clone())).collect(),
        found: Vec::new(),
        seek: None,
    };
    if let (false, Some(format)) = (watch.wanted.is_empty() || text.is_empty(), Format::of(path)) {
        let mut table = Table::watching(path, columns, watch);
        super::read_text(format, text, &mut table);
        for (number, place) in table.into_watch().map(|watch| watch.found).unwrap_or_default() {
            if let Some(slot) = found.get_mut(number) {
                *slot = Some(place);
            }
        }
    }
    found
}

/// A place that was found.
pub(super) struct Found {
    range: Range<usize>,
    /// Where it begins and ends.
    ends: [Position; 2],
    excerpt: Option<Excerpt>,
}

/// A place that is known by its line: a header, or a row that cannot be read.
fn of_line(place: &DataPlace, bytes: &[u8], text: &str, format: Option<Format>, columns: &[Column]) -> Option<Found> {
    let (line, octet) = match place.row {
        RowKey::Line { line, octet } => (line, octet),
        RowKey::Header { line } => (line, None),
        _ => return None,
    };
    let base = if text.is_empty() { bytes } else { text.as_bytes() };
    let newlines = || base.iter().enumerate().filter(|(_, octet)| **octet == b'\n').map(|(at, _)| at + 1);
    let start = match line {
        0 | 1 => 0,
        line => newlines().nth(line as usize - 2)?,
    };
    let line = line.max(1) as usize;
    let rest = base.get(start..)?;
    let length = rest.iter().position(|octet| *octet == b'\n').unwrap_or(rest.len());
    let length = length - usize::from(rest.get(..length).is_some_and(|line| line.ends_with(b"\r")));
    let before = octet.map_or(0, |octet| (octet as usize).saturating_sub(1).min(length));
    let end = if octet.is_some() { before + 1 } else { length };
    let column = |at: usize| match text.get(start..start + at) {
        Some(before) => before.chars().count() + 1,
        None => at + 1,
    };
    let range = start + before..start + end.min(length.max(before));
    let whole = start..start + length;
    let part = window(text, whole.clone(), &range);
    let hidden = match (&place.row, format, text.get(whole)) {
        (RowKey::Header { .. }, ..) => Some(Vec::new()),
        (_, Some(format), Some(shown)) => {
            let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            let inside = part.start - start..part.end - start;
            let pieces = unread::hidden(format, shown, &inside, first, columns);
            Some(pieces.into_iter().map(|piece| start + piece.start..start + piece.end).collect())
        }
        _ => None,
    };
    let excerpt = hidden
        .filter(|_| length > 0)
        .and_then(|hidden: Vec<Range<usize>>| Some(Excerpt::new(part.clone(), line, text.get(part)?, &hidden)));
    Some(Found {
        ends: [before, end.min(length.max(before))].map(|at| Position { line, column: column(at) }),
        range,
        excerpt,
    })
}

/// Rows as they go by, held against those that are wanted.
pub(super) struct Watch {
    /// Each with the number by which it was asked for.
    wanted: Vec<(usize, DataPlace)>,
    found: Vec<(usize, Found)>,
    /// Instead of these: one row, with all its cells.
    pub seek: Option<Seek>,
}

impl Watch {
    /// Looks for one row.
    pub fn seeking(seek: Seek) -> Watch {
        Watch { wanted: Vec::new(), found: Vec::new(), seek: Some(seek) }
    }

    /// Looks at a row, the `number`th of its file. Ends the reading when all is found.
    pub fn row(&mut self, number: u32, row: &impl Row, columns: &[Column]) -> ControlFlow<()> {
        if let Some(seek) = &mut self.seek {
            return seek.row(row, columns);
        }
        let mut position = 0;
        while let Some((asked, place)) = self.wanted.get(position) {
            let this = match &place.row {
                RowKey::Number(wanted) => *wanted == number,
                RowKey::Phone { line, address } => *line == row.line() && is_of(row, address, columns),
                RowKey::Line { .. } | RowKey::Header { .. } => false,
            };
            if this {
                self.found.push((*asked, of_row(row, place, columns)));
                self.wanted.swap_remove(position);
            } else {
                position += 1;
            }
        }
        if self.wanted.is_empty() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Whether a row has the hardware address.
fn is_of(row: &impl Row, address: &str, columns: &[Column]) -> bool {
    let position = columns.iter().position(|column| column.address);
    match position.map(|position| row.cell(position)) {
        Some(Cell::Text(text)) => text.trim().parse::<Mac>().is_ok_and(|mac| mac.to_string() == address),
        _ => false,
    }
}

/// An offset in a row as line and column.
pub(super) fn position_of(row: &impl Row, at: usize) -> Position {
    let before = row.text().get(..at).unwrap_or_default();
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    let lines = row.text().get(row.start()..at).unwrap_or_default().bytes().filter(|octet| *octet == b'\n').count();
    Position { line: row.line() as usize + lines, column: before.get(line..).unwrap_or_default().chars().count() + 1 }
}

fn of_row(row: &impl Row, place: &DataPlace, columns: &[Column]) -> Found {
    let text = row.text();
    let column = place.column.as_ref().and_then(|name| columns.iter().position(|column| column.name == *name));
    // A row, or one that has no such cell, is told by its hardware address.
    let address = || columns.iter().position(|column| column.address);
    let column = column.filter(|column| row.range(*column).is_some()).or_else(address);
    let cell = column.and_then(|column| row.range(column));
    let open = |column: usize| columns.get(column).is_some_and(|column| column.ty != ColumnType::Secret);
    let range = match (&cell, column) {
        // How long a secret is, is nobody's to know either.
        (Some(cell), Some(column)) if !open(column) => cell.start..cell.start,
        (Some(cell), _) => cell.clone(),
        (None, _) => row.start()..row.start(),
    };
    let position = |at: usize| position_of(row, at);
    let shown = column.filter(|_| cell.is_some()).and_then(|column| row.window(column, &open));
    let excerpt = shown.and_then(|(whole, hidden)| {
        let part = window(text, whole, &range);
        Some(Excerpt::new(part.clone(), position(part.start).line, text.get(part)?, &hidden))
    });
    Found { ends: [position(range.start), position(range.end)], range, excerpt }
}

/// What is shown of a line: all of it, or what lies round the place.
fn window(text: &str, line: Range<usize>, place: &Range<usize>) -> Range<usize> {
    if line.len() <= MOST_SHOWN {
        return line;
    }
    let start = place.start.saturating_sub(MOST_SHOWN / 3).max(line.start);
    let end = (start + MOST_SHOWN).min(line.end);
    let boundary = |at: usize| (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    boundary(start)..boundary(end)
}
