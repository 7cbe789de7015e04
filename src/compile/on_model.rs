//! Whether the phones that get a parameter have it: by family, by what the model can do and how much of it there is, and
//! by the release that the fleet is to run. What a phone does not have it ignores without a word.

use super::Compiler;
use super::beyond::Beyond;
use super::flatten::Assigned;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::language::{Fleet, Phones};
use crate::platform::{Counted, Existence, ModelInfo, Parameter, ReleaseOrder};
use std::collections::HashMap;

/// The release that each model of a fleet is to run; a model without one runs nobody knows what.
pub(super) type Targets = HashMap<String, ReleaseOrder>;

impl Compiler<'_> {
    /// The releases that a fleet's phones are led to.
    pub(super) fn targets(&self, fleet: &Fleet) -> Targets {
        let to = fleet.upgrade.as_ref().and_then(|upgrade| self.loads.get(upgrade.value.to.value));
        let model = |name: &str| Some((name.to_owned(), to?.for_model(name)?.order()));
        self.plan.models.iter().filter_map(|planned| model(&planned.name)).collect()
    }

    /// One finding for each statement: the first model, and the first index, speak for the rest.
    pub(super) fn fits_models(&mut self, assigned: &Assigned, rows: &[usize], phones: &Phones) {
        let Some(parameter) = assigned.parameter.clone() else { return };
        let counts = parameter.counts();
        let everywhere = parameter.families.is_empty() && parameter.needs.is_none();
        let ageless = parameter.since.is_none() && parameter.until.is_none();
        if everywhere && ageless && counts.iter().all(Option::is_none) {
            return;
        }
        let Some((_, column)) = phones.column("model") else { return };
        let mut seen: Vec<&str> = Vec::new();
        for row in rows {
            let Some(name) = column.cells.get(*row) else { continue };
            if seen.contains(&name) {
                continue;
            }
            seen.push(name);
            let Some(model) = self.catalogue.model(name) else { continue };
            let mac = phones.macs.get(*row).map(ToString::to_string).unwrap_or_default();
            let target = self.targets.get(name).copied();
            let mut found = off_family(assigned, &parameter, model, &mac);
            if found.is_none()
                && let Some(beyond) = beyond(assigned, &counts, model, &mac)
            {
                self.beyond.push(beyond);
                continue;
            }
            found = found.or_else(|| other_release(assigned, &parameter, model, target));
            let Some(finding) = found else { continue };
            let told = |other: &Diagnostic| other.code == finding.code && other.span() == finding.span();
            if !self.findings.iter().any(told) {
                self.report(finding);
            }
        }
    }
}

fn off_family(assigned: &Assigned, parameter: &Parameter, model: &ModelInfo, mac: &str) -> Option<Diagnostic> {
    let by_family = !parameter.families.is_empty() && !parameter.families.contains(&model.family);
    let lacking = parameter.needs.filter(|ability| model.lacks(*ability));
    if !by_family && lacking.is_none() {
        return None;
    }
    let message = format!("`{}` is not on {}", assigned.written, model.name);
    let finding = Diagnostic::new(Code::P0206, assigned.span, message)
        .because(format!("{mac} would ignore it without a word"))
        .help("set it under `if phone.model == \"…\" { … }`, in a file whose path tells models apart");
    if by_family {
        return Some(finding.note(format!("it exists on the families {}", parameter.families.join(", "))));
    }
    // The table of models says what a phone can do; that its page lacks the rest is inferred from it.
    let mut finding = finding.note(format!("the model has no {}", lacking.map_or("", |ability| ability.name())));
    finding.severity = Severity::Warning;
    Some(finding)
}

fn beyond(assigned: &Assigned, counts: &[Option<Counted>], model: &ModelInfo, mac: &str) -> Option<Beyond> {
    let name = &model.name;
    for (position, (index, counted)) in assigned.indexes.iter().zip(counts).enumerate() {
        let Some((counted, most)) = counted.and_then(|counted| Some((counted, model.most(counted)?))) else { continue };
        if *index <= most {
            continue;
        }
        let message = match (counted, most) {
            (Counted::Unit, 0) => format!("`{name}` takes no expansion module"),
            (Counted::UnitKey, _) => format!("an expansion module of `{name}` has no key {index}"),
            _ => format!("`{name}` has no {} {index}", counted.name()),
        };
        let why = match most {
            0 => format!("{mac} would ignore `{}`", assigned.written),
            most => format!("it has {most}; {mac} would ignore `{}`", assigned.written),
        };
        return Some(Beyond {
            statement: assigned.span,
            turning: assigned.turnings.get(position).copied().flatten(),
            index: *index,
            there: (most > 0).then_some((1, most)),
            finding: Diagnostic::new(Code::P0207, assigned.span, message).because(why),
        });
    }
    None
}

/// Without a target nobody knows what the phones run, and what may be missing is only noted.
fn other_release(
    assigned: &Assigned,
    parameter: &Parameter,
    model: &ModelInfo,
    target: Option<ReleaseOrder>,
) -> Option<Diagnostic> {
    let written = &assigned.written;
    let Some(target) = target else {
        let since = parameter.since.as_ref().map(|since| format!("it exists since {since}"));
        let until = parameter.until.as_ref().map(|until| format!("it exists no more from {until} on"));
        let message = format!("not every firmware has `{written}`");
        let mut finding = Diagnostic::new(Code::P0206, assigned.span, message)
            .because(since.or(until)?)
            .help("say what the phones run: `upgrade { to RELEASE … }` in the fleet");
        finding.severity = Severity::Note;
        return Some(finding);
    };
    let why = match parameter.exists_in(target) {
        Existence::Exists => return None,
        Existence::Since(since) => format!("it exists since {since}; phones of this fleet go to {target}"),
        Existence::Until(until) => format!("it exists no more from {until} on; phones of this fleet go to {target}"),
    };
    let message = format!("`{written}` is not in the firmware of {}", model.name);
    let finding = Diagnostic::new(Code::P0206, assigned.span, message).because(why);
    Some(finding.help("remove it, or lead the fleet to a release that has it"))
}
