//! Whatever is given as a project: a status, a message that names it, and never a panic.

use crate::support::{PHONES, PROV, Project, QUICKSTART, run, tool};
use std::process::Command;

/// The commands that read a project.
fn commands(out: &str) -> Vec<Vec<&str>> {
    vec![
        vec!["check"],
        vec!["fmt", "--check"],
        vec!["test"],
        vec!["show", PHONES[0]],
        vec!["build", "-o", out],
        vec!["serve", "--state", "memory"],
    ]
}

#[test]
fn every_bad_project_gets_a_status_and_a_message() {
    const EMPTY: &str = "the program is empty";
    const NO_TEXT: &str = "is not a UTF-8 text file";
    let project = Project::new(&[("empty.prov", ""), ("blank.prov", "\n\n  \n"), ("remark.prov", "// nothing\n")]);
    let write = |name: &str, octets: &[u8]| std::fs::write(project.join(name), octets).expect("a file");
    write("binary.prov", &(0..=255u8).cycle().take(4096).collect::<Vec<_>>());
    write("elf.prov", &std::fs::read(PROV).expect("the binary")[..4096]);
    write("utf-16.prov", &QUICKSTART.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
    write("nul.prov", &QUICKSTART.replacen("8h", "8\0h", 1).into_bytes());
    write("large.prov", "server prov { address 127.0.0.1 }\n".repeat(300_000).as_bytes());
    write("line.prov", "a".repeat(10_000_000).as_bytes());
    write("deep.prov", format!("let a = {}", "(".repeat(1_000_000)).as_bytes());
    write("braces.prov", "{".repeat(1_000_000).as_bytes());
    write("sum.prov", format!("let a = 1{}\n", " + 1".repeat(10_000)).as_bytes());
    write("fields.prov", format!("let a = 1\nlet b = a{}\n", ".a".repeat(2_000)).as_bytes());
    write("nots.prov", format!("let a = {}yes\n", "not ".repeat(10_000)).as_bytes());
    write("minuses.prov", format!("let a = {}1\n", "- ".repeat(10_000)).as_bytes());
    for folder in ["no-main", "named-so.prov", "main-is-a-folder"] {
        std::fs::create_dir(project.join(folder)).expect("a folder");
    }
    std::fs::create_dir(project.join("main-is-a-folder/main.prov")).expect("a folder");
    tool("mkfifo", [project.join("pipe.prov")]).ok();
    std::os::unix::fs::symlink("itself.prov", project.join("itself.prov")).expect("a link");
    std::os::unix::fs::symlink("nowhere", project.join("dangling.prov")).expect("a link");
    let table = [
        ("empty.prov", 1, EMPTY),
        ("blank.prov", 1, EMPTY),
        ("remark.prov", 1, EMPTY),
        ("binary.prov", 1, NO_TEXT),
        ("elf.prov", 1, NO_TEXT),
        ("utf-16.prov", 1, NO_TEXT),
        ("nul.prov", 1, "error[P0105]"),
        ("large.prov", 1, "this file is too large"),
        ("line.prov", 1, "this file is too large"),
        ("deep.prov", 1, "nesting is too deep"),
        ("braces.prov", 1, "nesting is too deep"),
        ("sum.prov", 1, "this expression is too long"),
        ("fields.prov", 1, "this expression is too long"),
        ("nots.prov", 1, "this expression is too long"),
        ("minuses.prov", 1, "this expression is too long"),
        ("missing.prov", 2, "cannot read missing.prov: there is no such file"),
        ("missing/main.prov", 2, "cannot read missing/main.prov: there is no such file"),
        ("empty.prov/main.prov", 2, "cannot read empty.prov/main.prov: "),
        ("no-main", 2, "cannot read no-main/main.prov: there is no such file; a project is a folder with main.prov"),
        ("named-so.prov", 2, "cannot read named-so.prov/main.prov: there is no such file; a project is a folder"),
        ("main-is-a-folder", 2, "cannot read main-is-a-folder/main.prov: it is a folder"),
        ("pipe.prov", 2, "cannot read pipe.prov: it is no regular file"),
        ("/dev/zero", 2, "cannot read /dev/zero: it is no regular file"),
        ("itself.prov", 2, "cannot read itself.prov: "),
        ("dangling.prov", 2, "cannot read dangling.prov: there is no such file"),
        ("", 2, "error: "),
    ];
    for (name, status, words) in table {
        for command in commands("out") {
            let ran = run(Command::new(PROV).args(&command).arg(name).current_dir(project.path()));
            // An empty text is laid out canonically already.
            if command[0] == "fmt" && words == EMPTY {
                ran.ok();
                continue;
            }
            let ran = ran.ends_with(status).says(words);
            assert!(ran.stderr.len() < 4096, "{command:?} {name}: a message is not as long as the file");
            assert!(command[0] == "check" || ran.text().is_empty(), "{command:?} {name}: {}", ran.text());
        }
    }
    assert!(!project.join("out").exists(), "nothing was built");
}

#[test]
fn a_file_that_may_not_be_read_is_named() {
    let project = Project::new(&[("main.prov", QUICKSTART)]);
    let folder = project.path();
    // Root reads everything, so somebody else has to try; with a copy of prov that they may run.
    std::fs::copy(PROV, project.join("prov")).expect("a copy");
    tool("chmod", ["755", folder.to_str().expect("a path")]).ok();
    tool("chmod", ["600", project.join("main.prov").to_str().expect("a path")]).ok();
    for command in commands("/tmp/out-of-nobody") {
        let mut nobody = Command::new("setpriv");
        nobody.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(project.join("prov"));
        let ran = run(nobody.args(&command).arg(folder)).ends_with(2);
        ran.says(&format!("cannot read {}: permission denied", project.join("main.prov").display()));
    }
}

#[test]
fn data_files_are_met_with_the_same_care() {
    let program = include_str!("../programs/csv-inventory/main.prov");
    let header = "mac,model,extension,name,lines,outside\n";
    let row = "00:0e:08:ab:cd:10,CP-8841-3PCC,2010,Reception,4,yes\n";
    let table: &[(&str, Option<Vec<u8>>, &str)] = &[
        ("missing", None, "there is no such file"),
        ("empty", Some(Vec::new()), "P0309"),
        ("without rows", Some(header.into()), "has no rows"),
        ("binary", Some((0..=255u8).cycle().take(4096).collect()), "P0309"),
        ("not UTF-8", Some([header.as_bytes(), b"00:0e:08:ab:cd:10,CP-8841-3PCC,2010,\xff,4,yes\n"].concat()), "UTF-8"),
        (
            "short row",
            Some(format!("{header}00:0e:08:ab:cd:10,CP-8841-3PCC\n").into()),
            "2 cells where the header has 6",
        ),
        ("twice", Some(format!("{header}{row}{row}").into()), "stands in line 2 already"),
        ("bad cell", Some(format!("{header}{}", row.replace("2010", "20")).into()), "3 to 5 digits"),
        ("open quote", Some(format!("{header}00:0e:08:ab:cd:10,\"CP").into()), "error[P0"),
    ];
    for (what, octets, words) in table {
        let project = Project::new(&[("main.prov", program)]);
        if let Some(octets) = octets {
            std::fs::write(project.join("desks.csv"), octets).expect("a file");
        }
        for command in commands("out") {
            // Laying out reads no data.
            let status = i32::from(command[0] != "fmt");
            let ran = run(Command::new(PROV).args(&command).current_dir(project.path())).ends_with(status);
            if status == 1 {
                assert!(ran.stderr.contains(words), "{what}: no `{words}` in\n{}", ran.stderr);
            }
        }
    }
}
