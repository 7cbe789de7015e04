//! Reading profile XML as the phone does (WF §1). Nothing in it can make the reader do much: no entity of a document's
//! own is ever expanded and none is fetched, nesting costs no stack and has an end, and the size, packed and unpacked, is
//! bounded before the first element is looked at. So time and memory follow from the file's length alone.

use super::alias::AliasMap;
use super::compress::{GunzipError, gunzip, is_gzip};
use crate::phone::Access;
use quick_xml::events::{BytesStart, Event};
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

/// Why a file is no profile. To the phone each of these is a corrupt file (PB §11.1, class B).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the file is empty")]
    Empty,
    #[error("the file is longer than {LIMIT} octets")]
    TooLarge,
    #[error(transparent)]
    Gzip(#[from] GunzipError),
    #[error("the file is compressed twice")]
    PackedTwice,
    #[error("the file is sealed with a key (it begins with `Salted__`)")]
    Sealed,
    #[error("the file is UTF-16 by the mark that it begins with, and phones read UTF-8 only (offset 0)")]
    Utf16,
    #[error("the file is not UTF-8 (offset {0})")]
    Encoding(usize),
    #[error("{message} (offset {offset})")]
    Xml { offset: usize, message: String },
    #[error("there is no <flat-profile> in the file")]
    NoProfile,
}

/// Reads a file as it came over the wire: perhaps gzip, then XML.
pub fn decode(octets: &[u8]) -> Result<Profile, Fault> {
    decode_with(octets, &AliasMap::default())
}

/// As [`decode`], with elements renamed (RS §12). A file that is read so need not have a flat profile.
pub fn decode_with(octets: &[u8], aliases: &AliasMap) -> Result<Profile, Fault> {
    let unpacked;
    let plain = match octets {
        _ if octets.len() > LIMIT => return Err(Fault::TooLarge),
        _ if is_gzip(octets) => {
            unpacked = gunzip(octets, LIMIT).map_err(|error| match error {
                GunzipError::TooLarge(_) => Fault::TooLarge,
                error => Fault::Gzip(error),
            })?;
            if is_gzip(&unpacked) {
                return Err(Fault::PackedTwice);
            }
            unpacked.as_slice()
        }
        _ => octets,
    };
    match plain {
        [] => Err(Fault::Empty),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Err(Fault::Utf16),
        _ if plain.starts_with(b"Salted__") => Err(Fault::Sealed),
        _ => read(plain, aliases),
    }
}

/// An element that is open and stands for a parameter.
struct Opened {
    depth: usize,
    name: String,
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
}

fn read(octets: &[u8], aliases: &AliasMap) -> Result<Profile, Fault> {
    let text = std::str::from_utf8(octets).map_err(|error| Fault::Encoding(error.valid_up_to()))?;
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
    };
    loop {
        let at = mark + usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event().map_err(|error| Fault::Xml {
            offset: mark + usize::try_from(reader.error_position()).unwrap_or(usize::MAX),
            message: error.to_string(),
        })?;
        let fault = |message: String| Fault::Xml { offset: at, message };
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
                        return Err(fault(format!("unknown entity `&{};`", shortened(&name))));
                    }
                }
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            Event::Eof if collector.depth > 0 => return Err(fault("the file ends inside an element".into())),
            Event::Eof => break,
        }
    }
    if collector.met || !aliases.is_empty() { Ok(collector.profile) } else { Err(Fault::NoProfile) }
}

impl Collector<'_> {
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
        if !self.aliases.is_empty() {
            self.path.push(name.to_owned());
        }
        Ok(())
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        let name = start.name();
        self.enter(name.as_ref())?;
        let parameter = self.parameter(name.as_ref());
        if self.depth == DEEPEST {
            return Err(format!("elements lie more than {DEEPEST} deep"));
        }
        self.depth += 1;
        if let Some(parameter) = parameter {
            self.opened.push(opened(start, parameter, self.depth)?);
        }
        if self.inside.is_none() && start.name().as_ref() == "flat-profile" {
            self.inside = Some(self.depth);
            self.met = true;
        }
        Ok(())
    }

    fn empty(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        self.enter(start.name().as_ref())?;
        let parameter = self.parameter(start.name().as_ref());
        self.path.pop();
        if let Some(parameter) = parameter {
            let Opened { name, user, keep, .. } = opened(start, parameter, self.depth)?;
            self.add(Element { name, value: if keep { Value::Keep } else { Value::Absent }, user });
        } else if self.inside.is_none() && start.name().as_ref() == "flat-profile" {
            self.met = true;
        }
        Ok(())
    }

    fn end(&mut self) {
        if self.inside == Some(self.depth) {
            self.inside = None;
        }
        self.path.pop();
        let depth = self.depth;
        self.depth = depth.saturating_sub(1);
        if let Some(opened) = self.opened.pop_if(|opened| opened.depth == depth) {
            let value = if opened.keep { Value::Keep } else { Value::Set(tidy(&opened.text)) };
            self.add(Element { name: opened.name, value, user: opened.user });
        }
    }

    /// Text counts when it stands directly in a parameter; what is nested deeper is an unknown element's (PB §9).
    fn text(&mut self, text: &str) {
        if let Some(opened) = self.opened.last_mut().filter(|opened| opened.depth == self.depth) {
            opened.text.push_str(text);
        }
    }

    /// The last of several wins (PB §9); what an earlier one said about access stands unless the later says it too.
    fn add(&mut self, element: Element) {
        if let Some(earlier) = self.places.get(&element.name).and_then(|at| self.profile.elements.get_mut(*at)) {
            if !matches!(element.value, Value::Keep | Value::Absent) {
                earlier.value = element.value;
            }
            earlier.user = element.user.or(earlier.user);
            return;
        }
        self.places.insert(element.name.clone(), self.profile.elements.len());
        self.profile.elements.push(element);
    }
}

fn opened(start: &BytesStart<'_>, name: String, depth: usize) -> Result<Opened, String> {
    let mut opened = Opened { depth, name, text: String::new(), user: None, keep: false };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        match (attribute.key.as_ref(), attribute.value.as_ref()) {
            // Another word in `ua` is no access; unknown attributes are ignored (WF §1.1).
            ("ua", value) if in_double_quotes(start, value) => opened.user = Access::from_name(value),
            ("preserve-value", "y") => opened.keep = true,
            _ => {}
        }
    }
    Ok(opened)
}

/// Whether an attribute's value stands in double quotes, as `ua` has to (WF §1.3). That another quote leaves the attribute
/// unread is inferred.
fn in_double_quotes(start: &BytesStart<'_>, value: &str) -> bool {
    let raw = start.attributes_raw();
    let at = value.as_ptr().addr().checked_sub(raw.as_ptr().addr());
    at.and_then(|at| raw.as_bytes().get(at.checked_sub(1)?)) == Some(&b'"')
}

/// What XML 1.0 calls a character (§2.2), written as it is or by its number.
pub fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Outer white space off, a newline inside becomes a blank (WF §1.5).
fn tidy(text: &str) -> String {
    let blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    let trimmed = text.trim_matches(blank);
    if trimmed.contains(['\r', '\n']) {
        trimmed.replace("\r\n", " ").replace(['\r', '\n'], " ")
    } else {
        trimmed.to_owned()
    }
}

fn shortened(name: &str) -> &str {
    name.get(..name.floor_char_boundary(40)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::{FOOTER, HEADER, close, escape, gzip, open, write_access};
    use super::*;

    type Row = (String, Option<String>, Option<Access>);

    fn values(text: &str) -> Result<Vec<Row>, Fault> {
        let one = |element: Element| {
            let value = match element.value {
                Value::Set(value) => Some(value),
                Value::Keep | Value::Absent => None,
            };
            (element.name, value, element.user)
        };
        decode(text.as_bytes()).map(|profile| profile.elements.into_iter().map(one).collect())
    }

    fn only(text: &str) -> Option<String> {
        values(&format!("<flat-profile>{text}</flat-profile>")).ok()?.into_iter().next()?.1
    }

    #[test]
    fn values_are_read_as_the_reference_says() {
        for (text, value) in [
            ("<GPP_A> 12345678 </GPP_A>", Some("12345678")),
            ("<X>\n  a\n  b\r\nc\n</X>", Some("a   b c")),
            ("<X>(S0 &lt;:18005551212&gt;)</X>", Some("(S0 <:18005551212>)")),
            ("<X>&#40;&#x2e;&#x2E;&quot;&apos;&amp;amp;</X>", Some("(..\"'&amp;")),
            ("<X><![CDATA[a<b]]></X>", Some("a<b")),
            ("<X>a<!-- no -->b</X>", Some("ab")),
            ("<X>a<unknown>n</unknown>b</X>", Some("ab")),
            ("<X></X>", Some("")),
            ("<X> </X>", Some("")),
            ("<X>\"\"</X>", Some("\"\"")),
            ("<X/>", None),
            ("<X preserve-value=\"y\">new</X>", None),
        ] {
            assert_eq!(only(text).as_deref(), value, "{text}");
        }
    }

    #[test]
    fn wrappers_case_and_repeats() {
        let text = "<?xml version=\"1.0\"?><!-- c --><device><other>x</other><flat-profile>\
            <A ua=\"ro\">1</A><a>2</a><A>3</A><B ua=\"rw\"/><C ua=\"no\" um=\"y\">4</C></flat-profile><D>5</D></device>";
        let expected = [
            ("A", Some("3"), Some(Access::Ro)),
            ("a", Some("2"), None),
            ("B", None, Some(Access::Rw)),
            ("C", Some("4"), None),
        ];
        let expected = expected.map(|(name, value, user)| (name.to_owned(), value.map(str::to_owned), user));
        assert_eq!(values(text), Ok(expected.to_vec()));
        assert_eq!(values("<flat-profile/>"), Ok(vec![]));
    }

    #[test]
    fn what_is_not_well_formed_is_corrupt() {
        for (text, offset) in [
            ("<flat-profile><A>1</B></flat-profile>", 18),
            ("<flat-profile><A>1</A>", 22),
            ("<flat-profile><A>&bomb;</A></flat-profile>", 17),
            ("<flat-profile><A>&#x110000;</A></flat-profile>", 17),
            ("<flat-profile><A>&#20;</A></flat-profile>", 17),
            ("<flat-profile><A>a\u{14}</A></flat-profile>", 18),
            ("<flat-profile><A>a\0</A></flat-profile>", 18),
        ] {
            assert!(
                matches!(values(text), Err(Fault::Xml { offset: at, .. }) if at == offset),
                "{text}: {:?}",
                values(text)
            );
        }
        assert_eq!(values(""), Err(Fault::Empty));
        assert_eq!(values("hello"), Err(Fault::NoProfile));
        assert_eq!(decode(b"<flat-profile>\xff"), Err(Fault::Encoding(14)));
        assert_eq!(decode(b"Salted__12345678"), Err(Fault::Sealed));
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><flat-profile><A>&b;</A></flat-profile>";
        assert!(matches!(values(bomb), Err(Fault::Xml { .. })));
    }

    #[test]
    fn depth_and_size_have_an_end() {
        assert_eq!(values(&format!("{}<flat-profile/>{}", "<x>".repeat(127), "</x>".repeat(127))), Ok(vec![]));
        assert!(matches!(values(&"<x>".repeat(1 << 20)), Err(Fault::Xml { offset: 384, .. })));
        let mut packed = Vec::new();
        gzip(&vec![b' '; LIMIT + 1], &mut packed);
        assert_eq!(decode(&packed), Err(Fault::TooLarge));
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_reads_back(
            settings in proptest::collection::btree_map(
                "[A-Za-z][A-Za-z0-9_.-]{0,12}",
                (proptest::option::of("([!-~]([ -~]{0,20}[!-~])?)?"), 0usize..4),
                0..8,
            ),
            packed: bool,
        ) {
            let mut bytes = HEADER.to_vec();
            let mut expected = Profile::default();
            for (name, (value, user)) in settings {
                let user = Access::ALL.get(user).copied();
                match &value {
                    Some(value) => {
                        open(&mut bytes, &name, user);
                        escape(&mut bytes, value);
                        close(&mut bytes, &name);
                    }
                    None => write_access(&mut bytes, &name, user),
                }
                expected.elements.push(Element { name, value: value.map_or(Value::Absent, Value::Set), user });
            }
            bytes.extend_from_slice(FOOTER);
            if packed {
                let plain = std::mem::take(&mut bytes);
                gzip(&plain, &mut bytes);
            }
            proptest::prop_assert_eq!(decode(&bytes), Ok(expected));
        }

        #[test]
        fn any_octets_are_answered(octets: Vec<u8>, text in "(<|>|/|flat-profile|&|;|x|=|\"| |!--|\\[CDATA\\[|#){0,60}") {
            let _ = decode(&octets);
            let _ = decode(text.as_bytes());
        }
    }
}
