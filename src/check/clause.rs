//! Where in a rule's clause something stands: the plan keeps where the clause begins, and its text tells the rest.

use crate::diagnostic::{FileId, SourceMap, Span};
use crate::phone::rule::{Operator, Written};
use crate::plan::Origin;
use crate::platform::Catalogue;

/// Where a rule that begins at a place assigns an element; the rule, where its text stands elsewhere.
pub(super) fn assignment(element: &str, rule: Origin, sources: &SourceMap) -> Origin {
    let found = || {
        let (file, start, clause) = clause(rule, sources)?;
        let written = Catalogue::cisco_mpp().written(element);
        let letter = element.strip_prefix("GPP_").filter(|name| name.len() == 1).map(str::to_ascii_lowercase);
        let names = [Some(element.to_owned()), written, letter];
        let at = names.into_iter().flatten().find_map(|name| assigned_at(clause, &name))?;
        let position = sources.position(file, u32::try_from(start + at).ok()?);
        let (line, column) = (u32::try_from(position.line).ok()?, u32::try_from(position.column).ok()?);
        Some(Origin { source: rule.source, line, column })
    };
    found().unwrap_or(rule)
}

/// Where such a rule compares something: as the phone reads it, or as the language writes it.
pub(super) fn comparison(text: &str, one: &Written<'_>, rule: Origin, sources: &SourceMap) -> Span {
    let found = || {
        let (file, start, clause) = clause(rule, sources)?;
        let plain = text.get(one.at.clone())?;
        let sign = match one.operator {
            Operator::Equal => "==",
            other => other.sign(),
        };
        let subject = one.left.variable().or(one.right.variable())?;
        let other = if one.left.variable().is_some() { one.right } else { one.left };
        let value = if other.quoted { format!("\"{}\"", other.text) } else { other.text.to_owned() };
        let words = [plain.replace('"', "\\\""), plain.to_owned(), format!("${subject} {sign} {value}")];
        let (at, length) = words.iter().find_map(|words| Some((clause.find(words.as_str())?, words.len())))?;
        Some(Span::new(file, start + at, start + at + length))
    };
    found().unwrap_or_else(|| super::place(rule, sources))
}

/// The file of a clause, where it begins, and its text.
fn clause(rule: Origin, sources: &SourceMap) -> Option<(FileId, usize, &str)> {
    let file = FileId(rule.source?);
    let start = super::place(rule, sources).start as usize;
    let text = sources.text(file).get(start..)?;
    Some((file, start, text.get(..clause_ends(text))?))
}

/// Where the words `NAME =` stand.
fn assigned_at(clause: &str, name: &str) -> Option<usize> {
    let word = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '$' | '-');
    let mut all = clause.match_indices(name);
    let at = all.find(|(at, _)| {
        let before = clause.get(..*at).and_then(|before| before.chars().next_back());
        let behind = clause.get(at + name.len()..).unwrap_or_default().trim_start();
        !before.is_some_and(word) && behind.starts_with('=') && !behind.starts_with("==")
    });
    at.map(|(at, _)| at)
}

/// Where a clause ends that a text begins with: with its line, or with the line that closes its last brace.
fn clause_ends(text: &str) -> usize {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (at, sign) in text.char_indices() {
        match sign {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            '{' if !in_string => depth += 1,
            '}' if !in_string && depth == 0 => return at,
            '}' if !in_string => depth -= 1,
            '\n' if !in_string && depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assignment_is_found_in_its_clause() {
        for (clause, name, found) in [
            ("rule X raw \"(GPP_A = \\\"0\\\";)!\"", "GPP_A", Some(13)),
            ("rule X raw \"(\\\"$a\\\" eq \\\"1\\\")? (a = 1;)!\"", "a", Some(32)),
            ("rule X { when $A == \"a\" { set GPP_A = \"0\" } }", "GPP_A", Some(30)),
            ("rule X raw other", "GPP_A", None),
        ] {
            assert_eq!(assigned_at(clause, name), found, "{clause}");
        }
        assert_eq!(clause_ends("rule X raw \"}\"\nnext"), 14);
        assert_eq!(clause_ends("rule X {\n a }\nnext"), 13);
        assert_eq!(clause_ends("rule X }\n"), 7);
    }
}
