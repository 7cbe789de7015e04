//! A rule as data (RS §16), after expansion.

use super::{Target, Version};
use std::ops::Range;

/// Which parameter a rule stands in: it decides what options are legal (RS §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Profile,
    Upgrade,
    Report,
}

/// Alternatives from left to right; none: the rule is empty and is skipped (RS §5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    pub alternatives: Vec<Alternative>,
}

/// `[condition] [assignments] [[options] URL]`, every part optional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alternative {
    pub condition: Option<Condition>,
    pub assignments: Vec<Assignment>,
    pub options: Vec<RuleOption>,
    pub target: Option<Target>,
    /// Where it stands.
    pub at: Place,
}

/// Comparisons, all of which must hold (RS §4). Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    pub comparisons: Vec<Comparison>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    pub left: Operand,
    pub operator: Operator,
    pub right: Operand,
    /// Where the operator stands: what is before it belongs to the left side, what is behind it to the right one.
    pub sign: Place,
    /// Where it stands. Two comparisons are equal wherever they stand.
    pub at: Place,
}

/// Octets of the expanded text; no part of equality.
#[derive(Clone, Debug, Default, Eq)]
pub struct Place(pub Range<usize>);

impl PartialEq for Place {
    fn eq(&self, _: &Place) -> bool {
        true
    }
}

/// One side of a comparison. Both sides are of one kind (RS §4, inferred).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    Integer(i64),
    Version(Version),
    Text(String),
}

impl Operand {
    pub const fn kind(&self) -> &'static str {
        match self {
            Operand::Integer(_) => "an integer",
            Operand::Version(_) => "a version",
            Operand::Text(_) => "a string",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    pub const ALL: [Operator; 6] = [
        Operator::Equal,
        Operator::NotEqual,
        Operator::Less,
        Operator::LessOrEqual,
        Operator::Greater,
        Operator::GreaterOrEqual,
    ];

    /// The word form, which XML needs no escape for (RS §4).
    pub const fn word(self) -> &'static str {
        match self {
            Operator::Equal => "eq",
            Operator::NotEqual => "ne",
            Operator::Less => "lt",
            Operator::LessOrEqual => "le",
            Operator::Greater => "gt",
            Operator::GreaterOrEqual => "ge",
        }
    }

    pub const fn sign(self) -> &'static str {
        match self {
            Operator::Equal => "=",
            Operator::NotEqual => "!=",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
        }
    }

    pub const fn is_order(self) -> bool {
        !matches!(self, Operator::Equal | Operator::NotEqual)
    }

    /// What holds exactly when this does not.
    pub const fn opposite(self) -> Operator {
        match self {
            Operator::Equal => Operator::NotEqual,
            Operator::NotEqual => Operator::Equal,
            Operator::Less => Operator::GreaterOrEqual,
            Operator::LessOrEqual => Operator::Greater,
            Operator::Greater => Operator::LessOrEqual,
            Operator::GreaterOrEqual => Operator::Less,
        }
    }

    /// The same comparison with its sides changed about.
    pub const fn flipped(self) -> Operator {
        match self {
            Operator::Less => Operator::Greater,
            Operator::LessOrEqual => Operator::GreaterOrEqual,
            Operator::Greater => Operator::Less,
            Operator::GreaterOrEqual => Operator::LessOrEqual,
            same => same,
        }
    }

    /// The verdict, given how left stands to right.
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Operator::Equal => order.is_eq(),
            Operator::NotEqual => order.is_ne(),
            Operator::Less => order.is_lt(),
            Operator::LessOrEqual => order.is_le(),
            Operator::Greater => order.is_gt(),
            Operator::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// `Name = "value";`. The name is an XML element: `a` to `p` have become GPP_A to GPP_P (RS §11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub name: String,
    pub value: String,
    /// Where the name stands.
    pub at: Place,
}

/// An option before the URL (RS §6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleOption {
    Key(Word),
    Uid(Word),
    Pwd(Word),
    /// A register letter, `a` to `p`.
    Post(char),
    Alias(char),
    Srv,
    Delta,
    Status,
}

impl RuleOption {
    pub const fn name(&self) -> &'static str {
        match self {
            RuleOption::Key(_) => "key",
            RuleOption::Uid(_) => "uid",
            RuleOption::Pwd(_) => "pwd",
            RuleOption::Post(_) => "post",
            RuleOption::Alias(_) => "alias",
            RuleOption::Srv => "srv",
            RuleOption::Delta => "delta",
            RuleOption::Status => "status",
        }
    }

    /// The parameters it is documented for. `uid` and `pwd` in Upgrade_Rule are contradictory, hence let pass.
    pub(super) const fn legal_in(&self, kind: Kind) -> bool {
        match self {
            RuleOption::Key(_) => !matches!(kind, Kind::Upgrade),
            RuleOption::Uid(_) | RuleOption::Pwd(_) => true,
            RuleOption::Post(_) | RuleOption::Alias(_) => matches!(kind, Kind::Profile),
            RuleOption::Srv => matches!(kind, Kind::Profile),
            RuleOption::Delta | RuleOption::Status => matches!(kind, Kind::Report),
        }
    }
}

/// An option's argument as written (quotes off, octal escapes not yet read) and where it stands, because `$SA` to `$SD`
/// are filled in here only, after everything else was expanded (RS §1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub at: Place,
}

/// One or two destinations (RS §14).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub options: Vec<RuleOption>,
    pub target: Target,
}
