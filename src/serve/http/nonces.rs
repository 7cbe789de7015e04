//! Nonces for digest challenges (RFC 7616 §5.4): each says when it was given, and proves that it was given by us, so that
//! none has to be kept.

use sha2::{Digest, Sha256};
use std::hash::{BuildHasher, Hasher, RandomState};

/// How long a nonce may be used, in seconds. A phone answers at once.
const LIFE: u64 = 300;

/// The key is this process's own: after a restart clients are asked again.
#[derive(Clone, Debug)]
pub(super) struct Nonces([u64; 4]);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    Fresh,
    /// It was ours, and is over: the client repeats itself without asking anybody (`stale=true`).
    Stale,
    Foreign,
}

impl Nonces {
    pub fn new() -> Self {
        // The standard library's hasher is keyed by the system's randomness, anew for each.
        Nonces([(); 4].map(|()| RandomState::new().build_hasher().finish()))
    }

    /// `now` is in Unix seconds.
    pub fn give(&self, now: u64) -> String {
        format!("{now:016x}{}", self.seal(now))
    }

    pub fn age(&self, nonce: &str, now: u64) -> Age {
        let Some((time, seal)) = nonce.split_at_checked(16) else { return Age::Foreign };
        match u64::from_str_radix(time, 16) {
            Ok(given) if seal == self.seal(given) => {
                if given <= now && now - given <= LIFE {
                    Age::Fresh
                } else {
                    Age::Stale
                }
            }
            _ => Age::Foreign,
        }
    }

    fn seal(&self, time: u64) -> String {
        let mut hash = Sha256::new();
        for part in self.0.iter().chain([&time]) {
            hash.update(part.to_be_bytes());
        }
        hash.finalize().iter().take(16).map(|octet| format!("{octet:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_ours_for_a_while() {
        let nonces = Nonces::new();
        let nonce = nonces.give(1000);
        assert_eq!(nonces.age(&nonce, 1000), Age::Fresh);
        assert_eq!(nonces.age(&nonce, 1000 + LIFE), Age::Fresh);
        assert_eq!(nonces.age(&nonce, 1001 + LIFE), Age::Stale);
        // A clock that was set back.
        assert_eq!(nonces.age(&nonce, 999), Age::Stale);
        assert_eq!(Nonces::new().age(&nonce, 1000), Age::Foreign);
        for text in ["", "x", "é123456789012345é", &nonce[1..], &format!("{:016x}{}", 2000, &nonce[16..])] {
            assert_eq!(nonces.age(text, 1000), Age::Foreign, "{text}");
        }
    }
}
