//! `prov simulate`: what it tells people and programs, what it writes, and what it says to who asks for the impossible.

use super::against::git;
use crate::support::{Project, prov, root, valid};
use serde_json::Value;

fn example(name: &str) -> String {
    root().join("examples").join(name).to_str().expect("a path").to_owned()
}

fn crowd() -> String {
    root().join("tests/simulation/crowd.prov").to_str().expect("a path").to_owned()
}

fn simulated(arguments: &[&str]) -> Value {
    prov(["simulate", "-q"].iter().chain(arguments).chain(&["--format", "json"])).ok().json()
}

#[test]
fn the_summary_is_what_it_was() {
    let (acme, crowd) = (example("acme"), crowd());
    let day = prov(["simulate", "-q", &crowd]).ok().text();
    let cut = ["simulate", "-q", &crowd, "--phones", "1000", "--capacity", "8", "--line", "1MB", "--event"];
    let cut = prov(cut.iter().chain(&["power-cut@8h,outage@12h+1h:prov"])).ok().text();
    let firmware = prov(["simulate", "-q", &acme, "--event", "firmware@22h", "--for", "48h"]).ok().text();
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("simulate-human", format!("{day}\n---\n{cut}\n---\n{firmware}"));
    });
}

#[test]
fn documents_fit_their_schema_and_add_up() {
    let crowd = crowd();
    let one = simulated(&[&crowd, "--event", "power-cut@8h:desk_lan,push@9h+1m", "--phones", "400"]);
    let two = simulated(&[&crowd, "--against", &crowd, "--for", "2h"]);
    valid("simulate", &[("one".into(), one.clone()), ("two".into(), two.clone())]);
    assert_eq!((&one["phones"], &one["program_phones"]), (&400.into(), &40.into()));
    // Three of four are in the desks' network.
    assert_eq!((&one["events"][0]["phones"], &one["events"][1]["phones"]), (&300.into(), &400.into()));
    assert_eq!(two["before"], two["after"]);
    let asked = |server: usize| one["servers"][server]["requests"]["total"].as_u64().expect("a number");
    let done = one["resyncs"]["done"].as_u64().expect("a number");
    // Desks fetch two files, one from each server.
    assert!(done.abs_diff(asked(0)) < 5 && asked(1) < asked(0), "{one}");
}

#[test]
fn the_same_seed_gives_the_same_figures() {
    let crowd = crowd();
    let run = |seed: &str| {
        let scenario = ["simulate", "-q", &crowd, "--phones", "120000", "--for", "1h", "--event", "power-cut@10m"];
        prov(scenario.iter().chain(&["--seed", seed, "--format", "json"])).ok().text()
    };
    let first = run("7");
    assert_eq!(first, run("7"));
    assert_ne!(first, run("8"));
}

#[test]
fn a_folder_holds_report_data_and_plots() {
    let (project, crowd) = (Project::new(&[]), crowd());
    let out = project.join("out");
    let out = out.to_str().expect("a path");
    let scenario = ["simulate", "-q", &crowd, "--event", "power-cut@1h", "--for", "2h", "--out", out];
    let told = prov(scenario).ok().text();
    let read = |name: &str| std::fs::read_to_string(project.join("out").join(name)).expect(name);
    assert_eq!(read("report.txt"), told);
    let report: Value = serde_json::from_str(&read("report.json")).expect("a document");
    let requests = read("requests.csv");
    let mut rows = requests.lines();
    assert_eq!(rows.next(), Some("second,prov,files"));
    let prov_sum: u64 = rows.map(|row| row.split(',').nth(1).expect("a cell").parse::<u64>().expect("a number")).sum();
    assert_eq!(requests.lines().count(), 7201);
    assert_eq!(report["servers"][0]["requests"]["total"], prov_sum);
    let last = read("reached.csv").lines().last().expect("a row").to_owned();
    assert!(last.ends_with(",40"), "{last}");
    for plot in ["requests-prov.svg", "bytes-files.svg", "queue-prov.svg", "reached.svg"] {
        let svg = read(plot);
        assert!(svg.starts_with("<svg ") && svg.contains("<desc ") && svg.contains("prefers-color-scheme"), "{plot}");
    }
    // Only one of the two has a capacity.
    assert!(!project.join("out/queue-files.svg").exists());
    // Again, with fewer files; and never over what is somebody else's.
    prov(["simulate", "-q", &crowd, "--for", "1h", "--out", out]).ok();
    assert!(!project.join("out/reached.svg").exists());
    project.write("mine/letter.txt", "dear");
    let mine = project.join("mine");
    let refused = prov(["simulate", "-q", &crowd, "--for", "1h", "-o", mine.to_str().expect("a path")]).ends_with(2);
    assert!(refused.stderr.contains("was not written by prov simulate"), "{}", refused.stderr);
    assert_eq!(std::fs::read_dir(&mine).expect("a folder").count(), 1);
}

#[test]
fn two_revisions_stand_side_by_side() {
    let program = std::fs::read_to_string(crowd()).expect("a program");
    let project = Project::new(&[("main.prov", &program.replace("on boot spread 2m", "on boot"))]);
    git(project.path(), &["init", "-q"]);
    git(project.path(), &["add", "."]);
    git(project.path(), &["commit", "-qm", "no spread"]);
    project.write("main.prov", &program);
    let at = project.path().to_str().expect("a path");
    let scenario = ["simulate", "-q", at, "--against", "HEAD", "--phones", "4000", "--for", "1h", "--event"];
    let out = project.join("out");
    let told = prov(scenario.iter().chain(&["power-cut@30m", "--out", out.to_str().expect("a path")])).ok().text();
    let peak = told.lines().find(|line| line.trim_start().starts_with("peak")).expect("a peak");
    assert!(told.contains("before (HEAD) → after") && peak.contains(" → "), "{told}");
    for name in ["before/requests.csv", "after/requests.csv", "requests-prov.svg", "report.json"] {
        assert!(out.join(name).is_file(), "{name}");
    }
    let missing = prov(["simulate", "-q", at, "--against", "v9"]).ends_with(2);
    assert!(missing.stderr.contains("git has no such revision"), "{}", missing.stderr);
    // A name that only one of them has.
    project.write("main.prov", &program.replace("lobby_lan", "hall_lan"));
    let other = prov(["simulate", "-q", at, "--against", "HEAD", "--event", "power-cut@1h:hall_lan"]).ends_with(2);
    assert!(other.stderr.contains("`HEAD`: `power-cut@1h:hall_lan`"), "{}", other.stderr);
}

#[test]
fn what_cannot_be_simulated_is_told_all_at_once() {
    let crowd = crowd();
    let wrong = |arguments: &[&str]| {
        let ran = prov(["simulate", "-q", &crowd].iter().chain(arguments)).ends_with(2);
        assert_eq!(ran.text(), "", "{arguments:?}");
        ran.stderr
    };
    let events = "power-cut@30h,outage@3h+2h,outage@4h+1h:prov,push@1h:loby,change@1h:comon,firmware@1h,firmware@2h";
    let told = wrong(&["--phones", "0", "--event", events]);
    for part in [
        "with no phones there is nothing to simulate",
        "`power-cut@30h` comes after the end: the simulation lasts 24h",
        "`outage@3h+2h` and `outage@4h+1h:prov` overlap at `4h`",
        "is `lobby` meant?",
        "there is no profile `comon`; is `common` meant?",
        "only one firmware day",
        "`firmware` needs a fleet with `upgrade`",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    for (arguments, part) in [
        (vec!["--phones", "10000001"], "10000000 at most"),
        (vec!["--phones", "-1"], "-1"),
        (vec!["--phones", "99999999999999999999999"], "--phones"),
        (vec!["--for", "0s"], "a time of 0 s"),
        (vec!["--for", "32d"], "longer than 31 days"),
        (vec!["--for", "24"], "`24` is no time"),
        (vec!["--event", "power-cut@24h"], "comes after the end"),
        (vec!["--event", "earthquake@1h"], "there are power-cut, outage, push, change and firmware"),
        (vec!["--event", "outage@1h"], "does not say how long"),
        (vec!["--capacity", "0"], "above 0"),
        (vec!["--starts", "25:00"], "08:30"),
        (vec!["--image", "big"], "60MB"),
    ] {
        let told = wrong(&arguments);
        assert!(told.contains(part), "{arguments:?}: {part}\n{told}");
    }
    let many = vec!["push@1h"; 33].join(",");
    assert!(wrong(&["--event", &many]).contains("33 events are more than are watched at once"));
}

#[test]
fn programs_without_anybody_are_told_to_be_so() {
    let server = "server prov {\n  address 192.0.2.1\n  http { port 80 }\n}\n";
    for (program, told) in [("use cisco.mpp\n", "the program has no server"), (server, "the program has no phones")] {
        let project = Project::new(&[("main.prov", program)]);
        let ran = prov(["simulate", "-q", project.path().to_str().expect("a path")]).ends_with(2);
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
    }
    // One that does not compile has its findings.
    let project = Project::new(&[("main.prov", "server {")]);
    let ran = prov(["simulate", project.path().to_str().expect("a path")]).ends_with(1);
    assert!(ran.stderr.contains("error[P0101]") || ran.stderr.contains("error[P01"), "{}", ran.stderr);
}
