//! One table in four formats is one list of phones.

use super::{cells, read};
use crate::language::{Phones, Value};
use crate::phone::Mac;

const COLUMNS: &str = r#"
  mac : mac
  model : model
  extension : digits(3..5)
  name : string = "Spare"
  lines : int
  gain : decimal
  dnd : bool
  role : "desk" | "lab" = "desk"
  ring : duration
  opens : time
  sidecar : mac?
  voice : ip?
  site : prefix
  proxy : host
  sip : port
  photo : url
  menu : path
  load : version?"#;

const CSV: &str = "\u{feff}mac,model,extension,name,lines,gain,dnd,role,ring,opens,sidecar,voice,site,proxy,sip,photo,menu,load,remark\r\n\
00:0E:08:AB:CD:01,CP-8841-3PCC,0211,\"Müller, \"\"J\"\"\",4,-1.50,yes,lab,90s,07:30,000e08abcd99,10.0.0.9,10.0.0.0/24,sip.example,5060,http://h/p.png,/m/a,sip88xx.11-3-1MPP-678,x\r\n\
\r\n\
000e08abcd02,CP-7841-3PCC,212,,1,2,no,,1h,24:00,,,2001:db8::/64,10.0.0.1,5061,https://h/q,/m/b,,\r\n";

const JSON: &str = r#"[
  {"mac": "00:0E:08:AB:CD:01", "model": "CP-8841-3PCC", "extension": "0211", "name": "M\u00fcller, \"J\"", "lines": 4,
   "gain": -1.50, "dnd": true, "role": "lab", "ring": "90s", "opens": "07:30", "sidecar": "000e08abcd99",
   "voice": "10.0.0.9", "site": "10.0.0.0/24", "proxy": "sip.example", "sip": 5060, "photo": "http://h/p.png",
   "menu": "/m/a", "load": "sip88xx.11-3-1MPP-678", "remark": {"deep": [1, [2, {}]]}},
  {"mac": "000e08abcd02", "model": "CP-7841-3PCC", "extension": 212, "name": null, "lines": "1", "gain": 2, "dnd": false,
   "ring": "1h", "opens": "24:00", "sidecar": "", "site": "2001:db8::/64", "proxy": "10.0.0.1", "sip": 5061,
   "photo": "https://h/q", "menu": "/m/b", "load": null}
]
"#;

const TOML: &str = r#"
title = "desks"

[[desk]]
mac = "00:0E:08:AB:CD:01"
model = "CP-8841-3PCC"
extension = "0211"
name = 'Müller, "J"'
lines = +4
gain = -1.50
dnd = true
role = "lab"
ring = "90s"
opens = 07:30:00
sidecar = "000e08abcd99"
voice = "10.0.0.9"
site = "10.0.0.0/24"
proxy = "sip.example"
sip = 0x13c4
photo = "http://h/p.png"
menu = "/m/a"
load = "sip88xx.11-3-1MPP-678"
remark = { deep = [1, 2] }

[[desk]]
mac = "000e08abcd02"
model = "CP-7841-3PCC"
extension = 212
lines = 1
gain = 2
dnd = false
ring = "1h"
opens = "24:00"
site = "2001:db8::/64"
proxy = "10.0.0.1"
sip = 5_061
photo = "https://h/q"
menu = "/m/b"
"#;

/// The array's objects, each on one line, as they are written.
fn json_lines() -> String {
    let lines = JSON.replace(",\n   ", ", ").replace("},\n  {\"mac", "}\n\n{\"mac");
    lines.trim().trim_start_matches('[').trim_end_matches(']').trim().to_owned()
}

fn all() -> [(&'static str, Phones); 4] {
    [("csv", CSV.to_owned()), ("json", JSON.to_owned()), ("jsonl", json_lines()), ("toml", TOML.to_owned())].map(
        |(extension, file)| {
            let (mut phones, findings) = read(extension, COLUMNS, file);
            assert_eq!(findings, [""; 0], "{extension}");
            // Where they stand differs, and where the program says so.
            phones.rows.clear();
            phones.file = None;
            phones.spans.clear();
            phones.columns.iter_mut().for_each(|column| column.span = Default::default());
            (extension, phones)
        },
    )
}

#[test]
fn the_same_rows_are_the_same_phones() {
    let [(_, first), rest @ ..] = all();
    for (extension, phones) in rest {
        assert_eq!(phones, first, "{extension}");
    }
}

#[test]
fn cells_are_values_of_their_types() {
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    for (extension, phones) in all() {
        for (name, first, second) in [
            ("model", text("CP-8841-3PCC"), text("CP-7841-3PCC")),
            ("extension", text("0211"), text("212")),
            ("name", text("Müller, \"J\""), text("Spare")),
            ("lines", Some(Value::Int(4)), Some(Value::Int(1))),
            ("gain", Some(Value::Decimal("-1.50".into())), Some(Value::Decimal("2".into()))),
            ("dnd", Some(Value::Bool(true)), Some(Value::Bool(false))),
            ("role", text("lab"), text("desk")),
            ("ring", Some(Value::Duration(90_000)), Some(Value::Duration(3_600_000))),
            ("opens", Some(Value::Time(450)), Some(Value::Time(1440))),
            ("sidecar", "000e08abcd99".parse::<Mac>().ok().map(Value::Mac), None),
            ("voice", "10.0.0.9".parse().ok().map(Value::Ip), None),
            (
                "site",
                "10.0.0.0".parse().ok().map(|address| Value::Prefix(address, 24)),
                "2001:db8::".parse().ok().map(|address| Value::Prefix(address, 64)),
            ),
            ("proxy", text("sip.example"), text("10.0.0.1")),
            ("sip", Some(Value::Int(5060)), Some(Value::Int(5061))),
            ("photo", text("http://h/p.png"), text("https://h/q")),
            ("menu", text("/m/a"), text("/m/b")),
            ("load", text("sip88xx.11-3-1MPP-678"), None),
        ] {
            assert_eq!((phones.value(name, 0), phones.value(name, 1)), (first, second), "{extension} {name}");
        }
        assert_eq!(phones.value("mac", 1), "000e08abcd02".parse().ok().map(Value::Mac));
    }
}

#[test]
fn a_row_knows_its_line() {
    for (extension, file, lines) in [
        ("csv", CSV.to_owned(), [2, 4]),
        ("json", JSON.to_owned(), [2, 6]),
        ("jsonl", json_lines(), [1, 3]),
        ("toml", TOML.to_owned(), [4, 25]),
    ] {
        assert_eq!(read(extension, COLUMNS, file).0.rows, lines, "{extension}");
    }
}

#[test]
fn a_column_of_addresses_may_have_any_name() {
    let (phones, findings) = read("csv", "  hw : mac\n  model : model", "hw,model\n000e08abcd01,x\n");
    assert_eq!(findings, [""; 0]);
    assert_eq!(phones.value("mac", 0), phones.value("hw", 0));
    assert_eq!(cells(&phones, "hw"), [Some("00:0e:08:ab:cd:01".to_owned())]);
}

#[test]
fn a_column_the_file_lacks_takes_its_default_or_is_absent() {
    let columns = "  mac : mac\n  name : string = \"\"\n  note : string?";
    let (phones, findings) = read("csv", columns, "mac\n000e08abcd01\n");
    assert_eq!(findings, [""; 0]);
    assert_eq!((phones.value("name", 0), phones.value("note", 0)), (Some(Value::Text(String::new())), None));
}

#[test]
fn a_cell_may_be_a_list() {
    const COLUMNS: &str =
        "  mac : mac\n  model : model\n  queues : list of string = []\n  lines : list of digits(3..4)?";
    for (extension, file) in [
        ("csv", "mac,model,queues,lines\n000e08abcd01,CP-8841-3PCC,Sales; Support,101\n000e08abcd02,CP-8841-3PCC,,\n"),
        (
            "json",
            r#"[{"mac": "000e08abcd01", "model": "CP-8841-3PCC", "queues": ["Sales", "Support"], "lines": [101]},
                {"mac": "000e08abcd02", "model": "CP-8841-3PCC", "queues": []}]"#,
        ),
        (
            "toml",
            "[[phone]]\nmac = \"000e08abcd01\"\nmodel = \"CP-8841-3PCC\"\nqueues = [\"Sales\", \"Support\"]\nlines = [101]\n\
             [[phone]]\nmac = \"000e08abcd02\"\nmodel = \"CP-8841-3PCC\"\n",
        ),
    ] {
        let (phones, findings) = read(extension, COLUMNS, file);
        assert_eq!(findings, [""; 0], "{extension}");
        let texts = |texts: &[&str]| Value::List(texts.iter().map(|text| Value::Text((*text).to_owned())).collect());
        assert_eq!(phones.value("queues", 0), Some(texts(&["Sales", "Support"])), "{extension}");
        assert_eq!(phones.value("queues", 1), Some(texts(&[])), "{extension}");
        assert_eq!(phones.value("lines", 0), Some(texts(&["101"])), "{extension}");
        assert_eq!(phones.value("lines", 1), None, "{extension}");
    }
}

#[test]
fn items_that_do_not_fit_are_told() {
    const COLUMNS: &str = "  mac : mac\n  model : model\n  lines : list of digits(3..4)";
    let row = |lines: &str| format!("[{{\"mac\": \"000e08abcd01\", \"model\": \"CP-8841-3PCC\", \"lines\": {lines}}}]");
    for (lines, why) in [
        ("[101, 5]", "5: 3 to 4 digits are wanted"),
        ("[\"\"]", "an item of the list is empty"),
        ("[null]", "an item of the array is no cell"),
        ("[[1]]", "an item of the array is no cell"),
        ("{}", "an object is no cell"),
    ] {
        let (_, findings) = read("json", COLUMNS, row(lines));
        assert!(findings.len() == 1 && findings[0].ends_with(why), "{lines}: {findings:?}");
    }
}
