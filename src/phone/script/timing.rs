//! What cadences and tones share (DT §18, §20): seconds, and sections of on and off.

use super::fault::{Fault, FaultKind};
use super::reader::Reader;
use std::fmt;

/// Seconds to three decimals, or `*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Seconds {
    Millis(u64),
    Forever,
}

/// `10(.5/.5,1/2)`: the segments repeat in order until the length is used up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Section<S> {
    pub length: Seconds,
    /// 1 to 6.
    pub segments: Vec<S>,
}

/// Segments of a section, and components of a tone.
pub(super) const MOST: usize = 6;

impl Seconds {
    pub(super) fn read(reader: &mut Reader<'_>, what: &str) -> Result<Seconds, Fault> {
        if reader.eat('*') {
            return Ok(Seconds::Forever);
        }
        let start = reader.at;
        let whole = reader.digits();
        let mut millis = 0;
        if reader.eat('.') {
            let from = reader.at;
            let decimals = reader.digits();
            millis = match decimals.len() {
                0 => return Err(reader.expected("decimals")),
                1..=3 => format!("{decimals:0<3}").parse().unwrap_or(0),
                _ => return Err(Fault::new(from + 3, "three decimals at most: one is a millisecond")),
            };
        } else if whole.is_empty() {
            return Err(reader.expected(what));
        }
        let seconds: u32 = match whole {
            "" => 0,
            whole => whole.parse().map_err(|_| Fault::range(start, "this number is too large"))?,
        };
        Ok(Seconds::Millis(u64::from(seconds) * 1000 + millis))
    }
}

impl<S> Section<S> {
    /// `most` sections, divided by `;`.
    pub(super) fn list(
        reader: &mut Reader<'_>,
        most: usize,
        segment: impl Fn(&mut Reader<'_>) -> Result<S, Fault>,
    ) -> Result<Vec<Section<S>>, Fault> {
        let mut sections = Vec::new();
        loop {
            if sections.len() == most {
                return Err(reader.fault(format!("{most} sections at most")));
            }
            sections.push(Section::read(reader, &segment)?);
            if !reader.eat(';') {
                return Ok(sections);
            }
        }
    }

    fn read(
        reader: &mut Reader<'_>,
        segment: &impl Fn(&mut Reader<'_>) -> Result<S, Fault>,
    ) -> Result<Section<S>, Fault> {
        let length = Seconds::read(reader, "the section's length in seconds")?;
        reader.require('(', "`(` and the section's segments")?;
        let mut segments = Vec::new();
        loop {
            if segments.len() == MOST {
                let message = format!("{MOST} segments at most in a section");
                return Err(Fault { at: reader.at, kind: FaultKind::Length, message });
            }
            segments.push(segment(reader)?);
            if reader.eat(')') {
                return Ok(Section { length, segments });
            }
            reader.require(',', "`,` or `)`")?;
            reader.blanks();
        }
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Seconds::Forever => f.write_str("*"),
            Seconds::Millis(millis) if millis % 1000 == 0 => write!(f, "{}", millis / 1000),
            Seconds::Millis(millis) => {
                if *millis > 1000 {
                    write!(f, "{}", millis / 1000)?;
                }
                write!(f, ".{}", format!("{:03}", millis % 1000).trim_end_matches('0'))
            }
        }
    }
}

impl<S: fmt::Display> fmt::Display for Section<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.length)?;
        for (n, segment) in self.segments.iter().enumerate() {
            write!(f, "{}{segment}", if n == 0 { "" } else { "," })?;
        }
        f.write_str(")")
    }
}
