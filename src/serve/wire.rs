//! Files as they are sent. Plain ones are rendered each time, which costs next to nothing; packing one costs more than
//! all the rest of a request, so packed ones are kept while there is room.

use crate::plan::{FileRef, Served};
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const SHARDS: usize = 16;
/// Octets of packed files in one shard; in all, 64 MiB, which is some 80,000 phones' files.
const MOST: usize = 4 << 20;

/// A plan and its packed files: a reload begins with none.
pub struct Wire {
    served: Arc<Served>,
    packed: [Mutex<Shard>; SHARDS],
}

#[derive(Default)]
struct Shard {
    files: HashMap<FileRef, Bytes>,
    octets: usize,
}

impl Wire {
    pub fn new(served: Arc<Served>) -> Self {
        served.ready();
        Wire { served, packed: Default::default() }
    }

    pub fn served(&self) -> &Arc<Served> {
        &self.served
    }

    /// Whether the file is packed.
    pub fn gzip(&self, file: FileRef) -> bool {
        self.served.profile(file).is_some_and(|profile| profile.gzip)
    }

    /// The file's octets, as they are sent.
    pub fn file(&self, file: FileRef) -> Bytes {
        let shard = self.packed.get(file.row as usize % SHARDS).filter(|_| self.gzip(file));
        let kept = shard.and_then(|shard| lock(shard).files.get(&file).cloned());
        if let Some(kept) = kept {
            return kept;
        }
        // Not under the lock: two requests at once may both pack it, and then both are right.
        let mut octets = Vec::with_capacity(1024);
        self.served.render_wire(file, &mut octets);
        octets.shrink_to_fit();
        let octets = Bytes::from(octets);
        if let Some(shard) = shard {
            lock(shard).keep(file, octets.clone());
        }
        octets
    }
}

impl Shard {
    /// A full shard begins anew: which files come next is as hard to tell as it is cheap to pack one again.
    fn keep(&mut self, file: FileRef, octets: Bytes) {
        if octets.len() > MOST {
            return;
        }
        if self.octets + octets.len() > MOST {
            *self = Shard::default();
        }
        self.octets += octets.len();
        if let Some(before) = self.files.insert(file, octets) {
            self.octets -= before.len();
        }
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Part;
    use crate::serve::tests::program;

    #[test]
    fn what_is_kept_is_what_is_rendered() {
        let served = Arc::new(Served::new(program::plan()));
        let wire = Wire::new(served.clone());
        for file in served.all_files() {
            let mut rendered = Vec::new();
            served.render_wire(file, &mut rendered);
            assert_eq!(wire.file(file), rendered);
            assert_eq!(wire.file(file), rendered);
        }
    }

    #[test]
    fn a_shard_stays_within_its_bounds() {
        let mut shard = Shard::default();
        for row in 0..64 {
            shard.keep(FileRef { fleet: 0, part: Part::Bootstrap, row }, vec![0; 1 << 20].into());
            assert!(shard.octets <= MOST && shard.octets == shard.files.len() << 20);
        }
        shard.keep(FileRef { fleet: 0, part: Part::Bootstrap, row: 0 }, vec![0; MOST + 1].into());
        assert!(shard.octets <= MOST);
    }
}
