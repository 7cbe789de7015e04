//! Errors, what was likely meant, and what is doubtful about a text that is read all the same.

use super::*;

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
fn an_and_with_nothing_behind_it_is_told_as_that() {
    for text in ["(1 eq 1 and )? /x", "(1 eq 1 and  )? /x", "(1 eq 1 and 2 eq 2 and )? /x"] {
        let error = asked(text, RuleKind::Profile, &[]).verdict.error.expect(text);
        assert!(error.starts_with("a comparison is missing behind `and`"), "{error}");
    }
    let error = asked("1 eq 1 and ", RuleKind::Trigger, &[]).verdict.error.expect("an error");
    assert!(error.starts_with("a comparison is missing behind `and`"), "{error}");
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
        ("($PN eq CP-8841-3PCC)? http://h/x", "(\"$PN\" eq \"CP-8841-3PCC\")? http://h/x"),
        ("(a ne $MAU and $PRVTMR ge 0)? http://h/x", "(\"a\" ne \"$MAU\" and $PRVTMR ge 0)? http://h/x"),
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
        ("/a | /b | /c", RuleKind::Profile, none, "alternatives 2 to 3 are never reached"),
        ("(\"$SWVER\" eq \"sip88xx.11-3-1MPP-678\")? /x", RuleKind::Profile, none, "a quoted version is a string"),
        ("\"$SWVER\" eq \"x\"", RuleKind::Trigger, none, "a quoted version is a string"),
        ("($SWVER eq 11-3-1MPP-678dev)? /x", RuleKind::Profile, none, "left out of account"),
        ("($SWVER ne sip8845_65.0104-MPP-9875dev)? /x", RuleKind::Profile, none, "no documented form"),
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
