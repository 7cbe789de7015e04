//! Encrypted content encoding `aes128gcm` (RFC 8188; WF §4).

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes128Gcm, Key, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;

/// The coding's name in a Content-Encoding header.
pub const AES128GCM: &str = "aes128gcm";

/// The record size that is assumed of phones; none is documented (WF §4).
pub const RECORD_SIZE: u32 = 4096;

/// Salt 16, record size 4, length of the key's name 1.
const HEADER: usize = 21;
const TAG: usize = 16;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    #[error("the header is cut short")]
    Header,
    #[error("a record size of {0} holds nothing; 18 is the least")]
    RecordSize(u32),
    #[error("record {0} does not open: another key, or a changed file")]
    Record(usize),
    #[error("record {0} does not end as it must")]
    Delimiter(usize),
}

/// Appends the sealed body. `record_size` is 18 or more; each record holds 17 octets less of data.
pub fn seal_content(
    key: &[u8],
    salt: [u8; 16],
    record_size: u32,
    key_name: &[u8],
    plain: &[u8],
    into: &mut Vec<u8>,
) -> Result<(), ContentError> {
    let name_length = u8::try_from(key_name.len()).map_err(|_| ContentError::Header)?;
    let room = data_room(record_size)?;
    into.extend_from_slice(&salt);
    into.extend_from_slice(&record_size.to_be_bytes());
    into.push(name_length);
    into.extend_from_slice(key_name);
    let keys = Keys::new(key, &salt);
    let mut records: Vec<&[u8]> = plain.chunks(room).collect();
    if records.is_empty() {
        records.push(&[]);
    }
    let last = records.len() - 1;
    for (number, record) in records.into_iter().enumerate() {
        let data = [record, &[if number == last { 2 } else { 1 }]].concat();
        into.extend(
            keys.cipher.encrypt(&keys.nonce(number), data.as_slice()).map_err(|_| ContentError::Record(number))?,
        );
    }
    Ok(())
}

/// What a sealed body holds.
pub fn open_content(key: &[u8], body: &[u8]) -> Result<Vec<u8>, ContentError> {
    let (salt, rest) = body.split_first_chunk::<16>().ok_or(ContentError::Header)?;
    let (size, rest) = rest.split_first_chunk::<4>().ok_or(ContentError::Header)?;
    let (name_length, rest) = rest.split_first().ok_or(ContentError::Header)?;
    let records = rest.get(usize::from(*name_length)..).ok_or(ContentError::Header)?;
    let size = u32::from_be_bytes(*size);
    data_room(size)?;
    let keys = Keys::new(key, salt);
    let count = records.len().div_ceil(size as usize);
    let mut plain = Vec::with_capacity(body.len().saturating_sub(HEADER));
    for (number, record) in records.chunks(size as usize).enumerate() {
        let data = keys.cipher.decrypt(&keys.nonce(number), record).map_err(|_| ContentError::Record(number))?;
        let end = data.iter().rposition(|octet| *octet != 0).ok_or(ContentError::Delimiter(number))?;
        let delimiter = if number + 1 == count { 2 } else { 1 };
        if data.get(end) != Some(&delimiter) {
            return Err(ContentError::Delimiter(number));
        }
        plain.extend_from_slice(data.get(..end).unwrap_or_default());
    }
    if count == 0 { Err(ContentError::Header) } else { Ok(plain) }
}

fn data_room(record_size: u32) -> Result<usize, ContentError> {
    match (record_size as usize).checked_sub(TAG + 1) {
        Some(room) if room > 0 => Ok(room),
        _ => Err(ContentError::RecordSize(record_size)),
    }
}

struct Keys {
    cipher: Aes128Gcm,
    nonce_base: [u8; 12],
}

impl Keys {
    fn new(key: &[u8], salt: &[u8]) -> Self {
        let derived = Hkdf::<Sha256>::new(Some(salt), key);
        let (mut content_key, mut nonce_base) = ([0; 16], [0; 12]);
        // Expanding fails only beyond 255 digests' worth.
        let _ = derived.expand(b"Content-Encoding: aes128gcm\0", &mut content_key);
        let _ = derived.expand(b"Content-Encoding: nonce\0", &mut nonce_base);
        Keys { cipher: Aes128Gcm::new(&Key::<Aes128Gcm>::from(content_key)), nonce_base }
    }

    /// The base, with the record's number mixed into its end.
    fn nonce(&self, number: usize) -> Nonce<aes_gcm::aead::consts::U12> {
        let mut nonce = self.nonce_base;
        for (octet, mixed) in nonce.iter_mut().rev().zip((number as u64).to_be_bytes().iter().rev()) {
            *octet ^= mixed;
        }
        nonce.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base64url(text: &str) -> Vec<u8> {
        let (mut octets, mut bits, mut value) = (Vec::new(), 0, 0u32);
        for c in text.bytes() {
            let digit = match c {
                b'A'..=b'Z' => c - b'A',
                b'a'..=b'z' => c - b'a' + 26,
                b'0'..=b'9' => c - b'0' + 52,
                b'-' => 62,
                _ => 63,
            };
            value = value << 6 | u32::from(digit);
            bits += 6;
            if bits >= 8 {
                bits -= 8;
                octets.push((value >> bits) as u8);
                value &= (1 << bits) - 1;
            }
        }
        octets
    }

    #[test]
    fn the_examples_of_the_rfc_open() {
        let one = base64url("I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg");
        assert_eq!(open_content(&base64url("yqdlZ-tYemfogSmv7Ws5PQ"), &one).as_deref(), Ok(&b"I am the walrus"[..]));
        let two = base64url(
            "uNCkWiNYzKTnBN9ji3-qWAAAABkCYTHOG8chz_gnvgOqdGYovxyjuqRyJFjEDyoF1Fvkj6hQPdPHI51OEUKEpgz3SsLWIqS_uA",
        );
        let key = base64url("BO3ZVPxUlnLORbVGMpbT1Q");
        assert_eq!(open_content(&key, &two).as_deref(), Ok(&b"I am the walrus"[..]));
    }

    #[test]
    fn the_vector_of_the_reference_comes_out() {
        let salt = std::array::from_fn(|octet| octet as u8);
        let plain = b"<flat-profile><GPP_A>12345678</GPP_A></flat-profile>\n";
        let mut body = Vec::new();
        assert_eq!(seal_content(b"0123456789abcdef", salt, RECORD_SIZE, b"", plain, &mut body), Ok(()));
        let hex: String = body.iter().map(|octet| format!("{octet:02x}")).collect();
        assert_eq!(
            hex,
            "000102030405060708090a0b0c0d0e0f00001000009227f15f7984dcb4a95d99991c288292d66c28b847211d59b2d66e51f1a36180950e06604e32c3bd7af1f806e4123ed2bb49c8552349fec68b5a9703443ee675aba6b8a6f987"
        );
    }

    #[test]
    fn what_is_cut_changed_or_wrongly_keyed_is_told() {
        let mut body = Vec::new();
        assert_eq!(seal_content(b"k", [7; 16], 30, b"name", b"some thirty octets of plain text", &mut body), Ok(()));
        assert_eq!(open_content(b"other", &body), Err(ContentError::Record(0)));
        assert_eq!(open_content(b"k", &body[..20]), Err(ContentError::Header));
        assert_eq!(open_content(b"k", &body[..25]), Err(ContentError::Header));
        // Cut between records, the last is not marked as last.
        assert_eq!(open_content(b"k", &body[..25 + 30]), Err(ContentError::Delimiter(0)));
        assert_eq!(seal_content(b"k", [7; 16], 17, b"", b"x", &mut Vec::new()), Err(ContentError::RecordSize(17)));
    }

    proptest::proptest! {
        #[test]
        fn what_was_sealed_opens(key: Vec<u8>, salt: [u8; 16], size in 18u32..5000, plain: Vec<u8>) {
            let mut body = Vec::new();
            proptest::prop_assert_eq!(seal_content(&key, salt, size, b"a1", &plain, &mut body), Ok(()));
            proptest::prop_assert_eq!(open_content(&key, &body), Ok(plain));
        }

        #[test]
        fn any_octets_are_opened_or_refused(octets: Vec<u8>) {
            let _ = open_content(b"k", &octets);
        }
    }
}
