//! DHCPv6 as a family of addresses.

use crate::phone::dhcp6::Duid;
use crate::plan::{Network6, Plan};
use crate::serve::dhcp::{Family, Rules, Who};
use crate::serve::state::{Client, Lease};
use std::net::{IpAddr, Ipv6Addr};

/// A client's name for one of its interfaces there: what holds an address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Association {
    pub duid: Duid,
    pub iaid: u32,
}

#[derive(Debug)]
pub struct V6;

impl Family for V6 {
    type Address = Ipv6Addr;
    type Client = Association;

    fn networks(plan: &Plan) -> Vec<(String, Rules<Ipv6Addr>)> {
        let rules = |network: &Network6| Rules {
            pools: network.pools.iter().map(|pool| (pool.first, pool.last)).collect(),
            reserved: network.reservations.iter().map(|kept| (kept.mac, kept.address)).collect(),
            owners: network.reservations.iter().map(|kept| (kept.address, kept.mac)).collect(),
            unusable: network.excluded(&plan.servers),
        };
        plan.networks6.iter().map(|network| (network.id.clone(), rules(network))).collect()
    }

    fn read(lease: &Lease) -> Option<(Ipv6Addr, Who<Association>)> {
        match (&lease.client, lease.address) {
            (Client::Association { duid, iaid, mac }, IpAddr::V6(address)) => {
                Some((address, Who { client: Association { duid: duid.clone(), iaid: *iaid }, mac: *mac }))
            }
            _ => None,
        }
    }
}
