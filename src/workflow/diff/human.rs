//! The difference as a person reads it in a terminal: who, then what, the largest group first.

use super::nested::{Nested, nested};
use super::words::{
    CHANGES, GROUPS, addresses, counted, heading, name, nothing, phones, rates, reboots, unchanged, values,
};
use super::{Change, Difference, Group, What};

/// Names that are longer push their values away.
const WIDEST: usize = 32;

impl Difference {
    /// `full`: every group, every change and every phone.
    pub fn human(&self, full: bool) -> String {
        let mut text = String::new();
        let most = if full { usize::MAX } else { GROUPS };
        let groups = nested(&self.groups);
        for group in groups.iter().take(most) {
            text.push_str(&of_group(group, full));
            text.push('\n');
        }
        if let Some(more) = groups.len().checked_sub(most).filter(|more| *more > 0) {
            let left = phones(groups.iter().skip(most).map(|group| group.all.count).sum());
            text.push_str(&format!("{} with {left}; --full tells all\n\n", counted(more, "more group")));
        }
        for one in &self.requests {
            let rows = rates(one);
            if rows.is_empty() {
                continue;
            }
            let width = rows.iter().map(|(when, ..)| when.len()).max().unwrap_or(0);
            text.push_str(&format!("requests to {}\n", one.server));
            for (when, before, after) in rows {
                text.push_str(&format!("   {when:<width$}   {before} → {after}\n"));
            }
            text.push('\n');
        }
        text + &unchanged(self) + "\n"
    }
}

fn of_group(group: &Nested, full: bool) -> String {
    let mut text = heading(&group.all) + "\n" + &changes(&group.all, full, "   ");
    let most = if full { usize::MAX } else { CHANGES };
    for some in group.some.iter().take(most) {
        text.push_str(&format!(
            "   {} of them also{}\n",
            super::words::thousands(some.count),
            if group.all.reboots { "" } else { reboots(some) }
        ));
        text.push_str(&changes(some, full, "      "));
    }
    let left: usize = group.some.iter().skip(most).map(|some| some.count).sum();
    if left > 0 {
        text.push_str(&format!("   {} with more changes; --full tells all\n", phones(left)));
    }
    text
}

/// Whom they concern, where it is few, and what changes.
fn changes(group: &Group, full: bool, indent: &str) -> String {
    let mut text = String::new();
    if let Some(addresses) = addresses(group, full) {
        text.push_str(&format!("{indent}{addresses}\n"));
    }
    let most = if full { usize::MAX } else { CHANGES };
    let shown: Vec<(String, &Change)> = group.changes.iter().take(most).map(|one| (name(one), one)).collect();
    let width = shown.iter().map(|(name, _)| name.chars().count()).filter(|width| *width <= WIDEST).max().unwrap_or(0);
    for (name, change) in shown {
        let told = told(change, full);
        text.push_str(format!("{indent}{name:<width$}   {told}").trim_end());
        text.push('\n');
    }
    if let Some(more) = group.changes.len().checked_sub(most).filter(|more| *more > 0) {
        text.push_str(&format!("{indent}{}; --full tells all\n", counted(more, "more change")));
    }
    text
}

fn told(change: &Change, full: bool) -> String {
    // Who is new or gone is told by the heading's fleet.
    if change.what == What::Phone && (change.before.is_none() || change.after.is_none()) {
        return String::new();
    }
    let values = values(change, full);
    let note = values.note.as_ref().map(|note| format!("   ({note})")).unwrap_or_default();
    if change.secret && values.before == values.after {
        return values.note.unwrap_or_default();
    }
    let text = |text: Option<String>| text.unwrap_or_else(|| nothing(change.what).to_owned());
    format!("{} → {}{note}", text(values.before), text(values.after))
}
