//! Messages out of a stream (RFC 3261 §18.3): each says how long it is. Empty lines between them keep a connection alive
//! (RFC 5626 §3.5.1) and are no message.

use super::read::{Head, LONGEST};
use super::{Message, SipError};

/// What has come of a stream, and what of it is no message yet.
#[derive(Debug, Default)]
pub struct Frames {
    held: Vec<u8>,
}

impl Frames {
    pub fn push(&mut self, octets: &[u8]) {
        self.held.extend_from_slice(octets);
    }

    /// The next whole message; nothing until more comes. After an error nothing more can be told apart.
    pub fn message(&mut self) -> Result<Option<Message>, SipError> {
        let blank = self.held.iter().take_while(|octet| matches!(octet, b'\r' | b'\n')).count();
        self.held.drain(..blank);
        let Some(head) = Head::read(&self.held)? else { return Ok(None) };
        let length = head.length.ok_or(SipError::Unmeasured)?;
        let whole = head.ends + length;
        if whole > 2 * LONGEST {
            return Err(SipError::TooLong);
        }
        let Some(body) = self.held.get(head.ends..whole) else { return Ok(None) };
        let message = head.message(body);
        self.held.drain(..whole);
        Ok(Some(message))
    }
}
