//! Another user than root, once every socket is bound. What is opened later (leases, files of the program at a reload) is
//! opened as that user.

use super::state::StateLocation;
use nix::errno::Errno;
use nix::unistd::{self, Gid, Uid};
use std::ffi::CString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Whom the process becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    name: String,
    uid: Uid,
    gid: Gid,
    /// By number only: it has no further groups.
    numeric: bool,
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum UserError {
    #[error(
        "there is no user `{0}`; `useradd --system --no-create-home {0}` makes one, and a number (UID or UID:GID) needs none"
    )]
    Unknown(String),
    #[error("cannot look up the user `{name}`: {why}")]
    Lookup { name: String, why: Errno },
    #[error("only root can become `{0}`; start as root, or as that user without --user")]
    NotRoot(String),
    #[error("`{0}` is root: that drops nothing")]
    Root(String),
    #[error("cannot become `{name}` ({what}): {why}")]
    Refused { name: String, what: &'static str, why: Errno },
    #[error("cannot give the state folder {} to `{name}`: {why}", at.display())]
    Folder { name: String, at: PathBuf, why: Arc<io::Error> },
    #[error("`{0}` could become root again")]
    NotDropped(String),
}

impl User {
    /// By name, by UID, or by UID:GID where the system knows no such user, as in a container.
    pub fn named(text: &str) -> Result<User, UserError> {
        let lookup = |why| UserError::Lookup { name: text.to_owned(), why };
        let of = |user: unistd::User| User { name: user.name, uid: user.uid, gid: user.gid, numeric: false };
        let user = match text.split_once(':') {
            Some((uid, gid)) => match (uid.parse(), gid.parse()) {
                (Ok(uid), Ok(gid)) => numeric(text, uid, gid),
                _ => return Err(UserError::Unknown(text.to_owned())),
            },
            None => match (unistd::User::from_name(text).map_err(lookup)?, text.parse()) {
                (Some(user), _) => of(user),
                (None, Ok(uid)) => {
                    let known = unistd::User::from_uid(Uid::from_raw(uid)).map_err(lookup)?;
                    known.map_or_else(|| numeric(text, uid, uid), of)
                }
                (None, Err(_)) => return Err(UserError::Unknown(text.to_owned())),
            },
        };
        if user.uid.is_root() || user.gid.as_raw() == 0 {
            return Err(UserError::Root(text.to_owned()));
        }
        Ok(user)
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Before any thread is there: nothing that this process or a child of it runs can give privileges back.
    pub fn no_way_back(&self) -> Result<(), UserError> {
        #[cfg(target_os = "linux")]
        nix::sys::prctl::set_no_new_privs().map_err(|why| self.refused("no_new_privs", why))?;
        Ok(())
    }

    /// From now on the process is this user, all of its threads. The state folder becomes the user's, if it is on disk.
    pub(super) fn become_it(&self, state: &StateLocation) -> Result<(), UserError> {
        if Uid::effective() == self.uid {
            return Ok(());
        }
        if !Uid::effective().is_root() {
            return Err(UserError::NotRoot(self.name.clone()));
        }
        if let StateLocation::Folder(folder) = state {
            self.own(folder)?;
        }
        match CString::new(self.name.as_str()) {
            Ok(name) if !self.numeric => {
                unistd::initgroups(&name, self.gid).map_err(|why| self.refused("its groups", why))?;
            }
            _ => unistd::setgroups(&[]).map_err(|why| self.refused("no groups", why))?,
        }
        unistd::setgid(self.gid).map_err(|why| self.refused("its group", why))?;
        unistd::setuid(self.uid).map_err(|why| self.refused("the user", why))?;
        match unistd::setuid(Uid::from_raw(0)) {
            Ok(()) => Err(UserError::NotDropped(self.name.clone())),
            Err(_) => Ok(()),
        }
    }

    /// Gives the folder to the user, with what an earlier start as root left in it. Links are not followed: the folder may
    /// have been the user's before.
    fn own(&self, folder: &Path) -> Result<(), UserError> {
        let fault = |at: &Path, why: io::Error| UserError::Folder {
            name: self.name.clone(),
            at: at.to_owned(),
            why: Arc::new(why),
        };
        fs::create_dir_all(folder).map_err(|why| fault(folder, why))?;
        let mut left = vec![folder.to_owned()];
        while let Some(at) = left.pop() {
            std::os::unix::fs::lchown(&at, Some(self.uid.as_raw()), Some(self.gid.as_raw()))
                .map_err(|why| fault(&at, why))?;
            if fs::symlink_metadata(&at).map_err(|why| fault(&at, why))?.is_dir() {
                for entry in fs::read_dir(&at).map_err(|why| fault(&at, why))? {
                    left.push(entry.map_err(|why| fault(&at, why))?.path());
                }
            }
        }
        Ok(())
    }

    fn refused(&self, what: &'static str, why: Errno) -> UserError {
        UserError::Refused { name: self.name.clone(), what, why }
    }
}

fn numeric(name: &str, uid: u32, gid: u32) -> User {
    User { name: name.to_owned(), uid: Uid::from_raw(uid), gid: Gid::from_raw(gid), numeric: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_a_name_or_numbers_and_never_root() {
        assert_eq!(User::named("nobody").expect("there is one").uid.as_raw(), 65534);
        assert_eq!(User::named("65534").expect("known by number").name(), "nobody");
        let User { uid, gid, numeric, .. } = User::named("48123:48124").expect("needs no name");
        assert_eq!((uid.as_raw(), gid.as_raw(), numeric), (48123, 48124, true));
        for root in ["root", "0", "0:0", "48123:0", "0:48123"] {
            assert!(matches!(User::named(root), Err(UserError::Root(_))), "{root}");
        }
        for unknown in ["", "no such user", "a:b", "1:", ":1", "-1", "4294967296", "nobody\0"] {
            assert!(matches!(User::named(unknown), Err(UserError::Unknown(_))), "{unknown:?}");
        }
    }
}
