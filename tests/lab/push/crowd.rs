//! `prov phone --count`: many phones against a server.

use super::followed::program;
use crate::lab::bench::{Bench, CABLE, PROGRAM};
use crate::support::{PROV, Project, QUICKSTART, Ran, Serving, own_address, prov, run, valid};
use serde_json::Value;

const PHONES: u32 = 300;

/// The quickstart with many phones, on this process's own addresses.
fn project() -> Project {
    let program = program();
    let begin = program.find("  phone 00:0e").expect("phones");
    let end = program.find("  resync {").expect("resync");
    let stop = program.find("test \"").expect("a test");
    let inventory = "inventory desks from \"desks.csv\" {\n  mac : mac\n  model : model\n  extension : digits(1..6)\n  name : string\n}\n\nnetwork lab {";
    let program = format!("{}  phones desks\n\n{}", &program[..begin], &program[end..stop]);
    let program = program.replace("network lab {", inventory);
    let pool = program.lines().find(|line| line.contains("pool ")).expect("a pool").to_owned();
    let net = pool.split_whitespace().nth(1).and_then(|first| first.strip_suffix(".1")).expect("an address").to_owned();
    let (before, _) = net.rsplit_once('.').expect("four parts");
    // Each has an address of its own: more than one /24.
    let program = program.replace(&pool, &format!("  pool {net}.1 .. {before}.254.254"));
    let rows = (1..=PHONES).map(|n| format!("00:0e:08:77:{:02x}:{:02x},CP-8841-3PCC,{n},Phone {n}\n", n >> 8, n & 255));
    let table = format!("mac,model,extension,name\n{}", rows.collect::<String>());
    Project::new(&[("main.prov", &program), ("desks.csv", &table)])
}

fn crowd(serving: &Serving, arguments: &[&str]) -> Ran {
    let (dhcp, dns) = (serving.at(6067).to_string(), serving.at(6053).to_string());
    prov([&["phone", "--dhcp", &dhcp, "--dns", &dns, "--no-delay", "--rate", "500"], arguments].concat())
}

fn lines(ran: &Ran) -> Vec<Value> {
    ran.text().lines().map(|line| serde_json::from_str(line).expect("one JSON document a line")).collect()
}

#[test]
fn a_crowd_takes_leases_and_files_and_says_how_long_it_took() {
    let project = project();
    let serving = Serving::with(project.path(), &["--state", "memory"]);
    let count = PHONES.to_string();
    let ran = crowd(
        &serving,
        &["--count", &count, "--mac", "00:0e:08:77:00:01", "--json", "--at-a-time", "50", "--limit", "60"],
    )
    .ok();
    let lines = lines(&ran);
    valid("phone", &lines.iter().map(|line| (line.to_string(), line.clone())).collect::<Vec<_>>());
    let (summary, events) = lines.split_last().expect("lines");
    assert_eq!((&summary["event"], &summary["resynced"]), (&"crowd".into(), &PHONES.into()), "{summary}");
    assert_eq!((&summary["dhcp"]["count"], &summary["fetch"]["count"]), (&PHONES.into(), &(3 * PHONES).into()));
    for kind in ["dhcp", "fetch", "whole"] {
        let at = |name: &str| summary[kind][name].as_f64().expect("a number");
        assert!(0.0 < at("median") && at("median") <= at("p99") && at("p99") <= at("max"), "{summary}");
    }
    // Each from an address of its own, and each with its own file.
    let leased = events.iter().filter(|line| line["event"] == "dhcp").filter_map(|line| line["address"].as_str());
    assert_eq!(leased.collect::<std::collections::BTreeSet<_>>().len(), PHONES as usize);
    let done = events.iter().filter(|line| line["event"] == "done");
    let names = done.map(|line| line["parameters"]["Display_Name_1_"].to_string());
    assert_eq!(names.collect::<std::collections::BTreeSet<_>>().len(), PHONES as usize);
    // The program's own phones, and a table of them.
    let folder = project.path().to_str().expect("a path");
    let ran = crowd(&serving, &["--from", folder, "--count", "20"]).ok();
    assert!(ran.text().starts_with("20 phones in ") && ran.text().contains("20 resynced"), "{}", ran.text());
    let ran = crowd(&serving, &["--from", project.join("desks.csv").to_str().expect("a path"), "--count", "5"]).ok();
    assert!(ran.text().contains("5 resynced, 0 converged, 0 failed"), "{}", ran.text());
    // Phones that nobody has: no file is theirs, and that is one reason.
    let ran = crowd(&serving, &["--count", "7", "--mac", "02:00:00:00:00:01", "--limit", "2"]).ends_with(1);
    assert!(ran.text().contains("7 failed"), "{}", ran.text());
    serving.stop();
}

/// On a cable, by broadcasts. The desk has no address of its own: what reaches the server comes from the leased ones.
#[test]
fn a_crowd_on_a_network_speaks_from_its_leases() {
    let begin = PROGRAM.find("  phone 00:0e").expect("phones");
    let end = PROGRAM[begin..].find("\n\n").expect("more") + begin;
    let phone = |n: u32| {
        format!("  phone 00:0e:08:78:00:{n:02x} {{ model \"CP-8841-3PCC\"  extension \"{n}\"  name \"Phone {n}\" }}\n")
    };
    let phones = (1..=40).map(phone).collect::<String>();
    let program = format!("{}{phones}{}", &PROGRAM[..begin], &PROGRAM[end..]);
    let bench = Bench::of(&program.replace("  reserve 00:0e:08:ab:cd:02 10.77.0.20\n", ""));
    let serving = bench.serve();
    for route in [
        &["route", "add", "10.77.0.0/24", "dev", CABLE][..],
        &["route", "add", "local", "10.77.0.96/27", "dev", "lo"],
        &["route", "add", "local", "10.77.0.128/27", "dev", "lo"],
    ] {
        bench.run("ip", route).ok();
    }
    // A server that asks by ICMP whether an address is used would find all of them used.
    bench.run("sh", &["-c", "echo 1 > /proc/sys/net/ipv4/icmp_echo_ignore_all"]).ok();
    let mut crowd = bench.command(PROV);
    crowd.args([
        "phone",
        "--dhcp",
        CABLE,
        "--count",
        "40",
        "--mac",
        "00:0e:08:78:00:01",
        "--no-delay",
        "--limit",
        "60",
    ]);
    let ran = run(&mut crowd);
    assert!(ran.text().contains("40 resynced, 0 converged, 0 failed"), "{}{}", ran.text(), ran.stderr);
    assert_eq!(ran.status, Some(0));
    serving.stop();
}

#[test]
fn a_crowd_with_no_server_fails_by_one_reason() {
    let nobody = format!("http://{}:1/$MA.cfg", own_address());
    let ran =
        prov(["phone", "--profile-rule", &nobody, "--count", "9", "--no-delay", "--limit", "1", "--rate", "1000"]);
    let text = ran.ends_with(1).text();
    assert!(text.contains("9 failed") && text.contains("9   connection refused"), "{text}");
}

#[test]
fn a_crowd_that_cannot_be_says_why() {
    let project = Project::new(&[
        ("bad.csv", "mac,model\n00:0e:08:00:00:01,\nx,\ny,\n"),
        ("none.csv", "name\nx\n"),
        ("empty.csv", "mac\n"),
        ("main.prov", QUICKSTART),
    ]);
    let file = |name: &str| project.join(name).to_str().expect("a path").to_owned();
    for (arguments, words) in [
        (vec!["--from".into(), file("bad.csv")], "line 3"),
        (vec!["--from".into(), file("bad.csv")], "1 more lines"),
        (vec!["--from".into(), file("none.csv")], "no column `mac`"),
        (vec!["--from".into(), file("empty.csv")], "has no phones"),
        (vec!["--from".into(), file("nothing.csv")], "nothing.csv"),
        (vec!["--from".into(), file("missing")], "missing"),
        (vec!["--count".into(), "0".into()], "0 is not in"),
        (vec!["--count".into(), "2000000".into()], "there are not so many addresses"),
        (vec!["--count".into(), "2".into(), "--mac".into(), "ff:ff:ff:ff:ff:ff".into()], "there are not so many"),
        (vec!["--count".into(), "2".into(), "--rate=-1".into()], "--rate -1"),
        (vec!["--count".into(), "2".into(), "--rate".into(), "inf".into()], "--rate inf"),
        (vec!["--count".into(), "2".into(), "--serial".into(), "X".into()], "cannot be used with"),
        (vec!["--count".into(), "2".into(), "--model".into(), "nonsense".into()], "nonsense"),
    ] {
        let before = ["phone", "--profile-rule", "http://127.0.0.1:1/x"].map(String::from).to_vec();
        prov([before, arguments].concat()).ends_with(2).says(words);
    }
}
