//! From what DHCP and DNS say to the URLs a phone tries (PB §5, §6).

use super::{Lease, Service};
use crate::phone::rule::{Host, Url};
use crate::phone::stance::{Consulted, SecondPath, Tail};
use crate::phone::{Identity, Scheme, Settings};
use std::fmt;
use std::net::Ipv4Addr;

/// Something to fetch from: host not yet resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attempt {
    pub scheme: Scheme,
    pub host: String,
    pub port: u16,
    pub path: String,
    /// The name that the server's certificate has to bear, where it is not the host's: behind SRV records that of the
    /// domain they were asked of (PB §6).
    pub domain: Option<String>,
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)?;
        if self.port != self.scheme.default_port() {
            write!(f, ":{}", self.port)?;
        }
        f.write_str(&self.path)
    }
}

impl Attempt {
    /// The same as a URL, a port that goes without saying left out.
    pub(super) fn url(&self) -> Option<Url> {
        let port = Some(self.port).filter(|port| *port != self.scheme.default_port());
        Some(Url { scheme: Some(self.scheme), host: Some(Host::new(&self.host).ok()?), port, path: self.path.clone() })
    }

    /// A URL that names its server.
    pub fn of(url: &Url) -> Option<Attempt> {
        let host = url.host.as_ref()?.as_str().to_owned();
        Some(Attempt { scheme: url.scheme(), host, port: url.port(), path: url.path.clone(), domain: None })
    }
}

/// One provisioning server that an option names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// A bare address or name: every scheme is tried.
    Bare(String),
    /// A URL; its path may be empty.
    Url(Attempt),
}

/// The option that is used and the servers it names: the first of DHCP_Option_To_Use that is there and can be read
/// (WF §5.2, inferred; that the phone goes no further when all its URLs fail is undocumented).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OptionServers {
    /// `option 66`.
    pub source: String,
    pub(super) entries: Vec<Entry>,
}

/// What DHCP says is looked at before what DHCPv6 says (inferred).
pub(super) fn option_servers(settings: &Settings, lease: &Lease) -> Option<OptionServers> {
    let found = |source: String, entries: Vec<Entry>| {
        if entries.is_empty() { None } else { Some(OptionServers { source, entries }) }
    };
    let fourth = settings.options::<u8>("DHCP_Option_To_Use").into_iter();
    fourth.filter_map(|code| found(format!("option {code}"), entries(code, lease.option(code)?))).next().or_else(|| {
        let sixth = settings.options::<u16>("DHCPv6_Option_To_Use").into_iter();
        sixth.filter_map(|code| found(format!("DHCPv6 option {code}"), entries6(code, lease.option6(code)?))).next()
    })
}

/// The names of a phone that stand in the paths it asks for.
#[derive(Clone, Copy, Debug)]
pub struct Names<'n> {
    /// `$PN`
    pub product: &'n str,
    /// `$MA`
    pub mac: &'n str,
}

impl OptionServers {
    /// Profile_Rule's own discovery: the URLs of PB §5, `tail` being the rule's path.
    pub fn discover(&self, tail: &str, names: Names<'_>, stances: &Consulted) -> Vec<Attempt> {
        let folder = match stances.second_path() {
            SecondPath::ByChapter | SecondPath::WithProduct => format!("/Cisco/{}", names.product),
            SecondPath::WithoutProduct => "/Cisco".into(),
        };
        let second = format!("{folder}/{}.cfg", names.mac);
        let mut attempts = Vec::new();
        for entry in &self.entries {
            match entry {
                Entry::Bare(host) => {
                    for scheme in Scheme::ALL {
                        for path in [tail, &second] {
                            let (host, path) = (host.clone(), path.to_owned());
                            attempts.push(Attempt { scheme, host, port: scheme.default_port(), path, domain: None });
                        }
                    }
                }
                Entry::Url(url) => {
                    if !url.path.is_empty() {
                        attempts.push(url.clone());
                    }
                    let second = match url.path.is_empty() && stances.tail() == Tail::Xml {
                        true => &format!("{folder}/{}.xml", names.mac),
                        false => &second,
                    };
                    for tail in [tail, second] {
                        let path = format!("{}{tail}", url.path.trim_end_matches('/'));
                        attempts.push(Attempt { path, ..url.clone() });
                    }
                }
            }
        }
        attempts
    }

    /// The server of any other rule that names none (C-16): the rule's own path and nothing else; TFTP unless the option
    /// names a scheme (inferred).
    pub fn serve(&self, path: &str) -> Vec<Attempt> {
        let one = |entry: &Entry| match entry {
            Entry::Bare(host) => Attempt {
                scheme: Scheme::Tftp,
                host: host.clone(),
                port: Scheme::Tftp.default_port(),
                path: path.to_owned(),
                domain: None,
            },
            Entry::Url(url) => Attempt { path: path.to_owned(), ..url.clone() },
        };
        self.entries.iter().map(one).collect()
    }
}

/// The SRV names of automatic discovery, in the order tried: the safer first (inferred).
pub(super) fn service_names(domain: &str) -> Vec<(Scheme, String)> {
    [Scheme::Https, Scheme::Http]
        .into_iter()
        .filter_map(|scheme| Some((scheme, service_name(scheme, domain)?)))
        .collect()
}

/// PB §6: https pairs with `_tls`, http with `_tcp`, and TFTP with nothing.
pub(super) fn service_name(scheme: Scheme, domain: &str) -> Option<String> {
    match scheme {
        Scheme::Https => Some(format!("_ciscoprov-https._tls.{domain}")),
        Scheme::Http => Some(format!("_ciscoprov-http._tcp.{domain}")),
        Scheme::Tftp => None,
    }
}

/// Lower priority first, and among equals the lower weight first: so the phone's text, against RFC 2782 (WF §7).
pub(super) fn in_order(mut services: Vec<Service>) -> Vec<Service> {
    services.retain(|service| !matches!(service.target.as_str(), "" | "."));
    services.sort_by_key(|service| (service.priority, service.weight));
    services
}

/// The names looked for in SRV discovery: `$PSN.xml` in the root or `$MA.cfg` in `/Cisco` (PB §6; C-04).
pub(super) fn service_paths(tail: &str, identity: &Identity, stances: &Consulted) -> [String; 2] {
    let second = match stances.second_path() {
        SecondPath::ByChapter | SecondPath::WithoutProduct => format!("/Cisco/{}.cfg", identity.mac.plain()),
        SecondPath::WithProduct => format!("/Cisco/{}/{}.cfg", identity.product(), identity.mac.plain()),
    };
    [tail.to_owned(), second]
}

/// An option's content as the phone reads it: text, or addresses in binary.
pub(super) fn option_text(code: u8, octets: &[u8]) -> Option<String> {
    let printable = !octets.is_empty() && octets.iter().all(|byte| (b' '..=b'~').contains(byte));
    let text = || String::from_utf8_lossy(octets.strip_suffix(&[0]).unwrap_or(octets)).into_owned();
    match code {
        // RFC 5859 says four octets an address; Cisco writes it as text. A text that reads as servers is text.
        150 if printable && !parse_entries(150, &text()).is_empty() => Some(text()),
        150 => {
            let chunks = octets.chunks_exact(4);
            if octets.is_empty() || !chunks.remainder().is_empty() {
                return None;
            }
            let address = |four: &[u8]| <[u8; 4]>::try_from(four).ok().map(Ipv4Addr::from).map(|a| a.to_string());
            Some(chunks.filter_map(address).collect::<Vec<_>>().join(";"))
        }
        // A first octet that prints is text; else it is TR-069's (WF §5.3, inferred).
        _ if octets.first().is_some_and(|first| (b' '..=b'~').contains(first)) => Some(text()),
        _ => None,
    }
}

fn entries(code: u8, octets: &[u8]) -> Vec<Entry> {
    option_text(code, octets).map(|text| parse_entries(code, &text)).unwrap_or_default()
}

/// 159 and 160 are text; 17 is a vendor's, of which TR-069's own first sub-option is known to hold a URL, and Cisco's
/// numbers are undocumented (WF §5.6, inferred).
fn entries6(code: u16, octets: &[u8]) -> Vec<Entry> {
    let text = if code == 17 { broadband_forum_url(octets) } else { Some(octets) };
    let text = text.and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default();
    // Each of the three is for provisioning.
    parse_entries(160, text)
}

/// Sub-option 1 of enterprise 3561.
fn broadband_forum_url(octets: &[u8]) -> Option<&[u8]> {
    let mut rest = octets.strip_prefix(&3561u32.to_be_bytes())?;
    loop {
        let (head, after) = rest.split_at_checked(4)?;
        let [code, length] =
            [head.get(..2)?, head.get(2..)?].map(|two| two.iter().fold(0, |n, o| n << 8 | usize::from(*o)));
        let (data, after) = after.split_at_checked(length)?;
        if code == 1 {
            return Some(data);
        }
        rest = after;
    }
}

/// `A` or `A;B`. One entry that cannot be read spoils the option (inferred).
fn parse_entries(code: u8, text: &str) -> Vec<Entry> {
    text.split(';').map(|entry| parse_entry(code, entry.trim())).collect::<Option<_>>().unwrap_or_default()
}

fn parse_entry(code: u8, text: &str) -> Option<Entry> {
    // Options that carry other things by rights (43, 60, 125) count only when they hold an address; a word there is a
    // vendor class and no host (inferred).
    let named = matches!(code, 66 | 150 | 159 | 160);
    let address = |host: &str| host.parse::<Ipv4Addr>().is_ok();
    read_entry(text).ok().filter(|entry| named || !matches!(entry, Entry::Bare(host) if !address(host)))
}

pub(super) fn read_entry(text: &str) -> Result<Entry, &'static str> {
    let Some((_, authority)) = text.split_once("://") else {
        return Host::new(text).map(|_| Entry::Bare(text.to_owned()));
    };
    let whole = if authority.contains('/') { text.to_owned() } else { format!("{text}/") };
    let url = Url::parse(&whole).map_err(|(_, why)| why)?;
    let mut attempt = Attempt::of(&url).ok_or("the server is missing")?;
    if attempt.path == "/" {
        attempt.path.clear();
    }
    Ok(Entry::Url(attempt))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::Mac;

    fn identity() -> Identity {
        Identity::new(Mac::new([0, 0x12, 0x34, 0xab, 0x45, 0xde]), "CP-8851-3PCC", "sip88xx.11-0-0MPP-7")
            .expect("valid")
    }

    fn tried(options: &[(u8, &[u8])]) -> Vec<String> {
        let mut lease = Lease::bare([10, 0, 0, 9].into());
        lease.options = options.iter().map(|(code, octets)| (*code, octets.to_vec())).collect();
        let servers = option_servers(&Settings::factory(), &lease);
        let (identity, mac) = (identity(), identity().mac.plain());
        let names = Names { product: identity.product(), mac: &mac };
        let attempts =
            servers.map(|servers| servers.discover("/8851-3PCC.xml", names, &Consulted::default())).unwrap_or_default();
        attempts.iter().map(Attempt::to_string).collect()
    }

    #[test]
    fn the_example_of_the_migration_guide() {
        // PB §5, example: 10.23.45.67.
        let tails = ["/8851-3PCC.xml", "/Cisco/CP-8851-3PCC/001234ab45de.cfg"];
        let expected: Vec<String> = ["tftp", "http", "https"]
            .iter()
            .flat_map(|scheme| tails.map(|tail| format!("{scheme}://10.23.45.67{tail}")))
            .collect();
        assert_eq!(tried(&[(66, b"10.23.45.67")]), expected);
        assert_eq!(tried(&[(150, &[10, 23, 45, 67])]), expected);
    }

    #[test]
    fn urls_with_and_without_path() {
        assert_eq!(
            tried(&[(160, b"https://h.example:8443")]),
            ["https://h.example:8443/8851-3PCC.xml", "https://h.example:8443/Cisco/CP-8851-3PCC/001234ab45de.cfg"]
        );
        assert_eq!(
            tried(&[(159, b"http://h/a/b.xml")]),
            [
                "http://h/a/b.xml",
                "http://h/a/b.xml/8851-3PCC.xml",
                "http://h/a/b.xml/Cisco/CP-8851-3PCC/001234ab45de.cfg"
            ]
        );
        assert_eq!(tried(&[(160, b"http://h/")]).len(), 2);
    }

    #[test]
    fn the_first_option_that_can_be_read_is_used() {
        assert_eq!(
            tried(&[(159, b"http://b"), (160, b"http://a")]).first().map(String::as_str),
            Some("http://a/8851-3PCC.xml")
        );
        assert_eq!(tried(&[(66, b"no such thing"), (160, b"http://a")]).len(), 2);
        assert_eq!(tried(&[(150, b"10.0.0.1;10.0.0.2")]).len(), 12);
        assert_eq!(tried(&[(150, &[10, 0, 0, 1, 10, 0, 0, 2])]).len(), 12);
        for (code, octets) in [(60, b"PXEClient".as_slice()), (43, &[1, 2, b'h', b'i']), (150, &[1, 2, 3]), (66, b"")] {
            assert!(tried(&[(code, octets)]).is_empty(), "{code}");
        }
    }

    #[test]
    fn services_in_the_order_of_the_phones_text() {
        let service = |priority, weight, target: &str| Service { priority, weight, port: 443, target: target.into() };
        let order =
            in_order(vec![service(10, 60, "pr1"), service(5, 9, "."), service(10, 20, "pr2"), service(5, 90, "p0")]);
        assert_eq!(order.iter().map(|service| service.target.as_str()).collect::<Vec<_>>(), ["p0", "pr2", "pr1"]);
    }

    #[test]
    fn dhcpv6_is_looked_at_where_dhcp_says_nothing() {
        let vendor = |enterprise: u32, options: &[(u16, &str)]| {
            let mut octets = enterprise.to_be_bytes().to_vec();
            for (code, text) in options {
                octets.extend(code.to_be_bytes());
                octets.extend((text.len() as u16).to_be_bytes());
                octets.extend(text.as_bytes());
            }
            octets
        };
        let found = |set: &str, four: &[(u8, &[u8])], six: &[(u16, Vec<u8>)]| {
            let mut lease = Lease::bare([10, 0, 0, 9].into());
            lease.options = four.iter().map(|(code, octets)| (*code, octets.to_vec())).collect();
            lease.options6 = six.to_vec();
            let mut settings = Settings::factory();
            if !set.is_empty() {
                settings.set("DHCPv6_Option_To_Use", set);
            }
            option_servers(&settings, &lease).map(|servers| {
                let first = servers.serve("/x").first().map(Attempt::to_string).unwrap_or_default();
                format!("{}: {first}", servers.source)
            })
        };
        let seventeen = (17, vendor(3561, &[(2, "code"), (1, "http://a")]));
        let text = |code, text: &str| (code, text.as_bytes().to_vec());
        let all = [text(159, "http://c"), text(160, "http://b"), seventeen.clone()];
        assert_eq!(found("", &[], &all).as_deref(), Some("DHCPv6 option 17: http://a/x"));
        assert_eq!(found("159,17", &[], &all).as_deref(), Some("DHCPv6 option 159: http://c/x"));
        assert_eq!(found("17", &[], &all[..2]), None);
        assert_eq!(found("", &[(66, b"10.0.0.1")], &all).as_deref(), Some("option 66: tftp://10.0.0.1/x"));
        // Nothing in them that leads anywhere: the next is looked at.
        for nothing in [vendor(9, &[(1, "http://a")]), vendor(3561, &[(3, "5")]), vec![0, 0, 13], vec![]] {
            let found = found("", &[], &[(17, nothing.clone()), text(160, "http://b")]);
            assert_eq!(found.as_deref(), Some("DHCPv6 option 160: http://b/x"), "{nothing:?}");
        }
        // IPv6 in URLs is undocumented (RS §7).
        assert_eq!(found("", &[], &[text(160, "http://[2001:db8::1]")]), None);
    }

    proptest::proptest! {
        #[test]
        fn any_octets_are_answered(code: u8, octets: Vec<u8>) {
            let _ = tried(&[(code, &octets)]);
            let _ = entries6(u16::from(code), &octets);
            let _ = broadband_forum_url(&[&3561u32.to_be_bytes()[..], &octets].concat());
        }
    }
}
