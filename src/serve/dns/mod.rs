//! The DNS server: authoritative for the zones of the plan; other names are refused, or asked elsewhere where the program
//! says so. Names and answers are in `zones`, whom to ask in `forward`; hickory reads and writes the messages.

mod forward;
mod zones;

pub use zones::Zones;

use super::bind::Service;
use super::context::Context;
use super::events::{Counters, Event};
use crate::plan::{Plan, Prefix, Server};
use forward::{Forwarder, Said};
use hickory_server::Server as Listener;
use hickory_server::net::runtime::Time;
use hickory_server::proto::op::{Edns, Header, HeaderCounts, MessageType, Metadata, OpCode, ResponseCode};
use hickory_server::proto::rr::{DNSClass, Record, RecordType};
use hickory_server::server::{Request, RequestHandler, ResponseHandler, ResponseInfo};
use hickory_server::zone_handler::MessageResponseBuilder;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::watch;

/// How long a TCP connection may say nothing (RFC 7766 §6.2.3 leaves it to us).
const IDLE: Duration = Duration::from_secs(10);
/// Answers waiting on one TCP connection.
const WAITING: usize = 32;
/// What we take and send over UDP at most (DNS flag day 2020).
const PAYLOAD: u16 = 1232;

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
pub async fn serve(authority: Authority, udp: UdpSocket, tcp: TcpListener, mut stop: watch::Receiver<bool>) {
    let mut server = Listener::new(authority);
    server.register_socket(udp);
    server.register_listener(tcp, IDLE, WAITING);
    let _ = stop.wait_for(|stop| *stop).await;
    let _ = server.shutdown_gracefully().await;
}

#[async_trait::async_trait]
impl RequestHandler for Authority {
    async fn handle_request<R: ResponseHandler, T: Time>(&self, request: &Request, mut response: R) -> ResponseInfo {
        Counters::add(&self.context.events.counters.dns_queries);
        let names = self.names();
        let edns = request.edns.as_ref().map(|theirs| {
            let mut ours = Edns::new();
            ours.set_max_payload(theirs.max_payload().clamp(512, PAYLOAD));
            // RFC 3225 §3: it goes back as it came.
            ours.set_dnssec_ok(theirs.flags().dnssec_ok);
            ours
        });
        let mut metadata = Metadata::response_from_request(&request.metadata);
        let forwarder = names.forwarder(self.server, request.src().ip());
        metadata.recursion_available = forwarder.is_some();
        let forwarder = forwarder.filter(|_| request.metadata.recursion_desired);
        let mut said = None;
        let answer = match check(request) {
            Err(code) => zones::Answer::error(code),
            Ok((name, kind)) => {
                let answer = names.zones.answer(name, kind);
                // Of no zone of ours, or led out of it.
                let wanted = if answer.code == ResponseCode::Refused { Some(name) } else { answer.elsewhere.as_ref() };
                if let Some((forwarder, name)) = forwarder.zip(wanted) {
                    said = Some(forwarder.ask(name, kind).await);
                }
                answer
            }
        };
        let code = said.as_ref().map_or(answer.code, |said| said.code);
        self.tell_stranger(request, code);
        metadata.response_code = code;
        // What others said is not our word; an alias before it is.
        metadata.authoritative = answer.authoritative;
        let (asked, said) = (said.is_some(), said.unwrap_or_else(|| Said::error(answer.code)));
        let answers = answer.answers.into_iter().chain(&said.answers);
        // Where to ask is no news to who has the answer.
        let own = answer.authorities.into_iter().filter(|_| !asked);
        let authorities = own.chain(&said.authorities);
        let additionals = answer.additionals.into_iter().filter(|_| !asked);
        let builder = MessageResponseBuilder::new(&request.queries, edns.as_ref());
        let none: [&Record; 0] = [];
        let message = builder.build(metadata, answers, authorities, none, additionals);
        match response.send_response(message).await {
            Ok(info) => info,
            Err(error) => {
                tracing::debug!(%error, "a DNS answer could not be sent");
                let mut metadata = Metadata::response_from_request(&request.metadata);
                metadata.response_code = ResponseCode::ServFail;
                ResponseInfo::from(Header { metadata, counts: HeaderCounts::default() })
            }
        }
    }
}

impl Authority {
    /// Who has a lease and is not of the program is listed with the names that it asks for; of others the names that only
    /// phones ask for (PB §6).
    fn tell_stranger(&self, request: &Request, code: ResponseCode) {
        let [query] = request.queries.queries() else { return };
        let peer = request.src().ip();
        let mac = self.context.seen.holder(peer);
        let asks = match mac {
            Some(mac) => self.context.served().phone(mac).is_none(),
            None => query.name().iter().next().is_some_and(|label| label.starts_with(b"_ciscoprov")),
        };
        if asks {
            let (what, answer) = (format!("{} {}", query.name(), query.query_type()), code.to_string());
            let service = Service::Dns;
            self.context.events.publish(Event::Asked { mac, peer: Some(peer), service, what, answer });
        }
    }
}

/// The one question of a query that we answer.
fn check(request: &Request) -> Result<(&hickory_server::proto::rr::LowerName, RecordType), ResponseCode> {
    if request.metadata.message_type != MessageType::Query {
        return Err(ResponseCode::FormErr);
    }
    if request.metadata.op_code != OpCode::Query {
        return Err(ResponseCode::NotImp);
    }
    if request.edns.as_ref().is_some_and(|edns| edns.version() > 0) {
        return Err(ResponseCode::BADVERS);
    }
    let [query] = request.queries.queries() else { return Err(ResponseCode::FormErr) };
    if query.query_class() != DNSClass::IN || matches!(query.query_type(), RecordType::AXFR | RecordType::IXFR) {
        return Err(ResponseCode::Refused);
    }
    Ok((query.name(), query.query_type()))
}
