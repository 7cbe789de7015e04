//! `prov push` against SIPp as the phone, of every temper.

use super::told::sipp;
use crate::support::{PROV, Project, QUICKSTART, Ran, own_address, run, until};
use serde_json::Value;
use std::process::{Child, Command, Stdio};

/// One phone whose line has a password.
fn project() -> Project {
    let program = QUICKSTART.replace("127.0.0.1", &own_address().to_string());
    let program = program
        .replace(
            "  http    { port 6080 }\n",
            "  http    { port 6080 }\n  https   { port 6443  clients require \"ca.pem\" }\n",
        )
        .replace("network lab {", "secret sip_password = env(\"PUSH_SIP_PASSWORD\")\n\nnetwork lab {")
        .replace("  fetch http \"/phones/$MA.cfg\"\n  gzip\n", "  fetch https \"/phones/$MA.cfg\"\n")
        .replace("  User_ID[1]           =", "  Password[1]          = sip_password\n  User_ID[1]           =");
    Project::new(&[("main.prov", &program)])
}

/// SIPp as a phone: it listens before anybody speaks, and ends with the scenario.
struct Phone(Child);

impl Drop for Phone {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn phone(scenario: &str, port: u16, arguments: &[&str]) -> Phone {
    let own = own_address().to_string();
    let port = port.to_string();
    let mut command = sipp(scenario, &[&["-i", &own, "-p", &port], arguments].concat());
    Phone(command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null()).spawn().expect("sipp"))
}

fn push(project: &Project, port: u16, arguments: &[&str]) -> Ran {
    let mut command = Command::new(PROV);
    command.args(["push", "00:0e:08:ab:cd:01"]).arg(project.path()).args(["--format", "json", "--wait", "0"]);
    command.args(["--address", &own_address().to_string(), "--port", &port.to_string()]).args(arguments);
    let ran = run(command.env("PUSH_SIP_PASSWORD", "s3cret").env("NO_COLOR", "1"));
    assert!(!ran.text().contains("s3cret") && !ran.stderr.contains("s3cret"), "{}{}", ran.text(), ran.stderr);
    ran
}

fn told(ran: &Ran) -> Value {
    ran.json()["phones"][0].clone()
}

#[test]
fn a_phone_that_asks_who_it_is_is_told() {
    let project = project();
    for (port, way, arguments) in
        [(7101, &["-t", "u1"][..], &[][..]), (7102, &["-t", "t1"], &["--transport", "tcp"]), (7103, &["-t", "u1"], &[])]
    {
        // The last one hears seven of ten: what was lost is sent again.
        let scenario = include_str!("phone.xml").replace("request=\"NOTIFY\"", "request=\"NOTIFY\" lost=\"30\"");
        project.write("lossy.xml", &scenario);
        let lossy = project.join("lossy.xml").display().to_string();
        let mut sipp = phone(if port == 7103 { &lossy } else { "phone.xml" }, port, way);
        // Over a stream SIPp has to listen first; over datagrams it is asked again.
        let ran = until("SIPp", || Some(push(&project, port, arguments)).filter(|ran| told(ran)["answer"] != "broken"));
        // It says 200 where the digest is right.
        assert_eq!(told(&ran)["answer"], "accepted", "{way:?} {}", ran.text());
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        // A stream that is shut while SIPp still waits for more of it counts as a fault there.
        assert!(way == ["-t", "t1"] || sipp.0.wait().expect("ends").success(), "{way:?}: SIPp saw something else");
    }
}

#[test]
fn phones_of_bad_temper_are_understood() {
    let project = project();
    for (port, scenario, answer, words) in [
        (7111, "stale.xml", "accepted", "it will"),
        (7112, "busy.xml", "accepted", "it will"),
        (7113, "refuses_481.xml", "refused", "481 Call/Transaction Does Not Exist"),
        (7114, "refuses_489.xml", "refused", "489 Bad Event"),
        (7115, "endless.xml", "denied", "again and again"),
    ] {
        let _sipp = phone(scenario, port, &["-t", "u1"]);
        let ran = push(&project, port, &[]);
        let told = told(&ran);
        assert_eq!(told["answer"], answer, "{scenario} {told}");
        assert!(told["words"].as_str().is_some_and(|text| text.contains(words)), "{told}");
        assert_eq!(ran.status, Some(if answer == "accepted" { 0 } else { 1 }), "{scenario}");
    }
}

#[test]
fn a_wrong_password_is_no_yes() {
    let project = project();
    let _sipp = phone("endless.xml", 7121, &["-t", "u1"]);
    let mut command = Command::new(PROV);
    command.args(["push", "00:0e:08:ab:cd:01"]).arg(project.path());
    // Without the secret nothing is sent at all.
    let ran = run(command.env_remove("PUSH_SIP_PASSWORD").args(["--address", "127.0.0.1"])).ends_with(2);
    assert!(ran.stderr.contains("PUSH_SIP_PASSWORD"), "{}", ran.stderr);
}
