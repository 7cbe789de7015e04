//! Names of no zone of ours, asked of dnsmasq on another host and remembered for as long as they say; of a name server
//! that lies, and of one that says nothing.

use super::bench::{Bench, PROGRAM, SERVER, STRANGER, Stays};
use super::names::{Dig, dig_recursive};
use crate::support::{run, until};
use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::mpsc;

/// Where the other name server is.
const UPSTREAM: &str = "10.77.0.53";

/// A bench whose server asks others.
fn bench(more: &str) -> Bench {
    let forward = format!("dns {{ port 53  forward {UPSTREAM}{more} }}");
    let bench = Bench::of(&PROGRAM.replace("dns { port 53 }", &forward).replace(
        "  srv \"_cisco",
        "  cname \"out\" \"www.far.example.\"\n  cname \"nowhere\" \"none.far.example.\"\n  srv \"_cisco",
    ));
    bench.address("10.77.0.200");
    bench.address(UPSTREAM);
    bench
}

/// dnsmasq, which knows a few names, and writes what it is asked to `asked`.
fn dnsmasq(bench: &Bench) -> Stays {
    dnsmasq_with(bench, &[])
}

fn dnsmasq_with(bench: &Bench, more: &[&str]) -> Stays {
    let log = bench.project.join("asked");
    let mut command = bench.command("dnsmasq");
    command.args([
        "--keep-in-foreground",
        "--no-resolv",
        "--no-hosts",
        "--bind-interfaces",
        "--log-queries",
        "--cache-size=0",
    ]);
    command.args([&format!("--listen-address={UPSTREAM}"), &format!("--log-facility={}", log.display()), "--pid-file"]);
    command.args([
        "--user=root",
        "--host-record=www.far.example,192.0.2.1,7200",
        "--host-record=soon.far.example,192.0.2.2,2",
    ]);
    command.args(["--cname=alias.far.example,www.far.example", "--local=/far.example/", "--max-ttl=7200"]);
    let long = "x".repeat(250);
    command.arg(format!("--txt-record=long.far.example{}", format!(",{long}").repeat(8))).args(more);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("dnsmasq");
    let stays = Stays::new(child);
    until("dnsmasq answers", || {
        let at = format!("@{UPSTREAM}");
        let ran = run(bench.command("dig").args([&at, "+time=1", "+tries=1", "www.far.example"]));
        ran.text().contains("status: ").then_some(())
    });
    std::fs::write(&log, "").expect("a log");
    stays
}

fn asked(bench: &Bench, name: &str) -> usize {
    let log = std::fs::read_to_string(bench.project.join("asked")).expect("a log");
    log.lines()
        .filter(|line| (line.contains("query[") || line.contains("auth[")) && line.contains(&format!("] {name} from")))
        .count()
}

fn ttl(dig: &Dig) -> u32 {
    let record = dig.section("ANSWER")[0].to_owned();
    record.split(' ').nth(1).and_then(|ttl| ttl.parse().ok()).expect("a time to live")
}

#[test]
fn what_is_in_no_zone_is_asked_elsewhere_and_remembered() {
    let bench = bench("");
    let _dnsmasq = dnsmasq(&bench);
    let _serving = bench.serve();
    for transport in ["+notcp", "+tcp"] {
        let found = dig_recursive(&bench, &["www.far.example", transport]);
        assert_eq!((found.status.as_str(), found.section("ANSWER").len()), ("NOERROR", 1), "{transport}");
        assert!(found.section("ANSWER")[0].ends_with("IN A 192.0.2.1"));
        // It is not our word, and we do ask others.
        assert!(found.flags.contains(&"ra".into()) && !found.flags.contains(&"aa".into()), "{:?}", found.flags);
        assert!((7100..=7200).contains(&ttl(&found)), "{}", ttl(&found));
    }
    assert_eq!(asked(&bench, "www.far.example"), 1, "the second answer was remembered");
    // Its own zones are answered as ever.
    let own = dig_recursive(&bench, &["prov.lab.example"]);
    assert!(own.flags.contains(&"aa".into()) && own.section("ANSWER").len() == 1);
    // An alias is followed, on either side.
    let alias = dig_recursive(&bench, &["alias.far.example"]);
    assert_eq!(alias.section("ANSWER").len(), 2, "{:?}", alias.section("ANSWER"));
    let out = dig_recursive(&bench, &["out.lab.example"]);
    let answers = out.section("ANSWER");
    assert!(answers[0].contains("CNAME www.far.example.") && answers[1].ends_with("A 192.0.2.1"), "{answers:?}");
    assert_eq!(dig_recursive(&bench, &["nowhere.lab.example"]).status, "NXDOMAIN");
    // What does not fit a datagram comes over TCP, from them to us and from us to the client.
    let long = dig_recursive(&bench, &["long.far.example", "TXT"]);
    assert_eq!(long.section("ANSWER").len(), 1);
    assert!(long.section("ANSWER")[0].len() > 2000);
    // What there is not.
    assert_eq!(dig_recursive(&bench, &["none.far.example"]).status, "NXDOMAIN");
    let other = dig_recursive(&bench, &["www.far.example", "AAAA"]);
    assert_eq!((other.status.as_str(), other.section("ANSWER").len()), ("NOERROR", 0));
    // Nobody wants us to ask: we do not.
    let plain = dig_recursive(&bench, &["+norecurse", "soon.far.example"]);
    assert_eq!((plain.status.as_str(), asked(&bench, "soon.far.example")), ("REFUSED", 0));
}

#[test]
fn what_is_remembered_has_an_end() {
    let bench = bench("");
    let _dnsmasq = dnsmasq(&bench);
    let _serving = bench.serve();
    let first = dig_recursive(&bench, &["soon.far.example"]);
    assert!(ttl(&first) <= 2);
    until("it is asked again", || {
        assert!(ttl(&dig_recursive(&bench, &["soon.far.example"])) <= 2);
        (asked(&bench, "soon.far.example") > 1).then_some(())
    });
}

#[test]
fn what_there_is_not_is_remembered_as_well() {
    let bench = bench("");
    let zone = ["--auth-server=ns.auth.example,desk", "--auth-zone=auth.example,10.77.0.0/24", "--auth-ttl=30"];
    let _dnsmasq = dnsmasq_with(&bench, &[&zone[..], &["--host-record=www.auth.example,10.77.0.9"]].concat());
    let _serving = bench.serve();
    for (name, kind, status) in [("none.auth.example", "A", "NXDOMAIN"), ("www.auth.example", "TXT", "NOERROR")] {
        for _ in 0..3 {
            let denied = dig_recursive(&bench, &[name, kind]);
            assert_eq!((denied.status.as_str(), denied.section("ANSWER").len()), (status, 0), "{name}");
            let authority = denied.section("AUTHORITY");
            assert!(
                authority.len() == 1 && authority[0].contains(" IN SOA ns.auth.example. "),
                "{name}: {authority:?}"
            );
        }
        assert_eq!(asked(&bench, name), 1, "{name}");
    }
}

#[test]
fn nobody_elsewhere_asks_through_us() {
    let bench = bench("");
    let _dnsmasq = dnsmasq(&bench);
    let _serving = bench.serve();
    // A client of another network, with a way back.
    bench.routed("192.0.2.0/24");
    run(bench.command("ip").args(["addr", "add", "192.0.2.77/32", "dev", "lo"])).ok();
    let found = dig_recursive(&bench, &["-b", "192.0.2.77", "www.far.example"]);
    assert_eq!(found.status, "REFUSED");
    assert!(!found.flags.contains(&"ra".into()));
    assert_eq!(dig_recursive(&bench, &["-b", "192.0.2.77", "prov.lab.example"]).status, "NOERROR");
    assert_eq!(asked(&bench, "www.far.example"), 0);
}

#[test]
fn forged_answers_are_not_taken() {
    let bench = bench("");
    let script = crate::support::root().join("tests/lab/upstream.py");
    let mut command = bench.command("/usr/bin/python3");
    command.arg(script).args([UPSTREAM, "www.far.example", "192.0.2.1", "203.0.113.66"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("python");
    let (tell, told) = mpsc::channel();
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| tell.send(line)));
    let _upstream = Stays::new(child);
    assert_eq!(told.recv().expect("it listens"), "listening");
    let serving = bench.serve();
    let found = dig_recursive(&bench, &["www.far.example"]);
    assert_eq!(found.section("ANSWER"), ["www.far.example. 300 IN A 192.0.2.1"]);
    // One that never says the truth leads to no answer, and to no lie.
    for number in 0..3 {
        let lied = dig_recursive(&bench, &["+time=10", &format!("n{number}.far.example")]);
        assert_eq!((lied.status.as_str(), lied.section("ANSWER").len()), ("SERVFAIL", 0));
    }
    serving.stop();
    let asked: Vec<String> = told.try_iter().collect();
    let fields = |at: usize| asked.iter().filter_map(move |line| line.split(' ').nth(at)?.parse::<u16>().ok());
    let (ids, ports): (Vec<u16>, Vec<u16>) = (fields(0).collect(), fields(1).collect());
    // Nobody can tell what is asked with next: neither stands still, nor counts. What is asked again keeps its number.
    for mut numbers in [ids, ports] {
        numbers.dedup();
        let steps: HashSet<u16> = numbers.windows(2).map(|two| two[1].wrapping_sub(two[0])).collect();
        assert!(numbers.len() >= 4 && steps.len() + 1 >= numbers.len() - numbers.len() / 8, "{numbers:?}");
    }
}

#[test]
fn a_name_server_that_is_silent_is_no_reason_to_be() {
    // Nobody has the address; then nobody listens there; then another does.
    let bench = bench(", 10.77.0.54");
    let _serving = bench.serve();
    bench.plug(STRANGER);
    bench.address("10.77.0.200");
    assert_eq!(dig_recursive(&bench, &["+time=10", "www.far.example"]).status, "SERVFAIL");
    assert_eq!(dig_recursive(&bench, &["prov.lab.example"]).status, "NOERROR");
    bench.address(UPSTREAM);
    assert_eq!(dig_recursive(&bench, &["+time=10", "www.far.example"]).status, "SERVFAIL");
    let _dnsmasq = dnsmasq(&bench);
    until("it is asked", || {
        (dig_recursive(&bench, &["+time=10", "www.far.example"]).status == "NOERROR").then_some(())
    });
    let said = run(bench.command("dig").args([&format!("@{SERVER}"), "+short", "+time=10", "www.far.example"])).text();
    assert_eq!(said.trim(), "192.0.2.1");
}
