//! DHCPv6 scopes and options.

use super::{Answers, Busy, Class, Prefix, Server};
use crate::phone::Mac;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::net::{IpAddr, Ipv6Addr};

/// One DHCPv6 scope (RFC 8415). Routers are told by router advertisements, never here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Network6 {
    pub id: String,
    /// Position in `Plan::servers`.
    pub server: usize,
    pub subnet: Prefix,
    pub pools: Vec<Pool6>,
    /// Option 24.
    pub domain: Option<String>,
    /// Option 23.
    pub dns: Vec<Ipv6Addr>,
    /// Option 56.
    pub ntp: Vec<Ipv6Addr>,
    /// Valid lifetime in seconds.
    pub lease: u32,
    pub relays: Vec<Ipv6Addr>,
    pub reservations: Vec<Reservation6>,
    pub options: Vec<DhcpOption6>,
    /// More of them for clients of a kind, in order; what a later one says replaces what an earlier one does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<Class<DhcpOption6>>,
    /// `InformOnly`: no addresses, and options for who asks for nothing else (RFC 8415 §6.1).
    #[serde(default, skip_serializing_if = "Answers::is_everybody")]
    pub answers: Answers,
    /// As of a network of IPv4: position in `Plan::fleets`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_as: Option<usize>,
    /// When people work with the phones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub busy: Vec<Busy>,
}

impl Network6 {
    /// Addresses that are nobody's to get although a pool may hold them: the server's, the relays', and the one that means
    /// any router of the subnet (RFC 4291 §2.6.1).
    pub fn excluded(&self, servers: &[Server]) -> HashSet<Ipv6Addr> {
        let v6 = |address: &IpAddr| match address {
            IpAddr::V6(address) => Some(*address),
            IpAddr::V4(_) => None,
        };
        let own = servers.get(self.server).into_iter().flat_map(|server| server.addresses.iter().filter_map(v6));
        let mut excluded: HashSet<Ipv6Addr> = own.chain(self.relays.iter().copied()).collect();
        if let (IpAddr::V6(first), true) = (self.subnet.address(), self.subnet.length() < 127) {
            excluded.insert(first);
        }
        excluded
    }
}

/// A range of addresses, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Pool6 {
    pub first: Ipv6Addr,
    pub last: Ipv6Addr,
}

impl Pool6 {
    /// How many addresses the pool holds, as far as they can be counted.
    pub fn size(&self) -> u128 {
        (u128::from(self.last)).checked_sub(u128::from(self.first)).map_or(0, |size| size.saturating_add(1))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Reservation6 {
    pub mac: Mac,
    pub address: Ipv6Addr,
}

/// An option in a DHCPv6 answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DhcpOption6 {
    pub code: u16,
    pub value: DhcpValue6,
}

/// What an option holds (WF §5.6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DhcpValue6 {
    /// ASCII text without a terminator.
    Text(String),
    /// Sixteen octets per address.
    Addresses(Vec<Ipv6Addr>),
    /// Names as DNS writes them (RFC 8415 §10).
    Names(Vec<String>),
    Octets(Vec<u8>),
    /// Vendor options: one sub-option of an enterprise.
    Vendor {
        enterprise: u32,
        code: u16,
        text: String,
    },
}

impl DhcpValue6 {
    /// The octets of the option's data.
    pub fn octets(&self) -> Vec<u8> {
        match self {
            DhcpValue6::Text(text) => text.as_bytes().to_vec(),
            DhcpValue6::Addresses(addresses) => addresses.iter().flat_map(|address| address.octets()).collect(),
            DhcpValue6::Names(names) => names.iter().flat_map(|name| dns_name(name)).collect(),
            DhcpValue6::Octets(octets) => octets.clone(),
            DhcpValue6::Vendor { enterprise, code, text } => {
                let mut octets = enterprise.to_be_bytes().to_vec();
                octets.extend(code.to_be_bytes());
                octets.extend((text.len() as u16).to_be_bytes());
                octets.extend(text.as_bytes());
                octets
            }
        }
    }

    /// The value for people.
    pub fn text(&self) -> String {
        match self {
            DhcpValue6::Text(text) => text.clone(),
            DhcpValue6::Addresses(addresses) => addresses.iter().map(Ipv6Addr::to_string).collect::<Vec<_>>().join(";"),
            DhcpValue6::Names(names) => names.join(";"),
            DhcpValue6::Octets(octets) => {
                octets.iter().fold(String::from("0x"), |text, octet| text + &format!("{octet:02x}"))
            }
            DhcpValue6::Vendor { enterprise, code, text } => format!("{enterprise}/{code} {text}"),
        }
    }
}

/// A name as DNS writes it, uncompressed (RFC 1035 §3.1). The labels are at most 63 octets by then.
pub fn dns_name(name: &str) -> Vec<u8> {
    let mut octets = Vec::with_capacity(name.len() + 2);
    for label in name.trim_end_matches('.').split('.').filter(|label| !label.is_empty()) {
        octets.push(label.len().min(63) as u8);
        octets.extend(label.as_bytes().iter().take(63));
    }
    octets.push(0);
    octets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_rfc_8415_says() {
        assert_eq!(dns_name("a.bc."), [1, b'a', 2, b'b', b'c', 0]);
        let vendor = DhcpValue6::Vendor { enterprise: 3561, code: 1, text: "x".into() };
        assert_eq!(vendor.octets(), [0, 0, 0x0d, 0xe9, 0, 1, 0, 1, b'x']);
        let all = Pool6 { first: Ipv6Addr::UNSPECIFIED, last: Ipv6Addr::from(u128::MAX) };
        assert_eq!(all.size(), u128::MAX);
        assert_eq!(Pool6 { first: all.last, last: all.first }.size(), 0);
    }
}
