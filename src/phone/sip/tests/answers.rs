//! The phone's side.

use super::*;
use crate::phone::credentials::{Algorithm, Request, answer_by};
use crate::phone::model::Command;

fn place() -> Place {
    Place { transport: Transport::Udp, port: 5060, from: at("127.0.0.1:5070") }
}

fn hears(answerer: &mut Answerer, text: &str, settings: &Settings, now: u64) -> (Message, Option<Command>) {
    let heard = answerer.hear(&read(text.as_bytes()).expect("reads"), place(), settings, "127.0.10.1", now);
    (read(&heard.answer.expect("an answer").0).expect("reads"), heard.command)
}

fn once(text: &str, settings: &Settings) -> (Message, Option<Command>) {
    hears(&mut Answerer::new(Random::new(1)), text, settings, 0)
}

#[test]
fn pb_19_the_events_that_a_phone_knows() {
    for (event, command) in [
        ("resync", Some(Command::Notify(Notification::Resync))),
        ("report", Some(Command::Notify(Notification::Report))),
        ("reboot_now", Some(Command::Notify(Notification::Reboot))),
        ("restart_now", Some(Command::Notify(Notification::Restart))),
        ("resync;id=1", Some(Command::Notify(Notification::Resync))),
        ("XML-Service", Some(Command::Execute(Vec::new()))),
        ("Resync", None),
        ("check-sync", None),
        ("", None),
    ] {
        let (answer, told) = once(&SHORT.replace("o: resync", &format!("o: {event}")), &Settings::factory());
        assert_eq!(told, command, "{event}");
        assert_eq!(answer.status(), Some(if command.is_some() { 200 } else { 489 }), "{event}");
        let known = answer.header(&Name::AllowEvents);
        assert_eq!(known, command.is_none().then_some("resync, report, reboot_now, restart_now"));
    }
}

#[test]
fn an_answer_says_whose_it_is_and_where_it_went() {
    let (answer, _) = once(SHORT, &Settings::factory());
    assert_eq!(answer.header(&Name::Via), Some("SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKa1;rport=5070"));
    assert_eq!(answer.header(&Name::CSeq), Some("1 NOTIFY"));
    assert!(answer.header(&Name::To).is_some_and(|to| to.starts_with("<sip:101@127.0.10.1>;tag=")));
    // Without rport it goes to where the Via says, at the address that it came from (RFC 3261 §18.2.2).
    let text = SHORT.replace("127.0.0.1:5070;branch=z9hG4bKa1;rport", "pbx.example:5090;branch=z9hG4bKa1");
    let mut answerer = Answerer::new(Random::new(1));
    let heard = answerer.hear(&read(text.as_bytes()).expect("reads"), place(), &Settings::factory(), "r", 0);
    let (octets, to) = heard.answer.expect("an answer");
    assert_eq!(to, at("127.0.0.1:5090"));
    let answer = String::from_utf8(octets).expect("text");
    assert!(answer.contains("pbx.example:5090;branch=z9hG4bKa1;received=127.0.0.1\r\n"), "{answer}");
}

#[test]
fn other_requests_get_the_answers_of_their_kind() {
    let as_method = |method: &str| once(&SHORT.replace("NOTIFY", method), &Settings::factory());
    assert_eq!(as_method("OPTIONS").0.status(), Some(200));
    assert_eq!(as_method("INVITE").0.status(), Some(405));
    assert_eq!(as_method("CANCEL").0.status(), Some(481));
    assert_eq!(once(&SHORT.replace("sip:101@127.0.10.1:", "sip:999@127.0.10.1:"), &guarded()).0.status(), Some(404));
    assert_eq!(once(&SHORT.replace("1 NOTIFY", "x"), &Settings::factory()).0.status(), Some(400));
    let mut answerer = Answerer::new(Random::new(1));
    for silent in [SHORT.replace("NOTIFY", "ACK"), SHORT.replace("v: SIP/2.0/UDP", "v: nonsense")] {
        let heard = answerer.hear(&read(silent.as_bytes()).expect("reads"), place(), &Settings::factory(), "r", 0);
        assert_eq!(heard, Heard::default());
    }
}

#[test]
fn lines_listen_where_their_settings_say() {
    let mut settings = Settings::factory();
    let ports = |settings: &Settings| -> Vec<(u16, u16, usize)> {
        lines(settings).iter().map(|line| (line.number, line.port, line.transports.len())).collect()
    };
    assert_eq!(ports(&settings), [(1, 5060, 1)]);
    for (element, value) in [
        ("User_ID_2_", "102"),
        ("SIP_Transport_2_", "AUTO"),
        ("User_ID_3_", "103"),
        ("Line_Enable_3_", "No"),
        ("User_ID_4_", "104"),
        ("SIP_Port_4_", "5099"),
        ("SIP_Transport_4_", "TLS"),
        ("SIP_Port_1_", "0"),
    ] {
        settings.set(element, value);
    }
    assert_eq!(ports(&settings), [(1, 5060, 1), (2, 5061, 2), (4, 5099, 0)]);
}

/// The request once more, proven by the challenge that it was answered with.
fn proven(text: &str, challenged: &Message, sequence: u32) -> String {
    let challenge = challenged.header(&Name::WwwAuthenticate).expect("a challenge");
    let request = Request { method: "NOTIFY", target: "sip:101@127.0.10.1:5060" };
    let proof = answer_by(challenge, &Algorithm::ALL, request, "101", "s3cret", 7).expect("known");
    let again = text.replace("1 NOTIFY", &format!("{sequence} NOTIFY"));
    again
        .replace("z9hG4bKa1", &format!("z9hG4bKa{sequence}"))
        .replace("l: 0", &format!("Authorization: {proof}\r\nl: 0"))
}

#[test]
fn pb_19_a_phone_obeys_whoever_knows_the_password_of_the_line() {
    let settings = guarded();
    let mut answerer = Answerer::new(Random::new(1));
    let (challenged, told) = hears(&mut answerer, SHORT, &settings, 0);
    assert_eq!((challenged.status(), told), (Some(401), None));
    let proof = proven(SHORT, &challenged, 2);
    let (taken, told) = hears(&mut answerer, &proof, &settings, 10);
    assert_eq!((taken.status(), told), (Some(200), Some(Command::Notify(Notification::Resync))));
    // The same again is a lost answer, and tells the phone nothing new.
    let (again, told) = hears(&mut answerer, &proof, &settings, 20);
    assert_eq!((again, told), (taken, None));
    // A recording in a new transaction: its count was there already.
    let recorded = proof.replace("z9hG4bKa2", "z9hG4bKa3");
    let (stale, told) = hears(&mut answerer, &recorded, &settings, 30);
    assert_eq!((stale.status(), told), (Some(401), None));
    assert!(stale.header(&Name::WwwAuthenticate).is_some_and(|text| text.ends_with("stale=true")));
    // A nonce of long ago.
    let late = proven(SHORT, &challenged, 4);
    let (stale, told) = hears(&mut answerer, &late, &settings, 400_000);
    assert_eq!((stale.status(), told), (Some(401), None));
    assert!(stale.header(&Name::WwwAuthenticate).is_some_and(|text| text.ends_with("stale=true")));
    // Two that ask within one second are two: neither uses up the other's.
    let two = [1, 2].map(|number| {
        let text = SHORT.replace("z9hG4bKa1", &format!("z9hG4bKb{number}"));
        let (challenged, _) = hears(&mut answerer, &text, &settings, 500_000);
        proven(&text, &challenged, 3).replace("z9hG4bKb", "z9hG4bKc")
    });
    assert!(two.iter().all(|proof| hears(&mut answerer, proof, &settings, 500_001).1.is_some()));
    // Somebody else's nonce proves nothing, and is not called stale.
    let (other, _) = hears(&mut Answerer::new(Random::new(2)), SHORT, &settings, 0);
    let (denied, told) = hears(&mut answerer, &proven(SHORT, &other, 5), &settings, 400_000);
    assert_eq!((denied.status(), told), (Some(401), None));
    assert!(denied.header(&Name::WwwAuthenticate).is_some_and(|text| !text.contains("stale")));
}

#[test]
fn sha_256_is_offered_where_the_line_knows_it_and_taken_nowhere_else() {
    let mut settings = guarded();
    settings.set("Auth_Support_RFC8760_1_", "Yes");
    let mut answerer = Answerer::new(Random::new(1));
    let (challenged, _) = hears(&mut answerer, SHORT, &settings, 0);
    let offered: Vec<bool> = challenged.all(&Name::WwwAuthenticate).map(|one| one.contains("SHA-256")).collect();
    assert_eq!(offered, [true, false]);
    let proof = proven(SHORT, &challenged, 2);
    assert!(proof.contains("algorithm=SHA-256"));
    settings.set("Auth_Support_RFC8760_1_", "No");
    assert_eq!(hears(&mut answerer, &proof, &settings, 10).0.status(), Some(401));
    settings.set("Auth_Support_RFC8760_1_", "Yes");
    let proof = proof.replace("z9hG4bKa2", "z9hG4bKa3");
    assert_eq!(hears(&mut answerer, &proof, &settings, 20).0.status(), Some(200));
}
