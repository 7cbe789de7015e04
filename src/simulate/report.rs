//! What a simulation comes to: the document of `prov simulate --format json`.

use super::course::SILENCE;
use super::queue::line;
use super::series::{by, peak, quantile};
use super::tally::{Load, Tally};
use super::{Crowd, Event, Stage, What};
use crate::diagnostic::counted;
use schemars::JsonSchema;
use serde::Serialize;

/// What comes of a program under a scenario.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Report {
    pub program: String,
    /// Phones that were played, and those that the program has.
    pub phones: u64,
    pub program_phones: u64,
    /// Kinds of phones that live alike.
    pub kinds: usize,
    pub seed: u64,
    /// How long, and the local time of day at the beginning, in seconds.
    pub seconds: u64,
    pub starts: u64,
    pub servers: Vec<ServerReport>,
    pub events: Vec<EventReport>,
    pub resyncs: Resyncs,
    pub reboots: u64,
    pub upgrades: u64,
    pub upgrades_failed: u64,
    /// What is to be known about these figures.
    pub notes: Vec<String>,
    #[serde(skip)]
    pub(super) tally: Tally,
}

/// Resyncs that ended in the time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Resyncs {
    pub done: u64,
    pub failed: u64,
    /// Those that were begun because an earlier one failed.
    pub retries: u64,
}

/// What one server is asked.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ServerReport {
    pub server: String,
    pub requests: Summary,
    pub bytes: Summary,
    /// Requests that came while nobody answered.
    pub unanswered: u64,
    /// Requests for firmware, which are among the others.
    pub firmware: u64,
    /// What waits where it bears so many requests a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<Queue>,
    /// What waits where its line carries so many bytes a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<Queue>,
}

/// A row of numbers by the second.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Summary {
    pub total: u64,
    /// A second.
    pub mean: f64,
    /// 99 of 100 seconds have no more.
    pub p99: u64,
    pub peak: u64,
    /// The second of the peak.
    pub peak_at: u64,
}

/// What waits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Queue {
    /// Done a second.
    pub capacity: f64,
    /// The longest queue, and when that is.
    pub longest: u64,
    pub longest_at: u64,
    /// The longest wait, in seconds.
    pub wait: f64,
    /// The second from which on nothing waits; null: something waits at the end.
    pub clear_at: Option<u64>,
}

/// What comes of an event.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EventReport {
    pub event: String,
    /// Seconds since the beginning.
    pub at: u64,
    /// Phones that it concerns.
    pub phones: u64,
    /// Those that had a whole resync that began after it (after its end, where it lasts), had the changed file, or run the load.
    pub reached: Arrival,
    /// The most that each server is asked in a second, from the event to the next one.
    pub peaks: Vec<ServerPeak>,
}

/// Seconds from the event until so many phones were reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Arrival {
    pub phones: u64,
    /// Of those that were reached.
    pub median: Option<u64>,
    pub p99: Option<u64>,
    pub last: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ServerPeak {
    pub server: String,
    pub requests: u64,
    pub at: u64,
}

impl Report {
    /// Requests of a server by the second.
    pub fn requests(&self, server: usize) -> &[u32] {
        self.tally.servers.get(server).map(|load| load.requests.as_slice()).unwrap_or_default()
    }

    /// Its octets by the second.
    pub fn octets(&self, server: usize) -> &[u64] {
        self.tally.servers.get(server).map(|load| load.octets.as_slice()).unwrap_or_default()
    }

    /// Phones that an event has reached, by the second after it.
    pub fn reached(&self, event: usize) -> &[u32] {
        self.tally.reached.get(event).map(|reached| reached.phones.as_slice()).unwrap_or_default()
    }
}

pub(super) fn report(stage: &Stage<'_>, tally: Tally, merged: usize) -> Report {
    let plan = stage.served.plan();
    let scenario = stage.scenario;
    let loads = plan.servers.iter().zip(&tally.servers);
    let servers = loads.map(|(server, load)| {
        let capacity = scenario.capacity.or(server.capacity.map(f64::from));
        ServerReport {
            server: server.id.clone(),
            requests: summary(load.requests.iter().map(|count| u64::from(*count))),
            bytes: summary(load.octets.iter().copied()),
            unanswered: load.unanswered,
            firmware: load.firmware,
            queue: capacity.map(|each| queue(load.requests.iter().map(|count| u64::from(*count)), each)),
            line: scenario.line.map(|each| queue(load.octets.iter().copied(), each)),
        }
    });
    let servers: Vec<ServerReport> = servers.collect();
    let notes = notes(stage, &tally, &servers, merged);
    let events = scenario.events.iter().enumerate().map(|(number, event)| {
        let reached = tally.reached.get(number).map(|reached| reached.phones.as_slice()).unwrap_or_default();
        EventReport {
            event: event.to_string(),
            at: event.at.0,
            phones: tally.concerned.get(number).copied().unwrap_or(0),
            reached: Arrival {
                phones: reached.iter().map(|count| u64::from(*count)).sum(),
                median: by(reached, 50),
                p99: by(reached, 99),
                last: by(reached, 100),
            },
            peaks: peaks(stage, &tally, event),
        }
    });
    let events = events.collect();
    Report {
        program: plan.program.clone(),
        phones: stage.crowds.iter().map(|crowd| crowd.phones).sum(),
        program_phones: plan.phone_count() as u64,
        kinds: stage.crowds.len(),
        seed: scenario.seed,
        seconds: scenario.lasts.0,
        starts: scenario.starts,
        servers,
        events,
        resyncs: Resyncs { done: tally.resyncs, failed: tally.failed, retries: tally.retries },
        reboots: tally.reboots,
        upgrades: tally.upgrades,
        upgrades_failed: tally.upgrades_failed,
        notes,
        tally,
    }
}

fn summary(values: impl Iterator<Item = u64> + Clone) -> Summary {
    let total: u64 = values.clone().sum();
    let seconds = values.clone().count().max(1);
    let top = peak(values.clone());
    let mean = total as f64 / seconds as f64;
    Summary { total, mean, p99: quantile(values, 99), peak: top.value, peak_at: top.at }
}

fn queue(comes: impl Iterator<Item = u64>, each: f64) -> Queue {
    let line = line(comes, each);
    let longest = line.longest.ceil() as u64;
    Queue { capacity: each, longest, longest_at: line.at, wait: line.longest / each, clear_at: line.clear }
}

/// Until the next event begins.
fn peaks(stage: &Stage<'_>, tally: &Tally, event: &Event) -> Vec<ServerPeak> {
    let others = stage.scenario.events.iter().map(|other| other.at.0).filter(|at| *at > event.at.0);
    let until = others.min().unwrap_or(u64::MAX);
    let of = |load: &Load| {
        let from = usize::try_from(event.at.0).unwrap_or(usize::MAX);
        let length = usize::try_from(until - event.at.0).unwrap_or(usize::MAX);
        peak(load.requests.iter().skip(from).take(length).map(|count| u64::from(*count)))
    };
    let loads = stage.served.plan().servers.iter().zip(&tally.servers);
    let loads = loads.filter(|(_, load)| load.requests.iter().any(|count| *count > 0));
    loads
        .map(|(server, load)| {
            let top = of(load);
            ServerPeak { server: server.id.clone(), requests: top.value, at: event.at.0 + top.at }
        })
        .collect()
}

/// What nobody should have to find out.
fn notes(stage: &Stage<'_>, tally: &Tally, servers: &[ServerReport], merged: usize) -> Vec<String> {
    let mut notes = Vec::new();
    let patience = SILENCE as f64 / 1000.0;
    let slow = servers.iter().filter(|server| server.queue.is_some_and(|queue| queue.wait > patience));
    notes.extend(slow.map(|server| {
        format!(
            "whoever waits at `{}` for more than {patience} s gives up and comes again, which is not played: it is worse than told",
            server.server
        )
    }));
    let phones = |crowds: &[&Crowd]| crowds.iter().map(|crowd| crowd.phones).sum::<u64>() as usize;
    let with_begun = || stage.crowds.iter().zip(stage.begun);
    let unplayed: Vec<&Crowd> = with_begun().filter(|(_, begun)| !begun.played).map(|(one, _)| one).collect();
    let lost: Vec<&Crowd> = with_begun().filter(|(_, begun)| begun.played && !begun.home).map(|(one, _)| one).collect();
    if !unplayed.is_empty() {
        notes.push(format!(
            "{} cannot be played: no load is known for their model",
            counted(phones(&unplayed), "phone")
        ));
    }
    if !lost.is_empty() {
        let whose: Vec<&str> =
            lost.iter().filter_map(|one| stage.served.fleet(one.phone)).map(|one| one.id.as_str()).collect();
        let whose = whose.first().copied().unwrap_or_default();
        notes.push(format!(
            "{} (of `{whose}`) do not get all their files on a day when nothing happens, and try again and again: see `prov check` and `prov test`",
            counted(phones(&lost), "phone")
        ));
    }
    if merged > 0 {
        notes.push(format!("{} more of phones are taken for others of their fleet", counted(merged, "kind")));
    }
    let firmware: u64 = tally.servers.iter().map(|load| load.firmware).sum();
    if firmware > 0 && stage.scenario.image == 0 {
        notes.push("the size of a load's images is not known, and not among the bytes: tell it with --image".into());
    }
    let stage_events = &stage.scenario.events;
    if stage_events.iter().any(|event| event.what == What::Firmware) && tally.upgrades == 0 {
        notes.push("no phone was upgraded: see `prov check`, or simulate longer".into());
    }
    notes
}
