//! Cadences, frequencies and tones.

use super::*;

#[test]
fn cadences() {
    for (text, canonical) in [
        ("60(2/4)", "60(2/4)"),
        ("60(.2/.2,.2/.2,.2/.2,1/4)", "60(.2/.2,.2/.2,.2/.2,1/4)"),
        ("60(.8/.4,.8/4)", "60(.8/.4,.8/4)"),
        ("60(4.5/4)", "60(4.5/4)"),
        ("60(0.25/9.75)", "60(.25/9.75)"),
        ("60(.3/.2, 1/.2,.3/4)", "60(.3/.2,1/.2,.3/4)"),
        ("2(.1/.1);10(*/0)", "2(.1/.1);10(*/0)"),
        ("60(1/1,1/1,1/1,1/1,1/1,1/1)", "60(1/1,1/1,1/1,1/1,1/1,1/1)"),
        ("1(.050/1.000)", "1(.05/1)"),
    ] {
        let cadence = cadence::parse(text).expect(text);
        assert_eq!((cadence.to_string().as_str(), cadence::parse(canonical)), (canonical, Ok(cadence)));
    }
    table(
        "CadScript",
        |text| cadence::parse(text).map(|_| ()),
        &[
            ("60()", Some(3)),
            ("60(2)", Some(4)),
            ("60(2/4);1(1/1);1(1/1)", Some(15)),
            ("60(1/1,1/1,1/1,1/1,1/1,1/1,1/1)", Some(27)),
            ("60(0.1234/1)", Some(8)),
            ("60(2/4", Some(6)),
            ("60(2/4)x", Some(7)),
            ("60(2–4)", Some(4)),
            ("", Some(0)),
            (&format!("60({})", "1.000/1.000,".repeat(11)), Some(127)),
        ],
    );
}

#[test]
fn frequencies_and_tones() {
    for (text, canonical) in [
        ("440@-10", "440@-10"),
        ("350@-19,440@-19", "350@-19,440@-19"),
        ("600@-16.5", "600@-16.5"),
        ("1@+3 , 2@-0.5", "1@3,2@-0.5"),
    ] {
        let found = frequency::parse(text).expect(text);
        assert_eq!((found.to_string().as_str(), frequency::parse(canonical)), (canonical, Ok(found)));
    }
    let read = |text: &str| frequency::parse(text).map(|_| ());
    table(
        "FreqScript",
        read,
        &[("350.5@-19", Some(3)), ("350@-19.55", Some(9)), ("350", Some(3)), ("350@–19", Some(4))],
    );
    table("FreqScript", read, &[("1@1,1@1,1@1,1@1,1@1,1@1,1@1", Some(24)), ("350@-19,", Some(8))]);
    for text in [
        "350@-19,440@-19;10(*/0/1+2)",
        "350@-19,440@-19;2(.1/.1/1+2);10(*/0/1+2)",
        "1600@-16;2(.05/.05/1,.05/.05/1,0/.5/0)",
        "397@-19,507@-19;15(0/2/0,.2/.1/1,.1/2.1/2)",
        "440@-19,480@-19;*(2/4/1+2)",
    ] {
        assert_eq!(tone::parse(text).map(|tone| tone.to_string()), Ok(text.to_owned()));
    }
    let read = |text: &str| tone::parse(text).map(|_| ());
    table(
        "ToneScript",
        read,
        &[("350@-19;10(*/0/2)", Some(15)), (";10(*/0/1)", Some(0)), ("350@-19;10(*/0)", Some(14))],
    );
    table(
        "ToneScript",
        read,
        &[("350@-19;10(*/0/0+1)", Some(15)), ("350@-19", Some(7)), ("350@-19;10(*/0/1+)", Some(17))],
    );
    table("ToneScript", read, &[("350@-19;1(1/1/1);1(1/1/1);1(1/1/1)", Some(26))]);
    assert_eq!(tone::parse("350@-19;10(*/0/2)").map_err(|fault| fault.kind).err(), Some(FaultKind::Range));
}
