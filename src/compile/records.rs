//! Zones: records that lead where something answers.

use super::Compiler;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::{Record, Zone as Declared};
use crate::plan::{Scheme, Server, Srv, Zone, ZoneRecord};
use std::net::IpAddr;

impl Compiler<'_> {
    pub(super) fn zones(&mut self) {
        for zone in &self.checked.program.zones {
            let name_server = self.plan.servers.iter().find(|server| server.services.dns.is_some());
            // A name server is named; an address cannot stand in its record.
            let name_server = name_server.and_then(|server| server.host.clone());
            let name_server = name_server.unwrap_or_else(|| format!("ns.{}", zone.name.value));
            let mut records = Vec::new();
            for record in &zone.records {
                let made = match &record.value {
                    Record::A(name, address) => ZoneRecord::A { name: name.clone(), address: *address },
                    Record::Aaaa(name, address) => ZoneRecord::Aaaa { name: name.clone(), address: *address },
                    Record::Cname(name, target) => ZoneRecord::Cname { name: name.clone(), target: target.clone() },
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
            // Records of other services are the program's own affair.
            _ => return port,
        };
        let Some(address) = address_of(zone, target) else {
            if target.ends_with('.') {
                return port;
            }
            let finding = Diagnostic::new(Code::P0905, span, format!("`{target}` has no address record"))
                .because("a phone that follows this record finds no host")
                .help(format!("add `a \"{target}\" ADDRESS` to zone `{}`", zone.name.value));
            self.report(finding);
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
            None => finding.because(format!("the server at {address} offers no {scheme}")),
        };
        self.report(finding);
        port
    }
}

fn address_of(zone: &Declared, target: &str) -> Option<IpAddr> {
    let suffix = format!(".{}.", zone.name.value);
    let relative = target.strip_suffix(suffix.as_str()).unwrap_or(target);
    zone.records.iter().find_map(|record| match &record.value {
        Record::A(name, address) if name == relative => Some(IpAddr::V4(*address)),
        Record::Aaaa(name, address) if name == relative => Some(IpAddr::V6(*address)),
        _ => None,
    })
}
