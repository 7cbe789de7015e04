//! The canonical layout. Lines are the writer's; indentation, blanks and blank lines are ours. Columns that a writer
//! lined up stay lined up: a gap of several blanks is kept where a neighbouring line has a word in the same column.

mod columns;

use self::columns::settle;
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
    settle(&mut lines);
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

#[cfg(test)]
mod tests;
