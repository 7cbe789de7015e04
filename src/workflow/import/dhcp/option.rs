//! Options by their names at other servers, and their values as the language writes them.

use super::super::value::quoted;
use std::net::Ipv4Addr;

/// By ISC's names; Kea and dnsmasq have most of them alike.
const NAMES: [(&str, u8); 34] = [
    ("subnet-mask", 1),
    ("time-offset", 2),
    ("routers", 3),
    ("router", 3),
    ("time-servers", 4),
    ("domain-name-servers", 6),
    ("dns-server", 6),
    ("log-servers", 7),
    ("host-name", 12),
    ("domain-name", 15),
    ("root-path", 17),
    ("default-ttl", 23),
    ("interface-mtu", 26),
    ("mtu", 26),
    ("broadcast-address", 28),
    ("broadcast", 28),
    ("static-routes", 33),
    ("nis-domain", 40),
    ("nis-servers", 41),
    ("ntp-servers", 42),
    ("ntp-server", 42),
    ("vendor-encapsulated-options", 43),
    ("netbios-name-servers", 44),
    ("netbios-node-type", 46),
    ("dhcp-lease-time", 51),
    ("tftp-server-name", 66),
    ("tftp-server", 66),
    ("bootfile-name", 67),
    ("boot-file-name", 67),
    ("smtp-server", 69),
    ("domain-search", 119),
    ("sip-server", 120),
    ("classless-static-route", 121),
    ("tftp-server-address", 150),
];

/// Options whose values are texts, whatever they look like.
const TEXTS: [u8; 22] = [12, 14, 15, 17, 18, 40, 47, 60, 62, 64, 66, 67, 86, 87, 98, 100, 101, 113, 114, 159, 160, 209];
/// What is part of the exchange itself, or follows from the network.
const OWN: [u8; 14] = [1, 28, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 61, 82];

pub fn number(name: &str) -> Option<u8> {
    let known = NAMES.iter().find(|(known, _)| *known == name).map(|(_, number)| *number);
    known.or_else(|| name.parse().ok().filter(|number| *number > 0))
}

/// Whether a network says it by itself.
pub fn is_own(code: u8) -> bool {
    OWN.contains(&code)
}

/// A value of several parts as the language writes it.
pub fn literal(code: u8, parts: &[String]) -> Option<String> {
    let first = parts.first()?;
    let octets = |text: &str| {
        let pairs: Vec<&str> = text.split(':').collect();
        let pair = |pair: &&str| (1..=2).contains(&pair.len()) && pair.bytes().all(|octet| octet.is_ascii_hexdigit());
        (pairs.len() > 1 && pairs.iter().all(pair)).then(|| {
            let padded: Vec<String> = pairs.iter().map(|pair| format!("{pair:0>2}")).collect();
            format!("hex(\"{}\")", padded.join(" "))
        })
    };
    if let (1, Some(octets)) = (parts.len(), octets(first)) {
        return Some(octets);
    }
    if TEXTS.contains(&code) {
        return Some(quoted(&parts.join(",")));
    }
    if parts.iter().all(|part| part.parse::<Ipv4Addr>().is_ok()) {
        return Some(parts.join(", "));
    }
    if let (1, Ok(number)) = (parts.len(), first.parse::<i64>()) {
        return Some(number.to_string());
    }
    match first.as_str() {
        "true" | "on" => Some("yes".into()),
        "false" | "off" => Some("no".into()),
        _ => Some(parts.iter().map(|part| quoted(part)).collect::<Vec<_>>().join(", ")),
    }
}

/// A vendor class that is asked for, as a condition of the language.
pub fn vendor(text: &str, whole: bool) -> String {
    match whole {
        true => format!("request.vendor_class == {}", quoted(text)),
        false => format!("{} in request.vendor_class", quoted(text)),
    }
}
