//! Rough conditions: interfaces that go and come back, a time of day that jumps. A disk without room is in `kill`.

use super::bench::{Bench, FRONT, PROGRAM, SERVER, STRANGER, WORKSHOP};
use crate::support::{PROV, Serving, signal_to, until};
use std::path::PathBuf;

/// Every service answers the desk, which has an address.
#[track_caller]
fn all_answer(bench: &Bench) {
    until("http answers", || {
        let url = format!("http://{SERVER}/common/8841-3PCC.xml");
        (bench.run("curl", &["-s", "--fail", "--max-time", "2", "-o", "got", &url]).status == Some(0)).then_some(())
    });
    bench.run("tftp", &["-m", "binary", SERVER, "-c", "get", "/8841-3PCC.xml", "got"]).ok();
    assert!(std::fs::read(bench.project.join("got")).is_ok_and(|file| !file.is_empty()));
    for transport in ["+notcp", "+tcp"] {
        let at = format!("@{SERVER}");
        let ran = bench.run("dig", &[&at, "+norecurse", "+short", transport, "prov.lab.example"]).ok();
        assert_eq!(ran.text().trim(), SERVER, "{transport}");
    }
    let lines = || bench.seen(FRONT)["syslog"].as_array().map_or(0, Vec::len);
    let before = lines();
    let line = format!("CP-8841-3PCC {FRONT} -- Successful resync http://{SERVER}/x");
    bench.run("logger", &["-n", SERVER, "-P", "514", "-d", "--rfc3164", &line]).ok();
    until("the line is read", || (lines() > before).then_some(()));
}

#[test]
fn an_interface_that_goes_comes_back() {
    let bench = Bench::new();
    let serving = bench.serve();
    let first = bench.udhcpc(FRONT);
    all_answer(&bench);

    // Down and up: the same interface.
    bench.server_ip(&["link", "set", "rack", "down"]);
    bench.server_ip(&["link", "set", "rack", "up"]);
    assert_eq!(bench.udhcpc(FRONT).address(), first.address());
    all_answer(&bench);

    // Its address is taken away, and given again.
    bench.server_ip(&["addr", "flush", "dev", "rack"]);
    bench.server_ip(&["addr", "add", &format!("{SERVER}/24"), "dev", "rack"]);
    assert_eq!(bench.udhcpc(FRONT).address(), first.address());
    all_answer(&bench);

    // It goes, and another comes under its name; then one with another name.
    for name in ["rack", "rack2"] {
        let from = serving.now();
        bench.server_ip(&["link", "del", "rack"]);
        bench.cable(name);
        serving.wait_after(from, &format!("interface `{name}` has come in the place of an earlier one"));
        assert_eq!(bench.udhcpc(FRONT).address(), first.address(), "{name}");
        assert!(bench.udhcpc(STRANGER).is_of_pool(), "{name}");
        bench.udhcpc(FRONT);
        all_answer(&bench);
    }
    serving.stop();
}

/// The library that has a process see another time of day.
fn faketime() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib").expect("a folder").filter_map(Result::ok);
    let library = folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1")).find(|file| file.exists());
    library.expect("libfaketime; `tests/run` installs the tools that the tests need")
}

#[test]
fn a_time_of_day_that_jumps_ends_no_lease_and_makes_none_eternal() {
    // One address for everybody but the workshop.
    let bench = Bench::of(
        &PROGRAM.replace("10.77.0.100 .. 10.77.0.149", "10.77.0.100 .. 10.77.0.100").replace("lease 8h", "lease 1m"),
    );
    let clock = bench.project.join("clock");
    std::fs::write(&clock, "+0\n").expect("a clock");
    let mut command = bench.on_server("env");
    command
        .arg(format!("LD_PRELOAD={}", faketime().display()))
        .arg(format!("FAKETIME_TIMESTAMP_FILE={}", clock.display()));
    command.args(["FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1", PROV, "serve"]).arg(bench.project.path());
    let serving = Serving::start(&mut command);
    let first = bench.udhcpc(FRONT);
    for (jump, seconds) in [("+1d", "seconds=86"), ("-2d", "seconds=-2"), ("+3650d", "seconds=31")] {
        let from = serving.now();
        // In one step, as a clock is set.
        let new = bench.project.join("clock.new");
        std::fs::write(&new, format!("{jump}\n")).and_then(|()| std::fs::rename(&new, &clock)).expect("a clock");
        // The lease is its holder's: nobody else gets the address, and the holder keeps it.
        assert!(!bench.udhcpc_is_answered(STRANGER), "{jump}");
        let said = serving.wait_after(from, "the time of day was set; leases move with it");
        assert!(said.contains(seconds), "{jump}: {said}");
        assert_eq!(bench.udhcpc(FRONT).address(), first.address(), "{jump}");
        assert!(bench.udhcpc_is_answered(WORKSHOP), "{jump}");
    }
    // Given back, it is free at once: no lease has become eternal.
    let (client, told) = bench.udhcpc_stays(FRONT);
    until("it is bound", || std::fs::read_to_string(&told).ok());
    let from = serving.now();
    signal_to(client.id(), "USR2");
    serving.wait_after(from, "given back");
    drop(client);
    assert!(bench.udhcpc_is_answered(STRANGER));
    serving.stop();
}
