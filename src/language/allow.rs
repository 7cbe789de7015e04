//! `// allow CODE: reason` on the line above a statement silences the warnings of that code that the statement has. An
//! error is never silenced, a reason is never left out, and an allow that silences nothing is told.

use super::syntax::lexis::{self, Token, TokenKind};
use crate::diagnostic::{Code, Diagnostic, FileId, Severity, SourceMap, Span};
use std::ops::Range;

/// Every allow of a program's files.
#[derive(Debug)]
pub struct Allows(Vec<Allow>);

#[derive(Debug)]
struct Allow {
    span: Span,
    /// The code as written, without regard to whether there is one.
    code: String,
    /// What is said after the colon.
    reason: bool,
    /// It stands behind code, on the line of a statement.
    behind: bool,
    /// The statement that follows, in octets.
    statement: Range<u32>,
}

impl Allows {
    pub fn of(sources: &SourceMap) -> Allows {
        Allows(sources.ids().flat_map(|file| allows_in(file, sources.text(file))).collect())
    }

    /// Takes out the warnings that are allowed, and says which allows are of no use; where there are errors, nobody knows.
    pub fn silence(&self, findings: &mut Vec<Diagnostic>) {
        let partly = findings.iter().any(|finding| finding.severity == Severity::Error);
        self.apply(findings, |code| !code.is_pedantic() && !code.is_of_field(), partly);
    }

    /// The same for what is looked for on request only.
    pub fn silence_pedantic(&self, findings: &mut Vec<Diagnostic>, partly: bool) {
        self.apply(findings, Code::is_pedantic, partly);
    }

    /// The same for what is looked for where an earlier revision is named.
    pub fn silence_of_field(&self, findings: &mut Vec<Diagnostic>, partly: bool) {
        self.apply(findings, Code::is_of_field, partly);
    }

    /// Takes out the warnings that are allowed, of the codes that `taken` names, and says which allows are of no use.
    /// With `partly`, not everything was looked for, so that nobody knows which are.
    fn apply(&self, findings: &mut Vec<Diagnostic>, taken: impl Fn(Code) -> bool, partly: bool) {
        let mut useless = Vec::new();
        for allow in &self.0 {
            let code = Code::from_name(&allow.code);
            if !code.is_none_or(&taken) {
                continue;
            }
            let here = |finding: &Diagnostic| Some(finding.code) == code && allow.covers(finding);
            let found = findings.iter().filter(|finding| here(finding)).map(|finding| finding.severity).max();
            let sound = code.is_some() && allow.reason && !allow.behind;
            if sound {
                findings.retain(|finding| finding.severity == Severity::Error || !here(finding));
            }
            useless.extend(allow.fault(code, found).filter(|_| !(sound && partly && found.is_none())));
        }
        findings.append(&mut useless);
    }
}

impl Allow {
    /// Whether a finding is about the statement: the first place of it that is in a program.
    fn covers(&self, finding: &Diagnostic) -> bool {
        let place = finding.labels.iter().find(|label| label.span.file == self.span.file);
        place.is_some_and(|label| self.statement.contains(&label.span.start))
    }

    /// Why it silences nothing, if so.
    fn fault(&self, code: Option<Code>, found: Option<Severity>) -> Option<Diagnostic> {
        let finding = |message: String| Diagnostic::new(Code::P0213, self.span, message);
        let form = |code: Code| format!("`// allow {code}: REASON`, on the line above");
        let Some(code) = code else {
            return Some(
                finding(format!("there is no code `{}` to allow", self.code))
                    .because("nothing is silenced")
                    .did_you_mean(&self.code, Code::ALL.iter().map(|code| code.name())),
            );
        };
        if self.behind {
            return Some(
                finding(format!("an allow of {code} behind a statement"))
                    .because("nothing is silenced")
                    .help(format!("write {}", form(code))),
            );
        }
        if !self.reason {
            return Some(
                finding(format!("an allow of {code} without a reason"))
                    .because("nothing is silenced: who reads it next year has to know why")
                    .help(format!("write {}", form(code))),
            );
        }
        match found {
            Some(Severity::Error) => Some(
                finding(format!("{code} is an error here, and errors cannot be allowed"))
                    .because("nothing is silenced"),
            ),
            None if code.severity() == Severity::Error => Some(
                finding(format!("{code} is an error, and errors cannot be allowed"))
                    .because("no finding of that code is here either")
                    .help("remove it"),
            ),
            None => Some(
                finding(format!("this allow of {code} silences nothing"))
                    .because("the statement below has no such finding")
                    .help("remove it"),
            ),
            Some(_) => None,
        }
    }
}

fn allows_in(file: FileId, text: &str) -> Vec<Allow> {
    // Most programs have none, and need no second look.
    if !text.contains("allow") {
        return Vec::new();
    }
    let (tokens, _) = lexis::tokens(file, text);
    let mut allows = Vec::new();
    for (number, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind == TokenKind::Comment) {
        let comment = text.get(token.start..token.end).unwrap_or_default();
        let Some((code, reason)) = parts(comment) else { continue };
        let behind = number.checked_sub(1).and_then(|before| tokens.get(before));
        allows.push(Allow {
            span: Span::new(file, token.start, token.start + comment.trim_end().len()),
            code: code.to_owned(),
            reason,
            behind: behind.is_some_and(|before| before.kind != TokenKind::Newline),
            statement: statement_after(tokens.get(number + 1..).unwrap_or_default(), text),
        });
    }
    allows
}

/// The code, and whether a reason follows it. What is no code is no allow but prose.
fn parts(comment: &str) -> Option<(&str, bool)> {
    let rest = comment.strip_prefix("//")?.trim_start().strip_prefix("allow")?;
    let rest = rest.strip_prefix([' ', '\t'])?.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let (code, rest) = rest.split_at(end);
    let digits = code.strip_prefix(['P', 'p'])?;
    if digits.is_empty() || !digits.bytes().all(|octet| octet.is_ascii_digit()) {
        return None;
    }
    let reason = rest.trim_start().strip_prefix(':').is_some_and(|reason| !reason.trim().is_empty());
    Some((code, reason))
}

/// From the next word to the end of its line, or of the last line that goes on with it. A block is its first line only.
fn statement_after(tokens: &[Token], text: &str) -> Range<u32> {
    let mut rest = tokens.iter().filter(|token| token.kind != TokenKind::Comment).peekable();
    while rest.next_if(|token| token.kind == TokenKind::Newline).is_some() {}
    let Some(first) = rest.peek() else { return 0..0 };
    let (start, mut end) = (first.start, first.end);
    let (mut open, mut goes_on) = (0usize, false);
    for token in rest {
        let word = text.get(token.start..token.end).unwrap_or_default();
        match (token.kind, word) {
            (TokenKind::Newline, _) if open == 0 && !goes_on => break,
            (TokenKind::Newline, _) => continue,
            (TokenKind::Open, "(" | "[") => open += 1,
            (TokenKind::Close, ")" | "]") => open = open.saturating_sub(1),
            _ => {}
        }
        goes_on = token.kind == TokenKind::Symbol && word != "?";
        end = token.end;
    }
    start as u32..end as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of a warning and an error on each line of the text.
    fn left(text: &str, code: Code) -> Vec<String> {
        let mut sources = SourceMap::default();
        let file = sources.add("main.prov", text);
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
        let mut findings: Vec<Diagnostic> = starts
            .filter(|start| !text[*start..].trim_start().starts_with("//") && !text[*start..].is_empty())
            .map(|start| Diagnostic::new(code, Span::new(file, start, start + 1), "x"))
            .collect();
        Allows::of(&sources).apply(&mut findings, |_| true, false);
        findings.sort_by_key(Diagnostic::span);
        findings
            .iter()
            .map(|finding| format!("{} {}", finding.code, sources.position(file, finding.span().start).line))
            .collect()
    }

    #[test]
    fn it_is_for_the_statement_below() {
        for (text, wanted) in [
            ("// allow P0306: names\na = 1\nb = 2\n", &["P0306 3"][..]),
            ("// allow P0306: names\n\n// more\na = 1\n", &[]),
            ("// allow P0306: names\na = [1,\n2]\nb = 2\n", &["P0306 4"]),
            ("// allow P0306: names\na = 1 +\n2\nb = 2\n", &["P0306 4"]),
            ("// allow P0306: names\nx {\ny\n}\n", &["P0306 3", "P0306 4"]),
            ("// allow P0803: names\na = 1\n", &["P0213 1", "P0306 2"]),
            ("// allow P0306\na = 1\n", &["P0213 1", "P0306 2"]),
            ("// allow P0306:  \na = 1\n", &["P0213 1", "P0306 2"]),
            ("// allow P9999: x\na = 1\n", &["P0213 1", "P0306 2"]),
            ("a = 1 // allow P0306: x\nb = 2\n", &["P0306 1", "P0213 1", "P0306 2"]),
            ("// allow phones: x\n// allowed P0306: x\n/// allow P0306: x\na = 1\n", &["P0306 4"]),
            ("// allow P0306: names", &["P0213 1"]),
        ] {
            assert_eq!(left(text, Code::P0306), wanted, "{text:?}");
        }
    }

    #[test]
    fn errors_cannot_be_allowed() {
        assert_eq!(left("// allow P0205: old\na = 1\n", Code::P0205), ["P0213 1", "P0205 2"]);
        assert_eq!(left("// allow P0205: old\na = 1\n", Code::P0306), ["P0213 1", "P0306 2"]);
    }
}
