//! Reports over TFTP: written where the program says so, and nothing else anywhere.

use super::{BOOTSTRAP, SINGLE, USUAL, atftp, hpa, lossy, project, serve};
use crate::support::{Serving, get, run};
use serde_json::Value;
use std::process::Command;

const REPORT: &str = "  report {\n    full to tftp \"/reports/$MA.xml\"\n    on request\n  }\n";
const PATH: &str = "/reports/000e08abcd01.xml";
const BODY: &str = "<flat-profile>\n<Time_Zone>GMT+02:00</Time_Zone>\n</flat-profile>\n";

/// What is known of the phone's configuration.
fn told(serving: &Serving) -> Value {
    let (status, body) = get(serving.at(6081), "/api/phones/00:0e:08:ab:cd:01");
    assert_eq!(status, 200);
    serde_json::from_slice::<Value>(&body).expect("a document")["configuration"].take()
}

#[test]
fn a_report_is_written_by_every_client() {
    for tftp in [USUAL, SINGLE] {
        let project = project(tftp, REPORT);
        let serving = serve(&project);
        project.write("report.xml", BODY);
        let url = format!("tftp://{}{PATH}", serving.at(6069));
        let curl = || run(Command::new("curl").current_dir(project.path()).args(["-sS", "-T", "report.xml", &url]));
        let ways: [(&str, &dyn Fn()); 6] = [
            ("tftp-hpa", &|| drop(hpa(&project, &serving, "binary", &["put", "report.xml", PATH]).ok())),
            ("text", &|| drop(hpa(&project, &serving, "ascii", &["put", "report.xml", PATH]).ok())),
            ("atftp", &|| drop(atftp(&project, &serving, &["-p", "-l", "report.xml", "-r", PATH]).ok())),
            ("blocks of 8", &|| {
                let options = ["--option", "blksize 8", "--option", "tsize", "-p", "-l", "report.xml", "-r", PATH];
                drop(atftp(&project, &serving, &options).ok());
            }),
            ("curl", &|| drop(curl().ok())),
            ("without a slash", &|| {
                drop(hpa(&project, &serving, "binary", &["put", "report.xml", &PATH[1..]]).ok());
            }),
        ];
        for (what, write) in ways {
            let from = serving.now();
            write();
            serving.wait_after(from, "not as meant");
            let told = told(&serving);
            assert_eq!(told["content"], "full", "{what}");
            let zone = told["differences"].as_array().expect("a list").iter();
            let zone = zone.filter(|one| one["parameter"] == "Time_Zone").map(|one| one["reported"].clone());
            assert_eq!(zone.collect::<Vec<_>>(), ["GMT+02:00"], "{what}");
        }
        serving.stop();
    }
}

#[test]
fn a_report_comes_over_a_bad_line() {
    let project = project(USUAL, REPORT);
    let serving = serve(&project);
    let body = format!("<flat-profile>{}</flat-profile>", "<Ring1>x</Ring1>\n".repeat(4_000));
    project.write("long.xml", &body);
    for (seed, options) in [
        ("1", &["blksize=1468"][..]),
        ("2", &["blksize=1468", "windowsize=8"]),
        ("3", &["blksize=1024", "windowsize=32", "timeout=1"]),
    ] {
        let size = format!("tsize={}", body.len());
        let from = serving.now();
        let arguments = [&["write", PATH, "long.xml", seed, "8", &size], options].concat();
        let said = lossy(&project, &serving, &arguments);
        assert_eq!(
            (&said["error"], &said["options"]["tsize"]),
            (&Value::Null, &body.len().to_string().into()),
            "{said}"
        );
        let line = serving.wait_after(from, "report /reports");
        assert!(line.contains("not as meant") && line.contains("1 parameters"), "{line}");
    }
}

#[test]
fn nothing_else_can_be_written() {
    let project = project(USUAL, REPORT);
    let serving = serve(&project);
    project.write("report.xml", BODY);
    project.write("other", "no configuration");
    project.write("large", &"x".repeat((4 << 20) + 1));
    let size = format!("tsize={}", (4 << 20) + 1);
    for (path, name, more, code) in [
        // Another's, nobody's, a file of the plan, a way out.
        ("/reports/000e08abcd09.xml", "report.xml", &[][..], 2),
        ("/reports/x.xml", "report.xml", &[], 2),
        (BOOTSTRAP, "report.xml", &[], 2),
        ("/../../etc/cron.d/x", "report.xml", &[], 2),
        ("/reports/../reports/000e08abcd01.xml", "report.xml", &[], 2),
        // What cannot be read, and what is too much: said beforehand, and found out.
        (PATH, "other", &[], 0),
        (PATH, "large", &[size.as_str(), "blksize=1468"], 3),
        (PATH, "large", &["blksize=1468", "windowsize=32"], 3),
    ] {
        let said = lossy(&project, &serving, &[&["write", path, name, "1", "0"], more].concat());
        assert_eq!(said["error"][0], code, "{path}: {said}");
    }
    assert_eq!(told(&serving), Value::Null);
    assert!(!project.join("reports").exists());
    // A program that has no report over tftp takes none.
    let none = super::project(USUAL, REPORT.replace("tftp", "http").as_str());
    let serving = serve(&none);
    none.write("report.xml", BODY);
    let put = hpa(&none, &serving, "binary", &["put", "report.xml", PATH]);
    assert!((put.text() + &put.stderr).contains("Error code 2"), "{put:?}");
}
