//! Whether somebody uses an address that was never given out: an ICMP echo before it is offered (RFC 2131 §3.1, 2).

use socket2::{Domain, Protocol, Socket, Type};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::{oneshot, watch};

/// How long an answer may take. A client asks again after some seconds; a host on the same network answers in one.
const PATIENCE: Duration = Duration::from_millis(500);
/// How many addresses are asked at a time. When a building's power comes back, phones are not kept waiting for each other.
const MOST: usize = 64;
/// ICMP types (RFC 792).
const ECHO: u8 = 8;
const ECHO_REPLY: u8 = 0;

#[derive(Debug)]
pub struct Prober {
    socket: UdpSocket,
    /// With the header of IP before each message.
    raw: bool,
    asked: Mutex<HashMap<Ipv4Addr, oneshot::Sender<()>>>,
}

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody answered, or nobody could be asked.
    Free,
    Used,
    /// Somebody is asking already, and will act on what it learns.
    Asking,
}

impl Prober {
    /// Needs CAP_NET_RAW, or a group that the system lets ping (net.ipv4.ping_group_range).
    pub fn open() -> io::Result<Arc<Self>> {
        let open = |kind| Socket::new(Domain::IPV4, kind, Some(Protocol::ICMPV4));
        let (socket, raw) = match open(Type::DGRAM) {
            Ok(socket) => (socket, false),
            Err(_) => (open(Type::RAW)?, true),
        };
        socket.set_nonblocking(true)?;
        let socket = UdpSocket::from_std(socket.into())?;
        Ok(Arc::new(Prober { socket, raw, asked: Mutex::default() }))
    }

    /// Asks an address whether somebody has it.
    pub async fn ask(&self, address: Ipv4Addr) -> Verdict {
        let (answered, answer) = oneshot::channel();
        {
            let mut asked = self.asked();
            if asked.contains_key(&address) {
                return Verdict::Asking;
            }
            if asked.len() >= MOST {
                return Verdict::Free;
            }
            asked.insert(address, answered);
        }
        let _over = Over { prober: self, address };
        let sent = self.socket.send_to(&echo(), SocketAddr::new(address.into(), 0)).await;
        match sent {
            Ok(_) if tokio::time::timeout(PATIENCE, answer).await.is_ok_and(|answer| answer.is_ok()) => Verdict::Used,
            // No way to it is no answer from it.
            _ => Verdict::Free,
        }
    }

    /// Whether as many are asked as may be: of further addresses nobody is asked.
    pub fn is_busy(&self) -> bool {
        self.asked().len() >= MOST
    }

    /// Whether the address is being asked about.
    pub fn asks(&self, address: Ipv4Addr) -> bool {
        self.asked().contains_key(&address)
    }

    /// Hears answers until told to stop.
    pub async fn serve(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut datagram = vec![0; 2048];
        loop {
            let received = tokio::select! {
                received = self.socket.recv_from(&mut datagram) => received,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            let Ok((length, source)) = received else { continue };
            let octets = datagram.get(..length).unwrap_or_default();
            if let (IpAddr::V4(source), true) = (source.ip(), is_reply(octets, self.raw))
                && let Some(answered) = self.asked().remove(&source)
            {
                // Whoever asked may have lost patience.
                let _ = answered.send(());
            }
        }
    }

    fn asked(&self) -> MutexGuard<'_, HashMap<Ipv4Addr, oneshot::Sender<()>>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An end of a question, however it ends.
struct Over<'a> {
    prober: &'a Prober,
    address: Ipv4Addr,
}

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.prober.asked().remove(&self.address);
    }
}

/// An echo request. A raw socket leaves the checksum to us; of another, the system fills in what is its own.
fn echo() -> [u8; 16] {
    let mut message = [ECHO, 0, 0, 0, b'p', b'v', 0, 1, b'p', b'r', b'o', b'v', 0, 0, 0, 0];
    let sum = checksum(&message);
    if let Some(place) = message.get_mut(2..4) {
        place.copy_from_slice(&sum.to_be_bytes());
    }
    message
}

/// RFC 1071.
fn checksum(octets: &[u8]) -> u16 {
    let (pairs, _) = octets.as_chunks::<2>();
    let mut sum: u32 = pairs.iter().map(|pair| u32::from(u16::from_be_bytes(*pair))).sum();
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    !(sum as u16)
}

fn is_reply(octets: &[u8], raw: bool) -> bool {
    // The length of the IP header stands in its first octet, in words.
    let header = octets.first().filter(|_| raw).map_or(0, |first| usize::from(first & 15) * 4);
    octets.get(header) == Some(&ECHO_REPLY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echo_is_what_others_take_for_one() {
        let message = echo();
        assert_eq!((message[0], message[1]), (8, 0));
        // RFC 1071: with the sum in its place, all add up to nothing.
        assert_eq!(checksum(&message), 0);
        assert_eq!(checksum(&[0xff, 0xff, 0, 1]), 0xfffe);
    }

    #[test]
    fn replies_are_told_from_the_rest() {
        let header = |words: u8| [vec![0x40 | words], vec![0; usize::from(words) * 4 - 1]].concat();
        for (octets, raw, expected) in [
            (vec![0, 0, 1, 2], false, true),
            (vec![3, 1], false, false),
            (vec![], false, false),
            ([header(5), vec![0, 0]].concat(), true, true),
            ([header(6), vec![0, 0]].concat(), true, true),
            ([header(5), vec![8, 0]].concat(), true, false),
            (header(5), true, false),
            (vec![], true, false),
        ] {
            assert_eq!(is_reply(&octets, raw), expected, "{octets:?} {raw}");
        }
    }
}
