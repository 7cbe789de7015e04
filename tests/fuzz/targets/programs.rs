//! A whole program as one text: through every stage, shown to a person and to a program, and laid out.

use super::root;
use prov::compile::Options;
use prov::diagnostic::{Document, FileId, Palette, render, render_short};
use prov::language::syntax::parse;
use prov::language::{MemoryFiles, layout};
use prov::phone::profile;
use prov::pipeline::{self, Planned};

/// Files that are rendered of one program; they have few forms.
const FILES: usize = 40;

pub fn language(octets: &[u8]) {
    let mut files = MemoryFiles::single(octets);
    let csv: &[u8] = b"mac,model,extension,name,role,site\n000e08abcd01,CP-8841-3PCC,0211,Ann,,a\n000e08abcd02,CP-7841-3PCC,212,Bo,desk,b\n";
    files.0.insert("desks.csv".into(), csv.into());
    files.0.insert("lib.prov".into(), b"let lib = 1\nprofile lib {\n}\n".to_vec());
    use_all(&pipeline::plan(&files, "main.prov", &Options::default()));
}

/// Everything that can be asked of a compiled program without a socket.
pub fn use_all(planned: &Planned) {
    for finding in planned.findings() {
        assert!(!render(finding, planned.sources(), Palette::Plain).is_empty());
        assert!(!render_short(finding, planned.sources()).is_empty());
    }
    let _ = Document::new(planned.findings(), planned.sources(), planned.plan().phone_count());
    let Some(served) = planned.served() else { return };
    let secrets = !served.secrets_needed().is_empty();
    for file in served.all_files().into_iter().take(FILES) {
        let mut xml = Vec::new();
        served.render_xml(file, &mut xml);
        // A stand-in for a secret is no ASCII, which phones take and our reader too.
        assert!(profile::decode(&xml).is_ok(), "a phone reads what is served: {}", String::from_utf8_lossy(&xml));
        served.render_wire(file, &mut Vec::new());
        let path = served.path(file);
        assert!(secrets || path.starts_with('/'), "{path}");
    }
}

pub fn layout(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    let once = layout::lay_out(text);
    let (tree, faults) = parse(FileId(0), text);
    // Only what parses has a layout.
    if faults.is_empty() {
        assert_eq!(layout::lay_out(&once), once, "laying out twice is laying out once");
        let (laid, faults) = parse(FileId(0), &once);
        assert!(faults.is_empty(), "what parsed still parses: {faults:?}\n{once}");
        assert_eq!(without_places(&format!("{laid:?}")), without_places(&format!("{tree:?}")), "the tree stays");
    }
}

/// A tree, as Debug writes it, without its spans.
fn without_places(tree: &str) -> String {
    let mut parts = tree.split("Span {");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // `file: FileId(0), start: 1, end: 2 }`
        text.push_str(part.split_once('}').map_or(part, |(_, after)| after));
    }
    text
}

/// The programs of the examples, the tests and the documents.
pub fn texts() -> Vec<Vec<u8>> {
    let mut texts = Vec::new();
    for folder in ["examples", "tests/programs", "tests/lab"] {
        collect(&root().join(folder), &mut texts);
    }
    for page in ["docs/language.md", "README.md"].map(|name| root().join(name)).into_iter().chain(pages()) {
        let text = std::fs::read_to_string(page).expect("reads");
        let mut rest = text.as_str();
        while let Some((_, block)) = rest.split_once("```prov") {
            let (_, block) = block.split_once('\n').unwrap_or_default();
            let (block, after) = block.split_once("```").unwrap_or((block, ""));
            texts.push(block.as_bytes().to_vec());
            rest = after;
        }
    }
    texts
}

fn pages() -> Vec<std::path::PathBuf> {
    let folder = std::fs::read_dir(root().join("src/diagnostic/pages")).expect("the pages");
    let mut pages: Vec<_> = folder.map(|entry| entry.expect("an entry").path()).collect();
    pages.sort();
    pages
}

fn collect(folder: &std::path::Path, texts: &mut Vec<Vec<u8>>) {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "prov") {
            texts.push(std::fs::read(path).expect("reads"));
        }
    }
}
