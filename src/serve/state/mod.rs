//! Leases that outlive the process. The store decides who holds an address, so that it may be shared: nothing here
//! assumes that it is one process that writes.

pub mod frame;
mod journal;
mod lease;
mod memory;
mod sightings;
mod table;
mod writer;

pub use journal::Journal;
pub use lease::{Client, Lease, LeaseState};
pub use memory::Memory;
pub use writer::{Ticket, Writer};

use crate::phone::Mac;
use crate::phone::dhcp6::Duid;
use std::path::PathBuf;
use std::sync::Arc;

/// What became of a lease that was to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Kept,
    /// Another client holds the address; this is its lease. Nothing was written.
    Taken(Lease),
}

/// Where leases are kept, by one server or by several that share it. What a server knows of addresses is what it read
/// at its start and wrote since: it may be behind, and only `commit` says whether an address is still to be had. So a
/// store decides and writes in one step that no other writer can come between (a lock, a transaction, a condition on the
/// row), and tells a server that lost who won.
pub trait LeaseStore: Send + Sync + 'static {
    /// All leases, ended ones included: a client that comes back late gets its address again. With other writers about,
    /// it is what stood at some moment during the call.
    fn load(&self) -> Result<Vec<Lease>, StateError>;

    /// Writes all leases that nobody stands in the way of, one outcome for each, in order. What is kept is durable when
    /// this returns; an error says that none of them may be told to a client, whether or not some were written.
    fn commit(&self, leases: &[Lease]) -> Result<Vec<Outcome>, StateError>;

    /// Whether a lease could be kept now, found out by trying: what is written for that is no lease, and gone again.
    fn probe(&self) -> Result<(), StateError>;

    /// The identifier that servers of this store have over DHCPv6. The first that is proposed stays for good, whoever
    /// proposed it: servers that share their leases are one server to clients, or one could not renew what another gave.
    fn server_id(&self, proposed: &Duid) -> Result<Duid, StateError>;

    /// What was seen of devices, by whichever server saw it last.
    fn load_seen(&self) -> Result<Vec<Sighting>, StateError>;

    /// Replaces what is known of these devices. It need not outlive a loss of power.
    fn keep_seen(&self, sightings: &[Sighting]) -> Result<(), StateError>;
}

/// What was seen of a device, in its owner's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    pub mac: Mac,
    /// JSON on one line; none: it is forgotten.
    pub said: Option<String>,
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
    #[error("`{}` holds no identifier of a DHCPv6 server; put a copy back, or remove it and let clients ask anew", path.display())]
    NoServerId { path: PathBuf },
    #[error("the lease file takes no more records since {since}; restart prov when there is room")]
    Broken { since: Arc<str> },
    #[error("the system gives no random numbers")]
    NoChance,
    #[error("the lease store has stopped")]
    Stopped,
}

#[cfg(test)]
mod tests;
