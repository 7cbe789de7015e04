//! A profile's body made flat: loops unrolled, conditions decided, so that what remains is one list of assignments.
//! Phones that decide alike share a list.

use super::Compiler;
use super::beyond::{Beyond, Turning, turning};
use super::unknown_parameter::UNLISTED;
use super::varies::included;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::syntax::tree::{Block, Expr, Ident, Statement, StatementKind, Target, TargetKind};
use crate::language::{Phones, Time, Value, time_of};
use crate::phone::Access;
use crate::platform::Parameter;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// One parameter and what becomes of it.
#[derive(Clone, Debug)]
pub(super) struct Assigned {
    pub element: String,
    /// As the program spells it.
    pub written: String,
    /// None for an `unlisted` element.
    pub parameter: Option<Arc<Parameter>>,
    pub indexes: Vec<u32>,
    /// For each index the loop whose name it is.
    pub turnings: Vec<Option<Turning>>,
    pub act: Act,
    pub access: Option<Access>,
    pub overrides: bool,
    pub locals: Vec<(String, Value)>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub(super) enum Act {
    Set(Vec<Expr>),
    /// Set once, on a factory-fresh phone.
    Seed(Vec<Expr>),
    /// The user's own.
    User,
    Reset,
}

/// A loop may run this often.
const MOST_TURNS: i64 = 1000;
/// And all loops of a profile, one within the other, this often.
const MOST_TURNS_IN_ALL: i64 = 20_000;

/// A profile may come to this many inclusions, of its own and of what it includes.
const MOST_INCLUSIONS: usize = 1000;

/// What a walk through a body is about.
pub(super) struct Walk<'w> {
    pub phones: &'w Phones,
    pub row: Option<usize>,
    pub locals: Vec<(String, Value)>,
    /// The ranges that loop variables run over.
    pub loops: Vec<(String, Option<Turning>)>,
    /// Which way each condition went: phones with equal decisions have equal lists.
    pub decisions: Vec<u64>,
    /// The profiles whose bodies are being walked, outermost first.
    pub within: Vec<usize>,
    pub inclusions: usize,
    pub turns: i64,
    /// Filled unless only the decisions are wanted.
    pub list: Option<Vec<Assigned>>,
}

impl<'w> Walk<'w> {
    /// A walk through the profile at a position of the program, for one phone or none.
    pub fn new(profile: usize, phones: &'w Phones, row: Option<usize>) -> Self {
        Walk {
            phones,
            row,
            locals: Vec::new(),
            loops: Vec::new(),
            decisions: Vec::new(),
            within: vec![profile],
            inclusions: 0,
            turns: 0,
            list: None,
        }
    }

    /// Phones for which this is something else have lists of their own.
    fn decide_by(&mut self, value: &impl std::fmt::Debug) {
        let mut hasher = DefaultHasher::new();
        format!("{value:?}").hash(&mut hasher);
        self.decisions.push(hasher.finish());
    }
}

impl Compiler<'_> {
    pub(super) fn walk(&mut self, block: &Block, walk: &mut Walk<'_>) {
        for statement in &block.statements {
            match &statement.kind {
                StatementKind::If { branches, otherwise } => {
                    let taken = branches.iter().position(|(condition, _)| self.condition(condition, walk));
                    walk.decisions.push(taken.map_or(u64::MAX, |taken| taken as u64));
                    let block = match taken {
                        Some(taken) => branches.get(taken).map(|(_, block)| block),
                        None => otherwise.as_ref(),
                    };
                    if let Some(block) = block {
                        self.walk(block, walk);
                    }
                }
                StatementKind::For { variable, over, body } => self.turns(variable, over, body, walk),
                StatementKind::Match { value, arms, otherwise } => {
                    let Some(value) = self.decide(value, walk) else { continue };
                    let taken = arms.iter().position(|(patterns, _)| {
                        patterns.iter().any(|pattern| self.decide(pattern, walk).is_some_and(|found| found == value))
                    });
                    walk.decisions.push(taken.map_or(u64::MAX, |taken| taken as u64));
                    let block = match taken {
                        Some(taken) => arms.get(taken).map(|(_, block)| block),
                        None => otherwise.as_ref(),
                    };
                    match block {
                        Some(block) => self.walk(block, walk),
                        None => {
                            let shown = value.text().unwrap_or_default();
                            let finding =
                                Diagnostic::new(Code::P0303, statement.span, format!("no arm takes \"{shown}\""));
                            self.report(finding.help("add the value, or `else { }`"));
                        }
                    }
                }
                StatementKind::Ownership { word, target } => {
                    let act = if word.text == "user" { Act::User } else { Act::Reset };
                    self.assign(&[], target, act, None, statement.span, walk);
                }
                StatementKind::Assign { words, target, values, access } => {
                    let act = match words.iter().any(|word| word.text == "seed") {
                        true => Act::Seed(values.clone()),
                        false => Act::Set(values.clone()),
                    };
                    self.assign(words, target, act, access.as_ref(), statement.span, walk);
                }
                // Other settings were read with the profile's head.
                StatementKind::Setting { .. } => self.include(statement, walk),
                StatementKind::Expect { .. } => {}
            }
        }
    }

    /// The assignments of another profile, in this one's place.
    fn include(&mut self, statement: &Statement, walk: &mut Walk<'_>) {
        let checked = self.checked;
        let Some((position, profile)) = included(statement, &checked.program) else { return };
        if walk.within.contains(&position) {
            let message = format!("`{}` includes itself", profile.name.value);
            let finding = Diagnostic::new(Code::P0203, statement.span, message);
            return self.report(finding.because("by way of what it includes"));
        }
        walk.inclusions += 1;
        if walk.inclusions > MOST_INCLUSIONS {
            let finding = Diagnostic::new(Code::P0106, statement.span, "this profile includes too much");
            return self.report(finding.because(format!("the limit is {MOST_INCLUSIONS} inclusions in all")));
        }
        walk.within.push(position);
        // Loop variables are those of the profile they stand in.
        let (locals, loops) = (std::mem::take(&mut walk.locals), std::mem::take(&mut walk.loops));
        self.walk(&profile.body, walk);
        (walk.locals, walk.loops) = (locals, loops);
        walk.within.pop();
    }

    fn decide(&mut self, expr: &Expr, walk: &Walk<'_>) -> Option<Value> {
        match self.evaluate_for(expr, &walk.locals, walk.phones, walk.row) {
            Ok(value) => Some(value),
            Err(finding) => {
                if let Some(mut finding) = finding {
                    if finding.code == Code::P0211 {
                        self.missing_cell(expr, walk.phones, walk.row, &mut finding);
                    }
                    self.findings.push(*finding);
                }
                None
            }
        }
    }

    fn condition(&mut self, expr: &Expr, walk: &Walk<'_>) -> bool {
        match self.decide(expr, walk) {
            Some(Value::Bool(value)) => value,
            Some(other) => {
                let finding = Diagnostic::new(Code::P0301, expr.span, "a condition is a bool");
                self.report(finding.because(format!("this is a {}", other.kind())));
                false
            }
            None => false,
        }
    }

    fn turns(&mut self, variable: &Ident, over: &Expr, body: &Block, walk: &mut Walk<'_>) {
        let mut turning = None;
        let items: Vec<Value> = match self.decide(over, walk) {
            Some(Value::Range(low, high)) => match (*low, *high) {
                (Value::Int(low), Value::Int(high)) if high < low => {
                    let finding = Diagnostic::new(Code::P0103, over.span, "this range is empty");
                    return self.report(finding.because("its end lies before its start"));
                }
                (Value::Int(low), Value::Int(high)) if high.saturating_sub(low) < MOST_TURNS => {
                    turning = Some(Turning { span: over.span, low, high });
                    (low..=high).map(Value::Int).collect()
                }
                (Value::Int(_), Value::Int(_)) => {
                    let finding = Diagnostic::new(Code::P0106, over.span, "this loop is too long");
                    return self.report(finding.because(format!("the limit is {MOST_TURNS} turns")));
                }
                _ => return self.report(Diagnostic::new(Code::P0301, over.span, "a loop runs over integers")),
            },
            Some(Value::List(items)) => items,
            Some(other) => {
                let finding = Diagnostic::new(Code::P0301, over.span, "a loop runs over a range or a list");
                return self.report(finding.because(format!("this is a {}", other.kind())));
            }
            None => return,
        };
        walk.decide_by(&items);
        walk.turns = walk.turns.saturating_add(items.len() as i64);
        if walk.turns > MOST_TURNS_IN_ALL {
            let finding = Diagnostic::new(Code::P0106, over.span, "the loops of this profile turn too often");
            return self.report(finding.because(format!("the limit is {MOST_TURNS_IN_ALL} turns in all")));
        }
        walk.loops.push((variable.text.clone(), turning));
        for item in items {
            walk.locals.push((variable.text.clone(), item));
            self.walk(body, walk);
            walk.locals.pop();
        }
        walk.loops.pop();
    }

    fn assign(
        &mut self,
        words: &[Ident],
        target: &Target,
        act: Act,
        access: Option<&Ident>,
        span: Span,
        walk: &mut Walk<'_>,
    ) {
        if walk.list.is_none() {
            // Which parameter it is may differ from phone to phone, and with it the list.
            if let TargetKind::Name(parts) = &target.kind {
                for index in parts.iter().filter_map(|(_, index)| index.as_ref()) {
                    if time_of(index) == Time::Phone
                        && let Some(value) = self.decide(index, walk)
                    {
                        walk.decide_by(&value);
                    }
                }
            }
            return;
        }
        for word in words.iter().filter(|word| !matches!(word.text.as_str(), "seed" | "override" | "unlisted")) {
            let finding = Diagnostic::new(Code::P0101, word.span, format!("unexpected `{}`", word.text));
            self.report(finding.because("in a profile a parameter is set with `NAME = value`"));
        }
        let access = access.and_then(|word| match Access::from_name(&word.text) {
            Some(access) => Some(access),
            None => {
                let finding = Diagnostic::new(Code::P0303, word.span, format!("`{}` is no access", word.text));
                self.report(finding.because("a user account has `na`, `ro` or `rw` (WF §1.3)"));
                None
            }
        });
        let overrides = words.iter().any(|word| word.text == "override");
        let assigned = match &target.kind {
            TargetKind::Name(parts) => {
                let Some((parameter, indexes, written)) = self.resolve(parts, target.span, walk) else { return };
                Assigned {
                    element: parameter.element(&indexes),
                    written,
                    parameter: Some(parameter),
                    turnings: parts
                        .iter()
                        .filter_map(|(_, index)| index.as_ref())
                        .map(|index| turning(index, &walk.loops))
                        .collect(),
                    indexes,
                    act,
                    access,
                    overrides,
                    locals: walk.locals.clone(),
                    span,
                }
            }
            TargetKind::Text(text) => {
                let element = text.as_text().unwrap_or_default();
                if !words.iter().any(|word| word.text == "unlisted") || !is_element(&element) {
                    let finding = Diagnostic::new(Code::P0101, target.span, "a parameter is written bare");
                    let help = self.in_quotes(&element).unwrap_or_else(|| UNLISTED.to_owned());
                    return self.report(finding.help(help));
                }
                Assigned {
                    written: element.clone(),
                    element,
                    parameter: None,
                    indexes: Vec::new(),
                    turnings: Vec::new(),
                    act,
                    access,
                    overrides,
                    locals: walk.locals.clone(),
                    span,
                }
            }
            TargetKind::Number(_) | TargetKind::Macro(_) => {
                let finding = Diagnostic::new(Code::P0101, target.span, "this cannot be assigned to");
                return self.report(finding);
            }
        };
        if let Some(list) = &mut walk.list {
            list.push(assigned);
        }
    }

    /// The parameter that a name and its indexes mean.
    pub(super) fn resolve(
        &mut self,
        parts: &[(String, Option<Expr>)],
        span: Span,
        walk: &Walk<'_>,
    ) -> Option<(Arc<Parameter>, Vec<u32>, String)> {
        let family = parts
            .iter()
            .fold(String::new(), |name, (part, index)| name + part + if index.is_some() { "[]" } else { "" });
        let mut indexes = Vec::new();
        for index in parts.iter().filter_map(|(_, index)| index.as_ref()) {
            match self.decide(index, walk)? {
                Value::Int(number) => indexes.push((u32::try_from(number).unwrap_or(u32::MAX), index.span)),
                other => {
                    let finding = Diagnostic::new(Code::P0301, index.span, "an index is an integer");
                    self.report(finding.because(format!("this is a {}", other.kind())));
                    return None;
                }
            }
        }
        let mut numbers = indexes.iter().map(|(number, _)| *number);
        let written = parts.iter().fold(String::new(), |name, (part, index)| {
            let index = index.as_ref().and_then(|_| numbers.next());
            name + part + &index.map(|index| format!("[{index}]")).unwrap_or_default()
        });
        let Some(parameter) = self.catalogue.parameter(&family) else {
            if self.settled.insert(span) {
                self.unknown_parameter(&family, &written, span);
            }
            return None;
        };
        let written_indexes = parts.iter().filter_map(|(_, index)| index.as_ref());
        for (((number, place), written_index), (low, high)) in
            indexes.iter().zip(written_indexes).zip(parameter.ranges())
        {
            if self.settled.contains(place) {
                return None;
            }
            if !(low..=high).contains(number) {
                let finding = Diagnostic::new(Code::P0207, *place, format!("`{written}` does not exist"))
                    .because(format!("the index runs from {low} to {high}"));
                let turning = turning(written_index, &walk.loops);
                let there = Some((low, high));
                let beyond = Beyond { statement: span, turning, index: *number, there, finding };
                self.beyond.push(beyond);
                return None;
            }
        }
        Some((parameter, indexes.into_iter().map(|(number, _)| number).collect(), written))
    }
}

/// Words that a profile's own form uses (WF §1.1).
const OF_THE_FORM: [&str; 3] = ["flat-profile", "device", "xml"];

fn is_element(name: &str) -> bool {
    !OF_THE_FORM.iter().any(|word| name.eq_ignore_ascii_case(word))
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}
