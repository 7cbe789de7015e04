//! The type and time of an expression, by its form.

use super::super::syntax::literal::Literal;
use super::super::syntax::tree::{Expr, ExprKind, Ident, TextPart};
use super::super::unknown;
use super::super::value::{ABSENT, Time};
use super::annotation::{MOST_FIELDS, too_wide};
use super::kind::Type;
use super::known::Typed;
use super::place::{Place, remembered};
use super::{Checker, Inside, Stranger, request};
use crate::diagnostic::{Code, Diagnostic};
use std::sync::Arc;

/// A text up to this long is known by its characters.
const MOST_WORD: usize = 256;

/// So many unknown names are told with the known one that is nearest.
const MOST_COMPARED: usize = 500;

impl Checker {
    /// What an expression holds; what it holds may be absent.
    pub(super) fn expression(&mut self, expr: &Expr, place: &Place<'_>) -> Typed {
        let typed = self.by_form(expr, place);
        if let Some(noted) = &mut self.noted {
            noted.insert(expr.span, (typed.ty.clone(), typed.time));
        }
        typed
    }

    fn by_form(&mut self, expr: &Expr, place: &Place<'_>) -> Typed {
        match &expr.kind {
            ExprKind::Fault => Typed::any(),
            ExprKind::Bool(_) => Typed::build(Type::Bool),
            ExprKind::Literal(literal) => Typed::build(of_literal(literal)),
            ExprKind::Text(parts) => self.text(expr, parts, place),
            ExprKind::Macro(_) => Typed::since(Type::Any, Time::OnPhone, expr.span),
            ExprKind::Name(name) => self.name(expr, name, place),
            ExprKind::Call(name, arguments) => self.call(expr, name, arguments, place),
            ExprKind::Field(base, field) => self.field(expr, base, field, place),
            ExprKind::Index(base, index) => {
                let typed = self.needed(base, place);
                let field = match (&typed.ty, &index.kind) {
                    // `place[proxy]`: the name is the field's, and nothing that the program declares.
                    (Type::Record(fields), ExprKind::Name(name)) => {
                        fields.iter().any(|(known, _)| known == name).then(|| name.clone())
                    }
                    _ => index.as_text(),
                };
                if !matches!((&typed.ty, &field), (Type::Record(_), Some(_))) {
                    let _ = self.needed(index, place);
                }
                if self.faulty.contains(&base.span) {
                    self.faulty.insert(expr.span);
                    return Typed::any();
                }
                let finding = indexed(expr, base, &typed.ty, field);
                self.wrong(expr, finding)
            }
            ExprKind::Not(inner) => {
                let typed = self.needed(inner, place);
                match typed.ty {
                    Type::Any | Type::Bool | Type::Condition => typed,
                    ref other => {
                        let message = format!("`not` takes a bool, this is {}", other.with_article());
                        self.wrong(inner, Diagnostic::new(Code::P0301, inner.span, message))
                    }
                }
            }
            ExprKind::Minus(inner) => {
                let typed = self.needed(inner, place);
                match typed.ty {
                    Type::Any | Type::Int => typed,
                    Type::Port => typed.with(Type::Int),
                    ref other => {
                        let message = format!("{} has no negative", other.with_article());
                        self.wrong(inner, Diagnostic::new(Code::P0301, inner.span, message))
                    }
                }
            }
            ExprKind::Binary(..) => self.binary(expr, place),
            ExprKind::List(items) => self.list(items, place),
            ExprKind::Record(fields) => self.record(expr, fields, place),
        }
    }

    /// What an expression holds where there has to be something.
    pub(super) fn needed(&mut self, expr: &Expr, place: &Place<'_>) -> Typed {
        let typed = self.expression(expr, place);
        match typed.ty {
            Type::Optional(_) => {
                let name = remembered(expr).unwrap_or_else(|| "this".into());
                let shown = if name == "this" { name.clone() } else { format!("`{name}`") };
                let finding = Diagnostic::new(Code::P0301, expr.span, format!("{shown} may be absent"))
                    .because(format!("this is a `{}`, and a value is needed here", typed.ty))
                    .help(format!("`{name} else …` gives a value for then; `if {name} != absent {{ … }}` asks first"));
                self.wrong(expr, finding)
            }
            _ => typed,
        }
    }

    fn text(&mut self, expr: &Expr, parts: &[TextPart], place: &Place<'_>) -> Typed {
        if let Some(text) = expr.as_text() {
            // What is longer is no word that anything is compared with.
            return Typed::build(if text.len() > MOST_WORD { Type::String } else { Type::Word(text) });
        }
        let mut made = Typed::build(Type::String);
        for part in parts {
            let TextPart::Hole(hole) = part else { continue };
            let typed = self.needed(hole, place);
            made.known_with(&typed);
            match typed.ty {
                Type::Secret => made.ty = Type::Secret,
                Type::Schedule | Type::Range(_) | Type::List(_) | Type::Record(_) => {
                    let message = format!("{} has no one text", typed.ty.with_article());
                    self.wrong(hole, Diagnostic::new(Code::P0301, hole.span, message));
                }
                _ => {}
            }
        }
        made
    }

    fn name(&mut self, expr: &Expr, name: &str, place: &Place<'_>) -> Typed {
        let local = place.locals.iter().rev().find(|(local, _)| local == name).map(|(_, typed)| typed);
        if let Some(typed) = local.or_else(|| self.lets.get(name)) {
            let typed = typed.clone().seen_at(expr.span);
            return match typed.ty {
                Type::Optional(ref inner) if place.present.iter().any(|known| known == name) => {
                    let inner = (**inner).clone();
                    typed.with(inner)
                }
                _ => typed,
            };
        }
        let finding = match name {
            "phone" => Diagnostic::new(Code::P0301, expr.span, "`phone` is no value itself")
                .help("its columns are: `phone.mac`, `phone.model` …"),
            "request" => Diagnostic::new(Code::P0301, expr.span, "`request` is no value itself")
                .because(format!("what is known of one is {}", known_of_requests())),
            ABSENT => Diagnostic::new(Code::P0301, expr.span, "`absent` is no value")
                .because("it asks whether there is one")
                .help("write `if phone.room != absent { … }`"),
            _ if place.phones.has(name) => unknown::column(name, expr.span),
            _ => {
                // A flood of unknown names is one mistake, and each is compared with every name of the program.
                self.compared += 1;
                let lets = self.lets.keys().take(if self.compared <= MOST_COMPARED { usize::MAX } else { 0 });
                let known = lets.chain(place.locals.iter().map(|(name, _)| name)).map(String::as_str);
                let finding = match place.undotted(name) {
                    Some(meant) => {
                        let finding = Diagnostic::new(Code::P0201, expr.span, format!("unknown name `{name}`"));
                        finding.help(format!("did you mean `{meant}`?"))
                    }
                    None => unknown::name(name, expr.span, known),
                };
                let finding = match place.locals.iter().rev().find(|(local, _)| local.len() == 1 && name.len() == 1) {
                    Some((local, _)) => finding.help(format!("did you mean `{local}`?")),
                    None => finding,
                };
                let told = finding.help.as_deref().is_some_and(|help| help.starts_with("did you mean"));
                if !told && (self.inside != Inside::Statement || unknown::like_a_parameter(name)) {
                    return self.stranger(expr, name, finding);
                }
                finding
            }
        };
        self.wrong(expr, finding)
    }

    /// A name of which others may know more.
    fn stranger(&mut self, expr: &Expr, name: &str, finding: Diagnostic) -> Typed {
        self.faulty.insert(expr.span);
        if self.told.insert((finding.code, finding.span())) {
            self.strangers.push(Stranger { name: name.to_owned(), finding, inside: self.inside });
        }
        Typed::any()
    }

    fn field(&mut self, expr: &Expr, base: &Expr, field: &Ident, place: &Place<'_>) -> Typed {
        let shadowed = |name: &str| place.locals.iter().any(|(local, _)| local == name);
        if base.as_name() == Some("phone") && !shadowed("phone") {
            return self.column(expr, field, place);
        }
        if let Some(path) = remembered(expr)
            && let Some(name) = path.strip_prefix("request.")
            && !shadowed("request")
        {
            return self.of_request(expr, field, name);
        }
        let known =
            |name: &str| matches!(name, "phone" | "request" | ABSENT) || shadowed(name) || self.lets.contains_key(name);
        let locals = place.locals.iter().map(|(name, _)| name.as_str());
        if let Some(finding) = unknown::dotted(expr, known, locals) {
            return self.wrong(expr, finding);
        }
        let typed = self.needed(base, place);
        let found = match &typed.ty {
            Type::Any => Some(Type::Any),
            Type::Record(_) => typed.ty.field(&field.text).cloned(),
            other => {
                let message = format!("{} has no fields", other.with_article());
                return self.wrong(expr, Diagnostic::new(Code::P0301, base.span, message));
            }
        };
        match found {
            Some(ty) => typed.with(ty),
            None => {
                let Type::Record(fields) = &typed.ty else { return Typed::any() };
                let known: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
                let finding = Diagnostic::new(Code::P0211, field.span, format!("no field is named `{}`", field.text))
                    .because(format!("its fields are {}", known.join(", ")))
                    .did_you_mean(&field.text, known.iter().copied());
                self.wrong(expr, finding)
            }
        }
    }

    /// `phone.NAME`.
    fn column(&mut self, expr: &Expr, field: &Ident, place: &Place<'_>) -> Typed {
        let ty = match place.phones.column(&field.text) {
            Ok(Type::Optional(inner)) if remembered(expr).is_some_and(|path| place.present.contains(&path)) => *inner,
            Ok(ty) => ty,
            Err(known) => {
                let known: Vec<&str> = std::iter::once("mac").chain(known).collect();
                let finding = Diagnostic::new(Code::P0211, field.span, format!("phones here have no `{}`", field.text))
                    .because(format!("their columns are {}", known.join(", ")))
                    .did_you_mean(&field.text, known.iter().copied());
                self.wrong(expr, finding);
                Type::Any
            }
        };
        Typed::since(ty, Time::Phone, expr.span)
    }

    /// `request.NAME`.
    fn of_request(&mut self, expr: &Expr, field: &Ident, name: &str) -> Typed {
        if let Some(ty) = request::value(name) {
            return Typed::since(ty, Time::Request, expr.span);
        }
        let finding = if request::leads_on(name) {
            Diagnostic::new(Code::P0301, expr.span, format!("`request.{name}` is no value itself"))
        } else {
            Diagnostic::new(Code::P0211, field.span, format!("nothing known of a request is called `{name}`"))
                .did_you_mean(name, request::VALUES.iter().map(|(known, _)| *known))
        };
        self.wrong(expr, finding.because(format!("what is known of one is {}", known_of_requests())))
    }

    fn list(&mut self, items: &[Expr], place: &Place<'_>) -> Typed {
        let mut made = Typed::build(Type::Any);
        let mut all: Option<Type> = None;
        for item in items {
            let typed = self.needed(item, place);
            made.known_with(&typed);
            all = match all {
                None => Some(typed.ty),
                Some(known) => match known.or(&typed.ty) {
                    Some(both) => Some(both),
                    None => {
                        let message = format!("{} in a list of {known}", typed.ty.with_article());
                        let finding = Diagnostic::new(Code::P0301, item.span, message);
                        let mut finding = finding.because("what a list holds is of one type");
                        finding.help = other_field(&known, &typed.ty);
                        self.wrong(item, finding);
                        Some(Type::Any)
                    }
                },
            };
        }
        made.with(Type::List(Box::new(all.unwrap_or(Type::Any))))
    }

    fn record(&mut self, expr: &Expr, fields: &[(Ident, Expr)], place: &Place<'_>) -> Typed {
        if fields.len() > MOST_FIELDS {
            return self.wrong(expr, too_wide(expr.span));
        }
        let mut made = Typed::build(Type::Any);
        let mut all: Vec<(String, Type)> = Vec::with_capacity(fields.len());
        for (position, (name, value)) in fields.iter().enumerate() {
            let typed = self.needed(value, place);
            made.known_with(&typed);
            let first = fields.iter().take(position).find(|(other, _)| other.text == name.text);
            if let Some((first, _)) = first {
                let finding = Diagnostic::new(Code::P0202, name.span, format!("`{}` is given twice", name.text))
                    .because("given again here")
                    .label(first.span, "first given here");
                self.wrong(value, finding);
                continue;
            }
            all.push((name.text.clone(), typed.ty));
        }
        made.with(Type::Record(Arc::new(all)))
    }
}

/// What is wrong with `base[…]`: nothing of the language is taken so.
fn indexed(expr: &Expr, base: &Expr, ty: &Type, field: Option<String>) -> Diagnostic {
    let told = |message: &str| Diagnostic::new(Code::P0301, expr.span, message);
    let name = remembered(base);
    match (ty, field, name) {
        (Type::Record(_), Some(field), Some(name)) => {
            told("a field is not taken so").help(format!("write `{name}.{field}`"))
        }
        (Type::List(item), Some(key), Some(name)) => {
            let by = match &**item {
                Type::Record(fields) => fields.iter().find(|(_, ty)| ty.is_text()).map(|(field, _)| field.as_str()),
                _ => None,
            };
            let looked_up = told("the items of a list have no names");
            match by {
                Some(by) => looked_up
                    .because("what fits is looked up by a loop")
                    .help(format!("write `for x in {name} {{ if x.{by} == \"{key}\" {{ … }} }}`")),
                None => looked_up.help(format!("`x in {name}` asks for an item")),
            }
        }
        (Type::List(_) | Type::Any, _, _) => {
            told("the items of a list have no numbers").help("`for x in list { … }` goes through all of them")
        }
        (other, _, _) => told("nothing is taken out so").because(format!("this is {}", other.with_article())),
    }
}

fn known_of_requests() -> String {
    let names: Vec<String> = request::VALUES.iter().map(|(name, _)| format!("`request.{name}`")).collect();
    names.join(", ")
}

fn of_literal(literal: &Literal) -> Type {
    match literal {
        Literal::Int(_) => Type::Int,
        Literal::Decimal(_) => Type::Decimal,
        Literal::Duration(_) => Type::Duration,
        Literal::Time(_) => Type::Time,
        Literal::Mac(_) => Type::Mac,
        Literal::Ip(_) => Type::Ip,
        Literal::Prefix(..) => Type::Prefix,
    }
}

/// The field of one record that another calls differently.
fn other_field(known: &Type, other: &Type) -> Option<String> {
    let (Type::Record(known), Type::Record(other)) = (known, other) else { return None };
    let lacks = |fields: &[(String, Type)], name: &str| !fields.iter().any(|(field, _)| field == name);
    let surplus: Vec<&str> = other.iter().map(|(name, _)| name.as_str()).filter(|name| lacks(known, name)).collect();
    let missing: Vec<&str> = known.iter().map(|(name, _)| name.as_str()).filter(|name| lacks(other, name)).collect();
    match (surplus.as_slice(), missing.as_slice()) {
        ([written], [meant]) => Some(format!("`{written}` is `{meant}` in the records before")),
        ([], [meant, ..]) => Some(format!("this one has no `{meant}`")),
        ([written, ..], []) => Some(format!("those before have no `{written}`")),
        _ => None,
    }
}
