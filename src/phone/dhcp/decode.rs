//! Reading a message. Every length is checked against what is there; nothing is trusted.

use super::{Message, Op, Options, code};
use crate::phone::Mac;
use std::net::Ipv4Addr;

/// Where options begin: 236 octets of header and the cookie (RFC 2131 §2).
pub(super) const HEADER_LENGTH: usize = 236;
pub(super) const COOKIE: [u8; 4] = [99, 130, 83, 99];

/// Why octets are not a DHCPv4 message that we can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("a message has at least 240 octets, this has {0}")]
    Short(usize),
    #[error("the op octet is 1 or 2, this is {0}")]
    Op(u8),
    #[error("the hardware is not Ethernet (type {kind}, {length} octets)")]
    Hardware { kind: u8, length: u8 },
    #[error("the magic cookie is missing")]
    Cookie,
    #[error("option {code} says that it has {length} octets, and {left} are left")]
    Length { code: u8, length: usize, left: usize },
    #[error("option {0} ends before its length octet")]
    NoLength(u8),
    #[error("option 52 has one octet from 1 to 3")]
    Overload,
}

pub(super) fn message(octets: &[u8]) -> Result<Message, DecodeError> {
    let mut reader = Reader(octets);
    let short = || DecodeError::Short(octets.len());
    let [op, kind, length, _hops] = reader.take().ok_or_else(short)?;
    let xid = u32::from_be_bytes(reader.take().ok_or_else(short)?);
    let secs = u16::from_be_bytes(reader.take().ok_or_else(short)?);
    let flags = u16::from_be_bytes(reader.take().ok_or_else(short)?);
    let mut address = || reader.take::<4>().map(Ipv4Addr::from).ok_or_else(short);
    let (ciaddr, yiaddr, siaddr, giaddr) = (address()?, address()?, address()?, address()?);
    let [a, b, c, d, e, f, ..] = reader.take::<16>().ok_or_else(short)?;
    let sname = reader.take::<64>().ok_or_else(short)?;
    let file = reader.take::<128>().ok_or_else(short)?;
    let cookie = reader.take::<4>().ok_or_else(short)?;

    let op = match op {
        1 => Op::Request,
        2 => Op::Reply,
        other => return Err(DecodeError::Op(other)),
    };
    if (kind, length) != (1, 6) {
        return Err(DecodeError::Hardware { kind, length });
    }
    if cookie != COOKIE {
        return Err(DecodeError::Cookie);
    }

    let mut options = Options::default();
    let mut overload = None;
    field(reader.0, &mut options, &mut overload)?;
    // RFC 3396 §5: options first, then file, then sname. A further option 52 in there means nothing.
    let (in_file, in_sname) = match overload {
        None => (false, false),
        Some(1) => (true, false),
        Some(2) => (false, true),
        Some(3) => (true, true),
        Some(_) => return Err(DecodeError::Overload),
    };
    let mut again = None;
    if in_file {
        field(&file, &mut options, &mut again)?;
    }
    if in_sname {
        field(&sname, &mut options, &mut again)?;
    }
    Ok(Message { op, xid, secs, flags, ciaddr, yiaddr, siaddr, giaddr, chaddr: Mac::new([a, b, c, d, e, f]), options })
}

/// One field of options, up to its end option. A field that stops without one is taken as it is: some relays cut it.
fn field(octets: &[u8], options: &mut Options, overload: &mut Option<u8>) -> Result<(), DecodeError> {
    let mut rest = octets;
    while let Some((&code, after)) = rest.split_first() {
        match code {
            code::PAD => {
                rest = after;
                continue;
            }
            code::END => break,
            _ => {}
        }
        let (&length, after) = after.split_first().ok_or(DecodeError::NoLength(code))?;
        let length = usize::from(length);
        let (value, after) =
            after.split_at_checked(length).ok_or(DecodeError::Length { code, length, left: after.len() })?;
        if code == code::OVERLOAD {
            let [octet] = value else { return Err(DecodeError::Overload) };
            overload.get_or_insert(*octet);
        } else {
            options.append(code, value);
        }
        rest = after;
    }
    Ok(())
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }
}
