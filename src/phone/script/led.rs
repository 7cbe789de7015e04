//! Lights of keys: `c=color[;p=pattern]`, as the guides' tables of LED parameters write them.

use super::fault::Fault;
use super::reader::Reader;
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Led {
    pub color: Color,
    pub pattern: Option<Pattern>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Color {
    Red,
    Green,
    Amber,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pattern {
    Steady,
    Blinking,
}

pub fn parse(text: &str) -> Result<Led, Fault> {
    let mut reader = Reader::new(text)?;
    field(&mut reader, 'c', "`c=` and a color")?;
    let color = match reader.peek() {
        Some('r') => Color::Red,
        Some('g') => Color::Green,
        Some('a') => Color::Amber,
        Some('o') => Color::Off,
        _ => return Err(reader.expected("a color: r(ed), g(reen), a(mber) or o(ff)")),
    };
    reader.next();
    let mut pattern = None;
    if reader.eat(';') {
        field(&mut reader, 'p', "`p=` and a pattern")?;
        pattern = Some(match reader.peek() {
            Some('n') => Pattern::Steady,
            Some('b') => Pattern::Blinking,
            _ => return Err(reader.expected("a pattern: n (steady) or b (blinking)")),
        });
        reader.next();
    }
    match reader.peek() {
        Some(sign) if sign.is_ascii_alphabetic() => Err(reader.fault("colors and patterns are one letter each")),
        _ => reader.end("the pattern").map(|()| Led { color, pattern }),
    }
}

fn field(reader: &mut Reader<'_>, letter: char, what: &str) -> Result<(), Fault> {
    let start = reader.at;
    if reader.eat(letter) && reader.eat('=') {
        return Ok(());
    }
    reader.at = start;
    Err(reader.expected(what))
}

impl fmt::Display for Led {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let color = match self.color {
            Color::Red => 'r',
            Color::Green => 'g',
            Color::Amber => 'a',
            Color::Off => 'o',
        };
        write!(f, "c={color}")?;
        match self.pattern {
            None => Ok(()),
            Some(Pattern::Steady) => f.write_str(";p=n"),
            Some(Pattern::Blinking) => f.write_str(";p=b"),
        }
    }
}
