//! Every example of DT, and laws that hold for any text.

use super::*;
use crate::phone::rule::Kind;

/// Reads each text and compares where its fault is; `None`: it is fine.
fn table(what: &str, read: impl Fn(&str) -> Result<(), Fault>, rows: &[(&str, Option<usize>)]) {
    for (text, at) in rows {
        let found = read(text);
        assert_eq!(found.as_ref().err().map(|fault| fault.at), *at, "{what} {text}: {found:?}");
    }
}

#[test]
fn unsigned_and_signed_numbers() {
    let uns = |bits| move |text: &str| unsigned(text, bits).map(|_| ());
    table("Uns8", uns(8), &[("12", None), ("0x18", None), ("255", None), ("256", Some(0)), ("0x100", Some(0))]);
    table("Uns8", uns(8), &[("-1", Some(0)), ("1.5", Some(1)), ("0x", Some(2)), ("18h", Some(2)), ("", Some(0))]);
    table("Uns16", uns(16), &[("0xFFFF", None), ("65536", Some(0))]);
    table("Uns32", uns(32), &[("4294967295", None), ("4294967296", Some(0)), ("99999999999999999999", Some(0))]);
    let sig = |text: &str| signed(text, 8).map(|_| ());
    table("Sig8", sig, &[("-128", None), ("+127", None), ("0x7f", None), ("128", Some(0)), ("--1", Some(1))]);
    table("Sig8", sig, &[("0xff", Some(0)), ("-129", Some(0)), ("", Some(0))]);
    assert_eq!((signed("-128", 8), signed("-9223372036854775808", 64)), (Ok(-128), Ok(i64::MIN)));
    assert_eq!(unsigned("18446744073709551615", 64), Ok(u64::MAX));
}

#[test]
fn decimals_seconds_and_levels() {
    assert_eq!(decimal("1.25", 2), Ok((1.25, None)));
    assert_eq!(decimal(".5", 2), Ok((0.5, None)));
    assert!(decimal("1.255", 2).is_ok_and(|(_, doubt)| doubt.is_some_and(|doubt| doubt.at == 4)));
    table(
        "Float2",
        |text| decimal(text, 2).map(|_| ()),
        &[("1e3", Some(1)), ("1,5", Some(1)), (".", Some(1)), ("", Some(0))],
    );
    for (text, millis) in [("0.25", 250), ("3600", 3_600_000), ("1.23456", 1234), (".5", 500)] {
        assert_eq!(seconds(text, 3), Ok(millis), "{text}");
    }
    table(
        "Time3",
        |text| seconds(text, 3).map(|_| ()),
        &[("1h", Some(1)), ("-5", Some(0)), ("99999999999999999999", Some(0))],
    );
    for (text, tenths) in [("-13.5", -135), ("1.5", 15), ("-13", -130)] {
        assert_eq!(power(text), Ok(tenths), "{text}");
    }
    table("PwrLevel", |text| power(text).map(|_| ()), &[("-13.55", Some(5)), ("-13dBm", Some(3)), ("−13.5", Some(0))]);
}

#[test]
fn addresses_ports_and_hosts() {
    let ip = |text: &str| address(text).map(|_| ());
    table("IP", ip, &[("10.1.2.100", None), ("2001:db8::1", None), ("192.168.1.300", Some(10)), ("10.1.2", Some(6))]);
    table("IP", ip, &[("10.1.2.100:80", Some(10)), ("010.1.2.3", Some(0)), ("1.2.3.4.5", Some(7)), ("", Some(0))]);
    table("IP", ip, &[("2001:db8:::1", Some(0)), ("::ffff:10.0.0.1", None)]);
    let number = |text: &str| port(text).map(|_| ());
    table("port", number, &[("5060", None), ("0x13C4", None), ("0", None), ("65536", Some(0)), ("-1", Some(0))]);
    assert_eq!(port("0x13C4"), Ok(5060));
    let name = |text: &str| host(text).map(|_| ());
    for text in ["sip.Cisco.com:5060", "109.12.14.12:12345", "sip.Cisco.com", "109.12.14.12", "10.98.76.123:514"] {
        table("FQDN", name, &[(text, None)]);
    }
    table("FQDN", name, &[("http://h", Some(0)), ("h:99999", Some(2)), (&"a".repeat(64), Some(63)), ("$PROXY", None)]);
    table("FQDN", name, &[("a b", Some(1)), ("h/x", Some(1)), ("a..b", Some(2)), ("-a", Some(0)), ("a@b", Some(1))]);
    table("FQDN", name, &[(&"ab.".repeat(30), Some(90)), ("192.168.1.300", Some(10)), ("", Some(0)), ("h:", Some(2))]);
    table(
        "FQDN",
        name,
        &[("[2001:db8::1]:5060", None), ("2001:db8::1", None), ("[2001:db8::1", Some(0)), ("h–1", Some(1))],
    );
    assert_eq!(host("[::1]:69"), Ok(HostPort { host: "::1".into(), port: Some(69) }));
}

#[test]
fn users_numbers_and_codes() {
    table(
        "UserID",
        user_id,
        &[("jsmith", None), ("4081001141", None), ("a%20b", None), ("a b", Some(1)), ("a@b", Some(1))],
    );
    table(
        "UserID",
        user_id,
        &[("", Some(0)), ("a%2", Some(3)), ("a%zz", Some(2)), (&"1".repeat(64), Some(63)), ("a\"b", Some(1))],
    );
    for text in ["14081234567", "*69", "*72", "345678", "1234@10.10.10.100:5068", "jsmith@Cisco.com", "+31201234567"] {
        table("Phone", phone_number, &[(text, None)]);
    }
    table(
        "Phone",
        phone_number,
        &[(&"1".repeat(40), Some(39)), ("1 408", Some(1)), ("", Some(0)), ("jsmith", Some(0))],
    );
    table("Phone", phone_number, &[("1@h:99999", Some(4)), ("020-123", Some(3)), ("+", Some(1)), ("a b@h", Some(1))]);
    table(
        "ActCode",
        star_code,
        &[("*69", None), ("*1", None), ("*98765", None), ("*12345678", Some(7)), ("*69a", Some(3))],
    );
    table(
        "login",
        login,
        &[("johndoe@xdp.example.com", None), ("DOMAIN\\user", None), (&"a".repeat(64), Some(63)), ("é", Some(0))],
    );
}

#[test]
fn templates() {
    let phone = |text: &str| phone_template(text).map(|_| ());
    table("PhTmplt", phone, &[("1408*, 1510*", None), ("1408123????, 555?1", None), ("1408%2", Some(6))]);
    table(
        "PhTmplt",
        phone,
        &[(&"1".repeat(40), Some(39)), ("1,", Some(2)), ("%2a69", None), ("%zz", Some(1)), ("1 2", Some(1))],
    );
    let codes = |text: &str| response_template(text).map(|_| ());
    table("RscTmplt", codes, &[("404, 5*", None), ("61?", None), ("407, 408, 487, 481", None), ("4040", Some(3))]);
    table(
        "RscTmplt",
        codes,
        &[("abc", Some(0)), ("99", Some(2)), ("404,", Some(4)), ("404*", Some(3)), ("40x", Some(2))],
    );
    table("RscTmplt", codes, &[("404, 405, 406, 407, 408, 409, 410, 411, 412", Some(39))]);
}

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

#[test]
fn lists_of_options_and_domains() {
    let options = |text: &str| option_list(text, 254).map(|_| ());
    table("options", options, &[("66,160,159,150,60,43,125", None), ("66;160", Some(2)), ("66.160.159", Some(2))]);
    table(
        "options",
        options,
        &[("0", Some(0)), ("66,256", Some(3)), ("66, 160", Some(3)), ("66,", Some(3)), ("66,66", Some(3))],
    );
    assert_eq!(option_list("17,160,1000", 65535), Ok(vec![17, 160, 1000]));
    let domains = |text: &str| domain_list(text).map(|_| ());
    table(
        "domains",
        domains,
        &[("voiceip.com, voiceip1.com", None), ("a.com,b.com", None), ("a.com, http://b", Some(7))],
    );
    table("domains", domains, &[("a.com,,b.com", Some(6)), ("a.com, b c.com", Some(8)), ("a.com,b_ö", Some(8))]);
}

#[test]
fn keys_lights_and_functions() {
    for text in ["c=r", "c=g;p=n", "c=a;p=b", "c=o"] {
        assert_eq!(led(text).map(|led| led.to_string()), Ok(text.to_owned()));
    }
    let light = |text: &str| led(text).map(|_| ());
    table(
        "led",
        light,
        &[
            ("r", Some(0)),
            ("c=x", Some(2)),
            ("c=red", Some(3)),
            ("c=r;b", Some(4)),
            ("c=r;p=x", Some(6)),
            ("c=r;", Some(4)),
        ],
    );
    let keys = |text: &str| key_list(text).map(|_| ());
    table("keys", keys, &[("hold|1;endcall|2;bxfer;confLx;", None), ("sd;", None), ("em_login;acd_login", None)]);
    table(
        "keys",
        keys,
        &[("hold|;", Some(5)), (";", Some(0)), ("hold 1;", Some(4)), ("hold|0;", Some(5)), ("hold|1,dnd;", Some(6))],
    );
    let read = |text: &str| function::parse(text).map(|_| ());
    table(
        "function",
        read,
        &[("fnc=sd+blf;ext=101@$PROXY;nme=Front desk", None), ("fnc=sd; ext=9999;", None), ("fnc", Some(3))],
    );
    table(
        "function",
        read,
        &[("fnc=;ext=1", Some(4)), ("fnc=sd++blf", Some(7)), ("fnc=sd;fnc=blf", Some(7)), ("fnc=sd;;", Some(7))],
    );
    let key = function::parse("fnc=sd; ext=9999;nme=").expect("fields");
    assert_eq!(
        (key.to_string().as_str(), function::parse(&key.to_string())),
        ("fnc=sd;ext=9999;nme=", Ok(key.clone()))
    );
    let found = function::parse("ext=1").expect("fields");
    assert_eq!((found.field("ext"), found.doubts().len()), (Some("1"), 1));
    for (text, doubt) in [
        ("fnc=blf+sb;sub=101@$PROXY", Some("no `sb` is known; `sd` is")),
        ("fnc=blf+sd;nme=x", Some("`blf+sd` needs somebody: there is no `ext=` or `sub=`, such as `ext=101@$PROXY`")),
        ("fnc=sd;ext=", Some("`sd` needs somebody: there is no `ext=` or `sub=`, such as `ext=101@$PROXY`")),
        ("fnc=blf+sd+cp;sub=101@$PROXY", None),
        ("fnc=blf;usr=101@$PROXY", None),
        ("fnc=dnd", None),
        ("fnc=prk;sub=9", None),
    ] {
        let doubts = function::parse(text).expect(text).doubts();
        assert_eq!(doubts.first().map(|fault| fault.message.as_str()), doubt, "{text}");
    }
}

#[test]
fn rules_of_summer_time() {
    let read = |text: &str| daylight::parse(text).map(|_| ());
    table(
        "daylight",
        read,
        &[
            ("start=3/-1/7/2;end=10/-1/7/2;save=1", None),
            ("start=3/8/7/02:00:00;end=11/1/7/02:0:0;save=0:30:0;", None),
            ("start=3/-1/7/2", Some(14)),
            ("start=13/-1/7/2;end=10/-1/7/2;save=1", Some(6)),
            ("start=3/-1/8/2;end=10/-1/7/2;save=1", Some(11)),
            ("start=3/–1/7/2;end=10/-1/7/2;save=1", Some(8)),
            ("end=10/-1/7/2;start=3/-1/7/2;save=1", Some(0)),
        ],
    );
    let rule = daylight::parse("start=3/-1/7/2:30;end=10/-1/7/3;save=-1").expect("a rule");
    assert_eq!((rule.start.day, rule.start.time, rule.end.month, rule.save), (-1, 9000, 10, -3600));
}

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
    for (text, at) in [("(9,,)", 3), ("(x.|9xx)", 4), ("(+31x.)", 1), ("(x.|900!|9xx)", 4)] {
        assert_eq!(dial_plan::doubts(text).iter().map(|doubt| doubt.at).collect::<Vec<_>>(), [at], "{text}");
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
