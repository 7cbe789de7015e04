//! Addresses of a network that are somebody's: pools that would give them away, and relays that mean no one network.

use super::Compiler;
use super::networks::Placed;
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::language::{At, Network as Scope};
use crate::plan::{Network, Prefix};
use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr};

/// Relays so far, each with its network's position and where it stands.
pub(super) type Relays = HashMap<IpAddr, (usize, Span)>;

impl Compiler<'_> {
    pub(super) fn pools_are_free(&mut self, network: &Scope) {
        let checked = self.checked;
        let server = network.server.and_then(|server| checked.program.servers.get(server));
        let router = network.router.iter().map(|at| ("router", at));
        let own = server.into_iter().flat_map(|server| &server.addresses).map(|at| ("server", at));
        let held: Vec<(&str, &At<IpAddr>)> = router.chain(own).collect();
        let subnet = network.subnet.as_ref().and_then(|at| Prefix::new(at.value.0, at.value.1).ok());
        for At { value: (first, last), span } in &network.pools {
            let inside = |at: IpAddr| first.is_ipv4() == at.is_ipv4() && *first <= at && at <= *last;
            if let Some((whose, address, subnet)) = subnet.and_then(|subnet| edge_in(subnet, *first, *last)) {
                let finding = Diagnostic::new(Code::P0901, *span, format!("the {whose} address is in this pool"))
                    .because(format!("no host of {subnet} can have `{address}`"));
                self.report(match without(*first, *last, address) {
                    Some(pools) => finding.help(format!("leave it out: `pool {pools}`")),
                    None => finding,
                });
            }
            let Some((whose, at)) = held.iter().find(|(_, at)| inside(at.value)) else { continue };
            let finding = Diagnostic::new(Code::P0901, *span, format!("the {whose}'s address is in this pool"))
                .because(format!("`{}` would be given to a phone: two hosts would have it", at.value))
                .label(at.span, format!("the {whose}'s"));
            self.report(match without(*first, *last, at.value) {
                Some(pools) => finding.help(format!("leave it out: `pool {pools}`")),
                None => finding,
            });
        }
    }

    /// The relay's address is all that tells a server where a request comes from (RFC 2131 §4.3.1).
    pub(super) fn relays(&mut self, position: usize, network: &Scope, subnet: Prefix, relays: &mut Relays) {
        // One of the other family has its finding.
        let alike = network.relays.iter().filter(|relay| relay.value.is_ipv4() == subnet.address().is_ipv4());
        for relay in alike {
            if !subnet.contains(relay.value) {
                self.inside(network, subnet, relay.span, "relay", relay.value);
                continue;
            }
            match relays.get(&relay.value) {
                Some((other, first)) if *other == position => {
                    let message = format!("relay `{}` is given twice", relay.value);
                    let finding = Diagnostic::new(Code::P0202, relay.span, message);
                    self.report(finding.because("given again here").label(*first, "first given here"));
                }
                Some((_, first)) => {
                    let message = format!("relay `{}` means two networks", relay.value);
                    let finding = Diagnostic::new(Code::P0901, relay.span, message)
                        .because("the relay's address is all that tells which network a request comes from")
                        .label(*first, "it means another network here")
                        .help("a relay has an address of its own on each network: name that one");
                    self.report(finding.note("RFC 2131 §4.3.1"));
                }
                None => drop(relays.insert(relay.value, (position, relay.span))),
            }
        }
    }
}

impl Compiler<'_> {
    /// P0901: a fleet on two networks of one server whose subnets hold each other's addresses. What comes by no relay comes from
    /// where the server itself is, and that is in both.
    pub(super) fn told_apart(&mut self) {
        let checked = self.checked;
        let program = &checked.program;
        let mut told: HashSet<(usize, usize)> = HashSet::new();
        let mut findings = Vec::new();
        for fleet in &program.fleets {
            let direct: Vec<(&At<usize>, &Network)> =
                fleet.networks.iter().filter_map(|at| Some((at, self.direct(at.value)?))).collect();
            for (number, (at, network)) in direct.iter().enumerate() {
                let earlier = direct.iter().take(number).find(|(other, one)| {
                    let overlap =
                        one.subnet.contains(network.subnet.address()) || network.subnet.contains(one.subnet.address());
                    other.value != at.value && one.server == network.server && overlap
                });
                let Some((other, one)) = earlier.filter(|(other, _)| told.insert((other.value, at.value))) else {
                    continue;
                };
                let name = |at: &At<usize>| program.networks.get(at.value).map(|network| &network.name);
                let (Some(second), Some(first)) = (name(at), name(other)) else { continue };
                let mut finding = Diagnostic::new(
                    Code::P0901,
                    second.span,
                    format!("nothing tells network `{}` from `{}`", second.value, first.value),
                )
                .because(format!(
                    "{} and {} hold the same addresses, and no relay says which is meant",
                    network.subnet, one.subnet
                ))
                .label(first.span, "the other")
                .help(
                    "name the `relay` of one of them, or make them one network with both pools: `pool A .. B, C .. D`",
                );
                finding.severity = Severity::Warning;
                findings.push(finding);
            }
        }
        self.findings.extend(findings);
    }

    /// A network whose requests come to its server without a relay.
    fn direct(&self, position: usize) -> Option<&Network> {
        let Some(Placed::V4(planned)) = self.placed.get(position) else { return None };
        self.plan.networks.get(*planned).filter(|network| network.relays.is_empty())
    }
}

/// The address of a subnet's own that a pool of it would give to a phone. One that reaches beyond has its finding.
fn edge_in(subnet: Prefix, first: IpAddr, last: IpAddr) -> Option<(&'static str, IpAddr, Prefix)> {
    if subnet.length() >= 31 || !subnet.contains(first) || !subnet.contains(last) {
        return None;
    }
    let broadcast = IpAddr::from(subnet.broadcast()?);
    match () {
        () if first == subnet.address() => Some(("network's own", first, subnet)),
        () if last == broadcast => Some(("broadcast", last, subnet)),
        () => None,
    }
}

/// What is left of a pool without one address, as a program would say it.
fn without(first: IpAddr, last: IpAddr, taken: IpAddr) -> Option<String> {
    let (IpAddr::V4(first), IpAddr::V4(last), IpAddr::V4(taken)) = (first, last, taken) else { return None };
    let before = u32::from(taken).checked_sub(1).map(Ipv4Addr::from).filter(|before| first <= *before);
    let after = u32::from(taken).checked_add(1).map(Ipv4Addr::from).filter(|after| *after <= last);
    let before = before.map(|before| format!("{first} .. {before}"));
    let after = after.map(|after| format!("{after} .. {last}"));
    match (before, after) {
        (Some(before), Some(after)) => Some(format!("{before}, {after}")),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_without_one_address_is_what_is_left() {
        let at = |last: u8| IpAddr::from([10, 0, 0, last]);
        for (first, last, taken, left) in [
            (1, 9, 1, Some("10.0.0.2 .. 10.0.0.9")),
            (1, 9, 9, Some("10.0.0.1 .. 10.0.0.8")),
            (1, 9, 5, Some("10.0.0.1 .. 10.0.0.4, 10.0.0.6 .. 10.0.0.9")),
            (5, 5, 5, None),
        ] {
            assert_eq!(without(at(first), at(last), at(taken)).as_deref(), left);
        }
        assert_eq!(without([0, 0, 0, 0].into(), at(9), [0, 0, 0, 0].into()).as_deref(), Some("0.0.0.1 .. 10.0.0.9"));
    }
}
