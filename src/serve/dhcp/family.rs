//! What the two families of addresses have in common, so that there is one allocation for both.

use super::scope::Rules;
use crate::phone::Mac;
use crate::plan::Plan;
use crate::serve::state::{Client, Lease};
use std::fmt::Debug;
use std::hash::Hash;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses that can be counted through.
pub trait Address: Copy + Ord + Hash + Debug + Into<IpAddr> {
    const LAST: Self;
    fn number(self) -> u128;
    /// None beyond the last.
    fn from_number(number: u128) -> Option<Self>;
}

impl Address for Ipv4Addr {
    const LAST: Self = Ipv4Addr::BROADCAST;

    fn number(self) -> u128 {
        u32::from(self).into()
    }

    fn from_number(number: u128) -> Option<Self> {
        u32::try_from(number).ok().map(Ipv4Addr::from)
    }
}

impl Address for Ipv6Addr {
    const LAST: Self = Ipv6Addr::new(!0, !0, !0, !0, !0, !0, !0, !0);

    fn number(self) -> u128 {
        self.into()
    }

    fn from_number(number: u128) -> Option<Self> {
        Some(number.into())
    }
}

/// A family of addresses, and by what its clients are told apart.
pub trait Family: Debug {
    type Address: Address;
    type Client: Clone + Eq + Hash + Debug;

    /// Each network of the plan with its rules.
    fn networks(plan: &Plan) -> Vec<(String, Rules<Self::Address>)>;

    /// A lease as this family reads it; none of the other one's.
    fn read(lease: &Lease) -> Option<(Self::Address, Who<Self::Client>)>;
}

/// Who asks: what holds leases, and the hardware address that reservations are made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who<C> {
    pub client: C,
    pub mac: Option<Mac>,
}

/// DHCPv4. A client is its hardware address, whatever it says in option 61: a phone's boot loader and its firmware, which
/// may call themselves differently, are one device and get one address.
#[derive(Debug)]
pub struct V4;

impl Family for V4 {
    type Address = Ipv4Addr;
    type Client = Mac;

    fn networks(plan: &Plan) -> Vec<(String, Rules<Ipv4Addr>)> {
        let rules = |network: &crate::plan::Network| Rules {
            pools: network.pools.iter().map(|pool| (pool.first, pool.last)).collect(),
            reserved: network.reservations.iter().map(|kept| (kept.mac, kept.address)).collect(),
            owners: network.reservations.iter().map(|kept| (kept.address, kept.mac)).collect(),
            unusable: network.excluded(&plan.servers),
        };
        plan.networks.iter().map(|network| (network.id.clone(), rules(network))).collect()
    }

    fn read(lease: &Lease) -> Option<(Ipv4Addr, Who<Mac>)> {
        match (&lease.client, lease.address) {
            (Client::Device(mac), IpAddr::V4(address)) => Some((address, Who::device(*mac))),
            _ => None,
        }
    }
}

impl Who<Mac> {
    pub fn device(mac: Mac) -> Self {
        Who { client: mac, mac: Some(mac) }
    }
}
