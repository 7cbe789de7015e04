//! The model in virtual time, against a world that answers at once and says how long it would have taken.

use super::HORIZON;
use super::{
    CloudAnswer, CloudQuery, Command, DnsAnswer, Entry, Event, FetchAnswer, FetchRequest, Input, Lease, Millis, Output,
    Phone, Query, Timeline,
};
use crate::phone::Identity;

/// An answer and the time it takes to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timed<T> {
    pub after: Millis,
    pub answer: T,
}

impl<T> Timed<T> {
    pub fn new(after: Millis, answer: T) -> Self {
        Timed { after, answer }
    }
}

/// All that a phone meets.
pub trait World {
    /// None: no server answers.
    fn lease(&mut self, now: Millis, identity: &Identity) -> Timed<Option<Lease>>;
    fn resolve(&mut self, now: Millis, query: &Query) -> Timed<DnsAnswer>;
    fn fetch(&mut self, now: Millis, request: &FetchRequest) -> Timed<FetchAnswer>;
    /// Whether no lease will ever be given, however often it is asked for.
    fn never_leases(&self) -> bool {
        false
    }
    /// Whether anybody listens where a request goes.
    fn listens(&self, _request: &FetchRequest) -> bool {
        true
    }
    /// Cisco's cloud. In a lab it cannot be reached.
    fn cloud(&mut self, _now: Millis, _identity: &Identity, _query: &CloudQuery) -> Timed<CloudAnswer> {
        Timed::new(5000, CloudAnswer::Unreachable)
    }
    /// A log message is on its way; nobody answers.
    fn syslog(&mut self, _now: Millis, _server: &str, _text: &str) {}
}

/// A phone, its world and the hands of the clock.
pub struct Player<'w> {
    phone: Phone,
    world: &'w mut dyn World,
    now: Millis,
    /// The answer under way; a phone asks for one thing at a time.
    coming: Option<(Millis, Input)>,
    timer: Option<Millis>,
    timeline: Timeline,
    /// Things that may still happen.
    fuel: usize,
}

/// So much happens to a phone in years. A story that asks for more (every second, for a century) is cut here, and the
/// timeline says so.
const FUEL: usize = 200_000;

impl<'w> Player<'w> {
    pub fn new(phone: Phone, world: &'w mut dyn World) -> Self {
        Player { phone, world, now: 0, coming: None, timer: None, timeline: Timeline::default(), fuel: FUEL }
    }

    /// Goes on with a phone that was played before and is quiet, where [`Player::now`] and [`Player::timer`] left it.
    pub fn resume(phone: Phone, world: &'w mut dyn World, now: Millis, timer: Option<Millis>) -> Self {
        Player { phone, world, now, coming: None, timer, timeline: Timeline::default(), fuel: FUEL }
    }

    /// When the phone wants to be woken.
    pub fn timer(&self) -> Option<Millis> {
        self.timer
    }

    /// Whether the story was cut, because more happens in it than is played.
    pub fn is_cut(&self) -> bool {
        self.fuel == 0
    }

    /// Whether nothing will happen by itself.
    pub fn is_still(&self) -> bool {
        self.coming.is_none() && self.timer.is_none()
    }

    pub fn now(&self) -> Millis {
        self.now
    }

    pub fn phone(&self) -> &Phone {
        &self.phone
    }

    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    pub fn finish(self) -> (Phone, Timeline) {
        (self.phone, self.timeline)
    }

    pub fn power_on(&mut self) {
        // What was under way is lost.
        self.coming = None;
        self.timer = None;
        self.give(Input::PowerOn);
    }

    pub fn command(&mut self, command: Command) {
        self.give(Input::Command(command));
    }

    /// Plays on to a point in time, and there stops.
    pub fn until(&mut self, time: Millis) {
        let time = time.min(HORIZON);
        while !self.is_over() && self.step(time) {}
        self.now = self.now.max(time);
    }

    /// Plays on until the phone only waits for its next resync; at most until `limit`.
    pub fn until_quiet(&mut self, limit: Millis) {
        while !self.phone.is_quiet() && !self.is_over() && self.step(limit.min(HORIZON)) {}
    }

    /// As [`Player::until_quiet`], but only as long as the phone runs the load it runs.
    pub fn until_quiet_or_upgraded(&mut self, limit: Millis) {
        let firmware = self.phone.identity().firmware().to_owned();
        let runs = |phone: &Phone| phone.identity().firmware() == firmware;
        while runs(&self.phone) && !self.phone.is_quiet() && !self.is_over() && self.step(limit.min(HORIZON)) {}
    }

    /// Plays on until something of this kind has happened; at most until `limit`. Says whether it has.
    pub fn until_told(&mut self, limit: Millis, wanted: impl Fn(&Event) -> bool) -> bool {
        let mut seen = self.timeline.entries.len();
        while !self.is_over() && self.step(limit.min(HORIZON)) {
            let mut new = self.timeline.entries.iter().skip(seen);
            if new.any(|entry| wanted(&entry.event)) {
                return true;
            }
            seen = self.timeline.entries.len();
        }
        false
    }

    /// Cuts the story after so many things that happen, if not before.
    pub fn cut_after(mut self, things: usize) -> Self {
        self.fuel = self.fuel.min(things);
        self
    }

    /// Whether all that can happen is that the phone asks again for what it does not get.
    fn is_over(&self) -> bool {
        self.phone.is_unserved() && self.world.never_leases()
    }

    /// Lets the next thing happen, if it happens by `limit`.
    fn step(&mut self, limit: Millis) -> bool {
        if self.fuel == 0 {
            return false;
        }
        let answer = self.coming.as_ref().map(|(at, _)| *at);
        let (at, input) = match (answer, self.timer) {
            (Some(at), timer) if at <= limit && timer.is_none_or(|timer| at <= timer) => match self.coming.take() {
                Some(coming) => coming,
                None => return false,
            },
            (_, Some(timer)) if timer <= limit => {
                self.timer = None;
                (timer, Input::Timer)
            }
            _ => return false,
        };
        self.now = self.now.max(at);
        self.fuel = self.fuel.saturating_sub(1);
        if self.fuel == 0 {
            let message = "more happens in this story than is played; it is cut here".into();
            self.timeline.entries.push(Entry { t: self.now, event: Event::Error { message } });
            return false;
        }
        self.give(input);
        true
    }

    fn give(&mut self, input: Input) {
        for output in self.phone.handle(self.now, input) {
            self.follow(output);
        }
    }

    fn follow(&mut self, output: Output) {
        let now = self.now;
        let (after, input) = match output {
            Output::AskLease => {
                let Timed { after, answer } = self.world.lease(now, self.phone.identity());
                (after, answer.map_or(Input::LeaseFailed, Input::Lease))
            }
            Output::Resolve { query, .. } => {
                let Timed { after, answer } = self.world.resolve(now, &query);
                (after, Input::Resolved(answer))
            }
            Output::Fetch(request) => {
                let Timed { after, answer } = self.world.fetch(now, &request);
                (after, Input::Fetched(answer))
            }
            Output::AskCloud(query) => {
                let Timed { after, answer } = self.world.cloud(now, self.phone.identity(), &query);
                (after, Input::Cloud(answer))
            }
            Output::Syslog { server, text } => return self.world.syslog(now, &server, &text),
            Output::Wait { until } => {
                self.timer = Some(until).filter(|until| *until < Millis::MAX);
                return;
            }
            Output::Tell(event) => return self.timeline.entries.push(Entry { t: now, event }),
        };
        self.coming = Some((now + after, input));
    }
}

/// Switches a phone on and plays it until a point in time.
pub fn run(phone: Phone, world: &mut dyn World, until: Millis) -> (Phone, Timeline) {
    let mut player = Player::new(phone, world);
    player.power_on();
    player.until(until);
    player.finish()
}
