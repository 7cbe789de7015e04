//! The proof: what phones hold once they have applied the files of the new program, against what the imported ones gave them.

use super::factor::Entry;
use super::phones::Phone;
use super::pool::{Pool, Text};
use crate::phone::Settings;
use crate::phone::profile::Remembered;
use crate::plan::Served;
use crate::platform::Catalogue;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// A phone that would not hold the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Difference {
    pub phone: String,
    /// Empty: it is about the phone.
    pub element: String,
    pub why: &'static str,
}

/// How much was compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    pub phones: usize,
    pub values: usize,
}

/// Plays the new files to a factory-fresh phone each. `aside`: what is known to be another, and told; `rules`: the elements by
/// which the program leads phones to its files.
pub fn prove(
    served: &Served,
    phones: &[Phone],
    entries: &[Entry],
    pool: &Pool,
    aside: &HashSet<Text>,
    rules: &[&str],
    catalogue: &Catalogue,
) -> Result<Compared, Vec<Difference>> {
    let elements: HashMap<Text, &str> = entries.iter().map(|entry| (entry.name, entry.element.as_str())).collect();
    let names: HashMap<&str, Text> = elements.iter().map(|(name, element)| (*element, *name)).collect();
    let files = Remembered::default();
    let of = |phone: &Phone| -> (usize, Vec<Difference>) {
        let differs =
            |element: &str, why| Difference { phone: phone.mac.to_string(), element: element.to_owned(), why };
        let Some(found) = served.phone(phone.mac) else {
            return (0, vec![differs("", "the program has no such phone")]);
        };
        let mut settings = Settings::factory();
        for file in served.files_of(found) {
            let mut octets = Vec::new();
            served.render_wire(file, &mut octets);
            match files.decode(&octets) {
                Ok(profile) => drop(settings.apply(&profile)),
                Err(_) => return (0, vec![differs("", "a file of the program cannot be read")]),
            }
        }
        let (mut compared, mut differences) = (0, Vec::new());
        for (name, held) in phone.holds.iter().filter(|(name, _)| !aside.contains(name)) {
            let Some(element) = elements.get(name) else { continue };
            let factory = || catalogue.default_of_element(element).unwrap_or_default();
            if let Some(text) = held.value {
                let is = settings.value_set(element).map_or_else(factory, str::to_owned);
                if is != pool.get(text) {
                    differences.push(differs(element, "the value is another"));
                }
                compared += 1;
            }
            if held.user.is_some() && settings.user(element) != held.user {
                differences.push(differs(element, "the access is another"));
            }
        }
        for (element, parameter) in settings.iter() {
            let known = names.get(element).is_some_and(|name| aside.contains(name) || phone.holds.contains_key(name));
            let more = parameter.value.is_some() && parameter.value != catalogue.default_of_element(element);
            if !known && more && !rules.contains(&element) {
                differences.push(differs(element, "the imported files do not set it"));
            }
        }
        (compared, differences)
    };
    let mut total = Compared { phones: phones.len(), values: 0 };
    let mut all = Vec::new();
    for (compared, differences) in phones.par_iter().map(of).collect::<Vec<_>>() {
        total.values += compared;
        all.extend(differences);
    }
    if all.is_empty() { Ok(total) } else { Err(all) }
}
