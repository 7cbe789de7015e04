//! A program with one token damaged: the mistake is found on its line or a neighbouring one, and little else is said.

use prov::compile::Options;
use prov::diagnostic::FileId;
use prov::language::MemoryFiles;
use prov::language::syntax::lexis::{self, TokenKind};
use prov::pipeline;

const QUICKSTART: &str = include_str!("../../examples/quickstart/main.prov");
const SHAPES: &str = include_str!("../programs/shapes-by-role/main.prov");
const NETWORKS: &str = include_str!("../programs/networks-and-reservations/main.prov");

/// Findings that a damaged token may have in all.
const MOST: usize = 3;
/// And a lost bracket, which may leave half of a declaration unread.
const MOST_OF_A_BRACKET: usize = 6;

/// The lines of the findings, from 1; of those in a data file none.
fn lines(text: &str) -> Vec<usize> {
    let mut files = MemoryFiles::single(text);
    files.0.insert("desks.csv".into(), include_bytes!("../programs/shapes-by-role/desks.csv").to_vec());
    let planned = pipeline::plan(&files, "main.prov", &Options::default());
    let sources = planned.sources();
    let entry = sources.ids().next().unwrap_or_default();
    let place = |finding: &prov::diagnostic::Diagnostic| {
        let span = finding.span();
        if span.file == entry { sources.position(span.file, span.start).line } else { 0 }
    };
    planned.findings().iter().map(place).collect()
}

#[test]
fn one_damaged_token_is_found_where_it_is() {
    let mut bad = Vec::new();
    let mut damaged = 0;
    for (name, text) in [("quickstart", QUICKSTART), ("shapes", SHAPES), ("networks", NETWORKS)] {
        let before = lines(text).len();
        let (tokens, _) = lexis::tokens(FileId(0), text);
        let solid = tokens.iter().filter(|token| {
            // A bracket's partner may be lines away: it is what is told then.
            !matches!(token.kind, TokenKind::Newline | TokenKind::Comment | TokenKind::Open | TokenKind::Close)
        });
        for (number, token) in solid.enumerate().filter(|(number, _)| number % 3 == 0) {
            let sign = ["@@", "= =", "'x'", "%"][number / 3 % 4];
            let mended = format!("{}{sign}{}", &text[..token.start], &text[token.end..]);
            let line = text[..token.start].matches('\n').count() + 1;
            let found = lines(&mended);
            let near = found.iter().any(|other| other.abs_diff(line) <= 1);
            if !near || found.len() > before + MOST {
                let word = &text[token.start..token.end];
                bad.push(format!("{name}:{line}: `{word}` as `{sign}`: found on {found:?}"));
            }
            damaged += 1;
        }
    }
    assert!(damaged > 150, "{damaged}");
    assert!(bad.is_empty(), "{} of {damaged}:\n{}", bad.len(), bad.join("\n"));
}

#[test]
fn a_bracket_that_is_lost_is_one_finding_or_few() {
    for text in [QUICKSTART, SHAPES, NETWORKS] {
        let before = lines(text).len();
        let (tokens, _) = lexis::tokens(FileId(0), text);
        let brackets = tokens.iter().filter(|token| matches!(token.kind, TokenKind::Open | TokenKind::Close));
        for token in brackets {
            let without = format!("{} {}", &text[..token.start], &text[token.end..]);
            let found = lines(&without).len();
            let line = text[..token.start].matches('\n').count() + 1;
            assert!((1..=before + MOST_OF_A_BRACKET).contains(&found), "line {line}: {found}: {without}");
        }
    }
}

#[test]
fn every_independent_mistake_is_told_at_once() {
    let text =
        QUICKSTART.replace("Time_Zone ", "Time_Zona ").replace("lease   8h", "lease   8").replace("gzip", "gzipp");
    assert_eq!(lines(&text).len(), lines(QUICKSTART).len() + 3);
}
