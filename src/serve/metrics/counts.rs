//! Counters of a fixed set of labels, each found by its position: on the way of a request there is no map and no lock, one
//! addition to an atomic number.

use prometheus::{Histogram, HistogramOpts, IntCounter, IntCounterVec, Opts, Registry};

/// One family of counters.
pub(super) struct Counts(Vec<IntCounter>);

impl Counts {
    /// `each` are the values of the labels, one counter for each, all there from the start.
    pub fn new(registry: &Registry, name: &str, help: &str, labels: &[&str], each: &[Vec<&str>]) -> Self {
        // What cannot be made or registered (a name that is taken) is not shown; the test that reads the page names all.
        let family = IntCounterVec::new(Opts::new(name, help), labels);
        let Ok(family) = family else { return Counts(Vec::new()) };
        let _ = registry.register(Box::new(family.clone()));
        Counts(each.iter().filter_map(|values| family.get_metric_with_label_values(values).ok()).collect())
    }

    pub fn add(&self, at: usize) {
        self.add_many(at, 1);
    }

    pub fn add_many(&self, at: usize, many: u64) {
        if let Some(counter) = self.0.get(at) {
            counter.inc_by(many);
        }
    }
}

/// How long something takes, in seconds.
pub(super) fn durations(registry: &Registry, name: &str, help: &str, bounds: &[f64]) -> Option<Histogram> {
    let histogram = Histogram::with_opts(HistogramOpts::new(name, help).buckets(bounds.to_vec())).ok()?;
    let _ = registry.register(Box::new(histogram.clone()));
    Some(histogram)
}
