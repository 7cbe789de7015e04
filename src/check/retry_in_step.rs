//! P0804: retries without a chance part, in a fleet so large that phones which fail together come back together.

use super::{About, constant, place};
use crate::diagnostic::{Code, Diagnostic};
use crate::phone::{Schedule, default_of};
use crate::plan::Shape;

/// A fleet above this size is told, where it is not said how many requests a second its server bears.
const MANY: usize = 1000;
const RETRY: &str = "Resync_Error_Retry_Delay";

pub(super) fn check(about: &About<'_>, shape: &Shape) -> Option<Diagnostic> {
    let phones = about.fleet.phones.len();
    let capacity = about.served.plan().servers.get(about.fleet.server).and_then(|server| server.capacity);
    if phones <= capacity.map_or(MANY, |capacity| capacity as usize) {
        return None;
    }
    let (span, text) = match constant(shape, RETRY) {
        Some((setting, text)) => (place(setting.origin, about.sources), text),
        None if shape.settings.iter().any(|setting| setting.element == RETRY) => return None,
        None => (about.arrival, default_of(RETRY)?),
    };
    let waits: Schedule = text.parse().ok().filter(|waits: &Schedule| !waits.is_off())?;
    let first = waits.delays().iter().find(|wait| wait.random == 0)?;
    let message = format!("{phones} phones retry in step after an outage");
    Some(
        Diagnostic::new(Code::P0804, span, message)
            .because(format!(
                "the wait of {} s has no chance part: what failed together comes again together",
                first.seconds
            ))
            .help("write `retry 30m jitter 10m, 1h jitter 20m` in the fleet's `resync`")
            .note("RS §9, PB §8.1"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::{about, about_server, shape};
    use super::*;

    #[test]
    fn large_fleets_without_a_chance_part_alone() {
        for (phones, retry, told) in [
            (MANY + 1, Some("3600"), true),
            (MANY + 1, Some("3600+600,7200"), true),
            (MANY + 1, Some("3600+600,7200+600"), false),
            // The default of phones has none.
            (MANY + 1, None, true),
            (MANY + 1, Some("0"), false),
            (MANY + 1, Some("nonsense"), false),
            (MANY, Some("3600"), false),
            (MANY, None, false),
        ] {
            let elements: Vec<(&str, &str)> = retry.map(|retry| (RETRY, retry)).into_iter().collect();
            assert_eq!(about(phones, |about| check(about, &shape(&elements)).is_some()), told, "{phones} {retry:?}");
        }
        for (phones, capacity, told) in [(51, 50, true), (50, 50, false), (MANY + 1, 5000, false)] {
            let found =
                about_server(phones, Some(capacity), |about| check(about, &shape(&[(RETRY, "3600")])).is_some());
            assert_eq!(found, told, "{phones} {capacity}");
        }
    }
}
