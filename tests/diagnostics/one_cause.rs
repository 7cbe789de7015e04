//! Mistakes that show in many places, or in another than where they were made: each is one finding, where it is to be mended.

use prov::compile::Options;
use prov::diagnostic::{Code, Diagnostic, Severity};
use prov::language::{FileFault, Files, MemoryFiles};
use prov::pipeline;

fn plan(files: &[(&str, &[u8])]) -> Vec<Diagnostic> {
    let files = files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
    pipeline::plan(&MemoryFiles(files), "main.prov", &Options::default()).findings().to_vec()
}

fn told(text: &str) -> Vec<Diagnostic> {
    plan(&[("main.prov", text.as_bytes())])
}

/// The code, message and help of the only finding.
#[track_caller]
fn only(found: &[Diagnostic]) -> (Code, &str, &str) {
    let [finding] = found else { panic!("{found:#?}") };
    (finding.code, &finding.message, finding.help.as_deref().unwrap_or_default())
}

fn office(network: &str, profile: &str, fleet: &str) -> String {
    format!(
        r#"use cisco.mpp
server prov {{ name "prov.example.com"  address 192.168.50.10  http {{ port 80 }}  dhcp {{ port 67 }} }}
network office {{ server prov  subnet 192.168.50.0/24  pool 192.168.50.100 .. 192.168.50.199 }}
{network}
profile account {{
  fetch http "/phones/$MA.xml"
{profile}
}}
fleet desks {{
  server prov  profiles account
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC"  extension "101"  name "Front desk" }}
{fleet}
}}
"#
    )
}

const LED: &str = "  network office  bootstrap dhcp 160";

#[test]
fn a_name_that_does_not_fit_is_one_finding_wherever_it_is_used() {
    let body = "Voice_Mail_Number = mailbox\n  User_ID[1] = mailbox\n  Display_Name[1] = mailbox";
    let found = told(
        &format!("let mailbox = 8000\n{}", office("", body, LED))
            .replace("let mailbox = 8000\nuse cisco.mpp", "use cisco.mpp\nlet mailbox = 8000"),
    );
    let (code, message, help) = only(&found);
    assert_eq!((code, message), (Code::P0301, "`Voice_Mail_Number` takes a phone number, not an int"));
    assert_eq!(help, "write it in quotes: \"8000\", where `mailbox` is declared");
}

#[test]
fn a_loop_that_goes_too_far_is_one_finding_at_its_range() {
    for (body, message, help) in [
        ("for n in 2..30 { Short_Name[n] = \"x\" }", "`CP-8841-3PCC` has no line key 11", "write `2..10`"),
        (
            "for n in 2..30 {\n Short_Name[n] = \"x\"\n Extension[n] = \"1\"\n }",
            "`CP-8841-3PCC` has no line key 11",
            "write `2..10`",
        ),
        ("for n in 0..4 { Proxy[n] = \"x\" }", "`Proxy[0]` does not exist", "write `1..4`"),
        ("for n in 1..40 { Speed_Dial[n]_Name = \"x\" }", "`Speed_Dial[1]_Name` does not exist", "write `2..9`"),
        ("for n in 20..30 { Proxy[n] = \"x\" }", "`Proxy[20]` does not exist", ""),
        ("for n in [1, 20, 30] { Proxy[n] = \"x\" }", "`Proxy[20]` does not exist", ""),
        ("for n in 1..4 { Proxy[n + 20] = \"x\" }", "`Proxy[21]` does not exist", ""),
        (
            "for n in 1..3 {\n for k in 1..28 { Unit[n]_Key[k] = \"fnc=sd;sub=101@sip.example.com;nme=x\" }\n }",
            "`CP-8841-3PCC` takes no expansion module",
            "",
        ),
        ("for n in 1..4 { Dial_Plan[n] = \"(x\" }", "`Dial_Plan[1]` is not a dial plan", ""),
    ] {
        let found = told(&office("", body, LED));
        let (_, said, offered) = only(&found);
        assert_eq!((said, offered), (message, help), "{body}");
    }
    assert_eq!(told(&office("", "for n in 2..10 { Short_Name[n] = \"x\" }", LED)), []);
    // What is wrong in two loops is told of both.
    let both = "for n in 2..11 { Short_Name[n] = \"x\" }\n for k in 2..12 { Extension[k] = \"1\" }";
    assert_eq!(told(&office("", both, LED)).len(), 2);
}

#[test]
fn a_fleet_that_was_copied_is_one_finding_whatever_its_size() {
    let phones: String =
        (1..30).map(|n| format!("  phone 00:0e:08:ab:cd:{n:02x} {{ model \"CP-8841-3PCC\" }}\n")).collect();
    let fleet = |name: &str| {
        format!("fleet {name} {{\n  server prov  profiles account  network office  bootstrap dhcp 160\n{phones}}}\n")
    };
    let program = |second: &str| {
        let text = office("", "  Proxy[1] = \"a.example\"", "");
        let start = text.find("fleet desks").expect("a fleet");
        format!("{}{}{}", &text[..start], fleet("desks"), second)
    };
    let found = told(&program(&fleet("desks")));
    assert_eq!(only(&found).1, "fleet `desks` is declared twice");
    let found = told(&program(&fleet("others")));
    assert_eq!(only(&found).1, "`00:0e:08:ab:cd:01` and 28 more phones are in two fleets");
    // Phones of one's own beside them, and some of the others': each is named.
    let mixed = "fleet others {\n  server prov  profiles other  network office  bootstrap manual\n  \
                 phone 00:0e:08:ab:cd:01 { model \"CP-8841-3PCC\" }\n  phone 00:0e:08:ab:cd:02 { model \"CP-8841-3PCC\" }\n  \
                 phone 00:0e:08:ab:ce:01 { model \"CP-8841-3PCC\" }\n}\nprofile other { fetch http \"/others/$MA.xml\" }\n";
    let found = told(&program(mixed));
    assert_eq!(found.iter().filter(|finding| finding.code == Code::P0310).count(), 2, "{found:#?}");
}

#[test]
fn a_copied_server_is_one_finding_at_its_address() {
    let ports = "http { port 80 }  tftp { port 69 }  dns { port 53 }";
    let servers =
        |second: &str| told(&format!("server one {{ address 192.168.50.10  {ports} }}\nserver two {{ {second} }}\n"));
    let found = servers(&format!("address 192.168.50.10  {ports}"));
    let help = "give `two` an address of its own, or other ports";
    assert_eq!(only(&found), (Code::P0911, "servers `two` and `one` have the ports of one address", help));
    assert_eq!(
        found[0].labels.first().map(|label| label.text.as_str()),
        Some("both take 80 (http), 69 (tftp), 53 (dns) here")
    );
    // One port in common is told of that port, as is a port that one server has twice.
    let found = servers("address 192.168.50.10  http { port 8080 }  tftp { port 69 }");
    assert_eq!(only(&found).1, "port 69 is taken by two services");
    let found = servers("address 192.168.50.11  http { port 80 }  https { port 80 }");
    assert_eq!(found.iter().filter(|finding| finding.code == Code::P0911).count(), 1);
    // Neighbours: another address, or other ports.
    for sound in
        [format!("address 192.168.50.11  {ports}"), "address 192.168.50.10  http { port 8080 }  dns { port 54 }".into()]
    {
        assert!(!servers(&sound).iter().any(|finding| finding.code == Code::P0911), "{sound}");
    }
    // Each of several addresses that were copied is one.
    let two = format!("server one {{ address 192.168.50.10, 192.168.50.11  {ports} }}\n");
    let found = told(&format!("{two}{}", two.replace("one", "two")));
    assert!(found.iter().filter(|finding| finding.code == Code::P0911).count() <= 2, "{found:#?}");
}

#[test]
fn a_forgotten_use_is_one_finding_that_names_the_file() {
    let sites = "let domain = \"sip.example.com\"\nsecret word = env(\"WORD\")\nfn label(x: string): string = x\n\
                 server prov { address 192.168.50.10  http { port 80 } }\n\
                 network office { server prov  subnet 192.168.50.0/24  pool 192.168.50.100 .. 192.168.50.199 }\n";
    let main = "use cisco.mpp\nprofile account {\n  fetch http \"/$MA.xml\"\n  Proxy[1] = domain\n  \
                Display_Name[1] = label(\"x\")\n}\nfleet desks {\n  server prov  profiles account  network office\n  \
                phone 00:0e:08:ab:cd:01 { model \"CP-8841-3PCC\" }\n}\n";
    let with = |files: &[(&str, &str)]| {
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        plan(&files)
    };
    let found = with(&[("main.prov", main), ("sites.prov", sites)]);
    assert_eq!(only(&found), (Code::P0201, "unknown name `domain`", "add `use \"./sites.prov\"` at the top"));
    // One that another brings in needs no `use` of its own.
    let (lets, rest) = sites.split_once("server").expect("a server");
    let outer = format!("use \"./names.prov\"\nserver{rest}");
    let found = with(&[("main.prov", main), ("sites/names.prov", lets), ("sites/outer.prov", &outer)]);
    assert_eq!(only(&found).2, "add `use \"./sites/outer.prov\"` at the top");
    // Two that do not know each other are two.
    let found = with(&[("main.prov", main), ("a.prov", lets), ("b.prov", &format!("server{rest}"))]);
    let helps: Vec<&str> = found.iter().filter_map(|finding| finding.help.as_deref()).collect();
    assert_eq!(helps, ["add `use \"./a.prov\"` at the top", "add `use \"./b.prov\"` at the top"]);
    // A file that declares none of it is no cure.
    let found = with(&[("main.prov", main), ("other.prov", "let unlike = 1\n")]);
    assert!(found.len() > 2 && !found.iter().any(|finding| format!("{finding:?}").contains("other.prov")));
    // What is misspelt stays misspelt beside it.
    let found = with(&[("main.prov", &main.replace("Proxy[1]", "Proxi[1]")), ("sites.prov", sites)]);
    assert_eq!(found.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::P0205, Code::P0201]);
}

#[test]
fn a_server_that_cannot_be_read_has_no_certificate_to_be_wrong() {
    let text = |name: &str| {
        format!(
            "use cisco.mpp\nserver prov {{ name {name}  address 192.168.50.10  https {{ certificate \"a.pem\"  key file(\"a.key\") }} }}\n\
             profile account {{ fetch https \"/$MA.xml\" }}\n\
             fleet desks {{ server prov  profiles account  phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\" }} }}\n"
        )
    };
    let files = |text: &str| {
        let pem = include_bytes!("../support/server.pem");
        plan(&[("main.prov", text.as_bytes()), ("a.pem", pem), ("a.key", b"x")])
    };
    let found = files(&text("prov.example.com"));
    assert_eq!(only(&found).0, Code::P0201);
    assert!(files(&text("\"elsewhere.example.com\"")).iter().any(|finding| finding.code == Code::P0907));
}

#[test]
fn who_signed_the_phones_certificates_is_read_as_pem() {
    let text = "server prov { address 192.168.50.10  https { certificate \"a.pem\"  key file(\"a.key\")  clients require \"ca.pem\" } }\n";
    let with = |ca: &[u8]| {
        let pem = include_bytes!("../support/server.pem");
        plan(&[("main.prov", text.as_bytes()), ("a.pem", pem), ("a.key", b"x"), ("ca.pem", ca)])
    };
    assert_eq!(with(include_bytes!("../support/server.pem")), []);
    let found = with(&[0x30, 0x82, 1, 2]);
    let help = "write it anew: `openssl x509 -inform der -in ca.pem -out ca.pem.pem`";
    assert_eq!(only(&found), (Code::P0907, "`ca.pem` holds no certificate", help));
    for other in [&b""[..], b"-----BEGIN PRIVATE KEY-----\n", b"0"] {
        assert_eq!(only(&with(other)).0, Code::P0907);
    }
}

#[test]
fn what_a_fleet_lacks_is_not_told_as_unused() {
    let text = office("", "", LED);
    for (without, message) in [
        (text.replace("  server prov  profiles account\n", "  server prov\n"), "fleet `desks` has no profiles"),
        (text.replace("network office  bootstrap", "bootstrap"), "fleet `desks` has no network"),
    ] {
        let found = told(&without);
        assert_eq!(only(&found).1, message);
    }
    let inventory =
        text.replace("profile account", "inventory all from \"all.csv\" { mac : mac  model : model }\nprofile account");
    let start = inventory.find("  phone 00").expect("a phone");
    let end = inventory[start..].find('\n').expect("a line") + start;
    let found = told(&format!("{}{}", &inventory[..start], &inventory[end..]));
    let codes: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(codes, ["fleet `desks` has no phones"], "{found:#?}");
}

#[test]
fn networks_that_nothing_tells_apart_are_told() {
    let second = |subnet: &str, more: &str| {
        format!("network annex {{ server prov  subnet {subnet}  pool 192.168.50.200 .. 192.168.50.240  {more} }}")
    };
    let both = "  network office, annex  bootstrap dhcp 160";
    for subnet in ["192.168.50.0/24", "192.168.50.192/26", "192.168.0.0/16"] {
        let more = if subnet.ends_with("26") { "relay 192.168.50.193" } else { "" };
        let found = told(&office(&second(subnet, more), "", both));
        let apart = found.iter().filter(|finding| finding.message == "nothing tells network `annex` from `office`");
        assert_eq!(apart.count(), usize::from(more.is_empty()), "{found:#?}");
    }
    // A relay says which is meant; and so does the fleet, where each has its own.
    assert_eq!(told(&office(&second("192.168.50.0/24", "relay 192.168.50.2"), "", both)), []);
    let other = "\n}\nfleet others { server prov  profiles account  network annex  bootstrap dhcp 160\n  \
                 phone 00:0e:08:ab:cd:02 { model \"CP-8841-3PCC\" }";
    assert_eq!(told(&office(&second("192.168.50.0/24", ""), "", &format!("{LED}{other}"))), []);
}

#[test]
fn a_fleet_that_our_own_dhcp_answers_says_how_it_is_found() {
    let found = told(&office("", "", "  network office"));
    let [finding] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!((finding.code, finding.severity), (Code::P0212, Severity::Note));
    for fleet in [LED, "  network office  bootstrap manual", ""] {
        assert!(told(&office("", "", fleet)).iter().all(|finding| finding.code != Code::P0212), "{fleet}");
    }
    // Somebody else's DHCP may tell them.
    assert_eq!(told(&office("", "", "  network office").replace("dhcp { port 67 }", "")), []);
}

#[test]
fn names_of_values_in_quotes_are_doubted_where_they_are_whole() {
    for (value, help) in [
        ("\"phone.name\"", "write `phone.name`"),
        ("\"phone.ext\"", "write `phone.extension`"),
        ("\"Desk phone.extension\"", "write `{phone.extension}`"),
        ("\"<phone.name>\"", "write `{phone.name}`"),
        ("\"{phone.name} (phone.extension)\"", "write `{phone.extension}`"),
    ] {
        let found = told(&office("", &format!("  Display_Name[1] = {value}"), LED));
        let (code, _, offered) = only(&found);
        assert_eq!((code, offered), (Code::P0315, help), "{value}");
    }
    for value in [
        "\"phone.example.com\"",
        "\"my.phone.name.example\"",
        "\"phone.zz\"",
        "\"headphone.name\"",
        "\"a phone. name it\"",
        "\"phone.name-server\"",
    ] {
        assert_eq!(told(&office("", &format!("  Display_Name[1] = {value}"), LED)), [], "{value}");
    }
}

#[test]
fn a_folder_of_images_that_is_not_there_is_told_where_it_is_named() {
    let text = "use cisco.mpp\nuse cisco.firmware\nserver prov { address 192.168.50.10  http { port 80 }  images \"loads\" }\n\
                firmware new { release \"11.3(7)\" }\nprofile account { fetch http \"/$MA.xml\" }\n\
                fleet desks { server prov  profiles account  upgrade { to new  fetch http \"/fw\" }\n  \
                phone 00:0e:08:ab:cd:01 { model \"CP-8841-3PCC\" } }\n";
    let at = |text: &str, word: &str| text.find(word).expect("the word") as u32;
    let note = |text: &str| {
        let found = told(text);
        found.iter().find(|finding| finding.code == Code::P0708).map(|finding| finding.span().start).expect("a note")
    };
    assert_eq!(note(text), at(text, "\"loads\""));
    let usual = text.replace("  images \"loads\"", "");
    assert_eq!(note(&usual), at(&usual, "new  fetch"));
}

#[test]
fn what_differs_in_a_derived_rule_is_not_to_be_moved() {
    let text = "use cisco.mpp\nserver prov { address 192.168.50.10  http { port 80 } }\n\
                profile common { fetch http \"/common/$PSN.xml\" }\nprofile site { fetch http \"/site/{phone.site}.xml\" }\n\
                profile account { fetch http \"/$MA.xml\" }\nfleet desks { server prov  profiles common, site, account\n  \
                phone 00:0e:08:ab:cd:01 { model \"CP-8841-3PCC\"  site \"a\" }\n  \
                phone 00:0e:08:ab:cd:02 { model \"CP-8841-3PCC\"  site \"b\" }\n}\n";
    let found = told(text);
    let (code, message, help) = only(&found);
    assert_eq!((code, message), (Code::P0402, "`Profile_Rule_B` differs between phones that fetch the same file"));
    assert!(help.starts_with("put `$MA` in the path of `common`") && !help.contains("move"), "{help}");
}

/// A folder that counts what is read of it.
struct Counted {
    files: MemoryFiles,
    read: std::cell::Cell<usize>,
}

impl Files for Counted {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileFault> {
        let bytes = self.files.read(path)?;
        self.read.set(self.read.get() + bytes.len());
        Ok(bytes)
    }

    fn size(&self, path: &str) -> Option<u64> {
        self.files.size(path)
    }

    fn is_folder(&self, path: &str) -> bool {
        self.files.is_folder(path)
    }

    fn programs(&self) -> Vec<String> {
        self.files.programs()
    }
}

#[test]
fn what_lies_beside_a_program_costs_little_however_much_it_is() {
    let main = "use cisco.mpp\nserver prov { address 192.168.50.10  http { port 80 } }\n\
                profile account {\n  fetch http \"/$MA.xml\"\n  Proxy[1] = domain\n}\n\
                fleet desks {\n  server prov  profiles account\n  phone 00:0e:08:ab:cd:01 { model \"CP-8841-3PCC\" }\n}\n";
    let comments = |octets: usize| "// nothing of use stands in this line of the file\n".repeat(octets / 50);
    let with = |others: &[(String, String)]| {
        let own = ("main.prov".to_owned(), main.to_owned());
        let all = others.iter().cloned().chain([own]).map(|(name, text)| (name, text.into_bytes()));
        let files = Counted { files: MemoryFiles(all.collect()), read: 0.into() };
        let planned = pipeline::plan(&files, "main.prov", &Options::default());
        let helps: Vec<String> = planned.findings().iter().filter_map(|finding| finding.help.clone()).collect();
        (helps.concat(), files.read.get() - main.len())
    };
    let declares = || ("sites.prov".to_owned(), "let domain = \"sip.example.com\"\n".to_owned());
    let large: Vec<(String, String)> = (0..20).map(|at| (format!("a{at}.prov"), comments(1 << 20))).collect();
    let (helps, read) = with(&large);
    assert!(read <= 4 << 20 && !helps.contains("use \"./"), "{read}: {helps}");
    // Where there is room, they do not hide the one that matters; a name in a comment or a block is no declaration.
    let some: Vec<(String, String)> = large.into_iter().take(3).chain([declares()]).collect();
    assert!(with(&some).0.contains("add `use \"./sites.prov\"`"));
    for other in ["// let domain = 1\n", "profile x {\n  let domain\n}\n", "fn domain(x: int): int = x\n"] {
        assert!(!with(&[("sites.prov".to_owned(), other.to_owned())]).0.contains("use \"./"), "{other}");
    }
    // One that is so large is no file of a project.
    let huge = format!("{}{}", declares().1, comments(300_000));
    assert!(!with(&[("sites.prov".to_owned(), huge)]).0.contains("use \"./"));
}
