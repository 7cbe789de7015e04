//! Codes of symbols by how often they come (RFC 1951 §3.2.2).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A symbol's code as it is written, its first bit the lowest; and how long it is. Of length 0: the symbol never comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Code {
    pub bits: u16,
    pub length: u8,
}

/// Codes no longer than `longest`, by the weights of their symbols. Symbols of no weight have none.
pub(super) fn codes(weights: &[u32], longest: u8) -> Vec<Code> {
    canonical(&lengths(weights, longest))
}

/// Weights that are too unlike give a code that is too long: they are brought nearer to each other until it is not.
fn lengths(weights: &[u32], longest: u8) -> Vec<u8> {
    let mut weights = weights.to_vec();
    loop {
        let lengths = unbounded(&weights);
        if lengths.iter().all(|length| *length <= longest) {
            return lengths;
        }
        weights.iter_mut().filter(|weight| **weight > 0).for_each(|weight| *weight = *weight / 2 + 1);
    }
}

fn unbounded(weights: &[u32]) -> Vec<u8> {
    let mut lengths = vec![0_u8; weights.len()];
    // Nodes are numbered: symbols first, then those that join two.
    let mut parents = vec![0_usize; weights.len()];
    let weighed = weights.iter().enumerate().filter(|(_, weight)| **weight > 0);
    let mut heap: BinaryHeap<Reverse<(u64, usize)>> =
        weighed.map(|(symbol, weight)| Reverse((u64::from(*weight), symbol))).collect();
    if let (Some(Reverse((_, only))), 1) = (heap.peek(), heap.len()) {
        // One symbol still takes a bit.
        if let Some(length) = lengths.get_mut(*only) {
            *length = 1;
        }
        return lengths;
    }
    while let (Some(Reverse((one, first))), Some(Reverse((two, second)))) = (heap.pop(), heap.pop()) {
        let joined = parents.len();
        parents.push(0);
        for child in [first, second] {
            if let Some(parent) = parents.get_mut(child) {
                *parent = joined;
            }
        }
        if heap.is_empty() {
            break;
        }
        heap.push(Reverse((one + two, joined)));
    }
    let root = parents.len().saturating_sub(1);
    let mut depths = vec![0_u8; parents.len()];
    for node in (0..root).rev() {
        let above = parents.get(node).and_then(|parent| depths.get(*parent)).copied().unwrap_or_default();
        if let Some(depth) = depths.get_mut(node) {
            *depth = above.saturating_add(1);
        }
    }
    for ((length, depth), weight) in lengths.iter_mut().zip(depths).zip(weights) {
        *length = if *weight > 0 { depth } else { 0 };
    }
    lengths
}

/// Codes of one length follow each other, behind those of a shorter one.
pub(super) fn canonical(lengths: &[u8]) -> Vec<Code> {
    let mut next = 0_u32;
    let mut codes = vec![Code::default(); lengths.len()];
    for length in 1..=15_u8 {
        next <<= 1;
        for (code, _) in codes.iter_mut().zip(lengths).filter(|(_, of)| **of == length) {
            let bits = next.reverse_bits() >> (32 - u32::from(length));
            *code = Code { bits: u16::try_from(bits).unwrap_or_default(), length };
            next += 1;
        }
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_codes_of_the_standard() {
        // RFC 1951 §3.2.2: lengths (3, 3, 3, 3, 3, 2, 4, 4).
        let codes = canonical(&[3, 3, 3, 3, 3, 2, 4, 4]);
        let told: Vec<String> = codes
            .iter()
            .map(|code| (0..code.length).map(|bit| if code.bits >> bit & 1 == 1 { '1' } else { '0' }).collect())
            .collect();
        assert_eq!(told, ["010", "011", "100", "101", "110", "00", "1110", "1111"]);
        assert_eq!(codes_of(&[0, 7, 0]), [0, 1, 0]);
        assert_eq!(codes_of(&[]), [] as [u8; 0]);
    }

    fn codes_of(weights: &[u32]) -> Vec<u8> {
        codes(weights, 15).iter().map(|code| code.length).collect()
    }

    proptest! {
        /// A code of two symbols or more is complete: no string of bits is left without a meaning.
        #[test]
        fn codes_are_complete_and_bounded(weights in prop::collection::vec(0..1_000_000_u32, 2..286), longest in 9..=15_u8) {
            let used = weights.iter().filter(|weight| **weight > 0).count();
            let codes = codes(&weights, longest);
            prop_assert!(codes.iter().zip(&weights).all(|(code, weight)| (code.length > 0) == (*weight > 0)));
            prop_assert!(codes.iter().all(|code| code.length <= longest));
            let full: u32 = codes.iter().filter(|code| code.length > 0).map(|code| 1 << (15 - code.length)).sum();
            prop_assert_eq!(full, match used { 0 => 0, 1 => 1 << 14, _ => 1 << 15 });
        }
    }

    #[test]
    fn very_unlike_weights_stay_bounded() {
        let mut weights = vec![1_u32, 1];
        for _ in 0..40 {
            let next = weights.iter().rev().take(2).fold(0_u32, |sum, weight| sum.saturating_add(*weight));
            weights.push(next);
        }
        assert!(codes(&weights, 7).iter().all(|code| (1..=7).contains(&code.length)));
    }
}
