//! What the documents show is true: programs compile, the table of codes is the code's own, links lead somewhere.

mod clauses;
mod consoles;
mod imported;

use crate::support::blocks::blocks;
use crate::support::{Project, prov, root};
use prov::compile::Options;
use prov::diagnostic::{Code, Severity};
use prov::language::MemoryFiles;
use prov::pipeline;
use std::path::Path;

fn documents() -> Vec<(String, String)> {
    let docs = std::fs::read_dir(root().join("docs")).expect("docs").map(|entry| entry.expect("entry").path());
    let all = docs.filter(|path| path.extension().is_some_and(|end| end == "md"));
    let all = all.chain(["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root().join(name)));
    all.map(|path| (path.display().to_string(), std::fs::read_to_string(&path).expect("readable"))).collect()
}

#[test]
fn every_program_in_the_documents_is_sound() {
    let mut programs = 0;
    for (name, text) in documents() {
        for block in blocks(&text).into_iter().filter(|block| block.info == "prov") {
            let planned = pipeline::plan(&MemoryFiles::single(block.text.clone()), "main.prov", &Options::default());
            let errors: Vec<&str> = planned
                .findings()
                .iter()
                .filter(|finding| finding.severity == Severity::Error)
                .map(|finding| finding.message.as_str())
                .collect();
            assert_eq!(errors, [""; 0], "{name}:\n{}", block.text);
            programs += 1;
        }
    }
    assert!(programs >= 3, "the documents show {programs} programs");
}

#[test]
fn the_tests_in_the_documents_pass() {
    let mut programs = 0;
    for (name, text) in documents() {
        let tested = |text: &str| text.lines().any(|line| line.starts_with("test "));
        for block in blocks(&text).into_iter().filter(|block| block.info == "prov" && tested(&block.text)) {
            let project = Project::new(&[("main.prov", &block.text)]);
            let ran = prov(["test", project.path().to_str().expect("a path")]);
            assert_eq!(ran.status, Some(0), "{name}:\n{}\n{}{}", block.text, ran.text(), ran.stderr);
            programs += 1;
        }
    }
    assert!(programs >= 3, "the documents show {programs} programs with tests");
}

#[test]
fn the_table_of_codes_is_the_codes_own() {
    let text = std::fs::read_to_string(root().join("docs/codes.md")).expect("docs/codes.md");
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| P")).collect();
    let codes: Vec<String> =
        Code::ALL.iter().map(|code| format!("| {code} | {} | {} |", code.severity().name(), code.title())).collect();
    assert_eq!(rows, codes);
}

#[test]
fn links_between_documents_lead_somewhere() {
    for (name, text) in documents() {
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            let path = Path::new(&name).parent().expect("a folder").join(file);
            assert!(path.exists(), "{name}: {target}");
        }
    }
}

#[test]
fn the_readme_opens_with_the_two_commands() {
    let text = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    for command in ["cargo run --release -- serve examples/quickstart --with-phones", "tests/run"] {
        assert!(text.contains(command), "{command}");
    }
}
