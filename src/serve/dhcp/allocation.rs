//! All networks' addresses, and how they pass from one plan to the next.

use super::scope::{Holding, Scope};
use crate::phone::Mac;
use crate::plan::{Network, Plan};
use crate::serve::state::Lease;
use std::collections::HashMap;
use std::net::Ipv4Addr;

/// Who holds which address. By the network's name, so that a reload keeps what it can.
#[derive(Debug, Default)]
pub struct Allocation {
    scopes: HashMap<String, Scope>,
    /// Leases of networks that the plan does not have now; it may have them again.
    others: Vec<Lease>,
}

impl Allocation {
    pub fn new(plan: &Plan, leases: Vec<Lease>) -> Self {
        let mut allocation = Allocation { scopes: HashMap::new(), others: leases };
        allocation.replan(plan);
        allocation
    }

    /// Follows a reload. Leases stay with their holders.
    pub fn replan(&mut self, plan: &Plan) {
        let mut before = std::mem::take(&mut self.scopes);
        for network in &plan.networks {
            let scope = Scope::new(network, &plan.servers, before.remove(&network.id));
            self.scopes.insert(network.id.clone(), scope);
        }
        // A network that went away keeps what it knew: the next plan may bring it back.
        self.scopes.extend(before);
        for lease in std::mem::take(&mut self.others) {
            self.learn(lease);
        }
    }

    /// Takes over a lease: from the store, or from another server that gave it.
    pub fn learn(&mut self, lease: Lease) {
        match self.scopes.get_mut(&lease.network) {
            Some(scope) => scope.learn(&lease),
            None => self.others.push(lease),
        }
    }

    pub(super) fn scope(&mut self, network: &Network) -> &mut Scope {
        self.scopes.entry(network.id.clone()).or_default()
    }

    pub(super) fn peek(&self, network: &Network) -> Option<&Scope> {
        self.scopes.get(&network.id)
    }

    /// Whether the client has or had an address in the network.
    pub(super) fn knows(&self, network: &Network, mac: Mac, address: Ipv4Addr) -> Option<Holding> {
        self.peek(network)?.holding(address).filter(|held| held.mac == Some(mac))
    }
}
