//! The one source of chance in the model: a small generator that is handed in with its seed, so that a story told
//! twice is the same story.

/// xorshift64* with a splitmix64 seed. Not for secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        // splitmix64: neighbouring seeds (phones of one fleet) must not give neighbouring numbers, and 0 must not stick.
        let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Random((z ^ (z >> 31)) | 1)
    }

    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number from 0 to `most`, both included.
    pub fn up_to(&mut self, most: u64) -> u64 {
        match most.checked_add(1) {
            Some(span) => ((u128::from(self.number()) * u128::from(span)) >> 64) as u64,
            None => self.number(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_are_reached_and_a_seed_repeats() {
        let mut random = Random::new(7);
        let seen: Vec<u64> = (0..200).map(|_| random.up_to(3)).collect();
        assert_eq!((seen.iter().min(), seen.iter().max()), (Some(&0), Some(&3)));
        let mut again = Random::new(7);
        assert_eq!(seen, (0..200).map(|_| again.up_to(3)).collect::<Vec<_>>());
        assert_eq!(Random::new(0).up_to(0), 0);
    }
}
