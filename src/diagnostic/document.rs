//! Findings for a program: the JSON document of `prov check --format json`.

use super::{Diagnostic, Severity, SourceMap, StoryStep};
use serde::Serialize;

/// The whole document.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Document {
    pub diagnostics: Vec<Entry>,
    pub summary: Summary,
}

/// One finding; lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    pub code: String,
    /// `error`, `warning` or `note`.
    pub severity: String,
    pub message: String,
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
    pub help: Option<String>,
    pub related: Vec<Related>,
    /// What happens to one of the phones concerned, where that is what was found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub story: Vec<StoryStep>,
}

/// Another place that the finding speaks of, or a note without a place.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Related {
    pub message: String,
    pub file: Option<String>,
    pub line: Option<usize>,
    pub column: Option<usize>,
}

/// A story as those read it who know of places and notes only: whose it is, and then step by step.
fn told(diagnostic: &Diagnostic) -> impl Iterator<Item = Related> + '_ {
    let without_place = |message: String| Related { message, file: None, line: None, column: None };
    diagnostic.story.iter().flat_map(move |story| {
        let steps = story.steps.iter().map(|step| format!("{}  {}", step.at, step.what));
        std::iter::once(story.title.clone()).chain(steps).map(without_place)
    })
}

/// How much was found, and in how much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Summary {
    pub errors: usize,
    pub warnings: usize,
    pub phones: usize,
    pub files: usize,
}

impl Document {
    pub fn new(diagnostics: &[Diagnostic], sources: &SourceMap, phones: usize) -> Self {
        let count = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        Document {
            diagnostics: diagnostics.iter().map(|diagnostic| Entry::new(diagnostic, sources)).collect(),
            summary: Summary {
                errors: count(Severity::Error),
                warnings: count(Severity::Warning),
                phones,
                files: sources.len(),
            },
        }
    }
}

impl Entry {
    fn new(diagnostic: &Diagnostic, sources: &SourceMap) -> Self {
        let span = diagnostic.span();
        let start = sources.position(span.file, span.start);
        let end = sources.position(span.file, span.end);
        let why = diagnostic.labels.first().filter(|label| !label.text.is_empty());
        let labels = why.into_iter().chain(diagnostic.labels.iter().skip(1)).map(|label| {
            let at = sources.position(label.span.file, label.span.start);
            Related {
                message: label.text.clone(),
                file: Some(sources.name(label.span.file).to_owned()),
                line: Some(at.line),
                column: Some(at.column),
            }
        });
        let notes =
            diagnostic.notes.iter().map(|note| Related { message: note.clone(), file: None, line: None, column: None });
        Entry {
            code: diagnostic.code.name().to_owned(),
            severity: diagnostic.severity.name().to_owned(),
            message: diagnostic.message.clone(),
            file: sources.name(span.file).to_owned(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            help: diagnostic.help.clone(),
            related: labels.chain(told(diagnostic)).chain(notes).collect(),
            story: diagnostic.story.as_ref().map(|story| story.steps.clone()).unwrap_or_default(),
        }
    }
}
