//! Upgrades: what makes one begin, fail, or wait.

use super::*;

#[test]
fn a_trigger_holds_no_upgrade_back() {
    let load = "http://10.0.0.1/sip88xx.11-3-1MPP-678.loads";
    let mut bench = Bench::default().file("http://10.0.0.1/a", "<X>1</X>").answer(load, FetchAnswer::ok("load"));
    let set = [
        ("Profile_Rule", "http://10.0.0.1/a"),
        ("Upgrade_Rule", load),
        ("Resync_Trigger_1", "0 eq 1"),
        ("Resync_Random_Delay", "0"),
    ];
    let (phone, timeline) = run(phone(&set), &mut bench, 60_000);
    assert_eq!(phone.identity().firmware(), "sip88xx.11-3-1MPP-678", "{timeline}");
    assert_eq!(bench.asked, [load]);
}

#[test]
fn a_chain_of_loads_is_climbed_and_then_all_is_quiet() {
    let load = |name: &str| (format!("http://10.0.0.1/fw/{name}.loads"), FetchAnswer::ok("load"));
    let mut bench = Bench::default().file("http://10.0.0.1/a", "<X>1</X>");
    bench.files.extend([load("sip88xx.11-0-1MPP-477"), load("sip88xx.11-3-1MPP-678")]);
    let chain = "($SWVER lt sip88xx.11-0-1MPP-477)? http://10.0.0.1/fw/sip88xx.11-0-1MPP-477.loads | \
                 ($SWVER lt sip88xx.11-3-1MPP-678)? http://10.0.0.1/fw/sip88xx.11-3-1MPP-678.loads";
    let set = [
        ("Profile_Rule", "http://10.0.0.1/a"),
        ("Upgrade_Rule", chain),
        ("Syslog_Server", "s"),
        ("Log_Request_Msg", ""),
        ("Log_Success_Msg", ""),
    ];
    let (played, timeline) = run(phone(&set), &mut bench, hours(10));
    assert_eq!(played.identity().firmware(), "sip88xx.11-3-1MPP-678", "{timeline}");
    let starts = timeline.entries.iter().filter(|entry| matches!(entry.event, Event::Reboot { .. })).count();
    assert_eq!(starts, 3, "{timeline}");
    assert_eq!(bench.asked.iter().filter(|url| url.ends_with(".loads")).count(), 2);
    assert_eq!(bench.log.len(), 4, "{:?}", bench.log);
    assert!(bench.agents.last().is_some_and(|agent| agent.contains("/11.3.1 ")));
}

#[test]
fn upgrades_fail_are_refused_and_are_switched_off() {
    let count = |set: &[(&str, &str)], until| {
        let mut bench = Bench::default().file("http://10.0.0.1/a", "<X>1</X>");
        let mut all = vec![
            ("Profile_Rule", "http://10.0.0.1/a"),
            ("Upgrade_Rule", "http://10.0.0.1/sip88xx.10-4-1MPP-1.loads"),
            ("Resync_Random_Delay", "0"),
            ("Resync_Periodic", "0"),
            ("Upgrade_Error_Retry_Delay", "60,600"),
        ];
        all.extend(set);
        let (_, timeline) = run(phone(&all), &mut bench, until);
        let loads = bench.asked.iter().filter(|url| url.ends_with(".loads")).count();
        (loads, bench.asked.len() - loads, timeline)
    };
    // At 0, 60, 660 and 1260 s, each followed by a resync.
    let (loads, files, timeline) = count(&[], 1_300_000);
    assert_eq!((loads, files), (4, 5), "{timeline}");
    let (loads, files, _) = count(&[("Resync_After_Upgrade_Attempt", "No")], 1_300_000);
    assert_eq!((loads, files), (4, 1));
    let (loads, _, _) = count(&[("Upgrade_Error_Retry_Delay", "0")], hours(20));
    assert_eq!(loads, 1);
    let (loads, _, timeline) = count(&[("Downgrade_Rev_Limit", "sip88xx.11-0-0MPP-1")], 1_300_000);
    assert_eq!(loads, 0);
    assert!(timeline.entries.iter().any(|entry| matches!(entry.event, Event::Upgrade(Upgrade::Refused { .. }))));
    assert_eq!(count(&[("Upgrade_Enable", "No")], 1_300_000).0, 0);
    assert_eq!(count(&[("Upgrade_Rule", "http://10.0.0.1/sip88xx.11-0-0MPP-7.loads")], 1_300_000).0, 0);
}

#[test]
fn the_inactive_partition_needs_no_server() {
    let mut bench = Bench::default()
        .file("http://10.0.0.1/a", "<X>1</X>")
        .answer("http://10.0.0.1/sip88xx.11-3-1MPP-678.loads", FetchAnswer::ok("load"));
    let set = [("Profile_Rule", "http://10.0.0.1/a"), ("Upgrade_Rule", "http://10.0.0.1/sip88xx.11-3-1MPP-678.loads")];
    let mut player = Player::new(phone(&set), &mut bench);
    player.power_on();
    player.until_quiet(hours(1));
    assert_eq!(player.phone().identity().firmware(), "sip88xx.11-3-1MPP-678");
    let back = "http://nowhere/sip88xx.11-0-0MPP-7.loads".to_owned();
    player.command(Command::Set { element: "Upgrade_Rule".into(), value: back });
    player.command(Command::Notify(Notification::Resync));
    player.until_quiet(hours(1));
    assert_eq!(player.phone().identity().firmware(), "sip88xx.11-0-0MPP-7", "{}", player.timeline());
}

#[test]
fn pb_15_the_messages_of_an_upgrade() {
    let load = "http://10.0.0.1/fw/sip88xx.11-3-1MPP-678.loads";
    let told = |answer: Option<FetchAnswer>, set: &[(&str, &str)]| -> Vec<String> {
        let mut bench = Bench::default().file("http://10.0.0.1/a", "<X>1</X>");
        if let Some(answer) = answer {
            bench = bench.answer(load, answer);
        }
        let mut all = vec![
            ("Profile_Rule", "http://10.0.0.1/a"),
            ("Upgrade_Rule", load),
            ("Resync_Random_Delay", "0"),
            ("Syslog_Server", "s"),
            ("Upgrade_Error_Retry_Delay", "0"),
        ];
        all.extend(set);
        let _ = run(phone(&all), &mut bench, 60_000);
        let log = bench.log.iter().filter_map(|line| line.strip_prefix("s ")).map(str::to_lowercase);
        log.filter(|text| text.contains("upgrade") || text.starts_with("own")).collect()
    };
    let done = told(Some(FetchAnswer::ok("load")), &[]);
    let [asks, ends] = done.as_slice() else { panic!("{done:?}") };
    assert!(asks.contains("requesting upgrade http://10.0.0.1:80/fw/sip88xx.11-3-1mpp-678.loads"), "{asks}");
    assert!(ends.contains("successful upgrade http://10.0.0.1:80/fw/sip88xx.11-3-1mpp-678.loads"), "{ends}");
    let failed = told(None, &[]);
    let [asks, ends] = failed.as_slice() else { panic!("{failed:?}") };
    assert!(asks.contains("requesting upgrade") && ends.contains("upgrade failed: ") && ends.contains("404"), "{ends}");
    let own = [("Log_Upgrade_Request_Msg", ""), ("Log_Upgrade_Failure_Msg", "own $ERR")];
    let silent = told(Some(FetchAnswer::status(500)), &own);
    assert!(matches!(silent.as_slice(), [one] if one.starts_with("own ") && one.contains("500")), "{silent:?}");
}
