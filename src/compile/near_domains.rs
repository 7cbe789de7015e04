//! P0916: a domain that is one slip of the fingers away from another of the program: `acme-vioce.example` beside
//! `acme-voice.example`. No phone would tell: a name that is asked of other people's servers does not exist, and that is all.

use super::Compiler;
use crate::diagnostic::{Code, Diagnostic, Span, one_edit_apart};
use crate::language::Globals;
use crate::language::syntax::tree::{Expr, ExprKind, TextPart};
use std::collections::BTreeMap;

/// A domain as it stands in the program, lower case, and where it does so first.
struct Domain<'p> {
    what: &'static str,
    written: &'p str,
    span: Span,
    times: usize,
}

impl Compiler<'_> {
    /// Domains of networks, of servers' names and of hosts in parameters against the zones of the program, and against each other.
    pub(super) fn near_domains(&mut self) {
        let program = &self.checked.program;
        let ours = |name: &str| self.zone_of(&name.trim_end_matches('.').to_ascii_lowercase()).is_some();
        let networks = program.networks.iter().filter_map(|network| network.domain.as_ref());
        let networks = networks.map(|domain| ("the domain of a network", domain.value.as_str(), domain.span));
        let hosts = program.servers.iter().filter_map(|server| server.host.as_ref());
        let hosts = hosts.filter_map(|host| Some(("a server's name", host.value.split_once('.')?.1, host.span)));
        let hosts = hosts
            .chain(self.hosts_assigned.iter().map(|host| ("a parameter's host", beyond_host(&host.value), host.span)));
        // By the name in lower case; whoever has it first.
        let mut others: BTreeMap<String, Domain<'_>> = BTreeMap::new();
        for (what, written, span) in networks.chain(hosts).filter(|(_, written, _)| !ours(written)) {
            let name = written.trim_end_matches('.').to_ascii_lowercase();
            others.entry(name).or_insert(Domain { what, written, span, times: 0 }).times += 1;
        }
        let mut findings = Vec::new();
        for (name, domain) in &others {
            let zone = program.zones.iter().find(|zone| is_near(name, &zone.name.value));
            // Of two that are no zones, the one that stands there less often is doubted, or the later one.
            let rank = |domain: &Domain<'_>| (std::cmp::Reverse(domain.times), domain.span);
            let known = others.iter().find(|(other, known)| is_near(name, other) && rank(known) < rank(domain));
            findings.extend(match (zone, known) {
                // The zone is written once.
                (Some(zone), _) if domain.times > 1 => {
                    let zone = Domain { what: "the zone", written: &zone.name.value, span: zone.name.span, times: 1 };
                    Some(doubt(&zone, domain, "nothing of the program lies in this zone"))
                }
                (Some(zone), _) => {
                    let zone = Domain { what: "the zone", written: &zone.name.value, span: zone.name.span, times: 1 };
                    let why =
                        "no zone of the program has it: who asks for it is told by others that there is no such name";
                    Some(doubt(domain, &zone, why))
                }
                (None, Some((_, known))) => Some(doubt(domain, known, "elsewhere the program calls it otherwise")),
                (None, None) => None,
            });
        }
        self.findings.extend(findings);
    }
}

/// The domain of a host; a name of two labels is one itself.
fn beyond_host(host: &str) -> &str {
    host.split_once('.').map_or(host, |(_, domain)| if domain.contains('.') { domain } else { host })
}

/// The host that a parameter names, alone, with a port or in a URL. What a hole holds is not known: an `x` stands for it. None where no
/// domain is told.
pub(super) fn host_in(value: &Expr, globals: &Globals) -> Option<String> {
    let text: String = match &value.kind {
        ExprKind::Text(parts) => parts
            .iter()
            .map(|part| match part {
                TextPart::Text(text) => text.as_str(),
                TextPart::Hole(_) => "x",
            })
            .collect(),
        ExprKind::Name(name) => globals.lets.get(name)?.as_ref()?.text()?,
        _ => return None,
    };
    let behind_scheme = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let authority = behind_scheme.split(['/', '?', ';']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    let labels = || host.trim_end_matches('.').split('.');
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|sign| sign.is_ascii_alphanumeric() || sign == b'-');
    let is_domain = labels().count() > 1 && labels().all(is_label) && labels().next_back()?.parse::<u32>().is_err();
    is_domain.then(|| host.to_owned())
}

fn doubt(doubted: &Domain<'_>, known: &Domain<'_>, why: &str) -> Diagnostic {
    let message = format!("domain `{}` is one slip off `{}`", doubted.written, known.written);
    Diagnostic::new(Code::P0916, doubted.span, message)
        .because(why)
        .label(known.span, format!("{} is called so", known.what))
        .help(format!("did you mean `{}`?", mended(doubted.written, known.written)))
}

/// The last labels as they were meant, those before them as they are.
fn mended(written: &str, meant: &str) -> String {
    let before = labels(written).len().saturating_sub(labels(meant).len());
    let kept = labels(written).into_iter().take(before);
    kept.chain(labels(meant)).collect::<Vec<_>>().join(".")
}

fn labels(name: &str) -> Vec<&str> {
    name.trim_end_matches('.').split('.').collect()
}

/// Whether the last labels of a name are those of a domain, but for one slip in one word of one of them.
fn is_near(name: &str, domain: &str) -> bool {
    let (written, meant) = (labels(name), labels(domain));
    let Some(before) = written.len().checked_sub(meant.len()) else { return false };
    let mut others = written.iter().skip(before).zip(&meant).filter(|(a, b)| !a.eq_ignore_ascii_case(b));
    let (Some((a, b)), None) = (others.next(), others.next()) else { return false };
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split('-').collect(), b.split('-').collect());
    if a.len() != b.len() {
        return false;
    }
    let mut others = a.iter().zip(&b).filter(|(a, b)| !a.eq_ignore_ascii_case(b));
    matches!((others.next(), others.next()), (Some((a, b)), None) if is_slip(a, b))
}

/// Whether two words are one but for a slip. Short words and numbers differ by a letter because they are meant to.
fn is_slip(a: &str, b: &str) -> bool {
    let letters = |word: &str| word.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let sorted = |word: &str| {
        let mut signs: Vec<char> = word.to_ascii_lowercase().chars().collect();
        signs.sort_unstable();
        signs
    };
    let shortest = if sorted(a) == sorted(b) { 4 } else { 5 };
    letters(a) != letters(b) && a.len().min(b.len()) >= shortest && one_edit_apart(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_in_one_word_is_near() {
        for (name, domain) in [
            ("acme-vioce.example", "acme-voice.example"),
            ("sip.acme-voice.exmaple", "acme-voice.example"),
            ("amce.example.com", "acme.example.com"),
            ("Voices.example.", "voice.example"),
        ] {
            assert!(is_near(name, domain), "{name} {domain}");
        }
    }

    #[test]
    fn what_is_meant_to_differ_is_not() {
        for (name, domain) in [
            ("acme-voice.example", "acme-voice.example"),
            ("east.example", "west.example"),
            ("site1.example", "site2.example"),
            ("office10.example", "office1.example"),
            ("acme.nl", "acme.no"),
            ("acme-nl.example", "acme-no.example"),
            ("acme.example", "sip.acme.example"),
            ("voice.example", "voice-lab.example"),
            ("vioce.exmaple", "voice.example"),
            ("", ""),
        ] {
            assert!(!is_near(name, domain), "{name} {domain}");
        }
        assert_eq!(mended("sip.vioce.example", "voice.example"), "sip.voice.example");
    }
}
