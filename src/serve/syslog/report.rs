//! What a line of a phone's log says of a resync or an upgrade (PB §15).

use crate::phone::Mac;
use serde::{Deserialize, Serialize};

/// What a phone reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyslogEvent {
    pub mac: Option<Mac>,
    pub model: Option<String>,
    pub what: Subject,
    pub verdict: Verdict,
    pub url: Option<String>,
    /// What the phone gives as the reason of a failure.
    pub reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    Resync,
    Upgrade,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Requested,
    Succeeded,
    Failed,
}

impl Subject {
    pub const fn name(self) -> &'static str {
        match self {
            Subject::Resync => "resync",
            Subject::Upgrade => "upgrade",
        }
    }
}

impl Verdict {
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Requested => "requested",
            Verdict::Succeeded => "succeeded",
            Verdict::Failed => "failed",
        }
    }
}

/// Reads a report by its words Requesting, Successful and failed, since the templates around them come in four
/// spellings (C-19) and are the administrator's to change.
pub fn recognise(text: &str) -> Option<SyslogEvent> {
    let words: Vec<&str> = text.split_whitespace().map(bare).collect();
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    let (at, subject, verdict) = words.iter().enumerate().find_map(|(at, candidate)| {
        if candidate.eq_ignore_ascii_case("failed") {
            return Some((at, subject(word(at.checked_sub(1)?))?, Verdict::Failed));
        }
        let verdict = if candidate.eq_ignore_ascii_case("requesting") {
            Verdict::Requested
        } else if candidate.eq_ignore_ascii_case("successful") {
            Verdict::Succeeded
        } else {
            return None;
        };
        // P17 leaves the subject out: `Requesting % tftp://…`.
        let named = subject(word(at + 1));
        let unnamed = word(at + 1) == "%" || word(at + 1).contains("://");
        named.or(unnamed.then_some(Subject::Resync)).map(|subject| (at, subject, verdict))
    })?;
    let before = words.get(..at).unwrap_or_default();
    let mac = before.iter().rev().find_map(|word| word.parse().ok());
    let model = before.iter().rev().find(|word| word.starts_with("CP-")).map(|model| (*model).to_owned());
    let url = words.iter().skip(at).find(|word| word.contains("://")).map(|url| (*url).to_owned());
    let reason = (verdict == Verdict::Failed)
        .then(|| words.get(at + 1..).unwrap_or_default().join(" ").trim().to_owned())
        .filter(|reason| !reason.is_empty());
    Some(SyslogEvent { mac, model, what: subject, verdict, url, reason })
}

/// A word without what separates it from its neighbours: `--`, dashes of every width, a colon; and what is left of a dash
/// that was no UTF-8.
fn bare(word: &str) -> &str {
    word.trim_matches(|c| {
        matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | ':' | ',' | ';' | char::REPLACEMENT_CHARACTER)
    })
}

fn subject(word: &str) -> Option<Subject> {
    [Subject::Resync, Subject::Upgrade].into_iter().find(|subject| word.eq_ignore_ascii_case(subject.name()))
}

#[cfg(test)]
mod tests {
    use super::super::frame::messages;
    use super::*;

    /// As it comes in a datagram.
    fn read(datagram: &[u8]) -> Option<SyslogEvent> {
        let text = String::from_utf8_lossy(datagram);
        messages(&text).first().and_then(|message| recognise(&message.text))
    }

    #[test]
    fn every_spelling_of_the_sources_is_recognised() {
        use Subject::{Resync, Upgrade};
        use Verdict::{Failed, Requested, Succeeded};
        let cases = [
            (
                "CP-78xx-3PCC 00:0e:08:ab:cd:ef -- Requesting resync tftp://192.168.1.200/basic.txt",
                Resync,
                Requested,
                1,
            ),
            (
                "CP-88xx-3PCC 00:0e:08:ab:cd:ef -- Successful resync tftp://192.168.1.200:69/basic.txt",
                Resync,
                Succeeded,
                1,
            ),
            ("CP-8841-3PCC 00:0e:08:ab:cd:ef Requesting resync http://p:80/x", Resync, Requested, 1),
            ("CP-8841-3PCC 00:0e:08:ab:cd:ef –Requesting % http://p:80/x", Resync, Requested, 1),
            ("CP-8841-3PCC 00:0e:08:ab:cd:ef –Successful Resync % http://p:80/x -- OK", Resync, Succeeded, 1),
            ("CP-8841-3PCC 00:0e:08:ab:cd:ef -- Resync failed: File not found", Resync, Failed, 0),
            ("CP-8841-3PCC 00:0e:08:ab:cd:ef – Resync failed: corrupt", Resync, Failed, 0),
            ("CP-8841-3PCC 00:0e:08:ab:cd:ef: Resync failed", Resync, Failed, 0),
            ("CP-8841-3PCC 00:0e:08:ab:cd:ef -- Requesting upgrade http://p:80/fw.loads", Upgrade, Requested, 1),
            ("CP-8841-3PCC 00:0e:08:ab:cd:ef -- Successful upgrade http://p:80/fw.loads -- OK", Upgrade, Succeeded, 1),
            ("CP-8841-3PCC 00:0e:08:ab:cd:ef -- Upgrade failed: bad signature", Upgrade, Failed, 0),
            (
                "<134>Jan  1 00:00:07 000e08abcdef CP-8841-3PCC 00:0e:08:ab:cd:ef -- Successful resync http://p/x",
                Resync,
                Succeeded,
                1,
            ),
            ("<134>Jan  1 00:00:07 CP-8841-3PCC 000E08ABCDEF: successful resync http://p/x", Resync, Succeeded, 1),
        ];
        for (text, what, verdict, urls) in cases {
            let read = read(text.as_bytes());
            assert_eq!(read.as_ref().map(|read| (read.what, read.verdict)), Some((what, verdict)), "{text}");
            assert_eq!(read.as_ref().and_then(|read| read.mac), "000e08abcdef".parse().ok(), "{text}");
            assert_eq!(read.as_ref().is_some_and(|read| read.url.is_some()), urls == 1, "{text}");
            assert!(read.and_then(|read| read.model).is_some_and(|model| model.starts_with("CP-")), "{text}");
        }
    }

    #[test]
    fn a_dash_of_another_alphabet_divides_all_the_same() {
        // Windows-1252, Mac OS Roman, a minus sign, a soft and a hard hyphen.
        for dash in [&b"\x96"[..], b"\xd0", "\u{2212}".as_bytes(), "\u{2010}".as_bytes(), "\u{2011}".as_bytes()] {
            let line = [b"CP-8841-3PCC 00:0e:08:ab:cd:ef ", dash, b"Requesting resync http://p:80/x"].concat();
            let read = read(&line);
            assert_eq!(read.as_ref().map(|read| read.verdict), Some(Verdict::Requested), "{line:?}");
            assert_eq!(read.and_then(|read| read.mac), "000e08abcdef".parse().ok(), "{line:?}");
        }
    }

    #[test]
    fn headers_of_both_forms_are_passed_over() {
        let said = "CP-8841-3PCC 00:0e:08:ab:cd:ef -- Resync failed: File not found";
        for header in [
            "",
            "<134>",
            "<134>Jan  1 00:00:07 ",
            "<134>Jan  1 00:00:07 10.0.0.5 ",
            "<134>2030-01-01T00:00:07Z 000e08abcdef ",
            "<134>1 2030-01-01T00:00:07Z 10.0.0.5 phone 1 - - ",
            "<134>1 2030-01-01T00:00:07Z - - - - [x y=\"Successful resync\"] \u{feff}",
        ] {
            let read = read(format!("{header}{said}").as_bytes());
            assert_eq!(read.as_ref().map(|read| read.verdict), Some(Verdict::Failed), "{header}");
            assert_eq!(read.and_then(|read| read.reason), Some("File not found".into()), "{header}");
        }
    }

    #[test]
    fn a_failure_gives_its_reason() {
        let read = recognise("CP-8841-3PCC 00:0e:08:ab:cd:ef -- Resync failed: File not found");
        assert_eq!(read.and_then(|read| read.reason), Some("File not found".into()));
    }

    #[test]
    fn other_talk_is_no_report() {
        for text in ["", "registration failed", "Requesting address", "successful call", "failed", "--", "<13>"] {
            assert_eq!(recognise(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_strange(text: String) {
            let _ = recognise(&text);
        }
    }
}
