//! What each DHCPv4 option holds, by number (RFC 2132 and IANA's registry of BOOTP parameters), and a value of the
//! language as its octets.

use crate::language::{OptionContent, Value};
use crate::plan::{DhcpValue, dns_name};
use std::net::{IpAddr, Ipv4Addr};

/// How an option is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OptionType {
    Text,
    /// One address.
    Address,
    /// One address or more.
    Addresses,
    /// Pairs of addresses: a network or host, and a mask or router.
    AddressPairs,
    /// One octet, 0 or 1.
    Flag,
    /// Unsigned integers of so many octets, within bounds.
    Integer {
        octets: u8,
        least: u32,
        most: u32,
    },
    /// Integers of two octets.
    Shorts,
    /// Seconds, four octets, perhaps before GMT.
    Offset,
    /// Domain names (RFC 3397).
    Names,
    /// Prefixes, each with its router (RFC 3442).
    Routes,
    /// Octets by rights; text goes too (WF §5.3: a phone tells the two apart).
    TextOrOctets,
    /// Octets that something else gives a meaning.
    Octets,
    /// Nobody gave the number a meaning; it holds what the program says.
    Free,
}

impl OptionType {
    pub fn of(number: u8) -> OptionType {
        use OptionType::*;
        let integer = |octets, least, most| Integer { octets, least, most };
        match number {
            2 => Offset,
            3..=11 | 41 | 42 | 44 | 45 | 48 | 49 | 65 | 68..=76 | 85 | 112 | 138 | 148 | 150 => Addresses,
            12 | 14 | 15 | 17 | 18 | 40 | 47 | 60 | 62 | 64 | 66 | 67 | 86 | 87 | 98 | 100 | 101 | 113 | 114 => Text,
            159 | 160 | 209 | 210 => Text,
            13 => integer(2, 0, 65_535),
            16 | 28 | 32 => Address,
            19 | 20 | 27 | 29 | 30 | 31 | 34 | 36 | 39 | 116 => Flag,
            21 | 33 => AddressPairs,
            22 => integer(2, 576, 65_535),
            23 | 37 => integer(1, 1, 255),
            24 | 35 | 38 | 91 | 92 | 108 | 152..=155 | 211 => integer(4, 0, u32::MAX),
            25 | 117 => Shorts,
            26 => integer(2, 68, 65_535),
            43 => TextOrOctets,
            46 => integer(1, 1, 8),
            119 => Names,
            121 => Routes,
            63
            | 77..=80
            | 83
            | 88
            | 90
            | 94
            | 97
            | 99
            | 120
            | 122..=125
            | 136
            | 137
            | 139
            | 140..=147
            | 156
            | 157
            | 161
            | 212
            | 213
            | 220
            | 221 => Octets,
            _ => Free,
        }
    }

    /// What it holds, for messages.
    pub fn describe(self) -> String {
        match self {
            OptionType::Text => "a text of ASCII".into(),
            OptionType::Address => "one IPv4 address".into(),
            OptionType::Addresses => "IPv4 addresses".into(),
            OptionType::AddressPairs => "IPv4 addresses in pairs".into(),
            OptionType::Flag => "`yes` or `no`".into(),
            OptionType::Integer { least, most, .. } => format!("an integer, {least} to {most}"),
            OptionType::Shorts => "integers, 0 to 65535".into(),
            OptionType::Offset => "a number of seconds".into(),
            OptionType::Names => "domain names".into(),
            OptionType::Routes => "prefixes, each followed by its router".into(),
            OptionType::TextOrOctets => "a text of ASCII, or octets".into(),
            OptionType::Octets => "octets: `hex(\"…\")`".into(),
            OptionType::Free => "ASCII text, IPv4 addresses, a number up to 255, or octets".into(),
        }
    }

    /// The values on the wire; nothing when they do not fit.
    pub fn wire(self, values: &[&OptionContent]) -> Option<DhcpValue> {
        // Octets say what they are; whoever writes them knows the option.
        if let [OptionContent::Octets(octets)] = values {
            return Some(DhcpValue::Octets(octets.clone()));
        }
        let values = values.iter().map(|value| match value {
            OptionContent::Value(value) => Some(value),
            OptionContent::Octets(_) => None,
        });
        let values: Vec<&Value> = values.collect::<Option<_>>()?;
        match (self, values.as_slice()) {
            (OptionType::Text | OptionType::TextOrOctets, [value]) => text(value),
            (OptionType::Address, [value]) => Some(DhcpValue::Addresses(vec![address(value)?])),
            (OptionType::Addresses, values) => addresses(values),
            (OptionType::AddressPairs, values) if values.len().is_multiple_of(2) => addresses(values),
            (OptionType::Flag, [Value::Bool(yes)]) => Some(DhcpValue::Octets(vec![u8::from(*yes)])),
            (OptionType::Integer { octets, least, most }, [value]) => {
                let number = seconds(value).and_then(|number| u32::try_from(number).ok())?;
                (least..=most).contains(&number).then(|| integer(number, octets))
            }
            (OptionType::Shorts, values) => {
                let shorts: Option<Vec<u16>> = values.iter().map(|value| u16::try_from(seconds(value)?).ok()).collect();
                Some(DhcpValue::Octets(shorts?.into_iter().flat_map(u16::to_be_bytes).collect()))
            }
            (OptionType::Offset, [value]) => {
                let offset = i32::try_from(seconds(value)?).ok()?;
                Some(DhcpValue::Octets(offset.to_be_bytes().to_vec()))
            }
            (OptionType::Names, values) => {
                let names: Option<Vec<Vec<u8>>> = values.iter().map(|value| name(value)).collect();
                Some(DhcpValue::Octets(names?.concat()))
            }
            (OptionType::Routes, values) => routes(values),
            (OptionType::Free, [Value::Text(_)]) => text(values.first()?),
            (OptionType::Free, [Value::Int(number)]) => Some(DhcpValue::Octets(vec![u8::try_from(*number).ok()?])),
            (OptionType::Free, values) => addresses(values),
            _ => None,
        }
    }
}

fn text(value: &Value) -> Option<DhcpValue> {
    match value {
        Value::Text(text) if !text.is_empty() && text.bytes().all(|octet| (b' '..=b'~').contains(&octet)) => {
            Some(DhcpValue::Text(text.clone()))
        }
        _ => None,
    }
}

fn address(value: &Value) -> Option<Ipv4Addr> {
    match value {
        Value::Ip(IpAddr::V4(address)) => Some(*address),
        _ => None,
    }
}

fn addresses(values: &[&Value]) -> Option<DhcpValue> {
    let addresses: Option<Vec<Ipv4Addr>> = values.iter().map(|value| address(value)).collect();
    addresses.filter(|addresses| !addresses.is_empty()).map(DhcpValue::Addresses)
}

/// An integer, or a duration of whole seconds.
fn seconds(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        Value::Duration(millis) if millis.is_multiple_of(1000) => i64::try_from(millis / 1000).ok(),
        _ => None,
    }
}

fn integer(number: u32, octets: u8) -> DhcpValue {
    match octets {
        4 => DhcpValue::Number(number),
        2 => DhcpValue::Octets((number as u16).to_be_bytes().to_vec()),
        _ => DhcpValue::Octets(vec![number as u8]),
    }
}

fn name(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Text(text) => {
            let fits = |label: &str| (1..=63).contains(&label.len()) && label.is_ascii();
            let name = text.strip_suffix('.').unwrap_or(text);
            (name.len() < 254 && name.split('.').all(fits)).then(|| dns_name(name))
        }
        _ => None,
    }
}

/// RFC 3442: the length of the mask, as many octets of the network as it covers, the router.
fn routes(values: &[&Value]) -> Option<DhcpValue> {
    let pairs = values.chunks_exact(2);
    if values.is_empty() || !pairs.remainder().is_empty() {
        return None;
    }
    let mut octets = Vec::new();
    for pair in pairs {
        let [Value::Prefix(IpAddr::V4(network), length), router] = pair else { return None };
        octets.push(*length);
        octets.extend(network.octets().iter().take(usize::from(*length).div_ceil(8)));
        octets.extend(address(router)?.octets());
    }
    Some(DhcpValue::Octets(octets))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(number: u8, values: &[Value]) -> Option<Vec<u8>> {
        let contents: Vec<OptionContent> = values.iter().cloned().map(OptionContent::Value).collect();
        OptionType::of(number).wire(&contents.iter().collect::<Vec<_>>()).map(|value| value.octets())
    }

    fn ip(last: u8) -> Value {
        Value::Ip([10, 0, 0, last].into())
    }

    #[test]
    fn values_are_written_as_their_numbers_say() {
        let text = |text: &str| Value::Text(text.into());
        let net = Value::Prefix([10, 17, 0, 0].into(), 16);
        for (number, values, expected) in [
            (2, vec![Value::Int(-3600)], Some(vec![0xff, 0xff, 0xf1, 0xf0])),
            (2, vec![Value::Duration(3_600_000)], Some(vec![0, 0, 0x0e, 0x10])),
            (42, vec![ip(1), ip(2)], Some(vec![10, 0, 0, 1, 10, 0, 0, 2])),
            (28, vec![ip(255)], Some(vec![10, 0, 0, 255])),
            (28, vec![ip(1), ip(2)], None),
            (33, vec![ip(1), ip(2)], Some(vec![10, 0, 0, 1, 10, 0, 0, 2])),
            (33, vec![ip(1)], None),
            (19, vec![Value::Bool(true)], Some(vec![1])),
            (19, vec![Value::Int(1)], None),
            (26, vec![Value::Int(1500)], Some(vec![5, 220])),
            (26, vec![Value::Int(67)], None),
            (23, vec![Value::Int(0)], None),
            (38, vec![Value::Duration(60_000)], Some(vec![0, 0, 0, 60])),
            (25, vec![Value::Int(68), Value::Int(1500)], Some(vec![0, 68, 5, 220])),
            (66, vec![text("10.0.0.1")], Some(b"10.0.0.1".to_vec())),
            (66, vec![ip(1)], None),
            (66, vec![text("")], None),
            (66, vec![text("bücher")], None),
            (150, vec![text("10.0.0.1")], None),
            (119, vec![text("a.b"), text("c.")], Some(vec![1, b'a', 1, b'b', 0, 1, b'c', 0])),
            (119, vec![text("a..b")], None),
            (121, vec![net.clone(), ip(1)], Some(vec![16, 10, 17, 10, 0, 0, 1])),
            (121, vec![ip(1), net], None),
            (125, vec![text("x")], None),
            (224, vec![Value::Int(7)], Some(vec![7])),
            (224, vec![Value::Int(256)], None),
            (224, vec![text("x")], Some(vec![b'x'])),
            (224, vec![ip(9)], Some(vec![10, 0, 0, 9])),
            (224, vec![], None),
        ] {
            assert_eq!(wire(number, &values), expected, "{number} {values:?}");
        }
    }

    #[test]
    fn octets_go_anywhere() {
        for number in 1..=254 {
            let octets = OptionContent::Octets(vec![1, 2, 3]);
            let value = OptionType::of(number).wire(&[&octets]);
            assert_eq!(value, Some(DhcpValue::Octets(vec![1, 2, 3])), "{number}");
            assert!(!OptionType::of(number).describe().is_empty());
        }
    }
}
