//! Programs that were once accepted with wrong bytes for some phone, or that hung: each is refused, or right, for good.

use prov::compile::Options;
use prov::diagnostic::{Code, Severity};
use prov::language::MemoryFiles;
use prov::phone::Mac;
use prov::pipeline::{self, Planned};

const TWO: &str = r#"
  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC"  extension "101"  line 1 }
  phone 00:0e:08:ab:cd:02 { model "CP-8841-3PCC"  extension "102"  line 2 }
"#;

/// A program with one profile, `body` in it, fetched from `path` by `phones`.
fn program(path: &str, body: &str, phones: &str) -> Planned {
    compile(&format!(
        r#"use cisco.mpp
secret k = env("K")
server prov {{
  name "prov.example.com"  address 192.168.50.10
  http {{ port 80 }}
  https {{ port 443  certificate "a.pem"  key file("a.key")  clients require "ca.pem" }}
  dhcp {{ port 67 }}
}}
network office {{ server prov  subnet 192.168.50.0/24  pool 192.168.50.100 .. 192.168.50.199  ntp 192.168.50.2 }}
profile keys {{ fetch https "/keys/$MA.xml" }}
profile account {{
  fetch http "{path}"
{body}
}}
fleet desks {{
  server prov
  network office
  profiles keys, account
  bootstrap dhcp 160
{phones}
}}
"#
    ))
}

fn compile(text: &str) -> Planned {
    pipeline::plan(&MemoryFiles::single(text), "main.prov", &Options { program: "sharp".into(), port_offset: 0 })
}

fn errors(planned: &Planned) -> Vec<Code> {
    let errors = planned.findings().iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| finding.code).collect()
}

/// The account file of phone 1 or 2 as XML.
fn account(planned: &Planned, phone: u8) -> String {
    let served = planned.served().unwrap_or_else(|| panic!("{:?}", planned.findings()));
    let phone = served.phone(Mac::new([0, 0x0e, 8, 0xab, 0xcd, phone])).expect("in the plan");
    let file = served.files_of(phone).pop().expect("a file");
    let mut xml = Vec::new();
    served.render_xml(file, &mut xml);
    String::from_utf8(xml).expect("ASCII")
}

#[test]
fn an_index_by_phone_is_each_phones_own() {
    let planned = program("/$MA.xml", "  Display_Name[phone.line] = phone.extension", TWO);
    assert!(account(&planned, 1).contains("<Display_Name_1_>101<"), "{}", account(&planned, 1));
    assert!(account(&planned, 2).contains("<Display_Name_2_>102<"), "{}", account(&planned, 2));
}

#[test]
fn a_loop_by_phone_is_each_phones_own() {
    let planned = program("/$MA.xml", "  for n in [phone.extension] { User_ID[1] = n }", TWO);
    assert!(account(&planned, 2).contains("<User_ID_1_>102<"));
    let planned = program("/$MA.xml", "  for n in 1 .. phone.line { User_ID[n] = \"{n}\" }", TWO);
    assert!(!account(&planned, 1).contains("User_ID_2_") && account(&planned, 2).contains("User_ID_2_"));
}

#[test]
fn an_included_profile_takes_part_by_phone() {
    let text = r#"use cisco.mpp
server prov { address 192.168.50.10  http { port 80 } }
profile lines { if phone.line == 2 { Display_Name[2] = "two" } }
profile account { fetch http "/$MA.xml"
  include lines
}
fleet desks {
  server prov  profiles account
"#;
    let planned = compile(&format!("{text}{TWO}}}\n"));
    assert!(!account(&planned, 1).contains("two") && account(&planned, 2).contains("two"));
}

#[test]
fn what_phones_share_must_be_the_same_for_all() {
    for (path, body) in [
        ("/account/$PSN.xml", "  User_ID[1] = phone.extension"),
        ("/account/$PSN.xml", "  if phone.line == 1 { GPP_A = \"x\" }"),
        ("/account/$PSN.xml", "  if phone.line == 1 { GPP_A = \"x\" user rw } else { GPP_A = \"x\" user ro }"),
        ("/account/$PSN.xml", "  if phone.line == 1 { user GPP_A }"),
        ("/account/$PSN.cfg", "  seal aes256cbc key derive(k, phone.mac)"),
        ("/$MA.xml", "  seed User_ID[1] = phone.extension"),
        ("/$MA.xml", "  if phone.line == 1 { seed GPP_A = \"1\" } else { seed GPP_A = \"2\" }"),
    ] {
        assert_eq!(errors(&program(path, body, TWO)), [Code::P0402], "{path} {body}");
    }
}

#[test]
fn nothing_stands_twice_in_a_file() {
    for body in ["  seed Profile_Rule = \"http://elsewhere/x\"", "  seed GPP_A = \"1\"\n  seed GPP_A = \"2\""] {
        assert_eq!(errors(&program("/$MA.xml", body, TWO)), [Code::P0610], "{body}");
    }
    // The key of a sealed file takes a register that the program does not use itself.
    let planned = program("/$MA.cfg", "  seal aes256cbc key derive(k, phone.mac)\n  GPP_SA = k", TWO);
    assert_eq!(errors(&planned), []);
    let rules = &planned.plan().fleets[0].rules;
    let rule = rules[1].text.pieces();
    assert!(format!("{rule:?}").contains("--key $SB"), "{rule:?}");
}

#[test]
fn paths_made_of_cells_are_compared_as_they_expand() {
    let same = r#"
  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC"  extension "101" }
"#;
    let text = r#"use cisco.mpp
server prov { address 192.168.50.10  http { port 80 } }
profile a { fetch http "/x/{phone.extension}.cfg" }
profile b { fetch http "/x/101.cfg" }
fleet desks { server prov  profiles a, b
"#;
    assert_eq!(errors(&compile(&format!("{text}{same}}}\n"))), [Code::P0605]);
    assert_eq!(errors(&program("/{phone.extension}|x.cfg", "", same)), [Code::P0509]);
    let blank = same.replace("\"101\"", "\"Front desk\"");
    assert_eq!(errors(&program("/{phone.extension}.cfg", "", &blank)), [Code::P0509]);
}

#[test]
fn a_secret_never_takes_a_weak_way() {
    for body in ["  Password[1] = k", "  Display_Name[1] = \"x{k}y\"", "  seed Password[1] = k"] {
        assert_eq!(errors(&program("/$MA.xml", body, TWO)), [Code::P0403], "{body}");
    }
    assert_eq!(errors(&program("/{k}.xml", "", TWO)), [Code::P0403]);
    let sealed = "  seal aes256cbc key derive(k, phone.mac)\n";
    assert_eq!(errors(&program("/$MA.xml", &format!("{sealed}  Password[1] = k"), TWO)), []);
    assert_eq!(errors(&program("/$MA.xml", &format!("{sealed}  GPP_A = k"), TWO)), [Code::P0405]);
    assert_eq!(errors(&program("/$MA.xml", &format!("{sealed}  Password[1] = \"x\""), TWO)), [Code::P0406]);
}

#[test]
fn every_program_ends() {
    let nested = format!("profile p {{\n{}{{ x }}\n{}\n}}\n", "if a {\n".repeat(40), "}\n".repeat(40));
    assert!(!errors(&compile(&nested)).is_empty());
    let loops = "  for a in 1..1000 { for b in 1..1000 { for c in 1..1000 { GPP_A = \"x\" } } }";
    assert!(errors(&program("/$MA.xml", loops, TWO)).contains(&Code::P0106));
    let lets: String = (0..3000).map(|n| format!("let x{n} = \"{{x{}}}\"\n", n + 1)).collect();
    assert_eq!(errors(&compile(&format!("{lets}let x3000 = \"end\"\n"))), []);
    let functions: String = (1..40).map(|n| format!("fn f{n}(x: int): int = f{0}(x) + f{0}(x)\n", n - 1)).collect();
    let functions = format!("fn f0(x: int): int = x\n{functions}let y = f39(1)\n");
    assert!(errors(&compile(&functions)).contains(&Code::P0106));
    let doubling: String = (1..60).map(|n| format!("let d{n} = \"{{d{0}}}{{d{0}}}\"\n", n - 1)).collect();
    assert!(errors(&compile(&format!("let d0 = \"x\"\n{doubling}"))).contains(&Code::P0106));
}

#[test]
fn what_is_emitted_is_read_as_the_phone_reads_it() {
    let text = r#"use cisco.mpp
server prov { ADDRESS  http { port 80 } }
profile account { fetch http "/$MA.xml" }
fleet desks { server prov  profiles account
"#;
    let with = |server: &str| errors(&compile(&format!("{}{TWO}}}\n", text.replace("ADDRESS", server))));
    assert_eq!(with("address 2001:db8::1"), [Code::P0501]);
    assert_eq!(with("address 2001:db8::1, 192.168.50.10"), []);
    assert_eq!(with("name \"prov.example.com\"  address 2001:db8::1"), []);
    assert_eq!(with("name \"10.0.0.999\"  address 192.168.50.10"), [Code::P0305]);
}

#[test]
fn a_fleet_is_the_phones_that_fit() {
    let text = r#"use cisco.mpp
inventory desks from "desks.csv" {
  mac   : mac
  model : model
  role  : "desk" | "lab"
}
server prov { address 192.168.50.10  http { port 80 } }
profile account { fetch http "/$MA.xml" }
fleet lab { server prov  profiles account  phones desks where CONDITION }
"#;
    let csv = "mac,model,role\n000e08abcd01,CP-8841-3PCC,desk\n000e08abcd02,CP-8841-3PCC,lab\n";
    let plan = |condition: &str| {
        let mut files = MemoryFiles::single(text.replace("CONDITION", condition));
        files.0.insert("desks.csv".into(), csv.into());
        pipeline::plan(&files, "main.prov", &Options::default())
    };
    let phones = |condition: &str| plan(condition).plan().fleets.first().map(|fleet| fleet.phones.macs.clone());
    assert_eq!(phones("phone.role == \"lab\""), Some(vec![Mac::new([0, 0x0e, 8, 0xab, 0xcd, 2])]));
    assert_eq!(phones("not (phone.role == \"lab\")"), Some(vec![Mac::new([0, 0x0e, 8, 0xab, 0xcd, 1])]));
    assert_eq!(errors(&plan("phone.model == \"CP-7841-3PCC\"")), [Code::P0212]);
    assert_eq!(errors(&plan("phone.role == \"hall\"")), [Code::P0303]);
    assert_eq!(errors(&plan("phone.rule == \"lab\"")), [Code::P0211]);
    assert_eq!(errors(&plan("phone.role")), [Code::P0301]);
}

#[test]
fn a_network_that_no_server_hears_is_told() {
    let text = r#"use cisco.mpp
server prov { address 192.168.50.10  http { port 80 }  dhcp { port 67 } }
network far { server prov  subnet 192.168.60.0/24  pool 192.168.60.100 .. 192.168.60.199 RELAY }
profile account { fetch http "/$MA.xml" }
fleet desks { server prov  network far  profiles account  bootstrap dhcp 160
"#;
    let with = |relay: &str| errors(&compile(&format!("{}{TWO}}}\n", text.replace("RELAY", relay))));
    assert_eq!(with(""), [Code::P0901]);
    assert_eq!(with(" relay 192.168.60.1"), []);
}

#[test]
fn a_fleet_that_is_whole_is_checked_whatever_is_wrong_elsewhere() {
    let text = r#"use cisco.mpp
server prov { address 192.168.50.10  http { port 80 } }
profile account { fetch http "/$MA.xml" }
profile broken { fetch http "/b/$MA.xml"
  Proxxy[1] = "x"
}
fleet good { server prov  profiles account
  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC" }
  resync { retry 0s }
}
fleet bad { server prov  profiles broken
  phone 00:0e:08:ab:cd:02 { model "CP-8841-3PCC" }
  resync { retry 0s }
}
"#;
    assert_eq!(errors(&compile(text)), [Code::P0205, Code::P0802, Code::P0802]);
}

/// What is found, but for what the program around it is told: the files of https are not there, the secret is not used.
fn found(planned: &Planned) -> Vec<&prov::diagnostic::Diagnostic> {
    planned.findings().iter().filter(|finding| !matches!(finding.code, Code::P0204 | Code::P0913)).collect()
}

#[test]
fn parameters_are_held_to_what_a_model_has() {
    let one = |model: &str, body: &str| {
        let phone = format!("  phone 00:0e:08:ab:cd:01 {{ model \"{model}\"  extension \"1\" }}");
        let planned = program("/$MA.xml", &format!("  {body}"), &phone);
        found(&planned).iter().map(|finding| (finding.code, finding.severity)).collect::<Vec<_>>()
    };
    let error = |code| vec![(code, Severity::Error)];
    for (model, body, wanted) in [
        ("CP-7821-3PCC", "User_ID[2] = \"a\"", vec![]),
        ("CP-7821-3PCC", "User_ID[3] = \"a\"", error(Code::P0207)),
        ("CP-7821-3PCC", "for n in 1..16 { User_ID[n] = \"a\" }", error(Code::P0207)),
        ("CP-7821-3PCC", "Short_Name[3] = \"a\"", error(Code::P0207)),
        ("CP-7861-3PCC", "Short_Name[16] = \"a\"", vec![]),
        ("CP-8841-3PCC", "Short_Name[10] = \"a\"", vec![]),
        ("CP-8841-3PCC", "Short_Name[11] = \"a\"", error(Code::P0207)),
        ("CP-8841-3PCC", "Unit[1]_Key[3] = \"fnc=sd;ext=1\"", error(Code::P0207)),
        ("CP-8851-3PCC", "Unit[2]_Key[28] = \"fnc=sd;ext=1\"", vec![]),
        ("CP-8851-3PCC", "Unit[3]_Key[1] = \"fnc=sd;ext=1\"", error(Code::P0207)),
        ("CP-8861-3PCC", "Unit[3]_Key[1] = \"fnc=sd;ext=1\"", vec![]),
        ("CP-8861-3PCC", "Unit[3]_Key[29] = \"fnc=sd;ext=1\"", error(Code::P0207)),
        ("CP-7841-3PCC", "Log_Missed_Calls_for_EXT[5] = yes", error(Code::P0207)),
        ("CP-8861-3PCC", "Wi-Fi_User_ID[1] = \"a\"", vec![]),
        ("CP-8841-3PCC", "Wi-Fi_User_ID[1] = \"a\"", vec![(Code::P0206, Severity::Warning)]),
        ("CP-7841-3PCC", "Wi-Fi_User_ID[1] = \"a\"", error(Code::P0206)),
        ("CP-8841-3PCC", "Voice_Mail_Enable[1] = yes", vec![(Code::P0206, Severity::Note)]),
    ] {
        assert_eq!(one(model, body), wanted, "{model} {body}");
    }
}

#[test]
fn parameters_are_held_to_the_release_a_fleet_goes_to() {
    let with = |release: &str, parameter: &str| {
        compile(&format!(
            r#"use cisco.mpp
use cisco.firmware
firmware target {{ release "{release}" }}
server prov {{ address 192.168.50.10  http {{ port 80 }} }}
profile account {{ fetch http "/$MA.xml"
  {parameter}
}}
fleet desks {{ server prov  profiles account
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC" }}
  upgrade {{ to target  fetch http "/firmware" }}
}}
"#
        ))
    };
    assert_eq!(errors(&with("11.3(7)", "Voice_Mail_Enable[1] = yes")), []);
    assert_eq!(errors(&with("11.3(1)", "Voice_Mail_Enable[1] = yes")), [Code::P0206]);
    // That there is no folder of images is another matter.
    let planned = with("11.3(7)", "Voice_Mail_Enable[1] = yes");
    assert!(planned.findings().iter().all(|finding| finding.code == Code::P0708), "{:#?}", planned.findings());
}

#[test]
fn addresses_of_no_vendor_are_told_once_a_fleet() {
    let phones = r#"
  phone 00:0e:80:ab:cd:01 { model "CP-8841-3PCC" }
  phone 00:0e:80:ab:cd:02 { model "CP-8841-3PCC" }
  phone 00:0e:08:ab:cd:03 { model "CP-8841-3PCC" }
"#;
    let planned = program("/$MA.xml", "", phones);
    let [finding] = found(&planned)[..] else { panic!("{:?}", planned.findings()) };
    assert_eq!((finding.code, finding.severity), (Code::P0311, Severity::Warning));
    assert!(finding.notes.iter().any(|note| note.contains("one more")), "{:?}", finding.notes);
    let allowed = phones.replacen("  phone", "  // allow P0311: a lab's own\n  phone", 1);
    assert!(found(&program("/$MA.xml", "", &allowed)).is_empty());
}

#[test]
fn a_secret_in_a_rule_by_hand_is_found() {
    let with = |rule: &str| errors(&program("/$MA.xml", "", &format!("{TWO}\n  {rule}")));
    assert_eq!(with("rule Profile_Rule_C { when $A == \"x\" { set User_Password = \"hunter2\" } }"), [Code::P0406]);
    assert_eq!(with("rule Profile_Rule_C raw \"[--pwd hunter2] http://h.example/x\""), [Code::P0406]);
    assert_eq!(with("rule Profile_Rule_C raw \"[--key hunter2] http://h.example/x\""), [Code::P0406]);
    assert_eq!(with("rule Profile_Rule_C raw \"(User_Password = \\\"x\\\";)!\""), [Code::P0406]);
    assert_eq!(with("rule Profile_Rule_C raw \"[--key $SB] http://h.example/x\""), []);
}

#[test]
fn a_secret_is_compared_with_nothing() {
    assert_eq!(errors(&program("/$MA.xml", "  if k == k { User_ID[1] = \"1\" }", TWO)), [Code::P0301]);
    assert_eq!(errors(&program("/$MA.xml", "  if k == \"x\" { User_ID[1] = \"1\" }", TWO)), [Code::P0301]);
}

#[test]
fn values_that_double_end() {
    for double in ["[c0, c0]", "{ x = c0  y = c0 }"] {
        let lets: String = (1..40).fold("let c0 = [1, 2]\n".into(), |text, n| {
            text + &format!("let c{n} = {}\n", double.replace("c0", &format!("c{}", n - 1)))
        });
        assert!(errors(&compile(&format!("use cisco.mpp\n{lets}"))).contains(&Code::P0106), "{double}");
    }
}

#[test]
fn what_a_rule_sets_is_on_the_phone_and_is_not_the_compilers() {
    let with = |set: &str, phones: &str| {
        errors(&program(
            "/$MA.xml",
            "  seal aes256cbc key derive(k, phone.mac)",
            &format!("{phones}\n  rule Profile_Rule_C {{ when $A == \"x\" {{ set {set} }} }}"),
        ))
    };
    assert_eq!(with("Line_Enable[5] = yes", TWO), []);
    assert_eq!(with("Line_Enable[5] = yes", &TWO.replace("8841", "7811")), [Code::P0207]);
    for owned in ["GPP_SA = \"x\"", "Profile_Rule = \"/x\"", "Profile_Rule_B = \"/x\""] {
        assert_eq!(with(owned, TWO), [Code::P0610], "{owned}");
    }
    assert_eq!(with("GPP_A = \"Provisioned\"", TWO), []);
}

#[test]
fn a_report_goes_somewhere() {
    let with = |report: &str| errors(&program("/$MA.xml", "", &format!("{TWO}\n  report {{ {report} }}")));
    assert_eq!(with("on request"), [Code::P0212]);
    assert_eq!(with(""), [Code::P0212]);
    assert_eq!(with("on request  full to http \"/r/$MA.xml\""), []);
}

#[test]
fn a_dollar_sign_before_a_column_is_doubted() {
    let with = |value: &str| {
        let planned = program("/$MA.xml", &format!("  User_ID[1] = {value}"), TWO);
        planned.findings().iter().filter(|finding| finding.code == Code::P0313).count()
    };
    for doubted in ["\"$extension\"", "\"x$extension!\"", "\"${phone.extension}\""] {
        assert_eq!(with(doubted), 1, "{doubted}");
    }
    for sound in ["\"{phone.extension}\"", "\"$5\"", "\"$extensions\"", "\"cost $\"", "\"$MA\""] {
        assert_eq!(with(sound), 0, "{sound}");
    }
}

#[test]
fn what_is_seeded_or_the_users_own_is_not_set_as_well() {
    let with = |body: &str| errors(&program("/$MA.xml", body, TWO));
    assert_eq!(with("  seed Ringer_Volume = 3\n  Ringer_Volume = 4"), [Code::P0610]);
    assert_eq!(with("  seed Ringer_Volume = 3\n  reset Ringer_Volume"), [Code::P0610]);
    assert_eq!(with("  seed Ringer_Volume = 3\n  override Ringer_Volume = 4"), []);
    assert_eq!(with("  seed Ringer_Volume = 3\n  user Ringer_Volume"), []);
    assert_eq!(with("  seed Ringer_Volume = 3\n  Handset_Volume = 4"), []);
    let two = |keys: &str, account: &str| {
        let keys = format!("user Ringer_Volume {keys}");
        let text = format!(
            "use cisco.mpp\nserver prov {{ address 192.168.50.10  http {{ }} }}\n\
             profile one {{\n  fetch http \"/one/$MA.xml\"\n  {keys}\n}}\n\
             profile two {{\n  fetch http \"/two/$MA.xml\"\n  {account}\n}}\n\
             fleet desks {{ server prov  profiles one, two  bootstrap manual {TWO} }}\n",
        );
        errors(&compile(&text))
    };
    assert_eq!(two("", "Ringer_Volume = 4"), [Code::P0602]);
    assert_eq!(two("", "override Ringer_Volume = 4"), []);
    assert_eq!(two("", "user Ringer_Volume"), []);
    assert_eq!(two("", "seed Ringer_Volume = 4"), []);
}

#[test]
fn waits_have_a_name() {
    let resync = |lets: &str, resync: &str| {
        let text = format!(
            "use cisco.mpp\n{lets}\nserver prov {{ address 192.168.50.10  http {{ }} }}\n\
             profile one {{ fetch http \"/one/$MA.xml\" }}\n\
             fleet desks {{\n  server prov\n  profiles one {TWO}\n  resync {{ {resync} }}\n}}\n"
        );
        compile(&text)
    };
    let retry = |planned: &Planned| {
        let file = account(planned, 1);
        let (_, rest) = file.split_once("<Resync_Error_Retry_Delay").expect("an element");
        rest.split(['>', '<']).nth(1).map(str::to_owned)
    };
    for (lets, value) in [
        ("let r = 30m jitter 5m, 1h", "1800+300,3600"),
        ("let r: schedule = 30m, 1h,\n  2h", "1800,3600,7200"),
        ("let a = 30m, 1h\nlet r = a, 2h", "1800,3600,7200"),
        ("fn f(d: duration): schedule = d, 1h jitter 10m\nlet r = f(5m)", "300,3600+600"),
    ] {
        let planned = resync(lets, "retry r");
        assert_eq!(errors(&planned), [], "{lets}");
        assert_eq!(retry(&planned).as_deref(), Some(value), "{lets}");
        assert_eq!(retry(&resync(lets, "retry r, 4h")).as_deref(), Some(format!("{value},14400").as_str()));
    }
    for wrong in ["let r = 30m, \"x\"", "let r = 1, 2", "let r: duration = 30m, 1h"] {
        assert_eq!(errors(&resync(wrong, "retry 30m")), [Code::P0301], "{wrong}");
    }
}

#[test]
fn what_once_ran_is_a_file_of_the_project() {
    let with = |path: &str| {
        let test = format!("test \"x\" {{\n  phone 00:0e:08:ab:cd:01\n  running \"{path}\"\n  boot\n}}\n");
        let text = format!(
            "use cisco.mpp\nserver prov {{ address 192.168.50.10  http {{ }} }}\n\
             profile one {{ fetch http \"/one/$MA.xml\" }}\nfleet desks {{ server prov  profiles one {TWO} }}\n{test}"
        );
        let profile = b"<flat-profile><GPP_A>x</GPP_A></flat-profile>".to_vec();
        let files = ["main.prov", "field.xml", "../field.xml", "/field.xml"].into_iter().zip([
            text.into_bytes(),
            profile.clone(),
            profile.clone(),
            profile,
        ]);
        let files = MemoryFiles(files.map(|(name, bytes)| (name.to_owned(), bytes)).collect());
        errors(&pipeline::plan(&files, "main.prov", &Options { program: "sharp".into(), port_offset: 0 }))
    };
    assert_eq!(with("field.xml"), []);
    for outside in ["../field.xml", "/field.xml", "a/../../field.xml"] {
        assert_eq!(with(outside), [Code::P0201], "{outside}");
    }
}

#[test]
fn waits_that_double_end() {
    let lets: String =
        (1..40).fold("let c0 = 1h, 2h\n".into(), |text, n| text + &format!("let c{n} = c{0}, c{0}\n", n - 1));
    let found = errors(&compile(&format!("use cisco.mpp\n{lets}")));
    assert!(!found.is_empty() && found.len() < 40, "{found:?}");
}

#[test]
fn brackets_without_end_end() {
    for text in [")\n".repeat(100_000), "(\n".repeat(50_000) + &"]\n".repeat(50_000), "{\n".repeat(100_000)] {
        assert!(!errors(&compile(&text)).is_empty());
    }
}

#[test]
fn strings_left_open_are_each_told() {
    let of_strings = |text: &str| errors(&compile(text)).iter().filter(|code| **code == Code::P0102).count();
    assert_eq!(of_strings("use cisco.mpp\nlet a = \"x{\n  1}\"\n"), 1);
    assert_eq!(of_strings("use cisco.mpp\nlet a = \"x{\nlet b = \"y\nlet c = \"z\n"), 2);
    assert_eq!(of_strings("use cisco.mpp\nlet b = \"y\nlet c = \"z\n"), 2);
}
