//! Hosts (DT §11): a name or an address, perhaps with a port.

use super::address::ipv4;
use super::fault::{Fault, at_most, plain};
use super::number;
use crate::phone::macros::parse_reference;

/// A host as written, and its port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostPort {
    /// An IPv6 address is without its brackets.
    pub host: String,
    pub port: Option<u16>,
}

pub fn parse(text: &str) -> Result<HostPort, Fault> {
    plain(text)?;
    let bare = |host: &str| Ok(HostPort { host: host.to_owned(), port: None });
    // `$PROXY` is the default of NAT_Keep_Alive_Dest: the phone puts another parameter's value there.
    if parse_reference(text).is_some_and(|reference| reference.length == text.len()) {
        return bare(text);
    }
    // IPv6 is not documented here; addresses are taken as other programs write them.
    if text.parse::<std::net::Ipv6Addr>().is_ok() {
        return bare(text);
    }
    if let Some(end) = text.find("://") {
        let message = format!("`{}` belongs to a URL; a host stands alone", text.get(..end + 3).unwrap_or_default());
        return Err(Fault::new(0, message));
    }
    let (host, port) = match text.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((host, after)) => {
            if host.parse::<std::net::Ipv6Addr>().is_err() {
                return Err(Fault::new(1, "this is no IPv6 address"));
            }
            let start = host.len() + 2;
            match after.strip_prefix(':') {
                Some(port) => (host, Some((start + 1, port))),
                None if after.is_empty() => (host, None),
                None => return Err(Fault::new(start, "after an address comes `:` and a port")),
            }
        }
        None => {
            let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
            name(host)?;
            (host, port.map(|port| (host.len() + 1, port)))
        }
    };
    let port = match port {
        Some((at, port)) => Some(number::port(port).map_err(|fault| fault.behind(at))?),
        None => None,
    };
    at_most(text, 63)?;
    Ok(HostPort { host: host.to_owned(), port })
}

/// A DNS name or an IPv4 address. `_` is taken, since names of services begin with it.
pub(super) fn name(text: &str) -> Result<(), Fault> {
    if let Some(at) = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))) {
        let message = match text.get(at..).and_then(|rest| rest.chars().next()) {
            Some('/') => "a host has no path".to_owned(),
            Some('@') => "a host has no user part".to_owned(),
            Some(' ') => "a blank".to_owned(),
            Some(sign) => format!("`{sign}` does not stand in a host name"),
            None => String::new(),
        };
        return Err(Fault::new(at, message));
    }
    // Only an address ends in a number.
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && !text.is_empty() {
        return ipv4(text).map(|_| ());
    }
    let mut at = 0;
    for label in text.split('.') {
        match label {
            "" => return Err(Fault::new(at, "expected a part of the name")),
            label if label.starts_with('-') => return Err(Fault::new(at, "a part of a name does not begin with `-`")),
            label if label.ends_with('-') => {
                return Err(Fault::new(at + label.len() - 1, "a part of a name does not end with `-`"));
            }
            label if label.len() > 63 => return Err(Fault::new(at + 63, "a part of a name has 63 characters at most")),
            _ => at += label.len() + 1,
        }
    }
    Ok(())
}
