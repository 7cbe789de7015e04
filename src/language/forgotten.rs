//! A file of the project that nothing uses, and that declares what is missed: one `use` was forgotten, however many of its names
//! are not found.

use super::modules::{Files, join};
use super::syntax;
use super::syntax::tree::{self, Head, ItemKind};
use crate::diagnostic::{Code, Diagnostic, FileId, SourceMap};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// So many files are looked at, so many octets of them, and so many of those that seem to declare what is missed are read as
/// programs: a folder may hold anything.
const MOST_LOOKED_AT: usize = 64;
const MOST_SCANNED: u64 = 4 << 20;
const MOST_READ: u64 = 256 << 10;

/// A file beside the program.
#[derive(Default)]
struct Beside {
    /// What it declares, with what it uses: kinds and names.
    declares: HashSet<(String, String)>,
    uses: BTreeSet<String>,
}

/// Leaves one finding for each file that is to be used, at the first name that is missed.
pub fn forgotten(sources: &SourceMap, files: &dyn Files, findings: &mut Vec<Diagnostic>) {
    let all: HashSet<(String, String)> = findings.iter().filter_map(missed).collect();
    if all.is_empty() {
        return;
    }
    let beside = beside(sources, files, &all);
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|at| findings.get(*at).map(Diagnostic::span));
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();
    let mut follows: HashSet<usize> = HashSet::new();
    for at in order {
        let Some(name) = findings.get(at).and_then(missed) else { continue };
        let Some((path, _)) = beside.iter().find(|(_, file)| declares(file, &name)) else { continue };
        match told.get(path.as_str()) {
            None => drop(told.insert(path, at)),
            Some(_) => drop(follows.insert(at)),
        }
    }
    for (path, at) in told {
        let entry = sources.ids().next().map(|entry| sources.name(entry)).unwrap_or_default();
        if let Some(finding) = findings.get_mut(at) {
            let here = finding.span().file;
            let whither = if sources.name(here) == entry { "at the top" } else { "to the program's main file" };
            finding.notes.push(format!("`{path}`, which nothing uses, declares it"));
            finding.help = Some(format!("add `use \"./{path}\"` {whither}"));
        }
    }
    let mut at = 0;
    findings.retain(|_| {
        at += 1;
        !follows.contains(&(at - 1))
    });
}

/// The kind and the name that a finding misses; of a kind alone, no name.
fn missed(finding: &Diagnostic) -> Option<(String, String)> {
    if finding.code != Code::P0201 {
        return None;
    }
    if let Some(kind) = finding.message.strip_prefix("the program declares no ") {
        return Some((kind.to_owned(), String::new()));
    }
    let (kind, name) = finding.message.strip_prefix("unknown ")?.split_once(" `")?;
    Some((kind.to_owned(), name.trim_end_matches('`').to_owned()))
}

fn declares(file: &Beside, (kind, name): &(String, String)) -> bool {
    match name.as_str() {
        "" => file.declares.iter().any(|(declared, _)| declared == kind),
        _ => file.declares.contains(&(kind.clone(), name.clone())),
    }
}

/// The files that the program does not use, by their paths.
fn beside(sources: &SourceMap, files: &dyn Files, missed: &HashSet<(String, String)>) -> BTreeMap<String, Beside> {
    let used: HashSet<&str> = sources.ids().map(|file| sources.name(file)).collect();
    let mut all: BTreeMap<String, Beside> = BTreeMap::new();
    let others = files.programs().into_iter().filter(|path| !used.contains(path.as_str()));
    let (mut scanned, mut read_whole) = (0, 0);
    for path in others.take(MOST_LOOKED_AT) {
        let Some(size) = files.size(&path).filter(|size| size.saturating_add(scanned) <= MOST_SCANNED) else {
            continue;
        };
        scanned += size;
        let Some(text) = files.read(&path).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else { continue };
        let text = text.trim_start_matches('\u{feff}');
        let file = if text.lines().any(|line| seems_to_declare(line, missed)) && read_whole + size <= MOST_READ {
            read_whole += size;
            // Its faults are told when it is used.
            read(&path, &syntax::parse(FileId(0), text).0)
        } else {
            Beside {
                uses: text.lines().filter_map(used_file).filter_map(|one| join(&path, one)).collect(),
                ..Beside::default()
            }
        };
        all.insert(path, file);
    }
    with_used(all)
}

/// Whether a line begins as a declaration of something that is missed does: inside of a block it may be a setting.
fn seems_to_declare(line: &str, missed: &HashSet<(String, String)>) -> bool {
    let mut words = line.split_whitespace();
    let Some(word) = words.next() else { return false };
    let name = words.next().unwrap_or_default();
    let name = name.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    let kind = match word {
        "let" | "secret" => "name",
        "fn" => "function",
        other => other,
    };
    let is = |name: &str| missed.contains(&(kind.to_owned(), name.to_owned()));
    is(name) || is("")
}

/// The file that a line uses.
fn used_file(line: &str) -> Option<&str> {
    let module = line.trim_start().strip_prefix("use")?.trim_start().strip_prefix('"')?;
    module.split_once('"').map(|(module, _)| module)
}

fn read(path: &str, tree: &tree::File) -> Beside {
    let mut file = Beside::default();
    for item in &tree.items {
        let (kind, name) = match &item.kind {
            ItemKind::Use { module, file: true } => {
                file.uses.extend(join(path, &module.text));
                continue;
            }
            ItemKind::Let { name, .. } | ItemKind::Secret { name, .. } => ("name", name.text.clone()),
            ItemKind::Fn { name, .. } => ("function", name.text.clone()),
            ItemKind::Inventory { name, .. } => ("inventory", name.text.clone()),
            ItemKind::Block { word, heads, .. } => {
                let Some(Head::Name(name)) = heads.first() else { continue };
                let Some(name) = name.plain() else { continue };
                (word.text.as_str(), name.to_owned())
            }
            _ => continue,
        };
        file.declares.insert((kind.to_owned(), name));
    }
    file
}

/// What a file uses is there with it, and needs no `use` of its own.
fn with_used(all: BTreeMap<String, Beside>) -> BTreeMap<String, Beside> {
    let mut whole: BTreeMap<String, Beside> = BTreeMap::new();
    let mut inner: HashSet<&str> = HashSet::new();
    for path in all.keys() {
        let (mut reached, mut open) = (BTreeSet::from([path.as_str()]), vec![path.as_str()]);
        while let Some(one) = open.pop() {
            let uses = all.get(one).map(|file| &file.uses).into_iter().flatten();
            open.extend(uses.map(String::as_str).filter(|next| all.contains_key(*next) && reached.insert(next)));
        }
        let declares = reached.iter().filter_map(|one| all.get(*one)).flat_map(|file| file.declares.iter().cloned());
        whole.insert(path.clone(), Beside { declares: declares.collect(), uses: BTreeSet::new() });
        inner.extend(reached.into_iter().filter(|one| one != path));
    }
    // Of files that use each other none is the outer one.
    if inner.len() < all.len() {
        whole.retain(|path, _| !inner.contains(path.as_str()));
    }
    whole
}
