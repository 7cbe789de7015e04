//! A live phone that is told things: by NOTIFY over datagrams and streams, by its own web server.

use super::*;
use crate::phone::Random;
use crate::phone::credentials::Login;
use crate::phone::model::{Cause, Notification, Resync};
use crate::phone::sip::{self, Ask, Asking, Frames, Step, Transport};

/// An address of this process, since several test runs may share a machine; each test adds its own to the ports.
fn own() -> Ipv4Addr {
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    Ipv4Addr::new(127, 128 + (high & 63), middle, low)
}

/// Its first resync finds nothing, and none follows by itself; what it holds is in the rule.
fn options(address: Ipv4Addr, offset: u16, settings: &[(&str, &str)]) -> LiveOptions {
    let quiet = [("Resync_Error_Retry_Delay", "0")];
    let held: String = quiet.iter().chain(settings).map(|(name, value)| format!("{name}=\"{value}\";")).collect();
    LiveOptions {
        address: Some(address),
        listens: Some(offset),
        profile_rule: Some(format!("({held})!http://127.0.0.1:1/x")),
        no_delay: true,
        until: None,
        ..LiveOptions::new(identity(), Hidden::new(|_| false))
    }
}

struct Told(mpsc::Receiver<LiveEvent>);

impl Told {
    async fn next(&mut self) -> Event {
        match tokio::time::timeout(Duration::from_secs(20), self.0.recv()).await.expect("in time").expect("lives") {
            LiveEvent::Happened { event, .. } => event,
            LiveEvent::Done(outcome) => panic!("{outcome:?}"),
        }
    }

    async fn until(&mut self, wanted: impl Fn(&Event) -> bool) -> Event {
        loop {
            let event = self.next().await;
            if wanted(&event) {
                return event;
            }
        }
    }

    /// It waits, and knows all that its rule set.
    async fn ready(&mut self) {
        self.until(|event| matches!(event, Event::Resync(Resync::Failed { .. }))).await;
    }
}

/// The phone lives until what is returned goes.
async fn plugged(options: LiveOptions) -> (tokio::task::JoinSet<Outcome>, Told) {
    let (sender, receiver) = mpsc::channel(100);
    let mut set = tokio::task::JoinSet::new();
    set.spawn(run(options, sender));
    let mut told = Told(receiver);
    told.ready().await;
    (set, told)
}

const LOGIN: [(&str, &str); 2] = [("User_ID_1_", "101"), ("Password_1_", "s3cret")];

fn ask(phone: SocketAddr, local: SocketAddr, transport: Transport, event: Notification, password: &str) -> Ask {
    Ask {
        event,
        user: "101".into(),
        phone: phone.to_string(),
        local: local.to_string(),
        transport,
        login: Some(Login { user: "101".into(), password: password.into() }),
    }
}

async fn by_datagram(phone: SocketAddr, event: Notification, password: &str) -> sip::Outcome {
    let (socket, local) = udp().await;
    let (mut asking, mut steps) = Asking::begin(ask(phone, local, Transport::Udp, event, password), Random::new(5), 0);
    loop {
        for step in std::mem::take(&mut steps) {
            match step {
                Step::Send(octets) => drop(socket.send_to(&octets, phone).await.expect("sends")),
                Step::Wait(_) => {}
                Step::Done(outcome) => return outcome,
            }
        }
        let mut datagram = [0; 4096];
        let (length, _) = tokio::time::timeout(Duration::from_secs(20), socket.recv_from(&mut datagram))
            .await
            .expect("in time")
            .expect("comes");
        steps = asking.received(&sip::read(&datagram[..length]).expect("a message"), 0);
    }
}

async fn by_stream(phone: SocketAddr, event: Notification) -> sip::Outcome {
    let mut stream = tokio::net::TcpStream::connect(phone).await.expect("connects");
    let local = stream.local_addr().expect("bound");
    let (mut asking, mut steps) = Asking::begin(ask(phone, local, Transport::Tcp, event, "s3cret"), Random::new(5), 0);
    let mut frames = Frames::default();
    loop {
        for step in std::mem::take(&mut steps) {
            match step {
                Step::Send(octets) => stream.write_all(&octets).await.expect("sends"),
                Step::Wait(_) => {}
                Step::Done(outcome) => return outcome,
            }
        }
        let mut part = [0; 4096];
        let length = stream.read(&mut part).await.expect("comes");
        assert!(length > 0);
        frames.push(&part[..length]);
        if let Some(message) = frames.message().expect("sound") {
            steps = asking.received(&message, 0);
        }
    }
}

#[tokio::test]
async fn pb_19_a_live_phone_obeys_notify() {
    let address = own();
    let both = [&LOGIN[..], &[("SIP_Transport_1_", "AUTO")]].concat();
    let (_lives, mut told) = plugged(options(address, 1000, &both)).await;
    let phone = SocketAddr::from((address, 6060));
    let begun = |event: &Event| matches!(event, Event::Resync(Resync::Begun { cause: Cause::Notify }));
    assert_eq!(by_datagram(phone, Notification::Resync, "s3cret").await, sip::Outcome::Accepted);
    told.until(begun).await;
    told.ready().await;
    assert_eq!(by_datagram(phone, Notification::Resync, "wrong").await, sip::Outcome::Denied(sip::Denial::Wrong));
    assert_eq!(by_stream(phone, Notification::Resync).await, sip::Outcome::Accepted);
    told.until(begun).await;
    told.ready().await;
    // Garbage, and a connection full of it, leave it as it is.
    let (socket, _) = udp().await;
    for octets in [&b"\xff\xfe\r\n\r\n"[..], b"NOTIFY", b"", &[b'x'; 9000]] {
        socket.send_to(octets, phone).await.expect("sends");
    }
    let mut stream = tokio::net::TcpStream::connect(phone).await.expect("connects");
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.expect("sends");
    assert_eq!(stream.read(&mut [0; 16]).await.expect("ends"), 0);
    // The answer to a restart comes before the restart.
    assert_eq!(by_stream(phone, Notification::Reboot).await, sip::Outcome::Accepted);
    told.until(|event| matches!(event, Event::Reboot { .. })).await;
    let listens = |event: &Event| matches!(event, Event::Listens { places } if !places.is_empty());
    told.until(listens).await;
    told.ready().await;
    assert_eq!(by_datagram(phone, Notification::Resync, "s3cret").await, sip::Outcome::Accepted);
    told.until(begun).await;
}

#[tokio::test]
async fn a_phone_that_ignores_notify_says_so_to_whoever_watches_it() {
    let address = own();
    let deaf = [&LOGIN[..], &[("Resync_From_SIP", "No")]].concat();
    let (_lives, mut told) = plugged(options(address, 3000, &deaf)).await;
    assert_eq!(by_datagram((address, 8060).into(), Notification::Resync, "s3cret").await, sip::Outcome::Accepted);
    let event = told.until(|event| matches!(event, Event::Resync(_))).await;
    assert!(event.to_string().contains("Resync_From_SIP is No"), "{event}");
}

async fn get(at: SocketAddr, request: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(at).await.expect("connects");
    let request = format!("{request}\r\nHost: phone\r\nConnection: close\r\n");
    let length = if request.starts_with("POST") { "Content-Length: 4\r\n\r\n<x/>" } else { "\r\n" };
    stream.write_all(format!("{request}{length}").as_bytes()).await.expect("sends");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("text");
    answer
}

#[tokio::test]
async fn pb_17_a_live_phone_has_a_web_server() {
    let address = own();
    let (_lives, mut told) = plugged(options(address, 2000, &[])).await;
    let web = SocketAddr::from((address, 2080));
    let answer = get(web, "GET /admin/resync?http://127.0.0.1:1/other HTTP/1.1").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    told.until(|event| matches!(event, Event::Resync(Resync::Begun { cause: Cause::Url }))).await;
    let fetched = told.until(|event| matches!(event, Event::Fetch { .. })).await;
    assert!(fetched.to_string().contains("/other"), "{fetched}");
    told.ready().await;
    assert!(get(web, "POST /CGI/Execute HTTP/1.1").await.starts_with("HTTP/1.1 403 "));
    assert!(get(web, "GET /admin/secrets HTTP/1.1").await.starts_with("HTTP/1.1 404 "));
    assert!(get(web, "GET /admin/reboot HTTP/1.1").await.starts_with("HTTP/1.1 200 "));
    told.until(|event| matches!(event, Event::Reboot { .. })).await;
}

#[tokio::test]
async fn ears_follow_the_settings_and_a_taken_port_is_told() {
    let address = own();
    let taken = UdpSocket::bind((address, 9060)).await.expect("binds");
    let (sender, receiver) = mpsc::channel(100);
    let mut set = tokio::task::JoinSet::new();
    let off = [("Enable_Web_Server", "No"), ("User_ID_2_", "102")];
    set.spawn(run(options(address, 4000, &off), sender));
    let mut told = Told(receiver);
    let error = told.until(|event| matches!(event, Event::Error { .. })).await.to_string();
    assert!(error.contains(&format!("cannot listen on udp {address}:9060: address already in use")), "{error}");
    // By the rule's own assignments already.
    let listens = told.until(|event| matches!(event, Event::Listens { .. })).await.to_string();
    assert_eq!(listens, format!("listens on udp {address}:9061"));
    drop(taken);
}
