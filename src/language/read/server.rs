//! `server`: a host, and the services on it.

use super::super::modules::join;
use super::super::names::Decl;
use super::super::program::{At, Clients, Server, Service, ServiceKind, Tls};
use super::super::settings::{Schema, only_settings};
use super::super::syntax::literal::Literal;
use super::super::syntax::tree::{Expr, ExprKind, Operator};
use super::{Reader, at_name};
use crate::diagnostic::{Code, Diagnostic};

pub(super) const SERVER: Schema = Schema {
    what: "server",
    words: &[
        ("name", 1),
        ("address", 1),
        ("tftp", 0),
        ("http", 0),
        ("https", 0),
        ("dns", 0),
        ("dhcp", 0),
        ("dhcp6", 0),
        ("syslog", 0),
        ("acs", 0),
        ("dashboard", 0),
        ("images", 1),
        ("capacity", 1),
    ],
};

pub(super) const SERVICE: Schema = Schema {
    what: "service",
    words: &[
        ("port", 1),
        ("certificate", 1),
        ("key", 1),
        ("clients", 1),
        ("identity", 1),
        ("realm", 2),
        ("redirect", 1),
        ("forward", 1),
        ("single", 1),
    ],
};

/// Each service with its usual port.
const SERVICES: [(&str, ServiceKind, u16); 9] = [
    ("tftp", ServiceKind::Tftp, 69),
    ("http", ServiceKind::Http, 80),
    ("https", ServiceKind::Https, 443),
    ("dns", ServiceKind::Dns, 53),
    ("dhcp", ServiceKind::Dhcp, 67),
    ("dhcp6", ServiceKind::Dhcp6, 547),
    ("syslog", ServiceKind::Syslog, 514),
    ("acs", ServiceKind::Acs, 7547),
    ("dashboard", ServiceKind::Dashboard, 8080),
];

/// How a certificate begins in PEM (RFC 7468 §5).
const PEM: &[u8] = b"-----BEGIN CERTIFICATE-----";

impl Reader<'_> {
    pub(super) fn server(&mut self, decl: &Decl) -> Server {
        let mut addressed = false;
        let mut server = Server {
            name: at_name(&decl.name),
            host: None,
            addresses: Vec::new(),
            services: Vec::new(),
            images: None,
            capacity: None,
            faulty: false,
        };
        let mut named = false;
        for setting in only_settings(&decl.body, &SERVER, &mut self.findings) {
            let first = setting.expr(0);
            match (setting.word.text.as_str(), first) {
                ("name", Some(name)) => {
                    self.once(&server.host, &setting);
                    self.surplus(&setting, 1);
                    named = true;
                    server.host = self.text(name).filter(|host| self.host_name(host));
                }
                ("address", _) => {
                    addressed = true;
                    for address in self.addresses(&setting) {
                        if let Some(first) = server.addresses.iter().find(|first| first.value == address.value) {
                            let message = format!("`{}` is given twice", address.value);
                            let finding = Diagnostic::new(Code::P0202, address.span, message);
                            self.report(finding.because("given again here").label(first.span, "first given here"));
                            continue;
                        }
                        server.addresses.push(address);
                    }
                }
                ("images", Some(folder)) => {
                    self.once(&server.images, &setting);
                    self.surplus(&setting, 1);
                    server.images = self.text(folder).filter(|folder| self.is_within(folder));
                }
                ("capacity", Some(expr)) => {
                    self.once(&server.capacity, &setting);
                    self.surplus(&setting, 1);
                    if let ExprKind::Binary(number, Operator::Divide, _) = &expr.kind {
                        let finding = Diagnostic::new(Code::P0301, expr.span, "a number is wanted here");
                        let help = format!("write `capacity {}`", self.sources.slice(number.span).trim());
                        self.report(finding.because("it is so many a second, and takes no unit").help(help).breaks());
                        continue;
                    }
                    let number = self.int(expr, 1, i64::from(u32::MAX)).and_then(|number| u32::try_from(number).ok());
                    server.capacity = number.map(|value| At { value, span: expr.span });
                }
                (word, _) => {
                    if let Some((_, kind, port)) = SERVICES.iter().find(|(name, _, _)| *name == word) {
                        self.service(&mut server, &setting, *kind, *port);
                    }
                }
            }
        }
        server.faulty = (named && server.host.is_none()) || (addressed && server.addresses.is_empty());
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
        let Some(block) = self.block_of(setting, 0) else {
            let port = setting.exprs().find(|expr| matches!(expr.kind, ExprKind::Literal(Literal::Int(_))));
            let port = port.map_or_else(|| usual.to_string(), |port| self.sources.slice(port.span).to_owned());
            let finding = Diagnostic::new(Code::P0101, setting.span, "a service has a block")
                .because("its port, and whatever else it has, stand in braces")
                .help(format!("write `{} {{ port {port} }}`", setting.word.text));
            // What it would offer is not missed besides.
            self.report(finding.breaks());
            return;
        };
        let mut service = Service {
            kind,
            port: usual,
            tls: Tls::default(),
            realm: None,
            redirects: Vec::new(),
            single_port: None,
            forward: Vec::new(),
            span: setting.span,
        };
        for inner in only_settings(block, &SERVICE, &mut self.findings) {
            let word = inner.word.text.as_str();
            if !belongs(word, kind) {
                let message = format!("`{word}` does not belong to `{}`", setting.word.text);
                let finding = Diagnostic::new(Code::P0211, inner.word.span, message);
                self.report(finding.because(whose(word)));
                continue;
            }
            match (word, inner.expr(0)) {
                ("port", Some(expr)) => {
                    self.surplus(&inner, 1);
                    service.port = self.int(expr, 1, 65535).map_or(usual, |port| port as u16);
                }
                ("certificate", Some(expr)) => {
                    self.surplus(&inner, 1);
                    service.tls.certificate = self.certificate(expr);
                }
                ("key", Some(expr)) => {
                    self.surplus(&inner, 1);
                    service.tls.key = self.file(expr);
                }
                ("clients", Some(expr)) => {
                    self.surplus(&inner, 2);
                    service.tls.clients = self.clients(expr);
                    service.tls.authority = inner.expr(1).and_then(|authority| self.text(authority));
                    if service.tls.clients != Clients::None && inner.expr(1).is_none() {
                        self.no_authority(&inner);
                    }
                }
                ("identity", Some(expr)) => {
                    self.surplus(&inner, 1);
                    service.tls.identity = self.text(expr).filter(|pattern| self.identity(pattern));
                }
                ("realm", _) => {
                    self.once(&service.realm, &inner);
                    service.realm = self.realm(&inner);
                }
                ("redirect", _) => {
                    let redirect = self.redirect(&inner, &service.redirects);
                    service.redirects.extend(redirect);
                }
                ("single", _) => {
                    self.once(&service.single_port, &inner);
                    if inner.words() != ["port"] {
                        let finding = Diagnostic::new(Code::P0101, inner.span, "`single` is not written so");
                        self.report(finding.help("write `single port`: transfers then need no ports of their own"));
                        continue;
                    }
                    service.single_port = Some(inner.span);
                }
                _ => service.forward.extend(self.addresses(&inner)),
            }
        }
        self.missing_files(&service);
        self.is_authority(&service);
        if server.services.iter().any(|service| service.kind == kind) {
            let message = format!("`{}` is given twice", setting.word.text);
            self.report(Diagnostic::new(Code::P0202, setting.span, message));
            return;
        }
        server.services.push(service);
    }

    /// A pattern that names one phone: what it is made of beside macros is text.
    fn identity(&mut self, pattern: &At<String>) -> bool {
        let known = ["MAU", "MAC", "MA", "PSN", "PN", "SN"];
        let mut names_phone = false;
        for part in pattern.value.split('$').skip(1) {
            let name = part.strip_prefix('(').map_or(part, |inner| inner.split(')').next().unwrap_or_default());
            let Some(known) = known.iter().find(|known| name.starts_with(**known)) else {
                let finding = Diagnostic::new(Code::P0208, pattern.span, "no such macro stands in a certificate")
                    .because("a certificate names its phone by $MA, $MAU, $MAC, $SN, and its product by $PN, $PSN");
                self.report(finding);
                return false;
            };
            names_phone |= !matches!(*known, "PSN" | "PN");
        }
        if !names_phone {
            let finding = Diagnostic::new(Code::P0305, pattern.span, "this pattern names no phone")
                .because("a certificate has to tell whose it is")
                .help("write `identity \"CP-$PN-SEP$MAU\"`");
            self.report(finding);
        }
        names_phone
    }

    /// Whether a path names a folder below the project's own.
    fn is_within(&mut self, path: &At<String>) -> bool {
        let within = join("", &path.value).is_some();
        if !within {
            let finding = Diagnostic::new(Code::P0201, path.span, "this path leaves the project's folder");
            self.report(
                finding.help("name a folder in the project: `images \"images\"`; it may be a link to where loads lie"),
            );
        }
        within
    }

    /// Phones show a certificate, and nothing says whose are taken. What follows from the asking is right as it is.
    fn no_authority(&mut self, setting: &super::Setting<'_>) {
        let written = self.sources.slice(setting.span).trim();
        let finding = Diagnostic::new(Code::P0913, setting.span, "nothing says who signed the phones' certificates")
            .because("`prov serve` does not start without it")
            .help(format!("write `{written} \"tls/phones-ca.pem\"`"));
        self.report(finding);
    }

    /// Where the program is checked, the files of TLS may be on another machine: a note, and an error when it is served.
    fn missing_files(&mut self, service: &Service) {
        let Tls { certificate, key, authority, .. } = &service.tls;
        let named = [certificate, key, authority].into_iter().flatten();
        let missing: Vec<At<String>> = named.filter(|path| !self.files.exists(&path.value)).cloned().collect();
        let Some(first) = missing.first() else { return };
        let names: Vec<String> = missing.iter().map(|path| format!("`{}`", path.value)).collect();
        let finding = Diagnostic::new(Code::P0913, first.span, format!("{} not there", is_or_are(&names)))
            .because("paths are relative to the program's folder")
            .note("this is no error before the program is served: keys are often kept on the server only");
        self.report(finding);
    }

    /// P0907: a file of who signed the phones' certificates that holds none that a server could read.
    fn is_authority(&mut self, service: &Service) {
        let Some(path) = &service.tls.authority else { return };
        let Ok(bytes) = self.files.read(&path.value) else { return };
        if bytes.windows(PEM.len()).any(|window| window == PEM) {
            return;
        }
        let finding = Diagnostic::new(Code::P0907, path.span, format!("`{}` holds no certificate", path.value));
        // A certificate in DER is a sequence (X.690 §8.9), with a length of two octets.
        self.report(match bytes.as_slice() {
            [0x30, 0x82, ..] => finding
                .because("it is one in DER, and servers take PEM")
                .help(format!("write it anew: `openssl x509 -inform der -in {0} -out {0}.pem`", path.value)),
            _ => finding.because("who signed the phones' certificates is a PEM file with `BEGIN CERTIFICATE`"),
        });
    }

    /// `file("PATH")`: a key is kept in a file, and read when it is needed.
    fn file(&mut self, expr: &Expr) -> Option<At<String>> {
        if let ExprKind::Call(name, arguments) = &expr.kind
            && let ("file", [path]) = (name.text.as_str(), arguments.as_slice())
        {
            return self.text(path);
        }
        let finding = Diagnostic::new(Code::P0301, expr.span, "a private key is kept in a file");
        let path = expr.as_text().unwrap_or_else(|| "tls/server.key".to_owned());
        self.report(finding.help(format!("write `file(\"{path}\")`")).breaks());
        None
    }

    /// A certificate is no secret, and named as it is.
    fn certificate(&mut self, expr: &Expr) -> Option<At<String>> {
        if let ExprKind::Call(name, arguments) = &expr.kind
            && let ("file" | "env", [path]) = (name.text.as_str(), arguments.as_slice())
        {
            let finding = Diagnostic::new(Code::P0301, expr.span, "a certificate is named by its path");
            let finding = finding.because("it is no secret, as a key is");
            self.report(finding.help(format!("write `{}`", self.sources.slice(path.span))).breaks());
            return None;
        }
        self.text(expr)
    }

    fn clients(&mut self, expr: &Expr) -> Clients {
        match expr.as_name() {
            Some("none") => Clients::None,
            Some("request") => Clients::Request,
            Some("require") => Clients::Require,
            other => {
                let written = other.map(str::to_owned).or_else(|| expr.as_text()).unwrap_or_default();
                let finding = Diagnostic::new(Code::P0303, expr.span, "this is no way to treat clients")
                    .because("`clients` is none, request or require, and a file of who signs them")
                    .did_you_mean(&written, ["require", "request", "none"]);
                // Some kind of certificate was to be asked for: what only that makes safe is not told besides.
                self.report(match finding.help {
                    Some(_) => finding,
                    None => finding.help("write `clients request`, or `clients require` to let nobody else in"),
                });
                Clients::Require
            }
        }
    }

    /// Whether a text can stand in a URL as a host.
    pub(super) fn host_name(&mut self, host: &super::At<String>) -> bool {
        let fault = dns_name_fault(&host.value);
        if let Some(fault) = &fault {
            let finding = Diagnostic::new(Code::P0305, host.span, format!("`{}` is no host name", host.value));
            let finding = finding.because(fault.to_string());
            let bare = host.value.split_once("://").map(|(_, rest)| rest.split([':', '/']).next().unwrap_or_default());
            let held = self.sources.slice(host.span).contains("${");
            self.report(match bare.filter(|bare| dns_name_fault(bare).is_none()) {
                Some(bare) => finding.help(format!("write `\"{bare}\"`: scheme and port are those of the services")),
                None if dns_name_fault(host.value.trim_end_matches('.')).is_none() => {
                    finding.help(format!("write `\"{}\"`, without the final dot", host.value.trim_end_matches('.')))
                }
                None if held => finding.help("leave the `$` out: in a string braces hold a value, `\"prov.{domain}\"`"),
                None => finding,
            });
        }
        fault.is_none()
    }
}

/// Whether a setting belongs to a service.
fn belongs(word: &str, kind: ServiceKind) -> bool {
    match word {
        "certificate" | "key" | "clients" | "identity" => kind == ServiceKind::Https,
        "realm" | "redirect" => matches!(kind, ServiceKind::Http | ServiceKind::Https),
        "forward" => kind == ServiceKind::Dns,
        "single" => kind == ServiceKind::Tftp,
        _ => true,
    }
}

fn whose(word: &str) -> &'static str {
    match word {
        "realm" | "redirect" => "http and https have it",
        "forward" => "dns has it",
        "single" => "tftp has it",
        _ => "https has it",
    }
}

fn is_or_are(names: &[String]) -> String {
    match names {
        [one] => format!("{one} is"),
        many => format!("{} are", many.join(", ")),
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
