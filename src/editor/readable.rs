//! Files of which nothing can be read while one writes: a string or a bracket that has no end yet takes all that follows with
//! it. Here the lines that begin it are blank, so that every other place is where it was.

use super::overlaid::Overlaid;
use super::view::SharedFiles;
use crate::diagnostic::{Code, FileId, SourceMap};
use crate::language::syntax::lexis::tokens;
use crate::language::{self, Modules};
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many lines of a file are left out; more of them are no slip of somebody who writes.
const MOST_LEFT_OUT: usize = 8;

/// The same files and modules, with what can be read of files that end nowhere.
pub fn readable(files: SharedFiles, entry: &str, modules: Modules) -> (SharedFiles, Modules) {
    let sources = &modules.sources;
    let read = |file: FileId| modules.files.iter().any(|(id, tree)| *id == file && !tree.items.is_empty());
    let unread = sources.ids().filter(|file| !read(*file));
    let texts: BTreeMap<String, String> = unread.filter_map(|file| left_out(sources, file)).collect();
    if texts.is_empty() {
        return (files, modules);
    }
    let files: SharedFiles = Arc::new(Overlaid { files, texts });
    let modules = language::load(&*files, entry);
    (files, modules)
}

fn left_out(sources: &SourceMap, file: FileId) -> Option<(String, String)> {
    let mut text = sources.text(file).to_owned();
    for _ in 0..MOST_LEFT_OUT {
        let (_, faults) = tokens(file, &text);
        let Some(fault) = faults.iter().find(|fault| fault.code == Code::P0102) else {
            return Some((sources.name(file).to_owned(), text));
        };
        let at = fault.span().start as usize;
        let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
        let end = text.get(at..)?.find('\n').map_or(text.len(), |newline| at + newline);
        text.replace_range(start..end, &" ".repeat(end - start));
    }
    None
}
