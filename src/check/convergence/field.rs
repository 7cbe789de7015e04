//! Phones in the field: what an earlier revision of the program made of them is where they begin when this one is
//! installed. They ask for what they were told then, and open files by the keys that they have.

use super::super::same_model;
use super::judge::{Fault, Judge};
use super::life::{End, Leg, Lives};
use super::reach::Standing;
use super::telling::Begins;
use super::world::{Path, Retired, paths};
use super::{CLASSES, finding, merged, starts};
use crate::diagnostic::{Code, Diagnostic, SourceMap, Span};
use crate::phone::Settings;
use crate::phone::profile::Remembered;
use crate::plan::{PhoneClass as Class, PhoneClasses, PhoneRef, Served, phone_classes};
use crate::platform::LoadName;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::collections::HashMap;
use std::sync::Arc;

/// So many states of one class are begun from: each load that an upgrade may have stopped at is one.
const STATES: usize = 8;

/// The revision that phones in the field were provisioned by.
pub(in super::super) struct InField<'p> {
    served: &'p Served,
    /// The loads of its releases, by model.
    declared: &'p HashMap<String, Vec<LoadName>>,
    files: Arc<Remembered>,
    retired: Retired,
    /// The classes of its fleets, as far as they were asked for.
    classes: HashMap<u16, PhoneClasses>,
}

impl<'p> InField<'p> {
    pub fn new(now: &Served, before: &'p Served, declared: &'p HashMap<String, Vec<LoadName>>) -> Self {
        let retired = Retired::of(before.plan(), now);
        InField { served: before, declared, files: Arc::default(), retired, classes: HashMap::new() }
    }
}

/// Phones of one class now that were of one class before.
struct Moved {
    now: Class,
    before: PhoneRef,
}

/// Findings about phones of one fleet that were of the earlier program too; `known` are those about the program alone.
pub(in super::super) fn check(
    served: &Served,
    number: usize,
    arrival: Span,
    sources: &SourceMap,
    field: &mut InField<'_>,
    known: &[Diagnostic],
) -> Vec<Diagnostic> {
    let Some(fleet) = served.plan().fleets.get(number) else { return Vec::new() };
    let mut all = moved(served, number, field);
    let field = &*field;
    let kinds = all.len();
    let left_out: usize = all.iter().skip(CLASSES).map(|moved| moved.now.phones).sum();
    all.truncate(CLASSES);
    let paths = paths(fleet);
    let found: Vec<Vec<Fault>> = all.par_iter().map(|moved| faults(served, moved, &paths, field)).collect();
    let classes: Vec<Class> = all.iter().map(|moved| moved.now).collect();
    let told = merged(&classes, found).into_iter();
    let told = told.map(|(fault, starts, phones)| finding(fleet, arrival, sources, fault, starts, phones));
    // What is wrong with the program whoever comes is told already.
    let is_new = |one: &Diagnostic| !known.iter().any(|other| other.code == one.code && other.span() == one.span());
    let cut = (left_out > 0).then(|| {
        let message =
            format!("phones of fleet `{}` come from {kinds} kinds, and {CLASSES} of them were played", fleet.id);
        Diagnostic::new(Code::P1006, arrival, message)
            .because(format!("of {left_out} phones in the field it is not known whether they come home"))
            .help("fewer kinds: let fewer cells decide how phones are provisioned, or divide the fleet")
    });
    told.filter(is_new).chain(cut).collect()
}

/// The phones of a fleet that the earlier program had too and that are still the same model, by what they were and are.
fn moved(served: &Served, number: usize, field: &mut InField<'_>) -> Vec<Moved> {
    let before = field.served;
    let (Some(fleet), Ok(fleet_number)) = (served.plan().fleets.get(number), u16::try_from(number)) else {
        return Vec::new();
    };
    let now = phone_classes(served, number, fleet, &[]);
    let mut known: HashMap<(u32, u16, u32), usize> = HashMap::new();
    let mut all: Vec<Moved> = Vec::new();
    for (row, (mac, class)) in (0u32..).zip(fleet.phones.macs.iter().zip(&now.of)) {
        let phone = PhoneRef { fleet: fleet_number, row };
        let Some(was) = before.phone(*mac) else { continue };
        let same = same_model(served, phone, before, was);
        let Some(fleet_before) = before.fleet(was).filter(|_| same) else { continue };
        let of = field
            .classes
            .entry(was.fleet)
            .or_insert_with(|| phone_classes(before, usize::from(was.fleet), fleet_before, &[]));
        let Some(class_before) = of.of.get(was.row as usize) else { continue };
        let position = *known.entry((*class, was.fleet, *class_before)).or_insert_with(|| {
            all.push(Moved { now: Class { phone, phones: 0 }, before: was });
            all.len() - 1
        });
        if let Some(moved) = all.get_mut(position) {
            moved.now.phones += 1;
        }
    }
    all
}

/// What phones at rest have and run under the earlier program.
fn states(field: &InField<'_>, phone: PhoneRef) -> Vec<(String, Settings)> {
    let Some(fleet) = field.served.fleet(phone) else { return Vec::new() };
    let paths = paths(fleet);
    let mut lives = Lives::new(field.served, fleet, phone, &paths, &field.files);
    let mut states: Vec<(String, Settings)> = Vec::new();
    for load in starts::loads(field.served, fleet, phone, field.declared).each {
        for path in 0..paths.len() {
            let start = lives.fresh(&load, path);
            let life = lives.live(start);
            let last = life.legs.last().and_then(|leg| lives.legs.get(*leg));
            let Some(Leg { end: End::Rest(rest), .. }) = last else { continue };
            let state = (rest.firmware.clone(), rest.settings.clone());
            if rest.standing == Standing::Home && states.len() < STATES && !states.contains(&state) {
                states.push(state);
            }
        }
    }
    states
}

fn faults(served: &Served, moved: &Moved, paths: &[Path], field: &InField<'_>) -> Vec<Fault> {
    let phone = moved.now.phone;
    let (Some(fleet), Some(mac), Some(model)) = (served.fleet(phone), served.mac(phone), served.model(phone)) else {
        return Vec::new();
    };
    let states = states(field, moved.before);
    let loads_matter = states.iter().any(|(firmware, _)| states.first().is_some_and(|(first, _)| first != firmware));
    let judge = Judge { served, fleet, phone, mac, product: &model.name, loads_matter, assigned: Vec::new() };
    let mut lives = Lives::new(served, fleet, phone, paths, &field.files).after(&field.retired);
    let mut found = Vec::new();
    for (firmware, settings) in states {
        let start = lives.from(&firmware, settings, 0);
        let life = lives.live(start);
        found.extend(judge.faults(&lives, &life, Begins::InField));
    }
    found
}
