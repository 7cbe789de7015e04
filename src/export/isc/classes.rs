//! The condition of a class as ISC's conditions. Its grammar has parentheses that do not nest as one expects, so none are
//! written: what is joined is first put into an option of a space of its own, which no client is ever sent.

use super::text::{Data, File, Finds};
use crate::export::dhcp::mac_patterns;
use crate::export::note::Notes;
use crate::plan::{ClientField, ClientTest, Mac, Plan};
use std::net::Ipv4Addr;

/// Always so, and never.
const EVERYBODY: &str = "exists dhcp-message-type";
const NOBODY: &str = "packet(0, 1) = 00";

pub(super) const KNOWN: &str = "config-option prov.known = \"yes\"";

pub(super) struct Conditions<'a> {
    pub plan: &'a Plan,
    pub file: &'a mut File,
    /// How many options of our own are used up; their numbers begin behind the marks.
    pub made: &'a mut u8,
}

/// The first number of what is worked out on the way.
pub(super) const FIRST_RESULT: u8 = 10;
/// So many a network's classes may need; what comes after has no number left.
pub(super) const RESULTS: u8 = 200;

impl Conditions<'_> {
    /// The condition; none: it cannot be asked here, and was told.
    pub fn test(&mut self, test: &ClientTest, notes: &mut Notes) -> Option<String> {
        match test {
            ClientTest::All(tests) if tests.is_empty() => Some(EVERYBODY.into()),
            ClientTest::All(tests) => self.joined(tests, "and", notes),
            ClientTest::Any(tests) if tests.is_empty() => Some(NOBODY.into()),
            ClientTest::Any(tests) => self.joined(tests, "or", notes),
            ClientTest::Not(inner) => {
                let inner = self.test(inner, notes)?;
                self.result(&inner, false, notes)
            }
            ClientTest::Known => Some(KNOWN.into()),
            ClientTest::Is { field, text } => self.is(*field, text, notes),
            ClientTest::Holds { field, text } => self.holds(*field, text, notes),
        }
    }

    /// Each part for itself, so that none holds another joint.
    fn joined(&mut self, tests: &[ClientTest], word: &str, notes: &mut Notes) -> Option<String> {
        let mut parts = Vec::new();
        for test in tests {
            let part = self.test(test, notes)?;
            let joint = part.contains(" and ") || part.contains(" or ");
            parts.push(if joint && tests.len() > 1 { self.result(&part, true, notes)? } else { part });
        }
        Some(parts.join(&format!(" {word} ")))
    }

    /// Notes whether a condition holds, and gives the question after that.
    fn result(&mut self, condition: &str, wanted: bool, notes: &mut Notes) -> Option<String> {
        if *self.made >= RESULTS {
            notes.add("the classes have more conditions than dhcpd.conf has room for: some are left out");
            return None;
        }
        let name = format!("prov.result-{}", self.made);
        *self.made += 1;
        self.file.either(
            condition,
            |file| file.line(format_args!("option {name} \"yes\"")),
            |file| file.line(format_args!("option {name} \"no\"")),
        );
        Some(format!("config-option {name} = \"{}\"", if wanted { "yes" } else { "no" }))
    }

    fn is(&mut self, field: ClientField, text: &str, notes: &mut Notes) -> Option<String> {
        match field {
            ClientField::VendorClass => self.is_text("vendor-class-identifier", text, notes),
            ClientField::HostName => self.is_text("host-name", text, notes),
            ClientField::UserClass => {
                let Some(length) = u8::try_from(text.len()).ok().filter(|length| *length > 0) else {
                    return Some(NOBODY.into());
                };
                let counted = [&[length], text.as_bytes()].concat();
                notes.add(format!(
                    "user class \"{text}\": dhcpd sees it alone or as the first of a client's classes, not further behind"
                ));
                Some(format!(
                    "option user-class = {} or substring(option user-class, 0, {}) = {}",
                    Data(text.as_bytes()),
                    counted.len(),
                    Data(&counted)
                ))
            }
            ClientField::Mac => Some(match text.parse::<Mac>() {
                Ok(mac) if mac.to_string() == text => format!("hardware = 1:{mac}"),
                _ => NOBODY.into(),
            }),
            ClientField::Relay => Some(match text.parse::<Ipv4Addr>() {
                Ok(relay) => format!("packet(24, 4) = {}", hexadecimal(&relay.octets())),
                Err(_) => NOBODY.into(),
            }),
            ClientField::Model if text.is_empty() => self.result(KNOWN, false, notes),
            ClientField::Model => Some(self.models(|model| model == text)),
        }
    }

    /// With or without the NUL behind it that some clients send.
    fn is_text(&mut self, option: &str, text: &str, notes: &mut Notes) -> Option<String> {
        if text.is_empty() {
            return self.result(&format!("exists {option}"), false, notes);
        }
        let ended = [text.as_bytes(), &[0]].concat();
        Some(format!("option {option} = {} or option {option} = {}", Data(text.as_bytes()), Data(&ended)))
    }

    fn holds(&mut self, field: ClientField, text: &str, notes: &mut Notes) -> Option<String> {
        let option = match field {
            ClientField::VendorClass => "vendor-class-identifier",
            ClientField::HostName => "host-name",
            ClientField::UserClass => "user-class",
            ClientField::Mac => return self.mac_holds(text, notes),
            ClientField::Relay if text.parse::<Ipv4Addr>().is_ok() => return self.is(field, text, notes),
            ClientField::Relay => {
                notes
                    .add(format!("dhcpd compares a relay's address as a whole, not \"{text}\": the class is left out"));
                return None;
            }
            ClientField::Model if text.is_empty() => return Some(EVERYBODY.into()),
            ClientField::Model => return Some(self.models(|model| model.contains(text))),
        };
        if text.is_empty() {
            return Some(if option == "user-class" { "exists user-class".into() } else { EVERYBODY.into() });
        }
        if text.contains('\0') {
            notes.add(format!("dhcpd cannot look for a NUL in `{option}`: the class is left out"));
            return None;
        }
        Some(format!("option {option} ~= {}", Finds(text)))
    }

    /// Where whole octets are asked for, dhcpd can say it.
    fn mac_holds(&mut self, text: &str, notes: &mut Notes) -> Option<String> {
        let Some(patterns) = mac_patterns(text) else {
            notes.add(format!(
                "dhcpd compares whole octets of a hardware address, not \"{text}\": the class is left out"
            ));
            return None;
        };
        let mut places = Vec::new();
        for pattern in patterns {
            let first = pattern.iter().position(Option::is_some);
            let octets: Vec<u8> = pattern.iter().copied().flatten().collect();
            match first {
                // Octet 0 of the expression is the kind of hardware.
                Some(first) => places.push(format!(
                    "substring(hardware, {}, {}) = {}",
                    first + 1,
                    octets.len(),
                    hexadecimal(&octets)
                )),
                None => return Some(EVERYBODY.into()),
            }
        }
        Some(if places.is_empty() { NOBODY.into() } else { places.join(" or ") })
    }

    fn models(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        let named = self.plan.models.iter().filter(|model| wanted(&model.name));
        let asked: Vec<String> =
            named.map(|model| format!("config-option prov.model = {}", Data(model.name.as_bytes()))).collect();
        if asked.is_empty() { NOBODY.into() } else { asked.join(" or ") }
    }
}

fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().join(":")
}
