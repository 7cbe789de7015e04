//! Datagrams, one after the other, by a thread that waits for nothing else. Were they awaited, each that arrives while the one
//! before is still being answered would wake another thread of the runtime to find that out: with many small exchanges
//! that costs as much as the answers do.

#![expect(clippy::disallowed_types, reason = "the thread that it blocks is its own")]

use socket2::Socket;
use std::io;
use std::net::{Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};

/// How often a thread that hears nothing looks whether it is to stop.
const LOOK: Duration = Duration::from_millis(100);

/// A socket of datagrams that blocks who reads it.
#[derive(Debug)]
pub(super) struct Datagrams(UdpSocket);

impl From<Socket> for Datagrams {
    fn from(socket: Socket) -> Self {
        Datagrams(socket.into())
    }
}

impl Datagrams {
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }

    pub fn join_multicast_v6(&self, group: &Ipv6Addr, interface: u32) -> io::Result<()> {
        self.0.join_multicast_v6(group, interface)
    }

    /// A socket for one peer only. Who reads it is told every so often that nothing came.
    pub fn connected(from: SocketAddr, peer: SocketAddr, look: Duration) -> io::Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "the thread that it blocks is its own")]
        let socket = UdpSocket::bind(from)?;
        socket.connect(peer)?;
        socket.set_read_timeout(Some(look))?;
        Ok(Datagrams(socket))
    }

    /// A second handle of a socket that a runtime waits on, to send by: who cannot send at once loses a datagram.
    #[cfg(unix)]
    pub fn beside(awaited: &tokio::net::UdpSocket) -> io::Result<Self> {
        let other = std::os::fd::AsFd::as_fd(awaited).try_clone_to_owned()?;
        Ok(Datagrams(other.into()))
    }

    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.peer_addr()
    }

    /// The next datagram of the peer; nothing where none came for a while.
    pub fn receive(&self, datagram: &mut [u8]) -> io::Result<Option<usize>> {
        match self.0.recv(datagram) {
            Ok(length) => Ok(Some(length)),
            Err(error) if is_silence(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub fn send(&self, octets: &[u8]) -> io::Result<usize> {
        self.0.send(octets)
    }

    /// A datagram goes into the system's buffer or is lost; that is waited for no longer than copying takes.
    pub fn send_to(&self, octets: &[u8], to: SocketAddr) -> io::Result<usize> {
        self.0.send_to(octets, to)
    }

    /// The socket, for a runtime to wait on.
    pub fn awaited(self) -> io::Result<tokio::net::UdpSocket> {
        tokio::net::UdpSocket::from_std(self.0)
    }
}

/// What a socket says that may be waited on no longer, or whose wait was cut short.
fn is_silence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted)
}

/// Answers that wait for the disk at a time. Beyond that, the socket's buffer waits, and clients repeat themselves.
const MOST_WAITING: usize = 8192;

/// What an answerer has beside its socket: room for answers that wait, and where they do.
pub(super) struct Waiting {
    room: Arc<Semaphore>,
    pub runtime: Handle,
}

impl Waiting {
    /// Room for one more; the thread stands still while there is none.
    pub fn room(&self) -> Option<OwnedSemaphorePermit> {
        self.runtime.block_on(self.room.clone().acquire_owned()).ok()
    }

    /// The same, where there is some at once.
    pub fn room_now(&self) -> Option<OwnedSemaphorePermit> {
        self.room.clone().try_acquire_owned().ok()
    }
}

/// Hands every datagram to an answerer until told to stop, then waits for the answers on their way.
pub(super) async fn answer<A: FnMut(&[u8], SocketAddr) + Send + 'static>(
    name: &str,
    socket: Arc<Datagrams>,
    longest: usize,
    stop: watch::Receiver<bool>,
    answerer: impl FnOnce(Waiting) -> A,
) {
    let room = Arc::new(Semaphore::new(MOST_WAITING));
    let answerer = answerer(Waiting { room: room.clone(), runtime: Handle::current() });
    if let Err(error) = each(name, socket, longest, stop, answerer).await {
        tracing::error!(%error, "{name} is not served");
    }
    let _ = room.acquire_many(MOST_WAITING as u32).await;
}

/// Hands every datagram on, of so many octets at most, until told to stop.
async fn each(
    name: &str,
    socket: Arc<Datagrams>,
    longest: usize,
    stop: watch::Receiver<bool>,
    mut then: impl FnMut(&[u8], SocketAddr) + Send + 'static,
) -> io::Result<()> {
    socket.0.set_nonblocking(false)?;
    socket.0.set_read_timeout(Some(LOOK))?;
    // Never sent to: it ends with the thread.
    let (running, ended) = oneshot::channel::<()>();
    std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        let mut datagram = vec![0; longest];
        while !is_over(&stop) {
            // An error is silence, or an echo of something sent earlier; the socket stays good.
            if let Ok((length, source)) = socket.0.recv_from(&mut datagram) {
                then(datagram.get(..length).unwrap_or_default(), source);
            }
        }
        // Whoever waits for the end may bind the same port at once: the socket is closed before it is told.
        drop((then, socket));
        drop(running);
    })?;
    let _ = ended.await;
    Ok(())
}

/// Told to, or whoever could tell is gone.
fn is_over(stop: &watch::Receiver<bool>) -> bool {
    *stop.borrow() || stop.has_changed().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;
    use std::sync::mpsc;

    #[tokio::test(flavor = "multi_thread")]
    async fn datagrams_are_handed_on_until_the_end() {
        let bound = || UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("binds");
        let (server, client) = (Arc::new(Datagrams(bound())), bound());
        let at = server.local_addr().expect("is bound");
        for by_word in [true, false] {
            let (stop, stopping) = watch::channel(false);
            let (tell, told) = mpsc::channel();
            let server = server.clone();
            let serving = tokio::spawn(async move {
                each("test", server, 4, stopping, move |octets, source| {
                    let _ = tell.send((octets.to_vec(), source));
                })
                .await
            });
            for (sent, expected) in [(&b"one"[..], &b"one"[..]), (b"", b""), (b"longer", b"long")] {
                client.send_to(sent, at).expect("sends");
                let (octets, source) = told.recv().expect("hands on");
                assert_eq!((octets.as_slice(), source), (expected, client.local_addr().expect("is bound")));
            }
            match by_word {
                true => drop(stop.send(true)),
                false => drop(stop),
            }
            serving.await.expect("ends").expect("could start");
            assert!(told.recv().is_err(), "nothing is heard any more");
        }
    }

    /// What the thread holds is let go of before it is told to have ended: with a large thing to drop after the socket, a bind
    /// at once would nearly always come too early.
    #[tokio::test(flavor = "multi_thread")]
    async fn the_port_is_free_when_the_end_is_told() {
        struct Slow;
        impl Drop for Slow {
            fn drop(&mut self) {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        for _ in 0..3 {
            let server = Arc::new(Datagrams(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("binds")));
            let at = server.local_addr().expect("is bound");
            let (stop, stopping) = watch::channel(false);
            let slow = Slow;
            let serving = tokio::spawn(each("test", server, 4, stopping, move |_, _| {
                let _ = &slow;
            }));
            let _ = stop.send(true);
            serving.await.expect("ends").expect("could start");
            UdpSocket::bind(at).expect("the port is free");
        }
    }
}
