//! A known name that may have been meant. A program may hold thousands of unknown names, and the catalogue hundreds of
//! known ones, so most pairs are told apart before any distance is counted.

/// The known name closest to what was written, if it is close enough to be meant.
pub fn closest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = Signs::new(written);
    // No name is this long, and the distance of two long texts takes a long time.
    if written.signs.len() > LONGEST {
        return None;
    }
    let mut limit = limit(written.signs.len());
    let mut rows = Rows::default();
    let mut best = None;
    for name in known {
        if !written.may_be_within(limit, name) {
            continue;
        }
        let Some(distance) = rows.distance(&written, &Signs::new(name), limit) else { continue };
        best = Some(name);
        // The first of several that are equally close counts: from here on only a closer one.
        match distance.checked_sub(1) {
            Some(closer) => limit = closer,
            None => break,
        }
    }
    best
}

/// Whether one sign more, less or other, or two swapped, makes one name of the other.
pub fn one_edit_apart(one: &str, other: &str) -> bool {
    let signs = Signs::new(one);
    let short = signs.signs.len() <= LONGEST && signs.may_be_within(1, other);
    short && Rows::default().distance(&signs, &Signs::new(other), 1) == Some(1)
}

/// How far a name may be from what was written. One sign is near to every other.
fn limit(length: usize) -> usize {
    if length < 2 { 0 } else { (length / 4).clamp(1, 4) }
}

const LONGEST: usize = 256;

/// A name as it is compared: its letters lower case.
struct Signs {
    signs: Vec<char>,
    /// One bit for each kind of sign that is in it.
    kinds: u64,
}

impl Signs {
    fn new(name: &str) -> Self {
        let mut signs = Vec::with_capacity(name.len());
        if name.is_ascii() {
            signs.extend(name.bytes().map(|byte| char::from(byte.to_ascii_lowercase())));
        } else {
            signs.extend(name.chars().flat_map(char::to_lowercase));
        }
        Signs { signs, kinds: kinds(name) }
    }

    /// Cheap, and never wrong about a name that is within the limit.
    fn may_be_within(&self, limit: usize, name: &str) -> bool {
        if name.is_ascii() && name.len().abs_diff(self.signs.len()) > limit {
            return false;
        }
        // One edit takes one kind away and brings one, at most.
        (self.kinds ^ kinds(name)).count_ones() as usize <= 2 * limit
    }
}

fn kinds(name: &str) -> u64 {
    // Only ASCII has a lower case here: another sign is of no kind, and is told by the distance alone.
    name.bytes().filter(u8::is_ascii).fold(0, |kinds, byte| kinds | 1 << (byte.to_ascii_lowercase() & 63))
}

/// The rows of the table that a distance is counted in, kept for the next.
#[derive(Default)]
struct Rows {
    before: Vec<usize>,
    last: Vec<usize>,
    row: Vec<usize>,
}

impl Rows {
    /// Edit distance with neighbours swapped counted once; nothing beyond the limit.
    fn distance(&mut self, a: &Signs, b: &Signs, limit: usize) -> Option<usize> {
        let (a, b) = (&a.signs, &b.signs);
        if a.len().abs_diff(b.len()) > limit {
            return None;
        }
        // Only cells this near to the diagonal can be within the limit.
        const FAR: usize = usize::MAX - 1;
        let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(FAR);
        for row in [&mut self.before, &mut self.last, &mut self.row] {
            row.clear();
            row.resize(b.len() + 1, FAR);
        }
        self.last.iter_mut().enumerate().take(limit + 1).for_each(|(j, cost)| *cost = j);
        for (i, x) in a.iter().enumerate() {
            let first = i.saturating_sub(limit);
            if let Some(cost) = self.row.get_mut(first) {
                *cost = if first == 0 { i + 1 } else { FAR };
            }
            let mut least = at(&self.row, first);
            for (j, y) in b.iter().enumerate().take(i + limit + 1).skip(first) {
                let other = usize::from(x != y);
                let mut cost = (at(&self.last, j) + other).min(at(&self.last, j + 1) + 1).min(at(&self.row, j) + 1);
                if other == 1 && i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x) {
                    cost = cost.min(at(&self.before, j - 1) + 1);
                }
                least = least.min(cost);
                if let Some(cell) = self.row.get_mut(j + 1) {
                    *cell = cost;
                }
            }
            if least > limit {
                return None;
            }
            std::mem::swap(&mut self.before, &mut self.last);
            std::mem::swap(&mut self.last, &mut self.row);
        }
        self.last.last().copied().filter(|distance| *distance <= limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_close_names_are_suggested() {
        let known = ["Resync_Periodic", "Resync_On_Reset", "Proxy"];
        assert_eq!(closest("Resync_Perodic", known), Some("Resync_Periodic"));
        assert_eq!(closest("resync_on_reset", known), Some("Resync_On_Reset"));
        assert_eq!(closest("Porxy", known), Some("Proxy"));
        assert_eq!(closest("Volume", known), None);
        assert_eq!(closest("", known), None);
        assert_eq!((closest("x", ["a", "xy"]), closest("x", ["a", "X"])), (None, Some("X")));
    }

    #[test]
    fn the_closest_counts_and_of_equals_the_first() {
        assert_eq!(closest("abcdefgh", ["abcdefxy", "abcdefgx", "abcdefgy"]), Some("abcdefgx"));
        assert_eq!(closest("größe", ["grösse", "große", "GRÖßE"]), Some("GRÖßE"));
    }

    #[test]
    fn a_text_of_any_length_is_soon_done_with() {
        let long = "x".repeat(1 << 20);
        assert_eq!(closest(&long, [long.as_str(), "x"]), None);
        assert_eq!(closest("x", [long.as_str()]), None);
    }

    proptest! {
        /// What is looked over quickly leaves nothing out.
        #[test]
        fn nothing_close_is_passed_over(
            written in "[a-dA-Dß_]{0,9}", known in prop::collection::vec("[a-dA-Dß_]{0,9}", 0..6)
        ) {
            let limit = limit(Signs::new(&written).signs.len());
            let far = |name: &&String| {
                let (a, b) = (Signs::new(&written), Signs::new(name));
                Rows::default().distance(&a, &b, 99).unwrap_or(99)
            };
            let expected = known.iter().filter(|name| far(name) <= limit).min_by_key(far);
            prop_assert_eq!(closest(&written, known.iter().map(String::as_str)), expected.map(String::as_str));
        }
    }
}
