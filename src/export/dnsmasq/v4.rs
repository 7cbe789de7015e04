//! DHCPv4: ranges, options by tag, classes.

use super::classes::Tags;
use super::line::{Arg, File, can_be_text, mask};
use super::{PHONE, fleet_tag, network_tag};
use crate::export::dhcp::strangers_left_out;
use crate::export::dhcp::{Scope, Site, Told, Who, is_plain, slug};
use crate::export::note::Notes;
use crate::plan::{Answers, DhcpValue};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

/// What it gives without being told to, where a client asks: itself as router and name server, the broadcast address. An
/// option without a value takes that back.
const OF_ITS_OWN: [u8; 3] = [3, 6, 28];
/// Here dnsmasq reads names, never octets.
const DOMAIN_SEARCH: u8 = 119;
const VENDOR_SPECIFIC: u8 = 43;
/// For old boot loaders, whatever the client.
const ENDED: [u8; 2] = [66, 67];
/// A shorter lease is made this long.
const SHORTEST_LEASE: u32 = 120;

pub(super) fn write(site: &Site<'_>, file: &mut File, notes: &mut Notes) {
    strangers_left_out(site, notes);
    let known_only = |scope: &&Scope<'_>| scope.of.answers == Answers::KnownPhones;
    // dnsmasq asks whom to ignore before it knows the network.
    if !site.networks.is_empty() && site.networks.iter().all(|scope| known_only(&scope)) {
        file.blank();
        file.line("dhcp-ignore", &[Arg::NotTag(PHONE.into())]);
    } else {
        for scope in site.networks.iter().filter(known_only) {
            notes.add(format!(
                "network `{}` answers known phones only: dnsmasq gives nobody else an address there, and still answers \
                 DHCPINFORM",
                scope.of.id
            ));
        }
    }
    for scope in &site.networks {
        file.blank();
        file.comment(&format!("Network `{}`.", scope.of.id));
        network(site, scope, file, notes);
    }
}

fn network(site: &Site<'_>, scope: &Scope<'_>, file: &mut File, notes: &mut Notes) {
    let network = scope.of;
    let tag = network_tag(&network.id);
    ranges(site, scope, file);
    if network.lease < SHORTEST_LEASE {
        notes.add(format!("network `{}`: dnsmasq gives no lease below {SHORTEST_LEASE} s", network.id));
    }
    for relay in scope.foreign_relays() {
        notes.add(format!(
            "network `{}`: dnsmasq chooses a network by the relay's address, and {relay} is outside of {}",
            network.id, network.subnet
        ));
    }
    let mut layers: Vec<(Option<String>, &[Told])> = Vec::new();
    for layer in &scope.layers {
        let condition = match layer.who {
            Who::Everyone => None,
            Who::Fleet(fleet) => Some(fleet_tag(site, fleet)),
            Who::Class(position, class) => {
                let name = format!("class-{}-{}-{}", slug(&network.id), position + 1, slug(&class.id));
                let mut tags = Tags { plan: site.plan, file: &mut *file, name: name.clone(), made: 0 };
                if tags.class(&class.when, notes).is_none() {
                    notes.add(format!("network `{}`: class \"{}\" is not in dnsmasq.conf", network.id, class.id));
                    continue;
                }
                Some(name)
            }
        };
        layers.push((condition, &layer.options));
    }
    let mut told: BTreeSet<u8> = BTreeSet::new();
    for (position, (condition, options)) in layers.iter().enumerate() {
        for option in *options {
            // One that a stronger layer tells is told by that one alone.
            let stronger =
                layers.iter().skip(position + 1).filter(|(_, of)| of.iter().any(|one| one.code == option.code));
            let mut arguments = vec![Arg::Tag(tag.clone())];
            arguments.extend(condition.iter().cloned().map(Arg::Tag));
            arguments.extend(stronger.filter_map(|(condition, _)| condition.clone()).map(Arg::NotTag));
            let Some(value) = value(option) else {
                notes.add(format!(
                    "network `{}`: dnsmasq cannot hold {} under option {}: it is left out",
                    network.id,
                    option.value.text(),
                    option.code
                ));
                continue;
            };
            if ENDED.contains(&option.code) {
                notes.add("dnsmasq ends options 66 and 67 with a NUL, which clients take off (RFC 2132 §2)");
            }
            if option.code == DOMAIN_SEARCH && value.len() > 1 {
                notes.add(format!(
                    "network `{}`: dnsmasq writes what the names of option {DOMAIN_SEARCH} have in common once (RFC 1035 §4.1.4)",
                    network.id
                ));
            }
            arguments.push(Arg::Number(u32::from(option.code)));
            if matches!(value.as_slice(), [Arg::Octets(_)]) {
                file.comment(&format!("{}: {}", option.code, option.value.text()));
            }
            arguments.extend(value);
            file.line(if option.always { "dhcp-option-force" } else { "dhcp-option" }, &arguments);
            if condition.is_none() {
                told.insert(option.code);
            }
        }
    }
    for code in OF_ITS_OWN.into_iter().filter(|code| !told.contains(code)) {
        file.line("dhcp-option", &[Arg::Tag(tag.clone()), Arg::Number(u32::from(code))]);
    }
}

fn ranges(site: &Site<'_>, scope: &Scope<'_>, file: &mut File) {
    let network = scope.of;
    let set = Arg::Set(network_tag(&network.id));
    let ranges = scope.ranges(site.plan, false);
    let (mask, lease) = (mask(network.subnet), Arg::Seconds(network.lease));
    for range in &ranges {
        let known = (network.answers == Answers::KnownPhones).then(|| Arg::Tag(PHONE.into()));
        let mut arguments: Vec<Arg> = known.into_iter().collect();
        arguments.extend([set.clone(), Arg::V4(range.first), Arg::V4(range.last), mask.clone(), lease.clone()]);
        file.line("dhcp-range", &arguments);
    }
    if ranges.is_empty()
        && let IpAddr::V4(address) = network.subnet.address()
    {
        // Known by their entries, or asking for options alone.
        let arguments = [set, Arg::V4(address), Arg::Word("static"), mask, lease];
        file.line("dhcp-range", &arguments);
    }
}

/// The option's value; nothing where dnsmasq would not take these octets under this number.
fn value(option: &Told) -> Option<Vec<Arg>> {
    let octets = option.value.octets();
    let addresses = |octets: &[u8]| -> Option<Vec<Arg>> {
        let (fours, rest) = octets.as_chunks::<4>();
        let fits = rest.is_empty() && !fours.is_empty();
        fits.then(|| fours.iter().map(|four| Arg::V4(Ipv4Addr::from(*four))).collect())
    };
    match (&option.value, option.code) {
        // Numbers under which dnsmasq reads addresses and nothing else (`dhcp-common.c`).
        (_, 3 | 6 | 7 | 9 | 16 | 21 | 28 | 32 | 33 | 41 | 42 | 44 | 45 | 48 | 49 | 65 | 68..=71 | 74 | 150) => {
            addresses(&octets)
        }
        (DhcpValue::Addresses(_), _) => addresses(&octets),
        (_, DOMAIN_SEARCH) => Some(names(&octets)?.into_iter().map(Arg::Name).collect()),
        // Numbers under which it reads texts and nothing else.
        (_, 12 | 15 | 17 | 18 | 40 | 64 | 66 | 67 | 100 | 101) => can_be_text(&octets).then(|| vec![Arg::Text(octets)]),
        _ if octets.is_empty() => None,
        // Here a single octet would be the beginning of more.
        (_, VENDOR_SPECIFIC) if octets.len() == 1 => None,
        _ => Some(vec![Arg::Octets(octets)]),
    }
}

/// Uncompressed names, one after the other (RFC 3397).
fn names(octets: &[u8]) -> Option<Vec<String>> {
    let (mut names, mut labels, mut rest) = (Vec::new(), Vec::new(), octets);
    while let Some((length, after)) = rest.split_first() {
        let (label, after) = after.split_at_checked(usize::from(*length)).filter(|_| *length < 64)?;
        rest = after;
        if !label.is_empty() {
            labels.push(
                std::str::from_utf8(label).ok().filter(|label| is_plain(label.as_bytes()) && !label.contains('.'))?,
            );
        } else if labels.is_empty() {
            return None;
        } else {
            names.push(std::mem::take(&mut labels).join("."));
        }
    }
    (labels.is_empty() && !names.is_empty()).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn names_are_read_whole_or_not_at_all() {
        let two = b"\x03lab\x07example\0\x01c\0";
        assert_eq!(names(two), Some(vec!["lab.example".to_owned(), "c".to_owned()]));
        let broken = [&b""[..], b"\0", b"\x03la", b"\x01a", b"\xc0\x0c", b"\x01\"\0", b"\x01.\0", b"\x02a\xff\0"];
        for octets in broken {
            assert_eq!(names(octets), None, "{octets:?}");
        }
    }
}
