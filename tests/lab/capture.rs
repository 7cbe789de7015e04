//! What goes over the wire, captured by tcpdump and read by scapy, held field by field against the program.

use super::bench::{Bench, FRONT, SERVER, Stays};
use crate::support::{root, run, until};
use serde_json::{Value, json};
use std::process::Stdio;

/// A capture of what passes an interface of the server's host.
struct Capture<'b> {
    bench: &'b Bench,
    _tcpdump: Stays,
}

impl Capture<'_> {
    fn of(bench: &Bench) -> Capture<'_> {
        let file = bench.project.join("capture");
        let mut command = bench.on_server("tcpdump");
        command.args(["-i", "rack", "-U", "-Z", "root", "-w"]).arg(&file).arg("udp");
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("tcpdump");
        let tcpdump = Stays::new(child);
        until("tcpdump listens", || std::fs::metadata(&file).ok().filter(|about| about.len() > 0));
        Capture { bench, _tcpdump: tcpdump }
    }

    /// The packets of a kind, when as many as are waited for are there.
    fn packets(&self, kind: &str, enough: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        until(&format!("all of {kind} is captured"), || {
            let mut command = std::process::Command::new("/usr/bin/python3");
            let ran = run(command.arg(root().join("tests/lab/capture.py")).arg(self.bench.project.join("capture")));
            // A packet that is just being written is read the next time.
            let all: Value = serde_json::from_slice(&ran.stdout).ok()?;
            let of = all.as_array()?.iter().filter(|packet| packet["kind"] == kind).cloned().collect::<Vec<_>>();
            enough(&of).then_some(of)
        })
    }
}

/// Some fields of a packet.
fn fields(packet: &Value, names: &[&str]) -> Value {
    names.iter().map(|name| ((*name).to_owned(), packet[*name].clone())).collect::<serde_json::Map<_, _>>().into()
}

#[test]
fn an_exchange_of_dhcp_field_by_field() {
    let bench = Bench::new();
    let _serving = bench.serve();
    let capture = Capture::of(&bench);
    let lease = bench.udhcpc(FRONT);
    let packets = capture.packets("dhcp", |packets| packets.iter().any(|one| one["options"]["message-type"] == 5));
    let kind = |number: u64| {
        let mut of = packets.iter().filter(|one| one["options"]["message-type"] == number);
        of.next().unwrap_or_else(|| panic!("{packets:#?}"))
    };
    let shown = bench.show(FRONT);
    for (asked, answer) in [(kind(1), kind(2)), (kind(3), kind(5))] {
        assert_eq!(answer["sound"], true, "checksums: {answer}");
        let head = fields(answer, &["op", "htype", "hlen", "hops", "secs", "ciaddr", "siaddr", "giaddr", "chaddr"]);
        let expected = json!({
            "op": 2, "htype": 1, "hlen": 6, "hops": 0, "secs": 0, "ciaddr": "0.0.0.0", "siaddr": "0.0.0.0",
            "giaddr": "0.0.0.0", "chaddr": FRONT,
        });
        assert_eq!(head, expected);
        assert_eq!(fields(answer, &["from", "ports"]), json!({ "from": SERVER, "ports": [67, 68] }));
        for same in ["xid", "flags"] {
            assert_eq!(answer[same], asked[same], "{same}");
        }
        assert_eq!(answer["yiaddr"], lease.address().to_string());
        let options = json!({
            "message-type": answer["options"]["message-type"],
            "server_id": SERVER,
            "lease_time": 28_800, "renewal_time": 14_400, "rebinding_time": 25_200,
            "subnet_mask": "255.255.255.0",
            "router": shown["dhcp"]["4"]["3"],
            "name_server": SERVER,
            "domain": "lab.example",
            "NTP_server": SERVER,
            "tftp_server_name": shown["dhcp"]["4"]["66"],
            "client_id": asked["options"]["client_id"],
        });
        assert_eq!(answer["options"], options);
        // What the client lists comes in its order, behind what the answer is.
        let order: Vec<&str> = answer["order"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        assert_eq!(order[..6], ["message-type", "subnet_mask", "router", "name_server", "domain", "NTP_server"]);
    }
    assert_eq!(kind(3)["options"]["server_id"], SERVER, "the client chose us");
}

#[test]
fn a_transfer_field_by_field() {
    let bench = Bench::with_address();
    let _serving = bench.serve();
    let capture = Capture::of(&bench);
    let options = [("blksize", "100"), ("timeout", "3"), ("windowsize", "2"), ("tsize", "0")];
    let mut arguments: Vec<String> = Vec::new();
    for (name, value) in options {
        arguments.push("--option".into());
        arguments.push(if name == "tsize" { name.into() } else { format!("{name} {value}") });
    }
    arguments.extend(["-g", "-r", "/8841-3PCC.xml", "-l", "got", SERVER].map(str::to_owned));
    bench.run("atftp", &arguments.iter().map(String::as_str).collect::<Vec<_>>()).ok();
    let size = std::fs::metadata(bench.project.join("got")).expect("a file").len();
    let blocks = size / 100 + 1;
    let ends = |packets: &[Value]| packets.iter().any(|one| one["op"] == 4 && one["block"] == blocks);
    let packets = capture.packets("tftp", ends);
    let ops = |number: u64| packets.iter().filter(move |one| one["op"] == number);
    let request = ops(1).next().expect("a request");
    assert_eq!(
        (&request["filename"], &request["mode"], &request["ports"][1]),
        (&json!("/8841-3PCC.xml"), &json!("octet"), &json!(69))
    );
    let agreed = ops(6).next().expect("an acknowledgement of options");
    assert_eq!(
        agreed["options"],
        json!({ "blksize": "100", "timeout": "3", "windowsize": "2", "tsize": size.to_string() })
    );
    // From a port of its own, which is another than the one that was asked.
    let ports = agreed["ports"].clone();
    assert_ne!(ports[0], 69);
    assert_eq!(ports[1], request["ports"][0]);
    let data: Vec<(u64, u64)> = ops(3)
        .map(|one| {
            assert_eq!((&one["ports"], &one["sound"]), (&ports, &json!(true)));
            (one["block"].as_u64().expect("a number"), one["length"].as_u64().expect("a length"))
        })
        .collect();
    let expected: Vec<(u64, u64)> =
        (1..=blocks).map(|block| (block, if block == blocks { size % 100 } else { 100 })).collect();
    assert_eq!(data, expected, "every block once");
    // An acknowledgement of the options, one a window, and one of the end.
    let acknowledged: Vec<u64> = ops(4).filter_map(|one| one["block"].as_u64()).collect();
    let windows = (0..blocks).step_by(2).chain([blocks]).collect::<Vec<_>>();
    assert_eq!(acknowledged, windows);
    // What there is not.
    bench.run("atftp", &["-g", "-r", "/nothing", "-l", "none", SERVER]);
    let refused = capture.packets("tftp", |packets| packets.iter().any(|one| one["op"] == 5));
    let error = refused.iter().find(|one| one["op"] == 5).expect("an error");
    assert_eq!((&error["errorcode"], &error["errormsg"]), (&json!(1), &json!("there is no such file")));
}

#[test]
fn answers_about_names_field_by_field() {
    let bench = Bench::with_address();
    let _serving = bench.serve();
    let capture = Capture::of(&bench);
    let server = format!("@{SERVER}");
    for name in ["_ciscoprov-http._tcp.lab.example", "nobody.lab.example", "www.example.com"] {
        bench.run("dig", &[&server, "+norecurse", "+nocookie", "-b", "10.77.0.200", name, "SRV"]).ok();
    }
    let packets = capture.packets("dns", |packets| packets.iter().filter(|one| one["qr"] == 1).count() == 3);
    let answers: Vec<&Value> = packets.iter().filter(|one| one["qr"] == 1).collect();
    let questions: Vec<&Value> = packets.iter().filter(|one| one["qr"] == 0).collect();
    for (question, answer) in questions.iter().zip(&answers) {
        assert_eq!(
            fields(question, &["id", "question", "opcode", "rd"]),
            fields(answer, &["id", "question", "opcode", "rd"])
        );
        assert_eq!((&answer["sound"], &answer["from"], &answer["tc"]), (&json!(true), &json!(SERVER), &json!(0)));
        assert_eq!(
            answer["additionals"].as_array().and_then(|all| all.last()).map(|opt| &opt["type"]),
            Some(&json!(41))
        );
    }
    let [service, nobody, foreign] = answers[..] else { panic!("{answers:#?}") };
    let head = ["aa", "ra", "rcode"];
    assert_eq!(fields(service, &head), json!({ "aa": 1, "ra": 0, "rcode": 0 }));
    let srv = fields(&service["answers"][0], &["name", "type", "ttl", "priority", "weight", "port", "target"]);
    let expected = json!({
        "name": "_ciscoprov-http._tcp.lab.example.", "type": 33, "ttl": 86_400, "priority": 10, "weight": 50, "port": 80,
        "target": "prov.lab.example.",
    });
    assert_eq!(srv, expected);
    let host = fields(&service["additionals"][0], &["name", "type", "ttl", "rdata"]);
    assert_eq!(host, json!({ "name": "prov.lab.example.", "type": 1, "ttl": 86_400, "rdata": SERVER }));
    assert_eq!(fields(nobody, &head), json!({ "aa": 1, "ra": 0, "rcode": 3 }));
    let denial = fields(&nobody["authorities"][0], &["name", "type", "ttl", "mname", "minimum"]);
    let expected = json!({ "name": "lab.example.", "type": 6, "ttl": 60, "mname": "prov.lab.example.", "minimum": 60 });
    assert_eq!(denial, expected);
    assert_eq!(fields(foreign, &head), json!({ "aa": 0, "ra": 0, "rcode": 5 }));
}
