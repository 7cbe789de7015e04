//! Four-way exchanges of DHCP, as many as a server bears: a relay with clients behind it, each new, some always on their
//! way. Prints `NAME NUMBER` a line. `bench.py` beside this file runs it.
//!
//!     cargo bench --bench dhcp -- SERVER RELAY SECONDS WINDOW FIRST

#![forbid(unsafe_code)]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "a bench looks at the clock and waits")]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a bench that cannot go on fails")]

use prov::phone::Mac;
use prov::phone::dhcp::{Message, MessageType, code};
use std::net::{Ipv4Addr, UdpSocket};
use std::time::{Duration, Instant};

/// Who hears nothing for so long asks again.
const PATIENCE: Duration = Duration::from_secs(1);
/// What is acknowledged before it counts.
const WARM_UP: Duration = Duration::from_secs(1);
/// Where things stand in a message (RFC 2131 §2).
const XID: std::ops::Range<usize> = 4..8;
const YIADDR: std::ops::Range<usize> = 16..20;
const CHADDR: std::ops::Range<usize> = 28..34;
const OPTIONS: usize = 240;

/// One exchange on its way.
#[derive(Clone)]
struct Slot {
    message: Vec<u8>,
    requested: bool,
    sent: Instant,
}

struct Load {
    socket: UdpSocket,
    discover: Vec<u8>,
    request: Vec<u8>,
    slots: Vec<Slot>,
    next: u32,
    resent: u64,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let [server, relay, seconds, window, first] = arguments.as_slice() else {
        return;
    };
    let (server, relay): (Ipv4Addr, Ipv4Addr) =
        (server.parse().expect("an address"), relay.parse().expect("an address"));
    let number = |text: &String| text.parse::<u32>().expect("a number");
    let socket = UdpSocket::bind((relay, 67)).expect("the relay's port");
    socket.connect((server, 67)).expect("the server's port");
    socket.set_read_timeout(Some(Duration::from_millis(50))).expect("a timeout");
    let mut load = Load {
        socket,
        discover: template(MessageType::Discover, server, relay),
        request: template(MessageType::Request, server, relay),
        slots: Vec::new(),
        next: number(first),
        resent: 0,
    };
    load.run(Duration::from_secs(number(seconds).into()), number(window) as usize);
}

fn template(kind: MessageType, server: Ipv4Addr, relay: Ipv4Addr) -> Vec<u8> {
    let mut message = Message::request(kind, Mac::new([0; 6]), 0);
    message.giaddr = relay;
    if kind == MessageType::Request {
        message.options.insert_address(code::REQUESTED_ADDRESS, Ipv4Addr::UNSPECIFIED);
        message.options.insert_address(code::SERVER_ID, server);
    }
    message.options.insert(code::PARAMETER_LIST, vec![1, 3, 6, 15, 42, 66]);
    message.encode()
}

/// Where an option's value stands.
fn find(message: &[u8], wanted: u8) -> Option<usize> {
    let mut at = OPTIONS;
    loop {
        match *message.get(at)? {
            code::PAD => at += 1,
            code::END => return None,
            found if found == wanted => return Some(at + 2),
            _ => at += 2 + usize::from(*message.get(at + 1)?),
        }
    }
}

impl Load {
    fn run(&mut self, long: Duration, window: usize) {
        let begun = Instant::now();
        for slot in 0..window {
            let message = self.fresh(slot, window);
            self.slots.push(Slot { message, requested: false, sent: begun });
        }
        self.slots.iter().for_each(|slot| drop(self.socket.send(&slot.message)));
        let (mut done, mut counted) = (0u64, None);
        let mut octets = [0; 2048];
        loop {
            let received = self.socket.recv(&mut octets);
            let now = Instant::now();
            if let Ok(length) = received {
                done += u64::from(self.take(&octets[..length], window, now));
            }
            if counted.is_none() && now - begun > WARM_UP {
                counted = Some((done, now));
            }
            if received.is_err() || done % 1024 == 0 {
                self.repeat(now);
            }
            if now - begun > WARM_UP + long {
                let (before, from) = counted.unwrap_or((0, begun));
                println!("exchanges {:.1}", (done - before) as f64 / (now - from).as_secs_f64());
                println!("resent {}", self.resent);
                println!("clients {done}");
                return;
            }
        }
    }

    /// The first message of a client that was never there.
    fn fresh(&mut self, slot: usize, window: usize) -> Vec<u8> {
        self.next += 1;
        let mut message = self.discover.clone();
        // The number of the slot, to be found again by the answer, and of the client, to tell late answers.
        let xid = (self.next % 65_536) * 65_536 + slot as u32 % window as u32;
        message[XID].copy_from_slice(&xid.to_be_bytes());
        let [a, b, c, d] = self.next.to_be_bytes();
        message[CHADDR].copy_from_slice(&[2, 0, a, b, c, d]);
        message
    }

    /// Whether the answer ends an exchange.
    fn take(&mut self, reply: &[u8], window: usize, now: Instant) -> bool {
        let xid = [reply[4], reply[5], reply[6], reply[7]];
        let place = usize::from(u16::from_be_bytes([xid[2], xid[3]]));
        let Some(slot) = self.slots.get(place).filter(|slot| slot.message[XID] == xid) else { return false };
        let kind = find(reply, code::MESSAGE_TYPE).map(|at| reply[at]);
        let kind = kind.and_then(MessageType::from_octet);
        match kind {
            Some(MessageType::Offer) if !slot.requested => {
                let mut message = self.request.clone();
                message[XID].copy_from_slice(&xid);
                message[CHADDR].copy_from_slice(&reply[CHADDR]);
                let at = find(&message, code::REQUESTED_ADDRESS).expect("is in the template");
                message[at..at + 4].copy_from_slice(&reply[YIADDR]);
                let _ = self.socket.send(&message);
                self.slots[place] = Slot { message, requested: true, sent: now };
                false
            }
            Some(MessageType::Ack) if slot.requested => {
                let message = self.fresh(place, window);
                let _ = self.socket.send(&message);
                self.slots[place] = Slot { message, requested: false, sent: now };
                true
            }
            Some(MessageType::Nak) => panic!("a client was refused"),
            _ => false,
        }
    }

    fn repeat(&mut self, now: Instant) {
        for slot in self.slots.iter_mut().filter(|slot| now - slot.sent > PATIENCE) {
            let _ = self.socket.send(&slot.message);
            slot.sent = now;
            self.resent += 1;
        }
    }
}
