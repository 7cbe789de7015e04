//! The lease file after a crash, and after worse.

use crate::support::{PHONES, PROV, Project, Serving, offer, prov, run, shift};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::Command;

/// A project whose two phones took their leases one after the other, and its lease file.
fn with_leases() -> (Project, PathBuf) {
    let project = Project::quickstart();
    let serving = Serving::project(project.path());
    for (mac, model) in PHONES.into_iter().zip(["CP-8841-3PCC", "CP-7841-3PCC"]) {
        let at = |port| serving.at(port).to_string();
        let mut phone = Command::new(PROV);
        phone.args(["phone", "--mac", mac, "--model", model, "--no-delay", "--until", "resynced", "--limit", "60"]);
        run(phone.args(["--dhcp", &at(6067), "--dns", &at(6053)])).ok();
    }
    serving.stop();
    let file = project.join(".prov/state/leases.journal");
    let lines = std::fs::read_to_string(&file).expect("a lease file").lines().count();
    assert_eq!(lines, 3, "a header, and a line for each phone");
    (project, file)
}

/// What the phones are offered. The one with the later lease asks first: if leases were lost, it would get the first
/// address, and an offer is not written down.
fn offered(serving: &Serving) -> [Ipv4Addr; 2] {
    let [first, second] = PHONES;
    let second = offer(serving.at(6067), second);
    [offer(serving.at(6067), first), second]
}

const FIRST: Ipv4Addr = Ipv4Addr::new(127, 0, 10, 1);
const SECOND: Ipv4Addr = Ipv4Addr::new(127, 0, 10, 2);

#[test]
fn a_torn_end_is_told_and_what_is_older_stays() {
    let (project, file) = with_leases();
    let whole = std::fs::read(&file).expect("a lease file");
    let last = whole[..whole.len() - 1].iter().rposition(|octet| *octet == b'\n').expect("lines") + 1;
    for cut in [1, 3, 20] {
        std::fs::write(&file, &whole[..whole.len() - cut]).expect("a file cut short");
        let serving = Serving::project(project.path());
        serving.wait_for("was cut short inside its last record");
        assert_eq!(offered(&serving), [FIRST, SECOND], "the older lease stands");
        let said = serving.stop();
        assert!(said.contains(&format!("({} bytes)", whole.len() - last - cut)), "{said}");
        assert_eq!(std::fs::read(&file).expect("a lease file"), whole[..last], "the whole lines are kept");
    }
    // Each torn end was set aside under a name of its own.
    for (number, cut) in [1, 3, 20].into_iter().enumerate() {
        let aside = file.with_file_name(format!("leases.journal.torn-{}", number + 1));
        assert_eq!(std::fs::read(aside).expect("the torn end"), whole[last..whole.len() - cut]);
    }
    // What is mended is served without a word.
    let serving = Serving::project(project.path());
    assert!(!serving.stop().contains("cut short"));
}

#[test]
fn damage_in_the_middle_is_refused_and_left_as_it_is() {
    let (project, file) = with_leases();
    let whole = std::fs::read(&file).expect("a lease file");
    let header = whole.iter().position(|octet| *octet == b'\n').expect("lines") + 1;
    let bent = |at: usize, octets: &[u8]| {
        let mut bent = whole.clone();
        bent[at..at + octets.len()].copy_from_slice(octets);
        bent
    };
    for (damaged, words) in [
        (bent(header + 30, b"\xff\x00garbage"), "is damaged in line 2"),
        (bent(header, b"zzzz"), "is damaged in line 2"),
        ([&whole[..header], b"\n", &whole[header..]].concat(), "is damaged in line 2"),
        (bent(0, b"PROV"), "is not a lease file of prov"),
        (whole[..header - 2].to_vec(), "is cut short"),
        (Vec::new(), "is cut short"),
    ] {
        std::fs::write(&file, &damaged).expect("a damaged file");
        let folder = project.path().to_str().expect("a path");
        let ran = prov(["serve", folder, "--ports", &format!("+{}", shift())]).ends_with(2).says(words);
        let ran = ran.says(file.to_str().expect("a path")).says("left as it");
        assert!(!ran.stderr.contains("ready"), "{}", ran.stderr);
        assert_eq!(std::fs::read(&file).expect("the file"), damaged, "{words}: the file is unchanged");
    }
    std::fs::write(&file, &whole).expect("a copy put back");
    let serving = Serving::project(project.path());
    assert_eq!(offered(&serving), [FIRST, SECOND]);
    serving.stop();
}
