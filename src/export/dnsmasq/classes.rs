//! The condition of a class as dnsmasq's tags: each part sets a tag, and what joins them sets another.

use super::line::{Arg, File, can_be_text};
use super::{PHONE, model_tag};
use crate::export::note::Notes;
use crate::plan::{ClientField, ClientTest, Plan};

const VENDOR_CLASS: u32 = 60;
const HOST_NAME: u32 = 12;
const USER_CLASS: u32 = 77;

/// Writes the lines of one class. `None`: dnsmasq cannot ask this, and it was told.
pub(super) struct Tags<'a> {
    pub plan: &'a Plan,
    pub file: &'a mut File,
    /// The class's own tag; what it needs on the way is numbered.
    pub name: String,
    pub made: usize,
}

/// A tag, and whether it has to be there or not.
#[derive(Clone)]
pub(super) struct Mark {
    tag: String,
    there: bool,
}

impl Mark {
    fn new(tag: impl Into<String>) -> Self {
        Mark { tag: tag.into(), there: true }
    }

    fn denied(self) -> Self {
        Mark { there: !self.there, ..self }
    }

    fn arg(&self) -> Arg {
        if self.there { Arg::Tag(self.tag.clone()) } else { Arg::NotTag(self.tag.clone()) }
    }
}

impl Tags<'_> {
    /// Sets the class's tag where the test holds.
    pub fn class(&mut self, test: &ClientTest, notes: &mut Notes) -> Option<()> {
        let mark = self.test(test, notes)?;
        self.file.line("tag-if", &[Arg::Set(self.name.clone()), mark.arg()]);
        Some(())
    }

    fn fresh(&mut self) -> String {
        self.made += 1;
        format!("{}.{}", self.name, self.made)
    }

    fn test(&mut self, test: &ClientTest, notes: &mut Notes) -> Option<Mark> {
        match test {
            ClientTest::All(tests) => {
                let marks: Option<Vec<Mark>> = tests.iter().map(|one| self.test(one, notes)).collect();
                Some(self.all(&marks?))
            }
            ClientTest::Any(tests) => {
                let marks: Option<Vec<Mark>> = tests.iter().map(|one| self.test(one, notes)).collect();
                Some(self.any(&marks?))
            }
            ClientTest::Not(inner) => Some(self.test(inner, notes)?.denied()),
            ClientTest::Known => Some(Mark::new(PHONE)),
            ClientTest::Is { field, text } => self.is(*field, text, notes),
            ClientTest::Holds { field, text } => self.holds(*field, text, notes),
        }
    }

    fn all(&mut self, marks: &[Mark]) -> Mark {
        let tag = self.fresh();
        let mut arguments = vec![Arg::Set(tag.clone())];
        arguments.extend(marks.iter().map(Mark::arg));
        self.file.line("tag-if", &arguments);
        Mark::new(tag)
    }

    fn any(&mut self, marks: &[Mark]) -> Mark {
        let tag = self.fresh();
        for mark in marks {
            self.file.line("tag-if", &[Arg::Set(tag.clone()), mark.arg()]);
        }
        Mark::new(tag)
    }

    fn everybody(&mut self) -> Mark {
        self.all(&[])
    }

    fn nobody(&mut self) -> Mark {
        self.any(&[])
    }

    fn matches(&mut self, option: u32, with: Arg) -> Mark {
        let tag = self.fresh();
        self.file.line("dhcp-match", &[Arg::Set(tag.clone()), Arg::Number(option), with]);
        Mark::new(tag)
    }

    /// Whether the option is these octets: it begins with them, and nothing comes after.
    fn exactly(&mut self, option: u32, octets: &[u8]) -> Mark {
        // A single octet is looked for everywhere, so that more than one has to be denied.
        let longer = if octets.len() == 1 { Arg::Several } else { Arg::Beginning(octets.to_vec()) };
        let longer = self.matches(option, longer);
        let begins = self.matches(option, Arg::Octets(octets.to_vec()));
        self.all(&[begins, longer.denied()])
    }

    fn present(&mut self, option: u32) -> Mark {
        let tag = self.fresh();
        self.file.line("dhcp-match", &[Arg::Set(tag.clone()), Arg::Number(option)]);
        Mark::new(tag)
    }

    /// As text: with or without the NUL behind it that some clients send.
    fn is_text(&mut self, option: u32, text: &str) -> Mark {
        if text.is_empty() {
            return self.present(option).denied();
        }
        let plain = self.exactly(option, text.as_bytes());
        let ended = self.exactly(option, &[text.as_bytes(), &[0]].concat());
        self.any(&[plain, ended])
    }

    fn is(&mut self, field: ClientField, text: &str, notes: &mut Notes) -> Option<Mark> {
        match field {
            ClientField::VendorClass => Some(self.is_text(VENDOR_CLASS, text)),
            ClientField::HostName => Some(self.is_text(HOST_NAME, text)),
            ClientField::UserClass => {
                let Some(length) = u8::try_from(text.len()).ok().filter(|length| *length > 0) else {
                    return Some(self.nobody());
                };
                let bare = self.exactly(USER_CLASS, text.as_bytes());
                // RFC 3004: its length, then itself.
                let first = self.matches(USER_CLASS, Arg::Octets([&[length], text.as_bytes()].concat()));
                notes.add(format!(
                    "user class \"{text}\": dnsmasq sees it alone or as the first of a client's classes, not further behind"
                ));
                Some(self.any(&[bare, first]))
            }
            ClientField::Mac => match text.parse::<crate::plan::Mac>() {
                Ok(mac) if mac.to_string() == text => Some(self.mac(mac.octets().map(Some))),
                _ => Some(self.nobody()),
            },
            ClientField::Relay => self.no_relay(notes),
            ClientField::Model if text.is_empty() => Some(Mark::new(PHONE).denied()),
            ClientField::Model => Some(self.models(|model| model == text)),
        }
    }

    fn holds(&mut self, field: ClientField, text: &str, notes: &mut Notes) -> Option<Mark> {
        let option = match field {
            ClientField::VendorClass => VENDOR_CLASS,
            ClientField::HostName => HOST_NAME,
            ClientField::UserClass => USER_CLASS,
            ClientField::Mac => return self.mac_holds(text, notes),
            ClientField::Relay => return self.no_relay(notes),
            ClientField::Model if text.is_empty() => return Some(self.everybody()),
            ClientField::Model => return Some(self.models(|model| model.contains(text))),
        };
        if text.is_empty() {
            return Some(if option == USER_CLASS { self.present(option) } else { self.everybody() });
        }
        if !can_be_text(text.as_bytes()) {
            notes
                .add(format!("dnsmasq cannot look for \"{text}\" inside of what a client says: the class is left out"));
            return None;
        }
        Some(self.matches(option, Arg::Text(text.as_bytes().to_vec())))
    }

    fn mac(&mut self, octets: [Option<u8>; 6]) -> Mark {
        let tag = self.fresh();
        self.file.line("dhcp-mac", &[Arg::Set(tag.clone()), Arg::MacPattern(octets)]);
        Mark::new(tag)
    }

    /// Where whole octets are asked for, dnsmasq can say it.
    fn mac_holds(&mut self, text: &str, notes: &mut Notes) -> Option<Mark> {
        let Some(patterns) = crate::export::dhcp::mac_patterns(text) else {
            notes.add(format!(
                "dnsmasq compares whole octets of a hardware address, not \"{text}\": the class is left out"
            ));
            return None;
        };
        let marks: Vec<Mark> = patterns.into_iter().map(|octets| self.mac(octets)).collect();
        Some(self.any(&marks))
    }

    fn models(&mut self, wanted: impl Fn(&str) -> bool) -> Mark {
        let named = self.plan.models.iter().filter(|model| wanted(&model.name));
        let marks: Vec<Mark> = named.map(|model| Mark::new(model_tag(&model.name))).collect();
        self.any(&marks)
    }

    fn no_relay(&mut self, notes: &mut Notes) -> Option<Mark> {
        notes.add("dnsmasq has no tag for a relay's address: a class that asks for `request.relay` is left out");
        None
    }
}
