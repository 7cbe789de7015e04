//! Options in the order in which they stand. A number may stand more than once: each identity association is one.

use std::net::Ipv6Addr;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    entries: Vec<(u16, Vec<u8>)>,
}

impl Options {
    /// The first of a number.
    pub fn get(&self, code: u16) -> Option<&[u8]> {
        self.all(code).next()
    }

    pub fn all(&self, code: u16) -> impl Iterator<Item = &[u8]> {
        self.entries.iter().filter(move |(known, _)| *known == code).map(|(_, value)| value.as_slice())
    }

    pub fn contains(&self, code: u16) -> bool {
        self.get(code).is_some()
    }

    /// Adds an option behind the others. `false`: it is longer than its length can say, and was not added.
    pub fn push(&mut self, code: u16, value: Vec<u8>) -> bool {
        let fits = value.len() <= usize::from(u16::MAX);
        if fits {
            self.entries.push((code, value));
        }
        fits
    }

    pub fn remove(&mut self, code: u16) {
        self.entries.retain(|(known, _)| *known != code);
    }

    pub fn iter(&self) -> impl Iterator<Item = (u16, &[u8])> {
        self.entries.iter().map(|(code, value)| (*code, value.as_slice()))
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// An option that lists numbers, such as what is asked for; an octet beyond the last whole one is left out.
    pub fn numbers(&self, code: u16) -> Option<Vec<u16>> {
        let (whole, _) = self.get(code)?.as_chunks::<2>();
        Some(whole.iter().copied().map(u16::from_be_bytes).collect())
    }

    /// An option that holds addresses; octets beyond the last whole one are left out.
    pub fn addresses(&self, code: u16) -> Vec<Ipv6Addr> {
        let (whole, _) = self.get(code).unwrap_or_default().as_chunks::<16>();
        whole.iter().copied().map(Ipv6Addr::from).collect()
    }

    /// Puts the options in the order of `codes`; those it does not name stay behind, in their old order.
    pub fn sort_by_codes(&mut self, codes: &[u16]) {
        let rank = |code: u16| codes.iter().position(|known| *known == code).unwrap_or(usize::MAX);
        self.entries.sort_by_key(|(code, _)| rank(*code));
    }
}
