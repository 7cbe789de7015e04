//! The inventory: a row a phone, a column for each value that differs from phone to phone.

use super::factor::Entry;
use super::phones::{Held, Phone};
use super::pool::{Pool, Text};
use super::value::{CellKind, quoted, value};
use crate::phone::Access;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A column as it is declared, with its cells by position of the phone.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    /// `string = "x"`.
    pub ty: String,
    pub cells: Vec<String>,
    /// The parameters that are made of it.
    pub of: Vec<Text>,
}

/// The columns of a program, and the files of its secrets.
#[derive(Debug, Default)]
pub struct Columns {
    pub all: Vec<Column>,
    taken: HashSet<String>,
    alike: HashMap<(CellKind, Vec<Option<Text>>), String>,
    /// By path below the project.
    pub secrets: BTreeMap<String, String>,
}

/// Schedules of more kinds are sent as they stand.
const MOST_CHOSEN: usize = 64;

impl Columns {
    pub fn new(sites: Option<Vec<String>>) -> Columns {
        let mut columns = Columns::default();
        columns.taken.extend(["mac", "model", "site", "network"].map(str::to_owned));
        if let Some(cells) = sites {
            columns.all.push(Column { name: "site".into(), ty: "string".into(), cells, of: Vec::new() });
        }
        columns
    }

    /// The statements that set a parameter which differs from phone to phone.
    pub fn statements(&mut self, entry: &Entry, phones: &[Phone], pool: &Pool) -> String {
        let mut held: Vec<Option<&Held>> = vec![None; phones.len()];
        for (at, one) in &entry.of {
            if let Some(slot) = held.get_mut(*at) {
                *slot = Some(one);
            }
        }
        let users: BTreeSet<Option<&str>> = held.iter().flatten().map(|one| one.user.map(Access::name)).collect();
        let values: Vec<Option<Text>> = held.iter().map(|one| one.and_then(|one| one.value)).collect();
        if users.len() > 1 {
            let name = self.name(&format!("{}_user", entry.element));
            let cells = held
                .iter()
                .map(|one| one.and_then(|one| one.user).map_or(String::new(), |user| user.name().to_owned()));
            let column =
                Column { name: name.clone(), ty: "string = \"\"".into(), cells: cells.collect(), of: vec![entry.name] };
            self.all.push(column);
            let body = |columns: &mut Self, user: Option<&str>| columns.valued(entry, &values, phones, pool, user);
            let mut text = format!("match phone.{name} {{\n");
            for user in users.iter().flatten() {
                text.push_str(&format!("\"{user}\" {{\n{}}}\n", body(self, Some(user))));
            }
            return text + &format!("else {{\n{}}}\n}}\n", body(self, None));
        }
        let user = users.into_iter().next().flatten();
        self.valued(entry, &values, phones, pool, user)
    }

    fn valued(
        &mut self,
        entry: &Entry,
        values: &[Option<Text>],
        phones: &[Phone],
        pool: &Pool,
        user: Option<&str>,
    ) -> String {
        let set = |expression: &str| statement(entry, expression, user);
        let absent = values.iter().any(Option::is_none);
        let empty = values.iter().flatten().any(|text| pool.get(*text).is_empty());
        let kind = match &entry.parameter {
            _ if entry.secret => CellKind::Secret,
            Some((parameter, _)) => CellKind::of(&parameter.ty),
            None => CellKind::Text,
        };
        let distinct: BTreeSet<&str> = values.iter().flatten().map(|text| pool.get(*text)).collect();
        let (kind, set_plain) = match kind {
            CellKind::Chosen if distinct.len() > MOST_CHOSEN => (CellKind::Text, true),
            kind => (kind, false),
        };
        let set = |expression: &str| match set_plain {
            true => format!(
                "unlisted \"{}\" = {expression}{}\n",
                entry.element,
                user.map(|user| format!(" user {user}")).unwrap_or_default()
            ),
            false => set(expression),
        };
        if kind == CellKind::Chosen {
            return self.chosen(entry, values, &distinct, pool, &set);
        }
        let name = self.column(entry, kind, values, phones, pool);
        let value = format!("phone.{name}");
        match (kind, absent, empty) {
            (CellKind::Text, false, _) | (_, false, false) => set(&value),
            (CellKind::Text, true, false) | (_, true, false) => format!("if {value} != absent {{\n{}}}\n", set(&value)),
            (CellKind::Text, true, true) => format!("if {} {{\n{}}}\n", self.presence(entry, values), set(&value)),
            (_, false, true) => format!("if {value} != absent {{\n{}}} else {{\n{}}}\n", set(&value), set("\"\"")),
            (_, true, true) => format!(
                "if {} {{\nif {value} != absent {{\n{}}} else {{\n{}}}\n}}\n",
                self.presence(entry, values),
                set(&value),
                set("\"\"")
            ),
        }
    }

    /// One of few words, each with its own statement.
    fn chosen(
        &mut self,
        entry: &Entry,
        values: &[Option<Text>],
        distinct: &BTreeSet<&str>,
        pool: &Pool,
        set: &dyn Fn(&str) -> String,
    ) -> String {
        const EMPTY: &str = "empty";
        let word = |text: &str| if text.is_empty() { EMPTY.to_owned() } else { text.to_owned() };
        let name = self.name(&entry.element);
        let cells = values.iter().map(|text| text.map_or(String::new(), |text| word(pool.get(text)))).collect();
        self.all.push(Column { name: name.clone(), ty: "string = \"\"".into(), cells, of: vec![entry.name] });
        let mut text = format!("match phone.{name} {{\n");
        for one in distinct {
            text.push_str(&format!("{} {{\n{}}}\n", quoted(&word(one)), set(&literal(entry, one))));
        }
        text + "else {\n}\n}\n"
    }

    /// A column that says whether a phone has the parameter at all.
    fn presence(&mut self, entry: &Entry, values: &[Option<Text>]) -> String {
        let name = self.name(&format!("{}_set", entry.element));
        let cells = values.iter().map(|text| if text.is_some() { "yes" } else { "" }.to_owned()).collect();
        self.all.push(Column { name: name.clone(), ty: "bool = no".into(), cells, of: vec![entry.name] });
        format!("phone.{name}")
    }

    /// A column that says which phones have something that has no value.
    pub fn flag(&mut self, entry: &Entry, phones: impl Iterator<Item = usize>, count: usize) -> String {
        let name = self.name(&format!("{}_user", entry.element));
        let mut cells = vec![String::new(); count];
        phones.for_each(|at| cells.get_mut(at).into_iter().for_each(|cell| "yes".clone_into(cell)));
        self.all.push(Column { name: name.clone(), ty: "bool = no".into(), cells, of: vec![entry.name] });
        format!("phone.{name}")
    }

    /// The column of a parameter; parameters that are alike on every phone have one together.
    fn column(
        &mut self,
        entry: &Entry,
        kind: CellKind,
        values: &[Option<Text>],
        phones: &[Phone],
        pool: &Pool,
    ) -> String {
        let key = (kind, values.to_vec());
        if let Some(known) = self.alike.get(&key) {
            let known = known.clone();
            self.all.iter_mut().filter(|column| column.name == known).for_each(|column| column.of.push(entry.name));
            return known;
        }
        let name = self.name(&entry.element);
        let (mut ty, mut cells) = (kind.name().to_owned(), Vec::with_capacity(values.len()));
        let absent = values.iter().any(Option::is_none);
        let empty = values.iter().flatten().any(|text| pool.get(*text).is_empty());
        let default = match kind {
            CellKind::Secret => None,
            _ if absent || empty => None,
            _ => usual(values),
        };
        match (kind, default) {
            (_, Some(usual)) => ty = format!("{ty} = {}", literal(entry, pool.get(usual))),
            (CellKind::Text, None) if empty => ty.push_str(" = \"\""),
            (_, None) if absent || empty => ty.push('?'),
            _ => {}
        }
        for (value, phone) in values.iter().zip(phones) {
            let text = value.filter(|text| Some(*text) != default).map(|text| pool.get(text)).unwrap_or_default();
            cells.push(match kind {
                _ if text.is_empty() => String::new(),
                CellKind::Secret => self.secret(&format!("{}/{}", phone.mac.plain(), entry.element), text),
                CellKind::Text => text.to_owned(),
                _ => literal(entry, text),
            });
        }
        self.all.push(Column { name: name.clone(), ty, cells, of: vec![entry.name] });
        self.alike.insert(key, name.clone());
        name
    }

    /// Keeps a secret in a file of its own; how a cell says so.
    pub fn secret(&mut self, name: &str, text: &str) -> String {
        let path = format!("{SECRETS}/{name}");
        let reference = format!("file:{path}");
        self.secrets.insert(path, text.to_owned());
        reference
    }

    /// A name for a column that no other has.
    pub fn name(&mut self, element: &str) -> String {
        let base = name_of(element);
        let numbered = (2..).map(|number| format!("{base}_{number}"));
        let free = std::iter::once(base.clone()).chain(numbered).find(|name| !self.taken.contains(name));
        let name = free.unwrap_or(base);
        self.taken.insert(name.clone());
        name
    }
}

/// The folder of secrets in the project, which git is told to leave alone.
pub const SECRETS: &str = "secrets";

/// `Display_Name_1_` as a name of the language.
pub fn name_of(element: &str) -> String {
    let mut name = String::new();
    for sign in element.to_ascii_lowercase().chars() {
        match sign {
            'a'..='z' | '0'..='9' => name.push(sign),
            _ if name.is_empty() || name.ends_with('_') => {}
            _ => name.push('_'),
        }
    }
    let name = name.trim_end_matches('_');
    let worded = name.starts_with(|c: char| c.is_ascii_alphabetic()) && !WORDS.contains(&name);
    if worded { name.to_owned() } else { format!("x_{name}") }
}

/// Words that the language has for itself.
const WORDS: [&str; 24] = [
    "if", "else", "for", "in", "match", "and", "or", "not", "yes", "no", "let", "fn", "use", "absent", "user", "reset",
    "seed", "override", "set", "unlisted", "include", "phone", "request", "jitter",
];

/// The value that more than half of the phones have, where that saves cells.
fn usual(values: &[Option<Text>]) -> Option<Text> {
    let mut counts: BTreeMap<Text, usize> = BTreeMap::new();
    values.iter().flatten().for_each(|text| *counts.entry(*text).or_default() += 1);
    let (text, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (values.len() >= 4 && 2 * count > values.len()).then_some(text)
}

/// A value as it stands in the program.
pub fn literal(entry: &Entry, text: &str) -> String {
    let written = entry.parameter.as_ref().and_then(|(parameter, _)| value(parameter, text));
    written.map_or_else(|| quoted(text), |written| written.literal)
}

/// `P = v user rw`.
pub fn statement(entry: &Entry, expression: &str, user: Option<&str>) -> String {
    let target = match &entry.parameter {
        Some((_, written)) => written.clone(),
        None => format!("unlisted \"{}\"", entry.element),
    };
    format!("{target} = {expression}{}\n", user.map(|user| format!(" user {user}")).unwrap_or_default())
}
