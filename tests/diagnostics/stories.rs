//! What only a story shows: phones that do not come home, or do not stay there. Each finding by two programs, beside
//! neighbours that have none; and one cause told once.

use prov::compile::Options;
use prov::diagnostic::{Code, Diagnostic, Severity};
use prov::language::MemoryFiles;
use prov::pipeline::{self, Planned};

const SERVERS: &str = r#"use cisco.firmware
use cisco.mpp
server prov {
  name "prov.example.com"  address 192.168.50.10
  http { port 80 }
  tftp { }
  dns { port 53 }
  dhcp { }
}
network office { server prov  subnet 192.168.50.0/24  pool 192.168.50.100 .. 192.168.50.199  domain "example.com" }
zone "example.com" { a "prov" 192.168.50.10 }
firmware v1137 { release "11.3(7)" }
"#;

/// A program whose fleet has these lines and whose profile these settings.
fn program(profile: &str, fleet: &str) -> Planned {
    whole(&format!(
        r#"{SERVERS}
profile common {{ fetch http "/common/$PSN.xml"
{profile}
}}
profile account {{ fetch http "/phones/$MA.xml" }}
fleet desks {{
  server prov  network office  profiles common, account
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC" }}
  phone 00:0e:08:ab:cd:02 {{ model "CP-7841-3PCC" }}
{fleet}
}}
"#
    ))
}

fn whole(text: &str) -> Planned {
    pipeline::plan(&MemoryFiles::single(text), "main.prov", &Options { program: "stories".into(), port_offset: 0 })
}

/// What is wrong; a release that the program does not use is none of ours.
fn wrong(planned: &Planned) -> Vec<&Diagnostic> {
    let ours = |finding: &&Diagnostic| finding.severity != Severity::Note && finding.code != Code::P0204;
    planned.findings().iter().filter(ours).collect()
}

#[track_caller]
fn one(planned: &Planned, code: Code) -> &Diagnostic {
    match wrong(planned).as_slice() {
        [only] if only.code == code => only,
        all => panic!("{all:#?}"),
    }
}

#[track_caller]
fn sound(planned: &Planned) {
    assert!(wrong(planned).is_empty(), "{:#?}", wrong(planned));
}

fn told(finding: &Diagnostic) -> String {
    let story = finding.story.as_ref().expect("a story");
    story.steps.iter().map(|step| format!("{} {}\n", step.at, step.what)).collect()
}

const DHCP: &str = "  bootstrap dhcp 66";

/// The fleet, with a rule by hand.
fn by_hand(name: &str, rule: &str) -> String {
    format!("{DHCP}\n  rule {name} raw \"{}\"", rule.replace('"', "\\\""))
}

#[test]
fn phones_at_home_have_nothing_told_of_them() {
    sound(&program("", "  bootstrap activation code"));
    for fleet in ["", DHCP, "  bootstrap dhcp 66, 160", "  bootstrap manual", "  bootstrap edos"] {
        sound(&program("", fleet));
        sound(&program("", &format!("{fleet}\n  upgrade {{ to v1137  fetch http \"/fw\" }}")));
    }
    for resync in ["never on boot", "every 7d", "at 02:30", "only when $PRVTMR >= 10m", "not on notify"] {
        sound(&program("", &format!("{DHCP}\n  resync {{ {resync} }}")));
    }
    // What a register holds back is somebody's to let go; that texts differ on it is all that is told.
    one(&program("", &format!("{DHCP}\n  resync {{ only when $A == \"ready\" }}")), Code::P0514);
}

/// PB §23: codes are known from 11.2(3) on, and a fleet that is upgraded may have anything.
#[test]
fn releases_that_know_no_activation_code() {
    for (release, way) in
        [("v1137", "  bootstrap activation code"), ("v1137", "  bootstrap activation code  resync { every 1d }")]
    {
        let planned = program("", &format!("{way}\n  upgrade {{ to {release}  fetch http \"/fw\" }}"));
        let finding = one(&planned, Code::P1001);
        let help = finding.help.clone().unwrap_or_default();
        assert!(help.contains("those before 11.2(3) take no activation code"), "{finding:#?}");
    }
    sound(&program("", "  bootstrap dhcp 160\n  upgrade { to v1137  fetch http \"/fw\" }"));
}

/// Two phones, and a line of each: the story is about the one that is cut off, and so is the place.
#[test]
fn a_finding_stands_where_its_own_phone_has_it() {
    let setting =
        "  if phone.role == \"desk\" {\n    Provision_Enable = yes\n  } else {\n    Provision_Enable = no\n  }";
    let planned = whole(&format!(
        r#"{SERVERS}
profile account {{ fetch http "/phones/$MA.xml"
{setting}
}}
fleet desks {{
  server prov  network office  profiles account
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC"  role "desk" }}
  phone 00:0e:08:ab:cd:02 {{ model "CP-8841-3PCC"  role "shelf" }}
{DHCP}
}}
"#
    ));
    let finding = one(&planned, Code::P0607);
    let before = prov::diagnostic::Span { start: 0, ..finding.span() };
    let before = planned.sources().slice(before);
    assert_eq!(before.lines().rev().nth(1).map(str::trim), Some("} else {"), "{before}");
    assert!(told(finding).contains("boots on"), "{finding:#?}");
}

#[test]
fn one_line_that_fleets_share_is_one_finding() {
    let fleet = |name: &str, last: u8| {
        format!(
            "fleet {name} {{\n  server prov  network office  profiles account\n{DHCP}\n  phone 00:0e:08:ab:cd:{last:02} \
             {{ model \"CP-8841-3PCC\" }}\n}}\n"
        )
    };
    let all = |fleets: &str| {
        whole(&format!(
            "{SERVERS}profile account {{ fetch http \"/phones/$MA.xml\"\n  Provision_Enable = no\n}}\n{fleets}"
        ))
    };
    let planned = all(&(fleet("one", 1) + &fleet("two", 2) + &fleet("three", 3)));
    let notes = &one(&planned, Code::P0607).notes;
    for other in ["two", "three"] {
        assert!(notes.iter().any(|note| *note == format!("it is so for phones of fleet `{other}` too")), "{notes:?}");
    }
    let planned = all(&fleet("one", 1));
    assert!(one(&planned, Code::P0607).notes.iter().all(|note| !note.contains("too")));
}

#[test]
fn a_setting_that_cuts_phones_off() {
    for (setting, why) in [
        ("Provision_Enable = no", "Provision_Enable is No"),
        ("Restricted_Access_Domains = \"files.example.net\"", "not in Restricted_Access_Domains"),
        ("Resync_On_Reset = no\n  Resync_Periodic = 0s\n  Resync_From_SIP = no", "make no resync by themselves"),
    ] {
        let planned = program(setting, DHCP);
        let finding = one(&planned, Code::P0607);
        let line = planned.sources().position(finding.span().file, finding.span().start).line;
        assert_eq!(line, 15, "{setting}");
        assert!(finding.labels[0].text.contains(why), "{finding:#?}");
        let story = told(finding);
        assert!(story.starts_with("0:00 boots on sip88xx.11-3-1MPP-678, factory fresh\n"), "{story}");
        assert!(story.ends_with("the same again, for ever\n"), "{story}");
        assert!(finding.notes.iter().any(|note| note.contains("2 phones")), "{:?}", finding.notes);
    }
    for neighbour in [
        "Provision_Enable = yes",
        "Restricted_Access_Domains = \"prov.example.com,192.168.50.10\"",
        // Each of the three alone leaves a way.
        "Resync_On_Reset = no\n  Resync_Periodic = 0s",
        "Resync_Periodic = 0s\n  Resync_From_SIP = no",
        "Resync_On_Reset = no\n  Resync_From_SIP = no",
    ] {
        sound(&program(neighbour, DHCP));
    }
}

#[test]
fn a_rule_that_takes_phones_to_another_fleet() {
    let two = |path: &str| {
        whole(&format!(
            r#"{SERVERS}
profile common {{ fetch http "/common/$PSN.xml" }}
profile spare {{ fetch http "/spare.xml" }}
fleet desks {{
  server prov  network office  profiles common
  bootstrap dhcp 66
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC" }}
  rule Profile_Rule_C raw "http://{path}"
}}
fleet halls {{
  server prov  network office  profiles spare
  bootstrap manual
  phone 00:0e:08:ab:cd:03 {{ model "CP-8841-3PCC" }}
}}
"#
        ))
    };
    let planned = two("prov.example.com/spare.xml");
    let finding = one(&planned, Code::P0607);
    assert!(finding.message.contains("`Profile_Rule_C`"), "{finding:#?}");
    // Another server's file is not known to set anything.
    sound(&two("files.example.net/spare.xml"));
    // What is missing on our own has its finding, and no story.
    one(&two("prov.example.com/nowhere.xml"), Code::P0604);
}

#[test]
fn firmware_that_does_not_find_the_way() {
    let by_dns = |fleet: &str| {
        let text = format!(
            r#"{}
profile common {{ fetch http "/common/$PSN.xml" }}
fleet desks {{
  server prov  network office  profiles common
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC" }}
{fleet}
}}
"#,
            SERVERS.replace(
                "a \"prov\" 192.168.50.10",
                "a \"prov\" 192.168.50.10\n  srv \"_ciscoprov-http._tcp\" { target \"prov\"  port 80 }"
            )
        );
        let planned = whole(&text);
        let found: Vec<Diagnostic> = wrong(&planned).into_iter().cloned().collect();
        found
    };
    let upgrade = "  upgrade { to v1137  fetch http \"/fw\" }";
    let found = by_dns(&format!("  bootstrap srv\n{upgrade}"));
    let [finding] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!(finding.code, Code::P1001);
    assert!(finding.message.contains("that starts on 11.2(3)SR1 never gets `common`"), "{finding:#?}");
    assert!(told(finding).contains("resync fails: no provisioning server"), "{}", told(finding));
    // The same in a rule by hand.
    let raw = "  rule Upgrade_Rule raw \"http://prov.example.com/fw/sip88xx.11-3-7MPP0001-272.loads\"";
    assert!(by_dns(&format!("  bootstrap srv\n{raw}")).iter().any(|finding| finding.code == Code::P1001));
    assert!(by_dns(&format!("  bootstrap dhcp 66\n{upgrade}")).is_empty());
    // Without an upgrade nothing says that phones run anything older; that texts differ is all that is told.
    assert_eq!(by_dns("  bootstrap srv").iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::P1003]);
}

#[test]
fn rules_that_change_rules_for_ever() {
    let turning = |register: &str, rule: &str| {
        let (set, url) = (format!("GPP_{register}"), "http://files.example.net");
        format!(
            "(\"${register}\" eq \"1\")? ({set} = \"0\"; {rule} = \"{url}/0\";)! | ({set} = \"1\"; {rule} = \"{url}/1\";)!"
        )
    };
    for (register, changed, by) in
        [("A", "Profile_Rule_C", "Profile_Rule_D"), ("P", "Profile_Rule_C", "Profile_Rule_D")]
    {
        let planned = program("", &by_hand(by, &turning(register, changed)));
        let finding = one(&planned, Code::P1004);
        assert!(finding.labels[0].text.contains(changed), "{finding:#?}");
        assert!(told(finding).contains("the files change the rules for ever"), "{}", told(finding));
    }
    // A rule that is still to come may change: only the value alternates then.
    let planned = program("", &by_hand("Profile_Rule_C", &turning("A", "Profile_Rule_D")));
    one(&planned, Code::P0603);
    // A rule that changes once is at rest.
    sound(&program("", &by_hand("Profile_Rule_D", "(Profile_Rule_C = \"http://files.example.net/1\";)!")));
}

#[test]
fn a_value_that_each_resync_turns_over() {
    for rule in [
        "(\"$A\" eq \"1\")? (GPP_A = \"0\";)! | (GPP_A = \"1\";)!",
        "(\"$B\" eq \"c\")? (GPP_B = \"a\";)! | (\"$B\" eq \"a\")? (GPP_B = \"b\";)! | (GPP_B = \"c\";)!",
    ] {
        let planned = program("", &by_hand("Profile_Rule_C", rule));
        let finding = one(&planned, Code::P0603);
        assert!(told(finding).contains("Profile_Rule_C: sets GPP_"), "{}", told(finding));
    }
    for neighbour in
        ["(\"$A\" ne \"1\")? (GPP_A = \"1\";)!", "(\"$A\" eq \"1\")? (GPP_A = \"0\";)!", "(GPP_A = \"1\";)!"]
    {
        sound(&program("", &by_hand("Profile_Rule_C", neighbour)));
    }
}

const OLD: &str = "sip88xx.11-3-5MPP0001-276";
const NEW: &str = "sip88xx.11-3-7MPP0001-272";

/// A fleet of one model, with an upgrade rule by hand.
fn upgraded(rule: &str) -> Planned {
    upgraded_with("", rule)
}

/// The same, with a setting.
fn upgraded_with(setting: &str, rule: &str) -> Planned {
    let rule = rule.replace("OLD.loads", &format!("http://prov.example.com/fw/{OLD}.loads"));
    let rule = rule.replace("NEW.loads", &format!("http://prov.example.com/fw/{NEW}.loads"));
    let rule = rule.replace("OLD", OLD).replace("NEW", NEW).replace('"', "\\\"");
    whole(&format!(
        r#"{SERVERS}
profile common {{ fetch http "/common/$PSN.xml"  {setting} }}
fleet desks {{
  server prov  network office  profiles common
  bootstrap dhcp 66
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC" }}
  rule Upgrade_Rule raw "{rule}"
}}
"#
    ))
}

#[test]
fn upgrades_that_go_round() {
    for rule in ["($SWVER eq NEW)? OLD.loads | NEW.loads", "($SWVER ne OLD)? OLD.loads | ($SWVER eq OLD)? NEW.loads"] {
        let planned = upgraded(rule);
        let finding = one(&planned, Code::P0705);
        let way = &finding.labels[0].text;
        assert!(way.contains(&format!("{OLD} → {NEW}")) || way.contains(&format!("{NEW} → {OLD}")), "{way}");
        assert!(told(finding).contains(&format!("upgraded to {NEW}")), "{}", told(finding));
    }
    sound(&upgraded("NEW.loads"));
    // Those on newer loads go back, and come to rest.
    one(&upgraded("($SWVER eq OLD)? NEW.loads | ($SWVER ne NEW)? OLD.loads"), Code::P0712);
}

#[test]
fn phones_left_behind() {
    for rule in
        ["($SWVER eq OLD)? NEW.loads", "($SWVER lt OLD)? OLD.loads | ($SWVER eq sip88xx.11-3-6MPP0001-1)? NEW.loads"]
    {
        let planned = upgraded(rule);
        let finding = wrong(&planned).into_iter().find(|finding| finding.code == Code::P0706);
        let finding = finding.unwrap_or_else(|| panic!("{rule}: {:#?}", planned.findings()));
        assert!(finding.message.contains("short of 11.3(7)"), "{finding:#?}");
        assert!(told(finding).ends_with("it stays there\n"), "{}", told(finding));
    }
    for neighbour in [
        "NEW.loads",
        "($(SWVER:8:6)MPP-0 lt 11-3-7MPP-0)? NEW.loads",
        // What keeps phones from it is not their version.
        "(\"$HWVER\" eq \"9.9.9\")? NEW.loads",
        "(\"$A\" eq \"go\")? NEW.loads",
    ] {
        sound(&upgraded(neighbour));
    }
    // With upgrades off the rule is not to blame.
    for rule in ["NEW.loads", "($SWVER eq OLD)? NEW.loads"] {
        let planned = upgraded_with("Upgrade_Enable = no", rule);
        let finding = wrong(&planned).into_iter().find(|finding| finding.code == Code::P0706);
        let finding = finding.unwrap_or_else(|| panic!("{rule}: {:#?}", planned.findings()));
        assert!(planned.sources().slice(finding.span()).contains("Upgrade_Enable"), "{finding:#?}");
        assert!(finding.labels[0].text.contains("looks at no upgrade rule"), "{finding:#?}");
    }
    // Only by one reading of the texts are phones before the change of form left behind.
    let planned = upgraded("($SWVER ne NEW)? NEW.loads");
    let finding = one(&planned, Code::P1003);
    assert!(finding.message.contains("starts on 11.2(3)SR1 stays on 11.2(3)SR1, short of 11.3(7)"), "{finding:#?}");
    assert!(told(finding).ends_with("it stays there\n"), "{}", told(finding));
}

#[test]
fn a_long_way() {
    let steps = |releases: &[&str], phone: &str| {
        let mut text = SERVERS.replace("firmware v1137 { release \"11.3(7)\" }\n", "");
        for (number, release) in releases.iter().enumerate() {
            let after = if number == 0 { String::new() } else { format!("  after r{}", number - 1) };
            text.push_str(&format!("firmware r{number} {{ release \"{release}\"{after} }}\n"));
        }
        let last = releases.len() - 1;
        whole(&format!(
            r#"{text}
profile common {{ fetch http "/common/$PSN.xml" }}
fleet desks {{
  server prov  network office  profiles common
  bootstrap dhcp 66
  phone 00:0e:08:ab:cd:01 {{ model "{phone}" }}
  upgrade {{ to r{last}  fetch http "/fw" }}
}}
"#
        ))
    };
    let long = ["11.0(1)", "11.1(1)", "11.2(1)", "11.3(1)", "11.3(3)", "11.3(5)", "11.3(7)"];
    for phone in ["CP-8841-3PCC", "CP-7841-3PCC"] {
        let planned = steps(&long, phone);
        let finding = one(&planned, Code::P1005);
        assert!(finding.message.contains("restarts 7 times"), "{finding:#?}");
        sound(&steps(&long[2..], phone));
    }
}

#[test]
fn phones_that_live_alike_are_told_of_together() {
    let phones: String = (0..40u8)
        .map(|phone| {
            let model = ["CP-8841-3PCC", "CP-8851-3PCC", "CP-7841-3PCC"][usize::from(phone % 3)];
            format!("  phone 00:0e:08:ab:cd:{phone:02x} {{ model \"{model}\"  name \"Desk {phone}\" }}\n")
        })
        .collect();
    let planned = whole(&format!(
        r#"{SERVERS}
profile account for phone {{ fetch http "/phones/$MA.xml"  Display_Name[1] = phone.name
  Provision_Enable = no }}
fleet desks {{
  server prov  network office  profiles account  bootstrap dhcp 66
{phones}
}}
"#
    ));
    let finding = one(&planned, Code::P0607);
    assert!(finding.notes.iter().any(|note| note.contains("40 phones")), "{:?}", finding.notes);
    let without = pipeline::plan(
        &MemoryFiles::single(format!(
            "{SERVERS}\nprofile p {{ fetch http \"/p.xml\"  Provision_Enable = no }}\nfleet none {{ server prov  profiles p }}"
        )),
        "main.prov",
        &Options::default(),
    );
    assert!(
        without.findings().iter().all(|finding| finding.code != Code::P0607),
        "a fleet without phones has no story"
    );
}

/// A rule that fails on the period and holds on the retry brings phones home every other time (RS §3).
#[test]
fn a_retry_that_comes_home_is_no_way_of_no_return() {
    let retry = "($PRVST eq 2)? (GPP_D = \"recover\";)! | ($PRVST eq 1)? http://prov.example.com/$PRVST/once.xml";
    sound(&program("", &by_hand("Profile_Rule_C", retry)));
    // Without the retry's alternative nobody comes back.
    let never = "($PRVST ne 0)? http://prov.example.com/$PRVST/once.xml";
    one(&program("", &by_hand("Profile_Rule_C", never)), Code::P0607);
}
