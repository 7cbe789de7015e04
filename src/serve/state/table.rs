//! The leases by network and address: what the stores of one process hold in memory, and how they decide.

use super::{Lease, LeaseState};
use std::collections::BTreeMap;
use std::net::IpAddr;

#[derive(Debug, Default)]
pub(super) struct Table(BTreeMap<String, BTreeMap<IpAddr, Lease>>);

/// Whether the lease that an address has stands in the way of another one.
pub(super) fn stands(held: &Lease, wanted: &Lease) -> bool {
    let stands = match held.state {
        LeaseState::Bound => !held.client.is(&wanted.client),
        LeaseState::Declined => wanted.state == LeaseState::Bound,
        LeaseState::Released => false,
    };
    stands && held.expires > wanted.at
}

impl Table {
    /// Who stands in the way of a lease.
    pub fn obstacle(&self, lease: &Lease) -> Option<&Lease> {
        self.0.get(&lease.network)?.get(&lease.address).filter(|held| stands(held, lease))
    }

    pub fn put(&mut self, lease: Lease) {
        match self.0.get_mut(&lease.network) {
            Some(network) => drop(network.insert(lease.address, lease)),
            None => drop(self.0.entry(lease.network.clone()).or_default().insert(lease.address, lease)),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Lease> {
        self.0.values().flat_map(BTreeMap::values)
    }
}
