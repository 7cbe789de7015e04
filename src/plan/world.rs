//! The plan as the world of one phone: what its DHCP server, name servers and file servers would say. Nothing is asked
//! of a network, so a phone's whole life takes microseconds.

use super::{Answers, DhcpValue, Discovery, FileRef, Part, PhoneRef, Scheme, Served, Srv, Zone, ZoneRecord};
use crate::phone::credentials::{Authorization, Request, challenge};
use crate::phone::dhcp::code;
use crate::phone::model::{
    CloudAnswer, CloudQuery, DnsAnswer, FetchAnswer, FetchRequest, Lease, Method, Millis, Purpose, Query, Roots,
    Service, Timed, World,
};
use crate::phone::{Identity, IdentityError, Mac};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How long things take in a small network; a phone that nobody answers gives up after [`SILENCE`] (inferred).
const LEASE: Millis = 100;
const NAME: Millis = 10;
const FILE: Millis = 50;
const CLOUD: Millis = 500;
const SILENCE: Millis = 20_000;
/// Time stands still for a server's challenges.
const NONCE: &str = "0123456789abcdef";
/// What stands for a firmware load.
const LOAD: &[u8] = b"load";

/// Where a phone is that is on no network of the program: an address for documentation (RFC 5737).
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 2);

/// A phone of the model speaks IPv4. A server that has addresses of IPv6 alone stands behind one of these for it (RFC 5737): what
/// it serves is the same by either family.
fn stand_in(server: usize) -> Ipv4Addr {
    // Plans have few servers; beyond these two stand behind one address, and the first that has the port answers.
    Ipv4Addr::new(198, 51, 100, (server % 256) as u8)
}

/// The addresses by which a phone of the model reaches a server.
fn reached_at(number: usize, server: &super::Server) -> Vec<Ipv4Addr> {
    let own: Vec<Ipv4Addr> = server.ipv4s().collect();
    if own.is_empty() && !server.addresses.is_empty() { vec![stand_in(number)] } else { own }
}

/// One phone's view of a plan.
pub struct PlanWorld<'p> {
    served: &'p Served,
    phone: PhoneRef,
    mac: Mac,
    /// Position of the network it is plugged into.
    network: Option<usize>,
    /// Log messages sent, newest last.
    pub log: Vec<String>,
}

impl<'p> PlanWorld<'p> {
    /// None: the plan does not have this phone.
    pub fn new(served: &'p Served, mac: Mac) -> Option<Self> {
        PlanWorld::of(served, served.phone(mac)?)
    }

    /// The same for a phone that was found already.
    pub fn of(served: &'p Served, phone: PhoneRef) -> Option<Self> {
        let mac = served.mac(phone)?;
        Some(PlanWorld { served, phone, mac, network: served.network_of(phone), log: Vec::new() })
    }

    /// The phone as the plan knows it, running this load.
    pub fn identity(&self, firmware: &str) -> Result<Identity, IdentityError> {
        let (name, series) = self.served.model(self.phone).map_or(("", ""), |model| (&model.name, &model.series));
        Identity::new(self.mac, name, firmware)?.with_series(series)
    }

    /// Its reservation, or an address of the pools by its row: two phones of a fleet never share one while the pools last.
    fn address(&self, network: usize) -> Option<Ipv4Addr> {
        if let Some(kept) = self.served.reservation(network, self.mac) {
            return Some(kept);
        }
        let of = self.served.plan().networks.get(network)?;
        let pools = match of.answers {
            Answers::InformOnly if of.pools.is_empty() => &of.hosts(),
            _ => &of.pools,
        };
        let mut row = u64::from(self.phone.row) % pools.iter().map(|pool| pool.size()).sum::<u64>().max(1);
        for pool in pools {
            if row < pool.size() {
                return u32::try_from(u64::from(u32::from(pool.first)) + row).ok().map(Ipv4Addr::from);
            }
            row -= pool.size();
        }
        None
    }

    /// The server that a request goes to, and the file that it asks for there; nothing: it goes elsewhere.
    pub fn asked(&self, request: &FetchRequest) -> Option<(usize, Option<FileRef>)> {
        let server = self.server_at(request.scheme, request.address, request.port)?;
        let path = request.path.split('?').next().unwrap_or_default();
        Some((server, self.file(server, request.scheme, path)))
    }

    /// The server that listens there for a scheme.
    fn server_at(&self, scheme: Scheme, address: Ipv4Addr, port: u16) -> Option<usize> {
        let mut servers = self.served.plan().servers.iter().enumerate();
        let offers = |(number, server): (usize, &super::Server)| {
            (server.port(scheme) == Some(port) && reached_at(number, server).contains(&address)).then_some(number)
        };
        servers.find_map(offers)
    }

    /// Whether some server of the plan is reached there.
    pub fn is_ours(&self, address: Ipv4Addr) -> bool {
        let mut servers = self.served.plan().servers.iter().enumerate();
        servers.any(|(number, server)| reached_at(number, server).contains(&address))
    }

    /// The address by which the server is reached that has this one of IPv6.
    fn of_sixth(&self, address: Ipv6Addr) -> Option<Ipv4Addr> {
        let mut servers = self.served.plan().servers.iter().enumerate();
        let (number, server) = servers.find(|(_, server)| server.addresses.contains(&IpAddr::V6(address)))?;
        reached_at(number, server).first().copied()
    }

    /// The file behind a path. A bootstrap file that fleets could both claim is this phone's own fleet's.
    fn file(&self, server: usize, scheme: Scheme, path: &str) -> Option<FileRef> {
        let own = self.served.fleet(self.phone).filter(|fleet| fleet.server == server).and_then(|fleet| {
            let paths = &fleet.bootstrap.as_ref()?.paths;
            paths.iter().any(|template| self.served.expand(self.phone, template) == path).then_some(FileRef {
                fleet: self.phone.fleet,
                part: Part::Bootstrap,
                row: self.phone.row,
            })
        });
        own.or_else(|| self.served.own(self.phone, server, scheme, path))
            .or_else(|| self.served.find(server, scheme, path))
    }

    /// Whether nothing guards the file, or the phone's credentials open it.
    fn admits(&self, file: FileRef, request: &FetchRequest) -> bool {
        let Some(guard) = self.served.guard(file) else { return true };
        let method = request.method.name();
        let given = request.authorization.as_deref().and_then(Authorization::parse);
        given.is_some_and(|given| guard.admits(&given, Request { method, target: &request.path }))
    }

    fn zone_of(&self, name: &str) -> Option<(&'p Zone, String)> {
        let zones = self.served.plan().zones.iter();
        // The longest apex is the closest zone.
        zones.filter_map(|zone| Some((zone, relative(name, &zone.name)?))).max_by_key(|(zone, _)| zone.name.len())
    }

    fn addresses(&self, name: &str) -> Vec<Ipv4Addr> {
        let mut name = absolute_form(name);
        // A chain of aliases longer than this is a loop.
        for _ in 0..8 {
            let Some((zone, relative)) = self.zone_of(&name) else { break };
            let mut addresses = Vec::new();
            let mut alias = None;
            for record in &zone.records {
                match record {
                    ZoneRecord::A { name, address } if same(name, &relative) => addresses.push(*address),
                    ZoneRecord::Aaaa { name, address } if same(name, &relative) => {
                        addresses.extend(self.of_sixth(*address).filter(|one| !addresses.contains(one)));
                    }
                    ZoneRecord::Cname { name, target } if same(name, &relative) => alias = Some(full(target, zone)),
                    _ => {}
                }
            }
            match alias {
                Some(target) if addresses.is_empty() => name = target,
                // The zone is ours, and the server says of what is not there that it is nowhere.
                _ => return addresses,
            }
        }
        if self.zone_of(&name).is_some() {
            return Vec::new();
        }
        // Names that a server has and no zone of ours holds are somebody else's to resolve; they lead to the server.
        let servers = self.served.plan().servers.iter().enumerate();
        let named = servers.filter(|(_, server)| server.host.as_deref().is_some_and(|host| same(host, &name)));
        named.flat_map(|(number, server)| reached_at(number, server)).collect()
    }

    fn services(&self, name: &str) -> Vec<Service> {
        let Some((zone, relative)) = self.zone_of(&absolute_form(name)) else { return Vec::new() };
        let of = |record: &ZoneRecord| match record {
            ZoneRecord::Srv(Srv { name, priority, weight, port, target }) if same(name, &relative) => {
                Some(Service { priority: *priority, weight: *weight, port: *port, target: full(target, zone) })
            }
            _ => None,
        };
        zone.records.iter().filter_map(of).collect()
    }

    /// What DHCPv6 tells it, in a network that speaks both.
    fn options6(&self) -> Vec<(u16, Vec<u8>)> {
        let fleet = self.served.fleet(self.phone);
        let Some(network) = self.served.network6_of(self.phone) else { return Vec::new() };
        let client = self.served.client(self.phone);
        let answer = self.served.plan().dhcp_answer6(network, fleet, Some(&client));
        answer.iter().map(|(code, value)| (*code, value.octets())).collect()
    }

    /// What its network gives the phone; a plan always gives the same.
    fn leased(&self) -> Option<Lease> {
        let Some(position) = self.network else {
            // On a network that is none of the program's somebody else gives addresses, and tells nothing of us.
            return Some(Lease { options6: self.options6(), ..Lease::bare(ELSEWHERE) });
        };
        let plan = self.served.plan();
        let network = plan.networks.get(position)?;
        // A network that answers DHCPINFORM only leaves leases to another server, which is taken to tell what it was
        // asked to (`prov build` writes it): that phones send DHCPINFORM themselves is nowhere documented.
        let client = self.served.client(self.phone);
        let answer = self.served.dhcp_answer(position, Some(self.phone), &client);
        let addresses = |code: u8| match answer.get(&code) {
            Some(DhcpValue::Addresses(addresses)) => addresses.clone(),
            _ => Vec::new(),
        };
        Some(Lease {
            address: self.address(position)?,
            server: plan.servers.get(network.server).and_then(|server| server.address_in(network.subnet)),
            router: addresses(code::ROUTER).first().copied(),
            dns: addresses(code::DNS),
            domain: answer.get(&code::DOMAIN).map(DhcpValue::text),
            options: answer.iter().map(|(code, value)| (*code, value.octets())).collect(),
            options6: self.options6(),
        })
    }
}

impl World for PlanWorld<'_> {
    fn lease(&mut self, _: Millis, _: &Identity) -> Timed<Option<Lease>> {
        Timed::new(LEASE, self.leased())
    }

    fn never_leases(&self) -> bool {
        self.leased().is_none()
    }

    fn listens(&self, request: &FetchRequest) -> bool {
        self.server_at(request.scheme, request.address, request.port).is_some()
    }

    fn resolve(&mut self, _: Millis, query: &Query) -> Timed<DnsAnswer> {
        let answer = match query {
            Query::Address(name) => Some(self.addresses(name)).filter(|all| !all.is_empty()).map(DnsAnswer::Addresses),
            Query::Service(name) => Some(self.services(name)).filter(|all| !all.is_empty()).map(DnsAnswer::Services),
        };
        Timed::new(NAME, answer.unwrap_or(DnsAnswer::None))
    }

    fn fetch(&mut self, _: Millis, request: &FetchRequest) -> Timed<FetchAnswer> {
        let scheme = request.scheme;
        let Some(server) = self.server_at(scheme, request.address, request.port) else {
            return match scheme {
                Scheme::Tftp => Timed::new(SILENCE, FetchAnswer::Timeout),
                Scheme::Http | Scheme::Https => Timed::new(FILE, FetchAnswer::Failed("connection refused".into())),
            };
        };
        // Who signed the certificate is no part of a plan. It is not Cisco unless it is said (C-18), and what the phone has
        // fetched as its custom CA is taken for the one that did (language.md, `https`).
        if scheme == Scheme::Https && request.roots == Roots::default() {
            return Timed::new(
                FILE,
                FetchAnswer::Failed("the server's certificate is signed by nobody it accepts".into()),
            );
        }
        // A place that takes reports takes this one; what is done with it is no part of the plan.
        if request.purpose == Purpose::Report {
            let taken = if scheme == Scheme::Tftp { FetchAnswer::Tftp(Vec::new()) } else { FetchAnswer::ok("") };
            return Timed::new(FILE, taken);
        }
        // As our servers have it: what stands behind a `?` is no part of a file's name.
        let path = request.path.split('?').next().unwrap_or_default();
        let redirect = self.served.plan().servers.get(server).and_then(|server| server.redirect(scheme, path));
        if let Some((redirect, to)) = redirect {
            let location = Some(to + request.path.strip_prefix(path).unwrap_or_default());
            let status = redirect.status;
            return Timed::new(
                FILE,
                FetchAnswer::Http { status, location, challenge: None, encoding: None, body: Vec::new() },
            );
        }
        let get = request.method == Method::Get;
        let posted = |file: &FileRef| get || self.served.profile(*file).is_some_and(|profile| profile.post.is_some());
        let file = self.file(server, scheme, path).filter(posted);
        let answer = match file {
            Some(file) if !self.admits(file, request) => {
                let challenge =
                    self.served.guard(file).map(|guard| challenge(guard.realm.method, &guard.realm.name, NONCE, false));
                FetchAnswer::Http { status: 401, location: None, challenge, encoding: None, body: Vec::new() }
            }
            Some(file) => {
                let mut octets = Vec::new();
                self.served.render_wire(file, &mut octets);
                match scheme {
                    Scheme::Tftp => FetchAnswer::Tftp(octets),
                    _ if self.served.is_content_encoded(file) => FetchAnswer::sealed(octets),
                    _ => FetchAnswer::ok(octets),
                }
            }
            // Loads are no part of a plan: the images lie beside the program, and whether they do is another's check. What
            // matters here is where a phone goes once it has one.
            None if get && request.path.ends_with(".loads") => {
                if scheme == Scheme::Tftp {
                    FetchAnswer::Tftp(LOAD.into())
                } else {
                    FetchAnswer::ok(LOAD)
                }
            }
            None if scheme == Scheme::Tftp => FetchAnswer::TftpError { code: 1, text: "file not found".into() },
            None if get => FetchAnswer::status(404),
            None => FetchAnswer::status(405),
        };
        Timed::new(FILE, answer)
    }

    /// The cloud knows the phones of fleets that say so: by their address, or by a code.
    fn cloud(&mut self, _: Millis, _: &Identity, query: &CloudQuery) -> Timed<CloudAnswer> {
        let how = self.served.fleet(self.phone).and_then(|fleet| Some(fleet.bootstrap.as_ref()?.how));
        let known = matches!(
            (query, how),
            (CloudQuery::Redirection { .. }, Some(Discovery::Edos))
                | (CloudQuery::ActivationCode(_) | CloudQuery::ShortCode(_), Some(Discovery::ActivationCode))
        );
        let rule = if known { self.served.told(self.phone) } else { None };
        Timed::new(CLOUD, rule.map_or(CloudAnswer::Unknown, CloudAnswer::Rule))
    }

    fn syslog(&mut self, _: Millis, server: &str, text: &str) {
        self.log.push(format!("{server} {text}"));
    }
}

fn absolute_form(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// DNS names are the same in any case of letters.
fn same(a: &str, b: &str) -> bool {
    a.trim_end_matches('.').eq_ignore_ascii_case(b)
}

/// The name inside a zone, `@` for the apex.
fn relative(name: &str, apex: &str) -> Option<String> {
    let apex = absolute_form(apex);
    if name == apex {
        return Some("@".into());
    }
    Some(name.strip_suffix(&apex)?.strip_suffix('.')?.to_owned())
}

/// A target of a record: relative to the zone unless it ends with a dot.
fn full(target: &str, zone: &Zone) -> String {
    match target {
        "@" => absolute_form(&zone.name),
        _ if target.ends_with('.') => absolute_form(target),
        _ => format!("{}.{}", absolute_form(target), absolute_form(&zone.name)),
    }
}
