//! Where an answer goes.

use crate::phone::dhcp::{CLIENT_PORT, Message, MessageType, SERVER_PORT};
use std::net::{Ipv4Addr, SocketAddrV4};

/// RFC 2131 §4.1: to the relay, to the client's address if it has one, else to everybody. We cannot send to an
/// address that answers no ARP yet without raw sockets, so the broadcast bit makes no difference. On a port other
/// than 67, which no real client uses, the answer goes back to where the message came from.
pub fn destination(reply: &Message, source: SocketAddrV4, port: u16) -> SocketAddrV4 {
    if port != SERVER_PORT {
        return source;
    }
    if !reply.giaddr.is_unspecified() {
        return SocketAddrV4::new(reply.giaddr, SERVER_PORT);
    }
    let refused = reply.kind() == Some(MessageType::Nak);
    if !refused && !reply.ciaddr.is_unspecified() {
        return SocketAddrV4::new(reply.ciaddr, CLIENT_PORT);
    }
    SocketAddrV4::new(Ipv4Addr::BROADCAST, CLIENT_PORT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::Mac;

    #[test]
    fn each_row_of_the_rfc() {
        const NONE: Ipv4Addr = Ipv4Addr::UNSPECIFIED;
        const RELAY: Ipv4Addr = Ipv4Addr::new(10, 1, 0, 1);
        const CLIENT: Ipv4Addr = Ipv4Addr::new(10, 1, 0, 9);
        let source = SocketAddrV4::new(Ipv4Addr::new(10, 9, 9, 9), 4000);
        let to = |address, port| SocketAddrV4::new(address, port);
        for (kind, giaddr, ciaddr, port, expected) in [
            (MessageType::Offer, RELAY, NONE, 67, to(RELAY, 67)),
            (MessageType::Ack, RELAY, CLIENT, 67, to(RELAY, 67)),
            (MessageType::Nak, RELAY, NONE, 67, to(RELAY, 67)),
            (MessageType::Ack, NONE, CLIENT, 67, to(CLIENT, 68)),
            (MessageType::Nak, NONE, CLIENT, 67, to(Ipv4Addr::BROADCAST, 68)),
            (MessageType::Offer, NONE, NONE, 67, to(Ipv4Addr::BROADCAST, 68)),
            (MessageType::Offer, NONE, NONE, 6067, source),
            (MessageType::Ack, RELAY, CLIENT, 6067, source),
        ] {
            let mut reply = Message::request(kind, Mac::new([0; 6]), 1);
            (reply.giaddr, reply.ciaddr) = (giaddr, ciaddr);
            assert_eq!(destination(&reply, source, port), expected, "{kind:?} {giaddr} {ciaddr} {port}");
        }
    }
}
