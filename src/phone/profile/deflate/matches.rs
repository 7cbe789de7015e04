//! What repeats in a text with holes.

use super::tokens::{FARTHEST, LONGEST};

/// A stretch of the text, told by one that came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Repeat {
    /// Where it stands in its part.
    pub at: usize,
    pub length: usize,
    /// The part, and the place in it, that it repeats.
    pub part: usize,
    pub from: usize,
}

/// Shorter ones cost more than they save: a place three octets back is told in some 15 bits.
const SHORTEST: usize = 4;
/// So many places that begin alike are looked at.
const MOST_TRIED: usize = 16;

/// The repetitions of each part, in order. A part repeats itself and those before it, and never a hole.
pub(super) fn repeats(parts: &[&[u8]]) -> Vec<Vec<Repeat>> {
    let mut places = Places::new(parts.iter().map(|part| part.len()).sum());
    let mut all = Vec::with_capacity(parts.len());
    for (part, text) in parts.iter().enumerate() {
        let mut found = Vec::new();
        let mut at = 0;
        while beginning(text, at).is_some() {
            let best = places.best(parts, part, at);
            found.extend(best);
            let next = at + best.map_or(1, |repeat| repeat.length);
            for place in at..next {
                places.add(text, part, place);
            }
            at = next;
        }
        all.push(found);
    }
    all
}

fn beginning(text: &[u8], at: usize) -> Option<[u8; SHORTEST]> {
    text.get(at..)?.first_chunk().copied()
}

/// The places of the text so far, by how they begin.
struct Places {
    /// The last one of those that begin alike, or whose beginnings share a number; none is `NOWHERE`.
    latest: Vec<u32>,
    /// Each with its part, its place there, and the one before it that begins so.
    all: Vec<(u32, u32, u32)>,
}

const NOWHERE: u32 = u32::MAX;

impl Places {
    fn new(octets: usize) -> Self {
        let numbers = octets.next_power_of_two().clamp(1 << 8, 1 << 16);
        Places { latest: vec![NOWHERE; numbers], all: Vec::with_capacity(octets) }
    }

    /// Fibonacci hashing: the upper bits of the product are mixed best.
    fn number(&self, beginning: [u8; SHORTEST]) -> usize {
        let mixed = u32::from_le_bytes(beginning).wrapping_mul(0x9e37_79b1);
        (mixed >> (32 - self.latest.len().ilog2())) as usize
    }

    fn add(&mut self, text: &[u8], part: usize, at: usize) {
        let Some(number) = beginning(text, at).map(|beginning| self.number(beginning)) else { return };
        let (Ok(of), Ok(from), Ok(this)) = (u32::try_from(part), u32::try_from(at), u32::try_from(self.all.len()))
        else {
            return;
        };
        if let Some(latest) = self.latest.get_mut(number) {
            self.all.push((of, from, std::mem::replace(latest, this)));
        }
    }

    /// The longest of the places that begin as this one does; of equal ones the nearest.
    fn best(&self, parts: &[&[u8]], part: usize, at: usize) -> Option<Repeat> {
        let here = parts.get(part)?.get(at..)?;
        let mut best: Option<Repeat> = None;
        let mut next = *self.latest.get(self.number(beginning(here, 0)?))?;
        for _ in 0..MOST_TRIED {
            let Some((of, from, before)) = self.all.get(next as usize).copied() else { break };
            next = before;
            let (of, from) = (of as usize, from as usize);
            let there = parts.get(of).and_then(|text| text.get(from..)).unwrap_or_default();
            let length = here.iter().zip(there).take(LONGEST).take_while(|(one, other)| one == other).count();
            // How far it is, is known when the holes between are filled; inside of a part it is known here.
            let near = of != part || at - from <= FARTHEST;
            if near && length >= SHORTEST && best.is_none_or(|best| best.length < length) {
                best = Some(Repeat { at, length, part: of, from });
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_repeats_itself_and_earlier_ones() {
        let parts: [&[u8]; 3] = [b"abcdeXabcdeY", b"", b"abcdeYzzzzzzzz"];
        let repeat = |at, length, part, from| Repeat { at, length, part, from };
        assert_eq!(repeats(&parts), [vec![repeat(6, 5, 0, 0)], vec![], vec![repeat(0, 6, 0, 6), repeat(7, 7, 2, 6)]]);
        assert_eq!(repeats(&[]), [] as [Vec<Repeat>; 0]);
    }
}
