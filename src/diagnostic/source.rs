//! Source files by number, and places in them.

use super::excerpt::Excerpt;
use std::collections::BTreeMap;

/// A file of the source map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A piece of a file: byte offsets, end excluded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        Span { file, start: start as u32, end: end as u32 }
    }

    /// From the start of this to the end of the other.
    pub fn to(self, other: Span) -> Span {
        Span { file: self.file, start: self.start, end: other.end.max(self.end) }
    }
}

/// Line and column, from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

impl Position {
    pub const FIRST: Position = Position { line: 1, column: 1 };
}

/// All files that a compilation has read. Programs are held whole; of a data file, which may have millions of rows, only
/// the lines that findings speak of.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

#[derive(Clone, Debug)]
enum SourceFile {
    Program { name: String, text: String, line_starts: Vec<u32> },
    Data { name: String, places: BTreeMap<u32, Position>, excerpts: Vec<Excerpt> },
}

impl SourceMap {
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let (name, text) = (name.into(), text.into());
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at as u32 + 1);
        let line_starts = std::iter::once(0).chain(newlines).collect();
        self.files.push(SourceFile::Program { name, text, line_starts });
        FileId(self.files.len() as u32 - 1)
    }

    /// A data file by its name, of which nothing is held yet.
    pub fn add_data(&mut self, name: &str) -> FileId {
        let known =
            self.files.iter().position(|file| matches!(file, SourceFile::Data { name: known, .. } if known == name));
        let position = known.unwrap_or_else(|| {
            let (places, excerpts) = (BTreeMap::new(), Vec::new());
            self.files.push(SourceFile::Data { name: name.to_owned(), places, excerpts });
            self.files.len() - 1
        });
        FileId(position as u32)
    }

    /// Keeps a place of a data file, and what is shown of the file there.
    pub fn add_place(&mut self, file: FileId, ends: [(u32, Position); 2], excerpt: Option<Excerpt>) {
        let Some(SourceFile::Data { places, excerpts, .. }) = self.files.get_mut(file.0 as usize) else { return };
        places.extend(ends);
        if let Some(excerpt) = excerpt
            && !excerpts.contains(&excerpt)
        {
            excerpts.push(excerpt);
        }
    }

    /// How many program files there are.
    pub fn len(&self) -> usize {
        self.ids().count()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The program files.
    pub fn ids(&self) -> impl Iterator<Item = FileId> {
        let program = |(_, file): &(usize, &SourceFile)| matches!(file, SourceFile::Program { .. });
        self.files.iter().enumerate().filter(program).map(|(position, _)| FileId(position as u32))
    }

    pub fn name(&self, file: FileId) -> &str {
        match self.files.get(file.0 as usize) {
            Some(SourceFile::Program { name, .. } | SourceFile::Data { name, .. }) => name,
            None => "",
        }
    }

    /// The whole text of a program file.
    pub fn text(&self, file: FileId) -> &str {
        match self.files.get(file.0 as usize) {
            Some(SourceFile::Program { text, .. }) => text,
            _ => "",
        }
    }

    /// What is held of a data file.
    pub fn excerpts(&self, file: FileId) -> &[Excerpt] {
        match self.files.get(file.0 as usize) {
            Some(SourceFile::Data { excerpts, .. }) => excerpts,
            _ => &[],
        }
    }

    /// The text a span covers.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).get(span.start as usize..span.end as usize).unwrap_or("")
    }

    pub fn position(&self, file: FileId, offset: u32) -> Position {
        match self.files.get(file.0 as usize) {
            Some(SourceFile::Program { text, line_starts, .. }) => {
                let line = line_starts.partition_point(|start| *start <= offset).max(1);
                let start = line_starts.get(line - 1).copied().unwrap_or(0) as usize;
                let before = text.get(start..offset as usize).unwrap_or("");
                Position { line, column: before.chars().count() + 1 }
            }
            Some(SourceFile::Data { places, .. }) => places.get(&offset).copied().unwrap_or(Position::FIRST),
            None => Position::FIRST,
        }
    }

    /// The words at a line and column: a string, or all to the end of the statement's line.
    pub fn span_at(&self, file: FileId, position: Position) -> Span {
        let Some(SourceFile::Program { text, line_starts, .. }) = self.files.get(file.0 as usize) else {
            return Span::default();
        };
        let line = line_starts.get(position.line.saturating_sub(1)).copied().unwrap_or(0) as usize;
        let text = text.get(line..).and_then(|rest| rest.lines().next()).unwrap_or("");
        let start: usize = text.chars().take(position.column.saturating_sub(1)).map(char::len_utf8).sum();
        let rest = text.get(start..).unwrap_or("");
        Span::new(file, line + start, line + start + end_of_words(rest))
    }

    /// `main.prov:14:3`.
    pub fn place(&self, span: Span) -> String {
        let position = self.position(span.file, span.start);
        format!("{}:{}:{}", self.name(span.file), position.line, position.column)
    }
}

/// Where what begins a line's rest ends: a string with its quote, anything else before a comment or with the line.
fn end_of_words(rest: &str) -> usize {
    let (mut in_string, mut escaped, mut before) = (false, false, ' ');
    for (at, sign) in rest.char_indices() {
        match sign {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' if in_string && rest.starts_with('"') => return at + 1,
            '"' => in_string = !in_string,
            '/' if before == '/' && !in_string => return rest.get(..at - 1).unwrap_or_default().trim_end().len(),
            _ => {}
        }
        before = sign;
    }
    rest.trim_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_before_a_comment_and_not_inside_of_a_string() {
        for (rest, words) in [
            ("a = 1  // why", "a = 1"),
            ("rule X raw \"http://h/a\" // why", "rule X raw \"http://h/a\""),
            ("\"tls/a.pem\"  key file(\"b\")", "\"tls/a.pem\""),
            ("\"a \\\" b\" c", "\"a \\\" b\""),
            ("\"never closed ", "\"never closed"),
            ("a / b", "a / b"),
            ("//", ""),
            ("zw\u{f6}lf //", "zw\u{f6}lf"),
            ("", ""),
        ] {
            assert_eq!(&rest[..end_of_words(rest)], words, "{rest}");
        }
    }

    #[test]
    fn positions_count_lines_and_characters() {
        let mut map = SourceMap::default();
        let file = map.add("a.prov", "eins\nzwö lf\n");
        assert_eq!(map.position(file, 0), Position { line: 1, column: 1 });
        assert_eq!(map.position(file, 5), Position { line: 2, column: 1 });
        assert_eq!(map.position(file, 10), Position { line: 2, column: 5 });
        assert_eq!(map.position(file, 13), Position { line: 3, column: 1 });
        assert_eq!(map.place(Span::new(file, 5, 8)), "a.prov:2:1");
    }

    #[test]
    fn a_data_file_is_no_program_and_knows_its_places_only() {
        let mut map = SourceMap::default();
        map.add("a.prov", "x\n");
        let data = map.add_data("desks.csv");
        assert_eq!(map.add_data("desks.csv"), data);
        let (start, end) = (Position { line: 9, column: 4 }, Position { line: 9, column: 7 });
        map.add_place(data, [(80, start), (83, end)], None);
        assert_eq!((map.len(), map.place(Span::new(data, 80, 83))), (1, "desks.csv:9:4".to_owned()));
        assert_eq!(
            (map.position(data, 83), map.position(data, 5), map.slice(Span::new(data, 80, 83))),
            (end, Position::FIRST, "")
        );
    }
}
