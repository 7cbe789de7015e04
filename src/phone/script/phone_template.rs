//! Patterns of numbers (DT §14): `1408*, 1510*`. The first that matches wins.

use super::fault::{Fault, at_most};
use super::reader::Reader;

/// The patterns, in order, as written.
pub fn parse(text: &str) -> Result<Vec<String>, Fault> {
    let mut reader = Reader::new(text)?;
    let mut patterns = Vec::new();
    loop {
        // White space at the start of a pattern is ignored.
        reader.blanks();
        let start = reader.at;
        while let Some(sign) = reader.peek().filter(|sign| *sign != ',') {
            reader.next();
            if sign == '%' {
                let hex = reader.rest().bytes().take(2).filter(u8::is_ascii_hexdigit).count();
                if hex < 2 {
                    reader.take_while(|c| c.is_ascii_hexdigit());
                    return Err(reader.expected("the two hexadecimal digits of a `%` sign"));
                }
                reader.at += 2;
            } else if sign == ' ' {
                return Err(Fault::new(reader.at - 1, "a blank inside of a pattern"));
            }
        }
        let pattern = text.get(start..reader.at).unwrap_or_default();
        if pattern.is_empty() {
            return Err(reader.expected("a pattern"));
        }
        patterns.push(pattern.to_owned());
        if !reader.eat(',') {
            break;
        }
    }
    at_most(text, 39).map(|()| patterns)
}
