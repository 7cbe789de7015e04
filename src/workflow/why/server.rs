//! By what a value names a server: its host's name, an address, or the scheme of one of its services.

use crate::plan::{Piece, Server, Template};

/// What of a server is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerPart {
    Whole,
    /// What has its host's name.
    Name,
    /// What has one of its addresses.
    Address,
    Service(String),
}

impl ServerPart {
    /// By the word of a server's setting.
    pub fn of(word: &str) -> ServerPart {
        match word {
            "name" => ServerPart::Name,
            "address" => ServerPart::Address,
            service => ServerPart::Service(service.to_owned()),
        }
    }
}

/// Whether a derived value names a server, or one of its services.
pub fn names_server(value: &Template, server: &Server, element: &str, part: &ServerPart) -> bool {
    let mut texts = value.pieces().iter().flat_map(|piece| match piece {
        Piece::Text(text) => vec![text.as_str()],
        Piece::ByModel(texts) => texts.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    });
    match part {
        ServerPart::Whole | ServerPart::Name | ServerPart::Address => {
            texts.any(|text| speaks_of_part(text, server, part))
        }
        ServerPart::Service(service) => match service.as_str() {
            "syslog" => element == "Syslog_Server" && texts.any(|text| speaks_of(text, server)),
            scheme @ ("tftp" | "http" | "https") => texts
                .any(|text| hosts(server, part).iter().any(|host| speaks_of_host(text, &format!("{scheme}://{host}")))),
            _ => false,
        },
    }
}

/// Whether a text names a server.
pub fn speaks_of(text: &str, server: &Server) -> bool {
    speaks_of_part(text, server, &ServerPart::Whole)
}

/// Whether a text names a server by its host's name, or by an address.
pub fn speaks_of_part(text: &str, server: &Server, part: &ServerPart) -> bool {
    hosts(server, part).iter().any(|host| speaks_of_host(text, host))
}

/// By what a server is named.
fn hosts(server: &Server, part: &ServerPart) -> Vec<String> {
    let name = server.host.iter().filter(|_| *part != ServerPart::Address).cloned();
    let addresses = server.addresses.iter().filter(|_| *part != ServerPart::Name).map(ToString::to_string);
    name.chain(addresses).collect()
}

/// Whether a text has a host's name, not as a part of another.
fn speaks_of_host(text: &str, host: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    text.match_indices(host).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + host.len()..).and_then(|text| text.chars().next());
        !host.is_empty() && !before.is_some_and(part) && !after.is_some_and(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_no_part_of_another() {
        for (text, host, speaks) in [
            ("http://a.example/x", "a.example", true),
            ("http://b.a.example/x", "a.example", false),
            ("http://a.example.com/x", "a.example", false),
            ("10.0.0.10", "10.0.0.1", false),
            ("tftp://10.0.0.1:6069", "10.0.0.1", true),
            ("https://a.example", "http://a.example", false),
            ("", "a", false),
            ("a", "", false),
        ] {
            assert_eq!(speaks_of_host(text, host), speaks, "{text} {host}");
        }
    }
}
