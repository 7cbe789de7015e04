//! Writing a message.

use super::decode::{COOKIE, HEADER_LENGTH};
use super::{Message, Op, code};
use std::ops::Range;

/// What BOOTP relays and old clients expect at least (RFC 1542 §2.1).
const LEAST: usize = 300;
/// Where `sname` and `file` are in the header (RFC 2131 §2).
const SNAME: Range<usize> = 44..108;
const FILE: Range<usize> = 108..236;

pub(super) fn message(message: &Message) -> Vec<u8> {
    let mut octets = header(message);
    for (code, value) in message.options.iter() {
        option(&mut octets, code, value);
    }
    finish(octets)
}

/// The message in at most `limit` octets, if that can be done with option 52 and without splitting an option that
/// could stay whole, since few clients join what RFC 3396 splits.
pub(super) fn within(message: &Message, limit: usize) -> Option<Vec<u8>> {
    // Each field ends with its end option; the first also says which others are used.
    let room = limit.checked_sub(HEADER_LENGTH + COOKIE.len() + 3 + 1)?;
    let mut fields = [(Vec::new(), room), (Vec::new(), FILE.len() - 1), (Vec::new(), SNAME.len() - 1)];
    for (code, value) in message.options.iter() {
        let mut whole = Vec::with_capacity(value.len() + 2);
        option(&mut whole, code, value);
        let (field, _) = fields.iter_mut().find(|(field, room)| field.len() + whole.len() <= *room)?;
        field.append(&mut whole);
    }
    let mut octets = header(message);
    let [(options, _), (file, _), (sname, _)] = fields;
    octets.extend_from_slice(&options);
    let used = u8::from(!file.is_empty()) | u8::from(!sname.is_empty()) << 1;
    if used != 0 {
        octets.extend_from_slice(&[code::OVERLOAD, 1, used]);
    }
    for (range, mut field) in [(FILE, file), (SNAME, sname)] {
        field.push(code::END);
        if let Some(place) = octets.get_mut(range).and_then(|place| place.get_mut(..field.len())) {
            place.copy_from_slice(&field);
        }
    }
    Some(finish(octets))
}

fn header(message: &Message) -> Vec<u8> {
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
    octets
}

fn finish(mut octets: Vec<u8>) -> Vec<u8> {
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
