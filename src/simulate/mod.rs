//! Fleets in virtual time: what each server is asked by the second when nothing happens, and when the power comes back, a
//! server is gone, phones are told, files change. The phone model is played once for each kind of phone and of happening
//! (`course.rs`); the million are small structures that follow what it did (`life.rs`). docs/simulation.md tells what is left out.

mod begin;
mod cast;
mod compare;
mod course;
mod crowd;
mod event;
mod files;
mod life;
mod play;
mod plot;
mod queue;
mod report;
mod series;
mod tally;
mod text;
mod timing;

pub use cast::{Cast, Part};
pub use compare::Comparison;
pub use course::Reply;
pub use event::{Event, EventError, LONGEST, Span, SpanError, What};
pub use files::Written;
pub use play::{Calendar, Given};
pub use report::{Arrival, EventReport, Queue, Report, Resyncs, ServerReport, Summary};

use crate::phone::Random;
use crate::phone::model::{Millis, Phone};
use crate::plan::{Plan, Served};
use course::Course;
use crowd::{Crowd, Of, crowds, named, scale};
use play::{First, Ledger, Until, Watched, live};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use tally::Tally;

/// No simulation has more phones.
pub const MOST_PHONES: u64 = 10_000_000;
/// Nor more events: a bit of each is kept for each phone.
pub const MOST_EVENTS: usize = 32;
/// Phones that are played with what was learned of their kind together.
const TOGETHER: u64 = 50_000;
/// After the last phone has waited for its first resync, so long until counting begins: triggers may hold it back for a while.
const SETTLES: Millis = 1_200_000;

/// What is simulated.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Nothing: as many as the program has.
    pub phones: Option<u64>,
    pub lasts: Span,
    pub seed: u64,
    /// Local time of day at the beginning, in seconds.
    pub starts: u64,
    pub events: Vec<Event>,
    /// Requests a second that each server bears; nothing: as the program says.
    pub capacity: Option<f64>,
    /// Octets a second of each server's line.
    pub line: Option<f64>,
    /// Octets of a load's images; 0: not known.
    pub image: u64,
}

/// The loads that phones of a model run, by whom the platform's releases are known.
pub trait Loads: Sync {
    /// When nothing is to be upgraded.
    fn settled(&self, model: &str) -> String;
    /// Before a firmware day, where this load is the target.
    fn before(&self, model: &str, target: &str) -> String;
}

/// Why nothing is simulated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("the program has no phones: there is nobody to simulate")]
    NoPhones,
    #[error("the program has no server: nobody is asked")]
    NoServer,
    #[error("with no phones there is nothing to simulate: `--phones` takes 1 to {MOST_PHONES}")]
    ZeroPhones,
    #[error("`--phones {0}` is more than are played: {MOST_PHONES} at most")]
    TooManyPhones(u64),
    #[error("a time of 0 s has nothing in it: write `--for 24h`")]
    NoTime,
    #[error("{0} events are more than are watched at once: {MOST_EVENTS} at most")]
    TooManyEvents(usize),
    #[error("`{0}` comes after the end: the simulation lasts {1} (`--for`)")]
    TooLate(String, Span),
    #[error("`{0}` and `{1}` overlap at `{2}`: write one outage that lasts as long as both")]
    Overlap(String, String, String),
    #[error("{0}")]
    Unknown(String),
    #[error("only one firmware day can be simulated at once")]
    TwoFirmwareDays,
    #[error("`firmware` needs a fleet with `upgrade`: no phone of the program is led to a load")]
    NoUpgrade,
}

/// Everything that is wrong with a scenario.
pub fn faults(plan: &Plan, scenario: &Scenario) -> Vec<Fault> {
    let mut faults = Vec::new();
    if plan.servers.is_empty() {
        faults.push(Fault::NoServer);
    } else if plan.phone_count() == 0 {
        faults.push(Fault::NoPhones);
    }
    match scenario.phones {
        Some(0) => faults.push(Fault::ZeroPhones),
        Some(phones) if phones > MOST_PHONES => faults.push(Fault::TooManyPhones(phones)),
        _ => {}
    }
    if scenario.lasts.0 == 0 {
        faults.push(Fault::NoTime);
    }
    if scenario.events.len() > MOST_EVENTS {
        faults.push(Fault::TooManyEvents(scenario.events.len()));
    }
    for event in &scenario.events {
        if scenario.lasts.0 > 0 && event.at >= scenario.lasts {
            faults.push(Fault::TooLate(event.to_string(), scenario.lasts));
        }
        if let (Err(unknown), false) = (named(plan, event), faults.contains(&Fault::NoServer)) {
            faults.push(Fault::Unknown(unknown));
        }
    }
    let firmware = scenario.events.iter().filter(|event| event.what == What::Firmware).count();
    if firmware > 1 {
        faults.push(Fault::TwoFirmwareDays);
    }
    if firmware > 0 && !plan.fleets.iter().any(|fleet| fleet.upgrade.is_some()) {
        faults.push(Fault::NoUpgrade);
    }
    faults.extend(overlaps(plan, scenario));
    faults
}

fn overlaps(plan: &Plan, scenario: &Scenario) -> Vec<Fault> {
    let outages: Vec<&Event> = scenario.events.iter().filter(|event| event.what == What::Outage).collect();
    let ends = |event: &Event| event.at.0 + event.lasts.map_or(0, |lasts| lasts.0);
    let mut faults = Vec::new();
    for (number, one) in outages.iter().enumerate() {
        for other in outages.iter().skip(number + 1) {
            let at_once = one.at.0 < ends(other) && other.at.0 < ends(one);
            let whose = |event: &Event| named(plan, event).unwrap_or_default();
            let (ours, theirs) = (whose(one), whose(other));
            let shared = ours.iter().any(|of| *of == Of::All || theirs.contains(of) || theirs.contains(&Of::All));
            if at_once && shared {
                let at = Span(one.at.0.max(other.at.0)).to_string();
                faults.push(Fault::Overlap(one.to_string(), other.to_string(), at));
            }
        }
    }
    faults
}

/// Plays it. What is wrong with the scenario is told first, all of it.
pub fn simulate(served: &Served, scenario: &Scenario, loads: &dyn Loads) -> Result<Report, Vec<Fault>> {
    let faults = faults(served.plan(), scenario);
    if !faults.is_empty() {
        return Err(faults);
    }
    let (mut all, merged) = crowds(served);
    scale(&mut all, scenario.phones);
    let firmware = scenario.events.iter().find(|event| event.what == What::Firmware);
    let before = firmware.map(|_| without_upgrades(served));
    let begun = all.iter().map(|crowd| Begin::of(served, before.as_ref(), crowd, loads));
    let (begun, phones): (Vec<Begin>, Vec<Option<Phone>>) = begun.unzip();
    let stage = Stage::new(served, before.as_ref(), scenario, &all, &begun);
    let tally = stage.play(&phones);
    Ok(report::report(&stage, tally, merged))
}

/// The same program as long as it gives no firmware.
fn without_upgrades(served: &Served) -> Served {
    let mut plan = served.plan().clone();
    for fleet in &mut plan.fleets {
        let bootstrap = fleet.bootstrap.iter_mut().map(|bootstrap| &mut bootstrap.shape);
        for shape in fleet.profiles.iter_mut().flat_map(|profile| &mut profile.shapes).chain(bootstrap) {
            shape.settings.retain(|setting| setting.element != "Upgrade_Rule");
        }
        fleet.rules.retain(|rule| rule.parameter != "Upgrade_Rule");
        fleet.upgrade = None;
    }
    Served::new(plan).with_secrets(crate::plan::Secrets::StandIn)
}

/// How a crowd begins.
struct Begin {
    /// Whether its phones can be played, and whether all their files come.
    played: bool,
    home: bool,
    /// The longest time between two resyncs by the period, and the longest wait after power-up.
    period: Option<Millis>,
    first: Millis,
}

impl Begin {
    fn of(served: &Served, before: Option<&Served>, crowd: &Crowd, loads: &dyn Loads) -> (Self, Option<Phone>) {
        let load = Begin::load(served, before, crowd, loads);
        let begun = begin::begin(before.unwrap_or(served), crowd.phone, &load);
        let home = begun.as_ref().is_some_and(|begun| begun.home);
        let timing = begun.as_ref().map(|begun| timing::Timing::of(begun.phone.settings())).unwrap_or_default();
        let (period, first) = (timing.longest_period(), timing.first);
        (Begin { played: begun.is_some(), home, period, first }, begun.map(|begun| begun.phone))
    }
}

impl Begin {
    /// The load that a crowd begins on.
    fn load(served: &Served, before: Option<&Served>, crowd: &Crowd, loads: &dyn Loads) -> String {
        let model = served.model(crowd.phone).map_or("", |model| model.name.as_str());
        let upgrade = served.fleet(crowd.phone).and_then(|fleet| fleet.upgrade.as_ref());
        let target = upgrade.and_then(|upgrade| upgrade.target.as_ref());
        let target = target.map(|target| served.expand(crowd.phone, target)).filter(|target| !target.is_empty());
        match (before, target) {
            (Some(_), Some(target)) => loads.before(model, &target),
            (None, Some(target)) => target,
            _ => loads.settled(model),
        }
    }
}

/// Everything that the playing needs.
struct Stage<'s> {
    served: &'s Served,
    before: Option<&'s Served>,
    scenario: &'s Scenario,
    crowds: &'s [Crowd],
    begun: &'s [Begin],
    calendar: Calendar,
}

impl<'s> Stage<'s> {
    fn new(
        served: &'s Served,
        before: Option<&'s Served>,
        scenario: &'s Scenario,
        crowds: &'s [Crowd],
        begun: &'s [Begin],
    ) -> Self {
        let longest = begun.iter().map(|one| one.period.unwrap_or(0) + one.first).max().unwrap_or(0);
        // A second more than a phone has to be up to be asked for nothing of its boot.
        let begin = (longest + SETTLES).div_ceil(1000) * 1000;
        let day_start = (scenario.starts * 1000 + timing::DAY - begin % timing::DAY) % timing::DAY;
        let at = |span: Span| begin + span.0 * 1000;
        let mut outages = Vec::new();
        for event in scenario.events.iter().filter(|event| event.what == What::Outage) {
            let to = at(Span(event.at.0 + event.lasts.map_or(0, |lasts| lasts.0)));
            for of in named(served.plan(), event).unwrap_or_default() {
                match of {
                    Of::Server(server) => outages.push((server, at(event.at), to)),
                    _ => outages.extend((0..served.plan().servers.len()).map(|server| (server, at(event.at), to))),
                }
            }
        }
        let firmware = scenario.events.iter().find(|event| event.what == What::Firmware).map(|event| at(event.at));
        let calendar = Calendar { begin, end: at(scenario.lasts), day_start, outages, firmware };
        Stage { served, before, scenario, crowds, begun, calendar }
    }

    fn tally(&self) -> Tally {
        let seconds = usize::try_from(self.scenario.lasts.0).unwrap_or(0);
        Tally::new(seconds, self.served.plan().servers.len(), self.scenario.events.len())
    }

    fn play(&self, phones: &[Option<Phone>]) -> Tally {
        let mut parts: Vec<(usize, u64, u64, Phone)> = Vec::new();
        for (position, (crowd, phone)) in self.crowds.iter().zip(phones).enumerate() {
            let Some(phone) = phone else { continue };
            let mut from = 0;
            while from < crowd.phones {
                let to = (from + TOGETHER).min(crowd.phones);
                parts.push((position, from, to, phone.clone()));
                from = to;
            }
        }
        let played = parts.into_par_iter().fold(
            || self.tally(),
            |mut tally, (position, from, to, phone)| {
                self.play_some(position, (from, to), phone, &mut tally);
                tally
            },
        );
        played.reduce_with(Tally::with).unwrap_or_else(|| self.tally())
    }

    fn play_some(&self, position: usize, (from, to): (u64, u64), phone: Phone, tally: &mut Tally) {
        let (Some(crowd), Some(begun)) = (self.crowds.get(position), self.begun.get(position)) else { return };
        let Some(mut course) = Course::new(self.served, self.before, crowd.phone, phone, self.scenario.image) else {
            return;
        };
        let watched = self.watched(crowd);
        for one in &watched {
            if let Some(count) = tally.concerned.get_mut(one.event) {
                *count += to - from;
            }
        }
        let first = self.first(begun);
        let calls = self.calls(crowd);
        let mut given = Vec::new();
        for number in from..to {
            Call::all(&calls, number, &mut given);
            let random = chance(self.scenario.seed, crowd.first + number);
            live(&mut course, random, first, &given, Ledger::new(&self.calendar, &watched, tally));
        }
    }

    /// A period before counting begins, and before that the time to come up.
    fn first(&self, begun: &Begin) -> First {
        let within = begun.period.unwrap_or(0);
        First { from: self.calendar.begin - SETTLES - begun.first - within, within }
    }

    /// What is watched of a crowd.
    fn watched(&self, crowd: &Crowd) -> Vec<Watched> {
        let mut watched = Vec::new();
        for (number, event) in self.scenario.events.iter().enumerate() {
            let of = named(self.served.plan(), event).unwrap_or_default();
            let from = self.calendar.begin + event.at.0 * 1000;
            let ends = from + event.lasts.map_or(0, |lasts| lasts.0) * 1000;
            let file = of.iter().find_map(|of| match of {
                Of::Profile(fleet, profile) if *fleet == crowd.phone.fleet => Some(*profile),
                _ => None,
            });
            let upgraded = || self.served.fleet(crowd.phone).is_some_and(|fleet| fleet.upgrade.is_some());
            let one = |from, until| Watched { event: number, from, until };
            match event.what {
                What::PowerCut | What::Outage if crowd.is_of(&of) => watched.push(one(ends, Until::Resync)),
                What::Push if crowd.is_of(&of) => watched.push(one(from, Until::Resync)),
                What::Change if event.of.is_none() => watched.push(one(from, Until::Resync)),
                What::Change => watched.extend(file.map(|profile| one(from, Until::File(profile)))),
                What::Firmware if upgraded() => watched.push(one(from, Until::Upgraded)),
                _ => {}
            }
        }
        watched
    }

    /// What happens to a crowd from outside.
    fn calls(&self, crowd: &Crowd) -> Vec<Call> {
        let mut calls = Vec::new();
        for event in &self.scenario.events {
            let given = match event.what {
                What::PowerCut => Given::On,
                What::Push => Given::Notify,
                What::Outage | What::Change | What::Firmware => continue,
            };
            let of = named(self.served.plan(), event).unwrap_or_default();
            if crowd.is_of(&of) {
                let concerned = || self.crowds.iter().filter(|one| one.is_of(&of));
                calls.push(Call {
                    given,
                    at: self.calendar.begin + event.at.0 * 1000,
                    lasts: event.lasts.map_or(0, |lasts| lasts.0) * 1000,
                    before: concerned().filter(|one| one.first < crowd.first).map(|one| one.phones).sum(),
                    phones: concerned().map(|one| one.phones).sum::<u64>().max(1),
                });
            }
        }
        calls
    }
}

/// What happens to the phones of a crowd.
#[derive(Clone, Copy, Debug)]
struct Call {
    given: Given,
    at: Millis,
    lasts: Millis,
    /// Phones whose turn is before the crowd's, and all of them.
    before: u64,
    phones: u64,
}

impl Call {
    /// What happens to one phone, in order.
    fn all(calls: &[Call], number: u64, into: &mut Vec<(Millis, Given)>) {
        into.clear();
        for call in calls {
            match call.given {
                Given::On if call.lasts > 0 => {
                    into.extend([(call.at, Given::Off), (call.at + call.lasts, Given::On)]);
                }
                Given::On | Given::Off => into.push((call.at, call.given)),
                // One after the other, evenly, in the program's order.
                Given::Notify => {
                    into.push((call.at + call.lasts * (call.before + number) / call.phones, call.given));
                }
            }
        }
        into.sort_by_key(|(at, _)| *at);
    }
}

/// The chance of one phone.
fn chance(seed: u64, number: u64) -> Random {
    Random::new(seed.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(number))
}
