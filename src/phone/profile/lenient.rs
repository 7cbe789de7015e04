//! Files that are no XML, read as far as their elements can be made out. No phone takes such a file (PB §11.1, class B); whoever
//! moves a folder of them wants to know what they were meant to say, and what is wrong with each. One pass, no recursion: time
//! and memory follow from the file's length alone.

use super::read::{LIMIT, inflated, tidy};
use super::{AliasMap, DEEPEST, Element, Fault, Noted, Profile, Remark, Value, decode_noting, is_xml};
use crate::phone::Access;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

/// A file as far as it can be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    pub profile: Profile,
    /// The line of each element.
    pub lines: Vec<usize>,
    /// What a phone passes over in it; nothing is known of a file that had to be mended.
    pub remarks: Vec<Remark>,
    /// Why phones refuse the file, and what was made of it; empty: they read it.
    pub mended: Vec<Mended>,
}

/// Something that had to be guessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// Counted from 1.
    pub line: usize,
    pub about: Damage,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// Octets that are no UTF-8 are read as Windows-1252.
    Windows1252,
    Utf16,
    /// A sign that no XML holds; it is left out.
    Control(char),
    /// `&` that begins no entity which phones know; it is read as it stands.
    Ampersand,
    /// `<` in a value; it is read as it stands.
    Bracket(String),
    /// An element that nothing closes ends before the next.
    Unclosed(String),
    /// `<A>…</B>`.
    ClosedAs {
        name: String,
        by: String,
    },
    /// An end of nothing.
    Stray(String),
    /// A tag, or a comment, without its end.
    Tag,
    /// No `<flat-profile>` stands round the parameters.
    NoProfile,
    /// What a reader of XML says.
    Refused(String),
}

/// A flood of damage is one mistake made many times.
const MOST: usize = 20;
/// Of a name so much is said.
const LONGEST: usize = 60;

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |name: &str| name.get(..name.floor_char_boundary(LONGEST)).unwrap_or_default().to_owned();
        match self {
            Damage::Windows1252 => f.write_str("the file is not UTF-8; it is read as Windows-1252"),
            Damage::Utf16 => f.write_str("the file is UTF-16; phones read UTF-8 only"),
            Damage::Control(sign) => write!(f, "the sign {} is in no XML; it is left out", sign.escape_debug()),
            Damage::Ampersand => f.write_str("`&` begins no entity that phones know; it is read as `&amp;`"),
            Damage::Bracket(name) => write!(f, "`<` in the value of `{}` is read as `&lt;`", short(name)),
            Damage::Unclosed(name) => write!(f, "nothing closes `<{}>`; it ends before the next element", short(name)),
            Damage::ClosedAs { name, by } => write!(f, "`<{}>` is closed by `</{}>`", short(name), short(by)),
            Damage::Stray(name) => write!(f, "`</{}>` closes nothing", short(name)),
            Damage::Tag => f.write_str("a tag or a comment without its end"),
            Damage::NoProfile => f.write_str("no `<flat-profile>` stands round the parameters"),
            Damage::Refused(why) => f.write_str(why),
        }
    }
}

/// Reads a file as the phone does; if it cannot be read so, as far as it can be made out.
pub fn salvage(octets: &[u8]) -> Result<Salvaged, Fault> {
    let fault = match decode_noting(octets, &AliasMap::default()) {
        Ok(Noted { profile, remarks, lines }) => return Ok(Salvaged { profile, lines, remarks, mended: Vec::new() }),
        Err(fault @ (Fault::Xml { .. } | Fault::Encoding(_) | Fault::Utf16 | Fault::NoProfile)) => fault,
        Err(fault) => return Err(fault),
    };
    let plain = inflated(octets)?;
    let (text, damage) = decoded(&plain);
    // Decoding makes up to three octets of one.
    if text.len() > 3 * LIMIT {
        return Err(Fault::TooLarge);
    }
    let mut scan = Scan::new(&text);
    scan.mended.extend(damage.map(|about| (0, about)));
    scan.all();
    if scan.elements.is_empty() {
        return Err(fault);
    }
    if scan.mended.is_empty() {
        let about = match &fault {
            Fault::NoProfile => Damage::NoProfile,
            fault => Damage::Refused(fault.to_string()),
        };
        scan.mended.push((0, about));
    }
    Ok(scan.salvaged())
}

/// Text of whatever encoding, and what has to be told of it.
pub fn decoded(plain: &[u8]) -> (Cow<'_, str>, Option<Damage>) {
    let units = |bytes: &[u8], of: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).filter_map(|pair| Some(of(*pair.first_chunk()?)));
        char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>()
    };
    match plain {
        [0xff, 0xfe, rest @ ..] => (units(rest, u16::from_le_bytes).into(), Some(Damage::Utf16)),
        [0xfe, 0xff, rest @ ..] => (units(rest, u16::from_be_bytes).into(), Some(Damage::Utf16)),
        plain => match std::str::from_utf8(plain) {
            Ok(text) => (text.into(), None),
            Err(_) => {
                (plain.iter().map(|octet| windows_1252(*octet)).collect::<String>().into(), Some(Damage::Windows1252))
            }
        },
    }
}

/// Latin-1, with the signs that Windows has where Latin-1 has controls.
fn windows_1252(octet: u8) -> char {
    const SIGNS: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    let high = octet.checked_sub(0x80).and_then(|at| SIGNS.get(usize::from(at)));
    high.copied().unwrap_or_else(|| char::from(octet))
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    /// The names of elements that hold others, from the outside in.
    open: Vec<&'t str>,
    /// Parameters count inside of a flat profile only, where there is one.
    profiled: bool,
    /// Where the next `</` behind an octet stands, as far as that was looked for.
    next_end: usize,
    elements: Vec<(Element, usize)>,
    places: HashMap<&'t str, usize>,
    mended: Vec<(usize, Damage)>,
}

impl<'t> Scan<'t> {
    fn new(text: &'t str) -> Self {
        Scan {
            text,
            at: 0,
            open: Vec::new(),
            profiled: text.contains("<flat-profile"),
            next_end: 0,
            elements: Vec::new(),
            places: HashMap::new(),
            mended: Vec::new(),
        }
    }

    fn rest(&self, at: usize) -> &'t str {
        self.text.get(at..).unwrap_or_default()
    }

    fn damage(&mut self, at: usize, about: Damage) {
        if self.mended.len() < MOST {
            self.mended.push((at, about));
        }
    }

    fn all(&mut self) {
        while let Some(found) = self.rest(self.at).find('<') {
            let at = self.at + found;
            let rest = self.rest(at);
            let behind =
                |sign: &str, from: usize| rest.get(from..).and_then(|rest| Some(rest.find(sign)? + from + sign.len()));
            let skipped = match rest.as_bytes() {
                [b'<', b'!', b'-', b'-', ..] => Some(behind("-->", 4)),
                [b'<', b'!', b'[', ..] => Some(behind("]]>", 3)),
                [b'<', b'!' | b'?', ..] => Some(behind(">", 2)),
                _ => None,
            };
            match skipped {
                Some(Some(length)) => self.at = at + length,
                Some(None) => {
                    self.damage(at, Damage::Tag);
                    return;
                }
                None if rest.starts_with("</") => self.end(at),
                None => self.start(at),
            }
        }
        let unclosed = self.open.pop().filter(|_| self.mended.len() < MOST);
        let length = self.text.len();
        unclosed.into_iter().for_each(|name| self.damage(length, Damage::Unclosed(name.to_owned())));
    }

    fn end(&mut self, at: usize) {
        let name = name_at(self.rest(at + 2));
        self.at = at + 2 + name.len();
        self.at += self
            .rest(self.at)
            .find(['>', '<'])
            .map_or(0, |end| end + usize::from(self.rest(self.at + end).starts_with('>')));
        match self.open.iter().rposition(|open| *open == name) {
            Some(position) => {
                if let Some(inner) = self.open.get(position + 1).map(|inner| (*inner).to_owned()) {
                    self.damage(at, Damage::Unclosed(inner));
                }
                self.open.truncate(position);
            }
            None => self.damage(at, Damage::Stray(name.to_owned())),
        }
    }

    fn start(&mut self, at: usize) {
        let name = name_at(self.rest(at + 1));
        if name.is_empty() {
            self.damage(at, Damage::Tag);
            self.at = at + 1;
            return;
        }
        let behind = at + 1 + name.len();
        let Some(length) = tag_end(self.rest(behind)) else {
            self.damage(at, Damage::Tag);
            self.at = behind;
            if is_form(name) && self.open.len() < DEEPEST {
                self.open.push(name);
            }
            return;
        };
        let attributes = self.rest(behind).get(..length).unwrap_or_default();
        let body = behind + length + 1;
        self.at = body;
        let (user, keep) = (access(attributes), attributes.contains("preserve-value=\"y\""));
        if attributes.ends_with('/') {
            if !is_form(name) {
                self.add(name, if keep { Value::Keep } else { Value::Absent }, user, at);
            }
            return;
        }
        let inside = self.rest(body);
        let first = inside.trim_start();
        let holds = is_form(name)
            || (first.starts_with("<!--")
                || first.starts_with('<') && !name_at(first.get(1..).unwrap_or_default()).is_empty());
        if holds {
            if self.open.len() < DEEPEST {
                self.open.push(name);
            }
            return;
        }
        let Some(end) = self.end_behind(body) else {
            // Nothing ends any more.
            let length = inside.find('<').unwrap_or(inside.len());
            self.damage(at, Damage::Unclosed(name.to_owned()));
            self.leaf(name, body, body + length, user, keep, at);
            self.at = body + length;
            return;
        };
        let by = name_at(self.rest(end + 2));
        let between = self.text.get(body..end).unwrap_or_default();
        let bracket = between.find('<');
        if by != name {
            let misspelt = bracket.is_none() && !self.open.contains(&by);
            if !misspelt {
                let length = bracket.unwrap_or(between.len());
                self.damage(at, Damage::Unclosed(name.to_owned()));
                self.leaf(name, body, body + length, user, keep, at);
                self.at = body + length;
                return;
            }
            self.damage(end, Damage::ClosedAs { name: name.to_owned(), by: by.to_owned() });
        } else if bracket.is_some() && !between.contains("<![CDATA[") && !between.contains("<!--") {
            self.damage(at, Damage::Bracket(name.to_owned()));
        }
        self.leaf(name, body, end, user, keep, at);
        self.at = end + 2 + by.len();
        self.at += self
            .rest(self.at)
            .find(['>', '<'])
            .map_or(0, |sign| sign + usize::from(self.rest(self.at + sign).starts_with('>')));
    }

    /// Where the next `</` is. What was looked for once is known until it is passed, so that a file is gone through once.
    fn end_behind(&mut self, at: usize) -> Option<usize> {
        if self.next_end < at {
            self.next_end = self.rest(at).find("</").map_or(usize::MAX, |found| at + found);
        }
        (self.next_end != usize::MAX).then_some(self.next_end)
    }

    fn leaf(&mut self, name: &'t str, from: usize, to: usize, user: Option<Access>, keep: bool, at: usize) {
        let text = self.text.get(from..to).unwrap_or_default();
        let value = if keep { Value::Keep } else { Value::Set(tidy(&self.unescaped(text, from))) };
        self.add(name, value, user, at);
    }

    /// As WF §1.5 has it; comments and the marks of CDATA are no part of a value.
    fn unescaped(&mut self, text: &str, at: usize) -> String {
        let mut value = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let place = at + (text.len() - rest.len());
            let after = |length: usize| rest.get(length..).unwrap_or_default();
            if let Some(inner) = rest.strip_prefix("<![CDATA[") {
                let (data, behind) = inner.split_once("]]>").unwrap_or((inner, ""));
                value.push_str(data);
                rest = behind;
            } else if let Some(inner) = rest.strip_prefix("<!--") {
                rest = inner.split_once("-->").map_or("", |(_, behind)| behind);
            } else if c == '&' {
                match entity(rest) {
                    Some((sign, length)) => {
                        value.push(sign);
                        rest = after(length);
                    }
                    None => {
                        self.damage(place, Damage::Ampersand);
                        value.push('&');
                        rest = after(1);
                    }
                }
            } else {
                if is_xml(c) {
                    value.push(c)
                } else {
                    self.damage(place, Damage::Control(c))
                }
                rest = after(c.len_utf8());
            }
        }
        value
    }

    /// The last of several wins, as in [`super::decode`].
    fn add(&mut self, name: &'t str, value: Value, user: Option<Access>, at: usize) {
        if self.profiled && !self.open.contains(&"flat-profile") {
            return;
        }
        if let Some((earlier, began)) = self.places.get(name).and_then(|place| self.elements.get_mut(*place)) {
            if matches!(value, Value::Set(_)) {
                earlier.value = value;
            }
            earlier.user = user.or(earlier.user);
            *began = at;
            return;
        }
        self.places.insert(name, self.elements.len());
        self.elements.push((Element { name: name.to_owned(), value, user }, at));
    }

    fn salvaged(self) -> Salvaged {
        let line = Lines::new(self.text);
        let mut mended: Vec<Mended> =
            self.mended.into_iter().map(|(at, about)| Mended { line: line.of(at), about }).collect();
        mended.sort_by_key(|one| one.line);
        let lines = self.elements.iter().map(|(_, at)| line.of(*at)).collect();
        let elements = self.elements.into_iter().map(|(element, _)| element).collect();
        Salvaged { profile: Profile { elements }, lines, remarks: Vec::new(), mended }
    }
}

/// Where lines begin.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        Lines(text.bytes().enumerate().filter(|(_, octet)| *octet == b'\n').map(|(at, _)| at).collect())
    }

    fn of(&self, at: usize) -> usize {
        self.0.partition_point(|newline| *newline < at) + 1
    }
}

fn is_form(name: &str) -> bool {
    matches!(name, "flat-profile" | "device")
}

/// The name that a text begins with; none begins with a digit or a hyphen.
fn name_at(text: &str) -> &str {
    let letter = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let length = text.find(|c: char| !letter(c)).unwrap_or(text.len());
    let name = text.get(..length).unwrap_or_default();
    if name.starts_with(|c: char| c.is_alphabetic() || c == '_') { name } else { "" }
}

/// Octets before the `>` of a tag whose name is passed; none where another tag begins first.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, octet) in text.bytes().enumerate() {
        match (quote, octet) {
            (Some(open), octet) if octet == open => quote = None,
            (None, b'"' | b'\'') => quote = Some(octet),
            (None, b'>') => return Some(at),
            (_, b'<') => break,
            _ => {}
        }
    }
    // A quote that nothing closes hides no end.
    text.find(['>', '<']).filter(|at| text.as_bytes().get(*at) == Some(&b'>'))
}

/// `ua="rw"`, whatever the quotes.
fn access(attributes: &str) -> Option<Access> {
    let (before, rest) = attributes.split_once("ua")?;
    if !before.ends_with(|c: char| c.is_ascii_whitespace()) {
        return None;
    }
    let value = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    Access::ALL.into_iter().find(|access| value.starts_with(access.name()))
}

/// The sign that an entity of WF §1.5 stands for, and its length.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(12).position(|octet| octet == b';')?;
    let sign = match text.get(1..end)? {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "apos" => '\'',
        "quot" => '"',
        number => {
            let digits = number.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code).filter(|sign| is_xml(*sign))?
        }
    };
    Some((sign, end + 1))
}

#[cfg(test)]
#[path = "lenient_tests.rs"]
mod tests;
