//! What is answered to a message (RFC 2131 §4.3). No sockets, no clock: the allocation, the message and the time in,
//! a decision out.

use super::allocation::Allocation;
use super::family::{V4, Who};
use super::options::{self, About};
use super::place::{Place, lists, means_us};
use super::scope::Holding;
use crate::phone::Mac;
use crate::phone::dhcp::{BROADCAST, Message, MessageType, Op, code};
use crate::plan::{Answers, Network, PhoneRef, Served};
use crate::serve::state::{Client, Lease, LeaseState};
use std::net::Ipv4Addr;

/// How long an offered address is kept for who was offered it, in seconds.
const OFFER: u64 = 60;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing is sent, and why.
    Silent(Silence),
    /// Sent at once: a refusal, an answer to DHCPINFORM.
    Send(Message),
    /// Sent at once, or when it is known that nobody uses the address.
    Offer(Offered),
    /// Sent when the lease is durable.
    Grant(Granted),
    /// Written; nothing is sent.
    Note(Lease),
}

/// An address and the DHCPOFFER that tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    pub address: Ipv4Addr,
    pub reply: Message,
    /// The client did not have it before, so that somebody else may use it without having asked.
    pub fresh: bool,
    /// Position in `Plan::networks`.
    pub network: usize,
}

/// A lease and the DHCPACK that tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    pub lease: Lease,
    /// How its address was held until now.
    pub before: Option<Holding<Mac>>,
    pub reply: Message,
    pub phone: Option<PhoneRef>,
    /// Position in `Plan::networks`.
    pub network: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// It is no message of a client.
    NotARequest,
    /// No network of the program is where the message came from.
    NoNetwork,
    /// All addresses of the network are taken.
    Full,
    /// The program leaves this client, or this message, to another server.
    NotOurs,
    /// The client chose another server.
    OtherServer,
    /// The client says that it has an address; we know nothing of it, so that another server may (RFC 2131 §4.3.2).
    Unknown,
}

/// Decides. `now` is in Unix seconds.
pub fn answer(
    served: &Served,
    place: &Place,
    allocation: &mut Allocation<V4>,
    request: &Message,
    now: u64,
) -> Decision {
    let Some(kind) = request.kind().filter(|_| request.op == Op::Request) else {
        return Decision::Silent(Silence::NotARequest);
    };
    let phone = served.phone(request.chaddr);
    let all = place.networks(served, request);
    let answered = |network: &Network| match network.answers {
        Answers::Everybody => true,
        Answers::KnownPhones => phone.is_some(),
        Answers::InformOnly => kind == MessageType::Inform,
    };
    let somewhere = !all.is_empty();
    let networks: Vec<_> = all.into_iter().filter(|(_, network)| answered(network)).collect();
    if somewhere && networks.is_empty() {
        return Decision::Silent(Silence::NotOurs);
    }
    let wanted = match request.ciaddr.is_unspecified() {
        true => request.options.address(code::REQUESTED_ADDRESS),
        false => Some(request.ciaddr),
    };
    let desk = Desk { served, place, request, phone, who: Who::device(request.chaddr), now };
    let Some((number, network)) = desk.prefer(&networks, allocation, wanted) else {
        return Decision::Silent(Silence::NoNetwork);
    };
    match kind {
        MessageType::Discover => desk.discover(&networks, (number, network), allocation, wanted),
        MessageType::Request => desk.request(number, network, allocation, wanted),
        MessageType::Decline | MessageType::Release if !means_us(place, request) => {
            Decision::Silent(Silence::OtherServer)
        }
        MessageType::Decline => desk.end(network, allocation, LeaseState::Declined),
        MessageType::Release => desk.end(network, allocation, LeaseState::Released),
        MessageType::Inform => desk.inform(number, network),
        MessageType::Offer | MessageType::Ack | MessageType::Nak => Decision::Silent(Silence::NotARequest),
    }
}

/// Somebody uses an address that was to be offered: nobody gets it for the length of a lease. What is to be written.
pub fn conflict(network: &Network, allocation: &mut Allocation<V4>, mac: Mac, address: Ipv4Addr, now: u64) -> Lease {
    let expires = now + u64::from(network.lease);
    allocation.scope(&network.id).put(address, Holding { client: None, expires, offered: false });
    let (client, network, state) = (Client::Device(mac), network.id.clone(), LeaseState::Declined);
    Lease { client, address: address.into(), network, at: now, expires, state }
}

/// One message being answered.
struct Desk<'a> {
    served: &'a Served,
    place: &'a Place,
    request: &'a Message,
    phone: Option<PhoneRef>,
    who: Who<Mac>,
    now: u64,
}

impl Desk<'_> {
    /// Of the networks on one wire: where the client's reservation is, where its address is, where its fleet is.
    fn prefer<'n>(
        &self,
        networks: &[(usize, &'n Network)],
        allocation: &Allocation<V4>,
        wanted: Option<Ipv4Addr>,
    ) -> Option<(usize, &'n Network)> {
        let mac = self.request.chaddr;
        let find = |wish: &dyn Fn(usize, &Network) -> bool| {
            networks.iter().copied().find(|(number, network)| wish(*number, network))
        };
        find(&|number, _| self.served.reservation(number, mac).is_some())
            .or_else(|| {
                let wanted = wanted?;
                find(&|_, network| allocation.knows(&network.id, &self.who, wanted).is_some())
            })
            .or_else(|| {
                let wanted = wanted?;
                find(&|_, network| network.subnet.contains(wanted.into()))
            })
            .or_else(|| find(&|number, _| self.phone.is_some_and(|phone| lists(self.served, phone, number))))
            .or_else(|| networks.first().copied())
    }

    fn discover(
        &self,
        networks: &[(usize, &Network)],
        preferred: (usize, &Network),
        allocation: &mut Allocation<V4>,
        wanted: Option<Ipv4Addr>,
    ) -> Decision {
        let others = networks.iter().copied().filter(|(number, _)| *number != preferred.0);
        for (number, network) in std::iter::once(preferred).chain(others) {
            let scope = allocation.scope(&network.id);
            let Some(address) = scope.choose(&self.who, wanted, self.now) else { continue };
            let until = self.now + OFFER;
            // A holder keeps its longer lease: being offered its own address again must not shorten it.
            let mine = allocation.knows(&network.id, &self.who, address).map(|held| held.expires);
            if mine.is_none_or(|expires| expires < until) {
                let holding = Holding { client: Some(self.who.client), expires: until, offered: true };
                allocation.scope(&network.id).put(address, holding);
            }
            let reply = self.reply(MessageType::Offer, number, network, Some(address));
            // Who answers at a reserved address is who it is kept for: it may have it by hand as well.
            let kept = allocation.scope(&network.id).reservation(&self.who) == Some(address);
            return Decision::Offer(Offered { address, reply, fresh: mine.is_none() && !kept, network: number });
        }
        Decision::Silent(Silence::Full)
    }

    fn request(
        &self,
        number: usize,
        network: &Network,
        allocation: &mut Allocation<V4>,
        wanted: Option<Ipv4Addr>,
    ) -> Decision {
        let mac = self.request.chaddr;
        let chosen = self.request.options.address(code::SERVER_ID);
        if !means_us(self.place, self.request) {
            // What we offered is free again (RFC 2131 §3.1, 4).
            allocation.scope(&network.id).withdraw(&self.who);
            return Decision::Silent(Silence::OtherServer);
        }
        let Some(address) = wanted else { return self.refuse(network, "no address is asked for") };
        if !network.subnet.contains(address.into()) {
            return self.refuse(network, "the address is of another network");
        }
        let known = allocation.knows(&network.id, &self.who, address).is_some();
        let rebooting = chosen.is_none() && self.request.ciaddr.is_unspecified();
        let scope = allocation.scope(&network.id);
        if !scope.gives(&self.who, address) || !scope.free_for(&self.who, address, self.now) {
            return self.refuse(network, "the address is not yours");
        }
        let reservation = scope.reservation(&self.who);
        if reservation.is_some_and(|kept| kept != address && scope.free_for(&self.who, kept, self.now)) {
            return self.refuse(network, "another address is kept for you");
        }
        // RFC 2131 §4.3.2, INIT-REBOOT: one we have no record of is left to the server that has. A client that uses
        // an address, renewing it, is in our pool and in nobody's way: it stays.
        if rebooting && !known && reservation != Some(address) {
            return Decision::Silent(Silence::Unknown);
        }
        let expires = self.now + u64::from(network.lease);
        let before = scope.put(address, Holding { client: Some(mac), expires, offered: false });
        let lease = self.lease(network, address, expires, LeaseState::Bound);
        let reply = self.reply(MessageType::Ack, number, network, Some(address));
        Decision::Grant(Granted { lease, before, reply, phone: self.phone, network: number })
    }

    /// DHCPRELEASE and DHCPDECLINE: only from who holds the address.
    fn end(&self, network: &Network, allocation: &mut Allocation<V4>, state: LeaseState) -> Decision {
        let mac = self.request.chaddr;
        let address = match state {
            LeaseState::Declined => self.request.options.address(code::REQUESTED_ADDRESS),
            LeaseState::Bound | LeaseState::Released => Some(self.request.ciaddr),
        };
        let held =
            address.and_then(|address| Some((address, allocation.knows(&network.id, &self.who, address)?.expires)));
        let Some((address, held_until)) = held else { return Decision::Silent(Silence::Unknown) };
        let (holder, expires) = match state {
            LeaseState::Declined => (None, self.now + u64::from(network.lease)),
            // Not after now: the address is free, and still the client's if it comes back first.
            LeaseState::Bound | LeaseState::Released => (Some(mac), held_until.min(self.now)),
        };
        allocation.scope(&network.id).put(address, Holding { client: holder, expires, offered: false });
        Decision::Note(self.lease(network, address, expires, state))
    }

    fn lease(&self, network: &Network, address: Ipv4Addr, expires: u64, state: LeaseState) -> Lease {
        let (client, network) = (Client::Device(self.request.chaddr), network.id.clone());
        Lease { client, address: address.into(), network, at: self.now, expires, state }
    }

    fn inform(&self, number: usize, network: &Network) -> Decision {
        Decision::Send(self.reply(MessageType::Ack, number, network, None))
    }

    fn reply(&self, kind: MessageType, number: usize, network: &Network, address: Option<Ipv4Addr>) -> Message {
        let mut reply = Message::reply(self.request, kind);
        reply.yiaddr = address.unwrap_or(Ipv4Addr::UNSPECIFIED);
        if kind == MessageType::Ack {
            reply.ciaddr = self.request.ciaddr;
        }
        let identity = self.place.identity(network, self.request);
        let client = options::client(self.request, self.served, self.phone);
        let about = About {
            served: self.served,
            number,
            network,
            phone: self.phone,
            client: &client,
            identity,
            lease: address.is_some(),
        };
        options::add(&mut reply, self.request, &about);
        reply
    }

    /// DHCPNAK: nothing but who refuses and why (RFC 2131 §4.3.1 table 3).
    fn refuse(&self, network: &Network, why: &str) -> Decision {
        let mut reply = Message::reply(self.request, MessageType::Nak);
        // §4.3.2: behind a relay, the client may have no address there, so the relay is told to broadcast.
        if !self.request.giaddr.is_unspecified() {
            reply.flags |= BROADCAST;
        }
        reply.options.insert_address(code::SERVER_ID, self.place.identity(network, self.request));
        reply.options.insert_text(code::MESSAGE, why);
        options::echo(&mut reply, self.request);
        if let Some(relay) = self.request.options.get(code::RELAY_AGENT) {
            reply.options.insert(code::RELAY_AGENT, relay.to_vec());
        }
        Decision::Send(reply)
    }
}
