//! Options by code, in the order in which they stand in the message.

use super::code;
use std::net::Ipv4Addr;

/// Options. Each code occurs once: what was split on the wire is joined here (RFC 3396).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    entries: Vec<(u8, Vec<u8>)>,
}

impl Options {
    pub fn get(&self, code: u8) -> Option<&[u8]> {
        self.entries.iter().find(|(known, _)| *known == code).map(|(_, value)| value.as_slice())
    }

    pub fn contains(&self, code: u8) -> bool {
        self.get(code).is_some()
    }

    /// Sets an option: in its place if it is there, else at the end. Pad, end and overload belong to the form of a
    /// message, not to what it says; `false` says that such a code was refused.
    pub fn insert(&mut self, code: u8, value: Vec<u8>) -> bool {
        if matches!(code, code::PAD | code::OVERLOAD | code::END) {
            return false;
        }
        match self.entries.iter_mut().find(|(known, _)| *known == code) {
            Some((_, old)) => *old = value,
            None => self.entries.push((code, value)),
        }
        true
    }

    /// Adds a further part of an option (RFC 3396 §7).
    pub(super) fn append(&mut self, code: u8, part: &[u8]) {
        match self.entries.iter_mut().find(|(known, _)| *known == code) {
            Some((_, value)) => value.extend_from_slice(part),
            None => self.entries.push((code, part.to_vec())),
        }
    }

    pub fn remove(&mut self, code: u8) -> Option<Vec<u8>> {
        let at = self.entries.iter().position(|(known, _)| *known == code)?;
        Some(self.entries.remove(at).1)
    }

    pub fn iter(&self) -> impl Iterator<Item = (u8, &[u8])> {
        self.entries.iter().map(|(code, value)| (*code, value.as_slice()))
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// An option that holds one address; none when its length is not 4.
    pub fn address(&self, code: u8) -> Option<Ipv4Addr> {
        <[u8; 4]>::try_from(self.get(code)?).ok().map(Ipv4Addr::from)
    }

    /// An option that holds addresses; octets beyond the last whole one are left out.
    pub fn addresses(&self, code: u8) -> Vec<Ipv4Addr> {
        let (whole, _) = self.get(code).unwrap_or_default().as_chunks::<4>();
        whole.iter().copied().map(Ipv4Addr::from).collect()
    }

    /// An option that holds a 32-bit number, such as the lease time.
    pub fn number(&self, code: u8) -> Option<u32> {
        <[u8; 4]>::try_from(self.get(code)?).ok().map(u32::from_be_bytes)
    }

    /// An option that holds text. Final NULs are dropped: some servers send them (RFC 2132 §2).
    pub fn text(&self, code: u8) -> Option<String> {
        self.get(code).map(|value| String::from_utf8_lossy(value).trim_end_matches('\0').to_owned())
    }

    pub fn insert_address(&mut self, code: u8, address: Ipv4Addr) -> bool {
        self.insert(code, address.octets().to_vec())
    }

    pub fn insert_number(&mut self, code: u8, number: u32) -> bool {
        self.insert(code, number.to_be_bytes().to_vec())
    }

    pub fn insert_text(&mut self, code: u8, text: &str) -> bool {
        self.insert(code, text.as_bytes().to_vec())
    }

    /// Puts the options in the order of `codes`; those it does not name stay behind, in their old order.
    pub fn sort_by_codes(&mut self, codes: &[u8]) {
        let rank = |code: u8| codes.iter().position(|known| *known == code).unwrap_or(usize::MAX);
        self.entries.sort_by_key(|(code, _)| rank(*code));
    }
}
