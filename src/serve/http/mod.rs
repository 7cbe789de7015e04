//! The HTTP server for files of the plan, on hyper itself: no router stands between a request and its file. Over https it
//! is the same behind a handshake.

mod asking;
mod body;
mod clients;
mod desk;
mod forms;
mod patient;
mod range;
mod report;
mod target;

pub(super) use clients::Clients;
use patient::Patient;
pub use target::path as target_path;

use super::context::Context;
use super::events::Event;
use super::metrics::Flooded;
use super::tls::{self, Holder};
use crate::phone::Nonces;
use crate::plan::Scheme;
use desk::Desk;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Connections at a time; more wait in the listener's queue.
const MOST_CONNECTIONS: usize = 4096;
/// How long a client may take to send a request's header, and an idle connection stays open.
const HEADER: Duration = Duration::from_secs(15);
/// How long a client may take for a handshake: phones are slow at it, and a dozen seconds is more than any needs.
const HANDSHAKE: Duration = Duration::from_secs(12);
/// How long a client may take none of what is sent to it.
const PATIENCE: Duration = Duration::from_secs(30);
/// A phone's request has a few hundred octets.
const LONGEST_HEADER: usize = 16 * 1024;
/// The wait after an accept that failed, which mostly means that the process is out of files.
const PAUSE: Duration = Duration::from_millis(50);

/// One listener of a server.
pub struct Port {
    pub listener: TcpListener,
    /// Position in `Plan::servers`.
    pub server: usize,
    pub scheme: Scheme,
    pub context: Context,
}

/// What nonces are sealed by: the standard library's hasher is keyed by the system's randomness, anew for each.
fn key() -> [u64; 4] {
    [(); 4].map(|()| RandomState::new().build_hasher().finish())
}

/// Serves until told to stop, then lets requests end.
pub async fn serve(port: Port, mut stop: watch::Receiver<bool>) {
    let permits = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let nonces = Arc::new(Nonces::new(key()));
    let clients = Clients::default();
    let mut connections = JoinSet::new();
    let stopping = stop.clone();
    let mut stopped = std::pin::pin!(stop.wait_for(|stop| *stop));
    loop {
        let accept = async {
            let permit = permits.clone().acquire_owned().await;
            (permit, port.listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            accepted = accept => accepted,
            _ = &mut stopped => break,
        };
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer)) => {
                // Closed without a word: whoever has a thousand connections does not need another.
                let Some(connected) = clients.enter(peer.ip(), port.context.clock.seconds()) else {
                    port.context.events.metrics.limited(Flooded::Http);
                    continue;
                };
                let (context, stop) = (port.context.clone(), stopping.clone());
                let nonces = nonces.clone();
                let desk =
                    Desk { server: port.server, scheme: port.scheme, peer, holder: None, context, nonces, connected };
                connections.spawn(async move {
                    connection(stream, desk, stop).await;
                    drop(permit);
                });
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
    while connections.join_next().await.is_some() {}
}

async fn connection(stream: TcpStream, desk: Desk, stop: watch::Receiver<bool>) {
    match desk.scheme {
        // Apart, so that who comes without does not carry the room that a handshake needs.
        Scheme::Https => Box::pin(secured(stream, desk, stop)).await,
        _ => speak(stream, desk, stop, std::future::pending()).await,
    }
}

async fn secured(stream: TcpStream, mut desk: Desk, stop: watch::Receiver<bool>) {
    let mut endpoints = desk.context.tls();
    let Some(endpoint) = endpoints.borrow_and_update().get(desk.server).cloned().flatten() else { return };
    let why = match timeout(HANDSHAKE, endpoint.acceptor().accept(stream)).await {
        Ok(Ok(stream)) => {
            let shown = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
            desk.holder = shown.map(Holder::of);
            let server = desk.server;
            // Whoever was let in by what is not served any more has to show itself again.
            let changed = async move {
                let other = |all: &super::context::Endpoints| all.get(server) != Some(&Some(endpoint.clone()));
                let _ = endpoints.wait_for(other).await;
            };
            return speak(stream, desk, stop, changed).await;
        }
        Ok(Err(error)) => tls::why(&error),
        Err(_) => "the client is too slow in the handshake".to_owned(),
    };
    desk.context.events.publish(Event::HandshakeFailed { peer: desk.peer, why });
}

/// Answers requests until the client goes, or is to go: after the one in flight.
async fn speak<S>(stream: S, desk: Desk, stop: watch::Receiver<bool>, changed: impl Future<Output = ()>)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let desk = &desk;
    let service = service_fn(move |request: Request<Incoming>| async move {
        let (head, body) = request.into_parts();
        Ok::<_, Infallible>(desk.answer(&head, body).await)
    });
    if let Err(error) = converse(stream, service, HEADER, PATIENCE, stop, changed).await
        && let Some(status) = unread(&error)
    {
        desk.context.events.metrics.unread(desk.scheme, status);
    }
}

/// What hyper answered, in our name, to what was no request.
fn unread(error: &hyper::Error) -> Option<u16> {
    match error {
        // A handshake that came to a port without TLS, an old protocol, a line that is none.
        _ if error.is_parse_too_large() => Some(431),
        _ if error.is_parse() => Some(400),
        _ => None,
    }
}

/// Speaks HTTP on a connection until the client goes, or is to go: told to stop, or what it was let in by has changed. A
/// request in flight is answered first. What goes wrong on a connection is the client's, and ends with it.
pub(in crate::serve) async fn converse<S, V, B>(
    stream: S,
    service: V,
    header: Duration,
    patience: Duration,
    mut stop: watch::Receiver<bool>,
    changed: impl Future<Output = ()>,
) -> Result<(), hyper::Error>
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
    V: hyper::service::HttpService<Incoming, ResBody = B>,
    V::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: hyper::body::Body + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header)
        .max_buf_size(LONGEST_HEADER)
        .serve_connection(TokioIo::new(Patient::new(stream, patience)), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => return ended,
        _ = stop.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
        () = changed => connection.as_mut().graceful_shutdown(),
    }
    connection.await
}
