//! Findings: codes, spans, the source map, and how a finding is shown to a person or a program.

mod closest;
mod code;
mod counted;
mod data;
mod document;
mod excerpt;
mod offer;
mod order;
mod render;
mod search;
mod source;
mod visible;

pub use closest::{closest, one_edit_apart};
pub use code::{Code, Severity};
pub use counted::{counted, thousands};
pub use data::{DataLabel, DataPlace, RowKey};
pub use document::{Document, Entry, Related, Summary};
pub use excerpt::Excerpt;
pub use offer::Edit;
pub use order::in_order;
pub use render::{Palette, render, render_short};
pub use search::{has_whole, speaks_of};
pub use source::{FileId, Position, SourceMap, Span};
pub use visible::visible;

/// One finding. The message says what is wrong in the user's words: lower case, no full stop, backticks round what
/// the user wrote. Labels say why it matters, `help` what to change, notes cite the documented fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    pub code: Code,
    pub severity: Severity,
    pub message: String,
    /// The first label is the finding's place.
    pub labels: Vec<Label>,
    /// Places in data files, looked up when all findings are there; the first is then the finding's place.
    pub data: Vec<DataLabel>,
    pub help: Option<String>,
    pub notes: Vec<String>,
    /// What happens to a phone, told step by step.
    pub story: Option<Story>,
    /// The line could not be read: what else is found there, or missed in its declaration, may only follow from that.
    pub breaks: bool,
    /// A file of the program was not read: names that are missed are most likely declared there.
    pub hides: bool,
}

/// What happens to one phone.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// Whose story it is.
    pub title: String,
    pub steps: Vec<StoryStep>,
}

/// One thing that happens.
#[derive(Clone, Debug, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct StoryStep {
    /// Since the story's beginning: `0:01`.
    pub at: String,
    pub what: String,
}

/// Words under a piece of source.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

impl Diagnostic {
    /// A finding of the code's own severity, at a place.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: code.severity(),
            message: message.into(),
            labels: vec![Label { span, text: String::new() }],
            data: Vec::new(),
            help: None,
            notes: Vec::new(),
            story: None,
            breaks: false,
            hides: false,
        }
    }

    /// What the first label says.
    pub fn because(mut self, text: impl Into<String>) -> Self {
        if let Some(first) = self.labels.first_mut() {
            first.text = text.into();
        }
        self
    }

    /// Another place that matters.
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// A place in a data file. The first is the finding's own, once it is looked up.
    pub fn at_data(mut self, place: Option<DataPlace>, text: impl Into<String>) -> Self {
        self.data.extend(place.map(|place| DataLabel { place, text: text.into() }));
        self
    }

    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Help that names a close spelling, when there is one.
    pub fn did_you_mean<'a>(self, written: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match closest(written, known) {
            Some(close) => self.help(format!("did you mean `{close}`?")),
            None => self,
        }
    }

    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    pub fn story(mut self, story: Story) -> Self {
        self.story = Some(story);
        self
    }

    /// Nobody knows what the line says.
    pub fn breaks(mut self) -> Self {
        self.breaks = true;
        self
    }

    /// What it would have brought is not there.
    pub fn hides(mut self) -> Self {
        self.hides = true;
        self
    }

    /// Makes an error of a warning.
    pub fn deny(&mut self) {
        if self.severity == Severity::Warning {
            self.severity = Severity::Error;
        }
    }

    /// The finding's place.
    pub fn span(&self) -> Span {
        self.labels.first().map_or(Span::default(), |label| label.span)
    }
}
