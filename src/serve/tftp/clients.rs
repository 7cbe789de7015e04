//! Whose transfers run.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Transfers of one address at a time. A phone has one; behind a NAT, a building may have one address.
const MOST_OF_ONE: usize = 64;

/// Clients whose transfer runs, the ports of each address.
#[derive(Clone, Default)]
pub(super) struct Clients(Arc<Mutex<HashMap<IpAddr, HashSet<u16>>>>);

/// A transfer's place among them; free again when dropped.
pub(super) struct Entry {
    clients: Clients,
    peer: SocketAddr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoEntry {
    /// A request that comes again, since our first block got lost, must not begin a second transfer beside the first.
    Again,
    /// One address must not take the places of all others.
    TooMany,
}

impl Clients {
    pub fn enter(&self, peer: SocketAddr) -> Result<Entry, NoEntry> {
        let mut clients = self.lock();
        let ports = clients.entry(peer.ip()).or_default();
        if ports.contains(&peer.port()) {
            return Err(NoEntry::Again);
        }
        if ports.len() >= MOST_OF_ONE {
            return Err(NoEntry::TooMany);
        }
        ports.insert(peer.port());
        Ok(Entry { clients: self.clone(), peer })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, HashSet<u16>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut clients = self.clients.lock();
        if let Some(ports) = clients.get_mut(&self.peer.ip()) {
            ports.remove(&self.peer.port());
            if ports.is_empty() {
                clients.remove(&self.peer.ip());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_leaves_room_for_others() {
        let clients = Clients::default();
        let at = |last: u8, port: u16| SocketAddr::from(([10, 0, 0, last], port));
        let mut held: Vec<Entry> = (0..MOST_OF_ONE as u16).filter_map(|port| clients.enter(at(1, port)).ok()).collect();
        assert_eq!(held.len(), MOST_OF_ONE);
        assert_eq!(clients.enter(at(1, 5)).err(), Some(NoEntry::Again));
        assert_eq!(clients.enter(at(1, 9999)).err(), Some(NoEntry::TooMany));
        let other = clients.enter(at(2, 5)).ok();
        assert!(other.is_some());
        held.pop();
        assert!(clients.enter(at(1, 9999)).is_ok());
        drop((held, other));
        assert!(clients.lock().is_empty());
    }
}
