//! Devices that are not of the program: as many as there is room for, the longest silent goes first.

use super::PhoneSeen;
use crate::phone::Mac;
use std::collections::{BTreeSet, HashMap};

/// How many are remembered.
pub(super) const MOST: usize = 1024;

#[derive(Debug, Default)]
pub(super) struct Strangers {
    seen: HashMap<Mac, PhoneSeen>,
    /// By when each was last heard of, so that a crowd of them costs no search for each.
    order: BTreeSet<(u64, Mac)>,
}

impl Strangers {
    pub fn get(&self, mac: Mac) -> Option<&PhoneSeen> {
        self.seen.get(&mac)
    }

    pub fn iter(&self) -> impl Iterator<Item = (Mac, &PhoneSeen)> {
        self.seen.iter().map(|(mac, seen)| (*mac, seen))
    }

    /// Changes one's record, made if there is none, and gives back who made room for it.
    pub fn update(&mut self, mac: Mac, change: impl FnOnce(&mut PhoneSeen)) -> Option<(Mac, PhoneSeen)> {
        let known = self.remove(mac);
        let gone = if known.is_none() { self.make_room() } else { None };
        let mut seen = known.unwrap_or_default();
        change(&mut seen);
        self.order.insert((seen.last, mac));
        self.seen.insert(mac, seen);
        gone
    }

    pub fn remove(&mut self, mac: Mac) -> Option<PhoneSeen> {
        let seen = self.seen.remove(&mac)?;
        self.order.remove(&(seen.last, mac));
        Some(seen)
    }

    fn make_room(&mut self) -> Option<(Mac, PhoneSeen)> {
        let (_, silent) = self.order.first().copied().filter(|_| self.seen.len() >= MOST)?;
        self.remove(silent).map(|seen| (silent, seen))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
