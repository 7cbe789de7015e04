//! What one address may take of a server: so many connections at a time, and so many requests that are refused. A whole site
//! may come from one address, so that neither is small, and what is given to phones is not counted.

use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Of the connections of a listener, a quarter.
const MOST_CONNECTIONS: u32 = 1024;
/// Requests that are refused (401, 403, 404) at once, and how many more each second allows. Two of its guesses a phone makes
/// whenever it comes (PB §11.1): 5,000 of them after a change that all have to learn of fit.
const MOST_REFUSALS: u32 = 20_000;
const PER_SECOND: u64 = 200;
/// Addresses that are remembered.
const MOST_CLIENTS: usize = 65_536;

/// Everybody who is connected, or was refused of late.
#[derive(Clone, Debug)]
pub(in crate::serve) struct Clients {
    known: Arc<Mutex<Known>>,
    /// Connections of one address.
    most: u32,
}

#[derive(Debug, Default)]
struct Known {
    clients: HashMap<IpAddr, Client>,
    /// Who has no connection, by when its refusals will be forgotten: whoever comes first makes room, and nobody is looked
    /// for among all.
    idle: BTreeSet<(u64, IpAddr)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Client {
    connections: u32,
    refusals: u32,
    /// When the count of refusals was last lowered, in seconds.
    since: u64,
}

/// A connection, for as long as it lasts.
#[derive(Debug)]
pub(in crate::serve) struct Connected {
    clients: Clients,
    address: IpAddr,
}

impl Default for Clients {
    fn default() -> Self {
        Clients::new(MOST_CONNECTIONS)
    }
}

impl Clients {
    /// `most` are the connections that one address may have.
    pub fn new(most: u32) -> Self {
        Clients { known: Arc::default(), most }
    }

    /// None: the address has all that it may have, or there is no room to count.
    pub fn enter(&self, peer: IpAddr, now: u64) -> Option<Connected> {
        let address = counted(peer);
        let mut known = self.lock();
        let Known { clients, idle } = &mut *known;
        if clients.len() >= MOST_CLIENTS && !clients.contains_key(&address) {
            let (_, gone) = idle.pop_first()?;
            clients.remove(&gone);
        }
        let client = clients.entry(address).or_insert(Client { connections: 0, refusals: 0, since: now });
        if client.connections >= self.most {
            return None;
        }
        if client.connections == 0 {
            idle.remove(&(client.forgotten(), address));
        }
        client.connections += 1;
        Some(Connected { clients: self.clone(), address })
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Client {
    /// The second in which no refusal is left.
    fn forgotten(&self) -> u64 {
        self.since.saturating_add(u64::from(self.refusals).div_ceil(PER_SECOND))
    }

    fn lowered(mut self, now: u64) -> Client {
        let passed = now.saturating_sub(self.since).saturating_mul(PER_SECOND);
        self.refusals = self.refusals.saturating_sub(u32::try_from(passed).unwrap_or(u32::MAX));
        self.since = now;
        self
    }
}

impl Connected {
    /// Counts a request that was refused. False: there were too many, and the connection is to end.
    pub fn refused(&self, now: u64) -> bool {
        let mut known = self.clients.lock();
        let client = known.clients.entry(self.address).or_default();
        *client = client.lowered(now);
        client.refusals = client.refusals.saturating_add(1);
        client.refusals <= MOST_REFUSALS
    }

    /// Whether what the address says of itself is still looked at.
    pub fn is_heard(&self, now: u64) -> bool {
        self.clients
            .lock()
            .clients
            .get(&self.address)
            .is_none_or(|client| client.lowered(now).refusals <= MOST_REFUSALS)
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        let mut known = self.clients.lock();
        let Known { clients, idle } = &mut *known;
        let Some(client) = clients.get_mut(&self.address) else { return };
        client.connections = client.connections.saturating_sub(1);
        if client.connections > 0 {
            return;
        }
        if client.refusals == 0 {
            clients.remove(&self.address);
        } else {
            idle.insert((client.forgotten(), self.address));
        }
    }
}

/// Of IPv6 a host has a whole subnet to choose from.
fn counted(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) >> 64 << 64).into(),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_share() {
        let clients = Clients::default();
        let at = |text: &str| text.parse::<IpAddr>().expect("an address");
        let mut held: Vec<_> = (0..MOST_CONNECTIONS).map(|_| clients.enter(at("192.0.2.1"), 0)).collect();
        assert!(held.iter().all(Option::is_some));
        assert!(clients.enter(at("192.0.2.1"), 0).is_none());
        assert!(clients.enter(at("::ffff:192.0.2.1"), 0).is_none());
        assert!(clients.enter(at("192.0.2.2"), 0).is_some());
        held.pop();
        assert!(clients.enter(at("192.0.2.1"), 0).is_some());
        drop(held);
        assert_eq!(clients.lock().clients.len(), 0);
        let one = clients.enter(at("2001:db8::1"), 0);
        let other = clients.enter(at("2001:db8::2"), 0);
        assert_eq!(clients.lock().clients.len(), 1);
        drop((one, other));
    }

    #[test]
    fn refusals_are_forgotten_with_time() {
        let clients = Clients::default();
        let peer = IpAddr::from([192, 0, 2, 1]);
        let connected = clients.enter(peer, 100).expect("has room");
        for _ in 0..MOST_REFUSALS {
            assert!(connected.refused(100));
        }
        assert!(connected.is_heard(100));
        assert!(!connected.refused(100) && !connected.is_heard(100));
        assert!(connected.is_heard(101));
        assert!(connected.refused(101));
        // A clock that was set back lowers nothing, and ends nothing.
        assert!(connected.refused(5));
        drop(connected);
        assert_eq!(clients.lock().clients.len(), 1);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let clients = Clients::default();
        let held: Vec<_> = (0..MOST_CLIENTS as u32).map(|n| clients.enter(IpAddr::from(n.to_be_bytes()), 0)).collect();
        assert!(held.iter().all(Option::is_some));
        assert!(clients.enter(IpAddr::from([255, 0, 0, 1]), 0).is_none());
        drop(held);
        assert!(clients.enter(IpAddr::from([255, 0, 0, 1]), 0).is_some());
    }

    #[test]
    fn who_was_refused_and_left_makes_room_the_longest_first() {
        let clients = Clients::default();
        for n in 0..MOST_CLIENTS as u32 {
            let connected = clients.enter(IpAddr::from(n.to_be_bytes()), u64::from(n)).expect("has room");
            assert!(connected.refused(u64::from(n)));
        }
        let first = IpAddr::from([0, 0, 0, 0]);
        // Whoever comes back is not the one who makes room.
        let back = clients.enter(first, 70_000).expect("is known");
        for n in 0..9u8 {
            let one = clients.enter(IpAddr::from([255, 0, 0, n]), 70_000).expect("room is made");
            one.refused(70_000);
        }
        let known = clients.lock();
        assert_eq!((known.clients.len(), known.idle.len()), (MOST_CLIENTS, MOST_CLIENTS - 1));
        assert!(known.clients.contains_key(&first) && !known.clients.contains_key(&IpAddr::from([0, 0, 0, 9])));
        assert!(known.clients.contains_key(&IpAddr::from([0, 0, 0, 10])));
        drop(known);
        drop(back);
        assert_eq!(clients.lock().idle.len(), MOST_CLIENTS);
    }
}
