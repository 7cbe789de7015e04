//! A place in a text, and the small steps of reading.

use super::fault::{Fault, plain};

pub(super) struct Reader<'a> {
    text: &'a str,
    pub at: usize,
}

impl<'a> Reader<'a> {
    /// A reader of a text that is printable ASCII.
    pub fn new(text: &'a str) -> Result<Self, Fault> {
        plain(text).map(|()| Reader { text, at: 0 })
    }

    pub fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    pub fn at_end(&self) -> bool {
        self.rest().is_empty()
    }

    pub fn eat(&mut self, sign: char) -> bool {
        let found = self.peek() == Some(sign);
        if found {
            self.at += sign.len_utf8();
        }
        found
    }

    pub fn blanks(&mut self) -> bool {
        !self.take_while(|c| c == ' ').is_empty()
    }

    pub fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    pub fn digits(&mut self) -> &'a str {
        self.take_while(|c| c.is_ascii_digit())
    }

    pub fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(self.at, message)
    }

    /// What stands here, for a message.
    pub fn found(&self) -> String {
        match self.peek() {
            None => "the end".to_owned(),
            Some(' ') => "a blank".to_owned(),
            Some(sign) => format!("`{sign}`"),
        }
    }

    /// `expected X, found Y`.
    pub fn expected(&self, what: &str) -> Fault {
        self.fault(format!("expected {what}, found {}", self.found()))
    }

    pub fn require(&mut self, sign: char, what: &str) -> Result<(), Fault> {
        if self.eat(sign) { Ok(()) } else { Err(self.expected(what)) }
    }

    /// Nothing may follow.
    pub fn end(&self, whole: &str) -> Result<(), Fault> {
        if self.at_end() { Ok(()) } else { Err(self.fault(format!("{} after the end of {whole}", self.found()))) }
    }

    /// A number of digits.
    pub fn int(&mut self, what: &str) -> Result<u32, Fault> {
        let start = self.at;
        let digits = self.digits();
        if digits.is_empty() {
            return Err(self.expected(what));
        }
        digits.parse().map_err(|_| Fault::range(start, "this number is too large"))
    }
}
