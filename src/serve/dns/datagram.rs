//! DNS over UDP. What our zones answer is answered by the thread that hears it, at once; only what others have to be asked
//! for waits in the runtime.

use super::Authority;
use super::reply;
use crate::serve::datagrams::{self, Datagrams};
use hickory_server::net::xfer::Protocol;
use hickory_server::proto::op::{Header, MessageType, Metadata, ResponseCode};
use hickory_server::proto::serialize::binary::{BinDecodable, BinDecoder, BinEncodable, BinEncoder};
use hickory_server::server::Request;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tokio::sync::watch;

/// Octets of a question that we read: those of an UPDATE or of a long EDNS option are read to be refused.
const LONGEST: usize = 4096;

pub(super) async fn serve(authority: Authority, socket: Arc<Datagrams>, stop: watch::Receiver<bool>) {
    let answering = socket.clone();
    datagrams::answer("dns", socket, LONGEST, stop, move |waiting| {
        let mut answer = Vec::new();
        move |octets, source| {
            if !may_be_answered(source) {
                return;
            }
            answer.clear();
            let request = match Request::from_bytes(octets.to_vec(), source, Protocol::Udp) {
                Ok(request) => request,
                Err(_) => return refuse(&answering, octets, source, &mut answer),
            };
            // Two servers that answer each other's answers would never end.
            if request.metadata.message_type == MessageType::Response {
                return;
            }
            authority.count();
            let names = authority.names();
            let reply = authority.reply(&names, &request);
            if !reply.is_open() {
                authority.tell_question(&request, reply.code());
                encode(&reply, &request, &mut answer);
                return send(&answering, &answer, source);
            }
            drop(reply);
            // Whom a full house turns away asks again, or somebody else.
            let Some(room) = waiting.room_now() else { return };
            let (authority, socket) = (authority.clone(), answering.clone());
            waiting.runtime.spawn(async move {
                let mut reply = authority.reply(&names, &request);
                reply.ask_elsewhere().await;
                authority.tell_question(&request, reply.code());
                let mut answer = Vec::new();
                encode(&reply, &request, &mut answer);
                send(&socket, &answer, source);
                drop(room);
            });
        }
    })
    .await;
}

/// Nobody sends from there, and what is sent there goes to nobody, or to everybody.
fn may_be_answered(source: SocketAddr) -> bool {
    let someone = match source.ip() {
        IpAddr::V4(address) => !address.is_unspecified() && !address.is_broadcast(),
        IpAddr::V6(address) => !address.is_unspecified(),
    };
    source.port() != 0 && someone
}

/// What cannot be read is a question as far as its header says so (RFC 1035 §4.1.1).
fn refuse(socket: &Datagrams, octets: &[u8], source: SocketAddr, answer: &mut Vec<u8>) {
    let Ok(asked) = Header::read(&mut BinDecoder::new(octets)) else { return };
    if asked.metadata.message_type == MessageType::Query {
        let mut metadata = Metadata::response_from_request(&asked.metadata);
        metadata.response_code = ResponseCode::FormErr;
        write(&Header { metadata, counts: Default::default() }, answer);
        send(socket, answer, source);
    }
}

fn encode(reply: &reply::Reply<'_>, request: &Request, into: &mut Vec<u8>) {
    let mut encoder = BinEncoder::new(into);
    encoder.set_max_size(reply.payload());
    if let Err(error) = reply.message(request).destructive_emit(&mut encoder) {
        tracing::debug!(%error, "a DNS answer could not be written");
        into.clear();
        write(&reply::header(request, ResponseCode::ServFail), into);
    }
}

/// A header has no name in it that could be too long.
fn write(header: &Header, into: &mut Vec<u8>) {
    let _ = header.emit(&mut BinEncoder::new(into));
}

/// A datagram may get lost in any case, and the client asks again.
fn send(socket: &Datagrams, answer: &[u8], to: SocketAddr) {
    let _ = socket.send_to(answer, to);
}
