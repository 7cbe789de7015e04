//! The modules of the standard library as texts: where each declaration stands, and one as a tree.

use crate::diagnostic::FileId;
use crate::language::syntax::{declaration, parse, tree::ItemKind};
use std::ops::Range;

/// The modules are no files of the program.
const FILE: FileId = FileId(u32::MAX);

/// Where each declaration of a module is, in order, with its documentation: a word in column 1 begins it, and the next
/// such word, or a comment, ends it.
pub(super) fn declarations(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // Documentation above a declaration belongs to it.
    let (mut doc, mut open): (Option<usize>, Option<usize>) = (None, None);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let is_comment = line.starts_with("//");
        if is_comment || line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            found.extend(open.take().map(|start| start..at));
            if line.starts_with("///") {
                doc.get_or_insert(at);
            } else if is_comment {
                doc = None;
            } else {
                open = Some(doc.take().unwrap_or(at));
            }
        }
        at += line.len();
    }
    found.extend(open.map(|start| start..at));
    found
}

/// A declaration as a tree. The plain forms are read at once; whatever is in another form, the grammar reads.
pub(super) fn item(text: &str) -> Option<ItemKind> {
    let plain = declaration(FILE, text);
    let item = plain.or_else(|| parse(FILE, text).0.items.into_iter().next());
    item.map(|item| item.kind)
}

/// Every declaration of a module.
pub(super) fn items(text: &str) -> impl Iterator<Item = ItemKind> {
    declarations(text).into_iter().filter_map(|range| item(text.get(range)?))
}
