//! DHCP options written by hand, on a network or a class of clients.

use super::Compiler;
use super::option_types::OptionType;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::{OptionContent, OptionLine, Value};
use crate::plan::{DhcpOption, DhcpOption6, DhcpValue6};
use std::net::{IpAddr, Ipv6Addr};

/// The most that one option carries (RFC 2132 §2).
const LONGEST: usize = 255;

impl Compiler<'_> {
    /// Options as their numbers have them on the wire; one that is given twice stands once.
    pub(super) fn written(&mut self, lines: &[OptionLine]) -> Vec<DhcpOption> {
        let mut options: Vec<DhcpOption> = Vec::new();
        for (position, line) in lines.iter().enumerate() {
            if !self.twice(lines, position) {
                options.extend(self.option(line));
            }
        }
        options
    }

    /// An option that a network's own word says already: which of the two is meant, nobody knows.
    pub(super) fn said_by_a_word(&mut self, lines: &[OptionLine], said: &[(u16, &str, Option<Span>)]) {
        for line in lines {
            let word = said.iter().find(|(number, ..)| *number == line.number.value);
            let Some((number, word, Some(span))) = word else { continue };
            let finding = Diagnostic::new(Code::P0202, line.span, format!("option {number} is given twice"));
            self.report(
                finding
                    .because("given by its number here")
                    .label(*span, format!("and by `{word}` here"))
                    .help(format!("leave out one of the two: `{word}` is option {number}")),
            );
        }
    }

    fn twice(&mut self, lines: &[OptionLine], position: usize) -> bool {
        let Some(line) = lines.get(position) else { return false };
        let first = lines.iter().take(position).find(|other| other.number.value == line.number.value);
        if let Some(first) = first {
            let finding =
                Diagnostic::new(Code::P0202, line.span, format!("option {} is given twice", line.number.value));
            self.report(finding.because("given again here").label(first.span, "first given here"));
        }
        first.is_some()
    }

    fn option(&mut self, line: &OptionLine) -> Option<DhcpOption> {
        let number = line.number.value;
        let Some(code) = u8::try_from(number).ok().filter(|code| *code < 255) else {
            let finding = Diagnostic::new(Code::P0302, line.number.span, format!("there is no option {number}"));
            self.report(finding.because("DHCPv4 options are 1 to 254"));
            return None;
        };
        if matches!(code, 1 | 50..=59 | 61 | 80..=82 | 90 | 118 | 151..=157) {
            let finding = Diagnostic::new(Code::P0902, line.span, format!("option {code} is not yours to set"))
                .because("it is part of the exchange itself (RFC 2131, RFC 2132, RFC 3046)");
            self.report(finding.help("the mask follows from `subnet`, the time from `lease`"));
            return None;
        }
        let ty = OptionType::of(code);
        let contents: Vec<&OptionContent> = line.values.iter().map(|at| &at.value).collect();
        let Some(value) = ty.wire(&contents) else {
            let span = match (line.values.first(), line.values.last()) {
                (Some(first), Some(last)) => first.span.to(last.span),
                _ => line.span,
            };
            let finding = Diagnostic::new(Code::P0902, span, format!("option {code} cannot hold this"))
                .because(format!("it holds {}", ty.describe()));
            let finding = match (contents.as_slice(), ty) {
                ([OptionContent::Value(Value::Ip(address))], OptionType::Text) => {
                    finding.help(format!("write the address as a text: \"{address}\""))
                }
                ([OptionContent::Value(Value::Text(text))], OptionType::Address | OptionType::Addresses)
                    if text.split([';', ',', ' ']).all(|part| part.trim().parse::<IpAddr>().is_ok()) =>
                {
                    finding.help(format!("write addresses without quotes: {}", text.replace([';', ' '], ", ")))
                }
                _ => finding,
            };
            self.report(finding.note("RFC 2132, IANA's BOOTP and DHCP parameters, WF §5"));
            return None;
        };
        let length = value.octets().len();
        if length > LONGEST {
            let finding = Diagnostic::new(Code::P0902, line.span, format!("option {code} cannot hold this"))
                .because(format!("{length} octets; {LONGEST} are the most"))
                .help("write less: a shorter URL, or fewer addresses")
                .note("RFC 3396 would divide it; whether phones put the parts together is not documented");
            self.report(finding);
            return None;
        }
        Some(DhcpOption { code, value })
    }

    /// As [`Compiler::written`], for DHCPv6: names, addresses, text and octets.
    pub(super) fn written6(&mut self, lines: &[OptionLine]) -> Vec<DhcpOption6> {
        let mut options: Vec<DhcpOption6> = Vec::new();
        for (position, line) in lines.iter().enumerate() {
            if !self.twice(lines, position) {
                options.extend(self.option6(line));
            }
        }
        options
    }

    fn option6(&mut self, line: &OptionLine) -> Option<DhcpOption6> {
        let code = line.number.value;
        // What the exchange itself is made of (RFC 8415 §21).
        if matches!(code, 1..=6 | 8 | 9 | 11 | 13 | 14 | 18..=20 | 25 | 26) {
            let finding = Diagnostic::new(Code::P0902, line.span, format!("option {code} is not yours to set"));
            let finding = finding.because("it is part of the exchange itself (RFC 8415 §21)");
            self.report(finding.help("remove it"));
            return None;
        }
        let contents: Vec<&OptionContent> = line.values.iter().map(|at| &at.value).collect();
        let addresses: Option<Vec<Ipv6Addr>> = contents
            .iter()
            .map(|content| match content {
                OptionContent::Value(Value::Ip(IpAddr::V6(address))) => Some(*address),
                _ => None,
            })
            .collect();
        let (wanted, value) = match (code, contents.as_slice(), addresses) {
            (_, [OptionContent::Octets(octets)], _) => ("", Some(DhcpValue6::Octets(octets.clone()))),
            // DNS servers, SNTP servers, SIP servers, NIS, BCMCS, and NTP as plain addresses.
            (22 | 23 | 27 | 28 | 31 | 34, _, addresses) => ("IPv6 addresses", addresses.map(DhcpValue6::Addresses)),
            (21 | 24 | 29 | 30 | 33 | 57 | 64, contents, _) => ("domain names", names(contents).map(DhcpValue6::Names)),
            (17 | 56, ..) => ("octets: `hex(\"…\")`", None),
            (_, [OptionContent::Value(Value::Text(text))], _) if text.is_ascii() && !text.is_empty() => {
                ("", Some(DhcpValue6::Text(text.clone())))
            }
            (_, _, Some(addresses)) if !addresses.is_empty() => ("", Some(DhcpValue6::Addresses(addresses))),
            _ => ("ASCII text, IPv6 addresses or octets", None),
        };
        let Some(value) = value else {
            let finding = Diagnostic::new(Code::P0902, line.span, format!("option {code} cannot hold this"));
            let finding = finding.because(format!("it holds {wanted}")).help(format!("write {wanted}"));
            self.report(finding.note("IANA's DHCPv6 parameters, WF §5.6"));
            return None;
        };
        Some(DhcpOption6 { code, value })
    }
}

fn names(contents: &[&OptionContent]) -> Option<Vec<String>> {
    let name = |content: &&OptionContent| match content {
        OptionContent::Value(Value::Text(text)) if text.split('.').all(|label| (1..=63).contains(&label.len())) => {
            Some(text.clone())
        }
        _ => None,
    };
    contents.iter().map(name).collect()
}
