//! P0707: an upgrade restarts phones twice, and is taken when a resync ends; one that falls into a site's busy hours takes
//! phones away from people.

use super::{About, constant, place};
use crate::diagnostic::{Code, Diagnostic};
use crate::phone::{Schedule, default_of};
use crate::plan::{Busy, Shape};

/// Seconds after the time of day, where nothing is said of it (PB §8.5).
const USUAL_SPREAD: u64 = 600;

pub(super) fn check(about: &About<'_>, shape: &Shape) -> Option<Diagnostic> {
    about.fleet.upgrade.as_ref()?;
    let networks = about.fleet.networks.iter().filter_map(|network| about.served.plan().networks.get(*network));
    let (network, busy) = networks
        .flat_map(|network| network.busy.iter().map(move |busy| (network, busy)))
        .find(|(_, busy)| window(shape).is_some_and(|window| window.meets(**busy)))?;
    let element = if at(shape).is_some() { "Resync_At__HHmm_" } else { "Resync_Periodic" };
    let span = constant(shape, element).map_or(about.arrival, |(setting, _)| place(setting.origin, about.sources));
    let when = match window(shape)? {
        Window::Any => "phones resync at any time of day".to_owned(),
        Window::From(from, seconds) => {
            format!("phones resync from {} on, over {} min", clock(from), seconds.div_ceil(60))
        }
    };
    let message = format!("upgrades may fall into the busy hours of network `{}`", network.id);
    Some(
        Diagnostic::new(Code::P0707, span, message)
            .because(format!(
                "{when}, and take a new load then: two restarts; busy from {} to {}",
                clock(busy.from),
                clock(busy.to)
            ))
            .help("resync at a quiet time: `at 02:30 spread 1h`")
            .note("PB §20, §8.5; phones that somebody switches on look for a load as well, and are not counted"),
    )
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Window {
    Any,
    /// Minutes since midnight, and for how many seconds from there.
    From(u16, u64),
}

impl Window {
    fn meets(self, busy: Busy) -> bool {
        let Window::From(from, seconds) = self else { return true };
        let minutes = seconds.div_ceil(60).clamp(1, 24 * 60);
        // A day is a circle; busy hours may go over midnight.
        (0..minutes).any(|more| busy.holds(((u64::from(from) + more) % (24 * 60)) as u16))
    }
}

fn at(shape: &Shape) -> Option<u16> {
    let (_, text) = constant(shape, "Resync_At__HHmm_")?;
    let (hours, minutes) = text.split_at_checked(2)?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 24 && minutes < 60).then_some((hours * 60 + minutes) % (24 * 60))
}

/// When phones resync by themselves; nothing: never.
fn window(shape: &Shape) -> Option<Window> {
    if let Some(from) = at(shape) {
        let spread = constant(shape, "Resync_At_Random_Delay").and_then(|(_, text)| text.trim().parse().ok());
        return Some(Window::From(from, spread.unwrap_or(USUAL_SPREAD)));
    }
    let period = constant(shape, "Resync_Periodic").map(|(_, text)| text).or_else(|| default_of("Resync_Periodic"))?;
    let period: Schedule = period.parse().ok()?;
    (!period.is_off()).then_some(Window::Any)
}

fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::super::tests::shape;
    use super::*;

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
            let window = window(&shape(&elements));
            assert_eq!(window.is_some_and(|window| window.meets(hours)), met, "{elements:?} {hours:?}");
        }
    }
}
