//! Another name for what the program declares, at every place that means it.

use super::index::{Occurrence, Symbol};
use super::overlaid::Overlaid;
use super::view::{Place, View};
use crate::diagnostic::{Code, Span};
use crate::language::syntax::tree::ItemKind;
use crate::language::{self, Files, check, resolve};
use crate::workflow::why::names::Kind;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Words that are no names.
const RESERVED: [&str; 16] = [
    "yes", "no", "phone", "request", "absent", "derive", "if", "for", "match", "else", "in", "and", "or", "not",
    "jitter", "option",
];

/// The name at a place, if it can have another; the error says why not.
pub fn nameable(place: Place<'_>) -> Result<&Occurrence, String> {
    let Place { view, file, offset, .. } = place;
    let at = view.index.at(file, offset).ok_or("there is no name of the program's here")?;
    match &at.symbol {
        Symbol::File(_) => Err("a file is renamed where files are".to_owned()),
        Symbol::Declared(Kind::Zone, _) => Err("a domain is no name of the program's own".to_owned()),
        Symbol::Declared(Kind::Column, name) if in_data(view, name) => {
            Err(format!("`{name}` is what the data file calls its column"))
        }
        symbol if !view.index.of(symbol).any(|one| one.binds) => Err("nothing in the program declares it".to_owned()),
        _ => Ok(at),
    }
}

fn in_data(view: &View, column: &str) -> bool {
    let items = view.trees.iter().flat_map(|(_, tree)| &tree.items);
    let mut columns = items.filter_map(|item| match &item.kind {
        ItemKind::Inventory { columns, .. } => Some(columns),
        _ => None,
    });
    column == "mac" || column == "model" || columns.any(|all| all.iter().any(|one| one.name.text == column))
}

/// All places where the name at a place stands, for another to be put there; the error says why it cannot.
pub fn rename(place: Place<'_>, name: &str) -> Result<Vec<Span>, String> {
    let view = place.view;
    let symbol = &nameable(place)?.symbol;
    let begins = name.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_');
    if !begins || !name.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_') {
        return Err(format!("`{name}` is no name: it has letters, digits and `_`, and does not begin with a digit"));
    }
    if RESERVED.contains(&name) {
        return Err(format!("`{name}` is a word of the language"));
    }
    if let Some(other) = taken(view, symbol, name) {
        return Err(format!("`{name}` is {other} already"));
    }
    let spans: Vec<Span> = view.index.of(symbol).map(|one| one.span).collect();
    if !says_the_same(view, &spans, name) {
        return Err(format!("with the name `{name}` the program would say something else"));
    }
    Ok(spans)
}

/// What else is called so, and would be meant in places of this one or take its place.
fn taken(view: &View, symbol: &Symbol, name: &str) -> Option<&'static str> {
    let value = |kind: Kind| matches!(kind, Kind::Let | Kind::Secret | Kind::Firmware);
    view.index.all().iter().filter(|one| one.binds && view.sources.slice(one.span) == name).find_map(|one| {
        match (&one.symbol, symbol) {
            (Symbol::Local(_), Symbol::Local(_)) => Some("a variable"),
            (Symbol::Local(_), Symbol::Declared(kind, _)) if value(*kind) => Some("a variable"),
            (Symbol::Declared(kind, _), Symbol::Local(_)) if value(*kind) => Some(kind.word()),
            (Symbol::Declared(known, _), Symbol::Declared(kind, _)) => {
                (known == kind || value(*known) && value(*kind)).then(|| known.word())
            }
            _ => None,
        }
    })
}

/// Whether nothing else is found in the program when the name is changed: a use that was passed over would be unknown then.
fn says_the_same(view: &View, spans: &[Span], name: &str) -> bool {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    // From the end, so that places before keep theirs.
    let mut spans = spans.to_vec();
    spans.sort_unstable_by_key(|span| std::cmp::Reverse(*span));
    spans.dedup();
    for span in spans {
        let path = view.sources.name(span.file);
        let text = texts.entry(path.to_owned()).or_insert_with(|| view.sources.text(span.file).to_owned());
        text.replace_range(span.start as usize..span.end as usize, name);
    }
    let found = |files: &dyn Files| -> Vec<Code> {
        let checked = check(resolve(language::load(files, &view.entry)), files);
        let mut codes: Vec<Code> = checked.findings.iter().map(|finding| finding.code).collect();
        let strangers = checked.for_platform.strangers.iter().map(|stranger| stranger.finding.code);
        codes.extend(strangers);
        codes.sort_unstable();
        codes
    };
    let files = view.shared_files();
    found(&*files) == found(&Overlaid { files: Arc::clone(&files), texts })
}
