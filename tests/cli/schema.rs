//! `prov schema`: every command that answers in JSON has one, and its answers fit.

use crate::support::{PHONES, PROV, Project, Serving, own_address, prov, run, shift, valid};
use serde_json::Value;
use std::process::Command;

fn text(project: &Project) -> &str {
    project.path().to_str().expect("a path")
}

/// One document a line.
fn lines(stdout: &str) -> Vec<(String, Value)> {
    let one = |line: &str| (line.to_owned(), serde_json::from_str(line).expect("a document"));
    stdout.lines().map(one).collect()
}

#[test]
fn what_commands_say_of_their_work_fits() {
    let folder = Project::new(&[]);
    let at = |name: &str| folder.join(name).to_str().expect("a path").to_owned();
    let answer = |arguments: &[&str], status: i32| {
        let ran = prov(arguments.iter().chain(&["--format", "json"])).ends_with(status);
        vec![(format!("{arguments:?}"), ran.json())]
    };
    valid("new", &answer(&["new", &at("lab")], 0));
    valid("fmt", &answer(&["fmt", &at("lab")], 0));
    valid("build", &answer(&["build", &at("lab"), "-o", &at("out")], 0));
    valid("doc", &answer(&["doc", &at("lab"), "-o", &at("site")], 0));
    // What a target cannot say is in notes.
    let noted = answer(&["build", &at("lab"), "-o", &at("dnsmasq"), "--target", "dnsmasq"], 0);
    assert!(noted[0].1["notes"].as_array().is_some_and(|notes| !notes.is_empty()), "{noted:?}");
    valid("build", &noted);
    let main = std::fs::read_to_string(folder.join("lab/main.prov")).expect("the program");
    folder.write("crooked.prov", &main.replace("  lease   8h", "      lease 8h"));
    let crooked = answer(&["fmt", "--check", &at("crooked.prov")], 1);
    assert_eq!(crooked[0].1["changed"].as_array().map(Vec::len), Some(1), "{crooked:?}");
    valid("fmt", &crooked);
}

#[test]
fn what_is_explained_fits() {
    for topic in ["P0205", "Proxy[1]", "8841", "$MA", "schedule", "11.3(7)", "C-08", "stances", "emergency", "jitter"] {
        let page = prov(["explain", topic, "--format", "json"]).ok().json();
        valid("explain", &[(topic.to_owned(), page)]);
    }
    // The one has a page, the other is spoken of.
    let keys = |topic: &str| prov(["explain", topic, "--format", "json"]).ok().json();
    assert!(keys("P0205")["page"].is_string() && keys("emergency")["page"].is_null());
}

#[test]
fn what_happens_while_serving_and_on_a_phone_fits() {
    let project = Project::quickstart();
    let ports = format!("+{}", shift());
    let once = ["serve", text(&project), "--once", "--with-phones", "--format", "json", "--ports", &ports];
    let served = lines(&run(Command::new(PROV).args(once)).ok().text());
    for kind in ["ready", "lease", "file", "syslog"] {
        assert!(served.iter().any(|(_, line)| line["event"] == kind), "{kind} is missing in {served:?}");
    }
    assert!(served[1..].iter().all(|(_, line)| line["at"].is_number()), "{served:?}");
    valid("serve", &served);

    let serving = Serving::project(project.path());
    let dns = serving.at(6053).to_string();
    let rule = format!("http://{}/phones/$MA.cfg", serving.at(6080));
    let until = ["--until", "resynced", "--no-delay", "--limit", "30", "--json", "--dns", &dns];
    let phone = ["phone", "--mac", PHONES[0], "--model", "8841", "--profile-rule", &rule];
    let lived = lines(&prov(phone.iter().chain(&until)).ok().text());
    for kind in ["fetch", "apply", "resync", "done"] {
        assert!(lived.iter().any(|(_, line)| line["event"] == kind), "{kind} is missing in {lived:?}");
    }
    valid("phone", &lived);
    let nowhere = format!("http://{}:9/x", own_address());
    let failed = prov(["phone", "--profile-rule", &nowhere, "--no-delay", "--limit", "3", "--json"]).ends_with(1);
    valid("phone", &lines(&failed.text()));
}
