//! The difference as a person reads it in a terminal: who, then what, the largest group first.

use super::words::{CHANGES, GROUPS, addresses, counted, heading, name, nothing, rates, unchanged, values};
use super::{Change, Difference, Group};

/// Names that are longer push their values away.
const WIDEST: usize = 32;

impl Difference {
    /// `full`: every group, every change and every phone.
    pub fn human(&self, full: bool) -> String {
        let mut text = String::new();
        let most = if full { usize::MAX } else { GROUPS };
        for group in self.groups.iter().take(most) {
            text.push_str(&of_group(group, full));
            text.push('\n');
        }
        if let Some(more) = self.groups.len().checked_sub(most).filter(|more| *more > 0) {
            let phones = self.groups.iter().skip(most).map(|group| group.count).sum();
            let phones = super::words::phones(phones);
            text.push_str(&format!("{} with {phones}; --full tells all\n\n", counted(more, "more group")));
        }
        for one in &self.requests {
            let rows = rates(one);
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

fn of_group(group: &Group, full: bool) -> String {
    let mut text = heading(group) + "\n";
    if let Some(addresses) = addresses(group, full) {
        text.push_str(&format!("   {addresses}\n"));
    }
    let most = if full { usize::MAX } else { CHANGES };
    let shown: Vec<(String, &Change)> = group.changes.iter().take(most).map(|one| (name(one), one)).collect();
    let width = shown.iter().map(|(name, _)| name.chars().count()).filter(|width| *width <= WIDEST).max().unwrap_or(0);
    for (name, change) in shown {
        text.push_str(&format!("   {name:<width$}   {}\n", told(change, full)));
    }
    if let Some(more) = group.changes.len().checked_sub(most).filter(|more| *more > 0) {
        text.push_str(&format!("   {}; --full tells all\n", counted(more, "more change")));
    }
    text
}

fn told(change: &Change, full: bool) -> String {
    let values = values(change, full);
    let note = values.note.as_ref().map(|note| format!("   ({note})")).unwrap_or_default();
    if change.secret && values.before == values.after {
        return values.note.unwrap_or_default();
    }
    let text = |text: Option<String>| text.unwrap_or_else(|| nothing(change.what).to_owned());
    format!("{} → {}{note}", text(values.before), text(values.after))
}
