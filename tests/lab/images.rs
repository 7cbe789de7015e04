//! Firmware from the images folder, judged by curl and TFTP clients: whole, in parts, and nothing else of the disk.

use crate::support::{Project, QUICKSTART, Ran, Serving, own_address, run, tool};
use std::process::Command;

const LOAD: &str = "sip88xx.12-0-1MPP0001-999.loads";
const PART: &str = "kern88xx.12-0-1MPP0001-999.sbn";

/// The quickstart with an upgrade, and firmware beside it: a list of kilobytes, and an image of some size.
fn project(size: usize) -> Project {
    let program = QUICKSTART.replace("127.0.0.1", &own_address().to_string());
    let program = program[..program.find("test \"").unwrap_or(program.len())]
        .replace(
            "server prov {",
            &format!(
                "firmware next {{\n  load \"{LOAD}\" for \"CP-8841-3PCC\"\n}}\n\nserver prov {{\n  images \"loads\""
            ),
        )
        .replace("  phone 00:0e:08:ab:cd:02 { model \"CP-7841-3PCC\"  extension \"102\"  name \"Workshop\" }\n", "")
        .replace("  resync {", "  upgrade {\n    to next\n    fetch http \"/fw\"\n    retry 1h\n  }\n\n  resync {");
    let project = Project::new(&[("main.prov", &program)]);
    std::fs::create_dir(project.join("loads")).expect("a folder");
    project.write(&format!("loads/{LOAD}"), &format!("{PART}\n"));
    let image: Vec<u8> = (0..size).map(|at| (at * 7 % 251) as u8).collect();
    std::fs::write(project.join(&format!("loads/{PART}")), image).expect("a file");
    std::os::unix::fs::symlink("../main.prov", project.join("loads/out.sbn")).expect("a link");
    project
}

/// What curl prints of an answer: status, length, range; and the body in `got`.
fn curl(project: &Project, serving: &Serving, path: &str, more: &[&str]) -> Ran {
    let mut command = Command::new("curl");
    command.current_dir(project.path()).args(["-sS", "--max-time", "120", "--path-as-is", "-o", "got"]);
    command.args(["-w", "%{http_code} %header{content-length} %header{content-range}"]).args(more);
    run(command.arg(format!("http://{}{path}", serving.at(6080))))
}

#[test]
fn firmware_comes_whole_and_in_parts() {
    let size = 3_000_001;
    let project = project(size);
    let image = std::fs::read(project.join(&format!("loads/{PART}"))).expect("a file");
    let serving = Serving::with(project.path(), &["--state", "memory"]);
    let path = format!("/fw/{PART}");
    let got = || std::fs::read(project.join("got")).expect("a file");
    for more in [
        &[][..],
        &["--http1.0"],
        &["-H", "If-None-Match: *"],
        &["-H", "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"],
    ] {
        assert_eq!(curl(&project, &serving, &path, more).ok().text(), format!("200 {size} "), "{more:?}");
        assert_eq!(got(), image, "{more:?}");
    }
    assert_eq!(curl(&project, &serving, &path, &["--head"]).ok().text(), format!("200 {size} "));
    for (range, start, end) in
        [("0-0", 0, 1), ("1000-70000", 1000, 70_001), ("2999999-", 2_999_999, size), ("-5", size - 5, size)]
    {
        let text = curl(&project, &serving, &path, &["-r", range]).ok().text();
        assert_eq!(text, format!("206 {} bytes {start}-{}/{size}", end - start, end - 1));
        assert_eq!(got(), image[start..end], "{range}");
    }
    let text = curl(&project, &serving, &path, &["-r", "3000001-"]).ok().text();
    assert!(text.starts_with("416 ") && text.ends_with(&format!("bytes */{size}")), "{text}");
    // A download that goes on: with the tag it had, and with another.
    let tag = tool("curl", ["-sSI", &format!("http://{}{path}", serving.at(6080))]).ok().text();
    let tag = tag.lines().find_map(|line| line.strip_prefix("etag: ")).expect("a tag").trim().to_owned();
    let resumed = curl(&project, &serving, &path, &["-r", "10-19", "-H", &format!("If-Range: {tag}")]).ok().text();
    assert!(resumed.starts_with("206 10 "), "{resumed}");
    let other = curl(&project, &serving, &path, &["-r", "10-19", "-H", "If-Range: \"other\""]).ok().text();
    assert_eq!(other, format!("200 {size} "));
    assert!(curl(&project, &serving, &path, &["-d", "x"]).text().starts_with("405 "));

    for path in [
        "/fw/../main.prov",
        "/fw/%2e%2e/main.prov",
        "/fw/..%2fmain.prov",
        "/fw/%2e%2e%2fmain.prov",
        "/fw/out.sbn",
        "/fw/",
        "/fw",
        "/fw//etc/passwd",
        "/fw/%2fetc%2fpasswd",
        "/fw/none.sbn",
        "/loads/",
        "/main.prov",
        "/fw/.",
        "/fw/sub%5c..",
    ] {
        let text = curl(&project, &serving, path, &[]).ok().text();
        assert!(text.starts_with("404 "), "{path}: {text}");
    }
    assert!(curl(&project, &serving, "/fw/x%00.sbn", &[]).text().starts_with("400 "));

    // TFTP gives the same octets, a block at a time.
    let at = serving.at(6069);
    for (client, arguments) in [
        (
            "tftp",
            vec![
                "-m".to_owned(),
                "binary".into(),
                at.ip().to_string(),
                at.port().to_string(),
                "-c".into(),
                "get".into(),
                path.clone(),
                "got".into(),
            ],
        ),
        (
            "atftp",
            vec![
                "--get".to_owned(),
                "-r".into(),
                path.clone(),
                "-l".into(),
                "got".into(),
                "--option".into(),
                "blksize 1428".into(),
                at.ip().to_string(),
                at.port().to_string(),
            ],
        ),
    ] {
        let _ = std::fs::remove_file(project.join("got"));
        run(Command::new(client).current_dir(project.path()).args(&arguments)).ok();
        assert!(got() == image, "{client}");
    }
    let said = serving.stop();
    assert!(!said.contains("panicked"), "{said}");
}

/// Resident memory of a process, in KiB.
fn resident(serving: &Serving) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", serving.id())).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[test]
fn many_slow_downloads_of_a_large_file_need_no_memory_for_it() {
    let size = 60 << 20;
    let project = project(size);
    let serving = Serving::with(project.path(), &["--state", "memory"]);
    let url = format!("http://{}/fw/{PART}", serving.at(6080));
    let before = resident(&serving);
    let slow = |_| {
        let mut command = Command::new("curl");
        command.args(["-sS", "--limit-rate", "200k", "--max-time", "20", "-o", "/dev/null", &url]);
        command.stderr(std::process::Stdio::null()).spawn().expect("curl")
    };
    let mut clients: Vec<_> = (0..40).map(slow).collect();
    // All at once would be 2.4 GB.
    let whole = tool("curl", ["-sS", "--max-time", "120", "-o", "/dev/null", "-w", "%{size_download}", &url]).ok();
    assert_eq!(whole.text(), size.to_string());
    let after = resident(&serving);
    for client in &mut clients {
        let _ = client.kill();
        let _ = client.wait();
    }
    assert!(after < before + 40 * 1024, "{before} KiB before, {after} KiB after");
    serving.stop();
}
