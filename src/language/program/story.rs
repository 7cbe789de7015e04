//! `test`: a story about one phone, step by step.

use super::super::syntax::tree::{Expr, Operator, Target};
use super::At;
use crate::phone::Mac;
use crate::phone::profile::Noted;

#[derive(Debug)]
pub struct Test {
    pub name: At<String>,
    pub steps: Vec<At<Step>>,
    /// Whether a step of it could not be read: what it then seems to lack is nobody's to tell.
    pub unread: bool,
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
