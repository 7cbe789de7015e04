//! DHCPv4 messages (RFC 2131, RFC 2132), as the phone sends them and as the server answers. Decoding is our own and
//! bounded, since what arrives on port 67 is hostile until shown otherwise.

pub mod code;
mod decode;
mod encode;
mod options;

pub use decode::DecodeError;
pub use options::Options;

use super::Mac;
use std::net::Ipv4Addr;

/// The server's port.
pub const SERVER_PORT: u16 = 67;
/// The client's port.
pub const CLIENT_PORT: u16 = 68;
/// The BROADCAST bit of `flags`: the client cannot take unicast before it has an address (RFC 2131 §2).
pub const BROADCAST: u16 = 0x8000;

/// What a phone says of itself in option 60 (WF §5.5, inferred).
pub fn vendor_class(product: &str) -> String {
    format!("Cisco Systems, Inc. IP Phone {}", product.strip_suffix("-3PCC").unwrap_or(product))
}

/// A message. The hardware is always Ethernet; `hops`, `sname` and `file` are neither read nor written, except where
/// option 52 makes the last two carry options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub op: Op,
    pub xid: u32,
    /// Seconds since the client began.
    pub secs: u16,
    pub flags: u16,
    /// The client's address, where it has one and answers ARP for it.
    pub ciaddr: Ipv4Addr,
    /// The address that the server gives.
    pub yiaddr: Ipv4Addr,
    /// The next server of the boot process.
    pub siaddr: Ipv4Addr,
    /// The relay agent's address.
    pub giaddr: Ipv4Addr,
    pub chaddr: Mac,
    pub options: Options,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// From a client.
    Request,
    /// From a server.
    Reply,
}

/// What a message is, option 53.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageType {
    Discover,
    Offer,
    Request,
    Decline,
    Ack,
    Nak,
    Release,
    Inform,
}

impl MessageType {
    pub const ALL: [MessageType; 8] = [
        MessageType::Discover,
        MessageType::Offer,
        MessageType::Request,
        MessageType::Decline,
        MessageType::Ack,
        MessageType::Nak,
        MessageType::Release,
        MessageType::Inform,
    ];

    /// The octet of option 53 (RFC 2132 §9.6).
    pub const fn octet(self) -> u8 {
        match self {
            MessageType::Discover => 1,
            MessageType::Offer => 2,
            MessageType::Request => 3,
            MessageType::Decline => 4,
            MessageType::Ack => 5,
            MessageType::Nak => 6,
            MessageType::Release => 7,
            MessageType::Inform => 8,
        }
    }

    pub fn from_octet(octet: u8) -> Option<MessageType> {
        MessageType::ALL.into_iter().find(|kind| kind.octet() == octet)
    }

    /// `DHCPDISCOVER`, as the RFC writes it.
    pub const fn name(self) -> &'static str {
        match self {
            MessageType::Discover => "DHCPDISCOVER",
            MessageType::Offer => "DHCPOFFER",
            MessageType::Request => "DHCPREQUEST",
            MessageType::Decline => "DHCPDECLINE",
            MessageType::Ack => "DHCPACK",
            MessageType::Nak => "DHCPNAK",
            MessageType::Release => "DHCPRELEASE",
            MessageType::Inform => "DHCPINFORM",
        }
    }
}

impl Message {
    /// A message of a client: addresses zero, option 53 set.
    pub fn request(kind: MessageType, chaddr: Mac, xid: u32) -> Self {
        let mut options = Options::default();
        options.insert(code::MESSAGE_TYPE, vec![kind.octet()]);
        Message {
            op: Op::Request,
            xid,
            secs: 0,
            flags: 0,
            ciaddr: Ipv4Addr::UNSPECIFIED,
            yiaddr: Ipv4Addr::UNSPECIFIED,
            siaddr: Ipv4Addr::UNSPECIFIED,
            giaddr: Ipv4Addr::UNSPECIFIED,
            chaddr,
            options,
        }
    }

    /// The server's answer to `request`: what RFC 2131 §4.3.1 table 3 says is copied is copied, and option 53 set.
    pub fn reply(request: &Message, kind: MessageType) -> Self {
        Message {
            op: Op::Reply,
            xid: request.xid,
            flags: request.flags,
            giaddr: request.giaddr,
            ..Message::request(kind, request.chaddr, request.xid)
        }
    }

    /// Option 53. A message without it is BOOTP.
    pub fn kind(&self) -> Option<MessageType> {
        match self.options.get(code::MESSAGE_TYPE)? {
            [octet] => MessageType::from_octet(*octet),
            _ => None,
        }
    }

    /// Reads a datagram's payload.
    pub fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        decode::message(octets)
    }

    /// Writes a datagram's payload, at least 300 octets (RFC 1542 §2.1), with values beyond 255 octets split (RFC 3396).
    pub fn encode(&self) -> Vec<u8> {
        encode::message(self)
    }

    /// The same in at most `limit` octets where that is possible: `file` and `sname` then carry options (option 52).
    /// A message that does not fit so either is written as `encode` does.
    pub fn encode_within(&self, limit: usize) -> Vec<u8> {
        let octets = self.encode();
        if octets.len() <= limit { octets } else { encode::within(self, limit).unwrap_or(octets) }
    }

    /// How long a datagram's payload the sender takes: option 57 less the headers of IP and UDP. 576 octets are what
    /// every client takes (RFC 2131 §2).
    pub fn longest_answer(&self) -> usize {
        let size = self.options.get(code::MAX_SIZE).and_then(|value| <[u8; 2]>::try_from(value).ok());
        usize::from(size.map_or(0, u16::from_be_bytes).max(576)) - 28
    }

    pub fn wants_broadcast(&self) -> bool {
        self.flags & BROADCAST != 0
    }
}

#[cfg(test)]
mod tests;
