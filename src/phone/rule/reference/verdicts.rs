//! RS §5, §15 to §17: alternatives, the grammar's corners, and the tables of whole rules.

use super::*;

#[test]
fn rs_5_alternatives() {
    for (text, expected) in [
        // Left to right, to the first that holds or has no condition.
        ("(1 eq 2)? /a | (1 eq 1)? /b | /c", taken(2, "/b")),
        ("(1 eq 2)? /a | (1 eq 3)? /b | /c", taken(3, "/c")),
        ("/a | (1 eq 1)? /b", taken(1, "/a")),
        ("http://h/a | http://h/b", taken(1, "http://h/a")),
        // Nothing true, or nothing there: skipped, and no failure.
        ("(1 eq 2)? /a", Ok(None)),
        ("(1 eq 2)? /a | (1 eq 3)? /b", Ok(None)),
        ("", Ok(None)),
        ("   ", Ok(None)),
        // Every part is optional.
        ("(1 eq 1)?", taken(1, "")),
        ("(1 eq 1)? (a = \"x\";)!", taken(1, "")),
        ("(a = \"x\";)!", taken(1, "")),
        ("(a = \"x\";)! /x", taken(1, "/x")),
        ("(1 eq 1)? [--key k] /x", taken(1, "/x")),
        ("(1 eq 1)? (a = \"x\";)! [--key k] /x", taken(1, "/x")),
        ("(1 eq 1)?(a=\"x\";)![--key k]/x", taken(1, "/x")),
        ("(1 eq 2)? /a |", taken(2, "")),
        ("|", taken(1, "")),
        // The order of the parts is fixed.
        ("(a = \"x\";)! (1 eq 1)? /x", Err(12)),
        ("/x (1 eq 1)?", Err(3)),
        ("[--key k] (1 eq 1)? /x", Err(10)),
        ("[--key k]", Err(0)),
        ("(1 eq 1)? (1 eq 1)? /x", Err(10)),
        // A fault anywhere breaks the rule, wherever the phone would have stopped.
        ("/a | (1 eq)? /b", Err(10)),
    ] {
        assert_eq!(profile(text), expected, "{text}");
    }
}

#[test]
fn rs_5_the_examples_of_the_table() {
    let rule = "($PRVTMR ge 600)? http://p.tel.com/has-reg.cfg | [--post a] http://p.tel.com/lost-reg?";
    assert_eq!(profile(rule), taken(1, "http://p.tel.com/has-reg.cfg"));
    let rule = rule.replace("$PRVTMR ge 600", "$REGTMR1 eq 0");
    assert_eq!(profile(&rule), taken(1, "http://p.tel.com/has-reg.cfg"), "as SPA guides have it");
    let rule = rule.replace("eq 0", "gt 0");
    assert_eq!(profile(&rule), taken(2, "http://p.tel.com/lost-reg?"));
    assert_eq!(options(&rule, Kind::Profile).post, Some('a'));
    let rule = "(\"$CCERT\" eq \"Installed\")? https://p.tel.com/config? | https://p.tel.com/config?cisco$MAU";
    assert_eq!(profile(rule), taken(1, "https://p.tel.com/config?"));
    assert_eq!(profile(&rule.replace(" eq ", " ne ")), taken(2, "https://p.tel.com/config?cisco000E08012345"));
    let rule = "(\"$A\" ne \"Provisioned\")? (Line_Enable_1_ = \"No\";)! https://p.tel.com/init-prov | https://p.tel.com/configs";
    assert_eq!(profile(rule), taken(1, "https://p.tel.com/init-prov"));
    let rule = "[--alias b] https://p.tel.com/account/$PN$MA.xml";
    assert_eq!(profile(rule), taken(1, "https://p.tel.com/account/CP-8841-3PCC000e08012345.xml"));
    assert_eq!(options(rule, Kind::Profile).alias, Some('b'));
}

#[test]
fn rs_15_what_the_phone_says() {
    let error =
        evaluate("[--srv] tftp://example.com/x", Kind::Profile, &known, AcrossForms::Error).taken.expect_err("no");
    assert_eq!(error.message, "Error - TFTP Scheme not supported in SRV lookups");
    assert_eq!(error.fault, RuleFault::WebOnly);
    let error = evaluate("[--srv] example.com/x", Kind::Profile, &known, AcrossForms::Error).taken.expect_err("tftp");
    assert_eq!(error.message, "Error - TFTP Scheme not supported in SRV lookups");
}

#[test]
fn rs_16_the_corners_of_the_grammar() {
    for (text, expected) in [
        // `(` is a condition or assignments by what closes it, strings skipped.
        ("(\")!\" eq \")!\")? /x", taken(1, "/x")),
        ("(a = \")?\";)! /x", taken(1, "/x")),
        ("(2.0.3(0412s) ge 2.0.3(0411s))? /x", taken(1, "/x")),
        ("( 1 eq 1 )? /x", taken(1, "/x")),
        ("(1 eq 1) ? /x", Err(0)),
        ("(1 eq 1)", Err(0)),
        ("(1 eq 1", Err(0)),
        ("()? /x", Err(1)),
        // A bar always ends a URL.
        ("http://h/x?a|b", Err(12)),
        ("http://h/x?a%7Cb", taken(1, "http://h/x?a%7Cb")),
        ("  /x  |  /y  ", taken(1, "/x")),
        ("/x(1)[2]\"3\"", taken(1, "/x(1)[2]\"3\"")),
        // Printable ASCII and blanks only.
        ("/x\t", Err(2)),
        ("/x\ny", Err(2)),
        ("/ü", Err(1)),
        ("/x\0", Err(2)),
        ("(\u{a0}1 eq 1)? /x", Err(1)),
        // Integers.
        ("(-1 lt 0)? /x", taken(1, "/x")),
        ("(007 eq 7)? /x", taken(1, "/x")),
        ("(- eq 1)? /x", Err(1)),
        ("(9223372036854775807 eq 9223372036854775807)? /x", taken(1, "/x")),
        ("(9223372036854775808 eq 1)? /x", Err(1)),
        ("(0x10 eq 16)? /x", Err(1)),
    ] {
        assert_eq!(profile(text), expected, "{text:?}");
    }
}

#[test]
fn rs_16_what_is_printed_is_what_was_read() {
    for text in [
        "http://h/x",
        "/x",
        "(1 eq 1 and \"a\" ne \"b\")? http://h/x | (sip88xx.11-3-1MPP-678 lt 11-3-2MPP0001-609)? /y",
        "(User_ID_1_ = \"101\"; GPP_C = \"\";)! [--key \"a b\" --post g --alias h --srv] https://h:8443/x?y | gds://",
        "(2.0.3(0412s) ge 2.0.3)? (GPP_A = \"x\";)!",
    ] {
        let read = parse(text, Kind::Profile).expect(text);
        assert_eq!(read.to_string(), text);
        assert_eq!(parse(&read.to_string(), Kind::Profile), Ok(read));
    }
    // Other spellings become the one that is safe in XML.
    let read = parse("(1>=2 AND \"a\"!=\"b\")?(c=\"x\";)![--key k]/x|gds://", Kind::Profile).expect("a rule");
    assert_eq!(read.to_string(), "(1 ge 2 and \"a\" ne \"b\")? (GPP_C = \"x\";)! [--key \"k\"] /x | gds://");
}

#[test]
fn rs_17_further_examples() {
    let of = |text: &str| options(text, Kind::Profile);
    assert_eq!(of("[--key $SC] tftp://192.168.1.200/basic.cfg").key.as_deref(), Some("a b"));
    let both = of("[--uid $SA --pwd $SB] https://h/your_config.xml");
    assert_eq!((both.uid.as_deref(), both.pwd.as_deref()), (Some("MyUserID"), Some("MySecretPassword")));
    assert_eq!(of("[--key MyOwnSecret ] tftp://h/basic.cfg").key.as_deref(), Some("MyOwnSecret"));
    assert!(of("[--srv] https://example.com/$PSN.xml").srv);
    for (text, expected) in [
        ("[--srv] tftp://example.com/x", Err(8)),
        ("[--post A] http://h/x", Err(8)),
        ("[--post a] tftp://h/x", Err(11)),
        ("http://h/a | http://h/b", taken(1, "http://h/a")),
        ("($SWVER lt 11)? http://h/x", Err(1)),
        ("(GPP_A = \"x\")! http://h/a", Err(12)),
        ("http://h/$SA.cfg", taken(1, "http://h/$SA.cfg")),
    ] {
        assert_eq!(profile(text), expected, "{text}");
    }
}
