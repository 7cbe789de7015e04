//! P0806: a fleet says within what time a change arrives, and its phones may take longer, or do not come by themselves at all.

use super::{About, constant, constant_or_default, daily_spread, has_own_time, place};
use crate::diagnostic::{Code, Diagnostic};
use crate::phone::Schedule;
use crate::plan::Shape;

const DAY: u64 = 24 * 3600;

pub(super) fn check(about: &About<'_>, shape: &Shape) -> Option<Diagnostic> {
    let promise = about.fleet.applies_within.as_ref()?;
    let longest = longest(shape);
    let place_of = |element: &str| constant(shape, element).map(|(setting, _)| place(setting.origin, about.sources));
    let span = place(promise.origin, about.sources);
    let finding = match longest {
        Longest::Unknown => return None,
        Longest::Seconds(seconds) if seconds <= promise.seconds => return None,
        Longest::Seconds(seconds) => {
            let message = format!("a change takes up to {} to arrive", human(seconds));
            let finding = Diagnostic::new(Code::P0806, span, message)
                .because(format!("it is to arrive within {}", human(promise.seconds)));
            let finding = match place_of("Resync_At__HHmm_").or_else(|| place_of("Resync_Periodic")) {
                Some(span) => finding.label(span, "phones ask again after this"),
                None => finding.note("phones ask again every hour unless the fleet says otherwise"),
            };
            match constant(shape, "Resync_At__HHmm_").is_some_and(|(_, time)| !time.is_empty())
                && promise.seconds >= DAY
            {
                true => finding.help("let it be within a day and the spread, or ask with `every`"),
                false => finding.help(format!("ask more often: `every {}`, jitter included", written(promise.seconds))),
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
    /// Each phone has its own.
    Unknown,
}

/// The longest time from a change to the end of the resync that brings it, when nothing fails.
fn longest(shape: &Shape) -> Longest {
    if has_own_time(shape) {
        return Longest::Unknown;
    }
    if constant(shape, "Resync_At__HHmm_").is_some_and(|(_, time)| !time.is_empty()) {
        // A change just after one phone's turn waits for its turn on the next day, which may come at the end of the spread.
        return daily_spread(shape).map_or(Longest::Unknown, |spread| Longest::Seconds(DAY + spread));
    }
    let Some(text) = constant_or_default(shape, "Resync_Periodic") else { return Longest::Unknown };
    // What is no schedule has a finding of its own.
    let Ok(period) = text.parse::<Schedule>() else { return Longest::Unknown };
    if period.is_off() {
        return Longest::Never;
    }
    let waits = period.delays().iter().map(|wait| u64::from(wait.seconds) + u64::from(wait.random));
    Longest::Seconds(waits.max().unwrap_or(0))
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
    use crate::plan::{Piece, SettingValue, Template};

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
            let found = match longest(&shape(&elements)) {
                Longest::Seconds(seconds) => Some(seconds),
                Longest::Never | Longest::Unknown => None,
            };
            assert_eq!(found, seconds, "{elements:?}");
        }
        // Each phone has its own.
        let mut own = shape(&[("Resync_Periodic", "60")]);
        for setting in &mut own.settings {
            let mut cell = Template::default();
            cell.push(Piece::Column(0));
            setting.value = SettingValue::Set(cell);
        }
        assert!(matches!(longest(&own), Longest::Unknown));
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
