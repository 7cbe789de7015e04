//! `dhcpd.conf`. Each network says who it is, each phone's entry who that is, in options of a space that no client is
//! sent; one class that everybody is in then works the options out, from the weakest to the strongest. dhcpd goes through
//! a network first and through classes after it, from the last to the first.

use super::classes::{Conditions, FIRST_RESULT, RESULTS};
use super::text::{Data, File};
use crate::export::dhcp::strangers_left_out;
use crate::export::dhcp::{Layer, Scope, Site, Who, slug};
use crate::export::note::Notes;
use crate::plan::{Answers, Prefix};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

/// The class of all phones of the program.
const PHONES: &str = "prov-phones";

pub(super) fn write(site: &Site<'_>, file: &mut File, notes: &mut Notes) {
    strangers_left_out(site, notes);
    let mut made = FIRST_RESULT;
    let mut body = File::default();
    everybody(site, &mut body, &mut made, notes);
    definitions(site, made, file);
    file.append(body);
    phones(site, file);
    for wire in site.wires() {
        file.blank();
        match wire.as_slice() {
            [scope] if scope.foreign_relays().next().is_none() => subnet(site, scope, file, notes),
            shared => {
                let names: Vec<String> = shared.iter().map(|scope| slug(&scope.of.id)).collect();
                file.block(format_args!("shared-network \"{}\"", names.join("+")), |file| {
                    let subnets: Vec<Prefix> = shared.iter().map(|scope| scope.of.subnet).collect();
                    shared.iter().for_each(|scope| subnet(site, scope, file, notes));
                    relays(shared, &subnets, file);
                });
            }
        }
    }
}

/// A relay that is in none of the networks it forwards for: dhcpd finds the network by a subnet that holds it.
fn relays(shared: &[&Scope<'_>], subnets: &[Prefix], file: &mut File) {
    let relays: BTreeSet<Ipv4Addr> = shared.iter().flat_map(|scope| scope.foreign_relays()).collect();
    for relay in relays.into_iter().filter(|relay| !subnets.iter().any(|subnet| subnet.contains((*relay).into()))) {
        file.block(format_args!("subnet {relay} netmask 255.255.255.255"), |_| {});
    }
}

fn definitions(site: &Site<'_>, made: u8, file: &mut File) {
    file.blank();
    file.line("ddns-update-style none");
    file.line("deny bootp");
    file.line("option space prov");
    for (code, name) in ["network", "known", "fleet", "model"].into_iter().enumerate() {
        file.line(format_args!("option prov.{name} code {} = text", code + 1));
    }
    for result in FIRST_RESULT..made.min(RESULTS) {
        file.line(format_args!("option prov.result-{result} code {result} = text"));
    }
    // Under names of our own, as octets: dhcpd's have types, and writes some numbers otherwise than phones read them.
    for code in codes(site, true) {
        file.line(format_args!("option prov-{code} code {code} = string"));
    }
}

/// The numbers that some client is told here; `all`, or those that come without being asked for.
fn codes(site: &Site<'_>, all: bool) -> BTreeSet<u8> {
    let options = site.networks.iter().flat_map(|scope| &scope.layers).flat_map(|layer| &layer.options);
    options.filter(|told| all || told.always).map(|told| told.code).collect()
}

fn everybody(site: &Site<'_>, file: &mut File, made: &mut u8, notes: &mut Notes) {
    file.blank();
    file.block("class \"prov\"", |file| {
        file.line("match if exists dhcp-message-type");
        for scope in &site.networks {
            let head = format!("if config-option prov.network = {}", Data(scope.of.id.as_bytes()));
            file.block(head, |file| {
                for layer in &scope.layers {
                    layer_of(site, scope, layer, file, made, notes);
                }
            });
        }
        // What a client does not ask for is sent all the same, as the program means it.
        let always: Vec<u8> = codes(site, false).into_iter().collect();
        file.block("if exists dhcp-parameter-request-list", |file| {
            let (list, more) = ("dhcp-parameter-request-list", Listed(&always));
            file.line(format_args!("option {list} = concat(option {list}, {more})"));
        });
    });
}

/// Octets as hexadecimal, whatever they are.
struct Listed<'o>(&'o [u8]);

impl std::fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("\"")?;
        self.0.iter().try_for_each(|octet| write!(f, "\\x{octet:02x}"))?;
        f.write_str("\"")
    }
}

fn layer_of(site: &Site<'_>, scope: &Scope<'_>, layer: &Layer<'_>, file: &mut File, made: &mut u8, notes: &mut Notes) {
    let tell = |file: &mut File| {
        for told in &layer.options {
            file.line(format_args!("option prov-{} = {}", told.code, Data(&told.value.octets())));
        }
    };
    match layer.who {
        Who::Everyone => tell(file),
        Who::Fleet(fleet) => {
            let name = Data(site.fleet_name(fleet).as_bytes()).to_string();
            file.block(format_args!("if config-option prov.fleet = {name}"), tell);
        }
        Who::Class(_, class) => {
            file.comment(&format!("class \"{}\"", class.id));
            match (Conditions { plan: site.plan, file, made }).test(&class.when, notes) {
                Some(condition) => file.block(format_args!("if {condition}"), tell),
                None => notes.add(format!("network `{}`: class \"{}\" is not in dhcpd.conf", scope.of.id, class.id)),
            }
        }
    }
}

fn phones(site: &Site<'_>, file: &mut File) {
    file.blank();
    file.block(format_args!("class \"{PHONES}\""), |file| file.line("match hardware"));
    for phone in &site.phones {
        file.block(format_args!("subclass \"{PHONES}\" 1:{}", phone.mac), |file| {
            file.line("option prov.known \"yes\"");
            file.line(format_args!("option prov.fleet = {}", Data(site.fleet_name(phone.fleet).as_bytes())));
            file.line(format_args!("option prov.model = {}", Data(phone.model.as_bytes())));
        });
    }
    let mut number = 0;
    for scope in site.networks.iter().filter(|scope| scope.gives_addresses()) {
        for kept in &scope.of.reservations {
            number += 1;
            file.block(format_args!("host prov-{number}"), |file| {
                file.line(format_args!("hardware ethernet {}", kept.mac));
                file.line(format_args!("fixed-address {}", kept.address));
            });
        }
    }
}

fn subnet(site: &Site<'_>, scope: &Scope<'_>, file: &mut File, notes: &mut Notes) {
    let network = scope.of;
    let IpAddr::V4(address) = network.subnet.address() else { return };
    if network.answers == Answers::InformOnly {
        notes.add(format!(
            "network `{}` answers DHCPINFORM only: dhcpd does so where it is authoritative, and would then also refuse \
             addresses of other networks (DHCPNAK)",
            network.id
        ));
    }
    if network.answers == Answers::KnownPhones {
        notes.add(format!(
            "network `{}` answers known phones only: dhcpd gives nobody else an address there, and still answers DHCPINFORM",
            network.id
        ));
    }
    file.block(format_args!("subnet {address} netmask {}", network.subnet.mask()), |file| {
        // Without it dhcpd answers no DHCPINFORM.
        file.line("authoritative");
        file.line(format_args!("option prov.network = {}", Data(network.id.as_bytes())));
        for name in ["default", "min", "max"] {
            file.line(format_args!("{name}-lease-time {}", network.lease));
        }
        file.line(format_args!("option dhcp-renewal-time {}", network.lease / 2));
        file.line(format_args!("option dhcp-rebinding-time {}", network.lease - network.lease / 8));
        let ranges = scope.ranges(site.plan, true);
        if !ranges.is_empty() {
            file.block("pool", |file| {
                if network.answers == Answers::KnownPhones {
                    file.line(format_args!("allow members of \"{PHONES}\""));
                }
                for range in ranges {
                    file.line(format_args!("range {} {}", range.first, range.last));
                }
            });
        }
    });
}
