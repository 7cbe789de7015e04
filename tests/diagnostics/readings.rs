//! What depends on how the vendor's texts are read (P1003): what is told, and the closest neighbour that is not.

use prov::compile::Options;
use prov::diagnostic::{Code, Severity};
use prov::language::MemoryFiles;
use prov::pipeline;

/// A network with DNS, and a fleet.
fn program(network: &str, profile: &str, fleet: &str) -> String {
    format!(
        r#"use cisco.mpp
server prov {{
  name "prov.example.com"  address 192.168.50.10
  http {{ port 80 }}
  tftp {{ port 69 }}
  dns {{ port 53 }}
  dhcp {{ }}
}}
network office {{ server prov  subnet 192.168.50.0/24  pool 192.168.50.100 .. 192.168.50.199  domain "example.com" }}
zone "example.com" {{
  a "prov" 192.168.50.10
{network}
}}
profile account {{
  fetch http "/$MA.xml"
{profile}
}}
fleet desks {{
  server prov  network office  profiles account
{fleet}
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC" }}
  phone 00:0e:08:ab:cd:02 {{ model "CP-7841-3PCC" }}
  phone 00:0e:08:ab:cd:03 {{ model "CP-8841-3PCC" }}
}}
"#
    )
}

const SERVICE: &str = "  srv \"_ciscoprov-http._tcp\" { target \"prov\"  port 80 }";

/// Line, severity and text of what is said of readings; nothing else is wrong.
#[track_caller]
fn told(network: &str, profile: &str, fleet: &str) -> Vec<(usize, Severity, String)> {
    told_if(network, profile, fleet, false)
}

#[track_caller]
fn told_if(network: &str, profile: &str, fleet: &str, pedantic: bool) -> Vec<(usize, Severity, String)> {
    let text = program(network, profile, fleet);
    let planned = pipeline::plan(&MemoryFiles::single(text), "main.prov", &Options::default());
    let planned = if pedantic { planned.pedantic() } else { planned };
    let all = planned.findings();
    assert!(all.iter().all(|finding| finding.severity != Severity::Error), "{all:?}");
    let ours = all.iter().filter(|finding| finding.code == Code::P1003);
    let sources = planned.sources();
    ours.map(|finding| {
        let line = sources.position(finding.span().file, finding.span().start).line;
        (line, finding.severity, format!("{} {}", finding.message, finding.notes.join(" ")))
    })
    .collect()
}

#[test]
fn a_fleet_that_dns_alone_leads_here() {
    let found = told(SERVICE, "", "  bootstrap srv");
    let [(line, Severity::Warning, text)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(*line, 20);
    assert!(text.contains("DNS SRV") && text.contains("C-05") && text.contains("1 more kinds"), "{text}");
    // By DHCP as well there is nothing in doubt, nor by DHCP alone, nor by hand.
    for fleet in [
        "  bootstrap dhcp 160 http",
        "  bootstrap dhcp 66",
        "  bootstrap dhcp 150",
        "  bootstrap manual",
        "  bootstrap edos",
        "",
    ] {
        assert_eq!(told("", "", fleet), [], "{fleet}");
        assert_eq!(told(SERVICE, "", fleet), [], "{fleet}");
    }
}

/// Every code that is told of a program, in order of places.
fn codes(fleet: &str) -> Vec<Code> {
    let planned = pipeline::plan(&MemoryFiles::single(program("", "", fleet)), "main.prov", &Options::default());
    planned.findings().iter().map(|finding| finding.code).collect()
}

#[test]
fn a_rule_that_fails_across_the_change_of_form() {
    const TO: &str = "http://fw.test/sip88xx.12-0-3MPP0001-1.loads";
    let by_hand = |rule: &str| format!("  bootstrap dhcp 66\n  rule Upgrade_Rule raw \"{rule}\"");
    const OURS: &str = "\\\"$PN\\\" eq \\\"CP-8841-3PCC\\\" and ";
    // Phones on loads before 11.3(2) never take the step, be it one or the first of two.
    let one = by_hand(&format!("({OURS}$SWVER lt sip88xx.12-0-3MPP0001-1)? {TO}"));
    let staged = by_hand(&format!(
        "({OURS}$SWVER lt sip88xx.11-3-3MPP0001-382)? http://fw.test/sip88xx.11-3-3MPP0001-382.loads | ({OURS}$SWVER lt sip88xx.12-0-3MPP0001-1)? {TO}"
    ));
    for fleet in [&one, &staged] {
        let found = told("", "", fleet);
        let [(21, Severity::Warning, text)] = found.as_slice() else { panic!("{found:?}") };
        assert!(text.contains("short of 12.0(3)") && text.contains("C-20") && text.contains("`error`"), "{text}");
    }
    assert!(told("", "", &one)[0].2.contains("that starts on 11."), "the version is told");
    // A profile rule too: its resync fails with it, each time.
    let profile = "  bootstrap dhcp 66\n  rule Profile_Rule_D raw \"($SWVER lt sip88xx.11-3-2MPP0001-609)? http://prov.example.com/$MA.xml\"";
    let found = told("", "", profile);
    assert!(matches!(found.as_slice(), [(21, Severity::Warning, _)]), "{found:?}");
    // The story says it all: no note beside it.
    assert_eq!(codes(profile), [Code::P1003]);
    // Two of them: no single one is to blame, and no resync was ever well.
    let two =
        profile.to_owned() + &profile.replace("  bootstrap dhcp 66", "").replace("Profile_Rule_D", "Profile_Rule_C");
    let found = told("", "", &two);
    assert!(found.iter().all(|(.., text)| text.contains("every resync fails all the same")), "{found:?}");
    // Neighbours: what both forms share is compared, or no version is.
    for sound in [
        by_hand(&format!("({OURS}$(SWVER:8:6)MPP-0 lt 12-0-3MPP-0)? {TO}")),
        by_hand(&format!("({OURS}\\\"$HWVER\\\" ne \\\"\\\")? {TO}")),
    ] {
        assert_eq!(told("", "", &sound), [], "{sound}");
    }
}

#[test]
fn an_empty_period_is_off_by_one_text_and_an_hour_by_others() {
    for profile in ["  Resync_Periodic = \"\"", "  Resync_Periodic = \"\"\n  Resync_At__HHmm_ = \"\""] {
        let found = told("", profile, "  bootstrap dhcp 66");
        let [(16, Severity::Warning, text)] = found.as_slice() else { panic!("{profile}: {found:?}") };
        assert!(text.contains("what turns Resync_Periodic off") && text.contains("C-10"), "{text}");
    }
    for fleet in ["  resync { every 0s }", "  resync { at 02:30 }", ""] {
        assert_eq!(told("", "", &format!("  bootstrap dhcp 66\n{fleet}")), [], "{fleet}");
    }
}

#[test]
fn a_value_that_is_left_to_the_user() {
    let fleet = "  bootstrap dhcp 66";
    let (left, cleared) = ("  user Back_Light_Timer", "  Log_Success_Msg = \"\"");
    let found = told_if("", left, fleet, true);
    let [(line, Severity::Note, text)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(*line, 16);
    assert!(text.contains("`Back_Light_Timer`") && text.contains("C-15"), "{text}");
    let found = told_if("", cleared, fleet, true);
    assert!(
        matches!(found.as_slice(), [(16, Severity::Note, _)]),
        "an empty value is the default by one text: {found:?}"
    );
    // There is no other way to write either, so that it is told on request only.
    assert_eq!(told("", left, fleet), []);
    assert_eq!(told("", cleared, fleet), []);
    // A value, and an empty one that is the default anyway.
    for sound in ["  Back_Light_Timer = \"Always On\" user rw", "  Log_Success_Msg = \"x\"", "  Syslog_Server = \"\""] {
        assert_eq!(told_if("", sound, fleet, true), [], "{sound}");
    }
}

#[test]
fn a_program_with_errors_is_not_played() {
    let codes = |text: String| -> Vec<Code> {
        let planned = pipeline::plan(&MemoryFiles::single(text), "main.prov", &Options::default());
        planned.findings().iter().map(|finding| finding.code).collect()
    };
    assert_eq!(codes(program(SERVICE, "  Nonsense = 1", "  bootstrap srv")), [Code::P0205]);
    // What phones cannot come by says nothing of readings.
    assert_eq!(codes(program("", "", "  bootstrap srv")), [Code::P0905]);
}
