//! Rust's tokens, as far as finding paths takes: words, `::` and single signs; comments and texts are left out.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Word,
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub text: String,
    pub line: usize,
}

impl Token {
    pub fn is(&self, text: &str) -> bool {
        self.text == text
    }
}

pub fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let length = length(rest, first);
        let (token, after) = rest.split_at(length);
        let kind = if first == '_' || first.is_alphabetic() { Kind::Word } else { Kind::Other };
        let silent = first.is_whitespace() || token.starts_with("//") || token.starts_with("/*");
        if !silent {
            let text = if is_text(token) { String::new() } else { token.to_owned() };
            let kind = if text.is_empty() { Kind::Other } else { kind };
            tokens.push(Token { kind, text, line });
        }
        line += token.matches('\n').count();
        rest = after;
    }
    tokens
}

fn is_text(token: &str) -> bool {
    token.len() > 1 && token.ends_with(['"', '\'', '#']) && token.contains(['"', '\''])
}

fn length(rest: &str, first: char) -> usize {
    let until = |end: &str, from: usize| rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len());
    match first {
        '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
        '/' if rest.starts_with("/*") => until("*/", 2),
        '"' => quoted(rest, 1),
        '\'' => character(rest),
        'b' if rest.starts_with("b\"") => quoted(rest, 2),
        'b' if rest.starts_with("b'") => 1 + character(&rest[1..]),
        'r' if rest.starts_with("r\"") || rest.starts_with("r#\"") || rest.starts_with("r##\"") => raw(rest, 1),
        'b' if rest.starts_with("br\"") || rest.starts_with("br#\"") => raw(rest, 2),
        ':' if rest.starts_with("::") => 2,
        _ if first == '_' || first.is_alphanumeric() => {
            rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len())
        }
        _ => first.len_utf8(),
    }
}

/// To the closing quote of a text that began before `from`.
fn quoted(rest: &str, from: usize) -> usize {
    let mut escaped = false;
    for (at, c) in rest[from..].char_indices() {
        match c {
            '"' if !escaped => return from + at + 1,
            '\\' if !escaped => escaped = true,
            _ => escaped = false,
        }
    }
    rest.len()
}

/// `r#"…"#`, the letters before `from`.
fn raw(rest: &str, from: usize) -> usize {
    let hashes = rest[from..].chars().take_while(|c| *c == '#').count();
    let begin = from + hashes + 1;
    let end = format!("\"{}", "#".repeat(hashes));
    rest[begin..].find(&end).map_or(rest.len(), |at| begin + at + end.len())
}

/// A character, or the sign of a lifetime.
fn character(rest: &str) -> usize {
    let mut inside = rest.chars().skip(1);
    match (inside.next(), inside.next()) {
        (Some('\\'), _) => rest[3..].find('\'').map_or(rest.len(), |at| 3 + at + 1),
        (Some(one), Some('\'')) => 2 + one.len_utf8(),
        _ => 1,
    }
}
