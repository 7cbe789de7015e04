//! Findings while a program is written.

use super::client::Client;
use crate::support::{Project, QUICKSTART};
use serde_json::{Value, json};

#[test]
fn findings_come_with_each_change_and_go_with_the_next() {
    let project = Project::quickstart();
    let mut client = Client::new(project.path());
    client.open("main.prov", QUICKSTART);
    assert_eq!(client.codes("main.prov"), [""; 0]);
    client.replace("main.prov", &QUICKSTART.replace("Time_Zone", "Time_Zoen"));
    let found = client.findings("main.prov");
    assert_eq!(found.len(), 1, "{found:?}");
    let line = QUICKSTART.lines().position(|line| line.contains("Time_Zone")).expect("a line");
    assert_eq!(
        (&found[0]["code"], &found[0]["severity"], &found[0]["source"]),
        (&json!("P0205"), &json!(1), &json!("prov"))
    );
    assert_eq!(found[0]["range"]["start"]["line"], json!(line));
    assert!(
        found[0]["message"].as_str().is_some_and(|text| text.contains("help: did you mean `Time_Zone`?")),
        "{found:?}"
    );
    client.replace("main.prov", QUICKSTART);
    assert_eq!(client.codes("main.prov"), [""; 0]);
    assert_eq!(client.end(), Some(0));
}

#[test]
fn what_is_open_counts_and_not_what_the_disk_has() {
    let main = "use cisco.mpp\nuse \"./more/values.prov\"\n".to_owned()
        + &QUICKSTART.replace("use cisco.mpp\n", "").replace("GMT+01:00", "{zone}");
    let project = Project::new(&[("main.prov", &main), ("more/values.prov", "let zone = \"GMT+01:00\"\n")]);
    let mut client = Client::new(project.path());
    // A module is of the program that uses it.
    client.open("more/values.prov", "let zoen = \"GMT+01:00\"\n");
    client.open("main.prov", &main);
    assert!(client.codes("main.prov").contains(&"P0201".to_owned()));
    client.replace("more/values.prov", "let zone = \"GMT+01:00\"\n");
    assert_eq!(client.codes("more/values.prov"), [""; 0]);
    // Closed, it is what the disk has.
    client.replace("more/values.prov", "let zone = 5\n");
    client.wait("a finding", |message| message["params"]["diagnostics"].as_array().is_some_and(|all| !all.is_empty()));
    let uri = client.uri("more/values.prov");
    client.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    let uri = client.uri("main.prov");
    client.wait("no finding", |message| {
        message["params"]["uri"] == json!(uri) && message["params"]["diagnostics"].as_array().is_some_and(Vec::is_empty)
    });
}

#[test]
fn a_row_of_an_inventory_has_its_finding_in_its_own_file() {
    let text = "use cisco.mpp\ninventory desks from \"desks.csv\" {\n  mac   : mac\n  model : model\n}\n".to_owned()
        + "server prov { address 192.168.50.10  http { } }\nprofile common { fetch http \"/$MA.xml\" }\n"
        + "fleet desks { phones desks  server prov  profiles common }\n";
    let rows = "mac,model\n00:0e:08:ab:cd:01,CP-8841-3PCC\n";
    let project = Project::new(&[("main.prov", &text), ("desks.csv", &rows.replace("8841-", "8842-"))]);
    let mut client = Client::new(project.path());
    client.open("main.prov", &text);
    let uri = client.uri("desks.csv");
    let found = client.wait("findings of the rows", |message| message["params"]["uri"] == json!(uri));
    let found = &found["params"]["diagnostics"][0];
    assert_eq!(found["range"]["start"], json!({ "line": 1, "character": 18 }), "{found}");
    // The file is written by somebody else.
    project.write("desks.csv", rows);
    client.tell("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri, "type": 2 }] }));
    client.wait("the rows without a finding", |message| {
        message["params"]["uri"] == json!(uri) && message["params"]["diagnostics"] == json!([])
    });
    // And then in the editor.
    client.open("desks.csv", &rows.replace("8841-", "8843-"));
    assert_eq!(client.codes("desks.csv").len(), 1);
}

#[test]
fn positions_are_in_the_units_that_were_agreed_on() {
    let text = "let a = \"\u{1f4de}\u{fc}\" + b\n";
    for (encodings, agreed, column) in [
        (json!(["utf-16"]), "utf-16", 16),
        (json!(["utf-16", "utf-8"]), "utf-8", 19),
        (json!(["utf-32"]), "utf-32", 15),
        (json!(null), "utf-16", 16),
    ] {
        let project = Project::new(&[]);
        let mut client = Client::raw(project.path());
        let general = json!({ "positionEncodings": encodings });
        let told = client.ask("initialize", json!({ "capabilities": { "general": general } }));
        assert_eq!(told["capabilities"]["positionEncoding"], json!(agreed));
        client.tell("initialized", json!({}));
        client.open("a.prov", text);
        let found = client.findings("a.prov");
        let of_name = found.iter().find(|one| one["code"] == "P0201").unwrap_or_else(|| panic!("{found:?}"));
        assert_eq!(of_name["range"]["start"], json!({ "line": 0, "character": column }), "{agreed}");
        // What comes in is in the same: the name becomes a literal.
        let (start, end) = (json!({ "line": 0, "character": column }), json!({ "line": 0, "character": column + 1 }));
        client.change("a.prov", json!([{ "range": { "start": start, "end": end }, "text": "\"c\"" }]));
        assert!(!client.codes("a.prov").contains(&"P0201".to_owned()));
    }
}

#[test]
fn of_very_many_phones_the_text_is_told_first_and_rows_stay_told() {
    let text = "use cisco.mpp\ninventory desks from \"desks.csv\" {\n  mac   : mac\n  model : model\n}\n".to_owned()
        + "server prov { address 192.168.50.10  http { } }\n"
        + "profile common {\n  fetch http \"/$MA.xml\"\n  Ringer_Volume = 9\n}\n"
        + "fleet desks { phones desks  server prov  profiles common }\n";
    let row =
        |n: u32| format!("00:0e:08:ab:{:02x}:{:02x},CP-88{}1-3PCC\n", n / 256, n % 256, if n == 700 { 9 } else { 4 });
    let rows = "mac,model\n".to_owned() + &(0..800).map(row).collect::<String>();
    let project = Project::new(&[("main.prov", &text), ("desks.csv", &rows)]);
    let mut client = Client::new(project.path());
    client.open("main.prov", &text);
    let (main, data) = (client.uri("main.prov"), client.uri("desks.csv"));
    let of_rows = |message: &Value| message["params"]["uri"] == json!(data);
    let found = client.wait("findings of the rows", of_rows);
    assert_eq!(found["params"]["diagnostics"][0]["range"]["start"]["line"], json!(701), "{found}");
    for (written, slips) in [("Rniger_Volume", 1), ("Ringer_Volume", 0), ("Ringer_Volmue", 1)] {
        client.replace("main.prov", &text.replace("Ringer_Volume", written));
        let codes = client.codes("main.prov");
        assert_eq!(codes.iter().filter(|code| *code == "P0205").count(), slips, "{written}: {codes:?}");
        // Beside each, the row that nobody looked at again.
        let found = client.wait("findings of the rows", of_rows);
        assert_eq!(found["params"]["diagnostics"].as_array().map(Vec::len), Some(1), "{found}");
    }
    // And in the end all is told of the whole.
    client.replace("main.prov", &text.replace("use cisco.mpp\n", "// once more\nuse cisco.mpp\n"));
    client.findings("main.prov");
    let all = client.wait("the findings of all", |message| message["params"]["uri"] == json!(main));
    let codes: Vec<&Value> =
        all["params"]["diagnostics"].as_array().expect("a list").iter().map(|one| &one["code"]).collect();
    assert!(!codes.contains(&&json!("P0205")), "{all}");
}
