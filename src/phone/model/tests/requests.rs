//! What people ask of a phone, and what has to wait for it.

use super::errands::{PEM, at_rest, player};
use super::*;
use crate::phone::stance::{Matter, Stances};

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
