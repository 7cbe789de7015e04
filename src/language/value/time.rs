//! When a value is known.

use super::super::syntax::tree::{Expr, ExprKind, TextPart};

/// When a value is known, earliest first. A value may be used at its own time or later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Time {
    Build,
    Phone,
    Request,
    OnPhone,
}

/// The latest time among everything an expression refers to.
pub fn time_of(expr: &Expr) -> Time {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Bool(_) | ExprKind::Fault => Time::Build,
        ExprKind::Macro(_) => Time::OnPhone,
        ExprKind::Text(parts) => parts
            .iter()
            .map(|part| match part {
                TextPart::Text(_) => Time::Build,
                TextPart::Hole(expr) => time_of(expr),
            })
            .max()
            .unwrap_or(Time::Build),
        ExprKind::Name(name) => match name.as_str() {
            "phone" => Time::Phone,
            "request" => Time::Request,
            _ => Time::Build,
        },
        ExprKind::Field(base, _) => time_of(base),
        ExprKind::Not(inner) | ExprKind::Minus(inner) => time_of(inner),
        ExprKind::Index(a, b) | ExprKind::Binary(a, _, b) => time_of(a).max(time_of(b)),
        ExprKind::Call(_, items) | ExprKind::List(items) => items.iter().map(time_of).max().unwrap_or(Time::Build),
        ExprKind::Record(fields) => fields.iter().map(|(_, value)| time_of(value)).max().unwrap_or(Time::Build),
    }
}
