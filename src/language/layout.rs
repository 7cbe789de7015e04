//! The canonical layout. Lines are the writer's; indentation, blanks and blank lines are ours. Columns that a writer
//! lined up stay lined up: a gap of several blanks is kept where a neighbouring line has a word in the same column.

use super::syntax::lexis::{self, Token, TokenKind};
use crate::diagnostic::FileId;
use std::collections::HashSet;

/// Lays a text out. The text must parse; its tokens and line breaks come out as they went in, blank lines aside.
pub fn lay_out(text: &str) -> String {
    let mut lines = lines(text);
    join_else(&mut lines);
    indent(&mut lines);
    for line in &mut lines {
        line.space();
        line.heading();
    }
    // Closing one gap can leave a neighbour's column without company, so this goes on until nothing moves; a text in
    // which it goes on and on has no columns.
    let settled = (0..MOST_PASSES).any(|_| !close_gaps(&mut lines, Keep::Columns));
    if !settled {
        close_gaps(&mut lines, Keep::Nothing);
    }
    let mut out = String::with_capacity(text.len());
    for line in &lines {
        line.write(&mut out);
    }
    out
}

#[derive(Debug, Default)]
struct Line<'t> {
    indent: usize,
    /// Each with the blanks before it; the first has none.
    words: Vec<Word<'t>>,
    /// A blank line stood before this one.
    parted: bool,
}

#[derive(Debug)]
struct Word<'t> {
    kind: TokenKind,
    text: &'t str,
    gap: usize,
}

/// The lines that hold something.
fn lines(text: &str) -> Vec<Line<'_>> {
    let (tokens, _) = lexis::tokens(FileId(0), text);
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut line = Line::default();
    let mut end = 0;
    let mut empty_before = false;
    let breaks = breaks(&tokens, text);
    for (place, Token { kind, start, end: token_end }) in tokens.into_iter().enumerate() {
        if breaks.contains(&place) && !line.words.is_empty() {
            lines.push(std::mem::take(&mut line));
            empty_before = false;
        }
        if kind == TokenKind::Newline {
            if line.words.is_empty() {
                empty_before = true;
            } else {
                lines.push(std::mem::take(&mut line));
                empty_before = false;
            }
        } else {
            if line.words.is_empty() {
                line.parted = empty_before && !lines.is_empty();
            }
            let text = text.get(start..token_end).unwrap_or("");
            let text = if kind == TokenKind::Comment { text.trim_end() } else { text };
            let gap = if line.words.is_empty() { 0 } else { start.saturating_sub(end) };
            line.words.push(Word { kind, text, gap });
        }
        end = token_end;
    }
    if !line.words.is_empty() {
        lines.push(line);
    }
    lines
}

/// An `else` stands behind the `}` of its `if`. The arm of a `match` or a `rule` has a line of its own.
fn join_else(lines: &mut Vec<Line<'_>>) {
    // For each open brace, whether it is of an `if`.
    let mut open: Vec<bool> = Vec::new();
    let mut of_if = false;
    let mut joined: Vec<Line<'_>> = Vec::with_capacity(lines.len());
    for mut line in lines.drain(..) {
        let says_else = line.words.first().is_some_and(|word| word.text == "else");
        let before = joined.last_mut().filter(|before| {
            let last = before.words.last().map(|word| (word.kind, word.text));
            let heads = [Some("if"), Some("}"), Some("else")].contains(&before.words.first().map(|word| word.text));
            of_if && heads && last == Some((TokenKind::Close, "}"))
        });
        let started = line.words.first().map(|word| word.text);
        let mut in_if = started == Some("if");
        if let (true, Some(before)) = (says_else, before) {
            line.words.iter_mut().take(1).for_each(|word| word.gap = 1);
            in_if = true;
            of_if = false;
            brackets(&line.words, &mut open, &mut of_if, in_if);
            before.words.append(&mut line.words);
            continue;
        }
        in_if |= started == Some("}") && of_block_before(&line);
        of_if = false;
        brackets(&line.words, &mut open, &mut of_if, in_if);
        joined.push(line);
    }
    *lines = joined;
}

/// Whether `else` follows the brace that a line begins with.
fn of_block_before(line: &Line<'_>) -> bool {
    line.words.get(1).is_some_and(|word| word.text == "else")
}

/// Follows the brackets of a line; `closed` is whether the last brace to be closed was of an `if`.
fn brackets(words: &[Word<'_>], open: &mut Vec<bool>, closed: &mut bool, in_if: bool) {
    for word in words {
        match word.kind {
            TokenKind::Open => open.push(in_if && word.text == "{"),
            TokenKind::Close => *closed = open.pop().unwrap_or(false),
            _ => {}
        }
    }
}

/// The tokens before which a line breaks because a block goes over several lines: what follows its `{`, and its `}`.
fn breaks(tokens: &[Token], text: &str) -> HashSet<usize> {
    let is = |place: usize, brace: &str| {
        tokens.get(place).is_some_and(|token| text.get(token.start..token.end) == Some(brace))
    };
    let mut breaks = HashSet::new();
    let mut open: Vec<(usize, usize, bool)> = Vec::new();
    let (mut line, mut empty, mut allowed) = (0, true, false);
    for (place, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Newline => {
                line += 1;
                empty = true;
                continue;
            }
            TokenKind::Comment if empty => {
                let comment = text.get(token.start..token.end).unwrap_or_default();
                allowed |= comment.trim_start_matches('/').trim_start().starts_with("allow ");
                continue;
            }
            TokenKind::Comment => continue,
            TokenKind::Open => open.push((place, line, allowed)),
            TokenKind::Close => {
                if let Some((opened, first, allowed)) = open.pop()
                    && first != line
                    && is(opened, "{")
                    && is(place, "}")
                {
                    // A note beside the brace stays there, and what an `allow` above speaks of stays on its line.
                    let note = tokens.get(opened + 1).is_some_and(|next| next.kind == TokenKind::Comment);
                    breaks.extend((!note && !allowed).then_some(opened + 1));
                    breaks.insert(place);
                }
            }
            _ => {}
        }
        // An `allow` speaks of the next line that is no comment, and of no other.
        let ends = tokens.get(place + 1).is_none_or(|next| next.kind == TokenKind::Newline);
        empty = false;
        allowed &= !ends;
    }
    breaks
}

/// Two blanks a level. Brackets that open on one line make one level, whatever their number.
fn indent(lines: &mut [Line<'_>]) {
    // For each open bracket, the line it stands on, and whether items stand in it, each at its own place.
    let mut open: Vec<(usize, bool)> = Vec::new();
    let (mut goes_on, mut in_parameter) = (false, false);
    let mut before_is_open = false;
    for (number, line) in lines.iter_mut().enumerate() {
        let closes = line.words.iter().take_while(|word| word.kind == TokenKind::Close).count();
        let mut levels: Vec<usize> =
            open.iter().take(open.len().saturating_sub(closes)).map(|(line, _)| *line).collect();
        levels.dedup();
        let first = line.words.first();
        let attribute = in_parameter && levels.is_empty() && first.is_some_and(|word| is_attribute(word.text));
        line.indent = 2 * levels.len()
            + match (goes_on, attribute) {
                (true, _) => 4,
                (false, true) => 2,
                (false, false) => 0,
            };
        if before_is_open || closes > 0 {
            line.parted = false;
        }
        if line.indent == 0 && first.is_some_and(|word| word.kind == TokenKind::Word) {
            in_parameter = first.is_some_and(|word| word.text == "parameter");
        }
        for word in &line.words {
            match word.kind {
                TokenKind::Open => open.push((number, word.text != "{")),
                TokenKind::Close => drop(open.pop()),
                _ => {}
            }
        }
        let last = line.words.iter().rev().find(|word| word.kind != TokenKind::Comment);
        let inside = open.last().is_some_and(|(opened, _)| *opened == number);
        let item = open.last().is_some_and(|(_, items)| *items);
        if let Some(last) = last {
            let ends_item = item && last.text == ",";
            goes_on = !inside && !ends_item && last.kind == TokenKind::Symbol && !matches!(last.text, "?");
            before_is_open = last.kind == TokenKind::Open;
        }
    }
}

fn is_attribute(word: &str) -> bool {
    matches!(word, "user" | "section" | "unit" | "families" | "since" | "until" | "element" | "basis" | "source")
}

impl Line<'_> {
    /// At least the blanks that the canonical form has between two words, and none where it has none.
    fn space(&mut self) {
        for at in 1..self.words.len() {
            let (Some(before), Some(word)) = (self.words.get(at - 1), self.words.get(at)) else { continue };
            let gap = match (before.kind, before.text, word.kind, word.text) {
                (.., TokenKind::Comment, _) => word.gap.max(1),
                (_, "(" | "[", ..) | (.., ")" | "]" | "," | "?") => 0,
                (TokenKind::Open | TokenKind::Close, ..) if word.gap == 0 && word.text == "(" => 0,
                (_, "=", ..) => word.gap.max(1),
                (.., "(" | "[" | ".") | (_, "]" | ".", ..) if word.gap == 0 => 0,
                (_, "..", ..) | (.., "..") | (_, "-", ..) => word.gap.min(1),
                (.., ":") => word.gap,
                _ => word.gap.max(1),
            };
            if let Some(word) = self.words.get_mut(at) {
                word.gap = gap;
            }
        }
    }

    /// What begins a block has no columns: a declaration, a condition, a loop, an arm.
    fn heading(&mut self) {
        let first = self.words.first().map_or("", |word| word.text);
        let branches = matches!(first, "if" | "for" | "match" | "when" | "else" | "}") || first.starts_with('"');
        let declares = self.indent == 0 && self.words.first().is_some_and(|word| word.kind == TokenKind::Word);
        let Some(brace) = self.words.iter().rposition(|word| word.text == "{") else { return };
        let rest = self.words.get(brace + 1..).unwrap_or_default();
        let opens = rest.iter().all(|word| word.kind == TokenKind::Comment);
        if opens && (branches || declares) {
            for word in self.words.iter_mut().take(brace + 1) {
                word.gap = word.gap.min(1);
            }
        }
    }

    /// Where each word begins, in characters.
    fn columns(&self) -> Vec<usize> {
        let mut column = self.indent;
        self.words
            .iter()
            .map(|word| {
                let start = column + word.gap;
                column = start + word.text.chars().count();
                start
            })
            .collect()
    }

    fn write(&self, out: &mut String) {
        if self.parted {
            out.push('\n');
        }
        out.extend(std::iter::repeat_n(' ', self.indent));
        for word in &self.words {
            out.extend(std::iter::repeat_n(' ', word.gap));
            out.push_str(word.text);
        }
        out.push('\n');
    }
}

/// Which gaps of more than two blanks stay open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// Those that bring a word under, or over, one of a neighbouring line.
    Columns,
    Nothing,
}

const MOST_PASSES: usize = 100;

/// Closes gaps that hold no column; says whether any was. Two blanks may always part two settings on one line.
fn close_gaps(lines: &mut [Line<'_>], keep: Keep) -> bool {
    let columns: Vec<Vec<usize>> = lines.iter().map(Line::columns).collect();
    let parted: Vec<bool> = lines.iter().map(|line| line.parted).collect();
    let mut moved = false;
    for (number, line) in lines.iter_mut().enumerate() {
        let columns_of = |other: usize| columns.get(other).map(Vec::as_slice).unwrap_or_default();
        let above = match (number.checked_sub(1), line.parted) {
            (Some(above), false) => columns_of(above),
            _ => &[],
        };
        let below = if parted.get(number + 1) == Some(&false) { columns_of(number + 1) } else { &[] };
        let mut end = line.indent;
        let mut beside_brace = false;
        for word in &mut line.words {
            let column = end + word.gap;
            let kept =
                keep == Keep::Columns && (above.binary_search(&column).is_ok() || below.binary_search(&column).is_ok());
            // Two blanks divide settings; a brace is none, and what follows one begins anew.
            let least =
                if beside_brace || matches!(word.kind, TokenKind::Comment | TokenKind::Close) || word.text == "{" {
                    1
                } else {
                    2
                };
            beside_brace = word.kind == TokenKind::Open;
            if word.gap > least && !kept {
                word.gap = 1;
                moved = true;
            }
            end += word.gap + word.text.chars().count();
        }
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::syntax::parse;

    const EXAMPLES: [&str; 2] =
        [include_str!("../../examples/quickstart/main.prov"), include_str!("../../stdlib/cisco/mpp.prov")];

    #[test]
    fn the_examples_and_the_library_are_laid_out_already() {
        for text in EXAMPLES {
            similar_lines(&lay_out(text), text);
        }
    }

    fn similar_lines(a: &str, b: &str) {
        for (number, (a, b)) in a.lines().zip(b.lines()).enumerate() {
            assert_eq!(a, b, "line {}", number + 1);
        }
        assert_eq!(a.len(), b.len());
    }

    #[test]
    fn a_mess_becomes_order() {
        let mess = "server  prov{\r\n\n\n name     \"a.example\"\n  tftp {port 69}\n\n\n\n  http { port 80 }   // web\n\n}\n\n\nlet a=1+2\nlet l = [ 1 ,2,\n3 ]\n";
        assert_eq!(
            lay_out(mess),
            "server prov {\n  name \"a.example\"\n  tftp { port 69 }\n\n  http { port 80 } // web\n}\n\nlet a = 1 + 2\nlet l = [1, 2,\n  3]\n"
        );
    }

    #[test]
    fn records_and_lists_of_them_are_laid_out_as_blocks_are() {
        let mess = "let site={ name=\"ams\"  gateway=192.168.50.1 }\nlet sites=[\n{name=\"ams\"  port = 1},\n  {\n name = \"utr\"\n   port = 2 } ,\n]\nlet first = sites[0].name\nfn f( s:{ name:string  gateway : ip } ,n:string? ):string=s.name\n";
        assert_eq!(
            lay_out(mess),
            "let site = { name = \"ams\"  gateway = 192.168.50.1 }\nlet sites = [\n  { name = \"ams\"  port = 1 },\n  {\n    name = \"utr\"\n    port = 2\n  },\n]\nlet first = sites[0].name\nfn f(s: { name: string  gateway : ip }, n: string?): string = s.name\n"
        );
    }

    #[test]
    fn a_block_over_several_lines_has_its_braces_at_their_ends() {
        for (mess, order) in [
            ("profile p { fetch http \"/a\"\n X[1] = 1 }\n", "profile p {\n  fetch http \"/a\"\n  X[1] = 1\n}\n"),
            ("a { b { c 1 } // why\n d 2 } e\n", "a {\n  b { c 1 } // why\n  d 2\n} e\n"),
            ("a { // why\n b 1 } }\n", "a { // why\n  b 1\n} }\n"),
            ("a { b { c 1\n} }\n", "a {\n  b {\n    c 1\n  }\n}\n"),
            ("if x { y = 1\n} else { z = 1\n}\n", "if x {\n  y = 1\n} else {\n  z = 1\n}\n"),
            ("if x {\n y = 1\n}\nelse {\n z = 1\n}\n", "if x {\n  y = 1\n} else {\n  z = 1\n}\n"),
            (
                "if x {\n y = 1\n}\n\nelse if w {\n y = 2\n}\nelse { z = 1\n}\n",
                "if x {\n  y = 1\n} else if w {\n  y = 2\n} else {\n  z = 1\n}\n",
            ),
            (
                "match x {\n \"a\"   {\n if y { z = 1 }\n }\n else   {\n }\n}\n",
                "match x {\n  \"a\" {\n    if y { z = 1 }\n  }\n  else {\n  }\n}\n",
            ),
            (
                "rule R {\n when   $A  ==  \"x\"   {\n }\n else {\n }\n}\n",
                "rule R {\n  when $A == \"x\" {\n  }\n  else {\n  }\n}\n",
            ),
            ("profile   p   for  phone {\n a  { b  1  }\n}\n", "profile p for phone {\n  a { b  1 }\n}\n"),
            ("a { b 1 } c {\n}\n", "a { b 1 } c {\n}\n"),
            (
                "// allow P0311: lab\n// note\na { b 1\nc { d 1\n} }\n",
                "// allow P0311: lab\n// note\na { b 1\n  c {\n    d 1\n  }\n}\n",
            ),
        ] {
            assert_eq!(lay_out(mess), order);
        }
    }

    #[test]
    fn nothing_and_blanks_are_nothing() {
        assert_eq!(lay_out(""), "");
        assert_eq!(lay_out("\n \n\t\n"), "");
    }

    /// Texts near the language: its words and marks in any order, and pieces of the examples with blanks changed.
    fn texts() -> impl proptest::strategy::Strategy<Value = String> {
        use proptest::prelude::*;
        let word = prop::sample::select(vec![
            "server",
            "a",
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            "\"x {y} z\"",
            "=",
            "==",
            "..",
            ",",
            "\n",
            "\n",
            "// note",
            "16",
            "40s",
            "-",
            "+",
            ":",
            "|",
            "$MA",
            "phone.name",
            "profile p {\n",
            "}\n",
            "X[1]",
            "{ name = \"a\"  port = 1 }",
            "sites[0].name",
            "{ name: string }?",
            "list of",
            "else",
            "absent",
            "let s = {\n",
            "fn f(s: { a: int }): int = s.a",
            ".",
            "  ",
            "\t",
        ]);
        let words = prop::collection::vec((word, 0usize..4), 0..40)
            .prop_map(|words| words.iter().map(|(word, gap)| format!("{word}{}", " ".repeat(*gap + 1))).collect());
        let squeezed = (0usize..EXAMPLES[0].len(), 0usize..9).prop_map(|(at, blanks)| {
            let text = EXAMPLES[0];
            let (before, after) = text.split_at((0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0));
            if before.ends_with(' ') && after.starts_with(' ') {
                format!("{before}{}{after}", " ".repeat(blanks))
            } else {
                text.to_owned()
            }
        });
        prop_oneof![words, squeezed]
    }

    proptest::proptest! {
        #[test]
        fn laying_out_twice_is_laying_out_once(text in texts()) {
            let once = lay_out(&text);
            proptest::prop_assert_eq!(lay_out(&once), once);
        }

        #[test]
        fn the_meaning_stays(text in texts()) {
            let bare = |text: &str| -> Vec<String> {
                let (tokens, _) = lexis::tokens(FileId(0), text);
                let words = tokens.iter().filter(|token| token.kind != TokenKind::Newline);
                words.map(|token| text[token.start..token.end].trim_end().to_owned()).collect()
            };
            let (_, faults) = parse(FileId(0), &text);
            if faults.is_empty() {
                let laid = lay_out(&text);
                proptest::prop_assert_eq!(bare(&laid), bare(&text));
                proptest::prop_assert!(parse(FileId(0), &laid).1.is_empty(), "{}", laid);
            }
        }
    }
}
