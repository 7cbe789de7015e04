//! The plan as the world of a phone that comes by one way only. What is not ours is taken to do its part: other DHCP
//! servers say what they are to say, other file servers give files that set nothing.

use crate::phone::Identity;
use crate::phone::Scheme;
use crate::phone::model::{
    CloudAnswer, CloudQuery, DnsAnswer, FetchAnswer, FetchRequest, Lease, Millis, Query, Service, Timed, World,
};
use crate::plan::{DhcpOption, Discovery, Fleet, Plan, PlanWorld, Served};
use std::net::{IpAddr, Ipv4Addr};

/// By what a fresh phone comes: the one option of several that reaches it, or whatever the fleet has.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Path {
    Option(DhcpOption),
    Other,
}

/// The ways of a fleet, each alone.
pub(super) fn paths(fleet: &Fleet) -> Vec<Path> {
    let options = fleet.bootstrap.as_ref().map(|bootstrap| bootstrap.options.as_slice()).unwrap_or_default();
    match options {
        [] => vec![Path::Other],
        some => some.iter().cloned().map(Path::Option).collect(),
    }
}

/// An address for documentation (RFC 5737): somebody else's server, and where a phone of no network is.
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
const SOMEWHERE: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 2);
/// So long a phone waits for a server that is gone (undocumented, inferred).
const UNANSWERED: Millis = 30_000;
const NOTHING: &str = "<flat-profile></flat-profile>";
/// The options by which phones are led (PB §5).
const LEADING: [u8; 7] = [66, 160, 159, 150, 60, 43, 125];

pub(super) struct OneWay<'p> {
    pub plan: PlanWorld<'p>,
    pub served: &'p Served,
    pub fleet: &'p Fleet,
    pub path: &'p Path,
    /// Another server than ours gives the leases.
    pub others_lease: bool,
    /// The network's domain, once it was told.
    pub domain: Option<String>,
    pub retired: Option<&'p Retired>,
}

/// What an earlier revision of the program had, and the program has not: nobody answers there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Retired {
    /// Hosts, in lower case.
    names: Vec<String>,
    addresses: Vec<IpAddr>,
}

impl Retired {
    /// A zone that is not in the program any more may be served by somebody else, with the same in it.
    pub fn of(before: &Plan, now: &Served) -> Self {
        let now = now.plan();
        let plain = |name: &str| name.trim_end_matches('.').to_ascii_lowercase();
        let names = |plan: &Plan| -> Vec<String> {
            plan.servers.iter().filter_map(|server| server.host.as_deref()).map(plain).collect()
        };
        let addresses = |plan: &Plan| -> Vec<IpAddr> {
            plan.servers.iter().flat_map(|server| server.addresses.iter().copied()).collect()
        };
        let (names_now, addresses_now) = (names(now), addresses(now));
        Retired {
            names: names(before).into_iter().filter(|name| !names_now.contains(name)).collect(),
            addresses: addresses(before).into_iter().filter(|one| !addresses_now.contains(one)).collect(),
        }
    }

    fn has_name(&self, name: &str) -> bool {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        self.names.contains(&name)
    }
}

impl OneWay<'_> {
    fn is_ours(&self, address: Ipv4Addr) -> bool {
        self.plan.is_ours(address)
    }

    fn in_our_zones(&self, name: &str) -> bool {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        self.served.plan().zones.iter().any(|zone| {
            let apex = zone.name.trim_end_matches('.').to_ascii_lowercase();
            name == apex || name.strip_suffix(&apex).is_some_and(|rest| rest.ends_with('.'))
        })
    }

    /// A service in a zone that is not ours. What the fleet relies on leads to its own server.
    fn service_elsewhere(&self, name: &str) -> Option<Service> {
        let name = name.trim_end_matches('.');
        let to = |server: usize, scheme: Scheme| {
            let server = self.served.plan().servers.get(server)?;
            let port = server.port(scheme)?;
            Some(Service { priority: 0, weight: 0, port, target: server.authority_host() })
        };
        let mut profiles = self.fleet.profiles.iter();
        let of_name = |domain: &str| name.ends_with(domain.trim_end_matches('.'));
        if let Some(profile) = profiles.find(|profile| profile.service_domain.as_deref().is_some_and(of_name)) {
            return to(profile.server, profile.scheme);
        }
        if self.domain.as_deref().is_some_and(of_name) {
            let scheme = if name.starts_with("_ciscoprov-https.") { Scheme::Https } else { Scheme::Http };
            let by_dns = self.fleet.bootstrap.as_ref().is_some_and(|one| one.how == Discovery::Srv);
            return if by_dns { to(self.fleet.server, scheme) } else { None };
        }
        Some(Service { priority: 0, weight: 0, port: 443, target: ELSEWHERE.to_string() })
    }
}

impl World for OneWay<'_> {
    fn lease(&mut self, now: Millis, identity: &Identity) -> Timed<Option<Lease>> {
        let Timed { after, answer } = self.plan.lease(now, identity);
        // The other server of a network, or of a phone without one, tells what it was asked to tell.
        let described = self.others_lease || answer.is_none();
        let mut lease = answer.unwrap_or_else(|| Lease::bare(SOMEWHERE));
        self.domain = lease.domain.clone();
        let led = self.fleet.bootstrap.as_ref().map(|bootstrap| bootstrap.how);
        if described && matches!(led, None | Some(Discovery::Manual)) {
            // Rules without a server are for whatever that other server names.
            lease.options.push((66, ELSEWHERE.to_string().into_bytes()));
        }
        if let Path::Option(only) = self.path {
            let told = described || lease.option(only.code).is_some();
            lease.options.retain(|(code, _)| !LEADING.contains(code) || (*code == only.code && !described));
            if told && lease.option(only.code).is_none() {
                lease.options.push((only.code, only.value.octets()));
            }
        }
        Timed::new(after, Some(lease))
    }

    fn resolve(&mut self, now: Millis, query: &Query) -> Timed<DnsAnswer> {
        let answer = self.plan.resolve(now, query);
        let gone = self.retired.is_some_and(|retired| retired.has_name(query.name()));
        if answer.answer != DnsAnswer::None || gone || self.in_our_zones(query.name()) {
            return answer;
        }
        let elsewhere = match query {
            Query::Address(_) => Some(DnsAnswer::Addresses(vec![ELSEWHERE])),
            Query::Service(name) => self.service_elsewhere(name).map(|service| DnsAnswer::Services(vec![service])),
        };
        Timed::new(answer.after, elsewhere.unwrap_or(DnsAnswer::None))
    }

    fn fetch(&mut self, now: Millis, request: &FetchRequest) -> Timed<FetchAnswer> {
        if self.is_ours(request.address) {
            return self.plan.fetch(now, request);
        }
        if self.retired.is_some_and(|retired| retired.addresses.contains(&request.address.into())) {
            return Timed::new(UNANSWERED, FetchAnswer::Timeout);
        }
        let answer = match request.scheme {
            Scheme::Tftp => FetchAnswer::Tftp(NOTHING.into()),
            Scheme::Http | Scheme::Https => FetchAnswer::ok(NOTHING),
        };
        Timed::new(50, answer)
    }

    fn cloud(&mut self, now: Millis, identity: &Identity, query: &CloudQuery) -> Timed<CloudAnswer> {
        self.plan.cloud(now, identity, query)
    }
}
