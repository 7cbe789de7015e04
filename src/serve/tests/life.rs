use super::program::{FRONT, STRANGER, WORKSHOP, at, plan, serve, soon};
use crate::phone::Mac;
use crate::plan::{Scheme, Served};
use crate::serve::{BindError, Clock, Event, Files, Notice, Problem, Running, Service, Settings, StateLocation, start};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};

/// What each port does with octets of every kind.
#[tokio::test]
async fn garbage_on_every_port_leaves_the_server_up() {
    let running = serve(plan()).await;
    let garbage: Vec<Vec<u8>> = (0u8..=255)
        .map(|first| (0..usize::from(first) * 7).map(|at| (at as u8).wrapping_mul(31) ^ first).collect())
        .chain([vec![], vec![0], b"\0\x01".to_vec(), b"\0\x01a\0".to_vec(), vec![0xff; 1400]])
        .collect();
    for service in [Service::Dhcp, Service::Tftp, Service::Dns, Service::Syslog] {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
        for octets in &garbage {
            socket.send_to(octets, at(&running, service)).await.expect("sends");
        }
    }
    for service in [Service::Http, Service::Dashboard, Service::Dns] {
        for octets in garbage.iter().step_by(16) {
            let mut stream = TcpStream::connect(at(&running, service)).await.expect("connects");
            // The server may close before it has everything.
            let _ = stream.write_all(octets).await;
        }
    }
    let mut stream = TcpStream::connect(at(&running, Service::Dashboard)).await.expect("connects");
    stream.write_all(b"GET /ready HTTP/1.0\r\n\r\n").await.expect("sends");
    let mut text = String::new();
    soon(stream.read_to_string(&mut text)).await.expect("receives");
    assert!(text.starts_with("HTTP/1.0 200"), "{text}");
    let mut stream = TcpStream::connect(at(&running, Service::Http)).await.expect("connects");
    stream.write_all(b"GET /8841-3PCC.xml HTTP/1.0\r\n\r\n").await.expect("sends");
    let mut text = String::new();
    soon(stream.read_to_string(&mut text)).await.expect("receives");
    assert!(text.starts_with("HTTP/1.0 200"), "{text}");
    running.stop().await;
}

#[tokio::test]
async fn everything_that_stands_in_the_way_is_told_at_once() {
    let taken = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let mut plan = plan();
    plan.servers[0].services.http = Some(taken.local_addr().expect("bound").port());
    plan.servers[0].services.https = Some(443);
    let mut elsewhere = plan.servers[0].clone();
    elsewhere.id = "far".into();
    // TEST-NET-3 (RFC 5737): no machine has it.
    elsewhere.addresses = vec![[203, 0, 113, 9].into()];
    elsewhere.services = crate::plan::Services { dhcp: Some(6067), tftp: Some(6069), ..Default::default() };
    plan.servers.push(elsewhere);
    let error = start(Arc::new(Served::new(plan)), Settings::new(StateLocation::Memory)).await.map(|_| ());
    let problems = error.expect_err("cannot start").problems;
    let in_use =
        |problem: &&Problem| matches!(problem, Problem::Bind(BindError::PortInUse { service: Service::Http, .. }));
    let not_here = |problem: &&Problem| matches!(problem, Problem::Bind(BindError::AddressNotHere { server, .. }) if server == "far");
    assert_eq!(problems.iter().filter(in_use).count(), 1, "{problems:?}");
    assert_eq!(problems.iter().filter(not_here).count(), 2, "{problems:?}");
}

#[tokio::test]
async fn what_is_not_served_is_told_and_a_moved_server_asks_for_a_restart() {
    let mut with_acs = plan();
    with_acs.servers[0].services.acs = Some(7547);
    let running = serve(with_acs).await;
    assert_eq!(running.notices(), [Notice::NotServed { server: "prov".into(), service: "acs", port: 7547 }]);
    let mut moved = plan();
    moved.servers[0].services.http = Some(6080);
    let refused = running.replace(Arc::new(Served::new(moved)), &Files::default()).map_err(|error| error.to_string());
    assert!(refused.is_err_and(|text| text.contains("`prov`") && text.contains("restart")));
    running.stop().await;
}

async fn fetch(running: &Running, path: &str, mac: Mac) {
    let mut stream = TcpStream::connect(at(running, Service::Http)).await.expect("connects");
    let request = format!("GET {path} HTTP/1.0\r\nUser-Agent: Cisco-CP-8841-3PCC/11.0 ({})\r\n\r\n", mac.plain());
    stream.write_all(request.as_bytes()).await.expect("sends");
    let mut octets = Vec::new();
    soon(stream.read_to_end(&mut octets)).await.expect("receives");
}

async fn report(running: &Running, text: &str, mac: Mac) {
    let mut events = running.subscribe();
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
    let text = format!("CP-8841-3PCC {mac} -- {text}");
    socket.send_to(text.as_bytes(), at(running, Service::Syslog)).await.expect("sends");
    while !matches!(&soon(events.recv()).await.expect("tells").event, Event::Syslog { .. }) {}
}

#[tokio::test]
async fn a_pass_is_complete_when_every_phone_had_everything() {
    let running = serve(plan()).await;
    let done = |running: &Running| running.seen().progress().done;
    for (mac, series) in [(FRONT, "8841-3PCC"), (WORKSHOP, "7841-3PCC")] {
        fetch(&running, &format!("/{series}.xml"), mac).await;
        fetch(&running, &format!("/common/{series}.xml"), mac).await;
        fetch(&running, &format!("/phones/{}.cfg", mac.plain()), mac).await;
        assert!(!running.seen().complete());
        report(&running, "Successful resync http://p/x", mac).await;
    }
    assert_eq!(done(&running), 2);
    assert!(running.seen().complete());
    report(&running, "Resync failed: corrupt", FRONT).await;
    assert_eq!(done(&running), 1);
    report(&running, "Successful resync http://p/x", FRONT).await;
    assert!(running.seen().complete());
    // What was fetched before a reload is of another program.
    running.replace(Arc::new(Served::new(plan())), &Files::default()).expect("same servers");
    assert_eq!(done(&running), 0);
    // The same where the phones are known to be the same.
    let before = running.served();
    let other = Arc::new(Served::after(plan(), Some(&before)));
    assert!(other.shares_phones(&before));
    for (mac, series) in [(FRONT, "8841-3PCC"), (WORKSHOP, "7841-3PCC")] {
        fetch(&running, &format!("/{series}.xml"), mac).await;
        fetch(&running, &format!("/common/{series}.xml"), mac).await;
        fetch(&running, &format!("/phones/{}.cfg", mac.plain()), mac).await;
        report(&running, "Successful resync http://p/x", mac).await;
    }
    assert_eq!(done(&running), 2);
    running.replace(other, &Files::default()).expect("same servers");
    assert_eq!((done(&running), running.seen().progress().total), (0, 2));
    running.stop().await;
}

/// The count follows each phone, however events come, and a program without those phones begins anew.
#[tokio::test]
async fn the_count_is_that_of_the_phones() {
    let mut quiet = plan();
    quiet.servers[0].services.syslog = None;
    let running = serve(quiet.clone()).await;
    let progress = || (running.seen().progress().done, running.seen().progress().total);
    let give = |mac: Mac, path: String, status: u16| {
        running.context.events.publish(Event::File {
            scheme: Scheme::Http,
            path,
            status,
            bytes: 0,
            parameters: 0,
            part: None,
            gzip: false,
            phone: running.served().phone(mac),
            mac: Some(mac),
            peer: ([127, 0, 0, 1], 1).into(),
            agent: None,
        });
    };
    let all = |mac: Mac, series: &str| {
        give(mac, format!("/{series}.xml"), 200);
        give(mac, format!("/common/{series}.xml"), 200);
        give(mac, format!("/phones/{}.cfg", mac.plain()), 200);
    };
    all(FRONT, "8841-3PCC");
    assert_eq!(progress(), (1, 2));
    // The same again counts once; one that is refused counts nobody, until all is well again.
    all(FRONT, "8841-3PCC");
    all(STRANGER, "8841-3PCC");
    assert_eq!(progress(), (1, 2));
    give(FRONT, "/common/8841-3PCC.xml".into(), 404);
    assert_eq!(progress(), (0, 2));
    all(FRONT, "8841-3PCC");
    all(WORKSHOP, "7841-3PCC");
    assert_eq!(progress(), (2, 2));
    assert!(running.seen().complete());
    let mut fewer = quiet.clone();
    fewer.fleets[0].phones.macs.truncate(1);
    fewer.fleets[0].phones.models.truncate(1);
    running.replace(Arc::new(Served::new(fewer)), &Files::default()).expect("same servers");
    assert_eq!(progress(), (0, 1));
    all(WORKSHOP, "7841-3PCC");
    assert_eq!(progress(), (0, 1));
    all(FRONT, "8841-3PCC");
    assert_eq!(progress(), (1, 1));
    running.stop().await;
}

#[tokio::test]
async fn strangers_are_remembered_within_bounds() {
    let running = serve(plan()).await;
    for number in 0..3000u16 {
        let [high, low] = number.to_be_bytes();
        running.context.events.publish(Event::File {
            scheme: Scheme::Http,
            path: format!("/{number}"),
            status: 404,
            bytes: 0,
            parameters: 0,
            part: None,
            gzip: false,
            phone: None,
            mac: Some(Mac::new([2, 0, 0, 1, high, low])),
            peer: ([127, 0, 0, 1], 1).into(),
            agent: None,
        });
    }
    assert_eq!(running.seen().strangers().len(), 1024);
    running.stop().await;
}

#[tokio::test]
async fn stopping_lets_go_of_every_port() {
    let mut fixed = plan();
    let running = serve(plan()).await;
    let idle = TcpStream::connect(at(&running, Service::Http)).await.expect("connects");
    fixed.servers[0].services.http = Some(at(&running, Service::Http).port());
    fixed.servers[0].services.dns = Some(at(&running, Service::Dns).port());
    running.stop().await;
    drop(idle);
    let settings = Settings { clock: Clock::System, ..Settings::new(StateLocation::Memory) };
    start(Arc::new(Served::new(fixed)), settings).await.expect("starts on the same ports").stop().await;
}
