//! Reports of configurations, sent by curl: taken where the program says so, opened, and held against what
//! the program has for the phone.

use crate::support::{Project, QUICKSTART, Ran, Serving, get, own_address, run};
use prov::phone::seal::seal_content;
use serde_json::Value;
use std::process::Command;

const FRONT: &str = "00:0e:08:ab:cd:01";

fn project(report: &str) -> Project {
    let program = QUICKSTART.replace("127.0.0.1", &own_address().to_string());
    let program = program[..program.find("test \"").unwrap_or(program.len())]
        .replace("  resync {", &format!("  report {{\n    {report}\n  }}\n\n  resync {{"));
    Project::new(&[("main.prov", &program)])
}

fn send(project: &Project, serving: &Serving, path: &str, more: &[&str]) -> Ran {
    let mut command = Command::new("curl");
    command.current_dir(project.path()).args(["-sS", "--max-time", "60", "-o", "/dev/null", "-w", "%{http_code}"]);
    run(command.args(more).arg(format!("http://{}{path}", serving.at(6080))))
}

/// What is known of the phone's configuration.
fn told(serving: &Serving) -> Value {
    let (status, body) = get(serving.at(6081), &format!("/api/phones/{FRONT}"));
    assert_eq!(status, 200);
    serde_json::from_slice::<Value>(&body).expect("a document")["configuration"].take()
}

#[test]
fn a_report_is_held_against_the_program() {
    let project =
        project("full to http \"/reports/$MA.xml\"\n    status to http \"/status/$(SWVER)/$MA\"\n    on request");
    let serving = Serving::with(project.path(), &["--state", "memory"]);
    assert_eq!(told(&serving), Value::Null);
    // What the phone has, but for one value of the program, and one that is the user's own.
    let common = get(serving.at(6080), "/common/8841-3PCC.xml").1;
    let (_, own) = get(serving.at(6080), "/phones/000e08abcd01.cfg");
    let (common, own) = (String::from_utf8(common).expect("text"), crate::support::gunzip(&own));
    let inside = |text: &str| {
        let start = text.find("<flat-profile>").expect("begins") + "<flat-profile>".len();
        text[start..text.find("</flat-profile>").expect("ends")].to_owned()
    };
    let whole = format!("<flat-profile>{}{}<Ring1>x</Ring1></flat-profile>", inside(&common), inside(&own));
    std::fs::write(project.join("as-meant"), &whole).expect("a file");
    let path = "/reports/000e08abcd01.xml";
    for method in ["PUT", "POST"] {
        let from = serving.now();
        assert_eq!(send(&project, &serving, path, &["-X", method, "--data-binary", "@as-meant"]).ok().text(), "200");
        serving.wait_after(from, "parameters, as they are meant");
    }
    let told_now = told(&serving);
    assert_eq!((told_now["different"].as_u64(), told_now["content"].as_str()), (Some(0), Some("full")), "{told_now}");

    let other = whole.replace(">GMT+01:00<", ">GMT+02:00<").replace("<Proxy_1_>sip.lab.example</Proxy_1_>", "");
    std::fs::write(project.join("other"), &other).expect("a file");
    // Packed, in chunks, and as an old client sends it.
    run(Command::new("gzip").current_dir(project.path()).arg("-k").arg("other")).ok();
    for (file, more) in [("@other.gz", &["-H", "Transfer-Encoding: chunked"][..]), ("@other", &["--http1.0"])] {
        assert_eq!(send(&project, &serving, path, &[&["-T", &file[1..]], more].concat()).ok().text(), "200", "{file}");
    }
    let differences = told(&serving);
    let differences: Vec<_> = differences["differences"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["parameter"].as_str().unwrap_or_default(), one["intended"].as_str(), one["reported"].as_str()))
        .collect();
    assert_eq!(
        differences,
        [("Proxy_1_", Some("sip.lab.example"), None), ("Time_Zone", Some("GMT+01:00"), Some("GMT+02:00")),]
    );
    serving.wait_for("2 not as meant: Proxy_1_, Time_Zone");

    // What is no configuration changes nothing of what is known; neither does what nobody reports.
    std::fs::write(project.join("bomb"), "<a>".repeat(100_000)).expect("a file");
    std::fs::write(project.join("large"), vec![b'x'; 5 << 20]).expect("a file");
    for (body, path, status) in [
        ("hello", path, "400"),
        ("", path, "400"),
        ("@bomb", path, "400"),
        ("Salted__xxxxxxxx", path, "400"),
        ("@large", path, "413"),
        ("@other", "/reports/000e08abcd09.xml", "405"),
        ("@other", "/reports/none.xml", "405"),
        ("@other", "/status/sip88xx.12-0-1/000e08abcd01", "200"),
        ("@other", "/status/a/b/000e08abcd01", "405"),
        ("@other", "/common/8841-3PCC.xml", "405"),
    ] {
        let ran = send(&project, &serving, path, &["-X", "PUT", "-H", "Expect:", "--data-binary", body]);
        assert_eq!(ran.text(), status, "{body} {path}: {}", ran.stderr);
    }
    // Of a status nothing is read, so that it takes nothing away.
    serving.wait_for("a status, which is not read");
    let kept = told(&serving);
    assert_eq!((kept["content"].as_str(), kept["different"].as_u64()), (Some("full"), Some(2)), "{kept}");
    assert_eq!(get(serving.at(6080), path).0, 404, "a report is not given to anybody");
    serving.stop();
}

#[test]
fn sealed_reports_are_opened_and_secrets_are_compared_unseen() {
    let project = project("full to http \"/reports/$MA.xml\"\n    delta to tftp \"/changes/$MA.xml\"\n    on request");
    let text = std::fs::read_to_string(project.join("main.prov")).expect("a program");
    let text = text
        .replace("  dns     { port", "  https   { port 6443 }\n  dns     { port")
        .replace("server prov {", "secret word = file(\"word\")\nsecret ikm = file(\"ikm\")\n\nserver prov {")
        .replace("https   { port 6443 }", "https   { port 6443  certificate \"server.pem\"  key file(\"server.key\")  clients require \"ca.pem\" }")
        .replace("/// One file per phone: who it is.", "/// Over https alone.\nprofile keys {\n  fetch https \"/keys/$MA.xml\"\n\n  Password[1] = word\n  IKM_HTTP_Encrypt_Content = ikm\n}\n\n/// One file per phone: who it is.")
        .replace("common, account", "common, keys, account");
    project.write("main.prov", &text);
    project.write("word", "open sesame");
    project.write("ikm", "a key of the phone");
    let folder = project.path();
    crate::support::authority(folder, "ca");
    let names = format!("DNS:prov.lab.example,IP:{}", own_address());
    crate::support::signed(folder, "ca", "server", "/CN=prov.lab.example", Some(&names));
    let serving = Serving::with(folder, &["--state", "memory"]);
    let path = "/reports/000e08abcd01.xml";
    let send = |name: &str, more: &[&str]| send(&project, &serving, path, &[&["-T", name], more].concat()).text();

    // As the phone has it, sealed with the key that it was given: whole, and with another key.
    let report = b"<flat-profile><Password_1_>open sesame</Password_1_></flat-profile>";
    for (key, name) in [("a key of the phone", "sealed"), ("another key", "strange")] {
        let mut octets = Vec::new();
        seal_content(key.as_bytes(), [7; 16], 4096, b"", report, &mut octets).expect("seals");
        std::fs::write(folder.join(name), octets).expect("a file");
    }
    let sealed = ["-H", "Content-Encoding: aes128gcm"];
    assert_eq!(send("sealed", &sealed), "200");
    let different = || told(&serving)["differences"].to_string();
    assert!(different().contains("Proxy_1_") && !different().contains("Password"), "{}", different());
    assert_eq!(send("strange", &sealed), "400");
    serving.wait_for("it does not open with the phone's key");
    assert_eq!(send("sealed", &[]), "400");
    // Over TFTP no header says that it is sealed: it is tried.
    let write = |name: &str| {
        let url = format!("tftp://{}/changes/000e08abcd01.xml", serving.at(6069));
        run(Command::new("curl").current_dir(folder).args(["-sS", "-T", name, &url])).status
    };
    let from = serving.now();
    assert_eq!(write("sealed"), Some(0));
    serving.wait_after(from, "report /changes/000e08abcd01.xml  1 parameters, as they are meant");
    assert_ne!(write("strange"), Some(0));
    // What a phone holds back of a secret is no difference.
    std::fs::write(folder.join("dots"), "<flat-profile><Password_1_>********</Password_1_></flat-profile>")
        .expect("a file");
    assert_eq!(send("dots", &[]), "200");
    assert!(!different().contains("Password"), "{}", different());

    // Somebody changed the password at the phone: that is told, and neither of the two is.
    std::fs::write(folder.join("guess"), "<flat-profile><Password_1_>guess</Password_1_></flat-profile>")
        .expect("a file");
    let from = serving.now();
    assert_eq!(send("guess", &[]), "200");
    serving.wait_after(from, "not as meant");
    let (_, body) = get(serving.at(6081), &format!("/api/phones/{FRONT}"));
    let document = String::from_utf8_lossy(&body).into_owned();
    assert!(document.contains("\"parameter\":\"Password_1_\",\"intended\":null,\"reported\":null"), "{document}");
    let said = serving.stop();
    for secret in ["open sesame", "guess", "a key of the phone"] {
        assert!(!said.contains(secret) && !document.contains(secret), "{secret}: {said}\n{document}");
    }
}
