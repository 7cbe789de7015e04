//! Which network a phone is plugged into: what a column says is taken by `prov show` and tests, and held against the fleet.

use prov::compile::Options;
use prov::diagnostic::{Code, Diagnostic, Severity};
use prov::language::MemoryFiles;
use prov::pipeline::{self, Planned};
use prov::workflow::show::view;

const PROGRAM: &str = r#"use cisco.mpp

inventory all from "all.csv" {
  mac   : mac
  model : model
  site  : network
}

server prov { address 192.168.50.10  http { port 80 }  dhcp { port 67 } }

network ams {
  server prov
  subnet 192.168.50.0/24
  pool   192.168.50.100 .. 192.168.50.199
  domain "ams.example"
}

network ber {
  server prov
  subnet 10.2.0.0/24
  pool   10.2.0.100 .. 10.2.0.199
  router 10.2.0.1
  relay  10.2.0.1
  domain "ber.example"
}

network fra {
  server prov
  subnet 10.3.0.0/24
  pool   10.3.0.100 .. 10.3.0.199
  router 10.3.0.1
  relay  10.3.0.1
}

profile account {
  fetch http "/phones/$MA.xml"
  match phone.site {
    "ams" { Station_Name = "Amsterdam" }
    "ber" { Station_Name = "Berlin" }
    "fra" { Station_Name = "Frankfurt" }
  }
}

fleet desks {
  server    prov
  network   ams, ber, fra
  profiles  account
  bootstrap dhcp 160
  phones    all
}

test "a phone of Berlin is told Berlin's domain" {
  phone 00:0e:08:ab:cd:02
  boot
  expect Station_Name == "Berlin"
}
"#;

const ROWS: &str = "mac,model,site\n00:0e:08:ab:cd:01,CP-8841-3PCC,ams\n00:0e:08:ab:cd:02,CP-8841-3PCC,ber\n";

fn plan(program: &str, rows: &str) -> Planned {
    let mut files = MemoryFiles::single(program);
    files.0.insert("all.csv".into(), rows.into());
    pipeline::plan(&files, "main.prov", &Options::default())
}

fn home(planned: &Planned, last: u8) -> Option<String> {
    view(planned.served().expect("a plan"), prov::phone::Mac::new([0, 0x0e, 8, 0xab, 0xcd, last]))?.network
}

fn only(planned: &Planned) -> &Diagnostic {
    let [finding] = planned.findings() else { panic!("{:#?}", planned.findings()) };
    finding
}

#[test]
fn a_phone_is_where_its_column_says() {
    let planned = plan(PROGRAM, ROWS);
    assert_eq!(planned.findings(), []);
    assert_eq!([1, 2].map(|last| home(&planned, last)), [Some("ams".into()), Some("ber".into())]);
    // Without such a column, where the fleet's first network is.
    let optional = PROGRAM
        .replace("site  : network", "site  : network?")
        .replace("match phone.site", "match phone.site else \"ams\"");
    let planned = plan(&optional, &ROWS.replace(",ber", ","));
    assert_eq!(home(&planned, 2), Some("ams".into()));
}

#[test]
fn a_name_that_no_network_has_is_told_in_its_cell() {
    let planned = plan(PROGRAM, &ROWS.replace(",ber", ",berlin"));
    let finding = only(&planned);
    assert_eq!(finding.code, Code::P0309);
    assert_eq!(
        finding.message,
        "all.csv line 3, column 3 (site): \"berlin\": no network of the program has this name: ams, ber, fra"
    );
}

#[test]
fn a_network_that_the_fleet_is_not_on_is_told_once_for_all_of_its_phones() {
    let rows = format!("{ROWS}00:0e:08:ab:cd:03,CP-8841-3PCC,fra\n00:0e:08:ab:cd:04,CP-8841-3PCC,fra\n");
    let program =
        PROGRAM.replace("ams, ber, fra", "ams, ber").replace("network fra {", "network fra {\n  answer inform only");
    let planned = plan(&program, &rows);
    let finding = planned.findings().iter().find(|finding| finding.code == Code::P0901).expect("a finding");
    assert_eq!(finding.message, "`00:0e:08:ab:cd:03` is on network `fra`, where fleet `desks` is not");
    assert_eq!(finding.notes, ["so is 1 more of its phones"]);
    // Phones that another fleet takes are none of this one's.
    let program = program.replace("phones    all", "phones    all where phone.site != \"fra\"");
    assert!(!plan(&program, &rows).findings().iter().any(|finding| finding.code == Code::P0901));
}

#[test]
fn a_column_of_texts_that_names_them_is_noted() {
    let texts = PROGRAM.replace("site  : network", "site  : \"ams\" | \"ber\" | \"fra\"");
    let planned = plan(&texts, ROWS);
    let finding = only(&planned);
    assert_eq!((finding.code, finding.severity), (Code::P0901, Severity::Note));
    assert_eq!(finding.help.as_deref(), Some("declare it `site : network`"));
    // One that says the first network for all, or something else for one, says nothing of networks.
    for rows in [ROWS.replace(",ber", ",ams"), ROWS.replace(",ams", ",fra").replace(",ber", ",fra")] {
        let one = texts.replace("ams, ber, fra", "ams").replace("network   ams", "network   fra");
        assert!(!plan(&one, &rows).findings().iter().any(|finding| finding.code == Code::P0901), "{rows}");
    }
}

#[test]
fn a_phone_of_the_program_names_its_network_without_quotes() {
    let inline = |site: &str| {
        let (head, _) = PROGRAM.split_once("inventory").expect("an inventory");
        let (_, rest) = PROGRAM.split_once("server prov {").expect("a server");
        let (rest, _) = rest.split_once("test ").expect("a test");
        let rest = rest
            .replace("phone.site", "phone.network")
            .replace("phones    all", &format!("phone 00:0e:08:ab:cd:02 {{ model \"CP-8841-3PCC\"  {site} }}"));
        format!("{head}server prov {{{rest}")
    };
    let planned = plan(&inline("network ber"), ROWS);
    assert_eq!(planned.findings(), []);
    assert_eq!(home(&planned, 2), Some("ber".into()));
    let planned = plan(&inline("network bre"), ROWS);
    let finding = only(&planned);
    assert_eq!((finding.code, finding.help.as_deref()), (Code::P0201, Some("did you mean `ber`?")));
}

#[test]
fn a_phone_has_one_network_and_a_program_some() {
    for (from, to, code) in [
        ("  site  : network", "  site  : network\n  other : network", Code::P0202),
        ("  site  : network", "  site  : list of network", Code::P0301),
    ] {
        let planned = plan(&PROGRAM.replace(from, to), ROWS);
        assert_eq!(planned.findings().first().map(|finding| finding.code), Some(code), "{to}");
    }
    let none = "use cisco.mpp\ninventory all from \"all.csv\" { \n mac : mac\n model : model\n site : network\n}\n\
                server prov { address 10.0.0.1  http { } }\nprofile p { fetch http \"/$MA\" }\n\
                fleet f { server prov  profiles p  phones all }\n";
    let planned = plan(none, ROWS);
    assert!(planned.findings().iter().any(|finding| finding.message == "the program declares no network"));
}
