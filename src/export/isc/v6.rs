//! `dhcpd6.conf`. A phone is an entry by hardware address, which dhcpd finds in the client's DUID.

use super::text::{Data, File};
use crate::export::dhcp::{Scope6, Site, sixth_left_out};
use crate::export::note::Notes;
use crate::plan::DhcpOption6;
use std::collections::BTreeSet;
use std::net::IpAddr;

pub(super) fn write(site: &Site<'_>, file: &mut File, notes: &mut Notes) {
    sixth_left_out(site, false, notes);
    file.blank();
    file.line("ddns-update-style none");
    file.line("option space prov");
    file.line("option prov.network code 1 = text");
    let told = site
        .networks6
        .iter()
        .flat_map(|scope| scope.everyone.iter().chain(scope.fleets.iter().flat_map(|(_, options)| options.iter())));
    let codes: BTreeSet<u16> = told.map(|option| option.code).collect();
    for code in codes {
        file.line(format_args!("option dhcp6.prov-{code} code {code} = string"));
    }
    for scope in &site.networks6 {
        file.blank();
        subnet(scope, file, notes);
    }
    file.blank();
    let mut number = 0;
    for phone in &site.phones {
        number += 1;
        file.block(format_args!("host prov-{number}"), |file| {
            file.line(format_args!("hardware ethernet {}", phone.mac));
            // A host has one; dhcpd finds the others by their own entries.
            if let [first, ..] = site.kept6(phone.mac) {
                file.line(format_args!("fixed-address6 {first}"));
            }
            for scope in &site.networks6 {
                let own = scope.fleets.iter().find(|(fleet, _)| *fleet == phone.fleet);
                let Some((_, options)) = own else { continue };
                let head = format!("if config-option prov.network = {}", Data(scope.of.id.as_bytes()));
                file.block(head, |file| options.iter().for_each(|option| tell(option, file)));
            }
        });
    }
    for phone in &site.phones {
        for address in site.kept6(phone.mac).iter().skip(1) {
            number += 1;
            file.block(format_args!("host prov-{number}"), |file| {
                file.line(format_args!("hardware ethernet {}", phone.mac));
                file.line(format_args!("fixed-address6 {address}"));
            });
        }
    }
}

fn subnet(scope: &Scope6<'_>, file: &mut File, notes: &mut Notes) {
    let network = scope.of;
    let IpAddr::V6(_) = network.subnet.address() else { return };
    for relay in network.relays.iter().filter(|relay| !network.subnet.contains((**relay).into())) {
        notes.add(format!(
            "network `{}`: dhcpd chooses a network by the relay's link address, and {relay} is outside of {}",
            network.id, network.subnet
        ));
    }
    file.block(format_args!("subnet6 {}", network.subnet), |file| {
        file.line(format_args!("option prov.network = {}", Data(network.id.as_bytes())));
        for name in ["default-lease-time", "min-lease-time", "max-lease-time", "preferred-lifetime"] {
            file.line(format_args!("{name} {}", network.lease));
        }
        for pool in scope.pools() {
            file.line(format_args!("range6 {} {}", pool.first, pool.last));
        }
        scope.everyone.iter().for_each(|option| tell(option, file));
    });
}

fn tell(option: &DhcpOption6, file: &mut File) {
    file.line(format_args!("option dhcp6.prov-{} = {}", option.code, Data(&option.value.octets())));
}
