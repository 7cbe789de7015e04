//! What is dialled (DT §13): a number, or `user@host[:port]`.

use super::fault::{Fault, at_most};
use super::reader::Reader;
use super::{host, user_id};

pub fn parse(text: &str) -> Result<(), Fault> {
    let mut reader = Reader::new(text)?;
    if let Some((user, host)) = text.split_once('@') {
        user_id(user)?;
        host::parse(host).map_err(|fault| fault.behind(user.len() + 1))?;
        return at_most(text, 39);
    }
    // A leading `+`, as international numbers are written, is not documented and common.
    reader.eat('+');
    let start = reader.at;
    reader.take_while(|c| c.is_ascii_digit() || matches!(c, '*' | '#'));
    match reader.peek() {
        None if reader.at > start => at_most(text, 39),
        None => Err(reader.expected("a number, or `user@host`")),
        Some('-' | '.' | ' ' | '(' | ')' | '/') => {
            Err(reader.fault(format!("{} is how numbers are printed; write the keys alone", reader.found())))
        }
        Some(sign) if sign.is_ascii_alphabetic() => {
            Err(reader.fault("a number is keys alone; a name needs its host: `user@host`"))
        }
        Some(_) => Err(reader.expected("a key: `0` to `9`, `*` or `#`")),
    }
}
