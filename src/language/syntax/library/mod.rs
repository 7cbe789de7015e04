//! A declaration in the plain forms that the standard library is written in, read in one pass over its octets: the
//! grammar reads the same some twenty times slower, and each check of a program needs dozens of them. What is not
//! plainly of these forms is left to the grammar. Tests hold both to the same tree, for every declaration that there is.

mod reader;

#[cfg(test)]
mod tests;

use self::reader::Reader;
use super::tree::*;
use crate::diagnostic::FileId;

/// Blocks within blocks.
const DEEPEST: u32 = 8;

/// Words of a declaration with a head and a block.
const BLOCKS: [&str; 5] = ["model", "macro", "discovery", "vendor", "release"];
/// Words after the default of a parameter.
const ATTRIBUTES: [&str; 10] =
    ["user", "section", "unit", "families", "since", "until", "element", "basis", "source", "needs"];
/// Words that begin a statement of another form, or that may.
const STATEMENTS: [&str; 12] =
    ["if", "for", "match", "user", "reset", "seed", "override", "set", "option", "unlisted", "expect", "else"];

/// The one declaration of a text, with documentation and comments above it. None: ask the grammar.
pub fn declaration(file: FileId, text: &str) -> Option<Item> {
    let mut reader = Reader::new(file, text)?;
    reader.comments();
    let start = reader.at;
    let word = reader.ident()?;
    let kind = match word.text.as_str() {
        "parameter" => ItemKind::Parameter(reader.parameter()?),
        known if BLOCKS.contains(&known) => {
            let heads = reader.heads()?;
            ItemKind::Block { word, heads, body: reader.block(0)? }
        }
        _ => return None,
    };
    let span = reader.from(start);
    reader.lines();
    reader.peek().is_none().then_some(Item { kind, span })
}

impl Reader<'_> {
    fn parameter(&mut self) -> Option<ParameterDecl> {
        self.blanks();
        let name = self.indexed_name()?;
        self.blanks();
        if !self.eat(b':') {
            return None;
        }
        self.blanks();
        let ty = self.type_expr()?;
        self.blanks();
        let default = if self.eat(b'=') {
            self.blanks();
            self.values()?
        } else {
            Vec::new()
        };
        let mut attributes = Vec::new();
        loop {
            let end = self.at;
            self.lines();
            if self.peek().is_none() {
                // A declaration ends where its last word does.
                self.at = end;
                break;
            }
            let word = self.ident().filter(|word| ATTRIBUTES.contains(&word.text.as_str()))?;
            self.blanks();
            attributes.push((word, self.values()?));
        }
        Some(ParameterDecl { name, ty, default, attributes })
    }

    /// `Unit[1..3]_Key[1..28]`.
    fn indexed_name(&mut self) -> Option<IndexedName> {
        let start = self.at;
        let mut parts = Vec::new();
        while self.peek().is_some_and(|octet| octet.is_ascii_alphanumeric() || octet == b'_') {
            let from = self.at;
            loop {
                self.take_while(|octet| octet.is_ascii_alphanumeric() || octet == b'_');
                let next = self.octets.get(self.at + 1).copied().unwrap_or_default();
                let joins = matches!(self.peek(), Some(b'-' | b'.')) && (next.is_ascii_alphanumeric() || next == b'_');
                if !joins {
                    break;
                }
                self.at += 1;
            }
            let part = self.slice(from).to_owned();
            let range = if self.eat(b'[') {
                let low = self.digits()?.parse().ok()?;
                let high = if self.eat_both(b"..") { self.digits()?.parse().ok()? } else { return None };
                if !self.eat(b']') {
                    return None;
                }
                Some((low, high))
            } else {
                None
            };
            let more = range.is_some();
            parts.push((part, range));
            if !more {
                break;
            }
        }
        (!parts.is_empty() && self.peek() == Some(b' ')).then(|| IndexedName { parts, span: self.from(start) })
    }

    fn type_expr(&mut self) -> Option<TypeExpr> {
        let start = self.at;
        let mut kinds = vec![self.type_one()?];
        loop {
            let end = self.at;
            self.blanks();
            if !self.eat(b'|') {
                self.at = end;
                break;
            }
            self.lines();
            kinds.push(self.type_one()?);
        }
        let span = self.from(start);
        let kind = match kinds.len() {
            1 => kinds.pop()?,
            _ => {
                let mut words = Vec::with_capacity(kinds.len());
                for kind in kinds {
                    match kind {
                        TypeKind::OneOf(more) => words.extend(more),
                        _ => return None,
                    }
                }
                TypeKind::OneOf(words)
            }
        };
        Some(TypeExpr { kind, optional: false, span })
    }

    fn type_one(&mut self) -> Option<TypeKind> {
        if self.peek() == Some(b'"') {
            return Some(TypeKind::OneOf(vec![self.string()?.as_text()?]));
        }
        let start = self.take_while(|octet| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'_');
        let name = self.slice(start).to_owned();
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            return None;
        }
        if !self.eat(b'(') {
            // `list of …` is a type of its own.
            let of = || self.text.get(self.at..).unwrap_or_default().trim_start().starts_with("of");
            return (self.ends() && !(name == "list" && of())).then_some(TypeKind::Name(name));
        }
        let mut arguments = Vec::new();
        loop {
            arguments.push(if self.peek() == Some(b'"') {
                TypeArg::Text(self.string()?.as_text()?)
            } else {
                let low = self.number()?.to_owned();
                if self.eat_both(b"..") { TypeArg::Range(low, self.number()?.to_owned()) } else { return None }
            });
            self.blanks();
            if self.eat(b')') {
                return self.ends().then_some(TypeKind::Call(name, arguments));
            }
            if !self.eat(b'|') {
                return None;
            }
            self.lines();
        }
    }

    fn heads(&mut self) -> Option<Vec<Head>> {
        let mut heads = Vec::new();
        loop {
            self.blanks();
            match self.peek()? {
                b'{' => return Some(heads),
                b'"' => heads.push(Head::Text(self.string()?)),
                _ => heads.push(Head::Name(self.indexed_name()?)),
            }
        }
    }

    fn block(&mut self, depth: u32) -> Option<Block> {
        let start = self.at;
        if depth > DEEPEST || !self.eat(b'{') {
            return None;
        }
        let mut statements = Vec::new();
        loop {
            self.lines();
            if self.eat(b'}') {
                return Some(Block { statements, span: self.from(start) });
            }
            statements.push(self.setting(depth)?);
        }
    }

    /// A word and its arguments, to the end of the line or of the block.
    fn setting(&mut self, depth: u32) -> Option<Statement> {
        let start = self.at;
        let word = self.ident().filter(|word| !STATEMENTS.contains(&word.text.as_str()))?;
        let mut groups: Vec<Vec<Argument>> = Vec::new();
        let mut group = Vec::new();
        loop {
            self.blanks();
            match self.peek()? {
                b'\n' | b'}' => break,
                b',' if !group.is_empty() => {
                    self.at += 1;
                    self.lines();
                    groups.push(std::mem::take(&mut group));
                    // A group has at least one argument; a comma before a block is a slip, which the grammar reads past.
                    if matches!(self.peek()?, b'}' | b',' | b'{') {
                        return None;
                    }
                }
                b'{' => group.push(Argument::Block(self.block(depth + 1)?)),
                _ => group.push(Argument::Expr(self.value()?)),
            }
        }
        if !group.is_empty() {
            groups.push(group);
        }
        Some(Statement { kind: StatementKind::Setting { word, groups }, span: self.from(start) })
    }
}
