//! A phone at rest, for whoever plays very many that rest alike: what it waits for, how it is woken at a time that another
//! clock says, and whether two of them go on alike.

use super::phone::State;
use super::waiting::Wait;
use super::{Cause, HORIZON, Input, Millis, Output, Phone};
use crate::phone::Random;

/// What a phone at rest is woken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wake {
    /// A resync of its own falls due.
    Resync(Cause),
    /// A failed upgrade is to be tried again.
    Upgrade,
}

/// How long ago things were when it is woken: what `$PRVTMR` and `$UPGTMR` say (RS §3), in thousandths of a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ages {
    pub resync: Millis,
    pub upgrade: Millis,
}

/// The resync that a phone waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Awaited {
    pub until: Millis,
    pub cause: Cause,
    /// The one after power-up.
    pub first: bool,
    /// No trigger has let it through so far (PB §8.4).
    pub held: bool,
}

impl Phone {
    /// Its chance from here on.
    pub fn drawing(mut self, random: Random) -> Self {
        self.random = random;
        self
    }

    /// The numbers that come next.
    pub fn chances(&self) -> &Random {
        &self.random
    }

    /// The resync to come by its own timers but for a time of day.
    pub fn awaits(&self) -> Option<Awaited> {
        self.plans.next.as_ref().and_then(Wait::awaited)
    }

    /// When a failed upgrade is tried again.
    pub fn upgrade_due(&self) -> Option<Millis> {
        self.upgrades.due()
    }

    /// Why it resyncs when it has its lease; nothing: it does not.
    pub fn resyncs_first(&self) -> Option<Cause> {
        self.first_resync()
    }

    /// The same phone woken now, whatever it has drawn, and whatever its own clock says of what was before.
    pub fn wake(&mut self, now: Millis, wake: Wake, ages: Ages) -> Vec<Output> {
        self.at(now, ages);
        if !matches!(self.state, State::Waiting(_)) {
            return Vec::new();
        }
        match wake {
            Wake::Resync(cause) => {
                if cause == Cause::TimeOfDay {
                    self.fell_due();
                }
                self.try_begin(cause);
            }
            Wake::Upgrade => {
                if let Some((due, _)) = &mut self.upgrades.due {
                    *due = now;
                }
                if !self.consider() {
                    self.rest_again();
                }
            }
        }
        std::mem::take(&mut self.out)
    }

    /// As [`Phone::handle`], at a time that another clock says.
    pub fn handle_at(&mut self, now: Millis, ages: Ages, input: Input) -> Vec<Output> {
        self.at(now, ages);
        self.handle(now, input)
    }

    fn at(&mut self, now: Millis, ages: Ages) {
        self.set_now(now.min(HORIZON));
        self.last_resync = Some(now.saturating_sub(ages.resync));
        self.upgrades.last = Some(now.saturating_sub(ages.upgrade));
        // What is tried again later is not due before its time.
        if let Some((due, _)) = &mut self.upgrades.due {
            *due = Millis::MAX - 1;
        }
    }

    /// Whether the two go on alike whatever happens, but for times, for chance, and for how often something failed. Reports
    /// are left out.
    pub fn rests_as(&self, other: &Phone) -> bool {
        let kind = |phone: &Phone| std::mem::discriminant(&phone.state);
        let first = |phone: &Phone| phone.plans.is_before_first();
        kind(self) == kind(other)
            && first(self) == first(other)
            && self.first_resync() == other.first_resync()
            && self.upgrades.rests_as(&other.upgrades)
            && self.errands.rests_as(&other.errands)
            && self.customization() == other.customization()
            && self.account == other.account
            && self.lease == other.lease
            && self.identity() == other.identity()
            && self.settings == other.settings
    }
}
