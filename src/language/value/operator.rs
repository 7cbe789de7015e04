//! Operators: what each makes of its two sides, and the word `absent`, for which some have rules of their own.

use super::super::syntax::tree::{Expr, ExprKind, Operator};
use super::evaluate::{MAX_TEXT, evaluate};
use super::{Scope, Value, Wait};
use crate::diagnostic::{Code, Diagnostic};

/// So many waits a schedule has at most; no phone takes as many.
const MOST_WAITS: usize = 256;

/// Whether an operator has rules of its own for its sides.
pub fn is_special(left: &Expr, operator: Operator, right: &Expr) -> bool {
    match operator {
        Operator::Else | Operator::In => true,
        Operator::Equal | Operator::Unequal => is_absent(left) || is_absent(right),
        _ => false,
    }
}

/// Operands in a row lean to the left as deep as the row is long; they are evaluated one after the other.
pub(super) fn operands(expr: &Expr, scope: &Scope<'_>) -> Result<Value, Option<Box<Diagnostic>>> {
    let mut row = Vec::new();
    let mut first = expr;
    while let ExprKind::Binary(left, operator, right) = &first.kind
        && (row.is_empty() || !is_special(left, *operator, right))
    {
        row.push((first.span, *operator, &**right));
        first = left;
    }
    let mut value = evaluate(first, scope)?;
    for (span, operator, right) in row.into_iter().rev() {
        if scope.globals.faulty.contains(&span) {
            return Err(None);
        }
        // What the left side decides alone the right one may not even have a value for.
        let decided =
            matches!((operator, &value), (Operator::Or, Value::Bool(true)) | (Operator::And, Value::Bool(false)));
        if !decided {
            let other = evaluate(right, scope)?;
            let fault = |message| Some(Box::new(Diagnostic::new(Code::P0301, span, message)));
            value = binary(&value, operator, &other).map_err(fault)?;
        }
    }
    Ok(value)
}

/// The word that asks whether there is a value: `phone.room == absent`.
pub const ABSENT: &str = "absent";

pub(super) fn is_absent(expr: &Expr) -> bool {
    expr.as_name() == Some(ABSENT)
}

fn binary(a: &Value, operator: Operator, b: &Value) -> Result<Value, String> {
    use std::cmp::Ordering;
    let order = |a: &Value, b: &Value| -> Option<Ordering> {
        match (a, b) {
            (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
            (Value::Duration(a), Value::Duration(b)) => Some(a.cmp(b)),
            (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
            _ => None,
        }
    };
    let mismatch =
        || format!("`{}` does not go between {} and {}", operator.text(), a.with_article(), b.with_article());
    let number = |value: Option<i64>| value.map(Value::Int).ok_or_else(|| "this number is too large".to_owned());
    match (operator, a, b) {
        (Operator::And, Value::Bool(a), Value::Bool(b)) => Ok(Value::Bool(*a && *b)),
        (Operator::Or, Value::Bool(a), Value::Bool(b)) => Ok(Value::Bool(*a || *b)),
        (Operator::Equal, a, b) if a.kind() == b.kind() => Ok(Value::Bool(a == b)),
        (Operator::Unequal, a, b) if a.kind() == b.kind() => Ok(Value::Bool(a != b)),
        (Operator::In, a, Value::List(items)) => Ok(Value::Bool(items.contains(a))),
        (Operator::Range, a, b) if a.kind() == b.kind() => Ok(Value::Range(Box::new(a.clone()), Box::new(b.clone()))),
        (Operator::Jitter, Value::Duration(delay), Value::Duration(jitter)) => {
            Ok(Value::Schedule(vec![Wait { delay: *delay, jitter: *jitter }]))
        }
        (Operator::Then, a, b) => match (a.waits(), b.waits()) {
            (Some(a), Some(b)) if a.len() + b.len() > MOST_WAITS => Err(format!("the limit is {MOST_WAITS} waits")),
            (Some(a), Some(b)) => Ok(Value::Schedule([a, b].concat())),
            _ => Err(mismatch()),
        },
        (Operator::Plus, Value::Int(a), Value::Int(b)) => number(a.checked_add(*b)),
        (Operator::Minus, Value::Int(a), Value::Int(b)) => number(a.checked_sub(*b)),
        (Operator::Times, Value::Int(a), Value::Int(b)) => number(a.checked_mul(*b)),
        (Operator::Divide, Value::Int(a), Value::Int(b)) => {
            a.checked_div(*b).map(Value::Int).ok_or_else(|| "this divides by zero".to_owned())
        }
        (Operator::Plus, Value::Text(a), Value::Text(b)) => match a.len() + b.len() {
            0..=MAX_TEXT => Ok(Value::Text(format!("{a}{b}"))),
            _ => Err(format!("this text is longer than {} KiB", MAX_TEXT >> 10)),
        },
        (Operator::Less | Operator::LessEqual | Operator::Greater | Operator::GreaterEqual, a, b) => {
            let order = order(a, b).ok_or_else(mismatch)?;
            Ok(Value::Bool(match operator {
                Operator::Less => order.is_lt(),
                Operator::LessEqual => order.is_le(),
                Operator::Greater => order.is_gt(),
                _ => order.is_ge(),
            }))
        }
        _ => Err(mismatch()),
    }
}
