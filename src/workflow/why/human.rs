//! The answer about a phone's parameter, as a person reads it: the value and what brings it, then a line for each thing behind
//! it, with its place.

use super::program::Place;
use super::value::{Beaten, Owner, ValueAnswer};

/// A word of the answer, what is said, and where it stands.
pub(super) type Row = (&'static str, String, String);

/// A longer text does not push the places of others away.
const WIDEST: usize = 64;

impl ValueAnswer {
    pub fn human(&self) -> String {
        let mut rows: Vec<Row> = Vec::new();
        let at = |place: &Place| place.at();
        if let Some(set) = &self.set {
            let words = set.place.text.clone().unwrap_or_default();
            let verb = if self.owner == Owner::User { "said by" } else { "set by" };
            rows.push((verb, format!("{}: {words}", set.within), at(&set.place)));
            rows.extend(set.under.iter().map(|one| ("under", one.text.clone().unwrap_or_default(), at(one))));
            rows.extend(set.included.iter().map(|one| ("by", one.text.clone().unwrap_or_default(), at(one))));
        }
        let mut word = "made of";
        for made in &self.made {
            let value = match (&made.value, made.kind.as_str()) {
                (Some(value), "cell") if made.default => format!(" = {} (the column's default)", quoted(value)),
                (Some(value), "cell") => format!(" = {}", quoted(value)),
                (None, "cell") if made.secret => " = •••".to_owned(),
                (None, "cell") => " = nothing".to_owned(),
                (Some(value), "let" | "fn" | "secret" | "index") => format!(" = {value}"),
                (Some(value), _) => format!(": {value}"),
                (None, _) => String::new(),
            };
            let name = if made.kind == "cell" {
                format!("phone.{}", made.name)
            } else {
                format!("{} {}", made.kind, made.name)
            };
            rows.push((word, name + &value, made.place.as_ref().map(at).unwrap_or_default()));
            word = "";
        }
        for beaten in &self.beats {
            let word = if self.owner == Owner::User { "else" } else { "beats" };
            let place = match &beaten.place {
                Some(place) => place.at(),
                None => "cisco.mpp".to_owned(),
            };
            rows.push((word, beaten.words(), place));
        }
        if let Some(written) = &self.written {
            let how = written.how.as_ref().map(|how| format!(" ({how})")).unwrap_or_default();
            rows.push(("written", format!("{} → {}{how}", written.text, quoted(&written.wire)), String::new()));
        }
        if let Some(user) = &self.access.user {
            let place = self.access.by.as_ref().map_or_else(|| "cisco.mpp".to_owned(), at);
            rows.push(("access", format!("user {user} ({})", access_words(user)), place));
        }
        if let Some(brought) = &self.brought {
            let also = match brought.also.as_slice() {
                [] => String::new(),
                also => format!("; the same in {}", also.join(", ")),
            };
            rows.push(("file", brought.file() + &also, String::new()));
        }
        rows.extend(self.notes.iter().map(|note| ("note", note.clone(), String::new())));
        let mut text = format!("{}        {}\n", self.head(), self.source());
        text.push_str(&lines(&rows));
        text
    }

    fn head(&self) -> String {
        match (&self.value, self.owner) {
            (Some(value), _) => format!("{} = {}", self.parameter, shown(value)),
            (None, Owner::Absent) => format!("{} is not there", self.parameter),
            (None, Owner::User) => format!("{} is the user's own", self.parameter),
            (None, _) => format!("{} is unknown", self.parameter),
        }
    }

    /// What brings the value.
    fn source(&self) -> String {
        let model = &self.model;
        match (&self.brought, self.owner) {
            (Some(brought), Owner::Program | Owner::Reset | Owner::User) => {
                let what = match &brought.rule {
                    Some(rule) => format!("{rule} ({})", brought.profile),
                    None => "bootstrap file".to_owned(),
                };
                match self.owner {
                    Owner::Reset => format!("{what}, the phone's default written out"),
                    Owner::User => format!("never overwritten, said in {what}"),
                    _ => what,
                }
            }
            (_, Owner::Seed) => "bootstrap file: set once, on a factory-fresh phone; later the phone's own".to_owned(),
            (_, Owner::Absent) => format!("a {model} has no such parameter"),
            _ => format!("the default of a {model}; nothing in the program sets it"),
        }
    }
}

impl Beaten {
    fn words(&self) -> String {
        let value = self.value.as_deref().map_or_else(|| "unknown".to_owned(), shown);
        match self.place.as_ref().and_then(|place| place.text.as_ref()) {
            Some(text) => format!("{value} ({}): {text}", self.what),
            None => format!("{} {value}", self.what),
        }
    }
}

fn access_words(user: &str) -> &'static str {
    match user {
        "na" => "the user account does not see it",
        "ro" => "the user account sees it and cannot change it",
        _ => "the user may change it",
    }
}

/// A value as it is, unless blanks or nothing would be misread.
pub(super) fn shown(value: &str) -> String {
    match value {
        "" => "(empty)".to_owned(),
        _ if value.trim() != value || value.contains(['\n', '\r']) => format!("{value:?}"),
        _ => value.to_owned(),
    }
}

pub(super) fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\r', "\\r"))
}

/// Rows with their places under each other.
pub(super) fn lines(rows: &[Row]) -> String {
    let long = |text: &str| text.chars().count();
    let placed = rows.iter().filter(|(_, _, place)| !place.is_empty());
    let width = placed.map(|(_, text, _)| long(text)).filter(|width| *width <= WIDEST).max().unwrap_or(0);
    let line = |(word, text, place): &Row| {
        let pad = " ".repeat(width.saturating_sub(long(text)));
        if place.is_empty() { format!("  {word:<8} {text}\n") } else { format!("  {word:<8} {text}{pad}  {place}\n") }
    };
    rows.iter().map(line).collect()
}
