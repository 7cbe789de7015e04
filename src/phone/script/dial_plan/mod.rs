//! Dial plans (DT §22): `([2-9]xxxxxx|<9:>0xxxx.|911S0)`. Caller id maps are written the same way.

mod print;
mod read;

use super::fault::Fault;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DialPlan {
    /// For the whole plan: `L:15,`. Without a number: 5 s.
    pub timers: Vec<(Timer, Option<u32>)>,
    pub group: Group,
}

/// Sequences and groups that are tried beside each other; never empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Group {
    pub items: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Item {
    Sequence(Sequence),
    Group(Group),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sequence {
    /// `P9`: the pause after which the phone dials by itself.
    pub off_hook: Option<OffHook>,
    pub elements: Vec<Element>,
    /// `!`: what matches is rejected.
    pub barred: bool,
    /// Behind the `!`.
    pub timer: Option<(Timer, u32)>,
}

/// Seconds; none written: 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OffHook(pub Option<u32>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timer {
    Short,
    Long,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Element {
    Unit {
        unit: Unit,
        /// `.`: zero or more times.
        repeated: bool,
    },
    /// `,`: outside dial tone until the next key.
    Tone,
    Timer(Timer, u32),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    Key(char),
    /// `x`.
    Any,
    /// Keys, and ranges of digits.
    Set(Vec<(char, Option<char>)>),
    Substitution {
        dialed: Vec<Unit>,
        sent: String,
    },
}

pub fn parse(text: &str) -> Result<DialPlan, Fault> {
    read::plan(text).map(|(plan, _)| plan)
}

/// What a plan that can be read hardly means; nothing for one that cannot.
pub fn doubts(text: &str) -> Vec<Fault> {
    read::plan(text).map(|(_, doubts)| doubts).unwrap_or_default()
}
