//! The program's text, as one points at it: which declaration and statements stand at a place, and what they say.

use crate::diagnostic::{FileId, Position, SourceMap, Span};
use crate::language::syntax::parse;
use crate::language::syntax::tree::{
    Argument, Block, Expr, File, Head, Ident, Item, ItemKind, Statement, StatementKind,
};
use crate::plan::Origin;
use serde::Serialize;

/// More of a line is not repeated.
const MOST_SHOWN: usize = 120;

/// A place in the program or in a data file, and what stands there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Place {
    pub file: String,
    pub line: u32,
    pub column: u32,
    /// The words, to the end of their line; null for what is a secret's, or in a data file.
    pub text: Option<String>,
}

impl Place {
    /// `main.prov:14:3`.
    pub fn at(&self) -> String {
        format!("{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A program's files as trees.
pub struct Program<'a> {
    pub map: &'a SourceMap,
    files: Vec<(FileId, File)>,
}

/// What stands at a place: the declaration, and the statements within each other, outermost first.
#[derive(Clone)]
pub struct Way<'p> {
    pub item: &'p Item,
    pub statements: Vec<&'p Statement>,
    /// The one block of the innermost statement that is meant: an arm of a `match`, a branch of an `if`.
    pub arm: Option<&'p Block>,
}

impl<'a> Program<'a> {
    pub fn new(map: &'a SourceMap) -> Self {
        // Whoever asks has a program without errors.
        let files = map.ids().map(|file| (file, parse(file, map.text(file)).0)).collect();
        Program { map, files }
    }

    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.files.iter().flat_map(|(_, file)| &file.items)
    }

    pub fn items_of(&self, file: FileId) -> impl Iterator<Item = &Item> {
        self.files.iter().filter(move |(id, _)| *id == file).flat_map(|(_, file)| &file.items)
    }

    /// Where an origin of the plan begins.
    pub fn start(&self, origin: Origin) -> Option<Span> {
        let position = Position { line: origin.line as usize, column: origin.column as usize };
        Some(self.map.span_at(FileId(origin.source?), position))
    }

    pub fn way(&self, at: Span) -> Option<Way<'_>> {
        let item = self.items_of(at.file).find(|item| holds(item.span, at.start))?;
        let mut statements = Vec::new();
        let mut block = body(item);
        while let Some(next) = block.and_then(|block| block.statements.iter().find(|one| holds(one.span, at.start))) {
            statements.push(next);
            block =
                next.blocks().into_iter().find(|block| block.statements.iter().any(|one| holds(one.span, at.start)));
        }
        Some(Way { item, statements, arm: None })
    }

    pub fn place(&self, span: Span) -> Place {
        let position = self.map.position(span.file, span.start);
        Place {
            file: self.map.name(span.file).to_owned(),
            line: position.line as u32,
            column: position.column as u32,
            text: Some(self.words(span)),
        }
    }

    /// The first line of a span, without a comment and blanks in a row.
    pub fn words(&self, span: Span) -> String {
        let line = self.map.slice(span).lines().next().unwrap_or_default();
        let mut words = String::new();
        for word in without_comment(line).split_whitespace() {
            words.push_str(if words.is_empty() { "" } else { " " });
            words.push_str(word);
        }
        match words.char_indices().nth(MOST_SHOWN) {
            Some((at, _)) => words.get(..at).unwrap_or_default().to_owned() + "…",
            None => words,
        }
    }

    /// A line without its comment; nothing beyond the end.
    pub fn line(&self, file: FileId, line: u32) -> Option<&str> {
        let text = self.map.text(file).lines().nth((line as usize).checked_sub(1)?)?;
        Some(without_comment(text).trim())
    }

    /// The first and the last line of a span.
    pub fn lines(&self, span: Span) -> (u32, u32) {
        let line = |at: u32| self.map.position(span.file, at).line as u32;
        (line(span.start), line(span.end.max(span.start + 1) - 1))
    }
}

/// A line up to its comment: `//` outside of a string.
fn without_comment(line: &str) -> &str {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in line.char_indices() {
        match c {
            '"' if !escaped => quoted = !quoted,
            '/' if !quoted && line.get(at..).is_some_and(|rest| rest.starts_with("//")) => {
                return line.get(..at).unwrap_or_default();
            }
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    line
}

fn holds(span: Span, offset: u32) -> bool {
    span.start <= offset && offset < span.end
}

/// The block of a declaration.
pub fn body(item: &Item) -> Option<&Block> {
    match &item.kind {
        ItemKind::Block { body, .. } => Some(body),
        _ => None,
    }
}

/// The word and the name of a declaration: `fleet` and `desks`.
pub fn heading(item: &Item) -> (&str, String) {
    match &item.kind {
        ItemKind::Use { module, .. } => ("use", module.text.clone()),
        ItemKind::Let { name, .. } => ("let", name.text.clone()),
        ItemKind::Fn { name, .. } => ("fn", name.text.clone()),
        ItemKind::Secret { name, .. } => ("secret", name.text.clone()),
        ItemKind::Inventory { name, .. } => ("inventory", name.text.clone()),
        ItemKind::Parameter(parameter) => ("parameter", parameter.name.family()),
        ItemKind::Block { word, heads, .. } => {
            let name = heads.first().map(|head| match head {
                Head::Name(name) => name.plain().map_or_else(|| name.family(), str::to_owned),
                Head::Text(text) => text.as_text().unwrap_or_default(),
            });
            (&word.text, name.unwrap_or_default())
        }
    }
}

/// The word of a setting.
pub fn word(statement: &Statement) -> Option<&Ident> {
    match &statement.kind {
        StatementKind::Setting { word, .. } => Some(word),
        _ => None,
    }
}

/// The expressions that are a setting's arguments, blocks left out.
pub fn arguments(statement: &Statement) -> Vec<&Expr> {
    let StatementKind::Setting { groups, .. } = &statement.kind else { return Vec::new() };
    groups
        .iter()
        .flatten()
        .filter_map(|argument| match argument {
            Argument::Expr(expr) => Some(expr),
            Argument::Block(_) => None,
        })
        .collect()
}

impl Way<'_> {
    /// `fleet desks, resync`.
    pub fn within(&self) -> String {
        let (kind, name) = heading(self.item);
        let outer = self.statements.len().saturating_sub(1);
        let words = self.statements.iter().take(outer).filter_map(|statement| word(statement));
        words.fold(format!("{kind} {name}"), |text, word| text + ", " + &word.text)
    }

    pub fn innermost(&self) -> Option<&Statement> {
        self.statements.last().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_begins_outside_of_strings() {
        for (line, rest) in [
            ("a = 1 // b", "a = 1 "),
            (r#"u = "http://h" // x"#, r#"u = "http://h" "#),
            (r#"u = "\"//" //"#, r#"u = "\"//" "#),
            ("// all", ""),
            ("", ""),
        ] {
            assert_eq!(without_comment(line), rest, "{line}");
        }
    }

    #[test]
    fn a_place_is_found_from_outside_in() {
        let mut map = SourceMap::default();
        let text = "profile a {\n  if yes {\n    for n in 1..2 {\n      Proxy[n] = \"x\"   // y\n    }\n  }\n}\n";
        let file = map.add("main.prov", text);
        let program = Program::new(&map);
        let at = text.find("Proxy").expect("there") as u32;
        let way = program.way(Span { file, start: at, end: at }).expect("a way");
        assert_eq!((way.statements.len(), way.within()), (3, "profile a".to_owned()));
        let span = way.innermost().map(|statement| statement.span).expect("a statement");
        assert_eq!(program.place(span).text.as_deref(), Some("Proxy[n] = \"x\""));
        assert_eq!((program.lines(way.item.span), program.line(file, 4)), ((1, 7), Some("Proxy[n] = \"x\"")));
        assert_eq!(program.line(file, 8), None);
    }
}
