//! The phones of a scenario one by one, each with its own chance and what happens to it: for whoever plays them on the model
//! itself, and holds what comes of it against what is simulated.

use super::begin::begin;
use super::crowd::{crowds, scale};
use super::play::{Calendar, Given};
use super::{Begin, Call, Fault, Loads, Scenario, Stage, What, chance, faults, without_upgrades};
use crate::phone::Random;
use crate::phone::model::{Millis, Phone};
use crate::plan::{PhoneRef, Served};

/// Everybody, and everything that happens round them.
pub struct Cast {
    pub parts: Vec<Part>,
    pub calendar: Calendar,
    /// The program before the firmware day.
    pub before: Option<Served>,
}

/// One phone, off and provisioned.
pub struct Part {
    pub phone: PhoneRef,
    pub at_rest: Phone,
    /// Its chance from when it is switched on.
    pub random: Random,
    pub given: Vec<(Millis, Given)>,
}

impl Cast {
    /// The program's own phones; a scenario with another number has none.
    pub fn of(served: &Served, scenario: &Scenario, loads: &dyn Loads) -> Result<Cast, Vec<Fault>> {
        let faults = faults(served.plan(), scenario);
        if !faults.is_empty() {
            return Err(faults);
        }
        let (mut all, _) = crowds(served);
        scale(&mut all, None);
        let firmware = scenario.events.iter().any(|event| event.what == What::Firmware);
        let before = firmware.then(|| without_upgrades(served));
        let begun: Vec<Begin> = all.iter().map(|crowd| Begin::of(served, before.as_ref(), crowd, loads).0).collect();
        let stage = Stage::new(served, before.as_ref(), scenario, &all, &begun);
        let mut parts = Vec::new();
        for (crowd, begun) in all.iter().zip(&begun) {
            let calls = stage.calls(crowd);
            for (number, phone) in (0..).zip(crowd.members(served)) {
                let load = Begin::load(served, before.as_ref(), crowd, loads);
                let Some(at_rest) = begin(before.as_ref().unwrap_or(served), phone, &load) else { continue };
                let mut random = chance(scenario.seed, crowd.first + number);
                let first = stage.first(begun);
                let mut given = Vec::new();
                Call::all(&calls, number, &mut given);
                given.insert(0, (first.from + random.up_to(first.within), Given::On));
                parts.push(Part { phone, at_rest: at_rest.phone, random, given });
            }
        }
        let calendar = stage.calendar.clone();
        Ok(Cast { parts, calendar, before })
    }
}
