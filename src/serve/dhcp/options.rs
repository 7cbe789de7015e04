//! The options of an answer.

use super::place::lists;
use crate::phone::dhcp::{Message, Options, code};
use crate::plan::{Network, PhoneRef, Served};
use std::net::Ipv4Addr;

/// What the options of an answer depend on.
pub(super) struct About<'a> {
    pub served: &'a Served,
    /// Position in `Plan::networks`.
    pub number: usize,
    pub network: &'a Network,
    pub phone: Option<PhoneRef>,
    /// Option 54.
    pub identity: Ipv4Addr,
    /// Whether an address is given, with its times; an answer to DHCPINFORM has none (RFC 2131 §4.3.5).
    pub lease: bool,
}

/// Adds the options to `reply`, which has its message type. What the client lists in option 55 comes in its order;
/// what describes the network comes only if it is listed, or if nothing is; provisioning options and those written by
/// hand always come, since a program that has them means them (WF §5.5).
pub(super) fn add(reply: &mut Message, request: &Message, about: &About<'_>) {
    let asked = request.options.get(code::PARAMETER_LIST);
    let wants = |code: u8| asked.is_none_or(|asked| asked.contains(&code));
    let network = about.network;
    let options = &mut reply.options;
    options.insert_address(code::SERVER_ID, about.identity);
    if about.lease {
        options.insert_number(code::LEASE_TIME, network.lease);
        // RFC 2131 §4.4.5: half, and seven eighths.
        options.insert_number(code::RENEWAL_TIME, network.lease / 2);
        options.insert_number(code::REBINDING_TIME, network.lease - network.lease / 8);
    }
    options.insert_address(code::SUBNET_MASK, network.subnet.mask());
    if let Some(router) = network.router.filter(|_| wants(code::ROUTER)) {
        options.insert_address(code::ROUTER, router);
    }
    let dns = dns(about);
    if !dns.is_empty() && wants(code::DNS) {
        options.insert(code::DNS, octets(&dns));
    }
    if let Some(domain) = network.domain.as_deref().filter(|_| wants(code::DOMAIN)) {
        options.insert_text(code::DOMAIN, domain);
    }
    if !network.ntp.is_empty() && wants(code::NTP) {
        options.insert(code::NTP, octets(&network.ntp));
    }
    for option in &network.options {
        options.insert(option.code, option.value.octets());
    }
    for option in provisioning(about.served, about.phone, about.number) {
        options.insert(option.code, option.value.octets());
    }
    order(options, asked.unwrap_or_default());
    // RFC 3046 §2.2: the relay's own option goes back as it came, last.
    if let Some(relay) = request.options.get(code::RELAY_AGENT) {
        options.remove(code::RELAY_AGENT);
        options.insert(code::RELAY_AGENT, relay.to_vec());
    }
}

/// What the program adds for a phone; nothing for others, and nothing outside the phone's networks.
pub(super) fn provisioning(served: &Served, phone: Option<PhoneRef>, network: usize) -> &[crate::plan::DhcpOption] {
    phone.filter(|phone| lists(served, *phone, network)).map_or(&[], |phone| served.dhcp_options(phone))
}

fn dns(about: &About<'_>) -> Vec<Ipv4Addr> {
    if !about.network.dns.is_empty() {
        return about.network.dns.clone();
    }
    let server = about.served.plan().servers.get(about.network.server);
    let offered = server.is_some_and(|server| server.services.dns.is_some());
    offered.then_some(about.identity).into_iter().collect()
}

fn order(options: &mut Options, asked: &[u8]) {
    let mut codes = vec![code::MESSAGE_TYPE];
    codes.extend_from_slice(asked);
    // RFC 2132 §3.3: where both are sent, the mask comes before the router.
    let place = |wanted: u8| codes.iter().position(|code| *code == wanted);
    if let Some(router) = place(code::ROUTER)
        && place(code::SUBNET_MASK).is_none_or(|mask| mask > router)
    {
        codes.insert(router, code::SUBNET_MASK);
    }
    options.sort_by_codes(&codes);
}

fn octets(addresses: &[Ipv4Addr]) -> Vec<u8> {
    addresses.iter().flat_map(|address| address.octets()).collect()
}
