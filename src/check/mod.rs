//! Findings that show in the plan only: what phones would do with it. One file per finding, each with its facts, its
//! message and its table of cases.

mod periodic_beside_time;
mod retry_of_zero;
mod short_retry;

use crate::diagnostic::{Diagnostic, FileId, Position, SourceMap, Span};
use crate::plan::{Origin, Served, Setting, SettingValue, Shape};

/// Every finding, in no particular order.
pub fn all(served: &Served, sources: &SourceMap) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for fleet in &served.plan().fleets {
        // What the fleet derives stands in the first profile of all; a phone reads its files as one.
        for shape in fleet.profiles.iter().flat_map(|profile| &profile.shapes) {
            findings.extend(periodic_beside_time::check(shape, sources));
            findings.extend(retry_of_zero::check(shape, sources));
            findings.extend(short_retry::check(shape, sources));
        }
    }
    findings
}

/// The element's setting, if the shape sets it to the same text for all phones.
fn constant<'s>(shape: &'s Shape, element: &str) -> Option<(&'s Setting, &'s str)> {
    let setting = shape.settings.iter().find(|setting| setting.element == element)?;
    match &setting.value {
        SettingValue::Set(value) => Some((setting, value.constant()?)),
        SettingValue::Keep => None,
    }
}

/// The place that an origin means.
fn place(origin: Origin, sources: &SourceMap) -> Span {
    let position = Position { line: origin.line as usize, column: origin.column as usize };
    origin.source.map_or_else(Span::default, |source| sources.span_at(FileId(source), position))
}
