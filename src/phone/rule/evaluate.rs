//! What a phone does with a rule (RS §1, §5): expand, parse, take the first alternative that applies, and say why.

use super::tree::Place;
use super::{
    Alternative, Comparison, Condition, Incomparable, Kind, Operand, Report, RuleError, RuleFault, RuleOption, Target,
    Url, Word, parse, parse_report, parse_trigger, parse_url,
};
use crate::phone::macros::{Expanded, Macros, expand, push_part};
use crate::phone::stance::AcrossForms;
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;

/// A rule as the phone sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// The text after expansion. `$SA` to `$SD` stand in it as written.
    pub expanded: String,
    /// The alternatives looked at, in order.
    pub steps: Vec<Step>,
    /// The alternative that applies; none: the rule is skipped. An error fails the resync (RS §15, inferred).
    pub taken: Result<Option<Taken>, RuleError>,
}

/// One alternative looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Counted from 1.
    pub alternative: usize,
    /// The comparisons weighed; those behind the first false one are not.
    pub comparisons: Vec<Weighed>,
    /// None: there is no condition.
    pub condition: Option<bool>,
}

/// A comparison and its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// As it stands in the expanded text.
    pub text: String,
    pub holds: bool,
}

/// The alternative that applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Counted from 1.
    pub alternative: usize,
    /// None: it has no condition. Otherwise true.
    pub condition: Option<bool>,
    /// Element and value, in order.
    pub assignments: Vec<(String, String)>,
    pub options: Options,
    pub target: Option<Target>,
}

/// The options of an alternative, arguments filled in. When one is written twice the last counts (inferred).
/// As JSON: only what was written, a flag as true.
#[derive(Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Options {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pwd: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<char>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<char>,
    #[serde(default, skip_serializing_if = "is_off")]
    pub srv: bool,
    #[serde(default, skip_serializing_if = "is_off")]
    pub delta: bool,
    #[serde(default, skip_serializing_if = "is_off")]
    pub status: bool,
}

fn is_off(flag: &bool) -> bool {
    !flag
}

impl fmt::Debug for Options {
    /// Keys and passwords are not for logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = |text: &Option<String>| text.as_ref().map(|_| "•••");
        f.debug_struct("Options")
            .field("key", &hidden(&self.key))
            .field("uid", &self.uid)
            .field("pwd", &hidden(&self.pwd))
            .field("post", &self.post)
            .field("alias", &self.alias)
            .field("srv", &self.srv)
            .field("delta", &self.delta)
            .field("status", &self.status)
            .finish()
    }
}

/// A trigger as the phone sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriggerEvaluation {
    pub expanded: String,
    pub comparisons: Vec<Weighed>,
    /// None: the trigger is empty.
    pub verdict: Result<Option<bool>, RuleError>,
}

/// A report rule as the phone sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportEvaluation {
    pub expanded: String,
    pub destinations: Result<Vec<(Options, Target)>, RuleError>,
}

/// A bare URL as the phone sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlEvaluation {
    pub expanded: String,
    /// None: the text is empty.
    pub url: Result<Option<Url>, RuleError>,
}

/// Evaluates Profile_Rule* or Upgrade_Rule. `macros` may know `SA` to `SD`; they are filled in as arguments of `--key`,
/// `--uid` and `--pwd` only.
pub fn evaluate(text: &str, kind: Kind, macros: &dyn Macros, across: AcrossForms) -> Evaluation {
    let expanded = expand_rule(text, macros);
    let mut steps = Vec::new();
    let taken = whole(&expanded).and_then(|text| {
        let rule = parse(text, kind)?;
        for (position, alternative) in rule.alternatives.iter().enumerate() {
            let mut step = Step { alternative: position + 1, comparisons: Vec::new(), condition: None };
            let verdict = match &alternative.condition {
                Some(condition) => weigh(condition, text, across, &mut step.comparisons).map(Some),
                None => Ok(None),
            };
            step.condition = verdict.as_ref().ok().copied().flatten();
            steps.push(step);
            let condition = verdict?;
            if condition != Some(false) {
                return Ok(Some(take(alternative, position + 1, condition, &expanded, macros)));
            }
        }
        Ok(None)
    });
    Evaluation { expanded: expanded.text, steps, taken }
}

/// Evaluates Resync_Trigger_1 or _2.
pub fn evaluate_trigger(text: &str, macros: &dyn Macros, across: AcrossForms) -> TriggerEvaluation {
    let expanded = expand_rule(text, macros);
    let mut comparisons = Vec::new();
    let verdict = whole(&expanded).and_then(|text| match parse_trigger(text)? {
        Some(condition) => weigh(&condition, text, across, &mut comparisons).map(Some),
        None => Ok(None),
    });
    TriggerEvaluation { expanded: expanded.text, comparisons, verdict }
}

/// Evaluates Report_Rule.
pub fn evaluate_report(text: &str, macros: &dyn Macros) -> ReportEvaluation {
    let expanded = expand_rule(text, macros);
    let destinations = whole(&expanded).and_then(parse_report).map(|reports| {
        let filled = |Report { options, target }: Report| (fill_options(&options, &expanded, macros), target);
        reports.into_iter().map(filled).collect()
    });
    ReportEvaluation { expanded: expanded.text, destinations }
}

/// Evaluates Trans_Auth_Rule, Custom_CA_Rule or the URL of an XML service (RS §1: macros, then a URL).
pub fn evaluate_url(text: &str, macros: &dyn Macros) -> UrlEvaluation {
    let expanded = expand_rule(text, macros);
    let url = whole(&expanded).and_then(parse_url);
    UrlEvaluation { expanded: expanded.text, url }
}

/// Expands a log template, or a POST body: secrets stay out of both (RS §1).
pub fn expand_log(text: &str, macros: &dyn Macros) -> String {
    expand_rule(text, macros).text
}

struct Public<'a>(&'a dyn Macros);

impl Macros for Public<'_> {
    fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        if is_secret(name) { None } else { self.0.value(name) }
    }
}

fn is_secret(name: &str) -> bool {
    matches!(name, "SA" | "SB" | "SC" | "SD")
}

fn expand_rule(text: &str, macros: &dyn Macros) -> Expanded {
    expand(text, &Public(macros))
}

fn whole(expanded: &Expanded) -> Result<&str, RuleError> {
    if expanded.cut {
        return Err(RuleError::new(expanded.text.len(), "the rule grows without bound when its macros are expanded"));
    }
    Ok(&expanded.text)
}

fn weigh(
    condition: &Condition,
    text: &str,
    across: AcrossForms,
    weighed: &mut Vec<Weighed>,
) -> Result<bool, RuleError> {
    for comparison in &condition.comparisons {
        let Place(at) = &comparison.at;
        let holds = compare(comparison, across).map_err(|error| {
            let fault = match error {
                Incomparable::Forms => RuleFault::Forms,
                Incomparable::Tags | Incomparable::Opaque => RuleFault::Order,
            };
            RuleError::new(at.start, error.to_string()).of(fault)
        })?;
        weighed.push(Weighed { text: text.get(at.clone()).unwrap_or_default().to_owned(), holds });
        if !holds {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare(comparison: &Comparison, across: AcrossForms) -> Result<bool, Incomparable> {
    let order = match (&comparison.left, &comparison.right) {
        (Operand::Integer(left), Operand::Integer(right)) => left.cmp(right),
        // Compared exactly, letter case included (RS §4, inferred).
        (Operand::Text(left), Operand::Text(right)) => left.cmp(right),
        (Operand::Version(left), Operand::Version(right)) => match left.compare(right, across)? {
            Some(order) => order,
            // Known to differ, and no more than that: enough for eq and ne.
            None if !comparison.operator.is_order() => std::cmp::Ordering::Less,
            None => return Err(Incomparable::Tags),
        },
        // The parser lets no mixed comparison through.
        _ => return Ok(false),
    };
    Ok(comparison.operator.holds(order))
}

fn take(
    alternative: &Alternative,
    number: usize,
    condition: Option<bool>,
    expanded: &Expanded,
    macros: &dyn Macros,
) -> Taken {
    Taken {
        alternative: number,
        condition,
        assignments: alternative.assignments.iter().map(|one| (one.name.clone(), one.value.clone())).collect(),
        options: fill_options(&alternative.options, expanded, macros),
        target: alternative.target.clone(),
    }
}

fn fill_options(written: &[RuleOption], expanded: &Expanded, macros: &dyn Macros) -> Options {
    let mut options = Options::default();
    for option in written {
        match option {
            RuleOption::Key(word) => options.key = Some(fill(word, expanded, macros)),
            RuleOption::Uid(word) => options.uid = Some(fill(word, expanded, macros)),
            RuleOption::Pwd(word) => options.pwd = Some(fill(word, expanded, macros)),
            RuleOption::Post(letter) => options.post = Some(*letter),
            RuleOption::Alias(letter) => options.alias = Some(*letter),
            RuleOption::Srv => options.srv = true,
            RuleOption::Delta => options.delta = true,
            RuleOption::Status => options.status = true,
        }
    }
    options
}

/// An argument with its secrets in place. Only references that were written as such count: the `$SA` that `$$SA` left
/// behind stays text. Octal escapes are read in what was written, not in what a secret holds (inferred).
fn fill(word: &Word, expanded: &Expanded, macros: &dyn Macros) -> String {
    let Place(at) = &word.at;
    let mut filled = String::new();
    let mut done = at.start;
    let inside = |from: usize, to: usize| expanded.text.get(from..to).unwrap_or_default();
    for unknown in &expanded.unknown {
        if !(is_secret(&unknown.name) && done <= unknown.at.start && unknown.at.end <= at.end) {
            continue;
        }
        let Some(secret) = macros.value(&unknown.name) else { continue };
        push_octal(inside(done, unknown.at.start), &mut filled);
        push_part(&secret, unknown.from, unknown.count, &mut filled);
        done = unknown.at.end;
    }
    push_octal(inside(done, at.end), &mut filled);
    filled
}

/// `\043` is `#` (RS §6). Numbers beyond a character of ASCII stay as written.
fn push_octal(text: &str, into: &mut String) {
    let mut rest = text;
    while let Some(backslash) = rest.find('\\') {
        let (plain, escape) = rest.split_at(backslash);
        into.push_str(plain);
        let code = escape.get(1..4).filter(|digits| digits.bytes().all(|digit| (b'0'..=b'7').contains(&digit)));
        match code.and_then(|digits| u8::from_str_radix(digits, 8).ok()).filter(|code| (1..128).contains(code)) {
            Some(code) => {
                into.push(char::from(code));
                rest = escape.get(4..).unwrap_or_default();
            }
            None => {
                into.push('\\');
                rest = escape.get(1..).unwrap_or_default();
            }
        }
    }
    into.push_str(rest);
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
