//! What operators go between, and what they give.

use super::super::syntax::literal::Literal;
use super::super::syntax::tree::{Expr, ExprKind, Operator};
use super::super::unknown;
use super::super::value::{ABSENT, Time, is_special};
use super::Checker;
use super::fit::Comparison;
use super::kind::Type;
use super::known::Typed;
use super::place::{Place, remembered};
use crate::diagnostic::{Code, Diagnostic};

impl Checker {
    /// Operands in a row lean to the left as deep as the row is long; they are gone through one after the other.
    pub(super) fn binary(&mut self, expr: &Expr, place: &Place<'_>) -> Typed {
        let named = |name: &str| self.lets.contains_key(name) || place.locals.iter().any(|(local, _)| local == name);
        if let Some(finding) = unknown::hyphenated(expr, named) {
            return self.wrong(expr, finding);
        }
        let mut row: Vec<(&Expr, &Expr, Operator, &Expr)> = Vec::new();
        let mut first = expr;
        while let ExprKind::Binary(left, operator, right) = &first.kind
            && !is_special(left, *operator, right)
        {
            row.push((first, left, *operator, right));
            first = left;
        }
        if let [(_, left, Operator::Equal | Operator::Unequal, right)] = row.as_slice()
            && let Some(nothing) = [left, right].into_iter().find(|side| self.is_nothing(side, place))
        {
            let asked = if std::ptr::eq(nothing, left) { right } else { left };
            return self.compared_with_nothing(expr, asked, nothing, place);
        }
        if row.is_empty() {
            return match &expr.kind {
                ExprKind::Binary(left, Operator::Else, right) => self.otherwise(left, right, place),
                ExprKind::Binary(left, Operator::In, right) => self.membership(expr, left, right, place),
                ExprKind::Binary(left, _, right) => {
                    self.asked(if right.as_name() == Some(ABSENT) { left } else { right }, place)
                }
                _ => Typed::any(),
            };
        }
        if let [(_, left, Operator::Or, right)] = row.as_slice()
            && let Some(finding) = self.chosen(expr, left, right, place)
        {
            return self.wrong(expr, finding);
        }
        let mut made = self.needed(first, place);
        for (whole, left, operator, right) in row.into_iter().rev() {
            // What the left side shows to be there is there for the right one.
            let other = match operator {
                Operator::And => self.needed(right, &place.given(left, true)),
                Operator::Or => self.needed(right, &place.given(left, false)),
                _ => self.needed(right, place),
            };
            made = self.between(whole, (left, made), operator, (right, other));
        }
        made
    }

    /// `phone.nick or phone.name`: elsewhere `or` takes the right side where there is nothing on the left.
    fn chosen(&mut self, expr: &Expr, left: &Expr, right: &Expr, place: &Place<'_>) -> Option<Diagnostic> {
        let (one, other) = (unknown::path(left)?, unknown::path(right)?);
        let ty = self.expression(left, place).ty;
        let value = matches!(ty, Type::Optional(ref inner) if **inner != Type::Bool);
        value.then(|| {
            Diagnostic::new(Code::P0301, expr.span, "`or` joins conditions, and chooses no value")
                .because("what stands in place of an absent value stands behind `else`")
                .help(format!("write `{one} else {other}`"))
        })
    }

    fn between(
        &mut self,
        expr: &Expr,
        (left, one): (&Expr, Typed),
        operator: Operator,
        (right, other): (&Expr, Typed),
    ) -> Typed {
        let both = Typed::made_of(Type::Any, [&one, &other]);
        self.compared(&one.ty, right);
        self.compared(&other.ty, left);
        let ty = match operator {
            Operator::Equal | Operator::Unequal => match one.ty.compared_with(&other.ty) {
                Comparison::Unlike => None,
                Comparison::Sound => Some(bool_at(both.time)),
                Comparison::Never { word, why } => {
                    let word_first = matches!(one.ty, Type::Word(_));
                    let (name, literal) = if word_first { (right, left) } else { (left, right) };
                    let wanted = if word_first { &other.ty } else { &one.ty };
                    let finding = never(name, literal, wanted, &word, &why);
                    self.wrong(expr, finding);
                    Some(bool_at(both.time))
                }
            },
            _ => result(operator, &one.ty, &other.ty, both.time),
        };
        match ty {
            Some(ty) => both.with(ty),
            None => {
                let quotes = match (&one.ty, &other.ty) {
                    (text, Type::Int) if text.is_text() => Some(right),
                    (Type::Int, text) if text.is_text() => Some(left),
                    _ => None,
                };
                let number = quotes.filter(|side| matches!(side.kind, ExprKind::Literal(_)));
                let help = number.map(|_| "write the number in quotes: digits in a string are no number");
                let unit = matches!(
                    (operator, &one.ty, &other.ty),
                    (Operator::Jitter, Type::Int, _) | (Operator::Jitter, _, Type::Int)
                );
                let joined = matches!(operator, Operator::And | Operator::Or) && right.as_text().is_some();
                let help = help
                    .or(joined.then_some("each side is a comparison; for one of several write `x in [\"a\", \"b\"]`"));
                let help = help.or(unit.then_some("write the unit, as in `60s`, or m, h, d"));
                let listed = operator == Operator::Then;
                let help =
                    help.or(listed.then_some("several values are a list: `[a, b]`; waits of a schedule are durations"));
                let texts = operator == Operator::Plus && (one.ty.is_text() || other.ty.is_text());
                let in_one =
                    texts.then(|| format!("write one text, with the value in braces: `{}`", in_one_text(expr)));
                self.unlike(expr, operator, &one.ty, &other.ty, help.or(in_one.as_deref()))
            }
        }
    }

    fn unlike(&mut self, expr: &Expr, operator: Operator, one: &Type, other: &Type, help: Option<&str>) -> Typed {
        let (one, other) = (one.with_article(), other.with_article());
        let message = format!("`{}` does not go between {one} and {other}", operator.text());
        let mut finding = Diagnostic::new(Code::P0301, expr.span, message);
        finding.help = help.map(str::to_owned);
        self.wrong(expr, finding)
    }

    /// `a else b`: what `a` is, or `b` where it is absent.
    fn otherwise(&mut self, left: &Expr, right: &Expr, place: &Place<'_>) -> Typed {
        let (one, other) = (self.expression(left, place), self.expression(right, place));
        let both = Typed::made_of(Type::Any, [&one, &other]);
        let inner = one.ty.where_present();
        match inner.or(&other.ty) {
            Some(ty) => both.with(ty),
            None => {
                let message = format!("{} in place of {}", other.ty.with_article(), inner.with_article());
                let finding = Diagnostic::new(Code::P0301, right.span, message);
                let finding = finding.because("what stands for an absent value is of its type");
                self.wrong(
                    right,
                    match inner {
                        Type::Secret => finding.help(
                            "a secret cannot be made up: set the parameter under `if phone.COLUMN != absent { … }`",
                        ),
                        _ => finding,
                    },
                )
            }
        }
    }

    /// `null`, where no name of the program is called so.
    fn is_nothing(&self, expr: &Expr, place: &Place<'_>) -> bool {
        expr.as_name().is_some_and(|name| {
            unknown::nothing(name)
                && !self.lets.contains_key(name)
                && !place.locals.iter().any(|(local, _)| local == name)
        })
    }

    /// `x == null`: told once, and else as `x == absent`.
    fn compared_with_nothing(&mut self, expr: &Expr, asked: &Expr, nothing: &Expr, place: &Place<'_>) -> Typed {
        let typed = self.asked(asked, place);
        let written = nothing.as_name().unwrap_or_default();
        let finding = Diagnostic::new(Code::P0201, nothing.span, format!("unknown name `{written}`"))
            .because("what may not be there is compared with `absent`")
            .help("write `absent`");
        self.faulty.insert(nothing.span);
        self.wrong(expr, finding);
        typed
    }

    /// `x == absent`.
    fn asked(&mut self, expr: &Expr, place: &Place<'_>) -> Typed {
        let typed = self.expression(expr, place);
        let time = typed.time;
        typed.with(bool_at(time))
    }

    /// `x in list`.
    fn membership(&mut self, expr: &Expr, left: &Expr, right: &Expr, place: &Place<'_>) -> Typed {
        let (one, other) = (self.needed(left, place), self.needed(right, place));
        let both = Typed::made_of(Type::Any, [&one, &other]);
        let time = both.time;
        let items = match &other.ty {
            Type::Any => return both.with(bool_at(time)),
            Type::List(items) => items,
            ty => {
                let whole =
                    ty.is_text().then_some("`in` asks a list for an item; a text is compared as a whole, with `==`");
                return self.unlike(expr, Operator::In, &one.ty, ty, whole);
            }
        };
        if let ExprKind::List(literals) = &right.kind {
            for literal in literals {
                self.compared(&one.ty, literal);
                let Some(word) = literal.as_text() else { continue };
                if let Comparison::Never { word, why } = one.ty.compared_with(&Type::Word(word)) {
                    let finding = never(left, literal, &one.ty, &word, &why);
                    self.wrong(expr, finding);
                }
            }
        }
        match one.ty.compared_with(items) {
            Comparison::Unlike => self.unlike(expr, Operator::In, &one.ty, &other.ty, None),
            _ => both.with(bool_at(time)),
        }
    }
}

/// `"Queue " + n` as the text with a hole in it that gives the same.
fn in_one_text(expr: &Expr) -> String {
    fn collect(expr: &Expr, text: &mut String) {
        match &expr.kind {
            ExprKind::Binary(left, Operator::Plus, right) => {
                collect(left, text);
                collect(right, text);
            }
            ExprKind::Text(_) => match expr.as_text().filter(|plain| !plain.contains(['"', '\\', '{', '}'])) {
                Some(plain) => text.push_str(&plain),
                None => text.push('…'),
            },
            ExprKind::Literal(Literal::Int(number)) => text.push_str(&number.to_string()),
            _ => text.push_str(&remembered(expr).map_or_else(|| "{…}".to_owned(), |path| format!("{{{path}}}"))),
        }
    }
    let mut text = String::new();
    collect(expr, &mut text);
    format!("\"{text}\"")
}

/// The finding for a word that the other side of a comparison never is.
pub(super) fn never(compared: &Expr, literal: &Expr, wanted: &Type, word: &str, why: &str) -> Diagnostic {
    let name = remembered(compared).map_or_else(|| "this".to_owned(), |name| format!("`{name}`"));
    let finding = Diagnostic::new(Code::P0303, literal.span, format!("{name} is never \"{word}\""));
    match wanted.words() {
        [] => finding.because(why),
        words => finding
            .because(format!("it is one of {}", words.join(", ")))
            .did_you_mean(word, words.iter().map(String::as_str)),
    }
}

/// A comparison that waits for the phone is a condition.
fn bool_at(time: Time) -> Type {
    if time == Time::OnPhone { Type::Condition } else { Type::Bool }
}

/// What an operator gives, if it goes between the two.
fn result(operator: Operator, one: &Type, other: &Type, time: Time) -> Option<Type> {
    let is = |wanted: fn(&Type) -> bool| (*one == Type::Any || wanted(one)) && (*other == Type::Any || wanted(other));
    let number = |ty: &Type| matches!(ty, Type::Int | Type::Port);
    match operator {
        Operator::And | Operator::Or => is(|ty| matches!(ty, Type::Bool | Type::Condition)).then(|| bool_at(time)),
        Operator::Less | Operator::LessEqual | Operator::Greater | Operator::GreaterEqual => {
            let ordered = is(number) || is(|ty| *ty == Type::Duration) || is(|ty| *ty == Type::Time);
            // Versions have an order on the phone.
            let on_phone = time == Time::OnPhone;
            (ordered || on_phone).then(|| bool_at(time))
        }
        Operator::Range => {
            if is(number) {
                Some(Type::Range(Box::new(Type::Int)))
            } else {
                let item = is(|ty| *ty == Type::Ip).then_some(Type::Ip);
                let item = item.or_else(|| is(|ty| *ty == Type::Time).then_some(Type::Time));
                item.map(|item| Type::Range(Box::new(item)))
            }
        }
        Operator::Jitter => is(|ty| *ty == Type::Duration).then_some(Type::Schedule),
        Operator::Then => is(|ty| matches!(ty, Type::Duration | Type::Schedule)).then_some(Type::Schedule),
        Operator::Plus if is(number) => Some(Type::Int),
        Operator::Plus => is(Type::is_text).then_some(Type::String),
        Operator::Minus | Operator::Times | Operator::Divide => is(number).then_some(Type::Int),
        Operator::Else | Operator::In | Operator::Equal | Operator::Unequal => None,
    }
}
