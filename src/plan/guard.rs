//! Who may fetch a file: a realm guards the files of profiles that have an account, and no others.

use super::secret::HIDDEN;
use super::{FileRef, PhoneTable, Realm, Served};
use crate::phone::credentials::{Authorization, Request, base64};
use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};
use sha2::{Digest as _, Sha256};

/// What stands before a file.
pub struct Guard<'p> {
    pub realm: &'p Realm,
    /// Users and passwords, any of which opens the file.
    accounts: Vec<(String, String)>,
}

impl Guard<'_> {
    /// Whether credentials open the file. Whether a digest's nonce is ours is the server's to say.
    pub fn admits(&self, given: &Authorization, request: Request<'_>) -> bool {
        let Realm { name, method, .. } = self.realm;
        // What stands for a secret that nobody knows is no password.
        let mut known = self.accounts.iter().filter(|(_, password)| password != HIDDEN);
        known.any(|(user, password)| given.proves(*method, name, request, user, password))
    }

    /// The accounts as lines of a password file for Basic, passwords salted and hashed (`{SSHA}`, RFC 2307), and how many
    /// have a name that such a file cannot hold.
    pub fn htpasswd(&self) -> (String, usize) {
        let known = self.accounts.iter().filter(|(_, password)| password != HIDDEN);
        let fits = |user: &str| {
            !user.is_empty() && !user.starts_with('#') && !user.contains(|sign: char| sign == ':' || sign.is_control())
        };
        let (fitting, others): (Vec<_>, Vec<_>) = known.partition(|(user, _)| fits(user));
        let lines = fitting.iter().map(|(user, password)| format!("{user}:{{SSHA}}{}\n", salted(user, password)));
        (lines.collect(), others.len())
    }
}

/// The salt is made from what it is for, so that nothing changes unless something changed.
fn salted(user: &str, password: &str) -> String {
    let mut salt = Sha256::new();
    for part in ["prov password file", user, password] {
        salt.update((part.len() as u64).to_be_bytes());
        salt.update(part);
    }
    let salt: [u8; 32] = salt.finalize().into();
    let salt = salt.first_chunk::<8>().copied().unwrap_or_default();
    let mut hash = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
    hash.update(password.as_bytes());
    hash.update(&salt);
    base64(&[hash.finish().as_ref(), &salt].concat())
}

impl Served {
    /// None: the file is for everyone who knows its path.
    pub fn guard(&self, file: FileRef) -> Option<Guard<'_>> {
        let profile = self.profile(file)?;
        let account = profile.account.as_ref()?;
        let realm = self.plan().servers.get(profile.server)?.realm(profile.scheme)?;
        let of_file = &self.plan().fleets.get(usize::from(file.fleet))?.phones;
        let nobody = PhoneTable::default();
        let expand = |phones: &PhoneTable, template| {
            let mut text = String::new();
            phones.expand_with(template, file.row as usize, &self.plan().models, self.secrets(), &mut text);
            text
        };
        let mut accounts = vec![(expand(of_file, &account.user), expand(of_file, &account.password))];
        accounts.extend(realm.accounts.iter().map(|one| (one.user.clone(), expand(&nobody, &one.password))));
        Some(Guard { realm, accounts })
    }
}
