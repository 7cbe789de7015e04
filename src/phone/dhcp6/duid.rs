//! Who a client or a server is (RFC 8415 §11).

use crate::phone::Mac;
use std::fmt;
use std::str::FromStr;

const ETHERNET: u16 = 1;

/// An identifier that its owner keeps for life: a type in two octets, and what the type says. To be compared, not
/// understood; only a hardware address in it is looked for, since phones are known by that.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duid(Box<[u8]>);

/// Why octets are no identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an identifier has from 3 to 130 octets, this has {0}")]
pub struct DuidError(pub usize);

impl Duid {
    pub fn new(octets: &[u8]) -> Result<Self, DuidError> {
        match octets.len() {
            3..=130 => Ok(Duid(octets.into())),
            length => Err(DuidError(length)),
        }
    }

    /// One made of 16 octets of chance (type 4, RFC 6355).
    pub fn uuid(octets: [u8; 16]) -> Self {
        Duid([&[0, 4], octets.as_slice()].concat().into())
    }

    /// One made of a hardware address (type 3).
    pub fn link_layer(mac: Mac) -> Self {
        Duid([&[0, 3, 0, 1], mac.octets().as_slice()].concat().into())
    }

    pub fn octets(&self) -> &[u8] {
        &self.0
    }

    /// The hardware address that it was made of, if it was (types 1 and 3).
    pub fn mac(&self) -> Option<Mac> {
        let (kind, rest) = self.0.split_first_chunk::<2>()?;
        let (hardware, rest) = rest.split_first_chunk::<2>()?;
        let address = match u16::from_be_bytes(*kind) {
            // Four octets of time stand before it.
            1 => rest.split_first_chunk::<4>()?.1,
            3 => rest,
            _ => return None,
        };
        let ethernet = u16::from_be_bytes(*hardware) == ETHERNET;
        <[u8; 6]>::try_from(address).ok().filter(|_| ethernet).map(Mac::new)
    }
}

impl fmt::Display for Duid {
    /// `0003:…` would be taken for an address: digits alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for Duid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Duid({self})")
    }
}

impl FromStr for Duid {
    type Err = DuidError;

    fn from_str(text: &str) -> Result<Self, DuidError> {
        let pairs = text.as_bytes().chunks(2);
        let octet = |pair: &[u8]| {
            let digits = std::str::from_utf8(pair).ok().filter(|pair| pair.bytes().all(|c| c.is_ascii_hexdigit()))?;
            u8::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 2)
        };
        let octets: Option<Vec<u8>> = pairs.map(octet).collect();
        Duid::new(&octets.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hardware_address_is_found_where_there_is_one() {
        let mac = Mac::new([0, 0x0e, 8, 0xab, 0xcd, 1]);
        for (text, expected) in [
            ("00030001000e08abcd01", Some(mac)),
            ("000100012c0f1234000e08abcd01", Some(mac)),
            // Another kind of hardware, another length, another type.
            ("00030006000e08abcd01", None),
            ("00030001000e08abcd0102", None),
            ("00020001000e08abcd01", None),
            ("0004000102030405060708090a0b0c0d0e0f", None),
            ("000300", None),
        ] {
            let duid: Duid = text.parse().expect(text);
            assert_eq!((duid.mac(), duid.to_string()), (expected, text.to_owned()));
        }
        assert_eq!(Duid::link_layer(mac).mac(), Some(mac));
        assert_eq!(Duid::uuid([7; 16]).mac(), None);
    }

    #[test]
    fn what_is_no_identifier_is_refused() {
        for text in ["", "0003", "00030", "zz0300", "+1+1+1", &"00".repeat(131)] {
            assert!(text.parse::<Duid>().is_err(), "{text}");
        }
        assert_eq!(Duid::new(&[0; 131]), Err(DuidError(131)));
        assert!(Duid::new(&[0; 130]).is_ok());
    }
}
