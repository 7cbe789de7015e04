//! `prov diff`: who is told what, in each form; the document fits its schema; revisions of real repositories; what cannot be
//! compared is said to be so, and which side it is.

use super::against::git;
use crate::support::{PROV, Project, QUICKSTART, prov, run, valid};
use serde_json::{Value, json};
use std::process::Command;

const MAIN: &str = r#"use cisco.mpp

secret fleet_key = env("DIFF_KEY")

server prov {
  name    "prov.example.com"
  address 192.168.50.10
  tftp    { }
  http    { port 80 }
  https   { certificate "prov.pem"  key file("prov.key")  clients require "phones.pem" }
  dns     { }
  dhcp    { }
}

network utrecht { server prov  subnet 192.168.50.0/24  pool 192.168.50.100 .. 192.168.50.199  lease 8h }

zone "example.com" {
  ttl 1h
  a "prov" 192.168.50.10
}

inventory desks from "desks.csv" {
  mac   : mac
  model : model
  name  : string
  pin   : secret
}

profile site {
  fetch https "/site/$MA.xml"
  Time_Zone     = "GMT+01:00"
  Ringer_Volume = 3
}

profile account {
  fetch http "/$MA.xml"
  seal aes256cbc key derive(fleet_key, phone.mac)
  Station_Display_Name = phone.name
  Password[1]          = phone.pin
}

fleet desks {
  server    prov
  network   utrecht
  profiles  site, account
  phones    desks
  bootstrap dhcp 66
  resync { every 1h }
}
"#;

/// So many phones of two models; the names of the first may be others.
fn rows(phones: usize, first: &str) -> String {
    let mut rows = String::from("mac,model,name,pin\n");
    for n in 0..phones {
        let model = ["CP-8841-3PCC", "CP-7841-3PCC"][usize::from(n % 4 == 3)];
        let name = if n == 0 { first.to_owned() } else { format!("Desk {n}") };
        rows.push_str(&format!("00:0e:08:ab:cd:{n:02x},{model},{name},env:PIN_{n}\n"));
    }
    rows
}

/// The same program twice, with other words in the second.
struct Two {
    before: Project,
    after: Project,
}

impl Two {
    fn new(changes: &[(&str, &str)], rows_before: &str, rows_after: &str) -> Self {
        let mut main = MAIN.to_owned();
        for (from, to) in changes {
            assert!(main.contains(from), "{from}");
            main = main.replace(from, to);
        }
        Two {
            before: Project::new(&[("main.prov", MAIN), ("desks.csv", rows_before)]),
            after: Project::new(&[("main.prov", &main), ("desks.csv", rows_after)]),
        }
    }

    fn with(changes: &[(&str, &str)]) -> Self {
        Two::new(changes, &rows(8, "Desk 0"), &rows(8, "Desk 0"))
    }

    fn said(&self, more: &[&str]) -> String {
        let paths = [&self.before, &self.after].map(|one| one.path().to_str().expect("a path"));
        let said = prov(["diff"].iter().chain(&paths).chain(more)).ok().text();
        assert!(!said.contains("PIN_") && !said.contains('\x1b'), "{said}");
        said.replace(paths[0], "BEFORE").replace(paths[1], "AFTER")
    }

    /// The document, which fits its schema.
    fn document(&self, more: &[&str]) -> Value {
        let document: Value =
            serde_json::from_str(&self.said(&[&["--format", "json"], more].concat())).expect("a document");
        valid("diff", &[("a difference".to_owned(), document.clone())]);
        document
    }

    /// Every change as `what name: before → after`, and how many phones have it.
    fn changes(&self) -> Vec<(String, u64)> {
        let document = self.document(&[]);
        let groups = document["groups"].as_array().expect("groups").clone();
        let text = |value: &Value| value.as_str().map_or("-".to_owned(), str::to_owned);
        let all = groups.iter().flat_map(|group| {
            let changes = group["changes"].as_array().expect("changes").clone();
            changes.into_iter().map(move |one| (one, group["count"].as_u64().unwrap_or(0)))
        });
        let line = |one: &Value| {
            let (before, after) = (text(&one["before"]), text(&one["after"]));
            format!("{} {}: {before} → {after}", text(&one["what"]), text(&one["name"]))
        };
        all.map(|(one, count)| (line(&one), count)).collect()
    }

    fn has(&self, line: &str, count: u64) {
        let changes = self.changes();
        assert!(changes.contains(&(line.to_owned(), count)), "{line} ×{count} is not in {changes:#?}");
    }
}

/// One change of each sort, with a new phone, one that is gone, and one that is called something else.
fn everything() -> Two {
    let rows_after = rows(8, "Rec|ep`tion").replace("00:0e:08:ab:cd:02", "00:0e:08:ab:cd:a2");
    Two::new(
        &[
            ("every 1h", "every 2h"),
            ("GMT+01:00", "GMT+02:00"),
            ("  Ringer_Volume = 3\n", "  Handset_Volume = 5\n"),
            ("lease 8h", "lease 4h"),
            ("192.168.50.199", "192.168.50.150"),
            ("ttl 1h", "ttl 2h"),
            ("/site/$MA.xml", "/sites/$MA.xml"),
        ],
        &rows(8, "Desk 0"),
        &rows_after,
    )
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn a_person_reads_who_and_what() {
    snapshot("diff-human", &everything().said(&[]));
}

#[test]
fn a_comment_on_a_change_is_markdown() {
    snapshot("diff-markdown", &everything().said(&["--format", "markdown"]));
}

#[test]
fn a_tool_reads_a_document() {
    let document = everything().document(&[]);
    snapshot("diff-json", &serde_json::to_string_pretty(&document).expect("a document"));
    assert_eq!(
        document["summary"],
        json!({"phones": 8, "unchanged": 0, "changed": 7, "added": 1, "removed": 1, "reboots": 0})
    );
}

/// diff(a, a) is empty.
#[test]
fn the_same_twice_is_no_difference() {
    let same = Two::with(&[]);
    assert_eq!(same.said(&[]), "nothing changes for 8 phones\n");
    let document = same.document(&["--exit-code"]);
    assert_eq!((&document["groups"], &document["requests"]), (&json!([]), &json!([])));
    assert_eq!((&document["summary"]["phones"], &document["summary"]["unchanged"]), (&json!(8), &json!(8)));
    // The same in other words, in another order, on other lines.
    let told_otherwise = Two::with(&[
        ("use cisco.mpp\n", "use cisco.mpp\n\n// A remark.\nlet zone_name = \"GMT+01:00\"\n"),
        ("= \"GMT+01:00\"\n  Ringer_Volume = 3\n", "= zone_name\n  Ringer_Volume = 1 + 2\n"),
    ]);
    assert_eq!(told_otherwise.said(&[]), "nothing changes for 8 phones\n");
}

#[test]
fn each_sort_of_change_is_told() {
    Two::with(&[("every 1h", "every 2h")]).has("parameter Resync_Periodic: 3600 → 7200", 8);
    Two::with(&[("lease 8h", "lease 4h")]).has("dhcp 51: 28800 → 14400", 8);
    Two::with(&[("dhcp 66", "dhcp 160")]).has("dhcp 160: - → https://prov.example.com", 8);
    Two::with(&[("fetch http \"/$MA.xml\"", "fetch http \"/a/$MA.xml\"  gzip")]).has(
        "file account: http://prov.example.com/$(MA).xml, sealed aes256cbc → http://prov.example.com/a/$(MA).xml, gzip, sealed aes256cbc",
        8,
    );
    // What was by itself, and what is said no more.
    Two::with(&[("Ringer_Volume = 3", "Handset_Volume = 5")]).has("parameter Ringer_Volume: 3 → -", 8);
    Two::with(&[("Ringer_Volume = 3", "Ringer_Volume = 3 user rw")]).has("parameter Ringer_Volume@ua: - → rw", 8);
    // A host is its phones' matter, other records are nobody's.
    let moved = Two::with(&[("192.168.50.10\n", "192.168.50.11\n")]);
    moved.has("dns prov.example.com A: 192.168.50.10 → 192.168.50.11", 8);
    moved.has("service server prov addresses: 192.168.50.10 → 192.168.50.11", 0);
    Two::with(&[("  ttl 1h\n", "  ttl 1h\n  txt \"x\" \"y\"\n")]).has("dns x.example.com TXT: - → y", 0);
    Two::with(&[("192.168.50.199", "192.168.50.150")]).has(
        "service network utrecht pools: first 192.168.50.100 last 192.168.50.199 → first 192.168.50.100 last 192.168.50.150",
        0,
    );
}

#[test]
fn firmware_restarts_phones_of_the_model_that_gets_it() {
    let two = Two::with(&[
        ("use cisco.mpp\n", "use cisco.mpp\nuse cisco.firmware\nfirmware target { release \"11.3(7)\" }\n"),
        ("resync { every 1h }\n", "resync { every 1h }\n  upgrade { to target  fetch http \"/fw\" }\n"),
    ]);
    let document = two.document(&[]);
    assert_eq!(document["summary"]["reboots"], 8, "{document}");
    let groups = document["groups"].as_array().expect("groups");
    assert_eq!(groups.len(), 2, "a load for each model: {document}");
    for group in groups {
        let firmware = group["changes"].as_array().and_then(|all| all.iter().find(|one| one["what"] == "firmware"));
        let load = firmware.and_then(|one| one["after"].as_str()).expect("a load");
        assert!(load.starts_with("sip") && load.contains("11-3-7"), "{load}");
        assert_eq!(group["reboots"], true);
    }
    let human = two.said(&[]);
    assert!(human.starts_with("6 phones in desks (8841); they restart with new firmware\n"), "{human}");
}

#[test]
fn a_key_is_another_and_no_secret_is_shown() {
    let key = Two::with(&[("env(\"DIFF_KEY\")", "env(\"OTHER_KEY\")")]);
    let (lines, human) = (key.changes(), key.said(&[]));
    let derived = |name: &str| format!("{{derived from secret env:{name}}}");
    key.has(&format!("key account: {} → {}", derived("DIFF_KEY"), derived("OTHER_KEY")), 8);
    assert!(human.contains("key of account"), "{human}");
    // The key is carried by a rule, where it is named as well.
    assert!(lines.iter().all(|(line, _)| !line.contains("stand-in")), "{lines:?}");
    // What a cell names is dots on both sides.
    let cells = Two::new(&[], &rows(8, "a"), &rows(8, "a").replace("env:PIN_3", "env:OTHER"));
    cells.has("parameter Password_1_: ••• → •••", 1);
    assert!(cells.said(&[]).contains("another secret") && !cells.said(&["--full"]).contains("OTHER"));
}

#[test]
fn many_values_of_their_own_are_one_change() {
    let other = rows(40, "Desk 0").replace("Desk", "Seat");
    let two = Two::new(&[], &rows(40, "Desk 0"), &other);
    let document = two.document(&[]);
    let group = &document["groups"][0];
    assert_eq!((document["groups"].as_array().map(Vec::len), &group["count"]), (Some(1), &json!(40)), "{document}");
    let example = json!({"phone": "00:0e:08:ab:cd:00", "before": "Desk 0", "after": "Seat 0"});
    let change = &group["changes"][0];
    assert_eq!((&change["before"], &change["such_as"]), (&json!("{phone.name}"), &example));
    // Everything, where it is asked for.
    let full = two.document(&["--full"]);
    let groups = full["groups"].as_array().expect("groups");
    assert_eq!(groups.len(), 40);
    assert!(groups.iter().all(|group| group["count"] == 1 && group["changes"][0]["such_as"].is_null()), "{full}");
    assert!(two.said(&["--full"]).contains("Desk 39 → Seat 39"));
    // A few are told apart.
    let few = Two::new(&[], &rows(8, "Desk 0"), &rows(8, "Desk 0").replace("Desk", "Seat"));
    few.has("parameter Station_Display_Name: Desk 3 → Seat 3", 1);
}

#[test]
fn servers_that_are_asked_more_often_are_told() {
    let two = Two::with(&[("every 1h", "every 30m")]);
    // Two files each.
    let requests = json!([{"server": "prov",
        "before": {"average": 0.004, "peak": 0.004, "power_cut": 0.4},
        "after": {"average": 0.009, "peak": 0.009, "power_cut": 0.4}}]);
    assert_eq!(two.document(&[])["requests"], requests);
    assert!(two.said(&[]).contains("requests to prov\n   on average    0.004/s → 0.009/s\n"), "{}", two.said(&[]));
}

/// A repository of the program, committed once, with the work tree as it was.
fn repository() -> Project {
    let all = Project::new(&[("fleet/main.prov", MAIN), ("fleet/desks.csv", &rows(3, "Desk 0")), ("other.txt", "")]);
    git(all.path(), &["init", "-q", "-b", "trunk"]);
    git(all.path(), &["add", "."]);
    git(all.path(), &["commit", "-q", "-m", "first"]);
    all
}

#[test]
fn revisions_are_compared_with_the_work_tree_and_with_each_other() {
    let all = repository();
    let fleet = all.join("fleet");
    let fleet = fleet.to_str().expect("a path");
    assert_eq!(prov(["diff", "HEAD", fleet]).ok().text(), "nothing changes for 3 phones\n");
    prov(["diff", "HEAD", fleet, "--exit-code"]).ok();
    all.write("fleet/main.prov", &MAIN.replace("every 1h", "every 2h"));
    git(all.path(), &["commit", "-q", "-a", "-m", "second"]);
    // A dirty tree, with a file that git does not know.
    all.write("fleet/main.prov", &MAIN.replace("every 1h", "every 4h"));
    all.write("fleet/untracked", "");
    let before = git(all.path(), &["status", "--porcelain"]);
    let said = |arguments: &[&str]| {
        let mut inside = Command::new(PROV);
        inside.current_dir(fleet).arg("diff").args(arguments).env("NO_COLOR", "1");
        run(&mut inside)
    };
    for (arguments, words) in [
        (&["HEAD"][..], "7200 → 14400"),
        (&["HEAD~1"], "3600 → 14400"),
        (&["HEAD~1", "HEAD"], "3600 → 7200"),
        (&["HEAD", "HEAD~1"], "7200 → 3600"),
        (&["trunk~1", "trunk", "."], "3600 → 7200"),
        (&["trunk~1", "trunk", fleet], "3600 → 7200"),
        (&["HEAD", fleet], "7200 → 14400"),
    ] {
        let text = said(arguments).ok().text();
        assert!(text.contains(words), "{arguments:?}: {text}");
        said(&[arguments, &["--exit-code"]].concat()).ends_with(1);
    }
    assert_eq!(git(all.path(), &["status", "--porcelain"]), before, "the work tree is as it was");
}

#[test]
fn what_cannot_be_compared_is_said_to_be_so() {
    let all = repository();
    let fleet = all.join("fleet");
    let fleet = fleet.to_str().expect("a path");
    prov(["diff", "nowhere", fleet]).ends_with(2).says("`nowhere` is no folder, and git has no such revision here");
    prov(["diff", "HEAD", "nowhere", fleet]).ends_with(2).says("`nowhere` is no folder");
    prov(["diff", "HEAD", "HEAD", "/nowhere"]).ends_with(2).says("cannot read /nowhere");
    prov(["diff"]).ends_with(2);
    // Which side it is, and why.
    all.write("fleet/main.prov", &MAIN.replace("Time_Zone ", "Time_Zona "));
    let after = prov(["diff", "HEAD", fleet, "--format", "json"]).ends_with(1);
    assert_eq!(after.text(), "");
    after.says("unknown parameter `Time_Zona`").says("error: `work tree` (after) does not compile");
    git(all.path(), &["commit", "-q", "-a", "-m", "broken"]);
    all.write("fleet/main.prov", MAIN);
    prov(["diff", "HEAD", fleet]).ends_with(1).says("unknown parameter").says("`HEAD` (before) does not compile");
    let both = prov(["diff", "HEAD", "HEAD", fleet]).ends_with(1);
    both.says("`HEAD` (before) and `HEAD` (after) do not compile");
    // A project that was not there yet.
    git(all.path(), &["rm", "-q", "-r", "--cached", "fleet"]);
    git(all.path(), &["commit", "-q", "-m", "without"]);
    prov(["diff", "HEAD", fleet]).ends_with(2).says("`HEAD` has no main.prov in this folder");
}

#[test]
fn a_repository_without_commits_and_a_shallow_clone_say_what_they_are() {
    let empty = Project::new(&[("main.prov", QUICKSTART)]);
    git(empty.path(), &["init", "-q"]);
    let path = empty.path().to_str().expect("a path");
    prov(["diff", "HEAD", path]).ends_with(2).says("the repository has no commits yet");
    let all = repository();
    git(all.path(), &["commit", "-q", "--allow-empty", "-m", "second"]);
    let origin = format!("file://{}", all.path().display());
    git(empty.path(), &["clone", "-q", "--depth", "1", &origin, "clone"]);
    let clone = empty.join("clone/fleet");
    let clone = clone.to_str().expect("a path");
    assert_eq!(prov(["diff", "HEAD", clone]).ok().text(), "nothing changes for 3 phones\n");
    prov(["diff", "HEAD~1", clone]).ends_with(2).says("the clone is shallow").says("git fetch --unshallow");
}

#[test]
fn hostile_names_stay_in_their_cell() {
    let name = "red|b`c``d<script>@all";
    let two = Two::new(&[], &rows(8, "Desk 0"), &rows(8, &format!("\"{name}\"")));
    let human = two.said(&[]);
    assert!(human.contains("Desk 0 → red|b`c``d<script>@all"), "{human}");
    let markdown = two.said(&["--format", "markdown"]);
    assert!(markdown.contains("| `Desk 0` | ```red\\|b`c``d<script>@all``` |"), "{markdown}");
    assert_eq!(two.document(&[])["groups"][0]["changes"][0]["after"], name);
}
