//! The resync at a time of day: Resync_At__HHmm_, and the spread behind it (PB §8.5).

use super::phone::DAY;
use super::{Millis, Phone};
use crate::phone::stance::{Rounding, ShortSpread};

const AT: &str = "Resync_At__HHmm_";

/// A drawn time of day, and what it was drawn from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drawn {
    pub due: Millis,
    minutes: u64,
    spread: u64,
}

impl Phone {
    /// The time of day in force, as minutes since midnight.
    pub(super) fn time_of_day(&self) -> Option<u32> {
        self.settings.time_of_day(AT).filter(|_| self.spread().is_some())
    }

    /// The spread after the time of day in seconds (PB §8.5); none: the time is without effect.
    fn spread(&self) -> Option<u64> {
        let seconds = match self.settings.number("Resync_At_Random_Delay") {
            short @ ..600 => match self.stances.short_spread() {
                ShortSpread::Least => 600,
                ShortSpread::AsWritten if short == 0 => return None,
                ShortSpread::AsWritten => short,
            },
            long => long,
        };
        let (nearest, up) = (u64::from((u32::from(seconds) + 30) / 60), u64::from(seconds.div_ceil(60)));
        let minutes = match nearest == up || self.stances.rounding() == Rounding::Nearest {
            true => nearest,
            false => up,
        };
        Some(minutes * 60)
    }

    /// The next resync by the clock; its chance part is drawn once (PB §8.5).
    pub(super) fn next_at(&mut self) -> Option<Millis> {
        let time = self.settings.time_of_day(AT).map(u64::from);
        let (Some(minutes), Some(spread)) = (time, time.and_then(|_| self.spread())) else {
            self.plans.at_due = None;
            return None;
        };
        // One that fell due while the phone was at something is not lost for the day.
        let same = |drawn: &Drawn| (drawn.minutes, drawn.spread) == (minutes, spread);
        if let Some(drawn) = self.plans.at_due.filter(same) {
            return Some(drawn.due);
        }
        let (now, window) = (self.now(), spread * 1000);
        let open_for = ((now + self.day_start) % DAY + DAY - minutes * 60_000) % DAY;
        let served = self.plans.at_last.is_some_and(|last| last + open_for >= now);
        // A phone that comes up in the window, or learns of it there, still fires in it: the time is a daily one.
        let due = match window.checked_sub(open_for).filter(|_| !served) {
            Some(left) => now + self.random.up_to(left),
            None => now + DAY - open_for + self.random.up_to(window),
        };
        self.plans.at_due = Some(Drawn { due, minutes, spread });
        Some(due)
    }
}
