//! What a transfer is made from: a file of the plan, in memory, or firmware, read a block at a time.

use crate::phone::tftp::Mode;
use crate::serve::images::Image;
use bytes::Bytes;
use std::io;
use std::os::unix::fs::FileExt;

#[derive(Debug)]
pub struct Source(Kind);

#[derive(Debug)]
enum Kind {
    Octets(Bytes),
    Image(Image, Ahead),
}

/// Read at a time of a file on the disk, which a transfer then takes a block at a time.
const AHEAD: usize = 64 << 10;

/// What is in memory of a file.
#[derive(Debug, Default)]
struct Ahead {
    start: u64,
    octets: Vec<u8>,
}

impl Ahead {
    /// A part of the file, which is read with what follows it if it is not there.
    fn part(&mut self, image: &Image, start: u64, length: usize) -> io::Result<&[u8]> {
        let held = self.start..self.start + self.octets.len() as u64;
        if start < held.start || start + length as u64 > held.end {
            let left = image.size.saturating_sub(start);
            self.start = start;
            self.octets.resize(length.max(AHEAD).min(left as usize), 0);
            if let Err(error) = image.file.read_exact_at(&mut self.octets, start) {
                self.octets.clear();
                return Err(error);
            }
        }
        let at = (start - self.start) as usize;
        Ok(self.octets.get(at..at + length).unwrap_or_default())
    }
}

impl Source {
    pub fn octets(octets: Bytes) -> Self {
        Source(Kind::Octets(octets))
    }

    pub(super) fn image(image: Image) -> Self {
        Source(Kind::Image(image, Ahead::default()))
    }

    /// In the form that the client wants. Firmware is no text, and has one form: nothing where another is wanted.
    pub(super) fn in_mode(self, mode: Mode) -> Option<Self> {
        match (mode, self.0) {
            (Mode::Octet, kind) => Some(Source(kind)),
            (Mode::Netascii, Kind::Octets(octets)) => Some(Source::octets(netascii::written(&octets).into())),
            (Mode::Netascii, Kind::Image(..)) => None,
        }
    }

    pub(super) fn len(&self) -> u64 {
        match &self.0 {
            Kind::Octets(octets) => octets.len() as u64,
            Kind::Image(image, _) => image.size,
        }
    }

    /// A part that lies inside.
    pub(super) fn part(&mut self, start: u64, end: u64) -> io::Result<&[u8]> {
        let length = end.saturating_sub(start) as usize;
        match &mut self.0 {
            Kind::Octets(octets) => {
                let start = start as usize;
                Ok(octets.get(start..start + length).unwrap_or_default())
            }
            Kind::Image(image, ahead) => ahead.part(image, start, length),
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
