//! The report for people: what an engineer can forward.

use super::event::Span;
use super::report::{EventReport, Queue, Report, ServerReport, Summary};
use crate::diagnostic::{counted, thousands};
use std::fmt::Write as _;

impl Report {
    pub fn human(&self) -> String {
        let mut text = String::new();
        let clock = |second: u64| clock(self.starts, second);
        let scaled = match self.phones == self.program_phones {
            true => String::new(),
            false => format!(" (the program has {})", thousands(self.program_phones as usize)),
        };
        let _ = writeln!(
            text,
            "{}: {}{scaled} of {}, {} from {}, seed {}",
            self.program,
            counted(self.phones as usize, "phone"),
            counted(self.kinds, "kind"),
            Span(self.seconds),
            clock(0),
            self.seed
        );
        for server in &self.servers {
            text.push('\n');
            of_server(&mut text, server, &clock);
        }
        for event in &self.events {
            text.push('\n');
            of_event(&mut text, event, &clock);
        }
        text.push('\n');
        let _ = writeln!(
            text,
            "resyncs   {} ended well, {} failed; {} were retries",
            thousands(self.resyncs.done as usize),
            thousands(self.resyncs.failed as usize),
            thousands(self.resyncs.retries as usize)
        );
        let _ = writeln!(text, "restarts  {}", thousands(self.reboots as usize));
        if self.upgrades + self.upgrades_failed > 0 {
            let (done, failed) = (thousands(self.upgrades as usize), thousands(self.upgrades_failed as usize));
            let _ = writeln!(text, "upgrades  {done} made, {failed} failed");
        }
        for note in &self.notes {
            let _ = writeln!(text, "note: {note}");
        }
        text
    }
}

fn of_server(text: &mut String, server: &ServerReport, clock: &dyn Fn(u64) -> String) {
    let _ = writeln!(text, "server {}", server.server);
    if server.requests.total == 0 {
        let _ = writeln!(text, "  is asked nothing");
        return;
    }
    let row = |of: &Summary, show: &dyn Fn(f64) -> String| {
        format!(
            "{} in all, mean {}/s, 99 % of seconds ≤ {}/s, peak {}/s at {}",
            show(of.total as f64),
            show(of.mean),
            show(of.p99 as f64),
            show(of.peak as f64),
            clock(of.peak_at)
        )
    };
    let _ = writeln!(text, "  requests  {}", row(&server.requests, &number));
    let _ = writeln!(text, "  bytes     {}", row(&server.bytes, &octets));
    if server.unanswered > 0 {
        let _ = writeln!(text, "  silence   {} not answered", counted(server.unanswered as usize, "request"));
    }
    if server.firmware > 0 {
        let _ = writeln!(text, "  firmware  {} among them", counted(server.firmware as usize, "request"));
    }
    if let Some(queue) = &server.queue {
        let _ = writeln!(text, "  capacity  {} requests/s: {}", number(queue.capacity), waits(queue, &number, clock));
    }
    if let Some(line) = &server.line {
        let _ = writeln!(text, "  line      {}/s: {}", octets(line.capacity), waits(line, &octets, clock));
    }
}

fn waits(queue: &Queue, show: &dyn Fn(f64) -> String, clock: &dyn Fn(u64) -> String) -> String {
    if queue.longest == 0 {
        return "nothing ever waits".into();
    }
    let clear = match queue.clear_at {
        Some(second) => format!("clear at {}", clock(second)),
        None => "never clear".into(),
    };
    let (longest, at) = (show(queue.longest as f64), clock(queue.longest_at));
    format!("at most {longest} wait, {} s, at {at}; {clear}", number(queue.wait))
}

fn of_event(text: &mut String, event: &EventReport, clock: &dyn Fn(u64) -> String) {
    let _ = writeln!(text, "{}  {}, at {}", event.event, counted(event.phones as usize, "phone"), clock(event.at));
    let reached = &event.reached;
    match (reached.median, reached.p99, reached.last) {
        (Some(median), Some(p99), Some(last)) => {
            let some = match reached.phones == event.phones {
                true => "all are through".to_owned(),
                false => format!("{} are through", thousands(reached.phones as usize)),
            };
            let [median, p99, last] = [median, p99, last].map(|seconds| Span(seconds).to_string());
            let _ = writeln!(text, "  through   {some}: half after {median}, 99 % after {p99}, the last after {last}");
        }
        _ => {
            let _ = writeln!(text, "  through   nobody by the end");
        }
    }
    for peak in &event.peaks {
        let (requests, at) = (number(peak.requests as f64), clock(peak.at));
        let _ = writeln!(text, "  peak      {requests} requests/s at {}, {at}", peak.server);
    }
}

/// A time of day, and the day where it is not the first.
pub(super) fn clock(starts: u64, second: u64) -> String {
    let at = starts + second;
    let (day, rest) = (at / 86_400, at % 86_400);
    let time = format!("{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60);
    if day == 0 { time } else { format!("{time} (day {})", day + 1) }
}

/// Three digits count; whole numbers stay whole.
pub(super) fn number(value: f64) -> String {
    if value.fract() == 0.0 || value >= 100.0 {
        thousands(value.round() as usize)
    } else {
        let digits = match value {
            10.0.. => 1,
            1.0.. => 2,
            0.1.. => 3,
            0.01.. => 4,
            _ => 5,
        };
        format!("{value:.digits$}")
    }
}

/// `1.2 MB`: powers of ten, as lines are sold.
pub(super) fn octets(value: f64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let (mut value, mut unit) = (value, 0);
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{} {}", number(value), UNITS.get(unit).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            [0.0, 0.001_23, 0.278, 7.0, 41.25, 312.4, 1_234_567.0].map(number),
            ["0", "0.00123", "0.278", "7", "41.2", "312", "1,234,567"]
        );
        assert_eq!(
            [0.0, 999.0, 1000.0, 1_234_567.0, 9.9e15].map(octets),
            ["0 B", "999 B", "1 kB", "1.23 MB", "9,900 TB"]
        );
    }

    #[test]
    fn times_of_day_go_on_over_midnight() {
        assert_eq!(clock(0, 28_801), "08:00:01");
        assert_eq!(clock(82_800, 3600), "00:00:00 (day 2)");
    }
}
