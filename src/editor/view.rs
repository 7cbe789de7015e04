//! A program as the buffers have it, read as far as it can be. What only hovering or completing needs is made when it is
//! asked for.

use super::index::Index;
use super::readable::readable;
use super::sampled::Sampled;
use super::text::{Encoding, Text};
use crate::diagnostic::{FileId, SourceMap, Span};
use crate::language::syntax::lexis::tokens;
use crate::language::syntax::tree::{File, Item};
use crate::language::types::Type;
use crate::language::{self, Checked, Files, Modules, Time};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use tower_lsp_server::ls_types::{Position, Range};

/// Files as several threads read them.
pub type SharedFiles = Arc<dyn Files + Send + Sync>;

pub struct View {
    files: SharedFiles,
    pub entry: String,
    pub sources: SourceMap,
    pub trees: Vec<(FileId, File)>,
    pub index: Index,
    texts: HashMap<FileId, Text>,
    checked: OnceLock<Checked>,
}

/// A place in one of the program's files.
#[derive(Clone, Copy)]
pub struct Place<'v> {
    pub view: &'v View,
    pub file: FileId,
    pub text: &'v Text,
    pub offset: usize,
}

impl View {
    /// Reads every file of the program.
    pub fn new(files: SharedFiles, entry: &str, encoding: Encoding) -> View {
        let modules = language::load(&*files, entry);
        let texts = modules.sources.ids().map(|file| (file, Text::new(modules.sources.text(file), encoding))).collect();
        let (files, modules) = readable(files, entry, modules);
        let Modules { sources, files: trees, .. } = modules;
        let index = Index::new(&trees, &sources);
        View { files, entry: entry.to_owned(), sources, trees, index, texts, checked: OnceLock::new() }
    }

    /// A file of the program by its path in the project.
    pub fn file(&self, path: &str) -> Option<FileId> {
        self.sources.ids().find(|file| self.sources.name(*file) == path)
    }

    pub fn text(&self, file: FileId) -> Option<&Text> {
        self.texts.get(&file)
    }

    pub fn place(&self, path: &str, position: Position) -> Option<Place<'_>> {
        let file = self.file(path)?;
        let text = self.text(file)?;
        Some(Place { view: self, file, text, offset: text.offset(position) })
    }

    pub fn range(&self, span: Span) -> Option<Range> {
        Some(self.text(span.file)?.range(span.start as usize, span.end as usize))
    }

    /// What is known of the program's expressions and values. Of its phones a few tell as much as all do.
    pub fn checked(&self) -> &Checked {
        self.checked.get_or_init(|| {
            let few = Sampled::new(&*self.files);
            let modules = language::load(&few, &self.entry);
            language::check_noting(language::resolve(modules), &few)
        })
    }

    /// What the expression of exactly this place holds, or the one that ends with it: `phone.name`.
    pub fn noted_as(&self, span: Span) -> Option<(&Type, Time)> {
        let noted = &self.checked().noted;
        let ending = |other: &&Span| other.file == span.file && other.end == span.end && other.start <= span.start;
        let whole = || noted.keys().filter(ending).max_by_key(|other| other.start);
        let (ty, time) = noted.get(&span).or_else(|| noted.get(whole()?))?;
        Some((ty, *time))
    }

    /// The declaration that a place is in.
    pub fn item_at(&self, span: Span) -> Option<&Item> {
        let items = self.trees.iter().filter(|(file, _)| *file == span.file).flat_map(|(_, tree)| &tree.items);
        items.into_iter().find(|item| item.span.start <= span.start && span.end <= item.span.end)
    }

    /// The `///` lines above a declaration.
    pub fn documentation(&self, span: Span) -> String {
        let before = self.sources.text(span.file).get(..span.start as usize).unwrap_or_default();
        let above = before.lines().rev().skip_while(|line| line.is_empty());
        let mut lines: Vec<&str> = above.map_while(|line| line.trim().strip_prefix("///")).map(str::trim).collect();
        lines.reverse();
        lines.join("\n")
    }

    /// The line that a place begins in.
    pub fn line_of(&self, span: Span) -> Option<String> {
        let text = self.sources.text(span.file);
        let start = text.get(..span.start as usize)?.rfind('\n').map_or(0, |newline| newline + 1);
        Some(text.get(start..)?.lines().next()?.trim().to_owned())
    }

    /// The text of the string at a place, if nothing in it is computed.
    pub fn string_at(&self, file: FileId, offset: usize) -> Option<String> {
        let (tokens, _) = tokens(file, self.sources.text(file));
        let at = tokens.iter().find(|token| token.start <= offset && offset < token.end)?;
        let string = self.sources.text(file).get(at.start..at.end)?;
        let inside = string.strip_prefix('"')?.strip_suffix('"')?;
        (!inside.contains(['\\', '{'])).then(|| inside.to_owned())
    }

    pub fn files(&self) -> &dyn Files {
        &*self.files
    }

    pub fn shared_files(&self) -> SharedFiles {
        self.files.clone()
    }
}

impl<'v> Place<'v> {
    /// The word that a place is in, or at either end of.
    pub fn word(&self) -> (usize, &'v str) {
        let text = self.text.as_str();
        let (before, behind) = text.split_at_checked(self.offset).unwrap_or((text, ""));
        let sign = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
        let start = before.trim_end_matches(sign).len();
        let end = self.offset + behind.len() - behind.trim_start_matches(sign).len();
        (start, text.get(start..end).unwrap_or_default())
    }

    /// The line up to the place.
    pub fn line_before(&self) -> &'v str {
        let before = self.text.as_str().get(..self.offset).unwrap_or_default();
        before.rsplit(['\n', '\r']).next().unwrap_or_default()
    }
}
