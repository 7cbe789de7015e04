//! A phone between resyncs: what it waits for, and what lets a resync begin (PB §8.1, §8.4, §8.5).

use super::clock::Drawn;
use super::facts::Facts;
use super::pass::Pass;
use super::phone::State;
use super::{Awaited, Cause, Class, Command, Event, Millis, Obstacle, Output, Phone, Resync};
use crate::phone::rule::evaluate_trigger;
use crate::phone::stance::{ForcedDelay, PeriodOff, Triggers};
use crate::phone::{Schedule, default_of};
use std::collections::VecDeque;
use std::net::Ipv4Addr;

/// How often a resync that no trigger lets through is looked at again, and how often triggers that start resyncs are
/// (undocumented, inferred).
const TRIGGER_PERIOD: Millis = 60_000;

/// A 0 inside a list of waits is undocumented; a phone that spins in place is no phone (inferred), in seconds.
pub(super) const LEAST_WAIT: u64 = 1;

const PERIOD: &str = "Resync_Periodic";
const TRIGGERS: [&str; 2] = ["Resync_Trigger_1", "Resync_Trigger_2"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wait {
    until: Millis,
    errand: Errand,
    /// No trigger let it through so far.
    held: bool,
    /// The wait after power-up.
    first: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Errand {
    Resync(Cause),
    /// Something beside resyncs may be due: firmware, a report, a certificate.
    Other,
    /// Triggers that start resyncs are looked at.
    Triggers,
    /// A resync that a call held back may begin.
    Held,
}

impl Wait {
    pub fn resync(until: Millis, cause: Cause) -> Self {
        Wait { until, errand: Errand::Resync(cause), held: false, first: false }
    }

    pub fn first(until: Millis, cause: Cause) -> Self {
        Wait { first: true, ..Wait::resync(until, cause) }
    }

    fn of(until: Millis, errand: Errand) -> Self {
        Wait { until, errand, held: false, first: false }
    }

    /// The resync that is waited for.
    pub fn awaited(&self) -> Option<Awaited> {
        let Errand::Resync(cause) = self.errand else { return None };
        Some(Awaited { until: self.until, cause, first: self.first, held: self.held })
    }
}

/// What is to come, all of it forgotten at a restart.
#[derive(Clone, Debug, Default)]
pub(super) struct Plans {
    /// Resyncs failed in a row.
    errors: usize,
    /// Waits by Resync_Periodic so far.
    periods: usize,
    /// The drawn time of the next resync by the clock.
    pub at_due: Option<Drawn>,
    /// When the last one by the clock fell due: once in a window.
    pub at_last: Option<Millis>,
    /// The resync to come, kept while something else is done.
    pub next: Option<Wait>,
    /// What somebody asked for while the phone was at something, in order.
    pending: VecDeque<Command>,
    /// Who asked for the resync under way (C-16).
    pub requester: Option<Ipv4Addr>,
    /// A line is in use.
    pub busy: bool,
    /// The resync that a call holds back.
    held: Option<HeldByCall>,
    /// Whether a trigger was true when it was last looked at (C-13).
    triggered: bool,
}

#[derive(Clone, Debug)]
struct HeldByCall {
    cause: Cause,
    rule: Option<String>,
    /// When it may begin, if that is known.
    due: Option<Millis>,
}

/// More requests than this a phone does not keep in mind (inferred).
const PENDING: usize = 16;

impl Plans {
    /// The resync after power-up is still to come.
    pub fn is_before_first(&self) -> bool {
        self.next.is_some_and(|next| next.first)
    }

    /// Calls go on over nothing: whoever restarts a phone hangs up.
    pub fn restarted(&mut self) {
        *self = Plans::default();
    }
}

impl Phone {
    /// Keeps a request for later; the same one twice is one.
    pub(super) fn postpone(&mut self, command: Command) {
        if self.plans.pending.contains(&command) {
            return;
        }
        if self.plans.pending.len() < PENDING {
            self.plans.pending.push_back(command);
        } else {
            let reason = format!("{PENDING} others wait already");
            self.tell(Event::Resync(Resync::Ignored { reason }));
        }
    }

    pub(super) fn timer(&mut self) {
        self.ask_lease_again();
        let State::Waiting(Some(wait)) = self.state else { return };
        if wait.until > self.now() {
            return;
        }
        match wait.errand {
            Errand::Other => {
                if !self.consider() {
                    self.rest_again();
                }
            }
            Errand::Triggers => self.look_at_triggers(),
            Errand::Held => self.release(),
            Errand::Resync(cause) => {
                if cause == Cause::TimeOfDay {
                    self.fell_due();
                }
                self.try_begin(cause);
            }
        }
    }

    /// The time of day has come.
    pub(super) fn fell_due(&mut self) {
        self.plans.at_due = None;
        self.plans.at_last = Some(self.now());
    }

    /// Begins a resync that the phone itself wants, if it may.
    pub(super) fn try_begin(&mut self, cause: Cause) {
        if !self.settings.yes("Provision_Enable") {
            self.tell(Event::Resync(Resync::Ignored { reason: "Provision_Enable is No".into() }));
            self.rest(None);
            // Upgrades do not depend on it (PB §8.3).
            self.consider();
            return;
        }
        match self.gate(cause) {
            Ok(true) => self.begin(cause, None),
            Ok(false) => {
                let held = matches!(&self.state, State::Waiting(Some(wait)) if wait.held);
                if !held {
                    self.tell(Event::Resync(Resync::Held));
                }
                self.rest(Some(Wait { held: true, ..Wait::resync(self.now() + TRIGGER_PERIOD, cause) }));
                // Triggers hold resyncs, not upgrades: those are looked at whenever the phone is idle (RS §8).
                self.consider();
            }
            // RS §15: a syntax error is taken for a failed resync, class C.
            Err((reason, by)) => self.end_failed(reason, Class::C, by),
        }
    }

    /// Whether the triggers let a resync through (PB §8.4): both are empty, or one of them is true. Where they start
    /// resyncs they hold none back (C-13).
    fn gate(&self, cause: Cause) -> Result<bool, (String, Obstacle)> {
        match self.triggers(cause)? {
            None | Some(true) => Ok(true),
            Some(false) => Ok(self.stances.triggers() == Triggers::Starter),
        }
    }

    /// Whether a trigger is true; none, where both are empty.
    fn triggers(&self, cause: Cause) -> Result<Option<bool>, (String, Obstacle)> {
        let facts = Facts { phone: self, cause, aim: None, error: "" };
        let mut verdict = None;
        for trigger in TRIGGERS {
            let text = self.settings.get(trigger);
            if text.is_empty() {
                continue;
            }
            let one = evaluate_trigger(text, &facts, self.stances.across()).verdict;
            match one.map_err(|error| (format!("{trigger}: {error}"), Obstacle::Rule(error.fault)))? {
                Some(true) => return Ok(Some(true)),
                Some(false) => verdict = Some(false),
                None => {}
            }
        }
        Ok(verdict)
    }

    /// C-13, the other reading: a trigger that becomes true starts a resync.
    fn look_at_triggers(&mut self) {
        let now = matches!(self.triggers(Cause::Trigger), Ok(Some(true)));
        let before = std::mem::replace(&mut self.plans.triggered, now);
        if now && !before { self.try_begin(Cause::Trigger) } else { self.rest_again() }
    }

    /// Begins a resync, as soon as no line is in use (PB §8.1).
    pub(super) fn begin(&mut self, cause: Cause, rule: Option<String>) {
        if self.plans.busy {
            self.tell(Event::Resync(Resync::Busy));
            let due =
                (self.stances.forced_delay() == ForcedDelay::LongestWait).then(|| self.now() + self.forced_delay());
            self.plans.held = Some(HeldByCall { cause, rule, due });
            return self.rest(None);
        }
        self.start_pass(cause, rule);
    }

    fn start_pass(&mut self, cause: Cause, rule: Option<String>) {
        self.plans.held = None;
        self.forget_redirect();
        self.last_resync = Some(self.now());
        self.tell(Event::Resync(Resync::Begun { cause }));
        let pass = Pass::new(cause, rule, self.rules());
        self.begin_pass(pass);
    }

    /// In thousandths of a second.
    fn forced_delay(&self) -> Millis {
        u64::from(self.settings.number("Forced_Resync_Delay")) * 1000
    }

    /// A call begins or the last one ends (PB §8.3, Forced_Resync_Delay; C-11).
    pub(super) fn lines(&mut self, busy: bool) {
        self.plans.busy = busy;
        let idle_time = self.stances.forced_delay() == ForcedDelay::IdleTime;
        let delay = self.forced_delay();
        let now = self.now();
        if let Some(held) = &mut self.plans.held {
            held.due = match (busy, idle_time) {
                (true, true) => None,
                (true, false) => held.due,
                (false, true) => Some(now + delay),
                (false, false) => Some(now),
            };
        }
        if matches!(self.state, State::Waiting(_)) {
            self.rest_again();
            if !busy {
                self.go_on_with_requests();
            }
        }
    }

    /// The resync that a call held back.
    fn release(&mut self) {
        match self.plans.held.take() {
            // By the older reading the resync has waited long enough, and the call goes on beside it.
            Some(held) => self.start_pass(held.cause, held.rule),
            None => self.rest_again(),
        }
    }

    /// A resync ended well. Whoever asked for it, the next one comes by Resync_Periodic (PB §8.2).
    pub(super) fn end_done(&mut self, files: usize, by_hand: bool) {
        self.plans.errors = 0;
        // A resync that fetched nothing has provisioned nothing.
        if files > 0 {
            self.provisioned(by_hand);
        }
        let next = match self.period() {
            // A valid time of day has the period ignored (PB §8.3).
            Some(schedule) if self.time_of_day().is_none() => {
                let seconds = schedule.nth(self.plans.periods, &mut self.random).max(LEAST_WAIT);
                self.plans.periods += 1;
                Some((seconds, Cause::Periodic))
            }
            _ => None,
        };
        self.end(next, |next| Resync::Done { files, next });
    }

    fn period(&self) -> Option<Schedule> {
        let emptied = self.settings.value_set(PERIOD) == Some("");
        if emptied && self.stances.period_off() == PeriodOff::Zero {
            return default_of(PERIOD)?.parse().ok();
        }
        self.settings.schedule(PERIOD)
    }

    pub(super) fn end_failed(&mut self, reason: String, class: Class, by: Obstacle) {
        let schedule = self.settings.schedule("Resync_Error_Retry_Delay").filter(|_| self.retries());
        let wait = |schedule: Schedule| schedule.nth(self.plans.errors, &mut self.random).max(LEAST_WAIT);
        let next = schedule.map(wait).map(|seconds| (seconds, Cause::Retry));
        self.plans.errors += 1;
        self.end(next, |next| Resync::Failed { reason, class, next, by });
    }

    fn end(&mut self, next: Option<(u64, Cause)>, event: impl FnOnce(Option<u64>) -> Resync) {
        self.errands_after_resync();
        self.rest(next.map(|(seconds, cause)| Wait::resync(self.now() + seconds * 1000, cause)));
        let planned = [self.plans.next.map(|wait| wait.until), self.plans.at_due.map(|drawn| drawn.due)]
            .into_iter()
            .flatten()
            .min();
        let until = planned.map(|until| until.saturating_sub(self.now()) / 1000);
        // Told before the wait that follows from it.
        self.out.insert(self.out.len().saturating_sub(1), Output::Tell(Event::Resync(event(until))));
        self.go_on_with_requests();
    }

    /// What somebody asked for meanwhile, else what the phone itself has to do.
    pub(super) fn go_on_with_requests(&mut self) {
        match self.plans.pending.pop_front() {
            Some(command) => self.follow(command),
            None => {
                self.consider();
            }
        }
    }

    /// Waits as before something came between.
    pub(super) fn rest_again(&mut self) {
        self.rest(self.plans.next);
    }

    /// Waits for what comes first: the given resync, the time of day, or something else that is due.
    pub(super) fn rest(&mut self, next: Option<Wait>) {
        self.plans.next = next;
        self.plan_reports();
        let at = self.next_at().map(|until| Wait::resync(until, Cause::TimeOfDay));
        // What waits for the end of a call, or for the first resync, is looked at then.
        let waits = self.plans.busy || self.plans.is_before_first();
        let other = [self.upgrades.due(), self.errands.due()].into_iter().flatten().min().filter(|_| !waits);
        let other = other.map(|until| Wait::of(until, Errand::Other));
        let held = self.plans.held.as_ref().and_then(|held| held.due).map(|until| Wait::of(until, Errand::Held));
        let triggers = self.starting_triggers().then(|| Wait::of(self.now() + TRIGGER_PERIOD, Errand::Triggers));
        match [next, at, other, held, triggers].into_iter().flatten().min_by_key(|wait| wait.until) {
            Some(wait) => self.wait(wait),
            None => {
                self.state = State::Waiting(None);
                // Whoever drives the phone learns that no timer runs.
                self.out.push(Output::Wait { until: Millis::MAX });
            }
        }
    }

    fn starting_triggers(&self) -> bool {
        TRIGGERS.iter().any(|trigger| !self.settings.get(trigger).is_empty())
            && self.stances.triggers() == Triggers::Starter
    }

    pub(super) fn wait(&mut self, wait: Wait) {
        self.out.push(Output::Wait { until: wait.until });
        self.state = State::Waiting(Some(wait));
    }
}
