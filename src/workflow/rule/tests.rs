//! RS §3 row by row, and answers as whole documents.

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
fn a_missing_server_is_the_one_that_dhcp_names() {
    let option = |text: &str| text.parse::<ServerOption>().expect("servers");
    let ask = |text: &str, kind, stance: &str| {
        let answer = asked_with(text, kind, &[], |question| {
            question.option66 = Some(option("192.168.50.10"));
            if !stance.is_empty() {
                question.stances = question.stances.and(stance.parse().expect("a stance"));
            }
        });
        (answer.verdict.host, answer.verdict.url, answer.verdict.error.is_some())
    };
    let ours = || Some("192.168.50.10".to_owned());
    assert_eq!(
        ask("/$PSN.xml", RuleKind::Profile, ""),
        (ours(), Some("tftp://192.168.50.10/8841-3PCC.xml".into()), false)
    );
    // Nobody asked for this resync, so no host is the requester.
    assert_eq!(ask("/x", RuleKind::Profile, "C-16=requester"), (ours(), Some("tftp://192.168.50.10/x".into()), false));
    assert_eq!(ask("http://h/x", RuleKind::Profile, ""), (Some("h".into()), Some("http://h/x".into()), false));
    for kind in [RuleKind::Upgrade, RuleKind::Report, RuleKind::Transition, RuleKind::Service] {
        assert_eq!(ask("/x", kind, ""), (None, None, true), "{kind:?}");
    }
    let unknown = asked("/x", RuleKind::Profile, &[]);
    assert_eq!(
        (unknown.verdict.host.as_deref(), unknown.verdict.port, unknown.verdict.scheme.as_deref()),
        (None, Some(69), Some("tftp"))
    );
    assert!(
        noted(&unknown, "the URL names no server: the servers that DHCP names (C-16=options)"),
        "{:?}",
        unknown.notes
    );
}

#[test]
fn pb_5_every_form_of_an_option_gives_its_urls() {
    let (tail, second) = ("/8841-3PCC.xml", "/Cisco/CP-8841-3PCC/000e08aabbcc.cfg");
    let tries = |rule: &str, option: &str, stance: &str| {
        let answer = asked_with(rule, RuleKind::Profile, &[], |question| {
            question.option66 = Some(option.parse().expect("servers"));
            if !stance.is_empty() {
                question.stances = question.stances.and(stance.parse().expect("a stance"));
            }
        });
        (answer.verdict.url.unwrap_or_default(), answer.verdict.tries)
    };
    let bare = |host: &str| {
        let of = |scheme: &str| [format!("{scheme}://{host}{tail}"), format!("{scheme}://{host}{second}")];
        ["tftp", "http", "https"].iter().flat_map(|scheme| of(scheme)).collect::<Vec<_>>()
    };
    let rule = "/$PSN.xml";
    assert_eq!(tries(rule, "10.0.0.1", ""), (format!("tftp://10.0.0.1{tail}"), bare("10.0.0.1")));
    assert_eq!(tries(rule, "10.0.0.1;10.0.0.2", "").1, [bare("10.0.0.1"), bare("10.0.0.2")].concat());
    let base = "https://h:8443";
    let expected = vec![format!("{base}{tail}"), format!("{base}{second}")];
    assert_eq!(tries(rule, base, ""), (format!("{base}{tail}"), expected));
    let xml = format!("{base}/Cisco/CP-8841-3PCC/000e08aabbcc.xml");
    assert_eq!(tries(rule, base, "C-03=xml").1, [format!("{base}{tail}"), xml]);
    let page = "http://h/p.xml";
    assert_eq!(tries(rule, page, "").1, [page.to_owned(), format!("{page}{tail}"), format!("{page}{second}")]);
    assert_eq!(tries(rule, "http://h", "C-04=without-product").1[1], "http://h/Cisco/000e08aabbcc.cfg");
    // Discovery is for what begins with `/`; another rule asks for its own path alone.
    assert_eq!(tries("(1 eq 1)? /x", "10.0.0.1", ""), ("tftp://10.0.0.1/x".into(), vec![]));
    assert_eq!(tries("http://h/x", "10.0.0.1", ""), ("http://h/x".into(), vec![]));
    for (bad, words) in [
        ("", "the server is missing"),
        ("10.0.0.1;", "the server is missing"),
        ("300.1.1.1", "four numbers"),
        ("ftp://h", "tftp, http or https"),
        ("http://h:0", "a port is a number"),
        ("a b", "neither a DNS name"),
    ] {
        let error = bad.parse::<ServerOption>().expect_err(bad);
        assert!(error.contains(words) && error.contains("an option holds"), "{bad}: {error}");
    }
}

#[test]
fn rs_8_what_upgrade_rule_makes_of_a_load() {
    let upgrade = |text: &str, set: &[(&str, &str)]| asked(text, RuleKind::Upgrade, set);
    let runs = upgrade("http://h/f/sip88xx.11-3-1MPP-678.loads?x", &[]);
    assert!(runs.verdict.idle.as_ref().is_some_and(|why| why.contains("runs sip88xx.11-3-1MPP-678 already")));
    assert!(runs.human(&Stances::default()).contains("fetch           nothing: the phone runs"));
    assert_eq!(upgrade("http://h/sip88xx.11-3-1MPP-677.loads", &[]).verdict.idle, None);
    assert_eq!(asked("http://h/sip88xx.11-3-1MPP-678.loads", RuleKind::Profile, &[]).verdict.idle, None);
    let other = upgrade("http://h/sip78xx.11-3-1MPP-678.loads", &[]);
    assert!(noted(&other, "a CP-8841-3PCC runs loads named sip88xx, not `sip78xx.11-3-1MPP-678`"), "{:?}", other.notes);
    assert!(!noted(&upgrade("http://h/sip78xx.11-3-1MPP-678.loads", &[("PN", "CP-7841-3PCC")]), "runs loads named"));
    assert!(noted(&upgrade("http://h/garbage.loads", &[]), "`garbage` is no name of a load"));
    let none = upgrade("(1 eq 2)? http://h/sip88xx.11-3-1MPP-677.loads", &[]).human(&Stances::default());
    assert!(none.contains("nothing is upgraded, and nothing has failed") && !none.contains("next rule"), "{none}");
}

#[test]
fn an_assignment_is_noted_where_its_own_alternative_reads_the_register() {
    for (text, notes) in [
        ("(a = \"1\";)! http://h/$A", 1),
        ("(a = \"1\"; a = \"2\";)! http://h/$A", 1),
        ("(\"$A\" ne \"x\")? (a = \"x\";)! http://h/init | http://h/$A", 0),
        ("(1 eq 2)? (a = \"x\";)! http://h/init | http://h/$(A:1)", 0),
        ("(a = \"1\"; b = \"$A\";)! http://h/$$A", 1),
        ("(a = \"1\";)! http://h/$$A$AA", 0),
        ("(1 eq 2)? (a = \"1\";)! http://h/$A | (a = \"2\";)! http://h/$A", 2),
    ] {
        let answer = asked(text, RuleKind::Profile, &[("A", "v")]);
        let found = answer.notes.iter().filter(|note| note.message.contains("before `GPP_A` is assigned")).count();
        assert_eq!(found, notes, "{text}: {:?}", answer.notes);
    }
}

#[test]
fn an_error_is_placed_in_what_was_written() {
    for (text, set, expanded, written) in [
        ("($A ge 1)? /x", "", 2, 4),
        ("(\"$PN\" eq \"x\")? ftp://$MA", "", 25, 16),
        ("http://h/$A-b", "a b c", 11, 9),
        ("(1 eq $(A))? /x", "x", 6, 6),
        ("$$MA$$ http", "", 4, 6),
        ("/x$B$C y", "", 3, 7),
    ] {
        let answer = asked(text, RuleKind::Profile, &[("A", set)]);
        let at = answer.verdict.error_at.expect(text);
        assert_eq!((at.expanded, at.written), (expanded, written), "{text}: {:?}", answer.verdict);
    }
}

#[test]
fn what_was_likely_meant_is_told() {
    for (text, meant) in [
        ("(“$CCERT” eq “Installed”)? https://h/x", "(\"$CCERT\" eq \"Installed\")? https://h/x"),
        ("[–key MySecret] http://h/x", "[--key MySecret] http://h/x"),
        ("[toets MySecret] http://h/x", "[--key MySecret] http://h/x"),
        ("($UPGTMR ge 0 en $PRVTMR ge 0)? http://h/x", "($UPGTMR ge 0 and $PRVTMR ge 0)? http://h/x"),
        ("(&quot;$CCERT&quot; eq &quot;Installed&quot;)? http://h/x", "(\"$CCERT\" eq \"Installed\")? http://h/x"),
        ("($PRVTMR &gt;= 0)? http://h/x", "($PRVTMR >= 0)? http://h/x"),
        ("<Profile_Rule ua=\"na\">http://h/x</Profile_Rule>", "http://h/x"),
        ("(1 eq 1)?\u{a0}http://h/x", "(1 eq 1)? http://h/x"),
        ("`http://h/x`", "http://h/x"),
        ("(\"a==b\" == \"a==b\" && 1 == 1)? HTTPS://h/x?a==b", "(\"a==b\" = \"a==b\" and 1 = 1)? https://h/x?a==b"),
        ("(\\\"a\\\" eq \\\"a\\\")? http://h/x \\| http://h/y", "(\"a\" eq \"a\")? http://h/x | http://h/y"),
    ] {
        let answer = asked(text, RuleKind::Profile, &[]);
        let found = answer.meant.as_ref().expect(text);
        assert_eq!(found.rule, meant, "{text}");
        assert_eq!((found.verdict.error.as_deref(), found.verdict.alternative), (None, Some(1)), "{text}");
        assert!(!found.because.is_empty());
    }
    // A query's parts are no macros, and what no phone can read is no suggestion.
    for (text, meant) in [
        ("[–key k] http://h/&PN.cfg", "[--key k] http://h/$PN.cfg"),
        ("(“1” eq “1”)? http://h/x?a=1&Model=2&MA=3&Port=4", "(\"1\" eq \"1\")? http://h/x?a=1&Model=2&MA=3&Port=4"),
        ("(“&lt;” eq “x”)? http://h/x | http://h/y", "(\"<\" eq \"x\")? http://h/x | http://h/y"),
    ] {
        assert_eq!(asked(text, RuleKind::Profile, &[]).meant.map(|meant| meant.rule).as_deref(), Some(meant), "{text}");
    }
    for sound in [
        "http://h/x",
        "(\"a en b\" eq \"a en b\")? http://h/x",
        "basic.txt",
        "“basic.txt”",
        "(“a” eq 1)? http://h/x?b&Model=c",
        "http://h /x?a&Model=b",
    ] {
        assert_eq!(asked(sound, RuleKind::Profile, &[]).meant, None, "{sound}");
    }
}

#[test]
fn doubts_have_their_reasons() {
    let a = |value: &'static str| [("A", value)];
    let none: [(&str, &str); 1] = [("A", "")];
    for (text, kind, set, words) in [
        ("http://h/x?a=1&amp;b", RuleKind::Profile, none, "`&amp;` stands for a sign in XML only"),
        ("http://h/&PN.cfg", RuleKind::Profile, none, "misprints it as `&`"),
        ("http://h/$STRANGE", RuleKind::Profile, none, "no macro is named `$STRANGE`"),
        ("http://h/$MA_desk", RuleKind::Profile, none, "may also read `$(MA)_desk`"),
        ("http://h/$GPP_A", RuleKind::Profile, none, "one text reads it as `$A`"),
        ("http://h/$UID12x", RuleKind::Profile, none, "may also read `$(UID12)x`"),
        ("http://h/$UID12", RuleKind::Profile, none, "may read `$UID12` as `$(UID1)`"),
        ("http://h/$ERR", RuleKind::Profile, none, "in log messages only"),
        ("http://h/$PROXY1", RuleKind::Profile, none, "in XML service URLs only"),
        ("http://h/$SA", RuleKind::Profile, none, "as an argument of --key, --uid and --pwd only"),
        ("$SA", RuleKind::Log, none, "inside `--key`, `--uid` and `--pwd` only, not in a log text"),
        ("http://h/$5", RuleKind::Profile, none, "begins no macro"),
        (
            "(\"$A\" eq \"x\")? /x",
            RuleKind::Profile,
            a("x\" eq \"x"),
            "holds `\"`, which the phone reads as part of the rule",
        ),
        ("http://h/$A", RuleKind::Profile, a("$MA"), "holds macros, which are not looked at again"),
        ("/a | /b", RuleKind::Profile, none, "alternative 2 is never reached"),
        ("(\"$SWVER\" eq \"sip88xx.11-3-1MPP-678\")? /x", RuleKind::Profile, none, "a quoted version is a string"),
        ("\"$SWVER\" eq \"x\"", RuleKind::Trigger, none, "a quoted version is a string"),
        ("($SWVER eq 11-3-1MPP-678dev)? /x", RuleKind::Profile, none, "left out of account"),
        ("[--key a --key b] /x", RuleKind::Profile, none, "stands twice"),
        ("[--uid a] tftp://h/x", RuleKind::Profile, none, "does nothing with tftp"),
        ("[--uid a] http://h/x.loads", RuleKind::Upgrade, none, "another says that options are not supported"),
        ("[--pwd a\\057b] http://h/x", RuleKind::Profile, none, "is `/`; one guide prints it for the backslash"),
        ("[--key $SA] http://h/x", RuleKind::Profile, none, "the key is empty"),
        ("[--post a] http://h/x", RuleKind::Profile, none, "sends an empty body"),
        ("[--alias a] http://h/x", RuleKind::Profile, none, "renames nothing"),
        ("[--alias a] http://h/x", RuleKind::Profile, a("x"), "GPP_A is no alias map"),
        ("(Nonsense = \"1\";)! /x", RuleKind::Profile, none, "no phone has the parameter `Nonsense`"),
        ("(a = \"1\";)! http://h/$A", RuleKind::Profile, none, "before `GPP_A` is assigned"),
        ("[--key <encryption_key>] http://h/x", RuleKind::Profile, none, "stands for a value in the guides"),
        ("http://h/x.bin", RuleKind::Upgrade, none, "a load's name ends in `.loads`"),
        ("http://h/x.xml;", RuleKind::Report, none, "is part of the URL"),
        ("http://h/$A/x", RuleKind::Profile, none, "may be empty"),
    ] {
        let answer = asked(text, kind, &set);
        assert!(noted(&answer, words), "{text}: no `{words}` in {:#?}", answer.notes);
        assert!(answer.notes.iter().all(|note| !note.source.is_empty()));
    }
    for (text, kind) in [
        ("http://h/$MA.cfg", RuleKind::Profile),
        ("http://h/$(MA)desk", RuleKind::Profile),
        ("http://h/$$x", RuleKind::Profile),
        ("(\"$A\" eq \"a b\")? http://h/x", RuleKind::Profile),
        ("$PN $MAC -- Requesting $SCHEME://$SERVIP:$PORT$PATH $5", RuleKind::Log),
        ("https://h/sip88xx.11-3-1MPP-678.loads", RuleKind::Upgrade),
        ("[--status]http://a/s.xml [--delta]http://a/d.xml", RuleKind::Report),
        ("", RuleKind::Profile),
    ] {
        assert_eq!(asked(text, kind, &[]).notes, [], "{text}");
    }
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

#[test]
fn an_error_has_the_reason_that_helps() {
    for (text, why) in [
        ("tftp://prov.telco.com: 6900/cisco/$PN.cfg", "a blank ends the URL here"),
        ("http://<server ip address>/x.cfg", "`<server ip address>` stands for a value in the guides"),
        ("http://<server_ip>/x.cfg", "`<server_ip>` stands for a value in the guides"),
        ("[--key <encryption key>] http://h/x", "`<encryption key>` stands for a value in the guides"),
        ("($PRVTMR <> 1)? /x", "there is no `<>`"),
        ("($A <> 1)? /x", "a macro that is empty"),
        ("http://h/a?b|c", "inside one it is written `%7C`"),
        ("[--pwd pa]wo] http://h/x", "a bracket in an argument is written as an octal escape"),
        ("[--pwd pa[wo] http://h/x", "as an octal escape"),
        ("[--pwd pa\"wo] http://h/x", "as an octal escape"),
        ("http://user:pw@h/x", "`[--uid USER --pwd PASSWORD]` before it"),
        ("http://h ", "the path is missing"),
        ("http://h | http://h/x", "the path is missing"),
        ("HTTP://h/x", "small letters"),
        ("ftp://h/x", "tftp, http or https"),
        ("gds://x", "nothing stands behind `gds://`"),
        ("($PRVTMR == 1)? /x", "there is no `==`"),
        ("($A == 1)? /x", "a macro that is empty"),
        ("($PRVTMR ge 1 && 1 eq 1)? /x", "there is no `&&`"),
    ] {
        let answer = asked(text, RuleKind::Profile, &[]);
        assert!(
            answer.verdict.error.as_deref().is_some_and(|error| error.contains(why)),
            "{text}: {:?}",
            answer.verdict.error
        );
    }
}
