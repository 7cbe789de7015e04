use super::program::{FRONT, NOON, STRANGER, WORKSHOP, at, plan, serve, soon};
use crate::phone::Mac;
use crate::phone::dhcp::{Message, MessageType, code};
use crate::plan::Served;
use crate::serve::{Clock, Event, Running, Service, Settings, StateLocation, start};
use std::collections::HashSet;
use std::net::Ipv4Addr;
use std::sync::Arc;
use tokio::net::UdpSocket;

async fn ask(socket: &UdpSocket, message: &Message) -> Message {
    socket.send(&message.encode()).await.expect("sends");
    let mut octets = [0; 2048];
    loop {
        let length = soon(socket.recv(&mut octets)).await.expect("receives");
        let reply = Message::decode(&octets[..length]).expect("decodes");
        if reply.xid == message.xid {
            return reply;
        }
    }
}

async fn client(running: &Running) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
    socket.connect(at(running, Service::Dhcp)).await.expect("connects");
    socket
}

fn discover(mac: Mac) -> Message {
    let [.., a, b] = mac.octets();
    Message::request(MessageType::Discover, mac, u32::from(a) << 8 | u32::from(b))
}

fn request(offer: &Message) -> Message {
    let mut request = Message::request(MessageType::Request, offer.chaddr, offer.xid + 0x1_0000);
    request.options.insert_address(code::REQUESTED_ADDRESS, offer.yiaddr);
    request.options.insert(code::SERVER_ID, offer.options.get(code::SERVER_ID).expect("names itself").to_vec());
    request
}

async fn lease(socket: &UdpSocket, mac: Mac) -> Ipv4Addr {
    let offer = ask(socket, &discover(mac)).await;
    assert_eq!(offer.kind(), Some(MessageType::Offer));
    let ack = ask(socket, &request(&offer)).await;
    assert_eq!((ack.kind(), ack.yiaddr), (Some(MessageType::Ack), offer.yiaddr));
    ack.yiaddr
}

#[tokio::test]
async fn a_phone_gets_an_address_and_its_option_66() {
    let running = serve(plan()).await;
    let mut events = running.subscribe();
    let socket = client(&running).await;
    let mut asked = discover(FRONT);
    asked.options.insert(code::PARAMETER_LIST, vec![15, 6, 66]);
    let offer = ask(&socket, &asked).await;
    let ack = ask(&socket, &request(&offer)).await;
    assert_eq!(ack.yiaddr, Ipv4Addr::new(127, 0, 10, 1));
    assert_eq!(ack.options.text(66).as_deref(), Some("tftp://127.0.0.1:6069"));
    assert_eq!(offer.options.addresses(code::DNS), [Ipv4Addr::LOCALHOST]);
    let codes: Vec<u8> = offer.options.iter().map(|(code, _)| code).collect();
    assert_eq!(codes[..4], [53, 15, 6, 66]);
    let told = soon(events.recv()).await.expect("tells");
    let Event::Lease { mac, phone, model, options, expires, .. } = &told.event else { panic!("{told:?}") };
    assert_eq!((*mac, phone.is_some(), model.as_deref()), (FRONT, true, Some("CP-8841-3PCC")));
    assert_eq!((options.as_slice(), *expires), ([(66, "tftp://127.0.0.1:6069".to_owned())].as_slice(), NOON + 28_800));
    assert_eq!(running.seen().holder(ack.yiaddr.into()), Some(FRONT));

    let stranger = ask(&socket, &discover(STRANGER)).await;
    assert_eq!((stranger.kind(), stranger.options.text(66)), (Some(MessageType::Offer), None));
    running.stop().await;
}

#[tokio::test]
async fn no_two_clients_get_one_address_however_many_ask_at_once() {
    let running = serve(plan()).await;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..99u8 {
        let socket = client(&running).await;
        tasks.spawn(async move { lease(&socket, Mac::new([2, 0, 0, 0, 1, number])).await });
    }
    let addresses: HashSet<Ipv4Addr> = tasks.join_all().await.into_iter().collect();
    assert_eq!(addresses.len(), 99);
    let socket = client(&running).await;
    let mut events = running.subscribe();
    socket.send(&discover(STRANGER).encode()).await.expect("sends");
    let asked = soon(events.recv()).await.expect("tells");
    assert!(matches!(&asked.event, Event::Asked { mac: Some(STRANGER), .. }), "{asked:?}");
    let told = soon(events.recv()).await.expect("tells");
    assert!(matches!(&told.event, Event::NoLease { mac: STRANGER, why } if why.contains("taken")), "{told:?}");
    running.stop().await;
}

#[tokio::test]
async fn leases_outlive_a_restart_and_go_to_nobody_else() {
    let folder = tempfile::tempdir().expect("folder");
    let settings =
        Settings { clock: Clock::at(NOON), ..Settings::new(StateLocation::Folder(folder.path().join("state"))) };
    let mut first = std::collections::HashMap::new();
    let macs: Vec<Mac> = (0..20).map(|number| Mac::new([2, 0, 0, 0, 2, number])).chain([FRONT, WORKSHOP]).collect();
    let running = start(Arc::new(Served::new(plan())), settings.clone()).await.expect("starts");
    let socket = client(&running).await;
    for mac in &macs {
        first.insert(*mac, lease(&socket, *mac).await);
    }
    running.stop().await;

    let running = start(Arc::new(Served::new(plan())), settings).await.expect("starts again");
    let socket = client(&running).await;
    assert_eq!(running.seen().holder(first[&FRONT].into()), Some(FRONT));
    let newcomer = lease(&socket, STRANGER).await;
    assert!(!first.values().any(|address| *address == newcomer));
    for mac in macs.iter().rev() {
        assert_eq!(lease(&socket, *mac).await, first[mac], "{mac}");
    }
    running.stop().await;
}

#[tokio::test]
async fn a_second_server_on_the_same_state_is_told_why() {
    let folder = tempfile::tempdir().expect("folder");
    let settings = Settings::new(StateLocation::Folder(folder.path().to_owned()));
    let running = start(Arc::new(Served::new(plan())), settings.clone()).await.expect("starts");
    let error = start(Arc::new(Served::new(plan())), settings).await.map(|_| ()).map_err(|error| error.to_string());
    assert!(error.is_err_and(|text| text.contains("in use by another prov")));
    running.stop().await;
}
