//! The phone's own menus and the account behind them: PB §8.3, §10, §11.

use super::*;
use crate::phone::AuthMethod;
use crate::phone::credentials::{Authorization, Login, Request, challenge};

const FILE: &str = "http://10.0.0.1/a";

/// Who a phone says it is when it is asked.
fn said(set: &[(&str, &str)], account: Option<(&str, &str)>, method: AuthMethod) -> Option<(String, bool)> {
    let asked = FetchAnswer::Http {
        status: 401,
        location: None,
        challenge: Some(challenge(method, "phones", "n", false)),
        encoding: None,
        body: vec![],
    };
    let mut bench = Bench::default().answer(FILE, asked);
    let all = [&[("Profile_Rule", FILE), ("Resync_On_Reset", "No")][..], set].concat();
    let mut player = Player::new(phone(&all), &mut bench);
    player.power_on();
    player.until_quiet(1000);
    if let Some((user, password)) = account {
        player.command(Command::ProfileAccount(Login { user: user.into(), password: password.into() }));
    }
    player.command(Command::Notify(Notification::Resync));
    player.until(20_000);
    let header = bench.requests.iter().find_map(|request| request.authorization.clone())?;
    let read = Authorization::parse(&header)?;
    let request = Request { method: "GET", target: "/a" };
    let user = read.user().to_owned();
    Some((user.clone(), read.proves(method, "phones", request, &user, "pw")))
}

#[test]
fn the_profile_account_answers_where_the_rule_names_nobody() {
    for method in [AuthMethod::Basic, AuthMethod::Digest] {
        let is = |user: &str| Some((user.to_owned(), true));
        let entered = Some(("desk", "pw"));
        assert_eq!(said(&[], entered, method), is("desk"));
        assert_eq!(said(&[], Some(("DOM\\a \"b\"", "pw")), method), is("DOM\\a \"b\""));
        assert_eq!(said(&[], None, method), None);
        assert_eq!(said(&[], Some(("", "pw")), method), None);
        // The rule's own user comes first.
        assert_eq!(said(&[("Profile_Rule", "[--uid u --pwd pw] http://10.0.0.1/a")], entered, method), is("u"));
        let kind = |word| ("Profile_Authentication_Type", word);
        assert_eq!(said(&[kind("Disabled")], entered, method), None);
        assert_eq!(said(&[kind("basic http authentication")], entered, method), is("desk"));
        assert_eq!(said(&[kind("Basis-HTTP-verificatie")], entered, method), is("desk"), "no word of the three");
        let both = [
            kind("XSI Authentication"),
            ("Login_User_ID", "login"),
            ("Login_Password", "pw"),
            ("SIP_Auth_ID", "sip"),
            ("SIP_Password", "pw"),
        ];
        assert_eq!(said(&both, entered, method), is("login"));
        assert_eq!(
            said(&[&both[..], &[("XSI_Authentication_Type", "SIP Credentials")]].concat(), entered, method),
            is("sip")
        );
        assert_eq!(said(&[kind("XSI Authentication")], entered, method), None);
    }
}

#[test]
fn an_account_that_is_switched_off_cannot_be_entered() {
    let mut bench = Bench::default();
    let set = [("Profile_Authentication_Type", "Disabled"), ("Resync_On_Reset", "No")];
    let mut player = Player::new(phone(&set), &mut bench);
    player.power_on();
    player.until_quiet(1000);
    player.command(Command::ProfileAccount(Login { user: "u".into(), password: "hunter2".into() }));
    let told = player.timeline().to_string();
    assert!(told.contains("Profile_Authentication_Type is Disabled") && !told.contains("hunter2"), "{told}");
}

#[test]
fn the_account_is_for_profiles_and_is_gone_after_a_reset() {
    let asked = FetchAnswer::Http {
        status: 401,
        location: None,
        challenge: Some("Basic realm=\"x\"".into()),
        encoding: None,
        body: vec![],
    };
    let load = "http://10.0.0.1/sip88xx.11-3-1MPP-678.loads";
    let bench = Bench::default().option(66, "http://10.0.0.1").answer(load, asked.clone()).answer(FILE, asked.clone());
    let bench = &mut bench.answer("http://10.0.0.1/8841-3PCC.xml", asked);
    let mut player = Player::new(phone(&[("Resync_On_Reset", "No"), ("Upgrade_Rule", load)]), bench);
    player.power_on();
    player.command(Command::ProfileAccount(Login { user: "u".into(), password: "p".into() }));
    player.until(100);
    player.command(Command::ProfileAccount(Login { user: "u".into(), password: "p".into() }));
    player.until(10_000);
    player.command(Command::FactoryReset);
    player.until(120_000);
    drop(player);
    assert!(
        bench.asked.iter().any(|url| url == load) && bench.asked.iter().any(|url| url.contains("8841")),
        "{:?}",
        bench.asked
    );
    assert!(bench.requests.iter().all(|request| request.authorization.is_none()), "{:?}", bench.requests);
}

#[test]
fn the_menu_resyncs_where_users_may() {
    for (set, resyncs, why) in [
        (None, 1, ""),
        (Some(("User_Configurable_Resync", "No")), 0, "User_Configurable_Resync is No"),
        (Some(("Provision_Enable", "No")), 0, "Provision_Enable is No"),
        // It passes the triggers by (PB §8.1).
        (Some(("Resync_Trigger_1", "$PRVST eq 7")), 1, ""),
    ] {
        let mut bench = Bench::default().file("http://10.0.0.1/$PRVST", "").file("http://10.0.0.1/-1", "<X>1</X>");
        let all: Vec<_> = [("Resync_On_Reset", "No")].into_iter().chain(set).collect();
        let fresh = phone(&all).with_customization(Customization::Open);
        let mut player = Player::new(fresh, &mut bench);
        player.power_on();
        player.until_quiet(1000);
        player.command(Command::Menu { rule: Some("http://10.0.0.1/$PRVST".into()) });
        player.until(10_000);
        let timeline = player.timeline().to_string();
        assert_eq!(super::resyncs(player.timeline()).len(), resyncs, "{timeline}");
        assert!(timeline.contains(why), "{timeline}");
        if resyncs == 1 {
            assert_eq!(player.phone().settings().get("X"), "1", "{timeline}");
            assert!(timeline.contains("(phone menu)"), "{timeline}");
            assert_eq!(player.phone().customization(), Customization::Aborted, "provisioned by hand");
        }
    }
}

#[test]
fn a_password_is_not_for_logs() {
    let command = Command::ProfileAccount(Login { user: "desk".into(), password: "hunter2".into() });
    let shown = format!("{command:?}");
    assert!(shown.contains("desk") && !shown.contains("hunter2"), "{shown}");
}
