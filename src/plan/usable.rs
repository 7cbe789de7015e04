//! Which addresses of a network can be handed out, and how many they are.

use super::{Network, Pool, Server};
use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr};

impl Network {
    /// Addresses that are nobody's to get although a pool may hold them: the network's own and its broadcast address,
    /// its server's, its router's and its relays'.
    pub fn excluded(&self, servers: &[Server]) -> HashSet<Ipv4Addr> {
        let own = servers.get(self.server).into_iter().flat_map(Server::ipv4s);
        let mut excluded: HashSet<Ipv4Addr> = own.collect();
        excluded.extend(self.router);
        excluded.extend(&self.relays);
        // RFC 3021: a prefix of 31 bits has neither, one of 32 is one host.
        if self.subnet.length() < 31
            && let (IpAddr::V4(first), Some(last)) = (self.subnet.address(), self.subnet.broadcast())
        {
            excluded.extend([first, last]);
        }
        excluded
    }

    /// How many clients without a reservation can have an address at a time.
    pub fn usable(&self, servers: &[Server]) -> u64 {
        let ranges = self.ranges();
        let inside = |address: Ipv4Addr| ranges.iter().any(|range| range.contains(address));
        let mut taken = self.excluded(servers);
        taken.extend(self.reservations.iter().map(|kept| kept.address));
        let taken = taken.into_iter().filter(|address| inside(*address)).count() as u64;
        ranges.iter().map(Pool::size).sum::<u64>().saturating_sub(taken)
    }

    /// Every address of the subnet, as one pool.
    pub(super) fn hosts(&self) -> Vec<Pool> {
        match (self.subnet.address(), self.subnet.broadcast()) {
            (IpAddr::V4(first), Some(last)) => vec![Pool { first, last }],
            _ => Vec::new(),
        }
    }

    /// The pools as far as they are in the subnet, no address twice.
    fn ranges(&self) -> Vec<Pool> {
        let (IpAddr::V4(first), Some(last)) = (self.subnet.address(), self.subnet.broadcast()) else {
            return Vec::new();
        };
        let within = |pool: &Pool| Pool { first: pool.first.max(first), last: pool.last.min(last) };
        let mut pools: Vec<Pool> = self.pools.iter().map(within).filter(|pool| pool.first <= pool.last).collect();
        pools.sort_by_key(|pool| (pool.first, pool.last));
        let mut ranges: Vec<Pool> = Vec::with_capacity(pools.len());
        for pool in pools {
            match ranges.last_mut() {
                Some(before) if pool.first <= before.last => before.last = before.last.max(pool.last),
                _ => ranges.push(pool),
            }
        }
        ranges
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::Mac;
    use crate::plan::{Reservation, Services};

    fn here(last: u8) -> Ipv4Addr {
        [10, 0, 0, last].into()
    }

    fn usable(subnet: &str, pools: &[(Ipv4Addr, Ipv4Addr)], change: impl FnOnce(&mut Network)) -> u64 {
        let addresses = vec![here(1).into(), "2001:db8::1".parse().expect("an address")];
        let server =
            Server { id: "s".into(), host: None, addresses, services: Services::default(), ..Server::default() };
        let mut network = Network {
            id: "n".into(),
            server: 0,
            subnet: subnet.parse().expect("a prefix"),
            pools: pools.iter().map(|(first, last)| Pool { first: *first, last: *last }).collect(),
            router: None,
            domain: None,
            dns: vec![],
            ntp: vec![],
            lease: 60,
            relays: vec![],
            reservations: vec![],
            options: vec![],
            classes: vec![],
            answers: Default::default(),
            busy: vec![],
        };
        change(&mut network);
        network.usable(&[server])
    }

    #[test]
    fn what_is_somebody_s_already_does_not_count() {
        let all = [(here(0), here(255))];
        assert_eq!(usable("10.0.0.0/24", &all, |_| {}), 253);
        let reserve = |address| Reservation { mac: Mac::new([0; 6]), address };
        let taken = usable("10.0.0.0/24", &all, |network| {
            network.router = Some(here(254));
            network.relays = vec![here(253), here(254)];
            // Kept for one phone; the second is outside of every pool, the third is excluded already.
            network.reservations = vec![reserve(here(77)), reserve([10, 0, 1, 1].into()), reserve(here(1))];
        });
        assert_eq!(taken, 250);
        assert_eq!(usable("10.0.0.0/24", &[(here(10), here(14))], |_| {}), 5);
    }

    #[test]
    fn pools_count_each_address_once_and_within_the_subnet() {
        let overlapping = [(here(10), here(20)), (here(15), here(25)), (here(12), here(13))];
        assert_eq!(usable("10.0.0.0/24", &overlapping, |_| {}), 16);
        assert_eq!(usable("10.0.0.0/28", &[(here(8), here(200))], |_| {}), 7);
        assert_eq!(usable("10.0.0.0/24", &[(here(9), here(8))], |_| {}), 0);
        assert_eq!(usable("10.0.0.0/24", &[], |_| {}), 0);
        assert_eq!(usable("10.0.0.2/31", &[(here(2), here(3))], |_| {}), 2);
        assert_eq!(usable("0.0.0.0/0", &[(Ipv4Addr::UNSPECIFIED, Ipv4Addr::BROADCAST)], |_| {}), (1 << 32) - 3);
    }
}
