//! Signs that no program has: those of printed pages and of mathematics, and what cannot be seen at all.

use super::{Scanner, TokenKind};
use crate::diagnostic::{Code, Diagnostic};

impl Scanner<'_> {
    pub(super) fn copied(&self, start: usize, c: char, plain: char) -> Diagnostic {
        let span = self.span(start, start + c.len_utf8());
        Diagnostic::new(Code::P0104, span, format!("typographic character `{c}` in code"))
            .because("text copied from a document brings these along; they are not what they look like")
            .help(if plain == ' ' { "write a blank".to_owned() } else { format!("write `{plain}`") })
    }

    /// A character outside ASCII, or a control character, outside strings and comments.
    pub(super) fn foreign(&mut self) -> TokenKind {
        let start = self.at;
        let c = self.text.get(start..).and_then(|rest| rest.chars().next()).unwrap_or('\u{fffd}');
        let end = start + c.len_utf8();
        let fault = match typographic(c) {
            Some(plain) => self.copied(start, c, plain),
            None if compared(c).is_some() => {
                let message = format!("unexpected character `{c}`");
                let finding = Diagnostic::new(Code::P0101, self.span(start, end), message);
                let finding = finding.because("values are compared with signs of ASCII");
                finding.help(format!("write `{}`", compared(c).unwrap_or_default()))
            }
            None => Diagnostic::new(
                Code::P0101,
                self.span(start, end),
                format!("unexpected character `{}`", c.escape_debug()),
            ),
        };
        self.fault(fault);
        self.take(c.len_utf8(), TokenKind::Symbol)
    }
}

/// A comparison as it is written here.
fn compared(c: char) -> Option<&'static str> {
    Some(match c {
        '≥' | '⩾' => ">=",
        '≤' | '⩽' => "<=",
        '≠' => "!=",
        '∧' => "and",
        '∨' => "or",
        '¬' => "not",
        _ => return None,
    })
}

/// What a sign of a printed page stands for.
pub(super) fn typographic(c: char) -> Option<char> {
    Some(match c {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{ab}' | '\u{bb}' => '"',
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{a0}' | '\u{2002}'..='\u{200b}' | '\u{202f}' | '\u{feff}' => ' ',
        _ => return None,
    })
}
