//! What a transfer is made from: a file of the plan, in memory, or firmware, read a block at a time.

use crate::serve::images::Image;
use bytes::Bytes;
use std::borrow::Cow;
use std::io;
use std::os::unix::fs::FileExt;

#[derive(Debug)]
pub(super) enum Source {
    Octets(Bytes),
    Image(Image),
}

impl From<Bytes> for Source {
    fn from(octets: Bytes) -> Self {
        Source::Octets(octets)
    }
}

impl Source {
    pub fn len(&self) -> u64 {
        match self {
            Source::Octets(octets) => octets.len() as u64,
            Source::Image(image) => image.size,
        }
    }

    /// A part that lies inside. A block is a kilobyte of what the system has in memory by then: it is not waited for.
    pub fn part(&self, start: u64, end: u64) -> io::Result<Cow<'_, [u8]>> {
        let length = end.saturating_sub(start) as usize;
        match self {
            Source::Octets(octets) => {
                let start = start as usize;
                Ok(octets.get(start..start + length).unwrap_or_default().into())
            }
            Source::Image(image) => {
                let mut octets = vec![0; length];
                image.file.read_exact_at(&mut octets, start)?;
                Ok(octets.into())
            }
        }
    }
}
