//! Challenges and answers, by the samples of the RFCs and against each other.

use super::*;

const GET: Request<'_> = Request { method: "GET", target: "/dir/index.html" };

#[test]
fn the_examples_of_the_rfcs() {
    // RFC 7617 §2.
    let basic = answer("Basic realm=\"WallyWorld\"", GET, "Aladdin", "open sesame", 0);
    assert_eq!(basic.as_deref(), Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    // RFC 2617 §3.5.
    let nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093";
    let secret = ha1(Algorithm::Md5, "Mufasa", "testrealm@host.com", "Circle Of Life");
    let proof = proof(Algorithm::Md5, &secret, nonce, Some(("00000001", "0a4f113b", "auth")), GET);
    assert_eq!(proof, "6629fae49393a05397450978507c4ef1");
    let header = format!(
        "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", nonce=\"{nonce}\", uri=\"/dir/index.html\", qop=auth, \
         nc=00000001, cnonce=\"0a4f113b\", response=\"{proof}\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""
    );
    let read = Authorization::parse(&header).expect("is one");
    assert!(read.proves(AuthMethod::Digest, "testrealm@host.com", GET, "Mufasa", "Circle Of Life"));
    assert_eq!((read.user(), read.nonce()), ("Mufasa", Some(nonce)));
    assert!(!read.proves(AuthMethod::Digest, "testrealm@host.com", GET, "Mufasa", "circle of life"));
    assert!(!read.proves(AuthMethod::Basic, "testrealm@host.com", GET, "Mufasa", "Circle Of Life"));
    let post = Request { method: "POST", ..GET };
    assert!(!read.proves(AuthMethod::Digest, "testrealm@host.com", post, "Mufasa", "Circle Of Life"));
}

#[test]
fn what_is_answered_is_accepted() {
    for method in [AuthMethod::Basic, AuthMethod::Digest] {
        let asked = challenge(method, "phones", "n1", false);
        let header = answer(&asked, GET, "desk", "a:\"b", 7).expect("is known");
        let read = Authorization::parse(&header).expect("is one");
        assert!(read.proves(method, "phones", GET, "desk", "a:\"b"), "{header}");
        assert!(!read.proves(method, "phones", GET, "desk", "a:\"c"), "{header}");
        assert!(!read.proves(method, "phones", GET, "other", "a:\"b"), "{header}");
    }
    let elsewhere = Request { target: "/other", ..GET };
    let header = answer(&challenge(AuthMethod::Digest, "phones", "n1", true), elsewhere, "desk", "p", 7);
    let read = header.as_deref().and_then(Authorization::parse).expect("is one");
    assert!(!read.proves(AuthMethod::Digest, "phones", GET, "desk", "p"));
    // Without qop, as before RFC 2617.
    let old = answer("Digest realm=\"phones\", nonce=\"n\", opaque=\"o\"", GET, "desk", "p", 0).expect("is known");
    assert!(old.contains("opaque=\"o\"") && !old.contains("qop"), "{old}");
    assert!(Authorization::parse(&old).expect("is one").proves(AuthMethod::Digest, "phones", GET, "desk", "p"));
}

#[test]
fn quotes_and_backslashes_travel_escaped() {
    for name in ["a\"b", "DOMAIN\\user", "\\", "\"", "plain", ""] {
        let asked = challenge(AuthMethod::Digest, name, "n\"\\1", false);
        let header = answer(&asked, GET, name, "p\"\\w", 7).expect("is known");
        let read = Authorization::parse(&header).expect("is one");
        assert_eq!((read.user(), read.nonce()), (name, Some("n\"\\1")), "{header}");
        assert!(read.proves(AuthMethod::Digest, name, GET, name, "p\"\\w"), "{header}");
    }
    let header = answer(&challenge(AuthMethod::Digest, "r\"x", "n", false), GET, "DOM\\u", "p", 0).expect("is known");
    assert!(header.starts_with(r#"Digest username="DOM\\u", realm="r\"x", nonce="n""#), "{header}");
    assert_eq!(challenge(AuthMethod::Basic, "a\"b\\", "", false), r#"Basic realm="a\"b\\""#);
    // A line break would be another header.
    assert_eq!(challenge(AuthMethod::Basic, "a\r\nX: y", "", false), r#"Basic realm="aX: y""#);
}

#[test]
fn challenges_that_phones_do_not_know_are_not_answered() {
    for challenge in [
        "",
        "Negotiate",
        "Bearer realm=\"x\"",
        "Digest realm=\"x\"",
        "Digest realm=\"x\", nonce=\"n\", algorithm=SHA-256",
        "Digest realm=\"x\", nonce=\"n\", qop=\"auth-int\"",
    ] {
        assert_eq!(answer(challenge, GET, "u", "p", 0), None, "{challenge}");
    }
}

#[test]
fn fields_are_read_as_they_may_be_written() {
    let read = fields("A=\"x, \\\"y\\\"\" ,b = c,A=2, torn=\"e");
    let expected = [("a", "x, \"y\""), ("b", "c"), ("torn", "e")];
    assert_eq!(read, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
}

#[test]
fn base64_goes_both_ways() {
    assert_eq!((base64(b"a"), base64(b"ab"), base64(b"abc")), ("YQ==".into(), "YWI=".into(), "YWJj".into()));
    for text in [&b""[..], b"a", b"ab", b"abc", b"\xff\0\xfe"] {
        assert_eq!(unbase64(&base64(text)).as_deref(), Some(text));
    }
    assert_eq!(unbase64("a b"), None);
    assert!(format!("{:?}", Authorization::parse("Basic YTpi")).contains('a'));
    assert!(!format!("{:?}", Authorization::parse("Basic QTpodW50ZXIy")).contains("hunter"));
}

proptest::proptest! {
    #[test]
    fn any_printable_name_is_accepted(realm in "[ -~é]{0,12}", user in "[ -~é]{0,12}", password: String) {
        let header = answer(&challenge(AuthMethod::Digest, &realm, "n", false), GET, &user, &password, 7);
        let read = header.as_deref().and_then(Authorization::parse);
        proptest::prop_assert!(
            read.is_some_and(|read| read.proves(AuthMethod::Digest, &realm, GET, &user, &password)),
            "{header:?}"
        );
    }

    #[test]
    fn any_header_is_survived(text: String) {
        let _ = Authorization::parse(&text).map(|read| read.proves(AuthMethod::Digest, "r", GET, "u", "p"));
        let _ = answer(&text, GET, "u", "p", 1);
        let _ = Authorization::parse(&format!("Digest {text}"));
    }
}
