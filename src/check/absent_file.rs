//! P0606: a rule by hand asks another's server for a file of each phone, which may not be there for every one; while a missing
//! file is a failure, nothing that comes after it is loaded (PB §8.2, §33).

use super::about::{asked, by_hand_rules, readable};
use super::wholes::Whole;
use super::{About, constant, place};
use crate::diagnostic::{Code, Diagnostic};
use crate::phone::rule::{Kind, RuleOption};
use crate::plan::{RuleText, Shape};

/// Variables that make a file one phone's own.
const OWN: [&str; 4] = ["$MA", "$(MA", "$SN", "$(SN"];

pub(super) fn check(about: &About<'_>, wholes: &[Whole]) -> Vec<Diagnostic> {
    let harmless = |shape: &Shape| constant(shape, "Resync_Fails_On_FNF").is_some_and(|(_, value)| value == "No");
    let harmed: Vec<&Whole> = wholes.iter().filter(|whole| !harmless(&whole.shape)).collect();
    let Some(first) = harmed.first() else { return Vec::new() };
    let who = about.concerned(first.row, harmed.iter().map(|whole| whole.phones).sum());
    let after = |rule: &RuleText| {
        let all = about.fleet.rules.iter().filter(|other| other.parameter.starts_with("Profile_Rule"));
        all.filter(|other| other.parameter > rule.parameter).map(|other| other.parameter.clone()).collect::<Vec<_>>()
    };
    let mut findings = Vec::new();
    for (rule, origin) in by_hand_rules(about.fleet) {
        let later = after(rule);
        if later.is_empty() {
            continue;
        }
        let others = asked(&readable(&rule.text), Kind::Profile).into_iter().find_map(|asked| {
            let host = asked.url.host.as_ref()?.as_str();
            let answers = asked.options.iter().any(|option| matches!(option, RuleOption::Post(_)));
            let named = !asked.written.contains("://$");
            (named && is_own(&asked.written) && !answers && !about.is_ours(host)).then(|| host.to_owned())
        });
        let Some(host) = others else { continue };
        let are = if later.len() == 1 { "is" } else { "are" };
        let message = format!("where `{host}` has no file for a phone, {} {are} never loaded", later.join(", "));
        findings.push(
            Diagnostic::new(Code::P0606, place(origin, about.sources), message)
                .because(format!(
                    "`{}` asks for a file of each phone, and a missing file ends the resync",
                    rule.parameter
                ))
                .help("write `missing file is success` in the fleet's `resync`, or fetch this one last")
                .note("PB §8.2")
                .note(who.clone()),
        );
    }
    findings
}

fn is_own(url: &str) -> bool {
    OWN.iter().any(|name| url.contains(name))
}
