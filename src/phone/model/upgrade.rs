//! Firmware (PB §20, RS §8): Upgrade_Rule is looked at whenever the phone comes to rest; a load is fetched once, and
//! installed by a restart. The images that a `.loads` file names are not followed.

use super::discovery::Attempt;
use super::facts::Facts;
use super::pass::{Goal, Pass};
use super::phone::{Start, State};
use super::waiting::LEAST_WAIT;
use super::{Cause, Command, Event, Millis, Output, Phone, StatusField, Upgrade};
use crate::phone::Settings;
use crate::phone::rule::{Form, Kind, Options, Target, Url, Version, evaluate};
use std::cmp::Ordering;

/// What a phone remembers of its upgrades. The first two outlive a restart.
#[derive(Clone, Debug, Default)]
pub(super) struct Upgrades {
    /// The load in the other partition: switched to without a download.
    inactive: Option<String>,
    /// The rule's URL that was followed last, to a good end or a refusal: not followed again.
    settled: Option<String>,
    /// What is under way was asked for by somebody, and settles nothing of the rule.
    asked: bool,
    /// When a failed upgrade is tried again, and the rule that failed: another rule is tried at once.
    pub due: Option<(Millis, String)>,
    failures: usize,
    /// `$UPGERR`.
    pub error: String,
    pub last: Option<Millis>,
}

impl Upgrades {
    pub fn restarted(&mut self) {
        self.due = None;
        self.last = None;
    }

    /// A factory reset: the partitions stay as they are.
    pub fn forget(&mut self) {
        *self = Upgrades { inactive: self.inactive.take(), ..Upgrades::default() };
    }

    /// When to look again.
    pub fn due(&self) -> Option<Millis> {
        self.due.as_ref().map(|(due, _)| *due).filter(|due| *due < Millis::MAX)
    }

    pub fn failed(&self) -> bool {
        self.failures > 0
    }

    /// Whether the same comes of both, whenever it is due.
    pub fn rests_as(&self, other: &Upgrades) -> bool {
        let waits = |one: &Upgrades| one.due.as_ref().map(|(_, rule)| rule.clone());
        self.inactive == other.inactive
            && self.settled == other.settled
            && self.asked == other.asked
            && self.failed() == other.failed()
            && self.error == other.error
            && waits(self) == waits(other)
    }
}

impl Phone {
    /// Starts an upgrade if there is one to be made; says whether.
    pub(super) fn consider_upgrade(&mut self) -> bool {
        let text = self.settings.get("Upgrade_Rule").to_owned();
        if text.trim().is_empty() || !self.settings.yes("Upgrade_Enable") {
            self.upgrades.due = None;
            return false;
        }
        if self.upgrades.due.as_ref().is_some_and(|(due, failed)| *due > self.now() && *failed == text) {
            return false;
        }
        self.upgrades.due = None;
        let facts = Facts { phone: self, cause: Cause::AfterUpgrade, aim: None, error: "" };
        let taken = match evaluate(&text, Kind::Upgrade, &facts, self.across(&text)).taken {
            Ok(Some(taken)) => taken,
            Ok(None) => return false,
            Err(error) => {
                self.upgrade_failed_at_once(format!("Upgrade_Rule: {error}"));
                return true;
            }
        };
        for (element, value) in &taken.assignments {
            self.settings.set(element, value);
        }
        let Some(Target::Url(url)) = taken.target else { return false };
        let Some(attempt) = Attempt::of(&url) else { return false };
        self.upgrade_to(attempt, taken.options, false)
    }

    /// Upgrades to the load that a URL names, if there is anything to do; says whether. `asked`: by somebody, who may ask
    /// for the same again.
    fn upgrade_to(&mut self, attempt: Attempt, options: Options, asked: bool) -> bool {
        let file = attempt.path.rsplit('/').next().unwrap_or_default();
        let load = file.strip_suffix(".loads").unwrap_or(file).to_owned();
        let url = attempt.to_string();
        // The load that runs already, or the same URL again: nothing happens.
        if load == self.identity().firmware() || (!asked && self.upgrades.settled.as_ref() == Some(&url)) {
            return false;
        }
        self.upgrades.asked = asked;
        if let Some(limit) = self.below_limit(&load) {
            self.settle(url);
            self.tell(Event::Upgrade(Upgrade::Refused { load, reason: format!("below {limit}") }));
            return false;
        }
        if let Some(reason) = self.unfit(&load) {
            self.upgrade_failed_at_once(reason);
            return true;
        }
        if is_enterprise(&load) && !self.runs_from(11, 3, 5) {
            self.upgrade_failed_at_once(format!("{load} needs a phone on 11.3(5) or later"));
            return true;
        }
        if is_enterprise(&load) && self.errands.authorization().is_none() {
            self.upgrade_failed_at_once(format!("{load} needs a licence: Trans_Auth_Rule gave none"));
            return true;
        }
        self.upgrades.last = Some(self.now());
        if self.upgrades.inactive.as_ref() == Some(&load) {
            self.tell(Event::Upgrade(Upgrade::Activated { load: load.clone() }));
            self.install(&load, url);
            return true;
        }
        self.tell(Event::Upgrade(Upgrade::Begun { load: load.clone(), url }));
        self.start_errand(Pass::errand(Goal::Load(load), options, attempt));
        true
    }

    /// `/admin/upgrade?URL` (PB §17): waits for idle lines, and does not care for Upgrade_Rule.
    pub(super) fn upgrade_by_url(&mut self, text: &str) {
        let attempt = Url::parse(text).map_err(|(_, why)| why.to_owned());
        let attempt = attempt.and_then(|url| Attempt::of(&url).ok_or_else(|| "the URL names no server".into()));
        let begun = match attempt {
            _ if self.plans.busy => {
                self.postpone(Command::UpgradeUrl(text.to_owned()));
                return;
            }
            Ok(attempt) => self.upgrade_to(attempt, Options::default(), true),
            Err(reason) => {
                self.tell(Event::Error { message: format!("upgrade URL: {reason}") });
                false
            }
        };
        if !begun {
            self.go_on_with_requests();
        }
    }

    /// Downgrade_Rev_Limit, if the load is older. What cannot be compared is let pass (inferred).
    fn below_limit(&self, load: &str) -> Option<String> {
        let limit = self.settings.get("Downgrade_Rev_Limit");
        let (load, floor) = (load.parse::<Version>().ok()?, limit.parse::<Version>().ok()?);
        let order = load.compare(&floor, self.stances.across()).ok()??;
        (order == Ordering::Less).then(|| limit.to_owned())
    }

    /// The load came.
    pub(super) fn load_received(&mut self, mut pass: Box<Pass>, load: &str, url: &str, body: &[u8]) {
        if body.is_empty() {
            return self.upgrade_failed(&pass, format!("{url}: the file is empty"));
        }
        pass.files += 1;
        self.result_message(&pass, "");
        self.tell(Event::Upgrade(Upgrade::Done { load: load.to_owned() }));
        self.install(load, url.to_owned());
    }

    /// Swaps the partitions and restarts. How long a phone takes for it is undocumented; here it takes no time.
    fn install(&mut self, load: &str, url: String) {
        let before = self.identity().firmware().to_owned();
        if !self.run_firmware(load) {
            return self.upgrade_failed_at_once(format!("`{load}` is no name of a load"));
        }
        self.upgrades.inactive = Some(before);
        self.settle(url);
        self.upgrades.failures = 0;
        self.upgrades.error.clear();
        if is_enterprise(load) {
            return self.migrated();
        }
        self.restart(Start::Upgrade);
    }

    /// PB §25: the migration resets the phone, which from then on is one of another kind.
    fn migrated(&mut self) {
        self.settings = Settings::factory();
        self.tell(Event::Status {
            field: StatusField::Transition,
            succeeded: true,
            text: format!("migrated to {}; the phone is reset", self.identity().firmware()),
        });
        self.state = State::Migrated;
        self.out.push(Output::Wait { until: Millis::MAX });
    }

    fn settle(&mut self, url: String) {
        if !self.upgrades.asked {
            self.upgrades.settled = Some(url);
        }
    }

    /// Why a load cannot be installed: it is another family's, or none (RS §18; that a phone refuses it is inferred).
    fn unfit(&self, load: &str) -> Option<String> {
        let family =
            |load: &str| load.split_once('.').map(|(family, _)| family.to_owned()).filter(|one| one.starts_with("sip"));
        if load.parse::<Version>().is_err() {
            return Some(format!("`{load}` is no name of a load"));
        }
        let (own, other) = (family(self.identity().firmware())?, family(load)?);
        (own != other).then(|| format!("{load} is no load for this phone, which runs {own}"))
    }

    fn upgrade_failed_at_once(&mut self, reason: String) {
        let pass = Pass::new(Cause::AfterUpgrade, None, self.rules());
        self.upgrade_failed(&pass, reason);
    }

    /// A failed attempt is repeated by Upgrade_Error_Retry_Delay, and a resync follows each attempt where
    /// Resync_After_Upgrade_Attempt says so (PB §8.3).
    pub(super) fn upgrade_failed(&mut self, pass: &Pass, reason: String) {
        self.result_message_of(&Goal::Load(String::new()), pass, &reason);
        let schedule = self.settings.schedule("Upgrade_Error_Retry_Delay");
        let next = schedule.map(|schedule| self.draw(&schedule, self.upgrades.failures).max(LEAST_WAIT));
        let due = next.map_or(Millis::MAX, |seconds| self.now() + seconds * 1000);
        self.upgrades.due = Some((due, self.settings.get("Upgrade_Rule").to_owned()));
        self.upgrades.failures += 1;
        self.upgrades.error.clone_from(&reason);
        self.tell(Event::Upgrade(Upgrade::Failed { reason, next }));
        self.state = State::Waiting(None);
        if self.settings.yes("Resync_After_Upgrade_Attempt") {
            self.try_begin(Cause::AfterUpgrade);
        } else {
            self.rest_again();
            self.go_on_with_requests();
        }
    }
}

/// Firmware for call managers of one's own, which phones get by a migration (PB §25, RS §10): its releases are tagged
/// otherwise than those of multiplatform firmware.
fn is_enterprise(load: &str) -> bool {
    match load.parse::<Version>().as_ref().map(Version::form) {
        Ok(Form::Load(load)) => !load.tag().starts_with("MPP") && !load.tag().starts_with("MSR"),
        _ => false,
    }
}
