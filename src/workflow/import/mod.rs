//! Profiles of another system to a program: what repeats for all phones, for a product or for a site stands once, what differs
//! from phone to phone becomes a column, secrets are kept apart; and the program is held against the files that it was made of.

mod audit;
mod carried;
mod clauses;
mod columns;
mod dhcp;
mod factor;
mod fits;
mod found;
mod gather;
mod listed;
mod owner;
mod phones;
mod pool;
mod print;
mod prove;
mod table;
mod value;

pub use audit::{Audited, Trouble, audit};
pub use gather::Tree;
pub use listed::{Listed, listed};
pub use prove::{Compared, Difference};

use crate::diagnostic::{Code, Diagnostic, Entry as Finding, Severity, SourceMap};
use crate::language::MemoryFiles;
use crate::phone::SecretRef;
use crate::plan::{Secret, Secrets, Served};
use crate::platform::Catalogue;
use columns::SECRETS;
use dhcp::Networks;
use factor::{Entry, factor};
use found::{Found, Place};
use gather::{Gathered, Profile, gather};
use phones::{Phone, phones};
use pool::{Pool, Text};
use print::{Course, Draft, FLEET, Printed, Stage};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// What is wanted besides the files.
pub struct Order<'o> {
    /// The product of phones of which nothing tells it.
    pub model: Option<&'o str>,
    /// The phones, where somebody lists them; else all that have files.
    pub only: Option<&'o [Listed]>,
    /// The files are what phones came to, with all that their rules led to.
    pub fetched: bool,
    /// Compiles a project.
    pub compile: &'o dyn Fn(&MemoryFiles) -> Tried,
}

/// What became of a project.
pub struct Tried {
    /// Nothing: it has errors.
    pub served: Option<Served>,
    pub findings: Vec<Diagnostic>,
    pub sources: SourceMap,
}

/// A file of the new project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub path: String,
    pub octets: Vec<u8>,
    /// For nobody but the user.
    pub private: bool,
}

/// What came of it.
pub struct Imported {
    /// The project; none where something has to be settled first.
    pub project: Option<Vec<Written>>,
    pub findings: Vec<Diagnostic>,
    pub sources: SourceMap,
    /// Where the proof failed.
    pub differences: Vec<Difference>,
    pub told: Told,
}

/// How much there was of what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub files: usize,
    /// Files that are no profiles.
    pub others: usize,
    pub phones: usize,
    pub networks: usize,
    pub profiles: Vec<&'static str>,
    pub columns: usize,
    pub secrets: usize,
    /// Values and files that the program does not have, each with a finding.
    pub left_out: usize,
    pub compared: Compared,
}

/// The document of `prov import --format json`.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Document {
    /// The folder of the project; null: nothing is written.
    pub output: Option<String>,
    /// Profiles that were read.
    pub files: usize,
    /// Files that are no profiles.
    pub others: usize,
    pub phones: usize,
    /// Profiles of the new program, in the order of their rules.
    pub profiles: Vec<String>,
    /// Networks of DHCP.
    pub networks: usize,
    /// Columns of the inventory that differ from phone to phone.
    pub columns: usize,
    pub secrets: usize,
    /// Values and files that the program does not have, each with a finding.
    pub left_out: usize,
    /// Values that were held against what the imported files say.
    pub compared: usize,
    pub diagnostics: Vec<Finding>,
    /// Where the program would not give what the files gave.
    pub differences: Vec<Difference>,
}

impl Imported {
    pub fn document(&self, output: Option<String>) -> Document {
        let told = self.told.clone();
        Document {
            output,
            files: told.files,
            others: told.others,
            phones: told.phones,
            profiles: told.profiles.into_iter().map(str::to_owned).collect(),
            networks: told.networks,
            columns: told.columns,
            secrets: told.secrets,
            left_out: told.left_out,
            compared: told.compared.values,
            diagnostics: crate::diagnostic::Document::new(&self.findings, &self.sources, told.phones).diagnostics,
            differences: self.differences.clone(),
        }
    }

    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

/// A parameter takes three steps at most, and each round takes all that have a finding one step on.
const ROUNDS: usize = 8;

pub fn import(tree: &dyn Tree, order: &Order<'_>) -> Imported {
    let catalogue = Catalogue::cisco_mpp();
    let Drawn { phones, profiles, entries, pool, mut found, others, networks } = draw(tree, order, catalogue);
    let mut told = Told { files: profiles.len(), others, phones: phones.len(), ..Told::default() };
    // What is left out is told, and does not hold up the rest.
    let unsettled = found.iter().any(|one| one.severity == Severity::Error && one.left_out == 0);
    if unsettled || phones.is_empty() && networks.scopes.is_empty() {
        return ended(None, found, Vec::new(), told);
    }
    let mut course = Course::default();
    for round in 1..=ROUNDS {
        let printed = Printed { entries: &entries, phones: &phones, pool: &pool, networks: &networks, course: &course };
        let draft = printed.draft();
        let tried = (order.compile)(&project(&draft));
        let Some(served) = tried.served else {
            // What steps do not mend is told as it stands in the program.
            if round == ROUNDS || !course.step(&tried.findings, &tried.sources, &draft) {
                return Imported {
                    project: None,
                    findings: tried.findings,
                    sources: tried.sources,
                    differences: Vec::new(),
                    told,
                };
            }
            continue;
        };
        let known = draft.secrets.iter().map(|(path, text)| (SecretRef::File(path.clone()), Secret::new(text.clone())));
        let served = served.with_secrets(Secrets::Known(known.collect()));
        let left_out = left_out(&entries, &course.stages, &draft);
        for entry in entries.iter().filter(|entry| left_out.contains(&entry.name)) {
            found.push(unsaid(entry, &profiles, course.why.get(&entry.name), &draft));
        }
        found.extend(course.out.iter().map(|(key, finding)| off_network(key, finding, &networks)));
        found.extend(kept_for_nobody(&networks, &phones));
        told.networks = networks.scopes.len();
        (told.profiles, told.columns, told.secrets) = (draft.profiles.clone(), draft.columns, draft.secrets.len());
        return match prove::prove(&served, &phones, &entries, &pool, &left_out, &draft.filled, catalogue) {
            Ok(compared) => ended(Some(files(draft)), found, Vec::new(), Told { compared, ..told }),
            Err(differences) => ended(None, found, differences, told),
        };
    }
    ended(None, found, Vec::new(), told)
}

/// What the files come to.
struct Drawn {
    phones: Vec<Phone>,
    profiles: Vec<Profile>,
    entries: Vec<Entry>,
    pool: Pool,
    found: Vec<Found>,
    others: usize,
    networks: Networks,
}

fn draw(tree: &dyn Tree, order: &Order<'_>, catalogue: &Catalogue) -> Drawn {
    let mut gathered = gather(tree, catalogue);
    let mut phones = phones(&mut gathered, order, catalogue);
    let Gathered { mut pool, profiles, mut found, others, networks } = gathered;
    let entries = factor(&mut phones, &profiles, &mut pool, catalogue, &mut found);
    Drawn { phones, profiles, entries, pool, found, others, networks }
}

fn ended(project: Option<Vec<Written>>, found: Vec<Found>, differences: Vec<Difference>, told: Told) -> Imported {
    let (findings, sources) = found::told(&found);
    let told = Told { left_out: found.iter().map(|one| one.left_out).sum(), ..told };
    Imported { project, findings, sources, differences, told }
}

/// The project as the compiler reads it.
fn project(draft: &Draft) -> MemoryFiles {
    let mut files = MemoryFiles::single(draft.main.clone());
    files.0.insert("phones.csv".into(), draft.inventory.clone());
    files
}

fn files(draft: Draft) -> Vec<Written> {
    let open = |path: &str, octets: Vec<u8>| Written { path: path.to_owned(), octets, private: false };
    let mut files = vec![open("main.prov", draft.main.into_bytes())];
    if !draft.inventory.is_empty() {
        files.push(open("phones.csv", draft.inventory));
    }
    files.push(open(".gitignore", format!(".prov/\n{SECRETS}/\n").into_bytes()));
    let secrets = draft.secrets.into_iter();
    files.extend(secrets.map(|(path, text)| Written { path, octets: text.into_bytes(), private: true }));
    files
}

/// The parameters of the line that a finding is about, or of the column.
fn concerned(finding: &Diagnostic, sources: &SourceMap, draft: &Draft) -> Vec<Text> {
    let of = |word: &str| draft.by_word.get(word).cloned().unwrap_or_default();
    for label in &finding.labels {
        if sources.name(label.span.file) == "main.prov" {
            let line = sources.position(label.span.file, label.span.start).line;
            let text = draft.main.lines().nth(line - 1).unwrap_or_default().trim();
            let target = text.split(" =").next().unwrap_or_default().trim();
            let target = target.trim_start_matches("user ").trim_start_matches("unlisted ").trim_matches('"');
            let rule = text.strip_prefix("rule ").and_then(|rest| rest.split(' ').next()).unwrap_or_default();
            let column = text.split(" :").next().unwrap_or_default().trim();
            let found = [target, text, rule, column].into_iter().map(of).find(|found| !found.is_empty());
            if let Some(found) = found {
                return found;
            }
        }
    }
    let columns = finding.data.iter().filter_map(|label| label.place.column.clone());
    columns.map(|column| of(&column)).find(|found| !found.is_empty()).unwrap_or_default()
}

/// Parameters that the program does not say, or says otherwise.
fn left_out(entries: &[Entry], stages: &HashMap<Text, Stage>, draft: &Draft) -> HashSet<Text> {
    let out = |entry: &&Entry| {
        let filled = draft.filled.contains(&entry.element.as_str());
        let divided = entry.is_rule() && entry.level != factor::Level::Common;
        filled || divided || stages.get(&entry.name) == Some(&Stage::Out)
    };
    entries.iter().filter(out).map(|entry| entry.name).collect()
}

fn unsaid(entry: &Entry, profiles: &[Profile], why: Option<&Diagnostic>, draft: &Draft) -> Found {
    let held = entry.of.first().map(|(_, held)| held);
    let file = held.and_then(|held| profiles.get(held.file as usize)).map(|file| file.name.clone());
    let line = held.map_or(1, |held| held.line as usize);
    let place = Place { file: file.unwrap_or_default(), line, shown: entry.element.clone() };
    let element = &entry.element;
    if draft.filled.contains(&element.as_str()) {
        let finding = Found::new(Code::P0610, place, format!("`{element}` leads to the files of the new program"));
        return finding
            .severity(Severity::Note)
            .because("it is what the program makes of `profiles`, and no more what it was");
    }
    let (code, because) = match why {
        Some(finding) => (finding.code, finding.message.clone()),
        None => (Code::P0610, "a rule is one text for all phones of a fleet".to_owned()),
    };
    let finding = Found::new(code, place, format!("`{element}` is left out: no program can say it"));
    finding.severity(Severity::Error).because(because).left_out(entry.of.len())
}

/// Part of a network that a program cannot have.
fn off_network(key: &str, finding: &Diagnostic, networks: &Networks) -> Found {
    if key == FLEET {
        let place = networks.scopes.first().map_or_else(|| Place::whole(""), |scope| scope.place.clone());
        let found = Found::new(finding.code, place, "the phones are on none of the networks");
        return found.severity(Severity::Error).because(finding.message.clone());
    }
    let place = networks.place(key).cloned().unwrap_or_else(|| Place::whole(""));
    let found = Found::new(finding.code, place, format!("{key} is left out: no program can say it"));
    found.severity(Severity::Error).because(finding.message.clone())
}

/// Addresses that are kept for devices of which there is no profile.
fn kept_for_nobody(networks: &Networks, phones: &[Phone]) -> Option<Found> {
    let known: HashSet<_> = phones.iter().map(|phone| phone.mac).collect();
    let mut others = networks.reservations.iter().filter(|(mac, ..)| !known.contains(mac));
    let (mac, _, place) = others.next()?;
    let message = match others.count() {
        0 => format!("the address of {mac} is not kept"),
        more => format!("the addresses of {mac} and {more} more are not kept"),
    };
    let found = Found::new(Code::P0901, place.clone(), message).severity(Severity::Warning);
    Some(found.because("an address is kept for phones of the program, and there is no profile of these"))
}
