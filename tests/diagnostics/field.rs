//! What is told where an earlier revision of a program is in the field: two programs for each finding, and close neighbours.

use crate::support::blocks::Block;
use prov::diagnostic::{Code, Diagnostic, Severity};

const SERVER: &str = "server prov { name \"prov.example.com\"  address 192.168.50.10  http { port 80 }  dhcp { } }\nnetwork office { server prov  subnet 192.168.50.0/24  pool 192.168.50.100 .. 192.168.50.199 }\n";
const FLEET: &str = "fleet desks { server prov  network office  profiles account  bootstrap dhcp 160\n  phone 00:0e:08:ab:cd:01 { model \"CP-8841-3PCC\" }\n  phone 00:0e:08:ab:cd:02 { model \"CP-8841-3PCC\" }\n}\n";
const ACCOUNT: &str = "profile account { fetch http \"/$MA.xml\"  Display_Name[1] = \"Desk\" }\n";

fn program(server: &str, profiles: &str, fleet: &str) -> String {
    format!("use cisco.mpp\nuse cisco.firmware\n{server}{profiles}{fleet}")
}

fn usual() -> String {
    program(SERVER, ACCOUNT, FLEET)
}

fn findings(before: &str, now: &str) -> Vec<Diagnostic> {
    let block = |name: &str, text: &str| Block { info: format!("prov {name}"), text: text.into() };
    let planned = super::compile(&[block("before.prov", before), block("main.prov", now)]);
    planned.findings().iter().filter(|finding| finding.severity != Severity::Note).cloned().collect()
}

fn codes(before: &str, now: &str) -> Vec<Code> {
    findings(before, now).iter().map(|finding| finding.code).collect()
}

#[test]
fn the_same_again_is_quiet() {
    assert_eq!(codes(&usual(), &usual()), []);
    // More of the same: a value, a profile, a phone.
    let more = usual().replace("Display_Name[1] =", "Ringer_Volume = 9\n  Display_Name[1] =");
    assert_eq!(codes(&usual(), &more), []);
    let second = usual()
        .replace("profiles account", "profiles account, second")
        .replace("fleet desks", "profile second { fetch http \"/second/$MA.xml\"  Ringer_Volume = 9 }\nfleet desks");
    assert_eq!(codes(&usual(), &second), []);
    let third = usual().replace(
        "  phone 00:0e:08:ab:cd:02",
        "  phone 00:0e:08:ab:cd:03 { model \"CP-8811-3PCC\" }\n  phone 00:0e:08:ab:cd:02",
    );
    assert_eq!(codes(&usual(), &third), []);
    assert_eq!(codes(&third, &usual()), []);
    // A server that keeps its name may get another address.
    let moved = usual().replace("address 192.168.50.10", "address 192.168.50.11");
    assert_eq!(codes(&usual(), &moved), []);
}

#[test]
fn values_that_stay_on_phones() {
    let with = |lines: &str| program(SERVER, &ACCOUNT.replace(" }\n", &format!("\n{lines} }}\n")), FLEET);
    let one = with("Ringer_Volume = 3");
    assert_eq!(codes(&one, &usual()), [Code::P0611]);
    let two = findings(&with("Ringer_Volume = 3\nHandset_Volume = 4"), &usual());
    assert_eq!(two.len(), 1, "one finding for all that a fleet lost");
    assert!(two[0].message.contains("and 1 more parameter are"), "{}", two[0].message);
    // The later file wins, and its value is the phone's own: nothing is kept that matters.
    let own = usual().replace("profiles account", "profiles account, last");
    let last = |more: &str| {
        own.replace("fleet desks", &format!("profile last {{ fetch http \"/last/$MA.xml\"\n{more} }}\nfleet desks"))
    };
    let twice =
        last("override Ringer_Volume = 9").replace("Display_Name[1] =", "Ringer_Volume = 3\n  Display_Name[1] =");
    assert_eq!(codes(&twice, &last("")), []);
    // Another telephone at the same address has what it has from the factory.
    let other = one.replace("CP-8841-3PCC", "CP-8811-3PCC");
    assert_eq!(codes(&other, &usual()), []);
    // One line of a profile that two fleets have is one finding.
    let fleets = |text: &str| {
        text.to_owned()
            + "fleet more { server prov  profiles account\n  phone 00:0e:08:ab:cd:21 { model \"CP-8841-3PCC\" }\n}\n"
    };
    assert_eq!(codes(&fleets(&one), &fleets(&usual())), [Code::P0611]);
    // It can be allowed, and the allow is no mistake where nobody asks about the field.
    let allowed = usual().replace("fleet desks", "// allow P0611: they are all reset this week\nfleet desks");
    assert_eq!(codes(&one, &allowed), []);
    let block = |text: &str| vec![Block { info: "prov main.prov".into(), text: text.into() }];
    assert!(super::compile(&block(&allowed)).findings().iter().all(|finding| finding.code != Code::P0213));
    // What a file still mentions is not withdrawn, whoever owns it now.
    for still in ["reset Ringer_Volume", "Ringer_Volume = 9", "user Ringer_Volume"] {
        assert_eq!(codes(&one, &with(still)), [], "{still}");
    }
    // What the phone has by itself stays as it is anyway.
    assert_eq!(codes(&with("reset Ringer_Volume"), &usual()), []);
    // What a program with errors comes to is not known.
    let broken = usual().replace("Display_Name[1] =", "Display_Nam[1] =");
    assert_eq!(codes(&one, &broken), [Code::P0205]);
    // A phone that is not in the program any more is nobody's.
    let gone = one.replace("00:0e:08:ab:cd:01", "00:0e:08:ab:cd:11").replace("00:0e:08:ab:cd:02", "00:0e:08:ab:cd:12");
    assert_eq!(codes(&gone, &usual()), []);
    let half = findings(&one.replace("00:0e:08:ab:cd:01", "00:0e:08:ab:cd:11"), &usual());
    assert!(half[0].labels.iter().any(|label| label.text.starts_with("1 phone: ")), "{half:?}");
}

#[test]
fn addresses_that_phones_still_ask_for() {
    let path = usual().replace("/$MA.xml", "/accounts/$MA.xml");
    let told = findings(&usual(), &path);
    assert_eq!(told.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::P1001], "{told:?}");
    assert!(told[0].help.as_deref().is_some_and(|help| help.contains("in two steps")), "{:?}", told[0].help);
    assert!(told[0].message.contains("in the field"), "{}", told[0].message);
    // The server's name and place are others.
    let host = usual()
        .replace("prov.example.com", "new.example.com")
        .replace("address 192.168.50.10", "address 192.168.50.11");
    assert_eq!(codes(&usual(), &host), [Code::P1001]);
    // Its old address stays: who asks for it by that is answered.
    let by_address = usual().replace("name \"prov.example.com\"", "");
    let both = by_address.replace("address 192.168.50.10", "address 192.168.50.11, 192.168.50.10");
    assert_eq!(codes(&by_address, &both), []);
    assert_eq!(codes(&by_address, &by_address.replace("192.168.50.10", "192.168.50.12")), [Code::P1001]);
}

/// A key comes with a file that needs none, each time before what it opens: whoever asks after a change has the new one.
#[test]
fn a_key_that_is_changed_reaches_phones_before_what_it_seals() {
    const TLS: &str =
        "https { port 443  certificate \"prov.pem\"  key file(\"prov.key\")  clients require \"ca.pem\" }  dhcp { }";
    let sealed = |secret: &str| {
        let profiles = format!(
            "secret key = env(\"{secret}\")\nprofile keys {{ fetch https \"/keys/$MA.xml\" }}\nprofile account {{ fetch http \"/$MA.xml\"  seal aes256cbc key derive(key, phone.mac) digest sha256\n  Display_Name[1] = \"Desk\" }}\n"
        );
        program(
            &SERVER.replace("dhcp { }", TLS),
            &profiles,
            &FLEET.replace("profiles account", "profiles keys, account"),
        )
    };
    let told = codes(&sealed("KEY_OF_LAST_YEAR"), &sealed("KEY_OF_THIS_YEAR"));
    assert!(!told.contains(&Code::P1001), "{told:?}");
    // A file that is sealed now, and was not: phones ask for it by a rule without a key, and cannot read the rule that has one.
    let told = findings(&usual(), &sealed("KEY_OF_THIS_YEAR"));
    let stuck = told.iter().find(|finding| finding.code == Code::P1001).expect("phones that cannot read it");
    assert!(stuck.help.as_deref().is_some_and(|help| help.contains("a seal or its key in two steps")), "{stuck:?}");
}
