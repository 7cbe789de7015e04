//! The store that forgets: for tests, and for a lab without a disk.

use super::table::Table;
use super::{Lease, LeaseStore, Outcome, Sighting, StateError};
use crate::phone::dhcp6::Duid;
use std::sync::{Mutex, OnceLock, PoisonError};

#[derive(Debug, Default)]
pub struct Memory {
    table: Mutex<Table>,
    server_id: OnceLock<Duid>,
}

impl LeaseStore for Memory {
    fn load(&self) -> Result<Vec<Lease>, StateError> {
        Ok(self.table.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect())
    }

    fn commit(&self, leases: &[Lease]) -> Result<Vec<Outcome>, StateError> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(leases
            .iter()
            .map(|lease| match table.obstacle(lease) {
                Some(held) => Outcome::Taken(held.clone()),
                None => {
                    table.put(lease.clone());
                    Outcome::Kept
                }
            })
            .collect())
    }

    fn probe(&self) -> Result<(), StateError> {
        Ok(())
    }

    fn server_id(&self, proposed: &Duid) -> Result<Duid, StateError> {
        Ok(self.server_id.get_or_init(|| proposed.clone()).clone())
    }

    fn load_seen(&self) -> Result<Vec<Sighting>, StateError> {
        Ok(Vec::new())
    }

    fn keep_seen(&self, _: &[Sighting]) -> Result<(), StateError> {
        Ok(())
    }
}
