//! A live phone against a small lab: DHCP, DNS, TFTP and HTTP servers made for the test.

mod endless;
mod https;
mod reports;
mod told;

use super::*;
use crate::phone::Scheme;
use crate::phone::dhcp::{Message as Dhcp, MessageType, code};
use crate::phone::model::{Event, FetchAnswer, FetchRequest, Method, Outcome as Fetched, Purpose, Roots};
use crate::phone::tftp::{ErrorCode, Packet};
use crate::phone::{Identity, Mac, profile, seal};
use std::borrow::Cow;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::mpsc;

pub(super) const LOCAL: Ipv4Addr = Ipv4Addr::LOCALHOST;
const LEASED: Ipv4Addr = Ipv4Addr::new(127, 0, 10, 7);

async fn udp() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind((LOCAL, 0)).await.expect("binds");
    let at = socket.local_addr().expect("bound");
    (socket, at)
}

async fn dhcp_server(option66: String) -> SocketAddr {
    let (socket, at) = udp().await;
    tokio::spawn(async move {
        let mut datagram = [0; 2048];
        while let Ok((length, from)) = socket.recv_from(&mut datagram).await {
            let Ok(request) = Dhcp::decode(&datagram[..length]) else { continue };
            let kind = match request.kind() {
                Some(MessageType::Discover) => MessageType::Offer,
                _ => MessageType::Ack,
            };
            let mut reply = Dhcp::reply(&request, kind);
            reply.yiaddr = LEASED;
            reply.options.insert_address(code::SERVER_ID, LOCAL);
            reply.options.insert_text(66, &option66);
            let _ = socket.send_to(&reply.encode(), from).await;
        }
    });
    at
}

/// One file, in blocks as asked for, every second packet lost on purpose.
async fn tftp_server(path: &'static str, file: Vec<u8>) -> SocketAddr {
    let (socket, at) = udp().await;
    tokio::spawn(async move {
        let mut datagram = [0; 2048];
        while let Ok((length, from)) = socket.recv_from(&mut datagram).await {
            let Ok(Packet::Read(request)) = Packet::decode(&datagram[..length]) else { continue };
            let (transfer, _) = udp().await;
            if request.path != path {
                let error = Packet::Error { code: ErrorCode::NotFound, text: "no".into() };
                let _ = transfer.send_to(&error.encode(), from).await;
                continue;
            }
            let mut options = request.options;
            options.tsize = Some(file.len() as u64);
            let block = usize::from(options.blksize.unwrap_or(512));
            let mut reply = Packet::OptionAck(options).encode();
            let mut next = 0u16;
            let mut answer = [0; 64];
            loop {
                let _ = transfer.send_to(&reply, from).await;
                let Ok((length, _)) = transfer.recv_from(&mut answer).await else { break };
                let Ok(Packet::Ack(number)) = Packet::decode(&answer[..length]) else { continue };
                if number == next {
                    let start = usize::from(next) * block;
                    if start > file.len() {
                        break;
                    }
                    next += 1;
                    let data = file.get(start..file.len().min(start + block)).unwrap_or_default();
                    reply = Packet::Data { block: next, data: Cow::Borrowed(data) }.encode();
                }
            }
        }
    });
    at
}

type Seen = Arc<Mutex<Vec<String>>>;

/// Notes who asked and what, and gives `/phones/…` in chunks.
async fn http_server(seen: Seen, body: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind((LOCAL, 0)).await.expect("binds");
    let at = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        while let Ok((mut stream, from)) = listener.accept().await {
            let mut request = Vec::new();
            let mut part = [0; 1024];
            while !request.windows(4).any(|four| four == b"\r\n\r\n") {
                match stream.read(&mut part).await {
                    Ok(length) if length > 0 => request.extend_from_slice(&part[..length]),
                    _ => break,
                }
            }
            let text = String::from_utf8_lossy(&request).to_lowercase();
            seen.lock().expect("whole").push(format!("{} {text}", from.ip()));
            let answer = if text.starts_with("get /phones/") {
                let mut answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
                answer.extend_from_slice(format!("{:x}\r\n", body.len()).as_bytes());
                answer.extend_from_slice(&body);
                answer.extend_from_slice(b"\r\n0\r\n\r\n");
                answer
            } else if text.starts_with("get /sealed") {
                let mut answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: aes128gcm\r\nContent-Length: ".to_vec();
                answer.extend_from_slice(format!("{}\r\n\r\n", body.len()).as_bytes());
                answer.extend_from_slice(&body);
                answer
            } else if text.starts_with("get /guarded") && text.contains("\r\nauthorization: digest ") {
                let mut answer = b"HTTP/1.1 200 OK\r\nContent-Length: ".to_vec();
                answer.extend_from_slice(format!("{}\r\n\r\n", body.len()).as_bytes());
                answer.extend_from_slice(&body);
                answer
            } else if text.starts_with("get /guarded") {
                let ask = |algorithm| {
                    format!(
                        "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm={algorithm}\r\n"
                    )
                };
                let (best, known) = (ask("SHA-256"), ask("MD5"));
                format!("HTTP/1.1 401 Unauthorized\r\n{best}{known}Content-Length: 0\r\n\r\n").into_bytes()
            } else if text.starts_with("get /old") {
                b"HTTP/1.1 302 Found\r\nLocation: /phones/x.cfg\r\nContent-Length: 0\r\n\r\n".to_vec()
            } else {
                b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec()
            };
            let _ = stream.write_all(&answer).await;
        }
    });
    at
}

pub(super) async fn dns_server() -> SocketAddr {
    use hickory_proto::op::Message;
    use hickory_proto::rr::{RData, Record, rdata};
    let (socket, at) = udp().await;
    tokio::spawn(async move {
        let mut datagram = [0; 2048];
        while let Ok((length, from)) = socket.recv_from(&mut datagram).await {
            let Ok(query) = Message::from_vec(&datagram[..length]) else { continue };
            let mut answer = Message::response(query.metadata.id, query.metadata.op_code);
            for question in &query.queries {
                let data = RData::A(rdata::A(LOCAL));
                answer.answers.push(Record::from_rdata(question.name().clone(), 60, data));
            }
            let _ = socket.send_to(&answer.to_vec().expect("fits"), from).await;
        }
    });
    at
}

pub(super) async fn lives(options: LiveOptions) -> (Outcome, Vec<LiveEvent>) {
    let (sender, mut receiver) = mpsc::channel(1000);
    let outcome = tokio::time::timeout(Duration::from_secs(30), run(options, sender)).await.expect("ends");
    let mut events = Vec::new();
    while let Some(event) = receiver.recv().await {
        events.push(event);
    }
    (outcome, events)
}

pub(super) fn identity() -> Identity {
    Identity::new(Mac::new([0, 0x0e, 8, 0xab, 0xcd, 1]), "CP-8841-3PCC", "sip88xx.11-0-0MPP-7").expect("valid")
}

/// What a phone asks of a server at this address.
fn request(scheme: Scheme, at: SocketAddr, method: Method, purpose: Purpose) -> FetchRequest {
    FetchRequest {
        scheme,
        certificate: String::new(),
        host: "127.0.0.1".into(),
        address: LOCAL,
        port: at.port(),
        path: "/r.xml".into(),
        method,
        user_agent: String::new(),
        authorization: None,
        proxy_authorization: None,
        encoding: None,
        purpose,
        roots: Roots::default(),
    }
}

#[tokio::test]
async fn from_dhcp_to_resynced() {
    let seen = Seen::default();
    let mut packed = Vec::new();
    profile::gzip(b"<flat-profile><Display_Name_1_>Front desk</Display_Name_1_></flat-profile>", &mut packed);
    let http = http_server(seen.clone(), packed).await;
    // Longer than one block, and exactly two: the empty block at the end counts.
    let mut bootstrap = format!(
        "<flat-profile><Profile_Rule>http://prov.lab.example:{}/phones/$MA.cfg</Profile_Rule></flat-profile>",
        http.port()
    )
    .into_bytes();
    bootstrap.resize(2 * 1428, b' ');
    let tftp = tftp_server("/8841-3PCC.xml", bootstrap).await;
    let (log, log_at) = udp().await;
    let options = LiveOptions {
        dhcp: Some(DhcpTarget::Server(dhcp_server(format!("tftp://{tftp}")).await)),
        dns: Some(dns_server().await),
        syslog: Some(log_at),
        no_delay: true,
        ..LiveOptions::new(identity(), Hidden::new(|_| false))
    };
    let (outcome, events) = lives(options).await;
    assert_eq!(outcome.state, State::Resynced, "{events:?}");
    assert_eq!(outcome.parameters.get("Display_Name_1_").map(String::as_str), Some("Front desk"));
    assert_eq!(events.last(), Some(&LiveEvent::Done(outcome)));
    let seen = seen.lock().expect("whole").clone();
    let [first] = seen.as_slice() else { panic!("{seen:?}") };
    assert!(first.starts_with("127.0.10.7 get /phones/000e08abcd01.cfg http/1.1\r\n"), "{first}");
    assert!(first.contains(&format!("host: prov.lab.example:{}\r\n", http.port())), "{first}");
    assert!(first.contains("user-agent: cisco-cp-8841-3pcc/11.0 (000e08abcd01)\r\n"), "{first}");
    let mut datagram = [0; 2048];
    let (length, from) = log.recv_from(&mut datagram).await.expect("a message");
    assert_eq!(from.ip(), LEASED);
    let text = String::from_utf8_lossy(&datagram[..length]).into_owned();
    assert!(text.ends_with(&format!("-- Requesting resync tftp://127.0.0.1:{}/8841-3PCC.xml", tftp.port())), "{text}");
}

#[tokio::test]
async fn a_rule_by_hand_with_a_redirect_and_a_failure() {
    let http = http_server(Seen::default(), b"<flat-profile><X>1</X></flat-profile>".to_vec()).await;
    let with = |rule: String| LiveOptions {
        profile_rule: Some(rule),
        no_delay: true,
        attempts: Some(1),
        ..LiveOptions::new(identity(), Hidden::new(|_| false))
    };
    let (outcome, _) = lives(with(format!("http://{http}/old"))).await;
    assert_eq!((outcome.state, outcome.parameters.get("X").map(String::as_str)), (State::Resynced, Some("1")));
    let (outcome, events) = lives(with(format!("http://{http}/missing"))).await;
    assert_eq!(outcome.state, State::Failed);
    let fetched = |event: &LiveEvent| {
        matches!(event, LiveEvent::Happened { event: Event::Fetch { outcome: Fetched::Status(404), .. }, .. })
    };
    assert!(events.iter().any(fetched), "{events:?}");
}

#[tokio::test]
async fn what_is_passed_over_in_a_file_is_told_on_request() {
    let mut text = "<flat-profile>\n<X>1</X>\n// a note\n<Y><Z>1</Z></Y>\n".to_owned();
    text.push_str(&"<Q>1</Q>\n".repeat(40));
    text.push_str("</flat-profile>");
    let http = http_server(Seen::default(), text.into_bytes()).await;
    let told = async |remarks: Option<fn(&str) -> bool>| -> Vec<String> {
        let options = LiveOptions {
            profile_rule: Some(format!("http://{http}/phones/x.cfg")),
            no_delay: true,
            remarks,
            ..LiveOptions::new(identity(), Hidden::new(|_| false))
        };
        let (outcome, events) = lives(options).await;
        assert_eq!(outcome.state, State::Resynced, "{events:?}");
        let of = |event: LiveEvent| match event {
            LiveEvent::Happened { event: Event::Remark { text, .. }, .. } => Some(text),
            _ => None,
        };
        events.into_iter().filter_map(of).collect()
    };
    assert_eq!(told(None).await, [""; 0]);
    let all = told(Some(|element| element == "X")).await;
    let [between, nested, unknown, .., more] = all.as_slice() else { panic!("{all:?}") };
    assert!(between.starts_with("line 3: text between parameters does not count"), "{between}");
    assert!(nested.starts_with("line 4: `<Z>` inside of `Y` does not count"), "{nested}");
    assert_eq!(unknown, "line 4: no phone has the parameter `Y`");
    assert_eq!((all.len(), more.as_str()), (21, "23 more of such"));
}

#[tokio::test]
async fn of_several_challenges_the_known_one_is_answered() {
    let seen = Seen::default();
    let http = http_server(seen.clone(), b"<flat-profile><X>1</X></flat-profile>".to_vec()).await;
    let options = LiveOptions {
        profile_rule: Some(format!("[--uid u --pwd p] http://{http}/guarded")),
        no_delay: true,
        attempts: Some(1),
        ..LiveOptions::new(identity(), Hidden::new(|_| false))
    };
    let (outcome, events) = lives(options).await;
    assert_eq!(outcome.state, State::Resynced, "{events:?}");
    let asked = seen.lock().expect("whole").clone();
    assert!(matches!(asked.as_slice(), [_, second] if second.contains("algorithm=md5")), "{asked:?}");
}

#[tokio::test]
async fn an_answer_under_rfc_8188_is_opened() {
    let mut sealed = Vec::new();
    seal::seal_content(b"k", [1; 16], 40, b"", b"<flat-profile><X>1</X></flat-profile>", &mut sealed).expect("seals");
    let http = http_server(Seen::default(), sealed).await;
    for (path, state) in [("/sealed", State::Resynced), ("/phones/x.cfg", State::Failed)] {
        let options = LiveOptions {
            profile_rule: Some(format!("(IKM_HTTP_Encrypt_Content = \"k\";)! http://{http}{path}")),
            no_delay: true,
            attempts: Some(1),
            ..LiveOptions::new(identity(), Hidden::new(|_| false))
        };
        let (outcome, events) = lives(options).await;
        assert_eq!(outcome.state, state, "{events:?}");
        let expected = (state == State::Resynced).then_some("1");
        assert_eq!(outcome.parameters.get("X").map(String::as_str), expected);
    }
}

#[tokio::test]
async fn converged_is_at_rest_on_the_wanted_firmware() {
    let loads = http_server(Seen::default(), b"load".to_vec()).await;
    let rule = format!("<Upgrade_Rule>http://{loads}/phones/sip88xx.11-3-1MPP-678.loads</Upgrade_Rule>");
    let files = http_server(Seen::default(), format!("<flat-profile>{rule}</flat-profile>").into_bytes()).await;
    let options = LiveOptions {
        profile_rule: Some(format!("http://{files}/phones/a.cfg")),
        until: Some(Until::Converged),
        no_delay: true,
        ..LiveOptions::new(identity(), Hidden::new(|_| false))
    };
    let (outcome, events) = lives(options).await;
    assert_eq!((outcome.state, outcome.firmware.as_str()), (State::Converged, "sip88xx.11-3-1MPP-678"), "{events:?}");
    let starts = events.iter().filter(|event| matches!(event, LiveEvent::Happened { event: Event::Reboot { .. }, .. }));
    assert_eq!(starts.count(), 2, "{events:?}");
}

#[tokio::test]
async fn a_schedule_runs_faster_on_request() {
    let http = http_server(Seen::default(), Vec::new()).await;
    let options = LiveOptions {
        profile_rule: Some(format!("http://{http}/missing")),
        attempts: Some(3),
        speed: 1000.0,
        ..LiveOptions::new(identity(), Hidden::new(|_| false))
    };
    // Two waits of 60 and 120 s, and up to 40 s after power-up.
    let (outcome, _) = lives(options).await;
    assert_eq!(outcome.state, State::Failed);
}

#[tokio::test]
async fn the_cloud_that_is_not_asked_is_told() {
    let options =
        LiveOptions { no_delay: true, attempts: Some(1), ..LiveOptions::new(identity(), Hidden::new(|_| false)) };
    let (outcome, events) = lives(options).await;
    assert_eq!(outcome.state, State::Failed);
    let told = format!("{events:?}");
    assert!(told.contains("the live phone does not ask Cisco's cloud; it counts as unreachable"), "{told}");
}
