//! A declaration in the plain forms that the standard library is written in, read in one pass over its octets: the
//! grammar reads the same some twenty times slower, and each check of a program needs dozens of them. What is not
//! plainly of these forms is left to the grammar. Tests hold both to the same tree, for every declaration that there is.

use super::literal::Literal;
use super::tree::*;
use crate::diagnostic::{FileId, Span};

/// The grammar leaves longer lines unread, and reads longer texts as rarely.
const LONGEST: usize = 64 << 10;
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
/// Words that stand between or before values.
const OPERATORS: [&str; 6] = ["else", "or", "and", "jitter", "in", "not"];

/// The one declaration of a text, with documentation and comments above it. None: ask the grammar.
pub fn declaration(file: FileId, text: &str) -> Option<Item> {
    if text.len() > LONGEST {
        return None;
    }
    let mut reader = Reader { file, text, octets: text.as_bytes(), at: 0 };
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

struct Reader<'t> {
    file: FileId,
    text: &'t str,
    octets: &'t [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.octets.get(self.at).copied()
    }

    fn eat(&mut self, octet: u8) -> bool {
        let found = self.peek() == Some(octet);
        self.at += usize::from(found);
        found
    }

    fn eat_both(&mut self, two: &[u8; 2]) -> bool {
        let found = self.octets.get(self.at..self.at + 2) == Some(two);
        self.at += if found { 2 } else { 0 };
        found
    }

    fn take_while(&mut self, fits: impl Fn(u8) -> bool) -> usize {
        let start = self.at;
        while self.peek().is_some_and(&fits) {
            self.at += 1;
        }
        start
    }

    fn blanks(&mut self) {
        self.take_while(|octet| octet == b' ');
    }

    fn lines(&mut self) {
        self.take_while(|octet| matches!(octet, b' ' | b'\n'));
    }

    fn comments(&mut self) {
        self.lines();
        while self.eat_both(b"//") {
            self.take_while(|octet| octet != b'\n');
            self.lines();
        }
    }

    fn slice(&self, start: usize) -> &str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// From there to what was read last, blanks left out.
    fn from(&self, start: usize) -> Span {
        Span::new(self.file, start, start + self.slice(start).trim_end().len())
    }

    /// What ends a word, where no other sign belongs to it.
    fn ends(&self) -> bool {
        matches!(self.peek(), None | Some(b' ' | b'\n' | b',' | b'}' | b'|' | b')'))
    }

    fn ident(&mut self) -> Option<Ident> {
        let start = self.at;
        if !self.peek()?.is_ascii_alphabetic() && self.peek()? != b'_' {
            return None;
        }
        self.take_while(|octet| octet.is_ascii_alphanumeric() || octet == b'_');
        self.ends().then(|| Ident { text: self.slice(start).to_owned(), span: self.from(start) })
    }

    /// A string without escapes, with holes that hold a name alone; or a raw one.
    fn string(&mut self) -> Option<Expr> {
        let start = self.at;
        let raw = self.eat(b'r');
        if !self.eat(b'"') {
            return None;
        }
        let mut parts = Vec::new();
        loop {
            let inside =
                self.take_while(|octet| octet != b'"' && octet != b'\n' && (raw || octet != b'\\' && octet != b'{'));
            let text = self.slice(inside).to_owned();
            let closed = self.eat(b'"');
            if !text.is_empty() || closed && parts.is_empty() {
                parts.push(TextPart::Text(text));
            }
            if closed {
                let kind = ExprKind::Text(parts);
                return self.ends().then(|| Expr { kind, span: self.from(start) });
            }
            if !self.eat(b'{') {
                return None;
            }
            let name = self.ident()?;
            if matches!(name.text.as_str(), "yes" | "no") || OPERATORS.contains(&name.text.as_str()) || !self.eat(b'}')
            {
                return None;
            }
            parts.push(TextPart::Hole(Expr { kind: ExprKind::Name(name.text), span: name.span }));
        }
    }

    fn digits(&mut self) -> Option<String> {
        let start = self.take_while(|octet| octet.is_ascii_digit());
        Some(self.slice(start).to_owned()).filter(|digits| !digits.is_empty())
    }

    /// A number with its unit, or with a point: what begins with a digit.
    fn number(&mut self) -> Option<&str> {
        let start = self.at;
        if !self.peek()?.is_ascii_digit() {
            return None;
        }
        loop {
            self.take_while(|octet| octet.is_ascii_alphanumeric());
            let next = self.octets.get(self.at + 1).copied().unwrap_or_default();
            if self.peek() != Some(b'.') || !next.is_ascii_alphanumeric() {
                return Some(self.slice(start));
            }
            self.at += 1;
        }
    }

    /// A value of one word or string.
    fn value(&mut self) -> Option<Expr> {
        let start = self.at;
        let kind = match self.peek()? {
            b'"' => return self.string(),
            b'r' if self.octets.get(self.at + 1) == Some(&b'"') => return self.string(),
            b'0'..=b'9' => {
                self.number()?;
                // A time of day: of words with more colons the grammar has another rule.
                if self.eat(b':') {
                    self.number()?;
                }
                if !self.ends() {
                    return None;
                }
                ExprKind::Literal(Literal::parse(self.slice(start)).ok()?)
            }
            _ => {
                let word = self.ident()?;
                match word.text.as_str() {
                    "yes" => ExprKind::Bool(true),
                    "no" => ExprKind::Bool(false),
                    operator if OPERATORS.contains(&operator) => return None,
                    _ => ExprKind::Name(word.text),
                }
            }
        };
        Some(Expr { kind, span: self.from(start) })
    }

    /// Values divided by commas, after which a line may end.
    fn values(&mut self) -> Option<Vec<Expr>> {
        let mut values = vec![self.value()?];
        self.blanks();
        while self.eat(b',') {
            self.lines();
            values.push(self.value()?);
            self.blanks();
        }
        Some(values)
    }

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
                    // A group has at least one argument.
                    if matches!(self.peek()?, b'}' | b',') {
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

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use proptest::prelude::*;

    const FILE: FileId = FileId(7);

    /// The declarations of a module: each begins with a word in column 1.
    fn declarations(module: &str) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for line in module.split_inclusive('\n') {
            if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
                all.push(String::new());
            }
            if let Some(last) = all.last_mut().filter(|_| !line.starts_with("//")) {
                last.push_str(line);
            }
        }
        all
    }

    fn library() -> Vec<String> {
        [
            include_str!("../../../stdlib/cisco/mpp.prov"),
            include_str!("../../../stdlib/cisco/firmware.prov"),
            include_str!("../../../stdlib/cisco/vendor.prov"),
        ]
        .into_iter()
        .flat_map(declarations)
        .collect()
    }

    /// What the grammar makes of a text, if that is one declaration. What else is wrong with the text does not change that.
    fn by_grammar(text: &str) -> Option<Item> {
        let items = parse(FILE, text).0.items;
        <[Item; 1]>::try_from(items).ok().map(|[item]| item)
    }

    #[test]
    fn the_whole_library_is_plain_and_the_grammar_reads_the_same() {
        let library = library();
        assert!(library.len() > 900, "{}", library.len());
        for text in library {
            let read = declaration(FILE, &text);
            assert!(read.is_some(), "not plain: {text}");
            assert_eq!(read, by_grammar(&text), "{text}");
            let documented = format!("/// Said above it.\n///\n{text}\n\n");
            assert_eq!(declaration(FILE, &documented), by_grammar(&documented), "{documented}");
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_grammar() {
        for text in [
            "",
            "\n",
            "// only this\n",
            "let a = 1\n",
            "parameter A : string = \"a{n + 1}\"\n",
            "parameter A : string = \"a{ n }\"\n",
            "parameter A : string = \"a{1}\"\n",
            "parameter A : string = \"a{n\"\n",
            "parameter A : string = \"a\\n\"\n",
            "parameter A : int = 1 + 2\n",
            "parameter A : int = -1\n",
            "parameter A : schedule = 1h jitter 10m\n",
            "parameter A : list of string\n",
            "parameter A : string?\n",
            "parameter A : bool = not yes\n",
            "parameter A : bool = yes // why\n",
            "parameter A : bool = yes\n  colour \"red\"\n",
            "parameter A : string = f(1)\n",
            "parameter A : string = a.b\n",
            "parameter A : bool = yes\nparameter B : bool = no\n",
            "parameter A[1] : bool\n",
            "parameter A : bool = 5x\n",
            "model \"A\" { user B }\n",
            "model \"A\" { B = 1 }\n",
            "model \"A\" { if b { c } }\n",
            "model \"A\" { b (1) }\n",
            "model \"A\" { b [1, 2] }\n",
            "model \"A\" { b $MA }\n",
            "model \"A\" { b 1,\n}\n",
            "model \"A\" { b 00:0e:08:ab:cd:01 }\n",
            "model \"A\" { b 1\n",
            "model \"A\" { b \"c }\n",
            "model \"A\"\n",
            "model \"A\" { b 1 } }\n",
            "modelA { b 1 }\n",
        ] {
            assert_eq!(declaration(FILE, text), None, "{text}");
        }
        let deep = format!("model \"A\" {} {}\n", "{ b ".repeat(100), "}".repeat(100));
        assert_eq!(declaration(FILE, &deep), None);
        let long = format!("model \"A\" {{ b \"{}\" }}\n", "c".repeat(LONGEST));
        assert_eq!(declaration(FILE, &long), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        /// A declaration with a few signs put in, taken out or exchanged: what is still read plainly, the grammar reads so too.
        #[test]
        fn what_is_read_plainly_the_grammar_reads_the_same(
            pick in any::<prop::sample::Index>(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), 0..3usize, prop::sample::select(vec![
                " ", "\n", ",", "{", "}", "\"", "|", "(", ")", "[", "]", "..", ":", "=", "/", "//", "-", ".", "?", "r\"", "\\",
                "1", "0x1", "10s", "ä", "\t", "\r", "a", "_", "not ", " in ", " for ", "user ", "set ", "if ", "$", "$MA", "list",
                " of ", "source ", "unit", "else",
            ])), 1..4),
        ) {
            let library = library();
            let mut text = pick.get(&library).clone();
            for (at, way, sign) in changes {
                let mut at = at.index(text.len() + 1);
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                match (way, text.get(at..).and_then(|rest| rest.chars().next())) {
                    (0, _) | (_, None) => text.insert_str(at, sign),
                    (1, Some(_)) => drop(text.remove(at)),
                    (_, Some(c)) => text.replace_range(at..at + c.len_utf8(), sign),
                }
            }
            if let Some(item) = declaration(FILE, &text) {
                prop_assert_eq!(Some(item), by_grammar(&text), "{}", text);
            }
        }
    }
}
