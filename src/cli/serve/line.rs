//! The JSON lines of `prov serve --format json`.

use crate::phone::{Mac, Scheme};
use crate::plan::Served;
use crate::serve::syslog::Verdict;
use crate::serve::{Configuration, Event, Service, Stamped};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

/// One line: `{"event":"ready","ports":{…}}` first, then what happens.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Line<'a> {
    Ready(Ready),
    Happened {
        /// Seconds since 1970.
        at: f64,
        #[serde(flatten)]
        event: Happened<'a>,
    },
}

/// Every service answers, each at its port.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "event", rename = "ready")]
pub struct Ready {
    pub ports: BTreeMap<String, u16>,
}

/// What happened. A device is known by `mac` where it can be told which one it is.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Happened<'a> {
    /// A lease was given or extended; the options are those a phone reads for provisioning, by number.
    Lease {
        mac: Mac,
        address: IpAddr,
        network: &'a str,
        options: BTreeMap<String, &'a str>,
    },
    #[serde(rename = "lease ended")]
    LeaseEnded {
        mac: Mac,
        address: IpAddr,
        declined: bool,
    },
    /// Somebody uses an address that was never given to it.
    Conflict {
        address: IpAddr,
        network: &'a str,
    },
    #[serde(rename = "no lease")]
    NoLease {
        mac: Mac,
        why: &'a str,
    },
    /// A file was asked for; of TFTP the status is what HTTP would have said.
    File {
        scheme: &'static str,
        path: &'a str,
        status: u16,
        bytes: u64,
        mac: Option<Mac>,
        peer: SocketAddr,
    },
    /// A phone told its configuration: how many parameters, and how many are not as the program wants them.
    Report {
        mac: Mac,
        path: &'a str,
        bytes: u64,
        sealed: bool,
        parameters: Option<usize>,
        different: Option<usize>,
        fault: Option<&'a str>,
    },
    #[serde(rename = "handshake failed")]
    HandshakeFailed {
        peer: SocketAddr,
        why: &'a str,
    },
    #[serde(rename = "transfer failed")]
    TransferFailed {
        path: &'a str,
        peer: SocketAddr,
        why: &'a str,
    },
    Syslog {
        mac: Option<Mac>,
        text: &'a str,
        verdict: Option<Verdict>,
    },
    /// A device that is not of the program asked for something.
    Asked {
        mac: Option<Mac>,
        peer: Option<IpAddr>,
        service: Service,
        what: &'a str,
        answer: &'a str,
    },
    /// Leases cannot be kept, and none is given.
    #[serde(rename = "state failed")]
    StateFailed {
        why: &'a str,
    },
    #[serde(rename = "state works")]
    StateWorks,
    Reloaded {
        phones: usize,
    },
}

impl<'a> Line<'a> {
    pub fn new(stamped: &'a Stamped, served: &Served) -> Self {
        Line::Happened { at: stamped.at as f64 / 1000.0, event: Happened::new(&stamped.event, served) }
    }
}

impl<'a> Happened<'a> {
    fn new(event: &'a Event, served: &Served) -> Self {
        match event {
            Event::Lease { mac, address, network, options, .. } => Happened::Lease {
                mac: *mac,
                address: *address,
                network,
                options: options.iter().map(|(code, text)| (code.to_string(), text.as_str())).collect(),
            },
            Event::LeaseEnded { mac, address, declined, .. } => {
                Happened::LeaseEnded { mac: *mac, address: *address, declined: *declined }
            }
            Event::Conflict { address, network } => Happened::Conflict { address: *address, network },
            Event::NoLease { mac, why } => Happened::NoLease { mac: *mac, why },
            Event::File { scheme, path, status, bytes, phone, mac, peer, .. } => Happened::File {
                scheme: Scheme::name(*scheme),
                path,
                status: *status,
                bytes: *bytes,
                mac: mac.or_else(|| served.mac((*phone)?)),
                peer: *peer,
            },
            Event::Report { mac, path, bytes, sealed, configuration, .. } => {
                let told: Option<&Configuration> = configuration.as_ref().ok();
                Happened::Report {
                    mac: *mac,
                    path,
                    bytes: *bytes,
                    sealed: *sealed,
                    parameters: told.map(|told| told.parameters),
                    different: told.map(|told| told.different),
                    fault: configuration.as_ref().err().copied(),
                }
            }
            Event::HandshakeFailed { peer, why } => Happened::HandshakeFailed { peer: *peer, why },
            Event::TransferFailed { path, peer, why, .. } => Happened::TransferFailed { path, peer: *peer, why },
            Event::Syslog { mac, text, report, .. } => {
                Happened::Syslog { mac: *mac, text, verdict: report.as_ref().map(|report| report.verdict) }
            }
            Event::Asked { mac, peer, service, what, answer } => {
                Happened::Asked { mac: *mac, peer: *peer, service: *service, what, answer }
            }
            Event::StateFailed { why } => Happened::StateFailed { why },
            Event::StateWorks => Happened::StateWorks,
            Event::Reloaded { phones } => Happened::Reloaded { phones: *phones },
        }
    }
}
