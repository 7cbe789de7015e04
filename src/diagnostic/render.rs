//! Findings for a person: the source with words under it, by miette.

use super::visible::visible;
use super::{Diagnostic, FileId, Severity, SourceMap, Span};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents, ThemeCharacters, ThemeStyles,
};
use std::fmt;
use std::ops::Range;

/// Whether the terminal shows colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Palette {
    Plain,
    Ansi,
}

/// A finding as a person reads it, ending in a line break.
pub fn render(diagnostic: &Diagnostic, sources: &SourceMap, palette: Palette) -> String {
    let mut text = header(diagnostic, palette);
    text.push('\n');
    if !diagnostic.labels.is_empty() {
        text.push_str(&snippet(diagnostic, sources, palette));
    }
    let mut rest = String::new();
    for label in elsewhere(diagnostic, sources) {
        rest.push_str(&format!("  {}: {}\n", sources.place(label.span), label.text));
    }
    if let Some(story) = &diagnostic.story {
        rest.push_str(&format!("  {}:\n", story.title));
        for step in &story.steps {
            rest.push_str(&format!("  {:>7}  {}\n", step.at, step.what));
        }
    }
    for note in &diagnostic.notes {
        rest.push_str(&format!("  note: {note}\n"));
    }
    if let Some(help) = &diagnostic.help {
        rest.push_str(&format!("  help: {help}\n"));
    }
    text.push_str(&visible(&rest));
    text
}

/// `main.prov:14:3: error[P0205]: unknown parameter …`, on one line.
pub fn render_short(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let line = format!("{}: {}", sources.place(diagnostic.span()), header(diagnostic, Palette::Plain));
    visible(&line).into_owned()
}

fn header(diagnostic: &Diagnostic, palette: Palette) -> String {
    let (on, off) = match (palette, diagnostic.severity) {
        (Palette::Plain, _) => ("", ""),
        (Palette::Ansi, Severity::Error) => ("\x1b[1;31m", "\x1b[0m"),
        (Palette::Ansi, Severity::Warning) => ("\x1b[1;33m", "\x1b[0m"),
        (Palette::Ansi, Severity::Note) => ("\x1b[1;36m", "\x1b[0m"),
    };
    format!("{on}{}[{}]{off}: {}", diagnostic.severity.name(), diagnostic.code, visible(&diagnostic.message))
}

/// Labels that the snippet does not have: in other files than the finding's own, or where nothing is held of a data file.
fn elsewhere<'d>(diagnostic: &'d Diagnostic, sources: &'d SourceMap) -> impl Iterator<Item = &'d super::Label> {
    let file = diagnostic.span().file;
    let of_data = !sources.excerpts(file).is_empty() && showable(diagnostic, sources);
    let lost = move |label: &&super::Label| of_data && Shown::excerpt_of(label.span, sources).is_none();
    let rest = diagnostic.labels.iter().skip(1);
    rest.filter(move |label| label.span.file != file || lost(label))
}

/// A line beyond this is not shown: it would bury the message, and miette cannot write one beyond 65,535 columns.
const LONGEST_LINE: usize = 500;

/// So many lines between the surroundings of two labels are shown; more are left out. miette takes the count of lines for
/// nothing but where a snippet ends, and its own count is that of the whole text before: it would show all there is.
const LONGEST_GAP: usize = 4;

fn snippet(diagnostic: &Diagnostic, sources: &SourceMap, palette: Palette) -> String {
    if !showable(diagnostic, sources) {
        return places(diagnostic, sources);
    }
    let theme = GraphicalTheme {
        characters: ThemeCharacters {
            error: String::new(),
            warning: String::new(),
            advice: String::new(),
            ..ThemeCharacters::unicode()
        },
        styles: match palette {
            Palette::Plain => ThemeStyles::none(),
            Palette::Ansi => ThemeStyles::ansi(),
        },
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(120)
        .with_context_lines(1)
        .tab_width(2)
        .with_primary_span_start()
        .without_syntax_highlighting();
    let mut text = String::new();
    let shown = Shown::new(diagnostic, sources);
    if handler.render_report(&mut text, &shown).is_err() {
        return places(diagnostic, sources);
    }
    // miette puts the message first; ours stands in the header already.
    let body = text.trim_start_matches(['\n', ' ']);
    let body = body.split_once('\n').map_or("", |(_, body)| body);
    body.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// Whether every line that a snippet would show, one of context on either side included, is short enough.
fn showable(diagnostic: &Diagnostic, sources: &SourceMap) -> bool {
    let file = diagnostic.span().file;
    if !sources.excerpts(file).is_empty() {
        // An excerpt was made to be shown.
        return Shown::excerpt_of(diagnostic.span(), sources).is_some();
    }
    let text = sources.text(file);
    !text.is_empty()
        && diagnostic.labels.iter().filter(|label| label.span.file == file).all(|label| {
            let (start, end) = within(label.span, text);
            let before = text.get(..start).unwrap_or_default().rsplit('\n').take(2).map(str::len);
            let after = text.get(end..).unwrap_or_default().split('\n').take(2).map(str::len);
            let inside = text.get(start..end).unwrap_or_default().split('\n').map(str::len);
            before.chain(inside).chain(after).all(|length| length <= LONGEST_LINE)
        })
}

/// The places and their words, without the source.
fn places(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let file = diagnostic.span().file;
    let here = diagnostic.labels.iter().filter(|label| label.span.file == file);
    let places = here.map(|label| match label.text.as_str() {
        "" => format!("  {}\n", sources.place(label.span)),
        text => format!("  {}: {text}\n", sources.place(label.span)),
    });
    visible(&places.collect::<String>()).into_owned()
}

/// The finding in miette's terms, with the message left out.
#[derive(Debug)]
struct Shown {
    source: Pieces,
    labels: Vec<LabeledSpan>,
}

/// What is there of a file, each piece with where it begins for miette. A program is one piece.
#[derive(Debug)]
struct Pieces {
    name: String,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
struct Piece {
    start: usize,
    /// Lines before it in its file.
    lines: usize,
    text: String,
}

/// So many lines round a label are kept for miette, which shows one, and looks whether there are more.
const KEPT: usize = 3;

/// What of a program is needed to show a finding: the lines round its labels. Those that are near each other are one piece.
fn windows(diagnostic: &Diagnostic, text: &str) -> Vec<Range<usize>> {
    let file = diagnostic.span().file;
    let labels = diagnostic.labels.iter().filter(|label| label.span.file == file);
    let mut windows: Vec<Range<usize>> = labels
        .map(|label| {
            let (from, to) = within(label.span, text);
            let before = text.get(..from).unwrap_or_default();
            let start = before.rmatch_indices('\n').nth(KEPT).map_or(0, |(at, _)| at + 1);
            let after = text.get(to..).unwrap_or_default();
            start..after.match_indices('\n').nth(KEPT).map_or(text.len(), |(at, _)| to + at + 1)
        })
        .collect();
    windows.sort_by_key(|window| (window.start, window.end));
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(windows.len());
    for window in windows {
        match joined.last_mut() {
            Some(last)
                if window.start <= last.end
                    || text
                        .get(last.end..window.start)
                        .is_some_and(|gap| gap.split('\n').nth(LONGEST_GAP).is_none()) =>
            {
                last.end = last.end.max(window.end);
            }
            _ => joined.push(window),
        }
    }
    joined
}

/// A span, as far as there is text.
fn within(span: Span, text: &str) -> (usize, usize) {
    let start = (span.start as usize).min(text.len());
    (start, (span.end as usize).min(text.len()).max(start))
}

impl Shown {
    fn new(diagnostic: &Diagnostic, sources: &SourceMap) -> Self {
        let file: FileId = diagnostic.span().file;
        let excerpts = sources.excerpts(file);
        let mut pieces: Vec<Piece> = Vec::new();
        let mut add = |lines: usize, text: &str| {
            // A gap between pieces keeps the end of one from being the start of the next.
            let start = pieces.last().map_or(0, |last| last.start + last.text.len() + 1);
            pieces.push(Piece { start, lines, text: visible(text).into_owned() });
            start
        };
        let mut starts = Vec::new();
        let windows = if excerpts.is_empty() { windows(diagnostic, sources.text(file)) } else { Vec::new() };
        for window in &windows {
            let lines = sources.position(file, window.start as u32).line - 1;
            starts.push(add(lines, sources.text(file).get(window.clone()).unwrap_or_default()));
        }
        starts.extend(excerpts.iter().map(|excerpt| add(excerpt.line() - 1, excerpt.text())));
        let mut labels = Vec::new();
        for label in diagnostic.labels.iter().filter(|label| label.span.file == file) {
            let (start, end) = if excerpts.is_empty() {
                let (from, to) = within(label.span, sources.text(file));
                let Some(number) = windows.iter().position(|window| window.start <= from && to <= window.end) else {
                    continue;
                };
                let base = starts.get(number).copied().unwrap_or(0);
                let first = windows.get(number).map_or(0, |window| window.start);
                (base + from - first, base + to - first)
            } else {
                let Some((number, start, end)) = Self::excerpt_of(label.span, sources) else { continue };
                let base = starts.get(number).copied().unwrap_or(0);
                (base + start, base + end)
            };
            let words = (!label.text.is_empty()).then(|| visible(&label.text).into_owned());
            let span = (start, end.saturating_sub(start));
            labels.push(match labels.is_empty() {
                true => LabeledSpan::new_primary_with_span(words, span),
                false => LabeledSpan::new_with_span(words, span),
            });
        }
        Shown { source: Pieces { name: visible(sources.name(file)).into_owned(), pieces }, labels }
    }

    /// The number of the excerpt that a span of a data file stands in, and where in it.
    fn excerpt_of(span: Span, sources: &SourceMap) -> Option<(usize, usize, usize)> {
        sources.excerpts(span.file).iter().enumerate().find_map(|(number, excerpt)| {
            let start = excerpt.shown(span.start as usize)?;
            Some((number, start, excerpt.shown(span.end as usize).unwrap_or(excerpt.text().len()).max(start)))
        })
    }
}

impl SourceCode for Pieces {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let piece = self.pieces.iter().find(|piece| piece.start <= start && end <= piece.start + piece.text.len());
        let piece = piece.ok_or(MietteError::OutOfBounds)?;
        let inner = piece.text.read_span(&(start - piece.start, span.len()).into(), before, after)?;
        let shifted = (inner.span().offset() + piece.start, inner.span().len()).into();
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            shifted,
            inner.line() + piece.lines,
            inner.column(),
            inner.data().split(|octet| *octet == b'\n').count() + LONGEST_GAP,
        )))
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("-")
    }
}

impl std::error::Error for Shown {}

impl miette::Diagnostic for Shown {
    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Code, Span};
    use super::*;

    #[test]
    fn a_finding_reads_like_the_transcript() {
        let mut sources = SourceMap::default();
        let file = sources.add("sites/utrecht.prov", "profile p {\n  Resync_Perodic = 2h\n}\n");
        let diagnostic = Diagnostic::new(Code::P0205, Span::new(file, 14, 28), "unknown parameter `Resync_Perodic`")
            .because("no MPP phone has this; it would be ignored without a word")
            .help("did you mean `Resync_Periodic`? (schedule, default 3600)");
        insta::assert_snapshot!(render(&diagnostic, &sources, Palette::Plain), @r"
        error[P0205]: unknown parameter `Resync_Perodic`
           ╭─[sites/utrecht.prov:2:3]
         1 │ profile p {
         2 │   Resync_Perodic = 2h
           ·   ───────┬──────
           ·          ╰── no MPP phone has this; it would be ignored without a word
         3 │ }
           ╰────
          help: did you mean `Resync_Periodic`? (schedule, default 3600)
        ");
        assert_eq!(
            render_short(&diagnostic, &sources),
            "sites/utrecht.prov:2:3: error[P0205]: unknown parameter `Resync_Perodic`"
        );
    }

    #[test]
    fn a_line_of_megabytes_is_named_and_not_shown() {
        let mut sources = SourceMap::default();
        let file = sources.add("main.prov", "(".repeat(1 << 20));
        let diagnostic = Diagnostic::new(Code::P0106, Span::new(file, 64, 65), "nesting is too deep")
            .because("the limit is 64 levels");
        assert_eq!(
            render(&diagnostic, &sources, Palette::Plain),
            "error[P0106]: nesting is too deep\n  main.prov:1:65: the limit is 64 levels\n"
        );
    }

    #[test]
    fn lines_between_distant_labels_are_left_out() {
        let mut sources = SourceMap::default();
        let text: String = (1..=60).map(|line| format!("line {line}\n")).collect();
        let file = sources.add("main.prov", text.clone());
        let at = |word: &str| {
            let start = text.find(word).unwrap();
            Span::new(file, start, start + word.len())
        };
        let shown = |first: &str, second: &str| {
            let finding = Diagnostic::new(Code::P0202, at(first), "twice").label(at(second), "first here");
            render(&finding, &sources, Palette::Plain)
        };
        let far = shown("line 55", "line 30");
        assert!(["line 29", "line 31", "line 54", "line 56"].iter().all(|line| far.contains(line)), "{far}");
        assert!(!far.contains("line 33") && !far.contains("line 52"), "{far}");
        let near = shown("line 36", "line 30");
        assert!((29..=37).all(|line| near.contains(&format!("line {line}"))), "{near}");
    }
}
