//! Where a message arrived, and which networks that can mean (RFC 8415 §13.1).

use crate::phone::dhcp6::Envelope;
use crate::plan::{Network6, Served};
use std::net::{IpAddr, Ipv6Addr};

/// A receiving socket of a server.
#[derive(Clone, Debug)]
pub struct Place {
    /// Position in `Plan::servers`.
    pub server: usize,
    /// The addresses of the interface, which say what link it is on.
    pub addresses: Vec<Ipv6Addr>,
}

impl Place {
    /// The networks that the client can be in, in the plan's order. `source` is who sent the datagram.
    pub(super) fn networks<'a>(
        &self,
        served: &'a Served,
        envelope: &Envelope,
        source: Ipv6Addr,
    ) -> Vec<(usize, &'a Network6)> {
        let all = || served.plan().networks6.iter().enumerate().filter(|(_, network)| network.server == self.server);
        let holds = |network: &Network6, address: Ipv6Addr| network.subnet.contains(IpAddr::V6(address));
        let Some(nearest) = envelope.relays.last() else {
            return all().filter(|(_, network)| self.addresses.iter().any(|own| holds(network, *own))).collect();
        };
        // A relay that names the link by its interface alone leaves it to the next one to say an address.
        let says = |address: &Ipv6Addr| !address.is_unspecified() && !address.is_unicast_link_local();
        let link = envelope.relays.iter().rev().map(|relay| relay.link).find(says);
        // Who spoke to whom: each relay was heard by the next, the last by us.
        let heard = envelope.relays.iter().rev().skip(1).map(|relay| relay.peer).chain([source]);
        let mut spoken: Vec<Ipv6Addr> = link.into_iter().chain([nearest.link]).chain(heard).collect();
        spoken.retain(says);
        let named = spoken.iter().find_map(|address| {
            let named: Vec<_> = all().filter(|(_, network)| network.relays.contains(address)).collect();
            (!named.is_empty()).then_some(named)
        });
        named.unwrap_or_else(|| {
            let inside = |network: &Network6| link.is_some_and(|link| holds(network, link));
            all().filter(|(_, network)| inside(network)).collect()
        })
    }
}
