//! The syslog receiver: phones say over UDP how a resync or an upgrade went (PB §1, §15). How a datagram is taken apart is
//! in `frame`, what a line says in `report`.

mod frame;
mod report;

pub use frame::{Message, messages};
pub use report::{Subject, SyslogEvent, Verdict, recognise};

use super::context::Context;
use super::events::Event;
use super::metrics::Flooded;
use std::net::IpAddr;
use tokio::net::UdpSocket;
use tokio::sync::watch;

/// Longer datagrams are read up to here; a message of RFC 5424 may have 2048 octets and more (§6.1).
const LONGEST: usize = 16_384;

/// Receives until told to stop.
pub async fn serve(socket: UdpSocket, context: Context, mut stop: watch::Receiver<bool>) {
    let mut datagram = vec![0; LONGEST];
    loop {
        let received = tokio::select! {
            received = socket.recv_from(&mut datagram) => received,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        // An error here is an echo of something sent earlier; the socket stays good.
        let Ok((length, peer)) = received else { continue };
        if !context.limits.syslog.admits(peer.ip(), context.clock.passed()) {
            context.events.metrics.limited(Flooded::Syslog);
            continue;
        }
        let text = String::from_utf8_lossy(datagram.get(..length).unwrap_or_default());
        for message in messages(&text) {
            take(&context, peer.ip(), message);
        }
    }
}

/// The phone is the one that the line names, else the one that the header does, else whose address it came from.
fn take(context: &Context, peer: IpAddr, message: Message<'_>) {
    let Message { named, text } = message;
    let report = recognise(&text);
    let served = context.served();
    let said = report.as_ref().and_then(|report| report.mac).or(named);
    let mac = said.or_else(|| context.seen.holder(peer));
    let phone = mac.and_then(|mac| served.phone(mac));
    context.events.publish(Event::Syslog { peer, mac, phone, report, text: text.into_owned() });
}
