//! `prov why MAC PARAMETER`: the files of a phone, gone through for one element as the phone goes through them.

use super::cell::Cells;
use super::made::{Made, Maker};
use super::names::Names;
use super::parameter::{Element, named};
use super::program::{Place, Program, heading};
use super::server::speaks_of;
use super::statement::{Act, Found, Said};
use super::{Asked, Refusal};
use crate::phone::Mac;
use crate::plan::{FileRef, Origin, PhoneRef, Piece, Setting, SettingValue, Template};
use crate::platform::{Catalogue, ModelInfo, Parameter, ParameterType};
use crate::workflow::show::{file_view, name_of};
use serde::Serialize;
use std::collections::BTreeSet;

/// The document of `prov why MAC PARAMETER --format json`.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct ValueAnswer {
    pub mac: String,
    pub fleet: String,
    pub model: String,
    /// As the language writes it: `Proxy[1]`.
    pub parameter: String,
    /// The XML element: `Proxy_1_`.
    pub element: String,
    pub owner: Owner,
    /// What the phone ends up with; null where nobody knows, and where it has no such parameter.
    pub value: Option<String>,
    /// The file that brings it.
    pub brought: Option<Brought>,
    /// The statement that sets it.
    pub set: Option<Said>,
    pub written: Option<Written>,
    pub made: Vec<Made>,
    /// What would hold without the statement, the nearest first.
    pub beats: Vec<Beaten>,
    pub access: UserAccess,
    pub notes: Vec<String>,
}

/// Whose a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Owner {
    /// The program sets it, whenever the phone resyncs.
    Program,
    /// The program sets it once, on a factory-fresh phone.
    Seed,
    /// The program writes the phone's default out.
    Reset,
    /// The user's own: the program never sets it.
    User,
    /// Nothing in the program speaks of it.
    Nobody,
    /// The phone has no such parameter.
    Absent,
}

#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Brought {
    /// The profile's name, or `bootstrap`.
    pub profile: String,
    /// The rule that fetches it; null for the bootstrap file.
    pub rule: Option<String>,
    pub scheme: String,
    pub path: String,
    pub gzip: bool,
    pub sealed: bool,
    /// Other files that say the same by the same statement.
    pub also: Vec<String>,
}

/// A value before and after it is written the phone's way.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Written {
    pub text: String,
    pub wire: String,
    /// In what it is written.
    pub how: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Beaten {
    /// Null: a statement about access alone, or an unknown default.
    pub value: Option<String>,
    /// `profile common`, `earlier in this profile`, `bootstrap file`, `default`.
    pub what: String,
    pub place: Option<Place>,
}

/// What the user account may do with it.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct UserAccess {
    /// `na`, `ro` or `rw`; null: unknown.
    pub user: Option<String>,
    /// The statement that says so; null: the phone comes so.
    pub by: Option<Place>,
}

/// One file's word on the element.
#[derive(Clone, Copy)]
struct Step<'a> {
    file: FileRef,
    setting: &'a Setting,
}

/// Why a phone's parameter is what it is.
pub fn value(asked: Asked<'_>, mac: Mac, text: &str) -> Result<ValueAnswer, Refusal> {
    let served = asked.served;
    let phone = served.phone(mac).ok_or_else(|| unknown_phone(asked, mac))?;
    let (Some(fleet), Some(model)) = (served.fleet(phone), served.model(phone)) else {
        return Err(unknown_phone(asked, mac));
    };
    let files = served.files_of(phone);
    let shapes = files.iter().filter_map(|file| served.shape(*file));
    let set: BTreeSet<&str> = shapes.flat_map(|shape| &shape.settings).map(|setting| &*setting.element).collect();
    let catalogue = Catalogue::cisco_mpp();
    let element = named(catalogue, &set, text)?;
    let steps: Vec<Step<'_>> = files
        .iter()
        .filter_map(|file| Some((*file, served.shape(*file)?)))
        .flat_map(|(file, shape)| shape.settings.iter().map(move |setting| Step { file, setting }))
        .filter(|step| step.setting.element == element.name)
        .collect();
    let program = Program::new(asked.sources);
    let names = Names::new(&program);
    let cells = Cells::of(asked, &program, &names, &fleet.id, mac);
    let ask = Ask { asked, program: &program, phone, element: &element, steps: &steps };
    let mut answer = ValueAnswer {
        mac: mac.to_string(),
        fleet: fleet.id.clone(),
        model: model.name.clone(),
        parameter: element.written.clone(),
        element: element.name.clone(),
        owner: Owner::Nobody,
        value: None,
        brought: None,
        set: None,
        written: None,
        made: Vec::new(),
        beats: Vec::new(),
        access: ask.access(),
        notes: Vec::new(),
    };
    match ask.winner() {
        Some(winner) => ask.tell(winner, &names, &cells, &mut answer),
        None => ask.tell_of_default(catalogue.model(&model.name), &mut answer),
    }
    answer.notes.extend(ask.notes(fleet, answer.owner));
    Ok(answer)
}

pub(super) fn unknown_phone(asked: Asked<'_>, mac: Mac) -> Refusal {
    let fleets: Vec<&str> = asked.served.plan().fleets.iter().map(|fleet| fleet.id.as_str()).collect();
    Refusal(format!("no fleet has the phone {mac}; the fleets are {}", fleets.join(", ")))
}

struct Ask<'a> {
    asked: Asked<'a>,
    program: &'a Program<'a>,
    phone: PhoneRef,
    element: &'a Element,
    steps: &'a [Step<'a>],
}

impl<'a> Ask<'a> {
    /// The last to set it.
    fn winner(&self) -> Option<(Step<'a>, &'a Template)> {
        self.steps.iter().rev().find_map(|step| match &step.setting.value {
            SettingValue::Set(value) => Some((*step, value)),
            SettingValue::Keep => None,
        })
    }

    fn profile(&self, file: FileRef) -> Option<&'a str> {
        self.asked.served.profile(file).map(|profile| profile.id.as_str())
    }

    fn default(&self) -> Option<String> {
        self.element.parameter.as_ref()?.default_at(&self.element.indexes)
    }

    fn tell(&self, (step, value): (Step<'a>, &Template), names: &Names<'_>, cells: &Cells<'_>, into: &mut ValueAnswer) {
        let served = self.asked.served;
        let wire = served.expand(self.phone, value);
        let found = Found::by(self.program, step.setting.origin);
        into.owner = match found.as_ref().map(Found::act) {
            Some(Act::Seed) => Owner::Seed,
            Some(Act::Reset) => Owner::Reset,
            _ => Owner::Program,
        };
        into.brought = Some(self.brought(step));
        into.beats = self.beats(step);
        if let Some(found) = found {
            into.set = Some(found.said(self.program, self.profile(step.file)));
            let secret = value.pieces().iter().any(Piece::is_secret);
            let written = found.written(self.program).filter(|_| !secret && into.owner != Owner::Reset);
            into.written = written.filter(|text| text.trim_matches('"') != wire).map(|text| Written {
                text,
                wire: wire.clone(),
                how: self.element.parameter.as_ref().and_then(|parameter| how(parameter, &wire)),
            });
            let mut maker = Maker { program: self.program, names, cells, model: &into.model, made: Vec::new() };
            for (name, index) in found.indexes(&self.element.indexes) {
                let (kind, value) = ("index".to_owned(), Some(index.to_string()));
                maker.made.push(Made { kind, name, value, secret: false, default: false, place: None });
            }
            maker.all(&found.names());
            maker.upgrade(&found.way);
            if heading(found.way.item).0 == "fleet" {
                let named = served.plan().servers.iter().filter(|server| speaks_of(&wire, server));
                named.for_each(|server| maker.server(&server.id));
            }
            into.made = maker.made;
        }
        into.value = Some(wire);
    }

    fn brought(&self, step: Step<'_>) -> Brought {
        let served = self.asked.served;
        let view = file_view(served, step.file);
        let same = |other: &&Step<'_>| other.setting.origin == step.setting.origin && other.file != step.file;
        Brought {
            profile: view.profile,
            rule: served.profile(step.file).map(|profile| profile.parameter.clone()),
            scheme: view.scheme,
            path: view.path,
            gzip: view.gzip,
            sealed: view.sealed,
            also: self.steps.iter().filter(same).map(|other| name_of(served, other.file)).collect(),
        }
    }

    /// What the statement won over, and the default at last.
    fn beats(&self, winner: Step<'_>) -> Vec<Beaten> {
        let served = self.asked.served;
        let text = |value: &SettingValue| match value {
            SettingValue::Set(value) => Some(served.expand(self.phone, value)),
            SettingValue::Keep => None,
        };
        let mut beaten: Vec<Beaten> = Vec::new();
        let mut told: Vec<Origin> = vec![winner.setting.origin];
        let until = self.steps.iter().position(|step| std::ptr::eq(step.setting, winner.setting));
        for step in self.steps.iter().take(until.map_or(self.steps.len(), |until| until + 1)).rev() {
            let what = match self.profile(step.file) {
                Some(_) if step.file == winner.file => "earlier in this profile".to_owned(),
                Some(profile) => format!("profile {profile}"),
                None => "bootstrap file".to_owned(),
            };
            let said = step.setting.beats.iter().rev().map(|beaten| (&beaten.value, beaten.origin));
            for (value, origin) in std::iter::once((&step.setting.value, step.setting.origin)).chain(said) {
                if matches!(value, SettingValue::Keep) || told.contains(&origin) {
                    continue;
                }
                told.push(origin);
                let place = Found::by(self.program, origin).map(|found| found.said(self.program, None).place);
                beaten.push(Beaten { value: text(value), what: what.clone(), place });
            }
        }
        if self.element.parameter.is_some() {
            beaten.push(Beaten { value: self.default(), what: "default".into(), place: None });
        }
        beaten
    }

    fn access(&self) -> UserAccess {
        let said = self.steps.iter().rev().find_map(|step| Some((step.setting.user?, step.setting.origin)));
        match said {
            Some((user, origin)) => UserAccess {
                user: Some(user.name().to_owned()),
                by: Found::by(self.program, origin).map(|found| found.said(self.program, None).place),
            },
            None => UserAccess {
                user: self.element.parameter.as_ref().and_then(|one| one.user).map(|user| user.name().to_owned()),
                by: None,
            },
        }
    }

    /// Of a parameter that no file sets.
    fn tell_of_default(&self, model: Option<&ModelInfo>, into: &mut ValueAnswer) {
        if let Some(step) = self.steps.last() {
            into.owner = Owner::User;
            into.brought = Some(self.brought(*step));
            let found = Found::by(self.program, step.setting.origin);
            into.set = found.map(|found| found.said(self.program, self.profile(step.file)));
            into.beats = vec![Beaten { value: self.default(), what: "default".into(), place: None }];
            return;
        }
        let lacks = self.element.parameter.as_ref().zip(model);
        if let Some(why) = lacks.and_then(|(parameter, model)| lacks_it(parameter, &self.element.indexes, model)) {
            into.owner = Owner::Absent;
            into.access = UserAccess { user: None, by: None };
            into.notes.push(why);
            return;
        }
        into.value = self.default();
    }

    fn notes(&self, fleet: &crate::plan::Fleet, owner: Owner) -> Vec<String> {
        let mut notes = Vec::new();
        let Some(parameter) = &self.element.parameter else {
            return vec!["the catalogue does not know this element; a phone that does not either ignores it".into()];
        };
        let name = &self.element.name;
        let assigned = |text: &str| text.contains(&format!("({name} =")) || text.contains(&format!("; {name} ="));
        for rule in &fleet.rules {
            if assigned(&self.asked.served.expand(self.phone, &rule.text)) {
                notes.push(format!(
                    "{} may set it as well, on the phone (`prov why {}`)",
                    rule.parameter, rule.parameter
                ));
            }
        }
        if owner == Owner::Nobody || owner == Owner::User {
            notes.extend(
                parameter
                    .basis
                    .as_ref()
                    .map(|basis| format!("the default was seen in a {basis}, and is not documented")),
            );
            if parameter.default.is_none() {
                notes.push("no text says what the phone's default is".into());
            }
        }
        notes.extend(parameter.since.as_ref().map(|since| format!("phones have it since {since}")));
        notes.extend(
            parameter.until.as_ref().map(|until| format!("phones have it until {until}, which has it no more")),
        );
        notes
    }
}

/// Why a model has no such parameter.
fn lacks_it(parameter: &Parameter, indexes: &[u32], model: &ModelInfo) -> Option<String> {
    if !parameter.families.is_empty() && !parameter.families.contains(&model.family) {
        return Some(format!("the {} does not have it; phones of {} do", model.name, parameter.families.join(", ")));
    }
    if let Some(ability) = parameter.needs.filter(|ability| model.lacks(*ability)) {
        return Some(format!("the {} has no {}", model.name, ability.name()));
    }
    let counts = parameter.counts();
    let mut counted = counts.iter().zip(indexes).filter_map(|(counted, index)| Some(((*counted)?, *index)));
    counted.find_map(|(counted, index)| {
        let most = model.most(counted).filter(|most| index > *most)?;
        Some(format!("the {} has no {} {index}; it has {most}", model.name, counted.name()))
    })
}

/// In what a value is written on the wire.
fn how(parameter: &Parameter, wire: &str) -> Option<String> {
    let unit = match parameter.unit {
        1000 => "seconds".to_owned(),
        60_000 => "minutes".to_owned(),
        3_600_000 => "hours".to_owned(),
        86_400_000 => "days".to_owned(),
        other => format!("units of {}", crate::language::duration(other)),
    };
    match &parameter.ty {
        ParameterType::Duration(_) => Some(unit),
        ParameterType::Schedule if wire.contains('+') => Some(format!("{unit} + random")),
        ParameterType::Schedule => Some(unit),
        ParameterType::Time => Some("HHmm".into()),
        _ => None,
    }
}

impl Brought {
    /// `https /common/8841-3PCC.xml, gzip, sealed`.
    pub fn file(&self) -> String {
        let form = [(self.gzip, ", gzip"), (self.sealed, ", sealed")];
        let form: String = form.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
        format!("{} {}{form}", self.scheme, self.path)
    }
}
