//! When phones resync by themselves: at a time of day and within a spread from there, or after a period (PB §8.3).

use super::{constant, constant_or_default};
use crate::phone::Schedule;
use crate::plan::Shape;

const AT: &str = "Resync_At__HHmm_";
const SPREAD: &str = "Resync_At_Random_Delay";
const PERIOD: &str = "Resync_Periodic";
/// Texts agree on spreads from here on only, and the model takes no less (PB §8.3, C-09).
const LEAST_SPREAD: u64 = 600;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum OwnTurns {
    Never,
    /// Minutes since midnight, and the seconds over which phones spread from there.
    Daily {
        at: u16,
        spread: u64,
    },
    Every(Schedule),
    /// Each phone has its own, or what is set cannot be read, which has a finding of its own.
    Unknown,
}

impl OwnTurns {
    pub fn of(shape: &Shape) -> Self {
        let sets_time = shape.settings.iter().any(|setting| setting.element == AT);
        match constant(shape, AT) {
            None if sets_time => return OwnTurns::Unknown,
            Some((_, time)) if !time.is_empty() => {
                let daily = time_of_day(time).zip(daily_spread(shape));
                return daily.map_or(OwnTurns::Unknown, |(at, spread)| OwnTurns::Daily { at, spread });
            }
            _ => {}
        }
        match constant_or_default(shape, PERIOD).map(str::parse::<Schedule>) {
            Some(Ok(period)) if period.is_off() => OwnTurns::Never,
            Some(Ok(period)) => OwnTurns::Every(period),
            _ => OwnTurns::Unknown,
        }
    }

    /// The parameter that says so.
    pub fn element(&self) -> &'static str {
        if matches!(self, OwnTurns::Daily { .. }) { AT } else { PERIOD }
    }
}

fn daily_spread(shape: &Shape) -> Option<u64> {
    let text = constant_or_default(shape, SPREAD)?;
    Some(text.trim().parse().unwrap_or(0).max(LEAST_SPREAD))
}

/// `HHmm` in minutes since midnight.
fn time_of_day(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_at_checked(2)?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 24 && minutes < 60).then_some((hours * 60 + minutes) % (24 * 60))
}

#[cfg(test)]
mod tests {
    use super::super::tests::shape;
    use super::*;
    use crate::plan::{Piece, SettingValue, Template};

    #[test]
    fn a_time_of_day_goes_before_the_period() {
        let every = |text: &str| OwnTurns::Every(text.parse().expect("a schedule"));
        let daily = |at, spread| OwnTurns::Daily { at, spread };
        for (elements, turns) in [
            (vec![], every("3600")),
            (vec![(PERIOD, "3600+600")], every("3600+600")),
            (vec![(PERIOD, "0")], OwnTurns::Never),
            (vec![(PERIOD, "often")], OwnTurns::Unknown),
            (vec![(AT, "0230")], daily(150, 600)),
            (vec![(AT, "0230"), (SPREAD, "3600")], daily(150, 3600)),
            (vec![(AT, "0230"), (SPREAD, "60")], daily(150, 600)),
            (vec![(AT, "2400"), (PERIOD, "0")], daily(0, 600)),
            (vec![(AT, ""), (PERIOD, "60")], every("60")),
            (vec![(AT, "2561")], OwnTurns::Unknown),
            (vec![(AT, "9")], OwnTurns::Unknown),
            (vec![(AT, "\u{20ac}30")], OwnTurns::Unknown),
        ] {
            assert_eq!(OwnTurns::of(&shape(&elements)), turns, "{elements:?}");
        }
    }

    #[test]
    fn what_each_phone_has_of_its_own_is_not_known() {
        for element in [AT, PERIOD] {
            let mut own = shape(&[(element, "60")]);
            for setting in &mut own.settings {
                let mut cell = Template::default();
                cell.push(Piece::Column(0));
                setting.value = SettingValue::Set(cell);
            }
            assert_eq!(OwnTurns::of(&own), OwnTurns::Unknown, "{element}");
        }
    }
}
