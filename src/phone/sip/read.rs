//! Octets to a message. Whatever arrives is read to its end or refused with a reason; nothing is read beyond bounds.

use super::name::is_token;
use super::{Message, Name, Start};

/// The longest head, and the longest body: a NOTIFY has a few hundred octets, a pushed XML object a few thousand.
pub(super) const LONGEST: usize = 64 * 1024;
/// More header fields than this are not read.
const MOST_HEADERS: usize = 128;

/// Why octets are no SIP message, or a message is no request that can be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SipError {
    #[error("the first line is neither that of a request nor that of a response")]
    Start,
    #[error("the version is not SIP/2.0")]
    Version,
    #[error("the headers do not end")]
    Unended,
    #[error("the headers are not UTF-8, or hold control characters")]
    Binary,
    #[error("a header field has no name and colon")]
    Field,
    #[error("there are more than {MOST_HEADERS} header fields")]
    TooMany,
    #[error("the message is longer than {LONGEST} octets")]
    TooLong,
    #[error("Content-Length is no number, or is there twice with different ones")]
    Length,
    #[error("the body is shorter than Content-Length says")]
    Short,
    #[error("there is no Content-Length, which a stream needs")]
    Unmeasured,
    #[error("the header {0} is missing")]
    Missing(&'static str),
    #[error("the header {0} cannot be read")]
    Malformed(&'static str),
    #[error("CSeq names another method than the first line")]
    Method,
}

/// One datagram (RFC 3261 §18.3): without Content-Length the body goes to the end; octets behind it are dropped.
pub fn read(octets: &[u8]) -> Result<Message, SipError> {
    let head = Head::read(octets)?.ok_or(SipError::Unended)?;
    let rest = octets.get(head.ends..).unwrap_or_default();
    let length = head.length.unwrap_or(rest.len());
    let body = rest.get(..length).ok_or(SipError::Short)?;
    Ok(head.message(body))
}

/// All before the body.
pub(super) struct Head {
    start: Start,
    headers: Vec<(Name, String)>,
    /// Content-Length.
    pub length: Option<usize>,
    /// Where the body begins.
    pub ends: usize,
}

impl Head {
    /// None: the empty line has not come yet.
    pub fn read(octets: &[u8]) -> Result<Option<Head>, SipError> {
        let Some(ends) = end(octets) else {
            return if octets.len() > LONGEST { Err(SipError::TooLong) } else { Ok(None) };
        };
        if ends > LONGEST {
            return Err(SipError::TooLong);
        }
        let text = std::str::from_utf8(octets.get(..ends).unwrap_or_default()).map_err(|_| SipError::Binary)?;
        if text.chars().any(|sign| sign.is_control() && !matches!(sign, '\r' | '\n' | '\t')) {
            return Err(SipError::Binary);
        }
        let mut lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
        let start = start(lines.next().unwrap_or_default())?;
        let mut headers: Vec<(Name, String)> = Vec::new();
        for line in lines.filter(|line| !line.is_empty()) {
            // A carriage return of its own is no end of a line, and no part of a value.
            if line.contains('\r') {
                return Err(SipError::Binary);
            }
            // A line that begins with a blank goes on with the one before (RFC 3261 §7.3.1).
            if line.starts_with([' ', '\t']) {
                let (_, value) = headers.last_mut().ok_or(SipError::Field)?;
                let more = line.trim_matches([' ', '\t']);
                if !more.is_empty() {
                    *value = format!("{value} {more}").trim_start().to_owned();
                }
                continue;
            }
            let (name, value) = line.split_once(':').ok_or(SipError::Field)?;
            let name = Name::parse(name.trim_end_matches([' ', '\t'])).ok_or(SipError::Field)?;
            if headers.len() >= MOST_HEADERS {
                return Err(SipError::TooMany);
            }
            headers.push((name, value.replace('\t', " ").trim_matches(' ').to_owned()));
        }
        for (_, value) in &mut headers {
            if value.contains('\t') {
                *value = value.replace('\t', " ");
            }
        }
        let mut length = None;
        for (_, value) in headers.iter().filter(|(name, _)| *name == Name::ContentLength) {
            let digits = !value.is_empty() && value.bytes().all(|octet| octet.is_ascii_digit());
            let number = value.parse::<usize>().ok().filter(|_| digits).ok_or(SipError::Length)?;
            if length.is_some_and(|before| before != number) {
                return Err(SipError::Length);
            }
            if number > LONGEST {
                return Err(SipError::TooLong);
            }
            length = Some(number);
        }
        headers.retain(|(name, _)| *name != Name::ContentLength);
        Ok(Some(Head { start, headers, length, ends }))
    }

    pub fn message(self, body: &[u8]) -> Message {
        Message { start: self.start, headers: self.headers, body: body.to_vec() }
    }
}

/// Just behind the first empty line.
fn end(octets: &[u8]) -> Option<usize> {
    let mut before = 0;
    for (at, octet) in octets.iter().enumerate().take(LONGEST + 4) {
        match octet {
            b'\n' if before == 1 => return Some(at + 1),
            b'\n' => before = 1,
            b'\r' if before == 1 => {}
            _ => before = 0,
        }
    }
    None
}

fn start(line: &str) -> Result<Start, SipError> {
    let (first, rest) = line.split_once(' ').ok_or(SipError::Start)?;
    if first.eq_ignore_ascii_case("SIP/2.0") {
        let (status, reason) = rest.split_once(' ').unwrap_or((rest, ""));
        let digits = status.len() == 3 && status.bytes().all(|octet| octet.is_ascii_digit());
        let status = status.parse::<u16>().ok().filter(|status| digits && (100..700).contains(status));
        let reason = reason.replace('\t', " ").trim_matches(' ').to_owned();
        return Ok(Start::Response { status: status.ok_or(SipError::Start)?, reason });
    }
    let (uri, version) = rest.split_once(' ').ok_or(SipError::Start)?;
    if !version.eq_ignore_ascii_case("SIP/2.0") {
        return Err(SipError::Version);
    }
    if !is_token(first) || uri.is_empty() || uri.contains(['\t', '\r']) {
        return Err(SipError::Start);
    }
    Ok(Start::Request { method: first.to_owned(), uri: uri.to_owned() })
}
