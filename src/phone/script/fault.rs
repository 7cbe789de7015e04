//! What is wrong in a text, and where.

use crate::phone::rule::RuleFault;

/// One fault of a text. The message is a clause that fits under a caret: lower case, no full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (offset {at})")]
pub struct Fault {
    /// Octets before the place; the text's length when something is missing at its end.
    pub at: usize,
    pub kind: FaultKind,
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The text is not of the language.
    Form,
    /// A number is outside of what its place takes.
    Range,
    /// The text, or a list in it, is longer than the type allows.
    Length,
    /// The text is of the language and still hardly what was meant.
    Doubt,
    /// A rule, and what of it.
    Rule(RuleFault),
}

impl Fault {
    pub fn new(at: usize, message: impl Into<String>) -> Fault {
        Fault { at, kind: FaultKind::Form, message: message.into() }
    }

    pub fn range(at: usize, message: impl Into<String>) -> Fault {
        Fault { at, kind: FaultKind::Range, message: message.into() }
    }

    pub fn doubt(at: usize, message: impl Into<String>) -> Fault {
        Fault { at, kind: FaultKind::Doubt, message: message.into() }
    }

    /// The fault of a part, placed in the whole.
    pub(super) fn behind(mut self, octets: usize) -> Fault {
        self.at += octets;
        self
    }
}

/// DT §1: lengths count characters. The place is the first character too many.
pub(super) fn at_most(text: &str, limit: usize) -> Result<(), Fault> {
    match text.char_indices().nth(limit) {
        None => Ok(()),
        Some((at, _)) => {
            let message = format!("{} characters, and at most {limit} are allowed", text.chars().count());
            Err(Fault { at, kind: FaultKind::Length, message })
        }
    }
}

/// Every small language is printable ASCII. Signs that come from a printed page are named with the plain one (PB §32).
pub(super) fn plain(text: &str) -> Result<(), Fault> {
    let Some((at, sign)) = text.char_indices().find(|(_, c)| !matches!(c, ' '..='~')) else { return Ok(()) };
    let message = match sign {
        '“' | '”' | '„' | '«' | '»' => format!("`{sign}` is a printed page's quote; the plain one is `\"`"),
        '‘' | '’' => format!("`{sign}` is a printed page's quote; the plain one is `'`"),
        '‐' | '‑' | '‒' | '–' | '—' | '−' => {
            format!("`{sign}` is a printed page's dash; the plain one is `-`")
        }
        '×' => "`×` is a printed page's sign; write the letter `x`".to_owned(),
        '…' => "`…` is one sign; write what it stands for".to_owned(),
        '\u{a0}' | '\u{202f}' | '\u{2009}' => "this blank is a printed page's; write a plain one".to_owned(),
        sign if sign.is_control() => format!("control character {}", sign.escape_debug()),
        sign => format!("`{sign}` is not ASCII"),
    };
    Err(Fault::new(at, message))
}
