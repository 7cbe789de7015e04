use super::*;
use crate::phone::Mac;
use crate::phone::dhcp::{Message, MessageType, Op, code};
use crate::plan::{DhcpOption, DhcpValue, Network, Plan, Pool, Reservation, Served};
use crate::serve::state::{Client, LeaseState};
use crate::serve::tests::program;
use proptest::prelude::*;
use std::collections::HashMap;
use std::net::Ipv4Addr;

const SERVER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
const RELAY: Ipv4Addr = Ipv4Addr::new(10, 1, 0, 1);
const FRONT: Mac = program::FRONT;
const OTHER: Mac = program::STRANGER;
const KEEPER: Mac = Mac::new([2, 0, 0, 0, 0, 7]);
const KEPT: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 12);

fn here(last: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 0, 0, last)
}

/// Two networks: `near`, with a reservation inside its pool of five, and `far` behind a relay.
fn plan() -> Plan {
    let mut plan = program::plan();
    plan.servers[0].addresses = vec![SERVER.into()];
    let near = Network {
        id: "near".into(),
        subnet: "10.0.0.0/24".parse().expect("a prefix"),
        pools: vec![Pool { first: here(10), last: here(14) }],
        router: Some(here(254)),
        ntp: vec![here(3)],
        lease: 800,
        reservations: vec![Reservation { mac: KEEPER, address: KEPT }],
        options: vec![DhcpOption { code: 43, value: DhcpValue::Octets(vec![1, 2]) }],
        classes: vec![],
        answers: Default::default(),
        busy: vec![],
        unknown_as: None,
        ..plan.networks[0].clone()
    };
    let far = Network {
        id: "far".into(),
        subnet: "10.1.0.0/16".parse().expect("a prefix"),
        pools: vec![Pool { first: [10, 1, 0, 10].into(), last: [10, 1, 0, 99].into() }],
        relays: vec![[192, 0, 2, 1].into()],
        dns: vec![[9, 9, 9, 9].into()],
        reservations: vec![],
        ..near.clone()
    };
    plan.networks = vec![near, far];
    plan
}

struct Lab {
    served: Served,
    allocation: Allocation<V4>,
    place: Place,
}

impl Lab {
    fn new(plan: Plan) -> Self {
        let allocation = Allocation::new(&plan, &[]);
        Lab { served: Served::new(plan), allocation, place: Place { server: 0, addresses: vec![SERVER] } }
    }

    fn ask(&mut self, message: &Message, now: u64) -> Decision {
        answer(&self.served, &self.place, &mut self.allocation, message, now)
    }

    /// What is sent, granted or not.
    fn reply(&mut self, message: &Message, now: u64) -> Message {
        match self.ask(message, now) {
            Decision::Send(reply) => reply,
            Decision::Offer(offered) => offered.reply,
            Decision::Grant(granted) => granted.reply,
            other => panic!("{message:?}: {other:?}"),
        }
    }

    fn lease(&mut self, mac: Mac, now: u64) -> Ipv4Addr {
        let offer = self.reply(&message(MessageType::Discover, mac), now);
        assert_eq!(offer.kind(), Some(MessageType::Offer));
        let ack = self.reply(&selecting(mac, offer.yiaddr), now);
        assert_eq!((ack.kind(), ack.yiaddr), (Some(MessageType::Ack), offer.yiaddr));
        ack.yiaddr
    }
}

fn lab() -> Lab {
    Lab::new(plan())
}

fn message(kind: MessageType, mac: Mac) -> Message {
    Message::request(kind, mac, 1)
}

fn rebooting(mac: Mac, address: Ipv4Addr) -> Message {
    let mut message = message(MessageType::Request, mac);
    message.options.insert_address(code::REQUESTED_ADDRESS, address);
    message
}

fn selecting(mac: Mac, address: Ipv4Addr) -> Message {
    let mut message = rebooting(mac, address);
    message.options.insert_address(code::SERVER_ID, SERVER);
    message
}

fn renewing(mac: Mac, address: Ipv4Addr) -> Message {
    Message { ciaddr: address, ..message(MessageType::Request, mac) }
}

#[test]
fn each_state_of_the_client_gets_what_the_rfc_says() {
    use MessageType::{Ack, Nak};
    // FRONT holds .10, OTHER holds .11; .12 is kept for KEEPER; .13 and .14 are nobody's.
    let elsewhere = Ipv4Addr::new(192, 168, 0, 5);
    let mut to_another = selecting(FRONT, here(10));
    to_another.options.insert_address(code::SERVER_ID, here(2));
    let cases = [
        ("selecting, its own", selecting(FRONT, here(10)), Ok(Ack)),
        ("selecting, another's", selecting(FRONT, here(11)), Ok(Nak)),
        ("selecting, kept for another", selecting(FRONT, KEPT), Ok(Nak)),
        ("selecting, outside of the pool", selecting(FRONT, here(99)), Ok(Nak)),
        ("selecting, ours", selecting(FRONT, SERVER), Ok(Nak)),
        ("selecting, another server", to_another, Err(Silence::OtherServer)),
        ("rebooting, its own", rebooting(FRONT, here(10)), Ok(Ack)),
        ("rebooting, another's", rebooting(FRONT, here(11)), Ok(Nak)),
        ("rebooting, another network", rebooting(FRONT, elsewhere), Ok(Nak)),
        ("rebooting, unknown here", rebooting(KEEPER, here(13)), Ok(Nak)),
        ("rebooting, unknown here", rebooting(Mac::new([2; 6]), here(13)), Err(Silence::Unknown)),
        ("rebooting, its reservation", rebooting(KEEPER, KEPT), Ok(Ack)),
        ("renewing, its own", renewing(FRONT, here(10)), Ok(Ack)),
        ("renewing, another's", renewing(FRONT, here(11)), Ok(Nak)),
        ("renewing, lost here and free", renewing(Mac::new([2; 6]), here(14)), Ok(Ack)),
        ("renewing, another network", renewing(FRONT, elsewhere), Ok(Nak)),
        ("no address at all", message(MessageType::Request, FRONT), Ok(Nak)),
    ];
    for (name, message, expected) in cases {
        let mut lab = lab();
        assert_eq!((lab.lease(FRONT, 0), lab.lease(OTHER, 0)), (here(10), here(11)));
        match (lab.ask(&message, 10), expected) {
            (Decision::Silent(why), Err(expected)) => assert_eq!(why, expected, "{name}"),
            (Decision::Send(reply), Ok(expected)) => {
                assert_eq!(reply.kind(), Some(expected), "{name}");
                assert_eq!(reply.yiaddr, Ipv4Addr::UNSPECIFIED, "{name}");
            }
            (Decision::Grant(granted), Ok(expected)) => {
                assert_eq!(granted.reply.kind(), Some(expected), "{name}");
                assert_eq!((granted.lease.expires, granted.lease.state), (810, LeaseState::Bound), "{name}");
            }
            (other, _) => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn messages_of_servers_and_of_bootp_are_not_answered() {
    let mut lab = lab();
    let reply = Message { op: Op::Reply, ..message(MessageType::Discover, FRONT) };
    let mut bootp = message(MessageType::Discover, FRONT);
    bootp.options.remove(code::MESSAGE_TYPE);
    for message in [reply, bootp, message(MessageType::Offer, FRONT), message(MessageType::Ack, FRONT)] {
        assert_eq!(lab.ask(&message, 0), Decision::Silent(Silence::NotARequest));
    }
}

#[test]
fn an_address_stays_its_clients_and_goes_on_only_when_needed() {
    let mut lab = lab();
    let client = |number| Mac::new([2, 0, 0, 0, 1, number]);
    assert_eq!(lab.lease(client(1), 0), here(10));
    // Long after its end, the address is still there for who had it, as long as others are free.
    assert_eq!(lab.lease(client(2), 10_000), here(11));
    assert_eq!(lab.lease(client(1), 10_001), here(10));
    // .12 is kept for another.
    assert_eq!((lab.lease(client(3), 10_002), lab.lease(client(4), 10_003)), (here(13), here(14)));
    assert_eq!(lab.ask(&message(MessageType::Discover, client(5)), 10_003), Decision::Silent(Silence::Full));
    // The one that ended first goes on first.
    assert_eq!(lab.lease(client(5), 20_000), here(11));
}

#[test]
fn an_offer_is_kept_for_a_minute() {
    let mut lab = lab();
    let first = lab.reply(&message(MessageType::Discover, FRONT), 0).yiaddr;
    let mut wish = message(MessageType::Discover, OTHER);
    wish.options.insert_address(code::REQUESTED_ADDRESS, first);
    assert_ne!(lab.reply(&wish, 59).yiaddr, first);
    assert_eq!(lab.reply(&selecting(OTHER, first), 59).kind(), Some(MessageType::Nak));
    assert_eq!(lab.reply(&selecting(OTHER, first), 60).kind(), Some(MessageType::Ack));
    assert_eq!(lab.reply(&selecting(FRONT, first), 61).kind(), Some(MessageType::Nak));
}

#[test]
fn a_reservation_is_its_owners_and_draws_it_in() {
    let mut lab = lab();
    assert_eq!(lab.lease(KEEPER, 0), KEPT);
    // A reservation that is made while another holds the address waits until that lease ends.
    let mut later = plan();
    later.networks[0].reservations = vec![];
    let mut lab = Lab::new(later.clone());
    let (front, keeper) = (lab.lease(FRONT, 0), lab.lease(KEEPER, 0));
    later.networks[0].reservations = vec![Reservation { mac: KEEPER, address: front }];
    lab.allocation.replan(&later);
    lab.served = Served::new(later);
    assert_eq!(lab.reply(&renewing(KEEPER, keeper), 10).kind(), Some(MessageType::Ack));
    assert_eq!(lab.reply(&renewing(FRONT, front), 10).kind(), Some(MessageType::Nak));
    assert_eq!(lab.reply(&renewing(KEEPER, keeper), 801).kind(), Some(MessageType::Nak));
    assert_eq!(lab.lease(KEEPER, 801), front);
}

#[test]
fn what_is_given_back_is_free_and_what_is_declined_is_nobodys() {
    let mut lab = lab();
    let address = lab.lease(FRONT, 0);
    let release = |mac| Message { ciaddr: address, ..message(MessageType::Release, mac) };
    assert_eq!(lab.ask(&release(OTHER), 1), Decision::Silent(Silence::Unknown));
    let Decision::Note(lease) = lab.ask(&release(FRONT), 1) else { panic!("is noted") };
    assert_eq!((lease.state, lease.expires), (LeaseState::Released, 1));
    assert_eq!(lab.reply(&selecting(OTHER, address), 2).kind(), Some(MessageType::Ack));

    let mut decline = selecting(OTHER, address);
    decline.options.insert(code::MESSAGE_TYPE, vec![MessageType::Decline.octet()]);
    let Decision::Note(lease) = lab.ask(&decline, 3) else { panic!("is noted") };
    assert_eq!((lease.state, lease.expires), (LeaseState::Declined, 803));
    assert_ne!(lab.lease(OTHER, 4), address);
    assert_eq!(lab.reply(&selecting(FRONT, address), 4).kind(), Some(MessageType::Nak));
}

#[test]
fn a_relay_names_the_network_and_gets_its_option_back() {
    let far = |address: Ipv4Addr| address.octets().starts_with(&[10, 1]);
    let mut relayed = message(MessageType::Discover, OTHER);
    relayed.options.insert(code::RELAY_AGENT, vec![1, 2, 7, 7]);
    for giaddr in [RELAY, Ipv4Addr::new(192, 0, 2, 1)] {
        relayed.giaddr = giaddr;
        let offer = lab().reply(&relayed, 0);
        assert!(far(offer.yiaddr) && offer.giaddr == giaddr, "{giaddr}");
        assert_eq!(offer.options.iter().last(), Some((code::RELAY_AGENT, &[1, 2, 7, 7][..])));
        assert_eq!(offer.options.addresses(code::DNS), [Ipv4Addr::new(9, 9, 9, 9)]);
    }
    // RFC 3527: the relay speaks from one network for another.
    relayed.giaddr = here(254);
    relayed.options.insert(code::RELAY_AGENT, vec![5, 4, 10, 1, 0, 0]);
    assert!(far(lab().reply(&relayed, 0).yiaddr));
    relayed.giaddr = Ipv4Addr::new(172, 16, 0, 1);
    relayed.options.insert(code::RELAY_AGENT, vec![5, 40, 1]);
    assert_eq!(lab().ask(&relayed, 0), Decision::Silent(Silence::NoNetwork));
    // A refusal through a relay is broadcast at its end (RFC 2131 §4.3.2).
    let refused = Message { giaddr: RELAY, ..selecting(OTHER, here(10)) };
    assert!(lab().reply(&refused, 0).wants_broadcast());
    // A client that renews writes past the relay.
    let ack = lab().reply(&renewing(OTHER, [10, 1, 0, 20].into()), 0);
    assert_eq!((ack.kind(), ack.ciaddr), (Some(MessageType::Ack), Ipv4Addr::new(10, 1, 0, 20)));
}

#[test]
fn a_relay_may_speak_for_the_server() {
    // RFC 5107: clients know the server by the relay's address, and so all that they say comes by it.
    let mut lab = lab();
    let through = |mut message: Message| {
        message.giaddr = RELAY;
        message.options.insert(code::RELAY_AGENT, [&[11, 4], RELAY.octets().as_slice()].concat());
        message
    };
    let offer = lab.reply(&through(message(MessageType::Discover, OTHER)), 0);
    assert_eq!(offer.options.address(code::SERVER_ID), Some(RELAY));
    let mut request = through(rebooting(OTHER, offer.yiaddr));
    request.options.insert_address(code::SERVER_ID, RELAY);
    assert_eq!(lab.reply(&request, 1).kind(), Some(MessageType::Ack));
    request.options.remove(code::RELAY_AGENT);
    assert_eq!(lab.ask(&request, 2), Decision::Silent(Silence::OtherServer));
}

#[test]
fn what_a_client_says_of_itself_goes_back() {
    let mut lab = lab();
    let says = |mut message: Message| {
        message.options.insert(code::CLIENT_ID, vec![0, b'x']);
        message
    };
    let discover = says(message(MessageType::Discover, FRONT));
    let refused = says(selecting(FRONT, here(99)));
    let inform = says(Message { ciaddr: here(200), ..message(MessageType::Inform, FRONT) });
    for (message, kind) in [(discover, MessageType::Offer), (refused, MessageType::Nak), (inform, MessageType::Ack)] {
        let reply = lab.reply(&message, 0);
        assert_eq!((reply.kind(), reply.options.get(code::CLIENT_ID)), (Some(kind), Some([0, b'x'].as_slice())));
    }
    // Whatever it says, the device is the one that it is.
    let mut other = message(MessageType::Discover, FRONT);
    other.options.insert(code::CLIENT_ID, vec![0, b'y']);
    assert_eq!(lab.reply(&other, 1).yiaddr, here(10));
    // RFC 3011: the network that it wants.
    let mut far = message(MessageType::Discover, FRONT);
    far.options.insert_address(code::SUBNET_SELECTION, [10, 1, 0, 0].into());
    let offer = lab.reply(&far, 0);
    assert_eq!((offer.yiaddr.octets()[1], offer.options.get(118)), (1, Some([10, 1, 0, 0].as_slice())));
}

#[test]
fn an_offer_that_the_client_leaves_is_free_at_once() {
    let mut lab = lab();
    let first = lab.reply(&message(MessageType::Discover, FRONT), 0).yiaddr;
    let mut to_another = selecting(FRONT, here(77));
    to_another.options.insert_address(code::SERVER_ID, here(2));
    assert_eq!(lab.ask(&to_another, 1), Decision::Silent(Silence::OtherServer));
    let mut wish = message(MessageType::Discover, OTHER);
    wish.options.insert_address(code::REQUESTED_ADDRESS, first);
    assert_eq!(lab.reply(&wish, 1).yiaddr, first);
    // A lease is not given up by it.
    assert_eq!(lab.lease(OTHER, 1), first);
    to_another.chaddr = OTHER;
    lab.ask(&to_another, 2);
    assert_eq!(lab.reply(&renewing(OTHER, first), 3).kind(), Some(MessageType::Ack));
}

#[test]
fn what_is_said_to_another_server_ends_nothing_here() {
    let mut lab = lab();
    let address = lab.lease(FRONT, 0);
    for kind in [MessageType::Release, MessageType::Decline] {
        let mut message = Message { ciaddr: address, ..message(kind, FRONT) };
        message.options.insert_address(code::REQUESTED_ADDRESS, address);
        message.options.insert_address(code::SERVER_ID, here(2));
        assert_eq!(lab.ask(&message, 1), Decision::Silent(Silence::OtherServer));
    }
    assert_eq!(lab.reply(&renewing(FRONT, address), 2).kind(), Some(MessageType::Ack));
}

#[test]
fn an_address_that_somebody_uses_rests() {
    let mut lab = lab();
    let Decision::Offer(offered) = lab.ask(&message(MessageType::Discover, FRONT), 0) else { panic!("is offered") };
    assert!(offered.fresh);
    let near = lab.served.plan().networks[0].clone();
    let lease = conflict(&near, &mut lab.allocation, FRONT, offered.address, 1);
    assert_eq!((lease.state, lease.expires), (LeaseState::Declined, 801));
    let Decision::Offer(next) = lab.ask(&message(MessageType::Discover, FRONT), 2) else { panic!("is offered") };
    assert!(next.fresh && next.address != offered.address);
    // What a client had is its own: it answers, being the one that uses it.
    lab.reply(&selecting(FRONT, next.address), 3);
    let Decision::Offer(again) = lab.ask(&message(MessageType::Discover, FRONT), 4) else { panic!("is offered") };
    assert!(!again.fresh && again.address == next.address);
    assert_eq!(lab.lease(OTHER, 5), here(13));
    // Whoever answers at a reserved address is its owner.
    let Decision::Offer(kept) = lab.ask(&message(MessageType::Discover, KEEPER), 5) else { panic!("is offered") };
    assert!(!kept.fresh && kept.address == KEPT);
    // After a lease's length it is tried again.
    assert_eq!((lab.lease(Mac::new([2; 6]), 6), lab.lease(Mac::new([4; 6]), 801)), (here(14), offered.address));
}

#[test]
fn options_follow_what_was_asked() {
    let codes = |asked: Option<&[u8]>, mac: Mac| {
        let mut discover = message(MessageType::Discover, mac);
        if let Some(asked) = asked {
            discover.options.insert(code::PARAMETER_LIST, asked.to_vec());
        }
        lab().reply(&discover, 0).options.iter().map(|(code, _)| code).collect::<Vec<u8>>()
    };
    assert_eq!(codes(None, OTHER), [53, 54, 51, 58, 59, 1, 3, 6, 15, 42, 43]);
    // The router may be asked for first; the mask comes before it all the same.
    assert_eq!(codes(Some(&[6, 3, 1, 99]), OTHER), [53, 6, 1, 3, 54, 51, 58, 59, 43]);
    // FRONT's fleet lists network 0: its option 66 comes though it is not asked for.
    assert_eq!(codes(Some(&[51]), FRONT), [53, 51, 54, 58, 59, 1, 43, 66]);
    let offer = lab().reply(&message(MessageType::Discover, FRONT), 0);
    assert_eq!(offer.options.number(code::LEASE_TIME), Some(800));
    assert_eq!(offer.options.number(code::RENEWAL_TIME), Some(400));
    assert_eq!(offer.options.number(code::REBINDING_TIME), Some(700));
    assert_eq!(offer.options.address(code::SERVER_ID), Some(SERVER));
    assert_eq!(offer.options.addresses(code::DNS), [SERVER]);
    // Network `far` is not in the list of FRONT's fleet.
    let far = Message { giaddr: RELAY, ..message(MessageType::Discover, FRONT) };
    assert!(!lab().reply(&far, 0).options.contains(66));
}

#[test]
fn an_inform_gets_options_and_no_address() {
    let inform = Message { ciaddr: here(200), ..message(MessageType::Inform, FRONT) };
    let ack = lab().reply(&inform, 0);
    assert_eq!((ack.kind(), ack.yiaddr, ack.ciaddr), (Some(MessageType::Ack), Ipv4Addr::UNSPECIFIED, here(200)));
    assert!(ack.options.contains(66) && !ack.options.contains(code::LEASE_TIME));
}

#[test]
fn a_lease_of_another_server_is_learnt() {
    let mut lab = lab();
    let Decision::Grant(granted) = lab.ask(&selecting(FRONT, here(10)), 0) else { panic!("is granted") };
    lab.allocation.learn(&crate::serve::state::Lease { client: Client::Device(OTHER), ..granted.lease });
    assert_eq!(lab.reply(&selecting(FRONT, here(10)), 1).kind(), Some(MessageType::Nak));
    assert_eq!(lab.lease(FRONT, 1), here(11));
}

#[derive(Clone, Debug)]
enum Move {
    Discover(u8),
    Select(u8, u8),
    Reboot(u8, u8),
    Renew(u8, u8),
    Release(u8, u8),
    Decline(u8, u8),
    Wait(u16),
    Restart,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let pair = || (0u8..8, 8u8..17);
    let one = prop_oneof![
        (0u8..8).prop_map(Move::Discover),
        pair().prop_map(|(mac, last)| Move::Select(mac, last)),
        pair().prop_map(|(mac, last)| Move::Reboot(mac, last)),
        pair().prop_map(|(mac, last)| Move::Renew(mac, last)),
        pair().prop_map(|(mac, last)| Move::Release(mac, last)),
        pair().prop_map(|(mac, last)| Move::Decline(mac, last)),
        (0u16..900).prop_map(Move::Wait),
        Just(Move::Restart),
    ];
    proptest::collection::vec(one, 1..80)
}

proptest! {
    /// Whatever clients say in whatever order: no address is two clients', a kept one is only its owner's, all are
    /// the pool's, and a restart from what was written changes nothing of that.
    #[test]
    fn no_address_is_ever_two_clients(moves in moves()) {
        let mut lab = lab();
        let client = |number: u8| if number == 7 { KEEPER } else { Mac::new([2, 0, 0, 0, 3, number]) };
        let mut now = 0u64;
        let mut written = HashMap::new();
        for step in moves {
            let message = match step {
                Move::Discover(mac) => message(MessageType::Discover, client(mac)),
                Move::Select(mac, last) => selecting(client(mac), here(last)),
                Move::Reboot(mac, last) => rebooting(client(mac), here(last)),
                Move::Renew(mac, last) => renewing(client(mac), here(last)),
                Move::Release(mac, last) => Message { ciaddr: here(last), ..message(MessageType::Release, client(mac)) },
                Move::Decline(mac, last) => {
                    let mut message = selecting(client(mac), here(last));
                    message.options.insert(code::MESSAGE_TYPE, vec![MessageType::Decline.octet()]);
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
            match lab.ask(&message, now) {
                Decision::Grant(granted) => {
                    let lease = granted.lease;
                    let std::net::IpAddr::V4(address) = lease.address else { panic!("{lease:?}") };
                    prop_assert!(address == KEPT || (here(10)..=here(14)).contains(&address));
                    prop_assert!(address != KEPT || lease.client.is(&Client::Device(KEEPER)));
                    if let Some(before) = written.insert(lease.address, lease.clone()) {
                        let stands = before.expires > now && match before.state {
                            LeaseState::Bound => !before.client.is(&lease.client),
                            LeaseState::Declined => true,
                            LeaseState::Released => false,
                        };
                        prop_assert!(!stands, "{before:?} stood when {lease:?} was given at {now}");
                    }
                }
                Decision::Note(lease) => {
                    written.insert(lease.address, lease);
                }
                Decision::Send(_) | Decision::Offer(_) | Decision::Silent(_) => {}
            }
        }
    }
}

#[test]
fn a_network_answers_whom_it_is_told_to() {
    use crate::plan::Answers;
    let with = |answers| {
        let mut plan = plan();
        plan.networks[0].answers = answers;
        Lab::new(plan)
    };
    let discover = |mac| Message::request(MessageType::Discover, mac, 1);
    let mut inform = Message::request(MessageType::Inform, OTHER, 2);
    inform.ciaddr = here(77);
    let mut known = with(Answers::KnownPhones);
    assert!(matches!(known.ask(&discover(OTHER), 0), Decision::Silent(Silence::NotOurs)));
    assert!(matches!(known.ask(&inform, 0), Decision::Silent(Silence::NotOurs)));
    assert!(matches!(known.ask(&discover(FRONT), 0), Decision::Offer(_)));
    let mut informs = with(Answers::InformOnly);
    for mac in [OTHER, FRONT] {
        for kind in [MessageType::Discover, MessageType::Request, MessageType::Release, MessageType::Decline] {
            let message = Message::request(kind, mac, 3);
            assert!(matches!(informs.ask(&message, 0), Decision::Silent(Silence::NotOurs)), "{kind:?}");
        }
    }
    let reply = informs.reply(&inform, 0);
    assert_eq!((reply.kind(), reply.yiaddr), (Some(MessageType::Ack), Ipv4Addr::UNSPECIFIED));
    assert_eq!(reply.options.get(43), Some([1, 2].as_slice()));
}

#[test]
fn classes_add_options_for_who_fits() {
    use crate::plan::{Class, ClientField, ClientTest};
    let mut plan = plan();
    let class = |id: &str, when, text: &str| Class {
        id: id.into(),
        when,
        options: vec![DhcpOption { code: 43, value: DhcpValue::Text(text.into()) }],
    };
    let pxe = ClientTest::Holds { field: ClientField::VendorClass, text: "PXEClient".into() };
    plan.networks[0].classes = vec![class("pxe", pxe, "pxe"), class("known", ClientTest::Known, "known")];
    let mut lab = Lab::new(plan);
    let mut told = |mac, vendor: Option<&str>| {
        let mut message = Message::request(MessageType::Discover, mac, 1);
        if let Some(vendor) = vendor {
            message.options.insert_text(code::VENDOR_CLASS, vendor);
        }
        lab.reply(&message, 0).options.get(43).map(<[u8]>::to_vec)
    };
    assert_eq!(told(OTHER, None), Some(vec![1, 2]));
    assert_eq!(told(OTHER, Some("PXEClient:Arch")), Some(b"pxe".to_vec()));
    // A later class replaces an earlier one.
    assert_eq!(told(FRONT, Some("PXEClient:Arch")), Some(b"known".to_vec()));
}

/// On a full disk a lease is granted and then not kept: it must not stand in anybody's way, nor be counted.
#[test]
fn what_could_not_be_kept_is_taken_back() {
    let grant = |lab: &mut Lab, message: &Message, now| match lab.ask(message, now) {
        Decision::Grant(granted) => granted,
        other => panic!("{other:?}"),
    };
    let held = |lab: &Lab, address| lab.allocation.peek("near").and_then(|scope| scope.holding(address).cloned());
    let mut lab = lab();
    // A first lease: the offer stands as it did.
    let offered = lab.reply(&message(MessageType::Discover, FRONT), 0).yiaddr;
    let before = held(&lab, offered);
    assert!(before.as_ref().is_some_and(|held| held.offered));
    let first = grant(&mut lab, &selecting(FRONT, offered), 1);
    lab.allocation.take_back(&first.lease, first.before.clone());
    assert_eq!(held(&lab, offered), before);
    assert_eq!(lab.allocation.tally(2).iter().map(|tally| tally.bound).sum::<usize>(), 0);
    // A renewal: the lease ends when the client was last told.
    let kept = grant(&mut lab, &selecting(FRONT, offered), 3);
    let renewal = grant(&mut lab, &renewing(FRONT, offered), 400);
    lab.allocation.take_back(&renewal.lease, renewal.before.clone());
    assert_eq!(held(&lab, offered).map(|held| (held.expires, held.offered)), Some((kept.lease.expires, false)));
    // What came after it is not touched.
    let later = grant(&mut lab, &renewing(FRONT, offered), 500);
    lab.allocation.take_back(&renewal.lease, renewal.before);
    assert_eq!(held(&lab, offered).map(|held| held.expires), Some(later.lease.expires));
    // Nothing was there before: the address is nobody's.
    let reserved = grant(&mut lab, &rebooting(KEEPER, KEPT), 0);
    assert_eq!(reserved.before, None);
    lab.allocation.take_back(&reserved.lease, None);
    assert_eq!(held(&lab, KEPT).and_then(|held| held.client), None);
    assert_eq!(lab.lease(KEEPER, 1), KEPT);
}
