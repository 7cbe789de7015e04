//! Indexes beyond what there is: one finding for each place that counts too far. A loop that does is wrong in its range, however
//! many of its turns, and of its statements, show it.

use super::Compiler;
use crate::diagnostic::{Diagnostic, Span};
use crate::language::syntax::tree::Expr;

/// The range of a loop round a statement.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turning {
    pub span: Span,
    pub low: i64,
    pub high: i64,
}

/// An index that a parameter, or the model of a phone, does not have.
pub(super) struct Beyond {
    /// The assignment, or its name.
    pub statement: Span,
    /// The loop that it counts for.
    pub turning: Option<Turning>,
    pub index: u32,
    /// From where to where there are some; nothing: a phone has none at all.
    pub there: Option<(u32, u32)>,
    pub finding: Diagnostic,
}

impl Beyond {
    /// What is to be changed: the range of a loop, unless no other would be right.
    fn place(&self) -> Span {
        match (&self.turning, self.there) {
            (Some(turning), Some(_)) => turning.span,
            _ => self.finding.span(),
        }
    }

    /// The part of the loop's range that there is.
    fn within(&self, turning: Turning) -> Option<(i64, i64)> {
        let (low, high) = self.there?;
        Some((turning.low.max(low.into()), turning.high.min(high.into())))
    }
}

impl Compiler<'_> {
    /// Tells of the indexes that were found since, each place once.
    pub(super) fn tell_beyond(&mut self) {
        let found = std::mem::take(&mut self.beyond);
        // What a phone has none of it has none of whatever the index.
        let none: Vec<Span> = found.iter().filter(|one| one.there.is_none()).map(|one| one.statement).collect();
        let of_none = |one: &Beyond| {
            let place = one.statement.start;
            none.iter().any(|span| span.file == one.statement.file && (span.start..=span.end).contains(&place))
        };
        let mut places: Vec<(Span, Vec<Beyond>)> = Vec::new();
        for one in found.into_iter().filter(|one| one.there.is_none() || !of_none(one)) {
            match places.iter_mut().find(|(place, _)| *place == one.place()) {
                Some((_, all)) => all.push(one),
                None => places.push((one.place(), vec![one])),
            }
        }
        for (place, all) in places {
            let finding = one_for(place, &all);
            self.findings.extend(finding);
        }
    }
}

fn one_for(place: Span, all: &[Beyond]) -> Option<Diagnostic> {
    // The least that there is says most.
    let tightest = all.iter().min_by_key(|one| (one.there.map(|(_, high)| high), one.index))?;
    let Some(turning) = tightest.turning.filter(|_| tightest.there.is_some()) else {
        return Some(all.first()?.finding.clone());
    };
    let mut finding = Diagnostic::new(tightest.finding.code, place, tightest.finding.message.clone());
    finding = finding.because(format!("the loop goes from {} to {}", turning.low, turning.high));
    let why = tightest.finding.labels.first().map(|label| label.text.clone()).unwrap_or_default();
    finding = finding.label(tightest.finding.span(), why);
    let within = all.iter().filter_map(|one| one.within(turning));
    let within = within.reduce(|one, other| (one.0.max(other.0), one.1.min(other.1)))?;
    Some(if within.0 <= within.1 { finding.help(format!("write `{}..{}`", within.0, within.1)) } else { finding })
}

/// The loop whose name an index is.
pub(super) fn turning(index: &Expr, loops: &[(String, Option<Turning>)]) -> Option<Turning> {
    let name = index.as_name()?;
    loops.iter().rev().find(|(variable, _)| variable == name).and_then(|(_, turning)| *turning)
}
