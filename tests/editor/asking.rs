//! Hovering, completing, going to where a name is declared.

use super::client::Client;
use crate::support::{Project, root};
use serde_json::{Value, json};

const PROGRAM: &str = r#"use cisco.mpp
use "./values.prov"

/// How often phones come again.
let period = 2h

fn label(name: string): string = "{name}!"

inventory desks from "desks.csv" {
  mac   : mac
  model : model
  name  : string
}

server prov { name "prov.example.com"  address 192.168.50.10  http { } }

profile common {
  fetch http "/common/$MA.xml"
  Resync_Periodic = period
  Time_Zone = "GMT+01:00"
  Display_Name[1] = label(phone.name)
  for n in 1..2 {
    Proxy[n] = proxy
  }
}

fleet desks {
  phones   desks
  server   prov
  profiles common
}
"#;

/// What has the sign in it by which places are told.
const VALUES: &str = r#"let proxy = "sip.example.com"

inventory halls from "halls.csv" {
  mac   : mac
  model : model
  role  : "desk" | "lobby" = "desk"
}
"#;

fn files() -> Project {
    let rows = "mac,model,name\n00:0e:08:ab:cd:01,CP-8841-3PCC,Front\n";
    Project::new(&[("main.prov", PROGRAM), ("values.prov", VALUES), ("desks.csv", rows)])
}

/// The program with a place in it: before the first of the words behind `after`.
fn placed(after: &str, word: &str) -> String {
    let from = PROGRAM.find(after).unwrap_or_else(|| panic!("no {after}"));
    let at = from + PROGRAM[from..].find(word).unwrap_or_else(|| panic!("no {word} after {after}"));
    format!("{}|{}", &PROGRAM[..at], &PROGRAM[at..])
}

#[test]
fn hovering_tells_of_whatever_stands_there() {
    let project = files();
    let mut client = Client::new(project.path());
    for (after, word, wanted) in [
        (
            "",
            "period = 2h",
            &["let period = 2h", "How often phones come again.", "duration, known at build", "`2h`", "used in 1 place"]
                [..],
        ),
        ("Resync_Periodic", "period", &["let period = 2h"]),
        (
            "Resync",
            "Periodic",
            &["Resync_Periodic : schedule", "default    3600", "on the wire: `Resync_Periodic` = `7200`"],
        ),
        ("Time_Zone", "Zone", &["Time_Zone : one of", "on the wire: `Time_Zone` = `GMT+01:00`"]),
        ("", "fetch http", &["fetch SCHEME", "The path decides who shares the file"]),
        ("label(phone", "label", &["fn label(name: string): string", "used in 1 place"]),
        ("label(phone", "name", &["name", "known per phone"]),
        ("/common/", "MA", &["$MA", "macro MA"]),
        ("fetch", "fetch", &["`fetch"]),
        ("server   prov", "prov", &["server prov", "used in 1 place"]),
        ("profiles", "profiles", &["`profiles A, B, C, D`", "required"]),
        ("Proxy[", "n]", &["n", "int"]),
        ("= proxy", "proxy", &["let proxy = \"sip.example.com\"", "`sip.example.com`"]),
        ("mac   :", "mac\n", &["a hardware address"]),
        ("", "fleet desks", &["`fleet NAME { … }`", "phones, and everything that applies to them"]),
    ] {
        let at = client.at("main.prov", &placed(after, word));
        let told = client.ask("textDocument/hover", at);
        let text =
            told["contents"]["value"].as_str().unwrap_or_else(|| panic!("{word} after {after}: {told}")).to_owned();
        for part in wanted {
            assert!(text.contains(part), "{word} after {after}: no `{part}` in\n{text}");
        }
    }
    let at = client.at("main.prov", "// allow P0|204: kept for later\nlet a = 1 // server\n");
    let told = client.ask("textDocument/hover", at);
    assert!(told["contents"]["value"].as_str().is_some_and(|text| text.contains("P0204")), "{told}");
    for nothing in ["let a = 1 // ser|ver\n", "let a = 1 |\n", "|", "let a| = \"x\" \u{1f4de}\n"] {
        let at = client.at("main.prov", nothing);
        let told = client.ask("textDocument/hover", at);
        assert!(told.is_null() || nothing.contains("a|"), "{nothing}: {told}");
    }
}

#[test]
fn no_secret_is_told_by_hovering() {
    let project = files();
    let mut client = Client::new(project.path());
    project.write("key", "hunter2hunter2");
    let program = "secret key = file(\"key\")\nlet a = k|ey\n";
    let at = client.at("main.prov", program);
    let told = client.ask("textDocument/hover", at).to_string();
    assert!(told.contains("secret key") && !told.contains("hunter2"), "{told}");
}

/// The labels that are offered at a place, and what each puts there.
fn offered(client: &mut Client, marked: &str) -> Vec<(String, Value)> {
    let at = client.at("main.prov", marked);
    let offered = client.ask("textDocument/completion", at);
    let items = offered.as_array().unwrap_or_else(|| panic!("{marked}: {offered}"));
    items.iter().map(|item| (item["label"].as_str().expect("a label").to_owned(), item["textEdit"].clone())).collect()
}

#[test]
fn what_is_offered_fits_the_place() {
    let project = files();
    let mut client = Client::new(project.path());
    let program = |line: &str| PROGRAM.replace("  Time_Zone = \"GMT+01:00\"", line);
    let in_fleet = |line: &str| PROGRAM.replace("  phones   desks", line);
    for (text, wanted, unwanted) in [
        (program("  Res|"), &["Resync_Periodic", "fetch", "seed", "Proxy[1]"][..], &["fleet", "resync"][..]),
        (program("  seed Ri|"), &["Ringer_Volume"], &["fetch"]),
        (program("  Time_Zone = |"), &["\"GMT+01:00\"", "period", "label", "phone"], &["Resync_Periodic", "fetch"]),
        (program("  Time_Zone = \"GMT|\""), &["GMT+01:00", "GMT"], &["period"]),
        (program("  Time_Zone = \"GMT|"), &["GMT+01:00"], &["period"]),
        (program("  Dual_Registration[1] = |"), &["yes", "no"], &[]),
        (program("  Display_Name[1] = phone.|"), &["name", "model", "mac"], &["period", "yes"]),
        (program("  Display_Name[1] = \"x {phone.na|"), &["name"], &["period"]),
        (program("  Display_Name[1] = \"x {|"), &["period", "phone"], &["fetch"]),
        (program("  fetch http \"/a/$M|"), &["$MA", "$PSN", "$UID1"], &["period"]),
        (program("  fetch |"), &["http", "https", "tftp"], &["fleet"]),
        (program("  if phone.model == \"|"), &["CP-8841-3PCC"], &["period"]),
        (program("  if phone.role == \"|"), &["desk", "lobby"], &["period", "CP-8841-3PCC"]),
        (program("  if phone.role in [\"|"), &["desk", "lobby"], &["CP-8841-3PCC"]),
        (program("  match phone.role {\n    \"|"), &["desk", "lobby"], &["CP-8841-3PCC"]),
        (program("  for k in 1..3 {\n Proxy[k] = |\n }"), &["k", "period"], &["n"]),
        (in_fleet("  phones |"), &["desks"], &["common", "prov"]),
        (in_fleet("  profiles common, |"), &["common"], &["prov"]),
        (in_fleet("  server |"), &["prov"], &["common"]),
        (in_fleet("  boo|"), &["bootstrap", "resync", "upgrade"], &["fetch", "Resync_Periodic"]),
        (in_fleet("  bootstrap |"), &["dhcp", "srv"], &["prov"]),
        (in_fleet("  resync {\n    ev|\n"), &["every", "at", "retry"], &["fetch"]),
        (in_fleet("  phone 00:0e:08:ab:cd:01 { |"), &["model", "name"], &["fetch"]),
        (in_fleet("  phone 00:0e:08:ab:cd:01 { model \"|"), &["CP-8841-3PCC"], &["period"]),
        (PROGRAM.replace("use \"./values.prov\"", "use |"), &["cisco.mpp", "cisco.firmware"], &["fleet"]),
        (PROGRAM.replace("./values.prov", "|"), &["./values.prov"], &["fleet", "./main.prov"]),
        ("fl|".to_owned(), &["fleet", "profile", "server"], &["fetch"]),
        ("|".to_owned(), &["fleet", "use"], &["fetch"]),
        ("let a : |".to_owned(), &["string", "duration"], &["fleet"]),
        ("server a { |".to_owned(), &["address", "https"], &["fetch"]),
        ("server a { https { |".to_owned(), &["certificate", "clients"], &["address"]),
        ("network a { o|".to_owned(), &["option", "subnet"], &["fetch"]),
        ("test \"x\" {\n  expect |".to_owned(), &["Resync_Periodic", "firmware"], &["fetch"]),
        ("// fl|".to_owned(), &[], &["fleet"]),
    ] {
        let labels: Vec<String> = offered(&mut client, &text).into_iter().map(|(label, _)| label).collect();
        for one in wanted {
            assert!(labels.iter().any(|label| label == one), "{one} is not offered in\n{text}\n{labels:?}");
        }
        for one in unwanted {
            assert!(!labels.iter().any(|label| label == one), "{one} is offered in\n{text}");
        }
    }
}

#[test]
fn what_is_offered_takes_the_place_of_what_is_written() {
    let project = files();
    let mut client = Client::new(project.path());
    for (text, label, new, columns) in [
        ("profile a {\n  Prox|\n}", "Proxy[1]", "Proxy[${1:1}]", (2, 6)),
        ("profile a {\n  Time_Zone = \"GM|T\"\n}", "GMT+01:00", "GMT+01:00", (15, 17)),
        ("profile a {\n  fetch http \"/$M|\"\n}", "$MA", "$MA", (15, 17)),
        ("fle|", "fleet", "fleet ${1:name} {\n  server   $2\n  profiles $3\n  $0\n}", (0, 3)),
    ] {
        let offered = offered(&mut client, text);
        let (_, edit) =
            offered.iter().find(|(known, _)| known == label).unwrap_or_else(|| panic!("{label}: {offered:?}"));
        assert_eq!(edit["newText"], json!(new), "{text}");
        let range = &edit["range"];
        assert_eq!(
            (&range["start"]["character"], &range["end"]["character"]),
            (&json!(columns.0), &json!(columns.1)),
            "{text}"
        );
    }
}

#[test]
fn a_name_leads_to_where_it_is_declared() {
    let project = files();
    let mut client = Client::new(project.path());
    for (after, word, file, line, column) in [
        ("Resync_Periodic", "period", "main.prov", 4, 4),
        ("label(phone", "label", "main.prov", 6, 3),
        ("label(phone", "name)", "main.prov", 11, 2),
        ("\"{name", "name", "main.prov", 6, 9),
        ("Proxy[", "n]", "main.prov", 21, 6),
        ("= proxy", "proxy", "values.prov", 0, 4),
        ("use \"", "./values", "values.prov", 0, 0),
        ("phones ", "desks", "main.prov", 8, 10),
        ("server   ", "prov", "main.prov", 14, 7),
        ("profiles ", "common", "main.prov", 16, 8),
    ] {
        let at = client.at("main.prov", &placed(after, word));
        let found = client.ask("textDocument/definition", at);
        let wanted = json!({ "line": line, "character": column });
        assert_eq!(
            (&found[0]["uri"], &found[0]["range"]["start"]),
            (&json!(client.uri(file)), &wanted),
            "{word} after {after}: {found}"
        );
    }
    let at = client.at("main.prov", &placed("fetch", "http"));
    assert_eq!(client.ask("textDocument/definition", at), json!([]));
}

#[test]
fn every_example_answers_at_every_word() {
    for example in std::fs::read_dir(root().join("examples")).expect("examples") {
        let folder = example.expect("an example").path();
        let mut client = Client::new(&folder);
        let text = std::fs::read_to_string(folder.join("main.prov")).expect("a program");
        client.open("main.prov", &text);
        let errors: Vec<Value> = client.findings("main.prov").into_iter().filter(|one| one["severity"] == 1).collect();
        assert!(errors.is_empty(), "{folder:?}: {errors:?}");
        let uri = client.uri("main.prov");
        for (line, words) in text.lines().enumerate() {
            for column in (0..words.len()).step_by(5) {
                let at = json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": column } });
                for method in ["textDocument/hover", "textDocument/definition"] {
                    client.ask(method, at.clone());
                }
            }
            let at = json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": words.len() } });
            assert!(client.ask("textDocument/completion", at).is_array());
        }
    }
}
