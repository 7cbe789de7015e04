//! `firmware`, and the `upgrade` of a fleet to one.

use super::super::condition::{Comparison, Condition};
use super::super::value::Wait;
use super::At;
use crate::phone::Scheme;

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
