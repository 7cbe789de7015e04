//! 0: done and clean; 1: the program has findings; 2: wrong use, or a file, port or permission problem.

use crate::support::{PHONES, Project, QUICKSTART, Serving, own_address, prov};

/// A typo that is an error, and values that are only warned about.
fn programs() -> Project {
    Project::new(&[
        ("clean.prov", QUICKSTART),
        ("error.prov", &QUICKSTART.replace("Time_Zone ", "Time_Zona ")),
        ("warning.prov", &QUICKSTART.replace("name \"Workshop\"", "name \"Wörkshop\"")),
        ("failing.prov", &QUICKSTART.replace("== \"Front", "== \"Back")),
        ("crooked.prov", &QUICKSTART.replace("  lease   8h", "      lease 8h")),
    ])
}

#[test]
fn every_command_has_the_status_that_the_page_says() {
    let project = programs();
    let at = |name: &str| project.join(&format!("{name}.prov")).to_str().expect("a path").to_owned();
    let out = project.join("out").to_str().expect("a path").to_owned();
    let other = project.join("other").to_str().expect("a path").to_owned();
    let (clean, error, warning, failing, crooked) =
        (&at("clean"), &at("error"), &at("warning"), &at("failing"), &at("crooked"));
    let (missing, phone) = (&at("missing"), PHONES[0]);
    let table: &[(i32, &[&str])] = &[
        (0, &["check", clean]),
        (1, &["check", error]),
        (0, &["check", warning]),
        (1, &["check", warning, "-D", "warnings"]),
        (0, &["check", warning, "-q"]),
        (1, &["check", warning, "-q", "-D", "warnings"]),
        (0, &["check", clean, "--pedantic"]),
        (0, &["check", failing]),
        (2, &["check", missing]),
        (2, &["check", clean, "surplus"]),
        (2, &["check", clean, "--format", "xml"]),
        (2, &["check", clean, "-D", "notes"]),
        (0, &["fmt", "--check", clean]),
        (1, &["fmt", "--check", crooked]),
        (0, &["fmt", "--check", error]),
        (2, &["fmt", "--check", missing]),
        (0, &["test", clean]),
        (1, &["test", failing]),
        (2, &["test", failing, "--filter", "no test is called so"]),
        (1, &["test", error]),
        (2, &["test", missing]),
        (0, &["show", phone, clean]),
        (0, &["show", "000E08ABCD01", clean]),
        (0, &["show", phone, clean, "--file", "account"]),
        (0, &["show", phone, clean, "--file", "/common/8841-3PCC.xml"]),
        (2, &["show", phone, clean, "--file", "nothing"]),
        (2, &["show", phone, clean, "--wire"]),
        (1, &["show", phone, error]),
        (2, &["show", phone, missing]),
        (2, &["show", "02:00:00:00:00:01", clean]),
        (2, &["show", "no phone", clean]),
        (2, &["show"]),
        (0, &["build", clean, "-o", &out]),
        (0, &["build", clean, "-o", &other, "--target", "plan"]),
        (1, &["build", error, "-o", &out]),
        (2, &["build", missing, "-o", &out]),
        (2, &["build", clean]),
        (2, &["build", clean, "-o", &out, "--target", "nothing"]),
        (1, &["serve", error, "--state", "memory"]),
        (2, &["serve", missing]),
        (2, &["serve", clean, "--state", "nowhere"]),
        (2, &["serve", clean, "--ports", "many"]),
        (2, &["phone"]),
        (2, &["phone", "--dhcp", "lo", "--mac", "zz"]),
        (2, &["phone", "--dhcp", "lo", "--model", "CP 9"]),
        (2, &["phone", "--dhcp", "nosuchif", "--limit", "1"]),
        (1, &["phone", "--dhcp", "127.0.0.1:9", "--limit", "1"]),
        (0, &["explain", "P0205"]),
        (0, &["explain", "Proxy[1]"]),
        (0, &["explain", "Proxy_1_"]),
        (0, &["explain", "CP-8841-3PCC"]),
        (0, &["explain", "$MA"]),
        (0, &["explain", "11.3(1)SR2"]),
        (0, &["explain", "sip88xx.11-3-7MPP0001-272.loads"]),
        (0, &["explain", "p0205"]),
        (0, &["explain", "proxy[1]"]),
        (0, &["explain", "proxy_1_"]),
        (0, &["explain", "PROXY"]),
        (0, &["explain", "8841"]),
        (0, &["explain", "CP-8832"]),
        (0, &["explain", "8841-3PCC"]),
        (0, &["explain", "11.3.7"]),
        (0, &["explain", "ringer"]),
        (0, &["explain", "stance"]),
        (0, &["explain", "c-8"]),
        (0, &["explain", "C08"]),
        (0, &["explain", "dial_plan"]),
        (0, &["explain", "dial plan"]),
        (2, &["explain", "C-21"]),
        (2, &["explain", "C-0"]),
        (2, &["explain", "ünï"]),
        (2, &["explain", "zzzz"]),
        (2, &["explain", ""]),
        (2, &["explain", "11.3.77"]),
        (2, &["explain", "11.3(77)"]),
        (2, &["explain", "nothing at all"]),
        (2, &["explain"]),
        (0, &["schema", "check"]),
        (0, &["schema", "build"]),
        (0, &["schema", "show"]),
        (0, &["schema", "test"]),
        (0, &["schema", "rule"]),
        (0, &["schema", "diff"]),
        (0, &["schema", "simulate"]),
        (0, &["simulate", clean, "--for", "1h"]),
        (0, &["simulate", warning, "--for", "1h"]),
        (1, &["simulate", error]),
        (2, &["simulate", missing]),
        (2, &["simulate", clean, "--for", "0s"]),
        (2, &["simulate", clean, "--out", "/proc/nowhere"]),
        (0, &["schema", "serve"]),
        (2, &["doc", clean]),
        (2, &["doc", missing, "-o", "/proc/nowhere"]),
        (2, &["doc", clean, "-o", "/proc/nowhere/below"]),
        (1, &["doc", error, "-o", "/proc/nowhere"]),
        (0, &["completions", "bash"]),
        (2, &["completions", "csh"]),
        (0, &["man"]),
        (2, &["man", "nothing"]),
        (0, &["diff", clean, clean, "--exit-code"]),
        (0, &["diff", clean, warning]),
        (1, &["diff", clean, warning, "--exit-code"]),
        (1, &["diff", clean, error]),
        (2, &["diff", missing, clean]),
        (0, &["rule", "http://h/$MA.cfg"]),
        (0, &["rule", "(1 eq 2)? http://h/x"]),
        (0, &["rule", "1 eq 2", "--kind", "trigger"]),
        (1, &["rule", "basic.txt"]),
        (1, &["rule", "($PRVTMR ge 600)", "--kind", "trigger"]),
        (2, &["rule"]),
        (2, &["rule", "/x", "--kind", "nothing"]),
        (2, &["rule", "/x", "--set", "nothing"]),
        (2, &["schema", "nothing"]),
        (2, &["new"]),
        (0, &["--help"]),
        (0, &["--version"]),
        (2, &[]),
        (2, &["nothing"]),
    ];
    for (status, arguments) in table {
        let ran = prov(*arguments).ends_with(*status);
        let (out, err) = (ran.text(), &ran.stderr);
        if *status == 2 {
            assert_eq!(out, "", "{arguments:?}: nothing was done, so there is no result");
            assert!(!err.trim().is_empty(), "{arguments:?} says why");
            assert!(arguments.is_empty() || err.starts_with("error: "), "{arguments:?}: {err}");
        }
    }
}

#[test]
fn a_phone_that_cannot_speak_dhcp_says_why() {
    let ran = prov(["phone", "--dhcp", "nosuchif"]).ends_with(2);
    assert_eq!(ran.stderr, "error: cannot speak DHCP on nosuchif: there is no such interface\n");
    // Reasons are words, without the system's numbers.
    let rule = format!("http://{}:9/x", own_address());
    let ran = prov(["phone", "--profile-rule", &rule, "--no-delay", "--limit", "3"]).ends_with(1);
    assert!(ran.stderr.contains("connection refused") && !ran.stderr.contains("os error"), "{}", ran.stderr);
}

#[test]
fn help_names_every_command() {
    let help = prov(["--help"]).ok().text();
    for command in [
        "new",
        "check",
        "fmt",
        "test",
        "build",
        "serve",
        "show",
        "diff",
        "simulate",
        "doc",
        "rule",
        "phone",
        "explain",
        "schema",
        "completions",
        "man",
    ] {
        assert!(help.lines().any(|line| line.trim_start().starts_with(command)), "{command}: {help}");
        assert!(prov([command, "--help"]).ok().text().contains("Usage: prov"), "{command}");
    }
    assert!(prov(["--version"]).ok().text().starts_with("prov "));
}

#[test]
fn the_quickstart_serves_its_own_phones_once() {
    let project = Project::quickstart();
    let serving = Serving::with(project.path(), &["--once", "--with-phones"]);
    let ready = serving.wait_for("ready");
    assert!(ready.starts_with("prov ") && ready.contains("2 phones, 2 profiles, 6 files"), "{ready}");
    let (status, said) = serving.ended();
    assert_eq!(status.code(), Some(0), "{said}");
}

#[test]
fn a_word_that_is_nearly_right_is_met_with_the_right_one() {
    prov(["chek"]).ends_with(2).says("check");
    prov(["explain", "Resync_Perodic"]).ends_with(2).says("did you mean `Resync_Periodic`?");
    let project = Project::quickstart();
    let folder = project.path().to_str().expect("a path");
    prov(["show", "02:00:00:00:00:01", folder]).ends_with(2).says("the fleets are lab_desks");
    prov(["show", PHONES[0], folder, "--file", "acount"]).ends_with(2).says("account (/phones/000e08abcd01.cfg)");
}

#[test]
fn quietly_warnings_are_silent_unless_they_are_errors() {
    let project = programs();
    let warning = project.join("warning.prov").to_str().expect("a path").to_owned();
    let quiet = prov(["check", "-q", &warning]).ok();
    assert_eq!((quiet.stderr.as_str(), quiet.text()), ("", String::new()));
    let denied = prov(["check", "-q", "-D", "warnings", &warning]).ends_with(1);
    assert!(denied.stderr.contains("error[P0306]") && !denied.stderr.contains("warning["), "{}", denied.stderr);
}
