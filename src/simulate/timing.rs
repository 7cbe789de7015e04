//! By what settings a phone waits (PB §8.3 to §8.6), read once: the waits of a million phones are drawn from these.

use crate::phone::model::Millis;
use crate::phone::{Random, Schedule, Settings};

pub const DAY: Millis = 86_400_000;
/// Of one unit of Resync_Random_Delay (C-08: the reading that the model begins with).
const UNIT: Millis = 20_000;
/// A wait of 0 in a list counts as a second (inferred, as in the model).
const LEAST: Millis = 1;
/// A spread after a time of day is no shorter (C-09).
const LEAST_SPREAD: Millis = 600;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timing {
    period: Option<Schedule>,
    retry: Option<Schedule>,
    upgrade_retry: Option<Schedule>,
    pub at: Option<Daily>,
    /// The longest wait after power-up.
    pub first: Millis,
}

/// A resync at a time of day: since midnight, and the spread behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Daily {
    pub at: Millis,
    pub spread: Millis,
}

impl Timing {
    pub fn of(settings: &Settings) -> Self {
        let spread = u64::from(settings.number("Resync_At_Random_Delay")).max(LEAST_SPREAD);
        // Whole minutes, the nearest (PB §8.5, C-14).
        let spread = (spread + 30) / 60 * 60_000;
        let at = settings.time_of_day("Resync_At__HHmm_");
        Timing {
            period: settings.schedule("Resync_Periodic"),
            retry: settings.schedule("Resync_Error_Retry_Delay"),
            upgrade_retry: settings.schedule("Upgrade_Error_Retry_Delay"),
            at: at.map(|minutes| Daily { at: Millis::from(minutes) * 60_000, spread }),
            first: u64::from(settings.number("Resync_Random_Delay")) * UNIT,
        }
    }

    /// The wait after a resync that ended well; a time of day has the period ignored (PB §8.3).
    pub fn period(&self, n: u16, random: &mut Random) -> Option<Millis> {
        self.period.as_ref().filter(|_| self.at.is_none()).map(|schedule| drawn(schedule, n, random))
    }

    pub fn retry(&self, n: u16, random: &mut Random) -> Option<Millis> {
        self.retry.as_ref().map(|schedule| drawn(schedule, n, random))
    }

    pub fn upgrade_retry(&self, n: u16, random: &mut Random) -> Option<Millis> {
        self.upgrade_retry.as_ref().map(|schedule| drawn(schedule, n, random))
    }

    /// The longest time between two resyncs by the period, all its waits gone through; none: there is no period.
    pub fn longest_period(&self) -> Option<Millis> {
        let schedule = self.period.as_ref().filter(|_| self.at.is_none())?;
        let waits = schedule.delays().iter().map(|delay| u64::from(delay.seconds) + u64::from(delay.random));
        Some(waits.sum::<u64>() * 1000)
    }
}

fn drawn(schedule: &Schedule, n: u16, random: &mut Random) -> Millis {
    schedule.nth(usize::from(n), random).max(LEAST) * 1000
}
