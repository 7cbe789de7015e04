//! What cells of an inventory say is judged like what is written: for each phone that says it, and told once for each place.

use prov::compile::Options;
use prov::diagnostic::{Code, Diagnostic, Severity};
use prov::language::MemoryFiles;
use prov::pipeline::{self, Planned};
use std::fmt::Write;

/// Phones whose column `x` says these, and a profile that sets an element to it.
fn planned(kind: &str, setting: &str, cells: &[&str]) -> Planned {
    planned_with(kind, setting, cells, "http { }")
}

/// The same, on a server with these services.
fn planned_with(kind: &str, setting: &str, cells: &[&str], services: &str) -> Planned {
    let text = format!(
        r#"use cisco.mpp
inventory desks from "desks.csv" {{
  mac: mac
  model: model
  x: {kind}
}}
server prov {{ name "prov.example.com"  address 192.168.50.10  {services} }}
profile account {{
  fetch http "/$MA.xml"
  {setting}
}}
fleet desks {{ server prov  profiles account  bootstrap manual  phones desks }}
"#
    );
    let mut rows = String::from("mac,model,x\n");
    for (number, cell) in cells.iter().enumerate() {
        writeln!(rows, "00:0e:08:ab:{:02x}:{:02x},CP-8841-3PCC,{cell}", number >> 8, number & 255).expect("a string");
    }
    let mut files = MemoryFiles::single(text.as_str());
    files.0.insert("desks.csv".into(), rows.into_bytes());
    pipeline::plan(&files, "main.prov", &Options { program: "cells".into(), port_offset: 0 })
}

fn told(planned: &Planned) -> Vec<&Diagnostic> {
    planned.findings().iter().filter(|one| one.severity != Severity::Note).collect()
}

fn codes(planned: &Planned) -> Vec<Code> {
    told(planned).iter().map(|one| one.code).collect()
}

#[test]
fn each_value_is_judged() {
    const RETRY: &str = "Resync_Error_Retry_Delay = phone.x";
    for (kind, setting, cells, expected) in [
        ("duration", RETRY, ["30m", "0s", "30m"], vec![Code::P0802]),
        ("duration", RETRY, ["30m", "20s", "1h"], vec![Code::P0803]),
        ("duration", RETRY, ["20s", "10s", "5s"], vec![Code::P0803]),
        ("duration", RETRY, ["0s", "20s", "1h"], vec![Code::P0802, Code::P0803]),
        ("duration", RETRY, ["30m", "1h", "2h"], vec![]),
    ] {
        let planned = planned(kind, setting, &cells);
        assert_eq!(codes(&planned), expected, "{setting} {cells:?}: {:#?}", told(&planned));
    }
}

#[test]
fn whose_cells_they_are_is_told() {
    let cells = ["30m", "0s", "0s", "30m", "0s"];
    let planned = planned("duration", "Resync_Error_Retry_Delay = phone.x", &cells);
    let [finding] = told(&planned)[..] else { panic!("{:#?}", told(&planned)) };
    let whose = "it is so for 00:0e:08:ab:00:01 and 2 more phones";
    assert!(finding.notes.iter().any(|note| note == whose), "{finding:#?}");
}

#[test]
fn so_many_values_cost_no_time() {
    let cells: Vec<String> = (0..2_000).map(|number| format!("{}s", 600 + number)).collect();
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    // They retry in step, which is said once.
    assert_eq!(codes(&planned("duration", "Resync_Error_Retry_Delay = phone.x", &cells)), [Code::P0804]);
}

/// More values than are looked at: the phones behind them are counted all the same.
#[test]
fn no_phone_is_left_out_of_a_count() {
    let cells: Vec<String> = (0..1_000).map(|number| format!("{}s", 3_600 + number)).collect();
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    let at = |cells: &[&str]| {
        let capacity = "http { }  capacity 1";
        let planned = planned_with("duration", "Resync_Periodic = phone.x", cells, capacity);
        let all = told(&planned).into_iter().filter(|one| one.code == Code::P0805);
        all.map(|one| one.labels[0].text.clone()).collect::<Vec<_>>()
    };
    let told = at(&cells);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("1000 phones "), "{told:?}");
}

/// What stands behind `?` or `#` names no file: written in the path or in a cell of it.
#[test]
fn a_path_has_no_query() {
    let path = |path: &str, cells: &[&str]| {
        let program = format!(
            "use cisco.mpp\ninventory desks from \"desks.csv\" {{\n  mac: mac\n  model: model\n  x: string\n}}\n\
             server prov {{ address 192.168.50.10  http {{ }} }}\nprofile account {{ fetch http \"{path}\" }}\n\
             fleet desks {{ server prov  profiles account  bootstrap manual  phones desks }}\n"
        );
        let mut files = MemoryFiles::single(program.as_str());
        let rows = format!("mac,model,x\n00:0e:08:ab:00:00,CP-8841-3PCC,{}\n", cells[0]);
        files.0.insert("desks.csv".into(), rows.into_bytes());
        codes(&pipeline::plan(&files, "main.prov", &Options { program: "cells".into(), port_offset: 0 }))
    };
    assert_eq!(path("/a.xml?mac=$MA", &["x"]), [Code::P0509]);
    assert_eq!(path("/a.xml#$MA", &["x"]), [Code::P0509]);
    assert_eq!(path("/a-{phone.x}.xml", &["b?c"]), [Code::P0509]);
    assert_eq!(path("/a-{phone.x}.xml", &["bc"]), []);
}

/// Hosts that only some cells name, held against the list of those that phones may reach.
#[test]
fn hosts_of_cells_are_held_against_the_list() {
    const LIST: &str = "Restricted_Access_Domains = \"prov.example.com, 192.168.50.10, pbx.example.com\"\n  ";
    for (setting, cells, expected) in [
        ("Proxy[1] = phone.x", ["pbx.example.com", "sip.other.net"], vec![Code::P0909]),
        ("Outbound_Proxy[1] = phone.x", ["sip.other.net", "pbx.example.com"], vec![Code::P0909]),
        ("Cisco_Headset_Upgrade_Rule = phone.x", ["http://pbx.example.com/x", "http://h.test/x"], vec![Code::P0909]),
        ("Proxy[1] = phone.x", ["pbx.example.com", "PBX.example.com:5060"], vec![]),
    ] {
        let planned = planned("string", &format!("{LIST}{setting}"), &cells);
        let found: Vec<Code> = codes(&planned).into_iter().filter(|code| *code == Code::P0909).collect();
        assert_eq!(found, expected, "{setting} {cells:?}: {:#?}", told(&planned));
    }
}

/// Phones whose cells lead to other loads live otherwise: each kind is played, and where the load lies makes none.
#[test]
fn upgrades_by_cells_are_played_by_what_they_lead_to() {
    const NEW: &str = "http://h.test/sip88xx.11-3-7MPP0001-272.loads";
    const RING: &str = "($SWVER ne sip88xx.11-3-7MPP0001-272)? http://h.test/sip88xx.11-3-7MPP0001-272.loads | \
                        http://h.test/sip88xx.11-3-6MPP0001-100.loads";
    let played = |setting: &str, cells: &[&str]| codes(&planned("string", setting, cells));
    assert_eq!(played("Upgrade_Rule = phone.x", &[NEW, NEW]), []);
    assert!(played("Upgrade_Rule = phone.x", &[NEW, RING]).contains(&Code::P0705));
    let limit = format!("Upgrade_Rule = \"{NEW}\"\n  Downgrade_Rev_Limit = phone.x");
    let limited = planned("string", &limit, &["sip88xx.11-0-0MPP-7", "sip88xx.12-0-1MPP0001-245"]);
    let [finding] = told(&limited)[..] else { panic!("{:#?}", told(&limited)) };
    assert_eq!(finding.code, Code::P0706);
    assert!(finding.labels[0].text.contains("`Downgrade_Rev_Limit` refuses"), "{finding:#?}");
    // As many servers as phones are one kind.
    let cells: Vec<String> = (0..200).map(|site| NEW.replace("h.test", &format!("h{site}.test"))).collect();
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    assert_eq!(played("Upgrade_Rule = phone.x", &cells), []);
}
