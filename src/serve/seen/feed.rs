//! Whose record changed, in order and bounded: who follows it asks for what came after the last that it knows, so that
//! nothing waits for a slow one, and one that is too far behind looks at everything anew.

use crate::phone::Mac;
use std::collections::{HashSet, VecDeque};

/// Changes that are remembered.
const MOST: usize = 4096;

#[derive(Debug, Default)]
pub(super) struct Feed {
    /// How many there were in all.
    count: u64,
    latest: VecDeque<Mac>,
}

/// What came after a place in the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// Where to go on.
    pub place: u64,
    /// Whose record changed, each once; none: so much, or so long ago, that it is not known any more.
    pub changed: Option<HashSet<Mac>>,
}

impl News {
    pub(super) fn new((place, changed): (u64, Option<Vec<Mac>>)) -> Self {
        News { place, changed: changed.map(HashSet::from_iter) }
    }
}

impl Feed {
    pub fn push(&mut self, mac: Mac) {
        self.count += 1;
        if self.latest.len() >= MOST {
            self.latest.pop_front();
        }
        self.latest.push_back(mac);
    }

    /// Everything is another: whoever follows has to look anew.
    pub fn turn_over(&mut self) {
        self.count += 1;
        self.latest.clear();
    }

    /// The present place, and what came since another as it came: whoever notes events waits until it is copied.
    pub fn since(&self, place: u64) -> (u64, Option<Vec<Mac>>) {
        let behind = self.count.checked_sub(place).and_then(|behind| usize::try_from(behind).ok());
        let from = behind.and_then(|behind| self.latest.len().checked_sub(behind));
        (self.count, from.map(|from| self.latest.range(from..).copied().collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_behind_gets_each_once_and_who_is_far_behind_is_told() {
        let mac = |number: u16| Mac::new([2, 0, 0, 0, (number >> 8) as u8, number as u8]);
        let mut feed = Feed::default();
        let since = |feed: &Feed, place| News::new(feed.since(place));
        assert_eq!(since(&feed, 0), News { place: 0, changed: Some(HashSet::new()) });
        [1, 2, 1].into_iter().for_each(|number| feed.push(mac(number)));
        assert_eq!(since(&feed, 0), News { place: 3, changed: Some([mac(1), mac(2)].into()) });
        assert_eq!(since(&feed, 2), News { place: 3, changed: Some([mac(1)].into()) });
        // A place of another process, or of nobody.
        assert_eq!(since(&feed, 99), News { place: 3, changed: None });
        for number in 0..MOST as u16 {
            feed.push(mac(number));
        }
        assert_eq!(since(&feed, 2).changed, None);
        assert_eq!(since(&feed, 3).changed.map(|changed| changed.len()), Some(MOST));
        feed.turn_over();
        assert_eq!(since(&feed, since(&feed, 0).place - 1).changed, None);
        assert_eq!(feed.latest.len(), 0);
    }
}
