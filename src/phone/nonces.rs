//! Nonces for digest challenges (RFC 7616 §5.4): each says when it was given, and proves that it was given by us, so that
//! none has to be kept. Servers and phones give them alike.

use sha2::{Digest, Sha256};
use std::fmt;

/// How long a nonce may be used, in seconds. A phone answers at once.
const LIFE: u64 = 300;

/// The key is the giver's own: after a restart clients are asked again.
#[derive(Clone)]
pub struct Nonces([u64; 4]);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    Fresh,
    /// It was ours, and is over: the client repeats itself without asking anybody (`stale=true`).
    Stale,
    Foreign,
}

impl fmt::Debug for Nonces {
    /// The key is for nobody.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonces")
    }
}

impl Nonces {
    /// Chance is handed in: nobody else may guess it.
    pub fn new(key: [u64; 4]) -> Self {
        Nonces(key)
    }

    /// `now` is in seconds. Whoever counts how often a nonce is used gives each its own `salt`; two of one second are
    /// the same without.
    pub fn give(&self, now: u64, salt: u64) -> String {
        format!("{now:016x}{salt:016x}{}", self.seal(now, salt))
    }

    pub fn age(&self, nonce: &str, now: u64) -> Age {
        let number = |text: &str| u64::from_str_radix(text, 16).ok();
        let parts = nonce.split_at_checked(16).and_then(|(time, rest)| {
            let (salt, seal) = rest.split_at_checked(16)?;
            Some((number(time)?, number(salt)?, seal))
        });
        match parts {
            Some((given, salt, seal)) if seal == self.seal(given, salt) => {
                if given <= now && now - given <= LIFE {
                    Age::Fresh
                } else {
                    Age::Stale
                }
            }
            _ => Age::Foreign,
        }
    }

    fn seal(&self, time: u64, salt: u64) -> String {
        let mut hash = Sha256::new();
        for part in self.0.iter().chain([&time, &salt]) {
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
        let nonces = Nonces::new([1, 2, 3, 4]);
        let nonce = nonces.give(1000, 7);
        assert_ne!(nonce, nonces.give(1000, 8));
        assert_eq!(nonces.age(&nonce, 1000), Age::Fresh);
        assert_eq!(nonces.age(&nonce, 1000 + LIFE), Age::Fresh);
        assert_eq!(nonces.age(&nonce, 1001 + LIFE), Age::Stale);
        // A clock that was set back.
        assert_eq!(nonces.age(&nonce, 999), Age::Stale);
        assert_eq!(Nonces::new([1, 2, 3, 5]).age(&nonce, 1000), Age::Foreign);
        for text in [
            "",
            "x",
            "é123456789012345é",
            &nonce[1..],
            &format!("{:016x}{}", 2000, &nonce[16..]),
            &nonce.replace("7", "8"),
        ] {
            assert_eq!(nonces.age(text, 1000), Age::Foreign, "{text}");
        }
    }
}
