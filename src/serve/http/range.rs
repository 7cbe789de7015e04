//! Which part of a file is asked for (RFC 9110 §14). No phone is documented to ask for parts (PB §11.1); a download that
//! goes on where it ended may.

use hyper::header::{HeaderMap, IF_RANGE, RANGE};
use std::ops::Range;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Whole,
    Part(Range<u64>),
    /// What is asked for begins beyond the end.
    Nothing,
}

/// A request that cannot be read, or asks for several parts, or for parts of a file that has become another, is for the whole.
pub(super) fn wanted(headers: &HeaderMap, size: u64, tag: &str) -> Wanted {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let unchanged = !headers.contains_key(IF_RANGE) || text(IF_RANGE) == Some(tag);
    match text(RANGE).filter(|_| unchanged && headers.get_all(RANGE).iter().count() == 1) {
        Some(range) => part(range, size).unwrap_or(Wanted::Whole),
        None => Wanted::Whole,
    }
}

fn part(range: &str, size: u64) -> Option<Wanted> {
    let (unit, one) = range.split_once('=')?;
    let (first, last) = one.trim().split_once('-').filter(|_| unit.trim().eq_ignore_ascii_case("bytes"))?;
    let number = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit()).then(|| text.parse::<u64>().ok())?;
    let part = match (first, last) {
        ("", last) => size.saturating_sub(number(last)?)..size,
        (first, "") => number(first)?..size,
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            first..last.saturating_add(1).min(size)
        }
    };
    Some(if part.start >= size || part.is_empty() { Wanted::Nothing } else { Wanted::Part(part) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    #[test]
    fn parts_are_read_as_they_are_written() {
        for (range, expected) in [
            ("bytes=0-", Wanted::Part(0..10)),
            ("bytes=0-0", Wanted::Part(0..1)),
            ("bytes=3-5", Wanted::Part(3..6)),
            ("Bytes = 3-5", Wanted::Part(3..6)),
            ("bytes=3-99", Wanted::Part(3..10)),
            ("bytes=9-18446744073709551615", Wanted::Part(9..10)),
            ("bytes=-3", Wanted::Part(7..10)),
            ("bytes=-99", Wanted::Part(0..10)),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=10-", Wanted::Nothing),
            ("bytes=5-3", Wanted::Whole),
            ("bytes=99999999999999999999-", Wanted::Whole),
            ("bytes=+1-2", Wanted::Whole),
            ("bytes=1-2,4-5", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("lines=1-2", Wanted::Whole),
            ("bytes", Wanted::Whole),
            ("", Wanted::Whole),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RANGE, HeaderValue::from_static(range));
            assert_eq!(wanted(&headers, 10, "\"x\""), expected, "{range}");
            headers.insert(IF_RANGE, HeaderValue::from_static("\"x\""));
            assert_eq!(wanted(&headers, 10, "\"x\""), expected, "{range}, unchanged");
            assert_eq!(wanted(&headers, 10, "\"y\""), Wanted::Whole, "{range}, changed");
        }
        let mut headers = HeaderMap::new();
        assert_eq!(wanted(&headers, 10, "\"x\""), Wanted::Whole);
        headers.append(RANGE, HeaderValue::from_static("bytes=0-1"));
        assert_eq!(wanted(&headers, 0, "\"x\""), Wanted::Nothing);
        headers.append(RANGE, HeaderValue::from_static("bytes=0-1"));
        assert_eq!(wanted(&headers, 10, "\"x\""), Wanted::Whole);
        headers.insert(RANGE, HeaderValue::from_static("bytes=0-1"));
        headers.insert(IF_RANGE, HeaderValue::from_static("Sat, 01 Jan 2000 00:00:00 GMT"));
        assert_eq!(wanted(&headers, 10, "\"x\""), Wanted::Whole);
    }
}
