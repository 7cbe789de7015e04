use super::program::{FRONT, NOON, STRANGER, WORKSHOP, at, plan, serve, soon};
use crate::plan::Served;
use crate::serve::state::{Client, Lease, LeaseState};
use crate::serve::{Notice, Recovered, Running, Seen, Service};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

async fn get(running: &Running, path: &str) -> String {
    let mut stream = TcpStream::connect(at(running, Service::Dashboard)).await.expect("connects");
    let request = format!("GET {path} HTTP/1.1\r\nHost: p\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sends");
    let mut text = String::new();
    soon(stream.read_to_string(&mut text)).await.expect("receives");
    text
}

#[tokio::test]
async fn what_was_seen_is_told() {
    let running = serve(plan()).await;
    assert!(get(&running, "/ready").await.starts_with("HTTP/1.1 200"));
    assert!(get(&running, "/health").await.starts_with("HTTP/1.1 200"));
    assert!(get(&running, "/api/phones/00-0E-08-AB-CD-01").await.contains("\"state\":\"waiting\""));
    assert!(get(&running, "/api/phones/020000000001").await.starts_with("HTTP/1.1 404"));
    assert!(get(&running, "/api/phones/xyz").await.starts_with("HTTP/1.1 400"));

    let mut events = running.subscribe();
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
    let text = "<134>CP-8841-3PCC 00:0e:08:ab:cd:01 -- Resync failed: <b>no</b>";
    socket.send_to(text.as_bytes(), at(&running, Service::Syslog)).await.expect("sends");
    soon(events.recv()).await.expect("tells");
    let seen = get(&running, &format!("/api/phones/{FRONT}")).await;
    assert!(seen.contains("\"state\":\"failed\"") && seen.contains("\"label\":\"Front desk\""), "{seen}");
    let page = get(&running, "/").await;
    assert!(page.contains("content-security-policy") && page.contains("&lt;b&gt;no&lt;/b&gt;"), "{page}");
    assert!(page.contains("0 of 2") && !page.contains("<b>no"), "{page}");
    assert!(get(&running, "/api/phones?page=9").await.contains("\"page\":1"));
    running.stop().await;
}

#[test]
fn leases_that_were_kept_are_seen_after_a_restart() {
    let seen = Seen::new(Arc::new(Served::new(plan())));
    let lease = |mac, last, expires| Lease {
        client: Client::Device(mac),
        at: NOON - 7,
        address: [127, 0, 10, last].into(),
        network: "lab".into(),
        expires,
        state: LeaseState::Bound,
    };
    let gone = Lease { network: "gone".into(), ..lease(WORKSHOP, 9, NOON + 9) };
    let leases = [
        lease(FRONT, 1, NOON + 10),
        lease(FRONT, 2, NOON + 5),
        lease(WORKSHOP, 3, NOON),
        gone,
        lease(STRANGER, 4, NOON + 9),
    ];
    seen.restore(&leases, NOON);
    let front = seen.phone(FRONT).expect("a record");
    let held = front.lease.expect("a lease");
    assert_eq!((held.address, held.expires, held.at), ([127, 0, 10, 1].into(), NOON + 10, (NOON - 7) * 1000));
    assert_eq!(front.last, 0, "nothing was heard of it");
    assert!(seen.phone(WORKSHOP).is_none() && seen.phone(STRANGER).is_none());
    assert_eq!(seen.holder([127, 0, 10, 4].into()), Some(STRANGER));
}

#[test]
fn records_are_counted_in_words_that_fit() {
    let notice = |leases| {
        let (file, kept_in) = ("a".into(), "b".into());
        Notice::Recovered(Recovered::TornTail { file, bytes: 7, kept_in, leases }).to_string()
    };
    for (leases, words) in [
        (0, "there was no whole record"),
        (1, "the one whole record before it is"),
        (2, "the 2 whole records before it are"),
    ] {
        assert!(notice(leases).contains(words), "{}", notice(leases));
    }
}

#[tokio::test]
async fn what_was_seen_is_told_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = crate::serve::Settings {
        clock: crate::serve::Clock::at(NOON),
        ..crate::serve::Settings::new(crate::serve::StateLocation::Folder(folder.path().to_owned()))
    };
    let begin = || crate::serve::start(Arc::new(Served::new(plan())), settings.clone());
    let running = begin().await.expect("starts");
    let mut events = running.subscribe();
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
    let text = "<134>CP-8841-3PCC 00:0e:08:ab:cd:01 -- Successful resync http://prov/a.xml";
    socket.send_to(text.as_bytes(), at(&running, Service::Syslog)).await.expect("sends");
    soon(events.recv()).await.expect("tells");
    let mut stream = TcpStream::connect(at(&running, Service::Http)).await.expect("connects");
    let agent = "Cisco-CP-8841-3PCC/12.0.1 (000e08abcd01)";
    let request = "GET /phones/000e08abcd01.cfg HTTP/1.1\r\nHost: p\r\nConnection: close\r\nUser-Agent: ";
    stream.write_all(format!("{request}{agent}\r\n\r\n").as_bytes()).await.expect("sends");
    soon(stream.read_to_end(&mut Vec::new())).await.expect("receives");
    running.stop().await;
    let running = begin().await.expect("starts again");
    let seen = get(&running, &format!("/api/phones/{FRONT}")).await;
    assert!(seen.contains("\"state\":\"resynced\"") && seen.contains("\"firmware\":\"12.0.1\""), "{seen}");
    assert!(get(&running, "/").await.contains("0 of 2"));
    running.stop().await;
}
