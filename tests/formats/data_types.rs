//! DT, section by section: every example of the reference, good and bad, and where the bad ones are wrong.

use prov::language::Value;
use prov::phone::rule::{self, Kind};
use prov::phone::script::{self, Fault, FaultKind};
use prov::phone::{Access, Mac, MacError, Schedule, Settings};
use prov::platform::{Catalogue, wire};

#[track_caller]
fn good(read: impl Fn(&str) -> Result<(), Fault>, texts: &[&str]) {
    for text in texts {
        assert_eq!(read(text), Ok(()), "{text}");
    }
}

/// Each text and the offset of its fault.
#[track_caller]
fn bad(read: impl Fn(&str) -> Result<(), Fault>, rows: &[(&str, usize)]) {
    for (text, at) in rows {
        assert_eq!(read(text).map_err(|fault| fault.at), Err(*at), "{text}");
    }
}

/// What a parameter of the catalogue writes for a value.
fn written(element: &str, value: Value) -> Result<String, String> {
    let catalogue = Catalogue::cisco_mpp();
    let family = catalogue.written(element).and_then(|written| catalogue.family_named(&written));
    let parameter = family.and_then(|family| catalogue.parameter(&family)).expect(element);
    wire(&parameter, &value).map_err(|misfit| format!("{:?} {} {}", misfit.code, misfit.message, misfit.why))
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

#[track_caller]
fn takes(element: &str, texts: &[&str]) {
    for one in texts {
        assert_eq!(written(element, text(one)), Ok((*one).to_owned()), "{element}");
    }
}

#[track_caller]
fn refuses(element: &str, texts: &[&str]) {
    for one in texts {
        assert!(written(element, text(one)).is_err(), "{element} takes {one}");
    }
}

#[test]
fn dt_02_one_of() {
    takes("HTTP_Report_Method", &["PUT", "POST"]);
    refuses("HTTP_Report_Method", &["put", "PATCH", " PUT", "PUT,POST"]);
    // Words hold blanks, and their case is theirs.
    takes("Profile_Authentication_Type", &["Disabled", "Basic Http Authentication", "XSI Authentication"]);
    refuses("Profile_Authentication_Type", &["Basic HTTP Authentication", "Basis-HTTP-verificatie"]);
    takes("Back_Light_Timer", &["Always On"]);
    let hint = wire(&Catalogue::cisco_mpp().parameter("HTTP_Report_Method").expect("a parameter"), &text("put"));
    assert_eq!(hint.map_err(|misfit| misfit.help), Err(Some("did you mean \"PUT\"?".into())));
}

#[test]
fn dt_03_bool() {
    // Written `Yes` and `No`, however the program says it; one parameter has other words.
    for (value, expected) in [(true, "Yes"), (false, "No")] {
        assert_eq!(written("Provision_Enable", Value::Bool(value)), Ok(expected.into()));
    }
    refuses("Provision_Enable", &["Ja", "1", "true", "on", "Yes"]);
    takes("Office_Hours_Enabled", &["True", "False"]);
    refuses("Office_Hours_Enabled", &["Yes", "true"]);
    // A phone reads either case; another word leaves what was.
    let read = |text: &str| {
        let mut settings = Settings::factory();
        settings.set("Resync_On_Reset", text);
        settings.yes("Resync_On_Reset")
    };
    assert_eq!(["Yes", "no", "YES", "No"].map(read), [true, false, true, false]);
    assert_eq!(["Ja", "1", "true", "on", "Nee", "0"].map(read), [true; 6]);
}

fn unsigned(bits: u32) -> impl Fn(&str) -> Result<(), Fault> {
    move |text| script::unsigned(text, bits).map(|_| ())
}

#[test]
fn dt_04_uns() {
    good(unsigned(8), &["12", "0x18", "255", "0", "0xff", "0xFF"]);
    bad(unsigned(8), &[("256", 0), ("0x100", 0), ("-1", 0), ("1.5", 1), ("0x", 2), ("18h", 2), ("", 0), ("+1", 0)]);
    good(unsigned(16), &["0xFFFF", "65535"]);
    bad(unsigned(16), &[("65536", 0), ("0x10000", 0)]);
    good(unsigned(32), &["4294967295", "0xffffffff"]);
    bad(unsigned(32), &[("4294967296", 0), ("0x100000000", 0)]);
    assert_eq!(script::unsigned("0x18", 8), Ok(24));
    takes("SIP_TOS_DiffServ_Value_1_", &["0x68", "104", "255"]);
    refuses("SIP_TOS_DiffServ_Value_1_", &["256", "0x100", "-1", "1.5", "0x", "18h"]);
    // The phone's own reading of a Uns16: what does not fit leaves what was (2).
    let read = |text: &str| {
        let mut settings = Settings::factory();
        settings.set("Resync_Random_Delay", text);
        settings.number("Resync_Random_Delay")
    };
    assert_eq!(["0", "12", "0x18", "0xFFFF", "65535"].map(read), [0, 12, 24, 65535, 65535]);
    assert_eq!(["65536", "0x10000", "-1", "1.5", "0x", "18h", "", "+1"].map(read), [2; 8]);
}

#[test]
fn dt_05_sig() {
    let read = |text: &str| script::signed(text, 8).map(|_| ());
    good(read, &["-128", "+127", "0x7f", "0", "-0", "-0x80"]);
    bad(read, &[("128", 0), ("--1", 1), ("0xff", 0), ("-129", 0), ("+", 1), ("", 0), ("1.5", 1)]);
    assert_eq!(["-128", "+127", "0x7f"].map(|text| script::signed(text, 8)), [Ok(-128), Ok(127), Ok(127)]);
}

#[test]
fn dt_06_float() {
    let read = |text: &str| script::decimal(text, 2).map(|_| ());
    good(read, &["1.25", ".5", "1.", "-1.5", "+3"]);
    bad(read, &[("1e3", 1), ("1,5", 1), (".", 1), ("", 0), ("1.2.3", 3), ("inf", 0)]);
    let doubt = script::decimal("1.255", 2).expect("a number").1.expect("a doubt");
    assert_eq!((doubt.at, doubt.kind), (4, FaultKind::Doubt));
    assert_eq!(script::decimal("1.25", 2), Ok((1.25, None)));
}

#[test]
fn dt_07_time() {
    for (text, millis) in [("0.25", 250), ("3600", 3_600_000), ("1.23456", 1234), (".5", 500), ("1.2", 1200)] {
        assert_eq!(script::seconds(text, 3), Ok(millis), "{text}");
    }
    // Whole seconds: what is behind the point is left out.
    assert_eq!(script::seconds("1.9", 0), Ok(1000));
    bad(|text| script::seconds(text, 3).map(|_| ()), &[("1h", 1), ("-5", 0), ("+5", 0), ("", 0)]);
}

#[test]
fn dt_08_pwr_level() {
    for (text, tenths) in [("-13.5", -135), ("1.5", 15), ("-13", -130)] {
        assert_eq!(script::power(text), Ok(tenths), "{text}");
    }
    bad(
        |text| script::power(text).map(|_| ()),
        &[("-13.55", 5), ("-13dBm", 3), ("\u{2212}13.5", 0), ("\u{2013}13.5", 0)],
    );
}

#[test]
fn dt_09_ip() {
    let read = |text: &str| script::address(text).map(|_| ());
    good(read, &["10.1.2.100", "0.0.0.0", "255.255.255.255"]);
    bad(
        read,
        &[("192.168.1.300", 10), ("10.1.2", 6), ("10.1.2.100:80", 10), ("010.1.2.3", 0), ("10.1.2.", 7), ("", 0)],
    );
}

#[test]
fn dt_10_port() {
    for (text, port) in [("5060", 5060), ("0x13C4", 5060), ("0", 0), ("65535", 65535)] {
        assert_eq!(script::port(text), Ok(port), "{text}");
    }
    bad(|text| script::port(text).map(|_| ()), &[("65536", 0), ("-1", 0), ("0x10000", 0), ("", 0)]);
}

#[test]
fn dt_11_fqdn() {
    let read = |text: &str| script::host(text).map(|_| ());
    good(read, &["sip.Cisco.com:5060", "109.12.14.12:12345", "sip.Cisco.com", "109.12.14.12", &"a".repeat(63)]);
    bad(read, &[("http://h", 0), ("h:99999", 2), (&"a".repeat(64), 63), ("a..b", 2), ("-a", 0), ("a b", 1), ("", 0)]);
    // 63 in all, the port with them.
    let long = format!("{}.{}", "a".repeat(30), "b".repeat(30));
    good(read, &[&format!("{long}:5")]);
    bad(read, &[(&format!("{long}:5060"), 63)]);
}

#[test]
fn dt_12_user_id() {
    good(script::user_id, &["jsmith", "4081001141", "a%20b", &"1".repeat(63)]);
    bad(script::user_id, &[("a b", 1), ("a@b", 1), ("", 0), (&"1".repeat(64), 63), ("a%2", 3)]);
}

#[test]
fn dt_13_phone() {
    good(
        script::phone_number,
        &["14081234567", "*69", "*72", "345678", "1234@10.10.10.100:5068", "jsmith@Cisco.com", &"1".repeat(39)],
    );
    bad(script::phone_number, &[(&"1".repeat(40), 39), ("1 408", 1), ("", 0), ("1234@h:99999", 7)]);
}

#[test]
fn dt_14_ph_tmplt() {
    let read = |text: &str| script::phone_template(text).map(|_| ());
    good(read, &["1408*, 1510*", "1408123????, 555?1", "%2a69", "1408*,1510*", &"1".repeat(39)]);
    bad(read, &[("1408%2", 6), (&"1".repeat(40), 39), ("1408*,", 6)]);
    // White space at the start of a pattern is ignored, and order stays: the first match wins.
    assert_eq!(script::phone_template("1408*,   1*"), Ok(vec!["1408*".into(), "1*".into()]));
}

#[test]
fn dt_15_rsc_tmplt() {
    let read = |text: &str| script::response_template(text).map(|_| ());
    good(read, &["404, 5*", "61?", "407, 408, 487, 481", "40*", "4??", "???", "?*"]);
    bad(read, &[("4040", 3), ("abc", 0), ("99", 2), ("404 5*", 3), ("404,", 4), ("*", 0)]);
    takes("Try_Backup_RSC", &["404, 5*", "61?"]);
    refuses("Try_Backup_RSC", &["4040", "abc", "99"]);
}

#[test]
fn dt_16_star_codes() {
    good(script::star_code, &["*69", "*1", "*98765", "*987654"]);
    bad(script::star_code, &[("*12345678", 7), ("*1234567", 7), ("", 0), ("*6a", 2)]);
    takes("Call_Return_Code", &["*69"]);
    refuses("Call_Return_Code", &["*12345678"]);
}

#[test]
fn dt_17_str() {
    takes("GPP_A", &["abc", "a b", "<a & \"b\">", "(xx|yy)", "$MA", "-"]);
    // Control characters and outer blanks do not survive the way; what is not ASCII is told elsewhere, as a warning.
    refuses("GPP_A", &["a\u{1}b", "a\0b", "a\tb", "a\nb", " a", "a ", "\u{fffe}"]);
}

#[test]
fn dt_18_cad_script() {
    let read = |text: &str| script::cadence::parse(text).map(|_| ());
    good(
        read,
        &[
            "60(2/4)",
            "60(.2/.2,.2/.2,.2/.2,1/4)",
            "60(.8/.4,.8/4)",
            "60(4.5/4)",
            "60(0.25/9.75)",
            "60(.3/.2, 1/.2,.3/4)",
            "2(.1/.1);10(*/0)",
            "*(1/1,1/1,1/1,1/1,1/1,1/1)",
            "60(.123/1)",
        ],
    );
    bad(
        read,
        &[
            ("60()", 3),
            ("60(2)", 4),
            ("60(2/4);1(1/1);1(1/1)", 15),
            ("60(1/1,1/1,1/1,1/1,1/1,1/1,1/1)", 27),
            ("60(0.1234/1)", 8),
            ("60(2/4);", 8),
            ("(2/4)", 0),
            ("60 (2/4)", 2),
        ],
    );
    // 127 characters at most.
    let long = format!("60({})", ["0.100/0.100"; 6].join(",             "));
    assert!(long.len() > 127);
    bad(read, &[(&long, 127)]);
    // A section repeats its segments for its length, which three decimals count.
    let cadence = script::cadence::parse("60(.2/.2,1/4)").expect("a cadence");
    assert_eq!(cadence.to_string(), "60(.2/.2,1/4)");
}

#[test]
fn dt_19_freq_script() {
    let read = |text: &str| script::frequency::parse(text).map(|_| ());
    good(read, &["440@-10", "350@-19,440@-19", "600@-16.5", "350@-19 , 440@-19", "1@1,2@2,3@3,4@4,5@5,6@6", "440@+3"]);
    bad(
        read,
        &[
            ("350.5@-19", 3),
            ("350@-19.55", 9),
            ("350", 3),
            ("1@1,2@2,3@3,4@4,5@5,6@6,7@7", 24),
            ("@-19", 0),
            ("350@", 4),
            ("", 0),
        ],
    );
}

#[test]
fn dt_20_tone_script() {
    let read = |text: &str| script::tone::parse(text).map(|_| ());
    good(
        read,
        &[
            "350@-19,440@-19;10(*/0/1+2)",
            "350@-19,440@-19;2(.1/.1/1+2);10(*/0/1+2)",
            "1600@-16;2(.05/0.05/1,.05/.05/1,0/.5/0)",
            "1@1,2@2,3@3,4@4,5@5,6@6;1(1/1/1+2+3+4+5+6)",
        ],
    );
    bad(
        read,
        &[
            ("350@-19;10(*/0/2)", 15),
            (";10(*/0/1)", 0),
            ("350@-19;10(*/0)", 14),
            ("350@-19", 7),
            ("350@-19;1(1/1/1);1(1/1/1);1(1/1/1)", 26),
            ("350@-19;1(1/1/7)", 14),
        ],
    );
}

#[test]
fn dt_21_schedule() {
    for text in ["3600", "600,1200,300", "2400+30", "1800+300,3600+600", "0"] {
        assert_eq!(text.parse::<Schedule>().map(|schedule| schedule.to_string()), Ok(text.into()));
    }
    for (text, offset) in [("600,,300", 4), ("60 s", 0), ("+30", 0), ("2400-30", 0), ("2400+", 0)] {
        assert_eq!(text.parse::<Schedule>().map_err(|error| error.offset), Err(offset), "{text}");
    }
}

#[test]
fn dt_21_hhmm() {
    let read = |text: &str| {
        let mut settings = Settings::factory();
        settings.set("Resync_At__HHmm_", text);
        settings.time_of_day("Resync_At__HHmm_")
    };
    assert_eq!(["0959", "0000", "2400", "2359"].map(read), [Some(599), Some(0), Some(0), Some(1439)]);
    assert_eq!(["959", "09:59", "2460", "1275", "2401", "", "-100", "1e10"].map(read), [None; 8]);
    assert_eq!(written("Resync_At__HHmm_", Value::Time(599)), Ok("0959".into()));
    refuses("Resync_At__HHmm_", &["959", "09:59", "2460", "1275", "2401"]);
}

#[test]
fn dt_21_option_list() {
    let read = |text: &str| script::option_list(text, 254).map(|_| ());
    good(read, &["66,160,159,150,60,43,125", "66"]);
    bad(read, &[("66;160", 2), ("66.160.159.150", 2), ("0", 0), ("256", 0), ("66, 160", 3), ("", 0)]);
    takes("DHCP_Option_To_Use", &["66,160,159,150,60,43,125"]);
    refuses("DHCP_Option_To_Use", &["66;160", "66.160.159.150", "0", "256"]);
}

#[test]
fn dt_21_domain_list() {
    let read = |text: &str| script::domain_list(text).map(|_| ());
    good(read, &["voiceip.com, voiceip1.com", "voiceip.com,voiceip1.com", "voiceip.com"]);
    bad(read, &[("http://voiceip.com", 0), ("voiceip.com, http://a", 13), ("voiceip.com,,a", 12)]);
    takes("Restricted_Access_Domains", &["voiceip.com, voiceip1.com"]);
}

#[test]
fn dt_21_host_and_port() {
    good(|text| script::host(text).map(|_| ()), &["10.98.76.123:514"]);
    takes("Peer_Firmware_Sharing_Log_Server", &["10.98.76.123:514"]);
    refuses("Peer_Firmware_Sharing_Log_Server", &["10.98.76.123:99999", "http://10.98.76.123:514"]);
}

#[test]
fn dt_21_syslog_id() {
    takes("Syslog_Identifier", &["None", "$MA", "$MAU", "$MAC", "$SN"]);
    refuses("Syslog_Identifier", &["MAC", "$PN", "none"]);
}

#[test]
fn dt_21_version() {
    good(|text| script::version(text).map(|_| ()), &["sip88xx.11-3-1MPP-678", "sip88xx.12-0-3MPP0001-1"]);
    bad(|text| script::version(text).map(|_| ()), &[("11.3.1", 0), ("", 0), ("sip88xx", 0)]);
    takes("Downgrade_Rev_Limit", &["sip88xx.11-3-1MPP-678"]);
    refuses("Downgrade_Rev_Limit", &["11.3.1"]);
}

#[test]
fn dt_21_ua() {
    assert_eq!(["na", "ro", "rw"].map(Access::from_name), [Some(Access::Na), Some(Access::Ro), Some(Access::Rw)]);
    assert_eq!(["no", "", "RW", "y", "na "].map(Access::from_name), [None; 5]);
}

#[test]
fn dt_21_mac() {
    let canonical = "00:0e:08:aa:bb:cc";
    for text in ["000e08aabbcc", "00:0e:08:aa:bb:cc", "000E08AABBCC", "00:0E:08:AA:BB:CC"] {
        let mac: Mac = text.parse().expect(text);
        assert_eq!((mac.to_string().as_str(), mac.plain().as_str()), (canonical, "000e08aabbcc"));
    }
    assert_eq!("000e08aabbc".parse::<Mac>(), Err(MacError::Length(11)));
    assert_eq!("000e08aabbccd".parse::<Mac>(), Err(MacError::Length(13)));
}

#[test]
fn dt_21_gpp_letter() {
    let read = |letter: &str| rule::parse(&format!("[--post {letter}] http://h/x"), Kind::Profile);
    for letter in 'a'..='p' {
        assert!(read(&letter.to_string()).is_ok(), "{letter}");
    }
    for letter in ["q", "A", "", "ab", "1"] {
        assert!(read(letter).is_err(), "{letter}");
    }
}

fn dial_plan(text: &str) -> Result<(), Fault> {
    script::dial_plan::parse(text).map(|_| ())
}

#[test]
fn dt_22_elements() {
    good(
        dial_plan,
        &[
            "(0123456789*#)",
            "(x)",
            "([2-9])",
            "([35-8*])",
            "(01.)",
            "(<8:1650>xxxxxxx)",
            "(<:1>xxxxxxxxxx)",
            "(9,xxx)",
            "(1900xxxxxxx!)",
            "(*xx)",
            "(S0 <:1>)",
            "(L0 <:1>)",
            "(xxxS5)",
            "(P9 <:23>)",
            "L:15,(x)",
            "S:6,(x)",
            "L:,S:,(x)",
        ],
    );
    // `.` is none or more: `01.` ends where 0 was dialled.
    assert_eq!(script::dial_plan::parse("(01.)").map(|plan| plan.to_string()), Ok("(01.)".into()));
}

#[test]
fn dt_22_doc_examples() {
    good(
        dial_plan,
        &[
            "( [1-8]xx | 9, xxxxxxx | 9, <:1>[2-9]xxxxxxxxx | 8, <:1212>xxxxxxx | 9, 1 [2-9] xxxxxxxxx | 9, 1 900 xxxxxxx ! | 9, 011xxxxxx. | 0 | [49]11 )",
            "(P9<:23> | (9,8<:1408>[2-9]xxxxxx | 0))",
            "(P0 <:1000>)",
            "L:15, (9,8<:1408>[2-9]xxxxxx)",
            "S:6, (9,8<:1408>[2-9]xxxxxx)",
            "(9,8<:1408>[2-9]xxxxxx | 9,8,011xx. | 9,8,xx.|[1-8]xxxxxxxxxS0)",
            "(S0 <:18005551212>)",
            "(*x.|*xx*x.|x.)",
        ],
    );
}

#[test]
fn dt_22_bad() {
    bad(
        dial_plan,
        &[
            ("([2-9)", 1),
            ("(<8:1650)", 1),
            ("1xx|2xx", 0),
            ("(x..)", 3),
            ("()", 1),
            ("P9 (x.)", 0),
            // Outside of the parentheses, as one edition misprints it.
            ("(x.) | [*#]xx[*#] | #xx+", 5),
        ],
    );
    // Legal, and hardly meant.
    let doubts = |text: &str| script::dial_plan::doubts(text).iter().map(|doubt| doubt.at).collect::<Vec<_>>();
    assert_eq!((doubts("(9,,)"), doubts("(9,x)")), (vec![3], vec![]));
    // Blanks are ignored.
    let plan = |text: &str| script::dial_plan::parse(text).ok();
    assert_eq!(plan("( 9 , x x | 1 )"), plan("(9,xx|1)"));
}

/// RS §16 is tested elsewhere; here, that the type reads it.
#[test]
fn dt_23_provisioning_rules() {
    takes("Profile_Rule", &["/$PSN.xml", "[--key $SA] http://h/$MA.cfg", "tftp://192.168.1.200/basic.txt"]);
    refuses("Profile_Rule", &["[--key", "($MA eq)? http://h/x"]);
}

#[test]
fn dt_24_notes() {
    // Several definitions in one file: the last counts. Tags that are not there: what was stays.
    let file = "<flat-profile><A>1</A><A>2</A></flat-profile>";
    let mut settings = Settings::factory();
    settings.set("B", "before");
    settings.apply(&prov::phone::profile::decode(file.as_bytes()).expect("a profile"));
    assert_eq!((settings.get("A"), settings.get("B")), ("2", "before"));
    // An empty default field is the empty string.
    assert_eq!((settings.get("GPP_C"), settings.value_set("GPP_C")), ("", None));
    // The empty value clears, by the stance of WF §1.4.
    settings.apply(&prov::phone::profile::decode(b"<flat-profile><B></B></flat-profile>").expect("a profile"));
    assert_eq!(settings.value_set("B"), Some(""));
}
