//! What one plan takes over from the one before it. Most changes of a program are of a few cells; the indexes over all its
//! phones are the same then, and making them is much of the time that a reload takes.

use super::{Fleet, Piece, Plan, Served, Template};

impl Served {
    /// As [`Served::new`], with the indexes of an earlier plan that are this one's as well. Made of the same, they would be
    /// the same: nothing else is compared, and nothing is guessed.
    pub fn after(plan: Plan, before: Option<&Served>) -> Self {
        let served = Served::new(plan);
        let Some(before) = before else { return served };
        let (now, then) = (served.plan(), before.plan());
        let fleets = || now.fleets.iter().zip(&then.fleets);
        if now.fleets.len() == then.fleets.len() && fleets().all(|(now, then)| now.phones.macs == then.phones.macs) {
            served.take_phones(before);
            if now.models == then.models && fleets().all(|(now, then)| paths_are_kept(now, then)) {
                served.take_files(before);
            }
        }
        served
    }
}

/// Whether two fleets of the same phones ask for the same files. Every file has the same number as before.
fn paths_are_kept(now: &Fleet, then: &Fleet) -> bool {
    let paths = |fleet: &Fleet| -> Vec<(usize, Template)> {
        let profiles = fleet.profiles.iter().map(|profile| (profile.server, profile.path.clone()));
        let bootstrap = fleet.bootstrap.iter().flat_map(|bootstrap| &bootstrap.paths);
        profiles.chain(bootstrap.map(|path| (fleet.server, path.clone()))).collect()
    };
    let (asked, asked_then) = (paths(now), paths(then));
    now.server == then.server
        && now.profiles.len() == then.profiles.len()
        && asked == asked_then
        && now.phones.models == then.phones.models
        && asked.iter().flat_map(|(_, path)| path.pieces()).all(|piece| match piece {
            Piece::Text(_) | Piece::Macro(_) | Piece::ByModel(_) => true,
            Piece::Column(column) => {
                let cells = |fleet: &Fleet| fleet.phones.columns.get(*column).map(|column| column.cells.clone());
                cells(now) == cells(then)
            }
            // In paths these are rare enough to be made anew.
            Piece::Request(_)
            | Piece::Secret(_)
            | Piece::SecretColumn(_)
            | Piece::DerivedColumn { .. }
            | Piece::Derived { .. } => false,
        })
}
