//! Whose transfers run.

use super::line::WAITING;
use crate::phone::tftp::Request;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Transfers of one address at a time. A phone has one; behind a NAT, a building may have one address.
const MOST_OF_ONE: usize = 64;

/// Clients whose transfer runs, the ports of each address.
#[derive(Clone, Default)]
pub(super) struct Clients {
    running: Arc<Mutex<HashMap<IpAddr, HashMap<u16, Running>>>>,
    next: Arc<AtomicU64>,
}

struct Running {
    number: u64,
    /// What it was asked with; nothing where it is over but for its last word, which may have got lost.
    request: Option<Request>,
    /// Where what it says goes, if it has no socket of its own.
    inbox: SyncSender<Vec<u8>>,
    replaced: Replaced,
}

/// Whether the client has asked for something else from the same port.
#[derive(Clone, Debug, Default)]
pub(super) struct Replaced(Arc<AtomicBool>);

impl Replaced {
    pub fn is(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A transfer's place among them; free again when dropped.
pub(super) struct Entry {
    clients: Clients,
    peer: SocketAddr,
    number: u64,
}

/// What a transfer holds of its place.
pub(super) struct Place {
    pub entry: Entry,
    /// What the client says to the listening socket.
    pub inbox: Receiver<Vec<u8>>,
    pub replaced: Replaced,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoEntry {
    /// A request that comes again, since our first block got lost, must not begin a second transfer beside the first.
    Again,
    /// One address must not take the places of all others.
    TooMany,
}

impl Clients {
    /// A client that asks for something else has left what it asked for before: it may have one port for everything.
    pub fn enter(&self, peer: SocketAddr, request: &Request) -> Result<Place, NoEntry> {
        let mut clients = self.lock();
        let ports = clients.entry(peer.ip()).or_default();
        match ports.get(&peer.port()) {
            Some(running) if running.request.as_ref() == Some(request) => return Err(NoEntry::Again),
            None if ports.len() >= MOST_OF_ONE => return Err(NoEntry::TooMany),
            _ => {}
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (inbox, read) = sync_channel(WAITING);
        let replaced = Replaced::default();
        let running = Running { number, request: Some(request.clone()), inbox, replaced: replaced.clone() };
        if let Some(before) = ports.insert(peer.port(), running) {
            before.replaced.0.store(true, Ordering::Relaxed);
        }
        Ok(Place { entry: Entry { clients: self.clone(), peer, number }, inbox: read, replaced })
    }

    /// Hands a datagram to the client's transfer; whether there is one. What finds no room got lost.
    pub fn hand(&self, peer: SocketAddr, datagram: &[u8]) -> bool {
        let clients = self.lock();
        let running = clients.get(&peer.ip()).and_then(|ports| ports.get(&peer.port()));
        if let Some(running) = running {
            let _ = running.inbox.try_send(datagram.to_vec());
        }
        running.is_some()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, HashMap<u16, Running>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// All but the last word is said: whatever the client asks for next is new.
    pub fn over(&self) {
        let mut clients = self.clients.lock();
        let ports = clients.get_mut(&self.peer.ip());
        if let Some(running) = ports.and_then(|ports| ports.get_mut(&self.peer.port()))
            && running.number == self.number
        {
            running.request = None;
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut clients = self.clients.lock();
        if let Some(ports) = clients.get_mut(&self.peer.ip()) {
            if ports.get(&self.peer.port()).is_some_and(|running| running.number == self.number) {
                ports.remove(&self.peer.port());
            }
            if ports.is_empty() {
                clients.remove(&self.peer.ip());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::tftp::{Mode, Options};

    fn request(path: &str) -> Request {
        Request { path: path.into(), mode: Mode::Octet, options: Options::default() }
    }

    fn at(last: u8, port: u16) -> SocketAddr {
        SocketAddr::from(([10, 0, 0, last], port))
    }

    #[test]
    fn one_address_leaves_room_for_others() {
        let clients = Clients::default();
        let one = request("/a");
        let mut held: Vec<Place> =
            (0..MOST_OF_ONE as u16).filter_map(|port| clients.enter(at(1, port), &one).ok()).collect();
        assert_eq!(held.len(), MOST_OF_ONE);
        assert_eq!(clients.enter(at(1, 5), &one).err(), Some(NoEntry::Again));
        assert_eq!(clients.enter(at(1, 9999), &one).err(), Some(NoEntry::TooMany));
        let other = clients.enter(at(2, 5), &one).ok();
        assert!(other.is_some());
        held.pop();
        assert!(clients.enter(at(1, 9999), &one).is_ok());
        drop((held, other));
        assert!(clients.lock().is_empty());
    }

    #[test]
    fn who_asks_for_something_else_has_left_what_it_had() {
        let clients = Clients::default();
        let first = clients.enter(at(1, 5), &request("/a")).expect("a place");
        assert!(!first.replaced.is());
        assert!(clients.hand(at(1, 5), b"x") && !clients.hand(at(1, 6), b"x"));
        assert_eq!(first.inbox.try_recv().ok().as_deref(), Some(&b"x"[..]));
        let second = clients.enter(at(1, 5), &request("/b")).expect("a place");
        assert!(first.replaced.is() && !second.replaced.is());
        // The first's end is not the second's.
        drop(first);
        assert_eq!(clients.enter(at(1, 5), &request("/b")).err(), Some(NoEntry::Again));
        second.entry.over();
        assert!(clients.enter(at(1, 5), &request("/b")).is_ok());
        drop(second);
        assert!(clients.lock().is_empty());
    }
}
