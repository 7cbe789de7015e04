//! Files over TFTP and HTTP, with tftp-hpa, atftp and curl; and that they hold what `prov show` says.

use super::bench::{Bench, FRONT, SERVER, WORKSHOP};
use crate::support::{Ran, tool};
use quick_xml::events::Event;
use std::collections::BTreeMap;

/// The file that a factory-fresh phone of model 8841 asks for.
const BOOTSTRAP: &str = "/8841-3PCC.xml";
const ACCOUNT: &str = "/phones/000e08abcd01.cfg";

fn shown_file(bench: &Bench, name: &str) -> Vec<u8> {
    let folder = bench.project.path().to_str().expect("a path").to_owned();
    tool(crate::support::PROV, ["show", FRONT, "--file", name, "--wire", folder.as_str()]).ok().stdout
}

#[track_caller]
fn fetched(bench: &Bench, name: &str) -> Vec<u8> {
    std::fs::read(bench.project.join(name)).unwrap_or_else(|error| panic!("{name} was not fetched: {error}"))
}

#[test]
fn tftp_hpa_fetches_the_bootstrap_file() {
    let bench = Bench::with_address();
    let _serving = bench.serve();
    bench.run("tftp", &["-m", "binary", SERVER, "-c", "get", BOOTSTRAP, "got"]).ok();
    assert_eq!(fetched(&bench, "got"), shown_file(&bench, "bootstrap"));
    // A name without the slash means the same file.
    bench.run("tftp", &["-m", "binary", SERVER, "-c", "get", &BOOTSTRAP[1..], "again"]).ok();
    assert_eq!(fetched(&bench, "again"), fetched(&bench, "got"));
}

#[test]
fn atftp_fetches_in_blocks_of_every_size() {
    let bench = Bench::with_address();
    let _serving = bench.serve();
    let whole = shown_file(&bench, "bootstrap");
    let exact = whole.len().to_string();
    for size in ["8", "64", "512", "1024", "1428", "65464", &exact] {
        let option = format!("blksize {size}");
        let ran =
            bench.run("atftp", &["--option", &option, "--option", "tsize", "-g", "-r", BOOTSTRAP, "-l", size, SERVER]);
        ran.ok();
        assert_eq!(fetched(&bench, size), whole, "blocks of {size}");
    }
    let option = format!("tftp://{SERVER}{BOOTSTRAP}");
    let curl = bench.run("curl", &["-sS", "--tftp-blksize", "100", &option]).ok();
    assert_eq!(curl.stdout, whole);
}

#[test]
fn a_missing_file_is_error_1() {
    let bench = Bench::with_address();
    let _serving = bench.serve();
    let said = |ran: Ran| ran.text() + &ran.stderr;
    let hpa = said(bench.run("tftp", &["-m", "binary", SERVER, "-c", "get", "/nothing.xml", "got"]));
    assert!(hpa.contains("Error code 1"), "{hpa}");
    let atftp = bench.run("atftp", &["-g", "-r", "/nothing.xml", "-l", "got2", SERVER]);
    assert_ne!(atftp.status, Some(0));
    let atftp = said(atftp);
    assert!(atftp.contains("there is no such file"), "{atftp}");
    // curl's own status for "not found on the TFTP server".
    assert_eq!(bench.run("curl", &["-sS", &format!("tftp://{SERVER}/nothing.xml")]).status, Some(68));
    // What profiles serve over HTTP is not there over TFTP, and nothing can be written.
    assert_eq!(bench.run("curl", &["-sS", &format!("tftp://{SERVER}{ACCOUNT}")]).status, Some(68));
    std::fs::write(bench.project.join("mine"), "x").expect("a file");
    let put = said(bench.run("tftp", &["-m", "binary", SERVER, "-c", "put", "mine", BOOTSTRAP]));
    assert!(put.contains("Error code 2"), "{put}");
}

#[test]
fn curl_gets_files_over_both_versions_of_http() {
    let bench = Bench::with_address();
    let _serving = bench.serve();
    let url = |path: &str| format!("http://{SERVER}{path}");
    let account = shown_file(&bench, "account");
    for version in ["--http1.1", "--http1.0"] {
        let format = "%{stderr}%{http_code} %{content_type} %header{content-length} %header{content-encoding}";
        let got = bench.run("curl", &["-sS", version, "-w", format, &url(ACCOUNT)]).ok();
        assert_eq!(got.stdout, account, "{version}");
        assert_eq!(got.stderr.trim_end(), format!("200 application/octet-stream {}", account.len()), "{version}");
    }
    // One connection for two files.
    let both = bench.run("curl", &["-sS", &url(ACCOUNT), &url("/common/8841-3PCC.xml"), "-w", "%{num_connects} "]).ok();
    assert!(both.text().ends_with("0 "), "the second file needs no connection of its own");
}

#[test]
fn curl_hears_what_is_not_there_and_what_is_not_done() {
    let bench = Bench::with_address();
    let _serving = bench.serve();
    let headers = |arguments: &[&str], path: &str| {
        let url = format!("http://{SERVER}{path}");
        bench.run("curl", &[&["-sS", "-o", "body", "-D", "-"], arguments, &[&url]].concat()).ok().text().to_lowercase()
    };
    let head = headers(&["--head"], ACCOUNT);
    let length = shown_file(&bench, "account").len();
    assert!(head.starts_with("http/1.1 200") && head.contains(&format!("content-length: {length}\r\n")), "{head}");
    for missing in ["/nothing.xml", "/", "/phones/000e08abcd09.cfg", "/phones/../common/8841-3PCC.xml", "/etc/passwd"] {
        assert!(headers(&["--path-as-is"], missing).starts_with("http/1.1 404"), "{missing}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let refused = headers(&["-X", method], ACCOUNT);
        assert!(refused.starts_with("http/1.1 405") && refused.contains("allow: get, head\r\n"), "{method}: {refused}");
    }
}

#[test]
fn every_file_holds_exactly_what_show_says() {
    let bench = Bench::with_address();
    let _serving = bench.serve();
    for mac in [FRONT, WORKSHOP] {
        let shown = bench.show(mac);
        // The value that stands in the end, with the file that gives it, and all values on the way.
        let mut effective: BTreeMap<String, (String, String)> = BTreeMap::new();
        for file in shown["files"].as_array().expect("files") {
            let text = |name: &str| file[name].as_str().expect("a text").to_owned();
            let url = format!("{}://{SERVER}{}", text("scheme"), text("path"));
            bench.run("curl", &["-sS", "--fail", "-o", "sent", &url]).ok();
            let sent = fetched(&bench, "sent");
            let name = bench.project.join("sent");
            let sum = tool("sha256sum", [&name]).ok().text();
            assert_eq!(sum.split(' ').next(), file["sha256"].as_str(), "{url}");
            assert_eq!(Some(sent.len() as u64), file["bytes"].as_u64(), "{url}");
            let xml = if file["gzip"] == true {
                bench.run("sh", &["-c", "gunzip -c < sent"]).ok().text()
            } else {
                text_of(sent)
            };
            for (element, value) in values(&xml) {
                effective.insert(element, (value, text("profile")));
            }
        }
        let said: BTreeMap<String, (String, String)> = shown["effective"]
            .as_object()
            .expect("parameters")
            .iter()
            .map(|(element, about)| {
                let text = |name: &str| about[name].as_str().expect("a text").to_owned();
                (element.clone(), (text("value"), text("profile")))
            })
            .collect();
        assert!(said.len() > 10, "{said:?}");
        assert_eq!(effective, said, "left: the files as fetched; right: prov show {mac}");
    }
}

fn text_of(octets: Vec<u8>) -> String {
    String::from_utf8(octets).expect("a text")
}

/// The values of a profile, read by somebody else's XML reader.
fn values(xml: &str) -> Vec<(String, String)> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut values = Vec::new();
    let mut open: Vec<(String, String)> = Vec::new();
    loop {
        let add = |open: &mut Vec<(String, String)>, more: &str| {
            if let Some((_, text)) = open.last_mut() {
                text.push_str(more);
            }
        };
        match reader.read_event().expect("well-formed XML") {
            Event::Start(start) => open.push((AsRef::<str>::as_ref(&start.name()).to_owned(), String::new())),
            Event::Text(text) => add(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().expect("a character") {
                Some(character) => add(&mut open, &character.to_string()),
                None => {
                    let name = reference.xml10_content().into_owned();
                    add(&mut open, quick_xml::escape::resolve_predefined_entity(&name).expect("one of XML's five"));
                }
            },
            Event::End(_) => {
                let (element, text) = open.pop().expect("what was opened");
                if element == "flat-profile" {
                    assert!(open.is_empty(), "flat-profile is the root");
                } else {
                    assert_eq!(open.len(), 1, "{element} stands in the root");
                    values.push((element, text));
                }
            }
            Event::Eof => return values,
            other => panic!("no other kind of thing stands in a profile: {other:?}"),
        }
    }
}
