//! Frequency scripts (DT §19): `350@-19,440@-19`.

use super::fault::{Fault, FaultKind, at_most};
use super::reader::Reader;
use super::timing::MOST;
use std::fmt;

/// One to six components.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Frequencies {
    pub components: Vec<Component>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Component {
    pub hertz: u32,
    /// Tenths of a dBm.
    pub level: i32,
}

pub fn parse(text: &str) -> Result<Frequencies, Fault> {
    at_most(text, 127)?;
    let mut reader = Reader::new(text)?;
    let frequencies = Frequencies::read(&mut reader)?;
    reader.end("the frequencies")?;
    Ok(frequencies)
}

impl Frequencies {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Frequencies, Fault> {
        let mut components = Vec::new();
        loop {
            if components.len() == MOST {
                let message = format!("{MOST} frequencies at most");
                return Err(Fault { at: reader.at, kind: FaultKind::Length, message });
            }
            let hertz = reader.int("a frequency in Hz")?;
            if reader.peek() == Some('.') {
                return Err(reader.fault("a frequency is a whole number of Hz"));
            }
            reader.require('@', "`@` and the level in dBm")?;
            components.push(Component { hertz, level: level(reader)? });
            // Blanks round the comma are allowed, not advised (DT §19).
            let before = reader.at;
            reader.blanks();
            if !reader.eat(',') {
                reader.at = before;
                return Ok(Frequencies { components });
            }
            reader.blanks();
        }
    }
}

/// dBm with one decimal at most, in tenths.
pub(super) fn level(reader: &mut Reader<'_>) -> Result<i32, Fault> {
    let negative = reader.eat('-');
    if !negative {
        reader.eat('+');
    }
    let start = reader.at;
    let whole = reader.int("a level in dBm")?;
    let mut tenths = i32::try_from(whole).ok().and_then(|whole| whole.checked_mul(10));
    if reader.eat('.') {
        match reader.digits() {
            "" => return Err(reader.expected("a decimal")),
            digit if digit.len() == 1 => tenths = tenths.and_then(|tenths| tenths.checked_add(digit.parse().ok()?)),
            digits => return Err(Fault::new(reader.at + 1 - digits.len(), "a level has one decimal")),
        }
    }
    let tenths = tenths.ok_or_else(|| Fault::range(start, "this number is too large"))?;
    Ok(if negative { -tenths } else { tenths })
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.level < 0 { "-" } else { "" };
        let level = self.level.unsigned_abs();
        write!(f, "{}@{sign}{}", self.hertz, level / 10)?;
        if level.is_multiple_of(10) { Ok(()) } else { write!(f, ".{}", level % 10) }
    }
}

impl fmt::Display for Frequencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, component) in self.components.iter().enumerate() {
            write!(f, "{}{component}", if n == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}
