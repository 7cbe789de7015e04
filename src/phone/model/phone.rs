//! The model of one phone: what it holds, and its one way in.

use super::HORIZON;
use super::customization::Cloud;
use super::errands::Errands;
use super::pass::Pass;
use super::upgrade::Upgrades;
use super::waiting::{Plans, Wait};
use super::{Cause, Customization, Event, Input, Lease, Millis, Output, Resync, discovery};
use crate::phone::credentials::Login;
use crate::phone::profile::Remembered;
use crate::phone::rule::{Form, Version};
use crate::phone::stance::{AcrossForms, AfterUpgrade, Consulted, FirstRule, RandomUnit, Stances};
use crate::phone::{Identity, Random, Schedule, Settings};
use std::sync::Arc;

/// A phone without an answer from DHCP asks again after so long (undocumented, inferred).
const LEASE_RETRY: Millis = 60_000;

/// What the phone is at.
#[derive(Clone, Debug)]
pub(super) enum State {
    Off,
    /// A lease was asked for; `None`, or is to be asked for then.
    Leasing(Option<Millis>),
    /// Waiting for the next resync, or for a command only.
    Waiting(Option<Wait>),
    Passing(Box<Pass>),
    /// It runs firmware of another kind, of which nothing is known here.
    Migrated,
}

/// Why a phone starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    Power,
    /// Somebody asked for it.
    Request,
    Upgrade,
    /// A renewed certificate.
    Renewal,
}

impl Start {
    const fn reason(self) -> &'static str {
        match self {
            Start::Power => "power-up",
            Start::Request => "restart",
            Start::Upgrade => "Upgrade",
            Start::Renewal => "certificate renewal",
        }
    }
}

/// The model of one phone. Settings, partitions, certificates and the state of customization outlive power-downs,
/// everything else does not.
#[derive(Clone, Debug)]
pub struct Phone {
    identity: Identity,
    pub(super) settings: Settings,
    pub(super) stances: Consulted,
    pub(super) random: Random,
    /// Local time of day at the story's beginning.
    pub(super) day_start: Millis,
    fallback_syslog: Option<String>,
    no_delay: bool,
    /// Whether a parameter exists, for whoever asks what is passed over in files.
    pub(super) remarks: Option<fn(&str) -> bool>,
    now: Millis,
    booted: Millis,
    pub(super) state: State,
    pub(super) lease: Option<Lease>,
    /// When the last resync was begun.
    pub(super) last_resync: Option<Millis>,
    start: Start,
    /// Why it starts when it is switched on.
    awaited: Start,
    pub(super) plans: Plans,
    pub(super) cloud: Cloud,
    pub(super) upgrades: Upgrades,
    pub(super) errands: Errands,
    /// It was told since the start what the phone calls itself.
    pub(super) named: bool,
    /// The profile account, entered at the phone.
    pub(super) account: Option<Login>,
    /// What was read already, by this phone and by others.
    pub(super) remembered: Option<Arc<Remembered>>,
    pub(super) out: Vec<Output>,
}

impl Phone {
    /// A phone that is switched off, with these settings ([`Settings::factory`] for a fresh one). One that has settings
    /// was provisioned already, and Cisco's cloud is not asked for it (PB §3).
    pub fn new(identity: Identity, settings: Settings, random: Random) -> Self {
        let customization = if settings.is_factory() { Customization::Open } else { Customization::Aborted };
        Phone {
            identity,
            settings,
            stances: Consulted::default(),
            random,
            day_start: 0,
            fallback_syslog: None,
            no_delay: false,
            remarks: None,
            now: 0,
            booted: 0,
            state: State::Off,
            lease: None,
            last_resync: None,
            start: Start::Power,
            awaited: Start::Power,
            plans: Plans::default(),
            cloud: Cloud::new(customization),
            upgrades: Upgrades::default(),
            errands: Errands::default(),
            named: false,
            account: None,
            remembered: None,
            out: Vec::new(),
        }
    }

    /// Which readings this phone follows where the vendor's texts contradict each other.
    pub fn with_stances(mut self, stances: Stances) -> Self {
        self.stances = Consulted::new(stances);
        self
    }

    /// The phone tells what it passes over in files, elements that are not `known` among it: a real one says nothing.
    pub fn with_remarks(mut self, known: fn(&str) -> bool) -> Self {
        self.remarks = Some(known);
        self
    }

    /// The readings, and which of them mattered so far.
    pub fn stances(&self) -> &Consulted {
        &self.stances
    }

    /// Where remote customization stands when the phone is switched on (PB §3).
    pub fn with_customization(mut self, customization: Customization) -> Self {
        self.cloud = Cloud::new(customization);
        self
    }

    pub fn customization(&self) -> Customization {
        self.cloud.customization
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

    /// Reads no file again that it, or another phone with this memory, has read.
    pub fn remembering(mut self, files: &Arc<Remembered>) -> Self {
        self.remembered = Some(files.clone());
        self
    }

    /// Goes on where an upgrade to the load it runs has just been installed.
    pub fn just_upgraded(mut self) -> Self {
        self.awaited = Start::Upgrade;
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

    /// A rule parameter, the factory's own where nothing was set (C-06).
    pub(super) fn rule_text(&self, element: &str) -> String {
        if element == "Profile_Rule" && self.settings.value_set(element).is_none() {
            return match self.stances.first_rule() {
                FirstRule::Series => self.settings.get(element).to_owned(),
                FirstRule::Product => "/$PN.cfg".into(),
            };
        }
        self.settings.get(element).to_owned()
    }

    /// How versions of two forms are compared (C-20); a rule without a condition compares none.
    pub(super) fn across(&self, rule: &str) -> AcrossForms {
        if rule.contains(")?") { self.stances.across() } else { self.stances.peek().across }
    }

    /// Whether the firmware is of this release or a later one. A load that is no version is taken for a late one, but for
    /// those of the 8831, which all are of 9.3(4).
    pub fn runs_from(&self, major: u32, minor: u32, micro: u32) -> bool {
        let firmware = self.identity.firmware();
        match firmware.parse::<Version>().as_ref().map(Version::form) {
            Ok(Form::Load(load)) => (load.major, load.minor, load.micro_number()) >= (major, minor, micro),
            _ => !firmware.starts_with("cp-8831-sip."),
        }
    }

    /// Whether the phone is up and only waits: for its next resync, or for nothing. The wait after power-up does not count.
    pub fn is_quiet(&self) -> bool {
        match &self.state {
            State::Waiting(_) => !self.plans.is_before_first(),
            State::Migrated => true,
            _ => false,
        }
    }

    /// Whether the phone runs firmware of another kind by now.
    pub fn is_migrated(&self) -> bool {
        matches!(self.state, State::Migrated)
    }

    /// Whether the phone was given no lease, and waits to ask again.
    pub fn is_unserved(&self) -> bool {
        matches!(self.state, State::Leasing(Some(_)))
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

    pub(super) fn set_now(&mut self, now: Millis) {
        self.now = now;
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
        match (&self.state, input) {
            (_, Input::Command(command)) => self.command(command),
            (State::Migrated, _) => {}
            (_, Input::PowerOn) => self.power_on(),
            (_, Input::Lease(lease)) => self.leased(lease),
            (_, Input::LeaseFailed) => self.lease_failed(),
            (_, Input::Resolved(answer)) => self.resolved(answer),
            (_, Input::Fetched(answer)) => self.fetched(answer),
            (_, Input::Cloud(answer)) => self.cloud_answered(answer),
            (_, Input::Timer) => self.timer(),
        }
        std::mem::take(&mut self.out)
    }

    pub(super) fn tell(&mut self, event: Event) {
        self.out.push(Output::Tell(event));
    }

    fn power_on(&mut self) {
        let start = if matches!(self.state, State::Off) { self.awaited } else { Start::Request };
        self.restart(start);
    }

    /// Starts anew. Settings, partitions and what is known of upgrades stay.
    pub(super) fn restart(&mut self, start: Start) {
        let firmware = self.identity.firmware().to_owned();
        self.tell(Event::Reboot { reason: start.reason().into(), firmware });
        self.booted = self.now;
        self.start = start;
        self.lease = None;
        self.named = false;
        self.last_resync = None;
        self.plans.restarted();
        self.upgrades.restarted();
        self.errands_restarted();
        self.state = State::Leasing(None);
        self.out.push(Output::AskLease);
    }

    /// As it left the factory, but for its firmware and its certificates (PB §3, §27).
    pub(super) fn factory_reset(&mut self) {
        self.settings = Settings::factory();
        self.cloud = Cloud::new(Customization::Open);
        self.upgrades.forget();
        self.errands.forget();
        self.account = None;
        self.restart(Start::Request);
    }

    fn leased(&mut self, lease: Lease) {
        if !matches!(self.state, State::Leasing(None)) {
            return;
        }
        let readable = self.settings.options::<u8>("DHCP_Option_To_Use").into_iter();
        let options =
            readable.filter_map(|code| Some((code, discovery::option_text(code, lease.option(code)?)?))).collect();
        self.tell(Event::Dhcp { address: Some(lease.address), server: lease.server, options });
        self.lease = Some(lease);
        // A time of day that comes during the first resync is not lost.
        self.next_at();
        let Some(cause) = self.first_resync() else {
            self.rest(None);
            self.consider();
            return;
        };
        let unit = match self.stances.random_unit() {
            RandomUnit::Twenty => 20_000,
            RandomUnit::One => 1000,
        };
        let most = u64::from(self.settings.number("Resync_Random_Delay")) * unit;
        let delay = if self.no_delay { 0 } else { self.random.up_to(most) };
        if delay == 0 {
            return self.try_begin(cause);
        }
        self.tell(Event::Resync(Resync::Delayed { seconds: delay / 1000 }));
        self.rest(Some(Wait::first(self.now + delay, cause)));
    }

    /// Whether the phone resyncs because it started (PB §8.3). An upgrade is followed by a resync by either of two
    /// parameters (C-07).
    pub(super) fn first_resync(&self) -> Option<Cause> {
        let upgraded = self.start == Start::Upgrade;
        if upgraded && self.settings.yes("Resync_After_Upgrade_Attempt") {
            return Some(Cause::AfterUpgrade);
        }
        let counts = !upgraded || self.stances.after_upgrade() == AfterUpgrade::Included;
        (counts && self.settings.yes("Resync_On_Reset")).then_some(Cause::PowerUp)
    }

    fn lease_failed(&mut self) {
        if matches!(self.state, State::Leasing(None)) {
            self.tell(Event::Dhcp { address: None, server: None, options: Vec::new() });
            let until = self.now + LEASE_RETRY;
            self.state = State::Leasing(Some(until));
            self.out.push(Output::Wait { until });
        }
    }

    /// The phone asks DHCP again, if it waited for that.
    pub(super) fn ask_lease_again(&mut self) {
        if matches!(self.state, State::Leasing(Some(until)) if until <= self.now) {
            self.state = State::Leasing(None);
            self.out.push(Output::AskLease);
        }
    }
}

pub(super) const DAY: Millis = 86_400_000;
