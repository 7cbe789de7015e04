//! A condition before its macros are expanded: which variables it asks. Only for looking at; what a phone makes of the text is
//! decided after expansion.

use super::Operator;
use super::cursor::Cursor;
use crate::phone::macros::parse_reference;
use std::ops::Range;

/// A comparison as it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<'t> {
    pub left: Side<'t>,
    pub operator: Operator,
    pub right: Side<'t>,
    /// Octets of the text.
    pub at: Range<usize>,
}

/// One side of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side<'t> {
    /// Quotes left off.
    pub text: &'t str,
    pub quoted: bool,
}

impl<'t> Side<'t> {
    /// The name, when the side is a whole macro and nothing else.
    pub fn variable(&self) -> Option<&'t str> {
        let reference = parse_reference(self.text)?;
        let whole = reference.length == self.text.len() && reference.from.is_none();
        whole.then_some(reference.name)
    }

    /// The number, when it is one.
    pub fn number(&self) -> Option<i64> {
        if self.quoted { None } else { self.text.parse().ok() }
    }
}

/// The comparisons of a trigger, or of what stands in the parentheses of a rule; nothing for a text that is no such list.
pub fn written(text: &str) -> Option<Vec<Written<'_>>> {
    let mut cursor = Cursor::new(text).ok()?;
    let mut all = Vec::new();
    loop {
        cursor.blanks();
        let start = cursor.at;
        let left = cursor.side()?;
        cursor.blanks();
        let operator = cursor.operator().ok()?;
        cursor.blanks();
        let right = cursor.side()?;
        all.push(Written { left, operator, right, at: start..cursor.at });
        cursor.blanks();
        if cursor.at_end() {
            return Some(all);
        }
        if !(cursor.eat("and ") || cursor.eat("AND ")) {
            return None;
        }
    }
}

/// What stands between `(` and `)?` in a rule that is not expanded yet, and where it begins.
pub fn conditions(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let (mut quoted, mut open, mut previous) = (false, None, 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            // `$(NAME)` opens nothing.
            b'(' if !quoted && previous != b'$' && open.is_none() => open = Some(at + 1),
            b'?' if !quoted && previous == b')' => {
                found.extend(open.take().and_then(|start: usize| Some((start, text.get(start..at - 1)?))));
            }
            b'!' if !quoted && previous == b')' => open = None,
            b'|' if !quoted => open = None,
            _ => {}
        }
        previous = byte;
    }
    found
}

impl<'t> Cursor<'t> {
    fn side(&mut self) -> Option<Side<'t>> {
        if self.peek() == Some(b'"') {
            let start = self.at + 1;
            let value = self.string().ok()?;
            return Some(Side { text: self.text.get(start..start + value.len())?, quoted: true });
        }
        let text = self.take_while(|byte| !matches!(byte, b' ' | b'<' | b'>' | b'=' | b'!' | b'"'));
        (!text.is_empty()).then_some(Side { text, quoted: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_before_expansion() {
        let all = written("$UPGTMR gt 300 and $(PRVTMR) >= 600 AND \"$CCERT\" ne \"Not and\"").expect("a condition");
        let seen: Vec<_> = all.iter().map(|one| (one.left.variable(), one.operator, one.right.number())).collect();
        assert_eq!(
            seen,
            [
                (Some("UPGTMR"), Operator::Greater, Some(300)),
                (Some("PRVTMR"), Operator::GreaterOrEqual, Some(600)),
                (Some("CCERT"), Operator::NotEqual, None),
            ]
        );
        assert_eq!(written("$A$B eq 1").and_then(|all| all[0].left.variable()), None);
        for none in ["", "$A", "$A eq", "$A eq 1 or $B eq 2", "\"x eq 1", "$A eq 1 and"] {
            assert_eq!(written(none), None, "{none}");
        }
    }

    #[test]
    fn conditions_are_found_before_expansion() {
        let rule = "(\"$A\" ne \")?\")? (GPP_A = \"x\";)! http://h/$(MA).cfg | ($(PRVTMR) ge $(B))? /x";
        let found: Vec<&str> = conditions(rule).into_iter().map(|(_, text)| text).collect();
        assert_eq!(found, ["\"$A\" ne \")?\"", "$(PRVTMR) ge $(B)"]);
        assert_eq!(conditions(")? (x"), []);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_survived(text: String) {
            let _ = conditions(&text);
            let _ = written(&text);
        }
    }
}
