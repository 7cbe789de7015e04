//! The DNS server: authoritative for the zones of the plan, and for nothing else. Names and answers are in `zones`,
//! hickory reads and writes the messages.

mod zones;

pub use zones::Zones;

use super::bind::Service;
use super::context::Context;
use super::events::{Counters, Event};
use hickory_server::Server;
use hickory_server::net::runtime::Time;
use hickory_server::proto::op::{Edns, Header, HeaderCounts, MessageType, Metadata, OpCode, ResponseCode};
use hickory_server::proto::rr::{DNSClass, Record, RecordType};
use hickory_server::server::{Request, RequestHandler, ResponseHandler, ResponseInfo};
use hickory_server::zone_handler::MessageResponseBuilder;
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

/// The zones of the moment, shared by all sockets; a reload swaps them.
#[derive(Clone)]
pub struct Authority {
    zones: Arc<RwLock<Arc<Zones>>>,
    context: Context,
}

impl Authority {
    pub fn new(zones: Zones, context: Context) -> Self {
        Authority { zones: Arc::new(RwLock::new(Arc::new(zones))), context }
    }

    pub fn replace(&self, zones: Zones) {
        *self.zones.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(zones);
    }

    fn zones(&self) -> Arc<Zones> {
        self.zones.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Serves one address over UDP and TCP until told to stop.
pub async fn serve(authority: Authority, udp: UdpSocket, tcp: TcpListener, mut stop: watch::Receiver<bool>) {
    let mut server = Server::new(authority);
    server.register_socket(udp);
    server.register_listener(tcp, IDLE, WAITING);
    let _ = stop.wait_for(|stop| *stop).await;
    let _ = server.shutdown_gracefully().await;
}

#[async_trait::async_trait]
impl RequestHandler for Authority {
    async fn handle_request<R: ResponseHandler, T: Time>(&self, request: &Request, mut response: R) -> ResponseInfo {
        Counters::add(&self.context.events.counters.dns_queries);
        let zones = self.zones();
        let edns = request.edns.as_ref().map(|theirs| {
            let mut ours = Edns::new();
            ours.set_max_payload(theirs.max_payload().clamp(512, PAYLOAD));
            ours
        });
        let mut metadata = Metadata::response_from_request(&request.metadata);
        let answer = match check(request) {
            Err(code) => zones::Answer::error(code),
            Ok((name, kind)) => zones.answer(name, kind),
        };
        self.tell_stranger(request, answer.code);
        metadata.response_code = answer.code;
        metadata.authoritative = answer.authoritative;
        let builder = MessageResponseBuilder::new(&request.queries, edns.as_ref());
        let none: [&Record; 0] = [];
        let message = builder.build(metadata, answer.answers, answer.authorities, none, answer.additionals);
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
