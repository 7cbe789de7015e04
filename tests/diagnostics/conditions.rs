//! Conditions that phones evaluate: what is refused or warned of, and the closest neighbour that is not.

use prov::compile::Options;
use prov::diagnostic::Code;
use prov::language::MemoryFiles;
use prov::pipeline::{self, Planned};

fn only_when(condition: &str) -> Planned {
    resync(&format!("every 1h\n    only when {condition}"))
}

fn resync(body: &str) -> Planned {
    let text = format!(
        r#"use cisco.mpp
let lab = no
let words = ["x", "y"]
server prov {{ address 192.168.50.10  http {{ port 80 }} }}
profile account {{
  fetch http "/$MA.xml"
  if lab and "x" in words {{ GPP_B = "x" }}
}}
fleet desks {{
  server prov  profiles account
  resync {{
    {body}
  }}
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC"  name "Front" }}
}}
"#
    );
    pipeline::plan(&MemoryFiles::single(text), "main.prov", &Options::default())
}

fn codes(planned: &Planned) -> Vec<Code> {
    planned.findings().iter().map(|finding| finding.code).collect()
}

/// What is under the first finding.
fn marked(planned: &Planned) -> String {
    planned.findings().first().map(|finding| planned.sources().slice(finding.span()).to_owned()).unwrap_or_default()
}

/// Triggers 1 and 2 as sent.
fn triggers(condition: &str) -> Vec<String> {
    let planned = only_when(condition);
    let shape = &planned.plan().fleets[0].profiles[0].shapes[0];
    let set = shape.settings.iter().filter(|setting| setting.element.starts_with("Resync_Trigger_"));
    set.filter_map(|setting| match &setting.value {
        prov::plan::SettingValue::Set(text) => text.constant().map(str::to_owned),
        prov::plan::SettingValue::Keep => None,
    })
    .collect()
}

#[test]
fn conditions_become_triggers() {
    for (condition, wired) in [
        ("$PRVTMR >= 10m and $UPGTMR > 5m", &["$(PRVTMR) ge 600 and $(UPGTMR) gt 300"][..]),
        ("10m <= $PRVTMR", &["$(PRVTMR) ge 600"]),
        ("$PRVTMR >= 1h or $PRVST == -1", &["$(PRVTMR) ge 3600", "$(PRVST) eq -1"]),
        ("$PRVTMR >= 1h or lab", &["$(PRVTMR) ge 3600"]),
        ("not ($PRVTMR < 1h or $A in words)", &["$(PRVTMR) ge 3600 and \"$(A)\" ne \"x\" and \"$(A)\" ne \"y\""]),
        ("$A == \"costs $5\"", &["\"$(A)\" eq \"costs $$5\""]),
        ("$MAU == 00:0e:08:ab:cd:01", &["\"$(MAU)\" eq \"000E08ABCD01\""]),
        ("$EXTIP != 192.168.50.1", &["\"$(EXTIP)\" ne \"192.168.50.1\""]),
        ("$SWVER != \"sip88xx.11-3-1MPP-678.loads\"", &["$(SWVER) ne sip88xx.11-3-1MPP-678"]),
        ("lab", &["0 eq 1"]),
        ("not lab", &[]),
    ] {
        let found = triggers(condition);
        assert_eq!(found, wired, "{condition}");
    }
}

#[test]
fn what_a_phone_cannot_evaluate_is_refused_on_its_own_words() {
    for (condition, code, place) in [
        ("$FOO == \"x\"", Code::P0208, "$FOO"),
        ("$PRVTIMER >= 10m", Code::P0208, "$PRVTIMER"),
        ("$ERR == \"x\"", Code::P0209, "$ERR"),
        ("$PRVTMR >= 10m and $SA == \"x\"", Code::P0209, "$SA"),
        ("$PROXY1 == \"x\"", Code::P0209, "$PROXY1"),
        ("$PRVTMR >= 600", Code::P0503, "600"),
        ("$PRVTMR >= \"600\"", Code::P0503, "\"600\""),
        ("$A == 5", Code::P0503, "5"),
        ("$A == yes", Code::P0503, "yes"),
        ("$A == $PRVTMR", Code::P0503, "$PRVTMR"),
        ("$PN < \"x\"", Code::P0503, "$PN < \"x\""),
        ("$MA > 00:0e:08:ab:cd:01", Code::P0503, "$MA > 00:0e:08:ab:cd:01"),
        ("$PRVTMR >= 1500ms", Code::P0304, "1500ms"),
        ("$SWVER != \"11.3(1)\"", Code::P0504, "\"11.3(1)\""),
        ("$SWVER != \"2.0.1\"", Code::P0504, "\"2.0.1\""),
        ("$HWVER != \"sip88xx.11-3-1MPP-678\"", Code::P0504, "\"sip88xx.11-3-1MPP-678\""),
        ("$SWVER < \"sip88xx.11-2-3MSR1-1\"", Code::P0504, "\"sip88xx.11-2-3MSR1-1\""),
        ("$A + \"x\" == \"y\"", Code::P0505, "$A + \"x\" == \"y\""),
        ("$A == \"Zoë\"", Code::P0505, "\"Zoë\""),
        ("$PRVTMR >= 6h or $PRVST == 2 or $A == \"x\"", Code::P0505, "$PRVTMR >= 6h or $PRVST == 2 or $A == \"x\""),
        (
            "($A == \"a\" or $B == \"b\") and ($C == \"c\" or $D == \"d\")",
            Code::P0506,
            "($A == \"a\" or $B == \"b\") and ($C == \"c\" or $D == \"d\")",
        ),
        ("$A == phone.name", Code::P0401, "phone.name"),
        ("phone.name == \"x\"", Code::P0401, "phone.name == \"x\""),
        ("$SWVER < mpp_11_0_1", Code::P0201, "mpp_11_0_1"),
        ("$A", Code::P0301, "$A"),
        ("\"text\"", Code::P0301, "\"text\""),
        ("not $A == \"x\"", Code::P0301, "not $A"),
        ("$A in \"x\"", Code::P0301, "\"x\""),
    ] {
        let planned = only_when(condition);
        assert_eq!((codes(&planned), marked(&planned).as_str()), (vec![code], place), "{condition}");
    }
}

#[test]
fn independent_findings_are_all_told() {
    let planned = only_when("$FOO == \"x\" and $PRVTMR >= 600 and $ERR == \"y\"");
    assert_eq!(codes(&planned), [Code::P0208, Code::P0503, Code::P0209]);
}

#[test]
fn what_always_or_never_holds_is_told() {
    for (body, found) in [
        ("every 1h\n    only when $PRVTMR >= 0s", &[Code::P0513][..]),
        ("every 1h\n    only when $PRVTMR >= 1h or $PRVST == 7", &[Code::P0513]),
        ("every 1h\n    only when $PRVTMR >= 1h or $CCERT == \"installed\"", &[Code::P0513]),
        ("every 1h\n    only when $PRVTMR > 10m or $PRVTMR <= 10m", &[Code::P0513]),
        ("every 1h\n    only when $PRVTMR >= 2h", &[Code::P0513]),
        ("every 1h\n    only when yes", &[Code::P0513]),
        ("every 1h\n    only when no", &[Code::P0513]),
        ("every 1h\n    only when $PRVTMR >= 1h", &[]),
        ("every 1h\n    only when $PRVTMR > 0s", &[]),
        ("every 1h jitter 10m\n    only when $PRVTMR >= 65m", &[]),
        ("at 02:30\n    only when $PRVTMR >= 2h", &[]),
        ("every 1h\n    only when $PRVTMR >= 1h or $CCERT == \"Installed\"", &[]),
        ("every 1h\n    only when $PRVST == 2", &[Code::P0514]),
        ("every 0s\n    only when $PRVTMR >= 1h", &[Code::P0514]),
        ("every 0s\n    at 02:30\n    only when $PRVTMR >= 1h", &[]),
        ("every 1h\n    only when $PRVTMR >= 10m or $PRVST == 2", &[]),
    ] {
        assert_eq!(codes(&resync(body)), found, "{body}");
    }
}

#[test]
fn a_second_condition_is_one_too_many() {
    let planned = resync("only when $PRVTMR >= 1h\n    only when $UPGTMR >= 1h");
    assert_eq!(codes(&planned), [Code::P0202]);
}

#[test]
fn long_conditions_end() {
    let pair = "($A == \"a\" or $B == \"b\")";
    let many = vec![pair; 40].join(" and ");
    // Equal pairs are one pair, but their halves are multiplied before that shows.
    assert_eq!(codes(&only_when(&many)).len(), 1);
    let letters = "ABCDEFGHIJKLMNOP".chars();
    let wide: Vec<String> = letters.map(|one| format!("(${one} == \"a\" or ${one} == \"b\")")).collect();
    assert_eq!(codes(&only_when(&wide.join(" and "))), [Code::P0106]);
}
