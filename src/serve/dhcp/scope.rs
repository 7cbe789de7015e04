//! The addresses of one network: who holds which, and which comes next.

use super::family::{Address, Family, Who};
use crate::phone::Mac;
use crate::serve::state::LeaseState;
use std::collections::{BTreeSet, HashMap, HashSet};

/// What the plan says of a network's addresses.
#[derive(Debug)]
pub struct Rules<A> {
    /// First and last.
    pub pools: Vec<(A, A)>,
    pub reserved: HashMap<Mac, A>,
    pub owners: HashMap<A, Mac>,
    /// Addresses inside a pool that are somebody's already: ours, the router's, the network's own.
    pub unusable: HashSet<A>,
}

/// One network's addresses.
#[derive(Debug)]
pub struct Scope<F: Family> {
    rules: Rules<F::Address>,
    held: HashMap<F::Address, Holding<F::Client>>,
    /// The address each client had last.
    latest: HashMap<F::Client, F::Address>,
    /// Every holding by its end, so that the one that ended first is found at once.
    ends: BTreeSet<(u64, F::Address)>,
    /// The pool and the address in it that nobody had yet.
    fresh: (usize, u128),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding<C> {
    /// None: declined, nobody's until it ends.
    pub client: Option<C>,
    /// Unix seconds.
    pub expires: u64,
    /// Only offered: nothing is on disk.
    pub offered: bool,
}

impl<A> Default for Rules<A> {
    fn default() -> Self {
        Rules { pools: Vec::new(), reserved: HashMap::new(), owners: HashMap::new(), unusable: HashSet::new() }
    }
}

impl<F: Family> Default for Scope<F> {
    fn default() -> Self {
        Scope {
            rules: Rules::default(),
            held: HashMap::new(),
            latest: HashMap::new(),
            ends: BTreeSet::new(),
            fresh: (0, 0),
        }
    }
}

impl<F: Family> Scope<F> {
    /// The network as the plan has it, with the holdings of `before`.
    pub fn new(rules: Rules<F::Address>, before: Option<Self>) -> Self {
        Scope { rules, fresh: (0, 0), ..before.unwrap_or_default() }
    }

    /// Takes over a lease from the store.
    pub fn learn(&mut self, address: F::Address, client: F::Client, expires: u64, state: LeaseState) {
        let client = (state != LeaseState::Declined).then_some(client);
        self.put(address, Holding { client, expires, offered: false });
    }

    pub fn reservation(&self, who: &Who<F::Client>) -> Option<F::Address> {
        self.rules.reserved.get(&who.mac?).copied()
    }

    pub fn holding(&self, address: F::Address) -> Option<&Holding<F::Client>> {
        self.held.get(&address)
    }

    /// What has not ended.
    pub fn standing(&self, now: u64) -> impl Iterator<Item = &Holding<F::Client>> {
        self.held.values().filter(move |held| held.expires > now)
    }

    /// How many addresses the pools have.
    pub fn pool(&self) -> u128 {
        let sizes = self.rules.pools.iter().map(|(first, last)| last.number().saturating_sub(first.number()) + 1);
        sizes.fold(0, u128::saturating_add)
    }

    /// The address that a client had last.
    pub fn latest(&self, client: &F::Client) -> Option<F::Address> {
        self.latest.get(client).copied()
    }

    /// Whether the client may have the address, as far as anybody else goes.
    pub fn free_for(&self, who: &Who<F::Client>, address: F::Address, now: u64) -> bool {
        self.rules.owners.get(&address).is_none_or(|owner| Some(*owner) == who.mac)
            && !self.rules.unusable.contains(&address)
            && self
                .held
                .get(&address)
                .is_none_or(|held| held.client.as_ref() == Some(&who.client) || held.expires <= now)
    }

    /// Whether it is an address that the network gives: the client's own reservation, or in a pool.
    pub fn gives(&self, who: &Who<F::Client>, address: F::Address) -> bool {
        self.reservation(who) == Some(address)
            || self.rules.pools.iter().any(|(first, last)| (*first..=*last).contains(&address))
    }

    /// The address for a client: its reservation, what it had, what it asks for, one that nobody had, the one whose
    /// holder has been gone for longest.
    pub fn choose(&mut self, who: &Who<F::Client>, wanted: Option<F::Address>, now: u64) -> Option<F::Address> {
        [self.reservation(who), self.latest(&who.client), wanted]
            .into_iter()
            .flatten()
            .find(|address| self.gives(who, *address) && self.free_for(who, *address, now))
            .or_else(|| self.next_fresh(who, now))
            .or_else(|| self.longest_gone(who, now))
    }

    /// Notes who holds an address; how it was held before.
    pub fn put(&mut self, address: F::Address, holding: Holding<F::Client>) -> Option<Holding<F::Client>> {
        let (client, expires) = (holding.client.clone(), holding.expires);
        let before = self.held.insert(address, holding);
        if let Some(before) = &before {
            self.ends.remove(&(before.expires, address));
            if let Some(gone) = before.client.as_ref().filter(|gone| Some(*gone) != client.as_ref())
                && self.latest.get(gone) == Some(&address)
            {
                self.latest.remove(gone);
            }
        }
        self.ends.insert((expires, address));
        if let Some(client) = client {
            // Read from disk, leases come in no order of time: the one that lasts longest is the client's.
            let longer = |other: &F::Address| self.held.get(other).is_some_and(|other| other.expires > expires);
            if !self.latest.get(&client).is_some_and(longer) {
                self.latest.insert(client, address);
            }
        }
        before
    }

    /// What was put there until this second could not be kept: it is held as before, unless something came after it.
    pub fn take_back(&mut self, address: F::Address, until: u64, before: Option<Holding<F::Client>>) {
        if self.held.get(&address).is_some_and(|held| held.expires == until && !held.offered) {
            // Not as if nobody had had it: what is fresh is counted through once.
            self.put(address, before.unwrap_or(Holding { client: None, expires: 0, offered: true }));
        }
    }

    /// Lets go of an address that was only offered: the client chose another server.
    pub fn withdraw(&mut self, who: &Who<F::Client>) {
        let Some(address) = self.latest(&who.client) else { return };
        if self.held.get(&address).is_some_and(|held| held.offered) {
            // Not as if nobody had had it: what is fresh is counted through once.
            self.put(address, Holding { client: None, expires: 0, offered: true });
        }
    }

    /// Every holding ends so many seconds later, or earlier.
    pub fn shift(&mut self, seconds: i64) {
        for held in self.held.values_mut() {
            held.expires = held.expires.saturating_add_signed(seconds);
        }
        self.ends = self.held.iter().map(|(address, held)| (held.expires, *address)).collect();
    }

    fn next_fresh(&mut self, who: &Who<F::Client>, now: u64) -> Option<F::Address> {
        while let Some((first, last)) = self.rules.pools.get(self.fresh.0).copied() {
            let candidate = self.fresh.1.max(first.number());
            if candidate > last.number() {
                self.fresh = (self.fresh.0 + 1, 0);
                continue;
            }
            self.fresh = match candidate.checked_add(1) {
                Some(next) => (self.fresh.0, next),
                None => (self.fresh.0 + 1, 0),
            };
            let Some(address) = F::Address::from_number(candidate) else { continue };
            if !self.held.contains_key(&address) && self.free_for(who, address, now) {
                return Some(address);
            }
        }
        None
    }

    fn longest_gone(&mut self, who: &Who<F::Client>, now: u64) -> Option<F::Address> {
        let ended = self.ends.range(..=(now, F::Address::LAST)).map(|(_, address)| *address);
        ended.into_iter().find(|address| self.gives(who, *address) && self.free_for(who, *address, now))
    }
}
