//! `kea-dhcp4.conf`: JSON with remarks.

use super::option::{is_own, literal, number, vendor};
use super::{Class, Networks, Options, Reader, Said, Scope};
use serde_json::{Map, Value};
use std::net::Ipv4Addr;

pub fn read(text: &str, reader: &mut Reader<'_>) -> Networks {
    let mut networks = Networks::default();
    let plain = without_remarks(text);
    let document: Value = match serde_json::from_str(&plain) {
        Ok(document) => document,
        Err(error) => {
            reader.broken(error.line(), "the file is no JSON from here on");
            return networks;
        }
    };
    let Some(dhcp) = document.get("Dhcp4").and_then(Value::as_object) else { return networks };
    let mut lines = Lines { text: &plain };
    let outer = (options(dhcp, &mut lines, reader), seconds(dhcp));
    for class in list(dhcp, "client-classes") {
        class_of(class, &mut lines, &mut networks, reader);
    }
    for one in list(dhcp, "reservations") {
        reservation(one, &mut lines, &mut networks, reader);
    }
    for shared in list(dhcp, "shared-networks") {
        let (mut said, lease) = outer.clone();
        said.extend(options(shared, &mut lines, reader));
        let outer = (said, seconds(shared).or(lease));
        let name = shared.get("name").and_then(Value::as_str).unwrap_or_default();
        for subnet in list(shared, "subnet4") {
            scope(subnet, name, &outer, &mut lines, &mut networks, reader);
        }
    }
    for subnet in list(dhcp, "subnet4") {
        scope(subnet, "", &outer, &mut lines, &mut networks, reader);
    }
    networks
}

fn list<'v>(of: &'v Map<String, Value>, key: &str) -> impl Iterator<Item = &'v Map<String, Value>> {
    of.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

fn text<'v>(of: &'v Map<String, Value>, key: &str) -> Option<&'v str> {
    of.get(key).and_then(Value::as_str)
}

fn seconds(of: &Map<String, Value>) -> Option<u64> {
    of.get("valid-lifetime").and_then(Value::as_u64)
}

fn scope(
    subnet: &Map<String, Value>,
    name: &str,
    (outer, lease): &(Options, Option<u64>),
    lines: &mut Lines<'_>,
    networks: &mut Networks,
    reader: &mut Reader<'_>,
) {
    let prefix = text(subnet, "subnet").unwrap_or_default();
    let line = lines.of(prefix);
    let Some((Ok(address), Ok(length))) =
        prefix.split_once('/').map(|(address, length)| (address.parse::<Ipv4Addr>(), length.parse::<u8>()))
    else {
        return reader.unknown(line, &format!("subnet {prefix}"));
    };
    let mut made = Scope::new(address, length.min(32), reader.place(line));
    name.clone_into(&mut made.name);
    made.lease = seconds(subnet).or(*lease);
    made.options.clone_from(outer);
    made.options.extend(options(subnet, lines, reader));
    for pool in list(subnet, "pools") {
        let range = text(pool, "pool").unwrap_or_default();
        match ends(range) {
            Some(ends) => made.pools.push(ends),
            None => reader.unknown(lines.of(range), &format!("pool {range}")),
        }
    }
    let relays = subnet.get("relay").and_then(|relay| relay.get("ip-addresses")).and_then(Value::as_array);
    made.relays.extend(relays.into_iter().flatten().filter_map(|relay| relay.as_str()?.parse::<Ipv4Addr>().ok()));
    for one in list(subnet, "reservations") {
        reservation(one, lines, networks, reader);
    }
    networks.scopes.push(made);
}

/// `10.8.0.128 - 10.8.0.191`, or `10.8.0.128/26` for the same.
fn ends(range: &str) -> Option<(Ipv4Addr, Ipv4Addr)> {
    if let Some((first, last)) = range.split_once('-') {
        return Some((first.trim().parse().ok()?, last.trim().parse().ok()?));
    }
    let (address, length) = range.split_once('/')?;
    let address: Ipv4Addr = address.trim().parse().ok()?;
    let length: u32 = length.trim().parse().ok().filter(|length| *length <= 32)?;
    let hosts = u32::MAX.checked_shr(length).unwrap_or(0);
    let first = u32::from(address) & !hosts;
    Some((first.into(), (first | hosts).into()))
}

fn reservation(one: &Map<String, Value>, lines: &mut Lines<'_>, networks: &mut Networks, reader: &mut Reader<'_>) {
    let mac = text(one, "hw-address").unwrap_or_default();
    let line = lines.of(mac);
    match (mac.parse(), text(one, "ip-address").map(str::parse)) {
        (Ok(mac), Some(Ok(address))) => networks.reservations.push((mac, address, reader.place(line))),
        // Without an address it is a phone's own options, or its name.
        (Ok(_), None) => {}
        _ => reader.unknown(line, "reservations"),
    }
}

fn options(of: &Map<String, Value>, lines: &mut Lines<'_>, reader: &mut Reader<'_>) -> Options {
    let mut said = Options::new();
    for option in list(of, "option-data") {
        let name = text(option, "name").unwrap_or_default();
        let code = option.get("code").and_then(Value::as_u64).and_then(|code| u8::try_from(code).ok());
        let data = text(option, "data").unwrap_or_default();
        let line = lines.of(if name.is_empty() { data } else { name });
        let octets = option.get("csv-format").and_then(Value::as_bool) == Some(false);
        match code.or_else(|| number(name)) {
            Some(code) if is_own(code) => {}
            Some(code) => {
                let parts: Vec<String> = data.split(',').map(|part| part.trim().to_owned()).collect();
                let literal = if octets { Some(hex(data)) } else { literal(code, &parts) };
                said.extend(literal.map(|literal| (code, Said { literal, place: reader.place(line) })));
            }
            None => reader.unknown(line, &format!("option {name}")),
        }
    }
    said
}

/// `68747470`, `68:74`, or `'text'`.
fn hex(data: &str) -> String {
    match data.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(text) => super::super::value::quoted(text),
        None => {
            let digits: String = data.trim_start_matches("0x").chars().filter(char::is_ascii_hexdigit).collect();
            let pairs: Vec<String> =
                digits.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into_owned()).collect();
            format!("hex(\"{}\")", pairs.join(" "))
        }
    }
}

/// A class by the vendor of its clients.
fn class_of(class: &Map<String, Value>, lines: &mut Lines<'_>, networks: &mut Networks, reader: &mut Reader<'_>) {
    let name = text(class, "name").unwrap_or_default();
    let line = lines.of(name);
    let options = options(class, lines, reader);
    let test = text(class, "test").unwrap_or_default();
    match when(test) {
        Some(when) if !options.is_empty() => {
            networks.classes.push(Class { name: name.to_owned(), when, options, place: reader.place(line) });
        }
        _ => reader.unknown(line, &format!("class {name}")),
    }
}

/// `option[60].text == 'Cisco'`, `substring(option[60].hex,0,5) == 'Cisco'`
fn when(test: &str) -> Option<String> {
    let (left, right) = test.split_once("==")?;
    let text = right.trim().strip_prefix('\'')?.strip_suffix('\'').filter(|text| !text.contains('\''))?;
    let left: String = left.chars().filter(|sign| !sign.is_whitespace()).collect();
    let names = ["option[60]", "option[vendor-class-identifier]"];
    let whole = names.iter().any(|name| ["text", "hex"].iter().any(|form| left == format!("{name}.{form}")));
    let part = names.iter().any(|name| left.starts_with(&format!("substring({name}.")));
    if whole || part { Some(vendor(text, whole)) } else { None }
}

/// Remarks become blanks, so that lines stay where they are.
fn without_remarks(text: &str) -> String {
    let (mut plain, mut quoted) = (String::with_capacity(text.len()), false);
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        let length = match rest.as_bytes() {
            [b'\\', ..] if quoted => 1 + rest.get(1..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8),
            [b'"', ..] => {
                quoted = !quoted;
                1
            }
            [b'#', ..] | [b'/', b'/', ..] if !quoted => {
                let length = rest.find('\n').unwrap_or(rest.len());
                rest = rest.get(length..).unwrap_or_default();
                continue;
            }
            [b'/', b'*', ..] if !quoted => {
                let length = rest.find("*/").map_or(rest.len(), |end| end + 2);
                plain.extend(rest.get(..length).unwrap_or_default().chars().filter(|sign| *sign == '\n'));
                rest = rest.get(length..).unwrap_or_default();
                continue;
            }
            _ => sign.len_utf8(),
        };
        plain.push_str(rest.get(..length).unwrap_or_default());
        rest = rest.get(length..).unwrap_or_default();
    }
    plain
}

/// Where texts stand: the first place, since JSON's values do not tell theirs.
struct Lines<'t> {
    text: &'t str,
}

impl Lines<'_> {
    fn of(&mut self, text: &str) -> usize {
        let quoted = serde_json::to_string(text).unwrap_or_default();
        let at = self.text.find(&quoted).unwrap_or(0);
        self.text.get(..at).unwrap_or_default().bytes().filter(|octet| *octet == b'\n').count() + 1
    }
}
