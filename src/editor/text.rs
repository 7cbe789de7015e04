//! A text as editors count in it: lines from 0, and within a line units of an encoding that the two sides agreed on.

use tower_lsp_server::ls_types::{Position, PositionEncodingKind, Range, TextDocumentContentChangeEvent};

/// What a position within a line counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    /// What every client knows.
    #[default]
    Utf16,
    Utf32,
}

impl Encoding {
    /// The one that costs least, of those that a client knows.
    pub fn agreed(offered: &[PositionEncodingKind]) -> Encoding {
        let ours = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];
        ours.into_iter().find(|one| offered.contains(&one.kind())).unwrap_or_default()
    }

    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    fn units(self, sign: char) -> usize {
        match self {
            Encoding::Utf8 => sign.len_utf8(),
            Encoding::Utf16 => sign.len_utf16(),
            Encoding::Utf32 => 1,
        }
    }
}

/// A text, and where its lines begin. A line ends with `\n`, `\r\n` or `\r`.
#[derive(Clone, Debug)]
pub struct Text {
    text: String,
    starts: Vec<usize>,
    encoding: Encoding,
}

impl Text {
    pub fn new(text: impl Into<String>, encoding: Encoding) -> Text {
        let text = text.into();
        let octets = text.as_bytes();
        let ends = octets.iter().enumerate().filter(|(at, octet)| match octet {
            b'\n' => true,
            b'\r' => octets.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Text { text, starts, encoding }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// A line without its end; beyond the last there is none.
    fn line(&self, line: usize) -> Option<(usize, &str)> {
        let start = *self.starts.get(line)?;
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        Some((start, self.text.get(start..end)?.trim_end_matches(['\r', '\n'])))
    }

    /// The octet at a position. What is behind a line's end is at its end, and what is behind the text's at the text's.
    pub fn offset(&self, position: Position) -> usize {
        let Some((start, line)) = self.line(position.line as usize) else { return self.text.len() };
        let mut left = position.character as usize;
        for (at, sign) in line.char_indices() {
            // In the middle of a sign is before it.
            match left.checked_sub(self.encoding.units(sign)) {
                Some(less) if left > 0 => left = less,
                _ => return start + at,
            }
        }
        start + line.len()
    }

    pub fn position(&self, offset: usize) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset).max(1) - 1;
        let start = self.starts.get(line).copied().unwrap_or(0);
        let before = self.text.get(start..offset.min(self.text.len())).unwrap_or_default();
        let units: usize = before.chars().map(|sign| self.encoding.units(sign)).sum();
        Position { line: line as u32, character: units as u32 }
    }

    pub fn range(&self, start: usize, end: usize) -> Range {
        Range { start: self.position(start), end: self.position(end.max(start)) }
    }

    /// The whole text.
    pub fn all(&self) -> Range {
        self.range(0, self.text.len())
    }

    /// The same after changes of a client, one after the other.
    pub fn changed(self, changes: Vec<TextDocumentContentChangeEvent>) -> Text {
        changes.into_iter().fold(self, |text, change| {
            let Some(range) = change.range else { return Text::new(change.text, text.encoding) };
            let (start, end) = (text.offset(range.start), text.offset(range.end));
            let (start, end) = (start.min(end), end.max(start));
            let mut fresh = String::with_capacity(text.text.len() + change.text.len());
            fresh.push_str(text.text.get(..start).unwrap_or_default());
            fresh.push_str(&change.text);
            fresh.push_str(text.text.get(end..).unwrap_or_default());
            Text::new(fresh, text.encoding)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn position(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_count_what_was_agreed_on() {
        let text = "a\u{fc}\u{1f4de}b\r\nc\rd";
        for (encoding, column) in [(Encoding::Utf8, 7), (Encoding::Utf16, 4), (Encoding::Utf32, 3)] {
            let text = Text::new(text, encoding);
            assert_eq!(text.position(7), position(0, column));
            assert_eq!(text.offset(position(0, column)), 7);
            // Lines end in three ways; what lies behind an end is at it.
            assert_eq!((text.offset(position(0, 99)), text.offset(position(1, 0))), (8, 10));
            assert_eq!((text.offset(position(2, 0)), text.offset(position(9, 9))), (12, 13));
        }
        // Between the halves of a sign is before it.
        assert_eq!(Text::new(text, Encoding::Utf16).offset(position(0, 3)), 3);
    }

    #[test]
    fn the_cheapest_encoding_that_both_know_is_agreed_on() {
        let (utf8, utf16, utf32) =
            (PositionEncodingKind::UTF8, PositionEncodingKind::UTF16, PositionEncodingKind::UTF32);
        assert_eq!(Encoding::agreed(&[utf16.clone(), utf8]), Encoding::Utf8);
        assert_eq!(Encoding::agreed(&[utf32, utf16]), Encoding::Utf16);
        assert_eq!(Encoding::agreed(&[]), Encoding::Utf16);
        assert_eq!(Encoding::agreed(&[PositionEncodingKind::new("ebcdic")]), Encoding::Utf16);
    }

    #[test]
    fn changes_come_one_after_the_other_in_any_order_of_ends() {
        let change = |range: Option<(Position, Position)>, text: &str| TextDocumentContentChangeEvent {
            range: range.map(|(start, end)| Range { start, end }),
            range_length: None,
            text: text.to_owned(),
        };
        let text = Text::new("one\ntwo\n", Encoding::Utf16);
        let text = text.changed(vec![
            change(Some((position(0, 0), position(0, 1))), "O"),
            change(Some((position(1, 3), position(1, 0))), "2"),
            change(Some((position(9, 0), position(9, 9))), "end"),
        ]);
        assert_eq!(text.as_str(), "One\n2\nend");
        assert_eq!(text.changed(vec![change(None, "all")]).as_str(), "all");
    }

    proptest! {
        #[test]
        fn a_position_leads_back_to_its_sign(text in "[a\u{e9}\u{1f4de}\r\n]{0,40}") {
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                let held = Text::new(text.clone(), encoding);
                for (at, sign) in text.char_indices().filter(|(_, sign)| !matches!(sign, '\r' | '\n')) {
                    prop_assert_eq!(held.offset(held.position(at)), at, "{:?} {:?}", encoding, sign);
                }
            }
        }
    }
}
