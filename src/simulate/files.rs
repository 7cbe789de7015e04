//! What `--out` writes: data for other tools, plots for people.

use super::compare::Comparison;
use super::event::Span;
use super::plot::{Along, Plot, Series, Unit};
use super::queue::line;
use super::report::Report;
use super::text::{number, octets};
use std::fmt::Write as _;

/// A file of a report, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub name: String,
    pub text: String,
}

impl Report {
    /// Data and plots; the document and the text are the caller's.
    pub fn files(&self) -> Vec<Written> {
        let mut files = vec![self.seconds("requests.csv", |tally, server| {
            tally.servers.get(server).map(|load| load.requests.iter().map(|count| u64::from(*count)).collect())
        })];
        files
            .push(self.seconds("bytes.csv", |tally, server| tally.servers.get(server).map(|load| load.octets.clone())));
        if !self.events.is_empty() {
            files.push(self.reached_table());
            files.push(Written { name: "reached.svg".into(), text: self.reached_plot().svg() });
        }
        for plot in plots(&[("", self)]) {
            files.push(plot);
        }
        files
    }

    fn seconds(&self, name: &str, of: impl Fn(&super::Tally, usize) -> Option<Vec<u64>>) -> Written {
        let rows: Vec<Vec<u64>> = (0..self.servers.len()).filter_map(|server| of(&self.tally, server)).collect();
        let mut text = String::from("second");
        for server in &self.servers {
            let _ = write!(text, ",{}", cell(&server.server));
        }
        text.push('\n');
        for second in 0..self.tally.seconds {
            let _ = write!(text, "{second}");
            for row in &rows {
                let _ = write!(text, ",{}", row.get(second).copied().unwrap_or(0));
            }
            text.push('\n');
        }
        Written { name: name.into(), text }
    }

    /// Phones that each event has reached, by the second after it, as long as some are added.
    fn reached_table(&self) -> Written {
        let mut text = String::from("seconds");
        for event in &self.events {
            let _ = write!(text, ",{}", cell(&event.event));
        }
        text.push('\n');
        let mut sums = vec![0_u64; self.events.len()];
        for second in 0..self.longest_reach() {
            let _ = write!(text, "{second}");
            for (number, sum) in sums.iter_mut().enumerate() {
                *sum += self.reached(number).get(second).map_or(0, |count| u64::from(*count));
                let _ = write!(text, ",{sum}");
            }
            text.push('\n');
        }
        Written { name: "reached.csv".into(), text }
    }

    fn longest_reach(&self) -> usize {
        let lasts = self.events.iter().filter_map(|event| event.reached.last).max();
        lasts.map_or(1, |last| usize::try_from(last).unwrap_or(0) + 1)
    }

    fn reached_plot(&self) -> Plot {
        let length = self.longest_reach();
        let series = self.events.iter().enumerate().map(|(number, event)| {
            let mut sum = 0.0;
            let counts = self.reached(number).iter().take(length);
            let all = event.phones.max(1) as f64;
            let values = counts.map(|count| {
                sum += f64::from(*count);
                100.0 * sum / all
            });
            Series { name: event.event.clone(), values: values.collect() }
        });
        let told = self.events.iter().map(|event| match event.reached.last {
            Some(last) => {
                let phones = number(event.reached.phones as f64);
                format!("{}: {phones} phones, the last after {}", event.event, Span(last))
            }
            None => format!("{}: nobody", event.event),
        });
        let description = told.collect::<Vec<_>>().join("; ");
        let title = format!("{}: phones that are through", self.program);
        Plot { title, description, unit: Unit::Percent, series: series.collect(), along: Along::After, marks: vec![] }
    }
}

impl Comparison {
    /// Data and plots of both, and plots of both in one.
    pub fn files(&self) -> Vec<Written> {
        let side = |folder: &str, report: &Report| -> Vec<Written> {
            let within = |file: Written| Written { name: format!("{folder}/{}", file.name), ..file };
            report.files().into_iter().map(within).collect()
        };
        let mut files = side("before", &self.before);
        files.extend(side("after", &self.after));
        files.extend(plots(&[("before: ", &self.before), ("after: ", &self.after)]));
        files
    }
}

/// What each server is asked, with every report that has it.
fn plots(reports: &[(&str, &Report)]) -> Vec<Written> {
    let Some((_, last)) = reports.last() else { return Vec::new() };
    let mut files = Vec::new();
    for server in last.servers.iter().filter(|server| server.requests.total > 0) {
        let with = || {
            reports.iter().filter_map(|(side, report)| {
                let position = report.servers.iter().position(|other| other.server == server.server)?;
                Some((*side, *report, position, report.servers.get(position)?))
            })
        };
        let marks = || last.events.iter().map(|event| (event.at, event.event.clone())).collect::<Vec<_>>();
        let mut add = |kind: &str, unit: Unit, what: &str, series: Vec<Series>, told: Vec<String>| {
            let plot = Plot {
                title: format!("{}: {what} of {}", last.program, server.server),
                description: told.join("; "),
                unit,
                series,
                along: Along::Day(last.starts),
                marks: marks(),
            };
            files.push(Written { name: format!("{kind}-{}.svg", file_name(&server.server)), text: plot.svg() });
        };
        let requests = with().map(|(side, report, position, _)| Series {
            name: format!("{side}requests"),
            values: report.requests(position).iter().map(|count| f64::from(*count)).collect(),
        });
        let told = with().map(|(side, _, _, of)| format!("{side}at most {} requests per second", of.requests.peak));
        add("requests", Unit::Requests, "requests per second", requests.collect(), told.collect());
        let carried = with().map(|(side, report, position, _)| Series {
            name: format!("{side}bytes"),
            values: report.octets(position).iter().map(|count| *count as f64).collect(),
        });
        let told = with().map(|(side, _, _, of)| format!("{side}at most {} per second", octets(of.bytes.peak as f64)));
        add("bytes", Unit::Octets, "bytes per second", carried.collect(), told.collect());
        let queued: Vec<_> = with().filter_map(|(side, report, at, of)| Some((side, report, at, of.queue?))).collect();
        if !queued.is_empty() {
            let waiting = queued.iter().map(|(side, report, position, queue)| Series {
                name: format!("{side}waiting at {} requests/s", number(queue.capacity)),
                values: line(report.requests(*position).iter().map(|count| u64::from(*count)), queue.capacity).waiting,
            });
            let told = queued.iter().map(|(side, _, _, queue)| {
                format!("{side}at most {} requests wait, {} s", queue.longest, number(queue.wait))
            });
            add("queue", Unit::Waiting, "requests that wait", waiting.collect(), told.collect());
        }
    }
    files
}

/// A name as it stands in a file's.
fn file_name(name: &str) -> String {
    name.chars()
        .map(|sign| if sign.is_ascii_alphanumeric() || sign == '-' || sign == '_' { sign } else { '_' })
        .collect()
}

/// A cell of a CSV file (RFC 4180).
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}
