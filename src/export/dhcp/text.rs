//! Names and texts of a program as other systems' names and texts.

/// A name of letters, digits, `-` and `_`: whatever the program's name holds, it ends nothing and begins nothing.
pub(in crate::export) fn slug(name: &str) -> String {
    name.chars().map(|sign| if sign.is_ascii_alphanumeric() || sign == '-' { sign } else { '_' }).collect()
}

/// Whether a text is printable ASCII without quotes and backslashes, and no blanks at its ends, which some readers take
/// off: what every format can hold between its quotes as it is.
pub(in crate::export) fn is_plain(text: &[u8]) -> bool {
    let printable = |octet: &u8| (b' '..=b'~').contains(octet) && !matches!(octet, b'"' | b'\'' | b'\\');
    !text.is_empty() && text.iter().all(printable) && text.first() != Some(&b' ') && text.last() != Some(&b' ')
}

/// The hardware addresses whose text holds a fragment, by octet. None: the fragment cuts an octet in two.
pub(in crate::export) fn mac_patterns(fragment: &str) -> Option<Vec<[Option<u8>; 6]>> {
    const LENGTH: usize = "00:00:00:00:00:00".len();
    let signs = fragment.as_bytes();
    let mut patterns = Vec::new();
    for start in 0..=LENGTH.saturating_sub(signs.len()) {
        let fits = signs.iter().enumerate().all(|(at, sign)| match (start + at) % 3 {
            2 => *sign == b':',
            _ => matches!(sign, b'0'..=b'9' | b'a'..=b'f'),
        });
        if !fits || signs.len() > LENGTH {
            continue;
        }
        let mut pattern = [None; 6];
        for (octet, place) in pattern.iter_mut().enumerate() {
            let digit = |at: usize| at.checked_sub(start).and_then(|at| signs.get(at));
            match (digit(octet * 3), digit(octet * 3 + 1)) {
                (Some(high), Some(low)) => {
                    let text = [*high, *low];
                    *place = u8::from_str_radix(std::str::from_utf8(&text).ok()?, 16).ok();
                }
                (None, None) => {}
                _ => return None,
            }
        }
        patterns.push(pattern);
    }
    Some(patterns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_of_hardware_addresses() {
        let prefix = mac_patterns("00:0e:08").expect("whole octets");
        assert_eq!(prefix.len(), 4);
        assert_eq!(prefix[0], [Some(0), Some(14), Some(8), None, None, None]);
        assert_eq!(prefix[3], [None, None, None, Some(0), Some(14), Some(8)]);
        assert_eq!(mac_patterns("00:0e:08:ab:cd:01").map(|all| all.len()), Some(1));
        // A colon behind: not at the end. Letters that no address has: nowhere.
        assert_eq!(mac_patterns("cd:").map(|all| all.len()), Some(5));
        assert_eq!(mac_patterns("AB"), Some(vec![]));
        assert_eq!(mac_patterns("0e:0"), None);
        assert_eq!(mac_patterns("a"), None);
        assert_eq!(mac_patterns(&"00:".repeat(9)), Some(vec![]));
        assert_eq!(mac_patterns("").map(|all| all.len()), Some(18));
    }

    #[test]
    fn nothing_that_has_a_meaning_is_left_in_a_name() {
        assert_eq!(slug("a b\"';{}\n\u{e9}-1"), "a_b_______-1");
        assert!(is_plain(b"a b") && is_plain(b"{;}"));
        for not in [b"".as_slice(), b" a", b"a ", b"'", b"\"", b"\\", b"\n", b"\xff"] {
            assert!(!is_plain(not), "{not:?}");
        }
    }
}
