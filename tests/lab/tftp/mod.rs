//! TFTP: options and windows, large files, one port for all, and reports that are written; with tftp-hpa, atftp, curl, and
//! a client on a line that loses much.

mod writes;

use crate::support::{Project, QUICKSTART, Ran, Serving, own_address, root, run};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

const BOOTSTRAP: &str = "/8841-3PCC.xml";
const LOAD: &str = "sip88xx.12-0-1MPP0001-999.loads";
const IMAGE: &str = "kern88xx.12-0-1MPP0001-999.sbn";

/// The quickstart with more in its fleet, and another line for tftp. One phone's model alone has a load.
fn project(tftp: &str, fleet: &str) -> Project {
    let program = QUICKSTART.replace("127.0.0.1", &own_address().to_string());
    let program = program[..program.find("test \"").unwrap_or(program.len())]
        .replace("tftp    { port 6069 }", tftp)
        .replace("  resync {", &format!("{fleet}\n  resync {{"));
    assert!(program.contains(tftp), "{program}");
    Project::new(&[("main.prov", &program)])
}

/// A project that leads phones to firmware of so many octets.
fn with_firmware(tftp: &str, size: usize) -> Project {
    let project = project(tftp, "  upgrade {\n    to next\n    fetch tftp \"/fw\"\n    retry 1h\n  }\n");
    let program = std::fs::read_to_string(project.join("main.prov")).expect("the program");
    let program = program
        .replace(
            "server prov {",
            &format!("firmware next {{\n  load \"{LOAD}\" for \"CP-8841-3PCC\"\n}}\n\nserver prov {{"),
        )
        .replace("  phone 00:0e:08:ab:cd:02 { model \"CP-7841-3PCC\"  extension \"102\"  name \"Workshop\" }\n", "");
    project.write("main.prov", &program);
    std::fs::create_dir(project.join("images")).expect("a folder");
    project.write(&format!("images/{LOAD}"), &format!("{IMAGE}\n"));
    let image: Vec<u8> = (0..size).map(|at| (at * 7 % 251) as u8).collect();
    std::fs::write(project.join(&format!("images/{IMAGE}")), image).expect("a file");
    project
}

fn serve(project: &Project) -> Serving {
    Serving::with(project.path(), &["--state", "memory"])
}

/// What `lossy.py` says: arguments behind host and port.
#[track_caller]
fn lossy(project: &Project, serving: &Serving, arguments: &[&str]) -> Value {
    let at = serving.at(6069);
    let mut command = Command::new("/usr/bin/python3");
    command.current_dir(project.path()).arg(script()).arg(at.ip().to_string()).arg(at.port().to_string());
    run(command.args(arguments)).ok().json()
}

fn script() -> PathBuf {
    root().join("tests/lab/tftp/lossy.py")
}

fn atftp(project: &Project, serving: &Serving, arguments: &[&str]) -> Ran {
    let at = serving.at(6069);
    let mut command = Command::new("atftp");
    command.current_dir(project.path()).args(arguments);
    run(command.args([at.ip().to_string(), at.port().to_string()]))
}

fn hpa(project: &Project, serving: &Serving, mode: &str, action: &[&str]) -> Ran {
    let at = serving.at(6069);
    let mut command = Command::new("tftp");
    command.current_dir(project.path()).args(["-m", mode, &at.ip().to_string(), &at.port().to_string(), "-c"]);
    run(command.args(action))
}

#[track_caller]
fn file(project: &Project, name: &str) -> Vec<u8> {
    std::fs::read(project.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

const USUAL: &str = "tftp    { port 6069 }";
const SINGLE: &str = "tftp    { port 6069  single port }";

#[test]
fn options_are_agreed_within_bounds() {
    let project = project(USUAL, "");
    let serving = serve(&project);
    for (asked, agreed) in [
        (&[][..], serde_json::json!({})),
        (&["blksize=8"], serde_json::json!({ "blksize": "8" })),
        (&["blksize=1468"], serde_json::json!({ "blksize": "1468" })),
        (&["blksize=65464"], serde_json::json!({ "blksize": "1468" })),
        (&["blksize=7"], serde_json::json!({})),
        (&["blksize=65465"], serde_json::json!({})),
        (&["blksize=+512"], serde_json::json!({})),
        (&["BLKSIZE=512", "multicast="], serde_json::json!({ "blksize": "512" })),
        (&["timeout=5"], serde_json::json!({ "timeout": "5" })),
        (&["timeout=6", "windowsize=1"], serde_json::json!({ "windowsize": "1" })),
        (&["timeout=256"], serde_json::json!({})),
        (&["windowsize=65535"], serde_json::json!({ "windowsize": "32" })),
        (&["windowsize=65536"], serde_json::json!({})),
        (&["windowsize=0"], serde_json::json!({})),
    ] {
        let told = lossy(&project, &serving, &[&["read", BOOTSTRAP, "got", "1", "0"], asked].concat());
        assert_eq!((&told["options"], &told["error"]), (&agreed, &Value::Null), "{asked:?}");
    }
    let told = lossy(&project, &serving, &["read", BOOTSTRAP, "got", "1", "0", "tsize=0"]);
    assert_eq!(told["options"]["tsize"], file(&project, "got").len().to_string());
}

#[test]
fn a_bad_line_loses_nothing_in_the_end() {
    let project = with_firmware(USUAL, 90_003);
    let serving = serve(&project);
    let image = file(&project, &format!("images/{IMAGE}"));
    for (seed, options) in [
        ("1", &["blksize=1468", "windowsize=1"][..]),
        ("2", &["blksize=1024", "windowsize=4"]),
        ("3", &["blksize=1468", "windowsize=16"]),
        ("4", &["blksize=512", "windowsize=32", "tsize=0", "timeout=1"]),
        ("5", &["blksize=1468", "windowsize=7"]),
    ] {
        let path = format!("/fw/{IMAGE}");
        let told = lossy(&project, &serving, &[&["read", &path, "got", seed, "8"], options].concat());
        assert_eq!(told["error"], Value::Null, "{options:?}: {told}");
        assert!(file(&project, "got") == image, "{options:?}: {told}");
        assert_eq!(told["ports"].as_array().map(Vec::len), Some(1), "a transfer has one port: {told}");
    }
}

#[test]
fn more_blocks_than_there_are_numbers() {
    // Of 8 octets 80,001 blocks, the last of them empty.
    let project = with_firmware(USUAL, 640_000);
    let serving = serve(&project);
    let (path, image) = (format!("/fw/{IMAGE}"), file(&project, &format!("images/{IMAGE}")));
    let told = lossy(&project, &serving, &["read", &path, "got", "1", "0", "blksize=8", "windowsize=32"]);
    assert_eq!(told["error"], Value::Null);
    assert!(file(&project, "got") == image, "a client of our own");
    for more in [&["--option", "windowsize 16"][..], &[]] {
        let arguments = [&["--option", "blksize 8"], more, &["-g", "-r", &path, "-l", "by-atftp"]].concat();
        atftp(&project, &serving, &arguments).ok();
        assert!(file(&project, "by-atftp") == image, "{more:?}");
    }
    let url = format!("tftp://{}{path}", serving.at(6069));
    let curl = ["-sS", "--tftp-blksize", "8", "-o", "by-curl", &url];
    run(Command::new("curl").current_dir(project.path()).args(curl)).ok();
    assert!(file(&project, "by-curl") == image, "curl");
}

#[test]
fn firmware_has_one_form_and_text_has_two() {
    let project = with_firmware(USUAL, 3_000);
    let serving = serve(&project);
    let image = format!("/fw/{IMAGE}");
    hpa(&project, &serving, "binary", &["get", &image, "image"]).ok();
    assert_eq!(file(&project, "image"), file(&project, &format!("images/{IMAGE}")));
    let ran = hpa(&project, &serving, "ascii", &["get", &image, "text"]);
    assert!((ran.text() + &ran.stderr).contains("Error code 4"), "{ran:?}");
    hpa(&project, &serving, "binary", &["get", BOOTSTRAP, "binary"]).ok();
    hpa(&project, &serving, "ascii", &["get", BOOTSTRAP, "ascii"]).ok();
    assert!(file(&project, "binary").contains(&b'\n'), "a file with lines");
    assert_eq!(file(&project, "ascii"), file(&project, "binary"));
}

#[test]
fn one_port_is_enough_where_the_program_says_so() {
    let project = with_firmware(SINGLE, 100_000);
    let serving = serve(&project);
    let (path, image) = (format!("/fw/{IMAGE}"), file(&project, &format!("images/{IMAGE}")));
    let listening = serde_json::json!([serving.at(6069).port()]);
    for (seed, loss, options) in [("1", "0", &[][..]), ("2", "8", &["blksize=1468", "windowsize=8", "timeout=1"])] {
        let told = lossy(&project, &serving, &[&["read", &path, "got", seed, loss], options].concat());
        assert_eq!((&told["ports"], &told["error"]), (&listening, &Value::Null), "{told}");
        assert!(file(&project, "got") == image, "{told}");
    }
    hpa(&project, &serving, "binary", &["get", &path, "by-hpa"]).ok();
    atftp(&project, &serving, &["--option", "windowsize 8", "-g", "-r", &path, "-l", "by-atftp"]).ok();
    let url = format!("tftp://{}{path}", serving.at(6069));
    run(Command::new("curl").current_dir(project.path()).args(["-sS", "-o", "by-curl", &url])).ok();
    for name in ["by-hpa", "by-atftp", "by-curl"] {
        assert!(file(&project, name) == image, "{name}");
    }
    // Many at a time, all over one port.
    let clients: Vec<_> = (0..24)
        .map(|number| {
            let at = serving.at(6069);
            let mut command = Command::new("/usr/bin/python3");
            command.current_dir(project.path()).arg(script()).arg(at.ip().to_string()).arg(at.port().to_string());
            let (name, seed) = (format!("many-{number}"), number.to_string());
            command.args(["read", &path, &name, &seed, "3", "blksize=1024", "windowsize=4"]);
            command.stdout(std::process::Stdio::null()).spawn().expect("a client")
        })
        .collect();
    for (number, mut client) in clients.into_iter().enumerate() {
        assert!(client.wait().expect("ends").success());
        assert!(file(&project, &format!("many-{number}")) == image, "client {number}");
    }
    // Another program, another way: what runs on the old one is not cut.
    let program = std::fs::read_to_string(project.join("main.prov")).expect("the program");
    let from = serving.now();
    project.write("main.prov", &program.replace("  single port", ""));
    serving.wait_after(from, "reloaded");
    let told = lossy(&project, &serving, &["read", &path, "got", "1", "0"]);
    assert_ne!(told["ports"], listening, "{told}");
    serving.stop();
}
