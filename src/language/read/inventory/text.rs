//! A data file as text: which octets are none, and where.

use super::table::FileFault;
use std::ops::Range;

/// A data file may be this large; lines and places in it are counted in 32 bits.
const MOST_BYTES: usize = 2 << 30;

/// The text of a file, without the mark that some programs put at its start.
pub(super) fn decode(bytes: &[u8]) -> Result<&str, FileFault> {
    if too_large(bytes.len()) {
        return Err(FileFault::whole(format!("is larger than {} GiB", MOST_BYTES >> 30)).help("divide the file"));
    }
    if is_utf16(bytes) {
        return Err(FileFault::whole("is UTF-16").help("save it as UTF-8"));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.valid_up_to();
            let octet = bytes.get(at).copied().unwrap_or_default();
            let why = match latin1(octet) {
                Some(letter) => format!("octet 0x{octet:02X} is not UTF-8; in Latin-1 it is `{letter}`"),
                None => format!("octet 0x{octet:02X} is not UTF-8"),
            };
            return Err(FileFault::at(line_at(bytes, at), why).octet(octet_at(bytes, at)).help("save it as UTF-8"));
        }
    };
    match bytes.iter().position(|octet| *octet == 0) {
        Some(at) => {
            Err(FileFault::at(line_at(bytes, at), "this is a NUL, which no text holds").octet(octet_at(bytes, at)))
        }
        None => Ok(text),
    }
}

fn too_large(length: usize) -> bool {
    length > MOST_BYTES
}

/// By its mark, or by the NUL that is half of each ASCII letter.
fn is_utf16(bytes: &[u8]) -> bool {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        [0, b, 0, d, ..] => *b != 0 && *d != 0,
        [a, 0, c, 0, ..] => *a != 0 && *c != 0,
        _ => false,
    }
}

fn latin1(octet: u8) -> Option<char> {
    (octet >= 0xa0).then(|| char::from(octet))
}

/// From 1.
pub(super) fn line_at(bytes: &[u8], at: usize) -> u32 {
    newlines(bytes.get(..at).unwrap_or(bytes)) + 1
}

pub(super) fn newlines(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|octet| **octet == b'\n').count() as u32
}

/// The octet's place in its line, from 1.
fn octet_at(bytes: &[u8], at: usize) -> u32 {
    let before = bytes.get(..at).unwrap_or(bytes);
    let start = before.iter().rposition(|octet| *octet == b'\n').map_or(0, |newline| newline + 1);
    (at - start) as u32 + 1
}

/// A value together with the key before it on its line, `sign` between the two.
pub(super) fn with_key(text: &str, value: &Range<usize>, sign: char) -> Range<usize> {
    let key = || {
        let before =
            text.get(..value.start)?.trim_end_matches([' ', '\t']).strip_suffix(sign)?.trim_end_matches([' ', '\t']);
        let name = match before.strip_suffix(['"', '\'']) {
            Some(open) => open.trim_end_matches(|c: char| !matches!(c, '"' | '\'' | '\n')).len().checked_sub(1)?,
            None => before.trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')).len(),
        };
        text.get(name..value.start).filter(|key| !key.contains('\n')).map(|_| name)
    };
    key().unwrap_or(value.start)..value.end
}

/// Lines of places that are asked for in order, so that the file is gone through once.
pub(super) struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: u32,
}

impl<'t> Lines<'t> {
    pub fn new(text: &'t str) -> Self {
        Lines { text, at: 0, line: 1 }
    }

    /// The line of an octet. One before the last that was asked for is on the last's line, as near as is known.
    pub fn line(&mut self, at: usize) -> u32 {
        if let Some(passed) = self.text.as_bytes().get(self.at..at) {
            self.line += newlines(passed);
            self.at = at;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_gigabytes_are_the_limit() {
        assert!(!too_large(2 << 30));
        assert!(too_large((2 << 30) + 1));
    }

    #[test]
    fn a_value_is_shown_with_its_key() {
        for (text, value, sign, wanted) in [
            ("{\"mac\": 1, \"name\" : \"x\"}", "\"x\"", ':', "\"name\" : \"x\""),
            ("a = 1\nname = \"x\"", "\"x\"", '=', "name = \"x\""),
            ("name =\n \"x\"", "\"x\"", '=', "\"x\""),
            ("\"x\"", "\"x\"", ':', "\"x\""),
            (":\"x\"", "\"x\"", ':', ":\"x\""),
        ] {
            let start = text.find(value).expect(value);
            assert_eq!(&text[with_key(text, &(start..start + value.len()), sign)], wanted);
        }
    }

    #[test]
    fn lines_are_counted_once_and_in_order() {
        let mut lines = Lines::new("a\nb\n\nc");
        assert_eq!([0, 2, 2, 5, 0, 99].map(|at| lines.line(at)), [1, 2, 2, 4, 4, 4]);
    }
}
