//! Where each sign of a text stands in the source: a finding about a text of a small language stands under the sign that is wrong.

use crate::diagnostic::Span;

/// The places of one string's signs.
#[derive(Debug, Default)]
pub(super) struct Signs {
    /// The string, with its quotes.
    span: Span,
    /// Of each sign: the octet of the text, and where it begins and ends in the source. The quote behind the last is one more.
    places: Vec<(usize, u32, u32)>,
}

impl Signs {
    /// `source` is the string as it is written.
    pub fn of(span: Span, source: &str, text: &str) -> Signs {
        let raw = source.starts_with("r\"");
        let mut place = if raw { 2 } else { 1 };
        let mut written = source.get(place..).unwrap_or_default().chars();
        let mut places = Vec::with_capacity(text.len() + 1);
        let signs = text.char_indices().map(|(at, sign)| (at, Some(sign))).chain([(text.len(), None)]);
        for (at, sign) in signs {
            let start = place;
            let Some(first) = written.next() else { break };
            place += first.len_utf8();
            // Each escape stands for one sign.
            if first == '\\' && !raw {
                let Some(escaped) = written.next() else { break };
                place += escaped.len_utf8();
            } else if sign.is_some_and(|sign| first != sign) {
                break;
            }
            places.push((at, span.start + start as u32, span.start + place as u32));
        }
        Signs { span, places }
    }

    pub const fn span(&self) -> Span {
        self.span
    }

    /// The sign that an octet of the text begins.
    pub fn at(&self, octet: usize) -> Option<Span> {
        let place = self.places.binary_search_by_key(&octet, |(at, ..)| *at).ok()?;
        let (_, start, end) = self.places.get(place)?;
        Some(Span::new(self.span.file, *start as usize, *end as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::FileId;

    fn at(source: &str, text: &str, octet: usize) -> Option<(u32, u32)> {
        let span = Span::new(FileId(0), 10, 10 + source.len());
        Signs::of(span, source, text).at(octet).map(|span| (span.start, span.end))
    }

    #[test]
    fn signs_are_found_behind_escapes() {
        assert_eq!(at("\"abc\"", "abc", 0), Some((11, 12)));
        assert_eq!(at("\"a\\\"c\"", "a\"c", 1), Some((12, 14)));
        assert_eq!(at("\"a\\\"c\"", "a\"c", 2), Some((14, 15)));
        assert_eq!(at("r\"a\\b\"", "a\\b", 2), Some((14, 15)));
        assert_eq!(at("\"é!\"", "é!", 2), Some((13, 14)));
        // In the middle of a sign, behind the text, beyond its quote.
        assert_eq!(at("\"é!\"", "é!", 1), None);
        assert_eq!(at("\"ab\"", "ab", 2), Some((13, 14)));
        assert_eq!(at("\"ab\"", "ab", 3), None);
        // What is not written as it is has no place.
        assert_eq!(at("\"xb\"", "ab", 1), None);
        assert_eq!(at("", "ab", 0), None);
    }
}
