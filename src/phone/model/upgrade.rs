//! Firmware (PB §20, RS §8): Upgrade_Rule is looked at whenever the phone comes to rest; a load is fetched once, and
//! installed by a restart. The images that a `.loads` file names are not followed.

use super::discovery::Attempt;
use super::facts::Facts;
use super::pass::{Goal, Pass};
use super::phone::{LEAST_WAIT, State};
use super::{Cause, Event, Millis, Phone, Upgrade};
use crate::phone::rule::{AcrossForms, Kind, Target, Version, evaluate};
use std::cmp::Ordering;

/// What a phone remembers of its upgrades. The first two outlive a restart.
#[derive(Clone, Debug, Default)]
pub(super) struct Upgrades {
    /// The load in the other partition: switched to without a download.
    inactive: Option<String>,
    /// The URL that was followed last, to a good end or a refusal: not followed again.
    settled: Option<String>,
    /// When a failed upgrade is tried again, and the rule that failed: another rule is tried at once.
    due: Option<(Millis, String)>,
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

    /// When to look again.
    pub fn due(&self) -> Option<Millis> {
        self.due.as_ref().map(|(due, _)| *due).filter(|due| *due < Millis::MAX)
    }

    pub fn failed(&self) -> bool {
        self.failures > 0
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
        let taken = match evaluate(&text, Kind::Upgrade, &facts, self.stances.across()).taken {
            Ok(Some(taken)) => taken,
            Ok(None) => return false,
            Err(error) => {
                let pass = Pass::new(Cause::AfterUpgrade, None, &self.settings);
                self.upgrade_failed(&pass, format!("Upgrade_Rule: {error}"));
                return true;
            }
        };
        for (element, value) in &taken.assignments {
            self.settings.set(element, value);
        }
        let Some(Target::Url(url)) = taken.target else { return false };
        let Some(attempt) = Attempt::of(&url) else { return false };
        let file = attempt.path.rsplit('/').next().unwrap_or_default();
        let load = file.strip_suffix(".loads").unwrap_or(file).to_owned();
        let url = attempt.to_string();
        // The load that runs already, or the same URL again: nothing happens.
        if load == self.identity().firmware() || self.upgrades.settled.as_ref() == Some(&url) {
            return false;
        }
        if let Some(limit) = self.below_limit(&load) {
            self.upgrades.settled = Some(url);
            self.tell(Event::Upgrade(Upgrade::Refused { load, reason: format!("below {limit}") }));
            return false;
        }
        self.upgrades.last = Some(self.now());
        if self.upgrades.inactive.as_ref() == Some(&load) {
            self.tell(Event::Upgrade(Upgrade::Activated { load: load.clone() }));
            self.install(&load, url);
            return true;
        }
        self.tell(Event::Upgrade(Upgrade::Begun { load: load.clone(), url }));
        let mut pass = Pass::new(Cause::AfterUpgrade, None, &self.settings);
        pass.goal = Goal::Load(load);
        pass.options = taken.options;
        pass.attempts.push_back(attempt);
        self.go_on(Box::new(pass));
        true
    }

    /// Downgrade_Rev_Limit, if the load is older. What cannot be compared is let pass (inferred).
    fn below_limit(&self, load: &str) -> Option<String> {
        let limit = self.settings.get("Downgrade_Rev_Limit");
        let (load, floor) = (load.parse::<Version>().ok()?, limit.parse::<Version>().ok()?);
        let order = load.compare(&floor, AcrossForms::ByParts).ok()??;
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
            let pass = Pass::new(Cause::AfterUpgrade, None, &self.settings);
            return self.upgrade_failed(&pass, format!("`{load}` is no name of a load"));
        }
        self.upgrades.inactive = Some(before);
        self.upgrades.settled = Some(url);
        self.upgrades.failures = 0;
        self.upgrades.error.clear();
        self.restart("Upgrade");
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
        }
    }
}
