//! Our exports, served by the programs they are for: a client is told the same octets as by `prov serve`.

mod nginx;

use super::bench::{Bench, CABLE, FRONT, SERVER, STRANGER, WORKSHOP};
use crate::support::{prov, run, server, until};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Every kind of option and of class, with signs that end something in one of the formats.
pub const HOSTILE: &str = include_str!("hostile.prov");

const HALL: &str = "00:0e:08:ab:cd:03";
const OTHER: &str = "02:00:00:00:00:08";

/// What each client asks for, and says of itself.
const ASKED: &str = "1,2,3,6,12,15,19,26,28,42,43,66,67,119,121,125,150,159,160,224,225,226,227,228,229,230";
const SAID: [(&str, &[&str]); 8] = [
    ("nothing", &[]),
    // PXEClient inside, and a bare user class.
    ("boot loader", &["60=785058 45436c69656e743a41726368", "77=68616c6c"]),
    // The same as one of a list.
    ("listed", &["60=65786163742e6d61746368", "77=0468616c6c"]),
    ("ended by NUL", &["60=65786163742e6d6174636800"]),
    ("longer", &["60=65786163742e6d6174636832"]),
    ("one sign", &["60=78"]),
    ("one sign inside", &["60=6578"]),
    ("hostile", &["60=7a7a612e622a635c22"]),
];

/// What is no option of the program: the exchange itself, and what a server says of the lease.
const OF_THE_SERVER: [&str; 5] = ["51", "53", "54", "58", "59"];

type Told = BTreeMap<String, String>;

fn ask(bench: &Bench, mac: &str, asked: &str, said: &[&str], kind: &str) -> Told {
    bench.plug(mac);
    if kind == "inform" {
        bench.address_of_the_desk();
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lab/ask.py");
    let said = said.iter().map(|one| one.replace(' ', ""));
    let mut command = bench.command("/usr/bin/python3");
    command.arg(script).args([CABLE, mac, kind, asked]).args(said);
    let text = run(&mut command).ok().text();
    let told = text.lines().filter_map(|line| line.split_once(' '));
    told.map(|(code, data)| (code.to_owned(), data.to_owned())).collect()
}

/// Every client with everything it may say.
fn answers(bench: &Bench) -> BTreeMap<(&'static str, &'static str), Told> {
    let mut answers = BTreeMap::new();
    for mac in [FRONT, WORKSHOP, HALL, STRANGER, OTHER] {
        for (name, said) in SAID {
            let mut told = ask(bench, mac, ASKED, said, "discover");
            assert!(told.contains_key("yiaddr"), "{mac} ({name}) is offered nothing");
            if mac == WORKSHOP {
                assert_eq!(told["yiaddr"], "10.77.0.120");
            }
            told.retain(|code, _| !OF_THE_SERVER.contains(&code.as_str()) && code != "yiaddr");
            answers.insert((mac, name), told);
        }
        // What the program adds comes to those who do not ask for it.
        let mut unasked = ask(bench, mac, "1,3", &[], "discover");
        // Kea tells everybody who its name servers are.
        unasked.retain(|code, _| !OF_THE_SERVER.contains(&code.as_str()) && !matches!(&**code, "yiaddr" | "6" | "15"));
        answers.insert((mac, "asks for little"), unasked);
    }
    answers
}

/// A server of somebody else's, gone with the test.
struct Other(Child);

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn build(bench: &Bench, target: &str) -> PathBuf {
    let out = bench.project.join(target);
    prov(["build", text(bench.project.path()), "-o", text(&out), "--target", target]).ok();
    out.join("prov")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

fn started(bench: &Bench, command: &mut Command) -> Other {
    let log = std::fs::File::create(bench.project.join("log")).expect("a log");
    let errors = log.try_clone().expect("a log");
    Other(command.stdin(Stdio::null()).stdout(log).stderr(errors).spawn().expect("a server"))
}

/// Waits until the server's log says it.
fn says(bench: &Bench, words: &str) {
    until(words, || std::fs::read_to_string(bench.project.join("log")).ok()?.contains(words).then_some(()));
}

fn kea(bench: &Bench) -> Other {
    let built = build(bench, "kea").join("kea-dhcp4.conf");
    let program = server("kea-dhcp4", bench.project.path());
    run(Command::new(&program).arg("-t").arg(&built)).ok();
    // Leases of its own, since all tests share one machine.
    let mut document: serde_json::Value = serde_json::from_slice(&std::fs::read(&built).expect("built")).expect("JSON");
    document["Dhcp4"]["lease-database"] = serde_json::json!({ "type": "memfile", "persist": false });
    let configuration = bench.project.join("kea.json");
    std::fs::write(&configuration, document.to_string()).expect("a configuration");
    let mut command = bench.on_server(text(&program));
    command.arg("-c").arg(configuration);
    for name in ["KEA_PIDFILE_DIR", "KEA_LOCKFILE_DIR", "KEA_DHCP_DATA_DIR"] {
        command.env(name, bench.project.path());
    }
    let started = started(bench, &mut command);
    says(bench, "DHCP4_STARTED");
    started
}

fn dnsmasq(bench: &Bench) -> Other {
    let built = build(bench, "dnsmasq").join("dnsmasq.conf");
    let program = server("dnsmasq", bench.project.path());
    run(Command::new(&program).arg("--test").arg("-C").arg(&built)).ok();
    let mut command = bench.on_server(text(&program));
    command.args(["-k", "--port=0", "--no-ping", "--user=root", "--log-facility=-", "-C"]).arg(built);
    command.arg(format!("--dhcp-leasefile={}", text(&bench.project.join("leases.dnsmasq"))));
    command.arg(format!("--pid-file={}", text(&bench.project.join("dnsmasq.pid"))));
    let started = started(bench, &mut command);
    says(bench, "DHCP, ");
    started
}

fn dhcpd(bench: &Bench) -> Other {
    let built = build(bench, "isc-dhcpd").join("dhcpd.conf");
    let program = server("dhcpd", bench.project.path());
    run(Command::new(&program).args(["-t", "-4", "-cf"]).arg(&built)).ok();
    let leases = bench.project.join("leases.dhcpd");
    std::fs::write(&leases, "").expect("a lease file");
    let mut command = bench.on_server(text(&program));
    command.args(["-4", "-f", "-d", "-cf"]).arg(built).arg("-lf").arg(leases);
    command.arg("-pf").arg(bench.project.join("dhcpd.pid")).arg("rack");
    let started = started(bench, &mut command);
    says(bench, "Server starting service");
    started
}

fn served(bench: &Bench) -> BTreeMap<(&'static str, &'static str), Told> {
    let serving = bench.serve();
    let answers = answers(bench);
    serving.stop();
    answers
}

#[test]
fn kea_tells_what_prov_serve_tells() {
    let bench = Bench::of(HOSTILE);
    let expected = served(&bench);
    let _kea = kea(&bench);
    assert_eq!(answers(&bench), expected, "left: Kea");
}

#[test]
fn dhcpd_tells_what_prov_serve_tells() {
    let bench = Bench::of(HOSTILE);
    let expected = served(&bench);
    let _dhcpd = dhcpd(&bench);
    assert_eq!(answers(&bench), expected, "left: dhcpd");
}

#[test]
fn dnsmasq_tells_what_prov_serve_tells() {
    let bench = Bench::of(HOSTILE);
    let mut expected = served(&bench);
    // The one difference, which the export tells: a NUL behind options 66 and 67.
    for told in expected.values_mut() {
        for code in ["66", "67"] {
            told.entry(code.into()).and_modify(|text| text.push_str("00"));
        }
    }
    let _dnsmasq = dnsmasq(&bench);
    assert_eq!(answers(&bench), expected, "left: dnsmasq");
}

/// The options that udhcpc hands to its script, by every server.
#[test]
fn udhcpc_is_told_the_same_by_all_of_them() {
    let bench = Bench::new();
    let told = |bench: &Bench| -> Vec<Vec<Option<String>>> {
        let names = ["mask", "router", "dns", "domain", "ntpsrv", "lease", "serverid", "tftp"];
        [FRONT, WORKSHOP, STRANGER]
            .map(|mac| {
                let lease = bench.udhcpc(mac);
                if mac == WORKSHOP {
                    assert_eq!(lease.address().to_string(), "10.77.0.20");
                } else {
                    assert!(lease.is_of_pool(), "{lease:?}");
                }
                names.iter().map(|name| lease.get(name).map(str::to_owned)).collect()
            })
            .to_vec()
    };
    let serving = bench.serve();
    let expected = told(&bench);
    serving.stop();
    assert_eq!(expected[0][7].as_deref(), Some(SERVER));
    for (name, start) in [("kea", kea as fn(&Bench) -> Other), ("dnsmasq", dnsmasq), ("dhcpd", dhcpd)] {
        let _server = start(&bench);
        assert_eq!(told(&bench), expected, "left: {name}");
    }
}

/// Beside another DHCP server: options for those who have an address, and for nobody else.
#[test]
fn a_network_for_inform_answers_that_and_gives_no_address() {
    let bench = Bench::of(&super::bench::PROGRAM.replace("  lease 8h\n", "  lease 8h\n  answer inform only\n"));
    let inform = |bench: &Bench| {
        let mut told = ask(bench, FRONT, "1,3,66", &[], "inform");
        told.retain(|code, _| matches!(&**code, "1" | "3" | "66"));
        told
    };
    let serving = bench.serve();
    let mut expected = inform(&bench);
    serving.stop();
    assert_eq!(expected.len(), 3, "{expected:?}");
    for (name, start) in [("kea", kea as fn(&Bench) -> Other), ("dhcpd", dhcpd), ("dnsmasq", dnsmasq)] {
        let _server = start(&bench);
        if name == "dnsmasq" {
            expected.entry("66".into()).and_modify(|text| text.push_str("00"));
        }
        assert_eq!(inform(&bench), expected, "left: {name}");
        assert!(!bench.udhcpc_is_answered(FRONT), "{name} gives an address");
    }
}

#[test]
fn a_network_for_known_phones_gives_nobody_else_an_address() {
    let known = super::bench::PROGRAM.replace("  lease 8h\n", "  lease 8h\n  answer known phones only\n");
    // Alone, where all others can be dropped, and beside a network for everybody.
    let beside =
        "network far {\n  subnet 10.99.0.0/24\n  pool 10.99.0.10 .. 10.99.0.20\n  relay 10.99.0.1\n  server prov\n}\n";
    let beside = known.replace("zone \"lab", &format!("{beside}zone \"lab"));
    for program in [known, beside] {
        let bench = Bench::of(&program);
        for (name, start) in [("kea", kea as fn(&Bench) -> Other), ("dhcpd", dhcpd), ("dnsmasq", dnsmasq)] {
            let _server = start(&bench);
            assert!(bench.udhcpc_is_answered(FRONT), "{name}");
            assert!(!bench.udhcpc_is_answered(STRANGER), "{name}");
        }
    }
}
