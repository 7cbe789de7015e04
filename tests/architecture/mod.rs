//! The house's own rules, read off the sources: which folder may use which, where the world is touched, how large a
//! file may be and how it may be called.

mod sources;
mod tokens;

use sources::{Source, sources};
use std::collections::BTreeSet;
use tokens::{Kind, Token, tokens};

/// Who may use whom, and why the line is drawn there. An arrow that is not here is a defect of the code, or the table
/// changes in the same commit as the design.
const ARROWS: [(&str, &[&str], &str); 14] = [
    ("diagnostic", &[], "findings speak of any text; what knows the language is built on them"),
    ("phone", &[], "what a phone is holds whoever provisions it: pure functions that everything else may call"),
    (
        "language",
        &["diagnostic", "phone"],
        "text to checked program; literals of hardware addresses are the phone's own type",
    ),
    (
        "platform",
        &["language", "phone", "diagnostic"],
        "the catalogue is data, read from the standard library in the language itself",
    ),
    ("plan", &["phone"], "the one interface between compiler and servers knows neither of them"),
    (
        "compile",
        &["language", "platform", "plan", "phone", "diagnostic"],
        "program to plan; nothing that serves is known here",
    ),
    (
        "check",
        &["plan", "phone", "platform", "diagnostic"],
        "analyses see what phones will get, not how it was written",
    ),
    ("export", &["plan"], "what the plan cannot say cannot be exported"),
    ("serve", &["plan", "phone"], "what serves never looks at source text"),
    (
        "simulate",
        &["plan", "phone", "diagnostic"],
        "a crowd is the phone model many times over, on the plan; findings only lend it their ways of telling",
    ),
    ("live", &["phone"], "a live phone is the model on sockets; it knows no server of ours"),
    (
        "workflow",
        &["compile", "check", "language", "plan", "platform", "phone", "diagnostic"],
        "work over programs and rules, without terminals or sockets; what is asked about a line is read off its text",
    ),
    (
        "editor",
        &["workflow", "language", "platform", "phone", "diagnostic"],
        "what is known of a text while it is written; what its phones get is found by the pipeline, and only shown here",
    ),
    (
        "cli",
        &[
            "check",
            "compile",
            "diagnostic",
            "editor",
            "export",
            "language",
            "live",
            "phone",
            "pipeline",
            "plan",
            "platform",
            "serve",
            "simulate",
            "workflow",
        ],
        "the command line puts everything together, and nothing uses it",
    ),
];

/// May use everything: the stages in order, the library's list of modules, the program's start.
const ABOVE_ALL: [&str; 3] = ["pipeline", "lib", "main"];

#[test]
fn every_arrow_between_folders_is_in_the_table() {
    let mut wrong = Vec::new();
    for source in sources("src") {
        let room = source.room();
        if ABOVE_ALL.contains(&room) {
            continue;
        }
        let Some((_, allowed, why)) = ARROWS.iter().find(|(name, ..)| *name == room) else {
            wrong.push(format!("{}: `{room}` is not in the table of arrows", source.path));
            continue;
        };
        for (line, used) in source.uses() {
            if used != room && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{}:{line}: {room} → {used} is no arrow of ours ({room}: {why})", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn the_table_has_no_circle_and_names_every_folder() {
    let rooms: BTreeSet<String> = sources("src").iter().map(|source| source.room().to_owned()).collect();
    let named: BTreeSet<String> = ARROWS.iter().map(|(name, ..)| *name).chain(ABOVE_ALL).map(str::to_owned).collect();
    assert_eq!(rooms, named, "left: the folders and files of src; right: the table");
    // Whoever uses nothing that is left can go; with a circle, some never can.
    let mut left: Vec<_> = ARROWS.iter().map(|(name, uses, _)| (*name, *uses)).collect();
    loop {
        let names: Vec<&str> = left.iter().map(|(name, _)| *name).collect();
        let before = left.len();
        left.retain(|(_, uses)| uses.iter().any(|used| names.contains(used)));
        if left.len() == before {
            break;
        }
    }
    assert!(left.is_empty(), "these use each other in a circle: {left:?}");
}

#[test]
fn only_what_touches_the_world_waits_for_it() {
    const WORLD: [&str; 3] = ["serve", "live", "cli"];
    let mut wrong = Vec::new();
    for source in sources("src").iter().filter(|source| !WORLD.contains(&source.room())) {
        let named = tokens(&source.text).into_iter().filter(|token| token.is("tokio"));
        wrong.extend(named.map(|token| format!("{}:{}: tokio in a pure folder", source.path, token.line)));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn no_file_is_longer_than_a_person_reads() {
    const MOST: usize = 600;
    let long: Vec<String> = ["src", "tests"]
        .into_iter()
        .flat_map(sources)
        .map(|source| (source.text.lines().count(), source.path))
        .filter(|(lines, _)| *lines > MOST)
        .map(|(lines, path)| format!("{path}: {lines} lines, {MOST} at most"))
        .collect();
    assert!(long.is_empty(), "\n{}\n", long.join("\n"));
}

#[test]
fn the_map_of_the_program_fits_on_a_screen_or_three() {
    let pipeline = sources("src").into_iter().find(|source| source.path == "src/pipeline.rs").expect("the map");
    let lines = pipeline.text.lines().count();
    assert!(lines < 150, "src/pipeline.rs has {lines} lines, 149 at most");
}

#[test]
fn names_say_what_is_inside() {
    const EMPTY_WORDS: [&str; 10] =
        ["util", "utils", "helper", "helpers", "common", "misc", "manager", "managers", "shared", "stuff"];
    let wrong: Vec<String> = ["src", "tests"]
        .into_iter()
        .flat_map(sources)
        .map(|source| source.path)
        .filter(|path| {
            let mut parts = path.trim_end_matches(".rs").split('/');
            parts.any(|part| part.split('_').any(|word| EMPTY_WORDS.contains(&word)))
        })
        .collect();
    assert!(wrong.is_empty(), "named for nothing: {wrong:?}");
}

#[test]
fn the_reader_of_uses_sees_every_spelling() {
    let source = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
    let used = |source: Source| source.uses().into_iter().collect::<Vec<_>>();
    let text = "use crate::{a::X, b::{self, y}, c};\nfn f() { crate::d::g(); \"crate::no\" }\n// crate::no\n/* crate::no\n */ pub(in crate::e) fn h() { r#\"crate::no\"#; 'c' }\n";
    let expected: Vec<(usize, String)> =
        [(1, "a"), (1, "b"), (1, "c"), (2, "d"), (5, "e")].map(|(line, name)| (line, name.to_owned())).into();
    assert_eq!(used(source("src/x/mod.rs", text)), expected);
    // `super` climbs: from src/x/y.rs the second one leads to the root, from src/x/mod.rs the first.
    assert_eq!(used(source("src/x/y.rs", "use super::z;\nuse super::super::a::b;")), [(2, "a".to_owned())]);
    assert_eq!(
        used(source("src/x/mod.rs", "use super::a;\nmod t { use super::z; use super::super::b; }")),
        [(1, "a".to_owned()), (2, "b".to_owned())]
    );
    assert!(matches!(tokens("'a' 'b 1.5").as_slice(), [Token { kind: Kind::Other, .. }, ..]));
}

#[test]
fn the_fuzzers_lock_knows_what_prov_depends_on() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect(path);
    let (lock, manifest) = (read("tests/fuzz/Cargo.lock"), read("Cargo.toml"));
    // `tests/fuzz/run` builds with --locked, and stops at a lock that is behind the manifest.
    let of_prov = lock.split("\n\n").find(|package| package.contains("\nname = \"prov\"\n")).expect("prov is locked");
    // ` "name",`; where two versions are locked the name is followed by one.
    let name = |line: &str| -> Option<String> { Some(line.strip_prefix(" \"")?.split(['"', ' ']).next()?.to_owned()) };
    let locked: BTreeSet<String> = of_prov.lines().filter_map(name).collect();
    // Those of one system alone as well.
    let of_prov = |section: &&str| {
        section.lines().next().is_some_and(|name| name.ends_with("dependencies]") && !name.starts_with("dev-"))
    };
    let sections: Vec<&str> = manifest.split("\n[").filter(of_prov).collect();
    let wanted = sections
        .iter()
        .flat_map(|section| section.lines())
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" = "));
    let wanted: BTreeSet<String> = wanted.map(|(name, _)| name.to_owned()).collect();
    assert!(wanted.len() > 20, "{wanted:?}");
    assert_eq!(locked, wanted, "cargo update --workspace --manifest-path tests/fuzz/Cargo.toml");
}
