//! Assignments to parameters as other places write them: an index in other brackets, or of several; the attributes of an
//! element; values without their quotes, or put together as elsewhere. All of these read like something else here.

use super::lexis::{Token, TokenKind};
use crate::diagnostic::{Code, Diagnostic, FileId, Span};

/// What is wrong with a line of a block that begins with a name of a parameter's look.
pub(super) fn line(file: FileId, text: &str, tokens: &[Token], number: usize, depth: usize) -> Option<Diagnostic> {
    let line = Line::of(file, text, tokens, number).filter(|_| depth > 0)?;
    line.index().or_else(|| line.attributes()).or_else(|| line.no_equals()).or_else(|| line.value())
}

/// One line: its tokens, without a comment behind it.
struct Line<'t> {
    file: FileId,
    text: &'t str,
    tokens: &'t [Token],
    /// Behind the name and its indexes.
    behind: usize,
}

impl<'t> Line<'t> {
    fn of(file: FileId, text: &'t str, tokens: &'t [Token], number: usize) -> Option<Line<'t>> {
        let first = tokens.get(number).filter(|token| token.kind == TokenKind::Word)?;
        let name = text.get(first.start..first.end)?;
        let before = number.checked_sub(1).and_then(|before| tokens.get(before));
        let begins = before.is_none_or(|before| {
            before.kind == TokenKind::Newline || matches!(text.get(before.start..before.end), Some("{"))
        });
        if !begins || !name.starts_with(|c: char| c.is_ascii_uppercase()) {
            return None;
        }
        let rest = tokens.get(number..)?;
        // A brace that was opened before the line ends it.
        let mut depth = 0_usize;
        let ends = |token: &Token| match token.kind {
            TokenKind::Newline | TokenKind::Comment => true,
            TokenKind::Open => {
                depth += 1;
                false
            }
            TokenKind::Close => match depth.checked_sub(1) {
                Some(less) => {
                    depth = less;
                    false
                }
                None => true,
            },
            _ => false,
        };
        let end = rest.iter().position(ends).unwrap_or(rest.len());
        let tokens = rest.get(..end)?;
        let mut line = Line { file, text, tokens, behind: 1 };
        line.behind = line.behind_name();
        Some(line)
    }

    fn word(&self, at: usize) -> &'t str {
        self.tokens.get(at).and_then(|token| self.text.get(token.start..token.end)).unwrap_or_default()
    }

    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn glued(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.tokens.get(before));
        before.zip(self.tokens.get(at)).is_some_and(|(before, token)| before.end == token.start)
    }

    /// The tokens from one to another, as they are written.
    fn slice(&self, from: usize, to: usize) -> &'t str {
        let start = self.tokens.get(from).map(|token| token.start);
        let end = self.tokens.get(to).map(|token| token.end);
        start.zip(end).and_then(|(start, end)| self.text.get(start..end)).unwrap_or_default()
    }

    fn last(&self) -> usize {
        self.tokens.len().saturating_sub(1)
    }

    fn told(&self, (from, to): (usize, usize), message: String, why: &str, help: String) -> Diagnostic {
        let start = self.tokens.get(from).map_or(0, |token| token.start);
        let end = self.tokens.get(to).map_or(start, |token| token.end);
        let finding = Diagnostic::new(Code::P0101, Span::new(self.file, start, end), message);
        finding.because(why).help(help)
    }

    /// Where the name with its indexes ends: `Speed_Dial[2]_Name`.
    fn behind_name(&self) -> usize {
        let mut at = 1;
        while self.glued(at) && matches!(self.word(at), "[" | "{") {
            let Some(close) = (at..self.tokens.len()).find(|at| matches!(self.word(*at), "]" | "}")) else { break };
            at = close + 1;
            if self.glued(at) && self.kind(at) == Some(TokenKind::Word) {
                at += 1;
            }
        }
        at
    }

    /// An index in other brackets, with a blank before it, in quotes, or of several.
    fn index(&self) -> Option<Diagnostic> {
        let name = self.word(0);
        let (open, glued) = (self.word(1), self.glued(1));
        let close = (1..self.tokens.len()).find(|at| matches!(self.word(*at), "]" | "}"))?;
        let assigned = (close..self.tokens.len()).any(|at| self.word(at) == "=");
        let (inside, whole) = (self.slice(2, close.saturating_sub(1)), self.slice(0, close));
        let inside = if close == 2 { "" } else { inside };
        let number = |text: &str| !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
        let told = |message: String, why: &str, help: String| Some(self.told((0, close), message, why, help));
        if !assigned {
            return None;
        }
        match (open, glued) {
            ("{", true) if number(inside) || inside == "n" => told(
                format!("`{whole}` is no parameter"),
                "an index stands in brackets",
                format!("write `{name}[{inside}]`"),
            ),
            ("[", false) if number(inside) => told(
                format!("`{whole}` is no parameter"),
                "an index stands at the name",
                format!("write `{name}[{inside}]`, without a blank"),
            ),
            ("[", true) => {
                let bare = inside.trim_matches('"');
                let several =
                    inside.split_once("..").or_else(|| inside.split_once(',')).or_else(|| inside.split_once('-'));
                match several {
                    _ if inside.starts_with('"') && number(bare) => told(
                        format!("`{whole}` is no parameter"),
                        "an index is a number",
                        format!("write `{name}[{bare}]`"),
                    ),
                    Some((low, high)) if number(low.trim()) && number(high.trim()) => told(
                        format!("`{whole}` is no parameter"),
                        "an index is one number; a loop goes over several",
                        format!("write `for n in {}..{} {{ {name}[n] = … }}`", low.trim(), high.trim()),
                    ),
                    _ if matches!(inside, "" | "*" | "all") => told(
                        format!("`{whole}` is no parameter"),
                        "an index is a number; a loop goes over several",
                        format!("write `{name}[1]`, or `for n in 1..4 {{ {name}[n] = … }}`"),
                    ),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// `NAME ua="na" = …`, `NAME = … ua na`, `user=rw`, `user "rw"`: what a user account may do, as an element has it.
    fn attributes(&self) -> Option<Diagnostic> {
        let equals = (self.behind..self.tokens.len()).find(|at| self.word(*at) == "=");
        let at = (self.behind..self.tokens.len()).find(|at| {
            let behind_value = equals.is_some_and(|equals| *at > equals + 1);
            match self.word(*at) {
                "ua" | "access" => {
                    matches!(self.word(*at + 1), "=" | "na" | "ro" | "rw")
                        || self.kind(*at + 1) == Some(TokenKind::Text)
                }
                "user" => behind_value && (self.word(*at + 1) == "=" || self.kind(*at + 1) == Some(TokenKind::Text)),
                _ => false,
            }
        })?;
        let says = (at + 1..self.tokens.len())
            .map(|at| self.word(at).trim_matches('"'))
            .find(|word| matches!(*word, "na" | "ro" | "rw"));
        let says = says.unwrap_or("rw");
        let end = (at..self.tokens.len()).find(|at| self.word(*at).trim_matches('"') == says).unwrap_or(at);
        let why = "what a user account may do stands behind the value";
        Some(self.told(
            (at, end),
            format!("`{}` is not written so", self.slice(at, end)),
            why,
            format!("write `NAME = value user {says}`"),
        ))
    }

    /// `Proxy[1] "sip.example.com"`.
    fn no_equals(&self) -> Option<Diagnostic> {
        let value = self.kind(self.behind)?;
        let alone = self.behind == self.last();
        if value != TokenKind::Text || !alone {
            return None;
        }
        let (name, value) = (self.slice(0, self.behind - 1), self.word(self.behind));
        let message = format!("nothing is assigned to `{name}`");
        Some(self.told(
            (0, self.last()),
            message,
            "a parameter is set with `NAME = value`",
            format!("write `{name} = {value}`"),
        ))
    }

    /// `label phone.name phone.extension`, where the text declares such a function.
    fn call_without_parentheses(&self, from: usize) -> Option<String> {
        let (function, rest) = (self.word(from), self.tokens.get(from + 1..)?);
        let declares = |line: &str| {
            line.strip_prefix("fn ")
                .and_then(|rest| rest.strip_prefix(function))
                .is_some_and(|rest| rest.trim_start().starts_with('('))
        };
        let takes = rest.first().is_some_and(|token| matches!(token.kind, TokenKind::Word | TokenKind::Text));
        if !takes || self.glued(from + 1) || !self.text.lines().any(declares) {
            return None;
        }
        let taken = rest.iter().filter_map(|token| self.text.get(token.start..token.end)).filter(|word| *word != ",");
        let taken: Vec<&str> = taken.collect();
        let plain = taken.iter().all(|word| !matches!(*word, "else" | "and" | "or" | "in" | "if" | "+" | "==" | "!="));
        plain.then(|| format!("{function}({})", taken.join(", ")))
    }

    /// What stands behind the `=` and is no value of the language.
    fn value(&self) -> Option<Diagnostic> {
        let from = self.behind + 1;
        if self.word(self.behind) != "=" || from > self.last() {
            return None;
        }
        let (name, value) = (self.slice(0, self.behind - 1), self.slice(from, self.last()));
        let told = |message: &str, why: &str, help: String| {
            Some(self.told((from, self.last()), message.to_owned(), why, help))
        };
        let at = |wanted: &str| (from..self.tokens.len()).find(|at| self.word(*at) == wanted);
        // A dial plan, an address with signs of its own.
        if self.word(from) == "(" && value.contains(['|', '*', '#']) && !value.contains('"') && value.ends_with(')') {
            return told(
                "this value is not written so",
                "a text stands in quotes",
                format!("write `{name} = \"{value}\"`"),
            );
        }
        let record = (from..self.tokens.len()).any(|at| self.word(at) == "=");
        if self.word(from) == "{"
            && self.last() > from + 1
            && self.word(self.last()) == "}"
            && !record
            && !matches!(self.word(from + 1), "{" | "%")
        {
            let inside = self.slice(from + 1, self.last() - 1);
            return told(
                "a value in braces",
                "braces hold a value inside of a text only",
                format!("write `{name} = {inside}`"),
            );
        }
        if self.word(from) == "fn" && from < self.last() {
            let inside = self.slice(from + 1, self.last());
            return told("`fn` declares a function", "a call has its name alone", format!("write `{name} = {inside}`"));
        }
        if let Some(open) = (from..self.tokens.len()).find(|at| self.word(*at) == "(" && self.glued(*at))
            && !(from..self.tokens.len()).any(|at| matches!(self.word(at), "{" | "}" | "[" | "="))
            && let Some(second) = (open + 2..self.tokens.len()).find(|at| {
                let both = [self.kind(*at - 1), self.kind(*at)];
                both.iter().all(|kind| matches!(kind, Some(TokenKind::Word | TokenKind::Text)))
                    && ![self.word(*at - 1), self.word(*at)]
                        .iter()
                        .any(|word| matches!(*word, "else" | "and" | "or" | "in" | "jitter" | "not"))
            })
        {
            let (before, behind) = (self.slice(from, second - 1), self.slice(second, self.last()));
            return told(
                "what a function takes is divided by commas",
                "another begins here",
                format!("write `{name} = {before}, {behind}`"),
            );
        }
        if let Some(call) = self.call_without_parentheses(from) {
            return told(
                "a call is not written so",
                "what a function takes stands in parentheses, divided by commas",
                format!("write `{name} = {call}`"),
            );
        }
        if let Some(if_at) = at("if").filter(|at| *at > from)
            && (if_at..self.tokens.len()).any(|at| self.word(at) == "else")
        {
            let why = "each of its branches has statements";
            return told(
                "an `if` is no value",
                why,
                "write `if CONDITION { P = \"a\" } else { P = \"b\" }`".to_owned(),
            );
        }
        for at in from..self.tokens.len() {
            let (one, next) = (self.word(at), self.word(at + 1));
            let of_phone = matches!(one.to_ascii_lowercase().trim_end_matches(':'), "phone" | "phones");
            if of_phone && next == "[" && self.glued(at + 1) {
                let column = self.word(at + 2).trim_matches('"');
                return told(
                    "a column is not written so",
                    "its name stands behind a dot",
                    format!("write `phone.{column}`"),
                );
            }
            if of_phone && next == "-" && self.word(at + 2) == ">" {
                return told(
                    "a column is not written so",
                    "its name stands behind a dot",
                    format!("write `phone.{}`", self.word(at + 3)),
                );
            }
            if one.ends_with(':') && of_phone && next == ":" {
                return told(
                    "a column is not written so",
                    "its name stands behind a dot",
                    format!("write `phone.{}`", self.word(at + 2)),
                );
            }
            if one.starts_with("phone.") && one.matches('.').count() == 2 && next == "(" && self.glued(at + 1) {
                let column = one.rsplit_once('.').map_or(one, |(column, _)| column);
                let why = "what a cell is to be otherwise is a column of its own";
                return told("a value has no methods", why, format!("write `{column}`"));
            }
            if self.kind(at) == Some(TokenKind::Text) && self.kind(at + 1) == Some(TokenKind::Text) {
                let (first, second) = (one.trim_end_matches('"'), next.trim_start_matches('"'));
                return told(
                    "two texts side by side",
                    "texts are put together in one",
                    format!("write `{name} = {first}{second}`"),
                );
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::syntax::parse;

    #[test]
    fn each_says_what_to_write() {
        for (line, help) in [
            ("Proxy{1} = \"a\"", "write `Proxy[1]`"),
            ("Proxy [1] = \"a\"", "write `Proxy[1]`, without a blank"),
            ("Proxy[\"1\"] = \"a\"", "write `Proxy[1]`"),
            ("Proxy[1,2] = \"a\"", "write `for n in 1..2 { Proxy[n] = … }`"),
            ("Proxy[1..3] = \"a\"", "write `for n in 1..3 { Proxy[n] = … }`"),
            ("Proxy[1-3] = \"a\"", "write `for n in 1..3 { Proxy[n] = … }`"),
            ("Proxy[*] = \"a\"", "write `Proxy[1]`, or `for n in 1..4 { Proxy[n] = … }`"),
            ("Proxy[] = \"a\"", "write `Proxy[1]`, or `for n in 1..4 { Proxy[n] = … }`"),
            ("Proxy[1] \"a\"", "write `Proxy[1] = \"a\"`"),
            ("Proxy_1_ ua=\"na\" = \"a\"", "write `NAME = value user na`"),
            ("Proxy[1] = \"a\" ua na", "write `NAME = value user na`"),
            ("Proxy[1] = \"a\" user=rw", "write `NAME = value user rw`"),
            ("Proxy[1] = \"a\" user \"ro\"", "write `NAME = value user ro`"),
            ("Dial_Plan[1] = (*xx|[2-9]xxxx)", "write `Dial_Plan[1] = \"(*xx|[2-9]xxxx)\"`"),
            ("X = { \"a\" }", "write `X = \"a\"`"),
            ("X = \"a\" \"b\"", "write `X = \"ab\"`"),
            ("X = phone[\"name\"]", "write `phone.name`"),
            ("X = phone[name]", "write `phone.name`"),
            ("X = phone->name", "write `phone.name`"),
            ("X = phone::name", "write `phone.name`"),
            ("X = phone.name.upper()", "write `phone.name`"),
            ("X = a if b == c else d", "write `if CONDITION { P = \"a\" } else { P = \"b\" }`"),
        ] {
            let (_, faults) = parse(FileId(0), &format!("profile p {{\n  {line}\n}}\n"));
            let helps: Vec<&str> = faults.iter().filter_map(|fault| fault.help.as_deref()).collect();
            assert_eq!((helps, faults.len()), (vec![help], 1), "{line}: {faults:?}");
        }
    }

    #[test]
    fn what_is_right_is_left_alone() {
        for line in [
            "Proxy[1] = \"a\" user na",
            "Proxy[n + 1] = phone.name",
            "Speed_Dial[2]_Name = \"a\"",
            "X = (a + b) * c",
            "X = site.name else \"x\"",
            "X = \"a\", \"b\"",
            "X = f(\"a\") + \"b\"",
            "Access = access",
            "X = { a = \"b\" }",
        ] {
            let (_, faults) = parse(FileId(0), &format!("profile p {{\n  {line}\n}}\n"));
            assert_eq!(faults, [], "{line}");
        }
    }
}
