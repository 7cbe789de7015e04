//! Slips that a text can be read past: a brace that is missing, a value on the next line. The text is read as it was meant, so
//! that what stands in it is judged as it would be, and told is the slip alone. Blanks make room for what is put in, so that
//! every place stays what it was.

mod stray;

use super::lexis::{NOTHING_OPEN, Token, TokenKind};
use crate::diagnostic::{Code, Diagnostic, FileId, Span};

/// A text with one slip mended, and the finding for it.
pub(super) struct Mended {
    pub text: String,
    pub finding: Diagnostic,
}

/// The first slip of a text, mended.
pub(super) fn first(file: FileId, text: &str, tokens: &[Token], lexical: &[Diagnostic]) -> Option<Mended> {
    let source = Source { file, text, tokens };
    let surplus = lexical.iter().find(|fault| is_surplus(fault)).map(|fault| fault.span().start as usize);
    // What a stray sign takes with it would be told as missing.
    if let Some(stray) = source.stray() {
        return Some(stray);
    }
    let unopened = surplus.and_then(|surplus| source.unopened(surplus));
    unopened.or_else(|| source.branch_without_brace(surplus)).or_else(|| source.on_two_lines())
}

/// Whether a finding is of a bracket that closes nothing.
pub(super) fn is_surplus(fault: &Diagnostic) -> bool {
    fault.labels.iter().any(|label| label.text == NOTHING_OPEN)
}

struct Source<'t> {
    file: FileId,
    text: &'t str,
    tokens: &'t [Token],
}

/// Words that join what stands on both sides of them.
const JOINING: [&str; 5] = ["and", "or", "else", "in", "jitter"];

impl Source<'_> {
    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).and_then(|token| self.text.get(token.start..token.end)).unwrap_or_default()
    }

    fn begins_line(&self, at: usize) -> bool {
        at.checked_sub(1).is_none_or(|before| self.kind(before) == Some(TokenKind::Newline))
    }

    /// The token that ends the line of a token: its newline, or the number of tokens.
    fn line_end(&self, at: usize) -> usize {
        let ends = |at: &usize| self.kind(*at).is_none_or(|kind| kind == TokenKind::Newline);
        (at..=self.tokens.len()).find(ends).unwrap_or(self.tokens.len())
    }

    /// The first token of the next line that holds more than a comment.
    fn next_line(&self, newline: usize) -> Option<usize> {
        let blank = |at: &usize| matches!(self.kind(*at), Some(TokenKind::Newline | TokenKind::Comment));
        let at = (newline..self.tokens.len()).find(|at| !blank(at))?;
        Some(at)
    }

    /// The blanks before the first token of a line.
    fn indent(&self, at: usize) -> usize {
        let before = self.tokens.get(at).and_then(|token| self.text.get(..token.start)).unwrap_or_default();
        before.len() - before.rfind('\n').map_or(0, |newline| newline + 1)
    }

    fn with(&self, changes: &[(usize, u8)]) -> Option<String> {
        let mut bytes = self.text.as_bytes().to_vec();
        for (at, octet) in changes {
            *bytes.get_mut(*at).filter(|was| was.is_ascii())? = *octet;
        }
        String::from_utf8(bytes).ok()
    }

    fn finding(&self, from: usize, to: usize, message: String) -> Diagnostic {
        let start = self.tokens.get(from).map_or(0, |token| token.start);
        let end = self.tokens.get(to).map_or(start, |token| token.end);
        Diagnostic::new(Code::P0101, Span::new(self.file, start, end), message)
    }

    /// The word of a fleet's block that stands alone on its line, without the brace that a `}` too many closes.
    fn unopened(&self, surplus: usize) -> Option<Mended> {
        use TokenKind::{Close, Comment, Newline, Open, Word};
        let mut depth = 0_usize;
        let mut told = self.tokens.iter().enumerate().filter(|(_, token)| token.start < surplus);
        let (at, token) = told.find(|(at, token)| {
            match token.kind {
                Open => depth += 1,
                Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            let mut rest = self.tokens.get(at + 1..).unwrap_or_default().iter().map(|token| token.kind);
            depth == 1
                && token.kind == Word
                && matches!(self.word(*at), "resync" | "upgrade" | "report" | "log")
                && self.begins_line(*at)
                && rest.next().is_some_and(|kind| matches!(kind, Newline | Comment))
                && rest.find(|kind| !matches!(kind, Newline | Comment)) == Some(Word)
                // One octet gives way to the brace.
                && self.text.as_bytes().get(token.end).is_some_and(u8::is_ascii_whitespace)
        })?;
        let name = self.word(at);
        let finding = self.finding(at, at, format!("`{name}` has no `{{`"));
        let finding = finding.because("its settings stand in a block, which ends with a `}` below");
        Some(Mended { text: self.with(&[(token.end, b'{')])?, finding: finding.help(format!("write `{name} {{`")) })
    }

    /// `if CONDITION` at its line's end. Where a `}` closes nothing, the brace alone is missing; else the block ends where the
    /// lines are indented less.
    fn branch_without_brace(&self, surplus: Option<usize>) -> Option<Mended> {
        let mut depth = 0_usize;
        for (at, token) in self.tokens.iter().enumerate() {
            match token.kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            let branches = matches!(self.word(at), "if" | "for" | "match") && self.begins_line(at);
            if depth == 0 || !branches || token.kind != TokenKind::Word || self.head_end(at).is_none() {
                continue;
            }
            let last = self.head_end(at)?;
            let changes = match surplus {
                Some(surplus) if surplus > token.start => vec![self.opens(at)?],
                _ => match self.by_indent(at) {
                    Some(changes) => changes,
                    None => continue,
                },
            };
            let (word, head) = (self.word(at), self.text.get(token.start..self.tokens.get(last)?.end)?);
            let head = head.trim_end_matches(':').trim_end();
            let finding = self.finding(at, last, format!("this `{word}` has no `{{`"));
            let finding = finding.because("what it holds for stands in braces");
            let text = self.with(&changes)?;
            return Some(Mended {
                text,
                finding: finding.help(format!("write `{head} {{`, and `}}` after its last line")),
            });
        }
        None
    }

    /// The last token of a line that should have opened a block, and has not: the next has no brace either.
    fn head_end(&self, at: usize) -> Option<usize> {
        let newline = self.line_end(at);
        let line = at..newline;
        let last = newline.checked_sub(1).filter(|last| *last > at)?;
        let goes_on = match self.kind(last)? {
            TokenKind::Symbol => self.word(last) != ":",
            TokenKind::Comment => true,
            _ => JOINING.contains(&self.word(last)),
        };
        let braces = line.clone().any(|at| matches!(self.word(at), "{" | "}" | "=" | "then" | "do"));
        let brackets = |kind| line.clone().filter(|at| self.kind(*at) == Some(kind)).count();
        let whole = brackets(TokenKind::Open) == brackets(TokenKind::Close);
        let below = self.next_line(newline)?;
        (!goes_on && !braces && whole && self.word(below) != "{").then_some(last)
    }

    /// The octet behind the head of a block, and the brace that it gives way to.
    fn opens(&self, at: usize) -> Option<(usize, u8)> {
        let newline = self.line_end(at);
        let last = self.tokens.get(newline.checked_sub(1)?)?;
        // `else:` has a sign to spare.
        let spare = if self.text.get(last.start..last.end) == Some(":") { last.start } else { last.end };
        self.text.as_bytes().get(spare).filter(|octet| **octet == b':' || octet.is_ascii_whitespace())?;
        Some((spare, b'{'))
    }

    /// The braces of a branch, and of every `else` that follows it without one, by how far its lines are indented.
    fn by_indent(&self, head: usize) -> Option<Vec<(usize, u8)>> {
        let mut changes = Vec::new();
        let (mut at, indent) = (head, self.indent(head));
        loop {
            let opened = self.opens(at)?;
            changes.push(opened);
            let mut inside = self.next_line(self.line_end(at)).filter(|line| self.indent(*line) > indent)?;
            let below = loop {
                let newline = self.line_end(inside);
                match self.next_line(newline) {
                    Some(line) if self.indent(line) > indent => inside = line,
                    line => break line?,
                }
            };
            let newline = self.line_end(inside);
            let closes = self.tokens.get(newline)?.start;
            if newline.checked_sub(1).and_then(|last| self.kind(last)) == Some(TokenKind::Comment) {
                return None;
            }
            let adjoining = self.line_end(inside) + 1 == below;
            if self.word(below) == "else" && adjoining {
                changes.push((closes, b'}'));
                if self.line_opens(below) {
                    return Some(changes);
                }
                at = below;
                continue;
            }
            changes.push((closes, b'}'));
            // The line below begins anew: its first blank is the line's end, unless it ends a block itself.
            if adjoining && self.word(below) != "}" {
                self.text.as_bytes().get(closes + 1).filter(|octet| matches!(octet, b' ' | b'\t'))?;
                changes.push((closes + 1, b'\n'));
            }
            return Some(changes);
        }
    }

    fn line_opens(&self, at: usize) -> bool {
        (at..self.line_end(at)).any(|at| self.word(at) == "{")
    }

    /// `NAME =` with its value on the next line, and `NAME` with `= VALUE` below.
    fn on_two_lines(&self) -> Option<Mended> {
        (0..self.tokens.len()).find_map(|at| {
            if self.word(at) != "=" || self.kind(at) != Some(TokenKind::Symbol) {
                return None;
            }
            if self.begins_line(at) { self.assigned_below(at) } else { self.value_below(at) }
        })
    }

    fn value_below(&self, at: usize) -> Option<Mended> {
        let (newline, value) = (at + 1, at + 2);
        if self.kind(newline) != Some(TokenKind::Newline) {
            return None;
        }
        let behind = self.word(value + 1);
        let alone = match self.kind(value)? {
            TokenKind::Text => true,
            TokenKind::Open => self.word(value) == "[",
            TokenKind::Word => {
                self.kind(value + 1).is_none_or(|kind| matches!(kind, TokenKind::Newline | TokenKind::Comment))
                    || matches!(behind, "." | "+" | "-" | "*" | "/" | ".." | "(" | ",")
                    || JOINING.contains(&behind)
            }
            _ => false,
        };
        let end = self.line_end(value);
        if !alone || (value..end).any(|at| matches!(self.word(at), "=" | "{")) {
            return None;
        }
        let start = (0..at).rev().find(|at| self.begins_line(*at)).unwrap_or(at);
        let part = |from: usize, to: usize| {
            let (from, to) = (self.tokens.get(from)?, self.tokens.get(to)?);
            self.text.get(from.start..to.end)
        };
        let whole =
            part(start, at).zip(part(value, end.checked_sub(1)?)).map(|(name, value)| format!("{name} {value}"));
        let whole = whole.filter(|whole| whole.len() <= 72);
        let finding = self.finding(at, at, "unexpected end of the line".to_owned());
        let finding = finding.because("a value is missing behind the `=`");
        let finding = match whole {
            Some(whole) => finding.help(format!("write it on one line: `{whole}`")),
            None => finding.help("put the value on this line"),
        };
        Some(Mended { text: self.with(&[(self.tokens.get(newline)?.start, b' ')])?, finding })
    }

    fn assigned_below(&self, at: usize) -> Option<Mended> {
        let newline = at.checked_sub(1)?;
        let name = newline
            .checked_sub(1)
            .filter(|name| matches!(self.kind(*name), Some(TokenKind::Word | TokenKind::Close)))?;
        if matches!(self.word(name), "}" | ")") {
            return None;
        }
        let finding = self.finding(at, at, "unexpected `=`".to_owned());
        let finding = finding.because("a statement ends at its line's end, and this one goes on");
        let finding = finding.help("put it on the line above, behind the name");
        Some(Mended { text: self.with(&[(self.tokens.get(newline)?.start, b' ')])?, finding })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::syntax::parse;

    /// The messages of a profile with these lines.
    fn told(lines: &str) -> Vec<String> {
        let (_, faults) = parse(FileId(0), &format!("profile p {{\n{lines}\n}}\n\nlet x = 1\n"));
        faults.into_iter().map(|fault| fault.message).collect()
    }

    #[test]
    fn each_is_one_finding() {
        for (lines, message) in [
            ("  if a == b\n    X = 1\n  }", "this `if` has no `{`"),
            ("  for n in 1..4\n    X[n] = 1\n  }\n  Y = 2", "this `for` has no `{`"),
            ("  if a == b\n    X = 1\n  Y = 2", "this `if` has no `{`"),
            ("  if a == b\n    X = 1", "this `if` has no `{`"),
            ("  if a == b\n    X = 1\n  else\n    X = 2\n  Y = 2", "this `if` has no `{`"),
            ("  if a == b\n    X = 1\n  else if a == c\n    X = 2\n  else\n    X = 3", "this `if` has no `{`"),
            ("  for n in 1..4\n    if n == 2 {\n      X[n] = 1\n    }\n  Y = 2", "this `for` has no `{`"),
            ("  X =\n    \"a\"", "unexpected end of the line"),
            ("  X =\n    phone.name\n  Y = 1", "unexpected end of the line"),
            ("  X\n    = \"a\"", "unexpected `=`"),
            ("  X[1]\n  = 1\n  Y = 2", "unexpected `=`"),
        ] {
            assert_eq!(told(lines), [message], "{lines}");
        }
    }

    #[test]
    fn what_is_no_such_slip_is_left_alone() {
        for lines in [
            "  if a ==\n    b {\n    X = 1\n  }",
            "  if a == b { X = 1 }",
            "  X = 1 +\n    2",
            "  X = [\n    1\n  ]",
            "  for n in [\n    1, 2\n  ] {\n    X[n] = 1\n  }",
        ] {
            assert_eq!(told(lines), [""; 0], "{lines}");
        }
        assert_eq!(told("  X =\n  Y = 1").len(), 1);
        assert_eq!(told("  X =").len(), 1);
    }

    #[test]
    fn as_many_as_there_are_are_told() {
        let lines = "  X =\n    \"a\"\n  if a == b\n    Y = 1\n  }\n  Z\n    = 2";
        assert_eq!(told(lines), ["unexpected end of the line", "this `if` has no `{`", "unexpected `=`"]);
    }
}
