//! The bodies of a read program: each profile by the phones of every fleet that fetches it, and the tests.

use super::super::includes::inclusions;
use super::super::program::{Program, Step};
use super::super::syntax::tree::TargetKind;
use super::super::unknown;
use super::super::value::Time;
use super::inline::Inliner;
use super::place::{PhoneTypes, Place};
use super::{Checker, Inside, Noted, Stranger, Type};
use crate::diagnostic::{Code, Diagnostic, Span};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What was found out about a program that only a platform can judge.
#[derive(Debug, Default)]
pub struct ForPlatform {
    /// The types of what each assignment of a profile sets, by the assignment's place.
    pub assigned: HashMap<Span, Vec<Type>>,
    /// Words that stand for models.
    pub models: BTreeMap<Span, String>,
    /// Names that nothing declares, and that may be parameters.
    pub strangers: Vec<Stranger>,
}

/// What comes of the bodies of a program.
pub struct Bodies {
    pub findings: Vec<Diagnostic>,
    pub for_platform: ForPlatform,
    /// Empty unless somebody wants to be told.
    pub noted: Noted,
}

/// Checks what profiles and tests say, and puts each `let` that waits for a phone in the place of its name.
pub fn check(mut checker: Checker, program: &mut Program) -> Bodies {
    let kinds: Vec<PhoneTypes> = program.fleets.iter().map(|fleet| PhoneTypes::of(&fleet.phones)).collect();
    let mut all = PhoneTypes::default();
    program.fleets.iter().for_each(|fleet| all.add(&fleet.phones));
    for name in checker.with_phones(&all) {
        program.globals.later.remove(&name);
        program.globals.lets.insert(name, None);
    }
    let mut seen_by: Vec<Vec<PhoneTypes>> = vec![Vec::new(); program.profiles.len()];
    for (fleet, kind) in program.fleets.iter().zip(&kinds) {
        for profile in reached(program, fleet.profiles.iter().map(|at| at.value).collect()) {
            if let Some(kinds) = seen_by.get_mut(profile)
                && !kinds.contains(kind)
            {
                kinds.push(kind.clone());
            }
        }
    }
    for (profile, kinds) in program.profiles.iter().zip(&mut seen_by) {
        if kinds.is_empty() {
            kinds.push(all.clone());
        }
        for kind in kinds.iter() {
            let place = Place::new(kind);
            if let Some(fetch) = &profile.fetch {
                checker.made_for_file(&fetch.path, &place);
            }
            if let Some(seal) = &profile.seal {
                let told = checker.findings.len();
                checker.made_for_file(&seal.key, &place);
                checker.key_is_a_secret(&seal.key, told);
            }
            checker.body(&profile.body, &place);
        }
    }
    tests(&mut checker, program);
    let strangers = checker.strangers(&all);
    let later = std::mem::take(&mut program.globals.later);
    let mut inliner = Inliner::new(&later);
    for profile in &mut program.profiles {
        profile.fetch.iter_mut().for_each(|fetch| inliner.expr(&mut fetch.path));
        profile.seal.iter_mut().for_each(|seal| inliner.expr(&mut seal.key));
        inliner.block(&mut profile.body);
    }
    if let Some(full) = inliner.full {
        let finding = Diagnostic::new(Code::P0106, full, "what is put in place here is too much");
        checker.report(finding.because("a program is held together, and has its limits"));
    }
    program.globals.later = later;
    program.globals.faulty = checker.faulty;
    let for_platform = ForPlatform { assigned: checker.assigned, models: checker.models, strangers };
    Bodies { findings: checker.findings, for_platform, noted: checker.noted.unwrap_or_default() }
}

impl Checker {
    /// Tells of the names that nothing declares as far as the phones know more; gives those that the platform may know.
    fn strangers(&mut self, phones: &PhoneTypes) -> Vec<Stranger> {
        let mut left = Vec::new();
        for stranger in std::mem::take(&mut self.strangers) {
            let (name, span) = (&stranger.name, stranger.finding.span());
            if stranger.inside != Inside::Statement && phones.has(name) {
                self.findings.push(match stranger.inside {
                    Inside::Function => unknown::in_function(name, span),
                    _ => unknown::column_in_let(name, span),
                });
            } else if unknown::like_a_parameter(name) {
                left.push(stranger);
            } else {
                self.findings.push(stranger.finding);
            }
        }
        left
    }
}

/// Profiles, and those that they include.
fn reached(program: &Program, mut waiting: Vec<usize>) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    while let Some(next) = waiting.pop() {
        let Some(profile) = program.profiles.get(next).filter(|_| reached.insert(next)) else { continue };
        inclusions(&profile.body, &mut |span, _| waiting.extend(program.includes.at(span)));
    }
    reached
}

/// What tests expect is known at build: a test is about one phone, and names what it expects of it.
fn tests(checker: &mut Checker, program: &Program) {
    let nothing = PhoneTypes::unknown();
    let place = Place::new(&nothing);
    for step in program.tests.iter().flat_map(|test| &test.steps) {
        let Step::ExpectParameter(target, _, value) = &step.value else { continue };
        let indexes = match &target.kind {
            TargetKind::Name(parts) => parts.as_slice(),
            _ => &[],
        };
        for expr in indexes.iter().filter_map(|(_, index)| index.as_ref()).chain([value]) {
            checker.sound(expr, &place, Time::Build, "what a test expects is needed at build");
        }
    }
}
