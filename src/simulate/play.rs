//! The phones of a crowd played one after the other: what one does changes nothing for another as long as servers answer
//! whatever comes.

use super::course::{Course, Reply, SILENCE};
use super::life::{Around, Life, NEVER, Told};
use super::tally::Tally;
use crate::phone::Random;
use crate::phone::model::Millis;

/// What happens when, by the clock of the simulation, which begins before anything is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// When counting begins, and when all ends.
    pub begin: Millis,
    pub end: Millis,
    /// Local time of day at time 0.
    pub day_start: Millis,
    /// By the server's position: from when until when nobody answers.
    pub outages: Vec<(usize, Millis, Millis)>,
    /// From when on loads are there.
    pub firmware: Option<Millis>,
}

impl Calendar {
    /// Out of which program a request is answered.
    pub fn program(&self, at: Millis) -> Reply {
        match self.firmware {
            Some(from) if at < from => Reply::Before,
            _ => Reply::Now,
        }
    }

    pub fn reply(&self, at: Millis, server: Option<usize>) -> Reply {
        let down = |(of, from, to): &(usize, Millis, Millis)| Some(*of) == server && (*from..*to).contains(&at);
        if self.outages.iter().any(down) { Reply::Silence } else { self.program(at) }
    }
}

/// What happens to one phone from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    On,
    Off,
    Notify,
}

/// What ends a wait for an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// A resync that begins after it, and ends well.
    Resync,
    /// A file of this profile that is asked for after it.
    File(u8),
    /// The last upgrade after it.
    Upgraded,
}

/// An event as it concerns the phones of a crowd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Position among all events.
    pub event: usize,
    pub from: Millis,
    pub until: Until,
}

/// What is written down of one phone while it lives.
pub struct Ledger<'a> {
    pub calendar: &'a Calendar,
    pub watched: &'a [Watched],
    pub tally: &'a mut Tally,
    /// A bit for each that is through.
    through: u64,
    /// When it was upgraded last.
    upgraded: Option<Millis>,
}

impl<'a> Ledger<'a> {
    pub fn new(calendar: &'a Calendar, watched: &'a [Watched], tally: &'a mut Tally) -> Self {
        Ledger { calendar, watched, tally, through: 0, upgraded: None }
    }

    fn counts(&self, at: Millis) -> bool {
        (self.calendar.begin..self.calendar.end).contains(&at)
    }

    fn reach(&mut self, at: Millis, reached: impl Fn(&Watched) -> bool) {
        for (bit, watched) in self.watched.iter().enumerate() {
            let mask = 1_u64 << (bit & 63);
            if self.through & mask == 0 && reached(watched) {
                self.through |= mask;
                self.tally.reach(watched.event, at.saturating_sub(watched.from));
            }
        }
    }

    /// Its life is told.
    pub fn close(mut self) {
        if let Some(at) = self.upgraded {
            self.reach(at, |watched| watched.until == Until::Upgraded && at >= watched.from);
        }
    }
}

impl Around for Ledger<'_> {
    fn ask(&mut self, at: Millis, course: &Course<'_>, number: u32) -> (Reply, Millis) {
        let Some(asked) = course.asked(number) else { return (Reply::Silence, at + SILENCE) };
        let reply = self.calendar.reply(at, asked.server);
        let (after, octets) = course.answered(number, reply);
        if let Some(server) = asked.server.filter(|_| self.counts(at)) {
            let answered = reply != Reply::Silence;
            self.tally.request(server, at - self.calendar.begin, octets, answered, asked.firmware);
        }
        (reply, at + after)
    }

    fn program(&self, at: Millis) -> Reply {
        self.calendar.program(at)
    }

    fn told(&mut self, at: Millis, what: Told) {
        if !self.counts(at) {
            return;
        }
        match what {
            Told::Begun(cause) => self.tally.begun(cause),
            Told::Done { begun } => {
                self.tally.resyncs += 1;
                self.reach(at, |watched| watched.until == Until::Resync && begun >= watched.from);
            }
            Told::Failed => self.tally.failed += 1,
            Told::Came { profile, asked } => {
                self.reach(at, |watched| watched.until == Until::File(profile) && asked >= watched.from);
            }
            Told::Rebooted => self.tally.reboots += 1,
            Told::Upgraded => {
                self.tally.upgrades += 1;
                self.upgraded = Some(at);
            }
            Told::UpgradeFailed => self.tally.upgrades_failed += 1,
        }
    }
}

/// When a phone of a crowd is first switched on: so that its period finds it anywhere when counting begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct First {
    pub from: Millis,
    pub within: Millis,
}

/// The whole life of one phone. What it is given is in order; what is due at the same time comes before.
pub fn live(course: &mut Course<'_>, random: Random, first: First, given: &[(Millis, Given)], mut ledger: Ledger<'_>) {
    let calendar = ledger.calendar;
    let mut life = Life::new(random, calendar.day_start);
    let on = first.from + life.chance().up_to(first.within);
    let all = std::iter::once((on, Given::On)).chain(given.iter().copied());
    for (at, what) in all {
        while life.due() <= at && life.due() < calendar.end {
            life.step(course, &mut ledger);
        }
        match what {
            Given::On => {
                // One that is on already starts anew.
                life.switch_off();
                life.switch_on(at, course, &mut ledger);
            }
            Given::Off => life.switch_off(),
            Given::Notify => life.notify(at, course, &mut ledger),
        }
    }
    while life.due() < calendar.end && life.due() != NEVER {
        life.step(course, &mut ledger);
    }
    ledger.close();
}
