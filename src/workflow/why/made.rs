//! What a value is made of: cells of the phone's row, `let`s, functions, secrets by name, and what those are made of.

use super::cell::Cells;
use super::names::{Kind, Named, Names, in_expr};
use super::program::{Place, Program, Way, arguments, body, heading, word};
use crate::diagnostic::Span;
use crate::language::syntax::tree::{Item, ItemKind, Statement};
use serde::Serialize;

/// One thing that a value is made of.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Made {
    /// `cell`, `let`, `fn`, `secret`, `firmware`, `server`, `profile`, or `index` for the variable of a loop.
    pub kind: String,
    pub name: String,
    /// The cell's text, or what is declared, as it is written; null for what is secret, and for an empty cell.
    pub value: Option<String>,
    /// What it holds is never shown.
    pub secret: bool,
    /// The cell is empty, and its column says this.
    pub default: bool,
    pub place: Option<Place>,
}

/// A value may be made of this many things, as far as they are told.
const MOST: usize = 40;

pub struct Maker<'a> {
    pub program: &'a Program<'a>,
    pub names: &'a Names<'a>,
    pub cells: &'a Cells<'a>,
    /// The phone's.
    pub model: &'a str,
    pub made: Vec<Made>,
}

impl Maker<'_> {
    /// Everything behind the names, each once.
    pub fn all(&mut self, named: &[Named]) {
        for one in named {
            if let Some((kind, name)) = self.names.meant(one) {
                self.one(kind, &name);
            }
        }
    }

    fn one(&mut self, kind: Kind, name: &str) {
        let word = if kind == Kind::Column { "cell" } else { kind.word() };
        if self.made.len() >= MOST || self.made.iter().any(|made| made.kind == word && made.name == name) {
            return;
        }
        if kind == Kind::Column {
            if let Some(held) = self.cells.get(name) {
                let (kind, name) = (word.to_owned(), name.to_owned());
                let (secret, default) = (held.secret, held.default);
                self.made.push(Made { kind, name, value: held.value, secret, default, place: Some(held.place) });
            }
            return;
        }
        let Some(item) = self.names.item(&(kind, name.to_owned())) else { return };
        let value = match &item.kind {
            ItemKind::Let { value, .. } => Some(self.program.words(value.span)),
            ItemKind::Fn { body, .. } => Some(self.program.words(body.span)),
            // Where it is kept is what the program says of it, and all that is known.
            ItemKind::Secret { value, .. } => Some(self.program.words(value.span)),
            _ => None,
        };
        let place = Some(self.program.place(item.span));
        self.made.push(Made {
            kind: word.to_owned(),
            name: name.to_owned(),
            value,
            secret: false,
            default: false,
            place,
        });
        match (&item.kind, kind) {
            (_, Kind::Profile) => self.profile(item),
            (_, Kind::Server | Kind::Network | Kind::Zone | Kind::Inventory) => {
                self.settings(item, &["name", "address"])
            }
            (ItemKind::Let { value, .. }, _) => self.inside(value, &[]),
            (ItemKind::Fn { parameters, body, .. }, _) => {
                let own: Vec<&str> = parameters.iter().map(|(name, _)| &*name.text).collect();
                self.inside(body, &own);
            }
            (_, Kind::Firmware) => self.settings(item, &["release", "load", "after"]),
            _ => {}
        }
    }

    fn inside(&mut self, expr: &crate::language::syntax::tree::Expr, own: &[&str]) {
        let mut named = Vec::new();
        in_expr(expr, own, &mut named);
        self.all(&named);
    }

    /// How a profile is fetched, which is what its rule says.
    fn profile(&mut self, item: &Item) {
        for statement in body(item).into_iter().flat_map(|body| &body.statements) {
            let head = word(statement).filter(|word| matches!(&*word.text, "fetch" | "seal" | "account"));
            if let Some(word) = head {
                self.said(&word.text, heading(item).1, statement);
                let mut named = Vec::new();
                super::names::own(statement, &[], &mut named);
                self.all(&named);
            }
        }
    }

    fn settings(&mut self, item: &Item, words: &[&str]) {
        for statement in body(item).into_iter().flat_map(|body| &body.statements) {
            // A release has loads of other models as well.
            let other = |word: &str| word == "load" && !self.is_for_model(statement);
            if let Some(word) = word(statement).filter(|word| words.contains(&&*word.text) && !other(&word.text)) {
                self.said(&word.text, heading(item).1, statement);
                let mut named = Vec::new();
                super::names::own(statement, &[], &mut named);
                self.all(&named);
            }
        }
    }

    fn is_for_model(&self, load: &Statement) -> bool {
        arguments(load).into_iter().filter_map(|argument| argument.as_text()).any(|text| text == self.model)
    }

    /// By what the loads of an upgrade are fetched and when, which its rule says beside where it leads.
    pub fn upgrade(&mut self, way: &Way<'_>) {
        let [first, last] = way.statements.as_slice() else { return };
        let is = |statement: &Statement, wanted: &str| word(statement).is_some_and(|word| word.text == wanted);
        if heading(way.item).0 != "fleet" || !is(first, "upgrade") || !is(last, "to") {
            return;
        }
        for statement in first.blocks().into_iter().flat_map(|block| &block.statements) {
            if let Some(word) = word(statement).filter(|word| matches!(&*word.text, "fetch" | "when")) {
                self.said(&word.text, heading(way.item).1, statement);
                let mut named = Vec::new();
                super::names::own(statement, &[], &mut named);
                self.all(&named);
            }
        }
    }

    /// A server, which statements of a fleet need not name.
    pub fn server(&mut self, name: &str) {
        self.one(Kind::Server, name);
    }

    /// A setting of a declaration.
    fn said(&mut self, word: &str, of: String, statement: &Statement) {
        let values = arguments(statement);
        let value = values.first().zip(values.last()).map(|(first, last)| first.span.to(last.span));
        let value = value.map(|span: Span| self.program.words(span));
        let place = Some(self.program.place(statement.span));
        self.made.push(Made { kind: word.to_owned(), name: of, value, secret: false, default: false, place });
    }
}
