//! `kea-dhcp4.conf`.

use super::classes::{model_class, test};
use super::config::{Class, Comment, Daemon, FlexOption, Host, Range, Relay, Root, Shared, Subnet};
use super::options;
use crate::export::dhcp::strangers_left_out;
use crate::export::dhcp::{Layer, Scope, Site, Who, slug};
use crate::export::note::Notes;
use crate::plan::Answers;
use std::collections::{BTreeSet, HashSet};
use std::net::{IpAddr, Ipv4Addr};

pub(super) fn config(site: &Site<'_>, notes: &mut Notes) -> Root {
    let mut own = Notes::default();
    let by_hook = options::by_hook(&site.networks);
    let mut flexible = Vec::new();
    let mut client_classes = marks(site);
    for scope in &site.networks {
        client_classes.extend(scope.layers.iter().map(|layer| class(site, scope, layer, &by_hook, &mut flexible)));
    }
    client_classes.extend(strangers(site, &mut own));
    let wires = site.wires();
    let alone = wires.iter().filter_map(|wire| match wire.as_slice() {
        [scope] => Some(subnet(site, scope)),
        _ => None,
    });
    let subnet4 = alone.collect();
    let shared_networks = wires.iter().filter(|wire| wire.len() > 1).map(|wire| shared(site, wire)).collect();
    // Where an address is kept, the entry in the network says who the phone is; everywhere else this one does.
    let reservations = site.phones.iter().map(|phone| {
        let classes = marks_of(site, phone.fleet, phone.model);
        Host::known(phone.mac, classes)
    });
    let hooks = options::hook(flexible, &mut own);
    let daemon = Daemon::new(site, client_classes, reservations.collect(), hooks).noted(own, notes);
    Root::Dhcp4(Daemon { shared_networks, subnet4, ..daemon })
}

fn fleet_class(site: &Site<'_>, fleet: usize) -> String {
    format!("fleet:{}", slug(site.fleet_name(fleet)))
}

/// What the entry of a phone says of it.
fn marks_of(site: &Site<'_>, fleet: usize, model: &str) -> Vec<String> {
    vec![fleet_class(site, fleet), model_class(model)]
}

/// Classes without a condition: entries of phones put them there. Kea wants each declared before it is asked for.
fn marks(site: &Site<'_>) -> Vec<Class> {
    let fleets: BTreeSet<usize> = site.phones.iter().map(|phone| phone.fleet).collect();
    let asked = site.networks.iter().flat_map(|scope| &scope.layers).filter_map(|layer| match layer.who {
        Who::Fleet(fleet) => Some(fleet),
        _ => None,
    });
    let fleets: BTreeSet<usize> = fleets.into_iter().chain(asked).collect();
    let models: BTreeSet<&str> = site.plan.models.iter().map(|model| model.name.as_str()).collect();
    let named = fleets.into_iter().map(|fleet| fleet_class(site, fleet)).chain(models.into_iter().map(model_class));
    named
        .map(|name| Class {
            name,
            user_context: None,
            test: None,
            only_if_required: false,
            option_def: Vec::new(),
            option_data: Vec::new(),
        })
        .collect()
}

/// One layer of a network's options: a class that is evaluated once the network is known.
fn class(
    site: &Site<'_>,
    scope: &Scope<'_>,
    layer: &Layer<'_>,
    by_hook: &HashSet<u8>,
    flexible: &mut Vec<FlexOption>,
) -> Class {
    let name = class_name(site, scope, layer);
    let (test, said) = match layer.who {
        Who::Everyone => ("member('ALL')".into(), None),
        Who::Class(_, class) => (test(&class.when, site.plan), Some(class.id.clone())),
        Who::Fleet(fleet) => (format!("member('{}')", fleet_class(site, fleet)), None),
    };
    let mut data = Vec::new();
    for told in &layer.options {
        let (code, octets) = (u16::from(told.code), told.value.octets());
        if by_hook.contains(&told.code) {
            flexible.push(options::flexible(code, &name, &octets, told.value.text()));
        } else {
            data.push(options::data(code, &octets, told.value.text(), told.always));
        }
    }
    Class {
        name,
        user_context: said.map(Comment::new),
        test: Some(test),
        only_if_required: true,
        option_def: options::definitions(&data),
        option_data: data,
    }
}

fn class_name(site: &Site<'_>, scope: &Scope<'_>, layer: &Layer<'_>) -> String {
    let network = slug(&scope.of.id);
    match layer.who {
        Who::Everyone => format!("network:{network}"),
        Who::Class(position, class) => format!("class:{network}:{}:{}", position + 1, slug(&class.id)),
        Who::Fleet(fleet) => format!("network:{network}:{}", fleet_class(site, fleet)),
    }
}

/// Clients that are no phones, where all networks leave them to others: Kea drops what is in this class.
fn strangers(site: &Site<'_>, notes: &mut Notes) -> Option<Class> {
    strangers_left_out(site, notes);
    let known_only = |scope: &&Scope<'_>| scope.of.answers == Answers::KnownPhones;
    if site.networks.iter().all(|scope| known_only(&scope)) {
        return Some(Class {
            name: "DROP".into(),
            user_context: None,
            test: Some("not member('KNOWN')".into()),
            only_if_required: false,
            option_def: Vec::new(),
            option_data: Vec::new(),
        });
    }
    for scope in site.networks.iter().filter(known_only) {
        notes.add(format!(
            "network `{}` answers known phones only: Kea gives nobody else an address there, and still answers DHCPINFORM",
            scope.of.id
        ));
    }
    None
}

fn relay(addresses: &[Ipv4Addr]) -> Option<Relay> {
    let ip_addresses: Vec<IpAddr> = addresses.iter().copied().map(IpAddr::V4).collect();
    (!ip_addresses.is_empty()).then_some(Relay { ip_addresses })
}

fn subnet(site: &Site<'_>, scope: &Scope<'_>) -> Subnet {
    let network = scope.of;
    let known_only = network.answers == Answers::KnownPhones;
    let pools = scope.ranges(site.plan, false).into_iter().map(|range| Range {
        pool: format!("{} - {}", range.first, range.last),
        client_class: known_only.then_some("KNOWN"),
    });
    let kept = network.reservations.iter().filter(|_| scope.gives_addresses()).map(|kept| {
        let phone = site.phone(kept.mac);
        let classes = phone.map(|phone| marks_of(site, phone.fleet, phone.model)).unwrap_or_default();
        Host { ip_address: Some(kept.address), ..Host::known(kept.mac, classes) }
    });
    Subnet {
        // Kea keeps leases by this number. It is the network's place in the program, the same as long as no network
        // is put before it.
        id: site.networks.iter().position(|other| std::ptr::eq(other.of, network)).map_or(1, |at| at as u32 + 1),
        subnet: network.subnet.to_string(),
        user_context: Comment::new(network.id.clone()),
        valid_lifetime: network.lease,
        preferred_lifetime: None,
        // RFC 2131 §4.4.5: half, and seven eighths.
        renew_timer: network.lease / 2,
        rebind_timer: network.lease - network.lease / 8,
        relay: relay(&network.relays),
        // The first that tells an option wins: the strongest come first.
        require_client_classes: scope.layers.iter().rev().map(|layer| class_name(site, scope, layer)).collect(),
        pools: pools.collect(),
        reservations: kept.collect(),
    }
}

fn shared(site: &Site<'_>, wire: &[&Scope<'_>]) -> Shared {
    let names: Vec<String> = wire.iter().map(|scope| slug(&scope.of.id)).collect();
    Shared { name: names.join("+"), relay: None, subnet4: wire.iter().map(|scope| subnet(site, scope)).collect() }
}
