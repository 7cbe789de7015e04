//! DHCPv6 messages (RFC 8415), with the relays round them. Decoding is our own and bounded, since what arrives on port
//! 547 is hostile until shown otherwise.

mod association;
pub mod code;
mod duid;
mod options;
mod wire;

pub use association::{Address, Association, refused, status};
pub use code::Status;
pub use duid::{Duid, DuidError};
pub use options::Options;
pub use wire::DecodeError;

use super::Mac;
use std::net::Ipv6Addr;

/// The server's and the relays' port.
pub const SERVER_PORT: u16 = 547;
/// The client's port.
pub const CLIENT_PORT: u16 = 546;
/// Where clients ask: all relays and servers of the link.
pub const RELAYS_AND_SERVERS: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 1, 2);
/// Where relays ask that were told no server's address.
pub const SERVERS: Ipv6Addr = Ipv6Addr::new(0xff05, 0, 0, 0, 0, 0, 1, 3);
/// How many relays may stand behind each other. RFC 8415 §7.6 says 8, RFC 3315 said 32, and relays of both are about.
pub const MOST_RELAYS: usize = 32;

/// A message of a client or a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub kind: Kind,
    /// 24 bits.
    pub xid: u32,
    pub options: Options,
}

/// A message as it travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The one that is nearest to the server first; none where the client is heard itself.
    pub relays: Vec<Relay>,
    pub message: Message,
    /// From the server to the client. Without relays, the message's kind says it.
    pub back: bool,
}

/// What a relay adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relay {
    pub hops: u8,
    /// An address of the link that it heard the message on; unspecified where option 18 says it.
    pub link: Ipv6Addr,
    /// Whom it heard.
    pub peer: Ipv6Addr,
    /// Without the message inside.
    pub options: Options,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Solicit,
    Advertise,
    Request,
    Confirm,
    Renew,
    Rebind,
    Reply,
    Release,
    Decline,
    Reconfigure,
    InformationRequest,
}

impl Kind {
    pub const ALL: [Kind; 11] = [
        Kind::Solicit,
        Kind::Advertise,
        Kind::Request,
        Kind::Confirm,
        Kind::Renew,
        Kind::Rebind,
        Kind::Reply,
        Kind::Release,
        Kind::Decline,
        Kind::Reconfigure,
        Kind::InformationRequest,
    ];

    /// As the RFC writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Solicit => "SOLICIT",
            Kind::Advertise => "ADVERTISE",
            Kind::Request => "REQUEST",
            Kind::Confirm => "CONFIRM",
            Kind::Renew => "RENEW",
            Kind::Rebind => "REBIND",
            Kind::Reply => "REPLY",
            Kind::Release => "RELEASE",
            Kind::Decline => "DECLINE",
            Kind::Reconfigure => "RECONFIGURE",
            Kind::InformationRequest => "INFORMATION-REQUEST",
        }
    }

    /// RFC 8415 §7.3.
    pub fn octet(self) -> u8 {
        Kind::ALL.iter().position(|kind| *kind == self).map_or(0, |at| at as u8 + 1)
    }

    pub fn from_octet(octet: u8) -> Option<Kind> {
        Kind::ALL.get(usize::from(octet).checked_sub(1)?).copied()
    }
}

impl Message {
    pub fn new(kind: Kind, xid: u32) -> Self {
        Message { kind, xid: xid & 0xff_ffff, options: Options::default() }
    }

    /// Option 1, if it is one that may be.
    pub fn client(&self) -> Option<Duid> {
        Duid::new(self.options.get(code::CLIENT_ID)?).ok()
    }
}

impl Envelope {
    /// A message without relays.
    pub fn bare(message: Message) -> Self {
        Envelope { relays: Vec::new(), message, back: false }
    }

    /// Reads a datagram's payload.
    pub fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        wire::envelope(octets)
    }

    /// Writes a datagram's payload; none if what is inside of a relay's option is longer than an option can be.
    pub fn encode(&self) -> Option<Vec<u8>> {
        wire::write(self)
    }

    /// The answer on the way back: through the same relays, each with its option 18 and what it wants back.
    pub fn answer(&self, message: Message) -> Envelope {
        let relays = self.relays.iter().map(|relay| {
            let mut options = Options::default();
            let echoed = relay.options.numbers(code::RELAY_ECHO).unwrap_or_default();
            for (code, value) in relay.options.iter() {
                let own = matches!(code, code::INTERFACE_ID | code::RELAY_PORT);
                if own || (echoed.contains(&code) && code != code::RELAY_ECHO) {
                    options.push(code, value.to_vec());
                }
            }
            Relay { options, ..relay.clone() }
        });
        Envelope { relays: relays.collect(), message, back: true }
    }

    /// The hardware addresses that speak for the client, the surest first: what a relay heard (RFC 6939), what its
    /// identifier was made of, what its address on the link was made of (RFC 4291 appendix A).
    pub fn macs(&self, source: Ipv6Addr) -> Vec<Mac> {
        let nearest = self.relays.last();
        let heard = nearest.and_then(|relay| relay.options.get(code::LINK_LAYER));
        let heard = heard.and_then(|value| <[u8; 6]>::try_from(value.strip_prefix(&[0, 1])?).ok()).map(Mac::new);
        let named = self.message.client().and_then(|duid| duid.mac());
        let on_link = interface_mac(nearest.map_or(source, |relay| relay.peer));
        let mut macs = Vec::new();
        for mac in [heard, named, on_link].into_iter().flatten() {
            if !macs.contains(&mac) {
                macs.push(mac);
            }
        }
        macs
    }
}

/// The hardware address in a link-local address that was made of one.
fn interface_mac(address: Ipv6Addr) -> Option<Mac> {
    match address.octets() {
        [0xfe, 0x80, 0, 0, 0, 0, 0, 0, a, b, c, 0xff, 0xfe, d, e, f] => Some(Mac::new([a ^ 2, b, c, d, e, f])),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
