//! From an expression to its value.

use super::super::syntax::literal::Literal;
use super::super::syntax::tree::{Expr, ExprKind, Ident, Operator, TextPart};
use super::call::{call, derive};
use super::operator::{is_absent, operands};
use super::{Scope, SecretPart, SecretText, Value};
use crate::diagnostic::{Code, Diagnostic, Span};

/// A text that a program builds up may be this long.
pub(super) const MAX_TEXT: usize = 64 << 10;

/// The value of an expression, or the finding that says why it has none. Nothing at all when the expression already
/// has a finding.
pub fn evaluate(expr: &Expr, scope: &Scope<'_>) -> Result<Value, Option<Box<Diagnostic>>> {
    let fault = |code: Code, span: Span, message: String| Some(Box::new(Diagnostic::new(code, span, message)));
    if scope.globals.faulty.contains(&expr.span) {
        return Err(None);
    }
    match &expr.kind {
        ExprKind::Fault => Err(None),
        ExprKind::Bool(value) => Ok(Value::Bool(*value)),
        ExprKind::Literal(literal) => Ok(match literal.clone() {
            Literal::Int(number) => Value::Int(number),
            Literal::Decimal(text) => Value::Decimal(text),
            Literal::Duration(millis) => Value::Duration(millis),
            Literal::Time(minutes) => Value::Time(minutes),
            Literal::Mac(mac) => Value::Mac(mac),
            Literal::Ip(address) => Value::Ip(address),
            Literal::Prefix(address, length) => Value::Prefix(address, length),
        }),
        ExprKind::Text(parts) => interpolate(parts, expr.span, scope),
        ExprKind::Macro(name) => Err(fault(Code::P0401, expr.span, format!("`${name}` is known to the phone only"))
            .map(|finding| {
                Box::new(finding.because("on-phone values stand in rules, conditions, fetch paths and log messages"))
            })),
        ExprKind::Name(name) => {
            if let Some((_, value)) = scope.locals.iter().rev().find(|(local, _)| local == name) {
                return Ok(value.clone());
            }
            if let Some(later) = scope.globals.later.get(name) {
                let message = format!("`{name}` is not known here yet");
                let finding = Diagnostic::new(Code::P0401, expr.span, message);
                return Err(Some(Box::new(finding.label(later.value.span, "it holds this"))));
            }
            match scope.globals.lets.get(name) {
                Some(value) => value.clone().ok_or(None),
                None => Err(Some(Box::new(
                    Diagnostic::new(Code::P0201, expr.span, format!("unknown name `{name}`"))
                        .did_you_mean(name, scope.globals.lets.keys().map(String::as_str)),
                ))),
            }
        }
        ExprKind::Field(base, field) if base.as_name() == Some("phone") => present(expr, scope)?
            .ok_or_else(|| fault(Code::P0211, field.span, format!("phones here have no `{}`", field.text))),
        ExprKind::Field(base, field) if base.as_name() != Some("request") => match evaluate(base, scope)? {
            Value::Record(fields) => {
                let found = fields.into_iter().find(|(name, _)| *name == field.text).map(|(_, value)| value);
                found.ok_or_else(|| fault(Code::P0211, field.span, format!("no field is named `{}`", field.text)))
            }
            other => Err(fault(Code::P0301, base.span, format!("{} has no fields", other.with_article()))),
        },
        ExprKind::Record(fields) => {
            let field = |(name, value): &(Ident, Expr)| evaluate(value, scope).map(|value| (name.text.clone(), value));
            let fields = fields.iter().map(field).collect::<Result<_, Option<Box<Diagnostic>>>>().map(Value::Record)?;
            of_bounded_size(fields, expr.span)
        }
        ExprKind::Binary(_, Operator::Else, right) => {
            present(expr, scope)?.ok_or_else(|| fault(Code::P0211, right.span, "this may be absent as well".into()))
        }
        ExprKind::Binary(left, operator @ (Operator::Equal | Operator::Unequal), right)
            if is_absent(left) || is_absent(right) =>
        {
            let asked = if is_absent(left) { right } else { left };
            Ok(Value::Bool(present(asked, scope)?.is_none() == (*operator == Operator::Equal)))
        }
        ExprKind::Call(name, arguments) if name.text == "derive" => derive(name, arguments, scope),
        ExprKind::Call(name, arguments) => call(name, arguments, scope),
        ExprKind::Field(..) | ExprKind::Index(..) => {
            Err(fault(Code::P0107, expr.span, "this version does not compile this expression".into()))
        }
        ExprKind::List(items) => {
            let items = items.iter().map(|item| evaluate(item, scope));
            let items = items.collect::<Result<_, Option<Box<Diagnostic>>>>().map(Value::List)?;
            of_bounded_size(items, expr.span)
        }
        ExprKind::Not(inner) => match evaluate(inner, scope)? {
            Value::Bool(value) => Ok(Value::Bool(!value)),
            other => Err(fault(Code::P0301, inner.span, format!("`not` takes a bool, this is a {}", other.kind()))),
        },
        ExprKind::Minus(inner) => match evaluate(inner, scope)? {
            Value::Int(number) => Ok(Value::Int(number.wrapping_neg())),
            other => Err(fault(Code::P0301, inner.span, format!("a {} has no negative", other.kind()))),
        },
        ExprKind::Binary(..) => operands(expr, scope),
    }
}

/// The value of what may be absent; nothing where it is.
pub(super) fn present(expr: &Expr, scope: &Scope<'_>) -> Result<Option<Value>, Option<Box<Diagnostic>>> {
    match &expr.kind {
        ExprKind::Field(base, field) if base.as_name() == Some("phone") => match scope.phone {
            Some(phone) => Ok(phone(&field.text)),
            None => Err(Some(Box::new(Diagnostic::new(Code::P0401, expr.span, "no phone is known here yet")))),
        },
        ExprKind::Binary(left, Operator::Else, right) => match present(left, scope)? {
            Some(value) => Ok(Some(value)),
            None => present(right, scope),
        },
        _ => evaluate(expr, scope).map(|value| Some(value).filter(|value| *value != Value::Absent)),
    }
}

/// A string with its holes filled; one secret in it makes the whole a secret.
fn interpolate(parts: &[TextPart], span: Span, scope: &Scope<'_>) -> Result<Value, Option<Box<Diagnostic>>> {
    let mut made: Vec<SecretPart> = Vec::new();
    let mut way = None;
    let mut add = |text: &str| match made.last_mut() {
        Some(SecretPart::Text(last)) => last.push_str(text),
        _ => made.push(SecretPart::Text(text.to_owned())),
    };
    let mut length = 0;
    let mut secrets = Vec::new();
    for part in parts {
        let text = match part {
            TextPart::Text(text) => text.clone(),
            TextPart::Hole(hole) => match evaluate(hole, scope)? {
                Value::Secret(secret) => {
                    way.get_or_insert(secret.way);
                    secrets.push((length, secret.parts));
                    continue;
                }
                value => value.text().ok_or_else(|| {
                    let message = format!("a {} has no one text", value.kind());
                    Some(Box::new(Diagnostic::new(Code::P0301, hole.span, message)))
                })?,
            },
        };
        length += text.len();
        if length > MAX_TEXT {
            let message = format!("this text is longer than {} KiB", MAX_TEXT >> 10);
            return Err(Some(Box::new(Diagnostic::new(Code::P0106, span, message))));
        }
        add(&text);
    }
    let text = match made.pop() {
        Some(SecretPart::Text(text)) => text,
        _ => String::new(),
    };
    let Some(way) = way else { return Ok(Value::Text(text)) };
    // The texts stand as one; each secret is put back at its place.
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, secret) in secrets {
        parts.extend(text.get(from..at).filter(|text| !text.is_empty()).map(|text| SecretPart::Text(text.to_owned())));
        parts.extend(secret);
        from = at;
    }
    parts.extend(text.get(from..).filter(|text| !text.is_empty()).map(|text| SecretPart::Text(text.to_owned())));
    Ok(Value::Secret(SecretText { parts, way }))
}

/// What lists and records hold in all. A list of a list of a list, each twice, is soon larger than any machine.
const MOST_ITEMS: usize = 1 << 16;

fn of_bounded_size(value: Value, span: Span) -> Result<Value, Option<Box<Diagnostic>>> {
    fn count(value: &Value, left: &mut usize) -> bool {
        let Some(less) = left.checked_sub(1) else { return false };
        *left = less;
        match value {
            Value::List(items) => items.iter().all(|item| count(item, left)),
            Value::Record(fields) => fields.iter().all(|(_, item)| count(item, left)),
            Value::Schedule(waits) => match left.checked_sub(waits.len()) {
                Some(less) => {
                    *left = less;
                    true
                }
                None => false,
            },
            _ => true,
        }
    }
    if count(&value, &mut MOST_ITEMS.clone()) {
        return Ok(value);
    }
    let finding = Diagnostic::new(Code::P0106, span, "this holds too much");
    Err(Some(Box::new(finding.because(format!("the limit is {MOST_ITEMS} items in all")))))
}
