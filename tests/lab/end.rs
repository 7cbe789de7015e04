//! How serving ends.

use crate::support::{Project, Serving, own_address};
use std::io::Write;
use std::net::{TcpStream, UdpSocket};

#[test]
fn sigterm_and_sigint_end_cleanly() {
    for signal in ["TERM", "INT"] {
        let project = Project::quickstart();
        let serving = Serving::project(project.path());
        serving.signal(signal);
        let (status, said) = serving.ended();
        assert_eq!(status.code(), Some(0), "{signal}: {said}");
    }
}

#[test]
fn what_hangs_is_let_go_after_the_grace() {
    let project = Project::quickstart();
    let serving = Serving::project(project.path());
    // Half a request, a kept connection, half a DNS message, and a transfer that is never acknowledged.
    let mut half = TcpStream::connect(serving.at(6080)).expect("a connection");
    half.write_all(b"GET /common/8841").expect("half a request");
    let mut kept = TcpStream::connect(serving.at(6081)).expect("a connection");
    kept.write_all(b"GET /ready HTTP/1.1\r\nHost: x\r\n\r\n").expect("a request");
    let mut dns = TcpStream::connect(serving.at(6053)).expect("a connection");
    dns.write_all(b"\x00").expect("half a length");
    let socket = UdpSocket::bind((own_address(), 0)).expect("a socket");
    socket.send_to(b"\x00\x01/8841-3PCC.xml\0octet\0", serving.at(6069)).expect("a request");
    socket.recv(&mut [0; 1024]).expect("the first block");
    serving.stop();
    drop((half, kept, dns));
}

#[test]
fn once_ends_by_itself_when_every_phone_has_all() {
    let project = Project::quickstart();
    let serving = Serving::with(project.path(), &["--once", "--with-phones"]);
    let (status, said) = serving.ended();
    assert_eq!(status.code(), Some(0), "{said}");
    assert!(said.contains("2 of 2 phones are where the program wants them"), "{said}");
    assert!(said.contains("resynced · \"Front desk\"") && said.contains("resynced · \"Workshop\""), "{said}");
}
