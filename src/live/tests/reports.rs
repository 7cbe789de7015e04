//! Reports to a server that takes them.

use super::*;

/// Takes one file, every second packet lost on purpose; a server that knows no options answers with an acknowledgement.
async fn tftp_taker(options: bool) -> (SocketAddr, tokio::task::JoinHandle<(String, Vec<u8>)>) {
    let (socket, at) = udp().await;
    let taken = tokio::spawn(async move {
        let mut datagram = vec![0; 4096];
        let (length, from) = socket.recv_from(&mut datagram).await.expect("a request");
        let Ok(Packet::Write(request)) = Packet::decode(&datagram[..length]) else { panic!("no request to write") };
        let (transfer, _) = udp().await;
        let block = if options { 1024 } else { 512 };
        let mut reply = match options {
            true => {
                let mut options = request.options;
                options.blksize = Some(1024);
                Packet::OptionAck(options).encode()
            }
            false => Packet::Ack(0).encode(),
        };
        let (mut file, mut next) = (Vec::new(), 1u16);
        loop {
            let _ = transfer.send_to(&reply, from).await;
            // Said twice: the second is not to be answered.
            let _ = transfer.send_to(&reply, from).await;
            let (length, _) = transfer.recv_from(&mut datagram).await.expect("a block");
            let Ok(Packet::Data { block: number, data }) = Packet::decode(&datagram[..length]) else { continue };
            if number == next {
                file.extend_from_slice(&data);
                reply = Packet::Ack(number).encode();
                next = next.wrapping_add(1);
                if data.len() < block {
                    let _ = transfer.send_to(&reply, from).await;
                    return (request.path, file);
                }
            }
        }
    });
    (at, taken)
}

#[tokio::test]
async fn reports_are_written_over_tftp() {
    let request = |at, body| request(Scheme::Tftp, at, Method::Put { body }, Purpose::Report);
    for options in [true, false] {
        for size in [0, 1, 511, 512, 1024, 5000] {
            let body: Vec<u8> = (0..size).map(|octet| (octet % 251) as u8).collect();
            let (at, taken) = tftp_taker(options).await;
            let answer = tftp::fetch(&request(at, body.clone()), LOCAL).await;
            assert_eq!(answer, FetchAnswer::Tftp(Vec::new()), "{size}");
            assert_eq!(taken.await.expect("is taken"), ("/r.xml".to_owned(), body), "{size}");
        }
    }
    // A server that takes nothing says so.
    let (socket, at) = udp().await;
    tokio::spawn(async move {
        let mut datagram = [0; 2048];
        let (_, from) = socket.recv_from(&mut datagram).await.expect("a request");
        let error = Packet::Error { code: ErrorCode::Access, text: "read only".into() };
        let _ = socket.send_to(&error.encode(), from).await;
    });
    let answer = tftp::fetch(&request(at, b"x".to_vec()), LOCAL).await;
    assert_eq!(answer, FetchAnswer::TftpError { code: 2, text: "read only".into() });
}
