//! Names of servers: one that lies in a zone of the program is ours to answer, and has to lead to its server.

use super::Compiler;
use super::final_dots::with_dot;
use super::records::{absolute, inside};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::{At, Record, Server, Zone};
use std::net::IpAddr;

/// Resolvers follow no longer chain of aliases.
const LONGEST_CHAIN: usize = 8;

/// Where a name leads by the zones of the program.
enum Led<'z> {
    /// To a name that others answer for.
    Elsewhere,
    /// The last zone that was asked does not have the name.
    Nowhere(&'z Zone, String),
    To(Vec<(IpAddr, Span)>),
}

impl Compiler<'_> {
    /// Phones are told the name in URLs, and ask for its address: what is not in our zone does not exist for them.
    pub(super) fn hosts(&mut self) {
        let checked = self.checked;
        let mut findings = Vec::new();
        for server in checked.program.servers.iter().filter(|server| !server.addresses.is_empty()) {
            let Some(host) = &server.host else { continue };
            match self.led(&host.value) {
                Led::Nowhere(zone, name) if zone.whole && !followed(zone, &name) => {
                    let finding = missing(server, host, zone, &name);
                    let zone = checked.program.zones.iter().find(|other| other.name.span == zone.name.span);
                    let meant = zone.and_then(|zone| Some((zone, self.meant_for(zone, &format!("{name}."))?)));
                    findings.push(match meant {
                        Some((zone, (record, owner))) => Diagnostic::new(Code::P0914, record, finding.message)
                            .because("this name has no final dot, and is below the zone")
                            .label(host.span, "phones are told this name")
                            .help(with_dot(&owner, &zone.name.value)),
                        None => finding,
                    });
                }
                Led::To(addresses) => findings.extend(astray(server, host, &addresses)),
                Led::Elsewhere | Led::Nowhere(..) => {}
            }
        }
        self.findings.extend(findings);
    }

    fn led(&self, host: &str) -> Led<'_> {
        let mut name = host.trim_end_matches('.').to_ascii_lowercase();
        let mut asked = None;
        let mut passed: Vec<String> = Vec::new();
        for _ in 0..LONGEST_CHAIN {
            let Some(zone) = self.zone_of(&name) else { return Led::Elsewhere };
            let (mut addresses, mut alias) = (Vec::new(), None);
            for record in &zone.records {
                let owned = |owner: &str| absolute(owner, &zone.name.value) == name;
                match &record.value {
                    Record::A(owner, address) if owned(owner) => addresses.push((IpAddr::V4(*address), record.span)),
                    Record::Aaaa(owner, address) if owned(owner) => addresses.push((IpAddr::V6(*address), record.span)),
                    Record::Cname(owner, target) if owned(owner) => alias = Some(absolute(target, &zone.name.value)),
                    _ => {}
                }
            }
            match alias {
                _ if !addresses.is_empty() => return Led::To(addresses),
                None => return Led::Nowhere(zone, name),
                // Aliases that go round have a finding of their own.
                Some(target) if passed.contains(&target) || target == name => return Led::Elsewhere,
                Some(target) => {
                    passed.push(name.clone());
                    asked = Some((zone, name));
                    name = target;
                }
            }
        }
        asked.map_or(Led::Elsewhere, |(zone, name)| Led::Nowhere(zone, name))
    }
}

/// An SRV record that phones follow to the name has its finding (P0905): what is missing is said once.
fn followed(zone: &Zone, name: &str) -> bool {
    zone.records.iter().any(|record| match &record.value {
        Record::Srv { name: service, target, .. } => {
            service.starts_with("_ciscoprov") && absolute(target, &zone.name.value) == name
        }
        _ => false,
    })
}

fn missing(server: &Server, host: &At<String>, zone: &Zone, name: &str) -> Diagnostic {
    let apex = zone.name.value.to_ascii_lowercase();
    let owner = inside(&format!("{name}."), &apex).unwrap_or_else(|| name.to_owned());
    let add = server.addresses.first().map(|at| match at.value {
        IpAddr::V4(address) => format!("add `a \"{owner}\" {address}` to the zone"),
        IpAddr::V6(address) => format!("add `aaaa \"{owner}\" {address}` to the zone"),
    });
    let here = |address: IpAddr| server.addresses.iter().any(|at| at.value == address);
    let known = zone.records.iter().find_map(|record| match &record.value {
        Record::A(owner, address) if here(IpAddr::V4(*address)) => Some(absolute(owner, &apex)),
        Record::Aaaa(owner, address) if here(IpAddr::V6(*address)) => Some(absolute(owner, &apex)),
        _ => None,
    });
    let finding = Diagnostic::new(Code::P0914, host.span, format!("`{name}` has no address record"))
        .because(format!(
            "zone `{}` is ours: a phone that asks for the name is told that there is none",
            zone.name.value
        ))
        .label(zone.name.span, "the zone");
    match (known, add) {
        (Some(known), Some(add)) => finding.help(format!("write `name \"{known}\"`, or {add}")),
        (None, Some(add)) => finding.help(add),
        _ => finding,
    }
}

fn astray(server: &Server, host: &At<String>, addresses: &[(IpAddr, Span)]) -> Option<Diagnostic> {
    let own = |address: &IpAddr| server.addresses.iter().any(|at| at.value == *address);
    let right = addresses.iter().any(|(address, _)| own(address));
    // Phones take whichever of them comes first. Of a family that the server says nothing of, it may have one more.
    let alike = |address: &IpAddr| server.addresses.iter().any(|at| at.value.is_ipv4() == address.is_ipv4());
    let (address, span) = addresses.iter().find(|(address, _)| !own(address) && (!right || alike(address)))?;
    let all: Vec<String> = server.addresses.iter().map(|at| at.value.to_string()).collect();
    let message = match right {
        true => format!("`{}` does not always lead to server `{}`", host.value, server.name.value),
        false => format!("`{}` does not lead to server `{}`", host.value, server.name.value),
    };
    let finding = Diagnostic::new(Code::P0914, host.span, message)
        .because(match right {
            true => format!("phones are told {address} too, which the server does not have"),
            false => format!("phones are told {address}, which the server does not have"),
        })
        .label(*span, "the record")
        .help(format!("the server has {}: correct the record, or the server's `address`", all.join(", ")));
    Some(finding)
}
