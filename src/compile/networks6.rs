//! DHCPv6 scopes.

use super::Compiler;
use super::networks::{Neighbours, answers, busy};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::{At, Network as Scope};
use crate::phone::Mac;
use crate::plan::{Network6, Pool6, Prefix, Reservation6};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};

impl Compiler<'_> {
    pub(super) fn network6(&mut self, network: &Scope, subnet: Prefix, neighbours: &Neighbours) -> Network6 {
        if let Some(router) = &network.router {
            let finding = Diagnostic::new(Code::P0902, router.span, "DHCPv6 tells no router");
            self.report(finding.because("hosts learn it from router advertisements (RFC 4861)").help("remove this"));
        }
        let pools = self.pools6(network, subnet);
        let mut addresses: HashMap<Ipv6Addr, Span> = HashMap::new();
        let mut macs: HashMap<Mac, Span> = HashMap::new();
        let mut reservations = Vec::new();
        for At { value: (mac, address), span } in &network.reservations {
            let (mac, span) = (*mac, *span);
            let Some(address) = self.v6(&At { value: *address, span }) else { continue };
            self.inside(network, subnet, span, "reserved address", address.into());
            self.reserved_for_a_phone(mac, span, neighbours);
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
            reservations.push(Reservation6 { mac, address });
        }
        self.reserved_elsewhere(network, &macs);
        let said = [
            (23, "dns", network.dns.first().map(|at| at.span)),
            (24, "domain", network.domain.as_ref().map(|at| at.span)),
            (56, "ntp", network.ntp.first().map(|at| at.span)),
        ];
        self.said_by_a_word(&network.options, &said);
        let options = self.written6(&network.options);
        let classes = self.classes(&network.classes, Self::written6);
        Network6 {
            id: network.name.value.clone(),
            server: network.server.unwrap_or(0),
            subnet,
            pools,
            domain: network.domain.as_ref().map(|at| at.value.clone()),
            dns: self.all_v6(&network.dns),
            ntp: self.all_v6(&network.ntp),
            lease: network.lease,
            relays: self.all_v6(&network.relays),
            reservations,
            options,
            classes,
            answers: answers(network),
            unknown_as: None,
            busy: busy(network),
        }
    }

    fn pools6(&mut self, network: &Scope, subnet: Prefix) -> Vec<Pool6> {
        let mut pools: Vec<(Pool6, Span)> = Vec::new();
        for pool in &network.pools {
            let ends = [pool.value.0, pool.value.1].map(|value| self.v6(&At { value, span: pool.span }));
            let [Some(first), Some(last)] = ends else { continue };
            let this = Pool6 { first, last };
            if this.size() == 0 {
                let finding = Diagnostic::new(Code::P0103, pool.span, "this range is empty");
                self.report(finding.because("its end lies before its start"));
                continue;
            }
            // One end tells that it lies elsewhere, and what it meets there is another network's.
            let outside = [first, last].into_iter().find(|address| !subnet.contains((*address).into()));
            self.inside(network, subnet, pool.span, "pool address", outside.unwrap_or(first).into());
            let other = pools.iter().find(|(other, _)| other.first <= last && first <= other.last);
            if let Some((other, span)) = other.filter(|_| outside.is_none()) {
                let finding = Diagnostic::new(Code::P0901, pool.span, "pools overlap")
                    .because(format!("{first} to {last}"))
                    .label(*span, format!("{} to {}", other.first, other.last))
                    .help("let one of them end before the other begins");
                self.report(finding);
            }
            pools.push((this, pool.span));
        }
        pools.into_iter().map(|(pool, _)| pool).collect()
    }

    fn all_v6(&mut self, addresses: &[At<IpAddr>]) -> Vec<Ipv6Addr> {
        addresses.iter().filter_map(|address| self.v6(address)).collect()
    }

    fn v6(&mut self, address: &At<IpAddr>) -> Option<Ipv6Addr> {
        match address.value {
            IpAddr::V6(address) => Some(address),
            IpAddr::V4(_) => {
                let finding = Diagnostic::new(Code::P0301, address.span, "an IPv6 address is wanted here");
                self.report(finding.because("the subnet is one of IPv6; one of IPv4 is a network of its own"));
                None
            }
        }
    }
}
