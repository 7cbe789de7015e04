//! Schedules (RS §9, DT §21): `1800+300,3600+600`. The first wait comes first, the last repeats for ever.

use super::Random;
use std::fmt;
use std::str::FromStr;

/// A list of waits; never empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Schedule {
    delays: Vec<Delay>,
}

/// One wait: so many seconds and a chance part of 0 to `random` seconds more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Delay {
    pub seconds: u32,
    pub random: u32,
}

/// Why a text is not a schedule; the offset counts octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a schedule is seconds, or seconds+random, joined by commas (offset {offset})")]
pub struct ScheduleError {
    pub offset: usize,
}

impl Schedule {
    pub fn new(delays: Vec<Delay>) -> Option<Self> {
        if delays.is_empty() { None } else { Some(Schedule { delays }) }
    }

    pub fn delays(&self) -> &[Delay] {
        &self.delays
    }

    /// The n-th wait, counted from 0.
    pub fn delay(&self, n: usize) -> Delay {
        self.delays.get(n).or(self.delays.last()).copied().unwrap_or(Delay { seconds: 0, random: 0 })
    }

    /// The n-th wait in seconds, its chance part drawn.
    pub fn nth(&self, n: usize, random: &mut Random) -> u64 {
        let delay = self.delay(n);
        u64::from(delay.seconds) + random.up_to(u64::from(delay.random))
    }

    /// `0` alone: off (Resync_Periodic), no retry (Resync_Error_Retry_Delay).
    pub fn is_off(&self) -> bool {
        matches!(self.delays.as_slice(), [Delay { seconds: 0, random: 0 }])
    }
}

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        let mut delays = Vec::new();
        let mut offset = 0;
        for element in text.split(',') {
            let (seconds, random) = element.split_once('+').unwrap_or((element, "0"));
            let (Some(seconds), Some(random)) = (number(seconds), number(random)) else {
                return Err(ScheduleError { offset });
            };
            delays.push(Delay { seconds, random });
            offset += element.len() + 1;
        }
        Ok(Schedule { delays })
    }
}

fn number(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, delay) in self.delays.iter().enumerate() {
            let comma = if n == 0 { "" } else { "," };
            write!(f, "{comma}{}", delay.seconds)?;
            if delay.random != 0 {
                write!(f, "+{}", delay.random)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_of_the_reference_wait_as_described() {
        // RS §9, table: least and most of the first waits.
        for (text, waits) in [
            ("7200", vec![(7200, 7200), (7200, 7200)]),
            ("1800,3600,7200,14400", vec![(1800, 1800), (3600, 3600), (7200, 7200), (14400, 14400), (14400, 14400)]),
            ("3600+600", vec![(3600, 4200), (3600, 4200)]),
            ("1800+300,3600+600,7200+900", vec![(1800, 2100), (3600, 4200), (7200, 8100), (7200, 8100)]),
            ("1800,3600,7200,14400+3600", vec![(1800, 1800), (3600, 3600), (7200, 7200), (14400, 18000)]),
            ("600,1200,300", vec![(600, 600), (1200, 1200), (300, 300), (300, 300)]),
            ("2400+30", vec![(2400, 2430)]),
        ] {
            let schedule: Schedule = text.parse().expect("valid");
            assert_eq!(schedule.to_string(), text);
            let mut random = Random::new(1);
            for (n, (least, most)) in waits.into_iter().enumerate() {
                for _ in 0..50 {
                    let wait = schedule.nth(n, &mut random);
                    assert!((least..=most).contains(&wait), "{text}: {wait}");
                }
            }
        }
        assert!("0".parse::<Schedule>().is_ok_and(|schedule| schedule.is_off()));
    }

    #[test]
    fn what_data_types_call_bad_is_bad() {
        for (text, offset) in
            [("600,,300", 4), ("60 s", 0), ("+30", 0), ("2400-30", 0), ("2400+", 0), ("", 0), ("1,99999999999", 2)]
        {
            assert_eq!(text.parse::<Schedule>(), Err(ScheduleError { offset }), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_printed_reads_back(list in proptest::collection::vec((0u32.., 0u32..), 1..6)) {
            let delays = list.into_iter().map(|(seconds, random)| Delay { seconds, random }).collect();
            let schedule = Schedule { delays };
            proptest::prop_assert_eq!(schedule.to_string().parse(), Ok(schedule));
        }
    }
}
