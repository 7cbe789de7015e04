//! SIP on sockets: each message is read and handed on.

use super::{Heard, Origin, Way};
use crate::phone::sip::{Frames, Transport, read};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;

/// Connections at a time; a phone has few friends.
const MOST_CONNECTIONS: usize = 16;
/// How long a connection may say nothing.
const PATIENCE: Duration = Duration::from_secs(60);
/// The wait after an error that is not about one message.
const PAUSE: Duration = Duration::from_millis(50);

pub(super) async fn datagrams(socket: Arc<UdpSocket>, port: u16, heard: mpsc::Sender<Heard>) {
    let mut datagram = vec![0; 65_536];
    loop {
        // An error is the echo of an earlier datagram: nobody listens where an answer went.
        let Ok((length, from)) = socket.recv_from(&mut datagram).await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let Ok(message) = read(datagram.get(..length).unwrap_or_default()) else { continue };
        let at = Origin { transport: Transport::Udp, port, from };
        if heard.send(Heard::Sip { message, at, way: Way::Datagram(socket.clone()) }).await.is_err() {
            return;
        }
    }
}

pub(super) async fn streams(listener: TcpListener, port: u16, heard: mpsc::Sender<Heard>) {
    let permits = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok((stream, from)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        // Closed without a word.
        let Ok(permit) = permits.clone().try_acquire_owned() else { continue };
        let heard = heard.clone();
        tokio::spawn(async move {
            connection(stream, from, port, heard).await;
            drop(permit);
        });
    }
}

async fn connection(mut stream: TcpStream, from: SocketAddr, port: u16, heard: mpsc::Sender<Heard>) {
    let mut frames = Frames::default();
    let mut part = [0; 4096];
    while let Ok(Ok(length)) = timeout(PATIENCE, stream.read(&mut part)).await {
        if length == 0 {
            return;
        }
        frames.push(part.get(..length).unwrap_or_default());
        loop {
            let message = match frames.message() {
                Ok(Some(message)) => message,
                Ok(None) => break,
                Err(_) => return,
            };
            let (way, answer) = oneshot::channel();
            let at = Origin { transport: Transport::Tcp, port, from };
            if heard.send(Heard::Sip { message, at, way: Way::Stream(way) }).await.is_err() {
                return;
            }
            let Ok(answer) = answer.await else { return };
            if let Some(octets) = answer
                && !matches!(timeout(PATIENCE, stream.write_all(&octets)).await, Ok(Ok(())))
            {
                return;
            }
        }
    }
}
