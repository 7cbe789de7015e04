//! Realms, judged by curl: who asks for credentials, for which files, and who is let in.

use super::bench::{Bench, FRONT, PROGRAM, SERVER};
use crate::support::{PROV, Ran, authority, signed};

/// The bench with a realm, and a profile that has an account. Its password comes over https, which nobody fetches here.
fn bench(method: &str) -> Bench {
    let program = PROGRAM
        .replace("  http { port 80 }\n", &format!("  http {{ port 80  realm \"phones\" {method} {{ account \"lab\" password word }} }}\n  {HTTPS}\n"))
        .replace("profile account for phone {\n  fetch http \"/phones/$MA.cfg\"", &format!("profile account for phone {{\n  fetch post http \"/phones/$MA.cfg\" body \"mac=$MA\"\n  account {method} user phone.extension password word"))
        .replace("  profiles common, account\n", "  profiles common, keys, account\n")
        .replace("/// One file per phone.", "secret word = file(\"word\")\nprofile keys { fetch https \"/keys/$MA.xml\" }\n/// One file per phone.");
    let bench = Bench::of(&program);
    authority(bench.project.path(), "ca");
    signed(bench.project.path(), "ca", "a", "/CN=prov.lab.example", Some("DNS:prov.lab.example"));
    std::fs::write(bench.project.join("word"), "open:sesame \"1\"\n").expect("a file");
    bench.address_of_the_desk();
    bench
}

const HTTPS: &str = "https { port 443  certificate \"a.pem\"  key file(\"a.key\")  clients require \"ca.pem\" }";
const ACCOUNT: &str = "/phones/000e08abcd01.cfg";
const WORD: &str = "open:sesame \"1\"";

fn curl(bench: &Bench, arguments: &[&str], path: &str) -> Ran {
    let url = format!("http://{SERVER}{path}");
    bench
        .run("curl", &[&["-sS", "-o", "/dev/null", "-w", "%{http_code} %{num_redirects}"], arguments, &[&url]].concat())
        .ok()
}

fn status(bench: &Bench, arguments: &[&str], path: &str) -> String {
    curl(bench, arguments, path).text().split(' ').next().unwrap_or_default().to_owned()
}

#[test]
fn curl_answers_a_digest() {
    let bench = bench("digest");
    let _serving = bench.serve();
    let with = |user: &str, word: &str| format!("{user}:{word}");
    let (own, lab) = (with("101", WORD), with("lab", WORD));
    assert_eq!(status(&bench, &["--digest", "-u", &own], ACCOUNT), "200");
    assert_eq!(status(&bench, &["--digest", "-u", &lab], ACCOUNT), "200");
    assert_eq!(status(&bench, &["--anyauth", "-u", &own], ACCOUNT), "200");
    assert_eq!(status(&bench, &["--digest", "-u", &own, "-d", "mac=x"], ACCOUNT), "200");
    assert_eq!(status(&bench, &["--digest", "-u", &own, "--head"], ACCOUNT), "200");
    // Another phone's account, a wrong word, the wrong kind, nobody.
    assert_eq!(status(&bench, &["--digest", "-u", &with("102", WORD)], ACCOUNT), "401");
    assert_eq!(status(&bench, &["--digest", "-u", &with("101", "guess")], ACCOUNT), "401");
    assert_eq!(status(&bench, &["--basic", "-u", &own], ACCOUNT), "401");
    assert_eq!(status(&bench, &[], ACCOUNT), "401");
    // Files of profiles without an account are everybody's.
    assert_eq!(status(&bench, &[], "/common/8841-3PCC.xml"), "200");
    let asked = bench.run("curl", &["-sS", "-D", "-", &format!("http://{SERVER}{ACCOUNT}")]).ok().text();
    assert!(asked.to_lowercase().contains("www-authenticate: digest realm=\"phones\", nonce=\""), "{asked}");
    assert!(!asked.contains("sesame"), "{asked}");
}

#[test]
fn curl_answers_basic() {
    let bench = bench("basic");
    let _serving = bench.serve();
    assert_eq!(status(&bench, &["-u", &format!("101:{WORD}")], ACCOUNT), "200");
    assert_eq!(status(&bench, &["-u", "101:guess"], ACCOUNT), "401");
    assert_eq!(status(&bench, &["--digest", "-u", &format!("101:{WORD}")], ACCOUNT), "401");
    assert_eq!(status(&bench, &[], ACCOUNT), "401");
}

#[test]
fn a_post_is_answered_where_a_profile_is_posted_for() {
    let bench = bench("digest");
    let _serving = bench.serve();
    let own = format!("101:{WORD}");
    let get = bench.run("curl", &["-sS", "--digest", "-u", &own, &format!("http://{SERVER}{ACCOUNT}")]).ok();
    let post =
        bench.run("curl", &["-sS", "--digest", "-u", &own, "-d", "mac=x", &format!("http://{SERVER}{ACCOUNT}")]).ok();
    assert!(get.stdout.starts_with(&[0x1f, 0x8b]));
    assert_eq!(get.stdout, post.stdout);
    assert_eq!(status(&bench, &["-d", "x"], "/common/8841-3PCC.xml"), "405");
    assert_eq!(status(&bench, &["-d", "x"], "/nothing"), "405");
}

#[test]
fn a_live_phone_answers_what_it_is_asked() {
    for method in ["digest", "basic"] {
        let bench = bench(method);
        std::fs::write(bench.project.join("word"), "sesame").expect("a file");
        let _serving = bench.serve();
        for (word, ends_well) in [("sesame", true), ("guess", false)] {
            let rule = format!("[--uid 101 --pwd {word}] http://{SERVER}{ACCOUNT}");
            let arguments = ["phone", "--mac", FRONT, "--profile-rule", &rule, "--until", "resynced", "--no-delay"];
            let ran = bench.run(PROV, &[arguments.as_slice(), &["--limit", "15"]].concat());
            assert_eq!(ran.status == Some(0), ends_well, "{method} {word}: {}{}", ran.text(), ran.stderr);
        }
    }
}
