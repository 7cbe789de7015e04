//! Devices that are not of the program: as many as there is room for, the longest silent goes first.

use super::PhoneSeen;
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

/// How many are remembered.
pub(super) const MOST: usize = 1024;

/// By what tells them apart: the hardware address; where that is not known, the address they ask from.
#[derive(Debug)]
pub(super) struct Strangers<K> {
    seen: HashMap<K, PhoneSeen>,
    /// By when each was last heard of, so that a crowd of them costs no search for each.
    order: BTreeSet<(u64, K)>,
}

impl<K> Default for Strangers<K> {
    fn default() -> Self {
        Strangers { seen: HashMap::new(), order: BTreeSet::new() }
    }
}

impl<K: Copy + Eq + Hash + Ord> Strangers<K> {
    pub fn get(&self, key: K) -> Option<&PhoneSeen> {
        self.seen.get(&key)
    }

    pub fn iter(&self) -> impl Iterator<Item = (K, &PhoneSeen)> {
        self.seen.iter().map(|(key, seen)| (*key, seen))
    }

    /// Changes one's record, made if there is none, and gives back who made room for it.
    pub fn update(&mut self, key: K, change: impl FnOnce(&mut PhoneSeen)) -> Option<(K, PhoneSeen)> {
        let known = self.remove(key);
        let gone = if known.is_none() { self.make_room() } else { None };
        let mut seen = known.unwrap_or_default();
        change(&mut seen);
        self.order.insert((seen.last, key));
        self.seen.insert(key, seen);
        gone
    }

    pub fn remove(&mut self, key: K) -> Option<PhoneSeen> {
        let seen = self.seen.remove(&key)?;
        self.order.remove(&(seen.last, key));
        Some(seen)
    }

    fn make_room(&mut self) -> Option<(K, PhoneSeen)> {
        let (_, silent) = self.order.first().copied().filter(|_| self.seen.len() >= MOST)?;
        self.remove(silent).map(|seen| (silent, seen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phone::Mac;

    #[test]
    fn the_longest_silent_goes() {
        let mac = |number: usize| Mac::new([2, 0, 0, 0, (number >> 8) as u8, number as u8]);
        let mut strangers = Strangers::default();
        for number in 0..MOST {
            assert_eq!(strangers.update(mac(number), |seen| seen.last = number as u64 + 1), None);
        }
        // Heard of again, the first is not the longest silent any more.
        assert_eq!(strangers.update(mac(0), |seen| seen.last = 5_000), None);
        let gone = strangers.update(mac(MOST), |seen| seen.last = 5_001);
        assert_eq!(gone.map(|(gone, seen)| (gone, seen.last)), Some((mac(1), 2)));
        assert_eq!((strangers.iter().count(), strangers.order.len()), (MOST, MOST));
        assert!(strangers.get(mac(1)).is_none() && strangers.get(mac(0)).is_some());
        assert!(strangers.remove(mac(0)).is_some() && strangers.remove(mac(0)).is_none());
        assert_eq!(strangers.order.len(), MOST - 1);
    }
}
