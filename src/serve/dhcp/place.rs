//! Where a message arrived, and which networks that can mean.

use super::relay;
use crate::phone::dhcp::{Message, code};
use crate::plan::{Network, PhoneRef, Served};
use std::net::{IpAddr, Ipv4Addr};

/// A receiving socket of a server.
#[derive(Clone, Debug)]
pub struct Place {
    /// Position in `Plan::servers`.
    pub server: usize,
    /// The server's addresses on this socket. Never empty in use.
    pub addresses: Vec<Ipv4Addr>,
}

impl Place {
    /// The networks that the client can be in, in the plan's order.
    pub(super) fn networks<'a>(&self, served: &'a Served, message: &Message) -> Vec<(usize, &'a Network)> {
        let here = |network: &Network| network.server == self.server;
        let holds = |network: &Network, address: Ipv4Addr| network.subnet.contains(IpAddr::V4(address));
        let all = || served.plan().networks.iter().enumerate().filter(|(_, network)| here(network));
        if let Some(relay) = relay::link(message) {
            let named: Vec<_> = all().filter(|(_, network)| network.relays.contains(&relay)).collect();
            return if named.is_empty() { all().filter(|(_, network)| holds(network, relay)).collect() } else { named };
        }
        if !message.ciaddr.is_unspecified() {
            // A client with an address writes to us directly, past the relay (RFC 2131 §4.3.2, RENEWING).
            let renewing: Vec<_> = all().filter(|(_, network)| holds(network, message.ciaddr)).collect();
            if !renewing.is_empty() {
                return renewing;
            }
        }
        all().filter(|(_, network)| self.addresses.iter().any(|own| holds(network, *own))).collect()
    }

    /// The address we are known by in a network (option 54), to the client of this message.
    pub(super) fn identity(&self, network: &Network, message: &Message) -> Ipv4Addr {
        if let Some(said) = relay::server_id(message) {
            return said;
        }
        let inside = self.addresses.iter().find(|own| network.subnet.contains(IpAddr::V4(**own)));
        inside.or(self.addresses.first()).copied().unwrap_or(Ipv4Addr::UNSPECIFIED)
    }
}

/// Whether a message that names a server may mean us: it names nobody, or an address of ours, or what the relay says.
pub(super) fn means_us(place: &Place, message: &Message) -> bool {
    let named = message.options.address(code::SERVER_ID);
    named.is_none_or(|named| place.addresses.contains(&named) || relay::server_id(message) == Some(named))
}

/// Whether a phone's fleet lists this network.
pub(super) fn lists(served: &Served, phone: PhoneRef, network: usize) -> bool {
    served.fleet(phone).is_some_and(|fleet| fleet.networks.contains(&network))
}
