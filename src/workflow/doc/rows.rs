//! Phones of a kind, and what they have: by parameter, every value with how many phones have it and the statement behind it.

use super::values::{Read, Said, read};
use super::{Documented, Place};
use crate::plan::{Fleet, Origin, PhoneRef, SettingValue, Shape, Template};
use crate::platform::Catalogue;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// So many values of one parameter are told apart on a page; the rest are counted.
const MOST_VALUES: usize = 12;

/// Phones of one model whose files have the same forms.
pub(super) struct Kind {
    pub model: u16,
    forms: Vec<u16>,
    /// One of them, by its row.
    row: u32,
    pub count: usize,
}

/// Which file of a phone: its first, or a partition by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    Bootstrap,
    Profile(usize),
}

/// A parameter that is set.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row {
    /// The XML element: `Proxy_1_`; the row's anchor too.
    pub element: String,
    /// As the language writes it: `Proxy[1]`.
    pub parameter: String,
    /// What it is for, as the vendor says it.
    pub about: String,
    /// Its type and default.
    pub takes: String,
    /// The one that most phones have first.
    pub values: Vec<Value>,
    /// How many more there are.
    pub more: usize,
}

/// A value, and who has it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Value {
    #[serde(flatten)]
    pub read: Read,
    pub phones: usize,
    /// Of which models, in the order of the plan.
    pub models: Vec<String>,
    /// The partition that brings it, and its page.
    pub partition: String,
    /// Who may change it on the phone; nothing: the phone decides.
    pub user: Option<&'static str>,
    pub place: Option<Place>,
    /// What was said of it before, the latest first.
    pub beats: Vec<Beaten>,
}

/// A statement that another one won over.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub(super) struct Beaten {
    #[serde(flatten)]
    pub read: Read,
    pub partition: String,
    pub place: Option<Place>,
}

/// The kinds of a fleet's phones, in the order of their first phones.
pub(super) fn kinds(fleet: &Fleet) -> Vec<Kind> {
    let mut known: HashMap<(u16, Vec<u16>), usize> = HashMap::new();
    let mut kinds: Vec<Kind> = Vec::new();
    for (row, model) in fleet.phones.models.iter().enumerate() {
        let place = *known.entry((*model, fleet.forms(row))).or_insert(kinds.len());
        match kinds.get_mut(place) {
            Some(kind) => kind.count += 1,
            None => {
                let row = u32::try_from(row).unwrap_or(u32::MAX);
                kinds.push(Kind { model: *model, forms: fleet.forms(row as usize), row, count: 1 });
            }
        }
    }
    kinds
}

/// What stands after the files so far.
struct Held<'p> {
    said: Said<'p>,
    user: Option<&'static str>,
    part: Part,
    origin: Origin,
    /// The latest last.
    beats: Vec<(Part, Said<'p>, Origin)>,
}

/// Every parameter that some phones of these kinds are told in these files; later files win.
pub(super) fn rows<'k>(
    program: &Documented<'_>,
    number: usize,
    fleet: &Fleet,
    kinds: impl Iterator<Item = &'k Kind>,
    parts: &[Part],
) -> Vec<Row> {
    let mut all: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    // Kinds that differ in other files say the same here.
    let mut seen: HashMap<(&str, Part, Origin, String), usize> = HashMap::new();
    for kind in kinds {
        let phone = PhoneRef { fleet: u16::try_from(number).unwrap_or(u16::MAX), row: kind.row };
        let model = program.served.model(phone).map(|model| model.name.clone()).unwrap_or_default();
        for (element, held) in held(fleet, kind, parts) {
            let read_one = |said: &Said<'_>| read(said, program.served, phone);
            let told = read_one(&held.said);
            let values = all.entry(element.to_owned()).or_default();
            let key = (element, held.part, held.origin, told.text.clone());
            if let Some(value) = seen.get(&key).and_then(|at| values.get_mut(*at)) {
                value.phones += kind.count;
                if !value.models.contains(&model) {
                    value.models.push(model.clone());
                }
                continue;
            }
            seen.insert(key, values.len());
            let beats = held.beats.iter().rev().map(|(part, said, origin)| {
                let read = read_one(said);
                Beaten { place: program.place(*origin), partition: partition(fleet, *part), read }
            });
            values.push(Value {
                beats: beats.collect(),
                place: program.place(held.origin),
                partition: partition(fleet, held.part),
                user: held.user,
                phones: kind.count,
                models: vec![model.clone()],
                read: told,
            });
        }
    }
    all.into_iter().map(|(element, values)| row(element, values)).collect()
}

fn held<'p>(fleet: &'p Fleet, kind: &Kind, parts: &[Part]) -> BTreeMap<&'p str, Held<'p>> {
    let mut all: BTreeMap<&str, Held<'_>> = BTreeMap::new();
    for part in parts {
        let settings = shape(fleet, kind, *part).map(|shape| shape.settings.as_slice()).unwrap_or_default();
        for setting in settings {
            let user = setting.user.map(|user| user.name());
            let earlier = all.remove(setting.element.as_str());
            let own = setting.beats.iter().map(|beaten| (*part, Said::of(&beaten.value), beaten.origin));
            let held = match (&setting.value, earlier) {
                // Only who may change it is said: the value stays.
                (SettingValue::Keep, Some(earlier)) => Held { user: user.or(earlier.user), ..earlier },
                (value, earlier) => {
                    let mut beats = Vec::new();
                    let access = earlier.as_ref().and_then(|earlier| earlier.user);
                    if let Some(earlier) = earlier {
                        beats.extend(earlier.beats);
                        beats.push((earlier.part, earlier.said, earlier.origin));
                    }
                    beats.extend(own);
                    let (said, origin) = (Said::of(value), setting.origin);
                    Held { said, user: user.or(access), part: *part, origin, beats }
                }
            };
            all.insert(&setting.element, held);
        }
    }
    all
}

fn shape<'p>(fleet: &'p Fleet, kind: &Kind, part: Part) -> Option<&'p Shape> {
    match part {
        Part::Bootstrap => fleet.bootstrap.as_ref().map(|bootstrap| &bootstrap.shape),
        Part::Profile(number) => {
            let form = kind.forms.get(number).map_or(0, |form| usize::from(*form));
            fleet.profiles.get(number)?.shapes.get(form)
        }
    }
}

fn partition(fleet: &Fleet, part: Part) -> String {
    let profile = match part {
        Part::Bootstrap => None,
        Part::Profile(number) => fleet.profiles.get(number),
    };
    profile.map_or_else(|| "bootstrap".to_owned(), |profile| profile.id.clone())
}

fn row(element: String, mut values: Vec<Value>) -> Row {
    values.sort_by_key(|value| std::cmp::Reverse(value.phones));
    let more = values.len().saturating_sub(MOST_VALUES);
    values.truncate(MOST_VALUES);
    let catalogue = Catalogue::cisco_mpp();
    let family = catalogue.family_named(&element).and_then(|family| catalogue.parameter(&family));
    Row {
        parameter: catalogue.written(&element).unwrap_or_else(|| element.clone()),
        about: family.as_ref().map(|family| family.doc.clone()).unwrap_or_default(),
        takes: family.as_ref().map(|family| family.summary()).unwrap_or_default(),
        element,
        values,
        more,
    }
}

/// A text as phones of each model have it.
pub(super) fn of_models(
    program: &Documented<'_>,
    number: usize,
    kinds: &[Kind],
    template: &Template,
) -> Vec<(String, String)> {
    let mut told: Vec<(String, String)> = Vec::new();
    for kind in kinds {
        let phone = PhoneRef { fleet: u16::try_from(number).unwrap_or(u16::MAX), row: kind.row };
        let Some(model) = program.served.model(phone) else { continue };
        if !told.iter().any(|(name, _)| *name == model.name) {
            told.push((model.name.clone(), read(&Said::Set(template), program.served, phone).text));
        }
    }
    told
}
