//! Pairs of the grammar to the tree: blocks, and the statements in them.

use super::build::Builder;
use super::tree::*;
use super::{Pair, Rule, slips};
use crate::diagnostic::Span;

impl<'i> Builder<'i> {
    pub fn block(&mut self, pair: Pair<'i>) -> Block {
        let span = self.span(&pair);
        let mut statements = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::statement => {
                    let before = part.get_input().get(..part.as_span().start()).unwrap_or_default();
                    let begins_line = before.trim_end_matches([' ', '\t']).ends_with('\n');
                    let Some(statement) = self.statement(part) else { continue };
                    if let (false, StatementKind::Assign { target, words, .. }, Some(StatementKind::Assign { .. })) =
                        (begins_line, &statement.kind, statements.last().map(|last: &Statement| &last.kind))
                        // Options of DHCP are short, and as many as settings.
                        && !words.iter().any(|word| word.text == "option")
                    {
                        self.faults.push(slips::second_on_its_line(target.span));
                    }
                    statements.push(statement);
                }
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
                        // A second one is an arm that takes nothing.
                        ([], body) if otherwise.is_some() => arms.push((patterns, body)),
                        ([], body) => otherwise = Some(body),
                        ([only], body) if matches!(only.as_name(), Some("default" | "otherwise" | "_")) => {
                            self.faults.push(slips::rest_of_match(only));
                            otherwise = otherwise.or(Some(body));
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
