//! The type check, by mistake: a program for each, named after it, with everything that is said about it. All of them are
//! about the same office, so that only what matters stands in them.

use prov::compile::Options;
use prov::diagnostic::{Code, Palette, Severity, render};
use prov::language::MemoryFiles;
use prov::pipeline::{self, Planned};
use std::fmt::Write;
use std::path::PathBuf;

const OFFICE: &str = r#"use cisco.mpp

inventory desks from "desks.csv" {
  mac       : mac
  model     : model
  extension : digits(3..5)
  name      : string
  role      : "desk" | "reception" | "lab"
  nick      : string?
  line      : int
  vip       : bool
}

server prov {
  address 192.168.50.10
  http    { port 80 }
}

fleet office {
  server   prov
  profiles account
  phones   desks
}
"#;

const HEADER: &str = "mac,model,extension,name,role,nick,line,vip\n";
const ROWS: &str =
    "000e08abcd01,CP-8841-3PCC,101,Front desk,desk,,1,no\n000e08abcd02,CP-8841-3PCC,102,Workshop,desk,Bee,1,yes\n";

fn folder() -> PathBuf {
    crate::support::root().join("tests/diagnostics/types")
}

fn plan(main: &str, rows: &str) -> Planned {
    let mut files = MemoryFiles::single(main);
    files.0.insert("office.prov".into(), OFFICE.into());
    files.0.insert("desks.csv".into(), format!("{HEADER}{rows}").into_bytes());
    pipeline::plan(&files, "main.prov", &Options { program: "office".into(), port_offset: 0 })
}

/// A program of the office with these statements in its profile, after these declarations.
fn office(declarations: &str, statements: &str) -> Planned {
    plan(
        &format!(
            "use \"./office.prov\"\n{declarations}\nprofile account {{\n  fetch http \"/$MA.xml\"\n{statements}\n}}\n"
        ),
        ROWS,
    )
}

fn findings(planned: &Planned) -> Vec<(Code, String)> {
    planned.findings().iter().map(|finding| (finding.code, finding.message.clone())).collect()
}

fn cases() -> Vec<(String, String)> {
    let mut cases: Vec<(String, String)> = std::fs::read_dir(folder())
        .expect("a folder of programs")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("a program"))
        })
        .collect();
    cases.sort();
    cases
}

#[test]
fn messages_read_as_they_did() {
    for (name, text) in cases() {
        let planned = plan(&text, ROWS);
        let mut shown = format!("── {name} ──\n{text}── findings ──\n");
        for finding in planned.findings() {
            let _ = writeln!(shown, "{}", render(finding, planned.sources(), Palette::Plain));
        }
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("types-{name}"), shown);
        });
    }
}

#[test]
fn mistakes_are_found_without_phones_as_well() {
    for (name, text) in cases() {
        let of_types = |planned: &Planned| {
            let mut all = findings(planned);
            all.retain(|(code, _)| !matches!(code, Code::P0212 | Code::P0309));
            all
        };
        assert_eq!(of_types(&plan(&text, "")), of_types(&plan(&text, ROWS)), "{name}");
    }
}

#[test]
fn programs_are_laid_out() {
    for (name, text) in cases() {
        assert_eq!(prov::language::layout::lay_out(&text), text, "{name}");
    }
}

#[test]
fn what_is_sound_has_no_finding() {
    for (declarations, statements) in [
        ("", "  Display_Name[1] = phone.nick else phone.name"),
        ("", "  if phone.nick != absent { Display_Name[1] = phone.nick }"),
        ("", "  if phone.nick == absent { Register[1] = yes } else { Display_Name[1] = phone.nick }"),
        ("", "  if not (phone.nick == absent or phone.vip) { Display_Name[1] = phone.nick }"),
        ("", "  if phone.nick != absent and phone.nick == \"Bee\" { Register[1] = yes }"),
        ("", "  match phone.role { \"desk\", \"lab\" { Register[1] = yes } \"reception\" { Register[1] = no } }"),
        ("", "  match phone.vip { yes { Register[1] = yes } no { Register[1] = no } }"),
        ("", "  match phone.line { 1 { Register[1] = yes } else { } }"),
        ("let label = \"{phone.name}!\"\nlet twice = \"{label}{label}\"", "  Display_Name[1] = twice"),
        ("let label = phone.nick", "  if label != absent { Display_Name[1] = label }"),
        (
            "let sites = [{ name = \"ams\"  line = 1 }, { name = \"utr\"  line = 2 }]",
            "  for s in sites { Display_Name[s.line] = s.name }",
        ),
        (
            "fn of(site: { name: string  rooms: list of int }): string = site.name",
            "  Display_Name[1] = of({ name = \"ams\"  rooms = [1, 2]  more = 40s })",
        ),
        ("fn nick(nick: string?): string = nick else \"none\"", "  Display_Name[1] = nick(phone.nick)"),
        ("let waits = [1h, 2h jitter 10m]", "  Resync_Error_Retry_Delay = waits"),
        ("let empty = \"\"", "  Register[1] = empty"),
        ("", "  GPP_A = \"$5 and $MA\""),
        ("let phone_name = phone.name", "  for phone_name in [\"a\"] { Display_Name[1] = phone_name }"),
    ] {
        let planned = office(declarations, statements);
        let left: Vec<_> = findings(&planned).into_iter().filter(|(code, _)| *code != Code::P0610).collect();
        assert_eq!(left, [], "{declarations}{statements}");
    }
}

/// The values of an element, phone by phone.
fn values(planned: &Planned, element: &str) -> Vec<String> {
    let served = planned.served().unwrap_or_else(|| panic!("{:?}", planned.findings()));
    let macs = &planned.plan().fleets[0].phones.macs;
    let value = |mac: &prov::phone::Mac| {
        let file = served.files_of(served.phone(*mac).expect("in the plan")).pop().expect("a file");
        let mut xml = Vec::new();
        served.render_xml(file, &mut xml);
        let xml = String::from_utf8(xml).expect("ASCII");
        let open = format!("<{element}>");
        let start = xml.find(&open).map_or(xml.len(), |start| start + open.len());
        xml[start..].split('<').next().unwrap_or_default().to_owned()
    };
    macs.iter().map(value).collect()
}

#[test]
fn records_lets_and_absent_values_reach_the_phones() {
    let planned = office(
        "let sites = [{ name = \"ams\"  line = 1 }, { name = \"utr\"  line = 2 }]\n\
         let label = \"{shown} ({phone.extension})\"\n\
         let shown = nick(phone.nick, phone.name)\n\
         fn nick(nick: string?, name: string): string = nick else name",
        "  for s in sites { Short_Name[s.line] = \"{s.name} {label}\" }\n  \
         if phone.nick != absent and phone.nick == \"Bee\" { Display_Name[1] = phone.nick } else { Display_Name[1] = \"no bee\" }\n  \
         Display_Name[2] = phone.nick else \"none\"",
    );
    assert_eq!(values(&planned, "Short_Name_1_"), ["ams Front desk (101)", "ams Bee (102)"]);
    assert_eq!(values(&planned, "Short_Name_2_"), ["utr Front desk (101)", "utr Bee (102)"]);
    assert_eq!(values(&planned, "Display_Name_1_"), ["no bee", "Bee"]);
    assert_eq!(values(&planned, "Display_Name_2_"), ["none", "Bee"]);
}

#[test]
fn a_profile_is_looked_at_by_the_phones_of_each_fleet() {
    let text = r#"use cisco.mpp
server prov { address 192.168.50.10  http { port 80 } }
profile account { fetch http "/$MA.xml"
  include names
}
profile names { Display_Name[1] = phone.name }
fleet one { server prov  profiles account
  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC"  name "A" }
}
fleet two { server prov  profiles account
  phone 00:0e:08:ab:cd:02 { model "CP-8841-3PCC"  nmae "B" }
}
"#;
    let planned = pipeline::plan(&MemoryFiles::single(text), "main.prov", &Options::default());
    assert_eq!(findings(&planned), [(Code::P0211, "phones here have no `name`".to_owned())]);
    let mended = text.replace("nmae", "name");
    let planned = pipeline::plan(&MemoryFiles::single(mended), "main.prov", &Options::default());
    assert_eq!(findings(&planned), []);
}

#[test]
fn hostile_programs_end() {
    let errors = |text: String| -> Vec<Code> {
        let planned = pipeline::plan(&MemoryFiles::single(text), "main.prov", &Options::default());
        let errors = planned.findings().iter().filter(|finding| finding.severity == Severity::Error);
        errors.map(|finding| finding.code).collect()
    };
    // A long row is no deep tree; a tower of long rows is.
    assert_eq!(errors(format!("use cisco.mpp\nlet x = {}1\n", "1 + ".repeat(250))), []);
    let tower = (0..60).fold("1".to_owned(), |tower, _| format!("({tower}{})", " + 1".repeat(250)));
    assert_eq!(errors(format!("use cisco.mpp\nlet x = {tower}\n")), [Code::P0106]);
    let nested = (0..60).fold("1".to_owned(), |inner, _| format!("{{ a = [{inner}] }}"));
    assert!(errors(format!("use cisco.mpp\nlet x = {nested}\n")).contains(&Code::P0106));
    // What waits for a phone is put in its place, and soon grows too large.
    let doubled: String = (1..40).map(|n| format!("let d{n} = \"{{d{0}}}{{d{0}}}\"\n", n - 1)).collect();
    assert_eq!(errors(format!("use cisco.mpp\nlet d0 = phone.name\n{doubled}")), [Code::P0106]);
    let chain: String = (1..3000).map(|n| format!("let d{n} = \"{{d{}}}\"\n", n - 1)).collect();
    assert_eq!(errors(format!("use cisco.mpp\nlet d0 = phone.name\n{chain}")), [Code::P0106]);
    let wide: String = (0..250).map(|n| format!("  f{n} = {n}\n")).collect();
    assert_eq!(errors(format!("use cisco.mpp\nlet x = {{\n{wide}}}\nlet y = x.f249\n")), []);
    let wide: String = (0..300).map(|n| format!("  f{n} = {n}\n")).collect();
    assert_eq!(errors(format!("use cisco.mpp\nlet x = {{\n{wide}}}\nlet y = x.f299\n")), [Code::P0106]);
    let circle: String = (0..2000).map(|n| format!("let c{n} = c{}\n", (n + 1) % 2000)).collect();
    assert_eq!(errors(format!("use cisco.mpp\n{circle}")), [Code::P0203; 2000]);
}
