//! Values against types, for what no type can tell: whether a string is a host name shows when the string is known.

use super::super::value::Value;
use super::kind::Type;
use crate::diagnostic::{Code, Diagnostic, Span};

impl Type {
    /// Whether a value is of the type; if not, why.
    pub fn holds(&self, value: &Value) -> Result<(), String> {
        let fits = match (self, value) {
            (Type::Any, _) | (Type::Optional(_), Value::Absent) => true,
            (Type::Optional(inner), value) => return inner.holds(value),
            (ty, Value::Text(text)) if ty.is_text() => match ty.fault_of(text) {
                Some(why) => return Err(why),
                None => true,
            },
            (Type::Port, Value::Int(number)) => match number {
                1..=65535 => true,
                _ => return Err("a port is a number from 1 to 65535".into()),
            },
            (Type::Schedule, Value::Duration(_)) => true,
            (Type::List(inner), Value::List(items)) => {
                return items.iter().try_for_each(|item| inner.holds(item));
            }
            (Type::Record(wanted), Value::Record(fields)) => {
                return wanted.iter().try_for_each(|(name, ty)| match fields.iter().find(|(field, _)| field == name) {
                    Some((_, value)) => ty.holds(value).map_err(|why| format!("`{name}`: {why}")),
                    None => Err(format!("it has no `{name}`")),
                });
            }
            (Type::Range(inner), Value::Range(low, high)) => {
                return inner.holds(low).and_then(|()| inner.holds(high));
            }
            (ty, value) => ty.to_string() == value.kind(),
        };
        if fits { Ok(()) } else { Err(format!("this is {}", value.with_article())) }
    }
}

/// The finding for a value that is not of the type that is stated for it.
pub fn misfit(ty: &Type, stated: Span, value: &Value, span: Span) -> Option<Diagnostic> {
    let why = ty.holds(value).err()?;
    // What a secret holds is not said.
    let finding = Diagnostic::new(Code::P0301, span, format!("{} is wanted here", ty.with_article())).because(why);
    Some(finding.label(stated, "the type is stated here"))
}
