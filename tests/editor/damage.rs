//! A program that somebody writes is broken most of the time: random changes, and every question after each.

use super::client::Client;
use crate::support::{Project, prov, root};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

/// Pieces that people type, and such that nobody does.
const PIECES: [&str; 24] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "\"{",
    "}\"",
    "\n",
    "\r\n",
    "  ",
    "=",
    ",",
    "phone.",
    "$MA",
    "profile x {\n",
    "use \"./sites.prov\"\n",
    "let y = ",
    "Proxy[1] = ",
    "// allow P0204: x\n",
    "\u{1f4de}",
    "\u{fc}",
    "fleet desks { phones desks }\n",
];

#[derive(Clone, Debug)]
enum Change {
    Insert(usize, usize),
    Delete(usize, usize),
    Copy(usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => (any::<usize>(), 0..PIECES.len()).prop_map(|(at, piece)| Change::Insert(at, piece)),
        2 => (any::<usize>(), 1..40_usize).prop_map(|(at, length)| Change::Delete(at, length)),
        1 => (any::<usize>(), any::<usize>()).prop_map(|(from, to)| Change::Copy(from, to)),
    ]
}

fn boundary(text: &str, at: usize) -> usize {
    let at = at % (text.len() + 1);
    (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

/// A position as the protocol counts it.
fn position(text: &str, at: usize) -> Value {
    let before = &text[..at];
    let lines = before.replace("\r\n", "\n");
    let line = lines.matches('\n').count();
    let column = lines.rsplit('\n').next().unwrap_or_default().encode_utf16().count();
    json!({ "line": line, "character": column })
}

/// A piece of the text, and what comes in its place.
fn edit(text: &str, change: &Change) -> (usize, usize, String) {
    match change {
        Change::Insert(at, piece) => {
            let at = boundary(text, *at);
            (at, at, PIECES[*piece].to_owned())
        }
        Change::Delete(at, length) => {
            let at = boundary(text, *at);
            (at, boundary(text, (at + length).min(text.len())).max(at), String::new())
        }
        Change::Copy(from, to) => {
            let line = text.lines().nth(from % (text.lines().count() + 1)).unwrap_or_default();
            let at = boundary(text, *to);
            (at, at, format!("{line}\n"))
        }
    }
}

#[test]
fn a_program_that_is_being_written_is_followed_whatever_it_is() {
    let folder = root().join("examples/acme");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("an example");
    let names = ["main.prov", "sites.prov", "firmware.prov", "desks.csv"];
    let mut runner = TestRunner::new_with_rng(
        Config { failure_persistence: None, ..Config::with_cases(6) },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    );
    let changes = prop::collection::vec((change(), any::<usize>()), 25);
    runner
        .run(&changes, |changes| {
            let files: Vec<(&str, String)> = names.map(|name| (name, read(name))).into();
            let project = Project::new(&files.iter().map(|(name, text)| (*name, text.as_str())).collect::<Vec<_>>());
            let mut client = Client::new(project.path());
            let mut text = files[0].1.clone();
            client.open("main.prov", &text);
            for (number, (change, place)) in changes.iter().enumerate() {
                let (start, end, new) = edit(&text, change);
                let range = json!({ "start": position(&text, start), "end": position(&text, end) });
                client.change("main.prov", json!([{ "range": range, "text": new }]));
                text.replace_range(start..end, &new);
                // A lone `\r` may have come to be where a `\r\n` was cut: it ends a line as well, and positions count on.
                if text.replace("\r\n", "").contains('\r') {
                    text = text.replace('\r', "");
                    client.replace("main.prov", &text);
                }
                let document = json!({ "uri": client.uri("main.prov") });
                let at = json!({ "textDocument": document, "position": position(&text, boundary(&text, *place)) });
                let methods = ["hover", "definition", "documentHighlight", "prepareRename", "completion"];
                let request = client.request(&format!("textDocument/{}", methods[number % methods.len()]), at.clone());
                client.answer(request);
                if number % 6 == 0 {
                    let mut at = at;
                    at["newName"] = json!("other");
                    let request = client.request("textDocument/rename", at);
                    client.answer(request);
                    for method in ["documentSymbol", "foldingRange", "formatting", "inlayHint"] {
                        let all =
                            json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 999, "character": 0 } });
                        let options = json!({ "tabSize": 2, "insertSpaces": true });
                        client.ask(
                            &format!("textDocument/{method}"),
                            json!({ "textDocument": document, "range": all, "options": options }),
                        );
                    }
                }
            }
            // What the server has in the end is the same text: what it finds is what the command finds.
            let mut found = client.codes("main.prov");
            project.write("main.prov", &text);
            let checked = prov(["check", "--format", "json", &project.path().to_string_lossy()]).json();
            let of_main =
                checked["diagnostics"].as_array().expect("a list").iter().filter(|one| one["file"] == "main.prov");
            let mut wanted: Vec<String> =
                of_main.map(|one| one["code"].as_str().unwrap_or_default().to_owned()).collect();
            found.sort();
            wanted.sort();
            prop_assert_eq!(found, wanted, "{}", text);
            prop_assert_eq!(client.end(), Some(0));
            Ok(())
        })
        .unwrap_or_else(|failed| panic!("{failed}"));
}
