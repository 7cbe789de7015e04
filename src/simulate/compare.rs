//! Two programs under one scenario, side by side.

use super::event::Span;
use super::report::Report;
use super::text::{number, octets};
use crate::diagnostic::thousands;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;

/// What comes of both.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Comparison {
    /// What the earlier one is called.
    pub against: String,
    pub before: Report,
    pub after: Report,
}

impl Comparison {
    pub fn human(&self) -> String {
        let (before, after) = (&self.before, &self.after);
        let mut text = format!("{}: before ({}) → after\n", after.program, self.against);
        let phones = |report: &Report| thousands(report.phones as usize);
        let _ = writeln!(text, "phones    {}", change(&phones(before), &phones(after)));
        let mut names: Vec<&str> = before.servers.iter().map(|server| server.server.as_str()).collect();
        names.extend(after.servers.iter().map(|server| server.server.as_str()));
        let mut seen: Vec<&str> = Vec::new();
        for name in names {
            if seen.contains(&name) {
                continue;
            }
            seen.push(name);
            let of = |report: &'_ Report| report.servers.iter().find(|server| server.server == name).cloned();
            let (was, is) = (of(before), of(after));
            let both = [&was, &is];
            if both.iter().all(|one| one.as_ref().is_none_or(|one| one.requests.total == 0)) {
                continue;
            }
            let _ = writeln!(text, "\nserver {name}");
            let mut row = |what: &str, show: &dyn Fn(&super::ServerReport) -> String| {
                let shown = both.map(|one| one.as_ref().map_or_else(|| "not there".to_owned(), show));
                let _ = writeln!(text, "  {what:<9} {}", change(&shown[0], &shown[1]));
            };
            row("peak", &|one| format!("{} requests/s", number(one.requests.peak as f64)));
            row("99 %", &|one| format!("{} requests/s", number(one.requests.p99 as f64)));
            row("mean", &|one| format!("{} requests/s", number(one.requests.mean)));
            row("bytes", &|one| format!("{}/s at most", octets(one.bytes.peak as f64)));
            if both.iter().any(|one| one.as_ref().is_some_and(|one| one.queue.is_some())) {
                row("wait", &|one| match one.queue {
                    Some(queue) => format!("{} s at most", number(queue.wait)),
                    None => "no capacity told".to_owned(),
                });
            }
        }
        for (was, is) in before.events.iter().zip(&after.events) {
            let _ = writeln!(text, "\n{}", is.event);
            let shown = |seconds: Option<u64>| seconds.map_or_else(|| "nobody".to_owned(), |one| Span(one).to_string());
            for (what, was, is) in [
                ("half", was.reached.median, is.reached.median),
                ("99 %", was.reached.p99, is.reached.p99),
                ("last", was.reached.last, is.reached.last),
            ] {
                let _ = writeln!(text, "  {what:<9} {}", change(&shown(was), &shown(is)));
            }
        }
        let count = |number: u64| thousands(number as usize);
        text.push('\n');
        for (what, was, is) in [
            ("resyncs", before.resyncs.done, after.resyncs.done),
            ("failed", before.resyncs.failed, after.resyncs.failed),
            ("retries", before.resyncs.retries, after.resyncs.retries),
            ("restarts", before.reboots, after.reboots),
        ] {
            let _ = writeln!(text, "{what:<9} {}", change(&count(was), &count(is)));
        }
        for (side, report) in [("before", before), ("after", after)] {
            for note in &report.notes {
                let _ = writeln!(text, "note ({side}): {note}");
            }
        }
        text
    }
}

fn change(was: &str, is: &str) -> String {
    if was == is { format!("{is} (the same)") } else { format!("{was} → {is}") }
}
