//! Findings as a client shows them.

use super::text::Text;
use super::view::View;
use crate::diagnostic::{Code, Diagnostic, Severity, SourceMap, Span};
use std::collections::BTreeMap;
use tower_lsp_server::ls_types::{
    self as lsp, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, NumberOrString, Position,
    Range, Uri,
};

/// What is shown of each file of a project, those without a finding among them.
pub type Published = BTreeMap<String, Vec<lsp::Diagnostic>>;

/// More than this of one file are one mistake made many times.
const MOST_SHOWN: usize = 1000;

/// All findings by file. `uri` says how the client calls a file of the project.
pub fn publish(
    findings: &[Diagnostic],
    sources: &SourceMap,
    view: &View,
    uri: &dyn Fn(&str) -> Option<Uri>,
) -> Published {
    let mut published: Published =
        view.sources.ids().map(|file| (view.sources.name(file).to_owned(), Vec::new())).collect();
    for finding in findings {
        let of_file = published.entry(sources.name(finding.span().file).to_owned()).or_default();
        if of_file.len() < MOST_SHOWN {
            of_file.push(shown(finding, sources, view, uri));
        }
    }
    published
}

/// One finding.
pub fn shown(
    finding: &Diagnostic,
    sources: &SourceMap,
    view: &View,
    uri: &dyn Fn(&str) -> Option<Uri>,
) -> lsp::Diagnostic {
    let others = finding.labels.iter().skip(1).filter_map(|label| {
        let uri = uri(sources.name(label.span.file))?;
        let location = Location { uri, range: range(sources, view, label.span) };
        Some(DiagnosticRelatedInformation { location, message: label.text.clone() })
    });
    let others: Vec<_> = others.collect();
    lsp::Diagnostic {
        range: range(sources, view, finding.span()),
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(finding.code.name().to_owned())),
        source: Some("prov".to_owned()),
        message: message(finding),
        related_information: (!others.is_empty()).then_some(others),
        tags: matches!(finding.code, Code::P0204 | Code::P0502 | Code::P0213).then(|| vec![DiagnosticTag::UNNECESSARY]),
        ..lsp::Diagnostic::default()
    }
}

/// What is wrong, why, and what to do, a line each.
fn message(finding: &Diagnostic) -> String {
    let mut text = finding.message.clone();
    let mut line = |before: &str, more: &str| {
        if !more.is_empty() {
            text.push_str(&format!("\n{before}{more}"));
        }
    };
    line("", finding.labels.first().map_or("", |label| &label.text));
    finding.story.iter().for_each(|story| {
        line("", &story.title);
        story.steps.iter().for_each(|step| line(&format!("  {}  ", step.at), &step.what));
    });
    line("help: ", finding.help.as_deref().unwrap_or_default());
    finding.notes.iter().for_each(|note| line("note: ", note));
    text
}

/// A place in the program, or in a data file, of which columns are known by their signs.
fn range(sources: &SourceMap, view: &View, span: Span) -> Range {
    let text = view.file(sources.name(span.file)).and_then(|file| view.text(file));
    // A text that changed meanwhile has other places; it has other findings soon.
    if let Some(text) = text.filter(|text| text.as_str() == sources.text(span.file)) {
        return visible_range(text, span);
    }
    let position = |offset| {
        let at = sources.position(span.file, offset);
        Position { line: at.line.saturating_sub(1) as u32, character: at.column.saturating_sub(1) as u32 }
    };
    Range { start: position(span.start), end: position(span.end) }
}

/// What has no width is shown with the sign behind it.
fn visible_range(text: &Text, span: Span) -> Range {
    let (start, end) = (span.start as usize, span.end as usize);
    let next =
        text.as_str().get(end..).and_then(|rest| rest.chars().next()).filter(|next| !matches!(next, '\r' | '\n'));
    let end = if start == end { end + next.map_or(0, char::len_utf8) } else { end };
    text.range(start, end)
}
