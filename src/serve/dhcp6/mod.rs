//! The DHCPv6 server (RFC 8415): who gets which address is decided by pure functions, sockets are beside them. The
//! addresses themselves are kept as those of DHCPv4 are.

mod answer;
mod family;
mod options;
mod place;
mod socket;

pub use answer::{Asked, Decision, Grant, Silence, answer};
pub use family::{Association, V6};
pub use place::Place;
pub use socket::{Port, serve};

#[cfg(test)]
mod tests;
