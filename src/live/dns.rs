//! A name, asked of one server over UDP.

use crate::phone::model::{DnsAnswer, Query, Service};
use hickory_proto::op::{Message, MessageType, OpCode, Query as Question, ResponseCode};
use hickory_proto::rr::{Name, RData, RecordType};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout_at};

const PATIENCE: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(2)];

/// Asks; silence, refusals and failures of the server are all a timeout to the phone.
pub(super) async fn resolve(server: SocketAddr, source: Ipv4Addr, query: &Query, id: u16) -> DnsAnswer {
    let kind = match query {
        Query::Address(_) => RecordType::A,
        Query::Service(_) => RecordType::SRV,
    };
    let Ok(mut name) = Name::from_ascii(query.name()) else { return DnsAnswer::None };
    name.set_fqdn(true);
    let mut message = Message::new(id, MessageType::Query, OpCode::Query);
    message.metadata.recursion_desired = true;
    message.add_query(Question::query(name, kind));
    let Ok(octets) = message.to_vec() else { return DnsAnswer::None };
    let Ok(socket) = UdpSocket::bind((source, 0)).await else { return DnsAnswer::Timeout };
    if socket.connect(server).await.is_err() {
        return DnsAnswer::Timeout;
    }
    for patience in PATIENCE {
        if socket.send(&octets).await.is_err() {
            return DnsAnswer::Timeout;
        }
        let until = Instant::now() + patience;
        let mut datagram = [0; 4096];
        while let Ok(received) = timeout_at(until, socket.recv(&mut datagram)).await {
            // Nobody listens there.
            let Ok(length) = received else { return DnsAnswer::Timeout };
            let Ok(answer) = Message::from_vec(datagram.get(..length).unwrap_or_default()) else { continue };
            if answer.metadata.id == id && answer.metadata.message_type == MessageType::Response {
                return read(&answer, kind);
            }
        }
    }
    DnsAnswer::Timeout
}

fn read(answer: &Message, kind: RecordType) -> DnsAnswer {
    match answer.metadata.response_code {
        ResponseCode::NoError => {}
        ResponseCode::NXDomain => return DnsAnswer::None,
        _ => return DnsAnswer::Timeout,
    }
    let mut addresses = Vec::new();
    let mut services = Vec::new();
    for record in &answer.answers {
        match &record.data {
            RData::A(address) => addresses.push(address.0),
            RData::SRV(srv) => services.push(Service {
                priority: srv.priority,
                weight: srv.weight,
                port: srv.port,
                target: srv.target.to_ascii(),
            }),
            _ => {}
        }
    }
    match kind {
        RecordType::SRV if !services.is_empty() => DnsAnswer::Services(services),
        RecordType::A if !addresses.is_empty() => DnsAnswer::Addresses(addresses),
        _ => DnsAnswer::None,
    }
}
