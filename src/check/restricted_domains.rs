//! P0909: a server outside Restricted_Access_Domains. When the list is set, every server of the upgrade, report, headset and
//! custom CA rules and every SIP proxy has to be in it, else that action fails (PB §8.3). Of profile rules a story tells (P0607).

use super::about::asked;
use super::{About, constant, place};
use crate::diagnostic::{Code, Diagnostic};
use crate::phone::model::lists_host;
use crate::phone::rule::Kind;
use crate::plan::{Setting, Shape};
use crate::platform::Catalogue;
use std::net::IpAddr;

const LIST: &str = "Restricted_Access_Domains";
/// Elements that hold a rule, with the kind of rule.
const RULES: [(&str, Kind); 4] = [
    ("Upgrade_Rule", Kind::Upgrade),
    ("Report_Rule", Kind::Report),
    ("Custom_CA_Rule", Kind::Profile),
    ("Cisco_Headset_Upgrade_Rule", Kind::Profile),
];
/// Families that hold a host, `Proxy_1_` and its like.
const HOSTS: [&str; 2] = ["Proxy_", "Outbound_Proxy_"];

pub(super) fn check(about: &About<'_>, shape: &Shape) -> Vec<Diagnostic> {
    let Some((list, domains)) = constant(shape, LIST) else { return Vec::new() };
    let catalogue = Catalogue::cisco_mpp();
    let mut told: Vec<String> = Vec::new();
    let mut findings = Vec::new();
    for setting in &shape.settings {
        for host in hosts(shape, setting) {
            if lists_host(domains, &host) || told.contains(&host) {
                continue;
            }
            let name = catalogue.written(&setting.element).unwrap_or_else(|| setting.element.clone());
            findings.push(
                Diagnostic::new(
                    Code::P0909,
                    place(setting.origin, about.sources),
                    format!("`{host}` is out of bounds"),
                )
                .because(format!("`{name}` needs it, and phones reach no server that the list lacks"))
                .label(place(list.origin, about.sources), "the list of domains")
                .help(format!("add `{host}` to it"))
                .note("PB §8.3"),
            );
            told.push(host);
        }
    }
    findings
}

/// The hosts that a setting names, in lower case, as far as they are known without the phone.
fn hosts(shape: &Shape, setting: &Setting) -> Vec<String> {
    let Some((_, text)) = constant(shape, &setting.element) else { return Vec::new() };
    if let Some((_, kind)) = RULES.iter().find(|(name, _)| *name == setting.element) {
        let named = asked(text, *kind).into_iter().filter(|asked| !asked.written.contains("://$"));
        return named.filter_map(|asked| Some(asked.url.host?.as_str().to_ascii_lowercase())).collect();
    }
    let numbered = |family: &str| {
        let rest = setting.element.strip_prefix(family)?.strip_suffix('_')?;
        rest.bytes().all(|octet| octet.is_ascii_digit()).then_some(())
    };
    if !HOSTS.iter().any(|family| numbered(family).is_some()) {
        return Vec::new();
    }
    // `host:port`, `host;transport=tls`.
    if text.trim().starts_with('[') {
        // An address of IPv6: whether phones take one here, and in the list, is not documented.
        return Vec::new();
    }
    let host = text.trim().split([':', ';', '/']).next().unwrap_or_default().to_ascii_lowercase();
    if host.is_empty() || host.contains('$') || text.trim().parse::<IpAddr>().is_ok_and(|address| address.is_ipv6()) {
        return Vec::new();
    }
    vec![host]
}

#[cfg(test)]
mod tests {
    use super::super::tests::{about, shape};
    use super::*;

    #[test]
    fn what_the_list_lacks_is_told_once_for_each_host() {
        let found = |elements: &[(&str, &str)]| {
            about(1, |about| {
                let told = check(about, &shape(elements)).into_iter();
                told.map(|finding| finding.message).collect::<Vec<_>>().join(" ")
            })
        };
        let list = (LIST, "pbx.example.com, sip.net, fw.example.com");
        assert_eq!(found(&[list, ("Proxy_1_", "pbx.example.com:5060"), ("Proxy_2_", "SIP.net;transport=tls")]), "");
        assert_eq!(
            found(&[list, ("Proxy_1_", "pbx.other.com"), ("Proxy_2_", "pbx.other.com")]),
            "`pbx.other.com` is out of bounds"
        );
        // A name is listed whole: that a domain stands for all in it no text says.
        assert_eq!(found(&[list, ("Proxy_1_", "a.sip.net")]), "`a.sip.net` is out of bounds");
        assert_eq!(found(&[list, ("Cisco_Headset_Upgrade_Rule", "http://h.test/x")]), "`h.test` is out of bounds");
        assert_eq!(found(&[list, ("Outbound_Proxy_1_", "192.0.2.9")]), "`192.0.2.9` is out of bounds");
        assert_eq!(found(&[list, ("Upgrade_Rule", "http://fw.test/a.loads")]), "`fw.test` is out of bounds");
        assert_eq!(found(&[list, ("Upgrade_Rule", "http://fw.example.com/a.loads")]), "");
        assert_eq!(found(&[list, ("Report_Rule", "http://r.test/$MA")]), "`r.test` is out of bounds");
        assert_eq!(found(&[list, ("Custom_CA_Rule", "http://ca.test/x.pem")]), "`ca.test` is out of bounds");
        assert_eq!(found(&[("Proxy_1_", "pbx.other.com")]), "");
        assert_eq!(found(&[(LIST, ""), ("Proxy_1_", "pbx.other.com")]), "");
        assert_eq!(found(&[list, ("Proxy_Fallback_Intvl_1_", "3600"), ("Proxy_1_", "")]), "");
    }
}
