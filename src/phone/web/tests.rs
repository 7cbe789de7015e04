use super::*;
use crate::phone::credentials;

fn asked(method: &str, target: &str) -> Asked {
    Asked {
        method: method.into(),
        target: target.into(),
        authorization: None,
        from: Some(Ipv4Addr::LOCALHOST),
        body: b"<x/>".to_vec(),
    }
}

fn nonces() -> Nonces {
    Nonces::new([1, 2, 3, 4])
}

fn says(method: &str, target: &str, settings: &Settings) -> Said {
    answer(&asked(method, target), settings, &nonces(), 0)
}

fn with(pairs: &[(&str, &str)]) -> Settings {
    let mut settings = Settings::factory();
    pairs.iter().for_each(|(element, value)| settings.set(element, value));
    settings
}

#[test]
fn pb_17_the_urls_that_tell_a_phone_what_to_do() {
    let settings = Settings::factory();
    let resync = |rule: Option<&str>| {
        Some(Command::ResyncUrl { rule: rule.map(str::to_owned), from: Some(Ipv4Addr::LOCALHOST) })
    };
    for (target, command) in [
        ("/admin/resync", resync(None)),
        ("/admin/resync?", resync(None)),
        ("/admin/resync?http://h/$MA.cfg", resync(Some("http://h/$MA.cfg"))),
        ("/admin/resync?%5B--key%20x%5D%20http://h/a?b", resync(Some("[--key x] http://h/a?b"))),
        ("/admin/resync?http://h/100%", resync(Some("http://h/100%"))),
        ("/admin/resync?http://h/x&xuser=admin&xpassword=pw", resync(Some("http://h/x"))),
        ("/admin/resync?xuser=admin&xpassword=pw", resync(None)),
        ("/admin/upgrade?tftp://h/x.loads", Some(Command::UpgradeUrl("tftp://h/x.loads".into()))),
        ("/admin/reboot", Some(Command::Reboot)),
    ] {
        assert_eq!(says("GET", target, &settings), Said { command, ..says("GET", target, &settings) }, "{target}");
        assert_eq!(says("GET", target, &settings).status, 200, "{target}");
    }
    assert_eq!(says("POST", "/admin/config.xml", &settings).command, Some(Command::Configure(b"<x/>".to_vec())));
    for (method, target, status) in [
        ("GET", "/admin/config.xml", 405),
        ("DELETE", "/admin/resync", 405),
        ("GET", "/admin/upgrade", 400),
        ("GET", "/admin/format", 404),
        ("GET", "/", 404),
        ("GET", "/CGI/Execute", 405),
    ] {
        let said = says(method, target, &settings);
        assert_eq!((said.status, said.command), (status, None), "{method} {target}");
    }
}

#[test]
fn who_may_is_the_matter_of_the_admin_password() {
    let settings = with(&[("Admin_Password", "pw d")]);
    let said = says("GET", "/admin/reboot", &settings);
    assert_eq!((said.status, said.command), (401, None));
    let challenge = said.challenge.expect("a challenge");
    let prove = |user: &str, password: &str, target: &str, now: u64| {
        let request = Request { method: "GET", target };
        let authorization = credentials::answer(&challenge, request, user, password, 1);
        answer(&Asked { authorization, ..asked("GET", target) }, &settings, &nonces(), now)
    };
    assert_eq!(prove("admin", "pw d", "/admin/reboot", 10).command, Some(Command::Reboot));
    assert_eq!(prove("admin", "other", "/admin/reboot", 10).status, 401);
    assert_eq!(prove("user", "pw d", "/admin/reboot", 10).status, 401);
    let late = prove("admin", "pw d", "/admin/reboot", 10_000);
    assert!(late.status == 401 && late.challenge.is_some_and(|text| text.contains("stale=true")));
    // The login of a URL, as EF has it.
    assert_eq!(says("GET", "/admin/resync?x&xuser=admin&xpassword=pw%20d", &settings).status, 200);
    for wrong in ["x&xuser=admin&xpassword=pw", "x&xuser=user&xpassword=pw%20d", "x&xuser=admin", "x"] {
        assert_eq!(says("GET", &format!("/admin/resync?{wrong}"), &settings).status, 401, "{wrong}");
    }
}

#[test]
fn what_is_switched_off_says_so() {
    for (element, target) in
        [("Enable_Web_Admin_Access", "/admin/config.xml"), ("Enable_Direct_Action_Url", "/admin/resync")]
    {
        let said = says("POST", target, &with(&[(element, "No")]));
        assert_eq!((said.status, said.command), (403, None), "{element}");
        assert!(said.text.contains(element));
    }
    assert_eq!(place(&with(&[("Enable_Web_Server", "No")]), true), None);
    assert_eq!(place(&Settings::factory(), true), Some((Scheme::Https, 443)));
    assert_eq!(place(&Settings::factory(), false), Some((Scheme::Http, 80)));
    let settings = with(&[("Enable_Protocol", "Http"), ("Web_Server_Port", "8080")]);
    assert_eq!(place(&settings, true), Some((Scheme::Http, 8080)));
}

#[test]
fn pb_18_an_object_is_pushed_by_who_may() {
    let push = |pairs: &[(&str, &str)], body: &[u8], proof: Option<(&str, &str)>| {
        let settings = with(&[&[("CISCO_XML_EXE_Enable", "Yes")], pairs].concat());
        let mut asked = Asked { body: body.to_vec(), ..asked("POST", "/CGI/Execute") };
        let first = answer(&asked, &settings, &nonces(), 0);
        let Some((user, password)) = proof else { return first };
        let request = Request { method: "POST", target: "/CGI/Execute" };
        let challenge = first.challenge.expect("a challenge");
        asked.authorization = credentials::answer(&challenge, request, user, password, 1);
        answer(&asked, &settings, &nonces(), 0)
    };
    let taken = Some(Command::Execute(b"<a b=\"c\"/>".to_vec()));
    assert_eq!(push(&[], b"<a b=\"c\"/>", None).command, taken);
    assert_eq!(push(&[], b"XML=%3Ca+b%3D%22c%22%2F%3E", None).command, taken);
    let local = [("Admin_Password", "pw")];
    assert_eq!(push(&local, b"<a b=\"c\"/>", None).status, 401);
    assert_eq!(push(&local, b"<a b=\"c\"/>", Some(("admin", "pw"))).command, taken);
    assert_eq!(push(&local, b"<a b=\"c\"/>", Some(("admin", "no"))).status, 401);
    let trusted = [("Admin_Password", "pw"), ("CISCO_XML_EXE_Auth_Mode", "Trusted")];
    assert_eq!(push(&trusted, b"<a b=\"c\"/>", None).command, taken);
    let remote = [("CISCO_XML_EXE_Auth_Mode", "Remote Credential"), ("XML_User_Name", "app"), ("XML_Password", "x")];
    assert_eq!(push(&remote, b"<a b=\"c\"/>", Some(("app", "x"))).command, taken);
    let off = says("POST", "/CGI/Execute", &Settings::factory());
    assert_eq!((off.status, off.command), (403, None));
}
