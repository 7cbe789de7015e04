//! A file of the project that nothing uses, and that declares what is missed: one `use` was forgotten, however many of its names
//! are not found.

use super::modules::{Files, join};
use super::syntax::tree::{self, Head, ItemKind};
use super::syntax::{self, MAX_FILE_BYTES};
use crate::diagnostic::{Code, Diagnostic, FileId, SourceMap};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// So many files are looked at.
const MOST_LOOKED_AT: usize = 64;

/// A file beside the program.
#[derive(Default)]
struct Beside {
    /// What it declares, with what it uses: kinds and names.
    declares: HashSet<(String, String)>,
    uses: BTreeSet<String>,
}

/// Leaves one finding for each file that is to be used, at the first name that is missed.
pub fn forgotten(sources: &SourceMap, files: &dyn Files, findings: &mut Vec<Diagnostic>) {
    if !findings.iter().any(|finding| missed(finding).is_some()) {
        return;
    }
    let beside = beside(sources, files);
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
fn beside(sources: &SourceMap, files: &dyn Files) -> BTreeMap<String, Beside> {
    let used: HashSet<&str> = sources.ids().map(|file| sources.name(file)).collect();
    let mut all: BTreeMap<String, Beside> = BTreeMap::new();
    let others = files.programs().into_iter().filter(|path| !used.contains(path.as_str()));
    for path in others.take(MOST_LOOKED_AT) {
        let small = files.size(&path).is_some_and(|size| size <= MAX_FILE_BYTES as u64);
        let Some(bytes) = small.then(|| files.read(&path).ok()).flatten() else { continue };
        let Ok(text) = String::from_utf8(bytes) else { continue };
        // Its faults are told when it is used.
        let (tree, _) = syntax::parse(FileId(0), text.trim_start_matches('\u{feff}'));
        all.insert(path.clone(), read(&path, &tree));
    }
    with_used(all)
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
