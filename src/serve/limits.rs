//! How often one client is heard. A flood of one must cost the others nothing, and what counts it must not grow with it: a
//! table of a fixed size, without a lock.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// Places to count in. Clients that share one are counted together, which two in many thousands do.
const PLACES: usize = 1 << 16;

/// Lets each client have so many at once, and so many a second after that. (The generic cell rate algorithm: a place holds
/// the moment at which all that was let through would have come at the steady rate.)
pub struct Limiter {
    places: Box<[AtomicU64]>,
    /// Nobody can choose a client that shares a place with another.
    hasher: RandomState,
    /// Microseconds from one to the next at the steady rate.
    every: u64,
    /// How far ahead of now a place may be.
    ahead: u64,
}

impl Limiter {
    /// `per_second` is above 0.
    pub fn new(at_once: u32, per_second: u32) -> Self {
        let every = 1_000_000 / u64::from(per_second.max(1));
        Limiter {
            places: (0..PLACES).map(|_| AtomicU64::new(0)).collect(),
            hasher: RandomState::new(),
            every,
            ahead: every.saturating_mul(u64::from(at_once.saturating_sub(1))),
        }
    }

    /// Whether the client is heard now, by milliseconds that pass.
    pub fn admits(&self, client: impl Hash, passed: u64) -> bool {
        let now = passed.saturating_mul(1000);
        let Some(place) = self.places.get(self.hasher.hash_one(client) as usize % PLACES) else { return true };
        let next = |until: u64| {
            let from = until.max(now);
            (from - now <= self.ahead).then(|| from.saturating_add(self.every))
        };
        place.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).is_ok()
    }
}

/// What of each service is bounded by the client.
pub struct Limits {
    /// Messages of one hardware address. A phone that comes up sends two or three, and a stubborn one repeats them.
    pub dhcp: Limiter,
    /// The same of one DUID.
    pub dhcp6: Limiter,
    /// Datagrams of one address. Behind it may be a whole site whose power comes back.
    pub syslog: Limiter,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { dhcp: Limiter::new(100, 20), dhcp6: Limiter::new(100, 20), syslog: Limiter::new(20_000, 1000) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_its_burst_and_then_its_rate() {
        let limiter = Limiter::new(10, 20);
        let admitted = |at: u64, tries: usize| (0..tries).filter(|_| limiter.admits("one", at)).count();
        assert_eq!(admitted(0, 50), 10);
        assert_eq!(admitted(49, 50), 0);
        assert_eq!(admitted(50, 50), 1);
        assert_eq!(admitted(150, 50), 2);
        // Whoever was quiet has all again, and no more than that.
        assert_eq!(admitted(100_000, 50), 10);
        // Another is not concerned.
        assert!(limiter.admits("other", 0));
        // Milliseconds that pass do not run back; if they did, nobody would be heard for longer than that.
        assert_eq!(admitted(99_999, 1), 0);
    }

    #[test]
    fn many_clients_are_heard_and_need_no_more_room() {
        let limiter = Limiter::new(3, 1);
        let heard = (0..200_000u32).filter(|client| limiter.admits(client, 5)).count();
        // Three of each place at most; how many clients fall on one is chance (of places with three on average, 2.35).
        assert!((150_000..158_000).contains(&heard), "{heard}");
    }

    #[test]
    fn threads_share_a_burst() {
        let limiter = Limiter::new(1000, 1);
        let heard: usize = std::thread::scope(|scope| {
            let all: Vec<_> =
                (0..4).map(|_| scope.spawn(|| (0..1000).filter(|_| limiter.admits(7, 1)).count())).collect();
            all.into_iter().map(|one| one.join().expect("ends")).sum()
        });
        assert_eq!(heard, 1000);
    }
}
