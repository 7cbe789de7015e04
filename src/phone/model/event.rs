//! What a phone's life looks like from outside, for timelines, verdicts and the JSON lines of `prov phone`.

use super::{Cause, CloudAnswer, CloudQuery, Customization, Millis, Query};
use crate::phone::rule::RuleFault;
use serde::Serialize;
use std::fmt::{self, Display, Formatter};
use std::net::Ipv4Addr;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Event {
    /// The phone starts.
    Reboot {
        reason: String,
        firmware: String,
    },
    /// The lease, or none. `options` are those a phone reads for provisioning, as text.
    Dhcp {
        address: Option<Ipv4Addr>,
        server: Option<Ipv4Addr>,
        options: Vec<(u8, String)>,
    },
    Dns {
        query: Query,
        found: Found,
    },
    /// Where a rule without a server leads; `source` is `option 66`, `_ciscoprov-http._tcp.example.com` and the like.
    Discovery {
        source: String,
        urls: Vec<String>,
    },
    Rule {
        parameter: String,
        note: String,
    },
    Fetch {
        parameter: String,
        url: String,
        outcome: Outcome,
    },
    Apply {
        parameter: String,
        url: String,
        /// How many parameters the file set.
        parameters: usize,
        /// The rule parameters whose text it changed.
        rules: Vec<String>,
    },
    /// What the phone passes over in a file that it applies, without a word of its own (WF §1, PB §9). Told on request only.
    Remark {
        url: String,
        text: String,
    },
    Resync(Resync),
    Syslog {
        server: String,
        text: String,
    },
    Upgrade(Upgrade),
    /// Cisco's cloud was asked, and what it said.
    Cloud {
        query: CloudQuery,
        answer: CloudAnswer,
    },
    /// The field Customization of the status page (PB §3).
    Customization {
        state: Customization,
    },
    /// A report was sent, and what became of it (PB §16).
    Report {
        url: String,
        outcome: Outcome,
    },
    /// A field of the status page that says how something beside resyncs and upgrades went.
    Status {
        field: StatusField,
        succeeded: bool,
        text: String,
    },
    /// What happens round the phone in a story: a call, servers that fail.
    Around {
        text: String,
    },
    /// Where a live phone listens for whoever tells it something: `udp 127.0.10.1:5060`, `http 127.0.10.1:80`.
    Listens {
        places: Vec<String>,
    },
    Error {
        message: String,
    },
}

/// Where a resync stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(tag = "phase", rename_all = "lowercase")]
pub enum Resync {
    /// The phone waits before its first resync (Resync_Random_Delay).
    Delayed {
        seconds: u64,
    },
    /// Neither trigger is true (PB §8.4).
    Held,
    /// A line is in use (PB §8.1).
    Busy,
    Begun {
        cause: Cause,
    },
    /// All rules were followed, and the rules in `changed` are no longer those that were: at once once more.
    Again {
        changed: Vec<String>,
    },
    /// `next` counts seconds from here.
    Done {
        files: usize,
        next: Option<u64>,
    },
    Failed {
        reason: String,
        class: Class,
        next: Option<u64>,
        #[serde(skip)]
        by: Obstacle,
    },
    /// The files keep changing the rules: given up until the next resync.
    Looping {
        rounds: usize,
    },
    /// A request that the phone does not follow, and why.
    Ignored {
        reason: String,
    },
}

/// Where an upgrade stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(tag = "phase", rename_all = "lowercase")]
pub enum Upgrade {
    Begun {
        load: String,
        url: String,
    },
    /// The load was in the inactive partition.
    Activated {
        load: String,
    },
    /// The load came; the phone restarts on it.
    Done {
        load: String,
    },
    /// `next` counts seconds from here.
    Failed {
        reason: String,
        next: Option<u64>,
    },
    /// Downgrade_Rev_Limit.
    Refused {
        load: String,
        reason: String,
    },
}

/// The fields of the status page that the model keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub enum StatusField {
    /// PB §26.
    #[serde(rename = "Custom CA Status")]
    CustomCa,
    /// PB §25.
    #[serde(rename = "Transition Authorization Status")]
    Transition,
    /// PB §27.
    #[serde(rename = "MIC Cert Refresh Status")]
    Renewal,
}

impl StatusField {
    /// As the page calls it.
    pub const fn label(self) -> &'static str {
        match self {
            StatusField::CustomCa => "Custom CA Status",
            StatusField::Transition => "Transition Authorization Status",
            StatusField::Renewal => "MIC Cert Refresh Status",
        }
    }
}

/// PB §11.1: what kind of failure. Both wait by Resync_Error_Retry_Delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub enum Class {
    /// Not found, or corrupt.
    B,
    /// Anything else.
    C,
}

/// What a resync failed by, for whoever judges it; the reason tells it in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Obstacle {
    /// A rule that cannot be followed.
    Rule(RuleFault),
    /// A file of this host is not a profile, or does not open.
    Corrupt { host: String },
    /// Somebody is to enter an activation code.
    ActivationCode,
    /// No server, no file, no answer.
    #[default]
    Fetching,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Found {
    Addresses(Vec<Ipv4Addr>),
    /// `priority weight port target`, in the order in which the phone tries them.
    Services(Vec<String>),
    Nothing,
    Timeout,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// A file of so many octets.
    File {
        bytes: usize,
        gzip: bool,
    },
    Status(u16),
    Redirect {
        status: u16,
        to: String,
    },
    Tftp {
        code: u16,
        text: String,
    },
    Timeout,
    Failed(String),
}

/// An event and its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Entry {
    pub t: Millis,
    #[serde(flatten)]
    pub event: Event,
}

/// What happened, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Timeline {
    pub entries: Vec<Entry>,
}

impl Display for Timeline {
    /// One line an event: `0:01  http /common/8841-3PCC.xml  200 …`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for entry in &self.entries {
            writeln!(f, "{entry}")?;
        }
        Ok(())
    }
}

impl Display for Entry {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let seconds = self.t / 1000;
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        if hours > 0 {
            write!(f, "{hours}:{minutes:02}:{seconds:02}  {}", self.event)
        } else {
            write!(f, "{minutes}:{seconds:02}  {}", self.event)
        }
    }
}

impl Display for Event {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Event::Reboot { reason, firmware } => write!(f, "boots on {firmware} ({reason})"),
            Event::Dhcp { address: None, .. } => f.write_str("no DHCP answer"),
            Event::Dhcp { address: Some(address), options, .. } => {
                write!(f, "lease {address}")?;
                options.iter().try_for_each(|(code, text)| write!(f, ", option {code} {text}"))
            }
            Event::Dns { query, found } => write!(f, "dns {}: {found}", query.name()),
            Event::Discovery { source, urls } => {
                write!(f, "{source}: ")?;
                match urls.as_slice() {
                    [] => f.write_str("leads nowhere"),
                    [one] => f.write_str(one),
                    [first, ..] => write!(f, "{first} and {} more", urls.len() - 1),
                }
            }
            Event::Rule { parameter, note } => write!(f, "{parameter}: {note}"),
            Event::Fetch { parameter, url, outcome } => write!(f, "{parameter}: {url}  {outcome}"),
            Event::Apply { parameter, parameters, rules, .. } => {
                write!(f, "{parameter}: {parameters} parameters set")?;
                if rules.is_empty() { Ok(()) } else { write!(f, ", changes {}", rules.join(", ")) }
            }
            Event::Resync(resync) => resync.fmt(f),
            Event::Syslog { server, text } => write!(f, "syslog to {server}: {text}"),
            Event::Upgrade(upgrade) => upgrade.fmt(f),
            Event::Cloud { query, answer } => write!(f, "{query}: {answer}"),
            Event::Customization { state } => write!(f, "customization: {state}"),
            Event::Report { url, outcome } => write!(f, "report to {url}  {outcome}"),
            Event::Status { field, text, .. } => write!(f, "{}: {text}", field.label()),
            Event::Around { text } => f.write_str(text),
            Event::Remark { url, text } => write!(f, "passed over in {url}: {text}"),
            Event::Listens { places } if places.is_empty() => f.write_str("listens nowhere"),
            Event::Listens { places } => write!(f, "listens on {}", places.join(", ")),
            Event::Error { message } => write!(f, "error: {message}"),
        }
    }
}

impl Display for Resync {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let next = |f: &mut Formatter<'_>, next: &Option<u64>| match next {
            Some(seconds) => write!(f, "; next in {seconds} s"),
            None => f.write_str("; no other will follow by itself"),
        };
        match self {
            Resync::Delayed { seconds } => write!(f, "waits {seconds} s before its first resync"),
            Resync::Held => f.write_str("resync held back: no trigger is true"),
            Resync::Busy => f.write_str("resync held back: a line is in use"),
            Resync::Begun { cause } => write!(f, "resync begins ({cause})"),
            Resync::Again { changed } => write!(f, "resyncs again at once: {} changed", changed.join(", ")),
            Resync::Done { files, next: seconds } => {
                write!(f, "resynced, {files} {}", if *files == 1 { "file" } else { "files" })?;
                next(f, seconds)
            }
            Resync::Failed { reason, next: seconds, .. } => {
                write!(f, "resync fails: {reason}")?;
                next(f, seconds)
            }
            Resync::Looping { rounds } => {
                write!(f, "the files change the rules for ever (given up after {rounds} rounds)")
            }
            Resync::Ignored { reason } => write!(f, "request ignored: {reason}"),
        }
    }
}

impl Display for Upgrade {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Upgrade::Begun { load, .. } => write!(f, "upgrade to {load} begins"),
            Upgrade::Activated { load } => write!(f, "switches to {load} in the inactive partition"),
            Upgrade::Done { load } => write!(f, "upgraded to {load}"),
            Upgrade::Failed { reason, next: Some(next) } => write!(f, "upgrade fails: {reason}; next in {next} s"),
            Upgrade::Failed { reason, next: None } => write!(f, "upgrade fails: {reason}; not tried again"),
            Upgrade::Refused { load, reason } => write!(f, "upgrade to {load} refused: {reason}"),
        }
    }
}

impl Display for Found {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Found::Addresses(addresses) => {
                f.write_str(&addresses.iter().map(Ipv4Addr::to_string).collect::<Vec<_>>().join(", "))
            }
            Found::Services(services) => f.write_str(&services.join(", ")),
            Found::Nothing => f.write_str("no such name"),
            Found::Timeout => f.write_str("no answer"),
        }
    }
}

impl Display for Outcome {
    /// Short and without numbers of its own: this is also what `$ERR` says.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::File { bytes, gzip } => write!(f, "{bytes} octets{}", if *gzip { ", gzip" } else { "" }),
            Outcome::Status(status) => write!(f, "{status}"),
            Outcome::Redirect { status, to } => write!(f, "{status} to {to}"),
            Outcome::Tftp { code: 1, .. } => f.write_str("file not found"),
            Outcome::Tftp { code, text } => write!(f, "TFTP error {code} {text}"),
            Outcome::Timeout => f.write_str("no answer"),
            Outcome::Failed(why) => f.write_str(why),
        }
    }
}
