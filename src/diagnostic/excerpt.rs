//! The piece of a data file that is shown with a finding. What may be secret in it stands as dots, so that a place in the
//! file and one in what is shown differ.

use std::ops::Range;

const DOTS: &str = "•••";

/// A line of a data file, or part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// What of the file it stands for, in octets.
    range: Range<usize>,
    /// The line it begins on, from 1.
    line: usize,
    text: String,
    /// Pieces of the file that stand as dots, in order.
    hidden: Vec<Range<usize>>,
}

impl Excerpt {
    /// `text` is what the file has at `range`, from `line` on.
    pub fn new(range: Range<usize>, line: usize, text: &str, hidden: &[Range<usize>]) -> Self {
        let (mut shown, mut kept, mut from) = (String::new(), Vec::new(), range.start);
        let piece = |from: usize, to: usize| text.get(from - range.start..to - range.start).unwrap_or_default();
        for hole in hidden {
            let hole = hole.start.max(from)..hole.end.min(range.end);
            if hole.start < hole.end {
                shown.push_str(piece(from, hole.start));
                shown.push_str(DOTS);
                from = hole.end;
                kept.push(hole);
            }
        }
        shown.push_str(piece(from.min(range.end), range.end));
        Excerpt { range, line, text: shown, hidden: kept }
    }

    pub fn line(&self) -> usize {
        self.line
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a place of the file stands in what is shown; nothing if it lies elsewhere.
    pub fn shown(&self, at: usize) -> Option<usize> {
        if !(self.range.start..=self.range.end).contains(&at) {
            return None;
        }
        let mut moved = at - self.range.start;
        for hole in self.hidden.iter().filter(|hole| hole.start < at) {
            // A place inside of dots is at their end.
            let length = hole.len().min(at - hole.start);
            moved = moved + DOTS.len() - length;
        }
        Some(moved.min(self.text.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_move_with_what_is_hidden() {
        let line = "000e08abcd01,hunter2,201,x";
        let excerpt = Excerpt::new(100..126, 7, line, &[113..120, 125..126]);
        assert_eq!((excerpt.text(), excerpt.line()), ("000e08abcd01,•••,201,•••", 7));
        let at = |place: usize| excerpt.shown(place).map(|at| &excerpt.text()[at..]);
        assert_eq!((at(100), at(112)), (Some(excerpt.text()), Some(",•••,201,•••")));
        assert_eq!(
            (at(113), at(120), at(121), at(126)),
            (Some("•••,201,•••"), Some(",201,•••"), Some("201,•••"), Some(""))
        );
        assert_eq!((at(99), at(127)), (None, None));
    }

    #[test]
    fn holes_that_reach_beyond_it_are_cut() {
        let excerpt = Excerpt::new(10..14, 1, "abcd", &[0..4, 8..11, 13..99]);
        assert_eq!(excerpt.text(), "•••bc•••");
    }
}
