//! Signs that stand where they say nothing, and take what follows with them: a quote or a comma before the brace of a block, a URL
//! outside of quotes whose `//` begins a comment, a hyphen in a name that is declared.

use super::super::lexis::TokenKind;
use super::super::{slips, unquoted};
use super::{Mended, Source};
use crate::diagnostic::{Code, Diagnostic, Span};

impl Source<'_> {
    pub(super) fn stray(&self) -> Option<Mended> {
        let mut around = Vec::new();
        (0..self.tokens.len()).find_map(|at| match self.kind(at)? {
            TokenKind::Open => {
                let below = self.word(at) == "{" && !matches!(around.last(), Some(&"[" | &"("));
                around.push(self.word(at));
                if below { self.brace_below(at) } else { None }
            }
            TokenKind::Close => {
                around.pop();
                None
            }
            TokenKind::Text => self.quote_before_brace(at),
            TokenKind::Symbol if self.word(at) == "," && !around.iter().any(|open| matches!(*open, "[" | "(")) => {
                self.comma_before_brace(at).or_else(|| self.comma_at_the_end(at))
            }
            TokenKind::Symbol if self.word(at) == "#" && !self.begins_line(at) => self.comment_behind(at),
            TokenKind::Word => self.url_that_eats(at).or_else(|| self.hyphen_in_name(at, around.len())),
            _ => None,
        })
    }

    /// `network venlo" {`, `network "venlo {`, `test "it comes up {`: the string goes to the end of its line.
    fn quote_before_brace(&self, at: usize) -> Option<Mended> {
        let token = self.tokens.get(at)?;
        let inside = self.text.get(token.start..token.end)?.strip_prefix('"')?;
        let head = inside.trim_end().strip_suffix('{')?;
        if inside.contains(['"', '}']) || head.contains('{') || self.kind(at + 1) != Some(TokenKind::Newline) {
            return None;
        }
        let name = head.trim();
        let before = at.checked_sub(1).map(|before| self.word(before)).unwrap_or_default();
        let is_name =
            |name: &str| !name.is_empty() && name.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'_');
        let span = Span::new(self.file, token.start, token.start + 1);
        let finding = Diagnostic::new(Code::P0102, span, "this string is never closed");
        if name.is_empty() {
            let finding = finding.because("the `{` behind it would be part of the text");
            return Some(Mended {
                text: self.with(&[(token.start, b' ')])?,
                finding: finding.help("take the `\"` out"),
            });
        }
        let named = matches!(before, "server" | "network" | "profile" | "fleet" | "firmware");
        if named && is_name(name) {
            let finding = finding.because("the name of a declaration stands without quotes");
            let finding = finding.help(format!("write `{before} {name} {{`"));
            return Some(Mended { text: self.with(&[(token.start, b' ')])?, finding });
        }
        // The blank before the brace gives way to the quote.
        let end = token.start + 1 + head.trim_end().len();
        self.text.as_bytes().get(end).filter(|octet| matches!(octet, b' ' | b'\t'))?;
        let finding = finding.because("the `{` behind it would be part of the text");
        let finding = finding.help(format!("write `\"{name}\" {{`"));
        Some(Mended { text: self.with(&[(end, b'"')])?, finding })
    }

    /// The `{` of a block on the line below its head.
    fn brace_below(&self, at: usize) -> Option<Mended> {
        if !self.begins_line(at) {
            return None;
        }
        let ends = |token: &TokenKind| !matches!(token, TokenKind::Newline | TokenKind::Comment);
        let last = (0..at).rev().find(|before| self.kind(*before).is_some_and(|kind| ends(&kind)))?;
        let whole =
            matches!(self.kind(last)?, TokenKind::Word | TokenKind::Text) || matches!(self.word(last), ")" | "]");
        let behind = self.tokens.get(last)?.end;
        if !whole || !self.text.as_bytes().get(behind)?.is_ascii_whitespace() {
            return None;
        }
        let finding = self.finding(last, last, "unexpected end of the line".to_owned());
        let finding = finding.because("a statement ends at its line's end").help("put the `{` on this line");
        Some(Mended { text: self.with(&[(behind, b'{'), (self.tokens.get(at)?.start, b' ')])?, finding })
    }

    /// `match phone.role, {`: a list of records has one, in brackets.
    fn comma_before_brace(&self, at: usize) -> Option<Mended> {
        if self.word(at + 1) != "{" || self.line_end(at + 1) == at + 1 {
            return None;
        }
        let start = (0..at).rev().find(|at| self.begins_line(*at))?;
        if (start..at).any(|at| self.word(at) == "=") {
            return None;
        }
        let finding = self.finding(at, at, "unexpected `,`".to_owned());
        let finding = finding.because("a comma divides the items of one setting, and a block follows here");
        let comma = self.tokens.get(at)?.start;
        Some(Mended { text: self.with(&[(comma, b' ')])?, finding: finding.help("leave it out") })
    }

    /// `Register[1] = yes,` with another assignment on the next line, which would be taken for a second value.
    fn comma_at_the_end(&self, at: usize) -> Option<Mended> {
        if !matches!(self.kind(at + 1)?, TokenKind::Newline | TokenKind::Comment) {
            return None;
        }
        let start = (0..at).rev().find(|at| self.begins_line(*at))?;
        let below = self.next_line(self.line_end(at))?;
        let assigned = |from: usize, to: usize| (from..to).any(|at| self.word(at) == "=");
        let parameter = |at: usize| self.word(at).starts_with(|c: char| c.is_ascii_uppercase());
        if !assigned(start, at) || !parameter(below) || !assigned(below, self.line_end(below)) {
            return None;
        }
        let finding = self.finding(at, at, "unexpected `,`".to_owned());
        let finding = finding.because("a comma joins the next line to this one, and an assignment begins there");
        let comma = self.tokens.get(at)?.start;
        Some(Mended { text: self.with(&[(comma, b' ')])?, finding: finding.help("leave it out") })
    }

    /// `Register[1] = yes # a word`, as a shell and YAML have it.
    fn comment_behind(&self, at: usize) -> Option<Mended> {
        let (start, end) =
            (self.tokens.get(at)?.start, self.tokens.get(self.line_end(at)).map_or(self.text.len(), |end| end.start));
        let blank = |octet: &u8| matches!(octet, b' ' | b'\t');
        let apart = self.text.as_bytes().get(start.checked_sub(1)?).is_some_and(blank);
        let rest = self.text.get(start..end)?;
        if !apart || rest.contains(['{', '}', '"']) || !rest.is_ascii() {
            return None;
        }
        let finding = self.finding(at, at, "`#` begins no comment".to_owned());
        let finding = finding.because("a comment begins with `//` and ends with its line").help("write `// …`");
        let blanks: Vec<(usize, u8)> = (start..end).map(|at| (at, b' ')).collect();
        Some(Mended { text: self.with(&blanks)?, finding })
    }

    /// A URL whose rest is a comment, with the brace behind it: read as the text that it is, and as long.
    fn url_that_eats(&self, at: usize) -> Option<Mended> {
        let finding = unquoted::host_or_url(self.file, self.text, self.tokens, at)?;
        let comment = self.tokens.get(at + 1).filter(|next| next.kind == TokenKind::Comment)?;
        let (start, end) = (finding.span().start as usize, finding.span().end as usize);
        let lost = self.text.get(end..comment.end)?;
        if !lost.contains(['}', ')', ']', '{']) || self.text.get(start..end)?.contains(['"', '{', '\\']) {
            return None;
        }
        let finding = finding
            .because("a URL is a text: outside of quotes its `//` begins a comment, which takes the rest of the line");
        Some(Mended { text: self.with(&[(start, b'"'), (end.checked_sub(1)?, b'"')])?, finding })
    }

    /// `let sip-domain = …`: read with `_` wherever it stands, so that it is told once.
    fn hyphen_in_name(&self, at: usize, depth: usize) -> Option<Mended> {
        let finding = slips::hyphenated_name(self.file, self.text, self.tokens, at, depth)?;
        let name = self.word(at);
        let alike = self.tokens.iter().filter(|token| {
            token.kind == TokenKind::Word && self.text.get(token.start..token.end).is_some_and(|word| word == name)
        });
        let hyphens = alike.flat_map(|token| name.match_indices('-').map(|(place, _)| (token.start + place, b'_')));
        let changes: Vec<(usize, u8)> = hyphens.collect();
        Some(Mended { text: self.with(&changes)?, finding })
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::FileId;
    use crate::language::syntax::parse;

    #[test]
    fn each_is_one_finding_with_what_to_write() {
        for (text, help) in [
            ("network venlo\" {\n  router 10.0.0.1\n}\n", "take the `\"` out"),
            ("network \"venlo {\n  router 10.0.0.1\n}\n", "write `network venlo {`"),
            ("test \"it comes up {\n  boot\n}\n", "write `\"it comes up\" {`"),
            ("profile p {\n  match x {\n    \"a\"\" {\n      X = 1\n    }\n  }\n}\n", "take the `\"` out"),
            ("profile p {\n  match x {\n    \"a, b {\n      X = 1\n    }\n  }\n}\n", "write `\"a, b\" {`"),
            ("network venlo\n{\n  router 10.0.0.1\n}\n", "put the `{` on this line"),
            ("network venlo // south\n\n  {\n  router 10.0.0.1\n}\n", "put the `{` on this line"),
            ("profile p {\n  if a == b\n  {\n    X = 1\n  }\n}\n", "put the `{` on this line"),
            ("fleet f {\n  resync\n  {\n    every 1h\n  }\n}\n", "put the `{` on this line"),
            ("network venlo, {\n  router 10.0.0.1\n}\n", "leave it out"),
            ("profile p {\n  match x, {\n    \"a\", {\n      X = 1\n    }\n  }\n}\n", "leave it out"),
            ("server s {\n  http, { port 80 }\n}\n", "leave it out"),
            ("profile p { fetch https://a.example/k/$MA.xml }\n", "write `fetch https \"/k/$MA.xml\"`"),
            ("profile p { Custom = http://a.example/x }\n", "put it in quotes: `\"http://a.example/x\"`"),
            ("profile p { Custom = f(tftp://a.example/x) }\n", "put it in quotes: `\"tftp://a.example/x\"`"),
            ("let sip-domain = \"x\"\nlet y = sip-domain\n", "write `sip_domain`"),
            ("network den-haag {\n}\nfleet f {\n  network den-haag\n}\n", "write `den_haag`"),
        ] {
            let (_, faults) = parse(FileId(0), text);
            let helps: Vec<&str> = faults.iter().filter_map(|fault| fault.help.as_deref()).collect();
            let wanted = if text.contains("\"a\", {") { vec![help; 2] } else { vec![help] };
            assert_eq!((helps, faults.len()), (wanted.clone(), wanted.len()), "{text}: {faults:?}");
        }
    }

    #[test]
    fn what_is_meant_so_is_left_alone() {
        for text in [
            "let x = [{ a = 1 }, { a = 2 }]\n",
            "let x = [\n  { a = 1 },\n  { a = 2 }\n]\n",
            "let x = f(1, { a = 2 })\n",
            "let x = [\n  { a = 1 },\n  { a = 2 }\n]\nlet y = f(\n  { a = 1 })\n",
            "profile p {\n  if a { X = 1 }\n  else { X = 2 }\n  if a { X = 1 } // no\n\n  // yes\n  else if b { X = 2 }\n  else { X = 3 }\n}\n",
            "profile p {\n  X = \"a {x}\"\n  Y = \"a \\{\"\n}\n",
            "profile p { } // http://a.example/x }\n",
            "let y = a-b\n",
            "let y = a - b\n",
        ] {
            let (_, faults) = parse(FileId(0), text);
            assert_eq!(faults, [], "{text}");
        }
    }
}
