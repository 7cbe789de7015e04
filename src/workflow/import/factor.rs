//! What repeats and what differs: every parameter stands once, where it differs from phone to phone no more than it must.

use super::carried::{carries_secret, named_secret, registers_of_secrets};
use super::fits;
use super::found::{Found, Place};
use super::gather::Profile;
use super::phones::{Held, Phone};
use super::pool::{Pool, Text};
use super::value::{CellKind, value};
use crate::diagnostic::{Code, Severity};
use crate::language::Value;
use crate::phone::{Access, PROFILE_RULES};
use crate::platform::{Catalogue, Parameter, ParameterType, TextType, on_wire, wire};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// By what a parameter's value is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Common,
    Model,
    Site,
    Phone,
}

/// A parameter as some phones have it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub name: Text,
    pub element: String,
    /// None: the catalogue does not know it, or phones take none of some value.
    pub parameter: Option<(Arc<Parameter>, String)>,
    pub secret: bool,
    pub level: Level,
    /// By position of the phone.
    pub of: Vec<(usize, Held)>,
}

impl Entry {
    pub fn is_rule(&self) -> bool {
        PROFILE_RULES.contains(&self.element.as_str())
    }
}

/// The parameters of all phones. What a phone has no use for is left out of what it holds, and told.
pub fn factor(
    phones: &mut [Phone],
    profiles: &[Profile],
    pool: &mut Pool,
    catalogue: &Catalogue,
    found: &mut Vec<Found>,
) -> Vec<Entry> {
    let mut entries: BTreeMap<Text, Entry> = BTreeMap::new();
    let mut unfit: HashSet<Text> = HashSet::new();
    let mut canonical: HashMap<(Text, Text), Text> = HashMap::new();
    let mut lacking: BTreeMap<(String, bool), BTreeMap<String, Place>> = BTreeMap::new();
    let mut had: HashMap<(Text, String), bool> = HashMap::new();
    let mut without_value: BTreeMap<Text, (Place, usize)> = BTreeMap::new();
    let mut masked: BTreeMap<Text, (Place, usize)> = BTreeMap::new();
    let mut carried: BTreeMap<Text, (Place, usize)> = BTreeMap::new();
    let mut nameless: BTreeMap<Text, Place> = BTreeMap::new();
    let mut broken: BTreeMap<Text, (Place, usize)> = BTreeMap::new();
    let registers = registers(phones, pool);
    for (at, phone) in phones.iter_mut().enumerate() {
        let mac = phone.mac;
        let model = catalogue.model(&phone.model);
        phone.holds.retain(|name, held| {
            let place = |pool: &Pool| Place {
                file: profiles.get(held.file as usize).map(|file| file.name.clone()).unwrap_or_default(),
                line: held.line as usize,
                shown: pool.get(*name).to_owned(),
            };
            let entry = entries.entry(*name).or_insert_with(|| entry(*name, pool.get(*name), catalogue));
            if !is_element(&entry.element) {
                nameless.entry(*name).or_insert_with(|| place(pool));
                return false;
            }
            if let (Some((parameter, _)), Some(model)) = (&entry.parameter, model) {
                let has = had.entry((*name, model.name.clone())).or_insert_with(|| {
                    let indexes = catalogue.of_element(&entry.element).map(|(_, indexes)| indexes).unwrap_or_default();
                    fits::has(model, parameter, &indexes)
                });
                if !*has {
                    let many = !parameter.ranges().is_empty();
                    let names = lacking.entry((model.name.clone(), many)).or_default();
                    names.entry(entry.element.clone()).or_insert_with(|| place(pool));
                    return false;
                }
            }
            let Some(text) = held.value else {
                // The user's own: the one access that goes without a value.
                if held.user == Some(Access::Rw) && entry.parameter.is_some() && !entry.secret {
                    entry.of.push((at, *held));
                    return true;
                }
                if held.user.is_some() {
                    without_value.entry(*name).or_insert_with(|| (place(pool), 0)).1 += 1;
                }
                return false;
            };
            if entry.secret && is_mask(pool.get(text)) {
                masked.entry(*name).or_insert_with(|| (place(pool), 0)).1 += 1;
                return false;
            }
            // No text of the language holds these, and phones do what they like with them.
            if pool.get(text).contains(|sign: char| sign.is_control()) {
                broken.entry(*name).or_insert_with(|| (place(pool), 0)).1 += 1;
                return false;
            }
            let is_register = registers.contains(&entry.element) && !pool.get(text).is_empty();
            if !entry.secret && (is_register || carries_secret(pool.get(text), catalogue)) {
                carried.entry(*name).or_insert_with(|| (place(pool), 0)).1 += 1;
                return false;
            }
            let wired = match canonical.get(&(*name, text)) {
                Some(known) => *known,
                None => {
                    let wired = match entry.parameter.as_ref().filter(|_| !entry.secret) {
                        Some((parameter, _)) => match value(parameter, pool.get(text)) {
                            Some(written) => pool.add(&written.wired),
                            None => {
                                found.push(misfit(
                                    parameter,
                                    &entry.element,
                                    pool.get(text),
                                    place(pool),
                                    &mac.to_string(),
                                ));
                                unfit.insert(*name);
                                text
                            }
                        },
                        None => text,
                    };
                    canonical.insert((*name, text), wired);
                    wired
                }
            };
            held.value = Some(wired);
            entry.of.push((at, *held));
            true
        });
    }
    tell(found, pool, lacking, without_value, [masked, carried, broken], nameless);
    let mut entries: Vec<Entry> = entries.into_values().filter(|entry| !entry.of.is_empty()).collect();
    entries.sort_by(|one, other| one.element.cmp(&other.element));
    for entry in &mut entries {
        if entry.parameter.is_none() {
            unknown(entry, profiles, catalogue, found);
        }
        if unfit.contains(&entry.name) {
            entry.parameter = None;
        }
        entry.level = level(&entry.of, phones);
    }
    entries
}

fn entry(name: Text, element: &str, catalogue: &Catalogue) -> Entry {
    let known = catalogue.of_element(element).map(|(parameter, _)| parameter);
    let secret = match &known {
        Some(parameter) => parameter.ty == ParameterType::Text(TextType::Secret),
        None => named_secret(element),
    };
    let parameter = known.and_then(|parameter| Some((parameter, catalogue.written(element)?)));
    Entry { name, element: element.to_owned(), parameter, secret, level: Level::Phone, of: Vec::new() }
}

/// Registers that some phone's rule takes a key or a password from, and that are no place for one (language: GPP_A to GPP_P are
/// told to whoever asks).
fn registers(phones: &[Phone], pool: &Pool) -> HashSet<String> {
    let mut rules: HashSet<Text> = HashSet::new();
    for phone in phones {
        rules.extend(phone.holds.values().filter_map(|held| held.value));
    }
    let texts = rules.into_iter().map(|text| pool.get(text)).filter(|text| text.contains("--"));
    texts.flat_map(registers_of_secrets).collect()
}

/// As `unlisted` takes them.
fn is_element(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'-' | b'.'))
        && !name.eq_ignore_ascii_case("xml")
}

/// What phones write in place of a password.
fn is_mask(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|sign| matches!(sign, '*' | '•'))
}

fn misfit(parameter: &Parameter, element: &str, text: &str, place: Place, mac: &str) -> Found {
    // A text is held against its own grammar, macros and all.
    let misfit = match CellKind::of(&parameter.ty) {
        CellKind::Text => wire(parameter, &Value::Text(text.to_owned())).map(drop),
        _ => on_wire(parameter, text),
    };
    let (code, message, help) = match misfit {
        Err(misfit) => (misfit.code, misfit.message, misfit.help),
        Ok(()) => (Code::P0305, "takes no such value".to_owned(), None),
    };
    let finding = Found::new(code, place, format!("`{element}` {message}")).severity(Severity::Warning);
    // A rule that cannot be read is told again, where it is left out.
    let kept = match PROFILE_RULES.contains(&element) {
        true => String::new(),
        false => format!("; it is kept as `unlisted \"{element}\"`"),
    };
    let finding = finding.because(format!("{mac} passes over it without a word{kept}"));
    match help {
        Some(help) => finding.help(help),
        None => finding,
    }
}

fn unknown(entry: &Entry, profiles: &[Profile], catalogue: &Catalogue, found: &mut Vec<Found>) {
    let Some((_, held)) = entry.of.first() else { return };
    let place = Place {
        file: profiles.get(held.file as usize).map(|file| file.name.clone()).unwrap_or_default(),
        line: held.line as usize,
        shown: entry.element.clone(),
    };
    let finding = Found::new(Code::P0205, place, format!("no phone has the parameter `{}`", entry.element));
    let finding =
        finding.severity(Severity::Warning).because("phones pass over it without a word; it is kept as `unlisted`");
    found.push(match catalogue.element_meant(&entry.element) {
        Some(element) => finding.help(format!("did you mean `{element}`?")),
        None => finding,
    });
}

type Counted = BTreeMap<Text, (Place, usize)>;

/// What was left out, each kind once for a name or a product.
fn tell(
    found: &mut Vec<Found>,
    pool: &Pool,
    lacking: BTreeMap<(String, bool), BTreeMap<String, Place>>,
    without_value: Counted,
    [masked, carried, broken]: [Counted; 3],
    nameless: BTreeMap<Text, Place>,
) {
    for ((model, many), names) in lacking {
        let Some((first, place)) = names.iter().next() else { continue };
        let message = match names.len() - 1 {
            0 => format!("{model} has no `{first}`"),
            more => format!("{model} has no `{first}`, nor {more} others of these files"),
        };
        let code = if many { Code::P0207 } else { Code::P0206 };
        let finding = Found::new(code, place.clone(), message).severity(Severity::Warning);
        found.push(finding.because("it would pass over it without a word; it is left out"));
    }
    for (name, (place, phones)) in without_value {
        let message = format!("`{}` says who may change it, and no value", pool.get(name));
        let finding = Found::new(Code::P0314, place, message).severity(Severity::Warning);
        let phones = crate::workflow::counted(phones, "phone");
        found.push(finding.because(format!("a program has no word for that; it is left out for {phones}")));
    }
    for (name, (place, phones)) in masked {
        let finding = Found::new(Code::P0406, place, format!("`{}` holds dots in place of the secret", pool.get(name)));
        let phones = crate::workflow::counted(phones, "phone");
        let finding = finding
            .severity(Severity::Warning)
            .because(format!("so phones write it when asked; left out for {phones}"));
        found.push(finding.help("set it by hand, from where the secret is kept"));
    }
    for (name, (place, phones)) in carried {
        let message = format!("`{}` carries a key or a password in clear", pool.get(name));
        let finding = Found::new(Code::P0406, place, message).severity(Severity::Warning).left_out(phones);
        let phones = crate::workflow::counted(phones, "phone");
        let finding = finding.because(format!("whoever reads a program reads it; left out for {phones}"));
        found.push(finding.help("say it in the program: a profile with `seal` or `account`, from a `secret`"));
    }
    for (name, (place, phones)) in broken {
        let message = format!("`{}` holds a line break, or another sign that nobody sees", pool.get(name));
        let finding = Found::new(Code::P0305, place, message).severity(Severity::Warning).left_out(phones);
        let phones = crate::workflow::counted(phones, "phone");
        found.push(finding.because(format!("no text of a program has one; left out for {phones}")));
    }
    for (name, place) in nameless {
        let finding =
            Found::new(Code::P0205, place, format!("`{}` is no name that a parameter can have", pool.get(name)));
        found.push(
            finding.severity(Severity::Warning).because("no phone has it, and no program can say it; it is left out"),
        );
    }
}

/// The first level by which all phones of a group agree, of groups that have more than one phone.
fn level(of: &[(usize, Held)], phones: &[Phone]) -> Level {
    let same = |one: &Held, other: &Held| one.value == other.value && one.user == other.user;
    let held: HashMap<usize, &Held> = of.iter().map(|(at, held)| (*at, held)).collect();
    if of.len() == phones.len() && of.windows(2).all(|pair| matches!(pair, [(_, one), (_, other)] if same(one, other)))
    {
        return Level::Common;
    }
    let agree = |group: &dyn Fn(&Phone) -> &str| {
        let mut groups: HashMap<&str, (Option<&Held>, usize)> = HashMap::new();
        for (at, phone) in phones.iter().enumerate() {
            let own = held.get(&at).copied();
            let known = groups.entry(group(phone)).or_insert((own, 0));
            known.1 += 1;
            let alike = match (known.0, own) {
                (Some(one), Some(other)) => same(one, other),
                (None, None) => true,
                _ => false,
            };
            if !alike {
                return false;
            }
        }
        groups.len() > 1 && groups.values().any(|(held, phones)| held.is_some() && *phones > 1)
    };
    if agree(&|phone| &phone.model) {
        Level::Model
    } else if agree(&|phone| &phone.site) {
        Level::Site
    } else {
        Level::Phone
    }
}
