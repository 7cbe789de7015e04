//! The TFTP client: one file, read or written (RFC 1350, with blksize and tsize where the server takes them).

mod read;
mod write;

use super::plain::plain;
use crate::phone::model::{FetchAnswer, FetchRequest, Method};
use crate::phone::tftp::{BLOCK_BOUNDS, DEFAULT_BLOCK, ErrorCode, Mode, Options, Packet, Request};
use read::Reading;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout, timeout_at};
use write::Writing;

/// Fits an Ethernet frame with headers and a tag to spare. What the phone asks for is undocumented (inferred).
const BLOCK: u16 = 1428;
/// Waits before a packet is sent again; about as long in all as the model waits in virtual time.
const PATIENCE: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(6),
    Duration::from_secs(7),
];

/// Reads the file, or writes what is sent to it, from the phone's address.
pub(super) async fn fetch(request: &FetchRequest, source: Ipv4Addr) -> FetchAnswer {
    let opening = |size: u64| {
        let options = Options { blksize: Some(BLOCK), tsize: Some(size), ..Options::default() };
        Request { path: request.path.clone(), mode: Mode::Octet, options }
    };
    let server = SocketAddrV4::new(request.address, request.port).into();
    let answer = match &request.method {
        Method::Get => {
            let mut reading = Reading::new(request.purpose.longest());
            limited(&mut reading, Packet::Read(opening(0)).encode(), server, source, LONGEST).await
        }
        // Over TFTP a report is written, however it would be sent over HTTP (PB §16).
        Method::Put { body } | Method::Post { body } => {
            let first = Packet::Write(opening(body.len() as u64)).encode();
            limited(&mut Writing::new(body), first, server, source, LONGEST).await
        }
    };
    answer.unwrap_or_else(|error| FetchAnswer::Failed(plain(&error)))
}

/// A transfer that has not ended by then is given up: a server that sends a little now and then would hold the phone for
/// ever. A load of 60 MB over a line with a tenth of a second to the server and back takes some seventy minutes.
const LONGEST: Duration = Duration::from_secs(2 * 3600);

async fn limited(
    side: &mut (dyn Side + Send),
    first: Vec<u8>,
    server: SocketAddr,
    source: Ipv4Addr,
    longest: Duration,
) -> io::Result<FetchAnswer> {
    match timeout(longest, run(side, first, server, source)).await {
        Ok(answer) => answer,
        Err(_) => Ok(FetchAnswer::Failed("the transfer takes too long".into())),
    }
}

/// Refuses what the server said, with the reason (RFC 2347): without a word it would go on sending.
fn refused(code: ErrorCode, why: &str) -> Next {
    let last = Packet::Error { code, text: why.to_owned() }.encode();
    Next::Done { last: Some(last), answer: FetchAnswer::Failed(why.to_owned()) }
}

/// What one side of a transfer makes of a packet.
enum Next {
    /// To be sent, and again until something comes.
    Send(Vec<u8>),
    /// Nothing for us; wait on.
    Ignore,
    /// It is over; the last word, if there is one, is said once: whether it arrives is the server's concern.
    Done { last: Option<Vec<u8>>, answer: FetchAnswer },
}

trait Side {
    fn take(&mut self, packet: Packet<'_>) -> Next;
}

async fn run(
    side: &mut (dyn Side + Send),
    first: Vec<u8>,
    server: SocketAddr,
    source: Ipv4Addr,
) -> io::Result<FetchAnswer> {
    let socket = UdpSocket::bind((source, 0)).await?;
    // The server's own port of this transfer, once it has spoken (RFC 1350 §4).
    let mut peer: Option<SocketAddr> = None;
    let mut said = first;
    let mut datagram = vec![0; usize::from(u16::MAX)];
    'sending: loop {
        for patience in PATIENCE {
            socket.send_to(&said, peer.unwrap_or(server)).await?;
            let until = Instant::now() + patience;
            while let Ok(received) = timeout_at(until, socket.recv_from(&mut datagram)).await {
                // An error is the echo of an earlier datagram: nobody listens there, perhaps not yet.
                let Ok((length, from)) = received else { continue };
                if from.ip() != server.ip() || peer.is_some_and(|peer| peer != from) {
                    continue;
                }
                let Ok(packet) = Packet::decode(datagram.get(..length).unwrap_or_default()) else { continue };
                let next = match packet {
                    Packet::Error { code, text } => {
                        let code = if code == ErrorCode::NotFound { 1 } else { code.number() };
                        Next::Done { last: None, answer: FetchAnswer::TftpError { code, text } }
                    }
                    packet => side.take(packet),
                };
                match next {
                    Next::Ignore => {}
                    Next::Send(packet) => {
                        peer = Some(from);
                        said = packet;
                        continue 'sending;
                    }
                    Next::Done { last, answer } => {
                        if let Some(last) = last {
                            let _ = socket.send_to(&last, from).await;
                        }
                        return Ok(answer);
                    }
                }
            }
        }
        return Ok(FetchAnswer::Timeout);
    }
}

/// The size of blocks that the server's options leave (RFC 2348: it may lower it). No other size is ours to follow, least
/// of all 0, which never ends.
fn block(options: &Options) -> Result<usize, String> {
    let block = options.blksize.unwrap_or(DEFAULT_BLOCK);
    if !BLOCK_BOUNDS.contains(&block) || block > BLOCK {
        return Err(format!("the server wants blocks of {block} octets"));
    }
    Ok(usize::from(block))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    const LOCAL: Ipv4Addr = Ipv4Addr::LOCALHOST;

    #[test]
    fn what_is_refused_is_told_to_the_server() {
        let sides: [Box<dyn Side>; 2] = [Box::new(Reading::new(1 << 20)), Box::new(Writing::new(b"x"))];
        for mut side in sides {
            for blksize in [0, 7, 1429, 65464] {
                let options = Options { blksize: Some(blksize), ..Options::default() };
                let Next::Done { last: Some(last), answer } = side.take(Packet::OptionAck(options)) else {
                    panic!("{blksize}")
                };
                let said = Packet::decode(&last).expect("a packet");
                assert!(matches!(said, Packet::Error { code: ErrorCode::OptionRefused, .. }), "{said:?}");
                assert!(matches!(answer, FetchAnswer::Failed(why) if why.contains(&blksize.to_string())));
            }
        }
        let large = Options { tsize: Some(1 << 40), ..Options::default() };
        let Next::Done { last: Some(last), .. } = Reading::new(1 << 20).take(Packet::OptionAck(large)) else {
            panic!()
        };
        assert!(matches!(Packet::decode(&last), Ok(Packet::Error { code: ErrorCode::DiskFull, .. })));
    }

    #[tokio::test]
    async fn a_server_that_never_comes_to_an_end_is_left() {
        let server = UdpSocket::bind((LOCAL, 0)).await.expect("binds");
        let at = server.local_addr().expect("bound");
        // Block after block, each as soon as the one before is acknowledged.
        tokio::spawn(async move {
            let mut datagram = [0; 2048];
            let mut block: u16 = 0;
            while let Ok((_, from)) = server.recv_from(&mut datagram).await {
                block = block.wrapping_add(1);
                let data = Packet::Data { block, data: Cow::Borrowed(&[0; 512]) }.encode();
                tokio::time::sleep(Duration::from_millis(5)).await;
                let _ = server.send_to(&data, from).await;
            }
        });
        let first = Packet::Read(Request { path: "x".into(), mode: Mode::Octet, options: Options::default() }).encode();
        let answer = limited(&mut Reading::new(usize::MAX), first, at, LOCAL, Duration::from_millis(200)).await;
        assert!(matches!(answer, Ok(FetchAnswer::Failed(why)) if why == "the transfer takes too long"));
    }
}
