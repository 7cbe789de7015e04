//! What others start `prov serve` by: the unit for systemd, the image.

use crate::lab::bench::{Bench, PROGRAM, RESERVED, WORKSHOP};
use crate::support::{PROV, Serving, prov, root, run};
use std::process::Command;

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join("packaging").join(name)).expect("a file of the project")
}

#[test]
fn the_unit_is_sound_and_leaves_little_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let unit = folder.path().join("prov.service");
    std::fs::write(&unit, read("prov.service").replace("/usr/local/bin/prov", PROV)).expect("a file");
    let ran = run(Command::new("systemd-analyze").arg("verify").arg("--man=no").arg(&unit)).ok();
    assert!(!ran.stderr.contains("prov.service"), "{}", ran.stderr);
    let analyze = ["security", "--offline=true", "--threshold=25", "--no-pager"];
    let ran = run(Command::new("systemd-analyze").args(analyze).arg(&unit));
    assert_eq!(ran.status, Some(0), "more than 2.5 of 10 are open:\n{}", ran.text());
    // What it starts is taken by the command line.
    let unit = read("prov.service");
    let start = unit.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/local/bin/prov ")).expect("a start");
    assert_eq!(start, "serve /etc/prov --state file:/var/lib/prov --log json");
}

/// The capabilities of the unit are enough: no root from the first moment on.
#[test]
fn two_capabilities_are_enough() {
    let bench = Bench::of(PROGRAM);
    let unit = read("prov.service");
    let given = unit.lines().find_map(|line| line.strip_prefix("AmbientCapabilities=")).expect("capabilities");
    let capabilities: Vec<String> =
        given.split_whitespace().map(|one| format!("+{}", one.trim_start_matches("CAP_").to_lowercase())).collect();
    let capabilities = format!("-all,{}", capabilities.join(","));
    let folder = bench.project.path();
    run(Command::new("chmod").args(["-R", "a+rX"]).arg(folder)).ok();
    let state = bench.project.join("state");
    run(Command::new("install").args(["-d", "-o", "nobody"]).arg(&state)).ok();
    let mut command = bench.on_server("setpriv");
    command.args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--no-new-privs"]);
    command.args(["--inh-caps", &capabilities, "--ambient-caps", &capabilities, "--bounding-set", &capabilities]);
    command.arg(PROV).arg("serve").arg(folder).arg("--state").arg(format!("file:{}", state.display()));
    let serving = Serving::start(&mut command);
    assert_eq!(bench.udhcpc(WORKSHOP).address().to_string(), RESERVED);
    assert!(!serving.said().contains("without asking"), "{}", serving.said());
    serving.stop();
}

#[test]
fn the_image_is_made_of_what_is_there_and_runs_without_root() {
    let text = read("Containerfile");
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    for line in lines().filter(|line| line.starts_with("COPY ") && !line.contains("--from")) {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        let (_, sources) = words.split_last().expect("a place");
        for source in sources {
            assert!(root().join(source).exists(), "{line}");
        }
    }
    let user = lines().rfind(|line| line.starts_with("USER ")).expect("a user");
    assert!(user.split_once(' ').is_some_and(|(_, user)| !user.starts_with('0') && user != "root"), "{user}");
    let last = text.rsplit("FROM ").next().expect("the last stage");
    assert!(last.starts_with("scratch"), "{last}");
    let entry = lines().find_map(|line| line.strip_prefix("ENTRYPOINT ")).expect("an entry");
    let entry: Vec<String> = serde_json::from_str(entry).expect("a list of words");
    // Every word after the program is an argument that is known; what is missing here is the program itself.
    let ran = prov(entry.iter().skip(1).map(String::as_str).chain(["--user", "65532:65532"])).ends_with(2);
    assert!(ran.stderr.contains("/program"), "{}", ran.stderr);
}
