//! The register of contradictions (PB §31), matter by matter: what each reading does.

use super::*;
use crate::phone::stance::{Matter as M, Stances};

fn reading(matter: M, choice: usize) -> Stances {
    Stances::default().with(matter, choice)
}

/// What a phone asked for within a time, by each reading of a matter.
fn asked(matter: M, bench: fn() -> Bench, phone: fn() -> Phone, until: Millis) -> Vec<Vec<String>> {
    let one = |choice| {
        let mut bench = bench();
        let (phone, _) = run(phone().with_stances(reading(matter, choice)), &mut bench, until);
        assert!(phone.stances().matters().any(|one| one == matter), "{} mattered", matter.id());
        bench.asked
    };
    (0..matter.choices().len()).map(one).collect()
}

/// What it came to in the end, by each reading.
fn ended<T>(
    matter: M,
    bench: fn() -> Bench,
    phone: fn() -> Phone,
    until: Millis,
    of: fn(&Phone, &Timeline) -> T,
) -> Vec<T> {
    let one = |choice| {
        let (phone, timeline) = run(phone().with_stances(reading(matter, choice)), &mut bench(), until);
        assert!(phone.stances().matters().any(|one| one == matter), "{} mattered", matter.id());
        of(&phone, &timeline)
    };
    (0..matter.choices().len()).map(one).collect()
}

fn fresh() -> Phone {
    running(phone(&[]), "sip88xx.11-3-7MPP0001-1")
}

fn customizations(_: &Phone, timeline: &Timeline) -> Vec<String> {
    let of = |entry: &Entry| match &entry.event {
        Event::Customization { state } => Some(state.to_string()),
        _ => None,
    };
    timeline.entries.iter().filter_map(of).collect()
}

#[test]
fn c_01_and_c_02_when_the_cloud_is_asked() {
    let known = || {
        let mut bench = Bench::default();
        let query = CloudQuery::Redirection { host: "activate.cisco.com".into() };
        bench.cloud.push((query, CloudAnswer::Unknown));
        bench
    };
    assert_eq!(
        ended(M::C01, known, fresh, 60_000, customizations),
        [vec!["Pending", "Unavailable"], vec!["Unavailable"]]
    );
    let named = || Bench::default().option(66, "10.0.0.1");
    assert_eq!(ended(M::C02, named, fresh, 60_000, customizations), [vec!["Pending"], vec!["Aborted"]]);
}

#[test]
fn c_03_c_04_c_06_under_which_names_a_phone_asks() {
    let url = || Bench::default().option(160, "http://10.0.0.1");
    let second = |all: Vec<Vec<String>>| -> Vec<String> { all.into_iter().map(|one| one[1].clone()).collect() };
    assert_eq!(
        second(asked(M::C03, url, fresh, 60_000)),
        ["http://10.0.0.1/Cisco/CP-8841-3PCC/000e08012345.cfg", "http://10.0.0.1/Cisco/CP-8841-3PCC/000e08012345.xml"]
    );
    assert_eq!(
        second(asked(M::C04, url, fresh, 60_000)),
        [
            "http://10.0.0.1/Cisco/CP-8841-3PCC/000e08012345.cfg",
            "http://10.0.0.1/Cisco/CP-8841-3PCC/000e08012345.cfg",
            "http://10.0.0.1/Cisco/000e08012345.cfg"
        ]
    );
    let service = || {
        let mut bench = Bench { domain: Some("example.com".into()), ..Bench::default() };
        let target = Service { priority: 1, weight: 1, port: 80, target: "10.0.0.1".into() };
        bench.services.insert("_ciscoprov-http._tcp.example.com".into(), vec![target]);
        bench
    };
    assert_eq!(
        second(asked(M::C04, service, fresh, 60_000)),
        [
            "http://10.0.0.1/Cisco/000e08012345.cfg",
            "http://10.0.0.1/Cisco/CP-8841-3PCC/000e08012345.cfg",
            "http://10.0.0.1/Cisco/000e08012345.cfg"
        ]
    );
    let first = asked(M::C06, url, fresh, 60_000);
    assert_eq!(
        (first[0][0].as_str(), first[1][0].as_str()),
        ("http://10.0.0.1/8841-3PCC.xml", "http://10.0.0.1/CP-8841-3PCC.cfg")
    );
    let by_service = asked(M::C05, service, fresh, 60_000);
    assert!(by_service[0].len() >= 2 && by_service[1].is_empty(), "{by_service:?}");
}

#[test]
fn c_07_restarts_after_upgrades() {
    let bench = || {
        Bench::default()
            .answer("http://10.0.0.1/sip88xx.11-3-1MPP-678.loads", FetchAnswer::ok("load"))
            .file("http://10.0.0.1/x", "")
    };
    let upgrading = || {
        phone(&[
            ("Profile_Rule", "http://10.0.0.1/x"),
            ("Upgrade_Rule", "http://10.0.0.1/sip88xx.11-3-1MPP-678.loads"),
            ("Resync_After_Upgrade_Attempt", "No"),
            ("Resync_Random_Delay", "0"),
        ])
    };
    let count = |_: &Phone, timeline: &Timeline| resyncs(timeline).len();
    assert_eq!(ended(M::C07, bench, upgrading, 600_000, count), [2, 1]);
}

#[test]
fn c_08_the_unit_of_the_wait_after_power_up() {
    let first = |_: &Phone, timeline: &Timeline| {
        let delayed = timeline.entries.iter().find_map(|entry| match entry.event {
            Event::Resync(Resync::Delayed { seconds }) => Some(seconds),
            _ => None,
        });
        delayed.unwrap_or(0)
    };
    let slow = || phone(&[("Resync_Random_Delay", "180")]);
    let waits = ended(M::C08, Bench::default, slow, 1000, first);
    assert!(waits[0] > 180 && waits[1] <= 180, "{waits:?}");
}

#[test]
fn c_09_c_14_the_spread_after_the_time_of_day() {
    let by_clock = |spread: &str| {
        let mut all = Vec::new();
        for (matter, choice) in [(M::C09, 0), (M::C09, 1), (M::C14, 1)] {
            let mut times = Vec::new();
            for seed in 0..40 {
                let set = [
                    ("Resync_On_Reset", "No"),
                    ("Resync_At__HHmm_", "0100"),
                    ("Resync_At_Random_Delay", spread),
                    ("Profile_Rule", "http://10.0.0.1/x"),
                ];
                let settings = phone(&set).settings().clone();
                let identity = phone(&[]).identity().clone();
                let phone = Phone::new(identity, settings, Random::new(seed)).with_stances(reading(matter, choice));
                let (_, timeline) = run(phone, &mut Bench::default().file("http://10.0.0.1/x", ""), hours(3));
                times.extend(resyncs(&timeline).first().map(|(t, _)| (t - hours(1)) / 1000));
            }
            all.push(times.into_iter().max());
        }
        all
    };
    // 120 counts as 600, or as 120; 0 leaves the time without effect by the second reading.
    let short = by_clock("120");
    assert!(short[0] > Some(300) && short[1] <= Some(121), "{short:?}");
    assert_eq!(by_clock("0")[1], None);
    // 629 is 10 minutes, or 11.
    let long = by_clock("629");
    assert!(long[0] <= Some(601) && long[2] > Some(601), "{long:?}");
}

#[test]
fn c_10_what_turns_the_period_off() {
    let bench = || Bench::default().file("http://10.0.0.1/x", "");
    let emptied = || phone(&[("Profile_Rule", "http://10.0.0.1/x"), ("Resync_Periodic", "")]);
    let count = |_: &Phone, timeline: &Timeline| resyncs(timeline).len();
    assert_eq!(ended(M::C10, bench, emptied, hours(3), count), [1, 3]);
}

#[test]
fn c_13_triggers_hold_back_or_start() {
    let bench = || Bench::default().file("http://10.0.0.1/x", "");
    let triggered = || {
        phone(&[
            ("Profile_Rule", "http://10.0.0.1/x"),
            ("Resync_Trigger_1", "$PRVTMR ge 600"),
            ("Resync_Periodic", "0"),
            ("Resync_Random_Delay", "0"),
        ])
    };
    let times =
        |_: &Phone, timeline: &Timeline| -> Vec<u64> { resyncs(timeline).iter().map(|(t, _)| t / 1000).collect() };
    let all = ended(M::C13, bench, triggered, 1_900_000, times);
    // As a gate: the first resync waits until it is open, and none follows. As a starter: at once, then every time the
    // condition becomes true again.
    assert_eq!((all[0].len(), all[1].len()), (1, 4), "{all:?}");
    assert!(all[0][0] >= 600 && all[1][0] < 600, "{all:?}");
}

#[test]
fn c_15_elements_without_a_value() {
    let bench = || {
        Bench::default()
            .file("http://10.0.0.1/x", "<GPP_A/><GPP_B></GPP_B><Resync_Periodic></Resync_Periodic><GPP_C>\"\"</GPP_C>")
    };
    let set = || {
        let values = [("GPP_A", "a"), ("GPP_B", "b"), ("GPP_C", "c"), ("Resync_Periodic", "77")];
        phone(&[&[("Profile_Rule", "http://10.0.0.1/x")][..], &values].concat())
    };
    let values = |phone: &Phone, _: &Timeline| {
        ["GPP_A", "GPP_B", "Resync_Periodic", "GPP_C"].map(|name| phone.settings().get(name).to_owned())
    };
    // Two quotes are the empty string in the one text that has them, and so in all.
    assert_eq!(ended(M::C15, bench, set, 60_000, values), [["a", "", "", ""], ["", "", "", ""], ["a", "", "3600", ""]]);
}

#[test]
fn c_16_the_server_of_a_rule_without_one() {
    for (choice, expected) in [(0, "tftp://10.0.0.1/x"), (1, "tftp://10.0.0.7/x")] {
        let mut bench = Bench::default().option(66, "10.0.0.1");
        let phone = phone(&[("Resync_On_Reset", "No")]).with_stances(reading(M::C16, choice));
        let mut player = Player::new(phone, &mut bench);
        player.power_on();
        player.until_quiet(hours(1));
        player.command(Command::ResyncUrl { rule: Some("/x".into()), from: Some([10, 0, 0, 7].into()) });
        player.until_quiet(hours(1));
        drop(player);
        assert_eq!(bench.asked, [expected]);
    }
}

#[test]
fn c_17_c_18_what_a_request_says() {
    let secure = || phone(&[("Profile_Rule", "https://10.0.0.1/x"), ("Resync_Random_Delay", "0")]);
    let said = |matter: M| -> Vec<(String, bool)> {
        let one = |choice| {
            let mut bench = Bench::default();
            run(secure().with_stances(reading(matter, choice)), &mut bench, 10_000);
            let request = bench.requests.first().expect("asked");
            (request.user_agent.clone(), request.roots.public)
        };
        vec![one(0), one(1)]
    };
    let serial = phone(&[]).identity().serial().to_owned();
    assert_eq!(
        said(M::C17),
        [
            ("Cisco-CP-8841-3PCC/11.0 (000e08012345)".into(), true),
            (format!("Cisco-CP-8841-3PCC/11.0 ({serial})"), true)
        ]
    );
    assert_eq!(said(M::C18).into_iter().map(|(_, public)| public).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn c_19_the_spelling_of_log_messages() {
    let logged = |set: &[(&str, &str)]| -> Vec<String> {
        let one = |choice| {
            let mut bench = Bench::default().file("http://10.0.0.1/x", "");
            let mut all = vec![
                ("Profile_Rule", "http://10.0.0.1/x"),
                ("Syslog_Server", "10.0.0.2"),
                ("Resync_Random_Delay", "0"),
            ];
            all.extend_from_slice(set);
            run(phone(&all).with_stances(reading(M::C19, choice)), &mut bench, 10_000);
            bench.log.first().cloned().unwrap_or_default()
        };
        (0..3).map(one).collect()
    };
    assert_eq!(
        logged(&[]),
        [
            "10.0.0.2 CP-8841-3PCC 00:0e:08:01:23:45 -- Requesting resync http://10.0.0.1:80/x",
            "10.0.0.2 CP-8841-3PCC 00:0e:08:01:23:45 Requesting resync http://10.0.0.1:80/x",
            "10.0.0.2 CP-8841-3PCC 00:0e:08:01:23:45 \u{2013}Requesting resync http://10.0.0.1:80/x"
        ]
    );
    assert_eq!(logged(&[("Log_Request_Msg", "a -- b")]), ["10.0.0.2 a -- b"; 3], "a template of one's own stays");
}

#[test]
fn c_20_versions_across_the_change_of_form() {
    let bench = || Bench::default().file("http://10.0.0.1/x", "<GPP_A>1</GPP_A>");
    let set = || phone(&[("Profile_Rule", "($SWVER lt sip88xx.11-3-2MPP0001-609)? http://10.0.0.1/x")]);
    let value = |phone: &Phone, _: &Timeline| phone.settings().get("GPP_A").to_owned();
    assert_eq!(ended(M::C20, bench, set, 60_000, value), ["", "1"]);
}

#[test]
fn what_never_came_up_did_not_matter() {
    let bench = &mut Bench::default().file("http://10.0.0.1/x", "<GPP_A>1</GPP_A>");
    let (phone, _) = run(phone(&[("Profile_Rule", "http://10.0.0.1/x")]), bench, hours(10));
    let mattered: Vec<&str> = phone.stances().matters().map(M::id).collect();
    assert_eq!(mattered, ["C-08", "C-17"]);
}
