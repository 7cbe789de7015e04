//! `prov push` beside `prov serve --with-phones`: what phones are told they do, and it is seen.

use crate::support::blocks::blocks;
use crate::support::{Project, QUICKSTART, Ran, Serving, own_address, prov, root};

/// The quickstart on this process's own addresses, the phones' too: they listen there.
pub(super) fn program() -> String {
    let process = std::process::id();
    let pool = format!("127.{}.{}", 200 + process % 50, process / 50 % 250);
    QUICKSTART.replace("127.0.0.1", &own_address().to_string()).replace("127.0.10.", &format!("{pool}."))
}

fn push(project: &Project, arguments: &[&str]) -> Ran {
    let folder = project.path().to_str().expect("a path");
    prov([&["push"], arguments, &[folder, "--ports", "+1000"]].concat())
}

fn serving(project: &Project) -> Serving {
    let ports = ["--ports", "+1000", "--state", "memory", "--with-phones"];
    let serving =
        Serving::start(std::process::Command::new(crate::support::PROV).arg("serve").arg(project.path()).args(ports));
    serving.wait_for("resynced · \"Front desk\"");
    serving.wait_for("resynced · \"Workshop\"");
    serving
}

/// Without addresses, which are the test's own.
fn lines(text: &str) -> Vec<String> {
    let words = |line: &str| {
        let words = line.split_whitespace().filter(|word| !word.starts_with("127."));
        words.collect::<Vec<_>>().join(" ")
    };
    text.lines().map(words).collect()
}

#[test]
fn what_the_page_about_push_shows_happens() {
    let page = std::fs::read_to_string(root().join("docs/push.md")).expect("the page");
    let shown = blocks(&page).into_iter().find(|block| block.text.starts_with("$ prov push")).expect("an example").text;
    let (command, answer) = shown.split_once('\n').expect("a command and its answer");
    let macs: Vec<&str> = command.split(' ').skip(3).take_while(|word| word.contains(':')).collect();
    assert_eq!(macs.len(), 2);
    let project = Project::new(&[("main.prov", &program())]);
    let serving = serving(&project);
    assert_eq!(lines(&push(&project, &macs).ok().text()), lines(answer));
    serving.stop();
}

#[test]
fn phones_follow_and_what_they_do_not_is_no_success() {
    let project = Project::new(&[("main.prov", &program())]);
    let serving = serving(&project);
    let fleet = ["--fleet", "lab_desks"];
    let said = serving.now();
    let ran = push(&project, &[&fleet[..], &["--via", "http", "--format", "json"]].concat()).ok();
    let json = ran.json();
    assert_eq!((&json["summary"]["phones"], &json["summary"]["followed"]), (&2.into(), &2.into()), "{json}");
    assert!(ran.stderr.contains("10.0 a second") && ran.stderr.contains("`capacity`"), "{}", ran.stderr);
    serving.wait_after(said, "resynced");
    let json = push(&project, &[&fleet[..], &["--reboot", "--format", "json", "-q"]].concat()).ok().json();
    assert_eq!((&json["event"], &json["phones"][1]["followed"]["what"]), (&"reboot_now".into(), &"restarted".into()));
    // They say yes, and have no report to send.
    let ran = push(&project, &[&fleet[..], &["--report", "--wait", "1"]].concat()).ends_with(1);
    assert!(
        ran.text().contains("it will; nothing followed") && ran.text().contains("2 of 2 said yes, 0 seen"),
        "{}",
        ran.text()
    );
    // Off by default (PB §18).
    let ran = push(&project, &[&fleet[..], &["--via", "execute"]].concat()).ends_with(1);
    assert!(ran.text().contains("403 (CISCO_XML_EXE_Enable is No)"), "{}", ran.text());
    // What is told over a stream is not heard where a line has none.
    let ran = push(&project, &["00:0e:08:ab:cd:01", "--transport", "tcp"]).ends_with(1);
    assert!(ran.text().contains("connection refused"), "{}", ran.text());
    serving.stop();
}

#[test]
fn an_xml_object_resyncs_where_the_program_allows_it() {
    let allowed = "  Time_Zone       =";
    let program = program().replace(
        allowed,
        "  CISCO_XML_EXE_Enable    = yes\n  CISCO_XML_EXE_Auth_Mode = \"Trusted\"\n  Time_Zone       =",
    );
    let project = Project::new(&[("main.prov", &program)]);
    let serving = serving(&project);
    let ran = push(&project, &["00:0e:08:ab:cd:01", "--via", "execute", "--format", "json"]).ok();
    assert_eq!(ran.json()["phones"][0]["followed"]["what"], "resynced", "{}", ran.text());
    serving.stop();
}

#[test]
fn the_pace_is_what_the_server_bears() {
    let capacity = program().replace("  tftp    { port 6069 }", "  capacity 3\n  tftp    { port 6069 }");
    let project = Project::new(&[("main.prov", &capacity)]);
    // Nobody serves: where phones are is not known.
    let ran = push(&project, &["--fleet", "lab_desks", "--wait", "0"]).ends_with(1);
    assert!(
        ran.stderr.contains("1.0 a second (the server bears 3 requests a second, a phone makes 3)"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.text().contains("--address says so") && ran.text().contains("what followed was not seen"),
        "{}",
        ran.text()
    );
}

#[test]
fn wrong_use_of_push_says_what_is_right() {
    let project = Project::new(&[("main.prov", &program())]);
    let empty = program().replace("fleet lab_desks {", "fleet spare {\n  server prov\n  network lab\n  profiles common\n  bootstrap dhcp 66\n  resync { every 1h jitter 10m }\n}\n\nfleet lab_desks {");
    for (arguments, words) in [
        (&[][..], "no phone is named"),
        (
            &["00:0e:08:ff:ff:ff", "00:0e:08:ff:ff:fe"],
            "no fleet has the phone 00:0e:08:ff:ff:ff; no fleet has the phone 00:0e:08:ff:ff:fe",
        ),
        (&["--fleet", "lab"], "there is no fleet `lab`; the fleets are lab_desks"),
        (&["nonsense", "00:0e:08:ab:cd:01"], "`nonsense`"),
        (&["--fleet", "lab_desks", "--address", "127.0.0.1"], "--address is where one phone is; 2 are meant"),
        (&["--fleet", "lab_desks", "--rate", "0"], "--rate 0"),
        (&["--fleet", "lab_desks", "--rate", "NaN"], "--rate NaN"),
        (&["--fleet", "lab_desks", "--via", "http", "--report"], "NOTIFY does"),
        (&["--fleet", "lab_desks", "--via", "execute", "--reboot"], "resync only"),
        (&["--fleet", "lab_desks", "--via", "http", "--transport", "udp"], "--transport is for SIP"),
        (&["--fleet", "lab_desks", "--serve", "https://x"], "begins with http://"),
        (&["--fleet", "lab_desks", "--serve", "http://127.0.0.1:1"], "connection refused"),
        (&["--fleet", "lab_desks", "--serve", "http://no.such.host.invalid:1"], "no such host"),
        (&["--fleet", "lab_desks", "--report", "--reboot"], "cannot be used with"),
    ] {
        push(&project, arguments).ends_with(2).says(words);
    }
    project.write("main.prov", &empty);
    push(&project, &["--fleet", "spare"]).ends_with(1).says("fleet `spare` has no phones");
}
