//! What phones look up by SRV (PB §6): whether the records are there, and whether all read them alike.

use super::Compiler;
use super::records::{absolute, addresses_of};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::{At, Network, Record, Zone};
use crate::plan::{Scheme, Server};
use std::collections::HashMap;
use std::net::IpAddr;

/// The label that phones put before a domain; TFTP has none.
pub(super) fn label(scheme: Scheme) -> Option<&'static str> {
    match scheme {
        Scheme::Https => Some("_ciscoprov-https._tls"),
        Scheme::Http => Some("_ciscoprov-http._tcp"),
        Scheme::Tftp => None,
    }
}

/// The names that phones ask for.
fn labels(asked: &[&str], domain: &str) -> String {
    asked.iter().map(|label| format!("`{label}.{domain}`")).collect::<Vec<_>>().join(", ")
}

impl Compiler<'_> {
    /// Among records of one priority phones take the lowest weight first; RFC 2782 has the highest taken most (WF §7).
    pub(super) fn weights(&mut self, zone: &Zone) {
        let mut first: HashMap<(String, u16), (u16, String, u16, Span)> = HashMap::new();
        let mut told: Vec<(String, u16)> = Vec::new();
        for record in &zone.records {
            let Record::Srv { name, target, port, priority, weight } = &record.value else { continue };
            if !name.starts_with("_ciscoprov") {
                continue;
            }
            let key = (absolute(name, &zone.name.value), *priority);
            let host = absolute(target, &zone.name.value);
            let Some((other, at, its, span)) = first.get(&key) else {
                first.insert(key, (*weight, host, *port, record.span));
                continue;
            };
            // Two names of one host are one host, whichever is taken first.
            let same = || {
                let mut both = [at, &host].map(|name| addresses_of(zone, &format!("{name}.")).collect::<Vec<_>>());
                both.iter_mut().for_each(|addresses| addresses.sort_unstable());
                let [one, another] = &both;
                at == &host || !one.is_empty() && one == another
            };
            if other != weight && !(its == port && same()) && !told.contains(&key) {
                let finding =
                    Diagnostic::new(Code::P0906, record.span, "phones and RFC 2782 read these weights differently")
                        .because(format!("weight {weight} beside {other}, at priority {priority}"))
                        .label(*span, "the other host")
                        .help("give the hosts different priorities: the lower is tried first by all")
                        .note("phones try the lower weight first; by RFC 2782 the higher is taken more often (WF §7)");
                self.findings.push(finding);
                told.push(key);
            }
        }
    }

    /// `bootstrap srv`: a phone asks for the records of the domain that its network tells.
    pub(super) fn bootstrap_srv(&mut self, networks: &[At<usize>], server: &Server, span: Span) {
        const BOTH: [&str; 2] = ["_ciscoprov-https._tls", "_ciscoprov-http._tcp"];
        let asked: Vec<&str> = [Scheme::Https, Scheme::Http]
            .into_iter()
            .filter(|scheme| server.port(*scheme).is_some())
            .filter_map(label)
            .collect();
        if asked.is_empty() {
            let finding =
                Diagnostic::new(Code::P0212, span, format!("server `{}` offers no https and no http", server.id));
            self.report(finding.because("SRV records lead phones to these only").note("PB §6"));
            return;
        }
        let checked = self.checked;
        for network in networks.iter().filter_map(|at| checked.program.networks.get(at.value)) {
            let Some(domain) = &network.domain else {
                let message = format!("network `{}` tells no domain", network.name.value);
                let finding = Diagnostic::new(Code::P0905, span, message)
                    .because("phones ask for the SRV records of the domain that DHCP tells them (option 15)")
                    .label(network.name.span, "the network")
                    .help("add `domain \"example.com\"` to it");
                self.report(finding.note("PB §6"));
                continue;
            };
            if self.services_at(&domain.value, &asked) == Some(false) {
                let finding = Diagnostic::new(
                    Code::P0905,
                    span,
                    format!("`{}` has no SRV record that phones ask for", domain.value),
                )
                .because(format!("they ask for {}", labels(&asked, &domain.value)))
                .label(domain.span, "the domain that DHCP tells")
                .help(format!(
                    "add `srv \"{}\" {{ target \"…\"  port … }}` to the zone",
                    asked.first().copied().unwrap_or_default()
                ));
                self.report(finding.note("PB §6"));
            } else if let Some(told) = self.no_zone(network, &domain.value) {
                let message = format!("no zone of the program holds `{}`", domain.value);
                let finding = Diagnostic::new(Code::P0905, span, message)
                    .because(format!(
                        "phones ask our own server for {}, and it knows of no such name and asks nobody",
                        labels(&asked, &domain.value)
                    ))
                    .label(domain.span, "the domain that DHCP tells")
                    .label(told, "the server that they ask")
                    .help(format!(
                        "add `zone \"{}\" {{ srv \"{}\" {{ target \"…\"  port … }} }}`, or let the server ask another: `dns {{ forward ADDRESS }}`",
                        domain.value,
                        asked.first().copied().unwrap_or_default()
                    ));
                self.report(finding.note("PB §6"));
            } else if let Some((record, target)) = self.elsewhere(&domain.value, &BOTH, server) {
                let finding = Diagnostic::new(Code::P0905, record, format!("this leads phones to `{target}`"))
                    .because(format!(
                        "their files are on server `{}`, and no record that they try first leads there",
                        server.id
                    ))
                    .label(span, "these phones come by it")
                    .help(format!("let it name a host with an address of server `{}`", server.id));
                self.report(finding.note("PB §6"));
            }
        }
    }

    /// Where a network names only servers of ours for DNS that ask nobody else, and no zone holds the domain.
    fn no_zone(&self, network: &Network, domain: &str) -> Option<Span> {
        let domain = domain.trim_end_matches('.').to_ascii_lowercase();
        let knows_nobody = |address: &At<IpAddr>| {
            self.plan.servers.iter().any(|server| {
                let ours = server.services.dns.is_some() && server.addresses.contains(&address.value);
                ours && server.forward.is_empty()
            })
        };
        let told = network.dns.first()?;
        (self.zone_of(&domain).is_none() && network.dns.iter().all(knows_nobody)).then_some(told.span)
    }

    /// The first record of those that phones try first, where none of these leads to a server; nothing where one does, or
    /// names a host that is not ours to look up. What they try next is for when nobody answers there.
    fn elsewhere(&self, domain: &str, labels: &[&str], server: &Server) -> Option<(Span, String)> {
        let domain = domain.trim_end_matches('.').to_ascii_lowercase();
        let zone = self.zone_of(&domain)?;
        let of = |label: &str| -> Vec<(Span, &String, u16)> {
            let asked = format!("{label}.{domain}");
            let services = zone.records.iter().filter_map(|record| match &record.value {
                Record::Srv { name, target, priority, .. } if target != "." => {
                    (absolute(name, &zone.name.value) == asked).then_some((record.span, target, *priority))
                }
                _ => None,
            });
            services.collect()
        };
        let services = labels.iter().map(|label| of(label)).find(|services| !services.is_empty())?;
        let first_tried = services.iter().map(|(.., priority)| *priority).min()?;
        let mut first = None;
        for (span, target, _) in services.into_iter().filter(|(.., priority)| *priority == first_tried) {
            let mut addresses = addresses_of(zone, target).peekable();
            if addresses.peek().is_none() || addresses.any(|address| server.addresses.contains(&address)) {
                return None;
            }
            first.get_or_insert((span, target.clone()));
        }
        first
    }

    /// Whether a domain has one of these services; nothing when no zone of the program holds it.
    fn services_at(&self, domain: &str, labels: &[&str]) -> Option<bool> {
        let domain = domain.trim_end_matches('.').to_ascii_lowercase();
        let zone = self.zone_of(&domain)?;
        Some(zone.records.iter().any(|record| match &record.value {
            Record::Srv { name, .. } => {
                let name = absolute(name, &zone.name.value);
                labels.iter().any(|label| name == format!("{label}.{domain}"))
            }
            _ => false,
        }))
    }

    /// The zone that a name is in: the longest that fits.
    pub(super) fn zone_of(&self, name: &str) -> Option<&Zone> {
        let holds = |zone: &&Zone| {
            let apex = zone.name.value.to_ascii_lowercase();
            name == apex || name.strip_suffix(&apex).is_some_and(|rest| rest.ends_with('.'))
        };
        self.checked.program.zones.iter().filter(holds).max_by_key(|zone| zone.name.value.len())
    }

    /// The domain that a rule with `--srv` names: of the server's host and the domains above it, the first that has the
    /// service. Where no zone of the program holds the host it is the host itself.
    pub(super) fn service_domain(&mut self, server: &Server, scheme: Scheme, span: Span) -> Option<String> {
        let label = label(scheme)?;
        let Some(host) = &server.host else {
            let finding = Diagnostic::new(Code::P0905, span, format!("server `{}` has no name to look up", server.id));
            let help = "add `name \"prov.example.com\"` to it";
            self.report(finding.because("an SRV record belongs to a domain, not to an address").help(help));
            return None;
        };
        let mut domain = host.as_str();
        loop {
            match self.services_at(domain, &[label]) {
                Some(true) => return Some(domain.to_owned()),
                Some(false) => {}
                None if domain == host => return Some(host.clone()),
                None => break,
            }
            match domain.split_once('.') {
                Some((_, above)) => domain = above,
                None => break,
            }
        }
        let finding = Diagnostic::new(Code::P0905, span, format!("no SRV record `{label}` for `{host}`"))
            .because("phones ask for it before they fetch, and find nothing")
            .help(format!("add `srv \"{label}\" {{ target \"…\"  port … }}` to the zone"))
            .note("PB §6, RS §6");
        self.report(finding);
        None
    }
}
