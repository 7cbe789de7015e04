//! The list that is offered.

use super::super::context::Room;
use super::super::keyword;
use super::super::text::Text;
use super::super::view::View;
use crate::platform::{Catalogue, Parameter, ParameterType, Releases};
use crate::workflow::why::names::Kind;
use std::collections::HashSet;
use std::ops::Range;
use tower_lsp_server::ls_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Documentation, InsertTextFormat, MarkupContent, MarkupKind,
    TextEdit,
};

pub struct Offers {
    snippets: bool,
    /// What is written, and the rest of it.
    items: Vec<(String, CompletionItem)>,
}

impl Offers {
    pub fn new(snippets: bool) -> Self {
        Offers { snippets, items: Vec::new() }
    }

    /// What is offered, each to stand in the place of what is written.
    pub fn into_items(self, text: &Text, written: Range<usize>) -> Vec<CompletionItem> {
        let range = text.range(written.start, written.end);
        let mut seen = HashSet::new();
        let first = self.items.into_iter().filter(|(_, item)| seen.insert(item.label.clone()));
        let place = |(new_text, item): (String, CompletionItem)| CompletionItem {
            text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text })),
            ..item
        };
        first.map(place).collect()
    }

    pub fn plain(&mut self, label: &str, kind: CompletionItemKind, what: &str) {
        self.add(label, label.to_owned(), kind, what, None);
    }

    /// What stands in a string.
    pub fn text(&mut self, text: &str, kind: CompletionItemKind, what: &str) {
        self.plain(text, kind, what);
    }

    fn add(&mut self, label: &str, written: String, kind: CompletionItemKind, what: &str, told: Option<String>) {
        let item = CompletionItem {
            label: label.to_owned(),
            kind: Some(kind),
            detail: (!what.is_empty()).then(|| what.to_owned()),
            documentation: told.map(markdown),
            filter_text: Some(written.split(['$', '\n']).next().unwrap_or_default().to_owned())
                .filter(|filter| !filter.is_empty() && !label.starts_with('$')),
            ..CompletionItem::default()
        };
        self.items.push((written, item));
    }

    pub fn keyword(&mut self, word: &str, room: Room) {
        self.add(word, word.to_owned(), CompletionItemKind::KEYWORD, "", keyword::told(room, word));
    }

    /// A declaration, with its form where the client fills it in.
    pub fn form(&mut self, word: &str, form: &str, room: Room) {
        self.keyword(word, room);
        if self.snippets
            && let Some((written, item)) = self.items.last_mut()
        {
            *written = form.to_owned();
            item.insert_text_format = Some(InsertTextFormat::SNIPPET);
            item.filter_text = None;
        }
    }

    pub fn names(&mut self, view: &View, kind: Kind) {
        let shown = match kind {
            Kind::Function => CompletionItemKind::FUNCTION,
            Kind::Let | Kind::Secret => CompletionItemKind::CONSTANT,
            _ => CompletionItemKind::REFERENCE,
        };
        view.index.names(kind).iter().for_each(|name| self.plain(name, shown, kind.word()));
    }

    pub fn parameters(&mut self) {
        let catalogue = Catalogue::cisco_mpp();
        for family in catalogue.families() {
            let Some(parameter) = catalogue.parameter(family) else { continue };
            let (label, snippet) = spelled(&parameter);
            let written = if self.snippets { snippet } else { label.clone() };
            self.add(&label, written, CompletionItemKind::PROPERTY, &parameter.summary(), Some(parameter.doc.clone()));
            if let Some((_, item)) = self.items.last_mut() {
                item.insert_text_format = self.snippets.then_some(InsertTextFormat::SNIPPET);
                item.filter_text = Some(label);
            }
        }
    }

    pub fn macros(&mut self) {
        let catalogue = Catalogue::cisco_mpp();
        for name in catalogue.macros() {
            let Some((doc, declaration)) = catalogue.macro_text(name) else { continue };
            let name = match declaration.contains(&format!("macro {name}[")) {
                true => format!("${name}1"),
                false => format!("${name}"),
            };
            self.add(&name, name.clone(), CompletionItemKind::VARIABLE, doc.lines().next().unwrap_or_default(), None);
        }
    }

    pub fn models(&mut self) {
        for model in Catalogue::cisco_mpp().models() {
            self.text(&model.name, CompletionItemKind::ENUM_MEMBER, &format!("family {}", model.family));
        }
    }

    pub fn releases(&mut self) {
        Releases::cisco()
            .all()
            .iter()
            .for_each(|one| self.text(&one.name, CompletionItemKind::ENUM_MEMBER, "a release"));
    }

    /// The values that a parameter takes, to stand in a string that is there.
    pub fn values(&mut self, family: &str) {
        for word in words_of(family) {
            self.text(&word, CompletionItemKind::ENUM_MEMBER, family);
        }
    }

    /// The same with their quotes.
    pub fn values_in_quotes(&mut self, family: &str) {
        for word in words_of(family) {
            let quoted = format!("\"{word}\"");
            self.add(&quoted, quoted.clone(), CompletionItemKind::ENUM_MEMBER, family, None);
        }
        let parameter = Catalogue::cisco_mpp().parameter(family);
        if parameter.is_some_and(|parameter| parameter.ty == ParameterType::Bool) {
            ["yes", "no"].iter().for_each(|word| self.plain(word, CompletionItemKind::ENUM_MEMBER, family));
        }
    }
}

fn words_of(family: &str) -> Vec<String> {
    match Catalogue::cisco_mpp().parameter(family).map(|parameter| parameter.ty.clone()) {
        Some(ParameterType::OneOf(words) | ParameterType::List(words)) => words,
        _ => Vec::new(),
    }
}

/// How a parameter is written, and the same with its indexes to be filled in.
fn spelled(parameter: &Parameter) -> (String, String) {
    let (mut label, mut snippet, mut number) = (String::new(), String::new(), 0);
    for (part, range) in &parameter.name.parts {
        label.push_str(part);
        snippet.push_str(part);
        if let Some((low, _)) = range {
            number += 1;
            label.push_str(&format!("[{low}]"));
            snippet.push_str(&format!("[${{{number}:{low}}}]"));
        }
    }
    (label, snippet)
}

fn markdown(value: String) -> Documentation {
    Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })
}
