//! Tests of the language to stories that the phone model plays.

use super::applied::passed_over;
use super::loads::{Loads, loads};
use super::senseless::senseless;
use super::upgrade::version_of;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::syntax::tree::{Expr, Operator, Target, TargetKind};
use crate::language::{Checked, Counted, Scope, Step as Declared, Test, Value, evaluate};
use crate::phone::Mac;
use crate::phone::story::{Compare, Ended, Expectation, Line, Start, Step, Story, What};
use crate::platform::{Catalogue, LoadName, Parameter, ParameterType, Platform, ReleaseOrder, wire};

/// A test, ready to be played.
#[derive(Clone, Debug)]
pub struct TestCase {
    pub story: Story,
    pub mac: Mac,
    /// The load it starts on, if the test says.
    pub firmware: Option<String>,
    pub span: Span,
    /// Where each line of the story stands; a line's `id` is its position here.
    pub lines: Vec<Span>,
}

/// The tests of a program, in its order.
pub fn stories(checked: &Checked, platform: Platform) -> (Vec<TestCase>, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    // What is wrong with a release was said when the plan was made.
    let (loads, _) = loads(checked, platform);
    let tests = checked.program.tests.iter();
    let cases = tests.filter_map(|test| case(test, checked, platform, &loads, &mut findings)).collect();
    (cases, findings)
}

fn case(
    test: &Test,
    checked: &Checked,
    platform: Platform,
    loads: &[Loads],
    findings: &mut Vec<Diagnostic>,
) -> Option<TestCase> {
    let (mut mac, mut firmware, mut start) = (None, None, Start::FactoryFresh);
    let (mut lines, mut spans) = (Vec::new(), Vec::new());
    findings.extend(senseless(test));
    for step in &test.steps {
        let what = match &step.value {
            Declared::Phone(address) => {
                let known = checked.program.fleets.iter().any(|fleet| fleet.phones.macs.contains(address));
                // A fleet without phones has a finding of its own.
                let complete = checked.all_rows_sound()
                    && checked.program.fleets.iter().all(|fleet| !fleet.phones.macs.is_empty());
                if !known && complete {
                    findings.push(
                        Diagnostic::new(Code::P0201, step.span, format!("`{address}` is no phone of the program"))
                            .because("a test is about a phone of a fleet"),
                    );
                }
                mac = known.then_some(*address);
                continue;
            }
            Declared::Firmware(load) => {
                let model = mac.and_then(|mac| model_of(mac, checked));
                if let Some(finding) = no_load(load, "firmware", model, platform, step.span) {
                    findings.push(finding);
                    continue;
                }
                firmware = Some(load.clone());
                continue;
            }
            Declared::FactoryFresh => continue,
            Declared::Running(applied) => {
                findings.extend(passed_over(applied, platform.catalogue));
                start = Start::Applied(applied.noted.profile.clone());
                continue;
            }
            Declared::Boot => What::Step(Step::Boot),
            Declared::Notify => What::Step(Step::Notify),
            Declared::Call(millis) => What::Step(Step::Call { seconds: millis / 1000 }),
            Declared::Set(element, value) => What::Step(Step::Set { element: element.clone(), value: value.clone() }),
            Declared::After(millis) => What::Step(Step::After(millis / 1000)),
            Declared::ServerDown(millis) => What::Step(Step::ServerDown { seconds: millis / 1000 }),
            Declared::ServerAnswers(status, millis) => {
                What::Step(Step::ServerAnswers { status: *status, seconds: millis / 1000 })
            }
            Declared::ExpectLoad(operator, load) => {
                let Some(compare) = compare(*operator) else { continue };
                let model = mac.and_then(|mac| model_of(mac, checked));
                let written = format!("expect firmware {}", compare.sign());
                let value = load.value.strip_suffix(".loads").unwrap_or(&load.value).to_owned();
                if let Some(finding) = no_load(&value, &written, model, platform, load.span) {
                    findings.push(finding);
                    continue;
                }
                What::Expect(Expectation::Firmware { compare, value })
            }
            Declared::ExpectRelease(operator, release) => {
                let Some(compare) = compare(*operator) else { continue };
                let model = mac.and_then(|mac| model_of(mac, checked));
                let Some(model) = model.filter(|model| platform.catalogue.model(model).is_some()) else { continue };
                // What is wrong with the release was said where it stands.
                // One without any load has its own finding.
                if loads.get(release.value).is_some_and(|loads| loads.faulty || loads.by_model.is_empty()) {
                    continue;
                }
                match version_of(loads, release.value, model) {
                    Some(value) => What::Expect(Expectation::Firmware { compare, value }),
                    None => {
                        let message = format!("this release has no load for the {model}");
                        let finding = Diagnostic::new(Code::P0701, release.span, message);
                        let finding = finding.because("the phone of this test can never run it");
                        let help =
                            format!("add `load \"FILE.loads\" for \"{model}\"` to the release, or test another phone");
                        findings.push(finding.help(help));
                        continue;
                    }
                }
            }
            Declared::ExpectNoSecretInClear => What::Expect(Expectation::NoSecretInClear),
            Declared::ExpectLastResync(success) => {
                What::Expect(Expectation::LastResync(if *success { Ended::Success } else { Ended::Failure }))
            }
            Declared::ExpectCount(counted, operator, count) => {
                let Some(compare) = compare(*operator) else { continue };
                let count = *count;
                What::Expect(match counted {
                    Counted::Resyncs => Expectation::Resyncs { compare, count },
                    Counted::Reboots => Expectation::Reboots { compare, count },
                    Counted::Requests => Expectation::Requests { compare, count },
                })
            }
            Declared::ExpectParameter(target, operator, value) => {
                let Some(compare) = compare(*operator) else { continue };
                match parameter(target, value, checked, platform.catalogue) {
                    Ok((element, value)) => What::Expect(Expectation::Parameter { element, compare, value }),
                    Err(finding) => {
                        findings.extend(finding.map(|finding| *finding));
                        continue;
                    }
                }
            }
        };
        lines.push(Line { id: spans.len(), what });
        spans.push(step.span);
    }
    Some(TestCase {
        story: Story {
            name: test.name.value.clone(),
            start,
            // The phone's own address decides its chances: the same test tells the same story.
            seed: mac?.octets().iter().fold(0, |seed, octet| seed << 8 | u64::from(*octet)),
            stances: Default::default(),
            code: None,
            secrets: Vec::new(),
            lines,
        },
        mac: mac?,
        firmware,
        span: test.name.span,
        lines: spans,
    })
}

/// A text that no phone of the model ever says of what it runs; `before` is what stands before it.
fn no_load(load: &str, before: &str, model: Option<&str>, platform: Platform, span: Span) -> Option<Diagnostic> {
    // A model that nobody knows has its finding.
    if model.is_some_and(|model| platform.catalogue.model(model).is_none()) {
        return None;
    }
    if let Some(finding) = model.and_then(|model| other_firmware(load, before, model, platform, span)) {
        return Some(finding);
    }
    // Of a phone that is not known, with a finding of its own, nobody knows what it runs.
    let is_load = || format!("{}.loads", load.strip_suffix(".loads").unwrap_or(load)).parse::<LoadName>().is_ok();
    if model.is_none() && is_load() {
        return None;
    }
    let error = platform.bench_phone(Mac::new([0; 6]), model.unwrap_or("CP-8841-3PCC"), Some(load)).err()?;
    Some(Diagnostic::new(Code::P0305, span, format!("`{load}` is no load")).because(error.to_string()))
}

/// A load that a phone of the model never runs, or a release where a load is wanted.
fn other_firmware(load: &str, before: &str, model: &str, platform: Platform, span: Span) -> Option<Diagnostic> {
    if load.parse::<ReleaseOrder>().is_ok() {
        let finding =
            Diagnostic::new(Code::P0305, span, format!("`{load}` is a release, and a phone runs a load of it"));
        let meant = platform.releases.release(load).and_then(|release| release.load_for(model)?.name.as_ref());
        return Some(match meant {
            Some(meant) => finding.help(format!("for the {model}, write `{before} \"{}\"`", meant.version())),
            None => finding
                .help(format!("write `{before} \"sip88xx.11-3-1MPP-678\"`; `prov explain \"11.3(1)\"` shows loads")),
        });
    }
    let name: LoadName = format!("{}.loads", load.strip_suffix(".loads").unwrap_or(load)).parse().ok()?;
    let family = &platform.catalogue.model(model)?.load;
    if platform.runs(model, &name) {
        return None;
    }
    let finding = Diagnostic::new(Code::P0702, span, format!("a {model} cannot run `{load}`"));
    let finding = finding.because(format!("its loads are named {family}"));
    Some(finding.help(format!("let the phone begin on a load of {family}")).note("PB §20"))
}

/// The model of a phone, as its fleet's inventory says.
fn model_of(mac: Mac, checked: &Checked) -> Option<&str> {
    checked.program.fleets.iter().find_map(|fleet| {
        let row = fleet.phones.macs.iter().position(|known| *known == mac)?;
        fleet.phones.column("model")?.1.cells.get(row)
    })
}

/// The element that a target means, and the value on the wire that it is compared with.
fn parameter(
    target: &Target,
    value: &Expr,
    checked: &Checked,
    catalogue: &Catalogue,
) -> Result<(String, String), Option<Box<Diagnostic>>> {
    let fault = |finding: Diagnostic| Err(Some(Box::new(finding)));
    let scope = Scope { globals: &checked.program.globals, locals: &[], phone: None };
    let TargetKind::Name(parts) = &target.kind else {
        let finding = Diagnostic::new(Code::P0101, target.span, "a parameter is wanted here");
        return fault(match &target.kind {
            TargetKind::Macro(name) if name.len() <= 2 => finding
                .because("a register is a parameter of the phone")
                .help(format!("write `expect GPP_{name} == …`")),
            _ => finding.because("what is expected is what a parameter holds, or what the phone has done"),
        });
    };
    let family =
        parts.iter().fold(String::new(), |name, (part, index)| name + part + if index.is_some() { "[]" } else { "" });
    let Some(parameter) = catalogue.parameter(&family) else {
        let written = checked.sources.slice(target.span);
        let finding = Diagnostic::new(Code::P0205, target.span, format!("unknown parameter `{written}`"))
            .because("no MPP phone has this");
        let shown = |family: &str| family.replacen("[]", "[1]", 1).replace("[]", "[1]");
        let close = catalogue.family_named(&family).map(|known| shown(&known));
        let close = catalogue.written(&family).or(close);
        let close = close.or_else(|| crate::diagnostic::closest(&family, catalogue.families()).map(shown));
        return fault(match close {
            Some(close) => finding.help(format!("did you mean `{close}`?")),
            None => finding,
        });
    };
    let mut indexes = Vec::new();
    for index in parts.iter().filter_map(|(_, index)| index.as_ref()) {
        match evaluate(index, &scope)? {
            Value::Int(number) => indexes.push(u32::try_from(number).unwrap_or(u32::MAX)),
            _ => return fault(Diagnostic::new(Code::P0301, index.span, "an index is an integer")),
        }
    }
    for (index, (low, high)) in indexes.iter().zip(parameter.ranges()) {
        if !(low..=high).contains(index) {
            let finding = Diagnostic::new(Code::P0207, target.span, format!("there is no index {index} here"));
            return fault(finding.because(format!("it runs from {low} to {high}")));
        }
    }
    let value = match evaluate(value, &scope)? {
        // What is on the wire may always be compared as text.
        Value::Text(text) => {
            if let Some(help) = never_sent(&parameter, &text) {
                let written = catalogue.written(&parameter.element(&indexes)).unwrap_or(family);
                let finding = Diagnostic::new(Code::P0303, value.span, format!("`{written}` never holds \"{text}\""));
                return fault(finding.because("a string is compared with what is on the wire").help(help));
            }
            text
        }
        other => match wire(&parameter, &other) {
            Ok(text) => text,
            Err(misfit) => {
                let written = catalogue.written(&parameter.element(&indexes)).unwrap_or(family);
                let message = format!("`{written}` {}", misfit.message);
                return fault(Diagnostic::new(misfit.code, value.span, message).because(misfit.why));
            }
        },
    };
    Ok((parameter.element(&indexes), value))
}

/// What to write for a text that a parameter of so few values never has on the wire.
fn never_sent(parameter: &Parameter, text: &str) -> Option<String> {
    let (words, bare): (Vec<&str>, bool) = match &parameter.ty {
        ParameterType::Bool => (vec!["Yes", "No"], true),
        ParameterType::OneOf(words) => (words.iter().map(String::as_str).collect(), false),
        _ => return None,
    };
    if text.is_empty() || words.contains(&text) {
        return None;
    }
    let same = words.iter().find(|word| word.eq_ignore_ascii_case(text));
    let near = same.copied().or_else(|| crate::diagnostic::closest(text, words.iter().copied()));
    Some(match near {
        Some(near) if bare => format!("write `{}`, or `\"{near}\"`", near.to_ascii_lowercase()),
        Some(near) => format!("did you mean `\"{near}\"`?"),
        None if bare => "write `yes` or `no`".to_owned(),
        None => format!("it holds one of {}", words.join(", ")),
    })
}

fn compare(operator: Operator) -> Option<Compare> {
    Some(match operator {
        Operator::Equal => Compare::Equal,
        Operator::Unequal => Compare::NotEqual,
        Operator::Less => Compare::Less,
        Operator::LessEqual => Compare::LessOrEqual,
        Operator::Greater => Compare::Greater,
        Operator::GreaterEqual => Compare::GreaterOrEqual,
        _ => return None,
    })
}
