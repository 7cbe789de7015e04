//! Findings that need all of a program in view: several fleets, both families of addresses, what another file or an earlier
//! revision has. For each two programs that have it, and the closest neighbours that have not.

use prov::compile::Options;
use prov::diagnostic::{Code, Diagnostic, Document, Severity};
use prov::language::MemoryFiles;
use prov::pipeline::{self, Planned};

fn plan(text: &str, files: &[(&str, &str)]) -> Planned {
    let mut all = MemoryFiles::single(format!("use cisco.firmware\nuse cisco.mpp\n{text}"));
    for (name, octets) in files {
        all.0.insert((*name).to_owned(), octets.as_bytes().to_vec());
    }
    pipeline::plan(&all, "main.prov", &Options { program: "example".into(), port_offset: 0 })
}

fn findings(text: &str) -> Vec<Diagnostic> {
    plan(text, &[]).findings().to_vec()
}

fn count(text: &str, code: Code) -> usize {
    findings(text).iter().filter(|finding| finding.code == code).count()
}

/// Each bad program has the finding once, and no good one has it.
#[track_caller]
fn told(code: Code, bad: &[&str], good: &[&str]) {
    assert!(bad.len() > 1 && !good.is_empty());
    for text in bad {
        assert_eq!(count(text, code), 1, "{code}\n{text}\n{:#?}", findings(text));
    }
    for text in good {
        assert_eq!(count(text, code), 0, "{code}\n{text}\n{:#?}", findings(text));
    }
}

const SERVER: &str = "server prov { name \"prov.example.com\"  address 192.168.50.10  http { }  dhcp { } }\n";
const OFFICE: &str = "network office { server prov  subnet 192.168.50.0/24  pool 192.168.50.100 .. 192.168.50.199 }\n";

#[test]
fn addresses_without_letters_are_spelled_alike() {
    let of = |mac: &str, first: &str, second: &str| {
        format!(
            "{SERVER}profile a {{ fetch http \"{first}\"  GPP_A = \"1\" }}\nprofile b {{ fetch http \"{second}\"  GPP_B = \"1\" }}\n\
             fleet desks {{ server prov  profiles a, b  phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\" }}\n\
             phone {mac} {{ model \"CP-8841-3PCC\" }} }}"
        )
    };
    told(
        Code::P0605,
        &[&of("00:02:99:03:04:05", "/x/$MA.xml", "/x/$MAU.xml"), &of("00:02:99:03:04:05", "/$MAU/a.xml", "/$MA/a.xml")],
        &[
            &of("00:0e:99:03:04:05", "/x/$MA.xml", "/x/$MAU.xml"),
            &of("00:02:99:03:04:05", "/x/$MA.xml", "/y/$MAU.xml"),
            &of("00:02:99:03:04:05", "/x/$MA.xml", "/x/$MAC.xml"),
        ],
    );
}

fn sixth(server: &str, option: &str, fleet: &str) -> String {
    format!(
        "server prov {{ name \"prov.example.com\"  address 2001:db8::10  {server}  dhcp6 {{ }} }}\n\
         network office {{ server prov  subnet 2001:db8::/64  pool 2001:db8::100 .. 2001:db8::1ff\n  {option}\n}}\n\
         profile a {{ fetch http \"/$MA.xml\" }}\n\
         fleet desks {{ server prov  network office  profiles a  {fleet}  phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\" }} }}"
    )
}

#[test]
fn options_of_dhcpv6_that_disagree() {
    let with = |option: &str| sixth("http { }", option, "bootstrap dhcp v6 159");
    told(
        Code::P0903,
        &[
            &with("option 159 = \"http://other.test/\""),
            &with("option 160 = \"http://other.test/\""),
            // `http://h`, as a sub-option of a vendor.
            &with("option 17 = hex(\"00 00 0d e9 00 01 00 08 68 74 74 70 3a 2f 2f 68\")"),
        ],
        &[
            &with(""),
            &with("option 160 = \"http://prov.example.com/\""),
            &with("option 160 = \"http://[2001:db8::10]/\""),
            &with("option 23 = 2001:db8::1"),
            &sixth("http { }", "option 160 = \"http://other.test/\"", "bootstrap manual"),
        ],
    );
}

#[test]
fn a_server_of_ipv6_alone_is_reached() {
    for fleet in ["bootstrap dhcp v6 159", "bootstrap manual", ""] {
        let text = sixth("http { }", "", fleet);
        assert_eq!(count(&text, Code::P1001) + count(&text, Code::P0607), 0, "{:#?}", findings(&text));
    }
    // What is wrong with its phones is found all the same.
    let text =
        sixth("http { }", "", "bootstrap dhcp v6 159").replace("$MA.xml\" }", "$MA.xml\"  Provision_Enable = no }");
    assert_eq!(count(&text, Code::P0607), 1, "{:#?}", findings(&text));
    // By its name in a zone of ours as well.
    let zone = "zone \"example.com\" { aaaa \"prov\" 2001:db8::10 }\n";
    let text = zone.to_owned() + &sixth("http { }", "", "bootstrap manual");
    assert_eq!(count(&text, Code::P1001), 0, "{:#?}", findings(&text));
}

#[test]
fn a_first_contact_by_ipv6_without_a_clock() {
    let https = "http { }  https { certificate \"a.pem\"  key file(\"a.key\") }";
    let with = |server: &str, option: &str| sixth(server, option, "bootstrap dhcp v6 159, v6 160");
    told(
        Code::P0908,
        &[&with(https, ""), &with(https, "dns 2001:db8::1")],
        &[&with(https, "ntp 2001:db8::1"), &with(https, "option 31 = 2001:db8::1"), &with("http { }", "")],
    );
}

#[test]
fn addresses_that_are_kept_for_phones_of_other_networks() {
    let with = |reserve: &str, fleet: &str| {
        format!(
            "{SERVER}{OFFICE}network annex {{ server prov  subnet 192.168.60.0/24  pool 192.168.60.100 .. 192.168.60.199\n  relay 192.168.60.1\n  {reserve}\n}}\n\
             profile a {{ fetch http \"/$MA.xml\" }}\nprofile b {{ fetch http \"/b/$MA.xml\" }}\n\
             fleet desks {{ server prov  {fleet}  profiles a  bootstrap dhcp 160  phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\" }} }}\n\
             fleet others {{ server prov  network annex  profiles b  bootstrap dhcp 160  phone 00:0e:08:ab:cd:02 {{ model \"CP-8841-3PCC\" }} }}"
        )
    };
    let here = "reserve 00:0e:08:ab:cd:01 192.168.60.5";
    let lone = with(here, "network office").replace("server prov  network annex  ", "server prov  network office  ");
    told(
        Code::P0901,
        &[&with(here, "network office"), &lone],
        &[
            &with(here, "network office, annex"),
            &with("reserve 00:0e:08:ab:cd:02 192.168.60.5", "network office"),
            &with("", "network office"),
        ],
    );
    // One mistake: that no fleet is on that network is not told as well.
    assert_eq!(count(&lone, Code::P0204), 0, "{:#?}", findings(&lone));
    // A pool of IPv6 that lies elsewhere is told by one of its ends.
    let pool = sixth("http { }", "pool 2001:db8:1::1 .. 2001:db8:1::2", "bootstrap manual");
    assert_eq!(count(&pool, Code::P0901), 1, "{:#?}", findings(&pool));
}

#[test]
fn products_that_no_phone_is() {
    let with = |rule: &str| {
        format!(
            "{SERVER}profile a {{ fetch http \"/$MA.xml\" }}\nfleet desks {{ server prov  profiles a  {rule}\n\
             phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\" }} }}"
        )
    };
    told(
        Code::P0513,
        &[
            &with("rule Profile_Rule_B { when $PN == \"CP-7841-3PCC\" { set GPP_B = \"1\" } }"),
            &with("rule Profile_Rule_B { when $PN in [\"CP-7841-3PCC\", \"CP-7811-3PCC\"] { set GPP_B = \"1\" } }"),
            &with(r#"rule Profile_Rule_B raw "(\"$PSN\" eq \"7841-3PCC\")? http://h.test/x""#),
            &with(r#"rule Upgrade_Rule raw "(\"$PN\" eq \"CP-7841-3PCC\")? http://h.test/x.loads""#),
        ],
        &[
            &with("rule Profile_Rule_B { when $PN == \"CP-8841-3PCC\" { set GPP_B = \"1\" } }"),
            &with("rule Profile_Rule_B { when $PN != \"CP-7841-3PCC\" { set GPP_B = \"1\" } }"),
            &with("rule Profile_Rule_B { when $PN in [\"CP-7841-3PCC\", \"CP-8841-3PCC\"] { set GPP_B = \"1\" } }"),
            // A profile may be for phones of other fleets too.
            &with("").replace(
                "$MA.xml\" }",
                "$MA.xml\"\n  Upgrade_Rule = \"(\\\"$PN\\\" eq \\\"CP-7841-3PCC\\\")? http://h.test/x.loads\" }",
            ),
        ],
    );
}

#[test]
fn two_values_within_one_resync() {
    let with = |rule: &str, value: &str| {
        format!(
            "{SERVER}profile a {{ fetch http \"/$MA.xml\"  GPP_A = \"1\" }}\nprofile b {{ fetch http \"/b.xml\"  GPP_A = \"{value}\" }}\n\
             fleet desks {{ server prov  profiles a  {rule}\n phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\" }} }}\n\
             fleet others {{ server prov  profiles b  resync {{ every 2h }}  phone 00:0e:08:ab:cd:02 {{ model \"CP-8841-3PCC\" }} }}"
        )
    };
    let raw = "rule Profile_Rule_B raw \"http://prov.example.com/b.xml\"";
    let arm = "rule Profile_Rule_C { when $PRVST == 2 { fetch http \"/b.xml\" } }";
    let other = |rule: &str| {
        with(rule, "2")
            .replace("fetch http \"/b.xml\"  GPP_A", "fetch http \"/b.xml\"  GPP_B = \"x\"  GPP_C")
            .replace("  resync { every 2h }", "")
    };
    let told = |text: &str| {
        let found = findings(text);
        found.iter().filter(|one| one.code == Code::P0603).map(|one| one.message.clone()).collect::<Vec<_>>()
    };
    for text in [with(raw, "2"), with(arm, "2")] {
        assert_eq!(told(&text), ["`GPP_A` has two values within one resync"], "{:#?}", findings(&text));
    }
    for text in
        [with(raw, "1"), with("", "2"), other(raw), with("rule Profile_Rule_B raw \"http://h.test/b.xml\"", "2")]
    {
        assert_eq!(told(&text), [""; 0], "{text}");
    }
}

/// A row for each phone of two fleets on one server.
fn crowds(first: usize, second: usize, server: &str, more: &str) -> (String, Vec<(&'static str, String)>) {
    let rows = |from: usize, count: usize| {
        let row =
            |n: usize| format!("00:0e:08:{:02x}:{:02x}:{:02x},CP-8841-3PCC\n", n >> 16 & 255, n >> 8 & 255, n & 255);
        (from..from + count).fold("mac,model\n".to_owned(), |text, n| text + &row(n))
    };
    let text = format!(
        "server prov {{ name \"prov.example.com\"  address 192.168.50.10  http {{ }}  {server} }}\n\
         server files {{ name \"files.example.com\"  address 192.168.50.11  http {{ }}  {server} }}\n\
         inventory one from \"one.csv\" {{\n  mac : mac\n  model : model\n}}\ninventory two from \"two.csv\" {{\n  mac : mac\n  model : model\n}}\n\
         profile a {{ fetch http \"/$MA.xml\" }}\nprofile b {{ fetch http {more} \"/b/$MA.xml\" }}\n\
         fleet first {{ server prov  profiles a, b  phones one }}\nfleet second {{ server prov  profiles a, b  phones two }}"
    );
    (text, vec![("one.csv", rows(0, first)), ("two.csv", rows(first, second))])
}

#[test]
fn phones_of_several_fleets_come_to_one_server() {
    let codes = |(text, files): (String, Vec<(&str, String)>), code: Code| {
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let planned = plan(&text, &files);
        let found: Vec<_> = planned.findings().iter().filter(|finding| finding.code == code).cloned().collect();
        assert!(
            planned.findings().iter().all(|finding| finding.severity < Severity::Error),
            "{:#?}",
            planned.findings()
        );
        found
    };
    for (first, second, told) in [(600, 600, 1), (1001, 1, 1), (500, 500, 0)] {
        let found = codes(crowds(first, second, "", ""), Code::P0804);
        assert_eq!(found.len(), told, "{first} {second}: {found:#?}");
    }
    // A second server that all ask as well is the same retries; one that bears fewer is told.
    assert_eq!(codes(crowds(600, 600, "", "on files"), Code::P0804).len(), 1);
    for (more, requests) in [("", 2), ("on files", 1)] {
        let found = codes(crowds(400, 400, "capacity 10", more), Code::P0805);
        let asked = found.first().map(|finding| finding.message.clone()).unwrap_or_default();
        let expected = if more.is_empty() { 1 } else { 2 };
        assert_eq!(found.len(), expected, "{found:#?}");
        assert!(asked.contains(&format!("{} times a second", 20 * requests)), "{asked}");
    }
    assert_eq!(codes(crowds(200, 200, "capacity 20", ""), Code::P0805).len(), 0);
}

#[test]
fn servers_are_listed_by_their_whole_names() {
    let with = |list: &str, more: &str| {
        format!(
            "{SERVER}{OFFICE}profile a {{ fetch http \"/$MA.xml\"  Restricted_Access_Domains = \"{list}\"\n  {more} }}\n\
             fleet desks {{ server prov  network office  profiles a  bootstrap dhcp 160  phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\" }} }}"
        )
    };
    told(
        Code::P0909,
        &[
            &with("prov.example.com, example.com", "Proxy[1] = \"sip.example.com\""),
            &with("prov.example.com", "Cisco_Headset_Upgrade_Rule = \"http://h.test/x\""),
        ],
        &[&with("prov.example.com, sip.example.com", "Proxy[1] = \"SIP.example.com:5060\"")],
    );
    // The domains are to blame, not the rule that they cut off.
    for list in ["example.com", "files.example.com"] {
        let found = findings(&with(list, ""));
        let cut: Vec<_> = found.iter().filter(|finding| finding.code == Code::P0607).collect();
        let [finding] = cut.as_slice() else { panic!("{found:#?}") };
        assert!(finding.message.starts_with("`Restricted_Access_Domains`"), "{}", finding.message);
    }
    assert_eq!(findings(&with("prov.example.com", "")), []);
}

#[test]
fn loads_that_a_redirect_leads_on() {
    let with = |redirect: &str| {
        let text = format!(
            "server prov {{ name \"prov.example.com\"  address 192.168.50.10  http {{ {redirect} }} }}\n\
             server files {{ name \"files.example.com\"  address 192.168.50.11  http {{ }}  images \"there\" }}\n\
             profile a {{ fetch http \"/$MA.xml\" }}\nfleet desks {{ server prov  profiles a\n\
             rule Upgrade_Rule raw \"http://prov.example.com/fw/sip88xx.11-3-7MPP0001-272.loads\"\n phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\" }} }}"
        );
        let files = [("images/other.loads", "x"), ("there/sip88xx.11-3-7MPP0001-272.loads", "x")];
        let planned = plan(&text, &files);
        let told = planned.findings().iter().filter(|one| one.code == Code::P0708);
        told.map(|one| one.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(with(""), ["`images/sip88xx.11-3-7MPP0001-272.loads` is not there"]);
    assert_eq!(with("redirect \"/fw/\" to \"http://prov.example.com/fw2/\"").len(), 1);
    for led in ["http://files.example.com/fw/", "http://cdn.test/fw/"] {
        assert_eq!(with(&format!("redirect \"/fw/\" to \"{led}\"")), [""; 0], "{led}");
    }
}

#[test]
fn a_loop_and_what_meets_it_are_one_finding() {
    let with = |first: &str, second: &str| {
        format!(
            "{SERVER}profile a {{ fetch http \"/$MA.xml\"\n  {first}\n}}\nprofile b {{ fetch http \"/b/$MA.xml\"\n  {second}\n}}\n\
             fleet desks {{ server prov  profiles a, b  phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\" }} }}"
        )
    };
    let (turns, each) =
        ("for n in 1..3 { Proxy[n] = \"a\" }", "Proxy[1] = \"b\"\n  Proxy[2] = \"b\"\n  Proxy[3] = \"b\"");
    let other = turns.replace("\"a\"", "\"b\"");
    for (first, second) in [(turns, each), (turns, other.as_str()), (each, turns)] {
        let found = findings(&with(first, second));
        let twice: Vec<_> = found.iter().filter(|one| one.code == Code::P0602).collect();
        let expected = if first == each { 3 } else { 1 };
        // Under a loop all that it meets is one; of statements that a loop meets it is the loop.
        assert!(twice.len() <= expected && !twice.is_empty(), "{found:#?}");
    }
    assert_eq!(count(&with(turns, each), Code::P0602), 1);
    assert_eq!(count(&with(&format!("{turns}\n  {each}"), ""), Code::P0610), 1);
    assert_eq!(
        count(&with("Proxy[1] = \"a\"\n  Proxy[2] = \"a\"", "Proxy[1] = \"b\"\n  Proxy[2] = \"b\""), Code::P0602),
        2
    );
}

#[test]
fn advice_on_a_load_is_told_once() {
    let text = format!(
        "{SERVER}profile a {{ fetch http \"/$MA.xml\" }}\nfirmware new {{ release \"11.3(1)\" }}\n\
         fleet one {{ server prov  profiles a  upgrade {{ to new  fetch http \"/fw\" }}  phone 00:0e:08:ab:cd:01 {{ model \"CP-6821-3PCC\" }} }}\n\
         fleet two {{ server prov  profiles a  upgrade {{ to new  fetch http \"/fw\" }}  phone 00:0e:08:ab:cd:02 {{ model \"CP-6821-3PCC\" }} }}"
    );
    let one = text.lines().filter(|line| !line.starts_with("fleet two")).collect::<Vec<_>>().join("\n");
    assert!(count(&one, Code::P0711) > 0, "{:#?}", findings(&one));
    assert_eq!(count(&text, Code::P0711), count(&one, Code::P0711));
}

#[test]
fn phones_are_named_where_a_text_is_wrong() {
    let with = |statement: &str, fleet: &str| {
        format!(
            "{SERVER}profile shared {{ {statement} }}\nprofile a {{ fetch http \"/$MA.xml\"\n  include shared\n}}\n\
             firmware new {{ release \"11.3(7)\" }}\nfleet desks {{ server prov  profiles a  {fleet}\n\
             phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\" }}\n phone 00:0e:08:ab:cd:02 {{ model \"CP-8841-3PCC\" }} }}"
        )
    };
    for (code, statement, fleet) in [
        (Code::P0501, "Upgrade_Rule = \"(1 eq 1) http://h.test/x.loads\"", ""),
        (Code::P0509, "Upgrade_Rule = \"/x.loads\"", ""),
        (Code::P0509, "", "rule Profile_Rule_B raw \"http://h.test\""),
        (Code::P0512, "GPP_A = \"x | y\"\n  Custom_CA_Rule = \"http://h.test/$A\"", ""),
        (Code::P0710, "Upgrade_Enable = no", "upgrade { to new  fetch http \"/fw\" }"),
    ] {
        let found = findings(&with(statement, fleet));
        let finding = found.iter().find(|finding| finding.code == code).unwrap_or_else(|| panic!("{code}: {found:#?}"));
        let named =
            finding.notes.iter().any(|note| note.contains("2 of fleet `desks`") && note.contains("00:0e:08:ab:cd:01"));
        assert!(named, "{finding:#?}");
    }
}

#[test]
fn a_story_is_told_to_those_who_know_of_notes_only() {
    let text = format!(
        "{SERVER}{OFFICE}profile a {{ fetch http \"/$MA.xml\"  Provision_Enable = no }}\n\
         fleet desks {{ server prov  network office  profiles a  bootstrap dhcp 160  phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\" }} }}"
    );
    let planned = plan(&text, &[]);
    let document = Document::new(planned.findings(), planned.sources(), 1);
    let entry = document.diagnostics.iter().find(|entry| entry.code == "P0607").expect("a story");
    let told: Vec<&str> = entry.related.iter().map(|related| related.message.as_str()).collect();
    assert!(!entry.story.is_empty());
    for step in &entry.story {
        let step = format!("{}  {}", step.at, step.what);
        assert!(told.contains(&step.as_str()), "{step}: {told:?}");
    }
    assert!(told.iter().any(|one| one.contains("00:0e:08:ab:cd:01")), "{told:?}");
}

#[test]
fn certificates_of_names_that_phones_in_the_field_ask_for() {
    let key = rcgen::KeyPair::generate().expect("a key");
    let pem = |names: &[&str]| {
        let mut params = rcgen::CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
            .expect("names");
        params.distinguished_name.push(rcgen::DnType::CommonName, "server");
        let mut authority = rcgen::CertificateParams::default();
        authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        authority.distinguished_name.push(rcgen::DnType::CommonName, "Example CA");
        let authority = rcgen::Issuer::new(authority, rcgen::KeyPair::generate().expect("a key"));
        params.signed_by(&key, &authority).expect("signs").pem()
    };
    let program = |name: &str, zone: &str| {
        format!(
            "server prov {{ name \"{name}\"  address 192.168.50.10  https {{ certificate \"a.pem\"  key file(\"a.key\") }}  dhcp {{ }} }}\n{zone}\n\
             network office {{ server prov  subnet 192.168.50.0/24  pool 192.168.50.100 .. 192.168.50.199  ntp 192.168.50.1 }}\n\
             profile a {{ fetch https \"/$MA.xml\" }}\n\
             fleet desks {{ server prov  network office  profiles a  bootstrap dhcp 160  phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\" }} }}"
        )
    };
    let zone = "zone \"example.com\" { a \"old\" 192.168.50.10\n a \"new\" 192.168.50.10 }";
    let told = |before: &str, now: &str, names: &[&str]| {
        let secret = key.serialize_pem();
        let (was, is) = (pem(&["old.example.com", "new.example.com"]), pem(names));
        let before = plan(before, &[("a.pem", &was), ("a.key", &secret)]);
        assert!(before.findings().iter().all(|one| one.severity < Severity::Error), "{:#?}", before.findings());
        let now = plan(now, &[("a.pem", &is), ("a.key", &secret)]).against(before);
        let told = now.findings().iter().filter(|one| one.code == Code::P0907);
        told.map(|one| one.message.clone()).collect::<Vec<_>>()
    };
    let (old, new) = (program("old.example.com", zone), program("new.example.com", zone));
    let said = "the certificate of `prov` does not name `old.example.com`, which phones in the field ask for";
    assert_eq!(told(&old, &new, &["new.example.com"]), [said]);
    let alias = program("new.example.com", "zone \"example.com\" { a \"new\" 192.168.50.10\n cname \"old\" \"new\" }");
    assert_eq!(told(&old, &alias, &["new.example.com"]), [said]);
    // It names both, or nobody asked by another name, or nobody is reached by it any more (which a story tells).
    assert_eq!(told(&old, &new, &["new.example.com", "old.example.com"]), [""; 0]);
    assert_eq!(told(&new, &new, &["new.example.com"]), [""; 0]);
    assert_eq!(told(&old, &program("new.example.com", ""), &["new.example.com"]), [""; 0]);
    // A program with errors is mended first.
    let neither = told(&old, &new, &["third.example.com"]);
    assert_eq!(neither, ["the certificate of `prov` does not name `new.example.com`"]);
}

#[test]
fn a_rule_that_is_withdrawn_and_leads_nowhere_is_one_finding() {
    let program = |profiles: &str| {
        format!(
            "{SERVER}{OFFICE}profile a {{ fetch http \"/$MA.xml\" }}\nprofile b {{ fetch http \"/b/$MA.xml\"  GPP_B = \"x\" }}\n\
             fleet desks {{ server prov  network office  profiles {profiles}  bootstrap dhcp 160  phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\" }} }}"
        )
    };
    let now = plan(&program("a"), &[]).against(plan(&program("a, b"), &[]));
    let of = |code: Code| now.findings().iter().filter(|one| one.code == code).collect::<Vec<_>>();
    let (withdrawn, stories) = (of(Code::P0611), of(Code::P1001));
    let ([story], [other]) = (stories.as_slice(), withdrawn.as_slice()) else { panic!("{:#?}", now.findings()) };
    assert!(story.notes.iter().any(|note| note.contains("`Profile_Rule_B` is withdrawn")), "{story:#?}");
    // What else is withdrawn is told as ever.
    assert!(other.message.contains("GPP_B") && !format!("{other:?}").contains("Profile_Rule_B"), "{other:#?}");
    let back = program("a").replace("bootstrap dhcp 160", "bootstrap dhcp 160  rule Profile_Rule_B raw \"\"");
    let now = plan(&back, &[]).against(plan(&program("a, b"), &[]));
    assert!(now.findings().iter().all(|one| one.code != Code::P1001), "{:#?}", now.findings());
}

/// Each pool for itself is asked of the phones that are nowhere else; several together of those that are on no others.
#[test]
fn pools_of_several_networks_hold_their_phones() {
    let of = |first: &str, second: &str| {
        let phones: String =
            (1..=5).map(|n| format!("  phone 00:0e:08:ab:cd:0{n} {{ model \"CP-8841-3PCC\" }}\n")).collect();
        format!(
            "{SERVER}network one {{ server prov  subnet 192.168.50.0/24  pool {first} }}\n\
             network two {{ server prov  subnet 192.168.60.0/24  pool {second}  router 192.168.60.1  relay 192.168.60.1 }}\n\
             profile a {{ fetch http \"/$MA.xml\" }}\n\
             fleet desks {{ server prov  network one, two  profiles a\n{phones}}}"
        )
    };
    let single = |net: u8| format!("192.168.{net}.100 .. 192.168.{net}.100");
    told(
        Code::P0904,
        &[&of(&single(50), &single(60)), &of("192.168.50.100 .. 192.168.50.102", &single(60))],
        &[&of("192.168.50.100 .. 192.168.50.103", &single(60)), &of(&single(50), "192.168.60.100 .. 192.168.60.199")],
    );
}

#[test]
fn a_pool_gives_no_address_of_the_subnet_s_own() {
    let of = |subnet: &str, pool: &str| {
        format!(
            "{SERVER}network one {{ server prov  subnet {subnet}  pool {pool} }}\nprofile a {{ fetch http \"/$MA.xml\" }}\n\
             fleet desks {{ server prov  network one  profiles a  phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\" }} }}"
        )
    };
    told(
        Code::P0901,
        &[
            &of("192.168.50.0/24", "192.168.50.200 .. 192.168.50.255"),
            &of("192.168.50.0/24", "192.168.50.0 .. 192.168.50.9"),
            // What lies beyond has one finding.
            &of("192.168.50.0/24", "192.168.50.200 .. 192.168.51.20"),
        ],
        &[
            &of("192.168.50.0/24", "192.168.50.200 .. 192.168.50.254"),
            &of("192.168.48.0/22", "192.168.50.200 .. 192.168.50.255"),
        ],
    );
}
