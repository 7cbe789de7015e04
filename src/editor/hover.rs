//! What there is to say of the word at a place.

use super::context::{Context, Room};
use super::index::{Occurrence, Symbol};
use super::keyword;
use super::view::{Place, View};
use super::wire::{Sent, assigned};
use crate::diagnostic::{Code, Span, visible};
use crate::language::syntax::tree::{Item, ItemKind};
use crate::language::{Time, Value, when};
use crate::platform::{Catalogue, Releases, type_page};
use crate::workflow::why::names::Kind;
use crate::workflow::why::program::body;
use tower_lsp_server::ls_types::{Hover, HoverContents, MarkupContent, MarkupKind};

/// What is shown beside a place; none: nothing is known of what stands there.
pub fn hover(place: Place<'_>) -> Option<Hover> {
    let (start, word) = place.word();
    let range = place.text.range(start, start + word.len());
    let told = told(place, start, word)?;
    let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value: told });
    Some(Hover { contents, range: Some(range) })
}

fn told(place: Place<'_>, start: usize, word: &str) -> Option<String> {
    let Place { view, file, text, .. } = place;
    let catalogue = Catalogue::cisco_mpp();
    if word.is_empty() {
        return None;
    }
    if let Some(code) = Code::from_name(word) {
        return Some(code.page().to_owned());
    }
    let context = Context::at(text.as_str(), start);
    if context.comment {
        return None;
    }
    let before = text.as_str().get(..start).unwrap_or_default();
    if before.ends_with('$') || before.ends_with("$(") {
        let stem = catalogue.macro_info(word).map_or(word.to_owned(), |info| info.name);
        return catalogue.explain(&format!("${stem}")).map(page);
    }
    if let Some(string) = view.string_at(file, place.offset) {
        let of_string =
            catalogue.model(&string).map(|model| model.page()).or_else(|| Releases::cisco().explain(&string));
        if let Some(told) = of_string {
            return Some(page(told));
        }
    }
    if let Some((family, sent)) = assigned(view, file, place.offset) {
        let parameter = catalogue.parameter(&family)?;
        let sent = match sent {
            Some(Sent { element, value }) => format!("\n\non the wire: `{element}` = `{}`", visible(&value)),
            None => String::new(),
        };
        return Some(page(parameter.page()) + &sent);
    }
    if let Some(occurrence) = view.index.at(file, place.offset) {
        return symbol(view, occurrence);
    }
    if context.string.is_some() {
        return None;
    }
    let begins = context.line.is_empty() || context.room() == Room::Phone;
    if let Some(told) = keyword::told(context.room(), word).filter(|_| begins) {
        return Some(told);
    }
    if context.line.last() == Some(&":")
        && let Some(told) = type_page(word)
    {
        return Some(page(told));
    }
    expression(view, file, place.offset).or_else(|| keyword::told(context.room(), word))
}

/// A page of `prov explain`, which is laid out with blanks.
fn page(text: String) -> String {
    format!("```text\n{}\n```", text.trim_end())
}

fn code(text: &str) -> String {
    format!("```prov\n{text}\n```")
}

fn symbol(view: &View, occurrence: &Occurrence) -> Option<String> {
    match &occurrence.symbol {
        Symbol::Declared(Kind::Column, name) => {
            let known = view.noted_as(occurrence.span).map(|(ty, _)| ty);
            let declared = view.index.of(&occurrence.symbol).filter(|one| one.binds);
            let rows: Vec<String> = declared.filter_map(|one| view.line_of(one.span)).collect();
            let ty = known.map(|ty| format!(" : {ty}")).unwrap_or_default();
            let first = rows.first().filter(|_| ty.is_empty()).cloned();
            Some(
                code(&first.unwrap_or_else(|| format!("phone.{name}{ty}"))) + "\n\na column of phones, known per phone",
            )
        }
        Symbol::Declared(kind, name) => declared(view, *kind, name),
        Symbol::Local(bound) => {
            let name = view.sources.slice(*bound);
            let known = view.noted_as(occurrence.span).map(|(ty, time)| format!("{ty}, {}", known(time)));
            Some(code(name) + "\n\n" + &known.unwrap_or_else(|| "a variable".to_owned()))
        }
        Symbol::File(path) => Some(format!("`{path}`")),
    }
}

fn declared(view: &View, kind: Kind, name: &str) -> Option<String> {
    let symbol = Symbol::Declared(kind, name.to_owned());
    let bound = view.index.of(&symbol).find(|one| one.binds)?.span;
    let item = view.item_at(bound)?;
    let mut told = code(&head(view, item));
    let documentation = view.documentation(item.span);
    if !documentation.is_empty() {
        told += &format!("\n\n{documentation}");
    }
    if kind == Kind::Let {
        if let ItemKind::Let { value, .. } = &item.kind
            && let Some((ty, time)) = view.noted_as(value.span)
        {
            told += &format!("\n\n{ty}, {}", known(time));
        }
        if let Some(Some(value)) = view.checked().program.globals.lets.get(name)
            && let Some(text) = shown(value)
        {
            told += &format!(": `{text}`");
        }
    }
    let uses = view.index.of(&symbol).filter(|one| !one.binds).count();
    told += &format!("\n\nused in {uses} {}", if uses == 1 { "place" } else { "places" });
    Some(told)
}

/// A value in words. No secret is one.
fn shown(value: &Value) -> Option<String> {
    value.text().map(|text| visible(&text).to_string())
}

fn known(time: Time) -> String {
    match time {
        Time::OnPhone => "known on the phone only".to_owned(),
        time => format!("known {}", when(time)),
    }
}

/// The first line of a declaration; of a block without its brace.
fn head(view: &View, item: &Item) -> String {
    let end = body(item).map_or(item.span.end, |block| block.span.start);
    let words = view.sources.slice(Span { end, ..item.span });
    words.lines().next().unwrap_or_default().trim().to_owned()
}

/// The type of the smallest expression at a place.
fn expression(view: &View, file: crate::diagnostic::FileId, offset: usize) -> Option<String> {
    let noted = view.checked().noted.iter();
    let at = offset as u32;
    let holds = noted.filter(|(span, _)| span.file == file && span.start <= at && at <= span.end);
    let (span, (ty, time)) = holds.min_by_key(|(span, _)| (span.end - span.start, span.start))?;
    let text = view.sources.slice(*span).lines().next().unwrap_or_default();
    Some(code(text) + &format!("\n\n{ty}, {}", known(*time)))
}
