//! Servers that never come to an end: a phone reads what it may hold, and no more.

use super::*;
use crate::live::tls::Trust;
use crate::phone::model::{Class, Resync};
use crate::phone::profile::LIMIT;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Answers each request with this head and then with blanks for ever; counts what was taken of them.
async fn endless_http(head: &'static str) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind((LOCAL, 0)).await.expect("binds");
    let at = listener.local_addr().expect("bound");
    let taken = Arc::new(AtomicUsize::new(0));
    let count = taken.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut part = [0; 4096];
            let _ = stream.read(&mut part).await;
            let _ = stream.write_all(head.as_bytes()).await;
            let blanks = [b' '; 1 << 16];
            while let Ok(written) = stream.write(&blanks).await {
                count.fetch_add(written, Ordering::Relaxed);
            }
        }
    });
    (at, taken)
}

/// Sends block after block, each as soon as the one before is acknowledged; whether it was told to stop.
async fn endless_tftp(tsize: Option<u64>) -> (SocketAddr, tokio::task::JoinHandle<(usize, ErrorCode)>) {
    use crate::phone::tftp::Options;
    let (socket, at) = udp().await;
    let told = tokio::spawn(async move {
        let mut datagram = [0; 2048];
        let (mut block, mut sent, mut from) = (0u16, 0, at);
        loop {
            let (length, peer) = socket.recv_from(&mut datagram).await.expect("an answer");
            let packet = Packet::decode(&datagram[..length]).expect("a packet");
            match packet {
                Packet::Read(_) => from = peer,
                Packet::Ack(_) => {}
                Packet::Error { code, .. } => return (sent, code),
                other => panic!("{other:?}"),
            }
            let reply = match (tsize, matches!(Packet::decode(&datagram[..length]), Ok(Packet::Read(_)))) {
                (Some(size), true) => {
                    Packet::OptionAck(Options { tsize: Some(size), blksize: Some(1428), ..Options::default() }).encode()
                }
                _ => {
                    block = block.wrapping_add(1);
                    let octets = if tsize.is_some() { 1428 } else { 512 };
                    sent += octets;
                    Packet::Data { block, data: Cow::Borrowed(&[b' '; 1428][..octets]) }.encode()
                }
            };
            socket.send_to(&reply, from).await.expect("is sent");
        }
    });
    (at, told)
}

/// What lies in buffers between the two: of sockets, and of whoever reads them.
const BETWEEN: usize = 16 << 20;

#[tokio::test]
async fn an_answer_without_end_is_left_at_the_limit() {
    let trust = Trust { given: None, custom: None, client: None };
    for head in [
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n",
    ] {
        let (at, taken) = endless_http(head).await;
        let asked = request(Scheme::Http, at, Method::Get, Purpose::Profile);
        assert_eq!(http::fetch(&asked, LOCAL, &trust).await, FetchAnswer::TooLong(LIMIT), "{head}");
        let taken = taken.load(Ordering::Relaxed);
        assert!(taken < LIMIT + BETWEEN, "{head}: {taken}");
    }
    // Of what is no file the head alone is read.
    for (status, head) in [
        (404, "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n"),
        (500, "HTTP/1.1 500 No\r\n\r\n"),
    ] {
        let (at, taken) = endless_http(head).await;
        let asked = request(Scheme::Http, at, Method::Get, Purpose::Profile);
        assert_eq!(http::fetch(&asked, LOCAL, &trust).await, FetchAnswer::status(status), "{head}");
        assert!(taken.load(Ordering::Relaxed) < BETWEEN, "{head}");
    }
}

#[tokio::test]
async fn a_file_without_end_over_tftp_is_refused_at_the_limit() {
    for (tsize, sent) in [(None, LIMIT + 512), (Some(0), LIMIT + 1428), (Some(LIMIT as u64 + 1), 0)] {
        let (at, told) = endless_tftp(tsize).await;
        let asked = request(Scheme::Tftp, at, Method::Get, Purpose::Profile);
        assert_eq!(tftp::fetch(&asked, LOCAL).await, FetchAnswer::TooLong(LIMIT), "{tsize:?}");
        let (octets, code) = told.await.expect("is told");
        assert_eq!(code, ErrorCode::DiskFull);
        assert!(octets <= sent, "{tsize:?}: {octets}");
    }
}

#[tokio::test]
async fn such_a_file_is_corrupt_as_one_of_that_length_is() {
    let (at, _) = endless_http("HTTP/1.1 200 OK\r\n\r\n").await;
    let options = LiveOptions {
        profile_rule: Some(format!("http://{at}/x")),
        no_delay: true,
        attempts: Some(1),
        ..LiveOptions::new(identity(), Hidden::new(|_| false))
    };
    let (outcome, events) = lives(options).await;
    assert_eq!(outcome.state, State::Failed);
    let reason = events.iter().find_map(|event| match event {
        LiveEvent::Happened { event: Event::Resync(Resync::Failed { reason, class: Class::B, .. }), .. } => {
            Some(reason.clone())
        }
        _ => None,
    });
    assert_eq!(reason, Some(format!("http://{at}/x: corrupt file: the file is longer than {LIMIT} octets")));
}
