//! The static check: every expression of a program has a type and a time, found once and without a phone at hand, so that
//! a mistake shows also in a branch that no phone takes. Types are in `kind`, `fit` and `annotation`; times and their ways
//! in `known`; the rules for expressions in `expression`, `operator` and `call`; those for statements in `body` and `arms`.

mod annotation;
mod arms;
mod body;
mod call;
mod declarations;
mod expression;
mod fit;
mod held;
mod inline;
mod kind;
mod known;
mod operator;
mod place;
mod program;
pub mod request;

#[cfg(test)]
mod tests;

pub use annotation::read as written_type;
pub use fit::{Comparison, Fit};
pub use held::misfit;
pub use inline::Inliner;
pub use kind::Type;
pub use known::Typed;
pub use place::{PhoneTypes, Place};
pub use program::{Bodies, ForPlatform, check as check_bodies};

use super::names::Let;
use super::syntax::tree::{Expr, Ident};
use super::unknown;
use super::value::Time;
use crate::diagnostic::{Code, Diagnostic, Span};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// What is found out about the program's expressions.
#[derive(Debug, Default)]
pub struct Checker {
    /// What each `let` and `secret` holds.
    lets: HashMap<String, Typed>,
    /// None for one that has a finding already.
    functions: HashMap<String, Option<Arc<Signature>>>,
    findings: Vec<Diagnostic>,
    /// Expressions that have a finding.
    faulty: HashSet<Span>,
    /// The types of what each assignment of a profile sets, by the assignment's place.
    assigned: HashMap<Span, Vec<Type>>,
    /// Words that a model is compared with. Which models there are is the platform's to know.
    models: BTreeMap<Span, String>,
    told: HashSet<(Code, Span)>,
    /// What is being looked at.
    inside: Inside,
    /// Names that nothing declares. What was meant may be the phones', or the platform's, to know.
    strangers: Vec<Stranger>,
    /// Unknown names that were compared with all that are known.
    compared: usize,
    /// Each `let` that is not known at build, in an order in which each comes after what it uses.
    later: Vec<Let>,
    /// Parts that were put in the place of names, in all `let`s.
    inlined: usize,
    /// What each expression holds, where somebody wants to be told.
    noted: Option<Noted>,
}

/// What expressions hold and when that is known, by their place. One that several kinds of phones come by has what the last
/// of them made of it.
pub type Noted = HashMap<Span, (Type, Time)>;

/// Where an unknown name stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    Statement,
    Let,
    Function,
}

/// A name that nothing declares, and what there is to say of it if nobody knows more.
#[derive(Clone, Debug)]
pub struct Stranger {
    pub name: String,
    pub finding: Diagnostic,
    inside: Inside,
}

/// What a function takes and gives.
#[derive(Clone, Debug)]
struct Signature {
    parameters: Vec<(Ident, Type)>,
    result: Type,
    /// Where the result's type is written.
    stated: Span,
}

impl Checker {
    /// One that notes what each expression holds.
    pub fn noting() -> Checker {
        Checker { noted: Some(Noted::new()), ..Checker::default() }
    }

    /// A finding, told once however often its expression is looked at.
    fn report(&mut self, finding: Diagnostic) {
        if self.told.insert((finding.code, finding.span())) {
            self.findings.push(finding);
        }
    }

    /// What is wrong with an expression leaves its setting unread.
    pub fn breaks(&mut self, expr: &Expr) {
        let inside =
            |span: Span| span.file == expr.span.file && expr.span.start <= span.start && span.end <= expr.span.end;
        self.findings
            .iter_mut()
            .rev()
            .take_while(|finding| inside(finding.span()))
            .for_each(|finding| finding.breaks = true);
    }

    /// A finding that says all there is to say about an expression.
    fn wrong(&mut self, expr: &Expr, finding: Diagnostic) -> Typed {
        self.faulty.insert(expr.span);
        self.report(finding);
        Typed::any()
    }

    /// Checks an expression whose value is needed at a time; `false` when it has a finding.
    pub fn sound(&mut self, expr: &Expr, place: &Place<'_>, latest: Time, why: &str) -> bool {
        let before = self.faulty.len();
        let told = self.findings.len();
        self.known_by(expr, place, latest, why);
        self.faulty.len() == before && self.findings.len() == told
    }

    /// The type of an expression whose value is needed at a time.
    fn known_by(&mut self, expr: &Expr, place: &Place<'_>, latest: Time, why: &str) -> Typed {
        let typed = self.needed(expr, place);
        match typed.too_late(latest, why) {
            Some(finding) => {
                let column = unknown::column_of_macro(expr, typed.site).filter(|column| place.phones.has(column));
                self.wrong(
                    expr,
                    match column {
                        Some(column) => finding.help(format!("write `phone.{column}`, which is known per phone")),
                        None => finding,
                    },
                )
            }
            None => typed,
        }
    }

    pub fn take_findings(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.findings)
    }

    /// Remembers a word that stands for a model.
    fn compared(&mut self, with: &Type, literal: &Expr) {
        if *with == Type::Model
            && let Some(word) = literal.as_text()
        {
            self.models.insert(literal.span, word);
        }
    }
}
