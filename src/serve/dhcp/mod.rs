//! The DHCPv4 server (RFC 2131): who gets which address is decided by pure functions, sockets are beside them.

mod allocation;
mod answer;
mod destination;
mod family;
mod options;
mod place;
mod probe;
mod relay;
mod scope;
mod socket;
mod stranger;

pub use allocation::{Allocation, Tally};
pub use answer::{Decision, Granted, Offered, Silence, answer, conflict};
pub use destination::destination;
pub use family::{Address, Family, V4, Who};
pub use place::Place;
pub use probe::Prober;
pub use scope::{Holding, Rules, Scope};
pub use socket::{Port, serve};

#[cfg(test)]
mod tests;
