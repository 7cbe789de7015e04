//! Types as they are written, to types.

use super::super::meant;
use super::super::syntax::tree::{TypeArg, TypeExpr, TypeKind};
use super::kind::Type;
use crate::diagnostic::{Code, Diagnostic, Span};
use std::sync::Arc;

/// A record may have so many fields.
pub(super) const MOST_FIELDS: usize = 256;

pub(super) fn too_wide(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0106, span, "this record has too many fields").because(format!("the limit is {MOST_FIELDS}"))
}

/// The type that is written, or what is wrong with it.
pub fn read(written: &TypeExpr) -> Result<Type, Box<Diagnostic>> {
    let ty = of_kind(&written.kind, written.span)?;
    Ok(if written.optional { Type::Optional(Box::new(ty)) } else { ty })
}

fn of_kind(kind: &TypeKind, span: Span) -> Result<Type, Box<Diagnostic>> {
    match kind {
        TypeKind::OneOf(words) => Ok(Type::OneOf(Arc::new(words.clone()))),
        TypeKind::List(inner) => Ok(Type::List(Box::new(of_kind(inner, span)?))),
        TypeKind::Record(fields) => {
            if fields.len() > MOST_FIELDS {
                return Err(Box::new(too_wide(span)));
            }
            let mut all: Vec<(String, Type)> = Vec::with_capacity(fields.len());
            for (name, ty) in fields {
                if all.iter().any(|(known, _)| *known == name.text) {
                    let message = format!("field `{}` is declared twice", name.text);
                    return Err(Box::new(Diagnostic::new(Code::P0202, name.span, message)));
                }
                all.push((name.text.clone(), read(ty)?));
            }
            Ok(Type::Record(Arc::new(all)))
        }
        TypeKind::Call(name, arguments) if name == "digits" => {
            let bounds = match arguments.as_slice() {
                [TypeArg::Range(low, high)] => low.parse().ok().zip(high.parse().ok()),
                _ => None,
            };
            match bounds.filter(|(low, high): &(u32, u32)| 0 < *low && low <= high) {
                Some((low, high)) => Ok(Type::Digits(low, high)),
                None => {
                    let finding = Diagnostic::new(Code::P0301, span, "`digits` takes how many digits");
                    Err(Box::new(finding.help("write `digits(3..5)`")))
                }
            }
        }
        TypeKind::Name(name) | TypeKind::Call(name, _) => {
            let named = Type::NAMED.iter().find(|(known, _)| known == name);
            match (named, kind) {
                (Some((_, ty)), TypeKind::Name(_)) => Ok(ty.clone()),
                (Some(_), _) => {
                    let finding = Diagnostic::new(Code::P0301, span, format!("`{name}` takes no bounds here"));
                    Err(Box::new(finding.because("bounds are a parameter's; `digits(3..5)` is the type that has them")))
                }
                (None, _) => {
                    let known = || Type::NAMED.iter().map(|(known, _)| *known).chain(["digits"]);
                    let finding = Diagnostic::new(Code::P0201, span, format!("unknown type `{name}`"))
                        .because(format!("types are {}", known().collect::<Vec<_>>().join(", ")))
                        .note("a choice of strings, `list of T`, a record `{ name: T }` and `T?` are types as well");
                    Err(Box::new(
                        match meant::column_type(name).filter(|_| crate::diagnostic::closest(name, known()).is_none()) {
                            Some(meant) => finding.help(format!("did you mean `{meant}`?")),
                            None => finding.did_you_mean(name, known()),
                        },
                    ))
                }
            }
        }
    }
}
