//! `kea-dhcp6.conf`. Phones are known by their hardware address, which Kea takes from the client's DUID or from the relay.

use super::config::{Class, Comment, Daemon, Host, Range, Relay, Root, Subnet};
use super::options;
use crate::export::dhcp::{Scope6, Site, sixth_left_out, slug};
use crate::export::note::Notes;
use crate::plan::{Answers, DhcpOption6};
use std::net::IpAddr;

/// Numbers that Kea knows, and writes as it reads them: addresses and names.
const KEPT: [u16; 8] = [21, 22, 23, 24, 27, 28, 29, 31];

pub(super) fn config(site: &Site<'_>, notes: &mut Notes) -> Root {
    let mut own = Notes::default();
    sixth_left_out(site, true, &mut own);
    let mut flexible = Vec::new();
    let mut client_classes: Vec<Class> = Vec::new();
    let mut mark = |name: String, test: Option<String>, data| {
        let only_if_required = test.is_some();
        let class =
            Class { name, user_context: None, test, only_if_required, option_def: Vec::new(), option_data: data };
        client_classes.push(class);
    };
    let fleets: std::collections::BTreeSet<usize> = site.phones.iter().map(|phone| phone.fleet).collect();
    for fleet in fleets {
        mark(fleet_class(site, fleet), None, Vec::new());
    }
    for scope in &site.networks6 {
        for (name, test, told) in layers(site, scope) {
            let mut data = Vec::new();
            for option in told {
                let (octets, text) = (option.value.octets(), option.value.text());
                if option.code > 143 || KEPT.contains(&option.code) {
                    data.push(options::data(option.code, &octets, text, true));
                } else {
                    flexible.push(options::flexible(option.code, &name, &octets, text));
                }
            }
            mark(name, Some(test), data);
        }
    }
    for scope in site.networks6.iter().filter(|scope| scope.of.relays.is_empty()) {
        own.add(format!(
            "network `{}`: Kea finds an IPv6 network without a relay by its interface alone: add `\"interface\": \"NAME\"` \
             to its subnet",
            scope.of.id
        ));
    }
    let subnet6 = site.networks6.iter().enumerate().map(|(at, scope)| subnet(site, at, scope)).collect();
    let reservations = site.phones.iter().map(|phone| Host::known(phone.mac, vec![fleet_class(site, phone.fleet)]));
    let hooks = options::hook(flexible, &mut own);
    let daemon = Daemon::new(site, client_classes, reservations.collect(), hooks).noted(own, notes);
    Root::Dhcp6(Daemon { subnet6, ..daemon })
}

fn fleet_class(site: &Site<'_>, fleet: usize) -> String {
    format!("fleet:{}", slug(site.fleet_name(fleet)))
}

/// Name, condition and options of each layer, from the weakest to the strongest.
fn layers<'s>(site: &Site<'_>, scope: &'s Scope6<'_>) -> Vec<(String, String, &'s [DhcpOption6])> {
    let network = slug(&scope.of.id);
    let mut layers = vec![(format!("network:{network}"), "member('ALL')".to_owned(), scope.everyone.as_slice())];
    layers.extend(scope.fleets.iter().map(|(fleet, options)| {
        let fleet = fleet_class(site, *fleet);
        (format!("network:{network}:{fleet}"), format!("member('{fleet}')"), *options)
    }));
    layers.retain(|(_, _, options)| !options.is_empty());
    layers
}

fn subnet(site: &Site<'_>, at: usize, scope: &Scope6<'_>) -> Subnet {
    let network = scope.of;
    let kept = network.reservations.iter().map(|kept| {
        let classes = site.phone(kept.mac).map(|phone| vec![fleet_class(site, phone.fleet)]).unwrap_or_default();
        Host { ip_addresses: vec![kept.address.into()], ..Host::known(kept.mac, classes) }
    });
    let relays: Vec<IpAddr> = network.relays.iter().copied().map(IpAddr::V6).collect();
    let known_only = network.answers == Answers::KnownPhones;
    Subnet {
        id: at as u32 + 1,
        subnet: network.subnet.to_string(),
        user_context: Comment::new(network.id.clone()),
        valid_lifetime: network.lease,
        // RFC 8415 §21.6 leaves it to the server; a phone that keeps its address keeps using it.
        preferred_lifetime: Some(network.lease),
        renew_timer: network.lease / 2,
        rebind_timer: network.lease - network.lease / 5,
        relay: (!relays.is_empty()).then_some(Relay { ip_addresses: relays }),
        require_client_classes: layers(site, scope).into_iter().rev().map(|(name, ..)| name).collect(),
        pools: scope
            .pools()
            .map(|pool| Range {
                pool: format!("{} - {}", pool.first, pool.last),
                client_class: known_only.then_some("KNOWN"),
            })
            .collect(),
        reservations: kept.collect(),
    }
}
