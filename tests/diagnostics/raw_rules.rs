//! Raw rules are held against the same things as rules by hand: models, values, what follows from the fleet, versions, conditions that
//! are always or never so. Each with the closest neighbour that is not told.

use prov::compile::Options;
use prov::diagnostic::{Code, Severity};
use prov::language::MemoryFiles;
use prov::pipeline::{self, Planned};

fn fleet(body: &str) -> Planned {
    let text = format!(
        r#"use cisco.mpp
server prov {{ name "prov.example.com"  address 192.168.50.10  http {{ port 80 }}  tftp {{ port 69 }} }}
profile account {{
  fetch http "/$MA.xml"
  GPP_B = "lab"
}}
fleet desks {{
  server prov  profiles account
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC" }}
  phone 00:0e:08:ab:cd:02 {{ model "CP-7841-3PCC" }}
{body}
}}
"#
    );
    pipeline::plan(&MemoryFiles::single(text), "main.prov", &Options::default())
}

fn raw(parameter: &str, text: &str) -> Planned {
    fleet(&format!("  rule {parameter} raw \"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

fn codes(planned: &Planned) -> Vec<Code> {
    planned.findings().iter().map(|finding| finding.code).filter(|code| *code != Code::P0514).collect()
}

fn marked(planned: &Planned) -> Option<String> {
    let told = planned.findings().iter().find(|finding| finding.code != Code::P0514)?;
    Some(planned.sources().slice(told.span()).to_owned())
}

#[test]
fn assignments_are_held_against_models_and_values() {
    for (assignment, told) in [
        ("Line_Enable_1_ = \"No\"", None),
        ("Line_Enable_4_ = \"Yes\"", None),
        ("Line_Enable_5_ = \"Yes\"", Some((Code::P0207, "Line_Enable_5_"))),
        ("Line_Enable_17_ = \"Yes\"", Some((Code::P0515, "Line_Enable_17_"))),
        ("Unit_1_Key_1_ = \"\"", Some((Code::P0207, "Unit_1_Key_1_"))),
        ("Disable_Back_USB_Port = \"Yes\"", Some((Code::P0206, "Disable_Back_USB_Port"))),
        ("Ringer_Volume = \"15\"", None),
        ("Ringer_Volume = \"16\"", Some((Code::P0302, "Ringer_Volume"))),
        ("Ringer_Volume = \"loud\"", Some((Code::P0301, "Ringer_Volume"))),
        ("Ringer_Volume = \"$B\"", None),
        ("Ringer_Volume = \"\"", None),
        ("Line_Enable_1_ = \"Nee\"", Some((Code::P0303, "Line_Enable_1_"))),
        ("Time_Zone = \"GMT+01:00\"", None),
        ("Time_Zone = \"Amsterdam\"", Some((Code::P0303, "Time_Zone"))),
        ("Dial_Plan_1_ = \"(xx.)\"", None),
        ("Dial_Plan_1_ = \"(xx.\"", Some((Code::P0305, "Dial_Plan_1_"))),
        ("a = \"Provisioned\"", None),
        ("GPP_SA = \"$B\"", None),
        ("Password_1_ = \"hunter2\"", Some((Code::P0406, "Password_1_"))),
    ] {
        let planned = raw("Profile_Rule_B", &format!("($PRVST eq 2)? ({assignment};)! http://h/a"));
        let found = codes(&planned).first().copied().zip(marked(&planned));
        let found = found.as_ref().map(|(code, place)| (*code, place.as_str()));
        assert_eq!(found, told, "{assignment}: {:?}", planned.findings());
        assert_eq!(codes(&planned).len(), usize::from(told.is_some()), "{assignment}: {:?}", planned.findings());
    }
}

#[test]
fn assignments_leave_alone_what_follows_from_the_fleet() {
    for (body, told) in [
        ("rule Profile_Rule_B raw \"(Profile_Rule = \\\"/x\\\";)!\"", true),
        ("rule Profile_Rule_B raw \"(Profile_Rule_C = \\\"/x\\\";)!\"", false),
        ("resync { every 1h }\n  rule Profile_Rule_B raw \"(Resync_Periodic = \\\"60\\\";)!\"", true),
        ("resync { on boot }\n  rule Profile_Rule_B raw \"(Resync_Periodic = \\\"60\\\";)!\"", false),
        ("log syslog\n  rule Profile_Rule_B raw \"(Syslog_Server = \\\"192.168.50.9\\\";)!\"", false),
    ] {
        let body = body.replace("log syslog", "log { success \"\" }");
        let expected: &[Code] = if told { &[Code::P0610] } else { &[] };
        assert_eq!(codes(&fleet(&body)), expected, "{body}");
    }
    // A register that carries a key is the compiler's, whichever way the rule is written.
    let program = |rule: &str| {
        format!(
            r#"use cisco.mpp
secret k = env("K")
server prov {{ name "prov.example.com"  address 192.168.50.10  http {{ port 80 }}
  https {{ certificate "c.pem"  key file("k.pem")  clients require "ca.pem" }} }}
profile keys {{ fetch https "/keys/$MA.xml" }}
profile account {{ fetch http "/$MA.xml"
  seal aes256cbc key derive(k, phone.mac) }}
fleet desks {{
  server prov  profiles keys, account
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC" }}
  {rule}
}}
"#
        )
    };
    for (rule, told) in [
        ("rule Profile_Rule_C raw \"(GPP_SA = \\\"$B\\\";)!\"", true),
        ("rule Profile_Rule_C raw \"(GPP_SB = \\\"$B\\\";)!\"", false),
        ("rule Profile_Rule_C {\n when $A == \"x\" {\n set GPP_SA = \"$B\"\n } }", true),
        ("rule Profile_Rule_C {\n when $A == \"x\" {\n set GPP_SB = \"$B\"\n } }", false),
    ] {
        let planned = pipeline::plan(&MemoryFiles::single(program(rule)), "main.prov", &Options::default());
        assert_eq!(codes(&planned).contains(&Code::P0610), told, "{rule}: {:?}", planned.findings());
    }
}

#[test]
fn versions_are_those_that_phones_can_compare() {
    for (parameter, text, severity) in [
        ("Profile_Rule_B", "($SWVER lt 2.0.1)? http://h/a", Some(Severity::Error)),
        ("Profile_Rule_B", "(sip88xx.11-3-1MSR1-3 gt $SWVER)? http://h/a", Some(Severity::Error)),
        ("Profile_Rule_B", "($SWVER ne sip88xx.11-3-1MSR1-3)? http://h/a", Some(Severity::Note)),
        ("Upgrade_Rule", "($SWVER lt sip88xx.11-3-1MSR1-3)? http://h/a.loads", Some(Severity::Error)),
        ("Resync_Trigger_1", "$SWVER lt sip88xx.11-3-1MSR1-3 and $PRVTMR ge 60", Some(Severity::Error)),
        ("Profile_Rule_B", "($HWVER lt sip88xx.11-3-1MPP-3)? http://h/a", Some(Severity::Error)),
        ("Profile_Rule_B", "($HWVER lt 2.0.1)? http://h/a", None),
        ("Profile_Rule_B", "($SWVER lt sip88xx.11-3-1MPP-3)? http://h/a", Some(Severity::Note)),
        ("Profile_Rule_B", "($PRVST eq 2)? http://h/$SWVER", None),
    ] {
        let planned = raw(parameter, text);
        let told: Vec<_> = planned
            .findings()
            .iter()
            .filter(|finding| finding.code != Code::P0514)
            .map(|finding| (finding.code, finding.severity))
            .collect();
        // Where a phone is held up by it, its story is told in place of the note.
        let expected: &[(Code, Severity)] = match severity {
            Some(Severity::Note) => &[(Code::P1003, Severity::Warning)],
            Some(severity) => &[(Code::P0504, severity)],
            None => &[],
        };
        assert_eq!(told, expected, "{text}");
    }
    for (condition, told) in [("$SWVER == $HWVER", true), ("$SWVER == $SWVER", false), ("$HWVER == \"2.0.1\"", false)] {
        let planned = fleet(&format!("  rule Profile_Rule_B {{ when {condition} {{ fetch http \"/$MA.xml\" }} }}"));
        assert_eq!(codes(&planned).contains(&Code::P0504), told, "{condition}");
    }
}

#[test]
fn conditions_that_are_always_or_never_so_are_told() {
    for (text, place) in [
        ("($PRVST eq 9)? http://h/a", Some("$PRVST eq 9")),
        ("(9 eq $PRVST)? http://h/a", Some("9 eq $PRVST")),
        ("($PRVTMR ge 0)? http://h/a", Some("$PRVTMR ge 0")),
        ("(0 le $PRVTMR)? http://h/a", Some("0 le $PRVTMR")),
        ("(\"$CCERT\" eq \"installed\")? http://h/a", Some("\\\"$CCERT\\\" eq \\\"installed\\\"")),
        ("(\"$MA\" eq \"$PN\")? http://h/a", Some("\\\"$MA\\\" eq \\\"$PN\\\"")),
        ("($PRVTMR ge 60 and $PRVTMR lt 60)? http://h/a", Some("$PRVTMR lt 60")),
        (
            "(\"$CCERT\" ne \"Installed\" and \"$CCERT\" ne \"Not Installed\")? http://h/a",
            Some("\\\"$CCERT\\\" ne \\\"Not Installed\\\""),
        ),
        ("(\"$CCERT\" eq \"Installed\")? http://h/a", None),
        ("($PRVST eq 2)? http://h/a", None),
        ("(\"$MA\" eq \"$MAU\")? http://h/a", None),
        ("(\"$A\" eq \"$MA\")? http://h/a", None),
        // What is made of parts is not known.
        ("(\"$CCERT-$A\" eq \"installed\")? http://h/a", None),
        ("(\"$(CCERT:1:3)\" eq \"Ins\")? http://h/a", None),
    ] {
        let planned = raw("Profile_Rule_B", text);
        let expected: &[Code] = if place.is_some() { &[Code::P0513] } else { &[] };
        assert_eq!((codes(&planned).as_slice(), marked(&planned).as_deref()), (expected, place), "{text}");
    }
}

#[test]
fn conditions_that_leave_no_value_or_every_value_are_told() {
    for (condition, told) in [
        ("$CCERT == \"Installed\" or $CCERT == \"Not Installed\"", true),
        ("$CCERT != \"Installed\" and $CCERT != \"Not Installed\"", true),
        ("not ($CCERT == \"Installed\" or $CCERT == \"Not Installed\")", true),
        ("$CCERT == \"Installed\" or $CCERT != \"Installed\"", true),
        ("$CCERT == \"Installed\" or $A == \"Not Installed\"", false),
        ("$CCERT == \"Installed\"", false),
        ("$PRVST == -1 or $PRVST == 0 or $PRVST == 1 or $PRVST == 2", true),
        ("$PRVST == 0 or $PRVST == 1 or $PRVST == 2", false),
        ("$PRVST != -1 and $PRVST != 0 and $PRVST != 1 and $PRVST != 2", true),
        ("$PRVST > 0 and $PRVST != 1 and $PRVST != 2", true),
        ("$PRVST > 0 and $PRVST != 1", false),
        ("$PRVST < 1 or $PRVST > 0", true),
        ("$PRVST < 1 or $PRVST > 1", false),
        ("$PRVTMR < 1h or $PRVTMR >= 1h", true),
        ("$PRVTMR < 1h or $PRVTMR > 1h", false),
        ("$PRVTMR >= 5s and $PRVTMR <= 6s and $PRVTMR != 5s and $PRVTMR != 6s", true),
        ("$PRVTMR >= 5s and $PRVTMR <= 7s and $PRVTMR != 5s and $PRVTMR != 6s", false),
        ("$ISCUST == 0 or $ISCUST == 1", true),
        ("$MA == $PN", true),
        ("$MA != $PN", true),
        ("$MA == $MAC", true),
        ("$MA == $MAU", false),
        ("$IP == $MA", true),
        ("$IP == \"the server\"", true),
        ("$IP == \"\"", false),
        ("$IP == 192.168.50.1", false),
        ("$PN == \"CP-8841-3PCC\"", false),
        ("$PN == \"8841\"", true),
        ("$PN == $CCERT", true),
        ("$A == $PN", false),
    ] {
        let planned = fleet(&format!("  rule Profile_Rule_B {{ when {condition} {{ fetch http \"/$MA.xml\" }} }}"));
        let expected: &[Code] = if told { &[Code::P0513] } else { &[] };
        assert_eq!(codes(&planned), expected, "{condition}: {:?}", planned.findings());
    }
}

#[test]
fn loads_of_another_family_are_told() {
    const A: &str = "http://h/sip88xx.11-3-1MPP-678.loads";
    const B: &str = "http://h/sip78xx.11-3-1MPP-678.loads";
    const C: &str = "http://h/sip68xx.11-3-3MPP0001-382.loads";
    let told = |text: &str| -> Vec<(Code, String)> {
        let planned = raw("Upgrade_Rule", text);
        let of =
            |finding: &prov::diagnostic::Diagnostic| (finding.code, planned.sources().slice(finding.span()).to_owned());
        planned.findings().iter().map(of).filter(|(code, _)| *code == Code::P0702).collect()
    };
    let file = |url: &str| (Code::P0702, url.rsplit('/').next().unwrap_or_default().to_owned());
    // The fleet has an 8841 and a 7841.
    for (text, loads) in [
        (C.to_owned(), vec![file(C)]),
        (A.to_owned(), vec![file(A)]),
        (format!("($SWVER lt sip88xx.11-3-1MPP-678)? {A}"), vec![file(A)]),
        (format!("($UPGTMR gt 300 and $SWVER lt 11-3-1MPP-678)? {B} | {A}"), vec![file(B), file(A)]),
        (format!("(\"$PN\" eq \"CP-7841-3PCC\")? {A} | {A}"), vec![file(A)]),
        (format!("(\"$PN\" ne \"CP-7841-3PCC\")? {B} | {B}"), vec![file(B)]),
        (format!("(\"$A\" eq \"x\")? {C} | (\"$PSN\" eq \"8841-3PCC\")? {A}"), vec![file(C)]),
        // Each product to its own, in every way of writing it.
        (format!("(\"$PN\" eq \"CP-7841-3PCC\")? {B} | {A}"), vec![]),
        (format!("(\"$(PSN)\" ne \"8841-3PCC\")? {B} | {A}"), vec![]),
        (
            format!(
                "(\"CP-8841-3PCC\" = \"$PN\" and $SWVER lt sip88xx.11-3-1MPP-678)? {A} | (\"$PSN\" eq \"7841-3PCC\")? {B}"
            ),
            vec![],
        ),
        // What may stand for the product is known on the phone only.
        (format!("(\"$F\" eq \"88\")? {A} | {B}"), vec![file(B)]),
        (format!("(\"$F\" eq \"88\")? {A} | (\"$F\" eq \"78\")? {B}"), vec![]),
        (format!("(\"$SWVER\" ne \"sip88xx.11-3-1MPP-678\")? {A}"), vec![]),
        (format!("(\"$(PN:3:2)\" eq \"88\")? {A} | (\"$(PN:3:2)\" eq \"78\")? {B}"), vec![]),
        ("http://h/$A.loads".into(), vec![]),
        ("http://h/$PN/firmware.loads".into(), vec![]),
        (String::new(), vec![]),
    ] {
        assert_eq!(told(&text), loads, "{text}");
    }
    let planned = raw("Upgrade_Rule", A);
    let finding = planned.findings().iter().find(|finding| finding.code == Code::P0702).expect("told");
    assert!(finding.message.contains("a CP-7841-3PCC cannot run `sip88xx.11-3-1MPP-678.loads`"), "{finding:?}");
    assert!(finding.help.as_deref().is_some_and(|help| help.contains("CP-8841-3PCC")), "{finding:?}");
}

#[test]
fn reports_are_sent_to_places_and_not_fetched_from_them() {
    for (path, told) in [
        ("/r/$SWVER", None),
        ("/r/$(SWVER)/$B.xml", None),
        ("/r/$MA.xml", None),
        ("/r/$SERV", Some(Code::P0209)),
        ("/r/$SA", Some(Code::P0209)),
        ("/r/$MUID", Some(Code::P0512)),
        ("/r/$STRANGE", Some(Code::P0208)),
    ] {
        let planned = fleet(&format!("  report {{ full to http \"{path}\"  on request }}"));
        let found: Vec<Code> = codes(&planned).into_iter().filter(|code| *code != Code::P0107).collect();
        assert_eq!(found, told.into_iter().collect::<Vec<_>>(), "{path}");
    }
    // A path to fetch from leads to a file.
    let planned = fleet("  rule Profile_Rule_B { when $PRVST == 2 { fetch http \"/r/$SWVER\" } }");
    assert_eq!(codes(&planned), [Code::P0604]);
}

#[test]
fn hostile_rules_end() {
    let chain: String = (0..2000).map(|n| format!("$PRVTMR ne {n} and ")).collect();
    assert_eq!(codes(&raw("Profile_Rule_B", &format!("({chain}$PRVTMR lt 2000)? http://h/a"))), [Code::P0513]);
    assert_eq!(codes(&raw("Profile_Rule_B", &format!("({chain}$PRVTMR le 2000)? http://h/a"))), []);
    let many: String = (0..2000).map(|n| format!("c = \"{n}\"; ")).collect();
    assert_eq!(codes(&raw("Profile_Rule_B", &format!("({many})! http://h/a"))), [Code::P0610]);
    assert_eq!(codes(&raw("Profile_Rule_B", "(é = \"x\";)! http://h/a")).len(), 1);
}
