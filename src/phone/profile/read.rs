//! Reading profile XML as the phone does (WF §1). Nothing in it can make the reader do much: no entity of a document's
//! own is ever expanded and none is fetched, nesting costs no stack and has an end, and the size, packed and unpacked, is
//! bounded before the first element is looked at. So time and memory follow from the file's length alone.

use super::alias::AliasMap;
use super::attribute;
use super::compress::{GunzipError, gunzip, is_gzip};
use super::fault::Fault;
use super::remark::{MOST, Noted, Passed, Remark, lines};
use crate::phone::Access;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::collections::HashMap;

/// The largest profile that is read, packed and unpacked. The guides name no limit; real ones are some 100 KB.
pub const LIMIT: usize = 4 << 20;

/// How deep elements may lie. Profiles need three.
pub const DEEPEST: usize = 128;

/// What a file says, in the order in which its elements first stand there, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    pub elements: Vec<Element>,
}

/// One element of the flat profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    pub name: String,
    pub value: Value,
    /// The `ua` attribute; absent: access unchanged.
    pub user: Option<Access>,
}

/// What an element does to the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Set(String),
    /// `<X/>`, `<X ua="rw"/>`: by default the phone keeps its own (WF §1.4, C-15).
    Absent,
    /// `preserve-value="y"`: the phone keeps its own.
    Keep,
}

/// Reads a file as it came over the wire: perhaps gzip, then XML.
pub fn decode(octets: &[u8]) -> Result<Profile, Fault> {
    decode_with(octets, &AliasMap::default())
}

/// As [`decode`], with elements renamed (RS §12). A file that is read so need not have a flat profile.
pub fn decode_with(octets: &[u8], aliases: &AliasMap) -> Result<Profile, Fault> {
    unpacked(octets, |text| Ok(read(text, aliases)?.profile))
}

/// As [`decode_with`], with what a phone passes over and where things stand.
pub fn decode_noting(octets: &[u8], aliases: &AliasMap) -> Result<Noted, Fault> {
    unpacked(octets, |text| {
        let Collector { profile, remarks, began, .. } = read(text, aliases)?;
        let mut order: Vec<usize> = (0..began.len()).collect();
        order.sort_by_key(|element| began.get(*element));
        let in_order = lines(text, order.iter().filter_map(|element| began.get(*element).copied()));
        let mut of_elements = vec![1; began.len()];
        for (element, line) in order.into_iter().zip(in_order) {
            if let Some(slot) = of_elements.get_mut(element) {
                *slot = line;
            }
        }
        let mut remarks: Vec<Remark> =
            remarks.into_iter().map(|(offset, about)| Remark { offset, line: 1, about }).collect();
        remarks.sort_by_key(|remark| remark.offset);
        let of_remarks = lines(text, remarks.iter().map(|remark| remark.offset));
        remarks.iter_mut().zip(of_remarks).for_each(|(remark, line)| remark.line = line);
        Ok(Noted { profile, remarks, lines: of_elements })
    })
}

/// Hands on what a file holds as text.
fn unpacked<Read>(octets: &[u8], read: impl FnOnce(&str) -> Result<Read, Fault>) -> Result<Read, Fault> {
    let plain = inflated(octets)?;
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] = *plain {
        return Err(Fault::Utf16);
    }
    read(std::str::from_utf8(&plain).map_err(|error| Fault::Encoding(error.valid_up_to()))?)
}

/// What a file holds, out of its gzip; what can be told to be no text is refused.
pub(super) fn inflated(octets: &[u8]) -> Result<Cow<'_, [u8]>, Fault> {
    let plain: Cow<'_, [u8]> = match octets {
        _ if octets.len() > LIMIT => return Err(Fault::TooLarge),
        _ if is_gzip(octets) => {
            let unpacked = gunzip(octets, LIMIT).map_err(|error| match error {
                GunzipError::TooLarge(_) => Fault::TooLarge,
                error => Fault::Gzip(error),
            })?;
            if is_gzip(&unpacked) {
                return Err(Fault::PackedTwice);
            }
            unpacked.into()
        }
        _ => octets.into(),
    };
    match *plain {
        [] => Err(Fault::Empty),
        _ if plain.starts_with(b"Salted__") => Err(Fault::Sealed),
        // The header of zlib: deflate, with the sums that its compressors write (RFC 1950).
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => Err(Fault::Zlib),
        _ => Ok(plain),
    }
}

/// An element that is open and stands for a parameter.
struct Opened {
    depth: usize,
    name: String,
    began: usize,
    text: String,
    user: Option<Access>,
    keep: bool,
}

struct Collector<'m> {
    aliases: &'m AliasMap,
    /// Names of the open elements, kept only where aliases ask for them.
    path: Vec<String>,
    profile: Profile,
    places: HashMap<String, usize>,
    /// How deep the current element lies; the profile's own depth once it was met.
    depth: usize,
    inside: Option<usize>,
    met: bool,
    /// From the outside in.
    opened: Vec<Opened>,
    /// Where the event at hand begins.
    at: usize,
    /// The outermost element is closed.
    closed: bool,
    /// Where each element of the profile begins that counts.
    began: Vec<usize>,
    remarks: Vec<(usize, Passed)>,
}

fn read<'m>(text: &str, aliases: &'m AliasMap) -> Result<Collector<'m>, Fault> {
    // A byte-order mark is undocumented; nothing is lost by skipping one (WF §1.6).
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    if let Some((offset, odd)) = text.char_indices().find(|(_, c)| !is_xml(*c)) {
        return Err(Fault::Xml { offset, message: format!("XML does not hold the character {}", odd.escape_debug()) });
    }
    let mut reader = quick_xml::Reader::from_str(text.get(mark..).unwrap_or_default());
    let mut collector = Collector {
        aliases,
        path: Vec::new(),
        profile: Profile::default(),
        places: HashMap::new(),
        depth: 0,
        inside: None,
        met: false,
        opened: Vec::new(),
        at: mark,
        closed: false,
        began: Vec::new(),
        remarks: Vec::new(),
    };
    loop {
        let at = mark + usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event().map_err(|error| Fault::Xml {
            offset: mark + usize::try_from(reader.error_position()).unwrap_or(usize::MAX),
            message: error.to_string(),
        })?;
        let fault = |message: String| Fault::Xml { offset: at, message };
        collector.at = at;
        match event {
            Event::Start(start) => collector.start(&start).map_err(fault)?,
            Event::Empty(start) => collector.empty(&start).map_err(fault)?,
            Event::End(_) => collector.end(),
            Event::Text(text) => collector.text(&text.xml10_content()),
            Event::CData(data) => collector.text(&data.xml10_content()),
            Event::GeneralRef(reference) => {
                let character = if reference.is_char_ref() {
                    reference.resolve_char_ref().map_err(|error| fault(error.to_string()))?
                } else {
                    // The five of WF §1.5 and no other: a document's own entities are tricks, not text.
                    match reference.xml10_content().as_ref() {
                        "amp" => Some('&'),
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "apos" => Some('\''),
                        "quot" => Some('"'),
                        _ => None,
                    }
                };
                let mut buffer = [0; 4];
                match character {
                    Some(odd) if !is_xml(odd) => {
                        return Err(fault(format!("XML does not hold the character {}", odd.escape_debug())));
                    }
                    Some(character) => collector.text(character.encode_utf8(&mut buffer)),
                    None => {
                        let name = reference.xml10_content();
                        return Err(fault(format!("unknown entity `&{};`", attribute::shortened(&name))));
                    }
                }
            }
            Event::Decl(_) if at > mark => collector.remark(at, || Passed::LateDeclaration),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            Event::Eof if collector.depth > 0 => return Err(fault("the file ends inside an element".into())),
            Event::Eof => break,
        }
    }
    if collector.met || !aliases.is_empty() { Ok(collector) } else { Err(Fault::NoProfile) }
}

impl Collector<'_> {
    fn remark(&mut self, at: usize, about: impl FnOnce() -> Passed) {
        if self.remarks.len() < MOST {
            self.remarks.push((at, about()));
        }
    }

    /// What is odd about an element that begins here.
    fn odd(&mut self, name: &str) {
        let at = self.at;
        if self.depth == 0 && self.closed {
            self.remark(at, || Passed::SecondRoot(name.to_owned()));
        } else if name == "flat-profile" && self.met && self.inside.is_none() {
            self.remark(at, || Passed::SecondProfile);
        }
        if let Some(inside) = self.opened.last().map(|opened| opened.name.clone()) {
            self.remark(at, || Passed::Nested { inside, name: name.to_owned() });
        }
    }

    /// The parameter that an element which starts now stands for: by its alias, or because it lies directly inside the
    /// flat profile.
    fn parameter(&self, name: &str) -> Option<String> {
        if let Some(parameter) = self.aliases.parameter(&self.path) {
            return Some(parameter.to_owned());
        }
        if self.inside == Some(self.depth) { Some(name.to_owned()) } else { None }
    }

    fn enter(&mut self, name: &str) -> Result<(), String> {
        // `< x="y"/>` is no XML, and the library takes it for an element without a name.
        if name.is_empty() {
            return Err("an element has no name".into());
        }
        // `<X="a"/>`: a blank is missing, and the library reads on to the next.
        if let Some(sign) = name.chars().find(|sign| matches!(sign, '"' | '\'' | '=' | '&' | '<')) {
            return Err(format!("an element's name holds `{sign}`"));
        }
        if !self.aliases.is_empty() {
            self.path.push(name.to_owned());
        }
        Ok(())
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        let name = start.name();
        self.enter(name.as_ref())?;
        self.odd(name.as_ref());
        let parameter = self.parameter(name.as_ref());
        if self.depth == DEEPEST {
            return Err(format!("elements lie more than {DEEPEST} deep"));
        }
        self.depth += 1;
        if let Some(parameter) = parameter {
            let opened = self.opened(start, parameter, self.depth)?;
            self.opened.push(opened);
        }
        if self.inside.is_none() && start.name().as_ref() == "flat-profile" {
            self.inside = Some(self.depth);
            self.met = true;
        }
        Ok(())
    }

    fn empty(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        self.enter(start.name().as_ref())?;
        self.odd(start.name().as_ref());
        let parameter = self.parameter(start.name().as_ref());
        self.path.pop();
        self.closed |= self.depth == 0;
        if let Some(parameter) = parameter {
            let Opened { name, user, keep, began, .. } = self.opened(start, parameter, self.depth)?;
            self.add(Element { name, value: if keep { Value::Keep } else { Value::Absent }, user }, began);
        } else if self.inside.is_none() && start.name().as_ref() == "flat-profile" {
            self.met = true;
        }
        Ok(())
    }

    fn opened(&mut self, start: &BytesStart<'_>, name: String, depth: usize) -> Result<Opened, String> {
        let mut opened = Opened { depth, name, began: self.at, text: String::new(), user: None, keep: false };
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| attribute::odd(start, &error.to_string()))?;
            match (attribute.key.as_ref(), attribute.value.as_ref()) {
                // Another word in `ua` is no access; unknown attributes are ignored (WF §1.1).
                ("ua", value) => {
                    let (access, double) = (Access::from_name(value), attribute::in_double_quotes(start, value));
                    opened.user = access.filter(|_| double);
                    match access {
                        None => self.remark(opened.began, || Passed::Access(opened.name.clone())),
                        Some(_) if !double => self.remark(opened.began, || Passed::SingleQuotes(opened.name.clone())),
                        Some(_) => {}
                    }
                }
                ("preserve-value", "y") => opened.keep = true,
                ("preserve-value" | "um", _) => {}
                (name, _) => self
                    .remark(opened.began, || Passed::Attribute { element: opened.name.clone(), name: name.to_owned() }),
            }
        }
        Ok(opened)
    }

    fn end(&mut self) {
        if self.inside == Some(self.depth) {
            self.inside = None;
        }
        self.path.pop();
        let depth = self.depth;
        self.depth = depth.saturating_sub(1);
        self.closed |= self.depth == 0;
        if let Some(opened) = self.opened.pop_if(|opened| opened.depth == depth) {
            let value = if opened.keep { Value::Keep } else { Value::Set(tidy(&opened.text)) };
            if let Value::Set(text) = &value
                && let Some(sign) = text.chars().find(|sign| !sign.is_ascii())
            {
                self.remark(opened.began, || Passed::NotAscii { element: opened.name.clone(), sign });
            }
            self.add(Element { name: opened.name, value, user: opened.user }, opened.began);
        }
    }

    /// Text counts when it stands directly in a parameter; what is nested deeper is an unknown element's (PB §9).
    fn text(&mut self, text: &str) {
        if let Some(opened) = self.opened.last_mut().filter(|opened| opened.depth == self.depth) {
            opened.text.push_str(text);
            return;
        }
        // What stands in elements that nobody knows is theirs.
        let between = self.inside == Some(self.depth);
        if (self.depth == 0 || between) && !text.trim_ascii().is_empty() {
            let skipped = text.len() - text.trim_ascii_start().len();
            let about = if between { Passed::Between } else { Passed::Outside };
            self.remark(self.at + skipped, || about);
        }
    }

    /// The last of several wins (PB §9); what an earlier one said about access stands unless the later says it too.
    fn add(&mut self, element: Element, began: usize) {
        if let Some(at) = self.places.get(&element.name).copied()
            && let Some(earlier) = self.profile.elements.get_mut(at)
        {
            if let Some(place) = self.began.get_mut(at) {
                *place = began;
            }
            if !matches!(element.value, Value::Keep | Value::Absent) {
                earlier.value = element.value;
            }
            earlier.user = element.user.or(earlier.user);
            return self.remark(began, || Passed::Again(element.name));
        }
        self.places.insert(element.name.clone(), self.profile.elements.len());
        self.began.push(began);
        self.profile.elements.push(element);
    }
}

/// What XML 1.0 calls a character (§2.2), written as it is or by its number.
pub fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Outer white space off, a newline inside becomes a blank (WF §1.5).
pub(super) fn tidy(text: &str) -> String {
    let blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    let trimmed = text.trim_matches(blank);
    if trimmed.contains(['\r', '\n']) {
        trimmed.replace("\r\n", " ").replace(['\r', '\n'], " ")
    } else {
        trimmed.to_owned()
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
