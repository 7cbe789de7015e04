//! The files of a program: the entry, and what it uses. Files are read through a trait, so that everything after
//! the command line is pure.

use super::syntax::{self, tree};
use crate::diagnostic::{Code, Diagnostic, FileId, SourceMap, Span};
use std::collections::{BTreeMap, HashMap};

/// Where the text of a project comes from. Paths are relative to the project's folder, with `/`.
pub trait Files {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileFault>;

    /// The beginning of a file, of so many octets.
    fn begin(&self, path: &str, octets: usize) -> Result<Vec<u8>, FileFault> {
        let mut bytes = self.read(path)?;
        bytes.truncate(octets);
        Ok(bytes)
    }

    /// Whether there is such a file, for those that are not read.
    fn exists(&self, path: &str) -> bool {
        self.read(path).is_ok()
    }

    /// How many octets a file has, without reading it; nothing: there is no such file.
    fn size(&self, path: &str) -> Option<u64> {
        self.read(path).ok().map(|bytes| bytes.len() as u64)
    }

    /// Seconds since 1970, for what is valid for a time; nothing: that is not judged.
    fn now(&self) -> Option<u64> {
        None
    }

    /// Whether there is such a folder.
    fn is_folder(&self, path: &str) -> bool;

    /// The `.prov` files of the project, those that no program uses among them; where nobody can say, none.
    fn programs(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Why a file could not be read, in words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FileFault(pub String);

/// Files held in memory, for tests and editors.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles(pub BTreeMap<String, Vec<u8>>);

impl MemoryFiles {
    /// A project of one file, `main.prov`.
    pub fn single(text: impl Into<Vec<u8>>) -> Self {
        MemoryFiles(BTreeMap::from([("main.prov".to_owned(), text.into())]))
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileFault> {
        self.0.get(path).cloned().ok_or_else(|| FileFault("there is no such file".into()))
    }

    fn size(&self, path: &str) -> Option<u64> {
        self.0.get(path).map(|bytes| bytes.len() as u64)
    }

    fn is_folder(&self, path: &str) -> bool {
        let inside = |name: &String| name.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        self.0.keys().any(inside)
    }

    fn programs(&self) -> Vec<String> {
        self.0.keys().filter(|name| name.ends_with(".prov")).cloned().collect()
    }
}

/// Every file of the program as a tree.
#[derive(Debug, Default)]
pub struct Modules {
    pub sources: SourceMap,
    pub files: Vec<(FileId, tree::File)>,
    /// The standard library modules in use, with the place of the first `use`.
    pub library: Vec<(String, Span)>,
    pub findings: Vec<Diagnostic>,
}

/// The standard library's modules.
const LIBRARY: [&str; 2] = ["cisco.mpp", "cisco.firmware"];

/// A program may have this many files.
pub const MOST_FILES: usize = 256;

/// Loads the entry file and, through `use`, the rest.
pub fn load(files: &dyn Files, entry: &str) -> Modules {
    let mut loader = Loader { files, modules: Modules::default(), state: HashMap::new(), path: Vec::new() };
    loader.file(entry, None);
    let mut modules = loader.modules;
    if modules.files.iter().all(|(_, file)| file.items.is_empty()) && modules.findings.is_empty() {
        let place = Span::new(FileId(0), 0, 0);
        modules.findings.push(
            Diagnostic::new(Code::P0101, place, "the program is empty")
                .because("there is no declaration in it")
                .help("`prov new DIR` writes a small complete program to start from"),
        );
    }
    modules
}

struct Loader<'f> {
    files: &'f dyn Files,
    modules: Modules,
    /// Path to whether it is being loaded (so that meeting it again is a cycle) or done.
    state: HashMap<String, bool>,
    path: Vec<String>,
}

impl Loader<'_> {
    fn file(&mut self, path: &str, used: Option<Span>) {
        match self.state.get(path) {
            Some(true) => return,
            Some(false) => {
                let from = self.path.iter().position(|other| other == path).unwrap_or(0);
                let cycle: Vec<&str> = self.path.iter().skip(from).map(String::as_str).chain([path]).collect();
                let finding =
                    Diagnostic::new(Code::P0203, used.unwrap_or_default(), "files use each other in a circle")
                        .because(cycle.join(" → "))
                        .help("move what both need to a third file");
                self.modules.findings.push(finding);
                return;
            }
            None => {}
        }
        if self.modules.sources.len() == MOST_FILES {
            let finding = Diagnostic::new(Code::P0106, used.unwrap_or_default(), "this program has too many files");
            self.modules.findings.push(finding.because(format!("the limit is {MOST_FILES} files")));
            self.state.insert(path.to_owned(), true);
            return;
        }
        let text = match self.files.read(path) {
            Ok(bytes) => self.text(path, bytes),
            Err(fault) => {
                if let Some(used) = used {
                    let mut finding = Diagnostic::new(Code::P0201, used, format!("cannot read `{path}`"))
                        .because(fault.to_string())
                        .note("paths in `use` are relative to the file that uses them")
                        .hides();
                    if LIBRARY.contains(&path) {
                        finding.help = Some(format!("a module of the standard library has no quotes: `use {path}`"));
                    } else if self.files.exists(&format!("{path}.prov")) {
                        finding.help = Some(format!("did you mean `{path}.prov`?"));
                    }
                    self.modules.findings.push(finding);
                }
                return;
            }
        };
        self.state.insert(path.to_owned(), false);
        self.path.push(path.to_owned());
        let id = self.modules.sources.add(path, text);
        let (tree, findings) = syntax::parse(id, self.modules.sources.text(id));
        let failed = !findings.is_empty();
        self.modules.findings.extend(findings);
        for item in &tree.items {
            if let tree::ItemKind::Use { module, file } = &item.kind {
                self.used(path, module, *file);
            }
        }
        if !(failed && tree.items.is_empty() && tree.broken.is_empty()) {
            self.modules.files.push((id, tree));
        }
        self.path.pop();
        self.state.insert(path.to_owned(), true);
    }

    fn used(&mut self, from: &str, module: &tree::Ident, file: bool) {
        if file {
            match join(from, &module.text) {
                Some(path) => self.file(&path, Some(module.span)),
                None => {
                    let finding = Diagnostic::new(Code::P0201, module.span, "this path leaves the project's folder");
                    self.modules.findings.push(finding.help("move the file into the project").hides());
                }
            }
        } else if LIBRARY.contains(&module.text.as_str()) {
            if !self.modules.library.iter().any(|(name, _)| *name == module.text) {
                self.modules.library.push((module.text.clone(), module.span));
            }
        } else {
            let message = format!("the standard library has no module `{}`", module.text);
            let finding = Diagnostic::new(Code::P0201, module.span, message)
                .because("its modules are cisco.mpp and cisco.firmware")
                .hides();
            let path = format!("{}.prov", module.text.replace('.', "/"));
            let ours = join(from, &path).is_some_and(|path| self.files.exists(&path));
            let nearly = LIBRARY.iter().find(|name| name.split('.').any(|part| part == module.text));
            self.modules.findings.push(match nearly {
                _ if ours => finding.help(format!("a file of the project is named by its path: `use \"./{path}\"`")),
                Some(name) => finding.help(format!("did you mean `{name}`?")),
                None => finding.did_you_mean(&module.text, LIBRARY),
            });
        }
    }

    /// The text of a file; what is not text gets one finding and counts as empty.
    fn text(&mut self, path: &str, bytes: Vec<u8>) -> String {
        let bytes = match bytes.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) => rest.to_vec(),
            None => bytes,
        };
        let utf16 = matches!(
            bytes.as_slice(),
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=127, ..] | [1..=127, 0, 1..=127, 0, ..]
        );
        let place = |bytes: &[u8], at: usize| {
            let before = bytes.get(..at).unwrap_or_default();
            format!("in line {}", before.iter().filter(|octet| **octet == b'\n').count() + 1)
        };
        let (message, why, help) = match String::from_utf8(bytes) {
            _ if utf16 => (
                format!("`{path}` is not a UTF-8 text file"),
                "it is UTF-16".to_owned(),
                "save the file as UTF-8; a compiled or compressed file is no program",
            ),
            Ok(text) => match text.find('\0') {
                None => return text,
                Some(at) => (
                    format!("`{path}` holds a NUL"),
                    format!("octet {at}, {}; no text has one", place(text.as_bytes(), at)),
                    "remove it; a compiled or compressed file is no program",
                ),
            },
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let why = format!("octet {at}, {}, begins no UTF-8 character", place(error.as_bytes(), at));
                (
                    format!("`{path}` is not a UTF-8 text file"),
                    why,
                    "save the file as UTF-8; a compiled or compressed file is no program",
                )
            }
        };
        let id = FileId(self.modules.sources.len() as u32);
        self.modules.findings.push(Diagnostic::new(Code::P0105, Span::new(id, 0, 0), message).because(why).help(help));
        String::new()
    }
}

/// `path` as written in the file `from`, relative to the project; nothing if it leaves the project.
pub fn join(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty() && !path.starts_with('/')).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> Modules {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        load(&MemoryFiles(files), "main.prov")
    }

    fn codes(modules: &Modules) -> Vec<Code> {
        modules.findings.iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn a_file_used_twice_is_loaded_once() {
        let modules = project(&[
            ("main.prov", "use \"./a.prov\"\nuse \"./b.prov\"\n"),
            ("a.prov", "use \"./b.prov\"\nuse cisco.mpp\n"),
            ("b.prov", "let x = 1\n"),
        ]);
        assert_eq!((codes(&modules), modules.files.len(), modules.library.len()), (vec![], 3, 1));
    }

    #[test]
    fn a_circle_is_named_from_where_it_closes() {
        let modules = project(&[("main.prov", "use \"./a.prov\"\n"), ("a.prov", "use \"./main.prov\"\n")]);
        assert_eq!(codes(&modules), [Code::P0203]);
        assert_eq!(modules.findings[0].labels[0].text, "main.prov → a.prov → main.prov");
    }

    #[test]
    fn a_program_has_so_many_files_and_no_more() {
        let chain = |count: usize| -> Vec<(String, String)> {
            let name = |n: usize| if n == 0 { "main.prov".to_owned() } else { format!("f{n}.prov") };
            let text = |n: usize| match n + 1 < count {
                true => format!("use \"./{}\"\nlet x{n} = 1\n", name(n + 1)),
                false => format!("let x{n} = 1\n"),
            };
            (0..count).map(|n| (name(n), text(n))).collect()
        };
        for (count, wanted) in [(MOST_FILES, vec![]), (MOST_FILES + 1, vec![Code::P0106])] {
            let files = chain(count);
            let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
            assert_eq!(codes(&project(&files)), wanted, "{count}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said_once() {
        assert_eq!(codes(&project(&[("main.prov", "use \"./gone.prov\"\n")])), [Code::P0201]);
        assert_eq!(codes(&project(&[("main.prov", "use \"../up.prov\"\n")])), [Code::P0201]);
        assert_eq!(codes(&project(&[("main.prov", "use cisco.spa\n")])), [Code::P0201]);
        assert_eq!(codes(&project(&[("main.prov", "")])), [Code::P0101]);
        assert_eq!(codes(&load(&MemoryFiles::single(vec![0xff, 0xfe, 0]), "main.prov")), [Code::P0105]);
        assert_eq!(codes(&load(&MemoryFiles::single("let a = 1\0\n"), "main.prov")), [Code::P0105]);
        for (bytes, message) in [
            (&b"let a = 1\0\n"[..], "`main.prov` holds a NUL"),
            (b"l\0e\0t\0", "`main.prov` is not a UTF-8 text file"),
            (b"let a = \"\xfc\"\n", "`main.prov` is not a UTF-8 text file"),
        ] {
            let modules = load(&MemoryFiles::single(bytes), "main.prov");
            assert_eq!(modules.findings.first().map(|finding| finding.message.as_str()), Some(message));
        }
    }
}
