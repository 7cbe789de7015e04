//! What of a line that cannot be read may be seen. Nobody knows which cell is which there, so that only what stands
//! where a secret cannot be is shown: the names of columns, and what follows the name of an open one.

use super::Format;
use super::declared::Column;
use crate::language::column::ColumnType;
use std::ops::Range;

/// The pieces of a part of a line, by octet of the line, that are shown as dots. `header` is the first line of the file.
pub(super) fn hidden(
    format: Format,
    line: &str,
    part: &Range<usize>,
    header: &str,
    columns: &[Column],
) -> Vec<Range<usize>> {
    let sign = match format {
        Format::Csv => return cells(line, part, header, columns),
        Format::Json | Format::JsonLines => ':',
        Format::Toml => '=',
    };
    // A line may be a whole file: what is not shown is not looked at. What the part begins within is no name or value.
    let pieces = pairs(line.get(part.clone()).unwrap_or_default(), sign, columns);
    pieces.into_iter().map(|piece| part.start + piece.start..part.start + piece.end).collect()
}

fn is_open(name: &str, columns: &[Column]) -> bool {
    columns.iter().any(|column| column.name == name && column.ty != ColumnType::Secret)
}

/// Cells before the first that may be secret, wherever a comma is missing or too much. Quotes are not heeded: they only
/// make more cells of one, and a cell that is counted too far back is shown too seldom.
fn cells(line: &str, part: &Range<usize>, header: &str, columns: &[Column]) -> Vec<Range<usize>> {
    let names: Vec<&str> = header.split(',').map(str::trim).collect();
    let closed = names.iter().position(|name| !is_open(name, columns)).unwrap_or(names.len());
    let missing = names.len().saturating_sub(line.split(',').count());
    let quoted = line.split(',').position(|cell| cell.contains('"')).unwrap_or(usize::MAX);
    let seen = closed.saturating_sub(missing).min(quoted);
    let mut start = 0;
    let mut hidden = Vec::new();
    for (position, cell) in line.split(',').enumerate() {
        if position >= seen && !cell.is_empty() && start < part.end && part.start < start + cell.len() {
            hidden.push(start..start + cell.len());
        }
        start += cell.len() + 1;
    }
    hidden
}

/// Keys and values: a text is shown if it is the name of a column, or stands behind that of an open one.
fn pairs(line: &str, sign: char, columns: &[Column]) -> Vec<Range<usize>> {
    let mut hidden = Vec::new();
    // How far a key and its sign came.
    let (mut open, mut behind) = (false, false);
    let mut at = 0;
    while let Some(c) = line.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = line.get(at..).unwrap_or_default();
        if c.is_whitespace() || c == sign || matches!(c, '{' | '}' | '[' | ']' | ',') {
            behind = c == sign && open || behind && (c.is_whitespace() || c == '[');
            if !c.is_whitespace() && c != sign && c != '[' {
                open = false;
            }
            at += c.len_utf8();
            continue;
        }
        let length = match c {
            '"' | '\'' => quoted(rest, c),
            _ => {
                let ends = |c: char| c.is_whitespace() || c == sign || matches!(c, ',' | '}' | ']' | '"' | '\'');
                rest.find(ends).unwrap_or(rest.len()).max(c.len_utf8())
            }
        };
        let token = rest.get(..length).unwrap_or(rest);
        let bare = token.trim_matches(['"', '\'']);
        let name = columns.iter().any(|column| column.name == bare);
        if behind {
            (open, behind) = (false, false);
        } else if name {
            open = is_open(bare, columns);
        } else {
            open = false;
            hidden.push(at..at + token.len());
        }
        at += token.len();
    }
    hidden
}

/// The length of a text in quotes, to the end of the line if nothing closes it.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\\' if quote == '"' && !escaped => escaped = true,
            c if c == quote && !escaped => return at + 1,
            _ => escaped = false,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Excerpt, Span};

    fn columns() -> Vec<Column> {
        let column = |name: &str, ty: ColumnType| Column {
            name: name.to_owned(),
            span: Span::default(),
            ty,
            default: None,
            optional: false,
            unique: false,
            address: false,
        };
        vec![column("mac", ColumnType::Mac), column("name", ColumnType::Text), column("pin", ColumnType::Secret)]
    }

    fn shown(format: Format, line: &str) -> String {
        let hidden = hidden(format, line, &(0..line.len()), "mac,name,pin,other", &columns());
        Excerpt::new(0..line.len(), 1, line, &hidden).text().to_owned()
    }

    #[test]
    fn what_stands_before_any_secret_is_shown() {
        for (line, seen) in [
            ("000e08abcd01,Doe,Jane,hunter2,x", "000e08abcd01,Doe,•••,•••,•••"),
            ("000e08abcd01,Doe hunter2,x", "000e08abcd01,•••,•••"),
            ("000e08abcd01 hunter2", "•••"),
            ("000e08abcd01,\"Doe, hunter2,x", "000e08abcd01,•••,•••,•••"),
            ("", ""),
            (",,,,", ",,,,"),
        ] {
            assert_eq!(shown(Format::Csv, line), seen, "{line}");
        }
    }

    #[test]
    fn what_follows_the_name_of_an_open_column_is_shown() {
        for (line, seen) in [
            (r#"{"mac": "000e08abcd01" "name": "Al"}"#, r#"{"mac": "000e08abcd01" "name": "Al"}"#),
            (r#"{"pin": "hunter2", "name": "Al"}"#, r#"{"pin": •••, "name": "Al"}"#),
            (r#"{"pin" "hunter2", name: Al}"#, r#"{"pin" •••, name: Al}"#),
            (r#"{"name" "hunter2", "x": 1}"#, r#"{"name" •••, •••: •••}"#),
            (r#"{"name": "Jan" Boer", "pin": "hunter2"}"#, r#"{"name": "Jan" ••••••pin•••••••••"#),
            (r#"{"name": "A", "pin": hunter2"#, r#"{"name": "A", "pin": •••"#),
            (r#""hunter2"}"#, r#"•••}"#),
            ("hunter2", "•••"),
            (r#"{"name": ["a", "b"]"#, r#"{"name": ["a", •••]"#),
            ("", ""),
        ] {
            assert_eq!(shown(Format::JsonLines, line), seen, "{line}");
        }
        for (line, seen) in [
            ("mac = 00:0e:08:ab:cd:01", "mac = 00:0e:08:ab:cd:01"),
            ("pin = \"hunter2", "pin = •••"),
            ("pin = hunter 2", "pin = ••• •••"),
            ("name = \"Al", "name = \"Al"),
            ("[[phone]]", "[[•••]]"),
        ] {
            assert_eq!(shown(Format::Toml, line), seen, "{line}");
        }
    }

    #[test]
    fn any_line_is_survived() {
        for line in ["\"", "'", "\\", "\"\\", "é\"é:é", "::::", "{\"name\":", "name = 'x", "\u{feff}\"mac\""] {
            for format in [Format::Csv, Format::Json, Format::JsonLines, Format::Toml] {
                let _ = shown(format, line);
            }
        }
    }
}
