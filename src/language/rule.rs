//! Rules that a program writes by hand: in the language's own words, or in the phone's.

use super::condition::{Comparison, Condition};
use super::program::{At, Fetch};
use super::syntax::tree::{Expr, Target};
use crate::diagnostic::Span;

/// `rule NAME …`.
#[derive(Clone, Debug)]
pub struct HandRule {
    pub parameter: At<RuleParameter>,
    pub body: RuleBody,
    pub span: Span,
}

/// The parameters that hold a rule (RS §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleParameter {
    /// Profile_Rule, _B, _C, _D: by position.
    Profile(usize),
    Upgrade,
    /// Resync_Trigger_1 and _2: by number.
    Trigger(u32),
    Report,
}

#[derive(Clone, Debug)]
pub enum RuleBody {
    /// In the phone's language, as it stands; the expression is where.
    Raw(String, Expr),
    /// The first arm whose condition holds.
    Arms(Vec<RuleArm>),
}

/// `when C { set P = v  fetch … }`, or `else { … }`.
#[derive(Clone, Debug)]
pub struct RuleArm {
    /// None: `else`.
    pub when: Option<At<Condition<Comparison>>>,
    pub sets: Vec<At<(Target, Vec<Expr>)>>,
    pub fetch: Option<Fetch>,
    pub span: Span,
}

impl RuleParameter {
    pub const ALL: [RuleParameter; 8] = [
        RuleParameter::Profile(0),
        RuleParameter::Profile(1),
        RuleParameter::Profile(2),
        RuleParameter::Profile(3),
        RuleParameter::Upgrade,
        RuleParameter::Trigger(1),
        RuleParameter::Trigger(2),
        RuleParameter::Report,
    ];

    /// The XML element, as which it is written.
    pub fn element(self) -> &'static str {
        match self {
            RuleParameter::Profile(0) => "Profile_Rule",
            RuleParameter::Profile(1) => "Profile_Rule_B",
            RuleParameter::Profile(2) => "Profile_Rule_C",
            RuleParameter::Profile(_) => "Profile_Rule_D",
            RuleParameter::Upgrade => "Upgrade_Rule",
            RuleParameter::Trigger(1) => "Resync_Trigger_1",
            RuleParameter::Trigger(_) => "Resync_Trigger_2",
            RuleParameter::Report => "Report_Rule",
        }
    }

    pub fn from_element(element: &str) -> Option<RuleParameter> {
        RuleParameter::ALL.into_iter().find(|known| known.element() == element)
    }
}
