//! The addresses of one network: who holds which, and which comes next.

use crate::phone::Mac;
use crate::plan::{Network, Pool, Server};
use crate::serve::state::{Lease, LeaseState};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::Ipv4Addr;

/// One network's addresses.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pools: Vec<Pool>,
    reserved: HashMap<Mac, Ipv4Addr>,
    owners: HashMap<Ipv4Addr, Mac>,
    /// Addresses inside a pool that are somebody's already: ours, the router's, the network's own.
    unusable: HashSet<Ipv4Addr>,
    held: HashMap<Ipv4Addr, Holding>,
    /// The address each client had last.
    latest: HashMap<Mac, Ipv4Addr>,
    /// Every holding by its end, so that the one that ended first is found at once.
    ends: BTreeSet<(u64, Ipv4Addr)>,
    /// The pool and the address in it that nobody had yet.
    fresh: (usize, u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Holding {
    /// None: declined, nobody's until it ends.
    pub mac: Option<Mac>,
    /// Unix seconds.
    pub expires: u64,
    /// Only offered: nothing is on disk.
    pub offered: bool,
}

impl Scope {
    /// The network as the plan has it, with the holdings of `before`.
    pub(super) fn new(network: &Network, servers: &[Server], before: Option<Scope>) -> Self {
        let mut scope = Scope {
            pools: network.pools.clone(),
            reserved: network.reservations.iter().map(|kept| (kept.mac, kept.address)).collect(),
            owners: network.reservations.iter().map(|kept| (kept.address, kept.mac)).collect(),
            unusable: network.excluded(servers),
            ..Scope::default()
        };
        if let Some(before) = before {
            (scope.held, scope.latest, scope.ends) = (before.held, before.latest, before.ends);
        }
        scope
    }

    /// Takes over a lease from the store.
    pub(super) fn learn(&mut self, lease: &Lease) {
        let mac = (lease.state != LeaseState::Declined).then_some(lease.mac);
        self.put(lease.address, Holding { mac, expires: lease.expires, offered: false });
    }

    pub(super) fn reservation(&self, mac: Mac) -> Option<Ipv4Addr> {
        self.reserved.get(&mac).copied()
    }

    pub(super) fn holding(&self, address: Ipv4Addr) -> Option<Holding> {
        self.held.get(&address).copied()
    }

    /// Whether the client may have the address, as far as anybody else goes.
    pub(super) fn free_for(&self, mac: Mac, address: Ipv4Addr, now: u64) -> bool {
        self.owners.get(&address).is_none_or(|owner| *owner == mac)
            && !self.unusable.contains(&address)
            && self.held.get(&address).is_none_or(|held| held.mac == Some(mac) || held.expires <= now)
    }

    /// Whether it is an address that the network gives: the client's own reservation, or in a pool.
    pub(super) fn gives(&self, mac: Mac, address: Ipv4Addr) -> bool {
        self.reservation(mac) == Some(address) || self.pools.iter().any(|pool| pool.contains(address))
    }

    /// The address for a client: its reservation, what it had, what it asks for, one that nobody had, the one whose
    /// holder has been gone for longest.
    pub(super) fn choose(&mut self, mac: Mac, wanted: Option<Ipv4Addr>, now: u64) -> Option<Ipv4Addr> {
        let latest = self.latest.get(&mac).copied();
        [self.reservation(mac), latest, wanted]
            .into_iter()
            .flatten()
            .find(|address| self.gives(mac, *address) && self.free_for(mac, *address, now))
            .or_else(|| self.next_fresh(mac, now))
            .or_else(|| self.longest_gone(mac, now))
    }

    /// Notes who holds an address.
    pub(super) fn put(&mut self, address: Ipv4Addr, holding: Holding) {
        if let Some(before) = self.held.insert(address, holding) {
            self.ends.remove(&(before.expires, address));
            if let Some(mac) = before.mac.filter(|mac| Some(*mac) != holding.mac)
                && self.latest.get(&mac) == Some(&address)
            {
                self.latest.remove(&mac);
            }
        }
        self.ends.insert((holding.expires, address));
        let Some(mac) = holding.mac else { return };
        // Read from disk, leases come in no order of time: the one that lasts longest is the client's.
        let longer = |other: &Ipv4Addr| self.held.get(other).is_some_and(|other| other.expires > holding.expires);
        if !self.latest.get(&mac).is_some_and(longer) {
            self.latest.insert(mac, address);
        }
    }

    fn next_fresh(&mut self, mac: Mac, now: u64) -> Option<Ipv4Addr> {
        while let Some(pool) = self.pools.get(self.fresh.0).copied() {
            let (first, last) = (u32::from(pool.first), u32::from(pool.last));
            let candidate = self.fresh.1.max(first);
            if candidate > last {
                self.fresh = (self.fresh.0 + 1, 0);
                continue;
            }
            self.fresh = match candidate.checked_add(1) {
                Some(next) => (self.fresh.0, next),
                None => (self.fresh.0 + 1, 0),
            };
            let address = Ipv4Addr::from(candidate);
            if !self.held.contains_key(&address) && self.free_for(mac, address, now) {
                return Some(address);
            }
        }
        None
    }

    fn longest_gone(&mut self, mac: Mac, now: u64) -> Option<Ipv4Addr> {
        let ended = self.ends.range(..=(now, Ipv4Addr::BROADCAST)).map(|(_, address)| *address);
        ended.into_iter().find(|address| self.gives(mac, *address) && self.free_for(mac, *address, now))
    }
}
