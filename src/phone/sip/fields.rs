//! Values of header fields that have parts.

use super::name::is_token;
use std::fmt;

/// `SIP/2.0/UDP 10.0.0.5:5060;branch=z9hG4bK77;rport` (RFC 3261 §20.42).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Via {
    /// In capitals.
    pub transport: String,
    pub host: String,
    pub port: Option<u16>,
    /// Name in small letters, and the value where there is one.
    pub parameters: Vec<(String, Option<String>)>,
}

/// What precedes a sign that stands in no quotes and no angle brackets, and what follows it.
pub(super) fn split_outside(text: &str, at: char) -> (&str, Option<&str>) {
    let (mut quoted, mut escaped, mut inside) = (false, false, false);
    for (place, sign) in text.char_indices() {
        match sign {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '<' if !quoted => inside = true,
            '>' if !quoted => inside = false,
            _ if sign == at && !quoted && !inside => {
                return (text.get(..place).unwrap_or_default(), text.get(place + sign.len_utf8()..));
            }
            _ => {}
        }
    }
    (text, None)
}

/// A parameter of a value, such as the tag of a From; those inside of angle brackets are the address's.
pub(super) fn parameter<'v>(value: &'v str, name: &str) -> Option<&'v str> {
    let mut rest = split_outside(value, ';').1;
    while let Some(text) = rest {
        let (one, after) = split_outside(text, ';');
        let (key, value) = one.split_once('=').unwrap_or((one, ""));
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(value.trim());
        }
        rest = after;
    }
    None
}

/// What stands before the parameters.
pub(super) fn bare(value: &str) -> &str {
    split_outside(value, ';').0.trim()
}

/// The user of a SIP URI; none: it names a host only.
pub(super) fn user_of(uri: &str) -> Option<&str> {
    let rest = uri.split_once(':')?.1;
    let user = rest.split_once('@')?.0;
    Some(user.split_once(':').map_or(user, |(user, _)| user))
}

impl Via {
    /// The first of a list.
    pub fn parse(text: &str) -> Option<Via> {
        let (first, _) = split_outside(text, ',');
        let (sent, mut rest) = split_outside(first, ';');
        let (protocol, by) = sent.trim().split_once([' ', '\t'])?;
        let mut words = protocol.split('/').map(str::trim);
        let (Some("SIP"), Some("2.0"), Some(transport), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return None;
        };
        let by = by.trim();
        let (host, port) = match by.strip_prefix('[') {
            Some(inner) => {
                let (host, after) = inner.split_once(']')?;
                (format!("[{host}]"), after.strip_prefix(':'))
            }
            None => match by.split_once(':') {
                Some((host, port)) => (host.trim().to_owned(), Some(port)),
                None => (by.to_owned(), None),
            },
        };
        if !is_token(transport) || host.is_empty() || host.contains([' ', '\t']) {
            return None;
        }
        let port = port.map(|port| port.trim().parse::<u16>()).transpose().ok()?;
        let mut parameters = Vec::new();
        while let Some(text) = rest {
            let (one, after) = split_outside(text, ';');
            let (key, value) = match one.split_once('=') {
                Some((key, value)) => (key, Some(value.trim().to_owned())),
                None => (one, None),
            };
            parameters.push((key.trim().to_ascii_lowercase(), value));
            rest = after;
        }
        Some(Via { transport: transport.to_ascii_uppercase(), host, port, parameters })
    }

    pub fn branch(&self) -> Option<&str> {
        self.parameter("branch")
    }

    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.as_deref())
    }

    /// Whether the sender wants its answers where its request came from (RFC 3581 §3).
    pub fn wants_rport(&self) -> bool {
        self.parameters.iter().any(|(key, _)| key == "rport")
    }

    pub(super) fn set(&mut self, name: &str, value: String) {
        match self.parameters.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => *old = Some(value),
            None => self.parameters.push((name.to_owned(), Some(value))),
        }
    }
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SIP/2.0/{} {}", self.transport, self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        self.parameters.iter().try_for_each(|(key, value)| match value {
            Some(value) => write!(f, ";{key}={value}"),
            None => write!(f, ";{key}"),
        })
    }
}

/// `2 NOTIFY` (RFC 3261 §20.16).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CSeq {
    pub number: u32,
    pub method: String,
}

impl CSeq {
    pub fn parse(text: &str) -> Option<CSeq> {
        let (number, method) = text.split_once([' ', '\t'])?;
        let method = method.trim();
        let number = number.parse::<u32>().ok().filter(|number| *number < 1 << 31)?;
        is_token(method).then(|| CSeq { number, method: method.to_owned() })
    }
}
