//! Whatever is sent to a port, prov answers its phones afterwards.

use crate::support::{PHONES, PROV, Project, Serving, discover, get, own_address, run};
use std::io::{Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::process::Command;
use std::time::Duration;

/// The same bytes each time, so that what fails can be looked at (xorshift).
struct Noise(u64);

impl Noise {
    fn number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn octets(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.number() as u8).collect()
    }
}

/// Datagrams that each service takes for its own, to be cut and bent.
fn sound() -> Vec<Vec<u8>> {
    let query = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x04prov\x03lab\x07example\x00\x00\x01\x00\x01";
    let read = b"\x00\x01/8841-3PCC.xml\0octet\0blksize\x00512\0tsize\x000\0timeout\x001\0";
    let log = b"<134>Jan  1 00:00:00 CP-8841-3PCC 00:0e:08:ab:cd:01 -- Successful resync http://p:80/x";
    // A name that points to itself (RFC 1035 §4.1.4).
    let knot = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\xc0\x0c\x00\x01\x00\x01";
    vec![discover(PHONES[0]), query.to_vec(), read.to_vec(), log.to_vec(), knot.to_vec()]
}

/// A phone without a past gets everything that the program has for it.
fn still_serves(serving: &Serving) {
    let at = |port| serving.at(port).to_string();
    let mut phone = Command::new(PROV);
    phone.args(["phone", "--mac", PHONES[0], "--no-delay", "--until", "resynced", "--limit", "60"]);
    let ran = run(phone.args(["--dhcp", &at(6067), "--dns", &at(6053), "--syslog", &at(6514)])).ok();
    assert!(ran.text().contains("Display_Name_1_ = Front desk"), "{}", ran.text());
    let (status, body) = get(serving.at(6081), "/ready");
    assert!(status == 200 && body.starts_with(b"{\"ready\":true,"), "{}", String::from_utf8_lossy(&body));
}

#[test]
fn garbage_datagrams_hurt_nobody() {
    let project = Project::quickstart();
    let serving = Serving::project(project.path());
    let socket = UdpSocket::bind((own_address(), 0)).expect("a socket");
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    for port in [6067, 6053, 6069, 6514] {
        let at = serving.at(port);
        let send = |octets: &[u8]| drop(socket.send_to(octets, at));
        for length in (0..64).chain([127, 236, 240, 241, 300, 511, 512, 1400, 4096, 9000, 65_507]) {
            send(&noise.octets(length));
        }
        for sound in sound() {
            for length in 0..sound.len() {
                send(&sound[..length]);
            }
            for _ in 0..200 {
                let mut bent = sound.clone();
                for _ in 0..=noise.number() % 4 {
                    let place = noise.number() as usize % bent.len();
                    bent[place] = noise.number() as u8;
                }
                send(&bent);
            }
            send(&[sound.clone(), noise.octets(64)].concat());
        }
    }
    still_serves(&serving);
    serving.stop();
}

#[test]
fn garbage_on_connections_hurts_nobody() {
    let project = Project::quickstart();
    let serving = Serving::project(project.path());
    let mut noise = Noise(0x2545_f491_4f6c_dd1d);
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(1 << 20));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "X-Y: z\r\n".repeat(5000));
    let requests: Vec<Vec<u8>> = [
        "",
        "\r\n\r\n",
        "GET",
        "GET / HTTP/9.9\r\n\r\n",
        "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /\u{0} HTTP/1.1\r\n\r\n",
        "GET http://[::1 HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nx",
        "POST /api/phones HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
        "GET /api/phones/zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /?page=18446744073709551615 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /api/phones?page=-1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "CONNECT example.com:443 HTTP/1.1\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\x16\x03\x01\x02",
        &long,
        &many,
    ]
    .into_iter()
    .map(|text| text.as_bytes().to_vec())
    .chain((0..32).map(|number| noise.octets(number * 37)))
    // A DNS message over TCP that is longer than it says, shorter, and endless.
    .chain([b"\xff\xff\x00".to_vec(), b"\x00\x00".to_vec(), b"\x00\x05\x00\x00\x00\x00\x00\x00\x05".to_vec()])
    .collect();
    for port in [6080, 6081, 6053] {
        for request in &requests {
            let mut stream = TcpStream::connect(serving.at(port)).expect("a connection");
            // A server that has heard enough may hang up while we speak.
            let _ = stream.write_all(request);
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let _ = stream.set_read_timeout(Some(Duration::from_millis(200)));
            let _ = stream.read(&mut [0; 512]);
        }
    }
    still_serves(&serving);
    serving.stop();
}

#[test]
fn clients_that_hang_do_not_keep_others_waiting() {
    let project = Project::quickstart();
    let serving = Serving::project(project.path());
    let ports = [6080, 6081, 6053].into_iter().cycle().take(300);
    let mut hanging: Vec<TcpStream> =
        ports.map(|port| TcpStream::connect(serving.at(port)).expect("a connection")).collect();
    for stream in &mut hanging {
        let _ = stream.write_all(b"GET / HTT");
    }
    // A transfer that nobody takes.
    let socket = UdpSocket::bind((own_address(), 0)).expect("a socket");
    socket.send_to(b"\x00\x01/8841-3PCC.xml\0octet\0", serving.at(6069)).expect("a request");
    still_serves(&serving);
    drop(hanging);
    serving.stop();
}
