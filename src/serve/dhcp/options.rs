//! The options of an answer.

use super::place::lists;
use crate::phone::dhcp::{Message, Options, code};
use crate::plan::{Client, DESCRIBING, Network, PhoneRef, Served};
use std::net::Ipv4Addr;

/// What the options of an answer depend on.
pub(super) struct About<'a> {
    pub served: &'a Served,
    /// Position in `Plan::networks`.
    pub number: usize,
    pub network: &'a Network,
    pub phone: Option<PhoneRef>,
    pub client: &'a Client,
    /// Option 54.
    pub identity: Ipv4Addr,
    /// Whether an address is given, with its times; an answer to DHCPINFORM has none (RFC 2131 §4.3.5).
    pub lease: bool,
}

/// Adds the options to `reply`, which has its message type: the plan's answer, and what only this exchange knows. What
/// the client lists in option 55 comes in its order.
pub(super) fn add(reply: &mut Message, request: &Message, about: &About<'_>) {
    let asked = request.options.get(code::PARAMETER_LIST);
    let wants = |code: u8| asked.is_none_or(|asked| asked.contains(&code));
    let mut answer = about.served.dhcp_answer(about.number, about.phone, about.client);
    let lease = answer.remove(&code::LEASE_TIME).filter(|_| about.lease);
    let seconds = about.network.lease;
    let options = &mut reply.options;
    options.insert_address(code::SERVER_ID, about.identity);
    if let Some(lease) = lease {
        options.insert(code::LEASE_TIME, lease.octets());
        // RFC 2131 §4.4.5: half, and seven eighths.
        options.insert_number(code::RENEWAL_TIME, seconds / 2);
        options.insert_number(code::REBINDING_TIME, seconds - seconds / 8);
    }
    for (code, value) in answer {
        if !DESCRIBING.contains(&code) || wants(code) {
            options.insert(code, value.octets());
        }
    }
    order(options, asked.unwrap_or_default());
    echo(reply, request);
    let options = &mut reply.options;
    // RFC 3046 §2.2: the relay's own option goes back as it came, last.
    if let Some(relay) = request.options.get(code::RELAY_AGENT) {
        options.remove(code::RELAY_AGENT);
        options.insert(code::RELAY_AGENT, relay.to_vec());
    }
}

/// What goes back as it came: who the client says that it is (RFC 6842), and what network it wants (RFC 3011 §2).
pub(super) fn echo(reply: &mut Message, request: &Message) {
    for code in [code::CLIENT_ID, code::SUBNET_SELECTION] {
        if let Some(value) = request.options.get(code) {
            reply.options.insert(code, value.to_vec());
        }
    }
}

/// The client as it asks.
pub(super) fn client(request: &Message, served: &Served, phone: Option<PhoneRef>) -> Client {
    let text = |code: u8| request.options.text(code).unwrap_or_default();
    Client {
        mac: request.chaddr,
        vendor_classes: vec![text(code::VENDOR_CLASS)],
        user_classes: request.options.get(code::USER_CLASS).map(user_classes).unwrap_or_default(),
        host_name: text(code::HOST_NAME),
        relay: request.giaddr.into(),
        model: phone.and_then(|phone| served.model(phone)).map(|model| model.name.clone()),
    }
}

/// RFC 3004 has lengths and values; many clients send one bare text.
fn user_classes(octets: &[u8]) -> Vec<String> {
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    let mut classes = Vec::new();
    let mut rest = octets;
    while let Some((length, after)) = rest.split_first() {
        match after.split_at_checked(usize::from(*length)) {
            Some((class, after)) if *length > 0 => {
                classes.push(text(class));
                rest = after;
            }
            _ => return vec![text(octets)],
        }
    }
    classes
}

/// What the program adds for a phone; nothing for others, and nothing outside the phone's networks.
pub(super) fn provisioning(served: &Served, phone: Option<PhoneRef>, network: usize) -> &[crate::plan::DhcpOption] {
    phone.filter(|phone| lists(served, *phone, network)).map_or(&[], |phone| served.dhcp_options(phone))
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

#[cfg(test)]
mod tests {
    use super::user_classes;

    #[test]
    fn user_classes_come_in_two_forms() {
        assert_eq!(user_classes(b"\x03lab\x05voice"), ["lab", "voice"]);
        assert_eq!(user_classes(b"lab"), ["lab"]);
        assert_eq!(user_classes(b"\x03la"), ["\u{3}la"]);
        assert_eq!(user_classes(b"\0"), ["\0"]);
        assert!(user_classes(b"").is_empty());
    }
}
