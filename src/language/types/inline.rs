//! A `let` that is known later than at build has no one value: what it says is put where its name stands.

use super::super::syntax::tree::{Argument, Block, Expr, ExprKind, StatementKind, Target, TargetKind, TextPart};
use super::super::value::Later;
use std::collections::HashMap;

/// What is put in place in a whole program may have so many parts, that no small program makes a large one.
const MOST_PARTS: usize = 1 << 20;

/// Puts what `let`s say in the place of their names.
pub struct Inliner<'l> {
    later: &'l HashMap<String, Later>,
    /// Names that stand for something else here.
    shadowed: Vec<String>,
    left: usize,
    /// The first name for which nothing was left.
    pub full: Option<crate::diagnostic::Span>,
}

impl<'l> Inliner<'l> {
    pub fn new(later: &'l HashMap<String, Later>) -> Self {
        Inliner { later, shadowed: Vec::new(), left: MOST_PARTS, full: None }
    }

    /// Where so many parts were put in place already.
    pub fn after(later: &'l HashMap<String, Later>, used: usize) -> Self {
        Inliner { left: MOST_PARTS.saturating_sub(used), ..Inliner::new(later) }
    }

    /// What was put in place so far.
    pub fn used(&self) -> usize {
        MOST_PARTS - self.left
    }

    pub fn block(&mut self, block: &mut Block) {
        if self.later.is_empty() {
            return;
        }
        for statement in &mut block.statements {
            match &mut statement.kind {
                StatementKind::If { branches, otherwise } => {
                    for (condition, block) in branches {
                        self.expr(condition);
                        self.block(block);
                    }
                    otherwise.iter_mut().for_each(|block| self.block(block));
                }
                StatementKind::For { variable, over, body } => {
                    self.expr(over);
                    self.shadowed.push(variable.text.clone());
                    self.block(body);
                    self.shadowed.pop();
                }
                StatementKind::Match { value, arms, otherwise } => {
                    self.expr(value);
                    for (patterns, block) in arms {
                        patterns.iter_mut().for_each(|pattern| self.expr(pattern));
                        self.block(block);
                    }
                    otherwise.iter_mut().for_each(|block| self.block(block));
                }
                StatementKind::Ownership { target, .. } => self.target(target),
                StatementKind::Assign { target, values, .. } => {
                    self.target(target);
                    values.iter_mut().for_each(|value| self.expr(value));
                }
                StatementKind::Expect { .. } => {}
                // A word is no name of a value.
                StatementKind::Setting { groups, .. } => {
                    for argument in groups.iter_mut().flatten() {
                        match argument {
                            Argument::Expr(Expr { kind: ExprKind::Name(_), .. }) => {}
                            Argument::Expr(expr) => self.expr(expr),
                            Argument::Block(block) => self.block(block),
                        }
                    }
                }
            }
        }
    }

    fn target(&mut self, target: &mut Target) {
        if let TargetKind::Name(parts) = &mut target.kind {
            parts.iter_mut().filter_map(|(_, index)| index.as_mut()).for_each(|index| self.expr(index));
        }
    }

    pub fn expr(&mut self, expr: &mut Expr) {
        if self.later.is_empty() {
            return;
        }
        match &mut expr.kind {
            ExprKind::Name(name) => {
                if self.shadowed.contains(name) {
                    return;
                }
                let Some(later) = self.later.get(name) else { return };
                let parts = parts(&later.value, self.left);
                if parts > self.left {
                    self.full.get_or_insert(expr.span);
                    expr.kind = ExprKind::Fault;
                    return;
                }
                self.left -= parts;
                // Findings about the value as a whole stand where it is used, those about a part of it where that is written.
                expr.kind = later.value.kind.clone();
            }
            ExprKind::Literal(_) | ExprKind::Bool(_) | ExprKind::Macro(_) | ExprKind::Fault => {}
            ExprKind::Text(texts) => texts.iter_mut().for_each(|part| match part {
                TextPart::Text(_) => {}
                TextPart::Hole(hole) => self.expr(hole),
            }),
            ExprKind::Field(inner, _) | ExprKind::Not(inner) | ExprKind::Minus(inner) => self.expr(inner),
            ExprKind::Index(one, other) | ExprKind::Binary(one, _, other) => {
                self.expr(one);
                self.expr(other);
            }
            ExprKind::Call(_, items) | ExprKind::List(items) => items.iter_mut().for_each(|item| self.expr(item)),
            ExprKind::Record(fields) => fields.iter_mut().for_each(|(_, value)| self.expr(value)),
        }
    }
}

/// How many parts an expression has; counting ends soon after `enough`.
fn parts(expr: &Expr, enough: usize) -> usize {
    fn count(expr: &Expr, total: &mut usize, enough: usize) {
        *total += 1;
        if *total > enough {
            return;
        }
        match &expr.kind {
            ExprKind::Name(_) | ExprKind::Literal(_) | ExprKind::Bool(_) | ExprKind::Macro(_) | ExprKind::Fault => {}
            ExprKind::Text(texts) => {
                for text in texts {
                    match text {
                        TextPart::Text(_) => *total += 1,
                        TextPart::Hole(hole) => count(hole, total, enough),
                    }
                }
            }
            ExprKind::Field(inner, _) | ExprKind::Not(inner) | ExprKind::Minus(inner) => count(inner, total, enough),
            ExprKind::Index(one, other) | ExprKind::Binary(one, _, other) => {
                count(one, total, enough);
                count(other, total, enough);
            }
            ExprKind::Call(_, items) | ExprKind::List(items) => {
                items.iter().for_each(|item| count(item, total, enough));
            }
            ExprKind::Record(fields) => fields.iter().for_each(|(_, value)| count(value, total, enough)),
        }
    }
    let mut total = 0;
    count(expr, &mut total, enough);
    total
}
