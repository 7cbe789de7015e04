//! One transfer, with what gets lost sent again.

use super::clients::Replaced;
use super::line::{Heard, Line};
use super::receiver::{Receiver, Taken};
use super::sender::{Sender, Step};
use crate::phone::tftp::Packet;
use std::io;
use std::time::Duration;
use tokio::time::Instant;

/// The wait before something is sent again; it doubles with each time, up to `LONGEST_WAIT`.
const WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(8);
/// How long a client may take to acknowledge anything at all. A request costs a forger one datagram, and us a socket.
const FIRST: Duration = Duration::from_secs(8);
/// How often one packet is sent.
const ATTEMPTS: u32 = 6;
/// What a client sends while a file goes to it is an ACK or an error; the rest of something longer does not matter.
const LONGEST_ANSWER: usize = 1024;

/// When what is under way goes out again, and when it has gone out often enough.
struct Patience {
    fixed: Option<Duration>,
    wait: Duration,
    attempts: u32,
    /// Until the client has said something.
    silent: Option<Instant>,
}

impl Patience {
    fn new(fixed: Option<Duration>, first: Duration) -> Self {
        Patience { fixed, wait: fixed.unwrap_or(WAIT), attempts: 0, silent: Some(Instant::now() + first) }
    }

    /// Until when an answer to what goes out now is waited for.
    fn attempt(&mut self) -> Result<Instant, String> {
        if self.attempts == ATTEMPTS {
            return Err(format!("nothing came after {ATTEMPTS} attempts"));
        }
        if self.silent.is_some_and(|end| end <= Instant::now()) {
            return Err("nothing came at all".into());
        }
        self.attempts += 1;
        let deadline = Instant::now() + self.wait;
        Ok(self.silent.map_or(deadline, |end| end.min(deadline)))
    }

    fn waited(&mut self) {
        if self.fixed.is_none() {
            self.wait = (self.wait * 2).min(LONGEST_WAIT);
        }
    }

    /// The client has said something that it had not said before.
    fn heard(&mut self) {
        (self.silent, self.attempts, self.wait) = (None, 0, self.fixed.unwrap_or(WAIT));
    }
}

/// Sends a file.
pub(super) fn send(line: &mut Line, sender: Sender, replaced: &Replaced) -> Result<(), String> {
    send_within(line, sender, replaced, FIRST)
}

fn send_within(line: &mut Line, mut sender: Sender, replaced: &Replaced, first: Duration) -> Result<(), String> {
    let mut patience = Patience::new(sender.agreed().timeout(), first);
    let mut datagram = [0; LONGEST_ANSWER];
    let mut packet = Vec::new();
    'window: loop {
        let deadline = patience.attempt()?;
        for block in sender.window() {
            packet.clear();
            let data = sender.packet(block).map_err(|error| format!("the file cannot be read: {error}"))?;
            data.encode_into(&mut packet);
            say(line, &packet)?;
        }
        while let Some(received) = next(line, &mut datagram, replaced, deadline)? {
            match sender.take(&received) {
                Step::Wait => {}
                Step::Again => continue 'window,
                Step::Send => {
                    patience.heard();
                    continue 'window;
                }
                Step::Done => return Ok(()),
                Step::Abort(why) => return Err(why),
            }
        }
        patience.waited();
        sender.waited();
    }
}

/// Takes a file. Its last block is not acknowledged yet: [`end`] does that, when it is known what the file is.
pub(super) fn receive(line: &mut Line, mut receiver: Receiver, replaced: &Replaced) -> Result<Receiver, String> {
    let mut patience = Patience::new(receiver.agreed().timeout(), FIRST);
    let mut datagram = vec![0; 4 + receiver.agreed().block() + 1];
    'acknowledge: loop {
        let deadline = patience.attempt()?;
        say(line, &receiver.acknowledgement().encode())?;
        while let Some(received) = next(line, &mut datagram, replaced, deadline)? {
            let taken = receiver.take(&received);
            match taken {
                Taken::Wait => {}
                Taken::More => patience.heard(),
                Taken::Again => continue 'acknowledge,
                Taken::Acknowledge => {
                    patience.heard();
                    continue 'acknowledge;
                }
                Taken::Whole => return Ok(receiver),
                Taken::Refuse(code, why) => {
                    // It may get lost; the client's next block is refused in no words then.
                    let _ = line.send(&Packet::Error { code, text: why.into() }.encode());
                    return Err(format!("refused: {why}"));
                }
                Taken::Abort(why) => return Err(why),
            }
        }
        patience.waited();
        receiver.waited();
    }
}

/// Says the last word of a file that came, and again while the client, having missed it, sends its last block again (RFC
/// 1350 §6).
pub(super) fn end(line: &mut Line, last: &Packet<'_>, replaced: &Replaced) {
    let last = last.encode();
    let until = Instant::now() + 2 * WAIT;
    let mut datagram = [0; LONGEST_ANSWER];
    for _ in 0..ATTEMPTS {
        if line.send(&last).is_err() || matches!(last.as_slice(), [0, 5, ..]) {
            return;
        }
        loop {
            match next(line, &mut datagram, replaced, until) {
                Ok(Some(Packet::Data { .. })) => break,
                Ok(Some(Packet::Error { .. }) | None) | Err(_) => return,
                Ok(Some(_)) => {}
            }
        }
    }
}

/// A send that fails is a packet that got lost, except where nobody is there any more.
fn say(line: &Line, packet: &[u8]) -> Result<(), String> {
    match line.send(packet) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Err("the client's port is closed".into()),
        _ => Ok(()),
    }
}

/// The next packet, or nothing when the time is over.
fn next<'d>(
    line: &mut Line,
    datagram: &'d mut [u8],
    replaced: &Replaced,
    until: Instant,
) -> Result<Option<Packet<'d>>, String> {
    loop {
        if replaced.is() {
            return Err("the client asked for something else".into());
        }
        let length = match line.receive(datagram, until) {
            Err(_) => return Err("the client's port is closed".into()),
            Ok(Heard::Silence) if until <= Instant::now() => return Ok(None),
            Ok(Heard::Silence) => continue,
            Ok(Heard::Datagram(length)) => length,
        };
        // Looked at twice, since a packet that is given back borrows the datagram for good.
        if Packet::decode(datagram.get(..length).unwrap_or_default()).is_ok() {
            return Ok(Packet::decode(datagram.get(..length).unwrap_or_default()).ok());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::agreed::Agreed;
    use super::super::source::Source;
    use super::*;
    use crate::phone::tftp::Options;
    use std::net::SocketAddr;
    use tokio::net::UdpSocket;

    async fn pair() -> (UdpSocket, UdpSocket, SocketAddr) {
        let listening = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
        let client = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
        let peer = client.local_addr().expect("bound");
        (listening, client, peer)
    }

    fn sender(length: usize, options: Options) -> Sender {
        let source = Source::octets(vec![7; length].into());
        let agreed = Agreed::new(options, [127, 0, 0, 1].into(), Some(source.len()));
        Sender::new(source, agreed)
    }

    #[tokio::test]
    async fn who_never_says_anything_is_given_up_soon() {
        let (listening, _client, peer) = pair().await;
        // Six attempts of five seconds would be half a minute.
        let options = Options { timeout: Some(5), ..Options::default() };
        let begun = Instant::now();
        let mut line = Line::own(&listening, peer).expect("a socket");
        let outcome = send_within(&mut line, sender(9, options), &Replaced::default(), Duration::from_millis(50));
        assert_eq!(outcome, Err("nothing came at all".into()));
        assert!(begun.elapsed() < Duration::from_secs(4));
    }

    #[tokio::test]
    async fn who_said_something_has_the_usual_time() {
        let (listening, client, peer) = pair().await;
        let first = Duration::from_millis(500);
        let mut line = Line::own(&listening, peer).expect("a socket");
        let sending = tokio::task::spawn_blocking(move || {
            send_within(&mut line, sender(600, Options::default()), &Replaced::default(), first)
        });
        let mut datagram = [0; 1024];
        let (_, from) = client.recv_from(&mut datagram).await.expect("receives");
        client.send_to(&Packet::Ack(1).encode(), from).await.expect("sends");
        // The second block, and that again after a second: the time for the first word is over by then.
        for _ in 0..2 {
            client.recv_from(&mut datagram).await.expect("receives");
        }
        client.send_to(&Packet::Ack(2).encode(), from).await.expect("sends");
        assert_eq!(sending.await.expect("ends"), Ok(()));
    }
}
