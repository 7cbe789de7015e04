//! What other DHCP servers are told, as networks of the language: subnets, pools, addresses that are kept, options, and classes by
//! vendor. What is not understood is told with its line, and left out.

mod dnsmasq;
mod isc;
mod kea;
mod option;
mod text;

pub use text::{WORDS, networks_text};

use super::carried::carries_secret;
use super::found::{Found, Place};
use crate::diagnostic::{Code, Severity};
use crate::phone::Mac;
use crate::platform::Catalogue;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// An option as the language writes it, and where it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub literal: String,
    pub place: Place,
}

pub type Options = BTreeMap<u8, Said>;

/// Clients of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    pub name: String,
    /// A condition of the language.
    pub when: String,
    pub options: Options,
    pub place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    pub name: String,
    pub address: Ipv4Addr,
    pub length: u8,
    pub pools: Vec<(Ipv4Addr, Ipv4Addr)>,
    pub relays: Vec<Ipv4Addr>,
    /// In seconds.
    pub lease: Option<u64>,
    pub options: Options,
    pub place: Place,
}

impl Scope {
    pub fn new(address: Ipv4Addr, length: u8, place: Place) -> Scope {
        let name = String::new();
        let (pools, relays) = (Vec::new(), Vec::new());
        Scope { name, address, length, pools, relays, lease: None, options: Options::new(), place }
    }

    pub fn holds(&self, address: Ipv4Addr) -> bool {
        let bits = 32 - u32::from(self.length.min(32));
        let of = |address: Ipv4Addr| u32::from(address).checked_shr(bits).unwrap_or(0);
        of(self.address) == of(address)
    }
}

/// All that was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks {
    pub scopes: Vec<Scope>,
    pub classes: Vec<Class>,
    pub reservations: Vec<(Mac, Ipv4Addr, Place)>,
}

impl Networks {
    /// Takes those of another file; names stay apart.
    pub fn add(&mut self, more: Networks) {
        for mut scope in more.scopes {
            let numbered = (2..).map(|number| format!("{}_{number}", scope.name));
            let taken = |name: &String| self.scopes.iter().any(|known| known.name == *name);
            let free = std::iter::once(scope.name.clone()).chain(numbered).find(|name| !taken(name));
            scope.name = free.unwrap_or(scope.name);
            self.scopes.push(scope);
        }
        for class in more.classes {
            if !self.classes.iter().any(|known| known.name == class.name) {
                self.classes.push(class);
            }
        }
        self.reservations.extend(more.reservations);
    }

    /// Where something was said that a program has by this name.
    pub fn place(&self, key: &str) -> Option<&Place> {
        let scopes = self.scopes.iter().map(|scope| ("network", &scope.name, &scope.options, &scope.place));
        let classes = self.classes.iter().map(|class| ("class", &class.name, &class.options, &class.place));
        scopes.chain(classes).find_map(|(kind, name, options, place)| {
            let rest = key.strip_prefix(&format!("{kind} {name}"))?;
            match rest.strip_prefix(" option ").map(str::parse::<u8>) {
                Some(Ok(code)) => options.get(&code).map(|said| &said.place),
                _ if rest.is_empty() => Some(place),
                _ => None,
            }
        })
    }
}

/// Reads a file, if it is the configuration of a DHCP server.
pub fn read(name: &str, octets: &[u8], found: &mut Vec<Found>) -> Option<Networks> {
    let (text, _) = crate::phone::profile::decoded(octets);
    let mut reader = Reader { file: name, found };
    let mut networks = match name.rsplit('.').next() {
        _ if text.contains("\"Dhcp4\"") => kea::read(&text, &mut reader),
        _ if isc::is_one(&text) => isc::read(&text, &mut reader),
        _ if dnsmasq::is_one(&text) => dnsmasq::read(&text, &mut reader),
        // It is called as one, and cannot even be asked what it is of.
        _ if name.contains("kea-dhcp4") => kea::read(&text, &mut reader),
        _ => return None,
    };
    reader.without_secrets(&mut networks);
    let mut names: BTreeSet<String> = BTreeSet::new();
    for scope in &mut networks.scopes {
        let base = match super::columns::name_of(&scope.name).as_str() {
            "x_" => super::columns::name_of(&format!("net {}", scope.address)),
            name => name.to_owned(),
        };
        let numbered = (2..).map(|number| format!("{base}_{number}"));
        let free = std::iter::once(base.clone()).chain(numbered).find(|name| !names.contains(name)).unwrap_or(base);
        names.insert(free.clone());
        scope.name = free;
    }
    Some(networks)
}

struct Reader<'r> {
    file: &'r str,
    found: &'r mut Vec<Found>,
}

/// More is one mistake made many times.
const MOST_TOLD: usize = 50;

impl Reader<'_> {
    /// The file ends too soon, or is none from here on.
    fn broken(&mut self, line: usize, message: &str) {
        let finding = Found::new(Code::P0314, self.place(line), message).severity(Severity::Error).left_out(1);
        let finding = finding.because("its server would not start with it; what comes before is brought over");
        self.found.push(finding.help("mend it, or take it out of the folder"));
    }

    /// Options in which a URL has a password: whoever reads a program, or asks for an address, reads it.
    fn without_secrets(&mut self, networks: &mut Networks) {
        let catalogue = Catalogue::cisco_mpp();
        let scopes = networks.scopes.iter_mut().map(|scope| &mut scope.options);
        let classes = networks.classes.iter_mut().map(|class| &mut class.options);
        let mut found = Vec::new();
        for options in scopes.chain(classes) {
            options.retain(|code, said| {
                let carries = carries_secret(&said.literal, catalogue);
                if carries {
                    let message = format!("option {code} carries a password in clear");
                    let finding = Found::new(Code::P0406, said.place.clone(), message).severity(Severity::Warning);
                    let finding = finding.because("whoever asks for an address is told; it is left out").left_out(1);
                    found.push(finding.help("let phones say who they are with `account`, or with a certificate"));
                }
                !carries
            });
        }
        found.dedup_by(|one, other| one.place == other.place && one.message == other.message);
        self.found.extend(found);
    }

    fn place(&self, line: usize) -> Place {
        Place { file: self.file.to_owned(), line, shown: String::new() }
    }

    /// What stands there is not brought over.
    fn unknown(&mut self, line: usize, what: &str) {
        if self.found.iter().filter(|one| one.place.file == self.file).count() < MOST_TOLD {
            let finding = Found::new(Code::P0107, self.place(line), format!("`{what}` is not brought over"));
            let finding = finding.severity(Severity::Warning).because("this is not understood");
            self.found.push(finding.help("say it by hand, if phones need it"));
        }
    }
}

#[cfg(test)]
mod tests;
