//! Leases that outlive the process. The store decides who holds an address, so that it may one day be shared.

pub mod frame;
mod journal;
mod memory;
mod writer;

pub use journal::Journal;
pub use memory::Memory;
pub use writer::{Ticket, Writer};

use crate::phone::Mac;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;

/// Who holds an address, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    pub mac: Mac,
    pub address: Ipv4Addr,
    /// The network's name in the program.
    pub network: String,
    /// Unix seconds.
    pub expires: u64,
    pub state: LeaseState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LeaseState {
    Bound,
    /// Given back. The address stays the client's as long as nobody else needs it.
    Released,
    /// The client found somebody else there. Nobody gets the address until it expires.
    Declined,
}

/// A lease to be written, and the time that decides whether an older one still stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub lease: Lease,
    /// Unix seconds.
    pub now: u64,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Kept,
    /// Another client holds the address; this is its lease. Nothing was written.
    Taken(Lease),
}

/// Where leases are kept. A store may be shared by several servers: it alone says who holds an address.
pub trait LeaseStore: Send + Sync + 'static {
    /// All leases, ended ones included: a client that comes back late gets its address again.
    fn load(&self) -> Result<Vec<Lease>, StateError>;

    /// Writes all changes that are not refused, at once; they are durable when this returns.
    fn commit(&self, changes: &[Change]) -> Result<Vec<Outcome>, StateError>;
}

/// Where the caller wants the leases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateLocation {
    /// A folder of this name, made if it is not there (`--state file:PATH`).
    Folder(PathBuf),
    /// Nowhere: leases end with the process.
    Memory,
}

/// Something about the store that a person should know, and that is no error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recovered {
    /// The journal ended inside a record; all whole records are kept, the rest of that one was set aside.
    TornTail { file: PathBuf, bytes: u64, kept_in: PathBuf, leases: usize },
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum StateError {
    #[error("cannot {doing} `{}`: {why}", path.display())]
    Io { doing: &'static str, path: PathBuf, why: Arc<std::io::Error> },
    #[error("`{}` is in use by another prov; stop it, or give this one another folder with --state", path.display())]
    InUse { path: PathBuf },
    #[error(
        "`{}` is cut short: {have} bytes, without the first line that every lease file has. Leases may be lost; the \
         file was left as it is. Put a copy back, or move the file away to begin without leases", path.display()
    )]
    Headless { path: PathBuf, have: u64 },
    #[error(
        "`{}` is not a lease file of prov, or of a later version; it was left as it is. Give another folder with \
         --state, or move the file away to begin without leases", path.display()
    )]
    Foreign { path: PathBuf },
    #[error(
        "`{}` is damaged in line {line} (byte {offset}): {why}. {sound} leases before it are sound; the file was left \
         as it is. Put a copy back, or delete that line and lose its lease, or move the file away to begin anew",
        path.display()
    )]
    Damaged { path: PathBuf, line: u64, offset: u64, why: String, sound: usize },
    #[error("the lease file takes no more records since {since}; restart prov when there is room")]
    Broken { since: Arc<str> },
    #[error("the lease store has stopped")]
    Stopped,
}

/// The leases by network and address: what both stores hold in memory, and how they decide.
#[derive(Debug, Default)]
struct Table(BTreeMap<(String, Ipv4Addr), Lease>);

impl Table {
    /// Who stands in the way of the change.
    fn obstacle(&self, change: &Change) -> Option<&Lease> {
        self.0.get(&(change.lease.network.clone(), change.lease.address)).filter(|held| {
            let stands = match held.state {
                LeaseState::Bound => held.mac != change.lease.mac,
                LeaseState::Declined => change.lease.state == LeaseState::Bound,
                LeaseState::Released => false,
            };
            stands && held.expires > change.now
        })
    }

    fn put(&mut self, lease: Lease) {
        self.0.insert((lease.network.clone(), lease.address), lease);
    }
}

#[cfg(test)]
mod tests;
