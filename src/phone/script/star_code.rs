//! Activation codes (DT §16): `*69`, `#64`.

use super::fault::{Fault, at_most};
use super::reader::Reader;

pub fn parse(text: &str) -> Result<(), Fault> {
    let mut reader = Reader::new(text)?;
    reader.take_while(|c| c.is_ascii_digit() || matches!(c, '*' | '#'));
    if !reader.at_end() || text.is_empty() {
        return Err(reader.expected("a key: `0` to `9`, `*` or `#`"));
    }
    at_most(text, 7)
}
