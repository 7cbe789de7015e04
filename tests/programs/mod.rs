//! Whole projects with the plan that each compiles to. A folder holds the program and `plan.json.snap`; after a change
//! that is meant, `cargo insta review` (or INSTA_UPDATE=always) writes the plan anew, and the difference is read.

use crate::support::{Project, compact, prov};
use prov::compile::Options;
use prov::language::MemoryFiles;
use prov::pipeline;
use serde_json::Value;
use std::path::PathBuf;

/// The folders here. The quickstart's program is the example's.
pub const PROGRAMS: [&str; 6] =
    ["quickstart", "networks-and-reservations", "csv-inventory", "shapes-by-role", "several-servers", "rules-by-hand"];

/// Where a project lies.
pub fn folder(name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    if matches!(name, "quickstart" | "acme") {
        root.join("examples").join(name)
    } else {
        root.join("tests/programs").join(name)
    }
}

fn text(name: &str) -> String {
    folder(name).to_str().expect("a path").to_owned()
}

fn plan(name: &str) {
    let out = Project::new(&[]);
    let target = out.join("out");
    prov(["build", &text(name), "-o", target.to_str().expect("a path"), "--target", "plan"]).ok();
    let plan: Value = serde_json::from_slice(&std::fs::read(target.join("plan.json")).expect("a plan")).expect("JSON");
    insta::with_settings!({
        snapshot_path => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/programs").join(name),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!("plan.json", compact(&plan));
    });
}

#[test]
fn quickstart() {
    plan("quickstart");
}

#[test]
fn networks_and_reservations() {
    plan("networks-and-reservations");
}

#[test]
fn csv_inventory() {
    plan("csv-inventory");
}

#[test]
fn shapes_by_role() {
    plan("shapes-by-role");
}

#[test]
fn several_servers() {
    plan("several-servers");
}

#[test]
fn rules_by_hand() {
    plan("rules-by-hand");
}

/// What a loop assigns again is made once, for the phones at hand: other phones, and other statements, have their own.
#[test]
fn values_that_a_loop_repeats_are_each_phone_s_own() {
    let (start, end) = (
        r#"use cisco.mpp
server prov { name "prov.example"  address 192.0.2.10  http { port 80 } }
inventory all from "all.csv" {
  mac : mac
  model : model
  role : string
  port : port
  other : port
}
profile account {
  fetch http "/$MA.xml"
  if phone.role == "desk" { User_ID[1] = phone.role }
"#,
        r#"
  for n in 3..4 { SIP_Port[n] = phone.other }
  for n in 5..6 { Display_Name[n] = "{phone.role}-{n}" }
}
fleet all { server prov  profiles account  phones all }
"#,
    );
    let rows = "mac,model,role,port,other\n\
        00:0e:08:00:00:01,CP-8841-3PCC,desk,5060,6060\n\
        00:0e:08:00:00:02,CP-8841-3PCC,front,5061,6061\n\
        00:0e:08:00:00:03,CP-8841-3PCC,desk,5062,6062\n";
    let program = format!("{start}  for n in 1..2 {{ SIP_Port[n] = phone.port }}{end}");
    let project = Project::new(&[("main.prov", &program), ("all.csv", rows)]);
    let target = project.join("out");
    let folder = project.path().to_str().expect("a path");
    prov(["build", folder, "-o", target.to_str().expect("a path")]).ok();
    for (row, role) in ["desk", "front", "desk"].into_iter().enumerate() {
        let file = target.join(format!("files/prov/http/000e0800000{}.xml", row + 1));
        let file = std::fs::read_to_string(file).expect("a file");
        for (element, value) in [
            ("SIP_Port_1_", format!("506{row}")),
            ("SIP_Port_2_", format!("506{row}")),
            ("SIP_Port_3_", format!("606{row}")),
            ("SIP_Port_4_", format!("606{row}")),
            ("Display_Name_5_", format!("{role}-5")),
            ("Display_Name_6_", format!("{role}-6")),
        ] {
            assert!(file.contains(&format!("<{element}>{value}</{element}>")), "{element} = {value}: {file}");
        }
        assert_eq!(file.contains("User_ID_1_"), role == "desk", "{file}");
    }
}

#[test]
fn every_folder_is_a_test() {
    let entries = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs")).expect("this folder");
    let entries = entries.map(|entry| entry.expect("an entry"));
    let mut found: Vec<String> = entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let mut named = PROGRAMS.map(str::to_owned).to_vec();
    named.push("acme".to_owned());
    found.sort();
    named.sort();
    assert_eq!(found, named);
}

/// The large example uses what this version says something about: https, without a clock on its networks, and a name outside
/// ASCII; and its release is not for all hardware.
#[test]
fn acme_compiles_and_passes_its_own_tests() {
    let project = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/acme");
    let document = prov(["check", "--format", "json", project]).ok().json();
    let codes: Vec<&str> = document["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|finding| finding["code"].as_str())
        .collect();
    assert_eq!(codes, ["P0908", "P0708", "P0711", "P0712", "P0913", "P0306"], "{document}");
    prov(["fmt", "--check", project]).ok();
    let report = prov(["test", "--format", "json", project]).ok().json();
    assert_eq!((report["summary"]["passed"].as_u64(), report["summary"]["failed"].as_u64()), (Some(2), Some(0)));
    plan("acme");
}

#[test]
fn every_program_is_clean_laid_out_and_passes_its_own_tests() {
    for name in PROGRAMS {
        let project = text(name);
        let checked = prov(["check", "-D", "warnings", &project]).ok();
        assert!(checked.text().starts_with("no findings · "), "{name}: {}", checked.text());
        prov(["fmt", "--check", &project]).ok();
        let report = prov(["test", "--format", "json", &project]).ok().json();
        assert!(report["summary"]["passed"].as_u64() > Some(0), "{name} tests something: {report}");
    }
}

/// The gallery: programs that people recognise as theirs, and what each still has to be told about.
const GALLERY: [(&str, &[&str]); 9] = [
    ("quickstart", &[]),
    ("acme", &["P0306", "P0708", "P0711", "P0712", "P0908", "P0913"]),
    ("provider", &[]),
    ("sealed", &["P0913"]),
    ("staged-firmware", &["P0708"]),
    ("activation-codes", &["P0913"]),
    ("reflector", &["P0913"]),
    ("to-enterprise", &["P0206"]),
    ("behind-relays", &[]),
];

#[test]
fn the_gallery_is_sound_laid_out_and_passes_its_own_tests() {
    for (name, told) in GALLERY {
        let project = format!("{}/examples/{name}", env!("CARGO_MANIFEST_DIR"));
        let document = prov(["check", "--format", "json", &project]).ok().json();
        let codes: std::collections::BTreeSet<&str> = document["diagnostics"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|finding| finding["code"].as_str())
            .collect();
        assert_eq!(codes.into_iter().collect::<Vec<_>>(), told, "{name}: {document}");
        prov(["fmt", "--check", &project]).ok();
        let report = prov(["test", "--format", "json", &project]).ok().json();
        assert!(report["summary"]["passed"].as_u64() > Some(0), "{name} tests something: {report}");
        assert_eq!(report["summary"]["failed"].as_u64(), Some(0), "{name}: {report}");
        let main = std::fs::read_to_string(format!("{project}/main.prov")).expect("a program");
        assert!(main.starts_with("// "), "{name} says what it is");
    }
}

#[test]
fn the_gallery_is_whole_and_the_readme_names_it() {
    let folder = format!("{}/examples", env!("CARGO_MANIFEST_DIR"));
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .expect("the gallery")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    let mut named = GALLERY.map(|(name, _)| name.to_owned()).to_vec();
    named.sort();
    assert_eq!(found, named);
    let readme = include_str!("../../README.md");
    for name in named {
        assert!(readme.contains(&format!("examples/{name}/main.prov")), "{name}");
    }
}

/// A plan as bytes, but for where in the text each of its parts comes from.
fn without_origins(files: &MemoryFiles) -> String {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.remove("origin");
                fields.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let planned = pipeline::plan(files, "main.prov", &Options::default());
    assert!(!planned.has_errors(), "{:?}", planned.findings());
    let mut plan = serde_json::to_value(planned.plan()).expect("a plan");
    strip(&mut plan);
    plan.to_string()
}

/// The same program, laid out otherwise, gives the same plan: what is said counts, and not where.
#[test]
fn a_plan_does_not_depend_on_where_things_stand() {
    for name in PROGRAMS.into_iter().chain(["acme"]) {
        let mut files = MemoryFiles::default();
        for entry in walkdir(&folder(name)) {
            let path = entry.strip_prefix(folder(name)).expect("below it").to_str().expect("a path").to_owned();
            files.0.insert(path, std::fs::read(&entry).expect("a file"));
        }
        let before = without_origins(&files);
        let mut moved = MemoryFiles(files.0.clone());
        for (path, bytes) in &mut moved.0 {
            if path.ends_with(".prov") {
                let text = String::from_utf8(bytes.clone()).expect("text");
                let lines = text.lines().map(|line| format!("   {}\n", line.trim_start()));
                *bytes = format!("// moved\n\n{}", lines.collect::<String>()).into_bytes();
            }
        }
        assert_eq!(without_origins(&moved), before, "{name}");
        assert!(!before.contains(" at "), "{name}");
    }
}

fn walkdir(folder: &std::path::Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { walkdir(&path) } else { vec![path] }).collect()
}

#[test]
fn what_computed_values_are_called_is_what_is_said() {
    let program = |value: &str| {
        let text = format!(
            "use cisco.mpp\nfn f(x: string): string = \"{{x}}-\"\nserver s {{ address 10.0.0.1  http {{ }} }}\n\
             profile p {{\n  fetch http \"/$MA.xml\"\n  Station_Name = \"{{{value}}}\"\n  SIP_Port[1] = {value2}\n  SIP_Port[2] = {value2}\n}}\n\
             fleet d {{ server s  profiles p\n  phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\"  name \"a\"  port 5060 }}\n  \
             phone 00:0e:08:ab:cd:02 {{ model \"CP-8841-3PCC\"  name \"b\"  port 5061 }} }}\n",
            value2 = "phone.port + 1"
        );
        without_origins(&MemoryFiles::single(text))
    };
    let plan = program("f(phone.name)");
    assert_eq!(program("f( phone.name )"), plan);
    assert!(plan.contains("SIP_Port_1_ (1)") && plan.contains("SIP_Port_2_ (1)"), "{plan}");
}
