//! The program's tests, played on the phone model in virtual time.

use crate::compile::TestCase;
use crate::diagnostic::SourceMap;
use crate::phone::Settings;
use crate::phone::stance::Stances;
use crate::phone::story::{Start, play_with};
use crate::plan::{Discovery, PlanWorld, Served, stand_in};
use serde::Serialize;

/// The document of `prov test --format json`.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Report {
    pub tests: Vec<Outcome>,
    pub summary: Tally,
}

#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Outcome {
    pub name: String,
    pub passed: bool,
    pub file: String,
    pub line: usize,
    pub expectations: Vec<ExpectationOutcome>,
    /// What happened to the phone, a line each, in virtual time.
    pub timeline: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct ExpectationOutcome {
    /// As the program writes it.
    pub text: String,
    pub holds: bool,
    /// What was found.
    pub actual: String,
    /// Why it was not looked at; then nothing was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unseen: Option<String>,
    pub file: String,
    pub line: usize,
}

impl ExpectationOutcome {
    /// Why it does not hold, given what was found as it is to be written.
    pub(super) fn why(&self, actual: String) -> String {
        match &self.unseen {
            Some(why) => format!("not looked at: {why}"),
            None => format!("found {actual}"),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
}

/// What is known of phones beside the plan.
#[derive(Clone, Copy)]
pub struct Bench<'b> {
    /// What a phone holds in an element that nobody set.
    pub defaults: &'b dyn Fn(&str) -> Option<String>,
    /// What a phone of a model runs when a test does not say.
    pub firmware: &'b dyn Fn(&str) -> String,
    /// The readings by which phones are played.
    pub stances: Stances,
}

/// Plays the tests whose name holds `filter`.
pub fn run(served: &Served, tests: &[TestCase], sources: &SourceMap, filter: &str, bench: Bench<'_>) -> Report {
    let outcomes: Vec<Outcome> = tests
        .iter()
        .filter(|test| test.story.name.contains(filter))
        .filter_map(|test| one(served, test, sources, bench))
        .collect();
    let passed = outcomes.iter().filter(|outcome| outcome.passed).count();
    let summary = Tally { passed, failed: outcomes.len() - passed };
    Report { tests: outcomes, summary }
}

fn one(served: &Served, test: &TestCase, sources: &SourceMap, bench: Bench<'_>) -> Option<Outcome> {
    let mut world = PlanWorld::new(served, test.mac)?;
    let model = served.model(served.phone(test.mac)?).map_or("", |model| &model.name);
    let firmware = test.firmware.clone().unwrap_or_else(|| (bench.firmware)(model));
    let identity = world.identity(&firmware).ok()?;
    let mut story = test.story.clone();
    story.stances = bench.stances;
    if story.start == Start::FactoryFresh {
        match served.phone(test.mac).and_then(|phone| served.fleet(phone)?.bootstrap.as_ref()).map(|of| of.how) {
            // A person enters the rule before anything else happens.
            Some(Discovery::Manual) => {
                if let Some(rule) = served.phone(test.mac).and_then(|phone| served.told(phone)) {
                    let mut settings = Settings::factory();
                    settings.set("Profile_Rule", &rule);
                    story.start = Start::Running(settings);
                }
            }
            // Any code: the world knows them all.
            Some(Discovery::ActivationCode) => story.code = Some("0123456789012345".into()),
            _ => {}
        }
    }
    // The texts that must not travel in clear are those that stand in for the secrets.
    story.secrets = served.secrets_needed().iter().map(stand_in).collect();
    let verdict = play_with(&story, &mut world, identity, bench.defaults);
    let expectations: Vec<ExpectationOutcome> = verdict
        .checks
        .iter()
        .map(|check| {
            let span = test.lines.get(check.id).copied().unwrap_or_default();
            ExpectationOutcome {
                text: sources.slice(span).trim().to_owned(),
                holds: check.holds,
                actual: check.actual.clone(),
                unseen: check.unseen.map(str::to_owned),
                file: sources.name(span.file).to_owned(),
                line: sources.position(span.file, span.start).line,
            }
        })
        .collect();
    Some(Outcome {
        name: test.story.name.clone(),
        passed: verdict.passed(),
        file: sources.name(test.span.file).to_owned(),
        line: sources.position(test.span.file, test.span.start).line,
        expectations,
        timeline: verdict.timeline.to_string().lines().map(str::to_owned).collect(),
    })
}

/// Of a long timeline so many lines are shown from its beginning, and as many from its end.
const MOST_SHOWN: usize = 100;

impl Report {
    /// As a person reads it: a line a test, and for one that fails what was found and the phone's timeline.
    pub fn human(&self) -> String {
        let mut text = String::new();
        for outcome in &self.tests {
            let word = if outcome.passed { "ok  " } else { "FAIL" };
            text.push_str(&format!("{word} {}\n", outcome.name));
            if outcome.passed {
                continue;
            }
            for expectation in outcome.expectations.iter().filter(|expectation| !expectation.holds) {
                text.push_str(&format!(
                    "     {}:{}: {}\n       {}\n",
                    expectation.file,
                    expectation.line,
                    expectation.text,
                    expectation.why(format!("{:?}", expectation.actual))
                ));
            }
            text.push_str("     the phone's timeline:\n");
            let lines = &outcome.timeline;
            let middle = if lines.len() > 2 * MOST_SHOWN { MOST_SHOWN..lines.len() - MOST_SHOWN } else { 0..0 };
            for (number, line) in lines.iter().enumerate() {
                if number == middle.start && !middle.is_empty() {
                    text.push_str(&format!("       … {} lines; --format json has them\n", middle.len()));
                }
                if !middle.contains(&number) {
                    text.push_str(&format!("       {line}\n"));
                }
            }
        }
        text.push_str(&format!("\n{} passed, {} failed\n", self.summary.passed, self.summary.failed));
        text
    }
}
