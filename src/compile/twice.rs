//! What is said twice about one parameter: seeded twice, seeded and set as well, set or left to the user by two partitions,
//! set by hand where it follows from the fleet.

use super::Compiler;
use super::rules::RULES;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::Fleet;
use crate::plan::{Profile, Setting, SettingValue, Shape};
use std::collections::{HashMap, HashSet};

impl Compiler<'_> {
    /// A seed stands in the bootstrap file, which phones take where the fleet says how they come to it.
    pub(super) fn seeds_are_taken(&mut self, fleet: &Fleet, seeds: &[Setting]) {
        let (false, Some(first)) = (fleet.bootstrap_said, seeds.first()) else { return };
        let name = self.catalogue.written(&first.element).unwrap_or_else(|| first.element.clone());
        let message = match seeds.len() {
            1 => format!("no phone ever gets the seed of `{name}`"),
            more => format!("no phone ever gets the seed of `{name}`, nor {} more", more - 1),
        };
        let finding = Diagnostic::new(Code::P0612, self.place(first.origin), message)
            .because("a seed stands in the bootstrap file, and this fleet has none")
            .label(fleet.name.span, "nothing here says how a factory-fresh phone comes");
        self.report(finding.help("add `bootstrap dhcp 66` to the fleet, or set the parameter"));
    }

    /// An element stands once in the bootstrap file.
    pub(super) fn seeds_stand_once(&mut self, seeds: &[Setting]) {
        let mut seen: HashMap<&str, &Setting> = HashMap::new();
        for seed in seeds {
            let varies = match &seed.value {
                SettingValue::Set(value) => value.constant().is_none(),
                SettingValue::Keep => false,
            };
            if varies {
                self.shared_seed(seed);
            }
            if let Some(first) = seen.insert(&seed.element, seed) {
                let written = self.catalogue.written(&seed.element).unwrap_or_else(|| seed.element.clone());
                let finding =
                    Diagnostic::new(Code::P0610, self.place(seed.origin), format!("`{written}` is seeded twice"))
                        .because("seeded again here")
                        .label(self.place(first.origin), "first seeded here")
                        .help("remove one");
                self.report(finding);
            }
        }
    }

    /// What the fleet derives is not to be set by hand as well.
    pub(super) fn derived_is_not_set(&mut self, profiles: &[Profile], seeds: &[Setting], derived: &[Setting]) {
        let settings = profiles.iter().flat_map(|profile| &profile.shapes).flat_map(|shape| &shape.settings);
        for setting in settings.chain(seeds) {
            let rule = RULES.contains(&setting.element.as_str());
            let twin = derived.iter().find(|other| other.element == setting.element);
            if let (Some(twin), "Upgrade_Enable") = (twin, setting.element.as_str())
                && twin.value != setting.value
            {
                let finding = Diagnostic::new(Code::P0710, self.place(setting.origin), "phones here upgrade nothing")
                    .because("a phone with `Upgrade_Enable` No does not look at its upgrade rule")
                    .label(self.place(twin.origin), "the fleet is to go to this release");
                self.report(finding.help("remove the assignment, or the fleet's `upgrade`"));
            } else if let (Some(_), _) | (None, true) = (twin, rule) {
                let message = format!("`{}` follows from the fleet", setting.element);
                let finding = Diagnostic::new(Code::P0610, self.place(setting.origin), message);
                self.report(match twin {
                    Some(twin) => finding
                        .because("it would be set twice")
                        .label(self.place(twin.origin), "it follows from this")
                        .help("remove the assignment"),
                    // Nothing fills it yet, and a profile is not where it is filled.
                    None => finding.because("what phones fetch is the fleet's to say").help(format!(
                        "write `rule {} raw \"…\"` in the fleet; with `raw \"\"` phones forget an earlier one",
                        setting.element
                    )),
                });
            }
        }
    }

    /// One parameter in two partitions with different values: the later wins on every pass, and the value flaps.
    pub(super) fn across_partitions(&mut self, profiles: &[Profile], phones: usize) {
        let mut told: HashSet<(&str, &str)> = HashSet::new();
        let mut findings = Vec::new();
        // What is set by hand where it follows from the fleet has its finding.
        let told_already = |finding: &&Diagnostic| matches!(finding.code, Code::P0610 | Code::P0710);
        let by_hand: HashSet<Span> = self.findings.iter().filter(told_already).map(Diagnostic::span).collect();
        let follows = |setting: &Setting| by_hand.contains(&self.place(setting.origin));
        for (position, later) in profiles.iter().enumerate() {
            for earlier in profiles.iter().take(position) {
                for (one, two) in together(earlier, later, phones) {
                    let values: HashMap<&str, &Setting> =
                        one.settings.iter().map(|setting| (setting.element.as_str(), setting)).collect();
                    for setting in &two.settings {
                        let Some(other) = values.get(setting.element.as_str()) else { continue };
                        if setting.value == other.value
                            || setting.overrides
                            || follows(setting)
                            || follows(other)
                            || !told.insert((&later.id, &setting.element))
                        {
                            continue;
                        }
                        let written = self.catalogue.written(&setting.element);
                        let written = written.as_deref().unwrap_or(&setting.element);
                        findings.push(self.in_two_partitions(written, (&earlier.id, other), (&later.id, setting)));
                    }
                }
            }
        }
        self.findings.extend(findings);
    }

    fn in_two_partitions(&self, written: &str, first: (&str, &Setting), second: (&str, &Setting)) -> Diagnostic {
        let ((earlier, other), (later, setting)) = (first, second);
        let told = |message: String, why: String, place: String, help: &str| {
            Diagnostic::new(Code::P0602, self.place(setting.origin), message)
                .because(why)
                .label(self.place(other.origin), place)
                .help(help.to_owned())
        };
        let own = format!("`{written}` is the user's own in one partition, and set by another");
        match (&other.value, &setting.value) {
            (SettingValue::Keep, _) => told(
                own,
                format!("`{later}` sets it on every resync anew, whatever the user chose"),
                format!("`{earlier}` leaves it to the user"),
                "remove one, or write `seed` for a value that is set once",
            ),
            (_, SettingValue::Keep) => told(
                own,
                format!("`{later}` leaves it to the user"),
                format!("`{earlier}` sets it on every resync anew, whatever the user chose"),
                "remove one, or write `seed` for a value that is set once",
            ),
            _ => told(
                format!("`{written}` is set in two partitions"),
                format!("`{later}` comes later and wins, on every resync anew"),
                format!("`{earlier}` sets it first"),
                "remove one, or write `override` if the later is meant to win",
            ),
        }
    }

    /// What is seeded is set once; a partition that sets it as well takes it back on the first resync.
    pub(super) fn seeds_are_not_set(&mut self, profiles: &[Profile], seeds: &[Setting]) {
        let seeded: HashMap<&str, &Setting> = seeds.iter().map(|seed| (seed.element.as_str(), seed)).collect();
        let settings = profiles.iter().flat_map(|profile| &profile.shapes).flat_map(|shape| &shape.settings);
        let mut told = HashSet::new();
        let mut findings = Vec::new();
        for setting in settings.filter(|setting| matches!(setting.value, SettingValue::Set(_)) && !setting.overrides) {
            let Some(seed) = seeded.get(setting.element.as_str()) else { continue };
            if told.insert(&setting.element) {
                let written = self.catalogue.written(&setting.element);
                let written = written.as_deref().unwrap_or(&setting.element);
                findings.push(
                    Diagnostic::new(Code::P0610, self.place(setting.origin), format!("`{written}` is seeded, and set"))
                        .because("set on every resync; what was seeded is gone with the first")
                        .label(self.place(seed.origin), "seeded here, to be set once")
                        .help("remove one, or write `override` if what is set is meant to win"),
                );
            }
        }
        self.findings.extend(findings);
    }
}

/// The forms of two profiles that some phone has together, each pair once.
fn together<'p>(earlier: &'p Profile, later: &'p Profile, phones: usize) -> Vec<(&'p Shape, &'p Shape)> {
    let form = |profile: &Profile, row: usize| profile.shape_of.get(row).copied().unwrap_or(0);
    let rows = if earlier.shape_of.is_empty() && later.shape_of.is_empty() { phones.min(1) } else { phones };
    let mut seen = HashSet::new();
    (0..rows)
        .filter(|row| seen.insert((form(earlier, *row), form(later, *row))))
        .filter_map(|row| Some((earlier.shape(row)?, later.shape(row)?)))
        .collect()
}
