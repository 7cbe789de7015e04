//! `network` and `zone`: DHCP scopes, and the DNS records that we are authoritative for.

use super::super::syntax::tree::Expr;
use super::super::value::Value;
use super::At;
use crate::diagnostic::Span;
use crate::phone::Mac;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

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
#[derive(Clone, Debug, PartialEq)]
pub enum Answers {
    KnownPhones,
    InformOnly,
    /// Everybody; who is not of the program as if it were of this fleet, by its position.
    UnknownAs(At<usize>),
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

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Naptr {
    pub name: String,
    pub order: u16,
    pub preference: u16,
    pub flags: String,
    pub service: String,
    pub pattern: String,
    pub replacement: String,
}
