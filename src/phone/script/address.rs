//! Addresses (DT §9). IPv6 is not part of that type; elements named for it take it.

use super::fault::{Fault, plain};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub fn parse(text: &str) -> Result<IpAddr, Fault> {
    plain(text)?;
    if text.contains(':') && !text.contains('.') || text.contains("::") {
        let address: Result<Ipv6Addr, _> = text.parse();
        return address.map(IpAddr::V6).map_err(|_| Fault::new(0, "this is no IPv6 address"));
    }
    ipv4(text).map(IpAddr::V4)
}

/// Four numbers from 0 to 255 without leading zeros.
pub(super) fn ipv4(text: &str) -> Result<Ipv4Addr, Fault> {
    let mut octets = [0u8; 4];
    let mut at = 0;
    let mut parts = text.split('.');
    for (n, octet) in octets.iter_mut().enumerate() {
        let Some(part) = parts.next() else {
            return Err(Fault::new(text.len(), format!("an address has four numbers; this has {n}")));
        };
        if let Some(sign) = part.find(|c: char| !c.is_ascii_digit()) {
            let port = part.get(sign..).is_some_and(|rest| rest.starts_with(':'));
            let message = if port { "an address alone, without a port" } else { "an address is four numbers and dots" };
            return Err(Fault::new(at + sign, message));
        }
        *octet = match part.parse() {
            Ok(_) if part.len() > 1 && part.starts_with('0') => {
                return Err(Fault::new(at, "a leading zero: some programs read it as octal"));
            }
            Ok(octet) => octet,
            Err(_) if part.is_empty() => return Err(Fault::new(at, "expected a number from 0 to 255")),
            Err(_) => return Err(Fault::range(at, format!("{part} is more than 255"))),
        };
        at += part.len() + 1;
    }
    match parts.next() {
        None => Ok(octets.into()),
        Some(_) => Err(Fault::new(at.saturating_sub(1), "an address has four numbers")),
    }
}
