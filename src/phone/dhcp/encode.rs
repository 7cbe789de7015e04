//! Writing a message.

use super::decode::{COOKIE, HEADER_LENGTH};
use super::{Message, Op, code};

/// What BOOTP relays and old clients expect at least (RFC 1542 §2.1).
const LEAST: usize = 300;

pub(super) fn message(message: &Message) -> Vec<u8> {
    let mut octets = Vec::with_capacity(512);
    octets.extend_from_slice(&[
        match message.op {
            Op::Request => 1,
            Op::Reply => 2,
        },
        1,
        6,
        0,
    ]);
    octets.extend_from_slice(&message.xid.to_be_bytes());
    octets.extend_from_slice(&message.secs.to_be_bytes());
    octets.extend_from_slice(&message.flags.to_be_bytes());
    for address in [message.ciaddr, message.yiaddr, message.siaddr, message.giaddr] {
        octets.extend_from_slice(&address.octets());
    }
    octets.extend_from_slice(&message.chaddr.octets());
    octets.resize(HEADER_LENGTH, 0);
    octets.extend_from_slice(&COOKIE);
    for (code, value) in message.options.iter() {
        option(&mut octets, code, value);
    }
    octets.push(code::END);
    if octets.len() < LEAST {
        octets.resize(LEAST, code::PAD);
    }
    octets
}

/// One option, in as many parts as its length asks for (RFC 3396 §7). An empty value is one part too.
fn option(octets: &mut Vec<u8>, code: u8, value: &[u8]) {
    let mut rest = value;
    loop {
        let (part, after) = rest.split_at_checked(255).unwrap_or((rest, &[]));
        octets.push(code);
        octets.push(u8::try_from(part.len()).unwrap_or(u8::MAX));
        octets.extend_from_slice(part);
        rest = after;
        if rest.is_empty() {
            return;
        }
    }
}
