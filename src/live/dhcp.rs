//! The DHCP client: DISCOVER, OFFER, REQUEST, ACK (RFC 2131 §3.1). A phone of the lab keeps its lease while it lives.

use super::DhcpTarget;
use super::plain::plain;
use crate::phone::dhcp::{BROADCAST, CLIENT_PORT, Message, MessageType, Op, SERVER_PORT, code, vendor_class};
use crate::phone::model::Lease;
use crate::phone::{Identity, Mac};
use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout_at};

/// Waits before a question is repeated (RFC 2131 §4.1 begins with 4 s; a lab need not wait so long).
const PATIENCE: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// ENODEV on Linux, where alone an interface can be chosen.
const NO_DEVICE: i32 = 19;

/// Why there is no lease.
#[derive(Debug, thiserror::Error)]
pub enum DhcpError {
    #[error("cannot speak DHCP on {what}: {}", reason(error))]
    Socket { what: String, error: io::Error },
    #[error("no DHCP server answers at {0}")]
    Silence(String),
    #[error("the DHCP server refuses the address: {0}")]
    Refused(String),
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            format!("permission denied; port {CLIENT_PORT} needs root or CAP_NET_BIND_SERVICE and CAP_NET_RAW")
        }
        // ENODEV has no kind of its own.
        _ if error.raw_os_error() == Some(NO_DEVICE) => "there is no such interface".into(),
        _ => plain(error),
    }
}

/// Whether DHCP can be spoken there at all. What cannot be now, cannot be later.
pub async fn probe(target: &DhcpTarget) -> Result<(), DhcpError> {
    open(target).await.map(drop).map_err(|error| DhcpError::Socket { what: name(target), error })
}

fn name(target: &DhcpTarget) -> String {
    match target {
        DhcpTarget::Server(server) => server.to_string(),
        DhcpTarget::Interface(name) => name.clone(),
    }
}

/// Gets a lease, or says why not.
pub(super) async fn lease(target: &DhcpTarget, identity: &Identity, xid: u32) -> Result<Lease, DhcpError> {
    let what = name(target);
    let (socket, server) = open(target).await.map_err(|error| DhcpError::Socket { what: what.clone(), error })?;
    let exchange = Exchange { socket, server, what, mac: identity.mac, xid };
    let offer = exchange.ask(&question(identity, MessageType::Discover, xid), MessageType::Offer).await?;
    let mut request = question(identity, MessageType::Request, xid);
    request.options.insert_address(code::REQUESTED_ADDRESS, offer.yiaddr);
    if let Some(chosen) = offer.options.address(code::SERVER_ID) {
        request.options.insert_address(code::SERVER_ID, chosen);
    }
    Ok(of(&exchange.ask(&request, MessageType::Ack).await?))
}

async fn open(target: &DhcpTarget) -> io::Result<(UdpSocket, SocketAddr)> {
    match target {
        DhcpTarget::Server(server) => Ok((UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await?, *server)),
        DhcpTarget::Interface(name) => {
            let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
            socket.set_reuse_address(true)?;
            socket.set_broadcast(true)?;
            socket.set_nonblocking(true)?;
            bind_to_interface(&socket, name)?;
            socket.bind(&SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, CLIENT_PORT).into())?;
            let everybody = SocketAddrV4::new(Ipv4Addr::BROADCAST, SERVER_PORT).into();
            Ok((UdpSocket::from_std(socket.into())?, everybody))
        }
    }
}

#[cfg(target_os = "linux")]
fn bind_to_interface(socket: &Socket, name: &str) -> io::Result<()> {
    socket.bind_device(Some(name.as_bytes()))
}

#[cfg(not(target_os = "linux"))]
fn bind_to_interface(_: &Socket, _: &str) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "an interface can be chosen on Linux only"))
}

struct Exchange {
    socket: UdpSocket,
    server: SocketAddr,
    what: String,
    mac: Mac,
    xid: u32,
}

impl Exchange {
    /// Sends a question until its answer comes.
    async fn ask(&self, question: &Message, wanted: MessageType) -> Result<Message, DhcpError> {
        let fault = |error| DhcpError::Socket { what: self.what.clone(), error };
        let octets = question.encode();
        for patience in PATIENCE {
            self.socket.send_to(&octets, self.server).await.map_err(fault)?;
            let until = Instant::now() + patience;
            let mut datagram = [0; 4096];
            while let Ok(received) = timeout_at(until, self.socket.recv_from(&mut datagram)).await {
                // An error is the echo of an earlier datagram: nobody listens there, perhaps not yet.
                let Ok((length, _)) = received else { break };
                let Ok(answer) = Message::decode(datagram.get(..length).unwrap_or_default()) else { continue };
                if answer.op != Op::Reply || answer.xid != self.xid || answer.chaddr != self.mac {
                    continue;
                }
                match answer.kind() {
                    Some(kind) if kind == wanted => return Ok(answer),
                    Some(MessageType::Nak) if wanted == MessageType::Ack => {
                        let why = answer.options.text(code::MESSAGE).unwrap_or_default();
                        return Err(DhcpError::Refused(why));
                    }
                    _ => {}
                }
            }
        }
        Err(DhcpError::Silence(self.what.clone()))
    }
}

/// What a phone says of itself and asks for (WF §5.1, §5.5; the list is inferred).
fn question(identity: &Identity, kind: MessageType, xid: u32) -> Message {
    let mut message = Message::request(kind, identity.mac, xid);
    message.flags = BROADCAST;
    message.options.insert(
        code::PARAMETER_LIST,
        vec![1, 2, code::ROUTER, code::DNS, code::DOMAIN, code::NTP, 43, 51, 60, 66, 125, 150, 159, 160],
    );
    message.options.insert_text(code::VENDOR_CLASS, &vendor_class(identity.product()));
    let mut client = vec![1];
    client.extend_from_slice(&identity.mac.octets());
    message.options.insert(code::CLIENT_ID, client);
    message
}

/// What the phone keeps of an ACK.
fn of(ack: &Message) -> Lease {
    Lease {
        address: ack.yiaddr,
        server: ack.options.address(code::SERVER_ID),
        router: ack.options.addresses(code::ROUTER).first().copied(),
        dns: ack.options.addresses(code::DNS),
        domain: ack.options.text(code::DOMAIN),
        options: ack.options.iter().map(|(code, value)| (code, value.to_vec())).collect(),
        options6: Vec::new(),
    }
}
