//! A DHCP client that is not ours: messages are written and read by dhcproto.

use dhcproto::v4::{DhcpOption, Message, MessageType, Opcode, OptionCode};
use dhcproto::{Decodable, Decoder, Encodable, Encoder};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

/// DHCPDISCOVER from a hardware address, with what phones ask for.
pub fn discover(mac: &str) -> Vec<u8> {
    encode(&message(mac, MessageType::Discover))
}

/// The address that the server on a loopback port offers.
#[track_caller]
pub fn offer(at: SocketAddr, mac: &str) -> Ipv4Addr {
    offered(at, mac).yiaddr()
}

/// The whole DHCPOFFER.
#[track_caller]
pub fn offered(at: SocketAddr, mac: &str) -> Message {
    let (_, offer) = exchange(at, &message(mac, MessageType::Discover));
    assert_eq!(offer.opts().msg_type(), Some(MessageType::Offer));
    offer
}

/// Takes a lease: the octets of the DHCPACK, and what dhcproto reads in them.
#[track_caller]
pub fn acknowledge(at: SocketAddr, mac: &str) -> (Vec<u8>, Message) {
    let (_, offer) = exchange(at, &message(mac, MessageType::Discover));
    let mut request = message(mac, MessageType::Request);
    request.opts_mut().insert(DhcpOption::RequestedIpAddress(offer.yiaddr()));
    let server = offer.opts().get(OptionCode::ServerIdentifier).expect("option 54").clone();
    request.opts_mut().insert(server);
    let (octets, ack) = exchange(at, &request);
    assert_eq!(ack.opts().msg_type(), Some(MessageType::Ack));
    (octets, ack)
}

fn message(mac: &str, kind: MessageType) -> Message {
    let mac: Vec<u8> = mac.split(':').map(|octet| u8::from_str_radix(octet, 16).expect("a MAC")).collect();
    let nothing = Ipv4Addr::UNSPECIFIED;
    let mut message = Message::new_with_id(0x5eed_0001, nothing, nothing, nothing, nothing, &mac);
    message.set_opcode(Opcode::BootRequest);
    message.opts_mut().insert(DhcpOption::MessageType(kind));
    let wanted = [1, 3, 6, 15, 42, 51, 66, 150, 160].map(OptionCode::from);
    message.opts_mut().insert(DhcpOption::ParameterRequestList(wanted.to_vec()));
    message
}

fn encode(message: &Message) -> Vec<u8> {
    let mut octets = Vec::new();
    message.encode(&mut Encoder::new(&mut octets)).expect("a message");
    octets
}

#[track_caller]
fn exchange(at: SocketAddr, question: &Message) -> (Vec<u8>, Message) {
    let socket = UdpSocket::bind((at.ip(), 0)).expect("a socket");
    socket.set_read_timeout(Some(Duration::from_secs(2))).expect("a timeout");
    let mut octets = vec![0; 4096];
    // A datagram may be lost when the machine is busy.
    for _ in 0..20 {
        socket.send_to(&encode(question), at).expect("a question");
        if let Ok(length) = socket.recv(&mut octets) {
            octets.truncate(length);
            let answer = Message::decode(&mut Decoder::new(&octets)).expect("a message that dhcproto reads");
            assert_eq!((answer.xid(), answer.chaddr()), (question.xid(), question.chaddr()));
            return (octets, answer);
        }
    }
    panic!("{at} answers nothing");
}
