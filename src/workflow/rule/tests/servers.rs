//! Rules that name no server, and what follows from the name of a load.

use super::*;

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
        ("::1", "IPv6"),
        ("a;b;c", "one server or two"),
    ] {
        let error = bad.parse::<ServerOption>().expect_err(bad);
        assert!(error.contains(words) && error.contains("an option holds"), "{bad}: {error}");
    }
    for port in ["10.0.0.1:6969", "prov.example.com:80"] {
        let error = port.parse::<ServerOption>().expect_err(port);
        assert!(error.contains(&format!("such as `tftp://{port}`")) && !error.contains("IPv6"), "{error}");
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
