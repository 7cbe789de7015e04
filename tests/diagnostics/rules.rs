//! Rules written by hand, log messages and reports: what is refused or warned of, and the closest neighbour that is not.

use prov::compile::Options;
use prov::diagnostic::Code;
use prov::language::MemoryFiles;
use prov::pipeline::{self, Planned};
use prov::plan::SettingValue;

const PROFILE: &str = "  GPP_B = \"lab\"";

fn fleet(body: &str) -> Planned {
    with(PROFILE, body)
}

fn with(profile: &str, body: &str) -> Planned {
    let text = format!(
        r#"use cisco.mpp
secret k = env("K")
server prov {{
  name "prov.example.com"  address 192.168.50.10
  http {{ port 80 }}
  tftp {{ port 69 }}
}}
profile account {{
  fetch http "/$MA.xml"
{profile}
}}
fleet desks {{
  server prov  profiles account
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC"  name "Front" }}
  phone 00:0e:08:ab:cd:02 {{ model "CP-7841-3PCC"  name "Back \"room\"" }}
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
    // The secret is for the tests that use it.
    planned.findings().iter().map(|finding| finding.code).filter(|code| *code != Code::P0204).collect()
}

fn marked(planned: &Planned) -> String {
    let told = planned.findings().iter().find(|finding| finding.code != Code::P0204);
    told.map(|finding| planned.sources().slice(finding.span()).to_owned()).unwrap_or_default()
}

/// What the fleet derives for an element.
fn derived(planned: &Planned, element: &str) -> Option<String> {
    let settings = &planned.plan().fleets.first()?.profiles.first()?.shapes.first()?.settings;
    let setting = settings.iter().find(|setting| setting.element == element)?;
    match &setting.value {
        SettingValue::Set(text) => text.constant().map(str::to_owned),
        SettingValue::Keep => None,
    }
}

#[test]
fn raw_rules_are_found_wrong_on_the_very_sign() {
    for (parameter, text, code, place) in [
        ("Profile_Rule_B", "(\"$B\" eq \"x\") http://h/a", Code::P0501, "("),
        ("Profile_Rule_B", "[--key \"x] http://h/a", Code::P0501, "\\\""),
        ("Profile_Rule_B", "http://h/a | http://h/b", Code::P0502, "http://h/b"),
        ("Profile_Rule_B", "(GPP_C = \"x\";)! | ($PRVST eq 2)? http://h/b", Code::P0502, "($PRVST eq 2)? http://h/b"),
        ("Profile_Rule_B", "($PRVTMR ge \"600\")? http://h/a", Code::P0503, "$"),
        ("Upgrade_Rule", "($SWVER lt 11)? http://h/a.loads", Code::P0503, "$"),
        ("Resync_Trigger_1", "$PRVTMR ge 600 and \"$A\" gt \"b\"", Code::P0503, "g"),
        ("Profile_Rule_B", "($PRVTMR ge 6 or $PRVST eq 2)? http://h/a", Code::P0505, "o"),
        ("Profile_Rule_B", "(not $PRVTMR ge 6)? http://h/a", Code::P0505, "n"),
        ("Profile_Rule_B", "(($PRVTMR ge 6) and $PRVST eq 2)? http://h/a", Code::P0505, "("),
        ("Resync_Trigger_1", "$PRVTMR ge 6 || $PRVST eq 2", Code::P0505, "|"),
        ("Resync_Trigger_2", "($PRVTMR ge 600)", Code::P0506, "("),
        ("Profile_Rule_B", "[--delta] http://h/a", Code::P0507, "-"),
        ("Profile_Rule_B", "[--host x] http://h/a", Code::P0507, "-"),
        ("Upgrade_Rule", "[--key x] http://h/a.loads", Code::P0507, "-"),
        ("Profile_Rule_B", "[--uid x --pwd $SB] tftp://h/a", Code::P0507, "--uid"),
        ("Profile_Rule_B", "[--srv] tftp://h/a", Code::P0508, "t"),
        ("Profile_Rule_B", "[--post b] h/a", Code::P0508, "h"),
        ("Profile_Rule_B", "http://h", Code::P0509, "\""),
        ("Profile_Rule_B", "basic.txt", Code::P0509, "\""),
        ("Profile_Rule_B", "http://h:70000/x", Code::P0509, "7"),
        ("Profile_Rule_B", "http://h/a b", Code::P0509, "b"),
        ("Profile_Rule_B", "tftp://192.168.1.300/x", Code::P0509, "1"),
        ("Upgrade_Rule", "/a.loads", Code::P0509, "/"),
        ("Upgrade_Rule", "(\"$SWVER\" ne \"x\")? http://h/a.loads", Code::P0510, "\\\"$SWVER\\\" ne \\\"x\\\""),
        (
            "Resync_Trigger_1",
            "$PRVTMR ge 6 and \"$(SWVER)\" eq \"x\" and $UPGTMR ge 1",
            Code::P0510,
            "\\\"$(SWVER)\\\" eq \\\"x\\\"",
        ),
        ("Profile_Rule_B", "[--pwd pa$word --uid u] http://h/a", Code::P0511, "$word"),
        ("Profile_Rule_B", "http://h/a$5", Code::P0511, "$"),
        ("Profile_Rule_B", "[--uid u --pwd $MPWD] http://h/a", Code::P0512, "$MPWD"),
        ("Profile_Rule_B", "(\"$(MUID)\" ne \"\")? http://h/a", Code::P0512, "$(MUID)"),
        ("Profile_Rule_B", "(Line_Enable_1_ = \"No\")! http://h/a", Code::P0515, ")"),
        ("Profile_Rule_B", "(Line_Enable = \"No\";)! http://h/a", Code::P0515, "Line_Enable"),
        ("Profile_Rule_B", "http://h/$MA_x.cfg", Code::P0208, "$MA_x"),
        ("Profile_Rule_B", "http://h/$(STRANGE).cfg", Code::P0208, "$(STRANGE)"),
        ("Profile_Rule_B", "http://h/$SA.cfg", Code::P0209, "$SA"),
        ("Profile_Rule_B", "http://h/$ERR", Code::P0209, "$ERR"),
        ("Profile_Rule_B", "http://h/$UID12", Code::P0210, "$UID12"),
    ] {
        let planned = raw(parameter, text);
        let codes: Vec<Code> = codes(&planned).into_iter().filter(|code| *code != Code::P0514).collect();
        let first = planned.findings().iter().find(|finding| !matches!(finding.code, Code::P0514 | Code::P0204));
        let place = (first.map(|finding| planned.sources().slice(finding.span())), place);
        assert_eq!((codes, place.0), (vec![code], Some(place.1)), "{parameter} {text}");
    }
}

#[test]
fn sound_raw_rules_stand_in_the_plan_as_written() {
    for (parameter, text) in [
        ("Profile_Rule_B", "(\"$B\" eq \"x\")? http://h/a | http://h/b"),
        // A part of the firmware's name is a text, and nothing else.
        ("Profile_Rule_B", "(\"$(SWVER:0:7)\" eq \"sip88xx\")? http://h/a"),
        ("Profile_Rule_C", "http://neptune.example.com:8080/prov/$D/$E.cfg"),
        ("Profile_Rule_D", "[--uid $SA --pwd \"$SB\"] https://h/your_config.xml"),
        ("Profile_Rule_B", "[--uid pa$$word --pwd $SB] https://h/a"),
        ("Profile_Rule_B", "[--uid pa\\043word --pwd $SB] https://h/a"),
        ("Profile_Rule_B", "[--srv] https://example.com/$PSN.xml"),
        ("Profile_Rule_B", "( User_ID_1_ = \"uid$B\" ; c = \"\" ; d = \"$MA\" ; )!"),
        ("Profile_Rule_B", "gds://"),
        ("Profile_Rule_B", "http://h/$UID1/$(UID12)"),
        ("Profile_Rule_B", "http://prov.example.com/$MA.xml"),
        ("Profile_Rule_B", "http://192.168.50.10/$(MA).xml?again"),
        ("Profile_Rule_B", "http://prov.example.com/$F.xml"),
        ("Profile_Rule_B", "[--post a] http://prov.example.com/hello"),
        (
            "Upgrade_Rule",
            "(\"$PN\" eq \"CP-8841-3PCC\" and $SWVER ne sip88xx.11-0-0MPP-256)? http://192.168.50.10/sip88xx.11-0-0MPP-256.loads | \
             (\"$PN\" eq \"CP-7841-3PCC\")? http://192.168.50.10/sip78xx.11-0-0MPP-256.loads",
        ),
        ("Resync_Trigger_1", "$UPGTMR gt 300 and $PRVTMR ge 600"),
        ("Resync_Trigger[2]", "$PRVTMR ge 600"),
        ("Report_Rule", "[--status]http://a/s.xml [--delta]http://a/d.xml"),
    ] {
        let planned = raw(parameter, text);
        // A comparison with a load is one across the change of form for phones of the other (C-20).
        let noted: &[Code] =
            if text.contains("$SWVER ne") { &[Code::P0708, Code::P0712, Code::P0712, Code::P0504] } else { &[] };
        assert_eq!(codes(&planned), noted, "{parameter} {text}: {:?}", planned.findings());
        assert!(!planned.has_errors(), "{text}");
        let element = parameter.replace('[', "_").replace(']', "");
        assert_eq!(derived(&planned, &element).as_deref(), Some(text), "{parameter}");
        assert!(planned.plan().fleets[0].rules.iter().any(|rule| rule.parameter == element), "{parameter}");
    }
}

#[test]
fn values_that_end_a_string_are_told_where_they_come_from() {
    let rule = "  rule Profile_Rule_B raw \"(\\\"$B\\\" eq \\\"x\\\")? http://h/$C.cfg\"";
    for (profile, told) in [
        ("  GPP_B = \"say \\\"x\\\"\"", true),
        ("  GPP_B = \"it's\"", false),
        ("  GPP_C = \"a b\"", true),
        ("  GPP_C = \"a|b\"", true),
        ("  GPP_C = \"a/b\"", false),
        ("  GPP_D = \"\\\"\"", false),
        // The second phone's name has quotes in it.
        ("  GPP_B = phone.name", true),
        ("  GPP_B = phone.model", false),
    ] {
        let expected: &[Code] = if told { &[Code::P0512] } else { &[] };
        // That the program never sets what is asked for is told as well.
        let found: Vec<Code> = codes(&with(profile, rule)).into_iter().filter(|code| *code != Code::P0513).collect();
        assert_eq!(found, expected, "{profile}");
    }
    let trigger = "  resync { only when $PRVTMR >= 1h or $B == \"x\" }";
    assert_eq!(codes(&with("  GPP_B = \"\\\"\"", trigger)), [Code::P0512]);
    assert_eq!(codes(&fleet("  resync { only when $MUID == \"x\" or $PRVTMR >= 1h }")), [Code::P0512]);
}

#[test]
fn arms_become_alternatives() {
    for (arms, wired) in [
        (
            "when $A != \"Provisioned\" {\n set Line_Enable[1] = no\n }\n else { fetch http \"/$MA.xml\" }",
            "(\"$(A)\" ne \"Provisioned\")? (Line_Enable_1_ = \"No\";)! | http://prov.example.com/$(MA).xml",
        ),
        (
            "when $PRVST == 2 or $A == \"x\" { fetch http \"/$MA.xml\" }",
            "($(PRVST) eq 2)? http://prov.example.com/$(MA).xml | (\"$(A)\" eq \"x\")? http://prov.example.com/$(MA).xml",
        ),
        (
            "when $PRVST == 2 {\n set GPP_C = \"$MA\"\n set GPP_D = $PN\n set Resync_Periodic = 1h jitter 10m\n fetch http \"/$MA.xml\" }",
            "($(PRVST) eq 2)? (GPP_C = \"$MA\"; GPP_D = \"$(PN)\"; Resync_Periodic = \"3600+600\";)! http://prov.example.com/$(MA).xml",
        ),
        ("when $PRVST == 2 { }", "($(PRVST) eq 2)?"),
    ] {
        let planned = fleet(&format!("  rule Profile_Rule_C {{\n{arms}\n}}"));
        assert_eq!((codes(&planned), derived(&planned, "Profile_Rule_C").as_deref()), (vec![], Some(wired)), "{arms}");
    }
}

#[test]
fn a_release_is_each_models_own_load() {
    let text = r#"use cisco.mpp
firmware floor {
  load "sip88xx.11-3-1MPP-678.loads" for "CP-8841-3PCC"
  load "sip78xx.11-3-1MPP-680.loads" for "CP-7841-3PCC"
}
server prov { name "prov.example.com"  address 192.168.50.10  http { port 80 } }
profile account { fetch http "/$MA.xml" }
fleet desks {
  server prov  profiles account
  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC" }
  phone 00:0e:08:ab:cd:02 { model "CP-7841-3PCC" }
  rule Profile_Rule_B {
    when $SWVER != floor and $PRVST == 1 { fetch http "/$MA.xml" }
  }
}
"#;
    let planned = pipeline::plan(&MemoryFiles::single(text), "main.prov", &Options::default());
    let served = planned.served().unwrap_or_else(|| panic!("{:?}", planned.findings()));
    for (last, version) in [(1, "11-3-1MPP-678"), (2, "11-3-1MPP-680")] {
        let phone = served.phone(prov::phone::Mac::new([0, 0x0e, 8, 0xab, 0xcd, last])).expect("in the plan");
        let rule =
            served.plan().fleets[0].rules.iter().find(|rule| rule.parameter == "Profile_Rule_B").expect("a rule");
        let text = served.expand(phone, &rule.text);
        assert!(
            text.starts_with('(') && text.contains(version) && text.contains(" and $(PRVST) eq 1)? http"),
            "{text}"
        );
    }
}

#[test]
fn arms_are_held_against_the_platform() {
    for (arms, code, place) in [
        (
            "else { fetch http \"/$MA.xml\" }\n when $PRVST == 2 { fetch http \"/$MA.xml\" }",
            Code::P0502,
            "when $PRVST == 2 { fetch http \"/$MA.xml\" }",
        ),
        ("when $FOO == 2 { }", Code::P0208, "$FOO"),
        ("when $A == \"x\" {\n set Lime_Enable[1] = no\n }", Code::P0515, "Lime_Enable[1]"),
        ("when $A == \"x\" {\n set Line_Enable[17] = no\n }", Code::P0207, "17"),
        ("when $A == \"x\" {\n set Line_Enable[1] = \"Nee\"\n }", Code::P0303, "\"Nee\""),
        ("when $A == \"x\" {\n set GPP_C = \"\\\"\"\n }", Code::P0515, "\"\\\"\""),
        ("when $A == \"x\" {\n set GPP_C = \"$ERR\"\n }", Code::P0209, "$ERR"),
        ("when $A == \"x\" {\n set GPP_C = $STRANGE\n }", Code::P0208, "$STRANGE"),
        ("when $A == \"x\" {\n set GPP_C = phone.name\n }", Code::P0401, "phone.name"),
        ("when $A == \"x\" {\n set Password[1] = k\n }", Code::P0403, "k"),
        ("when $A == \"x\" {\n GPP_C = \"y\"\n }", Code::P0101, "GPP_C = \"y\""),
        ("when $A == \"x\" { gzip }", Code::P0211, "gzip"),
        ("when $A == \"x\" { fetch https \"/$MA.xml\" }", Code::P0212, "https"),
        ("when $A == \"x\" { fetch http \"/lab/$MA.xml\" }", Code::P0604, "rule Profile_Rule_C {"),
        ("else { }", Code::P0101, "else { }"),
        ("", Code::P0101, "{\n\n}"),
    ] {
        let planned = fleet(&format!("  rule Profile_Rule_C {{\n{arms}\n}}"));
        assert_eq!(
            (codes(&planned), marked(&planned).as_str()),
            (vec![code], place),
            "{arms}: {:?}",
            planned.findings()
        );
    }
}

#[test]
fn a_rule_has_one_author() {
    for body in [
        "  rule Profile_Rule raw \"http://h/a\"",
        "  rule Profile_Rule_B raw \"http://h/a\"\n  rule Profile_Rule_B raw \"http://h/b\"",
        "  resync { only when $PRVTMR >= 1h }\n  rule Resync_Trigger_1 raw \"$PRVTMR ge 60\"",
        "  rule Resync_Trigger_1 raw \"$PRVTMR ge 60\"\n  rule Resync_Trigger[1] raw \"$PRVTMR ge 60\"",
    ] {
        assert_eq!(codes(&fleet(body)), [Code::P0610], "{body}");
    }
    let planned = with("  Profile_Rule_C = \"http://h/a\"", "  rule Profile_Rule_C raw \"http://h/a\"");
    assert_eq!(codes(&planned), [Code::P0610]);
    let planned = fleet("  resync { only when $PRVTMR >= 1h }\n  rule Resync_Trigger_2 raw \"$PRVST eq 2\"");
    assert_eq!(codes(&planned), []);
    assert_eq!(codes(&fleet("  rule Custom_CA_Rule raw \"http://h/ca.pem\"")), [Code::P0303]);
    assert_eq!(codes(&fleet("  rule Upgrade_Rule { else { } }")), [Code::P0101]);
}

#[test]
fn no_rule_leads_nowhere() {
    for (text, told) in [
        ("http://prov.example.com/x.xml", true),
        ("($PRVST eq 2)? http://h/x | http://prov.example.com/x.xml", true),
        ("http://prov.example.com:8080/$MA.xml", true),
        ("tftp://prov.example.com/$MA.xml", true),
        ("http://192.168.50.10/$B.xml", true),
        ("http://prov.example.com/$MAU.xml", true),
        ("http://other.example.com/x.xml", false),
        ("http://prov.example.com/$MA.xml", false),
    ] {
        let expected: &[Code] = if told { &[Code::P0604] } else { &[] };
        assert_eq!(codes(&raw("Profile_Rule_B", text)), expected, "{text}");
    }
}

#[test]
fn log_messages_are_templates_of_the_phone() {
    let planned =
        fleet("  log { request \"$PN asks $SCHEME://$SERVIP:$PORT$PATH for $5\"  success \"\"  failure r\"{$ERR}\" }");
    assert_eq!(codes(&planned), []);
    assert_eq!(derived(&planned, "Log_Request_Msg").as_deref(), Some("$PN asks $SCHEME://$SERVIP:$PORT$PATH for $5"));
    assert_eq!(derived(&planned, "Log_Success_Msg").as_deref(), Some(""));
    assert_eq!(derived(&planned, "Log_Failure_Msg").as_deref(), Some("{$ERR}"));
    for (body, code, place) in [
        ("success \"$MA_x\"", Code::P0208, "$MA_x"),
        ("success \"$(STRANGE)\"", Code::P0208, "$(STRANGE)"),
        ("success \"$SA\"", Code::P0209, "$SA"),
        ("success \"$PROXY1\"", Code::P0209, "$PROXY1"),
        ("success \"$UID10\"", Code::P0210, "$UID10"),
        ("success \"{phone.name}\"", Code::P0401, "phone.name"),
        ("success 5", Code::P0301, "5"),
        ("sucess \"x\"", Code::P0211, "sucess"),
        ("success \"x\"  success \"y\"", Code::P0202, "success \"y\""),
    ] {
        let planned = fleet(&format!("  log {{ {body} }}"));
        assert_eq!((codes(&planned), marked(&planned).as_str()), (vec![code], place), "{body}");
    }
    assert_eq!(codes(&fleet("  log { }")), []);
    assert_eq!(codes(&fleet("  log yes")), [Code::P0101]);
}

#[test]
fn a_report_in_clear_tells_what_the_files_set() {
    // In a sealed file, whose key no phone reports: the secret itself would be reported.
    let told = |seal: &str, report: &str, set: &str| {
        let text = format!(
            r#"use cisco.mpp
secret k = env("K")
secret sip = env("SIP")
server prov {{
  name "prov.example.com"  address 192.168.50.10  http {{ port 80 }}  tftp {{ port 69 }}
  https {{ port 443  certificate "a.pem"  key file("a.key")  clients require "ca.pem" }}
}}
profile keys {{ fetch https "/keys/$MA.xml" }}
profile account {{
  fetch http "/$MA.xml"
  seal {seal} key derive(k, phone.mac)
  {set}
}}
fleet desks {{
  server prov  profiles keys, account
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC" }}
  {report}
}}
"#
        );
        let planned = pipeline::plan(&MemoryFiles::single(text), "main.prov", &Options::default());
        let errors = planned.findings().iter().filter(|finding| finding.severity == prov::diagnostic::Severity::Error);
        errors
            .map(|finding| {
                format!("{:?} {} | {}", finding.code, finding.message, planned.sources().slice(finding.span()))
            })
            .collect::<Vec<_>>()
    };
    const SIP: &str = "Password[1] = sip";
    let report = "report {\n  full to http \"/r/$MA.xml\"\n}";
    let found = told("aes256cbc", report, SIP);
    assert_eq!(found, ["P0403 a report would carry secrets over http | full to http \"/r/$MA.xml\""]);
    let found = told("aes256cbc", "report {\n  status to http \"/s\"\n  delta to tftp \"/d\"\n}", SIP);
    assert_eq!(found, ["P0403 a report would carry secrets over tftp | status to http \"/s\""]);
    assert_eq!(told("aes256cbc", "rule Report_Rule raw \"http://h/r\"", SIP).len(), 1);
    for (seal, report, set) in [
        ("aes256cbc", "report { full to https \"/r/$MA.xml\" }", SIP),
        ("aes256cbc", "report { status to http \"/r/$MA.xml\" }", SIP),
        ("aes256cbc", "rule Report_Rule raw \"[--key $SA] http://h/r\"", SIP),
        ("aes128gcm", report, SIP),
        ("aes256cbc", report, "GPP_A = \"open\""),
        ("aes256cbc", report, "GPP_SD = sip"),
        ("aes256cbc", "", SIP),
    ] {
        assert_eq!(told(seal, report, set), Vec::<String>::new(), "{seal} {report} {set}");
    }
}

#[test]
fn reports_go_where_the_program_says() {
    let planned = fleet("  report { full to http \"/r/$MA.xml\"  delta to tftp \"/d/$MA.xml\"  every 1h  method put }");
    assert_eq!(codes(&planned), []);
    for (element, value) in [
        ("Report_Rule", "http://prov.example.com/r/$(MA).xml [--delta] tftp://prov.example.com/d/$(MA).xml"),
        ("Report_To_Server", "Periodically"),
        ("Periodic_Upload_To_Server", "3600"),
        ("HTTP_Report_Method", "PUT"),
    ] {
        assert_eq!(derived(&planned, element).as_deref(), Some(value), "{element}");
    }
    let planned = fleet("  report { status to http \"/s/$MA.xml\"  on change after 2m }");
    assert_eq!(derived(&planned, "Report_Rule").as_deref(), Some("[--status] http://prov.example.com/s/$(MA).xml"));
    assert_eq!(derived(&planned, "Upload_Delay_On_Local_Change").as_deref(), Some("120"));
    for (body, code) in [
        ("full to https \"/r\"", Code::P0212),
        ("full to ftp \"/r\"", Code::P0303),
        ("full to http \"r\"", Code::P0509),
        ("full to http \"/$MA_x\"", Code::P0208),
        ("full http \"/r\" \"/s\"", Code::P0101),
        ("full to http \"/r\"  on change on request", Code::P0202),
        ("full to http \"/r\"  every 5m", Code::P0302),
        ("full to http \"/r\"  full to http \"/s\"", Code::P0202),
        ("full to http \"/r\"  delta to http \"/s\"  status to http \"/t\"", Code::P0501),
        ("sometimes\n    full to http \"/r\"", Code::P0211),
        ("", Code::P0212),
    ] {
        let planned = fleet(&format!("  report {{ {body} }}"));
        assert_eq!(codes(&planned), [code], "{body}");
    }
}

#[test]
fn hostile_rules_end() {
    let long = "(\"$A\" eq \"x\")? /a | ".repeat(2000);
    assert!(codes(&raw("Profile_Rule_B", &long)).len() < 5);
    let dollars = "$".repeat(3001);
    assert_eq!(codes(&raw("Profile_Rule_B", &format!("http://h/{dollars}"))), [Code::P0511]);
    let arms: String = (0..300).map(|n| format!("when $A == \"{n}\" {{ fetch http \"/$MA.xml\" }}\n")).collect();
    assert_eq!(codes(&fleet(&format!("  rule Profile_Rule_C {{\n{arms}\n}}"))), []);
    assert_eq!(codes(&raw("Profile_Rule_B", "")), []);
}
