//! P0807: the unit of Resync_Random_Delay is 20 s by most texts and 1 s by others (PB §8.3, C-08); a large value is hours by
//! the one and minutes by the other, and was mostly meant in seconds.

use super::boot_peak::{DELAY, UNIT};
use super::{About, constant, place};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::Shape;

/// An hour by the usual reading.
const LONG: u64 = 180;

pub(super) fn check(about: &About<'_>, shape: &Shape) -> Option<Diagnostic> {
    let (setting, units) = constant(shape, DELAY)?;
    let units: u64 = units.trim().parse().ok().filter(|units| *units > LONG)?;
    let message = format!("phones wait up to {} after power-up, or {}", human(units * UNIT), human(units));
    Some(
        Diagnostic::new(Code::P0807, place(setting.origin, about.sources), message)
            .because(format!("a unit of the parameter is 20 s by most texts and 1 s by others: {units} units"))
            .help("spread over an hour at most: `on boot spread 1h`")
            .note("PB §8.3, C-08"),
    )
}

fn human(seconds: u64) -> String {
    match (seconds / 3600, seconds % 3600 / 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{about, shape};
    use super::*;

    #[test]
    fn more_than_an_hour_is_told_in_both_readings() {
        for (units, told) in [
            ("180", None),
            ("181", Some("phones wait up to 1 h after power-up, or 3 min 1 s")),
            ("3600", Some("phones wait up to 20 h after power-up, or 1 h")),
            ("0", None),
            ("many", None),
        ] {
            let found = about(1, |about| check(about, &shape(&[(DELAY, units)])).map(|finding| finding.message));
            assert_eq!(found.as_deref(), told, "{units}");
        }
        assert!(about(1, |about| check(about, &shape(&[])).is_none()));
    }
}
