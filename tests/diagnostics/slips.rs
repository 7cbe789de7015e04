//! Slips of somebody who knows phones and the language: wrong brackets, a wrong order, one word for another, what other places
//! write otherwise. Each is one finding, and says what to write.

use prov::compile::Options;
use prov::diagnostic::{Code, Diagnostic};
use prov::language::MemoryFiles;
use prov::pipeline;

const LAB: &str = r#"use cisco.mpp

secret word = env("WORD")

server prov {
  name    "prov.example.com"
  address 192.168.50.10
  http    { port 80 }
  https   { port 443  certificate "tls/a.pem"  key file("tls/a.key")  clients require "tls/ca.pem" }
  dhcp    { port 67 }
}

network office {
  server prov
  subnet 192.168.50.0/24
  pool   192.168.50.100 .. 192.168.50.199
  router 192.168.50.1
  domain "example.com"
  ntp    192.168.50.1
  lease  8h
  option 224 = "hall"
  reserve 00:0e:08:ab:cd:01 192.168.50.20
}

zone "example.com" {
  ttl 1d
  a   "prov" 192.168.50.10
  srv "_ciscoprov-http._tcp" { target "prov"  port 80 }
}

profile keys {
  fetch https "/keys/$MA.xml"
}

profile account {
  fetch http "/phones/$MA.xml"
  seal aes256cbc key derive(word, phone.mac)
  User_ID[1] = phone.extension
}

fleet desks {
  server    prov
  network   office
  profiles  keys, account
  bootstrap dhcp 160
  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC"  extension "101" }
}

test "it comes up" {
  phone 00:0e:08:ab:cd:01
  boot
  expect resyncs == 2
}
"#;

fn findings(text: &str) -> Vec<Diagnostic> {
    let planned = pipeline::plan(&MemoryFiles::single(text), "main.prov", &Options::default());
    // The files of TLS are on another machine.
    planned.findings().iter().filter(|finding| finding.code != Code::P0913).cloned().collect()
}

#[test]
fn the_lab_is_sound() {
    assert_eq!(findings(LAB), []);
}

/// Each: what stands there (`+` adds to the profile, `!` to the test in place of its expectation), what is written, the code,
/// and the help.
const SLIPS: &[(&str, &str, &str, &str)] = &[
    ("+", "Proxy{1} = \"a.example\"", "P0101", "write `Proxy[1]`"),
    ("+", "Proxy [1] = \"a.example\"", "P0101", "write `Proxy[1]`, without a blank"),
    ("+", "Proxy[\"1\"] = \"a.example\"", "P0101", "write `Proxy[1]`"),
    ("+", "Proxy[1..2] = \"a.example\"", "P0101", "write `for n in 1..2 { Proxy[n] = … }`"),
    ("+", "Proxy[*] = \"a.example\"", "P0101", "write `Proxy[1]`, or `for n in 1..4 { Proxy[n] = … }`"),
    ("+", "Proxy[1] \"a.example\"", "P0101", "write `Proxy[1] = \"a.example\"`"),
    ("+", "Proxy[1] ua=\"na\" = \"a.example\"", "P0101", "write `NAME = value user na`"),
    ("+", "Proxy[1] = \"a.example\" ua na", "P0101", "write `NAME = value user na`"),
    ("+", "Proxy[1] = \"a.example\" user=rw", "P0101", "write `NAME = value user rw`"),
    ("+", "Dial_Plan[1] = (*xx|[2-9]xxxx)", "P0101", "write `Dial_Plan[1] = \"(*xx|[2-9]xxxx)\"`"),
    ("+", "Proxy[1] = { \"a.example\" }", "P0101", "write `Proxy[1] = \"a.example\"`"),
    ("+", "Display_Name[1] = \"Desk \" \"1\"", "P0101", "write `Display_Name[1] = \"Desk 1\"`"),
    ("+", "Display_Name[1] = phone[\"extension\"]", "P0101", "write `phone.extension`"),
    ("+", "Display_Name[1] = phone->extension", "P0101", "write `phone.extension`"),
    ("+", "Display_Name[1] = phone.extension.trim()", "P0101", "write `phone.extension`"),
    (
        "+",
        "Display_Name[1] = \"a\" if phone.extension == \"1\" else \"b\"",
        "P0101",
        "write `if CONDITION { P = \"a\" } else { P = \"b\" }`",
    ),
    ("+", "Proxy[-1] = \"a.example\"", "P0207", ""),
    ("address 192.168.50.10", "address 192.168.50.10:80", "P0103", ""),
    ("subnet 192.168.50.0/24", "subnet 192.168.50.0 / 24", "P0301", "write `192.168.50.0/24`, without blanks"),
    (
        "pool   192.168.50.100 .. 192.168.50.199",
        "pool   192.168.50.100, 192.168.50.199",
        "P0301",
        "write `pool 192.168.50.100 .. 192.168.50.199`",
    ),
    (
        "pool   192.168.50.100 .. 192.168.50.199",
        "pool   192.168.50.100 192.168.50.199",
        "P0301",
        "write `pool 192.168.50.100 .. 192.168.50.199`",
    ),
    (
        "pool   192.168.50.100 .. 192.168.50.199",
        "pool   192.168.50.100 .. 199",
        "P0301",
        "write `pool 192.168.50.100 .. 192.168.50.199`",
    ),
    (
        "pool   192.168.50.100 .. 192.168.50.199",
        "pool   192.168.50.0/25",
        "P0301",
        "write `192.168.50.1 .. 192.168.50.126`",
    ),
    ("domain \"example.com\"", "domain \"example.com.\"", "P0305", "write `\"example.com\"`, without the final dot"),
    (
        "ntp    192.168.50.1",
        "ntp    \"pool.ntp.org\"",
        "P0301",
        "write its address; a name goes into a profile: `Primary_NTP_Server = \"pool.ntp.org\"`",
    ),
    ("ntp    192.168.50.1", "ntp    pool.ntp.org", "P0201", "put it in quotes: `\"pool.ntp.org\"`"),
    ("lease  8h", "lease  infinite", "P0301", "write how long it holds, as in `lease 30d`"),
    ("lease  8h", "lease  8h 30m", "P0101", "write `510m`"),
    ("option 224 = \"hall\"", "option 224 \"hall\"", "P0101", "write `option 224 = …`"),
    ("option 224 = \"hall\"", "options 224 = \"hall\"", "P0101", "write `option 224 = …`"),
    ("option 224 = \"hall\"", "option \"224\" = \"hall\"", "P0211", "write `option 224 = …`"),
    ("a   \"prov\" 192.168.50.10", "a   192.168.50.10 \"prov\"", "P0101", "write `a \"prov\" 192.168.50.10`"),
    ("a   \"prov\" 192.168.50.10", "\"prov\" a 192.168.50.10", "P0101", "write `a \"prov\" 192.168.50.10`"),
    ("target \"prov\"", "target \"prov:80\"", "P0305", ""),
    ("clients require", "clients required", "P0303", "did you mean `require`?"),
    ("clients require", "clients \"require\"", "P0303", "did you mean `require`?"),
    ("clients require", "client require", "P0211", "did you mean `clients`?"),
    ("key file(\"tls/a.key\")", "key \"tls/a.key\"", "P0301", "write `file(\"tls/a.key\")`"),
    ("certificate \"tls/a.pem\"", "certificate file(\"tls/a.pem\")", "P0301", "write `\"tls/a.pem\"`"),
    ("certificate \"tls/a.pem\"", "certificates \"tls/a.pem\"", "P0211", "did you mean `certificate`?"),
    ("!", "expect no secrets in clear", "P0101", "write `expect no secret in clear`"),
    ("!", "expect no secret", "P0101", "write `expect no secret in clear`"),
    ("!", "expect last resync success", "P0101", "write `expect last resync == success` or `== failure`"),
    ("!", "expect not Proxy[1] == \"x\"", "P0101", "write `expect NAME != VALUE`"),
    (
        "!",
        "expect Proxy[1] != \"x\" and Proxy[2] != \"y\"",
        "P0101",
        "write `expect Proxy[2] != \"y\"` on the next line",
    ),
    ("!", "expect Resyncs == 2", "P0205", "write `expect resyncs == 1`"),
    ("!", "expect $A == \"x\"", "P0101", "write `expect GPP_A == …`"),
    ("!", "expect Display_Name_1_ == \"x\"", "P0205", "did you mean `Display_Name[1]`?"),
    ("!", "expect Display_Nam[2] == \"x\"", "P0205", "did you mean `Display_Name[1]`?"),
    ("!", "expect Register[1] == \"yes\"", "P0303", "write `yes`, or `\"Yes\"`"),
    ("!", "expect Time_Format == \"24h\"", "P0303", "did you mean `\"24hr\"`?"),
    ("!", "after 2h 30m", "P0101", "write `after 150m`"),
    ("!", "set $A == \"x\"", "P0101", "write `set $A = \"…\"`"),
    ("!", "network down for 1h", "P0211", "did you mean `server`? It is written `server down for 1h`"),
    ("  boot\n", "  factory\n  boot\n", "P0101", "write `factory fresh`"),
    ("bootstrap dhcp 160", "bootstrap dhcp option 160", "P0101", "write `bootstrap dhcp 160`"),
    ("bootstrap dhcp 160", "bootstrap manually", "P0101", "write `bootstrap manual`"),
    ("bootstrap dhcp 160", "bootstrap activation", "P0101", "write `bootstrap activation code`"),
    ("bootstrap dhcp 160", "bootstraps dhcp 160", "P0211", "did you mean `bootstrap`?"),
    (
        "bootstrap dhcp 160",
        "bootstrap dhcp 160\n  resync { every 1d, jitter 1h }",
        "P0201",
        "leave out the comma before it: `1h jitter 10m`",
    ),
    (
        "bootstrap dhcp 160",
        "bootstrap dhcp 160\n  resync {\n    every 1d jitter\n    retry 30m\n  }",
        "P0201",
        "a value is missing on the line before it",
    ),
    ("bootstrap dhcp 160", "bootstrap dhcp 160\n  resync { every night }", "P0201", "write `at 02:30`"),
    (
        "bootstrap dhcp 160",
        "bootstrap dhcp 160\n  resync { only when \"$PRVTMR >= 600\" }",
        "P0301",
        "a condition stands without quotes: `only when $PRVTMR >= 10m`",
    ),
    ("bootstrap dhcp 160", "bootstrap dhcp 160\n  resync { only when $A = \"x\" }", "P0101", "write `==` to compare"),
    (
        "bootstrap dhcp 160",
        "bootstrap dhcp 160\n  resync { only when $PRVTMR > = 10m }",
        "P0101",
        "write `>=`, without a blank",
    ),
    (
        "+",
        "match \"phone.extension\" { \"101\" { Proxy[1] = \"a.example\" } else { } }",
        "P0303",
        "write `match phone.extension { … }`",
    ),
    (
        "+",
        "Display_Name[1] = none_such\n  Short_Name[1] = none_such",
        "P0201",
        "if it is a text, put it in quotes: `\"none_such\"`",
    ),
    ("+", "for (n in numbers) { Proxy[n] = \"a.example\" }", "P0101", "write `for n in numbers {`"),
    ("+", "for n of numbers { Proxy[n] = \"a.example\" }", "P0101", "write `for n in numbers {`"),
    ("+", "Display_Name[1] = {phone.extension}", "P0101", "write `Display_Name[1] = phone.extension`"),
    ("profile keys", "fn label(x: string) = x\n\nprofile keys", "P0101", "write `fn label(x: string): string = …`"),
    (
        "profile keys",
        "fn label(string x): string = x\n\nprofile keys",
        "P0101",
        "write `fn NAME(x: string): string = …`",
    ),
    ("profile keys", "fn label(x: string): string => x\n\nprofile keys", "P0101", "write `=`"),
];

#[test]
fn one_slip_is_one_finding_that_says_what_to_write() {
    let mut others = String::new();
    for (from, to, code, help) in SLIPS {
        let (from, to) = match *from {
            "+" => ("  User_ID[1] = phone.extension\n", format!("  User_ID[1] = phone.extension\n  {to}\n")),
            "!" => ("  expect resyncs == 2\n", format!("  {to}\n  expect resyncs >= 1\n")),
            from => (from, (*to).to_owned()),
        };
        assert!(LAB.contains(from), "{from}");
        let found = findings(&LAB.replacen(from, &to, 1));
        let told: Vec<(&str, &str)> =
            found.iter().map(|finding| (finding.code.name(), finding.help.as_deref().unwrap_or_default())).collect();
        if told != [(*code, *help)] {
            let said: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
            others += &format!("{to}\n   {told:?}\n   {said:?}\n");
        }
    }
    assert_eq!(others, "");
}

#[test]
fn what_is_nearly_such_a_slip_and_is_none_is_left_alone() {
    for (from, to) in [
        ("+", "Proxy[01] = \"a.example\""),
        ("+", "Proxy[1] = \"a.example\" user na"),
        ("+", "Display_Name[1] = \"Desk \" + \"1\""),
        ("+", "Display_Name[1] = phone.extension else \"x\""),
        (
            "pool   192.168.50.100 .. 192.168.50.199",
            "pool   192.168.50.100 .. 192.168.50.199, 192.168.50.30 .. 192.168.50.40",
        ),
        ("lease  8h", "lease  510m"),
        ("!", "expect no secret in clear"),
        ("!", "expect last resync == success"),
        ("!", "expect Register[1] == yes"),
        ("!", "expect Register[1] == \"Yes\""),
        ("!", "expect Proxy[1] == \"\""),
        ("!", "after 150m"),
    ] {
        let (from, to) = match from {
            "+" => ("  User_ID[1] = phone.extension\n", format!("  User_ID[1] = phone.extension\n  {to}\n")),
            "!" => ("  expect resyncs == 2\n", format!("  {to}\n  expect resyncs >= 1\n")),
            from => (from, to.to_owned()),
        };
        assert_eq!(findings(&LAB.replacen(from, &to, 1)), [], "{to}");
    }
}
