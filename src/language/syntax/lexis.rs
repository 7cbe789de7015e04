//! Tokens, and the faults that show in them: one pass over the bytes, before the grammar. The formatter lays tokens
//! out anew; the parser is spared what would only confuse it (an unclosed block, a nesting without end).

mod foreign;
mod unclosed;

use self::foreign::typographic;
use crate::diagnostic::{Code, Diagnostic, FileId, Span};

/// Why a closing bracket is unexpected.
pub const NOTHING_OPEN: &str = "nothing is open here";

/// Why a string is not closed that ends inside an expression.
const HOLE_OPEN: &str = "the `{` in it is never closed";

/// Lines that are indented further than this are not compared by it.
const MOST_INDENTED: usize = 200;

/// Brackets and string holes may nest this deep.
pub const MAX_NESTING: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Word,
    Text,
    Open,
    Close,
    Symbol,
    Comment,
    Newline,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
}

/// The tokens of a text, blanks left out, and the faults found on the way.
pub fn tokens(file: FileId, text: &str) -> (Vec<Token>, Vec<Diagnostic>) {
    let mut scanner = Scanner {
        file,
        text,
        bytes: text.as_bytes(),
        at: 0,
        tokens: Vec::new(),
        faults: Vec::new(),
        newlines: Vec::new(),
        swallowed: false,
        holes: false,
        end_of_hole: false,
        beyond: 0,
        left_open: Vec::new(),
        surplus: None,
    };
    scanner.run();
    (scanner.tokens, scanner.faults)
}

struct Scanner<'t> {
    file: FileId,
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    tokens: Vec<Token>,
    faults: Vec<Diagnostic>,
    /// Where lines end.
    newlines: Vec<usize>,
    /// A string or a bracket is never closed: what is open at the end may follow from that.
    swallowed: bool,
    /// A string ended inside an expression. If it was meant to go over several lines, its end looks like the beginning of
    /// another, and a bracket in it like one without a partner.
    holes: bool,
    end_of_hole: bool,
    /// Brackets beyond the limit, which are counted and not kept.
    beyond: usize,
    left_open: Vec<unclosed::LeftOpen>,
    /// The last bracket that closes nothing: its finding, the token behind it, and how many follow it at once.
    surplus: Option<(usize, usize, usize)>,
}

impl Scanner<'_> {
    fn run(&mut self) {
        let mut open: Vec<(u8, usize)> = Vec::new();
        while let Some(&byte) = self.bytes.get(self.at) {
            let start = self.at;
            let kind = match byte {
                b' ' | b'\t' | b'\r' => {
                    self.at += 1;
                    continue;
                }
                b'\n' => {
                    self.newlines.push(start);
                    self.take(1, TokenKind::Newline)
                }
                b'/' if self.bytes.get(start + 1) == Some(&b'/') => {
                    let end = self.bytes.iter().skip(start).position(|byte| *byte == b'\n');
                    self.take(end.unwrap_or(self.bytes.len() - start), TokenKind::Comment)
                }
                b'r' if self.bytes.get(start + 1) == Some(&b'"') => self.raw_string(),
                b'"' => self.string(),
                b'{' | b'(' | b'[' => {
                    match open.len() {
                        0..=MAX_NESTING => open.push((byte, start)),
                        _ => self.beyond += 1,
                    }
                    if self.beyond == 0 && open.len() == MAX_NESTING + 1 {
                        self.fault(
                            Diagnostic::new(Code::P0106, self.span(start, start + 1), "nesting is too deep")
                                .because(format!("the limit is {MAX_NESTING} levels")),
                        );
                    }
                    self.take(1, TokenKind::Open)
                }
                b'}' | b')' | b']' => {
                    self.close(byte, start, &mut open);
                    self.take(1, TokenKind::Close)
                }
                _ if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' => self.word(),
                _ if byte.is_ascii_graphic() => {
                    let two = self.bytes.get(start..start + 2).unwrap_or_default();
                    let length = if matches!(two, b"==" | b"!=" | b"<=" | b">=" | b"..") { 2 } else { 1 };
                    self.take(length, TokenKind::Symbol)
                }
                _ => self.foreign(),
            };
            self.tokens.push(Token { kind, start, end: self.at });
        }
        self.tell_surplus();
        if !self.swallowed {
            self.still_open(&open);
        }
    }

    fn take(&mut self, length: usize, kind: TokenKind) -> TokenKind {
        self.at += length;
        kind
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    fn fault(&mut self, fault: Diagnostic) {
        self.swallowed |= fault.code == Code::P0102;
        self.faults.push(fault);
    }

    /// Takes a bracket off the stack. One of another kind closes everything up to its partner; one without a
    /// partner is a fault of its own.
    fn close(&mut self, byte: u8, at: usize, open: &mut Vec<(u8, usize)>) {
        if let Some(fewer) = self.beyond.checked_sub(1) {
            self.beyond = fewer;
            return;
        }
        match open.iter().rposition(|(bracket, _)| closing(*bracket) == byte) {
            Some(partner) => {
                self.outdented(at, open);
                if let Some((bracket, start)) = open.get(partner + 1).copied() {
                    let fault =
                        Diagnostic::new(Code::P0102, self.span(start, start + 1), "this bracket is never closed")
                            .because("opened here")
                            .label(self.span(at, at + 1), "and this closes an outer one")
                            .help(format!("add `{}`", char::from(closing(bracket))));
                    self.fault(fault);
                }
                open.truncate(partner);
            }
            None if self.holes => {}
            None => self.surplus(byte, at),
        }
    }

    /// A bracket that closes nothing. Those that follow it at once are of the same slip.
    fn surplus(&mut self, byte: u8, at: usize) {
        let blank = |token: &Token| matches!(token.kind, TokenKind::Newline | TokenKind::Comment);
        let here = self.tokens.len() + 1;
        if let Some((_, behind, more)) = &mut self.surplus
            && self.tokens.get(*behind..).is_some_and(|between| between.iter().all(blank))
        {
            (*behind, *more) = (here, *more + 1);
            return;
        }
        self.tell_surplus();
        self.surplus = Some((self.faults.len(), here, 0));
        self.fault(
            Diagnostic::new(Code::P0101, self.span(at, at + 1), format!("unexpected `{}`", char::from(byte)))
                .because(NOTHING_OPEN),
        );
    }

    fn tell_surplus(&mut self) {
        if let Some((fault, _, more)) = self.surplus.take()
            && let Some(fault) = self.faults.get_mut(fault).filter(|_| more > 0)
        {
            let behind = if more == 1 { "another one follows".to_owned() } else { format!("{more} more follow") };
            fault.notes.push(behind);
        }
    }

    /// Where the line of a place begins, and how far its text is indented.
    fn indent(&self, at: usize) -> (usize, usize) {
        let before = self.newlines.partition_point(|newline| *newline < at);
        let start = before.checked_sub(1).and_then(|last| self.newlines.get(last)).map_or(0, |newline| newline + 1);
        let line = self.bytes.iter().skip(start).take(MOST_INDENTED);
        (start, line.take_while(|byte| matches!(byte, b' ' | b'\t')).count())
    }

    fn word(&mut self) -> TokenKind {
        let in_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b':');
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            let next = self.bytes.get(self.at + 1).copied().unwrap_or(b' ');
            // `a.b`, `10.0.0.0/24` and `Phone-UI-User-Mode` are one word; `2..4` is not.
            let joins = matches!(byte, b'.' | b'-' | b'/') && next.is_ascii_alphanumeric();
            let ends_in_colon = byte == b':' && !(next.is_ascii_hexdigit() || next == b':' || next == b'/');
            if (in_word(byte) && !ends_in_colon) || joins {
                self.at += 1;
            } else {
                break;
            }
        }
        TokenKind::Word
    }

    fn raw_string(&mut self) -> TokenKind {
        let start = self.at;
        let rest = self.bytes.get(start + 2..).unwrap_or_default();
        match rest.iter().position(|byte| matches!(byte, b'"' | b'\n')) {
            Some(end) if rest.get(end) == Some(&b'"') => self.take(end + 3, TokenKind::Text),
            end => {
                self.unterminated(start, "a raw string ends at the next `\"`, on its own line");
                self.take(end.unwrap_or(rest.len()) + 2, TokenKind::Text)
            }
        }
    }

    /// A string with its holes; a hole may hold strings with holes.
    fn string(&mut self) -> TokenKind {
        let start = self.at;
        // Each entry is a place we are in: a string, or the braces of a hole with how many are open in it.
        let mut places: Vec<usize> = vec![0];
        let mut holes: Vec<usize> = Vec::new();
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            let in_text = places.len() % 2 == 1;
            match byte {
                b'\n' => break,
                b'\\' if in_text => self.at += 1,
                b'"' if in_text => {
                    places.pop();
                    if places.is_empty() {
                        return self.take(1, TokenKind::Text);
                    }
                }
                b'"' => places.push(0),
                b'{' if in_text => {
                    places.push(0);
                    holes.push(self.at);
                }
                b'{' => places.iter_mut().last().into_iter().for_each(|open| *open += 1),
                b'}' if !in_text => match places.last_mut() {
                    Some(open) if *open > 0 => *open -= 1,
                    _ => {
                        places.pop();
                        holes.pop();
                    }
                },
                _ if !in_text && !byte.is_ascii() => {
                    // A dash or a quote of a document, in an expression.
                    let c = self.text.get(self.at..).and_then(|rest| rest.chars().next());
                    let typographic = c.and_then(|c| typographic(c).map(|plain| (c, plain)));
                    self.faults.extend(typographic.map(|(c, plain)| self.copied(self.at, c, plain)));
                }
                _ => {}
            }
            self.at += 1;
            if places.len() > MAX_NESTING {
                self.fault(
                    Diagnostic::new(Code::P0106, self.span(start, start + 1), "nesting is too deep")
                        .because(format!("the limit is {MAX_NESTING} levels")),
                );
                break;
            }
        }
        let hole = places.len().is_multiple_of(2);
        self.unterminated(start, if hole { HOLE_OPEN } else { "a string ends on its own line" });
        self.brace_missing(start, holes.first().copied());
        self.at = self.at.min(self.bytes.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        TokenKind::Text
    }

    fn unterminated(&mut self, start: usize, why: &str) {
        if std::mem::replace(&mut self.end_of_hole, why == HOLE_OPEN) && why != HOLE_OPEN {
            return;
        }
        self.holes |= why == HOLE_OPEN;
        let fault = Diagnostic::new(Code::P0102, self.span(start, start + 1), "this string is never closed")
            .because(why.to_owned())
            .help("add `\"`; a brace that is meant as a character is written `\\{`");
        self.fault(fault);
    }

    /// `"Queue {n - 1"`: the string ends where an expression in it goes on, and what is missing is the brace.
    fn brace_missing(&mut self, start: usize, hole: Option<usize>) {
        let span = self.span(start, start + 1);
        let ends = |hole: usize| self.bytes.get(hole..self.at).is_some_and(|rest| rest.contains(&b'"'));
        let Some(brace) = hole.filter(|hole| ends(*hole)).map(|hole| self.span(hole, hole + 1)) else { return };
        if let Some(fault) = self.faults.last_mut().filter(|fault| fault.code == Code::P0102 && fault.span() == span) {
            *fault = Diagnostic::new(Code::P0102, span, "a `{` in this string is never closed")
                .because("the string")
                .label(brace, "what begins here goes on behind the string's end")
                .help("add `}` before the closing `\"`; a brace that is meant as a character is written `\\{`");
        }
    }
}

fn closing(open: u8) -> u8 {
    match open {
        b'{' => b'}',
        b'(' => b')',
        _ => b']',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        tokens(FileId(0), text).0.iter().filter_map(|token| text.get(token.start..token.end)).collect()
    }

    #[test]
    fn tokens_are_what_a_reader_sees() {
        assert_eq!(words("pool 10.0.0.1 .. 10.0.0.9 // x"), ["pool", "10.0.0.1", "..", "10.0.0.9", "// x"]);
        assert_eq!(words("Phone-UI-User-Mode=yes"), ["Phone-UI-User-Mode", "=", "yes"]);
        assert_eq!(words("mac : mac\nx: T"), ["mac", ":", "mac", "\n", "x", ":", "T"]);
        assert_eq!(words(r#""a{f("b{c}")}d" r"$\""#), [r#""a{f("b{c}")}d""#, r#"r"$\""#]);
        assert_eq!(words("for n in 2..4 {"), ["for", "n", "in", "2", "..", "4", "{"]);
    }

    #[test]
    fn each_fault_is_found_where_it_is() {
        for (text, code, at) in [
            ("a {\n", Code::P0102, 2),
            ("a }\n", Code::P0101, 2),
            ("a ( }\n", Code::P0101, 4),
            ("a { ( }\n", Code::P0102, 4),
            ("x \"abc\n", Code::P0102, 2),
            ("x \"a{b\"\n", Code::P0102, 2),
            ("x \u{201c}a\n", Code::P0104, 2),
            ("x \u{1}\n", Code::P0101, 2),
        ] {
            let faults = tokens(FileId(0), text).1;
            assert_eq!(faults.first().map(|fault| (fault.code, fault.span().start)), Some((code, at)), "{text:?}");
        }
        // A run of them is one slip; what stands between two makes them two.
        for (text, faults, note) in [
            ("}\n".repeat(1000), 1, "999 more follow"),
            ("a }}\n// b\n\n}\n".to_owned(), 1, "2 more follow"),
            ("}\n)\n".to_owned(), 1, "another one follows"),
            ("}\na\n}\n".to_owned(), 2, ""),
        ] {
            let found = tokens(FileId(0), &text).1;
            assert_eq!((found.len(), found[0].notes.concat().as_str()), (faults, note), "{text}");
        }
        let deep = "(".repeat(10_000);
        assert!(tokens(FileId(0), &deep).1.iter().any(|fault| fault.code == Code::P0106));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_scanned_to_its_end(text: String) {
            let (tokens, _) = tokens(FileId(0), &text);
            let mut at = 0;
            for token in tokens {
                proptest::prop_assert!(at <= token.start && token.start < token.end && text.is_char_boundary(token.end));
                at = token.end;
            }
        }
    }
}
