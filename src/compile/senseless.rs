//! Tests that do not say what they seem to: nothing is expected, the phone is never switched on, or something happens to
//! it before it is.

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::{Step, Test};

/// P0214, each thing once.
pub(super) fn senseless(test: &Test) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let name = test.name.span;
    let mut find = |span: Span, message: String, because: &str, help: &str| {
        findings.push(Diagnostic::new(Code::P0214, span, message).because(because).help(help));
    };
    let expects = test.unread || test.steps.iter().any(|step| is_expectation(&step.value));
    let mut steps = test.steps.iter();
    let booted = steps.position(|step| step.value == Step::Boot);
    if test.steps.is_empty() {
        return findings;
    }
    if !expects {
        find(
            name,
            "this test expects nothing".into(),
            "it passes whatever the phone does",
            "add `expect last resync == success`",
        );
    }
    match booted {
        // What a phone was given before it was switched off may be looked at; and a step that cannot be read may be `boot`.
        None if !test.unread
            && (test.steps.iter().any(|step| happens(&step.value)) || !expects || !holds_something(test)) =>
        {
            let why = "a phone that is off asks for nothing and hears nothing: it has what it left the factory with";
            find(name, "the phone of this test is never switched on".into(), why, "add `boot`");
        }
        None => {}
        Some(booted) => {
            for step in test.steps.iter().take(booted).filter(|step| heard(&step.value)) {
                let why = "a phone that is off hears nothing";
                let message = format!("`{}` comes before `boot`", word(&step.value));
                find(step.span, message, why, "write it behind `boot`");
            }
        }
    }
    let mut begun = None;
    for step in &test.steps {
        match &step.value {
            Step::Phone(_) | Step::Firmware(_) | Step::FactoryFresh | Step::Running(_) => {
                if let Some(before) = begun {
                    let message =
                        format!("`{}` stands behind `{before}`, and holds from the beginning", word(&step.value));
                    let why = "what the phone is does not change on the way; steps happen in their order";
                    find(step.span, message, why, "write it before the steps, or write another test");
                }
            }
            // Expectations of what the phone holds may stand before it.
            step if !is_expectation(step) => begun = begun.or(Some(word(step))),
            _ => {}
        }
    }
    findings
}

/// Whether the phone begins with a profile, of which something is expected.
fn holds_something(test: &Test) -> bool {
    let any = |is: fn(&Step) -> bool| test.steps.iter().any(|step| is(&step.value));
    any(|step| matches!(step, Step::Running(_))) && any(|step| matches!(step, Step::ExpectParameter(..)))
}

const fn is_expectation(step: &Step) -> bool {
    matches!(
        step,
        Step::ExpectParameter(..)
            | Step::ExpectLastResync(_)
            | Step::ExpectCount(..)
            | Step::ExpectRelease(..)
            | Step::ExpectLoad(..)
            | Step::ExpectNoSecretInClear
    )
}

/// What needs a phone that is on to do anything.
const fn happens(step: &Step) -> bool {
    heard(step)
        || matches!(step, Step::After(_) | Step::ServerDown(_) | Step::ServerAnswers(..))
        || matches!(step, Step::ExpectCount(..) | Step::ExpectLastResync(_) | Step::ExpectNoSecretInClear)
}

/// What a phone has to be on for. Somebody sets a register at a phone too.
const fn heard(step: &Step) -> bool {
    matches!(step, Step::Notify | Step::Call(_))
}

const fn word(step: &Step) -> &'static str {
    match step {
        Step::Phone(_) => "phone",
        Step::Firmware(_) => "firmware",
        Step::FactoryFresh => "factory fresh",
        Step::Running(_) => "running",
        Step::Boot => "boot",
        Step::After(_) => "after",
        Step::ServerDown(_) => "server down",
        Step::ServerAnswers(..) => "server answers",
        Step::Notify => "notify",
        Step::Call(_) => "call",
        Step::Set(..) => "set",
        _ => "expect",
    }
}
