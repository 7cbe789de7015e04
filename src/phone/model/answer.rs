//! What an answer means to a phone (PB §11.1, §12).

use super::{FetchAnswer, Outcome};
use crate::phone::profile::is_gzip;
use crate::phone::seal::AES128GCM;

/// What to do about an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Class A; whether it came under RFC 8188 (WF §4).
    File { body: Vec<u8>, sealed: bool },
    /// Repeat at once at the new location.
    Redirect(String),
    /// Repeat at once with credentials; the challenge is given.
    Challenge(String),
    /// The same, for the proxy.
    ProxyChallenge(String),
    /// Class B, or a success when Resync_Fails_On_FNF is No.
    NotFound,
    /// A file longer than this: corrupt, class B.
    TooLong(usize),
    /// Nobody there: another address of the host may do (PB §6).
    Unreachable,
    /// Class C.
    Other,
}

/// Sorts an answer, and says it in short.
pub(super) fn sort(answer: FetchAnswer) -> (Meaning, Outcome) {
    match answer {
        // No headers in TFTP (WF §4, inferred).
        FetchAnswer::Tftp(body) => file(body, false),
        FetchAnswer::Http { status: 200, encoding, body, .. } => {
            file(body, encoding.as_deref().is_some_and(last_is_aes128gcm))
        }
        FetchAnswer::Http { status: status @ (301 | 302), location: Some(to), .. } => {
            (Meaning::Redirect(to.clone()), Outcome::Redirect { status, to })
        }
        FetchAnswer::Http { status: 401, challenge: Some(challenge), .. } => {
            (Meaning::Challenge(challenge), Outcome::Status(401))
        }
        FetchAnswer::Http { status: 407, challenge: Some(challenge), .. } => {
            (Meaning::ProxyChallenge(challenge), Outcome::Status(407))
        }
        FetchAnswer::Http { status: 404, .. } => (Meaning::NotFound, Outcome::Status(404)),
        FetchAnswer::Http { status, .. } => (Meaning::Other, Outcome::Status(status)),
        // Error 1 is file not found (PB §12, inferred).
        FetchAnswer::TftpError { code: 1, text } => (Meaning::NotFound, Outcome::Tftp { code: 1, text }),
        FetchAnswer::TftpError { code, text } => (Meaning::Other, Outcome::Tftp { code, text }),
        FetchAnswer::Timeout => (Meaning::Unreachable, Outcome::Timeout),
        FetchAnswer::Failed(why) => (Meaning::Unreachable, Outcome::Failed(why)),
        FetchAnswer::TooLong(limit) => (Meaning::TooLong(limit), Outcome::Failed(format!("more than {limit} octets"))),
    }
}

fn file(body: Vec<u8>, sealed: bool) -> (Meaning, Outcome) {
    let outcome = Outcome::File { bytes: body.len(), gzip: is_gzip(&body) };
    (Meaning::File { body, sealed }, outcome)
}

/// Codings are listed in the order in which they were applied, in any case (RFC 9110 §8.4): the last comes off first. What
/// a phone does about others is undocumented; they are passed by, and the body is judged by its own header (WF §2, inferred).
fn last_is_aes128gcm(encoding: &str) -> bool {
    encoding.rsplit(',').next().is_some_and(|last| last.trim().eq_ignore_ascii_case(AES128GCM))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_class() {
        for (status, meaning) in [
            (403, Meaning::Other),
            (404, Meaning::NotFound),
            (400, Meaning::Other),
            (410, Meaning::Other),
            (401, Meaning::Other),
            (407, Meaning::Other),
            (303, Meaning::Other),
            (304, Meaning::Other),
            (307, Meaning::Other),
            (308, Meaning::Other),
            (301, Meaning::Other),
            (500, Meaning::Other),
            (503, Meaning::Other),
            (204, Meaning::Other),
        ] {
            assert_eq!(sort(FetchAnswer::status(status)).0, meaning, "{status}");
        }
        let moved = |status| FetchAnswer::Http {
            status,
            location: Some("http://h/x".into()),
            challenge: None,
            encoding: None,
            body: vec![],
        };
        for status in [301, 302] {
            assert_eq!(sort(moved(status)).0, Meaning::Redirect("http://h/x".into()));
        }
        for status in [303, 307, 308] {
            assert_eq!(sort(moved(status)).0, Meaning::Other, "{status}");
        }
    }
}
