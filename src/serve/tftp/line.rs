//! The way of one transfer's packets: a socket of its own, or the one that all share.

use crate::serve::datagrams::Datagrams;
use std::io;
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::Instant;

/// Datagrams of one client that wait to be read, where all share a socket: the most that a window of ours can bring back,
/// and some to spare. What is beyond gets lost, as it may on any network.
pub(super) const WAITING: usize = 64;

/// How often who hears nothing looks whether the time is over, or the client has left.
const LOOK: Duration = Duration::from_millis(50);

/// It blocks who reads it: each transfer has a thread, for which a block costs two calls of the system and no more. Were it
/// awaited, each block would cost a round through the runtime's events besides.
#[derive(Debug)]
pub(super) enum Line {
    /// A port of its own is the transfer's name on this side (RFC 1350 §4).
    Own(Datagrams),
    /// The listening port speaks for all, and the client's address and port are the transfer's name.
    Shared { socket: Datagrams, peer: SocketAddr, inbox: Receiver<Vec<u8>> },
}

/// What was waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// A datagram, of so many octets; of one that is longer, what fits.
    Datagram(usize),
    /// Nothing for a while.
    Silence,
}

impl Line {
    /// A line to a client from a port of the system's choice, at the address that it asked.
    pub fn own(listening: &UdpSocket, peer: SocketAddr) -> io::Result<Line> {
        let mut from = listening.local_addr()?;
        from.set_port(0);
        Ok(Line::Own(Datagrams::connected(from, peer, LOOK)?))
    }

    pub fn peer(&self) -> io::Result<SocketAddr> {
        match self {
            Line::Own(socket) => socket.peer_addr(),
            Line::Shared { peer, .. } => Ok(*peer),
        }
    }

    pub fn send(&self, datagram: &[u8]) -> io::Result<()> {
        match self {
            Line::Own(socket) => socket.send(datagram).map(drop),
            Line::Shared { socket, peer, .. } => socket.send_to(datagram, *peer).map(drop),
        }
    }

    /// What the client says next, if it says it soon. The wait is never long, and may be longer than what is left until then.
    pub fn receive(&mut self, datagram: &mut [u8], until: Instant) -> io::Result<Heard> {
        match self {
            Line::Own(socket) => Ok(socket.receive(datagram)?.map_or(Heard::Silence, Heard::Datagram)),
            Line::Shared { inbox, .. } => {
                let left = until.saturating_duration_since(Instant::now());
                let received = match inbox.recv_timeout(left.min(LOOK)) {
                    Ok(received) => received,
                    Err(RecvTimeoutError::Timeout) => return Ok(Heard::Silence),
                    Err(RecvTimeoutError::Disconnected) => return Err(io::ErrorKind::BrokenPipe.into()),
                };
                let length = received.len().min(datagram.len());
                if let (Some(into), Some(from)) = (datagram.get_mut(..length), received.get(..length)) {
                    into.copy_from_slice(from);
                }
                Ok(Heard::Datagram(length))
            }
        }
    }
}
