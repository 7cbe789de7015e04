//! `prov test` with a phone from the field: one that holds what a profile once set.

use crate::support::{Project, prov};

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
