//! `prov test --format junit`, read by somebody else's XML reader.

use crate::support::{Project, QUICKSTART, prov, run};
use prov::workflow::testing::{ExpectationOutcome, Outcome, Report, Tally};
use std::process::Command;

/// What an XPath finds in a document.
#[track_caller]
pub(super) fn find(document: &str, path: &str) -> String {
    let folder = Project::new(&[("junit.xml", document)]);
    let ran = run(Command::new("xmllint").args(["--nonet", "--xpath", path]).arg(folder.join("junit.xml"))).ok();
    ran.text().trim_end_matches('\n').to_owned()
}

#[test]
fn a_program_s_tests_are_a_suite() {
    let called = QUICKSTART.replacen("test \"", "test \"a <b> & \\\"c\\\" 'd' ", 1);
    let failing = called.replace("Display_Name[1] == \"Front desk\"", "Display_Name[1] == \"no <desk> & \"");
    assert_ne!(called, failing);
    let project = Project::new(&[("main.prov", &failing)]);
    let path = project.path().to_str().expect("a path");
    let ran = prov(["test", "--format", "junit", path]).ends_with(1);
    let document = ran.text();
    let tests: usize = find(&document, "count(//testcase)").parse().expect("a number");
    assert_eq!(find(&document, "string(/testsuites/@tests)"), tests.to_string());
    assert_eq!(find(&document, "string(/testsuites/testsuite/@tests)"), tests.to_string());
    assert_eq!(find(&document, "count(//failure)"), "1", "{document}");
    assert_eq!(find(&document, "string(/testsuites/@failures)"), "1");
    let name = find(&document, "string(//testcase[failure]/@name)");
    assert!(name.starts_with("a <b> & \"c\" 'd' "), "{name}");
    assert_eq!(find(&document, "string(//testcase[failure]/@file)"), "main.prov");
    let failure = find(&document, "string(//failure)");
    assert!(failure.contains("Display_Name[1] == \"no <desk> & \"\n  found Front desk\n"), "the reason: {failure}");
    assert!(failure.contains("the phone's timeline:\n") && failure.contains("boots"), "{failure}");
    assert!(find(&document, "string(//failure/@message)").contains("== \"no <desk> & \": found Front desk"));
    // By name.
    let passed = prov(["test", "--format", "junit", "--filter", "a <b> &", path]).ends_with(1).text();
    assert_eq!(find(&passed, "count(//testcase)"), "1");
}

#[test]
fn whatever_a_test_is_called_the_document_is_well_formed() {
    let hostile = "\"<&>' ]]> \u{1}\u{0}\u{b}\u{fffe} \n\t\r é ☎ &amp; <!-- ";
    let expectation = ExpectationOutcome {
        text: hostile.into(),
        holds: false,
        actual: hostile.into(),
        unseen: None,
        file: "a & b.prov".into(),
        line: 3,
    };
    let outcome = |passed| Outcome {
        name: hostile.into(),
        passed,
        file: "a & b.prov".into(),
        line: 1,
        expectations: vec![expectation.clone()],
        timeline: vec![hostile.into(), "]]>".into()],
    };
    let report = Report { tests: vec![outcome(true), outcome(false)], summary: Tally { passed: 1, failed: 1 } };
    let document = report.junit();
    let shown = "\"<&>' ]]> \u{fffd}\u{fffd}\u{fffd}\u{fffd} \n\t\u{fffd} é ☎ &amp; <!-- ";
    assert_eq!(find(&document, "string(//testcase[1]/@name)"), shown);
    assert_eq!(find(&document, "string(//testcase[2]/@name)"), shown);
    assert!(find(&document, "string(//failure)").contains(shown));
    assert_eq!(find(&document, "string(//testsuite/@name)"), "a & b.prov");
    let none = Report { tests: vec![], summary: Tally::default() };
    assert_eq!(find(&none.junit(), "count(//testcase)"), "0");
}
