//! Log messages, sent and forgotten.

use crate::phone::model::datagram;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::SystemTime;
use tokio::net::UdpSocket;

/// Host and port of a Syslog_Server.
pub(super) fn target(server: &str, default_port: u16) -> (String, u16) {
    match server.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') => (host.to_owned(), port.parse().unwrap_or(default_port)),
        _ => (server.to_owned(), default_port),
    }
}

pub(super) async fn send(to: SocketAddr, source: Ipv4Addr, text: &str) -> std::io::Result<()> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let socket = UdpSocket::bind((source, 0)).await?;
    socket.send_to(&datagram(now, text), to).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_may_name_its_port() {
        assert_eq!(target("10.0.0.1", 514), ("10.0.0.1".into(), 514));
        assert_eq!(target("log.example:5514", 514), ("log.example".into(), 5514));
        assert_eq!(target("log.example:x", 514), ("log.example".into(), 514));
    }
}
