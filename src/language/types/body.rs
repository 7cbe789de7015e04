//! Statements of a profile: conditions, loops, assignments. All of them are looked at, whichever way a phone would take.

use super::super::syntax::tree::{Block, Expr, ExprKind, Ident, StatementKind, Target, TargetKind, TextPart};
use super::super::value::{Time, time_of};
use super::Checker;
use super::kind::Type;
use super::known::Typed;
use super::place::Place;
use crate::diagnostic::{Code, Diagnostic, Span};

/// Why a value of a profile cannot wait for the phone.
const OF_A_FILE: &str = "it is needed when the file is made";

impl Checker {
    /// A block of a profile.
    pub fn body(&mut self, block: &Block, place: &Place<'_>) {
        for statement in &block.statements {
            match &statement.kind {
                StatementKind::If { branches, otherwise } => {
                    let mut place = place.clone();
                    for (condition, block) in branches {
                        self.condition(condition, &place);
                        if self.is_faulty(condition) {
                            place = place.given_somehow(condition);
                        }
                        self.body(block, &place.given(condition, true));
                        place = place.given(condition, false);
                    }
                    if let Some(block) = otherwise {
                        self.body(block, &place);
                    }
                }
                StatementKind::For { variable, over, body } => {
                    let item = self.turns(variable, over, place);
                    self.body(body, &place.and_local(&variable.text, item));
                }
                StatementKind::Match { value, arms, otherwise } => {
                    self.arms(value, arms, otherwise.as_ref(), statement.span, place);
                    for (_, block) in arms {
                        self.body(block, place);
                    }
                    if let Some(block) = otherwise {
                        self.body(block, place);
                    }
                }
                StatementKind::Ownership { target, .. } => self.target(target, place),
                StatementKind::Assign { target, values, .. } => {
                    self.target(target, place);
                    let types: Vec<Type> = values.iter().map(|value| self.in_file(value, place).ty).collect();
                    self.assignment(statement.span, types);
                }
                // What a profile includes is looked at by itself.
                StatementKind::Setting { .. } | StatementKind::Expect { .. } => {}
            }
        }
    }

    /// The value of a parameter. What a request tells may stand there as it is, or in a text: it is put in for who asks.
    fn in_file(&mut self, expr: &Expr, place: &Place<'_>) -> Typed {
        let told = self.findings.len();
        match is_put_in(expr, place) {
            true => {
                let typed = self.known_by(expr, place, Time::Request, OF_A_FILE);
                if self.findings.len() == told && !matches!(typed.ty, Type::String | Type::Any | Type::Version) {
                    return self.of_file(expr, place);
                }
                typed.with(Type::String)
            }
            false => self.of_file(expr, place),
        }
    }

    /// A value that goes into a file.
    pub(super) fn of_file(&mut self, expr: &Expr, place: &Place<'_>) -> Typed {
        let typed = self.known_by(expr, place, Time::Request, OF_A_FILE);
        if typed.time == Time::Request {
            let name = typed.way.first().map_or(typed.site, |step| step.span);
            let finding = Diagnostic::new(Code::P0107, typed.site, "this version computes nothing while it answers")
                .because("this is known when the server answers")
                .help("let it stand in a parameter as it is, or in a text: `GPP_D = \"{request.certificate.subject.cn}\"`");
            let finding = if name == typed.site { finding } else { finding.label(name, "it comes from here") };
            return self.wrong(expr, finding);
        }
        typed
    }

    /// A fetch path or the key of a seal: what is made for each phone's file. In the text of a path macros are plain.
    pub fn made_for_file(&mut self, expr: &Expr, place: &Place<'_>) {
        match &expr.kind {
            ExprKind::Text(parts) => {
                for part in parts {
                    if let TextPart::Hole(hole) = part {
                        self.of_file(hole, place);
                    }
                }
            }
            _ => drop(self.of_file(expr, place)),
        }
    }

    /// Says of a key that nothing declares what it would have been: no text in quotes, and nothing of a loop.
    pub(super) fn key_is_a_secret(&mut self, key: &Expr, told: usize) {
        let fresh = self.findings.get_mut(told..).unwrap_or_default().iter_mut();
        for finding in fresh.filter(|finding| finding.code == Code::P0201 && finding.span() == key.span) {
            let (Some(name), false) = (key.as_name(), finding.help.as_deref().is_some_and(|help| help.contains('?')))
            else {
                continue;
            };
            let plain = Diagnostic::new(Code::P0201, key.span, format!("unknown name `{name}`"));
            let help = format!("declare it: `secret {name} = env(\"NAME\")`, and write `derive({name}, phone.mac)`");
            *finding = plain.because("a key is a secret").help(help);
        }
    }

    /// A condition of `if`, or of `phones … where`.
    pub(super) fn condition(&mut self, expr: &Expr, place: &Place<'_>) {
        let typed = self.of_file(expr, place);
        self.is_bool(expr, &typed);
    }

    /// Whether anything in an expression has a finding.
    fn is_faulty(&self, expr: &Expr) -> bool {
        self.faulty.contains(&expr.span)
            || match &expr.kind {
                ExprKind::Not(inner) | ExprKind::Minus(inner) => self.is_faulty(inner),
                ExprKind::Binary(left, _, right) => self.is_faulty(left) || self.is_faulty(right),
                ExprKind::Call(_, items) | ExprKind::List(items) => items.iter().any(|item| self.is_faulty(item)),
                _ => false,
            }
    }

    /// A condition over phones, before anything is asked; `false` when it has a finding.
    pub fn filter(&mut self, expr: &Expr, place: &Place<'_>) -> bool {
        let told = self.findings.len();
        let typed = self.known_by(expr, place, Time::Phone, "which phones there are is settled before any asks");
        self.is_bool(expr, &typed);
        self.findings.len() == told
    }

    fn is_bool(&mut self, expr: &Expr, typed: &Typed) {
        if !matches!(typed.ty, Type::Any | Type::Bool) {
            let finding = Diagnostic::new(Code::P0301, expr.span, "a condition is a bool");
            self.wrong(expr, finding.because(format!("this is {}", typed.ty.with_article())));
        }
    }

    /// What a loop's variable holds.
    fn turns(&mut self, variable: &Ident, over: &Expr, place: &Place<'_>) -> Typed {
        let typed = self.of_file(over, place);
        let item = match &typed.ty {
            Type::Any => Type::Any,
            Type::List(item) => (**item).clone(),
            Type::Range(item) if matches!(**item, Type::Int | Type::Any) => Type::Int,
            Type::Range(_) => {
                return self.wrong(over, Diagnostic::new(Code::P0301, over.span, "a loop runs over integers"));
            }
            other => {
                let finding = Diagnostic::new(Code::P0301, over.span, "a loop runs over a range or a list");
                return self.wrong(over, finding.because(format!("this is {}", other.with_article())));
            }
        };
        typed.with(item).by(variable.span, || format!("in `{}`, one after the other", variable.text))
    }

    /// The indexes of a parameter's name.
    fn target(&mut self, target: &Target, place: &Place<'_>) {
        let TargetKind::Name(parts) = &target.kind else { return };
        for index in parts.iter().filter_map(|(_, index)| index.as_ref()) {
            let typed = self.of_file(index, place);
            if !matches!(typed.ty, Type::Any | Type::Int | Type::Port) {
                let finding = Diagnostic::new(Code::P0301, index.span, "an index is an integer");
                self.wrong(index, finding.because(format!("this is {}", typed.ty.with_article())));
            }
        }
    }

    /// Remembers what an assignment sets. Fleets whose phones differ may see it by several types.
    fn assignment(&mut self, place: Span, types: Vec<Type>) {
        match self.assigned.get_mut(&place) {
            Some(known) => {
                for (known, ty) in known.iter_mut().zip(types) {
                    *known = known.or(&ty).unwrap_or(Type::Any);
                }
            }
            None => drop(self.assigned.insert(place, types)),
        }
    }
}

/// Whether a value of a request stands in an expression, and only as it is or in a text.
fn is_put_in(expr: &Expr, place: &Place<'_>) -> bool {
    let told = |expr: &Expr| time_of(expr) == Time::Request && expr.as_request().is_some();
    let shadowed = place.locals.iter().any(|(local, _)| local == "request");
    !shadowed
        && match &expr.kind {
            ExprKind::Text(parts) => {
                let holes = || {
                    parts.iter().filter_map(|part| match part {
                        TextPart::Hole(hole) => Some(hole),
                        TextPart::Text(_) => None,
                    })
                };
                holes().any(told) && holes().all(|hole| told(hole) || time_of(hole) != Time::Request)
            }
            _ => told(expr),
        }
}
