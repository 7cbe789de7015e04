//! DHCPv4 scopes: addresses that must lie where they are said to. Those of DHCPv6 are in `networks6`.

use super::Compiler;
use super::taken::Relays;
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::language::{Answers as Declared, At, Network as Scope, Server};
use crate::phone::Mac;
use crate::plan::{Answers, Busy, Network, Pool, Prefix, PrefixError, Reservation};
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr};

/// Where a declared network is in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placed {
    V4(usize),
    V6(usize),
    /// It has a finding of its own.
    Nowhere,
}

/// What is known of all networks while one is read.
#[derive(Default)]
pub(super) struct Neighbours {
    /// Phones of the program, looked up when an address is kept for one; and whether all could be read.
    known: OnceCell<HashSet<Mac>>,
    pub complete: bool,
    pools: Vec<(Pool, Span)>,
}

/// Whom it answers. Which fleet unknown phones are taken for is known when there are fleets.
pub(super) fn answers(network: &Scope) -> Answers {
    match network.answers.as_ref().map(|at| &at.value) {
        None | Some(Declared::UnknownAs(_)) => Answers::Everybody,
        Some(Declared::KnownPhones) => Answers::KnownPhones,
        Some(Declared::InformOnly) => Answers::InformOnly,
    }
}

/// When people work with the phones of a network.
pub(super) fn busy(network: &Scope) -> Vec<Busy> {
    network.busy.iter().map(|At { value: (from, to), .. }| Busy { from: from % (24 * 60), to: *to }).collect()
}

impl Compiler<'_> {
    pub(super) fn networks(&mut self) {
        let checked = self.checked;
        let fleets = &checked.program.fleets;
        let mut neighbours = Neighbours {
            known: OnceCell::new(),
            complete: checked.all_rows_sound() && fleets.iter().all(|fleet| !fleet.phones.macs.is_empty()),
            pools: Vec::new(),
        };
        let mut relays = Relays::new();
        for (position, network) in checked.program.networks.iter().enumerate() {
            self.pools_are_free(network);
            let subnet = network.subnet.as_ref().and_then(|subnet| self.subnet(subnet));
            if let Some(subnet) = subnet {
                self.relays(position, network, subnet, &mut relays);
            }
            let placed = match subnet {
                None => Placed::Nowhere,
                Some(subnet) if subnet.address().is_ipv6() => {
                    let planned = self.network6(network, subnet, &neighbours);
                    self.plan.networks6.push(planned);
                    Placed::V6(self.plan.networks6.len() - 1)
                }
                Some(subnet) => {
                    let planned = self.network4(network, subnet, &mut neighbours);
                    self.plan.networks.push(planned);
                    Placed::V4(self.plan.networks.len() - 1)
                }
            };
            self.placed.push(placed);
        }
        self.told_apart();
    }

    fn network4(&mut self, network: &Scope, subnet: Prefix, neighbours: &mut Neighbours) -> Network {
        let checked = self.checked;
        let own = network.server.and_then(|server| checked.program.servers.get(server));
        let relays = self.all_v4(&network.relays);
        let here = own.is_none_or(|server| {
            server.addresses.is_empty() || server.addresses.iter().any(|at| subnet.contains(at.value))
        });
        if let (false, true, Some(server)) = (here, network.relays.is_empty(), own) {
            let message = format!("server `{}` is not on network `{}`", server.name.value, network.name.value);
            let finding = Diagnostic::new(Code::P0901, network.name.span, message)
                .because(format!("it has no address in {subnet}, and no relay sends requests from there"))
                .help("add `relay ADDRESS`: the relay agent's own address on this network");
            self.report(finding);
        }
        let pools = self.pools(network, subnet, neighbours);
        let router = network.router.as_ref().and_then(|router| Some((self.v4(router)?, router.span)));
        if let Some((router, span)) = router {
            self.inside(network, subnet, span, "router", router.into());
            self.of_a_host(network, subnet, span, router);
        }
        for relay in &network.relays {
            let Some((address, pool)) = self.v4(relay).and_then(|address| {
                let pool = pools.iter().find(|pool| pool.contains(address))?;
                Some((address, *pool))
            }) else {
                continue;
            };
            let finding = Diagnostic::new(Code::P0901, relay.span, format!("`{address}` is in a pool"));
            let finding = finding.because(format!(
                "it is the relay's own, and a phone may be given it: {} to {}",
                pool.first, pool.last
            ));
            self.report(finding.help("let the pool begin behind it, or end before it"));
        }
        if !here {
            self.leads_to_its_server(network, own);
        }
        let reservations = self.reservations(network, subnet, router.map(|(router, _)| router), neighbours);
        let said = [
            (3, "router", network.router.as_ref().map(|at| at.span)),
            (6, "dns", network.dns.first().map(|at| at.span)),
            (15, "domain", network.domain.as_ref().map(|at| at.span)),
            (42, "ntp", network.ntp.first().map(|at| at.span)),
        ];
        self.said_by_a_word(&network.options, &said);
        let options = self.written(&network.options);
        let classes = self.classes(&network.classes, Self::written);
        Network {
            id: network.name.value.clone(),
            server: network.server.unwrap_or(0),
            subnet,
            pools,
            router: router.map(|(router, _)| router),
            domain: network.domain.as_ref().map(|at| at.value.clone()),
            dns: self.all_v4(&network.dns),
            ntp: self.all_v4(&network.ntp),
            lease: network.lease,
            relays,
            reservations,
            options,
            classes,
            answers: answers(network),
            unknown_as: None,
            busy: busy(network),
        }
    }

    /// P0212, a warning: phones that are told no router reach nobody beyond their subnet. Where another server gives them
    /// their addresses, that is its part.
    fn leads_to_its_server(&mut self, network: &Scope, own: Option<&Server>) {
        const ROUTES: [u16; 4] = [3, 33, 121, 249];
        let inform = network.answers.as_ref().is_some_and(|at| at.value == Declared::InformOnly);
        let routed = network.router.is_some() || network.options.iter().any(|one| ROUTES.contains(&one.number.value));
        let (Some(server), false, false) = (own, inform, routed || network.relays.is_empty()) else { return };
        let message = format!("network `{}` has no router", network.name.value);
        let mut finding = Diagnostic::new(Code::P0212, network.name.span, message)
            .because(format!(
                "server `{}` is on another network, and phones are not told the way there",
                server.name.value
            ))
            .help("add `router ADDRESS`: it is often the relay's own address");
        finding.severity = Severity::Warning;
        self.report(finding);
    }

    fn pools(&mut self, network: &Scope, subnet: Prefix, neighbours: &mut Neighbours) -> Vec<Pool> {
        let mut pools = Vec::new();
        for pool in &network.pools {
            let (Some(first), Some(last)) = (
                self.v4(&At { value: pool.value.0, span: pool.span }),
                self.v4(&At { value: pool.value.1, span: pool.span }),
            ) else {
                continue;
            };
            pools.push(Pool { first, last });
            if first > last {
                let finding = Diagnostic::new(Code::P0103, pool.span, "this range is empty");
                self.report(finding.because("its end lies before its start"));
                continue;
            }
            let outside = [first, last].into_iter().find(|address| !subnet.contains((*address).into()));
            self.inside(network, subnet, pool.span, "pool address", outside.unwrap_or(first).into());
            let other = neighbours.pools.iter().find(|(other, _)| other.first <= last && first <= other.last);
            // One that lies elsewhere is another network's.
            if let Some((other, span)) = other.filter(|_| outside.is_none()) {
                let finding = Diagnostic::new(Code::P0901, pool.span, "pools overlap")
                    .because(format!("{first} to {last}"))
                    .label(*span, format!("{} to {}", other.first, other.last))
                    .help("let one of them end before the other begins");
                self.report(finding);
            }
            neighbours.pools.push((Pool { first, last }, pool.span));
        }
        pools
    }

    /// P0901: a router is a host of the network, and not the server, which leads nowhere.
    fn of_a_host(&mut self, network: &Scope, subnet: Prefix, span: Span, address: Ipv4Addr) {
        let own = network.server.and_then(|server| self.checked.program.servers.get(server));
        let server = own.is_some_and(|own| own.addresses.iter().any(|at| at.value == IpAddr::V4(address)));
        let whose = match self.nobodys(subnet, address) {
            Some(whose) => whose,
            None if server => {
                let mut finding = Diagnostic::new(Code::P0901, span, format!("`{address}` is the server's"))
                    .because("phones would send to it what is for other networks")
                    .help("name the router; `// allow P0901: REASON` where the server routes as well");
                finding.severity = Severity::Warning;
                return self.report(finding);
            }
            None => return,
        };
        let finding = Diagnostic::new(Code::P0901, span, format!("`{address}` is the {whose} address"));
        self.report(finding.because(format!("no host of {subnet} can have it")).help("name the router's own address"));
    }

    /// The addresses of a subnet that no host has.
    fn nobodys(&self, subnet: Prefix, address: Ipv4Addr) -> Option<&'static str> {
        match (subnet.address(), subnet.broadcast(), subnet.length() < 31) {
            (IpAddr::V4(first), _, true) if address == first => Some("network"),
            (_, Some(last), true) if address == last => Some("broadcast"),
            _ => None,
        }
    }

    fn reservations(
        &mut self,
        network: &Scope,
        subnet: Prefix,
        router: Option<Ipv4Addr>,
        neighbours: &Neighbours,
    ) -> Vec<Reservation> {
        let checked = self.checked;
        let own = network.server.and_then(|server| checked.program.servers.get(server));
        let mut macs: HashMap<Mac, Span> = HashMap::new();
        let mut addresses: HashMap<Ipv4Addr, Span> = HashMap::new();
        let mut reservations = Vec::new();
        for At { value: (mac, address), span } in &network.reservations {
            let (mac, span) = (*mac, *span);
            let Some(address) = self.v4(&At { value: *address, span }) else { continue };
            self.inside(network, subnet, span, "reserved address", address.into());
            self.reserved_for_a_phone(mac, span, neighbours);
            let server = own.is_some_and(|own| own.addresses.iter().any(|at| at.value == IpAddr::V4(address)));
            if router == Some(address) || server {
                let whose = if server { "server" } else { "router" };
                let finding = Diagnostic::new(Code::P0901, span, format!("`{address}` is the {whose}'s"));
                self.report(finding.because("two hosts would have one address").help("reserve another address"));
            } else if let Some(whose) = self.nobodys(subnet, address) {
                let finding = Diagnostic::new(Code::P0901, span, format!("`{address}` is the {whose} address"));
                let finding = finding.because(format!("no host of {subnet} can have it"));
                self.report(finding.help("reserve another address"));
            }
            if let Some(first) = macs.insert(mac, span) {
                let finding = Diagnostic::new(Code::P0901, span, format!("`{mac}` has two reservations"));
                let finding = finding.because("the second here").label(first, "the first here");
                self.report(finding.help("remove one of the two"));
            }
            if let Some(first) = addresses.insert(address, span) {
                let finding = Diagnostic::new(Code::P0901, span, format!("`{address}` is reserved twice"));
                let finding = finding.because("reserved again here").label(first, "first reserved here");
                self.report(finding.help("reserve another address for one of the two"));
            }
            reservations.push(Reservation { mac, address });
        }
        self.reserved_elsewhere(network, &macs);
        reservations
    }

    /// P0901: a network keeps an address for a phone that is not on it: its fleet is elsewhere, or a column of the phone names another
    /// network of its fleet.
    pub(super) fn reserved_elsewhere(&mut self, network: &Scope, reserved: &HashMap<Mac, Span>) {
        let program = &self.checked.program;
        let mut found = Vec::new();
        let mut strangers = Vec::new();
        for fleet in program.fleets.iter().filter(|_| !reserved.is_empty()) {
            let names: Vec<&str> = fleet
                .networks
                .iter()
                .filter_map(|at| program.networks.get(at.value))
                .map(|other| other.name.value.as_str())
                .collect();
            let own = network.name.value.as_str();
            for (row, mac) in fleet.phones.macs.iter().enumerate() {
                let Some(span) = reserved.get(mac).filter(|_| !names.is_empty()) else { continue };
                if !names.contains(&own) {
                    strangers.push((*span, *mac, &fleet.name));
                    continue;
                }
                let cells =
                    fleet.phones.columns.iter().filter_map(|column| Some((&column.name, column.cells.get(row)?)));
                let named = cells.into_iter().find(|(_, cell)| names.contains(cell));
                if let Some((column, cell)) = named.filter(|(_, cell)| *cell != own) {
                    found.push((*span, *mac, column.clone(), cell.to_owned()));
                }
            }
        }
        // A phone that two fleets have may be on it by the other.
        let here = |mac: &Mac| {
            let on_it = |fleet: &&crate::language::Fleet| {
                let networks = fleet.networks.iter().filter_map(|at| program.networks.get(at.value));
                networks.into_iter().any(|other| other.name.value == network.name.value)
            };
            program.fleets.iter().filter(on_it).any(|fleet| fleet.phones.macs.contains(mac))
        };
        strangers.retain(|(_, mac, _)| !here(mac));
        let strangers: Vec<Diagnostic> = strangers
            .into_iter()
            .map(|(span, mac, fleet)| {
                let message = format!(
                    "an address is kept here for `{mac}`, whose fleet is not on network `{}`",
                    network.name.value
                );
                Diagnostic::new(Code::P0901, span, message)
                    .because("it never asks here, and gets another address where it is")
                    .label(fleet.span, format!("fleet `{}` says which networks it is on", fleet.value))
                    .help(format!(
                        "reserve it in a network of the fleet, or add `{}` to the fleet's `network`",
                        network.name.value
                    ))
            })
            .collect();
        self.findings.extend(strangers);
        for (span, mac, column, cell) in found {
            let message = format!("an address is kept here for `{mac}`, whose `{column}` is `{cell}`");
            let mut finding = Diagnostic::new(Code::P0901, span, message)
                .because(format!("`{cell}` is a network of its fleet, and another than `{}`", network.name.value))
                .help(format!("reserve it in `{cell}`, or correct the phone's `{column}`"));
            finding.severity = Severity::Warning;
            self.report(finding);
        }
    }

    /// A fleet whose phones could not be read has its finding.
    pub(super) fn reserved_for_a_phone(&mut self, mac: Mac, span: Span, neighbours: &Neighbours) {
        let macs = self.checked.program.fleets.iter().flat_map(|fleet| fleet.phones.macs.iter().copied());
        if neighbours.complete && !neighbours.known.get_or_init(|| macs.collect()).contains(&mac) {
            let finding = Diagnostic::new(Code::P0901, span, format!("`{mac}` is no phone of the program"));
            let finding = finding.because("an address would be kept for nobody");
            self.report(finding.help("remove the line, or give a fleet this phone"));
        }
    }

    pub(super) fn inside(&mut self, network: &Scope, subnet: Prefix, span: Span, what: &str, address: IpAddr) {
        if !subnet.contains(address) {
            let finding = Diagnostic::new(Code::P0901, span, format!("{what} `{address}` is outside the subnet"));
            let finding = finding.because(format!("network `{}` is {subnet}", network.name.value));
            self.report(finding.help(format!("choose an address in {subnet}, or mend the subnet")));
        }
    }

    fn all_v4(&mut self, addresses: &[At<IpAddr>]) -> Vec<Ipv4Addr> {
        addresses.iter().filter_map(|address| self.v4(address)).collect()
    }

    fn v4(&mut self, address: &At<IpAddr>) -> Option<Ipv4Addr> {
        match address.value {
            IpAddr::V4(address) => Some(address),
            IpAddr::V6(_) => {
                let finding = Diagnostic::new(Code::P0301, address.span, "an IPv4 address is wanted here");
                self.report(finding.because("the subnet is one of IPv4; one of IPv6 is a network of its own"));
                None
            }
        }
    }

    fn subnet(&mut self, subnet: &At<(IpAddr, u8)>) -> Option<Prefix> {
        let (address, length) = subnet.value;
        match Prefix::new(address, length) {
            Ok(prefix) => Some(prefix),
            Err(error) => {
                let finding = Diagnostic::new(Code::P0901, subnet.span, "this is no network");
                let finding = match &error {
                    PrefixError::HostBits(prefix) => finding.help(format!("write `{prefix}`")),
                    _ => finding,
                };
                self.report(finding.because(error.to_string()));
                None
            }
        }
    }

    /// The plan's networks, v4 and v6, of those that a fleet names.
    pub(super) fn placed(&self, networks: &[At<usize>]) -> (Vec<usize>, Vec<usize>) {
        let (mut fourth, mut sixth) = (Vec::new(), Vec::new());
        for at in networks {
            match self.placed.get(at.value) {
                Some(Placed::V4(position)) => fourth.push(*position),
                Some(Placed::V6(position)) => sixth.push(*position),
                Some(Placed::Nowhere) | None => {}
            }
        }
        (fourth, sixth)
    }
}
