//! Group commit: a thread of its own takes what has gathered while it wrote, and writes it at once. A sync of the
//! disk costs the same for one lease and for hundreds, and a fleet that powers on asks by the hundred.

use super::{Change, LeaseStore, Outcome, StateError};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// The most changes in one commit.
const MOST: usize = 1024;

/// Comes back when the change is durable, or refused.
pub type Ticket = oneshot::Receiver<Result<Outcome, StateError>>;

type Job = (Change, oneshot::Sender<Result<Outcome, StateError>>);

pub struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub fn start(store: Arc<dyn LeaseStore>) -> Result<Self, StateError> {
        let (jobs, waiting) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new()
            .name("leases".into())
            .spawn(move || run(store.as_ref(), &waiting))
            .map_err(|_| StateError::Stopped)?;
        Ok(Writer { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Hands a change over. A writer that has stopped drops it, which the ticket tells.
    pub fn submit(&self, change: Change) -> Ticket {
        let (done, ticket) = oneshot::channel();
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send((change, done));
        }
        ticket
    }
}

impl Drop for Writer {
    /// Writes what was handed over, then ends.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(store: &dyn LeaseStore, waiting: &mpsc::Receiver<Job>) {
    while let Ok(first) = waiting.recv() {
        let mut jobs = vec![first];
        jobs.extend(waiting.try_iter().take(MOST - 1));
        let (changes, done): (Vec<Change>, Vec<_>) = jobs.into_iter().unzip();
        // A client that does not wait any more is no failure: its lease is written all the same.
        match store.commit(&changes) {
            Ok(outcomes) => outcomes.into_iter().zip(done).for_each(|(outcome, done)| {
                let _ = done.send(Ok(outcome));
            }),
            Err(error) => done.into_iter().for_each(|done| {
                let _ = done.send(Err(error.clone()));
            }),
        }
    }
}
