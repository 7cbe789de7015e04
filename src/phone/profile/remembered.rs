//! Files that were read already. Whoever plays many phones hands them one memory: they get the same octets over and over,
//! and reading is most of what a resync costs.

use super::{AliasMap, Fault, Profile, decode_with};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// So many octets are kept; what comes after that is read each time.
const MOST: usize = 16 << 20;

/// Files as read without an alias map, by their octets.
#[derive(Debug, Default)]
pub struct Remembered(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    profiles: HashMap<Vec<u8>, Arc<Profile>>,
    octets: usize,
}

impl Remembered {
    /// As [`decode_with`] without aliases.
    pub fn decode(&self, bytes: &[u8]) -> Result<Arc<Profile>, Fault> {
        let known =
            |memory: &Self| memory.0.lock().unwrap_or_else(PoisonError::into_inner).profiles.get(bytes).cloned();
        if let Some(profile) = known(self) {
            return Ok(profile);
        }
        let profile = Arc::new(decode_with(bytes, &AliasMap::default())?);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.octets + bytes.len() <= MOST {
            known.octets += bytes.len();
            known.profiles.insert(bytes.to_vec(), profile.clone());
        }
        Ok(profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_what_reading_gives() {
        let memory = Remembered::default();
        for text in ["<flat-profile><A>1</A></flat-profile>", "<flat-profile/>", "no profile", ""] {
            for _ in 0..2 {
                let read = decode_with(text.as_bytes(), &AliasMap::default());
                assert_eq!(memory.decode(text.as_bytes()).map(|one| (*one).clone()), read, "{text}");
            }
        }
    }

    #[test]
    fn its_size_is_bounded() {
        let memory = Remembered::default();
        let file = |number: usize| format!("<flat-profile><A>{number}{}</A></flat-profile>", "x".repeat(1 << 20));
        for number in 0..20 {
            assert!(memory.decode(file(number).as_bytes()).is_ok());
        }
        let known = memory.0.lock().expect("whole");
        assert!(known.octets <= MOST && known.profiles.len() == 15, "{} {}", known.octets, known.profiles.len());
    }
}
