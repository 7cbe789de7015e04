//! Encrypted content encoding `aes128gcm` (RFC 8188; WF §4).

use crate::phone::credentials::unbase64;
use hkdf::Hkdf;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use sha2::Sha256;

/// The coding's name in a Content-Encoding header.
pub const AES128GCM: &str = "aes128gcm";

/// The record size that is assumed of phones; none is documented (WF §4).
pub const RECORD_SIZE: u32 = 4096;

/// Salt 16, record size 4, length of the key's name 1.
const HEADER: usize = 21;
const TAG: usize = 16;

/// Why a body does not open, or cannot be sealed so. Offsets count octets of the body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    #[error("the header is cut short (offset {length})")]
    Header { length: usize },
    #[error("a record size of {0} holds nothing; 18 is the least (offset 16)")]
    RecordSize(u32),
    #[error("a key's name has 255 octets at most, this has {0}")]
    KeyName(usize),
    #[error("no record follows the header")]
    Empty,
    #[error("record {record} does not open: another key, or a changed or cut file (offset {offset})")]
    Record { record: usize, offset: usize },
    #[error("record {record} does not end as it must: octets were lost or added behind it (offset {offset})")]
    Delimiter { record: usize, offset: usize },
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
    let name_length = u8::try_from(key_name.len()).map_err(|_| ContentError::KeyName(key_name.len()))?;
    let room = data_room(record_size)?;
    let records = plain.len().div_ceil(room).max(1);
    into.reserve(HEADER + key_name.len() + plain.len() + records * (TAG + 1));
    into.extend_from_slice(&salt);
    into.extend_from_slice(&record_size.to_be_bytes());
    into.push(name_length);
    into.extend_from_slice(key_name);
    let keys = Keys::new(key, &salt);
    for record in 0..records {
        let refused = ContentError::Record { record, offset: into.len() };
        let start = into.len();
        let begin = record.saturating_mul(room);
        into.extend_from_slice(plain.get(begin..plain.len().min(begin.saturating_add(room))).unwrap_or_default());
        into.push(if record + 1 == records { 2 } else { 1 });
        let sealed = into.get_mut(start..).unwrap_or_default();
        let cipher = keys.cipher.as_ref().ok_or(refused.clone())?;
        let tag = cipher.seal_in_place_separate_tag(keys.nonce(record), Aad::empty(), sealed).map_err(|_| refused)?;
        into.extend_from_slice(tag.as_ref());
    }
    Ok(())
}

/// What a sealed body holds.
pub fn open_content(key: &[u8], body: &[u8]) -> Result<Vec<u8>, ContentError> {
    let short = || ContentError::Header { length: body.len() };
    let (salt, rest) = body.split_first_chunk::<16>().ok_or_else(short)?;
    let (size, rest) = rest.split_first_chunk::<4>().ok_or_else(short)?;
    let (name_length, rest) = rest.split_first().ok_or_else(short)?;
    let records = rest.get(usize::from(*name_length)..).ok_or_else(short)?;
    let size = u32::from_be_bytes(*size);
    data_room(size)?;
    let size = size as usize;
    let keys = Keys::new(key, salt);
    let count = records.len().div_ceil(size);
    if count == 0 {
        return Err(ContentError::Empty);
    }
    let begin = body.len() - records.len();
    let mut plain = Vec::with_capacity(records.len());
    for (record, sealed) in records.chunks(size).enumerate() {
        let offset = begin + record * size;
        let refused = || ContentError::Record { record, offset };
        let start = plain.len();
        plain.extend_from_slice(sealed);
        let opened: &mut [u8] = plain.get_mut(start..).unwrap_or_default();
        let cipher = keys.cipher.as_ref().ok_or_else(refused)?;
        let length = cipher.open_in_place(keys.nonce(record), Aad::empty(), opened).map_err(|_| refused())?.len();
        plain.truncate(start + length);
        // Data, the delimiter, and any number of NULs.
        let delimiter = if record + 1 == count { 2 } else { 1 };
        let wrong = || ContentError::Delimiter { record, offset };
        let tail = plain.get(start..).unwrap_or_default();
        let end = tail.iter().rposition(|octet| *octet != 0).ok_or_else(wrong)?;
        if tail.get(end) != Some(&delimiter) {
            return Err(wrong());
        }
        plain.truncate(start + end);
    }
    Ok(plain)
}

/// What a sealed body holds, by the text of the parameter that has the key. How a phone makes octets of that text is
/// documented nowhere: it is taken as it stands, and where that does not open the body, as the hexadecimal or base64url
/// that such keys are mostly written in (WF §4, inferred).
pub fn open_content_by_text(text: &str, body: &[u8]) -> Result<Vec<u8>, ContentError> {
    let as_it_stands = open_content(text.as_bytes(), body);
    let Err(ContentError::Record { record: 0, .. }) = as_it_stands else { return as_it_stands };
    let others = [from_hexadecimal(text), unbase64url(text)];
    let opened = others.into_iter().flatten().find_map(|key| open_content(&key, body).ok());
    opened.map_or(as_it_stands, Ok)
}

fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks_exact(2);
    if text.is_empty() || !digits.remainder().is_empty() {
        return None;
    }
    let octet = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    text.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| digits.map(octet).collect())?
}

/// With or without its padding (RFC 4648 §5).
fn unbase64url(text: &str) -> Option<Vec<u8>> {
    let plain: String = text
        .trim_end_matches('=')
        .chars()
        .map(|sign| match sign {
            '-' => '+',
            '_' => '/',
            sign => sign,
        })
        .collect();
    unbase64(&plain).filter(|octets| !octets.is_empty())
}

fn data_room(record_size: u32) -> Result<usize, ContentError> {
    match (record_size as usize).checked_sub(TAG + 1) {
        Some(room) if room > 0 => Ok(room),
        _ => Err(ContentError::RecordSize(record_size)),
    }
}

/// The content encryption key, and the nonce of record 0 (RFC 8188 §2.2, §2.3).
pub fn content_keys(key: &[u8], salt: &[u8; 16]) -> ([u8; 16], [u8; 12]) {
    let derived = Hkdf::<Sha256>::new(Some(salt), key);
    let (mut content_key, mut nonce_base) = ([0; 16], [0; 12]);
    // Expanding fails only beyond 255 digests' worth.
    let _ = derived.expand(b"Content-Encoding: aes128gcm\0", &mut content_key);
    let _ = derived.expand(b"Content-Encoding: nonce\0", &mut nonce_base);
    (content_key, nonce_base)
}

struct Keys {
    /// Always there: a key of 16 octets is what the cipher takes.
    cipher: Option<LessSafeKey>,
    nonce_base: [u8; 12],
}

impl Keys {
    fn new(key: &[u8], salt: &[u8; 16]) -> Self {
        let (content_key, nonce_base) = content_keys(key, salt);
        Keys { cipher: UnboundKey::new(&AES_128_GCM, &content_key).ok().map(LessSafeKey::new), nonce_base }
    }

    /// The base, with the record's number mixed into its end.
    fn nonce(&self, number: usize) -> Nonce {
        let mut nonce = self.nonce_base;
        for (octet, mixed) in nonce.iter_mut().rev().zip((number as u64).to_be_bytes().iter().rev()) {
            *octet ^= mixed;
        }
        Nonce::assume_unique_for_key(nonce)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_was_sealed_opens(key: Vec<u8>, salt: [u8; 16], size in 18u32..5000, plain: Vec<u8>, before: Vec<u8>) {
            let mut body = before.clone();
            proptest::prop_assert_eq!(seal_content(&key, salt, size, b"a1", &plain, &mut body), Ok(()));
            let sealed = body.strip_prefix(before.as_slice()).unwrap_or_default();
            proptest::prop_assert_eq!(open_content(&key, sealed), Ok(plain));
        }

        #[test]
        fn wf_4_a_key_is_taken_in_each_form(key: [u8; 16], plain: Vec<u8>, salt: [u8; 16]) {
            let mut body = Vec::new();
            proptest::prop_assert_eq!(seal_content(&key, salt, 4096, b"", &plain, &mut body), Ok(()));
            let hexadecimal: String = key.iter().map(|octet| format!("{octet:02x}")).collect();
            let base64 = crate::phone::credentials::base64(&key);
            let url = base64.replace('+', "-").replace('/', "_");
            for text in [&hexadecimal, &hexadecimal.to_uppercase(), &base64, &url, url.trim_end_matches('=')] {
                proptest::prop_assert_eq!(open_content_by_text(text, &body), Ok(plain.clone()), "{}", text);
            }
            let mut body = Vec::new();
            proptest::prop_assert_eq!(seal_content(url.as_bytes(), salt, 4096, b"", &plain, &mut body), Ok(()));
            proptest::prop_assert_eq!(open_content_by_text(&url, &body), Ok(plain));
            let other = ContentError::Record { record: 0, offset: 21 };
            proptest::prop_assert_eq!(open_content_by_text("another", &body), Err(other));
        }

        #[test]
        fn any_text_is_a_key(text: String) {
            let _ = (from_hexadecimal(&text), unbase64url(&text));
        }

        #[test]
        fn any_octets_are_opened_or_refused(octets: Vec<u8>) {
            let _ = open_content(b"k", &octets);
        }
    }
}
