//! The way of one transfer's packets: a socket of its own, or the one that all share.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;

/// Datagrams of one client that wait to be read, where all share a socket: the most that a window of ours can bring back,
/// and some to spare. What is beyond gets lost, as it may on any network.
pub(super) const WAITING: usize = 64;

#[derive(Debug)]
pub(super) enum Line {
    /// A port of its own is the transfer's name on this side (RFC 1350 §4).
    Own(UdpSocket),
    /// The listening port speaks for all, and the client's address and port are the transfer's name.
    Shared { socket: Arc<UdpSocket>, peer: SocketAddr, inbox: mpsc::Receiver<Vec<u8>> },
}

impl Line {
    /// A line to a client from a port of the system's choice, at the address that it asked.
    pub async fn own(listening: &UdpSocket, peer: SocketAddr) -> io::Result<Line> {
        let mut from = listening.local_addr()?;
        from.set_port(0);
        let socket = UdpSocket::bind(from).await?;
        socket.connect(peer).await?;
        Ok(Line::Own(socket))
    }

    pub fn peer(&self) -> io::Result<SocketAddr> {
        match self {
            Line::Own(socket) => socket.peer_addr(),
            Line::Shared { peer, .. } => Ok(*peer),
        }
    }

    pub async fn send(&self, datagram: &[u8]) -> io::Result<()> {
        match self {
            Line::Own(socket) => socket.send(datagram).await.map(drop),
            Line::Shared { socket, peer, .. } => socket.send_to(datagram, peer).await.map(drop),
        }
    }

    /// The next datagram of the client; of one that is longer, what fits.
    pub async fn receive(&mut self, datagram: &mut [u8]) -> io::Result<usize> {
        match self {
            Line::Own(socket) => socket.recv(datagram).await,
            Line::Shared { inbox, .. } => {
                let received = inbox.recv().await.ok_or(io::ErrorKind::BrokenPipe)?;
                let length = received.len().min(datagram.len());
                if let (Some(into), Some(from)) = (datagram.get_mut(..length), received.get(..length)) {
                    into.copy_from_slice(from);
                }
                Ok(length)
            }
        }
    }
}
