//! nginx on our export: curl gets the same octets as from `prov serve`, or is refused alike.

use super::{Other, build, says, started, text};
use crate::lab::bench::{Bench, FRONT, SERVER};
use crate::support::{PROV, Project, authority, prov, run, server, signed, tool};
use std::collections::BTreeMap;
use std::process::Command;

/// A realm, posts, sealed files, and certificates of phones.
pub const WEB: &str = include_str!("web.prov");

const WORD: &str = "open:sesame \"1\"";
const ACCOUNT: &str = "/phones/000e08abcd01.cfg";

/// The server's certificate, and one of each phone.
fn certificates(project: &Project) {
    let folder = project.path();
    authority(folder, "root");
    signed(folder, "root", "a", "/CN=prov", Some(&format!("DNS:prov.lab.example,IP:{SERVER}")));
    authority(folder, "ca");
    signed(folder, "ca", "front", "/O=Cisco/CN=CP-8841-3PCC-SEP000E08ABCD01", None);
    signed(folder, "ca", "workshop", "/CN=00:0e:08:ab:cd:02", None);
}

fn bench(program: &str) -> Bench {
    let bench = Bench::of(program);
    std::fs::write(bench.project.join("word"), format!("{WORD}\n")).expect("a secret");
    certificates(&bench.project);
    bench.address_of_the_desk();
    bench
}

fn nginx(bench: &Bench) -> Other {
    let built = build(bench, "nginx");
    let program = server("nginx", bench.project.path());
    // The files are for their owner alone, as they hold secrets: here that is root.
    let global =
        format!("daemon off; user root; error_log stderr notice; pid {};", text(&bench.project.join("nginx.pid")));
    let arguments = ["-p", text(&built), "-c", "nginx.conf", "-e", "stderr", "-g", &global];
    run(Command::new(&program).arg("-t").args(arguments)).ok();
    let started = started(bench, bench.on_server(text(&program)).args(arguments));
    says(bench, "start worker process");
    started
}

/// Status, what is said of the body, and the body, of each way to ask.
fn answers(bench: &Bench) -> BTreeMap<String, Vec<u8>> {
    let own = format!("101:{WORD}");
    let lab = format!("lab:{WORD}");
    let other = format!("102:{WORD}");
    let asks: [&[&str]; 11] = [
        &[],
        &["-u", &own],
        &["-u", &lab],
        &["-u", &other],
        &["-u", "101:guess"],
        &["-u", &own, "-d", "mac=x"],
        &["-d", "mac=x"],
        &["-X", "PUT"],
        &["-X", "DELETE"],
        &["-H", "If-Modified-Since: Wed, 01 Jan 2098 00:00:00 GMT"],
        &["-r", "0-3", "-u", &own],
    ];
    let paths = [
        ACCOUNT,
        "/phones/000e08abcd02.cfg",
        "/phones/000e08abcd03.cfg",
        "/common/8841-3PCC.xml",
        "/sealed/000e08abcd01.bin",
        "/8841-3PCC.xml",
        "/Cisco/CP-7841-3PCC/000e08abcd02.xml",
        "/",
        "/phones",
        "/phones/",
        "/xml/8841-3PCC.xml",
        "/keys/000e08abcd01.xml",
        "/nginx.conf",
        "/common/8841%2D3PCC.xml",
        "/Common/8841-3PCC.xml",
        "/old/000e08abcd01.cfg",
        "/old/a%20b/c?d=%2F&e",
        "/old/(new)/x",
        "/old/",
        "/old",
        "/older/x",
        "/gone.xml",
        "/gone.xml/x",
        "/goneAxml",
    ];
    let mut answers = BTreeMap::new();
    for path in paths {
        for ask in asks {
            let what = "%{stderr}%{http_code} %{content_type} %header{content-encoding} %header{allow} %header{www-authenticate} %header{location}";
            let url = format!("http://{SERVER}{path}");
            let ran = bench.run("curl", &[&["-sS", "--path-as-is", "-w", what], ask, &[&url]].concat()).ok();
            // What is refused is told in each server's own words.
            let (said, body) = match ran.stderr.split(' ').next() {
                Some("200") => (ran.stderr.clone(), ran.stdout.clone()),
                _ => (ran.stderr.replace("text/html", "text/plain"), Vec::new()),
            };
            answers.insert(format!("{path} {ask:?}"), [said.as_bytes(), b"\n", &body].concat());
        }
    }
    answers
}

#[test]
fn curl_gets_the_same_octets_from_nginx() {
    let bench = bench(WEB);
    let serving = bench.serve();
    let expected = answers(&bench);
    serving.stop();
    let _nginx = nginx(&bench);
    let found = answers(&bench);
    for (ask, answer) in &expected {
        let (left, right) = (String::from_utf8_lossy(&found[ask]), String::from_utf8_lossy(answer));
        assert_eq!(left, right, "{ask} (left: nginx)");
        assert!(&found[ask] == answer, "{ask}: other octets");
    }
    assert!(expected.values().filter(|answer| answer.starts_with(b"200")).count() > 20);
    let moved = |path: &str| String::from_utf8_lossy(&expected[&format!("{path} []")]).into_owned();
    assert!(moved("/old/000e08abcd01.cfg").ends_with(" http://10.77.0.1/phones/000e08abcd01.cfg\n"));
    assert!(moved("/old/a%20b/c?d=%2F&e").ends_with(" http://10.77.0.1/phones/a%20b/c?d=%2F&e\n"));
    assert!(moved("/old/(new)/x").ends_with(" http://10.77.0.1/x\n"));
    assert!(moved("/gone.xml").starts_with("301 ") && moved("/gone.xml/x").starts_with("404 "));
}

#[test]
fn a_phone_s_own_file_is_for_its_certificate() {
    let bench = bench(WEB);
    let _nginx = nginx(&bench);
    let fetch = |certificate: &[&str], path: &str| {
        let url = format!("https://{SERVER}{path}");
        let all = [&["-sS", "--cacert", "root.pem", "-w", "%{stderr}%{http_code}"], certificate, &[&url]].concat();
        bench.run("curl", &all)
    };
    let front = ["--cert", "front.pem", "--key", "front.key"];
    let workshop = ["--cert", "workshop.pem", "--key", "workshop.key"];
    let (one, two) = ("/keys/000e08abcd01.xml", "/keys/000e08abcd02.xml");
    let status = |certificate: &[&str], path: &str| fetch(certificate, path).stderr;
    assert_eq!([status(&front, one), status(&front, two)], ["200", "403"]);
    assert_eq!([status(&workshop, one), status(&workshop, two)], ["403", "200"]);
    assert_eq!(status(&workshop, "/8841-3PCC.xml"), "200");
    assert_eq!(status(&[], one), "400");
    let folder = text(bench.project.path()).to_owned();
    let shown = tool(PROV, ["show", FRONT, "--file", "keys", "--wire", folder.as_str()]).ok().stdout;
    assert!(!shown.is_empty() && fetch(&front, one).stdout == shown);
}

#[test]
fn what_nginx_cannot_do_is_told_and_left_out() {
    let bench = bench(&WEB.replace(" basic {", " digest {").replace("account basic", "account digest"));
    let out = bench.project.join("out");
    let arguments = ["build", text(bench.project.path()), "-o", text(&out), "--target", "nginx", "--format", "json"];
    let ran = prov(arguments).ok().says("warning");
    let notes = ran.json()["notes"].to_string();
    assert!(notes.contains("nginx knows no digest: the files of `account` are left out"), "{notes}");
    assert!(!out.join("prov/files/http/octets-posted-accounts").exists() && !out.join("prov/htpasswd").exists());
    // But for files that bring it to its phone, neither the output nor what is printed tells the password.
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(out.metadata().expect("built").permissions().mode() & 0o777, 0o700);
    let told = tool("grep", ["-rl", "--exclude-dir=files", "sesame", text(&out)]);
    assert_eq!((told.status, ran.text().contains("sesame"), ran.stderr.contains("sesame")), (Some(1), false, false));
}
