//! The receiving side of a transfer as a state machine: no sockets, no time.

use super::agreed::Agreed;
use crate::phone::tftp::{ErrorCode, Packet};

/// A file that comes, whole in memory.
#[derive(Debug)]
pub struct Receiver {
    agreed: Agreed,
    octets: Vec<u8>,
    /// Octets that it may have.
    most: usize,
    /// The block that is to come, from 1.
    next: u64,
    /// Blocks that came since something was acknowledged.
    since: u16,
    /// It was told already that a block is missing.
    told: bool,
    ended: bool,
}

/// What a packet of the client leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// What has come is to be acknowledged.
    Acknowledge,
    /// It came in its order, and the window is not full.
    More,
    /// Something is missing, or came twice: what has come is to be acknowledged again.
    Again,
    /// Nothing: that was said already.
    Wait,
    /// Everything is here; what is said of it is the last word.
    Whole,
    /// It is refused.
    Refuse(ErrorCode, &'static str),
    /// The client gave up, and why.
    Abort(String),
}

impl Receiver {
    pub fn new(agreed: Agreed, most: usize) -> Self {
        Receiver { agreed, octets: Vec::new(), most, next: 1, since: 0, told: false, ended: false }
    }

    pub fn agreed(&self) -> &Agreed {
        &self.agreed
    }

    /// The acknowledgement of what has come: at first of the request.
    pub fn acknowledgement(&self) -> Packet<'static> {
        match self.next {
            1 if !self.agreed.options().is_empty() => Packet::OptionAck(self.agreed.options()),
            next => Packet::Ack((next.wrapping_sub(1) & 0xffff) as u16),
        }
    }

    pub fn take(&mut self, packet: &Packet<'_>) -> Taken {
        match packet {
            Packet::Data { block, data } => self.data(*block, data),
            Packet::Error { code, text } => Taken::Abort(format!("the client gave up: {text} ({})", code.number())),
            _ => Taken::Wait,
        }
    }

    /// Nothing came for a while: what has come is acknowledged again, and may be asked for again.
    pub fn waited(&mut self) {
        self.told = false;
    }

    pub fn into_octets(self) -> Vec<u8> {
        self.octets
    }

    fn data(&mut self, block: u16, data: &[u8]) -> Taken {
        if self.ended || u64::from(block) != self.next & 0xffff {
            return self.out_of_order();
        }
        if data.len() > self.agreed.block() {
            return Taken::Refuse(ErrorCode::Illegal, "this block is longer than agreed");
        }
        if self.octets.len() + data.len() > self.most {
            return Taken::Refuse(ErrorCode::DiskFull, "this is more than is taken");
        }
        self.octets.extend_from_slice(data);
        self.next += 1;
        self.told = false;
        if data.len() < self.agreed.block() {
            self.ended = true;
            return Taken::Whole;
        }
        self.since += 1;
        if self.since < self.agreed.window() {
            return Taken::More;
        }
        self.since = 0;
        Taken::Acknowledge
    }

    /// A block again, or one behind a gap: the client begins anew behind what is acknowledged. In a window all that follows
    /// is out of order as well, and one word is enough (RFC 7440 §4).
    fn out_of_order(&mut self) -> Taken {
        if self.told && self.agreed.window() > 1 {
            return Taken::Wait;
        }
        (self.told, self.since) = (true, 0);
        Taken::Again
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::tftp::Options;

    fn receiver(asked: Options, most: usize) -> Receiver {
        Receiver::new(Agreed::new(asked, [10, 0, 0, 1].into(), asked.tsize), most)
    }

    fn data(block: u16, length: usize) -> Packet<'static> {
        Packet::Data { block, data: vec![7; length].into() }
    }

    #[test]
    fn a_file_comes_block_by_block() {
        let mut receiver = receiver(Options::default(), 2000);
        assert_eq!(receiver.acknowledgement(), Packet::Ack(0));
        assert_eq!(receiver.take(&data(1, 512)), Taken::Acknowledge);
        assert_eq!(receiver.acknowledgement(), Packet::Ack(1));
        // Our acknowledgement was lost, each time.
        for _ in 0..3 {
            assert_eq!(receiver.take(&data(1, 512)), Taken::Again);
        }
        assert_eq!(receiver.take(&data(2, 512)), Taken::Acknowledge);
        assert_eq!(receiver.take(&data(3, 0)), Taken::Whole);
        assert_eq!(receiver.acknowledgement(), Packet::Ack(3));
        assert_eq!(receiver.take(&data(3, 0)), Taken::Again);
        assert_eq!(receiver.into_octets().len(), 1024);
    }

    #[test]
    fn a_window_is_acknowledged_once_and_a_gap_at_once() {
        let asked = Options { blksize: Some(8), windowsize: Some(4), tsize: Some(50), ..Options::default() };
        let mut receiver = receiver(asked, 2000);
        assert_eq!(receiver.acknowledgement(), Packet::OptionAck(asked));
        for (block, taken) in [(1, Taken::More), (2, Taken::More), (3, Taken::More), (4, Taken::Acknowledge)] {
            assert_eq!(receiver.take(&data(block, 8)), taken);
        }
        assert_eq!(receiver.take(&data(5, 8)), Taken::More);
        // The sixth is missing.
        assert_eq!(receiver.take(&data(7, 8)), Taken::Again);
        assert_eq!(receiver.acknowledgement(), Packet::Ack(5));
        assert_eq!(receiver.take(&data(8, 8)), Taken::Wait);
        receiver.waited();
        assert_eq!(receiver.take(&data(8, 8)), Taken::Again);
        assert_eq!(receiver.take(&data(6, 8)), Taken::More);
        assert_eq!(receiver.take(&data(7, 2)), Taken::Whole);
        assert_eq!((receiver.acknowledgement(), receiver.into_octets().len()), (Packet::Ack(7), 50));
    }

    #[test]
    fn what_is_too_much_is_refused() {
        let mut receiver = receiver(Options { blksize: Some(8), ..Options::default() }, 20);
        assert_eq!(receiver.take(&data(1, 9)), Taken::Refuse(ErrorCode::Illegal, "this block is longer than agreed"));
        for block in [1, 2] {
            assert_eq!(receiver.take(&data(block, 8)), Taken::Acknowledge);
        }
        let refused = Taken::Refuse(ErrorCode::DiskFull, "this is more than is taken");
        assert_eq!(receiver.take(&data(3, 8)), refused);
    }

    #[test]
    fn numbers_begin_anew() {
        let mut receiver = receiver(Options { blksize: Some(8), ..Options::default() }, 1 << 20);
        for block in 1..=70_000u32 {
            assert_eq!(receiver.take(&data((block & 0xffff) as u16, 8)), Taken::Acknowledge);
        }
        assert_eq!(receiver.take(&data(70_001u32 as u16, 1)), Taken::Whole);
        assert_eq!(receiver.into_octets().len(), 560_001);
    }
}
