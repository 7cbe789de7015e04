//! Any text is answered, and what reads prints and reads again.

use super::*;

/// All parsers under one name each.
type Parser = fn(&str) -> Result<(), Fault>;
const PARSERS: [(&str, Parser); 23] = [
    ("daylight", |text| daylight::parse(text).map(|_| ())),
    ("dial plan", |text| dial_plan::parse(text).map(|_| ())),
    ("cadence", |text| cadence::parse(text).map(|_| ())),
    ("frequency", |text| frequency::parse(text).map(|_| ())),
    ("tone", |text| tone::parse(text).map(|_| ())),
    ("star code", star_code),
    ("phone template", |text| phone_template(text).map(|_| ())),
    ("response template", |text| response_template(text).map(|_| ())),
    ("user id", user_id),
    ("phone number", phone_number),
    ("host", |text| host(text).map(|_| ())),
    ("address", |text| address(text).map(|_| ())),
    ("unsigned", |text| unsigned(text, 8).map(|_| ())),
    ("signed", |text| signed(text, 16).map(|_| ())),
    ("decimal", |text| decimal(text, 2).map(|_| ())),
    ("power", |text| power(text).map(|_| ())),
    ("options", |text| option_list(text, 254).map(|_| ())),
    ("domains", |text| domain_list(text).map(|_| ())),
    ("led", |text| led(text).map(|_| ())),
    ("keys", |text| key_list(text).map(|_| ())),
    ("function", |text| function::parse(text).map(|_| ())),
    ("rule", |text| rule(text, Kind::Profile)),
    ("url", url),
];

fn survives(text: &str) {
    for (name, parse) in PARSERS {
        if let Err(fault) = parse(text) {
            assert!(text.is_char_boundary(fault.at), "{name}: {fault:?} in {text:?}");
            assert!(fault.message.len() < 400, "{name}: {fault:?}");
        }
    }
    for doubt in dial_plan::doubts(text) {
        assert!(text.is_char_boundary(doubt.at));
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_answered(text: String) {
        survives(&text);
    }

    #[test]
    fn any_text_of_their_signs_is_answered(text in r"[0-9x*#.,;:/@+(){}\[\]<>|!PSL$ cp=-]{0,40}|(\$A|\$MA|\(|\)|\?|http://|/|:| |é|–){0,12}") {
        survives(&text);
    }

    #[test]
    fn a_plan_that_reads_prints_and_reads_again(text in r"(L:[0-9]?,)?\((P[0-9]? )?([0-9x*#,]|x\.|\[2-9*\]|<9:[0-9]{0,3}>|S[0-9]|!){1,8}(\|[0-9x]{1,3}[.!]?|\|\(x\)){0,3}\)") {
        if let Ok(plan) = dial_plan::parse(&text) {
            proptest::prop_assert_eq!(dial_plan::parse(&plan.to_string()), Ok(plan));
        }
    }

    #[test]
    fn a_tone_that_reads_prints_and_reads_again(text in r"[1-9][0-9]{1,3}@-?[0-9]{1,2}(\.[0-9])?,440@-19(;[0-9*](\.[0-9]{1,3})?\([0-9]?\.[0-9]{1,3}/[0-9]/(0|1|1\+2)\)){1,2}") {
        let tone = tone::parse(&text);
        if let Ok(tone) = tone {
            proptest::prop_assert_eq!(tone::parse(&tone.to_string()), Ok(tone));
        }
    }

    #[test]
    fn a_cadence_that_reads_prints_and_reads_again(text in r"[0-9]{1,2}\((\.[0-9]{1,3}|[0-9]|[0-9]\.[0-9]{1,3}|\*)/[0-9]\)") {
        let cadence = cadence::parse(&text).expect("generated to be one");
        proptest::prop_assert_eq!(cadence::parse(&cadence.to_string()), Ok(cadence));
    }
}
