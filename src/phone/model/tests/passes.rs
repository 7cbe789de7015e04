//! Passes: what ends them, what is said of them, and which file wins (PB §8.2, §11).

use super::*;

#[test]
fn failure_stops_the_pass_and_starts_over_from_the_first_rule() {
    let mut bench = Bench::default().file("http://10.0.0.1/a", "<X>1</X>").file("http://10.0.0.1/c", "<Y>1</Y>");
    let set = [
        ("Profile_Rule", "http://10.0.0.1/a"),
        ("Profile_Rule_B", "http://10.0.0.1/missing"),
        ("Profile_Rule_C", "http://10.0.0.1/c"),
        ("Resync_Random_Delay", "0"),
        ("Resync_Error_Retry_Delay", "60,120"),
    ];
    let (played, timeline) = run(phone(&set), &mut bench, 500_000);
    assert_eq!((played.settings().get("X"), played.settings().get("Y")), ("1", ""));
    let times: Vec<u64> = resyncs(&timeline).iter().map(|(t, _)| t / 1000).collect();
    assert_eq!(times, [0, 60, 180, 300, 420], "{timeline}");

    let mut lenient = set.to_vec();
    lenient.push(("Resync_Fails_On_FNF", "No"));
    let (played, timeline) = run(phone(&lenient), &mut bench, 500_000);
    assert_eq!((played.settings().get("Y"), resyncs(&timeline).len()), ("1", 1), "{timeline}");
}

#[test]
fn no_retry_when_the_delay_is_zero() {
    let mut bench = Bench::default();
    let set = [("Profile_Rule", "http://10.0.0.1/a"), ("Resync_Error_Retry_Delay", "0"), ("Resync_Random_Delay", "0")];
    let (_, timeline) = run(phone(&set), &mut bench, hours(24));
    assert_eq!(resyncs(&timeline).len(), 1);
}

#[test]
fn corrupt_files_and_redirects() {
    let moved = |status, to: &str| FetchAnswer::Http {
        status,
        location: Some(to.into()),
        challenge: None,
        encoding: None,
        body: vec![],
    };
    for (answer, class) in [
        (FetchAnswer::ok(""), Some(Class::B)),
        (FetchAnswer::ok("<flat-profile><A>"), Some(Class::B)),
        (FetchAnswer::status(404), Some(Class::B)),
        (FetchAnswer::status(503), Some(Class::C)),
        (FetchAnswer::status(204), Some(Class::C)),
        (FetchAnswer::Timeout, Some(Class::C)),
        (moved(302, "/b"), None),
        (moved(301, "http://10.0.0.1/b"), None),
        (moved(307, "http://10.0.0.1/b"), Some(Class::C)),
        (moved(302, "http://10.0.0.1/a"), Some(Class::C)),
        (moved(302, "tftp://10.0.0.1/b"), Some(Class::C)),
    ] {
        let mut bench = Bench::default().answer("http://10.0.0.1/a", answer.clone()).file("http://10.0.0.1/b", "");
        let set = [("Profile_Rule", "http://10.0.0.1/a"), ("Resync_Random_Delay", "0")];
        let (_, timeline) = run(phone(&set), &mut bench, 30_000);
        let found = timeline.entries.iter().find_map(|entry| match &entry.event {
            Event::Resync(Resync::Failed { class, .. }) => Some(*class),
            _ => None,
        });
        assert_eq!(found, class, "{answer:?}\n{timeline}");
    }
}

#[test]
fn what_a_phone_does_not_follow_is_told_with_the_reason() {
    let answer = |status, location: Option<String>, challenge: Option<&str>| FetchAnswer::Http {
        status,
        location,
        challenge: challenge.map(str::to_owned),
        encoding: None,
        body: vec![],
    };
    let long = format!("file:///{}", "x".repeat(1 << 20));
    for (answer, words) in [
        (answer(302, Some("file:///etc/passwd".into()), None), "redirect to `file:///etc/passwd`, which is no place"),
        (answer(302, Some(long), None), "which is no place on the web that a phone goes to"),
        (
            answer(401, None, Some("Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256, qop=\"auth\"")),
            "401 unauthorized: the server asks for Digest with SHA-256, phones know Basic and Digest with MD5",
        ),
        (answer(401, None, Some("Negotiate")), "asks for Negotiate, phones know"),
        (answer(407, None, Some("NTLM")), "407 proxy authentication required: the server asks for NTLM"),
    ] {
        let mut bench = Bench::default().answer("http://10.0.0.1/a", answer);
        let set = [
            ("Profile_Rule", "[--uid u --pwd p] http://10.0.0.1/a"),
            ("Resync_Random_Delay", "0"),
            ("Proxy_Server_Requires_Authentication", "Yes"),
        ];
        let (_, timeline) = run(phone(&set), &mut bench, 30_000);
        let reason = timeline.entries.iter().find_map(|entry| match &entry.event {
            Event::Resync(Resync::Failed { reason, .. }) => Some(reason.clone()),
            _ => None,
        });
        assert!(reason.is_some_and(|reason| reason.contains(words) && reason.len() < 400), "{words}");
    }
    // One that is known and does not help is told without.
    let known = answer(401, None, Some("Basic realm=\"r\""));
    let mut bench = Bench::default().answer("http://10.0.0.1/a", known);
    let (_, timeline) = run(phone(&[("Profile_Rule", "http://10.0.0.1/a")]), &mut bench, hours(1));
    assert!(timeline.to_string().contains("http://10.0.0.1/a: 401 unauthorized; next"), "{timeline}");
}

#[test]
fn credentials_answer_a_challenge_twice_at_most() {
    let challenge = FetchAnswer::Http {
        status: 401,
        location: None,
        challenge: Some("Basic realm=\"p\"".into()),
        encoding: None,
        body: vec![],
    };
    let mut bench = Bench::default().answer("http://10.0.0.1/a", challenge);
    let set = [("Profile_Rule", "[--uid u --pwd p] http://10.0.0.1/a"), ("Resync_Random_Delay", "0")];
    let (_, _) = run(phone(&set), &mut bench, 30_000);
    assert_eq!(bench.asked.len(), 3);
}

#[test]
fn files_that_change_the_rules_for_ever_are_given_up() {
    let mut bench = Bench::default()
        .file("http://10.0.0.1/a", "<Profile_Rule>http://10.0.0.1/b</Profile_Rule>")
        .file("http://10.0.0.1/b", "<Profile_Rule>http://10.0.0.1/a</Profile_Rule>");
    let set = [("Profile_Rule", "http://10.0.0.1/a"), ("Resync_Random_Delay", "0")];
    let (_, timeline) = run(phone(&set), &mut bench, 60_000);
    assert!(timeline.entries.iter().any(|entry| matches!(entry.event, Event::Resync(Resync::Looping { .. }))));
    assert_eq!((bench.asked.len(), resyncs(&timeline).len()), (8, 1), "{timeline}");
}

#[test]
fn two_messages_a_pass_and_none_without_a_server() {
    let mut bench = Bench::default().file("tftp://192.168.1.200/basic.txt", "<X>1</X>");
    let rule = ("Profile_Rule", "tftp://192.168.1.200/basic.txt");
    run(phone(&[rule]), &mut bench, 60_000);
    assert!(bench.log.is_empty());
    run(phone(&[rule, ("Syslog_Server", "10.74.30.84"), ("Syslog_Identifier", "$MA")]), &mut bench, 60_000);
    assert_eq!(
        bench.log,
        [
            "10.74.30.84 000e08012345 CP-8841-3PCC 00:0e:08:01:23:45 -- Requesting resync tftp://192.168.1.200:69/basic.txt",
            "10.74.30.84 000e08012345 CP-8841-3PCC 00:0e:08:01:23:45 -- Successful resync tftp://192.168.1.200:69/basic.txt",
        ]
    );
    bench.log.clear();
    let failing = [
        ("Profile_Rule", "http://10.0.0.1/x"),
        ("Syslog_Server", "s:5514"),
        ("Log_Request_Msg", ""),
        ("Resync_Random_Delay", "0"),
    ];
    run(phone(&failing), &mut bench, 30_000);
    assert_eq!(bench.log, ["s:5514 CP-8841-3PCC 00:0e:08:01:23:45 -- Resync failed: http://10.0.0.1/x: 404"]);
}

#[test]
fn two_partitions_in_order_and_the_later_wins() {
    let mut bench = Bench::default()
        .file("http://10.0.0.1/basic.txt", "<GPP_A>1</GPP_A><GPP_B>first</GPP_B>")
        .file("http://10.0.0.1/basic2.txt", "<GPP_B>ABCD</GPP_B>");
    let set = [("Profile_Rule", "http://10.0.0.1/basic.txt"), ("Profile_Rule_B", "http://10.0.0.1/basic2.txt")];
    let (phone, _) = run(phone(&set), &mut bench, 60_000);
    assert_eq!((phone.settings().get("GPP_A"), phone.settings().get("GPP_B")), ("1", "ABCD"));
    assert_eq!(bench.asked, ["http://10.0.0.1/basic.txt", "http://10.0.0.1/basic2.txt"]);
}
