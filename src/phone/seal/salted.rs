//! `Salted__`, salt, AES-256-CBC: the file that `openssl enc -aes-256-cbc -k PHRASE` writes (WF §3).

use aes::Aes256;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use md5::Md5;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What such a file begins with.
pub const SALTED: &[u8; 8] = b"Salted__";

/// The digest of the key derivation. Which one a firmware takes is undocumented; the guides that name an OpenSSL
/// version imply md5 up to about 11.2 and sha256 from 11.3 on (WF §3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Digest {
    Md5,
    #[default]
    Sha256,
}

/// Why a file does not open. Offsets count octets of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SaltedError {
    #[error("it does not begin with `Salted__`")]
    NotSalted,
    #[error("nothing follows the salt, and even an empty text is sealed in a block of 16 octets (offset 16)")]
    NoBlock,
    #[error("16 octets and whole blocks of 16 make a file, this has {length}: it is cut short, or something follows")]
    Length { length: usize },
    /// The last block shows it; a changed or lost block before it may as well be the cause.
    #[error("the key or the digest is another, or the file is changed (bad padding, offset {offset})")]
    Padding { offset: usize },
    #[error("it opens to what is no profile: the key or the digest is another")]
    NoProfile,
}

/// Appends the sealed file.
pub fn seal_salted(phrase: &[u8], digest: Digest, salt: [u8; 8], plain: &[u8], into: &mut Vec<u8>) {
    into.extend_from_slice(SALTED);
    into.extend_from_slice(&salt);
    let (key, iv) = salted_keys(phrase, digest, salt);
    let cipher = cbc::Encryptor::<Aes256>::new(&key.into(), &iv.into());
    into.extend_from_slice(&cipher.encrypt_padded_vec::<Pkcs7>(plain));
}

/// What a sealed file holds. About one wrong key in 256 goes unnoticed here: the caller has to look whether it is a
/// profile (WF §3).
pub fn open_salted(phrase: &[u8], digest: Digest, sealed: &[u8]) -> Result<Vec<u8>, SaltedError> {
    let rest = sealed.strip_prefix(SALTED).ok_or(SaltedError::NotSalted)?;
    let length = || SaltedError::Length { length: sealed.len() };
    let (salt, blocks) = rest.split_first_chunk::<8>().ok_or_else(length)?;
    if blocks.is_empty() {
        return Err(SaltedError::NoBlock);
    }
    if !blocks.len().is_multiple_of(16) {
        return Err(length());
    }
    let (key, iv) = salted_keys(phrase, digest, *salt);
    let cipher = cbc::Decryptor::<Aes256>::new(&key.into(), &iv.into());
    cipher.decrypt_padded_vec::<Pkcs7>(blocks).map_err(|_| SaltedError::Padding { offset: sealed.len() - 16 })
}

/// A sealed profile, by whichever digest gives something that looks like one: which of the two a firmware tries is
/// undocumented, and a phone that tries both is the milder reading (WF §3, inferred).
pub fn open_profile(phrase: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SaltedError> {
    let profile = |plain: &Vec<u8>| {
        let text = plain.strip_prefix(b"\xef\xbb\xbf").unwrap_or(plain);
        plain.starts_with(&[0x1f, 0x8b]) || text.trim_ascii_start().starts_with(b"<")
    };
    let by_newer = match open_salted(phrase, Digest::Sha256, sealed) {
        Ok(plain) if profile(&plain) => return Ok(plain),
        Ok(_) => SaltedError::NoProfile,
        Err(error @ SaltedError::Padding { .. }) => error,
        Err(error) => return Err(error),
    };
    match open_salted(phrase, Digest::Md5, sealed) {
        Ok(plain) if profile(&plain) => Ok(plain),
        Ok(_) => Err(SaltedError::NoProfile),
        Err(_) => Err(by_newer),
    }
}

/// EVP_BytesToKey with one iteration: D1 = H(phrase‖salt), Dn = H(Dn-1‖phrase‖salt); key, then iv.
pub fn salted_keys(phrase: &[u8], digest: Digest, salt: [u8; 8]) -> ([u8; 32], [u8; 16]) {
    let mut made: Vec<u8> = Vec::with_capacity(64);
    let mut last: Vec<u8> = Vec::new();
    while made.len() < 48 {
        let input = [last.as_slice(), phrase, &salt].concat();
        last = match digest {
            Digest::Md5 => Md5::digest(&input).to_vec(),
            Digest::Sha256 => Sha256::digest(&input).to_vec(),
        };
        made.extend_from_slice(&last);
    }
    let (mut key, mut iv) = ([0; 32], [0; 16]);
    for (to, from) in key.iter_mut().chain(iv.iter_mut()).zip(&made) {
        *to = *from;
    }
    (key, iv)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_was_sealed_opens(phrase: Vec<u8>, salt: [u8; 8], plain: Vec<u8>, md5: bool) {
            let digest = if md5 { Digest::Md5 } else { Digest::Sha256 };
            let mut sealed = Vec::new();
            seal_salted(&phrase, digest, salt, &plain, &mut sealed);
            proptest::prop_assert_eq!(open_salted(&phrase, digest, &sealed), Ok(plain));
        }

        #[test]
        fn any_octets_are_opened_or_refused(octets: Vec<u8>) {
            let _ = open_salted(b"k", Digest::Md5, &octets);
        }
    }
}
