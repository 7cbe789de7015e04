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

/// What was found, and in which texts.
#[derive(Clone, Copy)]
pub struct Found<'f> {
    pub findings: &'f [Diagnostic],
    pub sources: &'f SourceMap,
}

/// All findings by file. `uri` says how the client calls a file of the project.
pub fn publish(found: Found<'_>, view: &View, uri: &dyn Fn(&str) -> Option<Uri>) -> Published {
    publish_those(&[(found, &|_| true)], view, uri)
}

/// What few phones show of a program's own text, and beside it what was found of the rest when all were looked at last, as
/// far as its places are still there.
pub fn publish_quick(
    few: Found<'_>,
    all: Option<Found<'_>>,
    view: &View,
    uri: &dyn Fn(&str) -> Option<Uri>,
) -> Published {
    let of_text = |found: Found<'_>, one: &Diagnostic| {
        is_of_text(one.code) && found.sources.ids().any(|file| file == one.span().file)
    };
    let few_of_text = |one: &Diagnostic| of_text(few, one);
    let Some(all) = all else { return publish_those(&[(few, &few_of_text)], view, uri) };
    let rest = |one: &Diagnostic| !of_text(all, one) && is_untouched(all.sources, view, one.span());
    publish_those(&[(few, &few_of_text), (all, &rest)], view, uri)
}

/// Those that a text has by itself, whatever the phones.
fn is_of_text(code: Code) -> bool {
    const OTHERS: [Code; 12] = [
        Code::P0201,
        Code::P0202,
        Code::P0203,
        Code::P0205,
        Code::P0207,
        Code::P0208,
        Code::P0209,
        Code::P0211,
        Code::P0301,
        Code::P0304,
        Code::P0401,
        Code::P0501,
    ];
    code.name() < "P0200" || OTHERS.contains(&code)
}

type Wanted<'w> = (Found<'w>, &'w dyn Fn(&Diagnostic) -> bool);

fn publish_those(those: &[Wanted<'_>], view: &View, uri: &dyn Fn(&str) -> Option<Uri>) -> Published {
    let mut published: Published =
        view.sources.ids().map(|file| (view.sources.name(file).to_owned(), Vec::new())).collect();
    for (found, wanted) in those {
        for finding in found.findings.iter().filter(|one| wanted(one)) {
            let of_file = published.entry(found.sources.name(finding.span().file).to_owned()).or_default();
            if of_file.len() < MOST_SHOWN {
                of_file.push(shown(finding, found.sources, view, uri));
            }
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

/// A place in the program as it is now, or in a data file, of which columns are known by their signs.
fn range(sources: &SourceMap, view: &View, span: Span) -> Range {
    if let Some(text) = view.file(sources.name(span.file)).and_then(|file| view.text(file)) {
        let kept = Kept::of(sources.text(span.file), text.as_str());
        return visible_range(text, kept.now(span.start as usize), kept.now(span.end as usize));
    }
    let position = |offset| {
        let at = sources.position(span.file, offset);
        Position { line: at.line.saturating_sub(1) as u32, character: at.column.saturating_sub(1) as u32 }
    };
    Range { start: position(span.start), end: position(span.end) }
}

/// What two texts have in common at both ends.
struct Kept {
    before: usize,
    /// Where the common end begins, in either.
    old_end: usize,
    new_end: usize,
}

impl Kept {
    fn of(old: &str, new: &str) -> Kept {
        let same = |(one, other): &(u8, u8)| one == other;
        let before = old.bytes().zip(new.bytes()).take_while(same).count();
        let after = old.bytes().rev().zip(new.bytes().rev()).take_while(same).count();
        let after = after.min(old.len() - before).min(new.len() - before);
        Kept { before, old_end: old.len() - after, new_end: new.len() - after }
    }

    /// Where a place of the old text is in the new one; what is no more is where it was taken away.
    fn now(&self, offset: usize) -> usize {
        match offset.checked_sub(self.old_end) {
            Some(behind) if offset > self.before || self.old_end == self.before => self.new_end + behind,
            _ => offset.min(self.before),
        }
    }
}

/// Whether what a finding is about is as it was.
fn is_untouched(sources: &SourceMap, view: &View, span: Span) -> bool {
    let Some(text) = view.file(sources.name(span.file)).and_then(|file| view.text(file)) else { return true };
    let kept = Kept::of(sources.text(span.file), text.as_str());
    span.end as usize <= kept.before || span.start as usize >= kept.old_end
}

/// What has no width is shown with the sign behind it.
fn visible_range(text: &Text, start: usize, end: usize) -> Range {
    let next =
        text.as_str().get(end..).and_then(|rest| rest.chars().next()).filter(|next| !matches!(next, '\r' | '\n'));
    let end = if start == end { end + next.map_or(0, char::len_utf8) } else { end };
    text.range(start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_go_with_the_text_around_them() {
        let kept = Kept::of("one two three", "one 22 three");
        assert_eq!([0, 3, 4, 7, 8, 13].map(|at| kept.now(at)), [0, 3, 4, 6, 7, 12]);
        let same = Kept::of("same", "same");
        assert_eq!([0, 2, 4].map(|at| same.now(at)), [0, 2, 4]);
        let grown = Kept::of("ab", "a\n\nb");
        assert_eq!([0, 2].map(|at| grown.now(at)), [0, 4]);
        assert_eq!(Kept::of("", "x").now(0), 1);
        assert_eq!(Kept::of("x", "").now(1), 0);
    }
}
