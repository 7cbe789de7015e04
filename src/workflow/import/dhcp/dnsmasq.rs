//! `dnsmasq.conf`: a setting a line. A tag that a vendor class sets makes a class of the options that are said for it.

use super::option::{is_own, literal, number, vendor};
use super::{Class, Networks, Options, Reader, Said, Scope};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

pub fn is_one(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("dhcp-range="))
}

pub fn read(text: &str, reader: &mut Reader<'_>) -> Networks {
    let mut networks = Networks::default();
    let mut vendors: BTreeMap<String, (String, usize)> = BTreeMap::new();
    let mut tags: Vec<Option<String>> = Vec::new();
    let mut said: Vec<(Option<String>, u8, Said)> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let number = at + 1;
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        let parts: Vec<&str> = value.split(',').map(str::trim).collect();
        match key.trim() {
            "" => {}
            "dhcp-range" => range(&parts, number, &mut tags, &mut networks, reader),
            "dhcp-option" | "dhcp-option-force" => said.extend(option(&parts, number, reader)),
            "dhcp-host" => host(&parts, number, &mut networks, reader),
            "dhcp-vendorclass" => match parts.as_slice() {
                [tag, vendor] => {
                    let tag = tag.strip_prefix("set:").unwrap_or(tag);
                    vendors.insert(tag.to_owned(), ((*vendor).to_owned(), number));
                }
                _ => reader.unknown(number, key),
            },
            "domain" => {
                let literal = super::super::value::quoted(parts.first().copied().unwrap_or_default());
                said.push((None, 15, Said { literal, place: reader.place(number) }));
            }
            "conf-dir" | "conf-file" | "servers-file" => reader.unknown(number, key),
            // What is of DNS, TFTP and of the process itself.
            _ if key.starts_with("dhcp-") || key.starts_with("pxe") => reader.unknown(number, key),
            _ => {}
        }
    }
    let mut classes: BTreeMap<String, Options> = BTreeMap::new();
    for (tag, code, one) in said {
        match tag {
            None => {
                for scope in &mut networks.scopes {
                    scope.options.entry(code).or_insert_with(|| one.clone());
                }
            }
            Some(tag) if vendors.contains_key(&tag) => drop(classes.entry(tag).or_default().insert(code, one)),
            Some(tag) => {
                let scopes = networks.scopes.iter_mut().zip(&tags);
                let mut own = scopes
                    .filter(|(_, known)| known.as_deref() == Some(tag.as_str()))
                    .map(|(scope, _)| scope)
                    .peekable();
                if own.peek().is_none() {
                    reader.unknown(one.place.line, &format!("tag:{tag}"));
                }
                own.for_each(|scope| drop(scope.options.insert(code, one.clone())));
            }
        }
    }
    for (tag, options) in classes {
        let Some((text, line)) = vendors.get(&tag) else { continue };
        networks.classes.push(Class { name: tag, when: vendor(text, false), options, place: reader.place(*line) });
    }
    networks
}

fn range(
    parts: &[&str],
    line: usize,
    tags: &mut Vec<Option<String>>,
    networks: &mut Networks,
    reader: &mut Reader<'_>,
) {
    let tag = parts.iter().find_map(|part| part.strip_prefix("set:")).map(str::to_owned);
    let rest: Vec<&&str> = parts.iter().filter(|part| !part.contains(':')).collect();
    let addresses: Vec<Ipv4Addr> = rest.iter().map_while(|part| part.parse().ok()).collect();
    let (Some(first), last) = (addresses.first().copied(), addresses.get(1).copied()) else {
        return reader.unknown(line, "dhcp-range");
    };
    // Without a mask it is that of the address's own interface, mostly this.
    let mask = addresses.get(2).copied().unwrap_or(Ipv4Addr::new(255, 255, 255, 0));
    let length = u8::try_from(u32::from(mask).leading_ones()).unwrap_or(24);
    let network = Ipv4Addr::from(u32::from(first) & u32::from(mask));
    let mut scope = Scope::new(network, length, reader.place(line));
    scope.name = tag.clone().unwrap_or_default();
    scope.pools.extend(last.map(|last| (first, last)));
    scope.lease = rest.last().and_then(|lease| seconds(lease));
    networks.scopes.push(scope);
    tags.push(tag);
}

/// `12h`, `45m`, `3600`.
fn seconds(text: &str) -> Option<u64> {
    let unit = text.chars().last()?;
    let (digits, factor) = match unit {
        'w' => (text.strip_suffix('w')?, 604_800),
        'd' => (text.strip_suffix('d')?, 86_400),
        'h' => (text.strip_suffix('h')?, 3600),
        'm' => (text.strip_suffix('m')?, 60),
        's' => (text.strip_suffix('s')?, 1),
        _ => (text, 1),
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

fn option(parts: &[&str], line: usize, reader: &mut Reader<'_>) -> Option<(Option<String>, u8, Said)> {
    let tag = parts
        .iter()
        .find_map(|part| part.strip_prefix("tag:").or_else(|| part.strip_prefix("net:")))
        .map(str::to_owned);
    let mut rest = parts.iter().filter(|part| !part.starts_with("tag:") && !part.starts_with("net:"));
    let name = rest.next().copied().unwrap_or_default();
    let code = number(name.trim_start_matches("option:"));
    let values: Vec<String> = rest.map(|part| part.trim_matches('"').to_owned()).collect();
    match code {
        Some(code) if is_own(code) => None,
        Some(code) => Some((tag, code, Said { literal: literal(code, &values)?, place: reader.place(line) })),
        None => {
            reader.unknown(line, &format!("dhcp-option={name}"));
            None
        }
    }
}

fn host(parts: &[&str], line: usize, networks: &mut Networks, reader: &mut Reader<'_>) {
    let mac = parts.iter().find_map(|part| part.parse().ok());
    let address = parts.iter().find_map(|part| part.parse().ok());
    match (mac, address) {
        (Some(mac), Some(address)) => networks.reservations.push((mac, address, reader.place(line))),
        _ => reader.unknown(line, "dhcp-host"),
    }
}
