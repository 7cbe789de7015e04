//! Servers and networks: addresses that must lie where they are said to.

use super::Compiler;
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::language::{At, ServiceKind, Value};
use crate::phone::Mac;
use crate::plan::{DhcpOption, DhcpValue, Network, Pool, Prefix, PrefixError, Reservation, Server, Services};
use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr};

impl Compiler<'_> {
    pub(super) fn servers(&mut self) {
        // (address, port, is it TCP) to what took it.
        let mut taken: HashMap<(IpAddr, u16, bool), (&str, Span)> = HashMap::new();
        for server in &self.checked.program.servers {
            let mut services = Services::default();
            for service in &server.services {
                let Some(port) = service.port.checked_add(self.options.port_offset) else {
                    let message = format!("port {} and the offset leave the range of ports", service.port);
                    self.findings.push(Diagnostic::new(Code::P0302, service.span, message));
                    continue;
                };
                let (slot, name, protocols): (&mut Option<u16>, &str, &[bool]) = match service.kind {
                    ServiceKind::Tftp => (&mut services.tftp, "tftp", &[false]),
                    ServiceKind::Http => (&mut services.http, "http", &[true]),
                    ServiceKind::Https => (&mut services.https, "https", &[true]),
                    ServiceKind::Dns => (&mut services.dns, "dns", &[false, true]),
                    ServiceKind::Dhcp => (&mut services.dhcp, "dhcp", &[false]),
                    ServiceKind::Syslog => (&mut services.syslog, "syslog", &[false]),
                    ServiceKind::Dashboard => (&mut services.dashboard, "dashboard", &[true]),
                };
                *slot = Some(port);
                if service.kind == ServiceKind::Https {
                    let mut finding =
                        Diagnostic::new(Code::P0107, service.span, "this version does not serve https itself")
                            .because("`prov serve` leaves this port closed; what is exported is right");
                    finding.severity = Severity::Warning;
                    self.findings.push(finding);
                }
                let mut clash = None;
                for address in &server.addresses {
                    for tcp in protocols {
                        clash = clash.or(taken.insert((address.value, port, *tcp), (name, service.span)));
                    }
                }
                if let Some((other, span)) = clash {
                    self.findings.push(
                        Diagnostic::new(Code::P0911, service.span, format!("port {port} is taken by two services"))
                            .because(format!("`{name}` here"))
                            .label(span, format!("`{other}` here")),
                    );
                }
            }
            self.plan.servers.push(Server {
                id: server.name.value.clone(),
                host: server.host.as_ref().map(|host| host.value.clone()),
                addresses: server.addresses.iter().map(|address| address.value).collect(),
                services,
            });
        }
    }

    pub(super) fn networks(&mut self) {
        let known: HashSet<Mac> =
            self.checked.program.fleets.iter().flat_map(|fleet| fleet.phones.macs.iter().copied()).collect();
        let complete = self.checked.program.fleets.iter().all(|fleet| !fleet.phones.macs.is_empty());
        let mut pools: Vec<(Pool, Span)> = Vec::new();
        for network in &self.checked.program.networks {
            let Some(subnet) = network.subnet.as_ref().and_then(|subnet| self.subnet(subnet)) else {
                // Networks keep their positions, since fleets name them by it.
                self.plan.networks.push(empty(&network.name.value));
                continue;
            };
            let inside = |address: Ipv4Addr| subnet.contains(IpAddr::V4(address));
            let server = network.server.and_then(|server| self.checked.program.servers.get(server));
            let here = server.is_none_or(|server| {
                server.addresses.is_empty() || server.addresses.iter().any(|at| subnet.contains(at.value))
            });
            if let (false, true, Some(server)) = (here, network.relays.is_empty(), server) {
                let message = format!("server `{}` is not on network `{}`", server.name.value, network.name.value);
                self.findings.push(
                    Diagnostic::new(Code::P0901, network.name.span, message)
                        .because(format!("it has no address in {subnet}, and no relay sends requests from there"))
                        .help("add `relay ADDRESS`: the relay agent's own address on this network"),
                );
            }
            let mut outside = |span: Span, what: &str, address: Ipv4Addr| {
                if !inside(address) {
                    let finding =
                        Diagnostic::new(Code::P0901, span, format!("{what} `{address}` is outside the subnet"));
                    self.findings.push(finding.because(format!("network `{}` is {subnet}", network.name.value)));
                }
            };
            for pool in &network.pools {
                outside(pool.span, "pool address", pool.value.0);
                outside(pool.span, "pool address", pool.value.1);
            }
            if let Some(router) = &network.router {
                outside(router.span, "router", router.value);
            }
            for reservation in &network.reservations {
                outside(reservation.span, "reserved address", reservation.value.1);
            }
            for pool in &network.pools {
                let (first, last) = pool.value;
                let this = Pool { first, last };
                if first > last {
                    let finding = Diagnostic::new(Code::P0103, pool.span, "this range is empty");
                    self.findings.push(finding.because("its end lies before its start"));
                    continue;
                }
                if let Some((other, span)) = pools.iter().find(|(other, _)| other.first <= last && first <= other.last)
                {
                    self.findings.push(
                        Diagnostic::new(Code::P0901, pool.span, "pools overlap")
                            .because(format!("{first} to {last}"))
                            .label(*span, format!("{} to {}", other.first, other.last)),
                    );
                }
                pools.push((this, pool.span));
            }
            let own = network.server.and_then(|server| self.checked.program.servers.get(server));
            let mut macs: HashMap<Mac, Span> = HashMap::new();
            let mut addresses: HashMap<Ipv4Addr, Span> = HashMap::new();
            for At { value: (mac, address), span } in &network.reservations {
                // A fleet whose phones could not be read has its finding.
                if !known.contains(mac) && complete {
                    let finding = Diagnostic::new(Code::P0901, *span, format!("`{mac}` is no phone of the program"));
                    self.findings.push(finding.because("an address would be kept for nobody"));
                }
                let router = network.router.as_ref().is_some_and(|router| router.value == *address);
                let server = own.is_some_and(|own| own.addresses.iter().any(|at| at.value == IpAddr::V4(*address)));
                if router || server {
                    let whose = if router { "router" } else { "server" };
                    let finding = Diagnostic::new(Code::P0901, *span, format!("`{address}` is the {whose}'s"));
                    self.findings.push(finding.because("two hosts would have one address"));
                }
                if let Some(first) = macs.insert(*mac, *span) {
                    let finding = Diagnostic::new(Code::P0901, *span, format!("`{mac}` has two reservations"));
                    self.findings.push(finding.because("the second here").label(first, "the first here"));
                }
                if let Some(first) = addresses.insert(*address, *span) {
                    let finding = Diagnostic::new(Code::P0901, *span, format!("`{address}` is reserved twice"));
                    self.findings.push(finding.because("reserved again here").label(first, "first reserved here"));
                }
            }
            let mut options: Vec<DhcpOption> = Vec::new();
            for option in &network.options {
                if options.iter().any(|other| other.code == option.value.0) {
                    let message = format!("option {} is given twice", option.value.0);
                    self.findings.push(Diagnostic::new(Code::P0202, option.span, message));
                    continue;
                }
                options.extend(self.option(option));
            }
            self.plan.networks.push(Network {
                id: network.name.value.clone(),
                server: network.server.unwrap_or(0),
                subnet,
                pools: network.pools.iter().map(|at| Pool { first: at.value.0, last: at.value.1 }).collect(),
                router: network.router.as_ref().map(|at| at.value),
                domain: network.domain.as_ref().map(|at| at.value.clone()),
                dns: network.dns.iter().map(|at| at.value).collect(),
                ntp: network.ntp.iter().map(|at| at.value).collect(),
                lease: network.lease,
                relays: network.relays.iter().map(|at| at.value).collect(),
                reservations: network
                    .reservations
                    .iter()
                    .map(|at| Reservation { mac: at.value.0, address: at.value.1 })
                    .collect(),
                options,
            });
        }
    }

    fn subnet(&mut self, subnet: &At<(IpAddr, u8)>) -> Option<Prefix> {
        let (address, length) = subnet.value;
        if address.is_ipv6() {
            let finding = Diagnostic::new(Code::P0107, subnet.span, "this version does not serve IPv6 networks");
            self.report(finding);
            return None;
        }
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

    /// An option written by hand, as its number has it on the wire (WF §5).
    fn option(&mut self, option: &At<(u8, Value)>) -> Option<DhcpOption> {
        let (code, value) = &option.value;
        if matches!(code, 1 | 50..=55 | 57..=59 | 61 | 82) {
            let finding = Diagnostic::new(Code::P0902, option.span, format!("option {code} is not yours to set"))
                .because("it is part of the exchange itself (RFC 2131, RFC 2132, RFC 3046)");
            self.report(finding.help("the mask follows from `subnet`, the time from `lease`"));
            return None;
        }
        let addresses = |values: &[Value]| -> Option<Vec<Ipv4Addr>> {
            let each = values.iter().map(|value| match value {
                Value::Ip(IpAddr::V4(address)) => Some(*address),
                _ => None,
            });
            each.collect()
        };
        let value = match value {
            Value::Text(text) if text.is_ascii() && !text.is_empty() => DhcpValue::Text(text.clone()),
            Value::Ip(IpAddr::V4(address)) => DhcpValue::Addresses(vec![*address]),
            Value::List(values) if addresses(values).is_some() => {
                DhcpValue::Addresses(addresses(values).unwrap_or_default())
            }
            Value::Int(number) if (0..=255).contains(number) => DhcpValue::Octets(vec![*number as u8]),
            other => {
                let finding = Diagnostic::new(Code::P0301, option.span, format!("option {code} cannot hold this"))
                    .because(format!("a {} has no form on the wire here", other.kind()))
                    .help("an option holds ASCII text, IPv4 addresses or a number up to 255");
                self.report(finding);
                return None;
            }
        };
        let wanted = match code {
            3 | 6 | 42 | 150 => matches!(value, DhcpValue::Addresses(_)).then_some(()).ok_or("IPv4 addresses"),
            12 | 15 | 66 | 67 | 159 | 160 => matches!(value, DhcpValue::Text(_)).then_some(()).ok_or("a text"),
            _ => Ok(()),
        };
        let fault = match wanted {
            Err(wanted) => Some(format!("it holds {wanted} (WF §5)")),
            Ok(()) if value.octets().len() > 255 => Some(format!("{} octets; 255 are the most", value.octets().len())),
            Ok(()) => None,
        };
        if let Some(why) = fault {
            let finding = Diagnostic::new(Code::P0902, option.span, format!("option {code} cannot hold this"));
            self.report(finding.because(why));
            return None;
        }
        Some(DhcpOption { code: *code, value })
    }

    /// Networks whose pools cannot hold the phones that live on them alone.
    pub(super) fn capacity(&mut self) {
        for (position, network) in self.checked.program.networks.iter().enumerate() {
            let Some(planned) = self.plan.networks.get(position) else { continue };
            let fleets =
                || {
                    self.checked.program.fleets.iter().filter(|fleet| {
                        fleet.networks.len() == 1 && fleet.networks.iter().any(|at| at.value == position)
                    })
                };
            let phones: usize = fleets().map(|fleet| fleet.phones.macs.len()).sum();
            let size = planned.usable(&self.plan.servers) + planned.reservations.len() as u64;
            let broken = planned.pools.iter().any(|pool| pool.size() == 0) || planned.subnet == Prefix::NOWHERE;
            if phones as u64 > size && !broken {
                let place = network.pools.first().map_or(network.name.span, |pool| pool.span);
                let names: Vec<&str> = fleets().map(|fleet| fleet.name.value.as_str()).collect();
                let finding = Diagnostic::new(
                    Code::P0904,
                    place,
                    format!("`{}` has {size} addresses for {phones} phones", network.name.value),
                )
                .because(format!("the fleets here are {}", names.join(", ")))
                .help("widen the pool, or give the fleets a second network");
                self.findings.push(finding);
            }
        }
    }
}

/// A stand-in for a network with an error of its own; such a plan is never served.
fn empty(id: &str) -> Network {
    Network {
        id: id.to_owned(),
        server: 0,
        subnet: Prefix::NOWHERE,
        pools: Vec::new(),
        router: None,
        domain: None,
        dns: Vec::new(),
        ntp: Vec::new(),
        lease: 0,
        relays: Vec::new(),
        reservations: Vec::new(),
        options: Vec::new(),
    }
}
