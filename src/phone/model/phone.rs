//! A phone's life between resyncs: power, lease, waiting, and what makes it begin a pass (PB §8.1).

use super::HORIZON;
use super::facts::Facts;
use super::pass::Pass;
use super::upgrade::Upgrades;
use super::{Cause, Class, Command, Event, Input, Lease, Millis, Output, Resync, discovery};
use crate::phone::rule::evaluate_trigger;
use crate::phone::stance::{Consulted, Stances};
use crate::phone::{Identity, Random, Schedule, Settings};

/// A phone without an answer from DHCP asks again after so long (undocumented, inferred).
const LEASE_RETRY: Millis = 60_000;
/// How often a resync that no trigger lets through is looked at again (undocumented, inferred).
const HELD_RETRY: Millis = 60_000;

/// A 0 inside a list of waits is undocumented; a phone that spins in place is no phone (inferred), in seconds.
pub(super) const LEAST_WAIT: u64 = 1;

/// What the phone is at.
#[derive(Clone, Debug)]
pub(super) enum State {
    Off,
    /// A lease was asked for; `None`, or is to be asked for then.
    Leasing(Option<Millis>),
    /// Waiting for the next resync, or for a command only.
    Waiting(Option<Wait>),
    Passing(Box<Pass>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wait {
    until: Millis,
    errand: Errand,
    /// No trigger let it through so far.
    held: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Errand {
    Resync(Cause),
    Upgrade,
}

impl Wait {
    fn resync(until: Millis, cause: Cause) -> Self {
        Wait { until, errand: Errand::Resync(cause), held: false }
    }
}

/// The model of one phone. Settings outlive power-downs, everything else does not.
#[derive(Clone, Debug)]
pub struct Phone {
    identity: Identity,
    pub(super) settings: Settings,
    pub(super) stances: Consulted,
    random: Random,
    /// Local time of day at the story's beginning.
    day_start: Millis,
    fallback_syslog: Option<String>,
    no_delay: bool,
    now: Millis,
    booted: Millis,
    pub(super) state: State,
    pub(super) lease: Option<Lease>,
    /// When the last resync was begun.
    last_resync: Option<Millis>,
    /// Resyncs failed in a row.
    errors: usize,
    /// Waits by Resync_Periodic so far.
    periods: usize,
    /// The drawn time of the next resync by the clock.
    at_due: Option<Millis>,
    /// The resync to come, kept while an upgrade is tried.
    planned: Option<Wait>,
    pub(super) upgrades: Upgrades,
    pending: Option<Command>,
    pub(super) out: Vec<Output>,
}

impl Phone {
    /// A phone that is switched off, with these settings ([`Settings::factory`] for a fresh one).
    pub fn new(identity: Identity, settings: Settings, random: Random) -> Self {
        Phone {
            identity,
            settings,
            stances: Consulted::default(),
            random,
            day_start: 0,
            fallback_syslog: None,
            no_delay: false,
            now: 0,
            booted: 0,
            state: State::Off,
            lease: None,
            last_resync: None,
            errors: 0,
            periods: 0,
            at_due: None,
            planned: None,
            upgrades: Upgrades::default(),
            pending: None,
            out: Vec::new(),
        }
    }

    /// Which readings this phone follows where the vendor's texts contradict each other.
    pub fn with_stances(mut self, stances: Stances) -> Self {
        self.stances = Consulted::new(stances);
        self
    }

    /// The readings, and which of them mattered so far.
    pub fn stances(&self) -> &Consulted {
        &self.stances
    }

    /// The local time of day at time 0, for Resync_At__HHmm_.
    pub fn with_time_of_day(mut self, since_midnight: Millis) -> Self {
        self.day_start = since_midnight % DAY;
        self
    }

    /// Where log messages go while Syslog_Server is empty. No phone has this: demonstrations do.
    pub fn with_syslog(mut self, server: String) -> Self {
        self.fallback_syslog = Some(server);
        self
    }

    /// Leaves out the wait after power-up. No phone does: demonstrations do.
    pub fn without_delay(mut self) -> Self {
        self.no_delay = true;
        self
    }

    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(super) fn chance(&mut self) -> u64 {
        self.random.number()
    }

    /// The leased address.
    pub fn address(&self) -> Option<std::net::Ipv4Addr> {
        self.lease.as_ref().map(|lease| lease.address)
    }

    /// Where log messages go (PB §15: an empty Syslog_Server sends none).
    pub(super) fn syslog_server(&self) -> Option<String> {
        match self.settings.get("Syslog_Server") {
            "" => self.fallback_syslog.clone(),
            server => Some(server.to_owned()),
        }
    }

    /// Whether the phone is up and only waits: for its next resync, or for nothing. The wait after power-up does not count.
    pub fn is_quiet(&self) -> bool {
        match &self.state {
            State::Waiting(None) => true,
            State::Waiting(Some(wait)) => wait.held || wait.errand != Errand::Resync(Cause::PowerUp),
            _ => false,
        }
    }

    /// Seconds since the last resync was begun; since power-up before the first (undocumented, inferred).
    pub(super) fn since_resync(&self) -> u64 {
        self.now.saturating_sub(self.last_resync.unwrap_or(self.booted)) / 1000
    }

    /// Seconds since the last upgrade attempt; since power-up before the first (inferred).
    pub(super) fn since_upgrade(&self) -> u64 {
        self.now.saturating_sub(self.upgrades.last.unwrap_or(self.booted)) / 1000
    }

    pub(super) fn now(&self) -> Millis {
        self.now
    }

    pub(super) fn draw(&mut self, schedule: &Schedule, n: usize) -> u64 {
        schedule.nth(n, &mut self.random)
    }

    /// Runs another load from now on; `false`: that is no name of one.
    pub(super) fn run_firmware(&mut self, load: &str) -> bool {
        match self.identity.clone().with_firmware(load) {
            Ok(identity) => {
                self.identity = identity;
                true
            }
            Err(_) => false,
        }
    }

    /// The one way in. `now` never goes back.
    pub fn handle(&mut self, now: Millis, input: Input) -> Vec<Output> {
        self.now = self.now.max(now.min(HORIZON));
        match input {
            Input::PowerOn => self.power_on(),
            Input::Lease(lease) => self.leased(lease),
            Input::LeaseFailed => self.lease_failed(),
            Input::Resolved(answer) => self.resolved(answer),
            Input::Fetched(answer) => self.fetched(answer),
            Input::Timer => self.timer(),
            Input::Command(command) => self.command(command),
        }
        std::mem::take(&mut self.out)
    }

    pub(super) fn tell(&mut self, event: Event) {
        self.out.push(Output::Tell(event));
    }

    fn power_on(&mut self) {
        let reason = if matches!(self.state, State::Off) { "power-up" } else { "restart" };
        self.restart(reason);
    }

    /// Starts anew. Settings, partitions and what is known of upgrades stay.
    pub(super) fn restart(&mut self, reason: &str) {
        let firmware = self.identity.firmware().to_owned();
        self.tell(Event::Reboot { reason: reason.into(), firmware });
        self.booted = self.now;
        self.lease = None;
        self.last_resync = None;
        self.errors = 0;
        self.periods = 0;
        self.at_due = None;
        self.planned = None;
        self.upgrades.restarted();
        self.pending = None;
        self.state = State::Leasing(None);
        self.out.push(Output::AskLease);
    }

    fn leased(&mut self, lease: Lease) {
        if !matches!(self.state, State::Leasing(None)) {
            return;
        }
        let readable = self.settings.options("DHCP_Option_To_Use").into_iter();
        let options =
            readable.filter_map(|code| Some((code, discovery::option_text(code, lease.option(code)?)?))).collect();
        self.tell(Event::Dhcp { address: Some(lease.address), server: lease.server, options });
        self.lease = Some(lease);
        if !self.settings.yes("Resync_On_Reset") {
            self.rest(None);
            self.consider_upgrade();
            return;
        }
        // A unit is 20 s in the newer texts, 1 s in the older (C-08).
        let most = u64::from(self.settings.number("Resync_Random_Delay")) * 20_000;
        let delay = if self.no_delay { 0 } else { self.random.up_to(most) };
        if delay == 0 {
            return self.try_begin(Cause::PowerUp);
        }
        self.tell(Event::Resync(Resync::Delayed { seconds: delay / 1000 }));
        self.wait(Wait::resync(self.now + delay, Cause::PowerUp));
    }

    fn lease_failed(&mut self) {
        if matches!(self.state, State::Leasing(None)) {
            self.tell(Event::Dhcp { address: None, server: None, options: Vec::new() });
            let until = self.now + LEASE_RETRY;
            self.state = State::Leasing(Some(until));
            self.out.push(Output::Wait { until });
        }
    }

    fn timer(&mut self) {
        match &self.state {
            State::Leasing(Some(until)) if *until <= self.now => {
                self.state = State::Leasing(None);
                self.out.push(Output::AskLease);
            }
            State::Waiting(Some(wait)) if wait.until <= self.now => match wait.errand {
                Errand::Upgrade => {
                    if !self.consider_upgrade() {
                        self.rest_again();
                    }
                }
                Errand::Resync(cause) => {
                    if cause == Cause::TimeOfDay {
                        self.at_due = None;
                    }
                    self.try_begin(cause);
                }
            },
            _ => {}
        }
    }

    fn command(&mut self, command: Command) {
        let ignored = match (&command, &self.state) {
            (Command::Set { element, value }, _) => return self.settings.set(element, value),
            (_, State::Off | State::Leasing(_)) => "the phone is not up",
            _ if !self.settings.yes("Provision_Enable") => "Provision_Enable is No",
            (Command::Notify, _) if !self.settings.yes("Resync_From_SIP") => "Resync_From_SIP is No",
            (_, State::Passing(_)) => {
                self.pending = Some(command);
                return;
            }
            (_, State::Waiting(_)) => return self.follow(command),
        };
        self.tell(Event::Resync(Resync::Ignored { reason: ignored.into() }));
    }

    /// Requests pass the triggers by (PB §8.1).
    fn follow(&mut self, command: Command) {
        match command {
            Command::Notify => self.begin(Cause::Notify, None),
            Command::ResyncUrl(rule) => self.begin(Cause::Url, rule),
            Command::Set { .. } => {}
        }
    }

    /// Begins a resync that the phone itself wants, if it may.
    pub(super) fn try_begin(&mut self, cause: Cause) {
        if !self.settings.yes("Provision_Enable") {
            self.tell(Event::Resync(Resync::Ignored { reason: "Provision_Enable is No".into() }));
            return self.rest(None);
        }
        match self.gate(cause) {
            Ok(true) => self.begin(cause, None),
            Ok(false) => {
                let held = matches!(&self.state, State::Waiting(Some(wait)) if wait.held);
                if !held {
                    self.tell(Event::Resync(Resync::Held));
                }
                self.rest(Some(Wait { held: true, ..Wait::resync(self.now + HELD_RETRY, cause) }));
                // Triggers hold resyncs, not upgrades: those are looked at whenever the phone is idle (RS §8).
                self.consider_upgrade();
            }
            // RS §15: a syntax error is taken for a failed resync, class C.
            Err(reason) => self.end_failed(reason, Class::C),
        }
    }

    /// PB §8.4, C-13: open when both triggers are empty, or one of them is true.
    fn gate(&self, cause: Cause) -> Result<bool, String> {
        let facts = Facts { phone: self, cause, aim: None, error: "" };
        let mut empty = true;
        for trigger in ["Resync_Trigger_1", "Resync_Trigger_2"] {
            let verdict = evaluate_trigger(self.settings.get(trigger), &facts, self.stances.across()).verdict;
            match verdict.map_err(|error| format!("{trigger}: {error}"))? {
                Some(true) => return Ok(true),
                Some(false) => empty = false,
                None => {}
            }
        }
        Ok(empty)
    }

    fn begin(&mut self, cause: Cause, rule: Option<String>) {
        self.last_resync = Some(self.now);
        self.tell(Event::Resync(Resync::Begun { cause }));
        self.begin_pass(Pass::new(cause, rule, &self.settings));
    }

    /// A resync ended well. Whoever asked for it, the next one comes by Resync_Periodic (PB §8.2).
    pub(super) fn end_done(&mut self, files: usize) {
        self.errors = 0;
        let next = match self.settings.schedule("Resync_Periodic") {
            // A valid time of day has the period ignored (PB §8.3).
            Some(schedule) if self.settings.time_of_day(AT).is_none() => {
                let seconds = schedule.nth(self.periods, &mut self.random).max(LEAST_WAIT);
                self.periods += 1;
                Some((seconds, Cause::Periodic))
            }
            _ => None,
        };
        self.end(next, |next| Resync::Done { files, next });
    }

    pub(super) fn end_failed(&mut self, reason: String, class: Class) {
        let schedule = self.settings.schedule("Resync_Error_Retry_Delay");
        let wait = |schedule: Schedule| schedule.nth(self.errors, &mut self.random).max(LEAST_WAIT);
        let next = schedule.map(wait).map(|seconds| (seconds, Cause::Retry));
        self.errors += 1;
        self.end(next, |next| Resync::Failed { reason, class, next });
    }

    fn end(&mut self, next: Option<(u64, Cause)>, event: impl FnOnce(Option<u64>) -> Resync) {
        self.rest(next.map(|(seconds, cause)| Wait::resync(self.now + seconds * 1000, cause)));
        let planned = [self.planned.map(|wait| wait.until), self.at_due].into_iter().flatten().min();
        let until = planned.map(|until| until.saturating_sub(self.now) / 1000);
        // Told before the wait that follows from it.
        self.out.insert(self.out.len().saturating_sub(1), Output::Tell(Event::Resync(event(until))));
        match self.pending.take() {
            Some(command) => self.follow(command),
            None => {
                self.consider_upgrade();
            }
        }
    }

    /// Waits as before something came between.
    pub(super) fn rest_again(&mut self) {
        self.rest(self.planned);
    }

    /// Waits for what comes first: the given resync, the time of day, or another try of an upgrade.
    fn rest(&mut self, next: Option<Wait>) {
        self.planned = next;
        let at = self.next_at().map(|until| Wait::resync(until, Cause::TimeOfDay));
        let due = self.upgrades.due();
        let upgrade = due.map(|until| Wait { until, errand: Errand::Upgrade, held: false });
        match [next, at, upgrade].into_iter().flatten().min_by_key(|wait| wait.until) {
            Some(wait) => self.wait(wait),
            None => {
                self.state = State::Waiting(None);
                // Whoever drives the phone learns that no timer runs.
                self.out.push(Output::Wait { until: Millis::MAX });
            }
        }
    }

    fn wait(&mut self, wait: Wait) {
        self.out.push(Output::Wait { until: wait.until });
        self.state = State::Waiting(Some(wait));
    }

    /// The next resync by the clock; its chance part is drawn once (PB §8.5).
    fn next_at(&mut self) -> Option<Millis> {
        let minutes = u64::from(self.settings.time_of_day(AT)?);
        if let Some(due) = self.at_due.filter(|due| *due > self.now) {
            return Some(due);
        }
        let of_day = (self.now + self.day_start) % DAY;
        let ahead = (minutes * 60_000 + DAY - of_day - 1) % DAY + 1;
        let due = self.now + ahead + self.random.up_to(self.settings.at_spread() * 1000);
        self.at_due = Some(due);
        Some(due)
    }
}

const AT: &str = "Resync_At__HHmm_";
const DAY: Millis = 86_400_000;
