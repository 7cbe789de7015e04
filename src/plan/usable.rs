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

    /// The pools without the addresses that are nobody's to get, and without those of `taken`: for servers that would
    /// hand out whatever a range holds.
    pub fn open_ranges(&self, servers: &[Server], taken: &[Ipv4Addr]) -> Vec<Pool> {
        let mut holes: Vec<u32> =
            self.excluded(servers).into_iter().chain(taken.iter().copied()).map(u32::from).collect();
        holes.sort_unstable();
        let mut open = Vec::new();
        for range in self.ranges() {
            let (mut first, last) = (u64::from(u32::from(range.first)), u64::from(u32::from(range.last)));
            let inside = holes.iter().copied().map(u64::from).filter(|hole| (first..=last).contains(hole));
            let inside: Vec<u64> = inside.collect();
            for hole in inside {
                open.extend(pool(first, hole.saturating_sub(1)).filter(|_| first < hole));
                first = hole + 1;
            }
            open.extend(pool(first, last).filter(|_| first <= last));
        }
        open
    }

    /// Every address that a host of the subnet may have, router apart, as pools.
    pub(super) fn hosts(&self) -> Vec<Pool> {
        let (IpAddr::V4(first), Some(last)) = (self.subnet.address(), self.subnet.broadcast()) else {
            return Vec::new();
        };
        // Two addresses, or one, are hosts both (RFC 3021).
        let ends = u32::from(u32::from(last) - u32::from(first) > 1);
        let (first, last) = (u32::from(first) + ends, u32::from(last) - ends);
        let pool = |first: u32, last: u32| (first <= last).then(|| Pool { first: first.into(), last: last.into() });
        match self.router.map(u32::from).filter(|router| (first..=last).contains(router)) {
            Some(router) => {
                let below = router.checked_sub(1).and_then(|end| pool(first, end));
                below.into_iter().chain(router.checked_add(1).and_then(|start| pool(start, last))).collect()
            }
            None => pool(first, last).into_iter().collect(),
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

fn pool(first: u64, last: u64) -> Option<Pool> {
    let address = |number: u64| u32::try_from(number).ok().map(Ipv4Addr::from);
    Some(Pool { first: address(first)?, last: address(last)? })
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
        let (network, server) = network(subnet, pools, change);
        let open: u64 =
            network.open_ranges(std::slice::from_ref(&server), &kept(&network)).iter().map(Pool::size).sum();
        let usable = network.usable(&[server]);
        assert_eq!(open, usable, "two ways to count the same");
        usable
    }

    fn kept(network: &Network) -> Vec<Ipv4Addr> {
        network.reservations.iter().map(|kept| kept.address).collect()
    }

    fn network(subnet: &str, pools: &[(Ipv4Addr, Ipv4Addr)], change: impl FnOnce(&mut Network)) -> (Network, Server) {
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
            unknown_as: None,
        };
        change(&mut network);
        (network, server)
    }

    #[test]
    fn open_ranges_go_round_what_is_taken() {
        let (network, server) = network("10.0.0.0/24", &[(here(0), here(3)), (here(250), here(255))], |_| {});
        let open = |taken: &[Ipv4Addr]| -> Vec<String> {
            let ranges = network.open_ranges(std::slice::from_ref(&server), taken);
            ranges.iter().map(|range| format!("{}-{}", range.first, range.last)).collect()
        };
        assert_eq!(open(&[]), ["10.0.0.2-10.0.0.3", "10.0.0.250-10.0.0.254"]);
        assert_eq!(open(&[here(2), here(3), here(252), here(252)]), ["10.0.0.250-10.0.0.251", "10.0.0.253-10.0.0.254"]);
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
