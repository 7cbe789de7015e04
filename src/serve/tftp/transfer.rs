//! One transfer on its own socket, with what gets lost sent again.

use super::sender::{Sender, Step};
use crate::phone::tftp::{Options, Packet};
use bytes::Bytes;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout_at};

/// The wait before a packet is sent again; it doubles with each time, up to `LONGEST_WAIT`.
const WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// How often one packet is sent.
const ATTEMPTS: u32 = 6;

/// Sends a file from a port of its own, which is the transfer's name on this side (RFC 1350 §4).
pub(super) async fn run(listening: &UdpSocket, peer: SocketAddr, file: Bytes, options: Options) -> Result<(), String> {
    let socket = open(listening, peer).await.map_err(|error| format!("no socket for the transfer: {error}"))?;
    let fixed = options.timeout.map(|seconds| Duration::from_secs(u64::from(seconds)));
    let mut sender = Sender::new(file, options);
    let mut packet = Vec::new();
    // What comes is an ACK or an error; the rest of something longer does not matter.
    let mut datagram = [0; 1024];
    loop {
        packet.clear();
        sender.packet().encode_into(&mut packet);
        let mut wait = fixed.unwrap_or(WAIT);
        let mut attempts = 0;
        'again: loop {
            if attempts == ATTEMPTS {
                return Err(format!("no acknowledgement after {ATTEMPTS} attempts"));
            }
            attempts += 1;
            // A send that fails is a packet that got lost, except where nobody is there any more.
            if let Err(error) = socket.send(&packet).await
                && error.kind() == std::io::ErrorKind::ConnectionRefused
            {
                return Err("the client's port is closed".into());
            }
            let deadline = Instant::now() + wait;
            loop {
                let length = match timeout_at(deadline, socket.recv(&mut datagram)).await {
                    Err(_) => break,
                    Ok(Err(_)) => return Err("the client's port is closed".into()),
                    Ok(Ok(length)) => length,
                };
                let Ok(received) = Packet::decode(datagram.get(..length).unwrap_or_default()) else { continue };
                match sender.take(&received) {
                    Step::Wait => {}
                    Step::Send => break 'again,
                    Step::Done => return Ok(()),
                    Step::Abort(why) => return Err(why),
                }
            }
            if fixed.is_none() {
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
    }
}

async fn open(listening: &UdpSocket, peer: SocketAddr) -> std::io::Result<UdpSocket> {
    let mut from = listening.local_addr()?;
    from.set_port(0);
    let socket = UdpSocket::bind(from).await?;
    socket.connect(peer).await?;
    Ok(socket)
}
