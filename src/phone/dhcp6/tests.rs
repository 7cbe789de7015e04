use super::*;
use proptest::prelude::*;

const MAC: Mac = Mac::new([0, 0x0e, 8, 0xab, 0xcd, 1]);

fn solicit() -> Message {
    let mut message = Message::new(Kind::Solicit, 0x0012_3456);
    message.options.push(code::CLIENT_ID, Duid::link_layer(MAC).octets().to_vec());
    message.options.push(code::IA_NA, Association::new(7).encode());
    message
}

fn relay(link: &str, peer: &str) -> Relay {
    let parse = |text: &str| text.parse().expect("an address");
    Relay { hops: 0, link: parse(link), peer: parse(peer), options: Options::default() }
}

#[test]
fn a_message_is_read_as_rfc_8415_writes_it() {
    let octets = [1, 0x12, 0x34, 0x56, 0, 1, 0, 10, 0, 3, 0, 1, 0, 0x0e, 8, 0xab, 0xcd, 1, 0, 14, 0, 0];
    let read = Envelope::decode(&octets).expect("decodes");
    assert_eq!((read.message.kind, read.message.xid), (Kind::Solicit, 0x12_3456));
    assert_eq!(read.message.client().and_then(|duid| duid.mac()), Some(MAC));
    assert!(read.message.options.contains(code::RAPID_COMMIT) && read.relays.is_empty());
    assert_eq!(read.encode().as_deref(), Some(octets.as_slice()));
}

#[test]
fn associations_are_read_with_their_addresses() {
    let address = Address { address: Ipv6Addr::LOCALHOST, preferred: 1, valid: 2 };
    let association = Association { renew: 3, rebind: 4, addresses: vec![address], ..Association::new(9) };
    assert_eq!(Association::decode(&association.encode()), Ok(association.clone()));
    // What a server says of one is for the client alone.
    let refused = Association { status: Some((Status::NoBinding, "none".into())), ..association.clone() };
    assert_eq!(Association::decode(&refused.encode()), Ok(association));
    for (value, error) in [
        (vec![0; 11], DecodeError::Option { code: 3, length: 11 }),
        ([vec![0; 12], vec![0, 5, 0, 2, 0, 0]].concat(), DecodeError::Option { code: 5, length: 2 }),
        ([vec![0; 12], vec![0, 5, 0, 99]].concat(), DecodeError::Length { code: 5, length: 99, left: 0 }),
        ([vec![0; 12], vec![0]].concat(), DecodeError::Stump(1)),
    ] {
        assert_eq!(Association::decode(&value), Err(error));
    }
}

#[test]
fn relays_wrap_and_unwrap_and_get_back_what_is_theirs() {
    let mut near = relay("2001:db8:1::1", "fe80::1");
    near.options.push(code::INTERFACE_ID, b"eth7".to_vec());
    near.options.push(37, vec![1, 2, 3]);
    near.options.push(38, vec![4]);
    near.options.push(code::RELAY_ECHO, vec![0, 38]);
    let far = Relay { hops: 1, ..relay("::", "2001:db8:1::1") };
    let envelope = Envelope { relays: vec![far, near], message: solicit(), back: false };
    let octets = envelope.encode().expect("encodes");
    assert_eq!((octets[0], octets[1]), (12, 1));
    assert_eq!(Envelope::decode(&octets), Ok(envelope.clone()));
    let answer = envelope.answer(Message::new(Kind::Advertise, 1));
    assert!(answer.back && answer.relays.len() == 2 && answer.relays[0].options.is_empty());
    let told: Vec<u16> = answer.relays[1].options.iter().map(|(code, _)| code).collect();
    assert_eq!(told, [code::INTERFACE_ID, 38]);
    assert_eq!(Envelope::decode(&answer.encode().expect("encodes")), Ok(answer));
}

#[test]
fn a_client_is_known_by_its_hardware_address() {
    let from = |text: &str| text.parse::<Ipv6Addr>().expect("an address");
    let mut envelope = Envelope::bare(solicit());
    let eui: Ipv6Addr = from("fe80::20e:8ff:feab:cd02");
    let other = Mac::new([0, 0x0e, 8, 0xab, 0xcd, 2]);
    assert_eq!(envelope.macs(from("fe80::1")), [MAC]);
    assert_eq!(envelope.macs(eui), [MAC, other]);
    let mut near = relay("2001:db8:1::1", "fe80::20e:8ff:feab:cd01");
    near.options.push(code::LINK_LAYER, vec![0, 1, 2, 0, 0, 0, 0, 3]);
    envelope.relays.push(near);
    assert_eq!(envelope.macs(eui), [Mac::new([2, 0, 0, 0, 0, 3]), MAC]);
    let anonymous = Envelope::bare(Message::new(Kind::Solicit, 1));
    assert!(anonymous.macs(from("fe80::1:2:3:4")).is_empty());
}

#[test]
fn what_is_malformed_is_refused_with_the_reason() {
    let forward = |inside: &[u8]| [&[12, 0], [0u8; 32].as_slice(), inside].concat();
    let deep = |levels: usize| {
        let relays = vec![relay("::", "::"); levels];
        Envelope { relays, message: solicit(), back: false }.encode().expect("encodes")
    };
    let mixed = Envelope { back: true, relays: vec![relay("::", "::")], message: solicit() }.encode().expect("encodes");
    let mixed = [[0, 9].as_slice(), &(mixed.len() as u16).to_be_bytes(), &mixed].concat();
    for (octets, error) in [
        (vec![], DecodeError::Short(0)),
        (vec![1, 2, 3], DecodeError::Short(3)),
        (vec![0, 0, 0, 0], DecodeError::Kind(0)),
        (vec![14, 0, 0, 0], DecodeError::Kind(14)),
        (vec![1, 0, 0, 0, 0, 1, 0], DecodeError::Stump(3)),
        (vec![1, 0, 0, 0, 0, 1, 0, 9, 1], DecodeError::Length { code: 1, length: 9, left: 1 }),
        (vec![12, 0, 0], DecodeError::Short(3)),
        (forward(&[]), DecodeError::Nothing),
        (forward(&[0, 9, 0, 0]), DecodeError::Short(0)),
        (forward(&mixed), DecodeError::Kind(13)),
        (deep(MOST_RELAYS + 1), DecodeError::Relays),
    ] {
        assert_eq!(Envelope::decode(&octets), Err(error), "{octets:02x?}");
    }
    assert!(Envelope::decode(&deep(MOST_RELAYS)).is_ok());
}

#[test]
fn kinds_are_numbered_as_the_rfc_numbers_them() {
    let known = [(Kind::Solicit, 1), (Kind::Reply, 7), (Kind::Decline, 9), (Kind::InformationRequest, 11)];
    for (kind, octet) in known {
        assert_eq!((kind.octet(), Kind::from_octet(octet)), (octet, Some(kind)));
    }
}

fn options() -> impl Strategy<Value = Options> {
    let entry = (any::<u16>().prop_filter("inside of relays", |code| *code != code::RELAY_MESSAGE), bytes(0..80));
    proptest::collection::vec(entry, 0..8).prop_map(|entries| {
        let mut options = Options::default();
        for (code, value) in entries {
            options.push(code, value);
        }
        options
    })
}

fn bytes(size: std::ops::Range<usize>) -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), size)
}

fn envelopes() -> impl Strategy<Value = Envelope> {
    let relay = (any::<u8>(), any::<u128>(), any::<u128>(), options());
    let relay =
        relay.prop_map(|(hops, link, peer, options)| Relay { hops, link: link.into(), peer: peer.into(), options });
    let message = (proptest::sample::select(Kind::ALL.as_slice()), 0u32..1 << 24, options());
    (proptest::collection::vec(relay, 0..5), message, any::<bool>()).prop_map(|(relays, (kind, xid, options), back)| {
        let back = back && !relays.is_empty();
        Envelope { relays, message: Message { kind, xid, options }, back }
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(envelope in envelopes()) {
        prop_assert_eq!(Envelope::decode(&envelope.encode().expect("is short")), Ok(envelope));
    }

    #[test]
    fn no_octets_are_too_strange(octets in bytes(0..600)) {
        if let Ok(envelope) = Envelope::decode(&octets) {
            prop_assert_eq!(Envelope::decode(&envelope.encode().expect("is short")), Ok(envelope));
        }
    }

    #[test]
    fn no_association_is_too_strange(octets in bytes(0..200)) {
        if let Ok(association) = Association::decode(&octets) {
            prop_assert_eq!(Association::decode(&association.encode()), Ok(association));
        }
    }

    /// A second opinion, on what dhcproto reads without a fault: plain options with addresses in an association.
    #[test]
    fn dhcproto_reads_what_we_write(
        xid in 0u32..1 << 24,
        iaid in any::<u32>(),
        addresses in proptest::collection::vec(any::<[u8; 16]>(), 1..4),
        servers in proptest::collection::vec(any::<[u8; 16]>(), 1..4),
        url in "[ -~]{1,200}",
    ) {
        use dhcproto::{Decodable, Decoder, v6};
        let lifetimes = |address: &[u8; 16]| Address { address: (*address).into(), preferred: 60, valid: 90 };
        let association = Association { addresses: addresses.iter().map(lifetimes).collect(), ..Association::new(iaid) };
        let mut message = Message::new(Kind::Reply, xid);
        message.options.push(code::IA_NA, association.encode());
        message.options.push(code::DNS, servers.concat());
        message.options.push(160, url.clone().into_bytes());
        let octets = Envelope::bare(message).encode().expect("is short");
        let read = v6::Message::decode(&mut Decoder::new(&octets)).expect("dhcproto reads it");
        prop_assert_eq!(read.msg_type(), v6::MessageType::Reply);
        prop_assert_eq!(read.xid(), [(xid >> 16) as u8, (xid >> 8) as u8, xid as u8]);
        let Some(v6::DhcpOption::IANA(told)) = read.opts().get(v6::OptionCode::IANA) else { panic!("{read:?}") };
        prop_assert_eq!(told.id, iaid);
        let told: Vec<Ipv6Addr> = told.opts.iter().filter_map(|option| match option {
            v6::DhcpOption::IAAddr(address) => Some(address.addr),
            _ => None,
        }).collect();
        prop_assert_eq!(told, addresses.iter().copied().map(Ipv6Addr::from).collect::<Vec<_>>());
        let Some(v6::DhcpOption::DomainNameServers(told)) = read.opts().get(v6::OptionCode::DomainNameServers) else {
            panic!("{read:?}")
        };
        prop_assert_eq!(told, &servers.iter().copied().map(Ipv6Addr::from).collect::<Vec<_>>());
    }
}
