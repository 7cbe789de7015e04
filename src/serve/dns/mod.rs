//! The DNS server: authoritative for the zones of the plan; other names are refused, or asked elsewhere where the program
//! says so. Names and answers are in `zones`, whom to ask in `forward`; hickory reads and writes the messages,
//! and serves TCP.

mod datagram;
mod forward;
mod reply;
mod zones;

pub use zones::Zones;

use super::bind::Service;
use super::context::Context;
use super::datagrams::Datagrams;
use super::events::{Counters, Event};
use crate::plan::{Plan, Prefix, Server};
use forward::Forwarder;
use hickory_server::Server as Listener;
use hickory_server::net::runtime::Time;
use hickory_server::proto::op::ResponseCode;
use hickory_server::server::{Request, RequestHandler, ResponseHandler, ResponseInfo};
use reply::Reply;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How long a TCP connection may say nothing (RFC 7766 §6.2.3 leaves it to us).
const IDLE: Duration = Duration::from_secs(10);
/// Answers waiting on one TCP connection.
const WAITING: usize = 32;

/// The names of the moment, shared by all sockets; a reload swaps them.
#[derive(Clone)]
pub struct Authority {
    names: Arc<RwLock<Arc<Names>>>,
    /// Position in `Plan::servers`: whose address was asked.
    server: usize,
    context: Context,
}

/// What is answered from.
struct Names {
    zones: Zones,
    /// For each server, whom it asks for what is in no zone.
    forwarders: Vec<Option<Arc<Forwarder>>>,
    /// Whose questions go further: those who live on the program's networks. A server that asks for everybody is a
    /// weapon in the hands of whoever writes another's address on a question (RFC 5358).
    clients: Vec<Prefix>,
}

impl Names {
    /// Whom a server asks stays whom it asked, with all that it remembers, where the program names the same.
    fn new(plan: &Plan, zones: Zones, before: Option<&Names>) -> Names {
        let forwarder = |(number, server): (usize, &Server)| {
            let old = before.and_then(|before| before.forwarders.get(number)?.clone());
            let old = old.filter(|old| old.servers() == server.forward);
            old.or_else(|| Forwarder::new(&server.forward).map(Arc::new))
        };
        let v4 = plan.networks.iter().map(|network| network.subnet);
        let clients = v4.chain(plan.networks6.iter().map(|network| network.subnet)).collect();
        Names { zones, forwarders: plan.servers.iter().enumerate().map(forwarder).collect(), clients }
    }

    /// Whom to ask on behalf of a client.
    fn forwarder(&self, server: usize, peer: IpAddr) -> Option<&Forwarder> {
        let peer = peer.to_canonical();
        let ours = peer.is_loopback() || self.clients.iter().any(|clients| clients.contains(peer));
        self.forwarders.get(server)?.as_deref().filter(|_| ours)
    }
}

impl Authority {
    pub fn new(plan: &Plan, zones: Zones, context: Context) -> Self {
        let names = Names::new(plan, zones, None);
        Authority { names: Arc::new(RwLock::new(Arc::new(names))), server: 0, context }
    }

    /// The same, as one of the servers.
    pub fn of(&self, server: usize) -> Self {
        Authority { server, ..self.clone() }
    }

    pub fn replace(&self, plan: &Plan, zones: Zones) {
        let names = Names::new(plan, zones, Some(&self.names()));
        *self.names.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(names);
    }

    fn names(&self) -> Arc<Names> {
        self.names.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Serves one address over UDP and TCP until told to stop.
pub(super) async fn serve(authority: Authority, udp: Datagrams, tcp: TcpListener, mut stop: watch::Receiver<bool>) {
    let datagrams = datagram::serve(authority.clone(), Arc::new(udp), stop.clone());
    let streams = async {
        let mut server = Listener::new(authority);
        server.register_listener(tcp, IDLE, WAITING);
        let _ = stop.wait_for(|stop| *stop).await;
        let _ = server.shutdown_gracefully().await;
    };
    tokio::join!(datagrams, streams);
}

#[async_trait::async_trait]
impl RequestHandler for Authority {
    async fn handle_request<R: ResponseHandler, T: Time>(&self, request: &Request, mut response: R) -> ResponseInfo {
        self.count();
        let names = self.names();
        let mut reply = self.reply(&names, request);
        reply.ask_elsewhere().await;
        self.tell_question(request, reply.code());
        match response.send_response(reply.message(request)).await {
            Ok(info) => info,
            Err(error) => {
                tracing::debug!(%error, "a DNS answer could not be sent");
                ResponseInfo::from(reply::header(request, ResponseCode::ServFail))
            }
        }
    }
}

impl Authority {
    /// One more question.
    fn count(&self) {
        Counters::add(&self.context.events.counters.dns_queries);
    }

    /// What a request is answered with, as far as it is ours to say.
    fn reply<'n>(&self, names: &'n Names, request: &Request) -> Reply<'n> {
        Reply::new(&names.zones, names.forwarder(self.server, request.src().ip()), request)
    }
}

impl Authority {
    /// Who has a lease is listed with the names that it asks for; of others the names that only phones ask for (PB §6).
    fn tell_question(&self, request: &Request, code: ResponseCode) {
        let [query] = request.queries.queries() else { return };
        let peer = request.src().ip();
        let mac = self.context.seen.holder(peer);
        let said = || (format!("{} {}", query.name(), query.query_type()), code.to_string());
        let asks = match mac {
            Some(mac) if self.context.served().phone(mac).is_some() => {
                let (what, answer) = said();
                return self.context.seen.note_lookup(self.context.clock.milliseconds(), mac, what, answer);
            }
            Some(_) => true,
            None => query.name().iter().next().is_some_and(|label| label.starts_with(b"_ciscoprov")),
        };
        if asks {
            let (what, answer) = said();
            let service = Service::Dns;
            self.context.events.publish(Event::Asked { mac, peer: Some(peer), service, what, answer });
        }
    }
}
