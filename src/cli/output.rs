//! Printing. A reader that goes away (`prov check | head`) ends the output, and is no error.

use super::{Color, Failure, Global};
use crate::diagnostic::{Diagnostic, Palette, Severity, SourceMap, render};
pub use crate::workflow::counted as count;
use std::io::{IsTerminal, Write};

/// Writes a result to stdout.
pub fn result(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes a document as JSON to stdout.
pub fn json(document: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(document)
        .map_err(|error| Failure::new(format!("cannot write the document: {error}")))?;
    result(&(text + "\n"));
    Ok(())
}

/// Writes a document as one line of JSON to stdout, for who follows what happens.
pub fn json_line(document: &impl serde::Serialize) {
    result(&(serde_json::to_string(document).unwrap_or_default() + "\n"));
}

/// Writes a message to stderr.
pub fn message(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = out.write_all(text.as_bytes());
}

/// Writes why nothing was done.
pub fn error(text: &str, global: &Global) {
    let (on, off) = match palette(global) {
        Palette::Plain => ("", ""),
        Palette::Ansi => ("\x1b[1;31m", "\x1b[0m"),
    };
    message(&format!("{on}error{off}: {text}\n"));
}

/// A reader mends the first findings first; a flood of them is one mistake made many times.
const MOST_SHOWN: usize = 100;

/// Writes findings to stderr, in order, errors before the rest if there are too many to show; quietly, errors only.
pub fn findings(findings: &[Diagnostic], sources: &SourceMap, global: &Global) {
    let palette = palette(global);
    let findings: Vec<&Diagnostic> =
        findings.iter().filter(|finding| !global.quiet || finding.severity == Severity::Error).collect();
    let flood = findings.len() > MOST_SHOWN;
    let first = |finding: &&&Diagnostic| !flood || finding.severity == Severity::Error;
    let rest = |finding: &&&Diagnostic| flood && finding.severity != Severity::Error;
    let all = findings.iter().filter(first).chain(findings.iter().filter(rest));
    for finding in all.take(MOST_SHOWN) {
        message(&(render(finding, sources, palette) + "\n"));
    }
    if flood {
        let more = count(findings.len() - MOST_SHOWN, "more finding");
        message(&format!("{more} are not shown; `--format json` lists all\n\n"));
    }
}

/// Whether messages are coloured.
pub fn palette(global: &Global) -> Palette {
    let colour = match global.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|no| no.is_empty()),
    };
    if colour { Palette::Ansi } else { Palette::Plain }
}
