//! Findings about an inventory's cells stand in the data file: file, line and column, and the line itself.

use prov::compile::Options;
use prov::diagnostic::{Document, Palette, render};
use prov::language::MemoryFiles;
use prov::pipeline::{self, Planned};

fn plan(extension: &str, file: &str, body: &str) -> Planned {
    let program = format!(
        r#"use cisco.mpp
inventory desks from "desks.{extension}" {{
  mac       : mac
  model     : model
  extension : digits(3..5) unique
  name      : string = "-"
  pin       : secret?
}}
server prov {{ address 192.168.50.10  http {{ port 80 }} }}
profile account {{ fetch http "/$MA.xml"
{body}
}}
fleet office {{ server prov  profiles account  phones desks }}
"#
    );
    let mut files = MemoryFiles::single(program);
    files.0.insert(format!("desks.{extension}"), file.as_bytes().to_vec());
    pipeline::plan(&files, "main.prov", &Options::default())
}

/// Each finding as `P0309 desks.csv:3:32`, with the line that is shown, if one is.
fn places(planned: &Planned) -> Vec<String> {
    let place = |finding: &prov::diagnostic::Diagnostic| {
        let shown = render(finding, planned.sources(), Palette::Plain);
        let line = shown.lines().find_map(|line| line.split_once(" │ ")).map_or("-", |(_, line)| line);
        format!("{} {} {line}", finding.code, planned.sources().place(finding.span()))
    };
    planned.findings().iter().map(place).collect()
}

const HEADER: &str = "mac,model,extension,name,pin,other\n";

#[test]
fn a_cell_of_each_format_is_underlined() {
    for (extension, file, body, wanted) in [
        (
            "csv",
            format!("{HEADER}\r\n000e08abcd01,CP-8841-3PCC,2x1,\"Doe, J\",,z\r\n"),
            "",
            "P0309 desks.csv:3:27 000e08abcd01,CP-8841-3PCC,2x1,\"Doe, J\",,•••",
        ),
        (
            "csv",
            format!("{HEADER}000e08abcd01,CP-8841-3PCC,201,Müller,env:P,\n"),
            "Display_Name[1] = \"{phone.extension} {phone.name}\"",
            "P0306 desks.csv:2:31 000e08abcd01,CP-8841-3PCC,201,Müller,•••,",
        ),
        (
            "csv",
            format!("{HEADER}000e08abcd01,CP-8841-3PCC,201,a@b,,\n"),
            "User_ID[1] = phone.name",
            "P0305 desks.csv:2:31 000e08abcd01,CP-8841-3PCC,201,a@b,,",
        ),
        (
            "csv",
            format!("{HEADER}000e08abcd01,CP-8841-3PCC,201,\"two\nlines\",,\n"),
            "Display_Name[1] = phone.name",
            "P0305 desks.csv:2:31 ╭─▶ 000e08abcd01,CP-8841-3PCC,201,\"two",
        ),
        (
            "json",
            "[{\"mac\": \"000e08abcd01\", \"model\": \"CP-8841-3PCC\",\n  \"extension\": \"1\"}]".to_owned(),
            "",
            "P0309 desks.json:2:16 \"extension\": \"1\"",
        ),
        (
            "jsonl",
            "\n{\"mac\": \"000e08abcd01\", \"model\": \"8899\", \"extension\": 201, \"name\": \"Al\", \"pin\": null}\n"
                .to_owned(),
            "",
            "P0211 desks.jsonl:2:34 \"model\": \"8899\"",
        ),
        (
            "toml",
            "[[phone]]\nmac = \"000e08abcd01\"\nmodel = \"CP-8841-3PCC\"\nextension = 2\n".to_owned(),
            "",
            "P0309 desks.toml:4:13 extension = 2",
        ),
        (
            "toml",
            "phone = [{ mac = \"000e08abcd01\", model = \"CP-8841-3PCC\", extension = 2 }]\n".to_owned(),
            "",
            "P0309 desks.toml:1:70 extension = 2",
        ),
    ] {
        assert_eq!(places(&plan(extension, &file, body)), [wanted], "{file}");
    }
}

#[test]
fn faults_of_rows_headers_and_octets_have_their_line() {
    for (extension, file, wanted) in [
        ("csv", format!("{HEADER}000e08abcd01,CP-8841-3PCC\n"), "P0309 desks.csv:2:1 •••,•••"),
        (
            "csv",
            "\nmac,model,extnsion\n000e08abcd01,CP-8841-3PCC,201\n".to_owned(),
            "P0309 desks.csv:2:1 mac,model,extnsion",
        ),
        ("csv", "mac,model,extension,name,name\nx\n".to_owned(), "P0309 desks.csv:1:1 mac,model,extension,name,name"),
        ("csv", "mac\n00\0\n".to_owned(), "P0309 desks.csv:2:3 -"),
        ("json", "[{\"mac\": \"000e08abcd01\",\n \"model\" 1}]".to_owned(), "P0309 desks.json:2:10  \"model\" •••}]"),
        ("jsonl", "\n[1]\n".to_owned(), "P0309 desks.jsonl:2:1 [•••]"),
        (
            "jsonl",
            "{\"mac\": \"000e08abcd01\", \"extension\": 201 \"name\": \"Al\", \"pin\": \"x\"}\n".to_owned(),
            "P0309 desks.jsonl:1:42 {\"mac\": \"000e08abcd01\", \"extension\": 201 \"name\": \"Al\", \"pin\": •••}",
        ),
        ("toml", "[[phone]]\nmodel = CP-8841-3PCC\n".to_owned(), "P0309 desks.toml:2:9 model = CP-8841-3PCC"),
        ("toml", "[[phone]]\nmac = \n".to_owned(), "P0309 desks.toml:2:7 mac ="),
    ] {
        assert_eq!(places(&plan(extension, &file, "")).first().map(String::as_str), Some(wanted), "{file:?}");
    }
}

#[test]
fn repeated_rows_show_both() {
    let row = |mac: u8, extension: u32| format!("000e08abcd{mac:02x},CP-8841-3PCC,{extension},,,\n");
    let planned = plan("csv", &format!("{HEADER}{}{}{}", row(1, 201), row(2, 202), row(1, 203)), "");
    let [finding] = planned.findings() else { panic!("{:?}", planned.findings()) };
    let shown = render(finding, planned.sources(), Palette::Plain);
    assert!(shown.contains("[desks.csv:4:1]") && shown.contains("[desks.csv:2:1]"), "{shown}");
    assert!(shown.contains("here again") && shown.contains("here first"), "{shown}");
    let planned = plan("csv", &format!("{HEADER}{}{}", row(1, 201), row(2, 201)), "");
    assert_eq!(places(&planned), ["P0310 desks.csv:3:27 000e08abcd02,CP-8841-3PCC,201,,,"]);
}

#[test]
fn a_value_that_differs_is_shown_in_both_cells() {
    let file = format!("{HEADER}000e08abcd01,CP-8841-3PCC,201,Al,,\n000e08abcd02,CP-8841-3PCC,202,Al,,\n");
    let program = |value: &str| {
        let program = format!(
            r#"use cisco.mpp
inventory desks from "desks.csv" {{
  mac       : mac
  model     : model
  extension : digits(3..5)
  name      : string
}}
server prov {{ address 192.168.50.10  http {{ port 80 }} }}
profile all {{
  fetch http "/$PSN.xml"
  Station_Name = {value}
}}
fleet office {{ server prov  profiles all  phones desks }}
"#
        );
        let mut files = MemoryFiles::single(program);
        files.0.insert("desks.csv".to_owned(), file.clone().into_bytes());
        pipeline::plan(&files, "main.prov", &Options::default())
    };
    let planned = program("\"{phone.name} {phone.extension}\"");
    let [finding] = planned.findings() else { panic!("{:?}", planned.findings()) };
    let shown = render(finding, planned.sources(), Palette::Plain);
    for part in [
        "[desks.csv:2:27]",
        "[desks.csv:3:27]",
        "\"Al 201\" for 00:0e:08:ab:cd:01",
        "\"Al 202\" for",
        "main.prov:11:3: it is set here",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    // What both have in common is no difference.
    assert_eq!(program("phone.name").findings(), []);
}

#[test]
fn the_program_s_place_comes_second() {
    let planned = plan("csv", &format!("{HEADER}000e08abcd01,CP-8841-3PCC,2x1,,,\n"), "");
    let document = Document::new(planned.findings(), planned.sources(), 0);
    let [entry] = document.diagnostics.as_slice() else { panic!("{document:?}") };
    assert_eq!((entry.file.as_str(), entry.line, entry.column, entry.end_column), ("desks.csv", 2, 27, 30));
    let related: Vec<(Option<&str>, Option<usize>)> =
        entry.related.iter().map(|related| (related.file.as_deref(), related.line)).collect();
    assert_eq!((related, document.summary.files), (vec![(Some("main.prov"), Some(5))], 1));
}

#[test]
fn nothing_of_a_secret_is_shown() {
    for (extension, file) in [
        ("csv", format!("{HEADER}000e08abcd01,CP-8841-3PCC,2x1,,hunter2,hunter2\n")),
        ("csv", format!("{HEADER}000e08abcd01,CP-8841-3PCC,201,hunter2\n")),
        (
            "json",
            "[{\"mac\": \"000e08abcd01\", \"model\": \"x\", \"extension\": \"1\", \"pin\": \"hunter2\"}]".to_owned(),
        ),
        ("json", "[{\"mac\": \"000e08abcd01\", \"pin\": \"hunter2\", x}]".to_owned()),
        ("toml", "[[phone]]\nmac = \"000e08abcd01\"\npin = \"hunter2\"\n".to_owned()),
        ("toml", "[[phone]]\npin = \"hunter2\n".to_owned()),
        ("toml", "[[phone]]\npin = hunter2\n".to_owned()),
        ("toml", "[[phone]]\npin = \"\"\"\nhunter2\n".to_owned()),
        ("jsonl", "{\"mac\": \"000e08abcd01\", \"pin\" \"hunter2\"}\n".to_owned()),
        ("jsonl", "{\"name\": \"x\" hunter2, \"pin\": \"hunter2\"}\n".to_owned()),
        ("json", "[{\"pin\":\n\"hunter2\" \"name\": 1}]".to_owned()),
        ("csv", format!("{HEADER}000e08abcd01,CP-8841-3PCC,201,Doe,Jane,hunter2,hunter2\n")),
        ("csv", format!("{HEADER}000e08abcd01,CP-8841-3PCC,201,\"Doe,hunter2,hunter2\n")),
    ] {
        let planned = plan(extension, &file, "");
        assert!(!planned.findings().is_empty());
        for finding in planned.findings() {
            let shown = render(finding, planned.sources(), Palette::Plain);
            assert!(!shown.contains("hunter2"), "{shown}");
            // Nor how long it is.
            let of_secret = finding.message.contains("•••");
            assert!(!of_secret || finding.span().start == finding.span().end, "{shown}");
        }
    }
}

#[test]
fn a_line_of_megabytes_is_shown_in_part() {
    let long = "x".repeat(1 << 20);
    let planned = plan("csv", &format!("{HEADER}000e08abcd01,CP-8841-3PCC,2x1,{long},,\n"), "");
    let shown = render(&planned.findings()[0], planned.sources(), Palette::Plain);
    assert!(shown.contains("2x1") && shown.len() < 2000, "{}", shown.len());
}
