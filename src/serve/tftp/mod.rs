//! The TFTP server: files of the plan and the firmware that it leads phones to are read; reports are written, where the
//! plan has phones send them.

mod agreed;
mod clients;
mod line;
mod reading;
mod receiver;
mod sender;
mod source;
mod transfer;
mod writing;

pub use agreed::Agreed;
pub use receiver::{Receiver, Taken};
pub use sender::{Sender, Step};
pub use source::Source;

use super::context::Context;
use super::datagrams::Datagrams;
use super::events::Counters;
use crate::phone::tftp::{ErrorCode, Packet, Request};
use clients::{Clients, NoEntry, Place};
use line::Line;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::Receiver as Inbox;
use tokio::net::UdpSocket;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// Transfers at a time. Requests beyond that are not answered, and phones ask again.
const MOST_TRANSFERS: usize = 512;
/// Of these, reports that come: each is in memory until it is whole.
const MOST_REPORTS: usize = 32;
/// A request is one small datagram (RFC 2347 §2 keeps it below 512), and a block that comes to a shared port is no longer
/// than what we agree to.
const LONGEST: usize = 2048;

/// One listening socket of a server.
pub struct Port {
    socket: Arc<UdpSocket>,
    /// Position in `Plan::servers`.
    server: usize,
    context: Context,
    clients: Clients,
    transfers: Arc<Semaphore>,
    reports: Arc<Semaphore>,
}

/// Serves until told to stop, then lets transfers end.
pub async fn serve(port: Port, mut stop: watch::Receiver<bool>) {
    let mut transfers = JoinSet::new();
    let mut datagram = vec![0; LONGEST];
    loop {
        let received = tokio::select! {
            received = port.socket.recv_from(&mut datagram) => received,
            // Where all share this socket, what runs needs it to its end.
            _ = stop.wait_for(|stop| *stop) => break,
        };
        while transfers.try_join_next().is_some() {}
        // An error here is an echo of something sent earlier; the socket stays good.
        let Ok((length, peer)) = received else { continue };
        port.take(datagram.get(..length).unwrap_or_default(), peer, &mut transfers).await;
    }
    loop {
        tokio::select! {
            ended = transfers.join_next() => if ended.is_none() { break },
            received = port.socket.recv_from(&mut datagram) => {
                if let Ok((length, peer)) = received {
                    port.clients.hand(peer, datagram.get(..length).unwrap_or_default());
                }
            }
        }
    }
}

impl Port {
    pub fn new(socket: UdpSocket, server: usize, context: Context) -> Self {
        Port {
            socket: Arc::new(socket),
            server,
            context,
            clients: Clients::default(),
            transfers: Arc::new(Semaphore::new(MOST_TRANSFERS)),
            reports: Arc::new(Semaphore::new(MOST_REPORTS)),
        }
    }

    async fn take(&self, datagram: &[u8], peer: SocketAddr, transfers: &mut JoinSet<()>) {
        match Packet::decode(datagram) {
            Ok(Packet::Read(request)) => {
                let Some(place) = self.place(peer, &request) else { return };
                let Ok(permit) = self.transfers.clone().try_acquire_owned() else { return self.busy() };
                let Some(reading) = self.reading(request, peer).await else { return };
                let Some(line) = self.line(peer, place.inbox) else { return };
                let context = self.context.clone();
                transfers.spawn_blocking(move || {
                    reading.run(line, place.entry, &place.replaced, &context);
                    drop(permit);
                });
            }
            Ok(Packet::Write(request)) => {
                let Some(place) = self.place(peer, &request) else { return };
                let Ok(permit) = self.transfers.clone().try_acquire_owned() else { return self.busy() };
                let Ok(report) = self.reports.clone().try_acquire_owned() else { return self.busy() };
                let Some(writing) = self.writing(request, peer).await else { return };
                let Some(line) = self.line(peer, place.inbox) else { return };
                let context = self.context.clone();
                transfers.spawn_blocking(move || {
                    writing.run(line, place.entry, &place.replaced, &context);
                    drop((permit, report));
                });
            }
            // What belongs to a transfer, where all share this socket; alone an error is never answered (RFC 1350 §7).
            Ok(Packet::Error { .. }) => drop(self.clients.hand(peer, datagram)),
            Ok(_) if self.clients.hand(peer, datagram) => {}
            Ok(_) => self.refuse(peer, ErrorCode::UnknownTransfer, "no transfer is here").await,
            Err(error) => {
                Counters::add(&self.context.events.counters.malformed);
                // Only what says that it is a request is answered: an answer to garbage may be garbage to another.
                if matches!(datagram, [0, 1 | 2, ..]) {
                    self.refuse(peer, ErrorCode::Illegal, &error.to_string()).await;
                }
            }
        }
    }

    fn place(&self, peer: SocketAddr, request: &Request) -> Option<Place> {
        match self.clients.enter(peer, request) {
            Ok(place) => Some(place),
            Err(NoEntry::Again) => None,
            Err(NoEntry::TooMany) => {
                self.busy();
                None
            }
        }
    }

    /// The client's way: what it says to the listening socket, or a socket of its own.
    fn line(&self, peer: SocketAddr, inbox: Inbox<Vec<u8>>) -> Option<Line> {
        let served = self.context.served();
        let single = served.plan().servers.get(self.server).is_some_and(|server| server.single_port);
        let line = match single {
            true => Datagrams::beside(&self.socket).map(|socket| Line::Shared { socket, peer, inbox }),
            false => Line::own(&self.socket, peer),
        };
        match line {
            Ok(line) => Some(line),
            // No descriptor is left, or no port: others will end, and the client asks again.
            Err(error) => {
                tracing::debug!(%error, "no socket for a transfer");
                self.busy();
                None
            }
        }
    }

    fn busy(&self) {
        Counters::add(&self.context.events.counters.tftp_busy);
    }

    async fn refuse(&self, peer: SocketAddr, code: ErrorCode, text: &str) {
        // A datagram may get lost in any case; the client's timeout is what it relies on.
        let _ = self.socket.send_to(&Packet::Error { code, text: text.into() }.encode(), peer).await;
    }
}

/// A path as the plan has it: phones leave the slash in front out.
fn rooted(path: String) -> String {
    if path.starts_with('/') { path } else { format!("/{path}") }
}
