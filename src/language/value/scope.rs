//! What names stand for while an expression is evaluated.

use super::super::syntax::tree::{Expr, Ident, TypeExpr};
use super::super::types::Type;
use super::{Time, Value};
use crate::diagnostic::Span;
use std::collections::{HashMap, HashSet};

/// What is declared once for the whole program.
#[derive(Debug, Default)]
pub struct Globals {
    /// Values of `let` and `secret`, all known at build; none for one that has a finding already.
    pub lets: HashMap<String, Option<Value>>,
    /// None for one that has a finding already.
    pub functions: HashMap<String, Option<Function>>,
    /// Each `let` that is known later than at build; where it is used, what it says is put in its place.
    pub later: HashMap<String, Later>,
    /// Expressions that have a finding of the type check already: there is nothing more to say about them.
    pub faulty: HashSet<Span>,
}

/// A `let` whose value is not known at build.
#[derive(Clone, Debug)]
pub struct Later {
    pub time: Time,
    pub value: Expr,
}

/// `fn n(x: T): T = e`: pure, and never recursive, so that every call ends.
#[derive(Debug)]
pub struct Function {
    pub parameters: Vec<(Ident, TypeExpr)>,
    pub result: TypeExpr,
    pub body: Expr,
    /// The types of the parameters, and of the result, once they are read.
    pub types: Option<(Vec<Type>, Type)>,
}

/// What names stand for while an expression is evaluated.
#[derive(Clone, Copy)]
pub struct Scope<'s> {
    pub globals: &'s Globals,
    /// Loop variables, innermost last.
    pub locals: &'s [(String, Value)],
    /// The phone at hand: its columns by name.
    pub phone: Option<Row<'s>>,
}

/// What `phone.NAME` is for the phone at hand.
pub type Row<'s> = &'s dyn Fn(&str) -> Option<Value>;
