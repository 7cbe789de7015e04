//! Pairs of the grammar to the tree: items and statements. Statements are in `statement`, types in `type_expr`, expressions in
//! `expression`.

use super::tree::*;
use super::{Pair, Rule};
use crate::diagnostic::{Diagnostic, FileId, Span};
use pest::iterators::Pairs;

pub(super) struct Builder<'i> {
    pub file: FileId,
    pub faults: Vec<Diagnostic>,
    /// Slices that no rule took.
    pub bad: Vec<Pair<'i>>,
    /// Those of them that stand where a column is declared.
    pub bad_columns: Vec<Pair<'i>>,
}

impl<'i> Builder<'i> {
    pub fn new(file: FileId) -> Self {
        Builder { file, faults: Vec::new(), bad: Vec::new(), bad_columns: Vec::new() }
    }

    pub fn span(&self, pair: &Pair<'_>) -> Span {
        let text = pair.as_str();
        let start = pair.as_span().start();
        // A rule may have taken blanks after its last word.
        Span::new(self.file, start, start + text.trim_end().len())
    }

    pub fn ident(&self, pair: &Pair<'_>) -> Ident {
        Ident { text: pair.as_str().to_owned(), span: self.span(pair) }
    }

    pub fn file(&mut self, pairs: Pairs<'i, Rule>) -> File {
        let mut items = Vec::new();
        for pair in pairs.flat_map(Pair::into_inner) {
            match pair.as_rule() {
                Rule::item => items.extend(self.item(pair)),
                Rule::bad_item => self.bad.push(pair),
                _ => {}
            }
        }
        File { items, broken: Vec::new() }
    }

    fn item(&mut self, pair: Pair<'i>) -> Option<Item> {
        let span = self.span(&pair);
        let inner = pair.into_inner().next()?;
        let kind = match inner.as_rule() {
            Rule::use_item => {
                let module = inner.into_inner().find(|pair| pair.as_rule() != Rule::kw_use)?;
                let file = module.as_rule() == Rule::string;
                let mut module = self.ident(&module);
                if file {
                    module.text = module.text.trim_matches('"').to_owned();
                }
                ItemKind::Use { module, file }
            }
            Rule::block_item => self.block_item(inner)?,
            Rule::parameter_item => ItemKind::Parameter(self.parameter(inner)?),
            Rule::inventory_item => self.inventory(inner)?,
            Rule::fn_item => self.function(inner)?,
            rule => {
                let (mut name, mut ty, mut values) = (None, None, Vec::new());
                for part in inner.into_inner() {
                    match part.as_rule() {
                        Rule::ident => name = Some(self.ident(&part)),
                        Rule::type_expr => ty = self.type_expr(part),
                        Rule::expr => values.push(part),
                        _ => {}
                    }
                }
                let value = self.in_turn(values);
                match rule {
                    Rule::let_item => ItemKind::Let { name: name?, ty, value: value? },
                    _ => ItemKind::Secret { name: name?, value: value? },
                }
            }
        };
        Some(Item { kind, span })
    }

    fn block_item(&mut self, pair: Pair<'i>) -> Option<ItemKind> {
        let (mut word, mut heads, mut body) = (None, Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::block_word => word = Some(self.ident(&part)),
                Rule::head => heads.extend(part.into_inner().next().and_then(|head| match head.as_rule() {
                    Rule::string => Some(Head::Text(self.string(head))),
                    _ => self.indexed_name(head).map(Head::Name),
                })),
                Rule::block => body = Some(self.block(part)),
                _ => {}
            }
        }
        Some(ItemKind::Block { word: word?, heads, body: body? })
    }

    fn function(&mut self, pair: Pair<'i>) -> Option<ItemKind> {
        let (mut name, mut parameters, mut result, mut body) = (None, Vec::new(), None, Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::ident => name = Some(self.ident(&part)),
                Rule::fn_parameter => {
                    let mut parts = part.into_inner();
                    let parameter = parts.next().map(|pair| self.ident(&pair));
                    let ty = parts.last().and_then(|pair| self.type_expr(pair));
                    parameters.extend(parameter.zip(ty));
                }
                Rule::type_expr => result = self.type_expr(part),
                Rule::expr => body.push(part),
                _ => {}
            }
        }
        Some(ItemKind::Fn { name: name?, parameters, result: result?, body: self.in_turn(body)? })
    }

    fn inventory(&mut self, pair: Pair<'i>) -> Option<ItemKind> {
        let (mut name, mut source, mut columns) = (None, None, Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::ident => name = Some(self.ident(&part)),
                Rule::string => source = Some(self.string(part)),
                Rule::column => columns.extend(self.column(part)),
                Rule::bad_statement => self.bad_columns.push(part),
                _ => {}
            }
        }
        Some(ItemKind::Inventory { name: name?, source: source?, columns })
    }

    fn column(&mut self, pair: Pair<'i>) -> Option<ColumnDecl> {
        let (mut name, mut ty, mut unique, mut default) = (None, None, false, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_unique => unique = true,
                Rule::ident => name = Some(self.ident(&part)),
                Rule::type_expr => ty = self.type_expr(part),
                Rule::expr => default = Some(self.expr(part)),
                _ => {}
            }
        }
        Some(ColumnDecl { name: name?, ty: ty?, unique, default })
    }

    fn parameter(&mut self, pair: Pair<'i>) -> Option<ParameterDecl> {
        let (mut name, mut ty, mut default, mut attributes) = (None, None, Vec::new(), Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::indexed_name => name = self.indexed_name(part),
                Rule::type_expr => ty = self.type_expr(part),
                Rule::expr => default.push(self.expr(part)),
                Rule::attribute => {
                    let mut parts = part.into_inner();
                    if let Some(word) = parts.next().map(|pair| self.ident(&pair)) {
                        let values = parts.filter(|pair| pair.as_rule() == Rule::expr);
                        attributes.push((word, values.map(|pair| self.expr(pair)).collect()));
                    }
                }
                _ => {}
            }
        }
        Some(ParameterDecl { name: name?, ty: ty?, default, attributes })
    }
}
