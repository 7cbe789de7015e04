//! One cause, one finding: what shows it in several places is listed there, and what only follows from it is left out.

use prov::compile::Options;
use prov::diagnostic::Code;
use prov::language::MemoryFiles;
use prov::pipeline;

/// Code, message, reason and help of each finding but notes on releases.
fn told(text: &str) -> Vec<(Code, String, String, String)> {
    let planned = pipeline::plan(&MemoryFiles::single(text), "main.prov", &Options::default());
    let wrong = planned.findings().iter().filter(|finding| !matches!(finding.code, Code::P0708 | Code::P0711));
    wrong
        .map(|finding| {
            let labels: Vec<&str> = finding.labels.iter().map(|label| label.text.as_str()).collect();
            let help = finding.help.clone().unwrap_or_default();
            (finding.code, finding.message.clone(), labels.join(" | "), help)
        })
        .collect()
}

fn shared(path: &str, body: &str) -> String {
    format!(
        r#"use cisco.mpp
server prov {{ address 192.168.50.10  http {{ port 80 }} }}
profile account {{
  fetch http "{path}"
{body}
}}
fleet desks {{
  server prov  profiles account
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC"  extension "101" }}
  phone 00:0e:08:ab:cd:02 {{ model "CP-8841-3PCC"  extension "102" }}
  phone 00:0e:08:ab:cd:03 {{ model "CP-8841-3PCC"  extension "103" }}
}}
"#
    )
}

#[test]
fn a_path_that_phones_share_is_one_finding_for_all_parameters() {
    let body: String = (1..=9).map(|line| format!("  Display_Name[{line}] = phone.extension\n")).collect();
    let all = told(&shared("/phones/$PSN.xml", &body));
    let [(code, message, _, help)] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(*code, Code::P0402);
    assert!(message.ends_with(" and 6 more differ between phones that fetch the same file"), "{message}");
    assert!(help.starts_with("put `$MA` in the path"), "{help}");
    let two = told(&shared("/phones/$PSN.xml", "  User_ID[1] = phone.extension\n  GPP_A = phone.extension"));
    assert!(two.len() == 1 && !two[0].1.contains("more"), "{two:?}");
    let one = told(&shared("/phones/$PSN.xml", "  User_ID[1] = phone.extension"));
    assert!(one.len() == 1 && one[0].1.contains("` differs between"), "{one:?}");
    assert_eq!(told(&shared("/phones/$MA.xml", &body)), []);
}

/// A profile with a key of its own for each phone; `keys` as given, `profiles` in this order.
fn sealed(https: &str, keys: &str, order: &str) -> String {
    format!(
        r#"use cisco.mpp
secret k = env("K")
server prov {{
  name "prov.example.com"  address 192.168.50.10
  http {{ port 80 }}
  https {{ port 443  certificate "a.pem"  key file("a.key")  {https} }}
}}
profile keys {{ {keys} }}
profile account {{ fetch http "/$MA.cfg"
  seal aes256cbc key derive(k, phone.mac)
}}
fleet desks {{
  server prov  profiles {order}
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC" }}
}}
"#
    )
}

#[test]
fn a_key_without_a_way_says_which_profile_failed_and_why() {
    let requires = "clients require \"ca.pem\"";
    let good = "fetch https \"/keys/$MA.xml\"";
    assert!(told(&sealed(requires, good, "keys, account")).iter().all(|finding| finding.0 != Code::P0404));
    for (https, keys, order, why, cure) in [
        (
            requires,
            "fetch http \"/keys/$MA.xml\"",
            "keys, account",
            "`keys`: fetched over http, not sealed",
            "over https",
        ),
        ("", good, "keys, account", "`keys`: fetched over https by anyone", "write `clients require`"),
        (requires, good, "account, keys", "`keys` could carry it, but phones fetch it later", "name `keys` before it"),
        (
            requires,
            "fetch https \"/keys.xml\"",
            "keys, account",
            "the path does not name the phone",
            "put `$MA` in the path",
        ),
    ] {
        let all = told(&sealed(https, keys, order));
        let all: Vec<_> = all.into_iter().filter(|finding| finding.0 == Code::P0404).collect();
        let [(_, _, labels, help)] = all.as_slice() else { panic!("{order}: {all:?}") };
        assert!(labels.contains(why) && help.contains(cure), "{labels}\n{help}");
    }
    let alone = told(&sealed(requires, good, "account"));
    assert!(alone.iter().any(|(code, _, why, _)| *code == Code::P0404 && why.contains("first")), "{alone:?}");
}

fn upgrade(release: &str, more: &str) -> String {
    format!(
        r#"use cisco.mpp
use cisco.firmware
server prov {{ name "prov.example.com"  address 192.168.50.10  http {{ port 80 }} }}
network office {{ server prov  subnet 192.168.50.0/24  pool 192.168.50.100 .. 192.168.50.199 }}
profile common {{ fetch http "/common/$PSN.xml" }}
firmware new {{ {release} }}
fleet desks {{
  server prov  profiles common
  upgrade {{ to new  fetch http "/firmware" }}
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC" }}
{more}
"#
    )
}

#[test]
fn models_without_a_load_share_one_finding() {
    let phones = "  network office
  phone 00:0e:08:ab:cd:02 { model \"CP-6821-3PCC\" }
  phone 00:0e:08:ab:cd:03 { model \"CP-7841-3PCC\" }
}";
    let all = told(&upgrade("load \"sip88xx.11-3-7MPP0001-999.loads\" for \"CP-8841-3PCC\"", phones));
    let lacks: Vec<_> = all.iter().filter(|finding| finding.0 == Code::P0701).collect();
    let [(_, message, _, help)] = lacks.as_slice() else { panic!("{all:?}") };
    assert!(["CP-6821-3PCC", "CP-7841-3PCC"].iter().all(|model| message.contains(model) && help.contains(model)));
}

#[test]
fn a_faulty_release_is_told_once() {
    let test = "  network office\n}\ntest \"t\" { phone 00:0e:08:ab:cd:01
  boot
  expect firmware == new
}";
    for (release, code) in [
        ("release \"11.3(77)\"", Code::P0201),
        ("load \"sip78xx.11-3-7MPP0001-999.loads\" for \"CP-8841-3PCC\"", Code::P0702),
    ] {
        let codes: Vec<Code> = told(&upgrade(release, test)).into_iter().map(|finding| finding.0).collect();
        assert_eq!(codes, [code], "{release}");
    }
}

#[test]
fn a_name_that_was_meant_is_not_unused() {
    let codes = |network: &str| -> Vec<Code> {
        let text = upgrade("release \"11.3(7)\"", &format!("  network {network}\n}}"));
        told(&text).into_iter().map(|finding| finding.0).collect()
    };
    assert_eq!(codes("offce"), [Code::P0201]);
    assert_eq!(codes("office"), []);
    assert!(codes("paris").contains(&Code::P0204));
}
