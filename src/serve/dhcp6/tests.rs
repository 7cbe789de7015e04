use super::*;
use crate::phone::Mac;
use crate::phone::dhcp6::{self, Address, Duid, Envelope, Kind, Message, Options, Relay, code};
use crate::plan::{
    Answers, Class, ClientField, ClientTest, DhcpOption6, DhcpValue6, Network6, Plan, Pool6, Reservation6, Served,
};
use crate::serve::dhcp::Allocation;
use crate::serve::state::{Client, Lease, LeaseState};
use crate::serve::tests::program;
use proptest::prelude::*;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};

const FRONT: Mac = program::FRONT;
const OTHER: Mac = program::STRANGER;
const KEEPER: Mac = Mac::new([2, 0, 0, 0, 0, 7]);

fn here(last: u16) -> Ipv6Addr {
    Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last)
}

fn there(last: u16) -> Ipv6Addr {
    Ipv6Addr::new(0x2001, 0xdb8, 1, 0, 0, 0, 0, last)
}

const KEPT: u16 = 0x12;

/// Two networks: `near`, with a reservation inside its pool of five, and `far` behind a relay.
fn plan() -> Plan {
    let mut plan = program::plan();
    plan.servers[0].addresses = vec![here(1).into()];
    let near = Network6 {
        id: "near".into(),
        server: 0,
        subnet: "2001:db8::/64".parse().expect("a prefix"),
        pools: vec![Pool6 { first: here(0x10), last: here(0x14) }],
        domain: Some("lab.example".into()),
        dns: vec![here(3)],
        ntp: vec![],
        lease: 800,
        relays: vec![],
        reservations: vec![Reservation6 { mac: KEEPER, address: here(KEPT) }],
        options: vec![],
        classes: vec![],
        answers: Answers::Everybody,
        unknown_as: None,
        busy: vec![],
    };
    let far = Network6 {
        id: "far".into(),
        subnet: "2001:db8:1::/64".parse().expect("a prefix"),
        pools: vec![Pool6 { first: there(0x10), last: there(0x99) }],
        relays: vec!["2001:db8:ffff::9".parse().expect("an address")],
        reservations: vec![],
        ..near.clone()
    };
    plan.networks6 = vec![near, far];
    plan.fleets[0].networks6 = vec![0];
    let option = |code, value| DhcpOption6 { code, value };
    let vendor = DhcpValue6::Vendor { enterprise: 3561, code: 1, text: "http://prov/".into() };
    let bootstrap = plan.fleets[0].bootstrap.as_mut().expect("a bootstrap");
    bootstrap.options6 = vec![option(17, vendor), option(159, DhcpValue6::Text("http://prov/x".into()))];
    plan
}

struct Lab {
    served: Served,
    allocation: Allocation<V6>,
    place: Place,
    server: Duid,
}

fn lab() -> Lab {
    let plan = plan();
    let allocation = Allocation::new(&plan, &[]);
    let place = Place { server: 0, addresses: vec![here(1), "fe80::1".parse().expect("an address")] };
    Lab { served: Served::new(plan), allocation, place, server: Duid::uuid([5; 16]) }
}

impl Lab {
    fn travel(&mut self, envelope: &Envelope, now: u64) -> Decision {
        let source = "fe80::99".parse().expect("an address");
        answer(&self.served, &self.place, &self.server, &mut self.allocation, Asked { envelope, source }, now)
    }

    fn ask(&mut self, message: &Message, now: u64) -> Decision {
        self.travel(&Envelope::bare(message.clone()), now)
    }

    /// What is sent, granted or not.
    #[track_caller]
    fn reply(&mut self, message: &Message, now: u64) -> Message {
        sent(self.ask(message, now))
    }

    /// Four messages: the address that it comes to.
    #[track_caller]
    fn lease(&mut self, mac: Mac, now: u64) -> Ipv6Addr {
        let advertised = self.reply(&message(Kind::Solicit, mac, &[]), now);
        assert_eq!(advertised.kind, Kind::Advertise);
        let [address] = addresses(&advertised)[..] else { panic!("{advertised:?}") };
        let reply = self.reply(&self.to_us(message(Kind::Request, mac, &[address])), now);
        assert_eq!((reply.kind, addresses(&reply)), (Kind::Reply, vec![address]));
        address
    }

    fn to_us(&self, mut message: Message) -> Message {
        message.options.push(code::SERVER_ID, self.server.octets().to_vec());
        message
    }
}

#[track_caller]
fn sent(decision: Decision) -> Message {
    match decision {
        Decision::Send(reply) => reply,
        Decision::Grant(grant) => grant.reply,
        Decision::Silent(why) => panic!("{why:?}"),
    }
}

fn message(kind: Kind, mac: Mac, addresses: &[Ipv6Addr]) -> Message {
    let mut message = Message::new(kind, 1);
    message.options.push(code::CLIENT_ID, Duid::link_layer(mac).octets().to_vec());
    if kind != Kind::InformationRequest {
        message.options.push(code::IA_NA, association(7, addresses));
    }
    message
}

fn association(iaid: u32, addresses: &[Ipv6Addr]) -> Vec<u8> {
    let address = |address: &Ipv6Addr| Address { address: *address, preferred: 0, valid: 0 };
    let addresses = addresses.iter().map(address).collect();
    dhcp6::Association { addresses, ..dhcp6::Association::new(iaid) }.encode()
}

/// The addresses of an answer that may be used.
fn addresses(message: &Message) -> Vec<Ipv6Addr> {
    told(message).into_iter().filter(|(_, valid)| *valid > 0).map(|(address, _)| address).collect()
}

/// All addresses, with how long they are valid.
fn told(message: &Message) -> Vec<(Ipv6Addr, u32)> {
    let associations = message.options.all(code::IA_NA).map(|value| dhcp6::Association::decode(value).expect("one"));
    associations.flat_map(|one| one.addresses).map(|address| (address.address, address.valid)).collect()
}

/// The number of a status in the first association of a kind, or of the message.
fn status(message: &Message, within: Option<u16>) -> Option<u16> {
    let octets = match within {
        Some(kind) => message.options.get(kind)?.get(if kind == code::IA_TA { 4 } else { 12 }..)?.to_vec(),
        None => {
            let value = message.options.get(code::STATUS)?;
            return Some(u16::from_be_bytes([value[0], value[1]]));
        }
    };
    // As options of a message, so that they are read like any.
    let inside = Envelope::decode(&[&[7, 0, 0, 0], octets.as_slice()].concat()).expect("options");
    status(&inside.message, None)
}

#[test]
fn four_messages_make_a_lease() {
    let mut lab = lab();
    let solicit = message(Kind::Solicit, FRONT, &[]);
    let advertised = lab.reply(&solicit, 0);
    assert_eq!((advertised.kind, addresses(&advertised)), (Kind::Advertise, vec![here(0x10)]));
    let request = lab.to_us(message(Kind::Request, FRONT, &[here(0x10)]));
    let Decision::Grant(grant) = lab.ask(&request, 1) else { panic!("is granted") };
    let client = Client::Association { duid: Duid::link_layer(FRONT), iaid: 7, mac: Some(FRONT) };
    let (network, state) = ("near".into(), LeaseState::Bound);
    let address = IpAddr::V6(here(0x10));
    assert_eq!(grant.leases, [Lease { client, address, network, at: 1, expires: 801, state }]);
    assert!(grant.phone.is_some());
    let reply = grant.reply;
    assert_eq!(reply.options.get(code::CLIENT_ID), solicit.options.get(code::CLIENT_ID));
    assert_eq!(reply.options.get(code::SERVER_ID), Some(lab.server.octets()));
    let one = dhcp6::Association::decode(reply.options.get(code::IA_NA).expect("one")).expect("decodes");
    assert_eq!((one.iaid, one.renew, one.rebind), (7, 400, 640));
    assert_eq!(one.addresses, [Address { address: here(0x10), preferred: 800, valid: 800 }]);
    // Another association of the client is another holder.
    let mut two = message(Kind::Solicit, FRONT, &[]);
    two.options.push(code::IA_NA, association(8, &[]));
    assert_eq!(addresses(&lab.reply(&two, 2)), [here(0x10), here(0x11)]);
}

#[test]
fn options_are_the_plan_s_in_the_order_they_are_asked_for() {
    let codes = |mac: Mac, asked: Option<&[u16]>| {
        let mut message = message(Kind::Solicit, mac, &[]);
        if let Some(asked) = asked {
            message.options.push(code::OPTION_REQUEST, asked.iter().flat_map(|code| code.to_be_bytes()).collect());
        }
        let reply = lab().reply(&message, 0);
        reply.options.iter().map(|(code, _)| code).skip(3).collect::<Vec<u16>>()
    };
    assert_eq!(codes(FRONT, None), [17, 23, 24, 159]);
    assert_eq!(codes(FRONT, Some(&[24, 159, 99])), [24, 159, 17]);
    assert_eq!(codes(FRONT, Some(&[])), [17, 159]);
    assert_eq!(codes(OTHER, None), [23, 24]);
    let reply = lab().reply(&message(Kind::Solicit, FRONT, &[]), 0);
    assert_eq!(reply.options.addresses(23), [here(3)]);
    assert_eq!(reply.options.get(24), Some(b"\x03lab\x07example\0".as_slice()));
    assert_eq!(
        reply.options.get(17),
        Some([&[0, 0, 13, 233, 0, 1, 0, 12], b"http://prov/".as_slice()].concat().as_slice())
    );
    assert_eq!(reply.options.get(159), Some(b"http://prov/x".as_slice()));
}

#[test]
fn an_information_request_gets_options_and_leaves_no_trace() {
    let mut lab = lab();
    let mut ask = message(Kind::InformationRequest, FRONT, &[]);
    ask.options.push(code::OPTION_REQUEST, vec![0, 32, 0, 23]);
    let Decision::Send(reply) = lab.ask(&ask, 0) else { panic!("is sent") };
    let codes: Vec<u16> = reply.options.iter().map(|(code, _)| code).collect();
    assert_eq!((reply.kind, codes), (Kind::Reply, vec![1, 2, 32, 23, 17, 159]));
    assert_eq!(reply.options.get(32), Some(800u32.to_be_bytes().as_slice()));
    // Without an identifier it is answered too, as a stranger; the address on the link still says who it is.
    let mut anonymous = Envelope::bare(Message::new(Kind::InformationRequest, 2));
    assert_eq!(sent(lab.travel(&anonymous, 0)).options.iter().map(|(code, _)| code).collect::<Vec<_>>(), [2, 23, 24]);
    anonymous.message.options.push(code::IA_NA, association(1, &[]));
    assert_eq!(lab.travel(&anonymous, 0), Decision::Silent(Silence::NotARequest));
    assert_eq!(lab.lease(OTHER, 0), here(0x10));
}

#[test]
fn a_class_adds_its_options_for_its_clients() {
    let mut plan = plan();
    let class = |id: &str, when, text: &str| Class {
        id: id.into(),
        when,
        options: vec![DhcpOption6 { code: 224, value: DhcpValue6::Text(text.into()) }],
    };
    let is = |field, text: &str| ClientTest::Is { field, text: text.into() };
    let relayed = is(ClientField::Relay, &there(1).to_string());
    let near = vec![
        class("cisco", ClientTest::Holds { field: ClientField::VendorClass, text: "Cisco".into() }, "cisco"),
        class("voice", is(ClientField::UserClass, "voice"), "voice"),
        class("hall", is(ClientField::HostName, "hall.lab.example"), "hall"),
        class("known", ClientTest::Known, "known"),
    ];
    plan.networks6[0].classes = near;
    plan.networks6[1].classes =
        vec![class("behind", relayed, "behind"), class("nobody", is(ClientField::HostName, ""), "no name")];
    let mut lab = Lab { served: Served::new(plan), ..lab() };
    let told = |lab: &mut Lab, mac, options: &[(u16, &[u8])]| {
        let mut request = message(Kind::Solicit, mac, &[]);
        for (code, value) in options {
            assert!(request.options.push(*code, value.to_vec()));
        }
        lab.reply(&request, 0).options.get(224).map(|value| String::from_utf8_lossy(value).into_owned())
    };
    let vendor: &[u8] = b"\0\0\0\x09\0\x0bnot of here\0\x0aCisco 8841";
    for (options, wanted) in [
        (&[][..], None),
        (&[(code::VENDOR_CLASS, vendor)], Some("cisco")),
        (&[(code::VENDOR_CLASS, &vendor[..3])], None),
        (&[(code::USER_CLASS, b"\0\x03lab\0\x05voice")], Some("voice")),
        (&[(code::USER_CLASS, b"\0\x09voice")], None),
        (&[(code::CLIENT_NAME, b"\0\x04hall\x03lab\x07example\0")], Some("hall")),
        (&[(code::VENDOR_CLASS, vendor), (code::USER_CLASS, b"\0\x05voice")], Some("voice")),
    ] {
        assert_eq!(told(&mut lab, OTHER, options).as_deref(), wanted, "{options:?}");
    }
    assert_eq!(told(&mut lab, FRONT, &[]).as_deref(), Some("known"));
    let relayed = Envelope { relays: vec![relay(there(1))], ..Envelope::bare(message(Kind::Solicit, OTHER, &[])) };
    let reply = sent(lab.travel(&relayed, 0));
    assert_eq!(reply.options.get(224), Some(&b"no name"[..]));
}

#[test]
fn a_network_lives_beside_another_server() {
    let with = |answers, unknown_as| {
        let mut plan = plan();
        (plan.networks6[0].answers, plan.networks6[0].unknown_as) = (answers, unknown_as);
        Lab { served: Served::new(plan), ..lab() }
    };
    let solicit = |mac| message(Kind::Solicit, mac, &[]);
    let information = Message::new(Kind::InformationRequest, 2);
    let mut known = with(Answers::KnownPhones, None);
    assert_eq!(known.ask(&solicit(OTHER), 0), Decision::Silent(Silence::NotOurs));
    assert_eq!(addresses(&known.reply(&solicit(FRONT), 0)).len(), 1);
    let mut inform = with(Answers::InformOnly, None);
    assert_eq!(inform.ask(&solicit(FRONT), 0), Decision::Silent(Silence::NotOurs));
    assert!(inform.reply(&information, 0).options.contains(code::DNS));
    // Who is not of the program is told the way that a fleet's phones take.
    let mut unknown = with(Answers::Everybody, Some(0));
    assert!(unknown.reply(&solicit(OTHER), 0).options.contains(159));
    assert!(!with(Answers::Everybody, None).reply(&solicit(OTHER), 0).options.contains(159));
}

#[test]
fn two_messages_do_where_the_client_says_so() {
    let mut solicit = message(Kind::Solicit, FRONT, &[]);
    solicit.options.push(code::RAPID_COMMIT, vec![]);
    let mut lab = lab();
    let Decision::Grant(grant) = lab.ask(&solicit, 0) else { panic!("is granted") };
    assert!(grant.reply.options.contains(code::RAPID_COMMIT));
    assert_eq!((grant.reply.kind, grant.leases.len()), (Kind::Reply, 1));
}

#[test]
fn each_message_gets_what_the_rfc_says() {
    // FRONT holds ::10, OTHER holds ::11, ::12 is kept for KEEPER, ::13 and ::14 are nobody's.
    const NO_BINDING: Option<u16> = Some(3);
    const NOT_ON_LINK: Option<u16> = Some(4);
    let off = there(0x10);
    let stranger = Mac::new([2; 6]);
    type Told = (Vec<(Ipv6Addr, u32)>, Option<u16>);
    let cases: [(&str, Kind, Mac, Vec<Ipv6Addr>, Told); 15] = [
        ("its own", Kind::Request, FRONT, vec![here(0x10)], (vec![(here(0x10), 800)], None)),
        ("another's", Kind::Request, FRONT, vec![here(0x11)], (vec![(here(0x10), 800)], None)),
        ("none", Kind::Request, stranger, vec![], (vec![(here(0x13), 800)], None)),
        ("another link", Kind::Request, FRONT, vec![off], (vec![], NOT_ON_LINK)),
        ("its own", Kind::Renew, FRONT, vec![here(0x10)], (vec![(here(0x10), 800)], None)),
        ("another's", Kind::Renew, FRONT, vec![here(0x11)], (vec![(here(0x10), 800), (here(0x11), 0)], None)),
        ("lost here and free", Kind::Renew, stranger, vec![here(0x14)], (vec![(here(0x14), 800)], None)),
        ("another link", Kind::Renew, FRONT, vec![off], (vec![(off, 0)], None)),
        ("two, one its own", Kind::Renew, FRONT, vec![off, here(0x10)], (vec![(here(0x10), 800), (off, 0)], None)),
        ("no pool's", Kind::Rebind, stranger, vec![here(0x99)], (vec![(here(0x99), 0)], NO_BINDING)),
        ("its own", Kind::Rebind, FRONT, vec![here(0x10)], (vec![(here(0x10), 800)], None)),
        ("another link", Kind::Rebind, FRONT, vec![off], (vec![(off, 0)], None)),
        ("none", Kind::Rebind, stranger, vec![], (vec![], NO_BINDING)),
        ("not its own", Kind::Release, FRONT, vec![here(0x11)], (vec![], NO_BINDING)),
        ("off the link", Kind::Decline, FRONT, vec![off], (vec![], NO_BINDING)),
    ];
    for (name, kind, mac, wanted, (expected, why)) in cases {
        let mut lab = lab();
        assert_eq!((lab.lease(FRONT, 0), lab.lease(OTHER, 0)), (here(0x10), here(0x11)));
        let asked = message(kind, mac, &wanted);
        let asked = if kind == Kind::Rebind { asked } else { lab.to_us(asked) };
        let reply = lab.reply(&asked, 10);
        assert_eq!((told(&reply), status(&reply, Some(code::IA_NA))), (expected, why), "{kind:?}, {name}");
    }
}

#[test]
fn a_client_that_moved_is_told_and_one_that_stayed_too() {
    let mut lab = lab();
    let confirm = |lab: &mut Lab, wanted: &[Ipv6Addr]| lab.ask(&message(Kind::Confirm, FRONT, wanted), 0);
    assert_eq!(status(&sent(confirm(&mut lab, &[here(0x77)])), None), Some(0));
    assert_eq!(status(&sent(confirm(&mut lab, &[here(0x77), there(1)])), None), Some(4));
    assert_eq!(confirm(&mut lab, &[]), Decision::Silent(Silence::Nothing));
}

#[test]
fn what_is_given_back_is_free_and_what_is_declined_is_nobodys() {
    let mut lab = lab();
    let address = lab.lease(FRONT, 0);
    let Decision::Grant(ended) = lab.ask(&lab.to_us(message(Kind::Release, FRONT, &[address])), 5) else {
        panic!("is written")
    };
    assert_eq!((status(&ended.reply, None), told(&ended.reply)), (Some(0), vec![]));
    assert_eq!((ended.leases[0].state, ended.leases[0].expires), (LeaseState::Released, 5));
    let taken = lab.to_us(message(Kind::Request, OTHER, &[address]));
    assert_eq!(addresses(&lab.reply(&taken, 6)), [address]);
    let Decision::Grant(ended) = lab.ask(&lab.to_us(message(Kind::Decline, OTHER, &[address])), 7) else {
        panic!("is written")
    };
    assert_eq!((ended.leases[0].state, ended.leases[0].expires), (LeaseState::Declined, 807));
    for mac in [FRONT, OTHER] {
        assert_ne!(lab.lease(mac, 8), address);
    }
}

#[test]
fn a_reservation_is_its_owner_s_whatever_tells_the_hardware_address() {
    let mut lab = lab();
    assert_eq!(lab.lease(KEEPER, 0), here(KEPT));
    // A client whose identifier says nothing of its hardware, heard by a relay that does.
    let mut lab = self::lab();
    let mut solicit = message(Kind::Solicit, OTHER, &[]);
    solicit.options.remove(code::CLIENT_ID);
    solicit.options.push(code::CLIENT_ID, Duid::uuid([1; 16]).octets().to_vec());
    let mut relay = relay(here(2));
    relay.options.push(code::LINK_LAYER, [&[0, 1], KEEPER.octets().as_slice()].concat());
    let through = Envelope { relays: vec![relay], message: solicit.clone(), back: false };
    assert_eq!(addresses(&sent(lab.travel(&through, 0))), [here(KEPT)]);
    assert_eq!(addresses(&lab.reply(&solicit, 100)), [here(0x10)]);
}

fn relay(link: Ipv6Addr) -> Relay {
    Relay { hops: 0, link, peer: "fe80::77".parse().expect("an address"), options: Options::default() }
}

#[test]
fn a_relay_names_the_link() {
    let network = |relays: Vec<Relay>| {
        let message = message(Kind::Solicit, FRONT, &[]);
        match lab().travel(&Envelope { relays, message, back: false }, 0) {
            Decision::Silent(why) => Err(why),
            decision => Ok(addresses(&sent(decision))[0].segments()[2]),
        }
    };
    let nothing = Ipv6Addr::UNSPECIFIED;
    assert_eq!(network(vec![relay(there(1))]), Ok(1));
    // The nearest to the client says it; where it says none, the next one does.
    assert_eq!(network(vec![relay(here(1)), relay(there(1))]), Ok(1));
    assert_eq!(network(vec![relay(there(1)), relay(nothing)]), Ok(1));
    // A relay that the network names, by the link's address or by its own.
    let listed: Ipv6Addr = "2001:db8:ffff::9".parse().expect("an address");
    assert_eq!(network(vec![relay(listed)]), Ok(1));
    let outer = Relay { peer: listed, ..relay(nothing) };
    assert_eq!(network(vec![outer, relay(nothing)]), Ok(1));
    assert_eq!(network(vec![relay(nothing)]), Err(Silence::NoNetwork));
    assert_eq!(network(vec![relay("2001:db8:9::1".parse().expect("an address"))]), Err(Silence::NoNetwork));
}

#[test]
fn what_a_message_must_have_it_has() {
    let mut lab = lab();
    let other = |mut message: Message| {
        message.options.push(code::SERVER_ID, Duid::uuid([6; 16]).octets().to_vec());
        message
    };
    for kind in [Kind::Request, Kind::Renew, Kind::Release, Kind::Decline] {
        let bare = message(kind, FRONT, &[here(0x10)]);
        assert_eq!(lab.ask(&bare, 0), Decision::Silent(Silence::NotARequest), "{kind:?}");
        assert_eq!(lab.ask(&other(bare), 0), Decision::Silent(Silence::OtherServer), "{kind:?}");
    }
    for kind in [Kind::Solicit, Kind::Confirm, Kind::Rebind] {
        let named = lab.to_us(message(kind, FRONT, &[here(0x10)]));
        assert_eq!(lab.ask(&named, 0), Decision::Silent(Silence::NotARequest), "{kind:?}");
        let mut anonymous = message(kind, FRONT, &[here(0x10)]);
        anonymous.options.remove(code::CLIENT_ID);
        assert_eq!(lab.ask(&anonymous, 0), Decision::Silent(Silence::NotARequest), "{kind:?}");
    }
    for kind in [Kind::Advertise, Kind::Reply, Kind::Reconfigure] {
        assert_eq!(lab.ask(&message(kind, FRONT, &[]), 0), Decision::Silent(Silence::NotARequest), "{kind:?}");
    }
    let mut bent = message(Kind::Solicit, FRONT, &[]);
    bent.options.push(code::IA_NA, vec![1, 2]);
    assert_eq!(lab.ask(&bent, 0), Decision::Silent(Silence::NotARequest));
}

#[test]
fn what_is_not_given_is_refused_in_words() {
    let mut lab = lab();
    let mut solicit = message(Kind::Solicit, FRONT, &[]);
    solicit.options.push(code::IA_TA, vec![0, 0, 0, 1]);
    solicit.options.push(code::IA_PD, vec![0; 12]);
    solicit.options.push(code::IA_PD, vec![0; 3]);
    let reply = lab.reply(&solicit, 0);
    assert_eq!((status(&reply, Some(code::IA_TA)), status(&reply, Some(code::IA_PD))), (Some(2), Some(6)));
    // The pool has five, one of them kept; a message gets eight at most, and each its own answer.
    let mut greedy = message(Kind::Solicit, OTHER, &[]);
    for iaid in 100..140 {
        greedy.options.push(code::IA_NA, association(iaid, &[]));
    }
    let reply = lab.reply(&greedy, 0);
    assert_eq!((reply.options.all(code::IA_NA).count(), addresses(&reply).len()), (41, 3));
    let full = lab.reply(&message(Kind::Solicit, Mac::new([2; 6]), &[]), 0);
    assert_eq!((addresses(&full), status(&full, Some(code::IA_NA))), (vec![], Some(2)));
    // What was advertised and not taken is free again after a minute.
    assert_eq!(addresses(&lab.reply(&message(Kind::Solicit, Mac::new([2; 6]), &[]), 60)).len(), 1);
}

#[derive(Clone, Debug)]
enum Move {
    Say(Kind, u8, Vec<u16>),
    Wait(u16),
    Restart,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let kinds = proptest::sample::select(Kind::ALL.as_slice());
    let say = (kinds, 0u8..8, proptest::collection::vec(0x0fu16..0x17, 0..3));
    let say = say.prop_map(|(kind, client, wanted)| Move::Say(kind, client, wanted));
    let one = prop_oneof![8 => say, 1 => (0u16..900).prop_map(Move::Wait), 1 => Just(Move::Restart)];
    proptest::collection::vec(one, 1..80)
}

proptest! {
    /// Whatever clients say in whatever order: no address is two clients', a kept one is only its owner's, all are the
    /// pool's, and a restart from what was written changes nothing of that.
    #[test]
    fn no_address_is_ever_two_clients(moves in moves()) {
        let mut lab = lab();
        let client = |number: u8| if number == 7 { KEEPER } else { Mac::new([2, 0, 0, 0, 3, number]) };
        let mut now = 0u64;
        let mut written: HashMap<IpAddr, Lease> = HashMap::new();
        for step in moves {
            let message = match step {
                Move::Say(kind, number, wanted) => {
                    let wanted: Vec<Ipv6Addr> = wanted.into_iter().map(here).collect();
                    let mut message = message(kind, client(number), &wanted);
                    if matches!(kind, Kind::Request | Kind::Renew | Kind::Release | Kind::Decline) {
                        message = lab.to_us(message);
                    } else if number % 2 == 0 {
                        message.options.push(code::RAPID_COMMIT, vec![]);
                    }
                    message
                }
                Move::Wait(seconds) => {
                    now += u64::from(seconds);
                    continue;
                }
                Move::Restart => {
                    lab.allocation = Allocation::new(&plan(), &written.values().cloned().collect::<Vec<_>>());
                    continue;
                }
            };
            let Decision::Grant(grant) = lab.ask(&message, now) else { continue };
            for lease in grant.leases {
                if lease.state == LeaseState::Bound {
                    let IpAddr::V6(address) = lease.address else { panic!("{lease:?}") };
                    prop_assert!((here(0x10)..=here(0x14)).contains(&address));
                    prop_assert!(address != here(KEPT) || lease.client.mac() == Some(KEEPER));
                    if let Some(before) = written.get(&lease.address) {
                        let stands = before.expires > now && match before.state {
                            LeaseState::Bound => !before.client.is(&lease.client),
                            LeaseState::Declined => true,
                            LeaseState::Released => false,
                        };
                        prop_assert!(!stands, "{before:?} stood when {lease:?} was given at {now}");
                    }
                }
                written.insert(lease.address, lease);
            }
        }
    }
}

/// As over IPv4: a lease that the disk had no room for leaves its address as it was.
#[test]
fn what_could_not_be_kept_is_taken_back() {
    let mut lab = lab();
    let address = lab.lease(FRONT, 0);
    let held = |lab: &Lab| lab.allocation.peek("near").and_then(|scope| scope.holding(address).cloned());
    let before = held(&lab);
    let renew = lab.to_us(message(Kind::Renew, FRONT, &[address]));
    let release = lab.to_us(message(Kind::Release, FRONT, &[address]));
    for asked in [renew, release] {
        let Decision::Grant(grant) = lab.ask(&asked, 400) else { panic!("no grant") };
        assert_eq!((grant.leases.len(), grant.before.as_slice()), (1, std::slice::from_ref(&before)));
        assert_ne!(held(&lab), before);
        for (lease, before) in grant.leases.iter().zip(grant.before) {
            lab.allocation.take_back(lease, before);
        }
        assert_eq!(held(&lab), before, "{:?}", asked.kind);
    }
}
