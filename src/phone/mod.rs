//! What a phone is, as pure functions: its names, its formats and what it does with them.
//! No I/O, no clock, no randomness but what is handed in.

mod access;
pub mod dhcp;
mod mac;
pub mod profile;
pub mod tftp;

pub use access::Access;
pub use mac::{Mac, MacError};
