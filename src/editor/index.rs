//! Who is named where: every place of a program at which a name is bound or used, with what it means.

use crate::diagnostic::{FileId, SourceMap, Span};
use crate::language::syntax::tree::{Block, Expr, File, Head, Ident, Item, ItemKind, Statement, StatementKind};
use crate::language::written_path;
use crate::workflow::why::names::{Kind, Named, in_expr, own};
use crate::workflow::why::program::{arguments, word};
use std::collections::HashSet;

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Symbol {
    Declared(Kind, String),
    /// The variable of a loop or the parameter of a function, by where it is bound.
    Local(Span),
    /// A file of the project, by its path.
    File(String),
}

/// A name at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    pub span: Span,
    pub symbol: Symbol,
    /// Whether it is what the others mean.
    pub binds: bool,
}

/// Each name of a program that is declared in it.
#[derive(Debug, Default)]
pub struct Index {
    all: Vec<Occurrence>,
    declared: HashSet<(Kind, String)>,
}

/// The variables in scope, innermost last.
type Locals = Vec<Ident>;

impl Index {
    pub fn new(trees: &[(FileId, File)], sources: &SourceMap) -> Index {
        let mut index = Index::default();
        let items = || trees.iter().flat_map(|(file, tree)| tree.items.iter().map(move |item| (*file, item)));
        for (_, item) in items() {
            if let Some((kind, name)) = declaration(item) {
                index.bind(Symbol::Declared(kind, name.text.clone()), name.span);
                index.declared.insert((kind, name.text));
            }
        }
        for (file, item) in items() {
            index.item(sources.name(file), item);
        }
        index.all.sort_by_key(|one| (one.span, !one.binds));
        index.all.dedup();
        index
    }

    /// The name at a place.
    pub fn at(&self, file: FileId, offset: usize) -> Option<&Occurrence> {
        let holds = |one: &&Occurrence| {
            one.span.file == file && one.span.start as usize <= offset && offset <= one.span.end as usize
        };
        self.all.iter().filter(holds).min_by_key(|one| one.span.end - one.span.start)
    }

    /// Every place that means the same.
    pub fn of<'i>(&'i self, symbol: &'i Symbol) -> impl Iterator<Item = &'i Occurrence> {
        self.all.iter().filter(move |one| one.symbol == *symbol)
    }

    /// The names of a kind.
    pub fn names(&self, kind: Kind) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.declared.iter().filter(|(of, _)| *of == kind).map(|(_, name)| name.as_str()).collect();
        names.sort_unstable();
        names
    }

    pub fn all(&self) -> &[Occurrence] {
        &self.all
    }

    fn bind(&mut self, symbol: Symbol, span: Span) {
        self.all.push(Occurrence { span, symbol, binds: true });
    }

    fn item(&mut self, path: &str, item: &Item) {
        match &item.kind {
            ItemKind::Use { module, file: true } => {
                if let Some(path) = written_path(path, &module.text) {
                    self.all.push(Occurrence { span: module.span, symbol: Symbol::File(path), binds: false });
                }
            }
            ItemKind::Let { value, .. } => self.expr(value, &Vec::new()),
            ItemKind::Fn { parameters, body, .. } => {
                let locals: Locals = parameters.iter().map(|(name, _)| name.clone()).collect();
                locals.iter().for_each(|name| self.bind(Symbol::Local(name.span), name.span));
                self.expr(body, &locals);
            }
            ItemKind::Inventory { source, columns, .. } => {
                self.expr(source, &Vec::new());
                for column in columns {
                    self.column(&column.name);
                    column.default.iter().for_each(|default| self.expr(default, &Vec::new()));
                }
            }
            ItemKind::Block { body, .. } => self.block(body, &mut Vec::new()),
            ItemKind::Use { .. } | ItemKind::Secret { .. } | ItemKind::Parameter(_) => {}
        }
    }

    fn column(&mut self, name: &Ident) {
        self.declared.insert((Kind::Column, name.text.clone()));
        self.bind(Symbol::Declared(Kind::Column, name.text.clone()), name.span);
    }

    fn block(&mut self, block: &Block, locals: &mut Locals) {
        block.statements.iter().for_each(|statement| self.statement(statement, locals));
    }

    fn statement(&mut self, statement: &Statement, locals: &mut Locals) {
        if word(statement).is_some_and(|word| word.text == "phone") && !statement.blocks().is_empty() {
            statement.blocks().iter().for_each(|block| self.cells(block, locals));
            return;
        }
        let mut named = Vec::new();
        own(statement, &[], &mut named);
        if word(statement).is_some_and(|word| word.text == "answer") {
            // `answer unknown phones as FLEET`: to the others these are words.
            named = named.pop().map(|last| Named { hint: Some(Kind::Fleet), ..last }).into_iter().collect();
        }
        named.iter().for_each(|one| self.named(one, locals));
        let variable = match &statement.kind {
            StatementKind::For { variable, .. } => Some(variable.clone()),
            _ => None,
        };
        let inner = usize::from(variable.is_some());
        variable.iter().for_each(|name| self.bind(Symbol::Local(name.span), name.span));
        locals.extend(variable);
        statement.blocks().iter().for_each(|block| self.block(block, locals));
        locals.truncate(locals.len() - inner);
    }

    /// The cells of a phone that is written out: a column and its value, and the next.
    fn cells(&mut self, block: &Block, locals: &Locals) {
        for statement in &block.statements {
            self.phone_columns(statement).iter().for_each(|name| self.column(name));
            for value in arguments(statement).into_iter().step_by(2) {
                self.expr(value, locals);
            }
        }
    }

    fn phone_columns(&self, statement: &Statement) -> Vec<Ident> {
        let more = arguments(statement).into_iter().skip(1).step_by(2);
        let more = more.filter_map(|name| Some(Ident { text: name.as_name()?.to_owned(), span: name.span }));
        word(statement).cloned().into_iter().chain(more).collect()
    }

    fn expr(&mut self, expr: &Expr, locals: &Locals) {
        let mut named = Vec::new();
        in_expr(expr, &[], &mut named);
        named.iter().for_each(|one| self.named(one, locals));
    }

    fn named(&mut self, named: &Named, locals: &Locals) {
        let name = named.name.as_str();
        let mut span = named.span;
        let symbol = match named.hint {
            Some(Kind::Column) => {
                // `phone.name`: the last word of it.
                span.start = span.end.saturating_sub(name.len() as u32);
                Some(Symbol::Declared(Kind::Column, named.name.clone()))
            }
            hint => {
                let local = locals.iter().rev().find(|local| local.text == name && hint != Some(Kind::Function));
                local.map(|local| Symbol::Local(local.span)).or_else(|| self.meant(hint, name))
            }
        };
        if let Some(symbol) = symbol {
            self.all.push(Occurrence { span, symbol, binds: false });
        }
    }

    fn meant(&self, hint: Option<Kind>, name: &str) -> Option<Symbol> {
        let kinds = hint.into_iter().chain([Kind::Let, Kind::Secret, Kind::Firmware]);
        let mut known = kinds.filter(|kind| self.declared.contains(&(*kind, name.to_owned())));
        known.next().map(|kind| Symbol::Declared(kind, name.to_owned()))
    }
}

/// The kind and the name of a declaration.
pub fn declaration(item: &Item) -> Option<(Kind, Ident)> {
    let kind = |word: &str| Kind::ALL.into_iter().find(|kind| kind.word() == word);
    Some(match &item.kind {
        ItemKind::Let { name, .. } => (Kind::Let, name.clone()),
        ItemKind::Fn { name, .. } => (Kind::Function, name.clone()),
        ItemKind::Secret { name, .. } => (Kind::Secret, name.clone()),
        ItemKind::Inventory { name, .. } => (Kind::Inventory, name.clone()),
        ItemKind::Block { word, heads, .. } => {
            let name = match heads.first()? {
                Head::Name(name) => Ident { text: name.plain()?.to_owned(), span: name.span },
                Head::Text(text) => Ident { text: text.as_text()?, span: text.span },
            };
            (kind(&word.text)?, name)
        }
        ItemKind::Use { .. } | ItemKind::Parameter(_) => return None,
    })
}
