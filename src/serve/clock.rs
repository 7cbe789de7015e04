//! The one place that knows what time it is. The parts that decide are handed the time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Where the time comes from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    #[default]
    System,
    /// Stands still until it is moved.
    Set(Arc<Standing>),
}

/// A clock that a test moves. Both in milliseconds.
#[derive(Debug, Default)]
pub struct Standing {
    /// Since 1970.
    wall: AtomicU64,
    /// Since some moment; this one never jumps.
    passed: AtomicU64,
}

impl Clock {
    /// A clock that stands at this second until it is moved.
    pub fn at(seconds: u64) -> Self {
        let standing = Standing { wall: seconds.saturating_mul(1000).into(), passed: 0.into() };
        Clock::Set(Arc::new(standing))
    }

    /// Milliseconds since 1970.
    pub fn milliseconds(&self) -> u64 {
        match self {
            Clock::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX)),
            Clock::Set(standing) => standing.wall.load(Ordering::Relaxed),
        }
    }

    /// Seconds since 1970.
    pub fn seconds(&self) -> u64 {
        self.milliseconds() / 1000
    }

    /// Milliseconds that passed since some moment, whatever somebody does to the time of day.
    pub fn passed(&self) -> u64 {
        static START: OnceLock<Instant> = OnceLock::new();
        match self {
            Clock::System => {
                let passed = START.get_or_init(Instant::now).elapsed().as_millis();
                u64::try_from(passed).unwrap_or(u64::MAX)
            }
            Clock::Set(standing) => standing.passed.load(Ordering::Relaxed),
        }
    }

    /// Lets time pass on a clock that stands; the system's goes its own way.
    pub fn advance(&self, seconds: u64) {
        if let Clock::Set(standing) = self {
            standing.wall.fetch_add(seconds.saturating_mul(1000), Ordering::Relaxed);
            standing.passed.fetch_add(seconds.saturating_mul(1000), Ordering::Relaxed);
        }
    }

    /// Sets a clock that stands to another second: somebody, or NTP, changed the time of day, and no time passed.
    pub fn set(&self, seconds: u64) {
        if let Clock::Set(standing) = self {
            standing.wall.store(seconds.saturating_mul(1000), Ordering::Relaxed);
        }
    }
}
