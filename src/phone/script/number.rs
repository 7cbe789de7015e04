//! Numbers written as text (DT §4 to §8, §10).

use super::fault::Fault;
use super::frequency::level;
use super::reader::Reader;

/// DT §4: decimal or `0x` and hexadecimal digits, in so many bits.
pub fn unsigned(text: &str, bits: u32) -> Result<u64, Fault> {
    let mut reader = Reader::new(text)?;
    if reader.peek() == Some('-') {
        return Err(reader.fault("this number has no sign"));
    }
    let value = magnitude(&mut reader)?;
    reader.end("the number")?;
    let most = 1u64.checked_shl(bits).unwrap_or(0).wrapping_sub(1);
    if value <= most { Ok(value) } else { Err(Fault::range(0, format!("{text} is more than {most}"))) }
}

/// DT §5. Hexadecimal digits never mean a negative number.
pub fn signed(text: &str, bits: u32) -> Result<i64, Fault> {
    let mut reader = Reader::new(text)?;
    let negative = reader.eat('-');
    if !negative {
        reader.eat('+');
    }
    let value = magnitude(&mut reader)?;
    reader.end("the number")?;
    let half = 1u64.checked_shl(bits.saturating_sub(1)).unwrap_or(u64::MAX);
    let most = if negative { half } else { half - 1 };
    if value > most {
        return Err(Fault::range(0, format!("{text} does not fit {bits} bits")));
    }
    Ok(if negative { 0i64.wrapping_sub_unsigned(value) } else { value.cast_signed() })
}

fn magnitude(reader: &mut Reader<'_>) -> Result<u64, Fault> {
    let start = reader.at;
    let hexadecimal = reader.rest().starts_with("0x") || reader.rest().starts_with("0X");
    let digits = if hexadecimal {
        reader.at += 2;
        reader.take_while(|c| c.is_ascii_hexdigit())
    } else {
        reader.digits()
    };
    if digits.is_empty() {
        return Err(reader.expected(if hexadecimal { "hexadecimal digits" } else { "a number" }));
    }
    if matches!(reader.peek(), Some('.' | ',')) {
        return Err(reader.fault("a whole number"));
    }
    u64::from_str_radix(digits, if hexadecimal { 16 } else { 10 })
        .map_err(|_| Fault::range(start, "this number is too large"))
}

/// DT §6: `1.25`, `.5`, `-3`. More decimals than `decimals` are a doubt: the value, and the place of the first.
pub fn decimal(text: &str, decimals: usize) -> Result<(f64, Option<Fault>), Fault> {
    let mut reader = Reader::new(text)?;
    if !reader.eat('-') {
        reader.eat('+');
    }
    let whole = reader.digits();
    let mut doubt = None;
    if reader.eat('.') {
        let start = reader.at;
        let part = reader.digits();
        if whole.is_empty() && part.is_empty() {
            return Err(reader.expected("a number"));
        }
        if part.len() > decimals {
            doubt = Some(Fault::doubt(start + decimals, format!("{decimals} decimals at most are kept")));
        }
    } else if whole.is_empty() {
        return Err(reader.expected("a number"));
    }
    if reader.peek() == Some(',') {
        return Err(reader.fault("decimals stand behind a point"));
    }
    reader.end("the number")?;
    text.parse().map(|value| (value, doubt)).map_err(|_| Fault::new(0, "this is no number"))
}

/// DT §7, in milliseconds: seconds without a sign. More decimals than `decimals` are ignored, as the phone does.
pub fn seconds(text: &str, decimals: usize) -> Result<u64, Fault> {
    if text.starts_with(['-', '+']) {
        return Err(Fault::new(0, "seconds have no sign"));
    }
    decimal(text, decimals)?;
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part: String = part.chars().take(decimals.min(3)).collect();
    let too_large = || Fault::range(0, "this number is too large");
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| too_large())? };
    let millis: u64 = format!("{part:0<3}").parse().unwrap_or(0);
    whole.checked_mul(1000).and_then(|whole| whole.checked_add(millis)).ok_or_else(too_large)
}

/// DT §8, in tenths of a dBm.
pub fn power(text: &str) -> Result<i32, Fault> {
    let mut reader = Reader::new(text)?;
    let level = level(&mut reader)?;
    reader.end("the level")?;
    Ok(level)
}

/// DT §10.
pub fn port(text: &str) -> Result<u16, Fault> {
    match unsigned(text, 16) {
        Ok(port) => u16::try_from(port).map_err(|_| Fault::range(0, "a port is 0 to 65535")),
        Err(fault) if fault.kind == super::FaultKind::Range => Err(Fault::range(0, "a port is 0 to 65535")),
        Err(fault) => Err(fault),
    }
}
