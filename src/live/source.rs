//! The address a live phone speaks from.

use std::net::{IpAddr, Ipv4Addr};

/// The leased address where this machine has it: every address of 127.0.0.0/8, and those of its interfaces. Otherwise the
/// operating system chooses: a lease alone puts no address on an interface.
pub(super) fn source(leased: Ipv4Addr) -> Ipv4Addr {
    let ours = || {
        let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
        interfaces.iter().any(|interface| interface.ip() == IpAddr::V4(leased))
    };
    if leased.is_loopback() || (!leased.is_unspecified() && ours()) { leased } else { Ipv4Addr::UNSPECIFIED }
}
