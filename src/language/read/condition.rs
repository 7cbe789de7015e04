//! Conditions that the phone evaluates, from ordinary expressions: variables of the phone, compared with values.

use super::super::condition::{Comparison, Condition, Operand};
use super::super::program::At;
use super::super::syntax::tree::{Expr, ExprKind, Operator};
use super::super::types::Inliner;
use super::super::value::{Time, Value, time_of};
use super::Reader;
use crate::diagnostic::{Code, Diagnostic};
use crate::phone::rule;

impl Reader<'_> {
    /// The condition that an expression states, or nothing when it has a finding.
    pub(super) fn condition(&mut self, expr: &Expr) -> Option<At<Condition<Comparison>>> {
        // A condition may have been given a name.
        let mut written = expr.clone();
        Inliner::new(&self.globals.later).expr(&mut written);
        self.part(&written).map(|value| At { value, span: expr.span })
    }

    fn part(&mut self, expr: &Expr) -> Option<Condition<Comparison>> {
        if time_of(expr) == Time::Build && !self.compares_release(expr) {
            return match self.value(expr)? {
                Value::Bool(value) => Some(Condition::Known(value)),
                other => {
                    let finding = Diagnostic::new(Code::P0301, expr.span, "a condition is a bool");
                    let finding = finding.because(format!("this is {}", other.with_article()));
                    let quoted = expr.as_text().is_some_and(|text| text.contains('$'));
                    self.report(match quoted {
                        true => finding.help("a condition stands without quotes: `only when $PRVTMR >= 10m`"),
                        false => finding,
                    });
                    None
                }
            };
        }
        match &expr.kind {
            ExprKind::Not(inner) => self.part(inner).map(|inner| Condition::Not(Box::new(inner))),
            ExprKind::Binary(left, operator @ (Operator::And | Operator::Or), right) => {
                // Both sides are read, so that each has its findings.
                let parts = [self.part(left), self.part(right)];
                let parts: Vec<_> = parts.into_iter().collect::<Option<_>>()?;
                Some(if *operator == Operator::And { Condition::All(parts) } else { Condition::Any(parts) })
            }
            ExprKind::Binary(left, Operator::In, right) => self.one_of(expr, left, right),
            ExprKind::Binary(left, operator, right) => self.comparison(expr, left, *operator, right),
            ExprKind::Macro(name) => {
                let finding = Diagnostic::new(Code::P0301, expr.span, "a condition is a comparison")
                    .because(format!("`${name}` is a value"))
                    .help(format!("compare it: `${name} == \"…\"`"));
                self.report(finding);
                None
            }
            _ => {
                self.known_too_late(expr);
                None
            }
        }
    }

    /// `$A in ["x", "y"]`.
    fn one_of(&mut self, whole: &Expr, left: &Expr, right: &Expr) -> Option<Condition<Comparison>> {
        let ExprKind::Macro(name) = &left.kind else {
            self.known_too_late(whole);
            return None;
        };
        let subject = At { value: name.clone(), span: left.span };
        let mut parts = Vec::new();
        let mut add = |operand: At<Operand>| {
            let operator = rule::Operator::Equal;
            parts.push(Condition::Leaf(Comparison { subject: subject.clone(), operator, operand, span: whole.span }));
        };
        match &right.kind {
            ExprKind::List(items) => {
                for item in items {
                    add(self.operand(item)?);
                }
            }
            _ => match self.value(right)? {
                Value::List(items) => {
                    items.into_iter().for_each(|item| add(At { value: Operand::Value(item), span: right.span }))
                }
                other => {
                    let finding = Diagnostic::new(Code::P0301, right.span, "`in` asks a list");
                    self.report(finding.because(format!("this is {}", other.with_article())));
                    return None;
                }
            },
        }
        Some(Condition::Any(parts))
    }

    fn comparison(
        &mut self,
        whole: &Expr,
        left: &Expr,
        operator: Operator,
        right: &Expr,
    ) -> Option<Condition<Comparison>> {
        let operator = match operator {
            Operator::Equal => rule::Operator::Equal,
            Operator::Unequal => rule::Operator::NotEqual,
            Operator::Less => rule::Operator::Less,
            Operator::LessEqual => rule::Operator::LessOrEqual,
            Operator::Greater => rule::Operator::Greater,
            Operator::GreaterEqual => rule::Operator::GreaterOrEqual,
            other => {
                let message = format!("a phone cannot evaluate `{}`", other.text());
                let finding = Diagnostic::new(Code::P0505, whole.span, message)
                    .because("it compares its variables with values, and joins comparisons")
                    .help("conditions are made of `== != < <= > >=`, `and`, `or`, `not` and `in`");
                self.report(finding);
                return None;
            }
        };
        let (subject, operator, operand) = match (&left.kind, &right.kind) {
            (ExprKind::Macro(name), _) => (At { value: name.clone(), span: left.span }, operator, right),
            (_, ExprKind::Macro(name)) => (At { value: name.clone(), span: right.span }, operator.flipped(), left),
            _ => {
                if let Some(inner) = denied_variable(left) {
                    let text = self.sources.slice(whole.span);
                    let rest = text.trim_start_matches("not").trim_start();
                    let finding = Diagnostic::new(Code::P0301, inner.span, "`not` stands before a comparison")
                        .because("here it binds to the variable alone");
                    self.report(finding.help(format!("write `not ({rest})`")));
                } else {
                    self.known_too_late(whole);
                }
                return None;
            }
        };
        let operand = self.operand(operand)?;
        Some(Condition::Leaf(Comparison { subject, operator, operand, span: whole.span }))
    }

    fn operand(&mut self, expr: &Expr) -> Option<At<Operand>> {
        if let ExprKind::Macro(name) = &expr.kind {
            return Some(At { value: Operand::Variable(name.clone()), span: expr.span });
        }
        if let Some(position) = self.release(expr) {
            return Some(At { value: Operand::Firmware(position), span: expr.span });
        }
        if time_of(expr) != Time::Build {
            self.known_too_late(expr);
            return None;
        }
        self.value(expr).map(|value| At { value: Operand::Value(value), span: expr.span })
    }

    /// The firmware declaration that a bare name means.
    fn release(&self, expr: &Expr) -> Option<usize> {
        expr.as_name().and_then(|name| self.firmware.get(name)).copied()
    }

    /// A comparison with a release is no value of the program, though no variable of the phone stands in it.
    fn compares_release(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Not(inner) => self.compares_release(inner),
            ExprKind::Binary(left, _, right) => self.compares_release(left) || self.compares_release(right),
            _ => self.release(expr).is_some(),
        }
    }

    /// What differs from phone to phone, or is known to the server: a rule is one text for all phones of the fleet.
    fn known_too_late(&mut self, expr: &Expr) {
        let (why, help) = match time_of(expr) {
            Time::Phone => (
                "it differs from phone to phone, and the condition is the fleet's",
                "give these phones a fleet of their own, with `where`",
            ),
            Time::Request => {
                ("it is known when the server answers only", "a phone knows its own variables, such as `$A`")
            }
            Time::Build | Time::OnPhone => {
                let finding = Diagnostic::new(Code::P0505, expr.span, "a phone cannot evaluate this")
                    .because("it compares one of its variables with a value")
                    .help("such as `$PRVTMR >= 10m` or `$A == \"Provisioned\"`");
                return self.report(finding);
            }
        };
        self.report(Diagnostic::new(Code::P0401, expr.span, "a phone does not know this").because(why).help(help));
    }
}

/// `not $A`, as it stands in `not $A == "x"`.
fn denied_variable(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Not(inner) if matches!(inner.kind, ExprKind::Macro(_)) => Some(expr),
        _ => None,
    }
}
