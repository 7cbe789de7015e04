//! What a story expects of its phone, and whether it is so.

use super::play::Play;
use super::trouble::Disturbed;
use crate::phone::default_of;
use crate::phone::model::{Event, Resync};
use crate::phone::rule::{AcrossForms, Version};
use std::cmp::Ordering;
use std::fmt;

#[derive(Clone, Debug, PartialEq)]
pub enum Expectation {
    Parameter {
        element: String,
        compare: Compare,
        value: String,
    },
    /// The load that runs; compared as a version where both are.
    Firmware {
        compare: Compare,
        value: String,
    },
    /// Resyncs that ended, well or not: how the last one did is asked for by `LastResync`. Passes that follow each other because the rules changed are one resync.
    Resyncs {
        compare: Compare,
        count: u64,
    },
    LastResync(Ended),
    /// Starts of the phone, after the first.
    Reboots {
        compare: Compare,
        count: u64,
    },
    /// Files asked for.
    Requests {
        compare: Compare,
        count: u64,
    },
    NoSecretInClear,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Success,
    Failure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Compare {
    pub const fn sign(self) -> &'static str {
        match self {
            Compare::Equal => "==",
            Compare::NotEqual => "!=",
            Compare::Less => "<",
            Compare::LessOrEqual => "<=",
            Compare::Greater => ">",
            Compare::GreaterOrEqual => ">=",
        }
    }

    pub(super) fn holds(self, order: Ordering) -> bool {
        match self {
            Compare::Equal => order.is_eq(),
            Compare::NotEqual => order.is_ne(),
            Compare::Less => order.is_lt(),
            Compare::LessOrEqual => order.is_le(),
            Compare::Greater => order.is_gt(),
            Compare::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl fmt::Display for Compare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sign())
    }
}

impl Play {
    pub(super) fn judge(
        &self,
        expectation: &Expectation,
        world: &Disturbed<'_>,
        defaults: &dyn Fn(&str) -> Option<String>,
    ) -> (bool, String) {
        let count = |compare: Compare, expected: u64, found: usize| {
            let found = found as u64;
            (compare.holds(found.cmp(&expected)), found.to_string())
        };
        match expectation {
            Expectation::Parameter { element, compare, value } => {
                let set = self.phone.as_ref().and_then(|phone| phone.settings().value_set(element));
                let actual = match set {
                    Some(value) => value.to_owned(),
                    None => default_of(element).map(str::to_owned).or_else(|| defaults(element)).unwrap_or_default(),
                };
                (compare.holds(order(*compare, &actual, value)), actual)
            }
            Expectation::Firmware { compare, value } => {
                let actual = self.phone.as_ref().map(|phone| phone.identity().firmware()).unwrap_or_default();
                let value = value.strip_suffix(".loads").unwrap_or(value);
                let versions = actual.parse::<Version>().ok().zip(value.parse::<Version>().ok());
                let by_version = versions.and_then(|(a, b)| a.compare(&b, AcrossForms::ByParts).ok().flatten());
                let order = match compare {
                    Compare::Equal | Compare::NotEqual => actual.cmp(value),
                    _ => by_version.unwrap_or(actual.cmp(value)),
                };
                (compare.holds(order), actual.to_owned())
            }
            Expectation::Resyncs { compare, count: expected } => count(
                *compare,
                *expected,
                self.events(|event| matches!(event, Event::Resync(Resync::Done { .. } | Resync::Failed { .. }))),
            ),
            Expectation::LastResync(ended) => {
                let last = self.timeline.entries.iter().rev().find_map(|entry| match &entry.event {
                    Event::Resync(Resync::Done { .. }) => Some((Ended::Success, "success".to_owned())),
                    Event::Resync(Resync::Failed { reason, .. }) => {
                        Some((Ended::Failure, format!("failure: {reason}")))
                    }
                    _ => None,
                });
                match last {
                    Some((found, actual)) => (found == *ended, actual),
                    None => (false, "no resync".into()),
                }
            }
            Expectation::Reboots { compare, count: expected } => {
                let starts = self.events(|event| matches!(event, Event::Reboot { .. }));
                count(*compare, *expected, starts.saturating_sub(1))
            }
            Expectation::Requests { compare, count: expected } => count(*compare, *expected, world.requests),
            Expectation::NoSecretInClear => match world.leaks.as_slice() {
                [] => (true, "none".into()),
                leaks => (false, leaks.join(", ")),
            },
        }
    }

    fn events(&self, fits: impl Fn(&Event) -> bool) -> usize {
        self.timeline.entries.iter().filter(|entry| fits(&entry.event)).count()
    }
}

/// Whether values are the same is a matter of text: extension 0101 is not 101. Which is greater is one of numbers, where
/// both are.
fn order(compare: Compare, actual: &str, value: &str) -> Ordering {
    match (actual.parse::<i64>(), value.parse::<i64>()) {
        (Ok(actual), Ok(value)) if !matches!(compare, Compare::Equal | Compare::NotEqual) => actual.cmp(&value),
        _ => actual.cmp(value),
    }
}
