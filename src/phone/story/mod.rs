//! A test story: steps that happen to one phone, and what is expected between them. Played in virtual time.

mod expect;
mod play;
mod trouble;

pub use expect::{Compare, Ended, Expectation};
pub use play::{play, play_with};

use super::Settings;
use super::model::{Millis, Timeline};
use super::profile::Profile;
use super::stance::Stances;

/// One story, in order. `id` is the caller's own: where the line stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    pub name: String,
    pub start: Start,
    /// Chance in the story; the same seed tells the same story.
    pub seed: u64,
    /// Which readings the phone follows where the vendor's texts contradict each other.
    pub stances: Stances,
    /// Entered when the phone asks for an activation code after it was switched on.
    pub code: Option<String>,
    /// Texts that must not travel in clear, for `expect no secret in clear`.
    pub secrets: Vec<String>,
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub id: usize,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Step(Step),
    Expect(Expectation),
}

/// What the phone holds when the story begins.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Start {
    #[default]
    FactoryFresh,
    /// These parameters were set.
    Running(Settings),
    /// It once applied this file; what its elements without a value did is a matter of reading (C-15).
    Applied(Profile),
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Power on (or off and on), and wait until the phone has resynced or given up for now.
    Boot,
    /// So many seconds pass; a resync that is under way then is awaited.
    After(u64),
    /// No file server answers for so many seconds from here. DHCP and DNS do (inferred: they are other machines).
    ServerDown {
        seconds: u64,
    },
    /// Web servers answer with this status for so many seconds from here; TFTP servers with file not found for 404 and with
    /// error 0 for others.
    ServerAnswers {
        status: u16,
        seconds: u64,
    },
    Notify,
    /// A call begins, and lasts so many seconds from here; one that goes on already lasts as long as the longer of both.
    Call {
        seconds: u64,
    },
    /// A parameter is set by hand: `GPP_A`.
    Set {
        element: String,
        value: String,
    },
}

/// How a story ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// One for each expectation, in order.
    pub checks: Vec<Check>,
    pub timeline: Timeline,
}

impl Verdict {
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|check| check.holds)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub id: usize,
    pub holds: bool,
    /// What was found, for people.
    pub actual: String,
    /// Why it was not looked at: then nothing was found, and it does not hold.
    pub unseen: Option<&'static str>,
    /// When it was looked at, and how many entries the timeline had then.
    pub at: Millis,
    pub entries: usize,
}
