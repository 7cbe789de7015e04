//! `network`: a DHCP scope.

use super::super::names::Decl;
use super::super::program::{At, Network};
use super::super::settings::{Schema, settings};
use super::super::syntax::literal::Literal;
use super::super::syntax::tree::{Statement, StatementKind, TargetKind};
use super::super::value::Value;
use super::{Reader, at_name};
use crate::diagnostic::{Code, Diagnostic};
use std::net::IpAddr;

const NETWORK: Schema = Schema {
    what: "network",
    words: &[
        ("subnet", 1),
        ("pool", 1),
        ("router", 1),
        ("domain", 1),
        ("lease", 1),
        ("dns", 1),
        ("ntp", 1),
        ("relay", 1),
        ("reserve", 2),
        ("server", 1),
        ("answer", 1),
        ("class", 1),
    ],
};

/// What a network without `lease` gives: the eight hours of the examples.
const USUAL_LEASE: u32 = 8 * 3600;
/// Shorter ones are over before their renewal is answered.
const LEAST_LEASE: u32 = 60;

impl Reader<'_> {
    pub(super) fn network(&mut self, decl: &Decl) -> Network {
        let mut network = Network {
            name: at_name(&decl.name),
            server: None,
            subnet: None,
            pools: Vec::new(),
            router: None,
            domain: None,
            dns: Vec::new(),
            ntp: Vec::new(),
            relays: Vec::new(),
            lease: USUAL_LEASE,
            reservations: Vec::new(),
            options: Vec::new(),
        };
        let mut options: Vec<&Statement> = Vec::new();
        let all = settings(&decl.body, &NETWORK, &mut self.findings, |statement, _| options.push(statement));
        for setting in all {
            match setting.word.text.as_str() {
                "subnet" | "router" | "domain" | "lease" | "server" => self.surplus(&setting, 1),
                "reserve" => self.surplus(&setting, 2),
                _ => {}
            }
            match (setting.word.text.as_str(), setting.expr(0)) {
                ("subnet", Some(expr)) => {
                    self.once(&network.subnet, &setting);
                    network.subnet = self.typed(expr, "prefix", |value| match value {
                        Value::Prefix(address, length) => Some((*address, *length)),
                        _ => None,
                    });
                }
                ("pool", _) => {
                    for expr in self.list(&setting) {
                        network.pools.extend(self.typed(expr, "range of IPv4 addresses", |value| match value {
                            Value::Range(first, last) => match (&**first, &**last) {
                                (Value::Ip(IpAddr::V4(first)), Value::Ip(IpAddr::V4(last))) => Some((*first, *last)),
                                _ => None,
                            },
                            _ => None,
                        }));
                    }
                }
                ("router", Some(expr)) => {
                    self.once(&network.router, &setting);
                    network.router = self.ipv4(expr);
                }
                ("domain", Some(expr)) => {
                    self.once(&network.domain, &setting);
                    network.domain = self.text(expr);
                }
                ("lease", Some(expr)) => {
                    let seconds = self.seconds(expr);
                    if seconds.is_some_and(|seconds| seconds < LEAST_LEASE) {
                        let finding = Diagnostic::new(Code::P0302, expr.span, "this lease is too short");
                        self.report(
                            finding.because(format!("{LEAST_LEASE} s are the least: a lease is renewed at its half")),
                        );
                    }
                    network.lease = seconds.unwrap_or(USUAL_LEASE);
                }
                ("dns", _) => {
                    let addresses = self.list(&setting);
                    network.dns.extend(addresses.into_iter().filter_map(|expr| self.ipv4(expr)));
                }
                ("ntp", _) => {
                    let addresses = self.list(&setting);
                    network.ntp.extend(addresses.into_iter().filter_map(|expr| self.ipv4(expr)));
                }
                ("relay", _) => {
                    let addresses = self.list(&setting);
                    network.relays.extend(addresses.into_iter().filter_map(|expr| self.ipv4(expr)));
                }
                ("server", Some(expr)) => {
                    self.once(&network.server, &setting);
                    network.server = self.named(expr, "server", |reader| &reader.servers).map(|at| at.value);
                }
                ("reserve", Some(mac)) => {
                    let mac = self.typed(mac, "hardware address", |value| match value {
                        Value::Mac(mac) => Some(*mac),
                        _ => None,
                    });
                    let address = setting.expr(1).and_then(|expr| self.ipv4(expr));
                    if let (Some(mac), Some(address)) = (mac, address) {
                        let span = mac.span.to(address.span);
                        network.reservations.push(At { value: (mac.value, address.value), span });
                    }
                }
                (word, _) => self.not_yet(setting.span, &format!("`{word}` of a network")),
            }
        }
        for statement in options {
            self.option(statement, &mut network);
        }
        for (missing, what, help) in [
            (network.subnet.is_none(), "subnet", "add `subnet 192.168.50.0/24`"),
            (network.server.is_none(), "server", "add `server NAME`: who answers here"),
        ] {
            if missing
                && !self.findings.iter().any(|finding| {
                    finding.span().file == decl.body.span.file
                        && (decl.body.span.start..decl.body.span.end).contains(&finding.span().start)
                })
            {
                let message = format!("network `{}` has no {what}", decl.name.text);
                self.report(Diagnostic::new(Code::P0212, decl.name.span, message).help(help));
            }
        }
        network
    }

    /// `option N = value`.
    fn option(&mut self, statement: &Statement, network: &mut Network) {
        if let StatementKind::Assign { words, target, values, .. } = &statement.kind
            && words.iter().any(|word| word.text == "option")
            && let TargetKind::Number(Literal::Int(number)) = target.kind
        {
            let Some(number) = u8::try_from(number).ok().filter(|number| (1..=254).contains(number)) else {
                let finding = Diagnostic::new(Code::P0302, target.span, format!("there is no option {number}"))
                    .because("DHCPv4 options are 1 to 254");
                return self.report(finding);
            };
            if let Some(value) = values.first().and_then(|value| self.value(value)) {
                let rest: Vec<Value> = values.iter().skip(1).filter_map(|value| self.value(value)).collect();
                let value =
                    if rest.is_empty() { value } else { Value::List([value].into_iter().chain(rest).collect()) };
                network.options.push(At { value: (number, value), span: statement.span });
            }
            return;
        }
        let finding = Diagnostic::new(Code::P0211, statement.span, "a network has no such statement")
            .because("an option is written `option 160 = \"…\"`");
        self.report(finding);
    }
}
