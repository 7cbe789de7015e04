//! How long things took, in little room: a count for each span of times, each a sixteenth of its size wide.

use schemars::JsonSchema;
use serde::Serialize;
use std::time::Duration;

/// Spans between two powers of two.
const PARTS: u32 = 16;
/// Up to some twelve days in microseconds.
const SPANS: usize = (40 * PARTS) as usize;

#[derive(Clone, Debug)]
pub(super) struct Latencies {
    counts: Vec<u32>,
    count: u64,
    most: u64,
}

/// In milliseconds. Median and 99 % are right to a sixteenth; the longest is exact.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Took {
    pub count: u64,
    pub median: f64,
    pub p99: f64,
    pub max: f64,
}

impl Default for Latencies {
    fn default() -> Self {
        Latencies { counts: vec![0; SPANS], count: 0, most: 0 }
    }
}

/// The span of a time; below 16 each microsecond has its own.
fn span(micros: u64) -> usize {
    let micros = micros.max(1);
    let power = micros.ilog2();
    let part = match power.checked_sub(PARTS.ilog2()) {
        Some(shift) => (micros >> shift) as u32 & (PARTS - 1),
        None => (micros << (PARTS.ilog2() - power)) as u32 & (PARTS - 1),
    };
    ((power * PARTS + part) as usize).min(SPANS - 1)
}

/// The longest time of a span.
fn end(span: usize) -> u64 {
    let (power, part) = (span as u64 / u64::from(PARTS), span as u64 % u64::from(PARTS));
    let whole = u64::from(PARTS) + part + 1;
    (whole << power).div_ceil(u64::from(PARTS)).saturating_sub(1)
}

impl Latencies {
    pub fn note(&mut self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        if let Some(count) = self.counts.get_mut(span(micros)) {
            *count = count.saturating_add(1);
        }
        self.count += 1;
        self.most = self.most.max(micros);
    }

    /// Nothing where nothing was noted.
    pub fn took(&self) -> Option<Took> {
        let millis = |micros: u64| micros as f64 / 1000.0;
        let quantile = |part: f64| {
            let rank = ((self.count as f64 * part).ceil() as u64).max(1);
            let mut seen = 0;
            let found = self.counts.iter().position(|count| {
                seen += u64::from(*count);
                seen >= rank
            });
            millis(found.map_or(self.most, end).min(self.most))
        };
        let max = millis(self.most);
        (self.count > 0).then(|| Took { count: self.count, median: quantile(0.5), p99: quantile(0.99), max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_right_to_a_sixteenth() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.took(), None);
        for micros in 1..=100_000u64 {
            latencies.note(Duration::from_micros(micros));
        }
        let took = latencies.took().expect("noted");
        assert_eq!((took.count, took.max), (100_000, 100.0));
        for (found, right) in [(took.median, 50.0), (took.p99, 99.0)] {
            assert!((right..=right * 17.0 / 16.0).contains(&found), "{found} {right}");
        }
        let mut one = Latencies::default();
        one.note(Duration::from_micros(1234));
        assert_eq!(one.took(), Some(Took { count: 1, median: 1.234, p99: 1.234, max: 1.234 }));
        one.note(Duration::MAX);
        assert!(one.took().is_some_and(|took| took.max > 1e15));
    }

    #[test]
    fn a_span_ends_where_the_next_begins() {
        for micros in (1..5000).chain([1 << 20, (1 << 30) + 7, (1 << 38) + 12345]) {
            let place = span(micros);
            assert!(end(place) >= micros, "{micros}");
            assert!(place == 0 || end(place - 1) < micros || micros < 16, "{micros}");
        }
    }
}
