//! Zones: records that lead where something answers.

use super::Compiler;
use super::final_dots::with_dot;
use crate::diagnostic::{Code, Diagnostic, Span, closest};
use crate::language::{Record, Zone as Declared};
use crate::plan::{Naptr, Scheme, Server, Srv, Zone, ZoneRecord};
use std::net::IpAddr;

impl Compiler<'_> {
    pub(super) fn zones(&mut self) {
        self.aliases_in_rings();
        for zone in &self.checked.program.zones {
            let name_server = self.plan.servers.iter().find(|server| server.services.dns.is_some());
            // A name server is named; an address cannot stand in its record.
            let name_server = name_server.and_then(|server| server.host.clone());
            let name_server = name_server.unwrap_or_else(|| format!("ns.{}", zone.name.value));
            let mut records = Vec::new();
            self.aliases_stand_alone(zone);
            self.name_servers_are_found(zone);
            self.weights(zone);
            for record in &zone.records {
                let made = match &record.value {
                    Record::A(name, address) => ZoneRecord::A { name: name.clone(), address: *address },
                    Record::Aaaa(name, address) => ZoneRecord::Aaaa { name: name.clone(), address: *address },
                    Record::Cname(name, target) => ZoneRecord::Cname { name: name.clone(), target: target.clone() },
                    Record::Ns(name, target) => ZoneRecord::Ns { name: name.clone(), target: target.clone() },
                    Record::Txt(name, texts) => ZoneRecord::Txt { name: name.clone(), texts: texts.clone() },
                    Record::Naptr(naptr) => ZoneRecord::Naptr(Naptr {
                        name: naptr.name.clone(),
                        order: naptr.order,
                        preference: naptr.preference,
                        flags: naptr.flags.clone(),
                        service: naptr.service.clone(),
                        pattern: naptr.pattern.clone(),
                        replacement: naptr.replacement.clone(),
                    }),
                    Record::Srv { name, target, port, priority, weight } => {
                        let port = self.srv(zone, record.span, name, target, *port);
                        ZoneRecord::Srv(Srv {
                            name: name.clone(),
                            priority: *priority,
                            weight: *weight,
                            port,
                            target: target.clone(),
                        })
                    }
                };
                records.push(made);
            }
            self.plan.zones.push(Zone { name: zone.name.value.clone(), ttl: zone.ttl, name_server, records });
        }
    }

    /// Checks one SRV record, and gives the port that it has once every port is moved by the offset.
    fn srv(&mut self, zone: &Declared, span: Span, name: &str, target: &str, port: u16) -> u16 {
        let scheme = match name.split('.').collect::<Vec<_>>().as_slice() {
            ["_ciscoprov-https", "_tls", ..] => Scheme::Https,
            ["_ciscoprov-http", "_tcp", ..] => Scheme::Http,
            [service, proto, ..] if service.starts_with("_ciscoprov") => {
                let finding = Diagnostic::new(Code::P0905, span, format!("no phone asks for `{name}`"))
                    .because(format!("`{service}` and `{proto}` do not go together"))
                    .help("phones ask for `_ciscoprov-https._tls` and `_ciscoprov-http._tcp`; TFTP has no SRV")
                    .note("PB §6");
                self.report(finding);
                return port;
            }
            // Records of other services are the program's own affair, but for one that is nearly this.
            [service, proto, ..] => {
                let written = format!("{service}.{proto}");
                if let Some(meant) = closest(&written, ["_ciscoprov-https._tls", "_ciscoprov-http._tcp"]) {
                    let finding = Diagnostic::new(Code::P0905, span, format!("no phone asks for `{name}`"));
                    self.report(finding.help(format!("did you mean `{meant}`?")).note("PB §6"));
                }
                return port;
            }
            _ => return port,
        };
        // The service is not offered (RFC 2782).
        if target == "." {
            return port;
        }
        if let Some(alias) =
            zone.records.iter().find(|at| matches!(&at.value, Record::Cname(name, _) if is(name, target, zone)))
        {
            let finding = Diagnostic::new(Code::P0905, span, format!("`{target}` is an alias"))
                .because("a service is named by a host with addresses of its own (RFC 2782)")
                .label(alias.span, "the alias")
                .help("let the record name the host that the alias leads to");
            self.report(finding);
            return port;
        }
        let Some(address) = address_of(zone, target) else {
            // Another zone's name is not ours to look up.
            if target.ends_with('.') && !target.ends_with(&format!("{}.", zone.name.value)) {
                return port;
            }
            let finding = Diagnostic::new(Code::P0905, span, format!("`{target}` has no address record"))
                .because("a phone that follows this record finds no host");
            if let Some((record, owner)) = self.meant_for(zone, target) {
                let finding = Diagnostic::new(Code::P0905, record, finding.message)
                    .because("this name has no final dot, and is below the zone")
                    .label(span, "a phone that follows this record finds no host");
                self.report(finding.help(with_dot(&owner, &zone.name.value)));
                return port;
            }
            // Without its final dot a name in full is one below itself.
            let full = format!("{target}.");
            self.report(match address_of(zone, &full).and_then(|_| inside(&full, &zone.name.value)) {
                Some(short) => {
                    finding.help(format!("write `target \"{short}\"`, or `target \"{full}\"` with a final dot"))
                }
                None => finding.help(format!("add `a \"{target}\" ADDRESS` to zone `{}`", zone.name.value)),
            });
            return port;
        };
        let declared = self.checked.program.servers.iter().zip(&self.plan.servers);
        let here: Vec<&Server> = declared
            .filter(|(server, _)| server.addresses.iter().any(|at| at.value == address))
            .map(|(_, planned)| planned)
            .collect();
        if here.is_empty() {
            // Another machine's address: what listens there is not ours to know.
            return port;
        }
        let moved = port.saturating_add(self.options.port_offset);
        if here.iter().any(|server| server.port(scheme) == Some(moved)) {
            return moved;
        }
        let offered = here.iter().find_map(|server| server.port(scheme));
        let finding =
            Diagnostic::new(Code::P0905, span, format!("nothing serves {scheme} on port {port} of `{target}`"));
        let finding = match offered {
            Some(offered) => {
                finding.help(format!("the server's {scheme} port is {}", offered - self.options.port_offset))
            }
            None => finding
                .because(format!("the server at {address} offers no {scheme}"))
                .help(format!("add `{scheme} {{ port {port} }}` to the server, or remove the record")),
        };
        self.report(finding);
        port
    }
}

/// Whether two names of a zone are one, each relative, `@` or absolute.
fn is(one: &str, other: &str, zone: &Declared) -> bool {
    absolute(one, &zone.name.value) == absolute(other, &zone.name.value)
}

/// A name of a zone in full, without the final dot, in lower case.
pub(super) fn absolute(name: &str, zone: &str) -> String {
    let full = match name {
        "@" => zone.to_owned(),
        _ => name.strip_suffix('.').map_or_else(|| format!("{name}.{zone}"), str::to_owned),
    };
    full.to_ascii_lowercase()
}

/// The name relative to the zone that it is in.
pub(super) fn inside(name: &str, zone: &str) -> Option<String> {
    let (name, zone) = (absolute(name, zone), zone.to_ascii_lowercase());
    if name == zone {
        return Some("@".into());
    }
    Some(name.strip_suffix(&zone)?.strip_suffix('.')?.to_owned())
}

fn address_of(zone: &Declared, target: &str) -> Option<IpAddr> {
    addresses_of(zone, target).next()
}

/// What a zone says of a host.
pub(super) fn addresses_of(zone: &Declared, target: &str) -> impl Iterator<Item = IpAddr> {
    zone.records.iter().filter_map(move |record| match &record.value {
        Record::A(name, address) if is(name, target, zone) => Some(IpAddr::V4(*address)),
        Record::Aaaa(name, address) if is(name, target, zone) => Some(IpAddr::V6(*address)),
        _ => None,
    })
}
