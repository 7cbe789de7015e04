//! Tests that do not say what they seem to, and profiles of the field that a phone reads only in part.

use prov::compile::Options;
use prov::diagnostic::{Code, Diagnostic, Severity};
use prov::language::MemoryFiles;
use prov::pipeline::{self, Planned};

const PROGRAM: &str = r#"use cisco.mpp
server prov { address 192.168.50.10  http { } }
profile account { fetch http "/$MA.xml"  User_ID[1] = "101" }
fleet desks {
  server prov  profiles account  bootstrap manual
  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC" }
}
"#;

fn planned(steps: &str, field: &str) -> Planned {
    let text = format!("{PROGRAM}test \"t\" {{\n{steps}\n}}\n");
    let mut files = MemoryFiles::single(text.as_str());
    files.0.insert("field.xml".into(), field.as_bytes().to_vec());
    pipeline::plan(&files, "main.prov", &Options { program: "told".into(), port_offset: 0 })
}

fn told(planned: &Planned, code: Code) -> Vec<&Diagnostic> {
    planned.findings().iter().filter(|finding| finding.code == code).collect()
}

const FIELD: &str = "<flat-profile><Ringer_Volume>3</Ringer_Volume></flat-profile>";
const PHONE: &str = "phone 00:0e:08:ab:cd:01\n";

#[test]
fn tests_that_say_something_else_are_told() {
    for (steps, words) in [
        ("boot\nafter 1h", vec!["this test expects nothing"]),
        ("", vec!["this test expects nothing", "never switched on"]),
        ("after 1h\nexpect resyncs == 0", vec!["never switched on"]),
        ("server down for 1h\nexpect requests == 0", vec!["never switched on"]),
        ("expect resyncs == 0", vec!["never switched on"]),
        ("expect no secret in clear", vec!["never switched on"]),
        ("expect last resync == success", vec!["never switched on"]),
        ("call for 5m\nboot\nexpect resyncs == 1", vec!["`call` comes before `boot`"]),
        ("notify\nboot\nexpect resyncs == 1", vec!["`notify` comes before `boot`"]),
        ("boot\nrunning \"field.xml\"\nexpect resyncs == 1", vec!["`running` stands behind `boot`"]),
        ("boot\nfirmware \"sip88xx.11-3-1MPP-678\"\nexpect resyncs == 1", vec!["`firmware` stands behind `boot`"]),
        ("set $A = \"x\"\nfactory fresh\nboot\nexpect resyncs == 1", vec!["`factory fresh` stands behind `set`"]),
        // Neighbours that say what they mean.
        ("boot\nexpect resyncs == 1", vec![]),
        ("running \"field.xml\"\nexpect Ringer_Volume == 3", vec![]),
        ("expect User_ID[1] == \"\"\nboot\ncall for 5m\nnotify\nexpect resyncs == 1", vec![]),
        ("server down for 1h\nset $A = \"x\"\nboot\nexpect requests >= 1", vec![]),
    ] {
        let planned = planned(&format!("{PHONE}{steps}"), FIELD);
        let found: Vec<&str> = told(&planned, Code::P0214).iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(found.len(), words.len(), "{steps}: {found:?}");
        assert!(words.iter().zip(&found).all(|(words, found)| found.contains(words)), "{steps}: {found:?}");
        let errors: Vec<_> = planned.findings().iter().filter(|one| one.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{steps}: {errors:#?}");
    }
}

/// A server fails by 4xx and 5xx: of others a test does not say what comes with them.
#[test]
fn a_server_that_answers_well_does_not_fail() {
    for (status, fails) in
        [(100, false), (200, false), (302, false), (399, false), (400, true), (503, true), (599, true)]
    {
        let planned = planned(&format!("{PHONE}server answers {status} for 1h\nboot\nexpect requests >= 1"), FIELD);
        assert_eq!(told(&planned, Code::P0302).is_empty(), fails, "{status}");
    }
}

#[test]
fn what_can_be_said_once_only_is_said_once() {
    for (steps, words) in [
        ("running \"field.xml\"\nrunning \"field.xml\"", "`running` is given twice"),
        ("factory fresh\nfactory fresh", "`factory` is given twice"),
        ("factory fresh\nrunning \"field.xml\"", "what the phone holds is said twice"),
        ("running \"field.xml\"\nfactory fresh", "what the phone holds is said twice"),
        ("firmware \"sip88xx.11-3-1MPP-678\"\nfirmware \"sip88xx.11-3-1MPP-678\"", "`firmware` is given twice"),
    ] {
        let planned = planned(&format!("{PHONE}{steps}\nboot\nexpect resyncs == 1"), FIELD);
        let found: Vec<&str> = told(&planned, Code::P0202).iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(found, [words], "{steps}");
    }
    let sound = planned(
        &format!("{PHONE}running \"field.xml\"\nboot\nserver down for 1h\nserver down for 1h\nexpect resyncs == 1"),
        FIELD,
    );
    assert!(told(&sound, Code::P0202).is_empty());
}

#[test]
fn a_load_that_is_none_is_told() {
    for (load, words) in
        [("garbage", "`garbage` is no load"), ("11-3-1MPP-678", "`11-3-1MPP-678` is no load"), ("", "`` is no load")]
    {
        let planned = planned(&format!("{PHONE}firmware \"{load}\"\nboot\nexpect resyncs == 1"), FIELD);
        let found: Vec<&str> = told(&planned, Code::P0305).iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(found, [words]);
    }
    let sound =
        planned(&format!("{PHONE}firmware \"sip88xx.99-0-1MPP0001-1.loads\"\nboot\nexpect resyncs == 1"), FIELD);
    assert!(told(&sound, Code::P0305).is_empty(), "{:#?}", sound.findings());
    // Nobody knows what runs on a phone that nobody knows; that it is none is all there is to say.
    let other = PHONE.replace("00:0e:08:ab:cd:01", "00:0e:08:ab:cd:99");
    assert_ne!(other, PHONE);
    for load in ["sip78xx.11-3-1MPP-678", "sip88xx.11-3-1MPP-678"] {
        let unknown = planned(&format!("{other}firmware \"{load}\"\nboot\nexpect resyncs == 1"), FIELD);
        assert_eq!((told(&unknown, Code::P0201).len(), told(&unknown, Code::P0305).len()), (1, 0), "{load}");
    }
    let garbage = planned(&format!("{other}firmware \"garbage\"\nboot\nexpect resyncs == 1"), FIELD);
    assert_eq!(told(&garbage, Code::P0305).len(), 1);
}

#[test]
fn what_a_phone_passes_over_in_a_profile_is_told() {
    let steps = format!("{PHONE}running \"field.xml\"\nboot\nexpect resyncs == 1");
    let profile = |inside: &str| format!("<flat-profile>\n{inside}</flat-profile>");
    for (field, words) in [
        (profile("<Ringer_Volum>3</Ringer_Volum>"), "field.xml:2: no phone has the parameter `Ringer_Volum`"),
        (profile("<Line_Enable_17_>Yes</Line_Enable_17_>"), "no phone has the parameter `Line_Enable_17_`"),
        (profile("<ringer_volume>3</ringer_volume>"), "no phone has the parameter `ringer_volume`"),
        (profile("<Ringer_Volume>loud</Ringer_Volume>"), "field.xml:2: `Ringer_Volume` takes"),
        (profile("<Ringer_Volume>99</Ringer_Volume>"), "`Ringer_Volume` is outside its range"),
        (profile("<Resync_On_Reset>Ja</Resync_On_Reset>"), "`Resync_On_Reset` takes `Yes` or `No`"),
        (profile("<Station_Name>Jörg</Station_Name>"), "`Station_Name` holds 'ö'"),
        (format!("garbage {}", profile("")), "text outside of the outermost element"),
        (format!("{} garbage", profile("")), "text outside of the outermost element"),
        (profile("") + &profile(""), "second outermost element"),
        (format!("\n\n<?xml version=\"1.0\"?>{}", profile("")), "field.xml:3: `<?xml`"),
    ] {
        let planned = planned(&steps, &field);
        let found: Vec<&str> = told(&planned, Code::P0314).iter().map(|finding| finding.message.as_str()).collect();
        assert!(found.len() == 1 && found[0].contains(words), "{field}: {found:?}");
        assert!(!planned.has_errors());
    }
    for sound in [
        profile("<Ringer_Volume>3</Ringer_Volume><Ringer_Volume/><GPP_A>\"\"</GPP_A><Dial_Plan_1_>$A</Dial_Plan_1_>")
            .replace("<Ringer_Volume/>", ""),
        profile("<Resync_On_Reset ua=\"na\">no</Resync_On_Reset><Station_Name></Station_Name><Proxy_1_ ua=\"rw\"/>"),
        format!("<?xml version=\"1.0\"?><device>{}</device>\n", profile("<!-- c -->")),
    ] {
        let planned = planned(&steps, &sound);
        assert!(told(&planned, Code::P0314).is_empty(), "{sound}: {:#?}", planned.findings());
    }
    // A flood is counted, and no secret is shown.
    let flood = planned(&steps, &profile(&"<X>1</X>\n".repeat(1000)));
    assert_eq!(told(&flood, Code::P0314).len(), 21);
    let secret = planned(&steps, &profile("<Password_1_>Jörg geheim</Password_1_>"));
    let shown = format!("{:?}", told(&secret, Code::P0314));
    assert!(!shown.contains("geheim"), "{shown}");
}
