//! `prov test` with a phone from the field: one that holds what a profile once set.

use crate::support::{Project, prov};
use serde_json::Value;

const PROGRAM: &str = r#"use cisco.mpp
server prov { address 192.168.50.10  http { } }
network lab { server prov  subnet 192.168.50.0/24  pool 192.168.50.100 .. 192.168.50.199 }
profile account {
  fetch http "/$MA.xml"
  User_ID[1] = "101"
}
fleet desks {
  server prov  profiles account  network lab
  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC" }
}
test "what the profile names is set, the rest stays" {
  phone 00:0e:08:ab:cd:01
  running "field.xml"
  expect User_ID[1] == "9"
  boot
  expect User_ID[1] == "101"
  expect Ringer_Volume == 3
}
"#;

const FIELD: &str = "<flat-profile><Profile_Rule>http://192.168.50.10/$MA.xml</Profile_Rule><User_ID_1_>9</User_ID_1_>\
                     <Ringer_Volume>3</Ringer_Volume></flat-profile>";

#[test]
fn a_phone_from_the_field_holds_what_its_profile_set() {
    let project = Project::new(&[("main.prov", PROGRAM), ("field.xml", FIELD)]);
    let report = prov(["test", "--format", "json", project.path().to_str().expect("a path")]).ok().json();
    assert_eq!(report["summary"]["passed"], 1, "{report}");
}

#[test]
fn what_is_no_profile_says_why() {
    for (field, code) in [
        ("", "P0305"),
        ("Salted__12345678", "P0305"),
        ("<device></device>", "P0305"),
        ("<flat-profile><A>", "P0305"),
        (&"<a>".repeat(100_000), "P0305"),
    ] {
        let project = Project::new(&[("main.prov", PROGRAM), ("field.xml", field)]);
        let document =
            prov(["check", "--format", "json", project.path().to_str().expect("a path")]).ends_with(1).json();
        assert_eq!(document["diagnostics"][0]["code"], code, "{document}");
    }
    let project = Project::new(&[("main.prov", PROGRAM)]);
    let document = prov(["check", "--format", "json", project.path().to_str().expect("a path")]).ends_with(1).json();
    assert_eq!(document["diagnostics"][0]["code"], "P0201", "{document}");
}

/// What became of the one test of a program, with a stance if one is given.
fn played(test: &str, field: &str, stance: Option<&str>) -> Value {
    let (program, _) = PROGRAM.split_once("test ").expect("a test");
    let project = Project::new(&[("main.prov", &format!("{program}{test}")), ("field.xml", field)]);
    let path = project.path().to_str().expect("a path");
    let mut arguments = vec!["test", "--format", "json", path];
    arguments.extend(stance.iter().flat_map(|stance| ["--stance", stance]));
    let ran = prov(&arguments);
    ran.json()["tests"][0].clone()
}

fn timeline(outcome: &Value) -> Vec<&str> {
    outcome["timeline"].as_array().expect("a timeline").iter().filter_map(Value::as_str).collect()
}

#[test]
fn a_phone_from_the_field_holds_what_the_stance_makes_of_its_file() {
    let field = "<flat-profile><Ringer_Volume>3</Ringer_Volume><Station_Name/><GPP_A></GPP_A></flat-profile>";
    let of = |value: &str| {
        format!(
            "test \"volume\" {{\n phone 00:0e:08:ab:cd:01\n running \"field.xml\"\n expect Ringer_Volume == {value}\n}}\n"
        )
    };
    let field = field.replace("<GPP_A>", "<Ringer_Volume></Ringer_Volume><GPP_A>");
    for (stance, value, passes) in [
        (None, "\"\"", true),
        (Some("C-15=keep-and-clear"), "\"\"", true),
        (Some("C-15=restore"), "\"\"", false),
        (Some("C-15=restore"), "9", true),
    ] {
        let outcome = played(&of(value), &field, stance);
        assert_eq!(outcome["passed"], passes, "{stance:?} {value}: {outcome}");
    }
}

#[test]
fn what_happens_round_the_phone_stands_in_its_timeline() {
    let test = "test \"round\" {\n phone 00:0e:08:ab:cd:01\n running \"field.xml\"\n boot\n call for 5m\n notify\n server down for 10m\n\
                after 20m\n server answers 503 for 1h\n after 2h\n expect requests >= 1\n}\n";
    let outcome = played(test, FIELD, None);
    let lines = timeline(&outcome);
    let place = |words: &str| {
        lines.iter().position(|line| line.contains(words)).unwrap_or_else(|| panic!("{words}: {lines:#?}"))
    };
    let order = [
        "a call begins, for 300 s",
        "resync held back: a line is in use",
        "file servers do not answer, for 600 s",
        "the call is over",
        "file servers answer 503, for 3600 s",
    ];
    let places: Vec<usize> = order.iter().map(|words| place(words)).collect();
    assert!(places.is_sorted(), "{places:?} {lines:#?}");
    assert_eq!(lines.iter().filter(|line| line.ends_with("file servers answer as before")).count(), 2, "{lines:#?}");
    let begins: Vec<u64> = lines.iter().map(|line| seconds(line)).collect();
    assert!(begins.is_sorted(), "{lines:#?}");
}

#[test]
fn a_call_before_the_phone_starts_is_over_when_it_starts() {
    let test = "test \"off\" {\n phone 00:0e:08:ab:cd:01\n running \"field.xml\"\n call for 5m\n boot\n expect resyncs == 1\n}\n";
    let outcome = played(test, FIELD, None);
    let told: Vec<&str> =
        timeline(&outcome).into_iter().take(3).map(|line| line.trim_start_matches(['0', ':', ' '])).collect();
    let [begins, over, boots] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((*begins, *over), ("a call begins, for 300 s", "the call is over"));
    assert!(boots.starts_with("boots on "), "{boots}");
}

#[test]
fn a_server_that_fails_answers_where_it_listens_and_nowhere_else() {
    let test = "test \"503\" {\n phone 00:0e:08:ab:cd:01\n running \"field.xml\"\n server answers 503 for 1h\n boot\n expect last resync == failure\n}\n";
    for (url, told) in [
        ("http://192.168.50.10/x", "http://192.168.50.10/x: 503"),
        ("tftp://192.168.50.10/x", "tftp://192.168.50.10/x: no answer"),
        ("https://192.168.50.10/x", "https://192.168.50.10/x: connection refused"),
        ("http://192.168.50.10:81/x", "http://192.168.50.10:81/x: connection refused"),
        ("http://192.168.50.11/x", "http://192.168.50.11/x: connection refused"),
    ] {
        let field = format!("<flat-profile><Profile_Rule>{url}</Profile_Rule></flat-profile>");
        let outcome = played(test, &field, None);
        assert_eq!(outcome["passed"], true, "{outcome}");
        let lines = timeline(&outcome);
        assert!(lines.iter().any(|line| line.contains(told)), "{told}: {lines:#?}");
    }
}

/// The time at a line's beginning.
fn seconds(line: &str) -> u64 {
    line.split("  ")
        .next()
        .unwrap_or_default()
        .split(':')
        .fold(0, |sum, part| sum * 60 + part.parse::<u64>().expect(line))
}

#[test]
fn what_a_phone_calls_itself_is_told_where_it_is_not_the_usual() {
    let test = "test \"agent\" {\n phone 00:0e:08:ab:cd:01\n running \"field.xml\"\n boot\n expect last resync == success\n}\n";
    let agent = |field: &str, stance| {
        let outcome = played(test, field, stance);
        timeline(&outcome)
            .iter()
            .filter(|line| line.contains("User-Agent: "))
            .map(|line| (*line).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(agent(FIELD, None), [""; 0]);
    let serial = agent(FIELD, Some("C-17=serial"));
    assert!(serial.len() == 1 && serial[0].contains("Cisco-CP-8841-3PCC/11.3.1 (880E08ABCD01)"), "{serial:?}");
    let named = FIELD.replace("</flat-profile>", "<HTTP_User_Agent_Name>desk</HTTP_User_Agent_Name></flat-profile>");
    assert!(agent(&named, None).iter().all(|line| line.ends_with("User-Agent: desk")));
}

#[test]
fn what_stands_behind_a_cut_was_not_looked_at() {
    let test = "test \"cut\" {\n phone 00:0e:08:ab:cd:01\n running \"field.xml\"\n boot\n expect resyncs == 1\n after 30d\n expect resyncs == 1\n}\n";
    let field = "<flat-profile><Resync_Periodic>1</Resync_Periodic><Resync_Random_Delay>0</Resync_Random_Delay>\
                 <Profile_Rule>http://192.168.50.10/none</Profile_Rule><Resync_Fails_On_FNF>No</Resync_Fails_On_FNF></flat-profile>";
    let outcome = played(test, field, None);
    let [seen, unseen] = outcome["expectations"].as_array().expect("expectations").as_slice() else {
        panic!("{outcome}")
    };
    assert_eq!((&seen["holds"], &seen["unseen"]), (&Value::Bool(true), &Value::Null));
    assert_eq!((&unseen["holds"], &unseen["actual"]), (&Value::Bool(false), &Value::String(String::new())));
    assert!(unseen["unseen"].as_str().is_some_and(|why| why.contains("the story was cut before it")), "{unseen}");
    assert!(timeline(&outcome).iter().any(|line| line.contains("it is cut here")));
    let (program, _) = PROGRAM.split_once("test ").expect("a test");
    let project = Project::new(&[("main.prov", &format!("{program}{test}")), ("field.xml", field)]);
    let path = project.path().to_str().expect("a path");
    let human = prov(["test", path]).ends_with(1).text();
    assert!(
        human.contains("not looked at: the story was cut before it") && !human.contains("found \"the story"),
        "{human}"
    );
    let junit = prov(["test", "--format", "junit", path]).ends_with(1).text();
    assert!(junit.contains("not looked at: the story was cut before it"), "{junit}");
}
