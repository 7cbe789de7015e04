//! What a transfer is made from: a file of the plan, in memory, or firmware, read a block at a time.

use crate::phone::tftp::Mode;
use crate::serve::images::Image;
use bytes::Bytes;
use std::borrow::Cow;
use std::io;
use std::os::unix::fs::FileExt;

#[derive(Debug)]
pub struct Source(Kind);

#[derive(Debug)]
enum Kind {
    Octets(Bytes),
    Image(Image),
}

impl Source {
    pub fn octets(octets: Bytes) -> Self {
        Source(Kind::Octets(octets))
    }

    pub(super) fn image(image: Image) -> Self {
        Source(Kind::Image(image))
    }

    /// In the form that the client wants. Firmware is no text, and has one form: nothing where another is wanted.
    pub(super) fn in_mode(self, mode: Mode) -> Option<Self> {
        match (mode, self.0) {
            (Mode::Octet, kind) => Some(Source(kind)),
            (Mode::Netascii, Kind::Octets(octets)) => Some(Source::octets(netascii::written(&octets).into())),
            (Mode::Netascii, Kind::Image(_)) => None,
        }
    }

    pub(super) fn len(&self) -> u64 {
        match &self.0 {
            Kind::Octets(octets) => octets.len() as u64,
            Kind::Image(image) => image.size,
        }
    }

    /// A part that lies inside. A block is a kilobyte of what the system has in memory by then: it is not waited for.
    pub(super) fn part(&self, start: u64, end: u64) -> io::Result<Cow<'_, [u8]>> {
        let length = end.saturating_sub(start) as usize;
        match &self.0 {
            Kind::Octets(octets) => {
                let start = start as usize;
                Ok(octets.get(start..start + length).unwrap_or_default().into())
            }
            Kind::Image(image) => {
                let mut octets = vec![0; length];
                image.file.read_exact_at(&mut octets, start)?;
                Ok(octets.into())
            }
        }
    }
}

/// Text as it goes to a terminal (RFC 1350 §1, RFC 764): a line ends in CR LF, and a CR that ends none is CR NUL.
pub(super) mod netascii {
    pub fn written(octets: &[u8]) -> Vec<u8> {
        let mut text = Vec::with_capacity(octets.len() + octets.len() / 32);
        for octet in octets {
            match octet {
                b'\n' => text.extend_from_slice(b"\r\n"),
                b'\r' => text.extend_from_slice(b"\r\0"),
                other => text.push(*other),
            }
        }
        text
    }

    pub fn read(text: &[u8]) -> Vec<u8> {
        let mut octets = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some((octet, after)) = rest.split_first() {
            rest = after;
            match (octet, after.first()) {
                (b'\r', Some(b'\n')) => octets.push(b'\n'),
                (b'\r', Some(b'\0')) => octets.push(b'\r'),
                (other, _) => {
                    octets.push(*other);
                    continue;
                }
            }
            rest = after.get(1..).unwrap_or_default();
        }
        octets
    }
}

#[cfg(test)]
mod tests {
    use super::netascii::{read, written};

    proptest::proptest! {
        #[test]
        fn what_is_written_for_a_terminal_is_read_back(octets: Vec<u8>) {
            proptest::prop_assert_eq!(read(&written(&octets)), octets);
        }
    }

    #[test]
    fn lines_end_in_two_octets() {
        assert_eq!(written(b"a\nb\rc"), b"a\r\nb\r\0c");
        assert_eq!(read(b"a\r\nb\r\0c\rd\r"), b"a\nb\rc\rd\r");
    }
}
