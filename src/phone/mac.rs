//! Hardware addresses, in the spellings people and phones use.

use std::fmt;
use std::str::FromStr;

/// A 48-bit hardware address. The canonical text is lower case with colons, as `$MAC` expands (RS §3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac([u8; 6]);

/// Why a text is not a hardware address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MacError {
    #[error("a hardware address has 12 hexadecimal digits, this has {0}")]
    Length(usize),
    #[error("`{0}` is not a hexadecimal digit")]
    Digit(char),
    #[error("`SEP` stands before an address in names of files only: write {0}")]
    Device(Mac),
}

impl Mac {
    pub const fn new(octets: [u8; 6]) -> Self {
        Mac(octets)
    }

    pub const fn octets(self) -> [u8; 6] {
        self.0
    }

    /// `000e08abcd01`, as `$MA` expands.
    pub fn plain(self) -> String {
        let mut text = String::with_capacity(12);
        self.push_plain(&mut text);
        text
    }

    /// Appends `000e08abcd01` without an allocation of its own: paths are expanded by the million.
    pub fn push_plain(self, text: &mut String) {
        let mut digits = [0; 12];
        for (digit, half) in digits.iter_mut().zip(self.0.iter().flat_map(|octet| [octet >> 4, octet & 15])) {
            *digit = half + if half < 10 { b'0' } else { b'a' - 10 };
        }
        text.push_str(std::str::from_utf8(&digits).unwrap_or_default());
    }

    /// `000E08ABCD01`, as `$MAU` expands.
    pub fn plain_upper(self) -> String {
        self.plain().to_ascii_uppercase()
    }
}

impl FromStr for Mac {
    type Err = MacError;

    /// Any usual spelling: `00:0e:08:ab:cd:ef`, `000e08abcdef`, `00-0E-08-AB-CD-EF`, `000e.08ab.cdef`.
    fn from_str(text: &str) -> Result<Self, MacError> {
        if let Some(octets) = usual(text.as_bytes()) {
            return Ok(Mac(octets));
        }
        let device = text.trim().split_at_checked(3).filter(|(head, _)| head.eq_ignore_ascii_case("sep"));
        if let Some(mac) = device.filter(|(_, rest)| rest.len() == 12).and_then(|(_, rest)| rest.parse().ok()) {
            return Err(MacError::Device(mac));
        }
        let mut octets = [0u8; 6];
        let mut digits = 0usize;
        for c in text.trim().chars() {
            if matches!(c, ':' | '-' | '.') {
                continue;
            }
            let digit = c.to_digit(16).ok_or(MacError::Digit(c))?;
            if let Some(octet) = octets.get_mut(digits / 2) {
                *octet = *octet << 4 | digit as u8;
            }
            digits += 1;
        }
        if digits == 12 { Ok(Mac(octets)) } else { Err(MacError::Length(digits)) }
    }
}

/// `00:0e:08:ab:cd:ef` or with hyphens, as nearly all of a million rows are spelt.
fn usual(text: &[u8]) -> Option<[u8; 6]> {
    let mut octets = [0; 6];
    if text.len() != 17 {
        return None;
    }
    for (octet, written) in octets.iter_mut().zip(text.chunks(3)) {
        let (high, low) = match written {
            [high, low, b':' | b'-'] | [high, low] => (hexadecimal(*high)?, hexadecimal(*low)?),
            _ => return None,
        };
        *octet = high << 4 | low;
    }
    Some(octets)
}

const fn hexadecimal(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // By hand: it is written for each of a million phones, more than once.
        let mut text = [b':'; 17];
        for (digits, octet) in text.chunks_mut(3).zip(self.0) {
            for (digit, half) in digits.iter_mut().zip([octet >> 4, octet & 15]) {
                *digit = half + if half < 10 { b'0' } else { b'a' - 10 };
            }
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Mac {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Mac {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for Mac {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Mac".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "a hardware address, lower case with colons",
            "pattern": "^([0-9a-f]{2}:){5}[0-9a-f]{2}$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_spelling_is_one_address() {
        for text in [
            "00:0e:08:ab:cd:ef",
            "000e08abcdef",
            "00-0E-08-AB-CD-EF",
            "000e.08AB.cdef",
            "00:0E-08:ab-Cd:eF",
            " 00:0e:08:ab:cd:ef\t",
            "00:0e:08:ab:cd::ef",
        ] {
            assert_eq!(text.parse::<Mac>().map(|mac| mac.to_string()), Ok("00:0e:08:ab:cd:ef".into()), "{text}");
        }
    }

    #[test]
    fn eleven_digits_and_letters_beyond_f_are_refused() {
        assert_eq!("000e08abcde".parse::<Mac>(), Err(MacError::Length(11)));
        assert_eq!("000e08abcdeg".parse::<Mac>(), Err(MacError::Digit('g')));
        assert_eq!("".parse::<Mac>(), Err(MacError::Length(0)));
        assert_eq!("00:0e:08:ab:cd:eg".parse::<Mac>(), Err(MacError::Digit('g')));
        assert_eq!("00:0e:08:ab:cd:e:".parse::<Mac>(), Err(MacError::Length(11)));
        assert_eq!("00:0e:08:ab:cd/ef".parse::<Mac>(), Err(MacError::Digit('/')));
    }

    #[test]
    fn the_two_plain_forms_are_those_of_the_macros() {
        let mac = Mac::new([0, 0x0e, 8, 0xab, 0xcd, 1]);
        assert_eq!((mac.plain().as_str(), mac.plain_upper().as_str()), ("000e08abcd01", "000E08ABCD01"));
    }
}
