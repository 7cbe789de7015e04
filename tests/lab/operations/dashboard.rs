//! The pages of the dashboard, as people have them: whole without a script, live in a real browser, good for all who read,
//! and a wall for what devices say.

use super::{curl, url};
use crate::support::{Browser, PHONES, Project, Serving, acknowledge, get, own_address, quickstart, until};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpStream, UdpSocket};

const AGENT: &str = "Cisco-CP-8841-3PCC/11.0 (000e08abcd01)";

fn page(serving: &Serving, path: &str) -> String {
    let (status, body) = get(serving.at(6081), path);
    assert_eq!(status, 200, "{path}");
    String::from_utf8(body).expect("a text")
}

/// A line of a phone's log, which names the phone, until it is known.
fn log(serving: &Serving, text: &str) {
    let socket = UdpSocket::bind((own_address(), 0)).expect("a socket");
    let mac = text.split(' ').nth(1).expect("an address");
    let known = || {
        let (_, body) = get(serving.at(6081), &format!("/api/phones/{mac}"));
        let phone: Value = serde_json::from_slice(&body).expect("JSON");
        phone["syslog"].as_array().map_or(0, |all| all.iter().filter(|one| one["text"] == text).count())
    };
    let before = known();
    socket.send_to(text.as_bytes(), serving.at(6514)).expect("sends");
    until(text, || (known() > before).then_some(()));
}

fn fetch(serving: &Serving, agent: &str, path: &str) -> u16 {
    curl(&["-A", agent], &url(serving.at(6080), path)).0
}

/// The words of a page, without its tags.
fn words(html: &str) -> String {
    let text: Vec<&str> = html.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect();
    text.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_state_and_every_cause_is_named_without_a_script() {
    let project = Project::quickstart();
    let serving = Serving::project(project.path());
    let shows = |path: &str, all: &[&str]| {
        let html = page(&serving, path);
        let words = words(&html);
        all.iter().for_each(|one| assert!(words.contains(one), "{path}: {one}: {words}"));
        words
    };
    shows("/", &["0 of 2", "never seen 2", "lab_desks 2 0 0 no reports 2", "check power, switch port and VLAN"]);
    let one = format!("/phones/{}", PHONES[0]);
    shows(
        &one,
        &["Front desk", "intended : yes", "served : no", "reported : not asked for", "never seen: no DHCP request"],
    );

    acknowledge(serving.at(6067), PHONES[0]);
    shows(&one, &["and asked for no file", "it was told option 66 tftp://", "Profile_Rule", "dhcp lease of"]);
    assert_eq!(fetch(&serving, AGENT, "/old/x.xml"), 404);
    shows(
        "/",
        &[
            "asks for what is not there 1",
            "never seen 1",
            "asks for /old/x.xml over http with 404: no fleet serves that path",
        ],
    );
    shows(&one, &["its files are /8841-3PCC.xml, /common/8841-3PCC.xml, /phones/000e08abcd01.cfg"]);
    assert_eq!(fetch(&serving, AGENT, "/8841-3PCC.xml"), 200);
    shows(&one, &["has not asked for /common/8841-3PCC.xml and 1 more", "the file comes by Profile_Rule:"]);
    assert_eq!(fetch(&serving, AGENT, "/common/8841-3PCC.xml"), 200);
    assert_eq!(fetch(&serving, AGENT, "/phones/000e08abcd01.cfg"), 200);
    shows(&one, &["served : yes", "acknowledged : no", "served, no success in syslog since"]);
    shows(&one, &["/phones/000e08abcd01.cfg Profile_Rule_B → account 200,", "firmware 11.0"]);
    log(&serving, "CP-8841-3PCC 00:0e:08:ab:cd:01 -- Resync failed: corrupt file");
    shows(&one, &["resync failed: corrupt file", "read what the phone says"]);
    log(&serving, "CP-8841-3PCC 00:0e:08:ab:cd:01 -- Successful resync http://p/x");
    shows(&one, &["acknowledged : yes", "It is where the program wants it."]);
    shows("/", &["1 of 2", "lab_desks 2 1 1 no reports 1", "lab_desks CP-8841-3PCC 11.0 1", "lab 1 0 0"]);
    // Where each value was said.
    shows(
        &one,
        &["Time_Zone GMT+01:00 main.prov:", "Station_Display_Name Front desk (101) main.prov:", ", file account"],
    );

    // A reload begins anew, and says so; who is on the page stays.
    let (status, _) = curl(&["-X", "POST"], &url(serving.at(6081), "/api/reload"));
    assert_eq!(status, 200);
    shows("/", &["0 of 2", "not heard of since the program was taken 1", "never seen 1"]);
    shows(&one, &["before the program that is served was taken", "/old/x.xml"]);
    serving.stop();
}

#[test]
fn phones_are_found_by_what_is_known_of_them() {
    let project = Project::quickstart();
    let serving = Serving::project(project.path());
    acknowledge(serving.at(6067), PHONES[0]);
    let both = ["Front desk", "Workshop"];
    for (query, found) in [
        ("", &both[..]),
        ("?q=&fleet=&model=&network=&state=&cause=", &both[..]),
        ("?q=FRONT", &both[..1]),
        ("?q=0e:08:ab-cd.02", &both[1..]),
        ("?q=102", &both[1..]),
        ("?q=%3Cb%3E", &[]),
        ("?fleet=lab_desks", &both[..]),
        ("?fleet=other", &[]),
        ("?model=CP-7841-3PCC", &both[1..]),
        ("?model=CP-9999", &[]),
        ("?network=lab", &both[..]),
        ("?network=elsewhere", &[]),
        ("?state=lagging", &both[..]),
        ("?state=done", &[]),
        ("?state=intended", &both[..]),
        ("?state=served", &[]),
        ("?cause=unseen", &both[1..]),
        ("?cause=no-request&q=front", &both[..1]),
        ("?page=77", &both[..]),
    ] {
        let html = page(&serving, &format!("/{query}"));
        let list =
            html.split("<div id=\"phones\"").nth(1).and_then(|rest| rest.split("<div id=").next()).expect("a list");
        both.iter().for_each(|name| assert_eq!(list.contains(name), found.contains(name), "{query}: {name}"));
        assert_eq!(list.contains("No phone fits."), found.is_empty(), "{query}");
    }
    for query in ["?state=nothing", "?cause=7", "?page=0", "?page=x"] {
        assert_eq!(get(serving.at(6081), &format!("/{query}")).0, 400, "{query}");
    }
    serving.stop();
}

/// Names, agents and lines of logs that would be tags.
#[test]
fn what_devices_say_runs_nowhere() {
    const HOSTILE: &str = "<script>window.pwned=1</script><img src=x onerror=window.pwned=1>";
    let program = quickstart(own_address()).replace("\"Front desk\"", &format!("{:?}", HOSTILE));
    let program = program.split("test \"").next().expect("the program").to_owned();
    let project = Project::new(&[("main.prov", &program)]);
    let serving = Serving::project(project.path());
    acknowledge(serving.at(6067), PHONES[0]);
    acknowledge(serving.at(6067), "02:00:00:00:00:09");
    fetch(&serving, &format!("Cisco-{HOSTILE}/{HOSTILE} (000e08abcd01)"), "/%3Cscript%3Ewindow.pwned=1%3C/script%3E");
    fetch(&serving, &format!("{HOSTILE} (020000000009)"), "/%3Cimg%20src=x%20onerror=window.pwned=1%3E");
    log(&serving, &format!("CP-8841-3PCC 00:0e:08:ab:cd:01 -- Resync failed: {HOSTILE}"));
    log(&serving, &format!("CP-8841-3PCC 02:00:00:00:00:09 -- Resync failed: {HOSTILE}"));
    let mut browser = Browser::new();
    let query = "/?q=%22%3E%3Cscript%3Ewindow.pwned=1%3C/script%3E";
    for path in ["/", query, &format!("/phones/{}", PHONES[0]), "/phones/020000000009"] {
        browser.open(&url(serving.at(6081), path));
        let made =
            "typeof window.pwned + document.querySelectorAll('main script, main img, head script:not([src])').length";
        assert_eq!(browser.evaluate(made), "undefined0", "{path}");
        if path != query {
            assert!(browser.text().contains("onerror=window.pwned=1"), "{path}: it is shown as what it is");
        }
    }
    // And if something came through, the policy would stop it.
    let inserted = "new Promise(done => { let tag = document.createElement('script'); tag.textContent = 'window.pwned = 1'; \
                    document.body.append(tag); setTimeout(() => done(typeof window.pwned), 50); })";
    assert_eq!(browser.evaluate(inserted), "undefined");
    serving.stop();
}

#[test]
fn a_browser_sees_phones_arrive_and_one_fail() {
    let project = Project::quickstart();
    let serving = Serving::with(project.path(), &["--with-phones"]);
    let mut browser = Browser::new();
    browser.open(&url(serving.at(6081), "/"));
    browser.evaluate("window.same = true");
    browser.wait("document.getElementById('counts').innerText.includes('2 of 2')");
    browser.wait("document.querySelectorAll('#phones tbody .good').length == 2");
    assert_eq!(browser.evaluate("document.querySelectorAll('#phones tbody .bad').length"), 0);
    browser.wait("document.getElementById('live').textContent == 'Live.'");
    // The page learns of what happens now, and is not loaded anew.
    log(&serving, "CP-8841-3PCC 00:0e:08:ab:cd:01 -- Resync failed: no such key");
    browser.wait("document.querySelector('#phones tbody .bad')?.innerText == 'resync failed: no such key'");
    browser.wait("document.title.startsWith('1 of 2')");
    assert_eq!(browser.evaluate("window.same"), true);
    browser.evaluate(&format!("document.querySelector('a[href=\"/phones/{}\"]').click()", PHONES[0]));
    browser.wait("location.pathname.startsWith('/phones/') && document.readyState == 'complete'");
    browser.wait("document.querySelector('.cause')?.innerText.includes('no such key')");
    browser.evaluate("window.same = true");
    browser.wait("document.getElementById('live').textContent == 'Live.'");
    log(&serving, "CP-8841-3PCC 00:0e:08:ab:cd:01 -- Successful resync http://p/x");
    browser.wait("document.getElementById('standing').innerText.includes('It is where the program wants it.')");
    assert_eq!(browser.evaluate("window.same"), true);
    serving.stop();
}

#[test]
fn pages_are_good_for_all_who_read_in_the_light_and_in_the_dark() {
    let program = quickstart(own_address());
    let program = program.split("test \"").next().expect("the program");
    let program = program.replace("  syslog ", "  https   { port 6443 }\n  syslog ");
    let project = Project::new(&[("main.prov", &program)]);
    let serving = Serving::project(project.path());
    acknowledge(serving.at(6067), PHONES[0]);
    acknowledge(serving.at(6067), "02:00:00:00:00:09");
    fetch(&serving, AGENT, "/8841-3PCC.xml");
    fetch(&serving, AGENT, "/old.xml");
    fetch(&serving, AGENT, "/phones/000e08abcd01.cfg");
    let mut browser = Browser::new();
    for scheme in ["light", "dark"] {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        browser.call("Emulation.setEmulatedMedia", json!({ "features": features }));
        let one = format!("/phones/{}", PHONES[0]);
        for path in ["/", "/?q=nothing", &one, "/phones/020000000009", "/phones/020000000001"] {
            browser.open(&url(serving.at(6081), path));
            // Closed parts are read too.
            browser.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)");
            assert_eq!(browser.evaluate(include_str!("access.js")), json!([]), "{scheme} {path}");
        }
    }
    // By the keyboard: over the first link past the navigation, and into a value's source.
    browser.open(&url(serving.at(6081), &format!("/phones/{}", PHONES[0])));
    browser.press("Tab", 9, "");
    assert_eq!(browser.evaluate("document.activeElement.innerText"), "Skip to the content");
    browser.evaluate("document.querySelector('#Time_Zone summary').focus()");
    browser.press("Enter", 13, "\r");
    browser.wait("document.querySelector('#Time_Zone details').open");
    assert!(
        browser.evaluate("document.querySelector('#Time_Zone details').innerText").to_string().contains("main.prov:")
    );
    serving.stop();
}

/// One follower of what happens.
struct Follower(BufReader<TcpStream>);

impl Follower {
    fn new(serving: &Serving, last: Option<&str>) -> Self {
        let mut stream = TcpStream::connect(serving.at(6081)).expect("connects");
        let last = last.map(|last| format!("Last-Event-ID: {last}\r\n")).unwrap_or_default();
        write!(stream, "GET /events HTTP/1.1\r\nHost: p\r\n{last}\r\n").expect("asks");
        stream.set_read_timeout(Some(std::time::Duration::from_secs(60))).expect("a timeout");
        Follower(BufReader::new(stream))
    }

    /// The next event of a kind: its id and data.
    fn next(&mut self, kind: &str) -> (String, Value) {
        let (mut id, mut event) = (String::new(), String::new());
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).expect("a line") > 0, "the stream ended before {kind}");
            match line.trim_end().split_once(": ") {
                Some(("id", text)) => id = text.to_owned(),
                Some(("event", text)) => event = text.to_owned(),
                Some(("data", text)) if event == kind => return (id, serde_json::from_str(text).expect("JSON")),
                _ => {}
            }
        }
    }
}

#[test]
fn a_follower_goes_on_where_it_was() {
    let project = Project::quickstart();
    let serving = Serving::project(project.path());
    let mut first = Follower::new(&serving, None);
    let (begin, _) = first.next("hello");
    log(&serving, "CP-8841-3PCC 00:0e:08:ab:cd:01 -- Resync failed: one");
    let (id, changed) = first.next("changed");
    assert_eq!(changed, json!({ "done": 0, "total": 2, "phones": [PHONES[0]] }));
    drop(first);
    log(&serving, "CP-7841-3PCC 00:0e:08:ab:cd:02 -- Resync failed: two");
    // What it missed, and what was before that for one who was here earlier.
    let (_, missed) = Follower::new(&serving, Some(&id)).next("changed");
    assert_eq!(missed["phones"], json!([PHONES[1]]));
    let (_, missed) = Follower::new(&serving, Some(&begin)).next("changed");
    assert_eq!(missed["phones"].as_array().map(Vec::len), Some(2));
    // Of another process, of nobody, and after a reload: everything is to be looked at anew.
    let (last, _) = Follower::new(&serving, Some("1-1")).next("anew");
    Follower::new(&serving, Some("nonsense")).next("anew");
    let mut third = Follower::new(&serving, Some(&last));
    assert_eq!(curl(&["-X", "POST"], &url(serving.at(6081), "/api/reload")).0, 200);
    third.next("anew");
    // Whoever follows keeps nothing from ending.
    serving.stop();
}
