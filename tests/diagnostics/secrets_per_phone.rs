//! Secrets that a program computes for each phone: they reach the file as they are, and every weaker place refuses them as before.

use prov::compile::Options;
use prov::diagnostic::Code;
use prov::language::MemoryFiles;
use prov::phone::seal::derive;
use prov::phone::{Mac, SecretRef};
use prov::pipeline::{self, Planned};
use prov::plan::{FileRef, Part, Secret, Secrets};
use std::collections::{BTreeMap, HashMap};

const DESKS: &str = "mac,model,name,pw\n00:0e:08:ab:cd:01,CP-8841-3PCC,Ann,env:PW1\n00:0e:08:ab:cd:02,CP-7841-3PCC,Bob,\n\
                     00:0e:08:ab:cd:03,CP-7841-3PCC,Cas,file:pw3\n";

fn planned(top: &str, fetch: &str, body: &str) -> Planned {
    let text = format!(
        r#"use cisco.mpp
{top}
secret shared = env("SHARED")
inventory desks from "desks.csv" {{
  mac : mac
  model : model
  name : string
  pw : secret?
}}
server prov {{
  name "prov.example.com"  address 192.168.50.10
  http {{ port 80 }}
  https {{ certificate "c.pem"  key file("k.pem")  clients require "ca.pem" }}
}}
profile account {{
  fetch {fetch}
{body}
}}
fleet all {{ phones desks  server prov  profiles account }}
"#
    );
    let files = [("main.prov", text.as_str()), ("desks.csv", DESKS)];
    let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
    pipeline::plan(&MemoryFiles(BTreeMap::from(files)), "main.prov", &Options::default())
}

fn errors(planned: &Planned) -> Vec<Code> {
    let errors = planned.findings().iter().filter(|finding| finding.severity == prov::diagnostic::Severity::Error);
    errors.map(|finding| finding.code).collect()
}

/// What `Password_1_` is in each phone's file, with every secret known by its own name.
fn passwords(planned: Planned) -> Vec<String> {
    let text = format!("{:?}", planned.findings());
    let served = planned.into_served().unwrap_or_else(|| panic!("{text}"));
    let references = [SecretRef::Env("SHARED".into()), SecretRef::Env("PW1".into()), SecretRef::File("pw3".into())];
    let known: HashMap<SecretRef, Secret> =
        references.into_iter().map(|reference| (reference.clone(), Secret::new(format!("<{reference}>")))).collect();
    let served = served.with_secrets(Secrets::Known(known));
    (1..=3u8)
        .map(|last| {
            let phone = served.phone(Mac::new([0, 0x0e, 8, 0xab, 0xcd, last])).expect("a phone");
            let shape = served.plan().fleets[0].profiles[0].shape(phone.row as usize).expect("a form");
            let Some(setting) = shape.settings.iter().find(|setting| setting.element == "Password_1_") else {
                return "-".to_owned();
            };
            assert_eq!(setting.element, "Password_1_");
            let file = FileRef { fleet: 0, part: Part::Profile(0), row: phone.row };
            let mut octets = Vec::new();
            served.render_wire(file, &mut octets);
            let text = String::from_utf8(octets).expect("text");
            let start =
                text.find("<Password_1_").and_then(|at| Some(at + text.get(at..)?.find('>')? + 1)).expect("set");
            let end = text[start..].find("</Password_1_>").expect("closed") + start;
            text[start..end].replace("&lt;", "<").replace("&gt;", ">")
        })
        .collect()
}

const FETCH: &str = "https \"/$MA.xml\"";

#[test]
fn each_phone_gets_its_own() {
    let key = |secret: &str, about: &str| derive(format!("<{secret}>").as_bytes(), about);
    let macs = ["00:0e:08:ab:cd:01", "00:0e:08:ab:cd:02", "00:0e:08:ab:cd:03"];
    let derived = |secret: &str| macs.map(|mac| key(secret, mac));
    let text = |all: [&str; 3]| all.map(str::to_owned);
    let own_or_shared = text(["<env:PW1>", "<env:SHARED>", "<file:pw3>"]);
    let function = "fn f(x: secret?): secret = x else shared";
    let record = "fn f(x: secret?): { a: secret  b: string } = { a = x else shared  b = \"x\" }";
    for (top, body, wanted) in [
        ("", "Password[1] = phone.pw else shared", own_or_shared.clone()),
        (function, "Password[1] = f(phone.pw)", own_or_shared.clone()),
        (record, "Password[1] = f(phone.pw).a", own_or_shared.clone()),
        ("", "Password[1] = \"{phone.pw else shared}\"", own_or_shared.clone()),
        ("", "Password[1] = \"a{phone.pw else shared}z\"", text(["a<env:PW1>z", "a<env:SHARED>z", "a<file:pw3>z"])),
        (
            "fn f(x: secret?, name: string): secret = \"{name}:{x else shared}\"",
            "Password[1] = f(phone.pw, phone.name)",
            text(["Ann:<env:PW1>", "Bob:<env:SHARED>", "Cas:<file:pw3>"]),
        ),
        ("fn f(x: mac): secret = derive(shared, x)", "Password[1] = f(phone.mac)", derived("env:SHARED")),
        ("fn f(x: string): secret = shared", "Password[1] = f(phone.name)", text(["<env:SHARED>"; 3])),
        ("", "Password[1] = derive(shared, phone.mac)", derived("env:SHARED")),
        (
            "",
            "Password[1] = derive(phone.pw else shared, phone.mac)",
            [key("env:PW1", macs[0]), key("env:SHARED", macs[1]), key("file:pw3", macs[2])],
        ),
        (
            "",
            "Password[1] = phone.pw else derive(shared, phone.mac)",
            ["<env:PW1>".to_owned(), key("env:SHARED", macs[1]), "<file:pw3>".to_owned()],
        ),
        (
            "",
            "Password[1] = phone.pw else \"x{shared}y{derive(shared, phone.name)}\"",
            ["<env:PW1>".to_owned(), format!("x<env:SHARED>y{}", key("env:SHARED", "Bob")), "<file:pw3>".to_owned()],
        ),
        (
            "fn f(x: secret): secret = \"[{x}]\"",
            "if phone.pw != absent { Password[1] = f(phone.pw) }",
            text(["[<env:PW1>]", "-", "[<file:pw3>]"]),
        ),
        (
            "fn f(x: secret): secret = \"[{x}]\"",
            "if phone.name == \"Bob\" { Password[1] = f(shared) }",
            text(["-", "[<env:SHARED>]", "-"]),
        ),
        ("", "if phone.pw == absent { Password[1] = shared } else { Password[1] = phone.pw }", own_or_shared.clone()),
        (
            "fn f(x: string, n: int): secret = derive(shared, \"{x} {n}\")",
            "for n in 1..2 { Password[n] = f(phone.name, n) }",
            ["Ann", "Bob", "Cas"].map(|name| key("env:SHARED", &format!("{name} 1"))),
        ),
    ] {
        let planned = planned(top, FETCH, &format!("  {body}"));
        assert_eq!(errors(&planned), [], "{top} {body}: {:?}", planned.findings());
        // What is printed shows none of it, and no reference either.
        let shown = serde_json::to_string(planned.plan()).expect("JSON");
        assert!(!shown.contains("hunter"), "{body}");
        assert_eq!(passwords(planned), wanted, "{top} {body}");
    }
}

#[test]
fn weaker_places_refuse_them() {
    let own = "phone.pw else shared";
    for (fetch, body, code) in [
        ("http \"/$MA.xml\"", format!("  Password[1] = {own}"), Code::P0403),
        (FETCH, format!("  GPP_A = {own}"), Code::P0405),
        (FETCH, format!("  seed Password[1] = {own}"), Code::P0403),
        (FETCH, format!("  Ringer_Volume = {own}"), Code::P0301),
        ("https \"/{phone.pw else shared}.xml\"", "  Ringer_Volume = 5".to_owned(), Code::P0403),
        // One file for all, and each has its own.
        ("https \"/all.xml\"", format!("  Password[1] = {own}"), Code::P0402),
    ] {
        let planned = planned("", fetch, &body);
        assert_eq!(errors(&planned), [code], "{fetch} {body}: {:?}", planned.findings());
    }
    // The phone that has none is named.
    let planned = planned("", FETCH, "  Password[1] = phone.pw");
    assert_eq!(errors(&planned), [Code::P0301], "{:?}", planned.findings());
}
