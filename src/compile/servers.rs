//! Servers: addresses, and a port for each service.

use super::Compiler;
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::language::{At, Clients as Declared, Realm as DeclaredRealm, SecretPart, ServiceKind};
use crate::plan::{Clients, Origin, Piece, Realm, RealmAccount, Server, Services, Template, Tls};
use std::collections::HashMap;
use std::net::IpAddr;

impl Compiler<'_> {
    pub(super) fn servers(&mut self) {
        // (address, port, is it TCP) to what took it.
        let mut taken: HashMap<(IpAddr, u16, bool), Taker<'_>> = HashMap::new();
        for (number, server) in self.checked.program.servers.iter().enumerate() {
            let mut clashes: Vec<Clash<'_>> = Vec::new();
            let mut services = Services::default();
            let mut planned = Server {
                id: server.name.value.clone(),
                host: server.host.as_ref().map(|host| host.value.clone()),
                addresses: server.addresses.iter().map(|address| address.value).collect(),
                images: server.images.as_ref().map(|at| at.value.clone()),
                capacity: server.capacity.as_ref().map(|at| at.value),
                ..Server::default()
            };
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
                    ServiceKind::Dhcp6 => (&mut services.dhcp6, "dhcp6", &[false]),
                    ServiceKind::Syslog => (&mut services.syslog, "syslog", &[false]),
                    ServiceKind::Acs => (&mut services.acs, "acs", &[true]),
                    ServiceKind::Dashboard => (&mut services.dashboard, "dashboard", &[true]),
                };
                *slot = Some(port);
                if service.kind == ServiceKind::Acs {
                    let message = format!("this version does not serve {name} itself");
                    let mut finding = Diagnostic::new(Code::P0107, service.span, message)
                        .because("`prov serve` leaves this port closed; what is exported is right");
                    finding.severity = Severity::Warning;
                    self.findings.push(finding);
                }
                let realm = service.realm.as_ref().map(realm);
                let redirects = self.redirects(&service.redirects);
                match service.kind {
                    ServiceKind::Https => {
                        let path = |at: &Option<At<String>>| at.as_ref().map(|at| at.value.clone());
                        planned.tls = Some(Tls {
                            certificate: path(&service.tls.certificate),
                            origin: service
                                .tls
                                .certificate
                                .as_ref()
                                .map_or_else(Origin::default, |at| self.origin(at.span)),
                            key: path(&service.tls.key),
                            clients: match service.tls.clients {
                                Declared::None => Clients::None,
                                Declared::Request => Clients::Request,
                                Declared::Require => Clients::Require,
                            },
                            authority: path(&service.tls.authority),
                            identity: path(&service.tls.identity),
                        });
                        planned.realms.https = realm;
                        planned.redirects.https = redirects;
                    }
                    ServiceKind::Http => {
                        planned.realms.http = realm;
                        planned.redirects.http = redirects;
                    }
                    ServiceKind::Tftp => planned.single_port = service.single_port.is_some(),
                    _ => {
                        for at in &service.forward {
                            if let Some(own) = server.addresses.iter().find(|own| own.value == at.value) {
                                let message = format!("`{}` is this server itself", at.value);
                                let finding = Diagnostic::new(Code::P0303, at.span, message)
                                    .because("it would be asked for what it does not know, and would ask itself")
                                    .label(own.span, "its address")
                                    .help(
                                        "name a name server that knows the rest of the world, or leave `forward` out",
                                    );
                                self.findings.push(finding);
                            }
                            planned.forward.push(at.value);
                        }
                    }
                }
                let mut clash = None;
                for address in &server.addresses {
                    for tcp in protocols {
                        let taker = Taker { server: number, service: name, span: service.span, address };
                        clash =
                            clash.or(taken.insert((address.value, port, *tcp), taker).map(|first| (first, address)));
                    }
                }
                clashes.extend(clash.map(|(first, address)| Clash { port, name, span: service.span, address, first }));
            }
            self.findings.extend(self.told_of_ports(number, clashes));
            planned.services = services;
            self.plan.servers.push(planned);
        }
    }
}

/// What has a port of an address.
struct Taker<'p> {
    server: usize,
    service: &'static str,
    span: Span,
    address: &'p At<IpAddr>,
}

/// A port that is taken already.
struct Clash<'p> {
    port: u16,
    name: &'static str,
    span: Span,
    address: &'p At<IpAddr>,
    first: Taker<'p>,
}

impl Compiler<'_> {
    /// P0911: by port; where two servers have several ports of one address in common, by the address, which was copied.
    fn told_of_ports(&self, server: usize, clashes: Vec<Clash<'_>>) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        let mut copied: Vec<Span> = Vec::new();
        for clash in &clashes {
            let with = |other: &&Clash<'_>| other.first.server != server && other.address.span == clash.address.span;
            let alike: Vec<&Clash<'_>> = clashes.iter().filter(with).collect();
            if clash.first.server == server || alike.len() < 2 {
                let message = format!("port {} is taken by two services", clash.port);
                let finding =
                    Diagnostic::new(Code::P0911, clash.span, message).because(format!("`{}` here", clash.name));
                findings.push(
                    finding
                        .label(clash.first.span, format!("`{}` here", clash.first.service))
                        .help("give one of them another port, or an address of its own on another server"),
                );
                continue;
            }
            if copied.contains(&clash.address.span) {
                continue;
            }
            copied.push(clash.address.span);
            let names = &self.checked.program.servers;
            let name = |number: usize| names.get(number).map_or("", |server| server.name.value.as_str());
            let (name, other) = (name(server), name(clash.first.server));
            let message = format!("servers `{name}` and `{other}` have the ports of one address");
            let ports: Vec<String> = alike.iter().map(|clash| format!("{} ({})", clash.port, clash.name)).collect();
            findings.push(
                Diagnostic::new(Code::P0911, clash.address.span, message)
                    .because(format!("both take {} here", ports.join(", ")))
                    .label(clash.first.address.span, format!("the address of `{other}`"))
                    .help(format!("give `{name}` an address of its own, or other ports")),
            );
        }
        findings
    }
}

fn realm(declared: &DeclaredRealm) -> Realm {
    let accounts = declared.accounts.iter().map(|(user, password)| {
        let mut template = Template::default();
        for part in password.parts.clone() {
            template.push(match part {
                SecretPart::Text(text) => Piece::Text(text),
                SecretPart::Kept(secret) => Piece::Secret(secret),
                SecretPart::Derived(secret, about) => Piece::Derived { secret, about: Template::text(about) },
            });
        }
        RealmAccount { user: user.value.clone(), password: template }
    });
    Realm { name: declared.name.value.clone(), method: declared.method.value, accounts: accounts.collect() }
}
