//! What touches come to in the plan: settings by element and file, phones counted by the forms of their files. Phones whose
//! files have the same forms are looked at once, and no value is expanded but the few that are shown.

use super::Asked;
use super::cell::inventories;
use super::program::{Place, Program, heading};
use super::reach::{Limits, Touch, What};
use super::server::names_server;
use super::statement::Found;
use crate::plan::{Fleet, Macro, Origin, PhoneRef, Piece, Setting, SettingValue, Template};
use crate::platform::Catalogue;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// So many phones are named, and so many values shown.
pub const MOST_NAMED: usize = 3;
const MOST_VALUES: usize = 10;

/// A parameter that a line touches, in one fleet.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Group {
    pub fleet: String,
    pub parameter: String,
    pub element: String,
    /// The files that bring it: profiles by name, or `bootstrap`.
    pub files: Vec<String>,
    pub phones: usize,
    /// The first of them.
    pub first: Vec<String>,
    /// The commonest first; with `differs`, those of the first phones only.
    pub values: Vec<ValueShown>,
    /// How many more values there are; with `differs`, nobody counted.
    pub more: usize,
    /// The value is made of what may differ from phone to phone.
    pub differs: bool,
    /// The access that the statement gives the user account.
    pub user: Option<String>,
    /// What is heard instead: the statement does not reach these phones.
    pub beaten: Option<Place>,
    /// The names on the way, from the line on.
    pub via: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct ValueShown {
    /// Null: only the access is set.
    pub value: Option<String>,
    /// How many phones have it; with `differs`, of those that were looked at.
    pub phones: usize,
}

/// Phones whose files have the same forms.
struct Class {
    shapes: Vec<u16>,
    count: usize,
    first: Vec<u32>,
}

/// A fleet's phones, as far as a line touches them.
#[derive(Default)]
pub struct Touched {
    pub groups: Vec<Group>,
    /// How many phones are touched in all, by any of what is here.
    pub phones: usize,
    pub first: Vec<String>,
}

pub struct Lookup<'a> {
    pub asked: Asked<'a>,
    pub program: &'a Program<'a>,
    pub limits: &'a Limits,
    /// Where each origin stands; the same statements come again and again.
    pub starts: HashMap<Origin, Option<crate::diagnostic::Span>>,
}

/// What one statement says of an element: in which files, where it stands, its value, the setting that it is unless it was
/// won over in its own file, and by way of what it is touched.
type Heard<'a> = (Vec<usize>, Origin, &'a SettingValue, Option<&'a Setting>, Vec<String>);

/// One file's setting, by the position of its file: 0 the bootstrap file, then the profiles.
type Step<'a> = (usize, &'a Setting);

impl Lookup<'_> {
    /// Whether a fleet is within the limits.
    pub fn concerns(&self, fleet: &Fleet) -> bool {
        let item = || self.program.items().find(|item| heading(item) == ("fleet", fleet.id.clone()));
        let by_inventory = self
            .limits
            .inventory
            .as_ref()
            .is_none_or(|wanted| item().is_some_and(|item| inventories(item).any(|name| name == wanted)));
        let by_name = self.limits.fleet.as_ref().is_none_or(|wanted| *wanted == fleet.id);
        let by_phone = self.limits.phone.is_none_or(|mac| {
            let phone = self.asked.served.phone(mac).and_then(|phone| self.asked.served.fleet(phone));
            phone.is_some_and(|of| of.id == fleet.id)
        });
        by_inventory && by_name && by_phone
    }

    /// The settings of a fleet that are touched.
    pub fn settings(&mut self, number: u16, fleet: &Fleet, touches: &[Touch]) -> Touched {
        let mut groups: BTreeMap<(String, Vec<usize>, Option<Origin>), Building> = BTreeMap::new();
        let mut touched = Touched::default();
        let mut rows: Vec<u32> = Vec::new();
        for class in self.classes(fleet) {
            let steps = steps(fleet, &class);
            let mut any = false;
            for (element, steps) in &steps {
                any |= self.element(number, fleet, &class, (element, steps), touches, &mut groups);
            }
            if any {
                touched.phones += class.count;
                rows.extend(&class.first);
            }
        }
        rows.sort_unstable();
        touched.first = rows.iter().take(MOST_NAMED).map(|row| mac(fleet, *row)).collect();
        touched.groups = groups
            .into_iter()
            .map(|((element, files, beaten), one)| self.group(fleet, element, &files, beaten, one))
            .collect();
        touched
    }

    /// What touches say of one element for the phones of a class.
    fn element(
        &mut self,
        number: u16,
        fleet: &Fleet,
        class: &Class,
        (element, steps): (&str, &[Step<'_>]),
        touches: &[Touch],
        groups: &mut BTreeMap<(String, Vec<usize>, Option<Origin>), Building>,
    ) -> bool {
        let last = steps.iter().rev().find(|(_, setting)| matches!(setting.value, SettingValue::Set(_)));
        let mut said: Vec<Heard<'_>> = Vec::new();
        for (file, setting) in steps {
            let own = std::iter::once((&setting.value, setting.origin, Some(*setting)));
            let beaten = setting.beats.iter().map(|beaten| (&beaten.value, beaten.origin, None));
            for (value, origin, whole) in beaten.chain(own) {
                let text = whole.map(|_| value);
                let Some(touch) =
                    touches.iter().find(|touch| self.is_touched(fleet, *file, element, origin, text, touch))
                else {
                    continue;
                };
                match said.iter_mut().find(|(_, known, ..)| *known == origin) {
                    // What a fleet derives stands in two files.
                    Some((files, _, _, of, _)) => {
                        files.push(*file);
                        *of = whole.or(*of);
                    }
                    None => said.push((vec![*file], origin, value, whole, touch.via.clone())),
                }
            }
        }
        for (files, origin, value, whole, via) in &said {
            let beaten = last.filter(|(_, last)| last.origin != *origin && matches!(value, SettingValue::Set(_)));
            let beaten = beaten.map(|(_, last)| last.origin);
            let group = groups.entry((element.to_owned(), files.clone(), beaten)).or_insert_with(|| Building::new(via));
            group.user = group.user.or(whole.and_then(|setting| setting.user));
            group.count += class.count;
            group.rows.extend(&class.first);
            match value {
                SettingValue::Keep => *group.values.entry(None).or_default() += class.count,
                SettingValue::Set(value) if varies(value) => {
                    group.differs = true;
                    for row in class.first.iter().take(MOST_NAMED) {
                        let text = self.asked.served.expand(PhoneRef { fleet: number, row: *row }, value);
                        group.examples.push((*row, text));
                    }
                }
                SettingValue::Set(value) => {
                    let text = self.asked.served.expand(PhoneRef { fleet: number, row: 0 }, value);
                    *group.values.entry(Some(text)).or_default() += class.count;
                }
            }
        }
        !said.is_empty()
    }

    fn is_touched(
        &mut self,
        fleet: &Fleet,
        file: usize,
        element: &str,
        origin: Origin,
        value: Option<&SettingValue>,
        touch: &Touch,
    ) -> bool {
        let profile = file.checked_sub(1).and_then(|profile| fleet.profiles.get(profile));
        match &touch.what {
            What::Settings(span) => {
                let by =
                    touch.profiles.is_empty() || profile.is_none_or(|profile| touch.profiles.contains(&profile.id));
                let program = self.program;
                let start = *self.starts.entry(origin).or_insert_with(|| program.start(origin));
                by && start.is_some_and(|at| at.file == span.file && span.start <= at.start && at.start < span.end)
            }
            What::Rule(name) => fleet.profiles.iter().any(|one| one.id == *name && one.parameter == element),
            What::Server { name, part } => {
                let server = self.asked.served.plan().servers.iter().find(|server| server.id == *name);
                let derived = self.is_derived(origin);
                match (server, value) {
                    (Some(server), Some(SettingValue::Set(value))) if derived => {
                        names_server(value, server, element, part)
                    }
                    _ => false,
                }
            }
            What::Macros(macros) => match value {
                Some(SettingValue::Set(value)) => holds_any(value, macros, self.is_derived(origin)),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a setting follows from a fleet's statement.
    fn is_derived(&mut self, origin: Origin) -> bool {
        let program = self.program;
        let start = *self.starts.entry(origin).or_insert_with(|| program.start(origin));
        start.and_then(|at| program.way(at)).is_some_and(|way| heading(way.item).0 == "fleet")
    }

    fn classes(&self, fleet: &Fleet) -> Vec<Class> {
        let shapes = |row: usize| -> Vec<u16> {
            fleet.profiles.iter().map(|profile| profile.shape_of.get(row).copied().unwrap_or(0)).collect()
        };
        if let Some(phone) = self.limits.phone.and_then(|mac| self.asked.served.phone(mac)) {
            return vec![Class { shapes: shapes(phone.row as usize), count: 1, first: vec![phone.row] }];
        }
        if fleet.profiles.iter().all(|profile| profile.shape_of.is_empty()) {
            let count = fleet.phones.len();
            return vec![Class {
                shapes: shapes(0),
                count,
                first: (0..count.min(MOST_NAMED)).map(|row| row as u32).collect(),
            }];
        }
        let mut known: HashMap<Vec<u16>, usize> = HashMap::new();
        let mut classes: Vec<Class> = Vec::new();
        for row in 0..fleet.phones.len() {
            let shapes = shapes(row);
            let position = *known.entry(shapes.clone()).or_insert_with(|| {
                classes.push(Class { shapes, count: 0, first: Vec::new() });
                classes.len() - 1
            });
            if let Some(class) = classes.get_mut(position) {
                class.count += 1;
                if class.first.len() < MOST_NAMED {
                    class.first.push(row as u32);
                }
            }
        }
        classes
    }

    fn group(
        &self,
        fleet: &Fleet,
        element: String,
        files: &[usize],
        beaten: Option<Origin>,
        mut one: Building,
    ) -> Group {
        one.rows.sort_unstable();
        one.examples.sort_unstable();
        let mut values: Vec<ValueShown> = if one.differs {
            let mut values: Vec<ValueShown> = Vec::new();
            for (_, text) in one.examples.into_iter().take(MOST_NAMED) {
                match values.iter_mut().find(|known| known.value.as_ref() == Some(&text)) {
                    Some(known) => known.phones += 1,
                    None => values.push(ValueShown { value: Some(text), phones: 1 }),
                }
            }
            values
        } else {
            one.values.into_iter().map(|(value, phones)| ValueShown { value, phones }).collect()
        };
        if !one.differs {
            values.sort_by(|a, b| b.phones.cmp(&a.phones).then_with(|| a.value.cmp(&b.value)));
        }
        let more = values.len().saturating_sub(MOST_VALUES);
        values.truncate(MOST_VALUES);
        Group {
            fleet: fleet.id.clone(),
            parameter: Catalogue::cisco_mpp().written(&element).unwrap_or_else(|| element.clone()),
            element,
            files: files.iter().map(|file| name_of_file(fleet, *file)).collect(),
            phones: one.count,
            first: one.rows.iter().take(MOST_NAMED).map(|row| mac(fleet, *row)).collect(),
            values,
            more,
            differs: one.differs,
            user: one.user.map(|user| user.name().to_owned()),
            beaten: beaten
                .and_then(|origin| Found::by(self.program, origin))
                .map(|found| found.said(self.program, None).place),
            via: one.via,
        }
    }
}

/// A group in the making.
struct Building {
    count: usize,
    rows: Vec<u32>,
    values: BTreeMap<Option<String>, usize>,
    examples: Vec<(u32, String)>,
    differs: bool,
    user: Option<crate::phone::Access>,
    via: Vec<String>,
}

impl Building {
    fn new(via: &[String]) -> Self {
        Building {
            count: 0,
            rows: Vec::new(),
            values: BTreeMap::new(),
            examples: Vec::new(),
            differs: false,
            user: None,
            via: via.to_vec(),
        }
    }
}

pub fn mac(fleet: &Fleet, row: u32) -> String {
    fleet.phones.macs.get(row as usize).map(ToString::to_string).unwrap_or_default()
}

fn name_of_file(fleet: &Fleet, file: usize) -> String {
    let profile = file.checked_sub(1).and_then(|profile| fleet.profiles.get(profile));
    profile.map_or_else(|| "bootstrap".to_owned(), |profile| profile.id.clone())
}

/// The settings of a class by element, in the order in which its files are read.
fn steps<'f>(fleet: &'f Fleet, class: &Class) -> BTreeMap<&'f str, Vec<Step<'f>>> {
    let bootstrap = fleet.bootstrap.iter().map(|bootstrap| (0, &bootstrap.shape));
    let profiles = fleet.profiles.iter().zip(&class.shapes).enumerate();
    let profiles =
        profiles.filter_map(|(number, (one, shape))| Some((number + 1, one.shapes.get(usize::from(*shape))?)));
    let mut steps: BTreeMap<&str, Vec<Step<'_>>> = BTreeMap::new();
    for (file, shape) in bootstrap.chain(profiles) {
        for setting in &shape.settings {
            steps.entry(&setting.element).or_default().push((file, setting));
        }
    }
    steps
}

fn varies(value: &Template) -> bool {
    value.pieces().iter().any(|piece| !matches!(piece, Piece::Text(_) | Piece::Secret(_)))
}

/// Whether a value has a macro in it, or, with those of models, a text for each model. In what a fleet derives, macros are
/// left for the phone.
fn holds_any(value: &Template, macros: &[Macro], derived: bool) -> bool {
    value.pieces().iter().any(|piece| match piece {
        Piece::Macro(one) => macros.contains(one),
        Piece::ByModel(_) => macros.contains(&Macro::Pn),
        Piece::Text(text) => derived && macros.iter().any(|one| speaks_of_macro(text, one.name())),
        Piece::Derived { about, .. } | Piece::DerivedColumn { about, .. } => holds_any(about, macros, derived),
        Piece::Column(_) | Piece::Request(_) | Piece::Secret(_) | Piece::SecretColumn(_) => false,
    })
}

/// `$(MA)` or `$MA`, and not `$MAC`.
fn speaks_of_macro(text: &str, name: &str) -> bool {
    text.contains(&format!("$({name})"))
        || text.match_indices(&format!("${name}")).any(|(at, found)| {
            let after = text.get(at + found.len()..).and_then(|text| text.chars().next());
            !after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
        })
}
