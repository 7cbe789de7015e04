//! The sending side of a transfer as a state machine: no sockets, no time.

use super::source::Source;
use crate::phone::tftp::{DEFAULT_BLOCK, Options, Packet};
use std::io;

/// The largest block we agree to: what fits Ethernet with IP, UDP and TFTP headers, so that nothing is fragmented.
const LARGEST_BLOCK: u16 = 1468;

/// The longest wait, in seconds, that a client may set between repetitions. One that asks for more would hold a socket
/// for 25 minutes without ever saying anything again.
const LONGEST_TIMEOUT: u8 = 5;

/// A file on its way. One block is under way at a time (RFC 1350 §2).
#[derive(Debug)]
pub(super) struct Sender {
    file: Source,
    block_size: usize,
    /// The block under way, from 1; 0 is the acknowledgement of options.
    block: usize,
    agreed: Options,
}

/// What a packet of the client leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The next packet is to be sent.
    Send,
    /// Nothing: sending again on a repeated acknowledgement would double every packet from then on (RFC 1123
    /// §4.2.3.1, the Sorcerer's Apprentice).
    Wait,
    Done,
    /// The client gave up, and why.
    Abort(String),
}

impl Sender {
    pub fn new(file: impl Into<Source>, asked: Options) -> Self {
        let file = file.into();
        let agreed = Options {
            blksize: asked.blksize.map(|size| size.min(LARGEST_BLOCK)),
            // RFC 2349: it is echoed as it was asked for or not at all.
            timeout: asked.timeout.filter(|seconds| *seconds <= LONGEST_TIMEOUT),
            tsize: asked.tsize.map(|_| file.len()),
        };
        let block_size = usize::from(agreed.blksize.unwrap_or(DEFAULT_BLOCK)).max(1);
        let block = usize::from(agreed.is_empty());
        Sender { file, block_size, block, agreed }
    }

    /// What both sides keep to.
    pub fn agreed(&self) -> Options {
        self.agreed
    }

    /// The packet under way.
    pub fn packet(&self) -> io::Result<Packet<'_>> {
        Ok(match self.block.checked_sub(1) {
            None => Packet::OptionAck(self.agreed),
            Some(before) => {
                let start = (before as u64 * self.block_size as u64).min(self.file.len());
                let end = (start + self.block_size as u64).min(self.file.len());
                Packet::Data { block: self.number(), data: self.file.part(start, end)? }
            }
        })
    }

    pub fn take(&mut self, packet: &Packet<'_>) -> Step {
        match packet {
            Packet::Ack(number) if *number != self.number() => Step::Wait,
            Packet::Ack(_) if self.block == self.last() => Step::Done,
            Packet::Ack(_) => {
                self.block += 1;
                Step::Send
            }
            Packet::Error { code, text } => Step::Abort(format!("the client gave up: {text} ({})", code.number())),
            _ => Step::Wait,
        }
    }

    /// A file that fills its last block is followed by an empty one.
    fn last(&self) -> usize {
        (self.file.len() / self.block_size as u64) as usize + 1
    }

    /// The block's number on the wire. Beyond 65535 it begins again at 0, as most clients expect.
    fn number(&self) -> u16 {
        (self.block & 0xffff) as u16
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::tftp::ErrorCode;

    fn sender(length: usize, options: Options) -> Sender {
        Sender::new(bytes::Bytes::from(vec![7; length]), options)
    }

    fn data(sender: &Sender) -> Option<(u16, usize)> {
        match sender.packet().expect("in memory") {
            Packet::Data { block, data } => Some((block, data.len())),
            _ => None,
        }
    }

    #[test]
    fn an_exact_multiple_ends_with_an_empty_block() {
        let mut sender = sender(1024, Options::default());
        assert_eq!(data(&sender), Some((1, 512)));
        assert_eq!(sender.take(&Packet::Ack(1)), Step::Send);
        assert_eq!(data(&sender), Some((2, 512)));
        assert_eq!(sender.take(&Packet::Ack(2)), Step::Send);
        assert_eq!(data(&sender), Some((3, 0)));
        assert_eq!(sender.take(&Packet::Ack(3)), Step::Done);
    }

    #[test]
    fn options_are_acknowledged_before_the_first_block() {
        let asked = Options { blksize: Some(65464), timeout: Some(3), tsize: Some(0) };
        let mut sender = sender(2000, asked);
        let agreed = Options { blksize: Some(1468), timeout: Some(3), tsize: Some(2000) };
        assert_eq!(sender.packet().expect("in memory"), Packet::OptionAck(agreed));
        assert_eq!(sender.take(&Packet::Ack(1)), Step::Wait);
        assert_eq!(sender.take(&Packet::Ack(0)), Step::Send);
        assert_eq!(data(&sender), Some((1, 1468)));
    }

    #[test]
    fn a_long_timeout_is_left_out() {
        let asked = |timeout| Options { timeout: Some(timeout), tsize: Some(0), ..Options::default() };
        assert_eq!(sender(9, asked(5)).agreed(), Options { timeout: Some(5), tsize: Some(9), blksize: None });
        assert_eq!(sender(9, asked(255)).agreed(), Options { timeout: None, tsize: Some(9), blksize: None });
        // With nothing left to agree to, the file begins at once.
        let alone = Options { timeout: Some(6), ..Options::default() };
        assert_eq!(data(&sender(9, alone)), Some((1, 9)));
    }

    #[test]
    fn a_repeated_acknowledgement_sends_nothing() {
        let mut sender = sender(2000, Options::default());
        assert_eq!(sender.take(&Packet::Ack(1)), Step::Send);
        assert_eq!(sender.take(&Packet::Ack(1)), Step::Wait);
        assert_eq!(data(&sender), Some((2, 512)));
    }

    #[test]
    fn block_numbers_wrap() {
        let mut sender = sender(8 * 70_000, Options { blksize: Some(8), ..Options::default() });
        assert_eq!(sender.take(&Packet::Ack(0)), Step::Send);
        for block in 1..=70_000u32 {
            assert_eq!(data(&sender), Some(((block & 0xffff) as u16, 8)));
            assert_eq!(sender.take(&Packet::Ack((block & 0xffff) as u16)), Step::Send);
        }
        assert_eq!(data(&sender), Some(((70_001u32 & 0xffff) as u16, 0)));
    }

    #[test]
    fn an_error_of_the_client_ends_it() {
        let mut sender = sender(1, Options::default());
        let error = Packet::Error { code: ErrorCode::DiskFull, text: "full".into() };
        assert_eq!(sender.take(&error), Step::Abort("the client gave up: full (3)".into()));
        assert_eq!(sender.take(&Packet::Data { block: 1, data: (&[0u8][..]).into() }), Step::Wait);
    }
}
