//! The program changes while phones ask: nobody is left without an answer, and no answer is of two programs.

use super::{curl, url};
use crate::support::{PHONES, Project, Serving, get, gunzip, offered, own_address, quickstart};
use dhcproto::v4::{DhcpOption, Message, OptionCode};
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

const RELOADS: u32 = 50;

/// A program whose every answer says its number, and says it twice.
fn program(number: u32) -> String {
    let text = quickstart(own_address());
    let network = format!("  dns     192.0.2.{number}\n  ntp     192.0.2.{number}\n  server  prov\n");
    let text = text.replacen("  server  prov\n", &network, 1);
    let text = text.replace("name \"Front desk\"", &format!("name \"Desk {number}\""));
    let twice = format!("  Register[1]     = yes\n  User_ID[2] = \"{number}\"\n  User_ID[3] = \"{number}\"\n");
    let text = text.replace("  Register[1]     = yes\n", &twice);
    // What the program's own test expects is of another program.
    text.split("\ntest \"").next().unwrap_or_default().to_owned()
}

/// The number that a text says in two places.
#[track_caller]
fn number_in(text: &str, open: [&str; 2]) -> u32 {
    let [first, second] = open.map(|open| {
        let (_, rest) = text.split_once(open).unwrap_or_else(|| panic!("no {open}: {text}"));
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u32>().unwrap_or_else(|_| panic!("no number after {open}: {text}"))
    });
    assert_eq!(first, second, "an answer of two programs: {text}");
    first
}

/// A file by TFTP, asked for again when a datagram is lost.
#[track_caller]
fn tftp(at: SocketAddr, path: &str) -> Vec<u8> {
    let socket = UdpSocket::bind((at.ip(), 0)).expect("a socket");
    socket.set_read_timeout(Some(Duration::from_secs(2))).expect("a timeout");
    let mut last = [&b"\0\x01"[..], path.as_bytes(), b"\0octet\0"].concat();
    let (mut to, mut file, mut expected) = (at, Vec::new(), 1u16);
    for _ in 0..200 {
        socket.send_to(&last, to).expect("sends");
        let mut packet = [0; 1024];
        let Ok((length, from)) = socket.recv_from(&mut packet) else { continue };
        assert_eq!(packet[..2], [0, 3], "TFTP refuses: {:?}", String::from_utf8_lossy(&packet[..length]));
        to = from;
        let block = u16::from_be_bytes([packet[2], packet[3]]);
        last = vec![0, 4, packet[2], packet[3]];
        if block == expected {
            file.extend_from_slice(&packet[4..length]);
            expected += 1;
            if length < 516 {
                socket.send_to(&last, to).expect("sends");
                return file;
            }
        }
    }
    panic!("{path} does not come to its end");
}

fn number_of_offer(offer: &Message) -> u32 {
    let first = |option: Option<&DhcpOption>| match option {
        Some(DhcpOption::DomainNameServer(all) | DhcpOption::NtpServers(all)) => u32::from(all[0].octets()[3]),
        other => panic!("no addresses: {other:?}"),
    };
    let dns = first(offer.opts().get(OptionCode::DomainNameServer));
    assert_eq!(dns, first(offer.opts().get(OptionCode::NtpServers)), "an offer of two programs");
    dns
}

#[test]
fn fifty_reloads_fail_no_request_and_mix_no_answer() {
    let project = Project::quickstart();
    project.write("main.prov", &program(1));
    let serving = Serving::project(project.path());
    // What was last written, and what was last said to be live.
    let (written, live) = (AtomicU32::new(1), AtomicU32::new(1));
    let over = AtomicBool::new(false);
    let hammer = |ask: &dyn Fn() -> u32| {
        let mut asked = 0u32;
        while !over.load(Ordering::SeqCst) {
            let least = live.load(Ordering::SeqCst);
            let number = ask();
            let most = written.load(Ordering::SeqCst);
            assert!((least..=most).contains(&number), "an answer of program {number} between {least} and {most}");
            asked += 1;
        }
        assert!(asked > RELOADS, "asked {asked} times");
    };
    let (http, dhcp, server) = (serving.at(6080), serving.at(6067), serving.at(6069));
    let common = || {
        let (status, body) = get(http, "/common/8841-3PCC.xml");
        assert_eq!(status, 200);
        number_in(&String::from_utf8_lossy(&body), ["<User_ID_2_>", "<User_ID_3_>"])
    };
    let account = || {
        let (status, body) = get(http, "/phones/000e08abcd01.cfg");
        assert_eq!(status, 200);
        number_in(&gunzip(&body), ["<Display_Name_1_>Desk ", "<Station_Display_Name>Desk "])
    };
    let offers = || number_of_offer(&offered(dhcp, PHONES[0]));
    // The bootstrap file says nothing of the number; that it comes whole is what counts here.
    let bootstrap = || {
        let file = tftp(server, "/8841-3PCC.xml");
        assert!(file.ends_with(b"</flat-profile>\n") || file.ends_with(b"</flat-profile>"), "cut short");
        live.load(Ordering::SeqCst)
    };
    thread::scope(|scope| {
        let hammers: [&(dyn Fn() -> u32 + Sync); 4] = [&common, &account, &offers, &bootstrap];
        let running: Vec<_> = hammers.into_iter().map(|ask| scope.spawn(move || hammer(ask))).collect();
        let reload = url(serving.at(6081), "/api/reload");
        for number in 2..=RELOADS + 1 {
            written.store(number, Ordering::SeqCst);
            // As whoever deploys should: the file is another in one step.
            project.write("next", &program(number));
            std::fs::rename(project.join("next"), project.join("main.prov")).expect("a file");
            let (status, body) = curl(&["-X", "POST"], &reload);
            assert_eq!(status, 200, "{body}");
            live.store(number, Ordering::SeqCst);
            if running.iter().any(|one| one.is_finished()) {
                break;
            }
        }
        over.store(true, Ordering::SeqCst);
        running.into_iter().for_each(|one| one.join().expect("a hammer that found nothing wrong"));
    });
    assert_eq!(live.load(Ordering::SeqCst), RELOADS + 1);
    let figures = String::from_utf8(get(serving.at(6081), "/metrics").1).expect("text");
    assert!(figures.contains("prov_reloads_total{outcome=\"refused\"} 0\n"), "{figures}");
    serving.stop();
}
