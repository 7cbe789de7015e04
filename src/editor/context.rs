//! What may stand at a place, read off the tokens before it: while a line is being written there is no tree of it.

use crate::diagnostic::FileId;
use crate::language::syntax::lexis::{TokenKind, tokens};

/// The place in which a line stands, outermost bracket first, and the line up to it.
#[derive(Debug, Default)]
pub struct Context<'t> {
    pub open: Vec<Open<'t>>,
    /// The words of the statement before the place, without the one that is being written.
    pub line: Vec<&'t str>,
    /// What of the word at the place is there already.
    pub begun: &'t str,
    /// Inside of a string: what of it stands before the place.
    pub string: Option<&'t str>,
    pub comment: bool,
}

/// A bracket that is open at a place, and the words of the statement before it.
#[derive(Debug)]
pub struct Open<'t> {
    pub bracket: &'t str,
    pub head: Vec<&'t str>,
}

/// A block, by what may stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// Declarations.
    File,
    /// Settings of the schema of this name, and what else such a block holds.
    Block(&'static str),
    /// Columns of an inventory.
    Columns,
    /// Cells of one phone.
    Phone,
    /// The arms of a `match`.
    Arms,
    /// An expression, or a block that is not known.
    Other,
}

impl<'t> Context<'t> {
    pub fn at(text: &'t str, offset: usize) -> Context<'t> {
        let before = text.get(..offset).unwrap_or(text);
        let (tokens, _) = tokens(FileId(0), before);
        let mut context = Context::default();
        let mut outer: Vec<Vec<&'t str>> = Vec::new();
        for (place, token) in tokens.iter().enumerate() {
            let word = before.get(token.start..token.end).unwrap_or_default();
            let ends = token.end == before.len() && place + 1 == tokens.len();
            match token.kind {
                TokenKind::Word => context.word(word, ends),
                TokenKind::Comment => context.comment = ends,
                TokenKind::Text if ends && !closed(word) => return context.inside(word),
                TokenKind::Open => {
                    let head = std::mem::take(&mut context.line);
                    outer.push(head.clone());
                    context.open.push(Open { bracket: word, head });
                }
                TokenKind::Close => {
                    // One of another kind closes all up to its partner.
                    let opens = |one: &Open<'_>| matches!((one.bracket, word), ("{", "}") | ("(", ")") | ("[", "]"));
                    if let Some(partner) = context.open.iter().rposition(opens) {
                        context.open.truncate(partner);
                        outer.truncate(partner + 1);
                        context.line = outer.pop().unwrap_or_default();
                        context.line.push(if word == "}" { "{}" } else { word });
                    }
                }
                TokenKind::Newline if !context.goes_on() => context.line.clear(),
                TokenKind::Newline => {}
                _ => context.line.push(word),
            }
        }
        context
    }

    /// A word; to the lexer `phone.name` is one.
    fn word(&mut self, word: &'t str, ends: bool) {
        let named = word.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_');
        let mut parts = if named { word.split('.') } else { word.split('\0') }.peekable();
        while let Some(part) = parts.next() {
            match parts.peek() {
                None if ends => self.begun = part,
                None => self.line.push(part),
                Some(_) => self.line.extend([part, "."]),
            }
        }
    }

    /// Whether a statement goes on in the next line.
    fn goes_on(&self) -> bool {
        let inside = self.open.last().is_some_and(|open| open.bracket != "{");
        inside || self.line.last().is_some_and(|word| *word == ",")
    }

    /// Inside of a string: in its text, or in a hole of it.
    fn inside(mut self, string: &'t str) -> Context<'t> {
        let mut depth: Vec<usize> = Vec::new();
        let mut escaped = false;
        for (at, sign) in string.char_indices() {
            match sign {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '{' if !string.starts_with('r') => depth.push(at),
                '}' => drop(depth.pop()),
                _ => {}
            }
        }
        match depth.first() {
            Some(hole) => {
                let inner = Context::at(string.get(hole + 1..).unwrap_or_default(), string.len() - hole - 1);
                let bracket = string.get(*hole..=*hole).unwrap_or_default();
                self.open.push(Open { bracket, head: vec!["\""] });
                self.open.extend(inner.open);
                Context { open: self.open, line: inner.line, begun: inner.begun, string: inner.string, comment: false }
            }
            None => {
                self.string = string.split_once('"').map(|(_, inside)| inside);
                self
            }
        }
    }

    pub fn room(&self) -> Room {
        self.open.iter().fold(Room::File, |room, open| room.inside(open))
    }

    /// The words of the line and of every block around it, innermost first.
    pub fn heads(&self) -> impl Iterator<Item = &[&'t str]> {
        self.open.iter().rev().map(|open| open.head.as_slice())
    }
}

impl Room {
    /// What stands in a bracket that is opened in this room.
    fn inside(self, open: &Open<'_>) -> Room {
        // Behind these it is a record, or the hole of a string.
        if open.bracket != "{" || open.head.last().is_some_and(|word| matches!(*word, "=" | "," | "\"")) {
            return Room::Other;
        }
        let first = open.head.first().copied().unwrap_or_default();
        // Several settings may stand before a block on its line; the last that opens one counts.
        let last = |known: &[(&str, &'static str)]| {
            let found = open.head.iter().rev().find_map(|word| known.iter().find(|(name, _)| name == word));
            found.map_or(Room::Other, |(_, what)| Room::Block(what))
        };
        match self {
            Room::File => match first {
                "inventory" => Room::Columns,
                _ => last(&[
                    ("server", "server"),
                    ("network", "network"),
                    ("zone", "zone"),
                    ("firmware", "firmware"),
                    ("profile", "profile"),
                    ("fleet", "fleet"),
                    ("test", "test"),
                ]),
            },
            Room::Block("server") => last(&SERVICES.map(|name| (name, "service"))),
            Room::Block("service") => last(&[("realm", "realm")]),
            Room::Block("zone") => last(&[("srv", "srv record"), ("naptr", "naptr record")]),
            Room::Block("network" | "class") => last(&[("class", "class")]),
            Room::Block("fleet") => match first {
                "phone" => Room::Phone,
                _ => last(&[
                    ("resync", "resync block"),
                    ("upgrade", "upgrade block"),
                    ("report", "report block"),
                    ("log", "log block"),
                    ("rule", "rule"),
                ]),
            },
            Room::Block("rule") => last(&[("when", "rule's arm"), ("else", "rule's arm")]),
            Room::Block("profile") if first == "match" => Room::Arms,
            Room::Block("profile") | Room::Arms => Room::Block("profile"),
            _ => Room::Other,
        }
    }
}

pub const SERVICES: [&str; 9] = ["tftp", "http", "https", "dns", "dhcp", "dhcp6", "syslog", "acs", "dashboard"];

/// Whether a string has its end.
fn closed(string: &str) -> bool {
    let raw = string.starts_with('r');
    let Some(body) = string.trim_start_matches('r').strip_prefix('"').and_then(|body| body.strip_suffix('"')) else {
        return false;
    };
    raw || (body.len() - body.trim_end_matches('\\').len()).is_multiple_of(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(text: &str) -> Room {
        Context::at(text, text.len()).room()
    }

    #[test]
    fn a_place_is_known_by_the_brackets_around_it() {
        for (text, wanted) in [
            ("", Room::File),
            ("let a = 1\nfle", Room::File),
            ("server prov { http { port 80 } }\n", Room::File),
            ("server prov {\n  ", Room::Block("server")),
            ("server prov {\n  address 10.0.0.1  http { ", Room::Block("service")),
            ("server prov { https { realm \"x\" digest { ", Room::Block("realm")),
            ("profile a for phone {\n  if phone.role == \"x\" {\n", Room::Block("profile")),
            ("profile a {\n  if yes {\n  } else {\n", Room::Block("profile")),
            ("profile a {\n  match phone.role {\n ", Room::Arms),
            ("profile a {\n  match phone.role {\n \"desk\" {\n", Room::Block("profile")),
            ("fleet a {\n  resync {\n", Room::Block("resync block")),
            ("fleet a {\n  phone 00:0e:08:ab:cd:01 { ", Room::Phone),
            ("fleet a {\n  rule Profile_Rule_B { when $A == \"\" {", Room::Block("rule's arm")),
            ("inventory d from \"d.csv\" {\n", Room::Columns),
            ("let a = { ", Room::Other),
            ("profile a {\n  Proxy[", Room::Other),
            ("zone \"x\" {\n  srv \"_a._tcp\" { ", Room::Block("srv record")),
            ("}}}\nserver a {", Room::Block("server")),
        ] {
            assert_eq!(room(text), wanted, "{text}");
        }
    }

    #[test]
    fn the_line_is_known_up_to_the_word_that_is_written() {
        let at = |text: &'static str| Context::at(text, text.len());
        assert_eq!((at("let a = 1\nuse cisco").line, at("let a = 1\nuse cisco").begun), (vec!["use"], "cisco"));
        assert_eq!(at("fleet f {\n  profiles a,\n    b").line, ["profiles", "a", ","]);
        let hole = at("profile a {\n  Name = \"x {phone.");
        assert_eq!((hole.line, hole.string, hole.open.len()), (vec!["phone", "."], None, 2));
        let field = at("let a = phone.na");
        assert_eq!((field.line, field.begun), (vec!["let", "a", "=", "phone", "."], "na"));
        assert_eq!(at("pool 192.168.50.1 .. 1").line, ["pool", "192.168.50.1", ".."]);
        let string = at("profile a {\n  Time_Zone = \"GMT");
        assert_eq!((string.line, string.string), (vec!["Time_Zone", "="], Some("GMT")));
        assert!(at("let a = 1 // P02").comment && !at("let a = 1 // x\n").comment);
        assert_eq!(at("a = \"\\{ x").string, Some("\\{ x"));
    }
}
