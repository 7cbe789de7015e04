//! The files read, and whose each of them is.

use super::dhcp::{self, Networks};
use super::found::{Found, Place};
use super::owner::{Named, macs_in, named};
use super::pool::{Pool, Text};
use super::table::{is_table, rows};
use crate::diagnostic::{Code, Severity, visible};
use crate::phone::profile::{Fault, Passed, Salvaged, Value, salvage};
use crate::phone::{Access, Mac};
use crate::platform::Catalogue;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Files that are given: by name, and read when their turn comes. Names have `/` between their parts.
pub trait Tree: Sync {
    fn names(&self) -> &[String];
    fn read(&self, at: usize) -> Result<Vec<u8>, String>;
}

/// What an element of a file does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    pub name: Text,
    /// None: the value stays as it is.
    pub value: Option<Text>,
    pub user: Option<Access>,
    pub line: u32,
}

/// A file that holds parameters.
#[derive(Clone, Debug)]
pub struct Profile {
    pub name: String,
    pub named: Named,
    pub says: Vec<Said>,
}

/// All that was read.
#[derive(Debug, Default)]
pub struct Gathered {
    pub pool: Pool,
    pub profiles: Vec<Profile>,
    pub found: Vec<Found>,
    pub networks: Networks,
    /// Files that are no profiles.
    pub others: usize,
}

/// What phones tell of themselves in files that were downloaded from them; nobody sets it.
const SELF: [&str; 8] = [
    "Product_Name",
    "Serial_Number",
    "MAC_Address",
    "Software_Version",
    "Hardware_Version",
    "Client_Certificate",
    "Customization",
    "Licenses",
];

enum Read {
    Profile(Result<Vec<Salvaged>, Fault>),
    /// Of phones with other firmware, or of no phone at all: why.
    Foreign(&'static str),
    Table(Vec<u8>),
    /// Perhaps what a DHCP server is told.
    Server(Vec<u8>),
}

/// So many files are read before what they say is taken over.
const AT_ONCE: usize = 512;
/// Of one kind so much is told of one file.
const MOST_OF_FILE: usize = 10;

pub fn gather(tree: &dyn Tree, catalogue: &Catalogue) -> Gathered {
    let mut gathered = Gathered::default();
    let mut serials: HashMap<String, Mac> = HashMap::new();
    let names: Vec<(usize, &String)> = tree.names().iter().enumerate().collect();
    for some in names.chunks(AT_ONCE) {
        let one = |(at, name): &(usize, &String)| {
            let octets = tree.read(*at)?;
            let lower = name.to_ascii_lowercase();
            Ok(match () {
                () if is_table(name) => Read::Table(octets),
                () if lower.ends_with(".conf") || lower.ends_with(".json") => Read::Server(octets),
                () => foreign(&octets).map_or_else(|| Read::Profile(parted(&octets)), Read::Foreign),
            })
        };
        let read: Vec<Result<Read, String>> = some.par_iter().map(one).collect();
        for ((_, name), read) in some.iter().zip(read) {
            match read {
                Ok(Read::Table(octets)) => {
                    let Gathered { pool, found, .. } = &mut gathered;
                    match rows(name, &octets, pool, catalogue, found) {
                        Some(rows) => gathered.profiles.extend(rows),
                        None => gathered.others += 1,
                    }
                }
                Ok(Read::Server(octets)) => match dhcp::read(name, &octets, &mut gathered.found) {
                    Some(networks) => gathered.networks.add(networks),
                    None => gathered.others += 1,
                },
                Ok(Read::Profile(Ok(salvaged))) => {
                    salvaged.into_iter().for_each(|one| gathered.take(name, one, &mut serials, catalogue));
                }
                Ok(Read::Foreign(why)) => {
                    gathered.others += 1;
                    let finding = Found::new(Code::P0314, Place::whole(name), "this is no profile of these phones");
                    gathered.found.push(finding.because(why).severity(Severity::Warning));
                }
                Ok(Read::Profile(Err(fault))) => gathered.refuse(name, &fault),
                Err(why) => gathered.found.push(
                    Found::new(Code::P0314, Place::whole(name), "the file cannot be read")
                        .because(format!("{why}; it is left out"))
                        .severity(Severity::Error)
                        .left_out(1),
                ),
            }
        }
    }
    // A file may be named for the serial number that another tells.
    for profile in gathered.profiles.iter_mut().filter(|profile| profile.named.macs.is_empty()) {
        let words = profile.name.split(|c: char| !c.is_ascii_alphanumeric());
        profile.named.macs.extend(words.filter_map(|word| serials.get(&word.to_ascii_uppercase())).take(1));
    }
    gathered
}

impl Gathered {
    fn refuse(&mut self, name: &str, fault: &Fault) {
        // A folder of a file server holds firmware, pictures and lists.
        let named = !macs_in(name.rsplit('/').next().unwrap_or_default()).is_empty();
        let meant =
            named || ["xml", "cfg", "gz"].iter().any(|end| name.to_ascii_lowercase().ends_with(&format!(".{end}")));
        let no_text =
            matches!(fault, Fault::NoProfile | Fault::Encoding(_) | Fault::Xml { .. } | Fault::Zlib | Fault::TooLarge);
        if !meant && no_text || matches!(fault, Fault::Empty) && !named {
            self.others += 1;
            return;
        }
        let finding = Found::new(Code::P0314, Place::whole(name), "no parameter can be made out in this file");
        let finding = finding.because(format!("{fault}; the file is left out")).severity(Severity::Error).left_out(1);
        self.found.push(match fault {
            Fault::Sealed => finding.help("open it first: `openssl enc -d -aes-256-cbc -k PHRASE -in FILE`"),
            _ => finding.help("take it out of the folder, or mend it"),
        });
    }

    fn take(&mut self, name: &str, salvaged: Salvaged, serials: &mut HashMap<String, Mac>, catalogue: &Catalogue) {
        let Salvaged { profile, lines, remarks, mended } = salvaged;
        for one in mended.iter().take(MOST_OF_FILE) {
            let place = Place { file: name.to_owned(), line: one.line, shown: String::new() };
            let finding = Found::new(Code::P0314, place, one.about.to_string());
            self.found.push(finding.because("phones refuse the whole file; it is taken as it was likely meant"));
        }
        for remark in remarks.iter().filter(|remark| !matters_not(&remark.about)).take(MOST_OF_FILE) {
            let place = Place { file: name.to_owned(), line: remark.line, shown: String::new() };
            self.found.push(
                Found::new(Code::P0314, place, remark.about.to_string()).because("a phone says nothing about it"),
            );
        }
        let mut named = named(name, catalogue);
        let mut says = Vec::with_capacity(profile.elements.len());
        let mut about: BTreeMap<&str, String> = BTreeMap::new();
        for (element, line) in profile.elements.iter().zip(&lines) {
            let value = match &element.value {
                Value::Set(value) => Some(value.as_str()),
                Value::Absent | Value::Keep => None,
            };
            if let Some(known) = SELF.iter().find(|known| **known == element.name) {
                about.insert(known, value.unwrap_or_default().to_owned());
                continue;
            }
            says.push(Said {
                name: self.pool.add(&element.name),
                // `""` is the empty text (WF §1.4).
                value: value.map(|value| self.pool.add(if value == "\"\"" { "" } else { value })),
                user: element.user,
                line: u32::try_from(*line).unwrap_or(u32::MAX),
            });
        }
        if named.macs.is_empty() {
            named.macs = about.get("MAC_Address").map(|text| macs_in(text)).unwrap_or_default();
        }
        if named.model.is_none() {
            named.model = about.get("Product_Name").and_then(|text| super::owner::model_in(text, catalogue));
        }
        if let (Some(serial), [mac]) = (about.get("Serial_Number"), named.macs.as_slice()) {
            serials.insert(serial.to_ascii_uppercase(), *mac);
        }
        self.profiles.push(Profile { name: visible(name).into_owned(), named, says });
    }
}

/// What is XML, and speaks to something else.
fn foreign(octets: &[u8]) -> Option<&'static str> {
    const HEAD: usize = 4 << 10;
    let head = String::from_utf8_lossy(octets.get(..HEAD.min(octets.len())).unwrap_or_default()).to_ascii_lowercase();
    if head.contains("<flat-profile") {
        return None;
    }
    match () {
        () if head.contains("<html") || head.contains("<!doctype html") => Some("it is a page of HTML"),
        () if ["<deviceprotocol>", "<sipprofile>", "<callmanagergroup>"].iter().any(|word| head.contains(word)) => {
            Some("it is for the same phones with enterprise firmware, whose elements are others")
        }
        () => None,
    }
}

/// A file that holds the profiles of several phones, as scripts write them: each between its `<flat-profile>` and the next, if they tell
/// of different addresses. Any other is one.
fn parted(octets: &[u8]) -> Result<Vec<Salvaged>, Fault> {
    let text = String::from_utf8_lossy(octets);
    let mut starts: Vec<usize> = text.to_ascii_lowercase().match_indices("<flat-profile").map(|(at, _)| at).collect();
    let told = |one: &Salvaged| {
        let address = one.profile.elements.iter().find(|element| element.name == "MAC_Address");
        address.and_then(
            |element| if let Value::Set(text) = &element.value { macs_in(text).first().copied() } else { None },
        )
    };
    if starts.len() > 1 {
        starts.push(text.len());
        let pieces = starts.windows(2).filter_map(|ends| {
            let &[start, end] = ends else { return None };
            let mut one = salvage(text.get(start..end)?.as_bytes()).ok()?;
            let before = text.get(..start)?.bytes().filter(|octet| *octet == b'\n').count();
            one.lines.iter_mut().for_each(|line| *line += before);
            one.mended.iter_mut().for_each(|mended| mended.line += before);
            one.remarks.iter_mut().for_each(|remark| remark.line += before);
            Some(one)
        });
        let pieces: Vec<Salvaged> = pieces.collect();
        let addresses: BTreeSet<Mac> = pieces.iter().filter_map(told).collect();
        if addresses.len() > 1 {
            return Ok(pieces);
        }
    }
    salvage(octets).map(|one| vec![one])
}

/// What is no matter once values are moved: nobody but the file says it.
fn matters_not(about: &Passed) -> bool {
    matches!(about, Passed::LateDeclaration | Passed::NotAscii { .. } | Passed::Unknown(_))
}
