//! TFTP packets (RFC 1350, options RFC 2347-2349 and 7440), for both sides. A packet borrows what it can from the datagram.

use std::borrow::Cow;

/// The server's port.
pub const SERVER_PORT: u16 = 69;
/// Octets of a block where nothing else was agreed (RFC 1350 §2).
pub const DEFAULT_BLOCK: u16 = 512;
/// The bounds of `blksize` (RFC 2348).
pub const BLOCK_BOUNDS: std::ops::RangeInclusive<u16> = 8..=65464;
/// More options than this in one request are not read: seven are registered.
const MOST_OPTIONS: usize = 16;

/// One datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    Read(Request),
    Write(Request),
    Data { block: u16, data: Cow<'a, [u8]> },
    Ack(u16),
    Error { code: ErrorCode, text: String },
    OptionAck(Options),
}

/// What RRQ and WRQ say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// As sent; not necessarily a path with a slash in front.
    pub path: String,
    pub mode: Mode,
    pub options: Options,
}

/// How the octets are to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Octet,
    Netascii,
}

/// The options we speak; others are ignored, as RFC 2347 has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Octets a block.
    pub blksize: Option<u16>,
    /// Seconds before a retransmission.
    pub timeout: Option<u8>,
    /// Octets of the file; 0 in a read request asks for it.
    pub tsize: Option<u64>,
    /// Blocks that are sent before an acknowledgement is waited for (RFC 7440).
    pub windowsize: Option<u16>,
}

impl Options {
    pub fn is_empty(&self) -> bool {
        *self == Options::default()
    }
}

/// RFC 1350 §5 and RFC 2347.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    Undefined,
    NotFound,
    Access,
    DiskFull,
    Illegal,
    UnknownTransfer,
    Exists,
    NoUser,
    OptionRefused,
    Other(u16),
}

impl ErrorCode {
    pub const fn number(self) -> u16 {
        match self {
            ErrorCode::Undefined => 0,
            ErrorCode::NotFound => 1,
            ErrorCode::Access => 2,
            ErrorCode::DiskFull => 3,
            ErrorCode::Illegal => 4,
            ErrorCode::UnknownTransfer => 5,
            ErrorCode::Exists => 6,
            ErrorCode::NoUser => 7,
            ErrorCode::OptionRefused => 8,
            ErrorCode::Other(number) => number,
        }
    }

    pub const fn from_number(number: u16) -> ErrorCode {
        match number {
            0 => ErrorCode::Undefined,
            1 => ErrorCode::NotFound,
            2 => ErrorCode::Access,
            3 => ErrorCode::DiskFull,
            4 => ErrorCode::Illegal,
            5 => ErrorCode::UnknownTransfer,
            6 => ErrorCode::Exists,
            7 => ErrorCode::NoUser,
            8 => ErrorCode::OptionRefused,
            other => ErrorCode::Other(other),
        }
    }
}

/// Why a datagram is not a TFTP packet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PacketError {
    #[error("the datagram ends before the packet does")]
    Short,
    #[error("there is no operation {0}")]
    Operation(u16),
    #[error("a text has no NUL at its end")]
    Unterminated,
    #[error("the file name is empty or not UTF-8")]
    Name,
    #[error("the transfer mode is octet or netascii")]
    Mode,
    #[error("octets follow the end of the packet")]
    Trailing,
    #[error("there are too many options")]
    TooMany,
}

impl<'a> Packet<'a> {
    pub fn decode(octets: &'a [u8]) -> Result<Self, PacketError> {
        let (operation, rest) = octets.split_first_chunk::<2>().ok_or(PacketError::Short)?;
        match u16::from_be_bytes(*operation) {
            1 => request(rest).map(Packet::Read),
            2 => request(rest).map(Packet::Write),
            3 => {
                let (block, data) = number(rest)?;
                Ok(Packet::Data { block, data: Cow::Borrowed(data) })
            }
            4 => match number(rest)? {
                (block, []) => Ok(Packet::Ack(block)),
                _ => Err(PacketError::Trailing),
            },
            5 => {
                let (code, text) = number(rest)?;
                // Some clients leave the NUL out; what they say is worth reading all the same.
                let text = text.split(|octet| *octet == 0).next().unwrap_or_default();
                let text = String::from_utf8_lossy(text).into_owned();
                Ok(Packet::Error { code: ErrorCode::from_number(code), text })
            }
            6 => options(rest).map(Packet::OptionAck),
            other => Err(PacketError::Operation(other)),
        }
    }

    pub fn encode(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        self.encode_into(&mut octets);
        octets
    }

    /// Appends the packet. A NUL inside a text would end it early and is left out.
    pub fn encode_into(&self, octets: &mut Vec<u8>) {
        match self {
            Packet::Read(request) => write_request(octets, 1, request),
            Packet::Write(request) => write_request(octets, 2, request),
            Packet::Data { block, data } => {
                octets.reserve(4 + data.len());
                octets.extend_from_slice(&[0, 3]);
                octets.extend_from_slice(&block.to_be_bytes());
                octets.extend_from_slice(data);
            }
            Packet::Ack(block) => {
                octets.extend_from_slice(&[0, 4]);
                octets.extend_from_slice(&block.to_be_bytes());
            }
            Packet::Error { code, text } => {
                octets.extend_from_slice(&[0, 5]);
                octets.extend_from_slice(&code.number().to_be_bytes());
                write_text(octets, text);
            }
            Packet::OptionAck(options) => {
                octets.extend_from_slice(&[0, 6]);
                write_options(octets, options);
            }
        }
    }
}

fn number(octets: &[u8]) -> Result<(u16, &[u8]), PacketError> {
    let (number, rest) = octets.split_first_chunk::<2>().ok_or(PacketError::Short)?;
    Ok((u16::from_be_bytes(*number), rest))
}

fn text(octets: &[u8]) -> Result<(&[u8], &[u8]), PacketError> {
    let end = octets.iter().position(|octet| *octet == 0).ok_or(PacketError::Unterminated)?;
    let (text, rest) = octets.split_at_checked(end).ok_or(PacketError::Unterminated)?;
    Ok((text, rest.get(1..).unwrap_or_default()))
}

fn request(octets: &[u8]) -> Result<Request, PacketError> {
    let (path, rest) = text(octets)?;
    let path = std::str::from_utf8(path).ok().filter(|path| !path.is_empty()).ok_or(PacketError::Name)?;
    let (mode, rest) = text(rest)?;
    let mode = if mode.eq_ignore_ascii_case(b"octet") {
        Mode::Octet
    } else if mode.eq_ignore_ascii_case(b"netascii") {
        Mode::Netascii
    } else {
        return Err(PacketError::Mode);
    };
    Ok(Request { path: path.to_owned(), mode, options: options(rest)? })
}

/// Options by name, whatever their case (RFC 2347). A value that is not of its form counts as not given, so that the
/// transfer goes on without it; of an option that is there twice, which it must not be, the first counts.
fn options(octets: &[u8]) -> Result<Options, PacketError> {
    let mut options = Options::default();
    let mut rest = octets;
    for _ in 0..MOST_OPTIONS {
        if rest.is_empty() {
            return Ok(options);
        }
        let (name, after) = text(rest)?;
        let (value, after) = text(after)?;
        rest = after;
        let value = number_of(value);
        let small = |least: u16| value.and_then(|value| u16::try_from(value).ok()).filter(|value| *value >= least);
        if name.eq_ignore_ascii_case(b"blksize") {
            let size = small(*BLOCK_BOUNDS.start()).filter(|size| BLOCK_BOUNDS.contains(size));
            options.blksize = options.blksize.or(size);
        } else if name.eq_ignore_ascii_case(b"timeout") {
            let seconds = small(1).and_then(|seconds| u8::try_from(seconds).ok());
            options.timeout = options.timeout.or(seconds);
        } else if name.eq_ignore_ascii_case(b"tsize") {
            options.tsize = options.tsize.or(value);
        } else if name.eq_ignore_ascii_case(b"windowsize") {
            options.windowsize = options.windowsize.or(small(1));
        }
    }
    if rest.is_empty() { Ok(options) } else { Err(PacketError::TooMany) }
}

/// Digits and nothing else: `+8` and ` 8` are no numbers of a packet.
fn number_of(value: &[u8]) -> Option<u64> {
    let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(value).ok().filter(|_| digits)?.parse().ok()
}

fn write_request(octets: &mut Vec<u8>, operation: u8, request: &Request) {
    octets.extend_from_slice(&[0, operation]);
    write_text(octets, &request.path);
    write_text(
        octets,
        match request.mode {
            Mode::Octet => "octet",
            Mode::Netascii => "netascii",
        },
    );
    write_options(octets, &request.options);
}

fn write_options(octets: &mut Vec<u8>, options: &Options) {
    let values = [
        ("blksize", options.blksize.map(u64::from)),
        ("timeout", options.timeout.map(u64::from)),
        ("tsize", options.tsize),
        ("windowsize", options.windowsize.map(u64::from)),
    ];
    for (name, value) in values {
        if let Some(value) = value {
            write_text(octets, name);
            write_text(octets, &value.to_string());
        }
    }
}

fn write_text(octets: &mut Vec<u8>, text: &str) {
    octets.extend(text.bytes().filter(|octet| *octet != 0));
    octets.push(0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_request_with_options_reads_whatever_the_case() {
        let read = Packet::decode(
            b"\0\x01/8841-3PCC.xml\0OCTET\0BlkSize\x001432\0tsize\x000\0WINDOWSIZE\x0016\0multicast\0\0",
        );
        let options = Options { blksize: Some(1432), timeout: None, tsize: Some(0), windowsize: Some(16) };
        let request = Request { path: "/8841-3PCC.xml".into(), mode: Mode::Octet, options };
        assert_eq!(read, Ok(Packet::Read(request)));
    }

    #[test]
    fn values_out_of_bounds_count_as_not_given() {
        for text in [
            "blksize\x007\0",
            "blksize\x0065465\0",
            "blksize\x0070000\0",
            "blksize\0-512\0",
            "blksize\0+512\0",
            "blksize\0 512\0",
            "blksize\x000x200\0",
            "blksize\0\0",
            "timeout\x000\0",
            "timeout\x00256\0",
            "tsize\x0018446744073709551616\0",
            "tsize\0-1\0",
            "windowsize\x000\0",
            "windowsize\x0065536\0",
            "utimeout\x00100000\0",
        ] {
            let octets = [b"\0\x01a\0octet\0", text.as_bytes()].concat();
            let read = Packet::decode(&octets);
            assert!(matches!(read, Ok(Packet::Read(request)) if request.options.is_empty()), "{text:?}");
        }
    }

    #[test]
    fn of_an_option_that_is_there_twice_the_first_counts() {
        let read = Packet::decode(b"\0\x01a\0octet\0blksize\x007\0blksize\x00512\0blksize\x001024\0");
        assert!(matches!(read, Ok(Packet::Read(request)) if request.options.blksize == Some(512)));
        let many = [b"\0\x01a\0octet\0".to_vec(), b"x\x001\0".repeat(17)].concat();
        assert_eq!(Packet::decode(&many), Err(PacketError::TooMany));
    }

    #[test]
    fn what_is_malformed_is_refused_with_the_reason() {
        let cases: [(&[u8], PacketError); 8] = [
            (b"", PacketError::Short),
            (b"\0\x04\0", PacketError::Short),
            (b"\0\x09\0\0", PacketError::Operation(9)),
            (b"\0\x01a\0octet", PacketError::Unterminated),
            (b"\0\x01\0octet\0", PacketError::Name),
            (b"\0\x01\xff\0octet\0", PacketError::Name),
            (b"\0\x01a\0mail\0", PacketError::Mode),
            (b"\0\x04\0\x01x", PacketError::Trailing),
        ];
        for (octets, error) in cases {
            assert_eq!(Packet::decode(octets), Err(error), "{octets:?}");
        }
    }

    fn any_options() -> impl Strategy<Value = Options> {
        let (blksize, timeout) = (proptest::option::of(BLOCK_BOUNDS), proptest::option::of(1u8..));
        let windowsize = proptest::option::of(1u16..);
        (blksize, timeout, any::<Option<u64>>(), windowsize).prop_map(|(blksize, timeout, tsize, windowsize)| Options {
            blksize,
            timeout,
            tsize,
            windowsize,
        })
    }

    fn any_packet() -> impl Strategy<Value = Packet<'static>> {
        let request = || {
            ("[^\0]{1,80}", any::<bool>(), any_options()).prop_map(|(path, octet, options)| Request {
                path,
                mode: if octet { Mode::Octet } else { Mode::Netascii },
                options,
            })
        };
        prop_oneof![
            request().prop_map(Packet::Read),
            request().prop_map(Packet::Write),
            (any::<u16>(), any::<Vec<u8>>()).prop_map(|(block, data)| Packet::Data { block, data: data.into() }),
            any::<u16>().prop_map(Packet::Ack),
            (any::<u16>(), "[^\0]{0,80}")
                .prop_map(|(code, text)| Packet::Error { code: ErrorCode::from_number(code), text }),
            any_options().prop_map(Packet::OptionAck),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(packet in any_packet()) {
            let octets = packet.encode();
            prop_assert_eq!(Packet::decode(&octets), Ok(packet));
        }

        #[test]
        fn no_octets_are_too_strange(operation in 0u8..9, rest: Vec<u8>) {
            let mut octets = vec![0, operation];
            octets.extend_from_slice(&rest);
            let _ = Packet::decode(&octets);
        }
    }
}
