//! The tables of RS §4 to §8, §14 and §17.

use super::super::*;
use super::*;

fn macros(name: &str) -> Option<String> {
    Some(
        match name {
            "MA" => "000e08abcd01",
            "MAU" => "000E08ABCD01",
            "PN" => "CP-8841-3PCC",
            "PSN" => "8841-3PCC",
            "SWVER" => "sip88xx.11-2-3MPP-398",
            "CCERT" => "Installed",
            "PRVTMR" => "700",
            "UPGTMR" => "400",
            "REGTMR1" => "0",
            "EXTIP" | "C" => "",
            "A" => "Provisioned",
            "B" => "123",
            "SA" => "MyUserID",
            "SB" => "My#Secret\\043",
            _ => return None,
        }
        .to_owned(),
    )
}

fn run(text: &str) -> Evaluation {
    evaluate(text, Kind::Profile, &macros, AcrossForms::Error)
}

/// Alternative and URL taken, or the error's offset.
fn result(text: &str) -> Result<Option<(usize, String)>, usize> {
    let url = |taken: Taken| (taken.alternative, taken.target.map(|target| target.to_string()).unwrap_or_default());
    run(text).taken.map(|taken| taken.map(url)).map_err(|error| error.offset)
}

#[test]
fn alternatives_are_taken_from_the_left() {
    for (text, expected) in [
        ("", None),
        ("   ", None),
        ("http://remote.server.com/cisco/$MA.cfg", Some((1, "http://remote.server.com/cisco/000e08abcd01.cfg"))),
        (
            "(\"$CCERT\" eq \"Installed\")? https://p.tel.com/config? | https://p.tel.com/config?cisco$MAU",
            Some((1, "https://p.tel.com/config?")),
        ),
        (
            "(\"$CCERT\" ne \"Installed\")? https://p.tel.com/config? | https://p.tel.com/config?cisco$MAU",
            Some((2, "https://p.tel.com/config?cisco000E08ABCD01")),
        ),
        (
            "($PRVTMR ge 600)? http://p.tel.com/has-reg.cfg | [--post a] http://p/l?",
            Some((1, "http://p.tel.com/has-reg.cfg")),
        ),
        ("($PRVTMR lt 600)? http://p/a", None),
        ("($PRVTMR lt 600)? http://p/a|(c=\"x\";)!", Some((2, ""))),
        ("($SWVER ne sip7832.11-0-0MPP-256)? http://p/a", Some((1, "http://p/a"))),
        ("($SWVER lt sip88xx.11-3-1MPP-678.loads)?http://p/a", Some((1, "http://p/a"))),
        ("(\"a | (b)? )!\" eq \"x\")? http://p/a | gds://", Some((2, "gds://"))),
        (
            "[--alias b] https://p.tel.com/account/$PN$MA.xml",
            Some((1, "https://p.tel.com/account/CP-8841-3PCC000e08abcd01.xml")),
        ),
        ("http://h/a | http://h/b", Some((1, "http://h/a"))),
        ("http://h/$SA.cfg", Some((1, "http://h/$SA.cfg"))),
        ("(-1 eq -1)? /x", Some((1, "/x"))),
        ("(2.0.3(0412s) ge 2.0.3(0411s))? /x", Some((1, "/x"))),
    ] {
        let expected = expected.map(|(number, url)| (number, url.to_owned()));
        assert_eq!(result(text), Ok(expected), "{text}");
    }
}

#[test]
fn faults_are_placed() {
    for (text, offset) in [
        ("basic.txt", 9),
        ("($SWVER lt 11)? /x", 1),
        ("(\"$SWVER\" ge \"sip88xx.1-1-1MPP-1\")? /x", 25),
        ("(GPP_A = \"x\")! http://h/a", 12),
        ("(GPP_A = x;)! http://h/a", 9),
        ("()! http://h/a", 3),
        ("[--srv] tftp://example.com/x", 8),
        ("[--post A] http://h/x", 8),
        ("[--post a] tftp://h/x", 11),
        ("[--delimiter x] http://h/x", 1),
        ("[--delta] http://h/x", 1),
        ("[] http://h/x", 1),
        ("[--key x]", 0),
        ("[--key] http://h/x", 6),
        ("[--key \"x] http://h/x", 7),
        ("tftp://prov.telco.com: 6900/x", 22),
        ("http://h/a b", 11),
        ("($PRVTMR ge 600) http://h/x", 0),
        ("($PRVTMR ge 600)? (\"a\" eq \"a\")? http://h/x", 14),
        ("($NOPE ge 600)? /x", 1),
        ("($PRVTMR en 600)? /x", 5),
        ("($PRVTMR ge 600 or 1 eq 1)? /x", 12),
        ("(1 eq 99999999999999999999)? /x", 6),
        ("(“$CCERT” eq \"Installed\")? /x", 1),
        ("($SWVER lt sip88xx.11-3-2MPP0001-1)? /x", 1),
        ("($SWVER lt sip88xx.11-2-3MSR1-1)? /x", 1),
    ] {
        assert_eq!(result(text), Err(offset), "{text}: {:?}", run(text).taken);
    }
}

#[test]
fn options_are_filled_and_only_they_see_secrets() {
    let options = |text: &str| run(text).taken.ok().flatten().map(|taken| taken.options).unwrap_or_default();
    let filled = options("[--uid $SA --pwd \"$SB\" --key a\\043b$$SA$(SA:2:4)] https://h/your_config.xml");
    assert_eq!(filled.uid.as_deref(), Some("MyUserID"));
    assert_eq!(filled.pwd.as_deref(), Some("My#Secret\\043"));
    assert_eq!(filled.key.as_deref(), Some("a#b$SAUser"));
    assert_eq!(options("[--key MyOwnSecret ] tftp://h/basic.cfg").key.as_deref(), Some("MyOwnSecret"));
    assert_eq!(options("[--key \"$SB\" --post g] http://h/x").post, Some('g'));
    assert!(options("[--srv] https://example.com/$PSN.xml").srv);
    assert!(!run("[--key $SA] http://h/$SA").expanded.contains("MyUserID"));
}

#[test]
fn assignments_are_named_by_element() {
    let taken = run("( User_ID_1_ = \"uid$B\" ; c = \"\" ; d = \"$MA\" ; )! http://h/x").taken;
    let assigned = taken.ok().flatten().map(|taken| taken.assignments);
    let expected = [("User_ID_1_", "uid123"), ("GPP_C", ""), ("GPP_D", "000e08abcd01")];
    assert_eq!(assigned, Some(expected.map(|(name, value)| (name.into(), value.into())).to_vec()));
}

#[test]
fn triggers_are_bare() {
    let verdict = |text| evaluate_trigger(text, &macros, AcrossForms::Error).verdict.map_err(|error| error.offset);
    for (text, expected) in [
        ("$UPGTMR gt 300 and $PRVTMR ge 600", Ok(Some(true))),
        ("$UPGTMR gt 300 AND $PRVTMR ge 600", Ok(Some(true))),
        ("$REGTMR1 gt 300 and $PRVTMR gt 1200 and \"$EXTIP\" ne \"\"", Ok(Some(false))),
        ("$UPGTMR>300", Ok(Some(true))),
        ("", Ok(None)),
        ("$UPGTMR gt 300 en $PRVTMR ge 600", Err(11)),
        ("($PRVTMR ge 600)", Err(0)),
    ] {
        assert_eq!(verdict(text), expected, "{text}");
    }
}

#[test]
fn the_trace_says_why() {
    let steps = run("(1 eq 1 and \"$A\" ne \"Provisioned\" and 2 eq 2)? https://p/i | https://p/c").steps;
    let weighed = |text: &str, holds| Weighed { text: text.into(), holds };
    assert_eq!(
        steps,
        [
            Step {
                alternative: 1,
                comparisons: vec![weighed("1 eq 1", true), weighed("\"Provisioned\" ne \"Provisioned\"", false)],
                condition: Some(false)
            },
            Step { alternative: 2, comparisons: vec![], condition: None }
        ]
    );
}

#[test]
fn the_two_readings_of_c20() {
    let rule = "($SWVER lt sip88xx.12-0-3MPP0001-1)? http://h/sip88xx.12-0-3MPP0001-1.loads";
    let taken = |across| evaluate(rule, Kind::Upgrade, &macros, across).taken;
    assert!(taken(AcrossForms::Error).is_err());
    assert!(taken(AcrossForms::ByParts).is_ok_and(|taken| taken.is_some()));
    let serverless = evaluate("/x.loads", Kind::Upgrade, &macros, AcrossForms::Error);
    assert!(serverless.taken.is_err(), "Upgrade_Rule names its server (RS §7)");
}

#[test]
fn reports_have_one_or_two_destinations() {
    let urls = |text: &str| {
        let of = |(_, target): &(Options, Target)| target.to_string();
        evaluate_report(text, &macros)
            .destinations
            .map(|all| all.iter().map(of).collect::<Vec<_>>())
            .map_err(|e| e.offset)
    };
    assert_eq!(urls("http://my_http_server/config-mpp.xml"), Ok(vec!["http://my_http_server/config-mpp.xml".into()]));
    assert_eq!(urls("[--status]http://a/s.xml [--delta]http://a/d.xml").map(|all| all.len()), Ok(2));
    assert_eq!(urls("[ --key $B ] tftp://ps.callhome.net/$MA/rep.xml.enc").map(|all| all.len()), Ok(1));
    assert_eq!(urls("http://a/1 http://a/2 http://a/3"), Err(22));
    assert_eq!(urls("[--post a] http://a/1"), Err(1));
}

#[test]
fn ten_megabytes_of_anything_come_back_at_once() {
    for unit in ["(", "(\"", "[--key ", "|", "$(", "(1 eq 1)? ", "(a=\"\";)! ", "((((|", "http://"] {
        let _ = run(&unit.repeat((10 << 20) / unit.len()));
        let _ = run(&unit.repeat((1 << 20) / unit.len()));
    }
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    fn operand_pair() -> impl Strategy<Value = (Operand, Operand)> {
        let version = || {
            prop_oneof![
                "sip[a-z0-9_]{1,6}\\.[0-9]{1,2}-[0-9]-[0-9]MPP([0-9]{4})?-[0-9]{1,4}(\\.loads)?",
                "[0-9]{1,3}\\.[0-9]\\.[0-9](\\([a-z0-9]{1,4}\\))?",
            ]
            .prop_filter_map("a version", |text| text.parse().ok().map(Operand::Version))
        };
        prop_oneof![
            (any::<i64>(), any::<i64>()).prop_map(|(a, b)| (Operand::Integer(a), Operand::Integer(b))),
            ("[ !#-~]{0,9}", "[ !#-~]{0,9}").prop_map(|(a, b)| (Operand::Text(a), Operand::Text(b))),
            (version(), version()),
        ]
    }

    fn condition() -> impl Strategy<Value = Condition> {
        let comparison = (operand_pair(), 0usize..6).prop_map(|((left, right), n)| {
            let n = if matches!(left, Operand::Text(_)) { n % 2 } else { n };
            let operator = Operator::ALL.get(n).copied().unwrap_or(Operator::Equal);
            Comparison { left, operator, right, sign: Place::default(), at: Place::default() }
        });
        proptest::collection::vec(comparison, 1..4).prop_map(|comparisons| Condition { comparisons })
    }

    fn alternative() -> impl Strategy<Value = Alternative> {
        let word = || "[!#-Z^-~\\\\]{1,8}".prop_map(|text| Word { text, at: Place::default() });
        let option = prop_oneof![
            word().prop_map(RuleOption::Key),
            word().prop_map(RuleOption::Uid),
            word().prop_map(RuleOption::Pwd),
            prop::char::range('a', 'p').prop_map(RuleOption::Post),
            prop::char::range('a', 'p').prop_map(RuleOption::Alias),
            Just(RuleOption::Srv),
        ];
        let assignment = ("[A-Z][A-Za-z0-9_.-]{1,9}", "[ !#-~]{0,9}").prop_map(|(name, value)| Assignment {
            name,
            value,
            at: Place::default(),
        });
        let url = "https?://[a-z]{1,5}(\\.[a-z]{1,5})?(:[1-9][0-9]{0,3})?/[!-{}~]{0,12}"
            .prop_filter_map("a URL", |text| Url::parse(&text).ok().map(Target::Url));
        (
            proptest::option::of(condition()),
            proptest::collection::vec(assignment, 0..3),
            proptest::collection::vec(option, 0..3),
            proptest::option::of(url),
        )
            .prop_map(|(condition, assignments, mut options, target)| {
                if target.is_none() {
                    options.clear();
                }
                Alternative { condition, assignments, options, target, at: Place::default() }
            })
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(alternatives in proptest::collection::vec(alternative(), 1..4)) {
            let rule = Rule { alternatives };
            let text = rule.to_string();
            // A rule that is blank all over is the empty rule.
            if !text.trim().is_empty() {
                prop_assert_eq!(parse(&text, Kind::Profile), Ok(rule), "{}", text);
            }
        }

        #[test]
        fn any_text_is_answered(text in "[ -~]{0,60}") {
            if let Err(error) = run(&text).taken {
                prop_assert!(error.offset <= run(&text).expanded.len());
            }
            let _ = evaluate_trigger(&text, &macros, AcrossForms::ByParts);
            let _ = evaluate_report(&text, &macros);
        }

        #[test]
        fn rule_like_text_is_answered(text in "(\\(|\\)\\?|\\)!|\"|eq|[a-z]| |;|=|\\||\\[|\\]|--key|/|http://|\\$A|\\$\\(SA\\)|[0-9]){0,40}") {
            let _ = run(&text);
        }
    }
}
