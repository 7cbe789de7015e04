//! `prov check --against`: a revision in git, or a folder.

use crate::support::{Project, prov, run};
use std::path::Path;
use std::process::Command;

const MAIN: &str = r#"use cisco.mpp
server prov { address 192.168.50.10  http { port 80 } }

inventory desks from "data/desks.csv" {
  mac   : mac
  model : string
}

profile account {
  fetch http "/$MA.xml"
  Ringer_Volume = 3
}

fleet desks {
  server    prov
  profiles  account
  phones    desks
}
"#;
const ROWS: &str = "mac,model\n00:0e:08:ab:cd:01,CP-8841-3PCC\n";

pub(super) fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]);
    run(command.args(arguments)).ok().text()
}

/// A repository with the program in a folder below its top, committed once.
fn repository() -> Project {
    let all = Project::new(&[("fleet/main.prov", MAIN), ("fleet/data/rows.csv", ROWS), ("other.txt", "")]);
    std::os::unix::fs::symlink("rows.csv", all.join("fleet/data/desks.csv")).expect("a link");
    git(all.path(), &["init", "-q"]);
    git(all.path(), &["add", "."]);
    git(all.path(), &["commit", "-q", "-m", "first"]);
    all
}

#[test]
fn a_revision_is_read_beside_the_work_tree() {
    let all = repository();
    let fleet = all.join("fleet");
    let fleet = fleet.to_str().expect("a path");
    prov(["check", "--against", "HEAD", fleet]).ok();
    all.write("fleet/main.prov", &MAIN.replace("/$MA.xml", "/accounts/$MA.xml").replace("  Ringer_Volume = 3\n", ""));
    let before = git(all.path(), &["status", "--porcelain"]);
    prov(["check", fleet]).ok();
    let ran = prov(["check", "--against", "HEAD", fleet]).ends_with(1);
    let said = ran.text();
    for words in
        ["P1001", "in the field", "in two steps", "P0611", "`Ringer_Volume` is withdrawn", "1 phone: an element"]
    {
        assert!(said.contains(words) || ran.stderr.contains(words), "{words}: {said}\n{}", ran.stderr);
    }
    let document = prov(["check", "--against", "HEAD", "--format", "json", fleet]).ends_with(1).json();
    let codes: Vec<&str> =
        document["diagnostics"].as_array().expect("findings").iter().filter_map(|one| one["code"].as_str()).collect();
    assert_eq!(codes, ["P1001", "P0611"]);
    assert_eq!(git(all.path(), &["status", "--porcelain"]), before);
    // The same from inside, and by a name.
    git(all.path(), &["tag", "v1"]);
    let mut inside = Command::new(crate::support::PROV);
    run(inside.current_dir(fleet).args(["check", "-q", "--against", "v1"])).ends_with(1);
}

#[test]
fn a_folder_is_a_revision_too() {
    let all = repository();
    let earlier =
        Project::new(&[("main.prov", &MAIN.replace("= 3", "= 3\n  Handset_Volume = 4")), ("data/desks.csv", ROWS)]);
    let (fleet, earlier) = (all.join("fleet"), earlier.path().to_str().expect("a path").to_owned());
    let fleet = fleet.to_str().expect("a path");
    prov(["check", "--against", &earlier, fleet]).ok().says("`Handset_Volume` is withdrawn");
}

#[test]
fn what_is_no_revision_is_said_to_be_none() {
    let all = repository();
    let fleet = all.join("fleet");
    let fleet = fleet.to_str().expect("a path");
    for (revision, words) in [
        ("nowhere", "`nowhere` is no folder, and git has no such revision here"),
        ("--output=x", "git has no such revision"),
        ("HEAD:other.txt", "git has no such revision"),
        ("", "git has no such revision"),
    ] {
        let argument = format!("--against={revision}");
        prov(["check", &argument, fleet]).ends_with(2).says(words);
    }
    let bare = Project::new(&[("main.prov", &MAIN.replace("data/desks.csv", "desks.csv")), ("desks.csv", ROWS)]);
    let outside = prov(["check", "--against", "HEAD", bare.path().to_str().expect("a path")]).ends_with(2);
    outside.says("is in no git repository");
    // The program was not there yet, or was none.
    all.write("fleet/main.prov", "nonsense");
    git(all.path(), &["commit", "-q", "-a", "-m", "second"]);
    git(all.path(), &["rm", "-q", "-r", "fleet"]);
    git(all.path(), &["commit", "-q", "-m", "third"]);
    all.write("fleet/main.prov", MAIN);
    all.write("fleet/data/desks.csv", ROWS);
    prov(["check", "--against", "HEAD", fleet]).ends_with(2).says("has no main.prov in this folder");
    prov(["check", "--against", "HEAD~1", fleet]).ends_with(2).says("with errors it is no program");
}
