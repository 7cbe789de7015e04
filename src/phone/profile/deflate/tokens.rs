//! Lengths and distances as symbols with bits behind them (RFC 1951 §3.2.5).

/// The longest repetition.
pub(super) const LONGEST: usize = 258;
/// How far back one may begin.
pub(super) const FARTHEST: usize = 32_768;
/// The symbol that ends a block.
pub(super) const END: usize = 256;
/// Literals, the end, lengths.
pub(super) const SYMBOLS: usize = 286;
pub(super) const DISTANCES: usize = 30;

/// A symbol of its alphabet, and so many bits of a value behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub symbol: usize,
    pub value: u32,
    pub count: u32,
}

/// A length of 3 to 258.
pub(super) fn length(length: usize) -> Token {
    match length {
        // The last length has a symbol of its own.
        LONGEST => Token { symbol: 285, value: 0, count: 0 },
        _ => {
            let token = steps(length.saturating_sub(3), 4);
            Token { symbol: END + 1 + token.symbol, ..token }
        }
    }
}

/// A distance of 1 to 32,768.
#[inline]
pub(super) fn distance(distance: usize) -> Token {
    steps(distance.saturating_sub(1), 2)
}

/// So many symbols for each doubling, the first two doublings without bits.
#[inline]
fn steps(offset: usize, per_doubling: usize) -> Token {
    let bits = per_doubling.trailing_zeros();
    if offset < 2 * per_doubling {
        return Token { symbol: offset, value: 0, count: 0 };
    }
    let count = offset.ilog2() - bits;
    let symbol = per_doubling * count as usize + (offset >> count);
    Token { symbol, value: (offset & ((1 << count) - 1)) as u32, count }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_of_the_standard() {
        for (of, symbol, count, value) in [
            (3, 257, 0, 0),
            (10, 264, 0, 0),
            (11, 265, 1, 0),
            (12, 265, 1, 1),
            (18, 268, 1, 1),
            (19, 269, 2, 0),
            (115, 280, 4, 0),
            (130, 280, 4, 15),
            (131, 281, 5, 0),
            (227, 284, 5, 0),
            (257, 284, 5, 30),
            (258, 285, 0, 0),
        ] {
            assert_eq!(length(of), Token { symbol, value, count }, "{of}");
        }
        for (of, symbol, count, value) in [
            (1, 0, 0, 0),
            (4, 3, 0, 0),
            (5, 4, 1, 0),
            (6, 4, 1, 1),
            (7, 5, 1, 0),
            (9, 6, 2, 0),
            (24_577, 29, 13, 0),
            (32_768, 29, 13, 8191),
        ] {
            assert_eq!(distance(of), Token { symbol, value, count }, "{of}");
        }
    }
}
