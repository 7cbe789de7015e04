//! What `prov check` and `prov diff` say by closed forms is what comes of playing.

use super::{Bench, compiled, planned, scenario};
use crate::support::QUICKSTART;
use prov::check::request_rates;
use prov::simulate::{Scenario, simulate};

/// So much is chance in the samples here.
const NEAR: f64 = 0.06;

fn near(simulated: f64, said: f64, what: &str) {
    let far = (simulated - said).abs() / said.max(f64::MIN_POSITIVE);
    assert!(far < NEAR, "{what}: simulated {simulated}, the closed form says {said}");
}

/// A fleet scaled by this has figures that are so many times as high.
const TIMES: u64 = 500;

#[test]
fn a_day_has_as_many_requests_as_the_closed_form_says() {
    for (name, hours) in [("crowd", 24), ("clock", 24), ("quickstart", 24)] {
        let served = planned(name);
        let phones = served.plan().phone_count() as u64 * TIMES;
        let scenario = Scenario { phones: Some(phones), ..scenario(&format!("{hours}h"), &[]) };
        let report = simulate(&served, &scenario, &Bench).expect("a sound scenario");
        for rates in request_rates(&served) {
            let server = report.servers.iter().find(|one| one.server == rates.server).expect("the same servers");
            near(server.requests.mean, rates.average * TIMES as f64, &format!("{name} {}", rates.server));
        }
    }
}

#[test]
fn the_busiest_minute_is_the_closed_forms() {
    // The spread of the one is 20 minutes, that of the other 10: they do not meet.
    let served = planned("clock");
    let phones = served.plan().phone_count() as u64 * TIMES;
    let report = simulate(&served, &Scenario { phones: Some(phones), ..scenario("24h", &[]) }, &Bench).expect("sound");
    for (position, rates) in request_rates(&served).iter().enumerate() {
        let busiest = report.requests(position).chunks(60).map(|minute| minute.iter().sum::<u32>()).max();
        let busiest = f64::from(busiest.unwrap_or(0)) / 60.0;
        // The most of many minutes of chance lies above their mean.
        assert!(busiest >= rates.peak * TIMES as f64 * 0.95, "{busiest} {rates:?}");
        assert!(busiest <= rates.peak * TIMES as f64 * 1.35, "{busiest} {rates:?}");
    }
}

#[test]
fn a_power_cut_asks_as_much_a_second_as_the_closed_form_says() {
    for (name, window) in [("crowd", 58), ("quickstart", 38)] {
        let served = planned(name);
        let phones = served.plan().phone_count() as u64 * TIMES;
        let scenario = Scenario { phones: Some(phones), ..scenario("2h", &["power-cut@1h"]) };
        let report = simulate(&served, &scenario, &Bench).expect("a sound scenario");
        for (position, rates) in request_rates(&served).iter().enumerate() {
            // While all fleets are in their spread.
            let first = report.requests(position).iter().skip(3601).take(window - 1);
            let mean = first.map(|count| f64::from(*count)).sum::<f64>() / (window - 1) as f64;
            near(mean, rates.power_cut * TIMES as f64, &format!("{name} {}", rates.server));
        }
    }
}

/// P0806: the longest way of a change is the period and its jitter (and the pass itself).
#[test]
fn a_change_is_everywhere_within_the_longest_period() {
    let served = planned("quickstart");
    let scenario = Scenario { phones: Some(5000), ..scenario("6h", &["change@1h", "change@2h:account"]) };
    let report = simulate(&served, &scenario, &Bench).expect("a sound scenario");
    for event in &report.events {
        assert_eq!(event.reached.phones, 5000, "{event:?}");
        let last = event.reached.last.expect("somebody");
        assert!((3600..=4202).contains(&last), "{event:?}");
        assert!(event.reached.median.is_some_and(|median| (1800..2400).contains(&median)), "{event:?}");
    }
}

/// P0804: what failed together comes back together where retries have no chance part.
#[test]
fn retries_without_jitter_come_in_step() {
    let peak = |retry: &str| {
        let text = QUICKSTART.replace("on boot spread 40s", "on boot spread 0s");
        let served = compiled(&text.replace("retry 30m jitter 5m, 1h jitter 10m, 2h jitter 15m", retry));
        let scenario = Scenario { phones: Some(3000), ..scenario("3h", &["power-cut@1h", "outage@1h+20m"]) };
        let report = simulate(&served, &scenario, &Bench).expect("a sound scenario");
        // When they come again, half an hour after they gave up. (`on boot` alone leaves the phone's own spread of 40 s.)
        report.requests(0).iter().skip(5300).copied().max().unwrap_or(0)
    };
    // A file each in the first second, and the other beside it.
    let (in_step, apart) = (peak("retry 30m"), peak("retry 30m jitter 10m"));
    assert!(in_step >= 3000 && apart < 60, "{in_step} {apart}");
}
