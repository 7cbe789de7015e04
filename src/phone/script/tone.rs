//! Tones (DT §20): `350@-19,440@-19;2(.1/.1/1+2);10(*/0/1+2)`.

use super::fault::{Fault, FaultKind, at_most};
use super::frequency::Frequencies;
use super::reader::Reader;
use super::timing::{MOST, Seconds, Section};
use std::fmt;

/// Frequencies, and one or two sections that choose among them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tone {
    pub frequencies: Frequencies,
    pub sections: Vec<Section<Sound>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sound {
    pub on: Seconds,
    pub off: Seconds,
    /// The components that sound together, counted from 1. None is written `0`: silence (inferred, DT §20).
    pub components: Vec<usize>,
}

pub fn parse(text: &str) -> Result<Tone, Fault> {
    at_most(text, 127)?;
    let mut reader = Reader::new(text)?;
    let frequencies = Frequencies::read(&mut reader)?;
    reader.require(';', "`;` and a section")?;
    let known = frequencies.components.len();
    let sections = Section::list(&mut reader, 2, |reader| {
        let on = Seconds::read(reader, "the seconds of sound")?;
        reader.require('/', "`/` and the seconds of silence")?;
        let off = Seconds::read(reader, "the seconds of silence")?;
        reader.require('/', "`/` and the frequencies that sound, such as `1+2`")?;
        Ok(Sound { on, off, components: selector(reader, known)? })
    })?;
    reader.end("the tone")?;
    Ok(Tone { frequencies, sections })
}

fn selector(reader: &mut Reader<'_>, known: usize) -> Result<Vec<usize>, Fault> {
    let mut components = Vec::new();
    loop {
        let at = reader.at;
        if components.len() == MOST {
            let message = format!("{MOST} frequencies at most sound together");
            return Err(Fault { at, kind: FaultKind::Length, message });
        }
        match reader.int("the number of a frequency")? as usize {
            0 if components.is_empty() && reader.peek() != Some('+') => return Ok(components),
            0 => return Err(Fault::new(at, "`0` is silence, and stands alone")),
            n if n <= known => components.push(n),
            n => {
                let are = if known == 1 { "frequency is" } else { "frequencies are" };
                return Err(Fault::range(
                    at,
                    format!("there is no frequency {n}: {known} {are} written before the `;`"),
                ));
            }
        }
        if !reader.eat('+') {
            return Ok(components);
        }
    }
}

impl fmt::Display for Sound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/", self.on, self.off)?;
        if self.components.is_empty() {
            return f.write_str("0");
        }
        for (n, component) in self.components.iter().enumerate() {
            write!(f, "{}{component}", if n == 0 { "" } else { "+" })?;
        }
        Ok(())
    }
}

impl fmt::Display for Tone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.frequencies.fmt(f)?;
        self.sections.iter().try_for_each(|section| write!(f, ";{section}"))
    }
}
