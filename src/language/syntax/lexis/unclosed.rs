//! Blocks that are never closed. Counting brackets finds one at the end of the file; how lines are indented shows which it is.

use super::{MAX_NESTING, Scanner, closing};
use crate::diagnostic::{Code, Diagnostic};

/// A brace that its indentation shows as never closed.
pub(super) struct LeftOpen {
    inner: usize,
    /// The block that was to be closed where the inner one was.
    outer: usize,
    /// What closed it.
    end: usize,
}

impl Scanner<'_> {
    /// What is open at the end: every block, or the one bracket inside of which the rest was lost.
    pub(super) fn still_open(&mut self, open: &[(u8, usize)]) {
        let Some((bracket, last)) = open.last().copied() else { return };
        if bracket != b'{' {
            let what = if bracket == b'(' { "parenthesis" } else { "bracket" };
            return self.never_closed(what, bracket, last, None);
        }
        let mut told: Vec<usize> = Vec::new();
        // One that is open by its indentation goes before the one that was closed in its stead.
        let mut left_open = std::mem::take(&mut self.left_open);
        for (_, start) in open.iter().filter(|(bracket, _)| *bracket == b'{') {
            let instead = left_open.iter().position(|left| left.outer == *start);
            let instead = instead.or_else(|| left_open.iter().position(|left| left.outer > *start));
            let (start, closed) = match instead.map(|position| left_open.remove(position)) {
                Some(left) => (left.inner, Some(left.end)),
                None => (*start, None),
            };
            // Two on one line are one slip of the hand.
            let line = self.indent(start).0;
            if !told.contains(&line) {
                told.push(line);
                self.never_closed("block", b'{', start, closed);
            }
        }
    }

    fn never_closed(&mut self, what: &str, bracket: u8, start: usize, closed: Option<usize>) {
        let finding = Diagnostic::new(Code::P0102, self.span(start, start + 1), format!("this {what} is never closed"))
            .because("opened here")
            .help(format!("add `{}`", char::from(closing(bracket))));
        self.fault(match closed {
            Some(end) => finding.label(self.span(end, end + 1), "and this stands where an outer one is closed"),
            None => finding,
        });
    }

    /// A brace that is the first of its line, and stands where an outer block begins: the inner one was left open.
    pub(super) fn outdented(&mut self, at: usize, open: &[(u8, usize)]) {
        let (Some((b'{', inner)), Some(b'}')) = (open.last(), self.bytes.get(at)) else { return };
        let (start, indent) = self.indent(at);
        let (line, depth) = self.indent(*inner);
        let mut blocks = open.iter().rev().skip(1).filter(|(bracket, _)| *bracket == b'{');
        let outer = blocks.find(|(_, place)| self.indent(*place).1 == indent);
        if let (Some((_, outer)), true) = (outer, start + indent == at && line < start && depth > indent)
            && self.left_open.len() < MAX_NESTING
        {
            self.left_open.push(LeftOpen { inner: *inner, outer: *outer, end: at });
        }
    }
}
