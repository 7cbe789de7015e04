//! Figures for Prometheus. What happens is counted where it happens; what is (leases, phones by their state) is looked up
//! when somebody asks. Every set of labels is bounded by the protocols or by the program, never by what clients say.

mod counts;
mod page;

pub(super) use page::page;

use super::events::Event;
use super::syslog::Verdict;
use crate::phone::{dhcp, dhcp6};
use crate::plan::Scheme;
use counts::{Counts, durations};
use prometheus::{Histogram, IntGauge, Registry};
use std::fmt;
use std::time::Duration;

/// What HTTP answers with; the last stands for all others.
const STATUSES: [&str; 17] = [
    "200", "206", "301", "302", "400", "401", "403", "404", "405", "408", "411", "413", "416", "431", "500", "503",
    "other",
];
const SCHEMES: [Scheme; 3] = [Scheme::Tftp, Scheme::Http, Scheme::Https];
/// Bounds of what takes microseconds when all is well.
const ANSWERS: [f64; 12] = [0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0];
const RELOADS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];

/// Where one client sent too much.
#[derive(Clone, Copy)]
pub enum Flooded {
    Dhcp,
    Dhcp6,
    /// A request after too many that were refused.
    Http,
    Dashboard,
    Syslog,
}

impl Flooded {
    const NAMES: [&str; 5] = ["dhcp", "dhcp6", "http", "dashboard", "syslog"];
}

/// What becomes of leases.
#[derive(Clone, Copy)]
enum Leases {
    Given,
    Released,
    Declined,
    Refused,
    Conflict,
    NotKept,
}

impl Leases {
    const NAMES: [&str; 6] = ["given", "released", "declined", "refused", "conflict", "not_kept"];
}

/// The counters of a process that serves.
pub struct Metrics {
    registry: Registry,
    dhcp: [Counts; 2],
    dhcp6: [Counts; 2],
    requests: Counts,
    octets: Counts,
    durations: Option<Histogram>,
    leases: Counts,
    transfers: Counts,
    syslog: Counts,
    reports: Counts,
    handshakes: Counts,
    limited: Counts,
    reloads: Counts,
    reload: Option<Histogram>,
    loaded: Option<IntGauge>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let registry = Registry::new();
        let one = |name, help, label, values: &[&'static str]| {
            let each: Vec<_> = values.iter().map(|value| vec![*value]).collect();
            Counts::new(&registry, name, help, &[label], &each)
        };
        let v4: Vec<_> = dhcp::MessageType::ALL.into_iter().map(v4).collect();
        let v6: Vec<_> = dhcp6::Kind::ALL.into_iter().map(v6).collect();
        let schemes = SCHEMES.map(Scheme::name);
        let answered = |scheme: &'static str| STATUSES.map(|status| vec![scheme, status]);
        let loaded =
            IntGauge::new("prov_program_loaded_timestamp_seconds", "When the program that is served was taken");
        let loaded = loaded.ok().inspect(|gauge| drop(registry.register(Box::new(gauge.clone()))));
        #[cfg(target_os = "linux")]
        let _ = registry.register(Box::new(prometheus::process_collector::ProcessCollector::for_self()));
        Metrics {
            dhcp: [
                one("prov_dhcp_messages_total", "DHCP messages that came, by type", "type", &v4),
                one("prov_dhcp_answers_total", "DHCP messages that were sent, by type", "type", &v4),
            ],
            dhcp6: [
                one("prov_dhcp6_messages_total", "DHCPv6 messages that came, by type", "type", &v6),
                one("prov_dhcp6_answers_total", "DHCPv6 messages that were sent, by type", "type", &v6),
            ],
            requests: Counts::new(
                &registry,
                "prov_http_requests_total",
                "Answers over HTTP and HTTPS, by status",
                &["scheme", "status"],
                &["http", "https"].map(answered).concat(),
            ),
            octets: one("prov_file_bytes_total", "Octets of files that were given, by scheme", "scheme", &schemes),
            durations: durations(
                &registry,
                "prov_http_request_duration_seconds",
                "From a request's header to the answer's, over HTTP and HTTPS",
                &ANSWERS,
            ),
            leases: one("prov_lease_events_total", "What became of leases, of both families", "event", &Leases::NAMES),
            transfers: one(
                "prov_tftp_transfers_total",
                "TFTP transfers that ended, by outcome",
                "outcome",
                &["complete", "failed", "not_found"],
            ),
            syslog: one(
                "prov_syslog_messages_total",
                "Syslog messages, by what they say of a resync or upgrade",
                "verdict",
                &["requested", "succeeded", "failed", "other"],
            ),
            reports: one(
                "prov_reports_total",
                "Reports of phones on their configuration, by whether they could be read",
                "outcome",
                &["read", "unreadable"],
            ),
            handshakes: Counts::new(
                &registry,
                "prov_tls_handshake_failures_total",
                "Clients of https that got no connection",
                &[],
                &[vec![]],
            ),
            limited: one(
                "prov_limited_total",
                "What was not heard or answered, since one client sent too much, by service",
                "service",
                &Flooded::NAMES,
            ),
            reloads: one(
                "prov_reloads_total",
                "Reloads, by whether the program was taken",
                "outcome",
                &["taken", "refused"],
            ),
            reload: durations(
                &registry,
                "prov_reload_duration_seconds",
                "From a change that was seen to the new program live, or refused",
                &RELOADS,
            ),
            loaded,
            registry,
        }
    }
}

impl Metrics {
    pub fn dhcp_received(&self, kind: Option<dhcp::MessageType>) {
        let [received, _] = &self.dhcp;
        kind.into_iter().for_each(|kind| received.add(kind as usize));
    }

    pub fn dhcp_sent(&self, kind: Option<dhcp::MessageType>) {
        let [_, sent] = &self.dhcp;
        kind.into_iter().for_each(|kind| sent.add(kind as usize));
    }

    pub fn dhcp6_received(&self, kind: dhcp6::Kind) {
        let [received, _] = &self.dhcp6;
        received.add(kind as usize);
    }

    pub fn dhcp6_sent(&self, kind: dhcp6::Kind) {
        let [_, sent] = &self.dhcp6;
        sent.add(kind as usize);
    }

    /// An answer over HTTP or HTTPS.
    pub fn answered(&self, scheme: Scheme, status: u16, took: Duration) {
        self.unread(scheme, status);
        if let Some(durations) = &self.durations {
            durations.observe(took.as_secs_f64());
        }
    }

    /// An answer to what could not be read as a request: it is over before anything is measured.
    pub fn unread(&self, scheme: Scheme, status: u16) {
        let status = STATUSES.iter().position(|name| name.parse() == Ok(status)).unwrap_or(STATUSES.len() - 1);
        let of_scheme = if scheme == Scheme::Https { STATUSES.len() } else { 0 };
        self.requests.add(of_scheme + status);
    }

    pub fn limited(&self, service: Flooded) {
        self.limited.add(service as usize);
    }

    /// A program was read again: taken at this Unix second, or refused.
    pub fn reloaded(&self, taken: Option<u64>, took: Duration) {
        self.reloads.add(usize::from(taken.is_none()));
        if let Some(reload) = &self.reload {
            reload.observe(took.as_secs_f64());
        }
        taken.into_iter().for_each(|at| self.loaded(at));
    }

    /// The program that is served was taken at this Unix second.
    pub fn loaded(&self, at: u64) {
        if let Some(loaded) = &self.loaded {
            loaded.set(at.try_into().unwrap_or(i64::MAX));
        }
    }

    pub(super) fn note(&self, event: &Event) {
        match event {
            Event::Lease { .. } => self.leases.add(Leases::Given as usize),
            Event::LeaseEnded { declined: true, .. } => self.leases.add(Leases::Declined as usize),
            Event::LeaseEnded { declined: false, .. } => self.leases.add(Leases::Released as usize),
            Event::Conflict { .. } => self.leases.add(Leases::Conflict as usize),
            Event::NoLease { .. } => self.leases.add(Leases::Refused as usize),
            Event::StateFailed { .. } => self.leases.add(Leases::NotKept as usize),
            Event::File { scheme, status, bytes, .. } => {
                if let Some(at) = SCHEMES.iter().position(|known| known == scheme) {
                    self.octets.add_many(at, *bytes);
                }
                if *scheme == Scheme::Tftp {
                    self.transfers.add(match status {
                        200 => 0,
                        404 => 2,
                        _ => 1,
                    });
                }
            }
            Event::TransferFailed { .. } => self.transfers.add(1),
            Event::Report { configuration, .. } => self.reports.add(usize::from(configuration.is_err())),
            Event::HandshakeFailed { .. } => self.handshakes.add(0),
            Event::Syslog { report, .. } => self.syslog.add(match report.as_ref().map(|report| report.verdict) {
                Some(Verdict::Requested) => 0,
                Some(Verdict::Succeeded) => 1,
                Some(Verdict::Failed) => 2,
                None => 3,
            }),
            Event::Asked { .. } | Event::Reloaded { .. } | Event::StateWorks => {}
        }
    }
}

fn v4(kind: dhcp::MessageType) -> &'static str {
    use dhcp::MessageType::{Ack, Decline, Discover, Inform, Nak, Offer, Release, Request};
    match kind {
        Discover => "discover",
        Offer => "offer",
        Request => "request",
        Decline => "decline",
        Ack => "ack",
        Nak => "nak",
        Release => "release",
        Inform => "inform",
    }
}

fn v6(kind: dhcp6::Kind) -> &'static str {
    use dhcp6::Kind;
    match kind {
        Kind::Solicit => "solicit",
        Kind::Advertise => "advertise",
        Kind::Request => "request",
        Kind::Confirm => "confirm",
        Kind::Renew => "renew",
        Kind::Rebind => "rebind",
        Kind::Reply => "reply",
        Kind::Release => "release",
        Kind::Decline => "decline",
        Kind::Reconfigure => "reconfigure",
        Kind::InformationRequest => "information_request",
    }
}
