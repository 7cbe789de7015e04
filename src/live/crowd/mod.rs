//! Many phones at a time, each on its own address: what a server bears. In constant memory, whatever their number: phones
//! are made when they start, and what they tell is handed on or counted.

mod latency;

pub use latency::Took;

use super::{LiveEvent, LiveOptions, State, run};
use crate::phone::Mac;
use crate::phone::model::{Event, Resync};
use latency::Latencies;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

/// So many reasons are told apart; the rest is counted together.
const MOST_REASONS: usize = 32;
const OTHERS: &str = "other reasons";

/// How they come.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Starts a second.
    pub rate: f64,
    /// So many live at a time; more wait until one ends.
    pub at_a_time: usize,
}

/// One line of what a crowd tells: whose event it was, and in the end the sum.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum CrowdLine {
    Phone {
        mac: Mac,
        #[serde(flatten)]
        event: LiveEvent,
    },
    Summary(Summary),
}

/// How it went with all of them.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "event", rename = "crowd")]
pub struct Summary {
    pub phones: u64,
    pub resynced: u64,
    pub converged: u64,
    pub failed: u64,
    /// From the first start to the last end.
    pub seconds: f64,
    /// From the question to the lease.
    pub dhcp: Option<Took>,
    /// From a connection's begin to its answer, of all files.
    pub fetch: Option<Took>,
    /// From a phone's start to its end, where it did not fail.
    pub whole: Option<Took>,
    /// Why phones failed, and how many.
    pub reasons: BTreeMap<String, u64>,
}

struct Ended {
    state: State,
    took: Duration,
    dhcp: Vec<u64>,
    fetches: Vec<u64>,
    reason: Option<String>,
}

#[derive(Default)]
struct Tally {
    states: [u64; 3],
    dhcp: Latencies,
    fetch: Latencies,
    whole: Latencies,
    reasons: BTreeMap<String, u64>,
}

/// Starts all, and waits for them. Drop the future to unplug those that live.
pub async fn crowd(
    members: impl Iterator<Item = LiveOptions>,
    pace: Pace,
    lines: Option<mpsc::Sender<CrowdLine>>,
) -> Summary {
    let begun = Instant::now();
    let permits = Arc::new(Semaphore::new(pace.at_a_time.max(1)));
    let gap = Duration::from_secs_f64((1.0 / pace.rate).clamp(0.000_01, 86_400.0));
    let mut every = tokio::time::interval(gap);
    let mut tally = Tally::default();
    let mut set: JoinSet<Option<Ended>> = JoinSet::new();
    for options in members {
        every.tick().await;
        // Never closed.
        let Ok(permit) = permits.clone().acquire_owned().await else { break };
        let lines = lines.clone();
        set.spawn(async move {
            let ended = live(options, lines).await;
            drop(permit);
            ended
        });
        while let Some(ended) = set.try_join_next() {
            tally.note(ended.ok().flatten());
        }
    }
    while let Some(ended) = set.join_next().await {
        tally.note(ended.ok().flatten());
    }
    tally.summary(begun.elapsed())
}

async fn live(options: LiveOptions, lines: Option<mpsc::Sender<CrowdLine>>) -> Option<Ended> {
    let mac = options.identity.mac;
    let begun = Instant::now();
    let (tell, mut told) = mpsc::channel(16);
    let watch = async {
        let mut reason = None;
        let mut done = None;
        while let Some(event) = told.recv().await {
            match &event {
                LiveEvent::Happened { event, .. } => reason = why(event).or(reason),
                LiveEvent::Done(outcome) => done = Some(outcome.clone()),
            }
            if let Some(lines) = &lines {
                let _ = lines.send(CrowdLine::Phone { mac, event }).await;
            }
        }
        (done, reason)
    };
    let (_, (done, reason)) = tokio::join!(run(options, tell), watch);
    let outcome = done?;
    let took = begun.elapsed();
    let reason = (outcome.state == State::Failed).then(|| reason.unwrap_or_else(|| "the time was over".into()));
    Some(Ended { state: outcome.state, took, dhcp: outcome.took.dhcp, fetches: outcome.took.fetches, reason })
}

/// What stood in the way, without whose it was: a thousand phones that fail alike fail by one reason.
fn why(event: &Event) -> Option<String> {
    match event {
        Event::Dhcp { address: None, .. } => Some("no DHCP answer".into()),
        Event::Resync(Resync::Failed { reason, .. }) => {
            Some(reason.rsplit_once(": ").map_or(reason.as_str(), |(_, why)| why).to_owned())
        }
        _ => None,
    }
}

impl Tally {
    fn note(&mut self, ended: Option<Ended>) {
        let Some(ended) = ended else { return };
        let [resynced, converged, failed] = &mut self.states;
        match ended.state {
            State::Resynced => *resynced += 1,
            State::Converged => *converged += 1,
            State::Failed => *failed += 1,
        }
        if ended.state != State::Failed {
            self.whole.note(ended.took);
        }
        ended.dhcp.iter().for_each(|micros| self.dhcp.note(Duration::from_micros(*micros)));
        ended.fetches.iter().for_each(|micros| self.fetch.note(Duration::from_micros(*micros)));
        if let Some(reason) = ended.reason {
            let known = self.reasons.contains_key(&reason) || self.reasons.len() < MOST_REASONS;
            *self.reasons.entry(if known { reason } else { OTHERS.into() }).or_default() += 1;
        }
    }

    fn summary(self, took: Duration) -> Summary {
        let [resynced, converged, failed] = self.states;
        Summary {
            phones: resynced + converged + failed,
            resynced,
            converged,
            failed,
            seconds: took.as_secs_f64(),
            dhcp: self.dhcp.took(),
            fetch: self.fetch.took(),
            whole: self.whole.took(),
            reasons: self.reasons,
        }
    }
}
