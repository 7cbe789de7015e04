//! The table of PB §3: how a phone learns of its provider, and when Cisco's cloud is asked no more.

use super::*;

const NEW: &str = "sip88xx.12-0-3MPP0001-1";
const OLD: &str = "sip88xx.11-3-7MPP0001-1";

fn asks(host: &str) -> CloudQuery {
    CloudQuery::Redirection { host: host.into() }
}

fn provider(mut bench: Bench, rule: &str) -> Bench {
    bench.cloud.push((asks("activate.cisco.com"), CloudAnswer::Rule(rule.into())));
    bench
}

fn states(timeline: &Timeline) -> Vec<String> {
    let of = |entry: &Entry| match &entry.event {
        Event::Customization { state } => Some(state.to_string()),
        _ => None,
    };
    timeline.entries.iter().filter_map(of).collect()
}

fn played(phone: Phone, bench: &mut Bench, until: Millis) -> (Phone, Timeline) {
    run(phone, bench, until)
}

#[test]
fn a_phone_that_the_service_knows_is_led_to_its_provider() {
    let mut bench = provider(Bench::default(), "http://10.0.0.1/a.xml")
        .file("http://10.0.0.1/a.xml", "<Profile_Rule>http://10.0.0.1/b.xml</Profile_Rule>")
        .file("http://10.0.0.1/b.xml", "<GPP_A>here</GPP_A>");
    let (phone, timeline) = played(running(phone(&[]), OLD), &mut bench, hours(1));
    assert_eq!(states(&timeline), ["Pending", "Custom-Pending", "Acquired"]);
    assert_eq!(phone.settings().get("GPP_A"), "here");
    assert_eq!(resyncs(&timeline).first().map(|(_, good)| *good), Some(true), "one resync, and a good one: {timeline}");
    // Once provisioned, the cloud is not asked again until a reset.
    let mut nowhere = Bench::default();
    let mut player = Player::new(phone, &mut nowhere);
    player.power_on();
    player.until(hours(5));
    assert_eq!(player.phone().customization(), Customization::Acquired);
    assert!(!player.timeline().to_string().contains("activate.cisco.com"), "{}", player.timeline());
    player.command(Command::FactoryReset);
    player.until(hours(6));
    assert!(player.timeline().to_string().contains("asks activate.cisco.com"), "{}", player.timeline());
    assert_eq!(player.phone().customization(), Customization::Pending);
}

#[test]
fn older_phones_ask_another_host() {
    let mut bench = Bench::default();
    let (_, timeline) = played(phone(&[]), &mut bench, hours(1));
    assert!(timeline.to_string().contains("asks webapps.cisco.com"), "{timeline}");
}

#[test]
fn dhcp_comes_first_and_ends_customization() {
    let mut bench = provider(Bench::default(), "http://10.0.0.9/x.xml")
        .option(66, "10.0.0.1")
        .file("tftp://10.0.0.1/8841-3PCC.xml", "<GPP_A>by dhcp</GPP_A>");
    let (phone, timeline) = played(running(phone(&[]), NEW), &mut bench, hours(1));
    assert_eq!(phone.settings().get("GPP_A"), "by dhcp");
    assert_eq!(states(&timeline), ["Aborted"]);
    assert!(!timeline.to_string().contains("activate"), "{timeline}");
}

#[test]
fn the_service_is_asked_when_what_dhcp_names_fails() {
    // Option 66 leads to a server without files, there is no SRV record: the cloud is next (PB §2.1, §3).
    let mut bench = provider(Bench::default(), "http://10.0.0.9/x.xml")
        .option(66, "10.0.0.1")
        .file("http://10.0.0.9/x.xml", "<GPP_A>by cloud</GPP_A>");
    bench.domain = Some("example.com".into());
    let (phone, timeline) = played(running(phone(&[]), OLD), &mut bench, hours(1));
    assert_eq!(phone.settings().get("GPP_A"), "by cloud");
    assert_eq!(states(&timeline), ["Pending", "Custom-Pending", "Acquired"]);
    let order: Vec<usize> = ["option 66", "_ciscoprov-https._tls.example.com", "activate.cisco.com"]
        .iter()
        .filter_map(|part| timeline.to_string().find(part))
        .collect();
    assert!(order.len() == 3 && order.is_sorted(), "{timeline}");
}

#[test]
fn a_phone_that_nobody_knows_asks_again() {
    let mut bench = provider(Bench::default(), "http://10.0.0.9/x.xml");
    bench.cloud.clear();
    bench.cloud.push((CloudQuery::ShortCode("999".into()), CloudAnswer::Unknown));
    let (phone, timeline) = played(running(phone(&[]), NEW), &mut bench, hours(1));
    assert_eq!(phone.customization(), Customization::Unavailable);
    assert_eq!(states(&timeline).first().map(String::as_str), Some("Pending"));
    // PB §4: attempts after 60, 180, 420, 900, 1860 s, counted from the first failure.
    assert!(resyncs(&timeline).len() >= 6, "{timeline}");
    // The association is made, and the next attempt finds it.
    let mut bench =
        provider(Bench::default(), "http://10.0.0.9/x.xml").file("http://10.0.0.9/x.xml", "<GPP_A>1</GPP_A>");
    let (phone, _) = played(phone, &mut bench, hours(1));
    assert_eq!(phone.customization(), Customization::Acquired);
}

#[test]
fn a_provider_that_does_not_answer_is_looked_for_again() {
    // PB §3, §4: with CDA retry Custom-Pending goes back to Pending; before, it stays and both are tried again.
    for (firmware, expected) in [
        (NEW, &["Pending", "Custom-Pending", "Pending", "Custom-Pending"][..]),
        (OLD, &["Pending", "Custom-Pending", "Pending", "Custom-Pending"][..1]),
    ] {
        let mut bench = provider(Bench::default(), "http://10.0.0.9/x.xml");
        let (phone, timeline) = played(running(phone(&[]), firmware), &mut bench, 300_000);
        assert!(states(&timeline).iter().map(String::as_str).collect::<Vec<_>>().starts_with(expected), "{timeline}");
        assert_eq!(phone.customization(), Customization::CustomPending);
        let asked = timeline.to_string().matches("asks activate.cisco.com").count();
        assert!(asked >= 2, "{timeline}");
    }
}

#[test]
fn whoever_provisions_by_hand_ends_it() {
    let mut bench =
        provider(Bench::default(), "http://10.0.0.9/x.xml").file("http://10.0.0.1/x.xml", "<GPP_A>1</GPP_A>");
    bench.cloud.clear();
    let mut player = Player::new(running(phone(&[]), NEW), &mut bench);
    player.power_on();
    player.until_quiet(hours(1));
    player.command(Command::Set { element: "Profile_Rule".into(), value: "http://10.0.0.1/x.xml".into() });
    assert_eq!(player.phone().customization(), Customization::Aborted);
    player.until(hours(2));
    assert_eq!(player.phone().settings().get("GPP_A"), "1");
    assert_eq!(player.timeline().to_string().matches("asks activate").count(), 1, "{}", player.timeline());
}

fn code(bench: &mut Bench, phone: Phone, code: &str) -> (Customization, String, String) {
    let mut player = Player::new(phone, bench);
    player.power_on();
    player.until_quiet(hours(1));
    player.command(Command::ActivationCode(code.into()));
    player.until_quiet(hours(1));
    let text = player.timeline().to_string() + &serde_json::to_string(player.timeline()).expect("JSON");
    (player.phone().customization(), player.phone().settings().get("GPP_A").to_owned(), text)
}

#[test]
fn activation_codes() {
    let known = || {
        let mut bench = Bench::default().file("http://10.0.0.9/x.xml", "<GPP_A>1</GPP_A>");
        let rule = || CloudAnswer::Rule("http://10.0.0.9/x.xml".into());
        bench.cloud.push((CloudQuery::ActivationCode("1234567890123456".into()), rule()));
        bench.cloud.push((CloudQuery::ShortCode("123".into()), rule()));
        bench
    };
    let waiting = |firmware| running(phone(&[("Profile_Rule", "gds://")]), firmware);
    // The 16 digits, typed as they are.
    let (state, value, text) = code(&mut known(), waiting(NEW), "1234567890123456");
    assert_eq!((state, value.as_str()), (Customization::AcquiredViaGds, "1"), "{text}");
    assert!(!text.contains("1234567890123456"), "the code is good once, and is not told: {text}");
    // `#` and the name of a profile: as by the service.
    let (state, value, text) = code(&mut known(), waiting(NEW), "#123");
    assert_eq!((state, value.as_str()), (Customization::Acquired, "1"), "{text}");
    for wrong in ["123", "#12", "12345678901234567", "#abc", "", "1234567890123450", "#124"] {
        let (_, value, text) = code(&mut known(), waiting(NEW), wrong);
        assert!(value.is_empty() && text.contains("Invalid activation code"), "{wrong}: {text}");
    }
    // Firmware that knows no codes (PB §34).
    let (_, value, _) = code(&mut known(), waiting("sip88xx.11-2-1MPP-1"), "1234567890123456");
    assert_eq!(value, "");
    // Nobody asked for one.
    let mut bench = known().file("http://h/x", "").name("h", &[1]);
    let (state, _, text) = code(&mut bench, phone(&[("Profile_Rule", "http://h/x")]), "1234567890123456");
    assert_eq!(state, Customization::Aborted);
    assert!(text.contains("no activation code is asked for"), "{text}");
}

#[test]
fn a_phone_that_waits_for_a_code_waits_for_nothing_else_before_cda_retry() {
    let waiting =
        |firmware| running(phone(&[("Profile_Rule", "gds://")]), firmware).with_customization(Customization::Open);
    let (phone, timeline) = played(waiting(OLD), &mut Bench::default(), hours(2));
    assert_eq!((phone.customization(), resyncs(&timeline).len()), (Customization::GdsPending, 1), "{timeline}");
    // PB §3: GDS-Pending, CDA retry runs: Pending.
    let (_, timeline) = played(waiting(NEW), &mut Bench::default(), hours(2));
    assert_eq!(states(&timeline), ["GDS-Pending", "Pending"]);
    assert!(timeline.to_string().contains("asks activate.cisco.com"), "{timeline}");
}

#[test]
fn iscust_says_whether_the_phone_is_customized() {
    let mut bench = provider(Bench::default(), "http://10.0.0.9/$ISCUST.xml")
        .file("http://10.0.0.9/0.xml", "")
        .file("http://10.0.0.9/1.xml", "<GPP_A>customized</GPP_A>");
    let (phone, timeline) = played(running(phone(&[]), NEW), &mut bench, hours(2));
    assert_eq!(phone.settings().get("GPP_A"), "customized", "{timeline}");
}
