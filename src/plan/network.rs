//! Networks (DHCP scopes) and zones (DNS).

use super::{Class, Prefix};
use crate::phone::Mac;
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;

/// One DHCPv4 scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Network {
    pub id: String,
    /// Position of the server that answers here, in `Plan::servers`.
    pub server: usize,
    pub subnet: Prefix,
    pub pools: Vec<Pool>,
    pub router: Option<Ipv4Addr>,
    pub domain: Option<String>,
    pub dns: Vec<Ipv4Addr>,
    pub ntp: Vec<Ipv4Addr>,
    /// Lease time in seconds (option 51).
    pub lease: u32,
    /// Addresses of the relay agents that forward for this network (giaddr).
    pub relays: Vec<Ipv4Addr>,
    pub reservations: Vec<Reservation>,
    /// Options written by hand, for every client.
    pub options: Vec<DhcpOption>,
    /// More of them for clients of a kind, in order; what a later one says replaces what an earlier one does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<Class<DhcpOption>>,
    #[serde(default, skip_serializing_if = "Answers::is_everybody")]
    pub answers: Answers,
    /// Position in `Plan::fleets`: devices that are not of the program are told the way that its phones take, so that they
    /// come, and are seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_as: Option<usize>,
    /// When people work with the phones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub busy: Vec<Busy>,
}

/// Hours of every day, in minutes since midnight, the end not included. They may go over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Busy {
    pub from: u16,
    pub to: u16,
}

impl Busy {
    /// Whether a minute since midnight lies in these hours.
    pub const fn holds(self, minute: u16) -> bool {
        match self.from <= self.to {
            true => self.from <= minute && minute < self.to,
            false => self.from <= minute || minute < self.to,
        }
    }
}

/// Whom a network answers, so that it can live beside another DHCP server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answers {
    #[default]
    Everybody,
    KnownPhones,
    /// Clients that have an address already and ask for options alone.
    InformOnly,
}

impl Answers {
    pub(super) fn is_everybody(&self) -> bool {
        *self == Answers::Everybody
    }
}

/// A range of addresses, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Pool {
    pub first: Ipv4Addr,
    pub last: Ipv4Addr,
}

impl Pool {
    pub fn contains(&self, address: Ipv4Addr) -> bool {
        self.first <= address && address <= self.last
    }

    /// How many addresses the pool holds; 0 when the ends are the wrong way round.
    pub fn size(&self) -> u64 {
        (u64::from(u32::from(self.last)) + 1).saturating_sub(u64::from(u32::from(self.first)))
    }
}

/// An address kept for one phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Reservation {
    pub mac: Mac,
    pub address: Ipv4Addr,
}

/// An option in a DHCPv4 answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DhcpOption {
    pub code: u8,
    pub value: DhcpValue,
}

/// What an option holds, by how it is written on the wire (WF §5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DhcpValue {
    /// ASCII text without a terminator.
    Text(String),
    /// Four octets per address.
    Addresses(Vec<Ipv4Addr>),
    /// Octets as they are.
    Octets(Vec<u8>),
    /// Four octets, such as the seconds of a lease.
    Number(u32),
}

impl DhcpValue {
    /// The octets of the option's data.
    pub fn octets(&self) -> Vec<u8> {
        match self {
            DhcpValue::Text(text) => text.as_bytes().to_vec(),
            DhcpValue::Addresses(addresses) => addresses.iter().flat_map(|address| address.octets()).collect(),
            DhcpValue::Octets(octets) => octets.clone(),
            DhcpValue::Number(number) => number.to_be_bytes().to_vec(),
        }
    }

    /// The value as a phone reads it: text and numbers, `A;B` for addresses, `0x…` for octets.
    pub fn text(&self) -> String {
        match self {
            DhcpValue::Text(text) => text.clone(),
            DhcpValue::Addresses(addresses) => addresses.iter().map(Ipv4Addr::to_string).collect::<Vec<_>>().join(";"),
            DhcpValue::Octets(octets) => {
                octets.iter().fold(String::from("0x"), |text, octet| text + &format!("{octet:02x}"))
            }
            DhcpValue::Number(number) => number.to_string(),
        }
    }
}

/// A DNS zone we are authoritative for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Zone {
    /// The apex, without a final dot.
    pub name: String,
    /// Time to live of the records, in seconds.
    pub ttl: u32,
    /// The name server that NS and SOA name: the first server with DNS.
    pub name_server: String,
    pub records: Vec<ZoneRecord>,
}

/// A record; `name` is relative to the zone, `@` the apex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase", tag = "type")]
pub enum ZoneRecord {
    A { name: String, address: Ipv4Addr },
    Aaaa { name: String, address: std::net::Ipv6Addr },
    Cname { name: String, target: String },
    Ns { name: String, target: String },
    Txt { name: String, texts: Vec<String> },
    Srv(Srv),
    Naptr(Naptr),
}

/// RFC 3403. `replacement` is relative to the zone unless it ends with a dot; empty where a pattern stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Naptr {
    pub name: String,
    pub order: u16,
    pub preference: u16,
    pub flags: String,
    pub service: String,
    pub pattern: String,
    pub replacement: String,
}

/// RFC 2782. `target` is relative to the zone unless it ends with a dot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Srv {
    pub name: String,
    pub priority: u16,
    pub weight: u16,
    pub port: u16,
    pub target: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn option_values_read_as_the_phone_reads_them() {
        let two = DhcpValue::Addresses(vec![[10, 0, 0, 1].into(), [10, 0, 0, 2].into()]);
        assert_eq!((two.text().as_str(), two.octets()), ("10.0.0.1;10.0.0.2", vec![10, 0, 0, 1, 10, 0, 0, 2]));
        assert_eq!(DhcpValue::Octets(vec![1, 0xab]).text(), "0x01ab");
        let number = DhcpValue::Number(28_800);
        assert_eq!((number.text().as_str(), number.octets()), ("28800", vec![0, 0, 0x70, 0x80]));
    }

    #[test]
    fn a_pool_counts_both_ends() {
        let pool = Pool { first: [10, 0, 0, 1].into(), last: [10, 0, 0, 99].into() };
        assert_eq!(pool.size(), 99);
        assert_eq!(Pool { first: pool.last, last: pool.first }.size(), 0);
    }
}
