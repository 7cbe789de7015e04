//! `prov build`

use crate::support::{PROV, Project, QUICKSTART, prov, run};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

/// Every file below a folder, hidden ones included.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("a path below").display().to_string();
                found.insert(name, std::fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

#[test]
fn the_same_program_gives_the_same_bytes() {
    for name in crate::programs::PROGRAMS {
        let folder = Project::new(&[]);
        let project = crate::programs::folder(name);
        let build = |out: &str| {
            prov(["build", text(&project), "-o", text(&folder.join(out))]).ok();
            contents(&folder.join(out))
        };
        let (one, other) = (build("one"), build("other"));
        assert!(one.len() > 5 && one.contains_key("plan.json"), "{name}: {:?}", one.keys());
        assert!(one == other, "{name}: two builds differ");
    }
}

#[test]
fn the_page_s_folders_are_there() {
    let folder = Project::new(&[("main.prov", QUICKSTART)]);
    let out = folder.join("out");
    let ran = prov(["build", text(folder.path()), "-o", text(&out)]).ok().says("files in ");
    assert_eq!(ran.text(), "");
    let files = contents(&out);
    for file in [
        "plan.json",
        "files/prov/http/common/8841-3PCC.xml",
        "files/prov/http/phones/000e08abcd01.cfg",
        "files/prov/tftp/8841-3PCC.xml",
        "zones/lab.example.zone",
        "dhcp/lab.json",
    ] {
        assert!(files.contains_key(file), "no {file} in {:?}", files.keys());
    }
    // What DHCP answers is said once: here, by `show` and by the server.
    let exported: serde_json::Value = serde_json::from_slice(&files["dhcp/lab.json"]).expect("a document");
    let shown = prov(["show", crate::support::PHONES[0], text(folder.path()), "--format", "json"]).ok().json();
    assert_eq!(exported["fleets"][0]["options"], shown["dhcp"]["4"]);
    assert!(exported["options"]["66"].is_null() && exported["options"]["1"].is_string(), "{exported}");
    let plan = folder.join("plan");
    prov(["build", text(folder.path()), "-o", text(&plan), "--target", "plan"]).ok();
    let only = contents(&plan);
    assert_eq!(only.keys().filter(|name| !name.starts_with('.')).collect::<Vec<_>>(), ["plan.json"]);
    assert_eq!(only["plan.json"], files["plan.json"]);
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let folder = Project::new(&[("main.prov", QUICKSTART)]);
    std::fs::create_dir(folder.join("out")).expect("a folder");
    folder.write("out/mine", "precious");
    let out = folder.join("out");
    let ran = prov(["build", text(folder.path()), "-o", text(&out)]).ends_with(2);
    ran.says("is not empty, and was not written by prov build").says("name another folder");
    assert_eq!(contents(&out), BTreeMap::from([("mine".to_owned(), b"precious".to_vec())]));
    // A file where the folder should be.
    prov(["build", text(folder.path()), "-o", text(&folder.join("out/mine"))]).ends_with(2);
    assert_eq!(contents(&out).len(), 1);
    // The project itself is somebody else's, too.
    prov(["build", text(folder.path()), "-o", text(folder.path())]).ends_with(2);
}

#[test]
fn what_build_wrote_it_replaces_whole_or_not_at_all() {
    let folder = Project::new(&[("main.prov", QUICKSTART)]);
    let out = folder.join("out");
    let build = || prov(["build", text(folder.path()), "-o", text(&out)]);
    build().ok();
    let before = contents(&out);
    // A program with errors leaves the last build.
    folder.write("main.prov", &QUICKSTART.replace("Time_Zone ", "Time_Zona "));
    build().ends_with(1);
    assert!(contents(&out) == before);
    // Another program's files replace all of it: nothing of the old one stays.
    folder.write("main.prov", &QUICKSTART.replace("/phones/", "/desks/"));
    build().ok();
    let after = contents(&out);
    assert!(after.contains_key("files/prov/http/desks/000e08abcd01.cfg"));
    assert!(!after.keys().any(|name| name.contains("/phones/")), "{:?}", after.keys());
    // Nothing half-written lies about.
    let beside: Vec<String> = std::fs::read_dir(folder.path())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name != "main.prov" && name != "out")
        .collect();
    assert_eq!(beside, Vec::<String>::new());
}

#[test]
fn a_folder_with_a_slash_and_a_folder_of_here_are_folders() {
    let folder = Project::new(&[("main.prov", QUICKSTART)]);
    let run = |out: &str| {
        let mut command = std::process::Command::new(crate::support::PROV);
        crate::support::run(command.args(["build", "-o", out]).current_dir(folder.path())).ok();
    };
    run("out/");
    run("./deep/er");
    run("out/");
    assert!(folder.join("out/plan.json").is_file() && folder.join("deep/er/plan.json").is_file());
}

/// A program whose file holds a password in clear, on a channel that may carry it.
const SECRETIVE: &str = "use cisco.mpp
server prov {
  address 192.168.50.10
  https { port 443  certificate \"tls/prov.pem\"  key file(\"tls/prov.key\")  clients require \"tls/phones-ca.pem\" }
}

secret sip_password = env(\"SIP_PASSWORD\")

profile account {
  fetch https \"/account/$MA.xml\"
  Password[1] = sip_password
}

fleet desks {
  server prov
  profiles account
  phone 00:0e:08:ab:cd:01 { model \"CP-8841-3PCC\" }
}
";

#[test]
fn what_holds_secrets_is_for_its_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Project::new(&[("main.prov", SECRETIVE)]);
    let build = |out: &Path| {
        let mut command = std::process::Command::new(crate::support::PROV);
        command.args(["build", text(folder.path()), "-o", text(out)]).env("SIP_PASSWORD", "hunter2");
        crate::support::run(&mut command).ok();
    };
    let modes = |out: &Path| -> Vec<u32> {
        let mut found = Vec::new();
        let mut paths = vec![out.to_owned()];
        while let Some(path) = paths.pop() {
            found.push(path.metadata().expect("is there").permissions().mode() & 0o777);
            if path.is_dir() {
                paths.extend(std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
            }
        }
        found
    };
    let out = folder.join("out");
    build(&out);
    assert!(contents(&out).values().any(|bytes| String::from_utf8_lossy(bytes).contains("hunter2")));
    assert!(modes(&out).iter().all(|mode| matches!(mode, 0o600 | 0o700)), "{:?}", modes(&out));
    // Where there is nothing to hide, the usual modes are what web servers need.
    folder.write("main.prov", QUICKSTART);
    build(&out);
    assert!(!modes(&out).iter().any(|mode| matches!(mode, 0o600 | 0o700)), "{:?}", modes(&out));
}

#[test]
fn secrets_in_clear_are_not_shown_on_a_screen() {
    let folder = Project::new(&[("main.prov", SECRETIVE)]);
    let show = format!("{} show 00:0e:08:ab:cd:01 {} --file account", crate::support::PROV, text(folder.path()));
    let on_screen = |command: &str| {
        let mut script = std::process::Command::new("script");
        script.args(["-qec", command, "/dev/null"]).env("SIP_PASSWORD", "hunter2").env("NO_COLOR", "1");
        crate::support::run(&mut script)
    };
    let refused = on_screen(&format!("{show} --wire")).ends_with(2);
    assert!(refused.text().contains("redirect it") && !refused.text().contains("hunter2"), "{}", refused.text());
    // With dots it may be looked at, and whoever takes the bytes elsewhere gets them.
    assert!(on_screen(&show).ok().text().contains("•••"));
    let piped = on_screen(&format!("{show} --wire | grep -c hunter2")).ok();
    assert_eq!(piped.text().lines().last(), Some("1"));
}

#[test]
fn an_archive_holds_what_the_folder_does() {
    let folder = Project::new(&[("main.prov", QUICKSTART)]);
    let (out, archive) = (folder.join("out"), folder.join("deep/out.tar"));
    prov(["build", text(folder.path()), "-o", text(&out)]).ok();
    let unpacked = |archive: &Path, name: &str| {
        let to = folder.join(name);
        std::fs::create_dir(&to).expect("a folder");
        run(Command::new("tar").arg("-xf").arg(archive).arg("-C").arg(&to)).ok();
        contents(&to)
    };
    prov(["build", text(folder.path()), "-o", text(&archive)]).ok().says("files in ");
    assert!(unpacked(&archive, "one") == contents(&out));
    // Each way counts its files, and the mark is none.
    for to in [&out, &archive] {
        let told = prov(["build", text(folder.path()), "-o", text(to), "--format", "json"]).ok().json();
        assert_eq!(told["files"], contents(&out).len() - 1, "{}", to.display());
    }
    let octets = std::fs::read(&archive).expect("an archive");
    // Over one of ours, and the same octets again; nothing is left beside it.
    prov(["build", text(folder.path()), "-o", text(&archive)]).ok();
    assert!(std::fs::read(&archive).expect("an archive") == octets, "two archives differ");
    assert_eq!(std::fs::read_dir(folder.join("deep")).expect("a folder").count(), 1);
    // On standard output, to be unpacked elsewhere.
    let piped = run(Command::new(PROV).args(["build", text(folder.path()), "-o", "-", "--target", "kea"])).ok();
    let other = folder.join("other.tar");
    std::fs::write(&other, &piped.stdout).expect("written");
    let names: Vec<String> = unpacked(&other, "two").into_keys().collect();
    assert_eq!(names, [".prov-build", "prov/kea-dhcp4.conf"]);
    prov(["build", text(folder.path()), "-o", "-", "--format", "json"]).ends_with(2).says("leave out --format json");
}

#[test]
fn a_file_of_somebody_else_is_left_alone() {
    let folder = Project::new(&[("main.prov", QUICKSTART), ("backup.tar", "precious"), ("empty.tar", "")]);
    let ran = prov(["build", text(folder.path()), "-o", text(&folder.join("backup.tar"))]).ends_with(2);
    ran.says("was not written by prov build");
    assert_eq!(std::fs::read_to_string(folder.join("backup.tar")).expect("there"), "precious");
    prov(["build", text(folder.path()), "-o", text(&folder.join("empty.tar"))]).ok();
    // An archive with errors in the program is none, and the one before stays.
    let before = std::fs::read(folder.join("empty.tar")).expect("there");
    folder.write("main.prov", "nonsense");
    prov(["build", text(folder.path()), "-o", text(&folder.join("empty.tar"))]).ends_with(1);
    assert!(std::fs::read(folder.join("empty.tar")).expect("there") == before);
}

#[test]
fn secrets_in_an_archive_are_for_nobody_else() {
    let folder = Project::new(&[]);
    let archive = folder.join("sealed.tar");
    let mut build = Command::new(PROV);
    build.args(["build", text(&crate::support::root().join("examples/sealed")), "-o", text(&archive)]);
    for name in ["SEALED_FLEET_KEY", "SIP_401", "SIP_402"] {
        build.env(name, "a word");
    }
    run(&mut build).ok();
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&archive).expect("there").permissions());
    assert_eq!(mode & 0o777, 0o600);
    let listed = run(Command::new("tar").arg("-tvf").arg(&archive)).ok().text();
    assert!(listed.lines().all(|line| line.starts_with("-rw------- ")), "{listed}");
}

/// Broken off while it writes: neither what was begun is left, nor is what was there before touched.
#[test]
fn a_build_that_is_broken_off_leaves_nothing() {
    const PROGRAM: &str = "use cisco.mpp
inventory desks from \"desks.csv\" { mac : mac  model : model }
server prov { name \"prov.example.com\"  address 192.168.50.10  http { port 80 } }
profile own { fetch http \"/$MA.xml\"  Display_Name[1] = \"{phone.mac}\" }
fleet all { server prov  profiles own  phones desks }
";
    let rows: String = (0..20_000u32)
        .map(|n| format!("00:0e:08:{:02x}:{:02x}:{:02x},CP-8841-3PCC\n", n >> 16, n >> 8 & 255, n & 255))
        .collect();
    let project = Project::new(&[("main.prov", PROGRAM), ("desks.csv", &format!("mac,model\n{rows}"))]);
    project.write("out/.prov-build", "written by prov build\n");
    project.write("out/before", "is still here");
    for signal in ["-INT", "-TERM"] {
        let mut child = Command::new(PROV)
            .args(["build", "-q", text(project.path()), "-o", text(&project.join("out"))])
            .spawn()
            .expect("prov starts");
        while !project.join(".out.new/files").exists() {
            assert!(child.try_wait().expect("a child").is_none(), "it ended before it wrote");
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        run(Command::new("kill").args([signal, &child.id().to_string()])).ok();
        assert_eq!(child.wait().expect("it ends").code(), Some(130), "{signal}");
        assert!(!project.join(".out.new").exists() && !project.join(".out.old").exists(), "{signal}");
        let left = std::fs::read_dir(project.join("out")).expect("the folder").count();
        assert_eq!(left, 2, "{signal}");
    }
}
