//! Softkeys in their order: `answer|1;ignore|2;dnd;`. A number is the key's place.

use super::fault::Fault;
use super::reader::Reader;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub name: String,
    pub place: Option<u32>,
}

pub fn parse(text: &str) -> Result<Vec<Key>, Fault> {
    let mut reader = Reader::new(text)?;
    let mut keys = Vec::new();
    while !reader.at_end() {
        let name = reader.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        if name.is_empty() {
            return Err(reader.expected("the name of a key"));
        }
        let at = reader.at + 1;
        let place = if reader.eat('|') { Some(reader.int("the key's place, a number")?) } else { None };
        if place == Some(0) {
            return Err(Fault::range(at, "places count from 1"));
        }
        keys.push(Key { name: name.to_owned(), place });
        // The last `;` is written in every list of the guides; nothing is lost without it.
        if !reader.at_end() && !reader.eat(';') {
            return Err(reader.expected(if place.is_some() { "`;`" } else { "`|` and a place, or `;`" }));
        }
    }
    Ok(keys)
}
