//! Columns of a phone table: what may stand in a cell, and the cells of a column in one block of memory.

use super::list_cell;
use super::syntax::literal::Literal;
use super::value::{SecretPart, SecretText, SecretWay, Value};
use crate::diagnostic::Span;
use crate::diagnostic::closest;
use crate::phone::rule::{Host, Url, Version};
use crate::phone::{MacError, SecretRef};
use std::borrow::Cow;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq)]
pub struct PhoneColumn {
    pub name: String,
    pub ty: ColumnType,
    /// Where it is declared, or first given.
    pub span: Span,
    /// `T?`: some phones may have none, and the program knows.
    pub optional: bool,
    pub cells: Cells,
}

/// The type of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnType {
    Text,
    Model,
    Int,
    Decimal,
    Bool,
    Digits(u32, u32),
    OneOf(Vec<String>),
    Duration,
    Time,
    Mac,
    Ip,
    Prefix,
    Host,
    Port,
    Url,
    Path,
    Version,
    /// The network that a phone is plugged into, one of the program's.
    Network(Vec<String>),
    /// A reference to a secret, `env:NAME` or `file:PATH`; never its text.
    Secret,
    /// Values of one type, none of them a list.
    List(Box<ColumnType>),
}

impl ColumnType {
    /// The types that are written as one word.
    pub const NAMED: [(&'static str, ColumnType); 16] = [
        ("secret", ColumnType::Secret),
        ("mac", ColumnType::Mac),
        ("model", ColumnType::Model),
        ("string", ColumnType::Text),
        ("int", ColumnType::Int),
        ("decimal", ColumnType::Decimal),
        ("bool", ColumnType::Bool),
        ("duration", ColumnType::Duration),
        ("time", ColumnType::Time),
        ("ip", ColumnType::Ip),
        ("prefix", ColumnType::Prefix),
        ("host", ColumnType::Host),
        ("port", ColumnType::Port),
        ("url", ColumnType::Url),
        ("path", ColumnType::Path),
        ("version", ColumnType::Version),
    ];

    /// The cell as it is kept: the text that its value has in the language, so that a text made from the cell and one
    /// made from the value agree. The error says what is wanted. Models are the platform's to judge, later.
    pub fn canonical<'c>(&self, cell: &'c str) -> Result<Cow<'c, str>, String> {
        match self {
            ColumnType::Text | ColumnType::Model => {}
            ColumnType::List(item) => {
                let items =
                    list_cell::items(cell).map(|one| item.canonical(one).map_err(|why| format!("{one}: {why}")));
                return Ok(Cow::Owned(list_cell::kept(items.collect::<Result<Vec<_>, _>>()?)?));
            }
            ColumnType::Digits(low, high) => {
                let count = cell.len();
                let fits = cell.bytes().all(|octet| octet.is_ascii_digit());
                if !fits || !(*low as usize..=*high as usize).contains(&count) {
                    return Err(if low == high {
                        format!("{low} digits are wanted")
                    } else {
                        format!("{low} to {high} digits are wanted")
                    });
                }
            }
            ColumnType::OneOf(words) => {
                if !words.iter().any(|word| word == cell) {
                    return Err(format!("one of {} is wanted", words.join(", ")));
                }
            }
            ColumnType::Network(names) => {
                // In order, so that a large program of many sites is read in time.
                if names.binary_search_by(|name| name.as_str().cmp(cell)).is_err() {
                    return Err(no_network(cell, names));
                }
            }
            ColumnType::Secret => drop(cell.parse::<SecretRef>().map_err(|error| error.to_string())?),
            ColumnType::Host => drop(Host::new(cell)?),
            ColumnType::Url => match Url::parse(cell) {
                Ok(url) if url.host.is_some() => {}
                Ok(_) => return Err("a URL names a server, such as http://host/path".into()),
                Err((_, why)) => return Err(why.into()),
            },
            ColumnType::Path => {
                if !cell.starts_with('/') || cell.contains(|c: char| c.is_whitespace() || c.is_control()) {
                    return Err("a path begins with `/` and has no blanks".into());
                }
            }
            ColumnType::Version => {
                let parsed: Result<Version, _> = cell.parse();
                parsed.map_err(|error| error.to_string())?;
            }
            _ => {
                let text = self.value(cell)?.text().unwrap_or_default();
                if text != cell {
                    return Ok(Cow::Owned(text));
                }
            }
        }
        Ok(Cow::Borrowed(cell))
    }

    /// A value as a cell keeps it; nothing for one that no cell holds.
    pub fn cell_of(value: &Value) -> Option<Result<String, String>> {
        match value {
            Value::List(items) => {
                let texts: Option<Vec<String>> = items.iter().map(Value::text).collect();
                Some(list_cell::kept(texts?))
            }
            other => other.text().map(Ok),
        }
    }

    /// A cell as a value of the language.
    fn value(&self, cell: &str) -> Result<Value, String> {
        let literal = |wanted: &str| Literal::parse(cell).map_err(|_| wanted.to_owned());
        match self {
            ColumnType::Int => cell.parse().map(Value::Int).map_err(|_| "this is no integer".into()),
            ColumnType::Decimal => match is_decimal(cell) {
                true => Ok(Value::Decimal(cell.to_owned())),
                false => Err("a decimal is digits with a point, such as -13.5".into()),
            },
            ColumnType::Bool => match cell {
                "yes" => Ok(Value::Bool(true)),
                "no" => Ok(Value::Bool(false)),
                _ => Err("a bool is `yes` or `no`".into()),
            },
            ColumnType::Duration => {
                let wanted = "a duration has its unit, such as 40s, 10m or 1h";
                match literal(wanted)? {
                    Literal::Duration(millis) => Ok(Value::Duration(millis)),
                    _ => Err(wanted.into()),
                }
            }
            ColumnType::Time => {
                let wanted = "a time of day is HH:MM, 00:00 to 24:00";
                match literal(wanted)? {
                    Literal::Time(minutes) => Ok(Value::Time(minutes)),
                    _ => Err(wanted.into()),
                }
            }
            ColumnType::Mac => cell.parse().map(Value::Mac).map_err(|error: MacError| error.to_string()),
            ColumnType::Ip => {
                cell.parse().map(Value::Ip).map_err(|_| "this is neither an IPv4 nor an IPv6 address".into())
            }
            ColumnType::Prefix => {
                let wanted = "a prefix is an address and a length, such as 192.168.50.0/24";
                match literal(wanted)? {
                    Literal::Prefix(address, length) => Ok(Value::Prefix(address, length)),
                    _ => Err(wanted.into()),
                }
            }
            ColumnType::List(item) => {
                list_cell::items(cell).map(|one| item.value(one)).collect::<Result<_, _>>().map(Value::List)
            }
            ColumnType::Port => match cell.parse::<u16>() {
                Ok(port) if port != 0 => Ok(Value::Int(i64::from(port))),
                _ => Err("a port is a number from 1 to 65535".into()),
            },
            _ => Ok(Value::Text(cell.to_owned())),
        }
    }
}

fn is_decimal(cell: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|octet| octet.is_ascii_digit());
    let number = cell.strip_prefix('-').unwrap_or(cell);
    match number.split_once('.') {
        Some((whole, rest)) => digits(whole) && digits(rest),
        None => digits(number),
    }
}

impl PhoneColumn {
    /// A cell as a value of the language; nothing when the phone has none.
    pub fn value(&self, row: usize) -> Option<Value> {
        let cell = self.cells.get(row)?;
        if let (ColumnType::Secret, Ok(kept)) = (&self.ty, cell.parse()) {
            return Some(Value::Secret(SecretText {
                parts: vec![SecretPart::Kept(kept)],
                way: SecretWay::new(self.span),
            }));
        }
        // What was read fits its column.
        Some(self.ty.value(cell).unwrap_or_else(|_| Value::Text(cell.to_owned())))
    }
}

/// The cells of one column, end to end, and which of them are absent. A million cells are two blocks of memory, which a
/// plan shares instead of copying.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    held: Held,
    /// A bit for each row, as far as any is set.
    absent: Vec<u64>,
}

/// The text, and where each cell ends in it. While a column grows it is nobody else's, and nobody is asked about that for each cell.
#[derive(Clone, Debug)]
enum Held {
    Growing { text: String, ends: Vec<u32> },
    Shared { text: Arc<String>, ends: Arc<Vec<u32>> },
}

impl Default for Held {
    fn default() -> Self {
        Held::Growing { text: String::new(), ends: Vec::new() }
    }
}

impl PartialEq for Cells {
    fn eq(&self, other: &Self) -> bool {
        (self.text(), self.ends(), &self.absent) == (other.text(), other.ends(), &other.absent)
    }
}

impl Eq for Cells {}

impl Cells {
    fn text(&self) -> &str {
        match &self.held {
            Held::Growing { text, .. } => text,
            Held::Shared { text, .. } => text,
        }
    }

    fn ends(&self) -> &[u32] {
        match &self.held {
            Held::Growing { ends, .. } => ends,
            Held::Shared { ends, .. } => ends,
        }
    }

    /// To be changed: what others have as well is copied.
    fn growing(&mut self) -> (&mut String, &mut Vec<u32>) {
        if let Held::Shared { text, ends } = &mut self.held {
            let (text, ends) = (std::mem::take(text), std::mem::take(ends));
            self.held = Held::Growing { text: Arc::unwrap_or_clone(text), ends: Arc::unwrap_or_clone(ends) };
        }
        match &mut self.held {
            Held::Growing { text, ends } => (text, ends),
            Held::Shared { text, ends } => (Arc::make_mut(text), Arc::make_mut(ends)),
        }
    }

    /// Adds a cell. A column holds at most 4 GiB of text; `false` says that it is full.
    #[must_use]
    pub fn push(&mut self, cell: Option<&str>) -> bool {
        let (text, ends) = self.growing();
        let added = cell.unwrap_or_default();
        let Ok(end) = u32::try_from(text.len() + added.len()) else { return false };
        let row = ends.len();
        text.push_str(added);
        ends.push(end);
        if cell.is_none() {
            if self.absent.len() <= row / 64 {
                self.absent.resize(row / 64 + 1, 0);
            }
            if let Some(bits) = self.absent.last_mut() {
                *bits |= 1 << (row % 64);
            }
        }
        true
    }

    /// The cell of a row, unless it is absent.
    pub fn get(&self, row: usize) -> Option<&str> {
        let ends = self.ends();
        let end = *ends.get(row)? as usize;
        if self.absent.get(row / 64).is_some_and(|bits| bits >> (row % 64) & 1 == 1) {
            return None;
        }
        let start = match row.checked_sub(1) {
            Some(previous) => *ends.get(previous)? as usize,
            None => 0,
        };
        self.text().get(start..end)
    }

    pub fn len(&self) -> usize {
        self.ends().len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends().is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        (0..self.len()).map(|row| self.get(row))
    }

    /// Drops the cells from a row on.
    pub fn truncate(&mut self, rows: usize) {
        if rows >= self.len() {
            return;
        }
        let (text, ends) = self.growing();
        text.truncate(rows.checked_sub(1).and_then(|last| ends.get(last)).map_or(0, |end| *end as usize));
        ends.truncate(rows);
        self.absent.truncate(rows.div_ceil(64));
        if let (Some(bits), true) = (self.absent.get_mut(rows / 64), !rows.is_multiple_of(64)) {
            *bits &= (1 << (rows % 64)) - 1;
        }
    }

    /// All text end to end, and where each cell ends in it: absent cells are empty there.
    pub fn shared(&self) -> (Arc<String>, Arc<Vec<u32>>) {
        match &self.held {
            Held::Growing { text, ends } => (Arc::new(text.clone()), Arc::new(ends.clone())),
            Held::Shared { text, ends } => (Arc::clone(text), Arc::clone(ends)),
        }
    }

    /// Nothing more comes: gives back what growing has reserved and nothing fills, and is shared from here on.
    pub fn finish(&mut self) {
        if let Held::Growing { text, ends } = &mut self.held {
            let (mut text, mut ends) = (std::mem::take(text), std::mem::take(ends));
            text.shrink_to_fit();
            ends.shrink_to_fit();
            self.held = Held::Shared { text: Arc::new(text), ends: Arc::new(ends) };
        }
    }
}

/// A network that is likely meant, or the first of them.
fn no_network(cell: &str, names: &[String]) -> String {
    const FEW: usize = 8;
    if let Some(meant) = closest(cell, names.iter().map(String::as_str)) {
        return format!("no network of the program has this name; `{meant}` is one");
    }
    let first: Vec<&str> = names.iter().take(FEW).map(String::as_str).collect();
    let more = names.len().saturating_sub(FEW);
    let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("no network of the program has this name: {}{rest}", first.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_and_an_empty_one_is_not_an_absent_one() {
        let mut cells = Cells::default();
        for row in 0..200 {
            let cell = row.to_string();
            assert!(cells.push(match row % 3 {
                0 => Some(cell.as_str()),
                1 => Some(""),
                _ => None,
            }));
        }
        cells.truncate(130);
        assert!(cells.push(Some("end")));
        assert_eq!(cells.len(), 131);
        assert_eq!((cells.get(0), cells.get(1), cells.get(2)), (Some("0"), Some(""), None));
        assert_eq!((cells.get(128), cells.get(129), cells.get(130)), (None, Some("129"), Some("end")));
        assert_eq!(cells.get(131), None);
        cells.truncate(0);
        assert_eq!(cells.iter().count(), 0);
    }

    #[test]
    fn what_is_shared_stays_as_it_was() {
        let mut cells = Cells::default();
        assert!(cells.push(Some("one")) && cells.push(None));
        let growing = cells.clone();
        cells.finish();
        assert_eq!(cells, growing);
        assert_eq!(cells.shared(), growing.shared());
        let before = cells.shared();
        assert!(cells.push(Some("three")));
        assert_eq!(before, (Arc::new("one".to_owned()), Arc::new(vec![3, 3])));
        assert_eq!((cells.get(0), cells.get(1), cells.get(2)), (Some("one"), None, Some("three")));
    }

    #[test]
    fn a_cell_is_kept_as_its_value_is_written() {
        for (ty, cell, kept) in [
            (ColumnType::Text, "Müller", Ok("Müller")),
            (ColumnType::Int, "007", Ok("7")),
            (ColumnType::Int, "-7", Ok("-7")),
            (ColumnType::Int, "7.0", Err("this is no integer")),
            (ColumnType::Decimal, "-13.50", Ok("-13.50")),
            (ColumnType::Decimal, "4", Ok("4")),
            (ColumnType::Decimal, "1e3", Err("a decimal is digits with a point, such as -13.5")),
            (ColumnType::Bool, "yes", Ok("yes")),
            (ColumnType::Bool, "true", Err("a bool is `yes` or `no`")),
            (ColumnType::Digits(3, 5), "0211", Ok("0211")),
            (ColumnType::Digits(3, 5), "20x1", Err("3 to 5 digits are wanted")),
            (ColumnType::Digits(4, 4), "123", Err("4 digits are wanted")),
            (ColumnType::Digits(1, 3), "٣", Err("1 to 3 digits are wanted")),
            (ColumnType::OneOf(vec!["desk".into(), "lab".into()]), "lab", Ok("lab")),
            (ColumnType::OneOf(vec!["desk".into(), "lab".into()]), "Lab", Err("one of desk, lab is wanted")),
            (ColumnType::Duration, "3600s", Ok("1h")),
            (ColumnType::Duration, "3600", Err("a duration has its unit, such as 40s, 10m or 1h")),
            (ColumnType::Time, "02:30", Ok("02:30")),
            (ColumnType::Time, "2:30", Err("a time of day is HH:MM, 00:00 to 24:00")),
            (ColumnType::Mac, "000E08ABCDEF", Ok("00:0e:08:ab:cd:ef")),
            (ColumnType::Mac, "00:0e:08", Err("a hardware address has 12 hexadecimal digits, this has 6")),
            (ColumnType::Ip, "2001:DB8::1", Ok("2001:db8::1")),
            (ColumnType::Ip, "10.0.0.300", Err("this is neither an IPv4 nor an IPv6 address")),
            (ColumnType::Prefix, "10.0.0.0/8", Ok("10.0.0.0/8")),
            (ColumnType::Prefix, "10.0.0.0", Err("a prefix is an address and a length, such as 192.168.50.0/24")),
            (ColumnType::Host, "sip.example", Ok("sip.example")),
            (ColumnType::Host, "sip example", Err("this is neither a DNS name nor an IPv4 address")),
            (ColumnType::Port, "05060", Ok("5060")),
            (ColumnType::Port, "0", Err("a port is a number from 1 to 65535")),
            (ColumnType::Url, "http://h/x", Ok("http://h/x")),
            (ColumnType::Url, "/x", Err("a URL names a server, such as http://host/path")),
            (ColumnType::Path, "/a/b", Ok("/a/b")),
            (ColumnType::Path, "a/b", Err("a path begins with `/` and has no blanks")),
            (ColumnType::Version, "sip88xx.11-3-1MPP-678", Ok("sip88xx.11-3-1MPP-678")),
        ] {
            let found = ty.canonical(cell);
            assert_eq!(found.as_deref().map_err(String::as_str), kept, "{ty:?} {cell}");
        }
        assert!(ColumnType::Version.canonical("newest").is_err());
    }
}
