//! Who holds an address, and how a record says it.

use crate::phone::Mac;
use crate::phone::dhcp6::Duid;
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Cow;
use std::net::IpAddr;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Record")]
pub struct Lease {
    pub client: Client,
    pub address: IpAddr,
    /// The network's name in the program.
    pub network: String,
    /// When it was written, in Unix seconds: by that, an older lease has ended or has not.
    pub at: u64,
    /// Unix seconds.
    pub expires: u64,
    pub state: LeaseState,
}

/// What a lease is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Client {
    /// DHCPv4.
    Device(Mac),
    /// DHCPv6: one identity association of a client, whose hardware address may be known.
    Association { duid: Duid, iaid: u32, mac: Option<Mac> },
}

impl Client {
    /// Whether it is the same one; what is known of its hardware does not matter.
    pub fn is(&self, other: &Client) -> bool {
        match (self, other) {
            (Client::Device(one), Client::Device(other)) => one == other,
            (Client::Association { duid, iaid, .. }, Client::Association { duid: other, iaid: other_iaid, .. }) => {
                (duid, iaid) == (other, other_iaid)
            }
            _ => false,
        }
    }

    pub fn mac(&self) -> Option<Mac> {
        match self {
            Client::Device(mac) => Some(*mac),
            Client::Association { mac, .. } => *mac,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LeaseState {
    Bound,
    /// Given back. The address stays the client's as long as nobody else needs it.
    Released,
    /// The client found somebody else there. Nobody gets the address until it expires.
    Declined,
}

/// A lease as it is written: flat, and what is not there is left out.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record<'l> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mac: Option<Mac>,
    /// Hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    duid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    iaid: Option<u32>,
    address: IpAddr,
    network: Cow<'l, str>,
    #[serde(default)]
    at: u64,
    expires: u64,
    state: LeaseState,
}

impl Serialize for Lease {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (mac, duid, iaid) = match &self.client {
            Client::Device(mac) => (Some(*mac), None, None),
            Client::Association { duid, iaid, mac } => (*mac, Some(duid.to_string()), Some(*iaid)),
        };
        let Lease { address, at, expires, state, .. } = *self;
        Record { mac, duid, iaid, address, network: Cow::Borrowed(&self.network), at, expires, state }
            .serialize(serializer)
    }
}

impl TryFrom<Record<'_>> for Lease {
    type Error = String;

    fn try_from(record: Record<'_>) -> Result<Self, String> {
        let Record { mac, duid, iaid, address, network, at, expires, state } = record;
        let client = match (mac, duid, iaid) {
            (Some(mac), None, None) => Client::Device(mac),
            (mac, Some(duid), Some(iaid)) => {
                let duid = duid.parse().map_err(|error| format!("{error}"))?;
                Client::Association { duid, iaid, mac }
            }
            _ => return Err("it says of no client".into()),
        };
        if address.is_ipv4() != matches!(client, Client::Device(_)) {
            return Err("its address is of the other family".into());
        }
        Ok(Lease { client, address, network: network.into_owned(), at, expires, state })
    }
}
