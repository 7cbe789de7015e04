//! One rule, trigger, report or log text on one phone: what it is expanded to, what it comes to, and why.

mod answer;
mod human;
mod meant;
mod notes;
mod places;
mod signs;
mod trace;
mod variables;
mod verdict;

pub use answer::{Answer, Body, Meant, Note, Reading, answer};
pub use meant::kind_meant;
pub use trace::{AlternativeTrace, ComparisonTrace, Fate, MacroUse, Origin, SideTrace};
pub use variables::{UnknownMacro, Variables};
pub use verdict::{ErrorPlace, Verdict};

use crate::phone::model::ServerOption;
use crate::phone::rule::Kind;
use crate::phone::stance::Stances;
use serde::Serialize;

/// Which language of RS §1 a text is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RuleKind {
    /// Profile_Rule, _B, _C, _D.
    Profile,
    /// Upgrade_Rule.
    Upgrade,
    /// Resync_Trigger_1 and _2: a bare condition.
    Trigger,
    /// Log_*, and what `--post` sends: text with macros.
    Log,
    /// Report_Rule.
    Report,
    /// Trans_Auth_Rule, Custom_CA_Rule: macros, then a URL.
    Transition,
    /// The URL of an XML service, which has macros of its own.
    Service,
}

impl RuleKind {
    pub const ALL: &[RuleKind] = &[
        RuleKind::Profile,
        RuleKind::Upgrade,
        RuleKind::Trigger,
        RuleKind::Log,
        RuleKind::Report,
        RuleKind::Transition,
        RuleKind::Service,
    ];

    /// In one word, as documents and command lines have it.
    pub const fn word(self) -> &'static str {
        match self {
            RuleKind::Profile => "profile",
            RuleKind::Upgrade => "upgrade",
            RuleKind::Trigger => "trigger",
            RuleKind::Log => "log",
            RuleKind::Report => "report",
            RuleKind::Transition => "transition",
            RuleKind::Service => "service",
        }
    }

    /// Where such texts stand.
    pub const fn stands_in(self) -> &'static str {
        match self {
            RuleKind::Profile => "Profile_Rule, _B, _C, _D",
            RuleKind::Upgrade => "Upgrade_Rule",
            RuleKind::Trigger => "Resync_Trigger_1 and _2: a bare condition",
            RuleKind::Log => "Log_*, and the body of a POST: text with macros",
            RuleKind::Report => "Report_Rule",
            RuleKind::Transition => "Trans_Auth_Rule, Custom_CA_Rule: a URL",
            RuleKind::Service => "The URL of an XML service",
        }
    }

    /// The kind of what has alternatives.
    const fn alternatives(self) -> Option<Kind> {
        match self {
            RuleKind::Profile => Some(Kind::Profile),
            RuleKind::Upgrade => Some(Kind::Upgrade),
            _ => None,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            RuleKind::Profile => "a profile rule",
            RuleKind::Upgrade => "Upgrade_Rule",
            RuleKind::Trigger => "a trigger",
            RuleKind::Log => "a log text",
            RuleKind::Report => "Report_Rule",
            RuleKind::Transition => "a transition rule",
            RuleKind::Service => "an XML service's URL",
        }
    }
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question<'q> {
    pub text: &'q str,
    pub kind: RuleKind,
    pub variables: &'q Variables,
    /// What DHCP option 66 holds.
    pub option66: Option<ServerOption>,
    pub stances: Stances,
    /// Whether the reading of C-20 was chosen; otherwise both are told where they differ.
    pub one_reading: bool,
}

/// A value as a phone holds it once it was sent in XML (WF §1.5): line breaks are blanks, outer blanks are gone.
pub fn value_sent(text: &str) -> String {
    text.replace("\r\n", "\n").trim().replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests;
