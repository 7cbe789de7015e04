//! Releases and upgrades: each finding by two programs, and by neighbours that have none; and what the rules do.

use prov::compile::Options;
use prov::diagnostic::{Code, Severity};
use prov::language::MemoryFiles;
use prov::phone::Mac;
use prov::pipeline::{self, Planned};

/// A program with these releases, this upgrade, these phones.
fn program(releases: &str, upgrade: &str, phones: &str) -> Planned {
    let text = format!(
        r#"use cisco.mpp
use cisco.firmware
server prov {{ name "prov.example.com"  address 192.168.50.10  http {{ port 80 }}  tftp {{ }} }}
profile common {{ fetch http "/common/$PSN.xml" }}
{releases}
fleet desks {{
  server prov
  profiles common
{phones}
  upgrade {{ {upgrade} }}
}}
"#
    );
    pipeline::plan(&MemoryFiles::single(text), "main.prov", &Options { program: "upgrade".into(), port_offset: 0 })
}

const DESK: &str = "  phone 00:0e:08:ab:cd:01 { model \"CP-8841-3PCC\" }";
const TO_NEW: &str = "to new  fetch http \"/firmware\"";

/// What is wrong; what the release notes tell has a test of its own.
fn codes(planned: &Planned) -> Vec<Code> {
    let wrong = planned.findings().iter().filter(|finding| finding.severity != Severity::Note);
    wrong.map(|finding| finding.code).collect()
}

#[test]
fn what_the_release_notes_tell_of_a_step_is_told_once() {
    let told = |release: &str, phones: &str| {
        let planned = program(&format!("firmware new {{ release \"{release}\" }}"), TO_NEW, phones);
        let notes = planned.findings().iter().filter(|finding| finding.code == Code::P0711);
        notes.map(|finding| finding.notes.join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(told("11.3(1)", &DESK.replace("8841", "6821")), ["for CP-6821-3PCC"]);
    let two = format!("{DESK}\n{}", DESK.replace("8841", "8851").replace(":01", ":02"));
    assert_eq!(told("11.0(1)", &two), ["for CP-8841-3PCC, CP-8851-3PCC"]);
    assert_eq!(told("11.3(7)", DESK), [""; 0]);
}

/// The upgrade rule of phone 1, 2, …
fn rule(planned: &Planned, phone: u8) -> String {
    let served = planned.served().unwrap_or_else(|| panic!("{:?}", planned.findings()));
    let phone = served.phone(Mac::new([0, 0x0e, 8, 0xab, 0xcd, phone])).expect("in the plan");
    let fleet = served.fleet(phone).expect("a fleet");
    let rule = fleet.rules.iter().find(|rule| rule.parameter == "Upgrade_Rule").expect("a rule");
    served.expand(phone, &rule.text)
}

#[test]
fn each_model_has_the_rule_of_its_loads() {
    let phones =
        "  phone 00:0e:08:ab:cd:01 { model \"CP-8841-3PCC\" }\n  phone 00:0e:08:ab:cd:02 { model \"CP-8845-3PCC\" }";
    let planned = program("firmware new { release \"11.3(7)\" }", TO_NEW, phones);
    assert_eq!(codes(&planned), []);
    assert!(
        rule(&planned, 1).starts_with("($(SWVER:8:6)MPP-0 lt 11-3-7MPP-0)? http://prov.example.com/firmware/sip88xx.")
    );
    assert!(rule(&planned, 2).starts_with("($(SWVER:11:6)MPP-0 lt 11-3-7MPP-0)? "), "{}", rule(&planned, 2));
}

#[test]
fn steps_that_the_release_notes_want_are_taken_unasked() {
    let phone = "  phone 00:0e:08:ab:cd:01 { model \"CP-8832-3PCC\" }";
    let rule = rule(&program("firmware new { release \"11.3(5)\" }", TO_NEW, phone), 1);
    let loads: Vec<&str> = rule.split(" | ").filter_map(|one| one.rsplit('/').next()).collect();
    assert_eq!(loads.first(), Some(&"sip8832.11-3-1MSR2-6.loads"), "{rule}");
    assert_eq!(loads.last(), Some(&"sip8832.11-3-5MPP0001-276.loads"), "{rule}");
}

#[test]
fn a_file_that_models_of_two_families_share_cannot_hold_both_rules() {
    let text = "firmware new { release \"11.3(7)\" }\nprofile shared { fetch http \"/all.xml\" }";
    let phones =
        "  phone 00:0e:08:ab:cd:01 { model \"CP-8841-3PCC\" }\n  phone 00:0e:08:ab:cd:02 { model \"CP-7841-3PCC\" }";
    let whole = format!(
        "use cisco.mpp\nuse cisco.firmware\nserver prov {{ address 192.168.50.10  http {{ }} }}\n{text}\nfleet desks {{\n  server prov\n  profiles shared\n{phones}\n  upgrade {{ {TO_NEW} }}\n}}\n"
    );
    let planned = pipeline::plan(
        &MemoryFiles::single(whole.clone()),
        "main.prov",
        &Options { program: "upgrade".into(), port_offset: 0 },
    );
    assert_eq!(codes(&planned), [Code::P0402]);
    // Two models of one family have one rule.
    let one = whole.replace("CP-7841-3PCC", "CP-8851-3PCC");
    let planned =
        pipeline::plan(&MemoryFiles::single(one), "main.prov", &Options { program: "upgrade".into(), port_offset: 0 });
    assert_eq!(codes(&planned), []);
}

#[test]
fn no_way_to_the_release() {
    for releases in [
        // Of another family; a circle; after something newer; a name that no text gives.
        "firmware new { load \"sip78xx.11-3-7MPP0001-417.loads\" for \"CP-7841-3PCC\" }",
        "firmware one { release \"11.2(3)\"  after new }\nfirmware new { release \"11.3(7)\"  after one }",
        "firmware late { release \"12.0(1)\" }\nfirmware new { release \"11.3(7)\"  after late }",
        "firmware new { release \"11.3(1)\" }",
    ] {
        let phone = if releases.contains("11.3(1)\"") { DESK.replace("8841", "8845") } else { DESK.to_owned() };
        assert_eq!(codes(&program(releases, TO_NEW, &phone)), [Code::P0701], "{releases}");
    }
    // A model that came out after the release that others pass does not have to pass it.
    let releases = "firmware old { release \"11.0(1)\" }\nfirmware new { release \"11.3(7)\"  after old }";
    assert_eq!(codes(&program(releases, TO_NEW, &DESK.replace("8841", "8845"))), []);
}

#[test]
fn a_load_is_of_its_family_and_its_release() {
    let with = |load: &str, model: &str| format!("firmware new {{ load \"{load}\" for \"{model}\" }}");
    for (releases, code) in [
        (with("sip78xx.11-3-7MPP0001-417.loads", "CP-8841-3PCC"), Code::P0702),
        (with("sip8845_65.11-3-7MPP0001-417.loads", "CP-8841-3PCC"), Code::P0702),
        (with("sip88xx.11-3-7MPP0001-417", "CP-8841-3PCC"), Code::P0305),
        (with("firmware.loads", "CP-8841-3PCC"), Code::P0305),
        (with("sip88xx.11-3-7MPP0001-417.loads", "CP-8841"), Code::P0211),
        (
            "firmware new { release \"11.3(7)\"  load \"sip88xx.11-3-6MPP0001-273.loads\" for \"CP-8841-3PCC\" }"
                .into(),
            Code::P0703,
        ),
        (
            "firmware new { release \"12.0(1)\"  load \"sip88xx.11-3-6MPP0001-273.loads\" for \"CP-8841-3PCC\" }"
                .into(),
            Code::P0703,
        ),
        ("firmware new { release \"11.3(77)\" }".into(), Code::P0201),
        ("firmware new { }".into(), Code::P0212),
    ] {
        assert_eq!(codes(&program(&releases, TO_NEW, DESK)).first(), Some(&code), "{releases}");
    }
    // An engineering build of the release is the program's to name.
    let own = "firmware new { release \"11.3(7)\"  load \"sip88xx.11-3-7MPP0001-999.loads\" for \"CP-8841-3PCC\" }";
    let planned = program(own, TO_NEW, DESK);
    assert_eq!(codes(&planned), []);
    assert!(rule(&planned, 1).contains("-999.loads"));
}

#[test]
fn what_an_upgrade_block_says() {
    let new = "firmware new { release \"11.3(7)\" }";
    for (upgrade, code) in [
        ("to new", Code::P0212),
        ("fetch http \"/firmware\"", Code::P0212),
        ("to newer  fetch http \"/firmware\"", Code::P0201),
        ("to new  fetch https \"/firmware\"", Code::P0212),
        ("to new  fetch http \"firmware\"", Code::P0509),
        ("to new  fetch http \"/firm ware\"", Code::P0509),
        ("to new  fetch http \"/firmware\"  retry 30s", Code::P0803),
        ("to new  fetch http \"/firmware\"  until new", Code::P0101),
    ] {
        let found = codes(&program(new, upgrade, DESK));
        assert!(found.contains(&code), "{upgrade}: {found:?}");
    }
    let planned = program(new, "to new  fetch tftp \"/\"  retry 1h, 2h jitter 30m  not below new", DESK);
    assert_eq!(codes(&planned), []);
    assert!(rule(&planned, 1).contains("? tftp://prov.example.com/sip88xx."), "{}", rule(&planned, 1));
}

#[test]
fn the_floor_is_below_the_way() {
    let releases = |after: &str| {
        format!(
            "firmware old {{ release \"11.0(1)\" }}\nfirmware floor {{ release \"11.2(3)\" }}\nfirmware new {{ release \"11.3(7)\"  after {after} }}"
        )
    };
    let upgrade = "to new  fetch http \"/firmware\"  not below floor";
    assert_eq!(codes(&program(&releases("old"), upgrade, DESK)), [Code::P0704]);
    assert_eq!(
        codes(&program("firmware new { release \"11.2(1)\" }\nfirmware floor { release \"11.2(3)\" }", upgrade, DESK)),
        [Code::P0704]
    );
    let found = codes(&program(&releases("floor"), upgrade, DESK));
    assert_eq!(found, [Code::P0204], "the release that nothing comes after is unused, and that is all");
}

#[test]
fn an_upgrade_that_is_switched_off() {
    let new = "firmware new { release \"11.3(7)\" }";
    let off = |value: &str| {
        let text = format!("{new}\nprofile second {{ fetch http \"/$MA.xml\"  Upgrade_Enable = {value} }}");
        let planned = program(&text, TO_NEW, &format!("{DESK}\n  profiles second"));
        codes(&planned)
    };
    assert!(off("no").contains(&Code::P0710));
    assert!(!off("yes").contains(&Code::P0710));
}

#[test]
fn an_upgrade_under_a_condition_has_an_alternative_for_each_way_it_holds() {
    let upgrade = "to new  fetch http \"/firmware\"  when $A == \"pilot\" or ($UPGTMR > 1h and $PRVST != 0)";
    let planned = program("firmware new { release \"11.3(7)\" }", upgrade, DESK);
    assert_eq!(codes(&planned), []);
    let rule = rule(&planned, 1);
    let all: Vec<&str> = rule.split(" | ").collect();
    assert!(all[0].starts_with("(\"$(A)\" eq \"pilot\" and $(SWVER:8:6)MPP-0 lt 11-3-7MPP-0)? http"), "{rule}");
    assert!(all[1].starts_with("($(UPGTMR) gt 3600 and $(PRVST) ne 0 and $(SWVER:8:6)MPP-0 lt"), "{rule}");
    assert_eq!(
        codes(&program("firmware new { release \"11.3(7)\" }", &upgrade.replace("$UPGTMR", "$UPTIME"), DESK)),
        [Code::P0208]
    );
}

#[test]
fn a_trigger_that_asks_for_a_release_asks_for_each_models_load() {
    let phones = "  phone 00:0e:08:ab:cd:01 { model \"CP-8841-3PCC\" }\n  phone 00:0e:08:ab:cd:02 { model \"CP-8845-3PCC\" }\n  resync { only when $SWVER < new }";
    let planned = program("firmware new { release \"11.3(7)\" }", TO_NEW, phones);
    assert_eq!(codes(&planned), []);
    let served = planned.served().expect("a plan");
    let trigger = |last: u8| {
        let phone = served.phone(Mac::new([0, 0x0e, 8, 0xab, 0xcd, last])).expect("a phone");
        let mut xml = Vec::new();
        served.render_xml(served.files_of(phone).pop().expect("a file"), &mut xml);
        String::from_utf8(xml).expect("ASCII")
    };
    assert!(trigger(1).contains(">$(SWVER:8:6)MPP-0 lt 11-3-7MPP-0</Resync_Trigger_1>"), "{}", trigger(1));
    assert!(trigger(2).contains(">$(SWVER:11:6)MPP-0 lt 11-3-7MPP-0</Resync_Trigger_1>"), "{}", trigger(2));
    let missing = "firmware new { release \"11.3(7)\" }\nfirmware other { load \"sip78xx.11-3-7MPP0001-417.loads\" for \"CP-7841-3PCC\" }";
    let planned = program(missing, TO_NEW, &phones.replace("< new", "< other"));
    assert_eq!(codes(&planned), [Code::P0701]);
}

#[test]
fn a_test_begins_with_a_load_that_the_phone_can_run() {
    let with = |load: &str| {
        let test = format!(
            "test \"t\" {{\n  phone 00:0e:08:ab:cd:01\n  firmware \"{load}\"\n  boot\n  expect firmware == new\n}}"
        );
        codes(&program(&format!("firmware new {{ release \"11.3(7)\" }}\n{test}"), TO_NEW, DESK))
    };
    assert_eq!(with("sip78xx.11-0-1MPP-477"), [Code::P0702]);
    assert_eq!(with("sip8845_65.11-1-1MPP-897"), [Code::P0702]);
    assert_eq!(with("11.0(1)"), [Code::P0305]);
    assert_eq!(with("sip88xx.11-0-1MPP-477"), []);
    // What is not written as loads are has no family to tell.
    assert_eq!(with("sip88xx.0104-MPP-9875dev"), []);
}

#[test]
fn what_a_model_has_no_load_for_is_told() {
    let phones =
        "  phone 00:0e:08:ab:cd:01 { model \"CP-8841-3PCC\" }\n  phone 00:0e:08:ab:cd:02 { model \"CP-7841-3PCC\" }";
    let releases = "firmware lab { load \"sip88xx.11-2-3MPP-398.loads\" for \"CP-8841-3PCC\" }\nfirmware new { release \"11.3(7)\" }";
    let floor = "to new  fetch http \"/firmware\"  not below lab";
    assert_eq!(codes(&program(releases, floor, phones)), [Code::P0701]);
    assert_eq!(codes(&program(releases, floor, DESK)), []);
    let when = "to new  fetch http \"/firmware\"  when $SWVER < lab";
    assert_eq!(codes(&program(releases, when, phones)), [Code::P0701]);
    assert_eq!(codes(&program(releases, when, DESK)), []);
    // Hardware has versions of its own.
    assert_eq!(codes(&program(releases, &when.replace("$SWVER", "$HWVER"), DESK)), [Code::P0503]);
}

#[test]
fn builds_are_compared_whole() {
    let releases = "firmware new { load \"sip88xx.11-3-7MPP0001-27.loads\" for \"CP-8841-3PCC\" }";
    let rule = rule(&program(releases, TO_NEW, DESK), 1);
    assert!(rule.contains("\"$(SWVER:8:17)\" ne \"11-3-7MPP0001-27\""), "{rule}");
}

#[test]
fn many_releases_are_followed_once_each() {
    let mut releases = String::from("firmware new { release \"11.3(7)\"  after a29, b29 }\n");
    for n in 1..30 {
        let after = if n > 1 { format!("after a{0}, b{0}", n - 1) } else { String::new() };
        let build = |letter: char, of: u32| {
            format!("firmware {letter}{n} {{ load \"sip88xx.11-0-1MPP-{of}.loads\" for \"CP-8841-3PCC\"  {after} }}\n")
        };
        releases += &(build('a', 1000 + n * 2) + &build('b', 1001 + n * 2));
    }
    assert_eq!(codes(&program(&releases, TO_NEW, DESK)), []);
    let chain: String = (0..20_000).fold("firmware new { release \"11.3(7)\"  after f0 }\n".into(), |text, n| {
        text + &format!(
            "firmware f{n} {{ load \"sip88xx.11-0-1MPP-1.loads\" for \"CP-8841-3PCC\"  after f{} }}\n",
            n + 1
        )
    });
    assert!(codes(&program(&chain, TO_NEW, DESK)).contains(&Code::P0106));
}

#[test]
fn a_newer_load_that_cannot_be_cut_keeps_phones_from_going_back_to_the_target() {
    // 12-0-10 cut like 11-3-7 would read 12-0-1.
    let releases = "firmware new { release \"11.3(7)\" }\nfirmware late { load \"sip88xx.12-0-10MPP0001-5.loads\" for \"CP-8841-3PCC\" }";
    let planned = program(releases, TO_NEW, DESK);
    let rule = rule(&planned, 1);
    assert!(rule.starts_with("($(SWVER) lt sip88xx.11-3-7MPP0001-"), "{rule}");
    let told: Vec<Code> = planned.findings().iter().map(|finding| finding.code).collect();
    let on_it: Vec<&Code> = told.iter().filter(|code| matches!(code, Code::P0504 | Code::P1003)).collect();
    assert_eq!(on_it, [&Code::P1003], "it says that texts differ on this, once: {told:?}");
}
