//! Convergence: every class of phones is played from every state it may begin in, over every way it may come, until it
//! is at rest; what never comes to rest, or rests elsewhere, is told as a story (P10, and of P06 and P07 what only a story shows).

mod by_rules;
mod channel;
mod field;
mod judge;
mod life;
mod reach;
mod readings;
mod starts;
mod telling;
mod upgrades;
mod world;

use super::assigned::Course;
use super::{About, origin, place};
use crate::diagnostic::{Code, Diagnostic, SourceMap, Span};
use crate::phone::profile::Remembered;
use crate::phone::stance::AcrossForms;
use crate::plan::{Fleet, Origin, PhoneClass as Class, phone_classes, plain_texts, texts};
use crate::platform::LoadName;
pub(super) use field::{InField, check as in_field};
use judge::{Fault, Judge};
pub(super) use life::THINGS;
use life::{End, Leg, Lives};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use reach::Standing;
use readings::in_doubt;
use std::collections::HashMap;
use std::sync::Arc;
use telling::Begins;
use world::{Path, paths};

/// So many classes of a fleet are played, the first ones: a bound on the time of a check.
const CLASSES: usize = 32;
/// Fewer classes than this are played one after the other: threads are not started for them.
const FEW: usize = 4;

/// Findings about one fleet.
pub(super) fn check(
    about: &About<'_>,
    declared: &HashMap<String, Vec<LoadName>>,
    files: &Arc<Remembered>,
) -> Vec<Diagnostic> {
    let About { served, number, fleet, arrival, sources } = *about;
    let mut all = phone_classes(served, number, fleet, &[]).all;
    let left_out: usize = all.iter().skip(CLASSES).map(|class| class.phones).sum();
    let kinds = all.len();
    all.truncate(CLASSES);
    let paths = paths(fleet);
    let play = |class: &Class| faults(about, *class, &paths, declared, files);
    let found: Vec<Vec<Fault>> = match all.len() {
        0..=FEW => all.iter().map(play).collect(),
        _ => all.clone().into_par_iter().map(|class| play(&class)).collect(),
    };
    let told = merged(&all, found).into_iter();
    let told = told.map(|(fault, starts, phones)| finding(fleet, arrival, sources, fault, starts, phones));
    told.chain((left_out > 0).then(|| not_played(fleet, arrival, kinds, left_out))).collect()
}

/// Faults that have one cause as one, in its shortest story, with the number of starts and of phones for which it is so.
fn merged(classes: &[Class], found: Vec<Vec<Fault>>) -> Vec<(Fault, usize, usize)> {
    let mut merged: Vec<(Fault, usize, usize)> = Vec::new();
    for (class, faults) in classes.iter().zip(found) {
        let mut counted: Vec<usize> = Vec::new();
        for fault in faults {
            let known = merged.iter().position(|(other, ..)| other.code == fault.code && other.cause == fault.cause);
            let position = known.unwrap_or_else(|| {
                merged.push((fault.clone(), 0, 0));
                merged.len() - 1
            });
            let Some((shortest, starts, phones)) = merged.get_mut(position) else { continue };
            *starts += 1;
            if !counted.contains(&position) {
                counted.push(position);
                *phones += class.phones;
            }
            let told = |fault: &Fault| (fault.begins != Begins::Fresh, fault.story.steps.len());
            if told(&fault) < told(shortest) {
                *shortest = fault;
            }
        }
    }
    merged
}

/// What was left out is said, so that no silence is taken for a proof.
fn not_played(fleet: &Fleet, arrival: Span, kinds: usize, phones: usize) -> Diagnostic {
    let message = format!("fleet `{}` has {kinds} kinds of phones, and {CLASSES} of them were played", fleet.id);
    Diagnostic::new(Code::P1006, arrival, message)
        .because(format!("of {phones} phones of other kinds it is not known whether they come home"))
        .help("fewer kinds: let fewer cells decide how phones are provisioned, or divide the fleet")
}

fn finding(
    fleet: &Fleet,
    arrival: Span,
    sources: &SourceMap,
    fault: Fault,
    starts: usize,
    phones: usize,
) -> Diagnostic {
    let by_element = || fault.element.as_ref().and_then(|one| origin(fleet, one).or_else(|| assigned(fleet, one)));
    let origin = fault.place.or_else(by_element);
    let span = origin.map_or(arrival, |origin| place(origin, sources));
    let finding = Diagnostic::new(fault.code, span, fault.message).because(fault.why).story(fault.story);
    let finding = match (starts, phones) {
        (1, 1) => finding,
        (1, _) => finding.note(format!("it is so for {phones} phones")),
        (_, 1) => finding.note(format!("it is so from {starts} starts")),
        _ => finding.note(format!("it is so for {phones} phones, from {starts} starts in all")),
    };
    let finding = match fault.note {
        Some(note) => finding.note(note),
        None => finding,
    };
    match fault.help {
        Some(help) => finding.help(help),
        None => finding,
    }
}

/// The rule that assigns an element.
fn assigned(fleet: &Fleet, element: &str) -> Option<Origin> {
    let assigns = |text: &&str| {
        let mut rest = *text;
        while let Some((_, after)) = rest.split_once(element) {
            if after.trim_start().starts_with('=') {
                return true;
            }
            rest = after;
        }
        false
    };
    let mut rules = texts(fleet).filter(|(setting, _)| setting.element.contains("Rule"));
    rules
        .find(|(_, text)| text.pieces().iter().flat_map(plain_texts).any(|text| assigns(&text)))
        .map(|(setting, _)| setting.origin)
}

/// All that is wrong with the lives of one class.
fn faults(
    about: &About<'_>,
    class: Class,
    paths: &[Path],
    declared: &HashMap<String, Vec<LoadName>>,
    files: &Arc<Remembered>,
) -> Vec<Fault> {
    let About { served, fleet, .. } = *about;
    let phone = class.phone;
    let (Some(mac), Some(model)) = (served.mac(phone), served.model(phone)) else { return Vec::new() };
    let loads = starts::loads(served, fleet, phone, declared);
    let loads_matter = loads.each.len() > 1;
    let judge = Judge { served, fleet, phone, mac, product: &model.name, loads_matter, assigned: Vec::new() };
    let courses = by_rules::of_phone(about, phone.row as usize);
    let by = |across| {
        let lives = Lives::new(served, fleet, phone, paths, files).reading(across);
        lived(&judge, lives, &loads.each, paths.len(), &courses)
    };
    let mut found = by(AcrossForms::ByParts);
    if loads.in_doubt {
        let strict = by(AcrossForms::Error);
        found.extend(
            strict
                .into_iter()
                .filter_map(|fault| in_doubt(fault, &found, fleet.upgrade.is_some(), &loads.each))
                .collect::<Vec<_>>(),
        );
    }
    found
}

/// All that is wrong with the lives of one phone, from every load and over every way.
fn lived(judge: &Judge<'_>, mut lives: Lives<'_>, loads: &[String], paths: usize, courses: &[Course]) -> Vec<Fault> {
    let mut found: Vec<Fault> = Vec::new();
    let mut provisioned = None;
    for path in 0..paths {
        for load in loads {
            let start = lives.fresh(load, path);
            let life = lives.live(start);
            found.extend(judge.faults(&lives, &life, Begins::Fresh));
            let last = life.legs.last().and_then(|leg| lives.legs.get(*leg));
            if let (None, Some(Leg { end: End::Rest(rest), .. })) = (&provisioned, last)
                && rest.standing == Standing::Home
            {
                provisioned = Some(rest.settings.clone());
            }
        }
    }
    for load in loads.iter().filter(|_| provisioned.is_some()) {
        let start = lives.from(load, provisioned.clone().unwrap_or_default(), 0);
        let life = lives.live(start);
        found.extend(judge.faults(&lives, &life, Begins::Provisioned));
    }
    // What goes wrong anyway has its story.
    if let (true, Some(settings), Some(load)) = (found.is_empty(), &provisioned, loads.first()) {
        found.extend(by_rules::faults(judge, &lives, load, settings, courses));
    }
    found
}
