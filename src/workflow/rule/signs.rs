//! Signs that mean something elsewhere: XML's escapes, a guide's misprints and placeholders, dollars that begin nothing.

use super::RuleKind;
use super::meant::dollars;
use super::notes::Notes;
use crate::phone::macros::parse_reference;

impl Notes<'_> {
    /// What stands for something else elsewhere, and for itself here.
    pub(super) fn ampersands(&mut self) {
        let text = self.question.text;
        let escapes = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;"].into_iter();
        if let Some((at, escape)) = escapes.filter_map(|escape| Some((text.find(escape)?, escape))).min() {
            let message = format!(
                "`{escape}` stands for a sign in XML only; a phone that holds these very letters takes them as they are"
            );
            self.note(Some(at), "WF §1.5", message);
        }
        if let Some((at, named)) = placeholder(text) {
            self.note(
                Some(at),
                "PB §13",
                format!("`{named}` stands for a value in the guides: was it meant to be sent?"),
            );
        }
        let meant = dollars(text);
        let at = text.bytes().zip(meant.bytes()).position(|(one, other)| one != other);
        if let (Some(at), true) = (at, self.question.kind != RuleKind::Log) {
            self.note(
                Some(at),
                "PB §32",
                "a macro begins with `$`; one guide misprints it as `&`, which stays as written",
            );
        }
    }

    /// A dollar sign that begins nothing.
    pub(super) fn lone_dollars(&mut self) {
        if self.question.kind == RuleKind::Log {
            return;
        }
        let text = self.question.text;
        let mut at = 0;
        while let Some(next) = text.get(at..).and_then(|rest| rest.find('$')).map(|next| at + next) {
            let rest = text.get(next..).unwrap_or_default();
            at = next
                + match parse_reference(rest) {
                    _ if rest.starts_with("$$") => 2,
                    Some(reference) => reference.length,
                    None => {
                        self.note(
                            Some(next),
                            "RS §2, §6",
                            "a dollar sign that begins no macro stays; write `$$` for one",
                        );
                        // Said once.
                        return;
                    }
                };
        }
    }
}

/// Words in angle brackets where no comparison stands: `<encryption_key>`.
fn placeholder(text: &str) -> Option<(usize, &str)> {
    let mut at = 0;
    loop {
        at += text.get(at..)?.find('<')? + 1;
        let near: &str = text.get(at..(at + 40).min(text.len())).unwrap_or_default();
        let inside = near.split('>').next().unwrap_or_default();
        let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b' ');
        let named = inside.starts_with(|first: char| first.is_ascii_lowercase()) && inside.bytes().all(word);
        if named && near.len() > inside.len() {
            return Some((at - 1, text.get(at - 1..at + inside.len() + 1)?));
        }
    }
}
