//! Whether the program's phones are where the program wants them.

use super::PhoneSeen;
use crate::plan::{Part, PhoneRef, Served};
use crate::serve::syslog::Verdict;

/// How many phones had everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub done: usize,
    pub total: usize,
}

impl Progress {
    pub fn is_complete(self) -> bool {
        self.done == self.total
    }
}

/// Whether one phone had everything, noted in its record.
pub(super) fn complete(seen: &mut PhoneSeen, served: &Served, phone: PhoneRef, generation: u64) -> bool {
    // What takes it back again clears the mark; looking up a phone's files costs too much to be done for each event.
    if seen.complete == Some(generation) {
        return true;
    }
    let complete = reported(seen, served, generation)
        && has_bootstrap(seen, served, phone, generation)
        && has_profiles(seen, served, phone, generation);
    seen.complete = complete.then_some(generation);
    complete
}

/// A program without a syslog service cannot hear of success; then the files speak alone.
fn reported(seen: &PhoneSeen, served: &Served, generation: u64) -> bool {
    served.plan().servers.iter().all(|server| server.services.syslog.is_none())
        || seen
            .last_report()
            .is_some_and(|report| report.generation == generation && report.report.verdict == Verdict::Succeeded)
}

fn has_bootstrap(seen: &PhoneSeen, served: &Served, phone: PhoneRef, generation: u64) -> bool {
    let Some(bootstrap) = served.fleet(phone).and_then(|fleet| fleet.bootstrap.as_ref()) else { return true };
    bootstrap.paths.is_empty()
        || bootstrap.paths.iter().any(|template| {
            let path = served.expand(phone, template);
            seen.files.iter().any(|file| file.status == 200 && file.generation == generation && file.path == path)
        })
}

fn has_profiles(seen: &PhoneSeen, served: &Served, phone: PhoneRef, generation: u64) -> bool {
    served.files_of(phone).into_iter().filter(|file| file.part != Part::Bootstrap).all(|file| {
        let Some(profile) = served.profile(file) else { return false };
        let path = served.path(file);
        seen.files.iter().any(|seen| {
            seen.status == 200 && seen.generation == generation && seen.scheme == profile.scheme && seen.path == path
        })
    })
}
