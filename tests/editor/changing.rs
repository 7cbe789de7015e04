//! What changes the text: other names, mended findings, the one layout; and what only shows its shape.

use super::client::Client;
use crate::support::{Project, QUICKSTART, prov};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const MAIN: &str = r#"use cisco.mpp
use "./values.prov"

fn label(name: string): string = "{name}, {place}"

inventory desks from "desks.csv" {
  mac   : mac
  model : model
  name  : string
}

server prov { name "prov.example.com"  address 192.168.50.10  http { } }

profile common {
  fetch http "/common/$MA.xml"
  Resync_Periodic = period
  Display_Name[1] = label(phone.name)
  for n in 1..2 {
    Proxy[n]     = "sip{n}.example.com"
    SIP_Port[n]  = 5060 + n
  }
}

fleet desks {
  phones   desks
  server   prov
  profiles common
}
"#;

const VALUES: &str = "let place = \"Utrecht\"\n// again\nlet period = 2h\n";
const ROWS: &str = "mac,model,name\n00:0e:08:ab:cd:01,CP-8841-3PCC,Front\n";

fn files() -> Project {
    Project::new(&[("main.prov", MAIN), ("values.prov", VALUES), ("desks.csv", ROWS)])
}

/// A place before the first `word` behind `after`.
fn placed(text: &str, after: &str, word: &str) -> String {
    let from = text.find(after).unwrap_or_else(|| panic!("no {after}"));
    let at = from + text[from..].find(word).unwrap_or_else(|| panic!("no {word} after {after}"));
    format!("{}|{}", &text[..at], &text[at..])
}

/// A text after changes of it; columns are those of ASCII.
fn edited(text: &str, edits: &Value) -> String {
    let offset = |at: &Value| {
        let (line, column) =
            (at["line"].as_u64().expect("a line") as usize, at["character"].as_u64().expect("a column"));
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        (start + column as usize).min(text.len())
    };
    let mut edits: Vec<(usize, usize, String)> = edits
        .as_array()
        .expect("changes")
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            (offset(&range["start"]), offset(&range["end"]), edit["newText"].as_str().expect("a text").to_owned())
        })
        .collect();
    edits.sort();
    let mut text = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        text.replace_range(start..end, &new);
    }
    text
}

/// The files of the project after a change of some of them.
fn changed(client: &Client, edit: &Value) -> BTreeMap<&'static str, String> {
    let changes = edit["changes"].as_object().unwrap_or_else(|| panic!("no changes: {edit}"));
    let known = [("main.prov", MAIN), ("values.prov", VALUES)];
    assert!(changes.keys().all(|uri| known.iter().any(|(name, _)| *uri == client.uri(name))), "{edit}");
    known.into_iter().filter_map(|(name, text)| Some((name, edited(text, changes.get(&client.uri(name))?)))).collect()
}

#[test]
fn every_use_of_a_name_is_found_and_renamed_in_all_modules() {
    let project = files();
    let mut client = Client::new(project.path());
    client.open("values.prov", VALUES);
    for (file, text, after, word, uses, new) in [
        ("main.prov", MAIN, "Resync_Periodic", "period", 1, "pause"),
        ("values.prov", VALUES, "let period", "period", 1, "pause"),
        ("main.prov", MAIN, "{place", "place", 1, "town"),
        ("main.prov", MAIN, "label(phone", "label", 1, "shown"),
        ("main.prov", MAIN, "profiles ", "common", 1, "shared"),
        ("main.prov", MAIN, "server   ", "prov", 1, "host"),
        ("main.prov", MAIN, "phones  ", "desks", 1, "handsets"),
        ("main.prov", MAIN, "Proxy[n]", "n]", 4, "line"),
        ("main.prov", MAIN, "label(name", "name", 1, "who"),
    ] {
        let mut at = client.at(file, &placed(text, after, word));
        at["context"] = json!({ "includeDeclaration": false });
        let found = client.ask("textDocument/references", at.clone());
        assert_eq!(found.as_array().map(Vec::len), Some(uses), "{word} after {after}: {found}");
        at["context"] = json!({ "includeDeclaration": true });
        let found = client.ask("textDocument/references", at.clone());
        assert_eq!(found.as_array().map(Vec::len), Some(uses + 1), "{word} after {after}: {found}");
        let old =
            client.ask("textDocument/prepareRename", at.clone())["placeholder"].as_str().expect("a name").to_owned();
        at["newName"] = json!(new);
        let edit = client.ask("textDocument/rename", at);
        let texts = changed(&client, &edit);
        let all: usize = texts.values().map(|text| text.matches(new).count()).sum();
        assert!(all > uses, "{old} to {new}: {texts:?}");
        // It is the same program: nothing is found that was not.
        let other = files();
        texts.iter().for_each(|(name, text)| other.write(name, text));
        let checked = |project: &Project| {
            let found = prov(["check", "--format", "json", &project.path().to_string_lossy()]).json();
            let codes: Vec<Value> =
                found["diagnostics"].as_array().expect("a list").iter().map(|one| one["code"].clone()).collect();
            codes
        };
        assert_eq!(checked(&other), checked(&project), "{old} to {new}: {texts:?}");
    }
}

#[test]
fn what_is_not_ours_keeps_its_name() {
    let project = files();
    let mut client = Client::new(project.path());
    for (after, word, new, why) in [
        ("fetch", "http", "x", "there is no name"),
        ("Resync", "Resync", "x", "there is no name"),
        ("use \"", "./values", "x", "a file"),
        ("label(phone", "name)", "x", "what the data file calls its column"),
        ("Resync_Periodic", "period", "place", "is let already"),
        ("Resync_Periodic", "period", "2h", "is no name"),
        ("Resync_Periodic", "period", "phone", "a word of the language"),
        ("Resync_Periodic", "period", "", "is no name"),
        ("Resync_Periodic", "period", "n", "a variable already"),
        ("Proxy[n]", "n]", "period", "is let already"),
        ("{place", "place", "name", "a variable already"),
    ] {
        let mut at = client.at("main.prov", &placed(MAIN, after, word));
        at["newName"] = json!(new);
        let number = client.request("textDocument/rename", at);
        let answer = client.answer(number);
        let message = answer["error"]["message"].as_str().unwrap_or_default();
        assert!(message.contains(why), "{word} after {after} to {new}: {answer}");
        assert_eq!(answer["error"]["code"], json!(-32803), "{answer}");
    }
}

#[test]
fn a_finding_that_knows_its_remedy_offers_it() {
    let project = files();
    let mut client = Client::new(project.path());
    let fetched = "  fetch http \"/common/$MA.xml\"";
    let whole = MAIN.replacen(fetched, &format!("{fetched}\n  Time_Zone    = \"GMT+01:00\""), 1);
    for (from, to) in [
        ("Resync_Periodic", "Resync_Peridoic"),
        ("= period", "= perid"),
        ("phone.name", "phone.nmae"),
        ("profiles common", "profiles comon"),
        ("  phones   desks", "  phnes   desks"),
        ("label(phone", "lable(phone"),
        ("cisco.mpp", "cisco.mmp"),
        ("name  : string", "name  : strng"),
        ("\"GMT+01:00\"", "\"GMT+1\""),
        ("\"GMT+01:00\"", "\"gmt+01:00\""),
    ] {
        let broken = whole.replacen(from, to, 1);
        client.at("main.prov", &format!("|{broken}"));
        let found = client.findings("main.prov");
        let finding = found
            .iter()
            .find(|one| one["message"].as_str().is_some_and(|text| text.contains("help: did you mean")))
            .unwrap_or_else(|| panic!("{to}: {found:?}"));
        let asked = json!({ "textDocument": { "uri": client.uri("main.prov") }, "range": finding["range"], "context": { "diagnostics": [finding] } });
        let actions = client.ask("textDocument/codeAction", asked);
        let action = &actions[0];
        assert_eq!(
            (&action["kind"], &action["diagnostics"][0]["code"]),
            (&json!("quickfix"), &finding["code"]),
            "{to}: {actions}"
        );
        let mended = edited(&broken, &action["edit"]["changes"][client.uri("main.prov")]);
        assert_eq!(mended, whole, "{to}");
    }
    // Elsewhere, and of other kinds, there is nothing to do.
    let at = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
    for context in [json!({ "diagnostics": [] }), json!({ "diagnostics": [], "only": ["refactor"] })] {
        let asked = json!({ "textDocument": { "uri": client.uri("main.prov") }, "range": at, "context": context });
        assert_eq!(client.ask("textDocument/codeAction", asked), json!([]));
    }
}

#[test]
fn laying_out_is_what_the_command_does_and_touches_as_little() {
    let project = files();
    let mut client = Client::new(project.path());
    let options = json!({ "tabSize": 4, "insertSpaces": false });
    let mut format = |text: &str| {
        let at = client.at("main.prov", &format!("|{text}"));
        client.ask("textDocument/formatting", json!({ "textDocument": at["textDocument"], "options": options }))
    };
    let written = MAIN.replace("  Resync_Periodic = period", "     Resync_Periodic=period");
    let edits = format(&written);
    assert_eq!(edited(&written, &edits), MAIN);
    assert_eq!(edits.as_array().map(Vec::len), Some(1));
    assert_eq!(
        edits[0]["range"]["start"]["line"],
        edits[0]["range"]["end"]["line"].as_u64().map(|line| json!(line - 1)).expect("a line")
    );
    assert_eq!(format(MAIN), json!([]));
    assert_eq!(edited(&MAIN.replace('\n', "\r\n"), &format(&MAIN.replace('\n', "\r\n"))), MAIN);
    // What cannot be read has no layout.
    assert_eq!(format("profile a {\n"), Value::Null);
}

#[test]
fn the_shape_of_a_file_is_shown() {
    let project = files();
    let mut client = Client::new(project.path());
    client.open("main.prov", &QUICKSTART.replace("use cisco.mpp", "// one\n// two\nuse cisco.mpp\n"));
    let document = json!({ "textDocument": { "uri": client.uri("main.prov") } });
    let symbols = client.ask("textDocument/documentSymbol", document.clone());
    let named: Vec<(String, String)> = symbols
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            (one["detail"].as_str().unwrap_or_default().to_owned(), one["name"].as_str().unwrap_or_default().to_owned())
        })
        .collect();
    for wanted in [("server", "prov"), ("network", "lab"), ("fleet", "lab_desks")] {
        assert!(named.iter().any(|(word, name)| (word.as_str(), name.as_str()) == wanted), "{wanted:?}: {named:?}");
    }
    let fleet = symbols.as_array().expect("a list").iter().find(|one| one["name"] == "lab_desks").expect("a fleet");
    let inside: Vec<&str> =
        fleet["children"].as_array().expect("blocks").iter().filter_map(|one| one["name"].as_str()).collect();
    assert!(inside.contains(&"resync") && inside.contains(&"phone 00:0e:08:ab:cd:01"), "{inside:?}");
    let folds = client.ask("textDocument/foldingRange", document);
    let folds = folds.as_array().expect("a list");
    assert!(folds.iter().any(|fold| fold["kind"] == "comment"), "{folds:?}");
    let whole = &fleet["range"];
    assert!(
        folds.iter().any(|fold| fold["startLine"] == whole["start"]["line"] && fold["endLine"] == whole["end"]["line"]),
        "{folds:?}"
    );
}

#[test]
fn what_goes_on_the_wire_is_shown_behind_what_is_written() {
    let project = files();
    let mut client = Client::new(project.path());
    let text = MAIN.replace(
        "  for n in",
        "  Time_Zone = \"GMT+01:00\"\n  Register[1] = yes\n  Resync_Random_Delay = 40s\n  for n in",
    );
    client.open("main.prov", &text);
    let hints = |client: &mut Client, start: u32, end: u32| -> Vec<(u64, String)> {
        let range = json!({ "start": { "line": start, "character": 0 }, "end": { "line": end, "character": 0 } });
        let asked = json!({ "textDocument": { "uri": client.uri("main.prov") }, "range": range });
        let hints = client.ask("textDocument/inlayHint", asked);
        let hints = hints.as_array().expect("a list").clone();
        hints
            .iter()
            .map(|hint| {
                (
                    hint["position"]["line"].as_u64().expect("a line"),
                    hint["label"].as_str().expect("a label").to_owned(),
                )
            })
            .collect()
    };
    // What is written as it is sent, and what depends on the phone or on the turn of a loop, has none.
    assert_eq!(
        hints(&mut client, 0, 99),
        [(15, "→ 7200".to_owned()), (18, "→ Yes".to_owned()), (19, "→ 2".to_owned())]
    );
    assert_eq!(hints(&mut client, 18, 19), [(18, "→ Yes".to_owned())]);
}
