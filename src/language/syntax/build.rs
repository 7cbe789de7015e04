//! Pairs of the grammar to the tree: items and statements. Expressions are in `expression`.

use super::tree::*;
use super::{Pair, Rule, slips};
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

    pub fn indexed_name(&mut self, pair: Pair<'i>) -> Option<IndexedName> {
        let span = self.span(&pair);
        let mut parts: Vec<(String, Option<(u32, u32)>)> = Vec::new();
        let mut bounds: Vec<u32> = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::param_part => parts.push((part.as_str().to_owned(), None)),
                Rule::number => bounds.push(part.as_str().parse().ok()?),
                Rule::close_bracket => {
                    if let (Some(last), [low, high]) = (parts.last_mut(), bounds.as_slice()) {
                        last.1 = Some((*low, *high));
                    }
                    bounds.clear();
                }
                _ => {}
            }
        }
        Some(IndexedName { parts, span })
    }

    pub fn type_expr(&mut self, pair: Pair<'i>) -> Option<TypeExpr> {
        let span = self.span(&pair);
        let mut optional = false;
        let mut ones = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::question => optional = true,
                Rule::type_choice => {
                    ones = part.into_inner().filter(|pair| pair.as_rule() == Rule::type_one).collect();
                }
                _ => {}
            }
        }
        let mut kinds: Vec<TypeKind> =
            ones.into_iter().filter_map(|one| self.type_one(one.into_inner().next()?)).collect();
        let kind = if kinds.len() == 1 {
            kinds.pop()?
        } else {
            TypeKind::OneOf(
                kinds
                    .into_iter()
                    .flat_map(|kind| match kind {
                        TypeKind::OneOf(words) => words,
                        TypeKind::Name(name) | TypeKind::Call(name, _) => vec![name],
                        TypeKind::List(_) | TypeKind::Record(_) => Vec::new(),
                    })
                    .collect(),
            )
        };
        Some(TypeExpr { kind, optional, span })
    }

    fn type_one(&mut self, pair: Pair<'i>) -> Option<TypeKind> {
        Some(match pair.as_rule() {
            Rule::string => TypeKind::OneOf(vec![self.string(pair).as_text().unwrap_or_default()]),
            Rule::ident => TypeKind::Name(pair.as_str().to_owned()),
            Rule::type_call => {
                let mut parts = pair.into_inner();
                let name = parts.next()?.as_str().to_owned();
                let mut arguments = Vec::new();
                for part in parts.filter(|pair| pair.as_rule() == Rule::type_arg) {
                    let mut bounds = Vec::new();
                    for bound in part.into_inner() {
                        match bound.as_rule() {
                            Rule::string => {
                                arguments.push(TypeArg::Text(self.string(bound).as_text().unwrap_or_default()));
                            }
                            Rule::number => bounds.push(bound.as_str().to_owned()),
                            _ => {}
                        }
                    }
                    if let (Some(low), Some(high)) = (bounds.first(), bounds.last()) {
                        arguments.push(TypeArg::Range(low.clone(), high.clone()));
                    }
                }
                TypeKind::Call(name, arguments)
            }
            Rule::type_record => {
                let fields = pair.into_inner().filter(|part| part.as_rule() == Rule::type_field);
                let field = |field: Pair<'i>| {
                    let mut parts = field.into_inner();
                    Some((self.ident(&parts.next()?), self.type_expr(parts.last()?)?))
                };
                TypeKind::Record(fields.filter_map(field).collect())
            }
            Rule::type_list => {
                let mut parts: Vec<Pair<'i>> = pair.into_inner().collect();
                let innermost = self.type_one(parts.pop()?)?;
                let depth = parts.iter().filter(|pair| pair.as_rule() == Rule::kw_list).count();
                (0..depth).fold(innermost, |kind, _| TypeKind::List(Box::new(kind)))
            }
            _ => return None,
        })
    }

    pub fn block(&mut self, pair: Pair<'i>) -> Block {
        let span = self.span(&pair);
        let mut statements = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::statement => statements.extend(self.statement(part)),
                Rule::bad_statement => self.bad.push(part),
                _ => {}
            }
        }
        Block { statements, span }
    }

    fn statement(&mut self, pair: Pair<'i>) -> Option<Statement> {
        let span = self.span(&pair);
        let inner = pair.into_inner().next()?;
        let kind = match inner.as_rule() {
            Rule::if_statement => {
                let (mut branches, mut otherwise, mut condition) = (Vec::new(), None, None);
                for part in inner.into_inner() {
                    match part.as_rule() {
                        Rule::expr => condition = Some(self.expr(part)),
                        Rule::block => {
                            let block = self.block(part);
                            match condition.take() {
                                Some(condition) => branches.push((condition, block)),
                                None => otherwise = Some(block),
                            }
                        }
                        _ => {}
                    }
                }
                StatementKind::If { branches, otherwise }
            }
            Rule::for_statement => {
                let (mut variable, mut over, mut body) = (None, None, None);
                for part in inner.into_inner() {
                    match part.as_rule() {
                        Rule::ident => variable = Some(self.ident(&part)),
                        Rule::expr => over = Some(self.expr(part)),
                        Rule::block => body = Some(self.block(part)),
                        _ => {}
                    }
                }
                StatementKind::For { variable: variable?, over: over?, body: body? }
            }
            Rule::match_statement => self.match_statement(inner)?,
            Rule::ownership => {
                let mut parts = inner.into_inner();
                let word = self.ident(&parts.next()?);
                StatementKind::Ownership { word, target: self.target(parts.next()?)? }
            }
            Rule::assignment => self.assignment(inner)?,
            Rule::expectation => {
                let (mut target, mut operator, mut value) = (None, None, None);
                for part in inner.into_inner() {
                    match part.as_rule() {
                        Rule::target => target = self.target(part),
                        Rule::compare => operator = Operator::from_text(part.as_str().trim()),
                        Rule::expr => value = Some(self.expr(part)),
                        _ => {}
                    }
                }
                StatementKind::Expect { target: target?, operator: operator?, value: value? }
            }
            _ => {
                let mut parts = inner.into_inner();
                let word = self.ident(&parts.next()?);
                // What its arms would be has the forms of another language: the word itself is what is told.
                let bad = (self.bad.len(), slips::of_another_language(&word.text));
                let mut groups = Vec::new();
                for part in parts.filter(|pair| pair.as_rule() == Rule::argument) {
                    let mut group = Vec::new();
                    for argument in part.into_inner() {
                        match argument.as_rule() {
                            Rule::block => group.push(Argument::Block(self.block(argument))),
                            _ => arguments(self.expr(argument), &mut group),
                        }
                    }
                    groups.push(group);
                }
                if let (before, true) = bad {
                    self.bad.truncate(before);
                }
                StatementKind::Setting { word, groups }
            }
        };
        Some(Statement { kind, span })
    }

    fn match_statement(&mut self, pair: Pair<'i>) -> Option<StatementKind> {
        let (mut value, mut arms, mut otherwise) = (None, Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::expr => value = Some(self.expr(part)),
                Rule::match_arm => {
                    let (mut patterns, mut body) = (Vec::new(), None);
                    for piece in part.into_inner() {
                        match piece.as_rule() {
                            Rule::expr => patterns.push(self.expr(piece)),
                            Rule::block => body = Some(self.block(piece)),
                            _ => {}
                        }
                    }
                    match (patterns.as_slice(), body?) {
                        ([], body) => otherwise = Some(body),
                        ([only], body) if matches!(only.as_name(), Some("default" | "otherwise" | "_")) => {
                            self.faults.push(slips::rest_of_match(only));
                            otherwise = Some(body);
                        }
                        (_, body) => arms.push((patterns, body)),
                    }
                }
                _ => {}
            }
        }
        Some(StatementKind::Match { value: value?, arms, otherwise })
    }

    fn assignment(&mut self, pair: Pair<'i>) -> Option<StatementKind> {
        let (mut words, mut target, mut values, mut access) = (Vec::new(), None, Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::assignment_word => words.push(self.ident(&part)),
                Rule::target => target = self.target(part),
                Rule::expr => values.push(self.expr(part)),
                Rule::access => access = part.into_inner().last().map(|pair| self.ident(&pair)),
                _ => {}
            }
        }
        Some(StatementKind::Assign { words, target: target?, values, access })
    }
}
/// `not below R` beside other settings of a line is two words, and no operator: a `not` is one where a condition can stand,
/// after `when` and `where`.
fn arguments(expr: Expr, group: &mut Vec<Argument>) {
    let condition =
        matches!(group.last(), Some(Argument::Expr(last)) if matches!(last.as_name(), Some("when" | "where")));
    match expr.kind {
        ExprKind::Not(inner) if !condition && !group.is_empty() && inner.as_name().is_some() => {
            let span = Span { end: expr.span.start + 3, ..expr.span };
            group.push(Argument::Expr(Expr { kind: ExprKind::Name("not".into()), span }));
            group.push(Argument::Expr(*inner));
        }
        _ => group.push(Argument::Expr(expr)),
    }
}
