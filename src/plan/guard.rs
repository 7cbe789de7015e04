//! Who may fetch a file: a realm guards the files of profiles that have an account, and no others.

use super::secret::HIDDEN;
use super::{FileRef, PhoneTable, Realm, Served};
use crate::phone::credentials::{Authorization, Request};

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
