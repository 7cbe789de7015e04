//! The client's side, in virtual time: against nobody, against phones of all tempers, and against the phone's own side.

use super::*;
use crate::phone::credentials::{Algorithm, digest_challenge};
use crate::phone::model::{Command, Millis};
use proptest::prelude::*;

/// What was sent, by time, and what became of it, where nobody ever answers.
fn unanswered(transport: Transport) -> (Vec<Millis>, Millis, Outcome) {
    let (mut asking, mut steps) = Asking::begin(ask(None, transport), Random::new(1), 0);
    let (mut now, mut sent) = (0, Vec::new());
    loop {
        let mut until = None;
        for step in std::mem::take(&mut steps) {
            match step {
                Step::Send(_) => sent.push(now),
                Step::Wait(at) => until = Some(at),
                Step::Done(outcome) => return (sent, now, outcome),
            }
        }
        now = until.expect("it waits or is done");
        steps = asking.timer(now);
    }
}

#[test]
fn a_datagram_is_sent_again_as_timer_e_says() {
    let (sent, over, outcome) = unanswered(Transport::Udp);
    assert_eq!(sent, [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
    assert_eq!((over, outcome), (32_000, Outcome::Silent { sent: 11 }));
    assert_eq!(unanswered(Transport::Tcp), (vec![0], 32_000, Outcome::Silent { sent: 1 }));
}

fn sent(steps: &[Step]) -> Message {
    let octets = steps.iter().find_map(|step| match step {
        Step::Send(octets) => Some(octets),
        _ => None,
    });
    read(octets.expect("something is sent")).expect("a message")
}

fn answer(request: &Message, status: u16) -> Message {
    Message::response(request, status, "As It Is", "9")
}

fn done(steps: &[Step]) -> Outcome {
    match steps {
        [Step::Done(outcome)] => outcome.clone(),
        steps => panic!("{steps:?}"),
    }
}

#[test]
fn a_provisional_answer_slows_it_down() {
    let (mut asking, steps) = Asking::begin(ask(None, Transport::Udp), Random::new(1), 0);
    let request = sent(&steps);
    assert_eq!(asking.received(&answer(&request, 100), 400), [Step::Wait(4400)]);
    assert_eq!(asking.timer(500), [Step::Wait(4400)]);
    assert!(matches!(asking.timer(4400)[..], [Step::Send(_), Step::Wait(8400)]));
    assert_eq!(done(&asking.received(&answer(&request, 200), 4500)), Outcome::Accepted);
    // What comes afterwards is nobody's.
    assert_eq!(asking.received(&answer(&request, 500), 4600), []);
    assert_eq!(asking.timer(9000), []);
}

#[test]
fn an_answer_to_something_else_is_passed_over() {
    let (mut asking, steps) = Asking::begin(ask(None, Transport::Udp), Random::new(1), 0);
    let request = sent(&steps);
    let other = |from: &str, to: &str| {
        let text = String::from_utf8(answer(&request, 200).encode()).expect("text");
        read(text.replace(from, to).as_bytes()).expect("reads")
    };
    let branch = request.via().expect("a Via").branch().expect("a branch").to_owned();
    assert_eq!(asking.received(&other(&branch, "z9hG4bKother"), 1), []);
    assert_eq!(asking.received(&other("1 NOTIFY", "2 NOTIFY"), 1), []);
    assert_eq!(asking.received(&other("1 NOTIFY", "1 OPTIONS"), 1), []);
    assert_eq!(asking.received(&request, 1), []);
    assert_eq!(done(&asking.received(&answer(&request, 200), 1)), Outcome::Accepted);
}

fn challenge(request: &Message, challenge: &str) -> Message {
    answer(request, 401).with(Name::WwwAuthenticate, challenge)
}

#[test]
fn a_challenge_is_met_once_and_anew_where_it_was_stale() {
    let (mut asking, steps) = Asking::begin(ask(Some(login()), Transport::Udp), Random::new(1), 0);
    let first = sent(&steps);
    let proven = sent(&asking.received(&challenge(&first, &digest_challenge(Algorithm::Sha256, "r", "n1", false)), 10));
    let header = proven.header(&Name::Authorization).expect("proof");
    assert!(header.contains("algorithm=SHA-256") && header.contains("uri=\"sip:101@127.0.10.1:5060\""), "{header}");
    assert!(!header.contains("s3cret"));
    // The same call, a new transaction.
    assert_eq!(first.header(&Name::CallId), proven.header(&Name::CallId));
    assert_eq!(proven.cseq().map(|sequence| sequence.number), Ok(2));
    assert_ne!(first.via().map(|via| via.to_string()), proven.via().map(|via| via.to_string()));
    let mut last = proven;
    for number in 2..4 {
        let stale = digest_challenge(Algorithm::Md5, "r", &format!("n{number}"), true);
        last = sent(&asking.received(&challenge(&last, &stale), 20));
    }
    let stale = digest_challenge(Algorithm::Md5, "r", "n5", true);
    assert_eq!(done(&asking.received(&challenge(&last, &stale), 30)), Outcome::Denied(Denial::Endless));
}

#[test]
fn what_cannot_be_proven_ends_at_once() {
    let md5 = digest_challenge(Algorithm::Md5, "r", "n", false);
    let ends = |login: Option<Login>, first: &str, second: Option<&str>| {
        let (mut asking, steps) = Asking::begin(ask(login, Transport::Udp), Random::new(1), 0);
        let steps = asking.received(&challenge(&sent(&steps), first), 1);
        let Some(second) = second else { return done(&steps) };
        done(&asking.received(&challenge(&sent(&steps), second), 2))
    };
    assert_eq!(ends(None, &md5, None), Outcome::Denied(Denial::NoPassword));
    assert_eq!(ends(Some(login()), &md5, Some(&md5)), Outcome::Denied(Denial::Wrong));
    for unknown in ["Basic realm=\"r\"", "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-512-256", "Digest", ""] {
        let outcome = ends(Some(login()), unknown, None);
        assert!(matches!(outcome, Outcome::Denied(Denial::Unknown(_))), "{unknown}: {outcome:?}");
    }
}

#[test]
fn refusals_say_what_the_phone_said_and_a_short_wait_is_waited() {
    for (status, later, ends) in [
        (481, None, true),
        (489, None, true),
        (503, Some("3600"), true),
        (503, Some("x"), true),
        (503, Some("5 (busy);duration=60"), false),
    ] {
        let (mut asking, steps) = Asking::begin(ask(None, Transport::Udp), Random::new(1), 0);
        let mut request = sent(&steps);
        let refusal = |request: &Message| match later {
            Some(later) => answer(request, status).with(Name::RetryAfter, later),
            None => answer(request, status),
        };
        let mut now = 0;
        if !ends {
            for round in 1..=2 {
                assert_eq!(asking.received(&refusal(&request), now), [Step::Wait(now + 5000)], "{round}");
                assert_eq!(asking.timer(now + 100), [Step::Wait(now + 5000)]);
                now += 5000;
                request = sent(&asking.timer(now));
            }
        }
        let outcome = done(&asking.received(&refusal(&request), now));
        assert!(matches!(&outcome, Outcome::Refused { status: found, .. } if *found == status), "{outcome:?}");
        assert!(outcome.to_string().contains(&format!("{status} As It Is")), "{outcome}");
    }
}

/// A phone and whoever asks it, over a network that loses what `lost` says.
fn meet(settings: &Settings, ask: Ask, lost: &[bool]) -> (Outcome, usize) {
    let transport = ask.transport;
    let (mut asking, mut steps) = Asking::begin(ask, Random::new(3), 0);
    let mut answerer = Answerer::new(Random::new(4));
    let mut lost = lost.iter().copied().chain(std::iter::repeat(false));
    let (mut now, mut told) = (0, 0);
    for _ in 0..200 {
        let mut until = now;
        let mut next = Vec::new();
        for step in steps {
            match step {
                Step::Send(octets) if !lost.next().unwrap_or_default() => {
                    let place = Place { transport, port: 5060, from: at("127.0.0.1:5070") };
                    let heard = answerer.hear(&read(&octets).expect("sound"), place, settings, "lab", now);
                    told += usize::from(heard.command == Some(Command::Notify(Notification::Resync)));
                    let (octets, to) = heard.answer.expect("an answer");
                    assert_eq!(to, at("127.0.0.1:5070"));
                    if !lost.next().unwrap_or_default() {
                        next.extend(asking.received(&read(&octets).expect("sound"), now));
                    }
                }
                Step::Send(_) => {}
                Step::Wait(at) => until = at,
                Step::Done(outcome) => return (outcome, told),
            }
        }
        steps = if next.is_empty() {
            now = until;
            asking.timer(now)
        } else {
            next
        };
    }
    panic!("it does not end");
}

#[test]
fn a_phone_and_its_notifier_understand_each_other() {
    for transport in [Transport::Udp, Transport::Tcp] {
        let mut settings = guarded();
        settings.set("SIP_Transport_1_", "AUTO");
        assert_eq!(meet(&settings, ask(Some(login()), transport), &[]), (Outcome::Accepted, 1));
        let wrong = Login { password: "other".into(), ..login() };
        assert_eq!(meet(&settings, ask(Some(wrong), transport), &[]), (Outcome::Denied(Denial::Wrong), 0));
        assert_eq!(meet(&settings, ask(None, transport), &[]), (Outcome::Denied(Denial::NoPassword), 0));
        settings.set("Auth_Support_RFC8760_1_", "Yes");
        assert_eq!(meet(&settings, ask(Some(login()), transport), &[]), (Outcome::Accepted, 1));
        settings.set("Auth_ID_1_", "auth101");
        let by_id = Login { user: "auth101".into(), ..login() };
        assert_eq!(meet(&settings, ask(Some(by_id), transport), &[]), (Outcome::Accepted, 1));
        settings.set("Auth_Resync-Reboot_1_", "No");
        assert_eq!(meet(&settings, ask(None, transport), &[]), (Outcome::Accepted, 1));
    }
}

proptest! {
    /// Whatever is lost on the way, a phone is told once, or the sender knows that it cannot say.
    #[test]
    fn loss_tells_nobody_twice(lost in proptest::collection::vec(any::<bool>(), 0..40)) {
        let (outcome, told) = meet(&guarded(), ask(Some(login()), Transport::Udp), &lost);
        match outcome {
            Outcome::Accepted => prop_assert_eq!(told, 1),
            Outcome::Silent { .. } => prop_assert!(told <= 1),
            other => prop_assert!(false, "{other:?}"),
        }
    }
}
