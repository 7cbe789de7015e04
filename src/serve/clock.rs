//! The one place that knows what time it is. The parts that decide are handed the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where the time comes from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    #[default]
    System,
    /// Stands still until it is set: milliseconds since 1970.
    Set(Arc<AtomicU64>),
}

impl Clock {
    /// A clock that stands at this second until it is moved.
    pub fn at(seconds: u64) -> Self {
        Clock::Set(Arc::new(AtomicU64::new(seconds.saturating_mul(1000))))
    }

    /// Milliseconds since 1970.
    pub fn milliseconds(&self) -> u64 {
        match self {
            Clock::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX)),
            Clock::Set(milliseconds) => milliseconds.load(Ordering::Relaxed),
        }
    }

    /// Seconds since 1970.
    pub fn seconds(&self) -> u64 {
        self.milliseconds() / 1000
    }

    /// Moves a clock that stands; the system's goes its own way.
    pub fn advance(&self, seconds: u64) {
        if let Clock::Set(milliseconds) = self {
            milliseconds.fetch_add(seconds.saturating_mul(1000), Ordering::Relaxed);
        }
    }
}
