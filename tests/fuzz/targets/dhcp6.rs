//! What arrives at the DHCPv6 server.

use prov::compile::Options as Compile;
use prov::language::MemoryFiles;
use prov::phone::Mac;
use prov::phone::dhcp6::{Address, Association, Duid, Envelope, Kind, Message, Options, Relay, code};
use prov::pipeline;
use prov::plan::Served;
use prov::serve::dhcp::Allocation;
use prov::serve::dhcp6::{Asked, Decision, Place, answer};
use prov::serve::state::{Client, LeaseState};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::OnceLock;

const PROGRAM: &str = r#"use cisco.mpp
server prov { name "prov.lab.example"  address 10.0.0.1, 2001:db8::1  http { port 80 }  dhcp6 { } }
network near { server prov  subnet 2001:db8::/64  pool 2001:db8::10 .. 2001:db8::14  dns 2001:db8::1  lease 1h
  reserve 00:0e:08:ab:cd:02 2001:db8::12 }
network far { server prov  subnet 2001:db8:1::/64  pool 2001:db8:1::10 .. 2001:db8:1::99  relay 2001:db8:1::1 }
profile common { fetch http "/common/$PSN.xml"  Time_Zone = "GMT+01:00" }
fleet desks {
  server prov
  network near, far
  profiles common
  bootstrap dhcp v6 17, v6 159, v6 160
  phone 00:0e:08:ab:cd:01 { model "CP-8841-3PCC" }
  phone 00:0e:08:ab:cd:02 { model "CP-7841-3PCC" }
}
"#;

const SERVER: [u8; 16] = [5; 16];

fn served() -> &'static Served {
    static SERVED: OnceLock<Served> = OnceLock::new();
    SERVED.get_or_init(|| {
        let files = MemoryFiles::single(PROGRAM);
        pipeline::plan(&files, "main.prov", &Compile::default()).into_served().expect("the program compiles")
    })
}

/// Messages one after the other, each behind its length in two octets, to one server whose clock stands still.
pub fn dhcp6(octets: &[u8]) {
    let served = served();
    let place = Place { server: 0, addresses: vec!["2001:db8::1".parse().expect("an address")] };
    let server = Duid::uuid(SERVER);
    let mut allocation = Allocation::new(served.plan(), &[]);
    let mut holders: HashMap<IpAddr, Client> = HashMap::new();
    let mut rest = octets;
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length)).min(after.len());
        let (datagram, after) = after.split_at(length);
        rest = after;
        let Ok(envelope) = Envelope::decode(datagram) else { continue };
        let again = envelope.encode().expect("what came in a datagram goes into one");
        assert_eq!(Envelope::decode(&again).as_ref(), Ok(&envelope), "what was decoded encodes");
        let asked = Asked { envelope: &envelope, source: Ipv6Addr::LOCALHOST };
        let sent = match answer(served, &place, &server, &mut allocation, asked, 1_000) {
            Decision::Grant(grant) => {
                for lease in &grant.leases {
                    let network = served.plan().networks6.iter().find(|network| network.id == lease.network);
                    assert!(network.expect("a network").subnet.contains(lease.address));
                    if lease.state == LeaseState::Bound {
                        let holder = holders.insert(lease.address, lease.client.clone());
                        assert!(holder.is_none_or(|holder| holder.is(&lease.client)), "two hold {}", lease.address);
                    } else {
                        holders.remove(&lease.address);
                    }
                    allocation.learn(lease);
                }
                grant.reply
            }
            Decision::Send(reply) => reply,
            Decision::Silent(_) => continue,
        };
        let xid = envelope.message.xid;
        if let Some(written) = envelope.answer(sent).encode() {
            assert!(Envelope::decode(&written).is_ok_and(|read| read.message.xid == xid), "an answer can be read");
        }
    }
}

pub fn messages() -> Vec<Vec<u8>> {
    let framed = |envelopes: &[Envelope]| {
        let octets = envelopes.iter().map(|envelope| envelope.encode().expect("is short"));
        octets.flat_map(|octets| [(octets.len() as u16).to_be_bytes().to_vec(), octets].concat()).collect::<Vec<u8>>()
    };
    let address: Ipv6Addr = "2001:db8::10".parse().expect("an address");
    let message = |kind: Kind, last: u8, to_us: bool| {
        let mut message = Message::new(kind, 7);
        let mac = Mac::new([0, 0x0e, 8, 0xab, 0xcd, last]);
        message.options.push(code::CLIENT_ID, Duid::link_layer(mac).octets().to_vec());
        if to_us {
            message.options.push(code::SERVER_ID, Duid::uuid(SERVER).octets().to_vec());
        }
        let addresses = vec![Address { address, preferred: 0, valid: 0 }];
        message.options.push(code::IA_NA, Association { addresses, ..Association::new(1) }.encode());
        message.options.push(code::OPTION_REQUEST, vec![0, 17, 0, 23, 0, 24, 0, 159, 0, 160]);
        message
    };
    let bare = |kind, last, to_us| Envelope::bare(message(kind, last, to_us));
    let mut rapid = message(Kind::Solicit, 2, false);
    rapid.options.push(code::RAPID_COMMIT, Vec::new());
    rapid.options.push(code::IA_PD, vec![0; 12]);
    let mut near = Relay {
        hops: 0,
        link: "2001:db8:1::1".parse().expect("an address"),
        peer: "fe80::20e:8ff:feab:cd01".parse().expect("an address"),
        options: Options::default(),
    };
    near.options.push(code::INTERFACE_ID, b"eth7".to_vec());
    near.options.push(code::LINK_LAYER, vec![0, 1, 0, 0x0e, 8, 0xab, 0xcd, 1]);
    let far = Relay { hops: 1, link: Ipv6Addr::UNSPECIFIED, ..near.clone() };
    let relayed = Envelope { relays: vec![far, near], message: message(Kind::Solicit, 1, false), back: false };
    let mut stateless = Message::new(Kind::InformationRequest, 9);
    stateless.options.push(code::OPTION_REQUEST, vec![0, 32, 0, 159]);
    vec![
        framed(&[bare(Kind::Solicit, 1, false), bare(Kind::Request, 1, true), bare(Kind::Renew, 1, true)]),
        framed(&[bare(Kind::Request, 1, true), bare(Kind::Release, 1, true), bare(Kind::Request, 9, true)]),
        framed(&[bare(Kind::Rebind, 1, false), bare(Kind::Decline, 1, true), bare(Kind::Confirm, 1, false)]),
        framed(&[Envelope::bare(rapid), relayed, Envelope::bare(stateless)]),
    ]
}
