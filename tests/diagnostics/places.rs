//! Findings point at the very sign that is wrong.

use prov::compile::Options;
use prov::diagnostic::{Code, Severity};
use prov::language::MemoryFiles;
use prov::pipeline;

/// What is under the caret of the one finding, and what it says.
fn found(setting: &str) -> (Code, Severity, String, String) {
    let text = format!(
        r#"use cisco.mpp
server prov {{ address 192.168.50.10  http {{ port 80 }} }}
profile account {{ fetch http "/$MA.xml"
{setting}
}}
fleet desks {{
  server prov  profiles account
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC"  ext "1x" }}
}}
"#
    );
    let options = Options { program: "example".into(), port_offset: 0 };
    let planned = pipeline::plan(&MemoryFiles::single(text.as_str()), "main.prov", &options);
    let [finding] = planned.findings() else { panic!("{setting}: {:?}", planned.findings()) };
    let span = finding.span();
    let under = text[span.start as usize..span.end as usize].to_owned();
    (finding.code, finding.severity, under, finding.labels[0].text.clone())
}

#[test]
fn the_caret_stands_under_the_sign_that_is_wrong() {
    for (setting, under) in [
        (r#"Dial_Plan[1] = "(9xxx|[2-9)""#, "["),
        (r#"Dial_Plan[1] = r"(9xxx|[2-9)""#, "["),
        (r#"Dial_Plan[1] = "(9xxx|2\"3)""#, "\\\""),
        (r#"Dial_Plan[1] = "(9xxx""#, "("),
        (r#"Dial_Plan[1] = "([2–9]xx)""#, "–"),
        (r#"Cadence[1] = "60(2/4""#, "\""),
        (r#"Display_Name[1] = "a ""#, " "),
        (r#"Upgrade_Rule = "(\"$PN\" foo \"x\")? http://h/x""#, "f"),
    ] {
        let (_, severity, found, why) = found(setting);
        assert_eq!((found.as_str(), severity), (under, Severity::Error), "{setting}: {why}");
    }
}

#[test]
fn a_value_that_is_put_together_counts_its_characters() {
    let (code, _, under, why) = found("Dial_Plan[1] = \"(9{phone.ext}-)\"");
    assert_eq!((code, under.as_str()), (Code::P0305, "\"(9{phone.ext}-)\""));
    assert!(why.starts_with("at character 5: "), "{why}");
}

#[test]
fn doubts_warn_and_the_value_stays() {
    let (code, severity, under, _) = found("Dial_Plan[1] = \"(x.|9xx)\"");
    assert_eq!((code, severity, under.as_str()), (Code::P0305, Severity::Warning, "9"));
}
