//! What is acknowledged is kept: killed at any moment, with a full disk, or both.

use crate::support::{PROV, Project, QUICKSTART, Serving, get, own_address, run, shift};
use prov::phone::Mac;
use prov::phone::dhcp::{Message, MessageType, code};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Exchanges on their way at a time: more than one commit holds alone.
const WINDOW: usize = 64;
const ROUNDS: u64 = 14;
/// Acknowledgements before a server is killed: this many, and up to as many again.
const LEAST: u64 = 450;

/// The quickstart with room for fifty thousand.
fn program() -> Project {
    let text = QUICKSTART.replace("127.0.0.1", &own_address().to_string());
    let text = text.replace("127.0.10.1 .. 127.0.10.99", "127.1.0.1 .. 127.1.199.255");
    Project::new(&[("main.prov", &text)])
}

fn serve(project: &Project, state: &Path, shift: u16) -> Serving {
    let mut command = Command::new(PROV);
    command.arg("serve").arg(project.path()).args(["--ports", &format!("+{shift}")]);
    Serving::start(command.args(["--state", &format!("file:{}", state.display())]))
}

/// Clients that ask for addresses, give some back and renew others; what each was told last.
struct Crowd {
    socket: UdpSocket,
    next: u32,
    /// Who was told what, and has not begun to give it back.
    told: HashMap<Ipv4Addr, Mac>,
    of: BTreeMap<Mac, Ipv4Addr>,
    /// Who waits for an answer, and who gave its address back: what is told to it late does not count.
    busy: HashSet<Mac>,
    gone: HashSet<Mac>,
    chance: u64,
}

impl Crowd {
    fn new() -> Self {
        let socket = UdpSocket::bind((own_address(), 0)).expect("a socket");
        socket.set_read_timeout(Some(Duration::from_millis(100))).expect("a timeout");
        let (told, of, busy, gone) = Default::default();
        Crowd { socket, next: 0, told, of, busy, gone, chance: 0x9e37_79b9_7f4a_7c15 }
    }

    /// The same each time, so that what fails can be looked at (xorshift).
    fn chance(&mut self, below: u64) -> u64 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        self.chance % below
    }

    /// A message to begin with: mostly of a new client.
    fn begin(&mut self) -> Message {
        let old: Vec<Mac> = match self.chance(4) {
            0 => self.of.keys().copied().filter(|mac| !self.busy.contains(mac)).take(32).collect(),
            _ => Vec::new(),
        };
        let xid = self.chance(u64::from(u32::MAX)) as u32;
        if let Some(mac) = old.get(self.chance(32) as usize % old.len().max(1)).copied() {
            let address = self.of[&mac];
            let mut message = Message::request(MessageType::Request, mac, xid);
            if self.chance(3) == 0 {
                message.options.insert(code::MESSAGE_TYPE, vec![MessageType::Release.octet()]);
                // From now on it may be somebody else's, whether or not the server hears it.
                self.told.remove(&address);
                self.of.remove(&mac);
                self.gone.insert(mac);
            } else {
                self.busy.insert(mac);
            }
            message.ciaddr = address;
            return message;
        }
        self.next += 1;
        let [_, a, b, c] = self.next.to_be_bytes();
        Message::request(MessageType::Discover, Mac::new([2, 0, 0, a, b, c]), xid)
    }

    /// Exchanges messages until so many are acknowledged, with some always on their way.
    fn ask(&mut self, at: SocketAddr, acknowledgements: u64) {
        let mut waiting: VecDeque<Message> = VecDeque::new();
        // What another server was asked, which is no more, is not answered any more.
        self.busy.clear();
        let mut octets = [0; 2048];
        let mut done = 0;
        while done < acknowledgements {
            while waiting.len() < WINDOW {
                let message = self.begin();
                let _ = self.socket.send_to(&message.encode(), at);
                if message.kind() != Some(MessageType::Release) {
                    waiting.push_back(message);
                }
            }
            let Ok(length) = self.socket.recv(&mut octets) else {
                // Lost on the way, or answered with silence: as clients do, they ask again.
                waiting.iter().for_each(|message| drop(self.socket.send_to(&message.encode(), at)));
                continue;
            };
            let reply = Message::decode(&octets[..length]).expect("an answer that can be read");
            let Some(place) = waiting.iter().position(|message| message.xid == reply.xid) else {
                // An acknowledgement that came twice, or late: it counts like any other.
                self.take(&reply);
                continue;
            };
            let question = waiting.remove(place).expect("is there");
            match reply.kind() {
                Some(MessageType::Offer) if question.kind() == Some(MessageType::Discover) => {
                    let mut request = Message::request(MessageType::Request, reply.chaddr, question.xid ^ 1);
                    request.options.insert_address(code::REQUESTED_ADDRESS, reply.yiaddr);
                    let server = reply.options.address(code::SERVER_ID).expect("names itself");
                    request.options.insert_address(code::SERVER_ID, server);
                    let _ = self.socket.send_to(&request.encode(), at);
                    waiting.push_back(request);
                }
                Some(MessageType::Ack) => {
                    self.take(&reply);
                    done += 1;
                }
                _ => {}
            }
        }
    }

    fn take(&mut self, reply: &Message) {
        if reply.kind() != Some(MessageType::Ack) || self.gone.contains(&reply.chaddr) {
            return;
        }
        self.busy.remove(&reply.chaddr);
        let holder = self.told.insert(reply.yiaddr, reply.chaddr);
        assert!(
            holder.is_none_or(|holder| holder == reply.chaddr),
            "{} is {holder:?}'s and {}'s",
            reply.yiaddr,
            reply.chaddr
        );
        self.of.insert(reply.chaddr, reply.yiaddr);
    }
}

#[test]
fn killed_at_any_moment_no_lease_is_lost_and_no_address_given_twice() {
    let project = program();
    let state = project.join("state");
    let mut crowd = Crowd::new();
    let mut exchanges = 0;
    for round in 0..ROUNDS {
        let shift = shift();
        let serving = serve(&project, &state, shift);
        let wanted = LEAST + crowd.chance(LEAST);
        crowd.ask((own_address(), 6067 + shift).into(), wanted);
        exchanges += wanted;
        // In the middle of whatever it is doing for the others.
        serving.signal("KILL");
        drop(serving.ended());
        check(&crowd, &state, round);
    }
    assert!(exchanges > 6_000, "{exchanges}");
    // Newcomers get what is nobody's.
    let shift = shift();
    let serving = serve(&project, &state, shift);
    let before: HashSet<Ipv4Addr> = crowd.told.keys().copied().collect();
    let mut others = Crowd { next: 1 << 20, chance: 7, ..Crowd::new() };
    others.ask((own_address(), 6067 + shift).into(), 300);
    assert!(others.told.keys().all(|address| !before.contains(address)));
    serving.stop();
}

/// The last word of the file on each address.
fn last(state: &Path) -> HashMap<Ipv4Addr, serde_json::Value> {
    let text = std::fs::read(state.join("leases.journal")).expect("a lease file");
    let text = String::from_utf8_lossy(&text).into_owned();
    let mut last: HashMap<Ipv4Addr, serde_json::Value> = HashMap::new();
    // A last line that was cut off is none, and was never acknowledged.
    for line in text.split_inclusive('\n').skip(1).filter(|line| line.ends_with('\n')) {
        let lease: serde_json::Value = serde_json::from_str(&line[9..]).expect("a lease");
        let address = lease["address"].as_str().and_then(|text| text.parse().ok()).expect("an address");
        last.insert(address, lease);
    }
    last
}

/// Every acknowledged lease is in the file, and the last word on its address is its holder's.
fn check(crowd: &Crowd, state: &Path, round: u64) {
    let last = last(state);
    for (address, mac) in &crowd.told {
        let kept = last.get(address).unwrap_or_else(|| panic!("round {round}: {address} of {mac} is lost"));
        assert_eq!(
            (kept["mac"].as_str(), &kept["state"]),
            (Some(mac.to_string().as_str()), &"bound".into()),
            "round {round}"
        );
    }
}

/// A folder with a disk of its own, so small that it can be filled.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn new(at: PathBuf) -> Self {
        std::fs::create_dir(&at).expect("a folder");
        let mounted = run(Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "none"]).arg(&at));
        assert_eq!(mounted.status, Some(0), "{}", mounted.stderr);
        SmallDisk(at)
    }

    /// Takes all the room that is left.
    fn fill(&self) -> PathBuf {
        let file = self.0.join("filler");
        let mut size = 128 << 10;
        while size > 0 && std::fs::write(&file, vec![0; size]).is_err() {
            size -= 512;
        }
        // The last page has room for the lines that are in it already; these are as good as the disk's end.
        file
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_gives_no_lease_and_says_so() {
    let project = program();
    let disk = SmallDisk::new(project.join("disk"));
    let shift = shift();
    let serving = serve(&project, &disk.0, shift);
    let at = (own_address(), 6067 + shift).into();
    let mut crowd = Crowd::new();
    crowd.ask(at, 20);
    let dashboard = SocketAddr::from((own_address(), 6081 + shift));
    let bound = || {
        let page = String::from_utf8(get(dashboard, "/metrics").1).expect("text");
        let line = page
            .lines()
            .find_map(|line| line.strip_prefix("prov_leases{family=\"ipv4\",network=\"lab\",state=\"bound\"} "));
        line.and_then(|count| count.parse::<usize>().ok()).unwrap_or_else(|| panic!("{page}"))
    };
    let socket = UdpSocket::bind((own_address(), 0)).expect("a socket");
    socket.set_read_timeout(Some(Duration::from_millis(300))).expect("a timeout");
    let mut octets = [0; 2048];
    let mut acknowledged = |last: u8| {
        let mac = Mac::new([2, 9, 9, 9, 9, last]);
        let mut discover = Message::request(MessageType::Discover, mac, 7);
        socket.send_to(&discover.encode(), at).expect("sends");
        let length = socket.recv(&mut octets).expect("an offer needs no disk");
        let offer = Message::decode(&octets[..length]).expect("decodes");
        discover = Message::request(MessageType::Request, mac, 8);
        discover.options.insert_address(code::REQUESTED_ADDRESS, offer.yiaddr);
        discover.options.insert_address(code::SERVER_ID, offer.options.address(code::SERVER_ID).expect("named"));
        socket.send_to(&discover.encode(), at).expect("sends");
        socket.recv(&mut octets).is_ok()
    };
    // What the crowd still had on its way, releases among it, is on the disk before this one is.
    assert!(acknowledged(100));
    let filler = disk.fill();
    // What fits in the page that the file has begun is kept yet; then nothing more is acknowledged. Of three that are
    // refused, one is told.
    assert!((0..100).filter(|last| !acknowledged(*last)).take(3).count() == 3, "nothing filled the disk");
    serving.wait_for("leases cannot be kept, and none is given");
    // What was refused is nobody's, and who balances the load sends phones elsewhere until there is room.
    let kept = last(&disk.0).values().filter(|lease| lease["state"] == "bound").count();
    assert_eq!(bound(), kept);
    assert_eq!(get(dashboard, "/ready").0, 503);
    std::fs::remove_file(filler).expect("room again");
    let (status, body) = get(dashboard, "/ready");
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    serving.wait_for("leases are kept again");
    // The server goes on as soon as there is room, and everything acknowledged before is there.
    crowd.ask(at, 20);
    serving.signal("KILL");
    let (_, said) = serving.ended();
    assert_eq!(said.matches("leases cannot be kept").count(), 1, "{said}");
    check(&crowd, &disk.0, 0);
}
