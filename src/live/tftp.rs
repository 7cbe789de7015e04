//! The TFTP client: one file, read (RFC 1350, with blksize and tsize where the server takes them).

use super::plain::plain;
use crate::phone::model::{FetchAnswer, FetchRequest};
use crate::phone::tftp::{BLOCK_BOUNDS, DEFAULT_BLOCK, ErrorCode, Mode, Options, Packet, Request};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout_at};

/// Fits an Ethernet frame with headers and a tag to spare. What the phone asks for is undocumented (inferred).
const BLOCK: u16 = 1428;
/// The longest file taken: firmware images are tens of megabytes.
const LONGEST: usize = 256 << 20;
/// Waits before a packet is sent again; about as long in all as the model waits in virtual time.
const PATIENCE: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(6),
    Duration::from_secs(7),
];

/// Reads the file, from the phone's address.
pub(super) async fn fetch(request: &FetchRequest, source: Ipv4Addr) -> FetchAnswer {
    match Transfer::open(request, source).await {
        Ok(mut transfer) => match transfer.read().await {
            Ok(answer) => answer,
            Err(error) => FetchAnswer::Failed(plain(&error)),
        },
        Err(error) => FetchAnswer::Failed(plain(&error)),
    }
}

struct Transfer {
    socket: UdpSocket,
    server: SocketAddr,
    /// The server's own port of this transfer, once it has spoken (RFC 1350 §4).
    peer: Option<SocketAddr>,
    block: usize,
    file: Vec<u8>,
    /// The number of the block that is to come.
    next: u16,
    /// What is sent again when nothing comes.
    last: Vec<u8>,
}

enum Step {
    Go,
    /// Nothing for us; wait on.
    Ignore,
    Done(FetchAnswer),
}

impl Transfer {
    async fn open(request: &FetchRequest, source: Ipv4Addr) -> io::Result<Transfer> {
        let options = Options { blksize: Some(BLOCK), timeout: None, tsize: Some(0) };
        let read = Packet::Read(Request { path: request.path.clone(), mode: Mode::Octet, options });
        Ok(Transfer {
            socket: UdpSocket::bind((source, 0)).await?,
            server: SocketAddrV4::new(request.address, request.port).into(),
            peer: None,
            block: usize::from(DEFAULT_BLOCK),
            file: Vec::new(),
            next: 1,
            last: read.encode(),
        })
    }

    async fn read(&mut self) -> io::Result<FetchAnswer> {
        let mut datagram = vec![0; usize::from(u16::MAX)];
        'sending: loop {
            for patience in PATIENCE {
                self.socket.send_to(&self.last, self.peer.unwrap_or(self.server)).await?;
                let until = Instant::now() + patience;
                while let Ok(received) = timeout_at(until, self.socket.recv_from(&mut datagram)).await {
                    // An error is the echo of an earlier datagram: nobody listens there, perhaps not yet.
                    let Ok((length, from)) = received else { continue };
                    match self.take(datagram.get(..length).unwrap_or_default(), from) {
                        Step::Ignore => {}
                        Step::Go => continue 'sending,
                        Step::Done(answer) => {
                            // The last acknowledgement; whether it arrives is the server's concern.
                            let _ = self.socket.send_to(&self.last, self.peer.unwrap_or(self.server)).await;
                            return Ok(answer);
                        }
                    }
                }
            }
            return Ok(FetchAnswer::Timeout);
        }
    }

    fn take(&mut self, octets: &[u8], from: SocketAddr) -> Step {
        if from.ip() != self.server.ip() || self.peer.is_some_and(|peer| peer != from) {
            return Step::Ignore;
        }
        let Ok(packet) = Packet::decode(octets) else { return Step::Ignore };
        match packet {
            Packet::Error { code, text } => {
                self.acknowledge(from, 0);
                self.last.clear();
                let answer = match code {
                    ErrorCode::NotFound => FetchAnswer::TftpError { code: 1, text },
                    other => FetchAnswer::TftpError { code: other.number(), text },
                };
                Step::Done(answer)
            }
            Packet::OptionAck(options) if self.next == 1 && self.file.is_empty() => {
                let block = options.blksize.unwrap_or(DEFAULT_BLOCK);
                // RFC 2348: the server may lower it. No other size is ours to follow, least of all 0, which never ends.
                if !BLOCK_BOUNDS.contains(&block) || block > BLOCK {
                    return Step::Done(FetchAnswer::Failed(format!("the server wants blocks of {block} octets")));
                }
                self.block = usize::from(block);
                if options.tsize.is_some_and(|size| size > LONGEST as u64) {
                    return Step::Done(FetchAnswer::Failed("the file is too large".into()));
                }
                self.acknowledge(from, 0);
                Step::Go
            }
            Packet::Data { block, data } if block == self.next => {
                self.file.extend_from_slice(&data);
                self.acknowledge(from, block);
                // Beyond 65535 blocks the number begins anew at 0, as most servers do (unspecified, WF §8).
                self.next = self.next.wrapping_add(1);
                if self.file.len() > LONGEST {
                    return Step::Done(FetchAnswer::Failed("the file is too large".into()));
                }
                match data.len() < self.block {
                    true => Step::Done(FetchAnswer::Tftp(std::mem::take(&mut self.file))),
                    false => Step::Go,
                }
            }
            // A block again: our acknowledgement was lost, or is on its way. The clock will tell.
            _ => Step::Ignore,
        }
    }

    fn acknowledge(&mut self, from: SocketAddr, block: u16) {
        self.peer = Some(from);
        self.last = Packet::Ack(block).encode();
    }
}
