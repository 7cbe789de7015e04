//! Interfaces that go and come back. A socket that is bound to one stays bound to what was there: a cable that is unplugged
//! is the same interface afterwards, a virtual one that is made again, or a USB adapter, is not, and its socket is deaf.

use super::bind::{Interface, Service};
use super::datagrams::Datagrams;
use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::time::Duration;
use tokio::sync::watch;

/// How often it is looked where an address of the server is.
const EVERY: Duration = Duration::from_secs(1);

/// What is bound: a socket, and where.
pub(super) struct Bound {
    pub service: Service,
    pub socket: Datagrams,
    /// None: a loopback address, which goes nowhere.
    pub interface: Option<Interface>,
}

/// Serves on a socket until told to stop, and on another where the server's address has gone to another interface.
pub(super) async fn follow<F: Future<Output = ()>>(
    bound: Bound,
    mut stop: watch::Receiver<bool>,
    open: impl Fn(&Interface) -> io::Result<Datagrams>,
    serve: impl Fn(Datagrams, Option<&Interface>, watch::Receiver<bool>) -> F,
) {
    let Bound { service, mut socket, mut interface } = bound;
    loop {
        let (leave, left) = watch::channel(false);
        let serving = serve(socket, interface.as_ref(), left);
        tokio::pin!(serving);
        let next = tokio::select! {
            () = &mut serving => return,
            _ = stop.wait_for(|stop| *stop) => None,
            next = moved(interface.as_ref()) => Some(next),
        };
        let _ = leave.send(true);
        serving.await;
        let Some(mut next) = next else { return };
        let mut told = false;
        socket = loop {
            match open(&next) {
                Ok(socket) => break socket,
                Err(error) if !told => {
                    told = true;
                    let name = &next.name;
                    tracing::warn!(%error, "{service}: interface `{name}` has come, and cannot be bound to; restart, or run with CAP_NET_BIND_SERVICE and CAP_NET_RAW");
                }
                Err(_) => {}
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            // It may have gone again.
            next = here(&next.ours).unwrap_or(next);
        };
        tracing::warn!("{service}: interface `{}` has come in the place of an earlier one; served again", next.name);
        interface = Some(next);
    }
}

/// Waits until an address of the server is on another interface than this one, which may have the same name.
async fn moved(bound: Option<&Interface>) -> Interface {
    let Some(bound) = bound else { return std::future::pending().await };
    loop {
        tokio::time::sleep(EVERY).await;
        if let Some(found) = here(&bound.ours).filter(|found| (found.index, &found.name) != (bound.index, &bound.name))
        {
            return found;
        }
    }
}

/// The interface that has one of these addresses.
fn here(ours: &[IpAddr]) -> Option<Interface> {
    let all = if_addrs::get_if_addrs().ok()?;
    let found = ours.iter().find_map(|address| all.iter().find(|interface| interface.ip() == *address))?;
    Interface::of(&all, &found.name, ours)
}
