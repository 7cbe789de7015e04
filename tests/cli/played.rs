//! Ways to a server and into a file, played by the phone model: `prov test` of whole programs.

use crate::support::{Project, prov};

/// The outcome of every test of a program, by name.
#[track_caller]
fn passes(program: &str) {
    let project = Project::new(&[("main.prov", program)]);
    let path = project.path().to_str().expect("a path").to_owned();
    let ran = prov(["test", &path]);
    assert_eq!(ran.status, Some(0), "{}\n{}", ran.text(), ran.stderr);
    assert!(ran.text().contains(" passed, 0 failed"), "{}", ran.text());
}

const SERVER: &str = r#"use cisco.mpp
secret word = env("WORD")
server prov {
  name "prov.example.com"
  address 192.168.50.10
  tftp { port 69 }
  http { port 80  realm "phones" digest { } }
  https { port 443  certificate "a.pem"  key file("a.key")  clients require "ca.pem"  realm "phones" basic { } }
  dns { port 53 }
  dhcp { port 67 }
}
network office { server prov  subnet 192.168.50.0/24  pool 192.168.50.100 .. 192.168.50.199  domain "example.com" }
zone "example.com" {
  a   "prov" 192.168.50.10
  srv "_ciscoprov-http._tcp"  { target "prov"  port 80 }
  srv "_ciscoprov-https._tls" { target "prov"  port 443 }
}
profile keys { fetch https "/keys/$MA.xml" }
"#;

const PHONES: &str = r#"
  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC"  user "u1" }
  phone 00:0e:08:ab:cd:02 { model "CP-7841-3PCC"  user "u2" }
}
test "a phone gets its own file" {
  phone 00:0e:08:ab:cd:02
  boot
  expect User_ID[1] == "u2"
  expect last resync == success
  after 3h
  expect last resync == success
}
"#;

#[test]
fn accounts_posts_and_srv_records_lead_into_files() {
    for fetch in [
        "fetch http \"/account/$MA.xml\"\n  account digest user phone.user password word",
        "fetch https \"/account/$MA.xml\"\n  account basic user \"desk\" password word",
        "fetch post http \"/account/$MA.xml\" body \"mac=$MA; $$\"",
        "fetch srv http \"/account/$MA.xml\"",
        "fetch srv post https \"/account/$MA.xml\" body \"$SWVER\"\n  account basic user \"x-{phone.user}\" password word",
        "fetch srv http \"/account/$MA.xml\"\n  seal aes256cbc key derive(word, phone.mac)\n  account digest user \"x\" password word",
    ] {
        let program = format!(
            "{SERVER}profile account {{ {fetch}\n  User_ID[1] = phone.user\n}}\nfleet desks {{ server prov  network office  \
             profiles keys, account\n  bootstrap dhcp 160 http{PHONES}"
        );
        passes(&program);
    }
}

#[test]
fn every_bootstrap_leads_a_fresh_phone_here() {
    for bootstrap in [
        "dhcp 43",
        "dhcp 66",
        "dhcp 150",
        "dhcp 159",
        "dhcp 160",
        "dhcp 66, 150, 160 http",
        "dhcp 160 tftp",
        "srv",
        "activation code",
        "edos",
        "manual",
    ] {
        let program = format!(
            "{SERVER}profile account {{ fetch http \"/account/$MA.xml\"\n  User_ID[1] = phone.user\n}}\nfleet desks {{ server \
             prov  network office  profiles account\n  bootstrap {bootstrap}{PHONES}"
        );
        passes(&program);
    }
}

#[test]
fn fleets_that_share_a_server_keep_their_phones_apart() {
    let fleet = |name: &str, mac: &str, bootstrap: &str| {
        format!(
            "profile {name}_file {{ fetch http \"/{name}/$MA.xml\"\n  User_ID[1] = \"{name}\"\n}}\nfleet {name} {{ server prov  \
             network office  profiles {name}_file\n  bootstrap {bootstrap}\n  phone {mac} {{ model \"CP-8841-3PCC\" }}\n}}\n\
             test \"{name} {bootstrap}\" {{\n  phone {mac}\n  boot\n  expect User_ID[1] == \"{name}\"\n  expect last resync == \
             success\n}}\n"
        )
    };
    let (one, two) = ("00:0e:08:ab:cd:01", "00:0e:08:ab:cd:02");
    for (first, second) in [
        ("dhcp 160 http", "dhcp 160 http"),
        ("dhcp 66", "dhcp 66"),
        ("dhcp 66", "dhcp 160 http"),
        ("srv", "dhcp 159 tftp"),
        ("manual", "edos"),
    ] {
        passes(&format!("{SERVER}{}{}", fleet("east", one, first), fleet("west", two, second)));
    }
    // DNS comes before codes (PB §2.1): where it leads a fresh phone to the other fleet's file, nobody asks for a code.
    let program =
        format!("{SERVER}{}{}", fleet("east", one, "dhcp 66, 160 http"), fleet("west", two, "activation code"));
    let by_services = Project::new(&[("main.prov", &program)]);
    let ran = prov(["test", by_services.path().to_str().expect("a path")]);
    assert_eq!(ran.status, Some(1), "{}", ran.text());
    assert!(ran.text().contains("FAIL west activation code"), "{}", ran.text());
    let unserved: String =
        program.lines().filter(|line| !line.contains("_ciscoprov")).map(|line| format!("{line}\n")).collect();
    passes(&unserved);
    let build = |bootstrap: &str| {
        let program = format!("{SERVER}{}{}", fleet("east", one, bootstrap), fleet("west", two, bootstrap));
        let program = program
            .replace("secret word = env(\"WORD\")\n", "")
            .replace("profile keys { fetch https \"/keys/$MA.xml\" }", "");
        let project = Project::new(&[("main.prov", &program)]);
        let (path, out) = (project.path().to_str().expect("a path").to_owned(), project.join("out"));
        prov(["build", &path, "-o", out.to_str().expect("a path")])
    };
    // A URL names the fleet, and then there is a file for each; a bare address cannot.
    let built = build("dhcp 160 http");
    assert_eq!(built.status, Some(0), "{}", built.stderr);
    let refused = build("dhcp 66");
    assert_ne!(refused.status, Some(0));
    assert!(refused.stderr.contains("P0408"), "{}", refused.stderr);
}

/// A phone on no network of the program has its lease from somebody else, who says nothing of us; the days of a story are days.
#[test]
fn a_phone_on_no_network_has_an_address_all_the_same() {
    let program = |fleet: &str, steps: &str| {
        format!(
            "use cisco.mpp\nserver prov {{ name \"prov.example.com\"  address 192.168.50.10  http {{ port 80 }}  dhcp {{ port 67 }} }}\n\
             network office {{ server prov  subnet 192.168.50.0/24  pool 192.168.50.100 .. 192.168.50.199 }}\n\
             profile account {{ fetch http \"/$MA.xml\"\n  Display_Name[1] = \"x\" }}\n\
             fleet desks {{ server prov  profiles account  {fleet}\n  \
             phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\" }} }}\n\
             test \"a\" {{\n  phone 00:0e:08:ab:cd:01\n{steps}\n}}\n"
        )
    };
    let played = |fleet: &str, steps: &str| {
        let project = Project::new(&[("main.prov", &program(fleet, steps))]);
        let path = project.path().to_str().expect("a path").to_owned();
        let report = prov(["test", "--format", "json", &path]).json();
        let lines = report["tests"][0]["timeline"].as_array().map(Vec::len).unwrap_or_default();
        (report["summary"]["passed"] == 1, lines, report)
    };
    let served = "  boot\n  after 3d\n  expect resyncs >= 72\n  expect Display_Name[1] == \"x\"";
    for fleet in ["network office  bootstrap manual", "bootstrap manual", "bootstrap activation code"] {
        let (passed, lines, report) = played(fleet, served);
        assert!(passed && lines > 72, "{fleet}: {lines} lines: {report}");
    }
}

#[test]
fn a_call_holds_a_resync_back_until_the_line_was_idle_long_enough() {
    let program = |steps: &str| {
        format!(
            "{SERVER}profile account {{ fetch http \"/account/$MA.xml\"\n  User_ID[1] = phone.user\n}}\nfleet desks {{\n  server prov  network \
             office  profiles account\n  bootstrap dhcp 160 http\n  resync {{ idle for 60s }}\n  phone 00:0e:08:ab:cd:01 {{ model \
             \"CP-8841-3PCC\"  user \"u1\" }}\n}}\ntest \"a call\" {{\n  phone 00:0e:08:ab:cd:01\n  boot\n{steps}\n}}\n"
        )
    };
    passes(&program(
        "  call for 5m\n  notify\n  expect resyncs == 1\n  after 5m\n  expect resyncs == 1\n  after 70s\n  expect resyncs == 2",
    ));
    // What is no such line says how one is written.
    for (steps, told) in [
        ("  call for\n", "error[P01"),
        ("  call 5m\n", "error[P0101]"),
        ("  call for 5\n", "error[P0301]"),
        ("  call for 5m twice\n", "error[P0101]"),
    ] {
        let project = Project::new(&[("main.prov", &program(steps))]);
        let ran = prov(["check", project.path().to_str().expect("a path")]);
        assert!(ran.stderr.contains(told), "{steps}: {}", ran.stderr);
    }
}
