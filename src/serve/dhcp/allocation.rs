//! All networks' addresses of a family, and how they pass from one plan to the next.

use super::family::{Family, Who};
use super::scope::{Holding, Scope};
use crate::plan::Plan;
use crate::serve::state::Lease;
use std::collections::HashMap;

/// How many addresses of a network are whose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    pub network: String,
    pub bound: usize,
    pub offered: usize,
    /// Nobody's for a while: in use by somebody who was not given them.
    pub declined: usize,
    /// What the pools hold.
    pub pool: u128,
}

/// Who holds which address. By the network's name, so that a reload keeps what it can.
#[derive(Debug)]
pub struct Allocation<F: Family> {
    scopes: HashMap<String, Scope<F>>,
    /// Leases of networks that the plan does not have now; it may have them again.
    others: Vec<Lease>,
}

impl<F: Family> Allocation<F> {
    /// `leases` may be of both families; those of the other one are left alone.
    pub fn new(plan: &Plan, leases: &[Lease]) -> Self {
        let mut allocation = Allocation { scopes: HashMap::new(), others: Vec::new() };
        allocation.replan(plan);
        for lease in leases {
            allocation.learn(lease);
        }
        allocation
    }

    /// Follows a reload. Leases stay with their holders.
    pub fn replan(&mut self, plan: &Plan) {
        let mut before = std::mem::take(&mut self.scopes);
        for (id, rules) in F::networks(plan) {
            let scope = Scope::new(rules, before.remove(&id));
            self.scopes.insert(id, scope);
        }
        // A network that went away keeps what it knew: the next plan may bring it back.
        self.scopes.extend(before);
        for lease in std::mem::take(&mut self.others) {
            self.learn(&lease);
        }
    }

    /// Takes over a lease: from the store, or from another server that gave it.
    pub fn learn(&mut self, lease: &Lease) {
        let Some((address, who)) = F::read(lease) else { return };
        match self.scopes.get_mut(&lease.network) {
            Some(scope) => scope.learn(address, who.client, lease.expires, lease.state),
            None => self.others.push(lease.clone()),
        }
    }

    /// A lease could not be kept: its address is held as it was before.
    pub fn take_back(&mut self, lease: &Lease, before: Option<Holding<F::Client>>) {
        let scope = self.scopes.get_mut(&lease.network);
        if let Some((scope, (address, _))) = scope.zip(F::read(lease)) {
            scope.take_back(address, lease.expires, before);
        }
    }

    /// How many addresses are whose at this second, by network in the order of names.
    pub fn tally(&self, now: u64) -> Vec<Tally> {
        let mut all: Vec<Tally> = self
            .scopes
            .iter()
            .map(|(network, scope)| {
                let mut tally =
                    Tally { network: network.clone(), bound: 0, offered: 0, declined: 0, pool: scope.pool() };
                for held in scope.standing(now) {
                    match held {
                        Holding { offered: true, .. } => tally.offered += 1,
                        Holding { client: None, .. } => tally.declined += 1,
                        _ => tally.bound += 1,
                    }
                }
                tally
            })
            .collect();
        all.sort_by(|one, other| one.network.cmp(&other.network));
        all
    }

    /// Every holding ends so many seconds later, or earlier.
    pub fn shift(&mut self, seconds: i64) {
        self.scopes.values_mut().for_each(|scope| scope.shift(seconds));
        for lease in &mut self.others {
            lease.expires = lease.expires.saturating_add_signed(seconds);
        }
    }

    pub fn scope(&mut self, network: &str) -> &mut Scope<F> {
        self.scopes.entry(network.to_owned()).or_default()
    }

    pub fn peek(&self, network: &str) -> Option<&Scope<F>> {
        self.scopes.get(network)
    }

    /// Whether the client has or had an address in the network.
    pub fn knows(&self, network: &str, who: &Who<F::Client>, address: F::Address) -> Option<&Holding<F::Client>> {
        self.peek(network)?.holding(address).filter(|held| held.client.as_ref() == Some(&who.client))
    }
}
