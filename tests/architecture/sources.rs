//! The sources, and which top-level modules each of them names.

use super::tokens::{Kind, Token, tokens};
use std::collections::BTreeSet;
use std::path::Path;

/// A Rust file.
pub struct Source {
    /// From the package's root, with `/`.
    pub path: String,
    pub text: String,
}

/// All Rust files below a folder of the package.
pub fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    walk(Path::new(env!("CARGO_MANIFEST_DIR")), folder, &mut found);
    assert!(!found.is_empty(), "no sources in {folder}");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn walk(root: &Path, folder: &str, found: &mut Vec<Source>) {
    for entry in std::fs::read_dir(root.join(folder)).expect("a folder of the package") {
        let entry = entry.expect("an entry");
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            walk(root, &path, found);
        } else if path.ends_with(".rs") {
            let text = std::fs::read_to_string(entry.path()).expect("a source");
            found.push(Source { path, text });
        }
    }
}

impl Source {
    /// The folder or file directly below src.
    pub fn room(&self) -> &str {
        let inside = self.path.split('/').nth(1).unwrap_or_default();
        inside.trim_end_matches(".rs")
    }

    /// How many modules deep the file is: 1 for src/x.rs and src/x/mod.rs.
    fn depth(&self) -> usize {
        self.path.split('/').skip(1).filter(|part| *part != "mod.rs").count()
    }

    /// Every top-level module that is named, with the line: by `crate::`, or by enough `super::`.
    pub fn uses(&self) -> BTreeSet<(usize, String)> {
        let tokens = tokens(&self.text);
        let mut found = BTreeSet::new();
        // Inline modules that are open, by the depth of braces where each ends.
        let (mut braces, mut inline) = (0usize, Vec::new());
        for at in 0..tokens.len() {
            let here = &tokens[at..];
            match here {
                [open, ..] if open.is("{") => braces += 1,
                [close, ..] if close.is("}") => {
                    braces = braces.saturating_sub(1);
                    if inline.last() == Some(&braces) {
                        inline.pop();
                    }
                }
                [word, name, open, ..] if word.is("mod") && name.kind == Kind::Word && open.is("{") => {
                    inline.push(braces)
                }
                [word, rest @ ..] if word.is("crate") => heads(rest, &mut found),
                [word, ..] if word.is("super") && !(at >= 1 && tokens[at - 1].is("::")) => {
                    let supers = here.chunks(2).take_while(|pair| pair[0].is("super")).count();
                    if supers == self.depth() + inline.len() {
                        heads(&here[supers * 2 - 1..], &mut found);
                    }
                }
                _ => {}
            }
        }
        found
    }
}

/// What stands after the root: `::name`, or `::{a::…, b}`.
fn heads(rest: &[Token], found: &mut BTreeSet<(usize, String)>) {
    match rest {
        [sign, name, ..] if sign.is("::") && name.kind == Kind::Word => {
            found.insert((name.line, name.text.clone()));
        }
        [sign, open, list @ ..] if sign.is("::") && open.is("{") => {
            let (mut depth, mut first) = (0, true);
            for token in list {
                match token.text.as_str() {
                    "}" if depth == 0 => break,
                    "{" => depth += 1,
                    "}" => depth -= 1,
                    "," if depth == 0 => first = true,
                    _ if first && token.kind == Kind::Word => {
                        found.insert((token.line, token.text.clone()));
                        first = false;
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}
