//! P0707: an upgrade restarts phones twice, and is taken when a resync ends; one that falls into a site's busy hours takes
//! phones away from people.

use super::own_turns::OwnTurns;
use super::{About, constant, place};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Busy, Shape};

pub(super) fn check(about: &About<'_>, shape: &Shape) -> Option<Diagnostic> {
    let by_hand = || constant(shape, "Upgrade_Rule").is_none_or(|(_, rule)| !rule.is_empty());
    // Phones that do not upgrade do not look at it.
    let off = constant(shape, "Upgrade_Enable").is_some_and(|(_, value)| value.eq_ignore_ascii_case("no"));
    let given = !off && shape.settings.iter().any(|setting| setting.element == "Upgrade_Rule") && by_hand();
    if about.fleet.upgrade.is_none() && !given {
        return None;
    }
    let plan = about.served.plan();
    let fourth = about.fleet.networks.iter().filter_map(|network| plan.networks.get(*network));
    let sixth = about.fleet.networks6.iter().filter_map(|network| plan.networks6.get(*network));
    let all: Vec<(&str, &[Busy])> = fourth
        .map(|network| (network.id.as_str(), network.busy.as_slice()))
        .chain(sixth.map(|network| (network.id.as_str(), network.busy.as_slice())))
        .collect();
    let turns = OwnTurns::of(shape);
    let window = Window::of(&turns)?;
    let met = all.iter().flat_map(|(name, busy)| busy.iter().map(move |busy| (*name, *busy)));
    let met: Vec<(&str, Busy)> = met.filter(|(_, busy)| window.meets(*busy)).collect();
    let (_, first) = met.first()?;
    let mut names: Vec<String> = met.iter().map(|(name, _)| format!("`{name}`")).collect();
    names.dedup();
    let span =
        constant(shape, turns.element()).map_or(about.arrival, |(setting, _)| place(setting.origin, about.sources));
    let when = match window {
        Window::Any => "phones resync at any time of day".to_owned(),
        Window::From(from, seconds) => {
            format!("phones resync from {} on, over {} min", clock(from), seconds.div_ceil(60))
        }
    };
    let of = if names.len() == 1 { "network" } else { "networks" };
    let message = format!("upgrades may fall into the busy hours of {of} {}", names.join(", "));
    let finding = Diagnostic::new(Code::P0707, span, message)
        .because(format!(
            "{when}, and take a new load then: two restarts; busy from {} to {}",
            clock(first.from),
            clock(first.to)
        ))
        .note("PB §20, §8.5; phones that somebody switches on look for a load as well, and are not counted");
    // A daily resync brings changes within a day and its spread.
    let soon = about.fleet.applies_within.is_some_and(|promise| promise.seconds < 25 * 3600);
    let busy: Vec<Busy> = all.iter().flat_map(|(_, busy)| busy.iter().copied()).collect();
    Some(match quiet(&busy).filter(|_| !soon) {
        Some(from) => finding.help(format!("resync at a quiet time: `at {} spread 1h`", clock(from))),
        None => finding.help("let `when` in the upgrade wait for something that you set at a quiet time"),
    })
}

/// An hour that is nobody's, the middle of the night first.
fn quiet(busy: &[Busy]) -> Option<u16> {
    let hours = (0..24).map(|hour| (hour + 2) % 24 * 60 + 30);
    hours.into_iter().find(|from| !busy.iter().any(|busy| Window::From(*from, 3600).meets(*busy)))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Window {
    Any,
    /// Minutes since midnight, and for how many seconds from there.
    From(u16, u64),
}

impl Window {
    /// When phones resync by themselves; nothing: never, or nobody knows.
    fn of(turns: &OwnTurns) -> Option<Self> {
        match turns {
            OwnTurns::Daily { at, spread } => Some(Window::From(*at, *spread)),
            OwnTurns::Every(_) => Some(Window::Any),
            OwnTurns::Never | OwnTurns::Unknown => None,
        }
    }

    fn meets(self, busy: Busy) -> bool {
        let Window::From(from, seconds) = self else { return true };
        let minutes = seconds.div_ceil(60).clamp(1, 24 * 60);
        // A day is a circle; busy hours may go over midnight.
        (0..minutes).any(|more| busy.holds(((u64::from(from) + more) % (24 * 60)) as u16))
    }
}

fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::super::tests::shape;
    use super::*;

    #[test]
    fn a_quiet_hour_is_one_of_all_networks() {
        let busy = |from: u16, to: u16| Busy { from: from * 60, to: to * 60 };
        assert_eq!(quiet(&[busy(8, 18)]), Some(150));
        assert_eq!(quiet(&[busy(22, 6)]), Some(6 * 60 + 30));
        assert_eq!(quiet(&[busy(22, 6), busy(6, 12)]), Some(12 * 60 + 30));
        assert_eq!(quiet(&[busy(0, 24)]), None);
        assert_eq!(quiet(&[]), Some(150));
    }

    #[test]
    fn a_window_meets_busy_hours_round_the_clock() {
        let busy = |from: u16, to: u16| Busy { from: from * 60, to: to * 60 };
        for (elements, hours, met) in [
            (vec![("Resync_At__HHmm_", "0230")], busy(8, 18), false),
            (vec![("Resync_At__HHmm_", "0755")], busy(8, 18), true),
            (vec![("Resync_At__HHmm_", "0750")], busy(8, 18), false),
            (vec![("Resync_At__HHmm_", "0230"), ("Resync_At_Random_Delay", "21600")], busy(8, 18), true),
            (vec![("Resync_At__HHmm_", "0230"), ("Resync_At_Random_Delay", "18000")], busy(8, 18), false),
            // Over midnight.
            (vec![("Resync_At__HHmm_", "2355")], busy(0, 6), true),
            (vec![("Resync_At__HHmm_", "0230")], busy(22, 6), true),
            (vec![("Resync_At__HHmm_", "1200")], busy(22, 6), false),
            (vec![("Resync_At__HHmm_", "2400")], busy(0, 1), true),
            (vec![], busy(8, 18), true),
            (vec![("Resync_Periodic", "0")], busy(8, 18), false),
            (vec![("Resync_Periodic", "0"), ("Resync_At__HHmm_", "1200")], busy(8, 18), true),
        ] {
            let window = Window::of(&OwnTurns::of(&shape(&elements)));
            assert_eq!(window.is_some_and(|window| window.meets(hours)), met, "{elements:?} {hours:?}");
        }
    }
}
