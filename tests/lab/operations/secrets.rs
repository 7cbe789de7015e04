//! What must not be told is told nowhere: not in a log, a figure, an answer of the API or a file of the state.

use super::{curl, url};
use crate::support::{Project, Serving, authority, get, own_address, quickstart, signed};
use std::net::UdpSocket;
use std::path::Path;

const WORD: &str = "open-sesame-3f1c";
const SIP: &str = "sip-word-77aa01";
/// `lab:open-sesame-3f1c` as Basic sends it.
const BASIC: &str = "bGFiOm9wZW4tc2VzYW1lLTNmMWM";

/// Two words, in a realm, an account, two parameters and a report.
fn project() -> Project {
    let text = quickstart(own_address());
    let text = text.split("\ntest \"").next().unwrap_or_default();
    let https = "https { port 6443  certificate \"a.pem\"  key file(\"a.key\")  clients require \"ca.pem\" }";
    let text = text
        .replace(
            "  http    { port 6080 }\n",
            &format!("  http    {{ port 6080  realm \"phones\" basic {{ account \"lab\" password word }} }}\n  {https}\n"),
        )
        .replace(
            "profile account for phone {\n  fetch http \"/phones/$MA.cfg\"\n",
            "secret word = file(\"word\")\nsecret sip = file(\"sip\")\n\n\
             profile keys for phone {\n  fetch https \"/keys/$MA.xml\"\n  Password[1] = sip\n  GPP_SA = word\n}\n\n\
             profile account for phone {\n  fetch http \"/phones/$MA.cfg\"\n  account basic user \"lab\" password word\n",
        )
        .replace("  profiles  common, account\n", "  profiles  common, keys, account\n")
        .replace("  resync {", "  report {\n    full to https \"/reports/$MA.xml\"\n    on request\n  }\n\n  resync {");
    let project = Project::new(&[("main.prov", &text), ("word", WORD), ("sip", SIP)]);
    authority(project.path(), "ca");
    signed(project.path(), "ca", "a", "/CN=prov.lab.example", Some("DNS:prov.lab.example"));
    signed(project.path(), "ca", "front", "/CN=CP-8841-3PCC-SEP000E08ABCD01", Some("DNS:phone"));
    project
}

fn files_below(folder: &Path, into: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files_below(&path, into);
        } else {
            let octets = std::fs::read(&path).expect("a file");
            into.push((path.display().to_string(), String::from_utf8_lossy(&octets).into_owned()));
        }
    }
}

#[test]
fn no_secret_is_told_anywhere() {
    for form in ["human", "json"] {
        let project = project();
        let ready = if form == "json" { "\"event\":\"ready\"" } else { "ready in" };
        let serving = Serving::saying(project.path(), &["-vv", "--log", form], ready);
        let own = url(serving.at(6080), "/phones/000e08abcd01.cfg");
        let secret = |body: &str| assert!(!body.contains(WORD) && !body.contains(SIP), "{body}");
        // The file that they are for tells them, to the phone that it is for.
        let at = |path: &str| format!("https://{}{path}", serving.at(6443));
        let pem = |name: &str| project.join(name).display().to_string();
        let (certificate, key) = (pem("front.pem"), pem("front.key"));
        let phone = ["-k", "--cert", certificate.as_str(), "--key", key.as_str()];
        let (status, body) = curl(&phone, &at("/keys/000e08abcd01.xml"));
        assert!(status == 200 && body.contains(SIP), "{status} {body}");
        assert_eq!(curl(&["-o", "/dev/null", "-u", &format!("lab:{WORD}")], &own).0, 200);
        assert_eq!(curl(&["-u", "lab:guess"], &own).0, 401);
        assert_eq!(curl(&["-u", &format!("wrong:{WORD}")], &own).0, 401);
        // A report in which a secret is another.
        let report = "<flat-profile><Password_1_>of-the-phone</Password_1_><GPP_SA>x</GPP_SA></flat-profile>";
        let put = ["-X", "PUT", "--data-binary", report];
        let (status, body) = curl(&[&phone[..], &put].concat(), &at("/reports/000e08abcd01.xml"));
        assert_eq!(status, 200, "{body}");
        let socket = UdpSocket::bind((own_address(), 0)).expect("a socket");
        let text = "<134>CP-8841-3PCC 00:0e:08:ab:cd:01 -- Resync failed: corrupt";
        let from = serving.now();
        socket.send_to(text.as_bytes(), serving.at(6514)).expect("sends");
        serving.wait_after(from, "Resync failed");
        // A reload with a finding on the very line of a secret.
        let text = std::fs::read_to_string(project.join("main.prov")).expect("a file");
        project.write("main.prov", &text.replace("GPP_SA = word", "GPP_SB = word\n  No_Such = sip"));
        let (status, body) = curl(&["-X", "POST"], &url(serving.at(6081), "/api/reload"));
        assert_eq!(status, 422);
        secret(&body);
        let mut told = Vec::new();
        for path in
            ["/", "/health", "/ready", "/metrics", "/api/phones", "/api/phones/000e08abcd01", "/api/openapi.json"]
        {
            let (status, body) = get(serving.at(6081), path);
            assert_eq!(status, 200, "{path}");
            told.push((path.to_owned(), String::from_utf8_lossy(&body).into_owned()));
        }
        let phone = told.iter().find(|(path, _)| path == "/api/phones/000e08abcd01").expect("the phone");
        assert!(phone.1.contains("Password_1_") && !phone.1.contains("of-the-phone"), "{}", phone.1);
        told.push(("stderr".into(), serving.stop()));
        files_below(&project.join(".prov"), &mut told);
        assert!(told.iter().any(|(name, _)| name.ends_with("seen.journal")), "what was seen is kept");
        for (name, text) in &told {
            for secret in [WORD, SIP, BASIC] {
                assert!(!text.contains(secret), "{form}: {name} tells {secret}:\n{text}");
            }
        }
    }
}
