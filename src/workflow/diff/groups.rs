//! Phones for which the same changes, together.

use super::cells::Cell;
use super::effect::Effect;
use super::general::{Record, Records};
use super::pairs::{Pair, Pairs};
use super::{Change, Example, Group, What};
use crate::plan::{PhoneRef, Served};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Of values that each phone has of its own, so many are told apart; more are one pattern.
const APART: usize = 3;

/// Phones with one effect, their values apart or not.
struct Alike {
    changes: Vec<Change>,
    reboots: bool,
    phones: Vec<PhoneRef>,
}

/// Every group of phones that both programs have, and the records that were told with some.
pub(super) fn groups(pairs: &Pairs<'_>, records: &Records, full: bool) -> (Vec<Group>, BTreeSet<Record>) {
    let effects: Vec<Effect> = pairs.kinds.iter().map(|kind| Effect::of(pairs, kind, records)).collect();
    let dns = effects.iter().flat_map(|effect| &effect.changes).filter(|change| change.what == What::Dns);
    let attributed = dns.map(|change| change.name.clone()).collect();
    let mut known: HashMap<(usize, Vec<usize>), usize> = HashMap::new();
    let mut all: Vec<(usize, Vec<usize>, Vec<Pair>)> = Vec::new();
    let mut buffers = [String::new(), String::new()];
    for pair in &pairs.both {
        let (Some(effect), Some(kind)) = (effects.get(pair.kind), pairs.kinds.get(pair.kind)) else { continue };
        let differing = effect.cells.iter().enumerate();
        let differing = differing.filter(|(_, cell)| cell.differs(pairs, pair, kind, &mut buffers));
        let differing: Vec<usize> = differing.map(|(number, _)| number).collect();
        if differing.is_empty() && effect.changes.is_empty() {
            continue;
        }
        let position = *known.entry((pair.kind, differing.clone())).or_insert_with(|| {
            all.push((pair.kind, differing, Vec::new()));
            all.len() - 1
        });
        if let Some((_, _, phones)) = all.get_mut(position) {
            phones.push(*pair);
        }
    }
    let mut alike: Vec<Alike> = Vec::new();
    let mut same: HashMap<(Vec<Change>, bool), usize> = HashMap::new();
    for (number, differing, phones) in &all {
        let Some(effect) = effects.get(*number) else { continue };
        let cells: Vec<&Cell> = differing.iter().filter_map(|cell| effect.cells.get(*cell)).collect();
        for (own, phones) in apart(pairs, &cells, phones, full) {
            let mut changes: Vec<Change> = effect.changes.iter().cloned().chain(own).collect();
            changes.sort_by_key(|change| change.what);
            // Whose example is shown makes no other change.
            let key: Vec<Change> = changes.iter().map(|one| Change { such_as: None, ..one.clone() }).collect();
            let position = *same.entry((key, effect.reboots)).or_insert_with(|| {
                alike.push(Alike { changes, reboots: effect.reboots, phones: Vec::new() });
                alike.len() - 1
            });
            if let Some(known) = alike.get_mut(position) {
                known.phones.extend(phones.iter().map(|pair| pair.after));
            }
        }
    }
    let group = |mut one: Alike| {
        one.phones.sort_unstable();
        group(pairs.after.served, &one.phones, one.changes, one.reboots)
    };
    (alike.into_iter().map(group).collect(), attributed)
}

/// Phones of one kind whose cells differ in the same places, by what they have there.
fn apart(pairs: &Pairs<'_>, cells: &[&Cell], phones: &[Pair], full: bool) -> Vec<(Vec<Change>, Vec<Pair>)> {
    if cells.is_empty() {
        return vec![(Vec::new(), phones.to_vec())];
    }
    let mut all: Vec<(Vec<Change>, Vec<Pair>)> = Vec::new();
    let mut known: HashMap<Vec<Change>, usize> = HashMap::new();
    for pair in phones {
        let values = own(pairs, cells, pair);
        let position = match known.get(&values) {
            Some(position) => *position,
            None if !full && all.len() == APART => return vec![(patterns(pairs, cells, phones), phones.to_vec())],
            None => {
                known.insert(values.clone(), all.len());
                all.push((values, Vec::new()));
                all.len() - 1
            }
        };
        if let Some((_, phones)) = all.get_mut(position) {
            phones.push(*pair);
        }
    }
    all
}

fn own(pairs: &Pairs<'_>, cells: &[&Cell], pair: &Pair) -> Vec<Change> {
    let Some(kind) = pairs.kinds.get(pair.kind) else { return Vec::new() };
    let change = |cell: &&Cell| {
        let (before, after) = cell.values(pairs, pair, kind);
        Change { what: cell.what, name: cell.name.clone(), before, after, secret: cell.secret(), such_as: None }
    };
    cells.iter().map(change).collect()
}

/// The same told once for all, with what the first of them has.
fn patterns(pairs: &Pairs<'_>, cells: &[&Cell], phones: &[Pair]) -> Vec<Change> {
    let Some(first) = phones.first() else { return Vec::new() };
    let phone = pairs.after.served.mac(first.after).map(|mac| mac.to_string()).unwrap_or_default();
    let examples = own(pairs, cells, first);
    let change = |(cell, example): (&&Cell, Change)| {
        let (before, after) = cell.patterns(pairs, first);
        let such_as = Example { phone: phone.clone(), before: example.before, after: example.after };
        Change { before, after, such_as: Some(such_as), ..example_of(cell) }
    };
    cells.iter().zip(examples).map(change).collect()
}

fn example_of(cell: &Cell) -> Change {
    let (before, after, such_as) = (None, None, None);
    Change { what: cell.what, name: cell.name.clone(), before, after, secret: cell.secret(), such_as }
}

/// Phones that are new, and phones that are gone, by their fleets.
pub(super) fn arrivals(pairs: &Pairs<'_>) -> Vec<Group> {
    let mut all = by_fleet(pairs.after.served, &pairs.added, true);
    all.extend(by_fleet(pairs.before.served, &pairs.removed, false));
    all
}

fn by_fleet(served: &Served, phones: &[PhoneRef], new: bool) -> Vec<Group> {
    let mut fleets: BTreeMap<u16, Vec<PhoneRef>> = BTreeMap::new();
    phones.iter().for_each(|phone| fleets.entry(phone.fleet).or_default().push(*phone));
    let of = |phones: Vec<PhoneRef>| {
        let fleet = phones.first().and_then(|phone| served.fleet(*phone)).map(|fleet| format!("in {}", fleet.id));
        let (before, after) = if new { (None, fleet) } else { (fleet, None) };
        let name = if new { "new" } else { "gone" };
        let change = Change { what: What::Phone, name: name.into(), before, after, secret: false, such_as: None };
        group(served, &phones, vec![change], false)
    };
    fleets.into_values().map(of).collect()
}

fn group(served: &Served, phones: &[PhoneRef], changes: Vec<Change>, reboots: bool) -> Group {
    let mut models: BTreeMap<String, usize> = BTreeMap::new();
    let mut fleets: BTreeSet<u16> = BTreeSet::new();
    let mut by_model: HashMap<&str, usize> = HashMap::new();
    for phone in phones {
        fleets.insert(phone.fleet);
        *by_model.entry(served.model(*phone).map_or("", |model| model.name.as_str())).or_default() += 1;
    }
    models.extend(by_model.into_iter().map(|(model, count)| (model.to_owned(), count)));
    let plan = served.plan();
    let fleets: Vec<_> = fleets.into_iter().filter_map(|fleet| plan.fleets.get(usize::from(fleet))).collect();
    let of_fleets: usize = fleets.iter().map(|fleet| fleet.phones.len()).sum();
    let fleets = fleets.into_iter();
    Group {
        whole: phones.len() == of_fleets,
        phones: phones.iter().filter_map(|phone| served.mac(*phone)).map(|mac| mac.to_string()).collect(),
        count: phones.len(),
        fleets: fleets.map(|fleet| fleet.id.clone()).collect(),
        models,
        changes,
        reboots,
    }
}
