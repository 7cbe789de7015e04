//! What phones say, and a whole phone on the cable.

use super::bench::{Bench, CABLE, FRONT, RESERVED, SERVER, WORKSHOP};
use crate::support::{PROV, run, until};
use serde_json::Value;

#[test]
fn what_a_phone_reports_over_syslog_is_on_the_dashboard() {
    let bench = Bench::with_address();
    let _serving = bench.serve();
    assert_eq!(bench.seen(FRONT)["state"], "waiting");
    let say = |words: &str| {
        let text = format!("CP-8841-3PCC {FRONT} -- {words}");
        for form in ["--rfc3164", "--rfc5424"] {
            bench.run("logger", &["-n", SERVER, "-P", "514", "-d", form, "-t", "phone", &text]).ok();
        }
    };
    let state = |wanted: &str| until(wanted, || Some(bench.seen(FRONT)).filter(|seen| seen["state"] == wanted));
    say("Requesting resync http://prov.lab.example:80/common/8841-3PCC.xml");
    state("fetching");
    say("Resync failed: File not found");
    let failed = state("failed");
    assert!(failed["syslog"].to_string().contains("File not found"), "{failed}");
    say("Successful resync http://prov.lab.example:80/common/8841-3PCC.xml");
    let done = state("resynced");
    let reports = done["syslog"].as_array().expect("reports");
    assert!(reports.iter().any(|report| report["verdict"] == "succeeded" && report["what"] == "resync"), "{done}");
    // Other people's words change nothing.
    bench.run("logger", &["-n", SERVER, "-P", "514", "-d", "kernel: eth0 up"]).ok();
    assert_eq!(bench.seen(WORKSHOP)["state"], "waiting");
}

#[test]
fn a_live_phone_finds_its_way_from_a_broadcast_to_its_last_file() {
    let bench = Bench::new();
    let serving = bench.serve();
    // The phone takes a lease but puts no address on the interface; the one that is kept for it stands there already.
    bench.plug(WORKSHOP);
    bench.address(RESERVED);
    let mut phone = bench.command(PROV);
    phone.args(["phone", "--dhcp", CABLE, "--mac", WORKSHOP, "--model", "CP-7841-3PCC", "--no-delay", "--json"]);
    let ran = run(phone.args(["--until", "resynced", "--limit", "60"])).ok();
    let lines: Vec<Value> =
        ran.text().lines().map(|line| serde_json::from_str(line).expect("one JSON document a line")).collect();
    let kinds: Vec<&str> = lines.iter().filter_map(|line| line["event"].as_str()).collect();
    for kind in ["dhcp", "dns", "fetch", "apply", "resync"] {
        assert!(kinds.contains(&kind), "no {kind} in {kinds:?}");
    }
    let done = lines.last().expect("a last line");
    assert_eq!((&done["event"], &done["state"]), (&"done".into(), &"resynced".into()), "{}", ran.text());
    // What the phone holds in the end is what the program says it gets.
    let shown = bench.show(WORKSHOP);
    for (element, about) in shown["effective"].as_object().expect("parameters") {
        assert_eq!(done["parameters"][element], about["value"], "{element}");
    }
    let seen = until("the phone's own word", || Some(bench.seen(WORKSHOP)).filter(|seen| seen["state"] == "resynced"));
    assert_eq!(seen["lease"]["address"], RESERVED);
    serving.stop();
}

#[test]
fn a_factory_fresh_phone_reports_once_it_knows_whom_to_tell() {
    let bench = Bench::new();
    let serving = bench.serve();
    let lease = bench.udhcpc(FRONT);
    let mut phone = bench.command(PROV);
    phone.args(["phone", "--dhcp", CABLE, "--mac", FRONT, "--no-delay", "--until", "resynced", "--limit", "60"]);
    let ran = run(&mut phone).ok();
    assert!(ran.text().starts_with("resynced"), "{}", ran.text());
    assert_eq!(bench.seen(FRONT)["lease"]["address"], lease.address().to_string());
    serving.wait_for("resynced");
    serving.stop();
}
