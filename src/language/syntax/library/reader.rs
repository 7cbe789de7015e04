//! Octets to words and values, in the plain forms.

use super::super::literal::Literal;
use super::super::tree::{Expr, ExprKind, Ident, TextPart};
use crate::diagnostic::{FileId, Span};

/// The grammar leaves longer lines unread, and reads longer texts as rarely.
pub(super) const LONGEST: usize = 64 << 10;
/// Words that stand between or before values.
const OPERATORS: [&str; 6] = ["else", "or", "and", "jitter", "in", "not"];

pub(super) struct Reader<'t> {
    file: FileId,
    pub text: &'t str,
    pub octets: &'t [u8],
    pub at: usize,
}

impl<'t> Reader<'t> {
    /// None: the text is too long for it.
    pub fn new(file: FileId, text: &'t str) -> Option<Self> {
        (text.len() <= LONGEST).then_some(Reader { file, text, octets: text.as_bytes(), at: 0 })
    }

    pub fn peek(&self) -> Option<u8> {
        self.octets.get(self.at).copied()
    }

    pub fn eat(&mut self, octet: u8) -> bool {
        let found = self.peek() == Some(octet);
        self.at += usize::from(found);
        found
    }

    pub fn eat_both(&mut self, two: &[u8; 2]) -> bool {
        let found = self.octets.get(self.at..self.at + 2) == Some(two);
        self.at += if found { 2 } else { 0 };
        found
    }

    pub fn take_while(&mut self, fits: impl Fn(u8) -> bool) -> usize {
        let start = self.at;
        while self.peek().is_some_and(&fits) {
            self.at += 1;
        }
        start
    }

    pub fn blanks(&mut self) {
        self.take_while(|octet| octet == b' ');
    }

    pub fn lines(&mut self) {
        self.take_while(|octet| matches!(octet, b' ' | b'\n'));
    }

    pub fn comments(&mut self) {
        self.lines();
        while self.eat_both(b"//") {
            self.take_while(|octet| octet != b'\n');
            self.lines();
        }
    }

    pub fn slice(&self, start: usize) -> &str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// From there to what was read last, blanks left out.
    pub fn from(&self, start: usize) -> Span {
        Span::new(self.file, start, start + self.slice(start).trim_end().len())
    }

    /// What ends a word, where no other sign belongs to it.
    pub fn ends(&self) -> bool {
        matches!(self.peek(), None | Some(b' ' | b'\n' | b',' | b'}' | b'|' | b')'))
    }

    pub fn ident(&mut self) -> Option<Ident> {
        let start = self.at;
        if !self.peek()?.is_ascii_alphabetic() && self.peek()? != b'_' {
            return None;
        }
        self.take_while(|octet| octet.is_ascii_alphanumeric() || octet == b'_');
        self.ends().then(|| Ident { text: self.slice(start).to_owned(), span: self.from(start) })
    }

    /// A string without escapes, with holes that hold a name alone; or a raw one.
    pub fn string(&mut self) -> Option<Expr> {
        let start = self.at;
        let raw = self.eat(b'r');
        if !self.eat(b'"') {
            return None;
        }
        let mut parts = Vec::new();
        loop {
            let inside =
                self.take_while(|octet| octet != b'"' && octet != b'\n' && (raw || octet != b'\\' && octet != b'{'));
            let text = self.slice(inside).to_owned();
            let closed = self.eat(b'"');
            if !text.is_empty() || closed && parts.is_empty() {
                parts.push(TextPart::Text(text));
            }
            if closed {
                let kind = ExprKind::Text(parts);
                return self.ends().then(|| Expr { kind, span: self.from(start) });
            }
            if !self.eat(b'{') {
                return None;
            }
            let name = self.ident()?;
            if matches!(name.text.as_str(), "yes" | "no") || OPERATORS.contains(&name.text.as_str()) || !self.eat(b'}')
            {
                return None;
            }
            parts.push(TextPart::Hole(Expr { kind: ExprKind::Name(name.text), span: name.span }));
        }
    }

    pub fn digits(&mut self) -> Option<String> {
        let start = self.take_while(|octet| octet.is_ascii_digit());
        Some(self.slice(start).to_owned()).filter(|digits| !digits.is_empty())
    }

    /// A number with its unit, or with a point: what begins with a digit.
    pub fn number(&mut self) -> Option<&str> {
        let start = self.at;
        if !self.peek()?.is_ascii_digit() {
            return None;
        }
        loop {
            self.take_while(|octet| octet.is_ascii_alphanumeric());
            let next = self.octets.get(self.at + 1).copied().unwrap_or_default();
            if self.peek() != Some(b'.') || !next.is_ascii_alphanumeric() {
                return Some(self.slice(start));
            }
            self.at += 1;
        }
    }

    /// A value of one word or string.
    pub fn value(&mut self) -> Option<Expr> {
        let start = self.at;
        let kind = match self.peek()? {
            b'"' => return self.string(),
            b'r' if self.octets.get(self.at + 1) == Some(&b'"') => return self.string(),
            b'0'..=b'9' => {
                self.number()?;
                // A time of day: of words with more colons the grammar has another rule.
                if self.eat(b':') {
                    self.number()?;
                }
                if !self.ends() {
                    return None;
                }
                ExprKind::Literal(Literal::parse(self.slice(start)).ok()?)
            }
            _ => {
                let word = self.ident()?;
                match word.text.as_str() {
                    "yes" => ExprKind::Bool(true),
                    "no" => ExprKind::Bool(false),
                    operator if OPERATORS.contains(&operator) => return None,
                    _ => ExprKind::Name(word.text),
                }
            }
        };
        Some(Expr { kind, span: self.from(start) })
    }

    /// Values divided by commas, after which a line may end.
    pub fn values(&mut self) -> Option<Vec<Expr>> {
        let mut values = vec![self.value()?];
        self.blanks();
        while self.eat(b',') {
            self.lines();
            values.push(self.value()?);
            self.blanks();
        }
        Some(values)
    }
}
