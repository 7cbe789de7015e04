//! Every example of DT, and laws that hold for any text.

mod hostile;
mod plans;
mod tones;

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
