//! A file comes, block by block.

use super::{Next, Side, block, refused};
use crate::phone::model::FetchAnswer;
use crate::phone::tftp::{DEFAULT_BLOCK, ErrorCode, Packet};

pub(super) struct Reading {
    block: usize,
    file: Vec<u8>,
    /// The number of the block that is to come.
    next: u16,
    /// The longest file taken.
    longest: usize,
}

impl Reading {
    pub fn new(longest: usize) -> Self {
        Reading { block: usize::from(DEFAULT_BLOCK), file: Vec::new(), next: 1, longest }
    }

    fn too_long(&self) -> Next {
        let why = "the file is too large".to_owned();
        let last = Packet::Error { code: ErrorCode::DiskFull, text: why }.encode();
        Next::Done { last: Some(last), answer: FetchAnswer::TooLong(self.longest) }
    }
}

impl Side for Reading {
    fn take(&mut self, packet: Packet<'_>) -> Next {
        match packet {
            Packet::OptionAck(options) if self.next == 1 && self.file.is_empty() => {
                match block(&options) {
                    Ok(block) => self.block = block,
                    Err(why) => return refused(ErrorCode::OptionRefused, &why),
                }
                if options.tsize.is_some_and(|size| size > self.longest as u64) {
                    return self.too_long();
                }
                Next::Send(Packet::Ack(0).encode())
            }
            Packet::Data { block, data } if block == self.next => {
                self.file.extend_from_slice(&data);
                let acknowledged = Packet::Ack(block).encode();
                // Beyond 65535 blocks the number begins anew at 0, as most servers do (unspecified, WF §8).
                self.next = self.next.wrapping_add(1);
                if self.file.len() > self.longest {
                    return self.too_long();
                }
                match data.len() < self.block {
                    true => Next::Done {
                        last: Some(acknowledged),
                        answer: FetchAnswer::Tftp(std::mem::take(&mut self.file)),
                    },
                    false => Next::Send(acknowledged),
                }
            }
            // A block again: our acknowledgement was lost, or is on its way. The clock will tell.
            _ => Next::Ignore,
        }
    }
}
