//! Who holds which address, of both families, as this server knows it; the way to the disk; and the time by which leases
//! end.

use super::clock::Clock;
use super::dhcp::{Allocation, Tally, V4};
use super::dhcp6::V6;
use super::state::{Lease, LeaseStore, Outcome, StateError, Ticket, Writer};
use crate::phone::dhcp6::Duid;
use crate::plan::Plan;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A change of the time of day by this much is no drift: somebody set it. In milliseconds.
const STEP: u64 = 5_000;

pub struct Leasing {
    v4: Mutex<Allocation<V4>>,
    v6: Mutex<Allocation<V6>>,
    store: Arc<dyn LeaseStore>,
    writer: Writer,
    /// Who we are over DHCPv6, if that is served.
    pub server_id: Option<Duid>,
    clock: Clock,
    /// By how much the time of day was ahead of the time that passed, when it was last looked at.
    ahead: Mutex<u64>,
}

impl Leasing {
    pub fn new(
        plan: &Plan,
        store: Arc<dyn LeaseStore>,
        leases: &[Lease],
        server_id: Option<Duid>,
        clock: Clock,
    ) -> Result<Self, StateError> {
        Ok(Leasing {
            v4: Mutex::new(Allocation::new(plan, leases)),
            v6: Mutex::new(Allocation::new(plan, leases)),
            writer: Writer::start(store.clone())?,
            store,
            server_id,
            ahead: Mutex::new(ahead(&clock)),
            clock,
        })
    }

    pub fn v4(&self) -> MutexGuard<'_, Allocation<V4>> {
        lock(&self.v4)
    }

    pub fn v6(&self) -> MutexGuard<'_, Allocation<V6>> {
        lock(&self.v6)
    }

    /// How many addresses of each network are whose.
    pub fn tally_v4(&self) -> Vec<Tally> {
        let now = self.now();
        self.v4().tally(now)
    }

    pub fn tally_v6(&self) -> Vec<Tally> {
        let now = self.now();
        self.v6().tally(now)
    }

    pub fn store(&self) -> Arc<dyn LeaseStore> {
        self.store.clone()
    }

    /// Whether a lease could be kept now. It waits for the disk.
    pub fn probe(&self) -> Result<(), StateError> {
        self.store.probe()
    }

    /// Follows a reload.
    pub fn replan(&self, plan: &Plan) {
        self.v4().replan(plan);
        self.v6().replan(plan);
    }

    /// Hands over the leases of one answer.
    pub fn submit(&self, leases: Vec<Lease>) -> Ticket {
        self.writer.submit(leases)
    }

    /// The same for one lease, and what is done when it is durable, or refused.
    pub fn submit_then(&self, lease: Lease, then: impl FnOnce(Result<Option<Outcome>, StateError>) + Send + 'static) {
        self.writer.submit_then(vec![lease], |outcomes| then(outcomes.map(|outcomes| outcomes.into_iter().next())));
    }

    /// The second that it is. Clients count what passed and know nothing of our time of day: when that is set, all leases
    /// move with it, so that each ends when its client thinks so.
    pub fn now(&self) -> u64 {
        let mut before = lock(&self.ahead);
        let after = ahead(&self.clock);
        let step = after.wrapping_sub(*before).cast_signed();
        if step.unsigned_abs() >= STEP {
            let now = self.clock.seconds();
            let seconds = step / 1000;
            tracing::warn!(seconds, "the time of day was set; leases move with it");
            self.v4().shift(seconds);
            self.v6().shift(seconds);
            if let Err(error) = self.shift_stored(seconds, now) {
                // They stand in memory as they should; the next start would take them by the old time.
                tracing::warn!(%error, "leases on disk could not be moved to the new time of day");
            }
            *before = after;
        }
        self.clock.seconds()
    }

    /// The same on disk, of those that have not ended.
    fn shift_stored(&self, seconds: i64, now: u64) -> Result<(), StateError> {
        let was = now.saturating_add_signed(seconds.saturating_neg());
        let mut leases = self.store.load()?;
        leases.retain(|lease| lease.expires > was);
        for lease in &mut leases {
            lease.at = now;
            lease.expires = lease.expires.saturating_add_signed(seconds);
        }
        if !leases.is_empty() {
            self.store.commit(&leases)?;
        }
        Ok(())
    }
}

fn ahead(clock: &Clock) -> u64 {
    clock.milliseconds().wrapping_sub(clock.passed())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::Mac;
    use crate::serve::state::{Client, LeaseState, Memory};
    use crate::serve::tests::program;

    fn leasing(clock: &Clock, store: &Arc<Memory>) -> Leasing {
        let leases = store.load().expect("loads");
        Leasing::new(&program::plan(), store.clone(), &leases, None, clock.clone()).expect("starts")
    }

    fn lease(last: u8, at: u64, expires: u64) -> Lease {
        let client = Client::Device(Mac::new([2, 0, 0, 0, 0, last]));
        let (network, state) = ("lab".into(), LeaseState::Bound);
        Lease { client, address: [127, 0, 10, last].into(), network, at, expires, state }
    }

    #[test]
    fn leases_move_with_a_time_of_day_that_is_set_and_not_with_time_that_passes() {
        const YEAR: u64 = 31_536_000;
        let ends = |store: &Memory| store.load().expect("loads").iter().map(|lease| lease.expires).collect::<Vec<_>>();
        for (to, expected) in [(1_000 + YEAR, 1_800 + YEAR), (400, 1_200)] {
            let (clock, store) = (Clock::at(1_000), Arc::new(Memory::default()));
            store.commit(&[lease(1, 1_000, 1_800), lease(2, 100, 900)]).expect("commits");
            let leasing = leasing(&clock, &store);
            clock.set(to);
            assert_eq!(leasing.now(), to);
            // The one that had ended stays as it was.
            assert_eq!(ends(&store), [expected, 900]);
            let held =
                |last: u8| leasing.v4().peek("lab").and_then(|of| of.holding([127, 0, 10, last].into()).cloned());
            assert_eq!(held(1).map(|held| held.expires), Some(expected));
            // Another client gets the address not before the lease has passed.
            clock.advance(799);
            let other = |at| Lease { client: Client::Device(Mac::new([9; 6])), ..lease(1, at, at + 800) };
            let told = store.commit(&[other(leasing.now())]).expect("commits");
            assert!(matches!(told.as_slice(), [Outcome::Taken(_)]));
            clock.advance(1);
            assert_eq!(store.commit(&[other(leasing.now())]).expect("commits"), [Outcome::Kept]);
            // Small changes are drift.
            clock.set(leasing.now() + 4);
            leasing.now();
            assert_eq!(ends(&store).first(), Some(&(to + 1_600)));
        }
    }
}
