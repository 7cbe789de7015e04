//! The sockets of the DHCPv6 server: receive, decide, make durable, send.

use super::answer::{Asked, Decision, Grant, Silence, answer};
use super::{Place, options};
use crate::phone::dhcp6::{CLIENT_PORT, Duid, Envelope, Message, SERVER_PORT, code};
use crate::serve::bind::Service;
use crate::serve::context::Context;
use crate::serve::datagrams::{self, Datagrams, Waiting};
use crate::serve::events::{Counters, Event};
use crate::serve::leasing::Leasing;
use crate::serve::metrics::Flooded;
use crate::serve::state::{LeaseState, Outcome, Ticket};
use std::net::{SocketAddr, SocketAddrV6};
use std::sync::Arc;
use tokio::sync::watch;

/// Longer datagrams are cut, and then refused.
const LONGEST: usize = 16_384;

/// One receiving socket.
pub struct Port {
    pub(in crate::serve) socket: Arc<Datagrams>,
    pub place: Arc<Place>,
    /// The port it receives on: 547, or another in a lab.
    pub port: u16,
    pub server: Duid,
    pub leasing: Arc<Leasing>,
    pub context: Context,
}

/// What arrived, and from where.
struct Received {
    envelope: Envelope,
    source: SocketAddrV6,
}

/// Receives until told to stop, then waits for the leases on their way.
pub async fn serve(port: Port, stop: watch::Receiver<bool>) {
    let port = Arc::new(port);
    datagrams::answer("dhcp6", port.socket.clone(), LONGEST, stop, |waiting| {
        let desk = Desk { port, waiting };
        move |octets: &[u8], source| desk.take(octets, source)
    })
    .await;
}

/// Where messages are answered, one after the other.
struct Desk {
    port: Arc<Port>,
    waiting: Waiting,
}

impl Desk {
    fn take(&self, octets: &[u8], source: SocketAddr) {
        let SocketAddr::V6(source) = source else { return };
        let port = self.port.clone();
        let Ok(envelope) = Envelope::decode(octets) else {
            return Counters::add(&port.context.events.counters.malformed);
        };
        let metrics = &port.context.events.metrics;
        metrics.dhcp6_received(envelope.message.kind);
        if !port.context.limits.dhcp6.admits(envelope.message.client(), port.context.clock.passed()) {
            return metrics.limited(Flooded::Dhcp6);
        }
        let received = Received { envelope, source };
        let decision = port.decide(&received);
        port.tell_stranger(&received, &decision);
        match decision {
            Decision::Silent(why) => port.silent(&received, why),
            Decision::Send(reply) => port.send(&received, reply),
            Decision::Grant(grant) => {
                let Some(room) = self.waiting.room() else { return };
                let ticket = port.leasing.submit(grant.leases.clone());
                self.waiting.runtime.spawn(async move {
                    port.finish(received, grant, ticket).await;
                    drop(room);
                });
            }
        }
    }
}

impl Port {
    fn decide(&self, received: &Received) -> Decision {
        let served = self.context.served();
        let asked = Asked { envelope: &received.envelope, source: *received.source.ip() };
        let now = self.leasing.now();
        answer(&served, &self.place, &self.server, &mut self.leasing.v6(), asked, now)
    }

    /// Waits for the disk, then answers. Where the store knows another holder, that is learnt, and the client answered
    /// from what is known then.
    async fn finish(&self, received: Received, mut grant: Grant, mut ticket: Ticket) {
        // Each round learns of a holder that stood in the way; a client that loses as often asks again by itself.
        for _ in 0..2 {
            let outcomes = match ticket.await {
                Ok(Ok(outcomes)) => outcomes,
                // No lease without a record of it. The client repeats itself, and the disk may have room by then.
                Ok(Err(error)) => {
                    let mut allocation = self.leasing.v6();
                    for (lease, before) in grant.leases.iter().zip(grant.before) {
                        allocation.take_back(lease, before);
                    }
                    drop(allocation);
                    return self.context.events.publish(Event::StateFailed { why: error.to_string() });
                }
                Err(_) => return,
            };
            let mut lost = false;
            for outcome in outcomes {
                if let Outcome::Taken(lease) = outcome {
                    self.leasing.v6().learn(&lease);
                    lost = true;
                }
            }
            if !lost {
                self.tell(&grant);
                return self.send(&received, grant.reply);
            }
            match self.decide(&received) {
                Decision::Grant(next) => {
                    ticket = self.leasing.submit(next.leases.clone());
                    grant = next;
                }
                Decision::Send(reply) => return self.send(&received, reply),
                Decision::Silent(_) => return,
            }
        }
    }

    fn send(&self, received: &Received, reply: Message) {
        self.context.events.metrics.dhcp6_sent(reply.kind);
        let answer = received.envelope.answer(reply);
        let to = self.destination(received);
        let Some(octets) = answer.encode() else {
            return tracing::warn!(%to, "a DHCPv6 answer is longer than a relay can carry");
        };
        if let Err(error) = self.socket.send_to(&octets, SocketAddr::V6(to)) {
            tracing::warn!(%error, %to, "a DHCPv6 answer could not be sent");
        }
    }

    /// To the relay, or to the client, at the port that each listens on (RFC 8415 §7.2); with another port than 547, which
    /// nobody real uses, back to where the message came from.
    fn destination(&self, received: &Received) -> SocketAddrV6 {
        let mut to = received.source;
        if self.port == SERVER_PORT {
            match received.envelope.relays.first() {
                None => to.set_port(CLIENT_PORT),
                Some(relay) if !relay.options.contains(code::RELAY_PORT) => to.set_port(SERVER_PORT),
                Some(_) => {}
            }
        }
        to
    }

    fn tell(&self, grant: &Grant) {
        let served = self.context.served();
        for lease in &grant.leases {
            // Devices are listed by their hardware address; one that has none to show is served, and not listed.
            let Some(mac) = lease.client.mac() else { continue };
            let (address, network) = (lease.address, lease.network.clone());
            self.context.events.publish(match lease.state {
                LeaseState::Bound => {
                    let given = options::provisioning(&served, grant.phone, grant.network);
                    Event::Lease {
                        mac,
                        phone: grant.phone,
                        model: grant.phone.and_then(|phone| served.model(phone)).map(|model| model.name.clone()),
                        address,
                        network,
                        expires: lease.expires,
                        options: given.iter().map(|option| (option.code, option.value.text())).collect(),
                    }
                }
                state => Event::LeaseEnded { mac, address, network, declined: state == LeaseState::Declined },
            });
        }
    }

    /// Who is not of the program is listed with what it asks for.
    fn tell_stranger(&self, received: &Received, decision: &Decision) {
        let served = self.context.served();
        let macs = received.envelope.macs(*received.source.ip());
        let Some(mac) = macs.first().copied().filter(|_| macs.iter().all(|mac| served.phone(*mac).is_none())) else {
            return;
        };
        let message = &received.envelope.message;
        let asked = message.options.get(code::OPTION_REQUEST).unwrap_or_default().chunks_exact(2);
        let asked =
            asked.map(|pair| pair.iter().fold(0u16, |number, octet| number << 8 | u16::from(*octet)).to_string());
        let asked: Vec<String> = asked.collect();
        let listed = if asked.is_empty() { String::new() } else { format!(", options {}", asked.join(" ")) };
        let what = format!("{}{listed}", message.kind.name());
        let answer = match decision {
            Decision::Silent(Silence::NotARequest) => "nothing: this is no message of a client".into(),
            Decision::Silent(Silence::NoNetwork) => "nothing: no network of the program is where it asks".into(),
            Decision::Silent(Silence::NotOurs) => "nothing: the network leaves it to another server".into(),
            Decision::Silent(Silence::OtherServer) => "nothing: it chose another server".into(),
            Decision::Silent(Silence::Nothing) => "nothing: it asks for nothing".into(),
            Decision::Send(reply) => reply.kind.name().to_owned(),
            Decision::Grant(grant) => {
                let addresses: Vec<String> = grant.leases.iter().map(|lease| lease.address.to_string()).collect();
                format!("{} {}", grant.reply.kind.name(), addresses.join(" "))
            }
        };
        let service = Service::Dhcp6;
        self.context.events.publish(Event::Asked { mac: Some(mac), peer: None, service, what, answer });
    }

    fn silent(&self, received: &Received, why: Silence) {
        let mac = received.envelope.macs(*received.source.ip()).first().copied();
        if let (Silence::NoNetwork, Some(mac)) = (why, mac) {
            let why = "no network of the program is where it asks".into();
            self.context.events.publish(Event::NoLease { mac, why });
        }
    }
}
