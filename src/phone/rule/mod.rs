//! The rule language (RS): Profile_Rule*, Upgrade_Rule, Report_Rule, triggers, bare URLs.
//! Text is expanded first ([`super::macros`]), then parsed here, then evaluated with a trace.

mod condition;
mod cursor;
mod error;
mod evaluate;
mod foretold;
mod parse;
mod print;
#[cfg(test)]
mod reference;
mod tree;
mod url;
mod version;
mod written;

pub use super::stance::AcrossForms;
pub use error::{RuleError, RuleFault};
pub use evaluate::{
    Evaluation, Options, ReportEvaluation, Step, Taken, TriggerEvaluation, UrlEvaluation, Weighed, evaluate,
    evaluate_report, evaluate_trigger, evaluate_url, expand_log,
};
pub use foretold::{foretold, weighed};
pub use parse::{parse, parse_report, parse_trigger, parse_url};
pub use tree::{
    Alternative, Assignment, Comparison, Condition, Kind, Operand, Operator, Place, Report, Rule, RuleOption, Word,
};
pub use url::{Host, Target, Url};
pub use version::{Form, Incomparable, Load, Part, Version};
pub use written::{Side, Written, conditions, written};
