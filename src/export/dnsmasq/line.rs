//! Lines of dnsmasq's configuration. What stands in one is typed, so that no value of a program ends its place.

use crate::plan::{Mac, Prefix};
use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

/// An argument.
#[derive(Clone)]
pub(super) enum Arg {
    Number(u32),
    Seconds(u32),
    V4(Ipv4Addr),
    /// In the brackets that hosts and options want.
    V6(Ipv6Addr),
    /// Without brackets, as ranges want it.
    BareV6(Ipv6Addr),
    Mac(Mac),
    /// Octets of a hardware address; none: any.
    MacPattern([Option<u8>; 6]),
    Set(String),
    Tag(String),
    NotTag(String),
    /// `option6:N`.
    Option6(u16),
    Word(&'static str),
    /// A domain name that `is_plain` admits.
    Name(String),
    /// A text of octets that [`can_be_text`] admits.
    Text(Vec<u8>),
    /// Octets: what is sent, or what a client's option begins with. Never as a text, to which dnsmasq adds a NUL at times.
    Octets(Vec<u8>),
    /// Two octets or more, whatever they are.
    Several,
    /// Octets, and at least one more behind them.
    Beginning(Vec<u8>),
}

/// The lines of a file.
#[derive(Default)]
pub(super) struct File(String);

impl File {
    pub fn line(&mut self, name: &str, arguments: &[Arg]) {
        self.0.push_str(name);
        for (position, argument) in arguments.iter().enumerate() {
            self.0.push(if position == 0 { '=' } else { ',' });
            argument.write(&mut self.0);
        }
        self.0.push('\n');
    }

    pub fn comment(&mut self, text: &str) {
        let text: String = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
        let _ = writeln!(self.0, "# {text}");
    }

    pub fn blank(&mut self) {
        self.0.push('\n');
    }

    pub fn append(&mut self, other: File) {
        self.0.push_str(&other.0);
    }

    pub fn text(self) -> String {
        self.0
    }
}

impl Arg {
    fn write(&self, into: &mut String) {
        let _ = match self {
            Arg::Number(number) => write!(into, "{number}"),
            Arg::Seconds(seconds) => write!(into, "{seconds}s"),
            Arg::V4(address) => write!(into, "{address}"),
            Arg::V6(address) => write!(into, "[{address}]"),
            Arg::BareV6(address) => write!(into, "{address}"),
            Arg::Mac(mac) => write!(into, "{mac}"),
            Arg::MacPattern(octets) => {
                let octets = octets.map(|octet| octet.map_or("*".into(), |octet| format!("{octet:02x}")));
                write!(into, "{}", octets.join(":"))
            }
            Arg::Set(tag) => write!(into, "set:{tag}"),
            Arg::Tag(tag) => write!(into, "tag:{tag}"),
            Arg::NotTag(tag) => write!(into, "tag:!{tag}"),
            Arg::Option6(code) => write!(into, "option6:{code}"),
            Arg::Several => write!(into, "*:*"),
            Arg::Word(word) => write!(into, "{word}"),
            Arg::Name(name) => write!(into, "\"{name}\""),
            // Quotes keep dnsmasq from reading digits as an address or a number.
            Arg::Text(octets) => {
                into.push('"');
                for octet in octets {
                    if matches!(octet, b'"' | b'\\') {
                        into.push('\\');
                    }
                    into.push(char::from(*octet));
                }
                write!(into, "\"")
            }
            Arg::Octets(octets) => write!(into, "{}", hexadecimal(octets)),
            Arg::Beginning(octets) => {
                octets.iter().try_for_each(|octet| write!(into, "{octet:02x}:")).and_then(|()| write!(into, "*"))
            }
        };
    }
}

/// Whether quotes can hold the octets: printable ASCII. Blanks at the ends stay, quotes and backslashes are escaped.
pub(super) fn can_be_text(octets: &[u8]) -> bool {
    !octets.is_empty() && octets.iter().all(|octet| (b' '..=b'~').contains(octet))
}

/// One octet alone is a decimal number.
fn hexadecimal(octets: &[u8]) -> String {
    match octets {
        [one] => one.to_string(),
        _ => octets.iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().join(":"),
    }
}

/// The mask of a DHCPv4 range.
pub(super) fn mask(subnet: Prefix) -> Arg {
    Arg::V4(subnet.mask())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(argument: Arg) -> String {
        let mut text = String::new();
        argument.write(&mut text);
        text
    }

    #[test]
    fn octets_are_hexadecimal_whatever_they_say() {
        let octets = |text: &[u8]| written(Arg::Octets(text.to_vec()));
        for hostile in [b"10.0.0.1".as_slice(), b"a\"b", b"a\nb", b"\\", b" a", b"a#\xff", b"\0"] {
            assert!(octets(hostile).bytes().all(|sign| sign.is_ascii_hexdigit() || sign == b':'), "{hostile:?}");
        }
        assert_eq!((octets(&[7, 255]).as_str(), octets(&[255]).as_str()), ("07:ff", "255"));
        assert_eq!(written(Arg::Text(b"a\"\\,# ".to_vec())), r#""a\"\\,# ""#);
        assert!(!can_be_text(b"a\n") && !can_be_text(b"") && !can_be_text("\u{e9}".as_bytes()));
        assert_eq!(written(Arg::Beginning(vec![0x41])), "41:*");
        assert_eq!(written(Arg::MacPattern([Some(0), Some(14), None, None, None, None])), "00:0e:*:*:*:*");
    }

    #[test]
    fn a_comment_stays_one_line() {
        let mut file = File::default();
        file.comment("a\nport=1\r\u{1b}");
        assert_eq!(file.text(), "# a port=1  \n");
    }
}
