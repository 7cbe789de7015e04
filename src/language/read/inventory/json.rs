//! Rows of JSON: an array of objects, or one object a line. Elements are found first and parsed one by one, so that
//! each has its place in the file, and what is wrong in one is no matter of the next.

use super::super::super::list_cell;
use super::table::{Cell, FileFault, Row, RowFault, Table};
use super::text::{Lines, line_at, newlines, with_key};
use serde::Deserializer as _;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::ops::{ControlFlow, Range};

/// `[{…}, {…}]`.
pub(super) fn read(text: &str, table: &mut Table) {
    let start = text.trim_start_matches([' ', '\t', '\r', '\n']);
    match start.chars().next() {
        Some('[') => {}
        Some('{') => {
            let fault = FileFault::whole("is an object, where an array of objects is wanted");
            return table.file_fault(fault.help("write `[{ … }, { … }]`; a file of one object a line is a .jsonl"));
        }
        Some(_) => return table.file_fault(FileFault::whole("is no array of objects")),
        None => return table.file_fault(FileFault::whole("is empty").help("write `[{ \"mac\": \"…\" }, …]`")),
    }
    table.numbered();
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = reader.deserialize_seq(Elements { text, table });
    if let Err(error) = read.and_then(|()| reader.end()) {
        let line = error.line() as u32;
        let mut fault = FileFault::at(line, plain(&error)).octet(error.column() as u32);
        if let Some(help) = mend(&error) {
            fault = fault.help(help);
        }
        table.file_fault(fault);
    }
}

/// One object a line.
pub(super) fn read_lines(text: &str, table: &mut Table) {
    if text.trim().is_empty() {
        return table.file_fault(FileFault::whole("is empty").help("write one `{ \"mac\": \"…\" }` a line"));
    }
    let names = names(table);
    let mut slots = Vec::new();
    for (line, object) in text.split('\n').enumerate() {
        let object = object.trim();
        if !object.is_empty() && element(text, object, line as u32 + 1, &names, &mut slots, table).is_break() {
            return;
        }
    }
}

fn names(table: &Table) -> Vec<String> {
    table.columns().iter().map(|column| column.name.clone()).collect()
}

/// Reads one object as a row.
fn element<'t>(
    text: &'t str,
    object: &'t str,
    line: u32,
    names: &[String],
    slots: &mut Vec<Slot<'t>>,
    table: &mut Table,
) -> ControlFlow<()> {
    if !object.starts_with('{') {
        let fault = RowFault::new("this is no object");
        table.row_fault(line, fault.help("a row names its cells: `{ \"mac\": \"00:0e:08:ab:cd:01\", … }`"));
        return ControlFlow::Continue(());
    }
    slots.clear();
    slots.resize(names.len(), Slot::default());
    let mut reader = serde_json::Deserializer::from_str(object);
    let read = reader.deserialize_map(Keys { names, slots, table: &mut *table }).and_then(|()| reader.end());
    if let Err(error) = read {
        // Lines and columns of the error are counted from the object's first.
        let first = error.line() <= 1;
        let indent = offset(text, object)
            .and_then(|at| text.get(..at))
            .map_or(0, |before| before.len() - before.rfind('\n').map_or(0, |newline| newline + 1));
        let octet = error.column() + if first { indent } else { 0 };
        let line = line + (error.line() as u32).saturating_sub(1);
        let mut fault = RowFault::new(plain(&error)).octet(octet.max(1) as u32);
        if let Some(help) = mend(&error) {
            fault = fault.help(help);
        }
        table.row_fault(line, fault);
        return ControlFlow::Continue(());
    }
    for (column, _) in slots.iter().enumerate().filter(|(_, slot)| slot.raw.is_none()) {
        // As a key, and not as what another one holds.
        table.likened(column, line, |other| {
            let key = format!("\"{other}\"");
            object.split(key.as_str()).skip(1).any(|rest| rest.trim_start().starts_with(':'))
        });
    }
    table.row(&JsonRow { line, text, object, names, slots })
}

/// What the error says, without the place at its end.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what).to_owned()
}

/// What to write, for the slips that people make.
fn mend(error: &serde_json::Error) -> Option<&'static str> {
    let text = error.to_string();
    let starts = |with: &str| text.starts_with(with);
    if starts("expected `,` or") {
        Some("divide what stands here from what is before it by a comma")
    } else if starts("trailing comma") {
        Some("remove the comma before it")
    } else if starts("key must be a string") {
        Some("put the key in double quotes")
    } else if starts("expected value") {
        Some("a text stands in double quotes")
    } else if starts("trailing characters") {
        Some("a line of a .jsonl file is one object, with nothing behind it")
    } else if starts("control character") {
        Some("a text ends on its own line: close its quote, or write `\\n`")
    } else {
        None
    }
}

/// What an object has under a declared name: its first value, and whether there is another.
#[derive(Clone, Copy, Default)]
struct Slot<'t> {
    raw: Option<&'t RawValue>,
    twice: bool,
}

struct JsonRow<'r> {
    line: u32,
    text: &'r str,
    object: &'r str,
    names: &'r [String],
    slots: &'r [Slot<'r>],
}

impl Row for JsonRow<'_> {
    fn line(&self) -> u32 {
        self.line
    }

    fn cell(&self, column: usize) -> Cell<'_> {
        let Some(Slot { raw: Some(raw), twice }) = self.slots.get(column) else { return Cell::Missing };
        if *twice {
            return Cell::Fault("this key stands twice in the object".into());
        }
        let raw = raw.get();
        match raw.as_bytes().first() {
            Some(b'"') if !raw.contains('\\') => {
                let inner = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                Cell::Text(Cow::Borrowed(inner.unwrap_or_default()))
            }
            Some(b'"') => match serde_json::from_str::<String>(raw) {
                Ok(text) if text.contains('\0') => Cell::Fault("this text holds a NUL".into()),
                Ok(text) => Cell::Text(Cow::Owned(text)),
                Err(error) => Cell::Fault(plain(&error).into()),
            },
            Some(b't') => Cell::Text(Cow::Borrowed("yes")),
            Some(b'f') => Cell::Text(Cow::Borrowed("no")),
            Some(b'n') => Cell::Text(Cow::Borrowed("")),
            Some(b'{') => Cell::Fault("an object is no cell".into()),
            Some(b'[') => match serde_json::from_str::<Vec<&RawValue>>(raw) {
                Ok(items) => list(&items),
                Err(error) => Cell::Fault(plain(&error).into()),
            },
            _ => Cell::Text(Cow::Borrowed(raw)),
        }
    }

    fn line_of(&self, column: usize) -> u32 {
        let raw = self.slots.get(column).and_then(|slot| slot.raw);
        let before = raw.and_then(|raw| self.object.get(..offset(self.object, raw.get())?));
        self.line + before.map_or(0, |before| newlines(before.as_bytes()))
    }

    fn column(&self, column: usize) -> String {
        format!("key {}", self.names.get(column).map_or("", String::as_str))
    }

    fn text(&self) -> &str {
        self.text
    }

    fn start(&self) -> usize {
        offset(self.text, self.object).unwrap_or(0)
    }

    fn range(&self, column: usize) -> Option<Range<usize>> {
        let raw = self.slots.get(column)?.raw?.get();
        let start = offset(self.text, raw)?;
        Some(start..start + raw.len())
    }

    fn window(&self, column: usize, open: &dyn Fn(usize) -> bool) -> Option<(Range<usize>, Vec<Range<usize>>)> {
        let cell = self.range(column)?;
        Some((with_key(self.text, &cell, ':'), (!open(column)).then_some(cell).into_iter().collect()))
    }
}

/// An array as the cell of a list.
fn list(items: &[&RawValue]) -> Cell<'static> {
    let text = |item: &&RawValue| match item.get().as_bytes().first() {
        Some(b'"') => serde_json::from_str::<String>(item.get()).ok(),
        Some(b't') => Some("yes".to_owned()),
        Some(b'f') => Some("no".to_owned()),
        Some(b'{' | b'[' | b'n') | None => None,
        Some(_) => Some(item.get().to_owned()),
    };
    let texts: Option<Vec<String>> = items.iter().map(text).collect();
    Cell::List(texts.ok_or("an item of the array is no cell".into()).and_then(list_cell::kept))
}

/// Where a piece of a text begins in it.
fn offset(text: &str, piece: &str) -> Option<usize> {
    (piece.as_ptr() as usize).checked_sub(text.as_ptr() as usize).filter(|at| *at <= text.len())
}

/// Goes through the array.
struct Elements<'t, 'a> {
    text: &'t str,
    table: &'a mut Table,
}

impl<'t> Visitor<'t> for Elements<'t, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut elements: A) -> Result<(), A::Error> {
        let names = names(self.table);
        let mut lines = Lines::new(self.text);
        let mut slots = Vec::new();
        while let Some(raw) = elements.next_element::<&'t RawValue>()? {
            let object = raw.get();
            let line = offset(self.text, object)
                .map_or_else(|| line_at(self.text.as_bytes(), self.text.len()), |at| lines.line(at));
            if element(self.text, object, line, &names, &mut slots, self.table).is_break() {
                while elements.next_element::<IgnoredAny>()?.is_some() {}
            }
        }
        Ok(())
    }
}

/// Goes through an object: declared names are kept, others passed over.
struct Keys<'a, 't> {
    names: &'a [String],
    slots: &'a mut [Slot<'t>],
    table: &'a mut Table,
}

impl<'t> Visitor<'t> for Keys<'_, 't> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(column) = entries.next_key_seed(Key { names: self.names, table: &mut *self.table })? {
            match column.and_then(|column| self.slots.get_mut(column)) {
                Some(slot) => {
                    let raw = entries.next_value::<&'t RawValue>()?;
                    slot.twice = slot.raw.is_some();
                    slot.raw = slot.raw.or(Some(raw));
                }
                None => drop(entries.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// A key as the position of the column it names.
struct Key<'a> {
    names: &'a [String],
    table: &'a mut Table,
}

impl<'t> DeserializeSeed<'t> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: serde::Deserializer<'t>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        let column = self.names.iter().position(|name| name == key);
        if column.is_none() {
            self.table.unused_name(key);
        }
        Ok(column)
    }
}
