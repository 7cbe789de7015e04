//! What was seen of each phone: its lease, the files it fetched, what it said about it. Filled from events, in memory; what
//! is not a lease is written beside the leases every few seconds.

mod feed;
mod kept;
mod note;
mod progress;
mod record;
mod standing;
mod strangers;

pub use feed::News;
pub use kept::keep;
pub use progress::Progress;
pub use record::{AskedSeen, ConfigurationSeen, FileSeen, HandshakeSeen, LeaseSeen, PhoneSeen, ReportSeen, State};
pub use standing::{FleetStanding, Gap, Standing, hears, reports};

use feed::Feed;
use standing::Tally;

use strangers::Strangers;

use super::state::{Lease, LeaseState};
use crate::phone::Mac;
use crate::plan::{PhoneRef, Served};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

/// How many addresses are remembered with their holders.
const MOST_HOLDERS: usize = 1 << 20;
const SHARDS: usize = 16;

/// The table. Phones of the program are kept without bound (there are as many as the program has), strangers are not.
pub struct Seen {
    /// Held for reading while an event is noted, so that none is noted half for one plan and half for the next.
    current: RwLock<Current>,
    /// Boxed: a table that grows has as many free places as taken ones, and a record is large.
    phones: [Mutex<HashMap<Mac, Box<PhoneSeen>>>; SHARDS],
    strangers: Mutex<Strangers<Mac>>,
    /// Devices whose hardware address nobody told: neither a lease, nor what they say. Not written.
    nameless: Mutex<Strangers<IpAddr>>,
    holders: RwLock<HashMap<IpAddr, Mac>>,
    /// How many phones had everything. It changes with the one phone that an event is about, so that whoever asks how
    /// far a hundred thousand phones are has it at once.
    done: AtomicUsize,
    /// Of whom something is to be written.
    changed: Mutex<HashSet<Mac>>,
    /// Whose record changed, for who follows it.
    feed: Mutex<Feed>,
}

/// The plan that phones are measured by.
struct Current {
    served: Arc<Served>,
    /// Raised by a reload: what was fetched before does not count for the new plan.
    generation: u64,
    /// How many of each fleet's phones are how far, in the plan's order.
    fleets: Vec<Tally>,
}

impl Current {
    fn new(served: Arc<Served>, generation: u64) -> Self {
        let fleets = served.plan().fleets.iter().map(|_| Tally::default()).collect();
        Current { served, generation, fleets }
    }

    fn tally(&self, phone: PhoneRef) -> Option<&Tally> {
        self.fleets.get(usize::from(phone.fleet))
    }

    /// A phone's record, made and counted if there is none.
    fn record<'t>(&self, table: &'t mut HashMap<Mac, Box<PhoneSeen>>, mac: Mac, phone: PhoneRef) -> &'t mut PhoneSeen {
        table.entry(mac).or_insert_with(|| {
            self.tally(phone).into_iter().for_each(Tally::hear);
            Box::default()
        })
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen").field("done", &self.done).finish_non_exhaustive()
    }
}

impl Seen {
    pub(super) fn new(served: Arc<Served>) -> Self {
        Seen {
            current: RwLock::new(Current::new(served, 0)),
            phones: Default::default(),
            strangers: Mutex::default(),
            nameless: Mutex::default(),
            holders: RwLock::default(),
            done: AtomicUsize::new(0),
            changed: Mutex::default(),
            feed: Mutex::default(),
        }
    }

    /// Whose lease this address is.
    pub fn holder(&self, address: IpAddr) -> Option<Mac> {
        self.holders.read().unwrap_or_else(PoisonError::into_inner).get(&address.to_canonical()).copied()
    }

    /// What was seen of one phone, of the program or not.
    pub fn phone(&self, mac: Mac) -> Option<PhoneSeen> {
        let known = lock(self.shard(mac)).get(&mac).map(|seen| seen.as_ref().clone());
        known.or_else(|| lock(&self.strangers).get(mac).cloned())
    }

    /// Devices that are not of the program, the latest first.
    pub fn strangers(&self) -> Vec<(Mac, PhoneSeen)> {
        let mut all: Vec<_> = lock(&self.strangers).iter().map(|(mac, seen)| (mac, seen.clone())).collect();
        all.sort_by_key(|(mac, seen)| (std::cmp::Reverse(seen.last), *mac));
        all
    }

    /// Devices that are known by their address alone, the latest first.
    pub fn nameless(&self) -> Vec<(IpAddr, PhoneSeen)> {
        let mut all: Vec<_> = lock(&self.nameless).iter().map(|(at, seen)| (at, seen.clone())).collect();
        all.sort_by_key(|(at, seen)| (std::cmp::Reverse(seen.last), *at));
        all
    }

    /// The network where a device that is not of the program has its lease.
    pub(super) fn network_of_stranger(&self, mac: Mac) -> Option<String> {
        let strangers = lock(&self.strangers);
        strangers.get(mac)?.lease.as_ref().map(|lease| lease.network.clone())
    }

    pub fn strangers_count(&self) -> usize {
        lock(&self.strangers).iter().count()
    }

    /// How many of the program's phones that were heard of are how far. One shard is held at a time.
    pub fn states(&self) -> [(State, usize); 5] {
        let mut all = State::ALL.map(|state| (state, 0));
        for shard in &self.phones {
            for seen in lock(shard).values() {
                let state = seen.state();
                all.iter_mut().filter(|(of, _)| *of == state).for_each(|(_, count)| *count += 1);
            }
        }
        all
    }

    /// How each fleet of the plan stands, in its order; with the plan that it is of.
    pub fn fleets(&self) -> (Arc<Served>, Vec<FleetStanding>) {
        let current = self.current();
        let fleets = current.served.plan().fleets.iter().zip(&current.fleets);
        let all = fleets.map(|(fleet, tally)| FleetStanding::of(tally, fleet.phones.len())).collect();
        (current.served.clone(), all)
    }

    /// A look at a phone's record and at how it stands, without a copy of it.
    pub fn look<T>(&self, mac: Mac, look: impl FnOnce(Option<&PhoneSeen>, Standing) -> T) -> T {
        let current = self.current();
        let table = lock(self.shard(mac));
        let seen = table.get(&mac).map(Box::as_ref);
        look(seen, seen.map_or(UNSEEN, |seen| seen.standing(current.generation)))
    }

    /// A look at every record of the program's phones, a part of them at a time.
    pub fn each(&self, mut look: impl FnMut(Mac, &PhoneSeen)) {
        for shard in &self.phones {
            lock(shard).iter().for_each(|(mac, seen)| look(*mac, seen));
        }
    }

    /// Whose records changed after a place in the feed.
    pub fn news(&self, place: u64) -> News {
        let since = lock(&self.feed).since(place);
        News::new(since)
    }

    /// How far the program's phones are.
    pub fn progress(&self) -> Progress {
        let total = self.current().served.plan().phone_count();
        Progress { done: self.done.load(Ordering::Relaxed), total }
    }

    /// Whether every phone of the program had all its files, each whole, and said that its resync succeeded.
    pub fn complete(&self) -> bool {
        self.progress().is_complete()
    }

    /// Takes the leases that were on disk, so that requesters are known from the first packet. `now` in Unix seconds.
    pub(super) fn restore(&self, leases: &[Lease], now: u64) {
        let current = self.current();
        let plan = current.served.plan();
        let networks: HashSet<&str> = plan.networks.iter().map(|network| network.id.as_str()).collect();
        let networks6: HashSet<&str> = plan.networks6.iter().map(|network| network.id.as_str()).collect();
        let bound = || leases.iter().filter(|lease| lease.state == LeaseState::Bound);
        let named = || bound().filter_map(|lease| Some((lease, lease.client.mac()?)));
        let mut holders = self.holders.write().unwrap_or_else(PoisonError::into_inner);
        holders.extend(named().take(MOST_HOLDERS).map(|(lease, mac)| (lease.address, mac)));
        drop(holders);
        for (lease, mac) in named().filter(|(lease, _)| lease.expires > now) {
            let Lease { address, network, at, expires, .. } = lease;
            let networks = if address.is_ipv4() { &networks } else { &networks6 };
            let Some(phone) = current.served.phone(mac).filter(|_| networks.contains(network.as_str())) else {
                continue;
            };
            let noted = LeaseSeen { address: *address, network: network.clone(), expires: *expires, at: *at * 1000 };
            let mut table = lock(self.shard(mac));
            let seen = current.record(&mut table, mac, phone).lease_of(*address);
            if seen.as_ref().is_none_or(|other| other.expires < *expires) {
                *seen = Some(noted);
            }
        }
    }

    /// Begins anew for another plan: who is a phone of the program may have changed.
    pub(super) fn reload(&self, served: &Arc<Served>) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let same = served.shares_phones(&current.served);
        let next = Current::new(served.clone(), current.generation + 1);
        let before = std::mem::replace(&mut *current, next);
        self.done.store(0, Ordering::Relaxed);
        lock(&self.feed).turn_over();
        if same {
            for (after, before) in current.fleets.iter_mut().zip(before.fleets) {
                after.heard = before.heard;
            }
            return;
        }
        let mut strangers = lock(&self.strangers);
        for shard in &self.phones {
            let mut shard = lock(shard);
            let gone: Vec<Mac> = shard.keys().copied().filter(|mac| served.phone(*mac).is_none()).collect();
            for mac in gone {
                if let Some(seen) = shard.remove(&mac) {
                    self.forget(strangers.update(mac, |record| *record = *seen));
                }
            }
        }
        let found: Vec<Mac> = strangers.iter().map(|(mac, _)| mac).filter(|mac| served.phone(*mac).is_some()).collect();
        for mac in found {
            if let Some(seen) = strangers.remove(mac) {
                lock(self.shard(mac)).insert(mac, Box::new(seen));
            }
        }
        for shard in &self.phones {
            for phone in lock(shard).keys().filter_map(|mac| served.phone(*mac)) {
                current.tally(phone).into_iter().for_each(Tally::hear);
            }
        }
    }

    fn current(&self) -> RwLockReadGuard<'_, Current> {
        self.current.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn shard(&self, mac: Mac) -> &Mutex<HashMap<Mac, Box<PhoneSeen>>> {
        // The last octet differs most between phones of one delivery.
        let [.., last] = mac.octets();
        let [first, ..] = &self.phones;
        self.phones.get(usize::from(last) % SHARDS).unwrap_or(first)
    }
}

/// Of whom there is no record.
const UNSEEN: Standing = Standing { served: false, acknowledged: false, reported: false, gap: Some(Gap::Unseen) };

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
