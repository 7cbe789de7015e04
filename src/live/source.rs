//! The address a live phone speaks from.

use socket2::{Domain, Socket, Type};
use std::net::{Ipv4Addr, SocketAddrV4};

/// The leased address where this machine has it: every address of 127.0.0.0/8, those of its interfaces, and those that a
/// route of type `local` makes its own. Otherwise the operating system chooses: a lease alone puts no address on an
/// interface.
pub(super) fn source(leased: Ipv4Addr) -> Ipv4Addr {
    // The system knows, and nobody else: it binds what it has.
    let ours = || {
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, None);
        socket.and_then(|socket| socket.bind(&SocketAddrV4::new(leased, 0).into())).is_ok()
    };
    if leased.is_loopback() || (!leased.is_unspecified() && ours()) { leased } else { Ipv4Addr::UNSPECIFIED }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_this_machine_has_is_spoken_from() {
        let nowhere = Ipv4Addr::UNSPECIFIED;
        assert_eq!(source(nowhere), nowhere);
        assert_eq!(source(Ipv4Addr::new(127, 9, 8, 7)), Ipv4Addr::new(127, 9, 8, 7));
        // For documentation (RFC 5737): no machine has it.
        assert_eq!(source(Ipv4Addr::new(192, 0, 2, 77)), nowhere);
    }
}
