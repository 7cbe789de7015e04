//! The sockets of the DHCP server: receive, decide, make durable, send.

use super::answer::{Decision, Granted, Silence, answer};
use super::probe::{Prober, Verdict};
use super::{Offered, Place, conflict, destination, options, stranger};
use crate::phone::dhcp::{Message, MessageType};
use crate::serve::bind::Service;
use crate::serve::context::Context;
use crate::serve::datagrams::{self, Datagrams, Waiting};
use crate::serve::events::{Counters, Event};
use crate::serve::leasing::Leasing;
use crate::serve::metrics::Flooded;
use crate::serve::state::{Lease, LeaseState, Outcome, StateError};
use std::net::{SocketAddr, SocketAddrV4};
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::watch;

/// How many addresses in use are passed over for one client; then it is left to ask again.
const MOST_USED: usize = 8;
/// Longer datagrams than Ethernet carries in one piece are cut, and then refused.
const LONGEST: usize = 4096;

/// One receiving socket.
pub struct Port {
    pub(in crate::serve) socket: Arc<Datagrams>,
    pub place: Arc<Place>,
    /// The port it receives on: 67, or another in a lab.
    pub port: u16,
    pub leasing: Arc<Leasing>,
    /// Who asks whether an address is used; none where nobody may, or where everything answers (loopback).
    pub prober: Option<Arc<Prober>>,
    pub context: Context,
}

/// Receives until told to stop, then waits for the leases on their way.
pub async fn serve(port: Port, stop: watch::Receiver<bool>) {
    let port = Arc::new(port);
    datagrams::answer("dhcp", port.socket.clone(), LONGEST, stop, |waiting| {
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
        let port = &self.port;
        let SocketAddr::V4(source) = source else { return };
        let Ok(request) = Message::decode(octets) else {
            return Counters::add(&port.context.events.counters.malformed);
        };
        let metrics = &port.context.events.metrics;
        metrics.dhcp_received(request.kind());
        if !port.context.limits.dhcp.admits(request.chaddr, port.context.clock.passed()) {
            return metrics.limited(Flooded::Dhcp);
        }
        let decision = port.decide(&request);
        port.tell_stranger(&request, &decision);
        match decision {
            Decision::Silent(why) => port.silent(&request, why),
            Decision::Send(reply) => {
                port.tell_refusal(&reply);
                port.send(&request, &reply, source);
            }
            Decision::Offer(offered) => port.clone().offer(&self.waiting.runtime, request, offered, source),
            Decision::Grant(granted) => {
                let Some(room) = self.waiting.room() else { return };
                let (lease, then) = (granted.lease.clone(), port.clone());
                port.leasing.submit_then(lease, move |outcome| {
                    then.finish(&request, &granted, outcome, source);
                    drop(room);
                });
            }
            Decision::Note(lease) => {
                drop(port.leasing.submit(vec![lease.clone()]));
                let declined = lease.state == LeaseState::Declined;
                let (mac, Lease { address, network, .. }) = (request.chaddr, lease);
                port.context.events.publish(Event::LeaseEnded { mac, address, network, declined });
            }
        }
    }
}

impl Port {
    fn decide(&self, request: &Message) -> Decision {
        let served = self.context.served();
        let now = self.leasing.now();
        answer(&served, &self.place, &mut self.leasing.v4(), request, now)
    }

    /// Offers at once what the client had before; of other addresses it is asked first whether somebody uses them.
    fn offer(self: Arc<Self>, runtime: &Handle, request: Message, offered: Offered, source: SocketAddrV4) {
        let Some(prober) = self.prober.clone() else { return self.send(&request, &offered.reply, source) };
        if offered.fresh && prober.is_busy() {
            return self.send(&request, &offered.reply, source);
        }
        if !offered.fresh {
            // The client repeats itself while its address is asked about: one answer is enough.
            if !prober.asks(offered.address) {
                self.send(&request, &offered.reply, source);
            }
            return;
        }
        let port = self;
        runtime.spawn(async move {
            let mut offered = offered;
            for _ in 0..MOST_USED {
                match prober.ask(offered.address).await {
                    Verdict::Free => return port.send(&request, &offered.reply, source),
                    Verdict::Asking => return,
                    Verdict::Used => port.used(&request, &offered),
                }
                match port.decide(&request) {
                    Decision::Offer(next) => offered = next,
                    Decision::Silent(why) => return port.silent(&request, why),
                    _ => return,
                }
            }
        });
    }

    /// Somebody has the address who was never given it.
    fn used(&self, request: &Message, offered: &Offered) {
        let served = self.context.served();
        let Some(network) = served.plan().networks.get(offered.network) else { return };
        let now = self.leasing.now();
        let lease = conflict(network, &mut self.leasing.v4(), request.chaddr, offered.address, now);
        drop(self.leasing.submit(vec![lease]));
        let (address, network) = (offered.address.into(), network.id.clone());
        self.context.events.publish(Event::Conflict { address, network });
    }

    /// Answers, the lease being on disk. Where the store knows another holder, that is learnt, and the client told.
    fn finish(
        &self,
        request: &Message,
        granted: &Granted,
        outcome: Result<Option<Outcome>, StateError>,
        source: SocketAddrV4,
    ) {
        match outcome {
            Ok(Some(Outcome::Kept)) => {
                self.tell_lease(granted);
                self.send(request, &granted.reply, source);
            }
            Ok(Some(Outcome::Taken(lease))) => {
                self.leasing.v4().learn(&lease);
                // The address is another's now, so the second decision is a refusal; anything else is left to the
                // client's next message.
                if let Decision::Send(reply) = self.decide(request) {
                    self.tell_refusal(&reply);
                    self.send(request, &reply, source);
                }
            }
            // No lease without a record of it. The client repeats itself, and the disk may have room by then.
            Err(error) => {
                self.leasing.v4().take_back(&granted.lease, granted.before.clone());
                self.context.events.publish(Event::StateFailed { why: error.to_string() });
            }
            Ok(None) => {}
        }
    }

    fn send(&self, request: &Message, reply: &Message, source: SocketAddrV4) {
        let to = destination(reply, source, self.port);
        self.context.events.metrics.dhcp_sent(reply.kind());
        let octets = reply.encode_within(request.longest_answer());
        if let Err(error) = self.socket.send_to(&octets, SocketAddr::V4(to)) {
            tracing::warn!(%error, %to, mac = %reply.chaddr, "a DHCP answer could not be sent");
        }
    }

    fn tell_lease(&self, granted: &Granted) {
        let served = self.context.served();
        let Granted { lease, phone, network, .. } = granted;
        let given = options::provisioning(&served, *phone, *network);
        self.context.events.publish(Event::Lease {
            mac: granted.reply.chaddr,
            phone: *phone,
            model: phone.and_then(|phone| served.model(phone)).map(|model| model.name.clone()),
            address: lease.address,
            network: lease.network.clone(),
            expires: lease.expires,
            options: given.iter().map(|option| (option.code.into(), option.value.text())).collect(),
        });
    }

    /// Who is not of the program is listed with what it asks for.
    fn tell_stranger(&self, request: &Message, decision: &Decision) {
        if self.context.served().phone(request.chaddr).is_some() {
            return;
        }
        let (what, answer) = (stranger::what(request), stranger::told(decision));
        let (mac, service) = (Some(request.chaddr), Service::Dhcp);
        self.context.events.publish(Event::Asked { mac, peer: None, service, what, answer });
    }

    fn tell_refusal(&self, reply: &Message) {
        if reply.kind() == Some(MessageType::Nak) {
            let why = reply.options.text(crate::phone::dhcp::code::MESSAGE).unwrap_or_default();
            self.context.events.publish(Event::NoLease { mac: reply.chaddr, why });
        }
    }

    fn silent(&self, request: &Message, why: Silence) {
        let why = match why {
            Silence::Full => "all addresses of the network are taken",
            Silence::NoNetwork => "no network of the program is where it asks",
            Silence::NotARequest | Silence::NotOurs | Silence::OtherServer | Silence::Unknown => return,
        };
        self.context.events.publish(Event::NoLease { mac: request.chaddr, why: why.into() });
    }
}
