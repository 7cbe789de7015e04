//! Every socket of the program, bound before anything is served: either all are there, or each that is not is told.

use super::datagrams::Datagrams;
use crate::phone::dhcp6::{RELAYS_AND_SERVERS, SERVERS};
use crate::plan::{Plan, Scheme, Server};
use serde::{Deserialize, Serialize};
use socket2::{Domain, Protocol, Socket, Type};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::{TcpListener, UdpSocket};

/// Room for what arrives at once when a building's power comes back.
const RECEIVE_BUFFER: usize = 4 << 20;
const BACKLOG: i32 = 4096;
/// How often a free port is looked for that is free for UDP and for TCP.
const ATTEMPTS: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    Dhcp,
    Dhcp6,
    Dns,
    Tftp,
    Http,
    Https,
    Syslog,
    Dashboard,
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Service::Dhcp => "dhcp",
            Service::Dhcp6 => "dhcp6",
            Service::Dns => "dns",
            Service::Tftp => "tftp",
            Service::Http => "http",
            Service::Https => "https",
            Service::Syslog => "syslog",
            Service::Dashboard => "dashboard",
        })
    }
}

/// A service as it is bound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Endpoint {
    pub server: String,
    pub service: Service,
    /// The port is the one in use, also where the program says 0.
    pub address: SocketAddr,
    /// For DHCP and DHCPv6 on a network: the interface it is bound to.
    pub interface: Option<String>,
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum BindError {
    #[error(
        "server `{server}`, {service}: {address} is not an address of this machine; add it to an interface, or serve \
         on the machine that has it"
    )]
    AddressNotHere { server: String, service: Service, address: IpAddr },
    #[error(
        "server `{server}`, {service}: port {} on {} is in use by another program; stop that, or give another port",
        at.port(), at.ip()
    )]
    PortInUse { server: String, service: Service, at: SocketAddr },
    #[error(
        "server `{server}`, {service}: no permission for port {} on {}; run as root or with CAP_NET_BIND_SERVICE, or \
         shift all ports with --ports +6000",
        at.port(), at.ip()
    )]
    NotPermitted { server: String, service: Service, at: SocketAddr },
    #[error("server `{server}`, dhcp: the server has no IPv4 address to answer from; give it one with `address`")]
    NoAddress { server: String },
    #[error("server `{server}`, dhcp6: the server has no address to answer from; give it one with `address`")]
    NoAddress6 { server: String },
    #[error("server `{server}`, {service}: cannot bind {at}: {why}")]
    Other { server: String, service: Service, at: SocketAddr, why: Arc<io::Error> },
    #[error("cannot list this machine's interfaces: {why}")]
    Interfaces { why: Arc<io::Error> },
}

/// The sockets. `server` is a position in `Plan::servers`.
#[derive(Default)]
pub(super) struct Bound {
    pub dhcp: Vec<DhcpSocket<Ipv4Addr>>,
    pub dhcp6: Vec<DhcpSocket<Ipv6Addr>>,
    pub dns: Vec<(usize, Datagrams, TcpListener)>,
    pub tftp: Vec<(usize, UdpSocket)>,
    pub http: Vec<(usize, Scheme, TcpListener)>,
    pub syslog: Vec<UdpSocket>,
    pub dashboard: Vec<TcpListener>,
    pub endpoints: Vec<Endpoint>,
}

/// `addresses` are the server's of that interface; with DHCPv6, all that the interface has.
pub(super) struct DhcpSocket<A> {
    pub server: usize,
    pub socket: Datagrams,
    pub addresses: Vec<A>,
    pub port: u16,
    /// None: on loopback.
    pub interface: Option<Interface>,
}

/// An interface that a socket is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Interface {
    pub name: String,
    /// What tells it from another of its name.
    pub index: u32,
    /// The server's addresses by which it was found, and may be found again.
    pub ours: Vec<IpAddr>,
    /// All that it has of IPv6.
    pub v6: Vec<Ipv6Addr>,
}

impl Interface {
    pub fn of(all: &[if_addrs::Interface], name: &str, ours: &[IpAddr]) -> Option<Interface> {
        let here = || all.iter().filter(|interface| interface.name == name);
        let index = here().find_map(|interface| interface.index)?;
        let v6 = here().filter_map(|interface| match interface.ip() {
            IpAddr::V6(address) => Some(address),
            IpAddr::V4(_) => None,
        });
        let ours = ours.iter().copied().filter(|address| here().any(|interface| interface.ip() == *address)).collect();
        Some(Interface { name: name.to_owned(), index, ours, v6: v6.collect() })
    }

    /// A socket that hears DHCP on it.
    pub fn dhcp(&self, port: u16) -> io::Result<Datagrams> {
        datagrams(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), port), Some(&self.name))
    }

    /// A socket that hears DHCPv6 on it.
    pub fn dhcp6(&self, port: u16) -> io::Result<Datagrams> {
        let socket = datagrams(SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), port), Some(&self.name))?;
        socket.join_multicast_v6(&RELAYS_AND_SERVERS, self.index)?;
        socket.join_multicast_v6(&SERVERS, self.index)?;
        Ok(socket)
    }
}

/// Binds all services of all servers. Port 0 asks for any free one.
pub(super) fn bind(plan: &Plan) -> Result<Bound, Vec<BindError>> {
    let mut bound = Bound::default();
    let mut errors = Vec::new();
    for (number, server) in plan.servers.iter().enumerate() {
        let mut binder = Binder { number, server, bound: &mut bound, errors: &mut errors };
        binder.dhcp();
        binder.dhcp6();
        binder.each(Service::Dns, server.services.dns, |bound, number, at| {
            let (udp, tcp) = both(at)?;
            let at = udp.local_addr()?;
            bound.dns.push((number, udp, tcp));
            Ok(at)
        });
        binder.each(Service::Tftp, server.services.tftp, |bound, number, at| {
            let socket = udp(at)?;
            let at = socket.local_addr()?;
            bound.tftp.push((number, socket));
            Ok(at)
        });
        for (service, scheme) in [(Service::Http, Scheme::Http), (Service::Https, Scheme::Https)] {
            binder.each(service, server.port(scheme), |bound, number, at| {
                let listener = tcp(at)?;
                let at = listener.local_addr()?;
                bound.http.push((number, scheme, listener));
                Ok(at)
            });
        }
        binder.each(Service::Syslog, server.services.syslog, |bound, _, at| {
            let socket = udp(at)?;
            let at = socket.local_addr()?;
            bound.syslog.push(socket);
            Ok(at)
        });
        binder.each(Service::Dashboard, server.services.dashboard, |bound, _, at| {
            let listener = tcp(at)?;
            let at = listener.local_addr()?;
            bound.dashboard.push(listener);
            Ok(at)
        });
    }
    if errors.is_empty() { Ok(bound) } else { Err(errors) }
}

struct Binder<'a> {
    number: usize,
    server: &'a Server,
    bound: &'a mut Bound,
    errors: &'a mut Vec<BindError>,
}

impl Binder<'_> {
    /// Binds a service on each address of the server; on all of the machine's where the program gives none.
    fn each(
        &mut self,
        service: Service,
        port: Option<u16>,
        bind: impl Fn(&mut Bound, usize, SocketAddr) -> io::Result<SocketAddr>,
    ) {
        let Some(port) = port else { return };
        let everywhere = [IpAddr::V4(Ipv4Addr::UNSPECIFIED)];
        let addresses = if self.server.addresses.is_empty() { &everywhere } else { self.server.addresses.as_slice() };
        for address in addresses {
            let at = SocketAddr::new(*address, port);
            match bind(self.bound, self.number, at) {
                Ok(address) => self.note(service, address, None),
                Err(error) => self.fail(service, at, error),
            }
        }
    }

    /// DHCP has a socket for each loopback address, and one for each interface: broadcasts are received on neither of
    /// the server's addresses, and which network a client is on is told by the interface alone.
    fn dhcp(&mut self) {
        let Some(port) = self.server.services.dhcp else { return };
        let v4 = |address: &IpAddr| match address {
            IpAddr::V4(address) => Some(*address),
            IpAddr::V6(_) => None,
        };
        let addresses: Vec<Ipv4Addr> = self.server.addresses.iter().filter_map(v4).collect();
        if addresses.is_empty() {
            self.errors.push(BindError::NoAddress { server: self.server.id.clone() });
            return;
        }
        let interfaces = match if_addrs::get_if_addrs() {
            Ok(interfaces) => interfaces,
            Err(why) => return self.errors.push(BindError::Interfaces { why: Arc::new(why) }),
        };
        let mut by_interface: BTreeMap<String, Vec<Ipv4Addr>> = BTreeMap::new();
        for address in addresses {
            if address.is_loopback() {
                // Bound to the loopback interface as well, so that it can stand beside the wildcard sockets of others.
                let at = SocketAddr::new(address.into(), port);
                self.dhcp_socket(vec![address], at, None, datagrams(at, Some("lo")));
            } else if let Some(interface) = interfaces.iter().find(|interface| interface.ip() == IpAddr::V4(address)) {
                by_interface.entry(interface.name.clone()).or_default().push(address);
            } else {
                let (server, address) = (self.server.id.clone(), IpAddr::V4(address));
                self.errors.push(BindError::AddressNotHere { server, service: Service::Dhcp, address });
            }
        }
        for (name, addresses) in by_interface {
            let at = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), port);
            let ours: Vec<IpAddr> = addresses.iter().copied().map(IpAddr::V4).collect();
            let Some(interface) = Interface::of(&interfaces, &name, &ours) else { continue };
            let socket = interface.dhcp(port);
            self.dhcp_socket(addresses, at, Some(interface), socket);
        }
    }

    fn dhcp_socket(
        &mut self,
        addresses: Vec<Ipv4Addr>,
        at: SocketAddr,
        interface: Option<Interface>,
        socket: io::Result<Datagrams>,
    ) {
        match socket.and_then(|socket| Ok((socket.local_addr()?, socket))) {
            Ok((local, socket)) => {
                let (server, name) = (self.number, interface.as_ref().map(|interface| interface.name.clone()));
                self.bound.dhcp.push(DhcpSocket { server, socket, addresses, port: local.port(), interface });
                self.note(Service::Dhcp, local, name);
            }
            Err(error) => self.fail(Service::Dhcp, at, error),
        }
    }

    /// DHCPv6 asks at groups of an interface, so that each interface that has an address of the server has a socket; the
    /// loopback addresses share one.
    fn dhcp6(&mut self) {
        let Some(port) = self.server.services.dhcp6 else { return };
        let server = self.server.id.clone();
        let interfaces = match if_addrs::get_if_addrs() {
            Ok(interfaces) => interfaces,
            Err(why) => return self.errors.push(BindError::Interfaces { why: Arc::new(why) }),
        };
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut loopback = false;
        for address in &self.server.addresses {
            let here = interfaces.iter().find(|interface| interface.ip() == *address);
            match here.map(|here| (here.name.clone(), here.index)) {
                _ if address.is_loopback() => loopback = true,
                Some((name, Some(_))) => drop(names.insert(name)),
                _ => {
                    let (server, service) = (server.clone(), Service::Dhcp6);
                    self.errors.push(BindError::AddressNotHere { server, service, address: *address });
                }
            }
        }
        if self.server.addresses.is_empty() {
            self.errors.push(BindError::NoAddress6 { server });
        }
        if loopback {
            let at = SocketAddr::new(Ipv6Addr::LOCALHOST.into(), port);
            self.dhcp6_socket(vec![Ipv6Addr::LOCALHOST], at, None, datagrams(at, Some("lo")));
        }
        for name in names {
            let Some(interface) = Interface::of(&interfaces, &name, &self.server.addresses) else { continue };
            let at = SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), port);
            let socket = interface.dhcp6(port);
            self.dhcp6_socket(interface.v6.clone(), at, Some(interface), socket);
        }
    }

    fn dhcp6_socket(
        &mut self,
        addresses: Vec<Ipv6Addr>,
        at: SocketAddr,
        interface: Option<Interface>,
        socket: io::Result<Datagrams>,
    ) {
        match socket.and_then(|socket| Ok((socket.local_addr()?, socket))) {
            Ok((local, socket)) => {
                let (server, name) = (self.number, interface.as_ref().map(|interface| interface.name.clone()));
                self.bound.dhcp6.push(DhcpSocket { server, socket, addresses, port: local.port(), interface });
                self.note(Service::Dhcp6, local, name);
            }
            Err(error) => self.fail(Service::Dhcp6, at, error),
        }
    }

    fn note(&mut self, service: Service, address: SocketAddr, interface: Option<String>) {
        self.bound.endpoints.push(Endpoint { server: self.server.id.clone(), service, address, interface });
    }

    fn fail(&mut self, service: Service, at: SocketAddr, error: io::Error) {
        let server = self.server.id.clone();
        self.errors.push(match error.kind() {
            io::ErrorKind::AddrNotAvailable => BindError::AddressNotHere { server, service, address: at.ip() },
            io::ErrorKind::AddrInUse => BindError::PortInUse { server, service, at },
            io::ErrorKind::PermissionDenied => BindError::NotPermitted { server, service, at },
            _ => BindError::Other { server, service, at, why: Arc::new(error) },
        });
    }
}

fn udp(at: SocketAddr) -> io::Result<UdpSocket> {
    datagrams(at, None)?.awaited()
}

fn datagrams(at: SocketAddr, device: Option<&str>) -> io::Result<Datagrams> {
    let socket = Socket::new(Domain::for_address(at), Type::DGRAM, Some(Protocol::UDP))?;
    // The system may give less; what it gives is used.
    let _ = socket.set_recv_buffer_size(RECEIVE_BUFFER);
    if at.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    if let Some(device) = device {
        // No SO_REUSEADDR: with it, two DHCP servers would share an interface and neither would be told.
        let bound = socket.bind_device(Some(device.as_bytes()));
        // Kernels before 5.7 let root alone do this. Where the address says it all, it can be left out.
        if !at.ip().is_loopback() {
            bound?;
        }
        if at.is_ipv4() {
            socket.set_broadcast(true)?;
        }
    }
    socket.set_nonblocking(true)?;
    socket.bind(&at.into())?;
    Ok(socket.into())
}

fn tcp(at: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(at), Type::STREAM, Some(Protocol::TCP))?;
    // A restart must not wait for the old connections' last minute; a listener in use is refused all the same.
    socket.set_reuse_address(true)?;
    if at.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // An answer is written whole; waiting for more would only delay it. Connections inherit it.
    socket.set_tcp_nodelay(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&at.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// UDP and TCP on one port. Where any port will do, one may be free for UDP only; then another is tried.
fn both(at: SocketAddr) -> io::Result<(Datagrams, TcpListener)> {
    for _ in 1..ATTEMPTS {
        let socket = datagrams(at, None)?;
        match tcp(socket.local_addr()?) {
            Ok(listener) => return Ok((socket, listener)),
            Err(error) if at.port() != 0 => return Err(error),
            Err(_) => {}
        }
    }
    let socket = datagrams(at, None)?;
    let listener = tcp(socket.local_addr()?)?;
    Ok((socket, listener))
}
