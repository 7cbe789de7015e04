//! One phone of very many: where it is on its class's course, what it waits for, and its own chance. It waits as the model
//! waits (`phone/model/waiting.rs`, `clock.rs`), and draws in the model's order: the law in `tests.rs` holds the two together.

use super::course::{Course, From, Mark, Reply, To};
use super::timing::{DAY, Daily, Timing};
use crate::phone::Random;
use crate::phone::model::{Ages, Cause, Millis, Wake};

/// A resync that no trigger lets through is looked at again after so long (inferred, as in the model).
const HELD: Millis = 60_000;
/// What never comes.
pub const NEVER: Millis = Millis::MAX;

/// What goes on round a phone.
pub trait Around {
    /// A request is sent: who answers, and when the answer is there. What never is counted has no server.
    fn ask(&mut self, at: Millis, course: &Course<'_>, number: u32) -> (Reply, Millis);
    /// Out of which program names are answered.
    fn program(&self, at: Millis) -> Reply;
    fn told(&mut self, at: Millis, what: Told);
}

/// What is counted of a phone's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    Begun(Cause),
    /// A resync that was begun then ended well.
    Done {
        begun: Millis,
    },
    Failed,
    /// A file of a profile came, that was asked for then.
    Came {
        profile: u8,
        asked: Millis,
    },
    Rebooted,
    Upgraded,
    UpgradeFailed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Off(From),
    /// A name is looked up for a request.
    Sending(u32),
    /// It waits for an answer to what was sent then.
    Asking(u32, Reply, Millis),
    Leasing(u32),
    Rest(u32),
    Gone,
}

#[derive(Clone, Debug)]
pub struct Life {
    random: Random,
    at: At,
    /// When it is to be looked at again.
    due: Millis,
    next: Option<(Millis, Cause)>,
    /// The time of day that was drawn, and what it was drawn from.
    at_due: Option<(Millis, Daily)>,
    at_last: Option<Millis>,
    upgrade_due: Option<Millis>,
    errors: u16,
    periods: u16,
    upgrades_failed: u16,
    booted: Millis,
    last_resync: Option<Millis>,
    last_upgrade: Option<Millis>,
    begun: Millis,
    /// A request of others came while it was at something.
    asked_to: bool,
    /// Local time of day at time 0.
    day_start: Millis,
}

impl Life {
    /// A phone that is off.
    pub fn new(random: Random, day_start: Millis) -> Self {
        Life {
            random,
            at: At::Off(From::Rest(Course::BEGIN)),
            due: NEVER,
            next: None,
            at_due: None,
            at_last: None,
            upgrade_due: None,
            errors: 0,
            periods: 0,
            upgrades_failed: 0,
            booted: 0,
            last_resync: None,
            last_upgrade: None,
            begun: 0,
            asked_to: false,
            day_start,
        }
    }

    pub fn due(&self) -> Millis {
        self.due
    }

    pub fn chance(&mut self) -> &mut Random {
        &mut self.random
    }

    /// The power goes: what was under way is lost.
    pub fn switch_off(&mut self) {
        self.at = At::Off(match self.at {
            At::Off(from) => from,
            At::Sending(number) | At::Asking(number, ..) => From::Ask(number),
            At::Leasing(state) | At::Rest(state) => From::Rest(state),
            At::Gone => return,
        });
        self.due = NEVER;
    }

    pub fn switch_on(&mut self, now: Millis, course: &mut Course<'_>, around: &mut impl Around) {
        let At::Off(from) = self.at else { return };
        match course.power_on(from, around.program(now)) {
            Some(edge) => self.apply(edge, now, course, around),
            None => self.lose(),
        }
    }

    /// A NOTIFY comes (PB §19).
    pub fn notify(&mut self, now: Millis, course: &mut Course<'_>, around: &mut impl Around) {
        match self.at {
            At::Rest(state) => {
                let ages = self.ages(now);
                match course.notify(state, ages, around.program(now)) {
                    Some(edge) => self.apply(edge, now, course, around),
                    None => self.lose(),
                }
            }
            At::Sending(_) | At::Asking(..) => self.asked_to = true,
            At::Off(_) | At::Leasing(_) | At::Gone => {}
        }
    }

    /// What is due happens.
    pub fn step(&mut self, course: &mut Course<'_>, around: &mut impl Around) {
        let now = self.due;
        match self.at {
            At::Off(_) | At::Gone => self.due = NEVER,
            At::Sending(number) => self.send(number, now, course, around),
            At::Asking(number, reply, asked) => {
                if reply != Reply::Silence
                    && let Some(profile) = course.asked(number).and_then(|one| one.profile)
                {
                    around.told(now, Told::Came { profile, asked });
                }
                match course.follows(number, reply) {
                    Some(edge) => self.apply(edge, now, course, around),
                    None => self.lose(),
                }
            }
            At::Leasing(state) => self.boot(state, now, course, around),
            At::Rest(state) => self.wake(state, now, course, around),
        }
    }

    fn send(&mut self, number: u32, now: Millis, course: &Course<'_>, around: &mut impl Around) {
        let (reply, answered) = around.ask(now, course, number);
        self.at = At::Asking(number, reply, now);
        self.due = answered;
    }

    /// It has its lease.
    fn boot(&mut self, state: u32, now: Millis, course: &mut Course<'_>, around: &mut impl Around) {
        let Some(timing) = course.timing_of(state) else { return self.lose() };
        let first = timing.first;
        self.next_at(now, timing.at);
        let resyncs = course.resyncs_first(state);
        let delay = resyncs.map_or(0, |_| self.random.up_to(first));
        let (ages, program) = (self.ages(now), around.program(now));
        let Some(edge) = course.leased(state, ages, program) else { return self.lose() };
        let (Some(cause), true) = (resyncs, first > 0) else { return self.apply(edge, now, course, around) };
        let Some(To::Rest(waiting)) = course.edge(edge).map(|edge| edge.to) else { return self.lose() };
        self.at = At::Rest(waiting);
        if delay > 0 {
            self.next = Some((now + delay, cause));
            return self.rest(now);
        }
        match course.wake(waiting, Wake::Resync(cause), ages, program) {
            Some(edge) => self.apply(edge, now, course, around),
            None => self.lose(),
        }
    }

    fn wake(&mut self, state: u32, now: Millis, course: &mut Course<'_>, around: &mut impl Around) {
        let at = self.at_due.map(|(due, _)| (due, Wake::Resync(Cause::TimeOfDay)));
        let next = self.next.map(|(due, cause)| (due, Wake::Resync(cause)));
        let upgrade = self.upgrade_due.map(|due| (due, Wake::Upgrade));
        // Of two at once the first, as in the model.
        let Some((_, wake)) = [next, at, upgrade].into_iter().flatten().min_by_key(|(due, _)| *due) else {
            self.due = NEVER;
            return;
        };
        match wake {
            Wake::Resync(Cause::TimeOfDay) => {
                self.at_due = None;
                self.at_last = Some(now);
            }
            Wake::Resync(_) => {}
            Wake::Upgrade => self.upgrade_due = None,
        }
        match course.wake(state, wake, self.ages(now), around.program(now)) {
            Some(edge) => self.apply(edge, now, course, around),
            None => self.lose(),
        }
    }

    fn apply(&mut self, edge: u32, begun: Millis, course: &mut Course<'_>, around: &mut impl Around) {
        let Some(of) = course.edge(edge) else { return self.lose() };
        for _ in 0..of.chances {
            self.random.number();
        }
        for (offset, mark) in &of.marks {
            self.mark(*mark, begun + offset, course, around);
        }
        let now = begun + of.after;
        match of.to {
            To::Ask(number) if of.after == 0 => self.send(number, now, course, around),
            To::Ask(number) => {
                self.at = At::Sending(number);
                self.due = now;
            }
            To::Rest(state) => {
                self.at = At::Rest(state);
                self.rest(now);
                if std::mem::take(&mut self.asked_to) {
                    self.notify(now, course, around);
                }
            }
            To::Lease(state) => {
                self.at = At::Leasing(state);
                self.due = now + course.lease_after(state);
            }
            To::Gone => self.lose(),
        }
    }

    fn mark(&mut self, mark: Mark, now: Millis, course: &Course<'_>, around: &mut impl Around) {
        let timing = |number: u32| course.timing(number);
        match mark {
            Mark::Begun(cause) => {
                self.begun = now;
                self.last_resync = Some(now);
                around.told(now, Told::Begun(cause));
            }
            Mark::Done(number) => {
                self.errors = 0;
                let wait = timing(number).and_then(|timing| timing.period(self.periods, &mut self.random));
                self.next = wait.map(|wait| (now + wait, Cause::Periodic));
                self.periods = self.periods.saturating_add(u16::from(wait.is_some()));
                around.told(now, Told::Done { begun: self.begun });
            }
            Mark::Failed(number) => {
                let wait = timing(number).and_then(|timing| timing.retry(self.errors, &mut self.random));
                self.next = wait.map(|wait| (now + wait, Cause::Retry));
                self.errors = self.errors.saturating_add(1);
                around.told(now, Told::Failed);
            }
            Mark::Held(cause) => self.next = Some((now + HELD, cause)),
            Mark::Nothing => self.next = None,
            Mark::UpgradeBegun => {
                self.last_upgrade = Some(now);
                self.upgrade_due = None;
            }
            Mark::Upgraded => {
                self.last_upgrade = Some(now);
                self.upgrades_failed = 0;
                self.upgrade_due = None;
                around.told(now, Told::Upgraded);
            }
            Mark::UpgradeFailed(number) => {
                let wait = timing(number).and_then(|one| one.upgrade_retry(self.upgrades_failed, &mut self.random));
                self.upgrade_due = wait.map(|wait| now + wait);
                self.upgrades_failed = self.upgrades_failed.saturating_add(1);
                around.told(now, Told::UpgradeFailed);
            }
            Mark::Reboot => {
                self.booted = now;
                self.last_resync = None;
                self.last_upgrade = None;
                self.next = None;
                self.at_due = None;
                self.at_last = None;
                self.upgrade_due = None;
                self.errors = 0;
                self.periods = 0;
                self.asked_to = false;
                around.told(now, Told::Rebooted);
            }
            Mark::Rest(number) => self.next_at(now, timing(number).and_then(|timing: &Timing| timing.at)),
        }
    }

    fn rest(&mut self, now: Millis) {
        let at = self.at_due.map(|(due, _)| due);
        let next = self.next.map(|(due, _)| due);
        let due = [next, at, self.upgrade_due].into_iter().flatten().min();
        self.due = due.map_or(NEVER, |due| due.max(now));
    }

    /// It is not known how it goes on: nothing more is counted of it.
    fn lose(&mut self) {
        self.at = At::Gone;
        self.due = NEVER;
    }

    fn ages(&self, now: Millis) -> Ages {
        let since = |last: Option<Millis>| now.saturating_sub(last.unwrap_or(self.booted));
        Ages { resync: since(self.last_resync), upgrade: since(self.last_upgrade) }
    }

    /// The next resync by the clock, drawn once; a phone that comes up in the window fires in what is left of it (PB §8.5).
    fn next_at(&mut self, now: Millis, daily: Option<Daily>) {
        let Some(daily) = daily else {
            self.at_due = None;
            return;
        };
        if self.at_due.is_some_and(|(_, drawn)| drawn == daily) {
            return;
        }
        let open_for = ((now + self.day_start) % DAY + DAY - daily.at) % DAY;
        let served = self.at_last.is_some_and(|last| last + open_for >= now);
        let due = match daily.spread.checked_sub(open_for).filter(|_| !served) {
            Some(left) => now + self.random.up_to(left),
            None => now + DAY - open_for + self.random.up_to(daily.spread),
        };
        self.at_due = Some((due, daily));
    }
}
