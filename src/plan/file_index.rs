//! Which file a server gives for a path: an index by hash, made for all phones at once.

use super::{FileRef, Part, Plan, Template};
use rayon::prelude::*;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// Files by hash of server and path; the few that collide are told apart by expanding their paths again. Sorted, with
/// the start of each bucket of hashes: a million paths are some 20 MB, and one is found in a step or two.
pub(super) struct FileIndex {
    entries: Vec<(u64, FileRef)>,
    /// For the leading bits of a hash, where its entries begin; one more says where the last end.
    starts: Vec<u32>,
    shift: u32,
}

impl FileIndex {
    /// All paths of all phones, hashed in parallel; the first phone of a shared path stands for it.
    pub fn of(plan: &Plan) -> FileIndex {
        let mut files = Vec::new();
        for (number, fleet) in plan.fleets.iter().enumerate() {
            let mut add = |server: usize, template: &Template, part: Part| {
                let mut hashes: Vec<(u64, FileRef)> = (0..fleet.phones.len())
                    .into_par_iter()
                    .with_min_len(1024)
                    .map_init(String::new, |path, row| {
                        path.clear();
                        fleet.phones.expand(template, row, &plan.models, path);
                        (path_hash(server, path), FileRef { fleet: number as u16, part, row: row as u32 })
                    })
                    .collect();
                hashes.par_sort_unstable();
                hashes.dedup_by_key(|(hash, _)| *hash);
                files.append(&mut hashes);
            };
            for (position, profile) in fleet.profiles.iter().enumerate() {
                add(profile.server, &profile.path, Part::Profile(position as u8));
            }
            for template in fleet.bootstrap.iter().flat_map(|bootstrap| &bootstrap.paths) {
                add(fleet.server, template, Part::Bootstrap);
            }
        }
        FileIndex::new(files)
    }

    fn new(mut entries: Vec<(u64, FileRef)>) -> Self {
        entries.par_sort_unstable();
        // One path of one part, whichever of its templates gave it.
        entries.dedup_by_key(|(hash, file)| (*hash, file.fleet, file.part));
        entries.shrink_to_fit();
        let bits = entries.len().next_power_of_two().trailing_zeros().clamp(1, 28);
        let shift = u64::BITS - bits;
        let mut starts = Vec::with_capacity((1 << bits) + 1);
        for (at, (hash, _)) in entries.iter().enumerate() {
            while starts.len() as u64 <= hash >> shift {
                starts.push(at as u32);
            }
        }
        starts.resize((1 << bits) + 1, entries.len() as u32);
        FileIndex { entries, starts, shift }
    }

    pub fn get(&self, hash: u64) -> impl Iterator<Item = FileRef> + '_ {
        let bucket = (hash >> self.shift) as usize;
        let bounds = self.starts.get(bucket).zip(self.starts.get(bucket + 1));
        let entries = bounds.and_then(|(start, end)| self.entries.get(*start as usize..*end as usize));
        entries.unwrap_or_default().iter().filter(move |(other, _)| *other == hash).map(|(_, file)| *file)
    }

    pub fn all(&self) -> impl Iterator<Item = FileRef> + '_ {
        self.entries.iter().map(|(_, file)| *file)
    }
}

pub(super) fn path_hash(server: usize, path: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one((server, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_gives_every_file_of_a_hash_and_the_first_phone_of_each() {
        let file = |part, row| FileRef { fleet: 0, part, row };
        let entries = vec![
            (u64::MAX, file(Part::Profile(0), 7)),
            (5, file(Part::Profile(1), 9)),
            (5, file(Part::Profile(0), 2)),
            (u64::MAX, file(Part::Profile(0), 3)),
            (0, file(Part::Bootstrap, 0)),
        ];
        let index = FileIndex::new(entries);
        let found = |hash| index.get(hash).collect::<Vec<_>>();
        assert_eq!(found(0), [file(Part::Bootstrap, 0)]);
        assert_eq!(found(5), [file(Part::Profile(0), 2), file(Part::Profile(1), 9)]);
        assert_eq!(found(u64::MAX), [file(Part::Profile(0), 3)]);
        assert_eq!(found(6), []);
        assert_eq!(index.all().count(), 4);
        assert_eq!(FileIndex::new(Vec::new()).get(u64::MAX).count(), 0);
    }
}
