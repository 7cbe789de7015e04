//! RS §6, §7, §9, §11 to §14: the parts of an alternative, and the small languages beside rules.

use super::*;
use crate::phone::Schedule;
use crate::phone::profile::AliasMap;

#[test]
fn rs_6_which_option_is_legal_where() {
    const WEB: &str = "http://h/x";
    const TFTP: &str = "tftp://h/x";
    for (option, [profile, upgrade, report], tftp) in [
        ("--key k", [true, false, true], true),
        ("--uid u", [true, true, true], true),
        ("--pwd p", [true, true, true], true),
        ("--post a", [true, false, false], false),
        ("--alias a", [true, false, false], true),
        ("--srv", [true, false, false], false),
        ("--delta", [false, false, true], true),
        ("--status", [false, false, true], true),
    ] {
        let legal = |kind, url: &str| parse(&format!("[{option}] {url}"), kind).is_ok();
        assert_eq!([legal(Kind::Profile, WEB), legal(Kind::Upgrade, WEB)], [profile, upgrade], "{option}");
        assert_eq!(parse_report(&format!("[{option}] {WEB}")).is_ok(), report, "{option}");
        if profile {
            assert_eq!(legal(Kind::Profile, TFTP), tftp, "{option} with tftp");
            assert!(legal(Kind::Profile, "https://h/x"), "{option}");
        }
    }
    for other in
        ["--delimiter x", "--dhcpoption 66", "--host h", "--auth a", "--KEY k", "-key k", "key k", "toets k", "--"]
    {
        assert!(profile(&format!("[{other}] http://h/x")).is_err(), "{other}");
    }
}

#[test]
fn rs_6_how_options_are_written() {
    let of = |text: &str| options(text, Kind::Profile);
    let both = of("[--post j --alias k] http://h/x");
    assert_eq!((both.post, both.alias), (Some('j'), Some('k')));
    let both = of("[--key \"$SB\" --post g] http://h/x");
    assert_eq!((both.key.as_deref(), both.post), (Some("MySecretPassword"), Some('g')));
    for (text, key) in [
        ("[--key MyOwnSecret ] tftp://h/x", "MyOwnSecret"),
        ("[ --key  k  ]http://h/x", "k"),
        ("[--key \"two words\"] http://h/x", "two words"),
        ("[--key \"\"] http://h/x", ""),
        ("[--key \"/&})(*#\"] http://h/x", "/&})(*#"),
        ("[--key a\\043b] http://h/x", "a#b"),
        ("[--key a\\134b\\057c] http://h/x", "a\\b/c"),
        ("[--key \"\\133\\135\\042\"] http://h/x", "[]\""),
        ("[--key \\9\\04\\400] http://h/x", "\\9\\04\\400"),
        ("[--key a$$b] http://h/x", "a$b"),
        ("[--key $B$(C:1:2)] http://h/x", "123BC"),
        ("[--key a37d2fb9055c1d04883a0745eb0917a4] http://h/x", "a37d2fb9055c1d04883a0745eb0917a4"),
        ("[--key first --key last] http://h/x", "last"),
    ] {
        assert_eq!(of(text).key.as_deref(), Some(key), "{text}");
    }
    for (text, offset) in [
        ("[--key \"a[b\"] http://h/x", 9),
        ("[--key a\"b] http://h/x", 8),
        ("[--key \"a\"b\"] http://h/x", 10),
        ("[--key] http://h/x", 6),
        ("[--key k", 8),
        ("[--post q] http://h/x", 8),
        ("[--post ab] http://h/x", 8),
        ("[--post] http://h/x", 7),
        ("[--srv yes] http://h/x", 7),
        ("[--key “k”] http://h/x", 7),
        ("[--key k][--srv] http://h/x", 9),
        ("http://h/x [--key k]", 11),
    ] {
        assert_eq!(profile(text), Err(offset), "{text}");
    }
}

#[test]
fn rs_7_urls() {
    for (text, url) in [
        ("/$MA.cfg", "/000e08012345.cfg"),
        ("/cisco/cfg.xml", "/cisco/cfg.xml"),
        ("192.168.1.130/profiles/init.cfg", "192.168.1.130/profiles/init.cfg"),
        ("tftp://prov.call.com/cpe/cisco$MA.cfg", "tftp://prov.call.com/cpe/cisco000e08012345.cfg"),
        ("http://neptune.speak.net:8080/prov/$D/$F.cfg", "http://neptune.speak.net:8080/prov//test.cfg"),
        ("https://secure.me.com/profile?Linksys", "https://secure.me.com/profile?Linksys"),
        ("tftp://prov.telco.com:6900/cisco/config/$PN.cfg", "tftp://prov.telco.com:6900/cisco/config/CP-8841-3PCC.cfg"),
        ("https://prov.server.com/cgi-bin/reflect.pl?", "https://prov.server.com/cgi-bin/reflect.pl?"),
        ("gds://", "gds://"),
        ("http://h/a%7Cb", "http://h/a%7Cb"),
    ] {
        assert_eq!(profile(text), taken(1, url), "{text}");
    }
    for text in [
        "basic.txt",
        "http://host",
        "ftp://h/x",
        "http:///x",
        "tftp://192.168.1.300/x",
        "http://h:70000/x",
        "http://h:0/x",
        "tftp://prov.telco.com: 6900/x",
        "http://h/a b",
        "gds://h/x",
        "gds://x",
        "http://[::1]/x",
        "http://a..b/x",
        "://h/x",
        "http:/h/x",
        "http://192.168.1.1/ sip88xx.11-2-3MSR1-1.loads",
    ] {
        assert!(profile(text).is_err(), "{text}: {:?}", profile(text));
    }
    assert!(came_to("gds://", Kind::Upgrade).is_err() && evaluate_report("gds://", &known).destinations.is_err());
    assert!(profile("[--key k] gds://").is_err());
    let url = |text: &str| Url::parse(text).expect(text);
    for (text, scheme, port) in
        [("/x", "tftp", 69), ("h/x", "tftp", 69), ("http://h/x", "http", 80), ("https://h/x", "https", 443)]
    {
        assert_eq!((url(text).scheme().name(), url(text).port()), (scheme, port), "{text}");
    }
}

#[test]
fn rs_8_upgrade_rule() {
    let upgrade = |text: &str| came_to(text, Kind::Upgrade);
    let load = "https://10.73.10.223/firmware/sip7832.11-3-1MPP-678.loads";
    assert_eq!(upgrade(load), taken(1, load));
    let other = "http://ps.tell.com/sw/sip7832.11-0-0MPP-BN.loads";
    assert_eq!(upgrade(&format!("($SWVER ne sip7832.11-0-0MPP-256)? {other}")), taken(1, other));
    assert_eq!(upgrade("(\"$F\" eq \"test\")? http://h/a.loads | http://h/b.loads"), taken(1, "http://h/a.loads"));
    assert_eq!(upgrade("(\"$F\" ne \"test\")? (a = \"1\";)! http://h/a.loads"), Ok(None), "assignments are legal");
    assert_eq!(upgrade("/x.loads"), Err(0), "the server is mandatory");
    assert_eq!(upgrade("($SWVER ne 11-0-0MPP-1)? /x.loads"), Err(40));
    let staged = "($SWVER lt sip88xx.11-2-3MPP-398)? http://h/sip88xx.11-2-3MPP-398.loads | \
        ($SWVER lt sip88xx.12-0-3MPP0001-1)? http://h/sip88xx.12-0-3MPP0001-1.loads";
    for (running, strictly, by_parts) in [
        ("sip88xx.11-0-0MPP-7", Some(1), Some(1)),
        ("sip88xx.11-2-3MPP-398", None, Some(2)),
        ("sip88xx.12-0-3MPP0001-1", None, Some(0)),
    ] {
        let macros = |name: &str| if name == "SWVER" { Some(running.to_owned()) } else { known(name) };
        let seen = |across| evaluate(staged, Kind::Upgrade, &macros, across).taken;
        let number = |taken: Option<Taken>| taken.map_or(0, |taken| taken.alternative);
        assert_eq!(seen(AcrossForms::Error).ok().map(number), strictly, "{running}");
        assert_eq!(seen(AcrossForms::ByParts).ok().map(number), by_parts, "{running}");
    }
}

#[test]
fn rs_9_schedules() {
    for (text, delays) in [
        ("7200", vec![(7200, 0)]),
        ("1800,3600,7200,14400+3600", vec![(1800, 0), (3600, 0), (7200, 0), (14400, 3600), (14400, 3600)]),
        ("600,1200,300", vec![(600, 0), (1200, 0), (300, 0), (300, 0)]),
        ("2400+30", vec![(2400, 30), (2400, 30)]),
    ] {
        let schedule: Schedule = text.parse().expect(text);
        let read: Vec<_> = (0..delays.len()).map(|n| schedule.delay(n)).map(|d| (d.seconds, d.random)).collect();
        assert_eq!((read, schedule.to_string().as_str()), (delays, text));
    }
    assert!("0".parse::<Schedule>().expect("off").is_off());
    for text in ["", ",", "60,", "60 ,60", "1h", "60+", "+60", "60+1+1", "-1", "60.5", "0x10", "99999999999"] {
        assert!(text.parse::<Schedule>().is_err(), "{text}");
    }
}

#[test]
fn rs_11_assignments() {
    let assigned = |text: &str| {
        let taken = evaluate(text, Kind::Profile, &known, AcrossForms::Error).taken;
        taken.map(|taken| taken.map(|taken| taken.assignments).unwrap_or_default()).map_err(|error| error.offset)
    };
    let pairs = |pairs: &[(&str, &str)]| {
        Ok::<_, usize>(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>())
    };
    let spelled = "( User_ID_1_ = \"uid$B\" ; GPP_C = \"\" ; GPP_D = \"$MA\" ; )!";
    let short = "( User_ID_1_ = \"uid$B\" ; c = \"\" ; d = \"$MA\" ; )!";
    let expected = pairs(&[("User_ID_1_", "uid123"), ("GPP_C", ""), ("GPP_D", "000e08012345")]);
    assert_eq!(assigned(spelled), expected);
    assert_eq!(assigned(short), expected);
    assert_eq!(assigned("(Line_Enable_1_ = \"No\";)!"), pairs(&[("Line_Enable_1_", "No")]));
    assert_eq!(assigned("(a=\"1\";b=\"2\";)!"), pairs(&[("GPP_A", "1"), ("GPP_B", "2")]), "blanks are free");
    assert_eq!(assigned("(p=\")! | )?\";)! /x"), pairs(&[("GPP_P", ")! | )?")]), "strings are skipped");
    assert_eq!(assigned("(q=\"1\";)!"), pairs(&[("q", "1")]), "a to p only");
    assert_eq!(assigned("(A=\"1\";)!"), pairs(&[("A", "1")]), "in lower case");
    assert_eq!(assigned("(1 eq 2)? (a=\"1\";)! /x"), pairs(&[]), "of the alternative taken only");
    for (text, offset) in [
        ("(GPP_A = \"x\")! http://h/a", 12),
        ("(GPP_A = \"x\"; GPP_B = \"y\")! /x", 25),
        ("(GPP_A = x;)!", 9),
        ("(GPP_A \"x\";)!", 7),
        ("(= \"x\";)!", 1),
        ("(9 = \"x\";)!", 1),
        ("(a = \"x\"y\";)!", 0),
        ("(a = \"1\";) !", 0),
        ("(a = \"1\";)! (1 eq 1)? /x", 12),
        ("(a = \"1\";)! (b = \"1\";)! /x", 12),
    ] {
        assert_eq!(assigned(text), Err(offset), "{text}");
    }
    // Expansion comes first: what is assigned is not seen by the same rule.
    assert_eq!(profile("(b = \"new\";)! http://h/$B"), taken(1, "http://h/123"));
}

#[test]
fn rs_12_alias_maps() {
    let entry = "/SIP-Credentials/name = /flat-profile/User_ID_1_ ;";
    assert!(AliasMap::parse(entry).is_ok_and(|map| !map.is_empty()));
    assert!(AliasMap::parse(&format!("{entry} /auth-secret=/flat-profile/Password_1_;")).is_ok());
    assert!(AliasMap::parse(&entry.repeat(30)).is_ok());
    for bad in [
        &entry.repeat(31)[..],
        "/a = /flat-profile/B",
        "a = /flat-profile/B;",
        "/a = /other/B;",
        "/a = ;",
        "/a;",
        "/ = /flat-profile/B;",
    ] {
        assert!(AliasMap::parse(bad).is_err(), "{bad}");
    }
    assert!(AliasMap::parse("").is_ok_and(|map| map.is_empty()));
}

#[test]
fn rs_13_a_body_is_text_with_macros() {
    let body = "Product = \"$PN\"; MAC_Addr = \"$MA\"; Ser_Num = \"$SN\"; SW_Ver = \"$SWVER\"; K = \"$SA\";";
    let sent = "Product = \"CP-8841-3PCC\"; MAC_Addr = \"000e08012345\"; Ser_Num = \"88012BA01234\"; \
        SW_Ver = \"sip88xx.11-2-3MPP-398\"; K = \"$SA\";";
    assert_eq!(expand_log(body, &known), sent);
}

#[test]
fn rs_14_report_rules() {
    let urls = |text: &str| {
        let seen = evaluate_report(text, &known).destinations;
        seen.map(|all| all.iter().map(|(_, target)| target.to_string()).collect::<Vec<_>>())
            .map_err(|error| error.offset)
    };
    for (text, expected) in [
        ("", vec![]),
        ("http://my_http_server/config-mpp.xml", vec!["http://my_http_server/config-mpp.xml"]),
        ("[--delta]http://my_http_server/config-mpp-delta.xml", vec!["http://my_http_server/config-mpp-delta.xml"]),
        ("[--status]http://a/s.xml [--delta]http://a/d.xml", vec!["http://a/s.xml", "http://a/d.xml"]),
        ("http://a/1 http://a/2", vec!["http://a/1", "http://a/2"]),
        (
            "[ --key $B ] tftp://ps.callhome.net/$MA/rep.xml.enc",
            vec!["tftp://ps.callhome.net/000e08012345/rep.xml.enc"],
        ),
    ] {
        assert_eq!(urls(text), Ok(expected.into_iter().map(str::to_owned).collect()), "{text}");
    }
    let both = options("[--delta --key test123]http://h/x", Kind::Report);
    assert_eq!((both.delta, both.status, both.key.as_deref()), (true, false, Some("test123")));
    for (text, offset) in [
        ("http://a/1 http://a/2 http://a/3", 22),
        ("[--delta]", 9),
        ("http://a/1 | http://a/2", 11),
        ("(1 eq 1)? http://a/1", 0),
        ("/report.xml", 0),
        ("[--srv] http://a/1", 1),
    ] {
        assert_eq!(urls(text), Err(offset), "{text}");
    }
}
