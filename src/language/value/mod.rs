//! Values, when they are known, and their evaluation: what a value is stands here, what names stand for in `scope`,
//! the way from an expression to its value in `evaluate`, with calls and operators beside it.

mod call;
mod evaluate;
mod operator;
mod scope;
mod secret;
mod time;

pub use self::evaluate::evaluate;
pub use self::scope::{Function, Globals, Later, Row, Scope};
pub use self::secret::{SecretPart, SecretText, SecretWay, handed_on};
pub use self::time::{Time, time_of};

pub(super) use self::operator::{ABSENT, is_special};

use crate::phone::Mac;
use std::net::IpAddr;

/// One wait of a schedule, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    pub delay: u64,
    pub jitter: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Bool(bool),
    Int(i64),
    Decimal(String),
    /// Milliseconds.
    Duration(u64),
    /// Minutes since midnight.
    Time(u16),
    Schedule(Vec<Wait>),
    Text(String),
    Mac(Mac),
    Ip(IpAddr),
    Prefix(IpAddr, u8),
    Range(Box<Value>, Box<Value>),
    List(Vec<Value>),
    /// Fields in the order in which they were written.
    Record(Vec<(String, Value)>),
    Secret(SecretText),
    /// What a `T?` holds where there is no `T`.
    Absent,
}

impl Value {
    /// The waits of a schedule; a duration is one without jitter.
    pub fn waits(&self) -> Option<Vec<Wait>> {
        match self {
            Value::Duration(delay) => Some(vec![Wait { delay: *delay, jitter: 0 }]),
            Value::Schedule(waits) => Some(waits.clone()),
            _ => None,
        }
    }

    /// The type's name in the language.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Decimal(_) => "decimal",
            Value::Duration(_) => "duration",
            Value::Time(_) => "time",
            Value::Schedule(_) => "schedule",
            Value::Text(_) => "string",
            Value::Mac(_) => "mac",
            Value::Ip(_) => "ip",
            Value::Prefix(..) => "prefix",
            Value::Range(..) => "range",
            Value::List(_) => "list",
            Value::Record(_) => "record",
            Value::Secret(_) => "secret",
            Value::Absent => "absent value",
        }
    }

    /// `an int`, `a duration`.
    pub fn with_article(&self) -> String {
        let kind = self.kind();
        if kind.starts_with(['a', 'e', 'i', 'o']) { format!("an {kind}") } else { format!("a {kind}") }
    }

    /// The value inside a string; nothing for what has no one text.
    pub fn text(&self) -> Option<String> {
        Some(match self {
            Value::Bool(true) => "yes".into(),
            Value::Bool(false) => "no".into(),
            Value::Int(number) => number.to_string(),
            Value::Decimal(text) | Value::Text(text) => text.clone(),
            Value::Time(minutes) => format!("{:02}:{:02}", minutes / 60, minutes % 60),
            Value::Mac(mac) => mac.to_string(),
            Value::Ip(address) => address.to_string(),
            Value::Prefix(address, length) => format!("{address}/{length}"),
            Value::Duration(millis) => duration(*millis),
            Value::Schedule(_)
            | Value::Range(..)
            | Value::List(_)
            | Value::Record(_)
            | Value::Secret(_)
            | Value::Absent => return None,
        })
    }
}

/// A duration as one would write it: the largest unit that is exact.
pub fn duration(millis: u64) -> String {
    for (unit, name) in [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")] {
        if millis != 0 && millis.is_multiple_of(unit) {
            return format!("{}{name}", millis / unit);
        }
    }
    if millis == 0 { "0s".into() } else { format!("{millis}ms") }
}
