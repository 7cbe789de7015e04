//! Results on stdout, messages on stderr; with `--format json` one document and nothing else.

use crate::support::{PHONES, PROV, Project, QUICKSTART, own_address, prov, run, shift};
use serde_json::Value;
use std::process::{Command, Stdio};

fn text(project: &Project) -> &str {
    project.path().to_str().expect("a path")
}

#[test]
fn json_is_one_document_and_nothing_else() {
    let clean = Project::new(&[("main.prov", QUICKSTART)]);
    let broken = Project::new(&[("main.prov", &QUICKSTART.replace("Time_Zone ", "Time_Zona "))]);
    let table: &[(&[&str], &[&str])] = &[
        (&["check"], &["diagnostics", "summary"]),
        (&["test"], &["summary", "tests"]),
        (
            &["show", PHONES[0]],
            &["dhcp", "effective", "files", "firmware", "fleet", "mac", "model", "network", "rules"],
        ),
        (&["fmt", "--check"], &["changed", "files"]),
    ];
    for (arguments, fields) in table {
        let ran = prov(arguments.iter().copied().chain([text(&clean), "--format", "json"])).ok();
        assert_eq!(ran.stderr, "", "{arguments:?} of a clean program has nothing to say");
        let document = ran.json();
        let names: Vec<&String> = document.as_object().expect("an object").keys().collect();
        assert_eq!(names, *fields, "{arguments:?}");
    }
    let checked = prov(["check", "--format", "json", text(&broken)]).ends_with(1);
    assert_eq!(checked.stderr, "", "the findings are in the document");
    let document = checked.json();
    let first = &document["diagnostics"][0];
    assert_eq!((first["code"].as_str(), first["line"].as_u64()), (Some("P0205"), Some(32)), "{document}");
    assert_eq!(document["summary"]["errors"], 1);
    // A program that cannot be shown or tested: no half document, and the findings on stderr.
    for arguments in [&["test"][..], &["show", PHONES[0]]] {
        let ran = prov(arguments.iter().copied().chain([text(&broken), "--format", "json"])).ends_with(1);
        assert_eq!(ran.text(), "", "{arguments:?}");
        ran.says("error[P0205]");
    }
}

#[test]
fn serving_in_json_is_a_document_a_line() {
    let project = Project::quickstart();
    let shift = shift();
    let offset = format!("+{shift}");
    let ran = prov(["serve", text(&project), "--format", "json", "--once", "--with-phones", "--ports", &offset]).ok();
    let lines: Vec<Value> =
        ran.text().lines().map(|line| serde_json::from_str(line).expect("a document a line")).collect();
    assert_eq!(lines[0]["event"], "ready");
    for (service, port) in
        [("dhcp", 6067), ("dns", 6053), ("tftp", 6069), ("http", 6080), ("syslog", 6514), ("dashboard", 6081)]
    {
        assert_eq!(lines[0]["ports"][service], port + shift, "{service}");
    }
    let kinds: Vec<&str> = lines.iter().filter_map(|line| line["event"].as_str()).collect();
    for kind in ["lease", "file", "syslog"] {
        assert!(kinds.contains(&kind), "{kind} is missing in {kinds:?}");
    }
}

#[test]
fn a_live_phone_in_json_is_a_document_a_line() {
    let ran = prov(["phone", "--dhcp", "127.0.0.1:9", "--limit", "1", "--json"]).ends_with(1);
    let text = ran.text();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a document")).collect();
    let last = lines.last().expect("a last line");
    assert_eq!((last["event"].as_str(), last["state"].as_str()), (Some("done"), Some("failed")), "{last}");
    assert!(last["parameters"].is_object() && last["firmware"].is_string(), "{last}");
    assert!(lines.iter().rev().skip(1).all(|line| line["t"].is_number() && line["event"].is_string()), "{text}");
}

#[test]
fn findings_are_messages_and_summaries_are_results() {
    let broken = Project::new(&[("main.prov", &QUICKSTART.replace("Time_Zone ", "Time_Zona "))]);
    let ran = prov(["check", text(&broken)]).ends_with(1);
    assert!(ran.text().starts_with("1 error · 1 file, "), "{}", ran.text());
    let ran = ran.says("error[P0205]: unknown parameter `Time_Zona`").says("main.prov:32:3").says("Time_Zone");
    assert!(!ran.stderr.contains('\x1b'), "no colours when nobody looks: {}", ran.stderr);
    let quiet = prov(["check", "-q", text(&broken)]).ends_with(1).says("error[P0205]");
    assert_eq!(quiet.text(), "");
    let short = prov(["check", "--format", "short", text(&broken)]).ends_with(1);
    assert_eq!(short.text(), "main.prov:32:3: error[P0205]: unknown parameter `Time_Zona`\n");
    assert_eq!(short.stderr, "");
}

#[test]
fn colours_are_as_told() {
    let broken = Project::new(&[("main.prov", &QUICKSTART.replace("Time_Zone ", "Time_Zona "))]);
    let coloured = |arguments: &[&str], no_color: Option<&str>| {
        let mut command = Command::new(PROV);
        command.arg("check").args(arguments).arg(broken.path()).env_remove("NO_COLOR");
        if let Some(value) = no_color {
            command.env("NO_COLOR", value);
        }
        run(&mut command).ends_with(1).stderr.contains("\x1b[")
    };
    assert!(coloured(&["--color", "always"], None));
    assert!(!coloured(&["--color", "never"], None));
    assert!(!coloured(&[], None), "stderr is no terminal here");
    assert!(!coloured(&[], Some("1")));
}

#[test]
fn every_command_that_ends_has_a_document() {
    let project = Project::new(&[("main.prov", QUICKSTART)]);
    let (fresh, out) = (project.join("fresh"), project.join("out"));
    let (fresh, out) = (fresh.display().to_string(), out.display().to_string());
    for (arguments, key) in [
        (vec!["new", &fresh, "--format", "json"], "files"),
        (vec!["build", "-o", &out, "--format", "json", text(&project)], "files"),
        (vec!["explain", "P0205", "--format", "json"], "page"),
        (vec!["explain", "$MA", "--format", "json"], "page"),
        (vec!["fmt", "--format", "json", text(&project)], "changed"),
        (vec!["check", "--format", "json", text(&project)], "summary"),
        (vec!["test", "--format", "json", text(&project)], "tests"),
        (vec!["show", PHONES[0], "--format", "json", text(&project)], "effective"),
        (vec!["rule", "http://h/x", "--format", "json"], "url"),
        (vec!["diff", text(&project), text(&project), "--format", "json"], "summary"),
        (vec!["simulate", text(&project), "--for", "1h", "--format", "json"], "servers"),
    ] {
        let ran = prov(arguments.clone()).ok();
        let document: Value =
            serde_json::from_str(&ran.text()).unwrap_or_else(|_| panic!("{arguments:?}: {}", ran.text()));
        assert!(document.get(key).is_some(), "{arguments:?}: {document}");
        assert_eq!(ran.stderr, "", "{arguments:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let project = Project::new(&[("main.prov", QUICKSTART)]);
    for arguments in [&["show", PHONES[0]][..], &["schema", "build"], &["check", "--format", "json"]] {
        let mut command = Command::new(PROV);
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        if arguments[0] != "schema" {
            command.arg(project.path());
        }
        let mut child = command.spawn().expect("prov");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("an end");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
    }
}

#[test]
fn fmt_shows_what_would_change_and_then_changes_it() {
    let crooked = QUICKSTART.replace("  lease   8h", "      lease 8h");
    let project = Project::new(&[("main.prov", &crooked)]);
    let read = || std::fs::read_to_string(project.join("main.prov")).expect("the program");
    let shown = prov(["fmt", "--check", text(&project)]).ends_with(1);
    assert!(shown.text().contains("-      lease 8h") && shown.text().contains("+  lease"), "{}", shown.text());
    assert_eq!(read(), crooked, "--check changes nothing");
    prov(["fmt", text(&project)]).ok().says("1 changed");
    assert_ne!(read(), crooked);
    prov(["fmt", "--check", text(&project)]).ok();
    let once = read();
    prov(["fmt", text(&project)]).ok().says("0 changed");
    assert_eq!(read(), once);
}

#[test]
fn a_file_of_a_phone_is_shown_as_it_is_or_as_it_is_sent() {
    let address = own_address();
    let project = Project::new(&[("main.prov", &crate::support::quickstart(address))]);
    let show = |more: &[&str]| prov([&["show", PHONES[0], text(&project)], more].concat()).ok();
    let xml = show(&["--file", "account"]).text();
    assert!(xml.starts_with("<flat-profile>\n") && xml.contains("<Display_Name_1_>Front desk<"), "{xml}");
    assert_eq!(crate::support::gunzip(&show(&["--file", "account", "--wire"]).stdout), xml);
    assert_eq!(show(&["--file", "/phones/000e08abcd01.cfg"]).text(), xml);
    assert!(show(&["--file", "bootstrap"]).text().contains("<Profile_Rule>http://prov.lab.example:6080/common/"));
    let human = show(&[]).text();
    for words in ["Front desk", "lab_desks", "CP-8841-3PCC", "Profile_Rule", &format!("tftp://{address}:6069")] {
        assert!(human.contains(words), "no `{words}` in\n{human}");
    }
}
