//! The grammars that editors colour by, held against the language.

use crate::support::{root, run};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The words of the language that stand for themselves wherever they may stand, from its grammar; those of the standard
/// library's own modules are nobody's to write.
fn words() -> BTreeSet<String> {
    const OF_LIBRARY: [&str; 6] = ["parameter", "model", "macro", "discovery", "vendor", "release"];
    const RULES: [&str; 7] = ["kw_", "top_word", "ownership_word", "assignment_word", "operator", "boolean", "not_op"];
    let grammar = read("grammar/prov.pest");
    let mut words = BTreeSet::new();
    let mut inside = false;
    for line in grammar.lines() {
        if line.contains(" = ") {
            inside = RULES.iter().any(|rule| line.starts_with(rule));
        }
        if inside {
            let quoted = line.split('"').skip(1).step_by(2);
            words.extend(
                quoted.filter(|word| word.starts_with(|sign: char| sign.is_ascii_lowercase())).map(str::to_owned),
            );
        }
    }
    words.retain(|word| !OF_LIBRARY.contains(&word.as_str()));
    words
}

#[test]
fn every_word_of_the_language_is_coloured_by_every_grammar() {
    let words = words();
    assert!(words.len() > 30 && words.contains("jitter") && words.contains("fleet"), "{words:?}");
    for path in [
        "grammar/editors/vscode/syntaxes/prov.tmLanguage.json",
        "grammar/editors/vim/syntax/prov.vim",
        "grammar/editors/tree-sitter/queries/highlights.scm",
        "grammar/editors/tree-sitter/grammar.js",
    ] {
        let text = read(path);
        let known: BTreeSet<&str> = text.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_').collect();
        // Truth is a kind of node to tree-sitter.
        let of_node = |word: &str| path.ends_with("highlights.scm") && matches!(word, "yes" | "no");
        let missing: Vec<&String> =
            words.iter().filter(|word| !known.contains(word.as_str()) && !of_node(word)).collect();
        assert!(missing.is_empty(), "{path}: {missing:?}");
    }
}

#[test]
fn what_the_extension_needs_is_there() {
    let folder = root().join("grammar/editors/vscode");
    let package: serde_json::Value = serde_json::from_str(&read("grammar/editors/vscode/package.json")).expect("JSON");
    let named = [
        &package["main"],
        &package["contributes"]["languages"][0]["configuration"],
        &package["contributes"]["grammars"][0]["path"],
    ];
    for path in named {
        let path = folder.join(path.as_str().expect("a path"));
        assert!(path.exists(), "{}", path.display());
        if path.extension().is_some_and(|end| end == "json") {
            serde_json::from_slice::<serde_json::Value>(&std::fs::read(&path).expect("a file")).expect("JSON");
        }
    }
    assert_eq!(package["contributes"]["languages"][0]["extensions"][0], ".prov");
}

fn programs_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            programs_below(&path, found);
        } else if path.extension().is_some_and(|end| end == "prov") {
            found.push(path);
        }
    }
}

#[test]
fn the_tree_sitter_grammar_reads_every_example() {
    let folder = root().join("grammar/editors/tree-sitter");
    // The parser is generated, and kept: it is that of the grammar beside it.
    let grammar = Sha256::digest(read("grammar/editors/tree-sitter/grammar.js"));
    let grammar: String = grammar.iter().map(|octet| format!("{octet:02x}")).collect();
    assert_eq!(
        read("grammar/editors/tree-sitter/src/generated-from").trim(),
        grammar,
        "docs/editors.md says how it is generated"
    );
    let work = tempfile::tempdir().expect("a folder");
    let parse = work.path().join("parse");
    let compile = |command: &mut Command| run(command).ok();
    compile(
        Command::new("cc")
            .args(["-O1", "-o"])
            .arg(&parse)
            .arg("-I")
            .arg(folder.join("src"))
            .args([root().join("tests/editor/parse.c"), folder.join("src/parser.c")])
            .arg("-ltree-sitter"),
    );
    let mut programs = Vec::new();
    programs_below(&root().join("examples"), &mut programs);
    // And all that the reference shows.
    let blocks = read("docs/language.md");
    let blocks: Vec<&str> = blocks.split("```prov\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    for (number, block) in blocks.iter().enumerate() {
        let path = work.path().join(format!("block-{number}.prov"));
        std::fs::write(&path, block).expect("a file");
        programs.push(path);
    }
    assert!(programs.len() > 25, "{programs:?}");
    let read = run(Command::new(&parse).args(&programs));
    assert_eq!((read.text().as_str(), read.status), ("", Some(0)));
    // It does tell what it cannot read.
    let broken = work.path().join("broken.prov");
    std::fs::write(&broken, "server prov {\n  http { port 80 }\n").expect("a file");
    let read = run(Command::new(&parse).arg(&broken));
    assert_eq!(read.status, Some(1), "{}", read.text());
}
