//! `redirect`, by mistake and as it is meant: what phones do not follow, what leads nowhere, what takes files away.

use prov::compile::Options;
use prov::diagnostic::{Code, Severity};
use prov::language::MemoryFiles;
use prov::pipeline::{self, Planned};

/// Two servers: what each says of http and https beside ports.
fn planned(old: &str, new: &str, fleet: &str) -> Planned {
    let text = format!(
        r#"use cisco.mpp
server old {{
  name "old.example.com"  address 192.168.50.9
  {old}
}}
server prov {{
  name "prov.example.com"  address 192.168.50.10
  https {{ certificate "tls/prov.pem"  key file("tls/prov.key") }}
  dhcp {{ }}
  {new}
}}
network office {{ server prov  subnet 192.168.50.0/24  pool 192.168.50.100 .. 192.168.50.199  ntp 192.168.50.2 }}
profile account {{
  fetch http "/phones/$MA.xml"
  Custom_CA_Rule = "http://192.168.50.7/ca.pem"
}}
fleet desks {{
  server prov  network office  profiles account
  bootstrap dhcp 160 http
  {fleet}
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC" }}
}}
"#
    );
    let mut files = MemoryFiles::single(text.as_str());
    for name in ["tls/prov.pem", "tls/prov.key", "old.pem", "old.key"] {
        files.0.insert(name.into(), Vec::new());
    }
    pipeline::plan(&files, "main.prov", &Options { program: "moved".into(), port_offset: 0 })
}

const NEW: &str = "http { port 80 }";
const TLS: &str = "certificate \"old.pem\"  key file(\"old.key\")";

/// Errors and warnings, notes about files that are elsewhere left out.
fn codes(planned: &Planned) -> Vec<Code> {
    let told = planned.findings().iter().filter(|one| one.severity != Severity::Note && one.code != Code::P0907);
    told.map(|one| one.code).collect()
}

#[test]
fn a_status_that_phones_do_not_follow() {
    for status in [303, 307, 308, 200, 404] {
        let old = format!(r#"http {{ redirect {status} "/cisco/" to "http://prov.example.com/phones/" }}"#);
        assert_eq!(codes(&planned(&old, NEW, "")), [Code::P0910], "{status}");
    }
    for status in ["301 ", "302 ", ""] {
        let old = format!(r#"http {{ redirect {status}"/cisco/" to "http://prov.example.com/phones/" }}"#);
        assert_eq!(codes(&planned(&old, NEW, "")), [], "{status}");
    }
}

#[test]
fn what_is_no_redirect_is_told_once() {
    for (says, code) in [
        (r#"redirect "/a""#, Code::P0101),
        (r#"redirect "/a" "http://prov.example.com/b""#, Code::P0101),
        (r#"redirect "/a" from "http://prov.example.com/b""#, Code::P0101),
        (r#"redirect 302"#, Code::P0101),
        (r#"redirect "a" to "http://prov.example.com/b""#, Code::P0305),
        (r#"redirect "/phones/$MA.cfg" to "http://prov.example.com/b""#, Code::P0305),
        (r#"redirect "/a b" to "http://prov.example.com/b""#, Code::P0305),
        (r#"redirect "/a?b" to "http://prov.example.com/b""#, Code::P0305),
        (r#"redirect "/a" to "/b""#, Code::P0305),
        (r#"redirect "/a" to "tftp://prov.example.com/b""#, Code::P0305),
        (r#"redirect "/a" to "http://u:p@prov.example.com/b""#, Code::P0305),
        (r#"redirect "/a" to "http://prov.example.com""#, Code::P0305),
        (r#"redirect "/a" to "http://prov.example.com/$MA""#, Code::P0305),
        (r#"redirect "/a/" to "http://prov.example.com/b""#, Code::P0305),
        (r#"redirect 99 "/a/" to "http://prov.example.com/b/""#, Code::P0302),
        (
            "redirect \"/a\" to \"http://prov.example.com/b\"\n redirect \"/a\" to \"http://prov.example.com/c\"",
            Code::P0202,
        ),
    ] {
        assert_eq!(codes(&planned(&format!("http {{\n {says}\n }}"), NEW, "")), [code], "{says}");
    }
    let tftp = planned(r#"tftp { redirect "/a" to "http://prov.example.com/b" }"#, NEW, "");
    assert_eq!(codes(&tftp), [Code::P0211]);
}

#[test]
fn a_ring_of_redirects_is_told_once() {
    let ring = |old: &str, new: &str| codes(&planned(old, new, ""));
    for (old, new) in [
        (r#"http { redirect "/a" to "http://old.example.com/a" }"#, NEW),
        (r#"http { redirect "/a/" to "http://192.168.50.9/a/b/" }"#, NEW),
        (
            r#"http { redirect "/a/" to "http://prov.example.com/b/" }"#,
            r#"http { redirect "/b/" to "http://old.example.com:80/a/" }"#,
        ),
    ] {
        assert_eq!(ring(old, new), [Code::P0305], "{old} {new}");
    }
    for (old, new) in [
        (r#"http { redirect "/a/" to "http://old.example.com:8080/a/" }"#, NEW),
        (r#"http { redirect "/a/" to "https://old.example.com/a/" }"#, NEW),
        (
            r#"http { redirect "/a/" to "http://prov.example.com/b/" }"#,
            r#"http { redirect "/b/c" to "http://old.example.com/a/" }"#,
        ),
    ] {
        assert_eq!(ring(old, new), [], "{old} {new}");
    }
}

#[test]
fn a_file_that_a_redirect_takes_away() {
    for (redirect, taken) in [
        (r#"redirect "/phones/" to "http://files.example.net/""#, true),
        (r#"redirect "/" to "http://files.example.net/""#, true),
        // The bootstrap file, under one of the names that a phone tries.
        (r#"redirect "/8841-3PCC.xml" to "http://files.example.net/x""#, true),
        (r#"redirect "/phones" to "http://files.example.net/x""#, false),
        (r#"redirect "/phones/a/" to "http://files.example.net/""#, false),
    ] {
        let found = codes(&planned("http { port 80 }", &format!("http {{ {redirect} }}"), ""));
        assert_eq!(found, if taken { vec![Code::P0605] } else { vec![] }, "{redirect}");
    }
}

#[test]
fn a_file_that_comes_in_clear() {
    let told = |old: &str, rule: &str| codes(&planned(old, NEW, rule));
    let clear = format!(r#"https {{ {TLS}  redirect "/cisco/" to "http://prov.example.com/phones/" }}"#);
    let over_two = format!(
        r#"https {{ {TLS}  redirect "/cisco/" to "https://old.example.com/b/"  redirect "/b/" to "http://prov.example.com/phones/" }}"#
    );
    let rule = r#"rule Profile_Rule_B raw "https://old.example.com/cisco/$MA.xml""#;
    assert_eq!(told(&clear, rule), [Code::P1002]);
    assert_eq!(told(&over_two, rule), [Code::P1002]);
    // The place is the redirect, which the rule does not show.
    let planned = planned(&clear, NEW, rule);
    let finding = planned.findings().iter().find(|one| one.code == Code::P1002).expect("is told");
    let place = planned.sources().position(finding.span().file, finding.span().start);
    assert_eq!(place.line, 4);
    // Asked for in clear, or never asked for.
    let plain = r#"http { redirect "/cisco/" to "http://prov.example.com/phones/" }"#;
    assert_eq!(told(plain, r#"rule Profile_Rule_B raw "http://old.example.com/cisco/$MA.xml""#), []);
    assert_eq!(told(&clear, ""), []);
}

/// A run that shifts its ports serves the old place elsewhere too, and leads to where the new one is.
#[test]
fn redirects_to_our_own_services_move_with_their_ports() {
    let to = |url: &str, offset: u16| {
        let text = format!(
            r#"use cisco.mpp
server old {{ name "old.example.com"  address 192.168.50.9   http {{ redirect "/a" to "{url}" }} }}
server prov {{ name "prov.example.com"  address 192.168.50.10  http {{ }}  https {{ port 8443 }} }}
profile account {{ fetch http "/phones/$MA.xml" }}
fleet desks {{
  server prov  profiles account  bootstrap manual
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC" }}
}}
"#
        );
        let options = Options { program: "moved".into(), port_offset: offset };
        let planned = pipeline::plan(&MemoryFiles::single(text.as_str()), "main.prov", &options);
        planned.plan().servers[0].redirects.http[0].to.clone()
    };
    for (written, moved) in [
        ("http://prov.example.com/b", "http://prov.example.com:6080/b"),
        ("http://192.168.50.10:80/b", "http://192.168.50.10:6080/b"),
        ("https://PROV.example.com:8443/b?c", "https://PROV.example.com:14443/b?c"),
        // None of our services, or nobody's of ours.
        ("https://prov.example.com/b", "https://prov.example.com/b"),
        ("http://prov.example.com:8080/b", "http://prov.example.com:8080/b"),
        ("http://prov.example.net/b", "http://prov.example.net/b"),
    ] {
        assert_eq!(to(written, 6000), moved);
        assert_eq!(to(written, 0), written);
    }
}

#[test]
fn a_load_that_a_redirect_takes_away() {
    let told = |redirect: &str, fetch: &str| {
        let text = format!(
            r#"use cisco.mpp
use cisco.firmware
server prov {{ name "prov.example.com"  address 192.168.50.10  http {{ {redirect} }}  tftp {{ }} }}
firmware new {{ release "11.3(7)" }}
profile account {{ fetch http "/phones/$MA.xml" }}
fleet desks {{
  server prov  profiles account  bootstrap manual
  upgrade {{ to new  fetch {fetch} "/fw" }}
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC" }}
}}
"#
        );
        codes(&pipeline::plan(&MemoryFiles::single(text.as_str()), "main.prov", &Options::default()))
    };
    const ELSEWHERE: &str = "to \"http://files.example.net/";
    let one = "sip88xx.11-3-7MPP0001-272.loads";
    for (redirect, fetch, expected) in [
        (format!("redirect \"/fw/\" {ELSEWHERE}\""), "http", vec![Code::P0605]),
        (format!("redirect \"/fw/{one}\" {ELSEWHERE}x\""), "http", vec![Code::P0605]),
        (format!("redirect \"/fw/\" {ELSEWHERE}\""), "tftp", vec![]),
        (format!("redirect \"/fw\" {ELSEWHERE}x\""), "http", vec![]),
        (format!("redirect \"/fw/other\" {ELSEWHERE}x\""), "http", vec![]),
    ] {
        assert_eq!(told(&redirect, fetch), expected, "{redirect} {fetch}");
    }
}
