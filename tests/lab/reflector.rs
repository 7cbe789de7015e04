//! The guide's reflector: a file made of what a request tells, asked for by curl and by live phones.

use crate::support::{Project, Ran, Serving, authority, own_address, prov, run, signed};
use std::process::Command;

const REFLECTOR: &str = include_str!("../../examples/reflector/main.prov");

/// The example on an address and ports of its own, with certificates; `more` stands before its first profile.
fn project(clients: &str, more: &str) -> Project {
    let address = own_address().to_string();
    let program = REFLECTOR
        .replace("192.0.2.0/24", "127.0.0.0/8")
        .replace("192.0.2.100 .. 192.0.2.199", "127.0.10.1 .. 127.0.10.99")
        .replace("  router 192.0.2.1\n  ntp    192.0.2.1\n", "  ntp 127.0.0.1\n")
        .replace("192.0.2.10", &address)
        .replace("port 443", "port 6443")
        .replace("dhcp    { port 67 }", "dhcp    { port 6067 }\n  dns     { port 6053 }\n  http    { port 6080 }")
        .replace(
            "network office {",
            "zone \"reflector.example\" {\n  a \"prov\" ADDRESS\n}\n\nnetwork office {"
                .replace("ADDRESS", &address)
                .as_str(),
        )
        .replace("clients require \"tls/phones-ca.pem\"", clients)
        .replace("/// One path for all", &format!("{more}/// One path for all"));
    let project = Project::new(&[]);
    std::fs::create_dir(project.join("tls")).expect("a folder");
    project.write("main.prov", &program[..program.find("test \"").unwrap_or(program.len())]);
    let folder = project.join("tls");
    authority(&folder, "phones-ca");
    signed(
        &folder,
        "phones-ca",
        "prov",
        "/CN=prov.reflector.example",
        Some(&format!("DNS:prov.reflector.example,IP:{address}")),
    );
    signed(
        &folder,
        "phones-ca",
        "phone",
        "/OU=CP-8841-3PCC/L=000e08600001/ST=FCH1&<2>/CN=CP-8841-3PCC-SEP000E08600001",
        Some("DNS:phone"),
    );
    project
}

fn curl(project: &Project, serving: &Serving, path: &str, more: &[&str]) -> Ran {
    let mut command = Command::new("curl");
    command.current_dir(project.join("tls")).args(["-sS", "-f", "--max-time", "60", "--cacert", "phones-ca.pem"]);
    run(command.args(more).arg(format!("https://{}{path}", serving.at(6443)))).ok()
}

const PHONE: [&str; 4] = ["--cert", "phone.pem", "--key", "phone.key"];

#[test]
fn the_certificate_comes_back_in_the_file() {
    let project = project("clients request \"tls/phones-ca.pem\"", "");
    let serving = Serving::with(project.path(), &["--state", "memory"]);
    let agent = "User-Agent: Cisco-CP-8841-3PCC/12.0.1 (000e08600001)";
    let text = curl(&project, &serving, "/cgi-bin/reflect", &[&PHONE[..], &["-H", agent]].concat()).text();
    assert!(text.contains("<GPP_D>OU = CP-8841-3PCC, L = 000e08600001, S = FCH1&amp;&lt;2&gt;</GPP_D>"), "{text}");
    assert!(text.contains("<GPP_E>CP-8841-3PCC-SEP000E08600001 runs 12.0.1</GPP_E>"), "{text}");
    // Who shows none, and says nothing of itself.
    let text = curl(&project, &serving, "/cgi-bin/reflect", &["-H", "User-Agent:"]).text();
    assert!(text.contains("<GPP_D>OU = , L = , S = </GPP_D>") && text.contains("<GPP_E> runs </GPP_E>"), "{text}");
    serving.stop();
}

#[test]
fn what_is_posted_comes_back_bounded() {
    let program = "profile echo {\n  fetch post https \"/echo\" body \"$MA\"\n  gzip\n\n  GPP_F = request.body\n}\n\n";
    let project = project("clients none", program);
    let text = std::fs::read_to_string(project.join("main.prov")).expect("a program");
    project.write("main.prov", &text.replace("profiles  reflect, account", "profiles  reflect, echo, account"));
    let serving = Serving::with(project.path(), &["--state", "memory"]);
    std::fs::write(project.join("tls/large"), vec![b'x'; 70_000]).expect("a file");
    std::fs::write(project.join("tls/odd"), b"a\x00\x1b]]><x>\xff\xef\xbf\xbe&").expect("a file");
    for (body, expected) in [
        ("000e08600001", "<GPP_F>000e08600001</GPP_F>"),
        ("@odd", "<GPP_F>a]]&gt;&lt;x&gt;\u{fffd}&amp;</GPP_F>"),
        ("@large", "<GPP_F></GPP_F>"),
        ("another", "<GPP_F>another</GPP_F>"),
    ] {
        let text = crate::support::gunzip(&curl(&project, &serving, "/echo", &["--data-binary", body]).stdout);
        let ascii = expected.replace('\u{fffd}', "&#65533;").replace('\u{fffd}', "&#xFFFD;");
        assert!(text.contains(expected) || text.contains(&ascii), "{body}: {text}");
    }
    serving.stop();
}

#[test]
fn live_phones_get_files_of_their_own_making() {
    let project = project("clients require \"tls/phones-ca.pem\"", "");
    let ca = project.join("tls/phones-ca.pem");
    let folder = project.path().to_string_lossy().into_owned();
    let shift = format!("+{}", crate::support::shift());
    let arguments = ["serve", "--with-phones", "--once", "--ports", &shift, "--state", "memory", &folder, "--ca"];
    let ran = run(Command::new("timeout").arg("120").arg(crate::support::PROV).args(arguments).arg(ca)).ok();
    assert!(ran.stderr.contains("2 of 2 phones are where the program wants them"), "{}", ran.stderr);
}

#[test]
fn what_cannot_be_made_is_refused() {
    let project = project("clients require \"tls/phones-ca.pem\"", "secret word = file(\"word\")\n\n");
    let folder = project.path().to_string_lossy().into_owned();
    let text = std::fs::read_to_string(project.join("main.prov")).expect("a program");
    let out = project.join("out").to_string_lossy().into_owned();
    prov(["build", "-o", &out, &folder]).ends_with(2).says("P0408");
    prov(["show", "000e08600001", &folder, "--file", "reflect"]).ok();
    for (value, code) in [
        ("GPP_E = upper(request.certificate.subject.cn)", "P0"),
        ("if request.certificate.subject.cn == \"x\" { GPP_E = \"y\" }", "P0107"),
        ("Register[1] = request.body", "P0"),
        ("Dial_Plan[1] = request.body", "P0301"),
        ("Display_Name[1] = \"{word} {request.body}\"", "P0107"),
        ("GPP_E = request.certificate.subject", "P0301"),
        ("GPP_E = request.certificate.subject.none", "P0211"),
        ("GPP_E = request", "P0"),
    ] {
        let start = text.find("  GPP_E = ").expect("a line");
        let end = start + text[start..].find('\n').expect("ends");
        project.write("main.prov", &format!("{}  {value}{}", &text[..start], &text[end..]));
        let checked = prov(["check", "--format", "short", &folder]).ends_with(1);
        assert!(checked.text().contains(code), "{value}: {}", checked.text());
    }
}
