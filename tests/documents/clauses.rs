//! `docs/clauses.md`: every clause of the reference, and tests that are there.

use crate::support::root;
use std::collections::BTreeSet;
use std::path::Path;

/// A part of the reference: its name, how many sections it has, and of those that are divided the number and the parts.
type Part = (&'static str, u32, &'static [(u32, u32)]);

const PARTS: [Part; 4] =
    [("PB", 34, &[(2, 2), (8, 6), (11, 1)]), ("RS", 18, &[]), ("WF", 12, &[(1, 6), (5, 6)]), ("DT", 25, &[])];

fn clauses() -> Vec<String> {
    let mut all = Vec::new();
    for (part, sections, divided) in PARTS {
        for section in 1..=sections {
            all.push(format!("{part} §{section}"));
            let parts = divided.iter().find(|(of, _)| *of == section).map_or(0, |(_, parts)| *parts);
            all.extend((1..=parts).map(|number| format!("{part} §{section}.{number}")));
        }
    }
    all
}

/// The names of all functions that are tests.
fn tests_under(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            tests_under(&path, names);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).expect("readable");
            let mut marked = false;
            for line in text.lines().map(str::trim) {
                let name = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ");
                match name.and_then(|name| name.split(['(', '<']).next()) {
                    Some(name) if marked => {
                        names.insert(name.to_owned());
                        marked = false;
                    }
                    Some(_) => marked = false,
                    // Other attributes may stand between.
                    None => marked |= line.starts_with("#[test]") || line.starts_with("#[tokio::test"),
                }
            }
        }
    }
}

#[test]
fn every_clause_is_held_by_a_test_that_exists() {
    let mut known = BTreeSet::new();
    tests_under(&root().join("src"), &mut known);
    tests_under(&root().join("tests"), &mut known);
    let page = std::fs::read_to_string(root().join("docs/clauses.md")).expect("docs/clauses.md");
    let mut listed = Vec::new();
    let mut faults = Vec::new();
    for line in page.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [clause, about, held] = cells.as_slice() else { continue };
        if !clause.contains('§') {
            continue;
        }
        listed.push((*clause).to_owned());
        let named: Vec<&str> = held.split('`').skip(1).step_by(2).collect();
        let excused = held.starts_with("not modelled") || held.starts_with("prose");
        if about.is_empty() || (named.is_empty() && !excused) {
            faults.push(format!("{clause} is held by nothing"));
        }
        faults.extend(
            named.iter().filter(|name| !known.contains(**name)).map(|name| format!("{clause}: no test `{name}`")),
        );
    }
    assert_eq!(listed, clauses());
    assert_eq!(faults, [""; 0]);
}

#[test]
fn every_test_that_is_named_for_a_clause_is_listed() {
    let mut known = BTreeSet::new();
    tests_under(&root().join("src"), &mut known);
    tests_under(&root().join("tests"), &mut known);
    let page = std::fs::read_to_string(root().join("docs/clauses.md")).expect("docs/clauses.md");
    let named = |name: &String| {
        let number = ["pb_", "rs_", "wf_", "dt_"].iter().find_map(|part| name.strip_prefix(part));
        number.is_some_and(|number| number.starts_with(|first: char| first.is_ascii_digit()))
    };
    let missing: Vec<&String> =
        known.iter().filter(|name| named(name) && !page.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
