//! The checked program: declarations read, names replaced by positions, values that are known at build evaluated.
//! Assignments keep their expressions, since what fits a parameter is the platform's to say.

use super::column::{Cells, PhoneColumn};
use super::condition::{Comparison, Condition};
use super::includes::Includes;
use super::report::{LogTemplate, Report};
use super::rule::HandRule;
use super::syntax::tree::{Block, Expr, Operator, Target};
use super::value::{Globals, SecretText, Value, Wait};
use crate::diagnostic::{DataPlace, RowKey, Span};
use crate::phone::profile::Noted;
use crate::phone::seal::Digest;
use crate::phone::{AuthMethod, Mac, Scheme};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A value with the place where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct At<T> {
    pub value: T,
    pub span: Span,
}

#[derive(Debug, Default)]
pub struct Program {
    pub globals: Globals,
    pub servers: Vec<Server>,
    pub networks: Vec<Network>,
    pub zones: Vec<Zone>,
    pub firmware: Vec<Firmware>,
    pub profiles: Vec<Profile>,
    pub includes: Includes,
    pub fleets: Vec<Fleet>,
    pub tests: Vec<Test>,
}

#[derive(Debug)]
pub struct Server {
    pub name: At<String>,
    pub host: Option<At<String>>,
    pub addresses: Vec<At<IpAddr>>,
    pub services: Vec<Service>,
    /// Where firmware loads lie, beside the program.
    pub images: Option<At<String>>,
    /// Requests per second that it bears, as measured or promised.
    pub capacity: Option<At<u32>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceKind {
    Tftp,
    Http,
    Https,
    Dns,
    Dhcp,
    Dhcp6,
    Syslog,
    Acs,
    Dashboard,
}

#[derive(Debug)]
pub struct Service {
    pub kind: ServiceKind,
    pub port: u16,
    pub tls: Tls,
    pub realm: Option<Realm>,
    /// Name servers that are asked for what is not in our zones.
    pub forward: Vec<At<IpAddr>>,
    pub span: Span,
}

/// `realm "NAME" digest { account "USER" password S }`: who may fetch files of profiles that have an account.
#[derive(Debug)]
pub struct Realm {
    pub name: At<String>,
    pub method: At<AuthMethod>,
    pub accounts: Vec<(At<String>, SecretText)>,
}

/// What `https` says beside its port. Paths are relative to the program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tls {
    pub certificate: Option<At<String>>,
    pub key: Option<At<String>>,
    pub clients: Clients,
    /// Who signed the phones' certificates.
    pub authority: Option<At<String>>,
    /// How a certificate's subject names its phone: `CP-$PN-SEP$MAU`.
    pub identity: Option<At<String>>,
}

/// Whether a phone has to show a certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clients {
    #[default]
    None,
    Request,
    Require,
}

/// A DHCP scope. Its subnet says of which family; addresses are as written, and checked against it later.
#[derive(Debug)]
pub struct Network {
    pub name: At<String>,
    pub server: Option<usize>,
    pub subnet: Option<At<(IpAddr, u8)>>,
    pub pools: Vec<At<(IpAddr, IpAddr)>>,
    pub router: Option<At<IpAddr>>,
    pub domain: Option<At<String>>,
    pub dns: Vec<At<IpAddr>>,
    pub ntp: Vec<At<IpAddr>>,
    pub relays: Vec<At<IpAddr>>,
    /// Seconds.
    pub lease: u32,
    pub reservations: Vec<At<(Mac, IpAddr)>>,
    pub options: Vec<OptionLine>,
    pub classes: Vec<Class>,
    pub answers: Option<At<Answers>>,
    /// From when to when people work with the phones, in minutes since midnight.
    pub busy: Vec<At<(u16, u16)>>,
}

/// `option N = value, value`.
#[derive(Debug)]
pub struct OptionLine {
    pub number: At<u16>,
    pub values: Vec<At<OptionContent>>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum OptionContent {
    Value(Value),
    /// `hex("01 0b …")`.
    Octets(Vec<u8>),
}

/// `class "NAME" when CONDITION { option … }`: more options for clients of a kind.
#[derive(Debug)]
pub struct Class {
    pub name: At<String>,
    pub when: Expr,
    pub options: Vec<OptionLine>,
}

/// Which clients a network answers. What is not said: everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    KnownPhones,
    InformOnly,
}

#[derive(Debug)]
pub struct Zone {
    pub name: At<String>,
    /// Seconds.
    pub ttl: u32,
    pub records: Vec<At<Record>>,
    /// Nothing was wrong with it: what is not in the records is not there.
    pub whole: bool,
}

#[derive(Debug)]
pub enum Record {
    A(String, Ipv4Addr),
    Aaaa(String, Ipv6Addr),
    Cname(String, String),
    Ns(String, String),
    /// One string of up to 255 octets each (RFC 1035 §3.3.14).
    Txt(String, Vec<String>),
    Srv {
        name: String,
        target: String,
        port: u16,
        priority: u16,
        weight: u16,
    },
    Naptr(Naptr),
}

/// RFC 3403 §4.1. Phones look up their SIP servers so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Naptr {
    pub name: String,
    pub order: u16,
    pub preference: u16,
    pub flags: String,
    pub service: String,
    pub pattern: String,
    pub replacement: String,
}

/// A release: its loads, and what must run before any of them is installed.
#[derive(Debug)]
pub struct Firmware {
    pub name: At<String>,
    /// The release of the standard library that gives loads beside the own ones.
    pub release: Option<At<String>>,
    pub loads: Vec<Load>,
    /// Positions of other releases.
    pub after: Vec<At<usize>>,
}

/// `load "FILE" for "MODEL", …`.
#[derive(Debug)]
pub struct Load {
    pub file: At<String>,
    pub models: Vec<At<String>>,
}

/// `upgrade { … }`: where a fleet's phones go, and by which way.
#[derive(Debug)]
pub struct Upgrade {
    /// Position of the release.
    pub to: At<usize>,
    pub fetch: Directory,
    pub retry: Option<At<Vec<Wait>>>,
    /// The oldest release that may be installed.
    pub floor: Option<At<usize>>,
    /// Phones for which it does not hold stay where they are.
    pub when: Option<At<Condition<Comparison>>>,
}

/// Where loads lie.
#[derive(Clone, Debug)]
pub struct Directory {
    pub scheme: At<Scheme>,
    pub server: Option<usize>,
    pub path: At<String>,
}

#[derive(Debug)]
pub struct Profile {
    pub name: At<String>,
    pub fetch: Option<Fetch>,
    /// Whether it says how it is fetched, perhaps in a way that has a finding.
    pub fetch_said: bool,
    pub gzip: bool,
    pub seal: Option<Seal>,
    pub account: Option<Account>,
    /// Assignments and what governs them, in order.
    pub body: Block,
}

/// `seal aes256cbc key K [digest md5|sha256]`, `seal aes128gcm key K`.
#[derive(Clone, Debug)]
pub struct Seal {
    pub cipher: At<SealCipher>,
    pub key: Expr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealCipher {
    Aes256Cbc(Digest),
    Aes128Gcm,
}

#[derive(Clone, Debug)]
pub struct Fetch {
    pub scheme: At<Scheme>,
    pub server: Option<usize>,
    pub path: Expr,
    /// `srv`: the host is looked up by SRV.
    pub srv: Option<Span>,
    /// `post … body "…"`: what the phone sends.
    pub post: Option<Expr>,
}

/// `account digest user U password P`.
#[derive(Clone, Debug)]
pub struct Account {
    pub method: At<AuthMethod>,
    pub user: Expr,
    pub password: Expr,
    pub span: Span,
}

#[derive(Debug)]
pub struct Fleet {
    pub name: At<String>,
    pub server: Option<usize>,
    pub networks: Vec<At<usize>>,
    pub profiles: Vec<At<usize>>,
    pub bootstrap: Option<At<Bootstrap>>,
    /// Whether there is a `bootstrap`, be it one that could not be read.
    pub bootstrap_said: bool,
    pub resync: Vec<At<Resync>>,
    pub syslog: Option<Span>,
    pub log: Vec<LogTemplate>,
    pub report: Option<At<Report>>,
    pub rules: Vec<HandRule>,
    pub upgrade: Option<At<Upgrade>>,
    pub phones: Phones,
}

impl Fleet {
    /// Where it says how its phones come to us.
    pub fn arrival(&self) -> Span {
        self.bootstrap.as_ref().map_or(self.name.span, |bootstrap| bootstrap.span)
    }
}

/// How a factory-fresh phone finds us (PB §2.1).
#[derive(Debug, PartialEq)]
pub enum Bootstrap {
    /// By options of DHCP, and the scheme of their URLs if one is named.
    Dhcp {
        options: Vec<At<OptionNumber>>,
        scheme: Option<At<Scheme>>,
    },
    /// By the SRV records of the domain that DHCP tells.
    Srv,
    /// By a code that a person enters; Cisco's cloud then tells where we are (PB §23).
    ActivationCode,
    /// By Cisco's cloud, which knows the phone's address (PB §3).
    Edos,
    Manual,
}

/// An option of DHCPv4 or DHCPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionNumber {
    V4(u8),
    V6(u16),
}

impl fmt::Display for OptionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OptionNumber::V4(number) => write!(f, "{number}"),
            OptionNumber::V6(number) => write!(f, "v6 {number}"),
        }
    }
}

/// What `resync { … }` says, one statement each (PB §8.3).
#[derive(Clone, Debug, PartialEq)]
pub enum Resync {
    OnBoot {
        spread: Option<At<u64>>,
    },
    NeverOnBoot,
    Every(Vec<Wait>),
    AtTime {
        minutes: u16,
        spread: Option<At<u64>>,
    },
    Retry(Vec<Wait>),
    OnNotify(bool),
    IdleFor(u64),
    AfterUpgrade,
    MissingFileIsSuccess,
    /// Milliseconds within which a change is to arrive.
    AppliesWithin(u64),
    OnlyWhen(At<Condition<Comparison>>),
}

/// The phones of a fleet by column. Cells are text, each fitting its column's type.
#[derive(Debug, Default, PartialEq)]
pub struct Phones {
    pub macs: Vec<Mac>,
    /// The data file that they are rows of.
    pub file: Option<String>,
    /// Where each phone is declared; with an inventory, where the inventory is.
    pub spans: Vec<Span>,
    /// The line in the data file, from 1; 0 for a phone declared in the program.
    pub rows: Vec<u32>,
    pub columns: Vec<PhoneColumn>,
}

impl Phones {
    pub fn column(&self, name: &str) -> Option<(usize, &PhoneColumn)> {
        self.columns.iter().enumerate().find(|(_, column)| column.name == name)
    }

    /// A cell, or a row, as a place in the data file; nothing for phones that are declared in the program.
    pub fn place(&self, row: usize, column: Option<&str>) -> Option<DataPlace> {
        let line = self.rows.get(row).copied().filter(|line| *line > 0)?;
        let row = RowKey::Phone { line, address: self.macs.get(row)?.to_string() };
        Some(DataPlace { file: self.file.clone()?, row, column: column.map(str::to_owned) })
    }

    /// Only these rows, in order.
    pub fn keep(&self, rows: &[usize]) -> Phones {
        let columns = self.columns.iter().map(|column| {
            let mut cells = Cells::default();
            // A part of what fits one block of memory fits one.
            for row in rows {
                let _ = cells.push(column.cells.get(*row));
            }
            PhoneColumn {
                name: column.name.clone(),
                ty: column.ty.clone(),
                span: column.span,
                optional: column.optional,
                cells,
            }
        });
        Phones {
            file: self.file.clone(),
            macs: rows.iter().filter_map(|row| self.macs.get(*row).copied()).collect(),
            spans: rows.iter().filter_map(|row| self.spans.get(*row).copied()).collect(),
            rows: rows.iter().filter_map(|row| self.rows.get(*row).copied()).collect(),
            columns: columns.collect(),
        }
    }

    /// What `phone.NAME` is for a row.
    pub fn value(&self, name: &str, row: usize) -> Option<Value> {
        match name {
            "mac" => self.macs.get(row).copied().map(Value::Mac),
            _ => self.column(name)?.1.value(row),
        }
    }
}

#[derive(Debug)]
pub struct Test {
    pub name: At<String>,
    pub steps: Vec<At<Step>>,
}

/// A profile that a phone once applied, as it lies in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    pub file: At<String>,
    pub noted: Noted,
}

/// A line of a test.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    Phone(Mac),
    Firmware(String),
    /// `factory fresh`, which goes without saying.
    FactoryFresh,
    /// `running "file.xml"`: what the phone applied before the story begins.
    Running(Box<Applied>),
    Boot,
    After(u64),
    ServerDown(u64),
    ServerAnswers(u16, u64),
    Notify,
    /// `call for 5m`: how long, in thousandths of a second.
    Call(u64),
    /// `set $A = "…"`: the element, and its value.
    Set(String, String),
    ExpectParameter(Target, Operator, Expr),
    /// `last resync == success`.
    ExpectLastResync(bool),
    /// `resyncs >= 4`, `reboots == 0`, `requests < 10`.
    ExpectCount(Counted, Operator, u64),
    /// `firmware == mpp_11_3_7`: a release of the program, by position.
    ExpectRelease(Operator, At<usize>),
    /// `firmware == "sip88xx.11-3-1MPP-697"`.
    ExpectLoad(Operator, At<String>),
    ExpectNoSecretInClear,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    Resyncs,
    Reboots,
    Requests,
}
