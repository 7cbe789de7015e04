//! One phone's record.

use super::standing::{Gap, Standing};
use crate::plan::{Part, ReportContent, Scheme};
use crate::serve::bind::Service;
use crate::serve::events::Configuration;
use crate::serve::syslog::{Subject, SyslogEvent, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::net::IpAddr;

/// How many paths are remembered of one phone. A program gives it at most five; the rest is for what it asks in vain.
const MOST_FILES: usize = 32;
/// How many questions are remembered of one stranger.
const MOST_ASKED: usize = 32;
/// How many names are remembered that a phone of the program looked up.
const MOST_LOOKUPS: usize = 4;
/// How many reports are remembered of one phone.
const MOST_REPORTS: usize = 16;

/// What was seen of one phone. Times are milliseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhoneSeen {
    /// When anything was last heard of it; 0: not since the start.
    pub last: u64,
    pub lease: Option<LeaseSeen>,
    /// The same over DHCPv6.
    pub lease6: Option<LeaseSeen>,
    /// Each path it asked for, in the order of the last request.
    pub files: Vec<FileSeen>,
    /// The last configuration that it reported and that could be read.
    pub configuration: Option<ConfigurationSeen>,
    /// What else it asked for: of a phone of the program the names that it looked up last.
    pub asked: Vec<AskedSeen>,
    /// The latest reports, oldest first.
    pub reports: VecDeque<ReportSeen>,
    /// The last time that no connection over TLS came about.
    pub handshake: Option<HandshakeSeen>,
    /// In which generation it was last looked at whether it had all its files, and what came of it; a request forgets it.
    pub(super) had: Option<(u64, bool)>,
    /// In which generation it was last counted, and as what.
    pub(super) counted: Option<(u64, Standing)>,
}

/// A handshake that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandshakeSeen {
    pub at: u64,
    pub why: String,
    pub(super) generation: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseSeen {
    pub address: IpAddr,
    pub network: String,
    /// Unix seconds.
    pub expires: u64,
    pub at: u64,
}

/// The last request for one path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSeen {
    pub scheme: Scheme,
    pub path: String,
    pub status: u16,
    pub bytes: u64,
    #[serde(skip)]
    pub part: Option<Part>,
    pub agent: Option<String>,
    pub at: u64,
    /// How often it was asked for.
    pub times: u64,
    #[serde(skip, default = "before")]
    pub(super) generation: u64,
}

/// The last time that a device asked for something that is no file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedSeen {
    pub service: Service,
    /// A message of DHCP and what it says of its sender, a name of DNS, a line of a log.
    pub what: String,
    /// What it was told.
    pub answer: String,
    pub at: u64,
    /// How often it asked for just that.
    pub times: u64,
}

/// A configuration as the phone reported it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigurationSeen {
    pub at: u64,
    pub content: ReportContent,
    pub told: Configuration,
    #[serde(skip, default = "before")]
    pub(super) generation: u64,
}

/// One report over syslog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportSeen {
    pub at: u64,
    pub report: SyslogEvent,
    pub text: String,
    #[serde(skip, default = "before")]
    pub(super) generation: u64,
}

/// The generation of what was seen before this start: none of its own.
fn before() -> u64 {
    u64::MAX
}

/// The longest path that is remembered of what was not found, and the longest of other texts, in octets.
const LONGEST: usize = 512;

fn cut(text: &mut String) {
    let end = (0..=LONGEST).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.truncate(end);
    // What was cut off would keep its room.
    text.shrink_to_fit();
}

/// How far a phone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Waiting,
    Leased,
    Fetching,
    Resynced,
    Failed,
}

impl State {
    pub const ALL: [State; 5] = [State::Waiting, State::Leased, State::Fetching, State::Resynced, State::Failed];

    pub const fn name(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Leased => "leased",
            State::Fetching => "fetching",
            State::Resynced => "resynced",
            State::Failed => "failed",
        }
    }
}

impl PhoneSeen {
    pub fn state(&self) -> State {
        match self.verdict() {
            Some(Verdict::Succeeded) => State::Resynced,
            Some(Verdict::Failed) => State::Failed,
            Some(Verdict::Requested) => State::Fetching,
            None if !self.files.is_empty() => State::Fetching,
            None if self.lease.is_some() || self.lease6.is_some() => State::Leased,
            None => State::Waiting,
        }
    }

    /// How it was last counted; one that was not since the program was taken is silent.
    pub(super) fn standing(&self, generation: u64) -> Standing {
        let counted = self.counted.filter(|(of, _)| *of == generation).map(|(_, standing)| standing);
        counted.unwrap_or(Standing { gap: Some(Gap::Silent), ..Standing::default() })
    }

    /// Where the lease of an address's family is noted.
    pub(super) fn lease_of(&mut self, address: IpAddr) -> &mut Option<LeaseSeen> {
        if address.is_ipv4() { &mut self.lease } else { &mut self.lease6 }
    }

    /// What the phone last said about its resyncs.
    pub fn verdict(&self) -> Option<Verdict> {
        self.last_report().map(|report| report.report.verdict)
    }

    /// The last report about a resync.
    pub fn last_report(&self) -> Option<&ReportSeen> {
        self.reports.iter().rev().find(|report| report.report.what == Subject::Resync)
    }

    pub(super) fn note_file(&mut self, mut file: FileSeen) {
        if file.status != 200 {
            cut(&mut file.path);
        }
        // What it has already it still has when it fetches something once more.
        if file.status != 200 || self.had != Some((file.generation, true)) {
            self.had = None;
        }
        file.agent.iter_mut().for_each(cut);
        if let Some(at) = self.files.iter().position(|old| old.path == file.path && old.scheme == file.scheme) {
            file.times += self.files.remove(at).times;
        } else if self.files.len() >= MOST_FILES {
            // What was asked in vain makes room before what was given.
            let at = self.files.iter().position(|old| old.status != 200).unwrap_or(0);
            self.files.remove(at);
        }
        // Room for a few more would be most of a record, of a million phones.
        self.files.reserve_exact(1);
        self.files.push(file);
    }

    pub(super) fn note_asked(&mut self, asked: AskedSeen) {
        self.note_question(asked, MOST_ASKED);
    }

    /// A name that a phone of the program looked up.
    pub(super) fn note_lookup(&mut self, asked: AskedSeen) {
        self.asked.reserve_exact(1);
        self.note_question(asked, MOST_LOOKUPS);
    }

    fn note_question(&mut self, mut asked: AskedSeen, most: usize) {
        cut(&mut asked.what);
        cut(&mut asked.answer);
        let same = |old: &AskedSeen| old.service == asked.service && old.what == asked.what;
        if let Some(at) = self.asked.iter().position(same) {
            asked.times += self.asked.remove(at).times;
        } else if self.asked.len() >= most {
            self.asked.remove(0);
        }
        self.asked.push(asked);
    }

    pub(super) fn note_handshake(&mut self, mut failed: HandshakeSeen) {
        cut(&mut failed.why);
        self.handshake = Some(failed);
    }

    pub(super) fn note_report(&mut self, mut report: ReportSeen) {
        let SyslogEvent { model, url, reason, .. } = &mut report.report;
        [model, url, reason].into_iter().flatten().chain([&mut report.text]).for_each(cut);
        if self.reports.len() >= MOST_REPORTS {
            self.reports.pop_front();
        }
        self.reports.reserve_exact(1);
        self.reports.push_back(report);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_cut_off_takes_no_room() {
        for (long, left) in [("x".repeat(20_000), LONGEST), ("é".repeat(20_000), LONGEST), ("€".repeat(20_000), 510)]
        {
            let mut text = long;
            cut(&mut text);
            assert!(text.len() == left && text.capacity() < 2 * LONGEST, "{} {}", text.len(), text.capacity());
        }
    }
}
