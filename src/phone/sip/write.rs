//! A message to octets.

use super::{Message, Start};

impl Message {
    pub fn encode(&self) -> Vec<u8> {
        let mut text = match &self.start {
            Start::Request { method, uri } => format!("{method} {uri} SIP/2.0\r\n"),
            Start::Response { status, reason } => format!("SIP/2.0 {status} {reason}\r\n"),
        };
        for (name, value) in &self.headers {
            text += &format!("{}: {value}\r\n", name.text());
        }
        text += &format!("Content-Length: {}\r\n\r\n", self.body.len());
        let mut octets = text.into_bytes();
        octets.extend_from_slice(&self.body);
        octets
    }
}
