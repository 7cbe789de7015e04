//! Where a live phone listens: for NOTIFY on the ports of its lines (PB §19), and by its own web server (PB §17, §18). What
//! is heard goes to whoever runs the phone, which answers.

mod sip;
mod web;

use super::plain::plain;
use crate::phone::sip::{Answerer, Heard as Taken, Message, Place as Origin, Transport, lines};
use crate::phone::web::{self as page, Asked, Said};
use crate::phone::{Nonces, Random, Scheme, Settings};
use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// What was heard and waits for an answer.
pub(super) enum Heard {
    Sip { message: Message, at: Origin, way: Way },
    Web { asked: Asked, way: oneshot::Sender<Said> },
}

/// How an answer goes back.
pub(super) enum Way {
    Datagram(Arc<UdpSocket>),
    Stream(oneshot::Sender<Option<Vec<u8>>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Udp,
    Tcp,
    Http,
    Https,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Kind::Udp => "udp",
            Kind::Tcp => "tcp",
            Kind::Http => "http",
            Kind::Https => "https",
        }
    }
}

/// A socket that listens, shut when it is dropped. Connections that were accepted go on: an answer to a restart is still
/// to be sent.
struct Listener(JoinHandle<()>);

impl Listener {
    /// Its port is free afterwards.
    async fn shut(mut self) {
        self.0.abort();
        let _ = (&mut self.0).await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.abort();
    }
}

pub(super) struct Ears {
    /// Added to every port.
    offset: u16,
    address: Ipv4Addr,
    wanted: Vec<(Kind, u16)>,
    open: BTreeMap<(Kind, u16), Listener>,
    sender: mpsc::Sender<Heard>,
    receiver: mpsc::Receiver<Heard>,
    answerer: Answerer,
    nonces: Nonces,
}

impl Ears {
    pub fn new(offset: u16, random: &mut Random) -> Self {
        let (sender, receiver) = mpsc::channel(16);
        Ears {
            offset,
            address: Ipv4Addr::UNSPECIFIED,
            wanted: Vec::new(),
            open: BTreeMap::new(),
            sender,
            receiver,
            answerer: Answerer::new(Random::new(random.number())),
            nonces: Nonces::new([(); 4].map(|()| random.number())),
        }
    }

    pub async fn next(&mut self) -> Option<Heard> {
        self.receiver.recv().await
    }

    /// Opens what the settings want at this address and shuts the rest; an address that is none of this machine's own has
    /// no ears. Where it changed, where the phone listens now, and what could not be opened.
    pub async fn adjust(
        &mut self,
        settings: &Settings,
        from_12_0_3: bool,
        address: Ipv4Addr,
    ) -> Option<(Vec<String>, Vec<String>)> {
        let wanted = if address.is_unspecified() { Vec::new() } else { wanted(settings, from_12_0_3) };
        if self.wanted == wanted && self.address == address {
            return None;
        }
        let moved = self.address != address;
        if moved {
            // Whoever asked the phone that it was has no answer; what waits would hold a socket.
            while self.receiver.try_recv().is_ok() {}
        }
        self.address = address;
        let (shut, open) =
            std::mem::take(&mut self.open).into_iter().partition(|(place, _)| moved || !wanted.contains(place));
        self.open = open;
        let shut: BTreeMap<_, Listener> = shut;
        for (_, listener) in shut {
            listener.shut().await;
        }
        let mut troubles = Vec::new();
        for (kind, port) in &wanted {
            if self.open.contains_key(&(*kind, *port)) {
                continue;
            }
            let opened = match port.checked_add(self.offset) {
                Some(shifted) => self.listen(*kind, *port, (address, shifted).into()).await.map_err(|why| plain(&why)),
                None => Err(format!("{port} and {} is beyond 65535", self.offset)),
            };
            match opened {
                Ok(listener) => drop(self.open.insert((*kind, *port), listener)),
                Err(why) => {
                    let (kind, shifted) = (kind.name(), u32::from(*port) + u32::from(self.offset));
                    troubles.push(format!("the phone cannot listen on {kind} {address}:{shifted}: {why}"));
                }
            }
        }
        self.wanted = wanted;
        let places = self
            .open
            .keys()
            .map(|(kind, port)| format!("{} {address}:{}", kind.name(), u32::from(*port) + u32::from(self.offset)));
        Some((places.collect(), troubles))
    }

    async fn listen(&self, kind: Kind, port: u16, at: SocketAddr) -> io::Result<Listener> {
        let sender = self.sender.clone();
        let task = match kind {
            Kind::Udp => tokio::spawn(sip::datagrams(Arc::new(UdpSocket::bind(at).await?), port, sender)),
            Kind::Tcp => tokio::spawn(sip::streams(TcpListener::bind(at).await?, port, sender)),
            Kind::Http => tokio::spawn(web::serve(TcpListener::bind(at).await?, None, sender)),
            Kind::Https => {
                let listener = TcpListener::bind(at).await?;
                let acceptor = web::acceptor(at.ip()).map_err(io::Error::other)?;
                tokio::spawn(web::serve(listener, Some(acceptor), sender))
            }
        };
        Ok(Listener(task))
    }

    /// Answers; what comes back is for the phone to do.
    pub async fn answer(
        &mut self,
        heard: Heard,
        settings: &Settings,
        now: u64,
    ) -> Option<crate::phone::model::Command> {
        match heard {
            Heard::Sip { message, at, way } => {
                let realm = self.address.to_string();
                let Taken { answer, command } = self.answerer.hear(&message, at, settings, &realm, now);
                match (way, answer) {
                    (Way::Datagram(socket), Some((octets, to))) => {
                        // Whoever asks again gets it again.
                        let _ = socket.send_to(&octets, to).await;
                    }
                    (Way::Stream(way), answer) => {
                        let _ = way.send(answer.map(|(octets, _)| octets));
                    }
                    (Way::Datagram(_), None) => {}
                }
                command
            }
            Heard::Web { asked, way } => {
                let mut said = page::answer(&asked, settings, &self.nonces, now / 1000);
                let command = said.command.take();
                let _ = way.send(said);
                command
            }
        }
    }
}

/// Each once: lines may have a port in common.
fn wanted(settings: &Settings, from_12_0_3: bool) -> Vec<(Kind, u16)> {
    let kind = |transport: &Transport| match transport {
        Transport::Udp => Kind::Udp,
        Transport::Tcp => Kind::Tcp,
    };
    let lines = lines(settings);
    let lines = lines.iter().flat_map(|line| line.transports.iter().map(move |one| (kind(one), line.port)));
    let web = page::place(settings, from_12_0_3).map(|(scheme, port)| match scheme {
        Scheme::Https => (Kind::Https, port),
        Scheme::Http | Scheme::Tftp => (Kind::Http, port),
    });
    let mut all: Vec<(Kind, u16)> = lines.chain(web).collect();
    all.sort_unstable();
    all.dedup();
    all
}
