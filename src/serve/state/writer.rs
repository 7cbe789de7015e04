//! Group commit: a thread of its own takes what has gathered while it wrote, and writes it at once. A sync of the
//! disk costs the same for one lease and for hundreds, and a fleet that powers on asks by the hundred.

use super::{Lease, LeaseStore, Outcome, StateError};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// The most requests in one commit.
const MOST: usize = 1024;

/// Comes back when the leases are durable, or refused: an outcome for each.
pub type Ticket = oneshot::Receiver<Result<Vec<Outcome>, StateError>>;

/// What is done then, by the thread that wrote: answers that many clients wait for need nobody else to be woken.
type Then = Box<dyn FnOnce(Result<Vec<Outcome>, StateError>) + Send>;

type Job = (Vec<Lease>, Then);

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

    /// Hands over the leases of one answer. A writer that has stopped drops them, which the ticket tells.
    pub fn submit(&self, leases: Vec<Lease>) -> Ticket {
        let (done, ticket) = oneshot::channel();
        // A client that does not wait any more is no failure: its lease is written all the same.
        self.submit_then(leases, move |outcomes| drop(done.send(outcomes)));
        ticket
    }

    /// The same, for what is done without waiting: the next leases are written after it.
    pub fn submit_then(
        &self,
        leases: Vec<Lease>,
        then: impl FnOnce(Result<Vec<Outcome>, StateError>) + Send + 'static,
    ) {
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send((leases, Box::new(then)));
        }
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
        let mut leases = Vec::new();
        let mut asked = Vec::new();
        for (wanted, then) in std::iter::once(first).chain(waiting.try_iter().take(MOST - 1)) {
            asked.push((wanted.len(), then));
            leases.extend(wanted);
        }
        match store.commit(&leases) {
            Ok(outcomes) => {
                let mut outcomes = outcomes.into_iter();
                for (count, then) in asked {
                    then(Ok(outcomes.by_ref().take(count).collect()));
                }
            }
            Err(error) => asked.into_iter().for_each(|(_, then)| then(Err(error.clone()))),
        }
    }
}
