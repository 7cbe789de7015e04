//! A message: its first line, header fields in order, and a body.

use super::fields::{CSeq, Via, parameter, split_outside};
use super::name::is_token;
use super::{Name, SipError};

/// A request or a response. The length of the body is not among the headers: it is written from the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub start: Start,
    pub(super) headers: Vec<(Name, String)>,
    pub body: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    Request { method: String, uri: String },
    Response { status: u16, reason: String },
}

/// A value in one line without blanks round it: nothing in it ends the header field or begins another.
pub(super) fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    plain.trim_matches(' ').to_owned()
}

impl Message {
    /// A method that is no token, or a URI with blanks, makes no request.
    pub fn request(method: &str, uri: &str) -> Option<Message> {
        let sound = is_token(method) && !uri.is_empty() && uri.chars().all(|sign| !sign.is_control() && sign != ' ');
        sound.then(|| Message {
            start: Start::Request { method: method.to_owned(), uri: uri.to_owned() },
            headers: Vec::new(),
            body: Vec::new(),
        })
    }

    /// The answer to a request: what belongs to the transaction is copied (RFC 3261 §8.2.6.2). `tag` is put to a To that
    /// has none.
    pub fn response(request: &Message, status: u16, reason: &str, tag: &str) -> Message {
        let start = Start::Response { status, reason: one_line(reason) };
        let mut response = Message { start, headers: Vec::new(), body: Vec::new() };
        for (name, value) in &request.headers {
            match name {
                Name::Via | Name::From | Name::CallId | Name::CSeq => {
                    response.headers.push((name.clone(), value.clone()))
                }
                Name::To if parameter(value, "tag").is_none() && status > 100 => {
                    response.headers.push((Name::To, format!("{value};tag={tag}")));
                }
                Name::To => response.headers.push((Name::To, value.clone())),
                _ => {}
            }
        }
        response
    }

    #[must_use]
    pub fn with(mut self, name: Name, value: impl AsRef<str>) -> Message {
        // Written from the body.
        if name != Name::ContentLength {
            self.headers.push((name, one_line(value.as_ref())));
        }
        self
    }

    #[must_use]
    pub fn with_body(mut self, kind: &str, body: Vec<u8>) -> Message {
        self.body = body;
        self.with(Name::ContentType, kind)
    }

    /// The first of a name.
    pub fn header(&self, name: &Name) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn all<'m>(&'m self, name: &'m Name) -> impl Iterator<Item = &'m str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The Via on top says where the answer went; others behind it in the same header field stay.
    pub(super) fn replace_top_via(&mut self, via: &str) {
        if let Some((_, old)) = self.headers.iter_mut().find(|(known, _)| *known == Name::Via) {
            let others = split_outside(old, ',').1.map(|others| format!(",{others}")).unwrap_or_default();
            *old = one_line(&format!("{via}{others}"));
        }
    }

    pub fn method(&self) -> Option<&str> {
        match &self.start {
            Start::Request { method, .. } => Some(method),
            Start::Response { .. } => None,
        }
    }

    pub fn status(&self) -> Option<u16> {
        match &self.start {
            Start::Request { .. } => None,
            Start::Response { status, .. } => Some(*status),
        }
    }

    /// The topmost Via: who sent the request last.
    pub fn via(&self) -> Result<Via, SipError> {
        Via::parse(self.header(&Name::Via).ok_or(SipError::Missing("Via"))?).ok_or(SipError::Malformed("Via"))
    }

    pub fn cseq(&self) -> Result<CSeq, SipError> {
        CSeq::parse(self.header(&Name::CSeq).ok_or(SipError::Missing("CSeq"))?).ok_or(SipError::Malformed("CSeq"))
    }

    /// Whether a request says all that each has to (RFC 3261 §8.1.1). Max-Forwards is passed over where it is missing, as
    /// §16.3 has it of old senders.
    pub fn check(&self) -> Result<(), SipError> {
        self.via()?;
        for (name, label) in [(Name::From, "From"), (Name::To, "To"), (Name::CallId, "Call-ID")] {
            if self.header(&name).is_none_or(str::is_empty) {
                return Err(SipError::Missing(label));
            }
        }
        let sequence = self.cseq()?;
        match self.method() {
            Some(method) if method != sequence.method => Err(SipError::Method),
            _ => Ok(()),
        }
    }
}
