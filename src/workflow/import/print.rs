//! The project as text, laid out as `prov fmt` does it.

use super::clauses::clauses;
use super::columns::{Columns, SECRETS, literal, name_of, statement};
use super::concerned;
use super::dhcp::{Networks, WORDS, networks_text};
use super::factor::{Entry, Level};
use super::phones::Phone;
use super::pool::{Pool, Text};
use crate::diagnostic::{Diagnostic, Severity, SourceMap};
use crate::language::layout;
use crate::phone::{Access, Mac, PROFILE_RULES};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How much of the language is used for a parameter; each finding about it takes one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// As a clause of the fleet, where there is one.
    #[default]
    Clause,
    /// As an assignment.
    Assigned,
    /// As it stands, with `unlisted`.
    Unlisted,
    /// Not at all.
    Out,
}

/// What was written, and where each parameter stands in it.
#[derive(Debug, Default)]
pub struct Draft {
    pub main: String,
    pub inventory: Vec<u8>,
    /// Text by path below the project.
    pub secrets: BTreeMap<String, String>,
    /// Parameters by what is written for them: `Proxy[1]`, `every`, the name of a column.
    pub by_word: HashMap<String, Vec<Text>>,
    /// Positions of profile rules that the program fills.
    pub filled: Vec<&'static str>,
    pub profiles: Vec<&'static str>,
    pub columns: usize,
    /// What each line of networks is called.
    pub keys: HashMap<usize, String>,
}

/// Where the files are to be served from, until somebody says it.
const HOST: &str = "prov.example.com";
const ADDRESS: &str = "192.0.2.10";

pub struct Printed<'p> {
    pub entries: &'p [Entry],
    pub phones: &'p [Phone],
    pub pool: &'p Pool,
    pub networks: &'p Networks,
    pub course: &'p Course,
}

/// What was tried, and had errors.
#[derive(Debug, Default)]
pub struct Course {
    pub stages: HashMap<Text, Stage>,
    pub why: BTreeMap<Text, Diagnostic>,
    /// Networks, classes and options of theirs that are left out, by `network NAME option N`.
    pub out: BTreeMap<String, Diagnostic>,
}

impl Course {
    /// Takes what has an error one step on; `false`: an error is about nothing that could be said otherwise.
    pub fn step(&mut self, findings: &[Diagnostic], sources: &SourceMap, draft: &Draft) -> bool {
        let mut stepped: BTreeSet<Text> = BTreeSet::new();
        let before = self.out.len();
        for finding in findings.iter().filter(|finding| finding.severity == Severity::Error) {
            let named = concerned(finding, sources, draft);
            if named.is_empty() {
                let lines = finding.labels.iter().filter(|label| sources.name(label.span.file) == "main.prov");
                let mut lines = lines.map(|label| sources.position(label.span.file, label.span.start).line);
                if let Some(key) = lines.find_map(|line| draft.keys.get(&line)) {
                    self.out.insert(key.clone(), finding.clone());
                }
            }
            for name in named {
                self.why.insert(name, finding.clone());
                stepped.insert(name);
            }
        }
        for name in &stepped {
            let stage = self.stages.entry(*name).or_default();
            *stage = match *stage {
                Stage::Clause => Stage::Assigned,
                Stage::Assigned => Stage::Unlisted,
                Stage::Unlisted | Stage::Out => Stage::Out,
            };
        }
        !stepped.is_empty() || self.out.len() > before
    }
}

/// What each line of networks is called.
fn keys(main: &str) -> HashMap<usize, String> {
    let (mut keys, mut network, mut class) = (HashMap::new(), None, None);
    for (at, line) in main.lines().enumerate() {
        let said = line.trim();
        if let Some(name) = line.strip_prefix("network ").and_then(|rest| rest.strip_suffix(" {")) {
            network = Some(format!("network {name}"));
        } else if line.starts_with("  network ") {
            keys.insert(at + 1, FLEET.to_owned());
        } else if line == "}" {
            network = None;
        } else if let (Some(_), Some(rest)) = (&network, said.strip_prefix("class \"")) {
            class = rest.split_once('"').map(|(name, _)| format!("class {name}"));
        } else if said == "}" {
            class = None;
        }
        let Some(inside) = class.as_ref().or(network.as_ref()) else { continue };
        let first = said.split(' ').next().unwrap_or_default();
        let number = match first {
            "option" => said.split(' ').nth(1).map(str::to_owned),
            word => WORDS.iter().find(|(_, known)| *known == word).map(|(code, _)| code.to_string()),
        };
        keys.insert(at + 1, number.map_or_else(|| inside.clone(), |number| format!("{inside} option {number}")));
    }
    keys
}

/// That the fleet is on the networks.
pub const FLEET: &str = "fleet";

impl Printed<'_> {
    pub fn draft(&self) -> Draft {
        let stage = |entry: &Entry| self.course.stages.get(&entry.name).copied().unwrap_or_default();
        let used: Vec<Entry> = self
            .entries
            .iter()
            .filter(|entry| stage(entry) < Stage::Out)
            .map(|entry| {
                let mut entry = entry.clone();
                if stage(&entry) == Stage::Unlisted {
                    entry.parameter = None;
                }
                entry
            })
            .collect();
        let mut draft = Draft::default();
        let (fleet, claused) = clauses(&used, &stage, self.pool, &mut draft.by_word);
        let used: Vec<&Entry> = used.iter().filter(|entry| !claused.contains(&entry.name)).collect();
        let (rules, used): (Vec<&Entry>, Vec<&Entry>) = used.into_iter().partition(|entry| entry.is_rule());
        let at = |level: Level| used.iter().copied().filter(move |entry| entry.level == level && !entry.secret);
        let sites = at(Level::Site).next().is_some().then(|| self.sites());
        let mut columns = Columns::new(sites.clone());
        let mut profiles: Vec<(&'static str, String)> = Vec::new();
        let common = self.common(at(Level::Common));
        if !common.is_empty() {
            profiles.push(("common", format!("fetch http \"/common.xml\"\n\n{common}")));
        }
        let models: Vec<&Entry> = at(Level::Model).collect();
        if !models.is_empty() {
            let body =
                self.grouped("phone.model", &models, &|phone| self.phones.get(phone).map_or("", |phone| &phone.model));
            profiles.push(("model", format!("fetch http \"/model/$PSN.xml\"\n\n{body}")));
        }
        if let Some(sites) = &sites {
            let entries: Vec<&Entry> = at(Level::Site).collect();
            let body = self.grouped("phone.site", &entries, &|phone| sites.get(phone).map_or("", |site| site));
            profiles.push(("site", format!("fetch http \"/site/{{phone.site}}.xml\"\n\n{body}")));
        }
        let secret = used.iter().any(|entry| entry.secret && entry.of.iter().any(|(_, held)| self.is_set(held.value)));
        let mut named = String::new();
        let own = self.own(&used, &mut columns, &mut named);
        if !own.is_empty() || sites.is_some() || profiles.is_empty() {
            let scheme = if secret { "https" } else { "http" };
            let account = ("account", format!("fetch {scheme} \"/phones/$MA.xml\"\n\n{own}"));
            // The first profile holds the rules, and that of a site is another for each: only a file of the phone's own can.
            profiles.insert(if sites.is_some() { 0 } else { profiles.len() }, account);
        }
        draft.filled = PROFILE_RULES.into_iter().take(profiles.len()).collect();
        let rules = self.rules(&rules, &draft.filled, &mut draft.by_word);
        let macs: BTreeSet<Mac> = self.phones.iter().map(|phone| phone.mac).collect();
        let (networks, names) = networks_text(self.networks, &macs, &|key| self.course.out.contains_key(key));
        let mut text = self.head(secret, !names.is_empty());
        text.push_str(&networks);
        if self.phones.is_empty() {
            draft.main = layout::lay_out(&text);
            draft.keys = keys(&draft.main);
            return draft;
        }
        let listed = self.inventory(&columns, &mut draft);
        text.push_str(&named);
        text.push_str(&listed);
        let on = match names.is_empty() || self.course.out.contains_key(FLEET) {
            true => String::new(),
            false => format!("network   {}\n", names.join(", ")),
        };
        for (name, body) in &profiles {
            text.push_str(&format!("\n{}profile {name} {{\n{body}}}\n", comment(name, secret)));
        }
        draft.profiles = profiles.iter().map(|(name, _)| *name).collect();
        text.push_str(&format!(
            "\nfleet phones {{\nphones    handsets\nserver    prov\n{on}profiles  {}\n// How a new phone finds its first \
             file: say it when the network is known, such as `bootstrap dhcp 160`.\nbootstrap manual\n{fleet}{rules}}}\n",
            draft.profiles.join(", ")
        ));
        draft.main = layout::lay_out(&text);
        draft.keys = keys(&draft.main);
        draft.secrets = columns.secrets;
        for entry in &used {
            let target = statement(entry, "", None);
            let word = target.split(" =").next().unwrap_or_default().trim_start_matches("unlisted ").trim_matches('"');
            draft.by_word.entry(word.to_owned()).or_default().push(entry.name);
        }
        draft
    }

    fn is_set(&self, value: Option<Text>) -> bool {
        value.is_some_and(|text| !self.pool.get(text).is_empty())
    }

    fn head(&self, secret: bool, dhcp: bool) -> String {
        let address = self.networks.server().map_or_else(|| ADDRESS.to_owned(), |address| address.to_string());
        let dhcp = if dhcp { "dhcp    { port 67 }\n" } else { "" };
        let https = match secret {
            true => {
                "// Secrets travel to phones that show a certificate.\nhttps   { port 443  certificate \"tls/prov.pem\"  key \
                 file(\"tls/prov.key\")  clients require \"tls/phones-ca.pem\" }\n"
            }
            false => "",
        };
        format!(
            "// Made by `prov import`. Each phone gets the values that the imported files gave it.\nuse cisco.mpp\n\n/// Where the files are \
             to come from: say its name and its address.\nserver prov {{\nname    \"{HOST}\"\naddress {address}\nhttp    {{ port 80 \
             }}\n{dhcp}{https}}}\n"
        )
    }

    /// `P = v` of all phones.
    fn common<'e>(&self, entries: impl Iterator<Item = &'e Entry>) -> String {
        let statements = entries.filter_map(|entry| {
            let (_, held) = entry.of.first()?;
            Some(self.held(entry, held.value, held.user))
        });
        aligned(statements)
    }

    fn held(&self, entry: &Entry, value: Option<Text>, user: Option<Access>) -> String {
        match value {
            Some(text) => statement(entry, &literal(entry, self.pool.get(text)), user.map(Access::name)),
            None => format!("user {}", statement(entry, "", None).replace(" = ", "")),
        }
    }

    /// `match phone.model { "CP-8841-3PCC" { … } … }`
    fn grouped<'g>(&self, subject: &str, entries: &[&Entry], group: &dyn Fn(usize) -> &'g str) -> String {
        let mut groups: BTreeMap<&str, BTreeMap<&str, String>> = BTreeMap::new();
        for entry in entries {
            for (phone, held) in &entry.of {
                let said = groups.entry(group(*phone)).or_default();
                said.entry(&entry.element).or_insert_with(|| self.held(entry, held.value, held.user));
            }
        }
        let arms: String = groups
            .into_iter()
            .map(|(name, said)| format!("{} {{\n{}}}\n", super::value::quoted(name), aligned(said.into_values())))
            .collect();
        format!("match {subject} {{\n{arms}else {{\n}}\n}}\n")
    }

    /// What is each phone's own, and every secret.
    fn own(&self, used: &[&Entry], columns: &mut Columns, named: &mut String) -> String {
        let mut simple = Vec::new();
        let mut blocks = String::new();
        for entry in used.iter().filter(|entry| entry.level == Level::Phone || entry.secret) {
            if entry.level == Level::Common
                && let Some((_, held)) = entry.of.first()
            {
                let expression = match held.value.map(|text| self.pool.get(text)) {
                    Some(text) if !text.is_empty() => {
                        // Names may differ by case alone, which not every disk tells apart.
                        let name = columns.name(&entry.element);
                        let alone = name == name_of(&entry.element);
                        let path = columns.secret(if alone { &entry.element } else { &name }, text);
                        let path = path.trim_start_matches("file:").to_owned();
                        named.push_str(&format!("\nsecret {name} = file({})\n", super::value::quoted(&path)));
                        name
                    }
                    _ => "\"\"".to_owned(),
                };
                simple.push(statement(entry, &expression, held.user.map(Access::name)));
                continue;
            }
            // Without a value there is nothing to make a column of.
            let (users, valued): (Vec<_>, Vec<_>) = entry.of.iter().partition(|(_, held)| held.value.is_none());
            if valued.is_empty() {
                blocks.push_str(&self.user_alone(entry, &users, columns));
                continue;
            }
            let text = columns.statements(entry, self.phones, self.pool);
            if text.lines().count() == 1 { simple.push(text) } else { blocks.push_str(&text) }
        }
        aligned(simple.into_iter()) + &blocks
    }

    fn user_alone(&self, entry: &Entry, users: &[&(usize, super::phones::Held)], columns: &mut Columns) -> String {
        let all = users.len() == self.phones.len();
        let set = self.held(entry, None, None);
        if all {
            set
        } else {
            format!("if {} {{\n{set}}}\n", columns.flag(entry, users.iter().map(|(at, _)| *at), self.phones.len()))
        }
    }

    /// Rules in positions that no profile fills: one text for all phones.
    fn rules(&self, rules: &[&Entry], filled: &[&str], words: &mut HashMap<String, Vec<Text>>) -> String {
        let mut text = String::new();
        for entry in
            rules.iter().filter(|entry| !filled.contains(&entry.element.as_str()) && entry.level == Level::Common)
        {
            let value =
                entry.of.first().and_then(|(_, held)| held.value).map(|value| self.pool.get(value)).unwrap_or_default();
            if !value.is_empty() {
                text.push_str(&format!("rule {} raw {}\n", entry.element, super::value::quoted(value)));
                words.entry(entry.element.clone()).or_default().push(entry.name);
            }
        }
        text
    }

    /// The declaration of the inventory; the rows go into the draft.
    fn inventory(&self, columns: &Columns, draft: &mut Draft) -> String {
        let mut text = "\ninventory handsets from \"phones.csv\" {\nmac : mac\nmodel : model\n".to_owned();
        let width = columns.all.iter().map(|column| column.name.len()).max().unwrap_or(0).max(5);
        text = text
            .replace("mac : mac", &format!("{:width$} : mac", "mac"))
            .replace("model : model", &format!("{:width$} : model", "model"));
        for column in &columns.all {
            text.push_str(&format!("{:width$} : {}\n", column.name, column.ty));
            draft.by_word.entry(column.name.clone()).or_default().extend(&column.of);
        }
        let mut rows = csv::Writer::from_writer(Vec::new());
        let names = ["mac", "model"].into_iter().chain(columns.all.iter().map(|column| column.name.as_str()));
        let mut whole = rows.write_record(names).is_ok();
        for (at, phone) in self.phones.iter().enumerate() {
            let mac = phone.mac.to_string();
            let cells = columns.all.iter().map(|column| column.cells.get(at).map_or("", String::as_str));
            whole &= rows.write_record([mac.as_str(), &phone.model].into_iter().chain(cells)).is_ok();
        }
        draft.columns = columns.all.len();
        // Writing to memory fails never; a table that was cut would be found out by the comparison.
        draft.inventory = rows.into_inner().ok().filter(|_| whole).unwrap_or_default();
        text + "}\n"
    }

    /// The sites' names as paths may have them, by position of the phone.
    fn sites(&self) -> Vec<String> {
        let folders: BTreeSet<&str> = self.phones.iter().map(|phone| phone.site.as_str()).collect();
        let mut names: BTreeMap<&str, String> = BTreeMap::new();
        for folder in folders {
            let base = match name_of(folder).as_str() {
                "x_" => "other".to_owned(),
                name => name.to_owned(),
            };
            let numbered = (2..).map(|number| format!("{base}_{number}"));
            let free =
                std::iter::once(base.clone()).chain(numbered).find(|name| !names.values().any(|taken| taken == name));
            names.insert(folder, free.unwrap_or(base));
        }
        let name = |phone: &Phone| names.get(phone.site.as_str()).cloned().unwrap_or_default();
        self.phones.iter().map(name).collect()
    }
}

fn comment(profile: &str, secret: bool) -> String {
    match profile {
        "common" => "/// What all phones have.\n".to_owned(),
        "model" => "/// What all phones of a product have.\n".to_owned(),
        "site" => "/// What all phones of a site have.\n".to_owned(),
        _ if secret => {
            format!("/// What each phone has for itself, and every secret; their texts lie in `{SECRETS}`.\n")
        }
        _ => "/// What each phone has for itself.\n".to_owned(),
    }
}

/// Assignments with their signs in one column.
fn aligned(statements: impl Iterator<Item = String>) -> String {
    let statements: Vec<String> = statements.collect();
    let width = statements.iter().filter_map(|one| one.find(" = ")).filter(|width| *width <= 40).max().unwrap_or(0);
    let line = |one: &String| match one.split_once(" = ") {
        Some((name, rest)) => format!("{name:width$} = {rest}"),
        None => one.clone(),
    };
    statements.iter().map(line).collect()
}
