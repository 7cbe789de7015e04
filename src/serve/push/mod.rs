//! Phones are told to do something now: by SIP NOTIFY (PB §19), by their own web server (PB §17), by an XML object (PB §18).
//! What became of it is told as it was answered; whether the phone followed is seen elsewhere.

mod sip;
mod target;
mod web;

pub use target::{Capacity, Target, default_rate};
pub use web::{WebError, fetch};

use crate::phone::model::Notification;
use crate::phone::sip::Transport;
use serde::Serialize;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// How long a phone's web server may take.
const PATIENCE: Duration = Duration::from_secs(32);

/// By what a phone is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    Sip,
    Http,
    Execute,
}

/// What a phone is told.
#[derive(Clone, Debug)]
pub struct Order {
    pub via: Via,
    pub event: Notification,
    pub target: Target,
    pub address: IpAddr,
    /// In place of the phone's own.
    pub port: Option<u16>,
    /// Added to the phone's ports, in a lab.
    pub offset: u16,
    /// In place of the line's own.
    pub transport: Option<Transport>,
}

/// What a phone says to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Accepted,
    /// It does not take the user and password, or none is known.
    Denied,
    Refused,
    Silent,
    /// It could not be reached, or cannot be told so.
    Broken,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub verdict: Verdict,
    /// For people.
    pub words: String,
}

impl Answer {
    fn new(verdict: Verdict, words: impl Into<String>) -> Answer {
        Answer { verdict, words: words.into() }
    }
}

/// Where the phone is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub transport: Option<Transport>,
    pub at: SocketAddr,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.transport {
            Some(transport) => write!(f, "{} {}", transport.name(), self.at),
            None => self.at.fmt(f),
        }
    }
}

impl Order {
    fn shifted(&self, port: u16) -> Result<u16, Answer> {
        let beyond = || Answer::new(Verdict::Broken, format!("port {port} and {} is beyond 65535", self.offset));
        self.port.map_or_else(|| port.checked_add(self.offset).ok_or_else(beyond), Ok)
    }

    /// Tells the phone, and waits for its answer.
    pub async fn give(&self) -> Answer {
        let given = match self.via {
            Via::Sip => sip::notify(self).await,
            Via::Http | Via::Execute => web::tell(self).await,
        };
        given.unwrap_or_else(|answer| answer)
    }
}
