//! The sending side of a transfer as a state machine: no sockets, no time.

use super::agreed::Agreed;
use super::source::Source;
use crate::phone::tftp::{Options, Packet};
use std::io;
use std::ops::Range;

/// A file on its way, a window of blocks at a time (RFC 7440); of one block where nothing else was agreed (RFC 1350 §2).
#[derive(Debug)]
pub struct Sender {
    file: Source,
    agreed: Agreed,
    /// The first block that is not acknowledged, from 1; 0 is the acknowledgement of options.
    base: u64,
    /// The window went out again for an acknowledgement of the block before it, and nothing happened since.
    repeated: bool,
}

/// What a packet of the client leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// The client has more than before: the next window is to be sent.
    Send,
    /// The client lacks the window's first block: it is to be sent again, at once.
    Again,
    /// Nothing: sending again on each repeated acknowledgement would double every packet from then on (RFC 1123
    /// §4.2.3.1, the Sorcerer's Apprentice).
    Wait,
    Done,
    /// The client gave up, and why.
    Abort(String),
}

impl Sender {
    pub fn new(file: Source, agreed: Agreed) -> Self {
        let base = u64::from(agreed.options().is_empty());
        Sender { file, agreed, base, repeated: false }
    }

    pub fn agreed(&self) -> &Agreed {
        &self.agreed
    }

    /// The blocks under way.
    pub fn window(&self) -> Range<u64> {
        match self.base {
            0 => 0..1,
            base => base..(base + u64::from(self.agreed.window())).min(self.last() + 1),
        }
    }

    /// One of them.
    pub fn packet(&mut self, block: u64) -> io::Result<Packet<'_>> {
        let Some(before) = block.checked_sub(1) else { return Ok(Packet::OptionAck(self.options())) };
        let size = self.agreed.block() as u64;
        let start = (before * size).min(self.file.len());
        let end = (start + size).min(self.file.len());
        Ok(Packet::Data { block: number(block), data: self.file.part(start, end)?.into() })
    }

    pub fn take(&mut self, packet: &Packet<'_>) -> Step {
        match packet {
            Packet::Ack(number) => self.acknowledged(*number),
            Packet::Error { code, text } => Step::Abort(format!("the client gave up: {text} ({})", code.number())),
            _ => Step::Wait,
        }
    }

    /// Nothing came for a while: what is under way goes out again, and may be asked for again.
    pub fn waited(&mut self) {
        self.repeated = false;
    }

    /// A block inside of the window is the last that the client has: the next window begins behind it, wherever this one
    /// ends (RFC 7440 §4). Numbers of 16 bits are clear, since a window has far fewer blocks than there are numbers.
    fn acknowledged(&mut self, number: u16) -> Step {
        let window = self.window();
        let block = window.start + u64::from(number.wrapping_sub(self::number(window.start)));
        if window.contains(&block) {
            if block == self.last() && block > 0 {
                return Step::Done;
            }
            self.base = block + 1;
            self.repeated = false;
            return Step::Send;
        }
        let before = window.start.checked_sub(1).map(self::number);
        if self.agreed.window() > 1 && before == Some(number) && !self.repeated {
            self.repeated = true;
            return Step::Again;
        }
        Step::Wait
    }

    fn options(&self) -> Options {
        self.agreed.options()
    }

    /// A file that fills its last block is followed by an empty one.
    fn last(&self) -> u64 {
        self.file.len() / self.agreed.block() as u64 + 1
    }
}

/// A block's number on the wire. Beyond 65535 it begins again at 0, as most clients expect.
fn number(block: u64) -> u16 {
    (block & 0xffff) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::tftp::ErrorCode;

    fn sender(length: usize, asked: Options) -> Sender {
        let file = Source::octets(vec![7; length].into());
        let agreed = Agreed::new(asked, [10, 0, 0, 1].into(), Some(file.len()));
        Sender::new(file, agreed)
    }

    /// Numbers and lengths of what is under way.
    fn data(sender: &mut Sender) -> Vec<(u16, usize)> {
        let window = sender.window();
        let packet = |block| match sender.packet(block).expect("in memory") {
            Packet::Data { block, data } => (block, data.len()),
            other => panic!("{other:?}"),
        };
        window.map(packet).collect()
    }

    fn windows(blksize: u16, windowsize: u16) -> Options {
        Options { blksize: Some(blksize), windowsize: Some(windowsize), ..Options::default() }
    }

    #[test]
    fn an_exact_multiple_ends_with_an_empty_block() {
        let mut sender = sender(1024, Options::default());
        for block in [(1, 512), (2, 512)] {
            assert_eq!(data(&mut sender), [block]);
            assert_eq!(sender.take(&Packet::Ack(block.0)), Step::Send);
        }
        assert_eq!(data(&mut sender), [(3, 0)]);
        assert_eq!(sender.take(&Packet::Ack(3)), Step::Done);
    }

    #[test]
    fn nothing_is_one_empty_block() {
        let mut sender = sender(0, windows(512, 8));
        assert_eq!(sender.take(&Packet::Ack(0)), Step::Send);
        assert_eq!(data(&mut sender), [(1, 0)]);
        assert_eq!(sender.take(&Packet::Ack(1)), Step::Done);
    }

    #[test]
    fn options_are_acknowledged_before_the_first_block() {
        let asked = Options { blksize: Some(65464), timeout: Some(3), tsize: Some(0), windowsize: None };
        let mut sender = sender(2000, asked);
        let agreed = Options { blksize: Some(1468), tsize: Some(2000), ..asked };
        assert_eq!((sender.window(), sender.packet(0).expect("in memory")), (0..1, Packet::OptionAck(agreed)));
        assert_eq!(sender.take(&Packet::Ack(1)), Step::Wait);
        assert_eq!(sender.take(&Packet::Ack(0)), Step::Send);
        assert_eq!(data(&mut sender), [(1, 1468)]);
    }

    #[test]
    fn a_repeated_acknowledgement_sends_nothing() {
        let mut sender = sender(2000, Options::default());
        assert_eq!(sender.take(&Packet::Ack(1)), Step::Send);
        assert_eq!(sender.take(&Packet::Ack(1)), Step::Wait);
        assert_eq!(data(&mut sender), [(2, 512)]);
    }

    #[test]
    fn a_window_goes_out_whole_and_begins_behind_what_arrived() {
        let mut sender = sender(64 * 10 + 5, windows(64, 4));
        assert_eq!(sender.take(&Packet::Ack(0)), Step::Send);
        assert_eq!(data(&mut sender), [(1, 64), (2, 64), (3, 64), (4, 64)]);
        // The third got lost: what follows the second goes out.
        assert_eq!(sender.take(&Packet::Ack(2)), Step::Send);
        assert_eq!(data(&mut sender), [(3, 64), (4, 64), (5, 64), (6, 64)]);
        // The first of the window got lost: once at once, then when nothing comes.
        assert_eq!(sender.take(&Packet::Ack(2)), Step::Again);
        assert_eq!(sender.take(&Packet::Ack(2)), Step::Wait);
        sender.waited();
        assert_eq!(sender.take(&Packet::Ack(2)), Step::Again);
        // What is older than that, or was never sent, says nothing.
        for number in [0, 1, 7, 8, 65535] {
            assert_eq!(sender.take(&Packet::Ack(number)), Step::Wait, "{number}");
        }
        assert_eq!(sender.take(&Packet::Ack(6)), Step::Send);
        assert_eq!(data(&mut sender), [(7, 64), (8, 64), (9, 64), (10, 64)]);
        assert_eq!(sender.take(&Packet::Ack(10)), Step::Send);
        assert_eq!(data(&mut sender), [(11, 5)]);
        assert_eq!(sender.take(&Packet::Ack(11)), Step::Done);
    }

    #[test]
    fn a_lost_first_block_of_all_is_asked_for_with_0() {
        let mut sender = sender(900, windows(64, 4));
        assert_eq!(sender.take(&Packet::Ack(0)), Step::Send);
        assert_eq!(sender.take(&Packet::Ack(0)), Step::Again);
        assert_eq!(data(&mut sender).first(), Some(&(1, 64)));
    }

    #[test]
    fn block_numbers_wrap() {
        for (step, options) in [(1, windows(8, 1)), (7, windows(8, 7))] {
            let mut sender = sender(8 * 140_000, options);
            assert_eq!(sender.take(&Packet::Ack(0)), Step::Send);
            let mut next = 1u32;
            loop {
                let sent = data(&mut sender);
                assert!(sent.len() <= step);
                for (number, _) in &sent {
                    assert_eq!(*number, (next & 0xffff) as u16);
                    next += 1;
                }
                match sender.take(&Packet::Ack(sent.last().expect("a block").0)) {
                    Step::Send => {}
                    Step::Done => break,
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!(next, 140_002);
        }
    }

    #[test]
    fn an_error_of_the_client_ends_it() {
        let mut sender = sender(1, Options::default());
        let error = Packet::Error { code: ErrorCode::DiskFull, text: "full".into() };
        assert_eq!(sender.take(&error), Step::Abort("the client gave up: full (3)".into()));
        assert_eq!(sender.take(&Packet::Data { block: 1, data: (&[0u8][..]).into() }), Step::Wait);
    }
}
