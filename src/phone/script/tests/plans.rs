//! Dial plans, and rules as values.

use super::*;

#[test]
fn dial_plans_of_the_reference() {
    for (text, canonical) in [
        (
            "( [1-8]xx | 9, xxxxxxx | 9, <:1>[2-9]xxxxxxxxx | 8, <:1212>xxxxxxx | 9, 1 [2-9] xxxxxxxxx | 9, 1 900 xxxxxxx ! | 9, 011xxxxxx. | 0 | [49]11 )",
            "([1-8]xx|9,xxxxxxx|9,<:1>[2-9]xxxxxxxxx|8,<:1212>xxxxxxx|9,1[2-9]xxxxxxxxx|9,1900xxxxxxx!|9,011xxxxxx.|0|[49]11)",
        ),
        ("(P9<:23> | (9,8<:1408>[2-9]xxxxxx | 0))", "(P9 <:23>|(9,8<:1408>[2-9]xxxxxx|0))"),
        ("(P0 <:1000>)", "(P0 <:1000>)"),
        ("L:15, (xx)", "L:15,(xx)"),
        ("S:6, (xx)", "S:6,(xx)"),
        ("L:, S:3, (x.)", "L:,S:3,(x.)"),
        ("(xxxxxxxxxS0)", "(xxxxxxxxxS0)"),
        ("(S0 <:18005551212>)", "(S0<:18005551212>)"),
        ("(*x.|*xx*x.|x.)", "(*x.|*xx*x.|x.)"),
        ("(<8:1650>xxxxxxx|<:1>xxxxxxxxxx)", "(<8:1650>xxxxxxx|<:1>xxxxxxxxxx)"),
        ("([35-8*]|01.|*xx)", "([35-8*]|01.|*xx)"),
        (
            "(*xx|[3469]11|0|00|[2-9]xxxxxx|1xxx[2-9]xxxxxxS0|xxxxxxxxxxxx.)",
            "(*xx|[3469]11|0|00|[2-9]xxxxxx|1xxx[2-9]xxxxxxS0|xxxxxxxxxxxx.)",
        ),
        ("(S0 1xx|P 5|1!S0)", "(S0 1xx|P 5|1!S0)"),
    ] {
        let plan = dial_plan::parse(text).expect(text);
        assert_eq!((plan.to_string().as_str(), dial_plan::parse(canonical)), (canonical, Ok(plan)));
        assert_eq!(dial_plan::doubts(text), [], "{text}");
    }
    table(
        "DialPlanScript",
        |text| dial_plan::parse(text).map(|_| ()),
        &[
            ("([2-9)", Some(1)),
            ("(<8:1650)", Some(1)),
            ("1xx|2xx", Some(0)),
            ("(x..)", Some(3)),
            ("()", Some(1)),
            ("P9 (x.)", Some(0)),
            ("(1xx", Some(0)),
            ("(1xx))", Some(5)),
            ("(1xx|)", Some(5)),
            ("(|1xx)", Some(1)),
            ("(.x)", Some(1)),
            ("(,.)", Some(2)),
            ("(1xx!2)", Some(5)),
            ("(P91xx)", Some(4)),
            ("(1P9 )", Some(2)),
            ("(1S)", Some(3)),
            ("(L:15,1)", Some(1)),
            ("(9-xx)", Some(2)),
            ("(9XX)", Some(2)),
            ("(call)", Some(1)),
            ("([9-2])", Some(2)),
            ("([])", Some(1)),
            ("([2–9])", Some(3)),
            ("(<8>1)", Some(3)),
            ("(1(2))", Some(2)),
            ("(xx) | [*#]xx[*#]", Some(5)),
            ("L15, (x.)", Some(1)),
            ("(1] )", Some(2)),
        ],
    );
    for (text, at) in [
        ("(9,,)", 3),
        ("(x.|9xx)", 4),
        ("(+31x.)", 1),
        ("(x.|900!|9xx)", 4),
        ("(9x*|[1-4]xx)", 3),
        ("(9xx|0[1-9]*S0)", 11),
        ("(1xx|9xx|1xx)", 9),
        ("(x.|x.)", 4),
    ] {
        assert_eq!(dial_plan::doubts(text).iter().map(|doubt| doubt.at).collect::<Vec<_>>(), [at], "{text}");
    }
    for text in ["(*x|x*x.|9*)", "(1xx|1xxx|(1xx|2xx))"] {
        assert_eq!(dial_plan::doubts(text), [], "{text}");
    }
    assert_eq!(dial_plan::doubts("(x.|P5 <:0>)"), [], "an off-hook sequence is not dialled");
    let deep = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(dial_plan::parse(&deep(16)).is_ok());
    assert_eq!(dial_plan::parse(&deep(100_000)).map_err(|fault| fault.at).err(), Some(16));
}

#[test]
fn rules_read_with_their_macros() {
    let read = |text: &str| rule(text, Kind::Profile);
    for text in [
        "/$PSN.xml",
        "",
        "($SWVER lt sip88xx.11-2-3MPP-398)? http://h/$(MA).loads | http://h/b",
        "[--key $SA --uid \"$MUID\"]https://$A/x",
        "($PRVTMR gt 3600)? $B",
        "(\"$F\" eq \"test\")? http://h/a | /b",
    ] {
        table("rule", read, &[(text, None)]);
    }
    // The place is in what was written, not in what the phone makes of it.
    table("rule", read, &[("http://h/$MA.xml x", Some(17)), ("($SWVER foo 1)? /a", Some(8)), ("ftp://h/$MA", Some(0))]);
    table("rule", read, &[("($MA eq 1)? /x", Some(1)), ("[toets a]/x", Some(1)), ("(“$MA” eq \"a\")? /x", Some(1))]);
    let translated =
        rule("(\"$A\" eq \"1\" en \"$B\" eq \"2\")? /x", Kind::Profile).map_err(|fault| (fault.at, fault.message));
    assert_eq!(translated.map_err(|(at, message)| (at, message.contains("`and`"))), Err((13, true)));
    table(
        "trigger",
        trigger,
        &[("$PRVTMR gt 86400", None), ("($PRVTMR gt 1)", Some(0)), ("$UPGTMR gt 1 and", Some(13)), ("", None)],
    );
    table("report", report_rule, &[("[--delta]http://h/$MA.xml", None), ("/x", Some(0))]);
    table("upgrade", |text| rule(text, Kind::Upgrade), &[("http://h/a.loads", None), ("/a.loads", Some(0))]);
    let waits = |text: &str| schedule(text).map(|_| ());
    table(
        "schedule",
        waits,
        &[("1800+300,3600+600", None), ("600,,300", Some(4)), ("60 s", Some(0)), ("2400-30", Some(0))],
    );
    let map = |text: &str| alias_map(text).map(|_| ());
    table("alias map", map, &[("/a = /flat-profile/B;", None), ("/a = B;", Some(0))]);
    let load = |text: &str| version(text).map(|_| ());
    table("version", load, &[("sip88xx.11-3-1MPP-678", None), ("11.3.1", Some(0)), ("11-3", Some(0))]);
    table(
        "url",
        url,
        &[
            ("https://acs.example.com:7547", None),
            ("http://h/$MA.jpg", None),
            ("http://$A/x", None),
            ("logo.jpg", Some(8)),
        ],
    );
    table(
        "url",
        url,
        &[("http://h/a b", Some(10)), ("ftp://h/x", Some(0)), ("http://h:70000/x", Some(9)), ("http:///x", Some(7))],
    );
}
