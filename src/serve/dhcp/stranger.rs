//! What a device that is not of the program asks over DHCP, in words, and what it is told.

use super::answer::{Decision, Silence};
use crate::phone::dhcp::{Message, MessageType, code};
use std::fmt::Write;

/// The message and what it says of its sender.
pub(super) fn what(request: &Message) -> String {
    let mut text = request.kind().map_or("BOOTP", MessageType::name).to_owned();
    for (name, code) in [("class", code::VENDOR_CLASS), ("user class", code::USER_CLASS), ("name", code::HOST_NAME)] {
        if let Some(said) = request.options.text(code).filter(|said| !said.is_empty()) {
            let _ = write!(text, ", {name} {said:?}");
        }
    }
    if let Some(asked) = request.options.get(code::PARAMETER_LIST) {
        let numbers: Vec<String> = asked.iter().map(u8::to_string).collect();
        let _ = write!(text, ", options {}", numbers.join(" "));
    }
    text
}

/// What it is told.
pub(super) fn told(decision: &Decision) -> String {
    match decision {
        Decision::Silent(why) => match why {
            Silence::NotARequest => "nothing: this is no message of a client".into(),
            Silence::NoNetwork => "nothing: no network of the program is where it asks".into(),
            Silence::Full => "nothing: all addresses of the network are taken".into(),
            Silence::NotOurs => "nothing: the network leaves it to another server".into(),
            Silence::OtherServer => "nothing: it chose another server".into(),
            Silence::Unknown => "nothing: it has an address of another server".into(),
        },
        Decision::Send(reply) if reply.kind() == Some(MessageType::Nak) => {
            format!("refused: {}", reply.options.text(code::MESSAGE).unwrap_or_default())
        }
        Decision::Send(_) => "options alone".into(),
        Decision::Offer(offered) => format!("offered {}", offered.address),
        Decision::Grant(granted) => format!("given {}", granted.lease.address),
        Decision::Note(lease) => format!("{} is given back", lease.address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::Mac;

    #[test]
    fn a_message_is_told_with_what_it_says_of_its_sender() {
        let mut request = Message::request(MessageType::Discover, Mac::new([2, 0, 0, 0, 0, 9]), 7);
        assert_eq!(what(&request), "DHCPDISCOVER");
        request.options.insert_text(code::VENDOR_CLASS, "Cisco Systems, Inc. IP Phone CP-8841\u{1b}[2J");
        request.options.insert(code::PARAMETER_LIST, vec![1, 3, 66, 150]);
        let said = what(&request);
        assert!(said.starts_with("DHCPDISCOVER, class \"Cisco Systems, Inc. IP Phone CP-8841"), "{said}");
        assert!(said.ends_with(", options 1 3 66 150") && !said.contains('\u{1b}'), "{said}");
    }
}
