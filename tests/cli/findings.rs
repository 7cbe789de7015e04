//! `prov check --format sarif|github|gitlab|junit`: what other machines read, by their schemas and readers.

use super::against::git;
use super::junit::find;
use crate::support::{PROV, Project, QUICKSTART, prov, root, run};
use serde_json::Value;
use std::process::Command;

/// An error, a warning, a note, and one in a data file; names that every form has to escape.
const MAIN: &str = r#"use cisco.mpp

server prov { address 192.168.50.10  http { port 80 } }

inventory desks from "the desks, 100%.csv" {
  mac   : mac
  model : model
  name  : string
}

profile account {
  fetch http "/$MA.xml"
  Time_Zona            = "<&\"%0A::,"
  Station_Display_Name = phone.name
  Ringer_Volume        = 99
}

fleet desks { server prov  profiles account  phones desks }
"#;
const DESKS: &str = "mac,model,name\n00:0e:08:ab:cd:01,CP-8841-3PCC,Desk\n00:0e:08:ab:cd:01,CP-8841-3PCC,Twice\n";

/// The program in a folder of a repository.
fn repository() -> Project {
    let all = Project::new(&[("our fleet/main.prov", MAIN), ("our fleet/the desks, 100%.csv", DESKS)]);
    git(all.path(), &["init", "-q"]);
    all
}

fn said(project: &Project, folder: &str, format: &str, status: i32) -> String {
    let path = project.join(folder);
    let ran = prov(["check", "--format", format, path.to_str().expect("a path")]).ends_with(status);
    assert_eq!(ran.stderr, "", "{format}");
    ran.text()
}

/// What the same check says as JSON.
fn entries(project: &Project, folder: &str) -> Vec<Value> {
    let document: Value = serde_json::from_str(&said(project, folder, "json", 1)).expect("a document");
    document["diagnostics"].as_array().expect("findings").clone()
}

/// Held against the schema of OASIS.
fn sarif(text: &str) -> Value {
    let schema = std::fs::read_to_string(root().join("tests/cli/fixtures/sarif-2.1.0.json")).expect("the schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let log: Value = serde_json::from_str(text).expect("a document");
    let faults: Vec<String> = validator.iter_errors(&log).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}\n{text}");
    log
}

#[test]
fn sarif_fits_its_schema_and_every_result_has_a_place() {
    let project = repository();
    let log = sarif(&said(&project, "our fleet", "sarif", 1));
    let run = &log["runs"][0];
    let (results, entries) = (run["results"].as_array().expect("results"), entries(&project, "our fleet"));
    assert_eq!(results.len(), entries.len());
    assert!(entries.len() >= 3, "{entries:?}");
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    for (result, entry) in results.iter().zip(&entries) {
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().expect("a URI");
        let file =
            entry["file"].as_str().expect("a file").replace(' ', "%20").replace(',', "%2C").replace("100%.", "100%25.");
        assert_eq!(uri, format!("our%20fleet/{file}"));
        assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
        for (region, told) in
            [("startLine", "line"), ("startColumn", "column"), ("endLine", "endLine"), ("endColumn", "endColumn")]
        {
            assert_eq!(place["region"][region], entry[told], "{region}");
        }
        assert_eq!((&result["ruleId"], &result["level"]), (&entry["code"], &entry["severity"]));
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("a number")];
        assert_eq!(rule["id"], entry["code"]);
        let text = result["message"]["text"].as_str().expect("a text");
        assert!(text.starts_with(entry["message"].as_str().expect("a message")), "{text}");
    }
    // Nothing found is a log as well, and one that a reader takes.
    let clean = Project::new(&[("main.prov", QUICKSTART)]);
    let log = sarif(&said(&clean, "", "sarif", 0));
    assert_eq!(log["runs"][0]["results"].as_array().map(Vec::len), Some(0));
    // What is denied is an error for whoever reads it.
    let warned = QUICKSTART.replace("name \"Workshop\"", "name \"Wörkshop\"");
    let warned = Project::new(&[("main.prov", &warned)]);
    let path = warned.path().to_str().expect("a path");
    let denied = prov(["check", "-D", "warnings", "--format", "sarif", path]).ends_with(1).text();
    assert_eq!(sarif(&denied)["runs"][0]["results"][0]["level"], "error");
}

#[test]
fn every_finding_of_every_page_is_a_valid_result() {
    let folder = root().join("src/diagnostic/pages");
    let mut checked = 0;
    let schema = std::fs::read_to_string(root().join("tests/cli/fixtures/sarif-2.1.0.json")).expect("the schema");
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).expect("JSON")).expect("a schema");
    for code in ["P0105", "P0106", "P0205", "P0301", "P0402", "P0403", "P0611", "P0804", "P0913", "P1001"] {
        let page = std::fs::read_to_string(folder.join(format!("{code}.md"))).unwrap_or_default();
        let Some(program) = page.split("```prov\n").nth(1).and_then(|rest| rest.split("```").next()) else { continue };
        let project = Project::new(&[("main.prov", program)]);
        let text = prov(["check", "--format", "sarif", project.path().to_str().expect("a path")]).text();
        let log: Value = serde_json::from_str(&text).expect("a document");
        let faults: Vec<String> = validator.iter_errors(&log).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{code}: {faults:?}");
        for result in log["runs"][0]["results"].as_array().expect("results") {
            let place = &result["locations"][0]["physicalLocation"];
            assert!(place["region"]["startLine"].as_u64() > Some(0), "{code}: {result}");
            assert!(place["artifactLocation"]["uri"].as_str().is_some_and(|uri| !uri.is_empty()), "{code}: {result}");
        }
        checked += 1;
    }
    assert!(checked >= 7, "{checked} pages");
}

/// What GitHub makes of a command: its property and data, unescaped as its runner does.
fn command(line: &str) -> (String, Vec<(String, String)>, String) {
    let (head, data) = line.strip_prefix("::").and_then(|rest| rest.split_once("::")).expect("a command");
    let (name, properties) = head.split_once(' ').expect("properties");
    let plain = |text: &str| {
        text.replace("%0A", "\n").replace("%0D", "\r").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
    };
    let pairs = properties.split(',').filter_map(|one| one.split_once('='));
    (name.to_owned(), pairs.map(|(key, value)| (key.to_owned(), plain(value))).collect(), plain(data))
}

#[test]
fn github_is_told_a_command_a_line() {
    let project = repository();
    let text = said(&project, "our fleet", "github", 1);
    let entries = entries(&project, "our fleet");
    assert_eq!(text.lines().count(), entries.len(), "{text}");
    for (line, entry) in text.lines().zip(&entries) {
        let (name, properties, message) = command(line);
        let wanted = match entry["severity"].as_str() {
            Some("note") => "notice",
            other => other.expect("a severity"),
        };
        assert_eq!(name, wanted, "{line}");
        let value = |key: &str| properties.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone());
        assert_eq!(value("file"), Some(format!("our fleet/{}", entry["file"].as_str().expect("a file"))));
        assert_eq!((value("line"), value("col")), (Some(entry["line"].to_string()), Some(entry["column"].to_string())));
        assert_eq!(value("title").as_deref(), entry["code"].as_str());
        assert!(message.starts_with(entry["message"].as_str().expect("a message")), "{message}");
    }
    assert_eq!(said(&Project::new(&[("main.prov", QUICKSTART)]), "", "github", 0), "");
}

#[test]
fn gitlab_is_given_a_report_whose_entries_keep_their_names() {
    let project = repository();
    let read = |project: &Project| -> Vec<Value> {
        serde_json::from_str(&said(project, "our fleet", "gitlab", 1)).expect("an array")
    };
    let before = read(&project);
    let entries = entries(&project, "our fleet");
    assert_eq!(before.len(), entries.len());
    for (issue, entry) in before.iter().zip(&entries) {
        assert_eq!((&issue["check_name"], &issue["location"]["lines"]["begin"]), (&entry["code"], &entry["line"]));
        let path = issue["location"]["path"].as_str().expect("a path");
        assert_eq!(path, format!("our fleet/{}", entry["file"].as_str().expect("a file")));
        let severity = issue["severity"].as_str().expect("a severity");
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity), "{severity}");
    }
    let prints =
        |issues: &[Value]| -> Vec<String> { issues.iter().map(|one| one["fingerprint"].to_string()).collect() };
    let mut each = prints(&before);
    each.sort();
    each.dedup();
    assert_eq!(each.len(), before.len(), "each has a name of its own");
    project.write("our fleet/main.prov", &MAIN.replacen("\n\n", "\n\n// A remark.\n\n", 1));
    let after = read(&project);
    assert_eq!(prints(&before), prints(&after), "and keeps it when lines come above it");
    assert_ne!(before, after);
    assert_eq!(said(&Project::new(&[("main.prov", QUICKSTART)]), "", "gitlab", 0), "[]\n");
}

#[test]
fn junit_has_a_case_for_each_finding_and_each_clean_file() {
    let project = repository();
    let document = said(&project, "our fleet", "junit", 1);
    let entries = entries(&project, "our fleet");
    let errors = entries.iter().filter(|entry| entry["severity"] == "error").count();
    assert_eq!(find(&document, "string(/testsuites/@failures)"), errors.to_string());
    assert_eq!(find(&document, "count(//failure)"), errors.to_string());
    assert_eq!(find(&document, "count(//testcase)"), find(&document, "string(/testsuites/@tests)"));
    let first = &entries[0];
    let message = find(&document, "string(//failure[1]/@message)");
    assert!(entries.iter().any(|entry| entry["message"] == message.as_str()), "{message}: {first}");
    let clean = said(&Project::new(&[("main.prov", QUICKSTART)]), "", "junit", 0);
    assert_eq!((find(&clean, "count(//testcase)"), find(&clean, "count(//failure)")), ("1".into(), "0".into()));
}

/// Paths are those of the repository, wherever it is asked from.
#[test]
fn places_are_told_from_the_top_of_the_repository() {
    let project = repository();
    let mut inside = Command::new(PROV);
    inside.current_dir(project.join("our fleet")).args(["check", "--format", "github"]);
    assert!(run(&mut inside).ends_with(1).text().contains(" file=our fleet/main.prov,"));
    // Without a repository they are from where it is asked.
    let alone = Project::new(&[("fleet/main.prov", &QUICKSTART.replace("Time_Zone ", "Time_Zona "))]);
    for (from, project, file) in
        [("", "fleet", "fleet/main.prov"), ("fleet", ".", "main.prov"), ("fleet", "", "main.prov")]
    {
        let mut command = Command::new(PROV);
        command.current_dir(alone.join(from)).args(["check", "--format", "github"]);
        command.args((!project.is_empty()).then_some(project));
        let text = run(&mut command).ends_with(1).text();
        assert!(text.starts_with(&format!("::error file={file},line=32,")), "{from} {project}: {text}");
    }
}
