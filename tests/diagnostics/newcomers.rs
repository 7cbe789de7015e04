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
        ("    every 1h jitter 10m", "    every 1hour jitter 10m", "P0103", "write `1h`"),
        ("    every 1h jitter 10m", "    every 1 h jitter 10 m", "P0103", "write `1h`, without a blank"),
        ("    every 1h jitter 10m", "    every 1 day", "P0103", "write `1d`, without a blank"),
        ("    every 1h jitter 10m", "    every 1h30m", "P0103", "write `90m`"),
        ("    every 1h jitter 10m", "    at 0230", "P0301", "write `02:30`"),
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
        ("  bootstrap dhcp 160", "  bootstrap 66", "P0101", "write `bootstrap dhcp 66`"),
        ("  bootstrap dhcp 160", "  bootstrap option 66", "P0101", "write `bootstrap dhcp 66`"),
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
        ("    every 1h jitter 10m", "    every 1h jitter 10m  retry 1h 2h", "P0101", "write `retry 1h, 2h`"),
        ("  bootstrap dhcp 160", "  bootstrap SRV", "P0101", "write `bootstrap srv`"),
        ("  bootstrap dhcp 160", "  bootstrap dhcp6 160", "P0101", "write `bootstrap dhcp v6 160`"),
        ("+", "  Time_Zone = \"GMT+00:00\"", "P0303", "did you mean \"GMT\"?"),
        ("+", "  for n in 2 to 4 {\n    Proxy[n] = \"x\"\n  }", "P0101", "write `for n in 2..4 { … }`"),
        (
            "  subnet 192.168.50.0/24",
            "  subnet 192.168.50.0/24\n  router 192.168.50.255",
            "P0901",
            "name the router's own address",
        ),
        (
            "  subnet 192.168.50.0/24",
            "  subnet 192.168.50.0/24\n  router 192.168.50.10",
            "P0901",
            "name the router; `// allow P0901: REASON` where the server routes as well",
        ),
        ("  bootstrap dhcp 160", "  bootstrap dhcp 160 66", "P0101", "write `bootstrap dhcp 160, 66`"),
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
        ("    every 1h jitter 10m", "    at 2:30", "P0103", "write `02:30`"),
        ("    every 1h jitter 10m", "    at 2am", "P0103", "write `02:00`"),
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
        ("  User_ID[1]      = phone.extension", "  User_ID[1] = extension", "P0201", "did you mean `phone.extension`?"),
        (
            "  User_ID[1]      = phone.extension",
            r#"  User_ID[1] = "{extension}""#,
            "P0201",
            "did you mean `phone.extension`?",
        ),
        (
            r#"  fetch http "/phones/$MA.xml""#,
            r#"  fetch http "/phones/{mac}.xml""#,
            "P0201",
            "did you mean `phone.mac`?",
        ),
        (
            "  Display_Name[1] = phone.name",
            r#"  if name == "x" { Display_Name[1] = phone.name }"#,
            "P0201",
            "did you mean `phone.name`?",
        ),
        (
            "  Display_Name[1] = phone.name",
            "  switch (phone.name) {\n    case \"x\": Display_Name[1] = phone.name\n    default: Display_Name[1] = \"y\"\n  }",
            "P0101",
            r#"write `match phone.role { "desk" { … } else { … } }`"#,
        ),
        (
            "  Display_Name[1] = phone.name",
            "  select phone.name {\n    \"x\" { Display_Name[1] = phone.name }\n  }",
            "P0101",
            r#"write `match phone.role { "desk" { … } else { … } }`"#,
        ),
        ("server prov {", r#"server "prov" {"#, "P0101", "write `server prov {`"),
        ("network office {", r#"network "office" {"#, "P0101", "write `network office {`"),
        ("fleet desks {", r#"fleet "2nd floor" {"#, "P0101", "write `fleet v2nd_floor {`"),
        ("    every 1h jitter 10m", "    every 1h spread 10m", "P0101", "write `every 1h jitter 10m`"),
        ("    every 1h jitter 10m", "    at 02:30 jitter 10m", "P0101", "write `at 02:30 spread 10m`"),
        ("    every 1h jitter 10m", "    on boot jitter 40s", "P0101", "write `on boot spread 40s`"),
        ("    every 1h jitter 10m", "    retry every 30m jitter 5m, 1h", "P0101", "write `retry 30m jitter 5m, 1h`"),
        (
            "  pool   192.168.50.100 .. 192.168.50.199",
            "  pool   192.168.50.100 .. 192.168.50.199\n  option mtu 1400",
            "P0101",
            "write `option 26 = …`",
        ),
        (
            "  pool   192.168.50.100 .. 192.168.50.199",
            "  pool   192.168.50.100 .. 192.168.50.199\n  option mtu = 1400",
            "P0211",
            "write `option 26 = …`",
        ),
        (
            "  pool   192.168.50.100 .. 192.168.50.199",
            "  pool   192.168.50.100 .. 192.168.50.199\n  reserve 192.168.50.20 00:0e:08:ab:cd:01",
            "P0101",
            "write `reserve 00:0e:08:ab:cd:01 192.168.50.20`",
        ),
        (
            r#"  name    "prov.example.com""#,
            r#"  name    "prov.${1}.example""#,
            "P0305",
            r#"leave the `$` out: in a string braces hold a value, `"prov.{domain}"`"#,
        ),
        (
            "  Display_Name[1] = phone.name",
            r#"  if phone.extension =< "200" { Display_Name[1] = phone.name }"#,
            "P0101",
            "write `<=`",
        ),
        (
            "  Display_Name[1] = phone.name",
            "  Display_Name[1] = $MA",
            "P0401",
            "write `phone.mac`, which is known per phone",
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
fn an_else_may_stand_below_its_brace() {
    let with = |lines: &str| findings(PROGRAM.replacen("  Display_Name[1] = phone.name\n", lines, 1));
    let (one, other) = ("Display_Name[1] = \"a\"", "Display_Name[1] = phone.name");
    let branches = |between: &str| {
        format!(
            "  if phone.name == \"x\" {{\n    {one}\n  }}{between}else if phone.name == \"y\" {{\n    {other}\n  }}{between}else {{\n    {other}\n  }}\n"
        )
    };
    for between in [" ", "\n  ", "\n\n  ", " // why\n  // and why\n  "] {
        assert_eq!(with(&branches(between)), [], "{between:?}");
    }
    // One that has no `if` is none.
    assert_eq!(with(&format!("  {other}\n  else {{\n  }}\n")).len(), 1);
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

const SITES: &str = r#"use cisco.mpp

let sites = [{ name = "ams"  proxy = "sip.ams.example" }, { name = "fra"  proxy = "sip.fra.example" }]

inventory all from "all.csv" {
  mac       : mac
  model     : model
  extension : digits(3..5)
  site      : "ams" | "fra"
  queues    : list of string = []
  nick      : string?
}

server prov { address 192.168.50.10  http { port 80 } }

profile account {
  fetch http "/phones/$MA.xml"
  User_ID[1] = phone.extension
  for site in sites { if site.name == phone.site { Proxy[1] = site.proxy } }
  match phone.site {
    "ams" { Station_Name = "Amsterdam" }
    else { Station_Name = "Frankfurt" }
  }
}

fleet desks {
  server   prov
  profiles account
  phones   all where phone.site == "ams"
}

test "it comes up" {
  phone 00:0e:08:ab:cd:01
  boot
  after 10m
  expect last resync == success
}
"#;

const SITES_CSV: &str = "mac,model,extension,site,queues,nick
00:0e:08:ab:cd:01,CP-8841-3PCC,101,ams,goods;returns,
00:0e:08:ab:cd:02,CP-8841-3PCC,102,ams,,Bo
";

fn with_data(text: &str, name: &str, data: &str) -> Vec<Diagnostic> {
    let mut files = MemoryFiles::single(text);
    files.0.insert(name.to_owned(), data.into());
    pipeline::plan(&files, "main.prov", &Options::default()).findings().to_vec()
}

#[test]
fn one_mistake_in_an_inventory_is_one_finding_that_says_what_to_write() {
    assert_eq!(with_data(SITES, "all.csv", SITES_CSV), []);
    let table: &[(&str, &str, &str, &str)] = &[
        ("= phone.extension", "= extension", "P0201", "did you mean `phone.extension`?"),
        ("= phone.extension", r#"= "{extension}""#, "P0201", "did you mean `phone.extension`?"),
        ("$MA.xml", "{mac}.xml", "P0201", "did you mean `phone.mac`?"),
        (r#"where phone.site == "ams""#, r#"where site == "ams""#, "P0201", "did you mean `phone.site`?"),
        ("= phone.extension", "= $MA", "P0401", "write `phone.mac`, which is known per phone"),
        (r#"    else { Station"#, "    default { Station", "P0101", "write `else { … }`"),
        ("= site.proxy", r#"= site["proxy"]"#, "P0301", "write `site.proxy`"),
        ("= site.proxy", "= site[proxy]", "P0301", "write `site.proxy`"),
        (
            "  User_ID[1] = phone.extension",
            r#"  User_ID[1] = phone.extension
  Proxy[2] = sites["ams"].proxy"#,
            "P0301",
            r#"write `for x in sites { if x.name == "ams" { … } }`"#,
        ),
        (r#"where phone.site == "ams""#, "where phone.extension =< 5", "P0101", "write `<=` for `=<`"),
        (r#"test "it comes up" {"#, "test fresh {", "P0103", r#"put it in quotes: `"fresh"`"#),
        ("  boot\n", "  boot  expect resyncs == 1\n", "P0101", "break the line before `expect`"),
        ("  after 10m\n", "  after 10m expect User_ID[1] != \"9\"\n", "P0101", "break the line before `expect`"),
        ("list of string = []", "list(string) = []", "P0101", "write `list of string`"),
        ("nick      : string?", "nick ?: string", "P0101", "write `nick : string?`"),
        ("after 10m", "after 1 day", "P0103", "write `1d`, without a blank"),
        (
            "extension : digits(3..5)",
            "extension : int",
            "P0301",
            "declare `extension : string`, or `extension : digits(3..5)` for so many digits",
        ),
        ("  nick      : string?", "  nik       : string?", "P0312", "did you mean `nick`?"),
        (
            "  nick      : string?",
            "  floor     : string = \"ground\"",
            "P0312",
            "add it to the file, or take it out of the declaration",
        ),
    ];
    for (from, to, code, wanted) in table {
        assert!(SITES.contains(from), "{from}");
        let found = with_data(&SITES.replacen(from, to, 1), "all.csv", SITES_CSV);
        let [finding] = found.as_slice() else { panic!("{to}: {found:?}") };
        let said = finding.help.as_deref().unwrap_or(&finding.message);
        assert_eq!((finding.code.name(), said), (*code, *wanted), "{to}");
    }
}

#[test]
fn a_name_in_the_header_that_is_nearly_a_column_s_is_told_for_each() {
    for (from, to, helps) in [
        ("mac,model", "macc,modl", &["did you mean `macc`?", "did you mean `modl`?"][..]),
        (
            "mac,model,extension",
            "MAC address,Model,ext",
            &[
                "did you mean \"MAC address\"? Call it `mac` in the file: a name has letters, digits and `_`",
                "did you mean `Model`?",
                "did you mean `ext`?",
            ],
        ),
    ] {
        let found = with_data(SITES, "all.csv", &SITES_CSV.replacen(from, to, 1));
        let told: Vec<&str> = found.iter().filter_map(|finding| finding.help.as_deref()).collect();
        assert_eq!(told, helps);
        assert!(found.iter().all(|finding| finding.code.name() == "P0309"), "{found:?}");
    }
}

#[test]
fn what_is_wrong_in_the_same_way_is_one_finding_at_the_first_row() {
    let rows = |extension: &str| {
        (1..9).fold(String::from("mac,model,extension,site,queues,nick\n"), |file, row| {
            file + &format!("00:0e:08:ab:cd:{row:02},CP-8841-3PCC,{extension},ams,,\n")
        })
    };
    for (extension, said) in [
        ("", "all.csv line 2, column 3 (extension): the cell is empty"),
        ("1E+05", "all.csv line 2, column 3 (extension): \"1E+05\": 3 to 5 digits are wanted"),
    ] {
        let found = with_data(SITES, "all.csv", &rows(extension));
        let [finding] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(finding.message, said);
        assert_eq!(finding.notes, ["the same in lines 3, 4, 5, 6 and 3 more"]);
    }
    // A text fits whatever was entered, and is doubted where nobody would enter it.
    let texts = SITES.replace("extension : digits(3..5)", "extension : string");
    let found = with_data(&texts, "all.csv", &rows("1.01E+02"));
    let [finding] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(finding.severity, prov::diagnostic::Severity::Warning);
    assert_eq!(finding.message, "all.csv line 2, column 3 (extension): \"1.01E+02\" is hardly what was entered");
    assert_eq!(finding.notes.len(), 1);
    assert_eq!(with_data(&texts, "all.csv", &rows("x1E+02")), []);
}

#[test]
fn a_file_in_utf_16_is_one_finding() {
    let wide = |bytes: fn(u16) -> [u8; 2], mark: bool| -> Vec<u8> {
        let text = format!("{}{SITES_CSV}", if mark { "\u{feff}" } else { "" });
        text.encode_utf16().flat_map(bytes).collect()
    };
    for data in [wide(u16::to_le_bytes, true), wide(u16::to_be_bytes, true), wide(u16::to_le_bytes, false)] {
        for name in ["all.csv", "all.json", "all.jsonl", "all.toml"] {
            let mut files = MemoryFiles::single(SITES.replace("all.csv", name));
            files.0.insert(name.to_owned(), data.clone());
            let found = pipeline::plan(&files, "main.prov", &Options::default()).findings().to_vec();
            let [finding] = found.as_slice() else { panic!("{found:?}") };
            assert_eq!(
                (finding.message.as_str(), finding.help.as_deref()),
                (&*format!("`{name}` is UTF-16"), Some("save it as UTF-8"))
            );
        }
    }
}

#[test]
fn a_row_that_is_left_out_is_no_phone_that_a_test_misses() {
    for (from, to) in
        [("CP-8841-3PCC,101", "CP-8841-3PCC,1"), (",101,ams", ",101,rome"), ("00:0e:08:ab:cd:01", "00:0e:08")]
    {
        let found = with_data(SITES, "all.csv", &SITES_CSV.replacen(from, to, 1));
        let codes: Vec<&str> = found.iter().map(|finding| finding.code.name()).collect();
        assert_eq!(codes, ["P0309"], "{found:?}");
    }
    let found = with_data(&SITES.replace("phone 00:0e:08:ab:cd:01", "phone 00:0e:08:ab:cd:09"), "all.csv", SITES_CSV);
    assert_eq!(found.iter().map(|finding| finding.code.name()).collect::<Vec<_>>(), ["P0201"]);
}

#[test]
fn a_list_in_a_format_with_arrays_is_an_array() {
    let row = |queues: &str| {
        format!(
            r#"{{"mac": "00:0e:08:ab:cd:01", "model": "CP-8841-3PCC", "extension": "101", "site": "ams", "nick": "Al"{queues}}}"#
        )
    };
    let program = SITES.replace("all.csv", "all.jsonl");
    for (queues, wanted) in [
        (r#", "queues": ["goods", "returns"]"#, None),
        (r#", "queues": []"#, None),
        (r#", "queues": """#, None),
        (r#", "queues": null"#, None),
        (r#", "queues": "goods;returns""#, Some(("P0309", r#"write an array: ["goods", "returns"]"#))),
        (r#", "queues": "a;b;c;d;e""#, Some(("P0309", r#"write an array: ["a", "b", "c", …]"#))),
        (r#", "queues": 5"#, Some(("P0309", r#"write an array: ["5"]"#))),
        ("", Some(("P0312", "add it to the file, or take it out of the declaration"))),
        (r#", "queue": ["goods"]"#, Some(("P0312", "did you mean `queue`?"))),
    ] {
        let found = with_data(&program, "all.jsonl", &format!("{}\n", row(queues)));
        let found: Vec<_> =
            found.iter().map(|finding| (finding.code.name(), finding.help.as_deref().unwrap_or(""))).collect();
        assert_eq!(found.first().copied(), wanted, "{queues}");
        assert!(found.len() < 2, "{queues}: {found:?}");
    }
    let program = SITES.replace("all.csv", "all.toml");
    let toml = "[[phone]]\nmac = \"000e08abcd01\"\nmodel = \"CP-8841-3PCC\"\nextension = \"101\"\nsite = \"ams\"\nqueues = \"goods\"\nnik = \"Al\"\n";
    let found = with_data(&program, "all.toml", toml);
    assert_eq!(found.iter().map(|finding| finding.code.name()).collect::<Vec<_>>(), ["P0309"]);
    let found = with_data(&program, "all.toml", &toml.replace("\"goods\"", "[\"goods\"]"));
    let [finding] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((finding.code.name(), finding.help.as_deref()), ("P0312", Some("did you mean `nik`?")));
}
