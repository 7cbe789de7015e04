//! What holds of every finding: laying a program out changes none of them, and what a finding says to write is right.

use super::{example, section};
use crate::support::blocks::blocks;
use prov::compile::Options;
use prov::diagnostic::{Code, Diagnostic, FileId, Severity};
use prov::language::syntax::parse;
use prov::language::{MemoryFiles, layout};
use prov::pipeline::{self, Planned};
use std::collections::BTreeSet;

fn plan(files: &MemoryFiles) -> Planned {
    pipeline::plan(files, "main.prov", &Options::default()).pedantic()
}

/// Every failing program of a code's page, and every mistake of habit that can be parsed.
fn programs() -> Vec<(String, MemoryFiles)> {
    let mut all: Vec<(String, MemoryFiles)> = Vec::new();
    for code in Code::ALL {
        for heading in ["Failing", "Mended"] {
            all.push((format!("{code} {heading}"), super::project(&blocks(section(*code, heading)))));
        }
    }
    all
}

fn texts(files: &MemoryFiles) -> Vec<(String, String)> {
    let of = |(name, bytes): (&String, &Vec<u8>)| {
        let text = String::from_utf8(bytes.clone()).ok()?;
        name.ends_with(".prov").then(|| (name.clone(), text))
    };
    files.0.iter().filter_map(of).collect()
}

/// What is said, of which construct: its words, however they are laid out.
fn said(planned: &Planned) -> Vec<(Code, Severity, String, String)> {
    let of = |finding: &Diagnostic| {
        let words: Vec<&str> = planned.sources().slice(finding.span()).split_whitespace().collect();
        (finding.code, finding.severity, finding.message.clone(), words.join(" "))
    };
    planned.findings().iter().map(of).collect()
}

/// The same program with other blanks: what the layout is there to mend.
fn disarranged(text: &str, way: usize) -> String {
    let lines = text.lines().map(str::trim).enumerate();
    lines.fold(String::new(), |made, (number, line)| match way {
        0 => made + line + "\n",
        1 => made + &"\t".repeat(number % 4) + line + " \n\n\n",
        _ => made + &" ".repeat(number * 3 % 11) + line + "\r\n",
    })
}

#[test]
fn laying_out_changes_no_finding() {
    let one_line = "use cisco.mpp\n\n// allow P0204: kept for the winter\nprofile spare { Proxy[1] = \"sip.example.com\" }\n\n\
                    // allow P0204: not yet\nnetwork office { server prov  subnet 192.168.50.0/24\n  pool 192.168.50.100 .. 192.168.50.199 }\n\n\
                    server prov { address 192.168.50.10  dhcp { } }\n";
    let mut all = programs();
    all.push(("allowed".to_owned(), MemoryFiles::single(one_line)));
    let mut laid_out = 0;
    for (name, files) in all {
        let sources = texts(&files);
        if sources.iter().any(|(_, text)| !parse(FileId(0), text).1.is_empty()) {
            continue;
        }
        let before = said(&plan(&files));
        for way in 0..4 {
            let mut files = MemoryFiles(files.0.clone());
            for (file, text) in &sources {
                let text = if way < 3 { disarranged(text, way) } else { text.clone() };
                files.0.insert(file.clone(), layout::lay_out(&text).into_bytes());
            }
            assert_eq!(said(&plan(&files)), before, "{name}");
        }
        laid_out += 1;
    }
    assert!(laid_out > 150, "{laid_out}");
}

/// Offers that were taken up, and those that came to nothing.
#[derive(Default)]
pub(super) struct Offers {
    codes: BTreeSet<Code>,
    wrong: Vec<String>,
    tried: usize,
    /// Of offers of one kind one is taken up: a program takes long to compile.
    kinds: BTreeSet<(Code, String)>,
}

impl Offers {
    /// Takes up what the findings of a program offer.
    pub fn of(&mut self, name: &str, files: &MemoryFiles, planned: &Planned) {
        for finding in planned.findings() {
            if finding.offer().is_none() {
                continue;
            }
            let source = planned.sources().name(finding.span().file).to_owned();
            let Some(text) = files.0.get(&source).and_then(|bytes| String::from_utf8(bytes.clone()).ok()) else {
                continue;
            };
            let unquoted = |text: &str| text.split('`').step_by(2).collect::<Vec<_>>().join("`");
            let kind =
                format!("{} {}", unquoted(&finding.message), unquoted(finding.help.as_deref().unwrap_or_default()));
            if !self.kinds.insert((finding.code, kind)) {
                continue;
            }
            self.tried += 1;
            if is_right(finding, &source, &text, files, planned) {
                self.codes.insert(finding.code);
            } else {
                self.wrong.push(format!("{name}: {}: {:?}", finding.message, finding.help));
            }
        }
    }

    pub fn are_right(&self, tried: usize, codes: usize) {
        assert_eq!(self.wrong, [""; 0], "{} offers", self.tried);
        assert!(self.tried >= tried && self.codes.len() >= codes, "{} offers of {:?}", self.tried, self.codes);
    }
}

/// Whether there is a way to take it up after which the finding is gone, and nothing else is unreadable.
fn is_right(finding: &Diagnostic, source: &str, text: &str, files: &MemoryFiles, planned: &Planned) -> bool {
    let program = source.ends_with(".prov");
    let faults = |text: &str| if program { parse(FileId(0), text).1.len() } else { 0 };
    let unread = |planned: &Planned| planned.findings().iter().filter(|finding| finding.code.name() < "P0107").count();
    let same = |other: &&Diagnostic| other.code == finding.code && other.message == finding.message;
    let count = planned.findings().iter().filter(same).count();
    let broken = faults(text);
    finding.taken_up(text).iter().map(|edit| edit.applied(text)).any(|text| {
        // What can be read less than before is not what was offered; it need not be compiled to see that.
        if faults(&text) > broken {
            return false;
        }
        let mut files = MemoryFiles(files.0.clone());
        files.0.insert(source.to_owned(), text.into_bytes());
        let again = plan(&files);
        again.findings().iter().filter(same).count() < count && unread(&again) <= unread(planned)
    })
}

/// Those of the mistakes of habit are taken up where these are told.
#[test]
fn what_is_offered_word_for_word_is_right() {
    let mut offers = Offers::default();
    for code in Code::ALL {
        let blocks = blocks(section(*code, "Failing"));
        offers.of(code.name(), &super::project(&blocks), &example(*code, &blocks));
    }
    offers.are_right(20, 20);
}
