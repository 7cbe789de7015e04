//! Other people's readers over what we write, and writers of what we read: gzip, OpenSSL, RFC 8188, expat, dhcproto,
//! BIND, JSON Schema.

mod exports;
mod formats;

use crate::support::{PHONES, PROV, Project, Serving, acknowledge, own_address, prov, tool, valid};
use dhcproto::v4::{DhcpOption, OptionCode};
use dhcproto::{Encodable, Encoder};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Every project here that compiles, by folder.
fn projects() -> Vec<PathBuf> {
    crate::programs::PROGRAMS.iter().map(|name| crate::programs::folder(name)).collect()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

/// A folder with the output of `prov build`.
fn built(project: &Path) -> Project {
    let folder = Project::new(&[]);
    prov(["build", text(project), "-o", text(&folder.join("out"))]).ok();
    folder
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let text = tool("find", [text(folder), "-type", "f"]).ok().text();
    let mut files: Vec<PathBuf> = text.lines().map(PathBuf::from).collect();
    files.sort();
    files
}

#[test]
fn gunzip_reads_our_files_and_finds_what_show_says() {
    let project = Project::quickstart();
    let folder = built(project.path());
    for (mac, name) in PHONES.into_iter().zip(["000e08abcd01", "000e08abcd02"]) {
        let file = folder.join(&format!("out/files/prov/http/phones/{name}.cfg"));
        let packed = std::fs::read(&file).expect("a file");
        assert!(packed.starts_with(&[0x1f, 0x8b, 8]), "the magic number and the method of RFC 1952");
        let unpacked = tool("sh", ["-c", "gunzip -c < \"$1\"", "sh", text(&file)]).ok();
        assert_eq!(unpacked.stderr, "", "no warning, such as for trailing garbage");
        let shown = prov(["show", mac, text(project.path()), "--file", "account"]).ok();
        assert_eq!(unpacked.text(), shown.text());
        let wire = prov(["show", mac, text(project.path()), "--file", "account", "--wire"]).ok();
        assert_eq!(packed, wire.stdout);
    }
}

#[test]
fn dhcproto_reads_our_answer_octet_for_octet() {
    let project = Project::quickstart();
    let serving = Serving::project(project.path());
    let shift = serving.at(6069).port();
    let (octets, ack) = acknowledge(serving.at(6067), PHONES[0]);
    serving.stop();
    // RFC 2131 §2, RFC 2132 §2: the options follow the cookie; each is a code, a length and its data.
    assert_eq!(octets[236..240], [99, 130, 83, 99]);
    let mut sent: BTreeMap<u8, Vec<u8>> = BTreeMap::new();
    let mut rest = &octets[240..];
    while let [code, after @ ..] = rest {
        match code {
            255 => break,
            0 => rest = after,
            _ => {
                let (length, after) = after.split_first().expect("a length");
                let (data, after) = after.split_at(usize::from(*length));
                assert!(sent.insert(*code, data.to_vec()).is_none(), "option {code} stands twice");
                rest = after;
            }
        }
    }
    // The same options as dhcproto writes them.
    let mut theirs: BTreeMap<u8, Vec<u8>> = BTreeMap::new();
    for (code, option) in ack.opts().iter() {
        let mut octets = Vec::new();
        option.encode(&mut Encoder::new(&mut octets)).expect("an option");
        assert_eq!((octets[0], usize::from(octets[1])), (u8::from(*code), octets.len() - 2));
        theirs.insert(u8::from(*code), octets[2..].to_vec());
    }
    assert_eq!(sent, theirs);
    // And what it understands is what the program says.
    assert_eq!(ack.opts().get(OptionCode::AddressLeaseTime), Some(&DhcpOption::AddressLeaseTime(28_800)));
    assert_eq!(ack.opts().get(OptionCode::ServerIdentifier), Some(&DhcpOption::ServerIdentifier(own_address())));
    let server = format!("tftp://{}:{shift}", own_address());
    let Some(DhcpOption::TFTPServerName(name)) = ack.opts().get(OptionCode::TFTPServerName) else {
        panic!("option 66: {:?}", ack.opts())
    };
    assert_eq!(AsRef::<[u8]>::as_ref(name), server.as_bytes());
}

#[test]
fn bind_accepts_our_zones() {
    let mut count = 0;
    for project in projects() {
        let folder = built(&project);
        for zone in files(&folder.join("out")).iter().filter(|file| file.extension().is_some_and(|end| end == "zone")) {
            let name = zone.file_stem().and_then(|stem| stem.to_str()).expect("a zone's name");
            let checked = tool("named-checkzone", ["-i", "local", "-k", "fail", "-n", "fail", name, text(zone)]);
            assert_eq!(checked.status, Some(0), "{}: {}", zone.display(), checked.text());
            assert!(checked.text().trim_end().ends_with("OK"), "{}", checked.text());
            count += 1;
        }
    }
    assert!(count >= 3, "{count} zones");
}

#[test]
fn plans_fit_their_schema() {
    let documents = projects().into_iter().map(|project| {
        let plan = std::fs::read(built(&project).join("out/plan.json")).expect("a plan");
        (project.display().to_string(), serde_json::from_slice(&plan).expect("a document"))
    });
    let documents: Vec<_> = documents.collect();
    valid("plan", &documents);
    valid("build", &documents);
}

#[test]
fn findings_fit_their_schema() {
    let quickstart = crate::support::QUICKSTART;
    let broken = Project::new(&[
        ("clean.prov", quickstart),
        ("typo.prov", &quickstart.replace("Time_Zone ", "Time_Zona ")),
        ("twice.prov", &quickstart.replace("cd:02", "cd:01")),
        ("torn.prov", &quickstart[..600]),
        ("empty.prov", ""),
    ]);
    let documents = ["clean", "typo", "twice", "torn", "empty"].map(|name| {
        let ran = prov(["check", "--format", "json", text(&broken.join(&format!("{name}.prov")))]);
        assert_eq!(ran.status, Some(i32::from(name != "clean")));
        (name.to_owned(), ran.json())
    });
    valid("check", &documents);
}

#[test]
fn what_a_phone_gets_fits_its_schema() {
    let mut documents = Vec::new();
    for project in projects() {
        let plan = std::fs::read(built(&project).join("out/plan.json")).expect("a plan");
        let plan: Value = serde_json::from_slice(&plan).expect("a document");
        for mac in
            plan["fleets"].as_array().expect("fleets").iter().flat_map(|fleet| fleet["phones"]["macs"].as_array())
        {
            for mac in mac.iter().filter_map(Value::as_str) {
                let shown = prov(["show", mac, text(&project), "--format", "json"]).ok().json();
                documents.push((format!("{mac} of {}", project.display()), shown));
            }
        }
    }
    valid("show", &documents);
}

#[test]
fn test_reports_fit_their_schema() {
    let failing = Project::new(&[("main.prov", &crate::support::QUICKSTART.replace("== \"Front", "== \"Back"))]);
    let mut documents: Vec<(String, Value)> = projects()
        .iter()
        .map(|project| {
            let ran = prov(["test", "--format", "json", text(project)]).ok();
            (project.display().to_string(), ran.json())
        })
        .collect();
    documents.push(("failing".into(), prov(["test", "--format", "json", text(failing.path())]).ends_with(1).json()));
    valid("test", &documents);
}

#[test]
fn a_compiled_program_needs_no_build_folder() {
    // The binary alone is enough to write a project, check it and build it.
    let folder = Project::new(&[]);
    let binary = folder.join("prov");
    std::fs::copy(PROV, &binary).expect("a copy");
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(&binary);
        command.args(arguments).current_dir(folder.path()).env_clear();
        crate::support::run(&mut command).ok()
    };
    run(&["new", "lab"]);
    run(&["check", "lab"]);
    run(&["build", "lab", "-o", "out"]);
    assert!(files(&folder.join("out")).len() > 10);
}
