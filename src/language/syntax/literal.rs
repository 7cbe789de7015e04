//! Literals that are told apart by their shape: `16`, `-13.5`, `40s`, `02:30`, `192.168.50.0/24`, `00:0e:08:ab:cd:ef`.

use crate::phone::Mac;
use std::net::IpAddr;

#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    Int(i64),
    /// As written; the type that takes it decides how many decimals it keeps.
    Decimal(String),
    /// Milliseconds.
    Duration(u64),
    /// Minutes since midnight, 0 to 1440.
    Time(u16),
    Mac(Mac),
    Ip(IpAddr),
    Prefix(IpAddr, u8),
}

impl Literal {
    /// The kind, in the words of the language.
    pub fn kind(&self) -> &'static str {
        match self {
            Literal::Int(_) => "int",
            Literal::Decimal(_) => "decimal",
            Literal::Duration(_) => "duration",
            Literal::Time(_) => "time",
            Literal::Mac(_) => "mac",
            Literal::Ip(_) => "ip",
            Literal::Prefix(..) => "prefix",
        }
    }

    /// Reads a word that begins with a digit or holds colons. The error says what is wrong with it.
    pub fn parse(word: &str) -> Result<Literal, String> {
        if let Some((address, length)) = word.split_once('/') {
            return prefix(address, length);
        }
        match word.matches(':').count() {
            0 if word.matches('.').count() >= 2 => address(word),
            0 => numeric(word),
            1 => time(word),
            5 => word.parse().map(Literal::Mac).map_err(|error: crate::phone::MacError| error.to_string()),
            _ if word.contains("::") || word.matches(':').count() == 7 => address(word),
            colons => Err(format!(
                "a hardware address has six parts, an IPv6 address eight (or `::`); this has {}",
                colons + 1
            )),
        }
    }
}

/// A unit of time by its own name, or by one that other programs take.
pub fn unit(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "ms" | "millisecond" | "milliseconds" => "ms",
        "s" | "sec" | "secs" | "second" | "seconds" => "s",
        "m" | "min" | "mins" | "minute" | "minutes" => "m",
        "h" | "hr" | "hrs" | "hour" | "hours" => "h",
        "d" | "day" | "days" => "d",
        _ => return None,
    })
}

/// What was most likely meant by a word that is no literal: `1h30m` is `90m`, `1hour` is `1h`, `2:30` is `02:30`.
pub fn meant(word: &str) -> Option<String> {
    if let Some((hours, minutes)) = word.split_once(':') {
        let padded = format!("{hours:0>2}:{minutes}");
        return matches!(Literal::parse(&padded), Ok(Literal::Time(_))).then_some(padded);
    }
    if let Some(weeks) = word.strip_suffix('w').and_then(|weeks| weeks.parse::<u64>().ok()) {
        return Some(format!("{}d", weeks.checked_mul(7)?));
    }
    let mut total: u64 = 0;
    let mut rest = word;
    let mut last = "";
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let (name, after) = after.split_at(after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len()));
        let short = unit(name)?;
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(millis(short)?)?)?;
        (rest, last) = (after, short);
    }
    // The last unit is the smallest as people write them, and all of it is a whole number of that.
    let one = millis(last)?;
    (total.is_multiple_of(one)).then(|| format!("{}{last}", total / one))
}

fn millis(unit: &str) -> Option<u64> {
    Some(match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    })
}

fn prefix(address: &str, length: &str) -> Result<Literal, String> {
    let address: IpAddr =
        address.parse().map_err(|_| format!("`{address}` is not an address, so this is no prefix"))?;
    let longest = if address.is_ipv4() { 32 } else { 128 };
    match length.parse::<u8>() {
        Ok(length) if length <= longest => Ok(Literal::Prefix(address, length)),
        _ => Err(format!("the length of this prefix is 0 to {longest}")),
    }
}

fn address(word: &str) -> Result<Literal, String> {
    if let Ok(address) = word.parse() {
        return Ok(Literal::Ip(address));
    }
    if word.contains(':') {
        return Err("this is not an IPv6 address".into());
    }
    match word.split('.').find(|octet| octet.parse::<u8>().is_err()) {
        Some(octet) => Err(format!("`{octet}` is no octet: an octet is 0 to 255")),
        None => Err("an IPv4 address has four octets, without leading zeros".into()),
    }
}

fn time(word: &str) -> Result<Literal, String> {
    let rule = "a time of day is `HH:MM`, 00:00 to 24:00";
    let (hours, minutes) = word.split_once(':').ok_or(rule)?;
    if hours.len() != 2 || minutes.len() != 2 {
        return Err(rule.into());
    }
    match (hours.parse::<u16>(), minutes.parse::<u16>()) {
        (Ok(hours), Ok(minutes)) if minutes < 60 && hours * 60 + minutes <= 1440 => {
            Ok(Literal::Time(hours * 60 + minutes))
        }
        _ => Err(rule.into()),
    }
}

fn numeric(word: &str) -> Result<Literal, String> {
    let digits = word.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(word.len());
    let (number, unit) = word.split_at(digits);
    if unit.is_empty() {
        return match number.contains('.') {
            true => Ok(Literal::Decimal(number.to_owned())),
            false => number.parse().map(Literal::Int).map_err(|_| format!("the largest integer is {}", i64::MAX)),
        };
    }
    let millis: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ if !word.contains('.') && word.len() >= 10 && word.chars().all(|c| c.is_ascii_hexdigit()) => {
            return word.parse().map(Literal::Mac).map_err(|error: crate::phone::MacError| error.to_string());
        }
        "am" | "pm" | "AM" | "PM" => return Err("a time of day is `HH:MM`, 00:00 to 24:00, such as 14:30".into()),
        _ => return Err(format!("`{unit}` is no unit of time; units are ms, s, m, h and d")),
    };
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(millis))
        .map(Literal::Duration)
        .ok_or_else(|| "a duration is a whole number of ms, s, m, h or d".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_decide_kinds() {
        for (word, kind) in [
            ("16", "int"),
            ("13.5", "decimal"),
            ("40s", "duration"),
            ("02:30", "time"),
            ("24:00", "time"),
            ("00:0e:08:ab:cd:ef", "mac"),
            ("000e08abcdef", "mac"),
            ("192.168.50.1", "ip"),
            ("192.168.50.0/24", "prefix"),
            ("2001:db8::/64", "prefix"),
            ("fe80::1", "ip"),
        ] {
            assert_eq!(Literal::parse(word).map(|literal| literal.kind()), Ok(kind), "{word}");
        }
        assert_eq!(Literal::parse("2d"), Ok(Literal::Duration(172_800_000)));
    }

    #[test]
    fn faults_say_what_is_wrong() {
        for (word, fault) in [
            ("192.168.300.1", "`300` is no octet: an octet is 0 to 255"),
            ("24:60", "a time of day is `HH:MM`, 00:00 to 24:00"),
            ("5x", "`x` is no unit of time; units are ms, s, m, h and d"),
            ("00:0e:08:ab:cd:e", "a hardware address has 12 hexadecimal digits, this has 11"),
            ("00:0e:08:ab:cd", "a hardware address has six parts, an IPv6 address eight (or `::`); this has 5"),
            ("10.0.0.0/33", "the length of this prefix is 0 to 32"),
            ("99999999999999999999", "the largest integer is 9223372036854775807"),
            ("99999999999999999d", "a duration is a whole number of ms, s, m, h or d"),
        ] {
            assert_eq!(Literal::parse(word).map_err(|fault| fault.to_string()), Err(fault.to_owned()), "{word}");
        }
    }
}
