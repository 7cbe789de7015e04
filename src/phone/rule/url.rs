//! `[scheme://] [server [:port]] filepath` (RS §7).

use crate::phone::Scheme;
use std::fmt;
use std::net::Ipv4Addr;

/// What a rule fetches from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    Url(Url),
    /// `gds://`: the phone waits for an activation code (PB §23).
    ActivationCode,
}

/// A URL as written. What it leaves out has defaults; a missing server is the provisioning server's (C-16).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Url {
    pub scheme: Option<Scheme>,
    pub host: Option<Host>,
    pub port: Option<u16>,
    /// Begins with `/`; may carry a query.
    pub path: String,
}

/// A DNS name or an IPv4 address, checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Host(String);

impl Host {
    pub fn new(text: &str) -> Result<Host, &'static str> {
        let label = |label: &str| {
            !label.is_empty()
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
                && !label.starts_with('-')
        };
        if text.is_empty() {
            Err("the server is missing")
        } else if text.starts_with('[') || text.contains(':') {
            Err("IPv6 addresses have no documented form in rules")
        } else if text.len() > 253 || !text.split('.').all(label) {
            Err("this is neither a DNS name nor an IPv4 address")
        } else if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && text.parse::<Ipv4Addr>().is_err() {
            Err("an IPv4 address has four numbers from 0 to 255, without leading zeros")
        } else {
            Ok(Host(text.to_owned()))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn address(&self) -> Option<Ipv4Addr> {
        self.0.parse().ok()
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Url {
    /// The scheme in force: TFTP unless another is written.
    pub fn scheme(&self) -> Scheme {
        self.scheme.unwrap_or(Scheme::Tftp)
    }

    pub fn port(&self) -> u16 {
        self.port.unwrap_or(self.scheme().default_port())
    }

    /// A whole URL or the tail of one. The error names the octet.
    pub fn parse(text: &str) -> Result<Url, (usize, &'static str)> {
        let fault = |at: usize, message| Err((at, message));
        if let Some(at) = text.bytes().position(|byte| !byte.is_ascii_graphic()) {
            return fault(at, "a URL is printable ASCII without blanks");
        }
        let (scheme, start) = match text.find("://") {
            // `://` behind a slash is in the path or the query.
            Some(end) if !text.get(..end).unwrap_or_default().contains('/') => {
                match Scheme::from_name(text.get(..end).unwrap_or_default()) {
                    Some(scheme) => (Some(scheme), end + 3),
                    None if text.starts_with("gds://") => return fault(0, "nothing stands behind `gds://`"),
                    None => {
                        let small = text.get(..end).unwrap_or_default().to_ascii_lowercase();
                        return fault(
                            0,
                            match Scheme::from_name(&small) {
                                Some(_) => "the scheme is written in small letters",
                                None => "the scheme is tftp, http or https",
                            },
                        );
                    }
                }
            }
            _ => (None, 0),
        };
        let rest = text.get(start..).unwrap_or_default();
        let Some(slash) = rest.find('/') else {
            return fault(text.len(), "the path is missing; it begins with `/`");
        };
        let (authority, path) = rest.split_at(slash);
        let mut url = Url { scheme, host: None, port: None, path: path.to_owned() };
        if authority.is_empty() {
            return if scheme.is_none() { Ok(url) } else { fault(start, "the server is missing") };
        }
        if authority.contains('@') {
            // Not printed: what stands before the sign may be a password.
            return fault(start, "a URL holds no user and no password: write `[--uid USER --pwd PASSWORD]` before it");
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') && !host.starts_with('[') => (host, Some(port)),
            _ => (authority, None),
        };
        url.host = Some(Host::new(host).map_err(|message| (start, message))?);
        if let Some(port) = port {
            let number = if port.bytes().all(|byte| byte.is_ascii_digit()) { port.parse().ok() } else { None };
            match number.filter(|port: &u16| *port != 0) {
                Some(port) => url.port = Some(port),
                None => return fault(start + host.len() + 1, "a port is a number from 1 to 65535"),
            }
        }
        Ok(url)
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(scheme) = self.scheme {
            write!(f, "{scheme}://")?;
        }
        if let Some(host) = &self.host {
            write!(f, "{host}")?;
        }
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        f.write_str(&self.path)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Url(url) => url.fmt(f),
            Target::ActivationCode => f.write_str("gds://"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_valid_urls_of_the_reference() {
        for (text, scheme, host, port, path) in [
            ("/$MA.cfg", Scheme::Tftp, None, 69, "/$MA.cfg"),
            ("/cisco/cfg.xml", Scheme::Tftp, None, 69, "/cisco/cfg.xml"),
            ("192.168.1.130/profiles/init.cfg", Scheme::Tftp, Some("192.168.1.130"), 69, "/profiles/init.cfg"),
            ("http://neptune.speak.net:8080/prov/$D", Scheme::Http, Some("neptune.speak.net"), 8080, "/prov/$D"),
            ("https://secure.me.com/profile?Linksys", Scheme::Https, Some("secure.me.com"), 443, "/profile?Linksys"),
            ("tftp://prov.telco.com:6900/c.cfg", Scheme::Tftp, Some("prov.telco.com"), 6900, "/c.cfg"),
            ("http://h/x?u=http://y", Scheme::Http, Some("h"), 80, "/x?u=http://y"),
        ] {
            let url = Url::parse(text).expect(text);
            assert_eq!(
                (url.scheme(), url.host.as_ref().map(Host::as_str), url.port(), url.path.as_str()),
                (scheme, host, port, path)
            );
            assert_eq!(url.to_string(), text);
        }
    }

    #[test]
    fn the_invalid_ones_say_where() {
        for (text, at) in [
            ("basic.txt", 9),
            ("http://host", 11),
            ("ftp://h/x", 0),
            ("http:///x", 7),
            ("tftp://192.168.1.300/x", 7),
            ("http://h:70000/x", 9),
            ("http://h:0/x", 9),
            ("tftp://prov.telco.com: 6900/x", 22),
            ("http://[::1]/x", 7),
            ("http://h:/x", 9),
            ("HTTP://h/x", 0),
            ("http://user:pw@h/x", 7),
        ] {
            assert_eq!(Url::parse(text).map_err(|(at, _)| at), Err(at), "{text}");
        }
    }
}
