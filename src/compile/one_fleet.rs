//! A phone is in one fleet, and a fleet has one name. A fleet that was copied whole is one mistake, however many phones it has.

use super::Compiler;
use crate::diagnostic::{Code, DataPlace, Diagnostic, Span};
use crate::language::Fleet;
use crate::phone::Mac;
use rayon::slice::ParallelSliceMut;
use std::collections::{BTreeMap, HashSet};

/// Phones that are told one by one; the rest is counted.
const MOST_TOLD: usize = 20;

/// A phone that stands in two fleets: as a number of the fleets, and of its row there.
struct Twice {
    mac: Mac,
    first: (usize, usize),
    second: (usize, usize),
}

impl<'c> Compiler<'c> {
    /// The fleets by name. What has the name of another has its finding, and is not compiled besides.
    pub(super) fn distinct_fleets(&self) -> Vec<&'c Fleet> {
        let mut names: HashSet<&str> = HashSet::new();
        self.checked.program.fleets.iter().filter(|fleet| names.insert(&fleet.name.value)).collect()
    }

    /// Within a fleet each address stands once already.
    pub(super) fn one_fleet_per_phone(&mut self, fleets: &[&Fleet]) {
        let mut pairs: BTreeMap<(usize, usize), Vec<Twice>> = BTreeMap::new();
        for twice in phones_of_two(fleets) {
            pairs.entry((twice.second.0, twice.first.0)).or_default().push(twice);
        }
        let mut told = 0;
        let mut left: Vec<Twice> = Vec::new();
        for ((second, first), all) in pairs {
            let (Some(fleet), Some(other)) = (fleets.get(second), fleets.get(first)) else { continue };
            let whole = all.len() == fleet.phones.macs.len() || all.len() == other.phones.macs.len();
            if whole {
                self.copied.insert([fleet.name.value.clone(), other.name.value.clone()]);
            }
            // The same rows are in both by what the fleets say of an inventory.
            let same_rows = |twice: &Twice| {
                let cells = (cell(fleets, twice.first), cell(fleets, twice.second));
                cells.0.is_some() && cells.0 == cells.1
            };
            if all.len() > 1 && (whole || all.iter().all(same_rows)) {
                self.together(fleets, (fleet, other), &all);
                continue;
            }
            for twice in all {
                told += 1;
                if told <= MOST_TOLD {
                    self.report(in_two(fleets, &twice, format!("`{}` is in two fleets", twice.mac)));
                } else {
                    left.push(twice);
                }
            }
        }
        if let Some(first) = left.first() {
            let message = format!("`{}` and {} more phones are in two fleets", first.mac, left.len() - 1);
            let span = place(fleets, first.second).map_or_else(Span::default, |(span, _)| span);
            self.report(Diagnostic::new(Code::P0310, span, message));
        }
    }

    /// One finding for phones that two fleets share by what they say of their phones.
    fn together(&mut self, fleets: &[&Fleet], (fleet, other): (&Fleet, &Fleet), all: &[Twice]) {
        let Some(first) = all.first() else { return };
        let message = format!("`{}` and {} more phones are in two fleets", first.mac, all.len() - 1);
        let finding = in_two(fleets, first, message);
        let (one, two) = (&other.name.value, &fleet.name.value);
        self.report(finding.help(format!(
            "say which phones each of them has, `phones … where phone.site == \"…\"`, or remove `{two}` if it is `{one}` anew"
        )));
    }
}

fn phones_of_two(fleets: &[&Fleet]) -> Vec<Twice> {
    if fleets.len() < 2 {
        return Vec::new();
    }
    let mut phones: Vec<(Mac, u32, u32)> = Vec::new();
    for (number, fleet) in fleets.iter().enumerate() {
        phones.extend(fleet.phones.macs.iter().enumerate().map(|(row, mac)| (*mac, number as u32, row as u32)));
    }
    phones.par_sort_unstable();
    let neighbours = phones.iter().zip(phones.iter().skip(1)).filter(|((one, ..), (other, ..))| one == other);
    let mut twice: Vec<Twice> = neighbours
        .map(|((mac, first, row), (_, second, other))| Twice {
            mac: *mac,
            first: (*first as usize, *row as usize),
            second: (*second as usize, *other as usize),
        })
        .collect();
    twice.sort_unstable_by_key(|twice| twice.second);
    twice
}

fn cell(fleets: &[&Fleet], (number, row): (usize, usize)) -> Option<DataPlace> {
    fleets.get(number)?.phones.place(row, None)
}

/// Where a phone of a fleet is named in the program, and in a data file.
fn place(fleets: &[&Fleet], (number, row): (usize, usize)) -> Option<(Span, Option<DataPlace>)> {
    let fleet = fleets.get(number)?;
    let cell = fleet.phones.place(row, None);
    let span = if cell.is_some() { fleet.name.span } else { *fleet.phones.spans.get(row)? };
    Some((span, cell))
}

fn in_two(fleets: &[&Fleet], twice: &Twice, message: String) -> Diagnostic {
    let words = |(number, _): (usize, usize)| {
        let name = fleets.get(number).map_or("", |fleet| fleet.name.value.as_str());
        format!("in `{name}` here")
    };
    let (span, cell) = place(fleets, twice.second).unwrap_or_default();
    let (first, first_cell) = place(fleets, twice.first).unwrap_or_default();
    let finding =
        Diagnostic::new(Code::P0310, span, message).because(words(twice.second)).label(first, words(twice.first));
    let once = cell == first_cell;
    let finding = finding.at_data(cell, if once { "this row".into() } else { words(twice.second) });
    if once { finding } else { finding.at_data(first_cell, words(twice.first)) }
}
