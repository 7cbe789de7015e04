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
    let lower = word.to_ascii_lowercase();
    if let Some(clock) = lower.strip_suffix("am").or_else(|| lower.strip_suffix("pm")) {
        let (hours, minutes) = clock.split_once(':').unwrap_or((clock, "00"));
        let hours = hours.parse::<u8>().ok().filter(|hours| (1..=12).contains(hours))? % 12;
        let padded = format!("{:02}:{minutes}", if lower.ends_with("pm") { hours + 12 } else { hours });
        return matches!(Literal::parse(&padded), Ok(Literal::Time(_))).then_some(padded);
    }
    if let Some((hours, minutes)) = word.split_once(':') {
        let padded = format!("{hours:0>2}:{minutes}");
        return matches!(Literal::parse(&padded), Ok(Literal::Time(_))).then_some(padded);
    }
    if let Some(weeks) = word.strip_suffix('w').and_then(|weeks| weeks.parse::<u64>().ok()) {
        return Some(format!("{}d", weeks.checked_mul(7)?));
    }
    if let Some(whole) = fraction(word) {
        return Some(whole);
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

/// `11.3.7`, `11-3-7` and `11.3.7SR1`, as release notes print them.
pub fn release_meant(word: &str) -> Option<String> {
    let parts: Vec<&str> = word.splitn(3, ['.', '-']).collect();
    let [major, minor, rest] = parts.as_slice() else { return None };
    let (micro, service) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
    let numeric = |part: &str| !part.is_empty() && part.bytes().all(|octet| octet.is_ascii_digit());
    let service = service.trim_start_matches(['.', '-']).to_ascii_uppercase();
    let known = service.is_empty() || service.strip_prefix("SR").is_some_and(numeric);
    (numeric(major) && numeric(minor) && numeric(micro) && known).then(|| format!("{major}.{minor}({micro}){service}"))
}

/// `GMT+1`, `UTC+01:00`: a zone of time as phones write it, `GMT+01:00`.
pub fn zone_of_time(word: &str) -> Option<String> {
    let rest = word.strip_prefix("GMT").or_else(|| word.strip_prefix("UTC"))?.trim_start();
    let sign = rest.get(..1).filter(|sign| matches!(*sign, "+" | "-"))?;
    let (hours, minutes) = rest.get(1..)?.split_once(':').unwrap_or((rest.get(1..)?, "00"));
    let number = |text: &str| text.parse::<u8>().ok().filter(|_| (1..=2).contains(&text.len()));
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    Some(match (hours, minutes) {
        (0, 0) => "GMT".to_owned(),
        _ => format!("GMT{sign}{hours:02}:{minutes:02}"),
    })
}

/// `1.5h` in the largest unit of which it is a whole number.
fn fraction(word: &str) -> Option<String> {
    let end = word.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, name) = word.split_at(end);
    let (whole, part) = number.split_once('.')?;
    let scale = 10_u64.checked_pow(u32::try_from(part.len()).ok()?)?;
    let scaled = format!("{whole}{part}").parse::<u64>().ok()?.checked_mul(millis(unit(name)?)?)?;
    let total = scaled.is_multiple_of(scale).then_some(scaled / scale)?;
    let short = ["d", "h", "m", "s", "ms"]
        .into_iter()
        .find(|short| millis(short).is_some_and(|one| total >= one && total.is_multiple_of(one)))?;
    Some(format!("{}{short}", total / millis(short)?))
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
    if word.split_once(':').is_some_and(|(address, _)| address.parse::<std::net::Ipv4Addr>().is_ok()) {
        return Err("an address has no port: that of a server stands with its service, `http { port 80 }`".into());
    }
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
