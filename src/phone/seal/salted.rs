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

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SaltedError {
    #[error("it does not begin with `Salted__`")]
    NotSalted,
    #[error("its length is no whole number of blocks: the file is cut short")]
    Length,
    #[error("the key or the digest is another (bad padding)")]
    Padding,
}

/// Appends the sealed file.
pub fn seal_salted(phrase: &[u8], digest: Digest, salt: [u8; 8], plain: &[u8], into: &mut Vec<u8>) {
    into.extend_from_slice(SALTED);
    into.extend_from_slice(&salt);
    let (key, iv) = key_and_iv(phrase, digest, salt);
    let cipher = cbc::Encryptor::<Aes256>::new(&key.into(), &iv.into());
    into.extend_from_slice(&cipher.encrypt_padded_vec::<Pkcs7>(plain));
}

/// What a sealed file holds. About one wrong key in 256 goes unnoticed here: the caller has to look whether it is a
/// profile (WF §3).
pub fn open_salted(phrase: &[u8], digest: Digest, sealed: &[u8]) -> Result<Vec<u8>, SaltedError> {
    let rest = sealed.strip_prefix(SALTED).ok_or(SaltedError::NotSalted)?;
    let (salt, blocks) = rest.split_first_chunk::<8>().ok_or(SaltedError::Length)?;
    if blocks.is_empty() || !blocks.len().is_multiple_of(16) {
        return Err(SaltedError::Length);
    }
    let (key, iv) = key_and_iv(phrase, digest, *salt);
    let cipher = cbc::Decryptor::<Aes256>::new(&key.into(), &iv.into());
    cipher.decrypt_padded_vec::<Pkcs7>(blocks).map_err(|_| SaltedError::Padding)
}

/// A sealed profile, by whichever digest gives something that looks like one: which of the two a firmware tries is
/// undocumented, and a phone that tries both is the milder reading (WF §3, inferred).
pub fn open_profile(phrase: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SaltedError> {
    let profile = |plain: &Vec<u8>| {
        let text = plain.strip_prefix(b"\xef\xbb\xbf").unwrap_or(plain);
        plain.starts_with(&[0x1f, 0x8b]) || text.trim_ascii_start().starts_with(b"<")
    };
    let mut opened = Err(SaltedError::Padding);
    for digest in [Digest::Sha256, Digest::Md5] {
        match open_salted(phrase, digest, sealed) {
            Ok(plain) if profile(&plain) => return Ok(plain),
            Ok(_) => {}
            Err(SaltedError::Padding) => {}
            Err(error) => opened = Err(error),
        }
    }
    opened
}

/// EVP_BytesToKey with one iteration: D1 = H(phrase‖salt), Dn = H(Dn-1‖phrase‖salt); key, then iv.
fn key_and_iv(phrase: &[u8], digest: Digest, salt: [u8; 8]) -> ([u8; 32], [u8; 16]) {
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

    const PLAIN: &[u8] = b"<flat-profile><GPP_A>12345678</GPP_A></flat-profile>\n";
    const SALT: [u8; 8] = [0, 1, 2, 3, 4, 5, 6, 7];

    fn hex(octets: &[u8]) -> String {
        octets.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    #[test]
    fn the_vectors_of_the_reference_come_out() {
        for (digest, file) in [
            (
                Digest::Md5,
                "53616c7465645f5f0001020304050607aaf2677c334d136943dffd1e61f358c9b3b440368d65a4253c6cf982db3740f70c731deaa7ecc37e27cb392a4a1870b2c6f42874770276aeda001b5d10168ccb",
            ),
            (
                Digest::Sha256,
                "53616c7465645f5f000102030405060751dc474c55ab0f87cefc15a359d2cd23ad2da9a3ad1b2635ab9054a8dc79fffc0a52e757e86705078e905176707ebb162b72704b9556c5dcd671cb076c974b7a",
            ),
        ] {
            let mut sealed = Vec::new();
            seal_salted(b"SecretPhrase1234", digest, SALT, PLAIN, &mut sealed);
            assert_eq!(hex(&sealed), file);
            assert_eq!(open_salted(b"SecretPhrase1234", digest, &sealed).as_deref(), Ok(PLAIN));
        }
    }

    #[test]
    fn another_key_digest_or_length_is_told() {
        let mut sealed = Vec::new();
        seal_salted(b"k", Digest::Sha256, SALT, PLAIN, &mut sealed);
        assert_eq!(open_salted(b"other", Digest::Sha256, &sealed), Err(SaltedError::Padding));
        assert_eq!(open_salted(b"k", Digest::Md5, &sealed), Err(SaltedError::Padding));
        assert_eq!(open_salted(b"k", Digest::Sha256, &sealed[..79]), Err(SaltedError::Length));
        assert_eq!(open_salted(b"k", Digest::Sha256, &sealed[..10]), Err(SaltedError::Length));
        assert_eq!(open_salted(b"k", Digest::Sha256, PLAIN), Err(SaltedError::NotSalted));
    }

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
