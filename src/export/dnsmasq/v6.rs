//! DHCPv6: ranges and options. dnsmasq knows phones by their hardware address here too, from the client's DUID.

use super::line::{Arg, File};
use super::{fleet_tag, network_tag};
use crate::export::dhcp::{Scope6, Site, is_plain, sixth_left_out};
use crate::export::note::Notes;
use crate::plan::{DhcpOption6, DhcpValue6};
use std::net::IpAddr;

const SHORTEST_LEASE: u32 = 120;

pub(super) fn write(site: &Site<'_>, file: &mut File, notes: &mut Notes) {
    sixth_left_out(site, false, notes);
    for scope in &site.networks6 {
        file.blank();
        file.comment(&format!("Network `{}`.", scope.of.id));
        network(site, scope, file, notes);
    }
}

fn network(site: &Site<'_>, scope: &Scope6<'_>, file: &mut File, notes: &mut Notes) {
    let network = scope.of;
    let tag = network_tag(&network.id);
    let (length, lease) = (Arg::Number(u32::from(network.subnet.length())), Arg::Seconds(network.lease));
    if network.subnet.length() < 64 {
        notes.add(format!("network `{}`: dnsmasq takes no IPv6 range wider than /64; it is left out", network.id));
        return;
    }
    for pool in scope.pools() {
        let arguments =
            [Arg::Set(tag.clone()), Arg::BareV6(pool.first), Arg::BareV6(pool.last), length.clone(), lease.clone()];
        file.line("dhcp-range", &arguments);
    }
    if scope.pools().next().is_none()
        && let IpAddr::V6(address) = network.subnet.address()
    {
        file.line(
            "dhcp-range",
            &[Arg::Set(tag.clone()), Arg::BareV6(address), Arg::Word("static"), length, lease.clone()],
        );
    }
    if network.lease < SHORTEST_LEASE {
        notes.add(format!("network `{}`: dnsmasq gives no lease below {SHORTEST_LEASE} s", network.id));
    }
    for relay in network.relays.iter().filter(|relay| !network.subnet.contains((**relay).into())) {
        notes.add(format!(
            "network `{}`: dnsmasq chooses a network by the relay's address, and {relay} is outside of {}",
            network.id, network.subnet
        ));
    }
    for option in &scope.everyone {
        let stronger = scope.fleets.iter().filter(|(_, options)| options.iter().any(|one| one.code == option.code));
        let stronger = stronger.map(|(fleet, _)| Arg::NotTag(fleet_tag(site, *fleet)));
        tell(option, std::iter::once(Arg::Tag(tag.clone())).chain(stronger).collect(), file, notes);
    }
    for (fleet, options) in &scope.fleets {
        for option in *options {
            tell(option, vec![Arg::Tag(tag.clone()), Arg::Tag(fleet_tag(site, *fleet))], file, notes);
        }
    }
}

/// Numbers under which dnsmasq reads domain names and nothing else.
const NAMES: [u16; 5] = [21, 24, 29, 30, 33];
/// The same for addresses.
const ADDRESSES: [u16; 4] = [22, 23, 27, 31];

fn tell(option: &DhcpOption6, mut arguments: Vec<Arg>, file: &mut File, notes: &mut Notes) {
    arguments.push(Arg::Option6(option.code));
    match &option.value {
        DhcpValue6::Addresses(addresses) => arguments.extend(addresses.iter().copied().map(Arg::V6)),
        DhcpValue6::Names(names) if names.iter().all(|name| is_plain(name.as_bytes())) => {
            arguments.extend(names.iter().cloned().map(Arg::Name));
        }
        other if !NAMES.contains(&option.code) && !ADDRESSES.contains(&option.code) => {
            file.comment(&format!("{}: {}", option.code, other.text()));
            arguments.push(Arg::Octets(other.octets()));
        }
        other => {
            let value = other.text();
            notes.add(format!("dnsmasq cannot hold {value} under option {} of DHCPv6: it is left out", option.code));
            return;
        }
    }
    file.line("dhcp-option-force", &arguments);
}
