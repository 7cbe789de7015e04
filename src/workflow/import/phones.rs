//! Each phone with what its files come to: files of its product first, then those that its rules lead to, then its own.

use super::found::{Found, Place};
use super::gather::{Gathered, Profile};
use super::pool::{Pool, Text};
use super::{Listed, Order};
use crate::diagnostic::{Code, Severity};
use crate::phone::macros::expand;
use crate::phone::rule::{Kind, Target, parse};
use crate::phone::{Access, Mac, PROFILE_RULES};
use crate::plan::Macro;
use crate::platform::Catalogue;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// What a phone holds of one parameter, and who said so last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub value: Option<Text>,
    pub user: Option<Access>,
    /// Position of the file.
    pub file: u32,
    pub line: u32,
}

#[derive(Clone, Debug)]
pub struct Phone {
    pub mac: Mac,
    pub model: String,
    /// The folder it was found in, or a column's word.
    pub site: String,
    /// By number of the name.
    pub holds: BTreeMap<Text, Held>,
}

/// Rules are followed so many times: what one brings may hold the next.
const PASSES: usize = 4;

/// The phones, by address.
pub fn phones(gathered: &mut Gathered, order: &Order<'_>, catalogue: &Catalogue) -> Vec<Phone> {
    let Gathered { profiles, found, pool, .. } = gathered;
    let mut own: BTreeMap<Mac, Vec<usize>> = BTreeMap::new();
    let mut shared: Vec<usize> = Vec::new();
    for (at, profile) in profiles.iter().enumerate() {
        match profile.named.macs.as_slice() {
            [] => shared.push(at),
            [mac] if mac.octets().first().is_none_or(|first| first & 1 == 1) || mac.octets() == [0; 6] => found.push(
                Found::new(Code::P0310, Place::whole(&profile.name), format!("{mac} is no phone's address"))
                    .because("it is nobody's, or of a group; the file is left out")
                    .severity(Severity::Error)
                    .left_out(1),
            ),
            [mac] => own.entry(*mac).or_default().push(at),
            [one, other, ..] => found.push(
                Found::new(Code::P0310, Place::whole(&profile.name), "the name holds two hardware addresses")
                    .because(format!("{one} and {other}"))
                    .severity(Severity::Error)
                    .help("name the file for the phone that it is of"),
            ),
        }
    }
    if let Some(only) = order.only {
        own.retain(|mac, _| only.binary_search_by_key(mac, |listed| listed.mac).is_ok());
        for listed in only {
            own.entry(listed.mac).or_default();
        }
    }
    let models = Models { given: order.model, listed: order.only.unwrap_or_default(), profiles, catalogue, pool };
    let library = Library::new(profiles, &shared);
    let rules = PROFILE_RULES.map(|rule| pool.find(rule));
    let drafted: Vec<(Mac, &Vec<usize>, Option<String>)> =
        own.iter().map(|(mac, files)| (*mac, files, models.told(*mac, files))).collect();
    let mut supposed: BTreeMap<String, Vec<Mac>> = BTreeMap::new();
    let mut lost: Vec<Mac> = Vec::new();
    let common = models.most_common(&drafted);
    let drafts: Vec<(Mac, &Vec<usize>, String)> = drafted
        .into_iter()
        .filter_map(|(mac, files, told)| {
            let model = match told {
                Some(model) => model,
                // Nothing is known of it but that somebody lists it.
                None if files.is_empty() => {
                    lost.push(mac);
                    return None;
                }
                None => {
                    let model = models.supposed(files, common.as_deref());
                    supposed.entry(model.clone()).or_default().push(mac);
                    model
                }
            };
            Some((mac, files, model))
        })
        .collect();
    for (model, macs) in supposed {
        let Some(first) = macs.first() else { continue };
        let file = own.get(first).and_then(|files| profiles.get(*files.first()?)).map_or("", |file| &file.name);
        let others = match macs.len() - 1 {
            0 => String::new(),
            more => format!(" and {}", crate::workflow::counted(more, "other phone")),
        };
        let finding =
            Found::new(Code::P0211, Place::whole(file), format!("nothing tells what product {first}{others} is"));
        let finding =
            finding.because(format!("taken to be {model}, which has all that is set")).severity(Severity::Warning);
        found.push(
            finding.help("say it: `--model CP-8841-3PCC`, or name folders or files for their products (`8841/…`)"),
        );
    }
    for (mac, files, model) in &drafts {
        let named =
            |at: &usize| profiles.get(*at).and_then(|file| file.named.model.as_ref().map(|named| (file, named)));
        if let Some((file, other)) = files.iter().find_map(|at| named(at).filter(|(_, named)| *named != model)) {
            let message = format!("{mac} is {model} by one of its files, and {other} by another");
            let finding = Found::new(Code::P0211, Place::whole(&file.name), message).severity(Severity::Warning);
            found.push(
                finding
                    .because(format!("taken to be {model}"))
                    .help("take the file that is not its own out of the folder"),
            );
        }
    }
    let made: Vec<Made> = drafts
        .par_iter()
        .map(|(mac, files, model)| {
            let (order, unreached) = library.order(*mac, model, files, &rules, profiles, pool, catalogue);
            let (holds, clashes) = apply(*mac, &order, profiles, pool);
            let mut folders = files.iter().filter_map(|file| Some(&profiles.get(*file)?.named.folder));
            let site = folders.find(|folder| !folder.is_empty()).cloned();
            let used = order.iter().map(|(file, _)| *file).collect();
            (Phone { mac: *mac, model: model.clone(), site: site.unwrap_or_default(), holds }, used, clashes, unreached)
        })
        .collect();
    lost.extend(made.iter().filter(|(_, files, ..)| files.is_empty()).map(|(phone, ..)| phone.mac));
    if let Some(first) = lost.first() {
        let others = match lost.len() - 1 {
            0 => String::new(),
            more => format!(" and {}", crate::workflow::counted(more, "other phone")),
        };
        let finding = Found::new(Code::P0604, Place::whole(""), format!("there is no file for {first}{others}"));
        found.push(finding.because("the list of phones names it"));
    }
    let mut used = vec![false; profiles.len()];
    let mut phones = Vec::with_capacity(made.len());
    let mut nowhere: BTreeMap<(Text, Text), (Mac, Unreached)> = BTreeMap::new();
    for (phone, files, clashes, unreached) in made {
        for one in unreached.into_iter().filter(|_| !order.fetched) {
            nowhere.entry((one.name, one.text)).or_insert((phone.mac, one));
        }
        files.into_iter().filter_map(|file| used.get_mut(file).map(|slot| *slot = true)).for_each(drop);
        found.extend(clashes);
        phones.push(phone);
    }
    for (mac, one) in nowhere.into_values() {
        let name = pool.get(one.name);
        let file = profiles.get(one.file).map(|profile| profile.name.clone()).unwrap_or_default();
        let place = Place { file, line: one.line as usize, shown: name.to_owned() };
        let finding = Found::new(Code::P0604, place, format!("`{name}` leads {mac} to a file that is not here"));
        let finding = finding.severity(Severity::Warning).because(format!("it asks for `{}`", one.path));
        found.push(finding.help("if it is served somewhere, give that folder as well"));
    }
    for at in shared {
        let (Some(profile), Some(false)) = (profiles.get(at), used.get(at)) else { continue };
        let finding = Found::new(Code::P0314, Place::whole(&profile.name), "no phone of the import has this file");
        found.push(
            finding
                .because("its name holds no address and no product of a phone, and no rule leads to it")
                .help("name it for the phone (`000e08abcd01.xml`) or the product (`8841-3PCC.xml`) that it is of"),
        );
    }
    phones
}

/// A phone, its files, what they disagree on, and what its rules lead to that is not here.
type Made = (Phone, Vec<usize>, Vec<Found>, Vec<Unreached>);

/// Files without an owner, by the last part of their names.
struct Library<'p> {
    profiles: &'p [Profile],
    by_name: HashMap<&'p str, Vec<usize>>,
    by_model: HashMap<&'p str, Vec<usize>>,
}

/// A rule that leads to none of the files.
#[derive(Clone, Debug)]
struct Unreached {
    name: Text,
    text: Text,
    path: String,
    file: usize,
    line: u32,
}

/// A file of a phone, and whether it is one of several that nothing puts in order.
type Ordered = Vec<(usize, bool)>;

impl<'p> Library<'p> {
    fn new(profiles: &'p [Profile], shared: &[usize]) -> Self {
        let (mut by_name, mut by_model) = (HashMap::<&str, Vec<usize>>::new(), HashMap::<&str, Vec<usize>>::new());
        for at in shared {
            let Some(profile) = profiles.get(*at) else { continue };
            by_name.entry(profile.name.rsplit('/').next().unwrap_or_default()).or_default().push(*at);
            if let Some(model) = &profile.named.model {
                by_model.entry(model).or_default().push(*at);
            }
        }
        Library { profiles, by_name, by_model }
    }

    /// The file that a path leads to: the one whose name has most in common with it, from the end.
    fn reached(&self, path: &str, own: &[usize]) -> Option<usize> {
        let last = path.rsplit('/').next()?;
        let mine = own.iter().filter(|at| self.name(**at).rsplit('/').next() == Some(last));
        let shared = self.by_name.get(last).into_iter().flatten();
        let common = |at: &usize| {
            let parts = self.name(*at).rsplit('/').zip(path.rsplit('/'));
            parts.take_while(|(one, other)| one == other).count()
        };
        mine.chain(shared).copied().max_by_key(common)
    }

    fn name(&self, at: usize) -> &str {
        self.profiles.get(at).map_or("", |profile| &profile.name)
    }

    #[expect(clippy::too_many_arguments, reason = "one phone, and all that is known beside it")]
    fn order(
        &self,
        mac: Mac,
        model: &str,
        own: &[usize],
        rules: &[Option<Text>; 4],
        profiles: &[Profile],
        pool: &Pool,
        catalogue: &Catalogue,
    ) -> (Ordered, Vec<Unreached>) {
        let series = catalogue.model(model).map_or("", |model| &model.series);
        let products = self.by_model.get(model).cloned().unwrap_or_default();
        let mut reached: Vec<usize> = Vec::new();
        let (mut order, mut unreached) = (Ordered::new(), Vec::new());
        for _ in 0..PASSES {
            unreached.clear();
            let rest =
                |files: &[usize]| -> Vec<usize> { files.iter().copied().filter(|at| !reached.contains(at)).collect() };
            let loose = rest(own);
            order = rest(&products).into_iter().chain(reached.iter().copied()).map(|at| (at, false)).collect();
            order.extend(loose.iter().map(|at| (*at, loose.len() > 1)));
            let mut found: Vec<usize> = Vec::new();
            for name in rules.iter().flatten() {
                let said = order.iter().rev().find_map(|(at, _)| {
                    let says = profiles.get(*at)?.says.iter().rev();
                    says.filter(|said| said.name == *name).find_map(|said| Some((*at, said.line, said.value?)))
                });
                let Some((file, line, rule_text)) = said.filter(|(.., text)| !pool.get(*text).is_empty()) else {
                    continue;
                };
                let text = pool.get(rule_text);
                let known = |name: &str| {
                    let mut value = String::new();
                    Macro::from_name(name)?.expand(mac, model, series, &mut value);
                    Some(value)
                };
                let Ok(rule) = parse(&expand(text, &known).text, Kind::Profile) else { continue };
                let mut paths: Vec<String> = Vec::new();
                let mut led = false;
                for alternative in &rule.alternatives {
                    let Some(Target::Url(url)) = &alternative.target else { continue };
                    let path = url.path.split('?').next().unwrap_or_default();
                    let file = self.reached(path, own);
                    led |= file.is_some();
                    found.extend(file.filter(|at| !found.contains(at)));
                    paths.push(path.to_owned());
                }
                if let (false, Some(path)) = (led, paths.into_iter().next()) {
                    unreached.push(Unreached { name: *name, text: rule_text, path, file, line });
                }
            }
            if found == reached {
                break;
            }
            reached = found;
        }
        (order, unreached)
    }
}

/// What the files come to, one after the other (PB §9), and what two that nothing puts in order disagree on.
fn apply(mac: Mac, order: &Ordered, profiles: &[Profile], pool: &Pool) -> (BTreeMap<Text, Held>, Vec<Found>) {
    let mut holds: BTreeMap<Text, Held> = BTreeMap::new();
    let mut clashes = Vec::new();
    let mut loose: Vec<u32> = Vec::new();
    for (at, unordered) in order {
        let Some(profile) = profiles.get(*at) else { continue };
        let file = u32::try_from(*at).unwrap_or(u32::MAX);
        for said in &profile.says {
            let held = holds.entry(said.name).or_insert(Held { value: None, user: None, file, line: said.line });
            let differs = held.value.is_some() && said.value.is_some() && held.value != said.value;
            if *unordered && differs && loose.contains(&held.file) {
                let name = pool.get(said.name);
                let place = |file: u32, line: u32| Place {
                    file: profiles.get(file as usize).map(|profile| profile.name.clone()).unwrap_or_default(),
                    line: line as usize,
                    shown: name.to_owned(),
                };
                clashes.push(
                    Found::new(Code::P0310, place(file, said.line), format!("two files of {mac} disagree on `{name}`"))
                        .because("it has another value here")
                        .beside(place(held.file, held.line), "than here")
                        .help("take the file that is out of date out of the folder"),
                );
            }
            if said.value.is_some() {
                (held.value, held.file, held.line) = (said.value, file, said.line);
            }
            held.user = said.user.or(held.user);
        }
        if *unordered {
            loose.push(file);
        }
    }
    (holds, clashes)
}

struct Models<'m> {
    given: Option<&'m str>,
    listed: &'m [Listed],
    profiles: &'m [Profile],
    catalogue: &'m Catalogue,
    pool: &'m Pool,
}

impl Models<'_> {
    /// By the names of its files, or by what they tell.
    fn told(&self, mac: Mac, files: &[usize]) -> Option<String> {
        let listed = self.listed.iter().find(|listed| listed.mac == mac).and_then(|listed| listed.model.clone());
        let named = || files.iter().find_map(|at| self.profiles.get(*at)?.named.model.clone());
        listed.or_else(named).or_else(|| self.given.map(str::to_owned))
    }

    /// The product of most phones.
    fn most_common(&self, drafts: &[(Mac, &Vec<usize>, Option<String>)]) -> Option<String> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        drafts
            .iter()
            .filter_map(|(_, _, model)| model.as_deref())
            .for_each(|model| *counts.entry(model).or_default() += 1);
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(model, _)| model.to_owned())
    }

    /// The product of most phones if it has all that is set; else the first that has, or that lacks least.
    fn supposed(&self, files: &[usize], common: Option<&str>) -> String {
        let says = || files.iter().filter_map(|at| self.profiles.get(*at)).flat_map(|profile| &profile.says);
        let set: Vec<_> = says().filter_map(|said| self.catalogue.of_element(self.pool.get(said.name))).collect();
        let lacks = |model: &crate::platform::ModelInfo| {
            let lacking = set.iter().filter(|(parameter, indexes)| !super::fits::has(model, parameter, indexes));
            lacking.count()
        };
        let models = self.catalogue.models();
        let first = common.and_then(|name| self.catalogue.model(name)).filter(|model| lacks(model) == 0);
        let best = first.or_else(|| models.iter().min_by_key(|model| lacks(model)));
        best.map(|model| model.name.clone()).unwrap_or_default()
    }
}
