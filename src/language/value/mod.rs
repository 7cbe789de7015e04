//! Values, when they are known, and their evaluation.

use super::syntax::literal::Literal;
use super::syntax::tree::{Expr, ExprKind, Ident, Operator, TextPart, TypeExpr};
use super::types::{Type, misfit};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::phone::{Mac, SecretRef};
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

/// When a value is known, earliest first. A value may be used at its own time or later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Time {
    Build,
    Phone,
    Request,
    OnPhone,
}

/// One wait of a schedule, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    pub delay: u64,
    pub jitter: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Bool(bool),
    Int(i64),
    Decimal(String),
    /// Milliseconds.
    Duration(u64),
    /// Minutes since midnight.
    Time(u16),
    Schedule(Vec<Wait>),
    Text(String),
    Mac(Mac),
    Ip(IpAddr),
    Prefix(IpAddr, u8),
    Range(Box<Value>, Box<Value>),
    List(Vec<Value>),
    /// Fields in the order in which they were written.
    Record(Vec<(String, Value)>),
    Secret(SecretText),
    /// What a `T?` holds where there is no `T`.
    Absent,
}

/// A text with secrets in it, none of them known here.
#[derive(Clone, Debug, PartialEq)]
pub struct SecretText {
    pub parts: Vec<SecretPart>,
    /// Where it was first labelled secret.
    pub labelled: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum SecretPart {
    Text(String),
    Kept(SecretRef),
    /// `derive(S, x)`: the secret, and what the key is for.
    Derived(SecretRef, String),
}

impl Value {
    /// The type's name in the language.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Decimal(_) => "decimal",
            Value::Duration(_) => "duration",
            Value::Time(_) => "time",
            Value::Schedule(_) => "schedule",
            Value::Text(_) => "string",
            Value::Mac(_) => "mac",
            Value::Ip(_) => "ip",
            Value::Prefix(..) => "prefix",
            Value::Range(..) => "range",
            Value::List(_) => "list",
            Value::Record(_) => "record",
            Value::Secret(_) => "secret",
            Value::Absent => "absent value",
        }
    }

    /// `an int`, `a duration`.
    pub fn with_article(&self) -> String {
        let kind = self.kind();
        if kind.starts_with(['a', 'e', 'i', 'o']) { format!("an {kind}") } else { format!("a {kind}") }
    }

    /// The value inside a string; nothing for what has no one text.
    pub fn text(&self) -> Option<String> {
        Some(match self {
            Value::Bool(true) => "yes".into(),
            Value::Bool(false) => "no".into(),
            Value::Int(number) => number.to_string(),
            Value::Decimal(text) | Value::Text(text) => text.clone(),
            Value::Time(minutes) => format!("{:02}:{:02}", minutes / 60, minutes % 60),
            Value::Mac(mac) => mac.to_string(),
            Value::Ip(address) => address.to_string(),
            Value::Prefix(address, length) => format!("{address}/{length}"),
            Value::Duration(millis) => duration(*millis),
            Value::Schedule(_)
            | Value::Range(..)
            | Value::List(_)
            | Value::Record(_)
            | Value::Secret(_)
            | Value::Absent => return None,
        })
    }
}

/// A duration as one would write it: the largest unit that is exact.
pub fn duration(millis: u64) -> String {
    for (unit, name) in [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")] {
        if millis != 0 && millis.is_multiple_of(unit) {
            return format!("{}{name}", millis / unit);
        }
    }
    if millis == 0 { "0s".into() } else { format!("{millis}ms") }
}

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

/// A text that a program builds up may be this long.
const MAX_TEXT: usize = 64 << 10;

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
            let field = |(name, value): &(Ident, Expr)| Ok((name.text.clone(), evaluate(value, scope)?));
            fields.iter().map(field).collect::<Result<_, _>>().map(Value::Record)
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
            items.iter().map(|item| evaluate(item, scope)).collect::<Result<_, _>>().map(Value::List)
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
fn present(expr: &Expr, scope: &Scope<'_>) -> Result<Option<Value>, Option<Box<Diagnostic>>> {
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

/// Whether an operator has rules of its own for its sides.
pub(super) fn is_special(left: &Expr, operator: Operator, right: &Expr) -> bool {
    match operator {
        Operator::Else | Operator::In => true,
        Operator::Equal | Operator::Unequal => is_absent(left) || is_absent(right),
        _ => false,
    }
}

/// Operands in a row lean to the left as deep as the row is long; they are evaluated one after the other.
fn operands(expr: &Expr, scope: &Scope<'_>) -> Result<Value, Option<Box<Diagnostic>>> {
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
pub(super) const ABSENT: &str = "absent";

fn is_absent(expr: &Expr) -> bool {
    expr.as_name() == Some(ABSENT)
}

/// A string with its holes filled; one secret in it makes the whole a secret.
fn interpolate(parts: &[TextPart], span: Span, scope: &Scope<'_>) -> Result<Value, Option<Box<Diagnostic>>> {
    let mut made: Vec<SecretPart> = Vec::new();
    let mut labelled = None;
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
                    labelled.get_or_insert(secret.labelled);
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
    let Some(labelled) = labelled else { return Ok(Value::Text(text)) };
    // The texts stand as one; each secret is put back at its place.
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, secret) in secrets {
        parts.extend(text.get(from..at).filter(|text| !text.is_empty()).map(|text| SecretPart::Text(text.to_owned())));
        parts.extend(secret);
        from = at;
    }
    parts.extend(text.get(from..).filter(|text| !text.is_empty()).map(|text| SecretPart::Text(text.to_owned())));
    Ok(Value::Secret(SecretText { parts, labelled }))
}

/// A call of a function of the program.
fn call(name: &Ident, arguments: &[Expr], scope: &Scope<'_>) -> Result<Value, Option<Box<Diagnostic>>> {
    let fault = |finding: Diagnostic| Err(Some(Box::new(finding)));
    let Some(function) = scope.globals.functions.get(&name.text) else {
        let known = scope.globals.functions.keys().map(String::as_str).chain(["derive"]);
        let finding = Diagnostic::new(Code::P0201, name.span, format!("unknown function `{}`", name.text));
        return fault(finding.did_you_mean(&name.text, known));
    };
    let Some(function) = function else { return Err(None) };
    if function.parameters.len() != arguments.len() {
        let message = format!("`{}` takes {}, not {}", name.text, count(function.parameters.len()), arguments.len());
        return fault(Diagnostic::new(Code::P0301, name.span, message));
    }
    let mut locals = Vec::with_capacity(arguments.len());
    // Types that cannot be read have their finding at the declaration.
    let (types, result) = function.types.as_ref().ok_or(None)?;
    for (((parameter, written), ty), argument) in function.parameters.iter().zip(types).zip(arguments) {
        let value = match present(argument, scope)? {
            Some(value) => value,
            None if written.optional => Value::Absent,
            None => return Err(None),
        };
        if let Some(finding) = misfit(ty, written.span, &value, argument.span) {
            return fault(finding);
        }
        locals.push((parameter.text.clone(), value));
    }
    let value = evaluate(&function.body, &Scope { globals: scope.globals, locals: &locals, phone: None })?;
    match misfit(result, function.result.span, &value, function.body.span) {
        Some(finding) => fault(finding),
        None => Ok(value),
    }
}

fn count(number: usize) -> String {
    match number {
        1 => "1 value".into(),
        many => format!("{many} values"),
    }
}

/// `derive(S, x)`.
fn derive(name: &Ident, arguments: &[Expr], scope: &Scope<'_>) -> Result<Value, Option<Box<Diagnostic>>> {
    let fault = |span: Span, message: &str| {
        let finding = Diagnostic::new(Code::P0301, span, message).help("write `derive(fleet_key, phone.mac)`");
        Err(Some(Box::new(finding)))
    };
    let [secret, about] = arguments else {
        return fault(name.span, "`derive` takes a secret, and what the key is for");
    };
    let Value::Secret(SecretText { parts, labelled }) = evaluate(secret, scope)? else {
        return fault(secret.span, "a key is derived from a secret");
    };
    let [SecretPart::Kept(secret)] = parts.as_slice() else {
        return fault(secret.span, "a key is derived from one secret as it is kept");
    };
    match evaluate(about, scope)?.text() {
        Some(text) => {
            let parts = vec![SecretPart::Derived(secret.clone(), text)];
            Ok(Value::Secret(SecretText { parts, labelled }))
        }
        None => fault(about.span, "this has no one text"),
    }
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
