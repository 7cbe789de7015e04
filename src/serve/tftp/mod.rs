//! The TFTP server: read requests for paths of the plan, and for the firmware that it leads phones to.

mod clients;
mod sender;
mod source;
mod transfer;

use super::context::{Caller, Context};
use super::events::{Counters, Event};
use crate::phone::tftp::{ErrorCode, Packet, Request};
use crate::plan::Scheme;
use clients::{Clients, NoEntry};
use source::Source;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::UdpSocket;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// Transfers at a time; each has a socket. Requests beyond that are not answered, and phones ask again.
const MOST_TRANSFERS: usize = 512;
/// A request is one small datagram (RFC 2347 §2 keeps it below 512).
const LONGEST: usize = 2048;

/// One listening socket of a server.
pub struct Port {
    pub socket: Arc<UdpSocket>,
    /// Position in `Plan::servers`.
    pub server: usize,
    pub context: Context,
}

/// Serves until told to stop, then lets transfers end.
pub async fn serve(port: Port, mut stop: watch::Receiver<bool>) {
    let permits = Arc::new(Semaphore::new(MOST_TRANSFERS));
    let clients = Clients::default();
    let mut transfers = JoinSet::new();
    let mut datagram = vec![0; LONGEST];
    loop {
        let received = tokio::select! {
            received = port.socket.recv_from(&mut datagram) => received,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        while transfers.try_join_next().is_some() {}
        // An error here is an echo of something sent earlier; the socket stays good.
        let Ok((length, peer)) = received else { continue };
        match Packet::decode(datagram.get(..length).unwrap_or_default()) {
            Ok(Packet::Read(request)) => {
                let entry = match clients.enter(peer) {
                    Ok(entry) => entry,
                    Err(NoEntry::Again) => continue,
                    Err(NoEntry::TooMany) => {
                        Counters::add(&port.context.events.counters.tftp_busy);
                        continue;
                    }
                };
                let Ok(permit) = permits.clone().try_acquire_owned() else {
                    Counters::add(&port.context.events.counters.tftp_busy);
                    continue;
                };
                let Some((file, about)) = port.open(request.clone(), peer).await else { continue };
                let (socket, context) = (port.socket.clone(), port.context.clone());
                transfers.spawn(async move {
                    let outcome = transfer::run(&socket, peer, file, request.options).await;
                    drop(entry);
                    context.events.publish(about.ended(outcome));
                    drop(permit);
                });
            }
            Ok(Packet::Write(_)) => port.refuse(peer, ErrorCode::Access, "nothing can be written here").await,
            // An error is never answered (RFC 1350 §7); the rest belongs to a transfer, and there is none here.
            Ok(Packet::Error { .. }) => {}
            Ok(_) => port.refuse(peer, ErrorCode::UnknownTransfer, "no transfer is here").await,
            Err(error) => {
                Counters::add(&port.context.events.counters.malformed);
                // Only what says that it is a request is answered: an answer to garbage may be garbage to another.
                if matches!(datagram.get(..length), Some([0, 1 | 2, ..])) {
                    port.refuse(peer, ErrorCode::Illegal, &error.to_string()).await;
                }
            }
        }
    }
    while transfers.join_next().await.is_some() {}
}

impl Port {
    /// The file's octets, and the event to tell when they have arrived; an answer and an event where there is none.
    async fn open(&self, request: Request, peer: SocketAddr) -> Option<(Source, About)> {
        let wire = self.context.wire();
        let served = wire.served();
        let path = if request.path.starts_with('/') { request.path } else { format!("/{}", request.path) };
        let file = served.find(self.server, Scheme::Tftp, &path);
        let requester =
            self.context.requester(served, file, &path, Caller { peer: peer.ip(), holder: None, agent: None });
        let file = served.find_for(self.server, Scheme::Tftp, &path, requester.phone);
        let source = match file {
            Some(file) => Some(Source::Octets(wire.file(file))),
            None => self.context.image(served, self.server, &path).await.map(Source::Image),
        };
        let event = Event::File {
            scheme: Scheme::Tftp,
            path: path.clone(),
            status: if source.is_some() { 200 } else { 404 },
            bytes: source.as_ref().map_or(0, Source::len),
            parameters: file.map_or(0, |file| served.parameters(file)),
            part: file.map(|file| file.part),
            gzip: file.is_some_and(|file| wire.gzip(file)),
            phone: requester.phone,
            mac: requester.mac,
            peer,
            agent: None,
        };
        let Some(source) = source else {
            self.context.events.publish(event);
            self.refuse(peer, ErrorCode::NotFound, "there is no such file").await;
            return None;
        };
        let failed = Event::TransferFailed { path, peer, phone: requester.phone, why: String::new() };
        Some((source, About { whole: event, failed }))
    }

    async fn refuse(&self, peer: SocketAddr, code: ErrorCode, text: &str) {
        // A datagram may get lost in any case; the client's timeout is what it relies on.
        let _ = self.socket.send_to(&Packet::Error { code, text: text.into() }.encode(), peer).await;
    }
}

/// What to tell when a transfer ends.
struct About {
    whole: Event,
    failed: Event,
}

impl About {
    fn ended(self, outcome: Result<(), String>) -> Event {
        match (outcome, self.failed) {
            (Ok(()), _) => self.whole,
            (Err(why), Event::TransferFailed { path, peer, phone, .. }) => {
                Event::TransferFailed { path, peer, phone, why }
            }
            (Err(_), other) => other,
        }
    }
}
