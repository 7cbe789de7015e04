//! NOTIFY on sockets.

use super::{Answer, Order, Verdict};
use crate::phone::Random;
use crate::phone::sip::{Ask, Asking, Frames, Message, Outcome, Step, Transport, read};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::{Duration, Instant, sleep_until, timeout};

/// How long a connection may take to come about: as long as a transaction.
const CONNECT: Duration = Duration::from_secs(32);

pub(super) async fn notify(order: &Order) -> Result<Answer, Answer> {
    let line = order.target.line.as_ref();
    let line = line.ok_or_else(|| Answer::new(Verdict::Broken, "no line of the phone listens to UDP or TCP"))?;
    let transport = order.transport.or(line.transports.first().copied()).unwrap_or(Transport::Udp);
    let phone = SocketAddr::new(order.address, order.shifted(line.port)?);
    let broken = |error: io::Error| Answer::new(Verdict::Broken, plain(&error));
    let wire = match transport {
        Transport::Udp => {
            let any: SocketAddr = match phone {
                SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
                SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
            };
            let socket = UdpSocket::bind(any).await.map_err(broken)?;
            // Only what comes from the phone is heard, and that nobody listens there is.
            socket.connect(phone).await.map_err(broken)?;
            Wire::Datagrams(socket)
        }
        Transport::Tcp => match timeout(CONNECT, TcpStream::connect(phone)).await {
            Ok(stream) => Wire::Stream(stream.map_err(broken)?, Frames::default()),
            Err(_) => return Err(Answer::new(Verdict::Silent, "no connection")),
        },
    };
    let local = wire.local().map_err(broken)?.to_string();
    let login = line.login();
    let ask = Ask { event: order.event, user: line.user.clone(), phone: phone.to_string(), local, transport, login };
    Ok(answer(carry(ask, wire).await))
}

fn answer(outcome: Outcome) -> Answer {
    let verdict = match &outcome {
        Outcome::Accepted => Verdict::Accepted,
        Outcome::Denied(_) => Verdict::Denied,
        Outcome::Refused { .. } => Verdict::Refused,
        Outcome::Silent { .. } => Verdict::Silent,
        Outcome::Broken(_) => Verdict::Broken,
    };
    Answer::new(verdict, outcome.to_string())
}

enum Wire {
    Datagrams(UdpSocket),
    Stream(TcpStream, Frames),
}

impl Wire {
    fn local(&self) -> io::Result<SocketAddr> {
        match self {
            Wire::Datagrams(socket) => socket.local_addr(),
            Wire::Stream(stream, _) => stream.local_addr(),
        }
    }

    async fn send(&mut self, octets: &[u8]) -> io::Result<()> {
        match self {
            Wire::Datagrams(socket) => match socket.send(octets).await {
                // The echo of the datagram before; whether this one is heard, the next answer tells.
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(()),
                sent => sent.map(drop),
            },
            Wire::Stream(stream, _) => stream.write_all(octets).await,
        }
    }

    /// The next message; what is none is passed over on datagrams, and the end of a stream.
    async fn receive(&mut self) -> io::Result<Message> {
        match self {
            Wire::Datagrams(socket) => {
                let mut datagram = vec![0; 65_536];
                loop {
                    match socket.recv(&mut datagram).await {
                        Ok(length) => {
                            if let Ok(message) = read(datagram.get(..length).unwrap_or_default()) {
                                return Ok(message);
                            }
                        }
                        // Nobody listens there now; a phone that is just starting will.
                        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
                        Err(error) => return Err(error),
                    }
                }
            }
            Wire::Stream(stream, frames) => {
                let mut part = [0; 4096];
                loop {
                    match frames.message() {
                        Ok(Some(message)) => return Ok(message),
                        Ok(None) => {}
                        Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
                    }
                    match stream.read(&mut part).await? {
                        0 => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the phone hung up")),
                        length => frames.push(part.get(..length).unwrap_or_default()),
                    }
                }
            }
        }
    }
}

/// Plays the errand in real time.
async fn carry(ask: Ask, mut wire: Wire) -> Outcome {
    let begun = Instant::now();
    let now = || u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    // The standard library's hasher is keyed by the system's randomness, anew for each.
    let random = Random::new(RandomState::new().build_hasher().finish());
    let (mut asking, mut steps) = Asking::begin(ask, random, 0);
    loop {
        let mut until = begun + CONNECT;
        let mut broken = None;
        for step in std::mem::take(&mut steps) {
            match step {
                Step::Send(octets) => broken = broken.or(wire.send(&octets).await.err()),
                Step::Wait(at) => until = begun + Duration::from_millis(at),
                Step::Done(outcome) => return outcome,
            }
        }
        if let Some(error) = broken {
            steps = asking.broken(plain(&error));
            continue;
        }
        // What is waited for stays as it was where something comes that says nothing.
        while steps.is_empty() {
            steps = tokio::select! {
                message = wire.receive() => match message {
                    Ok(message) => asking.received(&message, now()),
                    Err(error) => asking.broken(plain(&error)),
                },
                () = sleep_until(until) => asking.timer(now()),
            };
        }
    }
}

/// What the operating system says, without its numbers.
pub(super) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}
