//! Reports (PB §16).

use super::errands::{at_rest, new, player, sent};
use super::*;
use crate::phone::seal;
use crate::phone::stance::{Matter, Stances};

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
