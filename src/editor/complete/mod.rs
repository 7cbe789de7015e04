//! What may be written at a place. Which of it the writer has begun is the client's to look for: all of it is offered, but
//! that of a string, which replaces what stands in the string already.

mod offers;
mod words;

use super::context::{Context, Room};
use super::index::Symbol;
use super::keyword::{BEFORE_PARAMETERS, DECLARATIONS};
use super::text::Text;
use super::view::{Place, View};
use crate::language::settings_of;
use crate::platform::{Catalogue, type_names};
use crate::workflow::why::names::Kind;
use offers::Offers;
use tower_lsp_server::ls_types::{CompletionItem, CompletionItemKind};
use words::{arguments_of, kind_after};

/// What is offered at a place; `snippets`: whether the client fills in what is left open.
pub fn complete(place: Place<'_>, snippets: bool) -> Vec<CompletionItem> {
    let context = Context::at(place.text.as_str(), place.offset);
    let mut offers = Offers::new(snippets);
    if context.comment {
        return Vec::new();
    }
    if context.begun.starts_with('$') || context.string.is_some_and(begins_macro) {
        offers.macros();
        return offers.into_items(place.text, place.offset - macro_begun(&context).len()..place.offset);
    }
    if let Some(written) = context.string {
        string(place.view, &context, &mut offers);
        return offers.into_items(place.text, place.offset - written.len()..place.offset);
    }
    match context.line.last().copied() {
        Some(".") => field(place.view, &context, &mut offers),
        _ => word(place, &context, &mut offers),
    }
    offers.into_items(place.text, place.offset - context.begun.len()..place.offset)
}

/// Whether the end of a string begins the name of a macro.
fn begins_macro(written: &str) -> bool {
    written
        .rsplit_once('$')
        .is_some_and(|(_, name)| name.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_'))
}

fn macro_begun<'t>(context: &Context<'t>) -> &'t str {
    match context.string {
        Some(written) => written.rfind('$').and_then(|at| written.get(at..)).unwrap_or_default(),
        None => context.begun,
    }
}

/// Inside of a string: what the string is for says what may stand in it.
fn string(view: &View, context: &Context<'_>, offers: &mut Offers) {
    let line = context.line.as_slice();
    match line {
        ["use"] => view.files().programs().iter().filter(|path| **path != view.entry).for_each(|path| {
            offers.text(&format!("./{path}"), CompletionItemKind::FILE, "a file of the project");
        }),
        [.., "model"] | [.., "for"] | ["model", ":", ..] => offers.models(),
        [.., "model", "==" | "!="] | [.., "in", "["] => offers.models(),
        _ if context.room() == Room::Arms && context.heads().next().is_some_and(|head| head.ends_with(&["model"])) => {
            offers.models();
        }
        _ if context.heads().any(|head| head.ends_with(&["model", "in"])) => offers.models(),
        _ if let Some([.., "phone", ".", name, "in"]) = context.heads().next() => choices(view, name, offers),
        [.., "release"] => offers.releases(),
        [.., "phone", ".", name, "==" | "!="] => choices(view, name, offers),
        _ if context.room() == Room::Arms
            && let Some([.., "phone", ".", name]) = context.heads().next() =>
        {
            choices(view, name, offers);
        }
        _ => {
            if let Some(family) = family(line) {
                offers.values(&family);
            }
        }
    }
}

/// The words that a column takes, as it is declared: `role : "desk" | "lobby" = "desk"`.
fn choices(view: &View, name: &str, offers: &mut Offers) {
    let symbol = Symbol::Declared(Kind::Column, name.to_owned());
    let declared = view.index.of(&symbol).filter(|one| one.binds).filter_map(|one| view.line_of(one.span));
    for line in declared {
        let Some((_, ty)) = line.split_once(':') else { continue };
        // The default is one of them, and stands behind them.
        let words = ty.split('=').next().unwrap_or_default();
        words.split('"').skip(1).step_by(2).for_each(|word| {
            offers.text(word, CompletionItemKind::ENUM_MEMBER, "a word of the column");
        });
    }
}

/// Behind a dot.
fn field(view: &View, context: &Context<'_>, offers: &mut Offers) {
    match context.line.iter().rev().nth(1).copied() {
        Some("phone") => {
            for name in view.index.names(Kind::Column) {
                let symbol = Symbol::Declared(Kind::Column, name.to_owned());
                let declared = view.index.of(&symbol).find(|one| one.binds).and_then(|one| view.line_of(one.span));
                offers.plain(name, CompletionItemKind::FIELD, &declared.unwrap_or_default());
            }
            offers.plain("mac", CompletionItemKind::FIELD, "the phone's hardware address");
        }
        Some("request") => {
            words::REQUEST.iter().for_each(|(name, what)| offers.plain(name, CompletionItemKind::FIELD, what))
        }
        Some("certificate") => {
            offers.plain("subject", CompletionItemKind::FIELD, "whom the certificate names");
            offers.plain("serial", CompletionItemKind::FIELD, "its serial number");
        }
        Some("subject") => {
            ["cn", "o", "ou", "l", "st", "c"]
                .iter()
                .for_each(|name| offers.plain(name, CompletionItemKind::FIELD, "string"));
        }
        Some("agent") => offers.plain("firmware", CompletionItemKind::FIELD, "version"),
        Some(name) => {
            fields_of(view, name).iter().for_each(|(field, ty)| offers.plain(field, CompletionItemKind::FIELD, ty))
        }
        None => {}
    }
}

/// The fields of a record that a name of this spelling holds.
fn fields_of(view: &View, name: &str) -> Vec<(String, String)> {
    let noted = view.checked().noted.iter();
    let named = noted.filter(|(span, _)| view.sources.slice(**span) == name);
    let fields = named.filter_map(|(_, (ty, _))| ty.fields()).next().unwrap_or_default();
    fields.iter().map(|(field, ty)| (field.clone(), ty.to_string())).collect()
}

fn word(place: Place<'_>, context: &Context<'_>, offers: &mut Offers) {
    let view = place.view;
    let (room, line) = (context.room(), context.line.as_slice());
    if let Some(family) = family(line) {
        offers.values_in_quotes(&family);
        return expression(view, place.text, place.offset, context, offers);
    }
    match (room, line) {
        (Room::File, []) => DECLARATIONS.iter().for_each(|(word, form)| offers.form(word, form, room)),
        (Room::File, ["use"]) => ["cisco.mpp", "cisco.firmware"]
            .iter()
            .for_each(|name| offers.plain(name, CompletionItemKind::MODULE, "standard library")),
        (Room::Columns, [_, ":"]) | (_, ["let", _, ":"]) | (_, ["fn", ..]) if line.last() == Some(&":") => {
            types(offers)
        }
        (Room::Phone, []) => {
            offers.plain("model", CompletionItemKind::FIELD, "the phone's product name");
            view.index
                .names(Kind::Column)
                .iter()
                .for_each(|name| offers.plain(name, CompletionItemKind::FIELD, "a column"));
        }
        (Room::Block("profile"), [] | ["seed" | "user" | "reset" | "override" | "set"]) => {
            offers.parameters();
            if line.is_empty() {
                BEFORE_PARAMETERS.iter().for_each(|(word, _)| offers.keyword(word, room));
                settings(room, offers);
            }
        }
        (Room::Block("test"), ["expect"]) => {
            offers.parameters();
            ["firmware", "resyncs", "last resync", "reboots", "requests", "no secret in clear"]
                .iter()
                .for_each(|word| offers.plain(word, CompletionItemKind::KEYWORD, "an expectation"));
        }
        (Room::Block("rule's arm"), ["set"]) => offers.parameters(),
        (Room::Block(_), []) => settings(room, offers),
        (Room::Block(what), line) => {
            let mut known = false;
            if let Some(kind) = kind_after(line) {
                offers.names(view, kind);
                known = true;
            }
            for word in arguments_of(what, line) {
                offers.plain(word, CompletionItemKind::KEYWORD, "");
                known = true;
            }
            if !known || what == "profile" {
                expression(view, place.text, place.offset, context, offers);
                // Several settings may stand on a line.
                settings(room, offers);
            }
        }
        _ => expression(view, place.text, place.offset, context, offers),
    }
}

fn types(offers: &mut Offers) {
    type_names()
        .filter(|name| name.starts_with(|sign: char| sign.is_ascii_lowercase()) && !name.contains(' '))
        .for_each(|name| offers.plain(name, CompletionItemKind::TYPE_PARAMETER, "a type"));
}

fn settings(room: Room, offers: &mut Offers) {
    let Room::Block(what) = room else { return };
    settings_of(what).iter().for_each(|(word, _)| offers.keyword(word, room));
    if matches!(what, "network" | "class") {
        offers.keyword("option", room);
    }
}

/// Everything that has a value.
fn expression(view: &View, text: &Text, offset: usize, context: &Context<'_>, offers: &mut Offers) {
    for kind in [Kind::Let, Kind::Secret, Kind::Function, Kind::Firmware] {
        offers.names(view, kind);
    }
    for name in locals(text, offset, context) {
        offers.plain(name, CompletionItemKind::VARIABLE, "a variable");
    }
    for (word, what) in words::VALUES {
        offers.plain(word, CompletionItemKind::KEYWORD, what);
    }
}

/// The variables of the loops around a place, and the parameters of the function that it is in.
fn locals<'t>(text: &'t Text, offset: usize, context: &Context<'t>) -> Vec<&'t str> {
    let mut names: Vec<&str> = context
        .open
        .iter()
        .filter_map(|open| match open.head.as_slice() {
            ["for", name, "in", ..] => Some(*name),
            _ => None,
        })
        .collect();
    let before = text.as_str().get(..offset).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    if let Some((_, parameters)) = line.strip_prefix("fn ").and_then(|rest| rest.split_once('(')) {
        let named = parameters.split(')').next().unwrap_or_default().split(',');
        names.extend(named.filter_map(|one| one.split_once(':').map(|(name, _)| name.trim())));
    }
    names
}

/// The parameter that a line assigns to: the words before `=` or a comparison.
fn family(line: &[&str]) -> Option<String> {
    let at = line.iter().position(|word| matches!(*word, "=" | "==" | "!="))?;
    let words = line.get(..at)?.iter().filter(|word| !words::BEFORE_NAMES.contains(word));
    let family = words.fold(String::new(), |name, word| name + if *word == "]" { "[]" } else { word });
    Catalogue::cisco_mpp().parameter(&family).map(|_| family)
}
