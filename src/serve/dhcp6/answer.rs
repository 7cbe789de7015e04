//! What is answered to a message (RFC 8415 §18.3). No sockets, no clock: the allocation, the message and the time in, a
//! decision out.

use super::family::{Association as Key, V6};
use super::options;
use super::place::Place;
use crate::phone::Mac;
use crate::phone::dhcp6::{Address, Association, Duid, Envelope, Kind, Message, Status, code, refused, status};
use crate::plan::{Answers, Client as About, Network6, PhoneRef, Served};
use crate::serve::dhcp::{Allocation, Holding, Who};
use crate::serve::state::{Client, Lease, LeaseState};
use std::net::{IpAddr, Ipv6Addr};

/// How long an advertised address is kept for who was told of it, in seconds.
const OFFER: u64 = 60;
/// How many associations of one message get addresses. A phone has one.
const MOST_ASSOCIATIONS: usize = 8;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing is sent, and why.
    Silent(Silence),
    /// Sent at once.
    Send(Message),
    /// Sent when the leases are durable.
    Grant(Grant),
}

/// Leases, given or ended, and the answer that tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub leases: Vec<Lease>,
    /// How the address of each was held until now.
    pub before: Vec<Option<Holding<Key>>>,
    pub reply: Message,
    pub phone: Option<PhoneRef>,
    /// Position in `Plan::networks6`.
    pub network: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// It is no message of a client, or lacks what such a message must have, or has what it must not (§16).
    NotARequest,
    /// No network of the program is where the message came from.
    NoNetwork,
    /// The program leaves this client, or this message, to another server.
    NotOurs,
    /// The client chose another server.
    OtherServer,
    /// It says nothing that could be judged: a confirmation of no address.
    Nothing,
}

/// What arrived.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub envelope: &'a Envelope,
    /// Who sent the datagram.
    pub source: Ipv6Addr,
}

/// Decides. `now` is in Unix seconds.
pub fn answer(
    served: &Served,
    place: &Place,
    server: &Duid,
    allocation: &mut Allocation<V6>,
    asked: Asked<'_>,
    now: u64,
) -> Decision {
    let request = &asked.envelope.message;
    if let Err(why) = valid(asked.envelope, server) {
        return Decision::Silent(why);
    }
    let networks = place.networks(served, asked.envelope, asked.source);
    // None where the client may leave its identifier out (§18.3.6).
    let client = request.client();
    let macs = asked.envelope.macs(asked.source);
    let known = |mac: &Mac| {
        served.phone(*mac).is_some()
            || networks.iter().any(|(_, of)| of.reservations.iter().any(|kept| kept.mac == *mac))
    };
    let mac = macs.iter().copied().find(known).or_else(|| macs.first().copied());
    let phone = mac.and_then(|mac| served.phone(mac));
    let associations: Result<Vec<_>, _> = request.options.all(code::IA_NA).map(Association::decode).collect();
    let Ok(associations) = associations else { return Decision::Silent(Silence::NotARequest) };
    let somewhere = !networks.is_empty();
    let answered = |network: &Network6| match network.answers {
        Answers::Everybody => true,
        Answers::KnownPhones => phone.is_some(),
        Answers::InformOnly => request.kind == Kind::InformationRequest,
    };
    let networks: Vec<_> = networks.into_iter().filter(|(_, network)| answered(network)).collect();
    if somewhere && networks.is_empty() {
        return Decision::Silent(Silence::NotOurs);
    }
    let mut desk = Desk {
        served,
        server,
        request,
        client,
        mac,
        phone,
        about: options::client(asked.envelope, served, mac, phone),
        allocation,
        now,
        networks,
        leases: Vec::new(),
        before: Vec::new(),
    };
    desk.sort(&associations);
    let Some((number, _)) = desk.networks.first().copied() else { return Decision::Silent(Silence::NoNetwork) };
    let rapid = request.options.contains(code::RAPID_COMMIT);
    match request.kind {
        Kind::Solicit if !rapid => {
            let told = desk.each(&associations, Desk::offer);
            Decision::Send(desk.reply(Kind::Advertise, number, told, true))
        }
        Kind::Solicit | Kind::Request => {
            let told = desk.each(&associations, Desk::grant);
            let mut reply = desk.reply(Kind::Reply, number, told, true);
            if request.kind == Kind::Solicit {
                reply.options.push(code::RAPID_COMMIT, Vec::new());
            }
            desk.done(reply, number)
        }
        Kind::Renew | Kind::Rebind => {
            let told = desk.each(&associations, Desk::extend);
            let reply = desk.reply(Kind::Reply, number, told, true);
            desk.done(reply, number)
        }
        Kind::Confirm => desk.confirm(&associations),
        Kind::Release | Kind::Decline => {
            let state = if request.kind == Kind::Release { LeaseState::Released } else { LeaseState::Declined };
            let told = associations.iter().filter_map(|association| desk.end(association, state)).collect();
            let mut reply = desk.reply(Kind::Reply, number, told, false);
            reply.options.push(code::STATUS, status(Status::Success, ""));
            desk.done(reply, number)
        }
        Kind::InformationRequest => Decision::Send(desk.reply(Kind::Reply, number, Vec::new(), true)),
        Kind::Advertise | Kind::Reply | Kind::Reconfigure => Decision::Silent(Silence::NotARequest),
    }
}

/// §16: what each message must and must not have.
fn valid(envelope: &Envelope, server: &Duid) -> Result<(), Silence> {
    let Message { kind, options, .. } = &envelope.message;
    let named = options.get(code::SERVER_ID);
    let (client, to_one) = match kind {
        Kind::Solicit | Kind::Confirm | Kind::Rebind => (true, Some(false)),
        Kind::Request | Kind::Renew | Kind::Release | Kind::Decline => (true, Some(true)),
        Kind::InformationRequest => (false, None),
        Kind::Advertise | Kind::Reply | Kind::Reconfigure => return Err(Silence::NotARequest),
    };
    let lacks_client = match options.contains(code::CLIENT_ID) {
        true => envelope.message.client().is_none(),
        false => client,
    };
    let has_addresses = [code::IA_NA, code::IA_TA, code::IA_PD].iter().any(|code| options.contains(*code));
    if envelope.back
        || lacks_client
        || to_one.is_some_and(|to_one| to_one != named.is_some())
        || (*kind == Kind::InformationRequest && has_addresses)
    {
        return Err(Silence::NotARequest);
    }
    match named.is_some_and(|named| named != server.octets()) {
        true => Err(Silence::OtherServer),
        false => Ok(()),
    }
}

/// One message being answered.
struct Desk<'a> {
    served: &'a Served,
    server: &'a Duid,
    request: &'a Message,
    client: Option<Duid>,
    mac: Option<Mac>,
    phone: Option<PhoneRef>,
    /// What it says of itself.
    about: About,
    allocation: &'a mut Allocation<V6>,
    now: u64,
    /// Those of the client's link, the best first.
    networks: Vec<(usize, &'a Network6)>,
    /// What is to be written before the answer leaves.
    leases: Vec<Lease>,
    before: Vec<Option<Holding<Key>>>,
}

impl<'a> Desk<'a> {
    /// Of the networks on one link: where the client's reservation is, where its address is, where its fleet is.
    fn sort(&mut self, associations: &[Association]) {
        let fleet = self.phone.and_then(|phone| self.served.fleet(phone));
        let who: Vec<_> = associations.iter().filter_map(|one| self.who(one)).collect();
        let wanted: Vec<Ipv6Addr> = associations.iter().flat_map(|one| &one.addresses).map(|one| one.address).collect();
        let rank = |(number, network): &(usize, &Network6)| {
            let scope = self.allocation.peek(&network.id);
            let kept = self.mac.is_some_and(|mac| network.reservations.iter().any(|kept| kept.mac == mac));
            let held = who.iter().any(|who| scope.is_some_and(|scope| scope.latest(&who.client).is_some()));
            let inside = wanted.iter().any(|address| network.subnet.contains(IpAddr::V6(*address)));
            let home = fleet.is_some_and(|fleet| fleet.networks6.contains(number));
            [!kept, !held, !inside, !home]
        };
        let mut networks = self.networks.clone();
        networks.sort_by_key(rank);
        self.networks = networks;
    }

    fn who(&self, association: &Association) -> Option<Who<Key>> {
        let client = Key { duid: self.client.clone()?, iaid: association.iaid };
        Some(Who { client, mac: self.mac })
    }

    /// What each association is told. An identity association that stands twice is one.
    fn each(
        &mut self,
        associations: &[Association],
        one: impl Fn(&mut Self, &Who<Key>, &Association) -> Association,
    ) -> Vec<Association> {
        let mut told: Vec<Association> = Vec::new();
        for association in associations {
            let Some(who) = self.who(association) else { continue };
            if told.iter().any(|before| before.iaid == association.iaid) {
                continue;
            }
            let answer = match told.len() < MOST_ASSOCIATIONS {
                true => one(self, &who, association),
                false => refusal(association.iaid, Status::NoAddresses, "more associations than a client has"),
            };
            told.push(answer);
        }
        told
    }

    /// The network of an address, if it is one of the link.
    fn network_of(&self, address: Ipv6Addr) -> Option<&'a Network6> {
        let mut networks = self.networks.iter();
        networks.find(|(_, network)| network.subnet.contains(address.into())).map(|(_, network)| *network)
    }

    /// An address for the association, wherever on the link one is to be had.
    fn choose(&mut self, who: &Who<Key>, association: &Association) -> Option<(&'a Network6, Ipv6Addr)> {
        let networks = self.networks.clone();
        networks.into_iter().find_map(|(_, network)| {
            let wanted = association.addresses.iter().map(|address| address.address);
            let wanted = wanted.into_iter().find(|address| network.subnet.contains((*address).into()));
            Some((network, self.allocation.scope(&network.id).choose(who, wanted, self.now)?))
        })
    }

    fn offer(&mut self, who: &Who<Key>, association: &Association) -> Association {
        let Some((network, address)) = self.choose(who, association) else {
            return refusal(association.iaid, Status::NoAddresses, "all addresses of the network are taken");
        };
        let until = self.now + OFFER;
        // A holder keeps its longer lease: being told of its own address again must not shorten it.
        let mine = self.allocation.knows(&network.id, who, address).map(|held| held.expires);
        if mine.is_none_or(|expires| expires < until) {
            let holding = Holding { client: Some(who.client.clone()), expires: until, offered: true };
            self.allocation.scope(&network.id).put(address, holding);
        }
        given(association.iaid, network, address)
    }

    fn grant(&mut self, who: &Who<Key>, association: &Association) -> Association {
        // §18.3.2: whoever asks for an address of another link has moved, and begins anew.
        if association.addresses.iter().any(|wanted| self.network_of(wanted.address).is_none()) {
            return refusal(association.iaid, Status::NotOnLink, "the address is of another network");
        }
        match self.choose(who, association) {
            Some((network, address)) => {
                self.bind(who, network, address);
                given(association.iaid, network, address)
            }
            None => refusal(association.iaid, Status::NoAddresses, "all addresses of the network are taken"),
        }
    }

    /// §18.3.4 and §18.3.5. A client that uses an address, of our pool and in nobody's way, keeps it whether or not we
    /// know of it; one that it must not use any longer is told with no time left.
    fn extend(&mut self, who: &Who<Key>, association: &Association) -> Association {
        let mut kept: Option<(&Network6, Ipv6Addr)> = None;
        let mut gone = Vec::new();
        for Address { address, .. } in &association.addresses {
            let network =
                self.network_of(*address).filter(|network| kept.is_none() && self.stays(network, who, *address));
            match network {
                Some(network) => kept = Some((network, *address)),
                None => gone.push(*address),
            }
        }
        // Who moved to another link is only told so; to the others something can be given in its place, if they ask us.
        let here = association.addresses.iter().all(|address| self.network_of(address.address).is_some());
        if kept.is_none() && here && self.request.kind == Kind::Renew {
            kept = self.choose(who, association);
        }
        let mut told = match kept {
            Some((network, address)) => {
                self.bind(who, network, address);
                gone.retain(|gone| *gone != address);
                given(association.iaid, network, address)
            }
            None if gone.is_empty() || here => {
                refusal(association.iaid, Status::NoBinding, "no address is known of this association")
            }
            None => Association::new(association.iaid),
        };
        told.addresses.extend(gone.into_iter().map(|address| Address { address, preferred: 0, valid: 0 }));
        told
    }

    fn stays(&self, network: &Network6, who: &Who<Key>, address: Ipv6Addr) -> bool {
        let Some(scope) = self.allocation.peek(&network.id) else { return false };
        let elsewhere = scope.reservation(who).filter(|kept| *kept != address);
        scope.gives(who, address)
            && scope.free_for(who, address, self.now)
            && !elsewhere.is_some_and(|kept| scope.free_for(who, kept, self.now))
    }

    fn bind(&mut self, who: &Who<Key>, network: &Network6, address: Ipv6Addr) {
        let expires = self.now + u64::from(network.lease);
        let holding = Holding { client: Some(who.client.clone()), expires, offered: false };
        self.before.push(self.allocation.scope(&network.id).put(address, holding));
        self.leases.push(self.lease(who, network, address, expires, LeaseState::Bound));
    }

    fn lease(&self, who: &Who<Key>, network: &Network6, address: Ipv6Addr, expires: u64, state: LeaseState) -> Lease {
        let Key { duid, iaid } = who.client.clone();
        let client = Client::Association { duid, iaid, mac: who.mac };
        Lease { client, address: address.into(), network: network.id.clone(), at: self.now, expires, state }
    }

    /// §18.3.3: whether the client is still where its addresses are.
    fn confirm(&mut self, associations: &[Association]) -> Decision {
        let mut addresses = associations.iter().flat_map(|association| &association.addresses).peekable();
        if addresses.peek().is_none() {
            return Decision::Silent(Silence::Nothing);
        }
        let here = addresses.all(|address| self.network_of(address.address).is_some());
        let mut reply = self.bare(Kind::Reply);
        let (verdict, why) = match here {
            true => (Status::Success, ""),
            false => (Status::NotOnLink, "an address is of another network"),
        };
        reply.options.push(code::STATUS, status(verdict, why));
        Decision::Send(reply)
    }

    /// §18.3.7 and §18.3.8: only who holds an address can end it. What of the association is not known is told.
    fn end(&mut self, association: &Association, state: LeaseState) -> Option<Association> {
        let who = self.who(association)?;
        let mut ended = false;
        for Address { address, .. } in &association.addresses {
            let Some(network) = self.network_of(*address) else { continue };
            let Some(held) = self.allocation.knows(&network.id, &who, *address) else { continue };
            let (client, expires) = match state {
                LeaseState::Declined => (None, self.now + u64::from(network.lease)),
                LeaseState::Bound | LeaseState::Released => (Some(who.client.clone()), held.expires.min(self.now)),
            };
            let holding = Holding { client, expires, offered: false };
            self.before.push(self.allocation.scope(&network.id).put(*address, holding));
            self.leases.push(self.lease(&who, network, *address, expires, state));
            ended = true;
        }
        (!ended).then(|| refusal(association.iaid, Status::NoBinding, "no such address is known of this association"))
    }

    fn bare(&self, kind: Kind) -> Message {
        let mut reply = Message::new(kind, self.request.xid);
        if let Some(client) = &self.client {
            reply.options.push(code::CLIENT_ID, client.octets().to_vec());
        }
        reply.options.push(code::SERVER_ID, self.server.octets().to_vec());
        reply
    }

    fn reply(&self, kind: Kind, network: usize, associations: Vec<Association>, options: bool) -> Message {
        let mut reply = self.bare(kind);
        let stateless = associations.is_empty();
        for association in associations {
            reply.options.push(code::IA_NA, association.encode());
        }
        if options {
            self.refuse_others(&mut reply);
            options::add(&mut reply, self.request, self.served, network, self.phone, &self.about, stateless);
        }
        reply
    }

    /// Temporary addresses and prefixes are not given, and a client is told rather than left to wait.
    fn refuse_others(&self, reply: &mut Message) {
        for (kind, why) in [(code::IA_TA, Status::NoAddresses), (code::IA_PD, Status::NoPrefixes)] {
            for value in self.request.options.all(kind).take(MOST_ASSOCIATIONS) {
                if let Some(value) = refused(kind, value, why, "not given here") {
                    reply.options.push(kind, value);
                }
            }
        }
    }

    fn done(self, reply: Message, network: usize) -> Decision {
        match self.leases.is_empty() {
            true => Decision::Send(reply),
            false => {
                Decision::Grant(Grant { leases: self.leases, before: self.before, reply, phone: self.phone, network })
            }
        }
    }
}

fn refusal(iaid: u32, why: Status, text: &str) -> Association {
    Association { status: Some((why, text.to_owned())), ..Association::new(iaid) }
}

/// Half, and four fifths (RFC 8415 §14.2). A phone that keeps its address keeps using it, so that it is preferred for as
/// long as it is valid.
fn given(iaid: u32, network: &Network6, address: Ipv6Addr) -> Association {
    let lease = network.lease;
    let address = Address { address, preferred: lease, valid: lease };
    let (renew, rebind) = (lease / 2, lease - lease / 5);
    Association { renew, rebind, addresses: vec![address], ..Association::new(iaid) }
}
