//! P0806: a fleet says within what time a change arrives, and its phones may take longer, or do not come by themselves at all.

use super::own_turns::OwnTurns;
use super::{About, constant, place};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::Shape;

const DAY: u64 = 24 * 3600;

pub(super) fn check(about: &About<'_>, shape: &Shape) -> Option<Diagnostic> {
    let promise = about.fleet.applies_within.as_ref()?;
    let turns = OwnTurns::of(shape);
    let span = place(promise.origin, about.sources);
    let finding = match longest(&turns)? {
        Longest::Seconds(seconds) if seconds <= promise.seconds => return None,
        Longest::Seconds(seconds) => {
            let message = format!("a change takes up to {} to arrive", human(seconds));
            let finding = Diagnostic::new(Code::P0806, span, message)
                .because(format!("it is to arrive within {}", human(promise.seconds)));
            let finding = match constant(shape, turns.element()) {
                Some((setting, _)) => {
                    finding.label(place(setting.origin, about.sources), "phones ask again after this")
                }
                None => finding.note("phones ask again every hour unless the fleet says otherwise"),
            };
            match turns {
                OwnTurns::Daily { .. } if promise.seconds >= DAY => {
                    finding.help(format!("write `applies within {}`, or ask with `every`", written(seconds)))
                }
                OwnTurns::Daily { .. } => {
                    let period = written(promise.seconds);
                    finding.help(format!("ask more often: `every {period}` in place of the time of day"))
                }
                _ => finding.help(format!("ask more often: `every {}`, jitter included", written(promise.seconds))),
            }
        }
        Longest::Never => Diagnostic::new(Code::P0806, span, "no bound on when a change arrives")
            .because("phones of this fleet make no resync by themselves")
            .help("write `every 1h` in the fleet's `resync`"),
    };
    Some(finding.note("without a failure on the way; held back by triggers and calls it takes longer (PB §8.4)"))
}

enum Longest {
    Seconds(u64),
    Never,
}

/// The longest time from a change to the end of the resync that brings it, when nothing fails.
fn longest(turns: &OwnTurns) -> Option<Longest> {
    match turns {
        // A change just after one phone's turn waits for its turn on the next day, which may come at the end of the spread.
        OwnTurns::Daily { spread, .. } => Some(Longest::Seconds(DAY + spread)),
        OwnTurns::Every(period) => {
            let waits = period.delays().iter().map(|wait| u64::from(wait.seconds) + u64::from(wait.random));
            Some(Longest::Seconds(waits.max().unwrap_or(0)))
        }
        OwnTurns::Never => Some(Longest::Never),
        OwnTurns::Unknown => None,
    }
}

/// A time as the language writes it, in one unit.
fn written(seconds: u64) -> String {
    let units = [(DAY, "d"), (3600, "h"), (60, "m")];
    let exact = units.into_iter().find(|(unit, _)| seconds > 0 && seconds.is_multiple_of(*unit));
    exact.map_or_else(|| format!("{seconds}s"), |(unit, name)| format!("{}{name}", seconds / unit))
}

/// A time as people read it.
fn human(seconds: u64) -> String {
    let units = [(DAY, "d"), (3600, "h"), (60, "m"), (1, "s")];
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (unit, name) in units {
        if rest >= unit {
            parts.push(format!("{}{name}", rest / unit));
            rest %= unit;
        }
    }
    match parts.as_slice() {
        [] => "0s".into(),
        // Of a long one the first two tell enough.
        some => some.iter().take(2).cloned().collect::<Vec<_>>().join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::shape;
    use super::*;

    #[test]
    fn the_longest_way_of_a_change() {
        for (elements, seconds) in [
            (vec![], Some(3600)),
            (vec![("Resync_Periodic", "3600+600")], Some(4200)),
            (vec![("Resync_Periodic", "3600,7200+60")], Some(7260)),
            (vec![("Resync_Periodic", "0")], None),
            (vec![("Resync_At__HHmm_", "0230")], Some(DAY + 600)),
            (vec![("Resync_At__HHmm_", "0230"), ("Resync_At_Random_Delay", "3600")], Some(DAY + 3600)),
            (vec![("Resync_At__HHmm_", "0230"), ("Resync_At_Random_Delay", "60")], Some(DAY + 600)),
            (vec![("Resync_At__HHmm_", ""), ("Resync_Periodic", "60")], Some(60)),
            (vec![("Resync_Periodic", "often")], None),
        ] {
            let found = match longest(&OwnTurns::of(&shape(&elements))) {
                Some(Longest::Seconds(seconds)) => Some(seconds),
                Some(Longest::Never) | None => None,
            };
            assert_eq!(found, seconds, "{elements:?}");
        }
        for (seconds, text) in
            [(0, "0s"), (59, "59s"), (3600, "1h"), (4200, "1h 10m"), (DAY + 600, "1d 10m"), (DAY, "1d")]
        {
            assert_eq!(human(seconds), text);
        }
        for (seconds, text) in [(0, "0s"), (90, "90s"), (5400, "90m"), (30 * 3600, "30h"), (2 * DAY, "2d")] {
            assert_eq!(written(seconds), text);
        }
    }
}
