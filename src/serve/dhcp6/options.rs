//! What an answer says beside addresses.

use crate::phone::Mac;
use crate::phone::dhcp6::{Envelope, Message, code};
use crate::plan::{Client, DhcpOption6, PhoneRef, Served};
use std::collections::BTreeMap;
use std::net::Ipv6Addr;

/// What describes the network comes only if the client lists it, or lists nothing; what a program adds always comes,
/// since it means it.
const DESCRIBING: [u16; 3] = [code::DNS, code::DOMAIN, code::NTP];
/// The exchange's own, whatever a program says of them.
const OF_THE_EXCHANGE: [u16; 13] = [
    code::CLIENT_ID,
    code::SERVER_ID,
    code::IA_NA,
    code::IA_TA,
    code::IA_ADDRESS,
    code::OPTION_REQUEST,
    code::RELAY_MESSAGE,
    code::STATUS,
    code::RAPID_COMMIT,
    code::INTERFACE_ID,
    code::IA_PD,
    code::RELAY_ECHO,
    code::RELAY_PORT,
];
/// The shortest time that option 32 may say (RFC 8415 §7.6).
const LEAST_REFRESH: u32 = 600;

/// Who asks, as classes tell clients apart.
pub(super) fn client(envelope: &Envelope, served: &Served, mac: Option<Mac>, phone: Option<PhoneRef>) -> Client {
    let options = &envelope.message.options;
    let vendor_classes: Vec<String> =
        options.all(code::VENDOR_CLASS).flat_map(|value| texts(value.get(4..).unwrap_or_default())).collect();
    let name = options.get(code::CLIENT_NAME).and_then(|value| value.get(1..)).map(labels);
    let relay = envelope.relays.iter().rev().map(|relay| relay.link).find(|link| !link.is_unspecified());
    let silent = Client::silent(mac.unwrap_or(Mac::new([0; 6])));
    Client {
        vendor_classes: if vendor_classes.is_empty() { silent.vendor_classes.clone() } else { vendor_classes },
        user_classes: options.all(code::USER_CLASS).flat_map(texts).collect(),
        host_name: name.unwrap_or_default(),
        relay: relay.unwrap_or(Ipv6Addr::UNSPECIFIED).into(),
        model: phone.and_then(|phone| served.model(phone)).map(|model| model.name.clone()),
        ..silent
    }
}

/// Texts, each behind its length in two octets. What is cut off is left out.
fn texts(mut rest: &[u8]) -> Vec<String> {
    let mut texts = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk()
        && let Some((text, after)) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))
    {
        texts.push(String::from_utf8_lossy(text).into_owned());
        rest = after;
    }
    texts
}

/// A name in labels, whole or its first ones, up to what is no label.
fn labels(mut rest: &[u8]) -> String {
    let mut labels = Vec::new();
    while let Some((length, after)) = rest.split_first()
        && let Some((label, after)) = after.split_at_checked(usize::from(*length)).filter(|_| (1..64).contains(length))
    {
        labels.push(String::from_utf8_lossy(label).into_owned());
        rest = after;
    }
    labels.join(".")
}

/// Adds the plan's options for a phone, or for somebody else's device, in the order of what is asked for. An answer
/// without addresses says how long it holds, where that is asked for.
pub(super) fn add(
    reply: &mut Message,
    request: &Message,
    served: &Served,
    number: usize,
    phone: Option<PhoneRef>,
    client: &Client,
    stateless: bool,
) {
    let asked = request.options.numbers(code::OPTION_REQUEST);
    let wants = |code: u16| asked.as_ref().is_none_or(|asked| asked.contains(&code));
    let mut told: BTreeMap<u16, Vec<u8>> = BTreeMap::new();
    for (code, value) in served.plan().dhcp_answer6(number, phone.and_then(|phone| served.fleet(phone)), Some(client)) {
        if !OF_THE_EXCHANGE.contains(&code) && (!DESCRIBING.contains(&code) || wants(code)) {
            told.insert(code, value.octets());
        }
    }
    if let Some(network) = served.plan().networks6.get(number)
        && stateless
        && asked.as_ref().is_some_and(|asked| asked.contains(&code::REFRESH_TIME))
    {
        let seconds = network.lease.max(LEAST_REFRESH);
        told.entry(code::REFRESH_TIME).or_insert_with(|| seconds.to_be_bytes().to_vec());
    }
    for code in asked.unwrap_or_default() {
        if let Some(value) = told.remove(&code) {
            reply.options.push(code, value);
        }
    }
    for (code, value) in told {
        reply.options.push(code, value);
    }
}

/// What the program adds for a phone; nothing for others, and nothing outside the phone's networks.
pub(super) fn provisioning(served: &Served, phone: Option<PhoneRef>, network: usize) -> &[DhcpOption6] {
    let fleet = phone.and_then(|phone| served.fleet(phone));
    let fleet = fleet.filter(|fleet| fleet.networks6.contains(&network));
    fleet.and_then(|fleet| fleet.bootstrap.as_ref()).map_or(&[], |bootstrap| bootstrap.options6.as_slice())
}
