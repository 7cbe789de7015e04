//! The statement behind a value: where it stands, within what, under which conditions, and what it says before it is written
//! the phone's way.

use super::names::{Named, all_in, variable};
use super::program::{Place, Program, Way, arguments, body, heading, word};
use crate::diagnostic::Span;
use crate::language::syntax::tree::{Argument, Expr, ExprKind, Item, Statement, StatementKind, TargetKind};
use crate::plan::Origin;
use serde::Serialize;

/// A statement of the program.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Said {
    /// `fleet desks, resync`.
    pub within: String,
    pub place: Place,
    /// What governs it, outermost first: `if phone.role == "lab"`, `for n in 1..4`.
    pub under: Vec<Place>,
    /// By which `include` it comes into the file, outermost first.
    pub included: Vec<Place>,
}

/// By which word a statement sets its parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Set,
    Seed,
    User,
    Reset,
}

/// A statement, found by an origin of the plan.
pub struct Found<'p> {
    pub way: Way<'p>,
    /// Where the origin points.
    pub at: Span,
}

impl<'p> Found<'p> {
    pub fn by(program: &'p Program<'_>, origin: Origin) -> Option<Found<'p>> {
        let at = program.start(origin)?;
        Some(Found { way: program.way(at)?, at })
    }

    pub fn act(&self) -> Act {
        match self.way.innermost().map(|statement| &statement.kind) {
            Some(StatementKind::Ownership { word, .. }) if word.text == "user" => Act::User,
            Some(StatementKind::Ownership { .. }) => Act::Reset,
            Some(StatementKind::Assign { words, .. }) if words.iter().any(|word| word.text == "seed") => Act::Seed,
            _ => Act::Set,
        }
    }

    /// From where the origin points to the end of the statement.
    fn span(&self) -> Span {
        let statement = self.way.innermost().filter(|statement| !is_named_in(statement, self.at));
        statement.map_or(self.at, |statement| match opens(statement) {
            true => statement.span,
            false => Span { end: statement.span.end, ..self.at },
        })
    }

    pub fn said(&self, program: &Program<'_>, profile: Option<&str>) -> Said {
        let whole = self.way.innermost().filter(|statement| is_named_in(statement, self.at));
        let text = program.words(whole.map_or_else(|| self.span(), |statement| statement.span));
        let outer = self.way.statements.len().saturating_sub(1);
        let governing = self.way.statements.iter().take(outer);
        Said {
            within: self.way.within(),
            place: Place { text: Some(text), ..program.place(self.at) },
            under: governing.filter_map(|statement| governs(program, statement, self.at)).collect(),
            included: profile.map(|profile| includes(program, profile, self.way.item)).unwrap_or_default(),
        }
    }

    /// The names that the value is made of.
    pub fn names(&self) -> Vec<Named> {
        let mut locals: Vec<&str> = self.way.statements.iter().filter_map(|statement| variable(statement)).collect();
        let mut named = Vec::new();
        if let Some(statement) = self.way.innermost() {
            // A rule by hand is made of all that stands in its arms.
            all_in(statement, &mut locals, &mut named);
            if is_named_in(statement, self.at) {
                named.retain(|one| one.span.start == self.at.start);
            }
        }
        named
    }

    /// The value as it is written; nothing where a name or a cell stands alone, which is told by what it is.
    pub fn written(&self, program: &Program<'_>) -> Option<String> {
        let values: Vec<&Expr> = match &self.way.innermost()?.kind {
            StatementKind::Assign { values, .. } => values.iter().collect(),
            StatementKind::Setting { groups, .. } if groups.iter().flatten().any(is_block) => return None,
            StatementKind::Setting { .. } => {
                let statement = self.way.innermost()?;
                if is_named_in(statement, self.at) {
                    return None;
                }
                let values = arguments(statement);
                if let ([one], true) = (values.as_slice(), statement.span.start == self.at.start)
                    && one.as_name().is_some()
                {
                    return None;
                }
                // `on boot spread 2m` is read as a whole.
                let bare = values.iter().any(|value| matches!(value.kind, ExprKind::Name(_) | ExprKind::Macro(_)));
                if bare || statement.span.start != self.at.start {
                    return Some(program.words(self.span()));
                }
                values
            }
            _ => return None,
        };
        let (first, last) = (values.first()?, values.last()?);
        if let ([_], ExprKind::Name(_) | ExprKind::Field(..)) = (values.as_slice(), &first.kind) {
            return None;
        }
        Some(program.words(first.span.to(last.span)))
    }

    /// Loop variables that are indexes of the parameter, and what they are here.
    pub fn indexes(&self, indexes: &[u32]) -> Vec<(String, u32)> {
        let target = match self.way.innermost().map(|statement| &statement.kind) {
            Some(StatementKind::Assign { target, .. } | StatementKind::Ownership { target, .. }) => target,
            _ => return Vec::new(),
        };
        let TargetKind::Name(parts) = &target.kind else { return Vec::new() };
        let written = parts.iter().filter_map(|(_, index)| index.as_ref());
        let variables: Vec<&str> = self.way.statements.iter().filter_map(|statement| variable(statement)).collect();
        let named = written.zip(indexes).filter_map(|(expr, index)| Some((expr.as_name()?, *index)));
        named.filter(|(name, _)| variables.contains(name)).map(|(name, index)| (name.to_owned(), index)).collect()
    }
}

fn is_block(argument: &Argument) -> bool {
    matches!(argument, Argument::Block(_))
}

/// Whether a statement opens a block.
fn opens(statement: &Statement) -> bool {
    matches!(&statement.kind, StatementKind::Setting { groups, .. } if groups.iter().flatten().any(is_block))
}

/// Whether an origin is a name in a list, as a rule's is in `profiles common, account`.
fn is_named_in(statement: &Statement, at: Span) -> bool {
    statement.span.start != at.start
        && word(statement).is_some_and(|word| word.text == "profiles")
        && arguments(statement).iter().any(|argument| argument.span.start == at.start)
}

/// What a statement that governs others says of the one at a place.
fn governs(program: &Program<'_>, statement: &Statement, at: Span) -> Option<Place> {
    let inside = |span: Span| span.start <= at.start && at.start < span.end;
    let (text, span) = match &statement.kind {
        StatementKind::If { branches, otherwise } => {
            let taken = branches.iter().position(|(_, block)| inside(block.span));
            match taken.and_then(|taken| branches.get(taken).map(|(condition, _)| (taken, condition))) {
                Some((taken, condition)) => {
                    let before = if taken == 0 { "if" } else { "else if" };
                    (format!("{before} {}", program.words(condition.span)), condition.span)
                }
                None => {
                    let all: Vec<String> =
                        branches.iter().map(|(condition, _)| program.words(condition.span)).collect();
                    let span = otherwise.as_ref().map_or(statement.span, |block| block.span);
                    (format!("else, not {}", all.join(", not ")), span)
                }
            }
        }
        StatementKind::For { variable, over, .. } => {
            (format!("for {} in {}", variable.text, program.words(over.span)), statement.span)
        }
        StatementKind::Match { value, arms, .. } => {
            let value = program.words(value.span);
            match arms.iter().find(|(_, block)| inside(block.span)) {
                Some((patterns, _)) => {
                    let first = patterns.first()?;
                    let span = patterns.last().map_or(first.span, |last| first.span.to(last.span));
                    (format!("match {value}: {}", program.words(span)), first.span)
                }
                None => (format!("match {value}: else"), statement.span),
            }
        }
        _ => return None,
    };
    Some(Place { text: Some(text), ..program.place(span) })
}

/// The includes by which the text of a declaration comes into a profile; none: it is its own.
fn includes(program: &Program<'_>, profile: &str, item: &Item) -> Vec<Place> {
    let (kind, wanted) = heading(item);
    if kind != "profile" || wanted == profile {
        return Vec::new();
    }
    let mut way = Vec::new();
    let mut seen = Vec::new();
    match included(program, profile, &wanted, &mut seen, &mut way) {
        true => way.into_iter().map(|span| program.place(span)).collect(),
        false => Vec::new(),
    }
}

fn included(program: &Program<'_>, from: &str, wanted: &str, seen: &mut Vec<String>, way: &mut Vec<Span>) -> bool {
    if seen.iter().any(|name| name == from) {
        return false;
    }
    seen.push(from.to_owned());
    let profile = program.items().find(|item| heading(item) == ("profile", from.to_owned()));
    let mut statements: Vec<&Statement> =
        profile.and_then(body).into_iter().flat_map(|body| &body.statements).rev().collect();
    while let Some(statement) = statements.pop() {
        statements.extend(statement.blocks().into_iter().flat_map(|block| &block.statements).rev());
        if word(statement).is_none_or(|word| word.text != "include") {
            continue;
        }
        for name in arguments(statement).into_iter().filter_map(Expr::as_name) {
            way.push(statement.span);
            if name == wanted || included(program, name, wanted, seen, way) {
                return true;
            }
            way.pop();
        }
    }
    false
}
