//! P0907 of phones in the field: they ask by the name that an earlier revision told them, and hold the certificate against that one
//! until they have been told another.

use super::certificates::{Named, covers};
use super::{place, same_model};
use crate::diagnostic::{Code, Diagnostic, SourceMap, Span};
use crate::phone::model::{DnsAnswer, Query, World};
use crate::plan::{Fleet, PhoneRef, PlanWorld, Scheme, Served};
use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr};

/// `known` are the findings about the program alone.
pub(super) fn check(
    served: &Served,
    sources: &SourceMap,
    sound: &[Option<Span>],
    before: &Served,
    named: &Named,
    known: &[Diagnostic],
) -> Vec<Diagnostic> {
    let mut pairs: HashSet<(u16, u16)> = HashSet::new();
    let mut told: HashSet<(usize, String)> = HashSet::new();
    let mut findings = Vec::new();
    for phone in served.all_phones() {
        let Some(arrival) = sound.get(usize::from(phone.fleet)).copied().flatten() else { continue };
        let Some(was) = served.mac(phone).and_then(|mac| before.phone(mac)) else { continue };
        if pairs.contains(&(phone.fleet, was.fleet)) || !same_model(served, phone, before, was) {
            continue;
        }
        pairs.insert((phone.fleet, was.fleet));
        let Some(fleet) = before.fleet(was) else { continue };
        for host in hosts(before, fleet) {
            let Some(server) = reached(served, phone, &host) else { continue };
            let Some(names) = named.of(server).filter(|names| !names.iter().any(|name| covers(name, &host))) else {
                continue;
            };
            let Some(planned) = served.plan().servers.get(server) else { continue };
            let message = format!("the certificate of `{}` does not name `{host}`", planned.id);
            // That nobody at all gets by with it is told already.
            if known.iter().any(|one| one.code == Code::P0907 && one.message.starts_with(&message)) {
                continue;
            }
            if told.insert((server, host.clone())) {
                let span = planned.tls.as_ref().map(|tls| place(tls.origin, sources)).unwrap_or_default();
                let finding =
                    Diagnostic::new(Code::P0907, span, format!("{message}, which phones in the field ask for"))
                        .because(format!(
                            "it names {}",
                            if names.is_empty() { "nobody".into() } else { names.join(", ") }
                        ))
                        .label(arrival, "phones of this fleet were told that name")
                        .help("let it name both until every phone has been told the new one");
                findings.push(finding.note("PB §6, §14"));
            }
        }
    }
    findings
}

/// The hosts that phones of a fleet ask over https, as they were told.
fn hosts(served: &Served, fleet: &Fleet) -> Vec<String> {
    let profiles = fleet.profiles.iter().filter(|profile| profile.scheme == Scheme::Https);
    let host = |profile: &crate::plan::Profile| match &profile.service_domain {
        Some(domain) => Some(domain.clone()),
        None => served.plan().servers.get(profile.server).map(|server| server.authority_host()),
    };
    let mut hosts: Vec<String> = profiles.filter_map(host).collect();
    hosts.sort_unstable();
    hosts.dedup();
    hosts
}

/// The server that a host leads a phone to now, over https.
fn reached(served: &Served, phone: PhoneRef, host: &str) -> Option<usize> {
    let servers = &served.plan().servers;
    let offers = |server: &crate::plan::Server| server.port(Scheme::Https).is_some();
    if let Some(server) = servers.iter().position(|server| server.is_at(host) && offers(server)) {
        return Some(server);
    }
    if host.parse::<IpAddr>().is_ok() {
        return None;
    }
    let answer = PlanWorld::of(served, phone)?.resolve(0, &Query::Address(host.to_owned())).answer;
    let DnsAnswer::Addresses(addresses) = answer else { return None };
    let at = |address: &Ipv4Addr| {
        servers.iter().position(|server| offers(server) && server.addresses.contains(&IpAddr::V4(*address)))
    };
    addresses.iter().find_map(at)
}
