//! Findings about files of others. Of such a file nothing is shown but the names of its elements: what it holds may be a secret, in
//! any line, and a file that is no XML says nowhere surely where a secret ends.

use crate::diagnostic::{Code, Diagnostic, FileId, Severity, SourceMap, Span, visible};
use std::collections::BTreeMap;

/// A place in a file that was given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub file: String,
    /// From 1.
    pub line: usize,
    /// What is shown of the line: an element's name, or nothing.
    pub shown: String,
}

impl Place {
    pub fn whole(file: &str) -> Place {
        Place { file: file.to_owned(), line: 1, shown: String::new() }
    }
}

#[derive(Clone, Debug)]
pub struct Found {
    pub code: Code,
    pub severity: Severity,
    pub place: Place,
    pub message: String,
    pub because: String,
    pub help: Option<String>,
    /// Another place that matters.
    pub beside: Option<(Place, String)>,
    /// So much of what the files give is not in the program.
    pub left_out: usize,
}

impl Found {
    pub fn new(code: Code, place: Place, message: impl Into<String>) -> Found {
        Found {
            code,
            severity: code.severity(),
            place,
            message: message.into(),
            because: String::new(),
            help: None,
            beside: None,
            left_out: 0,
        }
    }

    pub fn left_out(mut self, count: usize) -> Found {
        self.left_out = count;
        self
    }

    pub fn because(mut self, text: impl Into<String>) -> Found {
        self.because = text.into();
        self
    }

    pub fn help(mut self, text: impl Into<String>) -> Found {
        self.help = Some(text.into());
        self
    }

    pub fn severity(mut self, severity: Severity) -> Found {
        self.severity = severity;
        self
    }

    pub fn beside(mut self, place: Place, text: impl Into<String>) -> Found {
        self.beside = Some((place, text.into()));
        self
    }
}

/// Findings in the order of their files and lines, as every command tells them.
pub fn told(found: &[Found]) -> (Vec<Diagnostic>, SourceMap) {
    // Of each line the elements that are spoken of: a file may be one line.
    let mut lines: BTreeMap<&str, BTreeMap<usize, Vec<&str>>> = BTreeMap::new();
    let places =
        found.iter().flat_map(|one| std::iter::once(&one.place).chain(one.beside.as_ref().map(|(place, _)| place)));
    for place in places {
        let shown = lines.entry(&place.file).or_default().entry(place.line.max(1)).or_default();
        if !place.shown.is_empty() && !shown.contains(&place.shown.as_str()) {
            shown.push(&place.shown);
        }
    }
    let mut sources = SourceMap::default();
    let mut spans: BTreeMap<(&str, usize, &str), Span> = BTreeMap::new();
    for (file, lines) in &lines {
        let (mut text, mut line) = (String::new(), 1);
        let id = FileId(u32::try_from(sources.len()).unwrap_or(u32::MAX));
        for (number, shown) in lines {
            text.extend(std::iter::repeat_n('\n', number - line));
            line = *number;
            let start = text.len();
            for name in shown {
                let start = text.len();
                text.push_str(&format!("<{}>", visible(name)));
                spans.insert((*file, *number, *name), Span::new(id, start, text.len()));
            }
            spans.insert((*file, *number, ""), Span::new(id, start, text.len()));
        }
        text.push('\n');
        sources.add(visible(file), text);
    }
    let span = |place: &Place| {
        let key = (place.file.as_str(), place.line.max(1), place.shown.as_str());
        spans.get(&key).copied().unwrap_or_default()
    };
    let mut ordered: Vec<&Found> = found.iter().collect();
    ordered.sort_by(|one, other| (&one.place, one.code).cmp(&(&other.place, other.code)));
    let diagnostics = ordered.into_iter().map(|one| {
        let mut finding = Diagnostic::new(one.code, span(&one.place), one.message.clone()).because(one.because.clone());
        finding.severity = one.severity;
        finding.help = one.help.clone();
        match &one.beside {
            Some((place, text)) => finding.label(span(place), text.clone()),
            None => finding,
        }
    });
    (diagnostics.collect(), sources)
}
