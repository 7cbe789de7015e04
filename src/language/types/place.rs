//! Where an expression stands: what its names stand for, and what the phones there are.

use super::super::program::Phones;
use super::super::syntax::tree::{Expr, ExprKind, Operator};
use super::super::value::ABSENT;
use super::kind::Type;
use super::known::Typed;

/// What `phone.NAME` may be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PhoneTypes {
    /// The columns of each kind of phones that may be meant.
    kinds: Vec<Vec<(String, Type)>>,
    /// Nobody can know: their declaration has a finding, or is read later.
    open: bool,
}

impl PhoneTypes {
    /// Phones of which nothing is known.
    pub fn unknown() -> PhoneTypes {
        PhoneTypes { kinds: Vec::new(), open: true }
    }

    /// No phone is at hand.
    pub fn of(phones: &Phones) -> PhoneTypes {
        let mut types = PhoneTypes::default();
        types.add(phones);
        types
    }

    /// Phones like these may be meant as well.
    pub fn add(&mut self, phones: &Phones) {
        if phones.columns.is_empty() {
            self.open = true;
            return;
        }
        let column = |column: &super::super::column::PhoneColumn| {
            let ty = Type::from(&column.ty);
            (column.name.clone(), if column.optional { Type::Optional(Box::new(ty)) } else { ty })
        };
        let kind: Vec<(String, Type)> = phones.columns.iter().map(column).collect();
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
    }

    /// Whether any of the phones is known to have the column.
    pub fn has(&self, name: &str) -> bool {
        let mut all = self.kinds.iter().flatten();
        (name == "mac" && !self.kinds.is_empty()) || all.any(|(column, _)| column == name)
    }

    /// The type of a column; the error is the names of those there are.
    pub fn column(&self, name: &str) -> Result<Type, Vec<&str>> {
        if name == "mac" {
            return Ok(Type::Mac);
        }
        let all = self.kinds.iter().flatten();
        let mut found = all.filter(|(column, _)| column == name).map(|(_, ty)| ty.clone());
        match found.next() {
            Some(first) => Ok(found.try_fold(first, |one, other| one.or(&other)).unwrap_or(Type::Any)),
            None if self.open || self.kinds.is_empty() => Ok(Type::Any),
            None => {
                let mut known: Vec<&str> = Vec::new();
                for (column, _) in self.kinds.iter().flatten() {
                    if !known.contains(&column.as_str()) {
                        known.push(column);
                    }
                }
                Err(known)
            }
        }
    }
}

/// The names in reach.
#[derive(Clone, Debug)]
pub struct Place<'p> {
    pub phones: &'p PhoneTypes,
    /// Loop variables and parameters, innermost last.
    pub locals: Vec<(String, Typed)>,
    /// What may be absent and is known to be there.
    pub present: Vec<String>,
}

impl<'p> Place<'p> {
    pub fn new(phones: &'p PhoneTypes) -> Self {
        Place { phones, locals: Vec::new(), present: Vec::new() }
    }

    /// `sitetitle` and `phonename`: a field or a column whose dot was left out.
    pub fn undotted(&self, name: &str) -> Option<String> {
        let field = |base: &str| name.strip_prefix(base).map(|field| field.trim_start_matches('_'));
        let local = self.locals.iter().rev().find_map(|(local, typed)| {
            let field = field(local).filter(|field| typed.ty.field(field).is_some())?;
            Some(format!("{local}.{field}"))
        });
        local
            .or_else(|| field("phone").filter(|column| self.phones.has(column)).map(|column| format!("phone.{column}")))
    }

    /// The same place, with what holds when `condition` is `held`.
    pub fn given(&self, condition: &Expr, held: bool) -> Place<'p> {
        let mut place = self.clone();
        shown_present(condition, held, &mut place.present);
        place
    }

    /// The same place, where whatever a condition speaks of is there: it was asked for in a wrong way, and that is told.
    pub fn given_somehow(&self, condition: &Expr) -> Place<'p> {
        let mut place = self.clone();
        spoken_of(condition, &mut place.present);
        place
    }

    /// The same place with one more name.
    pub fn and_local(&self, name: &str, typed: Typed) -> Place<'p> {
        let mut place = self.clone();
        // A name that is bound anew stands for something else.
        place.present.retain(|known| known != name);
        place.locals.push((name.to_owned(), typed));
        place
    }
}

/// What may be absent, by the name under which its presence is remembered.
pub fn remembered(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.clone()),
        ExprKind::Field(base, field) => Some(format!("{}.{}", remembered(base)?, field.text)),
        _ => None,
    }
}

/// Everything in a condition that may be absent.
fn spoken_of(expr: &Expr, into: &mut Vec<String>) {
    match &expr.kind {
        ExprKind::Name(_) | ExprKind::Field(..) => into.extend(remembered(expr)),
        ExprKind::Not(inner) | ExprKind::Minus(inner) => spoken_of(inner, into),
        ExprKind::Binary(left, _, right) => {
            spoken_of(left, into);
            spoken_of(right, into);
        }
        ExprKind::Call(_, items) | ExprKind::List(items) => items.iter().for_each(|item| spoken_of(item, into)),
        _ => {}
    }
}

/// What must be there if a condition came out as it did.
fn shown_present(condition: &Expr, held: bool, into: &mut Vec<String>) {
    match &condition.kind {
        ExprKind::Not(inner) => shown_present(inner, !held, into),
        ExprKind::Binary(left, Operator::And, right) if held => {
            shown_present(left, true, into);
            shown_present(right, true, into);
        }
        ExprKind::Binary(left, Operator::Or, right) if !held => {
            shown_present(left, false, into);
            shown_present(right, false, into);
        }
        ExprKind::Binary(left, operator @ (Operator::Equal | Operator::Unequal), right) => {
            let there = held == (*operator == Operator::Unequal);
            let asked = if right.as_name() == Some(ABSENT) {
                left
            } else if left.as_name() == Some(ABSENT) {
                right
            } else {
                return;
            };
            into.extend(remembered(asked).filter(|_| there));
        }
        _ => {}
    }
}
