//! Findings about what phones have, gathered over all forms of it: one mistake is one finding, whose phones are counted over every form
//! that has it. What each form has the cells that tell forms apart have no part in.

use super::{About, Whole};
use crate::diagnostic::Diagnostic;

#[derive(Default)]
pub(super) struct ByForm {
    found: Vec<Found>,
    /// So many of them are told as they are, whatever is found after them.
    settled: usize,
}

struct Found {
    finding: Diagnostic,
    /// The first phone by its row, and how many there are.
    row: usize,
    phones: usize,
}

impl ByForm {
    /// Adds what was found in one form.
    pub fn add(&mut self, whole: &Whole, findings: Vec<Diagnostic>) {
        let mut counted: Vec<usize> = Vec::new();
        for finding in findings {
            let same = |known: &Found| known.finding.code == finding.code && known.finding.span() == finding.span();
            let position = self.found.iter().position(same).unwrap_or_else(|| {
                self.found.push(Found { finding, row: whole.row, phones: 0 });
                self.found.len() - 1
            });
            if position < self.settled || counted.contains(&position) {
                continue;
            }
            counted.push(position);
            if let Some(known) = self.found.get_mut(position) {
                known.phones += whole.phones;
            }
        }
    }

    /// What comes from here on is of what forms may become: it adds no phones to what is known.
    pub fn settle(&mut self) {
        self.settled = self.found.len();
    }

    /// All of it, each with whom it concerns.
    pub fn told(self, about: &About<'_>) -> impl Iterator<Item = Diagnostic> {
        self.found.into_iter().map(|one| {
            let who = about.concerned(one.row, one.phones);
            one.finding.note(who)
        })
    }
}
