//! Figures, as the parser of Prometheus' own client for Python reads them.

use super::{curl, url};
use crate::support::{PHONES, Project, QUICKSTART, Serving, acknowledge, get, own_address, run, until};
use serde_json::{Map, Value};
use std::io::{Read as _, Write as _};
use std::net::{TcpStream, UdpSocket};
use std::process::Command;

/// Every sample by its name and labels; a page that breaks the format is an error of the reader's.
const READER: &str = "
import json, sys
from prometheus_client.parser import text_string_to_metric_families
samples, families = {}, []
for family in text_string_to_metric_families(open(sys.argv[1]).read()):
    families.append({'name': family.name, 'type': family.type, 'help': family.documentation})
    for sample in family.samples:
        labels = ','.join('%s=%s' % pair for pair in sorted(sample.labels.items()))
        name = sample.name + ('{%s}' % labels if labels else '')
        assert name not in samples, 'twice: ' + name
        samples[name] = sample.value
print(json.dumps({'samples': samples, 'families': families}))
";

struct Figures(Map<String, Value>, Vec<Value>);

impl Figures {
    #[track_caller]
    fn of(project: &Project, serving: &Serving) -> Self {
        let (status, body) = get(serving.at(6081), "/metrics");
        assert_eq!(status, 200);
        let page = project.join("page");
        std::fs::write(&page, body).expect("a file");
        let ran = run(Command::new("/usr/bin/python3").arg("-c").arg(READER).arg(page)).ok();
        let read = ran.json();
        let samples = read["samples"].as_object().expect("samples").clone();
        Figures(samples, read["families"].as_array().expect("families").clone())
    }

    #[track_caller]
    fn at(&self, name: &str) -> f64 {
        self.0.get(name).and_then(Value::as_f64).unwrap_or_else(|| panic!("no {name} among {:#?}", self.0))
    }
}

#[test]
fn figures_are_read_by_others_and_move() {
    let project = Project::quickstart();
    let serving = Serving::project(project.path());
    let before = Figures::of(&project, &serving);
    for (name, value) in [
        ("prov_build_info{version=0.1.0}", 1.0),
        ("prov_phones{state=waiting}", 2.0),
        ("prov_phones{state=resynced}", 0.0),
        ("prov_leases{family=ipv4,network=lab,state=bound}", 0.0),
        ("prov_pool_addresses{family=ipv4,network=lab}", 99.0),
        ("prov_dhcp_messages_total{type=discover}", 0.0),
        ("prov_http_requests_total{scheme=http,status=404}", 0.0),
        ("prov_reloads_total{outcome=taken}", 0.0),
    ] {
        assert_eq!(before.at(name), value, "{name}");
    }
    assert!(before.at("process_open_fds") > 5.0 && before.at("process_resident_memory_bytes") > 1e6);
    assert!(before.at("prov_program_loaded_timestamp_seconds") > 1.7e9);
    // By convention: counters end in `_total`, everything says what it is.
    for family in &before.1 {
        let (name, kind) = (family["name"].as_str().expect("a name"), family["type"].as_str().expect("a type"));
        assert!(name.starts_with("prov_") || name.starts_with("process_"), "{name}");
        assert!(!family["help"].as_str().expect("a text").is_empty() && kind != "unknown", "{name}");
    }
    assert!(before.0.len() < 250, "a page of {} samples", before.0.len());

    acknowledge(serving.at(6067), PHONES[0]);
    assert_eq!(get(serving.at(6080), "/phones/000e08abcd01.cfg").0, 200);
    assert_eq!(get(serving.at(6080), "/nothing").0, 404);
    let socket = UdpSocket::bind((own_address(), 0)).expect("a socket");
    for text in ["Successful resync http://p/x", "Resync failed: corrupt", "hello"] {
        let text = format!("<134>CP-8841-3PCC 00:0e:08:ab:cd:01 -- {text}");
        socket.send_to(text.as_bytes(), serving.at(6514)).expect("sends");
    }
    socket.send_to(b"\0\x01/8841-3PCC.xml\0octet\0", serving.at(6069)).expect("sends");
    let (length, from) = socket.recv_from(&mut [0; 600]).expect("a block");
    assert!(length > 4);
    socket.send_to(b"\0\x04\0\x01", from).expect("sends");
    // From another port: who asks again while its transfer runs is not heard.
    let other = UdpSocket::bind((own_address(), 0)).expect("a socket");
    other.send_to(b"\0\x01/nothing\0octet\0", serving.at(6069)).expect("sends");
    assert_eq!(curl(&["-X", "POST"], &url(serving.at(6081), "/api/reload")).0, 200);
    until("all that came is counted", || {
        let after = Figures::of(&project, &serving);
        (after.at("prov_syslog_messages_total{verdict=other}") == 1.0
            && after.at("prov_tftp_transfers_total{outcome=not_found}") == 1.0)
            .then_some(())
    });
    let after = Figures::of(&project, &serving);
    let rose = |name: &str| after.at(name) - before.at(name);
    for (name, by) in [
        ("prov_dhcp_messages_total{type=discover}", 1.0),
        ("prov_dhcp_messages_total{type=request}", 1.0),
        ("prov_dhcp_answers_total{type=offer}", 1.0),
        ("prov_dhcp_answers_total{type=ack}", 1.0),
        ("prov_lease_events_total{event=given}", 1.0),
        ("prov_leases{family=ipv4,network=lab,state=bound}", 1.0),
        ("prov_http_requests_total{scheme=http,status=200}", 1.0),
        ("prov_http_requests_total{scheme=http,status=404}", 1.0),
        ("prov_http_request_duration_seconds_count", 2.0),
        ("prov_syslog_messages_total{verdict=succeeded}", 1.0),
        ("prov_syslog_messages_total{verdict=failed}", 1.0),
        ("prov_phones{state=waiting}", -1.0),
        ("prov_phones{state=failed}", 1.0),
        ("prov_reloads_total{outcome=taken}", 1.0),
        ("prov_reload_duration_seconds_count", 1.0),
    ] {
        // A DHCP datagram may have been sent again on a busy machine.
        assert!(rose(name) == by || name.contains("dhcp") && rose(name) >= by, "{name} rose by {}", rose(name));
    }
    assert!(rose("prov_file_bytes_total{scheme=http}") > 20.0);
    assert!(rose("prov_http_request_duration_seconds_bucket{le=+Inf}") == 2.0);
    serving.stop();
}

#[test]
fn what_clients_say_makes_no_label() {
    let project = Project::quickstart();
    let serving = Serving::project(project.path());
    let before = Figures::of(&project, &serving).0.len();
    for number in 0..200 {
        get(serving.at(6080), &format!("/of-{number}/\"}} 1"));
        acknowledge(serving.at(6067), &format!("02:00:00:00:01:{:02x}", number % 50));
    }
    assert_eq!(Figures::of(&project, &serving).0.len(), before);
    serving.stop();
}

/// One client that floods is passed over, and counted; another is answered all the while.
#[test]
fn a_flood_of_one_client_is_not_heard() {
    let project = Project::quickstart();
    let serving = Serving::project(project.path());
    let socket = UdpSocket::bind((own_address(), 0)).expect("a socket");
    let flood = crate::support::discover("02:00:00:00:00:07");
    for round in 0..40u8 {
        for _ in 0..100 {
            socket.send_to(&flood, serving.at(6067)).expect("sends");
        }
        acknowledge(serving.at(6067), &format!("02:00:00:00:02:{round:02x}"));
    }
    let figures = Figures::of(&project, &serving);
    let passed_over = figures.at("prov_limited_total{service=dhcp}");
    // A machine that is busy drops some of it in the socket's buffer; of the rest, a hundred and twenty a second are heard.
    assert!(passed_over > 500.0, "{passed_over} were passed over");
    assert!(figures.at("prov_leases{family=ipv4,network=lab,state=bound}") == 40.0);
    serving.stop();
}

#[test]
fn what_hyper_answers_in_our_name_and_what_is_turned_away_is_counted() {
    let text = QUICKSTART.replace("127.0.0.1", &own_address().to_string());
    let text = text.replacen(
        "http    { port 6080 }",
        "http { port 6080  redirect 301 \"/old.xml\" to \"http://127.0.0.1:1/new.xml\" }",
        1,
    );
    assert!(text.contains("redirect"), "{text}");
    let project = Project::new(&[("main.prov", &text)]);
    let serving = Serving::project(project.path());
    let http = serving.at(6080);
    let speak = |octets: &[u8]| {
        let mut stream = TcpStream::connect(http).expect("connects");
        let _ = stream.write_all(octets);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
    };
    // A client that believes it to be https, and one that has too much to say.
    assert_eq!(speak(b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n"), "HTTP/1.1 400 Bad Request");
    let long = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "y".repeat(40_000));
    assert!(speak(long.as_bytes()).contains(" 431 "));
    assert_eq!(get(http, "/old.xml").0, 301);
    // One address has a quarter of the connections; the next is closed without a word.
    let held: Vec<TcpStream> = (0..1024).map(|_| TcpStream::connect(http).expect("connects")).collect();
    assert_eq!(speak(b"GET /nothing HTTP/1.0\r\n\r\n"), "");
    let figures = Figures::of(&project, &serving);
    for (name, count) in [
        ("prov_http_requests_total{scheme=http,status=400}", 1.0),
        ("prov_http_requests_total{scheme=http,status=431}", 1.0),
        ("prov_http_requests_total{scheme=http,status=301}", 1.0),
        ("prov_http_requests_total{scheme=http,status=other}", 0.0),
        ("prov_http_requests_total{scheme=http,status=404}", 0.0),
        ("prov_limited_total{service=http}", 1.0),
    ] {
        assert_eq!(figures.at(name), count, "{name}");
    }
    drop(held);
    serving.stop();
}
