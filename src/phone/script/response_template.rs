//! SIP status codes with wildcards (DT §15): `404, 5*`, `61?`.

use super::fault::{Fault, at_most};
use super::reader::Reader;

/// The codes, as written.
pub fn parse(text: &str) -> Result<Vec<String>, Fault> {
    let mut reader = Reader::new(text)?;
    let mut codes = Vec::new();
    loop {
        let start = reader.at;
        reader.take_while(|c| c.is_ascii_digit() || c == '?');
        let signs = reader.at - start;
        let star = reader.eat('*');
        match (signs, star) {
            (0, _) => {
                reader.at = start;
                return Err(reader.expected("a status code, such as `404`, `61?` or `5*`"));
            }
            (3, false) | (1 | 2, true) => {}
            (1 | 2, false) => return Err(reader.fault("a status code has three digits; `*` stands for the rest")),
            _ => return Err(Fault::new(start + 3, "a status code has three digits")),
        }
        codes.push(text.get(start..reader.at).unwrap_or_default().to_owned());
        if !reader.eat(',') {
            break;
        }
        reader.blanks();
    }
    reader.end("the status codes")?;
    at_most(text, 39).map(|()| codes)
}
