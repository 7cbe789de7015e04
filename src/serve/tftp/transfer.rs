//! One transfer on its own socket, with what gets lost sent again.

use super::sender::{Sender, Step};
use super::source::Source;
use crate::phone::tftp::{Options, Packet};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout_at};

/// The wait before a packet is sent again; it doubles with each time, up to `LONGEST_WAIT`.
const WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// How long a client may take to acknowledge anything at all. A request costs a forger one datagram, and us a socket.
const FIRST: Duration = Duration::from_secs(8);
/// How often one packet is sent.
const ATTEMPTS: u32 = 6;

/// Sends a file from a port of its own, which is the transfer's name on this side (RFC 1350 §4).
pub(super) async fn run(listening: &UdpSocket, peer: SocketAddr, file: Source, options: Options) -> Result<(), String> {
    send(listening, peer, Sender::new(file, options), FIRST).await
}

async fn send(listening: &UdpSocket, peer: SocketAddr, mut sender: Sender, first: Duration) -> Result<(), String> {
    let socket = open(listening, peer).await.map_err(|error| format!("no socket for the transfer: {error}"))?;
    let fixed = sender.agreed().timeout.map(|seconds| Duration::from_secs(u64::from(seconds)));
    // Until it has said something.
    let mut silent = Some(Instant::now() + first);
    let mut packet = Vec::new();
    // What comes is an ACK or an error; the rest of something longer does not matter.
    let mut datagram = [0; 1024];
    loop {
        packet.clear();
        sender.packet().map_err(|error| format!("the file cannot be read: {error}"))?.encode_into(&mut packet);
        let mut wait = fixed.unwrap_or(WAIT);
        let mut attempts = 0;
        'again: loop {
            if attempts == ATTEMPTS {
                return Err(format!("no acknowledgement after {ATTEMPTS} attempts"));
            }
            if silent.is_some_and(|end| end <= Instant::now()) {
                return Err("no acknowledgement at all".into());
            }
            attempts += 1;
            // A send that fails is a packet that got lost, except where nobody is there any more.
            if let Err(error) = socket.send(&packet).await
                && error.kind() == std::io::ErrorKind::ConnectionRefused
            {
                return Err("the client's port is closed".into());
            }
            let deadline = Instant::now() + wait;
            let deadline = silent.map_or(deadline, |end| end.min(deadline));
            loop {
                let length = match timeout_at(deadline, socket.recv(&mut datagram)).await {
                    Err(_) => break,
                    Ok(Err(_)) => return Err("the client's port is closed".into()),
                    Ok(Ok(length)) => length,
                };
                let Ok(received) = Packet::decode(datagram.get(..length).unwrap_or_default()) else { continue };
                match sender.take(&received) {
                    Step::Wait => {}
                    Step::Send => {
                        silent = None;
                        break 'again;
                    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_never_says_anything_is_given_up_soon() {
        let listening = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
        let client = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
        let peer = client.local_addr().expect("bound");
        // Six attempts of five seconds would be half a minute.
        let options = Options { timeout: Some(5), ..Options::default() };
        let begun = Instant::now();
        let first = Duration::from_millis(50);
        let outcome = send(&listening, peer, Sender::new(bytes::Bytes::from(vec![7; 9]), options), first).await;
        assert_eq!(outcome, Err("no acknowledgement at all".into()));
        assert!(begun.elapsed() < Duration::from_secs(4));
    }

    #[tokio::test]
    async fn who_said_something_has_the_usual_time() {
        let listening = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
        let client = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
        let peer = client.local_addr().expect("bound");
        let first = Duration::from_millis(500);
        let sender = Sender::new(bytes::Bytes::from(vec![7; 600]), Options::default());
        let sending = tokio::spawn(async move { send(&listening, peer, sender, first).await });
        let mut datagram = [0; 1024];
        let (_, from) = client.recv_from(&mut datagram).await.expect("receives");
        client.send_to(&Packet::Ack(1).encode(), from).await.expect("sends");
        // The second block, and that again after a second: the time for the first word is over by then.
        for _ in 0..2 {
            client.recv_from(&mut datagram).await.expect("receives");
        }
        client.send_to(&Packet::Ack(2).encode(), from).await.expect("sends");
        assert_eq!(sending.await.expect("ends"), Ok(()));
    }
}
