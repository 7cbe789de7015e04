//! Sealed answers, by the table of WF §4: whether the answer says `Content-Encoding: aes128gcm`, the rule has `--key`,
//! and keying material is set.

use super::*;
use crate::phone::seal::{Digest, RECORD_SIZE, seal_content, seal_salted};

const FILE: &[u8] = b"<flat-profile><GPP_A>opened</GPP_A></flat-profile>";

fn by_content(ikm: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    seal_content(ikm, [7; 16], RECORD_SIZE, b"", plain, &mut body).expect("seals");
    body
}

fn by_key(key: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    seal_salted(key, Digest::Sha256, [7; 8], plain, &mut body);
    body
}

/// What GPP_A is after one resync, and why that failed, if it did.
fn resynced(rule: &str, ikm: &str, answer: FetchAnswer) -> (String, Option<String>) {
    let url = rule.rsplit(' ').next().unwrap_or_default().to_owned();
    let mut bench = Bench::default().answer(&url, answer);
    let set = [("Profile_Rule", rule), ("IKM_HTTP_Encrypt_Content", ikm), ("Resync_Random_Delay", "0")];
    let (phone, timeline) = run(phone(&set), &mut bench, 30_000);
    let failed = timeline.entries.iter().find_map(|entry| match &entry.event {
        Event::Resync(Resync::Failed { reason, class: Class::B, .. }) => Some(reason.clone()),
        Event::Resync(Resync::Failed { reason, class, .. }) => panic!("{class:?}: {reason}"),
        _ => None,
    });
    (phone.settings().get("GPP_A").to_owned(), failed)
}

#[track_caller]
fn opens(rule: &str, ikm: &str, answer: FetchAnswer) {
    assert_eq!(resynced(rule, ikm, answer), ("opened".into(), None), "{rule}, {ikm}");
}

#[track_caller]
fn is_corrupt(rule: &str, ikm: &str, answer: FetchAnswer, why: &str) {
    let (value, failed) = resynced(rule, ikm, answer);
    assert_eq!(value, "", "{rule}, {ikm}");
    assert!(failed.as_deref().is_some_and(|reason| reason.ends_with(why)), "{failed:?}");
}

#[test]
fn wf_4_encoded_with_ikm_is_opened_and_key_is_ignored() {
    opens("http://10.0.0.1/a", "ikm", FetchAnswer::sealed(by_content(b"ikm", FILE)));
    opens("[--key other] http://10.0.0.1/a", "ikm", FetchAnswer::sealed(by_content(b"ikm", FILE)));
    is_corrupt("[--key k] http://10.0.0.1/a", "ikm", FetchAnswer::sealed(by_key(b"k", FILE)), "");
}

#[test]
fn wf_4_encoded_without_ikm_cannot_be_read() {
    for rule in ["http://10.0.0.1/a", "[--key k] http://10.0.0.1/a"] {
        is_corrupt(
            rule,
            "",
            FetchAnswer::sealed(by_content(b"k", FILE)),
            "sealed by RFC 8188, and IKM_HTTP_Encrypt_Content is empty",
        );
    }
}

#[test]
fn wf_4_not_encoded_with_key_is_aes_cbc_whatever_the_ikm() {
    for ikm in ["", "ikm", "k"] {
        opens("[--key k] http://10.0.0.1/a", ikm, FetchAnswer::ok(by_key(b"k", FILE)));
        let why = "corrupt file: it does not begin with `Salted__`";
        is_corrupt("[--key k] http://10.0.0.1/a", ikm, FetchAnswer::ok(FILE), why);
        is_corrupt("[--key k] http://10.0.0.1/a", ikm, FetchAnswer::ok(by_content(b"k", FILE)), why);
    }
}

#[test]
fn wf_4_neither_is_plain_or_gzip() {
    let mut packed = Vec::new();
    profile::gzip(FILE, &mut packed);
    for ikm in ["", "ikm"] {
        opens("http://10.0.0.1/a", ikm, FetchAnswer::ok(FILE));
        opens("http://10.0.0.1/a", ikm, FetchAnswer::ok(packed.clone()));
    }
}

#[test]
fn wf_4_gzip_inside_what_was_opened_works() {
    let mut packed = Vec::new();
    profile::gzip(FILE, &mut packed);
    opens("http://10.0.0.1/a", "ikm", FetchAnswer::sealed(by_content(b"ikm", &packed)));
    opens("[--key k] http://10.0.0.1/a", "", FetchAnswer::ok(by_key(b"k", &packed)));
    // The reverse fails (WF §2).
    let mut outside = Vec::new();
    profile::gzip(&by_key(b"k", FILE), &mut outside);
    is_corrupt("[--key k] http://10.0.0.1/a", "", FetchAnswer::ok(outside), "it does not begin with `Salted__`");
}

#[test]
fn wf_4_no_header_in_tftp() {
    let why = "corrupt file: the file is not UTF-8 (offset 22)";
    let body = by_content(b"ikm", FILE);
    let (_, failed) = resynced("tftp://10.0.0.1/a", "ikm", FetchAnswer::Tftp(body));
    assert!(failed.as_deref().is_some_and(|reason| reason.contains("corrupt file")), "{failed:?} {why}");
}

#[test]
fn wf_4_the_header_names_the_coding_in_any_case_and_last() {
    for (encoding, sealed) in [
        ("aes128gcm", true),
        ("AES128GCM", true),
        (" aes128gcm ", true),
        ("gzip, aes128gcm", true),
        ("aes128gcm, identity", false),
        ("identity", false),
        ("gzip", false),
        ("aesgcm", false),
        ("", false),
    ] {
        let answer = |body: Vec<u8>| FetchAnswer::Http {
            status: 200,
            location: None,
            challenge: None,
            encoding: Some(encoding.into()),
            body,
        };
        let body = if sealed { by_content(b"ikm", FILE) } else { FILE.to_vec() };
        opens("http://10.0.0.1/a", "ikm", answer(body));
    }
}
