//! `fleet`: phones, and everything that applies to them.

use super::super::condition::{Comparison, Condition};
use super::super::report::{LogTemplate, Report};
use super::super::rule::HandRule;
use super::super::value::Wait;
use super::{At, Phones, Upgrade};
use crate::diagnostic::Span;
use crate::phone::Scheme;
use std::fmt;

#[derive(Debug)]
pub struct Fleet {
    pub name: At<String>,
    pub server: Option<usize>,
    pub networks: Vec<At<usize>>,
    pub profiles: Vec<At<usize>>,
    /// Whether it names profiles that the program does not have.
    pub profiles_missing: bool,
    pub bootstrap: Option<At<Bootstrap>>,
    /// Whether there is a `bootstrap`, be it one that could not be read.
    pub bootstrap_said: bool,
    pub resync: Vec<At<Resync>>,
    pub syslog: Option<Span>,
    pub log: Vec<LogTemplate>,
    pub report: Option<At<Report>>,
    pub rules: Vec<HandRule>,
    pub upgrade: Option<At<Upgrade>>,
    /// The firmware that its `upgrade` names, be the rest of it such that it could not be read.
    pub goes_to: Vec<At<usize>>,
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
