//! Cadences (DT §18): `60(.3/.2,1/.2,.3/4)`.

use super::fault::{Fault, at_most};
use super::reader::Reader;
use super::timing::{Seconds, Section};
use std::fmt;

/// One or two sections of on and off.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cadence {
    pub sections: Vec<Section<Beat>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Beat {
    pub on: Seconds,
    pub off: Seconds,
}

pub fn parse(text: &str) -> Result<Cadence, Fault> {
    at_most(text, 127)?;
    let mut reader = Reader::new(text)?;
    let sections = Section::list(&mut reader, 2, |reader| {
        let on = Seconds::read(reader, "the seconds of sound")?;
        reader.require('/', "`/` and the seconds of silence")?;
        Ok(Beat { on, off: Seconds::read(reader, "the seconds of silence")? })
    })?;
    reader.end("the cadence")?;
    Ok(Cadence { sections })
}

impl fmt::Display for Beat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.on, self.off)
    }
}

impl fmt::Display for Cadence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, section) in self.sections.iter().enumerate() {
            write!(f, "{}{section}", if n == 0 { "" } else { ";" })?;
        }
        Ok(())
    }
}
