//! What happens while serving, told to whoever listens. The table of what was seen always listens; others subscribe.

use super::bind::Service;
use super::clock::Clock;
use super::metrics::Metrics;
use super::seen::Seen;
use super::syslog::SyslogEvent;
use crate::phone::Mac;
use crate::plan::{Difference, Part, PhoneRef, ReportContent, Scheme};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::sync::broadcast;

/// How many events a slow listener may be behind before it misses some.
const BACKLOG: usize = 8192;

/// One thing that happened. Times are in [`Stamped`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A lease was given or extended; it is on disk, and the answer is about to leave.
    Lease {
        mac: Mac,
        /// The phone, if it is one of the program.
        phone: Option<PhoneRef>,
        model: Option<String>,
        address: IpAddr,
        network: String,
        /// Unix seconds.
        expires: u64,
        /// The provisioning options of the answer, as the phone reads them.
        options: Vec<(u16, String)>,
    },
    /// A lease ended early: the client gave it back, or found its address in use.
    LeaseEnded { mac: Mac, address: IpAddr, network: String, declined: bool },
    /// An address that was to be offered answers already: somebody has it who was never given it.
    Conflict { address: IpAddr, network: String },
    /// A client got no address, and why.
    NoLease { mac: Mac, why: String },
    /// A file was asked for. For TFTP, `status` is what HTTP would have said.
    File {
        scheme: Scheme,
        path: String,
        status: u16,
        /// Octets of the body as sent.
        bytes: u64,
        /// How many parameters the file sets.
        parameters: usize,
        /// What the file is; none when there is no such file.
        part: Option<Part>,
        gzip: bool,
        phone: Option<PhoneRef>,
        /// Who asked, as far as it can be told.
        mac: Option<Mac>,
        peer: SocketAddr,
        agent: Option<String>,
    },
    /// A phone told its configuration, or something that cannot be read.
    Report {
        mac: Mac,
        phone: PhoneRef,
        peer: SocketAddr,
        path: String,
        content: ReportContent,
        bytes: u64,
        sealed: bool,
        configuration: Result<Configuration, &'static str>,
    },
    /// A device that is not of the program asked for something that no other event tells: a message of DHCP, a name.
    Asked { mac: Option<Mac>, peer: Option<IpAddr>, service: Service, what: String, answer: String },
    /// A client of https got no connection.
    HandshakeFailed { peer: SocketAddr, why: String },
    /// A transfer began and did not end.
    TransferFailed { path: String, peer: SocketAddr, phone: Option<PhoneRef>, why: String },
    /// A syslog message; `report` where it speaks of a resync or an upgrade.
    Syslog { peer: IpAddr, mac: Option<Mac>, phone: Option<PhoneRef>, report: Option<SyslogEvent>, text: String },
    /// The lease store does not take records: no lease is given until it does.
    StateFailed { why: String },
    /// Leases can be kept again.
    StateWorks,
    /// Another plan is served from now on.
    Reloaded { phones: usize },
}

/// What a phone reported, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    pub parameters: usize,
    /// How many there are; of very many only the first are kept.
    pub different: usize,
    pub differences: Vec<Difference>,
}

/// Differences that are kept of one report.
const MOST_DIFFERENCES: usize = 100;

impl Configuration {
    pub fn new(parameters: usize, mut differences: Vec<Difference>) -> Self {
        let different = differences.len();
        differences.truncate(MOST_DIFFERENCES);
        // A value is as long as a report at most, and a report's is what somebody sent.
        for values in differences.iter_mut().filter_map(|one| one.values.as_mut()) {
            cut(&mut values.intended);
            values.reported.iter_mut().for_each(cut);
        }
        Configuration { parameters, different, differences }
    }
}

fn cut(text: &mut String) {
    const MOST: usize = 500;
    if text.chars().nth(MOST).is_some() {
        *text = text.chars().take(MOST).chain("…".chars()).collect();
    }
}

/// An event and its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamped {
    /// Milliseconds since 1970.
    pub at: u64,
    pub event: Event,
}

/// Counted, never told: too many and too small.
#[derive(Debug, Default)]
pub struct Counters {
    pub dns_queries: AtomicU64,
    /// Datagrams that no codec could read.
    pub malformed: AtomicU64,
    /// TFTP requests left unanswered because all transfers were taken.
    pub tftp_busy: AtomicU64,
}

impl Counters {
    pub fn add(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// The way from the services to the listeners.
#[derive(Debug)]
pub struct Events {
    clock: Clock,
    seen: Arc<Seen>,
    listeners: broadcast::Sender<Arc<Stamped>>,
    /// Whether the lease store refused what it was last given.
    failing: AtomicBool,
    pub counters: Counters,
    pub metrics: Metrics,
}

impl Events {
    pub fn new(clock: Clock, seen: Arc<Seen>) -> Self {
        let failing = AtomicBool::new(false);
        Events {
            clock,
            seen,
            listeners: broadcast::channel(BACKLOG).0,
            failing,
            counters: Counters::default(),
            metrics: Metrics::default(),
        }
    }

    /// Notes the event, and tells those who listen; with none, that costs one look at a counter.
    pub fn publish(&self, event: Event) {
        let at = self.clock.milliseconds();
        self.seen.note(at, &event);
        self.metrics.note(&event);
        match event {
            // Counted each time, and told once: on a full disk, each of a site's phones comes again and again.
            Event::StateFailed { .. } if self.failing.swap(true, Ordering::Relaxed) => return,
            // Looked at first: what is written by nobody is in everybody's cache.
            Event::Lease { .. } if self.store_fails() => self.store_works(),
            _ => {}
        }
        if self.listeners.receiver_count() > 0 {
            // The last listener may leave in between; then there is nobody to tell, which is no failure.
            let _ = self.listeners.send(Arc::new(Stamped { at, event }));
        }
    }

    /// Leases can be kept again.
    pub fn store_works(&self) {
        if self.failing.swap(false, Ordering::Relaxed) {
            self.publish(Event::StateWorks);
        }
    }

    /// Whether leases cannot be kept now, as far as was last seen.
    pub fn store_fails(&self) -> bool {
        self.failing.load(Ordering::Relaxed)
    }

    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Stamped>> {
        self.listeners.subscribe()
    }
}
