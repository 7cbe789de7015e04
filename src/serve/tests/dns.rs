use super::program::{at, plan, serve, soon};
use crate::plan::{Served, ZoneRecord};
use crate::serve::{Files, Running, Service};
use hickory_proto::op::{Message, MessageType, OpCode, Query, ResponseCode};
use hickory_proto::rr::{Name, RData, RecordType};
use std::net::Ipv4Addr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

fn query(name: &str, kind: RecordType) -> Vec<u8> {
    let mut message = Message::new(7, MessageType::Query, OpCode::Query);
    message.add_query(Query::query(Name::from_ascii(name).expect("a name"), kind));
    message.to_vec().expect("encodes")
}

async fn ask(running: &Running, name: &str, kind: RecordType) -> Message {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
    socket.send_to(&query(name, kind), at(running, Service::Dns)).await.expect("sends");
    let mut octets = [0; 2048];
    let length = soon(socket.recv(&mut octets)).await.expect("receives");
    Message::from_vec(&octets[..length]).expect("decodes")
}

#[tokio::test]
async fn a_service_comes_with_its_address() {
    let running = serve(plan()).await;
    let reply = ask(&running, "_ciscoprov-http._tcp.lab.example.", RecordType::SRV).await;
    assert!(reply.metadata.authoritative);
    assert!(matches!(&reply.answers[0].data, RData::SRV(srv) if srv.port == 6080));
    assert!(matches!(reply.additionals[0].data, RData::A(address) if address.0 == Ipv4Addr::LOCALHOST));
    let reply = ask(&running, "nothing.lab.example.", RecordType::A).await;
    assert_eq!((reply.metadata.response_code, reply.authorities.len()), (ResponseCode::NXDomain, 1));
    let reply = ask(&running, "example.org.", RecordType::A).await;
    assert_eq!(reply.metadata.response_code, ResponseCode::Refused);
    running.stop().await;
}

#[tokio::test]
async fn the_same_over_tcp() {
    let running = serve(plan()).await;
    let mut stream = TcpStream::connect(at(&running, Service::Dns)).await.expect("connects");
    let query = query("prov.lab.example.", RecordType::A);
    stream.write_all(&(query.len() as u16).to_be_bytes()).await.expect("sends");
    stream.write_all(&query).await.expect("sends");
    let length = soon(stream.read_u16()).await.expect("receives");
    let mut octets = vec![0; usize::from(length)];
    soon(stream.read_exact(&mut octets)).await.expect("receives");
    assert_eq!(Message::from_vec(&octets).expect("decodes").answers.len(), 1);
    running.stop().await;
}

#[tokio::test]
async fn a_reload_swaps_the_zones() {
    let running = serve(plan()).await;
    let mut other = plan();
    other.zones[0].records.push(ZoneRecord::A { name: "new".into(), address: [127, 0, 0, 9].into() });
    running.replace(Arc::new(Served::new(other)), &Files::default()).expect("same servers");
    assert_eq!(ask(&running, "new.lab.example.", RecordType::A).await.answers.len(), 1);
    running.stop().await;
}

/// What UDP brings that is no question: garbage behind a header is told so, and answers and crumbs are not answered.
#[tokio::test]
async fn what_cannot_be_read_is_answered_as_far_as_its_header_goes() {
    let running = serve(plan()).await;
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
    let server = at(&running, Service::Dns);
    let mut answer = query("prov.lab.example.", RecordType::A);
    answer[2] |= 0x80;
    let mut garbled_answer = vec![0, 5, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    garbled_answer.extend([0xff; 9]);
    for silent in [&[][..], &[0, 1, 2], &answer, &garbled_answer] {
        socket.send_to(silent, server).await.expect("sends");
    }
    // A question is promised, and a label that is too long stands there.
    let mut garbled = vec![0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    garbled.extend([0xff; 9]);
    socket.send_to(&garbled, server).await.expect("sends");
    let mut octets = [0; 600];
    let length = soon(socket.recv(&mut octets)).await.expect("receives");
    let reply = Message::from_vec(&octets[..length]).expect("decodes");
    // The first that comes is the only one that there is.
    assert_eq!((reply.metadata.id, reply.metadata.response_code), (9, ResponseCode::FormErr));
    assert_eq!(ask(&running, "prov.lab.example.", RecordType::A).await.answers.len(), 1);
    assert!(socket.try_recv(&mut octets).is_err());
    running.stop().await;
}
