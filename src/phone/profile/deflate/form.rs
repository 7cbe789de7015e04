//! A text with holes, ready to be packed.

use super::bits::Bits;
use super::huffman::{self, Code};
use super::matches::{Repeat, repeats};
use super::tokens::{self, DISTANCES, END, FARTHEST, SYMBOLS, Token};

/// What files have in common that are alike but for what fills their holes.
#[derive(Debug)]
pub struct Form {
    pieces: Vec<Piece>,
    /// The head of the block: its kind, and both codes.
    head: Vec<(u32, u32)>,
    /// Octets, the end and lengths.
    symbols: Vec<Code>,
    distances: Vec<Code>,
}

/// What the same text is in each file, or a hole, which has nothing.
#[derive(Debug, Default)]
struct Piece {
    hole: bool,
    repeats: Vec<Written>,
}

/// A repetition, its length as it is written.
#[derive(Debug)]
struct Written {
    at: u32,
    length: u16,
    count: u8,
    bits: u32,
    piece: u32,
    from: u32,
}

/// What is found in the text counts so many times as much as what may come in a hole.
const WEIGHT: u32 = 8;
/// A hole is taken to hold so many octets.
const IN_A_HOLE: usize = 8;
/// In this order the lengths of the code of code lengths stand (RFC 1951 §3.2.7).
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

impl Form {
    /// The form of a text in pieces, of which some are holes.
    pub fn new(pieces: &[Option<&[u8]>]) -> Self {
        let texts: Vec<&[u8]> = pieces.iter().map(|piece| piece.unwrap_or_default()).collect();
        let repeats = repeats(&texts);
        let Codes { head, symbols, distances } = Codes::of(&weights(pieces, &repeats));
        let written = |repeat: &Repeat| {
            let token = tokens::length(repeat.length);
            let code = code(&symbols, token.symbol);
            Some(Written {
                at: u32::try_from(repeat.at).ok()?,
                length: u16::try_from(repeat.length).ok()?,
                count: code.length + u8::try_from(token.count).ok()?,
                bits: u32::from(code.bits) | token.value << code.length,
                piece: u32::try_from(repeat.part).ok()?,
                from: u32::try_from(repeat.from).ok()?,
            })
        };
        let pieces = pieces.iter().zip(&repeats).map(|(piece, repeats)| Piece {
            hole: piece.is_none(),
            repeats: repeats.iter().filter_map(written).collect(),
        });
        Form { pieces: pieces.collect(), head, symbols, distances }
    }

    /// How many octets of a text stand in holes. `ends` says where each piece of it ends.
    pub fn in_holes(&self, ends: &[usize]) -> usize {
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let pieces = self.pieces.iter().zip(starts.zip(ends));
        pieces.filter(|(piece, _)| piece.hole).map(|(_, (start, end))| end.saturating_sub(start)).sum()
    }

    /// Appends the text of a file of this form as one block of RFC 1951. `ends` says where each piece of it ends: what is no
    /// hole has to be the text that the form was made of.
    pub fn deflate(&self, text: &[u8], ends: &[usize], into: &mut Vec<u8>) {
        let mut bits = Bits::new(into);
        for (value, count) in &self.head {
            bits.put(*value, *count);
        }
        let mut start = 0;
        for (piece, end) in self.pieces.iter().zip(ends) {
            let here = text.get(start..*end).unwrap_or_default();
            let mut at = 0;
            for repeat in &piece.repeats {
                let (place, length) = (repeat.at as usize, usize::from(repeat.length));
                self.literals(here.get(at..place).unwrap_or_default(), &mut bits);
                at = place + length;
                let before = (repeat.piece as usize).checked_sub(1);
                let from =
                    before.and_then(|before| ends.get(before)).copied().unwrap_or_default() + repeat.from as usize;
                let distance = (start + place).saturating_sub(from);
                if distance > FARTHEST {
                    // What fills the holes between has parted them.
                    self.literals(here.get(place..at).unwrap_or_default(), &mut bits);
                    continue;
                }
                bits.put(repeat.bits, u32::from(repeat.count));
                let token = tokens::distance(distance);
                let code = code(&self.distances, token.symbol);
                bits.put(u32::from(code.bits) | token.value << code.length, u32::from(code.length) + token.count);
            }
            self.literals(here.get(at..).unwrap_or_default(), &mut bits);
            start = *end;
        }
        let end = code(&self.symbols, END);
        bits.put(u32::from(end.bits), u32::from(end.length));
        bits.finish();
    }

    #[inline]
    fn literals(&self, octets: &[u8], bits: &mut Bits<'_>) {
        for octet in octets {
            let code = code(&self.symbols, usize::from(*octet));
            bits.put(u32::from(code.bits), u32::from(code.length));
        }
    }
}

/// The codes of a form's files, and the head that tells them.
struct Codes {
    head: Vec<(u32, u32)>,
    symbols: Vec<Code>,
    distances: Vec<Code>,
}

impl Codes {
    /// Codes of its own, or the fixed ones (RFC 1951 §3.2.6): a short text does not earn what it costs to tell others.
    fn of((symbols, distances): &(Vec<u32>, Vec<u32>)) -> Codes {
        let cost = |codes: &Codes| -> u64 {
            let each = |weights: &[u32], codes: &[Code]| -> u64 {
                weights.iter().zip(codes).map(|(weight, code)| u64::from(*weight) * u64::from(code.length)).sum()
            };
            let told: u64 = codes.head.iter().map(|(_, count)| u64::from(*count)).sum();
            told * u64::from(WEIGHT) + each(symbols, &codes.symbols) + each(distances, &codes.distances)
        };
        let own = Codes::told(huffman::codes(symbols, 15), huffman::codes(distances, 15));
        let fixed = Codes::fixed();
        if cost(&fixed) < cost(&own) { fixed } else { own }
    }

    fn told(symbols: Vec<Code>, distances: Vec<Code>) -> Codes {
        Codes { head: head(&symbols, &distances), symbols, distances }
    }

    fn fixed() -> Codes {
        let lengths = [(144, 8), (112, 9), (24, 7), (8, 8)];
        let lengths: Vec<u8> =
            lengths.into_iter().flat_map(|(count, length)| std::iter::repeat_n(length, count)).collect();
        let distances = huffman::canonical(&[5; DISTANCES]);
        // The last block of a stream, of the kind that tells no codes.
        Codes { head: vec![(1, 1), (1, 2)], symbols: huffman::canonical(&lengths), distances }
    }
}

#[inline]
fn code(codes: &[Code], symbol: usize) -> Code {
    codes.get(symbol).copied().unwrap_or_default()
}

/// How often each symbol comes: in the text as it is found there; any octet may come in a hole, and any distance over one.
fn weights(pieces: &[Option<&[u8]>], repeats: &[Vec<Repeat>]) -> (Vec<u32>, Vec<u32>) {
    let mut symbols = vec![0_u32; SYMBOLS];
    symbols.iter_mut().take(END).for_each(|weight| *weight = 1);
    let mut distances = vec![1_u32; DISTANCES];
    let add = |weights: &mut [u32], symbol: usize, more: u32| {
        if let Some(weight) = weights.get_mut(symbol) {
            *weight = weight.saturating_add(more);
        }
    };
    add(&mut symbols, END, 1);
    let mut starts = Vec::with_capacity(pieces.len());
    let mut start = 0;
    for (piece, repeats) in pieces.iter().zip(repeats) {
        starts.push(start);
        let Some(text) = piece else {
            // Numbers and names.
            (b'0'..=b'9').chain(b'a'..=b'z').for_each(|octet| add(&mut symbols, usize::from(octet), 1));
            start += IN_A_HOLE;
            continue;
        };
        let mut at = 0;
        for repeat in repeats {
            let apart = text.get(at..repeat.at).unwrap_or_default();
            apart.iter().for_each(|octet| add(&mut symbols, usize::from(*octet), WEIGHT));
            add(&mut symbols, tokens::length(repeat.length).symbol, WEIGHT);
            let from = starts.get(repeat.part).copied().unwrap_or_default() + repeat.from;
            add(&mut distances, tokens::distance(start + repeat.at - from).symbol, WEIGHT);
            at = repeat.at + repeat.length;
        }
        text.get(at..).unwrap_or_default().iter().for_each(|octet| add(&mut symbols, usize::from(*octet), WEIGHT));
        start += text.len();
    }
    (symbols, distances)
}

/// The last block of a stream, with codes of its own (RFC 1951 §3.2.7).
fn head(symbols: &[Code], distances: &[Code]) -> Vec<(u32, u32)> {
    let used = symbols.iter().rposition(|code| code.length > 0).map_or(0, |last| last + 1).max(END + 1);
    let lengths: Vec<u8> = symbols.iter().take(used).chain(distances).map(|code| code.length).collect();
    let runs = runs(&lengths);
    let mut weights = [0_u32; ORDER.len()];
    for run in &runs {
        if let Some(weight) = weights.get_mut(run.symbol) {
            *weight += 1;
        }
    }
    let codes = huffman::codes(&weights, 7);
    let told = ORDER.iter().rposition(|symbol| code(&codes, *symbol).length > 0).map_or(4, |last| (last + 1).max(4));
    let number = |count: usize| u32::try_from(count).unwrap_or_default();
    let mut head = vec![(1, 1), (2, 2), (number(used - END - 1), 5), (number(DISTANCES - 1), 5), (number(told - 4), 4)];
    head.extend(ORDER.iter().take(told).map(|symbol| (u32::from(code(&codes, *symbol).length), 3)));
    head.extend(runs.iter().map(|run| {
        let code = code(&codes, run.symbol);
        (u32::from(code.bits) | run.value << code.length, u32::from(code.length) + run.count)
    }));
    head
}

/// Lengths of codes, those that follow each other told as one: 16 for 3 to 6 of the one before, 17 and 18 for zeros.
fn runs(lengths: &[u8]) -> Vec<Token> {
    let mut runs = Vec::new();
    for same in lengths.chunk_by(|one, next| one == next) {
        let length = same.first().copied().unwrap_or_default();
        let one = Token { symbol: usize::from(length), value: 0, count: 0 };
        let mut left = same.len();
        if length > 0 {
            runs.push(one);
            left -= 1;
        }
        while left > 0 {
            let (symbol, least, most, count) = match (length, left) {
                (_, ..3) => {
                    runs.push(one);
                    left -= 1;
                    continue;
                }
                (0, 11..) => (18, 11, 138, 7),
                (0, _) => (17, 3, 10, 3),
                _ => (16, 3, 6, 2),
            };
            let told = left.min(most);
            runs.push(Token { symbol, value: u32::try_from(told - least).unwrap_or_default(), count });
            left -= told;
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Read;

    /// Packs what fills the holes of a form, and has another reader unpack it.
    fn there_and_back(pieces: &[Option<&[u8]>], fillings: &[&[u8]]) -> (Vec<u8>, Vec<u8>, usize) {
        let (mut text, mut ends, mut fillings) = (Vec::new(), Vec::new(), fillings.iter());
        for piece in pieces {
            text.extend_from_slice(piece.unwrap_or_else(|| fillings.next().copied().unwrap_or_default()));
            ends.push(text.len());
        }
        let mut packed = Vec::new();
        Form::new(pieces).deflate(&text, &ends, &mut packed);
        let mut back = Vec::new();
        flate2::read::DeflateDecoder::new(packed.as_slice()).read_to_end(&mut back).expect("reads");
        (text, back, packed.len())
    }

    #[test]
    fn a_profile_is_small_and_the_same() {
        let lines: Vec<String> =
            (1..=60).map(|n| format!("  <Proxy_{n}_ ua=\"na\">sip{n}.example.com</Proxy_{n}_>\n")).collect();
        let text = lines.concat();
        let pieces = [Some(&b"<flat-profile>\n"[..]), None, Some(text.as_bytes()), None, Some(b"</flat-profile>\n")];
        for name in ["", "Reception", "Müller & 木村", &"long ".repeat(20_000)] {
            let (text, back, packed) = there_and_back(&pieces, &[name.as_bytes(), name.as_bytes()]);
            assert_eq!(text, back);
            if name.len() < 100 {
                assert!(packed * 5 < text.len(), "{packed} of {}", text.len());
            }
        }
    }

    /// By the fixed codes no octet of a text takes more than nine bits; a block with codes of its own begins with some 70 octets of them.
    #[test]
    fn a_short_text_pays_for_no_codes() {
        let pieces = [Some(&b"<flat-profile>\n  <User_ID_1_>"[..]), None, Some(b"</User_ID_1_>\n</flat-profile>\n")];
        let (text, back, packed) = there_and_back(&pieces, &[b"101"]);
        assert_eq!(text, back);
        assert!(packed < text.len(), "{packed} of {}", text.len());
        let mut other = Vec::new();
        super::super::super::gzip(&text, &mut other);
        // Its head and end are 18 octets.
        assert!(packed <= other.len() - 18 + 4, "{packed}, {}", other.len());
    }

    #[test]
    fn nothing_and_nearly_nothing() {
        let none: &[Option<&[u8]>] = &[];
        for pieces in [none, &[None], &[Some(b"")], &[None, None], &[Some(b"a"), None]] {
            let (text, back, _) = there_and_back(pieces, &[b"\xff\x00", b""]);
            assert_eq!(text, back);
        }
    }

    proptest! {
        /// Few different octets, so that much repeats; and holes of any size.
        #[test]
        fn another_reader_gets_the_same_text_back(
            pieces in prop::collection::vec(prop::option::of(prop::collection::vec(0..4_u8, 0..400)), 0..12),
            fillings in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50_000), 12),
        ) {
            let pieces: Vec<Option<&[u8]>> = pieces.iter().map(Option::as_deref).collect();
            let fillings: Vec<&[u8]> = fillings.iter().map(Vec::as_slice).collect();
            let (text, back, _) = there_and_back(&pieces, &fillings);
            prop_assert_eq!(text, back);
        }

        #[test]
        fn any_octets(text: Vec<u8>) {
            let (text, back, _) = there_and_back(&[Some(&text)], &[]);
            prop_assert_eq!(text, back);
        }
    }
}
