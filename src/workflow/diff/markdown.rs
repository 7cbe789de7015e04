//! The difference as a comment on a change: Markdown that GitHub and GitLab show alike.

use super::nested::{Nested, nested};
use super::words::{
    CHANGES, GROUPS, addresses, counted, heading, name, nothing, phones, rates, reboots, unchanged, values,
};
use super::{Change, Difference, Group};

impl Difference {
    /// `full`: every group, every change and every phone.
    pub fn markdown(&self, full: bool) -> String {
        let mut text = format!("### {} → {}\n\n", code(&self.before), code(&self.after));
        let most = if full { usize::MAX } else { GROUPS };
        let groups = nested(&self.groups);
        for group in groups.iter().take(most) {
            text.push_str(&of_group(group, full));
        }
        if let Some(more) = groups.len().checked_sub(most).filter(|more| *more > 0) {
            let left = phones(groups.iter().skip(most).map(|group| group.all.count).sum());
            text.push_str(&format!("{} with {left}\n\n", counted(more, "more group")));
        }
        for one in self.requests.iter().filter(|one| !rates(one).is_empty()) {
            text.push_str(&format!(
                "**requests to {}**\n\n| | before | after |\n|---|---|---|\n",
                escaped(&one.server)
            ));
            for (when, before, after) in rates(one) {
                text.push_str(&format!("| {when} | {before} | {after} |\n"));
            }
            text.push('\n');
        }
        text + &unchanged(self) + "\n"
    }
}

fn of_group(group: &Nested, full: bool) -> String {
    let mut text = format!("**{}**\n\n", escaped(&heading(&group.all)));
    text.push_str(&table(&group.all, full));
    let most = if full { usize::MAX } else { CHANGES };
    for some in group.some.iter().take(most) {
        text.push_str(&format!(
            "{} of them also{}\n\n",
            super::words::thousands(some.count),
            if group.all.reboots { "" } else { reboots(some) }
        ));
        text.push_str(&table(some, full));
    }
    let left: usize = group.some.iter().skip(most).map(|some| some.count).sum();
    if left > 0 {
        text.push_str(&format!("{} with more changes\n\n", phones(left)));
    }
    text
}

/// Whom they concern, where it is few, and what changes.
fn table(group: &Group, full: bool) -> String {
    let mut text = String::new();
    if let Some(addresses) = addresses(group, full) {
        text.push_str(&format!("{}\n\n", code(&addresses)));
    }
    let most = if full { usize::MAX } else { CHANGES };
    text.push_str("| | before | after |\n|---|---|---|\n");
    for change in group.changes.iter().take(most) {
        text.push_str(&row(change, full));
    }
    if let Some(more) = group.changes.len().checked_sub(most).filter(|more| *more > 0) {
        text.push_str(&format!("| {} | | |\n", counted(more, "more change")));
    }
    text.push('\n');
    text
}

fn row(change: &Change, full: bool) -> String {
    let values = values(change, full);
    let text = |text: Option<String>| text.map_or_else(|| format!("*{}*", nothing(change.what)), |text| code(&text));
    let note = values.note.map(|note| format!(" ({})", escaped(&note))).unwrap_or_default();
    format!("| {} | {} | {}{note} |\n", code(&name(change)), text(values.before), text(values.after))
}

/// A span of code in a cell of a table: a fence longer than any inside, and no stroke that ends the cell.
fn code(text: &str) -> String {
    let text = text.replace('|', "\\|");
    let longest = text.split(|sign| sign != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let blank = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}

/// Text whose signs mean themselves.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for sign in text.chars() {
        match sign {
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            // Names of people and groups would call them.
            '@' => escaped.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' => escaped.extend(['\\', sign]),
            other => escaped.push(other),
        }
    }
    escaped
}
