//! What a relay says in its option (RFC 3046): parts by number, each behind its length.

use crate::phone::dhcp::{Message, code};
use std::net::Ipv4Addr;

/// The relay's word for another network than its own address is in (RFC 3527).
const LINK_SELECTION: u8 = 5;
/// The address by which clients are to know the server, so that all that they say comes by the relay (RFC 5107).
const SERVER_ID: u8 = 11;

/// The network that an address is wanted of: by the relay's option, by option 118 (RFC 3011), by the relay's own address.
pub(super) fn link(message: &Message) -> Option<Ipv4Addr> {
    let said =
        [address(message, LINK_SELECTION), message.options.address(code::SUBNET_SELECTION), Some(message.giaddr)];
    said.into_iter().flatten().find(|address| !address.is_unspecified())
}

/// What the client is to know the server by, where the relay says it.
pub(super) fn server_id(message: &Message) -> Option<Ipv4Addr> {
    address(message, SERVER_ID).filter(|address| !address.is_unspecified())
}

fn address(message: &Message, wanted: u8) -> Option<Ipv4Addr> {
    let mut rest = message.options.get(code::RELAY_AGENT)?;
    while let Some((&[kind, length], after)) = rest.split_first_chunk::<2>() {
        let (value, after) = after.split_at_checked(usize::from(length))?;
        if kind == wanted {
            return <[u8; 4]>::try_from(value).ok().map(Ipv4Addr::from);
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::Mac;
    use crate::phone::dhcp::MessageType;

    #[test]
    fn parts_are_found_behind_others_and_not_where_they_are_cut() {
        let mut message = Message::request(MessageType::Discover, Mac::new([0; 6]), 1);
        for (option, expected) in [
            (vec![], (None, None)),
            (vec![5, 4, 10, 1, 0, 0], (Some([10, 1, 0, 0]), None)),
            (vec![1, 2, 7, 7, 11, 4, 10, 2, 0, 1, 5, 4, 10, 1, 0, 0], (Some([10, 1, 0, 0]), Some([10, 2, 0, 1]))),
            (vec![5, 4, 0, 0, 0, 0], (None, None)),
            (vec![5, 3, 10, 1, 0], (None, None)),
            (vec![5, 40, 1], (None, None)),
            (vec![1, 200, 5, 4, 10, 1, 0, 0], (None, None)),
            (vec![5], (None, None)),
        ] {
            message.options.insert(code::RELAY_AGENT, option.clone());
            let read = (link(&message).map(|at| at.octets()), server_id(&message).map(|at| at.octets()));
            assert_eq!(read, expected, "{option:?}");
        }
        message.giaddr = [10, 9, 0, 1].into();
        assert_eq!(link(&message), Some(message.giaddr));
        message.options.insert_address(code::SUBNET_SELECTION, [10, 8, 0, 0].into());
        assert_eq!(link(&message), Some([10, 8, 0, 0].into()));
    }
}
