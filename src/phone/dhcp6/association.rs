//! Identity associations (RFC 8415 §21.4): a client's name for one of its interfaces, and the addresses that it has there.

use super::Options;
use super::code::{self, Status};
use super::wire::{self, DecodeError};
use std::net::Ipv6Addr;

/// Option 3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Association {
    /// The client's number for it.
    pub iaid: u32,
    /// When to renew and when to ask everybody, in seconds; 0 leaves it to the other side.
    pub renew: u32,
    pub rebind: u32,
    pub addresses: Vec<Address>,
    /// Why there is no address; none says that all is well.
    pub status: Option<(Status, String)>,
}

/// Option 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    pub address: Ipv6Addr,
    pub preferred: u32,
    /// In seconds; 0 takes the address away.
    pub valid: u32,
}

impl Association {
    pub fn new(iaid: u32) -> Self {
        Association { iaid, renew: 0, rebind: 0, addresses: Vec::new(), status: None }
    }

    /// Reads the value of an option 3. A status is a server's to say, and is not read.
    pub fn decode(value: &[u8]) -> Result<Self, DecodeError> {
        let short = || DecodeError::Option { code: code::IA_NA, length: value.len() };
        let (header, rest) = value.split_first_chunk::<12>().ok_or_else(short)?;
        let [a, b, c, d, e, f, g, h, i, j, k, l] = *header;
        let mut association = Association::new(u32::from_be_bytes([a, b, c, d]));
        association.renew = u32::from_be_bytes([e, f, g, h]);
        association.rebind = u32::from_be_bytes([i, j, k, l]);
        for value in wire::options(rest)?.all(code::IA_ADDRESS) {
            association.addresses.push(Address::decode(value)?);
        }
        Ok(association)
    }

    pub fn encode(&self) -> Vec<u8> {
        let mut options = Options::default();
        for address in &self.addresses {
            options.push(code::IA_ADDRESS, address.encode());
        }
        if let Some((status, why)) = &self.status {
            options.push(code::STATUS, self::status(*status, why));
        }
        let mut octets = Vec::with_capacity(64);
        for number in [self.iaid, self.renew, self.rebind] {
            octets.extend(number.to_be_bytes());
        }
        wire::write_options(&mut octets, &options);
        octets
    }
}

impl Address {
    fn decode(value: &[u8]) -> Result<Self, DecodeError> {
        let short = || DecodeError::Option { code: code::IA_ADDRESS, length: value.len() };
        let (address, rest) = value.split_first_chunk::<16>().ok_or_else(short)?;
        let (times, rest) = rest.split_first_chunk::<8>().ok_or_else(short)?;
        let [a, b, c, d, e, f, g, h] = *times;
        // What follows is checked, though nothing in it is for a server.
        wire::options(rest)?;
        Ok(Address {
            address: Ipv6Addr::from(*address),
            preferred: u32::from_be_bytes([a, b, c, d]),
            valid: u32::from_be_bytes([e, f, g, h]),
        })
    }

    fn encode(&self) -> Vec<u8> {
        let times = [self.preferred.to_be_bytes(), self.valid.to_be_bytes()].concat();
        [self.address.octets().as_slice(), &times].concat()
    }
}

/// The value of option 13.
pub fn status(status: Status, why: &str) -> Vec<u8> {
    [status.number().to_be_bytes().as_slice(), why.as_bytes()].concat()
}

/// An association of another kind (temporary addresses, prefixes) as it is refused: its number, and why.
pub fn refused(kind: u16, value: &[u8], why: Status, text: &str) -> Option<Vec<u8>> {
    let (iaid, _) = value.split_first_chunk::<4>()?;
    let mut octets = iaid.to_vec();
    if kind != code::IA_TA {
        // Times to renew and to rebind; those of temporary addresses have none (RFC 8415 §21.5).
        octets.extend([0; 8]);
    }
    let mut options = Options::default();
    options.push(code::STATUS, status(why, text));
    wire::write_options(&mut octets, &options);
    Some(octets)
}
