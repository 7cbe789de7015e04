//! All that is known about one text: the document of `prov rule --format json`.

use super::places::Places;
use super::trace::{AlternativeTrace, ComparisonTrace, MacroUse, Traced};
use super::verdict::Evaluated;
use super::{Question, RuleKind, UnknownMacro, Verdict, meant, notes};
use crate::phone::rule::{expand_log, parse, parse_trigger};
use crate::phone::stance::{Matter, Stance};
use serde::Serialize;

/// The document of `prov rule --format json`.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Answer {
    pub kind: RuleKind,
    /// The text as a phone holds it (WF §1.5).
    pub rule: String,
    /// Of a report rule with two destinations: the first.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The destinations of a report rule that has two.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub reports: Vec<Verdict>,
    /// What `--post` sends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// Each macro of the text, once.
    pub macros: Vec<MacroUse>,
    /// Every alternative of a rule that can be read.
    pub alternatives: Vec<AlternativeTrace>,
    /// The comparisons of a trigger.
    pub comparisons: Vec<ComparisonTrace>,
    /// Where the vendor's texts contradict each other and it makes a difference: the other readings.
    pub readings: Vec<Reading>,
    /// What an invalid text was likely meant to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meant: Option<Meant>,
    /// What is doubtful.
    pub notes: Vec<Note>,
}

/// A request's body: a register after expansion (RS §13).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Body {
    pub register: String,
    pub text: String,
}

/// What the text comes to under another reading.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Reading {
    /// As `--stance` takes it: `C-20=by-parts`.
    pub stance: String,
    pub says: String,
    #[serde(flatten)]
    pub verdict: Verdict,
}

#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Meant {
    pub rule: String,
    /// What was taken for what.
    pub because: Vec<String>,
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// A doubt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Note {
    pub message: String,
    /// Where the documented fact stands.
    pub source: String,
    /// Octets of the rule before the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<usize>,
}

impl Note {
    /// That a name was set which no macro has.
    pub fn of_setting(unknown: &UnknownMacro) -> Note {
        Note { message: unknown.to_string(), source: "RS §3".to_owned(), at: None }
    }
}

/// What a phone makes of the text, and why.
pub fn answer(question: &Question<'_>) -> Answer {
    let seen = question.variables.seen_by(question.kind);
    let places = Places::of(question.text, question.variables, &seen);
    let across = question.stances.across;
    let judged = question.judge(across, &places);
    let (mut verdicts, evaluation) = (judged.verdicts, judged.evaluation);
    let expanded = verdicts.first().map(|verdict| verdict.expanded.clone()).unwrap_or_default();
    let traced = Traced { written: question.text, expanded: &expanded, places: &places, across };
    let (mut alternatives, mut comparisons, mut rule) = (Vec::new(), Vec::new(), None);
    match &evaluation {
        Evaluated::Rule(evaluation) => {
            rule = question.kind.alternatives().and_then(|kind| parse(&expanded, kind).ok());
            alternatives = rule.as_ref().map(|rule| traced.alternatives(rule, evaluation)).unwrap_or_default();
        }
        Evaluated::Trigger(evaluation) => {
            if let Ok(Some(condition)) = parse_trigger(&expanded) {
                comparisons = traced.comparisons(&condition, &evaluation.comparisons, evaluation.verdict.is_err());
            }
        }
        Evaluated::Other => {}
    }
    let readings = if question.one_reading { Vec::new() } else { other_readings(question, &places, &verdicts) };
    let notes = notes::notes(question, &places, rule.as_ref(), &verdicts);
    let reports = if verdicts.len() > 1 { verdicts.clone() } else { Vec::new() };
    let verdict = if verdicts.is_empty() { Verdict::default() } else { verdicts.swap_remove(0) };
    let meant = verdict.error.as_ref().and_then(|_| meant::meant(question));
    let body = verdict.options.post.and_then(|letter| {
        let register = letter.to_ascii_uppercase().to_string();
        let text = expand_log(&question.variables.get(&register)?.value, &seen);
        Some(Body { register: format!("GPP_{register}"), text })
    });
    Answer {
        kind: question.kind,
        rule: question.text.to_owned(),
        verdict,
        reports,
        body,
        macros: places.macros,
        alternatives,
        comparisons,
        readings,
        meant,
        notes,
    }
}

/// C-20, where it makes a difference.
fn other_readings(question: &Question<'_>, places: &Places, verdicts: &[Verdict]) -> Vec<Reading> {
    let mut readings = Vec::new();
    for (choice, stances) in question.stances.others(Matter::C20) {
        let other = question.judge(stances.across, places).verdicts;
        let differs = !other.iter().zip(verdicts).all(|(one, other)| one.same(other));
        if let Some(verdict) = other.into_iter().next().filter(|_| differs) {
            let stance = Stance { matter: Matter::C20, choice: stances.choice(Matter::C20) };
            readings.push(Reading { stance: stance.to_string(), says: choice.says.to_owned(), verdict });
        }
    }
    readings
}
