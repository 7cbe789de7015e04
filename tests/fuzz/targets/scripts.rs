//! The texts inside of values: rules, the small languages, literals; and names that people ask about.

use super::octets;
use prov::diagnostic::FileId;
use prov::language::syntax::literal::Literal;
use prov::language::syntax::parse;
use prov::phone::Identity;
use prov::phone::rule::{
    self, AcrossForms, Kind, Url, Version, evaluate, evaluate_report, evaluate_trigger, evaluate_url, expand_log,
    parse_report, parse_trigger, parse_url,
};
use prov::phone::script::{self, Fault};
use prov::phone::stance::Stances;
use prov::phone::{Mac, Schedule, SecretRef, macros};
use prov::plan::Prefix;
use prov::platform::Catalogue;
use prov::workflow::rule::{Question, RuleKind, Variables, answer, value_sent};
use std::fmt::{Debug, Display};
use std::sync::LazyLock;

fn known(name: &str) -> Option<String> {
    Some(
        match name {
            "MA" => "000e08abcd01",
            "PN" => "CP-8841-3PCC",
            "PSN" => "8841-3PCC",
            "SWVER" => "sip88xx.11-2-3MPP-398",
            "CCERT" => "Installed",
            "PRVTMR" => "700",
            "EXTIP" => "",
            "A" => "(\"a\" eq \"$B\")?",
            "B" => "\\043|ü",
            "SA" => "My\"Secret\\043",
            _ => return None,
        }
        .to_owned(),
    )
}

pub fn rule(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    for kind in [Kind::Profile, Kind::Upgrade, Kind::Report] {
        match rule::parse(text, kind) {
            Ok(read) => assert_eq!(rule::parse(&read.to_string(), kind).as_ref(), Ok(&read), "{read}"),
            Err(error) => placed(text, error.offset, &error.message),
        }
        for across in [AcrossForms::Error, AcrossForms::ByParts] {
            let seen = evaluate(text, kind, &known, across);
            if let Err(error) = seen.taken {
                placed(&seen.expanded, error.offset, &error.message);
            }
        }
        faults(text, script::rule(text, kind));
    }
    match parse_trigger(text) {
        Ok(Some(read)) => assert_eq!(parse_trigger(&read.to_string()), Ok(Some(read))),
        Ok(None) => {}
        Err(error) => placed(text, error.offset, &error.message),
    }
    match parse_report(text) {
        Ok(read) => {
            let printed: Vec<String> = read.iter().map(ToString::to_string).collect();
            assert_eq!(parse_report(&printed.join(" ")).as_ref(), Ok(&read), "{printed:?}");
        }
        Err(error) => placed(text, error.offset, &error.message),
    }
    faults(text, script::trigger(text));
    faults(text, script::report_rule(text));
    match parse_url(text) {
        Ok(Some(read)) => assert_eq!(parse_url(&read.to_string()), Ok(Some(read))),
        Ok(None) => {}
        Err(error) => placed(text, error.offset, &error.message),
    }
    let _ =
        (evaluate_trigger(text, &known, AcrossForms::Error), evaluate_report(text, &known), expand_log(text, &known));
    let _ = evaluate_url(text, &known);
    answered(text);
    assert_eq!(macros::expand(&text.replace('$', "$$"), &known).text, text);
}

/// What `prov rule` says, of every kind: places lie in the text, and the page is not as long as it likes.
fn answered(text: &str) {
    static VARIABLES: LazyLock<Variables> = LazyLock::new(|| {
        let mac = Mac::new([0, 0x0e, 8, 0xab, 0xcd, 1]);
        let mut variables =
            Variables::of(&Identity::new(mac, "CP-8841-3PCC", "sip88xx.11-3-1MPP-678").expect("a phone"));
        for name in ["A", "B", "SA", "PRVTMR"] {
            variables.set(name, &known(name).expect("a value")).expect("a macro");
        }
        variables
    });
    let text = value_sent(text);
    for &kind in RuleKind::ALL {
        let (stances, one_reading) = (Stances::default(), false);
        let answer =
            answer(&Question { text: &text, kind, variables: &VARIABLES, option66: None, stances, one_reading });
        if let Some(at) = answer.verdict.error_at {
            placed(&text, at.written, "written");
            placed(&answer.verdict.expanded, at.expanded, "expanded");
        }
        let _ = (answer.human(&stances), answer.complaint(), answer.doubts());
    }
}

/// A finding is shown under a sign of the text, or behind its last.
fn placed(text: &str, at: usize, message: &str) {
    assert!(text.is_char_boundary(at), "offset {at} is no place in {text:?}: {message}");
}

fn faults<T>(text: &str, read: Result<T, Fault>) {
    if let Err(fault) = read {
        placed(text, fault.at, &fault.message);
    }
}

/// Reading what was written gives it back.
fn back<T: PartialEq + Debug + Display>(text: &str, read: impl Fn(&str) -> Result<T, Fault>) {
    match read(text) {
        Ok(first) => assert_eq!(read(&first.to_string()).as_ref(), Ok(&first), "{first}"),
        Err(fault) => placed(text, fault.at, &fault.message),
    }
}

pub fn script(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    back(text, script::dial_plan::parse);
    back(text, script::cadence::parse);
    back(text, script::frequency::parse);
    back(text, script::tone::parse);
    back(text, script::function::parse);
    back(text, script::led);
    faults(text, script::daylight::parse(text));
    faults(text, script::address(text));
    faults(text, script::host(text));
    faults(text, script::domain_list(text));
    faults(text, script::key_list(text));
    faults(text, script::option_list(text, 254));
    faults(text, script::phone_number(text));
    faults(text, script::phone_template(text));
    faults(text, script::response_template(text));
    faults(text, script::star_code(text));
    faults(text, script::url(text));
    faults(text, script::user_id(text));
    faults(text, script::login(text));
    faults(text, script::version(text));
    faults(text, script::alias_map(text));
    faults(text, script::schedule(text));
    faults(text, script::decimal(text, 2));
    faults(text, script::seconds(text, 3));
    faults(text, script::power(text));
    faults(text, script::port(text));
    for bits in [8, 16, 31, 32, 64] {
        faults(text, script::unsigned(text, bits));
        faults(text, script::signed(text, bits));
    }
    for fault in script::dial_plan::doubts(text) {
        placed(text, fault.at, &fault.message);
    }
    for fault in script::function::parse(text).map(|function| function.doubts()).unwrap_or_default() {
        placed(text, fault.at, &fault.message);
    }
}

fn form<T: PartialEq + Debug + Display + std::str::FromStr>(text: &str) {
    if let Ok(first) = text.parse::<T>() {
        assert_eq!(first.to_string().parse::<T>().ok().as_ref(), Some(&first), "{first}");
    }
}

pub fn literal(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    let _ = Literal::parse(text);
    form::<Mac>(text);
    form::<Prefix>(text);
    form::<Schedule>(text);
    form::<Version>(text);
    form::<SecretRef>(text);
    if let Ok(url) = Url::parse(text) {
        assert_eq!(Url::parse(&url.to_string()).ok().as_ref(), Some(&url), "{url}");
    }
    let _ = parse(FileId(0), &format!("let a = {text}"));
}

pub fn explain(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    let catalogue = Catalogue::cisco_mpp();
    let _ = catalogue.explain(text);
    if let Some(written) = catalogue.written(text) {
        assert!(catalogue.family_named(&written).is_some(), "{written}");
    }
    let _ = (catalogue.default_of_element(text), catalogue.is_secret_element(text), catalogue.model(text));
}

pub fn rules() -> Vec<Vec<u8>> {
    octets(&[
        "http://remote.server.com/cisco/$MA.cfg",
        "(\"$CCERT\" ne \"Installed\")? https://p.tel.com/config? | https://p.tel.com/config?cisco$MAU",
        "($PRVTMR ge 600 and 1 lt -2)? http://p.tel.com/has-reg.cfg | [--post a] http://p/l?",
        "($SWVER lt sip88xx.11-3-1MPP-678.loads)?http://p/a",
        "(2.0.3(0412s) ge 2.0.3(0411s))? /x",
        "[--uid $SA --pwd \"$SB\" --key a\\043b$$SA$(SA:2:4) --alias b --srv] https://h:8443/your_config.xml",
        "( User_ID_1_ = \"uid$B\" ; c = \"\" ; d = \"$MA\" ; )! http://h/x",
        "gds://",
        "$REGTMR1 gt 300 and $PRVTMR gt 1200 and \"$EXTIP\" ne \"\"",
        "[--status]http://a/s.xml [--delta]http://a/d.xml",
        "$A$(A:1)$(MA:2:3)$NOPE$$",
        "http://host/$MAU.lic",
        "(“$CCERT” eq “Installed”)? <Profile_Rule>http://h/x</Profile_Rule> &quot; –key",
        "($SWVER lt sip88xx.12-0-3MPP0001-1)? http://h/x.loads",
        "$PN $MAC -- Resync failed: $ERR $SCHEME://$SERVIP:$PORT$PATH",
        "! 1.0.33",
        "[ --key \"x y\" ] tftp://192.168.1.1:69/$MA/rep.xml.enc",
    ])
}

/// Defaults of the catalogue are written in these languages.
pub fn scripts() -> Vec<Vec<u8>> {
    let catalogue = Catalogue::cisco_mpp();
    let mut texts: Vec<String> = catalogue
        .families()
        .filter_map(|family| catalogue.parameter(family))
        .filter_map(|parameter| parameter.default_at(&[1, 1]))
        .filter(|text| text.len() > 3)
        .collect();
    texts.extend(
        [
            "(P5 <:1408>[2-9]xxxxxx.|*xx!|<9,:>1xxxS0|[49]11S0@gw|x.T)",
            "start=4/1/7/2:0:0;end=10/-1/7;save=1",
            "c=r;p=s",
            "fnc=sd+blf;ext=101@$PROXY;nme=Front desk",
            "60(.2/.2,.2/.2,.2/.2,1/4)",
            "480@-10,620@0;10(.5/.5/1+2)",
            "/a/b = /flat-profile/User_ID_1_ ;",
            "66,160,159,150",
            "newcall;redial|1;dir|9",
        ]
        .map(str::to_owned),
    );
    texts.sort();
    texts.dedup();
    texts.into_iter().map(String::into_bytes).collect()
}

pub fn literals() -> Vec<Vec<u8>> {
    octets(&[
        "00:0e:08:ab:cd:ef",
        "000e08abcdef",
        "192.168.50.0/24",
        "2001:db8::/64",
        "3600+600,30",
        "sip88xx.11-3-1MPP-678.loads",
        "sip88xx.12-0-3MPP0001-1",
        "2.0.3(0412s)",
        "env:NAME",
        "file:tls/key",
        "https://h:8443/a?b=$MA",
        "-13.5",
        "500ms",
        "02:30",
        "1 + 2 * (3 - x[1]) == \"a {b + 1} \\n\" and not y in [1, 2]",
        "192.168.50.100 .. 192.168.50.199",
        "1h jitter 10m, 2h",
    ])
}

pub fn topics() -> Vec<Vec<u8>> {
    octets(&[
        "Proxy[1]",
        "Proxy_1_",
        "Speed_Dial[2]_Name",
        "$MA",
        "CP-8841-3PCC",
        "GPP_SA",
        "Resync_At__HHmm_",
        "Unit_1_Enable",
    ])
}
