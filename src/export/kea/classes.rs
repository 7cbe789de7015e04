//! The condition of a class as Kea's expression. Kea compares octets, and has no search in a text: what holds a text
//! somewhere is compared at each place where it can begin.

use super::options::hexadecimal;
use crate::plan::{ClientField, ClientTest, Mac, Plan};

/// The most that an option holds.
const LONGEST: usize = 255;

pub(super) fn model_class(model: &str) -> String {
    format!("model:{}", crate::export::dhcp::slug(model))
}

const NOBODY: &str = "not member('ALL')";
const EVERYBODY: &str = "member('ALL')";

pub(super) fn test(of: &ClientTest, plan: &Plan) -> String {
    let joined = |tests: &[ClientTest], word: &str, none: &str| match tests {
        [] => none.to_owned(),
        [one] => test(one, plan),
        all => all.iter().map(|one| format!("({})", test(one, plan))).collect::<Vec<_>>().join(word),
    };
    match of {
        ClientTest::All(tests) => joined(tests, " and ", EVERYBODY),
        ClientTest::Any(tests) => joined(tests, " or ", NOBODY),
        ClientTest::Not(inner) => format!("not ({})", test(inner, plan)),
        ClientTest::Known => "member('KNOWN')".into(),
        ClientTest::Is { field, text } => is(*field, text, plan),
        ClientTest::Holds { field, text } => holds(*field, text, plan),
    }
}

fn literal(octets: &[u8]) -> String {
    if octets.is_empty() { "''".into() } else { format!("0x{}", hexadecimal(octets)) }
}

/// The octets, with the NUL behind them that some clients send and nobody means.
fn is_text(field: &str, text: &str) -> String {
    let with_nul = [text.as_bytes(), &[0]].concat();
    format!("{field} == {} or {field} == {}", literal(text.as_bytes()), literal(&with_nul))
}

fn somewhere(field: &str, octets: &[u8], longest: usize) -> String {
    let Some(last) = longest.checked_sub(octets.len()) else { return NOBODY.into() };
    if octets.is_empty() {
        return EVERYBODY.into();
    }
    let at = |start| format!("substring({field}, {start}, {}) == {}", octets.len(), literal(octets));
    (0..=last).map(at).collect::<Vec<_>>().join(" or ")
}

/// A user class as RFC 3004 has it: its length, then itself.
fn counted(text: &str) -> Option<Vec<u8>> {
    let length = u8::try_from(text.len()).ok().filter(|length| *length > 0)?;
    Some([&[length], text.as_bytes()].concat())
}

fn is(field: ClientField, text: &str, plan: &Plan) -> String {
    match field {
        ClientField::VendorClass => is_text("option[60].hex", text),
        ClientField::HostName => is_text("option[12].hex", text),
        ClientField::UserClass => match counted(text) {
            // Alone and bare, as many clients send it, or one of a list.
            Some(counted) => {
                let listed = somewhere("option[77].hex", &counted, LONGEST);
                format!("option[77].hex == {} or {listed}", literal(text.as_bytes()))
            }
            None => NOBODY.into(),
        },
        ClientField::Mac => match text.parse::<Mac>() {
            Ok(mac) if mac.to_string() == text => format!("pkt4.mac == 0x{}", text.replace(':', "")),
            _ => NOBODY.into(),
        },
        ClientField::Relay => match text.parse::<std::net::Ipv4Addr>() {
            Ok(relay) => format!("pkt4.giaddr == {relay}"),
            Err(_) => NOBODY.into(),
        },
        ClientField::Model if text.is_empty() => "not member('KNOWN')".into(),
        ClientField::Model => models(plan, |model| model == text),
    }
}

fn holds(field: ClientField, text: &str, plan: &Plan) -> String {
    let octets = text.as_bytes();
    match field {
        ClientField::VendorClass => somewhere("option[60].hex", octets, LONGEST),
        ClientField::HostName => somewhere("option[12].hex", octets, LONGEST),
        ClientField::UserClass if text.is_empty() => "option[77].exists".into(),
        ClientField::UserClass => somewhere("option[77].hex", octets, LONGEST),
        ClientField::Mac => somewhere("hexstring(pkt4.mac, ':')", octets, "00:00:00:00:00:00".len()),
        ClientField::Relay => somewhere("addrtotext(pkt4.giaddr)", octets, "255.255.255.255".len()),
        ClientField::Model if text.is_empty() => EVERYBODY.into(),
        ClientField::Model => models(plan, |model| model.contains(text)),
    }
}

fn models(plan: &Plan, wanted: impl Fn(&str) -> bool) -> String {
    let named = plan.models.iter().filter(|model| wanted(&model.name));
    let members: Vec<String> = named.map(|model| format!("member('{}')", model_class(&model.name))).collect();
    if members.is_empty() { NOBODY.into() } else { members.join(" or ") }
}
