//! The arms of a `match`: each is one that the value can be, none stands twice, and together they leave nothing out.

use super::super::syntax::literal::Literal;
use super::super::syntax::tree::{Block, Expr, ExprKind, Operator};
use super::Checker;
use super::fit::Comparison;
use super::kind::Type;
use super::operator::never;
use super::place::Place;
use crate::diagnostic::{Code, Diagnostic, Span};
use std::collections::HashMap;

impl Checker {
    pub(super) fn arms(
        &mut self,
        value: &Expr,
        arms: &[(Vec<Expr>, Block)],
        otherwise: Option<&Block>,
        whole: Span,
        place: &Place<'_>,
    ) {
        let matched = self.of_file(value, place).ty;
        let told = self.findings.len();
        if let (ExprKind::Text(_), Some(text)) = (&value.kind, value.as_text()) {
            let finding = Diagnostic::new(Code::P0303, value.span, format!("what is matched is always \"{text}\""));
            let finding = finding.because("in quotes a name is text like any other");
            let column = text.strip_prefix("phone.").filter(|column| !column.contains(['.', ' ']));
            let finding = match column {
                Some(_) => finding.help(format!("write `match {text} {{ … }}`")),
                None => finding.help("match what differs from phone to phone: `match phone.role { … }`"),
            };
            self.wrong(value, finding);
            return;
        }
        self.one_else_behind_all(value, arms, otherwise);
        let mut seen: HashMap<String, Span> = HashMap::new();
        let mut sound = true;
        if let Some((pattern, words)) =
            arms.iter().flat_map(|(patterns, _)| patterns).find_map(|one| Some((one, joined(one)?)))
        {
            let finding = Diagnostic::new(Code::P0301, pattern.span, "`or` joins no values of an arm");
            let finding = finding.because("words of one arm are divided by commas");
            self.wrong(value, finding.help(format!("write `{} {{ … }}`", words.join(", "))));
            return;
        }
        for pattern in arms.iter().flat_map(|(patterns, _)| patterns) {
            let ty = self.of_file(pattern, place).ty;
            sound = sound && ty != Type::Any;
            self.compared(&matched, pattern);
            match matched.compared_with(&ty) {
                Comparison::Sound => {}
                Comparison::Never { word, why } => {
                    let finding = never(value, pattern, &matched, &word, &why);
                    self.wrong(value, finding);
                    sound = false;
                }
                Comparison::Unlike => {
                    let message = format!("{} is no {matched}", ty.with_article());
                    let finding = Diagnostic::new(Code::P0301, pattern.span, message)
                        .because("an arm is compared with what is matched")
                        .label(value.span, format!("this is {}", matched.with_article()));
                    self.wrong(value, finding);
                    sound = false;
                }
            }
            let Some(written) = constant(pattern) else { continue };
            if let Some(first) = seen.insert(written.clone(), pattern.span) {
                let finding = Diagnostic::new(Code::P0202, pattern.span, format!("`{written}` has an arm already"))
                    .because("this one is never taken")
                    .label(first, "the first one is")
                    .help("remove one of them");
                self.wrong(value, finding);
            }
        }
        if otherwise.is_some() || matched == Type::Any || !sound || self.findings.len() > told {
            return;
        }
        let all: Option<Vec<String>> = match &matched {
            Type::Bool => Some(vec!["`yes`".to_owned(), "`no`".to_owned()]),
            Type::OneOf(words) => Some(words.iter().map(|word| format!("\"{word}\"")).collect()),
            Type::Word(word) => Some(vec![format!("\"{word}\"")]),
            _ => None,
        };
        let finding = match all {
            Some(all) => {
                let missing: Vec<&str> =
                    all.iter().map(String::as_str).filter(|word| !seen.contains_key(word.trim_matches('`'))).collect();
                if missing.is_empty() {
                    return;
                }
                Diagnostic::new(Code::P0303, whole_word(whole), format!("no arm takes {}", missing.join(", ")))
                    .label(value.span, "this may be so")
                    .help("add an arm, or `else { }`")
            }
            None => Diagnostic::new(Code::P0303, whole_word(whole), "these arms leave something out")
                .label(value.span, format!("this is {}, of which there are many", matched.with_article()))
                .help("add `else { }`: what holds for all others"),
        };
        self.wrong(value, finding);
    }

    /// There is one `else`, and nothing behind it.
    fn one_else_behind_all(&mut self, value: &Expr, arms: &[(Vec<Expr>, Block)], otherwise: Option<&Block>) {
        let Some(otherwise) = otherwise else { return };
        let behind = || arms.iter().filter(|(_, block)| block.span.start > otherwise.span.start);
        let finding = match behind().find(|(patterns, _)| patterns.is_empty()) {
            Some((_, second)) => Diagnostic::new(Code::P0202, open(second), "this `match` has an `else` already")
                .because("this one is never taken")
                .label(open(otherwise), "the first one is")
                .help("remove one of them"),
            None => {
                let Some(pattern) = behind().find_map(|(patterns, _)| patterns.first()) else { return };
                Diagnostic::new(Code::P0502, pattern.span, "this arm is never reached")
                    .because("`else` stands before it, and takes all that is left")
                    .label(open(otherwise), "here")
                    .help("put `else { … }` behind the other arms")
            }
        };
        self.wrong(value, finding);
    }
}

/// `"room" or "suite"`: the words that were to be one arm's.
fn joined(pattern: &Expr) -> Option<Vec<String>> {
    match &pattern.kind {
        ExprKind::Binary(left, Operator::Or, right) => {
            let of = |side: &Expr| joined(side).or_else(|| Some(vec![format!("\"{}\"", side.as_text()?)]));
            Some(of(left)?.into_iter().chain(of(right)?).collect())
        }
        _ => None,
    }
}

/// The brace that a block begins with.
fn open(block: &Block) -> Span {
    Span { end: block.span.start + 1, ..block.span }
}

/// The word `match` at the head of the statement.
fn whole_word(statement: Span) -> Span {
    Span { end: statement.start + 5, ..statement }
}

/// A pattern that is one value, as it is written.
fn constant(pattern: &Expr) -> Option<String> {
    match &pattern.kind {
        ExprKind::Bool(value) => Some(if *value { "yes" } else { "no" }.to_owned()),
        ExprKind::Text(_) => pattern.as_text().map(|text| format!("\"{text}\"")),
        ExprKind::Literal(literal) => Some(match literal {
            Literal::Int(number) => number.to_string(),
            other => format!("{other:?}"),
        }),
        _ => None,
    }
}
