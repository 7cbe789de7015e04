//! A program being served, as the terminal and the supervisor see it: what is said, what is read again, when it ends.

use super::Arguments;
use super::line::{Line, Ready};
use super::log::{Level, Log};
use super::reload::Reloading;
use super::signals::{Signal, Signals};
use super::supervisor::Supervisor;
use crate::cli::project::Project;
use crate::cli::{Format, Global, narrate, output, watch};
use crate::serve::{self, ReloadRequest, Running, Service};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// How often the supervisor's line about us is written anew, if it changed.
const STATUS: Duration = Duration::from_secs(5);

/// How long events gather before they are shown: to be woken for each would cost the services more than to answer does.
const GATHER: Duration = Duration::from_millis(10);

pub struct Host<'g> {
    /// Whom live phones accept as https servers, as PEM.
    pub trusted: Option<Arc<Vec<u8>>>,
    pub project: Project,
    pub arguments: Arguments,
    pub global: &'g Global,
    pub running: Running,
    pub log: Log,
    pub supervisor: Supervisor,
    /// Why the last reload was not taken.
    pub refused: Option<String>,
}

/// What wakes the host.
pub struct Sources {
    pub events: broadcast::Receiver<Arc<serve::Stamped>>,
    pub phones: JoinSet<()>,
    pub signals: Signals,
    pub changes: Option<watch::Watched>,
    pub asked: mpsc::Receiver<ReloadRequest>,
}

impl Host<'_> {
    pub fn ready(&mut self, begun: Instant) {
        let served = self.running.served();
        let plan = served.plan();
        for notice in self.running.notices() {
            self.log.note(&notice.to_string());
        }
        let profiles: usize = plan.fleets.iter().map(|fleet| fleet.profiles.len()).sum();
        let ports = self.running.ports().iter().map(|end| (end.service.to_string(), end.address.port())).collect();
        let ready = Line::Ready(Ready { ports });
        let text = format!(
            "prov {} · {} · {}, {}, {} · ready in {} ms",
            env!("CARGO_PKG_VERSION"),
            plan.program,
            output::count(plan.phone_count(), "phone"),
            output::count(profiles, "profile"),
            output::count(served.all_files().len(), "file"),
            begun.elapsed().as_millis()
        );
        self.log.event(&format!("{text}\n"), &ready);
        if !self.global.quiet && !self.log.is_json() {
            let shown = self.running.ports().iter().map(|endpoint| match endpoint.service {
                Service::Dashboard => format!("status http://{}", endpoint.address),
                service => format!("{service} {}", endpoint.address),
            });
            output::message(&format!("  {}\n", shown.collect::<Vec<_>>().join("   ")));
        }
        if self.arguments.format == Format::Json {
            output::json_line(&ready);
        }
        let status = self.status();
        self.supervisor.ready(&status);
    }

    /// How it stands, in a line.
    pub fn status(&self) -> String {
        let served = self.running.served();
        let progress = self.running.seen().progress();
        let program = &served.plan().program;
        let stands = format!(
            "{program}: {} of {} are where the program wants them",
            progress.done,
            output::count(progress.total, "phone")
        );
        match &self.refused {
            Some(why) => format!("{stands}; not reloaded: {why}"),
            None => stands,
        }
    }

    /// Prints what happens, reloads what changes, and ends when told to.
    pub async fn run(&mut self, sources: Sources) {
        let Sources { mut events, mut phones, mut signals, changes, mut asked } = sources;
        let (_watcher, mut changes) = match changes {
            Some((watcher, changes)) => (Some(watcher), watch::settled(changes)),
            None => (None, mpsc::channel(1).1),
        };
        let mut heartbeat = self.supervisor.heartbeat().map(tokio::time::interval);
        let mut status = tokio::time::interval(STATUS);
        let mut reloading = Reloading::default();
        let mut told = false;
        let mut gathered = tokio::time::Instant::now();
        loop {
            let event = async {
                tokio::time::sleep_until(gathered).await;
                events.recv().await
            };
            tokio::select! {
                event = event => match event {
                    Ok(event) => {
                        self.tell(&event, events.is_empty(), &mut told);
                        if events.is_empty() {
                            gathered = tokio::time::Instant::now() + GATHER;
                        }
                    }
                    Err(RecvError::Lagged(missed)) => {
                        self.log.note(&format!("{missed} events are not shown; there are too many at once"));
                    }
                    Err(RecvError::Closed) => return,
                },
                signal = signals.next() => match signal {
                    Signal::Stop => return,
                    Signal::Reload => reloading.ask(self, None),
                },
                Some(()) = changes.recv() => reloading.ask(self, None),
                Some(ReloadRequest { answer }) = asked.recv() => reloading.ask(self, Some(answer)),
                planned = reloading.read() => reloading.end(self, planned),
                () = beat(&mut heartbeat) => self.supervisor.alive(),
                _ = status.tick() => {
                    let status = self.status();
                    self.supervisor.status(&status);
                }
                Some(_) = phones.join_next() => {}
            }
            if self.arguments.once && self.running.seen().complete() {
                // The last answer may still be on its way out.
                tokio::time::sleep(watch::SETTLE).await;
                while let Ok(event) = events.try_recv() {
                    self.tell(&event, events.is_empty(), &mut told);
                }
                return;
            }
        }
    }

    /// Prints an event; after the last that waits, whether all phones are there: what was seen runs ahead of what is shown.
    fn tell(&self, event: &serve::Stamped, last: bool, told: &mut bool) {
        let served = self.running.served();
        if self.arguments.format == Format::Json {
            output::json_line(&Line::new(event, &served));
        } else if !self.global.quiet
            && let Some(line) = narrate::line(event, &served, self.global.verbose)
        {
            self.log.event(&line, &Line::new(event, &served));
        }
        if matches!(event.event, serve::Event::Reloaded { .. }) {
            *told = false;
        }
        if !*told && last {
            let progress = self.running.seen().progress();
            if progress.is_complete() && progress.total > 0 {
                *told = true;
                let text = format!("{} of {} phones are where the program wants them", progress.done, progress.total);
                self.log.say(Level::Info, &text, json!({ "event": "complete" }));
            }
        }
    }
}

async fn beat(heartbeat: &mut Option<tokio::time::Interval>) {
    match heartbeat {
        Some(heartbeat) => drop(heartbeat.tick().await),
        None => std::future::pending().await,
    }
}
