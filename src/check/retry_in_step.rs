//! P0804: retries without a chance part, of so many phones that those which fail together come back together. What they come back
//! to is a server, so it is all phones of a server that count, of whatever fleet.

use super::boot_peak::requests;
use super::wholes::{Whole, wholes};
use super::{About, constant, place};
use crate::diagnostic::{Code, Diagnostic, SourceMap, Span};
use crate::phone::{Schedule, default_of};
use crate::plan::{Fleet, Plan, Served, Server, Shape};

/// More phones than these are told, where it is not said how many requests a second their server bears.
const MANY: usize = 1000;
const RETRY: &str = "Resync_Error_Retry_Delay";

/// Phones of one fleet that retry in step.
#[derive(Debug)]
struct InStep<'p> {
    fleet: &'p str,
    phones: usize,
    wait: u32,
    span: Span,
}

/// Findings about all fleets of a plan that are sound, together: they have their servers in common.
pub(super) fn check(served: &Served, sources: &SourceMap, sound: &[Option<Span>]) -> Vec<Diagnostic> {
    let fleets = || served.plan().fleets.iter().zip(sound).enumerate();
    let of_fleets: Vec<(usize, Vec<InStep<'_>>)> = fleets()
        .filter_map(|(number, (fleet, arrival))| {
            let about = About { served, number, fleet, arrival: (*arrival)?, sources };
            Some((number, in_step(&about)))
        })
        .collect();
    let mut findings: Vec<Diagnostic> = Vec::new();
    for (position, server) in served.plan().servers.iter().enumerate() {
        let here = of_fleets.iter().filter(|(number, _)| {
            served.plan().fleets.get(*number).is_some_and(|fleet| comes_to(served.plan(), fleet, position))
        });
        let crowds: Vec<&InStep<'_>> = here.flat_map(|(_, crowds)| crowds).collect();
        // The same phones at another server are the same retries.
        let finding = too_many(server, crowds);
        let told = |finding: &Diagnostic| findings.iter().any(|one| one.span() == finding.span());
        findings.extend(finding.filter(|finding| !told(finding)));
    }
    findings
}

/// Whether phones of a fleet ask a server when they resync.
fn comes_to(plan: &Plan, fleet: &Fleet, server: usize) -> bool {
    fleet.server == server || requests(plan, fleet, server) > 0
}

/// The phones of a fleet whose retries have no chance part, by where that is said.
fn in_step<'p>(about: &About<'p>) -> Vec<InStep<'p>> {
    let mut found: Vec<InStep<'_>> = Vec::new();
    for Whole { shape, phones, .. } in wholes(about.fleet, &about.served.plan().models) {
        let Some((wait, span)) = waits_in_step(about, &shape) else { continue };
        match found.iter_mut().find(|one| one.span == span && one.wait == wait) {
            Some(known) => known.phones += phones,
            None => found.push(InStep { fleet: &about.fleet.id, phones, wait, span }),
        }
    }
    found
}

/// The first wait without a chance part, and where it is said.
fn waits_in_step(about: &About<'_>, shape: &Shape) -> Option<(u32, Span)> {
    let (span, text) = match constant(shape, RETRY) {
        Some((setting, text)) => (place(setting.origin, about.sources), text),
        None if shape.settings.iter().any(|setting| setting.element == RETRY) => return None,
        None => (about.arrival, default_of(RETRY)?),
    };
    let waits: Schedule = text.parse().ok().filter(|waits: &Schedule| !waits.is_off())?;
    let first = waits.delays().iter().find(|wait| wait.random == 0)?;
    Some((first.seconds, span))
}

fn too_many(server: &Server, mut crowds: Vec<&InStep<'_>>) -> Option<Diagnostic> {
    let phones: usize = crowds.iter().map(|crowd| crowd.phones).sum();
    if phones <= server.capacity.map_or(MANY, |capacity| capacity as usize) {
        return None;
    }
    // The largest is named first.
    crowds.sort_by_key(|crowd| std::cmp::Reverse(crowd.phones));
    let (first, more) = crowds.split_first()?;
    let mut others: Vec<(Span, &str)> = more.iter().map(|crowd| (crowd.span, crowd.fleet)).collect();
    others.dedup();
    others.retain(|(span, _)| *span != first.span);
    let several = crowds.iter().any(|crowd| crowd.fleet != first.fleet);
    let message = match several {
        true => format!("{phones} phones of `{}` retry in step after an outage", server.id),
        false => format!("{phones} phones retry in step after an outage"),
    };
    let mut finding = Diagnostic::new(Code::P0804, first.span, message)
        .because(format!("the wait of {} s has no chance part: what failed together comes again together", first.wait));
    for (span, fleet) in others.into_iter().take(SHOWN) {
        finding = finding.label(span, format!("phones of fleet `{fleet}` too"));
    }
    let whose = if several { "each fleet's" } else { "the fleet's" };
    Some(
        finding.help(format!("write `retry 30m jitter 10m, 1h jitter 20m` in {whose} `resync`")).note("RS §9, PB §8.1"),
    )
}

/// So many further fleets are pointed at.
const SHOWN: usize = 4;

#[cfg(test)]
mod tests {
    use super::super::tests::{about, shape};
    use super::*;

    #[test]
    fn waits_without_a_chance_part_alone() {
        for (retry, told) in [
            (Some("3600"), Some(3600)),
            (Some("3600+600,7200"), Some(7200)),
            (Some("3600+600,7200+600"), None),
            // The default of phones has none.
            (None, Some(60)),
            (Some("0"), None),
            (Some("nonsense"), None),
        ] {
            let elements: Vec<(&str, &str)> = retry.map(|retry| (RETRY, retry)).into_iter().collect();
            let found = about(1, |about| waits_in_step(about, &shape(&elements)).map(|(wait, _)| wait));
            assert_eq!(found, told, "{retry:?}");
        }
    }

    #[test]
    fn all_phones_of_a_server_count() {
        let crowd = |fleet, phones| InStep { fleet, phones, wait: 3600, span: Span::default() };
        for (crowds, capacity, told) in [
            (vec![crowd("a", MANY + 1)], None, true),
            (vec![crowd("a", MANY)], None, false),
            (vec![crowd("a", MANY), crowd("b", 1)], None, true),
            (vec![crowd("a", MANY / 2), crowd("b", MANY / 2)], None, false),
            (vec![crowd("a", 51)], Some(50), true),
            (vec![crowd("a", 50)], Some(50), false),
            (vec![crowd("a", 30), crowd("b", 21)], Some(50), true),
            (vec![crowd("a", MANY + 1)], Some(5000), false),
            (vec![], Some(0), false),
        ] {
            let server = Server { id: "s".into(), capacity, ..Server::default() };
            let shown = format!("{crowds:?} {capacity:?}");
            assert_eq!(too_many(&server, crowds.iter().collect()).is_some(), told, "{shown}");
        }
    }
}
