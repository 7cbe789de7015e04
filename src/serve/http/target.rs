//! The path of a request's target.

use std::borrow::Cow;

/// The path, decoded (RFC 3986 §2.1), without its query. None: it is no path, or not UTF-8, or holds a NUL or a
/// percent sign without two digits.
pub fn path(target: &str) -> Option<Cow<'_, str>> {
    if !target.starts_with('/') || target.contains('\0') {
        return None;
    }
    if !target.contains('%') {
        return Some(Cow::Borrowed(target));
    }
    let mut octets = Vec::with_capacity(target.len());
    let mut rest = target.as_bytes();
    while let Some((&octet, after)) = rest.split_first() {
        rest = after;
        if octet != b'%' {
            octets.push(octet);
            continue;
        }
        let (&[high, low], after) = rest.split_first_chunk::<2>()?;
        let digit = |octet: u8| char::from(octet).to_digit(16);
        octets.push(u8::try_from(digit(high)? * 16 + digit(low)?).ok().filter(|octet| *octet != 0)?);
        rest = after;
    }
    String::from_utf8(octets).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        for (target, expected) in [
            ("/phones/000e08abcd01.cfg", Some("/phones/000e08abcd01.cfg")),
            ("/a%20b", Some("/a b")),
            ("/%C3%A9", Some("/é")),
            ("/..%2f..%2Fetc/passwd", Some("/../../etc/passwd")),
            ("/a+b", Some("/a+b")),
            ("*", None),
            ("host:80", None),
            ("", None),
            ("/%", None),
            ("/%1", None),
            ("/%zz", None),
            ("/%ff", None),
            ("/a%00b", None),
            ("/a\0b", None),
        ] {
            assert_eq!(path(target).as_deref(), expected, "{target}");
        }
    }
}
