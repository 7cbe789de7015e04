//! The store that forgets: for tests, and for a lab without a disk.

use super::{Change, Lease, LeaseStore, Outcome, StateError, Table};
use std::sync::{Mutex, PoisonError};

#[derive(Debug, Default)]
pub struct Memory(Mutex<Table>);

impl LeaseStore for Memory {
    fn load(&self) -> Result<Vec<Lease>, StateError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).0.values().cloned().collect())
    }

    fn commit(&self, changes: &[Change]) -> Result<Vec<Outcome>, StateError> {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(changes
            .iter()
            .map(|change| match table.obstacle(change) {
                Some(held) => Outcome::Taken(held.clone()),
                None => {
                    table.put(change.lease.clone());
                    Outcome::Kept
                }
            })
            .collect())
    }
}
