//! Reports, certificates, licences, calls, and what people tell a phone: PB §8.3, §16 to §19, §25 to §27.

use super::*;
use crate::phone::seal;
use crate::phone::stance::{Matter, Stances};

const PEM: &str = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";

fn at_rest(set: &[(&str, &str)]) -> Phone {
    let mut all = vec![("Resync_On_Reset", "No")];
    all.extend_from_slice(set);
    phone(&all)
}

/// The same on a release that knows all of this.
fn new(set: &[(&str, &str)]) -> Phone {
    running(at_rest(set), "sip88xx.11-3-7MPP0001-1")
}

fn player<'b>(phone: Phone, bench: &'b mut Bench) -> Player<'b> {
    let mut player = Player::new(phone, bench);
    player.power_on();
    player.until_quiet(hours(1));
    player
}

fn sent(bench: &Bench) -> Vec<(&str, &str, String)> {
    bench.sent.iter().map(|(how, url, body)| (*how, url.as_str(), String::from_utf8_lossy(body).into_owned())).collect()
}

#[test]
fn a_report_on_request_after_a_restart_and_by_notify() {
    let rule = "[--status]http://10.0.0.1/s.xml [--delta]http://10.0.0.1/d.xml";
    let set = [("Report_Rule", rule), ("GPP_A", "a & b"), ("GPP_SA", "never"), ("HTTP_Report_Method", "PUT")];
    let mut bench = Bench::default().answer("http://10.0.0.1/s.xml", FetchAnswer::ok("x"));
    let mut player = player(at_rest(&set), &mut bench);
    player.until(1000);
    player.command(Command::Set { element: "GPP_B".into(), value: "new".into() });
    player.command(Command::Notify(Notification::Report));
    player.until_quiet(hours(1));
    let timeline = player.timeline().to_string();
    let sent = sent(&bench);
    assert_eq!(
        sent.iter().map(|(how, url, _)| (*how, *url)).collect::<Vec<_>>(),
        [
            ("PUT", "http://10.0.0.1/s.xml"),
            ("PUT", "http://10.0.0.1/d.xml"),
            ("PUT", "http://10.0.0.1/s.xml"),
            ("PUT", "http://10.0.0.1/d.xml")
        ]
    );
    assert!(sent[0].2.contains("<Product_Name>CP-8841-3PCC</Product_Name>"), "{}", sent[0].2);
    assert!(sent[1].2.contains("<GPP_A>a &amp; b</GPP_A>"), "the first report of changes has all: {}", sent[1].2);
    assert!(!sent.iter().any(|(_, _, body)| body.contains("never")), "PB §16: secrets are never in reports");
    let changes = profile::decode(sent[3].2.as_bytes()).expect("a profile");
    assert_eq!(changes.elements.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["GPP_B"]);
    // One attempt each: the second place does not exist.
    assert!(timeline.contains("report to http://10.0.0.1/d.xml  404"), "{timeline}");
    assert!(timeline.contains("report not delivered"), "{timeline}");
}

#[test]
fn two_reports_of_changes_have_the_same_ones() {
    let rule = "[--delta]http://10.0.0.1/a [--delta]http://10.0.0.1/b";
    let mut bench = Bench::default();
    let mut player = player(at_rest(&[("Report_Rule", rule), ("GPP_A", "old")]), &mut bench);
    player.until(1000);
    for value in ["1", "2"] {
        player.command(Command::Set { element: "GPP_B".into(), value: value.into() });
        player.command(Command::Notify(Notification::Report));
        player.until_quiet(hours(1));
    }
    drop(player);
    let sent = sent(&bench);
    let [first, twin, second, other, third, last] = sent.as_slice() else { panic!("{sent:?}") };
    assert!(first.2.contains("<GPP_A>old</GPP_A>") && twin.2 == first.2, "{sent:?}");
    assert!(second.2.contains("<GPP_B>1</GPP_B>") && !second.2.contains("GPP_A") && other.2 == second.2, "{sent:?}");
    // Not cumulative (PB §16).
    assert!(third.2.contains("<GPP_B>2</GPP_B>") && last.2 == third.2, "{sent:?}");
}

#[test]
fn reports_are_sealed() {
    let mut bench = Bench::default();
    let keyed = at_rest(&[("Report_Rule", "[--key test123]http://10.0.0.1/r"), ("GPP_A", "value")]);
    player(keyed, &mut bench).until(1000);
    let opened = seal::open_salted(b"test123", seal::Digest::Md5, &bench.sent[0].2).expect("opens");
    assert!(String::from_utf8_lossy(&opened).contains("<GPP_A>value</GPP_A>"));
    // From 11.3(1) on by the newer digest.
    let mut bench = Bench::default();
    let keyed = new(&[("Report_Rule", "[--key test123]http://10.0.0.1/r"), ("GPP_A", "value")]);
    player(keyed, &mut bench).until(1000);
    assert!(seal::open_salted(b"test123", seal::Digest::Sha256, &bench.sent[0].2).is_ok());
    // RFC 8188 where there is a key for it and none in the rule (PB §16).
    let mut bench = Bench::default();
    let ikm =
        [("Report_Rule", "http://10.0.0.1/r"), ("GPP_A", "value"), ("IKM_HTTP_Encrypt_Content", "ikm ikm ikm ikm")];
    player(at_rest(&ikm), &mut bench).until(1000);
    assert_eq!(bench.sent[0].0, "POST", "the default method");
    assert_eq!(bench.requests[0].encoding, Some("aes128gcm"));
    let opened = seal::open_content(b"ikm ikm ikm ikm", &bench.sent[0].2).expect("opens");
    let text = String::from_utf8_lossy(&opened);
    assert!(text.contains("<GPP_A>value</GPP_A>") && !text.contains("ikm"), "{text}");
}

#[test]
fn reports_of_local_changes_and_periodic_ones() {
    let mut bench = Bench::default();
    let local = [("Report_Rule", "tftp://10.0.0.1/r.xml"), ("Report_To_Server", "On Local Change")];
    let mut phone = player(at_rest(&local), &mut bench);
    for value in ["1", "2"] {
        phone.command(Command::Set { element: "GPP_A".into(), value: value.into() });
    }
    phone.until(phone.now() + 59_000);
    assert!(phone.timeline().entries.iter().all(|entry| !matches!(entry.event, Event::Report { .. })));
    phone.until(phone.now() + 2000);
    drop(phone);
    assert_eq!(sent(&bench).len(), 1, "changes that follow at once go into one report");
    assert_eq!(sent(&bench)[0].0, "PUT", "over TFTP a report is written");
    for (element, period, stances, most) in [
        ("Periodic_Upload_To_Server", "600", Stances::default(), 6),
        ("periodic_upload_to_server", "600", Stances::default(), 6),
        // Out of range: the default of an hour.
        ("Periodic_Upload_To_Server", "60", Stances::default(), 1),
        ("Periodic_Upload_To_Server", "300000", Stances::default(), 1),
        ("Periodic_Upload_To_Server", "300000", Stances::default().with(Matter::C12, 1), 0),
    ] {
        let mut bench = Bench::default();
        let set = [("Report_Rule", "http://10.0.0.1/r"), ("Report_to_Server", "Periodically"), (element, period)];
        let mut phone = player(at_rest(&set).with_stances(stances), &mut bench);
        phone.until(hours(1) + 10_000);
        drop(phone);
        assert_eq!(bench.sent.len(), most, "{period}");
    }
}

#[test]
fn the_custom_ca_is_fetched_once_and_trusted() {
    let rule = ("Custom_CA_Rule", "http://10.0.0.1/$MA.pem");
    let mut bench = Bench::default().answer("http://10.0.0.1/000e08012345.pem", FetchAnswer::ok(PEM));
    let mut phone = player(at_rest(&[rule, ("Profile_Rule", "https://10.0.0.1/x")]), &mut bench);
    phone.command(Command::Notify(Notification::Resync));
    phone.until(phone.now() + 1000);
    let text = phone.timeline().to_string();
    drop(phone);
    assert!(text.contains("Custom CA Status: succeeded: http://10.0.0.1/000e08012345.pem"), "{text}");
    assert_eq!(bench.asked.iter().filter(|url| url.ends_with(".pem")).count(), 1);
    let secure: Vec<Roots> =
        bench.requests.iter().filter(|one| one.scheme == Scheme::Https).map(|one| one.roots).collect();
    assert_eq!(secure, [Roots { public: true, custom: true }]);
    for (body, said) in [("no certificate", "there is no certificate"), ("", "there is no certificate")] {
        let mut bench = Bench::default().answer("http://10.0.0.1/000e08012345.pem", FetchAnswer::ok(body));
        let phone = player(at_rest(&[rule]), &mut bench);
        assert!(phone.timeline().to_string().contains(said), "{}", phone.timeline());
    }
}

#[test]
fn migration_needs_a_licence() {
    let load = "http://10.0.0.1/sip88xx.14-1-1MN-366.loads";
    let upgrade = ("Upgrade_Rule", load);
    let mut bench = Bench::default().answer(load, FetchAnswer::ok("load"));
    let phone = player(new(&[upgrade]), &mut bench);
    assert!(phone.timeline().to_string().contains("needs a licence"), "{}", phone.timeline());
    assert_eq!(phone.phone().identity().firmware(), "sip88xx.11-3-7MPP0001-1");
    drop(phone);
    let phone = player(at_rest(&[upgrade]), &mut bench);
    assert!(phone.timeline().to_string().contains("needs a phone on 11.3(5)"), "{}", phone.timeline());
    drop(phone);
    let mut bench = Bench::default()
        .answer(load, FetchAnswer::ok("load"))
        .answer("http://10.0.0.1/000E08012345.lic", FetchAnswer::ok("licence"));
    let set = [upgrade, ("Trans_Auth_Rule", "http://10.0.0.1/$MAU.lic"), ("Trans_Auth_Type", "WxC"), ("GPP_A", "gone")];
    let mut phone = player(new(&set), &mut bench);
    let text = phone.timeline().to_string();
    assert!(text.contains("Transition Authorization Status: authorized: WxC"), "{text}");
    assert_eq!(phone.phone().identity().firmware(), "sip88xx.14-1-1MN-366", "{text}");
    // PB §25: migration resets the phone, which from then on answers to none of this.
    assert_eq!(phone.phone().settings().get("GPP_A"), "");
    phone.command(Command::Notify(Notification::Resync));
    phone.until(hours(100));
    assert!(phone.timeline().to_string().contains("the phone is not up"));
}

#[test]
fn a_licence_that_does_not_come_is_asked_for_by_its_schedule() {
    let set =
        |delay| [("Trans_Auth_Rule", "http://10.0.0.1/x.lic"), ("Transition_Authorization_Error_Retry_Delay", delay)];
    for (delay, asked) in [("1800", 3), ("600,1200", 4), ("0", 1)] {
        let mut bench = Bench::default();
        player(new(&set(delay)), &mut bench).until(hours(1) + 60_000);
        assert_eq!(bench.asked.len(), asked, "{delay}");
    }
}

#[test]
fn the_manufacturers_certificate_is_renewed_once() {
    let enabled = [("MIC_Cert_Refresh_Enable", "Yes")];
    let mut bench = Bench::default()
        .name("sudirenewal.cisco.com", &[1])
        .answer("http://sudirenewal.cisco.com/", FetchAnswer::ok("certificate"));
    let phone = player(new(&enabled), &mut bench);
    let text = phone.timeline().to_string();
    assert!(text.contains("MIC Cert Refresh Status: Renewed") && text.contains("(certificate renewal)"), "{text}");
    drop(phone);
    assert_eq!(bench.asked.len(), 1);
    for (set, firmware, said) in [
        (
            vec![("MIC_Cert_Refresh_Enable", "Yes"), ("MIC_Cert_Refresh_Rule", "http://10.0.0.1/")],
            "sip88xx.11-3-7MPP0001-1",
            true,
        ),
        (vec![("MIC_Cert_Refresh_Enable", "Yes")], "sip88xx.11-3-1MPP-1", false),
        (vec![], "sip88xx.11-3-7MPP0001-1", false),
    ] {
        let mut bench = Bench::default();
        let phone = player(running(at_rest(&set), firmware), &mut bench);
        assert_eq!(phone.timeline().to_string().contains("Not Renewed"), said, "{}", phone.timeline());
    }
}

#[test]
fn a_proxy_that_asks_for_credentials_gets_them_twice() {
    let asks = FetchAnswer::Http {
        status: 407,
        location: None,
        challenge: Some("Basic realm=\"p\"".into()),
        encoding: None,
        body: vec![],
    };
    let mut bench = Bench::default().answer("http://10.0.0.1/x", asks);
    let rule = ("Profile_Rule", "http://10.0.0.1/x");
    let account =
        [rule, ("Proxy_Server_Requires_Authentication", "Yes"), ("Proxy_Username", "u"), ("Proxy_Password", "p")];
    let mut phone = player(at_rest(&account), &mut bench);
    phone.command(Command::Notify(Notification::Resync));
    phone.until_quiet(hours(1));
    assert!(phone.timeline().to_string().contains("407 proxy authentication required"));
    drop(phone);
    let given: Vec<Option<&str>> = bench.requests.iter().map(|one| one.proxy_authorization.as_deref()).collect();
    assert_eq!(given, [None, Some("Basic dTpw"), Some("Basic dTpw")]);
    let mut phone = player(at_rest(&[rule]), &mut bench);
    phone.command(Command::Notify(Notification::Resync));
    phone.until_quiet(hours(1));
    drop(phone);
    assert_eq!(bench.requests.len(), 4, "without an account it is asked once");
}

#[test]
fn what_administration_urls_do() {
    let load = "http://10.0.0.1/sip88xx.11-3-1MPP-678.loads";
    let mut bench =
        Bench::default().answer(load, FetchAnswer::ok("load")).file("http://10.0.0.2/p.xml", "<GPP_A>pushed</GPP_A>");
    let mut phone = player(at_rest(&[("Resync_After_Upgrade_Attempt", "No")]), &mut bench);
    phone.command(Command::UpgradeUrl(load.into()));
    phone.until_quiet(hours(1));
    assert_eq!(phone.phone().identity().firmware(), "sip88xx.11-3-1MPP-678");
    let push = |rule: &str| {
        Command::Execute(
            format!("<CP-8841-3PCCExecute><ExecuteItem URL=\"Resync:{rule}\"/></CP-8841-3PCCExecute>").into(),
        )
    };
    phone.command(push("http://10.0.0.2/p.xml"));
    phone.until_quiet(hours(1));
    assert!(phone.timeline().to_string().contains("request ignored: CISCO_XML_EXE_Enable is No"));
    phone.command(Command::Set { element: "CISCO_XML_EXE_Enable".into(), value: "Yes".into() });
    phone.command(push("http://10.0.0.2/p.xml"));
    phone.until_quiet(hours(1));
    assert_eq!(phone.phone().settings().get("GPP_A"), "pushed");
    let file = "<flat-profile><GPP_B>posted</GPP_B></flat-profile>";
    phone.command(Command::Configure(file.into()));
    phone.command(Command::Reboot);
    phone.until_quiet(hours(1));
    assert_eq!(phone.phone().settings().get("GPP_B"), "posted");
    phone.command(Command::Configure(b"not xml".to_vec()));
    phone.command(Command::UpgradeUrl("nonsense".into()));
    phone.command(Command::UpgradeUrl("/no/server.loads".into()));
    for notification in [Notification::Reboot, Notification::Restart] {
        phone.command(Command::Notify(notification));
        phone.until_quiet(hours(1));
    }
    let text = phone.timeline().to_string();
    for part in ["config.xml: ", "upgrade URL: ", "the URL names no server"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    phone.command(Command::Set { element: "Upgrade_Enable".into(), value: "No".into() });
    phone.command(Command::UpgradeUrl(load.into()));
    assert!(phone.timeline().to_string().contains("Upgrade_Enable is No"));
}

#[test]
fn a_call_holds_a_resync_back() {
    let set = [("Profile_Rule", "http://10.0.0.1/x"), ("Forced_Resync_Delay", "600")];
    let mut bench = Bench::default().file("http://10.0.0.1/x", "");
    let begun = |timeline: &Timeline| -> Vec<Millis> {
        let of = |entry: &Entry| matches!(entry.event, Event::Resync(Resync::Begun { .. })).then_some(entry.t / 1000);
        timeline.entries.iter().filter_map(of).collect()
    };
    for (stances, expected) in [
        // So long has the phone to be idle after the call; a second call begins it anew.
        (Stances::default(), 1900),
        // So long a call may hold it back at most.
        (Stances::default().with(Matter::C11, 1), 700),
    ] {
        let mut phone = player(at_rest(&set).with_stances(stances), &mut bench);
        phone.until(50_000);
        phone.command(Command::Lines { busy: true });
        phone.until(100_000);
        phone.command(Command::Notify(Notification::Resync));
        assert!(phone.timeline().to_string().contains("a line is in use"));
        phone.until(800_000);
        phone.command(Command::Lines { busy: false });
        phone.until(1_000_000);
        phone.command(Command::Lines { busy: true });
        phone.until(1_300_000);
        phone.command(Command::Lines { busy: false });
        phone.until(2_000_000);
        assert_eq!(begun(phone.timeline()), [expected], "{}", phone.timeline());
    }
    // Firmware waits for the end of a call, too (PB §20).
    let load = "http://10.0.0.1/sip88xx.11-3-1MPP-678.loads";
    let mut bench = Bench::default().answer(load, FetchAnswer::ok("load"));
    let mut phone = player(at_rest(&[]), &mut bench);
    phone.command(Command::Lines { busy: true });
    phone.command(Command::UpgradeUrl(load.into()));
    phone.until(hours(1));
    assert_eq!(phone.phone().identity().firmware(), "sip88xx.11-0-0MPP-7");
    phone.command(Command::Lines { busy: false });
    phone.until(hours(2));
    assert_eq!(phone.phone().identity().firmware(), "sip88xx.11-3-1MPP-678");
}

#[test]
fn the_resync_after_power_up_survives_what_comes_before_it() {
    let set = [("Profile_Rule", "http://10.0.0.1/x"), ("Resync_Random_Delay", "3"), ("Resync_Periodic", "0")];
    let commands: [&[Command]; 3] = [
        &[Command::Lines { busy: true }, Command::Lines { busy: false }],
        &[Command::Notify(Notification::Report)],
        &[Command::UpgradeUrl("nonsense".into())],
    ];
    for commands in commands {
        let mut bench = Bench::default().file("http://10.0.0.1/x", "");
        let mut player = Player::new(phone(&set), &mut bench);
        player.power_on();
        player.until(200);
        for command in commands {
            player.command(command.clone());
        }
        player.until(hours(48));
        assert_eq!(resyncs(player.timeline()).len(), 1, "{commands:?}: {}", player.timeline());
    }
}

#[test]
fn what_is_due_before_the_first_resync_waits_for_it() {
    // The longest wait after power-up: a report of a local change, and a periodic one, fall due long before its end.
    for when in ["On Local Change", "Periodically"] {
        let set = [
            ("Profile_Rule", "http://10.0.0.1/x"),
            ("Resync_Random_Delay", "65535"),
            ("Report_Rule", "http://10.0.0.1/r"),
            ("Report_To_Server", when),
            ("Periodic_Upload_To_Server", "600"),
        ];
        let mut bench = Bench::default().file("http://10.0.0.1/x", "");
        let mut player = Player::new(phone(&set), &mut bench);
        player.power_on();
        player.until(1000);
        player.command(Command::Set { element: "GPP_A".into(), value: "by hand".into() });
        player.until(hours(400));
        assert!(!player.is_cut() && !resyncs(player.timeline()).is_empty(), "{when}");
        let (first, sent) =
            (resyncs(player.timeline())[0].0, |entry: &&Entry| matches!(entry.event, Event::Report { .. }));
        let report = player.timeline().entries.iter().find(sent).map(|entry| entry.t);
        assert!(first > 600_000 && report >= Some(first), "{when}: {first} {report:?}");
    }
}

#[test]
fn what_somebody_upgrades_to_stays() {
    let (a, b) = ("http://10.0.0.1/sip88xx.11-3-1MPP-678.loads", "http://10.0.0.1/sip88xx.11-2-3MPP-398.loads");
    let mut bench = Bench::default().answer(a, FetchAnswer::ok("a")).answer(b, FetchAnswer::ok("b"));
    let mut phone = player(at_rest(&[("Upgrade_Rule", a)]), &mut bench);
    assert_eq!(phone.phone().identity().firmware(), "sip88xx.11-3-1MPP-678");
    phone.command(Command::UpgradeUrl(b.into()));
    phone.until(hours(3));
    assert_eq!(phone.phone().identity().firmware(), "sip88xx.11-2-3MPP-398", "{}", phone.timeline());
    // Another family's load, and what is no load.
    for wrong in ["http://10.0.0.1/sip78xx.12-0-1MPP-1.loads", "http://10.0.0.1/firmware.bin"] {
        let mut bench = Bench::default().answer(wrong, FetchAnswer::ok("x"));
        let phone = player(at_rest(&[("Upgrade_Rule", wrong)]), &mut bench);
        assert_eq!(phone.phone().identity().firmware(), "sip88xx.11-0-0MPP-7", "{}", phone.timeline());
        assert!(phone.timeline().to_string().contains("upgrade fails"), "{}", phone.timeline());
    }
}

#[test]
fn requests_wait_their_turn() {
    let mut bench = Bench::default().file("http://10.0.0.1/x", "");
    let set = [("Profile_Rule", "http://10.0.0.1/x"), ("Report_Rule", "http://10.0.0.1/r"), ("GPP_A", "gone")];
    let mut phone = player(at_rest(&set), &mut bench);
    // A report asked for during a call is sent after it, and a reboot waits as well.
    phone.until(1000);
    phone.command(Command::Lines { busy: true });
    phone.command(Command::Notify(Notification::Report));
    phone.command(Command::Reboot);
    phone.until(60_000);
    assert_eq!(phone.timeline().to_string().matches("boots on").count(), 1);
    phone.command(Command::Lines { busy: false });
    phone.until(120_000);
    assert_eq!(phone.timeline().to_string().matches("boots on").count(), 2, "{}", phone.timeline());
    // During a pass: the reset is not lost to the NOTIFY that follows.
    phone.command(Command::ResyncUrl {
        rule: Some("http://10.0.0.1/x&xuser=admin&xpassword=hunter2".into()),
        from: None,
    });
    phone.command(Command::FactoryReset);
    phone.command(Command::Notify(Notification::Resync));
    phone.until(180_000);
    assert_eq!(phone.phone().settings().get("GPP_A"), "", "{}", phone.timeline());
    assert!(!phone.timeline().to_string().contains("hunter2"), "{}", phone.timeline());
}

#[test]
fn requests_beyond_what_a_phone_keeps_in_mind_are_told() {
    let mut bench = Bench::default().file("http://10.0.0.1/x", "");
    let mut phone = player(at_rest(&[("Profile_Rule", "http://10.0.0.1/x")]), &mut bench);
    phone.command(Command::Notify(Notification::Resync));
    for number in 0..20 {
        let rule = Some(format!("http://10.0.0.1/{number}"));
        phone.command(Command::ResyncUrl { rule: rule.clone(), from: None });
        // The same again is no other.
        phone.command(Command::ResyncUrl { rule, from: None });
    }
    let told = phone.timeline().to_string();
    // Those that were kept, and their twins, say nothing.
    assert_eq!(told.matches("request ignored: 16 others wait already").count(), 8, "{told}");
    phone.until(60_000);
    assert_eq!(phone.timeline().to_string().matches("resync begins (resync URL)").count(), 16);
}

#[test]
fn what_somebody_sets_is_looked_at_when_the_phone_is_idle() {
    let load = "http://10.0.0.1/sip88xx.11-3-1MPP-678.loads";
    let mut bench = Bench::default().answer(load, FetchAnswer::ok("load")).file("http://10.0.0.1/x", "");
    let set = [("Profile_Rule", "http://10.0.0.1/x"), ("Resync_Periodic", "86400")];
    let mut phone = player(at_rest(&set), &mut bench);
    let rule = Command::Set { element: "Upgrade_Rule".into(), value: load.into() };
    // RS §8: automatically from the rule's content, when idle; during a call the phone is not.
    phone.command(Command::Lines { busy: true });
    phone.command(rule.clone());
    phone.until(60_000);
    assert_eq!(phone.phone().identity().firmware(), "sip88xx.11-0-0MPP-7", "{}", phone.timeline());
    phone.command(Command::Lines { busy: false });
    phone.until(120_000);
    assert_eq!(phone.phone().identity().firmware(), "sip88xx.11-3-1MPP-678", "{}", phone.timeline());
    let mut bench =
        Bench::default().answer(load, FetchAnswer::ok("load")).answer("http://10.0.0.1/ca", FetchAnswer::ok(PEM));
    let mut phone = player(at_rest(&set), &mut bench);
    let now = phone.now();
    phone.command(Command::Set { element: "Custom_CA_Rule".into(), value: "http://10.0.0.1/ca".into() });
    phone.command(rule);
    phone.until(now + 1000);
    let told = phone.timeline().to_string();
    assert!(told.contains("Custom CA Status: succeeded") && told.contains("upgraded to"), "{told}");
}

#[test]
fn a_time_of_day_that_changes_is_drawn_anew() {
    let set = [("Resync_At__HHmm_", "0300"), ("Profile_Rule", "http://10.0.0.1/x")];
    let mut bench = Bench::default().file("http://10.0.0.1/x", "");
    let mut phone = player(at_rest(&set), &mut bench);
    phone.command(Command::Set { element: "Resync_At__HHmm_".into(), value: "0500".into() });
    phone.command(Command::Notify(Notification::Resync));
    phone.until(hours(4));
    assert_eq!(resyncs(phone.timeline()).len(), 1, "{}", phone.timeline());
    phone.until(hours(6));
    assert_eq!(resyncs(phone.timeline()).len(), 2, "{}", phone.timeline());
}

#[test]
fn upgrades_do_not_depend_on_provisioning() {
    let load = "http://10.0.0.1/sip88xx.11-3-1MPP-678.loads";
    let mut bench = Bench::default().answer(load, FetchAnswer::ok("load"));
    let set = [("Provision_Enable", "No"), ("Upgrade_Rule", load), ("Resync_Random_Delay", "0")];
    let phone = player(phone(&set), &mut bench);
    assert_eq!(phone.phone().identity().firmware(), "sip88xx.11-3-1MPP-678", "{}", phone.timeline());
}
