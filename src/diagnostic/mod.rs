//! Findings: codes, spans, the source map, and how a finding is shown to a person or a program.

mod code;
mod data;
mod document;
mod excerpt;
mod order;
mod render;
mod source;

pub use code::{Code, Severity};
pub use data::{DataLabel, DataPlace, RowKey};
pub use document::{Document, Entry, Summary};
pub use excerpt::Excerpt;
pub use order::in_order;
pub use render::{Palette, render, render_short};
pub use source::{FileId, Position, SourceMap, Span};

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
    /// The line could not be read: what else is found there, or missed in its declaration, may only follow from that.
    pub breaks: bool,
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
            breaks: false,
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

    /// Nobody knows what the line says.
    pub fn breaks(mut self) -> Self {
        self.breaks = true;
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

/// The known name closest to what was written, if it is close enough to be meant.
pub fn closest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = written.to_lowercase();
    let limit = (written.chars().count() / 4).clamp(1, 4);
    known
        .into_iter()
        .filter(|name| name.len().abs_diff(written.len()) <= limit + 1)
        .map(|name| (distance(&lower, &name.to_lowercase(), limit), name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Edit distance with neighbours swapped counted once; more than `limit` is reported as `limit + 1`.
fn distance(a: &str, b: &str, limit: usize) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let mut cost = (at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped && x != y {
                cost = cost.min(at(&before, j - 1) + 1);
            }
            row.push(cost);
        }
        if row.iter().all(|cost| *cost > limit) {
            return limit + 1;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(limit + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_close_names_are_suggested() {
        let known = ["Resync_Periodic", "Resync_On_Reset", "Proxy"];
        assert_eq!(closest("Resync_Perodic", known), Some("Resync_Periodic"));
        assert_eq!(closest("resync_on_reset", known), Some("Resync_On_Reset"));
        assert_eq!(closest("Porxy", known), Some("Proxy"));
        assert_eq!(closest("Volume", known), None);
        assert_eq!(closest("", known), None);
    }
}
