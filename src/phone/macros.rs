//! Macro expansion (RS §2): textual, once, before anything is parsed.

use std::borrow::Cow;
use std::ops::Range;

/// No rule grows beyond this: a register of a megabyte named a thousand times must not take the machine with it.
pub const EXPANDED_LIMIT: usize = 16 << 20;

/// Whoever knows what the macro variables stand for (RS §3).
pub trait Macros {
    /// The value of `$NAME`; none leaves the text as it is.
    fn value(&self, name: &str) -> Option<Cow<'_, str>>;
}

impl<F: Fn(&str) -> Option<String>> Macros for F {
    fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        self(name).map(Cow::Owned)
    }
}

/// A reference as written: `$NAME`, `$(NAME)`, `$(NAME:p)`, `$(NAME:p:q)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference<'a> {
    pub name: &'a str,
    pub from: Option<usize>,
    pub count: Option<usize>,
    /// Octets of the text it takes, the dollar sign included.
    pub length: usize,
    pub delimited: bool,
}

/// An expanded text, and where in it unknown references were left standing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expanded {
    pub text: String,
    pub unknown: Vec<Unknown>,
    /// The text grew beyond [`EXPANDED_LIMIT`] and was cut.
    pub cut: bool,
}

/// A reference that nobody knew; `at` counts octets of the expanded text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    pub name: String,
    pub from: Option<usize>,
    pub count: Option<usize>,
    pub at: Range<usize>,
}

/// What became of a dollar sign that begins something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced<'t> {
    /// None: `$$`.
    pub reference: Option<Reference<'t>>,
    /// Octets of the text before expansion.
    pub written: Range<usize>,
    /// Octets of the expanded text.
    pub became: Range<usize>,
    /// False: nobody knew it, and it was left standing.
    pub known: bool,
}

/// Expands every reference once; what comes in is not looked at again (RS §2: not recursive).
pub fn expand(text: &str, macros: &dyn Macros) -> Expanded {
    expand_noting(text, macros, |_| {})
}

/// [`expand`], with a word about every reference, in order.
pub fn expand_noting<'t>(text: &'t str, macros: &dyn Macros, mut note: impl FnMut(Replaced<'t>)) -> Expanded {
    let mut expanded = Expanded::default();
    // Room for what most macros stand for: without it the text is moved with nearly each of them.
    expanded.text.reserve(text.len().saturating_add(text.len() / 2).min(EXPANDED_LIMIT));
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        let (plain, tail) = rest.split_at(dollar);
        expanded.text.push_str(plain);
        rest = expanded.reference(tail, text.len() - tail.len(), macros, &mut note);
        if expanded.text.len() > EXPANDED_LIMIT {
            break;
        }
    }
    expanded.text.push_str(rest);
    if expanded.text.len() > EXPANDED_LIMIT {
        let end = expanded.text.floor_char_boundary(EXPANDED_LIMIT);
        expanded.text.truncate(end);
        expanded.unknown.retain(|unknown| unknown.at.end <= end);
        expanded.cut = true;
    }
    expanded
}

impl Expanded {
    /// Handles a text that begins with `$`, `at` octets behind the beginning of all; returns what is left of it.
    fn reference<'a>(
        &mut self,
        tail: &'a str,
        at: usize,
        macros: &dyn Macros,
        note: &mut impl FnMut(Replaced<'a>),
    ) -> &'a str {
        let start = self.text.len();
        let after = tail.strip_prefix('$').unwrap_or(tail);
        if let Some(rest) = after.strip_prefix('$') {
            self.text.push('$');
            note(Replaced { reference: None, written: at..at + 2, became: start..start + 1, known: true });
            return rest;
        }
        let Some(reference) = parse_reference(tail) else {
            self.text.push('$');
            return after;
        };
        let (written, rest) = tail.split_at_checked(reference.length).unwrap_or((tail, ""));
        let value = macros.value(reference.name);
        let known = value.is_some();
        match value {
            Some(value) => push_part(&value, reference.from, reference.count, &mut self.text),
            None => {
                self.text.push_str(written);
                self.unknown.push(Unknown {
                    name: reference.name.to_owned(),
                    from: reference.from,
                    count: reference.count,
                    at: start..self.text.len(),
                });
            }
        }
        let (written, became) = (at..at + written.len(), start..self.text.len());
        note(Replaced { reference: Some(reference), written, became, known });
        rest
    }
}

/// Appends q characters of a value from offset p; beyond the end: nothing (RS §2, inferred).
pub(crate) fn push_part(value: &str, from: Option<usize>, count: Option<usize>, into: &mut String) {
    match (from, count) {
        (None, _) => into.push_str(value),
        (Some(from), count) => into.extend(value.chars().skip(from).take(count.unwrap_or(usize::MAX))),
    }
}

/// The reference at the start of a text that begins with `$`. A bare name reaches as far as letters, digits and `_` do:
/// the guides do not say, and every documented use fits (RS §2).
pub fn parse_reference(text: &str) -> Option<Reference<'_>> {
    let body = text.strip_prefix('$')?;
    let Some(inner) = body.strip_prefix('(') else {
        let name = name_at(body)?;
        return Some(Reference { name, from: None, count: None, length: 1 + name.len(), delimited: false });
    };
    let name = name_at(inner)?;
    let mut rest = inner.get(name.len()..)?;
    let mut numbers = [None, None];
    for number in &mut numbers {
        let Some(digits) = rest.strip_prefix(':') else { break };
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, after) = digits.split_at_checked(length)?;
        if digits.is_empty() {
            return None;
        }
        // A number that no machine can hold is beyond the end of any value.
        *number = Some(digits.parse().unwrap_or(usize::MAX));
        rest = after;
    }
    rest = rest.strip_prefix(')')?;
    let [from, count] = numbers;
    Some(Reference { name, from, count, length: text.len() - rest.len(), delimited: true })
}

fn name_at(text: &str) -> Option<&str> {
    let letter = text.bytes().next().is_some_and(|first| first.is_ascii_alphabetic());
    let length = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    if letter { text.get(..length) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(a: &'static str, b: &'static str) -> impl Fn(&str) -> Option<String> {
        move |name| {
            Some(match name {
                "MA" => "000e08012345".into(),
                "MAU" => "000E08012345".into(),
                "A" => a.into(),
                "B" => b.into(),
                _ => return None,
            })
        }
    }

    #[test]
    fn the_worked_examples_of_the_reference() {
        // RS §2, table.
        for (a, b, text, expected) in [
            ("ABC", "123", "$(MAU)config.cfg", "000E08012345config.cfg"),
            ("ABC", "123", "$STRANGE$MAU.cfg", "$STRANGE000E08012345.cfg"),
            ("ABC", "123", "$$MAU\"", "$MAU\""),
            ("ABC", "123", "$A$B", "ABC123"),
            ("ABCDEF", "123", "$(A:2)", "CDEF"),
            ("ABCDEF", "123", "$(A:2:3)", "CDE"),
            ("ABC", "123", "$(MAU:4)", "08012345"),
            ("ABC", "123", "$(MAU:8:2)", "23"),
            (
                "ABC",
                "Dj6Lmp23Q",
                "tftp://prov.telco.com/cisco/$B/$MA.cfg",
                "tftp://prov.telco.com/cisco/Dj6Lmp23Q/000e08012345.cfg",
            ),
            ("ABC", "123", "$(STRANGE)", "$(STRANGE)"),
            ("$B", "123", "$A", "$B"),
            ("ABC", "123", "$(A:9)", ""),
            ("ABC", "123", "$(A:99999999999999999999999:1)", ""),
            ("ABC", "123", "$(A:x) $(A:1:2:3) $(A $ $1 $", "$(A:x) $(A:1:2:3) $(A $ $1 $"),
            ("äöü", "123", "$(A:1:1)", "ö"),
        ] {
            assert_eq!(expand(text, &phone(a, b)).text, expected, "{text}");
        }
    }

    #[test]
    fn unknown_references_say_where_they_stand() {
        let expanded = expand("x$A-$(SA:1)", &phone("ABC", ""));
        assert_eq!(expanded.text, "xABC-$(SA:1)");
        assert_eq!(expanded.unknown, [Unknown { name: "SA".into(), from: Some(1), count: None, at: 5..12 }]);
    }

    #[test]
    fn every_reference_is_told_with_its_places() {
        let mut told = Vec::new();
        let expanded = expand_noting("x$A-$$-$(A:1)$NOPE$ $5", &phone("ABC", ""), |replaced| {
            let name = replaced.reference.map(|reference| reference.name);
            told.push((name, replaced.written, replaced.became, replaced.known));
        });
        assert_eq!(expanded.text, "xABC-$-BC$NOPE$ $5");
        assert_eq!(
            told,
            [
                (Some("A"), 1..3, 1..4, true),
                (None, 4..6, 5..6, true),
                (Some("A"), 7..13, 7..9, true),
                (Some("NOPE"), 13..18, 9..14, false),
            ]
        );
    }

    #[test]
    fn growth_is_bounded() {
        let big = "x".repeat(1 << 20);
        let expanded = expand(&"$A".repeat(1 << 20), &|_: &str| Some(big.clone()));
        assert!(expanded.cut && expanded.text.len() == EXPANDED_LIMIT);
    }

    proptest::proptest! {
        #[test]
        fn any_text_expands_and_a_doubled_dollar_comes_back(text: String) {
            let _ = expand(&text, &phone("a", "b"));
            proptest::prop_assert_eq!(expand(&text.replace('$', "$$"), &phone("a", "b")).text, text);
        }
    }
}
