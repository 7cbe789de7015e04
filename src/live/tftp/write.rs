//! A file goes, block by block.

use super::{Next, Side, block, refused};
use crate::phone::model::FetchAnswer;
use crate::phone::tftp::{DEFAULT_BLOCK, ErrorCode, Packet};
use std::borrow::Cow;

pub(super) struct Writing<'f> {
    block: usize,
    rest: &'f [u8],
    /// The number of the block whose acknowledgement is to come, and whether it is the last one. None: the server has not
    /// answered the request yet.
    sent: Option<(u16, bool)>,
}

impl<'f> Writing<'f> {
    pub fn new(file: &'f [u8]) -> Self {
        Writing { block: usize::from(DEFAULT_BLOCK), rest: file, sent: None }
    }

    /// Less than a block ends the file: one of a whole number of blocks ends with an empty one.
    fn next(&mut self) -> Next {
        let (data, rest) = self.rest.split_at(self.rest.len().min(self.block));
        let number = self.sent.map_or(1, |(number, _)| number.wrapping_add(1));
        self.rest = rest;
        self.sent = Some((number, data.len() < self.block));
        Next::Send(Packet::Data { block: number, data: Cow::Borrowed(data) }.encode())
    }
}

impl Side for Writing<'_> {
    fn take(&mut self, packet: Packet<'_>) -> Next {
        match (packet, self.sent) {
            (Packet::OptionAck(options), None) => match block(&options) {
                Ok(block) => {
                    self.block = block;
                    self.next()
                }
                Err(why) => refused(ErrorCode::OptionRefused, &why),
            },
            // A server that knows no options (RFC 1350).
            (Packet::Ack(0), None) => self.next(),
            (Packet::Ack(number), Some((sent, true))) if number == sent => {
                Next::Done { last: None, answer: FetchAnswer::Tftp(Vec::new()) }
            }
            (Packet::Ack(number), Some((sent, false))) if number == sent => self.next(),
            // An acknowledgement again is not answered with data (WF §8, Sorcerer's Apprentice).
            _ => Next::Ignore,
        }
    }
}
