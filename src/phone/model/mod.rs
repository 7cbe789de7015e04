//! The phone as a state machine. Events and octets go in, actions come out; time and chance are handed in, so the same
//! model is played in virtual time ([`play`]) and lives on sockets (`live`).

mod account;
mod answer;
mod cause;
mod clock;
mod commands;
mod customization;
mod discovery;
mod errands;
mod event;
mod facts;
mod fetching;
mod location;
mod messages;
mod pass;
mod phone;
mod play;
mod receiving;
mod report;
mod requests;
mod rest;
mod server_option;
mod syslog;
#[cfg(test)]
mod tests;
mod upgrade;
mod waiting;

pub use cause::Cause;
pub use customization::Customization;
pub use discovery::Names;
pub use event::{Class, Entry, Event, Found, Obstacle, Outcome, Resync, StatusField, Timeline, Upgrade};
pub use facts::FirstFacts;
pub use fetching::lists_host;
pub use phone::Phone;
pub use play::{Player, Timed, World, run};
pub use requests::{
    CloudAnswer, CloudQuery, Command, DnsAnswer, FetchAnswer, FetchRequest, Input, Lease, Method, Notification, Output,
    Purpose, Query, Roots, Service,
};
pub use rest::{Ages, Awaited, Wake};
pub use server_option::ServerOption;
pub use syslog::datagram;

/// Time in thousandths of a second since the story's beginning.
pub type Millis = u64;

/// The end of time, some ten thousand years from the beginning: sums of times up to here do not overflow.
const HORIZON: Millis = 1 << 48;
