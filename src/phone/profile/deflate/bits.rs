//! Bits in the order of RFC 1951 §3.1.1: the first is the lowest of its octet.

/// Writes bits behind the octets that are there.
pub(super) struct Bits<'o> {
    into: &'o mut Vec<u8>,
    /// Bits that are no whole octets yet, fewer than 32 between calls.
    held: u64,
    count: u32,
}

impl<'o> Bits<'o> {
    pub fn new(into: &'o mut Vec<u8>) -> Self {
        Bits { into, held: 0, count: 0 }
    }

    /// Appends the lowest `count` bits of `value`, of 32 at most; the others are zero.
    #[inline]
    pub fn put(&mut self, value: u32, count: u32) {
        self.held |= u64::from(value) << self.count;
        self.count += count;
        if self.count >= 32 {
            let whole = self.held as u32;
            self.into.extend_from_slice(&whole.to_le_bytes());
            self.held >>= 32;
            self.count -= 32;
        }
    }

    /// Fills the last octet with zeros.
    pub fn finish(self) {
        let octets = self.count.div_ceil(8) as usize;
        let held = self.held.to_le_bytes();
        self.into.extend_from_slice(held.get(..octets).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bit_is_the_lowest() {
        let mut octets = vec![9];
        let mut bits = Bits::new(&mut octets);
        bits.put(1, 1);
        bits.put(0b10, 2);
        bits.put(0xffff_ffff, 32);
        bits.put(0, 0);
        bits.put(0b1, 1);
        bits.finish();
        assert_eq!(octets, [9, 0b1111_1101, 0xff, 0xff, 0xff, 0b1111]);
        let mut none = Vec::new();
        Bits::new(&mut none).finish();
        assert!(none.is_empty());
    }
}
