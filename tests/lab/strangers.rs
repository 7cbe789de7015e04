//! Devices that are not of the program: what each asked for, over everything, and what a network tells them that takes
//! them for phones of a fleet.

use super::bench::{Bench, FRONT, PROGRAM, SERVER, STRANGER};
use crate::support::{Project, Serving, get, own_address, run, until};
use serde_json::Value;
use std::net::UdpSocket;
use std::process::Command;

/// The list of those who are not of the program.
fn strangers(bench: &Bench) -> Vec<Value> {
    let url = format!("http://{SERVER}:8080/api/strangers");
    let document = run(bench.on_server("curl").args(["-s", &url])).ok().json();
    let list = document["strangers"].as_array().expect("a list").clone();
    assert_eq!(document["total"].as_u64(), Some(list.len() as u64));
    list
}

/// What one of them asked a service for, and was told.
fn asked(stranger: &Value, service: &str) -> Vec<(String, String)> {
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let all = stranger["asked"].as_array().cloned().unwrap_or_default();
    let of = all.iter().filter(|one| one["service"] == service);
    of.map(|one| (text(one, "what"), text(one, "answer"))).collect()
}

#[test]
fn what_a_stranger_asks_for_is_listed_over_every_protocol() {
    let bench = Bench::new();
    let serving = bench.serve();
    let lease = bench.udhcpc(STRANGER);
    assert_eq!(lease.get("tftp"), None, "what leads phones here is told to those of the program");
    bench.run("tftp", &["-m", "binary", SERVER, "-c", "get", "/SEP020000000009.cnf.xml", "got"]);
    bench.run("curl", &["-s", "-A", "Acme/1 <b>", &format!("http://{SERVER}/nothing.cfg")]);
    bench.run("dig", &[&format!("@{SERVER}"), "ntp.acme.example", "A"]);
    bench.run("logger", &["-n", SERVER, "-P", "514", "-d", "--rfc3164", "I am lost"]);
    let stranger = until("everything is listed", || {
        let found = strangers(&bench).into_iter().find(|one| one["mac"] == STRANGER)?;
        (!asked(&found, "syslog").is_empty() && !asked(&found, "dns").is_empty()).then_some(found)
    });
    let dhcp = asked(&stranger, "dhcp");
    assert!(
        dhcp.iter().any(|(what, told)| what.starts_with("DHCPDISCOVER, class \"udhcp") && told.contains("offered"))
    );
    assert!(dhcp.iter().any(|(what, told)| what.starts_with("DHCPREQUEST") && told.starts_with("given 10.77.0.")));
    assert_eq!(asked(&stranger, "dns"), [("ntp.acme.example. A".into(), "Query Refused".into())]);
    assert!(asked(&stranger, "syslog")[0].0.contains("I am lost"));
    let paths: Vec<_> = stranger["requests"].as_array().expect("requests").iter().map(|one| &one["path"]).collect();
    assert_eq!(paths, ["/SEP020000000009.cnf.xml", "/nothing.cfg"]);
    assert_eq!(stranger["known"], false);
    // A phone of the program is on no such list, and the page escapes what devices say.
    bench.udhcpc(FRONT);
    assert!(strangers(&bench).iter().all(|one| one["mac"] != FRONT));
    let page = run(bench.on_server("curl").args(["-s", &format!("http://{SERVER}:8080/")])).ok().text();
    assert!(page.contains("ntp.acme.example.") && !page.contains("<b>"), "{page}");
    serving.stop();
}

#[test]
fn who_is_left_to_another_server_is_listed_all_the_same() {
    let bench =
        Bench::of(&PROGRAM.replace("  server prov\n  reserve", "  answer known phones only\n  server prov\n  reserve"));
    let _serving = bench.serve();
    assert!(!bench.udhcpc_is_answered(STRANGER));
    let found = strangers(&bench);
    let [stranger] = found.as_slice() else { panic!("one stranger: {found:?}") };
    let told = asked(stranger, "dhcp");
    assert_eq!(told[0].1, "nothing: the network leaves it to another server");
    assert!(stranger["asked"][0]["times"].as_u64() > Some(1), "it asked more than once: {stranger}");
}

#[test]
fn an_unknown_phone_is_led_to_a_bootstrap_file() {
    let program =
        PROGRAM.replace("  server prov\n  reserve", "  answer unknown phones as lab_desks\n  server prov\n  reserve");
    let bench = Bench::of(&program);
    let serving = bench.serve();
    let lease = bench.udhcpc(STRANGER);
    assert_eq!((lease.get("tftp"), lease.is_of_pool()), (Some(SERVER), true));
    // A phone of a model that the fleet has comes as far as its bootstrap file, which says where it would go on.
    bench.run("tftp", &["-m", "binary", SERVER, "-c", "get", "/8841-3PCC.xml", "got"]).ok();
    let file = std::fs::read_to_string(bench.project.join("got")).expect("a file");
    assert!(file.contains("<Profile_Rule"), "{file}");
    assert_eq!(
        bench
            .run("curl", &["-s", "-o", "x", "-w", "%{http_code}", &format!("http://{SERVER}/phones/020000000009.cfg")])
            .text(),
        "404"
    );
    let found = strangers(&bench).into_iter().find(|one| one["mac"] == STRANGER).expect("is listed");
    let statuses: Vec<_> =
        found["requests"].as_array().expect("requests").iter().map(|one| one["status"].as_u64()).collect();
    assert_eq!(statuses, [Some(200), Some(404)]);
    // Once it is of the program it is on the list no more.
    let from = serving.now();
    let known = program.replace("  phone 00:0e:08:ab:cd:02 {", &format!("  phone {STRANGER} {{ model \"CP-8841-3PCC\"  extension \"109\"  name \"New\" }}\n  phone 00:0e:08:ab:cd:02 {{"));
    bench.project.write("main.prov", &known);
    serving.wait_after(from, "reloaded");
    assert!(strangers(&bench).is_empty());
    assert_eq!(bench.seen(STRANGER)["known"], true);
    serving.stop();
}

#[test]
fn whose_address_alone_is_known_is_listed_by_it() {
    let project = Project::quickstart();
    let serving = Serving::with(project.path(), &["--state", "memory"]);
    let url = format!("http://{}/nothing", serving.at(6080));
    run(Command::new("curl").args(["-s", "--interface", &own_address().to_string(), &url])).ok();
    let socket = UdpSocket::bind((own_address(), 0)).expect("a socket");
    socket.send_to(b"<13>somebody", serving.at(6514)).expect("sends");
    let at = serving.at(6053);
    let dig = |name: &str| {
        let (server, port) = (format!("@{}", at.ip()), at.port().to_string());
        run(Command::new("dig").args(["-b", &own_address().to_string(), &server, "-p", &port, name, "SRV"])).ok();
    };
    // What everybody asks for is no sign of a phone.
    dig("www.example.com");
    dig("_ciscoprov-http._tcp.elsewhere.example");
    let found = until("it is listed", || {
        let (_, body) = get(serving.at(6081), "/api/strangers");
        let document: Value = serde_json::from_slice(&body).ok()?;
        let list = document["strangers"].as_array()?.clone();
        let here = list.into_iter().find(|one| one["address"] == own_address().to_string())?;
        (!asked(&here, "syslog").is_empty()).then_some(here)
    });
    assert_eq!(found["mac"], Value::Null);
    assert_eq!(found["requests"][0]["path"], "/nothing");
    assert_eq!(
        asked(&found, "dns").into_iter().map(|(what, _)| what).collect::<Vec<_>>(),
        ["_ciscoprov-http._tcp.elsewhere.example. SRV"]
    );
    serving.stop();
}
