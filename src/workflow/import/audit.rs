//! What is wrong with files that stay where they are: they are read and made a program as for an import, the program is checked, and
//! what is found in it is told of the lines of the files that it was made of.

use super::found::{self, Found, Place};
use super::print::{Course, Draft, Printed};
use super::{Drawn, Order, ROUNDS, Tree, concerned, draw, project};
use crate::diagnostic::{Code, Diagnostic, Severity, SourceMap};
use crate::platform::Catalogue;
use std::collections::BTreeSet;

/// What was found.
pub struct Audited {
    pub findings: Vec<Diagnostic>,
    pub sources: SourceMap,
    /// Profiles that were read.
    pub files: usize,
    pub phones: usize,
}

/// What a phone met while it fetched its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub file: String,
    /// It did not get all of them.
    pub failure: bool,
    pub text: String,
}

pub fn audit(tree: &dyn Tree, order: &Order<'_>, trouble: Vec<Trouble>) -> Audited {
    let mut drawn = draw(tree, order, Catalogue::cisco_mpp());
    drawn.found.extend(trouble.into_iter().map(met));
    let mut course = Course::default();
    let mut told: BTreeSet<(Code, String, usize)> = BTreeSet::new();
    let rounds = if drawn.phones.is_empty() { 0 } else { ROUNDS };
    for _ in 0..rounds {
        let Drawn { phones, entries, pool, networks, .. } = &drawn;
        let draft = Printed { entries, phones, pool, networks, course: &course }.draft();
        let tried = (order.compile)(&project(&draft));
        let located = tried.findings.iter().filter_map(|finding| located(&drawn, finding, &tried.sources, &draft));
        let located: Vec<Found> =
            located.filter(|one| told.insert((one.code, one.place.file.clone(), one.place.line))).collect();
        drawn.found.extend(located);
        if tried.served.is_some() || !course.step(&tried.findings, &tried.sources, &draft) {
            break;
        }
    }
    if drawn.phones.is_empty() {
        let finding = Found::new(Code::P0314, Place::whole(""), "no profile of a phone was found");
        drawn.found.push(finding.severity(Severity::Error).because("nothing was looked at"));
    }
    let (findings, sources) = found::told(&drawn.found);
    Audited { findings, sources, files: drawn.profiles.len(), phones: drawn.phones.len() }
}

fn met(trouble: Trouble) -> Found {
    let Trouble { file, failure, text } = trouble;
    match failure {
        true => Found::new(Code::P0604, Place::whole(&file), format!("the phone does not get its files: {text}"))
            .because("as a phone asked for them"),
        false => Found::new(Code::P0314, Place::whole(&file), text).because("a phone says nothing about it"),
    }
}

/// A finding in the program, told of the file that it comes from. One that is about the program alone is nobody's.
fn located(drawn: &Drawn, finding: &Diagnostic, sources: &SourceMap, draft: &Draft) -> Option<Found> {
    let named = concerned(finding, sources, draft);
    let row = finding.labels.iter().find(|label| sources.name(label.span.file) == "phones.csv");
    // The header is the first line.
    let row = row.and_then(|label| sources.position(label.span.file, label.span.start).line.checked_sub(2));
    let entry = drawn.entries.iter().find(|entry| named.first() == Some(&entry.name));
    let (file, line, shown) = match (entry, row) {
        (Some(entry), row) => {
            let own = row.and_then(|row| entry.of.iter().find(|(at, _)| *at == row));
            let (_, held) = own.or(entry.of.first())?;
            (held.file, held.line as usize, entry.element.clone())
        }
        (None, Some(row)) => (drawn.phones.get(row)?.holds.values().next()?.file, 1, String::new()),
        (None, None) => return on_network(drawn, finding, sources, draft),
    };
    let file = drawn.profiles.get(file as usize)?.name.clone();
    let why = finding.labels.first().map(|label| label.text.clone()).unwrap_or_default();
    let mut found = Found::new(finding.code, Place { file, line, shown }, finding.message.clone());
    found.severity = finding.severity;
    found.because = why;
    // Other help is about the program.
    found.help = finding.help.clone().filter(|help| help.starts_with("did you mean"));
    Some(found)
}

/// A finding in a network, told of what the other server is told.
fn on_network(drawn: &Drawn, finding: &Diagnostic, sources: &SourceMap, draft: &Draft) -> Option<Found> {
    let label = finding.labels.iter().find(|label| sources.name(label.span.file) == "main.prov")?;
    let key = draft.keys.get(&sources.position(label.span.file, label.span.start).line)?;
    let place = drawn.networks.place(key)?.clone();
    let found = Found::new(finding.code, place, finding.message.clone()).severity(finding.severity);
    Some(found.because(label.text.clone()))
}
