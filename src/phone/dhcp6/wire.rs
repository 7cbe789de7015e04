//! Reading and writing. Every length is checked against what is there, and nothing is nested deeper than it is asked for.

use super::{Envelope, Kind, MOST_RELAYS, Message, Options, Relay, code};
use std::net::Ipv6Addr;

/// What a relay says on the way to a server, and what a server says on the way back (RFC 8415 §7.3).
const FORWARD: u8 = 12;
const BACK: u8 = 13;

/// Why octets are not a DHCPv6 message that we can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("a message has at least 4 octets, a relay's 34; this has {0}")]
    Short(usize),
    #[error("there is no message type {0}")]
    Kind(u8),
    #[error("option {code} says that it has {length} octets, and {left} are left")]
    Length { code: u16, length: usize, left: usize },
    #[error("{0} octets are left where an option should begin")]
    Stump(usize),
    #[error("option {code} of {length} octets is too short")]
    Option { code: u16, length: usize },
    #[error("a relay forwards nothing")]
    Nothing,
    #[error("more than {MOST_RELAYS} relays forwarded it")]
    Relays,
}

/// The relays round a message, from the server's side, and the message.
pub(super) fn envelope(octets: &[u8]) -> Result<Envelope, DecodeError> {
    let mut relays = Vec::new();
    let mut inside = octets.to_vec();
    let mut back = None;
    loop {
        let (&kind, rest) = inside.split_first().ok_or(DecodeError::Short(0))?;
        if kind != FORWARD && kind != BACK {
            let message = message(&inside)?;
            return Ok(Envelope { relays, message, back: back.unwrap_or(false) });
        }
        if relays.len() >= MOST_RELAYS {
            return Err(DecodeError::Relays);
        }
        // One direction for the whole way.
        if *back.get_or_insert(kind == BACK) != (kind == BACK) {
            return Err(DecodeError::Kind(kind));
        }
        let short = || DecodeError::Short(inside.len());
        let (&hops, rest) = rest.split_first().ok_or_else(short)?;
        let (link, rest) = rest.split_first_chunk::<16>().ok_or_else(short)?;
        let (peer, rest) = rest.split_first_chunk::<16>().ok_or_else(short)?;
        let mut options = self::options(rest)?;
        let next = options.get(code::RELAY_MESSAGE).ok_or(DecodeError::Nothing)?.to_vec();
        options.remove(code::RELAY_MESSAGE);
        relays.push(Relay { hops, link: Ipv6Addr::from(*link), peer: Ipv6Addr::from(*peer), options });
        inside = next;
    }
}

fn message(octets: &[u8]) -> Result<Message, DecodeError> {
    let ([kind, a, b, c], rest) = octets.split_first_chunk::<4>().ok_or(DecodeError::Short(octets.len()))?;
    let kind = Kind::from_octet(*kind).ok_or(DecodeError::Kind(*kind))?;
    Ok(Message { kind, xid: u32::from_be_bytes([0, *a, *b, *c]), options: options(rest)? })
}

/// A field of options, to its end.
pub(super) fn options(octets: &[u8]) -> Result<Options, DecodeError> {
    let mut options = Options::default();
    let mut rest = octets;
    while let Some(([a, b, c, d], after)) = rest.split_first_chunk::<4>() {
        let (code, length) = (u16::from_be_bytes([*a, *b]), usize::from(u16::from_be_bytes([*c, *d])));
        let (value, after) =
            after.split_at_checked(length).ok_or(DecodeError::Length { code, length, left: after.len() })?;
        options.push(code, value.to_vec());
        rest = after;
    }
    if rest.is_empty() { Ok(options) } else { Err(DecodeError::Stump(rest.len())) }
}

pub(super) fn write(envelope: &Envelope) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(512);
    octets.push(envelope.message.kind.octet());
    octets.extend(envelope.message.xid.to_be_bytes().iter().skip(1));
    write_options(&mut octets, &envelope.message.options);
    for relay in envelope.relays.iter().rev() {
        let length = u16::try_from(octets.len()).ok()?;
        let mut outside = Vec::with_capacity(octets.len() + 64);
        outside.extend([if envelope.back { BACK } else { FORWARD }, relay.hops]);
        outside.extend(relay.link.octets());
        outside.extend(relay.peer.octets());
        write_options(&mut outside, &relay.options);
        outside.extend(code::RELAY_MESSAGE.to_be_bytes());
        outside.extend(length.to_be_bytes());
        outside.append(&mut octets);
        octets = outside;
    }
    Some(octets)
}

pub(super) fn write_options(octets: &mut Vec<u8>, options: &Options) {
    for (code, value) in options.iter() {
        // Longer ones were never taken in.
        let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
        octets.extend(code.to_be_bytes());
        octets.extend(length.to_be_bytes());
        octets.extend(value);
    }
}
