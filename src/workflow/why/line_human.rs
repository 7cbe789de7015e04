//! The answer about a line, as a person reads it: what stands there, whom it touches, then each value with its phones.

use super::human::{Row as Line, lines, quoted, shown};
use super::line::{LineAnswer, LineKind};
use super::row::{Row, RowCell};
use super::touched::Group;

/// More groups are counted.
const MOST_SHOWN: usize = 60;

impl LineAnswer {
    pub fn human(&self) -> String {
        let mut text = format!("{}:{}  {}\n", self.file, self.line, self.what());
        let mut rows: Vec<Line> = Vec::new();
        if let Some(within) = &self.within {
            rows.push(("in", within.clone(), String::new()));
        }
        if let Some(nearest) = &self.nearest {
            let words = nearest.text.clone().unwrap_or_else(|| "a row".to_owned());
            rows.push(("nearest", words, format!("{}:{}", nearest.file, nearest.line)));
        }
        if self.phones > 0 {
            rows.push(("touches", phones(self.phones, &self.first), String::new()));
        }
        rows.extend(self.notes.iter().map(|note| ("note", note.clone(), String::new())));
        text.push_str(&lines(&rows));
        self.rows.iter().for_each(|row| text.push_str(&row.human()));
        self.settings(&mut text);
        self.section(
            "files",
            &mut text,
            self.files.iter().map(|file| {
                let form = [(file.gzip, ", gzip"), (file.sealed, ", sealed")];
                let form: String = form.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
                let scheme = file.scheme.as_deref().unwrap_or("any scheme");
                let rule = file.rule.as_deref().map(|rule| format!(" ({rule})")).unwrap_or_default();
                vec![format!(
                    "{}{rule}: {scheme} on {}, {}{form}, {}",
                    file.profile,
                    file.server,
                    file.path,
                    count(file.phones)
                )]
            }),
        );
        self.section(
            "dhcp",
            &mut text,
            self.dhcp.iter().map(|option| {
                let whom = match (&option.fleet, &option.network) {
                    (Some(fleet), Some(network)) => format!("fleet {fleet} on {network}"),
                    (Some(fleet), None) => format!("fleet {fleet}"),
                    (None, network) => format!("network {}", network.as_deref().unwrap_or_default()),
                };
                vec![format!("option {} = {}  ({whom})", option.option, shown(&option.value))]
            }),
        );
        self.section(
            "records",
            &mut text,
            self.records.iter().map(|record| vec![format!("{}  ({})", record.record, record.zone)]),
        );
        text
    }

    fn what(&self) -> &str {
        match (self.is, &self.text) {
            (LineKind::Nothing, _) => "does nothing",
            (LineKind::Beyond, _) => "the file ends before it",
            (LineKind::Header, _) => "names the columns",
            (_, Some(text)) => text,
            (_, None) => "a row",
        }
    }

    fn section(&self, name: &str, text: &mut String, entries: impl Iterator<Item = Vec<String>>) {
        for (number, entry) in entries.enumerate() {
            if number == 0 {
                text.push_str(&format!("\n{name}\n"));
            }
            if number == MOST_SHOWN {
                text.push_str("  … (`--format json` lists all)\n");
                return;
            }
            entry.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
        }
    }

    /// Settings of the same phones, files and way stand together.
    fn settings(&self, text: &mut String) {
        let mut left: Vec<&Group> = self.settings.iter().collect();
        let mut shown = 0;
        while let Some(first) = left.first().copied() {
            let alike = |group: &&Group| {
                (group.phones, &group.fleet, &group.first, &group.files, &group.via, &group.beaten)
                    == (first.phones, &first.fleet, &first.first, &first.files, &first.via, &first.beaten)
            };
            if shown >= MOST_SHOWN {
                text.push_str(&format!("\n… {} more (`--format json` lists all)\n", left.len()));
                return;
            }
            text.push_str(&format!("\n{}\n", self.head(first)));
            for group in left.iter().copied().filter(alike) {
                values(group).iter().for_each(|line| text.push_str(&format!("  {line}\n")));
                shown += 1;
            }
            left.retain(|group| !alike(group));
        }
    }

    /// Which phones, and by what files.
    fn head(&self, group: &Group) -> String {
        // Those that were named at the top need no names.
        let whom = match group.phones == self.phones && group.first == self.first {
            true => count(group.phones),
            false => phones(group.phones, &group.first),
        };
        let by = match group.via.as_slice() {
            [] => String::new(),
            via => format!(", by way of {}", via.join(", ")),
        };
        let beaten = group.beaten.as_ref().map(|place| {
            let words = place.text.clone().unwrap_or_default();
            format!("\n  beaten, and not heard, by {words}  {}", place.at())
        });
        format!("{whom} · fleet {}, {}{by}{}", group.fleet, group.files.join(", "), beaten.unwrap_or_default())
    }
}

fn values(group: &Group) -> Vec<String> {
    let user = group.user.as_ref().map(|user| format!("  user {user}")).unwrap_or_default();
    let name = &group.parameter;
    if let ([one], 0) = (group.values.as_slice(), group.more)
        && (!group.differs || group.phones == one.phones)
    {
        return vec![match &one.value {
            Some(value) => format!("{name} = {}{user}", shown(value)),
            None => format!("{name}{user}"),
        }];
    }
    // What is secret differs from phone to phone, and all of it looks alike.
    if let ([one], true) = (group.values.as_slice(), group.differs)
        && let Some(value) = one.value.as_ref().filter(|value| value.contains("•••"))
    {
        return vec![format!("{name} = {value}{user}")];
    }
    let mut rows = vec![format!("{name}{user}")];
    for one in &group.values {
        let value = one.value.as_deref().map_or_else(|| "access alone".to_owned(), shown);
        let whom = if group.differs { String::new() } else { format!("  for {}", count(one.phones)) };
        rows.push(format!("  = {value}{whom}"));
    }
    let looked_at: usize = group.values.iter().map(|one| one.phones).sum();
    if group.differs && group.phones > looked_at {
        rows.push("  and so on, by what each phone has".to_owned());
    } else if group.more > 0 {
        rows.push(format!("  and {} more values", group.more));
    }
    rows
}

impl Row {
    fn human(&self) -> String {
        let fleet = self.fleet.as_ref().map_or_else(|| "no fleet".to_owned(), |fleet| format!("fleet {fleet}"));
        let model = self.model.as_ref().map(|model| format!(" · {model}")).unwrap_or_default();
        let mut text = format!("\nphone {}{model} · {fleet}\n", self.mac);
        self.cells.iter().for_each(|cell| text.push_str(&cell.human()));
        text
    }
}

impl RowCell {
    fn human(&self) -> String {
        let value = match (&self.value, self.secret) {
            (_, true) => "•••".to_owned(),
            (Some(value), _) if self.default => format!("{} (the column's default)", quoted(value)),
            (Some(value), _) => quoted(value),
            (None, _) => "nothing".to_owned(),
        };
        let mut text = format!("  {} = {value}\n", self.column);
        for one in &self.becomes {
            let value = one.value.as_deref().map_or_else(|| "access alone".to_owned(), shown);
            let beaten = one.beaten.as_ref().map(|place| format!("  beaten by {}", place.at())).unwrap_or_default();
            text.push_str(&format!("    {} = {value}  ({}){beaten}\n", one.parameter, one.files.join(", ")));
        }
        if !self.files.is_empty() {
            text.push_str(&format!("    the file of {}\n", self.files.join(", ")));
        }
        text
    }
}

fn count(phones: usize) -> String {
    match phones {
        1 => "1 phone".to_owned(),
        many => format!("{many} phones"),
    }
}

/// `412 phones: 00:…, 00:…, 00:… and 409 more`.
fn phones(all: usize, first: &[String]) -> String {
    let more = match all.saturating_sub(first.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}: {}{more}", count(all), first.join(", "))
}
