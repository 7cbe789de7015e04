//! Pairs of the grammar to expressions.

use super::build::Builder;
use super::literal::{Literal, meant};
use super::tree::*;
use super::{Pair, Rule};
use crate::diagnostic::{Code, Diagnostic, Span};

/// Operands in a row. Each makes the tree deeper by one, and what walks the tree goes as deep.
const MOST_OPERANDS: usize = 256;
/// `.field`, `[index]`, `not` and `-` on one value.
const MOST_FIXES: usize = 64;

impl<'i> Builder<'i> {
    /// Operands and operators in a row, climbed by how tightly the operators bind; equal ones bind to the left.
    pub(super) fn expr(&mut self, pair: Pair<'i>) -> Expr {
        let mut operands: Vec<Expr> = Vec::new();
        let mut operators: Vec<Operator> = Vec::new();
        if pair.clone().into_inner().filter(|part| part.as_rule() == Rule::operand).nth(MOST_OPERANDS).is_some() {
            return self.too_long(&pair, format!("the limit is {MOST_OPERANDS} operands in a row"));
        }
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::operand => operands.push(self.operand(part)),
                Rule::operator => {
                    let Some(operator) = Operator::from_text(part.as_str().trim()) else { continue };
                    while operators.last().is_some_and(|last| last.binds() >= operator.binds()) {
                        reduce(&mut operands, &mut operators);
                    }
                    operators.push(operator);
                }
                _ => {}
            }
        }
        while !operators.is_empty() {
            reduce(&mut operands, &mut operators);
        }
        match operands.pop() {
            Some(made) if made.is_too_deep() => {
                let span = self.span(&pair);
                let within = |fault: &Diagnostic| {
                    fault.code == Code::P0106 && (span.start..span.end).contains(&fault.span().start)
                };
                match self.faults.iter().any(within) {
                    true => Expr { kind: ExprKind::Fault, span },
                    false => self.too_long(&pair, "it nests too deep".to_owned()),
                }
            }
            Some(made) => made,
            None => Expr { kind: ExprKind::Fault, span: Default::default() },
        }
    }

    /// Values divided by commas: the waits of a schedule, in turn.
    pub(super) fn in_turn(&mut self, mut pairs: Vec<Pair<'i>>) -> Option<Expr> {
        if let Some(first_beyond) = pairs.get(MOST_OPERANDS) {
            return Some(self.too_long(first_beyond, format!("the limit is {MOST_OPERANDS} values in a row")));
        }
        let rest = pairs.split_off(pairs.len().min(1));
        let first = self.expr(pairs.pop()?);
        Some(rest.into_iter().fold(first, |before, pair| {
            let next = self.expr(pair);
            let span = before.span.to(next.span);
            Expr { kind: ExprKind::Binary(Box::new(before), Operator::Then, Box::new(next)), span }
        }))
    }

    fn operand(&mut self, pair: Pair<'i>) -> Expr {
        let span = self.span(&pair);
        if pair.clone().into_inner().nth(MOST_FIXES + 1).is_some() {
            return self.too_long(&pair, format!("the limit is {MOST_FIXES} signs before a value"));
        }
        let mut prefixes = Vec::new();
        let mut value = Expr { kind: ExprKind::Fault, span };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::not_op | Rule::minus => prefixes.push(part.as_rule()),
                _ => value = self.term(part),
            }
        }
        for prefix in prefixes.into_iter().rev() {
            let kind = match (prefix, value.kind) {
                (Rule::minus, ExprKind::Literal(Literal::Int(number))) => {
                    ExprKind::Literal(Literal::Int(number.wrapping_neg()))
                }
                (Rule::minus, ExprKind::Literal(Literal::Decimal(number))) => {
                    ExprKind::Literal(Literal::Decimal(format!("-{number}")))
                }
                (Rule::minus, kind) => ExprKind::Minus(Box::new(Expr { kind, span: value.span })),
                (_, kind) => ExprKind::Not(Box::new(Expr { kind, span: value.span })),
            };
            value = Expr { kind, span };
        }
        value
    }

    fn too_long(&mut self, pair: &Pair<'_>, limit: String) -> Expr {
        let span = self.span(pair);
        self.faults.push(Diagnostic::new(Code::P0106, span, "this expression is too long").because(limit));
        Expr { kind: ExprKind::Fault, span }
    }

    fn term(&mut self, pair: Pair<'i>) -> Expr {
        if pair.clone().into_inner().nth(MOST_FIXES + 1).is_some() {
            return self.too_long(&pair, format!("the limit is {MOST_FIXES} fields and indexes of a value"));
        }
        let mut parts = pair.into_inner();
        let Some(first) = parts.next() else { return Expr { kind: ExprKind::Fault, span: Default::default() } };
        let mut value = self.primary(first);
        for postfix in parts {
            let span = value.span.to(self.span(&postfix));
            for part in postfix.into_inner() {
                let kind = match part.as_rule() {
                    Rule::ident => ExprKind::Field(Box::new(value.clone()), self.ident(&part)),
                    Rule::inline_expr => {
                        let index = part.into_inner().next().map(|pair| self.expr(pair));
                        match index {
                            Some(index) => ExprKind::Index(Box::new(value.clone()), Box::new(index)),
                            None => ExprKind::Fault,
                        }
                    }
                    _ => continue,
                };
                value = Expr { kind, span };
            }
        }
        value
    }

    fn primary(&mut self, pair: Pair<'i>) -> Expr {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::string => return self.string(pair),
            Rule::raw_string => {
                let text = pair.as_str().trim_start_matches('r').trim_matches('"').to_owned();
                ExprKind::Text(vec![TextPart::Text(text)])
            }
            Rule::hex_word | Rule::number => self.literal(&pair),
            Rule::macro_name => ExprKind::Macro(pair.as_str().trim_matches(['$', '(', ')']).to_owned()),
            Rule::boolean => ExprKind::Bool(pair.as_str() == "yes"),
            Rule::ident => ExprKind::Name(pair.as_str().to_owned()),
            Rule::call => {
                let mut parts = pair.into_inner();
                let name = parts.next().map(|pair| self.ident(&pair));
                let arguments = parts.flat_map(Pair::into_inner).filter(|pair| pair.as_rule() == Rule::expr);
                let arguments: Vec<Expr> = arguments.map(|pair| self.expr(pair)).collect();
                name.map_or(ExprKind::Fault, |name| ExprKind::Call(name, arguments))
            }
            Rule::paren => {
                let inner = pair.into_inner().find(|pair| pair.as_rule() == Rule::expr);
                // The parentheses belong to what a finding marks.
                return Expr { span, ..inner.map_or(Expr { kind: ExprKind::Fault, span }, |pair| self.expr(pair)) };
            }
            Rule::list => {
                let items: Vec<Pair<'i>> = pair.into_inner().filter(|pair| pair.as_rule() == Rule::expr).collect();
                ExprKind::List(items.into_iter().map(|pair| self.expr(pair)).collect())
            }
            Rule::record => {
                let fields: Vec<Pair<'i>> = pair.into_inner().filter(|part| part.as_rule() == Rule::field).collect();
                let mut all = Vec::with_capacity(fields.len());
                for field in fields {
                    let mut parts = field.into_inner();
                    let name = parts.next().map(|name| self.ident(&name));
                    let value = parts.last().map(|value| self.expr(value));
                    all.extend(name.zip(value));
                }
                ExprKind::Record(all)
            }
            _ => ExprKind::Fault,
        };
        Expr { kind, span }
    }

    pub(super) fn literal(&mut self, pair: &Pair<'_>) -> ExprKind {
        match Literal::parse(pair.as_str()) {
            Ok(literal) => ExprKind::Literal(literal),
            Err(why) => {
                let message = format!("`{}` is not a value", pair.as_str().chars().take(60).collect::<String>());
                let mut finding = Diagnostic::new(Code::P0103, self.span(pair), message).because(why);
                finding.help = meant(pair.as_str()).map(|meant| format!("write `{meant}`"));
                self.faults.push(finding);
                ExprKind::Fault
            }
        }
    }

    pub(super) fn string(&mut self, pair: Pair<'i>) -> Expr {
        let span = self.span(&pair);
        let mut parts: Vec<TextPart> = Vec::new();
        let mut text = String::new();
        let mut open = 0;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::plain => {
                    let inside = part.as_str();
                    self.closes_nothing(&part, &mut 0);
                    text.push_str(inside.get(1..inside.len().saturating_sub(1)).unwrap_or(""));
                }
                Rule::chars => {
                    self.closes_nothing(&part, &mut open);
                    text.push_str(part.as_str());
                }
                Rule::escape => match part.as_str().get(1..).unwrap_or("") {
                    "n" => text.push('\n'),
                    plain @ ("\"" | "\\" | "{" | "}") => {
                        open += usize::from(plain == "{");
                        text.push_str(plain);
                    }
                    other => {
                        let message = format!("`\\{other}` is no escape");
                        self.faults.push(
                            Diagnostic::new(Code::P0103, self.span(&part), message)
                                .because(r#"escapes are \" \\ \n \{"#)
                                .help(r#"a raw string has no escapes: r"…""#),
                        );
                    }
                },
                Rule::hole => {
                    let whole = self.span(&part);
                    let value = part.into_inner().next().map(|pair| self.expr(pair));
                    self.faults.extend(value.as_ref().and_then(|value| number_in_braces(&text, value, whole)));
                    if !text.is_empty() {
                        parts.push(TextPart::Text(std::mem::take(&mut text)));
                    }
                    parts.extend(value.map(TextPart::Hole));
                }
                _ => {}
            }
        }
        if !text.is_empty() || parts.is_empty() {
            parts.push(TextPart::Text(text));
        }
        Expr { kind: ExprKind::Text(parts), span }
    }

    /// A brace in a text that ends no hole, nor what a `\{` before it has begun.
    fn closes_nothing(&mut self, part: &Pair<'_>, open: &mut usize) {
        for (at, _) in part.as_str().match_indices('}') {
            if let Some(less) = open.checked_sub(1) {
                *open = less;
                continue;
            }
            let before = part.as_str().get(..at).unwrap_or("");
            let from =
                before.rfind(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '_')).map_or(0, |at| at + 1);
            let name = before.get(from..).filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()));
            let start = part.as_span().start() + at;
            let finding =
                Diagnostic::new(Code::P0103, Span::new(self.file, start, start + 1), "this `}` closes nothing");
            let finding =
                finding.because("in a string braces hold a value; one that is meant as it stands has a backslash");
            self.faults.push(match name {
                Some(name) => finding.help(format!("write `{{{name}}}` for the value, or `\\}}`")),
                None => finding.help("write `\\}`"),
            });
            return;
        }
    }

    pub(super) fn target(&mut self, pair: Pair<'i>) -> Option<Target> {
        let span = self.span(&pair);
        let mut parts: Vec<(String, Option<Expr>)> = Vec::new();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::string => return Some(Target { kind: TargetKind::Text(self.string(part)), span }),
                Rule::macro_name => {
                    let name = part.as_str().trim_matches(['$', '(', ')']).to_owned();
                    return Some(Target { kind: TargetKind::Macro(name), span });
                }
                Rule::number => {
                    return match self.literal(&part) {
                        ExprKind::Literal(literal) => Some(Target { kind: TargetKind::Number(literal), span }),
                        _ => None,
                    };
                }
                Rule::param_part => parts.push((part.as_str().to_owned(), None)),
                Rule::inline_expr => {
                    let index = part.into_inner().next().map(|pair| self.expr(pair));
                    if let Some(last) = parts.last_mut() {
                        last.1 = index;
                    }
                }
                _ => {}
            }
        }
        Some(Target { kind: TargetKind::Name(parts), span })
    }
}

fn reduce(operands: &mut Vec<Expr>, operators: &mut Vec<Operator>) {
    if let (Some(operator), Some(right), Some(left)) = (operators.pop(), operands.pop(), operands.pop()) {
        let span = left.span.to(right.span);
        operands.push(Expr { kind: ExprKind::Binary(Box::new(left), operator, Box::new(right)), span });
    }
}

/// `x{3}`: in a regular expression it is thrice an `x`, and here a number that needs no braces.
fn number_in_braces(before: &str, value: &Expr, hole: Span) -> Option<Diagnostic> {
    /// More of one sign are written by nobody, and are no help to read.
    const MOST: usize = 16;
    // `${1}` is another habit, and told as that.
    let ExprKind::Literal(Literal::Int(number)) = value.kind else { return None };
    if before.ends_with('$') {
        return None;
    }
    let last = before.chars().next_back().filter(|c| c.is_ascii_alphanumeric() || matches!(c, ']' | ')' | '.'));
    let repeated = match last {
        Some(']') => before.rfind('[').and_then(|from| before.get(from..)),
        Some(')') | None => None,
        Some(_) => before.get(before.len() - 1..),
    };
    let as_written = |one: &&str| one.bytes().all(|octet| octet.is_ascii_graphic() && !br#"\"{}"#.contains(&octet));
    let repeated = repeated.filter(as_written);
    let times = usize::try_from(number).ok().filter(|times| (2..=MOST).contains(times));
    let start = u32::try_from(repeated.map_or(0, str::len)).map_or(hole.start, |length| hole.start - length);
    let shown = repeated.unwrap_or_default();
    let finding = Diagnostic::new(
        Code::P0103,
        Span::new(hole.file, start as usize, hole.end as usize),
        format!("`{shown}{{{number}}}` is the text `{shown}{number}`"),
    );
    let finding = finding.because("in a string braces hold a value: they repeat nothing, and a number needs none");
    Some(match repeated.zip(times) {
        Some((one, times)) => finding.help(format!("write `{}`", one.repeat(times))),
        None => finding.help(format!("write `{number}`, or `\\{{{number}\\}}` with the braces as they stand")),
    })
}
