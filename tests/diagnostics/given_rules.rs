//! Rules that stand in a profile as values of parameters are held against what rules in clauses are: for each finding two programs
//! that have it, and the closest neighbours that have not.

use super::fleets::{Office, told};
use prov::diagnostic::Code;

const LOAD: &str = "sip88xx.11-3-7MPP0001-272";

fn of(profile: &str) -> Office<'_> {
    Office { profile, ..Office::default() }
}

/// A profile that gives the fleet's phones this.
fn gives(statement: &str) -> String {
    format!("fetch http \"/common/$PSN.xml\"\n  {statement}")
}

#[track_caller]
fn given(code: Code, bad: &[&str], good: &[&str]) {
    let (bad, good) = (bad.iter().map(|one| gives(one)), good.iter().map(|one| gives(one)));
    let (bad, good): (Vec<String>, Vec<String>) = (bad.collect(), good.collect());
    let offices = |all: &[String]| -> Vec<Office<'static>> {
        all.iter().map(|one| of(Box::leak(one.clone().into_boxed_str()))).collect()
    };
    told(code, &offices(&bad), &offices(&good));
}

#[test]
fn what_a_phone_never_reaches_in_them() {
    given(
        Code::P0502,
        &[
            r#"Report_Rule = ""
  PRT_Upload_Rule = "http://h.test/a | http://h.test/b""#,
            r#"Upgrade_Rule = "http://h.test/x.loads | ($UPGTMR gt 9)? http://h.test/y.loads""#,
        ],
        &[r#"Upgrade_Rule = "($UPGTMR gt 9)? http://h.test/x.loads | http://h.test/y.loads""#],
    );
}

#[test]
fn versions_and_firmware_in_them() {
    given(
        Code::P0504,
        &[
            r#"Upgrade_Rule = "($SWVER lt 11.3.7)? http://h.test/x.loads""#,
            r#"Resync_Trigger[1] = "$PRVTMR ge 60 and $SWVER lt sip88xx.11-3-1MSR1-3""#,
        ],
        &[r#"Upgrade_Rule = "($HWVER lt 2.0.1)? http://h.test/x.loads""#],
    );
    given(
        Code::P0510,
        &[
            r#"Upgrade_Rule = "(\"$SWVER\" ne \"x\")? http://h.test/x.loads""#,
            r#"Resync_Trigger[2] = "\"$SWVER\" ne \"x\" and $PRVTMR ge 60"
  Resync_Trigger[1] = "$PRVTMR ge 60""#,
        ],
        &[r#"Upgrade_Rule = "(\"$(SWVER:1:3)\" ne \"x\")? http://h.test/x.loads""#],
    );
}

#[test]
fn macros_in_them() {
    given(
        Code::P0511,
        &[r#"Custom_CA_Rule = "http://h.test/$/ca.pem""#, r#"Upgrade_Rule = "http://h.test/$.loads""#],
        &[r#"Custom_CA_Rule = "http://h.test/$MA/ca.pem""#],
    );
    given(
        Code::P0512,
        &[r#"Report_Rule = "http://h.test/$MUID""#, "Custom_CA_Rule = \"http://h.test/$A\"\n  GPP_A = \"x | y\""],
        &["Custom_CA_Rule = \"http://h.test/$A\"\n  GPP_A = \"x\""],
    );
    given(
        Code::P0208,
        &[r#"Report_Rule = "http://h.test/$NOPE""#, r#"Log_Request_Msg = "{phone.mac} $NOPE""#],
        &[r#"Report_Rule = "http://h.test/$PN""#],
    );
}

#[test]
fn conditions_that_never_hold_in_them() {
    given(
        Code::P0513,
        &[
            r#"Upgrade_Rule = "(\"$PN\" eq \"8841\")? http://h.test/x.loads""#,
            // What follows from it is not told as well: that texts differ on triggers that hold nothing.
            r#"Resync_Trigger[1] = "$PRVTMR lt 5 and $PRVTMR gt 9""#,
        ],
        &[
            r#"Upgrade_Rule = "(\"$PN\" eq \"CP-8841-3PCC\")? http://h.test/x.loads""#,
            r#"Resync_Trigger[1] = "$PRVTMR gt 9""#,
        ],
    );
}

#[test]
fn assignments_in_them() {
    given(
        Code::P0515,
        &[
            r#"Upgrade_Rule = "(Nope = \"x\";)! http://h.test/x.loads""#,
            r#"PRT_Upload_Rule = "(Proxy_99_ = \"x\";)! http://h.test/x""#,
        ],
        &[r#"Upgrade_Rule = "(GPP_F = \"x\";)! http://h.test/x.loads""#],
    );
}

#[test]
fn loads_in_them() {
    let other = r#"Upgrade_Rule = "http://h.test/sip78xx.11-3-7MPP0001-272.loads""#;
    let one = format!("if phone.model == \"CP-8841-3PCC\" {{ {other} }}");
    let own = format!("Upgrade_Rule = \"http://h.test/{LOAD}.loads\"");
    given(Code::P0702, &[other, &one], &[&own]);
    let ne = |compared: &str| {
        format!(
            "Upgrade_Rule = \"(\\\"$PN\\\" eq \\\"CP-8841-3PCC\\\" and $(SWVER:8:6)MPP-0 lt 12-0-0MPP-0 and $SWVER ne {compared})? http://h.test/{LOAD}.loads\""
        )
    };
    let by_hand = |compared: &str| format!("($SWVER ne {compared})? http://h.test/{LOAD}.loads");
    for (rule, told) in [
        (ne("sip88xx.11-3-7MPP0001-291"), true),
        (format!("Upgrade_Rule = \"{}\"", by_hand("sip88xx.11-3-6MPP0001-100")), true),
        (ne(LOAD), false),
        (format!("Upgrade_Rule = \"{}\"", by_hand(LOAD)), false),
        // Who runs it is led on by what stands before.
        (
            format!(
                "Upgrade_Rule = \"($SWVER eq {LOAD})? http://h.test/sip88xx.11-3-7MPP0001-291.loads | {}\"",
                by_hand("sip88xx.11-3-7MPP0001-291")
            ),
            false,
        ),
    ] {
        let rule = gives(&rule);
        assert_eq!(of(&rule).codes().contains(&Code::P0703), told, "{rule}: {:?}", of(&rule).codes());
    }
}

#[test]
fn upgrades_by_them_in_busy_hours() {
    let rule = gives(&format!("Upgrade_Rule = \"http://h.test/{LOAD}.loads\""));
    let off = gives(&format!("Upgrade_Rule = \"http://h.test/{LOAD}.loads\"\n  Upgrade_Enable = no"));
    let raw = format!("rule Upgrade_Rule raw \"http://h.test/{LOAD}.loads\"");
    let at_night = format!("{raw}  resync {{ at 02:30 spread 1h }}");
    const BUSY: &str = "busy 08:00 .. 18:00";
    told(
        Code::P0707,
        &[
            Office { network: BUSY, profile: &rule, ..Office::default() },
            Office { network: BUSY, fleet: &raw, ..Office::default() },
        ],
        &[
            Office { profile: &rule, ..Office::default() },
            Office { network: BUSY, fleet: &at_night, ..Office::default() },
        ],
    );
    assert!(!Office { network: BUSY, profile: &off, ..Office::default() }.codes().contains(&Code::P0707));
}

#[test]
fn what_they_ask_our_servers_for() {
    given(
        Code::P0604,
        &[
            r#"Report_Rule = "http://prov.example.com:81/r/$MA.xml""#,
            r#"Report_Rule = "[--status]http://h.test/s.xml [--delta]https://prov.example.com/d.xml""#,
            r#"Custom_CA_Rule = "http://192.168.50.10:8080/ca.pem""#,
            r#"Custom_CA_Rule = "http://prov.example.com/ca.pem""#,
        ],
        &[
            r#"Report_Rule = "http://prov.example.com/r/$MA.xml""#,
            r#"Custom_CA_Rule = "http://ca.test/ca.pem""#,
            r#"Report_Rule = "http://h.test:81/r""#,
        ],
    );
    // Loads of a rule in a profile lie beside the program as those of a clause do.
    let rule = gives(&format!("Upgrade_Rule = \"http://prov.example.com/fw/{LOAD}.loads\""));
    let files = [("text images/other.loads", "x")];
    let office = Office { profile: &rule, files: &files, ..Office::default() };
    assert_eq!(office.codes(), [Code::P0708]);
}

#[test]
fn ways_back_that_are_all_closed() {
    let with = |fleet| Office { fleet, ..Office::default() };
    told(
        Code::P0607,
        &[
            with("resync { not on notify  only when $PRVST == 7 }"),
            with("resync { not on notify  only when $PRVTMR < 5s and $PRVTMR > 9s }"),
            with("resync { never on boot  not on notify  every 0s }"),
        ],
        &[with("resync { not on notify  only when $PRVTMR > 9s }"), with("resync { never on boot  not on notify }")],
    );
}

#[test]
fn profile_rules_are_the_fleet_s() {
    given(
        Code::P0610,
        &[r#"Profile_Rule_C = "http://h.test/x.xml""#, "reset Profile_Rule_D"],
        &[r#"Upgrade_Rule = """#],
    );
    let planned = |profile: &str| {
        let text = format!(
            "use cisco.mpp\nserver prov {{ address 192.168.50.10  http {{ }} }}\nprofile a {{ fetch http \"/$MA.xml\"\n  {profile} }}\n\
             fleet desks {{ server prov  profiles a  phone 00:0e:08:ab:cd:01 {{ model \"CP-8841-3PCC\" }} }}\n"
        );
        let files = prov::language::MemoryFiles::single(text);
        prov::pipeline::plan(&files, "main.prov", &prov::compile::Options::default())
    };
    let reset = planned("reset Profile_Rule_C");
    let help = reset.findings().iter().find_map(|finding| finding.help.clone()).unwrap_or_default();
    assert!(help.contains("`rule Profile_Rule_C raw") && !help.contains("remove"), "{help}");
    let twice = planned("Profile_Rule = \"/x\"");
    let help = twice.findings().iter().find_map(|finding| finding.help.clone()).unwrap_or_default();
    assert_eq!(help, "remove the assignment");
}

#[test]
fn a_redirect_of_one_phone_s_own_file() {
    let program = |redirect: &str| {
        let text = format!(
            r#"use cisco.mpp
server prov {{ name "prov.example.com"  address 192.168.50.10  http {{ {redirect} }} }}
profile account {{ fetch http "/account/$MA.xml" }}
fleet desks {{ server prov  profiles account
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC" }}
  phone 00:0e:08:ab:cd:02 {{ model "CP-8841-3PCC" }}
}}
"#
        );
        let files = prov::language::MemoryFiles::single(text);
        let planned = prov::pipeline::plan(&files, "main.prov", &prov::compile::Options::default());
        let told = planned.findings().iter().filter(|finding| finding.code == Code::P0605);
        told.map(|finding| finding.labels.iter().map(|label| label.text.clone()).collect::<String>())
            .collect::<Vec<_>>()
    };
    let told = program("redirect \"/account/000e08abcd02.xml\" to \"http://h.test/x.xml\"");
    assert!(told.len() == 1 && told[0].contains("for 00:0e:08:ab:cd:02"), "{told:?}");
    let told = program(
        "redirect \"/account/000e08abcd01.xml\" to \"http://h.test/a.xml\"  redirect \"/account/000e08abcd02.xml\" to \"http://h.test/x.xml\"",
    );
    assert_eq!(told.len(), 2, "{told:?}");
    for neighbour in [
        "",
        "redirect \"/account/000e08abcd03.xml\" to \"http://h.test/x.xml\"",
        "redirect \"/accounts/\" to \"http://h.test/\"",
    ] {
        assert_eq!(program(neighbour), [""; 0], "{neighbour}");
    }
}
