//! Octets to messages and back.

use super::super::fields::{parameter, user_of};
use super::*;
use proptest::prelude::*;

#[test]
fn short_forms_are_the_long_ones() {
    let message = short();
    assert_eq!(message.method(), Some("NOTIFY"));
    assert_eq!(message.header(&Name::Event), Some("resync"));
    assert_eq!(message.header(&Name::CallId), Some("call-1"));
    let via = message.via().expect("a Via");
    assert_eq!((via.host.as_str(), via.port, via.branch()), ("127.0.0.1", Some(5070), Some("z9hG4bKa1")));
    assert!(via.wants_rport());
    let text = String::from_utf8(message.encode()).expect("text");
    assert!(text.contains("\r\nEvent: resync\r\n") && text.ends_with("\r\nContent-Length: 0\r\n\r\n"), "{text}");
}

#[test]
fn a_folded_field_is_one() {
    let text =
        "SIP/2.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"a\",\r\n  nonce=\"b\",\r\n\tqop=\"auth\"\r\n\r\n";
    let message = read(text.as_bytes()).expect("reads");
    assert_eq!(message.header(&Name::WwwAuthenticate), Some("Digest realm=\"a\", nonce=\"b\", qop=\"auth\""));
    assert_eq!(message.status(), Some(401));
}

#[test]
fn lines_may_end_without_a_carriage_return() {
    assert_eq!(read(SHORT.replace("\r\n", "\n").as_bytes()), Ok(short()));
}

#[test]
fn what_is_no_message_says_why() {
    let with = |fields: &str| format!("NOTIFY sip:a SIP/2.0\r\n{fields}\r\n\r\n").into_bytes();
    let many = (0..200).map(|number| format!("X-{number}: y\r\n")).collect::<String>();
    for (octets, why) in [
        (Vec::new(), SipError::Unended),
        (b"\r\n\r\n".to_vec(), SipError::Start),
        (b"NOTIFY sip:a SIP/2.0\r\nVia: x\r\n".to_vec(), SipError::Unended),
        (b"GET / HTTP/1.1\r\nHost: h\r\n\r\n".to_vec(), SipError::Version),
        (b"NOTIFY sip:a SIP/3.0\r\n\r\n".to_vec(), SipError::Version),
        (b"SIP/2.0 20 OK\r\n\r\n".to_vec(), SipError::Start),
        (b"SIP/2.0 999 OK\r\n\r\n".to_vec(), SipError::Start),
        (b"NO TIFY sip:a SIP/2.0\r\n\r\n".to_vec(), SipError::Version),
        (b"N\0TIFY sip:a SIP/2.0\r\n\r\n".to_vec(), SipError::Binary),
        (vec![0xff; 90_000], SipError::TooLong),
        ([&[0xff, 0xfe][..], b"\r\n\r\n"].concat(), SipError::Binary),
        (with("no colon here"), SipError::Field),
        (with(" folded before anything"), SipError::Field),
        (with("Na me: x"), SipError::Field),
        (with(&many), SipError::TooMany),
        (with(&format!("X: {}", "y".repeat(70_000))), SipError::TooLong),
        (with("Content-Length: 5"), SipError::Short),
        (with("Content-Length: -1"), SipError::Length),
        (with("Content-Length: +0"), SipError::Length),
        (with("Content-Length: 0\r\nl: 1"), SipError::Length),
        (with("Content-Length: 99999999999999999999"), SipError::Length),
        (with("Content-Length: 99999999"), SipError::TooLong),
    ] {
        assert_eq!(read(&octets).expect_err("is none"), why, "{}", String::from_utf8_lossy(&octets));
    }
    // Octets behind the body are not the message's.
    let cut = read(&[&with("Content-Length: 2")[..], b"abc"].concat()).expect("reads");
    assert_eq!(cut.body, b"ab");
}

#[test]
fn a_request_has_to_say_who_and_what() {
    let without = |name: &str| SHORT.lines().filter(|line| !line.starts_with(name)).collect::<Vec<_>>().join("\r\n");
    for (gone, why) in [
        ("v:", SipError::Missing("Via")),
        ("f:", SipError::Missing("From")),
        ("t:", SipError::Missing("To")),
        ("i:", SipError::Missing("Call-ID")),
        ("CSeq:", SipError::Missing("CSeq")),
    ] {
        let message = read(format!("{}\r\n\r\n", without(gone)).as_bytes()).expect("reads");
        assert_eq!(message.check(), Err(why));
    }
    for (cseq, why) in [
        ("1 OPTIONS", SipError::Method),
        ("NOTIFY", SipError::Malformed("CSeq")),
        ("4294967296 NOTIFY", SipError::Malformed("CSeq")),
        ("2147483648 NOTIFY", SipError::Malformed("CSeq")),
    ] {
        let message = read(SHORT.replace("1 NOTIFY", cseq).as_bytes()).expect("reads");
        assert_eq!(message.check(), Err(why));
    }
    for via in ["SIP/2.0/UDP", "UDP host", "SIP/2.0/UDP host:port", "SIP/2.0/UDP [::1", "SIP/2.0/UDP :5060"] {
        let message = Message::request("NOTIFY", "sip:a").expect("sound").with(Name::Via, via);
        assert_eq!(message.check(), Err(SipError::Malformed("Via")), "{via}");
    }
}

#[test]
fn parameters_stand_outside_of_quotes_and_brackets() {
    let from = "\"a;tag=no\" <sip:x@h;tag=no>;tag=yes;x";
    assert_eq!(parameter(from, "TAG"), Some("yes"));
    assert_eq!(parameter("<sip:x@h;tag=no>", "tag"), None);
    assert_eq!(user_of("sip:101@h"), Some("101"));
    assert_eq!(user_of("sip:101:pw@h;x=y"), Some("101"));
    assert_eq!(user_of("sip:h"), None);
    let list = Via::parse("SIP/2.0/TCP [2001:db8::1]:5061;branch=z9hG4bK1, SIP/2.0/UDP other").expect("reads");
    assert_eq!(
        (list.to_string().as_str(), list.branch()),
        ("SIP/2.0/TCP [2001:db8::1]:5061;branch=z9hG4bK1", Some("z9hG4bK1"))
    );
}

#[test]
fn nothing_that_is_put_in_ends_a_field() {
    let message =
        Message::request("NOTIFY", "sip:a").expect("sound").with(Name::UserAgent, "x\r\nEvent: resync\r\n\r\n");
    let again = read(&message.encode()).expect("reads");
    assert_eq!(again.header(&Name::Event), None);
    assert_eq!(Message::request("NOTIFY", "sip:a SIP/2.0\r\nX: y"), None);
    assert_eq!(Message::request("NO TIFY", "sip:a"), None);
}

#[test]
fn a_stream_is_cut_where_messages_end() {
    let two =
        [b"\r\n\r\n", short().encode().as_slice(), b"\r\n", &short().with_body("text/xml", b"<a/>".to_vec()).encode()]
            .concat();
    for size in [1, 7, 1000] {
        let mut frames = Frames::default();
        let mut came = Vec::new();
        for part in two.chunks(size) {
            frames.push(part);
            while let Some(message) = frames.message().expect("sound") {
                came.push(message.body.len());
            }
        }
        assert_eq!(came, [0, 4], "{size}");
    }
    let mut frames = Frames::default();
    frames.push(b"NOTIFY sip:a SIP/2.0\r\nVia: x\r\n\r\n");
    assert_eq!(frames.message(), Err(SipError::Unmeasured));
    let mut frames = Frames::default();
    frames.push(&[b'x'; 70_000]);
    assert_eq!(frames.message(), Err(SipError::TooLong));
}

fn names() -> impl Strategy<Value = Name> {
    prop_oneof![
        "[A-Za-z][A-Za-z0-9-]{0,12}"
            .prop_filter_map("a length", |text| { Name::parse(&text).filter(|name| *name != Name::ContentLength) }),
        Just(Name::Via),
        Just(Name::Event),
    ]
}

proptest! {
    #[test]
    fn reading_what_was_written_gives_it_back(
        uri in "[!-~]{1,40}",
        fields in proptest::collection::vec((names(), ".{0,80}"), 0..20),
        body in proptest::collection::vec(any::<u8>(), 0..300),
        status in 100u16..700,
        reason in ".{0,40}",
    ) {
        let mut message = Message::request("NOTIFY", &uri).expect("sound");
        for (name, value) in fields {
            message = message.with(name, value);
        }
        message.body = body;
        prop_assert_eq!(read(&message.encode()), Ok(message.clone()));
        let response = Message::response(&message, status, &reason, "1");
        prop_assert_eq!(read(&response.encode()), Ok(response.clone()));
        let mut frames = Frames::default();
        frames.push(&message.encode());
        prop_assert_eq!(frames.message(), Ok(Some(message)));
    }

    #[test]
    fn any_octets_are_survived(octets in proptest::collection::vec(any::<u8>(), 0..600), text in "(?s).{0,200}") {
        let _ = (read(&octets), read(text.as_bytes()), Via::parse(&text), CSeq::parse(&text));
        let mut frames = Frames::default();
        frames.push(&octets);
        while let Ok(Some(_)) = frames.message() {}
    }
}
