//! From an expanded text back to what was written.

use super::trace::{MacroUse, Origin};
use super::variables::{Seen, Source, Variables};
use crate::phone::macros::{Macros, expand_noting, push_part};
use crate::platform::MacroScope;
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

/// Where the pieces of an expanded text come from, and the macros in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    /// What was written, and what it became; in order.
    pieces: Vec<(Range<usize>, Range<usize>)>,
    /// Each macro as written, once.
    pub macros: Vec<MacroUse>,
}

struct Public<'a>(&'a dyn Macros);

impl Macros for Public<'_> {
    fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        // As the evaluator does it: these are filled in later, in arguments.
        if matches!(name, "SA" | "SB" | "SC" | "SD") { None } else { self.0.value(name) }
    }
}

impl Places {
    pub fn of(text: &str, variables: &Variables, seen: &Seen<'_>) -> Places {
        let mut places = Places::default();
        let mut met = HashSet::new();
        let mut told = Vec::new();
        let expanded = expand_noting(text, &Public(seen), |replaced| {
            places.pieces.push((replaced.written.clone(), replaced.became.clone()));
            if replaced.reference.is_some() && met.insert(text.get(replaced.written.clone()).unwrap_or_default()) {
                told.push(replaced);
            }
        });
        for replaced in told {
            let Some(reference) = replaced.reference else { continue };
            let variable = variables.get(reference.name);
            let origin = match variable {
                None => Origin::Unknown,
                Some(variable) if !seen.has(variable.scope) => Origin::ElsewhereOnly,
                Some(variable) if variable.scope == MacroScope::Credential => Origin::ArgumentsOnly,
                Some(variable) if variable.source == Source::Assumed => Origin::Assumed,
                Some(_) => Origin::Set,
            };
            let value = match origin {
                Origin::Set | Origin::Assumed => expanded.text.get(replaced.became).map(str::to_owned),
                Origin::ArgumentsOnly => variable.map(|variable| {
                    let mut part = String::new();
                    push_part(&variable.value, reference.from, reference.count, &mut part);
                    part
                }),
                Origin::Unknown | Origin::ElsewhereOnly => None,
            };
            places.macros.push(MacroUse {
                written: text.get(replaced.written.clone()).unwrap_or_default().to_owned(),
                name: reference.name.to_owned(),
                value,
                origin,
                at: replaced.written.start,
            });
        }
        places
    }

    /// Octets of the written text that octets of the expanded one come from. Part of a value: the macro that brought it.
    pub fn written(&self, at: &Range<usize>) -> Range<usize> {
        let start = self.start(at.start);
        if at.is_empty() {
            return start..start;
        }
        // The last octet's own place; an octet of a value is behind all of its macro.
        let last = at.end - 1;
        let (written, became) = self.piece_at_or_before(last);
        let end = if last < became.end { written.end } else { written.end + (last - became.end) + 1 };
        start..end.max(start)
    }

    fn start(&self, at: usize) -> usize {
        // A macro that became nothing stands where the next octet does: it is shown with it.
        let before =
            self.pieces.partition_point(|(_, became)| became.end < at || (became.end == at && !became.is_empty()));
        if let Some((written, became)) = self.pieces.get(before).filter(|(_, became)| became.start <= at) {
            let _ = became;
            return written.start;
        }
        match before.checked_sub(1).and_then(|last| self.pieces.get(last)) {
            Some((written, became)) => written.end + (at - became.end),
            None => at,
        }
    }

    fn piece_at_or_before(&self, at: usize) -> (Range<usize>, Range<usize>) {
        let behind = self.pieces.partition_point(|(_, became)| became.start <= at);
        behind.checked_sub(1).and_then(|last| self.pieces.get(last)).cloned().unwrap_or((0..0, 0..0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(pieces: &[(Range<usize>, Range<usize>)]) -> Places {
        Places { pieces: pieces.to_vec(), macros: Vec::new() }
    }

    #[test]
    fn octets_are_led_back_to_what_brought_them() {
        // `x$A-$B.y` with A = "12345" and B = "": `x12345-.y`.
        let places = places(&[(1..3, 1..6), (4..6, 7..7)]);
        for (expanded, written) in [
            (0..1, 0..1),
            (1..6, 1..3),
            (2..3, 1..3),
            (6..7, 3..4),
            (7..8, 4..7),
            (7..7, 4..4),
            (8..9, 7..8),
            (0..9, 0..8),
            (9..9, 8..8),
        ] {
            assert_eq!(places.written(&expanded), written, "{expanded:?}");
        }
        assert_eq!(Places::default().written(&(3..5)), 3..5);
    }
}
