//! Why a rule came to what it came to: each alternative with each comparison, as written and as expanded.

use super::places::Places;
use crate::phone::rule::{
    AcrossForms, Comparison, Condition, Evaluation, Incomparable, Operand, Part, Place, Rule, Step, Version, Weighed,
};
use serde::Serialize;

/// A macro in a text, and what it became.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct MacroUse {
    /// `$(MA:2:4)`.
    pub written: String,
    pub name: String,
    /// Null: it stays as written.
    pub value: Option<String>,
    pub origin: Origin,
    /// Where it stands first, in octets of the rule.
    pub at: usize,
}

/// Where a macro's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// It was said, or follows from what was said.
    Set,
    /// It is what a phone on a bench has there.
    Assumed,
    /// Of `SA` to `SD`: filled in as an option's argument, and nowhere else.
    ArgumentsOnly,
    /// It has a value in texts of other kinds only, so it stays as written.
    ElsewhereOnly,
    /// No macro has this name, so it stays as written.
    Unknown,
}

/// One alternative, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct AlternativeTrace {
    /// Counted from 1.
    pub number: usize,
    pub fate: Fate,
    /// The condition's verdict; null where there is none, or it was not weighed.
    pub condition: Option<bool>,
    pub comparisons: Vec<ComparisonTrace>,
    /// As it stands in the expanded text.
    pub text: String,
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    Taken,
    Skipped,
    /// The phone stopped here.
    Failed,
    /// An alternative before it applied.
    NotReached,
    /// An alternative before it always applies.
    Unreachable,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ComparisonTrace {
    /// As it stands in the expanded text.
    pub text: String,
    /// As it stands in the rule.
    pub written: String,
    pub left: SideTrace,
    /// In words: `eq`, `ne`, `lt`, `le`, `gt`, `ge`.
    pub operator: String,
    pub right: SideTrace,
    /// Null: not weighed.
    pub holds: Option<bool>,
    pub why: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SideTrace {
    pub written: String,
    pub text: String,
    /// `an integer`, `a version`, `a string`.
    pub kind: String,
}

/// Why a comparison has no verdict when one before it did not hold.
pub(super) const NOT_WEIGHED: &str = "not weighed";

/// What a trace is made from.
pub(super) struct Traced<'t> {
    pub written: &'t str,
    pub expanded: &'t str,
    pub places: &'t Places,
    pub across: AcrossForms,
}

impl Traced<'_> {
    pub fn alternatives(&self, rule: &Rule, seen: &Evaluation) -> Vec<AlternativeTrace> {
        let taken = seen.taken.as_ref().ok().and_then(Option::as_ref).map(|taken| taken.alternative);
        let always = rule.alternatives.iter().position(|one| one.condition.is_none()).map(|at| at + 1);
        let mut traced = Vec::with_capacity(rule.alternatives.len());
        for (alternative, number) in rule.alternatives.iter().zip(1..) {
            let step = seen.steps.get(number - 1);
            let failed = seen.taken.is_err() && number == seen.steps.len();
            let (fate, why) = match step {
                _ if always.is_some_and(|always| always < number) => (
                    Fate::Unreachable,
                    format!(
                        "never reached: alternative {} has no condition and always applies",
                        always.unwrap_or_default()
                    ),
                ),
                None => (
                    Fate::NotReached,
                    match taken {
                        Some(taken) => format!("not looked at: alternative {taken} applies"),
                        None => "not looked at: the rule failed before it".to_owned(),
                    },
                ),
                Some(_) if failed => (Fate::Failed, "cannot be weighed: the rule fails here".to_owned()),
                Some(step) if step.condition == Some(false) => (Fate::Skipped, self.skipped(step)),
                Some(step) if step.condition.is_none() => (Fate::Taken, "taken: it has no condition".to_owned()),
                Some(_) => (Fate::Taken, "taken: every comparison holds".to_owned()),
            };
            let weighed = step.map(|step| step.comparisons.as_slice()).unwrap_or_default();
            let condition = alternative.condition.as_ref();
            traced.push(AlternativeTrace {
                number,
                fate,
                condition: step.and_then(|step| step.condition),
                comparisons: condition.map(|one| self.comparisons(one, weighed, failed)).unwrap_or_default(),
                text: self.expanded.get(alternative.at.0.clone()).unwrap_or_default().trim().to_owned(),
                why,
            });
        }
        traced
    }

    fn skipped(&self, step: &Step) -> String {
        let false_one = step.comparisons.iter().find(|weighed| !weighed.holds);
        format!("skipped: `{}` does not hold", false_one.map_or("", |weighed| &weighed.text))
    }

    /// `failed`: the one behind those that were weighed is what the phone could not weigh.
    pub fn comparisons(&self, condition: &Condition, weighed: &[Weighed], failed: bool) -> Vec<ComparisonTrace> {
        let trace = |(number, comparison): (usize, &Comparison)| {
            let (Place(at), Place(sign)) = (&comparison.at, &comparison.sign);
            let part = |range: std::ops::Range<usize>| self.expanded.get(range).unwrap_or_default();
            let side = |range: std::ops::Range<usize>, operand: &Operand| {
                let (text, blank) =
                    (part(range.clone()).trim(), part(range.clone()).len() - part(range.clone()).trim_start().len());
                let start = range.start + blank;
                SideTrace {
                    written: self.written_at(start..start + text.len()),
                    text: text.to_owned(),
                    kind: operand.kind().to_owned(),
                }
            };
            let holds = weighed.get(number).map(|weighed| weighed.holds);
            ComparisonTrace {
                text: part(at.clone()).to_owned(),
                written: self.written_at(at.clone()),
                left: side(at.start..sign.start, &comparison.left),
                operator: comparison.operator.word().to_owned(),
                right: side(sign.end..at.end, &comparison.right),
                holds,
                why: match holds {
                    Some(_) => self.why(comparison),
                    None if failed && number == weighed.len() => self.why(comparison),
                    None => NOT_WEIGHED.to_owned(),
                },
            }
        };
        condition.comparisons.iter().enumerate().map(trace).collect()
    }

    fn written_at(&self, at: std::ops::Range<usize>) -> String {
        self.written.get(self.places.written(&at)).unwrap_or_default().to_owned()
    }

    fn why(&self, comparison: &Comparison) -> String {
        match (&comparison.left, &comparison.right) {
            (Operand::Version(left), Operand::Version(right)) => self.versions(left, right),
            (Operand::Integer(_), _) => "integers".to_owned(),
            _ => "strings, compared sign by sign".to_owned(),
        }
    }

    fn versions(&self, left: &Version, right: &Version) -> String {
        match left.compare(right, self.across) {
            Err(Incomparable::Forms) => return format!("{}", Incomparable::Forms),
            Err(other) => return other.to_string(),
            Ok(_) => {}
        }
        let decided = match left.decided_by(right) {
            Some(Part::Major) => "the major part decides",
            Some(Part::Minor) => "the minor part decides",
            Some(Part::Micro) => "the micro part decides",
            Some(Part::Tag) => "the tags differ, which have no order",
            Some(Part::Build) => "all parts are equal, so the build decides",
            Some(Part::None) => "all parts and the build are equal",
            None => "names of no documented form are only equal to themselves",
        };
        format!("versions: {decided}; the model part does not count")
    }
}
