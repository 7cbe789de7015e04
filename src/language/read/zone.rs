//! `zone`: DNS records we are authoritative for.

use super::super::names::Decl;
use super::super::program::{At, Naptr, Record, Zone};
use super::super::settings::{Schema, Setting, only_settings};
use super::super::syntax::literal::Literal;
use super::super::syntax::tree::{Expr, ExprKind};
use super::super::value::Value;
use super::server::dns_name_fault;
use super::{Reader, at_name};
use crate::diagnostic::{Code, Diagnostic, Span};
use std::collections::HashMap;
use std::net::IpAddr;

pub(super) const ZONE: Schema = Schema {
    what: "zone",
    words: &[("ttl", 1), ("a", 2), ("aaaa", 2), ("cname", 2), ("srv", 2), ("ns", 2), ("txt", 2), ("naptr", 2)],
};

pub(super) const SRV: Schema =
    Schema { what: "srv record", words: &[("target", 1), ("port", 1), ("priority", 1), ("weight", 1)] };

pub(super) const NAPTR: Schema = Schema {
    what: "naptr record",
    words: &[("order", 1), ("preference", 1), ("flags", 1), ("service", 1), ("pattern", 1), ("replacement", 1)],
};

/// The longest string of a TXT or NAPTR record (RFC 1035 §3.3).
const LONGEST_STRING: usize = 255;

/// The time to live of the guides' samples (WF §7).
const USUAL_TTL: u32 = 86_400;

impl Reader<'_> {
    pub(super) fn zone(&mut self, decl: &Decl) -> Zone {
        let mut zone = Zone { name: at_name(&decl.name), ttl: USUAL_TTL, records: Vec::new(), whole: true };
        let before = self.findings.len();
        zone.name.value = zone.name.value.trim_end_matches('.').to_owned();
        if !self.sources.slice(decl.name.span).starts_with(['"', 'r'])
            || self.sources.slice(decl.name.span) == decl.name.text
        {
            let finding = Diagnostic::new(Code::P0103, decl.name.span, format!("`{}` is not a value", decl.name.text));
            let finding = finding.because("a domain is a text");
            self.report(finding.help(format!("put it in quotes: `\"{}\"`", decl.name.text)));
        }
        if let Some(fault) = dns_name_fault(&zone.name.value) {
            let finding = Diagnostic::new(Code::P0305, decl.name.span, format!("`{}` is no zone", zone.name.value));
            self.report(finding.because(fault));
        }
        let mut given: HashMap<Record, Span> = HashMap::new();
        for setting in only_settings(&decl.body, &ZONE, &mut self.findings) {
            match setting.word.text.as_str() {
                "ttl" => self.surplus(&setting, 1),
                "txt" => {}
                _ => self.surplus(&setting, 2),
            }
            match (setting.word.text.as_str(), setting.expr(0)) {
                ("ttl", Some(expr)) => zone.ttl = self.seconds(expr).unwrap_or(USUAL_TTL),
                (word, Some(address)) if self.record_backwards(word, address, setting.expr(1)) => {}
                (_, Some(name)) => {
                    let Some(name) = self.text(name).filter(|name| self.owner(name, &zone.name.value)) else {
                        continue;
                    };
                    let record = self.record(&setting, name.value);
                    match record.as_ref().and_then(|record| given.insert(record.clone(), setting.span)) {
                        Some(first) => {
                            let finding = Diagnostic::new(Code::P0202, setting.span, "a record is given twice");
                            let finding = finding.because("again here").label(first, "first here");
                            self.report(finding.help("a name server gives it once; remove one"));
                        }
                        None => zone.records.extend(record.map(|value| At { value, span: setting.span })),
                    }
                }
                (_, None) => {}
            }
        }
        zone.whole = self.findings.len() == before;
        zone
    }

    /// `a 192.168.50.10 "prov"`.
    fn record_backwards(&mut self, word: &str, first: &Expr, second: Option<&Expr>) -> bool {
        let Some(second) = second else { return false };
        if !matches!(first.kind, ExprKind::Literal(Literal::Ip(_))) || second.as_text().is_none() {
            return false;
        }
        let help = format!("write `{word} {} {}`", self.sources.slice(second.span), self.sources.slice(first.span));
        let finding = Diagnostic::new(Code::P0101, first.span.to(second.span), format!("`{word}` is not written so"));
        self.report(finding.because("the name stands first, and then its address").help(help).breaks());
        true
    }

    /// Whether a record's name is one of the zone: relative to it, `@` for itself, or absolute below it.
    fn owner(&mut self, name: &At<String>, zone: &str) -> bool {
        let relative = match name.value.strip_suffix('.') {
            Some(absolute) if absolute == zone => "@",
            Some(absolute) => match absolute.strip_suffix(zone).and_then(|rest| rest.strip_suffix('.')) {
                Some(relative) => relative,
                None => {
                    let finding =
                        Diagnostic::new(Code::P0905, name.span, format!("`{}` lies outside the zone", name.value));
                    let finding = finding.because(format!("we answer for `{zone}` and what is below it"));
                    self.report(finding.help(format!("name it in a zone of its own, or below `{zone}`")));
                    return false;
                }
            },
            None => &name.value,
        };
        let fits = relative == "@" || dns_name_fault(&format!("{relative}.{zone}")).is_none();
        if !fits {
            let finding =
                Diagnostic::new(Code::P0305, name.span, format!("`{}` is no name", name.value.escape_debug()));
            self.report(finding.because("labels of letters, digits, hyphens and `_`, divided by dots"));
        }
        fits
    }

    fn record(&mut self, setting: &Setting<'_>, name: String) -> Option<Record> {
        match setting.word.text.as_str() {
            "a" => Some(Record::A(name, self.ipv4(setting.expr(1)?)?.value)),
            "aaaa" => {
                let address = self.typed(setting.expr(1)?, "IPv6 address", |value| match value {
                    Value::Ip(IpAddr::V6(address)) => Some(*address),
                    _ => None,
                })?;
                Some(Record::Aaaa(name, address.value))
            }
            "cname" => Some(Record::Cname(name, self.target(setting.expr(1)?)?)),
            "ns" => Some(Record::Ns(name, self.target(setting.expr(1)?)?)),
            "txt" => {
                let texts: Vec<Option<String>> = setting.exprs().skip(1).map(|expr| self.string(expr)).collect();
                Some(Record::Txt(name, texts.into_iter().collect::<Option<_>>()?))
            }
            "naptr" => self.naptr(setting, name),
            _ => self.srv(setting, name),
        }
    }

    /// A name that a record leads to: relative to the zone, `@` for itself, absolute with a final dot.
    fn target(&mut self, expr: &Expr) -> Option<String> {
        let target = self.text(expr)?;
        let fault = match target.value.strip_suffix('.').unwrap_or(&target.value) {
            "@" => None,
            name => dns_name_fault(name),
        };
        if let Some(fault) = fault {
            let message = format!("`{}` is no name", target.value.escape_debug());
            self.report(Diagnostic::new(Code::P0305, target.span, message).because(fault));
            return None;
        }
        Some(target.value)
    }

    /// A string of a record.
    fn string(&mut self, expr: &Expr) -> Option<String> {
        let text = self.text(expr)?;
        if text.value.len() > LONGEST_STRING || !text.value.bytes().all(|octet| (b' '..=b'~').contains(&octet)) {
            let finding = Diagnostic::new(Code::P0305, text.span, "this cannot stand in a record");
            let finding =
                finding.because(format!("a string of a record is up to {LONGEST_STRING} printable ASCII signs"));
            self.report(finding.note("RFC 1035 §3.3"));
            return None;
        }
        Some(text.value)
    }

    fn naptr(&mut self, setting: &Setting<'_>, name: String) -> Option<Record> {
        let Some(block) = self.block_of(setting, 1) else {
            let finding = Diagnostic::new(Code::P0101, setting.span, "a naptr record has a block")
                .help("write `naptr \"@\" { service \"SIP+D2U\"  replacement \"_sip._udp\" }`");
            self.report(finding);
            return None;
        };
        let mut naptr = Naptr {
            name,
            order: 10,
            preference: 10,
            flags: "S".into(),
            service: String::new(),
            pattern: String::new(),
            replacement: String::new(),
        };
        for inner in only_settings(block, &NAPTR, &mut self.findings) {
            self.surplus(&inner, 1);
            let Some(expr) = inner.expr(0) else { continue };
            match inner.word.text.as_str() {
                "order" => naptr.order = self.int(expr, 0, 65535)? as u16,
                "preference" => naptr.preference = self.int(expr, 0, 65535)? as u16,
                "flags" => naptr.flags = self.string(expr)?,
                "service" => naptr.service = self.string(expr)?,
                "pattern" => naptr.pattern = self.string(expr)?,
                _ => naptr.replacement = self.target(expr)?,
            }
        }
        if naptr.service.is_empty() || naptr.pattern.is_empty() == naptr.replacement.is_empty() {
            let finding =
                Diagnostic::new(Code::P0212, setting.span, "a naptr record needs a service, and where it leads");
            self.report(finding.because("`replacement` or `pattern`, and not both").note("RFC 3403 §4.1"));
            return None;
        }
        Some(Record::Naptr(naptr))
    }

    fn srv(&mut self, setting: &Setting<'_>, name: String) -> Option<Record> {
        let Some(block) = self.block_of(setting, 1) else {
            let finding = Diagnostic::new(Code::P0101, setting.span, "an srv record has a block")
                .help("write `srv \"_ciscoprov-https._tls\" { target \"prov\"  port 443  priority 10  weight 60 }`");
            self.report(finding);
            return None;
        };
        let (mut target, mut port, mut priority, mut weight) = (None, None, 10, 10);
        let before = self.findings.len();
        for inner in only_settings(block, &SRV, &mut self.findings) {
            self.surplus(&inner, 1);
            let Some(expr) = inner.expr(0) else { continue };
            match inner.word.text.as_str() {
                "target" if expr.as_text().as_deref() == Some(".") => target = Some(".".to_owned()),
                "target" => target = self.target(expr),
                "port" => port = self.int(expr, 1, 65535),
                "priority" => priority = self.int(expr, 0, 65535)?,
                _ => weight = self.int(expr, 0, 65535)?,
            }
        }
        let (Some(target), Some(port)) = (target, port) else {
            if self.findings.len() > before {
                return None;
            }
            let finding = Diagnostic::new(Code::P0212, setting.span, "an srv record needs a target and a port");
            self.report(finding.note("the port always stands in the record (RFC 2782)"));
            return None;
        };
        Some(Record::Srv { name, target, port: port as u16, priority: priority as u16, weight: weight as u16 })
    }
}
