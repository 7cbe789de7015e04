use super::program::{FRONT, WORKSHOP, at, plan, serve, soon};
use crate::phone::seal::{Digest, open_content, open_salted};
use crate::phone::tftp::{ErrorCode, Mode, Options, Packet, Request};
use crate::plan::{
    Account, AuthMethod, Cipher, FileRef, Origin, Part, Realm, Redirect, Scheme, Seal, Served, Template,
};
use crate::serve::{Event, Running, Service};
use std::collections::HashMap;
use std::io::Read;
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpStream, UdpSocket};

struct Got {
    status: u16,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

async fn http(stream: &mut BufReader<TcpStream>, request: &str) -> Got {
    stream.write_all(request.as_bytes()).await.expect("sends");
    let mut line = String::new();
    soon(stream.read_line(&mut line)).await.expect("receives");
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let mut headers = HashMap::new();
    loop {
        line.clear();
        soon(stream.read_line(&mut line)).await.expect("receives");
        let Some((name, value)) = line.trim().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; if request.starts_with("HEAD") { 0 } else { length }];
    soon(stream.read_exact(&mut body)).await.expect("receives");
    Got { status, headers, body }
}

async fn open(running: &Running) -> BufReader<TcpStream> {
    BufReader::new(TcpStream::connect(at(running, Service::Http)).await.expect("connects"))
}

#[tokio::test]
async fn files_come_over_one_kept_connection() {
    let running = serve(plan()).await;
    let mut stream = open(&running).await;
    let got = http(&mut stream, "GET /common/8841-3PCC.xml?x=1 HTTP/1.1\r\nHost: p\r\n\r\n").await;
    assert_eq!((got.status, got.headers["content-type"].as_str()), (200, "application/xml"));
    assert!(String::from_utf8_lossy(&got.body).contains("<Time_Zone>GMT+01:00</Time_Zone>"));

    let got = http(&mut stream, "GET /phones/%3000e08abcd02.cfg HTTP/1.1\r\nHost: p\r\n\r\n").await;
    assert_eq!((got.status, got.headers["content-type"].as_str()), (200, "application/octet-stream"));
    assert!(!got.headers.contains_key("content-encoding"));
    let mut text = String::new();
    flate2::read::GzDecoder::new(got.body.as_slice()).read_to_string(&mut text).expect("unpacks");
    assert!(text.contains("<Display_Name_1_>Workshop</Display_Name_1_>"), "{text}");

    let length = got.body.len().to_string();
    let got = http(&mut stream, "HEAD /phones/000e08abcd02.cfg HTTP/1.1\r\nHost: p\r\n\r\n").await;
    assert_eq!((got.status, got.headers["content-length"].as_str()), (200, length.as_str()));
    let got = http(&mut stream, "GET /nothing HTTP/1.1\r\nHost: p\r\nIf-None-Match: *\r\n\r\n").await;
    assert_eq!(got.status, 404);
    let got = http(&mut stream, "DELETE /common/8841-3PCC.xml HTTP/1.1\r\nHost: p\r\n\r\n").await;
    assert_eq!((got.status, got.headers["allow"].as_str()), (405, "GET, HEAD"));
    let got = http(&mut stream, "GET /%zz HTTP/1.1\r\nHost: p\r\n\r\n").await;
    assert_eq!(got.status, 400);

    let mut old = open(&running).await;
    assert_eq!(http(&mut old, "GET /8841-3PCC.xml HTTP/1.0\r\n\r\n").await.status, 200);
    running.stop().await;
}

/// A rule's path may have blanks as percent signs: it is asked for as it is written, and a client may decode and encode it.
#[tokio::test]
async fn a_path_with_percent_signs_is_found_as_it_is_written() {
    let mut plan = plan();
    plan.fleets[0].profiles[0].path = Template::text("/my%20phones/common.xml");
    let running = serve(plan).await;
    let mut stream = open(&running).await;
    for (path, status) in [
        ("/my%20phones/common.xml", 200),
        ("/my%20phones/common.xml?x=%20", 200),
        ("/my%2520phones/common.xml", 200),
        ("/my%20phones/other.xml", 404),
        ("/%6dy%20phones/common.xml", 404),
    ] {
        let got = http(&mut stream, &format!("GET {path} HTTP/1.1\r\nHost: p\r\n\r\n")).await;
        assert_eq!(got.status, status, "{path}");
    }
    running.stop().await;
}

#[tokio::test]
async fn sealed_files_say_how_where_a_phone_looks_for_it() {
    // WF §4: a phone knows RFC 8188 by the header, and a file for `--key` by what it begins with.
    let plain = {
        let mut file = Vec::new();
        Served::new(plan()).render_wire(FileRef { fleet: 0, part: Part::Profile(1), row: 1 }, &mut file);
        file
    };
    for (cipher, encoding) in [(Cipher::Aes128Gcm, Some("aes128gcm")), (Cipher::Aes256Cbc(Digest::Sha256), None)] {
        let mut plan = plan();
        plan.fleets[0].profiles[1].seal = Some(Seal { cipher, key: Template::text("k") });
        let running = serve(plan).await;
        let mut stream = open(&running).await;
        let head = http(&mut stream, "HEAD /phones/000e08abcd02.cfg HTTP/1.1\r\nHost: p\r\n\r\n").await;
        let got = http(&mut stream, "GET /phones/000e08abcd02.cfg HTTP/1.1\r\nHost: p\r\n\r\n").await;
        for got in [&head, &got] {
            assert_eq!(got.headers.get("content-encoding").map(String::as_str), encoding);
            assert_eq!(got.headers["content-type"], "application/octet-stream");
        }
        let opened = match cipher {
            Cipher::Aes128Gcm => open_content(b"k", &got.body).expect("opens"),
            Cipher::Aes256Cbc(digest) => open_salted(b"k", digest, &got.body).expect("opens"),
        };
        assert_eq!(opened, plain);
        let other = http(&mut stream, "GET /common/8841-3PCC.xml HTTP/1.1\r\nHost: p\r\n\r\n").await;
        assert_eq!(
            (other.headers.get("content-encoding"), other.headers["content-type"].as_str()),
            (None, "application/xml")
        );
        running.stop().await;
    }
}

#[tokio::test]
async fn a_fetch_is_told_with_who_asked() {
    let running = serve(plan()).await;
    let mut events = running.subscribe();
    let mut stream = open(&running).await;
    let agent = "User-Agent: Cisco-CP-8841-3PCC/11.0 (000e08abcd01)\r\n";
    http(&mut stream, &format!("GET /common/8841-3PCC.xml HTTP/1.1\r\nHost: p\r\n{agent}\r\n")).await;
    let told = soon(events.recv()).await.expect("tells");
    let Event::File { scheme, status, parameters, part, gzip, phone, mac, .. } = &told.event else { panic!() };
    assert_eq!((*scheme, *status, *parameters, *part), (Scheme::Http, 200, 1, Some(Part::Profile(0))));
    assert_eq!((*gzip, phone.is_some(), *mac), (false, true, Some(FRONT)));
    http(&mut stream, "GET /phones/000e08abcd02.cfg HTTP/1.1\r\nHost: p\r\n\r\n").await;
    let told = soon(events.recv()).await.expect("tells");
    assert!(matches!(told.event, Event::File { gzip: true, mac: Some(WORKSHOP), .. }), "{told:?}");
    running.stop().await;
}

/// Fetches a file as a client that loses no packet; every second block is acknowledged twice.
async fn tftp(running: &Running, path: &str, options: Options) -> Result<(Vec<u8>, Options), ErrorCode> {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
    let request = Packet::Read(Request { path: path.into(), mode: Mode::Octet, options });
    socket.send_to(&request.encode(), at(running, Service::Tftp)).await.expect("sends");
    let (mut file, mut agreed, mut next) = (Vec::new(), Options::default(), 1u16);
    let mut octets = vec![0; 70_000];
    loop {
        let (length, from) = soon(socket.recv_from(&mut octets)).await.expect("receives");
        let ack = match Packet::decode(&octets[..length]).expect("decodes") {
            Packet::OptionAck(options) => {
                agreed = options;
                0
            }
            Packet::Data { block, data } if block == next => {
                file.extend_from_slice(&data);
                next = next.wrapping_add(1);
                let size = usize::from(agreed.blksize.unwrap_or(512));
                if data.len() < size {
                    acknowledge(&socket, from, block).await;
                    return Ok((file, agreed));
                }
                block
            }
            Packet::Data { block, .. } => block,
            Packet::Error { code, .. } => return Err(code),
            other => panic!("{other:?}"),
        };
        acknowledge(&socket, from, ack).await;
        if ack % 2 == 1 {
            acknowledge(&socket, from, ack).await;
        }
    }
}

async fn acknowledge(socket: &UdpSocket, to: SocketAddr, block: u16) {
    socket.send_to(&Packet::Ack(block).encode(), to).await.expect("sends");
}

#[tokio::test]
async fn bootstrap_files_come_over_tftp() {
    let running = serve(plan()).await;
    let mut events = running.subscribe();
    let (plain, agreed) = tftp(&running, "/8841-3PCC.xml", Options::default()).await.expect("comes");
    assert!(String::from_utf8_lossy(&plain).contains("Profile_Rule") && agreed.is_empty());
    let told = soon(events.recv()).await.expect("tells");
    assert!(matches!(told.event, Event::File { scheme: Scheme::Tftp, status: 200, part: Some(Part::Bootstrap), .. }));

    let asked = Options { blksize: Some(16), timeout: Some(5), tsize: Some(0), windowsize: Some(1) };
    let (small, agreed) = tftp(&running, "8841-3PCC.xml", asked).await.expect("comes without the slash");
    assert_eq!((small, agreed), (plain.clone(), Options { tsize: Some(plain.len() as u64), ..asked }));
    let forever = Options { timeout: Some(255), ..asked };
    let (_, agreed) = tftp(&running, "8841-3PCC.xml", forever).await.expect("comes");
    assert_eq!(agreed, Options { timeout: None, tsize: Some(plain.len() as u64), ..asked });
    assert_eq!(tftp(&running, "/nothing", asked).await, Err(ErrorCode::NotFound));
    // A profile is served over its own scheme only.
    assert_eq!(tftp(&running, "/common/8841-3PCC.xml", asked).await, Err(ErrorCode::NotFound));
    running.stop().await;
}

#[tokio::test]
async fn nothing_can_be_written() {
    let running = serve(plan()).await;
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
    let request = Request { path: "/x".into(), mode: Mode::Octet, options: Options::default() };
    socket.send_to(&Packet::Write(request).encode(), at(&running, Service::Tftp)).await.expect("sends");
    let mut octets = [0; 512];
    let length = soon(socket.recv(&mut octets)).await.expect("receives");
    assert!(matches!(Packet::decode(&octets[..length]), Ok(Packet::Error { code: ErrorCode::Access, .. })));
    running.stop().await;
}

#[tokio::test]
async fn what_has_moved_is_said_to_be_elsewhere() {
    let mut plan = plan();
    let redirect =
        |status, from: &str, to: &str| Redirect { status, from: from.into(), to: to.into(), origin: Origin::default() };
    plan.servers[0].redirects.http = vec![
        redirect(302, "/old/", "https://new.example.com/a/"),
        redirect(301, "/old/exact", "https://new.example.com/b"),
        redirect(302, "/common/", "http://new.example.com/"),
    ];
    let running = serve(plan).await;
    let mut stream = open(&running).await;
    for (path, status, location) in [
        ("/old/x.xml", 302, Some("https://new.example.com/a/x.xml")),
        ("/old/", 302, Some("https://new.example.com/a/")),
        ("/old/%20x?y=z&", 302, Some("https://new.example.com/a/%20x?y=z&")),
        ("/old/exact", 301, Some("https://new.example.com/b")),
        ("/old/exactly", 302, Some("https://new.example.com/a/exactly")),
        // Before a file that is there.
        ("/common/8841-3PCC.xml", 302, Some("http://new.example.com/8841-3PCC.xml")),
        ("/old", 404, None),
        ("/8841-3PCC.xml", 200, None),
    ] {
        for method in ["GET", "HEAD", "GET"] {
            let got = http(&mut stream, &format!("{method} {path} HTTP/1.1\r\nHost: p\r\n\r\n")).await;
            assert_eq!((got.status, got.headers.get("location").map(String::as_str)), (status, location), "{path}");
        }
    }
    let got = http(&mut stream, "POST /old/x HTTP/1.1\r\nHost: p\r\nContent-Length: 2\r\n\r\nxx").await;
    assert_eq!(got.status, 302);
    running.stop().await;
}

/// Behind one address may be a whole site, and among it somebody who guesses: what needs no password is given all the same, and
/// no password is looked at for a while, a right one neither.
#[tokio::test]
async fn too_many_refusals_hold_back_passwords_and_nothing_else() {
    const MOST: usize = 20_000;
    let mut plan = plan();
    let realm = Realm { name: "phones".into(), method: AuthMethod::Basic, accounts: vec![] };
    plan.servers[0].realms.http = Some(realm);
    let account = Account { method: AuthMethod::Basic, user: Template::text("a"), password: Template::text("b") };
    plan.fleets[0].profiles[1].account = Some(account);
    let running = serve(plan).await;
    let mut stream = open(&running).await;
    let get = |path: &str, more: &str| format!("GET {path} HTTP/1.1\r\nHost: p\r\n{more}\r\n");
    // `a:b`, in Base64.
    let own = get("/phones/000e08abcd01.cfg", "Authorization: Basic YTpi\r\n");
    let common = get("/common/8841-3PCC.xml", "");
    assert_eq!(http(&mut stream, &own).await.status, 200);
    for _ in 0..MOST {
        assert_eq!(http(&mut stream, &get("/nothing", "")).await.status, 404);
    }
    assert_eq!(http(&mut stream, &own).await.status, 200);
    // The clock stands still: nothing of it is forgotten meanwhile.
    let last = http(&mut stream, &get("/nothing", "")).await;
    assert_eq!((last.status, last.headers["connection"].as_str()), (404, "close"));
    let mut stream = open(&running).await;
    for _ in 0..3 {
        assert_eq!(http(&mut stream, &common).await.status, 200);
    }
    let later = http(&mut stream, &own).await;
    assert_eq!((later.status, later.headers["connection"].as_str()), (503, "close"));
    running.stop().await;
}
