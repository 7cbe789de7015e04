//! https, judged by curl and by openssl: who is let in, to what, and by whose certificates.

use crate::support::{Project, QUICKSTART, Ran, Serving, authority, own_address, prov, run, signed, tool, until};
use rcgen::{CertificateParams, DistinguishedName, DnType, Issuer, KeyPair, date_time_ymd};
use std::path::Path;
use std::process::{Command, Stdio};

const FRONT: &str = "/CN=CP-8841-3PCC-SEP000E08ABCD01";
const WORKSHOP: &str = "/CN=CP-7841-3PCC-SEP000E08ABCD02";
/// Something beside the subject: without it openssl makes certificates of X.509 version 1.
const PHONE: Option<&str> = Some("DNS:phone");
const COMMON: &str = "/common/8841-3PCC.xml";
const OWN: &str = "/phones/000e08abcd01.cfg";
const OTHERS: &str = "/phones/000e08abcd02.cfg";

/// The quickstart with its profiles over https, and certificates of every kind beside it.
fn project(https: &str) -> Project {
    let address = own_address().to_string();
    let program = QUICKSTART
        .replace("127.0.0.1", &address)
        .replace("fetch http", "fetch https")
        .replace("  dns     { port", &format!("  https   {{ port 6443  {https} }}\n  dns     {{ port"));
    let program = &program[..program.find("test \"").unwrap_or(program.len())];
    let project = Project::new(&[("main.prov", program)]);
    let folder = project.path();
    for name in ["ca", "phones", "strangers"] {
        authority(folder, name);
    }
    signed(folder, "ca", "server", "/CN=prov.lab.example", Some(&format!("DNS:prov.lab.example,IP:{address}")));
    signed(folder, "phones", "front", FRONT, PHONE);
    signed(folder, "phones", "workshop", WORKSHOP, PHONE);
    signed(folder, "phones", "nobody", "/CN=desk", PHONE);
    signed(folder, "strangers", "stranger", FRONT, PHONE);
    expired(folder);
    project
}

/// A certificate of the phones' authority that was good once.
fn expired(folder: &Path) {
    let key = |name: &str| {
        let pem = std::fs::read_to_string(folder.join(name)).expect("a key");
        KeyPair::from_pem(&pem).expect("reads")
    };
    let mut params = CertificateParams::new(Vec::new()).expect("sound");
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "authority");
    let issuer = Issuer::new(params.clone(), key("phones.key"));
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, &FRONT[4..]);
    (params.not_before, params.not_after) = (date_time_ymd(2001, 1, 1), date_time_ymd(2002, 1, 1));
    let own = key("front.key");
    let certificate = params.signed_by(&own, &issuer).expect("signs");
    std::fs::write(folder.join("expired.pem"), certificate.pem()).expect("a file");
    std::fs::write(folder.join("expired.key"), own.serialize_pem()).expect("a file");
}

const SERVER: &str = "certificate \"server.pem\"  key file(\"server.key\")";

fn curl(project: &Project, serving: &Serving, client: Option<&str>, path: &str, more: &[&str]) -> Ran {
    let mut command = Command::new("curl");
    command.current_dir(project.path()).args(["-sS", "--max-time", "60", "-w", "%{http_code}", "-o", "got"]);
    if !more.contains(&"--cacert") {
        command.args(["--cacert", "ca.pem"]);
    }
    if let Some(client) = client {
        command.args(["--cert", &format!("{client}.pem"), "--key", &format!("{client}.key")]);
    }
    run(command.args(more).arg(format!("https://{}{path}", serving.at(6443))))
}

#[track_caller]
fn answers(project: &Project, serving: &Serving, client: Option<&str>, path: &str, status: &str) {
    let ran = curl(project, serving, client, path, &[]);
    assert_eq!(ran.text(), status, "{client:?} {path}: {}\n{}", ran.stderr, serving.said());
}

#[test]
fn a_phone_that_has_to_show_a_certificate_gets_its_own_files_and_no_others() {
    let project = project(&format!("{SERVER}  clients require \"phones.pem\""));
    let serving = Serving::with(project.path(), &["--state", "memory"]);
    for (client, path, status) in [
        ("front", COMMON, "200"),
        ("front", OWN, "200"),
        ("front", OTHERS, "403"),
        ("front", "/Cisco/000e08abcd02.cfg", "403"),
        ("front", "/nothing", "404"),
        ("workshop", OTHERS, "200"),
        ("workshop", OWN, "403"),
        ("nobody", COMMON, "200"),
        ("nobody", OWN, "403"),
    ] {
        answers(&project, &serving, Some(client), path, status);
    }
    assert!(curl(&project, &serving, Some("front"), OWN, &["--tls-max", "1.2"]).text() == "200");
    assert!(curl(&project, &serving, Some("front"), OWN, &["--tlsv1.3"]).text() == "200");
    for (client, told) in [
        (None, "shows no certificate"),
        (Some("stranger"), "signed by nobody whom `clients` names"),
        (Some("expired"), "has expired"),
    ] {
        let from = serving.now();
        let ran = curl(&project, &serving, client, COMMON, &[]);
        assert_ne!(ran.status, Some(0), "{client:?}: {}", ran.text());
        serving.wait_after(from, told);
    }
    // Whom neither side knows.
    assert_ne!(curl(&project, &serving, Some("front"), COMMON, &["--cacert", "strangers.pem"]).status, Some(0));
    serving.wait_for("does not trust the server's certificate");
    // What speaks no TLS gets nothing, and harms nobody.
    let plain = tool("curl", ["-sS", "--max-time", "60", &format!("http://{}/", serving.at(6443))]);
    assert_ne!(plain.status, Some(0));
    answers(&project, &serving, Some("front"), OWN, "200");
    let said = serving.stop();
    assert!(!said.contains("BEGIN"), "{said}");
}

#[test]
fn where_certificates_are_asked_for_what_is_everybody_s_needs_none() {
    let project = project(&format!("{SERVER}  clients request \"phones.pem\"  identity \"$PN-SEP$MAU\""));
    let serving = Serving::with(project.path(), &["--state", "memory"]);
    for (client, path, status) in [
        (None, COMMON, "200"),
        (None, OWN, "403"),
        (Some("front"), OWN, "200"),
        (Some("front"), OTHERS, "403"),
        (Some("nobody"), COMMON, "200"),
        (Some("nobody"), OWN, "403"),
    ] {
        answers(&project, &serving, client, path, status);
    }
    serving.stop();
}

/// `openssl s_client`, and what it has to say.
fn s_client(project: &Project, serving: &Serving, arguments: &[&str]) -> String {
    let mut command = Command::new("openssl");
    command.current_dir(project.path()).args(["s_client", "-connect", &serving.at(6443).to_string()]);
    command.args(["-CAfile", "ca.pem", "-verify_hostname", "prov.lab.example"]).args(arguments);
    let ran = run(command.stdin(Stdio::null()));
    ran.text() + &ran.stderr
}

#[test]
fn openssl_agrees_on_versions_and_chains() {
    let project = project(SERVER);
    let serving = Serving::with(project.path(), &["--state", "memory"]);
    for (version, name) in [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")] {
        let said = s_client(&project, &serving, &[version]);
        assert!(said.contains(name) && said.contains("Verify return code: 0 (ok)"), "{said}");
        assert!(!said.contains("Acceptable client certificate"), "nobody is asked: {said}");
    }
    let old = s_client(&project, &serving, &["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"]);
    assert!(!old.contains("Cipher is ECDHE"), "{old}");
    serving.wait_for("no version or cipher of TLS in common");
    answers(&project, &serving, None, OWN, "200");

    // Another certificate takes the place of the first while the server goes on.
    let before = s_client(&project, &serving, &["-showcerts"]);
    let from = serving.now();
    signed(project.path(), "ca", "next", "/CN=prov.lab.example", Some("DNS:prov.lab.example"));
    std::fs::copy(project.join("next.key"), project.join("server.key")).expect("a key");
    std::fs::copy(project.join("next.pem"), project.join("server.pem")).expect("a certificate");
    let leaf = |said: &str| said.split("-----BEGIN").nth(1).unwrap_or_default().to_owned();
    until("the other certificate", || {
        let after = s_client(&project, &serving, &["-showcerts"]);
        (leaf(&after) != leaf(&before) && after.contains("Verify return code: 0 (ok)")).then_some(())
    });
    // A key that belongs to another changes nothing.
    serving.wait_after(from, "reloaded");
    let from = serving.now();
    std::fs::copy(project.join("front.key"), project.join("server.key")).expect("a key");
    serving.wait_after(from, "does not belong to the certificate");
    assert!(s_client(&project, &serving, &[]).contains("Verify return code: 0 (ok)"));
    serving.stop();
}

#[test]
fn what_cannot_be_served_is_said_at_the_start() {
    let project = project(SERVER);
    let text = std::fs::read_to_string(project.join("main.prov")).expect("a program");
    let (pem, key) = (project.join("server.pem"), project.join("server.key"));
    let original = |path: &Path| std::fs::read(path).expect("a file");
    let (good_pem, good_key) = (original(&pem), original(&key));
    let front = original(&project.join("front.key"));
    tool(
        "openssl",
        ["pkey", "-aes256", "-passout", "pass:open sesame", "-in"].map(Into::into).into_iter().chain([
            key.clone().into_os_string(),
            "-out".into(),
            project.join("locked.key").into_os_string(),
        ]),
    )
    .ok();
    let locked = original(&project.join("locked.key"));
    for (certificate, private, https, told) in [
        (&good_pem[..], &front[..], SERVER, "does not belong to the certificate in `server.pem`"),
        (b"", &good_key, SERVER, "`server.pem` holds no certificate"),
        (&good_key, &good_key, SERVER, "`server.pem` holds no certificate"),
        (&good_pem, b"\xff\xfe", SERVER, "`server.key` holds no private key"),
        (&good_pem, &locked, SERVER, "locked with a passphrase"),
        (&good_pem, &good_key, "key file(\"server.key\")", "there is a key and no certificate"),
        (&good_pem, &good_key, "certificate \"none.pem\"  key file(\"server.key\")", "none.pem: there is no such file"),
        (
            &good_pem,
            &good_key,
            "certificate \"server.pem\"  key file(\"server.key\")  clients require",
            "`clients` needs the authority",
        ),
        (
            &good_pem,
            &good_key,
            "certificate \"server.pem\"  key file(\"server.key\")  clients require \"main.prov\"",
            "`main.prov` holds no certificate",
        ),
    ] {
        std::fs::write(&pem, certificate).expect("a file");
        std::fs::write(&key, private).expect("a file");
        project.write("main.prov", &text.replace(SERVER, https));
        // A certificate or a key that is none is a finding of the program already, in the same words.
        let checked = prov(["check", "-q", &project.path().to_string_lossy()]);
        let ran = prov(["serve", "--state", "memory", &project.path().to_string_lossy()]);
        assert!(ran.status == Some(2) || checked.status == Some(1) && ran.status == Some(1), "{told}: {}", ran.stderr);
        assert!(ran.stderr.contains(told), "{told}: {}", ran.stderr);
        assert!(!ran.stderr.contains("-----BEGIN") && !ran.stderr.contains("MIG"), "{}", ran.stderr);
    }
}

#[test]
fn a_lab_without_a_certificate_has_an_authority_of_its_own() {
    let project = project("");
    let folder = project.path().join("kept");
    let state = format!("file:{}", folder.display());
    let serving = Serving::with(project.path(), &["--state", &state]);
    let authority = folder.join("tls/lab-ca.pem");
    let said = serving.said();
    assert!(said.contains(&format!("they do with `{}`", authority.display())), "{said}");
    let trusted = authority.to_string_lossy().into_owned();
    assert_eq!(curl(&project, &serving, None, COMMON, &["--cacert", &trusted]).text(), "200");
    // By its name as well as by its address.
    let named = format!("prov.lab.example:{}:{}", serving.at(6443).port(), own_address());
    let url = format!("https://prov.lab.example:{}{OWN}", serving.at(6443).port());
    tool("curl", ["-sS", "--cacert", &trusted, "--resolve", &named, "-f", "-o", "/dev/null", &url]).ok();
    serving.stop();
    // Whoever trusts it still does after a restart, and nobody but its owner reads the key.
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(folder.join("tls/lab-ca.key")).expect("a key").permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
    let serving = Serving::with(project.path(), &["--state", &state]);
    assert_eq!(curl(&project, &serving, None, COMMON, &["--cacert", &trusted]).text(), "200");
    serving.stop();
}

#[test]
fn live_phones_come_by_https() {
    for https in ["", SERVER, &format!("{SERVER}  clients require \"phones.pem\"")] {
        let project = project(https);
        let (folder, ca) = (project.path().to_string_lossy().into_owned(), project.join("ca.pem"));
        let shift = format!("+{}", crate::support::shift());
        let mut arguments = vec!["serve", "--with-phones", "--once", "--ports", &shift, "--state", "memory", &folder];
        let ca = ca.to_string_lossy();
        if !https.is_empty() {
            arguments.extend(["--ca", &ca]);
        }
        let ran = run(Command::new("timeout").arg("120").arg(crate::support::PROV).args(arguments)).ok();
        assert!(ran.stderr.contains("2 of 2 phones are where the program wants them"), "{https}: {}", ran.stderr);
    }
}
