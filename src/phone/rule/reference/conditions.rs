//! RS §4 and §10: conditions, and how versions stand to each other.

use super::*;
use std::cmp::Ordering::{self, Equal, Greater, Less};

#[test]
fn rs_4_every_operator_in_both_forms() {
    for (sign, word, verdicts) in [
        ("=", "eq", [false, true, false]),
        ("!=", "ne", [true, false, true]),
        ("<", "lt", [true, false, false]),
        ("<=", "le", [true, true, false]),
        (">", "gt", [false, false, true]),
        (">=", "ge", [false, true, true]),
    ] {
        for ((left, right), expected) in [(1, 2), (2, 2), (3, 2)].into_iter().zip(verdicts) {
            let version = |number: i32| format!("sip88xx.11-{number}-1MPP-1");
            for text in [
                format!("{left} {sign} {right}"),
                format!("{left}{sign}{right}"),
                format!("{left} {word} {right}"),
                format!("{} {word} {}", version(left), version(right)),
                format!("{}{sign}{}", version(left), version(right)),
                format!("{left}.0.1 {word} {right}.0.1"),
            ] {
                assert_eq!(verdict(&text), Ok(expected), "{text}");
            }
            for text in [format!("\"{left}\" {word} \"{right}\""), format!("\"{left}\"{sign}\"{right}\"")] {
                let order = !matches!(word, "eq" | "ne");
                assert_eq!(verdict(&text).ok(), (!order).then_some(expected), "strings have no order: {text}");
            }
        }
    }
}

#[test]
fn rs_4_comparisons_are_joined_by_and_only() {
    for (text, expected) in [
        ("1 eq 1 and 2 eq 2", Some(true)),
        ("1 eq 1 AND 2 eq 2", Some(true)),
        ("1 eq 1 and 2 eq 3", Some(false)),
        ("1 eq 2 and 2 eq 2", Some(false)),
        ("1 eq 1 and 2 eq 2 and 3 eq 4", Some(false)),
        ("1 eq 1  and  2 eq 2", Some(true)),
        ("1 eq 1 And 2 eq 2", None),
        ("1 eq 1 && 2 eq 2", None),
        ("1 eq 1 or 2 eq 2", None),
        ("1 eq 1 OR 2 eq 2", None),
        ("not 1 eq 1", None),
        ("1 eq 1 and", None),
        ("and 1 eq 1", None),
        ("1 eq", None),
        ("eq", None),
        ("1", None),
        ("(1 eq 1) and (2 eq 2)", None),
        ("1 == 1", None),
        ("1 EQ 1", None),
        ("1 <> 1", None),
        ("1 en 1", None),
    ] {
        assert_eq!(verdict(text).ok(), expected, "{text}");
    }
    assert_eq!(profile("((1 eq 1) and (2 eq 2))? /x"), Err(1), "no nesting");
    assert_eq!(profile("(1 eq 1 or 1 eq 2)? /x"), Err(8));
}

#[test]
fn rs_4_both_sides_are_of_one_kind() {
    for (text, expected) in [
        ("\"$CCERT\" eq \"Installed\"", Some(true)),
        ("$CCERT eq \"Installed\"", None),
        ("\"$PRVTMR\" ge \"600\"", None),
        ("\"$PRVTMR\" ge 600", None),
        ("$PRVTMR ge 600", Some(true)),
        ("$PRVST eq -1", Some(true)),
        ("$SWVER lt 11", None),
        ("$SWVER ge sip88xx.11-0-0MPP-7", Some(true)),
        ("\"$SWVER\" eq \"sip88xx.11-2-3MPP-398\"", Some(true)),
        ("\"$SWVER\" ge \"sip88xx.11-0-0MPP-7\"", None),
        ("$SWVER ge sip88xx.11.2.3", None),
        ("$HWVER ge 2.0.1", Some(true)),
        ("$HWVER ge 2.0.1(0412s)", Some(false)),
        ("$HWVER ge 2.0", None),
        ("$HWVER eq $SWVER", None),
        // Exactly, letter case and blanks included.
        ("\"$CCERT\" eq \"installed\"", Some(false)),
        ("\"$CCERT\" ne \"Installed \"", Some(true)),
        ("\"$D\" eq \"\"", Some(true)),
        // An unknown macro stays, and is then no number.
        ("$NOPE ge 1", None),
        ("\"$NOPE\" eq \"$$NOPE\"", Some(true)),
    ] {
        assert_eq!(verdict(text).ok(), expected, "{text}: {:?}", verdict(text));
    }
}

#[test]
fn rs_4_the_conditions_of_the_table() {
    for (text, expected) in [
        ("$UPGTMR gt 300 and $PRVTMR ge 600", Ok(true)),
        ("$REGTMR1 gt 300 and $PRVTMR gt 1200 and \"$EXTIP\" ne \"\"", Ok(false)),
        ("$UPGTMR gt 300 en $PRVTMR ge 600", Err("expected `and` or the end of the trigger")),
        ("($PRVTMR ge 600)", Err("a trigger is a bare condition, without parentheses")),
        ("\"$SWVER\" ge \"sip88xx.1\"", Err("strings have no order, only `eq` and `ne`")),
        ("", Ok(false)),
    ] {
        assert_eq!(verdict(text), expected.map_err(str::to_owned), "{text}");
    }
    assert_eq!(profile("($SWVER ne sip7832.11-0-0MPP-256)? http://h/x"), taken(1, "http://h/x"));
    assert_eq!(profile("(\"$CCERT\" eq \"Installed\")? http://h/x"), taken(1, "http://h/x"));
    assert_eq!(profile("(\"$A\" ne \"Provisioned\")? http://h/x"), taken(1, "http://h/x"));
    assert_eq!(profile("$PRVTMR ge 600? http://h/x").ok(), None, "a rule's condition stands in parentheses");
}

#[test]
fn rs_4_legacy_forms_are_named() {
    for text in ["! 1.0.33", "!1.0.33", "ge 2.0.1", ">= 2.0.1", "!= sip88xx.11-0-0MPP-7", "1 eq 1 and ! 1.0.33"] {
        let message = verdict(text).expect_err(text);
        assert_eq!(
            message, "the left side is missing: a macro that is empty, or the SPA form that means `$SWVER`",
            "{text}"
        );
    }
    assert_eq!(verdict("$HWVER ! 1.0.33"), Err("`!` alone is how SPA phones write `!=`; write `ne`".into()));
    assert_eq!(profile("(! 1.0.33)? http://h/x"), Err(1));
    assert!(verdict("!(1 eq 1)").is_err_and(|message| message.contains("there is no `not`")));
}

fn version(text: &str) -> Version {
    text.parse().unwrap_or_else(|_| panic!("{text} is a version"))
}

#[test]
fn rs_10_every_form_is_read() {
    for text in [
        "sip7832.11-0-1MPP-312",
        "sip88xx.11-2-3MSR1-1",
        "sip88xx.11-3-2MPP0001-609",
        "sip78xx.14-1-1MN-366",
        "sip88xx.12-5-1SR1-4",
        "11-1-0MPP-19",
        "sip8845_65.11-3-1MPP-678",
        "sip88xx.11-3-1MPP-678.loads",
    ] {
        assert!(matches!(version(text).form(), Form::Load(_)), "{text}");
    }
    for (text, marked, new) in
        [("11-3-1MPP-678dev", true, false), ("11-3-1MPP-678", false, false), ("11-3-2MPP0001-609", false, true)]
    {
        let version = version(text);
        assert!(
            matches!(version.form(), Form::Load(load) if load.marked == marked && load.from_11_3_2 == new),
            "{text}"
        );
    }
    for text in
        ["sip8845_65.0104-MPP-9875dev.loads", "sip8845_65.1-0129-18-0356dev.loads", "1-0129-18-0356dev", "11-3-1-678"]
    {
        assert_eq!(version(text).form(), &Form::Opaque, "{text}");
    }
    for text in ["2.0.3(0412s)", "2.0.3", "1.88.1", "5.1.1(1a)"] {
        assert!(matches!(version(text).form(), Form::Dotted { .. }), "{text}");
    }
    for text in [
        "",
        "4",
        "11",
        "11.3",
        "11.3(1)",
        "2.0.3 (0412s)",
        "2.0.3()",
        "2.0.3(04-12)",
        "2.0.3.4",
        "11-3",
        "11-3-1MPP",
        "11a-3-1-1",
        "11-3-1MPP-",
        "11-3-1MPP-6-7",
        "a.b.c",
        "v11-3-1MPP-678",
        "11-3-1MPP-678.load",
        "99999999999-1-1MPP-1",
    ] {
        assert!(text.parse::<Version>().is_err(), "{text}");
    }
}

#[test]
fn rs_10_parts_are_compared_from_the_left() {
    let order = |a: &str, b: &str| version(a).compare(&version(b), AcrossForms::Error);
    let ordered: [(&str, &str, Ordering, Part); 14] = [
        ("11-3-1MPP-110", "11-2-3MPP-256", Greater, Part::Minor),
        ("11-3-2MPP0002-256", "11-3-2MPP0001-609", Greater, Part::Micro),
        ("12-0-0MPP-1", "11-9-9MPP-999", Greater, Part::Major),
        ("9-0-0MPP-1", "11-0-0MPP-1", Less, Part::Major),
        ("11-10-1MPP-1", "11-9-1MPP-1", Greater, Part::Minor),
        ("11-3-2MPP-1", "11-3-10MPP-1", Less, Part::Micro),
        ("11-3-1MPP-678", "11-3-1MPP-1000", Less, Part::Build),
        ("sip88xx.11-3-1MPP-678", "sip6821.11-3-1MPP-678.loads", Equal, Part::None),
        ("11-3-1MPP-678dev", "11-3-1MPP-678", Equal, Part::None),
        ("11-2-3MSR1-1", "11-2-3MSR2-1", Less, Part::Micro),
        ("11-2-3MSR1-1", "11-3-1MPP-678", Less, Part::Minor),
        ("2.0.3(0412s)", "2.0.3(0413a)", Less, Part::Build),
        ("2.0.3", "2.0.3(0412s)", Less, Part::Build),
        ("1.88.1", "1.9.1", Greater, Part::Minor),
    ];
    for (a, b, expected, part) in ordered {
        assert_eq!(order(a, b), Ok(Some(expected)), "{a} {b}");
        assert_eq!(order(b, a), Ok(Some(expected.reverse())), "{b} {a}");
        assert_eq!(version(a).decided_by(&version(b)), Some(part), "{a} {b}");
    }
    // Unlike tags differ, and have no order.
    assert_eq!(order("11-2-3MPP-398", "11-2-3MSR1-1"), Ok(None));
    assert_eq!(order("14-1-1MN-366", "14-1-1SR1-4"), Ok(None));
    assert_eq!(verdict("11-2-3MPP-398 ne 11-2-3MSR1-1"), Ok(true));
    assert!(verdict("11-2-3MPP-398 lt 11-2-3MSR1-1").is_err());
    // A literal is written as the phone's version is (C-20), and never as a version of another kind.
    assert_eq!(order("11-3-1MPP-678", "11-3-2MPP0001-609"), Err(Incomparable::Forms));
    assert_eq!(order("11-3-1MPP-678", "2.0.3"), Err(Incomparable::Forms));
    assert_eq!(order("11-3-1MPP-678", "11-3-1-678"), Err(Incomparable::Forms));
    let parts = |a: &str, b: &str| version(a).compare(&version(b), AcrossForms::ByParts);
    assert_eq!(parts("11-3-1MPP-678", "11-3-2MPP0001-609"), Ok(Some(Less)));
    assert_eq!(parts("11-3-1MPP-678", "2.0.3"), Err(Incomparable::Forms));
}

#[test]
fn rs_10_a_quoted_version_is_a_string() {
    assert_eq!(verdict("\"$SWVER\" eq \"sip88xx.11-2-3MPP-398\""), Ok(true));
    assert_eq!(verdict("\"$SWVER\" eq \"sip78xx.11-2-3MPP-398\""), Ok(false), "the model part counts");
    assert_eq!(verdict("\"$SWVER\" eq \"sip88xx.11-2-3MPP-398.loads\""), Ok(false));
    assert_eq!(verdict("$SWVER eq sip78xx.11-2-3MPP-398.loads"), Ok(true), "unquoted it does not");
}
