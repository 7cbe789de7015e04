//! Groups as a person is told of them: those for which more changes than for others are told with these, as some of them.

use super::{Change, Group};
use std::collections::{BTreeSet, HashSet};

/// Phones with what changes for all of them, and those for which more does.
pub(super) struct Nested {
    pub all: Group,
    /// Each with what changes beside.
    pub some: Vec<Group>,
}

/// The largest first, as they come.
pub(super) fn nested(groups: &[Group]) -> Vec<Nested> {
    let mut told: Vec<(HashSet<&Change>, Nested)> = Vec::new();
    for group in groups {
        let own: HashSet<&Change> = group.changes.iter().collect();
        let among = told.iter_mut().find(|(all, one)| {
            one.all.count > 0
                && group.count > 0
                && all.len() < own.len()
                && all.iter().all(|change| own.contains(change))
        });
        match among {
            Some((all, one)) => {
                let beside = group.changes.iter().filter(|change| !all.contains(change)).cloned().collect();
                join(&mut one.all, group);
                one.some.push(Group { changes: beside, ..group.clone() });
            }
            None => told.push((own, Nested { all: group.clone(), some: Vec::new() })),
        }
    }
    told.into_iter().map(|(_, one)| one).collect()
}

fn join(all: &mut Group, group: &Group) {
    all.count += group.count;
    all.phones.extend(group.phones.iter().cloned());
    let known: BTreeSet<String> = all.fleets.iter().cloned().collect();
    all.fleets.extend(group.fleets.iter().filter(|fleet| !known.contains(*fleet)).cloned());
    for (model, count) in &group.models {
        *all.models.entry(model.clone()).or_default() += count;
    }
}
