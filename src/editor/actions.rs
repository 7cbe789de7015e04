//! What would mend a finding: what its help offers, taken up in the first way after which it is gone.

use super::overlaid::Overlaid;
use super::view::{SharedFiles, View};
use crate::diagnostic::{Diagnostic, Edit, SourceMap};
use crate::language::syntax::parse;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// A change that mends a finding.
#[derive(Clone, Debug)]
pub struct Mend {
    pub title: String,
    pub finding: Diagnostic,
    pub edit: Edit,
}

/// So many findings are looked at, and so many ways to mend each: a program with very many phones takes a while.
const MOST_FINDINGS: usize = 8;
const MOST_WAYS: usize = 8;

/// What mends findings of a file that touch a piece of it. `find` tells what is found in files with a change in them.
pub fn mends(
    view: &View,
    path: &str,
    touched: Range<usize>,
    (findings, sources): (&[Diagnostic], &SourceMap),
    find: &dyn Fn(SharedFiles) -> Vec<Diagnostic>,
) -> Vec<Mend> {
    let Some(text) = view.file(path).and_then(|file| view.text(file)).map(|text| text.as_str()) else {
        return Vec::new();
    };
    let touches = |finding: &&Diagnostic| {
        let span = finding.span();
        let inside = span.start as usize <= touched.end && touched.start <= span.end as usize;
        sources.name(span.file) == path && sources.text(span.file) == text && inside && finding.offer().is_some()
    };
    let mend = |finding: &Diagnostic| {
        let faults = |text: &str| parse(finding.span().file, text).1.len();
        let broken = faults(text);
        // What can be read less than before is not what was offered; it need not be compiled to see that.
        let ways = finding.taken_up(text).into_iter().filter(|edit| faults(&edit.applied(text)) <= broken);
        let edit = ways.take(MOST_WAYS).find(|edit| {
            let texts = BTreeMap::from([(path.to_owned(), edit.applied(text))]);
            let again = find(Arc::new(Overlaid { files: view.shared_files(), texts }));
            is_mended(finding, findings, &again)
        })?;
        let title = match edit.text.trim() {
            "" => finding.help.clone().unwrap_or_default(),
            text => format!("write `{text}`"),
        };
        Some(Mend { title, finding: finding.clone(), edit })
    };
    findings.iter().filter(touches).take(MOST_FINDINGS).filter_map(mend).collect()
}

/// Whether a finding is gone, and no more than before is unreadable or an error.
fn is_mended(finding: &Diagnostic, before: &[Diagnostic], after: &[Diagnostic]) -> bool {
    let same = |other: &&Diagnostic| other.code == finding.code && other.message == finding.message;
    let unread = |findings: &[Diagnostic]| findings.iter().filter(|finding| finding.code.name() < "P0107").count();
    after.iter().filter(same).count() < before.iter().filter(same).count() && unread(after) <= unread(before)
}
