//! `network`: a DHCP scope. Options and classes are read in `option`.

use super::super::form;
use super::super::names::Decl;
use super::super::program::{Answers, At, Network};
use super::super::settings::{Schema, Setting, needless_equals, settings};
use super::super::syntax::literal::Literal;
use super::super::syntax::tree::{Expr, ExprKind, Operator, Statement, StatementKind};
use super::super::value::Value;
use super::{Reader, at_name};
use crate::diagnostic::{Code, Diagnostic};
use std::net::IpAddr;

pub(super) const NETWORK: Schema = Schema {
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
        ("busy", 1),
        ("answer", 2),
        ("class", 3),
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
            classes: Vec::new(),
            answers: None,
            busy: Vec::new(),
        };
        let mut options: Vec<&Statement> = Vec::new();
        let all = settings(&decl.body, &NETWORK, &mut self.findings, |statement, findings| {
            // `option NAME = …` is an assignment too.
            let plain = matches!(&statement.kind, StatementKind::Assign { words, .. } if words.is_empty());
            match needless_equals(statement, &NETWORK).filter(|_| plain) {
                Some(finding) => findings.push(finding),
                None => options.push(statement),
            }
        });
        let mut lease = None;
        for setting in all {
            if setting.word.text == "lease" {
                self.once(&lease, &setting);
                lease = Some(());
            }
            match setting.word.text.as_str() {
                "lease" if self.parted(&setting) => {}
                "subnet" | "router" | "domain" | "lease" | "server" => self.surplus(&setting, 1),
                "reserve" => self.surplus(&setting, 2),
                _ => {}
            }
            self.network_setting(&setting, &mut network);
        }
        let lines = options.into_iter().filter_map(|statement| self.option(statement, "network"));
        network.options = lines.collect();
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

    /// What to write for an address without its length, or for a prefix in quotes.
    fn prefix_meant(&mut self, expr: &Expr) {
        if let ExprKind::Binary(address, Operator::Divide, length) = &expr.kind {
            let (address, length) = (self.sources.slice(address.span), self.sources.slice(length.span));
            let finding =
                Diagnostic::new(Code::P0301, expr.span, "a prefix is wanted here").because("a prefix is one word");
            self.findings.push(finding.help(format!("write `{address}/{length}`, without blanks")).breaks());
            return;
        }
        let text = expr.as_text();
        let written = text.as_deref().unwrap_or_else(|| self.sources.slice(expr.span)).trim();
        let help = match written.parse::<std::net::IpAddr>() {
            Ok(std::net::IpAddr::V4(address)) => {
                let [a, b, c, _] = address.octets();
                format!("write its length as well: `{a}.{b}.{c}.0/24` has 256 addresses")
            }
            Ok(std::net::IpAddr::V6(address)) => format!("write its length as well: `{address}/64`"),
            Err(_) if written.contains('/') && text.is_some() => format!("write it without quotes: `{written}`"),
            Err(_) => return,
        };
        if let Some(last) = self.findings.last_mut().filter(|last| last.span() == expr.span) {
            last.help = Some(help);
        }
    }

    fn network_setting(&mut self, setting: &Setting<'_>, network: &mut Network) {
        match (setting.word.text.as_str(), setting.expr(0)) {
            ("subnet", Some(expr)) => {
                self.once(&network.subnet, setting);
                network.subnet = self.typed(expr, "prefix", |value| match value {
                    Value::Prefix(address, length) => Some((*address, *length)),
                    _ => None,
                });
                if network.subnet.is_none() {
                    self.prefix_meant(expr);
                }
            }
            ("pool", _) if self.ends_of_a_pool(setting) => {}
            ("pool", _) => {
                for expr in self.list(setting) {
                    network.pools.extend(self.typed(expr, "range of addresses", |value| match value {
                        Value::Range(first, last) => match (&**first, &**last) {
                            (Value::Ip(first), Value::Ip(last)) => Some((*first, *last)),
                            _ => None,
                        },
                        _ => None,
                    }));
                }
            }
            ("router", Some(expr)) => {
                self.once(&network.router, setting);
                network.router = self.address(expr);
            }
            ("domain", Some(expr)) => {
                self.once(&network.domain, setting);
                network.domain = self.text(expr).filter(|domain| self.host_name(domain));
            }
            ("lease", Some(expr)) if expr.as_name().is_some_and(|name| !self.globals.lets.contains_key(name)) => {
                let finding = Diagnostic::new(Code::P0301, expr.span, "a duration is wanted here");
                self.report(
                    finding
                        .because("every lease has an end")
                        .help("write how long it holds, as in `lease 30d`")
                        .breaks(),
                );
            }
            ("lease", Some(expr)) => {
                let before = self.findings.len();
                let seconds = self.seconds(expr);
                // Few seconds are no lease, and hours are what it is told in.
                if let (None, ExprKind::Literal(Literal::Int(hours @ 1..60))) = (seconds, &expr.kind)
                    && let Some(finding) = self.findings.get_mut(before)
                {
                    finding.help = Some(format!("write the unit: `{hours}h`, or m, d"));
                }
                if seconds.is_some_and(|seconds| seconds < LEAST_LEASE) {
                    let finding = Diagnostic::new(Code::P0302, expr.span, "this lease is too short");
                    self.report(
                        finding.because(format!("{LEAST_LEASE} s are the least: a lease is renewed at its half")),
                    );
                }
                network.lease = seconds.unwrap_or(USUAL_LEASE);
            }
            ("busy", _) => {
                for expr in self.list_of_times(setting) {
                    network.busy.extend(self.typed(expr, "range of times", |value| match value {
                        Value::Range(from, to) => match (&**from, &**to) {
                            (Value::Time(from), Value::Time(to)) if from != to => Some((*from, *to)),
                            _ => None,
                        },
                        _ => None,
                    }));
                }
            }
            ("ntp", Some(name)) if name.as_text().is_some_and(|name| name.parse::<IpAddr>().is_err()) => {
                let finding = Diagnostic::new(Code::P0301, name.span, "an address is wanted here");
                let finding = finding.because("DHCP tells addresses of clocks, and no names");
                let help = format!(
                    "write its address; a name goes into a profile: `Primary_NTP_Server = {}`",
                    self.sources.slice(name.span)
                );
                self.report(finding.help(help).breaks());
            }
            ("dns", _) => network.dns.extend(self.addresses(setting)),
            ("ntp", _) => network.ntp.extend(self.addresses(setting)),
            ("relay", _) => network.relays.extend(self.addresses(setting)),
            ("server", Some(expr)) => {
                self.once(&network.server, setting);
                network.server = self.named(expr, "server", |reader| &reader.servers).map(|at| at.value);
            }
            ("reserve", Some(address)) if self.reserved_backwards(address, setting.expr(1)) => {}
            ("reserve", Some(mac)) => {
                let mac = self.typed(mac, "hardware address", |value| match value {
                    Value::Mac(mac) => Some(*mac),
                    _ => None,
                });
                let address = setting.expr(1).and_then(|expr| self.address(expr));
                if let (Some(mac), Some(address)) = (mac, address) {
                    let span = mac.span.to(address.span);
                    network.reservations.push(At { value: (mac.value, address.value), span });
                }
            }
            ("answer", _) => {
                self.once(&network.answers, setting);
                let value = match (setting.words().as_slice(), setting.expr(3)) {
                    (["inform", "only"], _) => Answers::InformOnly,
                    (["known", "phones", "only"], _) => Answers::KnownPhones,
                    (["unknown", "phones", "as", ..], Some(fleet)) if setting.exprs().count() == 4 => {
                        let Some(fleet) = self.named(fleet, "fleet", |reader| &reader.fleets) else { return };
                        Answers::UnknownAs(fleet)
                    }
                    _ => {
                        let finding = Diagnostic::new(Code::P0101, setting.span, "`answer` is not written so");
                        let finding = finding.because(
                            "`answer inform only`, `answer known phones only` or `answer unknown phones as FLEET`",
                        );
                        let form = form::written_as("network", "answer", self.sources.slice(setting.span));
                        self.report(match form {
                            Some(form) => finding.help(format!("write `{form}`")),
                            None => finding,
                        });
                        return;
                    }
                };
                network.answers = Some(At { value, span: setting.span });
            }
            _ => network.classes.extend(self.class(setting)),
        }
    }

    /// The ranges of `busy` that are worth reading: what others write for them has its finding.
    fn list_of_times<'b>(&mut self, setting: &Setting<'b>) -> Vec<&'b Expr> {
        let days = setting.exprs().find(|expr| match &expr.kind {
            ExprKind::Name(name) => is_day(name),
            ExprKind::Binary(first, _, last) => [first, last].iter().all(|day| day.as_name().is_some_and(is_day)),
            _ => false,
        });
        if let Some(days) = days {
            let finding = Diagnostic::new(Code::P0101, days.span, "`busy` knows no days");
            let finding = finding.because("its hours are those of every day");
            self.report(finding.help("leave the days out: `busy 08:00 .. 18:00`").breaks());
            return Vec::new();
        }
        let mut ranges = self.list(setting);
        ranges.retain(|expr| match &expr.kind {
            ExprKind::Binary(from, operator @ (Operator::Minus | Operator::Range), to) => {
                let (Some((from, timed)), Some((to, timed_too))) = (clock(from), clock(to)) else { return true };
                if from != to && *operator == Operator::Range && timed && timed_too {
                    return true;
                }
                let finding = if from == to {
                    Diagnostic::new(Code::P0301, expr.span, "this range has no hours")
                        .because("both of its ends are the same")
                        .help("write when it begins and when it ends: `busy 08:00 .. 18:00`")
                } else {
                    Diagnostic::new(Code::P0301, expr.span, "a range of times is wanted here")
                        .because("a range has two dots, and a time has its minutes")
                        .help(format!("write `busy {from} .. {to}`"))
                };
                self.report(finding.breaks());
                false
            }
            _ => true,
        });
        ranges
    }

    /// `pool A, B`, `pool A B` and `pool A .. 199`: two ends of a range that is not written as one.
    fn ends_of_a_pool(&mut self, setting: &Setting<'_>) -> bool {
        let exprs: Vec<&Expr> = setting.exprs().collect();
        let address = |expr: &Expr| match expr.kind {
            ExprKind::Literal(Literal::Ip(IpAddr::V4(address))) => Some(address),
            _ => None,
        };
        let ends = match exprs.as_slice() {
            [first, last] => address(first).zip(address(last)),
            [Expr { kind: ExprKind::Binary(first, Operator::Range, last), .. }] => match (address(first), &last.kind) {
                (Some(first), ExprKind::Literal(Literal::Int(last))) => u8::try_from(*last).ok().map(|last| {
                    let [a, b, c, _] = first.octets();
                    (first, [a, b, c, last].into())
                }),
                _ => None,
            },
            _ => None,
        };
        let Some((first, last)) = ends.filter(|(first, last)| first < last) else { return false };
        let span = setting.span;
        let finding = Diagnostic::new(Code::P0301, span, "a range of addresses is wanted here");
        let finding = finding.because("it has two dots, and both its ends in full");
        self.report(finding.help(format!("write `pool {first} .. {last}`")).breaks());
        true
    }

    /// `reserve 192.168.50.20 00:0e:08:ab:cd:01`.
    fn reserved_backwards(&mut self, first: &Expr, second: Option<&Expr>) -> bool {
        let Some(second) = second else { return false };
        if !matches!(first.kind, ExprKind::Literal(Literal::Ip(_)))
            || !matches!(second.kind, ExprKind::Literal(Literal::Mac(_)))
        {
            return false;
        }
        let help = format!("write `reserve {} {}`", self.sources.slice(second.span), self.sources.slice(first.span));
        let finding = Diagnostic::new(Code::P0101, first.span.to(second.span), "`reserve` is not written so");
        self.report(finding.because("the phone stands first, and then its address").help(help));
        true
    }

    fn address(&mut self, expr: &super::Expr) -> Option<At<IpAddr>> {
        self.typed(expr, "address", |value| match value {
            Value::Ip(address) => Some(*address),
            _ => None,
        })
    }

    pub(super) fn addresses(&mut self, setting: &Setting<'_>) -> Vec<At<IpAddr>> {
        self.list(setting).into_iter().filter_map(|expr| self.address(expr)).collect()
    }
}

fn is_day(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "weekdays", "weekend"];
    word.len() > 2 && days.iter().any(|day| day.starts_with(&word))
}

/// A time of day, or an hour that was meant as one, `8`; and whether it was written as a time.
fn clock(expr: &Expr) -> Option<(String, bool)> {
    match expr.kind {
        ExprKind::Literal(Literal::Time(minutes)) => Some((Value::Time(minutes).text()?, true)),
        ExprKind::Literal(Literal::Int(hour @ 0..=23)) => Some((format!("{hour:02}:00"), false)),
        _ => None,
    }
}
