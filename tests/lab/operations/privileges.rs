//! Another user than root, once everything is bound.

use crate::lab::bench::{Bench, PROGRAM, SERVER, WORKSHOP};
use crate::support::{PROV, Project, Serving, prov, run};
use std::os::unix::fs::MetadataExt;
use std::process::Command;

const NOBODY: u32 = 65_534;

#[test]
fn root_is_left_when_everything_is_bound() {
    let bench = Bench::of(PROGRAM);
    // Who serves must be able to read what it is to read again.
    let folder = bench.project.path();
    run(Command::new("chmod").args(["-R", "a+rX"]).arg(folder)).ok();
    // As an earlier start as root leaves it.
    let before = Serving::start(bench.on_server(PROV).arg("serve").arg(folder));
    bench.udhcpc(WORKSHOP);
    before.stop();
    let serving = Serving::start(bench.on_server(PROV).arg("serve").arg(folder).args(["--user", "nobody"]));
    let status = std::fs::read_to_string(format!("/proc/{}/status", serving.id())).expect("a process");
    let field = |name: &str| {
        let line =
            status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{name}\n{status}"));
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(field("Uid:"), vec![NOBODY.to_string(); 4]);
    assert_eq!(field("Gid:"), vec![NOBODY.to_string(); 4]);
    assert!(!field("Groups:").contains(&"0".to_owned()), "{status}");
    for none in ["CapInh:", "CapPrm:", "CapEff:", "CapAmb:"] {
        assert_eq!(field(none), ["0000000000000000"], "{none}");
    }
    assert_eq!(field("NoNewPrivs:"), ["1"]);
    // Every thread of it.
    for task in std::fs::read_dir(format!("/proc/{}/task", serving.id())).expect("threads") {
        let status = std::fs::read_to_string(task.expect("a thread").path().join("status")).expect("a thread");
        assert!(status.contains(&format!("Uid:\t{NOBODY}\t{NOBODY}\t{NOBODY}\t{NOBODY}")), "{status}");
    }
    for file in ["", "lock", "leases.journal"] {
        let about = std::fs::metadata(bench.project.join(".prov/state").join(file)).expect("is there");
        assert_eq!(about.uid(), NOBODY, "{file}");
    }
    // Leases, files on low ports, a reload: all as nobody.
    bench.udhcpc(WORKSHOP);
    let from = serving.now();
    serving.signal("HUP");
    serving.wait_after(from, "reloaded, 2 phones");
    bench.address("10.77.0.201");
    let ran = bench.run(
        "curl",
        &["-s", "-o", "/dev/null", "-w", "%{http_code}", &format!("http://{SERVER}/common/8841-3PCC.xml")],
    );
    assert_eq!(ran.ok().text(), "200");
    serving.stop();
}

#[test]
fn whom_one_cannot_become_is_told() {
    let project = Project::quickstart();
    let folder = project.path().display().to_string();
    let start = |user: &str| prov(["serve", &folder, "--state", "memory", "--user", user]).ends_with(2);
    start("no-such-user").says("there is no user `no-such-user`");
    start("root").says("that drops nothing");
    start("0:0").says("that drops nothing");
    run(Command::new("chmod").args(["-R", "a+rX"]).arg(&folder)).ok();
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", PROV, "serve", &folder]);
    let ran = run(command.args(["--state", "memory", "--ports", "+20000", "--user", "daemon"])).ends_with(2);
    ran.says("only root can become `daemon`");
}
