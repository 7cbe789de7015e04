//! RS §1 to §3: what is expanded where, and to what.

use super::*;
use crate::phone::macros::parse_reference;

#[test]
fn rs_1_each_parameter_is_read_as_its_own_language() {
    assert_eq!(profile("http://h/$MA.cfg"), taken(1, "http://h/000e08012345.cfg"));
    assert_eq!(came_to("http://h/$MA.loads", Kind::Upgrade), taken(1, "http://h/000e08012345.loads"));
    assert_eq!(verdict("$PRVTMR ge 600"), Ok(true));
    let reports = evaluate_report("http://h/$MA.xml", &known).destinations.expect("a report rule");
    assert_eq!(reports[0].1.to_string(), "http://h/000e08012345.xml");
    let url = |text: &str| evaluate_url(text, &known).url.map(|url| url.map(|url| url.to_string()));
    assert_eq!(url("http://host/$MAU.lic"), Ok(Some("http://host/000E08012345.lic".into())));
    assert_eq!(url("  "), Ok(None));
    for (text, offset) in
        [("($PRVTMR ge 1)? http://h/x", 0), ("[--key a] http://h/x", 0), ("http://h/x y", 11), ("/x", 0), ("x", 1)]
    {
        assert_eq!(url(text).map_err(|error| error.offset), Err(offset), "{text}");
    }
    assert_eq!(expand_log("$PN $MAC -- a \"| ]) b", &known), "CP-8841-3PCC 00:0e:08:01:23:45 -- a \"| ]) b");
}

#[test]
fn rs_1_a_value_is_part_of_the_text_before_it_is_read() {
    let with = |value: &'static str, text: &str| {
        let macros = |name: &str| if name == "A" { Some(value.to_owned()) } else { known(name) };
        let seen = evaluate(text, Kind::Profile, &macros, AcrossForms::Error);
        seen.taken.map(|taken| taken.map(|taken| taken.alternative)).map_err(|error| error.offset)
    };
    let text = "(\"$A\" eq \"x\")? http://h/a | http://h/b";
    assert_eq!(with("x", text), Ok(Some(1)));
    assert_eq!(with("x\" eq \"x\" and \"x", text), Ok(Some(1)), "a quote ends the string");
    assert_eq!(with("\"", text), Err(0));
    assert_eq!(with("/x | /y", "(1 eq 2)? http://h$A"), Ok(Some(2)), "a bar begins another alternative");
    assert_eq!(with("k] http://h/x | [--key k", "[--key $A] http://h/y"), Ok(Some(1)), "a bracket ends the options");
    assert_eq!(with("1)? http://h/x | (1 eq 1", "(1 eq $A)? http://h/y"), Ok(Some(1)), "a parenthesis the condition");
    assert_eq!(with("a b", "http://h/$A"), Err(11), "a blank ends the URL");
    assert_eq!(with("a b", "[--key $A] http://h/x"), Err(9), "and an argument that is not quoted");
    assert_eq!(with("a b", "[--key \"$A\"] http://h/x"), Ok(Some(1)));
}

#[test]
fn rs_1_secrets_are_for_arguments_only() {
    assert_eq!(
        options("[--uid $SA --pwd \"$SB\" --key $(SA:2:4)] https://h/$SA", Kind::Profile).uid,
        Some("MyUserID".into())
    );
    assert_eq!(
        options("[--key $SC] http://h/x", Kind::Profile).key,
        Some("a b".into()),
        "a value's blank breaks nothing"
    );
    assert_eq!(options("[--key $(SA:2:4)] http://h/x", Kind::Report).key, Some("User".into()));
    assert_eq!(profile("http://h/$SA.cfg"), taken(1, "http://h/$SA.cfg"));
    assert_eq!(profile("(\"$SA\" eq \"MyUserID\")? http://h/x"), Ok(None));
    assert_eq!(expand_log("$SA $(SB:1) $A", &known), "$SA $(SB:1) ABC");
}

#[test]
fn rs_2_expansion() {
    for (text, expected) in [
        ("$A", "ABC"),
        ("$(A)", "ABC"),
        ("$(C:2)", "CDEF"),
        ("$(C:2:3)", "CDE"),
        ("$(C:0)", "ABCDEF"),
        ("$(C:0:0)", ""),
        ("$(C:2:99)", "CDEF"),
        ("$$", "$"),
        ("$$$$", "$$"),
        ("$$$A", "$ABC"),
        ("$STRANGE", "$STRANGE"),
        ("$(STRANGE)", "$(STRANGE)"),
        ("$(STRANGE:1:2)", "$(STRANGE:1:2)"),
        ("$(C:6)", ""),
        ("$(C:7:1)", ""),
        ("$(D:0:1)", ""),
        // The table of worked examples.
        ("$(MAU)config.cfg", "000E08012345config.cfg"),
        ("$STRANGE$MAU.cfg", "$STRANGE000E08012345.cfg"),
        ("$$MAU\"", "$MAU\""),
        ("$A$B", "ABC123"),
        ("$(MAU:4)", "08012345"),
        ("$(MAU:8:2)", "23"),
        ("tftp://prov.telco.com/cisco/$B/$MA.cfg", "tftp://prov.telco.com/cisco/123/000e08012345.cfg"),
        // Not recursive.
        ("$E", "$MA"),
        ("$$A$A", "$AABC"),
        ("$($A)", "$(ABC)"),
        // What is no reference stays.
        ("$", "$"),
        ("a$", "a$"),
        ("$ A", "$ A"),
        ("$1", "$1"),
        ("$(A", "$(A"),
        ("$()", "$()"),
        ("$(A:)", "$(A:)"),
        ("$(A:-1)", "$(A:-1)"),
        ("$(A:1:)", "$(A:1:)"),
        ("$( A )", "$( A )"),
        ("${A}", "${A}"),
        // Names are upper case in all uses.
        ("$ma", "$ma"),
    ] {
        assert_eq!(expand(text, &known).text, expected, "{text}");
    }
}

#[test]
fn rs_2_a_bare_name_reaches_as_far_as_it_can() {
    for (text, name) in [
        ("$MA.cfg", "MA"),
        ("$MAC", "MAC"),
        ("$MAU/", "MAU"),
        ("$PSN$MA", "PSN"),
        ("$SERVIP:$PORT", "SERVIP"),
        ("$A-1", "A"),
        ("$AUTHID1", "AUTHID1"),
        ("$MA_desk", "MA_desk"),
        ("$GPP_A", "GPP_A"),
    ] {
        assert_eq!(parse_reference(text).map(|reference| reference.name), Some(name), "{text}");
    }
    // EF takes `$GPP_A` for `$A`, ATA and S2 do not (conflict): nobody may rely on it.
    assert_eq!(expand("$GPP_A", &known).text, "$GPP_A");
}
