//! What arrives at a server, and what it finds on its disk.

use super::octets;
use hickory_proto::op::{Message as DnsMessage, MessageType as DnsType, OpCode, Query};
use hickory_proto::rr::{LowerName, Name, RecordType};
use prov::compile::Options;
use prov::language::MemoryFiles;
use prov::phone::dhcp::{Message, MessageType, code};
use prov::phone::tftp::{Options as TftpOptions, Packet};
use prov::phone::{Mac, Scheme};
use prov::pipeline;
use prov::plan::Served;
use prov::serve::agent_mac;
use prov::serve::dhcp::{Allocation, Decision, Place, answer};
use prov::serve::dns::Zones;
use prov::serve::http::target_path;
use prov::serve::state::{Client, Lease, LeaseState, frame};
use prov::serve::syslog::{messages, recognise};
use prov::serve::tftp::{Agreed, Receiver, Sender, Source, Step, Taken};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::OnceLock;

/// The quickstart, which has every service.
fn served() -> &'static Served {
    static SERVED: OnceLock<Served> = OnceLock::new();
    SERVED.get_or_init(|| {
        let files = MemoryFiles::single(include_str!("../../../examples/quickstart/main.prov"));
        pipeline::plan(&files, "main.prov", &Options::default()).into_served().expect("the quickstart compiles")
    })
}

/// Messages one after the other, each behind its length in two octets, to one server whose clock stands still.
pub fn dhcp(octets: &[u8]) {
    let served = served();
    let place = Place { server: 0, addresses: vec![Ipv4Addr::LOCALHOST] };
    let mut allocation = Allocation::new(served.plan(), &[]);
    let mut holders: HashMap<IpAddr, Client> = HashMap::new();
    let mut rest = octets;
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length)).min(after.len());
        let (datagram, after) = after.split_at(length);
        rest = after;
        let Ok(message) = Message::decode(datagram) else { continue };
        assert_eq!(Message::decode(&message.encode()).as_ref(), Ok(&message), "what was decoded encodes");
        let sent = match answer(served, &place, &mut allocation, &message, 1_000) {
            Decision::Grant(granted) => {
                let lease = &granted.lease;
                assert!(served.plan().networks[granted.network].subnet.contains(lease.address));
                let holder = holders.insert(lease.address, lease.client.clone());
                assert!(holder.is_none_or(|holder| holder == lease.client), "two clients hold {}", lease.address);
                allocation.learn(&granted.lease);
                granted.reply
            }
            Decision::Note(lease) => {
                if lease.state != LeaseState::Bound {
                    holders.remove(&lease.address);
                }
                allocation.learn(&lease);
                continue;
            }
            Decision::Send(reply) => reply,
            Decision::Offer(offered) => offered.reply,
            Decision::Silent(_) => continue,
        };
        let written = sent.encode_within(message.longest_answer());
        assert!(Message::decode(&written).is_ok_and(|read| read.xid == message.xid), "an answer can be read");
    }
}

pub fn dns(octets: &[u8]) {
    static ZONES: OnceLock<Zones> = OnceLock::new();
    let zones = ZONES.get_or_init(|| Zones::new(served().plan(), 1).0);
    let Ok(message) = DnsMessage::from_vec(octets) else { return };
    for query in &message.queries {
        let name = LowerName::from(query.name().clone());
        let answer = zones.answer(&name, query.query_type());
        let mut reply = DnsMessage::new(message.metadata.id, DnsType::Response, OpCode::Query);
        reply.metadata.response_code = answer.code;
        reply.add_query(query.clone());
        reply.add_answers(answer.answers.into_iter().cloned());
        assert!(reply.to_vec().is_ok());
    }
}

/// A packet; and then packets one after the other, each behind its length in one octet, to both sides of a transfer that
/// the first of them begins.
pub fn tftp(octets: &[u8]) {
    if let Ok(packet) = Packet::decode(octets) {
        assert_eq!(Packet::decode(&packet.encode()).as_ref(), Ok(&packet));
    }
    let mut packets = Vec::new();
    let mut rest = octets;
    while let Some((length, after)) = rest.split_first() {
        let (datagram, after) = after.split_at(usize::from(*length).min(after.len()));
        packets.extend(Packet::decode(datagram));
        rest = after;
    }
    let asked = match packets.first() {
        Some(Packet::Read(request) | Packet::Write(request)) => request.options,
        _ => TftpOptions::default(),
    };
    sends(&packets, asked);
    receives(&packets, asked);
}

/// What goes out is what was agreed, and goes on until the client has it all.
fn sends(packets: &[Packet<'_>], asked: TftpOptions) {
    const SIZE: usize = 700;
    let agreed = Agreed::new(asked, [10, 0, 0, 1].into(), Some(SIZE as u64));
    let mut sender = Sender::new(Source::octets(vec![7; SIZE].into()), agreed);
    let mut begins = sender.window().start;
    for packet in packets {
        let step = sender.take(packet);
        let window = sender.window();
        assert!(!window.is_empty() && window.end - window.start <= u64::from(agreed.window()));
        for block in window.clone() {
            let out = sender.packet(block).expect("in memory");
            assert!(matches!(&out, Packet::OptionAck(_)) || out.encode().len() <= 4 + agreed.block());
        }
        match step {
            Step::Send => assert!(window.start > begins, "it goes on"),
            Step::Again | Step::Wait => assert_eq!(window.start, begins),
            Step::Done => {
                return assert!(window.end > (SIZE / agreed.block()) as u64, "the last block is acknowledged");
            }
            Step::Abort(_) => return,
        }
        begins = window.start;
    }
}

/// No more is taken than there is room for, and nothing twice.
fn receives(packets: &[Packet<'_>], asked: TftpOptions) {
    const MOST: usize = 100;
    let mut receiver = Receiver::new(Agreed::new(asked, [10, 0, 0, 1].into(), asked.tsize), MOST);
    for packet in packets {
        let before = receiver.acknowledgement();
        match receiver.take(packet) {
            Taken::Whole | Taken::Refuse(..) | Taken::Abort(_) => break,
            Taken::Again | Taken::Wait => assert_eq!(receiver.acknowledgement(), before),
            Taken::Acknowledge | Taken::More => assert_ne!(receiver.acknowledgement(), before),
        }
    }
    assert!(receiver.into_octets().len() <= MOST);
}

/// The target's first line, the User-Agent on the second.
pub fn http(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    let (target, agent) = text.split_once('\n').unwrap_or((text, ""));
    let phone = agent_mac(agent).and_then(|mac| served().phone(mac));
    let Some(path) = target_path(target) else { return };
    assert!(path.starts_with('/') && !path.contains('\0'), "{path:?}");
    for scheme in [Scheme::Http, Scheme::Tftp] {
        let Some(file) = served().find_for(0, scheme, &path, phone.map(|phone| phone.fleet)) else { continue };
        let mut wire = Vec::new();
        served().render_wire(file, &mut wire);
        assert!(!wire.is_empty());
    }
}

pub fn syslog(octets: &[u8]) {
    let text = String::from_utf8_lossy(octets);
    for message in messages(&text) {
        assert!(!message.text.contains(char::is_control), "{message:?}");
        let _ = recognise(&message.text);
    }
}

pub fn journal(octets: &[u8]) {
    let Ok(read) = frame::read(octets) else { return };
    assert!(read.sound <= octets.len());
    let mut written = frame::HEADER.to_vec();
    frame::write(&mut written, &read.leases);
    assert!(frame::read(&written).is_ok_and(|again| again.leases == read.leases && again.sound == written.len()));
}

pub fn dhcp_messages() -> Vec<Vec<u8>> {
    let mac = |last| Mac::new([0, 0x0e, 8, 0xab, 0xcd, last]);
    let framed = |messages: &[Message]| {
        let octets = messages.iter().map(Message::encode);
        octets.flat_map(|octets| [(octets.len() as u16).to_be_bytes().to_vec(), octets].concat()).collect::<Vec<u8>>()
    };
    let discover = Message::request(MessageType::Discover, mac(1), 7);
    let mut request = Message::request(MessageType::Request, mac(1), 7);
    request.options.insert_address(code::REQUESTED_ADDRESS, [127, 0, 10, 1].into());
    request.options.insert_address(code::SERVER_ID, Ipv4Addr::LOCALHOST);
    let mut stranger = Message::request(MessageType::Request, mac(9), 8);
    stranger.options.insert_address(code::REQUESTED_ADDRESS, [127, 0, 10, 1].into());
    stranger.options.insert_text(code::PROVISIONING_160, &"u".repeat(300));
    let mut release = Message::request(MessageType::Release, mac(1), 9);
    release.ciaddr = [127, 0, 10, 1].into();
    let mut decline = request.clone();
    decline.options.insert(code::MESSAGE_TYPE, vec![MessageType::Decline.octet()]);
    let mut inform = Message::request(MessageType::Inform, mac(2), 1);
    inform.ciaddr = [127, 0, 10, 50].into();
    let mut relayed = discover.clone();
    relayed.giaddr = [127, 0, 0, 9].into();
    relayed.options.insert(code::RELAY_AGENT, vec![5, 4, 127, 0, 0, 0, 1, 2, 0, 7]);
    relayed.options.insert(code::MAX_SIZE, 576u16.to_be_bytes().to_vec());
    vec![
        framed(&[discover.clone(), request.clone(), release, stranger.clone(), decline]),
        framed(&[discover, stranger, request]),
        framed(&[inform, relayed]),
    ]
}

pub fn dns_messages() -> Vec<Vec<u8>> {
    let asked = [
        ("prov.lab.example.", RecordType::A),
        ("_ciscoprov-http._tcp.lab.example.", RecordType::SRV),
        ("lab.example.", RecordType::SOA),
        ("x.lab.example.", RecordType::ANY),
        ("example.org.", RecordType::AAAA),
    ];
    let message = |(name, kind)| {
        let mut message = DnsMessage::new(7, DnsType::Query, OpCode::Query);
        message.add_query(Query::query(Name::from_ascii(name).expect("a name"), kind));
        message.to_vec().expect("encodes")
    };
    asked.into_iter().map(message).collect()
}

pub fn tftp_packets() -> Vec<Vec<u8>> {
    let framed = |packets: &[&[u8]]| {
        packets.iter().flat_map(|packet| [&[packet.len() as u8], *packet].concat()).collect::<Vec<u8>>()
    };
    let transfers = [
        framed(&[
            b"\0\x01x\0octet\0blksize\x0064\0windowsize\x004\0",
            b"\0\x04\0\0",
            b"\0\x04\0\x02",
            b"\0\x04\0\x02",
            b"\0\x04\0\x06",
            b"\0\x04\0\x0a",
            b"\0\x04\0\x0b",
        ]),
        framed(&[
            b"\0\x02x\0octet\0blksize\x008\0windowsize\x002\0tsize\x0017\0",
            b"\0\x03\0\x0112345678",
            b"\0\x03\0\x0312345678",
            b"\0\x03\0\x0212345678",
            b"\0\x03\0\x031",
        ]),
    ];
    let packets = [
        &b"\0\x01/8841-3PCC.xml\0octet\0blksize\x001428\0timeout\x005\0tsize\x000\0"[..],
        b"\0\x02x\0netascii\0",
        b"\0\x03\0\x01data",
        b"\0\x04\xff\xff",
        b"\0\x05\0\x01not found\0",
        b"\0\x06blksize\x00512\0",
    ];
    packets.map(<[u8]>::to_vec).into_iter().chain(transfers).collect()
}

pub fn requests() -> Vec<Vec<u8>> {
    octets(&[
        "/phones/000e08abcd01.cfg\nCisco-CP-8841-3PCC/11.0 (000e08abcd01)",
        "/common/8841-3PCC.xml\n",
        "/Cisco/CP-8841-3PCC/000e08abcd02.cfg\nx (00:0E:08:AB:CD:02)",
        "/%C3%A9/..%2f..%2Fetc/passwd\ncurl/8",
        "*\n()",
    ])
}

/// What phones log, as the model writes it (PB §16).
pub fn log_lines() -> Vec<Vec<u8>> {
    octets(&[
        "<134>Jan  1 00:00:07 000e08abcd01 CP-8841-3PCC 00:0e:08:ab:cd:01 -- Requesting resync http://192.168.50.10:80/a.xml",
        "CP-8841-3PCC 00:0e:08:ab:cd:01 -- Successful resync http://192.168.50.10:80/a.xml",
        "CP-8841-3PCC 00:0e:08:ab:cd:01 -- Resync failed: 404 not found",
        "<1>x",
        "<134>1 2030-01-01T00:00:07Z host app 1 ID [a b=\"]\\\"\"][c] \u{feff}CP-8841-3PCC 00:0e:08:ab:cd:01 -- Resync failed: x",
        "<13>one\n  more\n<14>two\0three",
    ])
}

pub fn journals() -> Vec<Vec<u8>> {
    let lease = |last, state| Lease {
        client: Client::Device(Mac::new([0, 0x0e, 8, 0xab, 0xcd, last])),
        at: 0,
        address: [127, 0, 10, last].into(),
        network: "lab".into(),
        expires: 1_000,
        state,
    };
    let mut whole = frame::HEADER.to_vec();
    frame::write(
        &mut whole,
        &[lease(1, LeaseState::Bound), lease(2, LeaseState::Released), lease(3, LeaseState::Declined)],
    );
    let torn = whole[..whole.len() - 20].to_vec();
    vec![frame::HEADER.to_vec(), whole, torn]
}
