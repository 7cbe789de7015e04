//! The one way in which a program is read again, whoever asks for it: a changed file, SIGHUP, the API. It is compiled beside
//! what is served; what is sound takes the place of the last good program, and what is not changes nothing.

use super::host::Host;
use super::log::Level;
use super::tls;
use crate::cli::{Failure, secrets};
use crate::diagnostic::Document;
use crate::pipeline::Planned;
use crate::serve::{Finding, Reload};
use serde_json::json;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Findings that the API lists of one reload.
const MOST_LISTED: usize = 100;

/// Those who wait for what comes of a reload.
type Askers = Vec<oneshot::Sender<Reload>>;

/// A reload under way, and whether there is to be another.
#[derive(Default)]
pub struct Reloading {
    now: Option<(Instant, JoinHandle<Planned>)>,
    askers: Askers,
    /// What came after this one had begun to read: nobody knows whether it read that.
    again: bool,
    later: Askers,
}

impl Reloading {
    /// Begins one, or another after the one that is under way.
    pub fn ask(&mut self, host: &mut Host<'_>, asker: Option<oneshot::Sender<Reload>>) {
        if self.now.is_some() {
            self.again = true;
            self.later.extend(asker);
            return;
        }
        self.askers.extend(asker);
        self.begin(host);
    }

    fn begin(&mut self, host: &mut Host<'_>) {
        host.supervisor.reloading();
        let (project, offset, before) = (host.project.clone(), host.arguments.ports, host.running.served());
        // Reading and checking a large program takes a while, in which phones and listeners are not to wait.
        let planning = tokio::task::spawn_blocking(move || project.plan_after(offset, Some(&before)));
        self.now = Some((Instant::now(), planning));
    }

    /// What was read, as soon as it was; never, where nothing is under way.
    pub async fn read(&mut self) -> Option<Planned> {
        match &mut self.now {
            Some((_, planning)) => planning.await.ok(),
            None => std::future::pending().await,
        }
    }

    /// Serves what was read, tells how it went, and begins what was asked for meanwhile.
    pub fn end(&mut self, host: &mut Host<'_>, planned: Option<Planned>) {
        let begun = self.now.take().map_or_else(Instant::now, |(begun, _)| begun);
        let reload = host.take(planned, begun);
        for asker in self.askers.drain(..) {
            // Whoever asked may have gone.
            let _ = asker.send(reload.clone());
        }
        if std::mem::take(&mut self.again) {
            self.askers = std::mem::take(&mut self.later);
            self.begin(host);
        } else {
            let status = host.status();
            host.supervisor.ready(&status);
        }
    }
}

impl Host<'_> {
    /// The program as it is now, if it is sound; the last good one stays otherwise.
    fn take(&mut self, planned: Option<Planned>, begun: Instant) -> Reload {
        let mut reload = Reload::default();
        let taken = match planned {
            Some(planned) => {
                self.log.findings(planned.findings(), planned.sources(), self.global);
                let listed = planned.findings().get(..MOST_LISTED).unwrap_or(planned.findings());
                reload.found = planned.findings().len();
                reload.findings = findings(Document::new(listed, planned.sources(), 0));
                self.replace(planned)
            }
            None => Err(Failure::new("the program could not be read to its end")),
        };
        let took = begun.elapsed();
        self.running.reloaded(taken.is_ok(), took);
        let served = self.running.served();
        reload.program = served.plan().program.clone();
        reload.phones = served.plan().phone_count();
        reload.milliseconds = took.as_millis().try_into().unwrap_or(u64::MAX);
        match taken {
            Ok(notices) => {
                reload.reloaded = true;
                notices.iter().for_each(|notice| self.log.note(notice));
                reload.notices = notices;
            }
            Err(error) => {
                let why = error.to_string();
                self.log.say(Level::Error, &format!("not reloaded: {why}"), json!({ "event": "not reloaded" }));
                reload.why = Some(why);
            }
        }
        self.refused.clone_from(&reload.why);
        reload
    }

    fn replace(&self, planned: Planned) -> Result<Vec<String>, Failure> {
        let served = planned.into_served().ok_or_else(|| Failure::new("the last good program goes on"))?;
        let served = secrets::all(served, &self.project)?;
        let files = tls::files(&served, &self.project)?;
        let notices =
            self.running.replace(Arc::new(served), &files).map_err(|error| Failure::new(error.to_string()))?;
        Ok(notices.iter().map(ToString::to_string).collect())
    }
}

fn findings(document: Document) -> Vec<Finding> {
    let entries = document.diagnostics.into_iter().map(|entry| Finding {
        code: entry.code,
        severity: entry.severity,
        message: entry.message,
        file: entry.file,
        line: entry.line,
        column: entry.column,
        help: entry.help,
    });
    entries.collect()
}
