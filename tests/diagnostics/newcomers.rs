//! What a newcomer writes who knows phones, and other languages: one mistake is one finding, and says what to write.

use prov::compile::Options;
use prov::diagnostic::Diagnostic;
use prov::language::MemoryFiles;
use prov::pipeline;

const PROGRAM: &str = r#"use cisco.mpp

server prov {
  name    "prov.example.com"
  address 192.168.50.10
  http    { port 80 }
  dhcp    { port 67 }
}

network office {
  server prov
  subnet 192.168.50.0/24
  pool   192.168.50.100 .. 192.168.50.199
}

profile account {
  fetch http "/phones/$MA.xml"
  User_ID[1]      = phone.extension
  Display_Name[1] = phone.name
}

fleet desks {
  server    prov
  network   office
  profiles  account
  bootstrap dhcp 160

  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC"  extension "101"  name "Front desk" }

  resync {
    every 1h jitter 10m
  }
}
"#;

fn findings(text: impl Into<Vec<u8>>) -> Vec<Diagnostic> {
    pipeline::plan(&MemoryFiles::single(text), "main.prov", &Options::default()).findings().to_vec()
}

/// Each: what stands there (`+`: nothing, a line is added to the profile), what is written, the code, and the help, or
/// the message where that says it.
#[test]
fn one_mistake_is_one_finding_that_says_what_to_write() {
    let table: &[(&str, &str, &str, &str)] = &[
        ("+", r#"  proxy[1] = "sip.example.com""#, "P0205", "did you mean `Proxy[n]`? (host name, default empty)"),
        ("profile account {", "Profile account {", "P0101", "did you mean `profile`?"),
        ("  User_ID[1]      = phone.extension", "  User_ID[1]      : phone.extension", "P0101", "write `=`"),
        ("+", "  Resync_Periodic = 3600", "P0301", "write 3600 with its unit: `1h`"),
        ("    every 1h jitter 10m", "    every 60 jitter 10m", "P0301", "write the unit, as in `60s`, or m, h, d"),
        ("    every 1h jitter 10m", "    every 1hour jitter 10m", "P0103", "`1hour` is not a value"),
        ("+", "  Proxy[1] = sip.corp.example", "P0201", r#"put it in quotes: `"sip.corp.example"`"#),
        ("+", "  Proxy[1] = sip.10.example.com:5060", "P0103", r#"put it in quotes: `"sip.10.example.com:5060"`"#),
        (
            r#"  fetch http "/phones/$MA.xml""#,
            "  fetch http /phones/$MA.xml",
            "P0103",
            r#"put it in quotes: `"/phones/$MA.xml"`"#,
        ),
        ("  profiles  account", "  profiles  account account", "P0101", "a list is divided by commas"),
        ("+", "  Proxy[1] = “sip.example.com”", "P0104", r#"write `"`"#),
        (
            "+",
            "  <Proxy_1_>sip.example.com</Proxy_1_>",
            "P0101",
            "`prov explain NAME` shows how the language writes an element",
        ),
        ("+", "  User_ID[2] = {{ extension }}", "P0101", r#"write `phone.extension`, or `"text {phone.extension}"`"#),
        (
            "+",
            r#"  User_ID[2] = "{{ extension }}""#,
            "P0101",
            r#"write `phone.extension`, or `"text {phone.extension}"`"#,
        ),
        ("+", r#"  Proxy_1_ = "sip.example.com""#, "P0205", "write `Proxy[1]`"),
        ("+", "  Register[1] = Ja", "P0201", "did you mean `yes`?"),
        ("+", r#"  Register[1] = "Ja""#, "P0303", "did you mean `yes`?"),
        ("+", "  Register[1] = true", "P0201", "did you mean `yes`?"),
        ("+", "  Register[1] = Yes", "P0201", "did you mean `yes`?"),
        ("+", r#"  Wenn phone.name == "x" { }"#, "P0101", "write `if CONDITION { … }`"),
        ("+", r#"  Proxy[1] = "sip.example.com";"#, "P0101", "remove it"),
        ("+", "  # the proxy", "P0101", "write `// …`"),
        ("+", "  /* the proxy */", "P0101", "write `// …`"),
        ("+", "  Proxy[1] = 'sip.example.com'", "P0101", r#"write `"…"`"#),
        ("+", r#"  Proxy[1] == "sip.example.com""#, "P0101", "nothing is assigned to `Proxy`"),
        ("+", r#"  Proxy(1) = "sip.example.com""#, "P0101", "write `Proxy[1]`"),
        ("+", r#"  Proxy = "sip.example.com""#, "P0205", "did you mean `Proxy[n]`? (host name, default empty)"),
        (
            r#"  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC"  extension "101"  name "Front desk" }"#,
            r#"  phone 00-0e-08-ab-cd-01 { model "CP-8841-3PCC"  extension "101"  name "Front desk" }"#,
            "P0103",
            "write `00:0e:08:ab:cd:01`",
        ),
        (
            r#"  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC"  extension "101"  name "Front desk" }"#,
            r#"  phone 000e.08ab.cd01 { model "CP-8841-3PCC"  extension "101"  name "Front desk" }"#,
            "P0103",
            "write `00:0e:08:ab:cd:01`",
        ),
        ("  subnet 192.168.50.0/24", "  subnet 192.168.50.0 255.255.255.0", "P0103", "write `192.168.50.0/24`"),
        ("  bootstrap dhcp 160", "  bootstrap 66", "P0101", "a bootstrap is not written so"),
        ("  bootstrap dhcp 160", "  bootstrap option 66", "P0101", "a bootstrap is not written so"),
        (
            r#"  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC"  extension "101"  name "Front desk" }"#,
            r#"  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC"  extension "101"  name = "Front desk" }"#,
            "P0101",
            "write `name …`, without the `=`",
        ),
        (
            r#"  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC"  extension "101"  name "Front desk" }"#,
            r#"  phone 00:0e:08:ab:cd:01 { model "8841"  extension "101"  name "Front desk" }"#,
            "P0211",
            "did you mean `CP-8841-3PCC`?",
        ),
        (
            "  Display_Name[1] = phone.name",
            r#"  if phone.name = "x" { Display_Name[1] = phone.name }"#,
            "P0101",
            "write `==` to compare",
        ),
        ("profile account {", "profile account\n{", "P0101", "put the `{` on this line"),
        ("  http    { port 80 }", "  http    { port: 80 }", "P0101", "leave the `:` out"),
        (
            "  pool   192.168.50.100 .. 192.168.50.199",
            "  pool   192.168.50.100 .. 192.168.50.199\n  lease = 1d",
            "P0101",
            "write `lease …`, without the `=`",
        ),
        ("    every 1h jitter 10m", "    every 1h jitter 10m  retry 1h 2h", "P0101", "a list is divided by commas"),
        ("  bootstrap dhcp 160", "  bootstrap dhcp 160 66", "P0101", "a list is divided by commas"),
        ("  dhcp    { port 67 }\n", "", "P0212", "add `dhcp { }` to the server"),
        ("  network   office", "  network   office\n  server    prov", "P0202", "`server` is given twice"),
        ("  server    prov", "  server = prov", "P0101", "write `server …`, without the `=`"),
        ("  server    prov", r#"  server    "prov""#, "P0301", "write `prov`"),
        (
            r#"  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC"  extension "101"  name "Front desk" }"#,
            r#"  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC"  extension "101"  name "Front desk }"#,
            "P0102",
            r#"add `"`; a brace that is meant as a character is written `\{`"#,
        ),
        (
            "  User_ID[1]      = phone.extension",
            "  User_ID[1]      = phone.extention",
            "P0211",
            "did you mean `extension`?",
        ),
        (
            "  pool   192.168.50.100 .. 192.168.50.199",
            "  pools  192.168.50.100 .. 192.168.50.199",
            "P0211",
            "did you mean `pool`?",
        ),
        (
            r#"  fetch http "/phones/$MA.xml""#,
            r#"  fetch http "http://prov.example.com/phones/$MA.xml""#,
            "P0509",
            "write the path alone: scheme, host and port come from `fetch` and the server",
        ),
        ("profile account {", "profile account:", "P0101", "write `{`, and `}` after its last line"),
        ("    every 1h jitter 10m", "    at 2:30", "P0103", "`2:30` is not a value"),
        ("    every 1h jitter 10m", "    at 2am", "P0103", "`2am` is not a value"),
        (
            "  Display_Name[1] = phone.name",
            "  if phone.name == \"x\" {\n  }\n  else {\n  }",
            "P0101",
            "write `} else {`, or `} else if CONDITION {`",
        ),
        (
            "  Display_Name[1] = phone.name",
            "  if phone.name == \"x\" {\n  } elif phone.name == \"y\" {\n  }",
            "P0101",
            "write `} else {`, or `} else if CONDITION {`",
        ),
        (
            "  Display_Name[1] = phone.name",
            r#"  if phone.name == "x" && phone.extension == "1" { GPP_A = "x" }"#,
            "P0101",
            "write `and`",
        ),
        ("  Display_Name[1] = phone.name", "  for (n = 1; n < 4; n++) { }", "P0101", "write `for n in 1..4 { … }`"),
        (
            "  Display_Name[1] = phone.name",
            r#"  Display_Name[1] = phone.name . "x""#,
            "P0101",
            r#"write `"{phone.name} and more"`; what is no value of the program stands in quotes"#,
        ),
        (
            "  Display_Name[1] = phone.name",
            r#"  Display_Name[1] = "Display %s" % phone.name"#,
            "P0101",
            r#"write `"{phone.name} and more"`; what is no value of the program stands in quotes"#,
        ),
        (
            "  pool   192.168.50.100 .. 192.168.50.199",
            "  pool   192.168.50.100 – 192.168.50.199",
            "P0103",
            "write `192.168.50.100 .. 192.168.50.199`",
        ),
        (
            "  pool   192.168.50.100 .. 192.168.50.199",
            "  pool   192.168.50.100 - 192.168.50.199",
            "P0103",
            "write `192.168.50.100 .. 192.168.50.199`",
        ),
    ];
    for (from, to, code, wanted) in table {
        let (from, to) = match *from {
            "+" => ("  Display_Name[1] = phone.name\n", format!("  Display_Name[1] = phone.name\n{to}\n")),
            from => (from, (*to).to_owned()),
        };
        assert!(PROGRAM.contains(from), "{from}");
        let found = findings(PROGRAM.replacen(from, &to, 1));
        let [finding] = found.as_slice() else { panic!("{to}: {found:?}") };
        let said = finding.help.as_deref().unwrap_or(&finding.message);
        assert_eq!((finding.code.name(), said), (*code, *wanted), "{to}");
    }
}

#[test]
fn how_a_text_is_stored_is_no_mistake() {
    assert_eq!(findings(PROGRAM), []);
    for text in [PROGRAM.replace('\n', "\r\n"), PROGRAM.replace("  ", "\t"), format!("\u{feff}{PROGRAM}")] {
        assert_eq!(findings(text), []);
    }
}

#[test]
fn what_is_no_program_is_told_once() {
    for (text, help) in [
        (
            "<flat-profile>\n<Proxy_1_>x</Proxy_1_>\n</flat-profile>\n",
            "`prov explain NAME` shows how the language writes an element",
        ),
        (
            "{\"server\": {\"name\": \"x\"}}\n",
            "phones are read from a data file: `inventory desks from \"desks.csv\" { mac : mac … }`",
        ),
        (
            "mac,model\n000e08abcd01,CP-8841-3PCC\n",
            "phones are read from a data file: `inventory desks from \"desks.csv\" { mac : mac … }`",
        ),
    ] {
        let found = findings(text);
        let [finding] = found.as_slice() else { panic!("{text}: {found:?}") };
        assert_eq!(finding.help.as_deref(), Some(help));
    }
}
