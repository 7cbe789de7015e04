use super::program::{FRONT, at, plan, serve, soon};
use crate::serve::{Running, Service};
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
