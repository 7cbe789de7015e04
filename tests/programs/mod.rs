//! Whole projects with the plan that each compiles to. A folder holds the program and `plan.json.snap`; after a change
//! that is meant, `cargo insta review` (or INSTA_UPDATE=always) writes the plan anew, and the difference is read.

use crate::support::{Project, compact, prov};
use serde_json::Value;
use std::path::PathBuf;

/// The folders here. The quickstart's program is the example's.
pub const PROGRAMS: [&str; 6] =
    ["quickstart", "networks-and-reservations", "csv-inventory", "shapes-by-role", "several-servers", "rules-by-hand"];

/// Where a project lies.
pub fn folder(name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    if matches!(name, "quickstart" | "acme") {
        root.join("examples").join(name)
    } else {
        root.join("tests/programs").join(name)
    }
}

fn text(name: &str) -> String {
    folder(name).to_str().expect("a path").to_owned()
}

fn plan(name: &str) {
    let out = Project::new(&[]);
    let target = out.join("out");
    prov(["build", &text(name), "-o", target.to_str().expect("a path"), "--target", "plan"]).ok();
    let plan: Value = serde_json::from_slice(&std::fs::read(target.join("plan.json")).expect("a plan")).expect("JSON");
    insta::with_settings!({
        snapshot_path => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/programs").join(name),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!("plan.json", compact(&plan));
    });
}

#[test]
fn quickstart() {
    plan("quickstart");
}

#[test]
fn networks_and_reservations() {
    plan("networks-and-reservations");
}

#[test]
fn csv_inventory() {
    plan("csv-inventory");
}

#[test]
fn shapes_by_role() {
    plan("shapes-by-role");
}

#[test]
fn several_servers() {
    plan("several-servers");
}

#[test]
fn rules_by_hand() {
    plan("rules-by-hand");
}

#[test]
fn every_folder_is_a_test() {
    let entries = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs")).expect("this folder");
    let entries = entries.map(|entry| entry.expect("an entry"));
    let mut found: Vec<String> = entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let mut named = PROGRAMS.map(str::to_owned).to_vec();
    named.push("acme".to_owned());
    found.sort();
    named.sort();
    assert_eq!(found, named);
}

/// The large example uses what this version says something about: https, and a name outside ASCII.
#[test]
fn acme_compiles_and_passes_its_own_tests() {
    let project = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/acme");
    let document = prov(["check", "--format", "json", project]).ok().json();
    let codes: Vec<&str> = document["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|finding| finding["code"].as_str())
        .collect();
    assert_eq!(codes, ["P0711", "P0107", "P0913", "P0306", "P0306"], "{document}");
    prov(["fmt", "--check", project]).ok();
    let report = prov(["test", "--format", "json", project]).ok().json();
    assert_eq!((report["summary"]["passed"].as_u64(), report["summary"]["failed"].as_u64()), (Some(2), Some(0)));
    plan("acme");
}

#[test]
fn every_program_is_clean_laid_out_and_passes_its_own_tests() {
    for name in PROGRAMS {
        let project = text(name);
        let checked = prov(["check", "-D", "warnings", &project]).ok();
        assert!(checked.text().starts_with("no findings · "), "{name}: {}", checked.text());
        prov(["fmt", "--check", &project]).ok();
        let report = prov(["test", "--format", "json", &project]).ok().json();
        assert!(report["summary"]["passed"].as_u64() > Some(0), "{name} tests something: {report}");
    }
}
