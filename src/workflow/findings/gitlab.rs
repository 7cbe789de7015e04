//! A code quality report: what GitLab shows in a merge request.

use super::{Findings, told};
use serde::Serialize;

/// One entry of the report; GitLab reads these fields of Code Climate's form.
#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

impl Findings<'_> {
    /// The report, an array.
    pub fn gitlab(&self) -> impl Serialize + use<> {
        let issue = |(entry, fingerprint): (&crate::diagnostic::Entry, String)| Issue {
            description: format!("{}: {}", entry.code, told(entry)),
            check_name: entry.code.clone(),
            fingerprint,
            severity: match entry.severity.as_str() {
                "error" => "critical",
                "warning" => "major",
                _ => "info",
            },
            location: Location {
                path: self.path(&entry.file),
                lines: Lines { begin: entry.line, end: entry.end_line.max(entry.line) },
            },
        };
        self.entries.iter().zip(self.fingerprints()).map(issue).collect::<Vec<_>>()
    }
}
