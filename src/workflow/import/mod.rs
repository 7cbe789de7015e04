//! Profiles of another system to a program: what repeats for all phones, for a product or for a site stands once, what differs
//! from phone to phone becomes a column, secrets are kept apart; and the program is held against the files that it was made of.

mod clauses;
mod columns;
mod factor;
mod fits;
mod found;
mod gather;
mod owner;
mod phones;
mod pool;
mod print;
mod prove;
mod table;
mod value;

pub use gather::Tree;
pub use prove::{Compared, Difference};

use crate::diagnostic::{Code, Diagnostic, Entry as Finding, Severity, SourceMap};
use crate::language::MemoryFiles;
use crate::phone::SecretRef;
use crate::plan::{Secret, Secrets, Served};
use crate::platform::Catalogue;
use columns::SECRETS;
use factor::{Entry, factor};
use found::{Found, Place};
use gather::{Gathered, gather};
use phones::phones;
use pool::Text;
use print::{Draft, Printed, Stage};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What is wanted besides the files.
pub struct Order<'o> {
    /// The product of phones of which nothing tells it.
    pub model: Option<&'o str>,
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
    pub profiles: Vec<&'static str>,
    pub columns: usize,
    pub secrets: usize,
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
    /// Columns of the inventory that differ from phone to phone.
    pub columns: usize,
    pub secrets: usize,
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
            columns: told.columns,
            secrets: told.secrets,
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
    let mut gathered = gather(tree, catalogue);
    let mut phones = phones(&mut gathered, order.model, catalogue);
    let Gathered { mut pool, profiles, mut found, others } = gathered;
    let mut told = Told { files: profiles.len(), others, phones: phones.len(), ..Told::default() };
    let entries = factor(&mut phones, &profiles, &mut pool, catalogue, &mut found);
    let unsettled = found.iter().any(|one| one.severity == Severity::Error);
    if unsettled || phones.is_empty() {
        return ended(None, found, Vec::new(), told);
    }
    let mut stages: HashMap<Text, Stage> = HashMap::new();
    let mut why: BTreeMap<Text, Diagnostic> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let printed = Printed { entries: &entries, phones: &phones, pool: &pool, stages: &stages };
        let draft = printed.draft();
        let tried = (order.compile)(&project(&draft));
        let Some(served) = tried.served else {
            if !step(&tried.findings, &tried.sources, &draft, &mut stages, &mut why) {
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
        let left_out = left_out(&entries, &stages, &draft);
        for entry in entries.iter().filter(|entry| left_out.contains(&entry.name)) {
            found.push(unsaid(entry, &profiles, why.get(&entry.name), &draft));
        }
        (told.profiles, told.columns, told.secrets) = (draft.profiles.clone(), draft.columns, draft.secrets.len());
        return match prove::prove(&served, &phones, &entries, &pool, &left_out, &draft.filled, catalogue) {
            Ok(compared) => ended(Some(files(draft)), found, Vec::new(), Told { compared, ..told }),
            Err(differences) => ended(None, found, differences, told),
        };
    }
    ended(None, found, Vec::new(), told)
}

fn ended(project: Option<Vec<Written>>, found: Vec<Found>, differences: Vec<Difference>, told: Told) -> Imported {
    let (findings, sources) = found::told(&found);
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
    let mut files = vec![open("main.prov", draft.main.into_bytes()), open("phones.csv", draft.inventory)];
    files.push(open(".gitignore", format!(".prov/\n{SECRETS}/\n").into_bytes()));
    let secrets = draft.secrets.into_iter();
    files.extend(secrets.map(|(path, text)| Written { path, octets: text.into_bytes(), private: true }));
    files
}

/// Takes what has an error one step on; `false`: an error is about no parameter.
fn step(
    findings: &[Diagnostic],
    sources: &SourceMap,
    draft: &Draft,
    stages: &mut HashMap<Text, Stage>,
    why: &mut BTreeMap<Text, Diagnostic>,
) -> bool {
    let mut stepped: BTreeSet<Text> = BTreeSet::new();
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Error) {
        let named: Vec<Text> = concerned(finding, sources, draft);
        for name in named {
            why.insert(name, finding.clone());
            stepped.insert(name);
        }
    }
    for name in &stepped {
        let stage = stages.entry(*name).or_default();
        *stage = match *stage {
            Stage::Clause => Stage::Assigned,
            Stage::Assigned => Stage::Unlisted,
            Stage::Unlisted | Stage::Out => Stage::Out,
        };
    }
    !stepped.is_empty()
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

fn unsaid(entry: &Entry, profiles: &[gather::Profile], why: Option<&Diagnostic>, draft: &Draft) -> Found {
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
    finding.severity(Severity::Error).because(because)
}
