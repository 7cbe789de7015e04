//! A place in a rule's text, and the small steps of reading.

use super::RuleError;

/// Longest rule that is looked at. The guides name no limit; phones' fields are far smaller.
const LIMIT: usize = 1 << 20;

pub(super) struct Cursor<'a> {
    pub text: &'a str,
    pub at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str) -> Result<Self, RuleError> {
        if text.len() > LIMIT {
            return Err(RuleError::new(LIMIT, "the rule is longer than 1 MiB"));
        }
        // RS §16: a character is printable ASCII. Curly quotes and long dashes come from printed guides (PB §32).
        // Octets are looked through faster than characters, and nearly all rules hold nothing else.
        if text.bytes().all(|octet| matches!(octet, b' '..=b'~')) {
            return Ok(Cursor { text, at: 0 });
        }
        match text.char_indices().find(|(_, c)| !matches!(c, ' '..='~')) {
            Some((at, '“' | '”' | '„' | '’' | '‘')) => {
                Err(RuleError::new(at, "typographic quote; only the plain \" is one"))
            }
            Some((at, '–' | '—')) => Err(RuleError::new(at, "typographic dash; write `-`")),
            Some((at, c)) => Err(RuleError::new(at, format!("{c:?} is not printable ASCII"))),
            None => Ok(Cursor { text, at: 0 }),
        }
    }

    pub fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    pub fn fault(&self, message: impl Into<String>) -> RuleError {
        RuleError::new(self.at, message)
    }

    pub fn blanks(&mut self) -> bool {
        let before = self.at;
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
        self.at > before
    }

    pub fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    pub fn take_while(&mut self, fits: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.bytes().take_while(|byte| fits(*byte)).count();
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    pub fn string(&mut self) -> Result<String, RuleError> {
        let start = self.at;
        let inner = self.rest().strip_prefix('"').ok_or_else(|| self.fault("expected a quoted string"))?;
        let Some((value, _)) = inner.split_once('"') else {
            return Err(RuleError::new(start, "the string is not closed"));
        };
        self.at = start + value.len() + 2;
        Ok(value.to_owned())
    }
}
