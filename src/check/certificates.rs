//! P0907: a certificate that phones will not take. It has to name what they ask for, the host or for SRV the DHCP domain (PB §6,
//! §14), be valid today, and be signed by somebody whom they know. Of its key `certificate_keys` tells.

use super::about::asked as asked_for;
use super::https_hosts::https_hosts;
use super::{Beside, certificate_keys, constant, place};
use crate::diagnostic::{Code, Diagnostic, Severity, SourceMap, Span};
use crate::phone::rule::{Host, Kind};
use crate::plan::{Discovery, Fleet, Piece, Plan, Profile, Scheme, Server, Shape, Zone, ZoneRecord};
use std::net::IpAddr;
use x509_parser::extensions::GeneralName;
use x509_parser::pem::Pem;
use x509_parser::prelude::{FromDer, X509Certificate};

/// A certificate that ends sooner is told.
const SOON: i64 = 30 * 86_400;

/// `arrivals` tell of each fleet that is sound where it says how its phones come.
pub(super) fn check(
    plan: &Plan,
    files: &dyn Beside,
    sources: &SourceMap,
    arrivals: &[Option<Span>],
) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (position, server) in plan.servers.iter().enumerate() {
        let tls = server.tls.as_ref().filter(|_| server.port(Scheme::Https).is_some());
        let Some((tls, path)) = tls.and_then(|tls| Some((tls, tls.certificate.as_deref()?))) else { continue };
        // That it is not there is P0913's matter.
        let Some(bytes) = files.read(path) else { continue };
        let fleets: Vec<(&Fleet, Span)> = plan
            .fleets
            .iter()
            .zip(arrivals)
            .filter_map(|(fleet, arrival)| Some((fleet, (*arrival)?)))
            .filter(|(fleet, _)| comes_by_https(plan, fleet, position))
            .collect();
        if fleets.is_empty() {
            continue;
        }
        let span = place(tls.origin, sources);
        let said = |message: String| Diagnostic::new(Code::P0907, span, message);
        let chain: Vec<Pem> =
            Pem::iter_from_buffer(&bytes).flatten().filter(|pem| pem.label == "CERTIFICATE").collect();
        let chain: Vec<X509Certificate<'_>> =
            chain.iter().map_while(|pem| Some(X509Certificate::from_der(&pem.contents).ok()?.1)).collect();
        let Some(certificate) = chain.first() else {
            let finding = said(format!("`{path}` holds no certificate"));
            findings.push(match X509Certificate::from_der(&bytes) {
                Ok(_) => finding
                    .because("it is one in DER, and servers take PEM")
                    .help(format!("write it anew: `openssl x509 -inform der -in {path} -out {path}.pem`")),
                Err(_) => finding
                    .because("a PEM file with `BEGIN CERTIFICATE` is wanted, the server's own first")
                    .help("put the server's certificate there, and behind it those that lead to its authority"),
            });
            continue;
        };
        if let Some(why) = out_of_order(&chain) {
            findings.push(
                said(format!("the certificates in `{path}` are not in order"))
                    .because(why)
                    .help("put the server's own first, then who signed it, and so on (RFC 8446 §4.4.2)"),
            );
            // Of which the server's own is, nobody knows.
            if certificate.is_ca() {
                continue;
            }
        }
        let named = names(certificate);
        for (name, why) in asked(plan, server, position, &fleets) {
            if !named.iter().any(|one| covers(one, &name)) {
                let list = if named.is_empty() { "nobody".to_owned() } else { named.join(", ") };
                findings.push(
                    said(format!("the certificate of `{}` does not name `{name}`", server.id))
                        .because(format!("{why}; `{path}` names {list}"))
                        .help("have one made for that name; a server may have several in one certificate")
                        .note("PB §6, §14"),
                );
            }
        }
        // One finding: what is signed by another is renewed with it.
        let dates = |now: u64| chain.iter().find_map(|one| dated(one, now as i64, path, span));
        findings.extend(files.now().and_then(dates));
        findings.extend(certificate_keys::check(certificate, tls, path, files, span));
        if certificate.subject() == certificate.issuer() {
            let all = fleets.iter().map(|(fleet, arrival)| (*fleet, *arrival, custom_ca(fleet, server, position)));
            let mut strangers = all.filter(|(.., known)| *known != CustomCa::Known);
            if let Some((fleet, arrival, known)) = strangers.next() {
                findings.push(
                    said(format!("`{path}` is signed by itself"))
                        .label(arrival, "phones of this fleet fetch over https")
                        .because(match known {
                            CustomCa::ByItself => format!(
                                "phones of fleet `{}` get the CA that vouches for it from this server only, over https",
                                fleet.id
                            ),
                            _ => format!("phones of fleet `{}` know Cisco's CA and public ones, and no other", fleet.id),
                        })
                        .help(match known {
                            CustomCa::ByItself => {
                                "let `Custom_CA_Rule` stand in a file that comes over http, and lead to another server or to http"
                            }
                            _ => "have Cisco or a public CA sign it, or set `Custom_CA_Rule` in an earlier profile",
                        })
                        .note("PB §14, §26, C-18"),
                );
            }
        }
    }
    findings
}

/// What the certificates of a program's servers name, by position of the server; nothing: it has none that can be read.
#[derive(Debug, Default)]
pub struct Named(Vec<Option<Vec<String>>>);

impl Named {
    pub(super) fn read(plan: &Plan, files: &dyn Beside) -> Self {
        let of = |server: &Server| {
            let path = server.tls.as_ref()?.certificate.as_deref()?;
            let bytes = files.read(path)?;
            let pem = Pem::iter_from_buffer(&bytes).flatten().find(|pem| pem.label == "CERTIFICATE")?;
            X509Certificate::from_der(&pem.contents).ok().map(|(_, certificate)| names(&certificate))
        };
        Named(plan.servers.iter().map(of).collect())
    }

    pub(super) fn of(&self, server: usize) -> Option<&[String]> {
        self.0.get(server)?.as_deref()
    }
}

/// Whether phones of a fleet speak https with a server.
fn comes_by_https(plan: &Plan, fleet: &Fleet, server: usize) -> bool {
    let by_record = fleet.server == server && domains_with_https(plan, fleet).next().is_some();
    let by_service = fleet.profiles.iter().any(|one| one.server == server && one.scheme == Scheme::Https);
    let by_rule = || plan.servers.get(server).is_some_and(|server| !https_hosts(fleet, server).is_empty());
    by_service || by_record || asks_for_host(fleet, server) || by_rule()
}

/// Whether some URL over https that phones of a fleet get names the server itself.
fn asks_for_host(fleet: &Fleet, server: usize) -> bool {
    let mut profiles = fleet.profiles.iter();
    let by_profile =
        profiles.any(|one| one.server == server && one.scheme == Scheme::Https && one.service_domain.is_none());
    let led = fleet.bootstrap.as_ref().is_some_and(|bootstrap| {
        let told = bootstrap.told.as_ref().and_then(|told| told.pieces().first());
        bootstrap.options.iter().any(|option| option.value.text().starts_with("https://"))
            || matches!(told, Some(Piece::Text(text)) if text.starts_with("https://"))
    });
    by_profile || (led && fleet.server == server)
}

/// The domains of a fleet's networks by whose records a fresh phone comes over https (PB §6).
pub(super) fn domains_with_https<'p>(plan: &'p Plan, fleet: &'p Fleet) -> impl Iterator<Item = &'p str> {
    let by_srv = fleet.bootstrap.as_ref().is_some_and(|one| one.how == Discovery::Srv);
    let networks = fleet.networks.iter().filter(move |_| by_srv).filter_map(|network| plan.networks.get(*network));
    networks.filter_map(|network| network.domain.as_deref()).filter(|domain| {
        let wanted = format!("_ciscoprov-https._tls.{}", domain.trim_end_matches('.'));
        let of_zone = |zone: &Zone| {
            let apex = zone.name.trim_end_matches('.');
            zone.records.iter().any(|record| match record {
                ZoneRecord::Srv(srv) => format!("{}.{apex}", srv.name).eq_ignore_ascii_case(&wanted),
                _ => false,
            })
        };
        plan.zones.iter().any(of_zone)
    })
}

/// The names that phones ask for, each with the reason.
fn asked(plan: &Plan, server: &Server, position: usize, fleets: &[(&Fleet, Span)]) -> Vec<(String, String)> {
    let mut names = Vec::new();
    let by_rule = |host: String| (host, "phones ask for the host that their rules name".to_owned());
    if fleets.iter().any(|(fleet, _)| asks_for_host(fleet, position)) {
        names.push(by_rule(server.authority_host()));
    }
    names.extend(fleets.iter().flat_map(|(fleet, _)| https_hosts(fleet, server)).map(by_rule));
    let by_record = |domain: &str| {
        (domain.to_owned(), "over SRV phones hold the certificate against the domain, not the target".to_owned())
    };
    for (fleet, _) in fleets {
        let profiles = fleet.profiles.iter().filter(|one| one.server == position && one.scheme == Scheme::Https);
        names.extend(profiles.filter_map(|profile| profile.service_domain.as_deref()).map(by_record));
        if fleet.server == position {
            names.extend(domains_with_https(plan, fleet).map(by_record));
        }
    }
    names.retain(|(name, _)| !name.is_empty());
    names.sort();
    names.dedup();
    names
}

/// Why the certificates of a file cannot be sent as they stand: each is to be signed by the next.
fn out_of_order(chain: &[X509Certificate<'_>]) -> Option<String> {
    let is_authority = |one: &X509Certificate<'_>| one.is_ca() && one.subject() != one.issuer();
    let called = |one: &X509Certificate<'_>| {
        let name = one.subject().iter_common_name().find_map(|name| name.as_str().ok()).map(str::to_owned);
        name.unwrap_or_else(|| one.subject().to_string())
    };
    let first = chain.first()?;
    if let Some(own) = chain.iter().skip(1).find(|one| first.is_ca() && !one.is_ca()) {
        return Some(format!("the first is that of a CA, `{}`; `{}` comes after it", called(first), called(own)));
    }
    if chain.len() == 1 && is_authority(first) {
        return Some(format!("the only one is that of a CA, `{}`, not a server's", called(first)));
    }
    let pair = chain.windows(2).find_map(|pair| match pair {
        [one, next] if one.issuer() != next.subject() => Some((one, next)),
        _ => None,
    })?;
    let (one, next) = pair;
    if one == next {
        return Some(format!("`{}` stands there twice", called(one)));
    }
    Some(format!("`{}` is not signed by `{}`, which comes after it", called(one), called(next)))
}

/// What a certificate names, in lower case: its SAN, or its CN where it has none.
fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let alternative = certificate.subject_alternative_name().ok().flatten();
    let general = alternative.iter().flat_map(|extension| &extension.value.general_names);
    let mut names: Vec<String> = general
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some(name.to_ascii_lowercase()),
            GeneralName::IPAddress(octets) => match octets {
                [a, b, c, d] => Some(IpAddr::from([*a, *b, *c, *d]).to_string()),
                _ => <[u8; 16]>::try_from(*octets).ok().map(|octets| IpAddr::from(octets).to_string()),
            },
            _ => None,
        })
        .collect();
    if names.is_empty() {
        // `CN=pv.telco.net/mailto:admin@telco.net` is documented.
        let common = certificate.subject().iter_common_name().filter_map(|name| name.as_str().ok());
        names.extend(common.filter_map(|name| name.split('/').next()).map(str::to_ascii_lowercase));
    }
    names
}

/// Whether a name of a certificate is good for a host. An asterisk stands for one label (RFC 6125 §6.4.3).
pub(super) fn covers(named: &str, host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let below = || {
        let (label, rest) = host.split_once('.')?;
        (!label.is_empty() && named.strip_prefix("*.")? == rest).then_some(())
    };
    named == host || below().is_some()
}

fn dated(certificate: &X509Certificate<'_>, now: i64, path: &str, span: Span) -> Option<Diagnostic> {
    let validity = certificate.validity();
    let (from, to) = (validity.not_before.timestamp(), validity.not_after.timestamp());
    let said = |message: String| Diagnostic::new(Code::P0907, span, message);
    if now < from {
        return Some(said(format!("`{path}` is not valid yet")).because(format!("it begins {}", validity.not_before)));
    }
    if now > to {
        return Some(
            said(format!("`{path}` is not valid any more")).because(format!("it ended {}", validity.not_after)),
        );
    }
    (to - now < SOON).then(|| {
        let days = (to - now) / 86_400;
        let mut finding = said(format!("`{path}` ends in {days} days")).because(format!("on {}", validity.not_after));
        finding.severity = Severity::Warning;
        finding.help("have it renewed: a phone that meets an expired one never comes home")
    })
}

/// What phones of a fleet know of a CA that is neither Cisco's nor public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CustomCa {
    Known,
    /// Some are told of none.
    Unknown,
    /// Some are told of it by the very server that it vouches for, or fetch it there: they would have to have it first.
    ByItself,
}

/// Whether the fleet's phones are told of another CA before they have to know it: `position` is that of the server whose
/// certificate it signed.
fn custom_ca(fleet: &Fleet, server: &Server, position: usize) -> CustomCa {
    const RULE: &str = "Custom_CA_Rule";
    let set = |shape: &Shape| {
        let set = shape.settings.iter().any(|setting| setting.element == RULE);
        // A rule that differs from phone to phone is taken for one that leads somewhere.
        set.then(|| constant(shape, RULE).map_or("", |(_, rule)| rule).to_owned())
            .filter(|rule| !rule.is_empty() || constant(shape, RULE).is_none())
    };
    let fetched_here = |rule: &str| {
        asked_for(rule, Kind::Profile).iter().any(|one| {
            let host = one.url.host.as_ref().map(Host::as_str);
            one.url.scheme() == Scheme::Https && host.is_some_and(|host| server.is_at(host))
        })
    };
    let by_https = |profile: &Profile| profile.server == position && profile.scheme == Scheme::Https;
    // Of each form of each profile: whether it tells, and whether in time.
    let told = |profile: &Profile, shape: &Shape| match set(shape) {
        Some(rule) if by_https(profile) || fetched_here(&rule) => CustomCa::ByItself,
        Some(_) => CustomCa::Known,
        None => CustomCa::Unknown,
    };
    let forms: Vec<Vec<CustomCa>> = fleet
        .profiles
        .iter()
        .map(|profile| profile.shapes.iter().map(|shape| told(profile, shape)).collect())
        .collect();
    let bootstrap = fleet.bootstrap.as_ref().and_then(|bootstrap| {
        let https = bootstrap.options.iter().any(|option| option.value.text().starts_with("https://"));
        let rule = set(&bootstrap.shape)?;
        let here = (https && fleet.server == position) || fetched_here(&rule);
        Some(if here { CustomCa::ByItself } else { CustomCa::Known })
    });
    let mut worst = CustomCa::Known;
    for row in 0..fleet.phones.len() {
        let of = fleet.profiles.iter().zip(&forms).filter_map(|(profile, forms)| {
            forms.get(profile.shape_of.get(row).map_or(0, |form| usize::from(*form))).copied()
        });
        let all: Vec<CustomCa> = of.chain(bootstrap).collect();
        if all.contains(&CustomCa::Known) {
            continue;
        }
        worst = if all.contains(&CustomCa::ByItself) { CustomCa::ByItself } else { CustomCa::Unknown };
        if worst == CustomCa::Unknown {
            break;
        }
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, DnType, KeyPair, SanType};

    fn der(params: CertificateParams) -> Vec<u8> {
        params.self_signed(&KeyPair::generate().expect("a key")).expect("signs").der().to_vec()
    }

    #[test]
    fn names_are_the_san_s_or_the_common_name_s() {
        let mut params =
            CertificateParams::new(vec!["Prov.Example.com".into(), "*.lab.example".into()]).expect("sound");
        params.subject_alt_names.push(SanType::IpAddress([192, 0, 2, 1].into()));
        params.distinguished_name.push(DnType::CommonName, "other.example.com");
        let octets = der(params);
        let (_, certificate) = X509Certificate::from_der(&octets).expect("sound");
        assert_eq!(names(&certificate), ["prov.example.com", "*.lab.example", "192.0.2.1"]);
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "pv.telco.net/mailto:admin@telco.net");
        let octets = der(params);
        let (_, certificate) = X509Certificate::from_der(&octets).expect("sound");
        assert_eq!(names(&certificate), ["pv.telco.net"]);
    }

    #[test]
    fn each_is_signed_by_the_next() {
        let named = |name: &str| {
            let mut params = CertificateParams::default();
            params.distinguished_name.push(DnType::CommonName, name);
            params
        };
        let key = || KeyPair::generate().expect("a key");
        let authority = |name: &str| {
            let mut params = named(name);
            params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
            params
        };
        let (root_key, middle_key, own_key) = (key(), key(), key());
        let (root, middle, own) = (authority("root"), authority("middle"), named("own"));
        let root_der = root.self_signed(&root_key).expect("signs").der().to_vec();
        let root = rcgen::Issuer::new(root, root_key);
        let middle_der = middle.signed_by(&middle_key, &root).expect("signs").der().to_vec();
        let middle = rcgen::Issuer::new(middle, middle_key);
        let own_der = own.signed_by(&own_key, &middle).expect("signs").der().to_vec();
        let alone_der = der(named("alone"));
        let ca_alone_der = authority("box").self_signed(&key()).expect("signs").der().to_vec();
        let why = |chain: &[&Vec<u8>]| {
            let read = |octets: &&Vec<u8>| X509Certificate::from_der(octets).expect("sound").1.subject().to_string();
            let names: Vec<String> = chain.iter().map(read).collect();
            let chain: Vec<_> =
                chain.iter().map(|octets| X509Certificate::from_der(octets).expect("sound").1).collect();
            (out_of_order(&chain), names)
        };
        for chain in [
            &[&own_der][..],
            &[&own_der, &middle_der],
            &[&own_der, &middle_der, &root_der],
            &[&alone_der],
            // A box signs its own and calls it a CA's; that it is its own is told elsewhere.
            &[&ca_alone_der],
        ] {
            let (told, names) = why(chain);
            assert_eq!(told, None, "{names:?}");
        }
        for (chain, told) in [
            (&[&middle_der, &own_der][..], "the first is that of a CA, `middle`; `own` comes after it"),
            (&[&middle_der], "the only one is that of a CA, `middle`, not a server's"),
            (&[&own_der, &root_der], "`own` is not signed by `root`, which comes after it"),
            (&[&own_der, &middle_der, &alone_der], "`middle` is not signed by `alone`, which comes after it"),
        ] {
            assert_eq!(why(chain).0.as_deref(), Some(told));
        }
        assert_eq!(out_of_order(&[]), None);
    }

    #[test]
    fn an_asterisk_is_one_label() {
        for (named, host, good) in [
            ("a.example.com", "A.example.com.", true),
            ("*.example.com", "a.example.com", true),
            ("*.example.com", "a.b.example.com", false),
            ("*.example.com", "example.com", false),
            ("*.example.com", ".example.com", false),
            ("a.example.com", "b.example.com", false),
            ("192.0.2.1", "192.0.2.1", true),
        ] {
            assert_eq!(covers(named, host), good, "{named} {host}");
        }
    }

    #[test]
    fn dates_are_held_against_the_day() {
        let mut params = CertificateParams::default();
        params.not_before = rcgen::date_time_ymd(2030, 1, 1);
        params.not_after = rcgen::date_time_ymd(2031, 1, 1);
        let octets = der(params);
        let (_, certificate) = X509Certificate::from_der(&octets).expect("sound");
        let (from, to) = (certificate.validity().not_before.timestamp(), certificate.validity().not_after.timestamp());
        for (now, told) in [
            (from - 1, Some(Severity::Error)),
            (from, None),
            (to - SOON, None),
            (to - SOON + 1, Some(Severity::Warning)),
            (to, Some(Severity::Warning)),
            (to + 1, Some(Severity::Error)),
        ] {
            let found = dated(&certificate, now, "x.pem", Span::default());
            assert_eq!(found.map(|finding| finding.severity), told, "{}", now - from);
        }
    }
}
