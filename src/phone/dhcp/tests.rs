use super::*;
use proptest::prelude::*;

const MAC: Mac = Mac::new([0, 0x0e, 8, 0xab, 0xcd, 1]);

fn discover() -> Message {
    Message::request(MessageType::Discover, MAC, 7)
}

/// A discover whose options field is `field`, and whose `sname` and `file` are as given.
fn raw(sname: &[u8], file: &[u8], field: &[u8]) -> Vec<u8> {
    let mut octets = discover().encode();
    octets.truncate(240);
    octets[44..44 + sname.len()].copy_from_slice(sname);
    octets[108..108 + file.len()].copy_from_slice(file);
    octets.extend_from_slice(field);
    octets
}

#[test]
fn a_message_is_padded_to_what_bootp_asks() {
    assert_eq!(discover().encode().len(), 300);
}

#[test]
fn a_long_value_is_split_and_joined() {
    let mut message = discover();
    let url = "u".repeat(600);
    message.options.insert_text(code::PROVISIONING_160, &url);
    let octets = message.encode();
    assert_eq!(octets.iter().filter(|octet| **octet == code::PROVISIONING_160).count(), 3);
    assert_eq!(Message::decode(&octets).ok().and_then(|read| read.options.text(160)), Some(url));
}

#[test]
fn an_answer_keeps_within_what_its_client_takes() {
    let mut message = discover();
    assert_eq!(message.longest_answer(), 548);
    for (code, length) in [(66, 120), (150, 60), (159, 110), (160, 100)] {
        message.options.insert(code, vec![b'u'; length]);
    }
    let octets = message.encode_within(message.longest_answer());
    assert!(message.encode().len() > 548 && octets.len() <= 548);
    let mut read = Message::decode(&octets).expect("decodes");
    let codes: Vec<u8> = message.options.iter().map(|(code, _)| code).collect();
    read.options.sort_by_codes(&codes);
    assert_eq!(read, message);
    message.options.insert(code::MAX_SIZE, 1500u16.to_be_bytes().to_vec());
    assert_eq!(message.encode_within(message.longest_answer()), message.encode());
    // What fits nowhere is sent as it is: too long may arrive, nothing does not.
    message.options.insert(160, vec![b'u'; 900]);
    assert_eq!(message.encode_within(548), message.encode());
    assert_eq!(message.encode_within(7), message.encode());
}

#[test]
fn overloaded_fields_are_read_file_first() {
    let octets = raw(&[12, 1, b'c', 255], &[0, 12, 1, b'b', 255], &[53, 1, 1, 52, 1, 3, 12, 1, b'a', 255]);
    let read = Message::decode(&octets).map(|read| read.options.text(12));
    assert_eq!(read, Ok(Some("abc".into())));
    let only_sname = raw(&[12, 1, b'c', 255], &[12, 1, b'b', 255], &[52, 1, 2, 255]);
    assert_eq!(Message::decode(&only_sname).map(|read| read.options.text(12)), Ok(Some("c".into())));
}

#[test]
fn what_is_malformed_is_refused_with_the_reason() {
    let cases: [(&[u8], DecodeError); 6] = [
        (&[12], DecodeError::NoLength(12)),
        (&[12, 3, 1, 2], DecodeError::Length { code: 12, length: 3, left: 2 }),
        (&[53, 1, 1, 80, 255], DecodeError::Length { code: 80, length: 255, left: 0 }),
        (&[52, 1, 4, 255], DecodeError::Overload),
        (&[52, 2, 1, 1, 255], DecodeError::Overload),
        (&[52, 0, 255], DecodeError::Overload),
    ];
    for (field, error) in cases {
        assert_eq!(Message::decode(&raw(&[], &[], field)).map(|_| ()), Err(error), "{field:?}");
    }
    assert_eq!(Message::decode(&[1, 1, 6]), Err(DecodeError::Short(3)));
    let mut token_ring = discover().encode();
    token_ring[1] = 6;
    assert_eq!(Message::decode(&token_ring), Err(DecodeError::Hardware { kind: 6, length: 6 }));
    let mut bootp = discover().encode();
    bootp[236] = 0;
    assert_eq!(Message::decode(&bootp), Err(DecodeError::Cookie));
}

#[test]
fn what_follows_the_end_is_not_read() {
    assert!(Message::decode(&raw(&[], &[], &[53, 1, 1, 255, 12, 200])).is_ok_and(|read| read.options.len() == 1));
}

#[test]
fn form_codes_are_no_options() {
    let mut options = Options::default();
    assert!(!options.insert(0, vec![]) && !options.insert(255, vec![]) && !options.insert(52, vec![1]));
    assert!(options.is_empty());
}

fn address() -> impl Strategy<Value = Ipv4Addr> {
    any::<u32>().prop_map(Ipv4Addr::from)
}

fn message_with(options: impl Strategy<Value = Vec<(u8, Vec<u8>)>>) -> impl Strategy<Value = Message> {
    let header = (any::<bool>(), any::<u32>(), any::<u16>(), any::<u16>(), any::<[u8; 6]>());
    let addresses = (address(), address(), address(), address());
    (header, addresses, options).prop_map(|((request, xid, secs, flags, mac), (ci, yi, si, gi), options)| {
        let mut message = Message::request(MessageType::Discover, Mac::new(mac), xid);
        message.op = if request { Op::Request } else { Op::Reply };
        (message.secs, message.flags) = (secs, flags);
        (message.ciaddr, message.yiaddr, message.siaddr, message.giaddr) = (ci, yi, si, gi);
        message.options = Options::default();
        for (code, value) in options {
            message.options.insert(code, value);
        }
        message
    })
}

fn any_options() -> impl Strategy<Value = Vec<(u8, Vec<u8>)>> {
    let code = (1u8..=254).prop_filter("overload is form", |code| *code != code::OVERLOAD);
    proptest::collection::vec((code, proptest::collection::vec(any::<u8>(), 0..600)), 0..12)
}

/// Options of the codes that dhcproto reads rightly (it does not for 37 and 150, among others), with values of the
/// form their type asks for.
fn shared_options() -> impl Strategy<Value = Vec<(u8, Vec<u8>)>> {
    let addresses = (
        prop_oneof![Just(3u8), Just(6), Just(42)],
        proptest::collection::vec(any::<[u8; 4]>(), 1..20).prop_map(|list| list.concat()),
    );
    let four = (
        prop_oneof![Just(1u8), Just(50), Just(51), Just(54), Just(58), Just(59)],
        any::<[u8; 4]>().prop_map(|octets| octets.to_vec()),
    );
    let text = (prop_oneof![Just(12u8), Just(15), Just(66), Just(67)], "[ -~]{1,200}".prop_map(String::into_bytes));
    let octets =
        (prop_oneof![Just(43u8), Just(60), Just(160), Just(159)], proptest::collection::vec(any::<u8>(), 1..200));
    proptest::collection::vec(prop_oneof![addresses, four, text, octets], 0..10)
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(message in message_with(any_options())) {
        prop_assert_eq!(Message::decode(&message.encode()), Ok(message));
    }

    #[test]
    fn however_short_it_is_written_it_says_the_same(message in message_with(any_options()), limit in 0usize..2000) {
        let mut read = Message::decode(&message.encode_within(limit)).expect("decodes");
        let codes: Vec<u8> = message.options.iter().map(|(code, _)| code).collect();
        read.options.sort_by_codes(&codes);
        prop_assert_eq!(read, message);
    }

    #[test]
    fn no_octets_are_too_strange(octets in proptest::collection::vec(any::<u8>(), 0..700)) {
        let _ = Message::decode(&octets);
    }

    #[test]
    fn no_options_field_is_too_strange(
        sname in proptest::collection::vec(any::<u8>(), 0..64),
        file in proptest::collection::vec(any::<u8>(), 0..128),
        field in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        if let Ok(message) = Message::decode(&raw(&sname, &file, &field)) {
            prop_assert_eq!(Message::decode(&message.encode()), Ok(message));
        }
    }

    #[test]
    fn dhcproto_reads_what_we_write_and_we_read_what_it_writes(message in message_with(shared_options())) {
        use dhcproto::{Decodable, Decoder, Encodable};
        let octets = message.encode();
        let theirs = dhcproto::v4::Message::decode(&mut Decoder::new(&octets)).expect("dhcproto reads");
        prop_assert_eq!(theirs.xid(), message.xid);
        prop_assert_eq!(theirs.secs(), message.secs);
        prop_assert_eq!(u16::from(theirs.flags()), message.flags);
        prop_assert_eq!((theirs.ciaddr(), theirs.yiaddr()), (message.ciaddr, message.yiaddr));
        prop_assert_eq!((theirs.siaddr(), theirs.giaddr()), (message.siaddr, message.giaddr));
        let ours = Message::decode(&theirs.to_vec().expect("dhcproto writes")).expect("we read");
        let mut sorted: Vec<_> = ours.options.iter().collect();
        let mut expected: Vec<_> = message.options.iter().collect();
        sorted.sort();
        expected.sort();
        prop_assert_eq!(sorted, expected);
    }
}
