//! How often phones ask each server by themselves: over a day, in its busiest minute, and when the power comes back
//! everywhere at once. No finding; what `prov diff` holds against each other.

use super::About;
use super::boot_peak::{UNIT, requests, spread};
use super::own_turns::OwnTurns;
use super::wholes::{Whole, wholes};
use crate::diagnostic::{SourceMap, Span};
use crate::plan::{Fleet, Served};

const DAY: usize = 24 * 60;

/// Requests a second of all phones whose times are known.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestRates {
    pub server: String,
    /// Over a day.
    pub average: f64,
    /// In the busiest minute of a day.
    pub peak: f64,
    /// After a power cut, spread as the phones are told to.
    pub power_cut: f64,
}

/// Of every server that some fleet's files lie on, in the program's order.
pub fn request_rates(served: &Served) -> Vec<RequestRates> {
    let plan = served.plan();
    let wholes: Vec<(usize, &Fleet, Vec<Whole>)> =
        plan.fleets.iter().enumerate().map(|(number, fleet)| (number, fleet, wholes(fleet, &plan.models))).collect();
    let (sources, arrival) = (SourceMap::default(), Span::default());
    let servers = plan.servers.iter().enumerate();
    let rates = servers.filter_map(|(position, server)| {
        let asked = wholes.iter().map(|of| (of, requests(plan, of.1, position))).filter(|(_, files)| *files > 0);
        let mut load = Load::default();
        let mut any = false;
        for ((number, fleet, wholes), files) in asked {
            any = true;
            let about = About { served, number: *number, fleet, arrival, sources: &sources };
            for whole in wholes {
                load.add(&about, whole, files);
            }
        }
        any.then(|| load.rates(&server.id))
    });
    rates.collect()
}

#[derive(Default)]
struct Load {
    average: f64,
    /// What phones without a time of day add to every minute.
    steady: f64,
    /// By the minute.
    daily: Vec<f64>,
    power_cut: f64,
}

impl Load {
    fn add(&mut self, about: &About<'_>, whole: &Whole, files: u64) {
        let all = whole.phones as f64 * files as f64;
        match OwnTurns::of(&whole.shape) {
            OwnTurns::Daily { at, spread } => {
                self.average += all / 86_400.0;
                self.daily.resize(DAY, 0.0);
                let minutes = spread.div_ceil(60).clamp(1, DAY as u64) as usize;
                for minute in 0..minutes {
                    let minute = (usize::from(at) + minute) % DAY;
                    self.daily.iter_mut().skip(minute).take(1).for_each(|rate| *rate += all / (minutes as f64 * 60.0));
                }
            }
            OwnTurns::Every(period) => {
                // The last wait repeats for ever, half of its chance part on the average.
                let last = period.delay(period.delays().len());
                let rate = all / (f64::from(last.seconds) + f64::from(last.random) / 2.0).max(1.0);
                self.average += rate;
                self.steady += rate;
            }
            OwnTurns::Never | OwnTurns::Unknown => {}
        }
        if let Some((units, _)) = spread(about, &whole.shape) {
            self.power_cut += all / (units.saturating_mul(UNIT).max(1) as f64);
        }
    }

    fn rates(&self, server: &str) -> RequestRates {
        let busiest = self.daily.iter().copied().fold(0.0, f64::max);
        RequestRates {
            server: server.to_owned(),
            average: self.average,
            peak: self.steady + busiest,
            power_cut: self.power_cut,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{about, shape};
    use super::*;

    fn load(elements: &[(&str, &str)], phones: usize, files: u64) -> RequestRates {
        about(phones, |about| {
            let whole = Whole { shape: shape(elements), phones, row: 0 };
            let mut load = Load::default();
            load.add(about, &whole, files);
            load.rates("s")
        })
    }

    #[test]
    fn a_period_a_time_of_day_and_the_boot_spread_are_counted() {
        let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
        for (elements, average, peak, power_cut) in [
            (vec![("Resync_Periodic", "3600")], 2.0 * 720.0 / 3600.0, 2.0 * 720.0 / 3600.0, 2.0 * 720.0 / 40.0),
            (vec![("Resync_Periodic", "3000+1200")], 0.4, 0.4, 36.0),
            (vec![("Resync_Periodic", "0"), ("Resync_Random_Delay", "0")], 0.0, 0.0, 1440.0),
            (vec![("Resync_Periodic", "0"), ("Resync_On_Reset", "No")], 0.0, 0.0, 0.0),
            (vec![("Resync_At__HHmm_", "2355"), ("Resync_At_Random_Delay", "1200")], 1440.0 / 86400.0, 1.2, 36.0),
        ] {
            let rates = load(&elements, 720, 2);
            assert!(
                close(rates.average, average) && close(rates.peak, peak) && close(rates.power_cut, power_cut),
                "{elements:?} {rates:?}"
            );
        }
    }

    #[test]
    fn hours_of_fleets_that_meet_add_up_and_others_do_not() {
        let whole = |at: &str| Whole { shape: shape(&[("Resync_At__HHmm_", at)]), phones: 600, row: 0 };
        for (times, peak) in [(["0230", "0235"], 2.0), (["0230", "0240"], 1.0), (["2355", "0000"], 2.0)] {
            let rates = about(600, |about| {
                let mut load = Load::default();
                times.iter().for_each(|at| load.add(about, &whole(at), 1));
                load.rates("s")
            });
            assert!((rates.peak - peak).abs() < 1e-9, "{times:?} {rates:?}");
        }
    }
}
