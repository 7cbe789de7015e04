//! What is counted: requests and octets of each server by the second, resyncs, restarts, and when each event was through.

use crate::phone::model::{Cause, Millis};

/// Of one server, by the second.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Load {
    pub requests: Vec<u32>,
    pub octets: Vec<u64>,
    /// Requests that nobody answered.
    pub unanswered: u64,
    /// Requests for firmware.
    pub firmware: u64,
}

/// Phones that an event has reached, by the second after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    pub phones: Vec<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub seconds: usize,
    pub servers: Vec<Load>,
    pub reached: Vec<Reached>,
    /// Phones that an event concerns.
    pub concerned: Vec<u64>,
    pub resyncs: u64,
    pub failed: u64,
    pub retries: u64,
    /// Restarts of all kinds.
    pub reboots: u64,
    pub upgrades: u64,
    pub upgrades_failed: u64,
}

impl Tally {
    pub fn new(seconds: usize, servers: usize, events: usize) -> Self {
        let load = || Load { requests: vec![0; seconds], octets: vec![0; seconds], ..Load::default() };
        Tally {
            seconds,
            servers: (0..servers).map(|_| load()).collect(),
            reached: (0..events).map(|_| Reached { phones: vec![0; seconds] }).collect(),
            concerned: vec![0; events],
            ..Tally::default()
        }
    }

    /// A request, at a time since the beginning.
    pub fn request(&mut self, server: usize, at: Millis, octets: u64, answered: bool, firmware: bool) {
        let second = (at / 1000) as usize;
        let Some(load) = self.servers.get_mut(server) else { return };
        if let Some(count) = load.requests.get_mut(second) {
            *count = count.saturating_add(1);
        }
        if let Some(sum) = load.octets.get_mut(second) {
            *sum += octets;
        }
        load.unanswered += u64::from(!answered);
        load.firmware += u64::from(firmware);
    }

    pub fn reach(&mut self, event: usize, after: Millis) {
        let count = self.reached.get_mut(event).and_then(|reached| reached.phones.get_mut((after / 1000) as usize));
        if let Some(count) = count {
            *count += 1;
        }
    }

    pub fn begun(&mut self, cause: Cause) {
        self.retries += u64::from(cause == Cause::Retry);
    }

    /// Both together.
    pub fn with(mut self, other: Tally) -> Tally {
        fn add<N: Copy + std::ops::AddAssign>(to: &mut [N], from: &[N]) {
            to.iter_mut().zip(from).for_each(|(to, from)| *to += *from);
        }
        for (to, from) in self.servers.iter_mut().zip(&other.servers) {
            add(&mut to.requests, &from.requests);
            add(&mut to.octets, &from.octets);
            to.unanswered += from.unanswered;
            to.firmware += from.firmware;
        }
        for (to, from) in self.reached.iter_mut().zip(&other.reached) {
            add(&mut to.phones, &from.phones);
        }
        add(&mut self.concerned, &other.concerned);
        self.resyncs += other.resyncs;
        self.failed += other.failed;
        self.retries += other.retries;
        self.reboots += other.reboots;
        self.upgrades += other.upgrades;
        self.upgrades_failed += other.upgrades_failed;
        self
    }
}
