//! RS §3 row by row, and answers as whole documents.

mod doubts;
mod servers;

use super::*;
use crate::phone::{Identity, Mac};
use crate::platform::MacroScope;

fn bench() -> Variables {
    let identity = Identity::new(Mac::new([0, 0x0e, 8, 0xaa, 0xbb, 0xcc]), "CP-8841-3PCC", "sip88xx.11-3-1MPP-678");
    Variables::of(&identity.expect("a phone"))
}

fn asked(text: &str, kind: RuleKind, set: &[(&str, &str)]) -> Answer {
    asked_with(text, kind, set, |_| {})
}

fn asked_with(text: &str, kind: RuleKind, set: &[(&str, &str)], change: impl Fn(&mut Question<'_>)) -> Answer {
    let mut variables = bench();
    set.iter().for_each(|(name, value)| variables.set(name, value).expect(name));
    let text = value_sent(text);
    let mut question = Question {
        text: &text,
        kind,
        variables: &variables,
        option66: None,
        stances: Stances::default(),
        one_reading: false,
    };
    change(&mut question);
    answer(&question)
}

fn noted(answer: &Answer, words: &str) -> bool {
    answer.notes.iter().any(|note| note.message.contains(words))
}

/// What a text of one kind becomes.
fn expands(text: &str, kind: RuleKind) -> String {
    asked(text, kind, &[]).verdict.expanded
}

#[test]
fn rs_3_every_variable_has_a_value_where_it_has_one() {
    use MacroScope::{Credential, Log, Rule, Service};
    let registers = ('A'..='P').map(|letter| (letter.to_string(), Rule));
    let secrets = ('A'..='D').map(|letter| (format!("S{letter}"), Credential));
    let named = [
        ("MA", Rule),
        ("MAU", Rule),
        ("MAC", Rule),
        ("PN", Rule),
        ("PSN", Rule),
        ("SN", Rule),
        ("CCERT", Rule),
        ("IP", Rule),
        ("EXTIP", Rule),
        ("SWVER", Rule),
        ("HWVER", Rule),
        ("PRVST", Rule),
        ("UPGST", Rule),
        ("UPGERR", Rule),
        ("PRVTMR", Rule),
        ("UPGTMR", Rule),
        ("REGTMR1", Rule),
        ("REGTMR2", Rule),
        ("UPGCOND", Rule),
        ("SCHEME", Log),
        ("METH", Log),
        ("SERV", Log),
        ("SERVIP", Log),
        ("PORT", Log),
        ("PATH", Log),
        ("ERR", Log),
        ("UID1", Rule),
        ("UID2", Rule),
        ("UID16", Rule),
        ("ISCUST", Rule),
        ("EMS", Rule),
        ("MUID", Rule),
        ("MPWD", Rule),
        ("ORIGTYPE", Rule),
        ("AUTHSTATUS", Rule),
        ("DISPLAYNAME1", Service),
        ("AUTHID1", Service),
        ("PROXY16", Service),
        ("SERIAL_NUMBER", Service),
        ("INCOMINGNAME", Service),
        ("REMOTENUMBER", Service),
    ];
    let all = registers.chain(secrets).chain(named.map(|(name, scope)| (name.to_owned(), scope)));
    for (name, scope) in all {
        for (kind, here) in [
            (RuleKind::Profile, scope == Rule),
            (RuleKind::Upgrade, scope == Rule),
            (RuleKind::Trigger, scope == Rule),
            (RuleKind::Report, scope == Rule),
            (RuleKind::Transition, scope == Rule),
            (RuleKind::Log, matches!(scope, Rule | Log)),
            (RuleKind::Service, matches!(scope, Rule | Service)),
        ] {
            let answer = asked(&format!("http://h/$({name})"), kind, &[(&name, "value")]);
            let expected = if here { "http://h/value".to_owned() } else { format!("http://h/$({name})") };
            assert_eq!(answer.verdict.expanded, expected, "{name} in {kind:?}");
            assert_eq!(here, !noted(&answer, "stays as written"), "{name} in {kind:?}: {:?}", answer.notes);
        }
    }
    let key = asked(
        "[--key $SA --uid $(SB:1) --pwd \"$SC\"] http://h/x",
        RuleKind::Profile,
        &[("SA", "k"), ("SB", "xu"), ("SC", "p")],
    );
    let options = &key.verdict.options;
    assert_eq!([&options.key, &options.uid, &options.pwd], [&Some("k".into()), &Some("u".into()), &Some("p".into())]);
    assert_eq!(key.notes, [], "they belong there");
}

#[test]
fn rs_3_a_phone_on_a_bench_and_what_follows_from_what_is_said() {
    assert_eq!(expands("$MA $MAU $MAC", RuleKind::Log), "000e08aabbcc 000E08AABBCC 00:0e:08:aa:bb:cc");
    assert_eq!(expands("$PN $PSN $SWVER", RuleKind::Log), "CP-8841-3PCC 8841-3PCC sip88xx.11-3-1MPP-678");
    assert_eq!(expands("$CCERT|$PRVST|$UPGST|$PRVTMR|$A|$UID1", RuleKind::Log), "Installed|0|1|0||");
    let said = asked(
        "$MA $MAU $MAC $PSN $METH",
        RuleKind::Log,
        &[("MAU", "000E08ABCD01"), ("$PN", "CP-7841-3PCC"), ("SCHEME", "TFTP")],
    );
    assert_eq!(said.verdict.expanded, "000e08abcd01 000E08ABCD01 00:0e:08:ab:cd:01 7841-3PCC TFTP");
    // What was said stands, in whatever order.
    for set in [[("PSN", "V03"), ("PN", "CP-7821-3PCC")], [("PN", "CP-7821-3PCC"), ("PSN", "V03")]] {
        assert_eq!(asked("$PSN", RuleKind::Log, &set).verdict.expanded, "V03");
    }
    assert_eq!(
        asked("$A$SB", RuleKind::Profile, &[("GPP_A", "/x")]).verdict.expanded,
        "/x$SB",
        "by the register's name"
    );
    let mut variables = bench();
    for (name, hint) in [("MAX", Some("MA")), ("ma", Some("MA")), ("GPP_X", None), ("UID17", Some("UID1")), ("", None)]
    {
        let unknown = variables.set(name, "x").expect_err(name);
        assert_eq!(unknown.hint.as_deref(), hint, "{name}: {unknown}");
    }
    // Whatever is misspelt, what is suggested is a name.
    let names: Vec<String> = variables.names().map(str::to_owned).collect();
    for name in names {
        for cut in 0..name.len() {
            let misspelt = format!("{}{}", &name[..cut], &name[cut + 1..]);
            if let Err(unknown) = variables.set(&misspelt, "x") {
                let hint = unknown.hint.clone();
                assert!(hint.is_none_or(|hint| variables.set(&hint, "x").is_ok()), "{misspelt}: {unknown}");
            }
        }
    }
    let odd = asked("$PRVST$CCERT", RuleKind::Log, &[("PRVST", "7"), ("CCERT", "Installed")]);
    assert!(
        noted(&odd, "`7` is none of what `$PRVST` can be: -1, 0, 1, 2") && !noted(&odd, "CCERT"),
        "{:?}",
        odd.notes
    );
}

#[test]
fn the_trace_names_operands_as_written_and_as_expanded() {
    let rule = "(\"$A\" ne \"Provisioned\")? https://p/init-$MA | https://p/c";
    let answer = asked(rule, RuleKind::Profile, &[("A", "Provisioned"), ("MA", "000e08abcd01")]);
    assert_eq!(
        answer.verdict.expanded,
        "(\"Provisioned\" ne \"Provisioned\")? https://p/init-000e08abcd01 | https://p/c"
    );
    assert_eq!((answer.verdict.alternative, answer.verdict.condition), (Some(2), None));
    let [first, second] = answer.alternatives.as_slice() else { panic!("{:?}", answer.alternatives) };
    assert_eq!((first.fate, first.condition), (Fate::Skipped, Some(false)));
    assert_eq!(first.why, "skipped: `\"Provisioned\" ne \"Provisioned\"` does not hold");
    let comparison = &first.comparisons[0];
    assert_eq!(comparison.written, "\"$A\" ne \"Provisioned\"");
    assert_eq!((comparison.left.written.as_str(), comparison.left.text.as_str()), ("\"$A\"", "\"Provisioned\""));
    assert_eq!((comparison.left.kind.as_str(), comparison.operator.as_str()), ("a string", "ne"));
    assert_eq!((comparison.right.text.as_str(), comparison.holds), ("\"Provisioned\"", Some(false)));
    assert_eq!((second.fate, second.text.as_str()), (Fate::Taken, "https://p/c"));
    let origins: Vec<_> = answer.macros.iter().map(|used| (used.written.as_str(), used.origin)).collect();
    assert_eq!(origins, [("$A", Origin::Set), ("$MA", Origin::Set)]);
    // What was not weighed, not looked at, never reached.
    let answer = asked("(1 eq 2 and 3 eq 3)? /a | (1 eq 1)? /b | (1 eq 1)? /c | /d | /e", RuleKind::Profile, &[]);
    let fates: Vec<Fate> = answer.alternatives.iter().map(|one| one.fate).collect();
    assert_eq!(fates, [Fate::Skipped, Fate::Taken, Fate::NotReached, Fate::NotReached, Fate::Unreachable]);
    let holds: Vec<_> = answer.alternatives[0].comparisons.iter().map(|one| one.holds).collect();
    assert_eq!(holds, [Some(false), None]);
    assert!(noted(&answer, "alternative 5 is never reached"));
    let versions =
        asked("$SWVER lt sip78xx.12-0-1MPP-9 and 1 eq 1", RuleKind::Trigger, &[("SWVER", "sip88xx.11-2-3MPP-398")]);
    assert_eq!(versions.verdict.condition, Some(true));
    assert_eq!(versions.comparisons[0].why, "versions: the major part decides; the model part does not count");
}

#[test]
fn both_readings_are_told_where_they_differ() {
    let rule = "($SWVER lt sip88xx.12-0-3MPP0001-1)? http://h/sip88xx.12-0-3MPP0001-1.loads";
    let answer = asked(rule, RuleKind::Upgrade, &[]);
    assert!(answer.verdict.error.is_some());
    assert_eq!(answer.alternatives[0].fate, Fate::Failed);
    let [reading] = answer.readings.as_slice() else { panic!("{:?}", answer.readings) };
    assert_eq!((reading.stance.as_str(), reading.verdict.alternative), ("C-20=by-parts", Some(1)));
    let chosen = asked_with(rule, RuleKind::Upgrade, &[], |question| {
        question.stances = question.stances.and("C-20=by-parts".parse().expect("a stance"));
        question.one_reading = true;
    });
    assert_eq!((chosen.verdict.alternative, chosen.readings.len()), (Some(1), 0));
    let same = asked(rule, RuleKind::Upgrade, &[("SWVER", "sip88xx.11-3-7MPP0001-272")]);
    assert_eq!((same.verdict.alternative, same.readings.len()), (Some(1), 0));
}

#[test]
fn a_body_and_two_reports() {
    let answer = asked("[--post j] http://h/x", RuleKind::Profile, &[("J", "MAC=$MA; $SA")]);
    let body = answer.body.expect("a body");
    assert_eq!((body.register.as_str(), body.text.as_str()), ("GPP_J", "MAC=000e08aabbcc; $SA"));
    let two = asked("[--status]http://a/s.xml [--delta]http://b:81/d.xml", RuleKind::Report, &[]);
    let urls: Vec<_> = two.reports.iter().map(|one| (one.alternative, one.url.as_deref())).collect();
    assert_eq!(urls, [(Some(1), Some("http://a/s.xml")), (Some(2), Some("http://b:81/d.xml"))]);
    assert!(two.reports[1].options.delta && two.reports[1].port == Some(81));
    assert_eq!(asked("http://a/s.xml", RuleKind::Report, &[]).reports, []);
}

#[test]
fn a_value_is_what_xml_leaves_of_it() {
    for (text, value) in
        [("  a  ", "a"), ("a\nb", "a b"), ("a\r\nb\n", "a b"), ("\n\ta b\n", "a b"), ("", ""), ("\n", "")]
    {
        assert_eq!(value_sent(text), value);
    }
    // RS §7: a rule that a page breaks has a blank where it was broken.
    let broken = asked("http://10.0.0.1/\nsip88xx.11-2-3MSR1-1.loads", RuleKind::Upgrade, &[]);
    assert!(broken.verdict.error.is_some_and(|error| error.contains("blank inside a URL")));
}

#[test]
fn hostile_texts_are_answered() {
    let kinds = RuleKind::ALL;
    let big = "x".repeat(1 << 20);
    for unit in [
        "$A",
        "(1 eq 1)? /x | ",
        "(1 eq 2)? /x | ",
        "$NOPE ",
        "[--key $SA",
        "(\"",
        "“",
        "\0",
        "(a=\"1\";)! ",
        "1 eq 1 and ",
        "$(A:1:2)",
    ] {
        let text = unit.repeat((64 << 10) / unit.len());
        for kind in kinds {
            let answer = asked(&text, *kind, &[("A", "b")]);
            let human = answer.human(&Stances::default());
            let (error, places) = answer.complaint().unwrap_or_default();
            assert!(human.len() + error.len() + places.len() < 200_000, "{unit} {kind:?}: {} octets", human.len());
        }
    }
    let grown = asked(&"$A".repeat(1000), RuleKind::Profile, &[("A", &big)]);
    assert!(grown.verdict.error.is_some_and(|error| error.contains("grows without bound")));
}

#[test]
fn a_kind_is_called_the_same_everywhere() {
    for kind in RuleKind::ALL {
        assert_eq!(serde_json::to_value(kind).ok(), Some(kind.word().into()));
    }
}

proptest::proptest! {
    #[test]
    fn whatever_is_suggested_can_be_read(
        text in "(http://h/x|/x|basic.txt|\\[|\\]|–key|--key|toets|“|”|\"|&quot;|&gt;|&amp;|&PN|&Model=|\\$MA|\\(|\\)\\?| en | and |1|eq|ge| |\u{a0}|\\\\\\||\\||<X>|</X>|`){0,14}",
        kind in 0usize..6,
    ) {
        let kinds = [
            RuleKind::Profile, RuleKind::Upgrade, RuleKind::Trigger, RuleKind::Report, RuleKind::Transition, RuleKind::Log,
        ];
        let kind = kinds.get(kind).copied().unwrap_or(RuleKind::Profile);
        if let Some(meant) = asked(&text, kind, &[]).meant {
            let again = asked(&meant.rule, kind, &[]);
            proptest::prop_assert_eq!(&again.verdict.error, &None, "{} for {}", meant.rule, text);
            proptest::prop_assert_eq!(again.verdict, meant.verdict);
            proptest::prop_assert!(!meant.because.is_empty() && again.meant.is_none());
        }
    }
}
