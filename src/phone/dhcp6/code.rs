//! Option numbers (IANA, DHCPv6 option codes), and those of a status.

pub const CLIENT_ID: u16 = 1;
pub const SERVER_ID: u16 = 2;
/// An identity association for addresses.
pub const IA_NA: u16 = 3;
/// The same for temporary addresses.
pub const IA_TA: u16 = 4;
pub const IA_ADDRESS: u16 = 5;
/// Which options the client asks for.
pub const OPTION_REQUEST: u16 = 6;
pub const RELAY_MESSAGE: u16 = 9;
pub const STATUS: u16 = 13;
/// An answer in two messages.
pub const RAPID_COMMIT: u16 = 14;
pub const VENDOR: u16 = 17;
/// The relay's word for the port that a client is on.
pub const INTERFACE_ID: u16 = 18;
pub const DNS: u16 = 23;
pub const DOMAIN: u16 = 24;
/// An identity association for prefixes.
pub const IA_PD: u16 = 25;
/// What kinds of user the client is for: texts with their lengths (RFC 8415 §21.15).
pub const USER_CLASS: u16 = 15;
/// What kind of device it is: an enterprise number, and texts with their lengths (RFC 8415 §21.16).
pub const VENDOR_CLASS: u16 = 16;
/// The client's name (RFC 4704).
pub const CLIENT_NAME: u16 = 39;
/// How long an answer without addresses holds.
pub const REFRESH_TIME: u16 = 32;
/// Which of its options a relay wants back (RFC 4994).
pub const RELAY_ECHO: u16 = 43;
pub const NTP: u16 = 56;
/// The client's hardware address, by the relay that heard it (RFC 6939).
pub const LINK_LAYER: u16 = 79;
/// The relay listens on another port than 547 (RFC 8357).
pub const RELAY_PORT: u16 = 135;

/// What option 13 says (RFC 8415 §21.13).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    Success,
    NoAddresses,
    NoBinding,
    NotOnLink,
    NoPrefixes,
}

impl Status {
    pub const fn number(self) -> u16 {
        match self {
            Status::Success => 0,
            Status::NoAddresses => 2,
            Status::NoBinding => 3,
            Status::NotOnLink => 4,
            Status::NoPrefixes => 6,
        }
    }
}
