//! `prov why`: what a person reads, the shape of the document, its status; each value and each line of a program that has
//! modules, inclusions, loops, conditions, functions, secrets and rows.

use crate::support::{PHONES, Project, QUICKSTART, prov, run, valid};
use serde_json::Value;
use std::process::Command;

const MAIN: &str = r#"use cisco.mpp
use "./sites/base.prov"

let stage    = "lab"
let greeting = "Hi {phone.name}"
fn loud(text: string): string = "{text}!"

/// Seals the accounts.
secret key = env("WHY_KEY")

inventory desks from "desks.json" {
  mac   : mac
  model : model
  name  : string
  kind  : "desk" | "lab" = "desk"
  pass  : secret
}

profile common {
  fetch http "/common/$PSN.xml"
  gzip

  include base
  override Time_Zone = "GMT+02:00"

  Proxy[1]            = domain
  Resync_Random_Delay = 2m user rw
  match stage {
    "lab" { Dial_Plan[1] = "(x.)" }
    else { Dial_Plan[1] = "(xx.)" }
  }
  user  Back_Light_Timer
  seed  Ringer_Volume = 9
  reset Restricted_Access_Domains
}

profile keys {
  fetch https "/keys/$MA.xml"
}

profile account {
  fetch http "/account/$MA.xml"
  seal aes256cbc key derive(key, phone.mac)

  override Proxy[1]    = "other.example"
  Password[1]          = phone.pass
  Station_Display_Name = greeting
  Display_Name[1]      = loud(phone.name)
  if phone.kind == "lab" {
    for n in 2..2 { Extension[n] = "1" }
    for n in 2..2 { Short_Name[n] = "L{n}" }
  } else {
    Extension[2] = "Disabled"
  }
}

profile lobby {
  fetch http "/lobby/$MA.xml"
  include base
  unlisted "X_Own" = "v"
  Short_Name[1] = phone.name
}

fleet desks {
  phones    desks
  server    prov
  network   lan
  profiles  common, keys, account
  bootstrap dhcp 66
  log       syslog

  resync { on boot  every 1h jitter 10m }
  rule Profile_Rule_D { when $PRVTMR > 10m { set Time_Format = "24hr" } else { set GPP_A = stage } }
}

fleet lobbies {
  server    prov
  network   lan
  profiles  lobby
  bootstrap dhcp 66

  phone 00:0e:08:00:00:09 { model "CP-8841-3PCC"  name "Lobby" }
}

test "they come" {
  phone 00:0e:08:00:00:09
  boot
  expect resyncs >= 1
}
"#;

const BASE: &str = r#"use cisco.mpp

let domain = "sip.{tail}"
let tail   = "example"

server prov {
  name    "prov.example"
  address 10.0.0.5
  tftp    { }
  http    { }
  https   { certificate "a.pem"  key file("k.pem")  clients require "ca.pem" }
  dns     { }
  dhcp    { }
  syslog  { }
  images  "loads"
  capacity 5
}

network lan {
  subnet 10.0.0.0/24
  pool   10.0.0.100 .. 10.0.0.199
  router 10.0.0.1
  lease  8h
  server prov
  option 42 = 10.0.0.2
  reserve 00:0e:08:00:00:01 10.0.0.20
}

zone "example" {
  a "prov" 10.0.0.5
  a "sip"  10.0.0.6
}

profile base {
  Time_Zone = "GMT+01:00"
}
"#;

const ROWS: &str = r#"[
  { "mac": "000e08000001", "model": "CP-8841-3PCC",
    "name": "One",
    "kind": "lab",
    "pass": "env:PASS_OF_ONE" },

  { "mac": "000e08000002", "model": "CP-7841-3PCC", "name": "Two", "pass": "env:PASS_OF_TWO" }
]
"#;

fn project() -> Project {
    let project = Project::new(&[]);
    std::fs::create_dir(project.join("sites")).expect("a folder");
    for (name, text) in [("main.prov", MAIN), ("sites/base.prov", BASE), ("desks.json", ROWS)] {
        project.write(name, text);
    }
    project
}

/// The answer as a person reads it, and the document, which fits its schema.
#[track_caller]
fn asked(project: &Project, question: &str) -> (String, Value) {
    let words = || ["why"].into_iter().chain(question.split(' ')).map(str::to_owned);
    let folder = || [project.path().display().to_string()];
    let human = prov(words().chain(folder())).ok();
    assert_eq!(human.stderr, "", "{question}");
    let document = prov(words().chain(folder()).chain(["--format".to_owned(), "json".to_owned()])).ok().json();
    valid("why", &[(question.to_owned(), document.clone())]);
    for secret in ["PASS_OF_ONE", "PASS_OF_TWO"] {
        assert!(!human.text().contains(secret) && !document.to_string().contains(secret), "{question}");
    }
    (human.text(), document)
}

/// Every answer below its question.
fn told(project: &Project, questions: &[&str]) -> String {
    questions.iter().map(|question| format!("$ prov why {question}\n{}\n", asked(project, question).0)).collect()
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn each_way_a_value_comes_is_told() {
    let questions = [
        "00:0e:08:00:00:01 Time_Zone",
        "000e08000001 Proxy_1_",
        "00-0E-08-00-00-01 Resync_Random_Delay",
        "00:0e:08:00:00:01 Resync_Periodic",
        "00:0e:08:00:00:01 Dial_Plan[1]",
        "00:0e:08:00:00:01 Station_Display_Name",
        "00:0e:08:00:00:01 Display_Name[1]",
        "00:0e:08:00:00:01 Short_Name[2]",
        "00:0e:08:00:00:02 Extension[2]",
        "00:0e:08:00:00:01 Password[1]",
        "00:0e:08:00:00:01 GPP_SA",
        "00:0e:08:00:00:01 Profile_Rule_C",
        "00:0e:08:00:00:01 Profile_Rule_D",
        "00:0e:08:00:00:01 Syslog_Server",
        "00:0e:08:00:00:01 Back_Light_Timer",
        "00:0e:08:00:00:01 Ringer_Volume",
        "00:0e:08:00:00:01 Restricted_Access_Domains",
        "00:0e:08:00:00:01 Time_Format",
        "00:0e:08:00:00:02 Unit[1]_Key[1]",
        "00:0e:08:00:00:09 Time_Zone",
        "00:0e:08:00:00:09 Short_Name[1]",
        "00:0e:08:00:00:09 X_Own",
    ];
    snapshot("why-values", &told(&project(), &questions));
}

#[test]
fn each_kind_of_line_tells_what_it_touches() {
    let project = project();
    let line = |file: &str, text: &str, start: &str| {
        let number = text.lines().position(|line| line.trim_start().starts_with(start)).expect(start) + 1;
        format!("{file}:{number}")
    };
    let main = |start: &str| line("main.prov", MAIN, start);
    let base = |start: &str| line("sites/base.prov", BASE, start);
    let questions: Vec<String> = [
        main("use cisco.mpp"),
        main("let stage"),
        main("let greeting"),
        main("fn loud"),
        main("secret key"),
        main("inventory desks"),
        main("kind"),
        main("profile common"),
        main("gzip"),
        main("include base"),
        main("override Time_Zone"),
        main("Proxy[1]"),
        main("match stage"),
        main("user"),
        main("seed"),
        main("reset"),
        main("seal"),
        main("if phone.kind"),
        main("} else {"),
        main("for n in") + ":21",
        main("server "),
        main("profiles"),
        main("bootstrap"),
        main("resync"),
        main("rule"),
        main("phone 00:0e:08:00:00:09 {"),
        main("boot"),
        main("test"),
        main("/// Seals"),
        main("let stage").replace(":4", ":3"),
        "main.prov:9999".to_owned(),
        base("let tail"),
        base("name "),
        base("address"),
        base("https"),
        base("dns"),
        base("images"),
        base("capacity"),
        base("router"),
        base("option 42"),
        base("reserve"),
        base("pool"),
        base("zone"),
        base("a \"sip\""),
        base("Time_Zone"),
        "desks.json:1".to_owned(),
        "desks.json:4".to_owned(),
        "desks.json:6".to_owned(),
        "desks.json:7".to_owned(),
        "desks.json:99".to_owned(),
    ]
    .into();
    let questions: Vec<&str> = questions.iter().map(String::as_str).collect();
    snapshot("why-lines", &told(&project, &questions));
}

#[test]
fn what_there_is_not_is_refused_with_what_was_meant() {
    let project = project();
    for (question, why) in [
        ("00:0e:08:00:00:01 Resync_Perodic", "did you mean `Resync_Periodic`?"),
        ("00:0e:08:00:00:01 Proxy", "name it with its index"),
        ("00:0e:08:00:00:01 Proxy[99]", "the index runs from 1 to 16"),
        ("00:0e:08:00:00:77 Time_Zone", "no fleet has the phone 00:0e:08:00:00:77; the fleets are desks, lobbies"),
        ("base.prov:3", "did you mean `sites/base.prov`?"),
        ("desk.json:3", "did you mean `desks.json`?"),
        ("elsewhere.txt:3", "its files are main.prov, sites/base.prov, desks.json"),
        ("main.prov:0", "counted from 1"),
    ] {
        let words = ["why"].into_iter().chain(question.split(' ')).map(str::to_owned);
        let ran = prov(words.chain([project.path().display().to_string()])).ends_with(2).says(why);
        assert_eq!(ran.text(), "", "{question}");
    }
    for (words, why) in [
        (&["why", "00:0e:08:00:00:01"][..], "which parameter of 00:0e:08:00:00:01?"),
        (&["why", "main.prov"], "neither a hardware address"),
        (&["why", ":3"], "neither a hardware address"),
        (&["why", "main.prov:99999999999"], "neither a hardware address"),
        (&["why", "main.prov:3", "a", "b"], "asked about alone"),
        (&["why"], "required"),
    ] {
        prov(words).ends_with(2).says(why);
    }
}

#[test]
fn a_program_with_errors_is_not_asked() {
    let broken = Project::new(&[("main.prov", &QUICKSTART.replace("Time_Zone ", "Time_Zona "))]);
    let folder = broken.path().display().to_string();
    for words in [&["why", PHONES[0], "Proxy[1]"][..], &["why", "main.prov:32"]] {
        let ran = prov(words.iter().copied().chain([folder.as_str()])).ends_with(1).says("error[P0205]");
        assert_eq!(ran.text(), "");
    }
}

#[test]
fn a_file_may_be_named_from_elsewhere() {
    let project = project();
    let path = |file: &str| project.join(file).display().to_string();
    // Without PROJECT it is the nearest folder above the file that is one.
    let inside = prov(["why", &(path("sites/base.prov") + ":4")]).ok().text();
    assert!(inside.starts_with("sites/base.prov:4  let tail = \"example\"\n"), "{inside}");
    let given = prov(["why", &(path("main.prov") + ":4:1"), &path("")]).ok().text();
    assert!(given.starts_with("main.prov:4  let stage = \"lab\"\n"), "{given}");
}

#[test]
fn a_path_may_be_written_in_many_ways_from_inside() {
    let project = project();
    std::fs::create_dir(project.join("elsewhere")).expect("a folder");
    let whole = |file: &str| project.join(file).display().to_string();
    let from = |folder: &str, question: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_prov"));
        run(command.args(["why", question]).current_dir(project.join(folder))).ok().text()
    };
    for (folder, question, file) in [
        ("", whole("main.prov") + ":4", "main.prov"),
        ("", "./main.prov:4".to_owned(), "main.prov"),
        ("", "sites/../main.prov:4:1".to_owned(), "main.prov"),
        ("", "./sites/base.prov:4".to_owned(), "sites/base.prov"),
        ("", whole("sites/base.prov") + ":4", "sites/base.prov"),
        ("", whole("desks.json") + ":6", "desks.json"),
        ("elsewhere", whole("main.prov") + ":4", "main.prov"),
        ("elsewhere", "../main.prov:4".to_owned(), "main.prov"),
        ("sites", "base.prov:4".to_owned(), "sites/base.prov"),
    ] {
        let text = from(folder, &question);
        assert!(text.starts_with(&format!("{file}:")), "{folder} {question}: {text}");
    }
}

#[test]
fn a_release_may_be_called_like_a_word_of_settings() {
    let text = include_str!("../../examples/staged-firmware/main.prov");
    for name in ["target", "port", "name", "to", "after", "server", "on", "pilot"] {
        let called = text
            .replace("firmware target", &format!("firmware {name}"))
            .replace("to        target", &format!("to {name}"))
            .replace("== target", &format!("== {name}"));
        let project = Project::new(&[("main.prov", called.as_str())]);
        let line = called.lines().position(|line| line.starts_with(&format!("firmware {name}"))).expect("a line") + 1;
        let (human, _) = asked(&project, &format!("main.prov:{line}"));
        assert!(human.contains("Upgrade_Rule") && human.contains("touches  3 phones"), "{name}: {human}");
        let (value, _) = asked(&project, "00:0e:08:40:00:01 Upgrade_Rule");
        for made in [&*format!("firmware {name} "), "fetch desks: http \"/firmware\""] {
            assert!(value.contains(made), "{name}, {made}: {value}");
        }
    }
}

#[test]
fn a_line_of_an_arm_is_about_that_arm() {
    let arms = "  match phone.kind {\n    \"lab\" {\n      Date_Format = \"day/month\"\n    }\n    else {\n      Date_Format = \"month/day\"\n    }\n  }\n";
    let main = MAIN.replace("  if phone.kind == \"lab\" {\n", &format!("{arms}  if phone.kind == \"lab\" {{\n"));
    let project = project();
    project.write("main.prov", &main);
    let from = main.lines().position(|line| line.trim() == "match phone.kind {").expect("a match") + 1;
    for (line, has, lacks, phones) in [
        (from + 1, "day/month", "month/day", "touches  1 phone: 00:0e:08:00:00:01"),
        (from + 4, "month/day", "day/month", "touches  1 phone: 00:0e:08:00:00:02"),
    ] {
        let (human, _) = asked(&project, &format!("main.prov:{line}"));
        assert!(human.contains(has) && !human.contains(lacks) && human.contains(phones), "{human}");
    }
    let (whole, _) = asked(&project, &format!("main.prov:{from}"));
    assert!(
        whole.contains("day/month") && whole.contains("month/day") && whole.contains("touches  2 phones"),
        "{whole}"
    );
}

#[test]
fn the_document_holds_what_a_tool_needs() {
    let project = project();
    let (_, value) = asked(&project, "00:0e:08:00:00:01 Station_Display_Name");
    assert_eq!((&value["value"], &value["owner"]), (&"Hi One".into(), &"program".into()));
    assert_eq!(value["made"][1]["place"]["file"], "desks.json");
    assert_eq!((&value["made"][1]["place"]["line"], &value["made"][1]["place"]["column"]), (&3.into(), &13.into()));
    let (_, secret) = asked(&project, "00:0e:08:00:00:01 Password[1]");
    assert_eq!((&secret["value"], &secret["made"][0]["value"]), (&"•••".into(), &Value::Null));
    let (_, user) = asked(&project, "00:0e:08:00:00:01 Back_Light_Timer");
    assert_eq!((&user["owner"], &user["access"]["user"], &user["value"]), (&"user".into(), &"rw".into(), &Value::Null));
    let (_, line) = asked(&project, "main.prov:26");
    assert_eq!((&line["is"], &line["phones"]), (&"statement".into(), &2.into()));
    let beaten = &line["settings"][0];
    assert_eq!(
        (&beaten["parameter"], &beaten["beaten"]["text"]),
        (&"Proxy[1]".into(), &"override Proxy[1] = \"other.example\"".into())
    );
    let (_, nothing) = asked(&project, "main.prov:3");
    assert_eq!(
        (&nothing["is"], &nothing["nearest"]["line"], &nothing["phones"]),
        (&"nothing".into(), &4.into(), &0.into())
    );
}

/// Where a declaration begins it is asked about as a whole, on however many lines it stands.
#[test]
fn a_block_on_one_line_is_a_block() {
    const ONE: &str = r#"use cisco.mpp
server prov { address 192.168.50.10  http { port 80 }  dhcp { } }
network office { server prov  subnet 192.168.50.0/24  pool 192.168.50.100 .. 192.168.50.199  dns 192.168.50.2  ntp 192.168.50.3 }
profile account { fetch http "/$MA.xml"  Ringer_Volume = 3 }
fleet desks { server prov  network office  profiles account  bootstrap dhcp 160  resync { every 2h jitter 10m }
  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC" }
}
"#;
    let project = Project::new(&[("main.prov", ONE)]);
    let why = |place: &str| prov(["why", place, project.path().to_str().expect("a path")]).ok().text();
    let network = why("main.prov:3");
    assert!(network.contains("option 6 = 192.168.50.2") && network.contains("option 42 = 192.168.50.3"), "{network}");
    let fleet = why("main.prov:5");
    assert!(fleet.contains("Resync_Periodic = 7200+600") && fleet.contains("option 160 = "), "{fleet}");
}
