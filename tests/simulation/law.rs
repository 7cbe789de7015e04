//! The law of a simulation: what the small structures do is what the phone model does, phone by phone, with the same draws.
//! Each program's phones are played on the model itself, against the same servers, and every request is held to its second.

use super::{Bench, planned, scenario};
use prov::phone::model::{
    Command, DnsAnswer, FetchAnswer, FetchRequest, Lease, Millis, Notification, Phone, Player, Query, Timed, World,
};
use prov::phone::{Identity, model};
use prov::plan::{PlanWorld, Served};
use prov::simulate::{Calendar, Cast, Given, Reply, Scenario, simulate};
use std::collections::BTreeMap;

/// The model's clock never goes back, and the phones were played before: a whole number of days.
const LATER: Millis = 100 * 86_400_000;

type Counts = BTreeMap<(usize, u64), u32>;

/// The plan as the simulation has it, with servers that are gone and loads that are not there yet.
struct Round<'p> {
    before: Option<PlanWorld<'p>>,
    now: PlanWorld<'p>,
    calendar: &'p Calendar,
    counts: &'p mut Counts,
}

impl<'p> Round<'p> {
    fn program(&mut self, at: Millis) -> &mut PlanWorld<'p> {
        match (self.calendar.program(at - LATER), &mut self.before) {
            (Reply::Before, Some(before)) => before,
            _ => &mut self.now,
        }
    }
}

impl World for Round<'_> {
    fn lease(&mut self, now: Millis, identity: &Identity) -> Timed<Option<Lease>> {
        self.program(now).lease(now, identity)
    }

    fn resolve(&mut self, now: Millis, query: &Query) -> Timed<DnsAnswer> {
        self.program(now).resolve(now, query)
    }

    fn fetch(&mut self, now: Millis, request: &FetchRequest) -> Timed<FetchAnswer> {
        let server = self.now.asked(request).map(|(server, _)| server);
        let at = now - LATER;
        let counted = (self.calendar.begin..self.calendar.end).contains(&at);
        if let Some(server) = server.filter(|_| counted) {
            *self.counts.entry((server, (at - self.calendar.begin) / 1000)).or_default() += 1;
        }
        match self.calendar.reply(at, server) {
            Reply::Silence => Timed::new(20_000, FetchAnswer::Timeout),
            _ => self.program(now).fetch(now, request),
        }
    }

    fn cloud(&mut self, now: Millis, identity: &Identity, query: &model::CloudQuery) -> Timed<model::CloudAnswer> {
        self.program(now).cloud(now, identity, query)
    }
}

/// Every request of every phone, by server and second.
fn played(served: &Served, scenario: &Scenario) -> Counts {
    let cast = Cast::of(served, scenario, &Bench).expect("a sound scenario");
    let mut counts = Counts::new();
    for part in cast.parts {
        let mut round = Round {
            before: cast.before.as_ref().and_then(|before| PlanWorld::of(before, part.phone)),
            now: PlanWorld::of(served, part.phone).expect("a phone of the program"),
            calendar: &cast.calendar,
            counts: &mut counts,
        };
        let mut phone: Option<Phone> =
            Some(part.at_rest.drawing(part.random).with_time_of_day(cast.calendar.day_start));
        let mut rest = part.given.iter().peekable();
        while let Some((at, what)) = rest.next() {
            let (at, until) = (at + LATER, rest.peek().map_or(cast.calendar.end - 1, |(at, _)| *at) + LATER);
            // A phone that is switched off has no timer; it is another player that goes on with it.
            if *what == Given::Off {
                continue;
            }
            let mut player = Player::resume(phone.take().expect("a phone"), &mut round, at, None);
            player.power_on();
            let mut next = until;
            // What it is told on the way does not restart it.
            loop {
                player.until(next);
                match rest.peek() {
                    Some((_, Given::Notify)) => {
                        rest.next();
                        player.command(Command::Notify(Notification::Resync));
                        next = rest.peek().map_or(cast.calendar.end - 1, |(at, _)| *at) + LATER;
                    }
                    _ => break,
                }
            }
            phone = Some(player.finish().0);
        }
    }
    counts
}

fn holds(name: &str, for_: &str, events: &[&str], seed: u64) {
    let served = planned(name);
    let scenario = Scenario { seed, ..scenario(for_, events) };
    let model = played(&served, &scenario);
    let report = simulate(&served, &scenario, &Bench).expect("a sound scenario");
    let mut simulated = Counts::new();
    for server in 0..served.plan().servers.len() {
        let counts = report.requests(server).iter().enumerate().filter(|(_, count)| **count > 0);
        simulated.extend(counts.map(|(second, count)| ((server, second as u64), *count)));
    }
    let first = model.iter().find(|(at, count)| simulated.get(at) != Some(count));
    let other = simulated.iter().find(|(at, count)| model.get(at) != Some(count));
    assert_eq!(model, simulated, "{name} {events:?} seed {seed}: first {first:?} of the model, {other:?} simulated");
    assert!(!model.is_empty(), "{name} {events:?}: nobody asks for anything");
}

#[test]
fn a_day_when_nothing_happens_is_the_models_own() {
    for name in ["quickstart", "acme", "periods", "clock", "crowd"] {
        holds(name, "24h", &[], 1);
    }
}

#[test]
fn power_comes_back_as_on_the_model() {
    for (name, events) in [
        ("quickstart", vec!["power-cut@8h"]),
        ("acme", vec!["power-cut@8h+30m:utrecht", "power-cut@20h"]),
        ("periods", vec!["power-cut@1h", "power-cut@1h30s", "power-cut@2h+1h"]),
        ("clock", vec!["power-cut@2h25m+10m", "power-cut@12h"]),
        ("crowd", vec!["power-cut@8h", "power-cut@8h10s:lobby"]),
    ] {
        for seed in 1..4 {
            holds(name, "24h", &events, seed);
        }
    }
}

#[test]
fn outages_and_pushes_are_met_as_on_the_model() {
    for (name, events) in [
        ("quickstart", vec!["outage@8h+3h"]),
        ("acme", vec!["outage@8h+3h", "push@10h"]),
        ("periods", vec!["outage@1h+2h", "push@1h30m+10m"]),
        ("clock", vec!["outage@2h+1h", "push@12h+1h"]),
        (
            "crowd",
            vec!["push@8h", "push@8h", "power-cut@8h+1m", "push@8h1m", "outage@12h+4h:files", "push@20h+1h:lobby"],
        ),
    ] {
        for seed in 1..4 {
            holds(name, "30h", &events, seed);
        }
    }
}

#[test]
fn a_firmware_day_is_the_models_own() {
    for (name, events) in [
        ("acme", vec!["firmware@8h"]),
        ("acme", vec!["firmware@8h", "outage@8h10m+2h", "power-cut@9h"]),
        ("staged-firmware", vec!["firmware@2h", "power-cut@3h"]),
    ] {
        for seed in 1..4 {
            holds(name, "24h", &events, seed);
        }
    }
}
