//! What an answer says beside addresses.

use crate::phone::dhcp6::{Message, code};
use crate::plan::{DhcpOption6, PhoneRef, Served};
use std::collections::BTreeMap;

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

/// Adds the plan's options for a phone, or for somebody else's device, in the order of what is asked for. An answer
/// without addresses says how long it holds, where that is asked for.
pub(super) fn add(
    reply: &mut Message,
    request: &Message,
    served: &Served,
    number: usize,
    phone: Option<PhoneRef>,
    stateless: bool,
) {
    let asked = request.options.numbers(code::OPTION_REQUEST);
    let wants = |code: u16| asked.as_ref().is_none_or(|asked| asked.contains(&code));
    let mut told: BTreeMap<u16, Vec<u8>> = BTreeMap::new();
    for (code, value) in served.plan().dhcp_answer6(number, phone.and_then(|phone| served.fleet(phone))) {
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
