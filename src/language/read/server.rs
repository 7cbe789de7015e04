//! `server`: a host, and the services on it.

use super::super::names::Decl;
use super::super::program::{At, Clients, Server, Service, ServiceKind, Tls};
use super::super::settings::{Schema, only_settings};
use super::super::syntax::tree::{Expr, ExprKind};
use super::super::value::Value;
use super::{Reader, at_name};
use crate::diagnostic::{Code, Diagnostic};

const SERVER: Schema = Schema {
    what: "server",
    words: &[
        ("name", 1),
        ("address", 1),
        ("tftp", 1),
        ("http", 1),
        ("https", 1),
        ("dns", 1),
        ("dhcp", 1),
        ("dhcp6", 1),
        ("syslog", 1),
        ("acs", 1),
        ("dashboard", 1),
        ("images", 1),
    ],
};

const SERVICE: Schema = Schema {
    what: "service",
    words: &[("port", 1), ("certificate", 1), ("key", 1), ("clients", 1), ("realm", 1), ("forward", 1)],
};

/// Each service with its usual port.
const SERVICES: [(&str, ServiceKind, u16); 7] = [
    ("tftp", ServiceKind::Tftp, 69),
    ("http", ServiceKind::Http, 80),
    ("https", ServiceKind::Https, 443),
    ("dns", ServiceKind::Dns, 53),
    ("dhcp", ServiceKind::Dhcp, 67),
    ("syslog", ServiceKind::Syslog, 514),
    ("dashboard", ServiceKind::Dashboard, 8080),
];

impl Reader<'_> {
    pub(super) fn server(&mut self, decl: &Decl) -> Server {
        let mut addressed = false;
        let mut server = Server { name: at_name(&decl.name), host: None, addresses: Vec::new(), services: Vec::new() };
        for setting in only_settings(&decl.body, &SERVER, &mut self.findings) {
            let first = setting.expr(0);
            match (setting.word.text.as_str(), first) {
                ("name", Some(name)) => {
                    self.once(&server.host, &setting);
                    self.surplus(&setting, 1);
                    server.host = self.text(name).filter(|host| self.host_name(host));
                }
                ("address", _) => {
                    addressed = true;
                    for expr in self.list(&setting) {
                        server.addresses.extend(self.typed(expr, "address", |value| match value {
                            Value::Ip(address) => Some(*address),
                            _ => None,
                        }));
                    }
                }
                ("images", Some(folder)) => {
                    self.text(folder);
                }
                (word, _) => match SERVICES.iter().find(|(name, _, _)| *name == word) {
                    Some((_, kind, port)) => self.service(&mut server, &setting, *kind, *port),
                    None => self.not_yet(setting.span, &format!("the service `{word}`")),
                },
            }
        }
        if server.addresses.is_empty() && !addressed {
            self.report(
                Diagnostic::new(Code::P0212, decl.name.span, format!("server `{}` has no address", decl.name.text))
                    .because("services listen on its addresses")
                    .help("add `address 192.168.50.10`"),
            );
        }
        server
    }

    fn service(&mut self, server: &mut Server, setting: &super::Setting<'_>, kind: ServiceKind, usual: u16) {
        let Some(block) = setting.block() else {
            let finding = Diagnostic::new(Code::P0101, setting.span, "a service has a block")
                .help(format!("write `{} {{ port {usual} }}`", setting.word.text));
            self.report(finding);
            return;
        };
        let (mut port, mut tls) = (usual, Tls::default());
        for inner in only_settings(block, &SERVICE, &mut self.findings) {
            match (inner.word.text.as_str(), inner.expr(0)) {
                ("port", Some(expr)) => {
                    self.surplus(&inner, 1);
                    port = self.int(expr, 1, 65535).map_or(port, |port| port as u16);
                }
                ("certificate", Some(expr)) if kind == ServiceKind::Https => tls.certificate = self.text(expr),
                ("key", Some(expr)) if kind == ServiceKind::Https => tls.key = self.file(expr),
                ("clients", Some(expr)) if kind == ServiceKind::Https => {
                    tls.clients = self.clients(expr);
                    tls.authority = inner.expr(1).and_then(|authority| self.text(authority));
                }
                (word, _) => self.not_yet(inner.span, &format!("`{word}` of `{}`", setting.word.text)),
            }
        }
        if server.services.iter().any(|service| service.kind == kind) {
            let message = format!("`{}` is given twice", setting.word.text);
            self.report(Diagnostic::new(Code::P0202, setting.span, message));
            return;
        }
        server.services.push(Service { kind, port, tls, span: setting.span });
    }

    /// `file("PATH")`: a key is kept in a file, and read when it is needed.
    fn file(&mut self, expr: &Expr) -> Option<At<String>> {
        if let ExprKind::Call(name, arguments) = &expr.kind
            && let ("file", [path]) = (name.text.as_str(), arguments.as_slice())
        {
            return self.text(path);
        }
        let finding = Diagnostic::new(Code::P0301, expr.span, "a private key is kept in a file");
        self.report(finding.help("write `key file(\"tls/server.key\")`"));
        None
    }

    fn clients(&mut self, expr: &Expr) -> Clients {
        match expr.as_name() {
            Some("none") => Clients::None,
            Some("request") => Clients::Request,
            Some("require") => Clients::Require,
            _ => {
                let finding = Diagnostic::new(Code::P0303, expr.span, "this is no way to treat clients");
                self.report(finding.because("`clients` is none, request or require, and a file of who signs them"));
                Clients::None
            }
        }
    }

    /// Whether a text can stand in a URL as a host.
    fn host_name(&mut self, host: &super::At<String>) -> bool {
        let fault = dns_name_fault(&host.value);
        if let Some(fault) = &fault {
            let finding = Diagnostic::new(Code::P0305, host.span, format!("`{}` is no host name", host.value));
            self.report(finding.because(fault.to_string()));
        }
        fault.is_none()
    }
}

/// What keeps a text from being a name of DNS that phones take (RS §16, RFC 1035 §2.3.4).
pub(super) fn dns_name_fault(name: &str) -> Option<&'static str> {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if name.len() > 253 || !name.split('.').all(label) {
        return Some("labels of letters, digits and hyphens, divided by dots");
    }
    let last = name.rsplit('.').next().unwrap_or_default();
    let address = name.parse::<std::net::Ipv4Addr>().is_ok();
    (!address && last.chars().all(|c| c.is_ascii_digit())).then_some("a name that ends in a number reads as an address")
}
